"""A number that is set on a date, and an offer of talks: nothing moves before their day, and then just what should."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from model.histories import Act, born, conditions, history, lived, numbers, state_of
from sim.engine.blocks import simulate
from sim.model.article import RECORD_ENDS
from sim.model.united_states import day as united_states
from sim.scenario.changes import ONCE
from sim.scenario.conditions import numbers as every_number
from sim.scenario.load import load
from sim.scenario.schema import Scenario

pytestmark = pytest.mark.usefixtures("short_past")
DAY = 30
NAME = "united_states.restraint"
TENSE: dict[str, Any] = {"united_states.restraint": 0.1, "iran.permissiveness": 0.9, "attacks.weekly": 12.0}


def sets(value: float, *, day: int = DAY, name: str = NAME) -> dict[str, Any]:
    return {"kind": "set", "day": day, "name": name, "value": value}


def tense(*events: dict[str, Any], days: int = 90, **fields: Any) -> Scenario:
    return conditions(TENSE, events=events, days=days, **fields)


def days_of(scenario: Scenario, **how: Any) -> list[Any]:
    """The state of the evening of each day, comparable to the last bit."""
    return [numbers(state_of(model)) for model in lived(scenario, **how)]


def told(acts: list[Act]) -> list[Any]:
    """Acts without what numbers them."""
    return [(act.world, act.day, act.actor, act.act, act.rung) for act in acts]


def columns(scenario: Scenario, **how: Any) -> dict[str, list[str]]:
    worlds = simulate(scenario, worlds=range(12), **how).worlds
    return {name: [repr(value) for value in column.tolist()] for name, column in worlds.items()}


def test_until_the_date_it_is_the_same_world_and_then_another() -> None:
    before, after = days_of(tense(), worlds=range(8)), days_of(tense(sets(1.0)), worlds=range(8))
    assert before[:DAY] == after[:DAY]
    assert before[-1] != after[-1]


def test_set_on_the_first_day_it_is_as_if_the_file_had_it() -> None:
    """Of a lever, which holds from the first day on in any case."""
    there = conditions({**TENSE, NAME: 0.7}, days=90)
    assert columns(tense(sets(0.7, day=0))) == columns(there)
    assert columns(tense()) != columns(there)


def test_the_latest_in_force_wins_whatever_the_order_in_the_file() -> None:
    back = tense(sets(1.0), sets(0.1, day=DAY + 1))
    assert columns(back) == columns(tense(sets(0.1, day=DAY + 1), sets(1.0)))
    with born(back, world=0) as model:
        seen = []
        while model.running:
            model.step()
            seen.append(model.evening.p.united_states.restraint)
    assert seen[:DAY] == [0.1] * DAY
    assert seen[DAY] == 1.0
    assert seen[DAY + 1 :] == [0.1] * (90 - DAY - 1)


@pytest.mark.parametrize("scenario", [tense(sets(1.0)), tense({"kind": "offer_talks", "day": DAY})])
def test_a_world_of_a_block_is_the_world_alone(scenario: Scenario) -> None:
    together = simulate(scenario, worlds=range(6)).worlds
    for world in range(6):
        alone = simulate(scenario, worlds=[world]).worlds
        assert {name: repr(column[0]) for name, column in alone.items()} == {
            name: repr(column[world]) for name, column in together.items()
        }
    assert [numbers(state_of(model)) for model in lived(scenario, world=3)]


def test_it_wins_over_what_is_drawn_and_over_what_is_given() -> None:
    drawn = {"uncertain": {NAME: {"uniform": (0.0, 1.0)}}}
    with born(tense(sets(0.25), **drawn), worlds=range(4)) as model:
        seen = [np.array(model.p.united_states.restraint)]
        while model.running:
            model.step()
            seen.append(np.array(model.evening.p.united_states.restraint))
    assert seen[DAY].shape == (4,)
    assert len(set(seen[DAY].tolist())) == 4
    assert seen[DAY + 1] == 0.25
    given = {NAME: np.linspace(0.0, 1.0, 12)}
    assert columns(tense(sets(0.25, day=0)), overrides=given) == columns(tense(sets(0.25, day=0)))
    assert columns(tense(sets(0.25)), overrides=given) != columns(tense(sets(0.25)))


def test_it_wins_over_a_range_of_judgement() -> None:
    scenario = tense(sets(2.5, name="united_states.threshold"), uncertainty="judgement")
    with born(scenario, worlds=range(4)) as model:
        assert len(set(np.array(model.p.united_states.threshold).tolist())) == 4
        while model.running:
            model.step()
        assert model.p.united_states.threshold == 2.5


def test_two_futures_of_one_past() -> None:
    with born(tense(), worlds=range(5)) as model:
        while model.day < DAY:
            model.step()
        kept = model.keep()
    with born(tense(sets(1.0)), worlds=range(5), lived=kept) as later, born(tense(sets(1.0)), worlds=range(5)) as whole:
        while later.running:
            later.step()
        while whole.running:
            whole.step()
        assert numbers(state_of(later)) == numbers(state_of(whole))


def test_the_ledger_has_a_row_on_its_date() -> None:
    rows = [act for act in history(tense(sets(0.8)), world=0) if act.scripted]
    assert told(rows) == [(0, DAY, "the world", "conditions change", "united_states.restraint = 0.8")]


def test_a_group_of_its_own_and_a_front_can_be_set() -> None:
    name = "groups.Kataib Hezbollah.control"
    with born(tense(sets(0.3, name=name), sets(0.1, name="fronts.gaza.weight")), world=0) as model:
        while model.running:
            model.step()
        assert model.p.militia.groups["Kataib Hezbollah"].control == 0.3
        assert model.p.region.fronts["gaza"].weight == 0.1


def test_a_resolved_file_keeps_the_events(tmp_path: Any) -> None:
    from sim.scenario.load import fingerprint
    from sim.scenario.toml import to_toml

    events = [
        {"kind": "set", "date": date(2024, 6, 1), "name": NAME, "value": 0.8},
        {"kind": "offer_talks", "date": date(2024, 6, 2), "note": "an assumption"},
    ]
    scenario = load("status_quo").replace(events=events)
    file = tmp_path / "resolved.toml"
    file.write_text(to_toml(scenario), encoding="utf-8")
    assert load(file).events == scenario.events
    assert fingerprint(load(file)) == fingerprint(scenario) != fingerprint(load("status_quo"))


# --- which numbers can be set -------------------------------------------------------------------------------


def test_what_cannot_be_set_is_what_only_the_beginning_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every number that the eve of the first day reads and no day of a world does, and those of the benefits."""
    from sim.engine import mesa
    from sim.language import tree

    phase, reads = ["outside"], dict[str, set[str]]()
    make, begin, day = tree._settings, mesa.order.begin, mesa.order.day

    def named(section: Any, overrides: dict[str, Any], prefix: str) -> tree.Settings:
        found = make(section, overrides, prefix)
        found.__dict__["_prefix"] = prefix
        return found

    class Listening:
        def __getattribute__(self, name: str) -> Any:
            values = object.__getattribute__(self, "__dict__")
            if not name.startswith("_") and name in values:
                reads.setdefault(phase[0], set()).add(values.get("_prefix", "") + name)
            return object.__getattribute__(self, name)

    def during(what: str, step: Any) -> Any:
        def stepped(*inputs: Any) -> Any:
            phase[0] = what
            try:
                return step(*inputs)
            finally:
                phase[0] = "outside"

        return stepped

    monkeypatch.setattr(tree, "_settings", named)
    monkeypatch.setattr(tree.Settings, "__getattribute__", Listening.__getattribute__)
    monkeypatch.setattr(mesa.order, "begin", during("beginning", begin))
    monkeypatch.setattr(mesa.order, "day", during("day", day))
    with born(load("forced_exit", changes={"days": 120}), worlds=range(60)) as model:
        while model.running:
            model.step()
    known = {name for name, _, _ in every_number(Scenario())}
    alone = reads["beginning"] & known - reads["day"]
    benefits = {name for name in reads["beginning"] if name.startswith("consequences.")}
    assert {name for name in alone if not name.startswith("consequences.")} | benefits == set(ONCE)


