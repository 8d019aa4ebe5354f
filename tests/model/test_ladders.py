"""Each actor's ladder as a sequence of actions: scripted provocations in, rungs out.

The numbers that a test hangs on are set in the test, so that another calibration leaves it alone. Most stories
begin on a day with nothing behind it but a quiet year, and nothing is drawn unless they say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from model.histories import (
    CLEAN_START,
    NO_FRONTS,
    NOTHING_DRAWN,
    Act,
    acts_of,
    born,
    conditions,
    history,
    lived,
    one_world,
    put,
    steady,
)
from sim.engine.mesa import WithdrawalModel
from sim.model.article import RECORD_ENDS
from sim.model.day import consequences
from sim.model.iraq import day as iraq
from sim.model.iraq.rules import COMMITTEE, CONDEMN, LADDER, LETTER, NOTE, TALKS, TERMS, THREATEN, TIMETABLE
from sim.model.iraq.rules import reliefs as reliefs_of
from sim.model.ladders import LADDERS
from sim.model.outcomes import OUTCOMES
from sim.model.talks import relief_now
from sim.model.world import USUAL
from sim.scenario.load import load
from sim.scenario.schema import Scenario

pytestmark = pytest.mark.usefixtures("short_past")

STILL: dict[str, Any] = {**NOTHING_DRAWN, **NO_FRONTS}
"""Nothing outside Baghdad happens but what a story scripts."""
NO_DEAL: dict[str, Any] = {
    **{f"talks.us_{package}": 0.0 for package in ("relabel", "reduce", "phased", "full")},
    **dict.fromkeys(("talks.risk_letter", "talks.risk_pressure", "talks.cost_attacks", "talks.cost_step"), 0.0),
    "talks.precision_us": 200.0, "united_states.us_stake": 1.0,
}  # fmt: skip
"""Washington agrees to nothing."""
SURE: dict[str, Any] = {"iraq.precision": 100.0}
"""The government takes the rung that is best, whatever its mood."""
STORM: dict[str, Any] = {
    "united_states.restraint": 0.2, "united_states.leverage": 0.2, "iran.permissiveness": 0.55,
    "iraq.private_wish": 0.5, "fronts.gaza.war_days": 600.0,
}  # fmt: skip
"""Everything happens."""
GOVERNMENT, WASHINGTON = "Iraqi government", "United States"


def killing(day: int, **more: Any) -> dict[str, Any]:
    """A commander killed in Baghdad."""
    return {"kind": "strike", "rung": "kill a commander in Baghdad", "dead": 3, "day": day, **more}


def strike(day: int, rung: str = "strike in Iraq", **more: Any) -> dict[str, Any]:
    """A strike of the United States."""
    return {"kind": "strike", "rung": rung, "day": day, **more}


def attack(day: int, **more: Any) -> dict[str, Any]:
    """An attack on US forces."""
    return {"kind": "attack", "day": day, **more}


def of(acts: Sequence[Act], *, actor: str | None = None, act: str | None = None, rung: str | None = None) -> list[Act]:
    """The acts of that kind."""
    return [
        found
        for found in acts
        if actor in (None, found.actor) and act in (None, found.act) and rung in (None, found.rung)
    ]


def by_world(acts: Sequence[Act]) -> dict[int, list[Act]]:
    """The acts of each world."""
    found: dict[int, list[Act]] = {}
    for act in acts:
        found.setdefault(act.world, []).append(act)
    return found


def step(model: WithdrawalModel, days: int = 1) -> None:
    """Live some days."""
    for _ in range(days):
        model.step()


# --------------------------------------------------------------- the United States: absorb … campaign
ANSWERS: dict[str, Any] = {
    **STILL, "united_states.restraint": 0.5, "united_states.threshold": 2.0, "united_states.slope": 50.0,
    "united_states.stress_attack": 0.02, "united_states.stress_hurt_many": 3.0, "united_states.stress_hurt": 0.8,
    "united_states.stress_fatal": 5.0, "united_states.lag": 10.0, "united_states.stress_half_life": 7.0,
    "united_states.stress_kept": 0.3, "united_states.warn_share": 0.5,
}  # fmt: skip
WEEKS_OF_ATTACKS = [attack(day, count=2, place="Iraq" if day % 2 else "Syria") for day in range(28)]


def test_an_attack_that_wounds_three_after_weeks_of_absorbed_ones_is_answered_within_the_lag() -> None:
    scenario = conditions(ANSWERS, events=[*WEEKS_OF_ATTACKS, attack(28, wounded=3)])
    worlds = by_world(history(scenario, worlds=range(40)))
    lags = []
    for acts in worlds.values():
        wounding = of(acts, act="attack")[-1]
        assert (wounding.day, wounding.terms["wounded"]) == (28, 3.0)
        warned = of(acts, actor=WASHINGTON, act="response", rung="warn")
        decided, struck = of(acts, act="decides to strike"), of(acts, actor=WASHINGTON, act="strike")
        assert [act.day for act in warned] == [28]  # weeks of attacks are absorbed in silence
        assert [act.day for act in decided] == [28]
        assert wounding.event in decided[0].causes
        assert len(struck) == 1
        assert decided[0].event in struck[0].causes
        assert struck[0].rung == decided[0].rung
        lags.append(struck[0].day - 28)
    assert len(worlds) == 40
    assert min(lags) >= 0
    assert max(lags) <= 10
    assert len(set(lags)) > 4


def test_weeks_of_attacks_that_hurt_nobody_are_absorbed() -> None:
    acts = history(conditions(ANSWERS, events=WEEKS_OF_ATTACKS), worlds=range(40))
    assert len(of(acts, act="attack")) == 28 * 2 * 40
    assert not of(acts, actor=WASHINGTON)


@pytest.mark.parametrize(
    ("harm", "answered"), [({"wounded": 2}, False), ({"wounded": 3}, True), ({"dead": 1, "wounded": 9}, True)]
)
def test_casualties_not_attacks_are_the_threshold(harm: dict[str, int], answered: bool) -> None:
    acts = history(conditions(ANSWERS, events=[attack(3, **harm)], days=20), world=1)
    assert bool(of(acts, act="decides to strike")) == answered


def test_stress_falls_once_a_strike_is_decided_and_one_is_pending_at_a_time() -> None:
    events = [attack(day, dead=2, wounded=20) for day in range(3, 40)]
    acts = history(conditions({**ANSWERS, "united_states.lag": 12.0}, events=events), worlds=range(15))
    for world in by_world(acts).values():
        moves = [a.act for a in world if a.actor == WASHINGTON and a.act in ("decides to strike", "strike")]
        assert moves[:6] == ["decides to strike", "strike"] * 3
    with born(conditions(ANSWERS, events=[attack(3, wounded=3)]), world=0) as model:
        step(model, 3)
        assert model.united_states.stress == 0.0
        step(model)
        assert model.united_states.stress == pytest.approx(0.3 * 3.02)
        step(model, 7)
        assert model.united_states.stress == pytest.approx(0.15 * 3.02)


def test_more_stress_is_answered_higher_and_restraint_and_talks_lower() -> None:
    """The same worlds, the same luck: the mean rung of the answers."""

    def answers(changes: Mapping[str, Any], dead: int) -> float:
        scenario = conditions({**ANSWERS, **changes}, events=[attack(3, dead=dead, wounded=5)], days=6)
        decided = of(history(scenario, worlds=range(150)), act="decides to strike")
        ladder = LADDERS["united_states"]
        return float(np.mean([ladder[act.rung] for act in decided]))

    usual = answers({}, 3)
    assert usual > answers({"united_states.stress_fatal": 0.0}, 0)
    assert usual < answers({"united_states.restraint": 0.1}, 3)
    assert usual > answers({"united_states.restraint": 0.8, "united_states.threshold": 1.0}, 3)


def test_a_second_answer_soon_after_the_first_is_higher() -> None:
    first = [strike(day, "strike in Syria") for day in (0, 4, 8)]
    ladder = LADDERS["united_states"]

    def mean_rung(events: list[dict[str, Any]]) -> float:
        scenario = conditions(
            {**ANSWERS, "united_states.rung_strikes": 0.9}, events=[*events, attack(12, wounded=5)], days=14
        )
        decided = of(history(scenario, worlds=range(150)), act="decides to strike")
        return float(np.mean([ladder[act.rung] for act in decided if act.day == 12]))

    assert mean_rung(first) > mean_rung([]) + 0.1


def test_self_defence_kills_and_moves_people_but_is_nobody_s_choice() -> None:
    scenario = conditions(
        STILL, events=[{"kind": "self_defence", "group": "Harakat al-Nujaba", "dead": 5, "day": 4}], days=6
    )
    with born(scenario, world=0, events=True) as model, born(conditions(STILL, days=6), world=0) as calm:
        step(model, 5)
        step(calm, 5)
        assert model.counts["us_strikes"] == 0
        assert model.united_states.stress == calm.united_states.stress
        assert model.united_states.recent_strikes == 0.0
        assert model.united_states.response == 0
        assert model.iraq.pressure > calm.iraq.pressure
        struck, other = (
            next(g for g in model.groups if g.name == n) for n in ("Harakat al-Nujaba", "Kataib Hezbollah")
        )
        assert struck.fear > other.fear > 0.0
        assert struck.anger > other.anger > 0.0
        assert of(acts_of(model), act="self-defence")[0].terms["dead"] == 5.0


# -------------------------------------------------------------------- the groups, and Iran's order
def test_a_strike_frightens_and_angers_the_group_struck_most_and_fear_lasts_longer() -> None:
    p = {
        "strikes.fear": 0.3,
        "strikes.anger": 0.3,
        "strikes.bystanders": 0.25,
        "strikes.fear_half_life": 56.0,
        "strikes.anger_half_life": 14.0,
    }
    scenario = conditions({**STILL, **p, "strikes.spread": 0.0}, events=[strike(2, group="Kataib Hezbollah")])
    with born(scenario, world=0) as model:
        step(model, 3)
        struck, other = model.groups[0], model.groups[3]
        fear, anger = struck.fear, struck.anger
        assert fear == pytest.approx(0.3 * Scenario().strikes.size_iraq * 2 ** (-1 / 56))
        assert other.fear == pytest.approx(0.25 * fear)
        assert other.anger == pytest.approx(0.25 * anger)
        step(model, 14)
        assert struck.anger == pytest.approx(anger / 2)
        assert struck.fear == pytest.approx(fear * 2**-0.25)


def test_posture_follows_the_order_up_and_down_the_ladder() -> None:
    orders = [{"kind": "order", "go_ahead": value, "day": day} for day, value in ((5, 1.0), (15, 0.3), (25, 0.0))]
    changes = {
        **STILL, "region.motive": 1.0, "iran.order_step": 1.0, "iran.brake_exposure": 100.0,
        "groups.Kataib Hezbollah.control": 1.0,
        "fronts.gaza.war_days": 100000.0, "militias.begin_level": 1.0, "militias.end_level": 0.0,
        "militias.end_weary": 0.0, "militias.stop_chance": 1.0,
    }  # fmt: skip
    scenario = conditions(changes, start=RECORD_ENDS, events=orders, days=40)
    postures = {}
    for model in lived(scenario, world=0):
        group = model.groups[0]
        postures[model.day_done] = LADDERS["militia"].names[group.posture]
        if 5 <= model.day_done < 15:
            assert group.intent > group.wish
        if model.day_done >= 25:
            assert group.intent <= 0.0
    assert postures[12] in ("campaign", "war footing")
    assert postures[20] == "campaign"  # coming down is slower: less is no reason to stop, but to hold one's fire is
    assert postures[26] == postures[39] == "truce"


def test_a_group_that_iran_does_not_control_goes_its_own_way() -> None:
    stop = [{"kind": "order", "go_ahead": 0.0, "day": 5}]
    for control, obeys in ((1.0, True), (0.0, False)):
        changes = {**STILL, "iran.order_step": 1.0, "region.motive": 1.0, "groups.Kataib Hezbollah.control": control}
        with born(conditions(changes, events=stop, days=10, start=RECORD_ENDS), world=0) as model:
            step(model, 10)
            group = model.groups[0]
            assert group.obeys == obeys
            assert group.intent == (0.0 if obeys else group.wish)


def test_obedience_is_drawn_once_an_order_and_kept_while_it_stands() -> None:
    orders = [{"kind": "order", "go_ahead": value, "day": day} for day, value in ((5, 0.0), (15, 0.1), (25, 0.0))]
    changes = {**STILL, "iran.order_step": 1.0, "groups.Kataib Hezbollah.control": 0.5}
    changes["groups.Harakat al-Nujaba.control"] = 0.5
    heard: list[np.ndarray] = []
    other = np.zeros(60, bool)
    for model in lived(conditions(changes, events=orders, days=35), worlds=range(60)):
        heard.append(np.broadcast_to(model.groups[0].obeys, 60))
        if model.day_done == 5:
            other = np.broadcast_to(model.groups[1].obeys, 60)
    for first, last in ((5, 14), (15, 24), (25, 34)):
        assert all((heard[day] == heard[first]).all() for day in range(first, last + 1))
    assert (heard[5] != heard[15]).any()
    assert 0.25 < np.mean(heard[5] != other) < 0.75  # each group for itself
    assert 0.3 < np.mean([heard[day].mean() for day in (5, 15, 25)]) < 0.7


def test_the_coordinator_s_killing_costs_iran_control_and_it_comes_back() -> None:
    orders = [{"kind": "order", "go_ahead": value, "day": day} for day, value in ((12, 0.0), (400, 0.1))]
    changes = {
        **STILL,
        "iran.order_step": 1.0,
        "iran.coordinator_loss": 0.5,
        "iran.coordinator_recovery": 60.0,
        "iran.brake_exposure": 100.0,
    }
    changes |= {f"groups.{name}.control": 0.8 for name in Scenario().groups}
    events = [{"kind": "coordinator_killed", "dead": 10, "day": 10}, *orders]
    level = []
    obeyed: dict[int, float] = {}
    for model in lived(conditions(changes, events=events, days=401), worlds=range(60)):
        level.append(float(np.mean(model.iran.coordinator)))
        if model.day_done in (12, 400):
            obeyed[model.day_done] = float(np.mean([np.mean(group.obeys) for group in model.groups]))
    assert level[9] == 1.0
    assert level[10] == 0.5
    assert all(a < b for a, b in pairwise(level[10:100]))
    assert level[10 + 60] == pytest.approx(1 - 0.5 * np.exp(-1), rel=0.01)
    assert level[400] > 0.99
    assert obeyed[12] == pytest.approx(0.8 * level[11], abs=0.1)
    assert obeyed[400] == pytest.approx(0.8, abs=0.1)


def orders_of(acts: Sequence[Act]) -> list[tuple[Act, Act]]:
    """Each order that took effect: sent, and in force."""
    sent = {act.event: act for act in acts if act.act == "sends a new order"}
    return [
        (sent[cause], act)
        for act in acts
        if act.act == "order takes effect" and not act.scripted
        for cause in act.causes
        if cause in sent
    ]


def lags_of(
    changes: Mapping[str, Any], events: Sequence[Mapping[str, Any]] = (), since: int = 0, worlds: int = 80
) -> list[int]:
    """Days that each world's first order since that day was on its way; 0: it reached the groups the next morning."""
    war = {**STILL, "region.motive": 1.0, "fronts.gaza.war_days": 100000.0, "iran.order_step": 0.1}
    scenario = conditions({**war, **changes}, start=RECORD_ENDS, events=events, days=45)
    found = []
    for acts in by_world(history(scenario, worlds=range(worlds))).values():
        sent, arrived = next(pair for pair in orders_of(acts) if pair[0].day >= since)
        found.append(arrived.day - sent.day - 1)
    assert len(found) == worlds
    return found


