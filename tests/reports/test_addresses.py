"""What the rooms know of an address, gathered, and so its state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jium import clock
from jium.course import State
from jium.evidence.models import Capture
from jium.notices.models import Notice
from jium.reports import services as reports
from jium.review import services as review
from jium.review.models import Decision, Group, Match
from tests.reports.test_services import DAY, Story

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def story(officer) -> Story:
    """A case whose group is decided *same* before anything else is found for it."""
    made = Story(officer)
    Decision.objects.create(group=made.group, verdict="same", by=officer, at=made.start)
    Group.objects.update(verdict="same")
    made.group.refresh_from_db()
    return made


def states(story: Story) -> list[State]:
    return [address.state for address in reports.addresses(story.case.pk)]


def recorded(story: Story, sighting, **fields: object) -> Capture:
    return Capture.objects.create(
        case=story.case, sighting=sighting, asked_at=clock.now(), **{"state": "done", "holds": True, **fields}
    )


def test_an_address_goes_its_way(story: Story) -> None:
    page = story.page("board.example")
    assert states(story) == [State.CONFIRMED]
    recorded(story, page)
    assert states(story) == [State.RECORDED]
    letter = story.notice("drafted", page)
    assert states(story) == [State.DRAFTED]
    Notice.objects.filter(pk=letter.pk).update(state="sent")
    assert states(story) == [State.DEMANDED]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": "planned", "holds": False}, State.CONFIRMED),
        ({"state": "failed", "holds": False, "problem": "refused"}, State.UNRECORDED),
        ({"holds": False}, State.UNRECORDED),
        ({"holds": False, "vouched_at": clock.now()}, State.RECORDED),
        ({"state": "vouched", "holds": False, "vouched_at": clock.now()}, State.RECORDED),
    ],
)
def test_evidence_tells_how_far_it_is(story: Story, fields: dict[str, object], expected: State) -> None:
    recorded(story, story.page("board.example"), **fields)
    assert states(story) == [expected]


def test_what_a_complete_look_did_not_find_is_gone_before_unless_a_person_saw_it_later(story: Story) -> None:
    page = story.page("board.example")
    capture = recorded(story, page, holds=False)
    page.missed_at = clock.now()
    page.save()
    assert states(story) == [State.ALREADY_GONE]
    for later, expected in ((-1, State.ALREADY_GONE), (1, State.RECORDED)):
        Capture.objects.filter(pk=capture.pk).update(vouched_at=page.missed_at + timedelta(hours=later))
        assert states(story) == [expected]


def test_of_several_records_the_latest_counts(story: Story) -> None:
    page = story.page("board.example")
    recorded(story, page, holds=False)
    again = recorded(story, page, round=2)
    (address,) = reports.addresses(story.case.pk)
    assert (address.capture, address.state) == (again, State.RECORDED)


def test_what_was_set_aside_comes_back(story: Story) -> None:
    group = story.new_group()
    story.page("board.example", group=group)
    review.decide(group, "unsure", story.officer)
    assert states(story) == [State.UNSURE]
    Group.objects.filter(pk=group.pk).update(later_until=clock.now())
    assert states(story) == [State.FOUND]


@pytest.mark.parametrize(
    ("state", "fields", "expected"),
    [
        ("drafted", {}, State.DRAFTED),
        ("approved", {}, State.SENDING),
        ("approved", {"failures": 3}, State.UNDELIVERED),
        ("handing_over", {}, State.SENDING),
        ("unconfirmed", {}, State.UNDELIVERED),
        ("refused", {}, State.UNDELIVERED),
        ("sent", {}, State.DEMANDED),
    ],
)
def test_the_letter_tells_how_far_it_is(story: Story, state: str, fields: dict[str, int], expected: State) -> None:
    page = story.page("board.example")
    recorded(story, page)
    Notice.objects.filter(pk=story.notice(state, page).pk).update(**fields or {"failures": 0})
    assert states(story) == [expected]


def test_of_several_letters_the_latest_that_stands_counts(story: Story) -> None:
    page = story.page("board.example")
    recorded(story, page)
    first = story.notice("sent", page)
    later = story.notice("withdrawn", page)
    Notice.objects.filter(pk=later.pk).update(drafted_at=first.drafted_at + DAY, withdrawn_by=story.officer)
    (address,) = reports.addresses(story.case.pk)
    assert (address.letter, address.letters, address.state) == (first, 1, State.DEMANDED)


def test_a_letter_that_a_person_withdrew_is_told_and_one_withdrawn_with_its_decision_is_not(story: Story) -> None:
    page = story.page("board.example")
    recorded(story, page)
    letter = story.notice("withdrawn", page)
    assert states(story) == [State.RECORDED]
    Notice.objects.filter(pk=letter.pk).update(withdrawn_by=story.officer)
    assert states(story) == [State.WITHDRAWN]


def test_a_demand_whose_decision_was_taken_back_is_not_silently_forgotten(story: Story) -> None:
    story.demanded("stopped", "board.example")
    review.undo(story.group, story.officer)
    assert states(story) == [State.WITHDRAWN]


def test_what_shows_two_references_is_confirmed_when_one_of_them_is(story: Story) -> None:
    page = story.page("board.example")
    Match.objects.create(
        group=story.new_group(), reference=story.another_reference(), sighting=page, score=1, odds=1e9,
        found_at=clock.now(),
    )  # fmt: skip
    (address,) = reports.addresses(story.case.pk)
    assert (len(address.matches), address.state) == (2, State.CONFIRMED)


def test_before_a_decision_it_counts_whether_a_person_can_see_it(story: Story) -> None:
    unseen, seen = story.new_group(), story.new_group()
    story.page("unseen.example", group=unseen)
    for name in "12":
        story.page("seen.example", name, group=seen)
    # One preview shows it for the whole group.
    Match.objects.exclude(sighting__page_url="https://seen.example/post/1").update(sighting_preview="")
    assert sorted(states(story)) == [State.FOUND, State.FOUND, State.UNLOOKED]


def test_what_nobody_could_look_at_for_days_is_told(story: Story) -> None:
    target = story.demanded("verified", "board.example", "gone", "gone", "unreachable")
    target.unseen_since = clock.now() - timedelta(days=2)
    target.save()
    assert states(story) == [State.VERIFIED]
    target.unseen_since = clock.now() - timedelta(days=4)
    target.save()
    assert states(story) == [State.UNLOOKED]
    (address,) = reports.addresses(sightings=[target.sighting_id])
    assert address.check and address.check.outcome == "unreachable"


def test_only_what_was_asked_for_is_gathered(story: Story) -> None:
    story.page("one.example")
    two = story.page("two.example")
    assert [address.sighting for address in reports.addresses(sightings=[two.pk])] == [two]
    assert reports.addresses(story.case.pk, []) == []


def test_outlines_say_what_whole_addresses_say(story: Story) -> None:
    story.demanded("verified", "one.example", "gone", "gone")
    story.demanded("still_up", "two.example", "up")
    recorded(story, story.page("three.example"), holds=False)
    story.page("four.example", group=story.new_group())
    outlines, whole = reports.outlines(story.case.pk), reports.addresses(story.case.pk)
    assert len({outline.state for outline in outlines}) == 4
    for outline, address in zip(outlines, whole, strict=True):
        assert outline.key == (address.case.pk, address.sighting.pk)
        assert (outline.facts, outline.state, outline.next) == (address.facts, address.state, address.next)
        assert (outline.page_url, outline.found_at) == (address.sighting.page_url, address.matches[0].found_at)
        target = address.target
        assert (outline.demanded_at, outline.returns) == ((target.demanded_at, target.returns) if target else (None, 0))
        assert outline.checked_at == (address.check.at if address.check else None)
    some = [whole[2].sighting.pk, whole[0].sighting.pk]
    assert {outline.key[1] for outline in reports.outlines(story.case.pk, some)} == set(some)


def test_whole_addresses_come_in_the_order_of_their_outlines(story: Story) -> None:
    for host in ("one.example", "two.example", "three.example"):
        story.page(host)
    turned = list(reversed(reports.outlines(story.case.pk)))
    assert [address.sighting.pk for address in reports.whole(turned, story.case.pk)] == [one.key[1] for one in turned]


def test_gathering_many_addresses_asks_no_more_often_than_gathering_one(story: Story) -> None:
    asked = []
    for number in range(30):
        recorded(story, story.page("board.example", str(number)))
        with CaptureQueriesContext(connection) as queries:
            reports.addresses(story.case.pk)
        asked.append(len(queries))
    assert len(set(asked)) == 1
