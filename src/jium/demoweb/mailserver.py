"""The demo's mail server: takes letters for the operators' mailboxes, on loopback, and can refuse or put off.

An address without a mailbox is refused for good (550). An address in ``greylisted`` is put off once (451), as
many real servers do with senders they do not know. For one in ``dripping`` the answer comes line by line, so
slowly that an impatient sender would go and send again. What is taken is a file before it is acknowledged.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from jium import clock
from jium.demoweb.ports import Port

DROPS, DROP_SECONDS = 6, 0.2
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True)
class Letter:
    """A letter as it arrived: once for every time it was taken, also when its Message-ID came before."""

    message_id: str
    recipient: str
    subject: str
    body: str
    received_at: datetime
    path: Path

    @property
    def addresses(self) -> tuple[str, ...]:
        """The web addresses an operator finds in the text, in order, each once."""
        return tuple(dict.fromkeys(found.rstrip(".,;)") for found in _ADDRESS.findall(self.body)))


class MailServer:
    """Mailboxes in ``folder``; ``on_letter`` is told of each letter that was taken, before the sender is."""

    def __init__(
        self,
        folder: Path,
        mailboxes: Iterable[str],
        on_letter: Callable[[Letter], None],
        greylisted: Iterable[str] = (),
        dripping: Iterable[str] = (),
    ) -> None:
        self.folder = folder
        self.port = 0
        self._mailboxes = {address.lower() for address in mailboxes}
        self._greylisted = {address.lower() for address in greylisted}
        self._dripping = {address.lower() for address in dripping}
        self._on_letter = on_letter
        self._letters: list[Letter] = []
        self._refused: list[str] = []
        self._put_off: list[str] = []
        self._turn = threading.Lock()
        self._controller: Controller | None = None

    def start(self) -> None:
        """Listen on a free loopback port, from then on in ``port``."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._held = Port()
        self.port = self._held.number
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Take no more letters; those taken stay readable."""
        if self._controller:
            self._controller.stop()
            self._controller = None
            self._held.close()

    def letters(self) -> tuple[Letter, ...]:
        """Every letter taken, in order."""
        with self._turn:
            return tuple(self._letters)

    def refused(self) -> tuple[str, ...]:
        """The recipients that were refused for good, once for every try."""
        with self._turn:
            return tuple(self._refused)

    def put_off(self) -> tuple[str, ...]:
        """The recipients that were put off, once for every try."""
        with self._turn:
            return tuple(self._put_off)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        known = address.lower()
        with self._turn:
            if known not in self._mailboxes:
                self._refused.append(known)
                return "550 5.1.1 no such mailbox here"
            if known in self._greylisted:
                self._greylisted.discard(known)
                self._put_off.append(known)
                return "451 4.7.1 we do not know you yet, please try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        raw = envelope.original_content
        for recipient in envelope.rcpt_tos:
            self._take(raw, recipient.lower())
            if recipient.lower() in self._dripping:
                await self._drip(server)
        return "250 2.0.0 taken"

    async def _drip(self, server: Any) -> None:
        for number in range(DROPS):
            await server.push(f"250-2.0.0 filing your letter, step {number + 1} of {DROPS}")
            await asyncio.sleep(DROP_SECONDS)

    def _take(self, raw: bytes, recipient: str) -> None:
        message: EmailMessage = message_from_bytes(raw, policy=default)
        text = message.get_body(("plain",))
        with self._turn:
            path = self.folder / recipient / f"{len(self._letters) + 1:04d}.eml"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(raw)
            letter = Letter(
                message_id=str(message["Message-ID"] or ""),
                recipient=recipient,
                subject=str(message["Subject"] or ""),
                body=text.get_content() if text else "",
                received_at=clock.now(),
                path=path,
            )
            self._letters.append(letter)
        self._on_letter(letter)
