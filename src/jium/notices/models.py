"""Providers, the notices sent to them, and what became of each delivery."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jium.engine.models import Work
from jium.trust.counting import YearCounter


class Provider(models.Model):
    """Who can take material down: the operator of one or more hosts."""

    name = models.CharField(_("name"), max_length=253, unique=True)
    hosts = models.JSONField(_("hosts"), default=list)
    email = models.EmailField(_("contact address"), blank=True)
    regime = models.CharField(_("law cited"), max_length=32, blank=True)
    language = models.CharField(_("language of letters"), max_length=5, default="ko")
    jurisdiction = models.CharField(_("country"), max_length=2, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class NoticeCounter(YearCounter):
    """The last number of a letter given out in a year."""

    def __str__(self) -> str:
        return f"N{self.year}-{self.last:06d}"


class Notice(Work):
    """A letter to a provider. Planned action: ``send``. Its text is fixed when it is approved.

    A demand for removal, or a correction: it takes back, for some items, the demand that it ``follows``.

    ``demand`` counts the letters about the same items, ``follows`` is the one before. ``by_policy``: approved
    by the standing permission (``repeat_approved``) that ``approved_by`` gave with an earlier letter. ``withdrawn_by``:
    who took it back; nobody where its decision was taken back.
    """

    class State(models.TextChoices):
        DRAFTED = "drafted", _("waiting for approval")
        APPROVED = "approved", _("approved")
        SENDING = "sending", _("being sent")
        HANDING_OVER = "handing_over", _("being handed over")
        UNCONFIRMED = "unconfirmed", _("delivery uncertain")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused by the mail server")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Kind(models.TextChoices):
        DEMAND = "demand", _("removal request")
        CORRECTION = "correction", _("correction")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DEMAND)
    number = models.CharField(max_length=24, unique=True)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="notices")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="notices")
    regime = models.CharField(max_length=32)
    language = models.CharField(max_length=5)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFTED)
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followed_by")
    demand = models.PositiveSmallIntegerField(default=1)
    recipient = models.EmailField(blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    server_answer = models.CharField(max_length=200, blank=True)
    drafted_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    repeat_approved = models.BooleanField(default=False)
    by_policy = models.BooleanField(default=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta(Work.Meta):
        ordering = ("-drafted_at",)
        indexes = [*Work.Meta.indexes, models.Index(fields=["state"], name="notice_state")]

    def __str__(self) -> str:
        return self.number


class NoticeItem(models.Model):
    """One address that a notice asks to remove, when it was seen there, and the digest of the evidence.

    ``vouched``: there is no evidence, a member of staff saw it.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="items")
    sighting = models.ForeignKey("watch.Sighting", on_delete=models.PROTECT, related_name="notice_items")
    page_url = models.CharField(max_length=2000)
    media_url = models.CharField(max_length=2000)
    seen_at = models.DateTimeField()
    evidence_sha256 = models.CharField(max_length=64, blank=True)
    vouched = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["notice", "sighting"], name="notice_item_once")]

    def __str__(self) -> str:
        return f"item {self.pk}"
