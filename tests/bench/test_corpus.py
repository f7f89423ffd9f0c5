"""The bench's pictures: the same everywhere, dealt to splits that share nothing, affordable."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from jium.bench.corpus import packaged, sets
from jium.bench.corpus.drawn import Scene
from jium.bench.corpus.furniture import FURNITURE, Furnished
from jium.bench.corpus.items import Recipe
from jium.bench.corpus.packaged import Found, Media, origin_of, picture_of
from jium.bench.corpus.plain import PLAIN, Plain

RECIPES: dict[str, Recipe] = {
    "scene": Scene("a", 0.4),
    **{f"plain {kind}": Plain(kind, "a") for kind in PLAIN},
    **{f"furnished {kind}": Furnished(Scene("b", 0.4), kind, 3, "a") for kind in FURNITURE},
}
PROGRAM = """
import json
from tests.bench.test_corpus import RECIPES, digest
print(json.dumps({name: digest(recipe) for name, recipe in RECIPES.items()}))
"""


def digest(recipe: Recipe) -> str:
    """Of the rendered picture's pixels and shape."""
    rgb = recipe.render()
    return hashlib.sha256(repr(rgb.shape).encode() + rgb.tobytes()).hexdigest()


@pytest.fixture
def media(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Media:
    """Some tiles and clip art, in place of what the machine has."""
    small = tmp_path / "tile.jpg"
    cv2.imwrite(str(small), np.full((600, 700, 3), 128, np.uint8))
    tiles = tuple(
        Found(f"photograph {number} {tile}", f"origin {number}", "photograph", 90 if tile else 40, str(small))
        for number in range(120)
        for tile in range(5)
    )
    clips = tuple((f"folder{number // 4}/clip{number}.png", str(small)) for number in range(400))
    found = Media(tiles, clips)
    monkeypatch.setattr(sets, "_media", lambda: found)
    return found


def test_the_same_in_another_process() -> None:
    here = {name: digest(recipe) for name, recipe in RECIPES.items()}
    assert here == {name: digest(recipe) for name, recipe in RECIPES.items()}
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True, text=True)
    assert json.loads(ran.stdout) == here
    assert len(set(here.values())) == len(here)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=list(RECIPES))
def test_a_recipe_renders_a_picture(recipe: Recipe) -> None:
    rgb = recipe.render()
    assert rgb.dtype == np.uint8
    assert rgb.ndim == 3 and rgb.shape[2] == 3 and min(rgb.shape[:2]) >= 100


def test_two_pictures_in_one_design_share_its_furniture() -> None:
    one, other = (Furnished(Scene(name, 0.5), "browser", 5, name).render() for name in "ab")
    third = Furnished(Scene("a", 0.5), "browser", 6, "a").render()
    menu = (slice(80, 700), slice(0, 130))
    assert np.array_equal(one[menu], other[menu])
    assert not np.array_equal(one[menu], third[menu])


def test_nothing_of_tuning_is_in_the_test(media: Media) -> None:
    origins = {split: _origins(split) for split in sets.ORIGINALS}
    assert not origins["tuning"] & origins["test"]
    assert not set(sets.DESIGNS["tuning"]) & set(sets.DESIGNS["test"])


def _origins(split: sets.Split) -> set[str]:
    return {item.origin for item in (*sets.originals(split), *sets.distractors(split, 2000))}


@pytest.mark.parametrize("split", sets.ORIGINALS)
def test_originals_are_no_distractors(media: Media, split: sets.Split) -> None:
    originals, distractors = sets.originals(split), sets.distractors(split, 2000)
    assert not {item.origin for item in originals} & {item.origin for item in distractors}
    assert len({item.name for item in (*originals, *distractors)}) == len(originals) + len(distractors)


@pytest.mark.parametrize("split", sets.ORIGINALS)
def test_originals_are_good_photographs_first(media: Media, split: sets.Split) -> None:
    found = sets.originals(split)
    assert len(found) == sets.ORIGINALS[split]
    photographs = [item for item in found if item.kind == "photograph"]
    assert photographs and found[: len(photographs)] == photographs
    assert {item.kind for item in found[len(photographs) :]} == {"drawn"}
    assert max(Counter(item.origin for item in photographs).values()) <= sets.TILES_OF_ONE_ORIGIN
    assert not any(item.name.endswith(" 0") for item in photographs), "tile 0 has a low quality"


