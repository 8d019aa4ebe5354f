"""What a Result gives, in memory and from a folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.jobs.run import open_folder
from sim.results.result import OUTCOMES
from sim.results.stats import paired_shares, unpaired_shares, wilson
from sim.runs.errors import InputError
from sim.scenario.schema import Scenario

Run = Callable[..., Any]


def test_the_outcomes_are_the_models() -> None:
    from sim.model import outcomes

    assert outcomes.OUTCOMES == OUTCOMES


@pytest.mark.parametrize("events", ["none", "typical", "all"])
def test_in_memory_and_in_a_folder_there_is_the_same(
    events: str, two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None]
) -> None:
    memory = run(two, worlds=120, events=events, block_size=50)
    saved = run(two, worlds=120, events=events, out=tmp_path / "run")
    opened = open_folder(tmp_path / "run")
    for result in (saved, opened):
        for name in ("worlds", "weekly", "events"):
            pd.testing.assert_frame_equal(getattr(memory, name), getattr(result, name))
        assert result.scenarios == memory.scenarios
        assert result.provenance == memory.provenance
    memory.save(tmp_path / "saved")
    same(tmp_path / "saved", tmp_path / "run")
    opened.save(tmp_path / "copied")
    same(tmp_path / "copied", tmp_path / "run")
    with pytest.raises(InputError, match="not empty"):
        opened.save(tmp_path / "saved")


def test_the_tables_have_the_columns_and_types_of_the_interface(two: list[Scenario], run: Run) -> None:
    result = run(two, worlds=50)
    assert list(result.worlds.columns)[:8] == [
        "scenario", "world", "seed", "vector", "outcome", "kind", "outcome_day", "completion_day",
    ]  # fmt: skip
    assert set(result.worlds["seed"]) == {1}
    assert result.worlds["troops_end"].dtype == "int64"
    assert type(result.events["date"][0]) is date
    assert str(result.worlds["outcome_day"].dtype) == "Int64"
    assert str(result.worlds["completion_day"].dtype) == "Int64"
    assert result.worlds["attacks_iraq"].dtype == "int64"
    assert result.worlds["after_training"].dtype == "float64"
    assert list(result.weekly.columns) == ["scenario", "week", "quantity", "mean", "q05", "q25", "q50", "q75", "q95"]
    assert list(result.events.columns) == [
        "scenario", "world", "event", "day", "date", "actor", "act", "rung", "rule", "scripted", "causes", "terms",
        "accounts",
    ]  # fmt: skip
    entries = next(found for found in result.events["accounts"] if len(found))
    assert {name: type(value) for name, value in entries[0].items()} == {
        "state": str, "level": float, "source": str, "act": int, "share": float,
    }  # fmt: skip
    assert [entry["act"] for entry in entries] == [0, None, None]


def test_typical_events_are_of_one_world_an_outcome(two: list[Scenario], run: Run) -> None:
    result = run(two, worlds=50)
    outcomes = result.worlds.set_index(["scenario", "world"])["outcome"]
    chosen = result.events[["scenario", "world"]].drop_duplicates()
    found = [(scenario, outcomes[scenario, world]) for scenario, world in chosen.itertuples(index=False)]
    seen = result.worlds[["scenario", "outcome"]].drop_duplicates().itertuples(index=False)
    assert sorted(found) == sorted(tuple(pair) for pair in seen)
    everything = run(two, worlds=50, events="all").events
    merged = result.events.merge(everything, on=["scenario", "world", "event"], suffixes=("", "_all"))
    assert len(merged) == len(result.events)
    assert (merged["act"] == merged["act_all"]).all()


def test_shares(two: list[Scenario], run: Run) -> None:
    result = run(two, worlds=200)
    shares = result.shares()
    assert list(shares["outcome"]) == [*OUTCOMES, *OUTCOMES]
    assert set(shares["worlds"]) == {200}
    for row in shares.to_dict("records"):
        ended = result.worlds.loc[result.worlds["scenario"] == row["scenario"], "outcome"]
        assert row["count"] == (ended == row["outcome"]).sum()
        assert row["share"] == row["count"] / 200
        assert (row["low"], row["high"]) == wilson(row["count"], 200)
    lapsed = shares[shares["outcome"] == "lapsed"]
    assert list(lapsed["count"]) == [0, 0]
    assert (lapsed["high"] > 0).all()
    assert (result.shares(level=0.5)["high"] <= shares["high"]).all()


def test_a_difference_is_paired_where_the_worlds_are(run: Run) -> None:
    one, other = Scenario(name="calm", days=30), Scenario(name="storm", days=31)
    here, there = run(one, worlds=200), run(other, worlds=300)
    table = here.difference(there).set_index("measure")
    assert table["paired"].all()
    assert set(table["worlds"]) == {200}
    first = (here.worlds["outcome"] == "forced_exit").to_numpy()
    second = (there.worlds["outcome"][:200] == "forced_exit").to_numpy()
    row = table.loc["forced_exit"]
    assert (row["difference"], row["low"], row["high"]) == pytest.approx(paired_shares(first, second))
    assert row["here"] - row["there"] == pytest.approx(row["difference"])
    assert (row["scenario"], row["other"], row["statistic"]) == ("calm", "storm", "share")
    attacks = table.loc["attacks_iraq"]
    assert attacks["statistic"] == "mean"
    assert attacks["difference"] == pytest.approx(
        here.worlds["attacks_iraq"].mean() - there.worlds["attacks_iraq"][:200].mean()
    )
    assert not {"world", "seed"} & set(table.index)
    assert "outcome_day" not in table.index  # only where something was decided
    assert "after_training" not in table.index


def test_a_difference_between_seeds_is_not_paired(run: Run) -> None:
    scenario = Scenario(name="calm", days=30)
    here, there = run(scenario, worlds=200), run(scenario, worlds=300, seed=2)
    (row,) = here.difference(there, "us_stays").to_dict("records")
    assert row["paired"] is False
    assert not {"world", "seed"} & set(here.difference(there)["measure"])
    counts = [int((result.worlds["outcome"] == "us_stays").sum()) for result in (here, there)]
    assert (row["difference"], row["low"], row["high"]) == pytest.approx(
        unpaired_shares(counts[0], 200, counts[1], 300)
    )


def test_differences_of_several_scenarios(two: list[Scenario], run: Run) -> None:
    result = run(two, worlds=100)
    table = result.difference(result)
    assert list(table["scenario"].unique()) == ["calm", "history/storm"]
    assert (table["difference"] == 0).all()
    between = result.between("calm", "history/storm", "us_stays")
    assert len(between) == 1
    assert between["paired"].all()
    with pytest.raises(ValueError, match="no scenario in common"):
        result.difference(run(Scenario(name="other", days=20), worlds=10))
    with pytest.raises(ValueError, match="there is no x here, only calm, history/storm"):
        result.between("calm", "x")
    with pytest.raises(ValueError, match="outcome is one of"):
        result.between("calm", "history/storm", "victory")


def test_figures_by_name(two: list[Scenario], run: Run) -> None:
    result = run(two, worlds=20)
    with pytest.raises(ValueError, match="there is no figure 'nothing'; there are outcomes"):
        result.plot("nothing")


def test_what_is_no_results_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        open_folder(tmp_path / "x")
    with pytest.raises(InputError, match="is not a results folder"):
        open_folder(tmp_path)


def test_importing_is_light() -> None:
    code = (
        "import sys, sim.results.result, sim.runs, sim.results.stats, sim.runs.errors, sim.runs.progress;"
        "heavy = {'numpy', 'pandas', 'pyarrow', 'mesa', 'matplotlib', 'scipy', 'pydantic'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    source = str(Path(__file__).parents[2] / "src")
    subprocess.run([sys.executable, "-c", f"import sys; sys.path.insert(0, {source!r}); {code}"], check=True)


def test_a_part_is_a_view_of_its_whole(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    whole = run(two, worlds=30, events="all", out=tmp_path / "run")
    part = whole.only(["history/storm"])
    assert (part.whole, whole.whole) == (whole, whole)
    assert [scenario.name for scenario in part.scenarios] == ["history/storm"]
    for name in ("worlds", "weekly", "events"):
        there = getattr(whole, name)
        pd.testing.assert_frame_equal(
            getattr(part, name), there[there["scenario"] == "history/storm"].reset_index(drop=True)
        )
    assert set(part.shares()["scenario"]) == {"history/storm"}
    assert part.provenance["command"] == whole.provenance["command"]
    both = whole.only(["history/storm", "calm"])
    assert [scenario.name for scenario in both.scenarios] == ["calm", "history/storm"]
    assert both.only(["calm"]).whole is whole
    with pytest.raises(ValueError, match="there is no nonsense here, only calm, history/storm"):
        whole.only(["nonsense"])
    with pytest.raises(ValueError, match="save the whole"):
        part.save(tmp_path / "part")
