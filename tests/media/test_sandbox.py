"""The wall: what is inside cannot see, reach or harm anything; what happens there never hangs or hurts us."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pyseccomp
import pytest

from jium.media import confine, trial
from jium.media.errors import MediaError
from jium.media.sandbox import Sandbox
from tests.processes import children, command_of, descendants, runs, until

FAMILIES = {
    "unix": socket.AF_UNIX,
    "inet": socket.AF_INET,
    "packet": socket.AF_PACKET,
    "vsock": socket.AF_VSOCK,
    "alg": socket.AF_ALG,
    "netlink": socket.AF_NETLINK,
}
JAILED = Path(__file__).parent / "jailed"


@pytest.fixture(scope="module")
def jail() -> Iterator[Sandbox]:
    with Sandbox("breakout", modules=(JAILED,)) as sandbox:
        yield sandbox


def ask(jail: Sandbox, op: str, **parameters):
    return jail.call(op, b"content", **parameters)[0]


def kind_of(jail: Sandbox, op: str, **parameters) -> str:
    with pytest.raises(MediaError) as problem:
        jail.call(op, b"content", **parameters)
    return problem.value.kind


def test_every_layer_holds_when_it_is_tried_from_inside() -> None:
    holds = Sandbox.layers()
    assert set(holds) == {*trial.ATTEMPTS, "keys"}
    assert [name for name, held in holds.items() if not held] == []


def test_without_libseccomp_files_are_decoded_and_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jium.media.sandbox.confinement", lambda: None)
    assert {name for name, held in Sandbox.layers().items() if not held} >= {"processes", "programs", "keys"}
    with Sandbox("breakout", modules=(JAILED,)) as jail:
        assert jail.call("echo", b"content")[1] == b"content"


def test_without_libseccomp_no_process_that_a_file_started_outlives_its_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jium.media.sandbox.confinement", lambda: None)
    with Sandbox("breakout", modules=(JAILED,)) as jail:
        assert ask(jail, "leave_a_process_behind")["left"] > 1
        # The first process, the one that others are forked from, and this call's own. What was killed is gone once the
        # first process has been told of its death.
        end = time.monotonic() + 60
        while (running := ask(jail, "environment")["processes"]) != 3 and time.monotonic() < end:
            pass
        assert running == 3


def test_each_file_has_a_process_of_its_own_that_ends_with_its_call(jail: Sandbox) -> None:
    first, second = ask(jail, "leave_a_thread_behind"), ask(jail, "remembered")
    assert first["process"] != second["process"]
    assert second == {**second, "remembered": None, "threads": 1}
    assert ask(jail, "environment")["processes"] == 3


@pytest.mark.parametrize("kind", ["unix", "inet", "packet", "vsock", "alg", "netlink"])
def test_no_socket_of_any_kind_can_be_opened(jail: Sandbox, kind: str) -> None:
    assert "refused" in ask(jail, "open_socket", family=int(FAMILIES[kind]))


@pytest.mark.parametrize("call", ["ptrace", "unshare", "keyctl", "add_key", "bpf", "io_uring_setup", "userfaultfd"])
def test_system_calls_that_no_decoder_needs_are_not_there(jail: Sandbox, call: str) -> None:
    number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, call)
    assert ask(jail, "system_call", number=number) == {"answer": -1, "errno": errno.ENOSYS}


def test_what_this_libseccomp_does_not_know_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    known = confine.confinement()
    monkeypatch.setattr(confine, "ALLOWED", (*confine.ALLOWED, "a_call_of_tomorrow"))
    assert known and confine._compiled(pyseccomp) == known.allowed


def test_what_ends_the_process_that_others_are_forked_from_is_not_told_of_the_next_file(jail: Sandbox) -> None:
    assert kind_of(jail, "end_the_parent") == "crashed"
    assert jail.call("echo", b"next")[1] == b"next"


def test_who_answers_twice_speaks_for_no_other_file(jail: Sandbox) -> None:
    ask(jail, "answer_twice")
    assert jail.call("echo", b"next")[1] == b"next"


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/etc/hostname", "/proc/self/environ", "/proc/1/cmdline", "/sys/class"]
)
def test_no_file_of_the_machine_can_be_read(jail: Sandbox, path: str) -> None:
    assert "refused" in ask(jail, "read_file", path=path)


def test_the_tests_own_files_and_home_are_not_there(jail: Sandbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    assert ask(jail, "read_file", path=str(secret)) == {"refused": "FileNotFoundError"}
    assert ask(jail, "list_folder", path=str(Path.home())) in (
        {"refused": "FileNotFoundError"},
        {"names": ways_through(Path.home())},
    )
    assert ask(jail, "list_folder", path="/tmp") == {"names": ways_through(Path("/tmp"))}


def ways_through(folder: Path) -> list[str]:
    """Only the way to the interpreter and to our own code, where these lie below ``folder``."""
    shown = (sys.prefix, sys.base_prefix, str(JAILED))
    return sorted({Path(path).relative_to(folder).parts[0] for path in shown if Path(path).is_relative_to(folder)})


def test_there_is_no_network(jail: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert "refused" in ask(jail, "connect", host="127.0.0.1", port=port)
    assert "refused" in ask(jail, "connect", host="192.0.2.1", port=80)


def test_no_unix_socket_outside_can_be_reached(jail: Sandbox) -> None:
    name = f"\0jium-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        assert "refused" in ask(jail, "connect_unix", path=name)


@pytest.mark.parametrize("folder", ["/tmp", "/", "/usr", str(JAILED), "/dev/shm"])
def test_nothing_can_be_written(jail: Sandbox, folder: str) -> None:
    path = os.path.join(folder, f"new-{uuid4()}")
    try:
        assert "refused" in ask(jail, "write_file", path=path)
    except MediaError as problem:
        # The file size limit ends the process that tries.
        assert problem.kind == "crashed"
    assert not Path(path).exists()


def test_the_file_handed_in_cannot_be_changed(jail: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    with path.open("r+b") as file:
        assert "refused" in jail.call("write_through", file.fileno())[0]
    assert "refused" in jail.call("write_through", b"content")[0]
    assert path.read_bytes() == b"content"


def test_no_program_can_be_run(jail: Sandbox) -> None:
    assert ask(jail, "run_program", program="/usr/bin/cat") == {"refused": "OSError"}


def test_without_libseccomp_another_program_sees_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jium.media.sandbox.confinement", lambda: None)
    with Sandbox("breakout", modules=(JAILED,)) as jail:
        assert ask(jail, "run_program", program="/usr/bin/cat") == {"got": ""}


def test_it_is_nobody_alone_and_without_our_environment(jail: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIUM_SECRET", "secret")
    seen = ask(jail, "environment")
    assert seen["uid"] == 65534
    assert "JIUM_SECRET" not in seen["names"]
    assert "HOME" not in seen["names"]
    # bubblewrap's own first process, the one that others are forked from, and this call's.
    assert seen["processes"] == 3
    assert "refused" in ask(jail, "become_root")


def test_limits_are_set(jail: Sandbox) -> None:
    limits = ask(jail, "limits")
    assert limits["files"] == [0, 0]
    assert limits["core"] in ([1, 1], [0, 0])  # none where this process itself may leave none


def test_too_much_memory_is_an_answer_not_an_end(jail: Sandbox) -> None:
    assert kind_of(jail, "allocate", megabytes=4096) == "too_large"
    assert jail.call("echo", b"next")[1] == b"next"


def test_a_call_that_takes_too_long_is_killed_and_the_next_one_works(jail: Sandbox) -> None:
    with pytest.raises(MediaError) as problem:
        jail.call("spin", b"", seconds=0.5)  # left alone it never ends, nor would this test
    assert problem.value.kind == "timeout"
    assert jail.call("echo", b"next")[1] == b"next"


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_crash_is_contained_and_the_next_call_works(jail: Sandbox, number: int) -> None:
    assert kind_of(jail, "die", number=int(number)) == "crashed"
    assert jail.call("echo", b"next")[1] == b"next"


def test_an_unforeseen_error_is_a_crash(jail: Sandbox) -> None:
    assert kind_of(jail, "raise_error") == "crashed"


def test_a_lying_answer_becomes_no_more_than_a_known_kind(jail: Sandbox) -> None:
    assert kind_of(jail, "lie", kind="<script>") == "crashed"
    assert kind_of(jail, "lie", kind=["x"]) == "crashed"
    assert kind_of(jail, "lie", kind="truncated") == "truncated"


def test_an_endless_answer_is_refused(jail: Sandbox) -> None:
    assert kind_of(jail, "talk_too_much") == "crashed"


def test_paths_bytes_and_descriptors_all_arrive_from_their_beginning(jail: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    with path.open("rb") as file:
        file.seek(5)
        answers = [jail.call("echo", source, hint=1) for source in (path, b"0123456789", file.fileno())]
        assert file.tell() == 5
    assert answers == [({"parameters": {"hint": 1}, "position": 0}, b"0123456789")] * 3


def test_large_files_travel_too(jail: Sandbox) -> None:
    content = os.urandom(20 * 1024 * 1024)
    assert jail.call("echo", content)[1] == content


def test_a_folder_or_a_pipe_is_no_file(jail: Sandbox, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert kind_of_source(jail, tmp_path / "pipe") == "not_media"
    assert kind_of_source(jail, tmp_path) == "not_media"
    with pytest.raises(FileNotFoundError):
        jail.call("echo", tmp_path / "none")


def kind_of_source(jail: Sandbox, source: Path) -> str:
    with pytest.raises(MediaError) as problem:
        jail.call("echo", source)
    return problem.value.kind


def test_it_outlives_the_thread_that_started_it() -> None:
    with Sandbox("breakout", modules=(JAILED,)) as jail:
        first: list[dict] = []
        starter = threading.Thread(target=lambda: first.append(ask(jail, "pid")))
        starter.start()
        starter.join()
        # The started time would differ in a new child: pids inside start anew.
        time.sleep(0.2)
        child = jail._child
        ask(jail, "pid")
        assert jail._child is child


def test_many_threads_share_one_child(jail: Sandbox) -> None:
    answers: dict[int, bytes] = {}

    def work(number: int) -> None:
        answers[number] = jail.call("echo", str(number).encode())[1]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: str(number).encode() for number in range(16)}


def test_a_child_that_died_idle_is_replaced_without_a_word(jail: Sandbox) -> None:
    ask(jail, "pid")
    assert jail._child is not None
    os.kill(jail._child._process.pid, signal.SIGKILL)
    jail._child._process.wait()
    assert jail.call("echo", b"next")[1] == b"next"


def test_nothing_is_left_when_our_process_is_killed() -> None:
    script = textwrap.dedent(
        f"""
        import pathlib, sys
        from jium.media.sandbox import Sandbox
        jail = Sandbox("breakout", modules=(pathlib.Path({str(JAILED)!r}),))
        jail.call("pid", b"")
        print(jail._child._process.pid, flush=True)
        jail.call("spin", b"")
        """
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process:
        wall = int(process.stdout.readline())
        below = descendants(wall)
        process.kill()
    until(lambda: not any(runs(pid) for pid in (wall, *below)))


def test_who_is_interrupted_while_a_jail_starts_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from jium.media import sandbox

    never_ready = tmp_path / "bwrap"
    never_ready.write_text('#!/bin/sh\n[ "$1" = --help ] || exec sleep 60\n')
    never_ready.chmod(0o755)
    sandbox._starter.submit(int).result()  # the thread that starts jails is there to stay
    monkeypatch.setattr("jium.media.wall.shutil.which", lambda *args, **kwargs: str(never_ready))
    before = len(os.listdir("/proc/self/fd"))

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    usual = signal.signal(signal.SIGALRM, interrupt)
    for still_starting in (True, False):
        go_on = threading.Event()
        if still_starting:
            sandbox._starter.submit(go_on.wait)
        try:
            with pytest.raises(KeyboardInterrupt):
                signal.setitimer(signal.ITIMER_REAL, 0.3)
                Sandbox("breakout", modules=(JAILED,)).call("pid", b"")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            go_on.set()
    signal.signal(signal.SIGALRM, usual)
    sandbox._starter.submit(int).result()
    assert not [pid for pid in children(os.getpid()) if "sleep" in command_of(pid)]
    assert len(os.listdir("/proc/self/fd")) == before


def test_without_bubblewrap_nothing_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setattr("jium.media.wall.shutil.which", lambda *args, **kwargs: None)
    with pytest.raises(MediaError) as problem:
        Sandbox.layers()
    assert problem.value.kind == "sandbox_unavailable"
    with Sandbox("breakout", modules=(JAILED,)) as jail:
        assert kind_of(jail, "echo") == "sandbox_unavailable"


def test_a_wall_that_refuses_to_stand_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    false_wall = tmp_path / "bwrap"
    false_wall.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    false_wall.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with Sandbox("breakout", modules=(JAILED,)) as jail, pytest.raises(MediaError) as problem:
        jail.call("echo", b"")
    assert (problem.value.kind, problem.value.detail) == (
        "sandbox_unavailable",
        "bwrap: No permissions to create new namespace",
    )


def test_a_file_to_be_read_is_never_searched_for_code(tmp_path: Path) -> None:
    """A model's file may be a ZIP as well: Python imports from those that it searches."""
    model = tmp_path / "model.onnx"
    with zipfile.ZipFile(model, "w") as packed:
        packed.writestr("sitecustomize.py", "import os; os._exit(3)")
        packed.writestr("breakout.py", "OPERATIONS = {}")
    with Sandbox("breakout", modules=(JAILED,), files=(model,)) as jail:
        assert "got" in ask(jail, "read_file", path=str(model))
        assert str(model) not in ask(jail, "searched")["paths"]


def test_no_descriptor_of_an_earlier_file_stays_open(jail: Sandbox) -> None:
    numbers = ask(jail, "hold")["held"]
    told = jail.call("held", b"another file", numbers=numbers)[0]["content"]
    # The next file may be given the number of the one before; what it then holds is its own.
    assert not [one for one in told if one.get("got") == str(b"content")]
    assert "refused" in told[1]
