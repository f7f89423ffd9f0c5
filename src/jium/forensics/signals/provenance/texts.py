"""The texts that a file carries beside its pixels. Runs inside the sandbox only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from PIL import IptcImagePlugin

from jium.forensics.signals.provenance import xmp
from jium.media import image
from jium.media.damage import DAMAGE
from jium.media.probe import Format, probe

# EXIF's fields by number (Exif 2.32 and TIFF 6.0).
_FIELDS = {
    0x010E: "description",
    0x010F: "make",
    0x0110: "model",
    0x0131: "software",
    0x013B: "artist",
}
_EXIF, _USER_COMMENT, _IPTC_CREDIT = 0x8769, 0x9286, (2, 110)
# UserComment's first eight bytes say how it is written.
_UTF8, _UTF16 = (b"ASCII\0\0\0", b"\0" * 8), b"UNICODE\0"
_XMP_START, _XMP_END = b"<x:xmpmeta", b"</x:xmpmeta>"
# As it is called in the file: of pictures, and in a PNG.
_XMP = ("xmp", "XML:com.adobe.xmp")
# Films carry their texts near their ends.
_END_BYTES = 4 << 20


def texts_in(file: BinaryIO) -> dict[str, str]:
    """By field: lower case, words parted by ``_``, those of XMP after "xmp:"; of a field that is there twice both.

    Raises :class:`jium.media.errors.MediaError`.
    """
    found = probe(file)
    read = _of_picture if found.family == "picture" else _of_film
    texts: dict[str, str] = {}
    for field, text in read(file, found):
        name = field.lower().replace(" ", "_")
        texts[name] = f"{texts[name]}\n{text}" if name in texts else text
    return texts


def _of_picture(file: BinaryIO, found: Format) -> Iterator[tuple[str, str]]:
    picture = image.open_picture(file, found.decoder)
    opened = picture.image
    with suppress(*DAMAGE, MemoryError):
        # What stands behind a PNG's pixels is known once these were read.
        if found.decoder == "PNG":
            opened.load()
    for field, value in opened.info.items():
        if field in _XMP:
            yield from _of_xmp(value)
        elif isinstance(field, str) and field not in ("exif", "icc_profile"):
            yield field.removeprefix("Raw profile type "), _read(value)
    with suppress(*DAMAGE):
        exif = opened.getexif()
        yield from ((name, _read(exif[number])) for number, name in _FIELDS.items() if number in exif)
        comment = exif.get_ifd(_EXIF).get(_USER_COMMENT)
        if comment:
            yield "user_comment", _commented(comment)
    with suppress(*DAMAGE):
        yield "credit", _credited(opened)


def _credited(picture: Any) -> str:
    told = IptcImagePlugin.getiptcinfo(picture) or {}
    return _read(told.get(_IPTC_CREDIT, ""))


def _commented(value: Any) -> str:
    if not isinstance(value, bytes):
        return _read(value)
    head, content = value[:8], value[8:]
    if head != _UTF16:
        return _read(content if head in _UTF8 else value)
    # Some write it the other way round than the rest of the block.
    return max((content.decode(name, "replace") for name in ("utf-16-be", "utf-16-le")), key=_letters)


def _letters(text: str) -> int:
    return sum(letter.isascii() for letter in text)


def _of_film(file: BinaryIO, found: Format) -> Iterator[tuple[str, str]]:
    import av
    from av.error import FFmpegError

    with (
        suppress(FFmpegError, *DAMAGE),
        av.open(file, mode="r", format=found.decoder, metadata_errors="ignore") as opened,
    ):
        for told in (opened.metadata, *(stream.metadata for stream in opened.streams)):
            yield from told.items()
    size = file.seek(0, 2)
    for start in {0, max(0, size - _END_BYTES)}:
        file.seek(start)
        content = file.read(_END_BYTES)
        at = content.find(_XMP_START)
        if at >= 0:
            yield from _of_xmp(content[at : content.find(_XMP_END, at) + len(_XMP_END)])


def _of_xmp(value: Any) -> Iterator[tuple[str, str]]:
    packet = value if isinstance(value, bytes) else str(value).encode()
    yield from ((f"xmp:{name}", text) for name, text in xmp.properties(packet))
    yield from (("xmp:history", program) for program in xmp.makers(packet))


def _read(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, tuple | list):
        return "\n".join(_read(one) for one in value)
    return str(value)
