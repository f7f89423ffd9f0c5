"""What the centre's own log-in says is believed only signed by its keys, for us, and in answer to what was asked."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from threading import Event, Semaphore, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from jium.config import Oidc
from jium.trust import oidc
from jium.trust.oidc import Asked, NotShown, NotThere

ISSUER, CLIENT = "https://login.centre.example/realms/centre", "jium"
ASKED = Asked("state", "nonce", "verifier", int(time.time()))


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public(key: Any, **more: str) -> dict[str, Any]:
    algorithm = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": "1", "use": "sig", **more}


def claims(**other: Any) -> dict[str, Any]:
    now = int(time.time())
    told = {"iss": ISSUER, "sub": "kim", "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": "nonce", "name": "Kim"}
    return {name: value for name, value in {**told, **other}.items() if value is not None}


def signed(key: Any, algorithm: str = "RS256", kid: str | None = "1", **other: Any) -> str:
    return jwt.encode(claims(**other), key, algorithm, headers={"kid": kid} if kid else None)


def read(told: str, *keys: dict[str, Any], anew: bool = False) -> oidc.Shown:
    return oidc.read(told, {"keys": list(keys)}, ISSUER, CLIENT, ASKED, anew)


def test_whom_it_vouches_for(key) -> None:
    assert read(signed(key), public(key)) == oidc.Shown("kim", "Kim")
    assert read(signed(key, kid=None), public(key)).subject == "kim"
    assert read(signed(key, aud=[CLIENT], azp=CLIENT, name=" Kim \n Haneul "), public(key)).name == "Kim Haneul"
    assert read(signed(key, name=None), public(key)).name == ""
    assert read(signed(key, name=["Kim"]), public(key)).name == ""


def test_of_several_keys_the_one_that_is_named(key) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    keys = public(key), public(other, kid="2"), public(key, kid="3", use="enc")
    assert read(signed(other, "ES256", "2"), *keys).subject == "kim"
    with pytest.raises(NotShown):
        read(signed(other, "ES256", "1"), *keys)
    with pytest.raises(NotShown):
        read(signed(key, kid="3"), *keys)
    with pytest.raises(NotShown):
        read(signed(key), public(key), public(key))


@pytest.mark.parametrize(
    "other",
    [
        {"iss": "https://login.other.example"},
        {"aud": "somebody else"},
        {"aud": [CLIENT, "somebody else"]},
        {"aud": []},
        {"azp": "somebody else"},
        {"exp": 1},
        {"exp": None},
        {"iat": "in an hour"},
        {"nbf": "in an hour"},
        {"nonce": "of another question"},
        {"nonce": None},
        {"nonce": 5},
        {"nonce": "\ud800"},
        {"sub": "\ud800"},
        {"sub": "k\0"},
        {"sub": "김하늘"},
        {"sub": None},
        {"sub": ""},
        {"sub": "k" * 256},
    ],
    ids=lambda other: str(other)[:40],
)
def test_what_is_not_meant_for_us_now_is_not_believed(key, other) -> None:
    later = int(time.time()) + 3600
    told = {name: later if value == "in an hour" else value for name, value in other.items()}
    with pytest.raises(NotShown):
        read(signed(key, **told), public(key))


def signed_with_what_all_know(public_key: bytes) -> str:
    """By hand: the library refuses to make one."""
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "1", "typ": "JWT"}, claims())]
    text = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    made = base64.urlsafe_b64encode(hmac.digest(public_key, text, "sha256")).rstrip(b"=")
    return (text + b"." + made).decode()


def test_what_it_did_not_sign_is_not_believed(key) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    readable = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    head, body, signature = signed(key).split(".")
    shared = public(key, k="c2VjcmV0")
    forged = [
        signed(stranger),
        jwt.encode(claims(), None, "none", headers={"kid": "1"}),
        # The public key, which everybody has, taken for a shared secret.
        signed_with_what_all_know(readable),
        f"{head}.{body}.",
        f"{head}.{body}.{signature[:-4]}AAAA",
        signed(key, name="Somebody else").rsplit(".", 1)[0] + "." + signature,
        "",
        "a.b.c",
        "…",
    ]
    for told in forged:
        with pytest.raises(NotShown):
            read(told, shared)


NO_KEYS: list[Any] = [
    *({}, {"keys": []}, {"keys": None}, {"keys": ["x"]}),
    *({"keys": [{"kid": "1", **one}]} for one in ({}, {"kty": 1}, {"kty": "RSA"}, {"kty": "EC", "crv": "P-256"})),
    *({"keys": [{"kid": "1", "kty": "oct", **one}]} for one in ({}, {"alg": "HS256"}, {"alg": "none"})),
]


@pytest.mark.parametrize("keys", NO_KEYS)
def test_keys_that_are_none_are_no_accident(key, keys) -> None:
    with pytest.raises(NotShown):
        oidc.read(signed(key), keys, ISSUER, CLIENT, ASKED)


def test_a_key_that_is_too_short_signs_nothing(key) -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        told = signed(short)
    with pytest.raises(NotShown):
        read(told, public(short))


def test_to_show_it_anew_she_logs_in_there_after_she_was_asked(key) -> None:
    assert read(signed(key, auth_time=ASKED.at), public(key), anew=True).subject == "kim"
    for at in (None, ASKED.at - 3600, "now"):
        with pytest.raises(NotShown):
            read(signed(key, auth_time=at), public(key), anew=True)


# -- asking it


@contextmanager
def answering(**places: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A machine that answers with what is given, by path (a function of its own address; bytes are sent as they are),
    and what it was asked.
    """
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            asked.append(
                {"path": self.path, "form": parse_qs(self.rfile.read(length).decode()), "headers": self.headers}
            )
            status, told = places[self.path.rsplit("/", 1)[-1].replace("-", "_")](address)
            content = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{address}/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield address, asked
    server.shutdown()
    server.server_close()


