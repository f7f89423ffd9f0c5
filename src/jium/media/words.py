"""What a picture's file says of itself, as far as it can be so.

Any word may stand in a PNG under any name, and the decoder keeps it beside what it found out itself: under the names of
its own numbers and blocks a word would make it stop.
"""

from __future__ import annotations

from typing import Any

from PIL import Image

# Of what kind the decoder expects what it keeps under these names.
_EXPECTED: dict[str, tuple[type[Any], ...]] = {
    "exif": (bytes,),
    "xmp": (bytes,),
    "icc_profile": (bytes,),
    "transparency": (bytes, int, tuple),
    "gamma": (float,),
    "srgb": (int,),
    "chromaticity": (tuple,),
    "dpi": (tuple,),
    "interlace": (int,),
    "duration": (int, float),
    "loop": (int,),
    "background": (int, tuple, bytes),
    "default_image": (bool, int),
    "bbox": (tuple, type(None)),
    "disposal": (int,),
    "blend": (int,),
}


def believed(image: Image.Image) -> Image.Image:
    """The picture without the words that cannot be what they are called."""
    for name, kinds in _EXPECTED.items():
        if name in image.info and not isinstance(image.info[name], kinds):
            del image.info[name]
    return image
