"""Is a face taken from a photo that was given? Then the picture is a composite, though nobody knows its original.

bending     the photo's head bent onto the suspect picture's
comparing   how much alike they are then, beyond what two photos of one person share
weighing    how much likelier such a comparison is for a face taken from the photo
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from jium.forensics.finding import Finding, in_course
from jium.forensics.signal import Material, Photo
from jium.forensics.signals.borrowed_photo.comparing import Compared, compared
from jium.forensics.signals.borrowed_photo.weighing import Calibration, Kind, calibration, kind, weight
from jium.forensics.view import Person, View
from jium.language import gettext_noop

name = "borrowed_photo"
title = gettext_noop("Compared with photos of the person")
method = gettext_noop(
    "Both heads were brought into one position, the photo's was bent onto the other, and light, expression and fine "
    "lines were compared."
)
limits = gettext_noop(
    "Photos of one burst, or two in which somebody looks much alike, may agree as well. Of a face that was bent "
    "strongly too little is left to tell. That a face was not taken from this photo says nothing."
)
# So many people of a picture are compared with each photo.
MOST_PEOPLE = 5

SAID: dict[Kind, str] = {
    "taken": gettext_noop(
        "The face looks taken from the photo {photo} and put in here: light, expression and fine lines agree as "
        "two photos of one person hardly ever do. Two of one burst may."
    ),
    "another": gettext_noop(
        "The face is not taken from the photo {photo}. Another one may have been used: that says nothing."
    ),
    "the photo": gettext_noop(
        "This is the photo {photo} itself, with its surroundings. Name it with --against to see whether the face is "
        "still hers."
    ),
    "close": gettext_noop(
        "The photo {photo} or the picture shows too little around the face: it may be the same photo, uncropped. That "
        "says nothing."
    ),
    "small": gettext_noop("The faces are too small to be compared with the photo {photo}."),
}
NOBODY = gettext_noop("No face is seen in what was examined, so none was compared with the photo {photo}.")
NO_FACE = gettext_noop("In the photo {photo} no face is seen.")
UNMEASURED = gettext_noop(
    "How much a comparison with the photo {photo} is worth was never measured with this face model."
)


def findings(material: Material) -> Sequence[Finding]:
    """One for each photo."""
    used = calibration(material.model)
    return [_of(photo, material.views, used) for photo in material.photos]


def _of(photo: Photo, views: Sequence[View], used: Calibration | None) -> Finding:
    told: dict[str, Any] = {"photo": photo.name}
    if used is None:
        return Finding(name, 0.0, 0.0, UNMEASURED, told)
    if not photo.view.people:
        return Finding(name, 0.0, 0.0, NO_FACE, told)
    seen = [found for view in views if (found := most_alike(view, photo.view, used))]
    if not seen:
        return Finding(name, 0.0, 0.0, NOBODY, told)
    # Of a film the middle one of its frames.
    middle = median(weight(one, used) for _view, _person, one in seen)
    view, person, one = min(seen, key=lambda found: abs(weight(found[2], used) - middle))
    times, course = in_course((suspect.time, weight(each, used)) for suspect, _person, each in seen)
    return Finding(
        name,
        middle,
        used.error if middle else 0.0,
        SAID[kind(one, used)],
        told,
        view.share(person.box),
        times,
        course,
        (view, photo.view),
    )


def most_alike(view: View, photo: View, used: Calibration) -> tuple[View, Person, Compared] | None:
    """The person of the suspect view whose face is most like the photo's largest."""
    herself = photo.people[0]
    # In a crowd it is one of those who resemble her.
    likest = sorted(view.people, key=lambda one: -float(one.template @ herself.template))[:MOST_PEOPLE]
    compared_all = [(view, one, found) for one in likest if (found := compared(view, one, photo, herself))]
    return max(compared_all, key=lambda one: (weight(one[2], used), one[2].likeness), default=None)
