"""The officer's work through the pages: open a case, register, decide, take back, approve, correct."""

from __future__ import annotations

import dataclasses
import io
import re

import pytest

from jium import clock
from jium.cases.models import Case, Reference
from jium.config import Institution, Mail
from jium.desk import tasks
from jium.evidence.models import Capture
from jium.notices.models import Notice, NoticeItem, Provider
from jium.removal.models import Target
from jium.review import services as review
from jium.review.models import Decision, Group, Match
from jium.trust import four_eyes, policy
from jium.trust.assignments import Reach, reach
from jium.trust.models import Account
from jium.watch.models import Crawl, Site
from tests.cases.opened import opened, told
from tests.notices.cast import a_sighting
from tests.web.conftest import PACKAGE

# What a supervisor may see.
ALL = Reach(None, True)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def said(answer) -> str:
    return answer.content.decode()


def test_the_queue_names_every_kind_of_thing_in_words(work, world) -> None:
    page = said(work.get("/"))
    for words in (
        "Did removal request U1 reach Harbour LLC?",
        "Removal request R1 was refused by the mail server of Harbour LLC",
        "nobody.example has no contact address",
        "reference 1: found at 2 addresses",
        "to Harbour LLC about 1 address",
        "reference 3 cannot be used",
        "no evidence of the file at harbour.example",
        "This is not a picture or a video.",
        "The site could not be reached.",
    ):
        assert words in page
    assert "reference 4" not in page, "a duplicate needs nobody"


def test_nobody_is_asked_for_what_she_may_not_do(world) -> None:
    kinds = {task.url.split("/")[1] for task in tasks.ToDo({"group.decide"}, ALL).lines()}
    assert kinds == {"groups"}
    assert tasks.ToDo(set(), ALL).lines() == []
    assert tasks.ToDo(set(), ALL).count() == 0


def test_a_live_region_gets_its_fragment_only(work, world) -> None:
    for address in ("/", f"/cases/{world.case.pk}/", "/sites/", "/jobs/"):
        fragment = said(work.get(address, headers={"hx-request": "true", "hx-target": "div#live"}))
        assert "<html" not in fragment
        assert 'id="live"' not in fragment


def test_a_case_is_opened_and_leads_to_its_papers(work, world) -> None:
    page = said(work.post("/cases/new/", {"pseudonym": "Reed"}))
    assert "This field is required" in page and not Case.objects.filter(pseudonym="Reed").exists()
    answer = work.post("/cases/new/", told("Reed"))
    reed = Case.objects.get(pseudonym="Reed")
    assert answer["Location"] == f"/cases/{reed.pk}/mandate/"


def test_each_registered_file_becomes_a_row_and_each_bad_one_says_why(work, world) -> None:
    files = [named(b"one"), named(b""), named(b"one")]
    answer = work.post(f"/cases/{world.case.pk}/register/", {"files": files}, follow=True)
    page = said(answer)
    assert "1 file is registered." in page
    assert "Reference 7: The file is empty (0 bytes)." in page
    assert "Reference 8: This very file is already registered in this case." in page
    states = Reference.objects.filter(position__gt=5).values_list("state", "problem")
    assert list(states) == [("received", ""), ("rejected", "empty"), ("rejected", "duplicate")]


def test_a_form_without_a_file_is_said_so_and_too_much_at_once_too(work, world, monkeypatch) -> None:
    address = f"/cases/{world.case.pk}/register/"
    assert "errorlist" in said(work.post(address, {}))
    monkeypatch.setattr("jium.cases.upload.MAX_BYTES", 3)
    assert "over 512 MB" in said(work.post(address, {"files": [named(b"four")]}))
    assert world.case.references.count() == 5


def named(content: bytes) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = "holiday.jpg"
    return file


def test_previews_are_small_grey_pictures_and_nothing_else_is_shown(work, world) -> None:
    for address in (
        f"/references/{world.reference.pk}/preview.jpg",
        f"/matches/{world.match.pk}/reference.jpg",
        f"/matches/{world.match.pk}/sighting.jpg",
    ):
        answer = work.get(address)
        assert answer["Content-Type"] == "image/jpeg"
        assert answer.content.startswith(b"\xff\xd8")
    assert work.get(f"/matches/{world.match.pk}/original.jpg").status_code == 404


