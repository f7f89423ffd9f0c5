"""The face models that jium knows, a folder each: ``manifest.toml`` and ``open_model``.

What a folder must hold and how one is added: docs/face-models.md. None of them is opened but in the sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import import_module, resources
from pathlib import Path

from jium.faces.model import Description, FaceModel, read_manifest


@cache
def descriptions() -> tuple[Description, ...]:
    """Every model known here, the strongest first."""
    folders = (one for one in resources.files(__name__).iterdir() if one.joinpath("manifest.toml").is_file())
    found = [read_manifest(one.name, one.joinpath("manifest.toml").read_bytes()) for one in folders]
    return tuple(sorted(found, key=lambda one: -one.rank))


def description(name: str) -> Description:
    """Raises ``KeyError`` for a name that is not known."""
    return {one.name: one for one in descriptions()}[name]


def kept_open(name: str, files: Mapping[str, str]) -> FaceModel:
    """As :func:`open_model`; the last one stays open for the next file."""
    return _opened(name, tuple(sorted(files.items())))


@lru_cache(maxsize=1)
def _opened(name: str, files: tuple[tuple[str, str], ...]) -> FaceModel:
    return open_model(name, {file: Path(path) for file, path in files})


def open_model(name: str, files: Mapping[str, Path]) -> FaceModel:
    """Open a model with its files by name. In the sandbox only. Raises :class:`jium.faces.network.WrongModel`."""
    opened: FaceModel = import_module(f"{__name__}.{description(name).name}").open_model(files)
    return opened
