"""Files of every kind, good and bad: each is told for what it is, by its content alone."""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from jium import dna
from jium.dna.fingerprint import Fingerprint
from jium.dna.pdq import distance
from jium.media.errors import SENTENCES, MediaError
from jium.media.sandbox import Sandbox
from tests.media import samples

SCENE = samples.picture(7)


def refusal(content: bytes, decoder: Sandbox) -> str:
    with pytest.raises(MediaError) as problem:
        dna.fingerprint(content, decoder)
    assert problem.value.message in SENTENCES.values()
    with pytest.raises(MediaError) as again:
        dna.preview(content, sandbox=decoder)
    # A preview fails for the same reason, but for what only a whole reading finds.
    assert again.value.kind == problem.value.kind
    return problem.value.kind


def cut(content: bytes, share: float = 0.5) -> bytes:
    return content[: int(len(content) * share)]


def bits_between(content: bytes, other: Fingerprint, decoder: Sandbox) -> int:
    return distance(dna.fingerprint(content, decoder).frames[0].code, other.frames[0].code)


@pytest.fixture(scope="module")
def plain(decoder: Sandbox) -> Fingerprint:
    """The scene as a lossless file."""
    return dna.fingerprint(samples.encoded(SCENE, "PNG"), decoder)


# What is refused


def test_an_empty_file_is_empty(decoder: Sandbox) -> None:
    assert refusal(b"", decoder) == "empty"


@pytest.mark.parametrize(
    "content",
    [
        b"just a text file that someone called photo.jpg\n" * 50,
        "\ufeffHangul in UTF-16: 지움".encode("utf-16"),
        b"%PDF-1.7\n" + bytes(2000),
        b"<html><body>not found</body></html>",
        b"\x7fELF" + bytes(500),
        os.urandom(3) + b"\x00" * 4000,
        b"\xff",
        b"RIFF\x00\x00\x00\x00XXXX",
        b"G" * 1000,
    ],
    ids=["text", "utf16", "pdf", "html", "program", "zeros", "one byte", "riff", "letters"],
)
def test_what_is_no_picture_is_told_so(content: bytes, decoder: Sandbox) -> None:
    assert refusal(content, decoder) == "not_media"


CUT = [(form, share) for form in ("WEBP", "AVIF", "TIFF") for share in (0.01, 0.5, 0.9)]
CUT += [(form, share) for form in ("JPEG", "PNG", "BMP") for share in (0.01, 0.15)]
CUT += [("GIF", share) for share in (0.01, 0.02)]  # interlaced: with a tenth of it the picture can be seen


@pytest.mark.parametrize(("form", "share"), CUT)
def test_a_picture_of_which_too_little_is_there_is_told_so(form: str, share: float, decoder: Sandbox) -> None:
    assert refusal(cut(samples.encoded(SCENE, form), share), decoder) == "truncated"


def test_a_heic_cut_off_is_told_so(decoder: Sandbox) -> None:
    assert refusal(cut(samples.heic(SCENE)), decoder) == "truncated"


def test_a_video_whose_index_is_cut_off_is_told_so(decoder: Sandbox) -> None:
    assert refusal(cut(samples.video()), decoder) == "truncated"


def test_a_picture_of_60000_by_60000_is_refused_at_its_header(decoder: Sandbox) -> None:
    bomb = samples.png_header_bomb()
    assert len(bomb) < 1000
    assert refusal(bomb, decoder) == "too_large"


@pytest.mark.parametrize("size", [(13_378, 13_378), (178_956_971, 1), (65_535, 2_731)])
def test_just_over_the_limit_is_too_large(size: tuple[int, int], decoder: Sandbox) -> None:
    assert refusal(samples.png_header_bomb(*size), decoder) == "too_large"


@pytest.mark.parametrize("form", ["matroska", "mp4", "mov", "avi"])
def test_a_video_without_frames_is_told_so(form: str, decoder: Sandbox) -> None:
    assert refusal(samples.video_without_frames(form), decoder) == "no_frames"


