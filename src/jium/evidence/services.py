"""What the other rooms may ask of evidence: have a sighting recorded, read its package, list.

A capture is recorded once: evidence that was taken is never replaced. What fails is tried again by the
engine, three times in all, and then put before a person, who may :func:`ask_again`, or look herself and
:func:`vouch`.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

import jium
from jium import clock, course, egress
from jium.cases import services as cases
from jium.cases.services import Case
from jium.evidence import enclosure, package, wacz
from jium.evidence.enclosure import RecorderFailed
from jium.evidence.manifest import Label
from jium.evidence.models import MOST_WORDS, Capture
from jium.review.services import Group
from jium.trust import audit, policy, vault
from jium.trust.models import Account
from jium.watch.services import Sighting

__all__ = ["Capture"]

ATTEMPTS = 3
SYSTEM = "system"

State = Capture.State
# No record holds the file: a person may look herself.
UNRECORDED = (course.Evidence.FAILED, course.Evidence.LACKS)


class CaptureFailed(Exception):
    """This attempt made no complete package; the engine tries again. ``kind``: see :func:`problem_text`."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class NotWanted(Exception):
    """No decision stands any more that needs this evidence."""


class NotCaptured(Exception):
    """The capture has no package (yet)."""


def ask(case: Case, group: Group | None, sighting: Sighting) -> Capture:
    """Have ``sighting`` recorded for ``case``; the capture it already has, when it has one. Repeatable.

    A capture that failed for good stays so: a person decides whether to try again.
    """
    return _ask(case, group, sighting, _latest(case, sighting).values_list("round", flat=True).first() or 1)


def ask_anew(case: Case, group: Group | None, sighting: Sighting) -> Capture:
    """Have it recorded once more where no record holds the file; what was recorded before stays. Repeatable."""
    latest = _latest(case, sighting).first()
    if latest is None or standing(latest) not in UNRECORDED:
        return ask(case, group, sighting)
    with transaction.atomic():
        Capture.objects.filter(pk=latest.pk, settled_at=None).update(settled_at=clock.now())
        return _ask(case, group, sighting, latest.round + 1)


def _latest(case: Case, sighting: Sighting) -> QuerySet[Capture]:
    return Capture.objects.filter(case=case, sighting=sighting).order_by("-round")


def _ask(case: Case, group: Group | None, sighting: Sighting, number: int) -> Capture:
    with transaction.atomic():
        capture, fresh = Capture.objects.get_or_create(
            case=case, sighting=sighting, round=number, defaults={"group": group, "asked_at": clock.now()}
        )
        if fresh:
            audit.record(SYSTEM, "capture.asked", str(capture.id), case=str(case.id))
        elif capture.group_id is None and group is not None:
            capture.group = group
            capture.save(update_fields=["group"])
        if capture.state == State.PLANNED and not capture.next_action:
            capture.plan("record")
    return capture


def ask_again(capture: Capture, by: Account) -> bool:
    """Try once more what failed for good, or does not hold the file; False when there is no need to."""
    with transaction.atomic():
        row = Capture.objects.select_for_update().get(pk=capture.pk)
        if standing(row) is course.Evidence.LACKS:
            again = ask_anew(row.case, row.group, row.sighting)
            audit.record(by, "capture.asked_again", str(again.id))
            return True
        if row.state != State.FAILED:
            return False
        row.state, row.problem, row.settled_at = State.PLANNED, "", None
        row.save(update_fields=["state", "problem", "settled_at"])
        audit.record(by, "capture.asked_again", str(row.id))
        row.plan("record")
    capture.refresh_from_db()
    return True


def settle(capture: Capture, by: Account) -> None:
    """A person has seen what a capture lacks: it waits for nobody any more."""
    waiting = wanting().filter(pk=capture.pk)
    with transaction.atomic():
        if waiting.update(settled_at=clock.now()):
            audit.record(by, "capture.settled", str(capture.pk))


