"""Captures: the evidence package of a sighting."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jium.engine.models import Work

MOST_WORDS = 500


class Capture(Work):
    """The evidence package of one sighting. Planned actions: ``record``, ``look_for``.

    A later ``round`` is taken when what was gone is back, or a person asks for it; what was taken before stays.

    ``holds``: the package holds the file that was found, not only its page. Where it does not, and where nothing
    could be recorded, ``vouched_by`` may say in ``vouched_words`` what she saw there herself.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("being captured")
        DONE = "done", _("captured")
        FAILED = "failed", _("could not be captured")
        VOUCHED = "vouched", _("seen by a person, not captured")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="captures")
    group = models.ForeignKey("review.Group", null=True, on_delete=models.SET_NULL, related_name="captures")
    sighting = models.ForeignKey("watch.Sighting", on_delete=models.PROTECT, related_name="captures")
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    problem = models.CharField(max_length=32, blank=True)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)
    vault_object = models.CharField(max_length=64, blank=True)
    package_sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    facts = models.JSONField(default=dict)
    holds = models.BooleanField(default=False)
    vouched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    vouched_at = models.DateTimeField(null=True, blank=True)
    vouched_words = models.CharField(max_length=MOST_WORDS, blank=True, default="")

    class Meta(Work.Meta):
        ordering = ("asked_at", "round")
        constraints = [models.UniqueConstraint(fields=["case", "sighting", "round"], name="capture_once")]
        indexes = [*Work.Meta.indexes, models.Index(fields=["state"], name="capture_state")]

    def __str__(self) -> str:
        return f"capture {self.pk}"
