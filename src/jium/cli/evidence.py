"""``jium evidence verify``: is an evidence package whole? Needs no installation, database or key."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from jium.cli.parsing import Commands, Parser, add_command
from jium.language import _, reason

if TYPE_CHECKING:
    from jium.evidence.package import Verdict


def add_evidence(commands: Commands[Parser]) -> None:
    """The ``evidence`` command and what it can do."""
    evidence = add_command(commands, "evidence", _("verify evidence packages"))
    acts = evidence.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)
    verify = add_command(
        acts,
        "verify",
        _("say whether packages are whole, and which part is not"),
        description=_(
            "Verify evidence packages: every part against the manifest, and every byte between the parts. "
            "Exit status: 0 all whole, 1 one is not whole or cannot be read, 2 unusable arguments."
        ),
        epilog=_(
            "A package that was forged as a whole is whole in itself: compare the SHA-256 printed with "
            "the one in the case's record."
        ),
    )
    verify.add_argument("files", nargs="+", metavar=_("FILE"), help=_("evidence package (.zip)"))
    verify.add_argument("--json", action="store_true", help=_("print one JSON object per line"))
    verify.set_defaults(run=_verify)


def _verify(args: argparse.Namespace) -> int:
    import json
    from dataclasses import asdict
    from pathlib import Path

    from jium.evidence import package

    whole = True
    for name in args.files:
        shown = name.encode(errors="replace").decode()
        try:
            verdict = package.verify(Path(name))
        except OSError as problem:
            whole = False
            error = {"kind": "not_read", "message": reason(problem)}
            print(json.dumps({"file": shown, "error": error}) if args.json else f"✗ {shown}: {error['message']}")
            continue
        whole = whole and verdict.ok
        if args.json:
            print(json.dumps({"file": shown, "ok": verdict.ok, **asdict(verdict)}))
        else:
            _print(shown, verdict)
    return 0 if whole else 1


def _print(name: str, verdict: Verdict) -> None:
    print(f"✓ {name}: " + _("whole") if verdict.ok else f"✗ {name}: " + _("NOT whole"))
    print(f"    SHA-256  {verdict.sha256}")
    if verdict.label:
        told = _("case {case}, capture {capture}, recorded {at}")
        case, capture, at = verdict.label.case, verdict.label.capture, verdict.label.captured_at
        print("    " + told.format(case=_plain(case), capture=_plain(capture), at=_plain(at)))
    if verdict.ok:
        for part in verdict.parts:
            print(f"    ✓ {part.name}  ({part.size:,} B)")
    for problem in verdict.problems:
        print(f"    ✗ {problem.part + ': ' if problem.part else ''}{_problem_text(problem.kind)}")


def _plain(text: str) -> str:
    """``text`` of a file that may be forged, as something a terminal may be shown."""
    return ascii(text)[1:-1][:80]


def _problem_text(kind: str) -> str:
    texts = {
        "unreadable": _("this is not an evidence package, or it is damaged or cut off"),
        "refused": _("no evidence package has this; the file was not read any further"),
        "altered": _("altered or damaged"),
        "missing": _("missing"),
        "extra": _("does not belong to the package"),
        "repacked": _("the parts are whole, but the file around them was altered or packed anew"),
    }
    return texts[kind]
