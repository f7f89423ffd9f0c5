"""The vault refuses whatever is not exactly what was put there, under the key it was put there with."""

from __future__ import annotations

import io
import os
import resource
import stat
import threading
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connections

from jium.config import Config
from jium.trust import master_key, stream, vault
from jium.trust.models import CaseKey, KeyCheck

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def files(config: Config) -> list[Path]:
    return [path for path in config.vault.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, vault.CHUNK - 1, vault.CHUNK, vault.CHUNK + 1, 3 * vault.CHUNK])
def test_what_is_put_is_read_back(box: vault.Vault, case_id: UUID, size: int) -> None:
    content = os.urandom(size)
    stored = box.put(case_id, io.BytesIO(content))
    assert stored.size == size
    assert box.read(case_id, stored.object_id) == content
    descriptor = box.open_memfd(case_id, stored.object_id)
    with os.fdopen(descriptor, "rb") as memory:
        assert memory.read() == content


def test_a_memory_file_cannot_be_written_to(box: vault.Vault, case_id: UUID) -> None:
    descriptor = box.open_memfd(case_id, box.put_bytes(case_id, b"abc").object_id)
    with pytest.raises(PermissionError):
        os.write(descriptor, b"x")
    os.close(descriptor)


def test_a_source_that_gives_a_little_at_a_time_is_stored_whole(box: vault.Vault, case_id: UUID) -> None:
    content = os.urandom(vault.CHUNK + 77)
    reading, writing = os.pipe()

    def feed() -> None:
        with os.fdopen(writing, "wb") as target:
            target.write(content)

    feeder = threading.Thread(target=feed)
    feeder.start()
    with os.fdopen(reading, "rb", buffering=0) as source:
        stored = box.put(case_id, source)
    feeder.join()
    assert box.read(case_id, stored.object_id) == content


def test_files_on_disk_hold_and_say_nothing(box: vault.Vault, case_id: UUID, config: Config) -> None:
    box.put_bytes(case_id, b"secret words " * 100)
    (path,) = files(config)
    assert b"secret" not in path.read_bytes()
    assert str(case_id) not in str(path) and case_id.hex not in str(path)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_same_file_twice_looks_different_on_disk(box: vault.Vault, case_id: UUID, config: Config) -> None:
    box.put_bytes(case_id, b"same")
    box.put_bytes(case_id, b"same")
    one, other = (path.read_bytes() for path in files(config))
    assert one[len(stream.MAGIC) :] != other[len(vault.MAGIC) :]


def test_one_changed_bit_anywhere_is_refused(box: vault.Vault, case_id: UUID, config: Config) -> None:
    stored = box.put_bytes(case_id, b"twelve bytes")
    (path,) = files(config)
    whole = path.read_bytes()
    for position in range(len(whole)):
        broken = bytearray(whole)
        broken[position] ^= 1
        path.write_bytes(broken)
        with pytest.raises(vault.Damaged):
            box.read(case_id, stored.object_id)
    path.write_bytes(whole)
    assert box.read(case_id, stored.object_id) == b"twelve bytes"


