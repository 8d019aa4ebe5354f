"""The page of the ready sweeps is made of their tables, and known to be out of date where it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.docs import sweeps


def test_the_page_is_that_of_the_sweeps_and_the_model_as_they_are() -> None:
    assert sweeps.stale() == ""


def test_what_was_changed_is_noticed(tmp_path: Path) -> None:
    assert "there is no" in sweeps.stale(tmp_path)
    found = sweeps.kept()
    for changed, said in (
        ({**found, "model": "another"}, "another version"),
        ({**found, "sweeps": {**found["sweeps"], "screen": {**found["sweeps"]["screen"], "of": "x"}}}, "screen said"),
        (found, "is not what"),
    ):
        (tmp_path / sweeps.FILE).write_text(json.dumps(changed), encoding="utf-8")
        assert said in sweeps.stale(tmp_path)


@pytest.mark.slow
def test_a_sweep_is_run_and_told(tmp_path: Path) -> None:
    sweeps.write(tmp_path, worlds=3, names=["gaza_and_restraint"])
    text = (tmp_path / sweeps.PAGE).read_text(encoding="utf-8")
    assert "python3 run.py sweep gaza_and_restraint" in text and "164 points, 3 worlds each" in text
    assert "moves forced exits from end to end" in text
    for line in text.splitlines():
        if line.startswith("!["):
            assert (tmp_path / line.rpartition("(")[2].rstrip(")")).stat().st_size > 1000
