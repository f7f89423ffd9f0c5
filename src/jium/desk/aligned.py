"""Where a match lies in both pictures, as SVG draws it: a frame in each, and both parts turned alike.

Pure. Coordinates are pixels of the files; a preview is stretched over its file's size.
"""

from __future__ import annotations

from dataclasses import dataclass

from jium.wording import is_whole

Size = tuple[int, int]


@dataclass(frozen=True)
class Side:
    """Attributes of an SVG. ``frame``: x, y, width, height of the part that agrees, None where it is the whole.

    ``turn`` moves the part's middle to the origin and turns it as it lies in the reference; ``window`` (x, y,
    width, height) is then what shows it and nothing else.
    """

    width: int
    height: int
    frame: tuple[str, str, str, str] | None
    turn: str
    window: tuple[str, str, str, str]


@dataclass(frozen=True)
class Pair:
    """The two sides; ``turned``: is a second look, with both parts turned alike, worth the place?"""

    reference: Side
    sighting: Side
    turned: bool


def pair(reference: Size, sighting: Size, transform: dict[str, object]) -> Pair:
    """How to draw a reference and a sighting of these (width, height); ``transform`` as the match keeps it."""
    here, there = _region(transform.get("region_a")), _region(transform.get("region_b"))
    mirrored, rotation = bool(transform.get("mirrored")), _number(transform.get("rotation"))
    scale = _number(transform.get("scale"))
    across, down = _extent(here, reference)
    if scale:
        shown = (across * scale, down * scale)
    else:
        shown = _extent(there, sighting)
        shown = shown[::-1] if round(rotation) in (90, 270) else shown
    # B is A mirrored, then turned counter-clockwise; SVG turns clockwise and applies the last step first.
    back = f"scale({-1 if mirrored else 1} 1) rotate({rotation:g})"
    whole = is_whole(here) and is_whole(there)
    return Pair(
        _side(reference, here, "", (across, down)),
        _side(sighting, there, back, shown),
        turned=mirrored or bool(rotation) or not whole,
    )


def _side(size: Size, region: tuple[float, ...], back: str, window: tuple[float, float]) -> Side:
    width, height = size
    x0, y0, x1, y1 = region[0] * width, region[1] * height, region[2] * width, region[3] * height
    frame = None if is_whole(region) else (_text(x0), _text(y0), _text(x1 - x0), _text(y1 - y0))
    turn = f"{back} translate({_text(-(x0 + x1) / 2)} {_text(-(y0 + y1) / 2)})".strip()
    across, down = window
    return Side(width, height, frame, turn, (_text(-across / 2), _text(-down / 2), _text(across), _text(down)))


def _region(region: object) -> tuple[float, ...]:
    """The region, or the whole where an older row has none."""
    return tuple(region) if isinstance(region, list | tuple) and len(region) == 4 else (0.0, 0.0, 1.0, 1.0)


def _extent(region: tuple[float, ...], size: Size) -> tuple[float, float]:
    return (region[2] - region[0]) * size[0], (region[3] - region[1]) * size[1]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _text(value: float) -> str:
    """As SVG reads it, whatever the page's language."""
    return f"{value:.2f}"
