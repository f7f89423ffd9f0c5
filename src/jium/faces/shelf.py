"""Which models are here, and how one comes here: fetched, or from a folder or a file, and only with its checksum.

They lie in one folder, each file under its own name; models share their detector.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from jium import config
from jium.faces import models, odds
from jium.faces.looking import OpenModel
from jium.faces.model import Description, ModelFile, digest, verified
from jium.faces.models import dlib
from jium.faces.network import WrongModel
from jium.language import gettext_noop


class NotHere(LookupError):
    """The model's files are not here: ``jium models pull`` brings them."""


@dataclass(frozen=True)
class Shelf:
    """The folder in which pulled models lie."""

    folder: Path

    @classmethod
    def of_user(cls) -> Shelf:
        """The one in this user's data directory, whether or not there is an installation."""
        return cls(config.default_data() / config.MODELS)

    def has(self, described: Description) -> bool:
        """Are all its files here, by name and size? Whether they are the right ones is found when it is opened."""
        sizes = {file.name: file.size for file in described.files}
        return all(path.is_file() and path.stat().st_size == sizes[name] for name, path in self._paths(described))

    def present(self) -> list[Description]:
        """The models that are here, the strongest first."""
        return [one for one in models.descriptions() if self.has(one)]

    def in_use(self) -> Description | None:
        """The strongest that is here and of which it was measured how often it errs."""
        return next((one for one in self.present() if odds.of_model(one.name)), None)

    def open(self, name: str | None = None) -> OpenModel:
        """The model of this name, or the one in use. Raises :class:`NotHere`, :class:`WrongModel`; ``KeyError`` for a
        name that is not known.
        """
        chosen = models.description(name) if name else self.in_use()
        if chosen is None or not self.has(chosen):
            raise NotHere(name or "")
        return OpenModel(chosen, verified(chosen, dict(self._paths(chosen))))

    def _paths(self, described: Description) -> list[tuple[str, Path]]:
        folder = (dlib.carried() or Path(os.devnull)) if described.built_in else self.folder
        return [(file.name, folder / file.name) for file in described.files]

    def missing(self, described: Description) -> list[ModelFile]:
        """The files that are not here as they must be."""
        paths = dict(self._paths(described))
        return [file for file in described.files if not _is(file, paths[file.name])]

    def put(self, file: ModelFile, source: BinaryIO, grown: Callable[[int], None] = lambda _bytes: None) -> None:
        """Take a file in, whole and with its checksum, or not at all. ``grown`` is told of every bytes' number.

        Raises :class:`WrongModel`, ``OSError``.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".", delete=False) as part:
            try:
                taken = 0
                while chunk := source.read(1 << 20):
                    taken += len(chunk)
                    if taken > file.size:
                        raise WrongModel(gettext_noop("a model's file is larger than it must be"))
                    part.write(chunk)
                    grown(len(chunk))
                part.flush()
                if not _is(file, Path(part.name)):
                    raise WrongModel(gettext_noop("a model's file has another checksum than it must have"))
                os.fsync(part.fileno())
                os.replace(part.name, self.folder / file.name)
            except BaseException:
                os.unlink(part.name)
                raise

    def put_from(self, file: ModelFile, place: Path) -> bool:
        """Take a file in from a folder, anywhere below it, or from a file itself; False where it is not there.

        Raises as :meth:`put`.
        """
        candidates = [place] if place.is_file() else sorted(place.rglob(file.name))
        fitting = [one for one in candidates if one.is_file() and one.stat().st_size == file.size]
        if not fitting:
            return False
        with fitting[0].open("rb") as source:
            self.put(file, source)
        return True

    def remove(self, described: Description) -> None:
        """Take away the files that no other model here needs."""
        needed = {file.name for one in self.present() if one != described for file in one.files}
        for file in described.files:
            if not described.built_in and file.name not in needed:
                (self.folder / file.name).unlink(missing_ok=True)


def _is(file: ModelFile, path: Path) -> bool:
    return path.is_file() and path.stat().st_size == file.size and digest(path) == file.sha256
