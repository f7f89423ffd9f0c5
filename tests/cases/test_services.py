"""Cases and references: what is kept, what is refused, and what the next step is."""

from __future__ import annotations

import dataclasses
import io
import os
from importlib import import_module

import pytest
from django.apps import apps

from jium import clock
from jium.cases import services as cases
from jium.cases.models import CaseCounter
from jium.cases.services import Case, Reference
from jium.dna.fingerprint import VERSION, Fingerprint, FrameCode
from jium.dna.still import Still, View
from jium.trust import vault
from jium.trust.models import Account, AuditEntry
from tests.cases.opened import opened

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

CODES = tuple(bytes([number]) * 32 for number in range(8))
PRINT = Fingerprint("image", "ab" * 32, 640, 480, None, (FrameCode(None, CODES[0], 90, CODES),), "")

WITH_PLACES = dataclasses.replace(PRINT, still=Still((View("border", (0.1, 0.1, 0.9, 0.9), 80, CODES),)))


@pytest.fixture
def case(officer: Account) -> Case:
    return opened(officer)


def test_case_numbers_count_up_within_the_year(officer: Account) -> None:
    first = opened(officer)
    second = opened(officer, "나래")
    assert int(second.number.split("-")[1]) == int(first.number.split("-")[1]) + 1


@pytest.mark.parametrize("last", [9_998, 9_999, 99_999, 100_000])
def test_case_numbers_go_on_however_many_there_are(officer: Account, last: int) -> None:
    CaseCounter.objects.create(year=clock.now().year, last=last)
    numbers = [opened(officer).number for _ in range(3)]
    assert numbers == [f"{clock.now().year}-{last + more}" for more in (1, 2, 3)]
    assert [case.number for case in cases.cases()] == numbers[::-1]


def test_a_destroyed_case_frees_no_number(officer: Account) -> None:
    first = opened(officer)
    Case.objects.filter(pk=first.pk).delete()
    assert opened(officer, "나래").number > first.number


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_numbers_given_out_before_there_was_a_counter_go_on(officer: Account) -> None:
    year = clock.now().year
    for number in (f"{year}-0007", f"{year}-10000", f"{year}-9999", f"{year - 1}-0003"):
        Case.objects.create(number=number, pseudonym="x", opened_at=clock.now(), opened_by=officer)
    CaseCounter.objects.all().delete()
    migration = import_module("jium.cases.migrations.0007_counter")
    migration.count_what_there_is(apps, None)
    assert dict(CaseCounter.objects.values_list("year", "last")) == {year: 10_000, year - 1: 3}
    assert opened(officer).number == f"{year}-10001"


def test_a_case_without_papers_and_consent_is_open_and_does_not_begin(officer: Account) -> None:
    case = cases.open_case(cases.Opening("가람"), officer)
    assert case.state == Case.State.OPEN and not case.stands
    with pytest.raises(cases.NotBegun) as lacking:
        cases.require_consent(case.pk)
    assert lacking.value.papers == (cases.Paper.IDENTITY,)


def kept_files(settings) -> list[bytes]:
    return [path.read_bytes() for path in settings.CONFIG.vault.rglob("*") if path.is_file()]


def test_registered_bytes_lie_only_encrypted_and_wait_for_fingerprinting(
    case: Case, officer: Account, settings
) -> None:
    content = b"planted marker " * 100
    reference = cases.register(case, io.BytesIO(content), officer)
    assert (reference.state, reference.next_action) == (Reference.State.RECEIVED, "fingerprint")
    handle = cases.read_reference(reference)
    with os.fdopen(handle, "rb") as file:
        assert file.read() == content
    assert kept_files(settings)
    assert not any(b"planted marker" in file for file in kept_files(settings))


def test_an_empty_file_is_kept_as_a_row_with_its_reason(case: Case, officer: Account) -> None:
    reference = cases.register(case, io.BytesIO(b""), officer)
    assert (reference.state, reference.problem) == (Reference.State.REJECTED, "empty")
    assert reference.next_action == ""
    assert "0 bytes" in cases.problem_text("empty") or "0바이트" in cases.problem_text("empty")


