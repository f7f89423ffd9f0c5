"""The head of a column by which a list can be sorted."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jium.lists import Shown

register = template.Library()


@register.simple_tag
def heading(shown: Shown, order: str, label: str, look: str = "") -> SafeString:
    """``<th>`` with a link that sorts by this column, or turns the order round. ``look``: its class."""
    address, sorted_as = shown.heading(order)
    how = format_html(' aria-sort="{}"', sorted_as) if sorted_as else ""
    kind = format_html(' class="{}"', look) if look else ""
    return format_html('<th scope="col"{}{}><a href="{}">{}</a></th>', kind, how, address, label)
