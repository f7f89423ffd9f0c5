"""Drafting, approving, repeating and taking back: what becomes a letter, and who answered for it."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from jium import clock
from jium.notices import services as notices
from jium.notices.models import Notice, Provider
from jium.notices.services import ContactNeeded, MissingElement, NotWaiting
from jium.trust.models import Account, AuditEntry
from tests.notices import cast

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

State = Notice.State
DAY = 24 * 3600


@pytest.fixture
def seen(case):
    return cast.captured(case, cast.a_sighting(), cast.a_sighting())


@pytest.fixture
def draft(case, provider, seen) -> Notice:
    return notices.draft(case, provider, seen)


def sent(notice: Notice, by: Account, repeat: bool = True) -> Notice:
    """As if the mail server had taken it now."""
    notices.approve(notice, by, repeat)
    Notice.objects.filter(pk=notice.pk).update(state=State.SENT, sent_at=clock.now())
    notice.refresh_from_db()
    return notice


def test_a_draft_waits_for_a_person_with_every_address(draft: Notice, seen) -> None:
    assert draft.state == State.DRAFTED and draft.next_action == ""
    assert {item.sighting for item in draft.items.all()} == set(seen)
    assert list(notices.waiting_approval()) == [draft]
    assert (draft.regime, draft.language, draft.demand) == ("kr_platform", "ko", 1)


def test_numbers_count_up_and_survive_a_destroyed_case(case, provider, supervisor, draft) -> None:
    year = clock.now().year
    assert draft.number == f"N{year}-000001"
    case.delete()
    second = notices.draft(cast.a_case(supervisor), provider, [cast.a_sighting()])
    assert second.number == f"N{year}-000002"


def test_more_addresses_join_the_open_draft(case, provider, draft) -> None:
    more = cast.a_sighting()
    assert notices.draft(case, provider, [more]) == draft
    assert draft.items.count() == 3


def test_an_address_is_never_in_two_drafts(case, provider, draft, seen) -> None:
    assert notices.draft(case, provider, seen) is None
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("state", [state for state in State if state != State.WITHDRAWN])
def test_what_is_demanded_is_not_drafted_again(case, provider, draft, seen, state, moved_clock) -> None:
    Notice.objects.update(state=state, sent_at=clock.now())
    moved_clock(30 * DAY)
    assert notices.draft(case, provider, seen) is None


def test_what_was_withdrawn_can_be_drafted_again(case, provider, draft, seen) -> None:
    notices.withdraw(draft)
    again = notices.draft(case, provider, seen)
    assert again != draft and again.items.count() == 2


def test_two_cases_may_demand_the_same_address(case, provider, draft, seen, supervisor) -> None:
    assert notices.draft(cast.a_case(supervisor), provider, seen)


def test_approval_fixes_the_text_and_plans_the_sending(draft, supervisor, settings) -> None:
    letter = notices.letter_of(draft)
    notices.approve(draft, supervisor, repeat=False)
    draft.refresh_from_db()
    assert (draft.state, draft.next_action) == (State.APPROVED, "send")
    assert draft.approved_by == supervisor and not draft.by_policy
    assert (draft.subject, draft.body) == (letter.subject, letter.body)
    assert draft.body_sha256 == hashlib.sha256(f"{draft.subject}\n\n{draft.body}".encode()).hexdigest()
    assert draft.recipient == "abuse@board.example"
    assert draft.id.hex in draft.message_id
    draft.provider.name = "another name"
    draft.provider.save()
    assert notices.letter_of(draft) == letter
    assert AuditEntry.objects.filter(act="notice.approved", subject=str(draft.pk)).count() == 1


def test_the_letter_names_neither_case_nor_victim(draft, supervisor) -> None:
    letter = notices.letter_of(draft)
    assert draft.case.number not in letter.body + letter.subject
    assert draft.case.pseudonym not in letter.body + letter.subject
    assert draft.number in letter.subject and draft.number in letter.body


def test_without_an_address_there_is_no_approval(draft, supervisor) -> None:
    draft.provider.email = ""
    draft.provider.save()
    with pytest.raises(ContactNeeded):
        notices.approve(draft, supervisor, repeat=False)
    draft.refresh_from_db()
    assert (draft.state, draft.body) == (State.DRAFTED, "")


@pytest.mark.parametrize("element", ["evidence", "institution", "something new"])
def test_what_a_letter_lacks_is_said_in_words(element: str) -> None:
    assert notices.missing_text(element).endswith((".", "다"))


def test_the_law_that_was_corrected_after_drafting_is_cited(draft, supervisor) -> None:
    draft.provider.regime, draft.provider.language = "us_take_it_down", "en"
    draft.provider.save()
    supervisor.display_name = "Kim Bada"
    notices.approve(draft, supervisor, repeat=False)
    assert "223a" in draft.subject
    assert (draft.regime, draft.language) == ("us_take_it_down", "en")


def test_a_letter_without_evidence_is_not_approved(case, provider, supervisor) -> None:
    bare = notices.draft(case, provider, [cast.a_sighting()])
    with pytest.raises(MissingElement, match="evidence"):
        notices.approve(bare, supervisor, repeat=False)


@pytest.mark.parametrize("roles", [[], ["administrator"]])
def test_who_may_not_approve_can_do_nothing_with_a_notice(draft, roles) -> None:
    somebody = Account.objects.create_user("somebody", roles=roles)
    for act in (
        lambda: notices.approve(draft, somebody, repeat=False),
        lambda: notices.withdraw(draft, somebody),
        lambda: notices.confirm_arrived(draft, somebody),
        lambda: notices.resend(draft, somebody),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_notice_is_approved_once(draft, supervisor) -> None:
    again = notices.notice(draft.pk)
    notices.approve(draft, supervisor, repeat=False)
    with pytest.raises(NotWaiting):
        notices.approve(again, supervisor, repeat=True)


def test_a_repeat_under_the_approvers_permission_is_approved_and_collected(
    draft, supervisor, seen, moved_clock
) -> None:
    first = sent(draft, supervisor)
    moved_clock(DAY + 60)
    follow_up = notices.repeat(first, seen[:1])
    assert notices.repeat(first, seen[1:]) == follow_up
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.follows, follow_up.demand) == (State.APPROVED, first, 2)
    assert follow_up.approved_by == supervisor and follow_up.by_policy and follow_up.repeat_approved
    assert follow_up.next_action_at == pytest.approx(clock.now() + notices.COLLECT, abs=timedelta(minutes=1))
    assert "2차" in follow_up.subject and first.number in follow_up.body
    assert all(sighting.page_url in follow_up.body for sighting in seen)
    assert follow_up.body_sha256 == notices.letter_of(follow_up).sha256


def test_a_repeat_without_permission_is_a_draft_for_a_person(draft, supervisor, seen, moved_clock) -> None:
    first = sent(draft, supervisor, repeat=False)
    moved_clock(DAY + 60)
    follow_up = notices.repeat(first, seen)
    assert (follow_up.state, follow_up.next_action) == (State.DRAFTED, "")
    assert "2차" in notices.letter_of(follow_up).subject
    notices.approve(follow_up, supervisor, repeat=True)
    assert follow_up.state == State.APPROVED and not follow_up.by_policy


def test_a_permission_ends_with_the_approvers_right(draft, supervisor, seen, moved_clock) -> None:
    first = sent(draft, supervisor)
    supervisor.is_active = False
    supervisor.save()
    moved_clock(DAY + 60)
    assert notices.repeat(notices.notice(first.pk), seen).state == State.DRAFTED


def test_after_many_letters_a_person_looks_again(draft, supervisor, seen, moved_clock) -> None:
    last = sent(draft, supervisor)
    for demand in range(2, notices.DEMANDS_UNDER_POLICY + 2):
        moved_clock(demand * (DAY + 60))
        last = notices.repeat(last, seen)
        assert last.demand == demand
        if last.state == State.DRAFTED:
            break
        Notice.objects.filter(pk=last.pk).update(state=State.SENT, sent_at=clock.now())
        last.refresh_from_db()
    assert last.demand == notices.DEMANDS_UNDER_POLICY + 1
    assert last.state == State.DRAFTED


def test_within_a_day_nothing_is_repeated(draft, supervisor, seen, moved_clock) -> None:
    first = sent(draft, supervisor)
    moved_clock(DAY - 60)
    assert notices.repeat(first, seen) is None


def test_a_repeat_on_its_way_is_not_repeated(draft, supervisor, seen, moved_clock) -> None:
    first = sent(draft, supervisor)
    moved_clock(DAY + 60)
    follow_up = notices.repeat(first, seen)
    for state in (State.APPROVED, State.SENDING, State.HANDING_OVER, State.UNCONFIRMED, State.REFUSED):
        Notice.objects.filter(pk=follow_up.pk).update(state=state)
        moved_clock(10 * DAY)
        assert notices.repeat(first, seen) is None
    assert Notice.objects.count() == 2


@pytest.mark.parametrize("state", [State.DRAFTED, State.APPROVED, State.SENDING, State.REFUSED])
def test_what_was_not_handed_over_can_be_withdrawn(draft, supervisor, state) -> None:
    Notice.objects.update(state=state)
    notices.withdraw(draft, supervisor)
    draft.refresh_from_db()
    assert (draft.state, draft.next_action) == (State.WITHDRAWN, "")


@pytest.mark.parametrize("state", [State.HANDING_OVER, State.UNCONFIRMED, State.SENT, State.WITHDRAWN])
def test_what_was_handed_over_cannot_be_withdrawn(draft, supervisor, state) -> None:
    Notice.objects.update(state=state)
    with pytest.raises(NotWaiting):
        notices.withdraw(draft, supervisor)
    draft.refresh_from_db()
    assert draft.state == state


@pytest.mark.parametrize("approved", [False, True])
def test_undo_takes_its_addresses_out_of_every_unsent_letter(case, draft, supervisor, seen, approved) -> None:
    if approved:
        notices.approve(draft, supervisor, repeat=True)
    notices.withdraw_drafts(case, seen[:1])
    draft.refresh_from_db()
    assert draft.state == State.WITHDRAWN
    [rest] = notices.waiting_approval()
    assert [item.sighting for item in rest.items.all()] == [seen[1]]
    assert rest.items.get().evidence_sha256
    assert draft.items.count() == 2
    notices.withdraw_drafts(case, seen[1:])
    assert not notices.waiting_approval()


def test_undo_leaves_what_was_sent(case, draft, supervisor, seen) -> None:
    sent(draft, supervisor)
    notices.withdraw_drafts(case, seen)
    draft.refresh_from_db()
    assert draft.state == State.SENT


def test_an_uncertain_letter_that_arrived_counts_as_sent_and_goes_on(draft, supervisor) -> None:
    Notice.objects.update(state=State.UNCONFIRMED)
    notices.confirm_arrived(draft, supervisor)
    draft.refresh_from_db()
    assert (draft.state, draft.next_action) == (State.SENT, "send")
    assert draft.sent_at
    with pytest.raises(NotWaiting):
        notices.confirm_arrived(draft, supervisor)


def test_a_refused_letter_goes_to_the_corrected_address_with_the_same_text(draft, supervisor) -> None:
    notices.approve(draft, supervisor, repeat=False)
    body, name = draft.body, draft.message_id
    Notice.objects.update(state=State.REFUSED, server_answer="550 no such user")
    assert list(notices.needing_attention()) == [draft]
    draft.provider.email = "other@board.example"
    draft.provider.save()
    notices.resend(draft, supervisor)
    draft.refresh_from_db()
    assert (draft.state, draft.next_action) == (State.APPROVED, "send")
    assert (draft.recipient, draft.body, draft.message_id) == ("other@board.example", body, name)
    assert not notices.needing_attention()


def test_what_a_person_vouched_for_is_demanded_and_never_repeated_unasked(
    case, provider, supervisor, moved_clock
) -> None:
    vouched = cast.vouched(case, supervisor)
    draft = notices.draft(case, provider, [vouched])
    (item,) = draft.items.all()
    assert item.vouched and not item.evidence_sha256
    assert "SHA-256" not in notices.letter_of(draft).body
    assert "Second from the top." in notices.lacking(draft)[item.pk]
    letter = sent(draft, supervisor, repeat=True)
    moved_clock(2 * DAY)
    again = notices.repeat(letter, [vouched])
    assert (again.state, again.by_policy) == (State.DRAFTED, False)


def test_where_the_law_asks_for_a_person_who_approves_signs_by_her_name(case, supervisor) -> None:
    provider = cast.a_provider(host="site.example")
    Provider.objects.update(regime="us_take_it_down", language="en")
    draft = notices.draft(case, provider, cast.captured(case, cast.a_sighting()))
    draft.refresh_from_db()
    for reader in (None, supervisor):
        with pytest.raises(MissingElement, match="person"):
            notices.letter_of(draft, reader)
    with pytest.raises(MissingElement, match="person"):
        notices.approve(draft, supervisor, repeat=False)
    supervisor.display_name = "Kim Bada"
    supervisor.save()
    assert "/s/ Kim Bada, Head of Deletion Support" in notices.letter_of(draft, supervisor).body
    notices.approve(draft, supervisor, repeat=False)
    assert "/s/ Kim Bada, Head of Deletion Support" in draft.body


def test_the_office_signs_where_the_law_asks_for_no_person(case, provider, supervisor) -> None:
    draft = notices.draft(case, provider, cast.captured(case, cast.a_sighting()))
    assert "삭제지원팀장 (전자서명)" in notices.letter_of(draft, supervisor).body


def test_a_demand_that_was_a_mistake_is_corrected_once_for_what_was_taken_back(case, provider, supervisor) -> None:
    first, second = cast.captured(case, cast.a_sighting(), cast.a_sighting())
    letter = sent(notices.draft(case, provider, [first, second]), supervisor, repeat=True)
    correction = notices.draft_correction(letter, [first], supervisor)
    assert (correction.kind, correction.follows, correction.state) == ("correction", letter, State.DRAFTED)
    assert [item.sighting for item in correction.items.all()] == [first]
    text = notices.letter_of(correction, supervisor)
    assert letter.number in text.subject and first.page_url in text.body and second.page_url not in text.body
    with pytest.raises(notices.NotWaiting):
        notices.draft_correction(letter, [first], supervisor)
    notices.approve(correction, supervisor, repeat=True)
    assert not correction.repeat_approved, "a correction is never repeated"
    again = notices.draft_correction(letter, [second], supervisor)
    notices.withdraw(again, supervisor)
    assert notices.draft_correction(letter, [second], supervisor), "what was withdrawn corrects nothing"


def test_only_what_left_the_house_is_corrected(case, provider, supervisor) -> None:
    sightings = cast.captured(case, cast.a_sighting())
    draft = notices.draft(case, provider, sightings)
    with pytest.raises(notices.NotWaiting):
        notices.draft_correction(draft, sightings, supervisor)


def test_a_correction_is_no_demand(case, provider, supervisor) -> None:
    sightings = cast.captured(case, cast.a_sighting())
    letter = sent(notices.draft(case, provider, sightings), supervisor)
    correction = notices.draft_correction(letter, sightings, supervisor)
    assert list(notices.items(case.pk)) == list(letter.items.all())
    assert [item.sighting for item in notices.corrected(case.pk)] == [*sightings]
    notices.withdraw_drafts(case, sightings)
    correction.refresh_from_db()
    assert correction.state == State.DRAFTED, "it outlives the decision that it corrects"


def test_an_address_demanded_in_another_case_is_told(case, provider, supervisor) -> None:
    other = cast.a_case(supervisor)
    shared = cast.a_sighting()
    cast.captured(case, shared)
    cast.captured(other, shared)
    draft = notices.draft(case, provider, [shared])
    assert notices.elsewhere(draft) == {}
    letter = notices.draft(other, provider, [shared])
    assert notices.elsewhere(draft) == {}, "nothing has gone out yet"
    letter = sent(letter, supervisor)
    assert notices.elsewhere(draft) == {draft.items.get().pk: [letter]}
    assert notices.elsewhere(letter) == {}
