"""Which observation means what. Gone is said only on the site's own word for page and file."""

from __future__ import annotations

import pytest

from jium.removal.judge import judge
from jium.removal.models import Check
from tests.removal.sights import (
    COPY,
    FILE,
    GONE,
    MATERIAL,
    MOVED,
    OTHER_FILE,
    SAME_BYTES,
    SOFT_GONE,
    UNRELATED,
    UNSEEN,
    UP,
    observation,
)

O = Check.Outcome  # noqa: E741

TABLE = [
    ("page and file are there", UP, O.UP),
    (
        "the file is there byte for byte",
        observation(page_status=200, media_status=200, media=SAME_BYTES),
        O.UP,
    ),
    (
        "the page is gone but the file is still delivered",
        observation(page_status=404, media_status=200, media=COPY),
        O.UP,
    ),
    (
        "the page cannot be reached but the file is delivered",
        observation(page_error="dns", media_status=200, media=COPY),
        O.UP,
    ),
    (
        "the file failed once but the page shows it",
        observation(page_status=200, media_error="timeout", on_page=((FILE, COPY),)),
        O.UP,
    ),
    ("both are gone", GONE, O.GONE),
    ("both are gone for good", observation(page_status=410, media_status=410), O.GONE),
    ("blocked for legal reasons", observation(page_status=451, media_status=451), O.GONE),
    (
        "the page is gone, another picture in the file's place",
        observation(page_status=404, media_status=200, media=UNRELATED),
        O.GONE,
    ),
    ("soft 404: the page answers without the material", SOFT_GONE, O.SOFT_GONE),
    (
        "soft 404: a page of text in the file's place",
        observation(page_status=200, media_status=200, media_error="page_instead"),
        O.SOFT_GONE,
    ),
    (
        "a page of text in the place of a file that the page still names: a wall looks like that",
        observation(page_status=200, media_status=200, media_error="page_instead", refers=True),
        O.UNSEEN,
    ),
    (
        "nothing in the place of a file that the page still names",
        observation(page_status=200, media_status=200, media_error="empty", refers=True),
        O.UNSEEN,
    ),
    (
        "something in the file's place that is neither picture nor page",
        observation(page_status=200, media_status=200, media_error="not_media"),
        O.UNSEEN,
    ),
    (
        "a video in segments in the file's place",
        observation(page_status=200, media_status=200, media_error="stream"),
        O.UNSEEN,
    ),
    ("a wall before the page", observation(page_status=200, media_status=404, in_the_way="wall"), O.UNSEEN),
    ("a wall that says not found", observation(page_status=404, media_status=404, in_the_way="wall"), O.UNSEEN),
    ("a door before the page", observation(page_status=200, media_status=404, in_the_way="door"), O.UNSEEN),
    ("a page that scripts fill", observation(page_status=200, media_status=404, in_the_way="needs_scripts"), O.UNSEEN),
    (
        "another picture of the page came to nothing",
        observation(page_status=200, media_status=404, missed=("timeout",)),
        O.UNSEEN,
    ),
    (
        "the page shows more than was looked at",
        observation(page_status=404, media_status=404, missed=("too_many",)),
        O.UNSEEN,
    ),
    (
        "seen under another address, though not all could be looked at",
        observation(page_status=200, media_status=404, on_page=((OTHER_FILE, COPY),), missed=("timeout",)),
        O.MOVED,
    ),
    (
        "soft 404: nothing in the file's place",
        observation(page_status=200, media_status=200, media_error="empty"),
        O.SOFT_GONE,
    ),
    (
        "soft 404: a notice picture in the file's place",
        observation(page_status=200, media_status=200, media=UNRELATED, on_page=((FILE, UNRELATED),)),
        O.SOFT_GONE,
    ),
    ("the same under another address of the page", MOVED, O.MOVED),
    (
        "moved, another picture in the old place",
        observation(
            page_status=200,
            media_status=200,
            media=UNRELATED,
            on_page=((FILE, UNRELATED), (OTHER_FILE, COPY)),
        ),
        O.MOVED,
    ),
    ("neither can be reached", UNSEEN, O.UNSEEN),
    (
        "the file is gone, the page cannot be reached",
        observation(page_error="dns", media_status=404),
        O.UNSEEN,
    ),
    (
        "the page is gone, the file cannot be reached",
        observation(page_status=404, media_error="timeout"),
        O.UNSEEN,
    ),
    (
        "the page answers without it, the file cannot be reached",
        observation(page_status=200, media_error="refused"),
        O.UNSEEN,
    ),
    ("the site is broken", observation(page_status=503, media_status=503), O.UNSEEN),
    ("the page is broken, the file is gone", observation(page_status=500, media_status=404), O.UNSEEN),
    ("the site does not let us look", observation(page_status=403, media_status=403), O.UNSEEN),
    (
        "the site does not let us look at the file",
        observation(page_status=200, media_status=403),
        O.UNSEEN,
    ),
    ("too many requests", observation(page_status=429, media_status=429), O.UNSEEN),
    (
        "the file answered but could not be read",
        observation(page_status=200, media_status=200, media_error="truncated"),
        O.UNSEEN,
    ),
    (
        "the file answered but is too large to look at",
        observation(page_status=404, media_status=200, media_error="too_large"),
        O.UNSEEN,
    ),
    (
        "the file answered, our decoder failed",
        observation(page_status=200, media_status=200, media_error="crashed"),
        O.UNSEEN,
    ),
    ("a redirection that leads nowhere", observation(page_status=302, media_status=404), O.UNSEEN),
    ("nothing was seen at all", observation(), O.UNSEEN),
]


@pytest.mark.parametrize(("seen", "outcome"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_an_observation_means(seen, outcome) -> None:
    assert judge(seen, MATERIAL, FILE).outcome == outcome


@pytest.mark.parametrize(("seen", "outcome"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_only_moved_material_is_told_of(seen, outcome) -> None:
    assert bool(judge(seen, MATERIAL, FILE).moved) == (outcome == O.MOVED)


def test_every_new_address_is_told_once() -> None:
    third = "http://board.example/file/3.jpg"
    seen = observation(
        page_status=200,
        media_status=404,
        on_page=((OTHER_FILE, COPY), ("http://board.example/logo.png", UNRELATED), (third, SAME_BYTES)),
    )
    moved = judge(seen, MATERIAL, FILE).moved
    assert [found.media_url for found in moved] == [OTHER_FILE, third]
    assert moved[0].fingerprint == COPY


def test_a_loss_of_the_network_is_never_gone() -> None:
    for page in ("timeout", "dns", "tls", "refused", "denied"):
        for media in ("timeout", "dns", "tls", "refused", "denied"):
            seen = observation(page_error=page, media_error=media)
            assert judge(seen, MATERIAL, FILE).outcome == O.UNSEEN
