"""Who answers for an address, and how staff correct it."""

from __future__ import annotations

import dataclasses

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from jium.notices import providers
from jium.notices import services as notices
from jium.notices.delivery import ascii_domain
from jium.notices.forms import ProviderForm
from jium.notices.models import Provider
from jium.trust.models import Account, AuditEntry
from tests.notices import cast

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

CONTACT = notices.Contact("게시판", ("board.example", "WWW.Board.Test."), "a@b.example", "kr_platform", "ko")


@pytest.mark.parametrize(
    "url",
    [
        "http://board.example/1",
        "https://BOARD.example:8443/x",
        "http://www.board.example",
        "http://cdn.board.example./y",
    ],
)
def test_a_provider_answers_for_its_hosts_and_what_is_below(provider: Provider, url: str) -> None:
    assert notices.provider_for(url) == provider


@pytest.mark.parametrize("url", ["http://notboard.example/", "http://board.example.evil.test/", "http://example/"])
def test_a_provider_does_not_answer_for_a_like_sounding_host(provider: Provider, url: str) -> None:
    assert notices.provider_for(url) != provider


def test_the_nearest_provider_answers(provider: Provider) -> None:
    nearer = cast.a_provider(host="blog.board.example")
    assert notices.provider_for("http://my.blog.board.example/") == nearer


def test_an_unknown_host_becomes_a_provider_once_and_needs_a_contact(case) -> None:
    made = notices.provider_for("http://www.unknown.kr/post")
    assert notices.provider_for("http://img.unknown.kr/other") == made
    assert (made.name, made.hosts, made.email) == ("unknown.kr", ["unknown.kr"], "")
    assert (made.regime, made.language) == ("kr_platform", "ko")
    assert not notices.contacts_needed()
    notices.draft(case, made, [cast.a_sighting("http://unknown.kr/1", "http://unknown.kr/1.jpg")])
    assert list(notices.contacts_needed()) == [made]


def test_a_host_outside_korea_is_proposed_the_american_law() -> None:
    assert notices.provider_for("http://site.example/").regime == "us_take_it_down"


@pytest.mark.parametrize("url", ["", "/relative", "mailto:a@b.example", "http://"])
def test_what_is_no_web_address_has_no_provider(url: str) -> None:
    with pytest.raises(ValueError, match="web address"):
        notices.provider_for(url)


def test_a_person_corrects_a_provider_and_it_is_recorded(provider: Provider, supervisor: Account) -> None:
    notices.correct(provider, CONTACT, supervisor)
    provider.refresh_from_db()
    assert provider.hosts == ["board.example", "board.test"]
    assert provider.confirmed_at
    entry = AuditEntry.objects.get(act="provider.corrected")
    assert "b.example" not in f"{entry.subject}{entry.body}"


@pytest.mark.parametrize("email", ["a", "a@b\nBcc: c@d.example", "a@b.example, c@d.example", "<a@b.example>"])
def test_a_wrong_mail_address_is_refused(provider: Provider, supervisor: Account, email: str) -> None:
    with pytest.raises(ValidationError):
        notices.correct(provider, dataclasses.replace(CONTACT, email=email), supervisor)


def test_a_host_has_one_provider(provider: Provider, supervisor: Account) -> None:
    other = cast.a_provider(host="other.example")
    with pytest.raises(notices.HostTaken):
        notices.correct(other, CONTACT, supervisor)


def test_only_a_law_that_exists_can_be_cited(provider: Provider, supervisor: Account) -> None:
    with pytest.raises(notices.UnknownRegime):
        notices.correct(provider, dataclasses.replace(CONTACT, regime="nowhere"), supervisor)


def test_who_may_not_edit_providers_cannot(provider: Provider) -> None:
    nobody = Account.objects.create_user("nobody", roles=["administrator"])
    with pytest.raises(PermissionDenied):
        notices.correct(provider, CONTACT, nobody)


HOSTS = {
    "한글.example": "http://xn--bj0bj06e.example/post/1",
    "xn--bj0bj06e.example": "http://한글.example/post/1",
    "faß.example": "http://xn--fa-hia.example/",
    "xn--fa-hia.example": "http://faß.example/",
    "BOARD.example.": "http://board.example/",
    "www.board.example": "https://board.example:8443/",
    "게시판。example": "http://sub.게시판.example/",
    "ＷＩＤＥ.example": "http://wide.example./",
}


@pytest.mark.parametrize("entered", HOSTS)
def test_a_provider_is_found_by_its_host_in_whatever_spelling(supervisor, entered: str) -> None:
    known = Provider.objects.create(name="게시판", hosts=[], email="", regime="kr_platform", language="ko")
    said = {
        "name": "게시판",
        "hosts": entered,
        "email": "abuse@board.example",
        "regime": "kr_platform",
        "language": "ko",
    }
    form = ProviderForm(said, provider=known)
    assert form.is_valid(), form.errors
    providers.correct(known, form.contact(), supervisor)
    assert providers.provider_for(HOSTS[entered]) == known


@pytest.mark.parametrize(
    "entered", ["http://a.example/x", "a.example/x", "name@a.example", "localhost", "a b", "..", "a\u200db.example"]
)
def test_what_is_no_host_is_said(entered: str) -> None:
    form = ProviderForm({"name": "x", "hosts": entered, "regime": "kr_platform", "language": "ko"})
    assert "hosts" in form.errors


@pytest.mark.parametrize(
    ("address", "ascii_form"),
    [
        ("abuse@faß.example", "abuse@xn--fa-hia.example"),
        ("abuse@한글.example", "abuse@xn--bj0bj06e.example"),
        ("abuse@Board.Example", "abuse@board.example"),
        ("abuse@xn--bj0bj06e.example", "abuse@xn--bj0bj06e.example"),
    ],
)
def test_a_letter_goes_to_the_domain_that_was_entered(address: str, ascii_form: str) -> None:
    assert ascii_domain(address) == ascii_form
