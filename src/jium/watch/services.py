"""What the other rooms may ask of watch: sites, visits, sightings, and one look at an address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery

from jium import lists
from jium.dna import Fingerprint
from jium.egress.url import readable
from jium.trust import audit
from jium.trust.models import Account
from jium.watch.crawling import CrawlFailed, GaveWay, crawl
from jium.watch.looking import ABSENT
from jium.watch.models import Archive, Crawl, Sighting, SightingCode, Site
from jium.watch.observe import Observation, observe
from jium.watch.refetch import fetch_again
from jium.watch.sightings import fingerprints, forget_old, keep_sighting, missed, seen, to_fingerprint, unseen
from jium.watch.words import WHY, why_text

__all__ = [
    "ABSENT",
    "WHY",
    "Archive",
    "Crawl",
    "CrawlFailed",
    "GaveWay",
    "Observation",
    "Sighting",
    "Site",
    "crawl",
    "fetch_again",
    "fingerprints",
    "forget_old",
    "keep_sighting",
    "missed",
    "observe",
    "seen",
    "to_fingerprint",
    "unseen",
    "why_text",
]


def add_site(name: str, start_url: str, by: Account, every_minutes: int = 360, obey_robots: bool = True) -> Site:
    """Watch a site from now on. A site with this start address is returned as it is."""
    with transaction.atomic():
        site, fresh = Site.objects.get_or_create(
            start_url=start_url,
            defaults={"name": name, "every_minutes": every_minutes, "obey_robots": obey_robots},
        )
        if fresh:
            audit.record(by, "site.added", str(site.pk))
            site.plan("crawl")
    return site


def pause(site: Site, by: Account) -> None:
    """Visit the site no more until :func:`resume`."""
    with transaction.atomic():
        site.paused = True
        site.save(update_fields=["paused"])
        site.rest()
        audit.record(by, "site.paused", str(site.pk))


def resume(site: Site, by: Account) -> None:
    """Visit the site again, at once."""
    with transaction.atomic():
        site.paused = False
        site.save(update_fields=["paused"])
        site.plan("crawl")
        audit.record(by, "site.resumed", str(site.pk))


def edit(site: Site, by: Account, name: str, start_url: str, every_minutes: int, obey_robots: bool) -> None:
    """What is known of a site is changed; the next visit goes by it.

    Raises ``IntegrityError`` for the start address of another site.
    """
    with transaction.atomic():
        moved = site.start_url != start_url
        site.name, site.start_url, site.every_minutes, site.obey_robots = name, start_url, every_minutes, obey_robots
        site.save(update_fields=["name", "start_url", "every_minutes", "obey_robots"])
        audit.record(by, "site.edited", str(site.pk))
        if moved and not site.paused:
            site.plan("crawl")


def delete(site: Site, by: Account) -> None:
    """Watch a site no more. What was found on it stays, with its evidence and its letters."""
    with transaction.atomic():
        audit.record(by, "site.deleted", str(site.pk))
        site.delete()


def visit_now(site: Site) -> None:
    """Do not wait for the next visit. One under way is not joined by a second."""
    visit = last_crawl(site)
    under_way = visit is not None and visit.finished_at is None and site.next_action in VISITS
    if not site.paused and not under_way:
        site.plan("crawl")


def sites() -> QuerySet[Site]:
    """All sites by name, each with ``last_visit_at``."""
    return Site.objects.annotate(last_visit_at=Max("crawls__finished_at")).order_by("name")


def not_reached(sites: QuerySet[Site]) -> QuerySet[Site]:
    """Of the sites those of which the latest visit saw no page."""
    latest = Crawl.objects.filter(site=OuterRef("pk")).order_by("-started_at")[:1]
    seen = sites.annotate(over=Subquery(latest.values("finished_at")), pages_seen=Subquery(latest.values("pages")))
    return seen.filter(paused=False, over__isnull=False, pages_seen=0)


def search(sites: QuerySet[Site], text: str) -> QuerySet[Site]:
    """Of the sites those of which every word of ``text`` is in the name or the start address, in whatever form."""
    found = (site.pk for site in sites if lists.holds(text, site.name, site.start_url, readable(site.start_url)))
    return sites.filter(pk__in=list(found))


# The actions of a site that are visits.
VISITS = ("crawl", "crawl_patiently")


def last_crawl(site: Site) -> Crawl | None:
    """The latest visit, also one under way."""
    return site.crawls.order_by("-started_at").first()


def last_crawls(sites: Iterable[Site]) -> dict[int, Crawl]:
    """The latest visit of each of these sites, by the site's key."""
    latest = Crawl.objects.filter(site=OuterRef("pk")).order_by("-started_at").values("pk")[:1]
    of_sites = Site.objects.filter(pk__in=[site.pk for site in sites]).order_by()
    keys = of_sites.annotate(latest=Subquery(latest)).values("latest")
    return {crawl.site_id: crawl for crawl in Crawl.objects.filter(pk__in=keys)}


def keep_archive() -> None:
    """From now on what is too old is forgotten day by day."""
    archive, _fresh = Archive.objects.get_or_create(pk=1)
    if not archive.next_action:
        archive.plan("forget")


def passed_pictures(most: int) -> Iterator[Fingerprint]:
    """The latest pictures seen in which no reference was found, the oldest of them first."""
    plain = Sighting.objects.filter(kind="image", matches=None).exclude(still=b"")
    return map(to_fingerprint, reversed(plain.order_by("-first_seen_at")[:most]))


def sighting(sighting_id: UUID) -> Sighting:
    """The sighting, or ``Sighting.DoesNotExist``."""
    return Sighting.objects.get(pk=sighting_id)


def forget(sightings: Iterable[UUID]) -> Counter[str]:
    """Delete those of them, with addresses, codes and places, that no case is about; how many."""
    gone, wanted = 0, sorted(sightings, key=str)
    for first in range(0, len(wanted), 500):
        some = Sighting.objects.filter(pk__in=wanted[first : first + 500])
        free = some.filter(matches=None, captures=None, notice_items=None, targets=None)
        gone += free.count()
        Sighting.objects.filter(pk__in=list(free.values_list("pk", flat=True))).delete()
    return Counter(sightings=gone)


def tables() -> list[str]:
    """Of this room that hold what was seen."""
    return [model._meta.db_table for model in (Sighting, SightingCode)]
