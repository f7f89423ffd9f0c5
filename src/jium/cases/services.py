"""What the other rooms may ask of cases: open one, register a reference, settle its fingerprint, list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from jium import clock, lists
from jium.cases import names
from jium.cases.consents import Kind, Means
from jium.cases.costs import overdue as overdue_claims
from jium.cases.details import Details
from jium.cases.forgetting import certify, count_destroyed, forget_case, tables
from jium.cases.given import record_deletion
from jium.cases.given import totals as services_given
from jium.cases.intake import Age, Channel, Circulation, Damage, Paper, Perpetrator, Requester, Sex
from jium.cases.mandate import (
    CaseClosed,
    ConsentMissing,
    NotBegun,
    bring,
    consented,
    documents,
    give_consent,
    insist_open,
    lacking,
    may_act,
    read_document,
    require_consent,
    take_away,
    withdraw_consent,
)
from jium.cases.models import Case, Consent, Destruction, Document, Reference, ReferenceCode
from jium.cases.names import file_names, short_name
from jium.cases.opening import (
    ChangedMeanwhile,
    MayNotBeOpened,
    Opening,
    edit_case,
    open_case,
    opening_of,
    seen_of,
)
from jium.cases.referrals import asked_of, outcome_of
from jium.cases.referrals import of_case as referrals_of
from jium.cases.retention import (
    announce,
    announced,
    begin_again,
    begin_due,
    destroy_confirmed,
    destroyed_before,
    ends_of,
    kept_of,
)
from jium.cases.same_person import look_for_file, of_one_person, offered
from jium.cases.same_person import undecided as maybe_one_person
from jium.cases.upload import MAX_BYTES as MOST_BYTES
from jium.dna.fingerprint import VERSION, Fingerprint, FrameCode, packed_parts, with_parts
from jium.trust import audit, vault
from jium.trust.assignments import Duty, reach
from jium.trust.models import Account, Assignment

__all__ = [
    "MOST_BYTES",
    "Age",
    "Case",
    "CaseClosed",
    "ChangedMeanwhile",
    "Channel",
    "Circulation",
    "Consent",
    "ConsentMissing",
    "Damage",
    "Destruction",
    "Details",
    "Document",
    "Kind",
    "MayNotBeOpened",
    "Means",
    "NotBegun",
    "Opening",
    "Paper",
    "Perpetrator",
    "Reference",
    "ReferenceCode",
    "Requester",
    "Sex",
    "announce",
    "announced",
    "asked_of",
    "begin_again",
    "begin_due",
    "bring",
    "certify",
    "consented",
    "count_destroyed",
    "destroy_confirmed",
    "destroyed_before",
    "documents",
    "edit_case",
    "ends_of",
    "file_names",
    "forget_case",
    "give_consent",
    "kept_of",
    "lacking",
    "may_act",
    "maybe_one_person",
    "of_one_person",
    "offered",
    "open_case",
    "opening_of",
    "outcome_of",
    "overdue_claims",
    "read_document",
    "record_deletion",
    "referrals_of",
    "require_consent",
    "seen_of",
    "services_given",
    "short_name",
    "tables",
    "take_away",
    "withdraw_consent",
]


def register(case: Case, upload: BinaryIO, by: Account, name: str = "") -> Reference:
    """Keep an uploaded file and its ``name``, encrypted under the case's key, and plan its fingerprinting.

    The row is kept whatever the file is: an empty file or one registered before is rejected at once, the rest
    is judged where it is decoded. Raises :class:`CaseClosed`.
    """
    if case.state != Case.State.OPEN:
        raise CaseClosed
    stored = vault.open_vault().put(case.id, upload)
    with transaction.atomic():
        insist_open(case, stored.object_id)
        twin = case.references.filter(sha256=stored.sha256).exclude(state=Reference.State.REJECTED).first()
        last = case.references.aggregate(last=Max("position"))["last"] or 0
        reference = Reference(
            case=case,
            position=last + 1,
            sha256=stored.sha256,
            size=stored.size,
            vault_object=stored.object_id,
            duplicate_of=twin,
            registered_at=clock.now(),
            registered_by=by,
        )
        reference.sealed_name = names.sealed(reference, name)
        reference.save(force_insert=True)
        audit.record(by, "reference.registered", str(reference.id), case=str(case.id))
        if stored.size == 0:
            reject(reference, "empty")
        elif twin:
            reject(reference, "duplicate")
        else:
            reference.plan("fingerprint")
            look_for_file(reference)
    return reference


def accept_fingerprint(reference: Reference, fingerprint: Fingerprint, preview: bytes) -> None:
    """The file is what it should be: keep its codes and its greyscale preview, and search what was seen before.

    The places of a picture or of scenes are as telling as what they are of: they go into the vault.
    """
    safe = vault.open_vault()
    preview_id = safe.put_bytes(reference.case_id, preview).object_id if preview else ""
    still = packed_parts(fingerprint.kept())
    still_id = safe.put_bytes(reference.case_id, still).object_id if still else ""
    with transaction.atomic():
        before = Reference.objects.select_for_update().get(pk=reference.pk)
        reference.codes.all().delete()
        ReferenceCode.objects.bulk_create(
            ReferenceCode(
                reference=reference,
                time=frame.time,
                until=frame.until,
                dihedral=b"".join(frame.dihedral),
                quality=frame.quality,
            )
            for frame in fingerprint.frames
        )
        reference.state = Reference.State.READY
        reference.preview_object = preview_id
        reference.still_object = still_id
        reference.made_by = VERSION
        reference.note = fingerprint.note
        reference.kind = fingerprint.kind
        reference.width, reference.height = fingerprint.width, fingerprint.height
        reference.duration = fingerprint.duration
        reference.save()
        reference.plan("look_back")
        # Only then: until the commit the row still names them.
        transaction.on_commit(partial(_drop, reference.case_id, before.preview_object, before.still_object))


def _drop(case_id: UUID, *object_ids: str) -> None:
    safe = vault.open_vault()
    for object_id in filter(None, object_ids):
        safe.delete(case_id, object_id)


def reject(reference: Reference, problem: str) -> None:
    """The file cannot be used: keep the row and the reason, drop the bytes and all that was made of them."""
    _drop(reference.case_id, reference.vault_object, reference.preview_object, reference.still_object)
    with transaction.atomic():
        reference.codes.all().delete()
        reference.state = Reference.State.REJECTED
        reference.problem = problem
        reference.vault_object = reference.preview_object = reference.still_object = ""
        reference.save()
        reference.rest()


def settle(reference: Reference, by: Account) -> None:
    """A person has dealt with a file that cannot be used: it waits for nobody any more. The row stays."""
    waiting = Reference.objects.filter(pk=reference.pk, state=Reference.State.REJECTED, settled_at=None)
    with transaction.atomic():
        if waiting.update(settled_at=clock.now()):
            audit.record(by, "reference.settled", str(reference.pk))


def problem_text(problem: str) -> str:
    """Why a file cannot be used and what to do, in the user's language. ``problem``: a kind of MediaError or ours."""
    texts = {
        "empty": _("The file is empty (0 bytes). Please choose it again; the copy may have been interrupted."),
        "duplicate": _("This very file is already registered in this case. Nothing more is needed."),
        "not_media": _("This is not a picture or a video. Please register the picture or video itself."),
        "truncated": _("The file is cut off: its end is missing. Please copy it again from where it came from."),
        "too_large": _("The picture is too large to be opened safely (over 178 megapixels). Please save it smaller."),
        "no_frames": _("There is no picture in this video: it cannot be searched for."),
        "encrypted_archive": _(
            "This is a ZIP file with a password. Please unpack it first and register the files in it."
        ),
        "archive": _("This is a packed file (ZIP or similar). Please unpack it first and register the files in it."),
        "unsupported": _("This kind of file is not supported. JPEG, PNG, WebP, AVIF, HEIC, GIF and common videos are."),
        "audio_only": _("There is only sound in this file: it cannot be searched for yet."),
        "timeout": _("The file took too long to open and was stopped. Please save it in another format."),
        "crashed": _("The file made the decoder stop. It was contained; please save it in another format."),
        "damaged": _("The stored file is damaged. Please register it again."),
    }
    return texts.get(
        problem, _("The file could not be opened. Please save it in another format and register it again.")
    )


