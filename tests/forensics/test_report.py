"""The report: what it says in both languages, what it never shows, and where everything in it comes from."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from jium import language
from jium.bench import swaps
from jium.dna.fingerprint import Fingerprint
from jium.faces.face import Pixels
from jium.faces.shelf import Shelf
from jium.forensics import Examination, Examiner, report
from jium.forensics.finding import Finding
from jium.forensics.report.document import Document, Subject, document, measured, texts
from jium.forensics.report.pictures import Picture, pictures
from jium.forensics.signal import Material, Original
from jium.forensics.signals import all_signals, known_original, provenance
from jium.forensics.verdict import fused
from tests.forensics.scenes import scene, shown, view
from tests.forensics.test_bad_input import packed
from tests.forensics.test_beside import skin

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DIGEST = "ab" * 32
ORIGINAL, ANOTHER = scene(1, 3), scene(2, 5)
COMPOSITE = swaps.METHODS[0].make(shown(ANOTHER), shown(ORIGINAL))
MODEL = "dlib"


def finding(weight: float = 5.0, *, seen: bool = True, times: tuple[float, ...] = (), said: str = "") -> Finding:
    """As the known original's signal tells it."""
    there = shown(ORIGINAL).face
    suspect, known = view(COMPOSITE, there), view(ORIGINAL, there)
    told = {"original": "original.jpg", "differing": 4, "parts": 4}
    return Finding(
        known_original.name,
        weight,
        0.5 if weight else 0.0,
        said or known_original.SAID["other face" if weight > 0 else "same"],
        told,
        suspect.share(there.box),
        times,
        tuple(weight - number for number in range(len(times))),
        (suspect, known) if seen else None,
    )


def another_body() -> Finding:
    """The face is the original's, and below it there is nothing but skin."""
    suspect, known = view(skin(ORIGINAL)), view(ORIGINAL)
    (found,) = known_original.findings(Material(MODEL, (Original("original.jpg", ((suspect, known),)),)))
    assert found.look
    return found


def examined(*findings: Finding, duration: float | None = None) -> Examination:
    kind = "video" if duration else "image"
    return Examination(Fingerprint(kind, DIGEST, 640, 480, duration, ()), MODEL, fused(findings), findings)


def told(examination: Examination, name: str = "en", *, faces: bool = False) -> Document:
    subject = Subject("found.jpg", examination, (("original.jpg", "cd" * 32),))
    return document([subject], NOW, name, faces=faces)


def leaves(value: Any) -> list[str]:
    """Every text in it."""
    if isinstance(value, dict):
        return [text for key, one in value.items() if key != "bytes" for text in leaves(one)]
    if isinstance(value, list):
        return [text for one in value for text in leaves(one)]
    return [value] if isinstance(value, str) else []


def text_of(pdf: bytes) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("poppler-utils is not installed")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", done.stdout.decode("utf-8").replace("\u200b", ""))


# What it says.


def test_both_languages_say_the_same_things() -> None:
    def keys(value: Any, path: str = "") -> set[str]:
        inner = value.items() if isinstance(value, dict) else []
        return {path} | {name for key, one in inner for name in keys(one, f"{path}.{key}")}

    korean, english = texts("ko"), texts("en")
    assert keys(korean) == keys(english) and len(korean["wrong"]["each"]) == len(english["wrong"]["each"])
    fields = re.compile(r"\{(\w+)")
    for part, words in english.items():
        for key, text in words.items():
            if isinstance(text, str):
                assert set(fields.findall(text)) >= set(fields.findall(korean[part][key])), f"{part}.{key}"


@pytest.mark.parametrize("name", report.LANGUAGES)
def test_it_says_what_was_found_why_and_how_sure_that_is(name: str) -> None:
    one = finding()
    (file,) = told(examined(one), name)["files"]
    (reason,) = file["reasons"]["each"]
    assert file["verdict"] == "composite" and "140" in file["sure"] and "140" in reason["weight"]
    assert reason["sentence"] == language.said(one.said, name).format(**one.values)
    assert [DIGEST in value for _label, value in file["facts"]].count(True) == 1
    assert any("original.jpg" in value for _label, value in file["facts"])


