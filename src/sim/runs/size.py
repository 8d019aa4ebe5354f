"""How long a job takes and how much room it needs, before it begins; and whether there is room for it.

These are estimates from a few measured numbers, which stand here and nowhere else. Another machine is faster or slower;
what is needed on disk and in memory differs little.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from sim.disk.errors import InputError
from sim.engine.ways import Lives
from sim.runs.executors import cpus
from sim.runs.inputs import Inputs
from sim.runs.limits import listed, memory, memory_left, spoken
from sim.runs.progress import spoken as time_spoken
from sim.scenario import english

MEASURED = "as on a virtual machine of 2025 with two cores"
"""Where the numbers below were measured."""

Kind: TypeAlias = Literal["numpy", "fused", "events"]


@dataclass(frozen=True)
class Rate:
    """What a day of a block takes, in seconds of one worker: however few worlds it has, and for each of them."""

    day: float
    world: float


RATES: dict[Kind, Rate] = {
    "numpy": Rate(3.7e-3, 2.2e-6),  # 2,000 worlds of 730 days: 200,000 world-days a second
    "fused": Rate(0.045e-3, 0.15e-6),  # 4,500,000
    "events": Rate(3.7e-3, 81e-6),  # 256 worlds with the acts of each: 8,500
}
BEFORE = 180
"""What a block takes beside its days, as so many more: its past and its making."""

OF_A_WORLD = 165  # bytes in a folder: in a block, in worlds.parquet and in worlds.csv
OF_A_BLOCK = 33_000  # bytes, whatever is in it: most of it says what each column means
OF_A_WEEK, OF_A_WORLD_WEEK = 310, 0.15  # bytes of a block's weekly counts: whatever is in it, and for each world
OF_A_WORLD_DAY = 90  # bytes in a folder, where all acts are kept: in a block and in events.parquet
OF_A_JOB = 2_000_000  # bytes of pages, figures and tables
MEMORY_OF_A_WORLD = 1_100  # bytes, in tables and blocks; as a report reads it, a little less
MEMORY_OF_A_WORLD_DAY = 700  # bytes, where all acts are kept in memory
DRAWN_OF_A_WORLD_DAY = 3_000  # bytes, where figures are drawn of all acts

WORTH_SAYING = (60.0, 100e6)  # seconds, bytes: what takes less is begun without a word
A_MOMENT = 5.0  # seconds, of which nothing need be said
MOST_NAMED = 3  # scenarios, in a line
FASTER = 4.0  # so many times as fast as estimated a machine may be, where time decides how much is done


@dataclass(frozen=True)
class Size:
    """What a job needs: seconds with its workers, bytes in its folder, and bytes of memory for all its worlds."""

    seconds: float
    disk: float
    memory: float

    def within(self, seconds: float | None) -> Size:
        """What it needs at most where it ends whole after so many seconds; all of it where it does not."""
        if seconds is None or self.seconds <= 0:
            return self
        part = min(1.0, FASTER * (seconds + 60.0) / self.seconds)
        return Size(min(seconds, self.seconds), self.disk * part, self.memory * part)


def size_of(
    inputs: Inputs,
    worlds: Sequence[int],
    engines: Sequence[Lives],
    workers: int = 1,
    most: int | None = None,
    acts: float = MEMORY_OF_A_WORLD_DAY,
) -> Size:
    """What so many worlds of each scenario need, in blocks of ``most`` worlds at most.

    ``acts`` are the bytes of memory that all acts take, where they are kept, for a day of a world.
    """
    every = inputs.events == "all"
    seconds = disk = 0.0
    blocks = 0
    for index, (scenario, count, engine) in enumerate(zip(inputs.scenarios, worlds, engines, strict=True)):
        if not count:
            continue
        whole = min(inputs.piece_size(index), count)
        each = min(whole, most or whole)
        rate, days = RATES["events" if every else engine], scenario.days + BEFORE
        seconds += -(-count // each) * days * (rate.day + rate.world * each)
        disk += count * OF_A_WORLD + -(-count // whole) * (OF_A_BLOCK + scenario.days / 7 * OF_A_WEEK)
        disk += count * (scenario.days / 7 * OF_A_WORLD_WEEK + (days * OF_A_WORLD_DAY if every else 0))
        blocks += -(-count // each)
    lived = sum(scenario.days + BEFORE for scenario in inputs.scenarios) * inputs.worlds
    held = inputs.total * MEMORY_OF_A_WORLD + (lived * acts if every else 0)
    return Size(seconds / max(1, min(workers, blocks, cpus())), disk + (OF_A_JOB if blocks else 0), held)


def coming(inputs: Inputs, worlds: Sequence[int], size: Size) -> str:
    """What is to be lived, in a line for people: ``16 scenarios × 500 worlds: three and thirteen companions``.

    ``worlds`` are those still to do, for each scenario; empty where there are none. How long it takes is added where
    that is more than a moment, and too little for the line of its own that :func:`said_of` gives.
    """
    left = sum(worlds)
    if not left:
        return ""
    count, beside = len(inputs.scenarios), len(inputs.beside)
    which = english.listed(inputs.names) if count <= MOST_NAMED else ""
    if beside:
        shown, more = (english.in_words(number, 20) for number in (count - beside, beside))
        which = f"{shown} and {more} companion{'' if beside == 1 else 's'}"
    line = f"{amount(count, 'scenario')} × {amount(inputs.worlds, 'world')}{f': {which}' if which else ''}"
    if left < inputs.total:
        line += f"; {inputs.total - left:,} of {inputs.total:,} are there, {left:,} to do"
    return line + in_time(size)


def in_time(size: Size) -> str:
    """About how long it takes, after a comma: where it is more than a moment, and no line of its own is due."""
    return f", about {time_spoken(size.seconds)}" if A_MOMENT <= size.seconds < WORTH_SAYING[0] else ""


def amount(count: int, what: str) -> str:
    """``1 world``, ``2,000 worlds``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def said_of(size: Size, workers: int, is_kept: bool, stop_after: float | None) -> str:
    """What a job needs, in a line for people; empty where it is not worth a word."""
    room = size.disk if is_kept else size.memory
    if size.seconds < WORTH_SAYING[0] and room < WORTH_SAYING[1]:
        return ""
    where = "on disk" if is_kept else "of memory"
    hands = "1 worker" if workers == 1 else f"{workers} workers"
    end = f"; it ends whole after {time_spoken(stop_after)}" if stop_after is not None else ""
    return f"About {time_spoken(size.seconds)} with {hands} and about {spoken(room)} {where}, {MEASURED}{end}"


def check_room(size: Size, folder: Path | None) -> None:
    """Raises InputError where the disk of the folder, or the memory, does not hold what a job needs."""
    if folder is not None:
        free = free_on_disk(folder)
        if free is not None and size.disk > free - min(200e6, free / 10):
            raise InputError(
                f"this takes about {spoken(size.disk)}, and the disk of {folder} has {spoken(free)} left: ask for "
                "fewer worlds, or give a folder on another disk (--out); --any-size begins it all the same"
            )
    left = memory_left()
    if left is not None and size.memory > max(left, WORTH_SAYING[1]):  # with less than that it is tried
        what = (
            "its tables and pages are made in memory" if folder is not None else "a run without a folder is in memory"
        )
        raise InputError(
            f"{what}, which takes about {spoken(size.memory)}, and {spoken(left)} are left{listed(memory())}: ask for "
            "fewer worlds; --any-size begins it all the same"
        )


def free_on_disk(folder: Path) -> int | None:
    """Bytes left on the disk where a folder is or will be; None where that cannot be known."""
    for place in (folder.absolute(), *folder.absolute().parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None