def note_text(note: str) -> str:
    """A remark on an accepted file, in the user's language."""
    texts = {
        "animated": _("Moving picture: registered as a video."),
        "featureless": _("The picture has too little in it to be recognised when altered; exact copies are found."),
        "whole": _(
            "There is little detail in the picture: it is found as a whole, but a part of it, or it inside another "
            "picture, may be missed."
        ),
    }
    return texts.get(note, "")


def read_reference(reference: Reference) -> int:
    """The reference's bytes as a memory file descriptor, which the caller closes."""
    return vault.open_vault().open_memfd(reference.case_id, reference.vault_object)


def preview(reference: Reference) -> bytes | None:
    """The reference's greyscale preview (JPEG), or None while there is none."""
    if not reference.preview_object:
        return None
    return vault.open_vault().read(reference.case_id, reference.preview_object)


def case(case_id: UUID) -> Case:
    """The case, or ``Case.DoesNotExist``."""
    return Case.objects.get(pk=case_id)


def cases() -> QuerySet[Case]:
    """All cases, newest first, each with ``reference_count``: how many of its references can be used."""
    usable = Count("references", filter=~Q(references__state="rejected"))
    return Case.objects.annotate(reference_count=usable).order_by("-opened_at", "-pk")


def search(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Of the cases those whose number or pseudonym has every word of ``text``."""
    return cases.filter(lists.holding(text, "number", "pseudonym"))


def given_to(account: Account) -> QuerySet[Assignment, UUID]:
    """Of the cases that somebody works on their ids."""
    return Assignment.objects.filter(account=account, until=None).values_list("case_id", flat=True)


def elsewhere(account: Account, number: str) -> list[str]:
    """The numbers of cases that are with somebody else, where ``number`` is part of them and says enough."""
    wanted = number.strip()
    if len(wanted) < 4 or reach(account).everything:
        return []
    others = Case.objects.filter(number__endswith=wanted).exclude(reach(account).q("pk"))
    return list(others.order_by("number").values_list("number", flat=True)[:10])


def unassigned() -> QuerySet[Case]:
    """Open cases that nobody speaks with her in, or that nobody has removed: a supervisor gives them to somebody."""
    standing = Assignment.objects.filter(case_id=OuterRef("pk"), until=None)
    cared = Q(Exists(standing.filter(duty=Duty.COUNSELLING))) & Q(Exists(standing.filter(duty=Duty.REMOVAL)))
    return Case.objects.filter(~cared, state=Case.State.OPEN).order_by("opened_at")


def numbered(text: str) -> list[UUID]:
    """Of the cases those whose number has ``text`` in it."""
    return list(Case.objects.filter(number__icontains=text.strip()).values_list("pk", flat=True)[:500])


def numbers(case_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Of those of the ids that are cases' their numbers."""
    return dict(Case.objects.filter(pk__in=set(case_ids)).values_list("pk", "number"))


def kept_objects() -> Iterator[tuple[UUID, str]]:
    """Every object of the vault that a reference or a paper names, with its case."""
    fields = ("vault_object", "preview_object", "still_object")
    for case_id, *objects in Reference.objects.values_list("case_id", *fields).iterator():
        yield from ((case_id, one) for one in objects if one)
    yield from Document.objects.exclude(vault_object="").values_list("case_id", "vault_object").iterator()


def case_ids() -> list[UUID]:
    """Of all cases."""
    return list(Case.objects.values_list("pk", flat=True))


def closed(case_id: UUID | None = None) -> set[UUID]:
    """Of all cases, or of this one alone, those that are closed."""
    chosen = Case.objects.filter(state=Case.State.CLOSED)
    return set((chosen.filter(pk=case_id) if case_id else chosen).values_list("pk", flat=True))


def references(case: Case) -> QuerySet[Reference]:
    """The references of a case in the order they were registered."""
    return case.references.select_related("duplicate_of").order_by("position")


def reference(reference_id: UUID) -> Reference:
    """The reference, or ``Reference.DoesNotExist``."""
    return Reference.objects.select_related("case").get(pk=reference_id)


def rejected_references() -> QuerySet[Reference]:
    """References of open cases that cannot be used and are not mere duplicates: someone must ask for a better file."""
    return (
        Reference.objects.filter(state=Reference.State.REJECTED, settled_at=None, case__state=Case.State.OPEN)
        .exclude(problem="duplicate")
        .select_related("case")
    )


def looking_back(most: int) -> list[Reference]:
    """References that wait to be looked for in what was seen before they came, the first of them first."""
    waiting = Reference.objects.filter(state=Reference.State.READY, next_action="look_back", case__stands=True)
    return list(waiting.select_related("case").order_by("next_action_at")[:most])


def looked_back(reference: Reference) -> None:
    """It was looked for together with another one; nothing happens where something else was planned since."""
    with transaction.atomic():
        same = Reference.objects.select_for_update().filter(pk=reference.pk, turn=reference.turn)
        for waiting in same.filter(next_action="look_back"):
            waiting.rest()


def watched() -> dict[UUID, int]:
    """Every usable reference of open cases, with a number that changes when its fingerprint does."""
    return dict(_watched().order_by().values_list("reference_id").annotate(Max("pk")))


def watched_state() -> tuple[int, int]:
    """Changes whenever :func:`watched` would answer otherwise; cheap to ask."""
    state = _watched().aggregate(count=Count("pk"), newest=Max("pk"))
    return state["count"], state["newest"] or 0


def _watched() -> QuerySet[ReferenceCode]:
    cases = Case.objects.filter(state=Case.State.OPEN, stands=True)
    return ReferenceCode.objects.filter(reference__state=Reference.State.READY, reference__case__in=cases)


def renew_fingerprints() -> int:
    """Plan that what another version of :mod:`jium.dna` made is made anew; how many."""
    outdated = Reference.objects.filter(state=Reference.State.READY, next_action="").exclude(made_by=VERSION)
    for reference in outdated:
        reference.plan("fingerprint")
    return len(outdated)


def fingerprint_of(reference: Reference) -> Fingerprint:
    """The stored fingerprint of a reference; of one made by another version the codes alone, until it is made anew.

    Raises :class:`jium.trust.vault.VaultError`.
    """
    made = Fingerprint(
        kind=reference.kind,
        sha256=reference.sha256,
        width=reference.width,
        height=reference.height,
        duration=reference.duration,
        frames=tuple(_frame(row) for row in reference.codes.order_by("time", "pk")),
        note=reference.note,
    )
    if not reference.still_object or reference.made_by != VERSION:
        return made
    # What was registered before fewer places were kept is made alike: the odds are measured for these.
    return with_parts(made, vault.open_vault().read(reference.case_id, reference.still_object)).kept()


def _frame(row: ReferenceCode) -> FrameCode:
    forms = bytes(row.dihedral)
    codes = tuple(forms[start : start + 32] for start in range(0, len(forms), 32))
    return FrameCode(row.time, codes[0], row.quality, codes, row.until)
