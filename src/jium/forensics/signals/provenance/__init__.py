"""Does the file itself say how it was made? Signed credentials, and what programs write beside the pixels.

texts        what stands in the file beside its pixels      } in the sandbox
credentials  signed credentials, verified offline           }
rules        which text means what
weighing     how much likelier such a mark is in a composite
"""

from __future__ import annotations

from collections.abc import Sequence

from jium.forensics.finding import Finding
from jium.forensics.marks import Kind, Mark
from jium.forensics.signal import Material
from jium.forensics.signals.provenance.weighing import calibration, weight
from jium.language import gettext_noop

name = "provenance"
title = gettext_noop("What the file says of itself")
method = gettext_noop(
    "The texts in the file and its signed credentials were read, and recognised by what programs are known to write."
)
limits = gettext_noop(
    "Such marks are mostly lost when a picture is passed on, and anybody can write them. Having none says nothing."
)

# Of each kind, signed or not: where a program is named with it, and where none is.
SAID: dict[tuple[Kind, bool], tuple[str, str]] = {
    ("generated", True): (
        gettext_noop(
            "Signed credentials in the file say that AI made it ({program}). The signature fits the file; whether the"
            " signer may be trusted was not checked."
        ),
        gettext_noop(
            "Signed credentials in the file say that AI made it. The signature fits the file; whether the signer may "
            "be trusted was not checked."
        ),
    ),
    ("generated", False): (
        gettext_noop(
            "The file says of itself that AI made it ({program}). Anybody can write that into a file, but hardly "
            "anybody has a reason to."
        ),
        gettext_noop(
            "The file says of itself that AI made it. Anybody can write that into a file, but hardly anybody has a "
            "reason to."
        ),
    ),
    ("swapped", True): (
        gettext_noop(
            "Signed credentials in the file name a program that exchanges faces ({program}). The signature fits the "
            "file; whether the signer may be trusted was not checked."
        ),
        gettext_noop(
            "Signed credentials in the file name a program that exchanges faces. The signature fits the file; whether"
            " the signer may be trusted was not checked."
        ),
    ),
    ("swapped", False): (
        gettext_noop(
            "The file says of itself that it comes from a program that exchanges faces ({program}). Anybody can write"
            " that into a file, but hardly anybody has a reason to."
        ),
        gettext_noop(
            "The file says of itself that it comes from a program that exchanges faces. Anybody can write that into a"
            " file, but hardly anybody has a reason to."
        ),
    ),
    ("altered", True): (
        gettext_noop(
            "Signed credentials in the file say that AI made or changed a part of it ({program}). So do honest photos"
            " retouched in a phone: that alone says nothing."
        ),
        gettext_noop(
            "Signed credentials in the file say that AI made or changed a part of it. So do honest photos retouched "
            "in a phone: that alone says nothing."
        ),
    ),
    ("altered", False): (
        gettext_noop(
            "The file says of itself that AI made or changed a part of it ({program}). So do honest photos retouched "
            "in a phone: that alone says nothing."
        ),
        gettext_noop(
            "The file says of itself that AI made or changed a part of it. So do honest photos retouched in a phone: "
            "that alone says nothing."
        ),
    ),
    ("edited", True): (
        gettext_noop("Signed credentials in the file say that it was edited ({program}). That alone says nothing."),
        gettext_noop("Signed credentials in the file say that it was edited. That alone says nothing."),
    ),
    ("edited", False): (
        gettext_noop(
            "The file was saved by a program with which pictures are edited ({program}). That alone says nothing."
        ),
        gettext_noop("The file says of itself that it was edited. That alone says nothing."),
    ),
    ("captured", True): (
        "",
        gettext_noop(
            "Signed credentials in the file say that a camera took it. The signature fits the file; whether the "
            "signer may be trusted was not checked, so that says nothing."
        ),
    ),
    ("torn", False): (
        "",
        gettext_noop(
            "The file has signed credentials that do not fit it: it was changed after it was signed. Passing a "
            "picture on does that, too, so that alone says nothing."
        ),
    ),
    ("unread", False): (
        "",
        gettext_noop("What the file says of how it was made could not be read. That says nothing."),
    ),
}


def findings(material: Material) -> Sequence[Finding]:
    """One for each mark; a file without any says nothing, for most lose theirs when they are passed on."""
    used = calibration()
    return [_of(mark, weight(mark, used), used.error) for mark in material.marks]


def _of(mark: Mark, weighs: float, error: float) -> Finding:
    named, unnamed = SAID[mark.kind, mark.signed]
    said, values = (named, {"program": mark.program}) if mark.program and named else (unnamed, {})
    return Finding(name, weighs, error if weighs else 0.0, said, values)