def test_a_sighting_without_preview_gets_a_calm_placeholder(work, world) -> None:
    page = said(work.get(f"/groups/{world.unseen.pk}/"))
    assert "Set aside for later" in page and "The site has not shown it a second time yet." in page
    assert work.get(f"/matches/{world.unseen.matches.first().pk}/sighting.jpg").status_code == 404


def test_a_decision_counts_for_the_group_and_shows_the_next(work, world) -> None:
    answer = work.post(f"/groups/{world.undecided.pk}/decide/", {"verdict": "same"}, follow=True)
    assert answer.redirect_chain[0][0].startswith(f"/groups/{world.other.pk}/")
    assert "Same: 2 addresses are captured" in said(answer)
    world.undecided.refresh_from_db()
    assert (world.undecided.verdict, world.undecided.next_action) == ("same", "carry_out")
    assert f"/groups/{world.undecided.pk}/undo/" in said(answer)


def test_a_decision_is_taken_back(work, world) -> None:
    work.post(f"/groups/{world.undecided.pk}/decide/", {"verdict": "different"})
    answer = work.post(f"/groups/{world.undecided.pk}/undo/", follow=True)
    assert "The decision is taken back." in said(answer)
    world.undecided.refresh_from_db()
    assert world.undecided.verdict == "undecided"
    again = work.post(f"/groups/{world.undecided.pk}/undo/", follow=True)
    assert "There is no decision to take back." in said(again)


def test_the_desk_answers_a_key_with_the_next_group_alone(work, world) -> None:
    headers = {"hx-request": "true", "hx-target": "section#desk"}
    answer = work.post(f"/groups/{world.undecided.pk}/decide/", {"verdict": "same"}, headers=headers)
    assert answer["HX-Push-Url"] == f"/groups/{world.other.pk}/"
    assert "<html" not in said(answer)
    assert f"/groups/{world.other.pk}/decide/" in said(answer)
    last = work.post(f"/groups/{world.other.pk}/decide/", {"verdict": "same"}, headers=headers)
    assert "Nothing to compare" in said(last)


def test_the_second_of_two_officers_sees_what_the_first_decided(work, world) -> None:
    address = f"/groups/{world.undecided.pk}/decide/"
    work.post(address, {"verdict": "different"})
    answer = work.post(address, {"verdict": "same"}, follow=True)
    assert "Somebody has decided this already: different." in said(answer)
    world.undecided.refresh_from_db()
    assert world.undecided.verdict == "different"
    assert world.undecided.decisions.count() == 1


def test_an_unknown_verdict_is_refused(work, world) -> None:
    assert work.post(f"/groups/{world.undecided.pk}/decide/", {"verdict": "maybe"}).status_code == 400


def test_odds_stand_in_words_never_as_a_percentage(work, world) -> None:
    page = said(work.get(f"/groups/{world.undecided.pk}/"))
    assert "less than once in 30,000 comparisons" in page
    assert "mirrored, turned by 90° to the left, 0.5 times the size" in page
    assert "%" not in page.split("Why it is shown")[1].split("</section>")[0]


def test_a_letter_is_approved_by_name_and_repeats_only_when_ticked(work, world) -> None:
    page = said(work.get(f"/notices/{world.draft.pk}/"))
    assert "Repeat every 24 h until removed" in page
    assert "Your name, everything, stands for these letters too." in page
    work.post(f"/notices/{world.draft.pk}/approve/", {"repeat": "yes"})
    world.draft.refresh_from_db()
    assert (world.draft.state, world.draft.repeat_approved) == ("approved", True)
    assert world.draft.approved_by == world.staff["everything"]
    answer = work.post(f"/notices/{world.draft.pk}/approve/", follow=True)
    assert "Somebody was faster" in said(answer)


def test_an_uncertain_letter_is_settled_by_a_person(work, world) -> None:
    work.post(f"/notices/{world.unconfirmed.pk}/arrived/")
    world.unconfirmed.refresh_from_db()
    assert world.unconfirmed.state == "sent"


