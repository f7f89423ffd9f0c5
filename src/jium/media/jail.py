"""The child inside the sandbox: takes one file after another and calls the operation asked for.

``python -m jium.media.jail MODULE FD MEMORY_MB``: started by :class:`jium.media.sandbox.Sandbox` and by
nobody else. MODULE has ``OPERATIONS``: name -> function(file, **parameters) -> (JSON-able dict, bytes).
"""

from __future__ import annotations

import contextlib
import importlib
import os
import resource
import socket
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from jium.media import wire
from jium.media.errors import MediaError

# So many files may be open at once.
MOST_FILES = 64

Operation = Callable[..., tuple[dict[str, Any], bytes]]


def main(module: str, fd: int, memory_mb: int) -> None:
    """Limit this process, import ``module``, serve until the other side closes."""
    _limit(memory_mb)
    warnings.simplefilter("ignore")
    link = socket.socket(fileno=fd)
    operations: Mapping[str, Operation] = importlib.import_module(module).OPERATIONS
    own = _descriptors()
    wire.send(link, {"ready": True})
    # From here on nothing may reach the outside but answers: decoders write what they read to their log.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    while True:
        try:
            request, _payload, fds = wire.receive(link)
        except wire.WireError:
            return
        with os.fdopen(fds[0], "rb") as file:
            answer, payload = _answer(operations, request, file)
        # Whatever a decoder, or a file that took it over, still holds of this file is not there for the next one.
        for left in _descriptors() - own:
            with contextlib.suppress(OSError):
                os.close(left)
        wire.send(link, answer, payload)


def _descriptors() -> set[int]:
    """The files that this process has open."""
    return {number for number in range(MOST_FILES) if _is_open(number)}


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


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


def _answer(
    operations: Mapping[str, Operation], request: dict[str, Any], file: BinaryIO
) -> tuple[dict[str, Any], bytes]:
    try:
        return operations[request["op"]](file, **request["parameters"])
    except MediaError as problem:
        return {"error": problem.kind}, b""
    except MemoryError:
        return {"error": "too_large"}, b""


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
