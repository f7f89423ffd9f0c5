"""What the other rooms may ask of the officer's desk: record a match, decide a group, take it back, list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from jium import clock, course, dna
from jium.cases import services as cases
from jium.cases.services import Case, Reference
from jium.review.models import Decision, Group, Match
from jium.trust import audit, vault
from jium.trust.models import Account
from jium.watch import services as watch
from jium.watch.services import Sighting

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class Counted(TypedDict):
        """What :func:`groups` adds to each."""

        match_count: int
        found_first_at: datetime | None

    CountedGroup = WithAnnotations[Group, Counted]

__all__ = ["Decision", "Group", "Match"]

Verdict = Group.Verdict


# So many different files of a group are compared with one that may belong to it.
MOST_COMPARED = 6
# Both match the reference already: that they show the same of it needs no odds of a million once more.
RELATED_ODDS = 1e3
# So long a group that was set aside waits.
LATER = timedelta(days=1)


class NotShown(Exception):
    """Nobody could see what was found, so nobody can say what it is."""


class Examined(TypedDict, total=False):
    """What the examination of a match found, as :mod:`jium.forensics` says it; or the ``problem`` for which it could
    not be examined. Of each finding: ``signal``, ``said`` (a msgid) with its ``values``, ``weight``, ``region`` and
    ``times``.
    """

    problem: str
    verdict: str
    probability: float
    interval: list[float]
    findings: list[dict[str, Any]]


@dataclass(frozen=True)
class Previews:
    """Greyscale JPEGs of the same moment on both sides; empty where there is none."""

    reference: bytes
    sighting: bytes


def record_match(reference: Reference, sighting: Sighting, comparison: dna.Comparison, previews: Previews) -> Match:
    """Keep a match once and put it into the group that shows the same thing.

    A match that joins a group already decided is not asked again: the group's decision is carried out for it.
    Raises ``ValueError`` for a comparison that found nothing.
    """
    if comparison.odds is None:
        raise ValueError("only a match is recorded")
    kept = Match.objects.filter(reference=reference, sighting=sighting).first()
    if kept:
        return kept
    box = vault.open_vault()
    with transaction.atomic():
        Reference.objects.select_for_update().get(pk=reference.pk)
        group = _group_showing(reference, sighting) or Group.objects.create(
            case=reference.case, reference=reference, created_at=clock.now()
        )
        match, fresh = Match.objects.get_or_create(
            reference=reference,
            sighting=sighting,
            defaults={
                "group": group,
                "score": comparison.score,
                "odds": comparison.odds,
                "transform": comparison.transform.as_dict() if comparison.transform else {},
                "reason": comparison.reason.as_dict() if comparison.reason else {},
                "segments": [segment.as_dict() for segment in comparison.segments],
                "found_at": clock.now(),
            },
        )
        if fresh:
            match.reference_preview = _keep(box, reference.case_id, previews.reference)
            match.sighting_preview = _keep(box, reference.case_id, previews.sighting)
            match.save(update_fields=["reference_preview", "sighting_preview"])
            if group.verdict == Verdict.SAME:
                group.plan("carry_out")
    return match


def _keep(box: vault.Vault, case_id: UUID, preview: bytes) -> str:
    return box.put_bytes(case_id, preview).object_id if preview else ""


def _group_showing(reference: Reference, sighting: Sighting) -> Group | None:
    """The reference's group of which some sighting shows the same thing as ``sighting``.

    A crop and a screenshot may have little in common but the reference: each joins by the one it is most like.
    """
    seen = watch.to_fingerprint(sighting)
    for group in Group.objects.filter(reference=reference).prefetch_related("matches__sighting"):
        files: dict[str, Sighting] = {}
        for match in group.matches.all():
            files.setdefault(match.sighting.sha256, match.sighting)
        # The first that were found stand for the rest, which are like one of them.
        first = islice(files.values(), MOST_COMPARED)
        if sighting.sha256 in files or any(_alike(known, seen) for known in first):
            return group
    return None


def _alike(known: Sighting, seen: dna.Fingerprint) -> bool:
    return dna.compare(watch.to_fingerprint(known), seen, least=RELATED_ODDS).match


def decide(group: Group, verdict: str, by: Account) -> None:
    """One look, n addresses: the verdict counts for every match of the group, now and later.

    UNSURE sets the group aside: for a day, or until what was found can be shown. Raises :class:`NotShown` for any
    other verdict about what nobody could see.
    """
    if verdict not in (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE):
        raise ValueError(verdict)
    with transaction.atomic():
        group = Group.objects.select_for_update().get(pk=group.pk)
        shown = bool(groups_shown([group.pk]))
        if verdict == Verdict.UNSURE:
            group.later_until = clock.now() + LATER if shown else None
            group.save(update_fields=["later_until"])
        elif not shown:
            raise NotShown
        Decision.objects.create(group=group, verdict=verdict, by=by, at=clock.now())
        audit.record(by, "group.decided", str(group.id), verdict=str(verdict))
        _set_verdict(group, verdict)


def undo(group: Group, by: Account) -> bool:
    """Take the last decision back; the one before it counts again. False when there is none to take back."""
    with transaction.atomic():
        group = Group.objects.select_for_update().get(pk=group.pk)
        standing = group.decisions.filter(undone_at=None).order_by("-at", "-pk")
        if not standing:
            return False
        last, *earlier = standing
        last.undone_at = clock.now()
        last.save(update_fields=["undone_at"])
        audit.record(by, "group.decision_undone", str(group.id))
        _set_verdict(group, earlier[0].verdict if earlier else Verdict.UNDECIDED)
    return True


def _set_verdict(group: Group, verdict: str) -> None:
    group.verdict = verdict
    group.save(update_fields=["verdict"])
    group.plan("carry_out")


def group(group_id: UUID) -> Group:
    """The group, or ``Group.DoesNotExist``."""
    return Group.objects.select_related("case", "reference").get(pk=group_id)


def groups(case_id: UUID | None = None) -> QuerySet[CountedGroup]:
    """Groups, oldest first, each with ``match_count`` and ``found_first_at``."""
    chosen = Group.objects.select_related("case", "reference").annotate(
        match_count=Count("matches"), found_first_at=Min("matches__found_at")
    )
    chosen = chosen.order_by("created_at", "pk")  # counting drops the table's own order
    return chosen.filter(case_id=case_id) if case_id else chosen


def undecided() -> QuerySet[CountedGroup]:
    """What waits for an officer's decision in open cases, oldest first; what has gone everywhere waits for nobody."""
    return groups().filter(_waits())


