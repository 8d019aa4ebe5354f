"""What `check` says of a file in which something changes nothing, and that it is true of the worlds."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from sim.engine.blocks import simulate
from sim.model.article import RECORD_ENDS
from sim.scenario.files import shipped
from sim.scenario.idle import dead, idle
from sim.scenario.load import load, remarks
from sim.scenario.parameters import levers, parameters
from sim.scenario.schema import Scenario

pytestmark = pytest.mark.usefixtures("short_past")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are written into an empty folder."""
    monkeypatch.chdir(tmp_path)


def words(text: str) -> list[str]:
    """The remarks on a file with this text, each with its line."""
    Path("x.toml").write_text(text, encoding="utf-8")
    return [str(one).removeprefix("x.toml:") for one in remarks("x.toml")]


def histories(scenario: Scenario) -> dict[str, list[float]]:
    """A few of its worlds, to the last bit; NaN as a text, which is equal to itself."""
    worlds = simulate(scenario, worlds=range(6)).worlds
    return {name: [repr(value) for value in column.tolist()] for name, column in worlds.items()}


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


# --- values that hold only later ----------------------------------------------------------------------------

QUIET = {"start": day("2021-06-01"), "days": 40}
"""Forty days of the past, without a war in Gaza."""

LATER: dict[str, Any] = {
    "confrontation.level": 0.7,
    "isis.level": 0.5,
    "iraq.allies_in_government": 0.0,
    "presence.legal_default": "dated_agreement",
    "presence.agreement_ends": day("2021-07-01"),
    "presence.troops": 9000.0,
}
"""What holds from 10 January 2024 on, each with a value that would show."""


def test_what_holds_from_10_january_2024_on_is_said_to_change_nothing_before() -> None:
    text = (
        "start = 2021-06-01\ndays = 40\nisis.level = 0.5\niraq.allies_in_government = 0.0\n"
        "confrontation.level = 0.7\n"
        "[presence]\nlegal_default = 'dated_agreement'\nagreement_ends = 2021-07-01\ntroops = 2500\n"
    )
    why = "changes nothing: it holds from 2024-01-10 on, and the last day is 2021-07-10; before, {} does"
    assert words(text) == [
        f"3: isis.level: {why.format('isis.past')}",
        f"4: iraq.allies_in_government: {why.format('iraq.governments')}",
        f"5: confrontation.level: {why.format('confrontation.past')}",
        f"7: presence.legal_default: {why.format('presence.legal_past')}",
        f"8: presence.agreement_ends: {why.format('presence.legal_past')}",
        f"9: presence.troops: {why.format('presence.troops_past')}",
    ]
    assert words("start = 2024-01-09\ndays = 1\niraq.allies_in_government = 0.5")
    assert words("start = 2024-01-09\ndays = 2\niraq.allies_in_government = 0.5") == []


def test_it_is_true() -> None:
    quiet = Scenario().replace(**QUIET)
    assert {name for name, _ in dead(quiet)} == {
        *LATER,
        "region.coordination",
        *(f"fronts.gaza.{field}" for field in FRONT),
    }
    changed = quiet.replace(**LATER, **{"region.coordination": 0.0})
    assert histories(quiet) == histories(changed)
    assert histories(quiet) != histories(quiet.replace(**{"iraq.private_wish": 0.6, "united_states.restraint": 0.0}))


FRONT = ("war_days", "pause_days", "ends", "ends_for")


def test_where_the_list_of_the_past_is_silent_the_legal_default_holds() -> None:
    unlisted = {**QUIET, "presence.legal_past": ()}
    assert "presence.legal_default" not in dict(dead(Scenario().replace(**unlisted)))


@pytest.mark.parametrize("name", shipped())
def test_no_dead_lever_is_a_lever(name: str) -> None:
    scenario = load(name)
    offered, unmoving = {one for one, _, _ in levers(scenario)}, dict(dead(scenario))
    assert not offered & set(unmoving)
    assert ("isis.level" in offered) == (scenario.end > RECORD_ENDS)
    assert set(unmoving) <= {one for one, _, _ in parameters(scenario)}


# --- fronts -------------------------------------------------------------------------------------------------


def test_a_front_without_dates_is_no_war() -> None:
    text = "[fronts.gaza]\nweight = 0.6\n[fronts.syria]\nweight = 0.1\nwar_days = 400"
    assert words(text) == ["3: fronts.syria: changes nothing: a front has its wars by its `dates`, and they hold none"]
    assert words(f"{text}\ndates = [{{date = 2024-02-01, state = 'war'}}]") == []
    without = Scenario().replace(days=30, **{"fronts.gaza.weight": 0.6})
    silent = without.replace(**{"fronts.syria": {"weight": 0.1}})
    assert histories(without) == histories(silent)
    war = {"weight": 0.1, "dates": [{"date": day("2024-01-12"), "state": "war"}]}
    assert histories(without) != histories(without.replace(**{"fronts.syria": war}))


