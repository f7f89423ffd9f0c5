"""All that is kept about a victim and what was done with it, for her (Personal Information Protection Act §35).

Gathered from every room and from the audit log; staff are told apart by numbers, not named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _

from jium import letter
from jium.cases import services as cases
from jium.cases.services import Case
from jium.config import Institution
from jium.evidence import services as evidence
from jium.letter import Block, Heading, Letter, Lines, Table, Text, day
from jium.notices import services as notices
from jium.notices.services import Notice
from jium.removal import services as removal
from jium.review import services as review
from jium.trust import four_eyes
from jium.trust.acts import ACTS
from jium.trust.models import AuditEntry

WORDING = Path(__file__).resolve().parent / "wording"
Rows = Sequence[tuple[str, ...]]
# These hint at a case of somebody else.
_OF_OTHERS = frozenset({"case.told_apart"})


@dataclass(frozen=True)
class Done:
    """One kind of act about her: how often, when first and last, and by whom (the numbers of staff; 0: the system)."""

    act: str
    times: int
    first: datetime
    last: datetime
    by: tuple[int, ...]


@dataclass(frozen=True)
class OwnData:
    """What the report tells, in its language already where it is text. ``ends``: see cases.ends_of."""

    number: str
    pseudonym: str
    told: Rows
    papers: Rows
    consents: Rows
    files: Rows
    found: dict[str, int]
    handed: Rows
    services: Rows
    written: Rows
    done: Sequence[Done] = field(default_factory=tuple)
    kept: str = ""
    ends: str = ""


def gathered(case: Case, language: str) -> OwnData:
    """From every room. Raises :class:`jium.trust.vault.VaultError`."""
    ending = cases.ends_of(case)
    with translation.override(language):
        return OwnData(
            number=case.number,
            pseudonym=case.pseudonym,
            told=tuple(_told(case)),
            papers=tuple(_papers(case, language)),
            consents=tuple(_consents(case, language)),
            files=tuple(_files(case, language)),
            found=_found(case),
            handed=tuple(_handed(case, language)),
            services=tuple((str(kind.label), str(count)) for kind, count in cases.services_given(case)),
            written=tuple(_written(case)),
            done=tuple(done_with(_entries(case))),
            kept=cases.kept_of(case).value,
            ends=day(ending, language) if ending else "",
        )


def _told(case: Case) -> Iterator[tuple[str, str]]:
    for name, label in (
        ("requester", _("Who asks for help")),
        ("channel", _("How she came")),
        ("sex", _("Gender")),
        ("age", _("Age")),
        ("perpetrator", _("By whom")),
        ("circulation", _("How far it has gone")),
    ):
        yield label, str(getattr(case, f"get_{name}_display")())
    yield _("What was done"), ", ".join(str(cases.Damage(one).label) for one in case.damage)
    details = cases.opening_of(case).details
    for value, label in (
        (details.keywords, _("Words and titles that uploaders use")),
        (details.exposed, _("What of her was published with it")),
        (details.contact, _("Number or address")),
        (details.hours, _("When")),
        (details.police_number, _("Number of the police's case")),
        (details.requester_name, _("Name of whoever asks")),
    ):
        if value:
            yield label, value


def _papers(case: Case, language: str) -> Iterator[tuple[str, ...]]:
    for one in case.documents.all():
        yield str(one.get_paper_display()), day(one.brought_at, language), _day(one.removed_at, language)


def _consents(case: Case, language: str) -> Iterator[tuple[str, ...]]:
    for one in case.consents.all():
        told = str(one.get_kind_display()), str(one.get_means_display())
        yield *told, day(one.given_at, language), _day(one.withdrawn_at, language)


def _files(case: Case, language: str) -> Iterator[tuple[str, ...]]:
    references = list(cases.references(case))
    names = cases.file_names(references)
    for one in references:
        name = names.get(one.pk, f"#{one.position}")
        yield name, f"{one.size:,}", day(one.registered_at, language), str(one.get_state_display())


def _found(case: Case) -> dict[str, int]:
    return {
        "found": review.matches_of(case.pk).values("sighting").distinct().count(),
        "decisions": review.decisions(case.pk).count(),
        "packages": evidence.captures(case.pk).exclude(captured_at=None).count(),
        "checks": removal.checks(case.pk).count(),
    }


def _handed(case: Case, language: str) -> Iterator[tuple[str, ...]]:
    words = letter.wording(WORDING, "own_data", language)
    sent = notices.notices(case.pk).exclude(sent_at=None).annotate(addresses=Count("items")).order_by("sent_at")
    for notice in sent:
        told = words["correction" if notice.kind == Notice.Kind.CORRECTION else "letter"]
        about = told.format(number=notice.number, count=notice.addresses)
        yield str(notice.provider), about, _day(notice.sent_at, language)
    for referral in cases.referrals_of(case).exclude(handed_at=None):
        kind = str(referral.organisation.get_help_display())
        yield str(referral.organisation), kind, _day(referral.handed_at, language)


def _written(case: Case) -> Iterator[tuple[str, str]]:
    """What staff wrote about her: of referrals, and as reasons for a second look."""
    for referral in cases.referrals_of(case):
        for text in (cases.asked_of(referral), cases.outcome_of(referral)):
            if text:
                yield str(referral.organisation), text
    for look in four_eyes.of_case(case.pk):
        yield str(four_eyes.ACTS[look.act].said), four_eyes.why(look)


def _entries(case: Case) -> Iterable[AuditEntry]:
    """What the audit log tells of her: of the case, and of everything that belongs to it."""
    about: list[UUID] = [case.pk, *case.references.values_list("pk", flat=True)]
    about += case.documents.values_list("pk", flat=True)
    about += review.groups(case.pk).values_list("pk", flat=True)
    about += evidence.captures(case.pk).values_list("pk", flat=True)
    about += notices.notices(case.pk).values_list("pk", flat=True)
    found: list[AuditEntry] = []
    for first in range(0, len(about), 400):
        found += AuditEntry.objects.filter(subject__in=[str(one) for one in about[first : first + 400]])
    found = [entry for entry in found if entry.act not in _OF_OTHERS]
    known = {entry.pk for entry in found}
    found += AuditEntry.objects.filter(Q(body__case=str(case.pk))).exclude(pk__in=known)
    return sorted(found, key=lambda entry: entry.seq)


def done_with(entries: Iterable[AuditEntry]) -> list[Done]:
    """Entries of the audit log by kind, in the order in which each came first. Pure."""
    numbers: dict[str, int] = {}
    kinds: dict[str, Done] = {}
    for entry in entries:
        who = numbers.setdefault(entry.actor, len(numbers) + 1) if entry.actor.startswith("account:") else 0
        before = kinds.get(entry.act)
        by = (*before.by, who) if before and who not in before.by else before.by if before else (who,)
        times, first = (before.times + 1, before.first) if before else (1, entry.at)
        kinds[entry.act] = Done(entry.act, times, first, entry.at, by)
    return list(kinds.values())


def _day(moment: datetime | None, language: str) -> str:
    return day(moment, language) if moment else "–"


def document(told: OwnData, centre: Institution, at: datetime, language: str) -> Letter:
    """The report. Raises ValueError for another language."""
    words = letter.wording(WORDING, "own_data", language)

    def section(title: str, head: Sequence[str], rows: Rows, *numbers: int) -> list[Block]:
        table: Block = Table(tuple(words[name] for name in head), tuple(rows), numbers) if rows else Text(words["none"])
        return [Heading(words[title]), table]

    found = [(words[name], f"{count:,}") for name, count in told.found.items()]
    return Letter(
        language=language,
        institution=centre.in_language(language),
        title=words["title"],
        to=words["to"].format(pseudonym=told.pseudonym),
        facts=[(words["number"], told.number), (words["date_label"], day(at, language))],
        page=words["page"],
        blocks=[
            Text(words["intro"].format(institution=centre.in_language(language))),
            *section("told_title", ("what", "value"), told.told),
            *section("papers_title", ("paper", "brought", "removed"), told.papers),
            *section("consents_title", ("consent", "means", "given", "withdrawn"), told.consents),
            *section("files_title", ("file", "size", "registered", "state"), told.files, 1),
            *section("found_title", ("what", "count"), found, 1),
            *section("handed_title", ("to_whom", "about", "on"), told.handed),
            Text(words["handed_intro"]),
            *section("services_title", ("service", "count"), told.services, 1),
            *section("written_title", ("about", "text"), told.written),
            *section("who_title", ("act", "times", "first", "last", "by"), _who(told.done, words, language), 1),
            Text(words["who_intro"]),
            Heading(words["kept_title"]),
            Text(words[told.kept]),
            *([Text(words["ends"].format(date=told.ends))] if told.ends else []),
            Text(words["rights"]),
            Heading(words["contact_title"]),
            Lines((centre.in_language(language), *centre.reached)),
        ],
    )


def _who(done: Iterable[Done], words: dict[str, str], language: str) -> list[tuple[str, ...]]:
    def called(number: int) -> str:
        return words["staff"].format(number=number) if number else words["system"]

    with translation.override(language):
        return [
            (
                str(ACTS.get(one.act, one.act)),
                f"{one.times:,}",
                day(one.first, language),
                day(one.last, language),
                ", ".join(called(number) for number in one.by),
            )
            for one in done
        ]
