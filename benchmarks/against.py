"""The cost of a change, paired in one run: ``python benchmarks/against.py REVISION`` (one core, processor time).

The worlds of this checkout and those of another revision of the repository (a commit, a tag) are run in turns, and for
each turn the ratio of their costs is printed, then the medians:
- a world alone, as ``mesa.batch_run`` runs it: worlds per second of both, and how many times dearer this one is;
- a block of worlds: the same.

So a slower ``mesa.batch_run`` cannot flatter the ratio to it that ``speed.py`` prints. The other revision is read from
git into a temporary folder; both run in this Python.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
MEASURE = """
import json, sys, time
try:
    from sim.engine.blocks import simulate
    from sim.engine.mesa import WithdrawalModel, forget
except ModuleNotFoundError:  # before the model and its engine were two folders
    from sim.model import WithdrawalModel, simulate
    from sim.model.block import forget
from sim.scenario.load import load
import mesa
days, alone, block = map(int, sys.argv[1:])
scenario = load("status_quo", changes={"days": days})
def batch(worlds):
    before = set(mesa.Agent._ids)
    began = time.process_time()
    mesa.batch_run(WithdrawalModel, {"scenario": [scenario], "world": list(range(worlds)), "seed": [1]}, iterations=1,
                   max_steps=days, number_processes=1, data_collection_period=-1, display_progress=False)
    spent = time.process_time() - began
    for model in set(mesa.Agent._ids) - before:
        forget(model)
    return worlds / spent
def many(worlds):
    began = time.process_time()
    simulate(scenario, worlds=range(worlds))
    return worlds / (time.process_time() - began)
batch(2), many(10)
for _ in sys.stdin:
    print(json.dumps([batch(alone), many(block)]), flush=True)
"""


def measuring(source: Path, *numbers: int) -> subprocess.Popen[str]:
    """A process that measures worlds per second, alone and in a block, each time it is sent a line."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return subprocess.Popen(
        [sys.executable, "-c", MEASURE, *map(str, numbers)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, **threads, "PYTHONPATH": str(source / "src")},
        cwd=source,
    )


def ask(process: subprocess.Popen[str]) -> list[float]:
    """Worlds per second: alone, and in a block."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    found: list[float] = json.loads(process.stdout.readline())
    return found


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """What another revision runs from, in a folder that is there for as long."""
    command = ["git", "archive", "--format=tar", revision, "src", "scenarios", "evidence"]
    archive = subprocess.run(command, cwd=HERE, check=True, capture_output=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        yield Path(folder)


def in_turns(revision: str, turns: int, *numbers: int) -> list[list[list[float]]]:
    """For each turn the worlds per second, alone and in a block, of this checkout and of another revision."""
    with checked_out(revision) as folder:
        here, there = measuring(HERE, *numbers), measuring(folder, *numbers)
        found = []
        for turn in range(turns):
            pair = [ask(process) for process in ((here, there) if turn % 2 else (there, here))]
            found.append(pair if turn % 2 else pair[::-1])
        for process in (here, there):
            process.communicate("")
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="The cost of this checkout against another revision's, in turns.")
    parser.add_argument("revision", help="a commit or a tag of this repository")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--alone", type=int, default=8, help="worlds alone a turn")
    parser.add_argument("--block", type=int, default=4000, help="worlds of a block")
    parser.add_argument("--turns", type=int, default=5)
    asked = parser.parse_args()
    turns = in_turns(asked.revision, asked.turns, asked.days, asked.alone, asked.block)
    print(f"{asked.days} days a world with the common past of 460 days; {asked.turns} turns, processor time, medians")
    for place, what in enumerate(("a world alone, by mesa.batch_run", f"a block of {asked.block:,} worlds")):
        ours, theirs = ([turn[side][place] for turn in turns] for side in (0, 1))
        dearer = [other / own for own, other in zip(ours, theirs, strict=True)]
        print(
            f"{what}: {statistics.median(ours):.1f} worlds/s, {statistics.median(theirs):.1f} at {asked.revision}; "
            f"it costs {statistics.median(dearer):.3f} times as much ({min(dearer):.3f} to {max(dearer):.3f})"
        )


if __name__ == "__main__":
    main()
