"""Photographs and pictures that Debian packages carry, and those of ../shared/data, cut into tiles.

The first survey of a machine's media cuts every photograph into disjoint tiles and keeps them in a cache; later
ones read the list. Tiles of one photograph, and photographs that show the same, share their origin.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

import jium
from jium.bench.corpus.items import Rgb, resized
from jium.dna import pdq

# Of the tiles in the cache.
VERSION = 6
TILE = (720, 600)
LONGEST_TILE = 768
LONGEST_PHOTOGRAPH = 2600
# PDQ's own limit for "the same picture".
SAME = 31
SMALLEST_CLIP = 200
SHARED = Path(jium.__file__).resolve().parents[2].parent / "shared" / "data"
# One picture of each scene.
SHARED_PHOTOGRAPHS = (
    "faces/img/*",
    "images/reg-test-input/labelme-subset/*",
    "images/reg-test-input/pen-and-coaster.png",
    "images/bridge-mods/aaa-orig.jpg",
    "images/misc-images/c.png",
    "images/misc-images/small.jpg",
)
# Found by looking at them: other names for the same scene.
SAME_SCENE = {
    # Two cuts of one photograph, and two moments of one speech.
    "img/lfw_Hugo_Chavez_0008": "img/lfw_Jacques_Chirac_0009",
    "img/lfw_Tony_Blair_0009": "img/lfw_Tony_Blair_0003",
    "misc-images/c": "reg-test-input/pen-and-coaster",
    "data/right": "data/left",
    "Outdoors/brick-wall-and-stairs": "Outdoors/brick-wall",
    "Outdoors/the-movies": "Indoors/the-movies-inside",
}
PICTURES = {".jpg", ".jpeg", ".png", ".webp"}


@dataclass(frozen=True, slots=True)
class Place:
    """Files under a root: what they show, and which names to leave out or solely take (regular expressions)."""

    pattern: str
    kind: str
    only: str = ""
    without: str = "$^"


_PLASMA = (
    "FallenLeaf|Path|DarkestHour|EveningGlow|Grey|ColorfulCups|OneStandsOut|BytheWater|Kite|Autumn|Cascade|"
    "summer_1am|Kokkini|MilkyWay|Cluster|FlyingKonqui"
)
_FIGURES = (
    "left\\d|right\\d|mattes|trimaps|imageTextN|imageTextR|notes|chess|basketball2|rubberwhale2|leuvenB|graf3|"
    "ela_mod|aloeGT|aloeR|tmpl|home_|stuff|text_def|Blender|pic\\d|gradient|detect_blob|LinuxLogo|opencv-logo|"
    "board|calib|box|aero3|ellipses|cards|digits|smarties|ml|vtest|sudoku|mask|lena|templ|pca_test|text_motion|HappyFish|WindowsLogo"
)
PLACES = (
    Place("usr/share/kphotoalbum/demo/*", "photograph"),
    Place("usr/share/scratch/Media/Backgrounds/*/*", "photograph", without="room[12]|party|spotlight|court2"),
    Place("usr/share/backgrounds/*_by_*", "photograph", without="Painting-Colors|Infinite-Sea|analogpattern"),
    Place("usr/share/backgrounds/mate/nature/*", "photograph"),
    Place("usr/share/backgrounds/mate/*/*", "picture", without="nature/"),
    Place(
        "usr/share/lxqt/wallpapers/*", "photograph", only="(utterfly|Val|after|apple|cloud|drop|flowers|fog|windows)"
    ),
    Place("usr/share/wallpapers/*/contents/images/*", "photograph", only=f"wallpapers/({_PLASMA})/"),
    Place("usr/share/wallpapers/*/contents/images/*", "picture", without=f"wallpapers/({_PLASMA})/"),
    Place(
        "usr/lib/python3/dist-packages/skimage/data/*",
        "photograph",
        only="coffee|camera.png|clock|astronaut|gravel|brick|motorcycle_left|hubble|moon|grass|retina|ihc|rocket|chelsea|coins",
    ),
    Place("usr/lib/python3/dist-packages/sklearn/datasets/images/*", "photograph"),
    Place("usr/share/doc/opencv-doc/examples/data/*", "photograph", without=_FIGURES),
    Place("usr/share/doc/opencv-doc/examples/text/scenetext0*", "photograph"),
    Place("usr/share/backgrounds/ukui*", "picture"),
)
CLIPS = ("usr/share/openclipart/png/**/*.png", "usr/share/tuxpaint/stamps/**/*.png")


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile in the cache; the recipe of a photograph or packaged picture."""

    path: str

    def render(self) -> Rgb:
        """The tile as it was cut, at most 768 pixels long."""
        return read(Path(self.path))


