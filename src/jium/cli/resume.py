"""A long search that can be stopped at any moment and gone on with: the progress file, and clean interruption.

The progress file (``--resume FILE``) is JSON Lines, only ever appended to. Its first line says which command and
what it looks for; each further line is one finished file: where it is, its size and time of change, and what the
command keeps of it. It names matches and is as sensitive as they are: only its owner may read it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import signal
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self, TypeVar

import jium
from jium.cli.files import STDIN
from jium.language import _

INTERRUPTED = 130
FORM = 1
Line = dict[str, Any]
Result = TypeVar("Result")


class UnusableProgress(Exception):
    """The progress file cannot be used; the message is a sentence for the user. Nothing was written to it."""


class Journal:
    """The open progress file. Without a name it keeps nothing and knows nothing."""

    def __init__(self, name: str | None, command: str, looked_for: Sequence[str]) -> None:
        """``command``: whose progress it is. ``looked_for``: the SHA-256 of each file that is looked for, "" for one
        that cannot be read, and whatever else decides what is found. Raises :class:`UnusableProgress`.
        """
        self._fd: int | None = None
        self._known: dict[str, Line] = {}
        self._stamps: dict[str, tuple[int, int]] = {}
        if name is None:
            return
        try:
            self._fd = os.open(name, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
        except OSError as problem:
            raise UnusableProgress(_("the progress file cannot be opened")) from problem
        try:
            self._begin(_header(command, looked_for))
        except BaseException:
            self.close()
            raise

    def _begin(self, header: bytes) -> None:
        """Take in what is there, or begin anew. Raises :class:`UnusableProgress`."""
        assert self._fd is not None  # noqa: S101 - for the type checker
        if not stat.S_ISREG(os.fstat(self._fd).st_mode):
            raise UnusableProgress(_("the progress file is no ordinary file"))
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise UnusableProgress(_("another search is using the progress file")) from problem
        with open(self._fd, "rb", closefd=False) as file:
            content = file.read()
        complete = content[: content.rfind(b"\n") + 1]
        if complete and not complete.startswith(header):
            raise UnusableProgress(_("the progress file belongs to other references or another version of jium"))
        if not complete and not header.startswith(content):
            raise UnusableProgress(_("the progress file is something else: a new one is needed"))
        os.fchmod(self._fd, 0o600)
        # What was half written when the last run was killed.
        os.ftruncate(self._fd, len(complete))
        if not complete:
            _write(self._fd, header)
        for line in complete.splitlines()[1:]:
            self._learn(line)

    def _learn(self, line: bytes) -> None:
        try:
            entry = json.loads(line)
            self._known[entry["file"]] = entry
        except (ValueError, KeyError, TypeError):
            # A file whose line cannot be understood is read again.
            return

    def known(self, files: Sequence[str]) -> dict[str, Line]:
        """What was kept before of those of ``files`` that have not changed since."""
        if self._fd is None:
            return {}
        found = {}
        for file in files:
            stamp = _stamp(file)
            if stamp is None:
                continue
            self._stamps[file] = stamp
            entry = self._known.get(os.path.abspath(file))
            if entry and (entry.get("size"), entry.get("mtime_ns")) == stamp:
                found[file] = entry
        return found

    def add(self, file: str, told: Line) -> None:
        """Keep what is ``told`` of ``file``, as it was when :meth:`known` was asked about it."""
        stamp = self._stamps.get(file)
        if self._fd is None or stamp is None:
            return
        entry: Line = {"file": os.path.abspath(file), "size": stamp[0], "mtime_ns": stamp[1], **told}
        _write(self._fd, json.dumps(entry).encode() + b"\n")

    def is_at(self, file: str) -> bool:
        """Is ``file`` the progress file itself?"""
        try:
            return self._fd is not None and os.path.samestat(os.stat(file), os.fstat(self._fd))
        except OSError:
            return False

    def close(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
        self._fd = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _header(command: str, looked_for: Sequence[str]) -> bytes:
    digest = hashlib.sha256("\n".join([jium.__version__, *looked_for]).encode()).hexdigest()
    return json.dumps({f"jium {command}": FORM, "version": jium.__version__, "references": digest}).encode() + b"\n"


def _write(fd: int, line: bytes) -> None:
    while line:
        line = line[os.write(fd, line) :]


def _stamp(file: str) -> tuple[int, int] | None:
    """Size and time of change; None for a pipe and for what is not there."""
    if file == STDIN:
        return None
    try:
        seen = os.stat(file)
    except OSError:
        return None
    return seen.st_size, seen.st_mtime_ns


class Stop:
    """Somebody's wish to stop, which is heeded only between two files and while one waits for the next.

    ``done``: how many files are finished; whoever finishes one counts it.
    """

    def __init__(self) -> None:
        self.done = 0
        self._asked = False
        self._waiting = False

    def wait_for(self, work: Callable[[], Result]) -> Result:
        """``work()``. Raises ``KeyboardInterrupt`` when a stop is asked for meanwhile or has been."""
        self._waiting = True
        try:
            self.heed()
            return work()
        finally:
            self._waiting = False

    def heed(self) -> None:
        """Raises ``KeyboardInterrupt`` if a stop has been asked for."""
        if self._asked:
            raise KeyboardInterrupt

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """Handle a signal. Only the first one counts: what follows it is tidying up."""
        first, self._asked = not self._asked, True
        if first and self._waiting:
            raise KeyboardInterrupt


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Within, SIGINT (Ctrl-C) and SIGTERM only ask the :class:`Stop` given."""
    stop, before = Stop(), {}
    for number in (signal.SIGINT, signal.SIGTERM):
        # Whoever started us so that it should be ignored means it.
        if signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, stop.ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
