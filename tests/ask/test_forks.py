"""An alternative is the same worlds up to its day, and then just what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.histories import CLEAN_START, QUICK, born, conditions, history, numbers, proving, state_of
from sim.ask.forks import (
    Change,
    Fork,
    LivedOn,
    as_it_stands,
    day_of,
    forked,
    forked_on,
    forks,
    label_of,
    lived_on,
    towards,
)
from sim.disk.errors import InputError
from sim.engine.blocks import Block, simulate
from sim.engine.mesa import WithdrawalModel
from sim.engine.ways import lacking
from sim.scenario.changes import ONCE
from sim.scenario.conditions import numbers as every_number
from sim.scenario.errors import ScenarioError
from sim.scenario.parameters import levers
from sim.scenario.schema import Scenario

pytestmark = pytest.mark.usefixtures("short_past")
DAYS = 40
TENSE_NAME = "united_states.restraint"
TENSE: dict[str, Any] = {"united_states.restraint": 0.1, "iran.permissiveness": 0.9, "attacks.weekly": 12.0}
STRIKE = {"kind": "strike", "rung": "strike in Iraq", "dead": 60, "civilians": 60}
FUSED = pytest.param("fused", marks=pytest.mark.skipif(bool(lacking()), reason="no compiled program here"))
ALTERNATIVES: dict[str, dict[str, Any]] = {
    "a number": {"united_states.restraint": 0.9},
    "two numbers": {"iran.permissiveness": 0.0, "groups.Kataib Hezbollah.control": 0.4},
    "an event": {"events": [STRIKE]},
    "an order": {"events": [{"kind": "order", "go_ahead": 0.0}]},
    "a cap": {"united_states.highest_rung": "warn"},
    "a cap and a number": {"iraq.highest_rung": "silence", "attacks.weekly": 3.0},
    "a group's cap": {'groups."Kataib Hezbollah".highest_rung': "truce"},
    "another legal basis": {"presence.legal_default": "dated_agreement", "presence.agreement_ends": "soon"},
    "a war that ends": {"fronts.gaza.ends": "soon"},
}


def tense(**more: Any) -> Scenario:
    return conditions(TENSE, days=DAYS, name="tense", **more)


def at(day: int) -> date:
    return CLEAN_START + timedelta(days=day)


def fork(base: Scenario, day: int, changes: dict[str, Any]) -> Fork:
    """An alternative; what is to be ``"soon"`` is three days later."""
    given = {name: at(day + 3) if value == "soon" else value for name, value in changes.items()}
    return forked(base, at(day), "otherwise", [Change(name, value, "here") for name, value in given.items()], "other")


def block(base: Scenario, one: Fork, worlds: Any, engine: Any = "numpy") -> Block:
    """The worlds of an alternative, as a job lives them."""
    since = {one.scenario.name: (one.since - base.start).days} if one.is_lived_on else {}
    return LivedOn(base, since)(one.scenario, seed=1, worlds=worlds, engine=engine)


def rows(found: Block) -> dict[str, list[str]]:
    return {name: [repr(value) for value in column.tolist()] for name, column in found.worlds.items()}


def weeks(found: Block, until: int | None = None) -> dict[str, list[Any]]:
    return {name: counts[:until].tolist() for name, counts in found.weekly.items()}


def evenings(base: Scenario, one: Fork, worlds: Any = range(3)) -> list[Any]:
    """The state of each evening of an alternative, day by day, to the last bit."""
    found: list[Any] = []

    def live(model: WithdrawalModel, until: int) -> None:
        while model.day < until:
            model.step()
            found.append(numbers(state_of(model)))

    if not one.is_lived_on:
        with born(one.scenario, worlds=worlds) as model:
            live(model, DAYS)
        return found
    with born(base, worlds=worlds) as first:
        live(first, (one.since - base.start).days)
        with born(one.scenario, worlds=worlds, lived=first.keep()) as then:
            live(then, DAYS)
    return found


@pytest.fixture(scope="module")
def as_it_is() -> list[Any]:
    """The evenings of the scenario itself."""
    return evenings(tense(), Fork("", tense(), CLEAN_START, False, ()))


# --- the past is one ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", ALTERNATIVES.values(), ids=ALTERNATIVES)
@given(day=st.integers(1, DAYS - 1))
@settings(proving, max_examples=6)
def test_up_to_the_fork_it_is_the_same_world(as_it_is: list[Any], changes: dict[str, Any], day: int) -> None:
    """Every number of the state of every evening before, in several worlds at once."""
    base = tense()
    one = fork(base, day, changes)
    mine = evenings(base, one)
    assert len(mine) == len(as_it_is) == DAYS
    assert mine[:day] == as_it_is[:day]
    assert one.since >= at(day)


@pytest.mark.parametrize("engine", ["numpy", FUSED])
@pytest.mark.parametrize("changes", ALTERNATIVES.values(), ids=ALTERNATIVES)
def test_by_both_engines_alone_and_in_blocks(changes: dict[str, Any], engine: Any) -> None:
    """The weeks before the fork are the scenario's, and a world of a block is the world alone."""
    base, day, worlds = tense(), 24, range(6)
    one = fork(base, day, changes)
    plain = simulate(base, seed=1, worlds=worlds, engine=engine)
    found = block(base, one, worlds, engine)
    assert weeks(found, day // 7) == weeks(plain, day // 7)
    assert (rows(found), weeks(found)) != (rows(plain), weeks(plain))
    assert (rows(found), weeks(found)) == (rows(block(base, one, worlds)), weeks(block(base, one, worlds)))
    for world in worlds:
        alone = rows(block(base, one, [world], engine))
        assert alone == {name: [column[world]] for name, column in rows(found).items()}


@pytest.mark.parametrize("name", ["a number", "an event", "a war that ends"])
def test_the_acts_before_the_fork_are_the_same(name: str) -> None:
    base, day = tense(), 24
    one = fork(base, day, ALTERNATIVES[name])

    def told(scenario: Scenario) -> list[Any]:
        return [
            (act.day, act.actor, act.act, act.rung, act.terms) for act in history(scenario, world=2) if act.day < day
        ]

    assert told(one.scenario) == told(base) != []


def test_on_the_last_day_only_the_last_day_can_change(as_it_is: list[Any]) -> None:
    base = tense()
    mine = evenings(base, fork(base, DAYS - 1, {"united_states.restraint": 1.0, "attacks.weekly": 0.0}))
    assert mine[:-1] == as_it_is[:-1]
    assert mine[-1] != as_it_is[-1]


@pytest.mark.parametrize("engine", ["numpy", FUSED])
@given(day=st.integers(0, DAYS - 1))
@settings(proving, max_examples=6)
def test_what_changes_nothing_changes_nothing(engine: Any, day: int) -> None:
    """A number that is set to what it is, and a cap at the top of its ladder."""
    base = tense()
    plain = simulate(base, seed=1, worlds=range(4), engine=engine)
    for changes in ({"united_states.restraint": 0.1}, {"united_states.highest_rung": "large campaign"}):
        found = block(base, fork(base, day, changes), range(4), engine)
        assert (rows(found), weeks(found)) == (rows(plain), weeks(plain))


# --- what comes after ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["numpy", FUSED])
@pytest.mark.parametrize("day", [1, 9, 20, 21, DAYS - 1])
def test_both_roads_lead_to_the_same_worlds(day: int, engine: Any) -> None:
    """Set on a date, or lived up to it and on from there: also where the fork lies within a week."""
    base = tense()
    one = fork(base, day, {"united_states.restraint": 0.9, "iran.permissiveness": 0.1, "events": [STRIKE]})
    by_date, by_hand = (
        simulate(one.scenario, seed=1, worlds=range(5)),
        lived_on(base, one.scenario, day, 1, range(5), engine),
    )
    assert rows(by_date) == rows(by_hand)
    assert weeks(by_date) == weeks(by_hand)


def moved_from_the_start(base: Scenario) -> list[tuple[str, float]]:
    """Every lever of a scenario with another value that it may have."""
    low_high = {name: (about.low, about.high) for name, value, about in levers(base) if isinstance(value, float)}
    now = {name: value for name, value, _ in every_number(base)}
    return [
        (name, round(low + 0.37 * (min(high, low + 400.0) - low), 3))
        for name, (low, high) in low_high.items()
        if low is not None and high is not None and name in now and name not in ONCE
    ]


def test_on_the_first_day_a_lever_is_as_if_the_file_had_it() -> None:
    base = tense()
    tried = moved_from_the_start(base)
    assert len(tried) > 8
    moved = 0
    for name, value in tried:
        here = rows(block(base, fork(base, 0, {name: value}), range(4), QUICK))
        assert here == rows(simulate(base.replace(**{name: value}), seed=1, worlds=range(4), engine=QUICK)), name
        moved += here != rows(simulate(base, seed=1, worlds=range(4), engine=QUICK))
    assert moved > 3


def test_on_the_first_day_what_is_no_lever_leaves_the_past_as_it_is() -> None:
    """The file's number holds in the past too; one that comes with the first day does not."""
    base = tense()
    from_then_on = fork(base, 0, {"attacks.weekly": 2.0})
    in_the_file = Fork("", base.replace(**{"attacks.weekly": 2.0}), CLEAN_START, False, ())
    assert evenings(base, from_then_on)[0] != evenings(base, in_the_file)[0]


@pytest.mark.parametrize("name", ["a cap", "a cap and a number", "a group's cap"])
def test_a_cap_from_the_first_day_on_is_a_scenario(name: str) -> None:
    base = tense()
    changes = {key: value for key, value in ALTERNATIVES[name].items() if "highest" in key}
    one = fork(base, 0, changes)
    assert not one.is_lived_on
    assert rows(block(base, one, range(4))) == rows(simulate(base.replace(**changes), seed=1, worlds=range(4)))
    assert rows(lived_on(base, one.scenario, 0, 1, range(4))) == rows(block(base, one, range(4)))


def test_a_cap_holds_from_its_day_on() -> None:
    base, day = tense(), 20
    one = fork(base, day, {"united_states.highest_rung": "warn"})
    free = block(base, fork(base, DAYS - 1, {"attacks.met": 0.0}), range(12)).worlds["us_strikes"]
    capped = block(base, one, range(12)).worlds["us_strikes"]
    until = simulate(base.replace(days=day), seed=1, worlds=range(12)).worlds["us_strikes"]
    assert np.sum(free) > np.sum(capped) >= np.sum(until) > 0
    assert np.all(capped <= until + 1)  # one that was ordered before may still come


def test_a_fork_of_a_fork_is_both_one_after_the_other() -> None:
    base = tense()
    first = fork(base, 10, {"united_states.restraint": 0.9})
    second = fork(first.scenario, 20, {"iran.permissiveness": 0.1, "events": [STRIKE]})
    events = [
        {"kind": "set", "date": at(10), "name": "united_states.restraint", "value": 0.9},
        {"kind": "set", "date": at(20), "name": "iran.permissiveness", "value": 0.1},
        {**STRIKE, "date": at(20)},
    ]
    together = base.replace(events=events)
    assert rows(simulate(second.scenario, worlds=range(4))) == rows(simulate(together, worlds=range(4)))
    assert forked_on(first.scenario, second.scenario) == at(20)
    assert forked_on(base, second.scenario) == at(10)


def test_the_scenarios_own_script_goes_on() -> None:
    """What it sets later is set again, which is said; what it sets on the day gives way."""
    own = [
        {"kind": "set", "day": 10, "name": TENSE_NAME, "value": 0.2},
        {"kind": "set", "day": 30, "name": TENSE_NAME, "value": 0.3},
        {"kind": "us_threat", "day": 12},
    ]
    base = tense(events=own)
    assert as_it_stands(base, at(15)).united_states.restraint == 0.2
    one = fork(base, 15, {TENSE_NAME: 0.9})
    assert one.remarks == (f"{TENSE_NAME} is 0.9 only until {at(30)}, when tense sets it again",)
    instead = fork(base, 10, {TENSE_NAME: 0.9})
    assert len(instead.scenario.events) == len(base.events)
    assert fork(base, 15, {TENSE_NAME: 0.2}).remarks[0] == f"{TENSE_NAME} is 0.2 already: that changes nothing"


# --- another scenario comes in ------------------------------------------------------------------------------


def test_the_conditions_of_another_scenario_come_in() -> None:
    base = tense()
    other = base.replace(
        **{"united_states.restraint": 0.8, "united_states.highest_rung": "warn", "fronts.gaza.ends": at(30)},
        events=[{**STRIKE, "date": at(25)}],
    )
    changes = towards(base, at(12), other, "here")
    assert {change.name for change in changes} == {
        "united_states.restraint",
        "united_states.highest_rung",
        "fronts.gaza.ends",
        "events",
    }
    one = forked(base, at(12), "as the other", changes, "as_the_other")
    assert one.is_lived_on
    assert one.since == at(12)
    with born(base, worlds=range(3)) as first:
        while first.day < 12:
            first.step()
        with born(other, worlds=range(3), lived=first.keep()) as then:
            while then.running:
                then.step()
            wanted = numbers(state_of(then))
    assert evenings(base, one)[-1] == wanted


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (lambda base: base.replace(start=date(2024, 3, 1)), "no past in common"),
        (lambda base: base, "no other conditions"),
        (lambda base: base.replace(**{'groups."Badr Organization"': "removed"}), "in one of the two only"),
        (lambda base: base.replace(events=[{**STRIKE, "date": at(5)}]), f"differs before {at(12)}"),
        (lambda base: base.replace(**{"public.influence_us": 0.3}), "cannot change on a date"),
    ],
)
def test_what_cannot_come_in(other: Callable[[Scenario], Scenario], why: str) -> None:
    base = conditions(TENSE, days=DAYS, name="tense")
    with pytest.raises(ScenarioError, match=why):
        forked(base, at(12), "other", towards(base, at(12), other(base), "here"), "other")


