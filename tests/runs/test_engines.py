"""By what engine worlds are lived: decided once, told to the workers and the manifest, and of no consequence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fake_model
import my_choices
import pytest

import sim
from sim.engine import ways
from sim.jobs import run as job
from sim.runs import executors, work
from sim.runs.errors import InputError, RunFailed, Stopped
from sim.runs.inputs import Inputs
from sim.runs.manifest import sum_of_record
from sim.runs.pieces import Files, Task
from sim.scenario.schema import Scenario

Run = Callable[..., Any]
NOTE = Path("blocks", "_made.json")


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program can be had, and any job repays it."""
    monkeypatch.setattr(ways, "lacking", lambda: "")
    monkeypatch.setattr(ways, "REPAYS", 1)


@pytest.fixture
def either(run: Run) -> Run:
    """A run of made-up worlds that either engine can live."""
    return lambda *given, **how: run(*given, **{"simulate": fake_model.by_either, **how})


def engine_of(folder: Path) -> Any:
    """What the manifest says."""
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["made"]["engine"]


# --- decided once, by the process that has the job ---


def tasks_of(monkeypatch: pytest.MonkeyPatch, scenarios: Any, **how: Any) -> list[Task]:
    """What the workers of a job would be told; none of it is done."""
    told: list[Task] = []

    def none(_store: Any, _inputs: Any, tasks: Any, *_: Any) -> list[Any]:
        told.extend(tasks)
        raise InputError("enough")

    with monkeypatch.context() as patch:
        patch.setattr(work, "carry_out", none)
        with pytest.raises(InputError, match="enough"):
            job.run(scenarios, **how)
    return told


@pytest.mark.parametrize(
    ("how", "engine", "or_numpy"),
    [
        ({}, "fused", True),
        ({"engine": "auto"}, "fused", True),
        ({"engine": "fused"}, "fused", False),
        ({"engine": "numpy"}, "numpy", False),
        ({"events": "none"}, "fused", True),
        ({"events": "all"}, "numpy", True),
        ({"choices": {"iraq": my_choices.dove}}, "numpy", True),
    ],
)
def test_the_engine_travels_with_the_task_and_its_key_knows_nothing_of_it(
    how: dict[str, Any],
    engine: str,
    or_numpy: bool,
    two: list[Scenario],
    program: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = tasks_of(monkeypatch, two, worlds=300, block_size=100, **how)
    assert [(task.engine, task.or_numpy) for task in told] == [(engine, or_numpy)] * 6
    inputs = {name: value for name, value in how.items() if name != "engine"}
    job_of = Inputs.of(two, worlds=300, **inputs)
    assert {task.key for task in told} == {job_of.key(0), job_of.key(1)}


def test_all_worlds_that_share_a_program_count_and_not_those_of_a_block(
    program: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    three = [Scenario(name="one", days=30), Scenario(name="other", title="Other", days=30), Scenario(name="x", days=40)]
    monkeypatch.setattr(ways, "REPAYS", 200 * 30)
    for worlds, shared in ((100, "fused"), (99, "numpy")):
        told = tasks_of(monkeypatch, three, worlds=worlds, block_size=10)
        engines = {task.scenario.name: task.engine for task in told}
        assert engines == {"one": shared, "other": shared, "x": "numpy"}


def test_worlds_that_are_there_already_repay_nothing(
    either: Run, two: list[Scenario], tmp_path: Path, program: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    either(two, worlds=300, out=tmp_path, engine="numpy")
    monkeypatch.setattr(ways, "REPAYS", 100 * 40)
    told = tasks_of(monkeypatch, two, worlds=400, out=tmp_path)
    assert {task.scenario.name: task.engine for task in told} == {"calm": "numpy", "history/storm": "fused"}


# --- refused ---


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({}, "the engine fused cannot be had here: There is none in these tests; it comes with `run.py setup --fast`"),
        ({"events": "all"}, "the engine fused keeps no log of events"),
        ({"choices": {"iraq": my_choices.dove}}, "the engine fused knows the model's own choices only"),
        ({"engine": "gpu"}, "engine is auto, numpy or fused; not 'gpu'"),
    ],
)
def test_what_the_engine_cannot_do_is_refused_before_anything_is_made(
    how: dict[str, Any], said: str, two: list[Scenario], run: Run, tmp_path: Path
) -> None:
    for out in (tmp_path / "x", None):
        with pytest.raises(InputError) as refused:
            run(two, worlds=30, out=out, overwrite=True, **{"engine": "fused", **how})
        assert str(refused.value).startswith(said)
        assert "\n" not in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_typical_histories_are_lived_by_numpy_and_refuse_nothing(
    two: list[Scenario], either: Run, program: None, tmp_path: Path
) -> None:
    result = either(two, worlds=300, engine="fused", out=tmp_path / "x")  # by_either refuses acts by the program
    assert len(result.events)
    assert engine_of(tmp_path / "x") == "fused"


# --- what is said of it, and what is not ---


def test_the_manifest_says_by_what_and_nothing_else_does(
    two: list[Scenario], either: Run, program: None, tmp_path: Path, same: Any
) -> None:
    for engine in ("numpy", "fused"):
        result = either(two, worlds=300, out=tmp_path / engine, engine=engine)
        assert engine_of(tmp_path / engine) == engine
        assert either(two, worlds=3, engine=engine).manifest["made"]["engine"] == engine
        assert not (tmp_path / engine / NOTE).exists()
        assert "engine" not in json.dumps({**result.manifest, "made": {}})
    same(tmp_path / "numpy", tmp_path / "fused")


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [("numpy", "fused", "both"), ("fused", "numpy", "both"), ("fused", "fused", "fused"), ("numpy", "numpy", "numpy")],
)
@pytest.mark.parametrize("finished", [True, False])
def test_a_folder_may_hold_blocks_of_both(
    first: str,
    second: str,
    said: str,
    finished: bool,
    two: list[Scenario],
    either: Run,
    program: None,
    tmp_path: Path,
    same: Any,
) -> None:
    out = tmp_path / "x"
    if finished:
        either(two, worlds=200, out=out, engine=first)
    else:
        done: list[int] = []
        with pytest.raises(Stopped):
            either(
                two,
                worlds=400,
                out=out,
                engine=first,
                block_size=100,
                progress=lambda count, *_: done.append(count),
                stop=lambda: done[-1] >= 400,
            )
        assert json.loads((out / NOTE).read_text(encoding="utf-8")) == {"engines": [first]}
    calls: list[int] = []

    def counted(scenario: Scenario, **how: Any) -> Any:
        calls.append(0 if how["events"] else len(how["worlds"]))
        return fake_model.by_either(scenario, **how)

    either(two, worlds=400, out=out, engine=second, simulate=counted)
    assert sum(calls) == 400  # half of them were there
    assert engine_of(out) == said
    assert not (out / NOTE).exists()
    before = (out / "manifest.json").read_bytes()
    either(two, worlds=400, out=out, engine=first)  # nothing is left to do
    assert (out / "manifest.json").read_bytes() == before
    either(two, worlds=400, out=tmp_path / "at once")
    same(out, tmp_path / "at once")


