"""What may say who she is or what was published of her: sealed under the case's key, as one row's bytes.

It is in no column, index, log, address or subject; with the case's key it is gone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from jium import lists
from jium.cases.models import Case
from jium.trust import vault


class Contact(TextChoices):
    """The way on which she may be reached."""

    NONE = "none", _("not at all")
    PHONE = "phone", _("telephone")
    MAIL = "mail", _("mail")
    MESSENGER = "messenger", _("messenger")


_NUMBER = re.compile(r"\+?[0-9][0-9 ().-]{6,20}")
_LABEL = "details"
LONGEST = 500


@dataclass(frozen=True)
class Details:
    """``keywords``: what uploaders write with it, titles too. ``exposed``: what of her was published with it: name,
    age, address, work, school, looks, accounts. ``contact_by``, ``contact``, ``hours``: how and when she may be
    reached safely. ``police_number``: of the police's case. ``requester_name``: where it is not she who asks.
    """

    keywords: str = ""
    exposed: str = ""
    contact_by: str = Contact.NONE
    contact: str = ""
    hours: str = ""
    police_number: str = ""
    requester_name: str = ""

    @classmethod
    def of(cls, told: Mapping[str, object]) -> Details:
        """From a form or from what was kept: lines in composed form, without control signs."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: lists.plain(str(told.get(name) or ""), LONGEST) for name in names})


def contact_problem(by: Contact, contact: str) -> str:
    """What is wrong with a number or an address: "" for nothing, "lacking", "not_a_number", "not_an_address". Pure."""
    text = contact.strip()
    if by is not Contact.NONE and not text:
        return "lacking"
    if by is Contact.PHONE and not _NUMBER.fullmatch(text):
        return "not_a_number"
    if by is Contact.MAIL:
        try:
            validate_email(text)
        except ValidationError:
            return "not_an_address"
    return ""


def seal(case: Case, details: Details) -> bytes:
    """As it is kept; nothing for nothing. Raises :class:`jium.trust.vault.VaultError`."""
    kept = {name: text for name, text in asdict(details).items() if text}
    if not kept:
        return b""
    return vault.open_vault().seal(case.pk, _LABEL, json.dumps(kept, ensure_ascii=False).encode())


def of(case: Case) -> Details:
    """What is kept. Raises :class:`jium.trust.vault.VaultError`."""
    if not case.sealed_details:
        return Details()
    return Details.of(json.loads(vault.open_vault().unseal(case.pk, _LABEL, bytes(case.sealed_details))))