def test_the_same_file_twice_names_the_first(case: Case, officer: Account) -> None:
    first = cases.register(case, io.BytesIO(b"the same"), officer)
    second = cases.register(case, io.BytesIO(b"the same"), officer)
    assert (second.state, second.problem, second.duplicate_of) == (Reference.State.REJECTED, "duplicate", first)
    first.refresh_from_db()
    assert first.state == Reference.State.RECEIVED


def test_the_same_file_in_another_case_is_no_duplicate(case: Case, officer: Account) -> None:
    cases.register(case, io.BytesIO(b"the same"), officer)
    other = opened(officer, "나래")
    assert cases.register(other, io.BytesIO(b"the same"), officer).state == Reference.State.RECEIVED


def test_a_rejected_file_leaves_no_bytes_behind(case: Case, officer: Account, settings) -> None:
    reference = cases.register(case, io.BytesIO(b"not a picture"), officer)
    cases.reject(reference, "not_media")
    assert kept_files(settings) == []


def test_an_unusable_file_waits_for_a_person_until_she_has_dealt_with_it(case: Case, officer: Account) -> None:
    reference = cases.register(case, io.BytesIO(b""), officer)
    assert list(cases.rejected_references()) == [reference]
    cases.settle(reference, officer)
    cases.settle(reference, officer)
    assert not cases.rejected_references().exists()
    assert case.references.count() == 1
    assert AuditEntry.objects.filter(act="reference.settled").count() == 1


def test_nothing_is_registered_for_a_closed_case(case: Case, officer: Account) -> None:
    case.state = Case.State.CLOSED
    case.save()
    with pytest.raises(cases.CaseClosed):
        cases.register(case, io.BytesIO(b"late"), officer)


def test_an_accepted_reference_is_watched_for_in_all_eight_forms(case: Case, officer: Account) -> None:
    reference = cases.register(case, io.BytesIO(b"a picture"), officer)
    before = cases.watched_state()
    cases.accept_fingerprint(reference, PRINT, b"preview")
    assert reference.next_action == "look_back"
    assert cases.watched_state() != before
    assert list(cases.watched()) == [reference.id]
    assert cases.fingerprint_of(reference).frames == PRINT.frames
    assert cases.preview(reference) == b"preview"


def test_fingerprinting_twice_keeps_one_set_of_codes(case: Case, officer: Account) -> None:
    reference = cases.register(case, io.BytesIO(b"a picture"), officer)
    cases.accept_fingerprint(reference, PRINT, b"")
    cases.accept_fingerprint(reference, PRINT, b"")
    assert reference.codes.count() == 1


def test_places_lie_only_encrypted_and_go_with_the_case(case: Case, officer: Account, settings) -> None:
    reference = cases.register(case, io.BytesIO(b"a picture"), officer)
    cases.accept_fingerprint(reference, WITH_PLACES, b"preview")
    assert cases.fingerprint_of(reference).still == WITH_PLACES.still
    packed = WITH_PLACES.still.packed()
    assert packed.startswith(b"jst1")
    assert len(kept_files(settings)) == 3
    assert not any(b"jst1" in file or packed[-64:] in file for file in kept_files(settings))
    vault.open_vault().destroy_case(case.id)
    assert kept_files(settings) == []
    with pytest.raises(vault.MissingKey):
        cases.fingerprint_of(reference)


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_fingerprinting_anew_leaves_nothing_of_before(case: Case, officer: Account, settings) -> None:
    reference = cases.register(case, io.BytesIO(b"a picture"), officer)
    cases.accept_fingerprint(reference, WITH_PLACES, b"preview")
    before = {reference.preview_object, reference.still_object}
    stale = cases.reference(reference.pk)
    cases.accept_fingerprint(reference, WITH_PLACES, b"preview")
    cases.accept_fingerprint(stale, WITH_PLACES, b"newest preview")
    kept = {path.name for path in settings.CONFIG.vault.rglob("*") if path.is_file()}
    assert kept == {stale.vault_object, stale.preview_object, stale.still_object}
    assert not before & kept
    assert cases.preview(stale) == b"newest preview"
    cases.accept_fingerprint(stale, PRINT, b"")
    assert [path.name for path in settings.CONFIG.vault.rglob("*") if path.is_file()] == [stale.vault_object]
    assert cases.fingerprint_of(stale).still is None


