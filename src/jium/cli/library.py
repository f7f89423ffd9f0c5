"""``jium fingerprint``, ``jium compare``, ``jium find``: the libraries on the command line.

With ``--json`` each line is one object whose fields are promised (DESIGN.md); without it the same as a table.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from jium.language import _

if TYPE_CHECKING:
    from jium.cli.files import Problem, Read, Unread
    from jium.dna import Comparison, Fingerprint

DONE, FAILED, UNUSABLE = 0, 1, 2

Line = dict[str, Any]
Commands = argparse._SubParsersAction


def add_library_commands(subparsers: Commands[argparse.ArgumentParser]) -> None:
    """Add the library commands to the ``jium`` command line."""
    fingerprint = subparsers.add_parser("fingerprint", help=_("fingerprint pictures and videos"))
    text = _("files, folders, or - for standard input")
    fingerprint.add_argument("files", nargs="+", metavar=_("FILE"), help=text)
    fingerprint.set_defaults(run=_guarded(_fingerprint))

    compare = subparsers.add_parser("compare", help=_("do two files show the same thing?"))
    compare.add_argument("a", metavar="A")
    compare.add_argument("b", metavar="B")
    compare.set_defaults(run=_guarded(_compare))

    find = subparsers.add_parser("find", help=_("find copies of references among other files"))
    find.add_argument("references", nargs="+", metavar=_("REFERENCE"), help=_("what is looked for"))
    find.add_argument("--in", dest="places", nargs="+", required=True, metavar=_("PATH"), help=_("where to look"))
    find.set_defaults(run=_guarded(_find))

    for command in (fingerprint, compare, find):
        command.add_argument("--json", action="store_true", help=_("one JSON object a line instead of a table"))


def _guarded(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """Say in one line when no file can be opened at all."""

    def guarded(args: argparse.Namespace) -> int:
        from jium.media.errors import MediaError

        try:
            return run(args)
        except MediaError as problem:
            print(f"jium: {_(problem.message)} {problem.detail}".rstrip(), file=sys.stderr)
            return FAILED

    return guarded


def _fingerprint(args: argparse.Namespace) -> int:
    from jium.cli.files import Unread, expand

    files = expand(args.files)
    if not _one_pipe(files):
        return UNUSABLE
    output = _Output(args.json, (_("file"), _("kind"), _("size"), _("length"), _("quality"), _("fingerprint")))
    read = 0
    for one in _read(files):
        if isinstance(one, Unread):
            output.problem(one.file, one.problem)
            continue
        read += 1
        line = {"file": one.file, **_facts(one.fingerprint)}
        output.line(line, (one.file, *_fingerprint_cells(one.fingerprint)))
    output.close()
    return DONE if read or not files else FAILED


def _compare(args: argparse.Namespace) -> int:
    from jium import dna
    from jium.cli.files import Unread

    if not _one_pipe([args.a, args.b]):
        return UNUSABLE
    output = _Output(args.json, (_("same?"), _("score"), _("by chance"), _("how"), _("seconds")))
    sides = []
    for one in _read([args.a, args.b]):
        if isinstance(one, Unread):
            output.problem(one.file, one.problem)
        else:
            sides.append(one.fingerprint)
    if len(sides) == 2:
        found = dna.compare(*sides)
        line = {"a": args.a, "b": args.b, "match": found.match, **_comparison(found)}
        output.line(line, (_("yes") if found.match else _("no"), *_comparison_cells(found)))
    output.close()
    return DONE if len(sides) == 2 else FAILED


def _find(args: argparse.Namespace) -> int:
    from jium.cli.files import Unread, expand
    from jium.cli.searching import Search

    references, files = expand(args.references), expand(args.places)
    if not _one_pipe(references + files):
        return UNUSABLE
    headings = (_("reference"), _("file"), _("score"), _("by chance"), _("how"), _("seconds"))
    output = _Output(args.json, headings)
    search = Search()
    for number, one in enumerate(_read(references + files)):
        if isinstance(one, Unread):
            output.problem(one.file, one.problem)
        elif number < len(references):
            search.add(one.file, one.fingerprint)
        else:
            for reference, found in search.matches(one.fingerprint):
                line = {"reference": reference, "file": one.file, "kind": "copy", **_comparison(found)}
                output.line(line, (reference, one.file, *_comparison_cells(found)))
    output.close()
    return DONE if len(search) else FAILED


def _one_pipe(files: list[str]) -> bool:
    if files.count("-") <= 1:
        return True
    print("jium: " + _("standard input (-) can stand for one file only"), file=sys.stderr)
    return False


def _read(files: list[str]) -> Iterator[Read | Unread]:
    from jium.cli.files import Reader
    from jium.cli.progress import watched

    with Reader(len(files)) as reader:
        yield from watched(reader.read_all(files), len(files), _("reading files"))


def _facts(fingerprint: Fingerprint) -> Line:
    return {
        "kind": fingerprint.kind,
        "sha256": fingerprint.sha256,
        "width": fingerprint.width,
        "height": fingerprint.height,
        "duration": fingerprint.duration,
        "fingerprints": _codes(fingerprint),
    }


def _codes(fingerprint: Fingerprint) -> Line:
    codes = [{"pdq": frame.code.hex(), "quality": frame.quality} for frame in fingerprint.frames]
    if fingerprint.kind == "image":
        return codes[0]
    if fingerprint.kind == "audio":
        return {}
    times = (frame.time for frame in fingerprint.frames)
    return {"frames": [{"time": time, **code} for time, code in zip(times, codes, strict=True)]}


def _comparison(found: Comparison) -> Line:
    return {
        "score": found.score,
        "odds": found.odds,
        "transform": found.transform.as_dict() if found.transform else None,
        "segments": [segment.as_dict() for segment in found.segments],
    }


def _fingerprint_cells(seen: Fingerprint) -> tuple[str, ...]:
    kinds = {"image": _("picture"), "video": _("video"), "audio": _("sound")}
    size = f"{seen.width} × {seen.height}" if seen.width else ""
    quality = str(max(frame.quality for frame in seen.frames)) if seen.frames else ""
    code = ""
    if seen.kind == "image":
        code = seen.frames[0].code.hex()
    elif seen.frames:
        code = _("{count} frames").format(count=len(seen.frames))
    return kinds[seen.kind], size, _clock(seen.duration), quality, code


def _comparison_cells(found: Comparison) -> tuple[str, ...]:
    from jium.dna.compare import IDENTICAL_ODDS

    if found.odds is None:
        chance = ""
    elif found.odds >= IDENTICAL_ODDS:
        chance = _("never: the very same file")
    else:
        chance = _("at most 1 in {number:,.0f}").format(number=found.odds)
    seconds = ", ".join(
        f"{_clock(one.a[0])}–{_clock(one.a[1])} = {_clock(one.b[0])}–{_clock(one.b[1])}" for one in found.segments
    )
    return f"{found.score:.2f}", chance, _changes(found), seconds


def _changes(found: Comparison) -> str:
    if found.transform is None:
        return ""
    parts = [_("mirrored")] if found.transform.mirrored else []
    if found.transform.rotation:
        parts.append(_("turned {degrees}°").format(degrees=found.transform.rotation))
    if found.transform.scale and found.transform.scale != 1:
        parts.append(_("{scale:.2f} times the size").format(scale=found.transform.scale))
    return ", ".join(parts) or _("as it is")


def _clock(seconds: float | None) -> str:
    return "" if seconds is None else f"{int(seconds // 60)}:{seconds % 60:04.1f}"


class _Output:
    """JSON lines as they come, or one table at the end and the problems below it."""

    def __init__(self, as_json: bool, headings: tuple[str, ...]) -> None:
        self._json = as_json
        self._headings = headings
        self._rows: list[tuple[str, ...]] = []
        self._problems: list[tuple[str, str]] = []

    def line(self, line: Line, row: tuple[str, ...]) -> None:
        if self._json:
            self._print(line)
        else:
            self._rows.append(row)

    def problem(self, file: str, problem: Problem) -> None:
        if self._json:
            self._print({"file": file, "error": {"kind": problem.kind, "message": problem.message}})
        else:
            self._problems.append((file, problem.message))

    def _print(self, line: Line) -> None:
        text = json.dumps(line, ensure_ascii=False)
        try:
            text.encode(sys.stdout.encoding or "utf-8")
        except UnicodeEncodeError:
            # File names need not be text; escaped they survive.
            text = json.dumps(line)
        print(text, flush=True)

    def close(self) -> None:
        if self._json:
            return
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        console = Console(highlight=False)
        if self._rows:
            table = Table(*self._headings, box=None, pad_edge=False, header_style="bold")
            for column in table.columns:
                column.overflow = "fold"
            for row in self._rows:
                table.add_row(*(Text(_printable(cell)) for cell in row))
            console.print(table)
        elif not self._problems:
            console.print(_("Nothing was found."))
        for file, message in self._problems:
            console.print(Text(f"{_printable(file)}: {message}", style="red"), soft_wrap=True)


def _printable(text: str) -> str:
    """File names may hold bytes that are no text, and control characters that would steer the terminal."""
    known = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(letter if letter.isprintable() else "�" for letter in known)
