"""The pages of a small world on the data directory ``JIUM_DATA``, for a browser; the accounts are those of the tests:
one of each role, called as it, and ``everything``.

python -m tests.web.stand build    the world, on empty tables; prints the addresses of its pages by name, as JSON
python -m tests.web.stand serve    prints where it is served, and serves until it is killed
"""

from __future__ import annotations

import json
import sys

import django
from django.conf import settings


def build() -> None:
    from jium.trust import master_key, vault
    from tests.web.addresses import pages
    from tests.web.conftest import build as build_world
    from tests.web.conftest import everybody

    master_key.create(settings.CONFIG)
    print(json.dumps(pages(build_world(everybody(), vault.open_vault()))))


def serve() -> None:
    from jium.web.allowance import allowance
    from jium.web.server import create
    from jium.web.wsgi import application

    server = create(application, "127.0.0.1", 0, allowance, threads=4)
    print(f"http://127.0.0.1:{server.effective_listen[0][1]}", flush=True)
    server.run()


if __name__ == "__main__":
    django.setup()
    {"build": build, "serve": serve}[sys.argv[1]]()