def test_a_refused_letter_is_sent_again_to_the_corrected_address(work, world) -> None:
    assert f"/providers/{world.provider.pk}/" in said(work.get(f"/notices/{world.refused.pk}/"))
    asked = {
        "name": "Harbour LLC",
        "hosts": "harbour.example\nharbour-files.example",
        "email": "legal@harbour.example",
        "regime": "us_take_it_down",
        "language": "en",
        "jurisdiction": "us",
    }
    assert work.post(f"/providers/{world.provider.pk}/", asked)["Location"] == "/providers/"
    work.post(f"/notices/{world.refused.pk}/resend/")
    world.refused.refresh_from_db()
    assert (world.refused.state, world.refused.recipient) == ("approved", "legal@harbour.example")


def test_a_letter_without_an_address_cannot_be_approved(work, world) -> None:
    letter = Notice.objects.get(provider=world.nobody)
    page = said(work.get(f"/notices/{letter.pk}/"))
    assert f"/providers/{world.nobody.pk}/" in page
    assert f"/notices/{letter.pk}/approve/" not in page
    answer = work.post(f"/notices/{letter.pk}/approve/", follow=True)
    assert "Enter it first." in said(answer)
    letter.refresh_from_db()
    assert letter.state == "drafted"


def test_a_withdrawn_letter_is_not_sent(work, world) -> None:
    work.post(f"/notices/{world.draft.pk}/withdraw/")
    world.draft.refresh_from_db()
    assert world.draft.state == "withdrawn"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "Harbour LLC", "There is a provider of this name already."),
        ("hosts", "harbour.example", "Another provider answers for harbour.example already."),
        ("hosts", "https://other.example/page", "Only host names"),
        ("language", "fr", "errorlist"),
        ("jurisdiction", "USA", "errorlist"),
        ("email", "not an address", "errorlist"),
    ],
)
def test_what_is_wrong_about_a_provider_is_said(work, world, field: str, value: str, words: str) -> None:
    asked = {
        "name": "Other",
        "hosts": "other.example",
        "regime": "us_take_it_down",
        "language": "en",
        field: value,
    }
    answer = work.post("/providers/new/", asked)
    assert answer.status_code == 200
    assert words in said(answer)
    assert not Provider.objects.filter(name="Other").exists()


def test_a_site_is_added_once_paused_and_resumed(work, world) -> None:
    asked = {"name": "New", "start_url": "http://new.example/", "every_minutes": "60", "obey_robots": "on"}
    work.post("/sites/new/", asked)
    site = Site.objects.get(name="New")
    assert site.next_action == "crawl"
    assert "This site is under watch already." in said(work.post("/sites/new/", asked))
    work.post(f"/sites/{site.pk}/pause/")
    site.refresh_from_db()
    assert (site.paused, site.next_action) == (True, "")
    work.post(f"/sites/{site.pk}/resume/")
    site.refresh_from_db()
    assert (site.paused, site.next_action) == (False, "crawl")


@pytest.mark.parametrize("address", ["ftp://files.example/", "javascript:alert(1)", "file:///etc/passwd"])
def test_only_web_addresses_can_be_watched(work, world, address: str) -> None:
    asked = {"name": "Bad", "start_url": address, "every_minutes": "60"}
    assert "errorlist" in said(work.post("/sites/new/", asked))
    assert not Site.objects.filter(name="Bad").exists()


def test_evidence_is_taken_away_under_a_plain_name_and_a_failed_capture_is_tried_again(work, world) -> None:
    answer = work.get(f"/captures/{world.capture.pk}/package.zip")
    assert answer.getvalue() == PACKAGE
    assert f"jium-{world.case.number}-" in answer["Content-Disposition"]
    assert work.get(f"/captures/{world.failed.pk}/package.zip").status_code == 404
    work.post(f"/captures/{world.failed.pk}/again/")
    world.failed.refresh_from_db()
    assert (world.failed.state, world.failed.next_action) == ("planned", "record")


def test_the_case_page_says_that_removal_is_verified(work, world) -> None:
    work.cookies["jium_language"] = "ko"
    assert "삭제됨" in said(work.get(f"/cases/{world.case.pk}/"))


