"""A letter goes to a real mail server, and every answer the server can give leads to a true state."""

from __future__ import annotations

import dataclasses
import datetime as dt
import ipaddress
import ssl
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jium import clock
from jium.config import Mail
from jium.notices import services as notices
from jium.notices.delivery import Deferred, Handover, MailNotConfigured
from jium.notices.models import Notice
from jium.notices.sending import UnderWay
from jium.trust.models import AuditEntry
from tests.notices import cast
from tests.notices.mailserver import Mailbox, serving

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

State = Notice.State


@pytest.fixture
def approved(case, provider, supervisor, mailbox) -> Notice:
    draft = notices.draft(case, provider, cast.captured(case, cast.a_sighting(), cast.a_sighting()))
    notices.approve(draft, supervisor, repeat=True)
    return draft


def test_what_the_server_takes_is_sent_and_arrives_as_it_was_approved(approved: Notice, mailbox) -> None:
    notices.send(approved)
    assert (approved.state, approved.server_answer) == (State.SENT, "250 taken as 4711")
    assert approved.sent_at
    [letter] = mailbox.letters
    assert letter["Subject"] == approved.subject
    assert letter.get_content().replace("\r\n", "\n") == approved.body
    assert letter["To"] == "abuse@board.example"
    assert letter["From"].addresses[0].addr_spec == "notices@centre.example"
    # CPython reads a name in two encoded words with a blank between them; every mail program joins them.
    name = letter["From"].addresses[0].display_name
    assert name.replace(" ", "") == "한빛디지털성범죄피해자지원센터"
    assert letter["Reply-To"].addresses[0].addr_spec == "support@hanbit.example"
    assert letter["Message-ID"] == approved.message_id == f"<{approved.id.hex}@centre.example>"
    assert letter.get_content_charset() == "utf-8"
    assert letter["Content-Transfer-Encoding"] == "quoted-printable"
    assert AuditEntry.objects.filter(act="notice.sent", subject=str(approved.pk)).count() == 1


def test_on_the_wire_there_are_only_short_lines_of_seven_bits(approved: Notice, mailbox) -> None:
    Notice.objects.update(body=approved.body + "\n.\n..end\n.\n")
    notices.send(approved)
    assert mailbox.raw[0].isascii()
    assert max(map(len, mailbox.raw[0].split(b"\r\n"))) <= 78
    assert mailbox.letters[0].get_content().replace("\r\n", "\n") == approved.body


def test_the_date_is_that_of_our_clock(approved: Notice, mailbox, moved_clock) -> None:
    moved_clock(90 * 24 * 3600)
    notices.send(approved)
    written = parsedate_to_datetime(mailbox.letters[0]["Date"])
    assert abs(written - clock.now()) < dt.timedelta(minutes=5)


def test_a_later_demand_answers_the_earlier_letter(approved: Notice, mailbox, moved_clock) -> None:
    notices.send(approved)
    moved_clock(25 * 3600)
    follow_up = notices.repeat(approved, [item.sighting for item in approved.items.all()])
    notices.send(follow_up)
    assert mailbox.letters[1]["In-Reply-To"] == mailbox.letters[0]["Message-ID"]
    assert mailbox.letters[1]["Message-ID"] != mailbox.letters[0]["Message-ID"]


def test_a_sent_notice_is_not_sent_again(approved: Notice, mailbox) -> None:
    for _ in range(3):
        notices.send(notices.notice(approved.pk))
    assert len(mailbox.raw) == 1


@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_a_lasting_no_is_for_a_person(approved: Notice, mailbox, stage: str) -> None:
    getattr(mailbox, stage).append("550 5.1.1 no such user")
    notices.send(approved)
    assert (approved.state, approved.server_answer) == (State.REFUSED, "550 5.1.1 no such user")
    assert not mailbox.raw
    assert list(notices.needing_attention()) == [approved]
    notices.send(approved)
    assert not mailbox.raw


@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_try_later_is_tried_later(approved: Notice, mailbox, stage: str) -> None:
    getattr(mailbox, stage).append("451 4.7.1 greylisted")
    with pytest.raises(Deferred):
        notices.send(approved)
    assert approved.state == State.SENDING
    assert not mailbox.raw
    notices.send(approved)
    assert approved.state == State.SENT
    assert len(mailbox.raw) == 1


def test_a_server_that_is_away_is_tried_later(approved: Notice, mailbox, settings, nobody: int) -> None:
    there = settings.CONFIG
    away = dataclasses.replace(there.mail, port=nobody)
    settings.CONFIG = dataclasses.replace(there, mail=away)
    with pytest.raises(Deferred) as failure:
        notices.send(approved)
    assert failure.value.kind == "connection"
    assert approved.state == State.SENDING
    settings.CONFIG = there
    notices.send(approved)
    assert approved.state == State.SENT


def test_without_a_mail_server_nothing_is_lost(approved: Notice, settings) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, mail=Mail())
    with pytest.raises(MailNotConfigured):
        notices.send(approved)
    assert approved.state == State.SENDING


def test_an_exception_says_nothing_of_the_recipient(approved: Notice, mailbox) -> None:
    mailbox.rcpt.append("451 abuse@board.example is busy")
    with pytest.raises(Deferred) as failure:
        notices.send(approved)
    assert "board" not in str(failure.value)
    assert failure.value.__cause__ is None


def test_an_answer_that_is_lost_is_uncertain_and_never_sent_again(approved: Notice, mailbox) -> None:
    mailbox.hangs_up = True
    for _ in range(2):
        notices.send(approved)
        assert approved.state == State.UNCONFIRMED
    assert len(mailbox.raw) == 1


