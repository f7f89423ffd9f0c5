"""The queue of second looks, on the pages: asked for by one, confirmed by another."""

from __future__ import annotations

import re

import pytest

from jium.cases import services as cases
from jium.cases.services import Kind, Means
from jium.review.models import Match
from jium.trust import four_eyes
from jium.trust.four_eyes import FACE_ALONE
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def as_person(client, world):
    """The browser of somebody who has just logged in, in English."""
    client.cookies["jium_language"] = "en"

    def logged_in(name: str):
        client.post("/logout/")
        client.post("/login/", {"username": name, "password": PASSWORD})
        return client

    return logged_in


def told(client, address: str, **fields) -> str:
    return client.post(address, fields, follow=True).content.decode()


def test_a_search_by_face_is_asked_for_by_one_and_confirmed_by_another(as_person, world) -> None:
    page = f"/cases/{world.case.pk}/mandate/"
    counsellor = as_person("counsellor")
    assert "she has not agreed to a search by her face" in counsellor.get(page).content.decode()
    cases.give_consent(world.case, [Kind.BIOMETRIC], Means.PAPER, world.staff["counsellor"])
    assert "Not asked for." in counsellor.get(page).content.decode()
    assert "What for" in told(counsellor, f"/cases/{world.case.pk}/face-search/", why=" ", days="30")
    assert "waits for a second person" in told(
        counsellor, f"/cases/{world.case.pk}/face-search/", why="boards of the school", days="30"
    )

    privacy = as_person("privacy_officer")
    assert f"Case {world.case.number}: search by her face" in privacy.get("/").content.decode()
    queue = privacy.get("/second-looks/").content.decode()
    assert "boards of the school" in queue
    assert "Confirmed." in told(privacy, re.search(r'action="(/second-looks/\d+/confirm/)"', queue)[1])
    assert "boards of the school" not in privacy.get("/second-looks/").content.decode()

    counsellor = as_person("counsellor")
    text = counsellor.get(page).content.decode()
    assert "allowed" in text and "confirmed by privacy_officer" in text
    assert "Her face is not looked for" in told(counsellor, f"/cases/{world.case.pk}/face-search/end/")


def test_whoever_asked_finds_nothing_to_confirm_and_is_refused_in_words(as_person, world) -> None:
    look = four_eyes.ask(FACE_ALONE, str(world.refused.pk), world.staff["supervisor"], world.case.pk, "why")
    supervisor = as_person("supervisor")
    four_eyes.take_back(four_eyes.waiting().get(asked_by=world.colleague), world.colleague)
    page = supervisor.get("/second-looks/").content.decode()
    assert "Nothing waits for your second look." in page and "/confirm/" not in page
    assert "somebody else has to look" in told(supervisor, f"/second-looks/{look.pk}/confirm/")
    privacy = as_person("privacy_officer")
    assert "Your roles do not confirm this." in told(privacy, f"/second-looks/{look.pk}/confirm/")
    everything = as_person("everything")
    assert "It is not done." in told(everything, f"/second-looks/{look.pk}/refuse/")
    assert "decided it meanwhile" in told(everything, f"/second-looks/{look.pk}/confirm/")


def test_a_first_letter_on_a_likeness_alone_goes_only_after_a_second_look(as_person, world) -> None:
    four_eyes.take_back(four_eyes.waiting().get(), world.colleague)
    Match.objects.filter(sighting__in=world.draft.items.values("sighting")).update(kind="face")
    letter, officer = f"/notices/{world.draft.pk}/", as_person("officer")
    page = officer.get(letter).content.decode()
    assert "likeness of faces alone" in page and "/approve/" not in page
    assert "has to confirm it first" in told(officer, f"{letter}approve/")
    assert "waits for a second person" in told(officer, f"{letter}second-look/", why="the same birthmark")

    supervisor = as_person("supervisor")
    look = four_eyes.waiting().get(asked_by=world.staff["officer"])
    told(supervisor, f"/second-looks/{look.pk}/confirm/")
    assert "somebody else has to approve it" in told(supervisor, f"{letter}approve/")

    officer = as_person("officer")
    assert f"{letter}approve/" in officer.get(letter).content.decode()
    officer.post(f"{letter}approve/")
    world.draft.refresh_from_db()
    assert world.draft.state == "approved"


def test_with_the_letter_its_second_look_is_taken_back(as_person, world) -> None:
    officer = as_person("officer")
    assert four_eyes.waiting().get().subject == str(world.draft.pk)
    officer.post(f"/notices/{world.draft.pk}/withdraw/")
    assert not four_eyes.waiting().exists()


def test_a_letter_in_which_a_copy_was_found_needs_no_second_look(as_person, world) -> None:
    officer = as_person("officer")
    officer.post(f"/notices/{world.draft.pk}/approve/")
    world.draft.refresh_from_db()
    assert world.draft.state == "approved"
