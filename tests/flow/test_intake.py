"""What becomes of a registered file: a reference that is watched for, or a row that says in plain words why not."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import translation

from jium import dna, egress
from jium.cases import services as cases
from jium.cases.services import Reference
from jium.flow import decoder, intake
from jium.media.errors import MediaError
from jium.review import services as review
from jium.trust.models import Account
from jium.watch import services as watch
from tests.cases.opened import opened
from tests.media import samples

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

State = Reference.State


@pytest.fixture(autouse=True)
def closed_decoder() -> Iterator[None]:
    yield
    decoder.close()


def registered(officer: Account, content: bytes) -> Reference:
    """The row after everything due for it has been done."""
    case = opened(officer)
    reference = cases.register(case, io.BytesIO(content), officer)
    if reference.next_action == "fingerprint":
        intake.fingerprint(reference)
    reference.refresh_from_db()
    return reference


USABLE = {
    "JPEG": (lambda: samples.jpeg(1), "image", ""),
    "PNG": (lambda: samples.encoded(samples.picture(1), "PNG"), "image", ""),
    "WebP": (lambda: samples.encoded(samples.picture(1), "WEBP"), "image", ""),
    "AVIF": (lambda: samples.encoded(samples.picture(1), "AVIF"), "image", ""),
    "HEIC": (lambda: samples.heic(samples.picture(1)), "image", ""),
    "GIF": (lambda: samples.encoded(samples.picture(1), "GIF"), "image", ""),
    "animated GIF": (lambda: samples.animation((1, 2, 3), "GIF", 500), "video", "animated"),
    "video": (lambda: samples.video((1, 2), 2.0), "video", ""),
}


@pytest.mark.parametrize("name", USABLE)
def test_a_usable_file_is_watched_for(officer: Account, name: str) -> None:
    make, kind, note = USABLE[name]
    reference = registered(officer, make())
    assert (reference.state, reference.problem) == (State.READY, "")
    assert (reference.kind, reference.note) == (kind, note)
    assert reference.codes.exists() and cases.preview(reference)
    assert reference.next_action == "look_back"


UNUSABLE = {
    "not a picture": (lambda: b"just some words " * 50, "not_media"),
    "0 bytes": (lambda: b"", "empty"),
    "truncated": (lambda: samples.jpeg(1)[:5000], "truncated"),
    "60,000 x 60,000": (lambda: samples.png_header_bomb(), "too_large"),
    "a video without frames": (lambda: samples.video_without_frames("mp4"), "no_frames"),
    "a ZIP with a password": (lambda: samples.packed(samples.jpeg(1), password=True), "encrypted_archive"),
    "a ZIP": (lambda: samples.packed(samples.jpeg(1), password=False), "archive"),
    "only sound": (lambda: samples.sound(), "audio_only"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_file_is_a_row_that_says_why_and_leaves_nothing_else(officer: Account, name: str, settings) -> None:
    make, problem = UNUSABLE[name]
    reference = registered(officer, make())
    assert (reference.state, reference.problem) == (State.REJECTED, problem)
    assert not reference.codes.exists()
    assert (reference.vault_object, reference.preview_object, reference.next_action) == ("", "", "")
    assert [path for path in settings.CONFIG.vault.rglob("*") if path.is_file()] == []
    told = []
    for language in ("ko", "en"):
        with translation.override(language):
            told.append(cases.problem_text(reference.problem))
    assert told[0] != told[1]


def test_the_name_of_a_file_does_not_count_only_what_is_in_it(officer: Account) -> None:
    upload = io.BytesIO(samples.jpeg(2))
    upload.name = "film.mp4"
    reference = cases.register(opened(officer), upload, officer)
    intake.fingerprint(reference)
    reference.refresh_from_db()
    assert (reference.state, reference.kind) == (State.READY, "image")


@pytest.fixture
def site_is_away(settings, nobody: int) -> Iterator[None]:
    """A way out to the network, at whose end nobody answers."""
    egress.start(dataclasses.replace(settings.CONFIG, local_hosts={"olive.example": ("127.0.0.1", nobody)}))
    yield
    egress.stop()


def test_a_new_reference_is_found_among_what_was_seen_before_it_came(officer: Account, site_is_away: None) -> None:
    seen = dna.fingerprint(samples.encoded(samples.picture(3).resize((320, 240)), "PNG"), decoder.of_sites())
    sighting, _fresh = watch.keep_sighting("http://olive.example/1", "http://olive.example/1.png", seen)
    reference = registered(officer, samples.jpeg(3))
    intake.look_back(reference)
    (group,) = review.groups(reference.case_id)
    assert [match.sighting for match in review.matches(group)] == [sighting]


def test_references_that_wait_are_looked_for_together(officer: Account, site_is_away: None) -> None:
    references = [registered(officer, samples.jpeg(number)) for number in (3, 5)]
    for number in (3, 5, 7):
        seen = dna.fingerprint(samples.encoded(samples.picture(number).resize((320, 240)), "PNG"), decoder.of_sites())
        watch.keep_sighting(f"http://olive.example/{number}", f"http://olive.example/{number}.png", seen)
    later, first = references
    intake.look_back(first)
    for reference in references:
        (group,) = review.groups(reference.case_id)
        assert len(review.matches(group)) == 1
    later.refresh_from_db()
    assert later.next_action == ""


def test_a_look_through_the_past_stops_for_whom_withdraws_meanwhile(
    officer: Account, site_is_away: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other = [registered(officer, samples.jpeg(number)) for number in (3, 5)]
    for number in (3, 5):
        seen = dna.fingerprint(samples.encoded(samples.picture(number).resize((320, 240)), "PNG"), decoder.of_sites())
        watch.keep_sighting(f"http://olive.example/{number}", f"http://olive.example/{number}.png", seen)
    through = intake.look_through

    def meanwhile(sought):
        for number, found in enumerate(through(sought)):
            if number == 1:
                cases.withdraw_consent(other.case, [cases.Kind.SUPPORT], officer)
            yield found

    monkeypatch.setattr(intake, "look_through", meanwhile)
    intake.look_back(first)
    assert [len(review.groups(reference.case_id)) for reference in (first, other)] == [1, 0]


def test_a_reference_that_cannot_be_read_holds_up_no_other(officer: Account, site_is_away: None, settings) -> None:
    first, broken = [registered(officer, samples.jpeg(number)) for number in (3, 5)]
    seen = dna.fingerprint(samples.encoded(samples.picture(3).resize((320, 240)), "PNG"), decoder.of_sites())
    watch.keep_sighting("http://olive.example/3", "http://olive.example/3.png", seen)
    cases.Reference.objects.filter(pk=broken.pk).update(still_object="0" * 32)
    intake.look_back(first)
    assert len(review.groups(first.case_id)) == 1
    broken.refresh_from_db()
    assert broken.next_action == "look_back"


def test_what_was_planned_anew_meanwhile_is_looked_for_again(officer: Account) -> None:
    reference = registered(officer, samples.jpeg(3))
    (seen,) = cases.looking_back(10)
    reference.plan("look_back")
    cases.looked_back(seen)
    reference.refresh_from_db()
    assert reference.next_action == "look_back"


def standing_film(codec: str = "libx264") -> bytes:
    """Two scenes of two seconds in which nothing moves."""
    frames = iter([samples.picture(1, (320, 240))] * 20 + [samples.picture(2, (320, 240))] * 20)
    return samples.video((1, 2), 2.0, codec=codec, edit=lambda _drifting: next(frames))


def look_again() -> None:
    migration = import_module("jium.cases.migrations.0004_moments")
    migration.look_again(apps, None)


def test_a_video_of_an_older_version_is_fingerprinted_anew_and_stays_comparable_until_then(officer: Account) -> None:
    reference = registered(officer, standing_film())
    reference.rest()
    reference.codes.update(until=None)
    assert dna.compare(cases.fingerprint_of(reference), dna.fingerprint(standing_film("mpeg4"))).match
    look_again()
    reference.refresh_from_db()
    assert reference.next_action == "fingerprint"
    intake.fingerprint(reference)
    reference.refresh_from_db()
    assert (reference.state, reference.next_action) == (State.READY, "look_back")
    assert reference.codes.exclude(until=None).exists()


def test_a_video_that_cannot_be_fingerprinted_anew_stays_as_it_was(
    officer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = registered(officer, standing_film())
    before = cases.fingerprint_of(reference)

    def too_slow(*_arguments: object, **_more: object) -> None:
        raise MediaError("timeout")

    monkeypatch.setattr(dna, "fingerprint", too_slow)
    intake.fingerprint(reference)
    reference.refresh_from_db()
    assert (reference.state, reference.next_action) == (State.READY, "")
    assert cases.fingerprint_of(reference) == before
    assert before.scenes and any(frame.until for frame in before.frames)
