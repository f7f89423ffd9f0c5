"""The server on real sockets, with a small application: what it holds, how long it waits, what it refuses and how."""

from __future__ import annotations

import http.client
import os
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from waitress.wasyncore import close_all

from jium.web import server
from jium.web.server import SMALL, Patience
from jium.web.server.request import Request
from tests.processes import until

MARK = b"never to be found on a disk "
QUICK = Patience(request=0.3, head=0.3, farewell=0.3, start=0.3, slowest=10**9)


def application(environ, start_response):
    """Says how much came; or sends as much as the address says."""
    sent = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    asked = re.fullmatch(r"/send/(\d+)", environ["PATH_INFO"])
    if not asked:
        return [str(len(sent)).encode()]
    return (MARK * 40_000 for _ in range(int(asked[1])))


def trusting(told: Mapping[str, str]) -> int:
    """Whoever has a cookie may send ten megabytes."""
    return 10 * 1024 * 1024 if told["HTTP_COOKIE"] else SMALL


@contextmanager
def served(
    patience: Patience | None = None, allowance: Callable[[Mapping[str, str]], int] = trusting, app=application
) -> Iterator[tuple[str, int]]:
    running = server.create(app, "127.0.0.1", 0, allowance, threads=2, patience=patience)
    listening = next(one for one in running.map.values() if isinstance(one, server.Server))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    try:
        yield running.effective_listen[0]
    finally:
        # In its own thread, so that no socket is taken away under it.
        listening.trigger.pull_trigger(lambda: close_all(running.map))
        thread.join(20)
        running.task_dispatcher.shutdown(timeout=20)
    assert not thread.is_alive()


def connected(address: tuple[str, int], said: bytes = b"") -> socket.socket:
    link = socket.create_connection(address, timeout=20)
    link.sendall(said)
    return link


def answer(link: socket.socket) -> bytes:
    """All there is until the other side closes."""
    parts = []
    while part := link.recv(65536):
        parts.append(part)
    return b"".join(parts)


def posting(length: int, more: str = "") -> bytes:
    return f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n{more}\r\n".encode()


def open_files() -> list[Path]:
    """Files on a disk that this process has open, deleted ones too."""
    found = []
    for entry in os.scandir("/proc/self/fd"):
        name = os.readlink(entry.path) if os.path.lexists(entry.path) else ""
        if name.startswith("/") and not name.startswith(("/memfd:", "/dev/", "/proc/")):
            found.append(Path(entry.path))
    return found


def holding(mark: bytes) -> list[str]:
    return [os.readlink(file) for file in open_files() if mark in file.read_bytes()]


