"""No default sits on an edge: a number moved by its last bit moves next to no history.

A rule that compares two numbers is an edge where the two are equal: then what happens hangs on the last bit, which no
source knows, and which another machine or another order of additions may give otherwise. Every number of the schema is
moved to the next one above and below, alone, in the same worlds; whatever is counted of a world, day by day, may
differ in next to none of them.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest

from sim.engine.mesa import Drive, WithdrawalModel, day_by_day, forget
from sim.engine.observe import Need, Tally
from sim.engine.ways import lacking
from sim.language.number import Number
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load, replace
from sim.scenario.overrides import IdleOverride
from sim.scenario.parameters import parameters
from sim.scenario.schema import Scenario
from sim.scenario.toml import plain_name, undotted

MOST = 0.02
"""The share of worlds that one bit of one number may change: chance alone changes none of so few."""
AT_ONCE = 4000
"""Worlds in a block, those that differ in one bit of a number included."""
WORLDS = 60
WHOLE = (
    "region.least_days",
    "iran.rising_lag",
    "iran.truce_lag",
    "iran.falling_lag",
    "attacks.many_wounded",
    "attacks.quiet_days",
    "iraq.mood_days",
    "iraq.occasion_days",
    "iraq.committee_days",
    "iraq.letter_days",
    "parliament.attempt_rest",
    "parliament.vote_rest",
    "talks.rest_days",
    "talks.suspend_days",
    "talks.earlier_relabels",
)
"""Counts of days, of wounded, or of earlier agreements: a count is compared with them, so they are an edge on one side
by what they mean.

