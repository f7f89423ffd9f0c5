"""An option that takes several files may be written several times: none of them is lost."""

from __future__ import annotations

import pytest

from jium.cli.main import parser


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("examine a.jpg --against b.jpg --against c.jpg d.jpg", "against"),
        ("examine a.jpg --photo b.jpg --photo c.jpg d.jpg", "photo"),
        ("find a.jpg --in b.jpg --in c.jpg d.jpg", "places"),
        ("trace a.jpg --in b.jpg --in c.jpg d.jpg", "places"),
    ],
)
def test_what_is_named_first_still_counts(line: str, name: str) -> None:
    assert getattr(parser().parse_args(line.split()), name) == ["b.jpg", "c.jpg", "d.jpg"]
    # And nothing of it is left for the next command.
    assert getattr(parser().parse_args(line.split()), name) == ["b.jpg", "c.jpg", "d.jpg"]
