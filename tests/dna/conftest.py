"""One fingerprinting sandbox for all tests of the room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jium import dna
from jium.media.sandbox import Sandbox


@pytest.fixture(scope="session")
def decoder() -> Iterator[Sandbox]:
    with dna.open_sandbox() as sandbox:
        yield sandbox
