"""What the kernel still does for a process that opens a hostile file: no more than decoding takes.

A filter of system calls (seccomp, by libseccomp) names what is allowed; everything else is "not there", as on an older
kernel, so that libraries fall back. No other process can be started, no program run, no socket opened, no namespace
made, no key read. Where libseccomp is missing, ``jium doctor`` says so and docs/threat-model.md what that costs.
"""

from __future__ import annotations

import ctypes
import errno
import socket
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, cast

_CLONE_THREAD = 0x00010000
_PR_SET_DUMPABLE, _PR_SET_NAME = 4, 15
_KEYCTL_JOIN_SESSION_KEYRING = 1
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_INSTRUCTION = 8  # bytes
_UNKNOWN = -1  # of libseccomp

_MEMORY = "brk madvise membarrier mmap mprotect mremap msync munmap"
_FILES = """
    access close close_range dup dup2 dup3 faccessat faccessat2 fadvise64 fcntl fstat fstatfs getcwd getdents getdents64
    lseek lstat newfstatat open openat poll ppoll pread64 preadv preadv2 pselect6 pwrite64 read readlink readlinkat
    readv select stat statfs statx write writev
"""
# Threads wait for one another; the answer goes through a socket that was handed in.
_WAITING = """
    epoll_create1 epoll_ctl epoll_pwait epoll_wait eventfd2 futex getsockname getsockopt pipe pipe2 recvfrom recvmsg
    sendmsg sendto shutdown
"""
_TIME = "clock_getres clock_gettime clock_nanosleep gettimeofday nanosleep time times"
_OWN = """
    exit exit_group get_robust_list getcpu getegid geteuid getgid getgroups getpid getppid getrandom getresgid getresuid
    getrlimit getrusage gettid getuid kill restart_syscall rseq rt_sigaction rt_sigprocmask rt_sigreturn
    sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getparam sched_getscheduler sched_setaffinity
    sched_yield set_robust_list set_tid_address sigaltstack sysinfo tgkill uname
"""
ALLOWED = tuple(f"{_MEMORY} {_FILES} {_WAITING} {_TIME} {_OWN}".split())
# And with one argument (counted from 0) of this value only: of ioctl what is asked of every file that is opened (is it
# a terminal? close on exec, how much is there to read); limits of no other process; a thread's name.
ALLOWED_WITH = (
    ("ioctl", 1, 0x5401),
    ("ioctl", 1, 0x5451),
    ("ioctl", 1, 0x541B),
    ("prlimit64", 0, 0),
    ("prctl", 0, _PR_SET_NAME),
)
REFUSED_TO_A_BROWSER = [
    "add_key",
    "bpf",
    "delete_module",
    "finit_module",
    "init_module",
    "io_uring_enter",
    "io_uring_register",
    "io_uring_setup",
    "kexec_file_load",
    "kexec_load",
    "keyctl",
    "perf_event_open",
    "process_vm_writev",
    "request_key",
    "userfaultfd",
]
_BROWSER_SOCKETS = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
_SOCKET_TYPE = 0xF  # of the second argument; the rest of it are flags


@dataclass(frozen=True)
class Confinement:
    """``allowed``: the filter as the kernel takes it. ``keyctl``: that system call's number on this processor."""

    allowed: bytes
    keyctl: int


def _seccomp() -> ModuleType | None:
    """libseccomp; None where it is missing."""
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError):
        return None
    return cast(ModuleType, pyseccomp)


def _known(seccomp: ModuleType, names: Iterable[str]) -> Iterator[str]:
    """What an older libseccomp, or another processor, does not know is left out: it is not there either."""
    return (name for name in names if seccomp.resolve_syscall(seccomp.Arch.NATIVE, name) != _UNKNOWN)


@cache
def confinement() -> Confinement | None:
    """Made outside, where libseccomp is found, for those inside. None where it is missing."""
    seccomp = _seccomp()
    if seccomp is None:
        return None
    return Confinement(_compiled(seccomp), seccomp.resolve_syscall(seccomp.Arch.NATIVE, "keyctl"))


def _compiled(seccomp: ModuleType) -> bytes:
    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.ENOSYS))
    for name in _known(seccomp, ALLOWED):
        rules.add_rule(seccomp.ALLOW, name)
    for name, argument, value in ALLOWED_WITH:
        rules.add_rule(seccomp.ALLOW, name, seccomp.Arg(argument, seccomp.EQ, value))
    rules.add_rule(seccomp.ALLOW, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD))
    return _as_the_kernel_takes_it(rules)


@cache
def for_a_browser() -> bytes | None:
    """The filter for a browser, which has its own sandbox inside: all but what no page needs. None as above."""
    seccomp = _seccomp()
    if seccomp is None:
        return None
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in _known(seccomp, REFUSED_TO_A_BROWSER):
        rules.add_rule(seccomp.ERRNO(errno.ENOSYS), name)
    refused = seccomp.ERRNO(errno.EAFNOSUPPORT)
    for family in range(64):
        if family not in _BROWSER_SOCKETS:
            rules.add_rule(refused, "socket", seccomp.Arg(0, seccomp.EQ, family))
    rules.add_rule(refused, "socket", seccomp.Arg(0, seccomp.GE, 64))
    for family in (socket.AF_INET, socket.AF_INET6):
        raw = seccomp.Arg(1, seccomp.MASKED_EQ, _SOCKET_TYPE, socket.SOCK_RAW)
        rules.add_rule(refused, "socket", seccomp.Arg(0, seccomp.EQ, family), raw)
    return _as_the_kernel_takes_it(rules)


def _as_the_kernel_takes_it(rules: Any) -> bytes:
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def close_off(keyctl: int | None) -> None:
    """For the process that others are forked from: nobody looks into its memory, and no key ring is shared with it."""
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if keyctl is not None:
        join_own_key_ring(keyctl)


def join_own_key_ring(keyctl: int) -> bool:
    """Leave the session's key ring for an empty one. Whether that could be done."""
    return bool(ctypes.CDLL(None).syscall(keyctl, _KEYCTL_JOIN_SESSION_KEYRING, None) >= 0)


def confine(allowed: bytes) -> None:
    """For the process that opens the file, for good: only the system calls of this filter. Raises ``OSError``."""
    instructions = ctypes.create_string_buffer(allowed, len(allowed))
    program = _Program(len(allowed) // _INSTRUCTION, ctypes.cast(instructions, ctypes.c_void_p))
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp")


class _Program(ctypes.Structure):
    """``struct sock_fprog`` of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))
