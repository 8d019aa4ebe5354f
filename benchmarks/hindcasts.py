"""What hindcasts and the search cost by either engine: ``python benchmarks/hindcasts.py`` (one core, processor time).

Points of the search are run in turns by NumPy and by the compiled program, and must come out the same:
- each hindcast: seconds for so many points of 80 worlds (fewer where the search runs fewer);
- the whole distance of the points, scoring included, and what a search with its defaults would take.

One turn goes before, in which the program is compiled: its time is printed, and counts in none of the others.
``--search`` does the whole search by the program too.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np

from sim.engine.mesa import Drive
from sim.engine.ways import Lives
from sim.evidence.calibrate import FITTED, calibrate, drives, evaluate, plausible, worlds_of
from sim.evidence.hindcast import History, drive_by, hindcast
from sim.evidence.patterns import PATTERNS
from sim.scenario.load import load

WORLDS = 80
ENGINES: tuple[Lives, Lives] = ("numpy", "fused")
WHOLE = (320 + 2 * 3 * 106) * WORLDS + (12 + 3) * 400
"""Worlds of a search with its defaults, the finalists included; of a long hindcast a part of them."""


def spent(job: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of processor time, and what came of them."""
    began = time.process_time()
    found = job()
    return time.process_time() - began, found


def same(a: History, b: History) -> bool:
    """Whether two hindcasts are equal in every world on every day."""
    series = [(getattr(a, field), getattr(b, field)) for field in vars(a) if field not in ("start", "posture")]
    series += [(daily, b.posture[group]) for group, daily in a.posture.items()]
    return all(np.array_equal(one, other) for one, other in series)


def in_turns(
    what: str, jobs: Mapping[Lives, Callable[[], Any]], turns: int, equal: Callable[[Any, Any], bool]
) -> dict[Lives, float]:
    """Print what jobs cost in turns, and return the medians. Ends the program where they do not give the same."""
    first, _ = spent(jobs["fused"])
    times: dict[Lives, list[float]] = {engine: [] for engine in ENGINES}
    for turn in range(turns):
        found = {}
        for engine in ENGINES if turn % 2 else ENGINES[::-1]:
            seconds, found[engine] = spent(jobs[engine])
            times[engine].append(seconds)
        if not equal(found["numpy"], found["fused"]):
            sys.exit(f"{what}: the engines differ")
    ratios = [a / b for a, b in zip(times["numpy"], times["fused"], strict=True)]
    by = {engine: statistics.median(each) for engine, each in times.items()}
    compiling = max(first - by["fused"], 0.0)
    print(
        f"{what:28} {by['numpy']:7.2f} s by NumPy, {by['fused']:6.2f} s by the program: "
        f"{statistics.median(ratios):.1f} times ({min(ratios):.1f} to {max(ratios):.1f}); {compiling:.1f} s to compile",
        flush=True,
    )
    return by


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What hindcasts and the search cost by either engine.")
    parser.add_argument("--points", type=int, default=40)
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--search", action="store_true", help="also the whole search by the program, alone")
    asked = parser.parse_args()
    draws = np.random.default_rng(1)
    points = [{name: float(draws.uniform(*plausible(name))) for name in FITTED} for _ in range(asked.points)]
    print(f"{asked.points} points of {WORLDS} worlds, seconds of processor time, medians of {asked.turns} turns")

    for dated in sorted({pattern.hindcast for pattern in PATTERNS.values()}):
        scenario, many = load(dated), worlds_of(dated, WORLDS)

        def lived(drive: Drive, scenario: Any = scenario, many: int = many) -> Callable[[], History]:
            overrides = {name: np.repeat([point[name] for point in points], many) for name in FITTED}
            worlds = np.tile(np.arange(many), len(points)).tolist()
            return lambda: hindcast(scenario, worlds=worlds, overrides=overrides, drive=drive)

        jobs = {engine: lived(drive_by(engine, scenario, many * len(points))) for engine in ENGINES}
        in_turns(dated, jobs, asked.turns, same)

    def judged(lives: Mapping[str, Drive]) -> Callable[[], Any]:
        return lambda: evaluate(points, worlds=WORLDS, seed=1, lives=lives)

    jobs = {engine: judged(drives(engine, WHOLE)) for engine in ENGINES}
    by = in_turns("the distance of the points", jobs, asked.turns, lambda a, b: bool(a == b))
    said = [f"{by[engine] * WHOLE / (WORLDS * len(points)):,.0f} s by {engine}" for engine in ENGINES]
    print(f"a search with its defaults, from that: {', '.join(said)}")

    if asked.search:
        began = time.perf_counter()
        seconds, found = spent(lambda: calibrate(engine="fused"))
        print(f"the whole search: {seconds:.0f} s, {time.perf_counter() - began:.0f} s by the clock; ", end="")
        best = found.best[0]
        print(
            f"distance {best.distance:.4f}, {len(best.inside)} patterns inside, {len(best.in_90)} in the central 90 %"
        )


if __name__ == "__main__":
    main()
