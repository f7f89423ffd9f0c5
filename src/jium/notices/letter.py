"""Facts become a letter. Pure: the same regime, language and facts always give the same text.

What comes from outside (addresses found on hostile sites, names of providers) is cleaned before it enters, so
that it can neither begin a new line of the letter or of the mail's header, nor show itself as something else.
"""

from __future__ import annotations

import calendar
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from string import Template
from urllib.parse import quote

from jium.clock import PLACE
from jium.egress.url import canonical
from jium.notices.regimes import in_sections, regime, sections

CORRECTION = Path(__file__).resolve().parent / "correction"
LETTERS = {"ko": "가나다라마바사아자차카타파하", "en": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_SHA256 = re.compile(r"[0-9a-f]{64}")


class MissingElement(Exception):
    """The law (or our own rule) asks for an element that the facts lack; ``element`` names it."""

    def __init__(self, element: str) -> None:
        super().__init__(f"the letter lacks: {element}")
        self.element = element


@dataclass(frozen=True)
class Item:
    """One address, when the material was seen there, and the digest of the evidence of it (64 hex digits).

    ``vouched``: no record holds it; a member of staff saw it. The evidence is then of its page, or there is none.
    """

    page_url: str
    media_url: str
    seen_at: datetime | None
    evidence_sha256: str
    vouched: bool = False


@dataclass(frozen=True)
class Earlier:
    """The first demand about the same items."""

    number: str
    sent_at: datetime


@dataclass(frozen=True)
class Facts:
    """All that a letter says. Nothing here names the victim or her case.

    ``mandated``: the person shown, or who acts for her, asked for deletion. ``demand``: 1 for the first
    letter; later ones carry ``first``.
    """

    number: str
    recipient: str
    institution: str
    standing: str
    signatory: str
    email: str
    phone: str
    address: str
    mandated: bool
    written_at: datetime
    items: tuple[Item, ...]
    demand: int = 1
    first: Earlier | None = None


@dataclass(frozen=True)
class Letter:
    """A letter as it is sent; ``sha256`` covers subject and body."""

    subject: str
    body: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(f"{self.subject}\n\n{self.body}".encode()).hexdigest()


def _located(facts: Facts) -> bool:
    """Every item has the full web address of its page and of its file, and there is one at least."""
    addresses = [address for item in facts.items for address in (item.page_url, item.media_url)]
    return bool(addresses) and all(canonical(address) for address in addresses)


# What can be asked of a letter; a regime lists which of these it requires.
ELEMENTS: dict[str, Callable[[Facts], bool]] = {
    "number": lambda facts: bool(facts.number.strip()),
    "recipient": lambda facts: bool(one_line(facts.recipient)),
    "institution": lambda facts: bool(one_line(facts.institution)),
    "standing": lambda facts: bool(one_line(facts.standing)),
    "signature": lambda facts: bool(one_line(facts.signatory)),
    "contact": lambda facts: "@" in facts.email,
    "location": _located,
    "time_seen": lambda facts: bool(facts.items) and all(item.seen_at for item in facts.items),
    "evidence": lambda facts: (
        bool(facts.items) and all(item.vouched or _SHA256.fullmatch(item.evidence_sha256) for item in facts.items)
    ),
    "mandate": lambda facts: facts.mandated,
}


def render(regime_name: str, language: str, facts: Facts) -> Letter:
    """Write the letter. Raises :class:`MissingElement` and :class:`jium.notices.regimes.UnknownRegime`."""
    law = regime(regime_name)
    text = sections(regime_name, language)
    again = facts.demand > 1
    _require(law.elements, facts, earlier=again)
    said = _said(facts, language) | {"deadline_hours": str(law.deadline_hours or "")}
    said["repeat"] = _fill(text["repeat"], said) + "\n\n" if again else ""
    said["items"] = _items(text, facts, language, _kind)
    unrecorded = [not item.evidence_sha256 for item in facts.items]
    said["proof"] = text["proof vouched" if all(unrecorded) else "proof in part" if any(unrecorded) else "proof"]
    subject = _fill(text["repeat subject" if again else "subject"], said)
    return Letter(subject, _fill(text["body"], said) + "\n")


def _kind(item: Item) -> str:
    if not item.vouched:
        return "item"
    return "item vouched with its page" if item.evidence_sha256 else "item vouched"


def render_correction(language: str, facts: Facts) -> Letter:
    """Write the letter that takes a demand back. ``facts.first``: the demand. Raises :class:`MissingElement`."""
    text = in_sections((CORRECTION / f"{language}.txt").read_text(encoding="utf-8"))
    _require(("number", "recipient", "institution", "signature", "contact", "location"), facts, earlier=True)
    said = _said(facts, language)
    said["items"] = _items(text, facts, language, lambda _item: "item")
    return Letter(_fill(text["subject"], said), _fill(text["body"], said) + "\n")


def _require(elements: Iterable[str], facts: Facts, earlier: bool) -> None:
    for element in elements:
        if not ELEMENTS[element](facts):
            raise MissingElement(element)
    if earlier and facts.first is None:
        raise MissingElement("first_demand")


def _items(text: Mapping[str, str], facts: Facts, language: str, kind: Callable[[Item], str]) -> str:
    """Every item in the words of its ``kind`` of section."""
    return "\n\n".join(
        _fill(text[kind(item)], _item(position, item, language)) for position, item in enumerate(facts.items)
    )


def _said(facts: Facts, language: str) -> dict[str, str]:
    return {
        "number": one_line(facts.number),
        "recipient": one_line(facts.recipient),
        "institution": one_line(facts.institution),
        "standing": one_line(facts.standing),
        "signatory": one_line(facts.signatory),
        "contact": " · ".join(filter(None, map(one_line, (facts.email, facts.phone, facts.address)))),
        "date": day(facts.written_at, language),
        "demand": str(facts.demand),
        "first_number": one_line(facts.first.number) if facts.first else "",
        "first_date": day(facts.first.sent_at, language) if facts.first else "",
    }


def _item(position: int, item: Item, language: str) -> dict[str, str]:
    return {
        "letter": item_letter(position, language),
        "page_url": exact_address(item.page_url),
        "media_url": exact_address(item.media_url),
        "seen_at": moment(item.seen_at) if item.seen_at else "",
        "evidence": one_line(item.evidence_sha256),
    }


def _fill(text: str, said: dict[str, str]) -> str:
    """One pass: a ``$`` inside a fact stays a ``$``."""
    return Template(text).substitute(said)


def item_letter(position: int, language: str) -> str:
    """가, 나 … 하, 가2 … or A, B … Z, A2 … for the item at ``position`` (from 0)."""
    row = LETTERS[language]
    lap, place = divmod(position, len(row))
    return row[place] + (str(lap + 1) if lap else "")


def day(at: datetime, language: str) -> str:
    """The date in Seoul: 2026년 3월 2일, or 2 March 2026."""
    local = at.astimezone(PLACE)
    if language == "ko":
        return f"{local.year}년 {local.month}월 {local.day}일"
    return f"{local.day} {calendar.month_name[local.month]} {local.year}"


def moment(at: datetime) -> str:
    """The time in Seoul to the second, with its distance from UTC: 2026-03-02 14:05:09 KST (UTC+9)."""
    return f"{at.astimezone(PLACE):%Y-%m-%d %H:%M:%S} KST (UTC+9)"


def one_line(text: str) -> str:
    """``text`` on one line and without unseen characters (controls, direction marks, zero width)."""
    plain = "".join(" " if _is_hidden(sign) else sign for sign in text)
    return " ".join(plain.split())


def exact_address(url: str) -> str:
    """``url`` as a browser reads it: line breaks and tabs dropped, every other unseen character as %XX."""
    kept = re.sub(r"[\t\r\n]", "", url)
    return "".join(_escaped(sign) if _is_hidden(sign) or sign.isspace() else sign for sign in kept)


def _is_hidden(sign: str) -> bool:
    """Controls, formats (direction marks, zero width), lone surrogates, line and paragraph separators."""
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _escaped(sign: str) -> str:
    return quote(sign, safe="", errors="replace")
