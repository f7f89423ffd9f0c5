"""The audit log is sealed day by day, and whoever keeps the seals is mailed numbers alone."""

from __future__ import annotations

import dataclasses

import pytest

from jium import egress, engine, flow
from jium.config import Audit
from jium.egress.session import FetchError
from jium.engine.models import Chore
from jium.flow import sealing
from jium.notices.connecting import Deferred
from jium.trust import audit, seals, stamps
from tests.notices.conftest import mailbox  # noqa: F401 - a fixture
from tests.trust.authority import serving

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def keeper(settings, open_vault, mailbox, monkeypatch):  # noqa: F811
    """Somebody is mailed each seal; no job is started by itself."""
    monkeypatch.setattr(engine, "start", lambda *_planned: None)
    settings.CONFIG = dataclasses.replace(settings.CONFIG, audit=Audit(mail="keeper@centre.example"))
    return mailbox


def chore(name: str) -> Chore:
    return Chore.objects.get(pk=name)


def test_sealing_is_planned_once_and_comes_back_every_day(keeper, monkeypatch) -> None:
    flow.register()
    for _start in range(2):
        sealing.keep_sealed()
    assert chore("seal").next_action == "seal"
    turn = chore("seal").turn
    audit.record("system", "case.opened")
    sealing.seal(chore("seal"))
    planned = chore("seal")
    assert (planned.next_action, planned.turn) == ("seal", turn + 1)
    assert planned.next_action_at and planned.next_action_at > audit.last_time()  # type: ignore[operator]


def test_the_keeper_is_mailed_the_seal_and_nothing_else(keeper, settings) -> None:
    sealing.keep_sealed()
    audit.record("system", "case.opened")
    sealing.seal(chore("seal"))
    sealing.mail(chore("mail seal"))
    (letter,) = keeper.letters
    newest = seals.last(settings.CONFIG)
    assert newest and newest.short in letter.get_content()
    assert letter["Subject"] == f"jium {newest.number}"
    assert letter["To"] == "keeper@centre.example"
    assert seals.given(letter.get_content().split()[-1]).digest == newest.digest
    assert chore("mail seal").next_action == ""


def test_where_nothing_happened_nothing_is_mailed(keeper, settings) -> None:
    sealing.keep_sealed()
    audit.record("system", "case.opened")
    for _day in range(3):
        sealing.seal(chore("seal"))
    assert len(seals.path(settings.CONFIG).read_text().splitlines()) == 1
    assert chore("mail seal").turn == 1


def test_a_mail_server_that_asks_to_try_later_is_tried_later(keeper) -> None:
    sealing.keep_sealed()
    audit.record("system", "case.opened")
    sealing.seal(chore("seal"))
    keeper.rcpt = ["450 later"]
    with pytest.raises(Deferred):
        sealing.mail(chore("mail seal"))
    assert chore("mail seal").next_action == "mail seal"
    sealing.mail(chore("mail seal"))
    assert len(keeper.letters) == 1


@pytest.fixture
def stamping(keeper, settings, tmp_path):
    """An authority stamps each seal, asked through the proxy."""
    with serving(tmp_path / "tsa") as tsa:
        settings.CONFIG = dataclasses.replace(
            settings.CONFIG,
            audit=Audit(tsa="http://tsa.example/tsr", tsa_roots=str(tsa.roots)),
            local_hosts={"tsa.example": ("127.0.0.1", tsa.port)},
        )
        egress.start(settings.CONFIG)
        yield tsa
        egress.stop()


def test_each_seal_is_time_stamped_once(stamping, settings) -> None:
    sealing.keep_sealed()
    audit.record("system", "case.opened")
    for _day in range(2):
        sealing.seal(chore("seal"))
        sealing.stamp(chore("stamp seal"))
    assert len(stamping.asked) == 1
    newest, checked = seals.last(settings.CONFIG), stamps.check(settings.CONFIG)
    assert newest and checked.stamped and checked.stamped.short == newest.short
    assert chore("stamp seal").next_action == ""


@pytest.mark.parametrize("answer", [(503, b""), (200, b"<html>come back later"), (200, b"x" * 100_000)], ids=range(3))
def test_an_authority_that_gives_no_stamp_is_asked_again(stamping, answer: tuple[int, bytes]) -> None:
    sealing.keep_sealed()
    audit.record("system", "case.opened")
    sealing.seal(chore("seal"))
    stamping.answers.append(answer)
    with pytest.raises((stamps.NotStamped, FetchError)):
        sealing.stamp(chore("stamp seal"))
    assert chore("stamp seal").next_action == "stamp seal"
    sealing.stamp(chore("stamp seal"))
    assert chore("stamp seal").next_action == ""
