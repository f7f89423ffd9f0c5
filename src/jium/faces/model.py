"""What a face model is: files with their checksums and licences, and what can be done with them.

Each lives in a folder of :mod:`jium.faces.models`; docs/face-models.md says how to add one.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from jium.faces.face import Face, Pixels, Template, unit
from jium.faces.network import WrongModel
from jium.language import gettext_noop


@dataclass(frozen=True)
class ModelFile:
    """One file of a model. ``address``: where it may be fetched from; "" where a package of ours carries it."""

    name: str
    sha256: str
    size: int
    licence: str
    source: str
    address: str = ""


@dataclass(frozen=True)
class Description:
    """A model as its ``manifest.toml`` describes it. ``numbers``: how many a template has.

    ``rank``: of several that are here the one of the highest rank is used. ``built_in``: comes with jium.
    ``remark``: by language ("en", "ko"), what it learned from and what it is bad at.
    """

    name: str
    title: str
    rank: int
    numbers: int
    built_in: bool
    remark: Mapping[str, str]
    files: tuple[ModelFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)

    @property
    def licences(self) -> tuple[str, ...]:
        """Each licence once."""
        return tuple(dict.fromkeys(file.licence for file in self.files))


class FaceModel(Protocol):
    """An opened model: finds faces, brings them into position, and turns each into a unit vector.

    ``sizes``: of the faces that :meth:`detect` sees well, the shorter side of their box in pixels. ``pixels``: no
    larger picture is made for it to look at; a larger one would take it too long.
    """

    sizes: tuple[float, float]
    pixels: float

    def detect(self, rgb: Pixels) -> list[Face]:
        """The faces of a picture, rows × columns × 3, at its own size."""
        ...

    def align(self, rgb: Pixels, face: Face) -> Pixels:
        """The face in the position and size that :meth:`embed` takes, n × n × 3."""
        ...

    def embed(self, chip: Pixels) -> Template:
        """A unit vector; those of one person are near each other (their product is near 1)."""
        ...


def both_sides(model: FaceModel, chip: Pixels) -> Template:
    """Of an aligned face and its mirror image together: so a mirrored picture has the same."""
    return unit(model.embed(chip) + model.embed(chip[:, ::-1]))


def read_manifest(name: str, content: bytes) -> Description:
    """Raises ``KeyError``, ``ValueError``: a manifest that is not complete is a defect of ours."""
    told: dict[str, Any] = tomllib.loads(content.decode())
    files = tuple(
        ModelFile(one["name"], one["sha256"], int(one["bytes"]), one["licence"], one["source"], one.get("address", ""))
        for one in told["files"]
    )
    return Description(
        name,
        told["title"],
        int(told["rank"]),
        int(told["numbers"]),
        bool(told.get("built_in")),
        dict(told["remark"]),
        files,
    )


def verified(description: Description, paths: Mapping[str, Path]) -> dict[str, Path]:
    """The model's files by name, each with the checksum it must have. Raises :class:`WrongModel`, ``OSError``."""
    for file in description.files:
        if digest(paths[file.name]) != file.sha256:
            raise WrongModel(gettext_noop("a model's file has another checksum than it must have"))
    return {file.name: paths[file.name] for file in description.files}


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal. Raises ``OSError``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
