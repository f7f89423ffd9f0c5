"""The names of files: tamed, shown short, and readable only while the case's key is there."""

from __future__ import annotations

import io

import pytest

from jium.cases import names
from jium.cases import services as cases
from jium.trust import vault
from jium.trust.models import Account
from tests.cases.opened import opened


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        ("holiday.jpg", "holiday.jpg"),
        ("/home/somebody/holiday.jpg", "holiday.jpg"),
        ("C:\\Users\\somebody\\휴가 사진.jpg", "휴가 사진.jpg"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af.png", "한글.png"),
        ("photo\u202egpj.exe", "photo gpj.exe"),
        ("line\nbreak\r.jpg", "line break .jpg"),
        ("صورة.jpg", "صورة.jpg"),
        ("a" * 400, "a" * 255),
        ("  ", ""),
        ("", ""),
    ],
)
def test_a_name_is_kept_as_it_can_be_read(came: str, kept: str) -> None:
    assert names.tame(came) == kept


def test_a_long_name_is_shown_with_its_beginning_and_its_end() -> None:
    short = names.short_name("the beginning of a very long name " * 5 + "its end.jpeg")
    assert short.startswith("the beginning of a") and short.endswith("its end.jpeg")
    assert len(short) == names.SHOWN
    assert names.short_name("x" * names.SHOWN) == "x" * names.SHOWN


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_name_lies_only_encrypted_and_is_gone_with_the_key(officer: Account) -> None:
    case = opened(officer)
    named = cases.register(case, io.BytesIO(b"one"), officer, "her own name.jpg")
    bare = cases.register(case, io.BytesIO(b"two"), officer)
    named.refresh_from_db()
    assert b"her own name" not in bytes(named.sealed_name) and bytes(bare.sealed_name) == b""
    assert cases.file_names([named, bare]) == {named.pk: "her own name.jpg"}
    bare.sealed_name = named.sealed_name
    assert cases.file_names([bare]) == {}, "a name belongs to its own row"
    vault.open_vault().destroy_case(case.pk)
    assert cases.file_names([named]) == {}


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_file_that_cannot_be_used_keeps_its_name(officer: Account) -> None:
    case = opened(officer)
    empty = cases.register(case, io.BytesIO(b""), officer, "nothing.jpg")
    assert empty.state == "rejected"
    assert cases.file_names([empty]) == {empty.pk: "nothing.jpg"}