@pytest.mark.parametrize("name", report.LANGUAGES)
def test_every_method_says_what_it_did_when_it_errs_and_how_often(name: str) -> None:
    used = [Finding(signal.name, 0.0, 0.0, provenance.SAID["unread", False][1]) for signal in all_signals()]
    methods = told(examined(*used), name)["methods"]
    assert len(methods["each"]) == len(used) and methods["unused"] == ""
    assert all(len(one["said"]) == 3 and all(one["said"]) for one in methods["each"])
    assert methods["each"][0]["title"] == language.said(all_signals()[0].title, name)


def test_what_honest_files_say_is_told_as_it_was_calibrated() -> None:
    kept = json.loads((Path(provenance.__path__[0]) / "calibrated" / "files.json").read_text())["provenance"]
    assert measured()["every"]["provenance"]["innocent"] == [kept["bear one"], kept["innocent"]]


def test_its_rates_are_those_that_were_measured() -> None:
    rates = measured()[MODEL][known_original.name]
    said = " ".join(told(examined(finding()))["methods"]["each"][0]["said"])
    assert all(f"{count:,}" in said for pair in rates.values() for count in pair)


@pytest.mark.parametrize(
    ("signal", "model", "said"), [("borrowed_photo", "another", "unmeasured"), ("surroundings", MODEL, "unweighed")]
)
def test_what_was_not_measured_says_so(signal: str, model: str, said: str) -> None:
    one = Finding(signal, 0.0, 0.0, provenance.SAID["unread", False][1])
    examination = Examination(Fingerprint("image", DIGEST, 640, 480, None, ()), model, fused(()), (one,))
    assert told(examination)["methods"]["each"][0]["said"][-1] == texts("en")["rates"][said]


def test_what_weighs_nothing_stands_apart() -> None:
    sentence = known_original.SAID["hidden"]
    (file,) = told(examined(finding(0.0, said=sentence)))["files"]
    assert file["verdict"] == "undetermined" and file["sure"] == "" and file["reasons"]["each"] == []
    assert file["reasons"]["none"] and file["others"]["each"] == [sentence.format(original="original.jpg")]


@pytest.mark.parametrize("name", report.LANGUAGES)
def test_another_body_is_shown_although_it_weighs_nothing(name: str) -> None:
    (file,) = told(examined(another_body()), name)["files"]
    (reason,) = file["reasons"]["each"]
    assert file["verdict"] == "undetermined" and file["sure"] == "" and file["others"]["each"] == []
    assert file["means"] == texts(name)["means"]["look"] and file["reasons"]["none"] == ""
    assert reason["weight"] == texts(name)["reasons"]["look"]
    captions = texts(name)["captions beside"]
    assert [one["caption"] for one in reason["pictures"]] == [captions[one["name"]] for one in reason["pictures"]]
    assert {one["name"] for one in reason["pictures"]} == {"whole", "suspect", "known", "difference"}


@pytest.mark.parametrize("field", ["original", "photo"])
def test_no_folder_of_this_machine_is_told(field: str) -> None:
    weighed, silent = (
        Finding(known_original.name, w, 0.5, f"It is {{{field}}}.", {field: "/home/kim/b.jpg"}) for w in (5, 0)
    )
    assert not [text for text in leaves(told(examined(weighed, silent))) if "kim" in text]
    assert "It is b.jpg." in leaves(told(examined(weighed, silent)))


def test_no_sign_is_never_called_real() -> None:
    (file,) = told(examined(finding(-5.5)))["files"]
    assert file["verdict"] == "authentic-looking" and "does not mean that the picture is real" in file["means"]


def test_a_film_has_a_course() -> None:
    (file,) = told(examined(finding(times=(1.0, 2.0, 3.5)), duration=4.0))["files"]
    marks = file["reasons"]["each"][0]["course"]["marks"]
    assert [mark["at"] for mark in marks] == [0.25, 0.5, 0.875]
    assert marks[0]["height"] == 1.0 and marks[-1]["height"] == pytest.approx(0.6)
    assert "0:01.0, 0:02.0, 0:03.5" in file["reasons"]["each"][0]["times"]


