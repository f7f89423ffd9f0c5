"""Single frames of a film, near and far apart, are those that are on screen at that second."""

from __future__ import annotations

import io
from typing import Any

import av
import numpy as np
import pytest

from jium.media import video
from jium.media.errors import MediaError
from jium.media.probe import probe

RATE, COUNT = 10, 200


def film(container: str) -> bytes:
    """Every frame a little brighter than the one before, with a key frame every two seconds."""
    target = io.BytesIO()
    with av.open(target, "w", format=container) as written:
        stream: Any = written.add_stream("libx264", rate=RATE, options={"g": "20", "crf": "10"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(COUNT):
            level = np.full((48, 64, 3), 25 + number, np.uint8)
            written.mux(stream.encode(av.VideoFrame.from_ndarray(level, format="rgb24")))
        written.mux(stream.encode())
    return target.getvalue()


def opened(content: bytes) -> video.Video:
    found = video.open_video(io.BytesIO(content), probe(io.BytesIO(content)).decoder)
    assert isinstance(found, video.Video)
    return found


def numbers(content: bytes, times: list[float]) -> list[int]:
    """Which frame came for each second, by its brightness."""
    found = []
    for frame in video.frames_at(opened(content), times, colour=True):
        ((_top, pixels),) = frame.strips()
        found.append(round(float(pixels.mean())) - 25)
    return found


@pytest.mark.parametrize("container", ["mp4", "matroska", "mpegts"])
def test_frames_near_and_far_apart_are_those_of_their_second(container: str) -> None:
    times = [0.0, 0.32, 0.4, 1.0, 7.05, 7.15, 12.0, 19.5]
    wanted = [0, 3, 4, 10, 70, 71, 120, 195]
    assert numbers(film(container), times) == pytest.approx(wanted, abs=1)


def test_a_second_asked_for_twice_is_the_same_frame() -> None:
    first, second = numbers(film("mpegts"), [9.0, 9.0])
    assert first == second == pytest.approx(90, abs=1)


def test_beyond_the_end_the_last_frame_comes() -> None:
    assert numbers(film("mp4"), [19.0, 30.0, 500.0]) == pytest.approx([190, 199, 199], abs=1)


def test_each_frame_says_the_second_asked_for() -> None:
    assert [frame.time for frame in video.frames_at(opened(film("mp4")), [0.5, 3.3])] == [0.5, 3.3]


def test_one_frame_is_the_same_in_brightness() -> None:
    ((_top, pixels),) = video.frame_at(opened(film("mp4")), 8.0).strips()
    assert pixels.ndim == 2
    assert float(np.asarray(pixels).mean()) == pytest.approx(25 + 80, abs=2)


def test_a_film_cut_off_before_its_first_frame_has_none() -> None:
    content = film("matroska")
    with pytest.raises(MediaError):
        list(video.frames_at(opened(content[:1200]), [0.0]))
