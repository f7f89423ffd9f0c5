"""How sites bring a picture to their visitors: each manner has a page, and a picture of its own that browsers show.

A manner's addresses begin with its name: ``/NAME/`` is its page. What a manner needs of the visitor's request is
in its headers.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.egress.site import Answer
from tests.watch.pictures import picture

HTML = {"Content-Type": "text/html; charset=utf-8"}
JPEG = {"Content-Type": "image/jpeg"}
Heads = Mapping[str, str]
MISSING: Answer = (404, {"Content-Type": "text/plain"}, b"nothing here")


@dataclass(frozen=True)
class Manner:
    """``answer``: the part of the path after the manner's name, and the request's headers, to an answer.

    ``number``: of the picture (:func:`tests.watch.pictures.picture`) that a visitor sees.
    """

    name: str
    number: int
    answer: Callable[[str, Heads], Answer]

    @property
    def page(self) -> str:
        return f"http://site.example/{self.name}/"


def shown(number: int, status: int = 200, headers: Heads = JPEG) -> Answer:
    return status, headers, picture(number)


def html(text: str, status: int = 200, **headers: str) -> Answer:
    return status, HTML | {name.replace("_", "-"): value for name, value in headers.items()}, text.encode()


def sent_to(place: str | bytes, status: int = 302, **headers: str) -> Answer:
    written = place.decode("latin-1") if isinstance(place, bytes) else place
    return status, {"Location": written} | {name.replace("_", "-"): value for name, value in headers.items()}, b""


Parts = Mapping[str, Answer | Callable[[Heads], Answer]]


def fixed(parts: Parts) -> Callable[[str, Heads], Answer]:
    """Answers by the part of the path after the manner's name."""

    def answer(path: str, heads: Heads) -> Answer:
        found = parts.get(path, MISSING)
        return found(heads) if callable(found) else found

    return answer


def with_status(page: int, file: int) -> Callable[[int], Parts]:
    return lambda number: {"": html("<img src=1.jpg>", page), "1.jpg": shown(number, file)}


def for_cookie(number: int, name: str = "seen") -> Callable[[Heads], Answer]:
    return lambda heads: shown(number) if f"{name}=" in heads.get("Cookie", "") else (403, {}, b"no")


def for_referer(number: int, wanted: Callable[[str], bool]) -> Callable[[Heads], Answer]:
    return lambda heads: shown(number) if wanted(heads.get("Referer", "")) else (403, {}, b"no")


EUC_KR = "사진/보기".encode("euc-kr")
EUC_KR_PATH = "".join(f"%{byte:02X}" if byte > 127 else chr(byte) for byte in EUC_KR)

# The status is one fact among others: browsers show a picture whatever it is.
STATUSES: dict[str, Callable[[int], Parts]] = {
    f"status-{page}-{file}": with_status(page, file)
    for page, file in (
        (200, 404),
        (404, 404),
        (200, 410),
        (451, 451),
        (500, 200),
        (403, 403),
        (503, 503),
        (404, 200),
        (200, 500),
        (201, 203),
        (200, 401),
        (429, 429),
    )
}

