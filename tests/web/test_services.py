"""The tab on which services are recorded."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def page(world) -> str:
    return f"/cases/{world.case.pk}/services/"


def said(answer) -> str:
    return answer.content.decode().split("<main")[1]


def test_a_service_is_recorded_with_two_clicks_and_a_slip_taken_back(work, page: str) -> None:
    assert "Nothing was recorded yet." in said(work.get(page))
    text = said(work.post(page, {"way": "visit", "help": "legal"}, follow=True))
    assert "Recorded: legal help, face to face." in text
    back = re.search(r'action="(/services/\d+/take-back/)"', text)[1]
    assert "Taken back." in said(work.post(back, follow=True))
    assert "Nothing was recorded yet." in said(work.get(page))


@pytest.mark.parametrize(
    "fields",
    [{}, {"way": "visit"}, {"help": "legal"}, {"way": "system", "help": "legal"}, {"way": "x", "help": "legal"}],
)
def test_what_cannot_be_chosen_is_not_recorded(work, page: str, fields: dict[str, str]) -> None:
    assert work.post(page, fields).status_code == 400
    assert "Nothing was recorded yet." in said(work.get(page))


def test_what_somebody_else_recorded_offers_nothing_and_is_refused_in_words(work, world, page: str) -> None:
    from jium.cases import given

    row = given.record(world.case, given.Help.LEGAL, given.Way.PHONE, world.staff["counsellor"])
    assert "/take-back/" not in said(work.get(page))
    assert "only she takes it back" in said(work.post(f"/services/{row.pk}/take-back/", follow=True))


def test_a_removal_request_that_was_sent_counts_by_itself(work, world, page: str) -> None:
    from jium.notices import services as notices

    item = world.draft.items.first()
    item.pk, item.notice = None, world.unconfirmed
    item.save()
    notices.confirm_arrived(world.unconfirmed, world.staff["supervisor"])
    text = said(work.get(page))
    assert "deletion support" in text and "by the system" in text
