"""A page's HTML to the addresses in it: pictures and videos it shows or links to, and further pages. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser
from w3lib.encoding import html_to_unicode
from w3lib.url import safe_url_string

from jium.watch.tame import tame

MOST_LINKS = 2000
LONGEST_URL = 2000
# fmt: off
MEDIA_ENDINGS = (
    ".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".gif", ".bmp", ".tif", ".tiff",
    ".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".flv", ".wmv", ".mpg", ".mpeg", ".ts",
)
# Where pages keep the true address of a picture that is loaded later.
SOURCES = (
    "src", "poster", "data-src", "data-original", "data-lazy-src", "data-lazy", "data-url", "data-full",
    "data-bg", "data-image", "data-poster", "data-video-src", "data-mp4",
)
SETS = ("srcset", "data-srcset", "data-lazy-srcset")
META = (
    "og:image", "og:image:url", "og:image:secure_url", "og:video", "og:video:url", "og:video:secure_url",
    "twitter:image", "twitter:image:src", "twitter:player:stream",
)
# fmt: on
CSS_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^'")\s]*))""", re.IGNORECASE)


@dataclass(frozen=True)
class PageContent:
    """Absolute addresses, each once, in the order of the page."""

    media: tuple[str, ...]
    links: tuple[str, ...]


def read_page(html: bytes | str, url: str, content_type: str = "") -> PageContent:
    """What ``html``, found at ``url``, shows and links to. Never fails on broken HTML.

    ``content_type``: the header, whose charset goes before that of the page itself.
    """
    charset = "utf-8"
    if isinstance(html, bytes):
        charset, html = html_to_unicode(content_type, html, auto_detect_fun=_guess)
    page = LexborHTMLParser(tame(html))
    base = _base(page, url)

    def full(found: str | None) -> str | None:
        return _full(base, found, charset)

    media = dict.fromkeys(full(found) for found in _media(page))
    links: dict[str | None, None] = {}
    for node in page.css("a[href], area[href], link[rel=next], iframe[src], frame[src]")[:MOST_LINKS]:
        target = full(node.attributes.get("href") or node.attributes.get("src"))
        (media if target and is_media(target) else links).setdefault(target)
    return PageContent(_some(media), _some(links))


def _guess(html: bytes) -> str:
    """Old Korean boards do not say that they are written in EUC-KR."""
    for charset in ("utf-8", "cp949"):
        try:
            html.decode(charset)
        except UnicodeDecodeError:
            continue
        return charset
    return "utf-8"


def is_media(url: str) -> bool:
    """Whether an address looks like that of a picture or video."""
    return urlsplit(url).path.lower().endswith(MEDIA_ENDINGS)


def _some(found: dict[str | None, None]) -> tuple[str, ...]:
    return tuple(filter(None, found))[:MOST_LINKS]


def _base(page: LexborHTMLParser, url: str) -> str:
    node = page.css_first("base[href]")
    return (_full(url, node.attributes.get("href"), "utf-8") if node else None) or url


def _media(page: LexborHTMLParser) -> list[str | None]:
    found: list[str | None] = []
    for node in page.css("img, video, source, embed, input[type=image]")[:MOST_LINKS]:
        found += [node.attributes.get(name) for name in SOURCES]
        for name in SETS:
            found += _set(node.attributes.get(name) or "")
    for node in page.css("meta[property], meta[name]"):
        if (node.attributes.get("property") or node.attributes.get("name") or "").lower() in META:
            found.append(node.attributes.get("content"))
    for node in page.css("link[rel=preload][as=image], link[rel=image_src]"):
        found.append(node.attributes.get("href"))
    for node in page.css("[data-bg]:not(img), [data-mp4]:not(video)")[:MOST_LINKS]:
        found += [node.attributes.get("data-bg"), node.attributes.get("data-mp4")]
    for node in page.css("[style]")[:MOST_LINKS]:
        found += _styles(node.attributes.get("style"))
    for node in page.css("style"):
        found += [url for url in _styles(node.text()) if is_media(url or "")]
    return found


def _set(value: str) -> list[str | None]:
    """The addresses of a ``srcset``: each may hold commas, and ends in one or before its width."""
    found: list[str | None] = []
    at_width = False
    for word in value.split():
        if at_width:
            _width, comma, word = word.partition(",")
            at_width = not comma
        if word.strip(",") and not at_width:
            found.append(word.strip(","))
            at_width = not word.endswith(",")
    return found


def _styles(css: str | None) -> list[str | None]:
    return ["".join(parts) for parts in CSS_URL.findall(css or "")]


def _full(base: str, found: str | None, charset: str) -> str | None:
    """An absolute, canonical web address, or None."""
    if not found or not found.strip():
        return None
    try:
        full = urldefrag(urljoin(base, found.strip()))[0]
        if urlsplit(full).scheme not in ("http", "https") or not urlsplit(full).hostname:
            return None
        safe = str(safe_url_string(full, encoding=charset))  # the path in UTF-8, the query as the page is
        return safe if len(safe) <= LONGEST_URL and urlsplit(safe).port != 0 else None
    except (ValueError, LookupError):
        return None
