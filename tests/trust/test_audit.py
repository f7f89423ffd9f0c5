"""The audit log: a chain nobody changes unseen, holding nothing about a person."""

from __future__ import annotations

import ast
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction

import jium
from jium import clock
from jium.trust import audit
from jium.trust.models import Account, AuditEntry

pytestmark = pytest.mark.django_db


def fill(count: int) -> None:
    for number in range(count):
        audit.record("system", "case.opened", str(uuid4()), number=number, whole=True, none=None)


def test_an_untouched_chain_is_whole() -> None:
    assert audit.verify() == audit.Verdict(True, 0)
    fill(5)
    assert audit.verify() == audit.Verdict(True, 5)


def test_the_actor_is_an_id_not_a_name(officer: Account) -> None:
    assert audit.record(officer, "case.opened").actor == f"account:{officer.pk}"


@pytest.mark.parametrize(
    "change",
    [
        {"act": "case.closed"},
        {"actor": "account:9"},
        {"subject": "other"},
        {"body": {"number": 2}},
        {"at": None},
        {"digest": "0" * 64},
        {"previous": "0" * 64},
    ],
)
def test_a_changed_entry_is_found_by_its_number(change: dict[str, object]) -> None:
    fill(5)
    if "at" in change:
        change = {"at": AuditEntry.objects.get(seq=5).at}
    AuditEntry.objects.filter(seq=3).update(**change)
    verdict = audit.verify()
    assert (verdict.whole, verdict.checked, verdict.first_broken, verdict.how) == (False, 2, 3, "changed")


def test_a_removed_entry_is_found() -> None:
    fill(5)
    AuditEntry.objects.filter(seq=2).delete()
    assert audit.verify() == audit.Verdict(False, 1, 3, "missing")


def test_a_renumbered_chain_is_found() -> None:
    fill(3)
    AuditEntry.objects.filter(seq=1).delete()
    AuditEntry.objects.filter(seq=2).update(seq=1)
    AuditEntry.objects.filter(seq=3).update(seq=2)
    assert audit.verify() == audit.Verdict(False, 0, 1, "changed")


def test_an_entry_put_in_or_out_of_order_is_found() -> None:
    """Each is as it was written, and has a digest of its own that fits; but it does not follow the one before it."""
    fill(4)
    two = AuditEntry.objects.get(seq=2)
    two.previous = "0" * 64
    two.digest = audit._digest(two)
    two.save()
    assert audit.verify() == audit.Verdict(False, 1, 2, "unlinked")


def test_time_that_runs_backwards_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIUM_CLOCK_FILE", str(tmp_path / "clock"))
    for seconds in (0, 100, 99, 40, 41, 200):
        clock.move(tmp_path / "clock", seconds)
        fill(1)
    assert audit.verify() == audit.Verdict(True, 6, backwards=(4,))


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_kept_only_with_the_act_it_tells_of() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record("system", "case.opened")
        raise RuntimeError
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "value",
    [
        "김가명",
        "Kim Ga-myeong",
        "someone@example.org",
        "https://site.example/page",
        "/some/page",
        "x" * 81,
        "two\nlines",
        1.5,
        ["a"],
        {"a": 1},
        b"bytes",
    ],
)
def test_what_could_be_about_a_person_is_refused_and_not_repeated(value: object) -> None:
    with pytest.raises(ValueError) as refused:
        audit.record("system", "case.opened", "", thing=value)  # type: ignore[arg-type]
    assert str(value) not in str(refused.value)
    assert not AuditEntry.objects.exists()


def test_subjects_actors_and_acts_are_held_to_the_same() -> None:
    for actor, act, subject in [
        ("김가명", "case.opened", ""),
        ("system", "Case opened", ""),
        ("system", "case.opened", "page title"),
    ]:
        with pytest.raises(ValueError):
            audit.record(actor, act, subject)


def test_ids_codes_and_numbers_are_kept_as_they_are() -> None:
    case = uuid4()
    entry = audit.record("system", "case.opened", case=case, number="2026-0001", count=3, done=False, why=None)
    entry.refresh_from_db()
    assert entry.body == {"case": str(case), "number": "2026-0001", "count": 3, "done": False, "why": None}
    assert audit.verify().whole


PERSONAL = {
    "body", "comment", "display_name", "email", "media_url", "message", "name", "page_url", "password",
    "pseudonym", "recipient", "server_answer", "start_url", "subject", "text", "title", "token", "url",
    "username",
}  # fmt: skip


def calls() -> list[tuple[str, ast.Call]]:
    """Every call of ``audit.record`` in the program."""
    found = []
    for path in Path(jium.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                found.append((f"{path.name}:{node.lineno}", node))
    return found


def test_no_call_of_the_audit_log_passes_a_persons_data() -> None:
    found = calls()
    assert found
    for place, call in found:
        for given in [*call.args[2:], *(keyword.value for keyword in call.keywords)]:
            attributes = {node.attr for node in ast.walk(given) if isinstance(node, ast.Attribute)}
            names = {node.id for node in ast.walk(given) if isinstance(node, ast.Name)}
            assert not (attributes | names) & PERSONAL, f"{place}: {ast.unparse(given)}"
