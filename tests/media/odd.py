"""Odd pictures, each with what must become of it. docs/pictures.md says the same in words, by the same names."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from tests.media import samples

SCENE = samples.picture(7)
GREY = SCENE.convert("L")
CONTENTS = Callable[[], bytes]


@dataclass(frozen=True)
class Read:
    """A file that is read. Its code lies within ``bits`` of 256 from that of ``like`` as a plain file.

    ``damaged``: what is seen is only what could still be decoded.
    """

    make: CONTENTS
    bits: int
    like: Callable[[], Image.Image] = lambda: SCENE
    damaged: bool = False


@dataclass(frozen=True)
class Views:
    """A file with these views, in this order; each is on average at most ``levels`` of 255 away in brightness."""

    make: CONTENTS
    expected: Callable[[], list[Image.Image]]
    levels: float = 2.0


def cut(content: bytes, share: float) -> bytes:
    return content[: int(len(content) * share)]


def filled(share: float, grey: int, from_bottom: bool = False) -> Callable[[], Image.Image]:
    """The scene down to this share of its rows, and one colour below (or above)."""

    def make() -> Image.Image:
        picture = SCENE.copy()
        row = round(SCENE.height * share)
        box = (0, 0, SCENE.width, SCENE.height - row) if from_bottom else (0, row, SCENE.width, SCENE.height)
        picture.paste((grey, grey, grey), box)
        return picture

    return make


def line(size: tuple[int, int]) -> Image.Image:
    return Image.fromarray(np.random.default_rng(5).integers(0, 256, (size[1], size[0]), np.uint8))


def exif(orientation: int) -> Image.Exif:
    block = Image.Exif()
    block[0x0112] = orientation
    return block


def sideways(orientation: int) -> Image.Image:
    """The raster that looks like the scene once it is turned as ``orientation`` says."""
    turned = SCENE.copy()
    turned.getexif()[0x0112] = {6: 8, 8: 6}.get(orientation, orientation)
    return ImageOps.exif_transpose(turned)


def glass(side: int = 280) -> Image.Image:
    """The scene with a square hole, under which red is stored."""
    picture = SCENE.convert("RGBA")
    picture.paste((200, 0, 0, 0), (100, 100, 100 + side, 100 + side))
    return picture


def glass_on(colour: tuple[int, int, int], side: int = 280) -> Image.Image:
    picture = SCENE.copy()
    picture.paste(colour, (100, 100, 100 + side, 100 + side))
    return picture


def three_glasses() -> list[Image.Image]:
    return [glass_on(colour) for colour in ((255, 255, 255), (0, 0, 0), (200, 0, 0))]


def grey_glass() -> Image.Image:
    alpha = glass().getchannel("A")
    return Image.merge("LA", (glass().convert("RGB").convert("L"), alpha))


def palette_glass() -> Image.Image:
    """Two boxes of colour on a transparent ground that is stored as green."""
    flat = Image.new("P", (300, 200), 0)
    flat.putpalette([0, 180, 0, 200, 30, 30, 30, 30, 200] + [0] * 759)
    flat.paste(1, (20, 30, 120, 170))
    flat.paste(2, (150, 10, 280, 90))
    return flat


def boxes_on(colour: tuple[int, int, int]) -> Image.Image:
    flat = Image.new("RGB", (300, 200), colour)
    flat.paste((200, 30, 30), (20, 30, 120, 170))
    flat.paste((30, 30, 200), (150, 10, 280, 90))
    return flat


def floating(edit: Callable[[np.ndarray], np.ndarray]) -> bytes:
    return samples.encoded(Image.fromarray(edit(np.asarray(GREY).astype(np.float32)).astype(np.float32)), "TIFF")


def with_pixel(value: float) -> CONTENTS:
    def edit(levels: np.ndarray) -> np.ndarray:
        levels[240, 320] = value
        return levels

    return lambda: floating(edit)


def deep() -> Image.Image:
    return Image.fromarray(np.asarray(GREY).astype(np.uint16) * 257)


def png_size(width: int, height: int) -> bytes:
    return samples.png_header_bomb(width, height)


def jpeg_size(width: int, height: int) -> bytes:
    content = bytearray(samples.encoded(Image.new("L", (16, 16)), "JPEG"))
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack("!HH", height, width)
    return bytes(content)


def gif_size(width: int, height: int) -> bytes:
    content = bytearray(samples.encoded(Image.new("L", (16, 16)), "GIF"))
    content[6:10] = struct.pack("<HH", width, height)
    at = content.rindex(b",\0\0\0\0")
    content[at + 5 : at + 9] = struct.pack("<HH", width, height)
    return bytes(content)


def bmp_size(width: int, height: int) -> bytes:
    content = bytearray(samples.encoded(Image.new("RGB", (16, 16)), "BMP"))
    content[18:26] = struct.pack("<ii", width, height)
    return bytes(content)


def webp_size(width: int, height: int) -> bytes:
    content = bytearray(samples.encoded(Image.new("RGB", (16, 16)), "WEBP", lossless=True))
    at = content.index(b"VP8L") + 9
    content[at : at + 4] = struct.pack("<I", (width - 1) | (height - 1) << 14)
    return bytes(content)


def with_texts(count: int, size: int) -> bytes:
    """The scene as a PNG with texts that unpack to ``count`` × ``size`` bytes."""
    content = samples.encoded(SCENE, "PNG")
    text = samples.png_chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(size)))
    return content[:33] + text * count + content[33:]


def png_profile(profile: bytes) -> bytes:
    content = samples.encoded(SCENE, "PNG")
    return samples.with_png_chunk(content, b"iCCP", b"x\0\0" + zlib.compress(profile))


def jpeg_profile(profile: bytes, image: Image.Image = SCENE) -> bytes:
    return samples.encoded(image, "JPEG", quality=95, icc_profile=profile)


def gamma(value: float) -> bytes:
    return samples.with_png_chunk(samples.encoded(SCENE, "PNG"), b"gAMA", struct.pack("!I", round(value * 100_000)))


DOWNWARDS = tuple(reversed(samples.UPWARDS))
INVERTING = samples.rgb_profile(curve=DOWNWARDS)
# What is stored as blue is shown as green, and so on round.
SWAPPING = samples.rgb_profile((samples.SRGB[1], samples.SRGB[2], samples.SRGB[0]))


def inverted(image: Image.Image) -> Image.Image:
    return ImageOps.invert(image)


def swapped() -> Image.Image:
    red, green, blue = SCENE.split()
    return Image.merge("RGB", (blue, red, green))


def brightened(exponent: float) -> Image.Image:
    return SCENE.point([round(255 * (level / 255) ** exponent) for level in range(256)] * 3)


def progressive(share: float) -> bytes:
    return cut(samples.encoded(SCENE, "JPEG", quality=90, progressive=True), share)


def baseline(share: float) -> bytes:
    return cut(samples.encoded(SCENE, "JPEG", quality=90), share)


def broken_row() -> bytes:
    """A PNG whose data are rubbish from its middle on."""
    content = bytearray(samples.encoded(SCENE, "PNG"))
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(64)
    return bytes(content)


def webp_cut_in_metadata() -> bytes:
    return samples.encoded(SCENE, "WEBP", quality=90, exif=exif(1), xmp=bytes(5000))[:-2000]


READ: dict[str, Read] = {
    "1 x 10,000": Read(lambda: samples.encoded(line((1, 10_000)), "PNG"), 0, lambda: line((1, 10_000))),
    "10,000 x 1": Read(lambda: samples.encoded(line((10_000, 1)), "PNG"), 0, lambda: line((10_000, 1))),
    "16-bit grey PNG": Read(lambda: samples.encoded(deep(), "PNG"), 2, lambda: GREY),
    "16-bit grey TIFF": Read(lambda: samples.encoded(deep(), "TIFF"), 2, lambda: GREY),
    "16-bit grey TIFF, big-endian": Read(lambda: samples.tiff16(GREY), 2, lambda: GREY),
    "16-bit colour PNG": Read(lambda: samples.png16(SCENE), 2),
    "16-bit colour TIFF": Read(lambda: samples.tiff16(SCENE), 2),
    "16-bit grey PNG with a transparent level": Read(
        lambda: samples.with_png_chunk(samples.encoded(deep(), "PNG"), b"tRNS", b"\xff\xff"), 2, lambda: GREY
    ),
    "floats 0..1": Read(lambda: floating(lambda levels: levels / 255), 2, lambda: GREY),
    "floats 0..255": Read(lambda: floating(lambda levels: levels), 2, lambda: GREY),
    "floats below zero": Read(lambda: floating(lambda levels: levels * 40 - 3000), 2, lambda: GREY),
    "CMYK JPEG as Adobe writes it": Read(lambda: samples.encoded(SCENE.convert("CMYK"), "JPEG", quality=95), 8),
    "YCCK JPEG": Read(lambda: samples.ycck_jpeg(SCENE), 8),
    "palette with transparency": Read(
        lambda: samples.encoded(palette_glass(), "PNG", transparency=0), 2, lambda: boxes_on((255, 255, 255))
    ),
    "GIF with transparency": Read(
        lambda: samples.encoded(palette_glass(), "GIF", transparency=0), 2, lambda: boxes_on((255, 255, 255))
    ),
    "colour and transparency": Read(lambda: samples.encoded(glass(), "PNG"), 2, lambda: glass_on((255, 255, 255))),
    "grey and transparency": Read(lambda: samples.encoded(grey_glass(), "PNG"), 2, lambda: glass_on((255, 255, 255))),
    **{
        f"turned by EXIF {number}": Read(
            lambda number=number: samples.encoded(sideways(number), "JPEG", quality=95, exif=exif(number)), 12
        )
        for number in range(1, 9)
    },
    "turned by EXIF behind the pixels": Read(lambda: samples.png_exif_last(sideways(6), 6), 12),
    "EXIF that says no turn there is": Read(lambda: samples.encoded(SCENE, "JPEG", quality=95, exif=exif(9)), 8),
    "broken EXIF": Read(
        lambda: samples.encoded(SCENE, "JPEG", quality=95, exif=b"Exif\0\0MM\0*\xff\xff\xff\xff rubbish"), 8
    ),
    "progressive JPEG cut at 30 %": Read(lambda: progressive(0.3), 16, damaged=True),
    "progressive JPEG cut at 60 %": Read(lambda: progressive(0.6), 8, damaged=True),
    "progressive JPEG cut at 90 %": Read(lambda: progressive(0.9), 8, damaged=True),
    "JPEG cut at 60 %": Read(lambda: baseline(0.6), 24, filled(0.62, 128), damaged=True),
    "JPEG cut at 90 %": Read(lambda: baseline(0.9), 24, filled(0.92, 128), damaged=True),
    "PNG cut at 60 %": Read(lambda: cut(samples.encoded(SCENE, "PNG"), 0.6), 16, filled(0.594, 0), damaged=True),
    "PNG with a broken middle": Read(broken_row, 16, filled(0.5, 0), damaged=True),
    "PNG without its end": Read(lambda: samples.encoded(SCENE, "PNG")[:-12], 0),
    "interlaced PNG": Read(lambda: samples.png_interlaced(SCENE), 0),
    "interlaced PNG cut at 30 %": Read(lambda: cut(samples.png_interlaced(SCENE), 0.3), 16, damaged=True),
    "interlaced PNG cut at 60 %": Read(lambda: cut(samples.png_interlaced(SCENE), 0.6), 16, damaged=True),
    "interlaced PNG cut at 90 %": Read(lambda: cut(samples.png_interlaced(SCENE), 0.9), 16, damaged=True),
    "GIF cut at 60 %": Read(
        lambda: cut(samples.encoded(SCENE, "GIF", interlace=0), 0.6), 12, filled(0.592, 0), damaged=True
    ),
    **{
        f"interlaced GIF cut at {share} %": Read(
            lambda share=share: cut(samples.encoded(SCENE, "GIF", interlace=1), share / 100), 24, damaged=True
        )
        for share in (30, 60, 90)
    },
    "BMP cut at 60 %": Read(
        lambda: cut(samples.encoded(SCENE, "BMP"), 0.6), 16, filled(0.598, 0, from_bottom=True), damaged=True
    ),
    "WebP cut in its metadata": Read(webp_cut_in_metadata, 8, damaged=True),
    "colour profile that is broken": Read(lambda: jpeg_profile(b"no profile" * 50), 8),
    "colour profile that is huge": Read(lambda: jpeg_profile(samples.rgb_profile() + bytes(16_000_000)), 8),
    "colour profile beyond all bounds": Read(
        lambda: png_profile(samples.rgb_profile() + bytes(40_000_000)), 0, damaged=True
    ),
    "text that unpacks to megabytes": Read(lambda: with_texts(1, 30_000_000), 0, damaged=True),
    "texts that unpack to megabytes": Read(lambda: with_texts(70, 1_000_000), 0, damaged=True),
}

REFUSED: dict[str, tuple[CONTENTS, str]] = {
    "JPEG cut at 10 %": (lambda: baseline(0.1), "truncated"),
    "PNG cut at 10 %": (lambda: cut(samples.encoded(SCENE, "PNG"), 0.1), "truncated"),
    "interlaced PNG cut in its first pass": (lambda: cut(samples.png_interlaced(SCENE), 0.01), "truncated"),
    "interlaced GIF cut in its first pass": (
        lambda: cut(samples.encoded(SCENE, "GIF", interlace=1), 0.02),
        "truncated",
    ),
    "WebP cut": (lambda: cut(samples.encoded(SCENE, "WEBP"), 0.9), "truncated"),
    "AVIF cut": (lambda: cut(samples.encoded(SCENE, "AVIF"), 0.9), "truncated"),
    "HEIC cut": (lambda: cut(samples.heic(SCENE), 0.9), "truncated"),
    "TIFF cut": (lambda: cut(samples.encoded(SCENE, "TIFF"), 0.9), "truncated"),
    "PNG that says it is enormous": (lambda: png_size(60_000, 60_000), "too_large"),
    "JPEG that says it is enormous": (lambda: jpeg_size(65_500, 65_500), "too_large"),
    "GIF that says it is enormous": (lambda: gif_size(65_535, 65_535), "too_large"),
    "BMP that says it is enormous": (lambda: bmp_size(60_000, 60_000), "too_large"),
    "WebP that says it is enormous": (lambda: webp_size(16_383, 16_383), "too_large"),
    "large PNG with nothing in it": (lambda: png_size(10_000, 10_000), "truncated"),
    "PNG without width": (lambda: png_size(0, 100), "truncated"),
    "JPEG without height": (lambda: jpeg_size(100, 0), "truncated"),
    "GIF without width": (lambda: gif_size(0, 100), "truncated"),
    "BMP without width": (lambda: bmp_size(0, 100), "truncated"),
    "floats that are no number": (with_pixel(float("nan")), "unsupported"),
    "floats that are infinite": (with_pixel(float("inf")), "unsupported"),
}

VIEWS: dict[str, Views] = {
    "opaque": Views(lambda: samples.encoded(SCENE, "PNG"), lambda: [SCENE]),
    "colour and transparency": Views(lambda: samples.encoded(glass(), "PNG"), three_glasses),
    "grey and transparency": Views(lambda: samples.encoded(grey_glass(), "PNG"), three_glasses),
    "palette with transparency": Views(
        lambda: samples.encoded(palette_glass(), "PNG", transparency=0),
        lambda: [boxes_on(colour) for colour in ((255, 255, 255), (0, 0, 0), (0, 180, 0))],
    ),
    "hardly transparent": Views(lambda: samples.encoded(glass(30), "PNG"), lambda: [glass_on((255, 255, 255), 30)]),
    "inverting profile": Views(lambda: jpeg_profile(INVERTING), lambda: [SCENE, inverted(SCENE)], levels=4),
    "inverting profile in a PNG": Views(lambda: png_profile(INVERTING), lambda: [SCENE, inverted(SCENE)], levels=4),
    "inverting profile that is huge": Views(
        lambda: jpeg_profile(INVERTING + bytes(16_000_000)), lambda: [SCENE, inverted(SCENE)], levels=4
    ),
    "channel-swapping profile": Views(lambda: jpeg_profile(SWAPPING), lambda: [SCENE, swapped()], levels=4),
    "inverting grey profile": Views(
        lambda: jpeg_profile(samples.grey_profile(DOWNWARDS), GREY), lambda: [GREY, inverted(GREY)], levels=4
    ),
    "inverting CMYK profile": Views(
        lambda: jpeg_profile(samples.cmyk_profile(inverted=True), SCENE.convert("CMYK")),
        lambda: [SCENE, inverted(SCENE)],
        levels=10,
    ),
    "usual profile": Views(lambda: jpeg_profile(samples.rgb_profile()), lambda: [SCENE]),
    "Display P3 profile": Views(lambda: jpeg_profile(samples.rgb_profile(samples.DISPLAY_P3)), lambda: [SCENE]),
    "broken profile": Views(lambda: jpeg_profile(INVERTING[:200]), lambda: [SCENE]),
    "PNG gamma that changes the picture": Views(lambda: gamma(0.1), lambda: [SCENE, brightened(1 / 0.22)]),
    "PNG gamma as usual": Views(lambda: gamma(0.45455), lambda: [SCENE]),
}
