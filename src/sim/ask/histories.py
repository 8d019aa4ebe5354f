"""One history, simulated again with its log: its acts, and how much of its ending each of them carries.

An act of the log names the acts it came from, and the states that carried it, each by its sources. Followed back from
the ending, they are a tree: of an act's weight each source gets its share, so that the weights of what nothing led to
(conditions, luck, what is older) come to one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from sim.model.iraq.day import NAME as GOVERNMENT
from sim.model.iraq.day import STANDS
from sim.model.ladders import LADDERS
from sim.scenario.schema import Scenario

Act: TypeAlias = "dict[str, Any]"
"""A row of the event log by the names of its columns, with its date; ``terms`` as a dict."""

COURSE = (GOVERNMENT, STANDS)
"""Actor and name of the rows that follow pressure week by week. They are no acts."""
DECISION = "decision"
CHANCE = "chance"
"""What an act without any cause came from."""


@dataclass(frozen=True)
class Lived:
    """A world's history: its row of the ``worlds`` table, its acts in their order, and its pressure week by week.

    ``numbers`` are those that were given to this world alone, by dotted name.
    """

    scenario: Scenario
    seed: int
    world: int
    row: Mapping[str, Any]
    acts: tuple[Act, ...]
    course: tuple[Act, ...]
    numbers: Mapping[str, float]

    @cached_property
    def by_number(self) -> dict[int, Act]:
        """The acts, and the rows of the course, by their numbers."""
        return {int(act["event"]): act for act in (*self.acts, *self.course)}

    @property
    def weeks(self) -> tuple[Act, ...]:
        """The course of pressure from the scenario's first day on."""
        return tuple(act for act in self.course if act["day"] >= 0)

    @property
    def counted(self) -> tuple[Act, ...]:
        """The acts from the scenario's first day on."""
        return tuple(act for act in self.acts if act["day"] >= 0)

    @cached_property
    def ending(self) -> Act | None:
        """What the tree of causes begins with: the decision; where none fell, the government's farthest step.

        Farthest is the act on the highest rung, of several the one under most pressure; without any act the week of
        most pressure; None where nothing at all is known.
        """
        decided = [act for act in self.counted if act["act"] == DECISION]
        if decided:
            return decided[0]
        height = {name: place for place, name in enumerate(LADDERS["iraq"].names)}
        stood = [act for act in self.counted if act["actor"] == GOVERNMENT and act["rung"] in height]
        if stood:
            return max(stood, key=lambda act: (height[act["rung"]], act["terms"].get("pressure", 0.0), -act["event"]))
        return max(self.weeks, key=lambda act: (act["terms"]["pressure"], -act["event"]), default=None)

    @cached_property
    def weights(self) -> Weights:
        """How much of the ending each act and each condition carries."""
        return weights_of(self.by_number, None if self.ending is None else int(self.ending["event"]))


def lived(
    scenario: Scenario, *, seed: int = 1, worlds: Sequence[int], numbers: Mapping[str, float] | None = None
) -> list[Lived]:
    """The histories of these worlds, one after the other, simulated in one block with their logs."""
    from sim.engine.blocks import simulate

    given = {name: np.full(len(worlds), value) for name, value in (numbers or {}).items()}
    block = simulate(scenario, seed=seed, worlds=worlds, overrides=given or None, events=True)
    columns = block.events or {}
    found: dict[int, list[Act]] = {int(world): [] for world in worlds}
    for row in zip(*columns.values(), strict=True):
        act = dict(zip(columns, row, strict=True))
        found[act.pop("world")].append(read(act, scenario.start))
    return [
        Lived(
            scenario,
            seed,
            int(world),
            {name: plain(values[place]) for name, values in block.worlds.items()},
            tuple(act for act in found[int(world)] if not is_course(act)),
            tuple(act for act in found[int(world)] if is_course(act)),
            dict(numbers or {}),
        )
        for place, world in enumerate(worlds)
    ]


