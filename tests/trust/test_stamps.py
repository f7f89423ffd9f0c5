"""Time stamps of the seals, by OpenSSL's authority: what was sealed then is proved to others, and cannot be made up."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from jium.config import Audit, Config
from jium.trust import audit, seals, stamps
from jium.trust.models import AuditEntry
from tests.trust import authority
from tests.trust.authority import Authority

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority.made(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def config(settings, open_vault, tsa: Authority) -> Iterator[Config]:
    """An empty log, and this authority's roots."""
    AuditEntry.objects.all().delete()
    settings.CONFIG = dataclasses.replace(settings.CONFIG, audit=Audit(tsa="set", tsa_roots=str(tsa.roots)))
    yield settings.CONFIG


def sealed(config: Config, entries: int = 3) -> seals.Seal:
    for number in range(entries):
        audit.record("system", "case.opened", str(uuid4()), number=number)
    made = seals.seal(config)
    assert made
    return made


def stamped(config: Config, tsa: Authority) -> seals.Seal:
    asked = stamps.ask(sealed(config))
    return stamps.keep(config, asked, tsa.stamp(asked.content))


def test_a_stamp_says_which_entry_was_the_newest_and_when(config: Config, tsa: Authority) -> None:
    kept = stamped(config, tsa)
    assert stamps.read(config) == ([kept], [])
    checked = stamps.check(config)
    assert checked.whole and checked.stamped == kept
    assert kept.at.endswith("+00:00") and kept.number == 3


def test_what_is_sent_says_nothing_about_anybody(config: Config) -> None:
    newest = sealed(config)
    sent = stamps.ask(newest).content
    assert newest.digest.encode() not in sent and bytes.fromhex(newest.digest) not in sent
    assert len(sent) < 100


def test_a_log_and_seals_written_anew_with_all_keys_are_found_by_their_stamp(config: Config, tsa: Authority) -> None:
    """Who holds the database, the seals and the master key can forge all but this."""
    kept = stamped(config, tsa)
    AuditEntry.objects.all().delete()
    seals.path(config).unlink()
    sealed(config)
    assert seals.check(config).whole
    assert stamps.check(config).told == (("rewritten", kept.number),)


def test_a_log_that_was_cut_off_is_found_by_its_stamp(config: Config, tsa: Authority) -> None:
    stamped(config, tsa)
    AuditEntry.objects.filter(seq__gt=1).delete()
    seals.path(config).unlink()
    assert stamps.check(config).told == (("truncated", 3),)


def test_the_answer_to_another_question_is_no_stamp(config: Config, tsa: Authority) -> None:
    newest = sealed(config)
    earlier = tsa.stamp(stamps.ask(newest).content)
    with pytest.raises(stamps.NotStamped):
        stamps.keep(config, stamps.ask(newest), earlier)
    other = dataclasses.replace(newest, number=2)
    with pytest.raises(stamps.NotStamped):
        asked = stamps.ask(newest)
        stamps.keep(config, stamps.Asked(other, asked.request), tsa.stamp(asked.content))
    assert not stamps.path(config).exists()


def test_another_authority_is_not_believed(config: Config, tmp_path: Path) -> None:
    other = authority.made(tmp_path / "other")
    asked = stamps.ask(sealed(config))
    with pytest.raises(stamps.NotStamped):
        stamps.keep(config, asked, other.stamp(asked.content))


RUBBISH = (b"", b"<html>", b"0\x03\x02\x01\x02", b"\x30\x82\xff\xff" + b"\0" * 100, b"\x30\x80" * 9)


@pytest.mark.parametrize("answer", RUBBISH, ids=range(5))
def test_rubbish_is_no_stamp(config: Config, answer: bytes) -> None:
    with pytest.raises(stamps.NotStamped):
        stamps.keep(config, stamps.ask(sealed(config)), answer)


def test_a_changed_line_is_named_and_the_others_count(config: Config, tsa: Authority) -> None:
    kept = stamped(config, tsa)
    good = stamps.path(config).read_text()
    told, answer = good.split()
    turned = bytearray(base64.b64decode(answer))
    turned[-20] ^= 1
    bad = (
        f"{told} {base64.b64encode(bytes(turned)).decode()}\n",
        f"4:{'0' * 64} {answer}\n",
        "nonsense\n",
    )
    stamps.path(config).write_text("".join(bad) + good)
    assert stamps.read(config) == ([kept], [1, 2, 3])
    assert stamps.check(config).told == tuple(("unstamped", number) for number in (1, 2, 3))


def test_without_its_roots_nothing_is_believed(config: Config, tsa: Authority, tmp_path: Path) -> None:
    stamped(config, tsa)
    lost = dataclasses.replace(config, audit=Audit(tsa="set", tsa_roots=str(tmp_path / "none")))
    with pytest.raises(stamps.NoRoots):
        stamps.check(lost)
