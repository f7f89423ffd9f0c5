"""How a copy differs, in words: the same wherever it is said."""

from __future__ import annotations

import pytest

from jium.wording import changes, why

PART = [0.2, 0.0, 0.7, 1.0]
ALL = [0.01, 0.0, 0.99, 1.0]


@pytest.mark.parametrize(
    ("transform", "words"),
    [
        ({}, ""),
        ({"mirrored": False, "rotation": 0, "scale": 1.0, "region_a": ALL, "region_b": ALL}, ""),
        ({"mirrored": True, "rotation": 90, "scale": 0.5}, "mirrored, turned by 90° to the left, 0.5 times the size"),
        ({"rotation": 326.6, "scale": None}, "turned by 33° to the right"),
        ({"rotation": 180.0}, "turned by 180°"),
        ({"rotation": 359.8, "scale": 1.04}, ""),
        ({"region_b": [0.0, 0.5, 0.5, 1.0]}, "in the lower left of a larger picture"),
        ({"region_b": [0.55, 0.52, 0.97, 0.94]}, "in the lower right of a larger picture"),
        ({"region_b": [0.0, 0.11, 1.0, 0.48]}, "at the top of a larger picture"),
        ({"region_b": [0.0, 0.3, 0.4, 0.7]}, "on the left of a larger picture"),
        (
            {"mirrored": True, "rotation": 8, "region_a": [0.1, 0.0, 0.6, 0.9], "region_b": [0, 0.5, 0.5, 1]},
            "mirrored, turned by 8° to the left, cropped to about 45 %, in the lower left of a larger picture",
        ),
        ({"scale": 12.345}, "12 times the size"),
        ({"region_a": PART}, "cropped to about 50 %"),
        ({"region_a": list(ALL), "region_b": PART}, "in the middle of a larger picture"),
        ({"region_a": PART, "region_b": PART}, "cropped to about 50 %, in the middle of a larger picture"),
    ],
)
def test_changes_are_told_as_people_say_them(transform: dict[str, object], words: str) -> None:
    assert ", ".join(changes(transform, str)) == words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ({}, ""),
        ({"step": "a step of a later version"}, ""),
        ({"step": "digest"}, "the very same file"),
        ({"step": "codes", "bits": 18}, "238 of 256 bits of the fingerprint agree"),
        ({"step": "places", "places": 176, "agreement": 0.98}, "176 places agree"),
        ({"step": "descriptor"}, "the neural descriptor agrees"),
    ],
)
def test_the_reason_is_told_where_it_is_known(reason: dict[str, object], words: str) -> None:
    assert why(reason, str) == words
