"""Tries, from where a hostile file would be, what must not be possible there: for ``jium doctor`` and the tests."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from jium.media import confine

_CLONE_NEWUSER = 0x10000000


def try_out(file: BinaryIO, keyctl: int | None) -> tuple[dict[str, Any], bytes]:
    """Of each layer whether it holds. ``keyctl``: the number of that system call; without it keys may be in reach."""
    del file
    holds = {name: not _succeeds(attempt) for name, attempt in ATTEMPTS.items()}
    return {"layers": {**holds, "keys": keyctl is not None and not confine.join_own_key_ring(keyctl)}}, b""


def _succeeds(attempt: Callable[[], bool]) -> bool:
    try:
        return attempt()
    except OSError:
        return False


def _read_the_machine() -> bool:
    return any(map(os.path.exists, ("/etc/passwd", "/proc/self", "/sys/class")))


def _write() -> bool:
    return any(_written(Path(folder)) for folder in ("/", "/usr", "/tmp", "/dev", "/dev/shm"))  # noqa: S108


def _written(folder: Path) -> bool:
    try:
        return (folder / "tried").write_bytes(b"x") == 1
    except OSError:
        return False


def _reach_the_network() -> bool:
    """Who has a network has its loopback, up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return bool(server.getsockname())


def _use_memory_without_end() -> bool:
    return resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY


def _make_a_user_namespace() -> bool:
    return bool(ctypes.CDLL(None).unshare(_CLONE_NEWUSER) == 0)


def _open_another_kind_of_socket() -> bool:
    with socket.socket(socket.AF_VSOCK):
        return True


def _start_a_process() -> bool:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    return True


def _run_a_program() -> bool:
    try:
        os.execv("/nowhere", ["nowhere"])  # noqa: S606 - there is none
    except OSError as refused:
        return refused.errno == errno.ENOENT
    return True


ATTEMPTS: dict[str, Callable[[], bool]] = {
    "files": _read_the_machine,
    "writing": _write,
    "network": _reach_the_network,
    "memory": _use_memory_without_end,
    "namespaces": _make_a_user_namespace,
    "sockets": _open_another_kind_of_socket,
    "processes": _start_a_process,
    "programs": _run_a_program,
}
OPERATIONS = {"try_out": try_out}