def test_what_is_replaced_is_forgotten(two: list[Scenario], either: Run, program: None, tmp_path: Path) -> None:
    either(two, worlds=30, out=tmp_path, engine="fused")
    either(two, worlds=30, seed=2, out=tmp_path, engine="numpy", overwrite=True)
    assert engine_of(tmp_path) == "numpy"


def test_pages_alone_are_made_anew_under_the_same_engine(
    two: list[Scenario], either: Run, program: None, tmp_path: Path
) -> None:
    either(two, worlds=30, out=tmp_path, engine="fused")
    (tmp_path / "report.html").unlink()
    either(two, worlds=30, out=tmp_path, engine="numpy")
    assert engine_of(tmp_path) == "fused"


def test_a_folder_that_does_not_say_is_not_guessed_about(two: list[Scenario], either: Run, tmp_path: Path) -> None:
    either(two, worlds=30, out=tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    del manifest["made"]["engine"]
    manifest["made"]["sum"] = sum_of_record(manifest)
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "report.html").unlink()
    either(two, worlds=30, out=tmp_path)
    assert engine_of(tmp_path) is None


def test_a_saved_result_keeps_it(two: list[Scenario], either: Run, program: None, tmp_path: Path) -> None:
    either(two, worlds=30, engine="fused").save(tmp_path / "x")
    assert engine_of(tmp_path / "x") == "fused"
    assert sim.open(tmp_path / "x").manifest["made"]["engine"] == "fused"


# --- where it fails ---


def test_a_worker_without_a_program_lives_its_block_by_numpy(
    two: list[Scenario], run: Run, program: None, tmp_path: Path, same: Any
) -> None:
    how = {"worlds": 600, "block_size": 100, "simulate": fake_model.no_program_at_300}
    result = run(two, out=tmp_path / "x", **how)
    assert result.manifest["failed"] == []
    assert engine_of(tmp_path / "x") == "both"
    run(two, worlds=600, out=tmp_path / "y", engine="numpy")
    same(tmp_path / "x", tmp_path / "y")


def test_where_it_was_asked_for_by_name_it_is_a_fault_of_the_block(
    two: list[Scenario], run: Run, program: None, tmp_path: Path
) -> None:
    how = {"worlds": 600, "block_size": 100, "simulate": fake_model.no_program_at_300, "engine": "fused"}
    result = run(two, out=tmp_path, **how)
    assert [(fault["first"], fault["error"]) for fault in result.manifest["failed"]] == [
        (300, "OSError: a made-up library is broken")
    ] * 2
    assert engine_of(tmp_path) == "fused"
    with pytest.raises(RunFailed, match="a made-up library is broken"):
        run(two, **how)


def test_a_fault_of_the_model_is_not_taken_for_one_of_the_engine(two: list[Scenario]) -> None:
    def faulty(scenario: Scenario, *, engine: str = "numpy", **how: Any) -> Any:
        raise ZeroDivisionError(engine)

    piece = next(iter(work.missing(Inputs.of(two, worlds=3), [])))
    task = Task(piece, two[0], 1, False, "", "", faulty, engine="fused", or_numpy=True)
    found = executors.attempt(task)
    assert not isinstance(found, Files)
    assert found.error == "ZeroDivisionError: fused"


def test_the_model_itself_falls_back_where_a_worker_lacks_llvmlite(two: list[Scenario]) -> None:
    assert ways.lacking()
    inputs = Inputs.of(two, worlds=3)
    task = work.task_of(inputs, next(iter(work.missing(inputs, []))), work.Way(), "fused")
    found = executors.attempt(task)
    assert isinstance(found, Files)
    assert found.engine == "numpy"


def test_workers_are_told(two: list[Scenario], run: Run, program: None, tmp_path: Path, same: Any) -> None:
    how = {"worlds": 200, "block_size": 100, "workers": 2, "simulate": fake_model.by_either}
    run(two[:1], out=tmp_path / "x", engine="fused", **how)
    assert engine_of(tmp_path / "x") == "fused"
    run(two[:1], worlds=200, out=tmp_path / "y", engine="numpy")
    same(tmp_path / "x", tmp_path / "y")
