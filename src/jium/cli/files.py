"""The files named on a command line, read one after another and fingerprinted in a few sandboxes at once."""

from __future__ import annotations

import os
import shutil
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from jium import dna
from jium.dna.fingerprint import Fingerprint
from jium.language import _
from jium.media.errors import MediaError
from jium.media.sandbox import Sandbox

STDIN = "-"
MOST_SANDBOXES = 4


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


class Reader:
    """Fingerprints files in sandboxes that stay open until it is closed."""

    def __init__(self, most: int = MOST_SANDBOXES) -> None:
        count = max(1, min(most, os.cpu_count() or 1))
        self._sandboxes = [dna.open_sandbox() for _number in range(count)]
        self._free: SimpleQueue[Sandbox] = SimpleQueue()
        for sandbox in self._sandboxes:
            self._free.put(sandbox)
        self._threads = ThreadPoolExecutor(max_workers=count)

    def read_all(self, files: Sequence[str]) -> Iterator[Read | Unread]:
        """Each file's fingerprint or problem, in the order given; only a few wait to be taken at any time.

        Raises ``MediaError("sandbox_unavailable")``: then no file can be read.
        """
        waiting: deque[Future[Read | Unread]] = deque()
        for file in files:
            waiting.append(self._threads.submit(self._read, file))
            if len(waiting) > 2 * len(self._sandboxes):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _read(self, file: str) -> Read | Unread:
        sandbox = self._free.get()
        try:
            return Read(file, _fingerprint(file, sandbox))
        except MediaError as problem:
            if problem.kind == "sandbox_unavailable":
                raise
            return Unread(file, Problem(problem.kind, _(problem.message)))
        except OSError as problem:
            return Unread(file, _unreadable(problem))
        finally:
            self._free.put(sandbox)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=kind is None, cancel_futures=True)
        for sandbox in self._sandboxes:
            sandbox.close()


def _fingerprint(file: str, sandbox: Sandbox) -> Fingerprint:
    if file != STDIN:
        return dna.fingerprint(Path(file), sandbox)
    # What comes through a pipe is gathered in memory, not on the disk.
    with os.fdopen(os.memfd_create("stdin", os.MFD_CLOEXEC), "w+b") as gathered:
        shutil.copyfileobj(sys.stdin.buffer, gathered)
        gathered.flush()
        return dna.fingerprint(gathered.fileno(), sandbox)


def _unreadable(problem: OSError) -> Problem:
    if isinstance(problem, FileNotFoundError):
        return Problem("unreadable", _("There is no such file."))
    if isinstance(problem, PermissionError):
        return Problem("unreadable", _("This user may not read the file."))
    return Problem("unreadable", _("The file cannot be read."))
