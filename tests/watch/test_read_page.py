"""What a page shows and links to."""

from __future__ import annotations

import pytest

from jium.watch.read_page import LONGEST_URL, MOST_LINKS, is_media, read_page

HERE = "http://site.example/board/view?id=3"
AT = "http://site.example"

MEDIA = {
    "img": ('<img src="/a.jpg">', ["/a.jpg"]),
    "relative": ("<img src=a.jpg>", ["/board/a.jpg"]),
    "up": ("<img src=../../../a.jpg>", ["/a.jpg"]),
    "no_scheme": ("<img src=//cdn.example/a>", ["http://cdn.example/a"]),
    "without_ending": ("<img src=/file?id=7>", ["/file?id=7"]),
    "upper_case": ("<IMG SRC=/a.jpg>", ["/a.jpg"]),
    "spaces_around": ('<img src="  /a.jpg\n">', ["/a.jpg"]),
    "space_within": ('<img src="/my picture.jpg">', ["/my%20picture.jpg"]),
    "fragment": ("<img src=/a.jpg#x>", ["/a.jpg"]),
    "twice": ("<img src=/a.jpg><img src=/a.jpg#2>", ["/a.jpg"]),
    "order": ("<img src=/b.jpg><img src=/a.jpg>", ["/b.jpg", "/a.jpg"]),
    "entity": ("<img src='/f?a=1&amp;b=2'>", ["/f?a=1&b=2"]),
    "srcset": ('<img srcset="/a.jpg 1x, /b.jpg 2x">', ["/a.jpg", "/b.jpg"]),
    "srcset_widths": ('<img srcset="/a.jpg 320w,/b.jpg 640w">', ["/a.jpg", "/b.jpg"]),
    "srcset_bare": ('<img srcset="/a.jpg">', ["/a.jpg"]),
    "srcset_commas": ('<img srcset="/w_1,h_2/a.jpg 1x, /b.jpg">', ["/w_1,h_2/a.jpg", "/b.jpg"]),
    "srcset_data": ('<img srcset="data:image/gif;base64,R0lG 1x, /b.jpg 2x">', ["/b.jpg"]),
    "lazy": ("<img src=/wait.gif data-src=/a.jpg>", ["/wait.gif", "/a.jpg"]),
    "lazy_original": ("<img data-original=/a.jpg>", ["/a.jpg"]),
    "lazy_set": ("<img data-srcset='/a.jpg 1x'>", ["/a.jpg"]),
    "noscript": ("<noscript><img src=/a.jpg></noscript>", ["/a.jpg"]),
    "picture": ("<picture><source srcset='/a.webp'><img src=/a.jpg></picture>", ["/a.webp", "/a.jpg"]),
    "og": ('<meta property="og:image" content="/a.jpg">', ["/a.jpg"]),
    "og_video": ('<meta property="OG:Video" content="/a.mp4">', ["/a.mp4"]),
    "twitter": ('<meta name="twitter:image" content="/a.jpg">', ["/a.jpg"]),
    "video": ("<video src=/a.mp4 poster=/p.jpg></video>", ["/a.mp4", "/p.jpg"]),
    "source": ("<video><source src=/a.webm><source src=/a.mp4></video>", ["/a.webm", "/a.mp4"]),
    "style": ('<div style="background: url(/a.jpg)">', ["/a.jpg"]),
    "style_quoted": ("""<div style="background:URL( '/a (1).jpg' ) no-repeat">""", ["/a%20(1).jpg"]),
    "style_block": ("<style>.a{background:url(/a.png)} @import url(/more.css)</style>", ["/a.png"]),
    "lazy_background": ("<div data-bg=/a.jpg>", ["/a.jpg"]),
    "preload": ("<link rel=preload as=image href=/a.jpg>", ["/a.jpg"]),
    "image_src": ("<link rel=image_src href=/a.jpg>", ["/a.jpg"]),
    "input": ("<input type=image src=/a.jpg>", ["/a.jpg"]),
    "link_to_picture": ("<a href=/full.JPG>see</a>", ["/full.JPG"]),
    "link_to_video": ("<a href=/v.mp4?x=1>see</a>", ["/v.mp4?x=1"]),
    "unclosed": ("<div><p><img src=/a.jpg <b><img src='/b.jpg'", ["/a.jpg"]),
    "after_nonsense": ("<<>><!----!><![CDATA[<a]]></p></p><table><img src=/a.jpg>", ["/a.jpg"]),
    "base": ("<base href=http://other.example/x/><img src=a.jpg>", ["http://other.example/x/a.jpg"]),
    "base_relative": ("<base href=/deep/><img src=a.jpg>", ["/deep/a.jpg"]),
    "base_broken": ("<base href='http://[bad'><img src=a.jpg>", ["/board/a.jpg"]),
    "base_script": ("<base href='javascript:x'><img src=a.jpg>", ["/board/a.jpg"]),
    "korean_path": ("<img src=/사진.jpg>", ["/%EC%82%AC%EC%A7%84.jpg"]),
    "korean_host": ("<img src=http://한글.example/a>", ["http://xn--bj0bj06e.example/a"]),
    "data": ("<img src=data:image/png;base64,iVBORw0KGgo=>", []),
    "javascript": ("<img src=javascript:alert(1)>", []),
    "blob": ("<video src=blob:http://site.example/1>", []),
    "file": ("<img src=file:///etc/passwd>", []),
    "empty": ("<img src=''><img src><img>", []),
    "broken_address": ("<img src='http://[::1'><img src='http://[bad]/'>", []),
    "port_beyond": ("<img src='http://site.example:99999/a.jpg'>", []),
    "longer_than_any": (f"<img src=/{'a' * LONGEST_URL}>", []),
    "nothing": ("", []),
    "no_html": ("\x00\x01\x02 just bytes", []),
}


