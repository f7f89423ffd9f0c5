"""Withdrawn consent stops what runs: each act of the system asks first, and waits."""

from __future__ import annotations

import pytest

from jium import clock
from jium.cases import services as cases
from jium.cases.services import Kind, Means
from jium.evidence import services as evidence
from jium.flow import deciding, demanding, standing, watching
from jium.notices import services as notices
from jium.notices.models import Notice, NoticeItem
from jium.notices.services import MissingElement
from jium.removal.models import Target
from jium.review import services as review
from jium.review.models import Group
from tests.notices import cast

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


class Stopped:
    """A case with a decided group, of which consents are withdrawn."""

    def __init__(self, officer, *kinds: Kind) -> None:
        self.officer, self.sighting = officer, cast.a_sighting()
        self.case = cast.a_case(officer)
        self.group = cast.group_of(self.case, self.sighting, officer)
        review.decide(self.group, "same", officer)
        self.group.refresh_from_db()
        self.kinds = kinds

    def withdraw(self) -> None:
        cases.withdraw_consent(self.case, self.kinds, self.officer)

    def given_again(self) -> None:
        cases.give_consent(self.case, self.kinds, Means.PAPER, self.officer)


def waits(row) -> bool:
    """Whether the row's action is planned for later."""
    row.refresh_from_db()
    return bool(row.next_action) and row.next_action_at >= clock.now() + standing.PAUSE / 2


def test_a_decision_is_not_carried_out_until_she_agrees_again(officer) -> None:
    stopped = Stopped(officer, Kind.SUPPORT)
    stopped.withdraw()
    deciding.carry_out(stopped.group)
    assert waits(stopped.group) and not evidence.captures(stopped.case.pk).exists()
    stopped.given_again()
    deciding.carry_out(stopped.group)
    assert evidence.captures(stopped.case.pk).exists()


def test_a_decision_taken_back_is_carried_out_all_the_same(officer) -> None:
    stopped = Stopped(officer, Kind.SUPPORT)
    stopped.withdraw()
    Group.objects.filter(pk=stopped.group.pk).update(verdict="different")
    stopped.group.refresh_from_db()
    deciding.carry_out(stopped.group)
    assert not waits(stopped.group)


def test_no_page_is_recorded_without_her_consent(officer, monkeypatch) -> None:
    stopped = Stopped(officer, Kind.PERSONAL)
    capture = evidence.ask(stopped.case, stopped.group, stopped.sighting)
    stopped.withdraw()
    monkeypatch.setattr(evidence, "record", lambda _capture: pytest.fail("recorded"))
    deciding.record(capture)
    assert waits(capture)


def letter(stopped: Stopped, jurisdiction: str, state: str) -> Notice:
    provider = cast.a_provider()
    provider.jurisdiction = jurisdiction
    provider.save()
    made = Notice.objects.create(
        number=f"N-{state}-{jurisdiction}",
        case=stopped.case,
        provider=provider,
        regime="kr_platform",
        language="ko",
        state=state,
        drafted_at=clock.now(),
        next_action="send",
        next_action_at=clock.now(),
    )
    NoticeItem.objects.create(
        notice=made, sighting=stopped.sighting, page_url="x", media_url="x", seen_at=clock.now(), vouched=True
    )
    return made


@pytest.mark.parametrize(
    ("kind", "jurisdiction", "sent"),
    [
        (Kind.PROVIDERS, "KR", False),
        (Kind.PROVIDERS, "", False),
        (Kind.PROVIDERS, "US", True),
        (Kind.ABROAD, "US", False),
        (Kind.ABROAD, "KR", True),
        (Kind.SUPPORT, "US", False),
    ],
)
def test_an_approved_letter_goes_only_where_she_agrees_to(officer, monkeypatch, kind, jurisdiction, sent) -> None:
    stopped = Stopped(officer, kind)
    made = letter(stopped, jurisdiction, "approved")
    stopped.withdraw()
    went: list[Notice] = []
    monkeypatch.setattr(notices, "send", went.append)
    demanding.send(made)
    assert (bool(went), waits(made)) == (sent, not sent)


def test_a_letter_without_her_consent_cannot_be_approved(officer) -> None:
    stopped = Stopped(officer, Kind.PROVIDERS)
    made = letter(stopped, "KR", "drafted")
    stopped.withdraw()
    with pytest.raises(MissingElement):
        notices.approve(made, officer, repeat=False)


def test_nothing_is_looked_at_again_without_her_consent(officer, monkeypatch) -> None:
    stopped = Stopped(officer, Kind.SUPPORT)
    made = letter(stopped, "KR", "sent")
    now = clock.now()
    target = Target.objects.create(
        case=stopped.case,
        sighting=stopped.sighting,
        notice=made,
        demanded_at=now,
        last_notice_at=now,
        next_action="check",
        next_action_at=now,
    )
    stopped.withdraw()
    monkeypatch.setattr("jium.removal.services.check", lambda _target: pytest.fail("looked"))
    demanding.check(target)
    assert waits(target)


def test_what_is_found_while_it_is_withdrawn_is_not_kept(officer) -> None:
    """Also by a look through the past that began before: it asks for each that it finds."""
    stopped = Stopped(officer, Kind.SUPPORT)
    stopped.withdraw()
    before = review.matches_of(stopped.case.pk).count()
    watching.keep_match(stopped.group.reference, cast.a_sighting(), comparison=None, body=None)  # type: ignore[arg-type]
    assert review.matches_of(stopped.case.pk).count() == before
