"""The victim's report: what it says, what it never says, and that it can be read, copied and read aloud."""

from __future__ import annotations

import re
import shutil
import string
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jium import typeset
from jium.config import Institution
from jium.course import State
from jium.reports import case_report, figures
from jium.reports.case_report import LANGUAGES, Subject, document, wording
from jium.reports.figures import Seen, Work

NOW = datetime(2026, 11, 24, 3, 0, 0, 123456, tzinfo=UTC)
DAY = timedelta(days=1)
SECRET = "secret-path-of-the-post"
ROWS = [
    Seen(f"https://gone.example/{SECRET}/1", "gone.example", NOW - 9 * DAY, State.VERIFIED, True,
         demanded_at=NOW - 8 * DAY, gone_at=NOW - 7.5 * DAY, checked_at=NOW - DAY),
    Seen(f"https://up.example/{SECRET}/2", "up.example", NOW - 9 * DAY, State.STILL_UP, True,
         demanded_at=NOW - 8 * DAY, checked_at=NOW, next_check_at=NOW + DAY),
    Seen(f"https://lost.example/{SECRET}/3", "lost.example", NOW - 9 * DAY, State.UNDELIVERED, True),
    Seen(f"https://other.example/{SECRET}/4", "other.example", NOW - 9 * DAY, State.FOUND, False),
]  # fmt: skip
FIGURES = figures.count(ROWS, Work(letters=4, refused=1, returns=2, sites=7))
OPEN = Subject("2026-0012", "하늘", True)
CLOSED = Subject("2026-0012", "하늘", False)


def text_of(pdf: bytes) -> str:
    """The file's text as a reader copies it, with single blanks."""
    if not shutil.which("pdftotext"):
        pytest.skip("poppler-utils is not installed")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", done.stdout.decode("utf-8").replace("\u200b", ""))


def made(language: str, subject: Subject = OPEN, counted: figures.Figures = FIGURES) -> bytes:
    return typeset.pdf(case_report.TEMPLATE, document(subject, counted, Institution(), NOW, language), NOW)


def leaves(value: Any, path: str = "") -> dict[str, str]:
    """Every text of a wording file by its place."""
    if isinstance(value, dict):
        return {key: text for name, inner in value.items() for key, text in leaves(inner, f"{path}.{name}").items()}
    if isinstance(value, list):
        return {
            key: text for place, inner in enumerate(value) for key, text in leaves(inner, f"{path}.{place}").items()
        }
    return {path: value}


def test_korean_text_can_be_copied_out_of_the_file() -> None:
    text = text_of(made("ko"))
    for part in (
        "삭제지원 결과 보고서",
        "하늘 님께",
        "2026년 11월 24일 12:00",
        "확인한 게시물은 3건입니다. 1건은 지워진 것을 확인했습니다. 2건은 계속 진행하고 있습니다.",
        "지금까지 보낸 삭제 요청 4통",
        "다시 올라온 것을 찾아낸 횟수 2번",
        "사이트 7곳을 계속 살펴봅니다",
        "gone.example",
        "삭제됨",
        "아직 남아 있음",
        "연락처 확인 중",
        "12시간 안에 사라졌습니다",
        "다음 확인은 2026년 11월 25일에 할 예정입니다.",
        "동의를 철회하실 수 있습니다",
        "02-0000-0000",
        "1366",
        "1 / 2쪽",
    ):
        assert part in text


def test_the_english_report_is_complete() -> None:
    text = text_of(made("en"))
    for part in (
        "Deletion support: report on results",
        "We found and confirmed 3 posts. We have verified that 1 post came down. We are still working on 2 posts.",
        "Requests sent so far 4 letters",
        "on 7 sites",
        "finding the contact",
        "The next check is planned for 25 November 2026.",
        "withdraw your consent at any time",
        "Page 1 of 2",
    ):
        assert part in text
    assert re.findall(r"[가-힣]+", text) == ["하늘", "하늘"]


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    ko, en = (leaves(wording(language)) for language in LANGUAGES)
    assert ko.keys() == en.keys()
    dates = {"year", "month", "day", "month_name", "month_short"}
    for place in ko:
        used = [{name for _, name, _, _ in string.Formatter().parse(text[place]) if name} for text in (ko, en)]
        assert used[0] - dates == used[1] - dates, place


