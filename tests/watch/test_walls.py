"""What stands before a page is known by its signs, and pages that only look a little like it are pages."""

from __future__ import annotations

import pytest

from jium.watch.read_page import read_page
from jium.watch.walls import in_the_way, says_gone

ASKED = "http://site.example/post/7"
PICTURES = "".join(f"<img src=/{number}.jpg>" for number in range(8))
WORDS = "<p>" + "A long evening by the harbour, with boats and gulls and a slow ferry. " * 40

WALLS = {
    "cloudflare": (
        "<title>Just a moment</title><script src=/cdn-cgi/challenge-platform/h/b/orchestrate>",
        "wall",
    ),
    "turnstile": (
        "<div class=cf-turnstile></div><script src=https://challenges.cloudflare.com/turnstile/v0/api.js>",
        "wall",
    ),
    "recaptcha": ("<form><div class=g-recaptcha data-sitekey=x></div><input type=submit></form>", "wall"),
    "hcaptcha": ("<p>One more step<script src=https://hcaptcha.com/1/api.js></script>", "wall"),
    "datadome": ("<script>var dd={}</script><script src=https://ct.captcha-delivery.com/c.js></script>", "wall"),
    "incapsula": ("<iframe src='/_Incapsula_Resource?x=1'></iframe>", "wall"),
    "aws": (
        "<script src=/x/challenge.js></script><script>AwsWafIntegration; awswaf</script><p>hello there, wait",
        "wall",
    ),
    "ddos-guard": ("<h1>DDoS-Guard</h1><script src=/.well-known/ddos-guard/check></script>", "wall"),
    "korean-words": ("<p>비정상적인 접근이 감지되었습니다. 보안문자를 입력하세요.", "wall"),
    "english-words": ("<h1>Access denied</h1><p>Unusual traffic from your network.", "wall"),
    "cookies": ("<p>Please enable cookies and reload the page.", "wall"),
    "adult-korean": ("<h1>성인 인증</h1><p>만 19세 이상만 입장할 수 있습니다.<a href=/in>입장</a>", "door"),
    "adult-english": ("<p>You must be over 18 to enter.<a href=/in>Enter</a><a href=/>Leave</a>", "door"),
    "members": ("<p>회원 전용 게시판입니다. 로그인 후 이용하세요.", "door"),
    "password": ("<form><input name=id><input type=password name=pw><button>로그인</button></form>", "door"),
    "shell": ("<!doctype html><div id=app></div><script type=module src=/assets/index.js></script>", "needs_scripts"),
    "script-redirect": ("<script>window.location.replace('/post/7?v=2')</script>", "needs_scripts"),
    "alarm-that-says-nothing": ("<script>alert('안녕하세요');</script>", "needs_scripts"),
}

PAGES = {
    "pictures": PICTURES,
    "words": WORDS,
    "captcha beside the comments": f"{PICTURES}{WORDS}<form class=g-recaptcha></form>",
    "a log-in beside the post": f"{PICTURES}{WORDS}<form><input type=password></form>",
    "age in the footer": f"{PICTURES}<footer>18+ · All models are over 18 · 만 19세 이상</footer>",
    "behind a shield that let us in": f"{PICTURES}<script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js>",
    "a post that was removed": "<h1>Board</h1><p>This post has been removed by its author.",
    "a removed post behind a shield": "<p>삭제된 게시물입니다.<script src=/cdn-cgi/challenge-platform/h/g/x></script>",
    "an alarm that says removed": "<script>alert('존재하지 않는 게시물입니다.');history.back()</script>",
    "nothing at all": "",
}


@pytest.mark.parametrize("name", WALLS)
def test_what_is_no_page_of_its_own_is_known(name: str) -> None:
    html, way = WALLS[name]
    assert in_the_way(ASKED, ASKED, html.encode(), {}, read_page(html, ASKED)) == way


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_a_page(name: str) -> None:
    html = PAGES[name]
    assert in_the_way(ASKED, ASKED, html.encode(), {}, read_page(html, ASKED)) == ""


def test_whoever_is_led_to_a_log_in_stands_before_a_door() -> None:
    html = f"{WORDS}<form><input type=password></form>"
    login = "http://site.example/member/login?next=/post/7"
    assert in_the_way(ASKED, login, html.encode(), {}, read_page(html, login)) == "door"
    assert in_the_way(ASKED, ASKED, html.encode(), {}, read_page(html, ASKED)) == ""


def test_a_wall_may_be_named_in_a_header() -> None:
    content = read_page(PICTURES, ASKED)
    assert in_the_way(ASKED, ASKED, PICTURES.encode(), {"cf-mitigated": "challenge"}, content) == "wall"
    assert in_the_way(ASKED, ASKED, PICTURES.encode(), {"server": "cloudflare"}, content) == ""


def test_an_old_board_says_in_its_own_letters_that_a_post_is_gone() -> None:
    assert says_gone("<script>alert('삭제된 글입니다')</script>".encode("euc-kr"))
    assert not says_gone("<script>alert('안녕하세요')</script>".encode("euc-kr"))
    assert not says_gone(b"\xff\xfe\xff")
