"""Everything that needs a person, gathered from the rooms; each entry says in words what and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext as _

from jium import lists
from jium.cases import services as cases
from jium.course import Next
from jium.desk import setting_up
from jium.desk.task import Task
from jium.evidence import services as evidence
from jium.notices import services as notices
from jium.notices.services import Notice
from jium.removal import services as removal
from jium.reports import services as reports
from jium.reports.services import Address, Key, host_of
from jium.review import services as review
from jium.trust import four_eyes
from jium.trust.assignments import Reach, reach
from jium.trust.models import SecondLook
from jium.trust.policy import allowed

# More of a kind than this are one keyboard session, or one list, not lines to read here.
GROUPS_SHOWN = 8
LINES_SHOWN = 20


@dataclass(frozen=True)
class Kind:
    """What waits for persons in one way. ``action``: what an account needs to do something about it.

    ``waiting``: within the reach of whoever asks, of each thing its case, None where it belongs to none; ``lines``: the
    first so many of them; ``rest``: the line that stands for so many more.
    """

    action: str
    waiting: Callable[[Reach], Collection[UUID | None]]
    lines: Callable[[int, Reach], Iterator[Task]]
    rest: Callable[[int], Task]
    shown: int = LINES_SHOWN


class ToDo:
    """What an account with the actions ``may`` can do something about in its cases. Each room is asked once."""

    def __init__(self, may: Set[str], reach: Reach) -> None:
        self._reach = reach
        self._kinds = [kind for kind in KINDS if kind.action in may]
        self._waiting: dict[Kind, Collection[UUID | None]] = {}

    def _of(self, kind: Kind) -> Collection[UUID | None]:
        if kind not in self._waiting:
            self._waiting[kind] = list(kind.waiting(self._reach))
        return self._waiting[kind]

    def lines(self) -> list[Task]:
        """The most pressing first; of many of a kind these are the first, and a line for the rest."""
        return [task for kind in self._kinds for task in self._listed(kind)]

    def _listed(self, kind: Kind) -> Iterator[Task]:
        waiting = len(self._of(kind))
        if waiting:
            yield from kind.lines(kind.shown, self._reach)
        if waiting > kind.shown:
            yield kind.rest(waiting - kind.shown)

    def count(self) -> int:
        """How many things wait, whether :meth:`lines` lists them singly or not."""
        return sum(len(self._of(kind)) for kind in self._kinds)

    def in_cases(self) -> Counter[UUID]:
        """How many things wait in each case. A letter that lacks a contact address waits in its case for approval."""
        return Counter(case for kind in self._kinds for case in self._of(kind) if case)

    def second_looks(self) -> int:
        """How many things wait for her confirmation."""
        return len(self._of(SECOND_LOOKS))

    def undecided(self) -> int:
        """How many groups of one's own cases wait for a decision."""
        return len(self._of(GROUPS))


def to_do(request: HttpRequest) -> ToDo:
    """Of who asks, gathered once a request."""
    known: ToDo | None = getattr(request, "to_do", None)
    if known is None:
        # A page of a refused request is rendered before the account is known.
        account = getattr(request, "user", None)
        known = ToDo(allowed(account) if account else frozenset(), reach(account or AnonymousUser()))
        request.to_do = known  # type: ignore[attr-defined]
    return known


def _groups(most: int, reach: Reach) -> Iterator[Task]:
    shown = list(review.undecided().filter(reach.q("case_id"))[:most])
    composites = review.composites(group.pk for group in shown)
    for group in shown:
        yield Task(
            kind=_("Compare"),
            what=ngettext(
                "Case %(case)s, reference %(position)s: found at %(count)s address",
                "Case %(case)s, reference %(position)s: found at %(count)s addresses",
                group.match_count,
            )
            % {"case": group.case.number, "position": group.reference.position, "count": group.match_count},
            why=_("Possibly a composite. Is it the same? Evidence and removal requests follow your answer.")
            if group.pk in composites
            else _("Is it the same? Evidence and removal requests follow your answer."),
            url=reverse("group", args=[group.pk]),
            since=group.found_first_at or group.created_at,
            case=group.case_id,
        )


