"""A record of whole histories, to compare the model with after a rewrite that is meant to move nothing.

For many worlds it holds hashes: of each column of the worlds, of each weekly quantity, of each world's event log. Of
three worlds it holds the event log itself, so that a difference can be read. It changes only on purpose. After a change
that is meant to move histories, write it anew with

    python -m sim.docs.remake same

(or `same/small`, `same/slow`, `same/nightly`) from the top of the repository, look at what moved, and commit it with
the change. `python -m tests.same.record` writes it too, but what checks that all is up to date is not told of it.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from sim.disk.writing import put

# Every import from the model stands here, and `run` alone uses them.
from sim.engine.blocks import Block, simulate
from sim.engine.ways import Engine
from sim.scenario.load import load

HERE = Path(__file__).parent
SCENARIOS = HERE.parents[1] / "scenarios"
MAIN = ("status_quo", "negotiated_exit", "forced_exit")
AGAIN = "If this was meant: python -m sim.docs.remake, and say `results change` in the changelog."


@dataclass(frozen=True)
class Case:
    """Some worlds of a scenario, with or without their event log."""

    scenario: str
    seed: int
    uncertainty: str  # as a scenario file says it
    worlds: int
    log: bool

    @property
    def name(self) -> str:
        """What the case is called in the record."""
        drawn = "nothing" if self.uncertainty == "none" else self.uncertainty
        return f"{self.scenario}, seed {self.seed}, {drawn} uncertain"


def run(case: Case) -> Block:
    """What the model gives for a case."""
    scenario = load(case.scenario, changes={"uncertainty": case.uncertainty})
    engine: Engine = "numpy" if case.log else "auto"  # the same bits; a night is short
    return simulate(scenario, seed=case.seed, worlds=range(case.worlds), events=case.log, engine=engine)


def shipped() -> list[str]:
    """The names of all scenarios of the repository."""
    files = [*SCENARIOS.glob("*.toml"), *SCENARIOS.glob("history/*.toml")]
    return sorted(file.relative_to(SCENARIOS).with_suffix("").as_posix() for file in files)


DRAWN = ("none", "accepted", "judgement")
SIZES = {
    "small": [Case(name, 3, "none", 20, True) for name in MAIN],
    "slow": [Case(name, 1, uncertainty, 20, True) for name in shipped() for uncertainty in DRAWN],
    "nightly": [
        Case(name, seed, uncertainty, 100, False) for name in shipped() for seed in (1, 2) for uncertainty in DRAWN
    ],
}
READABLE = dict(zip(SIZES["small"], (18, 0, 0), strict=True))
"""The world of each small case whose event log is kept as it is: one of each ending, and none that is long."""


# ------------------------------------------------------------------------------------------------ hashes
def digest(content: bytes, length: int = 8) -> str:
    return blake2b(content, digest_size=length).hexdigest()


def plain(column: Any) -> np.ndarray:
    """A column as text, whole numbers or floats of 64 bits, the same on every machine."""
    column = np.asarray(column)
    if column.dtype.kind in "OUT":
        return column.astype(object)
    if column.dtype.kind in "biu":
        return column.astype("<i8")
    column = column.astype("<f8") + 0.0  # the sign of a zero is no difference
    return np.where(np.isnan(column), np.nan, column)


def in_bytes(column: np.ndarray) -> bytes:
    return "\n".join(column.tolist()).encode("utf-8") if column.dtype.kind == "O" else column.tobytes()


def rows_of(events: Mapping[str, Sequence[Any]], worlds: Iterable[int]) -> dict[int, list[str]]:
    """The event log of each world, a line a row. The order of rows within a day is not kept."""
    names = ("day", "actor", "act", "rung", "rule", "terms")
    found: dict[int, list[tuple[int, str]]] = {world: [] for world in worlds}
    for world, *values in zip(events["world"], *(events[name] for name in names), strict=True):
        values[-1] = re.sub(r"-0\.0(?=[,}])", "0.0", values[-1])
        found[world].append((int(values[0]), " | ".join(map(str, values))))
    return {world: [line for _, line in sorted(lines)] for world, lines in found.items()}


def hashes(block: Block) -> dict[str, Any]:
    """What the record says of a block: a hash for all that may move, by name."""
    columns = {name: plain(column) for name, column in block.worlds.items()}
    each = range(len(columns["world"]))
    found: dict[str, Any] = {
        "columns": {name: digest(in_bytes(column)) for name, column in columns.items()},
        "weekly": {name: digest(in_bytes(plain(counts))) for name, counts in block.weekly.items()},
        # Short, since they only help to say which worlds moved.
        "worlds": [digest(b"\n".join(in_bytes(column[i : i + 1]) for column in columns.values()), 2) for i in each],
    }
    if block.events is not None:
        logs = rows_of(block.events, columns["world"].tolist())
        found["logs"] = [digest("\n".join(lines).encode("utf-8")) for lines in logs.values()]
        found["all logs"] = digest("".join(found["logs"]).encode("ascii"))
    return found


# ------------------------------------------------------------------------------------------------ comparing
def moved(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What differs between two records of a case, in words; empty only if nothing does."""
    said = []
    for part, what in (("columns", "column"), ("weekly", "weekly quantity")):
        for name in {**old[part], **new[part]}:
            if old[part].get(name) != new[part].get(name):
                how = "is new" if name not in old[part] else "is gone" if name not in new[part] else "moved"
                said.append(f"{what} {name} {how}")
    for part, what in (("worlds", "columns"), ("logs", "event log")):
        before, now = old.get(part, []), new.get(part, [])
        most = max(len(before), len(now))
        numbers = [world for world in range(most) if before[world : world + 1] != now[world : world + 1]]
        if numbers:
            few = ", ".join(map(str, numbers[:20]))
            more = f" and {len(numbers) - 20} more" if len(numbers) > 20 else ""
            said.append(f"{what} of world{'s' * (len(numbers) > 1)} {few}{more}")
    return said if said or old == new else ["the record itself has another form"]


