"""``jium examine --report``: the PDF about what was examined."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jium.cli.output import printable
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
    examine.add_argument("--language", choices=LANGUAGES, help=text)
    text = _("show faces in the report as they are; without it every picture is grey and in coarse squares")
    examine.add_argument("--show-faces", action="store_true", help=text)


def unwritable(args: argparse.Namespace, files: Sequence[str]) -> str | None:
    """Why no report can be written, as a sentence; before anything is examined."""
    if args.report is None:
        alone = "--show-faces" if args.show_faces else "--language" if args.language else ""
        return _("{option} is for --report only").format(option=alone) if alone else None
    if not args.report.lower().endswith(".pdf"):
        return _("a report is a PDF: give it a name that ends with .pdf")
    if os.path.lexists(args.report):
        return _("there is a file of that name already: {path}").format(path=args.report)
    folder = os.path.dirname(os.path.abspath(args.report))
    if not os.path.isdir(folder):
        return _("there is no such folder: {path}").format(path=folder)
    if not os.access(folder, os.W_OK):
        return _("this user may not write into the folder: {path}").format(path=folder)
    if len(files) > MOST_FILES:
        return _("a report is about {count} files at most").format(count=MOST_FILES)
    return None


class Report:
    """What goes into the report, as it is found."""

    def __init__(self, args: argparse.Namespace) -> None:
        self._args = args
        self._originals: tuple[tuple[str, str], ...] = ()
        self._photos: tuple[tuple[str, str], ...] = ()
        self._subjects: list[Subject] = []
        self._unread: list[tuple[str, str]] = []

    def compared_with(self, known: Sequence[Known], photos: Sequence[Photo]) -> None:
        """What all files that follow are compared with."""
        self._originals = tuple((Path(one.name).name, one.seen.sha256) for one in known)
        self._photos = tuple((Path(one.name).name, one.sha256) for one in photos)

    def add(self, file: str, found: Examination) -> None:
        """A file that was examined; of its name only the last part is told."""
        from jium.forensics.report import Subject

        if self._args.report:
            self._subjects.append(Subject(Path(file).name, found, self._originals, self._photos))

    def add_unread(self, file: str, why: str) -> None:
        """A file that could not be examined, and a sentence that says why."""
        if self._args.report:
            self._unread.append((Path(file).name, why))

    def write(self) -> None:
        """Where it was asked for and anything was examined; for this user alone to read. Raises :class:`NotWritten`."""
        from jium import clock
        from jium.forensics import report
        from jium.typeset import FontMissing

        if self._args.report is None:
            return
        if not self._subjects:
            raise NotWritten(_("no report was written: nothing could be examined"))
        faces, name = self._args.show_faces, self._args.language or terminal_language()
        try:
            _write_new(self._args.report, report.pdf(self._subjects, clock.now(), name, self._unread, faces=faces))
            told = _("The report is written: {path}").format(path=self._args.report)
            print(printable(told), file=sys.stderr)
        except FontMissing as missing:
            text = _("no font for Korean is installed: apt install fonts-noto-cjk fonts-nanum")
            raise NotWritten(text) from missing
        except OSError as problem:
            text = _("the report cannot be written: {reason}").format(reason=reason(problem))
            raise NotWritten(text) from problem


def _write_new(path: str, content: bytes) -> None:
    """All of it or nothing. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(handle, "wb") as file:
            file.write(content)
    except OSError:
        os.unlink(path)
        raise