def test_no_address_of_a_post_is_in_the_report() -> None:
    for language in LANGUAGES:
        file = made(language)
        assert SECRET.encode() not in file
        text = text_of(file)
        assert SECRET not in text and "http" not in text
        assert "other.example" not in text, "a site whose match nobody confirmed"


def test_the_report_uses_no_sexual_words() -> None:
    words = re.compile(
        r"음란|성관계|성행위|나체|알몸|노출|야동|몰카|포르노|porn|nude|naked|intimate|explicit|sexual", re.I
    )
    for language in LANGUAGES:
        for place, text in leaves(wording(language)).items():
            assert not words.search(text), place


def test_the_files_title_and_properties_are_neutral() -> None:
    for language in LANGUAGES:
        info = subprocess.run(["pdfinfo", "-"], input=made(language), capture_output=True, check=False)
        properties = info.stdout.decode("utf-8")
        assert "2026-0012" in properties
        assert "하늘" not in properties and "디지털성범죄" not in properties and "Crime" not in properties


def test_the_file_is_tagged_and_keeps() -> None:
    file = made("ko")
    assert b"pdfuaid:part" in file and b"pdfaid:part" in file


def test_the_same_facts_make_the_same_bytes() -> None:
    assert made("ko") == made("ko")


@pytest.mark.parametrize(
    ("rows", "subject", "expected"),
    [
        ([], OPEN, "지금까지 맡겨 주신 자료와 같은 게시물은 발견되지 않았습니다."),
        (ROWS[:1], OPEN, "찾아서 확인한 게시물 1건이 모두 지워졌습니다."),
        (ROWS[1:], OPEN, "찾아서 확인한 게시물은 2건입니다. 2건은 계속 진행하고 있습니다."),
        (ROWS, CLOSED, "찾아서 확인한 게시물은 3건입니다. 1건은 지워진 것을 확인했습니다. 2건은 지워진 것을"),
    ],
)
def test_the_first_sentence_says_how_things_stand(rows: list[Seen], subject: Subject, expected: str) -> None:
    told = document(subject, figures.count(rows, Work()), Institution(), NOW, "ko")
    assert told["summary"].startswith(expected)


def test_a_closed_case_promises_nothing_more() -> None:
    told = document(CLOSED, FIGURES, Institution(), NOW, "ko")
    assert told["next"]["items"] == [wording("ko")["next"]["closed"]]


def test_every_state_has_words_in_both_languages() -> None:
    for language in LANGUAGES:
        for state in State:
            counted = figures.count([Seen("p", "h", NOW, state, True)], Work())
            told = document(OPEN, counted, Institution(), NOW, language)
            assert told["sites"]["rows"][0]["states"] == [wording(language)["states"][state]]


@pytest.mark.parametrize(
    ("length", "expected"),
    [(timedelta(minutes=3), "1시간"), (timedelta(hours=47), "47시간"), (timedelta(hours=48), "2일"),
     (timedelta(hours=49), "3일")],
)  # fmt: skip
def test_durations_are_rounded_up_so_that_within_stays_true(length: timedelta, expected: str) -> None:
    rows = [Seen("p", "h", NOW, State.VERIFIED, True, demanded_at=NOW, gone_at=NOW + length)]
    told = document(OPEN, figures.count(rows, Work()), Institution(), NOW, "ko")
    assert f"{expected} 안에" in told["done"]["notes"][0]


def test_dates_are_those_of_seoul() -> None:
    late = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)
    told = document(OPEN, FIGURES, Institution(), late, "ko")
    assert told["facts"][1][1] == "2027년 1월 1일 00:30"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="ko and en"):
        document(OPEN, FIGURES, Institution(), NOW, "de")


def test_text_of_the_template_language_in_a_name_stays_text() -> None:
    name = '#strong[x] $a$ "b" \\ @c'
    assert name in text_of(made("ko", Subject("2026-0012", name, True)))


def test_a_character_no_font_has_does_not_stand_in_the_way() -> None:
    assert "나비 님께" in text_of(made("ko", Subject("2026-0012", "🦋 나비", True)))


