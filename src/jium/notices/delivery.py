"""One letter to the mail server, in stages that say what is certain.

SMTP cannot tell whether a message was taken when the connection breaks between its last byte and the answer.
So the stages are apart: after :meth:`Handover.offer` nothing was given away and the server waits for the
text; :meth:`Handover.give` either knows the server's answer or raises :class:`AnswerLost`.
"""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from types import TracebackType
from typing import Self

from jium.config import Institution, Mail
from jium.egress.url import canonical_host
from jium.notices.connecting import Deferred, connect
from jium.notices.letter import one_line
from jium.notices.models import Notice

ANSWER = 200
DONE = range(200, 300)
LATER = range(400, 500)
NO = range(500, 600)
GO_ON = range(354, 355)
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class MailNotConfigured(Exception):
    """``[mail]`` in jium.toml names no server."""


class Refused(Exception):
    """The server will not take this message. ``answer``: its code and text."""

    def __init__(self, answer: str) -> None:
        super().__init__("refused by the mail server")
        self.answer = answer


class AnswerLost(Exception):
    """The message was on its way, and no clear answer came: whether it was taken is not known."""


@dataclass(frozen=True)
class Envelope:
    """Who sends to whom."""

    sender: str
    recipient: str


def envelope(notice: Notice, mail: Mail, institution: Institution) -> Envelope:
    """The addresses of the delivery, their domains in ASCII."""
    return Envelope(ascii_domain(mail.sender or institution.email), ascii_domain(notice.recipient))


def ascii_domain(address: str) -> str:
    """``address`` with its domain in ASCII, as browsers write it (``ß`` is a letter of its own)."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{canonical_host(domain) or domain}"


def message_id(notice: Notice, sender: str) -> str:
    """The one Message-ID that every delivery of this notice carries."""
    return f"<{notice.id.hex}@{ascii_domain(sender).rpartition('@')[2]}>"


def compose(notice: Notice, mail: Mail, institution: Institution, at: datetime) -> bytes:
    """The message as it goes over the wire: UTF-8 text in quoted-printable, lines end in CRLF.

    No Auto-Submitted: a person answers for each letter, and abuse desks throw automatic mail away.
    """
    ends = envelope(notice, mail, institution)
    message = EmailMessage(policy=SMTP)
    name = institution.in_language(notice.language)
    message["From"] = Address(one_line(name), addr_spec=ends.sender)
    message["To"] = Address(addr_spec=ends.recipient)
    message["Reply-To"] = Address(one_line(name), addr_spec=ascii_domain(institution.email))
    message["Subject"] = one_line(notice.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = notice.message_id
    if notice.follows and notice.follows.message_id:
        message["In-Reply-To"] = message["References"] = notice.follows.message_id
    message["Content-Language"] = notice.language
    message.set_content(notice.body, charset="utf-8", cte="quoted-printable")
    return message.as_bytes()


def tell(to: str, subject: str, text: str, mail: Mail, institution: Institution, at: datetime) -> None:
    """A few words to one of our own people. Raises as :class:`Handover`."""
    ends = Envelope(ascii_domain(mail.sender or institution.email), ascii_domain(to))
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = Address(addr_spec=ends.sender), Address(addr_spec=ends.recipient)
    message["Subject"], message["Date"] = one_line(subject), format_datetime(at)
    message["Message-ID"] = make_msgid(domain=ends.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, charset="utf-8", cte="quoted-printable")
    with Handover(mail) as handover:
        handover.offer(ends)
        handover.give(message.as_bytes())


class Handover:
    """A connection to the mail server for one message. Opening raises :class:`Deferred`."""

    def __init__(self, mail: Mail) -> None:
        if not mail.host:
            raise MailNotConfigured
        self._smtp = connect(mail)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._smtp.close()

    def offer(self, ends: Envelope) -> None:
        """Name sender and recipient; the text may come. Raises :class:`Refused`, :class:`Deferred`."""
        try:
            self._smtp.ehlo_or_helo_if_needed()
            _accepted(self._smtp.mail(ends.sender))
            _accepted(self._smtp.rcpt(ends.recipient))
            _accepted(self._smtp.docmd("DATA"), GO_ON)
        except (OSError, smtplib.SMTPException):
            raise Deferred("connection") from None

    def give(self, message: bytes) -> str:
        """The server's answer to the text.

        Raises :class:`Refused`, :class:`Deferred`, :class:`AnswerLost`. Only a clear "later" lets it be sent
        again: whatever else comes now may mean that it was taken.
        """
        try:
            self._smtp.send(_LEADING_DOT.sub(b"..", message) + b".\r\n")
            reply = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as broken:
            raise AnswerLost(type(broken).__name__) from None
        if not any(reply[0] in codes for codes in (DONE, LATER, NO)):
            raise AnswerLost(str(reply[0]))
        return _accepted(reply)


def _accepted(reply: tuple[int, bytes], wanted: range = DONE) -> str:
    """The answer, if it is a yes. :class:`Refused` for a lasting no, :class:`Deferred` for all else."""
    code, text = reply
    answer = one_line(f"{code} {text.decode('utf-8', 'replace')}")[:ANSWER]
    if code in wanted:
        return answer
    if code in NO:
        raise Refused(answer)
    raise Deferred(str(code))
