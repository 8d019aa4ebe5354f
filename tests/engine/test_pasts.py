"""A past that several scenarios share is lived once, and nothing else changes by that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.histories import born, conditions, proving
from same.record import MAIN, shipped
from sim.ask.questions import inputs_of, main_job
from sim.engine.almanac import SPIN_UP, Almanac
from sim.engine.blocks import Block, simulate
from sim.engine.mesa import Lived
from sim.engine.pasts import Pasts, frozen, key_of, tell
from sim.model.article import RECORD_ENDS, RECORD_STARTS
from sim.runs import pieces
from sim.runs.pieces import missing
from sim.scenario.load import load
from sim.scenario.schema import Scenario

BLOCK = range(4)
LEVER, NUMBER = "united_states.restraint", "iraq.base_pressure"
RESTRAINED = {"uncertain": {LEVER: {"uniform": (0.2, 0.8)}}}


def lines(value: Any) -> list[str]:
    """A value in lines that are the same only for the same bits."""
    said: list[str] = []
    tell(value, said)
    return said


def said_by(block: Block) -> list[str]:
    """A block to the last bit."""
    plain = {
        name: list(map(str, column)) if column.dtype.hasobject else column for name, column in block.worlds.items()
    }
    return lines((plain, block.weekly))


def eve(scenario: Scenario, **how: Any) -> Lived:
    """The worlds on the eve of the first day, their past lived by themselves."""
    with born(scenario, **{"worlds": BLOCK, **how}) as model:
        return model.keep()


def together(scenarios: list[Scenario], **how: Any) -> Pasts:
    """The pasts after all scenarios have been run with them, each the same as alone."""
    pasts = Pasts()
    for scenario in scenarios:
        alone = simulate(scenario, worlds=BLOCK, **how)
        assert said_by(simulate(scenario, worlds=BLOCK, pasts=pasts, **how)) == said_by(alone), scenario.name
    return pasts


@pytest.fixture
def short_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some days of spin-up instead of a year."""
    monkeypatch.setattr("sim.engine.almanac.SPIN_UP", 12)


# -------------------------------------------------------------------------------------- the same bytes
@pytest.mark.parametrize(
    "uncertainty", ["accepted", *(pytest.param(name, marks=pytest.mark.nightly) for name in ("none", "judgement"))]
)
def test_the_main_scenarios_share_a_past_and_stay_what_they_are(uncertainty: str) -> None:
    changes = {"days": 40, "uncertainty": uncertainty}
    assert together([load(name, changes=changes) for name in MAIN], seed=3).lived == 1


@pytest.mark.nightly
@pytest.mark.parametrize("uncertainty", ["none", "accepted", "judgement"])
def test_every_scenario_stays_what_it_is(uncertainty: str) -> None:
    together([load(name, changes={"uncertainty": uncertainty}) for name in shipped()])


@pytest.mark.usefixtures("short_past")
def test_overrides_of_levers_share_a_past_and_others_do_not() -> None:
    scenario, lived = load("forced_exit", changes={"days": 15}), []
    pasts, values = Pasts(), np.linspace(0.1, 0.3, 4)
    for overrides in ({}, {LEVER: values}, {LEVER: 2 * values}, {NUMBER: values}, {NUMBER: values[::-1]}):
        alone = simulate(scenario, worlds=BLOCK, overrides=overrides)
        assert said_by(simulate(scenario, worlds=BLOCK, overrides=overrides, pasts=pasts)) == said_by(alone)
        lived.append(pasts.lived)
    assert lived == [1, 1, 1, 2, 3]


@pytest.mark.usefixtures("short_past")
def test_worlds_with_an_event_log_live_their_own_past() -> None:
    scenario, pasts = load("forced_exit", changes={"days": 5}), Pasts()
    simulate(scenario, worlds=BLOCK, pasts=pasts)
    logged = simulate(scenario, worlds=BLOCK, pasts=pasts, events=True)
    assert logged.events is not None
    assert min(logged.events["day"]) < 0
    assert pasts.lived == 1


# ---------------------------------------------------------------------------------------------- the key
def test_the_scenarios_of_the_main_job_have_two_pasts() -> None:
    """Those that start on the day the record ends, and those that start in October."""
    keys: dict[date, set[str]] = {}
    for scenario in main_job():
        keys.setdefault(scenario.start, set()).add(key_of(scenario, 1, BLOCK))
    assert [len(same) for same in keys.values()] == [1, 1]
    assert len(set.union(*keys.values())) == 2


