"""Matches, the groups they form, and what an officer decided."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jium.engine.models import Work


class Group(Work):
    """Every match of one reference that shows the same thing; decided once. Planned action: ``carry_out``.

    ``later_until``: till when a group set aside (UNSURE) waits; None: until what was found can be shown.
    """

    class Verdict(models.TextChoices):
        UNDECIDED = "undecided", _("not decided")
        SAME = "same", _("same")
        DIFFERENT = "different", _("different")
        UNSURE = "unsure", _("to be looked at later")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="groups")
    reference = models.ForeignKey("cases.Reference", on_delete=models.CASCADE, related_name="groups")
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.UNDECIDED)
    created_at = models.DateTimeField()
    later_until = models.DateTimeField(null=True, blank=True)

    class Meta(Work.Meta):
        ordering = ("created_at",)
        indexes = [*Work.Meta.indexes, models.Index(fields=["verdict"], name="group_verdict")]

    def __str__(self) -> str:
        return f"group {self.pk}"


class Match(Work):
    """A reference and a sighting that show the same thing, where in each, how sure, and why (empty in old rows).

    ``kind``: a copy, or a copy with another face in it. ``examined``: what its examination found, empty before; see
    :class:`jium.review.services.Examined`. Planned action: ``examine``.
    """

    class Kind(models.TextChoices):
        COPY = "copy", _("copy")
        COMPOSITE = "composite", _("possibly a composite")
        FACE = "face", _("the same face")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="matches")
    reference = models.ForeignKey("cases.Reference", on_delete=models.CASCADE, related_name="matches")
    sighting = models.ForeignKey("watch.Sighting", on_delete=models.CASCADE, related_name="matches")
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.COPY)
    examined = models.JSONField(default=dict)
    score = models.FloatField()
    odds = models.FloatField()
    transform = models.JSONField(default=dict)
    segments = models.JSONField(default=list)
    reason = models.JSONField(default=dict)
    reference_preview = models.CharField(max_length=64, blank=True)
    sighting_preview = models.CharField(max_length=64, blank=True)
    found_at = models.DateTimeField()

    class Meta(Work.Meta):
        ordering = ("found_at",)
        constraints = [models.UniqueConstraint(fields=["reference", "sighting"], name="match_once")]

    def __str__(self) -> str:
        return f"match {self.pk}"


class Decision(models.Model):
    """What was decided about a group, by whom; kept also when taken back."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=Group.Verdict.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"decision {self.pk}"
