"""Photographs of public figures and model files that may be used and never committed; not everywhere at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "shared"
PHOTOS = FOLDER / "data" / "faces" / "img"
MODELS = FOLDER / "models"

needs_photos = pytest.mark.skipif(not PHOTOS.is_dir(), reason="the shared photographs are not here")
needs_models = pytest.mark.skipif(not MODELS.is_dir(), reason="the shared face models are not here")
