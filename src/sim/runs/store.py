"""Where finished pieces are kept: a results folder, or memory.

A piece's files are written aside and renamed, its worlds last: what is there under its name is whole. The name holds a
sum of the content, and the content names the job it belongs to, so that a damaged file, or one left over from another
job, is noticed and its worlds are done again.
"""

from __future__ import annotations

import json
import logging
import re
from abc import ABC, abstractmethod
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sim.disk.reading import json_of
from sim.disk.writing import put
from sim.runs import parquet
from sim.runs.columns import EVENTS as ACTS
from sim.runs.columns import world_columns
from sim.runs.inputs import Inputs
from sim.runs.limits import named
from sim.runs.parquet import NotAsExpected
from sim.runs.pieces import Files, Piece, joined, sum_of, weekly_counts

if TYPE_CHECKING:
    from sim.runs.pieces import Counts
    from sim.scenario.schema import Scenario

logger = logging.getLogger("sim.runs")

# Arrow's readers of folders, and so those of pandas and R, leave out names that begin with "_" or ".".
WEEKLY = "_weekly"
EVENTS = "_events"
NAME = re.compile(r"(\d{3,9})-[\w.-]+\.(\d{8,15})-(\d{8,15})\.([0-9a-f]{16})\.parquet", re.ASCII)
TOLD = 5
"""So many damaged blocks are told, then how many more."""
COUNTS = pa.schema([("quantity", pa.string()), ("week", pa.int32()), ("bin", pa.int32()), ("count", pa.int64())])
"""The columns of a piece's weekly counts."""


@dataclass(frozen=True, order=True)
class Kept:
    """A finished piece in a store and the name of its files."""

    piece: Piece
    name: str


class Store(ABC):
    """Finished pieces by name. What they hold is the same wherever they are."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []  # without overlaps, by scenario and world
        self.engines: set[str] = set()  # by which the worlds of all that is kept were lived, as far as is known

    @abstractmethod
    def names(self, folder: str = "") -> list[str]:
        """The files there are, of one of the folders "", WEEKLY, EVENTS."""

    @abstractmethod
    def read(self, name: str, folder: str = "") -> bytes:
        """The content of a file; OSError or KeyError where there is none."""

    @abstractmethod
    def write(self, name: str, content: bytes, folder: str = "") -> None:
        """Writes a file, whole or not at all."""

    @abstractmethod
    def remove(self, name: str, folder: str = "") -> None:
        """Removes a file, if it is there."""

    def keep(self, files: Files, inputs: Inputs) -> None:
        """Keeps a finished piece."""
        if files.engine is not None:
            self.note(files.engine)
        piece = files.piece
        stem = f"{piece.scenario:03d}-{inputs.stem(piece.scenario)}.{piece.first:08d}-{piece.end - 1:08d}"
        name = f"{stem}.{sum_of(files.worlds)}.parquet"
        self.write(name, files.weekly, WEEKLY)
        if files.events is not None:
            self.write(name, files.events, EVENTS)
        self.write(name, files.worlds)
        one = Kept(piece, name)
        place = bisect_left(self.kept, one)
        if self.kept[place : place + 1] != [one]:
            self.kept.insert(place, one)

    def note(self, engine: str) -> None:
        """Notes by which engine a piece that is kept was lived."""
        self.engines.add(engine)

    def find(self, inputs: Inputs) -> None:
        """Looks through what is there; what is damaged, or of another job, is removed."""
        found = []
        faults = 0
        for name in self.names():
            fault = self.fault_of(name, inputs)
            if fault is None:
                found.append(Kept(piece_of(name), name))
                continue
            if fault:
                faults += 1
                if faults <= TOLD:
                    logger.warning("blocks/%s %s: its worlds are computed again", name, fault)
            self.discard(name)
        if faults > TOLD:
            logger.warning("and so it is with %s more blocks", f"{faults - TOLD:,}")
        self.kept = []
        # Two hold the same worlds only where a run ended while it joined small pieces: take the larger.
        for one in sorted(found, key=lambda kept: (kept.piece.scenario, kept.piece.first, -kept.piece.end)):
            last = self.kept[-1].piece if self.kept else Piece(-1, 0, 0)
            if one.piece.scenario == last.scenario and one.piece.first < last.end:
                self.discard(one.name)
            else:
                self.kept.append(one)
        there = {kept.name for kept in self.kept}
        for folder in (WEEKLY, EVENTS):
            for name in self.names(folder):
                if name not in there:
                    self.remove(name, folder)

    def fault_of(self, name: str, inputs: Inputs) -> str | None:
        """What is wrong with a piece, for people; "" where it belongs to another job; None where it is good."""
        piece = piece_of(name)
        whole = inputs.piece_size(piece.scenario) if piece.scenario < len(inputs.scenarios) else 0
        if not whole or piece.first // whole != (piece.end - 1) // whole:
            return ""
        try:
            worlds, weekly = self.read(name), self.read(name, WEEKLY)
            if sum_of(worlds) != NAME.fullmatch(name).group(4):  # type: ignore[union-attr]
                return "is damaged"
            about = json_of((parquet.described(worlds).schema_arrow.metadata or {}).get(b"block", b"")) or {}
            if about.get("key") != inputs.key(piece.scenario):
                return ""
            if sum_of(weekly) != about.get("weekly"):
                return "is damaged (its weekly counts)"
            numbers = parquet.read(worlds, columns_of_worlds(), rows=piece.count).column("world")
            if numbers.to_pylist() != list(range(piece.first, piece.end)):
                return "holds other worlds than its name says"
            counts_in(weekly, inputs.scenarios[piece.scenario])
            if about.get("events") is not None:
                events = self.read(name, EVENTS)
                if sum_of(events) != about["events"]:
                    return "is damaged (its events)"
                parquet.read(events, ACTS)
        except (OSError, KeyError) as fault:
            if named(fault):  # it is not the file that is at fault
                raise
            return f"cannot be read ({type(fault).__name__})"
        except NotAsExpected as fault:
            return str(fault)
        return None

    def discard(self, name: str) -> None:
        """Removes a piece; its worlds first, which vouch for the rest."""
        for folder in ("", WEEKLY, EVENTS):
            self.remove(name, folder)
        self.kept = [kept for kept in self.kept if kept.name != name]

    def worlds(self, kept: Kept) -> pa.Table:
        """The worlds of a piece."""
        return parquet.read(self.read(kept.name), columns_of_worlds(), rows=kept.piece.count)

    def weekly(self, kept: Kept) -> Counts:
        """The weekly counts of a piece."""
        return weekly_counts(parquet.read(self.read(kept.name, WEEKLY), COUNTS))

    def events(self, kept: Kept) -> pa.Table:
        """The events of a piece; KeyError or OSError where they were not asked for."""
        return parquet.read(self.read(kept.name, EVENTS), ACTS).replace_schema_metadata(None)

    def join(self, inputs: Inputs) -> None:
        """Joins small pieces into those of a finished folder, so that the files do not tell how the job was cut."""
        wholes: dict[tuple[int, int], list[Kept]] = {}
        for kept in self.kept:
            size = inputs.piece_size(kept.piece.scenario)
            wholes.setdefault((kept.piece.scenario, kept.piece.first // size), []).append(kept)
        for (index, number), small in wholes.items():
            if len(small) == 1:
                continue
            size = inputs.piece_size(index)
            whole = Piece(index, number * size, min((number + 1) * size, inputs.worlds))
            if sum(kept.piece.count for kept in small) < whole.count:
                continue  # a piece failed
            every = inputs.events == "all"
            rows = ((self.worlds(k), self.weekly(k), self.events(k) if every else None) for k in small)
            self.keep(joined(whole, inputs.key(index), rows), inputs)
            for kept in small:
                self.discard(kept.name)


def piece_of(name: str) -> Piece:
    """Which worlds a file's name says it holds."""
    match = NAME.fullmatch(name)
    assert match is not None
    return Piece(int(match.group(1)), int(match.group(2)), int(match.group(3)) + 1)


