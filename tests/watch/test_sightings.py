"""A sighting's places lie in the table only sealed; its codes lie there as they are."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from django.db import connection

from jium.dna import Fingerprint, FrameCode
from jium.dna.still import Still, View
from jium.trust import vault
from jium.watch import services as watch
from jium.watch.models import Sighting
from jium.watch.sightings import SIGHTINGS_KEY

CODES = tuple(np.random.default_rng(5).bytes(32) for _ in range(8))
STILL = Still((View("border", (0.1, 0.1, 0.9, 0.9), 80, CODES),))
SEEN = Fingerprint("image", "0f" * 32, 640, 480, None, (FrameCode(None, bytes(32), 77),), "", STILL)


def written(folder: Path) -> bytes:
    """Every byte of the tables, as a thief of the file would hold it."""
    connection.ensure_connection()
    path = folder / "copy.sqlite"
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    copy.close()
    return path.read_bytes()


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_the_tables_hold_places_only_sealed(open_vault, tmp_path: Path) -> None:
    sighting, fresh = watch.keep_sighting("http://olive.example/1", "http://olive.example/1.png", SEEN)
    assert fresh
    stored = bytes(Sighting.objects.get(pk=sighting.pk).still)
    assert stored.startswith(vault.MAGIC)
    assert watch.to_fingerprint(Sighting.objects.get(pk=sighting.pk)).still == STILL
    if connection.vendor == "sqlite":
        content = written(tmp_path)
        assert stored in content
        assert b"jst1" not in content
        assert not any(code in content for code in CODES)


@pytest.mark.django_db(databases=["default", "keys"])
def test_places_moved_to_another_sighting_or_without_their_key_are_not_read(open_vault) -> None:
    sighting, _fresh = watch.keep_sighting("http://olive.example/1", "http://olive.example/1.png", SEEN)
    sighting.sha256 = "ab" * 32
    with pytest.raises(vault.Damaged):
        watch.to_fingerprint(sighting)
    open_vault.destroy_case(SIGHTINGS_KEY)
    with pytest.raises(vault.MissingKey):
        watch.to_fingerprint(sighting)


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_picture_without_places_has_nothing_sealed(open_vault) -> None:
    plain = Fingerprint("image", "0e" * 32, 640, 480, None, (FrameCode(None, bytes(32), 77),), "")
    sighting, _fresh = watch.keep_sighting("http://olive.example/2", "http://olive.example/2.png", plain)
    assert bytes(sighting.still) == b""
    assert watch.to_fingerprint(sighting).still is None
