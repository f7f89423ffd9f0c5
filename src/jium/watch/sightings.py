"""What was seen where, as rows: kept once, found again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch

from jium import clock
from jium.dna import VERSION, Fingerprint, FrameCode
from jium.dna.fingerprint import packed_parts, with_parts
from jium.trust import vault
from jium.watch.models import CODES_ALONE, Sighting, SightingCode, Site
from jium.watch.wire import LONGEST_URL

# Sightings belong to no case: their places are sealed under a key of their own.
SIGHTINGS_KEY = UUID("5167a7e5-0000-4000-8000-000000000000")
# So many rows are forgotten in one transaction, so that nobody waits for it.
FORGOTTEN_AT_ONCE = 500
# So many are read at once.
READ_AT_ONCE = 500


def keep_sighting(
    page_url: str, media_url: str, fingerprint: Fingerprint, site: Site | None = None
) -> tuple[Sighting, bool]:
    """The sighting of this content at this address, and whether it is new: then it is planned to be matched."""
    now = clock.now()
    with transaction.atomic():
        sighting, fresh = Sighting.objects.get_or_create(
            address_digest=_address_digest(page_url, media_url, fingerprint.sha256),
            defaults={
                "site": site,
                "page_url": page_url[:LONGEST_URL],
                "media_url": media_url[:LONGEST_URL],
                "sha256": fingerprint.sha256,
                "kind": fingerprint.kind,
                "width": fingerprint.width,
                "height": fingerprint.height,
                "duration": fingerprint.duration,
                "still": _sealed(fingerprint),
                "made_by": VERSION,
                "first_seen_at": now,
                "last_seen_at": now,
            },
        )
        if fresh:
            SightingCode.objects.bulk_create(
                SightingCode(
                    sighting=sighting, time=frame.time, until=frame.until, code=frame.code, quality=frame.quality
                )
                for frame in fingerprint.frames
            )
            sighting.plan("match")
        else:
            # What had gone and is there again is told to all that wait for it.
            if sighting.missed_at:
                sighting.plan("match")
            if sighting.made_by != VERSION:
                sighting.still, sighting.made_by = _sealed(fingerprint), VERSION
                sighting.save(update_fields=["still", "made_by"])
            seen(sighting)
    return sighting, fresh


def seen(sighting: Sighting) -> None:
    """A look found it there."""
    _looked(sighting, last_seen_at=clock.now(), missed_at=None, unseen="")


def missed(sighting: Sighting) -> None:
    """A complete look did not find it there."""
    _looked(sighting, missed_at=sighting.missed_at or clock.now(), unseen="")


def unseen(sighting: Sighting, reason: str) -> None:
    """A look was not complete, so that it may be there or not; ``reason``: see :mod:`jium.watch.observe`."""
    _looked(sighting, unseen=reason[:40])


def _looked(sighting: Sighting, **told: Any) -> None:
    for name, value in told.items():
        setattr(sighting, name, value)
    sighting.save(update_fields=list(told))


def _address_digest(page_url: str, media_url: str, sha256: str) -> str:
    return hashlib.sha256("\n".join((page_url, media_url, sha256)).encode()).hexdigest()


def to_fingerprint(sighting: Sighting) -> Fingerprint:
    """The stored fingerprint of a sighting (of whole pictures the upright codes only).

    Of one whose places are forgotten, or were made by another version, there are the codes alone.
    """
    codes = sighting.codes.order_by("time", "pk")
    return _made(sighting, codes, lambda: vault.open_vault().unsealer(SIGHTINGS_KEY))


def fingerprints() -> Iterator[tuple[Sighting, Fingerprint]]:
    """Everything ever seen, one after another, with its fingerprint."""
    unsealer = cache(lambda: vault.open_vault().unsealer(SIGHTINGS_KEY))
    codes = Prefetch("codes", SightingCode.objects.order_by("time", "pk"))
    for sighting in Sighting.objects.order_by("first_seen_at").prefetch_related(codes).iterator(READ_AT_ONCE):
        yield sighting, _made(sighting, sighting.codes.all(), unsealer)


def _made(
    sighting: Sighting, codes: Iterable[SightingCode], unsealer: Callable[[], Callable[[str, bytes], bytes]]
) -> Fingerprint:
    made = Fingerprint(
        kind=sighting.kind,
        sha256=sighting.sha256,
        width=sighting.width,
        height=sighting.height,
        duration=sighting.duration,
        frames=tuple(FrameCode(row.time, bytes(row.code), row.quality, until=row.until) for row in codes),
    )
    if not sighting.still or sighting.made_by != VERSION:
        return made
    return with_parts(made, unsealer()(sighting.sha256, bytes(sighting.still)))


def _sealed(fingerprint: Fingerprint) -> bytes:
    content = packed_parts(fingerprint)
    if not content:
        return b""
    safe = vault.open_vault()
    safe.create_case_key(SIGHTINGS_KEY)
    return safe.seal(SIGHTINGS_KEY, fingerprint.sha256, content)


def known_fingerprint(sha256: str) -> Fingerprint | None:
    """The whole fingerprint of the very same file, seen anywhere before."""
    before = Sighting.objects.filter(sha256=sha256, made_by=VERSION).first()
    return to_fingerprint(before) if before else None


def known_digests(site: Site, most: int) -> list[str]:
    """The files lately seen on a site whose whole fingerprint is kept, each once."""
    lately = Sighting.objects.filter(site=site, made_by=VERSION).order_by("-last_seen_at")
    return list(dict.fromkeys(lately.values_list("sha256", flat=True)[:most]))


def pages_showing(site: Site, media_url: str, sha256: str) -> set[str]:
    """The pages of a site on which this file was seen at this address."""
    rows = Sighting.objects.filter(sha256=sha256, site=site, media_url=media_url)
    return set(rows.values_list("page_url", flat=True))


def forget_old(places: timedelta, codes: timedelta) -> tuple[int, int]:
    """Forget what was last seen so long ago and no case is about: its places, later all of it.

    How many sightings lost their places, and how many are gone.
    """
    unmatched = Sighting.objects.filter(matches=None)
    now = clock.now()
    faded = gone = 0
    while keys := list(unmatched.filter(last_seen_at__lt=now - codes).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
        with transaction.atomic():
            # Asked again: a look may have found a match meanwhile.
            rows = unmatched.filter(pk__in=keys)
            SightingCode.objects.filter(sighting__in=rows).delete()
            gone += rows.delete()[1].get(Sighting._meta.label, 0)
    fading = unmatched.exclude(made_by=CODES_ALONE).filter(last_seen_at__lt=now - places)
    while keys := list(fading.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
        faded += Sighting.objects.filter(pk__in=keys, matches=None).update(still=b"", made_by=CODES_ALONE)
    return faded, gone