def test_a_rising_order_takes_up_to_its_lag() -> None:
    """A lag counts from the morning after: an order sent today reaches nobody before tomorrow."""
    assert set(lags_of({"iran.permissiveness": 0.6, "iran.rising_lag": 5.0})) == set(range(6))


def test_a_falling_order_takes_longer() -> None:
    lags = lags_of({"iran.permissiveness": 0.1, "iran.falling_lag": 30.0})
    assert min(lags) >= 1
    assert max(lags) <= 30
    assert np.mean(lags) == pytest.approx(15.5, abs=4)
    assert len(set(lags)) > 20


def test_after_a_truce_on_a_front_a_falling_order_comes_at_once() -> None:
    truce = [{"kind": "truce", "front": "gaza", "days": 60, "day": 3}]
    assert set(lags_of({"iran.truce_lag": 3.0}, truce, since=3)) == set(range(4))


def test_one_order_is_pending_at_a_time_and_is_dropped_when_the_wish_returns() -> None:
    changes = {
        **STORM,
        "fronts.gaza.war_days": 15.0,
        "fronts.gaza.pause_days": 15.0,
        "iran.falling_lag": 45.0,
        "iran.truce_lag": 30.0,
    }
    before: tuple[Any, Any] | None = None
    dropped = kept = 0
    for model in lived(conditions(changes, days=120, start=RECORD_ENDS), worlds=range(20), events=False):
        iran = model.iran
        pending, wanted = np.asarray(iran.pending) & True, np.asarray(iran.wanted) + 0.0
        if before is not None:
            still = before[0] & pending & ~np.asarray(iran.arrived)
            assert (wanted[still] == before[1][still]).all()  # nothing replaces an order on its way
            kept += int(still.sum())
            dropped += int((before[0] & ~pending & ~np.asarray(iran.arrived)).sum())
        before = pending, wanted
    assert kept > 100
    assert dropped > 0


def test_iran_brakes_hard_above_its_exposure_until_that_has_halved() -> None:
    changes = {
        **STILL,
        "region.motive": 1.0,
        "iran.brake_exposure": 1.0,
        "iran.brake_order": 0.03,
        "iran.exposure_half_life": 20.0,
        "iran.falling_lag": 1.0,
    }
    changes |= {"fronts.gaza.war_days": 100000.0, "iran.exposure_fatal": 0.6, "united_states.highest_rung": "absorb"}
    events = [attack(day, dead=1, wounded=1) for day in (10, 11)]
    exposure, tripped, order = [], [], []
    for model in lived(conditions(changes, events=events, start=RECORD_ENDS, days=60), world=0):
        exposure.append(model.iran.exposure)
        tripped.append(model.iran.tripped)
        order.append(model.iran.order)
    peak = exposure[11]
    assert exposure[10] < 1.0 < peak
    assert tripped[10] == 0.0
    assert tripped[11] == peak
    halved = next(day for day in range(12, 60) if exposure[day] < peak / 2)
    assert halved - 11 == pytest.approx(20, abs=1)
    assert all(tripped[day] == peak for day in range(11, halved))
    assert tripped[halved] == 0.0
    assert all(order[day] == 0.03 for day in range(14, halved))
    assert order[11] > 0.1
    assert order[59] > 0.1


def test_a_us_threat_exposes_iran() -> None:
    scenario = conditions({**STILL, "iran.exposure_threat": 0.4}, events=[{"kind": "us_threat", "day": 3}], days=6)
    exposure = [model.iran.exposure for model in lived(scenario, world=0)]
    assert exposure[:3] == [0.0, 0.0, 0.0]
    assert exposure[3] == pytest.approx(0.4)
    assert exposure[5] < exposure[4] < exposure[3]


def test_a_truce_on_the_front_lowers_the_attacks_while_it_lasts() -> None:
    war = {"fronts.gaza.war_days": 100000.0, "attacks.weekly": 12.0}
    truce = [{"kind": "truce", "front": "gaza", "days": 21, "day": 20}]
    counts = []
    for events in ([], truce):
        daily = []
        for model in lived(conditions(war, start=RECORD_ENDS, events=events, days=75), worlds=range(40), events=False):
            daily.append(float(np.mean(model.value("attacks_iraq") + model.value("attacks_syria"))))
        counts.append(daily)
    without, with_truce = counts
    assert with_truce[:20] == without[:20]
    assert sum(with_truce[26:41]) < 0.5 * sum(without[26:41])
    assert sum(with_truce[55:75]) > 0.5 * sum(without[55:75])


def test_a_late_start_does_not_forget_the_war() -> None:
    """The last dated state of a front holds until chance turns it, however late a scenario starts."""
    with born(conditions({"fronts.gaza.war_days": 100000.0}, start=date(2027, 1, 1), days=5), world=1) as model:
        assert model.region.states[0] != 0  # Gaza
        assert model.region.groups > 0.0


# ---------------------------------------------------------------------- a killing, and Baghdad that day
ONLY_SHOCKS: dict[str, Any] = {
    **STILL, "iraq.jump_commander": 0.33, "iraq.pressure_calls": 0.0, "iraq.pressure_press": 0.0,
    "iraq.pressure_isis": 0.0, "iraq.grievance_fighter": 0.0,
}  # fmt: skip
"""Nothing moves pressure but strikes, civilians killed by them, and time."""
KILLED = conditions(ONLY_SHOCKS, events=[killing(10, group="Harakat al-Nujaba")], days=20)
SPARED = conditions(ONLY_SHOCKS, days=20)


