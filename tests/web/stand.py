"""The pages on a throw-away data directory (``JIUM_DATA``), for a browser: ``python -m tests.web.stand``.

Prints the address and, as JSON, the pages by name; serves until it is killed. The accounts
are those of the tests: one of each role, called as it, and ``everything``.
"""

from __future__ import annotations

import json

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    django.setup()
    for database in ("default", "keys"):
        call_command("migrate", database=database, run_syncdb=True, verbosity=0)
    from jium.trust import master_key, vault
    from tests.web.addresses import pages
    from tests.web.conftest import build, everybody

    master_key.create(settings.CONFIG)
    world = build(everybody(), vault.open_vault())

    from jium.web.allowance import allowance
    from jium.web.server import create
    from jium.web.wsgi import application

    server = create(application, "127.0.0.1", 0, allowance, threads=4)
    print(f"http://127.0.0.1:{server.effective_listen[0][1]}", flush=True)
    print(json.dumps(pages(world)), flush=True)
    server.run()


if __name__ == "__main__":
    main()
