"""Pages that stand before the page: walls against robots, doors for members and adults, pages that only scripts fill.

Whoever meets one has not seen what the address shows. They answer 200 as often as not, so they are known by
what is in them. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from jium.egress import url as addresses
from jium.watch.read_page import PageContent, guessed_charset

WALL, DOOR, SCRIPTS = "wall", "door", "needs_scripts"

# fmt: off
# What the makers of walls put into theirs.
_WALL_PARTS = (
    r"/cdn-cgi/challenge-platform/(?!(?:h/\w+/)?scripts/jsd)", "cf[-_]chl[-_]", r"challenges\.cloudflare\.com",
    "g-recaptcha", "recaptcha/(?:api|enterprise)", r"hcaptcha\.com", "friendlycaptcha", "mtcaptcha", "geetest",
    r"captcha-delivery\.com", "px-captcha", "perimeterx", "_incapsula_resource", "incap_ses", "imperva",
    "awswaf", "aws-waf-token", "gokuprops", "sucuri_cloudproxy", "ddos-guard", "ddosguard", "testcookie",
    r"slowaes\.decrypt", "distil_r_captcha", "kasada", "kpsdk", "akamai[-_]bm", "_abck",
)
_WALL_HEADERS = {"cf-mitigated": "challenge", "x-sucuri-block": "", "x-datadome": "", "x-amzn-waf-action": ""}
# What walls, doors and pages without their post say.
_WALL_WORDS = (
    "checking (?:your|if the site)", "just a moment", "are you (?:a )?(?:human|robot)", "not a robot", "captcha",
    "verify (?:that )?you", "verifying you", "security check", "unusual traffic", "attention required",
    "access (?:is )?denied", r"enable (?:java\s?script|cookies)", r"java\s?script (?:is )?(?:required|disabled)",
    "bot (?:detected|detection)", "too many requests",
    r"자동\s?(?:입력|등록)\s?방지", r"보안\s?문자", r"로봇이\s?아닙니다", r"비정상적인?\s?(?:접근|트래픽|접속)",
    r"접근이\s?(?:거부|차단|제한)", r"접속이\s?차단", r"자바\s?스크립트를?\s?(?:사용|활성|허용|켜)",
    r"쿠키를?\s?(?:허용|사용)", r"잠시만\s?기다려", r"확인하는\s?중", r"브라우저를?\s?확인",
)
_DOOR_WORDS = (
    r"성인\s?인증", "성인임을", r"본인\s?(?:확인|인증)", r"연령\s?(?:확인|인증)",
    r"만?\s?1[89]\s?세\s?(?:이상|미만|이하)",
    r"로그인이?\s?(?:필요|후|하셔야|해\s?주)", r"로그인\s?하(?:세요|십시오)", r"회원\s?(?:전용|만)",
    "age (?:verification|check|gate)", "verify your age", "(?:over|under|at least|are you) (?:the age of )?(?:18|21)",
    r"18\+", "adults? only", r"(?:log|sign)\s?in to (?:continue|view|see|access)", "members? only",
    r"please (?:log|sign)\s?in", "must be logged in", r"you (?:have|need) to (?:log|sign)\s?in",
)
_GONE_WORDS = (
    "삭제(?:된|되었|됐|한)", r"존재하지\s?않", r"없는\s?(?:글|게시|페이지|파일|주소)", r"찾을\s?수\s?없",
    r"게시\s?중단", r"비공개\s?처리", "블라인드",
    r"(?:been|was|were|is|are) (?:removed|deleted|taken\s?down)", r"no longer (?:available|exists?)",
    r"does ?n[o']t exist", r"not found", "never existed",
)
# fmt: on
_DOOR_PATHS = re.compile(
    r"(?:^|[/_.-])(?:log-?in|sign-?in|signon|auth|adult|age-?(?:gate|check|verification)|verify|captcha|challenge|"
    r"member[/_.-]?login)(?:$|[/_.-])",
    re.IGNORECASE,
)


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


_WALL_SIGNS, _WALL_SAYS = _any_of(_WALL_PARTS), _any_of(_WALL_WORDS)
_DOOR_SAYS, _GONE_SAYS = _any_of(_DOOR_WORDS), _any_of(_GONE_WORDS)

# A page that says so little, and shows so little, is filled by its scripts.
FEW_LETTERS, FEW_THINGS = 60, 3
# A door may show its house's emblem; a page with more than this is a page.
FEW_PICTURES = 3
SHORT_TEXT, LONG_TEXT = 400, 2000
_LOOKED_AT = 512 * 1024


def in_the_way(asked: str, arrived: str, html: bytes, headers: Mapping[str, str], content: PageContent) -> str:
    """What stands before the page: :data:`WALL`, :data:`DOOR` or :data:`SCRIPTS`; "" for a page of its own.

    ``asked`` and ``arrived``: its address before and after redirects.
    """
    begins = html[:_LOOKED_AT]
    for name, value in _WALL_HEADERS.items():
        if name in headers and value in headers[name].lower():
            return WALL
    shows = len(content.media) + len(content.inline)
    few = shows <= FEW_PICTURES
    if few and (_WALL_SAYS.search(content.text) or _is_wall(begins, content)):
        return WALL
    if few and _is_door(asked, arrived, content):
        return DOOR
    if content.scripts and shows == 0 and len(content.text) < FEW_LETTERS and len(content.links) <= FEW_THINGS:
        return "" if says_gone(begins) else SCRIPTS
    return ""


def says_gone(html: bytes) -> bool:
    """Whether a page, or the alarm that its script rings, says that something was removed."""
    return bool(_GONE_SAYS.search(html.decode(guessed_charset(html), "replace")))


def _is_wall(html: bytes, content: PageContent) -> bool:
    """A page with a captcha beside its comments is no wall, nor is one that says what became of its post."""
    return (
        len(content.text) < LONG_TEXT
        and not _GONE_SAYS.search(content.text)
        and bool(_WALL_SIGNS.search(html.decode("latin-1")))
    )


def _is_door(asked: str, arrived: str, content: PageContent) -> bool:
    if _DOOR_SAYS.search(content.text):
        return True
    if not content.asks_password:
        return False
    led_away = addresses.path(asked) != addresses.path(arrived)
    return led_away or bool(_DOOR_PATHS.search(addresses.path(arrived))) or len(content.text) < SHORT_TEXT