def columns_of_worlds() -> dict[str, pa.DataType]:
    """The columns that every table of worlds has, with their types."""
    return {name: column.type for name, column in world_columns().items()}


def counts_in(content: bytes, scenario: Scenario) -> Counts:
    """The weekly counts in a piece's file. Raises NotAsExpected where they are none of this scenario."""
    from sim.engine.observe import quantities

    table = parquet.read(content, COUNTS)
    shapes = json_of((table.schema.metadata or {}).get(b"shapes", b""))
    if shapes is None:
        raise NotAsExpected("does not say how its counts are laid out")
    known, weeks = quantities(scenario), -(-scenario.days // 7)
    for name, shape in shapes.items():
        bins = len(known[name].edges) if name in known else 0
        if shape not in ([weeks, bins - 1], [weeks, bins + 1]):
            raise NotAsExpected(f"has counts of {name[:60]!r} that this scenario does not have")
    for row in (
        table.select(["quantity", "week", "bin"]).group_by("quantity", use_threads=False).aggregate(LIMITS).to_pylist()
    ):
        shape = shapes.get(row["quantity"], (0, 0))
        low = min(row["week_min"], row["bin_min"])
        if low < 0 or row["week_max"] >= shape[0] or row["bin_max"] >= shape[1]:
            raise NotAsExpected("has counts of weeks or bins that there are not")
    return weekly_counts(table)


LIMITS = [(name, end) for name in ("week", "bin") for end in ("min", "max")]


class Memory(Store):
    """The pieces of a run without a folder."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[tuple[str, str], bytes] = {}

    def names(self, folder: str = "") -> list[str]:
        return sorted(name for where, name in self.files if where == folder)

    def read(self, name: str, folder: str = "") -> bytes:
        return self.files[folder, name]

    def write(self, name: str, content: bytes, folder: str = "") -> None:
        self.files[folder, name] = content

    def remove(self, name: str, folder: str = "") -> None:
        self.files.pop((folder, name), None)


def put_json(path: Path, content: dict[str, Any]) -> None:
    """Writes a JSON file, the same text for the same content."""
    put(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
