"""The main figures look as they did when somebody last looked at them: compared dot by dot, at a tolerance.

After a change that is meant: ``PYTHONPATH=src python tests/show/images.py``, and look at what changed.
"""

from __future__ import annotations

from pathlib import Path

import images
import pytest
from made_up import made_up
from matplotlib.testing.compare import compare_images

from sim.results.result import Result
from sim.show import style
from sim.show.tables import main_part

TOLERANCE = 4.0
"""The root of the mean square difference of dots, of 255: what another version of the font renderer may move."""


@pytest.fixture(scope="module")
def made() -> Result:
    """The result that the pictures are of."""
    return images.made()


def apart(name: str, picture: bytes, folder: Path) -> str | None:
    """How far a picture is from the one that is kept, in words; nothing where it is within the tolerance."""
    kept, now = folder / f"{name}-kept.png", folder / f"{name}.png"
    kept.write_bytes((images.FOLDER / f"{name}.png").read_bytes())  # what compares writes beside them
    now.write_bytes(picture)
    found: str | None = compare_images(str(kept), str(now), TOLERANCE)
    return found


@pytest.mark.parametrize("name", images.MAIN)
def test_a_main_figure_looks_as_it_did(made: Result, name: str, tmp_path: Path) -> None:
    assert apart(name, images.drawn(made, name), tmp_path) is None


def test_a_slide_looks_as_it_did(made: Result, tmp_path: Path) -> None:
    assert apart("slide", images.of_slide(made, "outcomes"), tmp_path) is None


def test_there_is_a_picture_of_each_and_no_other() -> None:
    assert sorted(path.stem for path in images.FOLDER.glob("*")) == sorted([*images.MAIN, "slide"])


def test_other_numbers_are_seen(tmp_path: Path) -> None:
    mixes = {"forced_exit": (0.63, 0.05, 0.32)}
    other = main_part(made_up(worlds=120, days=400, mixes=mixes))
    assert "RMS" in str(apart("outcomes", images.drawn(other, "outcomes"), tmp_path))


def test_another_colour_is_seen(made: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swapped = style.OUTCOMES | {"forced_exit": style.OUTCOMES["lapsed"]}
    monkeypatch.setattr(style, "OUTCOMES", swapped)
    assert "RMS" in str(apart("outcomes", images.drawn(made, "outcomes"), tmp_path))


def test_larger_letters_are_seen(made: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(style.LETTERS, "ytick.labelsize", 9.0)
    assert "RMS" in str(apart("outcomes", images.drawn(made, "outcomes"), tmp_path))
