"""A request while it comes in: of a stranger it may be small, and what is announced to be larger waits for a word."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping

from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser
from waitress.utilities import RequestEntityTooLarge

from jium.web.server.refusals import TOO_LARGE, Refusal, Refused

# Bytes that anybody may send, and that a request without an announced length may have.
SMALL = 64 * 1024

# How many bytes the sender of such a request may send: method, path, host and cookie, under their names in WSGI.
Allowance = Callable[[Mapping[str, str]], int]


class Request(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """``asks``: the bytes it announced, as long as nobody has said whether it may; else 0."""

    adj: Adjustments
    expect_continue: bool
    asks = 0
    # Whether its sender waits for a word before it sends the body.
    awaits_word = False

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(_allowing(adj, SMALL))

    def parse_header(self, header_plus: bytes) -> None:
        """As waitress does; a large one is not asked for its body yet."""
        super().parse_header(header_plus)
        if self.content_length > SMALL:
            self.asks, self.awaits_word = self.content_length, self.expect_continue
            self.expect_continue = False
            self.adj = _allowing(self.adj, self.content_length)

    def received(self, data: bytes) -> int:
        """How many bytes of ``data`` are part of this request."""
        taken = int(super().received(data))
        if isinstance(self.error, RequestEntityTooLarge):
            self.refuse(TOO_LARGE)
        return taken

    @property
    def told(self) -> Mapping[str, str]:
        """What an :data:`Allowance` decides by."""
        return {
            "REQUEST_METHOD": self.command,
            "PATH_INFO": self.path,
            "HTTP_HOST": self.headers.get("HOST", ""),
            "HTTP_COOKIE": self.headers.get("COOKIE", ""),
        }

    @property
    def holds(self) -> int:
        """Bytes of memory that were granted to a large one."""
        granted = self.content_length > SMALL and not self.asks and not self.error
        return int(self.content_length) if granted else 0

    def refuse(self, refusal: Refusal) -> None:
        """Instead of an answer this is said."""
        self.error, self.completed = Refused(refusal), True


def _allowing(adj: Adjustments, most: int) -> Adjustments:
    """Settings under which a body has ``most`` bytes at most: waitress refuses from its limit on."""
    own = copy.copy(adj)
    own.max_request_body_size = most + 1
    return own
