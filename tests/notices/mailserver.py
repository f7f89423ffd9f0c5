"""A real SMTP server on loopback that answers as a test tells it to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from jium.demoweb.ports import Port


class Mailbox:
    """What arrived.

    ``rcpt`` and ``data``: answers to give first, in turn; the hooks run just before an answer.

    ``hangs_up``: break the connection instead of answering to the text.
    """

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.rcpt: list[str] = []
        self.data: list[str] = []
        self.hangs_up = False
        self.before_rcpt_answer: Callable[[], None] = lambda: None
        self.before_data_answer: Callable[[], None] = lambda: None

    @property
    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=default) for raw in self.raw]  # type: ignore[misc]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.before_rcpt_answer()
        answer = self.rcpt.pop(0) if self.rcpt else "250 ok"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.data.pop(0) if self.data else "250 taken as 4711"
        if answer.startswith("250"):
            self.raw.append(envelope.original_content)
        self.before_data_answer()
        if self.hangs_up:
            server.transport.abort()
        return answer


@contextmanager
def serving(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """The port on which ``mailbox`` takes mail."""
    held = Port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=held.number, **options)
    controller.start()
    try:
        yield held.number
    finally:
        controller.stop()
        held.close()
