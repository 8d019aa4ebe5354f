"""What the compiled program is worth: ``python benchmarks/fused.py`` (one core, processor time, paired in turns).

All from one run, in which the ways to live the same worlds take turns:
- worlds per second of ``mesa.batch_run``, of a block by NumPy, and of a block by the program on each kind of processor
  that this one can be; with the past lived anew, and from a past that is kept; each with its ratio to ``batch_run``;
- how ``mesa.batch_run`` itself has moved since ``--revision``, so that a slower one flatters no ratio;
- what the program costs: to trace, write, compile and load it, and to take one that is kept;
- from how many worlds on it repays its making;
- where the time of a block goes.

With ``--main`` the main job as one types it, against the same at ``--revision`` (wall time), and what it consists of;
with ``--million`` a million worlds of a year by two workers into a folder: time, memory, bytes. Both alone: add
``--only``.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import mesa
from against import HERE, checked_out, in_turns
from speed import peer

from sim.engine.blocks import simulate
from sim.engine.fused import live, machine
from sim.engine.mesa import WithdrawalModel, forget
from sim.engine.pasts import Pasts
from sim.engine.ways import Engine
from sim.scenario.load import load
from sim.scenario.schema import Scenario

KEPT_IN = "IRAQ_WITHDRAWAL_SIM_CACHE"
PEER_WORLDS = 12
MILLION = 1_000_000

Span = tuple[float, float, float]
"""Median, lowest, highest."""


def span(values: Sequence[float]) -> Span:
    """The median of some turns, and how far they lie apart."""
    return statistics.median(values), min(values), max(values)


def said(values: Span, form: str = ".1f") -> str:
    """A median and its interval."""
    middle, low, high = (format(value, form) for value in values)
    return f"{middle:>8} ({low} to {high})"


def cost(work: Callable[[], Any]) -> float:
    """Seconds of processor time."""
    began = time.process_time()
    work()
    return time.process_time() - began


@contextmanager
def instead(owner: Any, name: str, other: Any) -> Iterator[None]:
    """Something else under a name, for a while."""
    usual = getattr(owner, name)
    setattr(owner, name, other)
    try:
        yield
    finally:
        setattr(owner, name, usual)


@contextmanager
def timed(spent: Counter[str], *parts: tuple[str, Any, str]) -> Iterator[None]:
    """Adds up the processor time of functions, by what they do: parts of (what, where, name)."""

    def watched(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **more: Any) -> Any:
            began = time.process_time()
            try:
                return function(*given, **more)
            finally:
                spent[what] += time.process_time() - began

        return call

    with ExitStack() as replaced:
        for what, owner, name in parts:
            replaced.enter_context(instead(owner, name, watched(what, getattr(owner, name))))
        yield


# --- worlds per second ---


def alone(scenario: Scenario) -> None:
    """Some worlds by ``mesa.batch_run``."""
    peer(scenario, PEER_WORLDS)
    for model in [model for model in mesa.Agent._ids if isinstance(model, WithdrawalModel)]:
        forget(model)


def block(
    scenario: Scenario, worlds: int, engine: Engine, target: machine.Target | None = None, pasts: Pasts | None = None
) -> None:
    """A block of worlds."""
    with instead(machine, "best", lambda: target or machine.targets()[0]):
        simulate(scenario, worlds=range(worlds), engine=engine, pasts=pasts)


def ways(scenario: Scenario, sizes: Sequence[int]) -> dict[str, tuple[int, str, Callable[[], None]]]:
    """Each way to live worlds: how many, and beside which other one it is set."""
    found: dict[str, tuple[int, str, Callable[[], None]]] = {}
    for size in sizes:
        pasts = Pasts()
        numpy, kept = f"{size:,} by NumPy", f"{size:,} by NumPy, past kept"
        found[numpy] = (size, numpy, lambda size=size: block(scenario, size, "numpy"))
        for target in machine.targets():
            what = f"{size:,} by the program, {target.lanes} lane{'s'[: target.lanes - 1]}"
            found[what] = (size, numpy, lambda size=size, target=target: block(scenario, size, "fused", target))
        for what, engine in ((kept, "numpy"), (f"{size:,} by the program, past kept", "fused")):
            how = {"engine": engine, "pasts": pasts}
            found[what] = (size, kept, lambda size=size, how=how: block(scenario, size, **how))
    return found


def speeds(scenario: Scenario, sizes: Sequence[int], turns: int) -> dict[str, dict[str, Span]]:
    """Worlds per second of each way, and its ratios to ``batch_run`` and to NumPy."""
    mine = {"mesa.batch_run": (PEER_WORLDS, "mesa.batch_run", lambda: alone(scenario)), **ways(scenario, sizes)}
    for what, (_, _, work) in mine.items():  # programs are made, pasts are kept
        if "program" in what:
            work(), work()
    found: dict[str, list[float]] = {what: [] for what in mine}
    order = list(mine)
    for turn in range(turns):
        for what in order[turn % len(order) :] + order[: turn % len(order)]:
            worlds, _, work = mine[what]
            found[what].append(worlds / cost(work))
    return {
        what: {
            "worlds/s": span(found[what]),
            "to batch_run": span([a / b for a, b in zip(found[what], found["mesa.batch_run"], strict=True)]),
            "to NumPy": span([a / b for a, b in zip(found[what], found[beside], strict=True)]),
        }
        for what, (_, beside, _) in mine.items()
    }


def moved(revision: str, days: int, turns: int) -> Span:
    """How many times as fast ``mesa.batch_run`` is as at another revision."""
    return span([here[0] / there[0] for here, there in in_turns(revision, turns, days, PEER_WORLDS, 10)])


# --- what the program costs ---


def made(days: int, cpu: str) -> dict[str, float]:
    """Seconds and bytes to have a program, in a process that has had none."""
    spent: Counter[str] = Counter()
    scenario = load("status_quo", changes={"days": days})
    before = peak()
    sizes = Counter[str]()
    with ExitStack() as watched:
        spent["import"] = cost(machine.targets)
        target = next(target for target in machine.targets() if target.cpu == cpu)
        compiled = machine.compiled

        def measured(text: str, *given: Any, **more: Any) -> bytes:
            code = compiled(text, *given, **more)
            sizes.update({"lines": text.count("\n"), "text": len(text), "code": len(code)})
            return code

        watched.enter_context(instead(machine, "compiled", measured))
        steps = (
            ("trace", live, "Trace"),
            ("write", live, "Program"),
            ("compile", machine, "compiled"),
            ("load", machine, "Loaded"),
            ("all", live, "program_for"),
        )
        watched.enter_context(timed(spent, *steps))
        block(scenario, 1, "fused", target)
    return {**spent, **sizes, "bytes more at the peak": peak() - before}


def peak() -> float:
    """Bytes that this process has held at most; 0 where nobody says (not Linux)."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next(1024.0 * float(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def makings(days: int, turns: int) -> dict[str, dict[str, Span]]:
    """What a program costs, for each kind of processor: made anew, and taken from where it is kept."""
    found = {}
    for target in machine.targets():
        cold, warm = [], []
        for _ in range(turns):
            with tempfile.TemporaryDirectory() as folder, instead_of_environment(KEPT_IN, folder):
                for results in (cold, warm):
                    with ProcessPoolExecutor(1, get_context("spawn")) as other:
                        results.append(other.submit(made, days, target.cpu).result())
        found[f"{target.lanes} lanes"] = {
            **{key: span([one[key] for one in cold]) for key in cold[0]},
            "kept": span([one["all"] for one in warm]),
        }
    return found