# --- which scenarios are forks ------------------------------------------------------------------------------


def test_a_fork_is_known_by_what_it_says() -> None:
    base = tense()
    assert forked_on(base, base) is None
    assert forked_on(base, base.replace(**{TENSE_NAME: 0.3})) is None
    assert forked_on(base, base.replace(days=DAYS + 1, events=[{**STRIKE, "date": at(9)}])) is None
    assert forked_on(base, base.replace(events=[{**STRIKE, "date": at(9)}])) == at(9)
    assert forked_on(base.replace(events=[{**STRIKE, "date": at(9)}]), base) == at(9)
    assert forked_on(base, base.replace(**{"fronts.gaza.ends": at(7)})) == at(7)
    over = base.replace(**{"fronts.gaza.ends": at(7)})
    assert forked_on(over, over.replace(**{"fronts.gaza.ends_for": "groups"})) == at(7)
    assert forked_on(over, over.replace(**{"fronts.gaza.ends": at(3)})) == at(3)
    assert forked_on(base, base.replace(title="other words", name="other")) is None


def test_names_are_made_of_labels_and_differ() -> None:
    labels = ["less restraint", "less  restraint", "LESS RESTRAINT", "<script>", "=1+1", "أقل ضبطا", "../..", "x" * 100]
    one = [Change(TENSE_NAME, 0.5, "here")]
    found = forks(tense(), at(5), dict.fromkeys(labels, one))
    names = [each.scenario.name for each in found]
    assert names[:2] == ["if_less_restraint", "if_less_restraint_2"]
    assert len({name.casefold() for name in names}) == len(labels)
    assert [each.scenario.title for each in found] == labels
    assert all("<" not in name and "/" not in name for name in names)


