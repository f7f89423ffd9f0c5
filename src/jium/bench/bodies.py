"""Another body under an untouched face: what is told of it, and of pictures in which nothing but honest things changed.

Of labelled photographs that show enough below the chin: somebody else's body with its own colours and with the
photograph's grown in, and nothing but skin. All are passed on as :mod:`jium.bench.tampered` passes pictures on, and so
are its honest edits. A finding weighs nothing; counted is how often one says that a part beside the face is another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from jium.bench import people, swaps, tampered
from jium.bench.corpus.items import Rgb, rng_of
from jium.bench.edits.kinds import recompressed
from jium.faces.aligning import PLACES, similarity
from jium.forensics.signal import Material, Original
from jium.forensics.signals import known_original
from jium.forensics.signals.known_original.weighing import calibration
from jium.forensics.verdict import fused

Floats = NDArray[np.float32]

# Neck, shoulders and all below them, in the frame of jium.faces.aligning.
OUTLINE = np.array(
    [
        (23.0, 112.0),
        (89.0, 112.0),
        (138.0, 136.0),
        (186.0, 158.0),
        (204.0, 232.0),
        (204.0, 353.0),
        (-92.0, 353.0),
        (-92.0, 232.0),
        (-74.0, 158.0),
        (-26.0, 136.0),
    ]
)
# Of it so much must be in the photograph, in times the face's area; and how softly it ends, in times the face's size.
LEAST, SOFT = 1.0, 0.03


@dataclass(frozen=True)
class Told:
    """One comparison. ``other_body``: is there another body in it? ``told``: is it said that a part beside the face is
    another? ``verdict``: what ``jium examine`` would call it.
    """

    kind: str
    other_body: bool
    told: bool
    verdict: str


def seen(half: tampered.Half, model: str, console: Console) -> list[Told]:
    """All comparisons of one half of the people; nothing with a model that nobody measured."""
    if calibration(model) is None:
        return []
    labelled = people.labelled()
    numbers = [number for number, one in enumerate(labelled) if tampered.half_of(one.identity) == half]
    with people.workers() as pool:
        work = pool.map(_of_photograph, numbers, [model] * len(numbers))
        found = track(work, f"another body, {half}, {model}", total=len(numbers), console=console)
        return [one for some in found for one in some]


def _of_photograph(number: int, model: str) -> list[Told]:
    shown = tampered.shown(number)
    if shown is None:
        return []
    cv2.setNumThreads(1)
    pictured = tampered.fitted(shown)
    known, ways = tampered.view(recompressed(pictured.rgb, 92), model), list(tampered.PASSED_ON)
    found = []
    for place, (kind, other_body, rgb) in enumerate(_pictures(number, pictured)):
        suspect = tampered.view(tampered.PASSED_ON[ways[(number + place) % len(ways)]](rgb), model)
        material = Material(model, (Original("", ((suspect, known),)),))
        (said,) = known_original.findings(material)
        found.append(Told(kind, other_body, said.look, fused([said]).name))
    return found


def _pictures(number: int, pictured: swaps.Shown) -> Iterator[tuple[str, bool, Rgb]]:
    rng = rng_of("bodies", number)
    donor, _same = tampered.donors(number, rng)
    mask = outlined(pictured)
    if donor and float((mask > 0.5).sum()) > LEAST * pictured.face.size**2:
        yield "another body", True, laid_in(donor, pictured, grown=False)
        yield "another body, colours grown in", True, laid_in(donor, pictured, grown=True)
        yield "skin alone", True, bare(pictured, rng)
    for kind, composite, rgb in tampered.made(number, pictured):
        if not composite:
            yield kind, False, rgb


def outlined(shown: swaps.Shown) -> Floats:
    """1 where the body is taken to be, 0 elsewhere, soft between."""
    turn = similarity(PLACES, shown.face.points)
    corners = np.round(OUTLINE @ turn[:, :2].T + turn[:, 2]).astype(np.int32)
    mask = cv2.fillPoly(np.zeros(shown.rgb.shape[:2], np.float32), [corners], 1.0)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), max(1.0, SOFT * shown.face.size)), np.float32)


def laid_in(donor: swaps.Shown, shown: swaps.Shown, *, grown: bool) -> Rgb:
    """The donor's body where it would be under the face."""
    size = (shown.rgb.shape[1], shown.rgb.shape[0])
    onto = similarity(donor.face.points, shown.face.points)
    moved = np.asarray(cv2.warpAffine(donor.rgb, onto, size, borderMode=cv2.BORDER_REFLECT), np.uint8)
    return (swaps.grown_in if grown else swaps.as_it_was)(moved, shown.rgb, outlined(shown))


def bare(shown: swaps.Shown, rng: np.random.Generator) -> Rgb:
    """The nose's colour, with soft shades and fine grain."""
    x, y = (round(float(value)) for value in shown.face.points[2])
    colour = np.median(shown.rgb[max(0, y - 3) : y + 4, max(0, x - 3) : x + 4].reshape(-1, 3), axis=0)
    shades = cv2.resize(rng.normal(0, 18, (8, 8)).astype(np.float32), shown.rgb.shape[1::-1])
    skin = colour + shades[..., None] + rng.normal(0, 3, shown.rgb.shape)
    return swaps.as_it_was(np.asarray(np.clip(skin, 0, 255), np.uint8), shown.rgb, outlined(shown))