# --- an offer of talks --------------------------------------------------------------------------------------

OFFER = {"kind": "offer_talks", "day": DAY}
STILL: dict[str, Any] = {
    "attacks.weekly": 0.0,
    "militias.call_chance": 0.0,
    "militias.call_chance_since_2020": 0.0,
    "militias.call_salience": 0.0,
    "parliament.routine_chance": 0.0,
    "talks.routine_chance": 0.0,
    "united_states.offer_chance": 0.0,
}


@pytest.mark.parametrize("day", range(28, 35))
def test_talks_open_on_the_day_of_the_offer_whatever_the_day_of_the_week(day: int) -> None:
    scenario = conditions(STILL, events=[{**OFFER, "day": day}], days=40)
    on, influence = [], []
    for model in lived(scenario, world=1):
        on.append(bool(model.talks.on))
        influence.append(model.public.influence_us)
    assert on == [False] * day + [True] * (40 - day)
    assert influence[day] > influence[day - 1]
    assert told([act for act in history(scenario, world=1) if act.actor in ("talks", "United States")])[:2] == [
        (1, day, "United States", "leverage", "offer talks"),
        (1, day, "talks", "open", "offer"),
    ]


def test_the_offer_is_scripted_and_the_talks_come_of_it() -> None:
    acts = history(conditions(STILL, events=[OFFER], days=40), world=1)
    offer = next(act for act in acts if act.act == "leverage" and act.day == DAY)
    opening = next(act for act in acts if act.act == "open")
    assert offer.scripted
    assert not opening.scripted
    assert offer.event in opening.causes


def test_the_cap_of_leverage_holds_for_it() -> None:
    for cap, opens in (("reassure", False), ("offer talks", True), ("", True)):
        scenario = conditions({**STILL, "united_states.highest_leverage": cap}, events=[OFFER], days=40)
        assert any(act.act == "open" for act in history(scenario, world=1)) is opens


def test_a_second_offer_while_talks_stand_changes_nothing() -> None:
    once, twice = ([OFFER], [OFFER, {**OFFER, "day": DAY + 3}])
    first, second = (days_of(conditions(STILL, events=events, days=40), world=1) for events in (once, twice))
    assert first == second


def test_an_offer_moves_no_day_before_it() -> None:
    before, after = (days_of(tense(*events, days=DAY + 5), worlds=range(8)) for events in ([], [OFFER]))
    assert before[:DAY] == after[:DAY]
    assert before[DAY] != after[DAY]


def test_of_talks_to_be_offered_there_is_nothing_without_a_script() -> None:
    with born(Scenario().replace(days=1), world=0) as model:
        assert not united_states.offer_is_scripted(model.at)
    events = [{"kind": "offer_talks", "date": RECORD_ENDS + timedelta(days=1)}]
    with born(Scenario().replace(days=2, events=events), world=0) as model:
        model.step()
        model.step()
        assert united_states.offer_is_scripted(model.at)
