"""What a file says of itself is believed only as far as it can be so."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from jium import dna
from jium.media.sandbox import Sandbox


@pytest.mark.parametrize("behind", [False, True], ids=["before the pixels", "behind them"])
@pytest.mark.parametrize(
    "name",
    [
        *("xmp", "exif", "icc_profile", "transparency", "gamma", "dpi", "srgb", "chromaticity", "interlace"),
        *("duration", "loop", "default_image", "bbox", "background", "disposal", "blend", "timestamp", "jfif", "adobe"),
    ],
)
def test_any_word_may_stand_in_a_png_under_any_name(decoder: Sandbox, name: str, behind: bool) -> None:
    kept = io.BytesIO()
    Image.linear_gradient("L").save(kept, "PNG")
    content = kept.getvalue()
    said = name.encode() + b"\0hello"
    chunk = struct.pack(">I", len(said)) + b"tEXt" + said + struct.pack(">I", zlib.crc32(b"tEXt" + said))
    at = len(content) - 12 if behind else 33
    plain, worded = (dna.fingerprint(one, decoder) for one in (content, content[:at] + chunk + content[at:]))
    assert worded.frames[0].code == plain.frames[0].code
