"""What the tests of the model share: conditions in a line, worlds lived day by day, and their logs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings

from sim.engine.blocks import forget
from sim.engine.mesa import WithdrawalModel
from sim.engine.ways import Engine, lacking
from sim.model.iraq.day import STANDS
from sim.scenario.schema import Scenario

proving = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
"""How hard hypothesis tries: the same examples everywhere, so that a red build is red on every machine."""

CLEAN_START = date(2024, 2, 12)
"""A start whose past is only the year of spin-up: no record is lived through."""

QUICK: Engine = "numpy" if lacking() else "fused"
"""What lives many worlds of few kinds soonest: the compiled program where it can be had. The histories are the same."""

NOTHING_DRAWN: dict[str, Any] = {
    "attacks.weekly": 0.0,
    "attacks.met": 0.0,
    "militias.call_chance": 0.0,
    "militias.call_chance_since_2020": 0.0,
    "militias.call_salience": 0.0,
    "parliament.routine_chance": 0.0,
    "talks.routine_chance": 0.0,
    "united_states.offer_chance": 0.0,
}
"""Nothing happens unless a test scripts it (the government still chooses its rungs)."""

NO_FRONTS: dict[str, Any] = {"region.motive": 0.0, "region.politics": 0.0}
"""The fronts reach neither the groups nor Baghdad."""


def conditions(
    changes: Mapping[str, Any] | None = None,
    *,
    days: int = 60,
    start: date = CLEAN_START,
    events: Sequence[Mapping[str, Any]] = (),
    **fields: Any,
) -> Scenario:
    """A scenario: the defaults but for ``changes`` (by dotted name), checked as any other.

    An event's ``day`` (from 0 at the start) may stand for its date.
    """
    raw: dict[str, Any] = Scenario().model_dump()
    for dotted, value in (changes or {}).items():
        *path, last = dotted.split(".")
        place = raw
        for name in path:
            place = place[name]
        assert path == [] or last in place or isinstance(value, dict), dotted
        place[last] = value
    dated = []
    for event in events:
        entry = dict(event)
        if "day" in entry:
            entry["date"] = start + timedelta(days=entry.pop("day"))
        dated.append(entry)
    return Scenario.model_validate({**raw, "start": start, "days": days, "events": dated, **fields})


@contextmanager
def born(scenario: Scenario, **how: Any) -> Iterator[WithdrawalModel]:
    """A model on the eve of its first day, forgotten by Mesa when the test is done with it."""
    model = WithdrawalModel(scenario, **how)
    try:
        yield model
    finally:
        forget(model)


def state_of(model: WithdrawalModel) -> dict[str, dict[str, Any]]:
    """The whole state of a model's world: part by part, each group for itself, number by number."""
    found = {part: record._asdict() for part, record in model.world._asdict().items()}
    alone = ("groups", "fear", "anger")
    groups = [found["militia"].pop(name) for name in alone]
    for name, group, fear, anger in zip(model.scenario.groups, *groups, strict=True):
        found[f"group {name}"] = {**group._asdict(), "fear": fear, "anger": anger}
    return found


def steady(pressure: Any) -> dict[str, Any]:
    """The parts of this pressure where nothing has shocked."""
    return {"steady": pressure, "news": 0.0 * pressure, "grievance": 0.0 * pressure, "answered": 0.0 * pressure}


def put(model: WithdrawalModel, part: str, **numbers: Any) -> None:
    """Put other numbers into what a part remembers. All pressure on the government is of its steady part then."""
    if "pressure" in numbers:
        numbers = {**numbers, **steady(numbers["pressure"])}
        del numbers["pressure"]
    model.world = model.world._replace(**{part: getattr(model.world, part)._replace(**numbers)})


def lived(scenario: Scenario, **how: Any) -> Iterator[WithdrawalModel]:
    """The model after each of its days (``model.day_done`` says which), with its event log on."""
    with born(scenario, **{"events": True, **how}) as model:
        while model.running:
            model.step()
            yield model


@dataclass(frozen=True)
class Act:
    """One row of the event log, read back."""

    world: int
    event: int
    day: int
    actor: str
    act: str
    rung: str
    rule: str
    scripted: bool
    causes: tuple[int, ...]
    terms: dict[str, float]


def acts_of(model: WithdrawalModel) -> list[Act]:
    """The acts in the log of a model so far, the past included (days below 0); how pressure stands is no act."""
    assert model.log is not None
    table = model.log.table()
    del table["accounts"]
    return [
        Act(world, event, day, actor, act, rung, rule, scripted, tuple(causes), json.loads(terms))
        for world, event, day, actor, act, rung, rule, scripted, causes, terms in zip(*table.values(), strict=True)
        if act != STANDS
    ]


def history(scenario: Scenario, **how: Any) -> list[Act]:
    """The log of a scenario lived to its end, from its first day on."""
    with born(scenario, **{"events": True, **how}) as model:
        while model.running:
            model.step()
        return [act for act in acts_of(model) if act.day >= 0]


def one_world(value: Any, place: int) -> Any:
    """What a block's state says of one of its worlds."""
    if isinstance(value, np.ndarray):
        return value[place].item()
    if isinstance(value, Mapping):
        return {name: one_world(item, place) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return tuple(one_world(item, place) for item in value)
    return value


def numbers(value: Any) -> Any:
    """A state as something that is equal only if every bit of it is: a world alone may say 0, a block 0.0."""
    if isinstance(value, bool | int | float | np.generic):
        return (float(value) + 0.0).hex()  # the sign of a zero is no difference
    if isinstance(value, np.ndarray):
        return tuple(numbers(item) for item in value.tolist())
    if isinstance(value, Mapping):
        return {name: numbers(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return tuple(numbers(item) for item in value)
    return value
