"""But for an event: it does not happen, nothing before it changes, and with nothing held back nothing changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from sim.ask.butfor.events import Event, events_of, pivotal, yardsticks
from sim.ask.butfor.kinds import KINDS, YARDSTICK
from sim.ask.butfor.study import ANY, by_kind, study
from sim.ask.butfor.verdicts import Verdict, all_of, judged, scripted
from sim.ask.butfor.without import Held, Without, outcomes
from sim.ask.histories import Lived, is_course, lived, read
from sim.engine.blocks import simulate
from sim.engine.mesa import forget
from sim.model.ledger import EventLog
from sim.results.stats import wilson
from sim.scenario.load import load
from sim.scenario.schema import Scenario

pytestmark = pytest.mark.usefixtures("short_past")
DAYS = 420
RARE = {"truce", "war flares up", "talks lapse", "timetable", "arrests", "tighter order"}
"""Kinds that so few worlds may lack."""


@pytest.fixture(scope="module")
def scenario(short_past: None) -> Scenario:
    """Conditions under which most kinds of event come about."""
    return load("forced_exit", changes={"days": DAYS})


@pytest.fixture(scope="module")
def histories(scenario: Scenario) -> list[Lived]:
    """A dozen worlds."""
    return lived(scenario, worlds=range(12))


def logs_without(scenario: Scenario, events: list[tuple[int, Event]]) -> list[list[dict[str, Any]]]:
    """The logs of worlds (by their numbers), each without its event."""
    places = np.arange(len(events))
    held = [Held(one.kind, places == at, one.first, one.last, one.who, one.nth) for at, (_, one) in enumerate(events)]
    with pytest.MonkeyPatch.context() as patch:  # worlds of one number are told apart by their places
        patch.setattr("sim.engine.mesa.EventLog", lambda worlds: EventLog(np.arange(len(worlds))))
        model = Without(scenario, held, worlds=np.array([world for world, _ in events]), events=True)
    while model.running:
        model.step()
    columns = model.log.table()  # type: ignore[union-attr]
    forget(model)
    found: list[list[dict[str, Any]]] = [[] for _ in events]
    for row in zip(*columns.values(), strict=True):
        one = dict(zip(columns, row, strict=True))
        found[one.pop("world")].append(read(one, scenario.start))
    return [[one for one in log if not is_course(one)] for log in found]


def test_with_nothing_held_back_worlds_are_as_they_always_are(scenario: Scenario) -> None:
    plain = simulate(scenario, worlds=range(6)).worlds
    nothing = outcomes(scenario, [], seed=1, worlds=range(6))
    nobody = [Held(kind, np.zeros(6, bool)) for kind in KINDS if kind != YARDSTICK]
    nowhere = outcomes(scenario, nobody, seed=1, worlds=range(6))
    for name, values in plain.items():
        np.testing.assert_array_equal(values, nothing[name])
        np.testing.assert_array_equal(values, nowhere[name])


@pytest.mark.slow
def test_what_is_held_back_does_not_happen_and_nothing_before_it_changes(
    scenario: Scenario, histories: list[Lived]
) -> None:
    chosen: dict[str, tuple[Lived, Event]] = {}
    for history in histories:
        for event in [*events_of(history), *yardsticks(history)]:
            chosen.setdefault(event.kind, (history, event))
    assert set(KINDS) - set(chosen) <= RARE
    logs = logs_without(scenario, [(history.world, event) for history, event in chosen.values()])
    for (kind, (history, event)), log in zip(chosen.items(), logs, strict=True):
        before = [plainly(one) for one in history.acts if one["day"] < event.first]
        assert [plainly(one) for one in log][: len(before)] == before, kind
        act = history.by_number[event.act]
        assert not [one for one in log if alike(one, act, event, history)], kind


def plainly(one: dict[str, Any]) -> tuple[Any, ...]:
    """What was done when by whom: where a choice is held back, the log names another rule on that day."""
    return tuple(one[name] for name in ("event", "day", "actor", "act", "rung", "scripted"))


def alike(one: dict[str, Any], act: dict[str, Any], event: Event, history: Lived) -> bool:
    """Whether an act of the world without it is the event all the same."""
    if one["day"] != act["day"] or (one["actor"], one["act"]) != (act["actor"], act["act"]):
        return False
    if event.kind in ("deadly attack", "wounding attack", "self-defence", YARDSTICK):
        return one["event"] == act["event"] and one["terms"] == act["terms"]
    return bool(one["rung"] == act["rung"])


@pytest.mark.slow
def test_without_any_of_a_kind_there_is_none(scenario: Scenario, histories: list[Lived]) -> None:
    kinds = [kind for kind in KINDS if kind != YARDSTICK]
    logs = logs_without(scenario, [(1, all_of(kind, histories[1])) for kind in kinds])
    for kind, log in zip(kinds, logs, strict=True):
        last = max(one["day"] for one in log)
        after = Lived(scenario, 1, 1, histories[1].row, tuple(log), (), {})
        assert kind not in {event.kind for event in events_of(after) if event.first <= last}, kind


def test_the_same_world_is_judged_the_same_alone_and_among_others(histories: list[Lived]) -> None:
    two = [history for history in histories if history.row["outcome"] != "us_stays"][:2]
    events = [pivotal(history)[-6:] for history in two]
    together = judged(two, events)
    assert [judged([history], [mine])[0] for history, mine in zip(two, events, strict=True)] == together
    assert judged(two[::-1], events[::-1]) == together[::-1]
    assert judged([], []) == []


def test_a_history_that_comes_out_otherwise_beside_its_variants_is_a_fault(histories: list[Lived]) -> None:
    from dataclasses import replace

    wrong = replace(histories[0], row={**histories[0].row, "attacks_iraq": -1})
    with pytest.raises(RuntimeError, match="came out otherwise"):
        judged([wrong], [[]])


def test_pivotal_events_are_the_heaviest_and_end_with_the_ending(histories: list[Lived]) -> None:
    for history in histories:
        found, few = pivotal(history), pivotal(history, 3)
        assert set(few) <= set(found)
        assert [event.act for event in found] == sorted(event.act for event in found)
        assert all(event.first >= 0 for event in found)
        assert history.ending is not None
        assert all(event.first <= history.ending["day"] for event in found)
        weights = history.weights.acts
        lightest = min((weights[event.act] for event in few), default=0.0)
        assert all(weights[event.act] <= lightest for event in set(found) - set(few))


def test_what_a_date_gives_is_no_event_of_one_world_alone() -> None:
    struck = load("status_quo").replace(
        days=60, events=[{"date": date(2024, 1, 20), "kind": "attack", "place": "Iraq", "dead": 3}]
    )
    for history in lived(struck, worlds=range(3)):
        scripted = {act["event"] for act in history.counted if act["scripted"]}
        assert scripted
        assert not scripted & {event.act for event in events_of(history)}


def test_what_the_file_scripts_is_left_out_of_the_file() -> None:
    blow = {"date": date(2024, 1, 20), "kind": "attack", "place": "Iraq", "dead": 3}
    turn = {"date": date(2024, 1, 25), "kind": "set", "name": "united_states.restraint", "value": 0.9}
    plain = load("status_quo", changes={"days": 60})
    both = lived(plain.replace(events=[blow, turn]), worlds=[2])[0]
    first, second = scripted(both)
    assert [one.event.first for one in (first, second)] == [10, 15]
    for one, left in ((first, turn), (second, blow)):
        row = simulate(plain.replace(events=[left]), worlds=[2]).worlds
        assert (one.outcome, one.kind) == (row["outcome"][0], row["kind"][0])
    assert scripted(lived(plain, worlds=[2])[0]) == []


def test_kinds_are_counted_over_histories() -> None:
    def verdict(kind: str, act: int, necessary: bool) -> Verdict:
        return Verdict(Event(act, kind, 0, 0), "us_stays", "unchanged", None, necessary)

    said = [
        [verdict("killing", 4, True), verdict("killing", 9, False), verdict("killing", -1, True)],
        [verdict("killing", 4, False), verdict("killing", -1, True), verdict(YARDSTICK, 7, True)],
        [verdict("call", 2, False), verdict("killing", -1, False)],
    ]
    rows = by_kind("status_quo", "forced_exit", said).set_index("kind")
    killing = rows.loc["killing"]
    assert (killing["histories"], killing["with_it"], killing["alone"], killing["all"]) == (3, 2, 1, 2)
    assert (killing["alone_low"], killing["alone_high"]) == pytest.approx(wilson(1, 3))
    assert (killing["events"], killing["events_necessary"]) == (3, 1)
    assert rows.loc[ANY, "alone"] == 1  # the yardstick is none of them
    assert rows.loc[YARDSTICK, "alone"] == 1
    assert list(rows.index) == [ANY, *KINDS]
    assert len(by_kind("status_quo", "forced_exit", [])) == 1 + len(KINDS)


@pytest.mark.slow
def test_a_study_takes_the_worlds_that_end_so(scenario: Scenario) -> None:
    found, said = study(scenario, "forced_exit", worlds=12, histories=3)
    assert 0 < len(found) == len(said) <= 3
    assert all(history.row["outcome"] == "forced_exit" for history in found)
    for verdicts in said:
        assert {one.event.kind for one in verdicts if one.event.act < 0} == set(KINDS) - {YARDSTICK}
        assert all((one.outcome != "forced_exit") == one.necessary for one in verdicts)