`lag days at the most` is one day less from just below a whole number on; any other number on this list is an excuse.
"""
SWITCHES = ("united_states.constant_rate",)
"""Numbers that are 0, and switch on another rule above it."""


class Moved(NamedTuple):
    """A number with its last bit changed."""

    name: str
    up: bool
    value: float

    def __str__(self) -> str:
        return f"{self.name} {'up' if self.up else 'down'} to {self.value!r}"


def moved_numbers(scenario: Scenario, names: Sequence[str] = ()) -> list[Moved]:
    """Every number of a scenario (or those that are named) one step up and down, where a file may say so."""
    found = []
    for name, value, _ in parameters(scenario):
        if not isinstance(value, float) or (names and name not in names):
            continue
        for up in (True, False):
            moved = Moved(name, up, math.nextafter(value, math.inf if up else -math.inf))
            try:
                replace(scenario, {name: moved.value})
            except ScenarioError:  # the end of what is allowed, or of what shares may add up to
                continue
            found.append(moved)
    return found


def counted(scenario: Scenario) -> tuple[str, ...]:
    """What is counted of a world: attacks, strikes, acts, and the rung of every actor."""
    groups = tuple(f"rung/{name}" for name in scenario.groups)
    return (
        "attacks_iraq", "attacks_syria", "us_killed", "us_strikes", "us_strikes_iraq", "commanders_killed",
        "threats_by_anybody", "committees", "talks_rounds", "sessions", "relabelled", "reduced", "outcome", "kind",
        "rung/iraq", "rung/iran", "rung/united_states", "rung/leverage", "rung/parliament", *groups,
    )  # fmt: skip


class Print:
    """A sum over all days of what is counted, by which the history of each world is known."""

    def __init__(self, names: Sequence[str], worlds: int) -> None:
        self.needs = dict.fromkeys(names, Need("daily"))
        self.sums = np.zeros(worlds, np.uint64)

    def see(self, _day: int, values: Mapping[str, Number]) -> None:
        """Take in a day."""
        for name in self.needs:
            self.sums = self.sums * np.uint64(6364136223846793005) + np.asarray(values[name]).astype(np.uint64)


def drive_of(scenario: Scenario) -> Drive:
    """What lives the days: the program where it can be had."""
    if lacking():
        return day_by_day
    from sim.engine.fused.live import Fused

    return Fused((Tally.needs, Print(counted(scenario), 1).needs)).live


def prints(scenario: Scenario, moved: Sequence[Moved], worlds: int, drive: Drive) -> np.ndarray[Any, Any]:
    """The histories of the same worlds with each number moved, a row each; the last row with none."""
    copies = len(moved) + 1
    columns: dict[str, np.ndarray[Any, Any]] = {}
    given = {name: value for name, value, _ in parameters(scenario)}
    for place, one in enumerate(moved):
        plain = plain_name(undotted(one.name) or ())
        column = columns.setdefault(plain, np.full(copies * worlds, float(given[one.name])))  # type: ignore[arg-type]
        column[place * worlds : (place + 1) * worlds] = one.value
    same = np.tile(np.arange(worlds), copies).tolist()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IdleOverride)
        model = WithdrawalModel(scenario, seed=1, worlds=same, overrides=columns, drive=drive)
    watch = Print(counted(scenario), copies * worlds)
    model.watch(watch)
    while model.running:  # in parts: a compiled program holds what it is to show
        drive(model, min(model.day + 30, scenario.days))
    forget(model)
    return watch.sums.reshape(copies, worlds)


def edges(scenario: Scenario, worlds: int, names: Sequence[str] = ()) -> Iterator[tuple[Moved, float]]:
    """The numbers whose last bit decides in more worlds than ``MOST``, with the share of worlds."""
    drive = drive_of(scenario)
    moved = moved_numbers(scenario, names)
    size = max(AT_ONCE // worlds - 1, 1)
    for at in range(0, len(moved), size):
        batch = moved[at : at + size]
        found = prints(scenario, batch, worlds, drive)
        for one, row in zip(batch, found[:-1], strict=True):
            share = float((row != found[-1]).mean())
            if share > MOST:
                yield one, share


@pytest.mark.slow
@pytest.mark.parametrize("case", ["status_quo", "history/gaza_2023"])
def test_no_number_of_the_schema_sits_on_an_edge(case: str) -> None:
    scenario = load(case)
    if scenario.days > 365:
        scenario = replace(scenario, {"days": 365})
    found = list(edges(scenario, WORLDS))
    twice = {one.name for one, _ in found if one.up} & {one.name for one, _ in found if not one.up}
    said = [
        f"{one}: another history in {share:.0%} of {WORLDS} worlds"
        for one, share in found
        if one.name not in SWITCHES and (one.name not in WHOLE or one.name in twice)
    ]
    assert not said, "\n".join(["two numbers that a rule compares are equal; move one of them", *said])


def test_what_may_be_an_edge_is_a_whole_number_or_nothing() -> None:
    given = {name: value for name, value, _ in parameters(Scenario())}
    assert all(float(str(given[name])).is_integer() for name in WHOLE)
    assert all(given[name] == 0.0 for name in SWITCHES)


def test_an_edge_is_found_and_named() -> None:
    """Two numbers that a rule compares, made equal: Iran's order in talks, and the least step it is changed by."""
    scenario = load("status_quo", changes={"days": 120, "iran.order_step": 0.125, "iran.talks_restraint": 0.125})
    tied = ("iran.order_step", "iran.talks_restraint")
    assert {moved.name for moved, _ in edges(scenario, 40, tied)} & set(tied)
    apart = replace(scenario, {"iran.order_step": 0.11})
    assert not list(edges(apart, 40, tied))


def test_every_number_is_moved_both_ways_unless_it_may_not() -> None:
    scenario = load("status_quo")
    moved = moved_numbers(scenario, ["iran.order_step", "united_states.constant_rate", "iraq.capability"])
    assert [(one.name, one.up) for one in moved if one.name == "iran.order_step"] == [
        ("iran.order_step", True), ("iran.order_step", False),
    ]  # fmt: skip
    assert [one.up for one in moved if one.name == "united_states.constant_rate"] == [True]  # it may not be below 0
    assert all(one.value != 0.7 and abs(one.value - 0.7) < 1e-15 for one in moved if one.name == "iraq.capability")
