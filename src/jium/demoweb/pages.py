"""The HTML of the demo's sites, Korean or English: pure functions from plain values to text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from jium.demoweb.posts import Operator, Shown


@dataclass(frozen=True)
class Words:
    """What a site says in its language."""

    home: str
    newer: str
    older: str
    contact: str
    contact_text: str
    open_file: str
    not_found: str
    not_found_text: str
    thanks: str


WORDS = {
    "ko": Words(
        home="처음으로",
        newer="새 글",
        older="지난 글",
        contact="연락처",
        contact_text="게시물 삭제 요청은 아래 주소로 보내 주십시오.",
        open_file="원본 파일 열기",
        not_found="글을 찾을 수 없습니다",
        not_found_text="삭제되었거나 없는 글입니다.",
        thanks="오늘도 좋은 하루 보내세요. 사진은 각자 찍은 것만 올려 주세요.",
    ),
    "en": Words(
        home="Home",
        newer="Newer",
        older="Older",
        contact="Contact",
        contact_text="Requests for removal go to the address below.",
        open_file="open the file",
        not_found="Nothing here",
        not_found_text="This post was removed or never existed.",
        thanks="Have a good day. Please upload only what you made yourself.",
    ),
}

STYLE = """
body { margin: 0; font: 16px/1.6 sans-serif; background: #f4f2ee; color: #26241f; }
header, main, footer { max-width: 52rem; margin: 0 auto; padding: 1rem; }
header a { font-size: 1.3rem; font-weight: bold; color: #26241f; text-decoration: none; }
main { background: #fff; border-radius: 6px; }
main img, main video { max-width: 100%; display: block; margin: 1rem 0; }
li { margin: .4rem 0; }
footer { color: #6c675d; font-size: .85rem; }
"""

# Pictures and clips whose address stands in data-src are loaded by this, as many boards do.
LAZY_SCRIPT = "<script>for (const i of document.querySelectorAll('[data-src]')) i.src = i.dataset.src;</script>"
# Far down in a box of the page that scrolls by itself, and asked for only by who scrolls there.
BOX = """<div style="height: 20rem; overflow: auto"><p style="height: 200rem">↓</p>
<img loading="lazy" src="{source}" alt="{name}" height="300"></div>"""


def page(site: str, operator: Operator, title: str, body: str, head: str = "") -> str:
    """A whole page with the site's header and footer."""
    words = WORDS[operator.language]
    return f"""<!doctype html>
<html lang="{operator.language}">
<head><meta charset="utf-8"><title>{escape(title)} - {escape(site)}</title>
<link rel="stylesheet" href="/style.css">{head}</head>
<body><header><a href="/">{escape(site)}</a></header>
<main><h1>{escape(title)}</h1>
{body}
</main>
<footer><img src="/pixel.gif" alt="" width="1" height="1"> {words.thanks}
 · <a href="/">{words.home}</a> · <a href="/contact">{words.contact}</a></footer>
</body></html>
"""


def index(operator: Operator, posts: Sequence[tuple[str, str]], number: int, last: int, odd: Sequence[str]) -> str:
    """One page of the list: (address, title) of its posts, links to the pages beside it, and odd links."""
    words = WORDS[operator.language]
    rows = "\n".join(f'<li><a href="{escape(address)}">{escape(title)}</a></li>' for address, title in posts)
    newer = f'<a href="/?page={number - 1}">{words.newer}</a> ' if number > 1 else ""
    older = f'<a rel="next" href="/?page={number + 1}">{words.older}</a>' if number < last else ""
    links = " ".join(f'<a href="{escape(address)}">·</a>' for address in odd)
    return f"<ul>\n{rows}\n</ul>\n<p>{newer}{older}</p>\n<p>{links}</p>"


def contact(operator: Operator) -> str:
    """The site's own page with the address that takes mail."""
    words = WORDS[operator.language]
    mail = f'<a href="mailto:{operator.right}">{operator.right}</a>'
    return f"<p>{words.contact_text}</p><p>{escape(operator.name)} {mail}</p>"


def medium(shown: Shown, address: str, operator: Operator, title: str) -> str:
    """The picture or video of a post, brought in one of the ways in which real pages bring it."""
    source, name = escape(address), escape(title)
    if shown is Shown.SRCSET:
        return f'<picture><img src="/pixel.gif" srcset="{source} 400w" sizes="40rem" alt="{name}"></picture>'
    if shown is Shown.LAZY:
        return f'<img src="/pixel.gif" data-src="{source}" alt="{name}">{LAZY_SCRIPT}'
    if shown is Shown.LINK:
        return f'<p><a href="{source}">{WORDS[operator.language].open_file}</a></p>'
    if shown is Shown.VIDEO:
        return f'<video controls preload="metadata" width="640"><source src="{source}" type="video/mp4"></video>'
    if shown is Shown.BOX:
        return BOX.format(source=source, name=name)
    if shown is Shown.NOTHING:
        return ""
    return f'<img src="{source}" alt="{name}">'


def wall(operator: Operator) -> str:
    """Stands before every page, and says nothing about what is behind it."""
    korean = operator.language == "ko"
    words = "로봇이 아닙니다. 계속하려면 확인해 주세요." if korean else "Checking that you are not a robot."
    return f"""<!doctype html><html lang="{operator.language}"><title>…</title><p>{words}</p>
<script>setTimeout(() => document.cookie = "person=1", 9000)</script></html>"""


def lures(port: int) -> str:
    """Asks the visitor to look inside its own house: loopback by several names, a cloud's metadata."""
    inside = f"127.0.0.1:{port}"
    return f"""<img src="http://{inside}/lure-picture" alt="" width="1" height="1">
<img src="http://localhost:{port}/lure-name" alt="" width="1" height="1">
<img src="http://2130706433:{port}/lure-number" alt="" width="1" height="1">
<iframe src="http://{inside}/lure-frame" width="1" height="1"></iframe>
<iframe src="http://169.254.169.254/latest/meta-data/" width="1" height="1"></iframe>
<p><a href="http://{inside}/lure-link">admin</a> <a href="http://169.254.169.254/latest/meta-data/">meta</a></p>
"""


def broken_page(title: str, image: str) -> str:
    """A page as nobody should write it; browsers show it all the same."""
    return f"""<html><TITLE>{title}</title><body bgcolor=#eee><table><tr><td><b><i>hello & welcome</b></i
<p><font size=+3>{title}</p></font><div><div><a href='/'>home<a href=/contact>mail us
<ul><li>one<li>two</ul></table><!-- look: -- > -->
<img alt=mosaic src={image}
 width=500><p>&copy 2026 &nosuch; <br/><</body></html><p>after the end"""
