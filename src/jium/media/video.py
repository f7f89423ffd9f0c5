"""Videos and sound, decoded with FFmpeg (PyAV). Runs inside the sandbox only.

Few frames a second are read, of most only the brightness plane, so memory does not grow with the length.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import av
import numpy as np
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from jium.media.errors import MediaError
from jium.media.frame import Frame, Pixels, whole

STEP_SECONDS = 1.0
FEW = 3
# Further ahead than this a key frame is looked for; up to there it is quicker to decode what lies between.
SEEK_SECONDS = 3.0
ROUGHLY_SECONDS = 10.0
_INSTANT = 1e-6
# Times in files are rounded.
_NEARLY = 1e-3
MAX_FRAME_PIXELS = 8192 * 8192
THREADS = 2
# Display matrix (degrees, counter-clockwise) to EXIF orientation.
_TURNED = {0: 1, 90: 8, 180: 3, 270: 6}
_FULL_RANGE = 2
_BESIDE = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image


@dataclass(frozen=True)
class Sound:
    """A container with sound but no moving picture. ``duration`` in seconds, if it says."""

    duration: float | None


@dataclass(frozen=True)
class Video:
    """An opened container and the stream of pictures in it. ``duration`` in seconds, if it says."""

    container: InputContainer
    stream: VideoStream
    duration: float | None


def open_video(file: BinaryIO, demuxer: str) -> Video | Sound:
    """Read the container's header. ``demuxer``: from :func:`jium.media.probe.probe`.

    Raises :class:`MediaError`.
    """
    try:
        container = av.open(file, mode="r", format=demuxer, metadata_errors="ignore")
    except av.error.EOFError as nothing:
        raise MediaError("no_frames") from nothing
    except av.error.FFmpegError as damage:
        raise MediaError("truncated") from damage
    try:
        opened = _opened(container)
    except BaseException:
        container.close()
        raise
    if isinstance(opened, Sound):
        container.close()
    return opened


def _opened(container: InputContainer) -> Video | Sound:
    stream = _main_stream(container)
    if stream is not None:
        _prepare(stream)
        return Video(container, stream, _duration(container, stream))
    if not container.streams.audio:
        raise MediaError("no_frames")
    if not _can_be_heard(container):
        raise MediaError("truncated")
    return Sound(_duration(container, container.streams.audio[0]))


def _main_stream(container: InputContainer) -> VideoStream | None:
    """What is watched: of several streams the one that shows most for longest, wherever it stands in the file.

    A cover picture inside a sound file is not a video, nor are the thumbnails of one.
    """
    shown = [one for one in container.streams.video if not one.disposition & _BESIDE]
    return max(shown, key=lambda one: (_size(one) * _own_seconds(container, one), _is_default(one)), default=None)


def _size(stream: VideoStream) -> int:
    context = stream.codec_context
    return max(1, context.width * context.height) if context else 0


def _own_seconds(container: InputContainer, stream: VideoStream) -> float:
    """How long a stream says that it is; as long as the file where it says nothing.

    Matroska says it in a tag, which FFmpeg does not believe: it guesses the file's own length.
    """
    told = re.fullmatch(r"(\d+):(\d+):(\d+(?:\.\d+)?)", stream.metadata.get("DURATION", "").strip())
    if told:
        return int(told[1]) * 3600 + int(told[2]) * 60 + float(told[3])
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return float(container.duration or av.time_base) / av.time_base


def _is_default(stream: VideoStream) -> bool:
    return bool(stream.disposition & Disposition.default)


def _can_be_heard(container: InputContainer) -> bool:
    """Whether a first bit of sound can be decoded: FFmpeg believes some headers whatever follows them."""
    try:
        return next(container.decode(audio=0), None) is not None
    except (av.error.FFmpegError, ValueError):
        return False


def _prepare(stream: VideoStream) -> None:
    context = stream.codec_context
    # An encrypted stream has a name no decoder answers to.
    if context is None:
        raise MediaError("no_frames")
    if context.width * context.height > MAX_FRAME_PIXELS:
        raise MediaError("too_large")
    context.thread_count = THREADS
    context.thread_type = "AUTO"


def _duration(container: InputContainer, stream: Stream) -> float | None:
    if container.duration and container.duration > 0:
        return float(container.duration) / av.time_base
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return None


def sampled(video: Video, step: float = STEP_SECONDS, *, colour: bool = False) -> Iterator[Frame]:
    """What is on screen every ``step`` seconds, from the video's first frame on; in brightness or in ``colour``.

    A frame comes with the second from which it shows; where it is on screen for more than a step, it comes once
    more when it is last seen. Frames that flash by between two steps do not come, but a clip so short that it has
    fewer than :data:`FEW` steps ends with its last frame. Then the video is closed.
    """
    due = count = 0  # the next step, and how many frames came
    for frame, since, until, is_last in _on_screen(video):
        last_step = math.ceil((until - _INSTANT) / step) - 1
        if last_step < due and not (is_last and count < FEW):
            continue
        due, count = max(due, last_step + 1), count + 1
        seen = _frame(frame, since, _rgb if colour else _grey)
        yield seen
        if last_step * step - since > step:
            yield replace(seen, time=last_step * step)


def _on_screen(video: Video) -> Iterator[tuple[VideoFrame, float, float, bool]]:
    """Every frame, from and until which second it is shown, and whether it is the last one."""
    held: tuple[VideoFrame, float] | None = None
    for frame, at in _timed(video):
        if held:
            yield *held, at, False
        held = (frame, at)
    if held:
        frame, since = held
        yield frame, since, since + _seconds(frame), True


def _timed(video: Video) -> Iterator[tuple[VideoFrame, float]]:
    """Every frame, and the second since the first at which it is shown."""
    start: float | None = None
    rate = float(video.stream.average_rate or 25)
    for number, frame in enumerate(_decoded(video)):
        # Raw streams carry no times, only frames.
        seen = frame.time if frame.time is not None else number / rate
        if start is None:
            start = seen
        yield frame, max(seen - start, 0.0)


def _seconds(frame: VideoFrame) -> float:
    """How long a frame says that it is shown."""
    return float(frame.duration * frame.time_base) if frame.duration and frame.time_base else 0.0


def frame_at(video: Video, time: float) -> Frame:
    """As :func:`frames_at`, one frame, in brightness."""
    (frame,) = frames_at(video, [time])
    return frame


def frames_at(video: Video, times: Sequence[float], *, colour: bool = False) -> Iterator[Frame]:
    """The frames shown at ``times`` (seconds after the first frame, rising); the last one there is for those beyond a
    damaged or early end; in brightness or in ``colour``. Each comes with the second asked for. It is closed then.

    Raises :class:`MediaError` where there is no frame at all.
    """
    with video.container:
        coming = _timed_packets(video)
        shown: VideoFrame | None = None
        following = next(coming, None)
        for time in times:
            if following and time - following[1] > SEEK_SECONDS:
                coming, following = _from_before(video, time) or (coming, following)
            while following and (shown is None or following[1] <= time + _NEARLY):
                shown, following = following[0], next(coming, None)
            if shown is None:
                raise MediaError("no_frames")
            yield _frame(shown, time, _rgb if colour else _grey)


def _timed_packets(video: Video) -> Iterator[tuple[VideoFrame, float]]:
    """Every frame from here on, and how many seconds after the first one of all it is shown."""
    first, rate = _first_second(video.stream), float(video.stream.average_rate or 25)
    for number, frame in enumerate(_from_packets(video.container, video.stream)):
        yield frame, max(frame.time - first, 0.0) if frame.time is not None else number / rate


def _first_second(stream: VideoStream) -> float:
    return float((stream.start_time or 0) * stream.time_base) if stream.time_base else 0.0


_Timed = tuple[VideoFrame, float]


def _from_before(video: Video, time: float) -> tuple[Iterator[_Timed], _Timed | None] | None:
    """What comes from a key frame before that second on, and its first frame; None where this container cannot seek.

    Some containers are only roughly sought, and land behind it: then further before, at last from the beginning.
    """
    stream = video.stream
    if not stream.time_base or stream.start_time is None:
        return None
    for earlier in (0.0, ROUGHLY_SECONDS, time):
        try:
            at = stream.start_time + int((time - earlier) / stream.time_base)
            video.container.seek(at, stream=stream, backward=True)
        except av.error.FFmpegError:
            continue
        coming = _timed_packets(video)
        first = next(coming, None)
        if first and (first[1] <= time + _NEARLY or earlier == time):
            return coming, first
    return None


def _decoded(video: Video) -> Iterator[VideoFrame]:
    """Every frame that can be decoded; damaged packets are passed over. Then the container is closed.

    Left to the garbage collector, decoders' threads would pile up and use up the address space allowed.
    """
    with video.container as container:
        yield from _from_packets(container, video.stream)


def _from_packets(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.error.FFmpegError:
            # Cut off: what came before is all there is.
            return
        try:
            frames = packet.decode()
        except MemoryError as bomb:
            raise MediaError("too_large") from bomb
        except (av.error.FFmpegError, ValueError):
            continue
        yield from (frame for frame in frames if isinstance(frame, VideoFrame))


def _frame(frame: VideoFrame, time: float, pixels: Callable[[VideoFrame], Pixels]) -> Frame:
    if frame.width * frame.height > MAX_FRAME_PIXELS:
        raise MediaError("too_large")
    turned = _TURNED.get(round(frame.rotation / 90) * 90 % 360, 1)
    return whole(pixels(frame), turned, time)


def _rgb(frame: VideoFrame) -> Pixels:
    return frame.reformat(format="rgb24").to_ndarray().astype(np.uint8, copy=False)


def _grey(frame: VideoFrame) -> Pixels:
    name = frame.format.name
    bits = frame.format.components[0].bits
    direct = name.startswith("yuv") and frame.format.is_planar and not frame.format.is_big_endian
    if not direct or not 8 <= bits <= 16:
        return frame.reformat(format="gray").to_ndarray().astype(np.uint8, copy=False)
    plane = frame.planes[0]
    kind = np.dtype(np.uint8 if bits == 8 else np.uint16)
    rows: NDArray[Any] = np.frombuffer(memoryview(plane), kind).reshape(-1, plane.line_size // kind.itemsize)
    values = rows[: frame.height, : frame.width]
    full = name.startswith("yuvj") or frame.color_range == _FULL_RANGE
    if full and bits == 8:
        return values.astype(np.uint8, copy=False)
    black, white = (0.0, 255.0) if full else (16.0, 235.0)
    one = np.float32(2 ** (bits - 8))
    scaled: Pixels = (values.astype(np.float32) / one - np.float32(black)) * np.float32(255.0 / (white - black))
    return scaled