@contextmanager
def instead_of_environment(variable: str, value: str) -> Iterator[None]:
    """Another value of an environment variable, for a while."""
    before = os.environ.get(variable)
    os.environ[variable] = value
    try:
        yield
    finally:
        del os.environ[variable]
        if before is not None:
            os.environ[variable] = before


def repaid(turns: int, making: float) -> list[dict[str, Any]]:
    """For scenarios of some lengths: what the program saves with so many worlds, and how many repay its making."""
    found = []
    for days in (30, 365, 730):
        scenario = load("status_quo", changes={"days": days})
        block(scenario, 1, "fused")
        saved: dict[int, float] = {}
        for worlds in (1, 30, 100, 300, 1000, 3000):
            turned = []
            for _ in range(turns):
                numpy = cost(lambda: block(scenario, worlds, "numpy"))  # noqa: B023  called at once
                turned.append(numpy - cost(lambda: block(scenario, worlds, "fused")))  # noqa: B023
            saved[worlds] = statistics.median(turned)
            if saved[worlds] >= making:
                break
        worlds = enough(saved, making)
        found.append({"days": days, "saved": saved, "worlds": worlds, "world-days": worlds * days})
    return found


def enough(saved: dict[int, float], making: float) -> float:
    """How many worlds save what the making costs, on straight lines between the measured ones."""
    points = sorted(saved.items())
    if points[0][1] >= making:
        return points[0][0]
    for (few, less), (many, more) in itertools.pairwise(points):
        if more >= making:
            return few + (many - few) * (making - less) / (more - less)
    return float("inf")


