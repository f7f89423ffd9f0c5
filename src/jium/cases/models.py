"""A case, and the references registered for it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jium.cases import consents, intake
from jium.engine.models import Work
from jium.trust.counting import YearCounter


class CaseCounter(YearCounter):
    """The last number of a case given out in a year."""

    def __str__(self) -> str:
        return f"{self.year}-{self.last:04d}"


class Case(models.Model):
    """One victim's matter. It carries a pseudonym, never a name.

    What is counted in statistics stands in columns; what may say who she is, or what was published of her, is sealed
    under the case's key (:mod:`jium.cases.details`). ``damage``: of :class:`jium.cases.intake.Damage`, several.
    ``told_at``: when what is told of it was changed last. ``papers_elsewhere``: it was opened before papers were kept
    here; they lie in the centre's own files.
    ``joined_to``: the first of the cases of the same person (:mod:`jium.cases.same_person`).
    ``stands``: the needed documents and consents are there, so that deletion support runs; written by
    ``services`` alone, whenever one of them changes.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    class ClosedWhy(models.TextChoices):
        DONE = "done", _("support is finished")
        UNWANTED = "unwanted", _("she does not want it any more")
        ELSEWHERE = "elsewhere", _("another centre goes on with it")
        OTHER = "other", _("for another reason")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("case number"), max_length=16, unique=True)
    pseudonym = models.CharField(_("pseudonym"), max_length=40)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    channel = models.CharField(max_length=8, choices=intake.Channel.choices, default=intake.Channel.UNKNOWN)
    requester = models.CharField(max_length=12, choices=intake.Requester.choices, default=intake.Requester.VICTIM)
    sex = models.CharField(max_length=8, choices=intake.Sex.choices, default=intake.Sex.UNKNOWN)
    age = models.CharField(max_length=8, choices=intake.Age.choices, default=intake.Age.UNKNOWN)
    minor = models.BooleanField(default=False)
    under_14 = models.BooleanField(default=False)
    damage = models.JSONField(default=list)
    perpetrator = models.CharField(max_length=8, choices=intake.Perpetrator.choices, default=intake.Perpetrator.UNKNOWN)
    circulation = models.CharField(
        max_length=10, choices=intake.Circulation.choices, default=intake.Circulation.UNKNOWN
    )
    sealed_details = models.BinaryField(default=b"", blank=True)
    told_at = models.DateTimeField(null=True)
    papers_elsewhere = models.BooleanField(default=False)
    stands = models.BooleanField(default=False)
    joined_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="joined")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_why = models.CharField(max_length=10, choices=ClosedWhy.choices, blank=True, default="")
    # Since when it is told that its time is nearly over.
    announced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-opened_at",)

    def __str__(self) -> str:
        return self.number


class Destruction(Work):
    """A case is destroyed, or was: the certificate that stays, without a word about her. Planned action: ``destroy``.

    ``kept``: of :class:`jium.cases.retention.Kept`; ``destroyed``: how many of what; ``done_at``: nothing is left.
    """

    class Why(models.TextChoices):
        CLOCK = "clock", _("its time was over")
        DEMAND = "demand", _("demanded by whoever asked for help")
        RESTORED = "restored", _("destroyed before; an old backup brought it back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_id = models.UUIDField(unique=True)
    number = models.CharField(max_length=16)
    kept = models.CharField(max_length=12)
    why = models.CharField(max_length=8, choices=Why.choices)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField()
    destroyed = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"destruction of {self.number}"


class Tally(models.Model):
    """What destroyed cases counted in the statistics, a figure at a time: nothing joins two figures of one case."""

    year = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=24)
    value = models.CharField(max_length=24)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "what", "value"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.year} {self.what} {self.value}: {self.count}"


class Likeness(models.Model):
    """Two cases that may be one person's; see :mod:`jium.cases.same_person`.

    ``settled_at``: when somebody said whether they are.
    """

    class Why(models.TextChoices):
        CONTACT = "contact", _("she is reached in the same way")
        FILE = "file", _("the very same file is registered")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=8, choices=Why.choices)
    noted_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "other"], name="likeness_once")]

    def __str__(self) -> str:
        return f"likeness {self.pk}"


class Document(models.Model):
    """A paper that the requester brought, kept in the vault. One that was taken away stays as a row without content."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="documents")
    paper = models.CharField(max_length=16, choices=intake.Paper.choices)
    vault_object = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=40)
    brought_at = models.DateTimeField()
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("brought_at",)

    def __str__(self) -> str:
        return f"document {self.pk}"


class Consent(models.Model):
    """What she agreed to, when, how, under which wording; withdrawn it stays as a row. The newest of a kind counts."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=12, choices=consents.Kind.choices)
    version = models.CharField(max_length=12)
    means = models.CharField(max_length=12, choices=consents.Means.choices)
    given_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("given_at", "pk")
        # Given twice it is given once.
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=models.Q(withdrawn_at=None), name="consent_stands_once"
            )
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"