def test_a_commander_killed_pressure_jumps_and_baghdad_decides_that_day() -> None:
    with born(KILLED, worlds=range(100), events=True) as model, born(SPARED, worlds=range(100)) as spared:
        step(model, 10)
        step(spared, 10)
        mood = model.iraq.mood
        assert np.all(model.iraq.pressure == spared.iraq.pressure)
        step(model)
        step(spared)
        before, after = spared.iraq.pressure, model.iraq.pressure
        assert after == pytest.approx(before + 0.33 * (1.0 - before))
        assert (model.iraq.mood != mood).all()
        assert np.all(model.iraq.since_look == 0)
        assert np.all((model.iran.press_rung == 2) | model.talks.on)  # demand expulsion, heard less in talks
        assert np.mean(model.iran.press_rung == 2) > 0.9
        assert np.all(model.militia.rung == 2)  # a bill
        acts = [act for act in acts_of(model) if act.day == 10]
        said = of(acts, actor=GOVERNMENT, act="act")
        assert np.mean(model.iraq.rung >= CONDEMN) > 0.75
        assert len(said) == int((model.iraq.rung >= CONDEMN).sum())
        strikes = {act.world: act.event for act in of(acts, actor=WASHINGTON, act="strike")}
        assert len(strikes) == 100
        for act in said:
            assert strikes[act.world] in act.causes


def test_a_sure_government_condemns_a_killing_always_and_is_silent_without() -> None:
    for scenario, silent in ((KILLED, False), (SPARED, True)):
        changes = {**STILL, **SURE, "iraq.base_pressure": 0.1, "iraq.anchor_condemn": 0.2, "iraq.jump_commander": 0.33}
        changed = conditions(changes, events=[event.model_dump() for event in scenario.events], days=20)
        with born(changed, worlds=range(20)) as model:
            step(model, 11)
            assert ((model.iraq.rung == 0) == silent).all()


def test_the_severer_the_strike_the_more_the_pressure() -> None:
    def pressure(**event: Any) -> float:
        with born(conditions(STILL, events=[strike(5, **event)], days=7), world=0) as model:
            step(model, 6)
            return float(model.iraq.pressure)

    by_rung = [pressure(rung=rung) for rung in LADDERS["united_states"].names[2:]]
    assert by_rung == sorted(by_rung)
    assert len(set(by_rung)) == 4
    by_dead = [pressure(rung="strike in Iraq", dead=n, civilians=n) for n in (0, 1, 10, 40, 100, 400)]
    assert by_dead == sorted(by_dead)
    assert len(set(by_dead)) == 6
    assert max(by_dead) < 1.0
    assert by_dead[0] < pressure(rung="strike in Iraq", dead=10) < by_dead[1]  # ten fighters add less than a civilian
    assert pressure(rung="strike in Syria", dead=10, civilians=10) == by_rung[0]  # nor who died in Syria


def test_the_coordinator_s_killing_is_a_blow_of_its_own_and_a_commander_s_is_not() -> None:
    def pressure(kind: str, **changes: float) -> float:
        event = {"kind": "coordinator_killed", "day": 5} if kind == "coordinator" else killing(5)
        with born(conditions({**ONLY_SHOCKS, **changes}, events=[event], days=7), world=0) as model:
            step(model, 6)
            return float(model.iraq.pressure)

    same = {"iraq.jump_coordinator": 0.33}
    assert pressure("coordinator") > pressure("commander")
    assert pressure("coordinator", **same) == pressure("commander")
    assert pressure("commander", **same) == pressure("commander")


def test_news_is_gone_while_grievance_lasts_and_each_ebbs_by_its_half_life() -> None:
    changes = {**ONLY_SHOCKS, "iraq.news_half_life": 15.0, "iraq.grievance_half_life": 240.0}
    with born(conditions(changes, events=[killing(0, dead=60, civilians=60)], days=70), world=0) as model:
        step(model)
        news, grievance = model.iraq.news, model.iraq.grievance
        assert news > grievance > 0.2
        step(model, 15)
        assert model.iraq.news == pytest.approx(news / 2)
        step(model, 45)
        assert model.iraq.news == pytest.approx(news / 16)
        assert model.iraq.grievance == pytest.approx(grievance * 2**-0.25)
        assert model.iraq.grievance > model.iraq.news


def test_the_steady_part_of_pressure_ebbs_by_its_half_life() -> None:
    changes = {**ONLY_SHOCKS, "iraq.pressure_half_life": 35.0, "iraq.base_pressure": 0.1}
    with born(conditions(changes, days=60), world=0) as model:
        put(model, "iraq", pressure=0.5)
        step(model, 35)
        assert model.iraq.pressure - 0.1 == pytest.approx(0.2)


def test_who_was_answered_is_answered_and_a_new_shock_is_not() -> None:
    """A threat answers a share of what had shocked; of a later and larger strike it answers nothing."""
    threat = {"kind": "statement", "rung": "threaten expulsion", "day": 5}
    changes = {**ONLY_SHOCKS, **SURE, "iraq.highest_rung": "threaten expulsion", "iraq.decision_days": 60}
    changes |= {"iraq.answered_half_life": 10000.0}
    with born(conditions(changes, events=[strike(4), threat, strike(6, civilians=40, dead=40)], days=8), world=0) as m:
        step(m, 6)
        share, shocked = m.iraq.answered, m.iraq.shocked
        assert share >= 0.2
        step(m)
        # what he says of the second strike comes after it
        told = [0.0, *(getattr(m.p.iraq, f"relief_{name}") for name in ("condemn", "note", "threat"))]
        left = share * shocked / m.iraq.shocked
        assert left < 0.5 * share
        assert any(m.iraq.answered == pytest.approx(left + relief * (1.0 - left), rel=0.05) for relief in told)


# ------------------------------------------------------------------------------------------ committee
def decide_again(model: WithdrawalModel, **state: Any) -> tuple[np.ndarray, np.ndarray, Any]:
    """Have the government look once more from a given state: its rung, the chance of a letter, a committee's relief.

    The world stays as it is.
    """
    w, p = model.world, model.p
    if "pressure" in state:
        pressure = state.pop("pressure")
        state = {**state, **steady(pressure)}
    me = w.iraq._replace(**state, since_look=1000 + 0 * model.worlds)
    sees = iraq.Sees(
        blow=False,
        open=w.presence.open,
        troops=w.presence.troops > 0.0,
        talks=w.talks.on,
        talks_possible=model.talks.possible,
        talks_relief=relief_now(w.talks, p.talks),
        security=iraq.security(w.aftermath.benefits, w.region.isis, USUAL.isis_need, USUAL.incapability, p.iraq),
        economy=p.iraq.economy_cost * model.united_states.price,
    )
    me, _ = iraq.decide(me, sees, p.iraq, model.at)
    return np.asarray(me.rung), np.asarray(me.chance_of_letter), me.committee_relief


@pytest.mark.parametrize("pressure", [0.65, 0.75, 0.9])
def test_a_third_committee_without_product_relieves_less_and_the_ladder_goes_higher(pressure: float) -> None:
    n = 400
    changes = {
        **STILL,
        "iraq.relief_committee": 0.35,
        "iraq.relief_repeat": 0.75,
        "iraq.relief_talks": 0.2,  # so that a first committee is the best of what delays
        "iraq.private_wish": 0.5,
        "united_states.leverage": 0.5,
    }
    with born(conditions(changes), worlds=range(n)) as model:
        step(model, 3)
        state = {
            "pressure": np.full(n, pressure), "mood": (np.arange(n) + 0.5) / n, "mood_left": np.full(n, 20.0),
            "shown": np.zeros(n),
            "committee_left": np.zeros(n), "clock": np.zeros(n), "credibility": np.ones(n),
            "letter_pending": np.zeros(n, bool),
        }  # fmt: skip
        first, first_letter, relief = decide_again(model, **state, committees=np.zeros(n, np.int64))
        third, third_letter, less = decide_again(model, **state, committees=np.full(n, 2))
    assert relief[first == COMMITTEE] == pytest.approx(0.35)
    assert less[third == COMMITTEE] == pytest.approx(0.35 * 0.75**2)
    assert (third == COMMITTEE).sum() < (first == COMMITTEE).sum()
    assert (third > COMMITTEE).sum() > (first > COMMITTEE).sum()
    assert (third_letter > first_letter).all()


def test_delay_is_used_up_before_the_letter() -> None:
    """At the highest pressure, with everything that delays used up, the letter is what is left."""
    n = 400
    changes = {**STILL, "iraq.private_wish": 0.5, "united_states.leverage": 0.5, "iraq.security_cost": 0.8}
    with born(conditions(changes), worlds=range(n)) as model:
        step(model, 3)
        state = {
            "pressure": np.full(n, 0.97), "mood": (np.arange(n) + 0.5) / n, "mood_left": np.full(n, 20.0),
            "shown": np.zeros(n),
            "clock": np.zeros(n), "letter_pending": np.zeros(n, bool),
        }  # fmt: skip
        fresh = {
            "committees": np.zeros(n, np.int64),
            "committee_left": np.full(n, 60.0),
            "committee_relief": np.full(n, 0.35),
            "credibility": np.ones(n),
        }
        spent = {"committees": np.full(n, 6), "committee_left": np.zeros(n), "credibility": np.full(n, 0.3)}
        _, early, _ = decide_again(model, **state, **fresh)
        _, late, _ = decide_again(model, **state, **spent)
    assert (late > early + 0.05).all()


def test_committees_on_and_on_each_relieves_less_while_the_first_one_s_clock_runs_out() -> None:
    changes = {
        **STILL, **SURE, "iraq.relief_committee": 0.4, "iraq.relief_repeat": 0.5, "iraq.committee_days": 90.0,
        "iraq.committee_clock_low": 150.0, "iraq.committee_clock_high": 150.0, "iraq.no_product_pressure": 0.15,
        "iraq.no_product_credibility": 0.8,
    }  # fmt: skip
    scenario = conditions(changes, days=260, events=[{"kind": "committee", "day": day} for day in (0, 70, 140)])
    relief, left, clock, credibility, pressure = {}, {}, {}, {}, {}
    model = None
    for model in lived(scenario, world=0):
        day, iraq = model.day_done, model.iraq
        relief[day], left[day], clock[day] = iraq.committee_relief, iraq.committee_left, iraq.clock
        credibility[day], pressure[day] = iraq.credibility, iraq.pressure
    assert [relief[day] for day in (0, 70, 140)] == pytest.approx([0.4, 0.2, 0.1])
    assert left[69] == 21.0
    assert left[70] == 90.0  # repeating renews the term …
    assert clock[71] == clock[70] - 1.0  # … and not the clock
    assert clock[149] == 1.0
    assert clock[150] == 0.0
    assert (pressure[150] - pressure[149]) / (1.0 - pressure[149]) == pytest.approx(0.15, abs=0.01)
    assert credibility[150] == pytest.approx(0.8 * credibility[149], rel=0.01)
    assert left[150] == 0.0
    assert model is not None
    assert [act.day for act in of(acts_of(model), act="committee ends without a product")] == [150]
    assert model.counts["committees"] == 3


