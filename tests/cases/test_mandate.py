"""Papers and consents: without them nothing begins, withdrawn they stop what runs, and what they say lies sealed."""

from __future__ import annotations

import io

import pytest
from django.db import connection

from jium.cases import services as cases
from jium.cases.details import Contact, Details
from jium.cases.services import Case, Kind, Means, Opening, Paper, Reference, Requester
from jium.trust.models import Account, AuditEntry
from tests.cases.opened import AGREED, opened

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

SECRET = Details(
    keywords="가람 유출", exposed="서울여고", contact_by=Contact.PHONE, contact="010-9876-5432", hours="평일 13-17"
)


def stands(case: Case) -> bool:
    return Case.objects.get(pk=case.pk).stands


def bring(case: Case, paper: Paper, by: Account) -> cases.Document:
    return cases.bring(case, paper, io.BytesIO(b"%PDF-1.4 a scan"), "application/pdf", by)


def test_an_agents_case_begins_with_all_three_papers_and_consent(officer: Account) -> None:
    case = cases.open_case(Opening("가람", requester=Requester.AGENT), officer)
    cases.give_consent(case, AGREED, Means.AGENT, officer)
    for paper in (Paper.IDENTITY, Paper.VICTIM_IDENTITY):
        bring(case, paper, officer)
    assert not stands(case) and cases.lacking(case) == (Paper.MANDATE,)
    with pytest.raises(cases.NotBegun):
        cases.require_consent(case.pk)
    bring(case, Paper.MANDATE, officer)
    assert stands(case)
    cases.require_consent(case.pk, Kind.PROVIDERS)


def test_a_paper_that_was_the_wrong_one_stops_it_again_and_leaves_nothing(officer: Account, settings) -> None:
    case = cases.open_case(Opening("가람"), officer)
    cases.give_consent(case, AGREED, Means.PAPER, officer)
    document = bring(case, Paper.IDENTITY, officer)
    assert stands(case) and cases.read_document(document) == b"%PDF-1.4 a scan"
    for _again in range(2):
        cases.take_away(document, officer)
    assert not stands(case) and not cases.documents(case).exists()
    assert cases.Document.objects.get(pk=document.pk).vault_object == ""


@pytest.mark.parametrize("kind", [Kind.SUPPORT, Kind.PERSONAL])
def test_without_either_of_the_first_consents_nothing_begins(officer: Account, kind: Kind) -> None:
    case = opened(officer)
    assert stands(case)
    cases.withdraw_consent(case, [kind], officer)
    assert not stands(case)
    with pytest.raises(cases.ConsentMissing) as missing:
        cases.require_consent(case.pk)
    assert missing.value.kind is kind


def test_a_consent_that_an_act_needs_is_asked_for_by_itself(officer: Account) -> None:
    case = opened(officer)
    cases.withdraw_consent(case, [Kind.ABROAD], officer)
    assert stands(case)
    assert cases.may_act(case.pk, Kind.PROVIDERS) and not cases.may_act(case.pk, Kind.ABROAD)
    assert not cases.may_act(case.pk, Kind.BIOMETRIC)


def test_withdrawn_twice_and_given_twice_is_once_and_everything_stays_to_be_read(officer: Account) -> None:
    case = opened(officer)
    for _again in range(2):
        cases.withdraw_consent(case, [Kind.SUPPORT], officer)
    for _again in range(2):
        cases.give_consent(case, [Kind.SUPPORT], Means.PHONE, officer)
    rows = list(case.consents.filter(kind=Kind.SUPPORT))
    assert [row.withdrawn_at is None for row in rows] == [False, True]
    assert rows[0].withdrawn_recorded_by == officer and rows[1].means == Means.PHONE
    told = AuditEntry.objects.filter(act__startswith="consent.").order_by("seq")
    acts = [entry.act for entry in told if entry.body["kind"] == "support"]
    assert acts == ["consent.given", "consent.withdrawn", "consent.given"]


