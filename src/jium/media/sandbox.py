"""The wall behind which every hostile file is decoded: a persistent child under bubblewrap, and in it a process a file.

There is no network, no file but the program's own (read-only), no rights and limited memory (:mod:`jium.media.confine`
says what the kernel does for it). A file reaches it as a read-only descriptor, bytes as an anonymous memory file:
nothing is written to a disk, and what a file's process became ends with its call. Whoever cannot start the wall does
not decode at all.
"""

from __future__ import annotations

import fcntl
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from jium.media import wire
from jium.media.confine import confinement
from jium.media.errors import SENTENCES, MediaError
from jium.media.wall import START_SECONDS, wall

Source = Path | bytes | int
_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL

# bubblewrap's --die-with-parent means the *thread* that started it, so one thread that lives as long as the
# process starts them all.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="jium-sandbox-starter")


class Sandbox:
    """One child serving the OPERATIONS of ``module``; started when first called, restarted when it dies.

    ``memory_mb`` is its address space, ``seconds`` the longest a call may take unless the call says
    otherwise. ``modules``: folders searched first for modules; ``files``: to be read, and never for code: a
    model's file can be a ZIP as well, which Python would import from. Thread-safe: calls wait for each other.
    """

    def __init__(
        self,
        module: str,
        *,
        memory_mb: int = 2048,
        seconds: float = 60.0,
        modules: Sequence[Path] = (),
        files: Sequence[Path] = (),
    ) -> None:
        self._module = module
        self._memory_mb = memory_mb
        self._seconds = seconds
        self._modules = tuple(path.resolve() for path in modules)
        self._files = tuple(path.resolve() for path in files)
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._stopped = False

    def call(
        self, op: str, source: Source, *, seconds: float | None = None, **parameters: Any
    ) -> tuple[dict[str, Any], bytes]:
        """Let operation ``op`` read ``source`` (path, bytes or open descriptor) and return its answer.

        Raises :class:`MediaError`; ``OSError`` when a path cannot be opened.
        """
        with readable(source) as fd, self._lock:
            if self._stopped:
                raise MediaError("crashed", "stopped")
            answer, payload = self._exchange(
                {"op": op, "parameters": parameters}, fd, seconds if seconds is not None else self._seconds
            )
        if "error" in answer:
            kind = answer["error"]
            raise MediaError(kind if isinstance(kind, str) and kind in SENTENCES else "crashed")
        return answer, payload

    def _exchange(self, request: dict[str, Any], fd: int, seconds: float) -> tuple[dict[str, Any], bytes]:
        child = self._ready_child()
        try:
            return child.ask(request, fd, seconds)
        except TimeoutError as late:
            raise MediaError("timeout") from late
        except (wire.WireError, OSError) as broken:
            raise MediaError("crashed") from broken
        except BaseException:
            # Interrupted half-way: what of the call went through is not known.
            self._drop_child()
            raise

    def _ready_child(self) -> _Child:
        """One that has ended the call before. What a file did to it is not told of the next one."""
        if self._child and not self._child.at_rest():
            self._drop_child()
        if not self._child:
            self._child = _Child(self._module, self._memory_mb, wall(self._modules, self._files))
        return self._child

    def _drop_child(self) -> None:
        if self._child:
            self._child.kill()
        self._child = None

    def close(self) -> None:
        """Stop the child. A later call starts a new one."""
        with self._lock:
            self._drop_child()

    def stop(self) -> None:
        """Stop for good and at once: a call that another thread has under way fails as "crashed"."""
        self._stopped = True
        while not self._lock.acquire(timeout=0.05):
            child = self._child
            if child:
                child.interrupt()
        try:
            self._drop_child()
        finally:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def layers() -> dict[str, bool]:
        """What stands between a file's process and everything else, tried out from inside: layer -> does it hold?

        Raises ``MediaError("sandbox_unavailable")`` where no wall can be started.
        """
        walls = confinement()
        with Sandbox("jium.media.trial") as tried:
            holds: dict[str, bool] = tried.call("try_out", b"", keyctl=walls and walls.keyctl)[0]["layers"]
        return holds