def test_a_zip_with_a_password_is_told_so(decoder: Sandbox) -> None:
    assert refusal(samples.packed(samples.jpeg(1), password=True), decoder) == "encrypted_archive"
    assert refusal(cut(samples.packed(samples.jpeg(1), password=True)), decoder) == "encrypted_archive"


@pytest.mark.parametrize(
    "content",
    [
        samples.packed(b"x", password=False),
        b"Rar!\x1a\x07\x01\x00" + bytes(100),
        b"7z\xbc\xaf\x27\x1c" + bytes(100),
        b"\x1f\x8b\x08" + bytes(100),
    ],
    ids=["zip", "rar", "7z", "gzip"],
)
def test_other_packed_files_are_told_so(content: bytes, decoder: Sandbox) -> None:
    assert refusal(content, decoder) == "archive"


def test_a_picture_format_without_a_decoder_is_unsupported(decoder: Sandbox) -> None:
    assert refusal(b"8BPS\x00\x01" + bytes(100), decoder) == "unsupported"
    assert refusal(b"\x00\x00\x00\x0cJXL \r\n\x87\n" + bytes(100), decoder) == "unsupported"


@pytest.mark.parametrize(
    "magic",
    [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"II*\x00", b"RIFF\xff\xff\x00\x00WEBP"]
    + [b"\x00\x00\x00\x1cftyp" + brand + b"\0\0\0\0" + brand * 3 for brand in (b"avif", b"heic", b"isom", b"qt  ")]
    + [
        b"\x1aE\xdf\xa3",
        b"FLV\x01",
        b"OggS",
        b"\x00\x00\x01\xba",
        b"ID3\x04",
        b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
    ]
    + [b"RIFF\xff\xff\x00\x00AVI ", b"RIFF\xff\xff\x00\x00WAVE", b"fLaC", b"#!AMR\n", b"DKIF", b"\xff\xf1"],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rubbish_behind_a_known_beginning_is_an_answer_not_a_crash(magic: bytes, seed: int, decoder: Sandbox) -> None:
    rubbish = np.random.default_rng(seed).bytes(5000)
    try:
        # Some sound formats can be played whatever the bytes are.
        assert dna.fingerprint(magic + rubbish, decoder).kind == "audio"
    except MediaError as problem:
        assert problem.kind in ("truncated", "no_frames", "unsupported", "not_media", "too_large")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP"])
def test_a_picture_with_bytes_changed_is_an_answer_not_a_crash(form: str, decoder: Sandbox) -> None:
    whole = samples.encoded(samples.picture(3, (96, 64)), form)
    rng = np.random.default_rng(11)
    for _ in range(25):
        broken = bytearray(whole)
        for _ in range(4):
            broken[int(rng.integers(0, len(broken)))] = int(rng.integers(0, 256))
        try:
            dna.fingerprint(bytes(broken), decoder)
        except MediaError as problem:
            assert problem.kind not in ("crashed", "timeout", "sandbox_unavailable")


# What is read


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF"])
def test_every_format_gives_the_same_fingerprint(form: str, plain: Fingerprint, decoder: Sandbox) -> None:
    content = samples.encoded(SCENE, form)
    seen = dna.fingerprint(content, decoder)
    assert (seen.kind, seen.width, seen.height, seen.duration, seen.note) == ("image", 640, 480, None, "")
    assert distance(seen.frames[0].code, plain.frames[0].code) <= 8


def test_heic_is_read(plain: Fingerprint, decoder: Sandbox) -> None:
    seen = dna.fingerprint(samples.heic(SCENE), decoder)
    assert (seen.kind, seen.width, seen.height) == ("image", 640, 480)
    assert distance(seen.frames[0].code, plain.frames[0].code) <= 8


def test_the_name_of_a_file_counts_for_nothing(tmp_path: Path, plain: Fingerprint, decoder: Sandbox) -> None:
    for name in ("photo.mp4", "photo.txt", "photo", "사진.zip"):
        path = tmp_path / name
        path.write_bytes(samples.encoded(SCENE, "PNG"))
        assert dna.fingerprint(path, decoder) == plain


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_a_picture_is_turned_as_its_exif_says(
    form: str, orientation: int, plain: Fingerprint, decoder: Sandbox
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = sideways(SCENE, orientation)
    seen = dna.fingerprint(samples.encoded(stored, form, exif=exif), decoder)
    assert (seen.width, seen.height) == (640, 480)
    assert distance(seen.frames[0].code, plain.frames[0].code) <= 12


def sideways(upright: Image.Image, orientation: int) -> Image.Image:
    """The raster that looks like ``upright`` once it is turned as ``orientation`` says."""
    back = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}[orientation]
    turned = upright.copy()
    turned.getexif()[0x0112] = back
    return ImageOps.exif_transpose(turned)


def test_a_turned_heic_is_turned_once(plain: Fingerprint, decoder: Sandbox) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    seen = dna.fingerprint(samples.heic(sideways(SCENE, 6), exif=exif.tobytes()), decoder)
    assert (seen.width, seen.height) == (640, 480)
    assert distance(seen.frames[0].code, plain.frames[0].code) <= 12


def test_broken_exif_does_not_make_a_picture_unreadable(plain: Fingerprint, decoder: Sandbox) -> None:
    content = samples.encoded(SCENE, "JPEG", quality=95, exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff rubbish")
    assert bits_between(content, plain, decoder) <= 8


@cache
def colour_modes() -> dict[str, bytes]:
    """The scene in every colour mode that files come in."""
    grey = np.asarray(SCENE.convert("L"))
    deep = Image.fromarray(grey.astype(np.uint16) * 257)
    floating = Image.fromarray(grey.astype(np.float32) / 255)
    return {
        "CMYK": samples.encoded(SCENE.convert("CMYK"), "JPEG", quality=95),
        "CMYK TIFF": samples.encoded(SCENE.convert("CMYK"), "TIFF"),
        "palette": samples.encoded(SCENE.convert("P", palette=Image.Palette.ADAPTIVE), "PNG"),
        "grey": samples.encoded(SCENE.convert("L"), "PNG"),
        "grey and alpha": samples.encoded(SCENE.convert("LA"), "PNG"),
        "opaque alpha": samples.encoded(SCENE.convert("RGBA"), "PNG"),
        "16-bit PNG": samples.encoded(deep, "PNG"),
        "16-bit TIFF": samples.encoded(deep, "TIFF"),
        "float TIFF": samples.encoded(floating, "TIFF"),
        "one bit": samples.encoded(SCENE.convert("1"), "PNG"),
        "LAB TIFF": samples.encoded(
            Image.merge("LAB", (SCENE.convert("L"), *[Image.new("L", SCENE.size, 128)] * 2)), "TIFF"
        ),
    }


@pytest.mark.parametrize("mode", colour_modes())
def test_every_colour_mode_gives_the_same_fingerprint(mode: str, plain: Fingerprint, decoder: Sandbox) -> None:
    assert bits_between(colour_modes()[mode], plain, decoder) <= 16


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF"])
def test_what_is_transparent_counts_as_white(form: str, decoder: Sandbox) -> None:
    glass = SCENE.convert("RGBA")
    glass.paste((0, 0, 0, 0), (100, 100, 400, 380))
    on_white = SCENE.copy()
    on_white.paste((255, 255, 255), (100, 100, 400, 380))
    seen = dna.fingerprint(samples.encoded(on_white, "PNG"), decoder)
    assert bits_between(samples.encoded(glass, form), seen, decoder) <= 8


def test_a_palette_with_a_transparent_colour_lies_on_white(decoder: Sandbox) -> None:
    flat = Image.new("P", (300, 200), 0)
    flat.putpalette([0, 0, 0, 200, 30, 30, 30, 30, 200] + [0] * 759)
    flat.paste(1, (20, 30, 120, 170))
    flat.paste(2, (150, 10, 280, 90))
    white = Image.new("RGB", (300, 200), "white")
    white.paste((200, 30, 30), (20, 30, 120, 170))
    white.paste((30, 30, 200), (150, 10, 280, 90))
    seen = dna.fingerprint(samples.encoded(white, "PNG"), decoder)
    assert bits_between(samples.encoded(flat, "PNG", transparency=0), seen, decoder) <= 4


@pytest.mark.parametrize("form", ["GIF", "WEBP", "AVIF", "PNG"])
def test_an_animated_picture_is_a_short_video(form: str, decoder: Sandbox) -> None:
    seen = dna.fingerprint(samples.animation(range(1, 7), form, 500), decoder)
    assert (seen.kind, seen.note, seen.width, seen.height) == ("video", "animated", 320, 240)
    assert seen.duration == pytest.approx(3.0, abs=0.05)
    # Every distinct frame, though two are shown within a second.
    assert [frame.time for frame in seen.frames] == pytest.approx([0.0, 0.5, 1.0, 1.5, 2.0, 2.5], abs=0.05)
    third = dna.fingerprint(samples.encoded(samples.picture(3, (320, 240)), "PNG"), decoder)
    assert distance(seen.frames[2].code, third.frames[0].code) <= 16


def test_an_animation_that_breaks_off_keeps_what_came_before(decoder: Sandbox) -> None:
    whole = samples.animation(range(1, 7), "GIF", 1000)
    seen = dna.fingerprint(cut(whole, 0.6), decoder)
    assert seen.kind == "video"
    assert 1 <= len(seen.frames) < 6


def test_a_gif_with_one_frame_is_a_picture(decoder: Sandbox) -> None:
    assert dna.fingerprint(samples.encoded(SCENE, "GIF"), decoder).kind == "image"


def test_the_pages_of_a_tiff_are_no_animation(plain: Fingerprint, decoder: Sandbox) -> None:
    pages = samples.encoded(SCENE, "TIFF", save_all=True, append_images=[samples.picture(8)])
    seen = dna.fingerprint(pages, decoder)
    assert seen.kind == "image"
    assert distance(seen.frames[0].code, plain.frames[0].code) == 0


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (3, 2), (63, 65)])
def test_tiny_pictures_are_read(size: tuple[int, int], decoder: Sandbox) -> None:
    seen = dna.fingerprint(samples.encoded(SCENE.resize(size), "PNG"), decoder)
    assert (seen.width, seen.height) == size