def test_what_no_machine_could_look_at_is_looked_at_by_a_person(work, world) -> None:
    address = f"/cases/{world.case.pk}/"
    text = work.get(address).content.decode()
    assert "Not looked at: the page; the site shows a check against robots instead." in text
    look = f"/targets/{world.unlooked.pk}/look/"
    assert f'href="{look}"' in text and f'href="{look}"' in work.get("/").content.decode()
    assert world.unlooked.sighting.page_url in work.get(look).content.decode()
    answer = work.post(look, {"seen": "gone"})
    assert answer["Location"] == address
    world.unlooked.refresh_from_db()
    assert world.unlooked.state == "gone"
    text = work.get(address).content.decode()
    assert "seen by everything" in text and look not in text
    assert work.post(look, {"seen": "perhaps"}).status_code == 400
    assert work.get("/targets/999/look/").status_code == 404


def test_what_cannot_be_recorded_is_demanded_on_a_persons_word(work, world) -> None:
    case, word = f"/cases/{world.case.pk}/", f"/captures/{world.failed.pk}/vouch/"
    assert f'href="{word}"' in work.get(case).content.decode()
    page = said(work.get(word))
    assert world.failed.sighting.page_url in page and "The site could not be reached." in page
    refused = work.post(word, {"words": "  "})
    assert refused.status_code == 400 and "Please write what you saw." in said(refused)
    assert work.post(word, {"words": "Second picture from the top."})["Location"] == case
    world.failed.refresh_from_db()
    assert (world.failed.state, world.failed.vouched_words) == ("vouched", "Second picture from the top.")
    assert world.failed.vouched_by is not None
    page = said(work.get(case))
    assert "seen by a person, not captured" in page and "Look yourself and demand removal" not in page
    assert work.get(word)["Location"] == case, "there is nothing left to say"


