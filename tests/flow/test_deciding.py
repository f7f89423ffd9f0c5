"""What becomes of an officer's decision: a demand stands on evidence, or on a person's word."""

from __future__ import annotations

import pytest

from jium.evidence import services as evidence
from jium.evidence.models import Capture
from jium.flow import deciding
from jium.notices import services as notices
from jium.notices.models import NoticeItem
from jium.review import services as review
from tests.notices import cast

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_what_cannot_be_recorded_is_demanded_only_once_a_person_vouched_for_it(officer) -> None:
    sighting = cast.a_sighting()
    group = cast.group_of(cast.a_case(officer), sighting, officer)
    capture = evidence.ask(group.case, group, sighting)
    deciding.carry_out(group)
    Capture.objects.update(state=Capture.State.FAILED, problem="refused", next_action="")
    deciding.carry_out(group)
    assert not NoticeItem.objects.exists()
    assert evidence.vouch(capture, officer, "I saw it.")
    group.refresh_from_db()
    assert group.next_action == "carry_out"
    for _again in range(2):
        deciding.carry_out(group)
    (item,) = NoticeItem.objects.all()
    assert (item.sighting, item.vouched, item.evidence_sha256) == (sighting, True, "")


def decided(officer, **capture: object):
    """A group decided *same*, whose one address was recorded as told."""
    sighting = cast.a_sighting()
    group = cast.group_of(cast.a_case(officer), sighting, officer)
    review.decide(group, "same", officer)
    made = evidence.ask(group.case, group, sighting)
    Capture.objects.update(**capture)
    made.refresh_from_db()
    return group, made


RECORDED = {"state": Capture.State.DONE, "package_sha256": "ab" * 32, "next_action": ""}


def test_a_letter_is_drafted_on_evidence_that_holds_the_file(officer) -> None:
    group, _capture = decided(officer, **RECORDED, holds=True)
    deciding.carry_out(group)
    (item,) = NoticeItem.objects.all()
    assert (item.vouched, item.evidence_sha256) == (False, "ab" * 32)


def test_evidence_of_the_page_alone_drafts_nothing_until_a_person_saw_the_file(officer) -> None:
    group, capture = decided(officer, **RECORDED, holds=False, facts={"media_in_archive": False})
    deciding.carry_out(group)
    assert not NoticeItem.objects.exists()
    assert list(evidence.wanting()) == [capture]
    assert evidence.vouch(capture, officer, "The second picture.")
    assert not evidence.wanting().exists()
    deciding.carry_out(group)
    (item,) = NoticeItem.objects.all()
    assert (item.vouched, item.evidence_sha256) == (True, "ab" * 32)
    assert capture.state == Capture.State.DONE, "the record of the page stays evidence"
    assert evidence.package_name(capture)


def test_nobody_vouches_for_what_is_no_longer_decided(officer) -> None:
    group, capture = decided(officer, state=Capture.State.FAILED, next_action="")
    review.undo(group, officer)
    with pytest.raises(evidence.NotWanted):
        evidence.vouch(capture, officer, "I saw it.")
    capture.refresh_from_db()
    assert capture.vouched_at is None


def test_what_a_person_withdrew_is_not_drafted_again_by_itself(officer) -> None:
    group, _capture = decided(officer, **RECORDED, holds=True)
    deciding.carry_out(group)
    (letter,) = notices.notices(group.case_id)
    supervisor = cast.a_supervisor()
    notices.withdraw(letter, supervisor)
    deciding.carry_out(group)
    assert [one.state for one in notices.notices(group.case_id)] == [notices.Notice.State.WITHDRAWN]
    letter.refresh_from_db()
    again = notices.draft_again(letter, supervisor)
    assert [item.sighting_id for item in again.items.all()] == [item.sighting_id for item in letter.items.all()]
    with pytest.raises(notices.NotWaiting):
        notices.draft_again(letter, supervisor)


def test_what_was_withdrawn_with_its_decision_is_drafted_when_it_is_decided_again(officer) -> None:
    group, _capture = decided(officer, **RECORDED, holds=True)
    deciding.carry_out(group)
    review.undo(group, officer)
    group.refresh_from_db()
    deciding.carry_out(group)
    review.decide(group, "same", officer)
    group.refresh_from_db()
    deciding.carry_out(group)
    states = sorted(letter.state for letter in notices.notices(group.case_id))
    assert states == [notices.Notice.State.DRAFTED, notices.Notice.State.WITHDRAWN]


def test_a_withdrawn_letter_is_not_drafted_again_once_its_decision_is_taken_back(officer) -> None:
    group, _capture = decided(officer, **RECORDED, holds=True)
    deciding.carry_out(group)
    (letter,) = notices.notices(group.case_id)
    supervisor = cast.a_supervisor()
    notices.withdraw(letter, supervisor)
    review.undo(group, officer)
    letter.refresh_from_db()
    with pytest.raises(notices.NotWaiting):
        notices.draft_again(letter, supervisor)
