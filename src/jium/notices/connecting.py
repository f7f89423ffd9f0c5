"""The connection to our mail server: TLS, log-in, and an end to whoever answers one letter a minute.

What keeps it from coming about has a kind, and words for whoever set it up (:func:`setup_text`).
"""

from __future__ import annotations

import base64
import contextlib
import smtplib
import socket
import ssl
import threading
from pathlib import Path
from typing import Any

from jium.config import Mail
from jium.language import _

SECONDS = 60.0  # for one answer
OVERALL_SECONDS = 300.0  # for a whole letter, however slowly the server speaks
IMPLICIT_TLS = 465
_LOGGED_IN = (235, 503)
# Faults of the set-up: trying again helps nobody before somebody mends it.
SETUP = ("login", "certificate", "no_tls", "no_login", "password_file")


class Deferred(Exception):
    """Not now: no connection, or the server asked to try later. Certainly not delivered.

    ``kind``: one of :data:`SETUP`, or "connection", or the server's own code.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class _Timed(smtplib.SMTP):
    """Ends :data:`OVERALL_SECONDS` after it began, whatever it waits for then."""

    def __init__(self, *place: Any, **given: Any) -> None:
        self._ended = False
        self._end_in(OVERALL_SECONDS)
        try:
            super().__init__(*place, **given)
        except BaseException:
            self.close()
            raise

    def _end_in(self, seconds: float) -> None:
        self._over = threading.Timer(seconds, self._cut)
        self._over.daemon = True
        self._over.start()

    def _cut(self) -> None:
        if self.sock:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
        elif not self._ended:
            self._end_in(1.0)  # still connecting

    def close(self) -> None:
        self._ended = True
        self._over.cancel()
        super().close()


class _TimedTls(_Timed, smtplib.SMTP_SSL):
    pass


def connect(mail: Mail, seconds: float = SECONDS) -> smtplib.SMTP:
    """A connection that takes a letter; ``seconds``: for one answer. Raises :class:`Deferred`."""
    smtp: smtplib.SMTP | None = None
    try:
        if mail.port == IMPLICIT_TLS:
            smtp = _TimedTls(mail.host, mail.port, timeout=seconds, context=ssl.create_default_context())
        else:
            smtp = _Timed(mail.host, mail.port, timeout=seconds)
            if mail.starttls:
                smtp.starttls(context=ssl.create_default_context())
        if mail.user:
            _log_in(smtp, mail.user, _password(mail))
    except BaseException as broken:
        if smtp:
            smtp.close()
        kind = _kind(broken)
        if kind is None:
            raise
        # A server's greeting may hold anything; the kind of failure is enough to act on.
        raise Deferred(kind) from None
    return smtp


def _kind(broken: BaseException) -> str | None:
    if isinstance(broken, _NoPassword):
        return "password_file"
    if isinstance(broken, smtplib.SMTPAuthenticationError):
        # 4xx: "try later", said while logging in.
        return "login" if broken.smtp_code >= 500 else "connection"
    if isinstance(broken, smtplib.SMTPNotSupportedError):
        return "no_tls" if "STARTTLS" in str(broken) else "no_login"
    if isinstance(broken, ssl.SSLCertVerificationError):
        return "certificate"
    return "connection" if isinstance(broken, OSError | smtplib.SMTPException) else None


class _NoPassword(Exception):
    pass


def _password(mail: Mail) -> str:
    try:
        return Path(mail.password_file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise _NoPassword from None


def _log_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """``smtplib`` takes ASCII only; RFC 4616 says UTF-8."""
    if f"{user}{password}".isascii():
        try:
            smtp.login(user, password)
        except smtplib.SMTPException as broken:
            if type(broken) is not smtplib.SMTPException:
                raise
            raise smtplib.SMTPNotSupportedError("AUTH") from None  # none of the ways to log in is one of ours
        return
    smtp.ehlo_or_helo_if_needed()
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        reply = smtp.docmd("AUTH", "PLAIN " + _base64(f"\0{user}\0{password}"))
    elif "LOGIN" in offered:
        smtp.docmd("AUTH", "LOGIN")
        smtp.docmd(_base64(user))
        reply = smtp.docmd(_base64(password))
    else:
        raise smtplib.SMTPNotSupportedError("AUTH")
    if reply[0] not in _LOGGED_IN:
        raise smtplib.SMTPAuthenticationError(*reply)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def setup_text(kind: str) -> str:
    """What is wrong with the set-up and how to mend it, in the user's language; "" for what passes by itself."""
    texts = {
        "login": _("the mail server refuses the user name or the password: check [mail] user and the password file"),
        "certificate": _("the mail server's certificate is not valid: check [mail] host, or its certificate"),
        "no_tls": _("the mail server offers no TLS: check [mail] port, or set starttls = false on a trusted network"),
        "no_login": _("the mail server offers no way to log in that we know: check [mail] port and user"),
        "password_file": _("the file with the mail password cannot be read: check [mail] password_file"),
    }
    return texts.get(kind, "")