def described(address: str, **other: Any) -> dict[str, Any]:
    return {
        "issuer": address,
        "authorization_endpoint": f"{address}/authorise?realm=1",
        "token_endpoint": f"{address}/token",
        "jwks_uri": f"{address}/keys",
        **other,
    }


def test_a_question_names_us_and_binds_the_answer_to_this_browser() -> None:
    with answering(openid_configuration=lambda address: (200, described(address))) as (address, _asked):
        page, asked = oidc.ask(Oidc(address, CLIENT), "https://jium.example/login/oidc/answer/", "ko")
        again, _other = oidc.ask(Oidc(address, CLIENT), "https://jium.example/back/", "ko", anew=True)
    assert page.startswith(f"{address}/authorise?realm=1&")
    query = {name: one for name, (one,) in parse_qs(urlsplit(page).query).items()}
    assert query["client_id"] == CLIENT and query["response_type"] == "code"
    assert (query["state"], query["nonce"]) == (asked.state, asked.nonce)
    # RFC 7636, appendix B, by another way than ours.
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    assert query["code_challenge"] == create_s256_code_challenge(asked.verifier)
    assert "verifier" not in page and asked.verifier not in page
    assert "prompt" not in query
    assert "prompt=login" in again and "max_age=0" in again


@pytest.mark.parametrize(("ways", "by_header"), [(None, True), (["client_secret_post"], False)])
def test_the_code_is_exchanged_with_our_secret_and_the_verifier(key, tmp_path, ways, by_header) -> None:
    (tmp_path / "secret").write_text("it is: secret\n")
    told: dict[str, Any] = {
        "openid_configuration": lambda address: (
            200,
            described(address, **({"token_endpoint_auth_methods_supported": ways} if ways else {})),
        ),
        "token": lambda address: (200, {"id_token": signed(key, iss=address), "access_token": "x"}),
        "keys": lambda address: (200, {"keys": [public(key)]}),
    }
    with answering(**told) as (address, asked):
        settings = Oidc(address, CLIENT, str(tmp_path / "secret"))
        shown = oidc.answer(settings, ASKED, "https://jium.example/back/", "the code")
    assert shown == oidc.Shown("kim", "Kim")
    (request,) = [one for one in asked if one["path"] == "/token"]
    form = {name: one for name, (one,) in request["form"].items()}
    assert (form["code"], form["code_verifier"]) == ("the code", "verifier")
    assert form["redirect_uri"] == "https://jium.example/back/"
    header = request["headers"].get("Authorization", "")
    assert ("Basic " in header, form.get("client_secret")) == (by_header, None if by_header else "it is: secret")


ENDS = {
    "gone": lambda _address: (404, {}),
    "broken": lambda _address: (500, {}),
    "elsewhere": lambda _address: (302, {}),
    "no JSON": lambda _address: (200, b"<html>"),
    "no object": lambda _address: (200, []),
    "no text": lambda _address: (200, b"\xff\xfe"),
    "endless": lambda _address: (200, b" " * (oidc.MOST_BYTES + 1)),
    "deep": lambda _address: (200, b"[" * 200_000),
    "empty": lambda _address: (200, {}),
    "another issuer": lambda address: (200, described(address, issuer="https://login.other.example")),
    "in the clear": lambda address: (200, described(address, token_endpoint="http://login.centre.example/token")),
    "no address": lambda address: (200, described(address, jwks_uri=5)),
    "a script": lambda address: (200, described(address, authorization_endpoint="javascript:alert(1)")),
}