def test_what_a_hostile_site_calls_itself_stays_text(work, world) -> None:
    world.match.sighting.page_url = "http://harbour.example/<script>alert(1)</script>"
    world.match.sighting.save()
    page = said(work.get(f"/groups/{world.undecided.pk}/"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert 'href="http://harbour.example' not in page, "nobody leaves the building by a click"


def test_a_fault_of_ours_is_told_without_its_inside(work, monkeypatch) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("the victim's secret")

    monkeypatch.setattr("jium.desk.tasks.ToDo.lines", broken)
    work.raise_request_exception = False
    answer = work.get("/")
    assert answer.status_code == 500
    assert "Something went wrong here" in said(answer)
    assert "secret" not in said(answer)


def test_what_the_case_shows_of_an_address_is_its_one_state(work, world) -> None:
    page = said(work.get(f"/cases/{world.case.pk}/"))
    rows = dict(re.findall(r'<tr id="address-([0-9a-f-]+)">(.*?)</tr>', page, re.S))
    assert len(rows) == 8
    told = rows[str(world.failed.sighting_id)]
    assert "no evidence of the file" in told and "The site could not be reached." in told
    assert f'href="/captures/{world.failed.pk}/vouch/"' in told
    told = rows[str(world.unlooked.sighting_id)]
    assert "could not be looked at" in told and f'href="/targets/{world.unlooked.pk}/look/"' in told
    told = rows[str(world.capture.sighting_id)]
    assert "removal verified" in told and "does not hold the file" in told


def test_many_addresses_are_shown_page_by_page(work, world, monkeypatch) -> None:
    monkeypatch.setattr("jium.lists.LINES_A_PAGE", 4)
    case = f"/cases/{world.case.pk}/"
    first, second = (said(work.get(f"{case}?page={number}")) for number in (1, 2))
    assert (first.count('<tr id="address-'), second.count('<tr id="address-')) == (4, 4)
    assert "Page 1 of 2" in first and 'page=2" rel="next"' in first and 'page=1" rel="prev"' in second
    assert said(work.get(f"{case}?page=zoo")).count('<tr id="address-') == 4


def test_the_number_in_the_menu_is_the_number_of_things_to_do(work, world, staff) -> None:
    for account in staff.values():
        may = policy.allowed(account)
        assert tasks.ToDo(may, ALL).count() == sum(task.stands_for for task in tasks.ToDo(may, ALL).lines())
    for _more in range(tasks.GROUPS_SHOWN + 3):
        made = Group.objects.create(case=world.case, reference=world.reference, created_at=clock.now())
        Match.objects.create(
            group=made, reference=world.reference, sighting=a_sighting(), score=1, odds=1e9, found_at=clock.now()
        )
    listed = tasks.ToDo({"group.decide"}, ALL).lines()
    assert len(listed) == tasks.GROUPS_SHOWN + 1
    assert tasks.ToDo({"group.decide"}, ALL).count() == tasks.ToDo(set(), ALL).undecided() == tasks.GROUPS_SHOWN + 5


def test_of_many_letters_the_first_are_listed_and_a_line_leads_to_the_rest(work, world) -> None:
    before = tasks.ToDo({"notice.approve"}, ALL).count()
    drafts = [
        Notice(
            number=f"N-{number}",
            case=world.case,
            provider=world.provider,
            regime="kr",
            language="ko",
            drafted_at=clock.now(),
        )
        for number in range(tasks.LINES_SHOWN + 5)
    ]
    Notice.objects.bulk_create(drafts)
    listed = [task for task in tasks.ToDo({"notice.approve"}, ALL).lines() if task.kind == "Approve"]
    assert len(listed) == tasks.LINES_SHOWN + 1
    rest = listed[-1]
    assert rest.url == "/notices/?show=waiting"
    assert sum(task.stands_for for task in listed) == Notice.objects.filter(state="drafted").count()
    assert tasks.ToDo({"notice.approve"}, ALL).count() == before + tasks.LINES_SHOWN + 5
    assert tasks.ToDo({"notice.approve"}, ALL).in_cases()[world.case.pk] >= tasks.LINES_SHOWN + 5
    assert f"{rest.stands_for} more of this kind" in said(work.get("/"))


def test_a_long_timeline_is_shown_page_by_page(work, world, monkeypatch) -> None:
    monkeypatch.setattr("jium.lists.LINES_A_PAGE", 2)
    first, second = (said(work.get(f"/cases/{world.case.pk}/timeline/?page={number}")) for number in (1, 2))
    assert first.count("<li><time") == second.count("<li><time") == 2
    assert 'page=2" rel="next"' in first


def test_nobody_is_asked_about_evidence_whose_decision_was_taken_back(work, world, staff) -> None:
    word = f"/captures/{world.failed.pk}/vouch/"
    assert word in said(work.get("/"))
    Group.objects.filter(pk=world.decided.pk).update(verdict="different")
    assert word not in said(work.get("/"))
    answer = work.post(word, {"words": "I saw it."}, follow=True)
    assert "the decision that it is the same was taken back" in said(answer)
    world.failed.refresh_from_db()
    assert world.failed.vouched_at is None


def test_a_letter_that_a_person_withdrew_can_be_drafted_again(work, world) -> None:
    letter = f"/notices/{world.draft.pk}/"
    work.post(f"{letter}withdraw/")
    page = said(work.get(letter))
    assert "Withdrawn by" in page and f'action="{letter}again/"' in page
    Target.objects.all().delete()
    answer = work.post(f"{letter}again/", follow=True)
    assert "A new letter is drafted." in said(answer) and answer.redirect_chain[-1][0] != letter
    answer = work.post(f"{letter}again/", follow=True)
    assert "all of it is demanded already" in said(answer)


def test_the_timeline_stands_on_a_page_of_its_own(work, world) -> None:
    page = said(work.get(f"/cases/{world.case.pk}/timeline/"))
    assert "Case opened" in page and "No evidence could be captured" in page
    assert 'aria-current="page">Timeline' in page


def test_what_nobody_can_see_is_only_set_aside(work, world) -> None:
    Group.objects.filter(pk=world.unseen.pk).update(verdict="undecided")
    group = f"/groups/{world.unseen.pk}/"
    page = said(work.get(group))
    assert "This cannot be shown yet" in page and "The site has not shown it a second time yet." in page
    assert 'value="unsure"' in page and 'value="same"' not in page and 'value="different"' not in page
    for verdict in ("same", "different"):
        answer = work.post(f"{group}decide/", {"verdict": verdict}, follow=True)
        assert "Nobody could see what was found yet" in said(answer)
    world.unseen.refresh_from_db()
    assert world.unseen.verdict == "undecided"
    assert "Set aside." in said(work.post(f"{group}decide/", {"verdict": "unsure"}, follow=True))
    world.unseen.refresh_from_db()
    assert (world.unseen.verdict, world.unseen.later_until) == ("unsure", None)
    assert tasks.ToDo(set(), ALL).undecided() == 2
    assert "Set aside for later" in said(work.get(group))


def test_why_nothing_can_be_shown_is_told(work, world) -> None:
    seen = world.unseen.matches.get().sighting
    group = f"/groups/{world.unseen.pk}/"
    seen.unseen = "page wall"
    seen.save()
    assert "the site shows a check against robots instead" in said(work.get(group))
    seen.missed_at = clock.now()
    seen.save()
    assert "It was not there any more when it should be shown." in said(work.get(group))


def test_what_is_set_aside_comes_back_the_next_day(work, world, moved_clock) -> None:
    work.post(f"/groups/{world.undecided.pk}/decide/", {"verdict": "unsure"})
    assert world.undecided.pk not in {group.pk for group in review.undecided()}
    moved_clock(25 * 3600)
    assert world.undecided.pk in {group.pk for group in review.undecided()}
    page = said(work.get(f"/groups/{world.undecided.pk}/"))
    assert "Is this the same?" in page and 'value="same"' in page


def test_a_record_without_the_file_is_taken_once_more_when_a_person_asks(work, world) -> None:
    Target.objects.all().delete()
    world.draft.delete()
    page = said(work.get(f"/cases/{world.case.pk}/"))
    assert f'action="/captures/{world.capture.pk}/again/"' in page
    work.post(f"/captures/{world.capture.pk}/again/")
    again = Capture.objects.get(sighting=world.capture.sighting, round=2)
    assert (again.state, again.next_action) == ("planned", "record")
    world.capture.refresh_from_db()
    assert world.capture.state == "done" and world.capture.settled_at


def taken_back_after_sending(world, verdict: str) -> Notice:
    """A letter about the decided group is out, and the decision behind it was taken back."""
    Notice.objects.filter(pk=world.draft.pk).update(state="sent", sent_at=clock.now(), body="Dear Sir or Madam,")
    Group.objects.filter(pk=world.decided.pk).update(verdict=verdict)
    Target.objects.filter(sighting=world.capture.sighting).update(state="stopped")
    return world.draft


def test_taking_back_a_decision_says_that_a_letter_is_out_and_offers_a_correction(work, world) -> None:
    letter = taken_back_after_sending(world, "same")
    Decision.objects.create(group=world.decided, verdict="same", by=world.staff["everything"], at=clock.now())
    answer = work.post(f"/groups/{world.decided.pk}/undo/", follow=True)
    page = said(answer)
    assert "a letter about it has been sent" in page
    assert f"A letter about 1 address has been sent ({letter.number})" in page
    (address,) = set(re.findall(r'href="(/cases/[^"]+/correct/)"', page))
    page = said(work.get(address))
    assert letter.number in page and "harbour.example/posts/4" in page
    answer = work.post(address, follow=True)
    assert "The correction is drafted." in said(answer) and "Correction of our request for removal" in said(answer)
    correction = Notice.objects.get(kind="correction")
    assert (correction.follows, correction.state) == (letter, "drafted")
    assert "Repeat every 24 h" not in said(answer)
    assert work.get(address).status_code == 404, "it is corrected once"
    assert "has been sent" not in said(work.get(f"/groups/{world.decided.pk}/"))


def test_a_letter_about_what_was_decided_as_different_is_a_thing_to_do(work, world) -> None:
    taken_back_after_sending(world, "different")
    page = said(work.get("/"))
    assert "a letter about an address at harbour.example is out that was decided as different" in page
    assert "Tell the provider that it was a mistake" in said(work.get(f"/cases/{world.case.pk}/"))


def test_nothing_is_corrected_that_is_not_out(work, world) -> None:
    for sighting in (world.capture.sighting, world.failed.sighting):
        assert work.get(f"/cases/{world.case.pk}/addresses/{sighting.pk}/correct/").status_code == 404
    assert work.get(f"/cases/{world.case.pk}/addresses/{world.case.pk}/correct/").status_code == 404


def test_a_letter_says_that_the_address_was_demanded_in_another_case(work, world, staff) -> None:
    letter, item = f"/notices/{world.draft.pk}/", world.draft.items.get()
    assert "in another case already" not in said(work.get(letter))
    other = opened(staff["everything"], "Maple")
    sent = Notice.objects.create(
        number="X1", case=other, provider=world.provider, regime="us_take_it_down", language="en", state="sent",
        drafted_at=clock.now(), sent_at=clock.now(),
    )  # fmt: skip
    NoticeItem.objects.create(
        notice=sent, sighting=item.sighting, page_url=item.page_url, media_url=item.media_url, seen_at=clock.now()
    )
    assert f"in another case already: {other.number} (X1)" in said(work.get(letter))


def test_a_person_says_what_she_is_called(work, world, staff) -> None:
    account = staff["everything"]
    Account.objects.filter(pk=account.pk).update(display_name="")
    page = said(work.get(f"/notices/{world.draft.pk}/"))
    assert "your account has no name" in page and "Approve and send" not in page
    assert "Saved." in said(work.post("/me/", {"display_name": " Kim  Bada "}, follow=True))
    account.refresh_from_db()
    assert account.display_name == "Kim Bada"
    assert "/s/ Kim Bada" in said(work.get(f"/notices/{world.draft.pk}/"))
    assert "errorlist" in said(work.post("/me/", {"display_name": "  "}))


NOTHING = re.compile(r"nothing to do|nothing waits", re.IGNORECASE)


def own(account, case: Case) -> list[object]:
    """What an account is asked to do in a case."""
    listed = tasks.ToDo(policy.allowed(account), reach(account)).lines()
    letters = {f"/notices/{key}/" for key in Notice.objects.filter(case=case).values_list("pk", flat=True)}
    return [task for task in listed if case.number in task.what or str(case.pk) in task.url or task.url in letters]


def test_nothing_to_do_is_said_only_when_the_list_says_so_too(work, world, staff) -> None:
    """Everything that waits is done away with, one after the other; no page is calmer than the list."""
    account, page = staff["everything"], f"/cases/{world.case.pk}/"

    def agree(waits: bool) -> None:
        assert bool(own(account, world.case)) == waits
        assert not (NOTHING.search(said(work.get(page))) and waits), [task.what for task in own(account, world.case)]
        assert bool(NOTHING.search(said(work.get("/")))) == (
            not tasks.ToDo(policy.allowed(account), reach(account)).lines()
        )

    agree(True)
    four_eyes.take_back(four_eyes.waiting().get(), "system")  # done on a page of its own
    Notice.objects.filter(state__in=("unconfirmed", "refused")).update(state="withdrawn")
    agree(True)
    Group.objects.filter(verdict="undecided").update(verdict="different")
    agree(True)
    Notice.objects.filter(state="drafted").update(state="withdrawn")
    agree(True)
    Capture.objects.update(settled_at=clock.now())
    Target.objects.update(unseen_since=None)
    agree(True)
    NoticeItem.objects.filter(sighting__matches__group=world.mistaken).delete()
    agree(True)
    assert "A registered file cannot be used" in said(work.get(page))
    Reference.objects.update(settled_at=clock.now())
    agree(False)


def test_a_fresh_installation_says_what_is_to_be_set_up(client, staff, settings) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, institution=Institution(), mail=Mail())
    client.force_login(staff["everything"])
    client.cookies["jium_language"] = "en"
    Account.objects.exclude(pk=staff["everything"].pk).update(password="!")  # nobody else has joined
    page = said(client.get("/"))
    for words in (
        "still the example",
        "No mail server is set",
        "No site is under watch",
        "the only one with an account",
    ):
        assert words in page
    for address in ("/", "/desk/", "/cases/", "/notices/", "/providers/", "/sites/", "/jobs/", "/people/"):
        assert not NOTHING.search(said(client.get(address))), address
    assert "not entered yet" in said(client.get("/jobs/")) and "may stay empty" in said(client.get("/jobs/"))
    for account in staff.values():
        account.refresh_from_db()
    client.force_login(staff["administrator"])
    assert "still the example" in said(client.get("/"))
    client.force_login(staff["officer"])
    page = said(client.get("/"))
    assert "No site is under watch" in page and "still the example" not in page
    assert "[institution]" not in said(client.get("/jobs/"))


def test_in_the_name_of_an_example_no_letter_is_approved(work, world, settings) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, institution=Institution())
    letter = f"/notices/{world.draft.pk}/"
    page = said(work.get(letter))
    assert "only examples" in page and "Approve and send" not in page and "/s/ everything" in page
    assert "only examples" in said(work.post(f"{letter}approve/", follow=True))
    world.draft.refresh_from_db()
    assert world.draft.state == "drafted"


