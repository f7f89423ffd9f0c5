"""Every odd kind of picture has one outcome, and docs/pictures.md tells it: the document is a test, too."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from jium import dna
from jium.dna.pdq import distance
from jium.media import image
from jium.media.errors import MediaError
from jium.media.frame import Frame
from jium.media.probe import probe
from jium.media.sandbox import Sandbox
from tests.media import odd, odd_animations, samples

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "pictures.md"


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("name", odd.READ)
def test_read(name: str, decoder: Sandbox) -> None:
    case = odd.READ[name]
    content, like = case.make(), case.like()
    seen = dna.fingerprint(content, decoder)
    plain = dna.fingerprint(samples.encoded(like, "BMP"), decoder)
    assert (seen.kind, seen.width, seen.height) == ("image", *like.size)
    assert distance(seen.frames[0].code, plain.frames[0].code) <= case.bits
    assert image.still(opened(content)).damaged == case.damaged


def test_a_single_point_is_read_and_says_nothing(decoder: Sandbox) -> None:
    seen = dna.fingerprint(samples.encoded(odd.SCENE.resize((1, 1)), "PNG"), decoder)
    assert (seen.kind, seen.width, seen.height, seen.note) == ("image", 1, 1, "featureless")


@pytest.mark.parametrize("name", odd.REFUSED)
def test_refused(name: str, decoder: Sandbox) -> None:
    make, kind = odd.REFUSED[name]
    with pytest.raises(MediaError) as problem:
        dna.fingerprint(make(), decoder)
    assert problem.value.kind == kind


def opened(content: bytes) -> image.Picture:
    """Opened without a sandbox: the samples are our own."""
    file = io.BytesIO(content)
    return image.open_picture(file, probe(file).decoder)


def brightness(frame: Frame) -> np.ndarray:
    """rows × width, 0..255."""
    pixels = np.concatenate([strip for _top, strip in frame.strips()]).astype(float)
    return pixels @ [0.299, 0.587, 0.114] if pixels.ndim == 3 else pixels


def gap(frame: Frame, picture: Image.Image) -> float:
    """How far the frame's brightness is from the picture's on average, levels of 255."""
    return float(np.abs(brightness(frame) - seen_as(picture)).mean())


def seen_as(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("RGB")).astype(float) @ [0.299, 0.587, 0.114]


@pytest.mark.parametrize("name", odd.VIEWS)
def test_views(name: str) -> None:
    case = odd.VIEWS[name]
    views = image.backgrounds(opened(case.make()))
    expected = case.expected()
    assert len(views) == len(expected)
    assert max(map(gap, views, expected)) <= case.levels


@pytest.mark.parametrize("name", odd_animations.FRAMES)
def test_frames(name: str) -> None:
    case = odd_animations.FRAMES[name]
    shown = []
    seconds = 0.0
    for frame, lasts in image.animation(opened(case.make())):
        # Looked at here: a frame is valid only until the next one is asked for.
        shown.append((frame.time, brightness(frame)))
        seconds += lasts
    expected = case.expected()
    assert [time for time, _pixels in shown] == pytest.approx(case.times)
    assert seconds == pytest.approx(case.seconds)
    # A GIF has 256 colours.
    assert all(
        np.abs(pixels - seen_as(picture)).mean() <= 12 for (_time, pixels), picture in zip(shown, expected, strict=True)
    )


def test_an_endless_animation_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "MOST_DISTINCT_FRAMES", 3)
    content = odd_animations.animated("GIF", [1, 2, 3, 4, 5])
    assert len(list(image.animation(opened(content)))) == 3
    monkeypatch.setattr(image, "PIXEL_BUDGET", 2 * image.LEAST_FRAME_COST)
    monkeypatch.setattr(image, "MOST_DISTINCT_FRAMES", 1000)
    assert len(list(image.animation(opened(content)))) == 3


@pytest.mark.parametrize("name", ["photo.mp4", "photo.txt", "photo"])
def test_the_name_says_nothing(name: str, tmp_path: Path, decoder: Sandbox) -> None:
    path = tmp_path / name
    path.write_bytes(samples.encoded(odd.SCENE, "PNG"))
    assert dna.fingerprint(path, decoder).kind == "image"


@pytest.mark.parametrize(
    ("content", "share"),
    [(odd.baseline(0.6), 0.62), (odd.cut(samples.encoded(odd.SCENE, "PNG"), 0.6), 0.594), (odd.progressive(0.5), 1.0)],
    ids=["JPEG", "PNG", "progressive JPEG"],
)
def test_a_damaged_picture_says_how_much_of_it_is_there(content: bytes, share: float) -> None:
    frame = image.still(opened(content))
    assert frame.damaged
    assert frame.decoded == pytest.approx(share, abs=0.04)
    rows = int(frame.height * frame.decoded) - 16
    assert np.abs(brightness(frame)[:rows] - seen_as(odd.SCENE)[:rows]).mean() < 8


def test_brightness_alone_is_nearly_the_same_and_halved_where_it_is_large() -> None:
    large = odd.SCENE.resize((3600, 2700))
    content = samples.encoded(large, "JPEG", quality=90)
    (grey,) = image.backgrounds(opened(content), grey=True)
    assert (grey.width, grey.height) == (1800, 1350)
    assert gap(grey, large.resize((1800, 1350), Image.Resampling.BOX)) < 2
    small = image.still_grey(opened(samples.encoded(odd.SCENE, "JPEG", quality=90)))
    assert (small.width, small.height) == odd.SCENE.size
    assert gap(small, odd.SCENE) < 3


def told() -> list[str]:
    """The names of tests in the document's tables, as they stand there."""
    rows = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row.rstrip("|").rpartition("|")[2])]


def test_the_document_tells_every_outcome_that_is_tested_and_no_other(request: pytest.FixtureRequest) -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-o",
        "addopts=",
        "-p",
        "no:cacheprovider",
        "--collect-only",
        "-q",
        __file__,
    ]
    listed = subprocess.run(command, cwd=request.config.rootpath, capture_output=True, text=True, check=True).stdout
    tested = [line.partition("::")[2] for line in listed.splitlines() if "::" in line]
    tested.remove(request.node.name)
    assert sorted(told()) == sorted(tested)


def seen_in_a_row(contents: dict[str, bytes]) -> dict[str, object]:
    """Name to the fingerprint or the kind of error, one after the other in one sandbox."""
    told: dict[str, object] = {}
    with dna.open_sandbox() as sandbox:
        for name, content in contents.items():
            try:
                told[name] = dna.fingerprint(content, sandbox)
            except MediaError as problem:
                told[name] = problem.kind
    return told


def test_no_file_changes_what_is_seen_of_the_next() -> None:
    """Decoders have settings that last: for damaged files, for large ones, for formats registered late."""
    refused = [name for name in odd.REFUSED if "enormous" in name]
    read = [name for name in odd.READ if name.endswith("cut at 60 %") or "broken" in name]
    contents = {name: odd.REFUSED[name][0]() for name in refused} | {name: odd.READ[name].make() for name in read}
    contents |= {name: case.make() for name, case in odd_animations.FRAMES.items() if "cut" in name}
    contents |= {"video": samples.video(), "heic": samples.heic(odd.SCENE), "plain": samples.encoded(odd.SCENE, "PNG")}
    backwards = dict(reversed(list(contents.items())))
    assert seen_in_a_row(contents) == seen_in_a_row(backwards)
