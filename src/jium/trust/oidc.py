"""Asking the centre's own log-in who somebody is: OpenID Connect, an authorisation code with PKCE (RFC 7636).

The provider is a machine that the centre names in ``jium.toml``, mostly in its own network, as its mail server is: it
is asked directly, over TLS, and not by the egress, which lets nothing reach inside. What it says is believed only
signed by its keys, for us, in answer to this very question. Its words are never shown.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt
import requests

from jium.config import Oidc, reached_safely
from jium.trust.turns import Busy, Turns

WELL_KNOWN = "/.well-known/openid-configuration"
# Of signatures with a key that only the provider has; never "none", never one with a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
# What must be in what it says of somebody (OpenID Connect Core 1.0, 2).
NEEDED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
# Seconds: by which clocks may differ; to connect, and for each read; for a whole answer; and for which it is
# remembered where the provider is asked what.
LEEWAY, TIMEOUT, WHOLE, KEPT = 60, (5.0, 5.0), 10.0, 300.0
MOST_BYTES = 256 * 1024
# So many ask at once, and so many wait; more are turned away, so that threads remain for everything else.
_turns = Turns(2, 2)
_known: dict[str, tuple[float, Provider]] = {}


class NotThere(Exception):
    """The provider cannot be asked, or does not answer as one: another time, or by password. Its text is a word for a
    log: what was wrong, and nothing of anybody.
    """


class NotShown(Exception):
    """The provider vouches for nobody, or not in answer to what was asked; its text as that of :class:`NotThere`."""


@dataclass(frozen=True)
class Provider:
    """Where it is asked what, as it says itself."""

    issuer: str
    authorisation: str
    token: str
    keys: str
    by_header: bool


@dataclass(frozen=True)
class Asked:
    """What is remembered of a question until its answer comes. ``at``: Unix time in seconds."""

    state: str
    nonce: str
    verifier: str
    at: int


@dataclass(frozen=True)
class Shown:
    """Whom the provider vouches for. ``subject`` is one person's for ever there; ``name`` may be empty."""

    subject: str
    name: str


def ask(oidc: Oidc, back: str, language: str, anew: bool = False) -> tuple[str, Asked]:
    """The page of the provider that asks who she is, and what to remember until she is sent ``back``.

    ``anew``: she shows it again, though she is logged in there. Raises :class:`NotThere`.
    """
    provider = _provider(oidc)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    asked = Asked(state, nonce, verifier, int(time.time()))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=")
    query = {
        "response_type": "code",
        "client_id": oidc.client_id,
        "redirect_uri": back,
        "scope": "openid profile",
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
        "ui_locales": language,
        **({"prompt": "login", "max_age": 0} if anew else {}),
    }
    joined = "&" if urlsplit(provider.authorisation).query else "?"
    return f"{provider.authorisation}{joined}{urlencode(query)}", asked


def answer(oidc: Oidc, asked: Asked, back: str, code: str, anew: bool = False) -> Shown:
    """Whom the provider means by the ``code`` that she brought back. Raises :class:`NotThere`, :class:`NotShown`."""
    provider = _provider(oidc)
    told = _exchange(oidc, provider, code, asked.verifier, back).get("id_token")
    if not isinstance(told, str):
        raise NotShown("no ID token")
    keys = _request(oidc, "GET", provider.keys)
    return read(told, keys, provider.issuer, oidc.client_id, asked, anew)


def check(oidc: Oidc) -> None:
    """Does it answer, and does it know us? It is asked about a code that nobody was given. Raises :class:`NotThere`."""
    with suppress(NotShown):
        _exchange(oidc, discover(oidc), "jium-doctor", secrets.token_urlsafe(32), "https://jium.invalid/")


