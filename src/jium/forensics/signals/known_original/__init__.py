"""Is another face in this picture than in the original? The strongest proof there is, where the original is known.

(:mod:`jium.forensics.laying` lays the known picture on the suspect one, by what surrounds the faces.)

parts       the faces are compared part by part, and what is right around them
weighing    how much likelier such a comparison is for a composite than for an untouched copy
beside      where the face is the same: is a part of the picture beside it another?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from jium.forensics.finding import Finding, in_course
from jium.forensics.laying import laid
from jium.forensics.signal import Material, Original
from jium.forensics.signals.known_original.beside import Beside, changed_beside
from jium.forensics.signals.known_original.parts import Compared, compared
from jium.forensics.signals.known_original.weighing import (
    UNSURE,
    Calibration,
    Kind,
    calibration,
    differing,
    kind,
    weight,
)
from jium.forensics.view import Person, View
from jium.language import gettext_noop

name = "known_original"
title = gettext_noop("Compared with a known original")
method = gettext_noop(
    "The original was laid on the picture by what surrounds the faces. Then the face was compared with the "
    "original's, part by part, and so was what borders on it. Where the face is the same, it was looked for a part of "
    "the picture beside it that is another."
)
limits = gettext_noop(
    "It errs where the original that was given is a composite itself, and where somebody holds her head a little "
    "differently in another photo of the same moment. Where only a part of the face was changed, the mouth for "
    "instance, or another part of the picture beside it, it stays undetermined: words, stickers or spectacles in one "
    "of the pictures look the same. It was measured with composites made by hand and by simple programs; those of AI "
    "networks were not at hand."
)

SAID: dict[Kind, str] = {
    "other face": gettext_noop(
        "The face does not look like the one of {original}: {differing} of {parts} parts of it differ, while hair, "
        "neck and background around it are the same."
    ),
    "mouth": gettext_noop(
        "Only the mouth differs from {original}; the rest of the face is the same. It may have been moved, or "
        "something may be drawn over it."
    ),
    "same": gettext_noop("The face is the one of {original}, as far as compression lets one see."),
    "moved": gettext_noop(
        "Face and surroundings both differ from {original}: another photo, another moment, or something lies over it. "
        "That says nothing."
    ),
    "hidden": gettext_noop(
        "In a part of the face hardly anything is left of what there is to see in {original}: it was blurred, made of "
        "squares or covered, or a smoother face lies there. That says nothing."
    ),
    "unseen": gettext_noop("Too little of the face can be compared with {original}: it is small, cut off, or covered."),
}
BESIDE = gettext_noop(
    "The face is the one of {original}, but a part of the picture beside it, about {faces} times as large as the face, "
    "is another. Clothes or a body may have been exchanged, or something laid over it: look at both pictures."
)
ELSEWHERE = gettext_noop("{original} does not show the same place; there is nothing to compare.")
NOBODY = gettext_noop("No face is seen in what was examined, so nothing was compared with {original}.")
UNMEASURED = gettext_noop("How much a comparison with {original} is worth was never measured with this face model.")


def findings(material: Material) -> Sequence[Finding]:
    """One for each original."""
    used = calibration(material.model)
    return [_of(original, used) for original in material.originals]


def _of(original: Original, used: Calibration | None) -> Finding:
    told: dict[str, Any] = {"original": original.name}
    if used is None:
        return Finding(name, 0.0, 0.0, UNMEASURED, told)
    if original.pairs and not any(suspect.people for suspect, _known in original.pairs):
        return Finding(name, 0.0, 0.0, NOBODY, told)
    placed = [(pair, found) for pair in original.pairs if (found := _most_unlike(*pair, used))]
    if not placed:
        pair = original.pairs[len(original.pairs) // 2] if original.pairs else None
        elsewhere = changed_beside(*pair) if pair else None
        return _beside(told, elsewhere, pair) if elsewhere and pair else Finding(name, 0.0, 0.0, ELSEWHERE, told)
    # Of a film the middle one of its frames: one frame may be blurred, or half covered by the next scene.
    middle = median(found.weight for _pair, found in placed)
    pair, chosen = min(placed, key=lambda each: abs(each[1].weight - middle))
    if middle < UNSURE and (elsewhere := changed_beside(*pair)):
        return _beside(told, elsewhere, pair)
    told |= {"differing": len(differing(chosen.one)), "parts": len(chosen.one.parts)}
    times, course = in_course((suspect.time, found.weight) for (suspect, _known), found in placed)
    return Finding(
        name,
        middle,
        used.error if middle else 0.0,
        SAID[kind(chosen.one, used)],
        told,
        pair[0].share(chosen.person.box),
        times,
        course,
        pair,
    )


@dataclass(frozen=True, eq=False)
class _Placed:
    """Somebody in the suspect view, compared with who stands there in the known one."""

    person: Person
    one: Compared
    weight: float


def _most_unlike(suspect: View, known: View, used: Calibration) -> _Placed | None:
    """The person of the suspect view whose face is least like the known one; None where the place is another."""
    lying = laid(suspect, known) if suspect.people else None
    if lying is None:
        return None
    seen = [(person, compared(suspect, person, known, lying)) for person in suspect.people]
    placed = [_Placed(person, one, weight(one, used)) for person, one in seen]
    return max(placed, key=lambda each: (each.weight, each.person.size))


def _beside(told: dict[str, Any], found: Beside, pair: tuple[View, View]) -> Finding:
    """It weighs nothing, since words and stickers are laid over pictures too; but such a picture is not untouched."""
    time = pair[0].time
    faces = {"faces": max(1, round(found.faces))}
    times = () if time is None else (time,)
    return Finding(name, 0.0, 0.0, BESIDE, told | faces, found.region, times, seen=pair, look=True)
