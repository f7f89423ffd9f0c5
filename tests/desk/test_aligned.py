"""Frames and turned parts lie where the transform says."""

from __future__ import annotations

from jium.desk.aligned import pair


def test_a_part_is_framed_and_both_parts_are_shown_at_one_size() -> None:
    transform = {
        "mirrored": True,
        "rotation": 33.0,
        "scale": 0.5,
        "region_a": [0.5, 0, 1, 0.5],
        "region_b": [0, 0, 1, 1],
    }
    drawn = pair((1000, 800), (400, 300), transform)
    assert drawn.turned
    assert drawn.reference.frame == ("500.00", "0.00", "500.00", "400.00")
    assert drawn.reference.turn == "translate(-750.00 -200.00)"
    assert drawn.reference.window == ("-250.00", "-200.00", "500.00", "400.00")
    assert drawn.sighting.frame is None
    assert drawn.sighting.turn == "scale(-1 1) rotate(33) translate(-200.00 -150.00)"
    assert drawn.sighting.window == ("-125.00", "-100.00", "250.00", "200.00")


def test_without_a_scale_a_quarter_turn_changes_width_and_height_over() -> None:
    drawn = pair((640, 480), (480, 640), {"mirrored": False, "rotation": 90, "scale": None})
    assert drawn.sighting.window == ("-320.00", "-240.00", "640.00", "480.00")
    assert drawn.turned


def test_what_is_as_it_was_needs_no_second_look() -> None:
    drawn = pair((640, 480), (320, 240), {"mirrored": False, "rotation": 0, "scale": 0.5})
    assert not drawn.turned
    assert drawn.reference.frame is None and drawn.sighting.frame is None
    assert not pair((640, 480), (320, 240), {}).turned
