"""What stands on the demo's five sites: which altered copy where, shown how, between which harmless posts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jium.demoweb.manners import IGNORES, OBEYS, SOFT, UPLOADS_AGAIN, WALLS, Manner
from jium.demoweb.pictures import FILM, SAME


class Shown(StrEnum):
    """How a page brings its picture or video."""

    IMG = "img"
    SRCSET = "srcset"
    LAZY = "lazy"
    OPEN_GRAPH = "open graph"
    LINK = "link"
    VIDEO = "video"
    BOX = "box"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Post:
    """One post. ``copy``: (reference, alteration) of a planted one; ``other``: the number of a distractor,
    ``dressed`` altered like a copy, so that it stands in the same furniture.

    ``again``: the number of the post whose removal brings this one. ``broken``: badly made HTML.
    ``lures``: the page asks whoever opens it to visit addresses inside the visitor's own house.
    ``film``: shows the other film. ``ending``: a file name's ending that does not fit the file. ``status``: with
    which the file is delivered, which browsers show all the same. ``for_visitors``: only who has the page's cookie
    gets the file.
    """

    number: int
    title: str
    copy: tuple[str, str] | None = None
    other: int | None = None
    dressed: str = ""
    shown: Shown = Shown.IMG
    again: int | None = None
    broken: bool = False
    lures: bool = False
    film: bool = False
    ending: str = ""
    status: int = 200
    for_visitors: bool = False


@dataclass(frozen=True)
class Operator:
    """Who answers for a host. ``registered``: the address first known; ``right``: the one that takes mail."""

    name: str
    host: str
    language: str
    regime: str
    registered: str
    right: str


@dataclass(frozen=True)
class SitePlan:
    """One site: its manner, its operator, its posts from the oldest, and how its addresses look."""

    name: str
    operator: Operator
    manner: Manner
    page: str
    media: str
    posts: tuple[Post, ...]


def _operator(name: str, host: str, language: str, first: str = "") -> Operator:
    regime = "kr_platform" if language == "ko" else "us_take_it_down"
    right = f"abuse@{host}"
    return Operator(name, host, language, regime, first or right, right)


OLIVE = SitePlan(
    name="올리브 산책 게시판",
    operator=_operator("올리브 운영팀", "olive.example", "ko"),
    manner=OBEYS,
    page="/글/{number}",
    media="/files/{name}",
    posts=(
        Post(11, "주말에 본 항구", ("harbour", "three edits at once"), lures=True, for_visitors=True),
        Post(12, "언덕 너머 언덕", other=4, dressed="screenshot"),
        Post(13, "밤에 본 도시", ("city", "cropped"), shown=Shown.OPEN_GRAPH),
        Post(14, "시장 포스터 모음", other=3, dressed="framed"),
        Post(15, "사막에서 찍은 것", ("dunes", "WebP"), shown=Shown.LINK),
        Post(16, "유리 조각 벽화", other=5),
        Post(17, "지난 여행 영상", (FILM, "smaller"), shown=Shown.VIDEO),
        Post(18, "공지: 게시판 이용 안내", shown=Shown.NOTHING),
    ),
)

GRAVEL = SitePlan(
    name="Gravel Image Board",
    operator=_operator("Gravel Hosting Ltd", "gravel.example", "en"),
    manner=IGNORES,
    page="/view?board=free&no={number}",
    media="/i/{name}",
    posts=(
        Post(101, "a table full of shapes", ("still life", "turned"), shown=Shown.SRCSET, lures=True),
        Post(102, "boats, boats, boats", other=0),
        Post(103, "found this poster", ("poster", "framed"), shown=Shown.LAZY, status=404),
        Post(104, "towers at night", other=1, dressed="in a collage"),
        Post(105, "stained glass <3 & more", ("mosaic", SAME), broken=True, ending=".png"),
        Post(106, "another table", other=2, dressed="picture in picture"),
    ),
)

LANTERN = SitePlan(
    name="등불 사진 모임",
    operator=_operator("등불커뮤니티", "lantern.example", "ko"),
    manner=SOFT,
    page="/p/{number}.html",
    media="/upload/2026/{name}",
    posts=(
        Post(501, "이번 주 사진 모음", ("dunes", "in a collage")),
        Post(502, "바닷가의 돛배", other=6, dressed="screenshot"),
        Post(503, "글자가 예쁜 포스터", ("poster", "screenshot")),
        Post(504, "고층 건물 연습", other=7, dressed="three edits at once"),
        Post(505, "영상 하나 올립니다", (FILM, "mirrored"), shown=Shown.VIDEO),
        Post(506, "정물 연습", other=8, dressed="in a collage"),
    ),
)

HERON = SitePlan(
    name="Heron Clips",
    operator=_operator("Heron Media", "heron.example", "en", first="takedown@heron.example"),
    manner=UPLOADS_AGAIN,
    page="/post/{number}",
    media="/m/{name}",
    posts=(
        Post(901, "what I am making", ("still life", "picture in picture")),
        Post(902, "posters of the week", other=9),
        Post(903, "saved from the other place", ("harbour", "recompressed"), shown=Shown.BOX),
        Post(904, "a film from the road", film=True, shown=Shown.VIDEO),
        Post(905, "hills", other=10, dressed="framed"),
        Post(950, "the table again", ("still life", "mirrored"), again=901),
        Post(951, "boats in the morning", ("harbour", "watermarked"), again=903),
    ),
)

SWALLOW = SitePlan(
    name="제비 사진첩",
    operator=_operator("제비 사진첩 운영자", "swallow.example", "ko"),
    manner=WALLS,
    page="/album/{number}",
    media="/photo/{name}",
    posts=(Post(31, "벽에 붙은 유리", ("mosaic", "mirrored")), Post(32, "아침 산책", other=11)),
)

PLANS = (OLIVE, GRAVEL, LANTERN, HERON, SWALLOW)
