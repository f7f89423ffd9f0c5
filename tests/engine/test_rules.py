"""What the engine refuses, and how long it waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from jium.engine import registry
from jium.engine.jobs import LONGEST_PAUSE, pause
from jium.watch.models import Site


@pytest.fixture
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "_actions", {})
    yield


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [
        (1, 2),
        (2, 4),
        (3, 8),
        (4, 16),
        (5, 32),
        (6, 64),
        (7, 128),
        (8, 256),
        (9, 360),
        (12, 360),
        (10_000, 360),
    ],
)
def test_the_pause_after_a_failure_doubles_up_to_six_hours(failures: int, minutes: int) -> None:
    assert pause(failures) == timedelta(minutes=minutes)
    assert pause(failures) <= LONGEST_PAUSE


def test_an_unknown_queue_is_refused(empty_registry: None) -> None:
    with pytest.raises(ValueError, match="unknown queue 'express'"):
        registry.action(Site, "crawl", queue="express")
    assert registry.actions() == []


def test_a_second_function_for_the_same_action_is_refused(empty_registry: None) -> None:
    def first(row: Site) -> None: ...

    def second(row: Site) -> None: ...

    assert registry.action(Site, "crawl", queue="crawl")(first) is first
    with pytest.raises(ValueError, match="another function"):
        registry.action(Site, "crawl", queue="crawl")(second)
    found = registry.find("watch.site", "crawl")
    assert found is not None and found.run is first


def test_the_same_function_may_be_registered_again(empty_registry: None) -> None:
    def crawl(row: Site) -> None: ...

    for _ in range(2):
        registry.action(Site, "crawl", queue="crawl")(crawl)
    assert registry.names(Site) == ["crawl"]
    assert registry.find("watch.site", "unheard-of") is None