def test_names_levers_caps_days_and_the_script_leave_the_past_alone() -> None:
    plain = conditions(start=RECORD_ENDS)
    others = [
        conditions(start=RECORD_ENDS, name="another", title="Another", summary="All else", source="nobody"),
        conditions({LEVER: 0.9, "fronts.gaza.war_days": 900.0, "iraq.highest_rung": "condemn"}, start=RECORD_ENDS),
        conditions(start=RECORD_ENDS, days=90),
        conditions(start=RECORD_ENDS, events=[{"kind": "isis", "level": 0.9, "day": 0}, {"kind": "attack", "day": 3}]),
        conditions(RESTRAINED, start=RECORD_ENDS),
    ]
    assert {key_of(scenario, 1, BLOCK) for scenario in others} == {key_of(plain, 1, BLOCK)}


def test_a_start_within_the_record_lives_it_to_its_eve() -> None:
    eve = date(2024, 1, 4)
    scenario = load("history/from_5_january")
    almanac = Almanac(scenario, scenario)
    days = {calendar.date: (calendar, given) for calendar, given in map(almanac.day, range(almanac.first_day, 5))}
    assert min(days) == RECORD_STARTS - timedelta(days=SPIN_UP)
    assert [day for day, (calendar, _) in days.items() if calendar.recorded][:: (eve - RECORD_STARTS).days] == [
        RECORD_STARTS,
        eve,
    ]
    assert not any(calendar.free for day, (calendar, _) in days.items() if day <= eve)
    assert [strike.event.rung for strike in days[eve][1]["united_states/strikes"]] == ["kill a commander in Baghdad"]
    assert days[eve + timedelta(days=1)][0].free
    assert not any(given for day, (_, given) in days.items() if day > eve), "nothing of the record after it"
    with born(scenario, worlds=range(4)) as model:
        assert model.day == 0


def test_the_hindcast_of_the_campaign_has_no_recorded_past() -> None:
    for name in ("history/gaza_2023", "history/from_october", "history/years_2018_2023"):
        scenario = load(name)
        almanac = Almanac(scenario, scenario)
        assert almanac.first_day == -SPIN_UP
        assert not any(almanac.day(number)[0].recorded for number in range(-SPIN_UP, 3))
    assert Almanac(plain := conditions(start=RECORD_ENDS), plain).first_day == -SPIN_UP - 95


def test_all_that_the_past_goes_by_makes_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = conditions(start=RECORD_ENDS)
    judged = plain.model_copy(update={"uncertainty": "judgement"})
    values = np.full(4, 0.1)
    nudged = np.array([0.1, 0.1, 0.1, np.nextafter(0.1, 1.0)])
    groups = dict(plain.groups)
    keys = [
        key_of(plain, 1, BLOCK),
        key_of(plain, 2, BLOCK),
        key_of(plain, 1, range(1, 5)),
        key_of(plain, 1, range(3)),
        key_of(judged, 1, BLOCK),
        key_of(plain.replace(**{NUMBER: 0.11}), 1, BLOCK),
        key_of(plain, 1, BLOCK, {NUMBER: values}),
        key_of(plain, 1, BLOCK, {NUMBER: nudged}),
        key_of(plain, 1, BLOCK, {NUMBER: values.astype(np.float32)}),
        key_of(plain.model_copy(update={"groups": dict(reversed(groups.items()))}), 1, BLOCK),
        *(key_of(conditions(start=RECORD_ENDS + timedelta(days=later)), 1, BLOCK) for later in (-1, 1, 2)),
    ]
    monkeypatch.setattr("sim.engine.almanac.SPIN_UP", 364)
    keys.append(key_of(plain, 1, BLOCK))
    monkeypatch.undo()
    monkeypatch.setattr("sim.engine.almanac.recorded_before", lambda _: ())
    keys.append(key_of(plain, 1, BLOCK))
    assert len(set(keys)) == len(keys)
    monkeypatch.undo()
    assert key_of(plain, 1, list(BLOCK)) == keys[0]
    assert key_of(plain, 1, BLOCK, {NUMBER: values.copy()}) == keys[6]


def test_the_key_tells_apart_what_only_looks_alike() -> None:
    alike = [1, 1.0, True, "1", np.float64(1.0), np.ones(1), np.ones(1, np.float32), np.ones((1, 1)), (1,), [1], {1: 1}]
    alike += [0.0, -0.0, (), (1, (2,)), ((1, 2),), ("1\n", "2"), ("1", "\n2"), date(2024, 1, 1), "2024-01-01", None]
    assert len({tuple(lines(value)) for value in alike}) == len(alike)


def test_what_the_key_does_not_know_is_never_the_same() -> None:
    unknown = object()
    assert lines(unknown) != lines(unknown)
    assert lines(np.array([unknown])) != lines(np.array([unknown]))


