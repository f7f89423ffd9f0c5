"""Captures: recorded once, tried again when they fail, put before a person when they keep failing."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from jium import clock, egress
from jium.cases.models import Case
from jium.evidence import package
from jium.evidence import services as evidence
from jium.evidence.services import Capture, CaptureFailed
from jium.review.models import Group
from jium.trust import audit
from jium.trust.models import Account, AuditEntry
from jium.trust.vault import MissingKey, Vault
from jium.watch.models import Sighting
from tests.cases.opened import opened
from tests.evidence.site import ADDRESS, HOST, PICTURE, Site
from tests.notices.cast import group_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(databases=["default", "keys"])]

State = Capture.State


@pytest.fixture
def way_out(site: Site, open_vault: Vault, settings) -> Iterator[None]:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, local_hosts={HOST: site.place})
    egress.stop()
    egress.start(settings.CONFIG)
    yield
    egress.stop()


@pytest.fixture
def case(officer: Account) -> Case:
    return opened(officer)


def sighting_at(path: str, media: str = "/a.png") -> Sighting:
    now = clock.now()
    return Sighting.objects.create(
        page_url=ADDRESS + path,
        media_url=ADDRESS + media,
        address_digest=uuid.uuid4().hex * 2,
        sha256=hashlib.sha256(PICTURE).hexdigest(),
        kind="image",
        first_seen_at=now,
        last_seen_at=now,
    )


@pytest.fixture
def planned(case: Case, officer: Account, way_out: None) -> Capture:
    sighting = sighting_at("/page")
    return evidence.ask(case, group_of(case, sighting, officer), sighting)


def stored_files(settings) -> list[Path]:
    return [path for path in settings.CONFIG.vault.rglob("*") if path.is_file()]


def acts() -> list[str]:
    return list(AuditEntry.objects.filter(act__startswith="capture.").values_list("act", flat=True))


def test_asking_twice_plans_one_capture(planned: Capture) -> None:
    again = evidence.ask(planned.case, planned.group, planned.sighting)
    assert again == planned and Capture.objects.count() == 1
    assert (again.state, again.next_action, again.turn) == (State.PLANNED, "record", 1)
    assert acts() == ["capture.asked"]


def test_a_recorded_package_lies_encrypted_in_the_vault_and_is_whole(
    planned: Capture, officer: Account, settings
) -> None:
    evidence.record(planned)
    planned.refresh_from_db()
    assert (planned.state, planned.problem, planned.next_action) == (State.DONE, "", "")
    assert planned.facts["status"] == 200 and planned.facts["media_same_as_found"] is True
    with evidence.open_package(planned, officer) as file:
        content = file.read()
    verdict = package.verify(io.BytesIO(content))
    assert verdict.ok and verdict.sha256 == planned.package_sha256 and len(content) == planned.size
    assert verdict.label and (verdict.label.capture, verdict.label.case) == (
        str(planned.id),
        planned.case.number,
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert json.loads(archive.read("facts.json"))["final_url"] == f"{ADDRESS}/page"
        assert "가람" not in archive.read("manifest.json").decode()
    (stored,) = stored_files(settings)
    assert b"PNG" not in stored.read_bytes() and HOST.encode() not in stored.read_bytes()
    assert acts() == ["capture.asked", "capture.done", "capture.downloaded"]
    assert AuditEntry.objects.get(act="capture.done").body["sha256"] == planned.package_sha256
    assert audit.verify().whole


def test_recording_twice_leaves_one_package_the_first(planned: Capture, settings) -> None:
    stale = Capture.objects.get(pk=planned.pk)
    evidence.record(planned)
    first = Capture.objects.get(pk=planned.pk)
    evidence.record(stale)  # another worker that had begun before the first was done
    evidence.record(Capture.objects.get(pk=planned.pk))
    assert Capture.objects.get(pk=planned.pk).package_sha256 == first.package_sha256
    assert len(stored_files(settings)) == 1
    assert acts().count("capture.done") == 1


def test_a_failure_is_raised_for_the_engine_and_the_third_is_put_before_a_person(
    case: Case, officer: Account, way_out: None, settings
) -> None:
    sighting = sighting_at("/nothing", media="/nothing.png")
    capture = evidence.ask(case, group_of(case, sighting, officer), sighting)
    for attempt in range(2):
        capture.failures = attempt
        with pytest.raises(CaptureFailed, match=r"^gone$"):
            evidence.record(capture)
        capture.refresh_from_db()
        assert (capture.state, capture.problem, capture.next_action) == (State.PLANNED, "gone", "record")
    capture.failures = 2
    evidence.record(capture)
    capture.refresh_from_db()
    assert (capture.state, capture.problem, capture.next_action) == (State.FAILED, "gone", "look_for")
    assert list(evidence.wanting()) == [capture]
    assert stored_files(settings) == []
    assert acts() == ["capture.asked", "capture.failed"]


def test_what_failed_for_good_is_tried_again_only_when_a_person_says_so(
    case: Case, officer: Account, way_out: None
) -> None:
    sighting = sighting_at("/nothing", media="/nothing.png")
    group = group_of(case, sighting, officer)
    capture = evidence.ask(case, group, sighting)
    capture.failures = 2
    evidence.record(capture)
    assert evidence.ask(case, group, sighting).next_action == "look_for"
    assert list(evidence.wanting()) == [capture]
    evidence.settle(capture, officer)
    assert not evidence.wanting().exists()
    assert evidence.ask_again(capture, officer)
    assert (capture.state, capture.problem, capture.next_action) == (State.PLANNED, "", "record")
    assert not evidence.ask_again(capture, officer)


def test_only_what_failed_is_vouched_for_and_only_in_words(planned: Capture, officer: Account) -> None:
    assert not evidence.vouch(planned, officer, "I saw it.")
    Capture.objects.update(state=State.FAILED, problem="gone", next_action="")
    assert not evidence.vouch(planned, officer, " \n ")
    assert evidence.standing_for(planned.case, planned.sighting) is None
    assert evidence.vouch(planned, officer, " I saw it. ")
    assert (planned.state, planned.vouched_by, planned.vouched_words) == (State.VOUCHED, officer, "I saw it.")
    assert evidence.standing_for(planned.case, planned.sighting) == planned
    assert Group.objects.get(pk=planned.group_id).next_action == "carry_out"
    assert not evidence.vouch(planned, officer, "Again.")
    assert not evidence.wanting().exists() and acts()[-1] == "capture.vouched"
    told = AuditEntry.objects.get(act="capture.vouched")
    assert "saw" not in str(told.body), "what she saw stays in the case"


def test_an_administrator_vouches_for_nothing(planned: Capture, open_vault: Vault) -> None:
    Capture.objects.update(state=State.FAILED)
    with pytest.raises(PermissionDenied):
        evidence.vouch(planned, Account.objects.create_user("admin", roles=["administrator"]), "I saw it.")


def test_nothing_is_recorded_once_the_decision_was_taken_back(planned: Capture, site: Site) -> None:
    Group.objects.update(verdict=Group.Verdict.UNDECIDED)
    before = site.hits["/page"]
    evidence.record(planned)
    planned.refresh_from_db()
    assert (planned.state, planned.next_action) == (State.PLANNED, "")
    assert site.hits["/page"] == before
    Group.objects.update(verdict=Group.Verdict.SAME)
    assert evidence.ask(planned.case, planned.group, planned.sighting).next_action == "record"


def test_every_group_that_needs_the_capture_is_known(planned: Capture, officer: Account) -> None:
    other = group_of(planned.case, planned.sighting, officer)
    group_of(planned.case, planned.sighting, officer, verdict=Group.Verdict.DIFFERENT)
    assert evidence.ask(planned.case, other, planned.sighting) == planned
    assert set(evidence.groups_waiting(planned)) == {planned.group, other}


def test_the_file_at_the_address_is_read_from_the_record(planned: Capture) -> None:
    assert evidence.recorded_file(planned) is None
    evidence.record(planned)
    content = evidence.recorded_file(planned)
    assert content and hashlib.sha256(content).hexdigest() == planned.facts["media_sha256"]
    planned.facts["media_sha256"] = "0" * 64
    assert evidence.recorded_file(planned) is None, "another file is not it"


def test_what_does_not_hold_the_file_is_recorded_once_more_and_what_was_recorded_stays(planned: Capture) -> None:
    group, sighting = planned.group, planned.sighting
    assert evidence.ask_anew(planned.case, group, sighting) == planned, "it is under way"
    Capture.objects.update(state=State.DONE, holds=True, next_action="")
    assert evidence.ask_anew(planned.case, group, sighting) == planned, "it holds the file"
    Capture.objects.update(holds=False)
    again = evidence.ask_anew(planned.case, group, sighting)
    assert (again.round, again.next_action) == (2, "record")
    assert evidence.ask_anew(planned.case, group, sighting) == again == evidence.ask(planned.case, group, sighting)
    assert not evidence.wanting().exists(), "nobody is asked about the first any more"
    assert evidence.standing_for(planned.case, sighting) == planned, "till the second is taken"
    Capture.objects.filter(pk=again.pk).update(state=State.DONE, holds=True)
    assert evidence.standing_for(planned.case, sighting) == again


def test_a_destroyed_case_gets_no_package(planned: Capture, open_vault: Vault, settings) -> None:
    open_vault.destroy_case(planned.case_id)
    with pytest.raises(MissingKey):
        evidence.record(planned)
    assert stored_files(settings) == []


def test_lists(planned: Capture, officer: Account) -> None:
    assert list(evidence.captures(planned.case_id)) == [planned]
    with pytest.raises(evidence.NotCaptured):
        evidence.open_package(planned, officer)
    Capture.objects.update(state=State.DONE, captured_at=clock.now())
    assert evidence.capture(planned.id) == planned


def test_names_and_texts_say_nothing_about_a_person(planned: Capture) -> None:
    assert evidence.package_name(planned) == f"jium-{planned.case.number}-{planned.id.hex[:8]}.zip"
    assert evidence.problem_text("gone") != evidence.problem_text("no such kind")


def test_what_waits_for_a_record_goes_on_in_the_moment_in_which_it_ends(case: Case, officer: Account, way_out) -> None:
    """One transaction: a process killed right after it leaves nothing waiting for ever."""
    sighting = sighting_at("/nothing", media="/nothing.png")
    group = group_of(case, sighting, officer)
    capture = evidence.ask(case, group, sighting)
    group.rest()
    capture.failures = 2
    evidence.record(capture)
    group.refresh_from_db()
    capture.refresh_from_db()
    assert (group.next_action, capture.next_action) == ("carry_out", "look_for")


def test_a_copy_in_the_record_lets_its_groups_go_on(planned: Capture) -> None:
    Capture.objects.update(state=State.DONE, holds=False, next_action="look_for")
    planned.refresh_from_db()
    planned.group.rest()
    evidence.hold_a_copy(planned)
    planned.refresh_from_db()
    planned.group.refresh_from_db()
    assert (planned.holds, planned.group.next_action) == (True, "carry_out")


def test_what_a_person_asked_for_while_the_file_was_looked_for_is_not_forgotten(
    planned: Capture, officer: Account
) -> None:
    Capture.objects.update(state=State.FAILED, problem="refused", next_action="look_for")
    looking = Capture.objects.get()
    assert evidence.ask_again(planned, officer)
    evidence.hold_a_copy(looking)
    planned.refresh_from_db()
    assert (planned.state, planned.next_action, planned.holds) == (State.PLANNED, "record", False)
