"""A part of a sweep: some worlds of some points of one group, lived together in one block.

Points that differ in numbers alone are worlds of one block, each with its own numbers. Where none of those numbers
holds before the first day, all points have one past: it is lived once for each world, and every point goes on from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa

from sim.engine.fingerprint import model_hash
from sim.engine.mesa import Drive, Lived, WithdrawalModel, day_by_day, forget
from sim.engine.observe import Need, Rows, Tally, quantities
from sim.engine.pasts import OF_THIS_PROCESS, key_of
from sim.engine.uncertain import drawn
from sim.engine.ways import FAILS_HERE, Lives
from sim.language.luck import world_keys
from sim.language.number import Number
from sim.runs.pieces import Answer, sum_of, to_bytes, worlds_table
from sim.scenario.overrides import Checked
from sim.scenario.schema import Scenario

Column = np.ndarray[Any, Any]
Luck: TypeAlias = Literal["common", "fresh"]
"""Whether world w of every point has the same random draws, or every point its own."""


@dataclass(frozen=True, order=True)
class Chunk:
    """Worlds ``first`` to ``end`` (not included) of some points of a group, by their places in it."""

    group: int
    places: tuple[int, ...]
    first: int
    end: int

    @property
    def count(self) -> int:
        """How many worlds."""
        return len(self.places) * (self.end - self.first)


@dataclass(frozen=True)
class Cells(Answer):
    """A finished part: its file, and the weekly counts that were asked for."""

    piece: Chunk
    ids: tuple[str, ...]
    worlds: bytes
    weekly: bytes | None
    engine: Lives
    outcomes: Column
    """Each world's outcome, as a place in OUTCOMES: [points, worlds]."""


@dataclass(frozen=True)
class Task:
    """All that a worker needs to do one part."""

    piece: Chunk
    scenario: Scenario
    base: str
    """The name that stands in the column ``scenario``."""
    ids: tuple[str, ...]
    seed: int
    key: str
    model: str
    numbers: Mapping[str, Column] = field(default_factory=dict)
    given: Mapping[str, Column] = field(default_factory=dict)
    has_one_past: bool = True
    weekly: tuple[str, ...] = ()
    engine: Lives = "numpy"
    or_numpy: bool = True
    simulate: Any = None
    """A function of this task in place of :func:`lived`, in tests: found by name in another process."""

    def done(self) -> Cells:
        """The finished part."""
        return compute(self)


def seed_of_point(seed: int, point: str) -> int:
    """The seed of a point that has its own luck: a function of the sweep's seed and of what the point says."""
    return int.from_bytes(sha256(f"{seed}/{point}".encode()).digest()[:8], "big") >> 11


def compute(task: Task) -> Cells:
    """Lives the worlds of a part and writes them down. Runs in a worker.

    Raises RuntimeError where the model is not the one that the sweep began with.
    """
    if model_hash() != task.model:
        raise RuntimeError("the model's files were changed while it ran")
    columns, counts, engine = (task.simulate or lived)(task)
    block = Live(columns)
    table = worlds_table(block, task.scenario.model_copy(update={"name": task.base}), task.seed)  # type: ignore[arg-type]
    piece = task.piece
    expected = np.tile(np.arange(piece.first, piece.end), len(piece.places))
    if not np.array_equal(table.column("world").to_numpy(), expected):
        raise ValueError(f"worlds {piece.first} to {piece.end - 1} were asked for, others came back")
    weekly = to_bytes(weekly_rows(counts)) if task.weekly else None
    about = {
        "key": task.key,
        "ids": list(task.ids),
        "worlds": [[piece.first, piece.end]] * len(task.ids),
        "weekly": None if weekly is None else sum_of(weekly),
    }
    noted = table.replace_schema_metadata({**(table.schema.metadata or {}), b"cells": json.dumps(about)})
    return Cells(piece, task.ids, to_bytes(noted), weekly, engine, codes_of(table).reshape(len(task.ids), -1))


@dataclass(frozen=True)
class Live:
    """The columns of lived worlds, as a block has them."""

    worlds: dict[str, Column]


def codes_of(table: pa.Table) -> Column:
    """Each world's outcome as its place in OUTCOMES."""
    from sim.model.outcomes import OUTCOMES

    found = table.column("outcome").combine_chunks().dictionary_encode()
    places = np.array([OUTCOMES.index(name) for name in found.dictionary.to_pylist()], np.uint8)
    codes: Column = places[found.indices.to_numpy(zero_copy_only=False)]
    return codes