def test_a_site_that_was_never_reached_looks_like_trouble_and_says_why(work, world) -> None:
    Crawl.objects.create(
        site=world.site, started_at=clock.now(), finished_at=clock.now(), problems={"unreachable": 2, "timeout": 1}
    )
    page = said(work.get("/sites/"))
    assert "not reached" in page and "No page was seen there: the site cannot be reached." in page
    assert 'class="state done"' not in page


def test_a_site_is_edited_and_deleted_and_what_was_found_stays(work, world) -> None:
    address = f"/sites/{world.site.pk}/"
    page = said(work.get(address))
    assert 'value="Harbour board"' in page and 'value="http://harbour.example/"' in page
    changed = {"name": "Harbour", "start_url": "http://harbour.example/new/", "every_minutes": "90"}
    assert work.post(address, changed)["Location"] == "/sites/"
    world.site.refresh_from_db()
    assert (world.site.name, world.site.every_minutes, world.site.obey_robots) == ("Harbour", 90, False)
    assert (world.site.start_url, world.site.next_action) == ("http://harbour.example/new/", "crawl")
    taken = said(work.post(address, {**changed, "start_url": "http://old.example/"}))
    assert "under watch already" in taken
    seen = Match.objects.count()
    assert "What was found there stays." in said(work.post(f"{address}delete/", follow=True))
    assert not Site.objects.filter(pk=world.site.pk).exists() and Match.objects.count() == seen