def test_a_standing_committee_lends_its_relief_to_the_rungs_below() -> None:
    p = Scenario().iraq
    stands, none = reliefs_of(1.0, 0.35, True, 0.45, False, p), reliefs_of(1.0, 0.35, False, 0.45, False, p)
    assert all(stands[rung] == (max(0.35, none[rung][0]), none[rung][1]) for rung in range(CONDEMN, COMMITTEE))
    assert stands[COMMITTEE:] == none[COMMITTEE:]
    assert stands[0] == none[0] == (0.0, 0.0)
    # and in a world: a word costs less survival while a committee stands, though it does not answer the killing
    changes = {
        **STILL,
        "iraq.precision": 1.0,
        "iraq.relief_committee": 0.35,
        "iraq.relief_repeat": 1.0,
        "iraq.survival": 3.0,
    }
    with born(
        conditions(changes, events=[{"kind": "committee", "day": 1}, killing(4)], days=6), worlds=range(60), events=True
    ) as model:
        step(model, 5)
        acts = of([act for act in acts_of(model) if act.day == 4 and not act.scripted], actor=GOVERNMENT, act="act")
        low = [act for act in acts if act.rung in ("condemn", "protest note")]
        assert low
        for act in low:
            drifts, shocked = one_world(model.iraq.steady, act.world), one_world(model.iraq.shocked, act.world)
            relief = model.p.iraq.relief_condemn if act.rung == "condemn" else model.p.iraq.relief_note
            left = 1.0 - (1.0 - drifts * 0.65) * (1.0 - shocked * (1.0 - relief))
            assert act.terms["survival"] == pytest.approx(-3.0 * left**2, abs=1e-5)


def test_a_renewed_committee_is_an_event_of_its_own() -> None:
    """Every committee that is counted is dated in the log, also one that follows on another."""
    changes = {
        **STILL,
        **SURE,
        "iraq.committee_days": 20.0,
        "iraq.relief_committee": 0.6,
        "iraq.relief_repeat": 1.0,
        "iraq.highest_rung": "special committee",
    }
    with born(conditions(changes, days=100), world=0, events=True) as model:
        while model.running:
            put(model, "iraq", pressure=0.8)
            model.step()
        counted = model.counts["committees"]
        dated = of(
            [act for act in acts_of(model) if act.day >= 0], actor=GOVERNMENT, act="act", rung="special committee"
        )
        assert counted >= 4
        assert len(dated) == counted


# -------------------------------------------------------------------------------------- the letter
LETTER_WINS: dict[str, Any] = {
    **STILL, **SURE, "iraq.security_cost": 0.0, "united_states.leverage": 0.0, "iraq.private_wish": 0.5,
    "iraq.sovereignty": 1.0,
    "iraq.letter_days": 21.0, "parliament.highest_rung": "no session",
}  # fmt: skip
"""Under full pressure the letter is the best rung; under none, silence."""


def pressed(model: WithdrawalModel, pressure: float) -> None:
    """A day that begins under this pressure."""
    put(model, "iraq", pressure=pressure)
    model.step()


def test_a_letter_that_stands_is_delivered_on_day_21() -> None:
    with born(conditions(LETTER_WINS), world=0, events=True) as model:
        while model.presence.open and model.running:
            pressed(model, 0.99)
        acts = [act for act in acts_of(model) if act.day >= 0]
        (letter,) = of(acts, actor=GOVERNMENT, rung="letter of expulsion")
        (decision,) = of(acts, act="decision")
        assert letter.day < 7
        assert decision.day == letter.day + 21 == model.presence.outcome_day
        assert decision.rung == "letter"
        assert letter.event in decision.causes


def test_a_letter_given_up_before_its_21_days_expels_nobody_and_begins_anew() -> None:
    with born(conditions(LETTER_WINS, days=90), world=0, events=True) as model:
        while model.iraq.letter_stood < 20.0:
            pressed(model, 0.99)
        first = model.day_done - 20
        pressed(model, 0.05)  # the pressure is gone: so is the letter, the next day
        given_up = model.day_done
        assert given_up == first + 21
        assert model.iraq.rung != LETTER
        assert model.presence.open
        assert model.iraq.letter_stood == 0.0
        while model.presence.open and model.running:
            pressed(model, 0.99)
        acts = [act for act in acts_of(model) if act.day >= 0]
        assert [act.day for act in of(acts, act="gives the letter up again")] == [given_up]
        letters = [act.day for act in of(acts, actor=GOVERNMENT, act="act", rung="letter of expulsion")]
        assert letters[0] == first
        assert len(letters) == 2
        assert given_up < letters[1] <= given_up + 7
        assert model.presence.outcome_day == letters[1] + 21


def test_a_letter_is_looked_at_daily_while_it_is_pending() -> None:
    with born(conditions({**LETTER_WINS, "iraq.decision_days": 14}), world=0) as model:
        while not model.iraq.letter_pending:
            pressed(model, 0.99)
        for stood in range(1, 6):
            pressed(model, 0.99)
            assert model.iraq.letter_stood == stood
            assert model.iraq.since_look == 0


def test_taking_a_letter_back_costs_credibility_and_is_done_the_less_the_more_it_costs() -> None:
    """The worlds are those of every weight on the day that the letter is sent: what follows is the retreat's work."""
    kept, credibility = [], []
    for weight in (0.0, 1.5):
        changes = {**LETTER_WINS, "iraq.precision": 5.0, "iraq.security_cost": 0.7, "iraq.retreat": weight}
        n = 300
        with born(conditions(changes, days=60), worlds=range(n)) as model:
            while model.day < 8:
                put(model, "iraq", pressure=np.full(n, 0.9))
                model.step()
            sent = np.array(model.iraq.letter_pending)
            before = np.array(model.iraq.credibility)
            for _ in range(10):
                put(model, "iraq", pressure=np.full(n, 0.55))
                model.step()
            stands = np.array(model.iraq.letter_pending)
            kept.append(np.mean(stands[sent]))
            credibility.append((np.array(model.iraq.credibility) < before)[sent & ~stands])
    assert kept[1] > kept[0] + 0.2
    assert credibility[0].all()


def test_after_an_exit_is_decided_a_strike_is_still_met_with_words() -> None:
    """Silence does not follow: he condemns, sends a note, or insists on the date, and no more than that."""
    n = 60
    events = [killing(40), strike(70, dead=5, civilians=5)]
    with born(conditions(STILL, events=events, days=90), worlds=range(n), events=True) as model:
        step(model, 20)
        put(model, "presence", open=False)  # decided, and the troops are still there
        while model.running:
            model.step()
            assert np.all(model.iraq.rung <= NOTE)
            assert np.all(model.presence.troops > 0.0)
        acts = [act for act in acts_of(model) if act.day > 20]
    said = of(acts, actor=GOVERNMENT)
    assert {act.act for act in said} == {"act", "insists on the date"}
    for day in (40, 70):
        assert len({act.world for act in said if act.day == day}) > 0.8 * n
    assert not of(acts, actor="parliament")


def test_pressure_ebbs_once_an_exit_is_decided() -> None:
    with born(
        conditions({**STILL, "iraq.pressure_decided": 0.5, "iraq.pressure_isis": 0.0}, days=400), world=0
    ) as model:
        base = model.iraq.pressure
        put(model, "presence", open=False)
        step(model, 399)
        assert model.iraq.steady == pytest.approx(0.5 * model.p.iraq.base_pressure, rel=0.02)
        assert model.iraq.pressure < 0.7 * base


# ------------------------------------------------------------------------------------------ arrests
@pytest.mark.parametrize(("allies", "chance", "most"), [(0.0, 1.0, True), (1.0, 1.0, False), (0.0, 0.0, None)])
def test_suspects_are_arrested_after_attacks_in_iraq_the_rarer_the_more_allies_rule(
    allies: float, chance: float, most: bool | None
) -> None:
    changes = {
        **STILL, "iraq.arrest_chance": chance, "iraq.arrest_allies": 0.5, "iraq.allies_in_government": allies,
        "iraq.highest_rung": "silence",
    }  # fmt: skip
    attacks = [attack(day, place="Iraq") for day in range(28, 56)]
    n = 100
    arrested = np.zeros(n)
    with born(conditions(changes, events=attacks, days=56), worlds=range(n), events=True) as model:
        while model.running:
            before = np.array(model.iraq.steady)
            model.step()
            made = np.broadcast_to(model.iraq.arrests, (n,))
            arrested += made
            assert not made.any() or (model.iraq.steady[made] > before[made]).all()
        acts = of(acts_of(model), actor=GOVERNMENT, act="arrests suspects")
    assert len(acts) == arrested.sum()
    assert all(act.day >= 28 and act.day % 7 == 0 for act in acts)
    if most is None:
        assert arrested.sum() == 0
    else:
        assert (arrested.mean() > 2.0) == most
        assert arrested.sum() > 0


def test_nothing_but_a_decision_ends_what_is_given_up_in_the_log() -> None:
    """A letter that another exit overtakes was not given up."""
    changes = {**LETTER_WINS, **LAW, "iraq.highest_rung": ""}
    with born(conditions(changes, events=[killing(8)], days=40), world=0, events=True) as model:
        while model.running:
            pressed(model, 0.99)
        acts = [act for act in acts_of(model) if act.day >= 0]
        (decision,) = of(acts, act="decision")
        assert decision.rung == "binding_law"
        assert not of(acts, act="gives the letter up again")


# ------------------------------------------------------------------------------------------ parliament
def with_leans(lean: float) -> dict[str, float]:
    """Every bloc leans the same way."""
    return {f"blocs.{name}.lean": lean for name in Scenario().blocs}


CALLED: dict[str, Any] = {"parliament.session_chance": 100.0, "parliament.hot_news": 0.0}
"""Somebody calls a session on any strike in Iraq."""
SESSION: dict[str, Any] = {**STILL, **CALLED, "iraq.crisis_pressure": 0.6, "iraq.highest_rung": "condemn"}


