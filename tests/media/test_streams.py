"""Of several streams the one that is watched is looked at: what shows most for longest, wherever it stands."""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
import pytest
from av.stream import Disposition

from jium import dna
from jium.media.sandbox import Sandbox
from tests.media import samples

MAIN = (320, 240)


@dataclass(frozen=True)
class Part:
    """A stream: ``size``, ``seconds``, how it is disposed."""

    size: tuple[int, int]
    seconds: float
    disposition: Disposition = Disposition.default


def mixed(*parts: Part, form: str = "matroska") -> bytes:
    """A file with these streams in this order; each shows a picture of its own."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        streams = []
        for part in parts:
            stream = container.add_stream("libx264", rate=5)
            stream.width, stream.height = part.size
            stream.pix_fmt, stream.disposition = "yuv420p", part.disposition
            streams.append(stream)
        for number, (stream, part) in enumerate(zip(streams, parts, strict=True)):
            still = np.asarray(samples.picture(number + 1, part.size).convert("RGB"))
            for at in range(max(1, round(part.seconds * 5))):
                frame = av.VideoFrame.from_ndarray(still, format="rgb24")
                frame.pts, frame.time_base = at, Fraction(1, 5)
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
    return out.getvalue()


main, small, brief = Part(MAIN, 6), Part((160, 120), 6), Part(MAIN, 1)
FILES = {
    "alone": (main,),
    "a thumbnail before": (Part((160, 120), 1), main),
    "a thumbnail behind": (main, Part((160, 120), 1)),
    "a smaller one before": (small, main),
    "a shorter one of another shape before": (Part((240, 320), 1), main),
    "a cover before": (Part((640, 480), 0.2, Disposition.attached_pic), main),
    "a larger one for an instant before": (Part((480, 360), 0.4), main),
    "three, the main one in the middle": (small, main, Part((160, 120), 2)),
    "the main one is not the default": (Part((160, 120), 1), Part(MAIN, 6, Disposition(0))),
}


@pytest.mark.parametrize("name", FILES)
def test_the_main_stream_is_looked_at(name: str, decoder: Sandbox) -> None:
    made = dna.fingerprint(mixed(*FILES[name]), decoder)
    assert (made.width, made.height) == MAIN


@pytest.mark.parametrize("form", ["mp4", "mov"])
def test_in_other_containers_too(form: str, decoder: Sandbox) -> None:
    made = dna.fingerprint(mixed(Part((160, 120), 1), main, form=form), decoder)
    assert (made.width, made.height) == MAIN
