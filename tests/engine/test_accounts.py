"""What a state is made of: the shares add up to its level, in every world and at every act."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.mesa import WithdrawalModel
from sim.model import day as order
from sim.model.accounts import ACT, BASE, OLDER, SMALL, Accounts, Act, Of
from sim.scenario.load import load
from sim.scenario.schema import Scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = {
    name: load(name).days
    for name in sorted(
        file.relative_to(SCENARIOS).with_suffix("").as_posix()
        for file in [*SCENARIOS.glob("*.toml"), *SCENARIOS.glob("history/*.toml")]
    )
}
"""Every shipped scenario, and how many days it lasts."""
MAIN = ("forced_exit", "history/soleimani_2020")
EXACT = 1e-9


def lived(scenario: Scenario | str, monkeypatch: pytest.MonkeyPatch, **worlds: Any) -> WithdrawalModel:
    """A model at its end; every fifth evening, in the past as well, the accounts were compared with the states."""
    the_day = order.day

    def checked(w: Any, p: Any, at: Any) -> Any:
        evening = the_day(w, p, at)
        if at.calendar.day % 5:  # a fault in one account shows ever after
            return evening
        for state, level in order.accounted(evening, p).items():
            told = at.ledger.accounts.total(state)
            assert np.abs(told - level).max() < EXACT, (state, at.calendar.date, told, level)
        return evening

    monkeypatch.setattr(order, "day", checked)
    model = WithdrawalModel(scenario, seed=3, events=True, **worlds)
    while model.running:
        model.step()
    return model


def add_up(log: dict[str, list[Any]]) -> int:
    """How many states were told at acts; the shares of each add up to it, and causes are the acts among them."""
    told = 0
    for place, lines in enumerate(log["accounts"]):
        shares, levels = defaultdict(list), {}
        for line in lines:
            assert (line["source"] == ACT) == (line["act"] is not None)
            if line["act"] is not None:
                assert line["act"] < log["event"][place]
                assert line["act"] in log["causes"][place]
            assert line["source"] in (BASE, OLDER) or abs(line["share"]) >= SMALL
            shares[line["state"]].append(line["share"])
            levels[line["state"]] = line["level"]
        for state, level in levels.items():
            assert abs(math.fsum(shares[state]) - level) < EXACT, (log["day"][place], log["act"][place], state)
        told += len(levels)
    return told


@pytest.mark.parametrize("name", MAIN)
def test_at_every_act_the_shares_add_up_to_the_state(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And on evenings between them."""
    model = lived(name, monkeypatch, worlds=range(2))
    assert model.log is not None
    assert add_up(model.log.table()) > 50