def test_a_label_says_what_is_changed() -> None:
    def said(*changes: tuple[str, Any]) -> str:
        return label_of([Change(name, value, "") for name, value in changes])

    assert said(("united_states.restraint", 0.2)) == "united states restraint 0.2"
    assert said(("events", [{"kind": "us_threat"}])) == "us threat"
    many = [(f"groups.a group with a long name {number}.control", 0.5) for number in range(9)]
    assert said(*many).endswith("control 0.5 and 8 more")
    assert len(said(*many)) <= 100
    assert "…" not in said(*many)


# --- what cannot be -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["2024-02-11", "2024-03-23", "", "may", "2024-02-30", 24, None, date(2025, 1, 1)])
def test_a_day_outside_the_scenario_is_refused_with_its_days(given: Any) -> None:
    with pytest.raises(InputError, match="at is a day of tense, from 2024-02-12 to 2024-03-22; not "):
        day_of(tense(), given)


@pytest.mark.parametrize("given", ["2024-03-22", date(2024, 3, 22), np.datetime64("2024-03-22")])
def test_a_day_may_be_a_date_or_its_text(given: Any) -> None:
    assert day_of(tense(), given) == date(2024, 3, 22)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"united_states.restrant": 0.2}, "there is no such setting; did you mean 'united_states.restraint'?"),
        ({"united_states.restraint": 3}, "3 is above 1"),
        ({"united_states.restraint": "much"}, "a number"),
        ({"united_states.restraint": {"uniform": [0, 1]}}, "it can be one number"),
        ({"united_states.highest_rung": "shout"}, "shout"),
        ({"days": 10}, "days is a whole number that holds for the whole run"),
        ({"title": "x"}, "changes no world"),
        ({"name": "x"}, "cannot be set"),
        ({"united_states": {"restraint": 0.2}}, "only a number can be set on a date"),
        ({"attacks.curve": []}, "attacks.curve"),
        ({"public.influence_us": 0.3}, "what every world begins with"),
        ({"fronts.gaza.ends": date(2024, 2, 20)}, "lies before the fork"),
        ({"presence.legal_default": "dated_agreement"}, "needs its end"),
        ({"events": STRIKE}, "a list of events"),
        ({"events": [{"kind": "truce", "front": "gazo", "days": 3}]}, "there is no front 'gazo'; did you mean 'gaza'?"),
        ({"events": [{**STRIKE, "date": date(2024, 2, 14)}]}, "lies before the fork"),
        ({"events": [{**STRIKE, "date": date(2030, 1, 1)}]}, "2030"),
        ({"events": [{"kind": "set", "name": "iran.permissivness", "value": 1}]}, "did you mean"),
    ],
)
def test_what_an_alternative_cannot_change(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ScenarioError) as fault:
        fork(tense(), 20, changes)
    assert why in str(fault.value)
    assert len(str(fault.value).splitlines()) == 1
    assert str(fault.value).startswith("here: ")