def cases_undecided() -> list[UUID]:
    """Of each group that waits for a decision its case."""
    return list(Group.objects.filter(_waits()).order_by().values_list("case_id", flat=True))


def _waits() -> Q:
    there = Match.objects.filter(group=OuterRef("pk"), sighting__missed_at=None)
    due = Q(verdict=Verdict.UNDECIDED) | Q(verdict=Verdict.UNSURE, later_until__lte=clock.now())
    return due & Q(Exists(there)) & Q(case__state=Case.State.OPEN)


class Judged(Protocol):
    """What of a group says how it is decided."""

    @property
    def verdict(self) -> str: ...
    @property
    def later_until(self) -> datetime | None: ...


def is_open(group: Judged) -> bool:
    """Whether the group waits for a decision: not decided, or set aside and due again."""
    later = group.verdict == Verdict.UNSURE and group.later_until is not None and group.later_until <= clock.now()
    return group.verdict == Verdict.UNDECIDED or later


def unshown(sighting: Sighting) -> list[Match]:
    """Matches of ``sighting`` that somebody waits to see, and of which there is no preview yet."""
    unseen = matches_of().filter(sighting=sighting, sighting_preview="", group__case__state=cases.Case.State.OPEN)
    return list(unseen.exclude(group__verdict=Verdict.DIFFERENT))


def show(match: Match, previews: Previews) -> None:
    """Keep the previews of a match that had none. A group that was set aside for that waits no longer."""
    box = vault.open_vault()
    match.reference_preview = _keep(box, match.reference.case_id, previews.reference)
    match.sighting_preview = _keep(box, match.reference.case_id, previews.sighting)
    match.save(update_fields=["reference_preview", "sighting_preview"])
    Group.objects.filter(pk=match.group_id, verdict=Verdict.UNSURE, later_until=None).update(later_until=clock.now())


def examine(match: Match) -> None:
    """Plan to examine what was not examined yet and can be: a picture or film that is not the reference's very file.

    What is planned already waits where it is: a site is visited more often than a long queue is done.
    """
    visual = {match.reference.kind, match.sighting.kind} <= {"image", "video"}
    waits = match.next_action == "examine"
    if visual and not match.examined and not waits and match.sighting.sha256 != match.reference.sha256:
        match.plan("examine")


def examined_alike(match: Match) -> Examined | None:
    """What was found when the same file was examined against the same reference."""
    same = Match.objects.filter(reference=match.reference, sighting__sha256=match.sighting.sha256)
    known = same.exclude(examined={}).values_list("examined", flat=True).first()
    return known or None


