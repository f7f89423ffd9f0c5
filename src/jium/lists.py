"""A list on a page: which part of it is shown, searched for what, in which order, and which page of it.

What is searched for may say whom it is about: it stays with the session, never in an address or a log.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LINES_A_PAGE = 50
LONGEST_SEARCH = 200
ALL, WAITING, MINE = "all", "waiting", "mine"
CHOICES: dict[str, Promise] = {ALL: _("All"), WAITING: _("Needs me"), MINE: _("Mine")}

# What is searched for is kept in the session under this and the list's name.
_SEARCH = "search "
# What waits until somebody has shown anew who she is (django-allauth).
_TYPED = frozenset({"account_reauthentication_state"})

Row = TypeVar("Row", bound=Model)


class ChangedMeanwhile(Exception):
    """A session was written while it was being cleaned."""


@dataclass(frozen=True)
class Shape:
    """What can be asked of one list.

    ``name``: its own among all lists. ``looks_in``: what a search looks at, in words. ``choices``: the parts that
    can be shown. ``orders``: by what it can be sorted, with the fields for ``order_by``. The first of each, and
    ``falling`` for the order, count where nothing is asked.
    """

    name: str
    looks_in: Promise
    choices: Mapping[str, Promise]
    orders: Mapping[str, Sequence[str]] = field(default_factory=dict)
    falling: bool = False


@dataclass(frozen=True)
class Asked:
    """What somebody asks of a list. ``text``: what is searched for, empty for nothing."""

    shape: Shape
    text: str
    choice: str
    order: str
    falling: bool
    page: str

    def sorted(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """The rows in the order asked for."""
        ordered = rows.order_by(*self.shape.orders[self.order], "pk")
        return ordered.reverse() if self.falling else ordered

    def address(self, **other: str) -> str:
        """The query that asks for this, but for ``other``; of another part or order the first page."""
        same = {"show": self.choice, "sort": f"{'-' if self.falling else ''}{self.order}"}
        return f"?{urlencode({key: value for key, value in {**same, **other}.items() if value})}"


@dataclass(frozen=True)
class Shown:
    """A page of a list, as templates show it. ``total``: of how many lines, before the search."""

    asked: Asked
    page: Page[Any]
    total: int

    @property
    def found(self) -> int:
        """How many lines there are on all pages."""
        return self.page.paginator.count

    def choices(self) -> Iterator[tuple[str, Promise, bool]]:
        """For each part that can be shown: its address, its name, and whether it is this one."""
        for choice, label in self.asked.shape.choices.items():
            yield self.asked.address(show=choice), label, choice == self.asked.choice

    def everything(self) -> str:
        """The address of the list with nothing left out."""
        return self.asked.address(show=next(iter(self.asked.shape.choices)))

    def back(self) -> str:
        """The address of the page before."""
        return self.asked.address(page=str(self.page.previous_page_number()))

    def further(self) -> str:
        """The address of the next page."""
        return self.asked.address(page=str(self.page.next_page_number()))

    def heading(self, order: str) -> tuple[str, str]:
        """The address that sorts by a column (the other way round where it is sorted by it), and how it is sorted."""
        if order != self.asked.order:
            return self.asked.address(sort=order), ""
        turned = order if self.asked.falling else f"-{order}"
        return self.asked.address(sort=turned), "descending" if self.asked.falling else "ascending"


def asked(request: HttpRequest, shape: Shape) -> Asked:
    """What is asked for; what the list does not know counts as not asked."""
    choice, sort = request.GET.get("show", ""), request.GET.get("sort", "")
    known = sort.removeprefix("-") in shape.orders
    return Asked(
        shape=shape,
        text=request.session.get(_key(shape), ""),
        choice=choice if choice in shape.choices else next(iter(shape.choices)),
        order=sort.removeprefix("-") if known else next(iter(shape.orders), ""),
        falling=sort.startswith("-") if known else shape.falling,
        page=request.GET.get("page", ""),
    )


def search(request: HttpRequest, shape: Shape) -> HttpResponseRedirect:
    """Keep what the form searches for, and lead to the list with it."""
    text = plain(request.POST.get("text", ""))
    if text:
        request.session[_key(shape)] = text
    else:
        request.session.pop(_key(shape), None)
    return HttpResponseRedirect(request.path + asked(request, shape).address())


def _key(shape: Shape) -> str:
    return f"{_SEARCH}{shape.name}"


def shown(asked: Asked, rows: QuerySet[Row] | Sequence[Any], total: int) -> Shown:
    """The page asked for."""
    return Shown(asked, Paginator(rows, LINES_A_PAGE).get_page(asked.page), total)


def plain(text: str, longest: int = LONGEST_SEARCH) -> str:
    """A line of text in the form in which it is kept: composed, without control signs and spare spaces."""
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in composed)
    return " ".join(seen.split())[:longest]


def holding(text: str, *fields: str) -> Q:
    """Rows of which every word of ``text`` stands in one of the fields; without a word, all."""
    words = (reduce(or_, (Q((f"{name}__icontains", word)) for name in fields)) for word in text.split())
    return reduce(and_, words, Q())


def holds(text: str, *values: str) -> bool:
    """Whether every word of ``text`` stands in one of the values, in large or small letters."""
    folded = [unicodedata.normalize("NFC", value).casefold() for value in values]
    return all(any(word in value for value in folded) for word in text.casefold().split())


def forget_searches() -> None:
    """What anybody searched for, or typed before she was asked who she is, leaves every session: it may name somebody.

    Raises :class:`ChangedMeanwhile` where one was written in this moment: do it again.
    """
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    again = False
    for session in Session.objects.iterator():
        told = session.get_decoded()
        kept = {key: value for key, value in told.items() if not key.startswith(_SEARCH) and key not in _TYPED}
        if kept != told:
            same = Session.objects.filter(pk=session.pk, session_data=session.session_data)
            if not same.update(session_data=SessionStore().encode(kept)):
                again = True
    if again:
        raise ChangedMeanwhile
