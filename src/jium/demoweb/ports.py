"""Ports that are named before they are listened on."""

from __future__ import annotations

import socket


class Port:
    """A loopback port that nobody else is given while this is open, though nobody listens on it yet.

    The kernel gives a port that is bound neither to another server nor to an outgoing connection; a server that sets
    SO_REUSEADDR, as servers do, may listen on it all the same, also again after it was killed.
    """

    def __init__(self) -> None:
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._held.bind(("127.0.0.1", 0))
        self.number: int = self._held.getsockname()[1]

    def close(self) -> None:
        """Give the port back."""
        self._held.close()
