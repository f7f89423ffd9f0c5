"""What is asked when somebody comes for help, and what the law wants before deletion support may begin. Pure.

Who may ask, and with which documents: Act on the Prevention of Sexual Violence §7-3 ②③, its Enforcement Rule §2-6 ③.
A child's personal data: Personal Information Protection Act §22-2. The words of the statistics are those of the Digital
Sex Crime Victim Support Centre's yearly report.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """How somebody came."""

    PHONE = "phone", _("telephone (1366)")
    BOARD = "board", _("private board")
    VISIT = "visit", _("visit")
    POLICE = "police", _("transferred by the police")
    SCHOOL = "school", _("transferred by a school")
    PARTNER = "partner", _("transferred by a partner")
    FOUND = "found", _("found by ourselves")
    UNKNOWN = "unknown", _("not known")


class Sex(TextChoices):
    """The victim's."""

    FEMALE = "female", _("female")
    MALE = "male", _("male")
    UNKNOWN = "unknown", _("other or not known")


class Age(TextChoices):
    """The victim's age, in years, as the statistics count it."""

    UNDER_14 = "under_14", _("under 14")
    TO_18 = "14_18", _("14 to 18")
    TO_29 = "19_29", _("19 to 29")
    TO_39 = "30_39", _("30 to 39")
    TO_49 = "40_49", _("40 to 49")
    FROM_50 = "50", _("50 and over")
    UNKNOWN = "unknown", _("not known")


class Damage(TextChoices):
    """What was done; several may be."""

    CIRCULATED = "circulated", _("circulated")
    FILMED = "filmed", _("filmed illegally")
    FEARED = "feared", _("fear of circulation")
    THREATENED = "threatened", _("threat of circulation")
    COMPOSITE = "composite", _("composite or edited")
    HARASSED = "harassed", _("cyber harassment")
    OTHER = "other", _("other")


class Perpetrator(TextChoices):
    """Who did it, seen from the victim."""

    INTIMATE = "intimate", _("present or former partner")
    FAMILY = "family", _("family")
    SOCIAL = "social", _("school, work, friends")
    PASSING = "passing", _("passing acquaintance, chat")
    STRANGER = "stranger", _("stranger")
    UNKNOWN = "unknown", _("not known who")


class Circulation(TextChoices):
    """How far it has gone."""

    NONE = "none", _("not circulated")
    THREATENED = "threatened", _("threatened with")
    CONFIRMED = "confirmed", _("circulated, seen")
    UNKNOWN = "unknown", _("not known")


class Help(TextChoices):
    """What was given."""

    COUNSELLING = "counselling", _("counselling")
    DELETION = "deletion", _("deletion support")
    INVESTIGATION = "police", _("help with the police")
    LEGAL = "legal", _("legal help")
    MEDICAL = "medical", _("medical help")
    PSYCHOLOGICAL = "psychological", _("psychological help")
    OTHER = "other", _("other help")


class Way(TextChoices):
    """How it was given."""

    PHONE = "phone", _("by telephone")
    MESSAGE = "message", _("by message or mail")
    BOARD = "board", _("on the private board")
    VISIT = "visit", _("face to face")
    SYSTEM = "system", _("by the system")


class Requester(TextChoices):
    """Who asks for deletion support. NOBODY: it is given without a request, see :func:`refusal`."""

    VICTIM = "victim", _("the victim herself")
    SPOUSE = "spouse", _("spouse, also without marriage papers")
    LINEAL = "lineal", _("parent, grandparent, child or grandchild")
    SIBLING = "sibling", _("sister or brother")
    AGENT = "agent", _("agent")
    INVESTIGATOR = "investigator", _("prosecutor or investigator")
    NOBODY = "nobody", _("nobody: proactive")


class Paper(TextChoices):
    """A document that a requester brings."""

    IDENTITY = "identity", _("identity card of the requester")
    RELATION = "relation", _("proof of the family relation")
    MANDATE = "mandate", _("power of attorney, signed by hand")
    VICTIM_IDENTITY = "victim_identity", _("copy of the victim's identity card")
    GUARDIAN = "guardian", _("consent of the legal representative")
    OFFICIAL = "official", _("official letter of the investigators")


_FAMILY = (Paper.IDENTITY, Paper.RELATION)
_NEEDED: dict[Requester, tuple[Paper, ...]] = {
    Requester.VICTIM: (Paper.IDENTITY,),
    Requester.SPOUSE: _FAMILY,
    Requester.LINEAL: _FAMILY,
    Requester.SIBLING: _FAMILY,
    Requester.AGENT: (Paper.IDENTITY, Paper.MANDATE, Paper.VICTIM_IDENTITY),
    Requester.INVESTIGATOR: (Paper.OFFICIAL,),
    Requester.NOBODY: (),
}
# These act by law, not by consent.
BY_LAW = (Requester.INVESTIGATOR, Requester.NOBODY)
_CHILDREN = (Age.UNDER_14, Age.TO_18)


@dataclass(frozen=True)
class Asked:
    """Of an intake what decides whether deletion support may begin.

    ``minor``: under 19, or held to be so where the age is not known; ``under_14``: likewise.
    """

    requester: Requester
    minor: bool
    under_14: bool


def needed(asked: Asked) -> tuple[Paper, ...]:
    """The documents without which deletion support cannot begin, in the order in which they are asked for."""
    papers = _NEEDED[asked.requester]
    if asked.under_14 and asked.requester not in BY_LAW:
        papers = (*papers, Paper.GUARDIAN)
    return papers


def lacking(asked: Asked, brought: Collection[Paper]) -> tuple[Paper, ...]:
    """The needed documents that are not there."""
    return tuple(paper for paper in needed(asked) if paper not in brought)


def refusal(asked: Asked) -> str:
    """Why such a case may not be opened: "" where it may, else "proactive" (nobody asks, and no child is concerned)."""
    return "proactive" if asked.requester is Requester.NOBODY and not asked.minor else ""


def contradicts(age: Age, minor: bool, under_14: bool) -> bool:
    """Whether the ticks say something else than the age."""
    if under_14 and not minor:
        return True
    if age is Age.UNKNOWN:
        return False
    return minor is not (age in _CHILDREN) or under_14 is not (age is Age.UNDER_14)
