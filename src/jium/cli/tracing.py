"""The search of ``jium trace``: file after file, web archives record by record, stopped and gone on with at will.

The progress file holds of every file its digest, how many faces it shows, and whether one of them may be the person's;
a file whose faces are needed once more is read once more. So no face is ever written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jium.cli import outcome, telling
from jium.cli.files import Pool, Problem, Unread, attempted, digest, opened
from jium.cli.output import Output
from jium.cli.progress import watched
from jium.cli.resume import Journal, Stop
from jium.faces import cohort
from jium.faces.enrol import Enrolled
from jium.faces.face import Seen
from jium.faces.looking import Member, OpenModel, content, look, members
from jium.faces.odds import LEAST_ODDS, Calibration, score
from jium.faces.trace import Hit, Noted, Tracer
from jium.language import _
from jium.media.errors import SENTENCES, MediaError
from jium.media.sandbox import Sandbox

# A picture or film: the file that it is or lies in, its address on the web where that is a web archive, and its digest:
# what stood at one address may have been archived more than once, and not have been the same.
Key = tuple[str, str, str]
# What a web archive is taken for by whoever does not look into it.
_MAYBE_ARCHIVE = ("archive", "not_media")


@dataclass(frozen=True)
class Part:
    """A picture or film and the faces in it, or why it cannot be read."""

    address: str
    digest: str
    faces: tuple[Seen, ...] = ()
    problem: Problem | None = None


class Tracing:
    """One search."""

    def __init__(
        self,
        model: OpenModel,
        calibration: Calibration,
        enrolled: Enrolled,
        pool: Pool,
        output: Output,
        stop: Stop,
    ) -> None:
        self._model, self._calibration, self._enrolled = model, calibration, enrolled
        self._pool, self._output, self._stop = pool, output, stop
        self._tracer: Tracer[Key] = Tracer(enrolled, calibration, cohort.of_model(model.description.name))
        self._read = 0

    def run(self, files: list[str], resume: str | None, who: Sequence[str]) -> bool:
        """Look into the files and tell what was found; whether one of them can be read at all.

        ``who``: what tells this person from others, as the progress file keeps it: the photos' digests, no face.
        Raises ``KeyboardInterrupt`` when asked to stop, ``UnusableProgress``.
        """
        with Journal(resume, "trace", [self._model.description.name, *who]) as journal:
            files = [file for file in files if not journal.is_at(file)]
            known = {file: told for file, told in _known(journal, files).items() if told is not None}
            self._first(files, known, journal)
            self._again(known)
        found = self._tracer.hits()
        for key in sorted(found):
            self._show(key, found[key])
        self._output.note(self._summary(bool(found)))
        return bool(self._read) or not files

    def _first(self, files: Sequence[str], known: Mapping[str, _Told], journal: Journal) -> None:
        """Every file that is not known yet."""
        reading = self._pool.each([file for file in files if file not in known], self._parts)
        with closing(watched(files, len(files), _("looking at faces"))) as each:
            for file in each:
                self._stop.heed()
                told = known.get(file) or self._take(file, self._stop.wait_for(lambda: next(reading)), journal)
                self._tell_problems(file, told.problems)
                self._read += bool(told.noted)
                self._stop.done += 1

    def _take(self, file: str, parts: Sequence[Part], journal: Journal) -> _Told:
        noted = tuple((part.address, self._add(file, part)) for part in parts if part.problem is None)
        told = _Told(noted, {part.address: part.problem for part in parts if part.problem})
        if not any(problem.kind in outcome.PASSING for problem in told.problems.values()):
            journal.add(file, told.as_line())
        return told

    def _add(self, file: str, part: Part) -> Noted:
        return self._tracer.add((file, part.address, part.digest), part.digest, part.faces)

    def _again(self, known: Mapping[str, _Told]) -> None:
        """Those known from before of which a face is needed now."""
        noted = {(file, address, one.digest): one for file, told in known.items() for address, one in told.noted}
        again = {file for file, _address, _digest in self._tracer.needed(noted)}
        for (file, _address, _digest), one in noted.items():
            if file not in again:
                self._tracer.skip(one)
        files = sorted(again)
        reading = self._pool.each(files, self._parts)
        with closing(watched(files, len(files), _("looking again"))) as each:
            for file in each:
                parts = self._stop.wait_for(lambda: next(reading))
                self._tell_problems(file, {part.address: part.problem for part in parts if part.problem})
                for part in parts:
                    if part.problem is None:
                        self._add(file, part)

    def _parts(self, file: str, sandbox: Sandbox) -> list[Part]:
        """A file as one part, a web archive as one for every picture and film in it."""
        with_archive = attempted(file, lambda: self._opened(file, sandbox))
        return [Part("", "", problem=with_archive.problem)] if isinstance(with_archive, Unread) else with_archive

    def _opened(self, file: str, sandbox: Sandbox) -> list[Part]:
        with opened(file) as source:
            try:
                return [Part("", digest(source), look(source, self._model, sandbox).faces)]
            except MediaError as problem:
                if problem.kind not in _MAYBE_ARCHIVE:
                    raise
                inside = self._members(source, sandbox)
                if inside is None:
                    raise
                return inside

    def _members(self, source: Path | int, sandbox: Sandbox) -> list[Part] | None:
        """What lies in a web archive; None where it is none."""
        try:
            listed, cut = members(source, sandbox)
        except MediaError as problem:
            if problem.kind in _MAYBE_ARCHIVE:
                return None
            raise
        parts = [self._member(source, sandbox, one) for one in listed]
        missing = Problem("truncated", _(SENTENCES["truncated"]))
        return [*parts, Part("", "", problem=missing)] if cut else parts

    def _member(self, source: Path | int, sandbox: Sandbox, member: Member) -> Part:
        def read() -> Part:
            found = content(source, member, sandbox)
            return Part(member.address, hashlib.sha256(found).hexdigest(), look(found, self._model, sandbox).faces)

        seen = attempted(member.address, read)
        return Part(member.address, "", problem=seen.problem) if isinstance(seen, Unread) else seen

    def _tell_problems(self, file: str, problems: Mapping[str, Problem]) -> None:
        for address, problem in problems.items():
            self._output.problem(f"{file} ({address})" if address else file, problem)

    def _show(self, key: Key, hits: Sequence[Hit]) -> None:
        file, address, _digest = key
        best = hits[0]
        photo = self._enrolled.photos[best.photo].name
        line: dict[str, Any] = {
            "photo": photo,
            "file": file,
            "kind": "face",
            "score": score(best.odds),
            "odds": round(best.odds, 1),
            "hits": [_hit(hit) for hit in hits],
            "model": self._model.description.name,
        }
        if address:
            line["address"] = address
        where = "\n".join(telling.place_of_face(hit.face) for hit in hits)
        chance = _("at most 1 in {number:,.0f}").format(number=best.odds)
        shown = f"{file}\n{address}" if address else file
        self._output.line(line, (photo, shown, f"{score(best.odds):.2f}", chance, where))

    def _summary(self, found: bool) -> str:
        """With how many faces hers were compared, how many would be shown by chance, and what the model misses."""
        compared = self._tracer.compared
        by_chance = compared / LEAST_ODDS
        sentences = [
            _("Faces compared: {count:,}.").format(count=compared),
            _("Of strangers about {number} would be shown by chance.").format(number=_few(by_chance)),
            _("Face model: {title}.").format(title=self._model.description.title),
        ]
        text = _("Measured: {percent} of 100 pictures of a person are found with it, of strangers 1 in {odds:,}.")
        recall = self._calibration.recall["all"]
        sentences.append(text.format(percent=round(recall * 100), odds=round(LEAST_ODDS)))
        judge, no_proof = _("A hit is for a person to judge: it proves nothing."), _("No hit is no proof of absence.")
        return "\n".join([" ".join(sentences), judge if found else no_proof])


@dataclass(frozen=True)
class _Told:
    """What is remembered of a file: with each address ("" for the file itself) what was noted, or the problem."""

    noted: tuple[tuple[str, Noted], ...]
    problems: Mapping[str, Problem]

    def as_line(self) -> dict[str, Any]:
        return {
            "parts": [[address, one.digest, one.faces, one.possible] for address, one in self.noted],
            "problems": [[address, one.kind] for address, one in self.problems.items()],
        }


def _known(journal: Journal, files: Sequence[str]) -> dict[str, _Told | None]:
    return {file: _told(entry) for file, entry in journal.known(files).items()}


def _told(entry: Mapping[str, Any]) -> _Told | None:
    try:
        noted = tuple(
            (str(address), Noted(str(digest), int(faces), bool(possible)))
            for address, digest, faces, possible in entry["parts"]
        )
        problems = {str(address): outcome.problem({"problem": kind}) for address, kind in entry["problems"]}
    except (KeyError, TypeError, ValueError):
        return None
    if None in problems.values():
        return None
    return _Told(noted, {address: problem for address, problem in problems.items() if problem})


def _hit(hit: Hit) -> dict[str, Any]:
    face = hit.face
    told: dict[str, Any] = {
        "time": None if face.time is None else round(face.time, 3),
        "box": [round(value, 4) for value in face.box],
        "score": score(hit.odds),
        "odds": round(hit.odds, 1),
    }
    if face.since is not None and face.until is not None:
        told |= {"since": round(face.since, 3), "until": round(face.until, 3)}
    return told


def _few(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.1f}" if number >= 0.1 else _("none")