def test_a_picture_with_nothing_in_it_is_noted(decoder: Sandbox) -> None:
    seen = dna.fingerprint(samples.encoded(Image.new("RGB", (400, 300), (90, 90, 90)), "PNG"), decoder)
    assert seen.note == "featureless"
    assert seen.frames[0].quality < 50


def test_a_picture_near_the_limit_fits_into_the_sandbox(decoder: Sandbox) -> None:
    huge = Image.new("RGB", (13_000, 13_000), (200, 40, 40))
    huge.paste(SCENE.resize((6000, 6000)), (3000, 4000))
    seen = dna.fingerprint(samples.encoded(huge, "JPEG", quality=60), decoder)
    assert (seen.width, seen.height, seen.note) == (13_000, 13_000, "")


@pytest.mark.parametrize(
    ("form", "codec"),
    [
        ("mp4", "libx264"),
        pytest.param("mov", "mpeg4", marks=pytest.mark.soak),
        ("matroska", "libx264"),
        ("webm", "libvpx"),
        ("avi", "mpeg4"),
        ("mpegts", "mpeg2video"),
        ("flv", "flv"),
        pytest.param("asf", "wmv2", marks=pytest.mark.soak),
        pytest.param("mpeg", "mpeg1video", marks=pytest.mark.soak),
    ],
)
def test_every_kind_of_video_is_looked_at_from_end_to_end(form: str, codec: str, decoder: Sandbox) -> None:
    seen = dna.fingerprint(samples.video(form=form, codec=codec, fps=25, bit_rate=2_000_000), decoder)
    assert (seen.kind, seen.width, seen.height, seen.note) == ("video", 320, 240, "")
    assert seen.duration == pytest.approx(9.0, abs=0.5)
    assert seen.frames[0].time == 0.0
    ends = [one.until or one.time or 0.0 for one in seen.frames]
    assert ends[-1] == pytest.approx(8.5, abs=0.2)
    assert all(later.time - end < 0.7 for end, later in zip(ends, seen.frames[1:], strict=False))
    assert all(frame.quality >= 50 and len(frame.dihedral) == 8 for frame in seen.frames)


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuv420p10le", "gray"])
def test_every_pixel_format_gives_the_same_codes(pixels: str, decoder: Sandbox) -> None:
    common = dna.fingerprint(samples.video(), decoder)
    seen = dna.fingerprint(samples.video(pixels=pixels), decoder)
    differences = [distance(a.code, b.code) for a, b in zip(seen.frames, common.frames, strict=True)]
    assert max(differences) <= 12
    qualities = [abs(a.quality - b.quality) for a, b in zip(seen.frames, common.frames, strict=True)]
    assert max(qualities) <= 6


