"""What the report says, in reading order: an examination in, sentences out. Pure.

The frame is written natively in each language (``wording/*.toml``); what a signal found, did and cannot do, it says
itself.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from jium import __version__, language, wording
from jium.clock import PLACE
from jium.forensics import words
from jium.forensics.examine import Examination
from jium.forensics.finding import Finding
from jium.forensics.report.pictures import pictures
from jium.forensics.signals import all_signals

LANGUAGES = ("ko", "en")
_WORDING = Path(__file__).resolve().parent / "wording"
# Of what a finding tells these are names of files.
_FILES = ("original", "photo")
MEASURED = Path(__file__).with_name("measured.json")

Document = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """A file and its examination; names and digests of the originals and photos that were given."""

    name: str
    examination: Examination
    originals: tuple[tuple[str, str], ...] = ()
    photos: tuple[tuple[str, str], ...] = ()


@cache
def texts(name: str) -> dict[str, dict[str, Any]]:
    """The report's own texts in "ko" or "en"."""
    if name not in LANGUAGES:
        raise ValueError(f"the report is written in {' and '.join(LANGUAGES)}, not in {name!r}")
    return tomllib.loads((_WORDING / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def measured() -> dict[str, dict[str, dict[str, list[int]]]]:
    """By face model and signal: how many composites were called so, how many untouched, and of how many; how many
    innocent files were called composites, and of how many. As ``jium bench forensics`` found it with people who were
    not tuned with.
    """
    told: dict[str, dict[str, dict[str, list[int]]]] = json.loads(MEASURED.read_text(encoding="utf-8"))
    return told


def document(
    subjects: Sequence[Subject],
    at: datetime,
    name: str,
    unread: Sequence[tuple[str, str]] = (),
    *,
    faces: bool = False,
) -> Document:
    """Everything the pages show, ready for ``examination.typ``. ``unread``: names of files that could not be examined,
    and why. ``faces``: are they to be seen?
    """
    said = texts(name)
    first = subjects[0].examination.subject.sha256[:8] if subjects else ""
    return {
        "language": name,
        **said["document"],
        "facts": [[said["facts"]["at"], _time(at, said)], [said["facts"]["with"], f"jium {__version__}"]],
        "foot": f"{said['document']['short_title']} · {_time(at, said)} · {first}",
        "unread": {"title": said["unread"]["title"], "each": [f"{file}: {why}" for file, why in unread]},
        "censored": said["pictures"]["shown" if faces else "censored"],
        "files": [_File(one, name).told(faces) for one in subjects],
        "methods": _methods(subjects, name),
        "wrong": said["wrong"],
        "reading": said["reading"],
        "signed": said["signed"],
    }


def _time(at: datetime, said: dict[str, Any]) -> str:
    there = at.astimezone(PLACE)
    return str(said["facts"]["time"]).format(
        year=there.year, month=there.month, day=there.day, hour=there.hour, minute=there.minute
    )


class _File:
    """What is said of one file."""

    def __init__(self, subject: Subject, name: str) -> None:
        self._subject, self._found = subject, subject.examination
        self._language, self._said = name, texts(name)
        self._ = partial(language.said, language=name)

    def told(self, faces: bool) -> Document:
        findings = self._found.findings
        told = [one for one in findings if one.weight or one.look]
        return {
            "name": self._subject.name,
            "verdict": self._found.verdict.name,
            "called": self._(words.VERDICTS[self._found.verdict.name]),
            "sure": self._sure(),
            "means": self._said["means"][self._meaning()],
            "facts": self._facts(),
            "reasons": {
                "title": self._said["reasons"]["title"],
                "none": "" if told else self._nothing(),
                "each": [self._reason(one, faces) for one in told],
            },
            "others": {
                "title": self._said["others"]["title"],
                "text": self._said["others"]["text"],
                "each": [self._sentence(one) for one in findings if one not in told],
            },
        }

    def _meaning(self) -> str:
        """An undetermined one may point somewhere all the same."""
        verdict, findings = self._found.verdict, self._found.findings
        if verdict.name != "undetermined":
            return verdict.name
        if not any(one.weight for one in findings):
            return "look" if any(one.look for one in findings) else verdict.name
        return "leaning" if verdict.probability >= 0.5 else "leaning away"

    def _nothing(self) -> str:
        """Why nothing counts."""
        said = self._said["reasons"]
        given = self._subject.originals or self._subject.photos
        return str(said["none"] if given else said["none given"])

    def _sure(self) -> str:
        """As on the pages, as a sentence of its own."""
        verdict = self._found.verdict
        if not any(one.weight for one in self._found.findings):
            return ""
        return words.sure(verdict.probability, verdict.interval, self._, self._language).removeprefix(": ")

    def _facts(self) -> list[list[str]]:
        said, subject = self._said["facts"], self._found.subject
        size = f"{subject.width} × {subject.height}" if subject.width else ""
        long = f", {said['seconds'].format(seconds=round(subject.duration, 1))}" if subject.duration else ""
        rows = [[said["file"], self._subject.name], [said["kind"], f"{said[subject.kind]}, {size}{long}".strip(", ")]]
        rows.append([said["sha256"], subject.sha256])
        for label, given in (("original", self._subject.originals), ("photo", self._subject.photos)):
            rows += [[said[label], f"{name} ({said['sha256']} {digest})"] for name, digest in given]
        if subject.note == "damaged":
            rows.append([said["state"], said["damaged"]])
        compared = self._subject.originals or self._subject.photos
        return [*rows, *([[said["model"], self._found.model]] if compared else [])]

    def _sentence(self, one: Finding) -> str:
        # A report leaves the house: folders, which may bear somebody's name, stay out of it.
        values = {name: Path(value).name if name in _FILES else value for name, value in one.values.items()}
        return self._(one.said).format(**values)

    def _reason(self, one: Finding, faces: bool) -> Document:
        said = self._said["reasons"]
        times = wording.numeral(math.exp(abs(one.weight)), self._language)
        captions = self._said["captions beside" if one.look else "captions"]
        seconds = ", ".join(f"{int(time) // 60}:{time % 60:04.1f}" for time in one.times)
        return {
            "sentence": self._sentence(one),
            "weight": said["look" if one.look else "for" if one.weight > 0 else "against"].format(times=times),
            "times": said["times"].format(times=seconds) if seconds else "",
            "course": self._course(one),
            "pictures": [
                {"name": picture.name, "caption": captions[picture.name], "bytes": list(picture.content)}
                for picture in pictures(one, faces=faces)
            ],
        }

    def _course(self, one: Finding) -> Document | None:
        """The weight of each moment of a film, in -1..1 of the largest."""
        if len(one.course) < 2:
            return None
        most = max(abs(weight) for weight in one.course) or 1.0
        end = self._found.subject.duration or max(one.times)
        return {
            "title": self._said["course"]["title"],
            "text": self._said["course"]["text"],
            "start": "0:00",
            "end": f"{int(end) // 60}:{int(end) % 60:02d}",
            "marks": [
                {"at": min(time / max(end, 1e-3), 1.0), "height": weight / most}
                for time, weight in zip(one.times, one.course, strict=True)
            ],
        }


def _methods(subjects: Sequence[Subject], name: str) -> Document:
    """What each signal did that had anything to say, and how well that works; the others by their names."""
    said, _ = texts(name)["methods"], partial(language.said, language=name)
    used = {found.signal for one in subjects for found in one.examination.findings}
    rest = [_(signal.title) for signal in all_signals() if signal.name not in used]
    model = next((one.examination.model for one in subjects), "")
    return {
        "title": said["title"],
        "labels": [said[label] for label in ("did", "errs", "rates")],
        "each": [
            {"title": _(one.title), "said": [_(one.method), _(one.limits), _rates(one.name, model, name)]}
            for one in all_signals()
            if one.name in used
        ],
        "unused": said["unused"].format(titles=", ".join(rest)) if rest else "",
    }


def _rates(signal: str, model: str, name: str) -> str:
    said, known = texts(name)["rates"], measured()
    rates = known.get(model, {}).get(signal) or known["every"].get(signal)
    if rates is None:
        weighs = any(signal in of_model for of_model in known.values())
        return str(said["unmeasured" if weighs else "unweighed"])
    (found, cleared, composites), (accused, innocent) = rates.get("composites", [0, 0, 0]), rates["innocent"]
    counts = {"found": found, "cleared": cleared, "composites": composites, "accused": accused, "innocent": innocent}
    text = said["measured"] if composites else said["innocent"]
    return str(text).format(**{name: f"{count:,}" for name, count in counts.items()})