def vouch(capture: Capture, by: Account, words: str) -> bool:
    """``by`` saw the material there herself though no record holds it: it is demanded on her word.

    False when there is nothing to vouch for, or no words. Raises PermissionDenied, :class:`NotWanted`.
    """
    if not policy.may(by, "capture.vouch"):
        raise PermissionDenied
    with transaction.atomic():
        row = Capture.objects.select_for_update().get(pk=capture.pk)
        waiting = list(groups_waiting(row))
        if not waiting:
            raise NotWanted
        if standing(row) not in UNRECORDED or not words.strip():
            return False
        if row.state == State.FAILED:
            row.state = State.VOUCHED
        row.vouched_by, row.vouched_at, row.vouched_words = by, clock.now(), words.strip()[:MOST_WORDS]
        row.save(update_fields=["state", "vouched_by", "vouched_at", "vouched_words"])
        audit.record(by, "capture.vouched", str(row.id))
        for group in waiting:
            group.plan("carry_out")
    capture.refresh_from_db()
    return True


def record(capture: Capture) -> None:
    """Record the page of a planned capture and keep the package in the vault.

    Nothing is recorded, and what runs is stopped, when the officer took the decision back or she her consent. Raises
    :class:`CaptureFailed`, the last time excepted: then the capture is set to failed.
    """
    if capture.state != State.PLANNED or not _still_wanted(capture):
        capture.rest()
        return
    try:
        with enclosure.recorded(_job(capture.sighting), partial(_still_wanted, capture)) as parts:
            if _still_wanted(capture):
                _keep(capture, parts)
    except (RecorderFailed, CaptureFailed) as failure:
        if failure.kind != enclosure.UNWANTED:
            _fail(capture, failure.kind)
    except package.MissingPart as missing:
        _fail(capture, f"no_{missing.part.replace('.', '_')}")


def _still_wanted(capture: Capture) -> bool:
    decided = capture.group is None or groups_waiting(capture).exists()
    return decided and cases.may_act(capture.case_id)


def groups_waiting(capture: Capture) -> QuerySet[Group]:
    """Groups decided *same* that need this capture: one address may show several references."""
    return Group.objects.filter(
        case=capture.case_id, verdict=Group.Verdict.SAME, matches__sighting=capture.sighting_id
    ).distinct()


def _job(sighting: Sighting) -> enclosure.Job:
    return enclosure.Job(
        url=sighting.page_url,
        media_url=sighting.media_url,
        media_sha256=sighting.sha256,
        launch=egress.chromium_arguments(egress.address(), settings.CONFIG.chromium),
    )


def _keep(capture: Capture, parts: Mapping[str, memoryview]) -> None:
    """Pack the parts, make sure that the package is whole, put it into the vault, then say so in the row."""
    box, at = vault.open_vault(), clock.now()
    facts = _summary(bytes(parts["facts.json"]))
    label = Label(str(capture.id), capture.case.number, at.isoformat(), _tools(facts))
    with os.fdopen(os.memfd_create("package", os.MFD_CLOEXEC), "w+b") as file:
        package.build(file, parts, label)
        if not package.verify(file).ok:
            raise CaptureFailed("damaged")
        file.seek(0)
        stored = box.put(capture.case_id, file)
    try:
        settled = _settle(capture, stored, facts, at)
    except BaseException:
        box.delete(capture.case_id, stored.object_id)
        raise
    if not settled:  # another run was first: its package stays
        box.delete(capture.case_id, stored.object_id)
    capture.refresh_from_db()


def _settle(capture: Capture, stored: vault.Stored, facts: dict[str, Any], at: datetime) -> bool:
    with transaction.atomic():
        row = Capture.objects.select_for_update().get(pk=capture.pk)
        if row.state == State.DONE:
            return False
        row.state, row.problem, row.captured_at, row.facts = State.DONE, "", at, facts
        row.vault_object, row.package_sha256, row.size = stored.object_id, stored.sha256, stored.size
        row.holds = bool(facts["media_in_archive"] and facts["media_same_as_found"] is not False)
        row.save()
        # The log holds the digest too: a package exchanged together with its row would be found out.
        audit.record(SYSTEM, "capture.done", str(row.id), sha256=stored.sha256, size=stored.size)
        _ended(row)
    return True


