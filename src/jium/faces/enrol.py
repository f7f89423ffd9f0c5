"""The person looked for: which face of which photo, and how good a photo it is. Kept in memory, never written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jium.faces.face import Seen, Template, unit
from jium.language import gettext_noop

# A face so much larger than all others of a photo is the one that the photo is of.
CLEARLY_LARGER = 2.5
# Less than that makes a photo a poor one: pixels, see jium.faces.quality, the detector's confidence.
SMALL, BLURRED, TURNED, UNCLEAR = 64.0, 6.0, 0.75, 0.75

ADVICE = {
    "small": gettext_noop("The face is small: a photo in which it is larger finds more."),
    "blurred": gettext_noop("The face is blurred: a sharper photo finds more."),
    "turned": gettext_noop("The face is turned away: a photo from the front finds more."),
    "unclear": gettext_noop("The face is hard to make out, covered or dark: one without glasses or mask finds more."),
    "unlike": gettext_noop("The faces of these photos do not resemble each other: are they all of one person?"),
}


class NoFace(ValueError):
    """There is no face in the photo named."""

    def __init__(self, photo: str) -> None:
        super().__init__(photo)
        self.photo = photo


class SeveralFaces(ValueError):
    """The photo named shows several people, and nobody said which. ``count``: how many."""

    def __init__(self, photo: str, count: int) -> None:
        super().__init__(photo)
        self.photo, self.count = photo, count


@dataclass(frozen=True)
class Photo:
    """The face taken from a photo; ``number`` of ``count`` from the left. ``advice``: keys of :data:`ADVICE`."""

    name: str
    face: Seen
    number: int
    count: int
    advice: tuple[str, ...]


@dataclass(frozen=True)
class Enrolled:
    """One person, by one or several photos."""

    photos: tuple[Photo, ...]

    @property
    def template(self) -> Template:
        """The mean of all photos: it finds more than each of them does, and is no oftener wrong than one of them."""
        return unit(np.sum([photo.face.template for photo in self.photos], axis=0))

    def nearest(self, template: Template) -> int:
        """The number of the photo that a face resembles most, from 0 on."""
        return int(np.argmax([float(photo.face.template @ template) for photo in self.photos]))


def enrol(photos: Sequence[tuple[str, Sequence[Seen]]], chosen: int | None, alike: float) -> Enrolled:
    """``photos``: their names and the faces seen in each, at least one photo. ``chosen``: the person in the first
    photo, counted from 1 and from the left. In every other photo it is the face most like the ones that are sure.

    ``alike``: from which similarity on two faces may be one person's. Raises :class:`NoFace`, :class:`SeveralFaces`.
    """
    sure: dict[int, Photo] = {}
    for place, (name, faces) in enumerate(photos):
        if not faces:
            raise NoFace(name)
        # In further photos somebody else may stand in front: only a face alone is evident there.
        number = chosen if chosen and not place else _evident(faces) if not place or len(faces) == 1 else None
        if number is not None:
            if not 1 <= number <= len(faces):
                raise SeveralFaces(name, len(faces))
            sure[place] = _photo(name, faces, number)
    for place, (name, faces) in enumerate(photos):
        if place not in sure:
            known = [photo.face.template for photo in sure.values()]
            sure[place] = _photo(name, faces, _most_like(name, faces, known, alike))
    return Enrolled(_told_unlike([sure[place] for place in range(len(photos))], alike))


def from_left(faces: Sequence[Seen]) -> list[Seen]:
    """In the order in which people count them."""
    return sorted(faces, key=lambda face: (face.box[0] + face.box[2], face.box[1]))


def _evident(faces: Sequence[Seen]) -> int | None:
    """The number of the only face or of one much larger than all others."""
    largest = max(faces, key=lambda face: face.size)
    others = [face.size for face in faces if face is not largest]
    clear = not others or largest.size >= CLEARLY_LARGER * max(others)
    return from_left(faces).index(largest) + 1 if clear else None


def _most_like(name: str, faces: Sequence[Seen], known: Sequence[Template], alike: float) -> int:
    if not known:
        raise SeveralFaces(name, len(faces))
    likeness = [max(float(face.template @ one) for one in known) for face in from_left(faces)]
    best = int(np.argmax(likeness))
    rest = [value for number, value in enumerate(likeness) if number != best]
    if likeness[best] < alike or max(rest) >= alike:
        raise SeveralFaces(name, len(faces))
    return best + 1


def _photo(name: str, faces: Sequence[Seen], number: int) -> Photo:
    face = from_left(faces)[number - 1]
    return Photo(name, face, number, len(faces), poor(face))


def poor(face: Seen) -> tuple[str, ...]:
    """What makes this face a poor one to look for, as keys of :data:`ADVICE`."""
    wrong = {
        "small": face.size < SMALL,
        "blurred": face.sharpness < BLURRED,
        "turned": face.turn > TURNED,
        "unclear": face.confidence < UNCLEAR,
    }
    return tuple(name for name, so in wrong.items() if so)


def _told_unlike(photos: list[Photo], alike: float) -> tuple[Photo, ...]:
    """With "unlike" where a photo's face resembles none of the others'."""
    told = []
    for photo in photos:
        others = [float(photo.face.template @ other.face.template) for other in photos if other is not photo]
        unlike = bool(others) and max(others) < alike / 2
        advice = (*photo.advice, "unlike") if unlike else photo.advice
        told.append(Photo(photo.name, photo.face, photo.number, photo.count, advice))
    return tuple(told)
