"""What she agreed to, each for itself: kinds, versions, and which act needs which. Pure.

After the Personal Information Protection Act: §15 (collecting), §17 (handing on), §23 (sensitive data), §28-8 (abroad).
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# Of the wording on the consent sheet. A new wording is a new version; what was agreed to under another one stays.
VERSION = "2026-12"


class Kind(TextChoices):
    """One tick on the sheet."""

    SUPPORT = "support", _("deletion support: searching, evidence, demanding removal")
    PERSONAL = "personal", _("keeping her personal data for it")
    BIOMETRIC = "biometric", _("searching by her face (sensitive data)")
    PROVIDERS = "providers", _("handing addresses and grounds to providers in Korea")
    ABROAD = "abroad", _("handing them to providers and partners abroad")
    COMMISSION = "commission", _("handing to the Broadcasting Media Communications Review Commission")
    POLICE = "police", _("handing evidence to the police")
    REFERRAL = "referral", _("handing what they need to organisations that help (legal, medical, psychological)")
    HASHES = "hashes", _("sharing fingerprints with StopNCII, Arachnid and the like")
    COPYRIGHT = "copyright", _("demanding by copyright, which may tell her name")
    CONTACT = "contact", _("being contacted on the way and at the hours she chose")
    REPORTS = "reports", _("regular reports to her")


class Means(TextChoices):
    """How she said it."""

    PAPER = "paper", _("signed on paper")
    ELECTRONIC = "electronic", _("signed electronically")
    PHONE = "phone", _("by telephone, recorded in the counselling note")
    AGENT = "agent", _("by her agent")
    NOTED = "noted", _("noted when the case was opened")


# Without these nothing is searched for and nothing demanded.
TO_BEGIN = (Kind.SUPPORT, Kind.PERSONAL)