def _fail(capture: Capture, kind: str) -> None:
    final = capture.failures + 1 >= ATTEMPTS
    with transaction.atomic():
        capture.problem = kind[:32]
        capture.state = State.FAILED if final else State.PLANNED
        capture.save(update_fields=["problem", "state"])
        if final:
            audit.record(SYSTEM, "capture.failed", str(capture.id), problem=capture.problem)
            _ended(capture)
    if not final:
        raise CaptureFailed(kind) from None


def _ended(capture: Capture) -> None:
    """In the transaction that ends it: what waits for it goes on. Where it lacks the file, that is looked for."""
    for group in groups_waiting(capture):
        group.plan("carry_out")
    if standing(capture) in UNRECORDED:
        capture.plan("look_for")
    else:
        capture.rest()


def hold_a_copy(capture: Capture) -> None:
    """The file in the record is not the very one that was found, but shows the same: it is evidence of it."""
    with transaction.atomic():
        if Capture.objects.filter(pk=capture.pk, state=State.DONE, holds=False).update(holds=True):
            audit.record(SYSTEM, "capture.holds_a_copy", str(capture.pk))
            for group in groups_waiting(capture):
                group.plan("carry_out")


def _summary(text: bytes) -> dict[str, Any]:
    """What the row says of the facts; all of them are in the package."""
    if not text:
        raise package.MissingPart("facts.json")
    facts = json.loads(text)
    return {
        "final_url": facts["final_url"],
        "status": facts["status"],
        "server_address": facts["server_address"],
        "tls_issuer": (facts["tls"] or {}).get("issuer"),
        "started_at": facts["started_at"],
        "finished_at": facts["finished_at"],
        "browser": f"{facts['browser']['name']} {facts['browser']['version']}",
        "screenshot_cut": facts["screenshot"]["cut"],
        "media_in_archive": facts["media"]["in_archive"],
        "media_same_as_found": facts["media"]["same_as_found"],
        "media_sha256": facts["media"]["sha256"],
        "left_out": facts["archive"]["left_out_count"],
    }


def _tools(facts: Mapping[str, Any]) -> dict[str, str]:
    libraries = {name: importlib.metadata.version(name) for name in ("playwright", "warcio")}
    return {"jium": jium.__version__, "browser": facts["browser"], **libraries}


def open_package(capture: Capture, by: Account) -> BinaryIO:
    """The package, in memory, for ``by`` to take away, which is put on record.

    Raises :class:`NotCaptured`, VaultError.
    """
    if capture.state != State.DONE:
        raise NotCaptured
    package = os.fdopen(vault.open_vault().open_memfd(capture.case_id, capture.vault_object), "rb")
    audit.record(by, "capture.downloaded", str(capture.id), sha256=capture.package_sha256)
    return package


def kept_objects() -> Iterator[tuple[UUID, str]]:
    """Every object of the vault that a capture names, with its case."""
    yield from Capture.objects.exclude(vault_object="").values_list("case_id", "vault_object").iterator()


def package_name(capture: Capture) -> str:
    """A file name that says nothing to someone who sees only the name."""
    return f"jium-{capture.case.number}-{capture.id.hex[:8]}.zip"


def capture(capture_id: UUID) -> Capture:
    """The capture, or ``Capture.DoesNotExist``."""
    return _with_rest().get(pk=capture_id)


def captures(case_id: UUID | None = None) -> QuerySet[Capture]:
    """The captures of a case, or of all, in the order they were asked for."""
    chosen = _with_rest().select_related("vouched_by")
    return chosen.filter(case_id=case_id) if case_id else chosen


class Recorded(Protocol):
    """What of a capture says where it is on an address's course."""

    @property
    def state(self) -> str: ...
    @property
    def holds(self) -> bool: ...
    @property
    def vouched_at(self) -> datetime | None: ...


def standing(capture: Recorded | None) -> course.Evidence:
    """Where a capture is on an address's course."""
    if capture is None:
        return course.Evidence.NONE
    if capture.vouched_at:
        return course.Evidence.VOUCHED
    if capture.state == State.DONE:
        return course.Evidence.HOLDS if capture.holds else course.Evidence.LACKS
    return course.Evidence.FAILED if capture.state == State.FAILED else course.Evidence.PLANNED