@pytest.mark.usefixtures("short_past_once")
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow if days < 1000 else pytest.mark.nightly)
        for name, days in SHIPPED.items()
    ],
)
def test_they_add_up_in_every_shipped_scenario(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where numbers differ by world as well. A year of each is enough; the longest, which add years, are nightly."""
    days = min(365, SHIPPED[name]) if SHIPPED[name] < 1000 else SHIPPED[name]
    model = lived(load(name, changes={"uncertainty": "judgement", "days": days}), monkeypatch, worlds=range(10, 13))
    assert model.log is not None
    assert add_up(model.log.table()) > 75


@pytest.mark.usefixtures("short_past_once")
def test_a_world_alone_has_the_accounts_it_has_among_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit."""
    block = lived("forced_exit", monkeypatch, worlds=[1, 4, 9])
    alone = lived("forced_exit", monkeypatch, world=4)
    assert block.log is not None
    assert alone.log is not None
    among, own = block.log.table(), alone.log.table()
    mine = [accounts for world, accounts in zip(among["world"], among["accounts"], strict=True) if world == 4]
    assert mine == own["accounts"]
    assert any(mine)


@pytest.mark.usefixtures("short_past_once")
def test_a_replaced_choice_of_iran_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """An order that somebody's function chose is made of that choice."""

    def generous(me: Any, sees: Any, p: Any, at: Any) -> Any:
        return 0.9

    model = lived("status_quo", monkeypatch, world=2, choices={"iran": generous})
    assert model.log is not None
    assert add_up(model.log.table())
    (only,) = model.account("go-ahead")
    assert (only.source, only.share) == ("choice", 0.9)


@pytest.mark.usefixtures("short_past_once")
def test_of_two_scripted_orders_the_second_replaces_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """An order is set: nothing is left of what the one before was made of."""
    start = load("status_quo").start
    script = [
        {"kind": "order", "date": start + timedelta(days=5), "go_ahead": 0.3},
        {"kind": "order", "date": start + timedelta(days=9), "go_ahead": 0.6},
    ]
    model = lived(load("status_quo").replace(days=10, events=script), monkeypatch, world=0)
    assert [(one.source, one.share) for one in model.account("go-ahead")] == [("script", 0.6)]


KILLING = date(2024, 3, 4)


def killing(days: int) -> Scenario:
    """A scenario with a killing in Baghdad, up to so many days after it."""
    event = {"kind": "strike", "date": KILLING, "rung": "kill a commander in Baghdad", "dead": 2}
    calm = load("status_quo")
    return calm.replace(days=(KILLING - calm.start).days + days, events=[event])


@pytest.mark.usefixtures("short_past_once")
def test_a_killing_is_a_source_of_its_own_that_decays(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it took of the room that pressure had left, then half of it a half-life later. It is what carries an act."""
    shares = {}
    for days in (1, 1 + int(load("status_quo").iraq.news_half_life)):
        model = lived(killing(days), monkeypatch, world=0)
        assert model.log is not None
        log = model.log.table()
        number = next(
            event
            for event, act, rung, scripted, day in zip(
                log["event"], log["act"], log["rung"], log["scripted"], log["day"], strict=True
            )
            if act == "strike" and rung == "kill a commander in Baghdad" and scripted and day > 0
        )
        shares[days] = {one.act: one.share for one in model.account("pressure") if one.source == ACT}[number]
    at_once, later = shares.values()
    assert at_once > 0.05
    # Iran's press and its own politicians keep the killing alive beside the shock itself, votes and products scale it
    assert 0.3 * at_once < later < at_once


@pytest.mark.usefixtures("short_past_once")
def test_what_the_days_after_a_killing_rest_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The acts of the government in the week after it name it among their causes; without it nobody does."""
    model = lived(killing(7), monkeypatch, world=0)
    assert model.log is not None
    log = model.log.table()
    rows = list(zip(log["event"], log["day"], log["actor"], log["act"], log["rung"], log["causes"], strict=True))
    struck = next(event for event, _, _, act, rung, _ in rows if act == "strike" and rung.startswith("kill"))
    after = [
        causes
        for event, _, actor, act, _, causes in rows
        if actor == "Iraqi government" and act == "act" and event > struck
    ]
    assert after
    assert all(struck in causes for causes in after)


@pytest.mark.usefixtures("short_past_once")
def test_nobody_listening_no_account_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps of a day do not even reach the accounts."""

    def reached(*_: Any) -> None:
        raise AssertionError("an account moved, and nobody listens")

    for name in ("moved", "limited", "opened", "begin"):
        monkeypatch.setattr(Accounts, name, reached)
    model = WithdrawalModel("forced_exit", seed=3, worlds=range(5))
    while model.running:
        model.step()
    with pytest.raises(ValueError, match="events=True"):
        model.account("pressure")


@pytest.mark.usefixtures("short_past_once")
def test_a_state_without_an_account() -> None:
    """The message names those that have one."""
    model = WithdrawalModel("forced_exit", seed=3, events=True)
    with pytest.raises(KeyError, match="there are pressure"):
        model.account("presure")


@pytest.mark.usefixtures("short_past_once")
def test_a_world_that_lives_on_from_a_kept_one_begins_with_what_is_older() -> None:
    """Its acts were not seen; from then on they are told."""
    kept = WithdrawalModel("forced_exit", seed=3, world=1).keep()
    model = WithdrawalModel("forced_exit", seed=3, world=1, events=True, lived=kept)
    assert [one.source for one in model.account("pressure")] == [OLDER]
    while model.running:
        model.step()
    assert add_up(model.log.table() if model.log else {})


# --------------------------------------------------------------------------------------- the rules
AMOUNTS = st.floats(0.0, 1.0)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("act"), st.integers(0, 40), AMOUNTS),
        st.tuples(st.just("line"), st.sampled_from(["base", "front gaza", "script"]), AMOUNTS),
        st.tuples(st.just("decay"), st.just(0), AMOUNTS),
        st.tuples(st.just("set"), st.integers(0, 40), AMOUNTS),
        st.tuples(st.just("cut"), st.just(0), AMOUNTS),
        st.tuples(st.just("days"), st.integers(1, 80), st.just(0.0)),
        st.tuples(st.just("from another"), st.just(0), AMOUNTS),
    ),
    max_size=40,
)


@given(MOVES)
def test_whatever_moves_a_state_its_shares_add_up(moves: list[tuple[str, Any, float]]) -> None:
    """A sequence of movements beside the plain number they move."""
    accounts, level, day = Accounts(1), 0.0, 0
    accounts.moved("calls", {"base": 0.25, Act(np.array([7])): 0.5})
    for kind, source, amount in moves:
        if kind == "act":
            accounts.moved("pressure", {Act(np.array([source])): amount})
            level = level + amount
        elif kind == "line":
            accounts.moved("pressure", {source: amount})
            level = level + amount
        elif kind == "decay":
            accounts.moved("pressure", {}, amount)
            level = level * amount
        elif kind == "set":
            accounts.moved("pressure", {Act(np.array([source])): amount}, 0.0)
            level = amount
        elif kind == "cut":
            accounts.limited("pressure", level, min(level, amount))
            level = min(level, amount)
        elif kind == "days":
            for _ in range(source):
                day += 1
                accounts.begin(day)
        else:
            accounts.moved("pressure", {Of("calls"): amount})
            level = level + amount
        shares = accounts.of("pressure", 0)
        assert math.fsum(one.share for one in shares) == pytest.approx(level, abs=1e-12)
        assert all(one.source in (BASE, OLDER) or abs(one.share) >= SMALL for one in shares)
    assert accounts.total("pressure")[0] == pytest.approx(level, abs=1e-12)


def test_no_share_is_a_difference_to_the_total() -> None:
    """A movement that is told wrongly shows: nothing fills the gap."""
    accounts = Accounts(1)
    accounts.moved("pressure", {BASE: 0.25, Act(np.array([3])): 0.25})
    accounts.limited("pressure", 0.8, 0.4)  # it was 0.5
    assert accounts.total("pressure")[0] == pytest.approx(0.25)


def test_what_comes_from_another_state_is_split_as_that_one_is() -> None:
    """A fifth from the base and the rest from an act; with nothing there it counts as older."""
    accounts = Accounts(1)
    accounts.moved("calls", {BASE: 0.1, Act(np.array([3])): 0.4})
    accounts.moved("pressure", {Of("calls"): 0.2, Of("press"): 0.05})
    assert {(one.source, one.act): pytest.approx(one.share) for one in accounts.of("pressure", 0)} == {
        (ACT, 3): 0.16,
        (BASE, None): 0.04,
        (OLDER, None): 0.05,
    }


def test_columns_of_what_is_over_are_used_again() -> None:
    """Memory does not grow with the length of a history."""
    accounts = Accounts(1)
    for day in range(4000):
        accounts.begin(day)
        accounts.moved("stress", {Act(np.array([day])): 0.5}, 0.8)
    assert accounts._acts.shape[1] < 200
    assert math.fsum(one.share for one in accounts.of("stress", 0)) == pytest.approx(2.5)
