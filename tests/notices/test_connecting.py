"""Only a clear answer is believed, nobody may drip for ever, and a set-up that cannot work is told in words."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from jium.config import Mail
from jium.notices import connecting
from jium.notices import services as notices
from jium.notices.connecting import Deferred, connect, setup_text
from jium.notices.models import Notice
from tests.notices import cast
from tests.notices.mailserver import Mailbox, serving

Talk = Callable[[socket.socket], None]


@contextlib.contextmanager
def talking(talk: Talk) -> Iterator[Mail]:
    """A mail server that says what ``talk`` says to each client."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    link, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=one, args=(link,), daemon=True).start()

        def one(link: socket.socket) -> None:
            with link, contextlib.suppress(OSError):
                talk(link)

        threading.Thread(target=serve, daemon=True).start()
        port = server.getsockname()[1]
        yield Mail(host="127.0.0.1", port=port, starttls=False, sender="notices@centre.example")
        server.shutdown(socket.SHUT_RDWR)


def ending(end: bytes, letters: list[bytes]) -> Talk:
    """A server that takes everything, and answers the text with ``end``."""

    def talk(link: socket.socket) -> None:
        with link.makefile("rwb") as lines:

            def say(answer: bytes) -> None:
                lines.write(answer)
                lines.flush()

            say(b"220 mail\r\n")
            in_text = False
            for line in lines:
                if in_text:
                    if line == b".\r\n":
                        in_text = False
                        letters.append(line)
                        say(end)
                elif line.upper().startswith(b"DATA"):
                    in_text = True
                    say(b"354 go on\r\n")
                else:
                    say(b"250 ok\r\n")

    return talk


@pytest.fixture
def draft(case, provider, supervisor) -> Notice:
    made = notices.draft(case, provider, cast.captured(case, cast.a_sighting()))
    notices.approve(made, supervisor, repeat=True)
    return made


def tried(draft: Notice, settings, mail: Mail, times: int = 3) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, mail=mail)
    for _attempt in range(times):
        with contextlib.suppress(Deferred):
            notices.send(draft)


ENDS = {
    b"250 queued\r\n": (1, Notice.State.SENT),
    b"250-queued\r\n250 as 7\r\n": (1, Notice.State.SENT),
    b"552 too much\r\n": (1, Notice.State.REFUSED),
    b"451 later\r\n": (3, Notice.State.SENDING),
    b"OK queued as 12345\r\n": (1, Notice.State.UNCONFIRMED),
    b"2.0.0 Ok: queued\r\n": (1, Notice.State.UNCONFIRMED),
    b"\r\n": (1, Notice.State.UNCONFIRMED),
    b"354 more?\r\n": (1, Notice.State.UNCONFIRMED),
    b"334 who?\r\n": (1, Notice.State.UNCONFIRMED),
    b"099 what\r\n": (1, Notice.State.UNCONFIRMED),
    b"600 what\r\n": (1, Notice.State.UNCONFIRMED),
    b"\xff\xfe\x00\r\n": (1, Notice.State.UNCONFIRMED),
    b"x" * 9000 + b"\r\n": (1, Notice.State.UNCONFIRMED),
}


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.parametrize("end", ENDS, ids=range(len(ENDS)))
def test_only_a_clear_later_lets_a_letter_be_sent_again(draft, settings, end: bytes) -> None:
    letters: list[bytes] = []
    with talking(ending(end, letters)) as mail:
        tried(draft, settings, mail)
    assert (len(letters), draft.state) == ENDS[end]


def dripping(link: socket.socket) -> None:
    """A byte now and then, for ever: each comes in time."""
    over = threading.Event()
    while not over.wait(0.1):
        link.sendall(b"2")


class Alarm(threading.Timer):
    """Rings when the test says so, however busy the machine is."""

    due = threading.Event()

    def run(self) -> None:
        while not self.finished.wait(0.01):
            if self.due.is_set():
                self.function()
                return


@pytest.fixture
def alarm(monkeypatch) -> threading.Event:
    monkeypatch.setattr(Alarm, "due", threading.Event())
    monkeypatch.setattr(connecting.threading, "Timer", Alarm)
    return Alarm.due


def test_a_server_that_drips_comes_to_an_end(monkeypatch) -> None:
    monkeypatch.setattr(connecting, "OVERALL_SECONDS", 0.01)  # before it is connected: the end comes then
    with talking(dripping) as mail, pytest.raises(Deferred) as problem:
        connect(mail)
    assert problem.value.kind == "connection"


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_server_that_drips_its_last_answer_leaves_an_uncertain_letter(draft, settings, alarm) -> None:
    class Letters(list[bytes]):
        def append(self, letter: bytes) -> None:
            super().append(letter)
            alarm.set()

    letters = Letters()
    with talking(ending(b"250-", letters)) as mail:
        tried(draft, settings, mail, times=1)
    assert (len(letters), draft.state) == (1, Notice.State.UNCONFIRMED)


def with_password(folder: Path, port: int, password: str, **more: object) -> Mail:
    (folder / "password").write_text(password, encoding="utf-8")
    mail = Mail(host="127.0.0.1", port=port, starttls=False, user="notices", password_file=str(folder / "password"))
    return dataclasses.replace(mail, **more)


@pytest.mark.parametrize("password", ["plain words", "비밀번호가나다", "pässword €"])
def test_a_password_of_any_letters_logs_in(tmp_path: Path, password: str) -> None:
    told: list[bytes] = []

    def who(server, session, envelope, mechanism, data) -> AuthResult:
        told.append(data.password)
        return AuthResult(success=True)

    with serving(Mailbox(), authenticator=who, auth_require_tls=False) as port:
        connect(with_password(tmp_path, port, password)).close()
    assert told == [password.encode()]


def problem(mail: Mail) -> str:
    with pytest.raises(Deferred) as raised:
        connect(mail).close()
    return raised.value.kind


@pytest.mark.parametrize("password", ["wrong", "틀림"])
def test_a_refused_log_in_has_a_name(tmp_path: Path, password: str) -> None:
    def nobody(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with serving(Mailbox(), authenticator=nobody, auth_require_tls=False) as port:
        assert problem(with_password(tmp_path, port, password)) == "login"


def test_what_else_cannot_work_has_a_name(tmp_path: Path, nobody: int) -> None:
    with serving(Mailbox()) as port:
        assert problem(with_password(tmp_path, port, "x")) == "no_login"
        assert problem(with_password(tmp_path, port, "비밀")) == "no_login"
        assert problem(with_password(tmp_path, port, "x", password_file="/nonexistent")) == "password_file"
        assert problem(Mail(host="127.0.0.1", port=port, starttls=True)) == "no_tls"
    assert problem(Mail(host="127.0.0.1", port=nobody, starttls=False)) == "connection"


@pytest.mark.parametrize("kind", connecting.SETUP)
def test_every_fault_of_the_set_up_has_words_and_what_passes_has_none(kind: str) -> None:
    assert setup_text(kind)
    assert setup_text("connection") == setup_text("451") == ""
