"""A sweep's folder: the same bytes however it was made, gone on with, added to; what fails is a record."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import fake_lived
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_designs import PERMISSIVENESS, RESTRAINT, design_of, grid_of

from sim.disk import writing
from sim.jobs import sweep as job
from sim.jobs.run import open_folder, run
from sim.results.stats import paired_shares
from sim.runs.errors import Changed, InputError, RunFailed, Stopped
from sim.scenario.schema import Scenario
from sim.sweeps import work
from sim.sweeps.sweep import Sweep
from waiting import wait_until

pytestmark = pytest.mark.usefixtures("plain_pages")
Made = Callable[..., Sweep]
Same = Callable[[Path, Path], None]


def test_a_folder_holds_the_tables_and_no_page_a_point(base: Scenario, made: Made, tmp_path: Path) -> None:
    sweep = made(grid_of(base), tmp_path / "x")
    names = sorted(path.name for path in (tmp_path / "x").iterdir())
    assert names == [
        "manifest.json",
        "points.csv",
        "points.parquet",
        "scenarios",
        "shares.csv",
        "shares.parquet",
        "worlds",
    ]
    assert len(sweep.worlds) == 7 * 120 and len(sweep.shares) == 7 * 4
    assert list(sweep.worlds.columns[:5]) == ["scenario", "point", "world", "seed", "vector"]
    assert sweep.worlds[["point", "world"]].duplicated().sum() == 0
    assert isinstance(open_folder(tmp_path / "x"), Sweep)
    assert [path.name for path in (tmp_path / "x" / "scenarios").iterdir()] == ["calm.toml"]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(block=st.integers(1, 400), first=st.integers(1, 120), weekly=st.booleans())
def test_blocks_and_growth_change_no_byte(
    block: int, first: int, weekly: bool, made: Made, same: Same, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tmp_path = tmp_path_factory.mktemp("x")
    base = Scenario(name="calm", days=30)
    more = {"weekly": ["pressure"]} if weekly else {}
    made(grid_of(base), tmp_path / "one", **more)
    made(grid_of(base), tmp_path / "two", worlds=first, way={"block_size": block}, **more)
    made(grid_of(base), tmp_path / "two", way={"block_size": 401 - block}, **more)
    same(tmp_path / "one", tmp_path / "two")


def test_workers_change_no_byte(base: Scenario, made: Made, same: Same, tmp_path: Path) -> None:
    made(grid_of(base), tmp_path / "one")
    made(grid_of(base), tmp_path / "two", way={"workers": 2, "block_size": 100})
    same(tmp_path / "one", tmp_path / "two")


def test_points_can_be_added_and_only_they_are_lived(base: Scenario, made: Made, same: Same, tmp_path: Path) -> None:
    few, all_ = grid_of(base), design_of(
        base, [{RESTRAINT: 0.3}, *({RESTRAINT: x, PERMISSIVENESS: y} for x in (0.1, 0.5, 0.9) for y in (0.2, 0.6))]
    )  # fmt: skip
    asked: list[tuple[str, ...]] = []

    def noted(task: Any) -> Any:
        asked.append(task.ids)
        return fake_lived.lived(task)

    made(few, tmp_path / "x")
    sweep = made(all_, tmp_path / "x", way={"simulate": noted})
    assert {one for ids in asked for one in ids} == {sweep.points["id"][1]}
    made(all_, tmp_path / "y")
    same(tmp_path / "x", tmp_path / "y")


def test_nothing_is_computed_where_all_is_there(base: Scenario, made: Made, tmp_path: Path) -> None:
    made(grid_of(base), tmp_path / "x")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "x").rglob("*") if path.is_file()}
    made(grid_of(base), tmp_path / "x", way={"simulate": None})
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "x").rglob("*") if path.is_file()}


@pytest.mark.parametrize("other", [{"seed": 2}, {"luck": "fresh"}, {"weekly": ["pressure"]}])
def test_other_inputs_are_refused_and_touch_nothing(
    other: dict[str, Any], base: Scenario, made: Made, tmp_path: Path
) -> None:
    made(grid_of(base), tmp_path / "x")
    before = sorted((path, path.read_bytes()) for path in (tmp_path / "x").rglob("*") if path.is_file())
    with pytest.raises(InputError, match="made from other inputs"):
        made(grid_of(base), tmp_path / "x", **other)
    assert before == sorted((path, path.read_bytes()) for path in (tmp_path / "x").rglob("*") if path.is_file())


def test_fewer_points_or_worlds_than_there_are_is_refused(base: Scenario, made: Made, tmp_path: Path) -> None:
    made(grid_of(base), tmp_path / "x")
    with pytest.raises(InputError, match="120 worlds a point"):
        made(grid_of(base), tmp_path / "x", worlds=50)
    with pytest.raises(InputError, match="points that are not in this design"):
        made(design_of(base, [{RESTRAINT: 0.1, PERMISSIVENESS: 0.2}]), tmp_path / "x")


def test_a_run_and_a_sweep_do_not_share_a_folder(base: Scenario, made: Made, tmp_path: Path) -> None:
    made(grid_of(base), tmp_path / "x")
    with pytest.raises(InputError, match="it holds a sweep"):
        run(base, worlds=2, out=tmp_path / "x")


def test_what_was_stopped_is_an_even_sample_and_goes_on(base: Scenario, made: Made, same: Same, tmp_path: Path) -> None:
    calls = iter(range(100))
    with pytest.raises(Stopped):
        made(grid_of(base), tmp_path / "x", worlds=4000, way={"block_size": 500, "stop": lambda: next(calls) > 12})
    store = job.SweepFolder(tmp_path / "x")
    store.find(job.job_of(grid_of(base), worlds=4000))
    counts = [sum(one.end - one.first for one in held) for held in store.held.values()]
    assert len(counts) == 7 and max(counts) - min(counts) <= work.rounds(job.job_of(grid_of(base), worlds=4000))[0][1]
    made(grid_of(base), tmp_path / "x", worlds=4000)
    made(grid_of(base), tmp_path / "y", worlds=4000)
    same(tmp_path / "x", tmp_path / "y")


def test_a_block_that_fails_is_a_record_and_the_rest_goes_on(
    base: Scenario, made: Made, same: Same, tmp_path: Path
) -> None:
    sweep = made(grid_of(base), tmp_path / "x", way={"simulate": fake_lived.fails, "block_size": 40})
    failed = sweep.manifest["failed"]
    assert failed and all("a made-up fault" in one["error"] and one["stage"] == "worlds" for one in failed)
    assert "ZeroDivisionError" in failed[0]["trace"]
    lost = {point for one in failed for point in one["points"]}
    shares = sweep.shares.drop_duplicates("point").set_index("point")
    assert (shares.loc[sorted(lost), "failed"] > 0).all()
    assert (shares.loc[sorted(set(shares.index) - lost), "worlds"] == 120).all()
    made(grid_of(base), tmp_path / "x")
    made(grid_of(base), tmp_path / "y")
    same(tmp_path / "x", tmp_path / "y")


def test_a_worker_that_dies_changes_nothing(
    base: Scenario, made: Made, same: Same, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_DIED", str(tmp_path / "died"))
    made(grid_of(base), tmp_path / "x", way={"simulate": fake_lived.dies, "workers": 2, "block_size": 80})
    made(grid_of(base), tmp_path / "y")
    assert (tmp_path / "died").exists()
    same(tmp_path / "x", tmp_path / "y")


KILLED = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[2]]
import fake_lived, small_designs
from sim.jobs import sweep as job
from sim.runs.work import Way
from sim.scenario.schema import Scenario
job.present = lambda *_of: []
if __name__ == "__main__":
    asked = job.job_of(small_designs.grid_of(Scenario(name="calm", days=30)), worlds=120)
    job.run_job(asked, Path(sys.argv[1]), Way(1, simulate=fake_lived.never_ends, block_size=100), figures=False)
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_after_a_kill_the_same_call_finishes_what_is_missing(
    base: Scenario, made: Made, same: Same, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    monkeypatch.setenv("FAKE_BEGUN", str(tmp_path / "begun"))
    monkeypatch.setattr(work, "SMALLEST", 1)
    command = [sys.executable, str(script), str(tmp_path / "x"), str(Path(__file__).parent)]
    source = Path(job.__file__).parents[2]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(source)}) as process:
        begun = tmp_path / "begun"
        wait_until(lambda: begun.exists() or process.poll() is not None, "the sweep comes to world 50")
        assert begun.exists()
        process.send_signal(signal.SIGKILL)
    assert list((tmp_path / "x" / "blocks").glob("*.parquet"))
    made(grid_of(base), tmp_path / "x")
    made(grid_of(base), tmp_path / "y")
    same(tmp_path / "x", tmp_path / "y")


@pytest.mark.parametrize("at", range(0, 14, 2))
def test_a_full_disk_at_any_moment_leaves_what_can_be_gone_on_with(
    at: int, base: Scenario, made: Made, same: Same, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, count = writing.os.fsync, iter(range(1000))

    def full(number: int) -> None:
        if stat.S_ISREG(os.fstat(number).st_mode) and next(count) == at:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(number)

    with monkeypatch.context() as patch:
        patch.setattr(writing.os, "fsync", full)
        with pytest.raises(RunFailed, match="the disk of"):
            made(grid_of(base), tmp_path / "x", weekly=["pressure"], way={"block_size": 200})
    made(grid_of(base), tmp_path / "x", weekly=["pressure"])
    made(grid_of(base), tmp_path / "y", weekly=["pressure"])
    same(tmp_path / "x", tmp_path / "y")


def test_a_damaged_part_is_lived_again_while_the_sweep_lasts(
    base: Scenario, made: Made, same: Same, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    calls = iter(range(100))
    with pytest.raises(Stopped):
        made(grid_of(base), tmp_path / "x", way={"block_size": 100, "stop": lambda: next(calls) > 3})
    part = next((tmp_path / "x" / "blocks").glob("0*.parquet"))
    content = bytearray(part.read_bytes())
    content[200] ^= 1
    part.write_bytes(bytes(content))
    made(grid_of(base), tmp_path / "x")
    assert "is damaged" in caplog.text
    made(grid_of(base), tmp_path / "y")
    same(tmp_path / "x", tmp_path / "y")


def test_a_finished_sweep_that_was_changed_is_not_believed(base: Scenario, made: Made, tmp_path: Path) -> None:
    made(grid_of(base), tmp_path / "x")
    path = tmp_path / "x" / "shares.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(Changed):
        made(grid_of(base), tmp_path / "x")


def test_shares_are_those_of_the_worlds_and_differences_are_paired(base: Scenario, made: Made, tmp_path: Path) -> None:
    sweep = made(grid_of(base), tmp_path / "x")
    worlds, shares = sweep.worlds, sweep.shares
    zero = (worlds[worlds["point"] == 0]["outcome"] == "forced_exit").to_numpy()
    for point in (1, 6):
        mine = (worlds[worlds["point"] == point]["outcome"] == "forced_exit").to_numpy()
        row = shares[(shares["point"] == point) & (shares["outcome"] == "forced_exit")].iloc[0]
        assert row["count"] == mine.sum() and row["share"] == mine.mean() and row["paired"]
        assert (row["difference"], row["diff_low"], row["diff_high"]) == paired_shares(mine, zero)


def test_common_luck_is_shared_and_fresh_luck_is_each_points_own(base: Scenario, made: Made, tmp_path: Path) -> None:
    common = made(grid_of(base), tmp_path / "common").worlds
    fresh = made(grid_of(base), tmp_path / "fresh", luck="fresh")
    assert common["seed"].nunique() == 1 and fresh.worlds["seed"].nunique() == 7
    by_point = common.groupby("point")["attacks_iraq"].apply(list)
    assert all(one == by_point[0] for one in by_point)
    assert len({tuple(one) for one in fresh.worlds.groupby("point")["attacks_iraq"].apply(list)}) == 7
    assert not fresh.shares["paired"].any()
    assert (fresh.worlds["seed"] == fresh.worlds["point"].map(fresh.seed_of)).all()


def test_parts_joined_are_the_whole(base: Scenario, made: Made, same: Same, tmp_path: Path) -> None:
    whole = made(grid_of(base), tmp_path / "whole", weekly=["pressure"])
    for part in (1, 2, 3):
        made(grid_of(base), tmp_path / f"part{part}", weekly=["pressure"], part=(part, 3))
    folders = [tmp_path / f"part{part}" for part in (1, 2, 3)]
    with pytest.raises(InputError, match="part 2 of 3 is missing"):
        job.join(tmp_path / "less", [folders[0], folders[2]])
    joined = job.join(tmp_path / "joined", folders, figures=False)
    assert len(joined.worlds) == len(whole.worlds)
    same(tmp_path / "whole", tmp_path / "joined")


def test_until_ends_each_point_when_it_is_known_and_alike_for_all_blocks(
    base: Scenario, made: Made, same: Same, tmp_path: Path
) -> None:
    sweep = made(grid_of(base), tmp_path / "x", worlds=5000, until=0.06)
    worlds = sweep.shares.drop_duplicates("point")["worlds"]
    assert (worlds < 5000).all() and worlds.nunique() > 1
    made(grid_of(base), tmp_path / "y", worlds=5000, until=0.06, way={"block_size": 130})
    same(tmp_path / "x", tmp_path / "y")
    made(grid_of(base), tmp_path / "x", worlds=5000, until=0.06, way={"simulate": None})  # nothing is left to do
    paired = made(grid_of(base), tmp_path / "z", worlds=5000, until="difference:0.08")
    assert (paired.shares.drop_duplicates("point")["worlds"] <= 5000).all()


@pytest.mark.parametrize("wrong", ["", "0", "-0.1", "x", "0.7", "median:0.1", "nan"])
def test_a_half_width_that_is_none_is_refused(wrong: str) -> None:
    assert not work.is_wish(wrong)


def test_rounds_are_the_inputs_own(base: Scenario) -> None:
    for worlds in (1, 49, 50, 51, 1000):
        spans = work.rounds(job.job_of(grid_of(base), worlds=worlds))
        assert spans[0][0] == 0 and spans[-1][1] == worlds
        assert all(one[1] == two[0] for one, two in pairwise(spans))


def test_weekly_series_are_those_of_the_worlds_of_a_point(base: Scenario, made: Made, tmp_path: Path) -> None:
    weekly = made(grid_of(base), tmp_path / "x", weekly=["pressure"]).weekly
    assert set(weekly["quantity"]) == {"pressure"} and set(weekly["point"]) == set(range(7))
    assert weekly.groupby("point").size().eq(5).all()
    assert (weekly["q05"] <= weekly["q50"]).all() and (weekly["q50"] <= weekly["q95"]).all()


def test_a_weekly_name_that_there_is_not_is_told_with_what_was_meant(base: Scenario) -> None:
    with pytest.raises(InputError, match="did you mean 'pressure'"):
        job.job_of(grid_of(base), weekly=["presure"])


def test_a_table_of_points_keeps_every_bit(base: Scenario, made: Made, tmp_path: Path) -> None:
    values = [float(np.nextafter(0.1, 1.0)), 0.1 + 0.2, 1 / 3]
    sweep = made(design_of(base, [{RESTRAINT: value} for value in values]), tmp_path / "x", worlds=5)
    assert sweep.points[RESTRAINT].iloc[1:].tolist() == values
    assert pd.read_csv(tmp_path / "x" / "points.csv")[RESTRAINT].iloc[1:].tolist() == values