def recorded_file(capture: Capture) -> bytes | None:
    """The file that lies in the record at the sighting's address, whatever it is; None where there is none."""
    digest = capture.facts.get("media_sha256")
    if capture.state != State.DONE or not digest:
        return None
    content = vault.open_vault().read(capture.case_id, capture.vault_object)
    return wacz.file_of(package.part(content, "data.wacz"), digest)


def wanting() -> QuerySet[Capture]:
    """Captures that do not hold what they should, and about which no person has said anything."""
    lacking = Q(state=State.FAILED) | Q(state=State.DONE, holds=False, vouched_at=None)
    return _with_rest().filter(lacking, settled_at=None, case__state=Case.State.OPEN)


def standing_for(case: Case, sighting: Sighting) -> Capture | None:
    """What a demand about ``sighting`` may stand on: its record, or a person's word; None for neither."""
    return standing_of_case(case.pk, [sighting.pk]).get(sighting.pk)


def standing_of_case(case_id: UUID, sightings: Collection[UUID]) -> dict[UUID, Capture]:
    """As :func:`standing_for`, of many sightings of a case; of those that have none, nothing."""
    chosen = captures(case_id).filter(sighting__in=sightings, state__in=(State.DONE, State.VOUCHED)).order_by("round")
    return {capture.sighting_id: capture for capture in chosen.defer("sighting__still")}


def _with_rest() -> QuerySet[Capture]:
    return Capture.objects.select_related("case", "sighting", "group")


def lacking_text(capture: Capture) -> str:
    """What the record does not hold of the file that was found, in the user's language; "" where it is in it."""
    said = {"name": capture.vouched_by, "words": capture.vouched_words}
    if capture.state == State.VOUCHED:
        return _("Nothing could be recorded. %(name)s saw it there: “%(words)s”") % said
    if capture.state != State.DONE or capture.holds:
        return ""
    if capture.vouched_at:
        return _("The evidence shows the page without the file. %(name)s saw it there: “%(words)s”") % said
    if not capture.facts.get("media_in_archive", True):
        return _("The evidence shows the page, but does not hold the file that was found.")
    return _("The file in the evidence is not the very one that was found: it was altered or exchanged since.")


def problem_text(kind: str) -> str:
    """Why nothing could be recorded and what to do, in the user's language."""
    texts = {
        "gone": _("The page is not there any more (the site says so). There is nothing left to record."),
        "refused": _("The site refused to show the page to this browser."),
        "site_error": _("The site answered with an error of its own. Try again later."),
        "unreachable": _("The site could not be reached. Try again later."),
        "denied": _("The address leads inside the institution's own network; it is not opened."),
        "redirects": _("The address leads round in a circle."),
        "tls": _("The site's certificate is not valid, so what it shows could come from anyone."),
        "not_a_page": _("The address leads to a download, not to a page that can be shown."),
        "timeout": _("The page took too long. Try again later."),
        "no_way_out": _("The way out to the network is not working. Check with 'jium doctor'."),
        "browser": _("The browser did not start. Check with 'jium doctor'."),
        "no_enclosure": _("bubblewrap is missing, and pages are not opened without it. Check with 'jium doctor'."),
        "crashed": _("The browser stopped while it had the page open. Try again later."),
        "no_room": _("There was not enough memory for the record."),
        "too_large": _("The page is too large to be recorded."),
        "no_screenshot": _("No screenshot could be taken of the page."),
        "no_archive": _("What the page was made of could not be kept."),
        "no_page": _("The page could not be read from the browser."),
        "damaged": _("The package was damaged while it was made. Try again."),
    }
    return texts.get(kind, _("The record was not complete, so it was not kept. Try again later."))


def sightings_of(case_id: UUID) -> set[UUID]:
    """What was recorded for a case, by the ids of what was seen."""
    return set(Capture.objects.filter(case_id=case_id).values_list("sighting_id", flat=True))


def forget_case(case_id: UUID) -> Counter[str]:
    """Delete what is told of its packages, which went with the case's files; how many there were."""
    captures = Capture.objects.filter(case_id=case_id)
    gone = Counter(packages=captures.exclude(vault_object="").count())
    captures.delete()
    return gone


def tables() -> list[str]:
    """Of this room."""
    return [Capture._meta.db_table]
