"""Makes the demo's videos: slow camera moves over drawn scenes, encoded as an ordinary MP4."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from jium.demoweb.scenes import Size, draw

FRAMES_A_SECOND = 12
SECONDS_A_SHOT = 2
# A shot sees this share of a scene and moves over the rest.
VIEW = 0.7


def shoot(scenes: tuple[tuple[str, int], ...], size: Size = (640, 360)) -> Iterator[Image.Image]:
    """The frames of a film with one shot for each (scene, seed)."""
    width, height = size
    frames = FRAMES_A_SECOND * SECONDS_A_SHOT
    for number, (scene, seed) in enumerate(scenes):
        whole = draw(scene, seed, (round(width / VIEW), round(height / VIEW)))
        room = whole.width - width
        for frame in range(frames):
            share = frame / (frames - 1)
            left = round(room * (share if number % 2 else 1 - share))
            top = round((whole.height - height) * share)
            yield whole.crop((left, top, left + width, top + height))


def encode(frames: Iterator[Image.Image], path: Path, quality: int = 23) -> None:
    """Write ``frames`` as H.264 in MP4. ``quality`` is x264's CRF: 18 fine … 36 coarse."""
    with av.open(str(path), "w", format="mp4") as film:
        track = film.add_stream("libx264", rate=FRAMES_A_SECOND)
        track.pix_fmt = "yuv420p"
        # One thread: with several, the bytes depend on the machine.
        track.options = {"crf": str(quality), "preset": "veryfast", "threads": "1"}
        for number, image in enumerate(frames):
            if number == 0:
                track.width, track.height = image.size
            frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FRAMES_A_SECOND)
            film.mux(track.encode(frame))
        film.mux(track.encode())
