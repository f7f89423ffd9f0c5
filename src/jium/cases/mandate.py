"""By what right we act in a case: the papers that the requester brought, and what she agreed to.

:func:`require_consent` is the one place that is asked before anything is done for a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from jium import clock
from jium.cases import consents, intake
from jium.cases.consents import Kind, Means
from jium.cases.intake import Asked, Paper, Requester
from jium.cases.models import Case, Consent, Document, Reference
from jium.trust import audit, vault
from jium.trust.models import Account


class ConsentMissing(Exception):
    """What is wanted needs a consent that was not given, or was withdrawn; ``kind`` says which."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind = kind


class NotBegun(Exception):
    """Deletion support may not run yet: ``papers`` that are lacking."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        super().__init__(", ".join(papers))
        self.papers = tuple(papers)


class CaseClosed(Exception):
    """The case is closed: nothing is registered for it, and nothing is done for it any more."""


def bring(case: Case, paper: Paper, content: BinaryIO, media_type: str, by: Account) -> Document:
    """Keep a document that the requester brought, encrypted under the case's key. Raises :class:`CaseClosed`."""
    if case.state != Case.State.OPEN:
        raise CaseClosed
    stored = vault.open_vault().put(case.id, content)
    with transaction.atomic():
        insist_open(case, stored.object_id)
        document = Document.objects.create(
            case=case,
            paper=paper,
            vault_object=stored.object_id,
            sha256=stored.sha256,
            size=stored.size,
            media_type=media_type,
            brought_at=clock.now(),
            brought_by=by,
        )
        audit.record(by, "document.brought", str(document.pk), case=str(case.pk), paper=paper.value)
        settle(case)
    return document


def insist_open(case: Case, object_id: str) -> None:
    """It was not closed while something was uploaded for it, which is gone then. In the caller's transaction.

    Raises :class:`CaseClosed`.
    """
    if Case.objects.select_for_update().get(pk=case.pk).state != Case.State.OPEN:
        vault.open_vault().delete(case.pk, object_id)
        raise CaseClosed


def take_away(document: Document, by: Account) -> None:
    """A document that was the wrong one: its content goes, its row stays. A second call changes nothing."""
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document.pk)
        if document.removed_at:
            return
        case, kept = document.case, document.vault_object
        document.removed_at, document.removed_by, document.vault_object = clock.now(), by, ""
        document.save(update_fields=["removed_at", "removed_by", "vault_object"])
        audit.record(by, "document.removed", str(document.pk), case=str(case.pk))
        settle(case)
        transaction.on_commit(partial(vault.open_vault().delete, case.pk, kept))


def documents(case: Case) -> QuerySet[Document]:
    """What the requester brought, the first first; without what was taken away."""
    return case.documents.filter(removed_at=None)


def read_document(document: Document) -> bytes:
    """Its content. Raises :class:`jium.trust.vault.VaultError`."""
    return vault.open_vault().read(document.case_id, document.vault_object)


def lacking(case: Case) -> tuple[Paper, ...]:
    """The documents that are needed and not there."""
    if case.papers_elsewhere:
        return ()
    brought = {Paper(paper) for paper in documents(case).values_list("paper", flat=True)}
    return intake.lacking(_asked(case), brought)


def _asked(case: Case) -> Asked:
    return Asked(Requester(case.requester), case.minor, case.under_14)


def give_consent(case: Case, kinds: Iterable[Kind], means: Means, by: Account) -> None:
    """She agreed to these; what stands already is not given twice."""
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        standing = consented(case)
        for kind in kinds:
            if kind in standing:
                continue
            Consent.objects.create(
                case=case, kind=kind, version=consents.VERSION, means=means, given_at=clock.now(), recorded_by=by
            )
            audit.record(by, "consent.given", str(case.pk), kind=kind.value, means=means.value)
        settle(case)


def withdraw_consent(case: Case, kinds: Iterable[Kind], by: Account) -> None:
    """She does not agree any more: what rests on it stops. A second call changes nothing."""
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        for consent in case.consents.select_for_update().filter(kind__in=list(kinds), withdrawn_at=None):
            consent.withdrawn_at, consent.withdrawn_recorded_by = clock.now(), by
            consent.save(update_fields=["withdrawn_at", "withdrawn_recorded_by"])
            audit.record(by, "consent.withdrawn", str(case.pk), kind=consent.kind)
        settle(case)


def consented(case: Case) -> set[Kind]:
    """What she agrees to now."""
    standing = Consent.objects.filter(case=case, withdrawn_at=None)
    return {Kind(kind) for kind in standing.values_list("kind", flat=True)}


def require_consent(case_id: UUID, *kinds: Kind) -> None:
    """The one place that asks before anything is done for a case: here and now, also of work that runs.

    That deletion support may run at all, and each of ``kinds``. Where the law itself asks for it, no consent is needed.
    Raises :class:`CaseClosed`, :class:`NotBegun`, :class:`ConsentMissing`.
    """
    case = Case.objects.get(pk=case_id)
    if case.state != Case.State.OPEN:
        raise CaseClosed
    if papers := lacking(case):
        raise NotBegun(papers)
    standing = consented(case)
    by_law = Requester(case.requester) in intake.BY_LAW
    for kind in [] if by_law else [*consents.TO_BEGIN, *kinds]:
        if kind not in standing:
            raise ConsentMissing(kind)


def may_act(case_id: UUID, *kinds: Kind) -> bool:
    """Whether :func:`require_consent` has nothing against it."""
    try:
        require_consent(case_id, *kinds)
    except (CaseClosed, NotBegun, ConsentMissing):
        return False
    return True


def settle(case: Case) -> None:
    """Write down whether deletion support may run, so that many cases can be asked at once.

    What was registered meanwhile is looked for in the past once it may.
    """
    stands = may_act(case.pk)
    changed = Case.objects.filter(pk=case.pk).exclude(stands=stands).update(stands=stands)
    case.stands = stands
    if changed and stands:
        for reference in case.references.filter(state=Reference.State.READY):
            reference.plan("look_back")
