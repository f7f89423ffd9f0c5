"""What a file that has taken over the decoder would try. A test binds it into the sandbox."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path


def attempt(act):
    try:
        return {"got": str(act())}, b""
    except OSError as refused:
        return {"refused": type(refused).__name__}, b""


def read_file(file, path):
    return attempt(lambda: Path(path).read_bytes())


def list_folder(file, path):
    try:
        return {"names": sorted(os.listdir(path))}, b""
    except OSError as refused:
        return {"refused": type(refused).__name__}, b""


def write_file(file, path):
    return attempt(lambda: Path(path).write_bytes(b"x" * 100))


def write_through(file):
    """The descriptor that was handed in."""
    return attempt(lambda: os.write(file.fileno(), b"changed"))


def connect(file, host, port):
    return attempt(lambda: socket.create_connection((host, port), timeout=3))


def connect_unix(file, path):
    def act():
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(path)

    return attempt(act)


def run_program(file, program):
    """Another program sees no more than this one."""
    said = subprocess.run([program, "/etc/passwd"], capture_output=True, text=True)
    return {"said": said.stdout}, b""


def become_root(file):
    return attempt(lambda: os.setuid(0))


def environment(file):
    return {"names": sorted(os.environ), "uid": os.getuid(), "processes": _processes()}, b""


def _processes():
    seen = 0
    for number in range(1, 5000):
        try:
            os.kill(number, 0)
            seen += 1
        except PermissionError:
            seen += 1
        except ProcessLookupError:
            pass
    return seen


def limits(file):
    return {
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "files": resource.getrlimit(resource.RLIMIT_FSIZE),
    }, b""


def allocate(file, megabytes):
    kept = bytearray(megabytes * 1024 * 1024)
    return {"got": len(kept)}, b""


def spin(file):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        pass


def sleep(file, seconds):
    time.sleep(seconds)
    return {}, b""


def die(file, number):
    os.kill(os.getpid(), number)
    return {}, b""


def raise_error(file):
    raise RuntimeError("unforeseen")


def echo(file, **parameters):
    return {"parameters": parameters, "position": file.tell()}, file.read()


def pid(file):
    return {"pid": os.getpid(), "started": time.monotonic()}, b""


def hold(file):
    """Keep the file open, as a decoder that forgets it would, or one that was taken over."""
    held = [os.dup(file.fileno()), os.dup2(file.fileno(), 50)]
    return {"held": held}, b""


def held(file, numbers):
    return {"content": [attempt(lambda n=number: os.pread(n, 7, 0))[0] for number in numbers]}, b""


def searched(file):
    return {"paths": sys.path}, b""


def lie(file, kind):
    return {"error": kind}, b""


def talk_too_much(file):
    return {"text": "x" * (32 * 1024 * 1024)}, b""


OPERATIONS = {
    function.__name__: function
    for function in (
        read_file,
        searched,
        hold,
        held,
        list_folder,
        write_file,
        write_through,
        connect,
        connect_unix,
        run_program,
        become_root,
        environment,
        limits,
        allocate,
        spin,
        sleep,
        die,
        raise_error,
        echo,
        pid,
        lie,
        talk_too_much,
    )
}