def _more_groups(count: int) -> Task:
    return Task(
        kind=_("Compare"),
        what=ngettext("%(count)s more group", "%(count)s more groups", count) % {"count": count},
        why=_("They come one after the other."),
        url=reverse("desk"),
        stands_for=count,
    )


def _more(kind: str, page: str) -> Callable[[int], Task]:
    """The line for the rest of a kind: ``page`` lists them all."""

    def rest(count: int) -> Task:
        return Task(
            kind=gettext(kind),
            what=ngettext("%(count)s more of this kind", "%(count)s more of this kind", count) % {"count": count},
            why=_("The list shows them all."),
            url=f"{reverse(page)}?show={lists.WAITING}",
            stands_for=count,
        )

    return rest


def _undelivered(most: int, reach: Reach) -> Iterator[Task]:
    for notice in notices.needing_attention().filter(reach.q("case_id"))[:most]:
        told = {"number": notice.number, "provider": notice.provider.name}
        if notice.state == Notice.State.UNCONFIRMED:
            what = _("Did removal request %(number)s reach %(provider)s?") % told
            why = _("The connection ended while it was handed over. Say that it arrived, or send it again.")
        elif notice.state == Notice.State.REFUSED:
            what = _("Removal request %(number)s was refused by the mail server of %(provider)s") % told
            why = _("Correct the contact address and send it again.")
        else:
            what = _("Removal request %(number)s to %(provider)s cannot be sent") % told
            why = _("Our mail server does not take it. It is tried again; please have the mail settings checked.")
        yield Task(
            kind=_("Delivery"),
            what=what,
            why=why,
            url=reverse("notice", args=[notice.pk]),
            since=notice.approved_at,
            pressing=True,
            case=notice.case_id,
        )


def _contacts(most: int, reach: Reach) -> Iterator[Task]:
    for provider in notices.contacts_needed(reach.q("case_id"))[:most]:
        yield Task(
            kind=_("Contact"),
            what=_("%(provider)s has no contact address") % {"provider": provider.name},
            why=_("A removal request waits for it."),
            url=reverse("provider", args=[provider.pk]),
            pressing=True,
        )


def _approvals(most: int, reach: Reach) -> Iterator[Task]:
    for notice in notices.waiting_approval().filter(reach.q("case_id")).prefetch_related("items")[:most]:
        items = len(notice.items.all())
        told = {"number": notice.number, "provider": notice.provider.name, "count": items}
        yield Task(
            kind=_("Approve"),
            what=ngettext(
                "Removal request %(number)s to %(provider)s about %(count)s address",
                "Removal request %(number)s to %(provider)s about %(count)s addresses",
                items,
            )
            % told,
            why=_("The letter is written. It is sent when you approve it.")
            if notice.demand == 1
            else _("It is still there after an earlier request. This letter asks again."),
            url=reverse("notice", args=[notice.pk]),
            since=notice.drafted_at,
            case=notice.case_id,
        )


def _references(most: int, reach: Reach) -> Iterator[Task]:
    for reference in cases.rejected_references().filter(reach.q("case_id"))[:most]:
        yield Task(
            kind=_("File"),
            what=_("Case %(case)s: reference %(position)s cannot be used")
            % {"case": reference.case.number, "position": reference.position},
            why=cases.problem_text(reference.problem),
            url=f"{reverse('case', args=[reference.case_id])}#reference-{reference.pk}",
            since=reference.registered_at,
            case=reference.case_id,
        )


def _unrecorded(most: int, reach: Reach) -> Iterator[Task]:
    for address in _whole(_unvouched(reach)[:most]):
        capture = address.capture
        if capture is None:
            continue
        told = {"case": address.case.number, "host": host_of(address.sighting.page_url)}
        yield Task(
            kind=_("Evidence"),
            what=_("Case %(case)s: no evidence of the file at %(host)s") % told,
            why=evidence.lacking_text(capture) or evidence.problem_text(capture.problem),
            url=reverse("capture_vouch", args=[capture.pk]),
            since=capture.asked_at,
            case=address.case.pk,
        )


