"""Every copy is examined by itself: is another face in it than in the reference? The officer reads what was found."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from jium import dna, egress
from jium.bench import swaps
from jium.cases import services as cases
from jium.faces.face import Pixels
from jium.flow import decoder, examining, intake, watching
from jium.flow.search import ReferenceSearch
from jium.review.services import Group, Match
from jium.trust.models import Account
from jium.watch import services as watch
from tests.cases.opened import opened
from tests.egress.site import Site
from tests.forensics.scenes import scene, shown
from tests.forensics.test_beside import skin

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

ORIGINAL, ANOTHER = scene(1, 3), scene(2, 5)


def jpeg(rgb: Pixels, quality: int = 88) -> bytes:
    kept = io.BytesIO()
    Image.fromarray(rgb).save(kept, "JPEG", quality=quality)
    return kept.getvalue()


def another_face() -> bytes:
    return jpeg(swaps.METHODS[0].make(shown(ANOTHER), shown(ORIGINAL)))


Found = Callable[[bytes], Match]


@pytest.fixture
def asked() -> list[str]:
    """Every path for which the site was asked."""
    return []


@pytest.fixture
def found(officer: Account, settings, monkeypatch, asked: list[str]) -> Iterator[Found]:
    """Call it with a copy of the reference: it is on a site, was seen there, and is matched."""
    monkeypatch.setattr(watching, "references", ReferenceSearch())
    there: dict[str, bytes] = {}

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        asked.append(path)
        return (200, {"Content-Type": "image/jpeg"}, there[path]) if path in there else (404, {}, b"")

    with Site(answer) as site:
        egress.start(dataclasses.replace(settings.CONFIG, local_hosts={"olive.example": site.place}))
        case = opened(officer)
        reference = cases.register(case, io.BytesIO(jpeg(ORIGINAL, 92)), officer)
        intake.fingerprint(reference)

        def start(copy: bytes) -> Match:
            path = f"/{len(there) + 1}.jpg"
            there[path] = copy
            address = f"http://olive.example{path}"
            seen = dna.fingerprint(copy, decoder.of_sites())
            sighting, _fresh = watch.keep_sighting(address.removesuffix(".jpg"), address, seen)
            watching.match(sighting)
            return Match.objects.get(sighting=sighting)

        yield start
        egress.stop()
        decoder.close()


def page(client, officer: Account, address: str, language: str) -> str:
    client.force_login(officer)
    client.cookies["jium_language"] = language
    return client.get(address).content.decode()


def test_another_face_in_a_copy_makes_it_a_composite_and_the_page_says_why(found: Found, client, officer) -> None:
    match = found(another_face())
    assert (match.kind, match.next_action) == ("copy", "examine")
    examining.examine(match)
    match.refresh_from_db()
    assert match.kind == "composite" and match.examined["verdict"] == "composite"
    assert match.group.verdict == Group.Verdict.UNDECIDED
    text = page(client, officer, f"/groups/{match.group_id}/", "en")
    assert re.search(
        r"Possibly a composite: \d+ times likelier in a composite than in an untouched copy \(estimated: ", text
    )
    assert "The face does not look like the one of the reference" in text
    korean = page(client, officer, f"/groups/{match.group_id}/", "ko")
    assert "합성" in korean and "원본 자료" in korean and "The face" not in korean
    assert "Possibly a composite. Is it the same?" in page(client, officer, "/", "en")
    assert "possibly a composite" in page(client, officer, f"/cases/{match.group.case_id}/", "en")


def test_a_copy_with_her_own_face_is_no_composite(found: Found, client, officer) -> None:
    match = found(jpeg(ORIGINAL, 60))
    examining.examine(match)
    match.refresh_from_db()
    assert match.kind == "copy" and match.examined["verdict"] == "authentic-looking"
    text = page(client, officer, f"/groups/{match.group_id}/", "en")
    assert re.search(r"No sign of a composite: \d+ times likelier in an untouched copy than in a composite", text)
    assert "possibly a composite" not in page(client, officer, f"/cases/{match.group.case_id}/", "en")


def test_of_a_copy_with_another_body_the_page_says_that_a_part_of_it_is_another(found: Found, client, officer) -> None:
    match = found(jpeg(skin(ORIGINAL)))
    examining.examine(match)
    match.refresh_from_db()
    assert match.kind == "copy" and match.examined["verdict"] == "undetermined"
    text = page(client, officer, f"/groups/{match.group_id}/", "en")
    assert "The face is the one of the reference, but a part of the picture beside it" in text
    assert "No sign of a composite" not in text
    korean = page(client, officer, f"/groups/{match.group_id}/", "ko")
    assert "얼굴은 원본 자료의 얼굴 그대로인데" in korean and "The face" not in korean


def test_a_file_is_fetched_and_examined_once_whatever_the_number_of_its_addresses(found: Found, asked) -> None:
    first, second = found(another_face()), found(another_face())
    examining.examine(first)
    before = list(asked)
    examining.examine(second)
    examining.examine(Match.objects.get(pk=first.pk))
    second.refresh_from_db()
    assert asked == before and second.kind == "composite"


def test_the_very_file_of_the_reference_needs_no_examination(found: Found) -> None:
    assert found(jpeg(ORIGINAL, 92)).next_action == ""


def test_what_is_planned_already_is_not_planned_again_at_the_next_visit(found: Found) -> None:
    match = found(another_face())
    watching.match(match.sighting)
    assert Match.objects.get(pk=match.pk).turn == match.turn == 1


def test_what_is_gone_waits_until_it_is_seen_again(found: Found) -> None:
    match = found(another_face())
    match.sighting.media_url = "http://olive.example/gone.jpg"
    match.sighting.save(update_fields=["media_url"])
    examining.examine(match)
    match.refresh_from_db()
    assert match.examined == {}
    match.sighting.media_url = "http://olive.example/1.jpg"
    match.sighting.save(update_fields=["media_url"])
    watching.match(match.sighting)
    match.refresh_from_db()
    assert match.next_action == "examine"


def test_no_file_and_no_name_is_left_in_what_is_kept(found: Found) -> None:
    match = found(another_face())
    examining.examine(match)
    match.refresh_from_db()
    assert all(set(one["values"]) <= {"differing", "parts", "faces"} for one in match.examined["findings"])
