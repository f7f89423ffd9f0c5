"""Whose files share a decoder."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from jium.flow import decoder


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    decoder.close()


def test_victims_files_never_share_a_decoder_with_what_was_found_nor_with_another_cases() -> None:
    first, second = uuid4(), uuid4()
    of_first, of_sites = decoder.of_case(first), decoder.of_sites()
    assert of_first is not of_sites
    assert decoder.of_case(first) is of_first
    assert decoder.of_sites() is of_sites
    of_second = decoder.of_case(second)
    assert of_second is not of_first
    assert decoder.of_case(first) is not of_first


def test_the_decoder_of_another_case_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = []
    before = decoder.of_case(uuid4())
    close = before.close
    monkeypatch.setattr(before, "close", lambda: (ended.append(before), close()))
    decoder.of_case(uuid4())
    assert ended == [before]
