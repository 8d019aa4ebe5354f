"""From finished pieces to the tables of a result: worlds, weekly quantiles, the dated acts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa

from sim.runs.columns import EVENTS, SHARES, WEEKLY
from sim.runs.inputs import Inputs
from sim.runs.pieces import Simulate, add, events_table, model, plain
from sim.runs.progress import Step, silent
from sim.runs.store import Store

if TYPE_CHECKING:
    from sim.engine.observe import Quantity
    from sim.runs.pieces import Counts

Floats: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
Ints: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"


def worlds_tables(store: Store) -> Iterator[pa.Table]:
    """One row a world, a table a piece, by scenario and world."""
    for kept in store.kept:
        yield plain(store.worlds(kept))


def weekly_table(store: Store, inputs: Inputs) -> pa.Table:
    """Per scenario, quantity and week: mean and quantiles over worlds; for a rung, the share of worlds on it.

    They come from counts in fixed bins, which add up, so that neither pieces nor workers change anything.
    """
    from sim.engine.observe import quantities

    parts = []
    for index, scenario in enumerate(inputs.scenarios):
        counts: Counts = {}
        for kept in store.kept:
            if kept.piece.scenario == index:
                add(counts, store.weekly(kept))
        known = quantities(scenario)
        for name, table in counts.items():
            parts += weekly_rows(scenario.name, known[name], table)
    return pa.concat_tables([WEEKLY.empty_table(), *parts]).combine_chunks()


def weekly_rows(scenario: str, quantity: Quantity, counts: Ints) -> list[pa.Table]:
    """The rows of one quantity, from its counts [weeks, bins]; of a quantity with rungs, those of each rung."""
    weeks = len(counts)
    worlds = in_order(counts)[:, -1]
    some = worlds > 0

    def table(name: str, mean: Floats, quantiles: list[Floats] | None) -> pa.Table:
        nothing = pa.nulls(weeks, pa.float64())
        columns = {
            "scenario": pa.array([scenario] * weeks, pa.string()),
            "week": pa.array(np.arange(weeks, dtype=np.int64)),
            "quantity": pa.array([name] * weeks, pa.string()),
            "mean": pa.array(mean, mask=~some),
        }
        for place, share in enumerate(SHARES):
            columns[share] = nothing if quantiles is None else pa.array(quantiles[place], mask=~some)
        return pa.table(columns, schema=WEEKLY)

    if quantity.rungs:
        shares = counts / np.maximum(worlds, 1)[:, None]
        return [table(f"{quantity.name}/{rung}", shares[:, i], None) for i, rung in enumerate(quantity.rungs)]
    low, high = bins_of(quantity, counts.shape[1])
    mean = in_order(counts * ((low + high) / 2))[:, -1] / np.maximum(worlds, 1)
    return [table(quantity.name, mean, [quantile(counts, low, high, share) for share in SHARES.values()])]


def in_order(numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Running sums along a row, one number after the other (numpy's sum() adds in an order that differs by machine)."""
    return np.cumsum(numbers, axis=1)


def bins_of(quantity: Quantity, bins: int) -> tuple[Floats, Floats]:
    """Lowest and highest value that each bin stands for. A count's bin of width 1 stands for the one number in it.

    Bins beyond the outermost edges, where a quantity has them, stand for the edge.
    """
    edges = np.asarray(quantity.edges, np.float64)
    if bins == len(edges) + 1:
        edges = np.concatenate([edges[:1], edges, edges[-1:]])
    if bins != len(edges) - 1:
        raise ValueError(f"{quantity.name}: {bins} bins do not fit {len(edges)} edges")
    low, high = edges[:-1], edges[1:]
    single = (high - low == 1) & is_count(quantity)
    return np.where(single, np.ceil(low), low), np.where(single, np.ceil(low), high)


def is_count(quantity: Quantity) -> bool:
    """Whether a quantity is a number of things, which is whole."""
    return "a week" in quantity.unit


def quantile(counts: Ints, low: Floats, high: Floats, share: float) -> Floats:
    """The value below which ``share`` of the worlds lie, week by week, on a straight line inside a bin."""
    running = in_order(counts)
    wanted = share * running[:, -1]
    rows = np.arange(len(counts))
    place = np.argmax((running >= wanted[:, None]) & (counts > 0), axis=1)
    inside = np.maximum(counts[rows, place], 1)
    before = running[rows, place] - counts[rows, place]
    reached: Floats = low[place] + (high[place] - low[place]) * np.clip((wanted - before) / inside, 0.0, 1.0)
    return reached


def typical_worlds(worlds: pa.Table) -> list[int]:
    """One world per outcome that occurs among the worlds of a scenario, in ascending order.

    The one nearest the medians of attacks, highest pressure and day of the decision among the worlds of its outcome,
    each measured in its interquartile range; of several equally near, the lowest number.
    """
    outcome = np.asarray(worlds.column("outcome").to_pylist(), object)
    number = worlds.column("world").to_numpy()
    attacks = worlds.column("attacks_iraq").to_numpy() + worlds.column("attacks_syria").to_numpy()
    day = worlds.column("outcome_day").to_numpy().astype(np.float64)
    found = []
    for name in np.unique(outcome):
        mine = np.flatnonzero(outcome == name)
        mine = mine[np.argsort(number[mine], kind="stable")]
        far = np.zeros(len(mine))
        for values in (attacks, worlds.column("pressure_max").to_numpy(), day):
            far = far + distance(values[mine].astype(np.float64))
        found.append(int(number[mine[np.argmin(far)]]))
    return sorted(found)


def distance(values: Floats) -> Floats:
    """How far each value lies from the median, in interquartile ranges; 0 where there are no values."""
    known = np.sort(values[~np.isnan(values)])
    if not len(known):
        return np.zeros(len(values))
    quarter = len(known) // 4
    median = (known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2
    spread = known[len(known) - 1 - quarter] - known[quarter]
    away: Floats = np.abs(values - median) / (spread if spread > 0 else 1.0)
    return np.where(np.isnan(away), 0.0, away)


def typical_events(store: Store, inputs: Inputs, simulate: Simulate | None, step: Step = silent) -> pa.Table:
    """The dated acts of each scenario's typical worlds, which are simulated again for it.

    Of scenarios whose worlds are only counted (``inputs.beside``) there are none.
    """
    simulate = simulate or model(inputs.model)
    columns = ["world", "outcome", "attacks_iraq", "attacks_syria", "pressure_max", "outcome_day"]
    parts = [EVENTS.empty_table()]
    told = [scenario.name for scenario in inputs.scenarios if scenario.name not in inputs.beside]
    for index, scenario in enumerate(inputs.scenarios):
        if scenario.name in told:
            step("living a typical world of each outcome again, act by act", told.index(scenario.name), len(told))
        mine = [store.worlds(kept).select(columns) for kept in store.kept if kept.piece.scenario == index]
        if mine and scenario.name not in inputs.beside:
            chosen = typical_worlds(pa.concat_tables(mine))
            more = {"choices": inputs.replaced} if inputs.choices else {}
            block = simulate(scenario, seed=inputs.seed, worlds=chosen, events=True, **more)
            parts.append(events_table(block, scenario))
    return pa.concat_tables(parts).combine_chunks()


def events_tables(store: Store, inputs: Inputs, simulate: Simulate | None, step: Step = silent) -> Iterator[pa.Table]:
    """The dated acts that were asked for, by scenario, world and number."""
    if inputs.events == "all":
        for kept in store.kept:
            yield store.events(kept)
    elif inputs.events == "typical":
        yield typical_events(store, inputs, simulate, step)
