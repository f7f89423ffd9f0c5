"""The audit log as people read it: who did what to which case, newest first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from jium import lists
from jium.cases import services as cases
from jium.trust import audit, audit_export
from jium.trust.acts import ACTS
from jium.trust.models import Account, AuditEntry
from jium.trust.policy import actor, needs

SHAPE = lists.Shape(
    name="audit",
    looks_in=_("Case number or who did it"),
    choices={lists.ALL: _("All"), "people": _("Accounts"), "refused": _("Refused")},
    orders={"at": ("seq",)},
    falling=True,
)
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PARTS = {"people": Q(act__startswith="account.") | Q(act__startswith="login."), "refused": Q(act="access.denied")}


@dataclass(frozen=True)
class Line:
    """One act. ``about``: a case's number or an account's name, empty for anything else; ``more``: codes."""

    number: int
    at: datetime
    who: str
    act: str | Promise
    about: str
    more: str


@needs("audit.see")
@require_http_methods(["GET", "POST"])
def audit_log(request: HttpRequest) -> HttpResponse:
    """All entries; or those about accounts, or refusals; searched by case and person."""
    if request.method == "POST":
        return lists.search(request, SHAPE)
    asked = lists.asked(request, SHAPE)
    chosen = AuditEntry.objects.filter(_PARTS.get(asked.choice, Q()))
    found = asked.sorted(_search(chosen, asked.text))
    shown = lists.shown(asked, found, chosen.count())
    return render(request, "desk/audit_log.html", {"list": shown, "lines": _lines(list(shown.page))})


@needs("audit.export")
@require_POST
def audit_log_export(request: HttpRequest) -> StreamingHttpResponse:
    """The whole log as a file that ``jium audit verify --file`` checks elsewhere."""
    head = audit.record(actor(request), "audit.exported")
    answer = StreamingHttpResponse(audit_export.lines(settings.CONFIG), content_type="application/jsonl")
    answer["Content-Disposition"] = f'attachment; filename="jium-audit-{head.seq}.jsonl"'
    return answer


def _search(entries: QuerySet[AuditEntry], text: str) -> QuerySet[AuditEntry]:
    """Those by a person of such a name or about a case of such a number. Pseudonyms are not looked in: whoever reads
    the log need not know them.
    """
    if not text.strip():
        return entries
    people = Account.objects.filter(Q(username__icontains=text) | Q(display_name__icontains=text))
    by = Q(actor__in=[f"account:{one}" for one in people.values_list("pk", flat=True)])
    about = [str(one) for one in cases.numbered(text)]
    return entries.filter(by | Q(subject__in=about) | Q(body__case__in=about))


def _lines(entries: list[AuditEntry]) -> list[Line]:
    names = {f"account:{account.pk}": str(account) for account in Account.objects.all()}
    numbers = cases.numbers(_uuids(one for entry in entries for one in (entry.subject, entry.body.get("case", ""))))

    def about(entry: AuditEntry) -> str:
        if entry.act.startswith(("account.", "login.succeeded")):
            return "" if entry.actor == f"account:{entry.subject}" else names.get(f"account:{entry.subject}", "")
        known = [numbers.get(one) for one in _uuids((entry.body.get("case", ""), entry.subject))]
        return next((one for one in known if one), "")

    return [
        Line(
            number=entry.seq,
            at=entry.at,
            who=names.get(entry.actor, _t("the system") if entry.actor == "system" else entry.actor),
            act=ACTS.get(entry.act, entry.act),
            about=about(entry),
            more=", ".join(f"{name}={value}" for name, value in entry.body.items() if name != "case"),
        )
        for entry in entries
    ]


def _uuids(texts: Iterable[object]) -> list[UUID]:
    """Those of them that are ids of rows."""
    return [UUID(text) for text in texts if isinstance(text, str) and _ID.fullmatch(text)]
