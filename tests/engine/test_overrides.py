"""Numbers given world by world: taken and refused as `Scenario.replace` takes and refuses them, in every world."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.histories import born, conditions, numbers, one_world, proving, state_of
from sim.engine.blocks import simulate
from sim.engine.mesa import WithdrawalModel
from sim.engine.pasts import Pasts
from sim.scenario.arguments import InputError
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load, replace
from sim.scenario.overrides import IdleOverride, checked_overrides
from sim.scenario.schema import Scenario
from sim.scenario.toml import dotted

RESTRAINT = "united_states.restraint"
SHORT = conditions(days=3)
SETS = conditions(
    days=60,
    events=[
        {"kind": "set", "name": "iran.press_from", "value": 0.5, "day": 20},
        {"kind": "set", "name": "public.camp_us", "value": 0.05, "day": 10},
        {"kind": "set", "name": "groups.Badr Organization.share", "value": 0.0, "day": 30},
    ],
)
DRAWN = conditions(days=5, uncertain={"iran.press_from": {"uniform": (0.1, 0.4)}}, uncertainty="judgement")
HISTORY = load("history/gaza_2023", changes={"days": 5})


@pytest.fixture(autouse=True)
def short_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some days of spin-up instead of a year."""
    monkeypatch.setattr("sim.engine.almanac.SPIN_UP", 40)


def fault_of(scenario: Scenario, overrides: Any, worlds: Any = 0) -> str:
    """What is said of overrides that cannot be."""
    with pytest.raises(ScenarioError) as caught:
        checked_overrides(scenario, overrides, worlds)
    return str(caught.value)


# ------------------------------------------------------------------------------- as replace does it
NAMES = (
    RESTRAINT,
    "iran.press_from", "iran.demand_from",
    "militias.harass_from", "militias.campaign_from", "militias.war_from",
    "public.camp_us", "public.camp_iran",
    "groups.Kataib Hezbollah.share", "groups.Badr Organization.share", "groups.Harakat al-Nujaba.control",
    "fronts.gaza.weight", "fronts.lebanon.weight", "fronts.lebanon.war_days", "fronts.gaza.war_days",
    "blocs.Sunni.seats", "blocs.Kurdish.seats",
    "iraq.decision_days", "united_states.threshold", "talks.full_low", "talks.full_high",
)  # fmt: skip
ODD = (0.0, 1.0, -0.1, 1.2, 0.5, float("nan"), float("inf"), 40, 150, 200)


def path_of(name: str) -> str:
    """The name as `replace` has it."""
    section, _, rest = name.partition(".")
    entry, _, last = rest.rpartition(".")
    return dotted((section, entry, last) if entry else (section, last))


def is_taken_one_by_one(scenario: Scenario, values: Mapping[str, Any], worlds: int) -> bool:
    """Whether `replace` takes each world's numbers."""
    try:
        for world in range(worlds):
            replace(scenario, {path_of(name): column[world] for name, column in values.items()})
    except ScenarioError:
        return False
    return True


@proving
@given(
    scenario=st.sampled_from([SHORT, SETS, DRAWN]),
    values=st.integers(1, 4).flatmap(
        lambda worlds: st.dictionaries(
            st.sampled_from(NAMES),
            st.lists(
                st.one_of(st.floats(0.0, 1.0), st.floats(0.1, 0.4), st.sampled_from(ODD)),
                min_size=worlds,
                max_size=worlds,
            ).map(np.array),
            min_size=1,
            max_size=4,
        )
    ),
)
def test_they_are_taken_where_replace_takes_each_world(scenario: Scenario, values: dict[str, Any]) -> None:
    worlds = len(next(iter(values.values())))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IdleOverride)
        try:
            checked_overrides(scenario, values, np.arange(worlds))
        except ScenarioError as error:
            assert not is_taken_one_by_one(scenario, values, worlds), error
        else:
            assert is_taken_one_by_one(scenario, values, worlds)


@settings(proving, max_examples=15)
@given(st.lists(st.floats(0.0, 0.6), min_size=6, max_size=6), st.lists(st.floats(0.0, 0.6), min_size=6, max_size=6))
def test_two_that_have_to_rise_and_two_that_add_up(low: list[float], high: list[float]) -> None:
    """Where the random search above seldom goes: close to the border, in a world in the middle."""
    for first, second in (("iran.press_from", "iran.demand_from"), ("public.camp_us", "public.camp_iran")):
        values = {first: np.array(low), second: np.array(high)}
        sound = is_taken_one_by_one(SETS, values, 6)
        try:
            checked_overrides(SETS, values, np.arange(6))
        except ScenarioError:
            assert not sound
        else:
            assert sound


