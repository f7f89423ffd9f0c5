"""Why a look was not complete, in words for an officer. Pure."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jium.watch.services import why_text

WHAT: dict[str, Promise] = {
    "page": gettext_lazy("the page"),
    "file": gettext_lazy("the file"),
    "picture": gettext_lazy("another picture of the page"),
}


def reason_text(reason: str) -> str:
    """The sentence for a reason (:attr:`jium.watch.observe.Observation.unseen`); "" for none."""
    if not reason:
        return ""
    what, _space, why = reason.partition(" ")
    told = why_text(why)
    return _("Not looked at: %(what)s; %(why)s.") % {"what": WHAT.get(what, WHAT["page"]), "why": told}
