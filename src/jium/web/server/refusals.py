"""What people are told when a request is not taken, before any page of ours could say it: in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext, override
from waitress.utilities import Error

from jium.language import gettext_noop


@dataclass(frozen=True)
class Refusal:
    """An HTTP status and what is said."""

    code: int
    reason: str
    text: str


TOO_LARGE = Refusal(
    413,
    "Content Too Large",
    gettext_noop(
        "This is too large, and nothing of it was kept. If you were logged out, log in and send it again."
        " Files can be registered up to 512 MB together at a time."
    ),
)
FULL = Refusal(
    503,
    "Service Unavailable",
    gettext_noop(
        "Others are registering large files just now, and nothing was kept. Please send it again in a few minutes."
    ),
)
UNSURE = Refusal(
    503,
    "Service Unavailable",
    gettext_noop(
        "Just now it cannot be found out who sent this, and nothing was kept. Please send it again in a moment."
    ),
)


class Refused(Error):  # type: ignore[misc]  # waitress has no types
    """A refusal as waitress sends it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.code, self.reason = refusal.code, refusal.reason

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status, headers and body; nobody knows yet which language the sender reads."""
        told = []
        for language, _name in settings.LANGUAGES:
            with override(language):
                told.append(gettext(self.body))
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Security-Policy", "default-src 'none'"),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ]
        return f"{self.code} {self.reason}", headers, ("\n\n".join(told) + "\n").encode()
