"""What is not set up yet, as things to do: the same facts as ``jium doctor`` tells."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from jium.desk.task import Task
from jium.trust.accounts import colleagues
from jium.watch import services as watch


def nothing_watched() -> Iterator[Task]:
    """Without a site under watch nothing can ever be found."""
    sites = watch.sites()
    if not sites.exists():
        yield Task(
            kind=_("Set up"),
            what=_("No site is under watch"),
            why=_("Nothing can be found until one is. Say where the system should look."),
            url=reverse("site_new"),
        )
    elif not sites.filter(paused=False).exists():
        yield Task(
            kind=_("Set up"),
            what=_("Every site under watch is paused"),
            why=_("Nothing is visited, so nothing new can be found."),
            url=reverse("sites"),
        )


def settings_lacking() -> Iterator[Task]:
    """Who we are, and the way for our letters."""
    config = settings.CONFIG
    if config.institution.unfilled():
        yield Task(
            kind=_("Set up"),
            what=_("The institution's name, mail address or telephone is still the example"),
            why=_("No letter can be approved until they are entered under [institution] in jium.toml."),
            url=reverse("jobs") + "#settings",
            pressing=True,
        )
    if not config.mail.host:
        yield Task(
            kind=_("Set up"),
            what=_("No mail server is set"),
            why=_("Approved letters wait until one stands under [mail] in jium.toml."),
            url=reverse("jobs") + "#settings",
        )


def alone() -> Iterator[Task]:
    """One account is one illness away from nobody."""
    if colleagues() < 2:
        yield Task(
            kind=_("Set up"),
            what=_("You are the only one with an account"),
            why=_("Invite a colleague, so that somebody can take over."),
            url=reverse("invite"),
        )
