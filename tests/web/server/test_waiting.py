"""How long a connection may wait for what."""

from __future__ import annotations

import pytest

from jium.web.server.waiting import Patience, Waiting


@pytest.mark.parametrize(
    ("waiting", "ended"),
    [
        (Waiting("request", 60), False),
        (Waiting("request", 61), True),
        (Waiting("head", 20), False),
        (Waiting("head", 21), True),
        (Waiting("farewell", 6), True),
        (Waiting("body", 30), False),
        (Waiting("body", 31), True),
        (Waiting("body", 3600, 512 * 1024 * 1024), False),
        (Waiting("body", 3600, 64 * 1024), True),
        (Waiting("reader", 40, 4096 * 11), False),
        (Waiting("reader", 40, 4096 * 9), True),
        (Waiting("us", 10**6), False),
    ],
    ids=str,
)
def test_each_kind_of_waiting_has_its_end_but_our_own_work(waiting: Waiting, ended: bool) -> None:
    assert Patience().ended(waiting) is ended


def test_only_what_loses_nobodys_work_makes_room_for_others() -> None:
    kinds = {"request": True, "head": True, "farewell": True, "body": False, "us": False, "reader": False}
    assert {what: Waiting(what, 1).gives_way for what in kinds} == kinds