def test_a_front_that_is_dated_to_the_end_leaves_nothing_to_chance() -> None:
    text = "start = 2023-10-17\ndays = {}\n[fronts.gaza]\nwar_days = 100\n"
    assert words(text.format(85)) == [
        "4: fronts.gaza.war_days: changes nothing: gaza is dated up to 2024-01-09, and the last day is 2024-01-09"
    ]
    assert words(text.format(86)) == []
    assert words("start = 2021-06-01\ndays = 40\n[fronts.gaza]\npause_days = 100\nends = 2023-10-07") == [
        f"{line}: fronts.gaza.{name}: changes nothing: there is no war on gaza from 2021-06-01 to 2021-07-10 "
        "(its `dates`)"
        for line, name in ((4, "pause_days"), (5, "ends"))
    ]


@pytest.mark.parametrize(
    ("start", "ends", "said"),
    [
        ("2024-01-10", "2024-01-10", None),
        ("2024-01-10", "2025-01-10", None),
        (
            "2024-01-10",
            "2023-12-01",
            "2023-12-01 lies before the first day: up to then all is as dated, and it ends 2024-01-10",
        ),
        ("2024-01-10", "2026-01-09", "changes nothing: 2026-01-09 lies after the last day, 2026-01-08"),
        ("2023-10-01", "2023-10-07", None),
        ("2023-10-17", "2023-10-17", None),
        (
            "2023-10-07",
            "2023-11-01",
            "2023-11-01 lies within the war that fronts.gaza.dates has: from then on it is another history",
        ),
        (
            "2023-10-07",
            "2024-01-09",
            "2024-01-09 lies within the war that fronts.gaza.dates has: from then on it is another history",
        ),
        ("2023-10-07", "2024-01-10", None),
    ],
)
def test_the_end_of_a_war_and_its_recorded_course(start: str, ends: str, said: str | None) -> None:
    text = f"start = {start}\n[fronts.gaza]\nends = {ends}"
    assert words(text) == ([] if said is None else [f"3: fronts.gaza.ends: {said}"])


def test_an_end_before_the_first_day_is_an_end_on_it() -> None:
    early, first = (
        Scenario().replace(days=40, **{"fronts.gaza.ends": ends}) for ends in (day("2023-12-01"), RECORD_ENDS)
    )
    assert histories(early) == histories(first)


# --- events -------------------------------------------------------------------------------------------------

NOWHERE = {"start": day("2013-06-01"), "days": 40}
"""Without troops in Iraq, and without forces in Syria."""

IDLE: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "a truce without a war": (
        QUIET,
        {"kind": "truce", "date": day("2021-06-11"), "days": 30},
        "date",
        "changes nothing: on gaza there is no war from 2021-06-11 to 2021-07-10 to pause",
    ),
    "a truce in a truce": (
        {"start": day("2023-11-01"), "days": 40},
        {"kind": "truce", "date": day("2023-11-24"), "days": 7},
        "date",
        "changes nothing: on gaza there is no war from 2023-11-24 to 2023-11-30 to pause",
    ),
    "a strike above the cap": (
        {"days": 40, "united_states.highest_rung": "strike in Syria"},
        {"kind": "strike", "date": day("2024-01-15"), "rung": "strike in Iraq", "dead": 5},
        "rung",
        'changes nothing: "strike in Iraq" lies above the cap, "strike in Syria" (united_states.highest_rung)',
    ),
    "a killing above the cap": (
        {"days": 40, "united_states.highest_rung": "strike in Iraq"},
        {"kind": "coordinator_killed", "date": day("2024-01-15")},
        "kind",
        'changes nothing: "kill a commander in Baghdad" lies above the cap, "strike in Iraq" '
        "(united_states.highest_rung)",
    ),
    "a statement above the cap": (
        {"days": 40, "iraq.highest_rung": "condemn"},
        {"kind": "statement", "date": day("2024-01-15"), "rung": "threaten expulsion"},
        "rung",
        'changes nothing: "threaten expulsion" lies above the cap, "condemn" (iraq.highest_rung)',
    ),
    "a committee above the cap": (
        {"days": 40, "iraq.highest_rung": "threaten expulsion"},
        {"kind": "committee", "date": day("2024-01-15")},
        "kind",
        'changes nothing: "special committee" lies above the cap, "threaten expulsion" (iraq.highest_rung)',
    ),
    "sanctions above the cap": (
        {"days": 40, "united_states.highest_leverage": "warn of consequences"},
        {"kind": "sanctions", "date": day("2024-01-15"), "step": "sanctions"},
        "step",
        'changes nothing: "sanctions" lies above the cap, "warn of consequences" (united_states.highest_leverage)',
    ),
    "an attack without troops": (
        NOWHERE,
        {"kind": "attack", "date": day("2013-06-11"), "count": 3, "dead": 2},
        "kind",
        "changes nothing: on 2013-06-11 there are no US troops in Iraq (presence.troops_past)",
    ),
    "self-defence without troops": (
        NOWHERE,
        {"kind": "self_defence", "date": day("2013-06-11"), "dead": 2},
        "kind",
        "changes nothing: on 2013-06-11 there are no US troops to defend themselves",
    ),
    "an attack without groups": (
        {"days": 40, **{f'groups."{name}"': "removed" for name in Scenario().groups}},
        {"kind": "attack", "date": day("2024-01-15"), "dead": 2},
        "kind",
        "changes nothing: there is no group that could attack",
    ),
    "an invitation that ends": (
        {"days": 40},
        {"kind": "legal_default", "date": day("2024-01-15"), "default": "invitation", "ends": day("2024-02-01")},
        "ends",
        "changes nothing under an invitation",
    ),
}


