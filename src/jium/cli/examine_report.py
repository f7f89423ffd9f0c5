"""``jium examine --report``: the PDF about what was examined."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jium.cli.parsing import Parser
from jium.language import _, reason, terminal_language

if TYPE_CHECKING:
    from jium.forensics.examine import Examination, Known
    from jium.forensics.report import Subject
    from jium.forensics.signal import Photo

LANGUAGES = ("ko", "en")
# Nobody reads a report on more, and the pictures of each stay in memory until it is written.
MOST_FILES = 20


class NotWritten(Exception):
    """The report cannot be made; the message is a sentence in the user's language."""


def add_report(examine: Parser) -> None:
    """Add the options."""
    text = _("write a report as a PDF, for an annex to a complaint; the file must not be there yet")
    examine.add_argument("--report", metavar=_("FILE.pdf"), help=text)
    text = _("the report's language (that of the terminal unless named)")
    examine.add_argument("--language", choices=LANGUAGES, default=terminal_language(), help=text)
    text = _("show faces in the report as they are; without it every picture is grey and in coarse squares")
    examine.add_argument("--show-faces", action="store_true", help=text)


def unwritable(args: argparse.Namespace, files: Sequence[str]) -> str | None:
    """Why no report can be written, as a sentence; before anything is examined."""
    if not args.report:
        return _("--show-faces is for --report only") if args.show_faces else None
    path = Path(args.report)
    if os.path.lexists(path):
        return _("there is a file of that name already: {path}").format(path=path)
    if not path.resolve().parent.is_dir():
        return _("there is no such folder: {path}").format(path=path.resolve().parent)
    if len(files) > MOST_FILES:
        return _("a report is about {count} files at most").format(count=MOST_FILES)
    return None


class Report:
    """What goes into the report, as it is found."""

    def __init__(self, args: argparse.Namespace, known: Sequence[Known], photos: Sequence[Photo]) -> None:
        self._args = args
        self._originals = tuple((Path(one.name).name, one.seen.sha256) for one in known)
        self._photos = tuple((Path(one.name).name, one.sha256) for one in photos)
        self._subjects: list[Subject] = []

    def add(self, file: str, found: Examination) -> None:
        """A file that was examined; of its name only the last part is told."""
        from jium.forensics.report import Subject

        if self._args.report:
            self._subjects.append(Subject(Path(file).name, found, self._originals, self._photos))

    def write(self) -> None:
        """Where it was asked for and anything was examined; for this user alone to read. Raises :class:`NotWritten`."""
        from jium import clock
        from jium.forensics import report
        from jium.typeset import FontMissing

        if not self._subjects:
            return
        faces, name = self._args.show_faces, self._args.language
        try:
            content = report.pdf(self._subjects, clock.now(), name, faces=faces)
            handle = os.open(self._args.report, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FontMissing as missing:
            text = _("no font for Korean is installed: apt install fonts-noto-cjk fonts-nanum")
            raise NotWritten(text) from missing
        except OSError as problem:
            text = _("the report cannot be written: {reason}").format(reason=reason(problem))
            raise NotWritten(text) from problem
        with open(handle, "wb") as file:
            file.write(content)
