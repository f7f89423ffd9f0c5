"""However a site brings a picture to its visitors: the crawl finds it, and the check sees that it is up."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator

import pytest

from jium import dna
from jium.removal.judge import judge
from jium.watch import crawling, observe
from jium.watch.models import Sighting
from jium.watch.models import Site as Watched
from tests.egress.site import Site, way_out
from tests.oracle.manners import MANNERS, Manner, site
from tests.watch.pictures import picture


@pytest.fixture
def server() -> Iterator[Site]:
    with Site(knowing=site) as server, way_out(site=server):
        yield server


def digest(manner: Manner) -> str:
    return hashlib.sha256(picture(manner.number)).hexdigest()


@pytest.mark.django_db(databases=["default", "keys"])
def test_the_crawl_finds_every_one_of_them(server, open_vault, monkeypatch):
    monkeypatch.setattr(crawling, "DELAY_SECONDS", 0.0)
    crawling.crawl(Watched.objects.create(name="manners", start_url="http://site.example/"))
    seen = set(Sighting.objects.values_list("sha256", flat=True))
    assert [manner.name for manner in MANNERS if digest(manner) not in seen] == []


def test_the_check_sees_that_every_one_of_them_is_up(server, monkeypatch):
    with dna.open_sandbox() as shared:
        monkeypatch.setattr(observe.dna, "open_sandbox", lambda: contextlib.nullcontext(shared))
        told = {}
        for manner in MANNERS:
            known = dna.fingerprint(picture(manner.number), sandbox=shared)
            nowhere = f"{manner.page}under-another-name.jpg"
            told[manner.name] = str(judge(observe.observe(manner.page, nowhere), known, nowhere).outcome)
    assert {name: outcome for name, outcome in told.items() if outcome not in ("up", "moved")} == {}
