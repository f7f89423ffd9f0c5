"""Why something could not be looked at, in words for an officer. Pure."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

WHY: dict[str, Promise] = {
    "wall": gettext_lazy("the site shows a check against robots instead"),
    "door": gettext_lazy("the site asks to log in or to prove one's age"),
    "needs_scripts": gettext_lazy("the site fills it by scripts, which our look does not run"),
    "blank": gettext_lazy("the site shows a blank page"),
    "refused": gettext_lazy("the site refuses to show it"),
    "site_error": gettext_lazy("the site answers with an error of its own"),
    "odd_status": gettext_lazy("the site answers with an unusual status"),
    "unreachable": gettext_lazy("the site cannot be reached"),
    "timeout": gettext_lazy("the site does not answer in time"),
    "denied": gettext_lazy("the address leads inside the institution's own network"),
    "tls": gettext_lazy("the site's certificate is not valid"),
    "too_many_redirects": gettext_lazy("the address leads round in a circle"),
    "malformed": gettext_lazy("the address is not one that a browser opens"),
    "page_instead": gettext_lazy("a page comes in its place, though it is still named"),
    "empty": gettext_lazy("nothing comes in its place, though it is still named"),
    "stream": gettext_lazy("it is a video in segments, which cannot be opened yet"),
    "cut": gettext_lazy("it breaks off while it is sent"),
    "too_large": gettext_lazy("it is too large to be opened"),
    "truncated": gettext_lazy("it is damaged and cannot be opened"),
    "crashed": gettext_lazy("it cannot be opened safely"),
    "too_many": gettext_lazy("there are more of them than can be looked at"),
    "changing": gettext_lazy("it is another file each time it is asked for"),
    "gave_way": gettext_lazy("the site stood still, so others went first; it is visited again with patience"),
    "out_of_time": gettext_lazy("there was not enough time to look at all of them"),
}


def why_text(kind: str) -> Promise:
    """The words for a kind of problem: of a fetch, a file, or what stands before a page."""
    return WHY.get(kind, gettext_lazy("it is of a kind that cannot be opened"))
