"""Several processes, and what happens when one of them comes to harm."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fake_model
import pytest

from sim.jobs.run import open_folder
from sim.runs import executors
from sim.runs.errors import RunFailed, Stopped
from sim.runs.executors import cpus
from sim.scenario.schema import Scenario
from waiting import wait_until

Run = Callable[..., Any]


def test_the_number_of_workers_changes_no_byte(
    two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None]
) -> None:
    run(two, worlds=300, out=tmp_path / "one", workers=1)
    result = run(two, worlds=300, out=tmp_path / "two", workers=2, block_size=90)
    same(tmp_path / "one", tmp_path / "two")
    assert open_folder(tmp_path / "two").worlds.equals(result.worlds)


def test_a_block_that_raises_does_not_stop_the_others(
    two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None]
) -> None:
    result = run(two, worlds=600, out=tmp_path / "x", block_size=100, simulate=fake_model.fails_at_300)
    assert result.manifest["failed"] == [
        {"what": "block", "scenario": name, "first": 300, "worlds": 100, "error": "ZeroDivisionError: a made-up fault"}
        for name in ("calm", "history/storm")
    ]
    assert len(result.worlds) == 1000
    run(two, worlds=600, out=tmp_path / "x")
    run(two, worlds=600, out=tmp_path / "y")
    same(tmp_path / "x", tmp_path / "y")


def test_without_a_folder_a_block_that_raises_ends_the_run(two: list[Scenario], run: Run) -> None:
    with pytest.raises(RunFailed, match="worlds 300 to 399 of calm failed: ZeroDivisionError") as failed:
        run(two, worlds=600, block_size=100, simulate=fake_model.fails_at_300)
    assert "fake_model.py" in failed.value.__notes__[0]


def test_when_every_block_fails_there_is_no_result(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match="no block could be done"):
        run(two, worlds=350, out=tmp_path, simulate=fake_model.fails_at_300)


def test_a_worker_that_dies_costs_nothing_but_time(
    two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_DIED", str(tmp_path / "died"))
    result = run(two[:1], worlds=600, out=tmp_path / "x", block_size=100, workers=2, simulate=fake_model.dies_once)
    assert (tmp_path / "died").exists()
    assert result.manifest["failed"] == []
    run(two[:1], worlds=600, out=tmp_path / "y")
    same(tmp_path / "x", tmp_path / "y")


def test_a_block_that_kills_its_worker_is_given_up_alone(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    result = run(two[:1], worlds=600, out=tmp_path, block_size=100, workers=2, simulate=fake_model.harms)
    raised, died = result.manifest["failed"]
    assert (raised["first"], raised["error"]) == (100, "ZeroDivisionError: a made-up fault")
    assert (died["first"], died["worlds"]) == (300, 100)
    assert "worker process died" in died["error"]
    assert len(result.worlds) == 400


def test_workers_that_all_die_end_the_run(
    two: list[Scenario], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "DEATHS_IN_A_ROW", 1)
    with pytest.raises(RunFailed, match="die before they finish"):
        run(two[:1], worlds=600, out=tmp_path, block_size=100, workers=2, simulate=fake_model.always_dies)


def test_a_stop_waits_for_what_is_under_way(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    stopping: list[bool] = []
    with pytest.raises(Stopped) as stopped:
        run(
            two[:1],
            worlds=800,
            out=tmp_path,
            block_size=100,
            workers=2,
            simulate=fake_model.simulate,
            progress=lambda done, total, seconds: stopping.append(True) if done else None,
            stop=lambda: bool(stopping),
        )
    assert 200 <= stopped.value.done <= 400


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
import conftest, fake_model
import sim.engine.fingerprint
from sim.jobs import run as job
from sim.scenario.schema import Scenario

if __name__ == "__main__":
    job.present = conftest.plain_pages
    sim.engine.fingerprint.model_hash = lambda: "made-up"
    two = [Scenario(name="calm", days=30), Scenario(name="history/storm", title="A storm", days=40)]
    job.run(two, worlds=600, out=sys.argv[1], block_size=50, workers=2, simulate=fake_model.waits_at_300)
"""


@pytest.mark.skipif(os.name == "nt", reason="looks for processes as POSIX systems show them")
def test_a_run_that_was_killed_goes_on_and_leaves_no_process(
    two: list[Scenario], run: Run, tmp_path: Path, same: Callable[[Path, Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.engine.fingerprint.model_hash", lambda: "made-up")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(tests=str(Path(__file__).parent)), encoding="utf-8")
    out = tmp_path / "x"
    path = os.pathsep.join(filter(None, (str(Path(executors.__file__).parents[2]), os.environ.get("PYTHONPATH"))))
    child = subprocess.Popen([sys.executable, script, out], env={**os.environ, "PYTHONPATH": path})
    try:
        wait_until(lambda: len(list(out.glob("blocks/*.parquet"))) == 12, "the blocks before world 300")
        workers = children_of(child.pid)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert len(workers) >= 2
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), "the workers' end")
    assert len(list(out.glob("blocks/*.parquet"))) == 12
    assert not (out / "manifest.json").exists()
    calls = []

    def counted(scenario: Scenario, **about: Any) -> Any:
        calls.append(len(about["worlds"]))
        return fake_model.simulate(scenario, **about)

    run(two, worlds=600, out=out, block_size=50, simulate=counted)
    assert len([count for count in calls if count == 50]) == 12
    run(two, worlds=600, out=tmp_path / "y")
    same(out, tmp_path / "y")


def children_of(pid: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = status.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[1]) == pid:
            found.append(int(status.parent.name))
    return found


def test_workers_use_one_thread_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with executors.one_thread_each():
        assert all(os.environ[name] == "1" for name in executors.THREADS)
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ


def test_the_cpus_of_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLURM_CPUS_PER_TASK", raising=False)
    monkeypatch.setattr(executors.os, "sched_getaffinity", lambda _: set(range(6)), raising=False)
    monkeypatch.setattr(executors.os, "cpu_count", lambda: 64)
    assert cpus() <= 6
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "1")
    assert cpus() == 1
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "nonsense")
    assert 1 <= cpus() <= 6
