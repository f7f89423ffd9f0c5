"""One connection: what it waits for, and how it ends."""

from __future__ import annotations

import contextlib
import socket
from typing import Any, Protocol

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from jium.web.server.refusals import Refusal, Refused
from jium.web.server.request import Request
from jium.web.server.waiting import Patience, Waiting


class Owner(Protocol):
    """What a connection needs of the server that it belongs to."""

    patience: Patience

    def judge(self, request: Request) -> Refusal | None:
        """Why a request may not have the bytes that it announces; None where it may."""

    def add_task(self, task: Any) -> None:
        """Have a thread call ``task.service()``."""

    def pull_trigger(self) -> None:
        """Wake up whoever waits for connections."""


class _Farewell(ErrorTask):  # type: ignore[misc]
    """An answer to a request that was not taken, after which the connection ends."""

    def execute(self) -> None:
        self.channel.refused = isinstance(self.request.error, Refused)
        super().execute()


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that knows what it waits for, and stops receiving while a thread is asked how much may come."""

    parser_class = Request
    error_task_class = _Farewell
    server: Owner
    # Whether a request was refused whose body may still be on its way.
    refused = False

    def __init__(self, server: Owner, sock: socket.socket, addr: Any, adj: Adjustments, map: Any = None) -> None:
        self._since, self._taken, self._given = server.patience.now(), 0, 0
        self._asked: Request | None = None
        self._parting: float | None = None
        super().__init__(server, sock, addr, adj, map=map)

    # -- what it waits for

    def waiting(self) -> Waiting:
        """For what, since when, and how much of it has come or gone."""
        now = self.server.patience.now()
        if self._parting is not None:
            return Waiting("farewell", now - self._parting)
        seconds = now - self._since
        if self.total_outbufs_len:
            return Waiting("reader", seconds, self._given)
        if self.requests or self._asked:
            return Waiting("us", seconds)
        request = self.request
        if request is None or not (request.header_plus or request.headers_finished):
            return Waiting("request", seconds)
        return Waiting("body" if request.headers_finished else "head", seconds, self._taken)

    def holds(self) -> int:
        """Bytes of memory that were granted to its large requests."""
        return sum(one.holds for one in [*self.requests, *([self.request] if self.request else [])])

    def _begin(self) -> None:
        """Something new is waited for."""
        self._since, self._taken, self._given = self.server.patience.now(), 0, 0

    # -- receiving

    def readable(self) -> bool:
        """Whether anything is to be received now."""
        return self._parting is not None or (self._asked is None and bool(super().readable()))

    def handle_read(self) -> None:
        """Receive; of one that parts, only to throw it away."""
        if self._parting is None:
            super().handle_read()
            return
        with contextlib.suppress(OSError):
            if self.recv(self.adj.recv_bytes):
                return
        if self.connected:
            self.give_up()

    def received(self, data: bytes) -> bool:
        """As waitress does; a request that asks for more than a stranger may send is put before a thread."""
        if self.request is None:
            self._begin()
        self._taken += len(data)
        taken = bool(super().received(data))
        request = self.request
        if request is not None and request.asks and self._asked is None:
            self._asked = request
            self.server.add_task(_Asking(self, request))
        return taken

    def answer(self, request: Request) -> None:
        """Called by a thread: whether ``request`` may be as large as it announced."""
        refusal = self.server.judge(request)
        with self.requests_lock:
            request.asks, self._asked = 0, None
            self._begin()
            if refusal:
                request.refuse(refusal)
                self.request = None
                self.requests.append(request)
                if len(self.requests) == 1:  # otherwise it is taken up after the one before it
                    self.server.add_task(self)
            elif request.awaits_word:
                self.send_continue()
        self.server.pull_trigger()

    # -- sending

    def write_soon(self, data: Any) -> int:
        """Called by a thread: send this, now or later."""
        if not self.total_outbufs_len:
            self._begin()
        return int(super().write_soon(data))

    def send(self, data: bytes, do_close: bool = True) -> int:
        """How many bytes of ``data`` went out."""
        sent = int(super().send(data, do_close=do_close))
        self._given += sent
        return sent

    def writable(self) -> bool:
        """Whether anything is to be sent now."""
        return self._parting is None and bool(super().writable())

    def service(self) -> None:
        """Called by a thread: answer one request."""
        super().service()
        if not self.total_outbufs_len:
            self._begin()

    # -- ending

    def handle_close(self) -> None:
        """End; where the other side may still send what was refused it could not read why if we closed at once."""
        if self.connected and self.refused and self._parting is None:
            self._parting, self.will_close = self.server.patience.now(), False
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
                return
        self.give_up()

    def give_up(self) -> None:
        """End at once: it has waited too long, or makes room."""
        request, self.request = self.request, None
        super().handle_close()
        if request is not None:
            request.close()


class _Asking:
    """The question how much the sender of a request may send, for one of the threads."""

    def __init__(self, channel: Channel, request: Request) -> None:
        self._channel, self._request = channel, request

    def service(self) -> None:
        self._channel.answer(self._request)

    def cancel(self) -> None:
        self._channel.cancel()
