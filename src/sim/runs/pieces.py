"""A run cut into pieces, and one piece: a range of worlds of one scenario, simulated together and written down.

A piece becomes up to three Parquet files in memory: its worlds, its weekly counts, and (where every world's acts are
kept) its events. Workers hand these bytes back, and a store keeps them: people find them under blocks/.
"""

from __future__ import annotations

import heapq
import json
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.disk import reading
from sim.engine.ways import FAILS_HERE, Lives
from sim.language.field import ACCEPTED
from sim.runs.columns import EVENTS, WHOLE, world_schema
from sim.runs.inputs import Inputs
from sim.runs.limits import named

if TYPE_CHECKING:
    from sim.engine.blocks import Block
    from sim.scenario.schema import Scenario

Simulate: TypeAlias = "Callable[..., Block]"
"""``sim.engine.blocks.simulate``, or what a test puts in its place (found by name in another process)."""

Counts: TypeAlias = "dict[str, np.ndarray[Any, np.dtype[np.int64]]]"
"""Quantity -> worlds by week and bin, [weeks, bins]. Those of two pieces add up."""

WORTH_A_WORKER = 500
"""With fewer worlds, what every piece costs (and the worker's start) outweighs what the worker does."""


@dataclass(frozen=True, order=True)
class Piece:
    """Worlds ``first`` to ``end`` (not included) of scenario number ``scenario``."""

    scenario: int
    first: int
    end: int

    @property
    def count(self) -> int:
        """How many worlds."""
        return self.end - self.first


class Work(Protocol):
    """What a worker is told to do: a part of a job, by which it is known, and how it is done."""

    @property
    def piece(self) -> Any:
        """Which part of the job it is."""

    @property
    def simulate(self) -> Any:
        """What stands in for the model in tests, if anything."""

    def done(self) -> Answer:
        """Does it; runs in a worker. Whatever goes wrong is raised."""


@dataclass(frozen=True)
class Answer:
    """What came of a part of a job."""

    piece: Any


@dataclass(frozen=True)
class Task:
    """All that a worker needs to do one piece."""

    piece: Piece
    scenario: Scenario
    seed: int
    events: bool
    key: str
    model: str
    simulate: Simulate | None = None
    choices: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    engine: Lives = "numpy"
    """By what its worlds are lived, as the job's process has decided."""
    or_numpy: bool = False
    """Whether NumPy lives them where that engine fails: nobody asked for it by name."""

    def done(self) -> Files:
        """The finished piece."""
        return compute(self)


@dataclass(frozen=True)
class Files(Answer):
    """A finished piece as Parquet bytes. ``worlds`` names the sums of the other two, so it vouches for them."""

    piece: Piece
    worlds: bytes
    weekly: bytes
    events: bytes | None
    engine: Lives | None = None
    """By what its worlds were lived; None where that was noted before. It is not in the bytes: they are the same."""


@dataclass(frozen=True)
class Failure(Answer):
    """A part of a job that could not be done, and why."""

    error: str
    trace: str = ""