def test_distractors_are_of_every_kind(media: Media) -> None:
    found = sets.distractors("test", 1000)
    kinds = Counter(item.kind for item in found)
    assert len(found) == 1000
    assert set(kinds) == {"photograph", "clip", "drawn", "furnished", "plain"}
    assert kinds["furnished"] >= 250
    assert {item.furniture.split()[0] for item in found if item.furniture} == set(FURNITURE)
    designs = {int(item.furniture.split()[1]) for item in found if item.furniture}
    assert designs <= set(sets.DESIGNS["test"])


def test_without_packages_drawn_scenes_fill_the_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "_media", lambda: Media((), ()))
    assert len(sets.originals("test")) == sets.ORIGINALS["test"] >= 500
    assert len(sets.distractors("test")) == sets.DISTRACTORS["test"] >= 20_000
    assert not sets.companions("test")(7).flags.writeable


def test_companions_are_no_originals_and_stay_the_same(media: Media) -> None:
    pictures = sets.companions("tuning")
    assert np.array_equal(pictures(3), sets.companions("tuning")(3))
    assert np.array_equal(pictures(3), pictures(3 + sets.COMPANIONS))


def test_pieces_and_clips(tmp_path: Path) -> None:
    rgb = Scene("pieces").render()
    path = str(tmp_path / "tile.png")
    cv2.imwrite(path, rgb[..., ::-1])
    parts = [packaged.Piece(path, quarter).render() for quarter in range(4)]
    assert np.array_equal(np.vstack([np.hstack(parts[:2]), np.hstack(parts[2:])]), rgb)
    assert max(packaged.Clip(path).render().shape[:2]) == 480


@pytest.mark.parametrize(
    ("name", "picture", "origin"),
    [
        ("usr/share/wallpapers/Kite/contents/images/1280x1024.jpg", "plasma Kite", "plasma Kite"),
        ("usr/share/backgrounds/mate/nature/Dune_1920x1080.jpg", "nature/Dune", "nature/Dune"),
        ("usr/share/scratch/Media/Backgrounds/Sports/court-a.jpg", "Sports/court", "Sports/court"),
        ("usr/share/kphotoalbum/demo/pool_2.jpg", "demo/pool_2", "demo/pool"),
        ("faces/img/deepface_img2.jpg", "img/deepface_img2", "img/deepface_img2"),
        ("images/reg-test-input/labelme-subset/q0003.jpg", "labelme-subset/q0003", "labelme-subset/q0003"),
        ("images/misc-images/c.png", "misc-images/c", "reg-test-input/pen-and-coaster"),
    ],
)
def test_names_of_pictures_and_origins(name: str, picture: str, origin: str) -> None:
    assert picture_of(name) == picture
    assert origin_of(name) == origin


def test_a_survey_cuts_tiles_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    demo = tmp_path / "root" / "usr/share/kphotoalbum/demo"
    demo.mkdir(parents=True)
    large = np.hstack([Scene(name).render()[:480, :480] for name in ("t1", "t2", "t3")])
    cv2.imwrite(str(demo / "wide.png"), np.vstack([large, large[:, ::-1]])[..., ::-1])
    monkeypatch.setattr(packaged, "_roots", lambda: [tmp_path / "root"])
    monkeypatch.setattr(packaged, "SHARED", tmp_path / "none")
    monkeypatch.setenv("JIUM_BENCH_CACHE", str(tmp_path / "cache"))
    first = packaged.survey()
    assert len(first.tiles) == 2
    assert len({tile.origin for tile in first.tiles}) == 1
    left, right = (tile.recipe.render() for tile in first.tiles)
    assert left.shape == right.shape and not np.array_equal(left, right)
    monkeypatch.setattr(packaged, "_cut", None)
    assert packaged.survey() == first
