"""A site is visited; each new sighting is compared with every reference."""

from __future__ import annotations

import os
from datetime import timedelta

from jium import dna, engine
from jium.cases import services as cases
from jium.cases.services import Reference
from jium.dna.comparison import WHOLE, Region
from jium.egress.session import FetchError
from jium.flow.decoder import decoder
from jium.flow.search import references
from jium.media.errors import MediaError
from jium.review import services as review
from jium.review.services import Previews
from jium.watch import services as watch
from jium.watch.services import Sighting, Site

PREVIEW_SIDE = 480
MOST_PREVIEW_SIDE = 1440
# A part so much smaller than its picture deserves a larger preview than the registered one.
ENLARGED = 1.5


@engine.action(Site, "crawl", queue="crawl")
def crawl(site: Site) -> None:
    """Visit a site once and plan the next visit."""
    if site.paused:
        return
    watch.crawl(site)
    site.plan_in("crawl", timedelta(minutes=site.every_minutes))


@engine.action(Sighting, "match", queue="desk")
def match(sighting: Sighting) -> None:
    """Which references does this show?"""
    for found in references.find(watch.to_fingerprint(sighting)):
        keep_match(found.reference, sighting, found.comparison)


def keep_match(reference: Reference, sighting: Sighting, comparison: dna.Comparison) -> None:
    """Record a match with a greyscale preview of the same moment on both sides."""
    segment = comparison.segments[0] if comparison.segments else None
    here = (segment.a[0] + segment.a[1]) / 2 if segment else None
    there = (segment.b[0] + segment.b[1]) / 2 if segment else None
    region_a, region_b = (how.region_a, how.region_b) if (how := comparison.transform) else (WHOLE, WHOLE)
    previews = Previews(
        _reference_preview(reference, here, _side(region_a)), _sighting_preview(sighting, there, _side(region_b))
    )
    review.record_match(reference, sighting, comparison, previews)


def _side(region: Region) -> int:
    """A preview so large that the part that agrees can be looked at in it."""
    part = max(region[2] - region[0], region[3] - region[1])
    return min(MOST_PREVIEW_SIDE, round(PREVIEW_SIDE / part)) if part > 0 else PREVIEW_SIDE


def _reference_preview(reference: Reference, time: float | None, side: int) -> bytes:
    """A picture has its preview already; only a video, and a picture of which a small part was found, needs another."""
    if reference.kind != "video" and side < ENLARGED * PREVIEW_SIDE:
        return b""
    source = cases.read_reference(reference)
    try:
        return dna.preview(source, time=time, side=side, sandbox=decoder())
    except MediaError:
        return b""
    finally:
        os.close(source)


def _sighting_preview(sighting: Sighting, time: float | None, side: int) -> bytes:
    """The sighting's bytes were dropped, so they are fetched once more; a site that does not answer has none."""
    try:
        return dna.preview(watch.fetch_again(sighting), time=time, side=side, sandbox=decoder())
    except (FetchError, MediaError):
        return b""
