"""What comes out of the sandbox: the faces of pictures and films, and clear words where there are none to be had."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from jium.faces import models
from jium.faces.looking import Looked, OpenModel, look
from jium.faces.network import WrongModel
from jium.faces.shelf import Shelf
from jium.media.errors import MediaError
from jium.media.sandbox import Sandbox
from tests.faces import drawn, shared
from tests.media import samples

Opened = tuple[OpenModel, Sandbox]


def opened(name: str, folder: Path) -> Iterator[Opened]:
    here, described = Shelf(folder), models.description(name)
    if not described.built_in:
        assert all(here.put_from(file, shared.MODELS) for file in described.files)
    model = here.open(name)
    with model.sandbox() as box:
        yield model, box


@pytest.fixture(scope="module", params=["dlib", pytest.param("mobilefacenet", marks=shared.needs_models)])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    yield from opened(request.param, tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The model that sees small faces and turned ones."""
    yield from opened("mobilefacenet", tmp_path_factory.mktemp("models"))


def seen(model: Opened, picture: Image.Image) -> Looked:
    return look(drawn.jpeg(picture.convert("RGB")), *model)


def test_each_face_of_a_picture_is_seen_once_and_where_it_is(model: Opened) -> None:
    looked = seen(model, drawn.group([3, 4, 5]))
    middles = sorted((face.box[0] + face.box[2]) / 2 for face in looked.faces)
    assert (looked.kind, looked.width, looked.height) == ("image", 768, 256)
    assert middles == pytest.approx([1 / 6, 1 / 2, 5 / 6], abs=0.04)
    assert all(face.time is None and 60 < face.size < 220 for face in looked.faces)


@pytest.mark.parametrize("side", [140, 1300])
def test_small_pictures_and_large_faces_are_seen(model: Opened, side: int) -> None:
    (face,) = seen(model, drawn.face(3).resize((side, side))).faces
    assert 0.3 < (face.box[0] + face.box[2]) / 2 < 0.7 and face.size == pytest.approx(0.5 * side, rel=0.4)


@pytest.mark.parametrize(
    "change",
    [
        lambda picture: picture.convert("L"),
        lambda picture: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        lambda picture: picture.rotate(6, fillcolor=(120, 120, 120)),
    ],
    ids=["grey", "mirrored", "tilted"],
)
def test_an_altered_picture_shows_the_same_face(model: Opened, change) -> None:
    (plain,), (altered,) = seen(model, drawn.face(3)).faces, seen(model, change(drawn.face(3))).faces
    assert float(plain.template @ altered.template) > 0.6


def test_a_blurred_face_is_less_sharp(model: Opened) -> None:
    (plain,) = seen(model, drawn.face(3)).faces
    (soft,) = seen(model, drawn.face(3).filter(ImageFilter.GaussianBlur(3))).faces
    assert soft.sharpness < plain.sharpness


def test_a_face_in_a_film_is_followed(model: Opened) -> None:
    looked = look(drawn.film([None, 3, None, 4]), *model)
    first, second = looked.faces
    assert (looked.kind, looked.frames) == ("video", 16)
    assert (first.since, first.until) == pytest.approx((2.0, 3.5), abs=0.6) and first.looks >= 3
    assert (second.since, second.until) == pytest.approx((6.0, 7.5), abs=0.6)


def test_a_mirrored_film_shows_the_same_face(model: Opened) -> None:
    """Of every second frame it is the mirrored face that is taken."""
    (one,), (mirrored,) = (look(drawn.film([3, 3], mirrored=so), *model).faces for so in (False, True))
    assert one.looks > 4
    assert float(one.template @ mirrored.template) > 0.97


def test_an_animation_is_looked_at_frame_by_frame(model: Opened) -> None:
    frames = [Image.new("RGB", (256, 256), (90, 120, 140)), drawn.face(3)]
    packed = io.BytesIO()
    frames[0].save(packed, "WEBP", save_all=True, append_images=frames[1:], duration=700, lossless=True)
    (face,) = look(packed.getvalue(), *model).faces
    assert face.since == pytest.approx(0.7)


def test_a_picture_without_a_face_has_none(model: Opened) -> None:
    assert look(samples.encoded(samples.picture(7), "JPEG"), *model).faces == ()
    assert seen(model, Image.new("RGB", (9, 1000))).faces == ()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (b"no picture at all", "not_media"),
        (b"\xff\xd8\xff broken", "truncated"),
        (b"PK\x03\x04", "archive"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(model: Opened, content: bytes, kind: str) -> None:
    with pytest.raises(MediaError) as problem:
        look(content, *model)
    assert problem.value.kind == kind


def test_sound_shows_nobody(model: Opened) -> None:
    looked = look(samples.sound(), *model)
    assert (looked.kind, looked.faces) == ("audio", ())


@shared.needs_models
def test_faces_of_24_pixels_are_seen(small: Opened) -> None:
    wide = Image.new("RGB", (1200, 800), (90, 120, 140))
    wide.paste(drawn.face(3).resize((52, 52)), (300, 400))
    (face,) = seen(small, wide).faces
    assert face.size < 32 and face.box[0] == pytest.approx(0.265, abs=0.02)


@shared.needs_models
def test_a_model_whose_file_was_changed_after_it_was_opened_is_refused(tmp_path: Path) -> None:
    for model, box in opened("mobilefacenet", tmp_path):
        (tmp_path / "MobileFaceNet.onnx").write_bytes(b"no network")
        with pytest.raises(WrongModel):
            look(drawn.jpeg(drawn.face(3)), model, box)


def test_templates_are_the_same_from_one_sandbox_to_the_next(tmp_path: Path) -> None:
    templates = []
    for _round in (1, 2):
        for model, box in opened("dlib", tmp_path):
            templates.append(seen((model, box), drawn.face(3)).faces[0].template)
    np.testing.assert_allclose(templates[0], templates[1], atol=1e-4)
