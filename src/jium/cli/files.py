"""The files named on a command line, read one after another and fingerprinted in a few sandboxes at once."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, Self, TypeVar

from jium import dna
from jium.dna.fingerprint import Fingerprint
from jium.dna.neural import Model
from jium.language import _
from jium.media.errors import MediaError
from jium.media.sandbox import Sandbox, Source, readable

STDIN = "-"
MOST_SANDBOXES = 4

Result = TypeVar("Result")


@dataclass(frozen=True)
class Problem:
    """Why a file cannot be read: a stable code and a sentence in the user's language."""

    kind: str
    message: str


@dataclass(frozen=True)
class Read:
    """A file, by the name the user gave it, and its fingerprint."""

    file: str
    fingerprint: Fingerprint


@dataclass(frozen=True)
class Unread:
    """A file that cannot be read, and why."""

    file: str
    problem: Problem


def expand(names: Sequence[str]) -> list[str]:
    """The files meant: a folder stands for everything in it, in alphabetical order."""
    found: list[str] = []
    for name in names:
        if name == STDIN or not os.path.isdir(name):
            found.append(name)
            continue
        for folder, folders, inside in os.walk(name):
            folders.sort()
            found += [os.path.join(folder, one) for one in sorted(inside)]
    return found


def unusable(looked_for: Sequence[str], places: Sequence[str]) -> str | None:
    """Why a search cannot begin, as a sentence for the user: a place that is not there, standard input named twice."""
    absent = [place for place in places if place != STDIN and not os.path.lexists(place)]
    if absent:
        return _("there is no such file or folder: {path}").format(path=absent[0])
    return twice_piped([*looked_for, *places])


def without_files(names: Sequence[str]) -> str | None:
    """What is said of the first folder in which there is no file; None where there is none such."""
    empty = next((name for name in names if name != STDIN and os.path.isdir(name) and not expand([name])), None)
    return None if empty is None else _("there is no file in the folder: {path}").format(path=empty)


def twice_piped(files: Sequence[str]) -> str | None:
    """What is said where standard input would have to be read twice."""
    return _("standard input (-) can stand for one file only") if files.count(STDIN) > 1 else None


class Pool:
    """Sandboxes that stay open until it is closed, each with a thread of its own that reads files in it."""

    def __init__(self, most: int, open_sandbox: Callable[[], Sandbox]) -> None:
        """``most``: no more sandboxes than that."""
        count = max(1, min(most, MOST_SANDBOXES, os.cpu_count() or 1))
        self._sandboxes = [open_sandbox() for _number in range(count)]
        self._orders: SimpleQueue[tuple[Callable[[Sandbox], Any], Future[Any]] | None] = SimpleQueue()
        # Daemons: whoever interrupts the command does not wait until a long file is read to its end.
        self._threads = [Thread(target=self._work, args=(box,), daemon=True) for box in self._sandboxes]
        for thread in self._threads:
            thread.start()

    def each(self, files: Sequence[str], read: Callable[[str, Sandbox], Result]) -> Iterator[Result]:
        """What ``read`` gives for each file, in the order given; only a few wait to be taken at any time."""
        waiting: deque[Future[Result]] = deque()
        for file in files:
            future: Future[Result] = Future()
            waiting.append(future)
            self._orders.put((partial(read, file), future))
            if len(waiting) > 2 * len(self._sandboxes):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _work(self, sandbox: Sandbox) -> None:
        while order := self._orders.get():
            read, future = order
            try:
                future.set_result(read(sandbox))
            except BaseException as problem:
                future.set_exception(problem)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _thread in self._threads:
            self._orders.put(None)
        for sandbox in self._sandboxes:
            if kind is None:
                sandbox.close()
            else:
                sandbox.stop()


class Reader(Pool):
    """Fingerprints files."""

    def __init__(self, most: int = MOST_SANDBOXES, model: Model | None = None) -> None:
        """``model``: pictures get its descriptor too."""
        super().__init__(most, lambda: dna.open_sandbox(model))
        self._model = model

    def read_all(self, files: Sequence[str], *, reference: bool = False) -> Iterator[Read | Unread]:
        """Each file's fingerprint or problem, in the order given. ``reference``: they are what is looked for.

        Raises ``MediaError("sandbox_unavailable")``: then no file can be read.
        """
        return self.each(files, lambda file, sandbox: _read(file, sandbox, self._model, reference))


def _read(file: str, sandbox: Sandbox, model: Model | None, reference: bool) -> Read | Unread:
    read = attempted(file, lambda: _fingerprint(file, sandbox, model, reference))
    return read if isinstance(read, Unread) else Read(file, read)


def attempted(file: str, read: Callable[[], Result]) -> Result | Unread:
    """What ``read`` gives, or why the file cannot be read. Raises ``MediaError("sandbox_unavailable")``."""
    try:
        return read()
    except MediaError as problem:
        if problem.kind == "sandbox_unavailable":
            raise
        return Unread(file, Problem(problem.kind, _(problem.message)))
    except OSError as problem:
        return Unread(file, _unreadable(problem))


def _fingerprint(file: str, sandbox: Sandbox, model: Model | None, reference: bool) -> Fingerprint:
    with opened(file) as source:
        return dna.fingerprint(source, sandbox, model, reference=reference)


@contextmanager
def opened(file: str) -> Iterator[Path | int]:
    """Where a file can be read; what comes through a pipe is gathered in memory, not on the disk."""
    if file != STDIN:
        yield Path(file)
        return
    with os.fdopen(os.memfd_create("stdin", os.MFD_CLOEXEC), "w+b") as gathered:
        shutil.copyfileobj(sys.stdin.buffer, gathered)
        gathered.flush()
        yield gathered.fileno()


def digest(source: Source) -> str:
    """SHA-256 in hexadecimal. Raises ``OSError``, :class:`MediaError` where it is no ordinary file."""
    with readable(source) as fd, open(fd, "rb", closefd=False) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unreadable(problem: OSError) -> Problem:
    if isinstance(problem, FileNotFoundError):
        return Problem("unreadable", _("There is no such file."))
    if isinstance(problem, PermissionError):
        return Problem("unreadable", _("This user may not read the file."))
    return Problem("unreadable", _("The file cannot be read."))
