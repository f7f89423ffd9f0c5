"""Inside the sandbox: a process that knows the operations and never sees a file, and one for each file, forked from it.

``python -m jium.media.jail MODULE FD MEMORY_MB``: started by :class:`jium.media.sandbox.Sandbox` and by nobody else.
MODULE has ``OPERATIONS``: name -> function(file, **parameters) -> (JSON-able dict, bytes), and it may have
``prepare(**parameters)``: what is opened once, before the file, and kept for the next (models). A request comes with
the file and with the socket for its answer; when "over" follows, whatever the file's process became is ended.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import resource
import signal
import socket
import sys
import warnings
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from jium.media import confine, wire
from jium.media.errors import MediaError

# So many files may be open at once.
MOST_FILES = 64

Operation = Callable[..., tuple[dict[str, Any], bytes]]


def main(module: str, fd: int, memory_mb: int) -> None:
    """Limit this process, import ``module``, serve until the other side closes."""
    _limit(memory_mb)
    warnings.simplefilter("ignore")
    link = socket.socket(fileno=fd)
    walls, allowed, _fds = wire.receive(link)
    confine.close_off(walls["keyctl"])
    served = importlib.import_module(module)
    wire.send(link, {"ready": True})
    # From here on nothing may reach the outside but answers: decoders write what they read to their log.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # What is there already is not written to by the children's garbage collectors, and so stays one copy.
    gc.freeze()
    with contextlib.suppress(wire.WireError):
        while True:
            _one_call(link, served, allowed)


def _one_call(link: socket.socket, served: ModuleType, allowed: bytes) -> None:
    request, _payload, fds = wire.receive(link)
    if prepare := getattr(served, "prepare", None):
        with contextlib.suppress(Exception):  # the operation will find, and tell, the same
            prepare(**request["parameters"])
    child = os.fork()
    if not child:
        link.close()
        _serve(served, request, allowed, *fds)
    for handed in fds:
        os.close(handed)
    wire.receive(link)  # over: answered, too late, or given up
    _end(child)
    wire.send(link, {"ended": True})


def _serve(served: ModuleType, request: dict[str, Any], allowed: bytes, file: int, answer: int) -> None:
    """Answer, in a process that ends with it."""
    status = 1
    try:
        if allowed:
            confine.confine(allowed)
        with socket.socket(fileno=answer) as link, os.fdopen(file, "rb") as opened:
            wire.send(link, *_answer(served.OPERATIONS, request, opened))
        status = 0
    finally:
        os._exit(status)  # nothing of the parent's is to be ended properly here


def _end(child: int) -> None:
    """The file's process and, where it could start others, all of them."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
        os.kill(-1, signal.SIGKILL)  # every process in here but the first and this one
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def _limit(memory_mb: int) -> None:
    memory = memory_mb * 1024 * 1024
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 1),  # as jium.cli.main says
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, MOST_FILES),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))


def _answer(operations: Mapping[str, Operation], request: dict[str, Any], file: Any) -> tuple[dict[str, Any], bytes]:
    try:
        return operations[request["op"]](file, **request["parameters"])
    except MediaError as problem:
        return {"error": problem.kind}, b""
    except MemoryError:
        return {"error": "too_large"}, b""


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
