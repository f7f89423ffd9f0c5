"""Is another face in this picture than in the original? The strongest proof there is, where the original is known.

(:mod:`jium.forensics.laying` lays the known picture on the suspect one, by what surrounds the faces.)

parts       the faces are compared part by part, and what is right around them
weighing    how much likelier such a comparison is for a composite than for an untouched copy
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from jium.forensics.finding import Finding, in_course
from jium.forensics.laying import laid
from jium.forensics.signal import Material, Original
from jium.forensics.signals.known_original.parts import Compared, compared
from jium.forensics.signals.known_original.weighing import (
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
    "original's, part by part, and so was what borders on it."
)
limits = gettext_noop(
    "It errs where the original that was given is a composite itself, and where somebody holds her head a little "
    "differently in another photo of the same moment. Where only a part of the face was changed, the mouth for "
    "instance, it stays undetermined: words, stickers or spectacles in one of the pictures look the same. It was "
    "measured with composites made by hand and by simple programs; those of AI networks were not at hand."
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
        "The face was blurred, made of squares, or covered, and so is unlike {original}. That says nothing."
    ),
    "unseen": gettext_noop("Too little of the face can be compared with {original}: it is small, cut off, or covered."),
}
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
    laid_pairs = [(pair, found) for pair in original.pairs if (found := _most_unlike(*pair, used))]
    if not laid_pairs:
        return Finding(name, 0.0, 0.0, ELSEWHERE, told)
    # Of a film the middle one of its frames: one frame may be blurred, or half covered by the next scene.
    middle = median(weight(one, used) for _pair, (_person, one) in laid_pairs)
    pair, (person, one) = min(laid_pairs, key=lambda each: abs(weight(each[1][1], used) - middle))
    told |= {"differing": len(differing(one)), "parts": len(one.parts)}
    times, course = in_course((suspect.time, weight(each, used)) for (suspect, _known), (_person, each) in laid_pairs)
    return Finding(
        name,
        middle,
        used.error if middle else 0.0,
        SAID[kind(one, used)],
        told,
        pair[0].share(person.box),
        times,
        course,
        pair,
    )


def _most_unlike(suspect: View, known: View, used: Calibration) -> tuple[Person, Compared] | None:
    """The person of the suspect view whose face is least like the known one; None where the place is another."""
    lying = laid(suspect, known) if suspect.people else None
    if lying is None:
        return None
    seen = [(person, compared(suspect, person, known, lying)) for person in suspect.people]
    return max(seen, key=lambda one: (weight(one[1], used), one[0].size))