def test_a_war_that_is_over_does_not_end_again() -> None:
    base = tense().replace(**{"fronts.gaza.ends": at(5)})
    with pytest.raises(ScenarioError, match=f"is over from {at(5)} on"):
        fork(base, 20, {"fronts.gaza.ends": at(30)})


def test_all_faults_of_all_alternatives_are_told_at_once() -> None:
    wrong = {"one": [Change("iran.permissivness", 1, "a")], "two": [Change(TENSE_NAME, 7, "b")]}
    with pytest.raises(ScenarioError) as fault:
        forks(tense(), at(5), wrong)
    assert [one.file for one in fault.value.faults] == ["a", "b"]


def test_what_is_worth_a_word() -> None:
    base = conditions(TENSE, days=DAYS, name="tense", uncertain={"united_states.threshold": {"uniform": (2.0, 3.0)}})
    assert fork(base, 9, {"united_states.threshold": 2.65}).remarks == (
        f"each world draws its own united_states.threshold until {at(9)}; from then on it is 2.65 in all",
    )
    quiet = conditions({"fronts.gaza.ends": at(3)}, days=DAYS, name="quiet")
    (remark,) = fork(quiet, 9, {"region.coordination": 0.1}).remarks or ("",)
    assert remark == "" or "region.coordination" in remark
    assert fork(base, 9, {TENSE_NAME: 0.4}).remarks == ()
