"""What a file that has taken over the decoder would try. A test binds it into the sandbox."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from jium.media import wire


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
    return attempt(lambda: subprocess.run([program, "/etc/passwd"], capture_output=True, text=True).stdout)


def open_socket(file, family):
    return attempt(lambda: socket.socket(family, socket.SOCK_RAW if family != socket.AF_UNIX else socket.SOCK_STREAM))


def system_call(file, number):
    libc = ctypes.CDLL(None, use_errno=True)
    return {"answer": libc.syscall(number, 0, 0, 0, 0, 0), "errno": ctypes.get_errno()}, b""


def leave_a_process_behind(file):
    child = os.fork()
    if not child:
        os.setsid()
        time.sleep(600)
    return {"left": child}, b""


REMEMBERED = []


def leave_a_thread_behind(file):
    REMEMBERED.append(file.read())
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    return {"process": os.getpid()}, b""


def remembered(file):
    kept = REMEMBERED[0].decode() if REMEMBERED else None
    return {"process": os.getpid(), "remembered": kept, "threads": threading.active_count()}, b""


def end_the_parent(file):
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(600)
    return {}, b""


def answer_twice(file):
    """On whatever socket is there."""
    for number in range(3, 64):
        try:
            link = socket.socket(fileno=os.dup(number))
        except OSError:
            continue
        wire.send(link, {"answered": 1}, b"for another")
    return {}, b""


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
        open_socket,
        system_call,
        leave_a_process_behind,
        leave_a_thread_behind,
        remembered,
        end_the_parent,
        answer_twice,
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
