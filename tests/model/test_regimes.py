"""Campaign and calm: what begins a campaign, what ends it, and what a calm is like. Minimally different worlds."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from model.histories import QUICK, conditions
from sim.evidence.hindcast import Daily, History, drive_by, hindcast
from sim.model.militia import rules
from sim.scenario.load import load
from sim.scenario.schema import Scenario

DEFAULTS = Scenario()
WORLDS = 60
FIGHTERS = ("Kataib Hezbollah", "Harakat al-Nujaba", "Kataib Sayyid al-Shuhada", "Ansar Allah al-Awfiya")
CAMPAIGN = rules.CAMPAIGN


def lived(
    changes: dict[str, Any], days: int = 200, events: tuple[dict[str, Any], ...] = (), worlds: int = WORLDS
) -> History:
    """Worlds from 10 January 2024 on."""
    return seen(conditions(changes, days=days, start=date(2024, 1, 10), events=events), seed=5, worlds=worlds)


def seen(scenario: Scenario, seed: int, worlds: int = WORLDS) -> History:
    """A hindcast, by a compiled program where there can be one: it is made once for most of the tests here."""
    drive = drive_by(QUICK, scenario, worlds)
    return hindcast(scenario, worlds=range(worlds), seed=seed, drive=drive)


def fighting(history: History) -> Daily:
    """The share of worlds in which a group is in a campaign, day by day."""
    found: Daily = np.stack([history.posture[name] >= CAMPAIGN for name in FIGHTERS]).mean((0, 2))
    return found


# ------------------------------------------------------------------------------------------ the rules
def begin(**changes: float) -> float:
    """The chance to begin at the defaults, half ready and rested."""
    p = DEFAULTS.militias
    of: dict[str, float] = {"readiness": 0.5, "weary": 0.0, "provoked": 0.0, "waits": 0.0, **changes}
    return float(rules.begin_chance(**of, level=p.begin_level, by_reason=p.begin_reason, by_grace=p.grace))


def end(**changes: float) -> float:
    """The chance to end at the defaults, half ready, after a third of being spent."""
    p = DEFAULTS.militias
    of: dict[str, float] = {"readiness": 0.5, "weary": 0.3, "waits": 0.0, "arrests": 0.0, **changes}
    hazards = {"level": p.end_level, "by_weary": p.end_weary, "by_grace": p.end_grace, "by_arrests": p.end_arrests}
    return float(rules.end_chance(**of, **hazards, hold=p.hold))


def test_a_fresh_reason_begins_campaigns_within_days_and_its_lack_within_months() -> None:
    assert 1.0 / begin(provoked=1.0) < 15.0
    assert 1.0 / begin() > 60.0
    assert begin(waits=1.0) < begin() and begin(weary=0.8) < begin()


def test_a_spent_group_ends_sooner_and_arrests_and_agreements_end_campaigns() -> None:
    assert end(weary=0.9) > 3.0 * end(weary=0.1)
    assert end(arrests=1.0) > end() and end(waits=1.0) > end()
    assert end(readiness=1.0) < end(readiness=0.0)


# ----------------------------------------------------------------------------------------- the worlds
def test_campaigns_end_though_the_war_goes_on() -> None:
    """Spent, without any truce: from nearly all in a campaign to far fewer within two hundred days."""
    war = {"fronts.gaza.war_days": 100000.0}
    going_on = fighting(lived(war))
    assert going_on[:7].mean() > 0.7
    assert going_on[-30:].mean() < 0.6 * going_on[:7].mean()
    tireless = fighting(lived({**war, "militias.end_weary": 0.0, "militias.end_level": 0.0}))
    assert tireless[-30:].mean() > going_on[-30:].mean() + 0.1


def test_a_truce_ends_campaigns_and_the_war_begins_them_again() -> None:
    truce = ({"kind": "truce", "date": date(2024, 1, 20), "days": 30},)
    held = fighting(lived({"fronts.gaza.war_days": 100000.0}, days=70, events=truce))
    assert held[25:38].mean() < 0.4 * held[:9].mean()
    assert held[55:].mean() > 2.0 * held[25:38].mean()


def test_a_killing_begins_campaigns_in_a_calm() -> None:
    """The same calm worlds with a commander killed, with one that is no reason to the groups, and with none."""
    calm: dict[str, Any] = {"fronts.gaza.ends": date(2024, 1, 10), "iraq.allies_in_government": 0.0}
    killing = ({"kind": "strike", "rung": "kill a commander in Baghdad", "date": date(2024, 4, 10), "dead": 2},)
    killed = (date(2024, 4, 10) - date(2024, 1, 10)).days

    def begun(changes: dict[str, Any], events: tuple[dict[str, Any], ...]) -> tuple[Daily, int]:
        """Who fights up to that day, and how many campaigns are begun in the three weeks after it."""
        history = lived({**calm, **changes}, days=killed + 22, events=events, worlds=300)
        fights = np.stack([history.posture[name] >= CAMPAIGN for name in FIGHTERS])
        begins = fights[:, 1:] & ~fights[:, :-1]
        return fights[:, :killed], int(begins[:, killed:].sum())

    (before, spared), (same, struck) = begun({}, ()), begun({}, killing)
    assert np.array_equal(before, same)
    assert struck > 2.0 * max(spared, 5)
    _, no_reason = begun({"militias.provoked_killing": 0.0}, killing)
    assert no_reason < 0.5 * struck


def test_a_calm_is_quiet_and_a_campaign_is_not() -> None:
    history = seen(load("history/gaza_2023"), seed=2)
    in_campaign = np.stack([history.posture[name] >= CAMPAIGN for name in FIGHTERS]).any(0)
    all_calm = history.attacks[~in_campaign].mean()
    assert all_calm < 0.1 * history.attacks[in_campaign].mean()


def test_groups_begin_together_under_an_umbrella_and_not_without() -> None:
    """How often two groups are in a campaign at once, against what their own shares of days would give."""

    def together(umbrella: float) -> float:
        history = seen(load("history/quiet_2021_2023").replace(**{"militias.umbrella": umbrella}), seed=3)
        a, b = (history.posture[name] >= CAMPAIGN for name in FIGHTERS[1:3])
        return float((a & b).mean() / max(a.mean() * b.mean(), 1e-9))

    assert together(0.95) > together(0.0) > 0.5


def test_fear_and_anger_even_out_over_time() -> None:
    """At the centre of their ranges strikes change the number of attacks by no more than chance, over two years."""
    p, a = DEFAULTS.strikes, DEFAULTS.attacks
    assert p.fear * p.fear_half_life * a.by_fear == pytest.approx(p.anger * p.anger_half_life * a.by_anger, rel=0.05)


def test_the_confrontation_moves_the_groups_where_no_front_burns() -> None:
    """2019 with the confrontation, and without: far fewer attacks."""
    start = {"start": date(2019, 4, 1), "days": 275}
    scenario = load("status_quo", changes=start)
    hot = seen(scenario, seed=4).attacks_iraq.sum(0).mean()
    off = scenario.replace(**{"region.confrontation": 0.0})
    cold = seen(off, seed=4).attacks_iraq.sum(0).mean()
    assert hot > 2.0 * cold


def test_who_has_allies_in_the_government_spares_iraq() -> None:
    a = DEFAULTS.attacks
    assert rules.share_late(1.0, a.share_in_iraq, a.share_in_iraq_alone) == a.share_in_iraq
    assert rules.share_late(0.0, a.share_in_iraq, a.share_in_iraq_alone) == pytest.approx(a.share_in_iraq_alone)


def test_a_killing_puts_off_the_next_one() -> None:
    """Kept worlds: with the step spent for a time, fewer killings follow one of the first day."""
    killing = ({"kind": "strike", "rung": "kill a commander in Baghdad", "date": date(2024, 1, 10), "dead": 2},)
    changes = {"fronts.gaza.war_days": 100000.0, "united_states.restraint": 0.3}
    spent = lived(changes, days=300, events=killing).commanders[1:].sum()
    never = lived({**changes, "united_states.rung_killings": 0.0}, days=300, events=killing).commanders[1:].sum()
    assert spent < 0.8 * never
