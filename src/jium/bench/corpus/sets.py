"""Which pictures are originals, distractors and companions, for tuning and for the test.

Photographs and packaged pictures are dealt by a hash of their origin, drawn scenes by their seeds, furniture by
its designs: nothing that was seen while tuning is met in the test. Companions are what edits put around or beside
an original; they are neither originals nor distractors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import Image

from jium.bench.corpus.drawn import Scene
from jium.bench.corpus.furniture import FURNITURE, Furnished
from jium.bench.corpus.items import Item, Recipe, Rgb, rng_of
from jium.bench.corpus.packaged import Clip, Found, Media, Piece, survey
from jium.bench.corpus.plain import PLAIN, Plain

Split = Literal["tuning", "test"]
Role = Literal["original", "distractor", "companion"]

ORIGINALS: dict[Split, int] = {"tuning": 320, "test": 600}
DISTRACTORS: dict[Split, int] = {"tuning": 8_000, "test": 20_000}
DESIGNS: dict[Split, tuple[int, ...]] = {"tuning": tuple(range(12)), "test": tuple(range(100, 112))}
COMPANIONS = 96
# Of a hundred origins, how many go where.
DEAL: tuple[tuple[Split, Role, int], ...] = (
    ("test", "original", 48),
    ("test", "distractor", 18),
    ("test", "companion", 4),
    ("tuning", "original", 19),
    ("tuning", "distractor", 8),
    ("tuning", "companion", 3),
)
TILES_OF_ONE_ORIGIN = 3
# PDQ's own floor: under it a photograph has too little in it to ask that it be found again.
QUALITY = 50
# Shares of the distractors; drawn scenes are what remains.
FURNISHED, PLAIN_SHARE, MOST_CLIPS, MOST_PACKAGED = 0.28, 0.12, 0.15, 0.15
# Tiles at least this long and high are cut into quarters as distractors.
QUARTERED = 440
# Distractors are drawn smaller than originals, so that twenty thousand are affordable.
DISTRACTOR_SCALE = 0.6
# How many rendered companions a process keeps (about 1.5 MB each).
KEPT = 48


def originals(split: Split) -> list[Item]:
    """The pictures that edits are made from: photographs first, then drawn scenes up to ``ORIGINALS[split]``."""
    taken: Counter[str] = Counter()
    chosen = []
    for tile in _tiles(split, "original"):
        if tile.kind == "photograph" and tile.quality >= QUALITY and taken[tile.origin] < TILES_OF_ONE_ORIGIN:
            taken[tile.origin] += 1
            chosen.append(Item(tile.name, tile.origin, tile.kind, tile.recipe))
    chosen = chosen[: ORIGINALS[split]]
    return chosen + [_drawn(split, "original", number, 1.0) for number in range(ORIGINALS[split] - len(chosen))]


def distractors(split: Split, count: int | None = None) -> list[Item]:
    """Unrelated pictures, ``count`` or ``DISTRACTORS[split]``, the kinds mixed; a smaller count is a thinned choice.

    Their shares: 28 % furnished, 12 % plain, up to 15 % clip art and 15 % packaged, the rest drawn.
    """
    count = DISTRACTORS[split] if count is None else count
    media = _media()
    packaged = _spread(_packaged(split), round(count * MOST_PACKAGED))
    clips = _spread(_clips(split, media), round(count * MOST_CLIPS))
    plain = [_plain(split, number) for number in range(round(count * PLAIN_SHARE))]
    inner = [*packaged, *clips]
    furnished = [_furnished(split, number, inner) for number in range(round(count * FURNISHED))]
    found = [*packaged, *clips, *plain, *furnished]
    found += [_drawn(split, "distractor", number, DISTRACTOR_SCALE) for number in range(count - len(found))]
    order = rng_of("distractors", split).permutation(len(found))
    return [found[int(place)] for place in order]


def companions(split: Split) -> Callable[[int], Rgb]:
    """Pictures for collages, by any number (the same number, the same picture); not to be written to."""
    pool = [Item(tile.name, tile.origin, tile.kind, tile.recipe) for tile in _tiles(split, "companion")]
    pool = [item for item in pool if item.kind == "photograph"][:COMPANIONS]
    pool += [_drawn(split, "companion", number, 1.0) for number in range(COMPANIONS - len(pool))]

    @lru_cache(KEPT)
    def rendered(place: int) -> Rgb:
        picture = pool[place].render()
        picture.flags.writeable = False
        return picture

    return lambda number: rendered(number % len(pool))


def dealt(origin: str) -> tuple[Split, Role]:
    """Where an origin belongs; the same on every machine."""
    place = int(rng_of("deal", origin).integers(sum(share for _split, _role, share in DEAL)))
    for split, role, share in DEAL:
        if place < share:
            return split, role
        place -= share
    raise AssertionError("the shares cover every place")


@lru_cache(1)
def _media() -> Media:
    return survey()


def _tiles(split: Split, role: Role) -> Iterator[Found]:
    return (tile for tile in _media().tiles if dealt(tile.origin) == (split, role))


def _drawn(split: Split, role: Role, number: int, scale: float) -> Item:
    name = f"drawn {split} {role} {number}"
    return Item(name, name, "drawn", Scene(name, scale))


def _plain(split: Split, number: int) -> Item:
    kind = list(PLAIN)[number % len(PLAIN)]
    name = f"{kind} {split} {number}"
    return Item(name, name, "plain", Plain(kind, name))


def _packaged(split: Split) -> list[Item]:
    """Photographs and packaged pictures: the quarters of large tiles, the whole of small ones."""
    found = []
    for tile in _tiles(split, "distractor"):
        with Image.open(tile.path) as file:
            quartered = min(file.size) >= QUARTERED
        recipes: list[Recipe] = [Piece(tile.path, part) for part in range(4)] if quartered else [tile.recipe]
        names = [f"{tile.name} quarter {part}" for part in range(4)] if quartered else [tile.name]
        found += [Item(name, tile.origin, tile.kind, recipe) for name, recipe in zip(names, recipes, strict=True)]
    return found


def _clips(split: Split, media: Media) -> list[Item]:
    def belongs(name: str) -> bool:
        return ("test" if rng_of("clip", name).random() < 0.7 else "tuning") == split

    # Variants of one drawing lie side by side in a folder: the folder decides.
    named = ((name, path) for name, path in media.clips if belongs(str(Path(name).parent)))
    return [Item(name, str(Path(name).parent), "clip", Clip(path)) for name, path in named]


def _spread(items: list[Item], most: int) -> list[Item]:
    """At most so many of the items, evenly spread over them."""
    if len(items) <= most:
        return items
    return [items[place * len(items) // most] for place in range(most)]


def _furnished(split: Split, number: int, inner: list[Item]) -> Item:
    """Another picture in furniture: a drawn scene of its own, or now and then one that is a distractor itself."""
    name = f"furnished {split} {number}"
    rng = rng_of(name)
    recipe: Recipe = Scene(name, DISTRACTOR_SCALE)
    origin = name
    if inner and rng.random() < 0.5:
        chosen = inner[int(rng.integers(len(inner)))]
        recipe, origin = chosen.recipe, chosen.origin
    kind = list(FURNITURE)[number % len(FURNITURE)]
    design = DESIGNS[split][int(rng.integers(len(DESIGNS[split])))]
    return Item(name, origin, "furnished", Furnished(recipe, kind, design, name), f"{kind} {design}")