def test_a_session_that_lacks_its_quorum_decides_nothing() -> None:
    scenario = conditions({**SESSION, **with_leans(-20.0)}, events=[strike(9, dead=2)], days=12)
    nothing = conditions(
        {**SESSION, **with_leans(-20.0), "parliament.highest_rung": "no session"}, events=[strike(9, dead=2)], days=12
    )
    with born(scenario, world=0, events=True) as model, born(nothing, world=0) as other:
        for _ in range(10):
            pressed(model, 0.8)
            pressed(other, 0.8)
        (session,) = of(acts_of(model), actor="parliament")
        assert (session.day, session.rung) == (9, "session without quorum")
        assert session.terms["present"] < 165
        assert model.parliament.rung == 1
        assert model.parliament.step == 0.0
        assert model.iraq.pressure == other.iraq.pressure  # no steam is let off
        assert (model.counts["sessions"], model.counts["votes"]) == (1, 0)


def test_a_majority_of_those_who_came_is_not_enough_without_the_quorum() -> None:
    """All who come want the troops out, and nearly all come: but a member or two are missing."""
    changes = {**SESSION, **with_leans(20.0), "parliament.quorum": 329.0, "parliament.attendance_spread": 0.2}
    with born(conditions(changes, events=[strike(9, dead=2)], days=12), world=0, events=True) as model:
        for _ in range(10):
            pressed(model, 0.8)
        (session,) = of(acts_of(model), actor="parliament")
        assert 250 < session.terms["present"] < 329
        assert session.terms["for"] > 0.9 * session.terms["present"]
        assert session.rung == "session without quorum"
        assert model.parliament.step == 0.0


def test_parliament_does_not_vote_again_at_once() -> None:
    events = [strike(day, dead=2) for day in (9, 20, 31, 120)]
    changes = {**SESSION, **with_leans(20.0), "parliament.vote_rest": 60.0, "parliament.hot_news": 0.05}
    _, acts = lived_under(conditions(changes, events=events, days=125), lambda day: 0.8)
    assert [act.day for act in of(acts, actor="parliament")] == [9, 120]


def test_a_session_with_its_quorum_votes_by_leaning_and_lets_off_steam() -> None:
    scenario = conditions({**SESSION, **with_leans(20.0)}, events=[strike(9, dead=2)], days=12)
    nothing = conditions(
        {**SESSION, **with_leans(20.0), "parliament.highest_rung": "no session"}, events=[strike(9, dead=2)], days=12
    )
    with born(scenario, world=0, events=True) as model, born(nothing, world=0) as other:
        for _ in range(10):
            pressed(model, 0.8)
            pressed(other, 0.8)
        (session,) = of(acts_of(model), actor="parliament")
        assert (session.day, session.rung) == (9, "non-binding vote")
        assert session.terms["present"] > 165
        assert model.parliament.step > 0.0
        assert model.iraq.pressure < other.iraq.pressure
        assert model.presence.open
        assert (model.counts["sessions"], model.counts["votes"]) == (1, 1)


def test_a_session_that_came_to_nothing_is_not_called_again_at_once() -> None:
    changes = {**SESSION, **with_leans(-20.0), "parliament.attempt_rest": 20.0}
    sessions = of(history(conditions(changes, events=[killing(9)], days=45), world=0), actor="parliament")
    assert [act.day for act in sessions] == [9, 29]
    assert {act.rung for act in sessions} == {"session without quorum"}


@pytest.mark.parametrize(
    ("event", "changes", "sits"),
    [
        (killing(9), {}, True),
        (strike(9, dead=2), {}, False),
        (killing(9), {"parliament.session_chance": 0.0}, False),
        (strike(9, dead=60, civilians=60), {}, True),
    ],
)
def test_a_session_takes_hot_news_and_somebody_who_calls_it(event: Any, changes: Any, sits: bool) -> None:
    changes = {**SESSION, "parliament.hot_news": 0.25, **changes}
    _, acts = lived_under(conditions(changes, events=[event], days=12), lambda day: 0.3)
    assert bool(of(acts, actor="parliament")) == sits


def test_a_session_follows_on_a_killing_within_days_rather_than_on_the_same_day() -> None:
    changes = {
        **SESSION, "parliament.session_chance": 0.6, "parliament.hot_news": 0.25, "iraq.jump_coordinator": 0.6,
        "iraq.news_half_life": 21.0, "militias.call_half_life": 28.0,
    }  # fmt: skip
    acts = history(conditions(changes, events=[{"kind": "coordinator_killed", "day": 9}], days=20), worlds=range(200))
    first = {world: min(act.day for act in mine) for world, mine in by_world(of(acts, actor="parliament")).items()}
    waits = np.array([day - 9 for day in first.values()])
    assert len(waits) > 150
    assert (waits >= 0).all()
    assert 0.15 < np.mean(waits == 0) < 0.6
    assert 1 <= np.median(waits) <= 4


def test_without_hot_news_a_session_is_called_as_often_as_politicians_call() -> None:
    """And not at all where they do not."""
    rare = {**STILL, "parliament.routine_chance": 0.3, "iraq.highest_rung": "condemn"}
    call = [{"kind": "call", "day": day} for day in (0, 20, 40, 60)]
    called = of(history(conditions(rare, events=call, days=80), worlds=range(60)), actor="parliament")
    assert len(called) > 60
    assert not of(history(conditions(rare, days=80), worlds=range(60)), actor="parliament")


def present_at(pressure: float, changes: Any = SESSION) -> np.ndarray:
    """How many come after a killing, where pressure was at this level the day before."""
    n = 150
    with born(conditions(changes, events=[killing(9)], days=12), worlds=range(n), events=True) as model:
        for _ in range(12):
            put(model, "iraq", pressure=np.full(n, pressure))
            model.step()
        sessions = of(acts_of(model), actor="parliament")
    assert len(sessions) == n
    for act in sessions:
        assert act.terms["present"] >= 165 or act.rung == "session without quorum"
    return np.array([act.terms["present"] for act in sessions])


def test_the_session_of_january_2020_comes_out() -> None:
    """After a killing, the Framework comes, most others stay away: about the quorum, now and then below it."""
    present = present_at(0.6)  # about .75 after it
    assert 158 < np.median(present) < 180
    assert 0.1 < np.mean(present < 165) < 0.6


def test_the_same_killing_under_less_pressure_does_not_fill_the_house() -> None:
    present = present_at(0.35)  # about .6 after it, as in January 2024
    assert np.mean(present < 165) > 0.8
    assert np.median(present) > 130


LAW: dict[str, Any] = {
    **STILL, **SURE, **CALLED, **with_leans(20.0), "iraq.highest_rung": "demand a timetable",
    "united_states.leverage": 0.0,
    "iraq.private_wish": 0.6, "iraq.sovereignty": 2.0, "parliament.reading_days": 7.0, "parliament.highest_rung": "",
}  # fmt: skip


def lived_under(
    scenario: Scenario, pressure: Callable[[int], float], world: int = 0
) -> tuple[WithdrawalModel, list[Act]]:
    """A world lived with the pressure of each day set at its beginning."""
    with born(scenario, world=world, events=True) as model:
        while model.running:
            pressed(model, pressure(model.day))
        return model, [act for act in acts_of(model) if act.day >= 0]


def test_a_law_needs_two_readings_a_week_apart() -> None:
    model, acts = lived_under(conditions(LAW, events=[killing(20)], days=40), lambda day: 0.95)
    sessions = of(acts, actor="parliament")
    assert [(act.day, act.rung) for act in sessions] == [(20, "non-binding vote"), (27, "binding law")]
    (decision,) = of(acts, act="decision")
    assert (decision.day, decision.rung) == (27, "binding_law")
    assert sessions[1].event in decision.causes
    assert model.presence.outcome_day == 27


def test_another_crisis_does_not_hurry_the_second_reading() -> None:
    model, acts = lived_under(
        conditions(LAW, events=[killing(20), killing(22), killing(25)], days=40), lambda day: 0.95
    )
    assert [act.day for act in of(acts, actor="parliament")] == [20, 27]
    assert model.presence.outcome_day == 27


def test_readings_are_a_week_apart_even_where_the_first_brought_no_vote() -> None:
    """Blocs that lean neither way are moved by the day's pressure to a law, and to nothing else."""
    undecided = {
        **LAW,
        **with_leans(-0.2),
        "public.bloc_weight": 0.0,
        "parliament.law_caution": 0.0,
        "parliament.law_majority": 100.0,
    }
    undecided |= {"parliament.quorum": 100.0, "parliament.pressure_weight": 6.0, "parliament.law_price_weight": 0.0}
    events = [killing(20), killing(21), killing(24)]
    model, acts = lived_under(conditions(undecided, events=events, days=40), lambda day: 0.95)
    first, *later = [act.day for act in of(acts, actor="parliament")]
    assert first == 20
    assert model.presence.outcome_day == 27
    assert later[-1] == 27


def test_a_law_whose_bill_the_government_drops_gets_no_second_reading() -> None:
    model, acts = lived_under(conditions(LAW, events=[killing(20)], days=60), lambda day: 0.95 if day <= 21 else 0.05)
    assert [act.rung for act in of(acts, actor="parliament")] == ["non-binding vote"]
    assert model.presence.open
    assert not of(acts, act="decision")


def test_there_is_no_law_without_a_bill_of_the_government() -> None:
    model, acts = lived_under(
        conditions({**LAW, "iraq.highest_rung": "special committee"}, events=[killing(20), killing(30)], days=60),
        lambda day: 0.95,
    )
    assert "binding law" not in {act.rung for act in of(acts, actor="parliament")}
    assert model.presence.open


def test_an_expected_price_keeps_a_law_from_its_majority() -> None:
    leans = {
        "Framework: armed wings": 2.0,
        "Framework: moderates": 2.0,
        "Sunni": 2.0,
        "Kurdish": 2.0,
        "independents": 2.0,
    }
    dear = {
        **LAW,
        **{f"blocs.{name}.lean": lean for name, lean in leans.items()},
        "united_states.leverage": 2.0,
        "iraq.security_cost": 0.0,
    }
    dear |= {"iraq.economy_cost": 0.0, "parliament.law_price_weight": 6.0}
    model, acts = lived_under(conditions(dear, events=[killing(20)], days=40), lambda day: 0.95)
    (session,) = of(acts, actor="parliament")
    assert session.rung == "non-binding vote"
    assert session.terms["for a law"] < session.terms["for"]
    assert model.presence.open


# --------------------------------------------------------------------------- mood, looks, utilities
def test_a_mood_holds_its_days_unless_a_crisis_breaks_it() -> None:
    changes = {**STILL, "iraq.mood_days": 30.0}
    events = [strike(75, dead=3)]
    moods = []
    for model in lived(conditions(changes, events=events, days=200), worlds=range(5), events=False):
        moods.append(np.array(model.iraq.mood))
    for world in range(5):
        new = [day for day in range(1, 200) if moods[day][world] != moods[day - 1][world]]
        assert 75 in new
        before, after = [day for day in new if day < 75], [day for day in new if day >= 75]
        assert before[0] <= 30
        assert all(b - a == 30 for a, b in pairwise(before))
        assert 75 - before[-1] <= 30
        assert after == list(range(75, 200, 30))


