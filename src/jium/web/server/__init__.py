"""The HTTP server: waitress, such that nothing of a request or an answer is ever written to disk, strangers can send
next to nothing, and nobody keeps others out by being slow.

waitress puts bodies and answers over a size into temporary files. Here they stay in memory, and that is why they are
bounded: a request that announces more than ``SMALL`` waits, unread, until a thread has said how much its sender may
send, and all large requests in hand together may hold ``TOGETHER`` bytes.
"""

from __future__ import annotations

import resource
import threading
from typing import Any

from waitress.adjustments import Adjustments
from waitress.server import MultiSocketServer, TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from jium.web.server.channel import Channel
from jium.web.server.refusals import FULL, TOO_LARGE, UNSURE, Refusal
from jium.web.server.request import SMALL, Allowance, Request
from jium.web.server.waiting import Patience

__all__ = ["SMALL", "Allowance", "Patience", "create"]

# Bytes: what all large requests in hand may hold together; the head of a request; of an answer, what may wait for a
# slow reader before whoever writes it has to wait too.
TOGETHER, HEAD, AHEAD = 1024 * 1024 * 1024, 32 * 1024, 4 * 1024 * 1024
# Connections held at once, where the machine allows so many open files; and files that everything else may need.
CONNECTIONS, OTHER_FILES = 1000, 400
# More bytes than anything can reach: waitress never overflows into a file.
_NEVER = 2**62


class Server(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """One listening socket. Closes who waits too long and, where there are too many, who has waited longest."""

    channel_class = Channel

    def __init__(self, *args: Any, allowance: Allowance, patience: Patience, most: int, **kwargs: Any) -> None:
        self.patience, self._allowance, self._most = patience, allowance, most
        self._granting = threading.Lock()
        super().__init__(*args, **kwargs)

    def judge(self, request: Request) -> Refusal | None:
        """Why a request may not have the bytes that it announces; None where it may. Called by threads."""
        try:
            allowed = self._allowance(request.told)
        except Exception:
            self.logger.exception("It could not be found out how much a sender may send")
            return UNSURE
        if request.asks > allowed:
            return TOO_LARGE
        with self._granting:
            if sum(one.holds() for one in self._channels()) + request.asks > TOGETHER:
                return FULL
            request.asks = 0  # granted: from here on it counts
        return None

    def handle_accept(self) -> None:
        """One more connection; before that, where there are enough, the one that waited longest for nothing ends."""
        channels = self._channels()
        if len(channels) >= self._most:
            waiting = [(one.waiting(), one) for one in channels]
            idle = [(told.seconds, number) for number, (told, _one) in enumerate(waiting) if told.gives_way]
            if idle:
                waiting[max(idle)[1]][1].give_up()
        super().handle_accept()

    def maintenance(self, now: float) -> None:
        """Close what has waited too long."""
        for channel in self._channels():
            if self.patience.ended(channel.waiting()):
                channel.give_up()

    def _channels(self) -> list[Channel]:
        return [one for one in list(self._map.values()) if isinstance(one, Channel)]


def create(
    application: Any,
    host: str,
    port: int,
    allowance: Allowance,
    threads: int = 8,
    patience: Patience | None = None,
    https: bool = False,
    proxy: str = "",
) -> MultiSocketServer:
    """Listens at once, serves from ``run()`` on. Raises OSError where the address cannot be listened at.

    ``https``: a reverse proxy speaks TLS with the browsers. ``proxy``: its address, from which alone it is believed
    where a request comes from.
    """
    believed: dict[str, Any] = {"trusted_proxy": proxy, "trusted_proxy_headers": {"x-forwarded-for"}} if proxy else {}
    most = _connections()
    adjusted = Adjustments(
        host=host,
        port=port,
        threads=threads,
        ident="jium",
        url_scheme="https" if https else "http",
        inbuf_overflow=_NEVER,
        outbuf_overflow=_NEVER,
        outbuf_high_watermark=AHEAD,
        max_request_header_size=HEAD,
        max_request_body_size=SMALL,
        connection_limit=most + 100,
        cleanup_interval=1,
        asyncore_use_poll=True,
        **believed,
    )
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(threads)
    sockets: dict[int, Any] = {}
    servers = [
        Server(
            application,
            sockets,
            dispatcher=dispatcher,
            adj=adjusted,
            sockinfo=listened,
            allowance=allowance,
            patience=patience or Patience(),
            most=most,
        )
        for listened in adjusted.listen
    ]
    listening = [(one.effective_host, one.effective_port) for one in servers]
    return MultiSocketServer(sockets, adjusted, listening, dispatcher, servers[-1].log_info)


def _connections() -> int:
    """As many as are wanted, or as this process may have files open, keeping some for everything else."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    unlimited = resource.RLIM_INFINITY
    if soft != unlimited and soft < wanted:
        soft = wanted if hard == unlimited else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == unlimited else max(50, min(CONNECTIONS, soft - OTHER_FILES))
