"""A page's HTML to what is in it: pictures and videos that it shows or links to, and further pages. Pure.

What a browser would load is found, and also what pages keep for later: in ``data-`` attributes, in the strings
of scripts, for search engines. External style sheets are not read, only told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.encoding import html_to_unicode

from jium.egress import url as addresses
from jium.watch import written
from jium.watch.tame import tame

MOST_LINKS = 2000
MOST_NODES = 50_000
LONGEST_URL = addresses.LONGEST
# Pictures written into the page itself: so many, each so long in base64.
MOST_INLINE = 100
LONGEST_INLINE = 8 * 1024 * 1024
LONGEST_TEXT = 20_000
DEEPEST_SRCDOC = 3
# fmt: off
MEDIA_ENDINGS = (
    ".jpg", ".jpeg", ".jfif", ".png", ".apng", ".webp", ".avif", ".heic", ".gif", ".bmp", ".tif", ".tiff",
    ".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".flv", ".wmv", ".mpg", ".mpeg", ".ts", ".m3u8", ".mpd",
)
# Where pages keep the true address of a picture that is loaded later.
SOURCES = (
    "src", "poster", "data-src", "data-original", "data-lazy-src", "data-lazy", "data-url", "data-full",
    "data-bg", "data-image", "data-poster", "data-video-src", "data-mp4",
)
SETS = ("srcset", "imagesrcset", "data-srcset", "data-lazy-srcset")
META = (
    "og:image", "og:image:url", "og:image:secure_url", "og:video", "og:video:url", "og:video:secure_url",
    "twitter:image", "twitter:image:src", "twitter:player:stream", "thumbnail", "image", "thumbnailurl", "contenturl",
)
SHOWING = "img, video, source, embed, audio, amp-img, amp-anim, amp-video"
# fmt: on


@dataclass(frozen=True)
class PageContent:
    """Absolute addresses, each once, in the order of the page.

    ``frames``: those of ``links`` that the page shows within itself. ``inline``: pictures written into the page
    as ``data:`` addresses. ``refresh``: where it sends its visitor by itself. ``refers``: it lets browsers tell
    other servers that they come from it. ``text``: what a visitor reads, the beginning of it. ``scripts``: it
    has some. ``asks_password``: it has a field for one. ``sheets``: external style sheets, which are not read.
    """

    media: tuple[str, ...]
    links: tuple[str, ...]
    frames: tuple[str, ...] = ()
    inline: tuple[str, ...] = ()
    refresh: str | None = None
    refers: bool = True
    text: str = ""
    scripts: bool = False
    asks_password: bool = False
    sheets: tuple[str, ...] = ()


def read_page(html: bytes | str, url: str, content_type: str = "", refresh: str = "") -> PageContent:
    """What ``html``, found at ``url``, shows and links to. Never fails on broken HTML.

    ``content_type``, ``refresh``: the headers of these names. The charset of the first goes before that of the
    page itself.
    """
    charset = "utf-8"
    if isinstance(html, bytes):
        charset, html = html_to_unicode(content_type, html, auto_detect_fun=guessed_charset)
    return _Reader(html, url, charset).content(refresh)


def is_page(body: bytes, content_type: str) -> bool:
    """Whether an answer is a page; for one without a usable type, whether it begins as a page does."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return True
    begins = body[:512].lstrip().lower()
    if kind in ("image/svg+xml", "text/xml", "application/xml") or begins.startswith((b"<svg", b"<?xml")):
        return False
    return begins.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<meta", b"<script", b"<title", b"<!--"))


def is_media(url: str) -> bool:
    """Whether an address looks like that of a picture or video."""
    return addresses.path(url).lower().endswith(MEDIA_ENDINGS)


def guessed_charset(html: bytes) -> str:
    """Old Korean boards do not say that they are written in EUC-KR."""
    for charset in ("utf-8", "cp949"):
        try:
            html.decode(charset)
        except UnicodeDecodeError:
            continue
        return charset
    return "utf-8"