@pytest.mark.parametrize("name", MEDIA)
def test_the_media_of_a_page(name):
    html, expected = MEDIA[name]
    wanted = tuple(AT + url if url.startswith("/") else url for url in expected)
    assert read_page(html, HERE).media == wanted
    assert read_page(html.encode(), HERE).media == wanted


LINKS = {
    "anchor": ("<a href=/next>", ["/next"]),
    "query": ("<a href='?page=2'>", ["/board/view?page=2"]),
    "fragment_only": ("<a href='#top'>", ["/board/view?id=3"]),
    "area": ("<map><area href=/a></map>", ["/a"]),
    "frame": ("<iframe src=/gallery></iframe>", ["/gallery"]),
    "next": ("<link rel=next href=/page/2>", ["/page/2"]),
    "elsewhere": ("<a href=https://other.example/x>", ["https://other.example/x"]),
    "mail_and_script": ("<a href=mailto:a@b.example><a href='javascript:void(0)'><a href=tel:1><a href>", []),
    "twice": ("<a href=/a><a href=/a#b>", ["/a"]),
}


@pytest.mark.parametrize("name", LINKS)
def test_the_links_of_a_page(name):
    html, expected = LINKS[name]
    found = read_page(html, HERE)
    assert found.links == tuple(AT + url if url.startswith("/") else url for url in expected)
    assert found.media == ()


def test_a_page_in_an_older_korean_encoding_is_read_as_browsers_do():
    html = '<meta charset="euc-kr"><img src="/사진/가.jpg"><a href="/찾기?말=가">찾기</a>'.encode("euc-kr")
    for found in (
        read_page(html, HERE),
        read_page(html.replace(b"euc-kr", b"utf-8"), HERE, "text/html; charset=EUC-KR"),
    ):
        assert found.media == (f"{AT}/%EC%82%AC%EC%A7%84/%EA%B0%80.jpg",)
        assert found.links == (f"{AT}/%EC%B0%BE%EA%B8%B0?%B8%BB=%B0%A1",)  # the query in the page's own encoding


def test_a_page_that_lies_about_its_encoding_is_read_nevertheless():
    html = b"<meta charset=no-such-thing><img src=/a\xff\xfe.jpg><img src=/b.jpg>"
    assert f"{AT}/b.jpg" in read_page(html, HERE, "text/html; charset=\x00nonsense").media


def test_very_many_addresses_are_bounded():
    html = "".join(f"<a href=/{n}><img src=/{n}.jpg srcset='/{n}a.jpg 1x,/{n}b.jpg 2x'>" for n in range(50_000))
    found = read_page(html, HERE)
    assert len(found.links) == len(found.media) == MOST_LINKS


def test_very_deep_or_very_odd_pages_end():
    many_words = " ".join(f"x{number}=y" for number in range(100_000))
    for bomb in ("<div>" * 200_000, "<DIV/>" * 200_000, f"<a {many_words}>", f"<a {many_words}"):
        shown = read_page(f"<base href=/b/>{bomb}<a href=n>><video><source src=v.mp4></video><img src=i.jpg>", HERE)
        assert {f"{AT}/b/i.jpg", f"{AT}/b/v.mp4"} <= set(shown.media)
    fonts = "".join(f"<font color={number}>" for number in range(50_000))
    assert read_page(fonts + "<img src=/a.jpg>", HERE).media == (f"{AT}/a.jpg",)
    read_page('<img srcset="' + "," * 500_000 + '">', HERE)
    read_page('<img srcset="' + " a," * 200_000 + '">', HERE)
    read_page('<div style="' + "url(" * 200_000 + '">', HERE)
    read_page("<a " + "x=y " * 200_000 + ">", HERE)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.example/x.jpg", True),
        ("http://a.example/x.JPEG?y=z", True),
        ("http://a.example/x.mp4", True),
        ("http://a.example/x.jpg.html", False),
        ("http://a.example/?f=x.jpg", False),
        ("http://a.jpg/", False),
    ],
)
def test_an_address_is_known_as_media_by_its_path(url, expected):
    assert is_media(url) is expected
