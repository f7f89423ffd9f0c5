"""The audit log as a file: whole, it is found whole elsewhere; whatever is done to it is found out."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest

from jium.config import Config
from jium.trust import audit, audit_export, seals
from jium.trust.audit_export import NotAnExport
from jium.trust.seals import Seal

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def exported(config: Config, box) -> list[str]:
    """Six entries, sealed after the fourth."""
    for number in range(4):
        audit.record("system", "case.opened", str(uuid4()), number=number)
    seals.seal(config)
    for number in range(2):
        audit.record("system", "case.closed", str(uuid4()), number=number)
    return list(audit_export.lines(config))


def test_untouched_it_is_whole_and_says_how_far_it_goes(exported: list[str]) -> None:
    checked = audit_export.check(exported)
    assert checked.whole and checked.chain.checked == 6
    assert checked.last and checked.last.number == 4


def test_an_empty_log_is_whole(config: Config, box) -> None:
    checked = audit_export.check(audit_export.lines(config))
    assert checked.whole and checked.chain.checked == 0


def test_a_mailed_seal_finds_out_a_shorter_or_another_log(exported: list[str]) -> None:
    last = json.loads(exported[-2])
    assert audit_export.check(exported, [Seal("", 6, last["digest"])]).whole
    assert audit_export.check(exported, [Seal("", 7, "0" * 64)]).told == (("truncated", 7),)
    assert audit_export.check(exported, [Seal("", 6, "0" * 64)]).told == (("rewritten", 6),)


def changed(lines: list[str], number: int, **fields: object) -> list[str]:
    return [*lines[:number], json.dumps({**json.loads(lines[number]), **fields}) + "\n", *lines[number + 1 :]]


@pytest.mark.parametrize(
    ("change", "how"),
    [
        (lambda lines: changed(lines, 2, act="case.edited"), "changed"),
        (lambda lines: changed(lines, 2, body={"number": 9}), "changed"),
        (lambda lines: changed(lines, 2, at="2020-01-01T00:00:00.000000+00:00"), "changed"),
        (lambda lines: [*lines[:2], *lines[3:]], "missing"),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], "missing"),
        (lambda lines: [*lines[:3], lines[2], *lines[3:]], "unlinked"),
    ],
)
def test_whatever_is_done_to_an_entry_is_found_out(exported: list[str], change, how: str) -> None:
    checked = audit_export.check(change(exported))
    assert not checked.whole and checked.chain.how == how


def test_a_log_that_was_cut_and_closed_again_is_found_out_by_its_own_seals(exported: list[str]) -> None:
    third = json.loads(exported[3])
    end = json.dumps({"entries": 3, "digest": third["digest"]})
    assert audit_export.check([*exported[:4], end]).told == (("truncated", 4),)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: [], 1),
        (lambda lines: ["\x00\xff nonsense"], 1),
        (lambda lines: ["[" * 100_000], 1),
        (lambda lines: ["{}"], 1),
        (lambda lines: changed(lines, 0, version=2), 1),
        (lambda lines: changed(lines, 0, seals=[1]), 1),
        (lambda lines: lines[:-1], 8),
        (lambda lines: [*lines[:3], lines[3][:40], *lines[4:]], 4),
        (lambda lines: changed(lines, 3, seq="3"), 4),
        (lambda lines: changed(lines, 3, at="yesterday"), 4),
        (lambda lines: changed(lines, 3, at="2020-01-01T00:00:00"), 4),
        (lambda lines: changed(lines, 3, act=None), 4),
        (lambda lines: changed(lines, 7, entries=9), 8),
    ],
)
def test_a_file_that_is_none_says_at_which_line(exported: list[str], change, line: int) -> None:
    with pytest.raises(NotAnExport) as refused:
        audit_export.check(change(exported))
    assert refused.value.line == line


def test_it_holds_ids_and_codes_and_is_plain_ascii(exported: list[str], tmp_path: Path) -> None:
    text = "".join(exported)
    assert text.isascii() and len(text.splitlines()) == len(exported) == 8
