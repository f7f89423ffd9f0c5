"""What people do to pictures: a registry of kinds of edit, each at three strengths, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jium.bench.corpus.items import Rgb, rng_of
from jium.bench.corpus.sets import DESIGNS
from jium.bench.edits.colours import COLOURS
from jium.bench.edits.combined import COMBINED
from jium.bench.edits.composites import COMPOSITES
from jium.bench.edits.files import FILES
from jium.bench.edits.kinds import TARGETS, Edit, Group, Setting, encoded
from jium.bench.edits.overlays import OVERLAYS
from jium.bench.edits.screens import SCREENS
from jium.bench.edits.shapes import SHAPES

__all__ = ["EDITS", "TARGETS", "Edit", "Group", "applied", "apply"]

EDITS: dict[str, Edit] = {
    one.name: one for one in (*COLOURS, *FILES, *SHAPES, *OVERLAYS, *SCREENS, *COMPOSITES, *COMBINED)
}


def apply(
    kind: str,
    strength: int,
    rgb: Rgb,
    seed: str | int,
    companions: Callable[[int], Rgb],
    designs: Sequence[int] = DESIGNS["test"],
) -> bytes:
    """The file of the edited picture.

    ``rgb``: height × width × 3, at least 8 × 8, not written to. ``strength``: 0, 1, 2. ``companions`` gives another
    picture for any number, ``designs`` are the furniture's. KeyError for a kind that is not in :data:`EDITS`.
    """
    return applied(EDITS[kind], strength, rgb, seed, companions, designs)


def applied(
    edit: Edit, strength: int, rgb: Rgb, seed: str | int, companions: Callable[[int], Rgb], designs: Sequence[int]
) -> bytes:
    """As :func:`apply`, for an edit of any registry."""
    setting = Setting(rng_of("edit", edit.name, strength, seed), companions, designs)
    made = edit.makes[strength](rgb, setting)
    # What is posted has seldom a better quality than this.
    return made if isinstance(made, bytes) else encoded(made, ".jpg", int(setting.rng.integers(76, 86)))
