"""Places with a drawn person in them, and what is done to such a picture."""

from __future__ import annotations

import hashlib

import cv2
import numpy as np

from jium.bench.face_fakes import finder
from jium.bench.swaps import Shown
from jium.faces.face import Face, Pixels
from jium.faces.finding import find
from jium.faces.model import both_sides
from jium.forensics.view import Person, View
from tests.faces import drawn

WIDTH, HEIGHT = 640, 480
# Where the drawn person is put.
LEFT, TOP = 190, 90
# How much skin varies, in levels.
SKIN = 6.0


def scene(place: int, person: int) -> Pixels:
    """A place with many things in it, and somebody in front."""
    random = np.random.RandomState(place)
    rgb = np.full((HEIGHT, WIDTH, 3), random.randint(60, 180, 3), np.uint8)
    for _thing in range(160):
        colour = tuple(int(value) for value in random.randint(0, 256, 3))
        x, y = random.randint(0, WIDTH), random.randint(0, HEIGHT)
        wide, tall = random.randint(8, 70, 2)
        if random.rand() < 0.5:
            cv2.rectangle(rgb, (x, y), (x + wide, y + tall), colour, -1, cv2.LINE_AA)
        else:
            cv2.ellipse(rgb, (x, y), (wide, tall), random.randint(0, 180), 0, 360, colour, -1, cv2.LINE_AA)
    rgb = cv2.GaussianBlur(rgb, (0, 0), 1.0)
    rgb[TOP : TOP + 256, LEFT : LEFT + 256] = _somebody(person)
    return np.asarray(rgb, np.uint8)


def _somebody(person: int) -> Pixels:
    """A drawn face with lines and a skin of its own: without them drawn people are too much alike, and too smooth."""
    random = np.random.RandomState(person)
    rgb = np.array(drawn.face(person))
    lined = rgb.copy()
    for _line in range(40):
        x, y = random.normal(128, 26), random.normal(140, 34)
        along = random.uniform(0, np.pi)
        reach = random.uniform(4, 14) * np.array([np.cos(along), np.sin(along)])
        ends = [tuple(int(value) for value in (x, y) + reach * side) for side in (-1, 1)]
        cv2.line(lined, ends[0], ends[1], tuple(int(value) for value in rgb[140, 128] * 0.7), 2, cv2.LINE_AA)
    skin = cv2.GaussianBlur(random.normal(0, 1, rgb.shape[:2]), (0, 0), 1.5)
    textured = cv2.GaussianBlur(lined, (0, 0), 0.8) + (SKIN / skin.std() * skin)[..., None]
    return np.asarray(np.clip(textured, 0, 255), np.uint8)


# What was seen of a picture, by its digest: finding takes long, and the same pictures are looked at again and again.
_faces: dict[bytes, Face] = {}
_views: dict[bytes, View] = {}


def _digest(rgb: Pixels) -> bytes:
    return hashlib.sha256(str(rgb.shape).encode() + np.ascontiguousarray(rgb).tobytes()).digest()


def face_of(rgb: Pixels) -> Face:
    """The largest face, as the model that comes with jium sees it."""
    digest = _digest(rgb)
    if digest not in _faces:
        _faces[digest] = max(find(finder(), rgb), key=lambda face: face.size)
    return _faces[digest]


def view(rgb: Pixels, face: Face | None = None) -> View:
    """With the one person in it: the face given, or the largest."""
    digest = _digest(rgb)
    if face is None and digest in _views:
        return _views[digest]
    person, model = face or face_of(rgb), finder()
    template = both_sides(model, model.align(rgb, person))
    seen = View(rgb, None, (Person(person.box, person.points, person.confidence, template),))
    if face is None:
        _views[digest] = seen
    return seen


def shown(rgb: Pixels) -> Shown:
    return Shown(rgb, face_of(rgb))
