"""What is asked about letters: which there are, which wait for a person, and where one stands."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext as _

from jium import course, lists
from jium.cases import services as cases
from jium.egress import url as addresses
from jium.evidence import services as evidence
from jium.notices.models import Notice, NoticeItem
from jium.trust.models import Account

State = Notice.State
# It has left the house, or may have.
OUT = (State.SENT, State.UNCONFIRMED)
# It is offered to our mail server, again and again if need be.
TRYING = (State.APPROVED, State.SENDING)
# After so many vain attempts the mail server is a matter for a person.
ATTEMPTS = 3


def notice(notice_id: UUID) -> Notice:
    """The notice, or ``Notice.DoesNotExist``."""
    return notices().get(pk=notice_id)


def notices(case_id: UUID | None = None) -> QuerySet[Notice]:
    """All notices, or a case's, newest first."""
    chosen = Notice.objects.select_related("provider", "case", "approved_by", "follows", "withdrawn_by")
    return chosen.filter(case_id=case_id) if case_id else chosen


# Of a closed case only mistakes are still taken back.
OF_OPEN = Q(case__state=cases.Case.State.OPEN) | Q(kind=Notice.Kind.CORRECTION)


def waiting_approval() -> QuerySet[Notice]:
    """Drafts that wait for a person, oldest first."""
    return notices().filter(OF_OPEN, state=State.DRAFTED).order_by("drafted_at")


def needing_attention() -> QuerySet[Notice]:
    """Letters that were refused, whose delivery is uncertain, or that the mail server does not take."""
    stuck = Q(state__in=TRYING, failures__gte=ATTEMPTS)
    undelivered = Q(state__in=(State.UNCONFIRMED, State.REFUSED)) | stuck
    return notices().filter(OF_OPEN, undelivered).order_by("drafted_at")


def waiting_for_a_person(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Of the notices those that did not arrive or wait for approval."""
    return notices.filter(Q(pk__in=needing_attention()) | Q(pk__in=waiting_approval()))


def of_person(notices: QuerySet[Notice], account: Account) -> QuerySet[Notice]:
    """Of the notices those that somebody approved, and those of the cases that she works on."""
    return notices.filter(Q(approved_by=account) | Q(case__in=cases.given_to(account)))


def ranked(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """The notices, each with ``rank``: 0 did not arrive, 1 waits for approval, 2 the rest."""
    return notices.annotate(
        rank=Case(When(pk__in=needing_attention(), then=0), When(state=State.DRAFTED, then=1), default=2)
    )


def search(notices: QuerySet[Notice], text: str) -> QuerySet[Notice]:
    """Of the notices those of which every word is in the number, the case, the provider or one of its addresses.

    An address is found in whatever form it is written.
    """
    for word in text.split():
        about = lists.holding(word, "page_url", "media_url")
        if "." in word and (address := addresses.canonical(word) or addresses.canonical_host(word)):
            about |= lists.holding(address, "page_url", "media_url")
        named = lists.holding(word, "number", "case__number", "case__pseudonym", "provider__name")
        notices = notices.filter(named | Q(pk__in=NoticeItem.objects.filter(about).values("notice")))
    return notices


def items(case_id: UUID | None = None) -> QuerySet[NoticeItem]:
    """What was demanded, or drafted, in a case or in all; oldest letters first."""
    return _items(Notice.Kind.DEMAND, case_id)


def corrected(case_id: UUID | None = None) -> QuerySet[NoticeItem]:
    """What a provider was told, or will be, to have been demanded by mistake; oldest letters first."""
    return _items(Notice.Kind.CORRECTION, case_id).exclude(notice__state=State.WITHDRAWN)


def _items(kind: Notice.Kind, case_id: UUID | None) -> QuerySet[NoticeItem]:
    chosen = NoticeItem.objects.filter(notice__kind=kind).select_related("notice__provider", "notice__case")
    return (chosen.filter(notice__case_id=case_id) if case_id else chosen).order_by("notice__drafted_at", "pk")


def elsewhere(notice: Notice) -> dict[int, list[Notice]]:
    """For items (by key): the letters that left the house about the same address in other cases."""
    asked = {(item.page_url, item.media_url): item.pk for item in notice.items.all()}
    others = items().filter(notice__state__in=OUT).exclude(notice__case=notice.case_id)
    found: dict[int, list[Notice]] = {}
    for other in others.filter(page_url__in={page_url for page_url, _media_url in asked}):
        item = asked.get((other.page_url, other.media_url))
        if item is not None:
            found.setdefault(item, []).append(other.notice)
    return found


def is_held(notice: Notice) -> bool:
    """Approved, but our mail server does not take it."""
    return standing_of(notice.state, notice.failures, True) is course.Letter.HELD


def standing_of(state: str, failures: int, addressed: bool) -> course.Letter:
    """Where a letter is on an address's course, by its state, how often it could not be handed over, and whether its
    provider has a contact address.
    """
    if state in TRYING and failures >= ATTEMPTS:
        return course.Letter.HELD
    if state == State.DRAFTED:
        return course.Letter.DRAFTED if addressed else course.Letter.UNADDRESSED
    return {
        State.APPROVED: course.Letter.SENDING,
        State.SENDING: course.Letter.SENDING,
        State.HANDING_OVER: course.Letter.SENDING,
        State.UNCONFIRMED: course.Letter.UNCERTAIN,
        State.SENT: course.Letter.SENT,
        State.REFUSED: course.Letter.REFUSED,
        State.WITHDRAWN: course.Letter.WITHDRAWN,
    }[State(state)]


def lacking(notice: Notice) -> dict[int, str]:
    """Items (by key) whose evidence does not hold the file, each with the words for it: an approver must know."""
    items = list(notice.items.values_list("pk", "sighting_id"))
    captures = evidence.standing_of_case(notice.case_id, [sighting for _item, sighting in items])
    texts = {item: evidence.lacking_text(captures[sighting]) for item, sighting in items if sighting in captures}
    return {item: text for item, text in texts.items() if text}


def missing_text(element: str) -> str:
    """What a letter still lacks (``MissingElement.element``) and where to mend it, in the user's language."""
    texts = {
        "institution": _("The institution's name is missing: enter it under [institution] in jium.toml."),
        "institution_unfilled": _(
            "The institution's own name, mail address and telephone are not entered yet, only examples: an "
            "administrator enters them under [institution] in jium.toml. Until then no letter is sent."
        ),
        "standing": _("The institution's legal standing is missing: enter it under [institution] in jium.toml."),
        "signature": _("The signatory is missing: enter it under [institution] in jium.toml."),
        "contact": _("The institution's mail address is missing: enter it under [institution] in jium.toml."),
        "person": _("This law asks for a person's signature, and your account has no name: enter it on your page."),
        "recipient": _("The provider has no name."),
        "location": _("An item has no full web address."),
        "evidence": _("The evidence of an item is not captured yet."),
        "mandate": _("There is no consent to deletion support in this case."),
    }
    return texts.get(element, _("The letter is not complete yet."))