# What a visitor is led through before the picture.
WAYS: dict[str, Callable[[int], Parts]] = {
    "redirect": lambda n: {"": sent_to("real"), "real": html("<img src=1.jpg>"), "1.jpg": shown(n)},
    "redirect-308": lambda n: {
        "": sent_to("/redirect-308/real", 308),
        "real": html("<img src=1.jpg>"),
        "1.jpg": shown(n),
    },
    "redirect-of-the-file": lambda n: {
        "": html("<img src=f>"),
        "f": sent_to("g", 301),
        "g": sent_to("h", 307),
        "h": shown(n),
    },
    "redirect-in-euc-kr": lambda n: {
        "": sent_to(b"/redirect-in-euc-kr/" + EUC_KR),
        EUC_KR_PATH: html("<img src=../1.jpg>"),
        "1.jpg": shown(n),
    },
    "redirect-in-raw-utf-8": lambda n: {
        "": sent_to("/redirect-in-raw-utf-8/사진".encode()),
        "%EC%82%AC%EC%A7%84": html("<img src=1.jpg>"),
        "1.jpg": shown(n),
    },
    "redirect-with-backslashes": lambda n: {
        "": sent_to("\\redirect-with-backslashes\\real"),
        "real": html("<img src=1.jpg>"),
        "1.jpg": shown(n),
    },
    "redirect-without-host": lambda n: {
        "": sent_to("//site.example/redirect-without-host/real"),
        "real": html("<img src=1.jpg>"),
        "1.jpg": shown(n),
    },
    "redirect-with-spaces": lambda n: {
        "": sent_to(" /redirect-with-spaces/a b "),
        "a%20b": html("<img src=1.jpg>"),
        "1.jpg": shown(n),
    },
    "many-redirects": lambda n: (
        {"": sent_to("1")}
        | {str(step): sent_to(str(step + 1)) for step in range(1, 15)}
        | {"15": html("<img src=1.jpg>"), "1.jpg": shown(n)}
    ),
    "bounce-for-a-cookie": lambda n: {
        "": lambda heads: (
            html("<img src=1.jpg>")
            if "seen=1" in heads.get("Cookie", "")
            else sent_to("/bounce-for-a-cookie/", Set_Cookie="seen=1; Path=/bounce-for-a-cookie/")
        ),
        "1.jpg": shown(n),
    },
    "refresh": lambda n: {
        "": html("<meta http-equiv=refresh content='0;url=real'>"),
        "real": html("<img src=1.jpg>"),
        "1.jpg": shown(n),
    },
    "refresh-in-capitals": lambda n: {
        "": html("<META HTTP-EQUIV=Refresh CONTENT=\"0; URL='/refresh-in-capitals/real'\">"),
        "real": html("<img src=1.jpg>"),
        "1.jpg": shown(n),
    },
    "refresh-with-base": lambda n: {
        "": html("<base href=/refresh-with-base/deep/><meta http-equiv=refresh content=0;url=real>"),
        "deep/real": html("<img src=../1.jpg>"),
        "1.jpg": shown(n),
    },
    "refresh-in-the-head": lambda n: {
        "": html("<p>wait", Refresh="0;url=/refresh-in-the-head/real"),
        "real": html("<img src=1.jpg>"),
        "1.jpg": shown(n),
    },
    "refresh-to-itself-for-a-cookie": lambda n: {
        "": lambda heads: (
            html("<img src=1.jpg>")
            if "seen=1" in heads.get("Cookie", "")
            else html(
                "<meta http-equiv=refresh content='0;url=/refresh-to-itself-for-a-cookie/'>",
                Set_Cookie="seen=1; Path=/refresh-to-itself-for-a-cookie/",
            )
        ),
        "1.jpg": shown(n),
    },
    "cookie": lambda n: {"": html("<img src=1.jpg>", Set_Cookie="seen=1; Path=/"), "1.jpg": for_cookie(n)},
    "cookie-of-a-redirect": lambda n: {
        "": sent_to("real", Set_Cookie="late=1; Path=/cookie-of-a-redirect/"),
        "real": html("<img src=1.jpg>"),
        "1.jpg": for_cookie(n, "late"),
    },
    "cookie-with-an-odd-value": lambda n: {
        "": html("<img src=1.jpg>", Set_Cookie='odd={"a":[1,2],"b":"c d"}; Path=/cookie-with-an-odd-value/; HttpOnly'),
        "1.jpg": lambda heads: shown(n) if '{"a":[1,2],"b":"c d"}' in heads.get("Cookie", "") else (403, {}, b"no"),
    },
    "cookie-of-an-error-page": lambda n: {
        "": html("<img src=1.jpg>", 404, Set_Cookie="err=1; Path=/"),
        "1.jpg": for_cookie(n, "err"),
    },
    "only-from-the-page": lambda n: {
        "": html("<img src=1.jpg>"),
        "1.jpg": for_referer(n, lambda told: told == "http://site.example/only-from-the-page/"),
    },
    "only-from-nowhere": lambda n: {
        "": html("<meta name=referrer content=no-referrer><img src=1.jpg>"),
        "1.jpg": for_referer(n, lambda told: not told),
    },
    "only-for-pictures": lambda n: {
        "": html("<img src=1.jpg>"),
        "1.jpg": lambda heads: (
            shown(n) if heads.get("Accept", "").startswith("image/") else html("<p>a page around it")
        ),
    },
    "base": lambda n: {"": html("<base href=/base/deep/><img src=1.jpg>"), "deep/1.jpg": shown(n)},
    "frame": lambda n: {"": html("<iframe src=inner></iframe>"), "inner": html("<img src=1.jpg>"), "1.jpg": shown(n)},
    "query-in-euc-kr": lambda n: {
        "": (200, {"Content-Type": "text/html; charset=euc-kr"}, "<img src='f?말=가'>".encode("euc-kr")),
        "f?%B8%BB=%B0%A1": shown(n),
    },
    "charset-in-the-page": lambda n: {
        "": (200, {"Content-Type": "text/html"}, "<meta charset=euc-kr><img src='f?말=가'>".encode("euc-kr")),
        "f?%B8%BB=%B0%A1": shown(n),
    },
    "packed": lambda n: {
        "": (200, HTML | {"Content-Encoding": "gzip"}, gzip.compress(b"<img src=1.jpg>")),
        "1.jpg": (200, JPEG | {"Content-Encoding": "gzip"}, gzip.compress(picture(n))),
    },
    "file-of-another-type": lambda n: {"": html("<img src=f>"), "f": shown(n, headers={"Content-Type": "text/plain"})},
    "file-without-a-type": lambda n: {"": html("<img src=f>"), "f": shown(n, headers={})},
    "written-into-the-page": lambda n: {"": html(f"<img src='data:image/jpeg;base64,{inline(n)}'>")},
    "the-page-is-the-file": lambda n: {"": shown(n)},
}


def inline(number: int) -> str:
    import base64

    return base64.b64encode(picture(number)).decode()


MANNERS = [
    Manner(name, 1000 + at, fixed(parts(1000 + at))) for at, (name, parts) in enumerate((STATUSES | WAYS).items())
]


def site(path: str, heads: Heads) -> Answer:
    """All manners on one site, and a page that links to them."""
    if path == "/":
        return html("".join(f"<a href=/{manner.name}/>{manner.name}</a> " for manner in MANNERS))
    name, _, rest = path.removeprefix("/").partition("/")
    found = next((manner for manner in MANNERS if manner.name == name), None)
    return found.answer(rest, heads) if found else MISSING
