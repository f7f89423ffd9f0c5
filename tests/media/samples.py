"""Pictures, videos and broken files made on the spot: nothing is taken from anywhere."""

from __future__ import annotations

import io
import math
import struct
import wave
import zipfile
import zlib
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import av
import numpy as np
from PIL import Image, ImageDraw


def picture(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A colourful scene of its own for every seed: soft clouds, shapes with edges, some grain."""
    rng = np.random.default_rng(seed)
    clouds = Image.fromarray(rng.integers(0, 256, (9, 12, 3), np.uint8)).resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(clouds)
    for _ in range(14):
        x, y = int(rng.integers(0, size[0])), int(rng.integers(0, size[1]))
        w, h = int(rng.integers(10, size[0] // 3)), int(rng.integers(10, size[1] // 3))
        colour = tuple(int(value) for value in rng.integers(0, 256, 3))
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape((x, y, x + w, y + h), fill=colour)
    grain = rng.normal(0, 6, (size[1], size[0], 1))
    return Image.fromarray(np.clip(np.asarray(clouds) + grain, 0, 255).astype(np.uint8))


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    """The picture as a file of ``form`` (Pillow's name)."""
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpeg(seed: int, **options: Any) -> bytes:
    return encoded(picture(seed), "JPEG", **{"quality": 90, **options})


def heic(image: Image.Image, **options: Any) -> bytes:
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(image).save(out, **{"quality": 90, **options})
    return out.getvalue()


def animation(seeds: Iterable[int], form: str, milliseconds: int, size: tuple[int, int] = (320, 240)) -> bytes:
    first, *rest = [picture(seed, size) for seed in seeds]
    return encoded(first, form, save_all=True, append_images=rest, duration=milliseconds, loop=0)


def scenes(seeds: Iterable[int], seconds_each: float, fps: int, size: tuple[int, int]) -> Iterable[Image.Image]:
    """Each seed's picture for a while, drifting slowly."""
    for seed in seeds:
        wide = picture(seed, (size[0] + 32, size[1] + 32))
        count = round(seconds_each * fps)
        for number in range(count):
            x = round(16 + 16 * math.sin(number / count * math.pi))
            yield wide.crop((x, x // 2, x + size[0], x // 2 + size[1]))


def video(
    seeds: Iterable[int] = (1, 2, 3),
    seconds_each: float = 3.0,
    *,
    form: str = "mp4",
    codec: str = "libx264",
    fps: int = 10,
    size: tuple[int, int] = (320, 240),
    edit: Any = None,
    pixels: str = "yuv420p",
    bit_rate: int = 0,
    options: dict[str, str] | None = None,
) -> bytes:
    """A video of ``scenes``; ``edit`` is applied to every frame (a Pillow picture) before it is encoded."""
    out = io.BytesIO()
    with av.open(out, "w", format=form, options=options or {}) as container:
        stream = None
        for number, frame in enumerate(scenes(seeds, seconds_each, fps, size)):
            drawn = edit(frame) if edit else frame
            if stream is None:
                stream = container.add_stream(codec, rate=fps)
                stream.width, stream.height = drawn.size
                stream.pix_fmt = pixels
                if bit_rate:
                    stream.bit_rate = bit_rate
            image = av.VideoFrame.from_image(drawn)
            image.pts, image.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(image))
        assert stream is not None
        container.mux(stream.encode(None))
    return out.getvalue()


def video_without_frames(form: str) -> bytes:
    """A container that promises a video stream and holds none of it."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        container.start_encoding()
    return out.getvalue()


def sound(seconds: float = 1.0) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x10" * int(8000 * seconds))
    return out.getvalue()


def png_header_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few hundred bytes that says it is enormous."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack("!I", len(body)) + name + body + struct.pack("!I", zlib.crc32(name + body))

    header = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


def packed(content: bytes, password: bool) -> bytes:
    """A ZIP file; with ``password`` its entry is marked as encrypted, as any reader finds it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("picture.jpg", content)
    data = bytearray(out.getvalue())
    if password:
        data[6] |= 1
        data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)