def test_nothing_is_told_in_percent() -> None:
    for name in report.LANGUAGES:
        assert not [
            text for text in leaves(told(examined(finding()), name)) if re.search(r"\d ?%|percent|퍼센트", text)
        ]


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="ko and en"):
        told(examined(finding()), "fr")


# What it shows.


def decoded(picture: Picture) -> Pixels:
    return np.asarray(cv2.imdecode(np.frombuffer(picture.content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1], np.uint8)


def by_name(*, faces: bool) -> dict[str, Pixels]:
    return {one.name: decoded(one) for one in pictures(finding(), faces=faces)}


def detail(rgb: Pixels) -> float:
    """How much of it is finer than the squares of a censored face."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    middle = grey[grey.shape[0] // 6 : -grey.shape[0] // 6, grey.shape[1] // 6 : -grey.shape[1] // 6]
    return float(np.median(np.abs(cv2.Laplacian(cv2.GaussianBlur(middle, (0, 0), 2.0), cv2.CV_32F))))


def test_nobody_can_be_recognised_unless_that_is_asked_for() -> None:
    censored, shown_as_they_are = by_name(faces=False), by_name(faces=True)
    assert set(censored) == set(shown_as_they_are) == {"whole", "suspect", "known", "difference"}
    for name in ("suspect", "known"):
        assert detail(censored[name]) < 0.2 * detail(shown_as_they_are[name])
        spread = censored[name].astype(int).max(axis=2) - censored[name].astype(int).min(axis=2)
        assert spread.max() <= 12, "there is colour"
    # The whole picture is never shown.
    assert np.array_equal(censored["whole"], shown_as_they_are["whole"])


def test_a_difference_is_red_in_the_face_and_nowhere_else() -> None:
    off = by_name(faces=False)["difference"].astype(int)
    red = off[..., 0] - off[..., 1] > 40
    height, width = red.shape
    middle = red[height // 4 : 3 * height // 4, width // 4 : 3 * width // 4]
    edges = np.concatenate([red[: height // 10].ravel(), red[:, : width // 10].ravel(), red[:, -width // 10 :].ravel()])
    assert middle.mean() > 0.2 and edges.mean() < middle.mean() / 5


def test_a_body_stays_in_squares_whoever_asks_for_faces() -> None:
    one = another_body()
    censored, asked_for = ({p.name: p.content for p in pictures(one, faces=faces)} for faces in (False, True))
    assert censored == asked_for


def test_without_a_place_there_are_no_pictures() -> None:
    assert pictures(finding(seen=False), faces=False) == []


# The PDF.


@pytest.fixture(scope="module")
def found() -> Examination:
    with closing(Examiner(Shelf.of_user().open(MODEL))) as examiner:
        return examiner.examine(packed(COMPOSITE), [examiner.know("original.jpg", packed(ORIGINAL, 95))])


CALLED = [("ko", "합성", "composite"), ("en", "Possibly a composite", "합성")]


@pytest.mark.parametrize(("name", "called", "another"), CALLED)
def test_the_pdf_can_be_read_and_copied(found: Examination, name: str, called: str, another: str) -> None:
    pdf = report.pdf([Subject("found.jpg", found)], NOW, name)
    text = text_of(pdf)
    assert pdf.startswith(b"%PDF") and called in text and another not in text
    assert found.subject.sha256 in text.replace(" ", "") and "found.jpg" in text


def test_several_files_have_a_page_each_and_one_explanation(found: Examination) -> None:
    subjects = [Subject(f"found-{number}.jpg", found) for number in range(3)]
    text = text_of(report.pdf(subjects, NOW, "en"))
    assert all(one.name in text for one in subjects) and text.count("What could be wrong") == 1


def test_a_file_of_sound_has_a_report_too() -> None:
    silent = Examination(Fingerprint("audio", DIGEST, None, None, 12.0, ()), MODEL, fused(()), ())
    assert "12.0 seconds" in text_of(report.pdf([Subject("voice.mp3", silent)], NOW, "en"))


def test_a_name_is_text_and_nothing_else(found: Examination) -> None:
    name = '"#read("/etc/passwd") $x$ *b* <script>.jpg'
    assert "passwd" in text_of(report.pdf([Subject(name, found)], NOW, "en"))