def _exchange(oidc: Oidc, provider: Provider, code: str, verifier: str, back: str) -> dict[str, Any]:
    """What it gives for the code. Raises :class:`NotShown` where it does not know the code, :class:`NotThere`."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
        "client_id": oidc.client_id,
    }
    headers = {}
    if secret := _secret(oidc):
        if provider.by_header:
            pair = f"{quote(oidc.client_id, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            form["client_secret"] = secret
    return _request(oidc, "POST", provider.token, data=form, headers=headers)


def read(told: str, keys: Mapping[str, Any], issuer: str, client_id: str, asked: Asked, anew: bool = False) -> Shown:
    """Whom an ID token names, checked as OpenID Connect Core 1.0, 3.1.3.7 asks. Raises :class:`NotShown`.

    ``keys``: the provider's, a JWK set; ``anew``: only if she logged in there after she was asked.
    """
    try:
        claims = jwt.decode(
            told,
            _key(told, keys),
            algorithms=ALGORITHMS,
            audience=client_id,
            issuer=issuer,
            leeway=LEEWAY,
            options={"require": NEEDED, "enforce_minimum_key_length": True},
        )
    except (jwt.PyJWTError, ValueError, TypeError, LookupError, NotImplementedError) as wrong:
        raise NotShown(type(wrong).__name__) from wrong
    subject, name, at = claims["sub"], claims.get("name"), claims.get("auth_time")
    if claims["nonce"] != asked.nonce:
        raise NotShown("nonce")
    heard_by = {claims["aud"]} if isinstance(claims["aud"], str) else set(claims["aud"])
    if heard_by != {client_id} or claims.get("azp", client_id) != client_id:
        raise NotShown("audience")
    if not (1 <= len(subject) <= 255 and subject.isascii() and subject.isprintable()):
        raise NotShown("subject")
    if anew and not (isinstance(at, (int, float)) and at >= asked.at - LEEWAY):
        raise NotShown("auth_time")
    return Shown(subject, _said(name))


def _said(name: object) -> str:
    """A name as people write it, or none at all."""
    told = " ".join(name.split())[:80] if isinstance(name, str) else ""
    return told if told.isprintable() else ""


def _key(told: str, keys: Mapping[str, Any]) -> jwt.PyJWK:
    """The provider's key that the token says it is signed with. Raises jwt.PyJWTError, ValueError, TypeError."""
    head = jwt.get_unverified_header(told)
    if head.get("alg") not in ALGORITHMS:
        raise ValueError("an algorithm that is not taken")
    known = [key for key in keys.get("keys", ()) if isinstance(key, dict) and key.get("use", "sig") == "sig"]
    named = [key for key in known if key.get("kid") == head["kid"]] if "kid" in head else known
    if len(named) != 1 or named[0].get("alg", head["alg"]) != head["alg"]:
        raise ValueError("no key for it, or more than one")
    return jwt.PyJWK(named[0], head["alg"])


def _provider(oidc: Oidc) -> Provider:
    """:func:`discover`, where that was not done a moment ago."""
    at, known = _known.get(oidc.issuer, (0.0, None))
    if known is None or time.monotonic() - at > KEPT:
        known = discover(oidc)
        _known[oidc.issuer] = time.monotonic(), known
    return known


def discover(oidc: Oidc) -> Provider:
    """Where the provider is asked what, by its own word (OpenID Connect Discovery 1.0). Raises :class:`NotThere`."""
    told = _request(oidc, "GET", oidc.issuer + WELL_KNOWN)
    places = [told.get(name) for name in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not all(isinstance(place, str) and reached_safely(place) for place in places):
        raise NotThere("description")
    issuer, authorisation, token, keys = map(str, places)
    if issuer.rstrip("/") != oidc.issuer:
        raise NotThere("issuer")
    ways = told.get("token_endpoint_auth_methods_supported")
    return Provider(issuer, authorisation, token, keys, not isinstance(ways, list) or "client_secret_basic" in ways)


def _secret(oidc: Oidc) -> str:
    """What the provider knows us by; empty where it asks for none. Raises :class:`NotThere` where it cannot be read."""
    if not oidc.client_secret_file:
        return ""
    try:
        return Path(oidc.client_secret_file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as wrong:
        raise NotThere("secret") from wrong


def _request(oidc: Oidc, method: str, address: str, **more: Any) -> dict[str, Any]:
    """What it answers, an object of JSON. Raises :class:`NotThere`; :class:`NotShown` where it knows no such code."""
    try:
        with _turns.one(), requests.Session() as session:
            session.trust_env = False  # no proxy, no password of anybody's environment
            session.verify = oidc.ca or True
            asking = session.request(method, address, timeout=TIMEOUT, allow_redirects=False, stream=True, **more)
            with asking as response:
                status, told = response.status_code, json.loads(_bounded(response))
    except (Busy, requests.RequestException, OSError, ValueError, RecursionError) as wrong:
        raise NotThere(type(wrong).__name__) from wrong
    if status != 200 or not isinstance(told, dict):
        known = isinstance(told, dict) and told.get("error") == "invalid_grant"
        raise NotShown("code") if known else NotThere(str(status))
    return told


def _bounded(response: requests.Response) -> bytes:
    """Raises ValueError for more than anything that is asked here can have, and for what comes drop by drop."""
    content, end = bytearray(), time.monotonic() + WHOLE
    for part in response.iter_content(1):  # a larger piece would be waited for however long it takes
        content += part
        if len(content) > MOST_BYTES or time.monotonic() > end:
            raise ValueError("too long")
    return bytes(content)
