"""The names that registered files came with: kept under the case's key, tamed before they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from jium import lists
from jium.cases.models import Reference
from jium.trust import vault
from jium.trust.vault import VaultError

# More of a name than this is not kept, and no more than that is shown at once.
LONGEST, SHOWN = 255, 40


def tame(name: str) -> str:
    """The last part of a path, without signs that cannot be seen or that turn the direction of reading. Pure."""
    return lists.plain(name.replace("\\", "/").rsplit("/", 1)[-1], LONGEST)


def short_name(name: str) -> str:
    """Beginning and end of a long name, for its ending says what it is. Pure."""
    if len(name) <= SHOWN:
        return name
    end = SHOWN // 3
    return f"{name[: SHOWN - end - 1]}…{name[-end:]}"


def sealed(reference: Reference, name: str) -> bytes:
    """A name as it is kept with its row; nothing for none. Raises :class:`jium.trust.vault.MissingKey`."""
    tamed = tame(name)
    return vault.open_vault().seal(reference.case_id, _label(reference), tamed.encode()) if tamed else b""


def file_names(references: Iterable[Reference]) -> dict[UUID, str]:
    """The names of references by their keys; without those that came without, or can no longer be read."""
    names: dict[UUID, str] = {}
    try:
        safe = vault.open_vault()
    except VaultError:
        return names
    for reference in references:
        if not reference.sealed_name:
            continue
        try:
            kept = safe.unseal(reference.case_id, _label(reference), bytes(reference.sealed_name))
        except VaultError:
            continue
        names[reference.pk] = kept.decode()
    return names


def _label(reference: Reference) -> str:
    return f"name {reference.pk}"
