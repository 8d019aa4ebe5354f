"""A world is whole: copied on the eve of any day and lived on by another model, it has the same history."""

from __future__ import annotations

import pickle
from datetime import date
from typing import Any

import numpy as np
import pytest

from model.histories import born, conditions, numbers, state_of
from sim.engine.mesa import Lived
from sim.scenario.load import load
from sim.scenario.schema import Scenario

pytestmark = pytest.mark.usefixtures("short_past")
DAYS = 60
EVES = range(0, DAYS, 5)
"""The days on whose eve a world is copied: twelve of them, on all days of the week."""
BLOCK = range(3)


def scripted_conditions() -> Scenario:
    """Conditions that the script changes: a government, IS, authorised troops, the legal default, a truce, an order."""
    events: list[dict[str, Any]] = [
        {"kind": "government", "day": 4, "allies": 0.2, "wish_low": 0.5, "wish_high": 0.6},
        {"kind": "isis", "day": 7, "level": 0.5},
        {"kind": "truce", "front": "gaza", "days": 20, "day": 10},
        {"kind": "troops", "day": 13, "number": 900},
        {"kind": "legal_default", "day": 16, "default": "dated_agreement", "ends": date(2024, 4, 20)},
        {"kind": "order", "day": 20, "go_ahead": 0.9},
        {"kind": "strike", "rung": "kill a commander in Baghdad", "dead": 3, "day": 31},
        {"kind": "committee", "day": 33},
        {"kind": "sanctions", "step": "restrict dollars", "day": 40},
        {"kind": "set", "name": "united_states.restraint", "value": 0.1, "day": 41},
        {"kind": "offer_talks", "day": 43},
        {"kind": "attack", "dead": 2, "day": 45},
        {"kind": "set", "name": "united_states.restraint", "value": 0.9, "day": 47},
    ]
    return conditions({"fronts.gaza.war_days": 600.0}, days=DAYS, events=events)


SCENARIOS = {
    **{
        name: load(name, changes={"days": DAYS})
        for name in ("forced_exit", "negotiated_exit", "gaza_ceasefire", "history/from_october")
    },
    "judged": load("regional_war", changes={"days": DAYS, "uncertainty": "judgement"}),
    "scripted conditions": scripted_conditions(),
}


@pytest.mark.parametrize("form", [{"world": 5}, {"worlds": BLOCK}], ids=["alone", "block"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_copy_lived_on_has_the_same_history(name: str, form: dict[str, Any]) -> None:
    scenario, copies = SCENARIOS[name], {}
    with born(scenario, seed=2, **form) as model:
        while model.running:
            if model.day in EVES:
                copies[model.day] = pickle.dumps(model.keep())
            model.step()
        end, counts = numbers(state_of(model)), numbers(model.counts)
    assert len(copies) == 12
    for day, copy in copies.items():
        kept: Lived = pickle.loads(copy)
        with born(scenario, seed=2, lived=kept, **form) as later:
            assert later.day == day
            while later.running:
                later.step()
            assert numbers(state_of(later)) == end, day
            assert numbers(later.counts) == counts, day


def test_a_copy_is_not_touched_by_who_lives_on() -> None:
    """Two futures of one past: the copy that both begin with stays what it was."""
    other = SCENARIOS["forced_exit"].replace(**{"united_states.restraint": 0.9, "fronts.gaza.war_days": 20.0})
    with born(SCENARIOS["forced_exit"], worlds=BLOCK) as model:
        kept = model.keep()
        before = pickle.dumps(kept)
        while model.running:
            model.step()
        with born(other, worlds=BLOCK, lived=kept) as later:
            while later.running:
                later.step()
            assert numbers(state_of(later)) != numbers(state_of(model))
    assert numbers_of(kept) == numbers_of(pickle.loads(before))


def numbers_of(kept: Lived) -> Any:
    """A kept world to the bit."""
    return numbers([list(record) for record in kept.world]), numbers(kept.counts)


def test_a_change_in_the_last_bit_is_another_history() -> None:
    """The comparison above sees what it must see."""
    with born(SCENARIOS["forced_exit"], world=4) as model:
        kept = model.keep()
        iraq = kept.world.iraq
        other = iraq._replace(steady=float(np.nextafter(iraq.steady, 1.0)))
        nudged = kept._replace(world=kept.world._replace(iraq=other))
        model.step()
        for lived, same in ((kept, True), (nudged, False)):
            with born(SCENARIOS["forced_exit"], world=4, lived=lived) as later:
                later.step()
                assert (numbers(state_of(later)) == numbers(state_of(model))) == same


def test_a_copy_that_does_not_fit_is_refused() -> None:
    scenario = SCENARIOS["forced_exit"]
    with born(scenario, world=5) as model:
        kept = model.keep()
    with (
        pytest.raises(ValueError, match="1 worlds were kept, 3 are asked for"),
        born(scenario, worlds=BLOCK, lived=kept),
    ):
        pass
    fewer = scenario.model_copy(update={"groups": dict(list(scenario.groups.items())[1:])})
    with pytest.raises(ValueError, match="other groups or fronts"), born(fewer, world=5, lived=kept):
        pass