def test_a_cut_or_lengthened_file_is_refused(box: vault.Vault, case_id: UUID, config: Config) -> None:
    stored = box.put_bytes(case_id, os.urandom(2 * vault.CHUNK))
    (path,) = files(config)
    whole = path.read_bytes()
    chunk = vault.CHUNK + vault.TAG
    for size in (0, 5, vault.HEADER, vault.HEADER + 8, vault.HEADER + chunk, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(vault.Damaged):
            box.read(case_id, stored.object_id)
    path.write_bytes(whole + b"x")
    with pytest.raises(vault.Damaged):
        box.read(case_id, stored.object_id)


def test_swapped_and_repeated_chunks_are_refused(box: vault.Vault, case_id: UUID, config: Config) -> None:
    stored = box.put_bytes(case_id, os.urandom(3 * vault.CHUNK))
    (path,) = files(config)
    whole = path.read_bytes()
    head, size = whole[: vault.HEADER], vault.CHUNK + vault.TAG
    first, second, third = (whole[vault.HEADER + n * size : vault.HEADER + (n + 1) * size] for n in range(3))
    for order in ([second, first, third], [first, first, third], [first, third], [first, third, second]):
        path.write_bytes(head + b"".join(order))
        with pytest.raises(vault.Damaged):
            box.read(case_id, stored.object_id)


def test_a_file_moved_to_another_case_is_refused(box: vault.Vault, case_id: UUID, config: Config) -> None:
    stored = box.put_bytes(case_id, b"hers")
    other = uuid4()
    box.create_case_key(other)
    theirs = box.put_bytes(other, b"theirs")
    (source,) = (path for path in files(config) if path.name == stored.object_id)
    (target,) = (path for path in files(config) if path.name == theirs.object_id)
    target.write_bytes(source.read_bytes())
    with pytest.raises(vault.Damaged):
        box.read(other, theirs.object_id)


def test_a_file_in_the_place_of_another_of_its_case_is_refused(box: vault.Vault, case_id: UUID, config: Config) -> None:
    one, two = box.put_bytes(case_id, b"one"), box.put_bytes(case_id, b"two")
    by_name = {path.name: path for path in files(config)}
    by_name[one.object_id].replace(by_name[two.object_id])
    with pytest.raises(vault.Damaged):
        box.read(case_id, two.object_id)
    with pytest.raises(vault.Damaged):
        box.read(case_id, one.object_id)


@pytest.mark.parametrize("name", ["../../keys/master.key", "", "x" * 31 + "/", "가" * 32])
def test_an_object_id_cannot_lead_out_of_the_vault(box: vault.Vault, case_id: UUID, name: str) -> None:
    with pytest.raises(vault.Damaged):
        box.read(case_id, name)


def test_no_clear_bytes_are_handed_out_before_all_are_verified(box: vault.Vault, case_id: UUID, config: Config) -> None:
    stored = box.put_bytes(case_id, os.urandom(3 * vault.CHUNK))
    (path,) = files(config)
    whole = bytearray(path.read_bytes())
    whole[-1] ^= 1
    path.write_bytes(whole)
    open_before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(vault.Damaged):
        box.open_memfd(case_id, stored.object_id)
    assert len(os.listdir("/proc/self/fd")) == open_before


def test_a_put_that_fails_leaves_nothing_behind(box: vault.Vault, case_id: UUID, config: Config) -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError("the upload stopped")

    with pytest.raises(OSError, match="the upload stopped"):
        box.put(case_id, Broken())
    assert files(config) == []


def test_a_disk_that_is_full_leaves_nothing_behind(box: vault.Vault, case_id: UUID, config: Config) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (vault.CHUNK, hard))
    try:
        with pytest.raises(OSError):
            box.put_bytes(case_id, bytes(3 * vault.CHUNK))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert files(config) == []


def test_large_files_pass_in_small_memory(box: vault.Vault, case_id: UUID) -> None:
    import tracemalloc

    class Zeros(io.RawIOBase):
        left = 64 * vault.CHUNK

        def read(self, size: int = -1) -> bytes:
            taken = min(size, self.left)
            self.left -= taken
            return bytes(taken)

    tracemalloc.start()
    stored = box.put(case_id, Zeros())
    os.close(box.open_memfd(case_id, stored.object_id))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert stored.size == 64 * vault.CHUNK
    assert peak < 8 * vault.CHUNK


def test_a_destroyed_case_answers_no_more(box: vault.Vault, case_id: UUID, config: Config) -> None:
    stored = box.put_bytes(case_id, b"hers")
    (path,) = files(config)
    rescued = path.read_bytes()
    box.destroy_case(case_id)
    assert files(config) == []
    assert not CaseKey.objects.filter(case_id=case_id).exists()
    path.parent.mkdir(parents=True)
    path.write_bytes(rescued)
    with pytest.raises(vault.MissingKey):
        box.create_case_key(case_id)
    with pytest.raises(vault.MissingKey):
        box.read(case_id, stored.object_id)
    with pytest.raises(vault.MissingKey):
        box.put_bytes(case_id, b"more")
    box.destroy_case(case_id)


def test_destroying_one_case_leaves_the_others(box: vault.Vault, case_id: UUID) -> None:
    other = uuid4()
    box.create_case_key(other)
    kept = box.put_bytes(other, b"stays")
    box.destroy_case(case_id)
    assert box.read(other, kept.object_id) == b"stays"