class _Reader:
    """One page being read. What it finds is kept in ordered sets, the keys of dictionaries."""

    def __init__(self, html: str, url: str, charset: str, depth: int = 0) -> None:
        self._tree = LexborHTMLParser(tame(html))
        self._charset, self._depth = charset, depth
        node = self._tree.css_first("base[href]")
        self._base = (addresses.canonical(node.attributes.get("href") or "", url) if node else None) or url
        self.media: dict[str, None] = {}
        self.links: dict[str, None] = {}
        self.frames: dict[str, None] = {}
        self.inline: dict[str, None] = {}

    def content(self, refresh: str) -> PageContent:
        self.read()
        sent_to = written.refresh_target(refresh) or self._refresh()
        policies = [_of(node, "content").lower() for node in self._tree.css("meta[name=referrer]")]
        scripts = self._tree.css_first("script") is not None
        password = self._tree.css_first("input[type=password]") is not None
        links = self._tree.css("link[href]")[:MOST_LINKS]
        named = (self._full(_of(node, "href")) for node in links if "stylesheet" in _of(node, "rel").lower().split())
        sheets = tuple(dict.fromkeys(filter(None, named)))
        return PageContent(
            media=tuple(self.media)[:MOST_LINKS],
            links=tuple(self.links)[:MOST_LINKS],
            frames=tuple(self.frames)[:MOST_LINKS],
            inline=tuple(self.inline),
            refresh=self._full(sent_to) if sent_to else None,
            refers=not policies or policies[-1] not in ("no-referrer", "never"),
            text=self._text(),  # at last: it takes the tree apart
            scripts=scripts,
            asks_password=password,
            sheets=sheets,
        )

    def read(self) -> None:
        """Everything that shows, then everything that leads on."""
        for found in self._shown():
            self._show(found)
        for node in self._tree.css("a[href], area[href], link[rel=next], iframe, frame")[:MOST_LINKS]:
            self._lead(node)
        for node in self._tree.css("iframe[srcdoc]")[:MOST_INLINE]:
            self._within(_of(node, "srcdoc"))

    def _shown(self) -> Iterator[str]:
        css = self._tree.css
        for node in css(SHOWING)[:MOST_LINKS]:
            yield from _sources(node)
        for node in css("input")[:MOST_LINKS]:
            if _of(node, "type").lower() == "image":
                yield from _sources(node)
        for node in css("object[data]")[:MOST_LINKS]:
            yield _of(node, "data")
        for node in css("svg image, svg feimage, svg feImage, image")[:MOST_LINKS]:
            yield _of(node, "href")
            yield _of(node, "xlink:href")
        for node in css("[background]")[:MOST_LINKS]:
            yield _of(node, "background")
        for node in css("meta, [itemprop]"):
            name = _of(node, "property") or _of(node, "name") or _of(node, "itemprop")
            if name.lower() in META:
                yield _of(node, "content") or _of(node, "href")
        for node in css("link"):
            rel = _of(node, "rel").lower().split()
            if "image_src" in rel or ("preload" in rel and _of(node, "as").lower() in ("image", "video")):
                yield _of(node, "href")
                yield from written.set_of_addresses(_of(node, "imagesrcset"))
        for node in css("[style]")[:MOST_LINKS]:
            yield from written.style_addresses(_of(node, "style"))
        for node in css("style"):
            yield from written.style_addresses(node.text())
        yield from self._kept_for_later()
        yield from self._in_scripts()

    def _kept_for_later(self) -> Iterator[str]:
        """Whatever ``data-`` attribute, of whatever element, holds an address that looks like a picture's."""
        for number, node in enumerate(self._tree.root.traverse() if self._tree.root else ()):
            if number == MOST_NODES:
                return
            for name, value in node.attributes.items():
                if not name.startswith("data-") or not value or len(value) > LONGEST_URL:
                    continue
                if name in ("data-bg", "data-mp4") or is_media(addresses.canonical(value, self._base) or ""):
                    yield value

    def _in_scripts(self) -> Iterator[str]:
        for node in self._tree.css("script"):
            if "json" in _of(node, "type").lower():
                yield from written.described(node.text())
            else:
                for found in written.quoted(node.text()):
                    if is_media(addresses.canonical(found, self._base) or ""):
                        yield found

    def _show(self, found: str) -> None:
        plain = found.strip()
        if plain[:5].lower() == "data:":
            kind = plain[5:40].lower()
            if (
                kind.startswith(("image/", "video/"))
                and len(plain) <= LONGEST_INLINE
                and len(self.inline) < MOST_INLINE
            ):
                self.inline.setdefault(plain)
        elif plain and (full := self._full(plain)):
            self.media.setdefault(full)

    def _lead(self, node: LexborNode) -> None:
        frame = node.tag in ("iframe", "frame")
        address = (_of(node, "src") or _of(node, "data-src")) if frame else _of(node, "href")
        full = self._full(address) if address.strip() else None
        if full is None:
            return
        if is_media(full):
            self.media.setdefault(full)
            return
        self.links.setdefault(full)
        if frame:
            self.frames.setdefault(full)

    def _within(self, html: str) -> None:
        """A page that stands whole in an attribute of this one."""
        if self._depth >= DEEPEST_SRCDOC:
            return
        inner = _Reader(html, self._base, self._charset, self._depth + 1)
        inner.read()
        for mine, theirs in ((self.media, inner.media), (self.links, inner.links), (self.frames, inner.frames)):
            mine.update(theirs)
        self.inline.update(dict.fromkeys(list(inner.inline)[: MOST_INLINE - len(self.inline)]))

    def _refresh(self) -> str:
        for node in self._tree.css("meta[http-equiv]"):
            if _of(node, "http-equiv").strip().lower() == "refresh" and not _has_parent(node, "noscript"):
                return written.refresh_target(_of(node, "content"))
        return ""

    def _full(self, found: str) -> str | None:
        return addresses.canonical(found, self._base, self._charset)

    def _text(self) -> str:
        self._tree.strip_tags(["script", "style", "noscript", "template", "title"])
        body = self._tree.body
        return " ".join(body.text(separator=" ").split())[:LONGEST_TEXT] if body else ""


def _of(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _sources(node: LexborNode) -> Iterator[str]:
    for name in SOURCES:
        yield _of(node, name)
    for name in SETS:
        yield from written.set_of_addresses(_of(node, name))


def _has_parent(node: LexborNode, tag: str) -> bool:
    above = node.parent
    while above is not None:
        if above.tag == tag:
            return True
        above = above.parent
    return False
