"""A centre's own log-in on loopback: an OpenID provider that is not ours, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from jium.config import Config, Oidc

# What is sent before the port: one person is called something there.
SERVE = """
import sys
from oidc_provider_mock import User, run_server_in_thread
kim = User(sub="kim", claims={"name": "Kim  Haneul"})
with run_server_in_thread(user_claims=[kim]) as server:
    print(server.server_port, flush=True)
    sys.stdin.read()
"""


@contextmanager
def serving() -> Iterator[str]:
    """The address of one that knows everybody by any mark; "kim" has a name there. Ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SERVE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield f"http://localhost:{int(process.stdout.readline())}"
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def with_it(config: Config, issuer: str, secret: Path) -> Config:
    """The installation, where it is used; it is known there by what is written into ``secret``."""
    secret.write_text("not for everybody")
    told = Oidc(issuer=issuer, client_id="jium", client_secret_file=str(secret), name="한빛", name_en="Hanbit")
    return replace(config, oidc=told)


def log_in_there(page: str, subject: str) -> str:
    """Show who one is on the provider's page; the address that it sends back to, without the host."""
    return _sent(page, sub=subject)


def refuse_there(page: str) -> str:
    """Break it off on the provider's page; as :func:`log_in_there`."""
    return _sent(page, action="deny")


def _sent(page: str, **form: str) -> str:
    answer = requests.post(page, data=form, allow_redirects=False, timeout=30)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def round_trip(client: Any, begin: str, subject: str) -> Any:
    """From a page of ours to the provider's and back, as a browser goes; the answer to the last request."""
    return come_back(client, log_in_there(client.get(begin)["Location"], subject))


def come_back(client: Any, back: str) -> Any:
    """A browser that another site sends keeps its cookies; our own page sends it on with them."""
    onward = client.get(back)
    assert onward["Refresh"] == f"0; url={back}&here=1"
    return client.get(f"{back}&here=1")
