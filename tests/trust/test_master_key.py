"""The master key is changed: everything reads as before, nothing is encrypted anew, no interruption loses anything."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from jium.config import Config
from jium.trust import audit, erasing, master_key, seals, vault
from jium.trust.models import CaseKey

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def files(config: Config) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in config.vault.rglob("*") if path.is_file()}


@pytest.fixture
def kept(box: vault.Vault, case_id: UUID) -> str:
    return box.put_bytes(case_id, b"hers").object_id


def test_after_a_change_all_is_read_with_the_new_key_and_no_file_was_touched(
    config: Config, case_id: UUID, kept: str
) -> None:
    vault.open_vault(config).create_case_key(uuid4())
    before, old = files(config), config.key_file.read_bytes()
    counted: list[int] = []
    done = master_key.rotate(config, lambda: counted.append(1))
    assert done.keys == len(counted) == CaseKey.objects.count() + 1
    assert config.key_file.read_bytes() != old and done.old.read_bytes() == old
    assert files(config) == before
    assert vault.open_vault(config).read(case_id, kept) == b"hers"
    assert sorted(path.name for path in config.keys.glob("master.key*")) == ["master.key", done.old.name]
    assert config.key_file.stat().st_mode & 0o777 == done.old.stat().st_mode & 0o777 == 0o600


def test_the_old_key_is_refused_by_name_afterwards(config: Config, kept: str) -> None:
    done = master_key.rotate(config)
    config.key_file.write_bytes(done.old.read_bytes())
    with pytest.raises(vault.WrongMasterKey, match="put the right one back"):
        vault.open_vault(config)
    with pytest.raises(vault.WrongMasterKey):
        master_key.rotate(config)


def test_seals_of_before_are_still_ours(config: Config, kept: str) -> None:
    audit.record("system", "case.opened")
    assert seals.seal(config)
    for _time in range(2):
        master_key.rotate(config)
        audit.record("system", "case.opened")
        assert seals.seal(config)
    checked = seals.check(config)
    assert checked.whole and checked.last and checked.last.number == 3


def test_interrupted_before_the_tables_know_it_the_old_key_holds(
    config: Config, case_id: UUID, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_anything: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(master_key, "_wrap_anew", stopped)
    with pytest.raises(KeyboardInterrupt):
        master_key.rotate(config)
    monkeypatch.undo()
    assert vault.open_vault(config).read(case_id, kept) == b"hers"
    assert list(config.keys.glob("master.key.until*")) == [], "it is not an old one"
    master_key.rotate(config)
    assert vault.open_vault(config).read(case_id, kept) == b"hers"


def test_interrupted_once_the_tables_know_it_whoever_opens_the_vault_puts_the_new_key_in_place(
    config: Config, case_id: UUID, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_anything: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(master_key, "_finish", stopped)
    old = config.key_file.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        master_key.rotate(config)
    assert config.key_file.read_bytes() == old
    monkeypatch.undo()
    assert vault.open_vault(config).read(case_id, kept) == b"hers"
    assert config.key_file.read_bytes() != old
    assert [path.read_bytes() for path in config.keys.glob("master.key.until*")] == [old], "old copies need it"


def test_a_vault_opened_before_the_change_makes_no_key_that_the_new_one_cannot_open(
    config: Config, box: vault.Vault, kept: str
) -> None:
    master_key.rotate(config)
    with pytest.raises(vault.WrongMasterKey):
        box.create_case_key(uuid4())
    assert vault.open_vault(config).unreadable_keys() == []


def test_of_the_old_wrappings_nothing_is_asked_to_stay(
    config: Config, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaned: list[str] = []
    monkeypatch.setattr(erasing, "leave_nothing", lambda alias, _tables: cleaned.append(alias))
    master_key.rotate(config)
    master_key.clean()
    assert cleaned == ["keys"]


def test_whoever_opens_the_vault_first_the_old_key_is_named_and_the_new_one_is_never_called_old(
    config: Config, case_id: UUID, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, old = master_key._finish, config.key_file.read_bytes()

    def others_first(of: Config) -> None:
        finish(of)  # another process opened the vault in this moment
        finish(of)

    monkeypatch.setattr(master_key, "_finish", others_first)
    done = master_key.rotate(config)
    assert done.old != config.key_file and done.old.read_bytes() == old
    assert vault.open_vault(config).read(case_id, kept) == b"hers"
