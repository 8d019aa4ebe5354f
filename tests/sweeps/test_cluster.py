"""A sweep that is spread: in parts that are joined, by scripts for clusters, by a Dask scheduler. The bytes stay."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import sim
from sim.disk.errors import InputError
from sim.jobs import sweep as jobs
from sim.runs.work import Way
from sim.sweeps import cells, cluster
from sim.sweeps.design import grid
from waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="these are scripts for Linux")
TYPED = ["status_quo", "--vary", "united_states.restraint=0.2..0.8:5", "--days", "20", "--worlds", "60"]
"""A small sweep, as it is typed."""


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a sweep but its manifest, which says when and where it was made."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found.pop("manifest.json")
    return found


def same(one: Path, other: Path) -> None:
    """Fails, naming the files, where two folders differ."""
    mine, theirs = content(one), content(other)
    assert sorted(mine) == sorted(theirs)
    assert [name for name in mine if mine[name] != theirs[name]] == []


@pytest.fixture
def no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are made of the tables, which are compared; they have tests of their own."""
    monkeypatch.setattr(jobs, "present", lambda *_of: [])


# --- parts, joined ---


@pytest.mark.parametrize("luck", ["common", pytest.param("fresh", marks=pytest.mark.slow)])
def test_parts_joined_are_the_whole(tmp_path: Path, luck: str, short_past_once: None, no_pages: None) -> None:
    base = sim.load("forced_exit").replace(days=20)
    design = grid(base, {"united_states.restraint": "0.2..0.8:3", "iraq.highest_rung": ["", "talks"]})
    asked: dict[str, Any] = {"worlds": 30, "luck": luck, "weekly": ["pressure"]}
    whole = sim.sweep(None, design, out=tmp_path / "whole", **asked)
    parts = [tmp_path / f"part {number}" for number in (1, 2, 3)]
    for number, out in enumerate(parts, start=1):
        part = sim.sweep(None, design, part=(number, 3), out=out, block_size=7 * number, **asked)
        assert set(part.worlds["point"]) == {point for point in range(7) if point % 3 == number - 1}
    joined = jobs.join(tmp_path / "joined", parts[::-1])
    same(tmp_path / "whole", tmp_path / "joined")
    apart = ("made", "commit")
    assert {name: said for name, said in joined.manifest.items() if name not in apart} == {
        name: said for name, said in whole.manifest.items() if name not in apart
    }
    with pytest.raises(InputError, match="part 2 of 3 is missing"):
        jobs.join(tmp_path / "other", [parts[0], parts[2]])
    with pytest.raises(InputError, match="no part of the sweep"):
        other = sim.sweep(None, design, part=(2, 3), seed=2, out=tmp_path / "seed 2", **asked)
        jobs.join(tmp_path / "other", [parts[0], other.folder, parts[2]])


# --- scripts for clusters ---

SBATCH = """
import os, re, subprocess, sys
from pathlib import Path

options = [word for word in sys.argv[1:] if word.startswith("--") and word.split("=")[0] in ("--array", "--dependency")]
script, *words = [word for word in sys.argv[1:] if word not in options]
said = re.findall(r"(?m)^#SBATCH --([\\w-]+)=(\\S+)", Path(script).read_text(encoding="utf-8"))
asked = dict(said) | dict(word[2:].split("=", 1) for word in options)
first, last = map(int, asked["array"].split("-")) if "array" in asked else (0, 0)
code = 0
for task in range(first, last + 1):
    about = {"SLURM_JOB_ID": str(100 + task), "SLURM_SUBMIT_DIR": os.getcwd()}
    about["SLURM_CPUS_PER_TASK"] = asked.get("cpus-per-task", "1")
    if "array" in asked:
        about |= {"SLURM_ARRAY_JOB_ID": "100", "SLURM_ARRAY_TASK_ID": str(task)}
        about |= {"SLURM_ARRAY_TASK_MIN": str(first), "SLURM_ARRAY_TASK_MAX": str(last)}
        about["SLURM_ARRAY_TASK_COUNT"] = str(last - first + 1)
    spooled = Path(os.environ["SPOOL"]) / f"slurm_script_{task}"  # where Slurm copies a script to
    spooled.write_text(Path(script).read_text(encoding="utf-8"), encoding="utf-8")
    code = max(code, subprocess.run(["bash", str(spooled), *words], env=os.environ | about, check=False).returncode)
sys.exit(code)
"""
"""In the place of Slurm's sbatch: sets what Slurm sets, and runs the script once for each task of its array."""


@pytest.fixture
def commands(tmp_path: Path) -> dict[str, str]:
    """An environment whose python3 is this one, and whose sbatch stands in for Slurm's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (tmp_path / "spool").mkdir()
    (folder / "sbatch.py").write_text(SBATCH, encoding="utf-8")
    for name, words in {"python3": "", "sbatch": f'"{folder / "sbatch.py"}"'}.items():
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n', encoding="utf-8")
        (folder / name).chmod(0o755)
    jobs_ = ("SLURM_JOB_ID", "JOB_COMPLETION_INDEX")
    clean = {name: value for name, value in os.environ.items() if name not in jobs_}
    return clean | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "SPOOL": str(tmp_path / "spool")}


def do(words: list[str], environment: dict[str, str]) -> None:
    """Runs a command in the project's folder; fails with its own words."""
    answer = subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.slow
