"""Numbers and times as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from jium.web.templatetags.moments import distance
from jium.wording import numeral

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "korean", "english"),
    [
        (0.2, "1", "1"),
        (7, "7", "7"),
        (999, "990", "990"),
        (30000, "3만", "30,000"),
        (2_345_678, "230만", "2.3 million"),
        (123_456_789, "1.2억", "120 million"),
        (5.5e12, "5.5조", "5500 billion"),
    ],
)
def test_large_numbers_are_rounded_down_to_two_digits(number: float, korean: str, english: str) -> None:
    assert numeral(number, "ko") == korean
    assert numeral(number, "en") == english


@pytest.mark.parametrize(
    ("span", "korean", "english"),
    [
        (timedelta(seconds=-5), "방금", "just now"),
        (timedelta(minutes=-1), "1분 전", "1 minute ago"),
        (timedelta(hours=-3), "3시간 전", "3 hours ago"),
        (timedelta(days=-2), "2일 전", "2 days ago"),
        (timedelta(seconds=5), "곧", "in a moment"),
        (timedelta(days=7), "7일 뒤", "in 7 days"),
    ],
)
def test_times_are_told_by_their_distance(span: timedelta, korean: str, english: str) -> None:
    with override("ko"):
        assert distance(NOW + span, NOW) == korean
    with override("en"):
        assert distance(NOW + span, NOW) == english
