"""Every contract of the engine is kept on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine.office import Office


def pytest_itemcollected(item: pytest.Item) -> None:
    """All tests on one database share its office, and so a core."""
    if isinstance(item, pytest.Function) and hasattr(item, "callspec") and "_office" in item.callspec.params:
        item.add_marker(pytest.mark.xdist_group(f"engine {item.callspec.params['_office']}"))


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def _office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_server").create("jium_engine") if postgres else ""
    office = Office(tmp_path_factory.mktemp(request.param), url)
    try:
        yield office
    finally:
        office.close()


@pytest.fixture
def office(_office: Office) -> Iterator[Office]:
    """An office with an empty database, see :class:`tests.engine.office.Office`."""
    _office.tidy()
    try:
        yield _office
    finally:
        _office.tidy()