@POSIX_ONLY
def test_the_slurm_scripts_make_the_whole(tmp_path: Path, commands: dict[str, str]) -> None:
    out = tmp_path / "spread out"
    environment = commands | {"OUT": str(out)}
    do(["sbatch", "--array=1-3", "docs/cluster/sweep.slurm", *TYPED], environment)
    assert sorted(path.name for path in Path(f"{out}-parts").iterdir()) == ["1", "2", "3"]
    do(["sbatch", "--dependency=afterok:100", "docs/cluster/join.sh", "--figures", "none"], environment)
    whole = tmp_path / "whole"
    do(["python3", "run.py", "sweep", *TYPED, "--out", str(whole), "--figures", "none", "--quiet"], commands)
    same(whole, out)


@pytest.mark.slow
@POSIX_ONLY
def test_the_job_for_kubernetes_makes_the_whole(tmp_path: Path, commands: dict[str, str]) -> None:
    job = yaml.safe_load((ROOT / "docs" / "cluster" / "sweep-job.yaml").read_text(encoding="utf-8"))
    assert (job["apiVersion"], job["kind"], job["spec"]["completionMode"]) == ("batch/v1", "Job", "Indexed")
    (container,) = job["spec"]["template"]["spec"]["containers"]
    said = {one["name"]: one["value"] for one in container["env"]}
    assert int(said["PARTS"]) == job["spec"]["completions"]
    assert container["volumeMounts"][0]["name"] == job["spec"]["template"]["spec"]["volumes"][0]["name"]
    assert said["OUT"].startswith(container["volumeMounts"][0]["mountPath"])
    out = tmp_path / "spread"
    given = commands | said | {"SWEEP": " ".join(TYPED), "OUT": str(out)}
    for index in range(job["spec"]["completions"]):
        do(container["command"], given | {"JOB_COMPLETION_INDEX": str(index)})
    parts = sorted(map(str, Path(f"{out}-parts").iterdir()))
    do(["python3", "run.py", "join", str(out), *parts, "--figures", "none"], commands)
    whole = tmp_path / "whole"
    do(["python3", "run.py", "sweep", *TYPED, "--out", str(whole), "--figures", "none", "--quiet"], commands)
    same(whole, out)


def test_the_scripts_can_be_read_by_a_shell() -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    for name in ("sweep.slurm", "join.sh"):
        script = ROOT / "docs" / "cluster" / name
        assert subprocess.run([bash, "-n", str(script)], check=False).returncode == 0
        assert re.search(r"(?m)^#SBATCH --", script.read_text(encoding="utf-8"))


# --- Dask ---


@pytest.fixture
def scheduler() -> Iterator[Any]:
    """A Dask scheduler with two worker processes, each watched by one that starts another in its place."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0
    ) as found:
        yield found


def dask_job() -> Any:
    """A sweep of a dozen blocks, each long enough to be killed in."""
    base = sim.load("status_quo").replace(days=60)
    return jobs.job_of(grid(base, {"united_states.restraint": "0.2..0.8:5"}), worlds=200)


@pytest.mark.slow
@POSIX_ONLY
def test_a_dask_worker_that_is_killed_costs_nothing(tmp_path: Path, scheduler: Any, no_pages: None) -> None:
    import distributed

    with distributed.Client(scheduler.scheduler_address, set_as_default=False) as client:
        numbers = client.run(os.getpid)
    killed: list[int] = []

    def busy() -> list[str]:
        return [name for name, one in list(scheduler.scheduler.workers.items()) if one.processing and name in numbers]

    def kill_one(done: int, total: int, _seconds: float) -> None:
        if 0 < done < total and not killed:
            wait_until(busy, "a worker is at work")
            killed.append(numbers[busy()[0]])
            os.kill(killed[0], signal.SIGKILL)

    way = Way(progress=kill_one, block_size=100, engine="numpy")
    jobs.run_job(dask_job(), tmp_path / "dask", way, dask=scheduler.scheduler_address)
    assert len(killed) == 1
    jobs.run_job(dask_job(), tmp_path / "here", Way(block_size=300, engine="numpy"))
    same(tmp_path / "here", tmp_path / "dask")


def deadly(task: cells.Task) -> Any:
    """A block of the third point kills whoever lives it; the others are lived."""
    if task.piece.places[0] == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return cells.lived(task)


@pytest.mark.slow
@POSIX_ONLY
def test_a_block_that_kills_every_dask_worker_is_recorded(tmp_path: Path, scheduler: Any, no_pages: None) -> None:
    way = Way(block_size=200, engine="numpy", simulate=deadly)
    found = jobs.run_job(dask_job(), tmp_path / "dask", way, dask=scheduler.scheduler_address)
    failed = [(one["points"], one["first"], one["error"]) for one in found.manifest["failed"]]
    assert failed == [([2], 0, "its worker died, again and again, of it alone")]
    assert found.worlds["point"].nunique() == 5
    assert set(found.shares.loc[found.shares["failed"] > 0, "point"]) == {2}


def test_nobody_at_the_address_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(InputError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        jobs.run_job(dask_job(), tmp_path / "out", dask="tcp://127.0.0.1:9")


def test_without_dask_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match="setup --cluster"):
        jobs.run_job(dask_job(), tmp_path / "out", dask="tcp://127.0.0.1:9")