@pytest.mark.parametrize("address", ["http://10.0.0.7/", "http://localhost/", "http://wiki/", "http://printer.local/"])
def test_an_address_inside_the_network_is_refused_at_the_form(work, world, address: str) -> None:
    page = said(work.post("/sites/new/", {"name": "Inside", "start_url": address, "every_minutes": "60"}))
    assert "errorlist" in page and not Site.objects.filter(name="Inside").exists()


def test_a_public_suffix_is_no_provider(work, world) -> None:
    asked = {"name": "Everyone", "hosts": "co.kr", "email": "a@b.example", "regime": "kr_platform", "language": "ko"}
    assert "co.kr is shared by many" in said(work.post("/providers/new/", asked))
    assert "is saved" in said(work.post("/providers/new/", {**asked, "hosts": "board.co.kr"}, follow=True))


def test_a_case_is_opened_once_however_often_the_button_is_pressed(work, world) -> None:
    once = re.search(r'name="once" value="([0-9a-f-]+)"', said(work.get("/cases/new/")))
    assert once
    asked, before = told("Reed", once=once[1]), Case.objects.count()
    first, second = (work.post("/cases/new/", asked)["Location"] for _press in range(2))
    assert first == second and Case.objects.count() == before + 1
    asked["once"] = str(world.case.pk)  # somebody else's, or a forged one
    Case.objects.filter(pk=world.case.pk).update(opened_by=world.staff["officer"])
    assert str(world.case.pk) not in work.post("/cases/new/", asked)["Location"]


