"""The default numbers are the search's, and the search is what its record says."""

import json
from pathlib import Path

import numpy as np
import pytest

from sim.engine.ways import lacking
from sim.evidence import calibrate as module
from sim.evidence.calibrate import FITTED, OUTSIDE, Point, calibrate, evaluate, far_apart, plausible, unlikely
from sim.evidence.patterns import GAZA, PATTERNS
from sim.evidence.scores import place
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
    for row in rows.values():
        for part in row.get("parts", [row]):
            assert 0.0 <= part["tail"] <= 1.0
            assert 0.0 <= part["told"] <= 1.0
            low, high = (part[name] for name in ("predicted_low", "predicted_high"))
            if low is not None and part["told"]:
                assert part["in_90"] == (low <= part["scored"] <= (np.inf if high is None else high)), part


SMALL = {"points": 4, "rounds": 2, "worlds": 10, "regions": 2, "finalists": 2, "final_worlds": 10}
SHORT = tuple(pattern for pattern in module.SEARCHED if pattern.hindcast == GAZA)


@pytest.fixture
def short(monkeypatch):
    """The search looks at a short hindcast alone, after a short past."""
    monkeypatch.setattr(module, "SEARCHED", SHORT)
    monkeypatch.setattr("sim.engine.almanac.SPIN_UP", 12)


def test_the_search_looks_at_several_regions_and_ends_with_fresh_luck(short):
    told = []
    found = calibrate(seed=5, **SMALL, engine="numpy", progress=lambda *so_far: told.append(so_far))
    assert told[-1] == (8, 8)
    assert len(found.tried) == 8
    assert [best.values for best in found.best] == [by.values for by in found.chosen]
    assert [best.distance for best in found.best] != [by.distance for by in found.chosen], "other worlds"
    assert found.best[0].distance == min(best.distance for best in found.best)
    assert {best.region for best in found.best} == {0, 1}
    for point in (*found.best, *found.tried):
        assert all(plausible(name)[0] <= value <= plausible(name)[1] for name, value in point.values.items())


def test_regions_lie_far_apart():
    ranges = {name: plausible(name) for name in FITTED}

    def point(share, distance):
        return Point({name: low + share * (high - low) for name, (low, high) in ranges.items()}, distance, ())

    points = [point(0.5, 1.0), point(0.6, 2.0), point(0.9, 3.0), point(0.1, 4.0), point(0.0, 5.0)]
    assert far_apart(points, 3) == [points[0], points[2], points[3]]
    assert far_apart(points, 1) == points[:1]
    assert far_apart(points[:2], 3) == points[:1]


def test_what_the_record_makes_unlikely_is_farther():
    draws = np.arange(1000.0)
    steps = [unlikely(place(draws, value), 1000) for value in (500.0, 100.0, 60.0, 10.0, 2000.0)]
    assert steps[0] == 0.0
    assert steps == sorted(steps)
    assert steps[2] < OUTSIDE < steps[3] < steps[4] < 20.0


def test_a_point_is_judged_alike_in_any_company(short, monkeypatch):
    points = [{name: sum(plausible(name)) * share for name in FITTED} for share in (0.5, 0.45)]
    both = evaluate(points, worlds=10, seed=2)
    monkeypatch.setattr(module, "BLOCK", 1)
    assert both == evaluate(points, worlds=10, seed=2)
    assert both[1:] == evaluate(points[1:], worlds=10, seed=2)
    assert np.isfinite([point.distance for point in both]).all()


@pytest.mark.slow
def test_the_search_is_a_function_of_its_seed(short, monkeypatch):
    """Not of the engine that lives the worlds, nor of how many points are run in one block."""
    engine = "numpy" if lacking() else "fused"
    first = calibrate(seed=5, **SMALL, engine="numpy")
    assert first.best[0].values != calibrate(seed=6, **SMALL, engine=engine).best[0].values
    monkeypatch.setattr(module, "BLOCK", 20_000)
    monkeypatch.setattr(module, "CHUNK", 3)
    told = []
    assert first == calibrate(seed=5, **SMALL, engine=engine, progress=lambda *so_far: told.append(so_far))
    assert told == [(3, 8), (4, 8), (6, 8), (8, 8)]
