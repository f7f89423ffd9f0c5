"""What opens a door is in no log."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import URLPattern

from jium.web.unsaid import DOORS, without_links
from tests.web.addresses import patterns
from tests.web.conftest import PASSWORD
from tests.web.served import served
from tests.web.visiting import Visitor


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Forbidden (CSRF cookie not set.): /welcome/abc_D-9/", "Forbidden (CSRF cookie not set.): /welcome/…/"),
        ("GET 'http://x/welcome/abc?next=/' twice /welcome/def/", "GET 'http://x/welcome/…?next=/' twice /welcome/…/"),
        ("a warm welcome to abc", "a warm welcome to abc"),
    ],
)
def test_links_are_cut_short_wherever_they_stand(line: str, kept: str) -> None:
    assert without_links(line) == kept


def test_every_address_with_a_token_is_one_of_the_doors() -> None:
    def doors(pattern: URLPattern) -> bool:
        return "token" in pattern.pattern.converters

    found = {str(pattern.pattern).split("/")[0] for pattern in patterns() if doors(pattern)}
    assert found == set(DOORS)


def test_nothing_that_opens_a_door_reaches_the_log(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    log = tmp_path / "log"
    with served(tmp_path / "data", log) as (address, _pages):
        administrator = Visitor(address)
        administrator.log_in("everything", PASSWORD)
        asked = {"username": "new.one", "display_name": "New", "roles": "officer"}
        token = re.search(r"/welcome/([^/]+)/", administrator.post("/people/invite/", asked).read().decode())
        assert token
        link = f"/welcome/{token[1]}/"
        stranger = Visitor(address)
        assert stranger.open(link, b"password=x").status == 403
        assert stranger.open(link).status == 200
        assert stranger.open(f"{link}x").status == 404
        stranger.post(link, {"password": "a wrong one", "again": "another"})
        session = administrator.cookie
        assert administrator.open("/cases/new/", b"pseudonym=x").status == 403
        stranger.log_in("new.one", "some wrong words")
    said = log.read_text()
    assert "Forbidden" in said
    secrets = [token[1], PASSWORD, "some wrong words", *re.findall(r"=([^;]+)", session)]
    assert [secret for secret in secrets if secret in said] == []


def test_the_host_name_of_tests_is_not_served(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with served(tmp_path / "data") as (address, _pages):
        assert Visitor(address).open("/healthz").status == 200
        for host in ("testserver", "evil.example", "localhost.evil.example"):
            assert Visitor(address).open("/healthz", Host=host).status == 400
