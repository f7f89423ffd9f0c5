"""One person, two cases: found by what both have in common, offered to be joined, never joined by itself.

Joined cases stay two, each with its own number, papers, consents and retention; but they are one person's: they point
at each other, and whoever works on the first works on the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from jium import clock
from jium.cases import details
from jium.cases.details import Contact, Details
from jium.cases.models import Case, Destruction, Likeness, Reference
from jium.trust import assignments, audit
from jium.trust.assignments import NotQualified, Reach
from jium.trust.models import Account
from jium.trust.turns import take_turn
from jium.trust.vault import VaultError

Why = Likeness.Why
# Of a telephone number so many last digits tell it from others, with a code of the country or without.
_TELLING = 8


class NotTwo(Exception):
    """It is one case, or they are joined already."""


def contact_key(told: Details) -> str:
    """What two spellings of one number or address have in common; "" for nothing that tells. Pure."""
    text = told.contact.strip()
    if told.contact_by == Contact.PHONE:
        digits = re.sub(r"\D", "", text)
        return f"phone {digits[-_TELLING:]}" if len(digits) >= _TELLING else ""
    if told.contact_by in (Contact.MAIL, Contact.MESSENGER) and text:
        return f"{told.contact_by} {text.casefold()}"
    return ""


def look_for_contact(case: Case) -> None:
    """Note the cases in which the same person is reached. What cannot be read is passed over."""
    try:
        key = contact_key(details.of(case))
    except VaultError:
        return
    for before in offered(case).filter(why=Why.CONTACT):
        if not key or _key_of(before.other if before.case_id == case.pk else before.case) != key:
            before.delete()
    if key:
        _note(case, (other for other in _with_details(case) if _key_of(other) == key), Why.CONTACT)


def _with_details(case: Case) -> Iterable[Case]:
    return Case.objects.exclude(pk=case.pk).exclude(sealed_details=b"").iterator()


def _key_of(case: Case) -> str:
    try:
        return contact_key(details.of(case))
    except VaultError:
        return ""


def look_for_file(reference: Reference) -> None:
    """Note the cases in which the very same file was registered."""
    same = Reference.objects.filter(sha256=reference.sha256, size__gt=0).exclude(case_id=reference.case_id)
    _note(reference.case, Case.objects.filter(pk__in=same.values("case_id")), Why.FILE)


def _note(case: Case, others: Iterable[Case], why: Why) -> None:
    """Once for two cases, whichever was first; what was said of them before holds."""
    for other in others:
        if head(case) != head(other) and not _between(case, other).exists():
            Likeness.objects.create(case=case, other=other, why=why, noted_at=clock.now())


def _between(one: Case, other: Case) -> QuerySet[Likeness]:
    return Likeness.objects.filter(Q(case=one, other=other) | Q(case=other, other=one))


def head(case: Case) -> UUID:
    """The first of the cases of its person."""
    return case.joined_to_id or case.pk


def of_one_person(case: Case) -> list[Case]:
    """The other cases of its person, the oldest first."""
    mine = Q(pk=head(case)) | Q(joined_to=head(case))
    return list(Case.objects.filter(mine).exclude(pk=case.pk).order_by("opened_at"))


def offered(case: Case) -> QuerySet[Likeness]:
    """What nobody has said anything about yet."""
    about = Likeness.objects.filter(Q(case=case) | Q(other=case), settled_at=None)
    return about.select_related("case", "other").order_by("pk")


def undecided(reach: Reach) -> QuerySet[Likeness]:
    """All that nobody has said anything about, where both cases are within reach."""
    waiting = Likeness.objects.filter(reach.q("case_id"), reach.q("other_id"), settled_at=None)
    return waiting.select_related("case", "other").order_by("pk")


def join(one: Case, other: Case, by: Account) -> None:
    """They are one person's. Raises :class:`NotTwo`."""
    with transaction.atomic():
        take_turn("cases")
        there = Case.objects.filter(pk__in=(one.pk, other.pk)).exclude(pk__in=Destruction.objects.values("case_id"))
        if there.count() < 2:
            raise NotTwo
        one.refresh_from_db()
        other.refresh_from_db()
        if head(one) == head(other):
            raise NotTwo
        first, later = Case.objects.filter(pk__in=(head(one), head(other))).order_by("opened_at", "pk")
        theirs = Case.objects.filter(Q(pk=later.pk) | Q(joined_to=later))
        for case in list(theirs):
            _hand_over(first.pk, case, by)
            audit.record(by, "case.joined", str(case.pk), to=str(first.pk))
        theirs.update(joined_to=first)
        _between(one, other).update(settled_at=clock.now(), settled_by=by)
    one.refresh_from_db()
    other.refresh_from_db()


def _hand_over(first: UUID, case: Case, by: Account) -> None:
    """Whoever works on the first case has this one, too, as far as she may."""
    for standing in assignments.of_case(first).filter(until=None):
        try:
            assignments.hand_over(case.pk, assignments.Duty(standing.duty), standing.account, by, case.minor)
        except NotQualified:
            continue


def part(case: Case, by: Account | str) -> None:
    """It was a mistake: the case stands for itself again. Raises :class:`NotTwo`."""
    with transaction.atomic():
        take_turn("cases")
        case.refresh_from_db()
        others = of_one_person(case)
        if not others:
            raise NotTwo
        if case.joined_to_id is None:  # the first: the next oldest takes its place
            Case.objects.filter(joined_to=case).exclude(pk=others[0].pk).update(joined_to=others[0])
            Case.objects.filter(pk=others[0].pk).update(joined_to=None)
        Case.objects.filter(pk=case.pk).update(joined_to=None)
        # Whether they are one person's is open again.
        about = Q(case=case, other__in=others) | Q(other=case, case__in=others)
        Likeness.objects.filter(about).update(settled_at=None, settled_by=None)
        audit.record(by, "case.parted", str(case.pk))
    case.refresh_from_db()


def dismiss(likeness: Likeness, by: Account) -> None:
    """They are two persons: it is not asked again."""
    with transaction.atomic():
        if Likeness.objects.filter(pk=likeness.pk, settled_at=None).update(settled_at=clock.now(), settled_by=by):
            audit.record(by, "case.told_apart", str(likeness.case_id), other=str(likeness.other_id))
