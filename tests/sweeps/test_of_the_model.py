"""Worlds of a sweep are the model's own: those that a file which says the same would have, bit for bit."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_designs import design_of

from sim.cli.commands import main
from sim.engine import ways
from sim.engine.blocks import simulate
from sim.jobs import sweep as job
from sim.runs.work import Way
from sim.scenario.load import load
from sim.sweeps.sweep import Sweep

pytestmark = pytest.mark.usefixtures("short_past")
ROWS: list[dict[str, Any]] = [
    {"united_states.restraint": 0.2},
    {"united_states.restraint": 0.8, "iran.permissiveness": 0.6},
    {"iraq.jump_iraq": 0.3},
    {"iraq.highest_rung": "talks"},
    {"days": 45},
    {"events.strike.civilians": 40, "events.strike.dead": 40},
]
STRIKE = [{"date": date(2024, 2, 1), "kind": "strike", "rung": "strike in Iraq", "dead": 3, "civilians": 3}]


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory, short_past: None) -> Sweep:
    """Six points of a scenario that draws accepted vectors, in twelve worlds of two months."""
    base = load("status_quo", changes={"days": 60, "events": STRIKE})
    asked = job.job_of(design_of(base, ROWS), worlds=12, weekly=["pressure"])
    return job.run_job(asked, tmp_path_factory.mktemp("sweep") / "x", Way(engine="numpy"), figures=False)


def test_each_point_is_what_its_scenario_gives(sweep: Sweep) -> None:
    for point in range(len(ROWS) + 1):
        scenario, numbers = sweep.told(point)
        given = {name: np.full(12, value) for name, value in numbers.items()}
        block = simulate(scenario, seed=1, worlds=range(12), overrides=given or None)
        mine = sweep.worlds[sweep.worlds["point"] == point]
        for name, values in block.worlds.items():
            found = mine[name].to_numpy(dtype=float if values.dtype.kind != "O" else object, na_value=np.nan) if (
                name in pd.DataFrame(mine).columns) else None  # fmt: skip
            assert found is not None
            if values.dtype.kind == "O":
                assert (found == values).all(), (point, name)
            else:
                assert np.array_equal(found, values.astype(float), equal_nan=True), (point, name)


def test_a_lever_in_a_sweep_is_a_lever_in_a_file(sweep: Sweep) -> None:
    scenario = load("status_quo", changes={"days": 60, "events": STRIKE, **ROWS[1]})
    block = simulate(scenario, seed=1, worlds=range(12))
    mine = sweep.worlds[sweep.worlds["point"] == 2]
    assert mine["attacks_iraq"].tolist() == block.worlds["attacks_iraq"].tolist()
    assert mine["pressure_max"].tolist() == block.worlds["pressure_max"].tolist()


def test_a_world_of_a_point_is_lived_alone_bit_for_bit(sweep: Sweep) -> None:
    for point in (2, 3):
        model = sweep.model(point, 7)
        while model.running:
            model.step()
        row = sweep.worlds[(sweep.worlds["point"] == point) & (sweep.worlds["world"] == 7)].iloc[0]
        assert model.counts["pressure_max"] == row["pressure_max"]
        assert model.counts["attacks_iraq"] == row["attacks_iraq"]


def test_points_of_one_past_live_it_once(sweep: Sweep, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from sim.sweeps import cells

    lived: list[int] = []
    real = cells.WithdrawalModel

    def counted(scenario: Any, **how: Any) -> Any:
        if how.get("lived") is None:
            lived.append(len(how["worlds"]))
        return real(scenario, **how)

    monkeypatch.setattr(cells, "WithdrawalModel", counted)
    monkeypatch.setattr(cells, "OF_THIS_PROCESS", cells.OF_THIS_PROCESS.__class__())
    rows = [{"united_states.restraint": value / 10} for value in range(10)]
    asked = job.job_of(design_of(sweep.bases[0], [*rows, {"iraq.highest_rung": "talks"}]), worlds=6)
    job.run_job(asked, tmp_path / "x", Way(engine="numpy"), figures=False)
    assert lived == [6]


@pytest.mark.skipif(bool(ways.lacking()), reason="there is no compiled program here")
def test_the_compiled_program_changes_no_byte(sweep: Sweep, tmp_path: Path) -> None:
    asked = job.job_of(design_of(sweep.bases[0], ROWS), worlds=12, weekly=["pressure"])
    other = job.run_job(asked, tmp_path / "x", Way(engine="fused"), figures=False)
    names = [name for name in sweep.manifest["files"] if not name.startswith(("tables/", "figures/"))]
    assert names and all(other.manifest["files"][name] == sweep.manifest["files"][name] for name in names
                         if not name.endswith((".md", ".html")))  # fmt: skip


def test_explain_tells_a_world_of_a_point(sweep: Sweep, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["explain", str(sweep.folder), "--world", "7", "--json"]
    assert main([*command, "--point", "2"]) == 0
    said = json.loads(capsys.readouterr().out)
    row = sweep.worlds[(sweep.worlds["point"] == 2) & (sweep.worlds["world"] == 7)].iloc[0]
    assert said["attacks_iraq"] == row["attacks_iraq"] and said["pressure_max"] == row["pressure_max"]
    assert main(command) == 2
    assert main([*command, "--point", "99"]) == 2
    assert main(["explain", "status_quo", "--world", "7", "--point", "2"]) == 2
    faults = capsys.readouterr().err
    assert "say which point" in faults and "there is no point 99" in faults and "name the folder" in faults
