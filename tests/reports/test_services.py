"""A case's timeline, figures and report, gathered from the rows of the other rooms."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.utils import translation

from jium import clock
from jium.cases.services import Case, Reference
from jium.course import State
from jium.evidence.models import Capture
from jium.notices.models import Notice, NoticeItem, Provider
from jium.removal.models import Check, Target
from jium.reports import services, views
from jium.reports.timeline import TEXTS, Event, fold
from jium.review import services as review
from jium.review.models import Group, Match
from jium.trust.models import Account, AuditEntry
from jium.watch.models import Sighting
from tests.cases.opened import opened

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DAY = timedelta(days=1)


class Story:
    """A case with one reference and one group, to which pages are added in any state."""

    def __init__(self, officer: Account) -> None:
        self.start = clock.now() - 10 * DAY
        self.officer = officer
        self.case: Case = opened(officer, "하늘")
        Case.objects.filter(pk=self.case.pk).update(opened_at=self.start - DAY)
        self.case.refresh_from_db()
        self.reference = self.another_reference()
        self.group = self.new_group()
        self.letters = 0

    def another_reference(self) -> Reference:
        position = self.case.references.count() + 1
        return Reference.objects.create(
            case=self.case, position=position, state="ready", sha256=f"{position:064}", size=1,
            registered_at=self.start, registered_by=self.officer,
        )  # fmt: skip

    def new_group(self) -> Group:
        return Group.objects.create(case=self.case, reference=self.reference, created_at=self.start)

    def page(self, host: str, name: str = "1", group: Group | None = None) -> Sighting:
        page = f"https://{host}/post/{name}"
        sighting = Sighting.objects.create(
            page_url=page, media_url=f"{page}.jpg", address_digest=hashlib.sha256(page.encode()).hexdigest(),
            sha256="1" * 64, kind="image", first_seen_at=self.start, last_seen_at=self.start,
        )  # fmt: skip
        Match.objects.create(
            group=group or self.group, reference=self.reference, sighting=sighting, score=1, odds=1e9,
            found_at=self.start, sighting_preview="kept",
        )  # fmt: skip
        return sighting

    def notice(self, state: str, *sightings: Sighting, email: str = "abuse@site.example") -> Notice:
        self.letters += 1
        provider = Provider.objects.create(name=f"operator {self.letters}", email=email)
        notice = Notice.objects.create(
            number=f"N-{self.letters}", case=self.case, provider=provider, regime="kr_platform",
            language="ko", state=state, drafted_at=self.start + DAY, approved_at=self.start + DAY,
            approved_by=self.officer,
            sent_at=self.start + DAY if state == "sent" else None,
        )  # fmt: skip
        for sighting in sightings:
            NoticeItem.objects.create(
                notice=notice, sighting=sighting, page_url=sighting.page_url, media_url=sighting.media_url,
                seen_at=self.start,
            )  # fmt: skip
        return notice

    def demanded(self, state: str, host: str, *outcomes: str) -> Target:
        sighting = self.page(host)
        target = Target.objects.create(
            case=self.case, sighting=sighting, notice=self.notice("sent", sighting), state=state,
            demanded_at=self.start + DAY, last_notice_at=self.start + DAY,
            gone_at=self.start + 2 * DAY if state in ("gone", "verified") else None,
            verified_at=self.start + 3 * DAY if state == "verified" else None,
        )  # fmt: skip
        for turn, outcome in enumerate(outcomes):
            at = self.start + DAY + (turn + 1) * timedelta(hours=12)
            Check.objects.create(target=target, turn=turn, at=at, outcome=outcome)
        return target


@pytest.fixture
def story(officer: Account) -> Story:
    return Story(officer)


def same(story: Story) -> None:
    review.decide(story.group, "same", story.officer)


def test_a_new_case_has_noughts_and_a_report(story: Story) -> None:
    counted = services.case_figures(story.case)
    assert (counted.found, counted.confirmed) == (0, 0)
    assert services.case_report_pdf(story.case, "ko").startswith(b"%PDF-")


def test_pages_are_counted_by_where_they_stand(story: Story) -> None:
    story.demanded("verified", "gone.example", "gone", "gone")
    story.demanded("still_up", "up.example", "up")
    story.demanded("waiting", "new.example")
    story.page("fresh.example")
    story.notice("refused", story.page("bounced.example"))
    story.notice("drafted", story.page("unknown.example"), email="")
    story.page("doubtful.example", group=story.new_group())
    same(story)
    counted = services.case_figures(story.case)
    assert (counted.found, counted.confirmed, counted.demanded) == (7, 6, 3)
    assert (counted.verified, counted.still_up, counted.of(State.DEMANDED)) == (1, 1, 1)
    assert (counted.preparing, counted.of(State.UNDELIVERED)) == (1, 2)
    assert (counted.work.letters, counted.work.refused) == (3, 1)
    assert counted.half_gone_within == DAY
    assert counted.last_checked_at == story.start + 2 * DAY


def test_before_a_decision_nothing_is_confirmed_and_no_site_is_named(story: Story) -> None:
    story.page("doubtful.example")
    counted = services.case_figures(story.case)
    assert (counted.found, counted.confirmed, counted.hosts) == (1, 0, ())


def test_a_decision_taken_back_takes_the_page_out(story: Story) -> None:
    story.page("doubtful.example")
    same(story)
    review.undo(story.group, story.officer)
    assert services.case_figures(story.case).confirmed == 0


def test_other_cases_do_not_count(story: Story, officer: Account) -> None:
    story.demanded("verified", "gone.example", "gone")
    same(story)
    other = opened(officer, "바다")
    assert services.case_figures(other).found == 0
    assert [event.kind for event in services.timeline(other)] == ["case.opened"]


def test_the_timeline_tells_the_case_in_order(story: Story) -> None:
    story.demanded("verified", "gone.example", "up", "gone", "gone")
    same(story)
    sighting = Sighting.objects.get()
    Capture.objects.create(
        case=story.case, group=story.group, sighting=sighting, state="done", asked_at=clock.now(),
        captured_at=story.start + timedelta(hours=1),
    )  # fmt: skip
    events = services.timeline(story.case)
    assert [event.at for event in events] == sorted(event.at for event in events)
    kinds = [event.kind for event in events]
    assert kinds == [
        "case.opened", "reference.registered", "match.found", "capture.done", "notice.drafted",
        "notice.approved", "notice.sent", "check.up", "check.gone", "removal.verified", "group.same",
    ]  # fmt: skip
    by_kind = {event.kind: event for event in events}
    assert by_kind["match.found"].subject == "gone.example"
    assert by_kind["notice.approved"].by == str(story.officer)
    assert by_kind["notice.sent"].by == ""


def test_no_event_holds_an_address(story: Story) -> None:
    story.demanded("verified", "gone.example", "up", "gone")
    same(story)
    for event in services.timeline(story.case):
        assert "/" not in f"{event.text}{event.subject}{event.by}"


def test_what_is_taken_back_stays_in_the_timeline(story: Story) -> None:
    story.page("doubtful.example")
    same(story)
    review.undo(story.group, story.officer)
    kinds = [event.kind for event in services.timeline(story.case)]
    assert kinds[-2:] == ["group.same", "group.undone"]


def test_many_findings_at_once_are_one_line(story: Story) -> None:
    for number in range(30):
        story.page("busy.example", str(number))
    (found,) = [event for event in services.timeline(story.case) if event.kind == "match.found"]
    assert (found.subject, found.count) == ("busy.example", 30)


def test_the_same_thing_is_folded_only_within_an_hour() -> None:
    start = clock.now()
    events = [Event(start + minutes * timedelta(minutes=1), "match.found", "a.example") for minutes in (0, 59, 61)]
    assert [(event.at, event.count) for event in fold(events)] == [(events[0].at, 2), (events[2].at, 1)]


def test_every_kind_of_event_has_words() -> None:
    for outcome in Check.Outcome.values:
        assert f"check.{outcome}" in TEXTS
    for verdict in ("same", "different"):
        assert f"group.{verdict}" in TEXTS


def test_events_speak_the_readers_language(story: Story) -> None:
    (opened, *_) = services.timeline(story.case)
    with translation.override("en"):
        assert str(opened.text) == "Case opened"


def test_the_report_is_downloaded_under_a_neutral_name_and_recorded(story: Story, rf: RequestFactory) -> None:
    request = rf.get("/", {"language": "en"})
    request.user = story.officer
    answer = views.case_report(request, case_id=story.case.id)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="report-{story.case.number}.pdf"'
    assert "no-store" in answer["Cache-Control"]
    entry = AuditEntry.objects.order_by("-seq")[0]
    assert (entry.act, entry.subject, entry.body) == ("report.made", str(story.case.id), {"language": "en"})


def test_a_language_the_report_is_not_written_in_is_not_found(story: Story, rf: RequestFactory) -> None:
    request = rf.get("/", {"language": "../../etc"})
    request.user = story.officer
    with pytest.raises(Http404):
        views.case_report(request, case_id=story.case.id)
