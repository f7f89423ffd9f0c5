"""Reads every page of an installation to which a link leads, and says where two of them disagree.

``JIUM_DATA=… JIUM_CLOCK_FILE=… python -m tests.river.every_page``: the number of pages read, then a line for each
disagreement between what a page says is to do and what the to-do list says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from jium import web

# What pages say where nothing is to do.
CALM = re.compile(r"Nothing to do here|Nothing waits for you|Nothing to compare|No letter waits")
COUNT = re.compile(r'id="count-(\w+)"( hidden)?>(\d+)<')


def main() -> None:
    web.set_up()
    from django.test import Client

    from jium.trust.models import Account

    reader = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
    reader.force_login(Account.objects.get())
    reader.cookies["jium_language"] = "en"
    pages = dict(read(reader))
    print(len(pages))
    for line in disagreements(pages):
        print(line)


def read(reader) -> Iterator[tuple[str, str]]:
    """Address and text of every page that links lead to, from the first on."""
    waiting, known = ["/"], {"/"}
    while waiting:
        address = waiting.pop()
        answer = reader.get(address, follow=True)
        assert answer.status_code == 200, address
        if not answer["Content-Type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        yield address, page
        for link in LexborHTMLParser(page).css("a[href]:not([download])"):
            there = (link.attributes["href"] or "").partition("#")[0]
            if there.startswith("?"):
                there = address.partition("?")[0] + there
            if there.startswith("/") and there not in known:
                known.add(there)
                waiting.append(there)


def disagreements(pages: dict[str, str]) -> Iterator[str]:
    from jium.desk import tasks
    from jium.notices import services as notices
    from jium.trust import policy
    from jium.trust.assignments import reach
    from jium.trust.models import Account

    account = Account.objects.get()
    to_do = tasks.ToDo(policy.allowed(account), reach(account))
    listed, compared, in_cases = to_do.count(), to_do.undecided(), to_do.in_cases()
    counted = {"queue": listed, "desk": compared, "second_looks": to_do.second_looks()}
    letters = notices.waiting_approval().count() + notices.needing_attention().count()
    waits = {"/": listed, "/desk/": compared, "/notices/": letters}
    waits.update({f"/cases/{case}/": number for case, number in in_cases.items()})
    for address, page in pages.items():
        plain = address.partition("?")[0]
        is_case = re.fullmatch(r"/cases/[0-9a-f-]{36}/", plain) is not None
        if CALM.search(page) and (plain in waits or is_case) and waits.get(plain, 0):
            yield f"{address} is calm, but {waits[plain]} things wait"
        if not CALM.search(page) and (plain == "/" or is_case) and not waits.get(plain, 0):
            yield f"{address} says that something waits, but nothing does"
        for name, _hidden, number in COUNT.findall(page):
            if int(number) != counted[name]:
                yield f"{address} counts {number} in the menu at {name}"


if __name__ == "__main__":
    main()
