"""The sites under watch, each visit to one, and what was seen where."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from jium.engine.models import Work


class Site(Work):
    """A place that is crawled again and again. Planned action: ``crawl``."""

    name = models.CharField(_("name"), max_length=80)
    start_url = models.URLField(_("start address"), max_length=500, unique=True)
    every_minutes = models.PositiveIntegerField(_("visit every (minutes)"), default=360)
    obey_robots = models.BooleanField(_("obey robots.txt when discovering"), default=True)
    paused = models.BooleanField(_("paused"), default=False)

    class Meta(Work.Meta):
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Crawl(models.Model):
    """One visit to a site: progress while it runs, its counts afterwards.

    ``style_sheets``: of its pages, outside of them; they are not read, so pictures that only they name were not seen.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="crawls")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    pages = models.PositiveIntegerField(default=0)
    media = models.PositiveIntegerField(default=0)
    new_sightings = models.PositiveIntegerField(default=0)
    style_sheets = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=dict)

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"crawl {self.pk}"


# In place of a version: of a sighting that old its codes are left.
CODES_ALONE = 0


class Sighting(Work):
    """What was seen where. The bytes are dropped after fingerprinting. Planned actions: ``match``, ``look``.

    ``still``: the places of a picture or of a video's scenes, sealed in the vault's way, for they are as telling.
    ``made_by``: the version of :mod:`jium.dna` that made them, or ``CODES_ALONE`` once they are forgotten.
    ``missed_at``: since when complete looks do not find it there any more; None while the latest look found it.
    ``unseen``: why the latest look told neither (see :mod:`jium.watch.observe`); empty when it was complete.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.SET_NULL, related_name="sightings")
    page_url = models.CharField(max_length=2000)
    media_url = models.CharField(max_length=2000)
    address_digest = models.CharField(max_length=64, unique=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    kind = models.CharField(max_length=8)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    duration = models.FloatField(null=True, blank=True)
    still = models.BinaryField(blank=True, default=b"")
    made_by = models.PositiveSmallIntegerField(default=1)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    missed_at = models.DateTimeField(null=True, blank=True)
    unseen = models.CharField(max_length=40, blank=True, default="")

    class Meta(Work.Meta):
        ordering = ("-first_seen_at",)
        indexes = [
            *Work.Meta.indexes,
            models.Index(fields=["first_seen_at"], name="sighting_first_seen"),
            models.Index(fields=["last_seen_at"], name="sighting_last_seen"),
        ]

    def __str__(self) -> str:
        return f"sighting {self.pk}"


class Archive(Work):
    """One row, so that forgetting is work like any other. Planned action: ``forget``."""

    def __str__(self) -> str:
        return "archive"


class SightingCode(models.Model):
    """One 256-bit PDQ code of a sighting: the picture, or what a video shows from ``time`` to ``until`` seconds."""

    sighting = models.ForeignKey(Sighting, on_delete=models.CASCADE, related_name="codes")
    time = models.FloatField(null=True, blank=True)
    until = models.FloatField(null=True, blank=True)
    code = models.BinaryField(max_length=32)
    quality = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("sighting", "time")

    def __str__(self) -> str:
        return f"code {self.pk}"
