"""The speed figures and their peers, in one command: ``python benchmarks/speed.py`` (one core, wall time).

It prints, from one run in which the two take turns:
- worlds per second of a block of 4,000 worlds, and of ``mesa.batch_run`` over the same model one world at a time
  (plain floats, as a Mesa user would run it), and their ratio, turn by turn;
- where the peer spends its time, so that a slow peer cannot make the ratio;
- how the time grows with worlds and with days;
- with ``--memory``: the peak memory of 100,000 worlds of 730 days, run block by block as ``run`` does it.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import statistics
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import mesa

from sim.engine.blocks import simulate
from sim.engine.mesa import WithdrawalModel
from sim.scenario.load import load
from sim.scenario.schema import Scenario


def block(scenario: Scenario, worlds: int) -> float:
    """Seconds for a block of worlds."""
    began = time.perf_counter()
    simulate(scenario, worlds=range(worlds))
    return time.perf_counter() - began


def peer(scenario: Scenario, worlds: int) -> float:
    """Seconds for as many worlds by ``mesa.batch_run``, one at a time, plain floats."""
    began = time.perf_counter()
    mesa.batch_run(
        WithdrawalModel,
        {"scenario": [scenario], "world": list(range(worlds)), "seed": [1]},
        iterations=1,
        max_steps=scenario.days,
        number_processes=1,
        data_collection_period=-1,
        display_progress=False,
    )
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Speed against mesa.batch_run, in one run on one core.")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--worlds", type=int, default=4000)
    parser.add_argument("--peer-worlds", type=int, default=12)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--memory", action="store_true", help="also the peak memory of 100,000 worlds of 730 days")
    asked = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    scenario = load("status_quo", changes={"days": asked.days})
    ratios, ours, theirs = [], [], []
    block(scenario, 10), peer(scenario, 1)
    for _ in range(asked.turns):
        ours.append(asked.worlds / block(scenario, asked.worlds))
        theirs.append(asked.peer_worlds / peer(scenario, asked.peer_worlds))
        ratios.append(ours[-1] / theirs[-1])
    print(f"{asked.days} days a world, the common past of 460 days before them included; {asked.turns} turns, medians")
    print(f"a block of {asked.worlds:,} worlds: {statistics.median(ours):8.1f} worlds/s")
    print(f"mesa.batch_run:           {statistics.median(theirs):8.1f} worlds/s")
    print(f"ratio:                    {statistics.median(ratios):8.1f}   ({min(ratios):.1f} to {max(ratios):.1f})")

    profile = cProfile.Profile()
    profile.runcall(peer, scenario, 2)
    print("\nwhere the peer spends its time (two worlds):")
    pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(8)

    print("growth with worlds (seconds for 1,000):")
    for worlds in (1000, 2000, 4000, 8000):
        print(f"  {worlds:6,} worlds: {1000 * block(scenario, worlds) / worlds:6.2f}")
    print("growth with days (seconds for 1,000 worlds and 365 days, past included in the days):")
    for days in (180, 365, 730):
        longer = load("status_quo", changes={"days": days})
        print(f"  {days:6,} days:   {365 * block(longer, 1000) / (days + 460):6.2f}")

    if asked.memory:
        import resource

        long = load("status_quo")
        began = time.perf_counter()
        for first in range(0, 100_000, 4000):
            simulate(long, worlds=range(first, first + 4000))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"100,000 worlds of 730 days: {time.perf_counter() - began:.0f} s, peak {peak:.0f} MiB")


if __name__ == "__main__":
    main()