def test_the_start_of_the_mood_differs_by_world() -> None:
    days = set()
    with born(conditions(STILL, days=31), worlds=range(40)) as model:
        last = model.iraq.mood
        while model.running:
            model.step()
            if (model.iraq.mood != last).any():
                days.add(model.day_done)
            last = model.iraq.mood
    assert len(days) > 15


def test_the_government_looks_weekly_or_in_a_new_mood_and_not_in_between() -> None:
    looked, moods = [], [None]
    for model in lived(conditions({**STILL, "iraq.decision_days": 7, "iraq.mood_days": 30.0}, days=90), world=0):
        if model.iraq.since_look == 0:
            looked.append(model.day_done)
        moods.append(model.iraq.mood)
    new = {day for day in range(90) if moods[day + 1] != moods[day]}
    assert new <= set(looked) | {0}
    for a, b in pairwise(looked):
        assert b - a == 7 or b in new
        assert b - a <= 7
    assert len(looked) >= 12


def test_every_decision_s_utility_is_the_sum_of_its_terms() -> None:
    with born(conditions(STORM, days=150, start=RECORD_ENDS), worlds=range(12), events=True) as model:
        while model.running:
            model.step()
        acts = [act for act in acts_of(model) if act.rule == "iraq.choose" and act.act == "act" and not act.scripted]
    assert len(acts) > 80
    for act in acts:
        summed = sum(act.terms[name] for name in TERMS)
        assert summed == pytest.approx(act.terms[f"utility of {act.rung}"], abs=5e-6), act
        assert 0.0 <= act.terms["mood"] < 1.0
    assert len({act.rung for act in acts}) >= 5


def test_demands_without_an_act_wear_credibility_out() -> None:
    changes = {**STILL, **SURE, "iraq.credibility_loss": 0.85, "iraq.credibility_half_life": 10000.0}
    said = [{"kind": "statement", "rung": "threaten expulsion", "day": day} for day in (5, 15, 25)]
    credibility = [model.iraq.credibility for model in lived(conditions(changes, events=said, days=30), world=3)]
    assert credibility[14] == pytest.approx(1.0)  # the first demand is taken at its word
    assert credibility[15] == pytest.approx(0.85, rel=1e-3)
    assert credibility[25] == pytest.approx(0.85**2, rel=1e-3)


def test_stepping_down_is_held_against_him_and_forgotten_by_a_tenth_a_week() -> None:
    said = [{"kind": "statement", "rung": "threaten expulsion", "day": 5}]
    changes = {**STILL, **SURE, "iraq.audience_fade": 0.1, "iraq.audience": 0.0}
    shown = [model.iraq.shown for model in lived(conditions(changes, events=said, days=40), world=0)]
    assert shown[5] == float(THREATEN)
    assert all(b < a for a, b in pairwise(shown[5:]))
    assert shown[12] / shown[5] == pytest.approx(0.9, abs=0.005)
    low, high = (
        history(conditions({**STILL, "iraq.audience": weight}, events=[*said, killing(6)], days=8), world=0)
        for weight in (0.0, 1.0)
    )
    for acts, costs in ((low, False), (high, True)):
        chosen = [act for act in of(acts, actor=GOVERNMENT, act="act") if act.day == 6]
        below = [act for act in chosen if LADDER[act.rung] < THREATEN]
        assert all((act.terms["audience"] < -0.05) == costs for act in below)


def test_the_gap_between_two_faces_opens_with_pressure() -> None:
    with born(
        conditions({**STILL, "iraq.private_wish": 0.3, "iraq.public_gap": 0.8}, events=[killing(10)], days=12), world=0
    ) as model:
        step(model, 10)
        calm = model.iraq.stance
        step(model)
        assert model.iraq.stance == pytest.approx(0.3 + 0.8 * model.iraq.pressure)
        assert model.iraq.stance > calm + 0.2
        assert model.p.iraq.private_wish == 0.3


# ------------------------------------------------------------------------- talks, agreement, carrying out
TALKS_WIN: dict[str, Any] = {
    **STILL, "talks.routine_chance": 1.0, "united_states.willing_to_talk": 1.0, "talks.prepare_days": 40.0,
    "talks.round_days": 30.0,
    "talks.patience_days": 120.0, "united_states.us_stake": 0.5, "talks.risk_pressure": 3.0,
    "iraq.pressure_floor": 0.5,
}  # fmt: skip


def test_talks_open_go_in_rounds_and_lapse_without_a_product() -> None:
    scenario = conditions({**TALKS_WIN, **NO_DEAL}, days=200)
    acts = history(scenario, world=0)
    opened, rounds, lapsed = of(acts, act="open"), of(acts, actor="talks", act="round"), of(acts, act="lapse")
    assert lapsed
    for first, end in zip([act for act in opened if act.day >= 0], lapsed[-len(opened) :], strict=False):
        if end.day > first.day:
            assert end.day - first.day >= 60  # half of `patience_days`
            within = [act.day for act in rounds if first.day < act.day <= end.day]
            gaps = [later - before for before, later in pairwise([first.day, *within])]
            assert 20 <= gaps[0] <= 60  # half of `prepare_days` to one and a half of it
            assert all(15 <= gap <= 45 for gap in gaps[1:])  # of `round_days`
    assert not of(acts, act="agreement")


def agreements(
    changes: Mapping[str, Any], days: int = 250, worlds: int = 30
) -> tuple[WithdrawalModel, dict[int, list[Act]]]:
    """Worlds in which talks succeed, lived to their end, and what happened in each."""
    with born(conditions({**TALKS_WIN, **changes}, days=days), worlds=range(worlds), events=True) as model:
        while model.running:
            model.step()
        return model, by_world([act for act in acts_of(model) if act.day >= 0])


def test_relabel_and_reduce_are_recorded_and_settle_nothing() -> None:
    no_end = {"talks.us_phased": 0.0, "talks.us_full": 0.0, "talks.precision_us": 200.0}
    model, worlds = agreements({"united_states.us_stake": 1.0, "talks.rest_days": 90.0, **no_end})
    small = 0
    for world, acts in worlds.items():
        agreed = of(acts, act="agreement")
        if not agreed or of(acts, act="decision"):
            continue
        small += 1
        assert {act.rung for act in agreed} <= {"relabel", "reduce"}
        assert OUTCOMES[one_world(model.presence.outcome, world)] == "us_stays"
        assert one_world(model.presence.kind, world) == (2 if "reduce" in {act.rung for act in agreed} else 1)
        assert one_world(model.presence.outcome_day, world) == -1
        for act in agreed:
            again = [opened.day for opened in of(acts, actor="talks", act="open") if opened.day > act.day]
            assert not again or again[0] >= act.day + 89
    assert small > 10
    assert (model.presence.troops > 0).all()


@pytest.mark.parametrize(
    ("rung", "changes"),
    [
        ("full end", {"talks.us_full": 0.9, "talks.us_phased": 0.1, "talks.full_low": 2.0, "talks.full_high": 4.0}),
        ("phased end", {"talks.us_full": 0.0, "talks.us_phased": 0.9, "talks.exit_phased": 0.9}),
    ],
)
def test_a_signed_end_is_agreement_decision_and_departure_each_on_its_day(rung: str, changes: dict[str, Any]) -> None:
    wanted = {"iraq.private_wish": 0.9, "talks.us_reduce": 0.0, "talks.us_relabel": 0.0, "united_states.us_stake": 1.0}
    wanted |= {"talks.precision_us": 200.0, "talks.under_fire": 0.0}
    model, worlds = agreements({**wanted, **changes})
    signed = left = 0
    for world, acts in worlds.items():
        if not of(acts, act="agreement"):
            continue
        signed += 1
        agreed, decision = of(acts, act="agreement")[-1], of(acts, act="decision")[0]
        opened = [act for act in of(acts, actor="talks", act="open") if act.day < agreed.day]
        assert agreed.rung == rung
        assert decision.day == agreed.day == model.presence.outcome_day[world]
        assert decision.rung == rung.split()[0]
        assert agreed.event in decision.causes
        assert not opened or opened[-1].event in agreed.causes
        assert not [act for act in of(acts, actor="talks", act="open") if act.day > decision.day]
        days = decision.terms["days until the last soldier leaves"]
        assert days / 30.4375 <= 4.0 if rung == "full end" else days / 30.4375 >= 12.9
        assert model.presence.completion_day[world] == decision.day + days
        if decision.day + days < 250:
            left += 1
            assert model.presence.troops[world] == 0.0
    assert signed > 8
    assert (left > 3) == (rung == "full end")


def test_the_last_soldier_s_departure_is_an_event_on_its_day() -> None:
    """Threat, committee, talks, agreement and carrying out are separate, dated events."""
    with born(
        conditions(
            {**LETTER_WINS, "iraq.letter_days": 3.0, "talks.forced_low": 1.0, "talks.forced_high": 1.0}, days=80
        ),
        world=0,
        events=True,
    ) as model:
        troops = {}
        while model.running:
            pressed(model, 0.99)
            troops[model.day_done] = model.presence.troops
        done = int(model.presence.completion_day)
        acts = [act for act in acts_of(model) if act.day >= 0]
        (decision,) = of(acts, act="decision")
        assert troops[done] == 0.0
        assert troops[done - 1] > 0.0
        assert all(a >= b for a, b in pairwise(troops.values()))
        departed = [act for act in acts if act.day == done and decision.event in act.causes]
        assert departed, "no event on the day the last soldier left"


def test_threat_committee_talks_and_agreement_are_events_apart() -> None:
    with born(
        conditions(
            {**STORM, "united_states.willing_to_talk": 0.9, "talks.under_fire": 0.0}, days=200, start=RECORD_ENDS
        ),
        worlds=range(20),
        events=True,
    ) as model:
        while model.running:
            model.step()
        acts = acts_of(model)
    said = {act.rung for act in of(acts, actor=GOVERNMENT, act="act")}
    assert {"condemn", "protest note", "threaten expulsion", "special committee"} <= said
    assert of(acts, actor="talks", act="open")
    assert of(acts, actor="talks", act="agreement")
    assert of(acts, act="decision")
    for act in of(acts, actor=GOVERNMENT, act="act"):
        assert act.rung in LADDER.names


