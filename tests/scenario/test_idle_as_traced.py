"""What `check` calls idle is read by no day: neither by a kind of day, traced, nor by what a world begins with.

But for one number: a front that follows another takes from it the share ``region.coordination`` of its intensity,
which is idle because that intensity is 0 on all days. That it changes no world is compared in test_worth_a_word.py.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from sim.engine.fused import trace as tracing
from sim.engine.fused.trace import NUMBER, TODAY, Kind, Trace, Wanted, kind_of, numbers, roots, values_of
from sim.engine.mesa import WithdrawalModel, forget
from sim.engine.numbers import numbers_of
from sim.engine.observe import Due, Rows, Tally, Weekly
from sim.language.symbol import Graph, Symbol, leaves
from sim.model.day import begin
from sim.scenario.idle import idle
from sim.scenario.load import load
from sim.scenario.past import before_the_start
from sim.scenario.schema import Scenario
from sim.scenario.toml import plain_name, undotted


def named(section: BaseModel, prefix: str = "") -> Iterator[str]:
    """The dotted name of each number of a scenario."""
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from named(value, f"{prefix}{name}.")
        elif isinstance(value, dict):
            for key, item in value.items():
                yield from named(item, f"{prefix}{name}.{key}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{prefix}{name}"


def places(scenario: Scenario) -> dict[str, str]:
    """What a trace calls a number of the model -> its name in the scenario: each is given another value, and found."""
    tags = {name: np.array([float(place)]) for place, name in enumerate(named(scenario)) if name != "days"}
    names = {id(tag): name for name, tag in tags.items()}
    return {place: names[id(tag)] for place, tag in numbers(numbers_of(scenario, tags), []) if id(tag) in names}


def settled(one: Any, always: dict[str, float]) -> bool | None:
    """Whether a truth is the same on all days, by the values that are; None where it is not known to be."""
    if not isinstance(one, Symbol):
        return bool(one)
    if one.op == TODAY:
        return bool(always[one.data]) if one.type == "b" and one.data in always else None
    if one.op not in ("not", "and", "or") or one.type != "b":
        return None
    parts = [settled(arg, always) for arg in one.args]
    if one.op == "not":
        return None if parts[0] is None else not parts[0]
    decides = one.op == "or"
    return decides if decides in parts else None if None in parts else not decides


def needed(values: Any, always: dict[str, float] | None = None) -> set[str]:
    """The numbers, as a trace calls them, that these are made of where some values of the day are always the same."""
    found, seen, waiting = set(), set(), list(values)
    while waiting:
        one = waiting.pop()
        if isinstance(one, Symbol) and one.number not in seen and settled(one, always or {}) is None:
            seen.add(one.number)
            chosen = settled(one.args[0], always or {}) if one.op == "select" else None
            waiting.extend(one.args if chosen is None else [one.args[1 if chosen else 2]])
            if one.op == NUMBER:
                found.add(one.data)
            elif one.op == "loop":
                waiting.extend([*one.data.nexts, one.data.more])
    return found


def read(scenario: Scenario) -> set[str]:
    """The numbers of a scenario that a world of it can depend on, but for those that rare days alone read.

    Before the scenario's first day levers are not the scenario's.
    """
    model = WithdrawalModel(scenario, drive=lambda *_: None)
    forget(model)
    needs = [Tally.needs, Weekly(scenario, 1).needs, Rows.needs]
    wanted = Wanted.by(Due(key, need.of or key, need) for each in needs for key, need in each.items())
    names = places(scenario)
    _, before = before_the_start(scenario, dict.fromkeys(names.values(), 0.0))
    graph = Graph()
    begun = begin(tracing._symbolic(model.p, graph), model.almanac.states_before(), model.on(model.day))
    found = {names[place] for place in needed(leaves(begun)) if place in names} & before.keys()
    days = [model.almanac.day(number) for number in range(model.almanac.first_day, scenario.days)]
    alike: dict[Kind, dict[str, set[float]]] = {}
    for one in days:
        kind = kind_of(*one)
        if kind is not None:
            for name, value in values_of(*one).items():
                alike.setdefault(kind, {}).setdefault(name, set()).add(value)
    kinds = list(alike)
    for kind, traced in Trace(model.world, model.p, kinds, wanted, model.quantities).kinds.items():
        always = {name: values.copy().pop() for name, values in alike[kind].items() if len(values) == 1}
        of_kind = {names[place] for place in needed(roots(traced), always) if place in names}
        found |= of_kind if kind.free else of_kind & before.keys()
    return found


def called_idle(scenario: Scenario) -> set[str]:
    """The numbers that `check` says change nothing; of an event of the script nothing."""
    said = {plain_name(undotted(name) or ()) for name, _ in idle(scenario)}
    return said & set(named(scenario))


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


PAST = {"confrontation.level", "isis.level", "iraq.allies_in_government", "presence.troops"}
"""What holds from 10 January 2024 on."""
TIMES_NOTHING = {"region.coordination"}
CHANCE = {"fronts.gaza.war_days", "fronts.gaza.pause_days"}
CAPS = {
    "iraq.highest_rung": "special committee",
    "united_states.highest_rung": "strike in Syria",
    "united_states.highest_leverage": "reassure",
    "iran.highest_rung": "brake",
    "militias.highest_call": "none",
    "parliament.highest_rung": "no session",
}
CASES: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "to the record's end": ("history/gaza_2023", {}, PAST | CHANCE),
    "within the record": ("history/from_5_january", {}, PAST | CHANCE),
    "before the war": ("history/quiet_2021_2023", {}, PAST | CHANCE | TIMES_NOTHING),
    "of another war": ("history/soleimani_2020", {}, PAST | CHANCE | TIMES_NOTHING),
    "over many years": ("history/threats_2011_2023", {}, PAST | CHANCE),
    "dated beyond the last day": ("history/from_october", {"days": 60}, PAST | CHANCE),
    "open": ("status_quo", {}, set()),
    "open, under caps": ("forced_exit", CAPS, set()),
    "before the war, under caps": ("history/quiet_2021_2023", CAPS, PAST | CHANCE | TIMES_NOTHING),
    "without a war at all": (
        "status_quo",
        {"start": day("2024-01-10"), "days": 60, "fronts.gaza.dates": [{"date": day("2011-01-01"), "state": "none"}]},
        TIMES_NOTHING,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_no_day_reads_what_is_called_idle(case: str) -> None:
    name, changes, expected = CASES[case]
    scenario = load(name).replace(**changes)
    idle_here = called_idle(scenario)
    assert idle_here == expected
    assert idle_here & read(scenario) <= TIMES_NOTHING


def test_the_trace_would_show_a_number_wrongly_called_idle() -> None:
    """All of these are read where the war is on and the present has come."""
    assert read(load("status_quo")) >= PAST | CHANCE | TIMES_NOTHING
    names = places(Scenario())
    assert set(named(Scenario())) - set(names.values()) == {"days"}
    assert {place.rpartition(".")[2] for place, name in names.items() if name == "iraq.pressure_floor"} == {
        "pressure_floor"
    }
