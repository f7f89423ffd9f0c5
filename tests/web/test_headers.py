"""What every answer says to the browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import jium
from jium.web.headers import POLICY
from tests.web.addresses import pages

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

TEMPLATES = sorted(Path(jium.__file__).parent.rglob("templates/**/*.html"))


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    assert "default-src 'none'" in POLICY
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


def test_every_answer_carries_the_policy_and_is_not_kept(client, world) -> None:
    open_addresses = ["/login/", "/welcome/x/", "/healthz", "/session/", "/nothing"]
    answers = [client.get(address) for address in open_addresses]
    client.force_login(world.staff["everything"])
    inside = [*pages(world).values(), f"/references/{world.reference.pk}/preview.jpg"]
    answers += [client.get(address) for address in [*inside, f"/captures/{world.capture.pk}/package.zip"]]
    for answer in answers:
        answer.close()
        assert answer["Content-Security-Policy"] == POLICY
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_static_files_may_be_kept(client) -> None:
    answer = client.get("/static/web/jium.css")
    answer.close()
    assert answer.status_code == 200
    assert "no-store" not in answer["Cache-Control"]
    assert answer["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_code_or_style_or_a_foreign_address(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals=.js:", text)
    # Data in a script element is no code: the policy lets it stand and never run.
    assert not re.search(r'<script(?![^>]*\s(src=|type="application/json"))', text)
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", text)
