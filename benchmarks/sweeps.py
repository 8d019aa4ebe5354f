"""What a sweep costs, and its peers in the same run: ``python benchmarks/sweeps.py`` (``--quick``: a minute's worth).

Every figure is of a process of its own, begun for it, whose program is compiled and whose libraries are loaded before
the clock runs. It prints a table in Markdown:
- a million worlds of 365 days planned, lived and stored by two workers: worlds per second, the peak of memory of all
  processes together, and how long the plan took;
- the share of one worker's time that is spent on storing (tables, Parquet, putting rows in order, the manifest);
- two workers against one;
- the same grid by ``sim.sweep``, by EMA Workbench in blocks (``in_blocks``) and point by point (with the compiled
  program, and as ``auto`` has it for so few worlds), and by ``mesa.batch_run`` world by world, in turns: worlds per
  second, and how many times as long each takes as the sweep.

Times of different machines are not comparable; the ratios of one run are.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np

from sim.jobs import sweep as jobs
from sim.runs.work import Way
from sim.scenario.load import load
from sim.sweeps import cells
from sim.sweeps.design import Design, grid, latin_hypercube
from sim.sweeps.store import SweepFolder

RESTRAINT, PERMISSIVENESS = "united_states.restraint", "iran.permissiveness"


# --- what a child measures --------------------------------------------------------------------------------------


def big(asked: dict[str, Any]) -> dict[str, float]:
    """A sweep of many points: seconds of planning and in all, seconds of storing, peak of memory in MB."""
    warm(asked["days"])
    storing = Clock()
    for place, names in (
        (cells, ("worlds_table", "to_bytes")),
        (SweepFolder, ("prepare", "keep")),
        (jobs, ("finish",)),
    ):
        for each in names:
            setattr(place, each, storing.around(getattr(place, each)))
    with tempfile.TemporaryDirectory(dir=asked["folder"]) as folder, peak_of_all() as peak:
        began = time.perf_counter()
        points = asked["worlds"] // asked["each"]
        base = load("status_quo", changes={"days": asked["days"]})
        design = latin_hypercube(base, [RESTRAINT, PERMISSIVENESS], samples=points)
        job = jobs.job_of(design, worlds=asked["each"])
        planned = time.perf_counter() - began
        jobs.present = lambda _sweep, _figures: []  # the report is drawn of the tables, however many worlds there are
        found = jobs.run_job(job, Path(folder) / "sweep", Way(asked["workers"]))
        seconds = time.perf_counter() - began
        stored = sum(path.stat().st_size for path in found.folder.rglob("*") if path.is_file())
    return {
        "worlds": (points + 1) * asked["each"],
        "seconds": seconds,
        "planned": planned,
        "storing": storing.seconds,
        "peak": max(peak),
        "stored": stored / 1e6,
    }


def by_sweep(asked: dict[str, Any]) -> float:
    """Seconds of a grid by ``sim.sweep``, stored."""
    jobs.present = lambda _sweep, _figures: []
    with tempfile.TemporaryDirectory(dir=asked["folder"]) as folder:
        began = time.perf_counter()
        jobs.sweep(None, square(asked), worlds=asked["each"], out=Path(folder) / "sweep")
        return time.perf_counter() - began


def by_ema(asked: dict[str, Any]) -> float:
    """Seconds of the same points by EMA Workbench."""
    import warnings

    warnings.simplefilter("ignore")
    from ema_workbench import Scenario, perform_experiments

    from sim.sweeps.adapters import in_blocks, to_ema

    design = square(asked)
    model = to_ema(design.bases[0], [RESTRAINT, PERMISSIVENESS], worlds=asked["each"], engine=asked["engine"])
    names = [one.name for one in model.uncertainties]
    rows = design.rows[[RESTRAINT, PERMISSIVENESS]].to_numpy()
    points = [Scenario(str(place), **dict(zip(names, row, strict=True))) for place, row in enumerate(rows)]
    began = time.perf_counter()
    perform_experiments(model, scenarios=points, evaluator=in_blocks(model) if asked["blocks"] else None)
    return time.perf_counter() - began


def by_mesa(asked: dict[str, Any]) -> float:
    """Seconds of the same points by ``mesa.batch_run``, which lives a world at a time."""
    import mesa

    from sim.sweeps.adapters import OutcomeModel

    design = square(asked)
    values = {name: sorted(set(design.rows[name])) for name in (RESTRAINT, PERMISSIVENESS)}
    began = time.perf_counter()
    rows = mesa.batch_run(
        OutcomeModel,
        {"scenario": list(design.bases), "seed": 1, "world": range(asked["each"]), **values},
        max_steps=asked["days"],
        number_processes=1,
        display_progress=False,
    )
    seconds = time.perf_counter() - began
    assert len(rows) == len(design) * asked["each"]
    return seconds


MEASURES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "big": big, "sweep": by_sweep, "ema": by_ema, "mesa": by_mesa,
}  # fmt: skip


def square(asked: dict[str, Any]) -> Design:
    """A grid of two numbers that hold from the first day on."""
    base = load("status_quo", changes={"days": asked["days"]})
    steps = asked["steps"]
    return grid(base, {RESTRAINT: f"0.1..0.9:{steps}", PERMISSIVENESS: f"0.1..0.6:{steps}"})


def warm(days: int) -> None:
    """Load and compile what the clock is not to see. Another seed, so that no past is kept for what comes."""
    from sim.sweeps.adapters import measured

    base = load("status_quo", changes={"days": days})
    for engine in ("auto", "fused", "numpy"):
        try:
            measured(grid(base, {RESTRAINT: [0.3, 0.7], PERMISSIVENESS: [0.3]}), worlds=20, seed=99, engine=engine)
        except ValueError:  # no compiled program on this machine
            continue


class Clock:
    """Seconds spent in some functions of this process, each counted once where one calls another."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._runs = False

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed."""

        def timed(*words: Any, **more: Any) -> Any:
            if self._runs:
                return function(*words, **more)
            self._runs, began = True, time.perf_counter()
            try:
                return function(*words, **more)
            finally:
                self._runs = False
                self.seconds += time.perf_counter() - began

        return timed


@contextmanager
def peak_of_all() -> Iterator[list[float]]:
    """The memory of this process and its workers together, MB, looked at ten times a second (on Linux)."""
    seen = [0.0]
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.1):
            seen.append(resident())

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
        seen.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def resident() -> float:
    """The resident memory of this process and of those that it began, in MB."""
    pids = [os.getpid()]
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            pids += [int(word) for word in task.read_text(encoding="ascii").split()]
        except OSError:
            continue
    total = 0
    for pid in pids:
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        except OSError:
            continue
    return total * resource.getpagesize() / 1e6


# --- who asks -----------------------------------------------------------------------------------------------------


def child(what: str, **asked: Any) -> Any:
    """What a process of its own measures."""
    words = [sys.executable, __file__, "--child", json.dumps({"what": what, **asked})]
    answer = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    return json.loads(answer.stdout.splitlines()[-1])


def row(*cells_: str) -> None:
    """A line of the table."""
    print(f"| {' | '.join(cells_)} |", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What a sweep costs, against EMA Workbench and mesa.batch_run.")
    parser.add_argument("--worlds", type=int, default=1_000_000, help="of the big sweep")
    parser.add_argument("--each", type=int, default=200, help="worlds a point")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--steps", type=int, default=5, help="of each number of the grid that all sweep")
    parser.add_argument("--alone", type=int, default=2, help="worlds a point by mesa.batch_run")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that it works")
    parser.add_argument("--folder", default=tempfile.gettempdir(), help="where the sweeps are written")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        given = json.loads(asked.child)
        if given["what"] != "big":
            warm(given["days"])
        print(json.dumps(MEASURES[given["what"]](given)), flush=True)
        return
    if asked.quick:
        asked.worlds, asked.each, asked.days, asked.steps, asked.alone, asked.turns = 20_000, 100, 120, 4, 1, 1
    common = {"days": asked.days, "folder": asked.folder}
    print(f"{asked.days} days a world; medians of {asked.turns} turns where there are several ways\n")
    row("what", "worlds", "worlds/s", "")
    row("---", "---:", "---:", "---")
    many = {n: child("big", worlds=asked.worlds, each=asked.each, workers=n, **common) for n in (2, 1)}
    two, one = many[2], many[1]
    row("a sweep, 2 workers", f"{two['worlds']:,}", f"{two['worlds'] / two['seconds']:,.0f}",
        f"{two['seconds']:,.0f} s, of which {two['planned']:.1f} s plan; peak {two['peak']:,.0f} MB; "
        f"{two['stored']:,.1f} MB stored")  # fmt: skip
    row("a sweep, 1 worker", f"{one['worlds']:,}", f"{one['worlds'] / one['seconds']:,.0f}",
        f"{100 * one['storing'] / one['seconds']:.1f} % of the time is storing; peak {one['peak']:,.0f} MB; "
        f"two are {one['seconds'] / two['seconds']:.2f} times as quick")  # fmt: skip
    ways: dict[str, tuple[str, dict[str, Any]]] = {
        "`sim.sweep` of a grid": ("sweep", {"each": asked.each}),
        "EMA Workbench, in blocks": ("ema", {"each": asked.each, "blocks": True, "engine": "auto"}),
        'EMA Workbench, point by point, `engine="fused"`': (
            "ema",
            {"each": asked.each, "blocks": False, "engine": "fused"},
        ),
        "EMA Workbench, point by point": ("ema", {"each": asked.each, "blocks": False, "engine": "auto"}),
        "`mesa.batch_run`": ("mesa", {"each": asked.alone}),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(asked.turns):
        for name, (what, more) in ways.items():
            worlds = asked.steps**2 * more["each"]
            rates[name].append(worlds / child(what, steps=asked.steps, **more, **common))
    first = next(iter(ways))
    for name, (_, more) in ways.items():
        times = [ours / theirs for ours, theirs in zip(rates[first], rates[name], strict=True)]
        said = "" if name == first else f"{statistics.median(times):.1f} times as long"
        if name != first and len(times) > 1:
            said += f" ({min(times):.1f} to {max(times):.1f})"
        row(name, f"{asked.steps**2 * more['each']:,}", f"{np.median(rates[name]):,.1f}", said)


if __name__ == "__main__":
    main()
