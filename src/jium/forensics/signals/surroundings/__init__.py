"""Does the face differ from what surrounds it, as if it came from elsewhere? A trace, and no proof.

measuring   noise, sharpness, packing, enlarging, edge and tone, of the face against its surroundings
"""

from __future__ import annotations

from collections.abc import Sequence

from jium.forensics.finding import Finding
from jium.forensics.signal import Material
from jium.forensics.signals.surroundings.measuring import measured
from jium.forensics.usual import unusual_in_picture, usual
from jium.language import gettext_noop

name = "surroundings"
title = gettext_noop("The face against its surroundings")
method = gettext_noop(
    "Noise, sharpness, traces of compression and of enlarging, edge and tone of the face were compared with those of "
    "what surrounds it."
)
limits = gettext_noop(
    "Beauty filters, make-up, focus and compression leave the same traces, so they do not count towards the verdict."
)

SAID = {
    ("noise", -1): gettext_noop(
        "The face is smoother than its surroundings by more than is usual. Beauty filters and make-up do that, too:"
        " that alone says nothing."
    ),
    ("noise", 1): gettext_noop(
        "The face is grainier than its surroundings by more than is usual. A plain background does that, too: that "
        "alone says nothing."
    ),
    ("sharpness", -1): gettext_noop(
        "The face is less sharp than its surroundings by more than is usual. Focus and filters do that, too: that "
        "alone says nothing."
    ),
    ("sharpness", 1): gettext_noop(
        "The face is sharper than its surroundings by more than is usual. A background out of focus does that, too:"
        " that alone says nothing."
    ),
    ("blocks", 1): gettext_noop(
        "The face was compressed harder than its surroundings. Smooth skin looks so, too: that alone says nothing."
    ),
    ("resampled", 1): gettext_noop(
        "The face shows traces of having been enlarged, its surroundings do not. That alone says nothing."
    ),
    ("edge", 1): gettext_noop(
        "The edge of the face is more sudden than is usual. Hair and light do that, too: that alone says nothing."
    ),
    ("packed", 1): gettext_noop(
        "The face and its surroundings change differently when they are compressed again, as if they had been "
        "compressed differently before. That alone says nothing."
    ),
    ("colour", 1): gettext_noop(
        "The tone of the face differs from that of the neck by more than is usual. Light, make-up and clothes do "
        "that, too: that alone says nothing."
    ),
}


def findings(material: Material) -> Sequence[Finding]:
    """Of the largest face of a picture; films are compressed too much to leave such traces."""
    return unusual_in_picture(name, usual(__package__, material.model), material, measured, SAID)
