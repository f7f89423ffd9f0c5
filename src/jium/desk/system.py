"""The state of the system: what runs, what waits, what failed."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jium import clock
from jium.engine.overview import look
from jium.trust.policy import allowed, needs

# What the engine calls it, and what it does, in words.
JOBS: dict[str, Promise] = {
    "fingerprint": _("Fingerprint registered files"),
    "look_back": _("Search earlier sightings for a new reference"),
    "crawl": _("Visit sites"),
    "crawl_patiently": _("Visit sites that are slow"),
    "match": _("Compare what was seen with all references"),
    "examine": _("Examine whether a copy is a composite"),
    "carry_out": _("Carry out decisions"),
    "record": _("Capture evidence"),
    "look": _("Look again at what could not be shown"),
    "look_for": _("Look for a file that its evidence lacks"),
    "forget": _("Forget old sightings"),
    "send": _("Send removal requests"),
    "check": _("Check whether material is removed"),
    "destroy": _("Destroy a case"),
    "keep to the time": _("Look whose time of keeping is over"),
    "sweep vault": _("Sweep what interrupted uploads left"),
    "seal": _("Seal the audit log"),
    "mail seal": _("Mail the audit log's seal"),
    "stamp seal": _("Have the audit log's seal time-stamped"),
}
# Work that has been due for so long is worth a word.
LATE = timedelta(minutes=5)


def _settings() -> list[tuple[str, str, str]]:
    """What stands in jium.toml about who we are and how letters leave: its place there, its value, how it stands.

    How it stands: "set", "lacking" (empty, or the example's), or "empty" where it may be.
    """
    config = settings.CONFIG
    lacking = config.institution.unfilled()
    suffix = "" if (get_language() or "ko").startswith("ko") else "_en"
    names = ("name", "name_en", f"signatory{suffix}", "email", "phone", "address")
    about = []
    for name in names:
        value = getattr(config.institution, name)
        standing = "lacking" if name in lacking else "set" if value else "empty"
        # Who reads one language is not shown the name in the other.
        shown = name not in ("name", "name_en") or name == f"name{suffix}"
        about.append((f"[institution] {name}", value if shown and standing == "set" else "", standing))
    return [*about, ("[mail] host", config.mail.host, "set" if config.mail.host else "lacking")]


@needs("jobs.see")
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """What runs, what waits, what failed."""
    overview = look(limit=20)
    late = overview.oldest_due_at is not None and clock.now() - overview.oldest_due_at > LATE
    waiting: dict[str, list[int]] = {}
    for line in overview.waiting:
        due, planned = waiting.setdefault(line.action, [0, 0])
        waiting[line.action] = [due + line.due, planned + line.planned]
    context = {
        "workers": overview.workers,
        "working": any(worker.alive for worker in overview.workers),
        "waiting": [(JOBS.get(name, name), due, planned) for name, (due, planned) in waiting.items()],
        "failures": [(JOBS.get(failure.action, failure.action), failure) for failure in overview.failures],
        "oldest_due_at": overview.oldest_due_at,
        "late": late,
        "set_back": bool(clock.set_back()),
        "settings": _settings() if "settings.see" in allowed(request.user) else [],
    }
    live = "#live" in request.headers.get("HX-Target", "")
    return render(request, "desk/_jobs.html" if live else "desk/jobs.html", context)
