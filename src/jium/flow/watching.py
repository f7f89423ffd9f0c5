"""A site is visited; each new sighting is compared with every reference."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from django.conf import settings

from jium import clock, dna, engine
from jium.cases import services as cases
from jium.cases.services import Reference
from jium.dna.comparison import WHOLE, Region
from jium.evidence import services as evidence
from jium.flow import decoder
from jium.flow.looks import glance, look
from jium.flow.search import references
from jium.media.errors import MediaError
from jium.removal import services as removal
from jium.review import services as review
from jium.review.services import Group, Match, Previews
from jium.watch import services as watch
from jium.watch.services import Archive, Sighting, Site

PREVIEW_SIDE = 480
MOST_PREVIEW_SIDE = 1440
# A part so much smaller than its picture deserves a larger preview than the registered one.
ENLARGED = 1.5
# How often old sightings are looked for.
FORGETTING = timedelta(days=1)


@engine.action(Site, "crawl", queue="crawl")
def crawl(site: Site) -> None:
    """Visit a site once and plan the next visit."""
    if site.paused:
        return
    try:
        watch.crawl(site)
    except watch.GaveWay:
        site.plan("crawl_patiently")
    else:
        site.plan_in("crawl", timedelta(minutes=site.every_minutes))


@engine.action(Site, "crawl_patiently", queue="slow")
def crawl_patiently(site: Site) -> None:
    """Visit a site that stood still, in a place where nobody but others like it waits. Once it is done in time, it is
    visited as the others are."""
    if site.paused:
        return
    visit = watch.crawl(site, patient=True)
    slow = "out_of_time" in visit.problems
    site.plan_in("crawl_patiently" if slow else "crawl", timedelta(minutes=site.every_minutes))


@engine.action(Archive, "forget", queue="desk")
def forget(archive: Archive) -> None:
    """What was seen on the sites, and no case is about, is kept for a set time only."""
    kept = settings.CONFIG.archive
    watch.forget_old(timedelta(days=kept.places_days), timedelta(days=kept.codes_days))
    archive.plan_in("forget", FORGETTING)


@engine.action(Sighting, "match", queue="desk")
def match(sighting: Sighting) -> None:
    """Which references does this show? What was matched before is there again."""
    before = list(review.matches_of().filter(sighting=sighting))
    found = references.find(watch.to_fingerprint(sighting))
    if not found and not before:
        return
    body = glance(sighting)
    for one in found:
        keep_match(one.reference, sighting, one.comparison, body)
    if body is not None and before:
        _is_back(sighting, before)
    look_later(sighting)


def _is_back(sighting: Sighting, before: list[Match]) -> None:
    """Evidence that did not hold it is taken anew, and what was demanded about it is checked now."""
    for one in before:
        if one.group.verdict == Group.Verdict.SAME:
            evidence.ask_anew(one.group.case, one.group, sighting)
            one.group.plan("carry_out")
    removal.look_now(sighting)


@engine.action(Sighting, "look", queue="check")
def look_again(sighting: Sighting) -> None:
    """What was found could not be shown to anyone: look again, as long as somebody waits for it."""
    waiting = [one for one in review.unshown(sighting) if cases.may_act(one.group.case_id)]
    if not waiting:
        return
    body = look(sighting)
    if body is not None:
        for one in waiting:
            review.show(one, _previews(one.reference, sighting, body, one.segments, one.transform))
            review.examine(one)
    look_later(sighting)


def look_later(sighting: Sighting) -> None:
    """Plan a look where one is needed: now, where none was complete yet, else after a while.

    What has gone is seen again by the visits to its site.
    """
    waiting = review.unshown(sighting)
    if waiting and sighting.missed_at is None:
        later = removal.next_check(min(one.found_at for one in waiting), clock.now())
        sighting.plan("look", later if sighting.unseen else None)


def keep_match(reference: Reference, sighting: Sighting, comparison: dna.Comparison, body: bytes | None) -> None:
    """Record a match with a greyscale preview of the same moment on both sides; ``body``: the file as it is there."""
    segments = [segment.as_dict() for segment in comparison.segments[:1]]
    transform = comparison.transform.as_dict() if comparison.transform else {}
    previews = _previews(reference, sighting, body, segments, transform)
    kept = review.record_match(reference, sighting, comparison, previews)
    if previews.sighting and not kept.sighting_preview:
        review.show(kept, previews)
    if body is not None:
        review.examine(kept)


def _previews(
    reference: Reference,
    sighting: Sighting,
    body: bytes | None,
    segments: list[dict[str, Any]],
    transform: dict[str, Any],
) -> Previews:
    here, there = (sum(segments[0][side]) / 2 if segments else None for side in "ab")
    region_a, region_b = transform.get("region_a") or WHOLE, transform.get("region_b") or WHOLE
    shown = b"" if body is None else _sighting_preview(body, there, _side(region_b))
    if body is not None and not shown:
        watch.unseen(sighting, "file crashed")
    return Previews(_reference_preview(reference, here, _side(region_a)), shown)


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
        return dna.preview(source, time=time, side=side, sandbox=decoder.of_case(reference.case_id))
    except MediaError:
        return b""
    finally:
        os.close(source)


def _sighting_preview(body: bytes, time: float | None, side: int) -> bytes:
    try:
        return dna.preview(body, time=time, side=side, sandbox=decoder.of_sites())
    except MediaError:
        return b""
