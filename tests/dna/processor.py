"""What this processor makes of some pictures, as JSON: ``python -m tests.dna.processor [MOST PLACES A PICTURE]``.

``goldens.json`` was made with 40 of them; it is made anew only where a new version of a fingerprint is meant.
"""

from __future__ import annotations

import json
import sys

import numpy as np

from jium.dna import pdq
from jium.dna.looking import look
from jium.media.frame import Frame, whole
from tests.media import samples

# Size and EXIF orientation; odd sizes, large and small, in colour, grey, and in floats as videos give them.
COLOURED = (((640, 480), 1), ((1201, 803), 1), ((97, 143), 6), ((300, 300), 4))
GREY = (((512, 511), 1), ((211, 640), 8))
FLOAT = (((480, 360), 1), ((1280, 720), 3))


def frames() -> list[Frame]:
    """The pictures, the same everywhere: only whole numbers are reckoned with on the way."""
    made = []
    for kind, pictures in enumerate((COLOURED, GREY, FLOAT)):
        for number, (size, orientation) in enumerate(pictures):
            picture = samples.picture(100 * kind + number, size)
            pixels = np.asarray(picture if kind == 0 else picture.convert("L"))
            if kind == 2:
                pixels = (pixels.astype(np.float32) - np.float32(16)) * np.float32(255 / 219)
            made.append(whole(pixels, orientation))
    return made


def measured(most: int) -> list[dict[str, object]]:
    """An object a picture: eight codes and the quality; its first places, in pixels, and their codes."""
    lines = []
    for frame in frames():
        sampled = pdq.samples(frame.strips(), frame.width, frame.height, frame.orientation)
        still = look(frame, [])
        assert still.local is not None
        lines.append(
            {
                "codes": [code.hex() for code in pdq.codes(sampled)],
                "quality": pdq.quality(sampled),
                "places": np.round(still.local.places[:most, :2].astype(float), 1).tolist(),
                "place_codes": [bytes(code).hex() for code in still.local.codes[:most]],
            }
        )
    return lines


if __name__ == "__main__":
    lines = [json.dumps(picture) for picture in measured(int(sys.argv[1]) if sys.argv[1:] else 10_000)]
    print("[\n" + ",\n".join(lines) + "\n]")
