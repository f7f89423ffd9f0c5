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
from jium.forensics.signals.provenance import xmp
from jium.forensics.signals.provenance.rules import of_source_type, of_texts
from jium.forensics.viewing import open_sandbox, says
from jium.media.errors import MediaError
from jium.media.sandbox import Sandbox
from tests.forensics import credentials

RGB = np.random.default_rng(5).integers(60, 200, (96, 96, 3), np.uint8)
STEPS = "a person in a park\nNegative prompt: blurry\nSteps: 28, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512"
GRAPH = json.dumps({"3": {"inputs": {"seed": 1}, "class_type": "KSampler"}})
LABEL = json.dumps({"Label": "1", "ContentProducer": "001191110102MA", "ProduceID": "1"})
SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "TC260": "http://www.tc260.org.cn/ns/AIGC/1.0/",
}
RDF = "".join(f' xmlns:{name}="{space}"' for name, space in SPACES.items())
PACKET = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF{RDF}>{{}}</rdf:RDF></x:xmpmeta>'
XMP = PACKET.format("<rdf:Description {}/>")
DEEP = PACKET.format("<rdf:Description>{}</rdf:Description>")
TRAINED = f'Iptc4xmpExt:DigitalSourceType="{credentials.TERM}trainedAlgorithmicMedia"'
GENERATED, EDITED = Mark("generated"), Mark("edited", program="Photoshop")

TERM = f"{credentials.TERM}trainedAlgorithmicMedia"
SOURCE = {("digitalsourcetype", TERM)}


def by(program: str) -> set[Mark]:
    return {Mark("generated", program=program)}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"parameters": STEPS}, by("Stable Diffusion")),
        ({"user_comment": STEPS}, by("Stable Diffusion")),
        ({"prompt": GRAPH}, by("ComfyUI")),
        ({"workflow": '{"last_node_id": 9, "nodes": [{"type": "KSampler"}]}'}, by("ComfyUI")),
        ({"make": f"workflow:{GRAPH}"}, by("ComfyUI")),
        ({"comment": json.dumps({"prompt": GRAPH})}, by("ComfyUI")),
        ({"invokeai_metadata": "{}"}, by("InvokeAI")),
        ({"parameters": '{"sui_image_params": {"seed": 1}}'}, by("SwarmUI")),
        ({"software": "NovelAI", "comment": '{"signed_hash": "x", "steps": 28}'}, by("NovelAI")),
        ({"comment": '{"uncond_scale": 1.0, "sampler": "k_euler"}'}, by("NovelAI")),
        ({"description": "a cat --v 6.1 Job ID: 0b4c2cf5-3d0c-4a6b-8b8e-0f3a6e0d1c2b"}, by("Midjourney")),
        ({"description": "Signature: " + "A" * 88, "artist": "0b4c2cf5-3d0c-4a6b-8b8e-0f3a6e0d1c2b"}, by("Grok")),
        ({"make": "Ideogram AI"}, by("Ideogram")),
        ({"credit": "Made with Google AI"}, by("Google Gemini")),
        ({"credit": "Edited with Google AI"}, {Mark("altered", program="Google Gemini")}),
        ({"xmp:digitalsourcetype": f"{credentials.TERM}trainedAlgorithmicMedia"}, {GENERATED}),
        ({"xmp:creatortool": "Adobe Firefly"}, by("Adobe Firefly")),
        ({"xmp:credit": "Made with Google AI"}, by("Google Gemini")),
        ({"xmp:history": "Adobe Photoshop 25.0\nMidjourney v6"}, {*by("Midjourney"), EDITED}),
        ({"xmp:aigc": LABEL}, {GENERATED}),
        ({"aigc": LABEL}, {GENERATED}),
        ({"comment": json.dumps({"AIGC": json.loads(LABEL)})}, {GENERATED}),
        ({"comment": json.dumps({"AIGC": LABEL})}, {GENERATED}),
        ({"dream": '"a cat" -s 50 -S 123 -W 512 -H 512 -C 7.5 -A k_lms'}, by("InvokeAI")),
        ({"user_comment": '{"base_model": "x", "performance": "Speed", "seed": 1}'}, by("Fooocus")),
        ({"software": "Sora 2"}, by("Sora")),
        ({"software": "FaceFusion 3.0.1"}, {Mark("swapped", program="FaceFusion")}),
        ({"software": "FaceApp 11.2"}, {Mark("edited", program="FaceApp")}),
        ({"software": "Adobe Photoshop 25.0 (Windows)"}, {EDITED}),
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
        {"aigc": LABEL.replace('"1", "Content', '"3", "Content'), "xmp:description": "AIGC"},
        # A camera's own word counts where it is signed only.
        {"xmp:digitalsourcetype": f"{credentials.TERM}digitalCapture"},
        # Names and words of programs in sentences, in other names, and of cameras called like them.
        {"description": "Kim family portrait. Job ID: 3f2a8b1c-12ab-4c3d-9e8f-001122334455 print 10x15"},
        {"comment": "AWS MediaConvert Job ID: 1234abcd-12ab-34cd-56ef-1234567890ab"},
        {"description": "This photo was NOT made with Google AI. Reporter at the Made with Google AI event"},
        {"comment": 'talk: "A city imagined with AI", opening night'},
        {"xmp:description": "How to read DigitalSourceType: trainedAlgorithmicMedia in metadata"},
        {"description": "AIGC conference, Label: 1 of 3"},
        {"user_comment": '{"AIGC": {"IsAI": false, "Label": "1st camera"}}'.replace("1st", "first")},
        {"description": "Steps: 8, 400 m. Sampler: my friend Ann; nothing else"},
        {"user_comment": "Morning run Steps: 8200, cal 300, Seed: chia"},
        {"comment": '{"performance": "Hamlet, Act 1", "theatre": "NT"}'},
        {"comment": '{"signed_hash": "abc", "device": "bodycam"}'},
        {"workflow": '{"last_node_id": 5, "name": "n8n invoice flow"}'},
        {"prompt": 'Please write "class_type": in the homework'},
        {"dream": "a dream journal -s 5 -n"},
        {"make": "Meta AI", "model": "Ray-Ban Meta Smart Glasses", "software": "1.2"},
        {"make": "Meta", "model": "Ray-Ban Meta Smart Glasses", "software": "Meta AI"},
        {"make": "SORACOM", "software": "Sora Camera (soracom)"},
        {"software": "Sora Cam 2 Atom Tech"},
        {"software": "Photos renamed with OpenAI tagger 1.0"},
        {"software": "Grad-CAM XAI toolkit viewer", "make": "Grok Audio"},
        {"software": "Studio Dalle Molle"},
        {"software": "Ideogram keyboard camera"},
        {"software": "Roop Photo Studio, Jaipur", "make": "Roop Digital Studio"},
        {"software": "no face swap"},
    ],
    ids=str,
)
def test_what_honest_files_carry_is_no_mark(texts: dict[str, str]) -> None:
    assert of_texts(texts) == frozenset()


