"""Web addresses and hosts as browsers read them: the WHATWG URL standard, by the ada library. Pure.

Whatever names a place comes through here before it is asked, stored or compared: addresses in pages and
redirects, what staff enter in forms, domains of mail. Hosts are in their one canonical form (UTS 46,
non-transitional, as browsers do), so that ``한글.example``, ``xn--bj0bj06e.example`` and ``HAN...`` in any
disguise are one.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import cache
from urllib.parse import quote, quote_from_bytes, unquote_to_bytes

import ada_url
from tldextract import TLDExtract

LONGEST = 16_000
_WEB = ("http:", "https:")
_OTHER_BYTES = re.compile(rb"[\x80-\xff]")
_ESCAPED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_IN_ADDRESS = re.compile(r"[/\\?#@\s]")


def canonical(written: str, base: str = "", charset: str = "utf-8") -> str | None:
    """The absolute web address that ``written`` means on a page at ``base``, without its fragment.

    None for what is no http or https address, or is longer than :data:`LONGEST`. ``charset``: the page's own,
    in which browsers encode the query (the path is always UTF-8).
    """
    try:
        found = ada_url.URL(_query_in(written, charset), base or None)
        found.hash = ""
        full: str = found.href
    except ValueError:
        return None
    if found.protocol not in _WEB or not found.hostname or found.port == "0" or len(full) > LONGEST:
        return None
    return full.removesuffix("#")


def redirect_target(location: bytes, base: str) -> str | None:
    """Where a ``Location`` header leads; None for what is no web address.

    Bytes that are no ASCII go on as they came, percent-encoded: old Korean sites write them in EUC-KR.
    """
    plain = _OTHER_BYTES.sub(lambda byte: b"%%%02X" % ord(byte[0]), location)
    return canonical(plain.decode("ascii"), base)


def host(url: str) -> str:
    """The canonical host of a web address, without a final dot. Raises ``ValueError``."""
    try:
        found: str = ada_url.URL(url).hostname.rstrip(".")
    except ValueError:
        found = ""
    if not found:
        raise ValueError("not a web address")
    return found


def canonical_host(written: str) -> str | None:
    """The canonical form of a host as a person writes it; None for what is no host."""
    plain = written.strip().rstrip(".")
    if not plain or _IN_ADDRESS.search(plain):
        return None
    try:
        found = ada_url.URL(f"https://{plain}/")
    except ValueError:
        return None
    return None if found.port or found.hostname in ("", ".") else host(found.href)


def same_host(one: str, other: str) -> bool:
    """Whether two web addresses have one host. False for what is none."""
    try:
        return host(one) == host(other)
    except ValueError:
        return False


def origin(url: str) -> str:
    """Scheme, host and port of a web address, as ``http://host:port``. Raises ``ValueError``."""
    found: str = ada_url.URL(url).origin
    return found


def path(url: str) -> str:
    """The path of a web address, "" for what is none."""
    try:
        found: str = ada_url.URL(url).pathname
    except ValueError:
        return ""
    return found


@cache
def _suffixes() -> TLDExtract:
    # The list that comes with the library: nothing is fetched, nothing kept on the disk.
    return TLDExtract(cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True)


def is_public_suffix(canonical_name: str) -> bool:
    """Whether anyone can register names right under this one (``kr``, ``co.kr``), by the Public Suffix List."""
    parts = _suffixes().extract_str(canonical_name)
    return bool(parts.suffix) and not parts.domain


def reading(canonical_name: str) -> str:
    """A host for people: ``한글.example (xn--bj0bj06e.example)``; a name without other letters as it is.

    Both are shown, for letters of other scripts can be drawn like ours.
    """
    if "xn--" not in canonical_name:
        return canonical_name
    try:
        read = str(ada_url.idna.decode(canonical_name))
    except ValueError:
        return canonical_name
    return canonical_name if read == canonical_name else f"{read} ({canonical_name})"


def readable(url: str) -> str:
    """An address for people: without its scheme, the host with its reading, escaped letters of other scripts as
    letters. What is no address comes back as it is.
    """
    try:
        name = host(url)
    except ValueError:
        return url
    there = ada_url.URL(url)
    port = f":{there.port}" if there.port else ""
    return reading(name) + port + _ESCAPED.sub(_letters, there.pathname + there.search)


def _letters(escaped: re.Match[str]) -> str:
    """The text of an escaped run, where all of it can be seen; no sign that means something in an address."""
    try:
        text = unquote_to_bytes(escaped[0]).decode()
    except UnicodeDecodeError:
        return escaped[0]
    return text if text.isprintable() and not any(sign.isspace() for sign in text) else escaped[0]


def inline_bytes(address: str) -> bytes:
    """The content that a ``data:`` address holds; empty for one that is badly written."""
    head, _comma, data = address.partition(",")
    raw = unquote_to_bytes(data)
    if not head.lower().rstrip().endswith(";base64"):
        return raw
    plain = bytes(byte for byte in raw if byte not in b" \t\r\n\f")
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4))
    except binascii.Error:
        return b""


def _query_in(written: str, charset: str) -> str:
    """``written`` with its query percent-encoded in ``charset``, where that is not UTF-8 anyway."""
    before, mark, rest = written.partition("?")
    if not mark or rest.isascii() or "#" in before or charset.lower().replace("-", "").startswith("utf"):
        return written
    query, hash_mark, fragment = rest.partition("#")
    encoded = "".join(letter if letter.isascii() else _percent(letter, charset) for letter in query)
    return before + mark + encoded + hash_mark + fragment


def _percent(letter: str, charset: str) -> str:
    try:
        return quote_from_bytes(letter.encode(charset), safe="")
    except (UnicodeEncodeError, LookupError):
        return quote(f"&#{ord(letter)};", safe="")
