"""What a results folder holds, when it is gone on with, and when it is refused."""

from __future__ import annotations

import errno
import json
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fake_model
import pandas as pd
import pytest

from sim.jobs import run as job
from sim.jobs.run import open_folder
from sim.runs import data
from sim.runs.data import asked
from sim.runs.errors import Changed, InputError, RunFailed, Stopped
from sim.scenario.schema import Scenario

Run = Callable[..., Any]


def test_a_folder_holds_what_the_interface_says(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    run(two, worlds=300, out=tmp_path / "x")
    names = {path.relative_to(tmp_path / "x").as_posix() for path in (tmp_path / "x").iterdir()}
    names |= {path.relative_to(tmp_path / "x").as_posix() for path in (tmp_path / "x" / "scenarios").iterdir()}
    files = "summary.md report.html blocks worlds.parquet worlds.csv weekly.parquet events.parquet manifest.json"
    assert names == {*files.split(), "figures", "scenarios", "scenarios/calm.toml", "scenarios/history_storm.toml"}
    assert len(list((tmp_path / "x" / "blocks").glob("*.parquet"))) == 2


def test_files_can_be_read_without_this_package(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    run(two, worlds=300, out=tmp_path)
    worlds = pd.read_parquet(tmp_path / "worlds.parquet")
    lines = pd.read_csv(tmp_path / "worlds.csv")
    pd.testing.assert_frame_equal(worlds, lines, check_dtype=False)
    assert (tmp_path / "worlds.csv").read_text(encoding="utf-8").splitlines()[1].startswith("calm,0,1,")
    blocks = pd.read_parquet(tmp_path / "blocks")  # the counts and events beside them are left out
    assert list(blocks.columns) == list(worlds.columns)
    assert list(blocks.dtypes) == list(worlds.dtypes)
    assert len(blocks) == len(worlds) == 600
    assert list(worlds["world"]) == [*range(300), *range(300)]


def test_the_manifest_says_how_it_was_made(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    run(two, worlds=30, seed=5, out=tmp_path, command=["run.py", "run", "calm", "--out", "x"])
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["seed"] == 5
    assert manifest["worlds"] == 30
    assert manifest["failed"] == []
    assert [scenario["name"] for scenario in manifest["scenarios"]] == ["calm", "history/storm"]
    assert manifest["command"] == (
        "python3 run.py run scenarios/calm.toml scenarios/history_storm.toml --worlds 30 --seed 5"
    )
    assert manifest["made"]["command"] == "run.py run calm --out x"
    assert {"python", "numpy", "mesa", "pyarrow"} <= set(manifest["made"]["versions"])
    assert "commit" in manifest


def test_two_runs_of_the_same_inputs_give_the_same_bytes(
    two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None]
) -> None:
    run(two, worlds=300, out=tmp_path / "one", command=["this"])
    run(two, worlds=300, out=tmp_path / "two", command=["that"])
    same(tmp_path / "one", tmp_path / "two")
    run(two, worlds=300, seed=2, out=tmp_path / "three")
    for name in ("events.parquet", "weekly.parquet", "worlds.csv", "worlds.parquet"):
        assert (tmp_path / "one" / name).read_bytes() != (tmp_path / "three" / name).read_bytes()


@pytest.mark.parametrize("events", ["none", "typical", "all"])
@pytest.mark.parametrize("block_size", [1, 37, 250, 10_000])
def test_how_a_run_is_cut_changes_no_byte(
    events: Any, block_size: int, run: Run, tmp_path: Path, same: Callable[[Path, Path], None]
) -> None:
    # 3,000 days, so that the worlds of the scenario fill more than one block of the finished folder
    scenario = Scenario(name="long", days=3000)
    worlds = 40 if block_size == 1 else 600
    run(scenario, worlds=worlds, events=events, out=tmp_path / "one")
    run(scenario, worlds=worlds, events=events, out=tmp_path / "two", block_size=block_size)
    same(tmp_path / "one", tmp_path / "two")


def test_the_same_again_computes_nothing(two: list[Scenario], run: Run, tmp_path: Path, count_worlds: Any) -> None:
    run(two, worlds=300, out=tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    counted, calls = count_worlds(fake_model.simulate)
    again = run(two, worlds=300, out=tmp_path, simulate=counted)
    assert calls == []
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before
    assert len(again.worlds) == 600


@pytest.mark.parametrize("events", ["none", "all"])
def test_more_worlds_adds_only_those(
    events: str, two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None], count_worlds: Any
) -> None:
    counted, calls = count_worlds(fake_model.simulate)
    run(two, worlds=300, out=tmp_path / "grown", events=events)
    run(two, worlds=500, out=tmp_path / "grown", events=events, simulate=counted)
    assert calls == [200, 200]
    run(two, worlds=500, out=tmp_path / "at once", events=events)
    same(tmp_path / "grown", tmp_path / "at once")


def test_fewer_worlds_than_there_are_is_refused(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    run(two, worlds=300, out=tmp_path)
    with pytest.raises(InputError, match="holds 300 worlds a scenario, 200 are asked for"):
        run(two, worlds=200, out=tmp_path)


CHANGES: dict[str, Callable[[list[Scenario]], dict[str, Any]]] = {
    "the seed is 1 there, 2 here": lambda two: {"seed": 2},
    "--events is typical there, all here": lambda two: {"events": "all"},
    "it holds calm and history/storm; you asked for calm": lambda two: {"scenarios": two[:1]},
    "it holds calm and history/storm; you asked for history/storm and calm": lambda two: {"scenarios": two[::-1]},
    "calm says something else there": lambda two: {"scenarios": [Scenario(name="calm", days=31), two[1]]},
}


@pytest.mark.parametrize("said", CHANGES)
def test_any_other_difference_is_refused_before_anything_is_computed(
    said: str, two: list[Scenario], run: Run, tmp_path: Path, count_worlds: Any
) -> None:
    run(two, worlds=50, out=tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    counted, calls = count_worlds(fake_model.simulate)
    change = {"scenarios": two, "worlds": 50, "out": tmp_path, "simulate": counted, **CHANGES[said](two)}
    with pytest.raises(InputError) as refused:
        run(**change)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert refused.value.exit_code == 2
    assert calls == []
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_another_model_is_another_input(
    two: list[Scenario], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(two, worlds=50, out=tmp_path)
    monkeypatch.setattr("sim.engine.fingerprint.model_hash", lambda: "another")
    with pytest.raises(InputError, match=r"the model.s hash is .* there, another here"):
        run(two, worlds=50, out=tmp_path)


def test_a_title_is_no_input_but_is_written(two: list[Scenario], run: Run, tmp_path: Path, count_worlds: Any) -> None:
    run(two, worlds=50, out=tmp_path)
    counted, calls = count_worlds(fake_model.simulate)
    titled = [two[0].model_copy(update={"title": "Another title"}), two[1]]
    result = run(titled, worlds=50, out=tmp_path, events="typical", simulate=counted)
    assert sum(calls) <= 6  # the typical worlds
    assert open_folder(tmp_path).scenarios[0].title == "Another title"
    assert [scenario.name for scenario in result.scenarios] == ["calm", "history/storm"]


def test_overwrite_replaces_the_results_and_nothing_else(
    two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None]
) -> None:
    run(two, worlds=300, out=tmp_path / "x", events="all")
    run(two[:1], worlds=200, seed=3, out=tmp_path / "x", overwrite=True)
    run(two[:1], worlds=200, seed=3, out=tmp_path / "fresh")
    same(tmp_path / "x", tmp_path / "fresh")
    for kept in ("notes.txt", "figures/mine.pdf", "scenarios/mine.toml"):
        (tmp_path / "x" / kept).write_text("mine", encoding="utf-8")
    run(two, worlds=20, out=tmp_path / "x", overwrite=True)
    for kept in ("notes.txt", "figures/mine.pdf", "scenarios/mine.toml"):
        assert (tmp_path / "x" / kept).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("name", ["thesis.tex", "manifest.json", "blocks/mine.parquet"])
def test_a_folder_of_somebody_else_is_never_touched(
    name: str, overwrite: bool, two: list[Scenario], run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "x" / name
    file.parent.mkdir(parents=True)
    file.write_text('{"name": "a web page"}', encoding="utf-8")
    with pytest.raises(InputError, match="not empty and not a results folder"):
        run(two, worlds=20, out=tmp_path / "x", overwrite=overwrite)
    assert [path for path in (tmp_path / "x").rglob("*") if path.is_file()] == [file]


def test_a_file_is_no_folder(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("", encoding="utf-8")
    for out in (tmp_path / "x", tmp_path / "x" / "below"):
        with pytest.raises(InputError, match="is a file or lies in one"):
            run(two, worlds=20, out=out)


def test_a_stopped_run_goes_on_from_what_is_there(
    two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None], count_worlds: Any
) -> None:
    asked_for = iter([False, False, True])
    with pytest.raises(Stopped) as stopped:
        run(two, worlds=300, out=tmp_path / "x", block_size=100, stop=lambda: next(asked_for, True))
    assert (stopped.value.done, stopped.value.total, stopped.value.remaining) == (200, 600, 400)
    assert stopped.value.folder == tmp_path / "x"
    assert stopped.value.exit_code == 3
    assert not (tmp_path / "x" / "manifest.json").exists()
    with pytest.raises(InputError, match="not finished"):
        open_folder(tmp_path / "x")
    assert asked(tmp_path / "x")["worlds"] == 300
    counted, calls = count_worlds(fake_model.simulate)
    run(two, worlds=300, out=tmp_path / "x", simulate=counted, events="typical")
    assert sum(calls) == 400 + calls[-1] + calls[-2]  # the last two are the typical worlds
    run(two, worlds=300, out=tmp_path / "y")
    same(tmp_path / "x", tmp_path / "y")


def test_time_runs_out(
    two: list[Scenario], run: Run, tmp_path: Path, count_worlds: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, blocks = count_worlds(fake_model.simulate)
    clock = time.monotonic  # by the clock of this test a block takes half an hour
    monkeypatch.setattr("time.monotonic", lambda: clock() + 1800 * len(blocks))
    with pytest.raises(Stopped, match="time is up") as stopped:
        run(two, worlds=300, out=tmp_path, block_size=50, stop_after=3600, simulate=counted)
    assert stopped.value.done == 100


def test_ctrl_c_is_a_stop(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    def pressed(done: int, total: int, seconds: float) -> None:
        if done >= 100:
            raise KeyboardInterrupt

    with pytest.raises(Stopped) as stopped:
        run(two, worlds=300, out=tmp_path, block_size=100, progress=pressed)
    assert stopped.value.done == 100


def test_stopped_while_adding_leaves_the_old_result(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    run(two, worlds=100, out=tmp_path)
    with pytest.raises(Stopped):
        run(two, worlds=200, out=tmp_path, stop=lambda: True)
    assert len(open_folder(tmp_path).worlds) == 200
    run(two, worlds=200, out=tmp_path)
    assert len(open_folder(tmp_path).worlds) == 400


@pytest.mark.parametrize("kind", ["", "_weekly", "_events"])
@pytest.mark.parametrize("harm", ["a bit", "shorter", "empty", "gone", "another's"])
def test_a_damaged_block_is_noticed_and_done_again(
    kind: str,
    harm: str,
    two: list[Scenario],
    run: Run,
    tmp_path: Path,
    same: Callable[[Path, Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in ("x", "y"):
        run(two, worlds=60, out=tmp_path / name, events="all")
    damaged, another = sorted((tmp_path / "x" / "blocks" / kind).glob("*.parquet"))
    content = bytearray(damaged.read_bytes())
    if harm == "a bit":
        content[len(content) // 2] ^= 1
    elif harm == "shorter":
        del content[-9:]
    elif harm == "another's":
        content = bytearray(another.read_bytes())
    damaged.write_bytes(b"" if harm == "empty" else bytes(content))
    if harm == "gone":
        damaged.unlink()
    (tmp_path / "x" / "manifest.json").unlink()  # as of a run that was stopped
    with caplog.at_level(logging.WARNING):
        run(two, worlds=60, out=tmp_path / "x", events="all")
    assert ("computed again" in caplog.text) == ((kind, harm) != ("", "gone"))
    same(tmp_path / "x", tmp_path / "y")


def test_a_block_of_another_job_is_not_taken_for_a_result(
    two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None]
) -> None:
    run(two, worlds=60, out=tmp_path / "x")
    run(two, worlds=60, seed=2, out=tmp_path / "y")
    run(two, worlds=60, seed=2, out=tmp_path / "other")
    for folder in ("", "_weekly"):  # as if an --overwrite had been cut off after it had noted the new inputs
        for file in (tmp_path / "x" / "blocks" / folder).glob("*.parquet"):
            (tmp_path / "other" / "blocks" / folder / file.name).write_bytes(file.read_bytes())
    run(two, worlds=60, seed=2, out=tmp_path / "other")
    same(tmp_path / "other", tmp_path / "y")


def files_of_a_run() -> list[str]:
    """One of every kind of file that a run writes."""
    pages = "summary.md report.html worlds.parquet worlds.csv weekly.parquet events.parquet manifest.json"
    return [*pages.split(), "figures/shares.svg", "scenarios/calm.toml", "blocks/_inputs.json", "a block", "its weeks"]


def found(folder: Path, name: str) -> Path:
    blocks = {"a block": "blocks", "its weeks": "blocks/_weekly"}
    return min((folder / blocks[name]).glob("*.parquet")) if name in blocks else folder / name


@pytest.mark.parametrize("name", files_of_a_run())
def test_a_lost_file_is_made_again(
    name: str, two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None]
) -> None:
    for folder in ("x", "y"):
        run(two, worlds=60, out=tmp_path / folder)
    found(tmp_path / "x", name).unlink()
    run(two, worlds=60, out=tmp_path / "x")
    same(tmp_path / "x", tmp_path / "y")


@pytest.mark.parametrize("harm", ["empty", "shorter", "a bit", "longer"])
@pytest.mark.parametrize("name", files_of_a_run())
def test_a_changed_file_is_told_and_made_again_only_when_asked(
    name: str, harm: str, two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None]
) -> None:
    for folder in ("x", "y"):
        run(two, worlds=60, out=tmp_path / folder)
    file = found(tmp_path / "x", name)
    content = bytearray(file.read_bytes())
    if harm == "a bit":
        content[0] ^= 1
    changed = {"empty": b"", "shorter": content[:-3], "a bit": content, "longer": content + b"1"}[harm]
    file.write_bytes(bytes(changed))
    before = {path: path.read_bytes() for path in (tmp_path / "x").rglob("*") if path.is_file()}
    with pytest.raises(Changed, match=r"not as the run wrote it: --overwrite makes that again") as told:
        run(two, worlds=60, out=tmp_path / "x")
    assert file.relative_to(tmp_path / "x").as_posix() in str(told.value)
    assert told.value.exit_code == 1
    with pytest.raises(Changed):  # nor is anything added to it
        run(two, worlds=80, out=tmp_path / "x")
    assert {path: path.read_bytes() for path in (tmp_path / "x").rglob("*") if path.is_file()} == before
    run(two, worlds=60, out=tmp_path / "x", overwrite=True)
    same(tmp_path / "x", tmp_path / "y")


def test_files_that_were_being_written_are_no_results(
    two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None]
) -> None:
    run(two, worlds=60, out=tmp_path / "y")
    (tmp_path / "x" / "blocks" / "_weekly").mkdir(parents=True)
    for name in (".worlds.csv.77.part", "blocks/._inputs.json.77.part", "blocks/_weekly/.000-calm.parquet.77.part"):
        (tmp_path / "x" / name).write_text("half", encoding="utf-8")
    run(two, worlds=60, out=tmp_path / "x")
    same(tmp_path / "x", tmp_path / "y")


def test_a_full_disk_at_any_moment_leaves_what_is_whole(
    two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(two[:1], worlds=60, out=tmp_path / "y", block_size=30)
    real = os.fsync
    writes = 0
    for moment in range(100):
        left = moment

        def full(file: int) -> None:
            nonlocal left, writes
            if left == 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            left -= 1
            real(file)

        out = tmp_path / f"x{moment}"
        monkeypatch.setattr(os, "fsync", full)
        try:
            run(two[:1], worlds=60, out=out, block_size=30)
        except RunFailed as failed:
            assert f"the disk of {out} is full" in str(failed)
            assert failed.exit_code == 1
        else:
            writes = moment
            break
        finally:
            monkeypatch.setattr(os, "fsync", real)
        assert [path for path in out.rglob("*") if path.name.startswith(".")] == []
        run(two[:1], worlds=60, out=out)
        same(out, tmp_path / "y")
    assert writes > 12


def test_a_full_disk_in_the_midst_of_a_table(
    two: list[Scenario], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> Any:
        yield store_worlds[0]
        raise OSError(errno.ENOSPC, "No space left on device")

    run(two, worlds=60, out=tmp_path)
    store_worlds = [open_folder(tmp_path).source.table("worlds").replace_schema_metadata(None)]
    monkeypatch.setattr(data, "worlds_tables", full)
    with pytest.raises(RunFailed, match="is full"):
        run(two, worlds=70, out=tmp_path)
    assert not (tmp_path / "worlds.parquet").exists()
    assert not (tmp_path / "manifest.json").exists()


def test_a_failing_report_is_said_and_recorded_and_made_the_next_time(
    two: list[Scenario], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = job.present

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("no ink")

    monkeypatch.setattr(job, "present", broken)
    result = run(two, worlds=60, out=tmp_path)
    assert result.manifest["failed"] == [{"what": "figures and report", "error": "RuntimeError: no ink"}]
    assert open_folder(tmp_path).manifest["failed"] == result.manifest["failed"]
    assert len(result.worlds) == 120
    monkeypatch.setattr(job, "present", plain)
    assert run(two, worlds=60, out=tmp_path).manifest["failed"] == []


def test_names_that_two_scenarios_share(run: Run, tmp_path: Path) -> None:
    three = [Scenario(name="a", days=days) for days in (20, 21, 22)]
    result = run(three, worlds=10, out=tmp_path)
    assert list(result.worlds["scenario"].unique()) == ["a", "a_2", "a_3"]
    assert [scenario.days for scenario in open_folder(tmp_path).scenarios] == [20, 21, 22]
    with pytest.raises(InputError, match="a is asked for twice"):
        run([three[0], three[0]], worlds=10)


@pytest.mark.parametrize(
    "wrong", [{"worlds": 0}, {"worlds": 1.5}, {"seed": -1}, {"events": "some"}, {"workers": 0}, {"scenarios": []}]
)
def test_what_cannot_be_run_is_refused(wrong: dict[str, Any], two: list[Scenario], run: Run, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        run(**{"scenarios": two, "worlds": 10, "out": tmp_path / "x", **wrong})
    assert not (tmp_path / "x").exists()


def test_what_was_run_can_be_asked_of_a_folder(
    two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None]
) -> None:
    run(two, worlds=40, seed=4, out=tmp_path / "x")
    run(**asked(tmp_path / "x"), out=tmp_path / "y")
    same(tmp_path / "x", tmp_path / "y")
    toml = tmp_path / "x" / "scenarios" / "calm.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("days = 30", "days = 31"), encoding="utf-8")
    with pytest.raises(InputError, match=r"calm.toml is not what was run"):
        asked(tmp_path / "x")
    with pytest.raises(InputError, match="not a results folder"):
        asked(tmp_path)


def test_a_record_of_inputs_that_is_damaged_is_told_as_any_file(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    run(two, worlds=60, out=tmp_path)
    record = tmp_path / "blocks" / "_inputs.json"
    record.write_text(record.read_text(encoding="utf-8").replace('"worlds": 60', '"worlds": -6'), encoding="utf-8")
    with pytest.raises(Changed, match=r"_inputs\.json is not as the run wrote it"):
        run(two, worlds=60, out=tmp_path)
    run(two, worlds=60, out=tmp_path, overwrite=True)
    assert json.loads(record.read_text(encoding="utf-8"))["worlds"] == 60


def test_many_damaged_blocks_are_told_briefly(
    two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    for folder in ("x", "y"):
        run(two, worlds=60, out=tmp_path / folder)
    for number in range(500):
        (tmp_path / "x" / "blocks" / f"000-calm.{number:08d}-{number:08d}.0123456789abcdef.parquet").touch()
    run(two, worlds=60, out=tmp_path / "x")
    assert len(caplog.messages) == 6
    assert caplog.messages[-1] == "and so it is with 495 more blocks"
    same(tmp_path / "x", tmp_path / "y")
