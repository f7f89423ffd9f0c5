"""What an installation brings along may be passed on, and stands on a page."""

from __future__ import annotations

import pytest

from tests import licences


@pytest.mark.parametrize("name", licences.names())
def test_nothing_of_a_stronger_licence_than_the_lgpl_is_brought_along(name: str) -> None:
    assert licences.allowed(licences.licence(name)), licences.licence(name)


@pytest.mark.parametrize("said", ["GPL-3.0-only", "AGPL-3.0-or-later", "MIT AND GPL-2.0-only", "not said"])
def test_a_stronger_licence_would_be_seen(said: str) -> None:
    assert not licences.allowed(said)


def test_the_page_lists_them_as_they_are() -> None:
    page = licences.PAGE.read_text(encoding="utf-8")
    told = page.split(licences.BEGIN)[1].split(licences.END)[0].strip()
    assert told == licences.table(), "python -m tests.licences"
