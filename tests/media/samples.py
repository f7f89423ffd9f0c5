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
from functools import lru_cache
from typing import Any

import av
import numpy as np
from PIL import Image, ImageDraw


def picture(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A colourful scene of its own for every seed: soft clouds, shapes with edges, some grain."""
    return _picture(seed, size).copy()


@lru_cache(maxsize=64)
def _picture(seed: int, size: tuple[int, int]) -> Image.Image:
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


# Encoders at their quickest that still does what files from elsewhere do (frames out of order, for one).
QUICKLY = {
    "libx264": {"preset": "superfast"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
}


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
    given = tuple(sorted((options or {}).items()))
    make = _video.__wrapped__ if edit else _video  # what an edit does may differ from call to call
    return make(tuple(seeds), seconds_each, form, codec, fps, size, edit, pixels, bit_rate, given)


@lru_cache(maxsize=32)
def _video(
    seeds: tuple[int, ...],
    seconds_each: float,
    form: str,
    codec: str,
    fps: int,
    size: tuple[int, int],
    edit: Any,
    pixels: str,
    bit_rate: int,
    given: tuple[tuple[str, str], ...],
) -> bytes:
    options = dict(given)
    out = io.BytesIO()
    with av.open(out, "w", format=form, options=options) as container:
        stream = None
        for number, frame in enumerate(scenes(seeds, seconds_each, fps, size)):
            drawn = edit(frame) if edit else frame
            if stream is None:
                stream = container.add_stream(codec, rate=fps, options=QUICKLY.get(codec))
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
    return _png(struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0), b"\0" * 999)


def _png(header: bytes, rows: bytes) -> bytes:
    parts = [png_chunk(b"IHDR", header), png_chunk(b"IDAT", zlib.compress(rows)), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


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


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack("!I", len(body)) + name + body + struct.pack("!I", zlib.crc32(name + body))


def with_png_chunk(content: bytes, name: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    return content[:33] + png_chunk(name, body) + content[33:]


def png16(image: Image.Image) -> bytes:
    """An RGB PNG of 16 bits a channel."""
    pixels = np.asarray(image.convert("RGB")).astype(">u2") * 257
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack("!IIBBBBB", *image.size, 16, 2, 0, 0, 0)
    return _png(header, rows)


def png_interlaced(image: Image.Image) -> bytes:
    """An RGB PNG in seven passes."""
    pixels = np.asarray(image.convert("RGB"))
    passes = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
    rows = b"".join(b"\0" + row.tobytes() for y, x, dy, dx in passes for row in pixels[y::dy, x::dx])
    header = struct.pack("!IIBBBBB", *image.size, 8, 2, 0, 0, 1)
    return _png(header, rows)


def png_exif_last(image: Image.Image, orientation: int) -> bytes:
    """A PNG that says only behind its pixels how it is turned."""
    content = encoded(image, "PNG")
    exif = b"MM\0*\0\0\0\x08" + struct.pack("!HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    return content[:-12] + png_chunk(b"eXIf", exif) + content[-12:]


def tiff16(image: Image.Image) -> bytes:
    """A grey or RGB TIFF of 16 bits a channel, big-endian."""
    rows = (np.asarray(image).astype(">u2") * 257).astype(">u2").tobytes()
    count = len(image.getbands())
    bits_at = 8 + 2 + 9 * 12 + 4
    fields = (
        struct.pack("!HHII", 256, 4, 1, image.width),
        struct.pack("!HHII", 257, 4, 1, image.height),
        struct.pack("!HHII", 258, 3, 3, bits_at) if count == 3 else struct.pack("!HHIHH", 258, 3, 1, 16, 0),
        struct.pack("!HHIHH", 259, 3, 1, 1, 0),
        struct.pack("!HHIHH", 262, 3, 1, 2 if count == 3 else 1, 0),
        struct.pack("!HHII", 273, 4, 1, bits_at + 6),
        struct.pack("!HHIHH", 277, 3, 1, count, 0),
        struct.pack("!HHII", 278, 4, 1, image.height),
        struct.pack("!HHII", 279, 4, 1, len(rows)),
    )
    directory = struct.pack("!H", len(fields)) + b"".join(fields) + bytes(4)
    return b"MM\0*" + struct.pack("!I", 8) + directory + struct.pack("!3H", 16, 16, 16) + rows


def ycck_jpeg(image: Image.Image) -> bytes:
    """A CMYK JPEG as Adobe's programs write it: inverted, its inks stored as brightness and two colours."""
    cyan, magenta, yellow, black = image.convert("CMYK").split()
    stored = Image.merge("RGB", (cyan, magenta, yellow)).convert("YCbCr")
    inverted = [channel.point([255 - level for level in range(256)]) for channel in stored.split()]
    content = bytearray(encoded(Image.merge("CMYK", (*inverted, black)), "JPEG", quality=95, subsampling=0))
    content[content.index(b"Adobe") + 11] = 2
    return bytes(content)


def _profile(kind: bytes, space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """An ICC profile, version 2, of these tags."""
    at, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        table += name + struct.pack("!II", at + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = bytearray(128)
    struct.pack_into("!I4sI4s4s4s", head, 0, at + len(body), b"\0" * 4, 0x02400000, kind, space, b"XYZ ")
    if kind == b"prtr":
        head[20:24] = b"Lab "
    struct.pack_into("!6H4s", head, 24, 2026, 1, 1, 0, 0, 0, b"acsp")
    struct.pack_into("!III", head, 68, 0xF6D6, 0x10000, 0xD32D)
    return bytes(head) + struct.pack("!I", len(tags)) + table + body


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack("!3i", *(round(value * 65536) for value in values))


def _curve(points: Iterable[int]) -> bytes:
    levels = list(points)
    return b"curv\0\0\0\0" + struct.pack(f"!I{len(levels)}H", len(levels), *levels)


SRGB = ((0.4360, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
DISPLAY_P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
UPWARDS = tuple(round(65535 * (level / 255) ** 2.2) for level in range(256))


def rgb_profile(primaries: Iterable[tuple[float, float, float]] = SRGB, curve: Iterable[int] = UPWARDS) -> bytes:
    """A colour profile of a screen: its red, green and blue, and what its levels mean (0..65535)."""
    tags = {name + b"XYZ": _xyz(*values) for name, values in zip((b"r", b"g", b"b"), tuple(primaries), strict=True)}
    tags |= {name + b"TRC": _curve(curve) for name in (b"r", b"g", b"b")}
    return _profile(b"mntr", b"RGB ", {b"wtpt": _xyz(0.9642, 1.0, 0.8249), **tags})


def grey_profile(curve: Iterable[int] = UPWARDS) -> bytes:
    return _profile(b"mntr", b"GRAY", {b"wtpt": _xyz(0.9642, 1.0, 0.8249), b"kTRC": _curve(curve)})


def cmyk_profile(inverted: bool = False) -> bytes:
    """A printer whose paper is as light as the least ink leaves it; ``inverted``: no ink is black."""
    corners = []
    for number in range(16):
        cyan, magenta, yellow, black = ((number >> bit) & 1 for bit in (3, 2, 1, 0))
        light = (1 - black) * (1 - 0.3 * cyan - 0.59 * magenta - 0.11 * yellow)
        corners += [round(255 * (1 - light if inverted else light)), 128, 128]
    linear = bytes(range(256))
    identity = b"".join(struct.pack("!i", 65536 * (at % 4 == 0)) for at in range(9))
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + identity + linear * 4 + bytes(corners) + linear * 3
    return _profile(b"prtr", b"CMYK", {b"wtpt": _xyz(0.9642, 1.0, 0.8249), b"A2B0": table})
