"""Following up in the tables: each turn leaves one check and at most one new demand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from jium import clock
from jium.cases.models import Case
from jium.notices import services as notices
from jium.notices.models import Notice
from jium.removal import services as removal
from jium.removal.models import Check, Target
from jium.removal.words import WHAT
from jium.trust.models import Account, AuditEntry
from jium.watch.services import WHY
from tests.notices import cast
from tests.removal.sights import GONE, MOVED, OTHER_FILE, SOFT_GONE, UNSEEN, UP, as_seen, observation

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

State = Target.State
HOUR = 3600


@pytest.fixture
def case() -> Case:
    return cast.a_case(cast.a_supervisor())


@pytest.fixture
def notice(case: Case) -> Notice:
    """A notice about two addresses, taken by the mail server now."""
    seen = cast.captured(case, as_seen(cast.a_sighting()), as_seen(cast.a_sighting()))
    draft = notices.draft(case, cast.a_provider(), seen)
    notices.approve(draft, Account.objects.get(), repeat=True)
    return sent(draft)


def sent(notice: Notice) -> Notice:
    Notice.objects.filter(pk=notice.pk).update(state=Notice.State.SENT, sent_at=clock.now())
    notice.refresh_from_db()
    return notice


@pytest.fixture
def target(notice: Notice) -> Target:
    removal.follow(notice)
    return Target.objects.first()


def due_in(target: Target) -> timedelta:
    target.refresh_from_db()
    return target.next_action_at - clock.now()


def about(hours: float) -> object:
    return pytest.approx(timedelta(hours=hours), abs=timedelta(minutes=5))


def test_every_address_of_a_sent_notice_is_followed_up_once(notice: Notice) -> None:
    for _ in range(2):
        removal.follow(notice)
    assert Target.objects.count() == 2
    for target in Target.objects.all():
        assert (target.state, target.next_action, target.notices) == (State.WAITING, "check", 1)
        assert target.notice == notice and target.turn == 1
        assert due_in(target) == about(1)


def test_only_a_sent_notice_is_followed_up(notice: Notice) -> None:
    notice.state = Notice.State.UNCONFIRMED
    with pytest.raises(ValueError, match="sent"):
        removal.follow(notice)


def test_a_check_is_kept_and_the_next_planned(target: Target, moved_clock) -> None:
    moved_clock(HOUR)
    assert removal.record(target, UP) == ()
    check = Check.objects.get()
    assert (check.outcome, check.page_status, check.media_status) == ("up", 200, 200)
    assert (target.state, target.checks_done) == (State.WAITING, 1)
    assert due_in(target) == about(5)


def test_the_same_turn_twice_leaves_one_check_and_one_demand(target: Target, moved_clock) -> None:
    moved_clock(25 * HOUR)
    twin = removal.target(target.pk)
    removal.record(target, UP)
    removal.record(twin, UP)
    assert Check.objects.count() == 1
    assert Notice.objects.count() == 2
    assert twin.turn == target.turn and twin.checks_done == 1


def test_a_crash_leaves_nothing_of_the_check(target: Target, moved_clock, monkeypatch) -> None:
    moved_clock(25 * HOUR)
    turn = target.turn

    def fails(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(notices, "repeat", fails)
        with pytest.raises(RuntimeError):
            removal.record(target, UP)
    fresh = removal.target(target.pk)
    assert (fresh.turn, fresh.state, Check.objects.count()) == (turn, State.WAITING, 0)
    removal.record(fresh, UP)
    assert (Check.objects.count(), Notice.objects.count()) == (1, 2)


def test_still_up_after_a_day_is_demanded_again_in_one_letter(notice: Notice, moved_clock) -> None:
    removal.follow(notice)
    moved_clock(25 * HOUR)
    for target in Target.objects.all():
        removal.record(target, UP)
        assert target.state == State.STILL_UP
    again = Notice.objects.get(follows=notice)
    assert again.state == Notice.State.APPROVED and again.items.count() == 2
    removal.follow(sent(again))
    for target in Target.objects.all():
        assert (target.notice, target.notices, target.state) == (again, 2, State.STILL_UP)
        assert due_in(target) == about(1)
    removal.follow(notice)  # an old job that comes late changes nothing
    assert set(Target.objects.values_list("notice", "notices")) == {(again.pk, 2)}


def test_a_demand_on_its_way_is_not_repeated_by_the_next_check(target: Target, moved_clock) -> None:
    for days in (1.1, 2.2, 3.3):
        moved_clock(days * 24 * HOUR)
        removal.record(target, UP)
    assert Notice.objects.count() == 2


def test_without_the_approvers_permission_a_person_decides(target: Target, moved_clock) -> None:
    Notice.objects.update(repeat_approved=False)
    moved_clock(25 * HOUR)
    removal.record(removal.target(target.pk), UP)
    [draft] = notices.waiting_approval()
    assert draft.follows == target.notice


@pytest.mark.parametrize("seen", [GONE, SOFT_GONE])
def test_gone_twice_is_verified_and_looked_at_weekly(target: Target, moved_clock, seen) -> None:
    moved_clock(HOUR)
    removal.record(target, seen)
    assert (target.state, target.verified_at) == (State.GONE, None)
    assert due_in(target) == about(12)
    moved_clock(13.1 * HOUR)
    removal.record(target, seen)
    assert target.state == State.VERIFIED and target.verified_at
    assert due_in(target) == about(7 * 24)
    assert Notice.objects.count() == 1


def test_what_comes_back_is_demanded_again(target: Target, moved_clock) -> None:
    for hours, seen in ((1, GONE), (13.1, GONE), (200, UP)):
        moved_clock(hours * HOUR)
        removal.record(target, seen)
    assert (target.state, target.returns) == (State.BACK, 1)
    assert Notice.objects.get(follows=target.notice).items.get().sighting == target.sighting


def test_an_unreachable_site_is_never_gone(target: Target, moved_clock) -> None:
    for hours in range(1, 100, 7):
        moved_clock(hours * HOUR)
        removal.record(target, UNSEEN)
    assert target.state == State.WAITING
    assert Notice.objects.count() == 1


def test_moved_material_is_up_and_its_new_address_is_told(target: Target, moved_clock) -> None:
    moved_clock(HOUR)
    [found] = removal.record(target, MOVED)
    assert found.media_url == OTHER_FILE
    assert target.state == State.WAITING
    assert Check.objects.get().outcome == Check.Outcome.MOVED


def test_a_decision_taken_back_ends_checks_and_demands(case: Case, target: Target, moved_clock) -> None:
    removal.stop(case, [target.sighting])
    stopped = removal.target(target.pk)
    assert (stopped.state, stopped.next_action) == (State.STOPPED, "")
    moved_clock(25 * HOUR)
    assert removal.check(stopped) == ()
    removal.record(target, UP)  # a check that was under way when it was stopped
    assert not Check.objects.exists()
    assert Notice.objects.count() == 1
    assert target.state == State.STOPPED


def test_a_decision_that_stands_again_takes_up_only_what_was_stopped(case: Case, target: Target) -> None:
    other = Target.objects.exclude(pk=target.pk).get()
    removal.stop(case, [target.sighting])
    for _ in range(2):
        removal.resume(case, [target.sighting, other.sighting])
    target.refresh_from_db()
    assert (target.state, target.next_action, target.turn) == (State.WAITING, "check", 3)
    assert due_in(target) == about(0)
    assert Target.objects.get(pk=other.pk).turn == other.turn


def test_a_new_demand_takes_a_stopped_target_up_again(case: Case, notice: Notice, target: Target, moved_clock) -> None:
    removal.stop(case, [target.sighting])
    moved_clock(48 * HOUR)
    again = sent(notices.repeat(notice, [target.sighting]))
    removal.follow(again)
    target.refresh_from_db()
    assert (target.state, target.next_action, target.notices) == (State.WAITING, "check", 2)


def test_two_cases_follow_the_same_address_each_for_itself(notice: Notice) -> None:
    removal.follow(notice)
    other = cast.a_case(Account.objects.get())
    seen = [item.sighting for item in notice.items.all()]
    cast.captured(other, *seen)
    draft = notices.draft(other, notice.provider, seen)
    notices.approve(draft, Account.objects.get(), repeat=False)
    removal.follow(sent(draft))
    assert removal.targets(other.id).count() == removal.targets(notice.case_id).count() == 2


def wall(reason_page: str = "wall") -> object:
    return observation(page_status=200, media_status=404, in_the_way=reason_page)


def test_a_look_that_was_not_complete_is_kept_with_its_reason_and_changes_nothing(target: Target) -> None:
    removal.record(target, wall())
    check = Check.objects.get()
    assert (check.outcome, check.reason, target.state) == (Check.Outcome.UNSEEN, "page wall", State.WAITING)
    assert target.unseen_since == check.at


def test_what_nobody_could_look_at_for_three_days_comes_before_a_person(target: Target, moved_clock) -> None:
    removal.record(target, wall())
    moved_clock(2 * 24 * HOUR)
    removal.record(target, wall("door"))
    assert not removal.unlooked().exists()
    moved_clock(3 * 24 * HOUR + 60)
    assert [waiting.pk for waiting in removal.unlooked()] == [target.pk]


def test_one_complete_look_ends_the_waiting_for_a_person(target: Target, moved_clock) -> None:
    removal.record(target, wall())
    moved_clock(4 * 24 * HOUR)
    removal.record(target, UP)
    assert target.unseen_since is None and not removal.unlooked().exists()


def test_what_is_not_followed_up_any_more_comes_before_nobody(target: Target, moved_clock) -> None:
    removal.record(target, wall())
    removal.stop(target.case, [target.sighting])
    moved_clock(4 * 24 * HOUR)
    assert not removal.unlooked().exists()


def test_a_person_who_looks_is_believed_and_named(target: Target, moved_clock) -> None:
    officer = Account.objects.get()
    removal.record(target, wall())
    moved_clock(4 * 24 * HOUR)
    removal.looked(target, gone=True, by=officer)
    target.refresh_from_db()
    assert (target.state, target.unseen_since) == (State.GONE, None)
    assert Check.objects.filter(by=officer, outcome=Check.Outcome.SOFT_GONE).count() == 1
    assert AuditEntry.objects.filter(act="target.looked", subject=str(target.pk)).exists()
    moved_clock(4 * 24 * HOUR + 13 * HOUR)
    removal.looked(target, gone=True, by=officer)
    target.refresh_from_db()
    assert target.state == State.VERIFIED


def test_a_person_who_still_sees_it_lets_it_be_demanded_again(target: Target, moved_clock) -> None:
    moved_clock(4 * 24 * HOUR)
    removal.looked(target, gone=False, by=Account.objects.get())
    target.refresh_from_db()
    assert target.state == State.STILL_UP
    assert Notice.objects.exclude(pk=target.notice_id).filter(demand=2).exists()


def test_only_who_works_on_cases_may_say_what_was_seen(target: Target) -> None:
    stranger = Account.objects.create_user("noru", password="a long enough password", roles=["administrator"])
    with pytest.raises(PermissionDenied):
        removal.looked(target, gone=True, by=stranger)
    assert not Check.objects.exists()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_reason_has_words(language: str) -> None:
    from django.utils import translation

    with translation.override(language):
        told = {removal.reason_text(f"{what} {why}") for what in WHAT for why in WHY}
        assert len(told) == len(WHAT) * len(WHY)
        assert removal.reason_text("") == ""
        assert removal.reason_text("file no_frames")