def test_making_a_case_key_twice_keeps_the_first(box: vault.Vault, case_id: UUID) -> None:
    stored = box.put_bytes(case_id, b"kept")
    box.create_case_key(case_id)
    assert box.read(case_id, stored.object_id) == b"kept"


def test_the_master_key_is_private_and_made_once(config: Config) -> None:
    assert master_key.create(config) is True
    first = config.key_file.read_bytes()
    assert stat.S_IMODE(config.key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(config.key_file.parent.stat().st_mode) == 0o700
    assert master_key.create(config) is False
    assert config.key_file.read_bytes() == first
    assert [path.name for path in config.key_file.parent.iterdir()] == ["master.key"]


def test_a_wrong_master_key_is_told_before_anything_is_written(box: vault.Vault, config: Config) -> None:
    right = config.key_file.read_bytes()
    config.key_file.write_bytes(bytes(32))
    with pytest.raises(vault.WrongMasterKey):
        vault.open_vault()
    assert KeyCheck.objects.count() == 1
    assert files(config) == []
    config.key_file.write_bytes(right)
    vault.open_vault()


def test_a_wrong_master_key_is_told_by_a_case_key_when_the_check_is_lost(
    box: vault.Vault, case_id: UUID, config: Config
) -> None:
    KeyCheck.objects.all().delete()
    config.key_file.write_bytes(bytes(32))
    with pytest.raises(vault.WrongMasterKey):
        vault.open_vault()
    assert not KeyCheck.objects.exists()


def test_a_file_that_is_no_master_key_is_refused(box: vault.Vault, config: Config) -> None:
    config.key_file.write_bytes(b"short")
    with pytest.raises(vault.WrongMasterKey):
        vault.open_vault()


def test_a_lost_master_key_is_never_replaced(box: vault.Vault, config: Config) -> None:
    config.key_file.unlink()
    with pytest.raises(vault.MissingKey):
        vault.open_vault()
    assert master_key.create(config) is False
    assert not config.key_file.exists()


@pytest.mark.parametrize("size", [0, 1, 20_000, vault.CHUNK + 1])
def test_what_is_sealed_is_unsealed(box: vault.Vault, case_id: UUID, config: Config, size: int) -> None:
    content = os.urandom(size)
    sealed = box.seal(case_id, "ab" * 32, content)
    assert box.unseal(case_id, "ab" * 32, sealed) == content
    assert box.seal(case_id, "ab" * 32, content) != sealed
    assert size < 16 or content not in sealed
    assert files(config) == []


def test_what_is_sealed_under_another_label_or_key_is_refused(box: vault.Vault, case_id: UUID) -> None:
    sealed = box.seal(case_id, "ab" * 32, b"places")
    other = uuid4()
    box.create_case_key(other)
    for owner, label in ((case_id, "cd" * 32), (case_id, ""), (other, "ab" * 32)):
        with pytest.raises(vault.Damaged):
            box.unseal(owner, label, sealed)


def test_one_changed_or_missing_byte_of_what_is_sealed_is_refused(box: vault.Vault, case_id: UUID) -> None:
    sealed = box.seal(case_id, "label", b"twelve bytes")
    for position in range(len(sealed)):
        broken = bytearray(sealed)
        broken[position] ^= 1
        for changed in (bytes(broken), sealed[:position]):
            with pytest.raises(vault.Damaged):
                box.unseal(case_id, "label", changed)
    with pytest.raises(vault.Damaged):
        box.unseal(case_id, "label", sealed + b"x")


def test_what_is_sealed_is_gone_with_its_key(box: vault.Vault, case_id: UUID) -> None:
    sealed = box.seal(case_id, "label", b"places")
    box.destroy_case(case_id)
    with pytest.raises(vault.MissingKey):
        box.unseal(case_id, "label", sealed)
    with pytest.raises(vault.MissingKey):
        box.seal(case_id, "label", b"more")
    with pytest.raises(vault.MissingKey):
        box.create_case_key(case_id)


def test_keys_are_kept_in_a_database_of_their_own() -> None:
    with connections["keys"].cursor() as cursor:
        tables = set(connections["keys"].introspection.table_names(cursor)) - {"django_migrations"}
    assert tables == {"trust_casekey", "trust_deadcase", "trust_derivedkey", "trust_keycheck"}
    with connections["default"].cursor() as cursor:
        assert not tables & set(connections["default"].introspection.table_names(cursor))