# --- where the time of a block goes ---


def shares(scenario: Scenario, worlds: int) -> dict[str, float]:
    """Seconds of processor time of a block by the program, by what they are spent on."""
    spent: Counter[str] = Counter()
    program_for = live.program_for

    def watched(*given: Any, **more: Any) -> live.Compiled:
        found = program_for(*given, **more)
        replaced.enter_context(timed(spent, ("the program itself", found, "run")))
        return found

    parts = (
        ("days by NumPy", WithdrawalModel, "live"),
        ("state in", live.Memory, "enter"),
        ("numbers in", live.Memory, "numbers"),
        ("state out", live.Fused, "_back"),
        ("observers", live.Fused, "_show"),
        ("kinds of day, the kept program", live.Fused, "_prepare"),
        ("spans", live.Fused, "_by_program"),
    )
    with ExitStack() as replaced, instead(live, "program_for", watched), timed(spent, *parts):
        whole = cost(lambda: block(scenario, worlds, "fused"))
    inside = ("the program itself", "state in", "numbers in", "state out", "observers")
    spent["rows and memory of spans"] = spent.pop("spans") - sum(spent[what] for what in inside)
    spent["the rest"] = whole - sum(spent.values())
    return {**dict(spent.most_common()), "whole": whole}


# --- whole jobs ---

PROFILED = """
import cProfile, json, pstats, sys, time
began = time.perf_counter()
profile = cProfile.Profile()
profile.enable()
from sim.cli.commands import main
main(sys.argv[2:])
profile.disable()
stats = pstats.Stats(profile).stats
parts = {}
for (file, _, name), (_, _, _, seconds, _) in stats.items():
    stem = file.replace("\\\\", "/").rsplit("/src/", 1)[-1]
    parts[f"{stem}:{name}"] = max(seconds, parts.get(f"{stem}:{name}", 0.0))
json.dump({"whole": time.perf_counter() - began, **parts}, open(sys.argv[1], "w"))
"""
PARTS = {
    "worlds (waiting for the workers)": "sim/runs/work.py:fill",
    "typical histories, lived again (part of the next)": "sim/runs/tables.py:events_tables",
    "tables of the run": "sim/runs/data.py:write_data",
    "figures": "sim/show/pictures.py:write_figures",
    "report": "sim/show/report.py:write_report",
    "tables for people": "sim/show/tables.py:write_tables",
    "summary": "sim/show/summary.py:write_summary",
    "imports (part of the others)": "<frozen importlib._bootstrap>:_find_and_load",
}


def environment(source: Path) -> dict[str, str]:
    """Of a process that runs a checkout."""
    return {**os.environ, "PYTHONPATH": str(source / "src")}


def job(source: Path, *how: str) -> tuple[float, float]:
    """The main job as one types it, in a new folder: seconds by the wall, and of processor time."""
    before = children()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "job")
        command = [sys.executable, "-m", "sim.cli", "run", "--quiet", "--out", out, *how]
        subprocess.run(command, cwd=source, env=environment(source), check=True, stdout=subprocess.DEVNULL)
        wall = time.perf_counter() - began
    return wall, children() - before


def children() -> float:
    """Seconds of processor time of processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main_job(revision: str, turns: int) -> dict[str, Any]:
    """The main job, here and at another revision in turns, and what it consists of here."""
    wall: dict[str, list[float]] = {"here": [], "there": []}
    cpu: dict[str, list[float]] = {"here": [], "there": []}
    with checked_out(revision) as folder:
        sources = {"here": HERE, "there": folder}
        for source in sources.values():  # programs are made, bytecode is written
            job(source, "--worlds", "600")
        for turn in range(turns):
            for where in sources if turn % 2 else reversed(sources):
                seconds, used = job(sources[where])
                wall[where].append(seconds)
                cpu[where].append(used)
    with tempfile.TemporaryDirectory() as place:
        told, out = Path(place) / "parts.json", str(Path(place) / "job")
        command = [sys.executable, "-c", PROFILED, str(told), "run", "--quiet", "--out", out]
        subprocess.run(command, cwd=HERE, env=environment(HERE), check=True, stdout=subprocess.DEVNULL)
        parts = json.loads(told.read_text(encoding="utf-8"))
    ratios = [there / here for here, there in zip(wall["here"], wall["there"], strict=True)]
    return {
        "revision": revision,
        "wall": {where: span(values) for where, values in wall.items()},
        "processor": {where: span(values) for where, values in cpu.items()},
        "times as fast": span(ratios),
        "profiled": {"whole": parts["whole"], **{what: parts.get(key, 0.0) for what, key in PARTS.items()}},
    }


A_RUN = """
import json, resource, sys, time
began = time.perf_counter()
import cProfile, pstats
import sim
ends = []
profile = cProfile.Profile()
scenario = sim.load("status_quo").replace(days=int(sys.argv[2]))
profile.enable()
result = sim.run(scenario, worlds=int(sys.argv[3]), workers=int(sys.argv[4]), out=sys.argv[1], events="none",
                 figures=False, engine="fused", progress=lambda done, *_: ends.append(time.perf_counter() - began))
