"""An error that no page of ours tells is told in words all the same."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

Answer = Callable[[HttpRequest], HttpResponseBase]


class PlainErrors:
    """A bare answer (405 for a button's address, say) becomes a page, with the status and the headers it had."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self._get_response(request)
        bare = isinstance(answer, HttpResponse) and answer.status_code >= 400 and not answer.content
        if not bare:
            return answer
        page = render(request, "error.html", {"method": answer.status_code == 405}, status=answer.status_code)
        for name, value in answer.headers.items():
            page.headers.setdefault(name, value)
        return page