def _unlooked(most: int, reach: Reach) -> Iterator[Task]:
    for address in _whole(_unseen(reach)[:most]):
        target = address.target
        if target is None:
            continue
        yield Task(
            kind=_("Look"),
            what=_("Case %(case)s: an address at %(host)s could not be looked at")
            % {"case": address.case.number, "host": host_of(address.sighting.page_url)},
            why=_("Please look at it yourself and say whether it is gone."),
            url=reverse("look", args=[target.pk]),
            since=target.unseen_since,
            case=address.case.pk,
        )


def _corrections(most: int, reach: Reach) -> Iterator[Task]:
    for address in _whole(_uncorrected(reach)[:most]):
        told = {"case": address.case.number, "host": host_of(address.sighting.page_url)}
        yield Task(
            kind=_("Correct"),
            what=_("Case %(case)s: a letter about an address at %(host)s is out that was decided as different") % told,
            why=_("Tell the provider that the removal request was a mistake."),
            url=reverse("correct", args=[address.case.pk, address.sighting.pk]),
            since=address.letter.sent_at if address.letter else None,
            pressing=True,
            case=address.case.pk,
        )


def _unassigned(most: int, _reach: Reach) -> Iterator[Task]:
    for case in cases.unassigned()[:most]:
        yield Task(
            kind=_("Assign"),
            what=_("Case %(case)s has nobody to speak with her, or nobody to have it removed") % {"case": case.number},
            why=_("Nobody could be given it by herself. Give it to somebody."),
            url=reverse("case_people", args=[case.pk]),
            since=case.opened_at,
            pressing=True,
            case=case.pk,
        )


def _one_person(most: int, reach: Reach) -> Iterator[Task]:
    for likeness in cases.maybe_one_person(reach)[:most]:
        yield Task(
            kind=_("Join"),
            what=_("Cases %(case)s and %(other)s may be one person's")
            % {"case": likeness.case.number, "other": likeness.other.number},
            why=_("Say whether they are: whoever works on the first then works on both."),
            url=reverse("case_people", args=[likeness.case_id]),
            since=likeness.noted_at,
            case=likeness.case_id,
        )


def _ending(most: int, _reach: Reach) -> Iterator[Task]:
    for case in cases.announced()[:most]:
        yield Task(
            kind=_("Destruction"),
            what=_("Case %(case)s is destroyed on %(day)s: its time is over then")
            % {"case": case.number, "day": cases.ends_of(case)},
            why=_("Nothing has to be done. Where support goes on, open the case again before."),
            url=reverse("destructions"),
            since=case.announced_at,
        )


def _claims(most: int, _reach: Reach) -> Iterator[Task]:
    for claim in cases.overdue_claims()[:most]:
        yield Task(
            kind=_("Costs"),
            what=_("Case %(case)s: claim %(number)s was not paid in 30 days")
            % {"case": claim.case.number, "number": claim.number},
            why=_("Say that it was paid, or have it collected."),
            url=reverse("claim", args=[claim.pk]),
            case=claim.case_id,
        )


def _second_looks(most: int, reach: Reach) -> Iterator[Task]:
    shown = list(_to_confirm(reach)[:most])
    numbers = cases.numbers(look.case_id for look in shown)
    for look in shown:
        told = {"case": numbers.get(look.case_id, ""), "what": four_eyes.ACTS[look.act].said, "by": look.asked_by}
        yield Task(
            kind=_("Second look"),
            what=_("Case %(case)s: %(what)s") % told,
            why=_("%(by)s asks for it. It is done only if you confirm it.") % told,
            url=reverse("second_looks"),
            since=look.asked_at,
        )


def _to_confirm(reach: Reach) -> QuerySet[SecondLook]:
    return four_eyes.waiting_for(reach.account) if reach.account else SecondLook.objects.none()


def _unvouched(reach: Reach) -> list[Key]:
    return _standing(evidence.wanting().filter(reach.q("case_id")).values_list("case_id", "sighting_id"), Next.VOUCH)


def _unseen(reach: Reach) -> list[Key]:
    return _standing(removal.unlooked().filter(reach.q("case_id")).values_list("case_id", "sighting_id"), Next.LOOK)


