"""``jium examine``: is this picture or film a composite, as far as what is known beside it tells?"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from jium.cli.examine_report import NotWritten, Report, add_report, unwritable
from jium.cli.face_model import Refused, add_choice, sentence
from jium.cli.output import DONE, FAILED, Output, refused
from jium.cli.parsing import Commands, Parser, add_command
from jium.language import _, gettext_noop, terminal_language

if TYPE_CHECKING:
    from jium.cli.files import Unread
    from jium.cli.telling import Line
    from jium.forensics.detector import Detector
    from jium.forensics.examine import Examination, Examiner, Known
    from jium.forensics.finding import Finding
    from jium.forensics.signal import Photo

NOTE = gettext_noop(
    "A verdict is advice, not proof: it holds against the originals given, as if a composite were as likely as not "
    "beforehand. 'No sign' does not mean that a picture is real; the original may be a composite itself."
)
NOTE_ALONE = gettext_noop("A verdict is advice, not proof, as if a composite were as likely as not beforehand.")


def add_examine(commands: Commands[Parser]) -> None:
    """Add ``jium examine`` to the command line."""
    examine = add_command(
        commands,
        "examine",
        _("is a picture or film a composite? with the reasons"),
        description=_(
            "Compare the faces of a picture or film with the originals it may have been made from: is another face in "
            "it, or has only the mouth been moved? And with photos of somebody: was a face taken from one of them? "
            "What the file says of how it was made counts, too. Without an original and without a photo the answer is "
            "'undetermined'."
        ),
        epilog=_(
            "Examples:\n  jium examine found.jpg --against original.jpg\n"
            "  jium examine found.jpg --photo her-photo.jpg --report report.pdf\n"
            "  jium examine found.mp4 --against originals --json"
        ),
    )
    text = _("what is examined: files, folders, or - for standard input")
    examine.add_argument("files", nargs="+", metavar=_("FILE"), help=text)
    text = _("possible originals: files, folders, or - for standard input")
    examine.add_argument("--against", nargs="+", action="extend", default=[], metavar=_("FILE"), help=text)
    text = _("photos of somebody whose face may have been put in: files or folders; the largest face in each")
    examine.add_argument("--photo", nargs="+", action="extend", default=[], metavar=_("PHOTO"), help=text)
    text = _("a learned detector that is asked too; FILE.json describes it")
    examine.add_argument("--detector", metavar=_("FILE"), help=text)
    add_report(examine)
    add_choice(examine)
    examine.add_argument("--json", action="store_true", help=_("one JSON object a line instead of a table"))
    examine.set_defaults(run=_examine)


def _examine(args: argparse.Namespace) -> int:
    from contextlib import closing

    from jium.cli.face_model import chosen
    from jium.cli.files import expand, unusable, without_files
    from jium.faces.network import WrongModel
    from jium.forensics.examine import Examiner
    from jium.media.errors import MediaError

    given = [*args.against, *args.photo]
    wrong = unusable(args.files, given) or without_files([*args.files, *given])
    files = [] if wrong else expand(args.files)
    if wrong := wrong or unwritable(args, files):
        return refused(wrong)
    try:
        model, _calibration = chosen(args.model)
        used = _detector(args.detector)
    except Refused as problem:
        return refused(str(problem))
    except (WrongModel, MediaError) as problem:
        return refused(sentence(problem), FAILED)
    output = Output(args.json, (_("file"), _("verdict"), _("how sure"), _("why")))
    report, failure, read = Report(args), "", False
    try:
        with ExitStack() as stack, closing(Examiner(model, used)) as examiner:
            known = list(_known(examiner, expand(args.against), stack, output))
            shown = list(_photos(examiner, expand(args.photo), output))
            if given and not (known or shown):
                failure = _("nothing was examined: none of the originals and photos given can be used")
            else:
                output.note(_(NOTE if known else NOTE_ALONE))
                report.compared_with(known, shown)
                for found in _all(examiner, files, known, shown):
                    read = _told(found, bool(known or shown), output, report) or read
    except MediaError as problem:
        # What was found until then is not lost.
        failure = sentence(problem)
    output.close()
    try:
        report.write()
    except NotWritten as problem:
        failure = failure or str(problem)
    return refused(failure, FAILED) if failure else DONE if read else FAILED


def _detector(name: str | None) -> Detector | None:
    from jium.faces.network import WrongModel
    from jium.forensics.detector import detector

    try:
        return detector(Path(name)) if name else None
    except WrongModel as problem:
        raise Refused(f"{name}: {sentence(problem)}") from problem


def _all(
    examiner: Examiner, files: list[str], known: list[Known], shown: list[Photo]
) -> Iterator[tuple[str, Examination | Unread]]:
    """Each file with what was found, or why it cannot be examined."""
    from contextlib import closing

    from jium.cli.files import Problem, Unread, attempted
    from jium.cli.progress import watched
    from jium.faces.network import WrongModel

    def examined(file: str) -> Examination | Unread:
        try:
            return attempted(file, partial(_examined, examiner, file, known, shown))
        except WrongModel as problem:
            return Unread(file, Problem("wrong_model", sentence(problem)))

    with closing(watched(zip(files, map(examined, files), strict=True), len(files), _("examining"))) as each:
        yield from each


def _told(found: tuple[str, Examination | Unread], given: bool, output: Output, report: Report) -> bool:
    """Whether the file could be examined. ``given``: was there anything to compare it with?"""
    from jium.cli.files import Unread

    file, one = found
    if isinstance(one, Unread):
        output.problem(file, one.problem)
        report.add_unread(file, one.problem.message)
        return False
    output.line(_line(file, one), _row(file, one, given))
    report.add(file, one)
    return True


def _known(examiner: Examiner, names: list[str], stack: ExitStack, output: Output) -> Iterator[Known]:
    """The originals that can be read; of the others it is said why they cannot."""
    from jium.cli.files import Unread, attempted, opened

    for name in names:
        one = attempted(name, lambda name=name: examiner.know(name, stack.enter_context(opened(name))))  # type: ignore[misc]
        if isinstance(one, Unread):
            output.problem(name, one.problem)
        else:
            yield one


def _photos(examiner: Examiner, names: list[str], output: Output) -> Iterator[Photo]:
    """The photos that can be used; of the others it is said why they cannot."""
    from jium.cli.files import Problem, Unread, attempted, opened
    from jium.forensics.examine import NotAPhoto

    def read(name: str) -> Photo:
        with opened(name) as source:
            return examiner.photo(name, source)

    for name in names:
        try:
            one = attempted(name, partial(read, name))
        except NotAPhoto:
            output.problem(name, Problem("no_photo", _("A photo is needed to look for somebody, not a film.")))
            continue
        if isinstance(one, Unread):
            output.problem(name, one.problem)
        else:
            yield one


def _examined(examiner: Examiner, file: str, known: list[Known], photos: list[Photo]) -> Examination:
    from jium.cli.files import opened

    with opened(file) as source:
        return examiner.examine(source, known, photos)


def _line(file: str, found: Examination) -> Line:
    verdict = found.verdict
    return {
        "file": file,
        "verdict": verdict.name,
        "probability": verdict.probability,
        "interval": list(verdict.interval),
        "reasons": [{**one.as_dict(), "finding": _sentence(one)} for one in found.findings],
        **({"note": found.subject.note} if found.subject.note == "damaged" else {}),
    }


def _row(file: str, found: Examination, given: bool) -> tuple[str, ...]:
    """``given``: was there anything to compare it with?"""
    from jium.forensics import words

    verdict, sure = found.verdict, ""
    if any(one.weight for one in found.findings):
        sure = words.sure(verdict.probability, verdict.interval, _, terminal_language())
    why = [_sentence(one) for one in found.findings]
    if found.subject.note == "damaged":
        why.append(_("The file is damaged: a part of it cannot be seen."))
    if found.kind == "audio":
        why.append(_("There is sound only, and no picture to examine."))
    elif not found.people and not given:
        why.append(_("No face is seen in it."))
    elif not given:
        hint = _("There is nothing to compare it with: name possible originals with --against, or photos with --photo.")
        why.append(hint)
    return file, _(words.VERDICTS[verdict.name]), sure.removeprefix(": "), " ".join(dict.fromkeys(why))


def _sentence(finding: Finding) -> str:
    return _(finding.said).format(**finding.values)