@pytest.mark.parametrize("said", ENDS.values(), ids=ENDS)
def test_a_machine_that_is_no_provider_is_not_there(said) -> None:
    with answering(openid_configuration=said) as (address, asked), pytest.raises(NotThere):
        oidc.discover(Oidc(address, CLIENT))
    assert [one["path"] for one in asked] == ["/.well-known/openid-configuration"]


def test_a_code_that_it_does_not_know_shows_nobody(key) -> None:
    no = {
        "openid_configuration": lambda address: (200, described(address)),
        "token": lambda _address: (400, {"error": "invalid_grant"}),
        "keys": lambda _address: (200, {"keys": [public(key)]}),
    }
    with answering(**no) as (address, _asked), pytest.raises(NotShown):
        oidc.answer(Oidc(address, CLIENT), ASKED, "https://jium.example/back/", "guessed")
    with answering(**no) as (address, _asked):
        oidc.check(Oidc(address, CLIENT))
    no["token"] = lambda _address: (401, {"error": "invalid_client"})
    with answering(**no) as (address, _asked), pytest.raises(NotThere):
        oidc.check(Oidc(address, CLIENT))
    no["token"] = lambda _address: (200, {"access_token": "x"})
    with answering(**no) as (address, _asked), pytest.raises(NotShown):
        oidc.answer(Oidc(address, CLIENT), ASKED, "https://jium.example/back/", "code")


def test_nothing_listens_or_the_secret_is_lost() -> None:
    there = answering(openid_configuration=lambda address: (200, described(address)))
    with there as (address, _asked), pytest.raises(NotThere):
        oidc.answer(Oidc(address, CLIENT, "/nowhere/secret"), ASKED, "https://jium.example/back/", "code")
    with pytest.raises(NotThere):
        oidc.discover(Oidc(address, CLIENT))


def test_where_the_provider_hangs_few_wait_and_the_rest_is_turned_away() -> None:
    """Strangers can ask for it: the pages' threads are not all theirs."""
    gate, inside = Event(), Semaphore(0)

    def hanging(address: str) -> tuple[int, Any]:
        inside.release()
        gate.wait(30)
        return 200, described(address)

    with answering(openid_configuration=hanging) as (address, asked), ThreadPoolExecutor(8) as threads:
        told = [threads.submit(oidc.discover, Oidc(address, CLIENT)) for _one in range(8)]
        for _one in range(2):
            assert inside.acquire(timeout=30)
        turned_away = list(islice(as_completed(told, timeout=30), 4))
        assert [type(one.exception()) for one in turned_away] == [NotThere] * 4
        assert len(asked) == 2
        gate.set()
        assert [one.result().issuer for one in told if one not in turned_away] == [address] * 4


def test_what_comes_drop_by_drop_is_not_waited_for(monkeypatch) -> None:
    monkeypatch.setattr(oidc, "WHOLE", -1.0)
    with answering(openid_configuration=lambda address: (200, described(address))) as (address, _asked):
        with pytest.raises(NotThere):
            oidc.discover(Oidc(address, CLIENT))
        monkeypatch.undo()
        assert oidc.discover(Oidc(address, CLIENT)).issuer == address


def test_where_it_is_asked_what_is_remembered_for_a_while(monkeypatch) -> None:
    with answering(openid_configuration=lambda address: (200, described(address))) as (address, asked):
        for _time in range(3):
            oidc.ask(Oidc(address, CLIENT), "https://jium.example/back/", "ko")
        assert len(asked) == 1
        monkeypatch.setattr(oidc, "KEPT", -1.0)
        oidc.ask(Oidc(address, CLIENT), "https://jium.example/back/", "ko")
        assert len(asked) == 2


def test_what_goes_wrong_says_nothing_of_anybody(key) -> None:
    told = signed(key, aud="somebody else", sub="telling-mark", name="Telling Name")
    with pytest.raises(NotShown) as raised:
        read(told, public(key))
    assert str(raised.value) == "InvalidAudienceError"
    problem: BaseException | None = raised.value
    while problem:
        assert "elling" not in f"{problem!r} {problem}" and told not in f"{problem!r} {problem}"
        problem = problem.__cause__ or problem.__context__
