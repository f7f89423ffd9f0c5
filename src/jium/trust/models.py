"""Accounts, one-time links, the audit log, and the keys of cases."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class Account(AbstractUser):
    """A member of staff. What she may do follows from her roles, see :mod:`jium.trust.policy`."""

    roles = models.JSONField(default=list)
    display_name = models.CharField(_("name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True, default="")
    # Whether she is named for cases of children and youths.
    for_minors = models.BooleanField(default=False)
    # How often all her sessions were ended: part of what a session is held against.
    sessions_ended = models.PositiveIntegerField(default=0)
    # Who she is at the centre's own log-in: what it calls itself, and the name it has for her alone; empty for none.
    oidc_issuer = models.CharField(max_length=255, blank=True, default="")
    oidc_subject = models.CharField(max_length=255, blank=True, default="")

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["oidc_issuer", "oidc_subject"], condition=~models.Q(oidc_subject=""), name="oidc_subject_is_one"
            )
        ]

    @property
    def connected(self) -> bool:
        """Whether she can log in by the centre's own log-in, as it is set now."""
        issuer: str = settings.CONFIG.oidc.issuer
        return bool(issuer and self.oidc_subject) and self.oidc_issuer == issuer

    @property
    def joined(self) -> bool:
        """Whether she has a way to log in at all."""
        return self.connected or self.has_usable_password()

    def get_session_auth_hash(self) -> str:
        """As Django's, and another one each time her sessions are ended."""
        told = f"{super().get_session_auth_hash()}{self.sessions_ended}"
        return salted_hmac("jium.trust.session", told, algorithm="sha256").hexdigest()

    def __str__(self) -> str:
        return self.display_name or self.username


class OneTimeLink(models.Model):
    """Lets its bearer set a password once. Only the token's digest is kept."""

    token_digest = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="one_time_links")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"one-time link {self.pk}"


class LoginFailure(models.Model):
    """A wrong password; many in a short time lock the name out for a while."""

    name_digest = models.CharField(max_length=64, db_index=True)
    # Of the address it came from; empty for a browser that is known with the name.
    address_digest = models.CharField(max_length=64, db_index=True, default="", db_default="")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"log-in failure {self.pk}"


class AuditEntry(models.Model):
    """One act. ``digest`` covers the entry and the digest before it: nothing can be changed unseen."""

    seq = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    act = models.CharField(max_length=48)
    subject = models.CharField(max_length=80, blank=True)
    body = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("seq",)

    def __str__(self) -> str:
        return f"{self.seq} {self.act}"


class Assignment(models.Model):
    """A case is, or was, somebody's: one row for each time; only its end is ever written into it."""

    class Duty(models.TextChoices):
        COUNSELLING = "counselling", _("counselling")
        REMOVAL = "removal", _("deletion support")

    case_id = models.UUIDField()
    duty = models.CharField(max_length=12, choices=Duty.choices)
    # The case is a child's, as it stands now.
    minor = models.BooleanField(default=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="assignments")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    # Nobody: by load, when the case was opened.
    by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id", "duty"], condition=models.Q(until=None), name="assignment_stands_once"
            )
        ]
        indexes = [
            models.Index(fields=["account", "case_id"], condition=models.Q(until=None), name="assignment_standing")
        ]

    def __str__(self) -> str:
        return f"{self.duty} of case {self.case_id}"


class SecondLook(models.Model):
    """One person asked for something that another has to confirm; see :mod:`jium.trust.four_eyes`."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")
        TAKEN_BACK = "taken_back", _("taken back")
        EXPIRED = "expired", _("waited too long")

    act = models.CharField(max_length=32)
    subject = models.CharField(max_length=80)
    case_id = models.UUIDField()
    sealed_why = models.BinaryField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["act", "subject"], condition=models.Q(state="waiting"), name="second_look_waits_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("decided_by")), name="second_look_by_two_persons"
            ),
        ]

    def __str__(self) -> str:
        return f"second look {self.pk}"


class CaseKey(models.Model):
    """A case's key, wrapped by the master key, kept apart; deleting it destroys the case's files."""

    case_id = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"key of case {self.case_id}"


class DeadCase(models.Model):
    """A case that was destroyed, kept with the keys: what comes back from an old backup is destroyed again."""

    case_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"destroyed case {self.case_id}"


class DerivedKey(models.Model):
    """A key that was made of an earlier master key and goes on being used, wrapped by the present one."""

    purpose = models.CharField(max_length=32, primary_key=True)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"key for {self.purpose}"


class KeyCheck(models.Model):
    """A known value wrapped by the master key: tells a wrong master key before it can do harm."""

    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return "master key check"
