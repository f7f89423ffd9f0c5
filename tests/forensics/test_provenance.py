"""What a file says of itself: recognised wherever programs write it, and believed no further than it goes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from jium.faces.shelf import Shelf
from jium.forensics import Examiner
from jium.forensics.marks import KINDS, MOST, Mark, checked, packed, possible
from jium.forensics.signal import Material
from jium.forensics.signals import provenance
from jium.forensics.signals.provenance.rules import of_source_type, of_texts
from jium.forensics.viewing import open_sandbox, says
from jium.media.errors import MediaError
from jium.media.sandbox import Sandbox
from tests.forensics import credentials

RGB = np.random.default_rng(5).integers(60, 200, (96, 96, 3), np.uint8)
STEPS = "a person in a park\nNegative prompt: blurry\nSteps: 28, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512"
GRAPH = json.dumps({"3": {"inputs": {"seed": 1}, "class_type": "KSampler"}})
LABEL = json.dumps({"Label": "1", "ContentProducer": "001191110102MA", "ProduceID": "1"})
XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description {}/></rdf:RDF></x:xmpmeta>'
TRAINED = f'Iptc4xmpExt:DigitalSourceType="{credentials.TERM}trainedAlgorithmicMedia"'
GENERATED = Mark("generated")


def by(program: str) -> set[Mark]:
    return {Mark("generated", program=program)}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"parameters": STEPS}, by("Stable Diffusion")),
        ({"user_comment": STEPS}, by("Stable Diffusion")),
        ({"prompt": GRAPH}, by("ComfyUI")),
        ({"workflow": '{"last_node_id": 9, "nodes": []}'}, by("ComfyUI")),
        ({"make": f"workflow:{GRAPH}"}, by("ComfyUI")),
        ({"comment": json.dumps({"prompt": GRAPH})}, by("ComfyUI")),
        ({"invokeai_metadata": "{}"}, by("InvokeAI")),
        ({"parameters": '{"sui_image_params": {"seed": 1}}'}, by("SwarmUI")),
        ({"software": "NovelAI", "comment": '{"signed_hash": "x"}'}, by("NovelAI")),
        ({"description": "a cat --v 6.1 Job ID: 0b4c2cf5-3d0c-4a6b-8b8e-0f3a6e0d1c2b"}, by("Midjourney")),
        ({"description": "Signature: " + "A" * 88, "artist": "0b4c2cf5-3d0c-4a6b-8b8e-0f3a6e0d1c2b"}, by("Grok")),
        ({"make": "Ideogram AI"}, by("Ideogram")),
        ({"credit": "Made with Google AI"}, by("Google Gemini")),
        ({"credit": "Edited with Google AI"}, {Mark("altered", program="Google Gemini")}),
        ({"xmp": XMP.format(TRAINED)}, {GENERATED}),
        ({"xmp": XMP.format('xmp:CreatorTool="Adobe Firefly"')}, by("Adobe Firefly")),
        ({"xmp": XMP.format(f'TC260:AIGC="{LABEL.replace(chr(34), "&quot;")}"')}, {GENERATED}),
        ({"aigc": LABEL}, {GENERATED}),
        ({"software": "FaceApp 11.2"}, {Mark("swapped", program="FaceApp")}),
        ({"software": "Adobe Photoshop 25.0 (Windows)"}, {Mark("edited", program="Photoshop")}),
    ],
)
def test_what_programs_write_is_recognised(texts: dict[str, str], expected: set[Mark]) -> None:
    assert of_texts(texts) == expected


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"make": "Canon", "model": "EOS R5", "software": "Firmware Version 1.8.1"},
        {"make": "Hawkeye", "model": "Firefly 8S"},
        {"artist": "Sora Kim", "description": "In 12 steps, sampler platter, seed cake"},
        {"artist": "0b4c2cf5-3d0c-4a6b-8b8e-0f3a6e0d1c2b", "description": "Signature: the mayor's"},
        {"comment": "Made with love", "credit": "Runway magazine"},
        {"prompt": "Prompt and friendly service", "parameters": "f/2.8, 1/200 s"},
        {"encoder": "Lavf60.16.100", "major_brand": "isom"},
        {"aigc": LABEL.replace('"1", "Content', '"3", "Content'), "xmp": "AIGC"},
        # A camera's own word counts where it is signed only.
        {"xmp": XMP.format(f'Iptc4xmpExt:DigitalSourceType="{credentials.TERM}digitalCapture"')},
    ],
)
def test_what_honest_files_carry_is_no_mark(texts: dict[str, str]) -> None:
    assert of_texts(texts) == frozenset()


@pytest.mark.parametrize("term", ["trainedAlgorithmicMedia", credentials.TERM + "trainedAlgorithmicMedia"])
def test_a_term_counts_alone_and_as_an_address(term: str) -> None:
    assert of_source_type(term) == GENERATED


# The same through the sandbox, from real files.


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox(Shelf.of_user().open("dlib")) as opened:
        yield opened


def picture(form: str, **saved: Any) -> bytes:
    kept = io.BytesIO()
    Image.fromarray(RGB).save(kept, form, **saved)
    return kept.getvalue()


def png(key: str, text: str) -> bytes:
    told = PngInfo()
    told.add_itxt(key, text)
    return picture("PNG", pnginfo=told)


def exif(number: int, value: str | bytes, folder: int | None = None) -> bytes:
    told = Image.Exif()
    (told.get_ifd(folder) if folder else told)[number] = value
    return told.tobytes()


def film(**metadata: str) -> bytes:
    kept = io.BytesIO()
    with av.open(kept, "w", format="mp4", options={"movflags": "use_metadata_tags"}) as container:
        container.metadata.update(metadata)
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 96, "yuv420p"
        for _number in range(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(RGB, format="rgb24")))
        container.mux(stream.encode(None))
    return kept.getvalue()


COMMENT = b"UNICODE\0" + STEPS.encode("utf-16-be")
TURNED = b"UNICODE\0" + STEPS.encode("utf-16-le")
FILES = {
    "png parameters": (png("parameters", STEPS), "Stable Diffusion"),
    "png graph": (png("prompt", GRAPH), "ComfyUI"),
    "jpeg comment": (picture("JPEG", exif=exif(0x9286, COMMENT, 0x8769)), "Stable Diffusion"),
    "jpeg comment, turned": (picture("JPEG", exif=exif(0x9286, TURNED, 0x8769)), "Stable Diffusion"),
    "webp graph": (picture("WEBP", exif=exif(0x010F, f"prompt:{GRAPH}")), "ComfyUI"),
    "jpeg xmp": (picture("JPEG", xmp=XMP.format(TRAINED).encode()), ""),
    "png xmp": (png("XML:com.adobe.xmp", XMP.format(TRAINED)), ""),
    "tiff software": (picture("TIFF", tiffinfo={305: "Midjourney"}), "Midjourney"),
    "film comment": (film(comment=json.dumps({"prompt": GRAPH})), "ComfyUI"),
    "film label": (film(AIGC=LABEL), ""),
}


@pytest.mark.parametrize("name", FILES)
def test_marks_are_found_in_files_of_many_kinds(sandbox: Sandbox, name: str) -> None:
    content, program = FILES[name]
    assert says(content, sandbox) == (Mark("generated", program=program),)


@pytest.mark.parametrize("content", [picture("JPEG"), picture("PNG"), film()], ids=["jpeg", "png", "film"])
def test_a_file_without_any_says_nothing(sandbox: Sandbox, content: bytes) -> None:
    assert says(content, sandbox) == ()


# Signed credentials.

TRAINED_BY = credentials.made("trainedAlgorithmicMedia", "ChatGPT")


def jpeg(*actions: dict[str, Any], parent: bytes | None = None) -> bytes:
    return credentials.signed(picture("JPEG"), "image/jpeg", *actions, parent=parent)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (TRAINED_BY, Mark("generated", True, "ChatGPT")),
        (
            credentials.made("compositeWithTrainedAlgorithmicMedia", "Adobe Firefly"),
            Mark("altered", True, "Adobe Firefly"),
        ),
        (credentials.made("digitalCapture", "a camera"), Mark("captured", True)),
    ],
)
def test_signed_credentials_are_verified(sandbox: Sandbox, action: dict[str, Any], expected: Mark) -> None:
    assert says(jpeg(action), sandbox) == (expected,)


def test_credentials_of_a_film_are_verified(sandbox: Sandbox) -> None:
    assert says(credentials.signed(film(), "video/mp4", TRAINED_BY), sandbox) == (Mark("generated", True, "ChatGPT"),)


def test_credentials_that_no_longer_fit_are_torn_and_no_longer_signed(sandbox: Sandbox) -> None:
    content = jpeg(TRAINED_BY)
    at = len(content) - 200
    changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    assert set(says(changed, sandbox)) == {Mark("torn"), Mark("generated", False, "ChatGPT")}


def test_a_camera_whose_credentials_no_longer_fit_says_nothing_of_itself(sandbox: Sandbox) -> None:
    content = jpeg(credentials.made("digitalCapture", "a camera"))
    at = len(content) - 200
    changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    assert says(changed, sandbox) == (Mark("torn"),)


def test_there_is_a_sentence_for_every_possible_mark() -> None:
    assert set(provenance.SAID) == {
        (kind, signed) for kind in KINDS for signed in (True, False) if possible(kind, signed)
    }


def test_what_it_was_made_from_still_counts(sandbox: Sandbox) -> None:
    parent = jpeg(TRAINED_BY)
    edited = jpeg({"action": "c2pa.cropped", "softwareAgent": {"name": "Photoshop"}}, parent=parent)
    assert Mark("generated", True, "ChatGPT") in says(edited, sandbox)


# What becomes of a mark.


def findings(*marks: Mark) -> list[Any]:
    return list(provenance.findings(Material(marks=marks)))


@pytest.mark.parametrize("kind", ["generated", "swapped"])
def test_who_names_a_generator_is_likelier_a_composite(kind: Any) -> None:
    (one,) = findings(Mark(kind))
    assert one.weight > 1 and one.error > 0


@pytest.mark.parametrize("kind", ["altered", "edited", "torn", "unread"])
def test_what_honest_files_say_too_weighs_nothing(kind: Any) -> None:
    (one,) = findings(Mark(kind))
    assert one.weight == one.error == 0


def test_a_camera_weighs_nothing_either() -> None:
    assert findings(Mark("captured", True))[0].weight == 0


@pytest.mark.parametrize(("kind", "signed"), sorted(provenance.SAID))
def test_every_mark_is_a_whole_sentence(kind: Any, signed: bool) -> None:
    for program in ("", "ComfyUI"):
        (one,) = findings(Mark(kind, signed, program))
        assert one.said.format(**one.values).endswith(".")


def test_a_mark_alone_is_no_verdict() -> None:
    with closing(Examiner(Shelf.of_user().open("dlib"))) as examiner:
        found = examiner.examine(FILES["png parameters"][0])
    assert found.verdict.name == "undetermined" and 0.9 < found.verdict.probability < 0.99
    assert [one.signal for one in found.findings] == ["provenance"]


# Hostile files, and a child that was taken over.


BROKEN = {
    "bloated parameters": png("parameters", "Steps: 1, " * 100_000),
    "bloated graph": png("prompt", "class_type" * 50_000),
    "long comment": picture("JPEG", comment=b"Label " * 10_000),
    "exif without end": picture("JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\0" * 40),
    "cut off": picture("PNG")[:-30],
    "credentials cut off": jpeg(TRAINED_BY)[:5000],
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_or_bloated_file_says_nothing_and_breaks_nothing(sandbox: Sandbox, name: str) -> None:
    assert [one for one in says(BROKEN[name], sandbox) if one.program] == []
    assert says(FILES["png graph"][0], sandbox) == (Mark("generated", program="ComfyUI"),)


def test_what_makes_the_reader_stop_could_not_be_read(sandbox: Sandbox) -> None:
    assert says(b"no picture at all", sandbox) == (Mark("unread"),)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"marks": "generated"},
        {"marks": [["generated", False]]},
        {"marks": [["certainly fake", False, ""]]},
        {"marks": [["generated", 1, ""]]},
        {"marks": [["torn", True, ""]]},
        {"marks": [["captured", False, ""]]},
        {"marks": [["generated", False, "<script>"]]},
        {"marks": [["generated", False, ["ComfyUI"]]]},
        {"marks": [["generated", False, ""]] * (MOST + 1)},
    ],
)
def test_any_other_word_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(MediaError):
        checked(told)


def test_marks_come_out_as_they_went_in() -> None:
    marks = frozenset({Mark("generated", True, "Sora"), Mark("torn")})
    assert frozenset(checked(packed(marks))) == marks
