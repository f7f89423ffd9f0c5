"""An altered copy on a site becomes a match whose page says in words how it differs, where it lies and why."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from jium import dna, egress
from jium.cases import services as cases
from jium.demoweb.alterations import screenshot
from jium.flow import decoder, intake, watching
from jium.flow.search import ReferenceSearch
from jium.review import services as review
from jium.review.services import Match
from jium.trust.models import Account
from jium.watch import services as watch
from tests.cases.opened import opened
from tests.egress.site import Site
from tests.media import samples

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

PICTURE = samples.picture(3)


def turned(picture: Image.Image, degrees: float) -> Image.Image:
    return picture.rotate(degrees, expand=True, resample=Image.Resampling.BICUBIC)


def cropped_and_turned() -> Image.Image:
    whole = turned(PICTURE, 33)
    width, height = whole.size
    return whole.crop((width // 4, height // 4, width * 3 // 4, height * 3 // 4))


def mirrored_corner() -> Image.Image:
    return PICTURE.transpose(Image.Transpose.FLIP_LEFT_RIGHT).crop((20, 20, 360, 300))


def inside_another() -> Image.Image:
    larger = samples.picture(9, (1200, 900))
    larger.paste(PICTURE.resize((400, 300), Image.Resampling.LANCZOS), (700, 500))
    return larger


@pytest.fixture
def found(officer: Account, settings, monkeypatch) -> Iterator[Callable[[Image.Image], Match]]:
    """Call it with an altered copy: it is on a site, was seen there, and is matched with the reference."""
    # The tables of the test before were rolled back: what it held in memory is no index of these.
    monkeypatch.setattr(watching, "references", ReferenceSearch())
    shown: dict[str, bytes] = {}
    with Site(lambda path: (200, {"Content-Type": "image/jpeg"}, shown[path])) as site:
        egress.start(dataclasses.replace(settings.CONFIG, local_hosts={"olive.example": site.place}))
        case = opened(officer)
        reference = cases.register(case, io.BytesIO(samples.encoded(PICTURE, "JPEG", quality=90)), officer)
        intake.fingerprint(reference)

        def start(copy: Image.Image) -> Match:
            number = len(shown) + 1
            shown[f"/{number}.jpg"] = samples.encoded(copy, "JPEG", quality=85)
            seen = dna.fingerprint(shown[f"/{number}.jpg"], decoder.of_sites())
            address = f"http://olive.example/{number}"
            sighting, _fresh = watch.keep_sighting(address, f"{address}.jpg", seen)
            watching.match(sighting)
            return Match.objects.get(sighting=sighting)

        yield start
        egress.stop()
        decoder.close()


def page(client, officer: Account, match: Match, language: str = "en") -> str:
    client.force_login(officer)
    client.cookies["jium_language"] = language
    answer = client.get(f"/groups/{match.group_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_cropped_and_turned_copy_is_told_in_words(found, client, officer: Account) -> None:
    match = found(cropped_and_turned())
    assert match.reason["step"] == "places"
    text = page(client, officer, match)
    assert "turned by 33° to the left, cropped to about" in text
    assert f"{match.reason['places']} places agree" in text
    assert "of a larger picture" not in text
    korean = page(client, officer, match, "ko")
    assert "왼쪽으로 33° 회전, 약 " in korean and "%만 남기고 잘라냄" in korean
    assert f"{match.reason['places']}곳이 일치함" in korean


def test_a_mirrored_part_is_framed_and_shown_unmirrored_beside_it(found, client, officer: Account) -> None:
    match = found(mirrored_corner())
    text = page(client, officer, match)
    assert re.search("mirrored, cropped to about 3[0-2] %", text)
    assert 'id="left-' in text and text.count("<rect ") == 2
    assert 'transform="scale(-1 1) rotate(0)' in text


def test_a_picture_in_a_picture_is_framed_where_it_is(found, client, officer: Account) -> None:
    match = found(inside_another())
    text = page(client, officer, match)
    assert "in the lower right of a larger picture" in text and "cropped" not in text
    frame = re.search(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', text)
    assert frame and [float(value) for value in frame.groups()] == pytest.approx([700, 500, 400, 300], abs=12)
    shown = Image.open(io.BytesIO(review.preview(match, "sighting") or b""))
    # Larger than other previews, so that the part can be looked at; grey as they are.
    assert (shown.mode, max(shown.size)) == ("L", 1200)


def test_a_mere_smaller_copy_needs_no_frame(found, client, officer: Account) -> None:
    match = found(PICTURE.resize((320, 240)))
    text = page(client, officer, match)
    assert match.reason["step"] == "codes"
    assert f"{256 - match.reason['bits']} of 256 bits of the fingerprint agree" in text
    assert "0.5 times the size" in text
    assert "<svg id=" not in text and "turned alike" not in text


def test_a_match_of_before_has_no_reason_and_is_shown_as_ever(found, client, officer: Account) -> None:
    match = found(PICTURE.resize((320, 240)))
    Match.objects.update(reason={}, transform={"mirrored": True, "rotation": 90, "scale": 0.5})
    text = page(client, officer, match)
    assert "mirrored, turned by 90° to the left, 0.5 times the size" in text
    assert "Common to both" not in text and "places agree" not in text


def test_a_crop_a_screenshot_and_a_turned_copy_of_one_picture_are_one_look(found) -> None:
    corner = PICTURE.crop((0, 0, 320, 240))
    other_corner = PICTURE.crop((300, 200, 640, 480))
    copies = [screenshot(PICTURE), cropped_and_turned(), corner, other_corner, mirrored_corner(), inside_another()]
    assert len({found(copy).group_id for copy in copies}) == 1
