"""What was seen on the sites, and no case is about, is forgotten in two steps; until then it is looked through."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from jium import clock
from jium.cases import services as cases
from jium.dna import Comparison, Fingerprint, FrameCode, Transform
from jium.dna.still import Still, View
from jium.flow import watching
from jium.review import services as review
from jium.review.services import Previews
from jium.trust.models import Account
from jium.watch import services as watch
from jium.watch.models import CODES_ALONE, Archive, Sighting, SightingCode
from jium.watch.sightings import known_digests, known_fingerprint
from tests.cases.opened import opened

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DAY = 86_400
CODES = tuple(np.random.default_rng(5).bytes(32) for _ in range(8))
STILL = Still((View("border", (0.1, 0.1, 0.9, 0.9), 80, CODES),))
SEEN = Fingerprint("image", "0f" * 32, 640, 480, None, (FrameCode(None, bytes(32), 77),), "", STILL)
PLACES, ALL = timedelta(days=90), timedelta(days=1095)


def see(number: int, site: watch.Site | None = None) -> Sighting:
    address = f"http://olive.example/{number}"
    return watch.keep_sighting(address, f"{address}.png", replace(SEEN, sha256=f"{number:064x}"), site)[0]


def anew(sighting: Sighting) -> Sighting:
    return Sighting.objects.get(pk=sighting.pk)


def matched(sighting: Sighting, officer: Account) -> None:
    case = opened(officer)
    reference = cases.register(case, io.BytesIO(b"a picture"), officer)
    found = Comparison(True, 1.0, 1e6, Transform(False, 0, 1.0), ())
    review.record_match(reference, sighting, found, Previews(b"", b""))


def test_places_go_first_and_codes_later(open_vault, moved_clock) -> None:
    old = see(1)
    moved_clock(60 * DAY)
    young = see(2)
    moved_clock(91 * DAY)
    assert watch.forget_old(PLACES, ALL) == (1, 0)
    assert bytes(anew(old).still) == b"" and watch.to_fingerprint(anew(old)).still is None
    assert watch.to_fingerprint(anew(old)).frames == SEEN.frames
    assert watch.to_fingerprint(anew(young)).still == STILL
    moved_clock(1096 * DAY)
    assert watch.forget_old(PLACES, ALL) == (1, 1)
    assert list(Sighting.objects.all()) == [young]
    assert set(SightingCode.objects.values_list("sighting", flat=True)) == {young.pk}
    assert watch.forget_old(PLACES, ALL) == (0, 0)


def test_what_is_seen_again_is_kept_from_then_on(open_vault, moved_clock) -> None:
    see(1)
    moved_clock(80 * DAY)
    again = see(1)
    moved_clock(100 * DAY)
    assert watch.forget_old(PLACES, ALL) == (0, 0)
    assert watch.to_fingerprint(anew(again)).still == STILL


def test_what_a_case_is_about_is_not_forgotten(open_vault, moved_clock, officer: Account) -> None:
    sighting = see(1)
    matched(sighting, officer)
    moved_clock(2000 * DAY)
    assert watch.forget_old(PLACES, ALL) == (0, 0)
    assert watch.to_fingerprint(anew(sighting)).still == STILL


@pytest.mark.parametrize("made_by", [CODES_ALONE, 999], ids=["forgotten", "by another version"])
def test_a_file_of_which_the_codes_alone_are_known_is_looked_at_anew(open_vault, officer, made_by: int) -> None:
    site = watch.add_site("Olive", "http://olive.example/", officer)
    sighting = see(1, site)
    assert known_digests(site, 10) == [sighting.sha256] and known_fingerprint(sighting.sha256)
    Sighting.objects.update(made_by=made_by, still=b"what nobody here can read")
    assert known_digests(site, 10) == [] and known_fingerprint(sighting.sha256) is None
    # Never misread: its codes are comparable all the same.
    assert watch.to_fingerprint(anew(sighting)) == replace(SEEN, sha256=sighting.sha256, still=None)
    assert see(1, site) == sighting
    assert watch.to_fingerprint(anew(sighting)).still == STILL


def test_it_is_done_day_by_day(open_vault, moved_clock, settings) -> None:
    watch.keep_archive()
    watch.keep_archive()
    archive = Archive.objects.get()
    assert archive.next_action == "forget"
    see(1)
    moved_clock((settings.CONFIG.archive.places_days + 1) * DAY)
    watching.forget(archive)
    assert Sighting.objects.get().made_by == CODES_ALONE
    later = Archive.objects.get().next_action_at
    assert later and later - clock.now() == pytest.approx(watching.FORGETTING, abs=timedelta(minutes=1))
