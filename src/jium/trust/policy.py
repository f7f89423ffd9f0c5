"""Who may do what: the one table of actions and roles. What is not named here is denied.

Every view names its action with :func:`needs`, or says :func:`open_to_all`; ``view.jium_action`` tells which, so that
a test can walk all addresses and find a view without one. docs/roles.md shows the table; a test holds both together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jium.trust import assignments, audit, second_factor
from jium.trust.models import Account
from jium.trust.roles import ADMINISTRATOR, AUDITOR, COUNSELLOR, OFFICER, PRIVACY, ROLES, SUPERVISOR


@dataclass(frozen=True)
class Rule:
    """``said``: the action in words, as docs/roles.md and pages show it; ``roles``: whose it is. ``of_case``: only for
    those who work on the case, and for supervisors. ``fresh``: who does it has to show anew who she is, where she did
    not a few minutes ago.
    """

    said: Promise
    roles: frozenset[str]
    of_case: bool = False
    fresh: bool = False


def _rule(said: Promise, *roles: str, of_case: bool = False, fresh: bool = False) -> Rule:
    return Rule(said, frozenset(roles), of_case, fresh)


_CARE = (COUNSELLOR, SUPERVISOR)
_REMOVAL = (OFFICER, SUPERVISOR)
_CASEWORK = (COUNSELLOR, OFFICER, SUPERVISOR)
_ALL = tuple(ROLES)

ACTIONS: dict[str, Rule] = {
    "task.see": _rule(_("see what there is to do"), *_ALL),
    "case.see": _rule(
        _("see a case: addresses, registered files, which papers and consents there are"), *_CASEWORK, of_case=True
    ),
    "case.open": _rule(_("open a case"), *_CARE),
    "case.hand_over": _rule(_("hand a case over to somebody else"), *_CASEWORK, of_case=True),
    "case.assign": _rule(_("see all cases, and which have nobody"), SUPERVISOR),
    "case.close": _rule(_("close a case, and open it again"), *_CARE, of_case=True),
    "destruction.ask": _rule(
        _("ask that a case is destroyed before its time (four eyes)"), *_CARE, of_case=True, fresh=True
    ),
    "destruction.see": _rule(
        _("see what is destroyed soon and what was destroyed, with its certificates"), SUPERVISOR, PRIVACY, AUDITOR
    ),
    "case.join": _rule(_("say that two cases are one person's, or that they are not"), *_CARE, of_case=True),
    "case.edit": _rule(_("see and change the intake form"), *_CARE, of_case=True),
    "paper.bring": _rule(_("keep and remove papers"), *_CARE, of_case=True),
    "paper.see": _rule(_("open a paper"), *_CARE, of_case=True),
    "consent.record": _rule(_("record and withdraw consents"), *_CARE, of_case=True),
    "reference.register": _rule(_("register files to look for"), *_CASEWORK, of_case=True),
    "group.see": _rule(_("see what was found beside the original"), *_REMOVAL, of_case=True),
    "group.decide": _rule(_("decide whether it is the same"), *_REMOVAL, of_case=True),
    "notice.see": _rule(_("see removal requests"), *_REMOVAL, of_case=True),
    "notice.approve": _rule(_("approve, withdraw and repeat removal requests"), *_REMOVAL, of_case=True),
    "provider.see": _rule(_("see providers and their contacts"), *_CASEWORK, ADMINISTRATOR),
    "provider.edit": _rule(_("change providers and their contacts"), *_REMOVAL),
    "site.see": _rule(_("see sites under watch"), *_CASEWORK, ADMINISTRATOR),
    "site.edit": _rule(_("change sites under watch"), *_REMOVAL, ADMINISTRATOR),
    "target.look": _rule(_("look whether something is gone, and say so"), *_REMOVAL, of_case=True),
    "capture.vouch": _rule(_("vouch for evidence"), *_REMOVAL, of_case=True),
    "capture.download": _rule(_("download evidence"), *_REMOVAL, of_case=True),
    "report.download": _rule(_("download a case's report"), *_CASEWORK, of_case=True),
    "own_data.download": _rule(_("download all that is kept about her, for her"), *_CARE, of_case=True),
    "service.record": _rule(_("record what was done for her"), *_CASEWORK, of_case=True),
    "referral.make": _rule(_("refer her to others, and note what became of it"), *_CASEWORK, of_case=True),
    "cost.claim": _rule(_("claim from an offender what was done for her"), SUPERVISOR),
    "organisation.see": _rule(_("see who helps with what"), *_CASEWORK),
    "organisation.edit": _rule(_("change the directory of who helps"), *_CARE),
    "face_search.ask": _rule(_("ask for a search by her face, and end it"), *_CASEWORK, of_case=True),
    "second_look.give": _rule(_("confirm what somebody else asks for (four eyes)"), SUPERVISOR, PRIVACY, fresh=True),
    "audit.see": _rule(_("read the audit log"), SUPERVISOR, PRIVACY, AUDITOR),
    "audit.export": _rule(_("download the audit log, to have it checked elsewhere"), PRIVACY, AUDITOR, fresh=True),
    "jobs.see": _rule(_("see whether the system is well"), *_ALL),
    "settings.see": _rule(_("see the settings"), ADMINISTRATOR),
    "people.see": _rule(_("see who works here"), SUPERVISOR, PRIVACY, AUDITOR, ADMINISTRATOR),
    "people.change": _rule(_("invite people and change their accounts"), ADMINISTRATOR, fresh=True),
    "account.own": _rule(_("change one's own account"), *_ALL),
}

OPEN_TO_ALL = "open_to_all"
# In an address: she comes back from showing who she is, and what she sent before is to be done.
RESUME = "resume"

# By the names of an address's places: the rows they name, and the field of them that is a case's id.
_CASE_OF: dict[str, tuple[type[Model], str]] = {}


def belongs(place: str, model: type[Model], field: str = "case_id") -> None:
    """A room says that ``place`` in its addresses names a row of ``model``, of which ``field`` is the case."""
    _CASE_OF[place] = model, field


def places() -> frozenset[str]:
    """Every place of an address of which it is known to which case it belongs."""
    return frozenset(_CASE_OF)


class NotAssigned(PermissionDenied):
    """The case is somebody else's; the message tells the page so."""

    def __init__(self) -> None:
        super().__init__("somebody else's")