@pytest.mark.parametrize("term", ["trainedAlgorithmicMedia", credentials.TERM + "trainedAlgorithmicMedia"])
def test_a_term_counts_alone_and_as_an_address(term: str) -> None:
    assert of_source_type(term) == GENERATED


def listed(name: str, *entries: str) -> str:
    return f"<{name}><rdf:Bag>{''.join(entries)}</rdf:Bag></{name}>"


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        (XMP.format(TRAINED), SOURCE),
        (XMP.format(TRAINED.replace("Algorithmic", "&#65;lgorithmic")), SOURCE),
        (DEEP.format(f"<Iptc4xmpExt:DigitalSourceType>{TERM}</Iptc4xmpExt:DigitalSourceType>"), SOURCE),
        (DEEP.format(f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{TERM}"/>'), SOURCE),
        (DEEP.format(listed("dc:description", "<rdf:li>a cat</rdf:li>")), {("description", "a cat")}),
        # What it was made from is not what it is.
        (DEEP.format(listed("xmpMM:Ingredients", f"<rdf:li {TRAINED}/>")), set()),
        (DEEP.format(f"<xmpMM:DerivedFrom><rdf:Description {TRAINED}/></xmpMM:DerivedFrom>"), set()),
        ("", set()),
        ("<x:xmpmeta>", set()),
        (XMP.format('x:undeclared="a"').replace("x:undeclared", "nowhere:a"), set()),
        ('<!DOCTYPE l [<!ENTITY a "ha">]>' + XMP.format('dc:title="&a;"'), set()),
    ],
)
def test_a_packet_tells_of_the_file_itself_alone(packet: str, expected: set[tuple[str, str]]) -> None:
    assert set(xmp.properties(packet.encode())) == expected


def test_a_history_names_the_programs_of_its_steps() -> None:
    steps = '<rdf:li stEvt:softwareAgent="Midjourney"/>'
    steps += "<rdf:li><rdf:Description><stEvt:softwareAgent>GIMP</stEvt:softwareAgent></rdf:Description></rdf:li>"
    packet = DEEP.format(listed("xmpMM:History", steps)).encode()
    assert list(xmp.makers(packet)) == ["Midjourney", "GIMP"]


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
