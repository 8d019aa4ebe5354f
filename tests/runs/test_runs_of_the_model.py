"""The same promises with the model itself: few worlds, short horizons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.ask.questions import CONDITIONS, inputs_of, main_job
from sim.engine.blocks import simulate
from sim.engine.observe import WORLD_COLUMNS, quantities
from sim.engine.pasts import Pasts
from sim.engine.start import start_state
from sim.jobs import run as job
from sim.jobs.run import open_folder
from sim.results.result import Result
from sim.runs import provenance, work
from sim.runs.errors import InputError, RunFailed
from sim.scenario.load import load

pytestmark = pytest.mark.usefixtures("short_past")


@pytest.fixture(scope="module")
def pair() -> list[Any]:
    """Two shipped scenarios, cut short."""
    return [load(name, changes={"days": 10}) for name in ("status_quo", "forced_exit")]


@pytest.fixture(scope="module")
def result(pair: list[Any]) -> Result:
    """A few worlds of each, in memory, with every act."""
    return job.run(pair, worlds=12, events="all")


def test_blocks_change_no_byte(
    pair: list[Any], result: Result, tmp_path: Path, same: Callable[[Path, Path], None]
) -> None:
    job.run(pair, worlds=12, out=tmp_path / "one")
    job.run(pair, worlds=12, out=tmp_path / "two", block_size=7)
    same(tmp_path / "one", tmp_path / "two")
    pd.testing.assert_frame_equal(open_folder(tmp_path / "one").worlds, result.worlds)
    pd.testing.assert_frame_equal(open_folder(tmp_path / "one").weekly, result.weekly)


def test_a_run_lives_each_past_once_and_its_folder_is_the_same(
    pair: list[Any], tmp_path: Path, same: Callable[[Path, Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    pasts = Pasts()
    monkeypatch.setattr("sim.engine.pasts.OF_THIS_PROCESS", pasts)
    job.run(pair, worlds=10, block_size=5, out=tmp_path / "shared")
    assert pasts.lived == 2  # one for each five worlds, and not one for each scenario too
    job.run(pair, worlds=10, block_size=5, out=tmp_path / "alone", simulate=simulate)
    assert pasts.lived == 2
    same(tmp_path / "shared", tmp_path / "alone")


def test_the_columns_are_those_declared(pair: list[Any], result: Result) -> None:
    assert list(result.worlds.columns) == ["scenario", "world", "seed", "vector", *list(WORLD_COLUMNS)[1:]]
    kinds = {"int": "int64", "str": "str", "float": "float64"}
    whole = {"outcome_day": "Int64", "completion_day": "Int64", "after_sanctions": "Int64", "troops_end": "int64"}
    for name, column in WORLD_COLUMNS.items():
        expected = whole.get(name) or kinds[column.dtype]
        assert str(result.worlds[name].dtype).replace("object", "str") == expected, name
    shown = set(result.weekly["quantity"])
    for name, quantity in quantities(pair[0]).items():
        assert ({f"{name}/{rung}" for rung in quantity.rungs} or {name}) <= shown
    assert sorted(result.weekly["week"].unique()) == [0, 1]


def test_weekly_means_agree_with_the_worlds(result: Result) -> None:
    weeks = result.weekly[result.weekly["quantity"] == "attacks_iraq"].groupby("scenario")["mean"].sum()
    worlds = result.worlds.groupby("scenario")["attacks_iraq"].mean()
    pd.testing.assert_series_equal(weeks, worlds, check_names=False)
    rungs = result.weekly[result.weekly["quantity"].str.startswith("rung/iraq/")]
    assert rungs.groupby(["scenario", "week"])["mean"].sum().to_numpy() == pytest.approx(1.0)


def test_causes_are_earlier_acts_of_the_same_world(result: Result) -> None:
    events = result.events
    assert set(events["scenario"]) == {"status_quo", "forced_exit"}
    known = {(row.scenario, row.world, row.event): row.day for row in events.itertuples()}
    for row in events.itertuples():
        for cause in row.causes:
            assert cause < row.event
            assert known[row.scenario, row.world, cause] <= row.day
    dates = pd.to_datetime("2024-01-10") + pd.to_timedelta(events["day"], unit="D")
    assert (pd.to_datetime(events["date"]) == dates).all()


def test_typical_acts_are_those_of_the_whole_log(pair: list[Any], result: Result) -> None:
    typical = job.run(pair, worlds=12).events
    both = typical.merge(result.events, on=["scenario", "world", "event"], how="left", suffixes=("", "_all"))
    for name in ("day", "actor", "act", "rung", "rule", "terms"):
        assert (both[name] == both[f"{name}_all"]).all()


def test_a_model_that_changes_under_way_is_not_mixed_with_itself(
    pair: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    job.run(pair[:1], worlds=3, out=tmp_path / "x")
    hashes = iter(["before", *["after"] * 9])
    monkeypatch.setattr("sim.engine.fingerprint.model_hash", lambda: next(hashes))
    with pytest.raises(RunFailed, match="the model's files were changed while it ran"):
        job.run(pair[:1], worlds=3)
    with pytest.raises(InputError, match=r"the model.s hash is .* there, after here"):
        job.run(pair[:1], worlds=4, out=tmp_path / "x")


def test_the_main_job_is_the_three_and_their_companions(monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for: list[str] = []

    def none(_: object, inputs: Any, *__: object) -> list[Any]:
        asked_for.extend(inputs.names)
        raise InputError("enough")

    monkeypatch.setattr(work, "carry_out", none)
    with pytest.raises(InputError, match="enough"):
        job.run(worlds=10)
    assert asked_for == [scenario.name for scenario in main_job()]
    assert asked_for[:4] == ["status_quo", "negotiated_exit", "forced_exit", "gaza_ceasefire"]


def test_the_command_of_the_main_job_needs_no_names() -> None:
    job_of_all = inputs_of(None, worlds=7, seed=2)
    assert provenance.command(job_of_all) == "python3 run.py run --worlds 7 --seed 2"
    shorter = inputs_of(main_job({"days": 30}), worlds=7)
    assert "scenarios/forced_exit_ceasefire_groups.toml" in provenance.command(shorter)


def test_of_companions_no_acts_are_kept() -> None:
    twin = load("gaza_ceasefire", changes={"days": 3})
    three = [load(name, changes={"days": 3}) for name in CONDITIONS]
    assert set(job.run([*three, twin], worlds=2).events["scenario"]) == set(CONDITIONS)
    assert set(job.run([three[0], twin], worlds=2).events["scenario"]) == {"status_quo", "gaza_ceasefire"}


def test_the_state_at_the_start_is_that_of_the_first_worlds(pair: list[Any], result: Result) -> None:
    there = start_state(pair[1], worlds=range(12))
    for name, values in result.start_of("forced_exit").items():
        assert values.tolist() == there[name].tolist()
    other = Result({**result.manifest, "model": "another"}, result.source)
    assert other.start_of("forced_exit") == {}