@dataclass(frozen=True)
class Missing:
    """The pieces still to do, in their order: the first worlds of all scenarios first. Each is made when asked for.

    None reaches beyond a piece of the finished folder (:meth:`Inputs.piece_size`), or has more than ``most`` worlds.
    It is true where there are any, and counts them without making them.
    """

    gaps: tuple[tuple[Piece, ...], ...]
    """For each scenario, what lies between the pieces that are held."""
    wholes: tuple[int, ...]
    """For each scenario, the worlds in a piece of a finished folder."""
    most: int

    def __bool__(self) -> bool:
        return any(self.gaps)

    def __iter__(self) -> Iterator[Piece]:
        return heapq.merge(*map(self.of, range(len(self.gaps))), key=lambda piece: (piece.first, piece.scenario))

    @property
    def worlds(self) -> tuple[int, ...]:
        """How many worlds, for each scenario."""
        return tuple(sum(gap.count for gap in gaps) for gaps in self.gaps)

    def of(self, index: int) -> Iterator[Piece]:
        """The pieces of a scenario."""
        whole = self.wholes[index]
        for gap in self.gaps[index]:
            at = gap.first
            while at < gap.end:
                end = min(gap.end, (at // whole + 1) * whole)
                number = -(-(end - at) // self.most)
                for place in range(number):
                    borders = (at + (end - at) * step // number for step in (place, place + 1))
                    yield Piece(index, *borders)
                at = end


def missing(inputs: Inputs, held: Iterable[Piece], workers: int = 1, most: int | None = None) -> Missing:
    """The pieces still to do, of ``most`` worlds at most.

    Small jobs are cut so that every worker has one. How a job is cut changes no result.
    """
    gaps: list[list[Piece]] = [[] for _ in inputs.scenarios]
    at = [0] * len(gaps)
    ends = (Piece(index, inputs.worlds, inputs.worlds) for index in range(len(gaps)))
    for piece in chain(sorted(piece for piece in held if piece.scenario < len(gaps)), ends):
        index = piece.scenario
        if at[index] < piece.first:
            gaps[index].append(Piece(index, at[index], piece.first))
        at[index] = max(at[index], piece.end)
    total = sum(gap.count for mine in gaps for gap in mine)
    wholes = tuple(inputs.piece_size(index) for index in range(len(gaps)))
    size = most or max(WORTH_A_WORKER, -(-total // workers))
    return Missing(tuple(map(tuple, gaps)), wholes, size)


def model(expected: str) -> Simulate:
    """The model, with the pasts that this process has lived; imported only where it is run: that takes a second.

    Raises RuntimeError where it is not the ``expected`` one (its hash): somebody changed its files after the run had
    begun, and a worker that was started since would mix two models.
    """
    from sim.engine.blocks import simulate
    from sim.engine.fingerprint import model_hash
    from sim.engine.pasts import OF_THIS_PROCESS

    if model_hash() != expected:
        raise RuntimeError("the model's files were changed while it ran")
    return partial(simulate, pasts=OF_THIS_PROCESS)


def compute(task: Task) -> Files:
    """Simulates one piece and writes it down. Runs in a worker."""
    block, engine = lived(task)
    events = events_table(block, task.scenario) if task.events else None
    worlds = worlds_table(block, task.scenario, task.seed)
    files = written(task.piece, task.key, worlds, block.weekly, events)
    return replace(files, engine=engine)


def attempt(task: Work) -> Answer:
    """What comes of a task, or what went wrong in it."""
    try:
        return task.done()
    except Exception as fault:
        return Failure(task.piece, named(fault) or f"{type(fault).__name__}: {fault}", traceback.format_exc())


def lived(task: Task) -> tuple[Block, Lives]:
    """The worlds of a task, and by which engine they were lived in the end."""
    simulate = task.simulate or model(task.model)
    worlds = range(task.piece.first, task.piece.end)
    more: dict[str, Any] = {"choices": task.choices} if task.choices else {}
    live = partial(simulate, task.scenario, seed=task.seed, worlds=worlds, events=task.events, **more)
    if task.engine == "fused":
        try:
            return live(engine="fused"), "fused"
        except FAILS_HERE:
            if not task.or_numpy:
                raise
    return live(), "numpy"


def written(piece: Piece, key: str, worlds: pa.Table, weekly: Counts, events: pa.Table | None) -> Files:
    """The files of a piece. Raises ValueError where the table does not hold the worlds of the piece."""
    if worlds.column("world").to_pylist() != list(range(piece.first, piece.end)):
        raise ValueError(f"worlds {piece.first} to {piece.end - 1} were asked for, others came back")
    weekly_bytes = to_bytes(weekly_table(weekly))
    events_bytes = None if events is None else to_bytes(events)
    about = {
        "key": key,
        "piece": [piece.scenario, piece.first, piece.end],
        "weekly": sum_of(weekly_bytes),
        "events": None if events_bytes is None else sum_of(events_bytes),
    }
    noted = plain(worlds)
    noted = noted.replace_schema_metadata({**noted.schema.metadata, b"block": json.dumps(about)})
    return Files(piece, to_bytes(noted), weekly_bytes, events_bytes)


def joined(piece: Piece, key: str, parts: Iterable[tuple[pa.Table, Counts, pa.Table | None]]) -> Files:
    """The files of a piece made of smaller ones in their order: the same bytes as if it had been done at once."""
    worlds: list[pa.Table] = []
    weekly: Counts = {}
    events: list[pa.Table] = []
    for some, counts, acts in parts:
        worlds.append(some)
        add(weekly, counts)
        if acts is not None:
            events.append(acts)
    together = pa.concat_tables(events).combine_chunks() if events else None
    return written(piece, key, pa.concat_tables(worlds).combine_chunks(), weekly, together)


def add(into: Counts, counts: Mapping[str, np.ndarray[Any, np.dtype[np.int64]]]) -> None:
    """Adds the weekly counts of a piece."""
    for quantity, more in counts.items():
        into[quantity] = into[quantity] + more if quantity in into else more


def sum_of(content: bytes) -> str:
    """A short check sum of a file."""
    return reading.sum_of(content)[:16]


def to_bytes(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file: the same bytes for the same rows."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def worlds_table(block: Block, scenario: Scenario, seed: int) -> pa.Table:
    """One row a world: the scenario's name, then the columns of the simulated worlds. Not a number becomes empty.

    Beside the number of a world stand the seed and the vector of the accepted set that it drew.
    """
    from sim.engine.uncertain import vector
    from sim.language.luck import world_keys

    worlds = len(block.worlds["world"])
    columns: dict[str, pa.Array] = {"scenario": pa.array([scenario.name] * worlds, pa.string())}
    for column, values in block.worlds.items():
        columns[column] = world_column(column, np.asarray(values))
        if column == "world":
            columns["seed"] = pa.array(np.full(worlds, seed, np.int64))
            drawn = vector(world_keys(seed, values)) if scenario.uncertainty == ACCEPTED else None
            columns["vector"] = pa.nulls(worlds, pa.int64()) if drawn is None else pa.array(drawn, pa.int64())
    return plain(pa.table(columns))


def plain(worlds: pa.Table) -> pa.Table:
    """A ``worlds`` table with what its columns mean, and without a note of the file that it came from."""
    return pa.Table.from_arrays(
        worlds.columns, schema=world_schema((field.name, field.type) for field in worlds.schema)
    )


def world_column(name: str, values: np.ndarray[Any, Any]) -> pa.Array:
    """One column of ``worlds`` in the type it has in files: text, int64 or float64 (both with gaps)."""
    kind = values.dtype.kind
    if kind in "OU":
        return pa.array(values.tolist(), pa.string())
    if kind in "iu":
        return pa.array(values.astype(np.int64))
    if kind != "f":
        raise ValueError(f"{name}: no column of {values.dtype}")
    empty = np.isnan(values)
    if name not in WHOLE:
        return pa.array(values.astype(np.float64), mask=empty)
    whole = np.where(empty, 0.0, values)
    if not np.array_equal(whole, np.floor(whole)):
        raise ValueError(f"{name}: not a whole number")
    return pa.array(whole.astype(np.int64), mask=empty)


def weekly_table(counts: Counts) -> pa.Table:
    """Weekly counts as rows (quantity, week, bin, count), without the zeros; the shapes in the metadata."""
    names, weeks, bins, worlds = [], [], [], []
    for quantity, table in counts.items():
        week, in_bin = np.nonzero(table)
        names += [quantity] * len(week)
        weeks.append(week)
        bins.append(in_bin)
        worlds.append(table[week, in_bin])
    shapes = {quantity: list(table.shape) for quantity, table in counts.items()}

    def whole(parts: list[np.ndarray[Any, Any]], kind: type) -> np.ndarray[Any, Any]:
        return np.concatenate([np.zeros(0, kind), *parts]).astype(kind)

    return pa.table(
        {
            "quantity": pa.array(names, pa.string()),
            "week": whole(weeks, np.int32),
            "bin": whole(bins, np.int32),
            "count": whole(worlds, np.int64),
        }
    ).replace_schema_metadata({"shapes": json.dumps(shapes)})


def weekly_counts(table: pa.Table) -> Counts:
    """The counts of which :func:`weekly_table` made rows."""
    shapes = json.loads(table.schema.metadata[b"shapes"])
    quantity = table.column("quantity").combine_chunks().dictionary_encode()
    week, in_bin, count = (table.column(name).to_numpy() for name in ("week", "bin", "count"))
    code = quantity.indices.to_numpy(zero_copy_only=False)
    places = {name: place for place, name in enumerate(quantity.dictionary.to_pylist())}
    counts: Counts = {}
    for name, shape in shapes.items():
        full = np.zeros(shape, np.int64)
        rows = code == places.get(name, -1)
        full[week[rows], in_bin[rows]] = count[rows]
        counts[name] = full
    return counts


def dated(start: date, days: np.ndarray[Any, Any]) -> pa.Array:
    """Day numbers as dates; day 0 is the start, what came before it is negative."""
    first = (start - date(1970, 1, 1)).days
    return pa.array((first + days).astype(np.int32)).cast(pa.date32())


def events_table(block: Block, scenario: Scenario) -> pa.Table:
    """The events of simulated worlds with the scenario's name and the dates, by world and number."""
    if block.events is None:
        raise ValueError("events were asked for, none came back")
    columns: dict[str, Any] = dict(block.events)
    rows = len(columns["world"])
    columns["scenario"] = [scenario.name] * rows
    columns["date"] = dated(scenario.start, np.asarray(columns["day"], np.int64))
    table = pa.table({field.name: pa.array(columns[field.name], field.type) for field in EVENTS}, schema=EVENTS)
    order = pc.sort_indices(table, [("world", "ascending"), ("event", "ascending")])
    return table.take(order).combine_chunks()
