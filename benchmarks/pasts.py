"""What it saves to live a shared past once: ``python benchmarks/pasts.py`` (one core, processor time, paired in turns).

Jobs are done piece by piece as a run does them in one worker, in turns with every past lived anew and with shared
pasts: the three scenarios over 365 days and over 730, and the main job (the three and their companions, 730 days).
There are fewer worlds than in a run (2,000 of each scenario), to be done in minutes; ``--worlds 2000`` is the real
thing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

from sim.ask.questions import CONDITIONS, inputs_of
from sim.engine import pasts
from sim.engine.blocks import simulate
from sim.engine.pasts import Pasts
from sim.runs.inputs import Inputs
from sim.runs.pieces import Simulate, compute, missing
from sim.runs.work import Way, task_of
from sim.scenario.load import load


def done(inputs: Inputs, model: Simulate | None) -> float:
    """Seconds of processor time for a job; without a model that of a run, which shares pasts."""
    began = time.process_time()
    for piece in missing(inputs, ()):
        compute(task_of(inputs, piece, Way(simulate=model), "numpy"))
    return time.process_time() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What it saves to live a shared past once.")
    parser.add_argument("--worlds", type=int, default=500, help="of each scenario")
    parser.add_argument("--turns", type=int, default=2)
    asked = parser.parse_args()
    jobs = {
        f"{days} days": inputs_of([load(name, changes={"days": days}) for name in CONDITIONS], worlds=asked.worlds)
        for days in (365, 730)
    }
    jobs["the main job"] = inputs_of(worlds=asked.worlds)
    simulate(load(CONDITIONS[0]), worlds=range(10))
    for what, inputs in jobs.items():
        alone: list[float] = []
        shared: list[float] = []
        lived = 0
        for turn in range(asked.turns):
            pasts.OF_THIS_PROCESS = Pasts()
            for model in (simulate, None) if turn % 2 else (None, simulate):
                (shared if model is None else alone).append(done(inputs, model))
            lived = pasts.OF_THIS_PROCESS.lived
        saved = [1.0 - ours / theirs for ours, theirs in zip(shared, alone, strict=True)]
        print(
            f"{what}, {len(inputs.scenarios)} scenarios of {asked.worlds:,} worlds: {statistics.median(alone):.1f} s "
            f"with every past lived anew, {statistics.median(shared):.1f} s with {lived} lived; "
            f"{statistics.median(saved):.1%} saved ({min(saved):.1%} to {max(saved):.1%})",
            flush=True,
        )


if __name__ == "__main__":
    main()
