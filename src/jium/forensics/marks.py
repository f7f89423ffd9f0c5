"""What a file may say of itself about how it was made: the only words that leave the sandbox.

What stands in a file was written by whoever made it, so no text of it is ever shown: it is recognised as one of the
kinds and programs named here, or passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from jium.media.errors import MediaError

# generated: all of it, by a program that learned from pictures. swapped: by an app that exchanges faces. altered: a
# part of it, by a program that learned. edited: with an ordinary program. captured: by a camera, as signed credentials
# say. torn: signed credentials that no longer fit the file. unread: it could not be read.
Kind = Literal["generated", "swapped", "altered", "edited", "captured", "torn", "unread"]
KINDS: tuple[Kind, ...] = get_args(Kind)
GENERATORS = (
    "Adobe Firefly",
    "ChatGPT",
    "ComfyUI",
    "Draw Things",
    "Easy Diffusion",
    "FLUX",
    "Fooocus",
    "Google Gemini",
    "Grok",
    "Hailuo",
    "Ideogram",
    "InvokeAI",
    "Kling",
    "Leonardo.Ai",
    "Meta AI",
    "Microsoft Designer",
    "Midjourney",
    "NovelAI",
    "Pika",
    "Runway",
    "Seedream",
    "Sora",
    "Stable Diffusion",
    "SwarmUI",
)
SWAPPERS = ("Akool", "DeepFaceLab", "FaceFusion", "FaceSwap", "Reface", "roop")
# FaceApp exchanges faces, but most take it for a beauty filter.
EDITORS = ("Affinity Photo", "CapCut", "FaceApp", "GIMP", "Lightroom", "PicsArt", "Photoshop", "Snapseed")
PROGRAMS = (*GENERATORS, *SWAPPERS, *EDITORS)
# A camera's word counts where it is signed only, and what is torn or unread cannot be signed.
SIGNED_ONLY: tuple[Kind, ...] = ("captured",)
NEVER_SIGNED: tuple[Kind, ...] = ("torn", "unread")
# No file has more to say than this.
MOST = 32


@dataclass(frozen=True, order=True)
class Mark:
    """``signed``: stands in credentials whose signature fits the file. ``program``: one of :data:`PROGRAMS`, or empty
    where it does not say, or none that is known here.
    """

    kind: Kind
    signed: bool = False
    program: str = ""


def possible(kind: Kind, signed: bool) -> bool:
    """Can there be such a mark?"""
    return kind not in (NEVER_SIGNED if signed else SIGNED_ONLY)


def packed(marks: frozenset[Mark]) -> dict[str, Any]:
    """As the sandbox's child answers."""
    return {"marks": [[one.kind, one.signed, one.program] for one in sorted(marks)[:MOST]]}


def checked(told: dict[str, Any]) -> tuple[Mark, ...]:
    """The child may have been taken over by the file, so only words that are known here are believed."""
    rows = told.get("marks")
    if not isinstance(rows, list) or len(rows) > MOST:
        raise MediaError("crashed")
    return tuple(_checked(row) for row in rows)


def _checked(row: Any) -> Mark:
    if not isinstance(row, list) or len(row) != 3:
        raise MediaError("crashed")
    kind, signed, program = row
    if kind not in KINDS or type(signed) is not bool or program not in ("", *PROGRAMS) or not possible(kind, signed):
        raise MediaError("crashed")
    return Mark(kind, signed, program)