def lived(task: Task) -> tuple[dict[str, Column], dict[str, Column], Lives]:
    """The worlds of a part: the columns of their table, the weekly counts, and by which engine they were lived."""
    if task.engine == "fused":
        try:
            from sim.engine.fused.live import Fused

            observer = ByPoint(task.scenario, task.weekly, 1, 1)
            needs = (Tally.needs, Rows.needs, *([observer.needs] if task.weekly else []))
            return (*live(task, Fused(needs).live), "fused")
        except FAILS_HERE:
            if not task.or_numpy:
                raise
    return (*live(task, day_by_day), "numpy")


def live(task: Task, drive: Drive) -> tuple[dict[str, Column], dict[str, Column]]:
    """The worlds of a part, their days lived by ``drive``."""
    piece = task.piece
    once = np.arange(piece.first, piece.end)
    points = len(piece.places)
    past = past_of(task.scenario, task.seed, once, drive) if task.has_one_past else None
    model = WithdrawalModel(
        task.scenario,
        seed=task.seed,
        worlds=np.tile(once, points),
        overrides=of_worlds(task, once),
        lived=None if past is None else tiled(past, points, len(once)),
        drive=drive,
    )
    weekly, rows = ByPoint(task.scenario, task.weekly, points, len(once)), Rows(model.worlds, task.scenario.days,
                                                                              model.tally)  # fmt: skip
    if task.weekly:
        model.watch(weekly)
    model.watch(rows)
    try:
        drive(model, task.scenario.days)
        return rows.columns, weekly.counts
    finally:
        forget(model)


def of_worlds(task: Task, once: Column) -> Checked:
    """The numbers of every world: its point's; where that gives none, what the world draws, or the scenario's own."""
    own = drawn(task.scenario, world_keys(task.seed, once)) if any(not all(one) for one in task.given.values()) else {}
    found: dict[str, Number] = {}
    for name, values in task.numbers.items():
        column = np.repeat(values, len(once)).reshape(len(values), len(once))
        if name in own and not task.given[name].all():
            column[~task.given[name]] = own[name]
        found[name] = column.ravel()
    return Checked(found)


def past_of(scenario: Scenario, seed: int, worlds: Column, drive: Drive) -> Lived:
    """These worlds on the eve of their first day: lived once by this process, and kept for other points."""
    key = key_of(scenario, seed, worlds.tolist())
    past = OF_THIS_PROCESS.get(key)
    if past is None:
        model = WithdrawalModel(scenario, seed=seed, worlds=worlds, drive=drive)
        past = model.keep()
        forget(model)
        OF_THIS_PROCESS.keep(key, past)
    return past


def tiled(value: Any, points: int, worlds: int) -> Any:
    """Kept worlds over again for each point: every array of one entry a world becomes ``points`` times as long."""
    if isinstance(value, np.ndarray):
        return np.tile(value, points) if value.shape == (worlds,) else value
    if isinstance(value, dict):
        return {name: tiled(item, points, worlds) for name, item in value.items()}
    if isinstance(value, tuple):
        items = [tiled(item, points, worlds) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    return value


class ByPoint:
    """Counts the worlds of each point by bin, week by week, of the quantities that are asked for."""

    def __init__(self, scenario: Scenario, names: Sequence[str], points: int, worlds: int) -> None:
        known = quantities(scenario)
        self.needs = {name: Need("weekly", known[name].over_a_week, known[name].edges) for name in names}
        weeks = -(-scenario.days // 7)
        self.counts = {name: np.zeros((points, weeks, len(known[name].edges) - 1), np.int64) for name in names}
        self._of = np.repeat(np.arange(points), worlds)

    def see(self, day: int, values: Mapping[str, Number]) -> None:
        """Enter each world into its bins of the week."""
        for name, places in values.items():
            counts = self.counts[name]
            points, _, bins = counts.shape
            at = self._of * bins + np.broadcast_to(np.asarray(places), self._of.shape)
            counts[:, day // 7] = np.bincount(at, minlength=points * bins).reshape(points, bins)


def weekly_rows(counts: Mapping[str, Column]) -> pa.Table:
    """Weekly counts as rows (place of the point, quantity, week, bin, count), without the zeros."""
    names: list[str] = []
    columns: list[list[Column]] = [[], [], [], []]
    for quantity, table in counts.items():
        point, week, in_bin = np.nonzero(table)
        names += [quantity] * len(point)
        for column, values in zip(columns, (point, week, in_bin, table[point, week, in_bin]), strict=True):
            column.append(values)
    whole = [np.concatenate([np.zeros(0, np.int64), *parts]).astype(np.int64) for parts in columns]
    data = dict(zip(("place", "week", "bin", "count"), whole, strict=True))
    return pa.table({"place": data.pop("place"), "quantity": pa.array(names, pa.string()), **data})
