"""What an answer "no" does not mean: how often altered copies were missed when it was measured.

The figures are those of ``benchmarks/results/images.json`` (recall of ``jium`` at one false match in a million); a test
holds them together. Altered videos have not been measured, so nothing is claimed about them.
"""

from __future__ import annotations

from collections.abc import Set

from jium.language import _

# Missed of a hundred: pictures inside another one, at 25 and at 15 % of its sides; the worst of collages and crops.
INSIDE_25, INSIDE_15, PARTS = 12, 48, 8
WHERE = "docs/benchmarks.md"


def told(kinds: Set[str]) -> str:
    """What no match means for a search of such kinds ("image", "video", "audio"); "" for none."""
    sentences = []
    if "image" in kinds:
        text = _(
            "No match is no proof that there is no copy. Missed when measured: pictures with inverted colours, all; "
            "those inside another picture, {inside_25} % at a quarter of its width and {inside_15} % at 15 % of it; "
            "collages and crops, at most {parts} % ({where})."
        )
        sentences.append(text.format(inside_25=INSIDE_25, inside_15=INSIDE_15, parts=PARTS, where=WHERE))
    if "video" in kinds:
        text = _("How often altered videos are missed has not been measured yet; no match is no proof ({where}).")
        sentences.append(text.format(where=WHERE))
    if "audio" in kinds:
        sentences.append(_("Sound is not compared: only the very same file is recognised."))
    return "\n".join(sentences)
