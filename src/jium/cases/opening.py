"""A case is opened, and what was told of it is kept: what is counted in columns, the rest sealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import transaction

from jium import clock, lists
from jium.cases import details, intake, mandate, same_person
from jium.cases.details import Details
from jium.cases.intake import Age, Asked, Channel, Circulation, Damage, Perpetrator, Requester, Sex
from jium.cases.mandate import CaseClosed
from jium.cases.models import Case, CaseCounter
from jium.trust import assignments, audit, vault
from jium.trust.models import Account
from jium.trust.turns import take_turn


class MayNotBeOpened(Exception):
    """Such a case may not be opened; ``why``: of :func:`jium.cases.intake.refusal`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Opening:
    """What is told when a case is opened. ``details``: what may say who she is."""

    pseudonym: str
    channel: Channel = Channel.UNKNOWN
    requester: Requester = Requester.VICTIM
    sex: Sex = Sex.UNKNOWN
    age: Age = Age.UNKNOWN
    minor: bool = False
    under_14: bool = False
    damage: tuple[Damage, ...] = ()
    perpetrator: Perpetrator = Perpetrator.UNKNOWN
    circulation: Circulation = Circulation.UNKNOWN
    details: Details = field(default_factory=Details)

    @property
    def asked(self) -> Asked:
        return Asked(self.requester, self.minor, self.under_14)


def open_case(opening: Opening, by: Account, once: UUID | None = None) -> Case:
    """Open a case under the year's next number, with a key of its own. Raises :class:`MayNotBeOpened`.

    ``once``: names this act; repeated by the same person it opens nothing, but tells the case that it opened.
    """
    if why := intake.refusal(opening.asked):
        raise MayNotBeOpened(why)
    now = clock.now()
    with transaction.atomic():
        take_turn("cases")
        opened = Case.objects.filter(pk=once, opened_by=by).first() if once else None
        if opened:
            return opened
        fresh = once is not None and not Case.objects.filter(pk=once).exists()
        case = Case(
            id=once if fresh else uuid4(),
            number=f"{now.year}-{CaseCounter.count(now.year):04d}",
            pseudonym=lists.plain(opening.pseudonym),
            opened_at=now,
            opened_by=by,
        )
        vault.open_vault().create_case_key(case.id)
        _told(case, opening)
        case.save(force_insert=True)
        audit.record(by, "case.opened", str(case.id), channel=opening.channel.value, requester=opening.requester.value)
        assignments.take_up(case.id, case.minor, by)
        mandate.settle(case)
        same_person.look_for_contact(case)
    return case


class ChangedMeanwhile(Exception):
    """Somebody else changed it since it was looked at."""


def edit_case(case: Case, opening: Opening, by: Account, seen: str) -> Case:
    """What was told anew; ``seen``: of :func:`seen_of`, when it was looked at.

    Raises :class:`MayNotBeOpened`, :class:`CaseClosed`, :class:`ChangedMeanwhile`.
    """
    if why := intake.refusal(opening.asked):
        raise MayNotBeOpened(why)
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        if case.state != Case.State.OPEN:
            raise CaseClosed
        if seen != seen_of(case):
            raise ChangedMeanwhile
        case.pseudonym = lists.plain(opening.pseudonym)
        _told(case, opening)
        case.save()
        audit.record(by, "case.edited", str(case.id))
        assignments.recheck(case.id, case.minor)
        mandate.settle(case)
        same_person.look_for_contact(case)
    return case


def seen_of(case: Case) -> str:
    """Names the state of what is told of a case."""
    return case.told_at.isoformat() if case.told_at else "before"


def _told(case: Case, opening: Opening) -> None:
    for name in ("channel", "requester", "sex", "age", "minor", "under_14", "perpetrator", "circulation"):
        setattr(case, name, getattr(opening, name))
    case.told_at = clock.now()
    case.damage = [one.value for one in opening.damage]
    case.sealed_details = details.seal(case, opening.details)


def opening_of(case: Case) -> Opening:
    """What was told of a case. Raises :class:`jium.trust.vault.VaultError`."""
    return Opening(
        pseudonym=case.pseudonym,
        channel=Channel(case.channel),
        requester=Requester(case.requester),
        sex=Sex(case.sex),
        age=Age(case.age),
        minor=case.minor,
        under_14=case.under_14,
        damage=tuple(map(Damage, case.damage)),
        perpetrator=Perpetrator(case.perpetrator),
        circulation=Circulation(case.circulation),
        details=details.of(case),
    )