EVENTS = (
    {"kind": "isis", "level": 0.9, "day": 0},
    {"kind": "truce", "front": "gaza", "days": 20, "day": 1},
    {"kind": "government", "day": 0, "allies": 0.9, "wish_low": 0.5, "wish_high": 0.6},
    {"kind": "troops", "day": 2, "number": 900},
)
LEVERS = {LEVER: 0.9, "isis.level": 0.6, "presence.troops": 900.0, "iraq.allies_in_government": 0.9}
NUMBERS = {NUMBER: 0.2, "attacks.weekly": 2.0, "region.motive": 0.3, "militias.call_chance": 0.2}


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Conditions that differ from others in anything, and most often in what no past goes by."""
    levers = {name: LEVERS[name] for name in draw(st.sets(st.sampled_from(sorted(LEVERS))))}
    numbers = {name: NUMBERS[name] for name in draw(st.sampled_from([[], [], [], *([name] for name in NUMBERS)]))}
    events = [EVENTS[place] for place in draw(st.sets(st.sampled_from(range(len(EVENTS)))))]
    start = draw(st.sampled_from([RECORD_ENDS, date(2024, 2, 12)]))
    uncertainty = draw(st.sampled_from(["none", "none", "accepted", "judgement"]))
    return conditions(
        {**levers, **numbers}, start=start, days=draw(st.integers(5, 9)), events=events, uncertainty=uncertainty
    )


@pytest.mark.usefixtures("short_past")
def test_the_same_key_is_the_same_state_on_the_eve_of_the_first_day() -> None:
    seen: dict[str, list[str]] = {}

    @proving
    @given(scenario=scenarios())
    def lives(scenario: Scenario) -> None:
        state = lines(eve(scenario))
        assert seen.setdefault(key_of(scenario, 1, BLOCK), state) == state

    lives()
    assert 4 <= len(seen) <= 30  # of the forty: some share a past, and not all do
    assert len({tuple(state) for state in seen.values()}) > 3


# ------------------------------------------------------------------------------------ what is kept of them
@pytest.mark.usefixtures("short_past")
def test_nothing_can_write_into_a_kept_past() -> None:
    pasts, scenario = Pasts(), load("forced_exit", changes={"days": 5})
    simulate(scenario, worlds=BLOCK, pasts=pasts)
    kept = pasts.get(key_of(scenario, 1, BLOCK))
    assert kept is not None
    assert lines(kept) == lines(eve(scenario))
    arrays: list[np.ndarray[Any, Any]] = []
    frozen(kept, arrays)
    assert len(arrays) > 20
    with pytest.raises(ValueError, match="read-only"):
        kept.world.iraq.steady[0] = 0.5
    with pytest.raises(ValueError, match="read-only"):
        kept.world.iraq.steady[:] += 0.5


def test_a_kept_past_is_a_copy_of_its_own() -> None:
    """Arrays that a caller gave are his, to write into as before."""
    given_ = np.arange(4.0)
    copy = frozen((given_, {"a": given_}), [])
    given_[0] = 9.0
    assert copy[0].tolist() == copy[1]["a"].tolist() == [0.0, 1.0, 2.0, 3.0]


def test_no_more_is_kept_than_the_bound_and_the_one_used_last_stays() -> None:
    scenario = conditions(days=5)
    lived = eve(scenario)
    arrays: list[np.ndarray[Any, Any]] = []
    frozen(lived, arrays)
    size = sum(array.nbytes for array in arrays)
    pasts = Pasts(most=2 * size + size // 2)
    for key in ("a", "b"):
        pasts.keep(key, lived)
    assert pasts.size == 2 * size
    assert pasts.get("a") is not None
    pasts.keep("c", lived)
    assert (len(pasts), pasts.size, pasts.lived) == (2, 2 * size, 3)
    assert pasts.get("b") is None
    assert pasts.get("a") is not None
    assert pasts.get("c") is not None
    pasts.keep("c", lived)
    assert (len(pasts), pasts.size) == (2, 2 * size)
    none = Pasts(most=size - 1)
    none.keep("a", lived)
    assert (len(none), none.size, none.lived) == (0, 0, 1)


# --------------------------------------------------------------------------------------------- in a run
def test_pieces_over_the_same_worlds_follow_one_another() -> None:
    """So the pasts that a worker keeps need not be many."""
    inputs = replace(inputs_of(worlds=6000), events="none")
    firsts = [piece.first for piece in missing(inputs, ())]
    assert firsts == sorted(firsts)
    assert firsts.count(0) == len(inputs.scenarios)


def test_the_model_that_a_worker_runs_shares_its_pasts() -> None:
    from sim.engine.fingerprint import model_hash
    from sim.engine.pasts import OF_THIS_PROCESS

    model = pieces.model(model_hash())
    assert isinstance(model, partial)
    assert model.func is simulate
    assert model.keywords == {"pasts": OF_THIS_PROCESS}