profile.disable()
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
own = [(f"{file.rsplit('/src/', 1)[-1]}:{name}", row[2], row[3]) for (file, _, name), row
       in pstats.Stats(profile).stats.items()]
print(json.dumps({
    "seconds": time.perf_counter() - began, "until the last piece": ends[-1],
    "processor time of the job's process": used[0].ru_utime + used[0].ru_stime,
    "of its workers": used[1].ru_utime + used[1].ru_stime,
    "longest in the job's process": [[name, mine] for name, mine, _ in sorted(own, key=lambda row: -row[1])[:12]],
    "parts of it": [[name, both] for name, _, both in sorted(own, key=lambda row: -row[2])
                    if name.startswith("sim/")][:25],
    "engine": result.manifest["made"]["engine"],
}))
"""


def million(days: int, worlds: int, workers: int) -> dict[str, Any]:
    """Worlds by the program into a folder, as ``sim.run`` does it: seconds, bytes, and memory of all its processes."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "run"
        command = [sys.executable, "-c", A_RUN, str(out), *map(str, (days, worlds, workers))]
        with subprocess.Popen(command, cwd=HERE, env=environment(HERE), stdout=subprocess.PIPE, text=True) as process:
            most = 0.0
            while process.poll() is None:
                most = max(most, memory(process.pid))
                time.sleep(0.5)
            assert process.stdout is not None
            found: dict[str, Any] = json.loads(process.stdout.read())
        sizes = Counter[str]()
        for file in out.rglob("*"):
            if file.is_file():
                sizes[file.relative_to(out).parts[0]] += file.stat().st_size
    return {**found, "peak bytes": most, "bytes": dict(sizes.most_common()), "all bytes": sizes.total()}


def memory(process: int) -> float:
    """Bytes that a process and its descendants hold, what they share counted once; 0 where nobody says (not Linux)."""
    try:
        here = Path(f"/proc/{process}")
        lines = (here / "smaps_rollup").read_text(encoding="ascii").splitlines()
        kilobytes = sum(float(line.split()[1]) for line in lines if line.startswith("Pss:"))
        started = " ".join(file.read_text(encoding="ascii") for file in here.glob("task/*/children"))
    except OSError:
        return 0.0
    return 1024.0 * kilobytes + sum(memory(int(child)) for child in started.split())


# --- the command ---