def test_what_is_wrong_is_said_as_replace_says_it() -> None:
    for name, value in {
        RESTRAINT: 1.5,
        "united_states.restrain": 0.5,
        "united_states.threshold": float("nan"),
        'groups."Badr Corps".share': 0.5,
        "fronts.lebanon.war_days": 5.0,
        "iran.press_from": 0.9,
        "blocs.Sunni.seats": 12.5,
    }.items():
        with pytest.raises(ScenarioError) as caught:
            replace(SHORT, {name: value})
        expected = caught.value.faults[0]
        assert fault_of(SHORT, {name: value}) == f"overrides: {expected}"
        assert fault_of(SHORT, {name: value}, np.arange(3)).startswith("overrides")
    assert "did you mean 'united_states.restraint'?" in fault_of(SHORT, {"united_states.restrain": 0.5})


def test_the_world_with_the_fault_is_named() -> None:
    values = {RESTRAINT: [0.1, 0.2, 1.4]}
    said = "overrides of world 17: united_states.restraint: 1.4 is above 1 (a number from 0 to 1)"
    assert fault_of(SHORT, values, np.array([3, 9, 17])) == said
    values = {"iran.press_from": [0.1, 0.3, 0.2], "iran.demand_from": [0.3, 0.2, 0.5]}
    said = "overrides of world 9: iran.demand_from: 0.2 is below iran.press_from, 0.3"
    assert fault_of(SHORT, values, np.array([3, 9, 17])) == said


def test_a_number_set_on_a_date_goes_with_those_that_are_given() -> None:
    assert "from 2024-03-03 on" in fault_of(SETS, {"iran.demand_from": [0.7, 0.45]}, np.arange(2))
    assert "demand_from" in checked_overrides(SETS, {"iran.demand_from": [0.7, 0.5]}, np.arange(2)).popitem()[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("days", "days: is no number that can differ from world to world: scenario.replace sets it for all"),
        ("iraq.highest_rung", "is no number that can differ"),
        ("presence.agreement_ends", "is no number that can differ"),
        ("united_states", "is no number that can differ"),
        ("attacks.curve[0].rate", "is no number that can differ"),
        ("no such thing", "there is no such setting"),
        ("", "is no name of a number"),
        (7, "is no name of a number"),
    ],
)
def test_what_is_no_number_of_the_model_is_refused(name: Any, said: str) -> None:
    """`days` too, which used to be taken and to change nothing."""
    assert said in fault_of(SHORT, {name: 0.5})


@pytest.mark.parametrize(
    ("value", "worlds", "said"),
    [
        ([0.1, 0.2], np.arange(3), "2 values for 3 worlds; give one number, or one for each world of a block"),
        ([0.1, 0.2], 5, "2 values for one world; give one number"),
        (np.zeros((3, 1)), np.arange(3), "an array of the shape (3, 1) for 3 worlds"),
        ("0.5", 0, "'0.5' is neither a number nor an array of numbers"),
        (True, 0, "True is neither a number nor an array of numbers"),
        ([0.5, None], np.arange(2), "[0.5, None] is neither"),
        ([[0.1, 0.2], [0.3]], np.arange(2), "[[0.1, 0.2], [0.3]] is neither"),
        ({"uniform": [0.1, 0.2]}, 0, "is neither a number nor an array"),
        (1j, 0, "1j is neither"),
    ],
)
def test_what_is_no_number_or_not_one_for_each_world_is_refused(value: Any, worlds: Any, said: str) -> None:
    assert said in fault_of(SHORT, {RESTRAINT: value}, worlds)


@pytest.mark.parametrize("given", [3, "a", [("united_states.restraint", 0.5)], {RESTRAINT}])
def test_what_is_no_dict_is_refused(given: Any) -> None:
    with pytest.raises(InputError, match="overrides is a dict of numbers by dotted name"):
        WithdrawalModel(SHORT, overrides=given)


# ------------------------------------------------------------------------------------- what is met
def test_every_kind_of_number_is_met_as_python_s() -> None:
    for value in (0.5, np.float64(0.5), np.float32(0.5), np.array(0.5)):
        with born(SHORT, world=1, overrides={RESTRAINT: value}) as model:
            assert type(model.p.united_states.restraint) is float
            assert model.p.united_states.restraint == 0.5
    with born(SHORT, world=1, overrides={RESTRAINT: 1, "blocs.Sunni.seats": np.int8(40)}) as model:
        assert type(model.p.united_states.restraint) is float
        assert type(model.p.parliament.blocs["Sunni"].seats) is int


