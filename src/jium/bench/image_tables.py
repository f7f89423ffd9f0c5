"""The tables of ``jium bench images``, from what every step said of every picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jium.bench import metrics, orb
from jium.bench.corpus.items import Item
from jium.bench.edits import EDITS, TARGETS, foreign
from jium.bench.gallery import Times
from jium.bench.peers import Codes, Peer, stacked

# The rate of false matches at which recall is compared.
RATE = 1e-6


@dataclass(frozen=True)
class Reference:
    """What is looked for; ``codes``: one of every peer; ``size``: bytes kept beside its PDQ codes."""

    name: str
    origin: str
    kind: str
    codes: list[Codes | None]
    size: int


@dataclass(frozen=True)
class Query:
    """A picture that was looked at; ``scored``: (reference, log10 odds, matched, matched by code) where proposed."""

    name: str
    origin: str
    kind: str
    original: int
    edit: str
    strength: int
    by_others: bool
    scored: list[tuple[int, float, bool, bool]]
    codes: list[Codes | None]
    times: Times
    orb: Pairs


@dataclass(frozen=True)
class Pairs:
    """Agreeing places with the own original (None without one), and with some unrelated references."""

    own: int | None
    strangers: list[int]


@dataclass(frozen=True)
class Way:
    """A way to recognise: score of every query for its own reference, of the related pairs apart, of strangers.

    ``own``: one a query of an edited original, -inf where nothing was said. ``strangers``: those that said
    something, of ``comparisons`` in all. ``threshold``: the one it is used with.
    """

    name: str
    own: NDArray[np.float64]
    strangers: NDArray[np.float64]
    comparisons: int
    threshold: float

    @cached_property
    def threshold_at_rate(self) -> float:
        """The lowest at which at most one stranger in a million matches."""
        allowed = int(self.comparisons * RATE)
        if len(self.strangers) <= allowed:
            return -np.inf
        return float(np.nextafter(np.sort(self.strangers)[-1 - allowed], np.inf))


@dataclass(frozen=True)
class Run:
    """All references and queries of a run, and the peers whose codes they carry."""

    references: list[Reference]
    queries: list[Query]
    peers: list[Peer]

    @cached_property
    def edited(self) -> list[Query]:
        """The queries that have an original among the references."""
        return [query for query in self.queries if query.edit]

    def related(self, query: Query, reference: int) -> bool:
        """Do both show parts of one thing?"""
        return query.original == reference or query.origin == self.references[reference].origin

    @cached_property
    def comparisons(self) -> int:
        """Pairs of unrelated pictures."""
        origins = Counter(reference.origin for reference in self.references)
        return sum(len(self.references) - origins[query.origin] for query in self.queries)

    @cached_property
    def ways(self) -> list[Way]:
        """Ours, then the peers'."""
        return [self._ours(), *(self._peer(number) for number in range(len(self.peers))), self._orb()]

    def _ours(self) -> Way:
        own = [
            max(
                (odds for reference, odds, match, _code in query.scored if reference == query.original and match),
                default=-np.inf,
            )
            for query in self.edited
        ]
        strangers = [
            odds
            for query in self.queries
            for reference, odds, match, _code in query.scored
            if match and not self.related(query, reference)
        ]
        # Only matches are listed at all.
        return Way("jium", np.array(own), np.array(strangers), self.comparisons, 0.0)

    def _orb(self) -> Way:
        """Of a sample of strangers only, which flatters it: the more are asked the likelier one is taken for a copy."""
        own = [float(query.orb.own or 0) for query in self.edited]
        strangers = [float(count) for query in self.queries for count in query.orb.strangers]
        return Way(orb.NAME, np.array(own), np.array(strangers), len(strangers), float(orb.THRESHOLD))

    def _peer(self, number: int) -> Way:
        peer = self.peers[number]
        known, places = stacked(peer, [reference.codes[number] for reference in self.references])
        column = {int(place): at for at, place in enumerate(places)}
        origins = np.array([self.references[int(place)].origin for place in places])
        own, strangers = [], []
        limit = peer.farthest
        for query in self.queries:
            code = query.codes[number]
            distances = peer.distance(code[None], known)[0] if code is not None else None
            if query.edit:
                at = column.get(query.original)
                bits = limit + 1 if distances is None or at is None else int(distances[at])
                own.append(-float(bits) if bits <= limit else -np.inf)
            if distances is not None:
                near = np.flatnonzero((distances <= limit) & (origins != query.origin))
                strangers += [-float(distances[at]) for at in near]
        return Way(peer.name, np.array(own), np.array(strangers), self.comparisons, -float(peer.threshold))


def by_kind(run: Run) -> list[dict[str, Any]]:
    """Recall of every kind of edit, ours by strength too, at no more false matches than one in a million."""
    return [_by_kind(run, name, False) for name in EDITS] + [_by_kind(run, name, True) for name in foreign.FOREIGN]