def test_a_crisis_suspends_talks_for_a_while() -> None:
    changes = {**TALKS_WIN, **NO_DEAL, "talks.suspend": 1.0, "talks.suspend_days": 45.0, "talks.patience_days": 600.0}
    scenario = conditions(changes, events=[strike(50, dead=3)], days=140, start=date(2024, 1, 31))
    acts = history(scenario, world=0)
    assert [act.day for act in of(acts, actor="talks", act="suspended")] == [50]
    rounds = [act.day for act in of(acts, actor="talks", act="round")]
    assert not [day for day in rounds if 50 <= day < 95]
    assert [day for day in rounds if day < 50]
    assert [day for day in rounds if day >= 95]


def test_an_agreement_is_a_product_for_the_committee() -> None:
    changes = {
        **TALKS_WIN,
        "iraq.committee_clock_low": 200.0,
        "iraq.committee_clock_high": 200.0,
        "talks.earlier_relabels": 0.0,
        "united_states.us_stake": 1.0,
        "iraq.base_pressure": 0.25,
    }
    with born(
        conditions(changes, events=[{"kind": "committee", "day": 0}], days=230), worlds=range(40), events=True
    ) as model:
        while model.running:
            model.step()
        for acts in by_world([act for act in acts_of(model) if act.day >= 0]).values():
            agreed = [act.day for act in of(acts, act="agreement")]
            ended = [act.day for act in of(acts, act="committee ends without a product")]
            if agreed and agreed[0] < 200:
                assert 200 not in ended
            else:
                assert 200 in ended


# --------------------------------------------------------------------------------- the legal default
def test_under_an_invitation_they_stay_and_under_a_dated_agreement_they_leave_unless_somebody_acts() -> None:
    ends = {"presence.legal_default": "dated_agreement", "presence.agreement_ends": CLEAN_START + timedelta(days=48)}
    for changes, outcome, day in ((STILL, 0, -1), ({**STILL, **ends}, 3, 48)):
        with born(conditions(changes, days=60), world=0, events=True) as model:
            while model.running:
                model.step()
            assert (model.presence.outcome, model.presence.outcome_day) == (outcome, day)
            assert (model.presence.troops > 0) == (outcome == 0)
            if outcome:
                (decision,) = of(acts_of(model), act="decision")
                assert (decision.day, decision.rung) == (48, "ran_out")


def test_money_is_decided_on_once_after_an_exit_without_agreement() -> None:
    changes = {**PRESSED_HARD, "united_states.leverage": 1.0, "united_states.restrict_chance": 0.3}
    worlds = 200
    with born(conditions(changes, events=PROVOKED, days=200), worlds=range(worlds)) as model:
        while model.running:
            model.step()
        forced = np.broadcast_to(model.presence.forced, worlds)
        restricted = np.broadcast_to(model.united_states.dollars, worlds)
    assert forced.sum() > 100
    assert not restricted[~forced].any()
    assert 0.18 < restricted[forced].mean() < 0.42, "not sooner or later in every world"


def test_an_attack_that_nobody_is_named_for_falls_to_one_who_fights() -> None:
    charged = dict.fromkeys(Scenario().groups, 0)
    with born(load("status_quo", changes={"days": 2}), worlds=range(40), events=True) as model:
        past = [act for act in acts_of(model) if act.act == "attack" and act.scripted]
    for act in past:
        charged[act.actor] += 1
    share = {name: count / len(past) for name, count in charged.items()}
    assert len(past) > 40 * 100
    fighting = ("Kataib Hezbollah", "Harakat al-Nujaba", "Kataib Sayyid al-Shuhada", "Ansar Allah al-Awfiya")
    assert all(share[name] > 0.05 for name in fighting)
    assert share["Kataib Hezbollah"] + share["Harakat al-Nujaba"] > 0.5, "the two that attack most"
    assert share["Asaib Ahl al-Haq"] + share["Badr Organization"] + share["Saraya al-Salam (Sadr)"] < 0.02


# ------------------------------------------------------------------------------------------- caps
PROVOKED: list[dict[str, Any]] = [
    attack(1, dead=3, wounded=20), killing(2, civilians=3), strike(6, dead=9, civilians=4),
    strike(12, "large campaign", dead=40, civilians=12), attack(13, dead=8, wounded=30), killing(20),
]  # fmt: skip
PRESSED_HARD: dict[str, Any] = {
    **STORM, "iraq.pressure_floor": 0.75, "united_states.leverage": 2.0, "iraq.economy_cost": 0.0,
    "iraq.security_cost": 0.0,
    "iraq.letter_days": 2.0, "united_states.restrict_chance": 0.5, "united_states.sanction_chance": 0.5,
    "iraq.sovereignty": 3.0,
    "united_states.willing_to_talk": 0.9, "united_states.restraint": 0.0, "iran.permissiveness": 1.0,
    **NO_DEAL,
}  # fmt: skip
"""Every actor is driven as high as it can be."""
HARDER: dict[str, dict[str, Any]] = {
    "parliament": {
        **{f"blocs.{name}.lean": 20.0 for name in Scenario().blocs},
        "parliament.reading_days": 1.0,
        "iraq.letter_days": 25.0,
    },
    "a militia": {"militias.wish_base": 20.0, "strikes.fear": 0.0},
}
"""What some need beyond that."""
CAPPED: dict[str, tuple[str, str, Callable[[WithdrawalModel], Any]]] = {
    "United States": ("united_states", "united_states.highest_rung", lambda model: model.united_states.response),
    "leverage": ("leverage", "united_states.highest_leverage", lambda model: model.united_states.leverage),
    "Iran's order": ("iran", "iran.highest_rung", lambda model: model.iran.rung),
    "Iran in Baghdad": ("iran in Baghdad", "iran.highest_press", lambda model: model.iran.press_rung),
    "calls": ("calls", "militias.highest_call", lambda model: model.militia.rung),
    "Iraq": ("iraq", "iraq.highest_rung", lambda model: model.iraq.rung),
    "parliament": ("parliament", "parliament.highest_rung", lambda model: model.parliament.rung),
    "a militia": ("militia", "groups.Kataib Hezbollah.highest_rung", lambda model: model.groups[0].posture),
}


def highest_of(name: str, cap: str, worlds: int = 4) -> int:
    """The highest rung an actor is seen on under a cap, in any world on any day from the first."""
    _, field, rung = CAPPED[name]
    scenario = conditions({**PRESSED_HARD, **HARDER.get(name, {}), field: cap}, events=PROVOKED, days=30)
    days = (rung(model) for world in range(worlds) for model in lived(scenario, world=world, events=False))
    return max(int(seen) for seen in days)


@pytest.mark.parametrize("name", CAPPED)
def test_without_a_cap_an_actor_goes_to_the_top(name: str) -> None:
    assert highest_of(name, "") == len(LADDERS[CAPPED[name][0]]) - 1


@pytest.mark.parametrize(
    ("name", "cap"), [(name, cap) for name, (ladder, _, _) in CAPPED.items() for cap in LADDERS[ladder].names[:-1]]
)
def test_a_cap_holds_in_every_world_on_every_day(name: str, cap: str) -> None:
    assert highest_of(name, cap) <= LADDERS[CAPPED[name][0]][cap]


def test_a_strike_on_its_way_from_before_the_start_keeps_to_the_cap() -> None:
    scenario = conditions({**STILL, "united_states.highest_rung": "strike in Syria"}, days=5)
    with born(scenario, world=0) as model:
        put(model, "united_states", pending=4, days_left=1.0)
        step(model, 4)
        assert model.counts["commanders_killed"] == 0


def test_a_scripted_order_keeps_to_iran_s_cap() -> None:
    order = [{"kind": "order", "go_ahead": 0.9, "day": 3}]
    with born(conditions({**STILL, "iran.highest_rung": "brake"}, events=order, days=8), world=0) as model:
        step(model, 8)
        assert model.iran.rung <= LADDERS["iran"]["brake"]


def test_an_order_from_before_the_start_gives_way_to_iran_s_cap() -> None:
    """The past had no cap: an order above it is replaced, however little it is above."""
    with born(
        conditions({**STILL, "iran.highest_rung": "let run", "iran.order_step": 0.15}, days=40), world=0
    ) as model:
        put(model, "iran", order=Scenario().iran.encourage_from + 0.02)
        step(model, 40)
        assert model.iran.rung <= LADDERS["iran"]["let run"]


# ------------------------------------------------------------------------------------------- scripts
ONE_OF_EACH: list[dict[str, Any]] = [
    {"kind": "attack", "place": "Syria", "group": "Kataib Hezbollah", "count": 2, "wounded": 1, "day": 2},
    {"kind": "strike", "rung": "strike in Iraq", "dead": 4, "day": 4},
    {"kind": "self_defence", "group": "Harakat al-Nujaba", "dead": 1, "day": 6},
    {"kind": "statement", "rung": "protest note", "day": 8},
    {"kind": "committee", "day": 10},
    {"kind": "truce", "front": "gaza", "days": 5, "day": 12},
    {"kind": "order", "go_ahead": 0.2, "day": 14},
    {"kind": "us_threat", "day": 16},
    {"kind": "coordinator_killed", "dead": 5, "day": 18},
    {"kind": "call", "day": 19},
    {"kind": "government", "wish_low": 0.5, "wish_high": 0.6, "allies": 0.2, "day": 20},
    {"kind": "isis", "level": 0.8, "day": 21},
    {"kind": "sanctions", "step": "restrict dollars", "day": 22},
    {"kind": "troops", "number": 1200, "day": 23},
    {"kind": "legal_default", "default": "dated_agreement", "ends": date(2026, 1, 1), "day": 24},
    {"kind": "offer_talks", "day": 25},
    {"kind": "set", "name": "united_states.restraint", "value": 0.8, "day": 26},
]


def test_there_is_one_of_each_kind_of_event() -> None:
    kinds = Scenario.model_json_schema()["$defs"]
    named = {d["properties"]["kind"]["const"] for d in kinds.values() if "kind" in d.get("properties", {})}
    assert named == {event["kind"] for event in ONE_OF_EACH}


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: event["kind"])
def test_a_scripted_event_is_in_the_log_on_its_day_and_marked(event: dict[str, Any]) -> None:
    war = {"fronts.gaza.war_days": 100000.0}
    acts = history(conditions({**STILL, **war}, start=RECORD_ENDS, events=[event], days=30), world=0)
    marked = [act for act in acts if act.scripted]
    assert marked
    assert {act.day for act in marked} == {event["day"]}
    assert event["kind"] == "government" or len(marked) == event.get("count", 1)


def test_what_is_drawn_or_chosen_is_not_marked_as_scripted() -> None:
    acts = history(conditions(STORM, start=RECORD_ENDS, days=60), worlds=range(10))
    assert len(acts) > 300
    assert not [act for act in acts if act.scripted]


