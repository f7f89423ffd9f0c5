"""All files together: who may be the person, whoever else is there, in whatever order and however interrupted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.random import RandomState
from numpy.typing import NDArray

from jium.faces.enrol import Enrolled, enrol
from jium.faces.face import Seen, Template
from jium.faces.odds import LEAST_ODDS, Calibration
from jium.faces.trace import COHORT, FILES, OF_EACH, Noted, Tracer
from tests.faces.people import NUMBERS, another_look, seen, somebody, unit

# Measured with strangers drawn as below: how their normalised likeness is spread.
CALIBRATION = Calibration(
    ((-3.4, -0.3), (0.0, -1.0), (2.6, -2.0), (4.5, -3.0), (6.1, -4.0), (7.5, -5.0), (9.0, -6.0), (10.5, -7.0)),
    0.3,
    {},
)
RANDOM = RandomState(2026)
BASE = np.array([somebody(RANDOM) for _ in range(COHORT)], np.float32)
HER = somebody(RANDOM)
File = tuple[str, list[Seen]]


def digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def enrolled(*templates: Template) -> Enrolled:
    return enrol([(f"{number}.jpg", [seen(one)]) for number, one in enumerate(templates)], None, 0.3)


def tracer(person: Enrolled, base: NDArray[np.float32] = BASE) -> Tracer[str]:
    return Tracer(person, CALIBRATION, base)


def strangers(seed: int, files: int, of_each: int = 1) -> list[File]:
    random = RandomState(seed)
    return [(f"stranger {n}", [seen(somebody(random)) for _ in range(of_each)]) for n in range(files)]


def hers(seed: int, files: int, noise: float = 0.7) -> list[File]:
    random = RandomState(seed)
    return [(f"hers {n}", [seen(somebody(random)), seen(another_look(random, HER, noise), 0.7)]) for n in range(files)]


def traced(files: Sequence[File], person: Enrolled) -> Tracer[str]:
    one = tracer(person)
    for name, faces in files:
        one.add(name, digest(name), faces)
    return one


def told(one: Tracer[str]) -> dict[str, list[tuple[object, int, float]]]:
    """The hits, as values that can be compared."""
    return {key: [(hit.face.box, hit.photo, round(hit.odds, 3)) for hit in hits] for key, hits in one.hits().items()}


def test_her_other_faces_are_found_and_strangers_are_not() -> None:
    one = traced(strangers(1, 400, 2) + hers(2, 20), enrolled(HER))
    hits = one.hits()
    assert set(hits) == {f"hers {number}" for number in range(20)}
    for found in hits.values():
        assert [hit.face.box[0] for hit in found] == [0.7]
        assert found[0].odds >= LEAST_ODDS and found[0].photo == 0
    assert one.compared == 400 * 2 + 20 * 2


def test_a_face_that_resembles_her_less_has_smaller_odds_and_stands_last() -> None:
    random = RandomState(3)
    faces = [seen(another_look(random, HER, noise), left) for noise, left in ((3.6, 0.1), (0.5, 0.4), (4.5, 0.7))]
    found = traced([("a", faces), *strangers(4, 50)], enrolled(HER)).hits(least=1.0)["a"]
    odds = [hit.odds for hit in found]
    assert len(found) >= 2 and odds == sorted(odds, reverse=True)
    assert found[0].face is faces[1]


def test_only_hits_of_the_odds_asked_for_are_told() -> None:
    one = traced(strangers(5, 300, 3), enrolled(HER))
    assert one.hits() == {}
    low = one.hits(least=30.0)
    assert low and all(hit.odds >= 30 for hits in low.values() for hit in hits)


def test_nothing_seen_gives_no_hit() -> None:
    one = traced([("a", []), ("b", [])], enrolled(HER))
    assert one.hits() == {} and one.compared == 0
    assert np.array_equal(one.cohort(), BASE)


def test_the_photo_that_a_face_resembles_most_is_named() -> None:
    random = RandomState(6)
    young, old = another_look(random, HER, 1.0), another_look(random, HER, 1.0)
    files = [("young", [seen(another_look(random, young, 0.3))]), ("old", [seen(another_look(random, old, 0.3))])]
    hits = traced(files, enrolled(young, old)).hits()
    assert (hits["young"][0].photo, hits["old"][0].photo) == (0, 1)


def test_several_photos_find_what_none_of_them_does() -> None:
    """What differs from photo to photo is lost in their mean, and what they have in common is hers."""
    random = RandomState(7)
    photos = [another_look(random, HER, 1.6) for _number in range(4)]
    looks = [seen(another_look(random, HER, 1.6)) for _number in range(40)]
    files = strangers(8, 60, 4) + [(f"look {number}", [face]) for number, face in enumerate(looks)]
    alone = [len(traced(files, enrolled(one)).hits()) for one in photos]
    assert len(traced(files, enrolled(*photos)).hits()) > max(alone)


def test_the_same_photo_given_twice_changes_nothing() -> None:
    files = strangers(8, 60, 4) + hers(9, 24, noise=2.0)
    once, twice = (told(traced(files, person)) for person in (enrolled(HER), enrolled(HER, HER)))
    assert once == twice


# Order and interruption


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_the_files_does_not_matter(seed: int) -> None:
    files = strangers(8, FILES + 60, 4) + hers(9, 24, noise=2.4)
    shuffled = [files[number] for number in RandomState(seed).permutation(len(files))]
    first, second = traced(files, enrolled(HER)), traced(shuffled, enrolled(HER))
    assert told(first) and told(first) == told(second)
    assert np.array_equal(first.cohort(), second.cohort())


@pytest.mark.parametrize("at", [0, 30, 150, 204])
def test_a_search_that_was_interrupted_ends_as_one_that_was_not(at: int) -> None:
    files = strangers(10, FILES + 60, 4) + hers(11, 24, noise=2.4)
    files = [files[number] for number in RandomState(12).permutation(len(files))]
    whole = traced(files, enrolled(HER))
    before = tracer(enrolled(HER))
    known: dict[str, Noted] = {name: before.add(name, digest(name), faces) for name, faces in files[:at]}

    after = tracer(enrolled(HER))
    needed = after.needed(known)
    assert needed <= set(known)
    for name, faces in files[:at]:
        if name in needed:
            assert after.add(name, digest(name), faces) == known[name]
        else:
            after.skip(known[name])
    for name, faces in files[at:]:
        after.add(name, digest(name), faces)
    assert told(after) == told(whole)
    assert after.compared == whole.compared
    assert np.array_equal(after.cohort(), whole.cohort())


def test_a_search_that_ended_needs_few_files_again() -> None:
    files = strangers(13, 400) + hers(14, 5)
    known = {}
    one = tracer(enrolled(HER))
    for name, faces in files:
        known[name] = one.add(name, digest(name), faces)
    needed = tracer(enrolled(HER)).needed(known)
    assert {name for name in known if name.startswith("hers")} <= needed
    possible = sum(noted.possible for noted in known.values())
    assert FILES <= len(needed) <= FILES + possible < 200


def test_files_without_faces_are_not_needed_again() -> None:
    assert tracer(enrolled(HER)).needed({"a": Noted(digest("a"), 0, False)}) == set()


def test_what_is_noted_of_a_file_is_a_number_and_no_face() -> None:
    one = tracer(enrolled(HER))
    assert one.add("a", digest("a"), [seen(-HER), seen(-HER)]) == Noted(digest("a"), 2, False)
    assert one.add("b", digest("b"), [seen(HER)]) == Noted(digest("b"), 1, True)
    assert one.add("c", digest("c"), []) == Noted(digest("c"), 0, False)


# Crowds


def test_many_photos_of_her_do_not_hide_her() -> None:
    files = strangers(15, 150) + hers(16, 150)
    assert set(traced(files, enrolled(HER)).hits()) == {f"hers {number}" for number in range(150)}


def test_the_crowd_holds_strangers_and_not_her() -> None:
    cohort = traced(strangers(17, 30) + hers(18, 60), enrolled(HER)).cohort()
    assert cohort.shape == (COHORT, NUMBERS)
    assert float((cohort @ HER).max()) < 0.5


def test_the_crowd_is_half_of_this_material_and_half_drawn() -> None:
    files = strangers(19, 300, 3)
    cohort = traced(files, enrolled(HER)).cohort()
    assert cohort.shape == (COHORT, NUMBERS)
    assert np.array_equal(cohort[COHORT // 2 :], BASE[: COHORT // 2])
    own = {face.template.tobytes() for _name, faces in files for face in faces}
    assert all(row.tobytes() in own for row in cohort[: COHORT // 2])


def test_of_a_file_the_largest_faces_stand_for_its_crowd() -> None:
    random = RandomState(20)
    faces = [seen(somebody(random), size=50.0 + number) for number in range(10)]
    own = {row.tobytes() for row in traced([("a", faces)], enrolled(HER)).cohort()[:OF_EACH]}
    assert own == {face.template.tobytes() for face in faces[-OF_EACH:]}


def test_people_who_all_resemble_each_other_are_seldom_taken_for_her() -> None:
    """A group that the model tells apart badly, she among them."""
    random = RandomState(21)
    common = somebody(random)
    group = [unit(somebody(random) + 0.6 * common) for _ in range(500)]
    person = enrolled(unit(somebody(random) + 0.6 * common))
    files = [(f"one {number}", [seen(face)]) for number, face in enumerate(group)]
    alone = sum(bool(traced([file], person).hits()) for file in files)
    together = len(traced(files, person).hits())
    assert alone >= 20
    assert together <= alone / 4


def test_she_is_found_among_people_who_all_resemble_her() -> None:
    random = RandomState(22)
    common = somebody(random)
    her = unit(somebody(random) + 0.6 * common)
    files = [(f"one {number}", [seen(unit(somebody(random) + 0.6 * common))]) for number in range(300)]
    files += [(f"hers {number}", [seen(another_look(random, her, 0.5))]) for number in range(10)]
    assert {f"hers {number}" for number in range(10)} <= set(traced(files, enrolled(her)).hits())


def test_of_strangers_only_a_bounded_sample_is_kept() -> None:
    files = strangers(23, FILES * 3, OF_EACH + 4)
    one = traced(files, enrolled(HER))
    sample = [face for kept in one._sample.values() for face in kept.faces]
    assert len(one._sample) == FILES and len(sample) == FILES * OF_EACH
    # Beside it only what one in thirty would resemble as much.
    possible = sum(len(faces) for faces in one._possible.values())
    assert possible < one.compared / 15
    assert set(vars(one)) == {
        "_enrolled",
        "_calibration",
        "_base",
        "_usually",
        "_template",
        "_near",
        "_possible",
        "_sample",
        "compared",
    }
