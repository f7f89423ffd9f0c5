"""What is on screen is looked at, whenever its frame arrives: films and animations by their times."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from jium import dna
from jium.dna.fingerprint import MOST_SECONDS
from jium.media import video
from jium.media.frame import Frame
from jium.media.probe import probe
from jium.media.sandbox import Sandbox
from tests.media import samples
from tests.media.samples import picture

SIZE = (160, 120)
STEP = 0.5
Shown = Sequence[tuple[int, float]]


def film(*frames: tuple[int, float], last: float = 0.04, form: str = "matroska") -> bytes:
    """Pictures (by their seeds), each from a second on; ``last``: how long the last one says that it is shown."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        stream = container.add_stream("mjpeg", rate=25)
        (stream.width, stream.height), stream.pix_fmt = SIZE, "yuvj420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for number, (seed, since) in enumerate(frames):
            frame = av.VideoFrame.from_image(picture(seed, SIZE))
            frame.pts, frame.time_base = round(since * 1000), Fraction(1, 1000)
            until = frames[number + 1][1] if number + 1 < len(frames) else since + last
            for packet in stream.encode(frame):
                packet.duration = round((until - since) * 1000)
                container.mux(packet)
        container.mux(stream.encode())
    return out.getvalue()


def seed_of(frame: Frame) -> int:
    """Which picture this is."""
    ((_, rows),) = frame.strips()
    small = np.asarray(Image.fromarray(np.asarray(rows).astype(np.uint8)).resize((32, 24)), float)
    gaps = {
        seed: np.abs(np.asarray(picture(seed, SIZE).convert("L").resize((32, 24)), float) - small).mean()
        for seed in range(1, 10)
    }
    return min(gaps, key=lambda seed: gaps[seed])


def looked_at(content: bytes) -> list[tuple[int, float]]:
    opened = video.open_video(io.BytesIO(content), probe(io.BytesIO(content)).decoder)
    assert isinstance(opened, video.Video)
    return [(seed_of(frame), round(frame.time or 0.0, 2)) for frame in video.sampled(opened, STEP)]


# Frames with their seconds, and what is to be looked at.
FILMS: dict[str, tuple[Shown, Shown]] = {
    "one that arrives between two steps and stays": (
        [(1, 0), (2, 0.6), (3, 8)],
        [(1, 0), (2, 0.6), (2, 7.5), (3, 8)],
    ),
    "black for an instant, then the picture": ([(1, 0), (2, 0.04), (2, 0.3)], [(1, 0), (2, 0.3)]),
    "one that flashes by": ([(1, 0), (2, 0.2), (1, 0.24), (1, 0.9)], [(1, 0), (1, 0.24), (1, 0.9)]),
    "a single frame": ([(4, 0)], [(4, 0)]),
    "a clip shorter than a step": ([(1, 0), (2, 0.1), (3, 0.3)], [(1, 0), (3, 0.3)]),
    "slides": ([(1, 0), (2, 3), (3, 6), (4, 9)], [(1, 0), (1, 2.5), (2, 3), (2, 5.5), (3, 6), (3, 8.5), (4, 9)]),
    "exactly at the steps": ([(1, 0), (2, 0.5), (3, 1.0), (4, 1.5)], [(1, 0), (2, 0.5), (3, 1.0), (4, 1.5)]),
    "just before a step": ([(1, 0), (2, 0.49), (3, 0.51), (4, 0.99)], [(1, 0), (2, 0.49), (4, 0.99)]),
    "a pause": ([(1, 0), (2, 0.5), (3, 60), (4, 60.5)], [(1, 0), (2, 0.5), (2, 59.5), (3, 60), (4, 60.5)]),
    "that begins late": ([(1, 5), (2, 5.6), (3, 7)], [(1, 0), (2, 0.6), (2, 1.5), (3, 2)]),
}


@pytest.mark.parametrize("name", FILMS)
def test_what_is_on_screen_at_a_step_is_looked_at(name: str) -> None:
    frames, expected = FILMS[name]
    assert looked_at(film(*frames)) == [pytest.approx(one) for one in expected]


def test_the_last_picture_is_looked_at_as_long_as_it_says() -> None:
    assert looked_at(film((1, 0), (2, 0.5), (3, 1.1), last=3.0, form="mp4"))[-2:] == [(3, 1.1), (3, 4.0)]


@pytest.mark.parametrize("seconds", [1, 3, 7])
def test_a_preview_shows_the_frame_that_is_on_screen_then(seconds: int, decoder: Sandbox) -> None:
    content = film((1, 0), (2, 0.6), (3, 5), (4, 9))
    shown = Image.open(io.BytesIO(dna.preview(content, time=float(seconds), side=160, sandbox=decoder)))
    plain = np.asarray(picture({1: 2, 3: 2, 7: 3}[seconds], SIZE).convert("L"), float)
    assert np.abs(np.asarray(shown, float) - plain).mean() < 12


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_an_animation_is_shown_by_the_picture_that_stays_longest(form: str, decoder: Sandbox) -> None:
    first, *rest = [picture(seed, SIZE) for seed in (1, 2, 3)]
    content = samples.encoded(first, form, save_all=True, append_images=rest, duration=[100, 2000, 100], loop=0)
    shown = Image.open(io.BytesIO(dna.preview(content, side=160, sandbox=decoder)))
    assert np.abs(np.asarray(shown, float) - np.asarray(picture(2, SIZE).convert("L"), float)).mean() < 12


def test_a_picture_that_says_it_stays_for_years_costs_nothing(decoder: Sandbox) -> None:
    first, *rest = [picture(seed, SIZE) for seed in (1, 2)]
    still = samples.encoded(first, "PNG", save_all=True, append_images=rest, duration=65_535_000, loop=0)
    made = dna.fingerprint(film((1, 0), (1, 2e5), (2, 2e5 + 1)), decoder)
    for one in (made, dna.fingerprint(still, decoder)):
        assert max(frame.until or frame.time or 0 for frame in one.frames) <= MOST_SECONDS
        assert dna.compare(one, one).match
