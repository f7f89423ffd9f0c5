"""Sixty ways to show a picture: what Chromium asks for, jium reads out of the page."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from jium.watch.read_page import read_page
from tests.egress.site import Answer, Site, way_out
from tests.watch.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("oracle")]

AT = "http://site.example"
# ``@``: the name of the way, so that each has an address of its own: /up/NAME.jpg.
WAYS = {
    "img": "<img src=/up/@.jpg>",
    "img-quoted": "<img src='/up/@.jpg'>",
    "img-in-capitals": "<IMG SRC=/up/@.jpg>",
    "img-relative": "<img src=../up/@.jpg>",
    "img-far-up": "<img src=../../../../up/@.jpg>",
    "img-spaces": "<img src='  /up/@.jpg\n '>",
    "img-tabs-within": "<img src='/u\tp/@.j\npg'>",
    "img-without-scheme": "<img src=//site.example/up/@.jpg>",
    "img-one-slash": "<img src=http:/up/@.jpg>",
    "img-no-slash": "<img src=http:../up/@.jpg>",
    "img-three-slashes": "<img src=http:///site.example/up/@.jpg>",
    "img-backslashes": "<img src='\\up\\@.jpg'>",
    "img-backslashes-up": "<img src='..\\up\\@.jpg'>",
    "img-backslash-host": "<img src='\\\\site.example\\up\\@.jpg'>",
    "img-backslash-scheme": "<img src='http:\\\\site.example\\up\\@.jpg'>",
    "img-host-in-capitals": "<img src=HTTP://SITE.EXAMPLE/up/@.jpg>",
    "img-port": "<img src=http://site.example:80/up/@.jpg>",
    "img-dots": "<img src=/a/./b/../../up/@.jpg>",
    "img-encoded-dots": "<img src=/a/%2e%2e/up/@.jpg>",
    "img-fragment": "<img src=/up/@.jpg#part>",
    "img-entity": "<img src='&#47;up/@.jpg'>",
    "img-lazy": "<img loading=lazy src=/up/@.jpg>",
    "img-unclosed": "<div><b><img src=/up/@.jpg <p>",
    "img-query": "<img src='/up/@.jpg?a=b&amp;c=d'>",
    "srcset": "<img srcset='/up/@.jpg 1x'>",
    "srcset-bare": "<img srcset=/up/@.jpg>",
    "srcset-width": "<img sizes=100px srcset='/up/@.jpg 100w'>",
    "srcset-commas": "<img srcset='/up/@.jpg,'>",
    "picture": "<picture><source srcset=/up/@.jpg><img src=/other.jpg></picture>",
    "picture-media": "<picture><source media='(min-width:1px)' srcset=/up/@.jpg><img></picture>",
    "input": "<input type=image src=/up/@.jpg>",
    "input-in-capitals": "<input type=IMAGE src=/up/@.jpg>",
    "poster": "<video poster=/up/@.jpg></video>",
    "video": "<video src=/up/@.mp4 preload=auto></video>",
    "video-source": "<video preload=auto><source src=/up/@.mp4></video>",
    "object": "<object data=/up/@.jpg type=image/jpeg></object>",
    "object-without-type": "<object data=/up/@.jpg></object>",
    "embed": "<embed src=/up/@.jpg type=image/jpeg>",
    "svg-image": "<svg><image href=/up/@.jpg width=9 height=9 /></svg>",
    "svg-xlink": "<svg><image xlink:href=/up/@.jpg width=9 height=9 /></svg>",
    "svg-filter": "<svg><filter id=f><feImage href=/up/@.jpg /></filter><rect filter=url(#f) width=9 height=9 /></svg>",
    "image-element": "<image src=/up/@.jpg>",
    "table": "<table background=/up/@.jpg><tr><td>x</table>",
    "cell": "<table><tr><td background=/up/@.jpg>x</table>",
    "style": "<div style='background:url(/up/@.jpg)'>x</div>",
    "style-quoted": """<div style='background-image:url("/up/@.jpg")'>x</div>""",
    "style-in-capitals": "<div style='background:URL( /up/@.jpg )'>x</div>",
    "style-escaped": "<div style='background:url(/up/@\\2e jpg)'>x</div>",
    "style-list": "<ul style='list-style-image:url(/up/@.jpg)'><li>x</ul>",
    "style-border": "<div style='border:9px solid;border-image:url(/up/@.jpg) 9'>x</div>",
    "style-content": "<i style='content:url(/up/@.jpg)'></i>",
    "style-mask": "<i style='display:block;width:9px;height:9px;background:red;-webkit-mask-image:url(/up/@.jpg)'></i>",
    "style-set": """<div style='background:image-set("/up/@.jpg" 1x)'>x</div>""",
    "style-cursor": "<style>body{background:url(/up/@.jpg)}</style>",
    "style-without-ending": "<style>.w{background:url(/up/@?id=7)}</style><p class=w>x",
    "style-before": "<style>.b::before{content:url(/up/@.jpg)}</style><p class=b>x",
    "style-variable": "<style>:root{--p:url(/up/@.jpg)}.v{background:var(--p)}</style><p class=v>x",
    "frame": "<iframe src=/frame/@></iframe>",
    "frame-within": "<iframe srcdoc='<img src=/up/@.jpg>'></iframe>",
    "frame-within-twice": "<iframe srcdoc=\"<iframe srcdoc='<img src=/up/@.jpg>'></iframe>\"></iframe>",
    "preload": "<link rel=preload as=image href=/up/@.jpg>",
    "preload-set": "<link rel=preload as=image imagesrcset='/up/@.jpg 1x'>",
    "preload-many-rels": "<link rel='x PRELOAD' as=IMAGE href=/up/@.jpg>",
    "script": "<script>document.write('<img src=\"/up/@.jpg\">')</script>",
    "script-source": "<img id=s><script>s.src = '\\/up\\/@.jpg'</script>",
    "script-data": "<img id=d data-later=/up/@.jpg><script>d.src = d.dataset.later</script>",
}


def asked_for(path: str) -> Answer:
    if path.startswith("/frame/"):
        return 200, {"Content-Type": "text/html"}, b"<p>frame"
    if path.startswith("/way/"):
        name = path.removeprefix("/way/")
        return 200, {"Content-Type": "text/html"}, f"<!doctype html>{WAYS[name].replace('@', name)}".encode()
    return 200, {"Content-Type": "image/jpeg"}, picture(1)


@pytest.fixture(scope="module")
def by_chromium(chromium: Browser) -> Iterator[dict[str, set[str]]]:
    """Way → the addresses that Chromium asked for, the page and its own emblem left out."""
    with Site(asked_for) as server, way_out(site=server) as proxy:
        seen: dict[str, set[str]] = {}
        with contextlib.closing(chromium.new_context(proxy={"server": proxy, "bypass": "<-loopback>"})) as context:
            page = context.new_page()
            found: set[str] = set()
            page.on("request", lambda request: found.add(request.url.partition("#")[0]))
            for name in WAYS:
                found.clear()
                page.goto(f"{AT}/way/{name}", wait_until="load")
                page.mouse.move(5, 5)
                page.screenshot()  # draws everything
                seen[name] = {url for url in found if "/way/" not in url and "favicon" not in url}
        yield seen


@pytest.mark.parametrize("name", WAYS)
def test_what_chromium_asks_for_is_read(by_chromium: dict[str, set[str]], name: str) -> None:
    wanted = {url for url in by_chromium[name] if not url.endswith("/other.jpg")}
    assert wanted, "Chromium shows nothing: the way is no way"
    content = read_page(WAYS[name].replace("@", name), f"{AT}/way/{name}")
    assert wanted <= {*content.media, *content.links}
