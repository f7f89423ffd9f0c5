"""Whatever is wrong with a file: what Chromium shows of it, jium sees too."""

from __future__ import annotations

import base64
import contextlib
import io
from collections.abc import Iterator
from typing import Any, TypeGuard

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page

from jium.media import image
from jium.media.damage import LEAST_DECODED
from jium.media.errors import MediaError
from tests.egress.site import Site, page, way_out
from tests.media.test_odd_pictures import brightness, opened
from tests.oracle.damaged import FILES, animated, changed, gif, icon, jpeg, webp

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("oracle")]

AT = "http://site.example"
SIDE = (64, 48)
# What is drawn there: brightness, and which points hold something.
Drawn = tuple[NDArray[np.float64], NDArray[np.bool_]]
DRAW = """async ([address, width, height]) => {
  const shown = new Image();
  shown.src = address;
  await new Promise(done => { shown.onload = shown.onerror = done; });
  if (!shown.naturalWidth) return null;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(shown, 0, 0, width, height);
  return canvas.toDataURL();
}"""


def drawn(chromium_page: Page, address: str) -> Drawn | None:
    """What Chromium draws of the file at ``address``, small."""
    told = chromium_page.evaluate(DRAW, [address, *SIDE])
    if told is None:
        return None
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(told.partition(",")[2]))).convert("RGBA"), np.float64)
    return pixels[..., :3] @ [0.299, 0.587, 0.114], pixels[..., 3] > 0


def seen(content: bytes) -> NDArray[np.float64]:
    """What jium sees of a file (of a moving one its first frame), as small. Raises MediaError."""
    picture = opened(content)
    frame = next(image.animation(picture))[0] if picture.animated else image.still(picture)
    return np.asarray(
        Image.fromarray(brightness(frame).astype(np.float32)).resize(SIDE, Image.Resampling.BOX), np.float64
    )


@contextlib.contextmanager
def shown_by(chromium: Browser, files: dict[str, bytes]) -> Iterator[dict[str, Drawn | None]]:
    names = list(files)

    def answer(path: str) -> Any:
        number = path.strip("/")
        return (200, {}, files[names[int(number)]]) if number.isdigit() else page("<p>x")

    with (
        Site(answer) as server,
        way_out(site=server) as proxy,
        contextlib.closing(chromium.new_context(proxy={"server": proxy, "bypass": "<-loopback>"})) as context,
    ):
        chromium_page = context.new_page()
        chromium_page.goto(AT)
        yield {name: drawn(chromium_page, f"{AT}/{number}") for number, name in enumerate(names)}


@pytest.fixture(scope="module")
def by_chromium(chromium: Browser) -> Iterator[dict[str, Drawn | None]]:
    with shown_by(chromium, {name: make() for name, make in FILES.items()}) as found:
        yield found


@pytest.mark.filterwarnings("ignore")  # of Pillow, about what is broken
@pytest.mark.parametrize("name", FILES)
def test_what_chromium_shows_is_seen(by_chromium: dict[str, Drawn | None], name: str) -> None:
    shown = by_chromium[name]
    if not is_shown(shown):
        pytest.skip("this Chromium shows nothing of it")
    picture, there = shown
    assert np.abs(seen(FILES[name]()) - picture)[there].mean() < 12


def is_shown(shown: Drawn | None) -> TypeGuard[Drawn]:
    """Whether Chromium shows so much of a file that there is something to see."""
    return shown is not None and float(shown[1].mean()) > LEAST_DECODED


def test_nearly_all_of_them_are_shown(by_chromium: dict[str, Drawn | None]) -> None:
    """Another release of Chromium may think otherwise of a few: not of so many that nothing is asked any more."""
    assert sum(map(is_shown, by_chromium.values())) >= 0.95 * len(FILES)


KINDS = {
    "JPEG": jpeg,
    "progressive JPEG": lambda: jpeg(progressive=True),
    "PNG": lambda: FILES["PNG without its end"](),
    "GIF": gif,
    "interlaced GIF": lambda: gif(interlaced=True),
    "icon": icon,
    "WebP": webp,
    **{f"moving {form}": (lambda form=form: animated(form)) for form in ("GIF", "PNG", "WEBP", "AVIF")},
}


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_bytes_are_changed(chromium: Browser, kind: str) -> None:
    """Of what Chromium shows half a picture, jium sees at least something."""
    whole = KINDS[kind]()
    files = {str(seed): changed(whole, seed, begin=0.0, count=1 + seed % 6) for seed in range(150)}
    missed = []
    with shown_by(chromium, files) as found:
        for name, shown in found.items():
            if shown is None or (shown[1].any(axis=1) & (shown[0].std(axis=1) > 3)).mean() < 0.5:
                continue
            try:
                seen(files[name])
            except MediaError as problem:
                missed.append((name, problem.kind))
    assert missed == []