def test_after_the_approval_it_is_said_which_letter_went(work, world) -> None:
    answer = work.post(f"/notices/{world.draft.pk}/approve/", follow=True)
    assert f"Approved: letter {world.draft.number} to Harbour LLC is sent now." in said(answer)


def test_a_session_that_ended_at_a_button_leads_back_to_its_page(client, world) -> None:
    page = f"/groups/{world.undecided.pk}/"
    answer = client.post(f"{page}decide/", {"verdict": "same"}, headers={"referer": f"http://testserver{page}?match=1"})
    assert answer["Location"] == f"/login/?next={page}%3Fmatch%3D1"
    for elsewhere in ("https://evil.example/groups/", "//evil.example", ""):
        answer = client.post(f"{page}decide/", {"verdict": "same"}, headers={"referer": elsewhere})
        assert answer["Location"] == "/login/?next=/", elsewhere
    assert client.get(page)["Location"] == f"/login/?next={page}"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_address_of_a_button_is_told_in_words(work, world, language: str) -> None:
    work.cookies["jium_language"] = language
    answer = work.get(f"/groups/{world.undecided.pk}/decide/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert {"ko": "여기에는 보여 드릴 화면이 없습니다", "en": "There is no page here"}[language] in said(answer)
    assert 'href="/"' in said(answer)
