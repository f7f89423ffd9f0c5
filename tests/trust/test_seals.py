"""The audit log's seals: a log that was cut off, emptied or written anew is found out, and so is a forged seal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from jium.config import Audit, Config
from jium.trust import audit, master_key, seals, vault
from jium.trust.models import AuditEntry

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def config(settings, open_vault) -> Config:
    """With a master key, and an empty log."""
    AuditEntry.objects.all().delete()
    return settings.CONFIG


def fill(count: int) -> None:
    for number in range(count):
        audit.record("system", "case.opened", str(uuid4()), number=number)


def written_anew() -> None:
    """Another log of the same length, whole in itself."""
    count = AuditEntry.objects.count()
    AuditEntry.objects.all().delete()
    fill(count)


def test_a_sealed_log_that_grew_is_whole(config: Config) -> None:
    fill(3)
    first = seals.seal(config)
    assert first and first.number == 3
    fill(2)
    assert seals.seal(config)
    checked = seals.check(config)
    assert checked.whole and checked.chain.checked == 5
    assert checked.last and checked.last.number == 5


def test_nothing_new_is_sealed_once(config: Config) -> None:
    assert seals.seal(config) is None
    fill(1)
    assert seals.seal(config)
    assert seals.seal(config) is None
    assert len(seals.path(config).read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        (lambda: AuditEntry.objects.filter(seq__gt=3).delete(), (("truncated", 5),)),
        (lambda: AuditEntry.objects.all().delete(), (("emptied", 5),)),
        (written_anew, (("rewritten", 5),)),
    ],
    ids=["cut off", "emptied", "written anew"],
)
def test_what_the_chain_alone_cannot_tell_is_found(config: Config, attack, told) -> None:
    fill(5)
    seals.seal(config)
    attack()
    checked = seals.check(config)
    assert checked.chain.whole
    assert checked.told == told


def test_cut_off_behind_the_last_seal_is_found_with_a_seal_that_was_mailed(config: Config) -> None:
    fill(3)
    seals.seal(config)
    fill(2)
    mailed = seals.seal(config)
    assert mailed
    lines = seals.path(config).read_text().splitlines(keepends=True)
    seals.path(config).write_text(lines[0])
    AuditEntry.objects.filter(seq__gt=3).delete()
    assert seals.check(config).whole
    assert seals.check(config, [seals.given(mailed.short)]).told == (("truncated", 5),)


def changed(text: str) -> str:
    return text.replace(" 3 ", " 2 ")


def without_the_first(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[1:])


def turned_round(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[::-1])


@pytest.mark.parametrize(
    ("forge", "lines"),
    [(changed, [1, 2]), (without_the_first, [1]), (turned_round, [1, 2]), (lambda _text: "x\n", [1])],
)
def test_a_changed_removed_or_invented_seal_is_found(config: Config, forge, lines: list[int]) -> None:
    for count in (3, 1):
        fill(count)
        seals.seal(config)
    seals.path(config).write_text(forge(seals.path(config).read_text()))
    assert [number for what, number in seals.check(config).told if what == "forged"] == lines


def test_who_has_not_the_master_key_cannot_make_a_seal(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(config, key_file=tmp_path / "other.key")
    other.key_file.write_bytes(b"k" * vault.KEY)
    fill(3)
    with pytest.raises(vault.WrongMasterKey):
        seals.seal(other)
    monkeypatch.setattr(master_key, "derived", lambda _config, _purpose: b"k" * vault.KEY)
    seals.seal(config)
    monkeypatch.undo()
    assert seals.check(config).told == (("forged", 1),)


def test_seals_lie_where_they_are_wanted_for_this_user_alone(config: Config, tmp_path: Path) -> None:
    wanted = replace(config, audit=Audit(seals=str(tmp_path / "seals")))
    fill(1)
    seals.seal(wanted)
    assert (tmp_path / "seals").stat().st_mode & 0o777 == 0o600
    assert seals.check(wanted).last


@pytest.mark.parametrize("text", ["", "5", "5:abc", f"x:{'a' * 64}", f"0:{'a' * 64}", f"5:{'A' * 64}", f"5:{'a' * 65}"])
def test_what_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(seals.NotASeal):
        seals.given(text)
