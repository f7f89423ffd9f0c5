"""Every face model's folder is complete: whoever adds one is told what is missing."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from jium.faces import cohort, models, odds
from jium.faces.model import Description, both_sides
from jium.faces.models import dlib
from jium.faces.network import WrongModel
from jium.faces.shelf import Shelf
from tests.faces import shared

KNOWN = models.descriptions()
FOLDER = Path(models.__path__[0])


def names(described: Description) -> str:
    return described.name


def test_the_strongest_comes_first_and_no_two_are_equally_strong() -> None:
    ranks = [one.rank for one in KNOWN]
    assert len(ranks) >= 4 and ranks == sorted(set(ranks), reverse=True)


@pytest.mark.parametrize("described", KNOWN, ids=names)
def test_its_files_are_pinned_licensed_and_sourced(described: Description) -> None:
    assert described.title and described.files and 1 <= described.numbers <= 1024
    for file in described.files:
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256) and file.size > 0
        assert file.licence and file.source
        assert described.built_in or file.address.startswith("https://")


@pytest.mark.parametrize("described", KNOWN, ids=names)
def test_its_remark_is_there_in_both_languages(described: Description) -> None:
    assert described.remark.keys() == {"en", "ko"}
    assert re.search("[가-힣]", described.remark["ko"]) and described.remark["en"].endswith(".")


@pytest.mark.parametrize("described", KNOWN, ids=names)
def test_a_file_of_one_name_is_one_file(described: Description) -> None:
    """Models share what lies in one folder."""
    others = {file.name: file.sha256 for one in KNOWN for file in one.files}
    assert all(others[file.name] == file.sha256 for file in described.files)


@pytest.mark.parametrize("described", KNOWN, ids=names)
def test_what_was_measured_is_kept_whole_or_not_at_all(described: Description) -> None:
    measured = odds.of_model(described.name)
    assert (FOLDER / described.name / "cohort.npz").is_file() == (measured is not None)
    if measured is None:
        return
    assert measured.level(1e4) < measured.level(1e5) < measured.level(1e6) < float("inf")
    assert 0 < measured.recall["all"] <= 1 and 0 < measured.alike < 1
    assert {"photo small", "photo blurred", "photo unclear"} <= measured.recall.keys()
    drawn = cohort.of_model(described.name)
    assert drawn.shape == (cohort.DRAWN, described.numbers)
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), 1, atol=1e-5)


def test_one_comes_with_jium_and_was_measured() -> None:
    (built_in,) = (one for one in KNOWN if one.built_in)
    assert built_in.name == "dlib" and odds.of_model("dlib") is not None
    assert dlib.carried() is not None


@pytest.mark.parametrize("described", KNOWN, ids=names)
def test_files_that_are_no_networks_are_refused(described: Description, tmp_path: Path) -> None:
    files = {file.name: tmp_path / file.name for file in described.files}
    for path in files.values():
        path.write_bytes(b"no network")
    with pytest.raises(WrongModel):
        models.open_model(described.name, files)


@pytest.mark.parametrize("name", ["dlib", pytest.param("mobilefacenet", marks=shared.needs_models)])
def test_a_template_is_a_unit_vector_and_the_mirrored_face_has_the_same(name: str, tmp_path: Path) -> None:
    from jium.faces.finding import find
    from tests.faces import drawn

    here, described = Shelf(tmp_path), models.description(name)
    if not described.built_in:
        assert all(here.put_from(file, shared.MODELS) for file in described.files)
    opened = models.open_model(name, here.open(name).files)
    picture = np.array(drawn.face(4))
    templates = []
    for pixels in (picture, np.ascontiguousarray(picture[:, ::-1])):
        (face,) = find(opened, pixels)
        templates.append(both_sides(opened, opened.align(pixels, face)))
    assert templates[0].shape == (described.numbers,)
    np.testing.assert_allclose([np.linalg.norm(one) for one in templates], 1, atol=1e-4)
    assert float(templates[0] @ templates[1]) > 0.98
