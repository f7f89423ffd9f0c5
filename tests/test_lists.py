"""What is asked of a list, and what of its text counts."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from jium import lists
from jium.cases.models import Case

SHAPE = lists.Shape(
    name="birds",
    looks_in="Name",
    choices=lists.CHOICES,
    orders={"seen": ("seen_at",), "name": ("name",)},
    falling=True,
)


def asked(query: str = "", shape: lists.Shape = SHAPE, **session: str) -> lists.Asked:
    request = RequestFactory().get(f"/birds/{query}")
    request.session = {"search birds": session.get("text", "")}
    return lists.asked(request, shape)


@pytest.mark.parametrize(
    ("query", "choice", "order", "falling"),
    [
        ("", "all", "seen", True),
        ("?show=mine", "mine", "seen", True),
        ("?sort=name", "all", "name", False),
        ("?sort=-name&show=waiting", "waiting", "name", True),
        ("?sort=seen", "all", "seen", False),
        ("?sort=password&show=secrets", "all", "seen", True),
        ("?sort=--name", "all", "seen", True),
        ("?sort=-", "all", "seen", True),
        ("?show=%00&page=%00", "all", "seen", True),
    ],
)
def test_only_what_a_list_knows_can_be_asked_of_it(query: str, choice: str, order: str, falling: bool) -> None:
    found = asked(query)
    assert (found.choice, found.order, found.falling) == (choice, order, falling)


def test_an_address_keeps_what_was_asked_and_turning_the_order_begins_at_the_first_page() -> None:
    page = lists.shown(asked("?show=mine&sort=-name&page=2"), list(range(120)), 120)
    assert list(page.page) == list(range(50, 100))
    assert (page.back(), page.further()) == ("?show=mine&sort=-name&page=1", "?show=mine&sort=-name&page=3")
    assert page.heading("name") == ("?show=mine&sort=name", "descending")
    assert page.heading("seen") == ("?show=mine&sort=seen", "")
    assert [address for address, _label, current in page.choices() if current] == ["?show=mine&sort=-name"]


@pytest.mark.parametrize("page", ["0", "-3", "zoo", "999", ""])
def test_a_page_that_there_is_not_leads_to_one_that_there_is(page: str) -> None:
    assert len(lists.shown(asked(f"?page={page}"), list(range(120)), 120).page) in (20, 50)


def test_what_is_searched_for_stays_out_of_the_address() -> None:
    request = RequestFactory().post("/birds/?show=mine&page=4", {"text": "  willow\x00  tit "})
    request.session = {}
    answer = lists.search(request, SHAPE)
    assert answer["Location"] == "/birds/?show=mine&sort=-seen"
    assert request.session == {"search birds": "willow tit"}
    ending = RequestFactory().post("/birds/", {"text": " \u200b "})
    ending.session = request.session
    lists.search(ending, SHAPE)
    assert request.session == {}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a   b ", "a b"),
        ("a\tb\nc", "a b c"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
        ("gpj.\u202eexe", "gpj. exe"),
        ("x" * 999, "x" * 200),
        ("\ud800lone", "lone"),
        ("", ""),
    ],
)
def test_what_is_typed_is_kept_as_it_can_be_seen(typed: str, kept: str) -> None:
    assert lists.plain(typed) == kept


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", True),
        ("WILLOW", True),
        ("tit willow", True),
        ("willow wren", False),
        ("한글", True),
        ("harbour.example", True),
    ],
)
def test_every_word_must_stand_somewhere(text: str, found: bool) -> None:
    values = ("Willow tit", "\u1112\u1161\u11ab\u1100\u1173\u11af", "http://harbour.example/posts/1")
    assert lists.holds(text, *values) is found


def test_a_search_in_tables_asks_every_word_of_every_field() -> None:
    wanted = lists.holding("willow tit", "number", "pseudonym")
    assert wanted.connector == "AND"
    assert [dict(part.children) for part in wanted.children] == [
        {"number__icontains": word, "pseudonym__icontains": word} for word in ("willow", "tit")
    ]


def test_a_search_for_nothing_leaves_nothing_out() -> None:
    assert not lists.holding("", "number")


def test_a_list_without_orders_has_none_in_its_address() -> None:
    plain = lists.Shape(name="birds", looks_in="Name", choices={"all": "All", "up": "Up"})
    assert asked("?show=up&sort=name", plain).address() == "?show=up"


def test_rows_of_one_value_keep_their_order() -> None:
    shape = lists.Shape(name="birds", looks_in="Name", choices=lists.CHOICES, orders={"name": ("pseudonym",)})
    for query, turned in (("?sort=name", False), ("?sort=-name", True)):
        ordered = asked(query, shape).sorted(Case.objects.all()).query
        assert ordered.order_by == ("pseudonym", "pk") and ordered.standard_ordering is not turned