@pytest.mark.parametrize("requester", [Requester.INVESTIGATOR, Requester.NOBODY])
def test_where_the_law_itself_acts_no_consent_is_needed(officer: Account, requester: Requester) -> None:
    case = cases.open_case(Opening("가람", requester=requester, minor=True), officer)
    if requester is Requester.INVESTIGATOR:
        assert not stands(case)
        bring(case, Paper.OFFICIAL, officer)
    assert stands(case)


def test_nobody_opens_a_case_unasked_that_is_not_a_childs(officer: Account) -> None:
    with pytest.raises(cases.MayNotBeOpened):
        cases.open_case(Opening("가람", requester=Requester.NOBODY), officer)
    assert not Case.objects.exists()


def test_withdrawn_consent_ends_the_watch_at_once_and_given_again_what_was_missed_is_looked_for(
    officer: Account,
) -> None:
    case = opened(officer)
    reference = cases.register(case, io.BytesIO(b"picture"), officer)
    Reference.objects.filter(pk=reference.pk).update(state="ready", next_action="")
    cases.ReferenceCode.objects.create(reference=reference, dihedral=b"x" * 256, quality=90)
    assert reference.pk in cases.watched()
    before = cases.watched_state()
    cases.withdraw_consent(case, [Kind.SUPPORT], officer)
    assert reference.pk not in cases.watched() and cases.watched_state() != before
    cases.give_consent(case, [Kind.SUPPORT], Means.PAPER, officer)
    assert reference.pk in cases.watched()
    assert [one.pk for one in cases.looking_back(10)] == [reference.pk]


def test_what_may_say_who_she_is_lies_in_no_table_and_no_log(officer: Account, caplog) -> None:
    case = cases.open_case(Opening("가람", details=SECRET), officer)
    assert cases.opening_of(case).details == SECRET
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                kept = " ".join(str(bytes(value) if isinstance(value, memoryview) else value) for value in row)
                # A few digits alone stand in some digest one time in a hundred.
                assert not any(word in kept for word in ("서울여고", "9876-5432", "유출"))
    assert "9876-5432" not in caplog.text and "서울여고" not in caplog.text


def test_names_in_whatever_form_are_kept_composed(officer: Account) -> None:
    told = Details.of({"requester_name": "\u1102\u1161\u1105\u1162\u200b  똠방"})
    case = cases.open_case(Opening("\u1100\u1161\u1105\u1161\u11b7", details=told), officer)
    assert case.pseudonym == "가람"
    assert cases.opening_of(case).details.requester_name == "나래 똠방"


def test_who_changes_what_somebody_else_changed_meanwhile_is_told(officer: Account) -> None:
    case = cases.open_case(Opening("가람"), officer)
    seen = cases.seen_of(case)
    cases.edit_case(case, Opening("나래"), officer, seen)
    with pytest.raises(cases.ChangedMeanwhile):
        cases.edit_case(case, Opening("다솜"), officer, seen)
    assert Case.objects.get(pk=case.pk).pseudonym == "나래"


def test_told_anew_that_another_asks_other_papers_are_needed(officer: Account) -> None:
    case = opened(officer)
    Case.objects.filter(pk=case.pk).update(papers_elsewhere=False)
    bring(case, Paper.IDENTITY, officer)
    assert stands(case)
    seen = cases.seen_of(Case.objects.get(pk=case.pk))
    changed = cases.edit_case(case, Opening("가람", requester=Requester.SIBLING), officer, seen)
    assert not stands(case) and cases.lacking(changed) == (Paper.RELATION,)


def test_a_closed_case_takes_no_papers(officer: Account) -> None:
    case = opened(officer)
    Case.objects.filter(pk=case.pk).update(state="closed")
    case.refresh_from_db()
    with pytest.raises(cases.CaseClosed):
        bring(case, Paper.IDENTITY, officer)


def test_a_paper_is_not_swept_as_if_nobody_named_it(officer: Account) -> None:
    case = opened(officer)
    document = bring(case, Paper.IDENTITY, officer)
    assert (case.pk, document.vault_object) in set(cases.kept_objects())
