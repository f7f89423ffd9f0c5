"""The roles of staff, by the codes that tables hold; who may do what with them is in :mod:`jium.trust.policy`."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COUNSELLOR = "counsellor"
OFFICER = "officer"
SUPERVISOR = "supervisor"
PRIVACY = "privacy_officer"
AUDITOR = "auditor"
ADMINISTRATOR = "administrator"

ROLES: dict[str, Promise] = {
    COUNSELLOR: _("counsellor"),
    OFFICER: _("deletion officer"),
    SUPERVISOR: _("supervisor"),
    PRIVACY: _("privacy officer"),
    AUDITOR: _("auditor"),
    ADMINISTRATOR: _("administrator"),
}

# What each is there for, said where roles are given.
PURPOSES: dict[str, Promise] = {
    COUNSELLOR: _("speaks with the victim: opens cases, keeps papers and consents"),
    OFFICER: _("compares what was found, approves letters, follows up removal"),
    SUPERVISOR: _("answers for all cases and does what counsellors and deletion officers do"),
    PRIVACY: _("watches how personal data is used; sees the audit log and no case"),
    AUDITOR: _("reads the audit log and who works here; changes nothing and sees no case"),
    ADMINISTRATOR: _("runs the system and the accounts; sees no case"),
}