def test_found_handing_over_is_uncertain_and_never_sent_again(approved: Notice, mailbox) -> None:
    Notice.objects.update(state=State.HANDING_OVER)
    for _ in range(2):
        notices.send(approved)
        assert approved.state == State.UNCONFIRMED
    assert not mailbox.raw
    assert list(notices.needing_attention()) == [approved]


def test_a_person_may_send_an_uncertain_letter_again_under_its_old_name(approved: Notice, mailbox, supervisor) -> None:
    Notice.objects.update(state=State.UNCONFIRMED)
    notices.resend(approved, supervisor)
    notices.send(approved)
    assert approved.state == State.SENT
    assert mailbox.letters[0]["Message-ID"] == approved.message_id


def meanwhile(monkeypatch: pytest.MonkeyPatch, stage: str, act: Callable[[], object]) -> None:
    """Something else happens just after ``stage`` of the handover."""
    real = getattr(Handover, stage)

    def followed(self: Handover, *arguments: object) -> object:
        result = real(self, *arguments)
        act()
        return result

    monkeypatch.setattr(Handover, stage, followed)


def becomes(state: State) -> Callable[[], object]:
    return lambda: Notice.objects.update(state=state)


def test_a_second_run_keeps_away_while_the_first_hands_over(approved: Notice, mailbox, monkeypatch) -> None:
    meanwhile(monkeypatch, "offer", becomes(State.HANDING_OVER))
    with pytest.raises(UnderWay):
        notices.send(approved)
    assert not mailbox.raw


def test_a_letter_withdrawn_at_the_last_moment_stays_here(approved: Notice, mailbox, monkeypatch) -> None:
    meanwhile(monkeypatch, "offer", lambda: notices.withdraw(notices.notice(approved.pk)))
    notices.send(approved)
    assert approved.state == State.WITHDRAWN
    assert not mailbox.raw


def test_the_servers_answer_wins_over_a_second_runs_doubt(approved: Notice, mailbox, monkeypatch) -> None:
    meanwhile(monkeypatch, "give", becomes(State.UNCONFIRMED))
    notices.send(approved)
    assert approved.state == State.SENT


@pytest.mark.parametrize("state", [State.DRAFTED, State.WITHDRAWN, State.REFUSED, State.SENT])
def test_only_what_is_approved_is_sent(approved: Notice, mailbox, state) -> None:
    Notice.objects.update(state=state)
    notices.send(approved)
    assert approved.state == state
    assert not mailbox.raw


def test_a_domain_in_korean_is_written_to(approved: Notice, mailbox) -> None:
    Notice.objects.update(recipient="abuse@게시판.example")
    notices.send(approved)
    assert approved.state == State.SENT
    assert mailbox.letters[0]["To"].addresses[0].addr_spec == "abuse@" + "게시판.example".encode("idna").decode()


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch) -> ssl.SSLContext:
    """A server's certificate for 127.0.0.1 that this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "mail.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "mail.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mail.crt"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "mail.crt", tmp_path / "mail.key")
    return context


def secured(settings, tmp_path: Path, port: int, password: str = "a secret") -> None:
    (tmp_path / "password").write_text(password + "\n", encoding="utf-8")
    mail = Mail("127.0.0.1", port, "centre", str(tmp_path / "password"), True, "notices@centre.example")
    settings.CONFIG = dataclasses.replace(settings.CONFIG, mail=mail)


def authenticator(server, session, envelope, mechanism, given) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (b"centre", b"a secret"), handled=False)


def test_over_tls_with_a_password_from_its_file(approved: Notice, settings, tmp_path, certificate) -> None:
    box = Mailbox()
    options = {"tls_context": certificate, "require_starttls": True, "auth_required": True}
    with serving(box, authenticator=authenticator, **options) as port:
        secured(settings, tmp_path, port)
        notices.send(approved)
    assert approved.state == State.SENT
    assert len(box.raw) == 1


def test_a_wrong_password_is_our_fault_not_the_letters(approved, settings, tmp_path, certificate) -> None:
    box = Mailbox()
    with serving(box, authenticator=authenticator, tls_context=certificate) as port:
        secured(settings, tmp_path, port, "wrong")
        with pytest.raises(Deferred):
            notices.send(approved)
    assert approved.state == State.SENDING


def test_without_tls_nothing_is_said_where_tls_is_wanted(approved: Notice, settings, tmp_path) -> None:
    box = Mailbox()
    with serving(box) as port:
        secured(settings, tmp_path, port)
        with pytest.raises(Deferred):
            notices.send(approved)
    assert approved.state == State.SENDING
    assert not box.raw


def test_a_certificate_nobody_vouches_for_is_refused(
    approved: Notice, settings, tmp_path, certificate, monkeypatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    box = Mailbox()
    with serving(box, tls_context=certificate) as port:
        secured(settings, tmp_path, port)
        with pytest.raises(Deferred):
            notices.send(approved)
    assert not box.raw


@pytest.mark.parametrize("state", [State.APPROVED, State.SENDING, State.HANDING_OVER])
def test_after_a_restored_backup_nothing_goes_out_that_may_have_gone_since(
    approved: Notice, supervisor, mailbox, state: str
) -> None:
    Notice.objects.filter(pk=approved.pk).update(state=state)
    assert notices.doubt_what_was_to_be_sent() == 1
    assert notices.doubt_what_was_to_be_sent() == 0
    approved.refresh_from_db()
    notices.send(approved)
    assert approved.state == State.UNCONFIRMED and mailbox.letters == []
    notices.resend(approved, supervisor)
    notices.send(approved)
    assert approved.state == State.SENT and len(mailbox.letters) == 1