def keep_examination(match: Match, found: Examined) -> None:
    """Keep what was found. A copy with another face in it is a composite then; a person decides all the same."""
    match.examined = dict(found)
    match.kind = Match.Kind.COMPOSITE if found.get("verdict") == "composite" else Match.Kind.COPY
    match.save(update_fields=["examined", "kind"])


def composites(groups: Iterable[UUID]) -> set[UUID]:
    """Of these groups (by id) those in which something is possibly a composite."""
    found = Match.objects.filter(group__in=set(groups), kind=Match.Kind.COMPOSITE)
    return set(found.values_list("group_id", flat=True))


def on_face_alone(case_id: UUID, sightings: Iterable[UUID]) -> set[UUID]:
    """Of these sightings (by id) those in which only her face was recognised, and no copy of anything."""
    wanted = set(sightings)
    found = Match.objects.filter(group__case_id=case_id, sighting__in=wanted)
    by_face = set(found.filter(kind=Match.Kind.FACE).values_list("sighting_id", flat=True))
    return by_face - set(found.exclude(kind=Match.Kind.FACE).values_list("sighting_id", flat=True))


def matches(group: Group) -> QuerySet[Match]:
    """The group's matches with their sightings, in the order they were found."""
    return group.matches.select_related("sighting").order_by("found_at")


def matches_of(case_id: UUID | None = None) -> QuerySet[Match]:
    """What was recognised in a case, or in all, in the order it was found."""
    chosen = Match.objects.select_related("sighting", "reference", "group__case").order_by("found_at", "pk")
    return chosen.filter(group__case_id=case_id) if case_id else chosen


def groups_shown(groups: Iterable[UUID]) -> set[UUID]:
    """Of these groups (by id) those of which a person can see what was found: one preview shows it for all."""
    shown = Match.objects.filter(group__in=set(groups)).exclude(sighting_preview="")
    return set(shown.values_list("group_id", flat=True))


def verdict(groups: Iterable[Judged]) -> course.Verdict:
    """What is decided about an address that all these groups show: the same as one reference is enough."""
    said = {course.Verdict.UNDECIDED if is_open(group) else course.Verdict(group.verdict) for group in groups}
    for one in (course.Verdict.SAME, course.Verdict.UNDECIDED, course.Verdict.UNSURE):
        if one in said:
            return one
    return course.Verdict.DIFFERENT if said else course.Verdict.UNDECIDED


def match(match_id: UUID) -> Match:
    """The match, or ``Match.DoesNotExist``."""
    return Match.objects.select_related("sighting", "reference", "group").get(pk=match_id)


def confirmed_matches(case_id: UUID) -> QuerySet[Match]:
    """Matches of a case that an officer said are the same."""
    return Match.objects.filter(group__case_id=case_id, group__verdict=Verdict.SAME).select_related("sighting")


def kept_objects() -> Iterator[tuple[UUID, str]]:
    """Every object of the vault that a match names, with its case."""
    fields = ("reference_preview", "sighting_preview")
    for case_id, *objects in Match.objects.values_list("reference__case_id", *fields).iterator():
        yield from ((case_id, one) for one in objects if one)


def preview(match: Match, side: str) -> bytes | None:
    """The greyscale JPEG of ``side`` ("reference" or "sighting"), or None where there is none."""
    kept = {"reference": match.reference_preview, "sighting": match.sighting_preview}[side]
    if kept:
        return vault.open_vault().read(match.reference.case_id, kept)
    return cases.preview(match.reference) if side == "reference" else None


def decisions(case_id: UUID) -> QuerySet[Decision]:
    """Every decision of a case, taken back or not, in time order."""
    return Decision.objects.filter(group__case_id=case_id).select_related("by", "group").order_by("at", "pk")


def sightings_of(case_id: UUID) -> set[UUID]:
    """What was or may be hers, by the ids of what was seen; not what a person found to be another's."""
    hers = Match.objects.filter(group__case_id=case_id).exclude(group__verdict=Group.Verdict.DIFFERENT)
    return set(hers.values_list("sighting_id", flat=True))


def forget_case(case_id: UUID) -> Counter[str]:
    """Delete its matches, groups and decisions; how many matches."""
    gone = Counter(matches=Match.objects.filter(group__case_id=case_id).count())
    Group.objects.filter(case_id=case_id).delete()
    return gone


def tables() -> list[str]:
    """Of this room."""
    return [model._meta.db_table for model in (Group, Match, Decision)]
