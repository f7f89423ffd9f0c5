"""The wall behind which every hostile file is decoded: a persistent child under bubblewrap.

The child has no network, no files but the program's own (read-only), no rights and limited memory. A file
reaches it as a read-only descriptor, bytes as an anonymous memory file: nothing is written to a disk. Whoever
cannot start the wall does not decode at all.
"""

from __future__ import annotations

import fcntl
import functools
import os
import shutil
import socket
import stat
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import jium
from jium.media import wire
from jium.media.errors import SENTENCES, MediaError

Source = Path | bytes | int
START_SECONDS = 30.0
# A fresh child now and then: no file's traces outlive many others, and leaks in decoders do not add up.
CALLS_PER_CHILD = 250
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
            self._drop_child()
            raise MediaError("timeout") from late
        except (wire.WireError, OSError) as broken:
            self._drop_child()
            raise MediaError("crashed") from broken
        except BaseException:
            # Interrupted half-way: the answer still to come would be taken for the next call's.
            self._drop_child()
            raise

    def _ready_child(self) -> _Child:
        if self._child and (self._child.gone() or self._child.calls >= CALLS_PER_CHILD):
            self._drop_child()
        if not self._child:
            self._child = _Child(self._module, self._memory_mb, _wall(self._modules, self._files))
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
    def layer() -> str:
        """The wall in use, tried out. Raises ``MediaError("sandbox_unavailable")``."""
        command = [*_wall((), ()), "--", sys.executable, "-S", "-c", ""]
        try:
            tried = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=START_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise MediaError("sandbox_unavailable", type(problem).__name__) from problem
        if tried.returncode:
            raise MediaError("sandbox_unavailable", _first_line(tried.stderr))
        return "bubblewrap"


class _Child:
    """A running jail and the socket to it."""

    def __init__(self, module: str, memory_mb: int, wall: list[str]) -> None:
        self.calls = 0
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
        try:
            self._receive(time.monotonic() + START_SECONDS)
        except (wire.WireError, OSError) as problem:
            self._process.kill()
            said = self._process.stderr.read(4096) if self._process.stderr else b""
            self.kill()
            raise MediaError("sandbox_unavailable", _first_line(said)) from problem
        except BaseException:
            self.kill()
            raise

    def gone(self) -> bool:
        return self._process.poll() is not None

    def ask(self, request: dict[str, Any], fd: int, seconds: float) -> tuple[dict[str, Any], bytes]:
        self.calls += 1
        end = time.monotonic() + seconds
        self._link.settimeout(seconds)
        wire.send(self._link, request, fd=fd)
        return self._receive(end)

    def _receive(self, end: float) -> tuple[dict[str, Any], bytes]:
        def wait() -> None:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._link.settimeout(left)

        answer, payload, fds = wire.receive(self._link, wait)
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


def _wall(modules: tuple[Path, ...], files: tuple[Path, ...]) -> list[str]:
    """bubblewrap's command line up to the program. Raises ``MediaError("sandbox_unavailable")``."""
    bwrap = shutil.which("bwrap") or shutil.which("bwrap", path="/usr/bin:/usr/local/bin:/bin")
    if not bwrap:
        raise MediaError("sandbox_unavailable", "bwrap is not installed")
    return [
        bwrap,
        *("--unshare-user", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *("--uid", "65534", "--gid", "65534", "--hostname", "jail", "--clearenv"),
        *_environment(modules),
        *("--dev", "/dev", "--tmpfs", "/tmp"),  # noqa: S108 - the child's own, empty
        *_system_folders(),
        *(part for path in (*_program_folders(), *modules, *files) for part in ("--ro-bind", str(path), str(path))),
        *("--remount-ro", "/", "--chdir", "/"),
    ]


def _environment(modules: tuple[Path, ...]) -> list[str]:
    searched = [*map(str, modules), str(_source_root())]
    variables = {
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": ":".join(searched),
        # Each BLAS thread reserves address space, which is limited; one is enough for 64 × 64 products.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        # So does every heap of the C library, and decoders with threads of their own would get one each.
        "MALLOC_ARENA_MAX": "2",
    }
    return [part for name, value in variables.items() for part in ("--setenv", name, value)]


def _source_root() -> Path:
    return Path(jium.__file__).resolve().parent.parent


@functools.cache
def _system_folders() -> tuple[str, ...]:
    """/usr, and the library folders beside it as they are here: links into it or folders."""
    parts = ["--ro-bind", "/usr", "/usr"]
    for name in ("/lib", "/lib64", "/lib32", "/libx32"):
        if os.path.islink(name):
            parts += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            parts += ["--ro-bind", name, name]
    return tuple(parts)


@functools.cache
def _program_folders() -> tuple[Path, ...]:
    """The interpreter, the installed packages and our source, where they are not under /usr already."""
    installed = sysconfig.get_paths()
    wanted = [Path(sys.base_prefix), Path(sys.prefix), Path(installed["purelib"]), Path(installed["platlib"])]
    wanted += [Path(sys.executable).resolve().parent.parent, _source_root() / "jium"]
    kept = [Path("/usr")]
    for path in sorted({*wanted, *(path.resolve() for path in wanted)}):
        if path.is_dir() and path != Path("/") and not any(path.is_relative_to(folder) for folder in kept):
            kept.append(path)
    return tuple(kept[1:])


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