@pytest.mark.parametrize("case", IDLE)
def test_an_event_that_changes_nothing_is_said_to(case: str) -> None:
    changes, event, field, why = IDLE[case]
    scenario = Scenario().replace(**changes)
    other = {"kind": "call", "date": scenario.start}
    assert dict(idle(scenario.replace(events=[other, event])))[f"events[1].{field}"] == why
    rest = {key: value for key, value in event.items() if key != "ends"} if field == "ends" else None
    assert histories(scenario.replace(events=[event])) == histories(scenario.replace(events=[rest] if rest else []))


DOING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a truce that reaches into a war": (
        {"start": day("2023-09-01"), "days": 60},
        {"kind": "truce", "date": day("2023-10-01"), "days": 30},
    ),
    "a truce beyond the dates": ({"days": 60}, {"kind": "truce", "date": day("2024-01-20"), "days": 30}),
    "a strike up to the cap": (
        {"days": 40, "united_states.highest_rung": "strike in Iraq"},
        {"kind": "strike", "date": day("2024-01-15"), "rung": "strike in Iraq", "dead": 5},
    ),
    "a call under a cap": ({"days": 40, "militias.highest_call": "none"}, {"kind": "call", "date": day("2024-01-15")}),
    "sanctions up to the cap": (  # what is at risk weighs where an exit is near, and with the leverage
        {
            "days": 100,
            "united_states.highest_leverage": "restrict dollars",
            "united_states.leverage": 2.0,
            "iraq.pressure_floor": 0.75,
        },
        {"kind": "sanctions", "date": day("2024-01-15"), "step": "sanctions"},
    ),
    "an attack in Iraq": ({"days": 40}, {"kind": "attack", "date": day("2024-01-15"), "dead": 2}),
    "self-defence": ({"days": 40}, {"kind": "self_defence", "date": day("2024-01-15"), "dead": 2}),
    "an agreement that ends": (
        {"days": 40},
        {"kind": "legal_default", "date": day("2024-01-15"), "default": "dated_agreement", "ends": day("2024-02-01")},
    ),
}


@pytest.mark.parametrize("case", DOING)
def test_of_an_event_that_changes_something_nothing_is_said(case: str) -> None:
    changes, event = DOING[case]
    scenario = Scenario().replace(**changes)
    with_it = scenario.replace(events=[event])
    assert not [name for name, _ in idle(with_it) if name.startswith("events")]
    assert histories(with_it) != histories(scenario)


def test_troops_that_an_event_sends_can_be_attacked() -> None:
    troops = {"kind": "troops", "date": day("2013-06-05"), "number": 500}
    attack = {"kind": "attack", "date": day("2013-06-11"), "dead": 2}
    later = {**troops, "date": day("2013-06-12")}
    scenario = Scenario().replace(**NOWHERE)
    assert list(idle(scenario.replace(events=[attack, troops]))) == list(idle(scenario))
    assert len(list(idle(scenario.replace(events=[attack, later])))) == len(list(idle(scenario))) + 1
    assert histories(scenario.replace(events=[troops])) != histories(scenario.replace(events=[attack, troops]))


def test_an_attack_in_syria_before_there_were_forces_counts_and_is_noted() -> None:
    scenario = Scenario().replace(**NOWHERE)
    event = {"kind": "attack", "date": day("2013-06-11"), "place": "Syria", "dead": 1}
    with_it = scenario.replace(events=[event])
    assert dict(idle(with_it))["events[0].place"] == (
        "counts as an attack on US forces, though US forces are in Syria only since 2015-10-30 (attacks.syria_since)"
    )
    assert histories(with_it) != histories(scenario)


def test_a_remark_on_an_event_has_its_line() -> None:
    text = "start = 2021-06-01\ndays = 40\n[[events]]\nkind = 'call'\ndate = 2021-06-02\n"
    assert words(f"{text}[[events]]\nkind = 'truce'\ndays = 3\ndate = 2021-06-03") == [
        "9: events[1].date: changes nothing: on gaza there is no war from 2021-06-03 to 2021-06-05 to pause"
    ]
