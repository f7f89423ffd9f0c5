"""What was found is compared again before anyone sees it: shown, gone before, or not to be looked at."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest

from jium import clock, dna, egress
from jium.cases import services as cases
from jium.course import Next, State
from jium.evidence import services as evidence
from jium.evidence.models import Capture
from jium.flow import deciding, decoder, intake, watching
from jium.flow.looks import look
from jium.flow.search import ReferenceSearch
from jium.reports import services as reports
from jium.review import services as review
from jium.review.models import Group
from jium.trust.models import Account
from jium.watch import services as watch
from jium.watch.models import Sighting
from tests.cases.opened import opened
from tests.egress.site import Site
from tests.media import samples

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

PICTURE = samples.encoded(samples.picture(3), "JPEG", quality=90)
SMALLER = samples.encoded(samples.picture(3).resize((320, 240)), "JPEG", quality=85)
REMOVED = samples.encoded(samples.picture(8, (400, 300)), "PNG")
PAGE = b"<html><body><p>A long talk about boats, and a picture of one, as people like it here.</p>%s</body></html>"
SHOWS = (200, "text/html", PAGE % b'<img src="/1.jpg">')
EMPTY = (200, "text/html", PAGE % b"")
NOTHING = (404, "text/html", b"<html><body><h1>404</h1><p>There is nothing here.</p></body></html>")
WALL = (403, "text/html", b"<html><title>Just a moment...</title><body>Checking your browser</body></html>")


class Board:
    """What the site answers now: path to (status, type, body). ``seen``: the sighting on it, as the crawl kept it."""

    def __init__(self, case, reference) -> None:
        self.case, self.reference = case, reference
        self.answers = {"/1": SHOWS, "/1.jpg": (200, "image/jpeg", SMALLER)}
        self.seen: Sighting

    def answer(self, path: str):
        status, kind, body = self.answers.get(path, NOTHING)
        return status, {"Content-Type": kind}, body

    def found(self) -> Sighting:
        """As the crawl does it: the same file at the same address."""
        fingerprint = dna.fingerprint(SMALLER, decoder.of_sites())
        self.seen, _fresh = watch.keep_sighting("http://olive.example/1", "http://olive.example/1.jpg", fingerprint)
        return self.seen

    def matched(self) -> None:
        """What follows a sighting: the match, and the look that it plans."""
        self.seen.refresh_from_db()
        watching.match(self.seen)
        self.seen.refresh_from_db()
        if self.seen.next_action == "look":
            turn = self.seen.turn
            watching.look_again(self.seen)
            self.seen.refresh_from_db()
            if self.seen.turn == turn:  # as the engine does with what was carried out and planned nothing new
                self.seen.rest()

    @property
    def group(self) -> Group:
        return review.groups(self.case.pk).get()

    @property
    def address(self):
        (one,) = reports.addresses(self.case.pk, [self.seen.pk])
        return one


@pytest.fixture
def board(officer: Account, settings, monkeypatch) -> Iterator[Board]:
    # The tables of the test before were rolled back: what it held in memory is no index of these.
    monkeypatch.setattr(watching, "references", ReferenceSearch())
    case = opened(officer)
    reference = cases.register(case, io.BytesIO(PICTURE), officer)
    intake.fingerprint(reference)
    made = Board(case, reference)
    with Site(made.answer) as site:
        egress.start(dataclasses.replace(settings.CONFIG, local_hosts={"olive.example": site.place}))
        made.found()
        yield made
        egress.stop()
        decoder.close()


def test_what_is_still_there_is_shown(board: Board) -> None:
    board.matched()
    assert board.address.state is State.FOUND
    (match,) = review.matches(board.group)
    assert review.preview(match, "sighting")


@pytest.mark.parametrize(
    ("page", "file"),
    [
        (EMPTY, (200, "image/png", REMOVED)),
        (SHOWS, (200, "image/png", REMOVED)),
        (EMPTY, NOTHING),
        (NOTHING, NOTHING),
    ],
    ids=["another picture in its place", "another picture on the page", "the page without it", "neither"],
)
def test_what_was_exchanged_or_taken_down_meanwhile_is_never_shown_as_the_find(board: Board, page, file) -> None:
    board.answers = {"/1": page, "/1.jpg": file}
    board.matched()
    (match,) = review.matches(board.group)
    assert match.sighting_preview == ""
    assert board.address.state is State.ALREADY_GONE
    assert not review.undecided().exists()
    board.seen.refresh_from_db()
    assert board.seen.next_action != "look", "the visits to its site see it when it is back"


def test_what_nobody_can_look_at_is_put_aside_and_tried_again(board: Board, officer: Account, moved_clock) -> None:
    board.answers = {"/1": WALL, "/1.jpg": WALL}
    board.matched()
    assert (board.address.state, board.address.next) == (State.UNLOOKED, Next.COMPARE)
    for verdict in ("same", "different"):
        with pytest.raises(review.NotShown):
            review.decide(board.group, verdict, officer)
    review.decide(board.group, "unsure", officer)
    assert (board.address.state, board.address.next) == (State.UNLOOKED, Next.WATCH)
    assert not review.undecided().exists()
    board.seen.refresh_from_db()
    assert board.seen.unseen and board.seen.next_action == "look"
    assert board.seen.next_action_at - clock.now() <= timedelta(hours=1)
    board.answers = {"/1": SHOWS, "/1.jpg": (200, "image/jpeg", SMALLER)}
    watching.look_again(board.seen)
    assert [group.pk for group in review.undecided()] == [board.group.pk]
    assert board.address.state is State.FOUND
    review.decide(board.group, "same", officer)


def test_nobody_looks_again_for_what_was_decided_or_shown(board: Board) -> None:
    board.matched()
    board.seen.refresh_from_db()
    assert board.seen.next_action != "look"
    asked = board.seen.last_seen_at
    watching.look_again(board.seen)
    board.seen.refresh_from_db()
    assert board.seen.last_seen_at == asked


def test_a_copy_made_anew_for_each_visitor_is_the_find(board: Board) -> None:
    other = samples.encoded(samples.picture(3).resize((320, 240)), "JPEG", quality=70)
    board.answers["/1.jpg"] = (200, "image/jpeg", other)
    assert look(board.seen) == other


def test_what_moved_to_another_address_of_the_page_is_a_sighting_of_its_own(board: Board) -> None:
    board.answers = {
        "/1": (200, "text/html", PAGE % b'<img src="/2.jpg">'),
        "/1.jpg": NOTHING,
        "/2.jpg": (200, "image/jpeg", SMALLER),
    }
    board.matched()
    assert board.address.state is State.ALREADY_GONE
    (moved,) = Sighting.objects.exclude(pk=board.seen.pk)
    assert (moved.media_url, moved.next_action) == ("http://olive.example/2.jpg", "match")


def recorded(board: Board, **fields: object) -> Capture:
    """As the recorder left it: without the file."""
    board.matched()
    group = board.group
    Group.objects.filter(pk=group.pk).update(verdict="same")
    capture = evidence.ask(board.case, group, board.seen)
    Capture.objects.filter(pk=capture.pk).update(**{"state": "done", "holds": False, "next_action": "", **fields})
    capture.refresh_from_db()
    return capture


def test_what_went_before_its_evidence_is_not_demanded_and_its_record_stays(board: Board) -> None:
    capture = recorded(board)
    board.answers = {"/1": EMPTY, "/1.jpg": (200, "image/png", REMOVED)}
    deciding.look_for(capture)
    board.group.refresh_from_db()
    deciding.carry_out(board.group)
    assert (board.address.state, board.address.letter) == (State.ALREADY_GONE, None)
    assert not evidence.wanting().exclude(pk=capture.pk).exists()
    assert board.address.capture == capture, "kept as evidence of what is there instead"


def test_what_is_there_but_not_in_its_record_comes_before_a_person(board: Board) -> None:
    capture = recorded(board)
    deciding.look_for(capture)
    assert (board.address.state, board.address.next) == (State.UNRECORDED, Next.VOUCH)


def test_a_copy_in_the_record_is_evidence_and_another_picture_is_none(board: Board, monkeypatch) -> None:
    capture = recorded(board)
    lies_there = {"file": REMOVED}
    monkeypatch.setattr(evidence, "recorded_file", lambda _capture: lies_there["file"])
    deciding.look_for(capture)
    assert board.address.state is State.UNRECORDED
    lies_there["file"] = samples.encoded(samples.picture(3).resize((320, 240)), "JPEG", quality=70)
    deciding.look_for(capture)
    assert board.address.state is State.RECORDED


def test_what_comes_back_before_it_was_demanded_is_recorded_anew(board: Board) -> None:
    capture = recorded(board)
    watch.missed(board.seen)
    assert board.address.state is State.ALREADY_GONE
    board.found()
    assert (board.seen.missed_at, board.seen.next_action) == (None, "match")
    for _again in range(2):
        board.matched()
    first, second = Capture.objects.order_by("round")
    assert (first, first.state) == (capture, "done")
    assert (second.round, second.state, second.next_action) == (2, "planned", "record")
    assert (board.address.capture, board.address.state) == (second, State.CONFIRMED)
    assert board.group.next_action == "carry_out"


def test_what_comes_back_unseen_by_anyone_is_shown_then(board: Board) -> None:
    answers, board.answers = board.answers, {"/1": EMPTY, "/1.jpg": NOTHING}
    board.matched()
    assert board.address.state is State.ALREADY_GONE
    board.answers = answers
    board.found()
    board.matched()
    assert board.address.state is State.FOUND
    assert [group.pk for group in review.undecided()] == [board.group.pk]