def test_many_videos_leave_no_threads_behind() -> None:
    """Threads' stacks and heaps fill the address space that a sandbox may use: later videos had no frames."""
    from jium.media import video
    from jium.media.probe import probe

    content = samples.video()
    before = len(os.listdir("/proc/self/task"))
    gc.disable()
    try:
        for _ in range(5):
            found = probe(io.BytesIO(content))
            opened = video.open_video(io.BytesIO(content), found.decoder)
            assert isinstance(opened, video.Video)
            assert len(list(video.sampled(opened))) == 9
            opened = video.open_video(io.BytesIO(content), found.decoder)
            assert isinstance(opened, video.Video)
            assert video.frame_at(opened, 1.0).width == 320
            del opened
        assert len(os.listdir("/proc/self/task")) <= before
    finally:
        gc.enable()


def test_a_frame_of_a_video_looks_like_the_picture_it_was_made_of(decoder: Sandbox) -> None:
    seen = dna.fingerprint(samples.video(seeds=(4,), seconds_each=1), decoder)
    first = next(iter(samples.scenes((4,), 1, 10, (320, 240))))
    shown = dna.fingerprint(samples.encoded(first, "PNG"), decoder)
    assert distance(seen.frames[0].code, shown.frames[0].code) <= 12
    assert abs(seen.frames[0].quality - shown.frames[0].quality) <= 6


