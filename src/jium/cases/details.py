"""What may say who she is or what was published of her: sealed under the case's key, as one row's bytes.

It is in no column, index, log, address or subject; with the case's key it is gone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from jium import lists
from jium.cases.models import Case
from jium.trust import vault

_LABEL = "details"
LONGEST = 500


@dataclass(frozen=True)
class Details:
    """``keywords``: what uploaders write with it, titles too. ``exposed``: what of her was published with it: name,
    age, address, work, school, looks, accounts. ``contact`` and ``hours``: how and when she may be reached safely.
    ``police_number``: of the police's case. ``requester_name``: where it is not she who asks.
    """

    keywords: str = ""
    exposed: str = ""
    contact: str = ""
    hours: str = ""
    police_number: str = ""
    requester_name: str = ""

    @classmethod
    def of(cls, told: Mapping[str, object]) -> Details:
        """From a form or from what was kept: lines in composed form, without control signs."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: lists.plain(str(told.get(name) or ""), LONGEST) for name in names})


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