def first_difference(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The first day on which two logs of a world differ, and its rows that are in one only."""
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    if not gone and not come:
        return []

    def day(line: str) -> int:
        return int(line.split(" | ")[0])

    first = min(map(day, [*gone, *come]))
    return [
        f"first difference on day {first}:",
        *(f"- {line}" for line in sorted(gone.elements()) if day(line) == first),
        *(f"+ {line}" for line in sorted(come.elements()) if day(line) == first),
    ]


# ------------------------------------------------------------------------------------------------ files
def file_of(size: str) -> Path:
    return HERE / f"{size}.json"


def readable_file(case: Case) -> Path:
    return HERE / "logs" / f"{case.scenario}.txt"


def recorded(size: str) -> dict[str, Any]:
    """The record of a size, by the names of its cases."""
    file = file_of(size)
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found


def recorded_log(case: Case) -> list[str]:
    """The rows that are kept of the readable world of a case."""
    file = readable_file(case)
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def lived(case: Case) -> tuple[dict[str, Any], list[str]]:
    """The hashes of a case, and the rows of its readable world if it has one."""
    block = run(case)
    world = READABLE.get(case)
    return hashes(block), [] if world is None else rows_of(block.events or {}, range(case.worlds))[world]


def differences(size: str, case: Case) -> list[str]:
    """What the model does in a case that the record does not say."""
    found, rows = lived(case)
    old = recorded(size).get(case.name)
    if old is None:
        return [f"{case.name}: not in the record"]
    said = moved(old, found)
    if case in READABLE:
        difference = first_difference(recorded_log(case), rows)
        said += [f"world {READABLE[case]}, {line}" for line in difference[:1]] + difference[1:]
    return [f"{case.name}:", *said] if said else []


def write(size: str, processes: int) -> None:
    """Write the record of a size anew, and say what moved."""
    old = recorded(size)
    lines = []
    with ProcessPoolExecutor(processes) as pool:
        for case, (found, rows) in zip(SIZES[size], pool.map(lived, SIZES[size]), strict=True):
            said = moved(old[case.name], found) if case.name in old else ["new"]
            print(f"{case.name}: {'; '.join(said) or 'as before'}", flush=True)
            lines.append(f"{json.dumps(case.name)}:{json.dumps(found, sort_keys=True, separators=(',', ':'))}")
            if case in READABLE:
                put(readable_file(case), "\n".join(rows) + "\n")
    for name in set(old) - {case.name for case in SIZES[size]}:
        print(f"{name}: gone")
    put(file_of(size), "{\n" + ",\n".join(sorted(lines)) + "\n}\n")
    print(f"written: {file_of(size).name}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.same.record", description="Write the record anew.")
    parser.add_argument("size", choices=[*SIZES, "all"])
    parser.add_argument("--processes", type=int, default=1, help="how many cases run at a time (default: 1)")
    asked = parser.parse_args()
    for size in SIZES if asked.size == "all" else [asked.size]:
        write(size, asked.processes)
