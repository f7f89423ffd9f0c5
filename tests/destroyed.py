"""An installation in ``JIUM_DATA`` with a case full of marks that are looked for after its destruction, as a program:

python -m tests.destroyed build       two cases with something in every state; prints the marks, hers and the other's
python -m tests.destroyed destroy     the first is destroyed on demand, by two persons, as the worker does it
"""

from __future__ import annotations

import io
import json
import secrets
import shutil
import sys
from collections.abc import Callable
from uuid import UUID

import django
from django.conf import settings
from django.core.management import call_command

from tests import made

# What a mark looks like in text; each is one of its own.
SIGN = "jiumark"


def build() -> dict[str, list[str]]:
    """Both cases; of each, as hex, what would tell of her if it were found."""
    _tables()
    from jium import engine
    from jium.trust import master_key, vault
    from tests.web.conftest import build as build_world
    from tests.web.conftest import everybody

    engine.migrate(settings.CONFIG)
    master_key.create(settings.CONFIG)
    world = build_world(everybody(), vault.open_vault())
    hers, others = Marks(), Marks()
    mark_world(world, hers)
    mark_other(world, others)
    return {"hers": hers.all(), "others": others.all(), "case": [str(world.case.pk)]}


def _tables() -> None:
    if not settings.CONFIG.database_url:
        for name in ("jium.sqlite", "keys/keys.sqlite"):
            shutil.copy(made.empty_tables() / name, settings.CONFIG.data / name)
        return
    for database in ("default", "keys"):
        call_command("migrate", database=database, run_syncdb=True, verbosity=0)


class Marks:
    """Makes marks and remembers them."""

    def __init__(self) -> None:
        self._made: list[bytes] = []

    def text(self, form: str = "{}") -> str:
        """A word that stands nowhere else."""
        word = f"{SIGN}{secrets.token_hex(8)}"
        self._made.append(word.encode())
        return form.format(word)

    def add(self, what: bytes) -> None:
        """Something that is there already."""
        self._made.append(what)

    def bytes(self, size: int) -> bytes:
        """Bytes that stand nowhere else."""
        made = secrets.token_bytes(size)
        self._made.append(made)
        return made

    def all(self) -> list[str]:
        return [one.hex() for one in self._made]


def mark_world(world, marks: Marks) -> None:
    """Marks in every column of every room that can tell of her; written several times, so that old pages hold some."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from jium.cases.models import Case, ReferenceCode
    from jium.evidence.models import Capture
    from jium.notices.models import Notice, NoticeItem
    from jium.review.models import Match
    from jium.trust.models import CaseKey
    from jium.watch.models import Sighting, SightingCode

    case = world.case
    again(lambda: Case.objects.filter(pk=case.pk).update(pseudonym=marks.text("{}")))
    register(world, marks)
    dihedral = marks.bytes(256)
    ReferenceCode.objects.create(reference=world.reference, dihedral=dihedral, quality=90)
    for match in Match.objects.filter(group__case=case):
        seen = Sighting.objects.filter(pk=match.sighting_id)
        if match.group.verdict != "different":
            again(lambda seen=seen: seen.update(page_url=marks.text("http://a.example/{}")))
            seen.update(media_url=marks.text("http://a.example/{}.jpg"), still=marks.bytes(64))
            SightingCode.objects.create(sighting_id=match.sighting_id, code=marks.bytes(32), quality=90)
    letters = Notice.objects.filter(case=case)
    again(lambda: letters.update(body=marks.text(), subject=marks.text(), recipient=marks.text("{}@mail.example")))
    NoticeItem.objects.filter(notice__in=letters).update(page_url=marks.text("http://a.example/{}"))
    Capture.objects.filter(case=case).update(vouched_words=marks.text(), facts={"title": marks.text()})
    for key in CaseKey.objects.filter(case_id=case.pk):
        marks.add(bytes(key.wrapped))
    session = SessionStore()
    session["search cases"] = marks.text()
    session.save()
    marks.add(Session.objects.get(pk=session.session_key).session_data.encode())


def register(world, marks: Marks) -> None:
    """A file of hers, with its name, and what was told: sealed, none of it is found even before."""
    from jium.cases import services as cases

    content, name = marks.bytes(4096), marks.text("{}.jpg")
    cases.register(world.case, io.BytesIO(content), world.staff["everything"], name)
    details = cases.Details(keywords=marks.text(), exposed=marks.text(), contact_by="messenger", contact=marks.text())
    told = cases.Opening(cases.case(world.case.pk).pseudonym, details=details)
    cases.edit_case(world.case, told, world.staff["everything"], cases.seen_of(cases.case(world.case.pk)))


def mark_other(world, marks: Marks) -> None:
    """What belongs to somebody else has to stay."""
    from jium.cases.models import Case

    Case.objects.filter(pk=world.begun.pk).update(pseudonym=marks.text())


def again(write: Callable[[], object]) -> None:
    """Several times over: each leaves what was there before in a free page."""
    for _time in range(3):
        write()


def destroy() -> dict[str, object]:
    """As two persons and the worker do it; how much of what is gone."""
    from jium.cases import retention
    from jium.cases import services as cases
    from jium.cases.models import Case, Destruction
    from jium.flow import destroying
    from jium.trust import audit, four_eyes
    from jium.trust.models import Account

    case = Case.objects.get(pk=sys.argv[2])
    look = retention.ask(case, "She wrote that she wants it.", Account.objects.get(username="counsellor"))
    four_eyes.confirm(look, Account.objects.get(username="supervisor"))
    begun = cases.destroy_confirmed(look)
    destroying.destroy(begun)
    row = Destruction.objects.get(pk=begun.pk)
    return {"destroyed": row.destroyed, "done": row.done_at is not None, "whole": audit.verify().whole}


def read() -> dict[str, object]:
    """Everything there is, by case: what is sealed is opened, every file of the vault is decrypted."""
    import hashlib

    from jium.cases import services as cases
    from jium.evidence import services as evidence
    from jium.review import services as review
    from jium.trust import audit, seals, vault

    box, digest = vault.open_vault(), hashlib.sha256()
    kept = sorted({(str(case), one) for room in (cases, review, evidence) for case, one in room.kept_objects()})
    for case_id, one in kept:
        digest.update(box.read(UUID(case_id), one))
    told = [cases.opening_of(case) for case in cases.Case.objects.order_by("number")]
    names = sorted(cases.file_names(cases.Reference.objects.select_related("case")).values())
    return {
        "cases": [[case.number, case.pseudonym] for case in cases.Case.objects.order_by("number")],
        "details": [str(one.details) for one in told],
        "names": names,
        "objects": len(kept),
        "digest": digest.hexdigest(),
        "audit": audit.verify().whole and seals.check(settings.CONFIG).whole,
    }


def following() -> dict[str, object]:
    """The number that the next case would get; it is not opened."""
    from django.db import transaction

    from jium import clock
    from jium.cases.models import CaseCounter

    with transaction.atomic():
        year = clock.now().year
        number = f"{year}-{CaseCounter.count(year):04d}"
        transaction.set_rollback(True)
    return {"case": number}


if __name__ == "__main__":
    django.setup()
    print(json.dumps({"build": build, "destroy": destroy, "read": read, "next": following}[sys.argv[1]]()))