def _uncorrected(reach: Reach) -> list[Key]:
    return _standing(removal.stopped().filter(reach.q("case_id")).values_list("case_id", "sighting_id"), Next.CORRECT)


def _standing(rows: Iterable[Key], step: Next) -> list[Key]:
    """Of these addresses (case and sighting) the ones at which ``step`` comes next, in the order of the rows."""
    wanted = list(rows)
    if not wanted:
        return []
    known = reports.outlines(sightings={sighting for _case, sighting in wanted})
    next_of = {outline.key: outline.next for outline in known}
    return [key for key in wanted if next_of.get(key) is step]


def _whole(keys: list[Key]) -> list[Address]:
    """These addresses with all that is known of them."""
    found = reports.addresses(sightings={sighting for _case, sighting in keys}) if keys else []
    known = {(address.case.pk, address.sighting.pk): address for address in found}
    return [known[key] for key in keys if key in known]


def _cases_of(keys: Iterable[Key]) -> list[UUID | None]:
    return [case for case, _sighting in keys]


def _to_set_up(action: str, lines: Callable[[], Iterator[Task]]) -> Kind:
    """Of what is not set up there are a few at most."""
    return Kind(
        action,
        lambda _reach: [None for _line in lines()],
        lambda _most, _reach: lines(),
        _more(gettext_noop("Set up"), "jobs"),
    )


SECOND_LOOKS = Kind(
    "second_look.give",
    lambda reach: [None] * _to_confirm(reach).count(),  # it is done there, not in its case
    _second_looks,
    _more(gettext_noop("Second look"), "second_looks"),
)
GROUPS = Kind("group.decide", lambda reach: reach.among(review.cases_undecided()), _groups, _more_groups, GROUPS_SHOWN)
# Everything that waits for persons, the most pressing first.
KINDS = (
    Kind(
        "notice.approve",
        lambda reach: notices.needing_attention().filter(reach.q("case_id")).values_list("case_id", flat=True),
        _undelivered,
        _more(gettext_noop("Delivery"), "notices"),
    ),
    Kind(
        "provider.edit",
        lambda reach: [None] * notices.contacts_needed(reach.q("case_id")).count(),
        _contacts,
        _more(gettext_noop("Contact"), "providers"),
    ),
    Kind(
        "group.decide",
        lambda reach: _cases_of(_uncorrected(reach)),
        _corrections,
        _more(gettext_noop("Correct"), "cases"),
    ),
    GROUPS,
    SECOND_LOOKS,
    Kind(
        "notice.approve",
        lambda reach: notices.waiting_approval().filter(reach.q("case_id")).values_list("case_id", flat=True),
        _approvals,
        _more(gettext_noop("Approve"), "notices"),
    ),
    Kind(
        "case.see",
        lambda reach: cases.rejected_references().filter(reach.q("case_id")).values_list("case_id", flat=True),
        _references,
        _more(gettext_noop("File"), "cases"),
    ),
    Kind(
        "capture.vouch",
        lambda reach: _cases_of(_unvouched(reach)),
        _unrecorded,
        _more(gettext_noop("Evidence"), "cases"),
    ),
    Kind("target.look", lambda reach: _cases_of(_unseen(reach)), _unlooked, _more(gettext_noop("Look"), "cases")),
    Kind(
        "case.assign",
        lambda _reach: cases.unassigned().values_list("pk", flat=True),
        _unassigned,
        _more(gettext_noop("Assign"), "cases"),
    ),
    Kind(
        "case.join",
        lambda reach: cases.maybe_one_person(reach).values_list("case_id", flat=True),
        _one_person,
        _more(gettext_noop("Join"), "cases"),
    ),
    Kind(
        "second_look.give",
        lambda _reach: [None] * cases.announced().count(),
        _ending,
        _more(gettext_noop("Destruction"), "destructions"),
    ),
    Kind(
        "cost.claim",
        lambda _reach: cases.overdue_claims().values_list("case_id", flat=True),
        _claims,
        _more(gettext_noop("Costs"), "cases"),
    ),
    _to_set_up("settings.see", setting_up.settings_lacking),
    _to_set_up("site.edit", setting_up.nothing_watched),
    _to_set_up("people.change", setting_up.alone),
)