@dataclass(frozen=True, slots=True)
class Piece:
    """A quarter of a tile in the cache: 0 and 1 above, 2 and 3 below."""

    path: str
    quarter: int

    def render(self) -> Rgb:
        """The quarter, at most 384 pixels long."""
        whole = read(Path(self.path))
        middle, centre = whole.shape[0] // 2, whole.shape[1] // 2
        rows = whole[middle:] if self.quarter >= 2 else whole[:middle]
        return np.ascontiguousarray(rows[:, centre:] if self.quarter % 2 else rows[:, :centre])


@dataclass(frozen=True, slots=True)
class Clip:
    """The recipe of clip art: on white, with room around it."""

    path: str

    def render(self) -> Rgb:
        """At most 480 × 480 pixels."""
        # Not by OpenCV, whose libpng writes warnings about some of these files to the terminal.
        with Image.open(self.path) as file:
            clip = file.convert("RGBA")
        clip.thumbnail((448, 448), reducing_gap=2.0)
        page = Image.new("RGBA", clip.size, "white")
        page.alpha_composite(clip)
        drawn = np.asarray(page.convert("RGB"))
        return np.asarray(
            cv2.copyMakeBorder(drawn, 16, 16, 16, 16, cv2.BORDER_CONSTANT, value=(255, 255, 255)), np.uint8
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A tile that was cut: its name (without the machine's own paths), origin, kind, PDQ quality, cached file."""

    name: str
    origin: str
    kind: str
    quality: int
    path: str

    @property
    def recipe(self) -> Tile:
        """What renders it."""
        return Tile(self.path)


@dataclass(frozen=True)
class Media:
    """All that was found: tiles of photographs and pictures; clip art (name, path)."""

    tiles: tuple[Found, ...]
    clips: tuple[tuple[str, str], ...]


def read(path: Path) -> Rgb:
    """A picture file as red, green, blue; what is transparent becomes white."""
    raw = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if raw is None:
        raise ValueError(f"not a picture: {path}")
    if raw.dtype == np.uint16:
        raw = (raw // 256).astype(np.uint8)
    if raw.ndim == 2:
        return np.asarray(cv2.cvtColor(raw, cv2.COLOR_GRAY2RGB), np.uint8)
    if raw.shape[2] == 4:
        share = raw[..., 3:] / np.float32(255)
        raw = (raw[..., :3] * share + 255 * (1 - share) + np.float32(0.5)).astype(np.uint8)
    return np.ascontiguousarray(raw[..., ::-1])


def cache_folder() -> Path:
    """Where tiles are kept."""
    named = os.environ.get("JIUM_BENCH_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "jium" / "bench"
    return Path(named) if named else base


def survey() -> Media:
    """Everything this machine has; cuts tiles where the cache does not hold this very set of files."""
    files = list(_files())
    clips = tuple(_clips())
    told = "\n".join(f"{name} {kind} {path.stat().st_size}" for name, kind, path in files)
    key = hashlib.blake2b(f"{VERSION} {told}".encode(), digest_size=8).hexdigest()
    folder = cache_folder() / key
    listing = folder / "tiles.json"
    if not listing.exists():
        folder.mkdir(parents=True, exist_ok=True)
        tiles = _merged([cut for file in files for cut in _cut(*file, folder)])
        unfinished = folder / f"tiles.{os.getpid()}"
        unfinished.write_text(json.dumps([asdict(tile) for tile in tiles]), encoding="utf-8")
        unfinished.replace(listing)
    found = (Found(**one) for one in json.loads(listing.read_text(encoding="utf-8")))
    return Media(tuple(found), clips)


def _roots() -> list[Path]:
    named = os.environ.get("JIUM_BENCH_MEDIA", "")
    return [Path("/"), *(Path(root) for root in named.split(":") if root)]


def _files() -> Iterator[tuple[str, str, Path]]:
    """Name, kind and path of one file of every photograph and picture, in the order of names."""
    found: dict[str, tuple[str, Path]] = {}
    for root in _roots():
        for place in PLACES:
            for path in root.glob(place.pattern):
                name = str(path.relative_to(root))
                wanted = re.search(place.only, name) and not re.search(place.without, name)
                if wanted and path.suffix.lower() in PICTURES and path.is_file():
                    found.setdefault(name, (place.kind, path))
    for pattern in SHARED_PHOTOGRAPHS:
        for path in SHARED.glob(pattern):
            if path.suffix.lower() in PICTURES:
                found.setdefault(str(path.relative_to(SHARED)), ("photograph", path))
    # Of the resolutions and variants of one picture only the largest file.
    largest: dict[str, str] = {}
    for name in sorted(found):
        rival = largest.setdefault(picture_of(name), name)
        if found[name][1].stat().st_size > found[rival][1].stat().st_size:
            largest[picture_of(name)] = name
    for name in sorted(largest.values()):
        yield name, *found[name]


def _clips() -> Iterator[tuple[str, str]]:
    """Names and paths of clip art that is large enough, each once."""
    found: dict[str, Path] = {}
    for root in _roots():
        for pattern in CLIPS:
            for path in root.glob(pattern):
                if not path.is_symlink():
                    found.setdefault(str(path.relative_to(root)), path)
    for name in sorted(found):
        with found[name].open("rb") as file:
            header = file.read(24)
        sides = (int.from_bytes(header[16:20], "big"), int.from_bytes(header[20:24], "big"))
        if max(sides) >= SMALLEST_CLIP and min(sides) >= SMALLEST_CLIP // 3 and max(sides) <= 2500:
            yield name, str(found[name])


def picture_of(name: str) -> str:
    """One name for the resolutions and variants of one picture."""
    wallpaper = re.match(r"usr/share/wallpapers/([^/]+)/", name)
    if wallpaper:
        return f"plasma {wallpaper[1]}"
    stem = re.sub(r"[_-]?\d{3,5}x\d{3,5}", "", Path(name).stem)
    return f"{Path(name).parent.name}/{re.sub(r'-(a|b|logo)$', '', stem)}"


def origin_of(name: str) -> str:
    """One name for the variants of one picture, and for numbered pictures, which often show one place."""
    picture = picture_of(name)
    if not name.startswith("faces/"):
        picture = re.sub(r"(?<=[^\d_-])[_-]?\d$", "", picture)
    return SAME_SCENE.get(picture, picture)


def _cut(name: str, kind: str, path: Path, folder: Path) -> Iterator[tuple[Found, NDArray[np.uint8]]]:
    """Tiles of one file, each kept in the cache, with their eight PDQ codes (8 × 32 bytes)."""
    whole = read(path)
    scale = min(1.0, LONGEST_PHOTOGRAPH / max(whole.shape[:2]))
    whole = resized(whole, whole.shape[1] * scale, whole.shape[0] * scale) if scale < 1 else whole
    height, width = whole.shape[:2]
    columns, rows = max(1, width // TILE[0]), max(1, height // TILE[1])
    if max(width, height) < 1.5 * max(TILE):
        columns = rows = 1
    for number in range(columns * rows):
        row, column = divmod(number, columns)
        top, bottom = height * row // rows, height * (row + 1) // rows
        left, right = width * column // columns, width * (column + 1) // columns
        part = whole[top:bottom, left:right]
        scale = min(1.0, LONGEST_TILE / max(part.shape[:2]))
        tile = resized(part, part.shape[1] * scale, part.shape[0] * scale) if scale < 1 else part
        sampled = pdq.samples([(0, np.ascontiguousarray(tile))], tile.shape[1], tile.shape[0])
        codes = np.frombuffer(b"".join(pdq.codes(sampled)), np.uint8).reshape(8, 32)
        kept = folder / (hashlib.blake2b(f"{name} {number}".encode(), digest_size=8).hexdigest() + ".jpg")
        cv2.imwrite(str(kept), tile[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])
        yield Found(f"{name} {number}", origin_of(name), kind, pdq.quality(sampled), str(kept)), codes


def _merged(cut: list[tuple[Found, NDArray[np.uint8]]]) -> list[Found]:
    """The tiles, with one origin for all that PDQ takes for the same picture."""
    if not cut:
        return []
    forms = np.stack([codes for _tile, codes in cut]).view(np.uint64).reshape(-1, 8, 4)
    leader = {tile.origin: tile.origin for tile, _codes in cut}

    def first(origin: str) -> str:
        while leader[origin] != origin:
            origin = leader[origin]
        return origin

    for number, (tile, _codes) in enumerate(cut):
        distance = np.bitwise_count(forms ^ forms[number, 0]).sum(axis=2, dtype=np.uint16).min(axis=1)
        for other in np.flatnonzero(distance <= SAME):
            low, high = sorted((first(tile.origin), first(cut[int(other)][0].origin)))
            leader[high] = low
    return [Found(t.name, first(t.origin), t.kind, t.quality, t.path) for t, _codes in cut]
