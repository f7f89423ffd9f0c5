"""How much the sender of a request may send, decided from its head alone: before any of its body is received."""

from __future__ import annotations

import io
from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.urls import Resolver404, resolve

from jium.cases.services import MOST_BYTES
from jium.trust.policy import may
from jium.web.server import SMALL

# A form with files is a little larger than the files.
UPLOAD = MOST_BYTES + 1024 * 1024
# The forms of which files are part, by what they do.
WITH_FILES = frozenset({"reference.register", "paper.bring"})


def allowance(told: Mapping[str, str]) -> int:
    """Bytes: files only for whoever may register them, where they are registered; everybody else next to nothing."""
    request = WSGIRequest({"wsgi.input": io.BytesIO(), **told})
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key or told["REQUEST_METHOD"] != "POST":
        return SMALL
    try:
        request.session = SessionStore(key)
        account = get_user(request)
        if not account.is_authenticated:
            return SMALL
        action = _action(told["PATH_INFO"])
        return UPLOAD if action in WITH_FILES and may(account, action) else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    finally:
        connections.close_all()


def _action(path: str) -> str:
    try:
        return getattr(resolve(path).func, "jium_action", "")
    except Resolver404:
        return ""