class _Child:
    """A running jail and the socket to it."""

    def __init__(self, module: str, memory_mb: int, wall: list[str]) -> None:
        self._ending = False
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._link = ours
        jail = [
            sys.executable,
            "-B",
            "-s",
            "-m",
            "jium.media.jail",
            module,
            str(theirs.fileno()),
            str(memory_mb),
        ]
        starting = _starter.submit(_spawn, [*wall, "--", *jail], theirs.fileno())
        # Not before: a number given back could name another file by the time the child inherits it.
        starting.add_done_callback(lambda _started: theirs.close())
        try:
            self._process = starting.result()
        except OSError as problem:
            ours.close()
            raise MediaError("sandbox_unavailable", type(problem).__name__) from problem
        except BaseException:
            # Interrupted while it starts: nobody will know it, so nobody else could end it.
            ours.close()
            starting.add_done_callback(_discard)
            raise
        self._await_readiness()

    def _await_readiness(self) -> None:
        walls = confinement()
        try:
            self._link.settimeout(START_SECONDS)
            wire.send(self._link, {"keyctl": walls and walls.keyctl}, walls.allowed if walls else b"")
            self._receive(self._link, time.monotonic() + START_SECONDS)
        except (wire.WireError, OSError) as problem:
            self._process.kill()
            said = self._process.stderr.read(4096) if self._process.stderr else b""
            self.kill()
            raise MediaError("sandbox_unavailable", _first_line(said)) from problem
        except BaseException:
            self.kill()
            raise

    def at_rest(self) -> bool:
        """Whether the process of the last call, and all it started, are gone, and another call can be made."""
        if self._ending:
            try:
                self._receive(self._link, time.monotonic() + START_SECONDS)
            except (wire.WireError, OSError):
                return False
            self._ending = False
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], fd: int, seconds: float) -> tuple[dict[str, Any], bytes]:
        """The answer of a process of this call's own, on a socket of its own, in ``seconds``.

        Raises ``TimeoutError``, :class:`jium.media.wire.WireError`, ``OSError``.
        """
        end = time.monotonic() + seconds
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with ours:
            self._ending = True
            with theirs:
                self._link.settimeout(seconds)
                wire.send(self._link, request, fds=(fd, theirs.fileno()))
            try:
                return self._receive(ours, end)
            finally:
                self._link.settimeout(START_SECONDS)
                wire.send(self._link, {"over": True})

    def _receive(self, link: socket.socket, end: float) -> tuple[dict[str, Any], bytes]:
        def wait() -> None:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError
            link.settimeout(left)

        answer, payload, fds = wire.receive(link, wait)
        for fd in fds:
            os.close(fd)
        return answer, payload

    def interrupt(self) -> None:
        """End the process; whoever waits for its answer finds the link closed, and cleans up."""
        self._process.kill()

    def kill(self) -> None:
        self._link.close()
        _end(self._process)


def _spawn(command: list[str], fd: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=(fd,),
        cwd="/",
        env={},
        # Ctrl-C on the terminal is for us: a jail that dies first would look like a file's doing.
        process_group=0,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    if process.stderr:
        process.stderr.close()


def _discard(started: Future[subprocess.Popen[bytes]]) -> None:
    """End what nobody waited for."""
    if not started.cancelled() and not started.exception():
        _end(started.result())


def _first_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


@contextmanager
def readable(source: Source) -> Iterator[int]:
    """A read-only descriptor of ``source`` with a position of its own; the receiver cannot write through it.

    A descriptor given keeps its own position. Raises ``OSError`` when a path cannot be opened,
    ``MediaError("not_media")`` when it is no regular file.
    """
    if isinstance(source, bytes):
        fd = _memory_file(source)
    elif isinstance(source, Path):
        fd = os.open(source, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    else:
        fd = os.open(f"/proc/self/fd/{source}", os.O_RDONLY | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise MediaError("not_media")
        yield fd
    finally:
        with suppress(OSError):
            os.close(fd)


def _memory_file(content: bytes) -> int:
    fd = os.memfd_create("media", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with memoryview(content) as rest:
        written = 0
        while written < len(rest):
            written += os.write(fd, rest[written:])
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALS)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
