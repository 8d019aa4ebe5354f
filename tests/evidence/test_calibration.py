"""The default numbers are the search's, and the search is what its record says."""

import json
from pathlib import Path

import pytest

from sim.engine.ways import lacking
from sim.evidence import calibrate as module
from sim.evidence.calibrate import FITTED, calibrate, plausible
from sim.evidence.patterns import PATTERNS
from sim.evidence.validate import validate
from sim.scenario.parameters import parameters
from sim.scenario.schema import Scenario

RECORD = json.loads((Path(__file__).parents[2] / "docs" / "calibration.json").read_text(encoding="utf-8"))
MUST = {"who_fights", "attack_rate", "quiet", "attacks_per_strike", "condemned", "yearly_threats", "no_expulsion"}


def test_the_defaults_of_fitted_numbers_are_the_searchs():
    defaults = {name: value for name, value, number in parameters(Scenario()) if number.fitted}
    assert defaults == RECORD["values"]
    assert set(FITTED) == set(RECORD["values"])


def test_fitted_numbers_lie_in_their_plausible_ranges():
    for name, value in RECORD["values"].items():
        low, high = plausible(name)
        assert low <= value <= high, name


def test_the_default_set_shows_the_patterns():
    rows = {row["id"]: row for row in validate(worlds=200, seed=3)}
    assert set(rows) == set(PATTERNS)
    inside = {name for name, row in rows.items() if row["counted"] and row["inside"]}
    assert inside >= MUST, {name: rows[name] for name in MUST - inside}
    assert len(inside) >= 12, sorted(set(rows) - inside)


@pytest.mark.slow
def test_the_search_is_a_function_of_its_seed(monkeypatch):
    """Not of the engine that lives the worlds, nor of how many points are run in one block."""
    small = {"points": 3, "rounds": 2, "worlds": 10, "finalists": 2, "final_worlds": 10}
    engine = "numpy" if lacking() else "fused"
    first = calibrate(seed=5, **small, engine="numpy")
    assert first[0].values != calibrate(seed=6, **small, engine=engine)[0].values
    monkeypatch.setattr(module, "BLOCK", 20)
    told = []
    assert first == calibrate(seed=5, **small, engine=engine, progress=lambda *so_far: told.append(so_far))
    assert told == [(2, 6), (3, 6), (5, 6), (6, 6)]
    assert all(plausible(name)[0] <= value <= plausible(name)[1] for name, value in first[0].values.items())
