"""Nobody sees anything that the policy does not name: every address, every role."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from django.urls import resolve

from jium.trust import policy
from jium.trust.roles import ROLES
from tests.cases.opened import told
from tests.web.addresses import address, pages, patterns

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

OPEN = {"login", "account_login", "mfa_authenticate", "logout", "welcome", "language", "session", "healthz"}
OPEN |= {"oidc_enter", "oidc_join", "oidc_answered"}


def test_every_view_names_its_action() -> None:
    unnamed = [pattern.name for pattern in patterns() if not hasattr(pattern.callback, "jium_action")]
    assert unnamed == []


def test_only_the_named_few_are_open_to_all() -> None:
    opened = {pattern.name for pattern in patterns() if pattern.callback.jium_action == policy.OPEN_TO_ALL}
    assert opened == OPEN


def test_whoever_is_not_logged_in_is_sent_to_the_log_in(client, open_vault) -> None:
    for pattern in patterns():
        if pattern.name in OPEN:
            continue
        for method in (client.get, client.post):
            answer = method(address(pattern))
            assert answer.status_code == 302, pattern.name
            assert answer["Location"].startswith("/login/?next="), pattern.name


@pytest.mark.parametrize("role", [*ROLES, "nothing"])
def test_an_account_gets_no_further_than_its_roles(client, staff, role: str) -> None:
    client.force_login(staff[role])
    for pattern in patterns():
        if pattern.name in OPEN:
            continue
        allowed = policy.may(staff[role], pattern.callback.jium_action)
        for method in (client.get, client.post):
            refused = method(address(pattern)).status_code == 403
            assert refused is not allowed, pattern.name


@pytest.mark.parametrize("role", ROLES)
def test_no_page_leads_where_its_reader_may_not_go(client, world, role: str) -> None:
    account = world.staff[role]
    client.force_login(account)
    read = 0
    for name, page in pages(world).items():
        answer = client.get(page)
        if answer.status_code == 403:
            continue
        read += 1
        led = {
            unquote(found)
            for found in re.findall(r'(?:href|action|hx-get|hx-post|src)="(/[^"?#]*)', answer.content.decode())
        }
        actions = {
            getattr(resolve(path).func, "jium_action", policy.OPEN_TO_ALL) for path in led if path[:8] != "/static/"
        }
        assert {one for one in actions - {policy.OPEN_TO_ALL} if not policy.may(account, one)} == set(), name
    assert read > 3


def test_a_form_without_its_token_is_refused_in_plain_words(staff) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff["everything"])
    answer = strict.post("/cases/new/", told("x"), headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "This form is too old to be sent" in answer.content.decode()


def test_the_menu_offers_only_what_the_account_may_open(client, staff) -> None:
    client.force_login(staff["administrator"])
    text = client.get("/jobs/").content.decode()
    assert 'href="/people/"' in text
    assert 'href="/cases/"' not in text