View = Callable[..., HttpResponseBase]


def may(account: Account | AnonymousUser, action: str) -> bool:
    """Whether one of the account's roles allows ``action``. Unknown actions and inactive accounts: no."""
    if not isinstance(account, Account) or not account.is_active:
        return False
    return action in ACTIONS and not ACTIONS[action].roles.isdisjoint(account.roles)


def allowed(account: Account | AnonymousUser) -> frozenset[str]:
    """Every action the account may do, for menus and templates."""
    return frozenset(action for action in ACTIONS if may(account, action))


def actor(request: HttpRequest) -> Account:
    """Who asks for a page that :func:`needs` guards. Raises PermissionDenied where nobody is logged in."""
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user


def needs(action: str) -> Callable[[View], View]:
    """Only those who may do ``action`` reach the view; the rest get the 403 page, and it is recorded.

    What is sent for an act that needs it waits until she has shown anew who she is, and is then done.

    Raises ``ValueError`` where the view is defined when the action is not in the table.
    """
    if action not in ACTIONS:
        raise ValueError(f"unknown action {action!r}: name it in jium.trust.policy.ACTIONS")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            account = request.user
            if not may(account, action):
                if account.is_authenticated:
                    audit.record(account, "access.denied", action=action)
                raise PermissionDenied
            if ACTIONS[action].of_case:
                _keep_to_own(actor(request), action, kwargs)
            if RESUME in request.GET and request.method == "GET":
                request = second_factor.resumed(request) or request
            if ACTIONS[action].fresh and request.method == "POST":
                second_factor.insist_fresh(request)
            return view(request, *args, **kwargs)

        guarded.jium_action = action  # type: ignore[attr-defined]
        return guarded

    return decorate


def _keep_to_own(account: Account, action: str, named: dict[str, Any]) -> None:
    """Raises :class:`NotAssigned` where an address names something of a case that is somebody else's, or that nobody
    knows the case of. What is not there at all is the view's to say.
    """
    place = next((place for place in named if place in _CASE_OF), None)
    if place is None:
        if named:
            raise NotAssigned
        return
    model, field = _CASE_OF[place]
    case_id = model._default_manager.filter(pk=named[place]).values_list(field, flat=True).first()
    if case_id is not None and not assignments.reach(account).has(case_id):
        audit.record(account, "access.denied", str(case_id), action=action)
        raise NotAssigned


def open_to_all(view: View) -> View:
    """The view answers without log-in."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    opened.jium_action = OPEN_TO_ALL  # type: ignore[attr-defined]
    return login_not_required(opened)
