"""Every page in both languages, complete, and fit to be seen over a shoulder."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.test_translations import CATALOGUE, ROOM, entries
from tests.web.addresses import pages

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

HANGUL = re.compile(r"[가-힣]+")
SEXUAL = re.compile(
    r"\b(porn\w*|nud(e|es|ity)|sex(ual)?|naked|genital\w*)\b|음란|나체|알몸|성관계|성행위|섹스|야동|몰카",
    re.IGNORECASE,
)


def text_of(content: bytes) -> str:
    """What a page says: its text and what is said of its pictures and fields."""
    page = content.decode()
    page = re.sub(
        r"<option\b.*?</option>|<article class=.letter.*?</article>|<script.*?</script>",
        " ",
        page,
        flags=re.S,
    )
    said = re.findall(r'(?:alt|title|aria-label|placeholder)="([^"]*)"', page)
    return unescape(" ".join([re.sub(r"<[^>]+>", " ", page), *said]))


@pytest.fixture
def read(client, world, settings):
    """Page name → its text in a language, read by somebody with all roles."""
    client.force_login(world.staff["everything"])

    def all_pages(language: str) -> dict[str, str]:
        client.cookies["jium_language"] = language
        found = {}
        for name, address in pages(world).items():
            answer = client.get(address)
            assert answer.status_code == 200, name
            assert answer["Content-Language"] == language
            assert f'<html lang="{language}">' in answer.content.decode()
            found[name] = text_of(answer.content)
        return found

    return all_pages


def test_korean_pages_hold_no_english_sentence(read) -> None:
    msgids = [re.sub(r"%\(\w+\)s", "", msgid) for msgid in entries((ROOM / CATALOGUE).read_text(encoding="utf-8"))]
    sentences = [msgid for msgid in msgids if re.search(r"[a-z]+ [a-z]+ [a-z]+", msgid)]
    for name, text in read("ko").items():
        left = [sentence for sentence in sentences if sentence in text]
        assert left == [], name
        assert HANGUL.search(text)


def test_english_pages_hold_no_korean(read) -> None:
    for name, text in read("en").items():
        assert set(HANGUL.findall(text)) <= {"한국어"}, name


def test_nothing_sexual_stands_in_titles_menus_and_lists(read, settings) -> None:
    institution = settings.CONFIG.institution
    for language in ("ko", "en"):
        for name, text in read(language).items():
            plain = text.replace(institution.name, "").replace(institution.name_en, "")
            assert not SEXUAL.search(plain), name


def test_addresses_of_pages_stand_in_their_case_only_and_in_no_other_list(read) -> None:
    told = read("en")
    assert "harbour.example/posts/" in told["case"]
    for name in ("queue", "cases", "timeline", "notices", "providers", "sites", "jobs"):
        assert "/posts/" not in told[name], name


def test_a_person_keeps_the_language_she_chose(client, staff) -> None:
    client.force_login(staff["counsellor"])
    answer = client.post("/language/", {"language": "en", "next": "/cases/"})
    assert answer["Location"] == "/cases/"
    assert "Open a case" in client.get("/cases/").content.decode()
    staff["counsellor"].refresh_from_db()
    assert staff["counsellor"].language == "en"


def test_korean_is_spoken_to_whoever_asks_for_neither_language(client) -> None:
    answer = client.get("/login/", headers={"accept-language": "fr"})
    assert "로그인" in answer.content.decode()
