"""A world's history depends on the scenario's conditions, the seed and its number, and on nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from model.histories import CLEAN_START, born, conditions, numbers, one_world, put, state_of
from sim.engine.blocks import Block, simulate
from sim.engine.mesa import WithdrawalModel
from sim.model.article import RECORD_ENDS
from sim.scenario.errors import ScenarioError
from sim.scenario.files import shipped
from sim.scenario.load import load
from sim.scenario.schema import Scenario

pytestmark = pytest.mark.usefixtures("short_past")

FORCED: dict[str, Any] = {
    "united_states.restraint": 0.2, "united_states.leverage": 0.2, "iran.permissiveness": 0.55,
    "iraq.private_wish": 0.5, "fronts.gaza.war_days": 600.0,
}  # fmt: skip
"""Conditions under which everything happens: strikes, sessions, committees, letters."""
STORM = conditions(FORCED, start=RECORD_ENDS, days=30)


@cache
def storm() -> Block:
    """Twenty worlds of it, which several tests compare theirs with."""
    return simulate(STORM, worlds=range(20))


def state(model: WithdrawalModel, place: int | None = None) -> dict[str, Any]:
    """The state of every part of one world, to the bit."""
    found = state_of(model)
    return dict(numbers(found if place is None else one_world(found, place)))


def assert_same(one: Mapping[str, Any], other: Mapping[str, Any], *, but: Sequence[str] = ()) -> None:
    """Both states agree, part by part and number by number."""
    assert one.keys() == other.keys()
    for part in one:
        if part not in but:
            differs = {
                name: (one[part][name], other[part].get(name))
                for name in one[part]
                if one[part][name] != other[part].get(name)
            }
            assert not differs, (part, differs)
            assert one[part].keys() == other[part].keys()


def rows(block: Block, places: Sequence[int] | None = None) -> dict[str, list[Any]]:
    """The worlds table, to the bit (an empty number is equal to another)."""
    found = {}
    for name, column in block.worlds.items():
        entries = column if places is None else column[list(places)]
        found[name] = [x.hex() if isinstance(x, float) else x for x in entries.tolist()]
    return found


def assert_same_weeks(one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> None:
    """Both count the same worlds in the same bins."""
    assert one.keys() == other.keys()
    for name in one:
        assert (one[name] == other[name]).all(), name


# ------------------------------------------------------------------------------------ one and many
def test_a_world_alone_is_the_same_world_in_a_block_of_4000() -> None:
    chosen = (0, 1, 1234, 3998, 3999)
    scenario = conditions(FORCED, days=21)
    with born(scenario, worlds=range(4000)) as block:
        while block.running:
            block.step()
        for world in chosen:
            with born(scenario, world=world) as alone:
                while alone.running:
                    alone.step()
                assert_same(state(alone), state(block, world))


def test_every_day_of_a_world_alone_is_its_day_in_a_block() -> None:
    chosen = (2, 3)
    scenario = conditions(FORCED, start=RECORD_ENDS, days=150)
    with (
        born(scenario, worlds=range(8), events=True) as block,
        born(scenario, world=2, events=True) as one,
        born(scenario, world=3, events=True) as other,
    ):
        for _ in range(scenario.days):
            block.step()
            for world, alone in zip(chosen, (one, other), strict=True):
                alone.step()
                assert_same(state(alone), state(block, world))
        assert block.log is not None
        together = block.log.table()
        for world, alone in zip(chosen, (one, other), strict=True):
            assert alone.log is not None
            here = [place for place, number in enumerate(together["world"]) if number == world]
            assert alone.log.table() == {name: [column[place] for place in here] for name, column in together.items()}


def test_the_row_of_a_world_alone_is_that_of_the_block() -> None:
    for world in (0, 7, 19):
        assert rows(simulate(STORM, worlds=[world])) == rows(storm(), [world])


def test_a_state_is_made_of_numbers_that_are_compared() -> None:
    """The comparison above sees what it must see: a number that differs in its last bit, in any part."""
    with born(conditions(days=1), world=1) as model:
        before = state(model)
        assert len(before) == 11 + 7
        assert {"steady", "news", "mood", "rung"} <= set(before["iraq"])
        put(model, "iraq", news=model.iraq.news + 2.0**-54)
        with pytest.raises(AssertionError):
            assert_same(before, state(model))


# ----------------------------------------------------------------------- size, order, split, number
def test_order_and_split_of_a_block_change_nothing() -> None:
    order = [7, 3, 11, 0, 19, 2, 10, 4]
    assert rows(simulate(STORM, worlds=order)) == rows(storm(), order)
    parts = [simulate(STORM, worlds=worlds) for worlds in (range(13), np.arange(13, 20))]
    split = {name: [x for part in parts for x in rows(part)[name]] for name in storm().worlds}
    assert split == rows(storm())
    weeks = {name: sum(part.weekly[name] for part in parts) for name in storm().weekly}
    assert_same_weeks(weeks, storm().weekly)


def test_the_first_worlds_of_200_are_the_same() -> None:
    assert rows(simulate(STORM, worlds=range(200)), range(20)) == rows(storm())


def test_the_same_again_and_another_seed_is_another_history() -> None:
    assert rows(simulate(STORM, worlds=range(20))) == rows(storm())
    assert rows(simulate(STORM, worlds=range(20), seed=2)) != rows(storm())


def test_a_longer_horizon_begins_the_same() -> None:
    longer = STORM.model_copy(update={"days": 60})
    with born(STORM, worlds=range(10)) as short, born(longer, worlds=range(10)) as long:
        while short.running:
            short.step()
            long.step()
        for world in range(10):
            assert_same(state(short, world), state(long, world))


# ------------------------------------------------------------------------------- names and overrides
def test_what_people_call_a_scenario_does_not_matter() -> None:
    named = STORM.model_copy(update={"name": "forced_exit", "title": "a title", "summary": "…", "source": "somebody"})
    assert rows(simulate(named, worlds=range(20))) == rows(storm())


def numbers_of(section: BaseModel, prefix: str = "") -> dict[str, float]:
    """Every number of a scenario by its dotted name."""
    found: dict[str, float] = {}
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            found |= numbers_of(value, f"{prefix}{name}.")
        elif isinstance(value, dict):
            for key, item in value.items():
                found |= numbers_of(item, f"{prefix}{name}.{key}.")
        elif isinstance(value, float):
            found[f"{prefix}{name}"] = value
    return found


def test_a_value_for_each_world_is_that_value_in_the_scenario() -> None:
    """Every number at once: three worlds whose every number is a little off, each in its own way."""
    base = numbers_of(STORM)
    assert len(base) > 200
    near = np.array([0.97, 0.985, 0.995])
    for kept in ("talks.phased_low", "talks.full_high"):
        base.pop(kept)  # at the end of what is allowed
    for name, front in STORM.fronts.items():
        if front.follows:  # a front that follows another has no course of its own
            del base[f"fronts.{name}.war_days"], base[f"fronts.{name}.pause_days"]
    values = {name: value * near for name, value in base.items()}
    block = simulate(STORM, worlds=[4, 5, 6], overrides=values)
    for place, world in enumerate((4, 5, 6)):
        changed = conditions(
            {**FORCED, **{name: float(value[place]) for name, value in values.items()}},
            start=STORM.start,
            days=STORM.days,
        )
        assert rows(simulate(changed, worlds=[world])) == rows(block, [place])


@pytest.mark.parametrize(
    "name",
    [
        "united_states.restraint",
        "iraq.survival",
        "groups.Badr Organization.control",
        "fronts.gaza.weight",
        "blocs.Sunni.lean",
    ],
)
def test_one_number_given_as_an_array_is_that_number(name: str) -> None:
    value = {"blocs.Sunni.lean": 1.5}.get(name, 0.43)
    changed = conditions({**FORCED, name: value}, days=15)
    given = simulate(conditions(FORCED, days=15), worlds=range(8), overrides={name: np.full(8, value)})
    assert rows(given) == rows(simulate(changed, worlds=range(8)))


def test_an_override_that_is_no_number_of_the_scenario_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"united_states\.restrain: there is no such setting; did you mean"):
        simulate(STORM, worlds=range(2), overrides={"united_states.restrain": np.zeros(2)})


# ------------------------------------------------------------------------ minimally different worlds
SILENT_GROUP = {"share": 0.0, "closeness": 0.9, "stake": 0.0, "control": 0.5}
EMPTY_BLOC = {"seats": 0, "lean": 3.0, "closeness": 1.0, "exposure": 0.0}
WEIGHTLESS_FRONT = {
    "weight": 0.0, "dates": [{"date": date(2023, 1, 1), "state": "war"}, {"date": CLEAN_START, "state": "truce"}],
    "pause_days": 50.0,
}  # fmt: skip


def with_one_more(
    scenario: Scenario, section: str, name: str, entry: dict[str, Any], *, first: bool = False
) -> Scenario:
    """The scenario with one more group, bloc or front, at the end or at the beginning."""
    raw = scenario.model_dump()
    raw[section] = {name: entry, **raw[section]} if first else {**raw[section], name: entry}
    return Scenario.model_validate(raw)


def assert_changes_nothing(scenario: Scenario, changed: Scenario, *, worlds: int = 30, but: Sequence[str] = ()) -> None:
    """Every state of every world on every day is the same, but for what is there only once."""
    with born(scenario, worlds=range(worlds)) as plain, born(changed, worlds=range(worlds)) as more:
        while plain.running:
            plain.step()
            more.step()
            one, other = numbers_in_blocks(state_of(plain)), numbers_in_blocks(state_of(more))
            for part in one:
                for name, value in one[part].items():
                    if f"{part}.{name}" not in but:
                        assert value == other[part][name], (plain.day_done, part, name)


def numbers_in_blocks(states: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """States of a block to the bit; a number that is the same in every world is as good as an array of it."""

    def flat(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            if (value == value[0]).all():
                return flat(value[0])
            return (value.astype(float) + 0.0).tobytes()
        if isinstance(value, bool | int | float | np.generic):
            return (float(value) + 0.0).hex()
        if isinstance(value, Mapping):
            return {name: flat(item) for name, item in value.items()}
        if isinstance(value, tuple | list):
            return tuple(flat(item) for item in value)
        return value

    return {part: {name: flat(value) for name, value in found.items()} for part, found in states.items()}


@pytest.mark.parametrize("first", [False, True])
def test_a_group_that_never_attacks_changes_nothing_else(first: bool) -> None:
    scenario = conditions(FORCED, days=60)
    changed = with_one_more(scenario, "groups", "Silent Group", SILENT_GROUP, first=first)
    assert_changes_nothing(scenario, changed)


def test_a_group_that_never_attacks_changes_nothing_where_the_others_are_calm() -> None:
    scenario = conditions(start=RECORD_ENDS, days=60)
    changed = with_one_more(scenario, "groups", "Silent Group", SILENT_GROUP)
    assert_changes_nothing(scenario, changed)


@pytest.mark.parametrize("first", [False, True])
def test_a_bloc_without_seats_changes_nothing(first: bool) -> None:
    scenario = conditions({**FORCED, "blocs.independents.seats": 60}, days=60)
    assert_changes_nothing(scenario, with_one_more(scenario, "blocs", "Empty Bloc", EMPTY_BLOC, first=first))


@pytest.mark.parametrize("first", [False, True])
def test_a_front_without_weight_changes_nothing(first: bool) -> None:
    scenario = conditions({**FORCED, "fronts.gaza.ends": CLEAN_START}, days=60)
    changed = with_one_more(scenario, "fronts", "elsewhere", WEIGHTLESS_FRONT, first=first)
    assert_changes_nothing(scenario, changed, but=("region.states", "region.since", "region.seen"))


def test_a_following_front_without_weight_changes_nothing() -> None:
    changed = with_one_more(STORM, "fronts", "elsewhere", {"weight": 0.0, "follows": "gaza"})
    assert_changes_nothing(STORM, changed, but=("region.states", "region.since", "region.seen"))


def test_an_event_that_comes_later_leaves_the_days_before_it_as_they_were() -> None:
    strike = {"kind": "strike", "rung": "large campaign", "dead": 30, "civilians": 12, "day": 40}
    plain, changed = conditions(FORCED, days=80), conditions(FORCED, days=80, events=[strike])
    with born(plain, world=5) as one, born(changed, world=5) as other:
        for day in range(80):
            one.step()
            other.step()
            assert (state(one) == state(other)) == (day < 40), day


# --------------------------------------------------------------------------------------- the log


def test_the_event_log_changes_no_number() -> None:
    scenario = conditions(FORCED, start=RECORD_ENDS, days=60)
    with born(scenario, worlds=range(20), events=True) as logged, born(scenario, worlds=range(20)) as plain:
        while plain.running:
            logged.step()
            plain.step()
            one, other = (numbers_in_blocks(state_of(model)) for model in (logged, plain))
            assert one == other
    silent, written = storm(), simulate(STORM, worlds=range(20), events=True)
    assert rows(silent) == rows(written)
    assert_same_weeks(silent.weekly, written.weekly)
    assert silent.events is None
    assert written.events is not None
    assert len(written.events["event"]) > 1000


# ------------------------------------------------------------------------------------ one past for all
@cache
def usual_eve(start: date) -> dict[str, Any]:
    """The eve of a scenario that has every number at its default."""
    return eve(conditions(start=start))


def eve(scenario: Scenario) -> dict[str, Any]:
    """The states of some worlds on the eve of the first day."""
    with born(scenario, worlds=range(12)) as model:
        assert model.day == 0
        return numbers_in_blocks(state_of(model))


def test_every_shipped_scenario_of_10_january_2024_has_one_past() -> None:
    scenarios = [scenario for name in shipped() if (scenario := load(name)).start == RECORD_ENDS]
    assert {"status_quo", "negotiated_exit", "forced_exit", "gaza_ceasefire"} <= {s.name for s in scenarios}
    plain = conditions(start=RECORD_ENDS, uncertainty="accepted")
    for world in (3, 8):
        with born(plain, world=world) as usual:
            for scenario in scenarios:
                with born(scenario, world=world) as model:
                    assert_same(state(usual), state(model))


def test_levers_caps_and_scripted_events_leave_the_past_alone() -> None:
    assert eve(STORM) == usual_eve(RECORD_ENDS)
    caps = {
        "iraq.highest_rung": "condemn", "parliament.highest_rung": "no session", "iran.highest_rung": "brake",
        "united_states.highest_rung": "warn", "groups.Kataib Hezbollah.highest_rung": "harass",
        "iran.highest_press": "quiet", "militias.highest_call": "none", "united_states.highest_leverage": "reassure",
    }  # fmt: skip
    assert eve(conditions(caps)) == usual_eve(CLEAN_START)
    events = [{"kind": "coordinator_killed", "day": 0, "dead": 10}]
    assert eve(conditions(events=events)) == usual_eve(CLEAN_START)


def test_a_war_that_ends_before_the_start_is_still_one_past() -> None:
    ends = {"fronts.gaza.ends": date(2023, 11, 1)}
    assert eve(conditions(ends, start=RECORD_ENDS)) == usual_eve(RECORD_ENDS)


def test_levers_given_world_by_world_leave_the_past_alone_too() -> None:
    levers = {
        name: np.linspace(0.1, 0.9, 12)
        for name in ("united_states.restraint", "iran.permissiveness", "region.coordination")
    }
    with born(STORM, worlds=range(12), overrides=levers) as model:
        assert numbers_in_blocks(state_of(model)) == usual_eve(RECORD_ENDS)


def test_what_nobody_knows_well_was_so_in_the_past_too() -> None:
    """The other side of it: an uncertain number is the same before and after the start."""
    assert eve(conditions({"iraq.base_pressure": 0.2})) != usual_eve(CLEAN_START)


def test_another_start_has_another_past_of_its_own() -> None:
    assert usual_eve(CLEAN_START) != usual_eve(RECORD_ENDS)


# ------------------------------------------------------------------------------------------- forks
def test_a_copy_of_the_state_is_not_written_into() -> None:
    """The promise behind forks: a rule's result replaces an attribute, and no array is ever changed in place."""
    with born(STORM, worlds=range(20)) as model:
        while model.running:
            kept = state_of(model)
            before = numbers_in_blocks(kept)
            model.step()
            assert numbers_in_blocks(kept) == before
