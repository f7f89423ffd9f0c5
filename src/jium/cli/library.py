"""``jium fingerprint``, ``jium compare``, ``jium find``: the libraries on the command line.

With ``--json`` each line is one object whose fields are promised (DESIGN.md); without it the same as a table.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from jium.cli import limits, telling
from jium.cli.output import DONE, FAILED, UNUSABLE, Output, refused
from jium.cli.parsing import Commands, Parser, add_command
from jium.language import _

if TYPE_CHECKING:
    from jium.cli.files import Read, Unread
    from jium.cli.outcome import Outcome
    from jium.cli.resume import Stop
    from jium.dna.neural import Model
    from jium.dna.search import Search


def add_library_commands(commands: Commands[Parser]) -> None:
    """Add the library commands to the ``jium`` command line."""
    fingerprint = add_command(
        commands,
        "fingerprint",
        _("fingerprint pictures and videos"),
        description=_("Print the codes by which altered copies of pictures and videos are recognised."),
        epilog=_("Examples:\n  jium fingerprint photo.jpg\n  jium fingerprint --json album > fingerprints.jsonl"),
    )
    text = _("files, folders, or - for standard input")
    fingerprint.add_argument("files", nargs="+", metavar=_("FILE"), help=text)
    fingerprint.set_defaults(run=_guarded(_fingerprint))

    compare = add_command(
        commands,
        "compare",
        _("do two files show the same thing?"),
        description=_("Say whether two pictures or videos show the same, and how the second comes from the first."),
        epilog=_("Example:\n  jium compare original.jpg copy.png"),
    )
    compare.add_argument("a", metavar="A", help=_("a picture or a video: the original, if one of the two is it"))
    compare.add_argument("b", metavar="B", help=_("what it is compared with; one of the two may be -, standard input"))
    compare.set_defaults(run=_guarded(_compare))

    find = _add_find(commands)
    text = _("a neural descriptor that is asked where the other steps are silent; FILE.json describes it")
    for command in (compare, find):
        command.add_argument("--model", metavar=_("FILE"), help=text)
    for command in (fingerprint, compare, find):
        command.add_argument("--json", action="store_true", help=_("one JSON object a line instead of a table"))


def _add_find(commands: Commands[Parser]) -> Parser:
    find = add_command(
        commands,
        "find",
        _("find copies of references among other files"),
        description=_("Look for copies of the references, altered ones too, among files and in folders."),
        epilog=_(
            "Examples:\n  jium find photo.jpg film.mp4 --in downloads\n"
            "  jium find photo.jpg --in archive --resume progress.jsonl"
        ),
    )
    text = _("what is looked for: files, folders, or - for standard input")
    find.add_argument("references", nargs="+", metavar=_("REFERENCE"), help=text)
    text = _("where to look: files, folders, or - for standard input")
    find.add_argument("--in", dest="places", nargs="+", action="extend", required=True, metavar=_("PATH"), help=text)
    text = _("keep the progress in FILE, and go on from there if it exists")
    find.add_argument("--resume", metavar=_("FILE"), help=text)
    find.set_defaults(run=_guarded(_find))
    return find


def _guarded(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """Say in one line when no file can be opened at all."""

    def guarded(args: argparse.Namespace) -> int:
        from jium.dna.neural import WrongModel
        from jium.media.errors import MediaError

        try:
            return run(args)
        except WrongModel as problem:
            print(f"jium: {_(str(problem))}", file=sys.stderr)
            return UNUSABLE
        except MediaError as problem:
            print(f"jium: {_(problem.message)}", file=sys.stderr)
            return FAILED

    return guarded


def _fingerprint(args: argparse.Namespace) -> int:
    from jium.cli.files import Unread, expand, twice_piped

    if wrong := twice_piped(args.files):
        return refused(wrong)
    files = expand(args.files)
    output = Output(args.json, (_("file"), _("kind"), _("size"), _("length"), _("quality"), _("fingerprint")))
    read = 0
    for one in _read(files):
        if isinstance(one, Unread):
            output.problem(one.file, one.problem)
            continue
        read += 1
        line = {"file": one.file, **telling.facts(one.fingerprint)}
        output.line(line, (one.file, *telling.fingerprint_cells(one.fingerprint)))
    output.close()
    return DONE if read or not files else FAILED


def _compare(args: argparse.Namespace) -> int:
    from jium import dna
    from jium.cli.files import Unread, twice_piped

    if wrong := twice_piped([args.a, args.b]):
        return refused(wrong)
    output = Output(args.json, (_("same?"), _("score"), _("by chance"), _("how"), _("why"), _("seconds")))
    sides = []
    model = _model(args.model)
    for one in _read([args.a, args.b], model, reference=True):
        if isinstance(one, Unread):
            output.problem(one.file, one.problem)
        else:
            sides.append(one.fingerprint)
    if len(sides) == 2:
        a, b = sides
        found = dna.compare(a, b, model=model)
        line = {"a": args.a, "b": args.b, "match": found.match, **telling.comparison(found)}
        output.line(line, (_("yes") if found.match else _("no"), *telling.comparison_cells(found)))
        if not found.match:
            output.note(limits.told({"audio"} & {a.kind, b.kind} or {"video"} & {a.kind, b.kind} or {"image"}))
    output.close()
    return DONE if len(sides) == 2 else FAILED


def _find(args: argparse.Namespace) -> int:
    from jium.cli.files import expand, unusable
    from jium.cli.resume import INTERRUPTED, UnusableProgress, stoppable

    if wrong := unusable(args.references, args.places):
        return refused(wrong)
    references, files = expand(args.references), expand(args.places)
    headings = (_("reference"), _("file"), _("score"), _("by chance"), _("how"), _("why"), _("seconds"))
    output = Output(args.json, headings)
    model = _model(args.model)
    with stoppable() as stop:
        try:
            usable = _look(references, files, args.resume, model, output, stop)
        except UnusableProgress as problem:
            print(f"jium: {problem}", file=sys.stderr)
            return UNUSABLE
        except KeyboardInterrupt:
            output.close(stopped=True)
            print(f"jium: {telling.how_to_go_on(stop.done, len(files), args.resume)}", file=sys.stderr)
            return INTERRUPTED
        output.close()
    return DONE if usable else FAILED


def _look(
    references: list[str], files: list[str], resume: str | None, model: Model | None, output: Output, stop: Stop
) -> bool:
    """Look for the references in the files; whether a reference, and one of the files, can be read at all.

    Raises ``KeyboardInterrupt`` when asked to stop, ``UnusableProgress``.
    """
    from contextlib import closing

    from jium.cli import outcome
    from jium.cli.files import Reader, Unread
    from jium.cli.progress import watched
    from jium.cli.resume import Journal
    from jium.dna.search import Search

    search: Search[str] = Search(model=model)
    digests, kinds, read, matches = [], set(), 0, 0
    with Reader(max(len(references), len(files)), model) as reader:
        reading = reader.read_all(references, reference=True)
        for name in references:
            one = stop.wait_for(lambda: next(reading))
            if isinstance(one, Unread):
                output.problem(name, one.problem)
            else:
                search.add(name, one.fingerprint)
                kinds.add(one.fingerprint.kind)
            digests.append("" if isinstance(one, Unread) else one.fingerprint.sha256)
        with Journal(resume, "find", digests + ([model.sha256] if model else [])) as journal:
            files = [file for file in files if not journal.is_at(file)]
            known = outcome.known(journal, files)
            reading = reader.read_all([file for file in files if file not in known])
            with closing(watched(files, len(files), _("reading files"))) as each:
                for file in each:
                    stop.heed()
                    told = known.get(file)
                    if told is None:
                        told = _outcome(stop.wait_for(lambda: next(reading)), search, references)
                        outcome.keep(journal, file, told)
                    _show(file, told, references, output)
                    read += told.problem is None
                    matches += len(told.matches)
                    stop.done += 1
    if read and not matches:
        output.note(limits.told(kinds))
    return bool(len(search)) and (read > 0 or not files)


def _outcome(one: Read | Unread, search: Search[str], references: list[str]) -> Outcome:
    from jium.cli.files import Unread
    from jium.cli.outcome import Match, Outcome

    if isinstance(one, Unread):
        return Outcome(problem=one.problem)
    found = search.matches(one.fingerprint)
    return Outcome(
        tuple(
            Match(references.index(name), telling.comparison(how), telling.comparison_cells(how)) for name, how in found
        )
    )


def _show(file: str, outcome: Outcome, references: list[str], output: Output) -> None:
    if outcome.problem:
        output.problem(file, outcome.problem)
    for match in outcome.matches:
        reference = references[match.reference]
        line = {"reference": reference, "file": file, "kind": "copy", **match.fields}
        output.line(line, (reference, file, *match.cells))


def _model(name: str | None) -> Model | None:
    """The model named, having made sure that it can be run. Raises ``WrongModel``."""
    from jium.dna import neural

    return neural.model(Path(name)) if name else None


def _read(files: list[str], model: Model | None = None, *, reference: bool = False) -> Iterator[Read | Unread]:
    from jium.cli.files import Reader
    from jium.cli.progress import watched

    with Reader(len(files), model) as reader:
        yield from watched(reader.read_all(files, reference=reference), len(files), _("reading files"))