def kept(scenario: Scenario, seed: int, row: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> Lived:
    """The history of a world whose acts were kept with a run: its row of ``worlds``, and its rows of ``events``."""
    acts = [read(dict(event), scenario.start) for event in events]
    return Lived(
        scenario,
        seed,
        int(row["world"]),
        {name: plain(value) for name, value in row.items()},
        tuple(act for act in acts if not is_course(act)),
        tuple(act for act in acts if is_course(act)),
        {},
    )


def read(act: Act, start: date) -> Act:
    """A row of the log with its terms read and its date."""
    terms = act["terms"]
    act["terms"] = json.loads(terms or "{}") if isinstance(terms, str) else dict(terms)
    act["date"] = start + timedelta(days=int(act["day"]))
    return act


def is_course(act: Mapping[str, Any]) -> bool:
    """Whether a row only follows pressure from week to week. It is no act, and nobody reacts to it."""
    return (act["actor"], act["act"]) == COURSE


def plain(value: Any) -> Any:
    """A number of NumPy as one of Python; NaN as None."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value


# --------------------------------------------------------------------------------------- weights
class Link(NamedTuple):
    """One source of an act: an act by its number, or a condition by its name; its share; the state it moved."""

    share: float
    act: int | None
    source: str
    state: str


class Weights(NamedTuple):
    """Of the ending: what each act carries, by number, and what each condition does, by name.

    The conditions' weights come to one: all that acts carry comes from earlier acts, and in the end from conditions.
    """

    acts: dict[int, float]
    conditions: dict[str, float]


def links(act: Mapping[str, Any]) -> Iterator[Link]:
    """What an act came from. Its states, and each other act that it names, count alike; the shares come to one.

    Within a state a source counts by its size, whether it pushed or held back.
    """
    states: dict[str, list[Mapping[str, Any]]] = {}
    for line in act["accounts"]:
        states.setdefault(str(line["state"]), []).append(line)
    sizes = {state: sum(abs(float(line["share"])) for line in lines) for state, lines in states.items()}
    known = [state for state, size in sizes.items() if size > 0.0]
    named = {int(line["act"]) for lines in states.values() for line in lines if line["act"] is not None}
    direct = [int(cause) for cause in act["causes"] if int(cause) not in named]
    units = len(known) + len(direct)
    if not units:
        yield Link(1.0, None, CHANCE, "")
        return
    for state in known:
        for line in states[state]:
            part = abs(float(line["share"])) / sizes[state] / units
            number = None if line["act"] is None else int(line["act"])
            yield Link(part, number, str(line["source"]), state)
    for cause in direct:
        yield Link(1.0 / units, cause, "", "")


def weights_of(acts: Mapping[int, Mapping[str, Any]], root: int | None) -> Weights:
    """The weights of all acts and conditions, followed back from an act. Causes always have lower numbers."""
    on: dict[int, float] = {} if root is None else {root: 1.0}
    conditions: dict[str, float] = {}
    for number in sorted((number for number in acts if root is not None and number <= root), reverse=True):
        weight = on.get(number, 0.0)
        if weight == 0.0:
            continue
        for link in links(acts[number]):
            if link.act is not None and link.act in acts:
                on[link.act] = on.get(link.act, 0.0) + weight * link.share
            else:
                name = link.source if link.act is None else "older"
                conditions[name] = conditions.get(name, 0.0) + weight * link.share
    return Weights(on, conditions)


def typical_world(
    scenario: Scenario, outcome: str, *, seed: int = 1, worlds: int = 500, table: Any = None
) -> int | None:
    """The world that is nearest the medians of an outcome in attacks, highest pressure and day of the decision.

    Of a ``worlds`` table (a DataFrame of this scenario alone), or of so many worlds simulated here; None where no world
    ends so.
    """
    import pandas as pd
    import pyarrow as pa

    from sim.engine.blocks import simulate
    from sim.runs.tables import typical_worlds

    if table is None:
        table = pd.DataFrame(simulate(scenario, seed=seed, worlds=range(worlds), engine="auto").worlds)
    ours = table[table["outcome"].astype(str) == outcome]
    if not len(ours):
        return None
    return int(typical_worlds(pa.Table.from_pandas(ours, preserve_index=False))[0])
