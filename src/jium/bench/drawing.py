"""What people draw over faces in pictures that they pass on: subtitles, stickers, spectacles, masks, beards.

Whoever has the picture without it and the one with it has no composite. Sizes go by the face's five points.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.bench.corpus.items import Rgb
from jium.faces.face import Face

Place = NDArray[np.float32]
_DARK, _YELLOW, _WHITE = (28, 24, 26), (255, 204, 50), (255, 255, 255)


def subtitle(rgb: Rgb, face: Face, rng: np.random.Generator, part: str) -> Rgb:
    """One line of words over a ``part`` of the face, white with a dark rim."""
    shown, place = rgb.copy(), _places(face)[part]
    words = str(rng.choice(["I never said that", "what happened next", "wait for the end of it", "MORE ON MY CHANNEL"]))
    scale = rng.uniform(0.5, 1.1) * _eyes(face) / 22
    (width, height), _low = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, scale, 2)
    at = (round(float(place[0]) - width / 2), round(float(place[1]) + height / 2))
    for colour, thick in ((_DARK, 4 * scale), (_WHITE, 1.6 * scale)):
        cv2.putText(shown, words, at, cv2.FONT_HERSHEY_SIMPLEX, scale, colour, max(1, round(2 * thick)), cv2.LINE_AA)
    return shown


def sticker(rgb: Rgb, face: Face, rng: np.random.Generator, part: str) -> Rgb:
    """A round face that smiles, over a part of the face."""
    shown, (x, y) = rgb.copy(), _whole(_places(face)[part])
    radius = max(3, round(rng.uniform(0.25, 0.6) * _eyes(face)))
    cv2.circle(shown, (x, y), radius, _YELLOW, -1, cv2.LINE_AA)
    for side in (-1, 1):
        cv2.circle(shown, (x + side * radius // 3, y - radius // 4), max(1, radius // 7), _DARK, -1, cv2.LINE_AA)
    cv2.ellipse(shown, (x, y), (radius // 2, radius // 2), 0, 20, 160, _DARK, max(1, radius // 8), cv2.LINE_AA)
    return shown


def spectacles(rgb: Rgb, face: Face, rng: np.random.Generator, filled: bool) -> Rgb:
    """Rims around both eyes, or dark glasses."""
    shown, apart = rgb.copy(), _eyes(face)
    thick = -1 if filled else max(1, round(rng.uniform(0.03, 0.09) * apart))
    axes = (max(2, round(rng.uniform(0.32, 0.42) * apart)), max(2, round(rng.uniform(0.24, 0.34) * apart)))
    turn = float(np.degrees(np.arctan2(*(face.points[1] - face.points[0])[::-1])))
    for eye in face.points[:2]:
        cv2.ellipse(shown, _whole(eye), axes, turn, 0, 360, _DARK, thick, cv2.LINE_AA)
    between = [_whole(face.points[a] + 0.32 * (face.points[b] - face.points[a])) for a, b in ((0, 1), (1, 0))]
    cv2.line(shown, between[0], between[1], _DARK, max(1, round(0.06 * apart)), cv2.LINE_AA)
    return shown


def mask(rgb: Rgb, face: Face, rng: np.random.Generator) -> Rgb:
    """Nose, mouth and chin covered, as by a mask of cloth."""
    shown, (left, right, nose, *_mouth) = rgb.copy(), face.points
    apart, down = right - left, _down(face)
    colour = [(180, 205, 225), (235, 235, 235), (35, 32, 30), (214, 170, 150)][int(rng.integers(4))]
    corners = [
        nose - 0.95 * apart - 0.1 * down,
        nose - 0.25 * down,
        nose + 0.95 * apart - 0.1 * down,
        nose + 0.75 * apart + 1.1 * down,
        nose + 1.4 * down,
        nose - 0.75 * apart + 1.1 * down,
    ]
    cv2.fillPoly(shown, [np.array(corners, np.int32)], colour, cv2.LINE_AA)
    return shown


def beard(rgb: Rgb, face: Face, rng: np.random.Generator) -> Rgb:
    """Dark and grainy around the mouth, growing in softly."""
    x, y = face.points[3:].mean(axis=0) + 0.25 * _down(face)
    soft = np.zeros(rgb.shape[:2], np.float32)
    axes = (round(0.75 * _eyes(face)), round(0.5 * _eyes(face)))
    cv2.ellipse(soft, _whole(np.array([x, y])), axes, 0, 0, 360, 1.0, -1)
    soft = np.asarray(cv2.GaussianBlur(soft, (0, 0), max(1.0, 0.06 * _eyes(face))), np.float32)[..., None] * 0.75
    hair = np.array([42, 36, 34]) + rng.normal(0, 25, (*rgb.shape[:2], 1))
    return np.asarray(np.clip(rgb * (1 - soft) + hair * soft, 0, 255), np.uint8)


def whiskers(rgb: Rgb, face: Face, _rng: np.random.Generator) -> Rgb:
    """A dark nose and six white whiskers."""
    shown, nose, apart = rgb.copy(), face.points[2], _eyes(face)
    along, down = (face.points[1] - face.points[0]), _down(face)
    cv2.circle(shown, _whole(nose), max(2, round(0.16 * apart)), _DARK, -1, cv2.LINE_AA)
    for side in (-1, 1):
        for step in (-1, 0, 1):
            ends = [nose + side * far * along + (0.1 + wide * step) * down for far, wide in ((0.3, 0.06), (0.85, 0.16))]
            cv2.line(shown, _whole(ends[0]), _whole(ends[1]), _WHITE, max(1, round(0.04 * apart)), cv2.LINE_AA)
    return shown


def shut(rgb: Rgb, face: Face, _rng: np.random.Generator) -> Rgb:
    """Eyes painted shut, in the colour of the skin."""
    shown, apart = rgb.copy(), _eyes(face)
    x, y = _whole(face.points[2])
    skin = tuple(map(int, np.median(rgb[max(0, y - 4) : y + 5, max(0, x - 4) : x + 5].reshape(-1, 3), axis=0)))
    for eye in face.points[:2]:
        wide, high = round(0.22 * apart), max(1, round(0.11 * apart))
        cv2.ellipse(shown, _whole(eye), (wide, high), 0, 0, 360, skin, -1, cv2.LINE_AA)
        lid = (wide, max(1, high // 2))
        cv2.ellipse(shown, _whole(eye), lid, 0, 0, 180, _DARK, max(1, round(0.03 * apart)), cv2.LINE_AA)
    return shown


def blurred(rgb: Rgb, face: Face, _rng: np.random.Generator) -> Rgb:
    """Only the mouth made unrecognisable."""
    soft = np.zeros(rgb.shape[:2], np.float32)
    axes = (round(0.55 * _eyes(face)), round(0.35 * _eyes(face)))
    cv2.ellipse(soft, _whole(_places(face)["mouth"]), axes, 0, 0, 360, 1.0, -1)
    soft = np.asarray(cv2.GaussianBlur(soft, (0, 0), max(1.0, 0.04 * _eyes(face))), np.float32)[..., None]
    dull = np.asarray(cv2.GaussianBlur(rgb, (0, 0), 0.13 * _eyes(face)), np.uint8)
    return np.asarray(rgb * (1 - soft) + dull * soft, np.uint8)


DRAWN: dict[str, Callable[[Rgb, Face, np.random.Generator], Rgb]] = {
    "subtitle over the mouth": partial(subtitle, part="mouth"),
    "subtitle over the eyes": partial(subtitle, part="eyes"),
    "sticker on an eye": partial(sticker, part="eye"),
    "sticker on the nose": partial(sticker, part="nose"),
    "sticker on the mouth": partial(sticker, part="mouth"),
    "spectacles": partial(spectacles, filled=False),
    "dark glasses": partial(spectacles, filled=True),
    "mask": mask,
    "beard": beard,
    "whiskers": whiskers,
    "eyes painted shut": shut,
    "mouth blurred": blurred,
}
# Drawn so they are reported on, and never tuned with.
HELD_OUT = ("subtitle over the eyes", "sticker on the mouth", "mask", "whiskers", "eyes painted shut")


def _places(face: Face) -> dict[str, Place]:
    points = face.points
    return {
        "eye": points[0],
        "eyes": points[:2].mean(axis=0),
        "nose": points[2],
        "mouth": points[3:].mean(axis=0),
    }


def _eyes(face: Face) -> float:
    """How far apart they are, in pixels."""
    return float(np.hypot(*(face.points[1] - face.points[0])))


def _down(face: Face) -> Place:
    """From between the eyes to the mouth."""
    return np.asarray(face.points[3:].mean(axis=0) - face.points[:2].mean(axis=0), np.float32)


def _whole(place: Place) -> tuple[int, int]:
    return round(float(place[0])), round(float(place[1]))
