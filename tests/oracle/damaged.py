"""Damaged and odd files of pictures that browsers show all the same, and how they are made."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator

from PIL import Image

from tests.media import samples
from tests.media.odd import cut
from tests.media.samples import encoded, png_chunk

SCENE = samples.picture(7, (320, 240))
SIGNATURE = b"\x89PNG\r\n\x1a\n"
Chunk = tuple[bytes, bytes] | bytes


def without(content: bytes, count: int) -> bytes:
    return content[:-count]


def changed(content: bytes, seed: int, *, begin: float = 0.1, count: int = 10) -> bytes:
    """With some bytes from ``begin`` (of 1) on put at random."""
    chance, made = random.Random(seed), bytearray(content)
    for _ in range(count):
        made[chance.randrange(int(len(made) * begin), len(made))] = chance.randrange(256)
    return bytes(made)


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        yield content[at + 4 : at + 8], content[at + 8 : at + 8 + size]
        at += size + 12


def png(*parts: Chunk) -> bytes:
    return SIGNATURE + b"".join(part if isinstance(part, bytes) else png_chunk(*part) for part in parts)


def wrong_sum(name: bytes, body: bytes) -> bytes:
    chunk = png_chunk(name, body)
    return chunk[:-4] + bytes([chunk[-4] ^ 255]) + chunk[-3:]


PLAIN = encoded(SCENE, "PNG")
HEADER: Chunk = next(chunks(PLAIN))
PIXELS = b"".join(body for name, body in chunks(PLAIN) if name == b"IDAT")
ROWS = zlib.decompress(PIXELS)
END: Chunk = (b"IEND", b"")
PARTS = [(b"IDAT", PIXELS[at : at + 4096]) for at in range(0, len(PIXELS), 4096)]


def png_with(*more: Chunk) -> bytes:
    """The scene with these chunks before its pixels."""
    return png(HEADER, *more, (b"IDAT", PIXELS), END)


def png_of(packed: bytes) -> bytes:
    return png(HEADER, (b"IDAT", packed), END)


def jpeg(**options: object) -> bytes:
    return encoded(SCENE, "JPEG", quality=85, **options)


def jpeg_with(*segments: tuple[int, bytes]) -> bytes:
    """The scene with these segments (marker, body) first."""
    plain = jpeg()
    made = b"".join(bytes([0xFF, marker]) + struct.pack("!H", len(body) + 2) + body for marker, body in segments)
    return plain[:2] + made + plain[2:]


def animated(form: str) -> bytes:
    return samples.animation((7, 2, 3, 4), form, 200)


def animated_png(edit: Callable[[bytes, bytes], Chunk]) -> bytes:
    return png(*(edit(name, body) for name, body in chunks(animated("PNG"))))


def gif(interlaced: bool = False) -> bytes:
    return encoded(SCENE, "GIF", interlace=int(interlaced))


def on_a_larger_screen(content: bytes) -> bytes:
    """A GIF whose picture lies 40 points from the left and 30 from the top of a screen that is so much larger."""
    made = bytearray(content)
    made[6:10] = struct.pack("<HH", SCENE.width + 40, SCENE.height + 30)
    at = made.index(b",\0\0\0\0" + struct.pack("<HH", *SCENE.size))
    made[at + 1 : at + 5] = struct.pack("<HH", 40, 30)
    return bytes(made)


def icon(bitmap: bool = False) -> bytes:
    out = io.BytesIO()
    small = SCENE.resize((256, 192), Image.Resampling.BOX)
    small.save(out, "ICO", sizes=[(256, 192)], **({"bitmap_format": "bmp"} if bitmap else {}))
    return out.getvalue()


def cursor() -> bytes:
    made = bytearray(icon(bitmap=True))
    made[2] = 2  # what it is
    made[10:14] = bytes(4)  # where it points
    return bytes(made)


def webp() -> bytes:
    return encoded(SCENE, "WEBP", quality=85)


TEXT = b"parameters\0" + b"word " * 2_000_000
FILES: dict[str, Callable[[], bytes]] = {
    "JPEG without its last byte": lambda: without(jpeg(), 1),
    "JPEG without its end": lambda: without(jpeg(), 2),
    "JPEG without its last hundred bytes": lambda: without(jpeg(), 100),
    "JPEG cut": lambda: cut(jpeg(), 0.7),
    "JPEG with restarts, cut": lambda: cut(jpeg(restart_marker_blocks=8), 0.7),
    "JPEG, grey, without its end": lambda: without(encoded(SCENE.convert("L"), "JPEG"), 2),
    "JPEG, CMYK, cut": lambda: cut(encoded(SCENE.convert("CMYK"), "JPEG", quality=90), 0.8),
    "JPEG, progressive, without its end": lambda: without(jpeg(progressive=True), 2),
    "JPEG, progressive, cut early": lambda: cut(jpeg(progressive=True), 0.4),
    "JPEG, progressive, cut late": lambda: cut(jpeg(progressive=True), 0.9),
    "JPEG with bytes changed": lambda: changed(jpeg(), 5, begin=0.3, count=5),
    "JPEG with rubbish behind": lambda: jpeg() + b"x" * 5000,
    "JPEG with zeros for its end": lambda: without(jpeg(), 2) + bytes(3000),
    "JPEG with rubbish between its parts": lambda: jpeg()[:20] + b"rubbish" + jpeg()[20:],
    "JPEG with filling between its parts": lambda: jpeg()[:2] + b"\xff" * 5 + jpeg()[2:],
    "JPEG with much comment": lambda: jpeg_with(*[(0xFE, b"c" * 65_000)] * 100),
    "JPEG with an empty part": lambda: jpeg_with((0xE1, b"")),
    "JPEG with broken EXIF": lambda: jpeg_with((0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff")),
    "JPEG with a broken list of pictures": lambda: jpeg_with((0xE2, b"MPF\0II*\0\xff\xff\xff\xff" + bytes(28))),
    "JPEG with a broken profile": lambda: jpeg_with((0xE2, b"ICC_PROFILE\0\2\5" + bytes(16))),
    "JPEG with broken Photoshop facts": lambda: jpeg_with((0xED, b"Photoshop 3.0\x008BIM\4\4\0\xff\xff\xff\xff")),
    "PNG without its last byte": lambda: without(PLAIN, 1),
    "PNG without its end": lambda: without(PLAIN, 12),
    "PNG cut": lambda: cut(PLAIN, 0.7),
    "PNG, interlaced, cut": lambda: cut(samples.png_interlaced(SCENE), 0.9),
    "PNG that says it is longer": lambda: png(HEADER) + b"\x7f\xff\xff\xffIDAT" + PIXELS,
    "PNG with rubbish behind": lambda: PLAIN + b"x" * 3000,
    "PNG whose pixels have a wrong sum": lambda: png(HEADER, wrong_sum(b"IDAT", PIXELS), END),
    "PNG whose end has a wrong sum": lambda: png(HEADER, (b"IDAT", PIXELS), wrong_sum(*END)),
    "PNG without the sum of its rows": lambda: png_of(PIXELS[:-4]),
    "PNG with a wrong sum of its rows": lambda: png_of(PIXELS[:-4] + bytes(4)),
    "PNG with more rows than it says": lambda: png_of(zlib.compress(ROWS + b"more" * 99)),
    "PNG with fewer rows than it says": lambda: png_of(zlib.compress(ROWS[: len(ROWS) * 7 // 10])),
    "PNG with an unknown filter": lambda: png_of(zlib.compress(ROWS[: 961 * 150] + b"\x09" + ROWS[961 * 150 + 1 :])),
    "PNG in empty parts": lambda: png(HEADER, *(each for part in PARTS for each in ((b"IDAT", b""), part)), END),
    "PNG with megabytes of text": lambda: png_with((b"tEXt", TEXT)),
    "PNG with megabytes of text behind": lambda: png(HEADER, (b"IDAT", PIXELS), (b"tEXt", TEXT), END),
    "PNG with megabytes of international text": lambda: png_with((b"iTXt", b"prompt\0\0\0\0\0" + TEXT)),
    "PNG with text that unpacks to megabytes": lambda: png_with((b"zTXt", b"x\0\0" + zlib.compress(bytes(80 << 20)))),
    "PNG with megabytes of an unknown kind": lambda: png_with((b"caBX", bytes(10 << 20))),
    "PNG with ten thousand texts": lambda: png_with(*[(b"tEXt", b"k\0v")] * 10_000),
    "PNG with text that does not unpack": lambda: png_with((b"zTXt", b"x\0\0rubbish")),
    "PNG with half an international text": lambda: png_with((b"iTXt", b"x")),
    "PNG with a text of a wrong sum": lambda: png_with(wrong_sum(b"tEXt", b"k\0v")),
    "PNG with a gamma of a wrong sum": lambda: png_with(wrong_sum(b"gAMA", struct.pack("!I", 45_455))),
    **{
        f"PNG with half a {name.decode()}": lambda name=name: png_with((name, b"\0"))
        for name in (b"gAMA", b"cHRM", b"pHYs", b"iCCP", b"eXIf", b"tIME", b"sBIT", b"tRNS", b"acTL", b"hIST", b"oFFs")
    },
    "PNG with an empty sRGB": lambda: png_with((b"sRGB", b"")),
    "PNG with a palette that it does not use": lambda: png_with((b"PLTE", b"abcd")),
    "PNG that says it moves and does not": lambda: png_with((b"acTL", struct.pack("!II", 0, 0))),
    "GIF without its last byte": lambda: without(gif(), 1),
    "GIF cut": lambda: cut(gif(), 0.7),
    "GIF, interlaced, without its last bytes": lambda: without(gif(interlaced=True), 100),
    "GIF, interlaced, cut late": lambda: cut(gif(interlaced=True), 0.8),
    "GIF, interlaced, cut early": lambda: cut(gif(interlaced=True), 0.4),
    "GIF, interlaced, on a larger screen, cut": lambda: cut(on_a_larger_screen(gif(interlaced=True)), 0.5),
    "GIF with rubbish behind": lambda: gif() + b"x" * 999,
    "GIF larger than its screen": lambda: gif()[:6] + struct.pack("<HH", 100, 100) + gif()[10:],
    "GIF without a screen": lambda: gif()[:6] + bytes(4) + gif()[10:],
    "moving GIF cut in its first frame": lambda: cut(animated("GIF"), 0.2),
    "moving GIF cut": lambda: cut(animated("GIF"), 0.6),
    "moving GIF with bytes changed": lambda: changed(animated("GIF"), 1, begin=0.5),
    "moving PNG cut": lambda: cut(animated("PNG"), 0.6),
    "moving PNG out of order": lambda: animated_png(
        lambda name, body: (name, b"\0\0\0\x63" + body[4:] if name == b"fdAT" else body)
    ),
    "moving PNG whose later frames are rubbish": lambda: animated_png(
        lambda name, body: (name, body[:4] + b"rubbish" * 9 if name == b"fdAT" else body)
    ),
    "moving PNG whose later frames have wrong sums": lambda: animated_png(
        lambda name, body: wrong_sum(name, body) if name == b"fdAT" else (name, body)
    ),
    "WebP with rubbish behind": lambda: webp() + b"x" * 333,
    "WebP with bytes changed": lambda: changed(webp(), 1, begin=0.3),
    "moving WebP with bytes changed": lambda: changed(animated("WEBP"), 1, begin=0.5),
    "AVIF with rubbish behind": lambda: encoded(SCENE, "AVIF") + b"x" * 99,
    "BMP cut": lambda: cut(encoded(SCENE, "BMP"), 0.7),
    "BMP that says it is empty": lambda: b"BM" + bytes(4) + encoded(SCENE, "BMP")[6:],
    "icon": icon,
    "icon, as a bitmap": lambda: icon(bitmap=True),
    "cursor": cursor,
}