class GivenService(models.Model):
    """Something that was done for her; see :mod:`jium.cases.given`. ``of``: of the system's own, what it did."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="given")
    help = models.CharField(max_length=16, choices=intake.Help.choices)
    way = models.CharField(max_length=8, choices=intake.Way.choices)
    count = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    of = models.CharField(max_length=80, null=True, blank=True, unique=True)
    # In which claim it stands.
    claim = models.ForeignKey("CostClaim", null=True, blank=True, on_delete=models.SET_NULL, related_name="given")

    class Meta:
        indexes = [models.Index(fields=["at"], name="given_at")]

    def __str__(self) -> str:
        return f"{self.help} {self.pk}"


class Organisation(models.Model):
    """Who helps with what we do not: the directory."""

    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    help = models.CharField(max_length=16, choices=intake.Help.choices)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    hours = models.CharField(max_length=120, blank=True)
    closed = models.BooleanField(default=False)
    # When somebody last found that this is right, and who.
    checked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """As whoever reads it would call it."""
        english = (get_language() or "ko").startswith("en")
        return self.name_en if english and self.name_en else self.name


class Referral(models.Model):
    """She is sent on to an organisation; see :mod:`jium.cases.referrals`."""

    class State(models.TextChoices):
        DRAFTED = "drafted", _("drafted")
        HANDED = "handed", _("handed over")
        TAKEN_UP = "taken_up", _("taken up")
        DECLINED = "declined", _("declined")
        ENDED = "ended", _("ended")
        DROPPED = "dropped", _("dropped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="referrals")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFTED)
    sealed_asked = models.BinaryField()
    sealed_outcome = models.BinaryField(default=b"", blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField(null=True, blank=True)
    moved_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"referral {self.pk}"


class CostBasis(models.Model):
    """What a year's services cost, as the ministry's notice of that year sets it; see :mod:`jium.cases.costs`.

    ``rates``: won by :class:`~jium.cases.intake.Help`; what is not named costs the offender nothing. ``pay``: to which
    account it is paid, as the letter says it.
    """

    year = models.PositiveSmallIntegerField(primary_key=True)
    notice = models.CharField(max_length=120)
    rates = models.JSONField(default=dict)
    pay = models.CharField(max_length=200)

    def __str__(self) -> str:
        return str(self.year)


class ClaimCounter(YearCounter):
    """The last number of a claim given out in a year."""

    def __str__(self) -> str:
        return f"{self.year}-{self.last:04d}"


class CostClaim(models.Model):
    """What an offender is asked to pay for what was done in a case until ``until``; see :mod:`jium.cases.costs`.

    ``lines``: the computation as it was made, [year, help, count, won each] a line. ``sealed_owed_by``: name and
    address of whoever owes it.
    """

    class State(models.TextChoices):
        DRAFTED = "drafted", _("drafted")
        SERVED = "served", _("served")
        PAID = "paid", _("paid")
        DROPPED = "dropped", _("dropped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="claims")
    number = models.CharField(max_length=16, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFTED)
    sealed_owed_by = models.BinaryField()
    lines = models.JSONField()
    notices = models.JSONField()
    pay = models.CharField(max_length=200)
    total = models.PositiveBigIntegerField()
    until = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    served_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="claim_due")]

    def __str__(self) -> str:
        return self.number


class FaceSearch(models.Model):
    """That her face may be looked for was asked for so often; :mod:`jium.cases.face_search` says how it stands.

    ``days``: for how long, from the confirmation on.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="face_searches")
    days = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"face search {self.pk}"


class Reference(Work):
    """A picture or video that is looked for. Its bytes lie in the vault; its fingerprints in :class:`ReferenceCode`.

    ``sealed_name``: the name its file came with (:mod:`jium.cases.names`). ``settled_at``: since when nobody needs
    to be told any more that the file cannot be used. ``made_by``: the version of :mod:`jium.dna` that made its
    fingerprints.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("being fingerprinted")
        READY = "ready", _("being watched for")
        REJECTED = "rejected", _("cannot be used")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="references")
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    problem = models.CharField(max_length=32, blank=True)
    duplicate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    sealed_name = models.BinaryField(default=b"", blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    vault_object = models.CharField(max_length=64, blank=True)
    preview_object = models.CharField(max_length=64, blank=True)
    still_object = models.CharField(max_length=64, blank=True)
    made_by = models.PositiveSmallIntegerField(default=1)
    note = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=8, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    duration = models.FloatField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(Work.Meta):
        ordering = ("case", "position")
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="reference_position")]
        indexes = [*Work.Meta.indexes, models.Index(fields=["state"], name="reference_state")]

    def __str__(self) -> str:
        return f"{self.case} #{self.position}"


class ReferenceCode(models.Model):
    """One 256-bit PDQ code of a reference: the picture, or what a video shows from ``time`` to ``until`` seconds.

    ``dihedral``: the codes of its eight mirrored and turned forms, 8 × 32 bytes, the upright one first. They are
    kept on this side because references are few and sightings many.
    """

    reference = models.ForeignKey(Reference, on_delete=models.CASCADE, related_name="codes")
    time = models.FloatField(null=True, blank=True)
    until = models.FloatField(null=True, blank=True)
    dihedral = models.BinaryField(max_length=256)
    quality = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("reference", "time")

    def __str__(self) -> str:
        return f"code {self.pk}"
