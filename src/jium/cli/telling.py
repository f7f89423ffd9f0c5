"""Fingerprints and comparisons as JSON values and as cells of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jium import wording
from jium.language import _

if TYPE_CHECKING:
    from jium.dna import Comparison, Fingerprint
    from jium.faces.face import Seen

Line = dict[str, Any]


# So many digits of a code are enough to tell two apart by eye; --json has them all.
CODE_SHOWN = 16


def facts(seen: Fingerprint) -> Line:
    """A fingerprint as the line that ``jium fingerprint --json`` prints."""
    codes: list[Line] = [{"pdq": frame.code.hex(), "quality": frame.quality} for frame in seen.frames]
    fingerprints: Line = codes[0] if seen.kind == "image" and codes else {}
    if seen.kind == "image" and seen.still:
        fingerprints["views"] = [
            {"kind": view.kind, "region": list(view.region), "pdq": view.dihedral[0].hex(), "quality": view.quality}
            for view in seen.still.views
        ]
        fingerprints["places"] = len(seen.still.local) if seen.still.local else 0
    elif seen.kind == "video":
        times = ({"time": frame.time, "until": frame.until or frame.time} for frame in seen.frames)
        frames = [time | code for time, code in zip(times, codes, strict=True)]
        fingerprints = {"frames": frames, "scenes": len(seen.scenes)}
    line: Line = {
        "kind": seen.kind,
        "sha256": seen.sha256,
        "width": seen.width,
        "height": seen.height,
        "duration": seen.duration,
        "fingerprints": fingerprints,
    }
    return line | ({"note": seen.note} if seen.note else {})


def fingerprint_cells(seen: Fingerprint) -> tuple[str, ...]:
    """Kind, size, length, quality and the beginning of the code (a table must not cut it in two), or how many codes."""
    kinds = {"image": _("picture"), "video": _("video"), "audio": _("sound")}
    size = f"{seen.width} × {seen.height}" if seen.width else ""
    quality = str(max(frame.quality for frame in seen.frames)) if seen.frames else ""
    code = ""
    if seen.kind == "image":
        code = f"{seen.frames[0].code.hex()[:CODE_SHOWN]}…"
    elif seen.frames:
        code = _("{count} frames").format(count=len(seen.frames))
    return kinds[seen.kind], size, clock(seen.duration), quality, code


def comparison(found: Comparison) -> Line:
    """A comparison as the fields that ``jium compare`` and ``jium find`` print."""
    return {
        "score": found.score,
        "odds": found.odds,
        "transform": found.transform.as_dict() if found.transform else None,
        "segments": [segment.as_dict() for segment in found.segments],
        "reason": found.reason.as_dict() if found.reason else None,
    }


def comparison_cells(found: Comparison) -> tuple[str, ...]:
    """Score, chance, how the second comes from the first, why, seconds."""
    from jium.dna.comparison import IDENTICAL_ODDS

    if found.odds is None:
        chance = ""
    elif found.odds >= IDENTICAL_ODDS:
        chance = _("never: the very same file")
    else:
        chance = _("at most 1 in {number:,.0f}").format(number=found.odds)
    seconds = ", ".join(
        f"{clock(one.a[0])}–{clock(one.a[1])} = {clock(one.b[0])}–{clock(one.b[1])}" for one in found.segments
    )
    how = found.transform and (", ".join(wording.changes(found.transform.as_dict(), _)) or _("as it is"))
    why = wording.why(found.reason.as_dict(), _) if found.reason else ""
    return f"{found.score:.2f}", chance, how or "", why, seconds


def place_of_face(face: Seen) -> str:
    """When in a film, or where in a picture, and how large."""
    x0, y0, x1, y1 = face.box
    where = _("at {across} from the left, {down} from the top").format(
        across=f"{(x0 + x1) * 50:.0f} %", down=f"{(y0 + y1) * 50:.0f} %"
    )
    if face.since is None:
        return where
    return f"{clock(face.since)}–{clock(face.until)}, {where}"


def clock(seconds: float | None) -> str:
    """Minutes and seconds."""
    return "" if seconds is None else f"{int(seconds // 60)}:{seconds % 60:04.1f}"


def how_to_go_on(looked_at: int, total: int, resume: str | None) -> str:
    """What is said of a search that was stopped."""
    if resume:
        text = _("stopped after {count} of {total} files; the same command goes on from there")
    else:
        text = _("stopped after {count} of {total} files; with --resume FILE one can go on from there the next time")
    return text.format(count=looked_at, total=total)