def _by_kind(run: Run, name: str, by_others: bool) -> dict[str, Any]:
    registry = foreign.FOREIGN if by_others else EDITS
    mine = np.array([query.edit == name and query.by_others == by_others for query in run.edited])
    strength = np.array([query.strength for query in run.edited])
    ours = run.ways[0]
    found = ours.own >= max(ours.threshold, ours.threshold_at_rate)
    row: dict[str, Any] = {
        "edit": name + (" (albumentations)" if by_others else ""),
        "group": registry[name].group,
        "pictures": int(mine.sum()),
        "jium": _share(found[mine]),
        "weak": _share(found[mine & (strength == 0)]),
        "middle": _share(found[mine & (strength == 1)]),
        "strong": _share(found[mine & (strength == 2)]),
    }
    for way in run.ways[1:]:
        row[way.name] = _share((way.own >= max(way.threshold, way.threshold_at_rate))[mine])
    return row


def _share(found: NDArray[np.bool_]) -> str:
    return f"{found.mean():.3f}" if len(found) else ""


def groups(run: Run) -> list[dict[str, Any]]:
    """Recall of each group of edits against its target; edits made by others apart."""
    rows = []
    for by_others in (False, True):
        registry = foreign.FOREIGN if by_others else EDITS
        for group, target in TARGETS.items():
            mine = np.array(
                [query.by_others == by_others and registry[query.edit].group == group for query in run.edited]
            )
            if not mine.any():
                continue
            row: dict[str, Any] = {
                "group": group + (" (albumentations)" if by_others else ""),
                "target": target if target is not None else "",
                "pictures": int(mine.sum()),
            }
            for way in run.ways:
                found = (way.own >= max(way.threshold, way.threshold_at_rate))[mine]
                low, high = metrics.wilson(int(found.sum()), len(found))
                row[way.name] = f"{found.mean():.4f}"
                if way.name == "jium":
                    row["95 %"] = f"{low:.4f}–{high:.4f}"
            rows.append(row)
    return rows


def overall(run: Run, way: Way) -> dict[str, Any]:
    """As DISC21 counts: every pair of query and reference that scored, in one list."""
    scores = np.concatenate([way.own[np.isfinite(way.own)], way.strangers])
    correct = np.r_[np.ones(int(np.isfinite(way.own).sum()), bool), np.zeros(len(way.strangers), bool)]
    positives = len(way.own)
    used = metrics.recall_over(way.own, way.strangers, way.threshold)
    least = max(way.threshold_at_rate, way.threshold if way.name == "jium" else -np.inf)
    at_rate = (np.isfinite(way.own) & (way.own >= least)).mean()
    return {
        "way": way.name,
        "µAP": f"{metrics.micro_average_precision(scores, correct, positives):.4f}",
        "recall at 90 % precision": f"{metrics.recall_at_precision(scores, correct, positives):.4f}",
        "recall as used": f"{used.recall:.4f}",
        "false matches as used": used.false,
        "recall at 1 in a million": f"{at_rate:.4f}",
    }


def false_matches(run: Run) -> dict[str, Any]:
    """How many unrelated pairs matched, of how many, and between what."""
    pairs: Counter[str] = Counter()
    names = []
    for query in run.queries:
        for reference, odds, match, by_code in query.scored:
            if match and not run.related(query, reference):
                kinds = f"{query.kind}{' edited' if query.edit else ''} × {run.references[reference].kind}"
                pairs[kinds] += 1
                names.append([query.name, query.edit, run.references[reference].name, round(odds, 2), by_code])
    count = sum(pairs.values())
    return {
        "comparisons": run.comparisons,
        "false": count,
        "rate": count / run.comparisons,
        "upper bound": metrics.upper_bound(count, run.comparisons),
        "between": dict(pairs.most_common()),
        "pairs": names,
    }


def notes(run: Run, items: Sequence[Item]) -> list[str]:
    """What the figures are of."""
    kinds = Counter(item.kind for item in items)
    strangers = Counter(query.kind for query in run.queries if not query.edit)
    sizes = [reference.size + 8 * 32 for reference in run.references]
    times = np.array([(query.times.read, query.times.search, query.times.compare) for query in run.queries])
    read, search, compare = np.median(times, axis=0)
    false = false_matches(run)
    return [
        f"originals: {', '.join(f'{count} {kind}' for kind, count in kinds.items())}; "
        f"{len(run.references) - len(items)} furnished pictures are references too",
        f"distractors: {', '.join(f'{count:,} {kind}' for kind, count in strangers.most_common())}",
        f"{len(EDITS)} kinds of edit of our own, {len(foreign.FOREIGN)} by albumentations, three strengths each",
        f"{false['false']} false matches in {run.comparisons:,} comparisons, at most 1 in "
        f"{1 / false['upper bound']:,.0f} (95 %)",
        f"{orb.NAME}: strangers of a sample of {run.ways[-1].comparisons:,} comparisons only",
        f"bytes a reference: median {int(np.median(sizes)):,}, most {max(sizes):,}",
        f"CPU ms a picture, median: {read:.1f} decode and fingerprint, {search:.1f} search, {compare:.1f} compare",
    ]