def test_a_scripted_attack_is_felt_like_a_drawn_one() -> None:
    events = [attack(3, dead=2, wounded=7, place="Iraq", group="Harakat al-Nujaba")]
    with born(
        conditions(
            {
                **STILL,
                "united_states.highest_rung": "absorb",
                "united_states.stress_fatal": 5.0,
                "united_states.stress_attack": 0.02,
            },
            events=events,
        ),
        world=0,
    ) as model:
        step(model, 4)
        assert model.counts["us_killed"] == 2
        assert model.counts["us_wounded"] == 7
        assert model.counts["attacks_iraq"] == 1
        assert model.united_states.stress == pytest.approx(7.02)
        assert model.groups[1].recent > 0.0
        assert model.groups[0].recent == 0.0
        assert model.militia.wound_in_iraq
        assert model.today.crisis


CHANGES = {event["kind"]: {**event, "day": 5} for event in ONE_OF_EACH}


def lived_with(
    kind: str, changes: Mapping[str, Any] | None = None, days: int = 12
) -> Iterator[tuple[int, WithdrawalModel]]:
    """The days of a world in which conditions change on day 5."""
    for model in lived(conditions({**STILL, **(changes or {})}, events=[CHANGES[kind]], days=days), world=2):
        yield model.day_done, model


def test_a_new_prime_minister_has_a_wish_of_his_own_and_a_fresh_start() -> None:
    worn = [{"kind": "statement", "rung": "threaten expulsion", "day": day} for day in (0, 1)]
    events = [*worn, {"kind": "committee", "day": 2}, {**CHANGES["government"], "wish_low": 0.5, "wish_high": 0.6}]
    wishes = set()
    for world in range(5):
        for model in lived(conditions({**STILL, **SURE, "iraq.private_wish": 0.3}, events=events, days=7), world=world):
            iraq, day = model.iraq, model.day_done
            if day in (2, 4):
                assert (iraq.wish, iraq.committees) == (0.3, 1)
                assert iraq.credibility < 0.95
                assert iraq.committee_left > 0
            if day >= 5:
                assert 0.5 <= iraq.wish <= 0.6
                assert (iraq.credibility, iraq.committees, iraq.clock) == (1.0, 0, 0.0)
                assert iraq.stance >= iraq.wish
                assert model.at.calendar.allies == 0.2
        wishes.add(iraq.wish)
    assert len(wishes) == 5


def test_is_surges_from_its_day_on() -> None:
    levels = [model.region.isis for _, model in lived_with("isis")]
    assert levels[4] == Scenario().isis.level
    assert levels[5:] == [0.8] * 7


def test_another_number_of_troops_is_authorised_from_its_day_on() -> None:
    troops = [model.presence.troops for _, model in lived_with("troops")]
    assert troops[4] == 2500.0
    assert troops[5:] == [1200.0] * 7


def test_sanctions_by_script_bind_without_an_exit() -> None:
    for day, model in lived_with("sanctions"):
        assert bool(model.united_states.dollars) == (day >= 5)
        assert not model.united_states.sanctions
        assert model.presence.open
        if day == 5:
            assert model.united_states.leverage == LADDERS["leverage"]["restrict dollars"]


def test_what_sanctions_have_taken_deters_no_more() -> None:
    price = {day: model.united_states.price for day, model in lived_with("sanctions")}
    first, later = price[4], price[6]
    c = Scenario().consequences
    left = c.reserves_at_risk / (c.reserves_at_risk + c.dollars_at_risk)
    assert later == pytest.approx(first * left, rel=0.01)  # dollars are gone, the reserves are still there to lose
    step = {"kind": "sanctions", "step": "sanctions", "day": 2}
    with born(conditions(STILL, events=[step], days=5), world=0) as model:
        while model.running:
            model.step()
        assert model.united_states.price == 0.0


def test_sanctions_by_script_keep_to_the_cap() -> None:
    step = {"kind": "sanctions", "step": "sanctions", "day": 2}
    for cap, dollars in (("warn of consequences", False), ("restrict dollars", True)):
        changes = {**STILL, "united_states.highest_leverage": cap}
        with born(conditions(changes, events=[step], days=5), world=0) as model:
            while model.running:
                model.step()
            assert (bool(model.united_states.dollars), bool(model.united_states.sanctions)) == (dollars, False)


def test_sanctions_of_before_an_exit_are_none_of_its_consequences() -> None:
    step = {"kind": "sanctions", "step": "sanctions", "day": 0}
    changes = {**PRESSED_HARD, "united_states.restrict_chance": 0.0}
    for events in ([step, *PROVOKED], PROVOKED):
        with born(conditions(changes, events=events, days=120), worlds=range(40)) as model:
            while model.running:
                model.step()
            forced = np.broadcast_to(model.presence.forced, 40)
            assert forced.sum() > 10
            after = consequences(model.world, model.p)
            assert (np.broadcast_to(after["sanctions"], 40)[forced] == 0.0).all()
            assert (np.broadcast_to(after["dollars"], 40)[forced] == 0.0).all()


def test_sanctions_can_follow_dollars_that_were_cut_before_the_exit() -> None:
    step = {"kind": "sanctions", "step": "restrict dollars", "day": 0}
    changes = {**PRESSED_HARD, "united_states.restrict_chance": 0.0, "united_states.sanction_chance": 0.2}
    with born(conditions(changes, events=[step, *PROVOKED], days=150), worlds=range(100)) as model:
        while model.running:
            model.step()
        forced = np.broadcast_to(model.presence.forced, 100)
        sanctions = np.broadcast_to(model.united_states.sanctions, 100)
        after = np.broadcast_to(consequences(model.world, model.p)["sanctions"], 100)
    assert forced.sum() > 50
    assert 0.15 < sanctions[forced].mean() < 0.7  # leverage is 2 here: once with .4
    assert (after[forced] == sanctions[forced]).all()
    assert not sanctions[~forced].any()


def test_a_dated_agreement_by_script_runs_out_on_its_day() -> None:
    event = {"kind": "legal_default", "default": "dated_agreement", "ends": CLEAN_START + timedelta(days=30), "day": 5}
    with born(conditions(STILL, events=[event], days=60), world=2) as model:
        while model.running:
            assert model.presence.open == (model.day <= 30)
            model.step()
        assert (model.presence.outcome_day, OUTCOMES[model.presence.outcome]) == (30, "lapsed")


def test_a_call_by_script_is_a_call() -> None:
    calls = [model.militia.rung for _, model in lived_with("call", {"militias.call_strength": 0.5})]
    assert calls[:5] == [0] * 5
    assert calls[5] == LADDERS["calls"]["call for expulsion"]


@pytest.mark.parametrize("kind", ["letter", "law", "binding_law", "agreement", "exit", "vote", "timetable", "pressure"])
def test_an_ending_cannot_be_scripted(kind: str) -> None:
    with pytest.raises(ValidationError, match="kind"):
        conditions(events=[{"kind": kind, "day": 3}])


@pytest.mark.parametrize("rung", ["letter of expulsion", "demand a timetable", "talks", "binding law"])
def test_a_statement_cannot_be_an_ending(rung: str) -> None:
    with pytest.raises(ValidationError, match="rung"):
        conditions(events=[{"kind": "statement", "rung": rung, "day": 3}])


# -------------------------------------------------------------------------------------- causes in order
def test_causes_are_earlier_events_of_the_same_world() -> None:
    with born(
        conditions(STORM, days=100, start=RECORD_ENDS, events=[killing(9, civilians=2)]), worlds=range(10), events=True
    ) as model:
        while model.running:
            model.step()
        worlds = by_world(acts_of(model))
        assert model.log is not None
        table = model.log.table()
    assert set(worlds) == set(range(10))
    linked = 0
    for world, acts in worlds.items():
        rows = [event for where, event in zip(table["world"], table["event"], strict=True) if where == world]
        assert rows == list(range(len(rows)))  # the rows that follow pressure have numbers too, and are no causes
        assert all(a.event < b.event and a.day <= b.day for a, b in pairwise(acts))
        numbers = {act.event for act in acts}
        for act in acts:
            assert all(cause in numbers and cause < act.event for cause in act.causes), act
            assert len(set(act.causes)) == len(act.causes)
            linked += len(act.causes)
    assert linked > 1000


def test_the_order_of_causes_is_the_order_of_the_day() -> None:
    """A fatal attack in Iraq, the decision to strike, the strike, the condemnation: one chain, by their ids."""
    changes = {
        **ANSWERS,
        **SURE,
        "united_states.lag": 0.0,
        "united_states.restraint": 0.5,
        "united_states.cut_iraq": -20.0,
        "united_states.cut_commander": 40.0,
        "united_states.cut_campaign": 45.0,
    }
    acts = history(conditions(changes, events=[attack(6, dead=1, wounded=4)], days=8), world=0)
    (wounding,) = of(acts, act="attack")
    (decided,) = of(acts, act="decides to strike")
    (struck,) = of(acts, act="strike")
    (said,) = [act for act in of(acts, actor=GOVERNMENT, act="act") if act.day == 6]
    assert struck.rung == "strike in Iraq"
    assert wounding.event in decided.causes
    assert decided.event in struck.causes
    assert struck.event in said.causes
    assert wounding.event < decided.event < struck.event < said.event


def test_every_rung_that_is_named_is_on_a_ladder() -> None:
    with born(conditions(PRESSED_HARD, events=PROVOKED, days=40), worlds=range(20), events=True) as model:
        while model.running:
            model.step()
        acts = acts_of(model)
    ladders = {
        GOVERNMENT: LADDERS["iraq"].names, "parliament": LADDERS["parliament"].names, "Iran": LADDERS["iran"].names,
        WASHINGTON: LADDERS["united_states"].names + LADDERS["leverage"].names,
        "the groups' politicians": LADDERS["calls"].names,
    }  # fmt: skip
    for act in acts:
        if act.actor in ladders and act.act != iraq.ARRESTS:
            assert act.rung in ladders[act.actor], act
        if act.act == "posture":
            assert act.rung in LADDERS["militia"].names


def test_rungs_are_where_their_names_say() -> None:
    assert (CONDEMN, THREATEN, COMMITTEE, TALKS, TIMETABLE, LETTER) == (1, 3, 4, 5, 6, 7)
    assert LADDER.names[LETTER] == "letter of expulsion"
    for ladder in LADDERS.values():
        assert len(set(ladder.names)) == len(ladder)
        assert all(rung.meaning for rung in ladder)
        assert [ladder[name] for name in ladder.names] == list(range(len(ladder)))
        assert ladder.cap("") == len(ladder) - 1
    with pytest.raises(KeyError):
        LADDERS["iraq"]["war"]
