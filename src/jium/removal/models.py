"""Following up: is it still there?"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jium.engine.models import Work


class Target(Work):
    """A sighting whose removal was demanded, watched from then on. Planned action: ``check``.

    ``notice`` is the latest that was sent about it; ``notices`` counts them. ``returns``: how often it came back after
    its removal was verified. ``unseen_since``: the first of the
    looks that were not complete, when the latest was not.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("removal demanded")
        STILL_UP = "still_up", _("still up")
        GONE = "gone", _("gone, to be verified")
        VERIFIED = "verified", _("removal verified")
        BACK = "back", _("back again")
        STOPPED = "stopped", _("no longer followed up")

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="targets")
    sighting = models.ForeignKey("watch.Sighting", on_delete=models.PROTECT, related_name="targets")
    notice = models.ForeignKey("notices.Notice", on_delete=models.PROTECT, related_name="targets")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    demanded_at = models.DateTimeField()
    last_notice_at = models.DateTimeField()
    notices = models.PositiveIntegerField(default=1)
    returns = models.PositiveIntegerField(default=0)
    checks_done = models.PositiveIntegerField(default=0)
    gone_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    unseen_since = models.DateTimeField(null=True, blank=True)

    class Meta(Work.Meta):
        ordering = ("demanded_at",)
        constraints = [models.UniqueConstraint(fields=["case", "sighting"], name="target_once")]
        indexes = [
            *Work.Meta.indexes,
            models.Index(fields=["state"], name="target_state"),
            models.Index(fields=["unseen_since"], name="target_unseen"),
        ]

    def __str__(self) -> str:
        return f"target {self.pk}"


class Check(models.Model):
    """One later observation of a target, made in its ``turn``.

    ``reason``: why the look was not complete, see :mod:`jium.watch.observe`; empty for a complete one. ``by``:
    the person who looked, where it was one.
    """

    class Outcome(models.TextChoices):
        UP = "up", _("still there")
        GONE = "gone", _("not there")
        SOFT_GONE = "soft_gone", _("page answers, material not there")
        MOVED = "moved", _("same material at another address of the page")
        # In rows since the first release under this word.
        UNSEEN = "unreachable", _("could not be looked at completely")

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="checks")
    turn = models.PositiveIntegerField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    page_status = models.PositiveIntegerField(null=True, blank=True)
    media_status = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("at", "pk")
        constraints = [models.UniqueConstraint(fields=["target", "turn"], name="check_once")]

    def __str__(self) -> str:
        return f"check {self.pk}"