def test_a_hundred_sites_flow_over_pages() -> None:
    rows = [
        Seen(
            f"{n}",
            f"a-rather-long-name-of-a-site-{n}.community.example",
            NOW,
            State.DEMANDED,
            True,
            demanded_at=NOW,
        )
        for n in range(100)
    ]
    text = text_of(made("ko", OPEN, figures.count(rows, Work())))
    assert text.count("community.example") == 100
    assert text.count("사이트 게시물 지금 상태") > 2, "the head of the table is repeated on each page"


def test_a_missing_font_is_named_instead_of_leaving_the_words_out(tmp_path: Path) -> None:
    with pytest.raises(typeset.FontMissing, match="fonts-noto-cjk"):
        typeset.pdf(case_report.TEMPLATE, {}, NOW, folders=[tmp_path])


def test_a_broken_font_is_named_instead_of_leaving_the_words_out(tmp_path: Path) -> None:
    (tmp_path / "NotoSansCJK-Regular.ttc").write_bytes(b"broken")
    with pytest.raises(typeset.FontMissing, match="cannot be read"):
        typeset.pdf(case_report.TEMPLATE, {}, NOW, folders=[tmp_path])


def test_the_other_font_serves_too(tmp_path: Path) -> None:
    found = next(Path("/usr/share/fonts").rglob("NanumGothic.ttf"), None)
    if found is None:
        pytest.skip("fonts-nanum is not installed")
    for name in ("NanumGothic.ttf", "NanumGothicBold.ttf"):
        (tmp_path / name).symlink_to(found.with_name(name))
    data = document(OPEN, FIGURES, Institution(), NOW, "ko")
    assert "하늘 님께" in text_of(typeset.pdf(case_report.TEMPLATE, data, NOW, folders=[tmp_path]))


def test_the_wording_has_no_text_that_is_never_used() -> None:
    source = Path(case_report.__file__).read_text(encoding="utf-8")
    for section, texts in wording("ko").items():
        for name in texts:
            if section != "states":
                assert f'"{name}"' in source, f"{section}.{name}"


@pytest.mark.parametrize(
    ("state", "place", "expected"),
    [
        (State.ALREADY_GONE, "already_gone", "요청하기 전에 이미 사라진 게시물"),
        (State.WITHDRAWN, "withdrawn", "삭제 요청을 철회한 게시물"),
        (State.UNLOOKED, "unlooked", "아직 제대로 살펴보지 못한 게시물"),
        (State.UNRECORDED, "unlooked", "아직 제대로 살펴보지 못한 게시물"),
        (State.RECORDED, "preparing", "삭제 요청을 준비하고 있는 게시물"),
    ],
)
def test_what_is_neither_demanded_nor_removed_is_counted_as_itself(state: State, place: str, expected: str) -> None:
    told = document(OPEN, figures.count([Seen("p", "h", NOW, state, True)], Work()), Institution(), NOW, "ko")
    assert [expected, "1건"] in told["done"]["rows"]
    assert ["지워진 것을 확인한 게시물", "0건"] in told["done"]["rows"]
    assert wording("ko")["next"][place].format(pages="1건") in told["next"]["items"]


def test_what_was_gone_before_is_neither_removed_by_us_nor_in_progress() -> None:
    rows = [Seen("a", "h", NOW, State.VERIFIED, True), Seen("b", "h", NOW, State.ALREADY_GONE, True)]
    told = document(OPEN, figures.count(rows, Work()), Institution(), NOW, "ko")
    assert [figure["count"] for figure in told["figures"]] == ["2", "1", "0"]
    assert "모두 지워졌습니다" not in told["summary"]
    assert "1건은 삭제를 요청하기 전에 이미 사라져 있었습니다." in told["summary"]


def test_no_site_is_said_to_be_watched_while_none_is() -> None:
    told = document(OPEN, figures.count(ROWS, Work()), Institution(), NOW, "ko")
    assert not any("살펴봅니다" in item for item in told["next"]["items"])


def test_what_in_progress_means_is_said_where_it_is_counted() -> None:
    for subject, expected in ((OPEN, True), (CLOSED, False)):
        told = document(subject, FIGURES, Institution(), NOW, "ko")
        assert (wording("ko")["done"]["in_progress"] in told["done"]["notes"]) == expected


def test_the_report_promises_no_destruction_that_no_page_can_do() -> None:
    for language, promise in (("ko", "자료를 파기합니다"), ("en", "and destroy the material")):
        assert all(promise not in text for text in leaves(wording(language)).values())
