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
from jium.language import _, gettext_noop

if TYPE_CHECKING:
    from jium.cli.telling import Line
    from jium.forensics.examine import Examination, Examiner, Known
    from jium.forensics.finding import Finding
    from jium.forensics.signal import Photo

VERDICTS = {
    "composite": gettext_noop("composite"),
    "authentic-looking": gettext_noop("no sign of a composite"),
    "undetermined": gettext_noop("undetermined"),
}
NOTE = gettext_noop(
    "A verdict is advice, not proof: it holds against the originals given, as if a composite were as likely as not "
    "beforehand. 'No sign' does not mean that a picture is real; the original may be a composite itself."
)


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
    examine.add_argument("--against", nargs="+", default=[], metavar=_("FILE"), help=text)
    text = _("photos of somebody whose face may have been put in: files or folders; the largest face in each")
    examine.add_argument("--photo", nargs="+", default=[], metavar=_("PHOTO"), help=text)
    text = _("a learned detector that is asked too; FILE.json describes it")
    examine.add_argument("--detector", metavar=_("FILE"), help=text)
    add_report(examine)
    add_choice(examine)
    examine.add_argument("--json", action="store_true", help=_("one JSON object a line instead of a table"))
    examine.set_defaults(run=_examine)


def _examine(args: argparse.Namespace) -> int:
    from contextlib import closing

    from jium.cli.face_model import chosen
    from jium.cli.files import Unread, attempted, expand, unusable
    from jium.cli.progress import watched
    from jium.faces.network import WrongModel
    from jium.forensics.detector import detector
    from jium.forensics.examine import Examiner
    from jium.media.errors import MediaError

    if wrong := unusable(args.files, [*args.against, *args.photo]):
        return refused(wrong)
    files, originals, photos = expand(args.files), expand(args.against), expand(args.photo)
    if wrong := unwritable(args, files):
        return refused(wrong)
    output = Output(args.json, (_("file"), _("verdict"), _("probability"), _("why")))
    output.note(_(NOTE))
    read = False
    try:
        model, _calibration = chosen(args.model)
        used = detector(Path(args.detector)) if args.detector else None
        with ExitStack() as stack, closing(Examiner(model, used)) as examiner:
            known = list(_known(examiner, originals, stack, output))
            shown = list(_photos(examiner, photos, output))
            if (originals or photos) and not (known or shown):
                files = []
            report = Report(args, known, shown)
            examined = (attempted(file, partial(_examined, examiner, file, known, shown)) for file in files)
            with closing(watched(zip(files, examined, strict=True), len(files), _("examining"))) as each:
                for file, found in each:
                    if isinstance(found, Unread):
                        output.problem(file, found.problem)
                    else:
                        read = True
                        output.line(_line(file, found), _row(file, found, bool(known or shown)))
                        report.add(file, found)
            report.write()
    except Refused as problem:
        return refused(str(problem))
    except NotWritten as problem:
        output.close()
        return refused(str(problem), FAILED)
    except (WrongModel, MediaError) as problem:
        return refused(sentence(problem), FAILED)
    output.close()
    return DONE if read else FAILED


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
    }


def _row(file: str, found: Examination, given: bool) -> tuple[str, ...]:
    """``given``: was there anything to compare it with?"""
    verdict = found.verdict
    low, high = (_percent(value) for value in verdict.interval)
    sure = f"{_percent(verdict.probability)} ({low}–{high})" if any(one.weight for one in found.findings) else ""
    why = [_sentence(one) for one in found.findings]
    if found.kind == "audio":
        why.append(_("There is sound only, and no picture to examine."))
    elif not given:
        hint = _("There is nothing to compare it with: name possible originals with --against, or photos with --photo.")
        why.append(hint)
    return file, _(VERDICTS[verdict.name]), sure, " ".join(why)


def _sentence(finding: Finding) -> str:
    return _(finding.said).format(**finding.values)


def _percent(value: float) -> str:
    """As far as it is known: never 0 or 100."""
    return f"{min(max(100 * value, 0.1), 99.9):.1f} %"