def test_a_reference_rejected_later_leaves_neither_places_nor_codes(case: Case, officer: Account, settings) -> None:
    reference = cases.register(case, io.BytesIO(b"a picture"), officer)
    cases.accept_fingerprint(reference, WITH_PLACES, b"preview")
    cases.reject(reference, "damaged")
    assert kept_files(settings) == []
    reference.refresh_from_db()
    assert (reference.vault_object, reference.preview_object, reference.still_object) == ("", "", "")
    assert not reference.codes.exists()
    assert cases.preview(reference) is None
    assert cases.watched() == {}


def test_closing_a_case_ends_the_watch(case: Case, officer: Account) -> None:
    reference = cases.register(case, io.BytesIO(b"a picture"), officer)
    cases.accept_fingerprint(reference, PRINT, b"")
    case.state = Case.State.CLOSED
    case.save()
    assert cases.watched() == {}


def test_the_audit_log_tells_who_opened_and_registered(case: Case, officer: Account) -> None:
    cases.register(case, io.BytesIO(b"a picture"), officer)
    acts = list(AuditEntry.objects.values_list("act", "actor"))
    told = ["case.opened", "case.assigned", *["consent.given"] * 4, "reference.registered"]
    assert [act for act, _actor in acts] == told
    assert {actor for act, actor in acts if act != "case.assigned"} == {f"account:{officer.pk}"}


@pytest.mark.parametrize(
    "problem",
    [
        "empty",
        "duplicate",
        "not_media",
        "truncated",
        "too_large",
        "no_frames",
        "encrypted_archive",
        "archive",
        "unsupported",
        "audio_only",
        "timeout",
        "crashed",
        "damaged",
    ],
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_problem_has_a_sentence_of_its_own(problem: str, language: str) -> None:
    from django.utils import translation

    with translation.override(language):
        assert cases.problem_text(problem) != cases.problem_text("something else")


def test_what_another_version_made_is_compared_by_its_codes_and_made_anew(case: Case, officer: Account) -> None:
    reference = cases.register(case, io.BytesIO(b"a picture"), officer)
    cases.accept_fingerprint(reference, WITH_PLACES, b"preview")
    reference.rest()
    assert cases.renew_fingerprints() == 0
    Reference.objects.update(made_by=VERSION + 1)
    older = cases.reference(reference.pk)
    assert cases.fingerprint_of(older).still is None
    assert cases.fingerprint_of(older).frames == PRINT.frames
    assert cases.renew_fingerprints() == 1
    older.refresh_from_db()
    assert older.next_action == "fingerprint"
    assert cases.renew_fingerprints() == 0
    cases.accept_fingerprint(older, WITH_PLACES, b"preview")
    assert cases.fingerprint_of(cases.reference(reference.pk)).still == WITH_PLACES.still


def test_a_file_that_comes_while_its_case_is_closed_is_not_kept(officer: Account, open_vault, settings) -> None:
    from jium.cases import retention

    case = opened(officer)
    retention.close(cases.case(case.pk), "done", officer)  # somebody else, meanwhile
    with pytest.raises(cases.CaseClosed):
        cases.register(case, io.BytesIO(b"late"), officer)
    with pytest.raises(cases.CaseClosed):
        cases.bring(case, cases.Paper.IDENTITY, io.BytesIO(b"late"), "application/pdf", officer)
    assert not [path for path in settings.CONFIG.vault.rglob("*") if path.is_file()]
    assert not case.references.exists() and not case.documents.exists()