@pytest.mark.parametrize("form", ["matroska", "mpegts", "avi"])
def test_a_video_cut_off_keeps_what_came_before(form: str, decoder: Sandbox) -> None:
    codec = "mpeg2video" if form == "mpegts" else "mpeg4"
    seen = dna.fingerprint(cut(samples.video(form=form, codec=codec, fps=25), 0.6), decoder)
    assert seen.kind == "video"
    assert 2 <= (seen.frames[-1].until or seen.frames[-1].time) < 8


def test_sound_alone_is_audio(decoder: Sandbox) -> None:
    seen = dna.fingerprint(samples.sound(2.0), decoder)
    assert (seen.kind, seen.frames, seen.width) == ("audio", (), None)
    assert seen.duration == pytest.approx(2.0, abs=0.01)


def test_a_video_held_for_the_wrong_file_type_is_still_a_video(tmp_path: Path, decoder: Sandbox) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(samples.video())
    assert dna.fingerprint(path, decoder).kind == "video"


# Decoders stay inside


def test_our_process_never_loads_a_decoder() -> None:
    script = (
        "import sys; from jium import dna; "
        f"dna.fingerprint({samples.encoded(SCENE.resize((64, 48)), 'PNG')!r}); "
        "print([name for name in sys.modules if name.split('.')[0] in ('PIL', 'av', 'pi_heif')])"
    )
    told = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True)
    assert (told.stdout.strip(), told.stderr) == ("[]", "")
