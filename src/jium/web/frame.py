"""What every page needs around its own content: the institution's name, the menu, what the account may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jium.desk import tasks
from jium.trust import oidc_views, policy


@dataclass(frozen=True)
class Entry:
    """One line of the menu: the action it needs and the names of the pages that belong to it, its own first."""

    action: str
    label: Promise
    pages: tuple[str, ...]


MENU = (
    Entry("task.see", _("To do"), ("queue",)),
    Entry("group.see", _("Compare"), ("desk", "group")),
    Entry("second_look.give", _("Second look"), ("second_looks",)),
    Entry("case.see", _("Cases"), ("cases", "case", "case_new", "register")),
    Entry("notice.see", _("Removal requests"), ("notices", "notice")),
    Entry("provider.see", _("Providers"), ("providers", "provider", "provider_new")),
    Entry("organisation.see", _("Who helps"), ("organisations", "organisation", "organisation_new")),
    Entry("site.see", _("Sites under watch"), ("sites", "site", "site_new")),
    Entry("destruction.see", _("Destroyed"), ("destructions",)),
    Entry("jobs.see", _("System"), ("jobs",)),
    Entry("audit.see", _("Audit log"), ("audit_log",)),
    Entry("people.see", _("People"), ("people", "person", "invite")),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every template."""
    # A page of a refused request is rendered before the account is known.
    account = getattr(request, "user", None)
    # Without a second factor there is nothing to go to but setting one up.
    asked = account and not getattr(request, "nothing_else", False)
    may = policy.allowed(account) if account and asked else frozenset()
    return {
        "institution": institution_name(),
        "menu": [_line(entry, request, may) for entry in MENU if entry.action in may],
        "may": may,
        "oidc": oidc_views.called(),
        "LANGUAGE_CODE": get_language(),
    }


def institution_name() -> str:
    """The institution's name in the language of the page."""
    name: str = settings.CONFIG.institution.in_language(get_language())
    return name


def _line(entry: Entry, request: HttpRequest, may: frozenset[str]) -> dict[str, Any]:
    here = request.resolver_match.url_name if request.resolver_match else ""
    to_do = tasks.to_do
    counts = {
        "queue": lambda: to_do(request).count(),
        "desk": lambda: to_do(request).undecided(),
        "second_looks": lambda: to_do(request).second_looks(),
    }
    page = entry.pages[0]
    return {
        "name": page,
        "url": reverse(page),
        "label": entry.label,
        "current": here in entry.pages,
        "counted": page in counts,
        "count": SimpleLazyObject(counts[page]) if page in counts else 0,
    }
