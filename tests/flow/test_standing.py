"""Withdrawn consent stops what runs: each act of the system asks first, and waits."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from jium import clock
from jium.cases import services as cases
from jium.cases.services import Kind, Means
from jium.evidence import services as evidence
from jium.flow import deciding, demanding, standing
from jium.notices import services as notices
from jium.notices.models import Notice, NoticeItem
from jium.notices.services import MissingElement
from jium.removal.models import Target
from jium.review import services as review
from jium.review.models import Group
from tests.notices import cast
from tests.notices.conftest import mailbox  # noqa: F401 - a fixture

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
    monkeypatch.setattr("jium.evidence.enclosure.recorded", lambda *_told: pytest.fail("recorded"))
    deciding.record(capture)
    assert waits(capture)


def test_a_record_under_way_is_dropped_when_she_withdraws(officer, monkeypatch) -> None:
    stopped = Stopped(officer, Kind.SUPPORT)
    capture = evidence.ask(stopped.case, stopped.group, stopped.sighting)

    @contextmanager
    def recorded(_job, wanted):
        assert wanted()
        stopped.withdraw()
        assert not wanted()
        yield {}

    monkeypatch.setattr("jium.evidence.enclosure.recorded", recorded)
    monkeypatch.setattr("jium.evidence.services._job", lambda _sighting: None)
    deciding.record(capture)
    assert waits(capture) and capture.state == "planned" and not capture.vault_object


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
        recipient=provider.email,
        subject="Removal request",
        body="Please remove it.",
        message_id=f"<{state}-{jurisdiction or 'none'}@centre.example>",
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
def test_an_approved_letter_goes_only_where_she_agrees_to(officer, mailbox, kind, jurisdiction, sent) -> None:  # noqa: F811
    stopped = Stopped(officer, kind)
    made = letter(stopped, jurisdiction, "approved")
    stopped.withdraw()
    demanding.send(made)
    assert (len(mailbox.letters), waits(made)) == ((1, False) if sent else (0, True))
    assert made.state == ("sent" if sent else "approved")
    if not sent:
        stopped.given_again()
        demanding.send(made)
        assert len(mailbox.letters) == 1


def test_a_correction_goes_all_the_same(officer, mailbox) -> None:  # noqa: F811
    stopped = Stopped(officer, Kind.SUPPORT, Kind.PROVIDERS)
    made = letter(stopped, "KR", "approved")
    Notice.objects.filter(pk=made.pk).update(kind="correction")
    made.refresh_from_db()
    stopped.withdraw()
    demanding.send(made)
    assert len(mailbox.letters) == 1


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
