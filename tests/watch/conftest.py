"""A site under watch, served from loopback, behind this process's own proxy."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from jium import config, egress
from tests.egress.site import Answer
from tests.egress.site import Site as Server


@pytest.fixture(autouse=True)
def vault_for_sightings(request: pytest.FixtureRequest) -> None:
    """Pictures' places are kept sealed."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("open_vault")


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Call it once with ``name=answers``, or a server that runs; the servers by name, reached as ``<name>.example``."""
    with ExitStack() as open_servers:

        def start(**answers: Callable[[str], Answer] | Any) -> dict[str, Any]:
            servers = {
                name: answer if hasattr(answer, "place") else open_servers.enter_context(Server(answer))
                for name, answer in answers.items()
            }
            places = {f"{name}.example": server.place for name, server in servers.items()}
            places |= {f"www.{name}": place for name, place in places.items()}
            egress.stop()
            egress.start(dataclasses.replace(config.load(), local_hosts=places))
            return servers

        yield start
        egress.stop()
