"""Times as people say them, measured by jium's own clock, and addresses fit for lists."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jium import clock
from jium.egress.url import readable as url_reading
from jium.reports.services import host_of

register = template.Library()

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """``<time>`` with the distance from now as text and the full time as its title; a dash for None."""
    if at is None:
        return "–"
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), exact(at), distance(at, clock.now()))


@register.filter
def coming(at: datetime | None) -> SafeString | str:
    """:func:`moment` for what is planned: what is due already comes in a moment."""
    return _("in a moment") if at and at <= clock.now() else moment(at)


@register.filter
def exact(at: datetime | None) -> str:
    """Date and time in the institution's time zone; a dash for None."""
    if at is None:
        return "–"
    return date_format(localtime(at), "Y-m-d H:i", use_l10n=False)


@register.filter
def host(url: str) -> str:
    """The host of an address: the rest may say more than a list should."""
    return host_of(url)


@register.filter
def readable(url: str) -> str:
    """A whole address for people to read, without what cannot be seen."""
    return url_reading(url)


def distance(at: datetime, now: datetime) -> str:
    """How long ago, or in how long, in the largest unit that fits. Pure but for the language."""
    ahead = at > now
    span = abs(now - at)
    if span < MINUTE:
        return _("in a moment") if ahead else _("just now")
    if span < HOUR:
        number = span // MINUTE
        text = (
            ngettext("in %(n)s minute", "in %(n)s minutes", number)
            if ahead
            else ngettext("%(n)s minute ago", "%(n)s minutes ago", number)
        )
    elif span < DAY:
        number = span // HOUR
        text = (
            ngettext("in %(n)s hour", "in %(n)s hours", number)
            if ahead
            else ngettext("%(n)s hour ago", "%(n)s hours ago", number)
        )
    else:
        number = span // DAY
        text = (
            ngettext("in %(n)s day", "in %(n)s days", number)
            if ahead
            else ngettext("%(n)s day ago", "%(n)s days ago", number)
        )
    return text % {"n": number}