def processor() -> str:
    """What it is called."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def last_release() -> str:
    """The tag before this commit; without tags the last commit that knew no program."""
    here: dict[str, Any] = {"cwd": HERE, "capture_output": True, "text": True}
    tag = subprocess.run(["git", "describe", "--tags", "--abbrev=0"], check=False, **here).stdout.strip()
    if tag:
        return tag
    added = ["git", "log", "--format=%h", "--diff-filter=A", "--", "src/sim/engine/ways.py"]
    return subprocess.run(added, check=True, **here).stdout.split()[-1] + "^"


def everything(asked: argparse.Namespace) -> dict[str, Any]:
    """What is asked for, measured and said as it is found."""
    found: dict[str, Any] = {"processor": processor(), "cpus": os.cpu_count(), "days": asked.days, "turns": asked.turns}
    print(
        f"{found['processor']}, {found['cpus']} cores; medians of {asked.turns} turns (lowest to highest)", flush=True
    )
    if not asked.only:
        usual = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
        if usual:
            os.sched_setaffinity(0, {min(usual)})
        found |= of_blocks(asked)
        if usual:
            os.sched_setaffinity(0, usual)
    if asked.main:
        found["main job"] = main_job(asked.revision, asked.turns)
        say_main_job(found["main job"])
    if asked.million:
        found["million"] = million(asked.days, asked.million, asked.workers)
        say_million(found["million"], asked)
    return found


def of_blocks(asked: argparse.Namespace) -> dict[str, Any]:
    """Speeds, costs and shares."""
    scenario = load("status_quo", changes={"days": asked.days})
    found: dict[str, Any] = {"speeds": speeds(scenario, asked.worlds, asked.turns)}
    print(
        f"\n{asked.days} days a world, and the past before them; worlds a second, and how many times the others' speed"
    )
    for what, row in found["speeds"].items():
        print(f"  {what:34}", *(f"{said(row[of]):32}" for of in row))
    found["batch_run moved"] = {"revision": asked.revision, "ratio": moved(asked.revision, asked.days, asked.turns)}
    print(f"  mesa.batch_run against {asked.revision}: {said(found['batch_run moved']['ratio'], '.3f')} times as fast")

    found["makings"] = makings(asked.days, asked.turns)
    print("\nwhat a program costs (seconds of processor time, bytes)", flush=True)
    for what, row in found["makings"].items():
        print(f"  {what}:", "; ".join(f"{key} {said(row[key], '.3f' if key in SECONDS else ',.0f')}" for key in row))
    best = next(iter(found["makings"].values()))
    making = best["import"][0] + best["all"][0]
    found["repaid"] = repaid(min(asked.turns, 3), making)
    for row in found["repaid"]:
        saved = ", ".join(f"{worlds:,} worlds save {seconds:.2f}" for worlds, seconds in row["saved"].items())
        print(
            f"  {row['days']} days: {saved}; {row['worlds']:,.0f} repay {making:.2f} s: "
            f"{row['world-days']:,.0f} world-days",
            flush=True,
        )

    largest = max(asked.worlds)
    block(scenario, largest, "fused")
    found["shares"] = shares(scenario, largest)
    whole = found["shares"]["whole"]
    print(f"\nwhere the {whole:.2f} s of {largest:,} worlds by the program go")
    for what, seconds in found["shares"].items():
        print(f"  {what:34} {seconds:8.3f} {seconds / whole:7.1%}")
    return found


SECONDS = ("import", "trace", "write", "compile", "load", "all", "kept")


def say_main_job(found: dict[str, Any]) -> None:
    """Print it."""
    print("\nthe main job, its default command (seconds)", flush=True)
    for kind in ("wall", "processor"):
        for where, values in found[kind].items():
            print(f"  {kind}, {found['revision'] if where == 'there' else where}: {said(values)}")
    print(f"  times as fast: {said(found['times as fast'], '.2f')}")
    for what, seconds in found["profiled"].items():
        print(f"  {what:50} {seconds:8.2f}")


def say_million(found: dict[str, Any], asked: argparse.Namespace) -> None:
    """Print it."""
    print(
        f"\n{asked.million:,} worlds of {asked.days} days by {asked.workers} workers into a folder ({found['engine']})"
    )
    print(
        f"  {found['seconds']:.0f} s, {found['until the last piece']:.0f} s of them until the last piece was kept;",
        end="",
    )
    print(f" peak memory {found['peak bytes'] / 1e6:,.0f} MB; {found['all bytes'] / 1e6:,.0f} MB in the folder")
    own, theirs = found["processor time of the job's process"], found["of its workers"]
    print(f"  processor time: {own:.0f} s in the job's process, {theirs:.0f} s in its workers")
    print("  stored:", ", ".join(f"{name} {size / 1e6:,.1f} MB" for name, size in found["bytes"].items()))
    for title in ("longest in the job's process", "parts of it"):
        print(f"  {title}:", "; ".join(f"{name} {seconds:.1f}" for name, seconds in found[title]))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="The compiled program against NumPy and mesa.batch_run.")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--worlds", type=int, nargs="+", default=[1000, 4000], help="of each block")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--revision", default=None, help="a commit or a tag (default: the last release)")
    parser.add_argument("--main", action="store_true", help="also the main job, against that revision")
    parser.add_argument(
        "--million", type=int, nargs="?", const=MILLION, metavar="N", help="also N worlds into a folder"
    )
    parser.add_argument("--workers", type=int, default=2, help="of the million")
    parser.add_argument("--only", action="store_true", help="nothing but --main and --million")
    parser.add_argument("--json", type=Path, metavar="FILE", help="all figures")
    asked = parser.parse_args()
    if machine.available():
        parser.error(machine.available())
    asked.revision = asked.revision or last_release()
    found = everything(asked)
    if asked.json is not None:
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
