"""docs/feeds.svg says what the days do: a state that is nudged moves no part that it is not said to feed."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from sim.docs import feeds
from sim.docs.day import people
from sim.engine.fused.trace import STATE, without_today
from sim.engine.mesa import WithdrawalModel, forget
from sim.language.number import repeat, where
from sim.language.symbol import Graph, leaves, rebuilt
from sim.model.day import day
from sim.scenario.load import load

POLITICS = ("iraq", "parliament", "public")
WORLDS = 60


def test_states_are_named_by_their_place() -> None:
    model = WithdrawalModel("status_quo", worlds=range(1), drive=lambda *_: None)
    forget(model)
    world = without_today(model.world)
    names = feeds.named(world)
    assert len(names) == len(set(names)) == len(leaves(world))
    assert names[: len(world.region.states)] == ["region.states.0"]
    marked: Any = rebuilt(world, iter(names))
    assert marked.iraq.steady == "iraq.steady"
    assert marked.militia.groups[3].intent == "militia.groups.3.intent"
    assert feeds.of_all("militia.groups.3.intent") == "militia.groups.intent"


def test_what_a_state_is_made_of_is_followed_through_loops_and_conditions() -> None:
    graph = Graph()
    names = ["a.one", "a.two", "b.many.0", "b.many.1", "c.rest"]
    one, two, first, second, _ = (graph.given(STATE, "f", place) for place in range(5))
    truth: Any = one > 0.5
    turned: Any = repeat(second > 1.0, lambda turn, happens, x, by: (where(happens, x[0] * by, x[0]),), (first,), two)
    found = feeds.fed(graph, [one, where(truth, two, 0.0), turned[0], second, 1.0], names)
    assert found == {"a.one": {"a"}, "a.two": {"a", "b"}, "b.many": {"b"}, "c.rest": frozenset()}


def other_than(value: Any) -> Any:
    """Another value of the same type for a number of each world."""
    old = np.broadcast_to(value, WORLDS)
    return ~old if old.dtype == bool else np.where(old > 0, old * 0.5, old + 1).astype(old.dtype)


@pytest.mark.usefixtures("short_past_once")
def test_a_nudge_moves_no_part_that_is_not_said_to_be_fed() -> None:
    """By NumPy: each state in turn is made another in all worlds, and what its day comes to is compared."""
    model = WithdrawalModel(load("forced_exit", changes={"days": 60}), worlds=range(WORLDS))
    names, said = feeds.named(without_today(model.world)), feeds.feeds()
    moved: dict[str, set[str]] = {name: set() for name in said}
    for _ in range(2):
        world, p, at = model.world, model.p, model.on(model.day)
        before, usual = leaves(without_today(world)), leaves(without_today(day(world, p, at)))
        for state in said:
            nudged = [
                other_than(value) if feeds.of_all(name) == state else value
                for name, value in zip(names, before, strict=True)
            ]
            other: Any = rebuilt(without_today(world), iter(nudged))
            after = leaves(without_today(day(other._replace(today=world.today), p, at)))
            moved[state] |= {
                feeds.part_of(name)
                for name, one, two in zip(names, after, usual, strict=True)
                if np.any(np.asarray(one) != np.asarray(two))
            }
        model.live()
    forget(model)
    assert {name: parts - said[name] for name, parts in moved.items() if parts - said[name]} == {}
    assert sum(map(len, moved.values())) > 0.3 * sum(map(len, said.values()))  # a nudge does move what it is said to


def test_what_the_page_says_of_the_picture() -> None:
    said = feeds.feeds()
    moves_the_region = {name for name, parts in said.items() if "region" in parts}
    assert moves_the_region == {"region.states", "region.since", "aftermath.isis_change"}
    for part in ("iran", "militia"):
        fed = {name for name, parts in said.items() if part in parts}
        assert {name for name in fed if feeds.part_of(name) in POLITICS} == {"iraq.clock", "iraq.arrests"}
        ways = {name for name in fed if feeds.part_of(name) in ("talks", "presence", "aftermath")}
        ways_said = {
            "talks.on",
            "talks.rest",
            "presence.kept",
            "presence.goal",
            "presence.step",
            "aftermath.isis_change",
        }
        assert ways - {"presence.open"} == ways_said


def test_every_state_and_every_part_is_in_the_picture_and_every_part_in_the_table() -> None:
    drawn, listed = feeds.drawn(), feeds.listed()
    assert {f"{row.part}.{name}" for row in feeds.rows() for name in row.states} == set(feeds.feeds())
    assert drawn.count("<circle") == sum(len(row.feeds) for row in feeds.rows())
    for part in feeds.acting():
        assert f">{people(part)}</text>" in drawn
        assert f"| {people(part)} | " in listed
    assert "| Region | Region: all; Aftermath: `isis_change` |" in listed
    lines = [
        float(x) + 6.2 * len(line) for x, line in re.findall(r'<text x="(\d+)"[^>]*font-size="12"[^>]*>([^<]*)<', drawn)
    ]
    assert max(lines[:-1]) < feeds.FIRST  # no names run into the marks; the last line is the foot


@pytest.mark.slow
def test_the_docs_are_made_without_llvmlite() -> None:
    code = "import sys; sys.modules['llvmlite'] = None; from sim.docs import stale; sys.exit(len(stale()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
