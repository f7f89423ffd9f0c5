"""Odd animations, each with the frames that count. docs/pictures.md says the same in words, by the same names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from tests.media import samples


@dataclass(frozen=True)
class Frames:
    """An animation with these frames, shown from these seconds on, and ``seconds`` long."""

    make: Callable[[], bytes]
    expected: Callable[[], list[Image.Image]]
    times: list[float]
    seconds: float


def small(seed: int) -> Image.Image:
    return samples.picture(seed, (160, 120))


def animated(form: str, seeds: list[int], milliseconds: int = 200) -> bytes:
    first, *rest = [small(seed) for seed in seeds]
    options = {"lossless": True} if form == "WEBP" else {}
    return samples.encoded(first, form, save_all=True, append_images=rest, duration=milliseconds, loop=0, **options)


def first_frame_thrice(content: bytes, mark: bytes) -> bytes:
    """An animation whose first frame is stored two more times: ``mark`` is where each begins."""
    first = content.index(mark)
    second = content.index(mark, first + 1)
    longer = bytearray(content[:second] + content[first:second] * 2 + content[second:])
    if longer.startswith(b"RIFF"):
        longer[4:8] = (len(longer) - 8).to_bytes(4, "little")
    return bytes(longer)


def cut_before_frame(content: bytes, mark: bytes, number: int) -> bytes:
    """An animation cut in the middle of its frame ``number``, counted from 0."""
    at = -1
    for _frame in range(number + 1):
        at = content.index(mark, at + 1)
    return content[: at + 200]


FRAMES: dict[str, Frames] = {
    **{
        f"{form} whose frames flash by": Frames(
            lambda form=form: animated(form, [1, 2, 1, 3], 40),
            lambda: [small(seed) for seed in (1, 2, 1, 3)],
            [0.0, 0.04, 0.08, 0.12],
            0.16,
        )
        for form in ("GIF", "WEBP", "PNG")
    },
    **{
        f"{form} with equal frames": Frames(
            lambda form=form, mark=mark: first_frame_thrice(animated(form, [1, 2, 1]), mark),
            lambda: [small(seed) for seed in (1, 2, 1)],
            [0.0, 0.6, 0.8],
            1.0,
        )
        for form, mark in (("GIF", b"!\xf9\x04"), ("WEBP", b"ANMF"))
    },
    "GIF whose frames last no time": Frames(
        lambda: animated("GIF", [1, 2], 0), lambda: [small(1), small(2)], [0.0, 0.1], 0.2
    ),
    "animated WebP cut in its third frame": Frames(
        lambda: cut_before_frame(animated("WEBP", [1, 2, 3, 4]), b"ANMF", 2),
        lambda: [small(1), small(2)],
        [0.0, 0.2],
        0.4,
    ),
    "animated PNG cut in its third frame": Frames(
        lambda: cut_before_frame(animated("PNG", [1, 2, 3, 4]), b"fdAT", 1),
        lambda: [small(1), small(2)],
        [0.0, 0.2],
        0.4,
    ),
}
