"""The frame of the staff's pages: settings, addresses, the base page and its style. Each room brings its own pages."""

from __future__ import annotations

import os


def set_up() -> None:
    """Make Django ready in this process, for the installation that ``JIUM_DATA`` names. A second call does nothing."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jium.web.settings")
    if not apps.ready:
        django.setup()