@pytest.mark.parametrize("give", [list, tuple, np.array, pd.Series, lambda values: np.array(values, np.float32)])
def test_a_block_takes_any_column(give: Any) -> None:
    with born(SHORT, worlds=range(2), overrides={RESTRAINT: give([0.25, 0.75])}) as model:
        assert model.p.united_states.restraint.tolist() == [0.25, 0.75]


def test_names_may_stand_in_quotes() -> None:
    name = 'groups."Badr Organization".control'
    with born(SHORT, world=1, overrides={name: 0.3}) as model:
        assert model.p.militia.groups["Badr Organization"].control == 0.3
    both = {name: 0.3, "groups.Badr Organization.control": 0.4}
    assert "is given twice" in fault_of(SHORT, both)


def test_whole_numbers_may_differ_from_world_to_world() -> None:
    scenario, seats = conditions({"iraq.base_pressure": 0.5}, days=40), np.array([20, 45, 65])
    with born(scenario, worlds=range(3), overrides={"blocs.Sunni.seats": seats}) as block:
        block.run_model()
        for world, number in enumerate(seats.tolist()):
            changed = conditions({"iraq.base_pressure": 0.5}, days=40).replace(**{"blocs.Sunni.seats": number})
            with born(changed, world=world) as model:
                model.run_model()
                assert numbers(one_world(state_of(block), world)) == numbers(state_of(model))


def test_they_are_checked_before_a_kept_past_is_looked_for() -> None:
    with pytest.raises(ScenarioError, match=r"overrides of world 1: united_states\.restraint: 2.0 is above 1"):
        simulate(SHORT, worlds=range(2), overrides={RESTRAINT: np.array([0.0, 2.0])}, pasts=Pasts())


# ---------------------------------------------------------------------------------------- idle names
def test_a_number_that_nobody_reads_is_warned_of() -> None:
    with pytest.warns(
        IdleOverride, match=r"overrides: isis\.level changes nothing: it holds from 2024-01-10 on"
    ) as said:
        WithdrawalModel(HISTORY, overrides={"isis.level": 0.5})
    assert [warning.filename for warning in said] == [__file__]
    with pytest.warns(IdleOverride, match=r"fronts\.gaza\.war_days changes nothing"):
        WithdrawalModel(HISTORY, worlds=range(2), overrides={"fronts.gaza.war_days": [30.0, 40.0]})


def test_a_number_that_is_read_is_not() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        checked_overrides(HISTORY, {RESTRAINT: 0.5}, 0)
        checked_overrides(SHORT, dict.fromkeys(("isis.level", "region.coordination"), 0.5), 0)


def test_an_idle_number_is_idle() -> None:
    """What the warning says is so."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IdleOverride)
        block = simulate(HISTORY, worlds=[2, 2, 2], overrides={"isis.level": [0.1, 0.5, 0.9]})
    assert {name: len(set(map(repr, column.tolist()))) for name, column in block.worlds.items()} == dict.fromkeys(
        block.worlds, 1
    )


# ------------------------------------------------------------------------------------------ batch_run
def test_batch_run_over_overrides() -> None:
    scenario = conditions({"fronts.gaza.war_days": 600.0}, days=20)
    sweep = [{RESTRAINT: value} for value in np.linspace(0.0, 1.0, 3)]
    rows = mesa.batch_run(
        WithdrawalModel,
        {"scenario": [scenario], "seed": np.arange(1, 3), "world": np.arange(2), "overrides": sweep},
        number_processes=1,
        display_progress=False,
    )
    assert len(rows) == 2 * 2 * 3
    for row in rows:
        changed = scenario.replace(**row["overrides"])
        with born(changed, seed=int(row["seed"]), world=int(row["world"])) as model:
            model.run_model()
            assert row["pressure"] == model.iraq.pressure


def test_batch_run_that_takes_a_dict_or_a_scenario_apart_is_told_so() -> None:
    for parameters, said in (
        ({"scenario": [SHORT], "overrides": {RESTRAINT: 0.5}}, "batch_run takes a dict apart"),
        ({"scenario": SHORT}, "batch_run takes a Scenario apart"),
    ):
        with pytest.raises(InputError, match=said):
            mesa.batch_run(WithdrawalModel, parameters, number_processes=1, display_progress=False)