def test_a_large_body_is_never_in_a_file_while_it_comes(monkeypatch) -> None:
    body = MARK * (2 * 1024 * 1024 // len(MARK))
    come = []
    take = Request.received
    monkeypatch.setattr(Request, "received", lambda self, data: come.append(len(data)) or take(self, data))
    with served() as address, connected(address, posting(len(body), "Cookie: a=b\r\nConnection: close\r\n")) as link:
        link.sendall(body[:-100])
        until(lambda: sum(come) >= len(body) - 100)
        assert not holding(MARK)
        link.sendall(body[-100:])
        assert answer(link).endswith(str(len(body)).encode())


def test_a_large_answer_is_never_in_a_file_while_it_waits_for_a_slow_reader() -> None:
    waiting = threading.Event()

    def slowly_read(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        for number in range(40):
            if number == 4:
                waiting.set()
            yield MARK * 40_000

    asking = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with served(app=slowly_read) as address, connected(address, asking) as link:
        assert waiting.wait(20)
        assert not holding(MARK)
        assert answer(link).count(MARK) == 40 * 40_000


def test_a_stranger_may_send_little_and_no_more() -> None:
    with served() as address:
        for length, status in ((SMALL, 200), (SMALL + 1, 413), (10**12, 413)):
            with connected(address, posting(length)) as link:
                if status == 200:
                    link.sendall(b"x" * length)
                assert link.recv(65536).startswith(f"HTTP/1.1 {status}".encode())


def test_what_is_announced_too_large_is_refused_before_any_of_it_is_taken_in_words_of_both_languages() -> None:
    seen = []

    def counting(environ, start_response):
        seen.append(environ)
        return application(environ, start_response)

    with served(app=counting) as address, connected(address, posting(10**9)) as link:
        said = answer(link).decode()
    assert not seen
    assert "너무 큽니다" in said
    assert "too large" in said
    assert "waitress" not in said


def test_a_sender_that_goes_on_sending_can_read_why_it_was_refused() -> None:
    """A browser sends on; were the connection closed with bytes unread, it would show a broken line instead."""
    with served() as address, connected(address, posting(10**8)) as link:
        for _ in range(200):
            link.sendall(b"x" * 4096)
        assert b"413" in answer(link)


def test_a_body_without_an_announced_length_may_be_no_larger_than_a_strangers() -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\nTransfer-Encoding: chunked\r\n\r\n"
    with served() as address, connected(address, head) as link:
        for _ in range(20):
            link.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        assert b"413" in answer(link)


def test_who_waits_for_a_word_gets_it_only_when_it_may_send() -> None:
    expecting = "Expect: 100-continue\r\nConnection: close\r\n"
    with served() as address:
        with connected(address, posting(100_000, expecting)) as link:
            assert link.recv(100).startswith(b"HTTP/1.1 413")
        with connected(address, posting(100_000, expecting + "Cookie: a=b\r\n")) as link:
            assert link.recv(100).startswith(b"HTTP/1.1 100")
            link.sendall(b"x" * 100_000)
            assert answer(link).endswith(b"100000")


def test_large_requests_together_are_bounded_and_room_comes_back(monkeypatch) -> None:
    monkeypatch.setattr(server, "TOGETHER", 250_000)
    with served() as address:
        first = connected(address, posting(200_000, "Cookie: a=b\r\n"))
        first.sendall(b"x" * 70_000)
        assert until(lambda: tried(address) == 503)
        first.close()
        assert until(lambda: tried(address) == 200)


def tried(address: tuple[str, int]) -> int:
    link = http.client.HTTPConnection(*address, timeout=20)
    link.request("POST", "/", b"x" * 100_000, {"Cookie": "a=b"})
    try:
        return link.getresponse().status
    finally:
        link.close()


def test_who_cannot_be_judged_is_told_to_come_again() -> None:
    def broken(told: Mapping[str, str]) -> int:
        raise OSError("no database")

    with served(allowance=broken) as address, connected(address, posting(100_000)) as link:
        assert b"503" in answer(link)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        posting(1000) + b"x",
        posting(100_000, "Cookie: a=b\r\n") + b"x",
        posting(10**9) + b"x",
        b"GET /send/100 HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["nothing", "half a line", "half a head", "half a body", "half a large body", "refused", "never reads"],
)
def test_who_does_nothing_is_let_go(said: bytes) -> None:
    with served(QUICK) as address, connected(address, said) as link:
        gone = threading.Event()

        def watch() -> None:
            try:
                while link.recv(1, socket.MSG_PEEK) and said[:9] != b"GET /send":
                    link.recv(65536)
            except OSError:
                pass
            gone.set()

        if said.startswith(b"GET /send"):
            # Reads nothing: the other side has gone when sending to it is refused.
            assert until(lambda: not sending_works(link))
        else:
            threading.Thread(target=watch, daemon=True).start()
            assert gone.wait(20)


def sending_works(link: socket.socket) -> bool:
    try:
        link.sendall(b"x")
    except OSError:
        return False
    return True


def test_many_slow_ones_keep_nobody_out() -> None:
    """With one thread for all of them they would; with a bound on connections and nobody giving way too."""
    slow = [b"", b"GET / HTTP/1.1\r\nHost: x", posting(60_000) + b"x", posting(10_000) + b"x"]
    with served() as address, ExitStack() as held:
        for number in range(300):
            held.enter_context(connected(address, slow[number % len(slow)]))
        for _ in range(20):
            assert tried(address) == 200


def test_where_all_places_are_taken_the_longest_idle_one_gives_way(monkeypatch) -> None:
    monkeypatch.setattr(server, "_connections", lambda: 50)
    with served() as address, ExitStack() as held:
        idle = [held.enter_context(connected(address, b"GET /")) for _ in range(200)]
        for _ in range(5):
            assert tried(address) == 200
        assert idle[0].recv(1) == b""  # gave way


def test_a_second_request_that_is_refused_waits_for_the_answer_to_the_first() -> None:
    first = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    with served() as address, connected(address, first + posting(10**9)) as link:
        said = answer(link)
    assert re.findall(rb"HTTP/1.1 (\d+)", said) == [b"200", b"413"]
