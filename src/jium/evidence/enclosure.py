"""Runs the recorder (:mod:`jium.evidence.recorder`) where nothing outlives it and it sees nothing of ours.

bubblewrap gives it a process namespace and file systems of its own: the data directory, the keys and the
rest of the machine are not there, and its temporary files lie in memory. When the recorder ends, fails, is
stopped for time, or this process is killed, the kernel ends Chromium and all it started and drops those
files. The parts come back through memory files, which have no name and go with the last process that holds
them. The network namespace is shared, for the egress proxy; no resolver is configured in it, and Chromium is
told to ask the proxy for everything.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jium
from jium.media.confine import for_a_browser

SECONDS = 150.0
# So often, in seconds, it is asked whether the record is still wanted; and how it is told that it is not.
ASKED_EVERY, UNWANTED = 10.0, "unwanted"
LARGEST_PART = 512 * 1024 * 1024
PARTS = ("data.wacz", "facts.json", "page.html", "screenshot.png")
HOME = "/tmp"  # noqa: S108 - inside the enclosure, where it is a file system of its own
_READABLE = ("/etc/alternatives", "/etc/chromium.d", "/etc/fonts", "/etc/localtime", "/var/cache/fontconfig")
_UID = "1000"  # inside only; not 0, so that Chromium's own sandbox stays on even when jium runs as root


class RecorderFailed(Exception):
    """No complete record; ``kind`` is the code of what went wrong, see :mod:`jium.evidence.services`."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class Job:
    """What to record.

    ``launch``: how Chromium is started, the way to the proxy included
    (:func:`jium.egress.chromium_arguments`); ``seconds``: for all of it.
    """

    url: str
    media_url: str
    media_sha256: str
    launch: Mapping[str, Any]
    seconds: float = SECONDS


@contextmanager
def recorded(job: Job, wanted: Callable[[], bool] = lambda: True) -> Iterator[Mapping[str, memoryview]]:
    """Record; the content of each part, valid inside the ``with``. An absent part is empty.

    ``wanted`` is asked now and then: as soon as it is not, everything is stopped. Raises :class:`RecorderFailed`, then
    of the kind :data:`UNWANTED`.
    """
    with ExitStack() as stack:
        handles = {}
        for name in PARTS:
            handles[name] = os.memfd_create(name, os.MFD_CLOEXEC)
            stack.callback(os.close, handles[name])
        _run(job, handles, wanted)
        yield {name: stack.enter_context(_content(handle)) for name, handle in handles.items()}


def _run(job: Job, handles: Mapping[str, int], wanted: Callable[[], bool]) -> None:
    order = json.dumps({**asdict(job), "outputs": handles})
    try:
        with refusals() as filters:
            child = subprocess.Popen(
                [*walls(str(job.launch["executable_path"]), *filters), sys.executable, "-m", "jium.evidence.recorder"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # Chromium's chatter holds addresses
                pass_fds=[*handles.values(), *filters],
                start_new_session=True,
            )
    except FileNotFoundError:
        raise RecorderFailed("no_enclosure") from None
    with child:
        try:
            answer = _answer(child, order, job.seconds + 15, wanted)
        finally:
            child.kill()
    try:
        problem = json.loads(answer)["problem"]
    except (ValueError, KeyError, TypeError):
        raise RecorderFailed("crashed") from None
    if problem:
        raise RecorderFailed(str(problem)[:32])


def _answer(child: subprocess.Popen[bytes], order: str, seconds: float, wanted: Callable[[], bool]) -> bytes:
    end = time.monotonic() + seconds
    given: bytes | None = order.encode()
    while True:
        try:
            return child.communicate(given, timeout=min(ASKED_EVERY, max(0.0, end - time.monotonic())))[0]
        except subprocess.TimeoutExpired:
            given = None  # it has it
        if time.monotonic() >= end:
            raise RecorderFailed("timeout")
        if not wanted():
            raise RecorderFailed(UNWANTED)


@contextmanager
def _content(handle: int) -> Iterator[memoryview]:
    size = os.fstat(handle).st_size
    if size > LARGEST_PART:
        raise RecorderFailed("too_large")
    if not size:
        yield memoryview(b"")
        return
    with mmap.mmap(handle, size, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as view:
        yield view


@contextmanager
def refusals() -> Iterator[tuple[int, ...]]:
    """The file of the system calls that it is refused (:mod:`jium.media.confine`); none without libseccomp."""
    refused = for_a_browser()
    if refused is None:
        yield ()
        return
    handle = os.memfd_create("refused", os.MFD_CLOEXEC)
    try:
        os.pwrite(handle, refused, 0)
        yield (handle,)
    finally:
        os.close(handle)


def walls(chromium: str, *filters: int) -> list[str]:
    """The bubblewrap command: what the recorder may read, and nothing to write but its own memory.

    ``filters``: what :func:`refusals` gives.
    """
    source = Path(jium.__file__).resolve().parents[1]
    fonts = Path.home() / ".local/share/fonts"
    clock = os.environ.get("JIUM_CLOCK_FILE", "")
    command = [
        "bwrap",
        "--unshare-user",
        "--unshare-pid",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-cgroup-try",
    ]
    command += ["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--uid", _UID, "--gid", _UID]
    command += ["--clearenv", "--setenv", "PATH", "/usr/bin:/bin", "--setenv", "LANG", "C.UTF-8"]
    command += ["--setenv", "HOME", HOME, "--setenv", "TMPDIR", HOME, "--setenv", "PYTHONPATH", str(source)]
    command += ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        command += ["--ro-bind-try", f"/{name}", f"/{name}"]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/dev/shm", "--tmpfs", HOME]  # noqa: S108
    for path in (*_READABLE, source, sys.base_prefix, sys.prefix, _folder_of(chromium)):
        command += ["--ro-bind-try", str(path), str(path)]
    command += ["--ro-bind-try", str(fonts), f"{HOME}/.local/share/fonts"]
    if clock:
        command += ["--ro-bind-try", clock, "/run/clock", "--setenv", "JIUM_CLOCK_FILE", "/run/clock"]
    command += [part for handle in filters for part in ("--seccomp", str(handle))]
    return [*command, "--"]


def _folder_of(chromium: str) -> Path:
    """Where the browser lies, when it is not the system's."""
    return Path(shutil.which(chromium) or "/usr/bin/chromium").resolve().parent
