"""A history and what carried its ending: weights that are shared out and never lost, and typical worlds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.ask.histories import CHANCE, Lived, kept, links, lived, typical_world, weights_of
from sim.engine.blocks import simulate
from sim.runs.tables import typical_worlds
from sim.scenario.load import load

pytestmark = pytest.mark.usefixtures("short_past")


@pytest.fixture(scope="module")
def histories(short_past: None) -> list[Lived]:
    """Some worlds, long enough for decisions."""
    return lived(load("forced_exit", changes={"days": 300}), worlds=range(8))


def act(number: int, causes: Sequence[int], accounts: Sequence[tuple[str, float, int | None, float]]) -> dict[str, Any]:
    """A made-up row of the log; ``accounts`` are of one state, as (source, level, act, share)."""
    lines = [
        {"state": "pressure", "level": level, "source": source, "act": of, "share": share}
        for source, level, of, share in accounts
    ]
    return {"event": number, "causes": list(causes), "accounts": lines}


@some.composite
def logs(draw: Any) -> dict[int, dict[str, Any]]:
    """Logs in which each act comes from any of the earlier ones, and from conditions."""
    found = {}
    for number in range(draw(some.integers(1, 12))):
        earlier = some.integers(0, number - 1) if number else some.nothing()
        causes = draw(some.lists(earlier, max_size=3, unique=True)) if number else []
        of = some.none() | earlier if number else some.none()
        share = some.floats(-1, 1, allow_nan=False)
        accounts = draw(
            some.lists(some.tuples(some.sampled_from(["base", "front gaza"]), share, of, share), max_size=4)
        )
        found[number] = act(number, causes, accounts)
    return found


@given(logs())
def test_what_an_act_carries_is_shared_out_among_its_sources(log: dict[int, dict[str, Any]]) -> None:
    for one in log.values():
        shares = [link.share for link in links(one)]
        assert min(shares) >= 0.0
        assert sum(shares) == pytest.approx(1.0)
    root = max(log)
    weights = weights_of(log, root)
    assert weights.acts[root] == 1.0
    assert sum(weights.conditions.values()) == pytest.approx(1.0)
    assert all(0.0 <= weight <= 1.0 + 1e-9 for weight in weights.acts.values())


def test_an_act_without_a_cause_came_by_chance_and_what_the_log_has_lost_is_older() -> None:
    assert weights_of({3: act(3, [], [])}, 3).conditions == {CHANCE: 1.0}
    assert weights_of({3: act(3, [1], [])}, 3).conditions == {"older": 1.0}
    assert weights_of({}, None) == ({}, {})


def test_states_and_other_causes_count_alike_and_a_source_by_its_size() -> None:
    log = {0: act(0, [], []), 1: act(1, [], []), 2: act(2, [0, 1], [("act", 0.5, 1, 0.3), ("base", 0.5, None, -0.1)])}
    weights = weights_of(log, 2)
    assert weights.acts == pytest.approx({2: 1.0, 0: 0.5, 1: 0.375})
    assert weights.conditions == pytest.approx({CHANCE: 0.875, "base": 0.125})


def test_in_the_model_every_ending_is_carried_whole(histories: list[Lived]) -> None:
    for history in histories:
        assert history.ending is not None
        assert sum(history.weights.conditions.values()) == pytest.approx(1.0)
        assert history.weights.acts[history.ending["event"]] == 1.0
        assert max(history.weights.acts) == history.ending["event"]


def test_the_ending_is_the_decision_or_the_farthest_step(histories: list[Lived]) -> None:
    kinds = {history.row["outcome"] == "us_stays" for history in histories}
    assert kinds == {True, False}
    for history in histories:
        assert history.ending is not None
        decided = [one for one in history.counted if one["act"] == "decision"]
        if history.row["outcome"] == "us_stays":
            assert not decided
            assert history.ending["actor"] == "Iraqi government"
        else:
            assert history.ending == decided[0]
            assert history.ending["day"] == history.row["outcome_day"]


def test_a_history_is_the_world_of_the_block(histories: list[Lived]) -> None:
    scenario = histories[0].scenario
    alone = lived(scenario, worlds=[5])[0]
    assert alone.row == histories[5].row
    assert alone.acts == histories[5].acts
    row = simulate(scenario, worlds=[5]).worlds
    assert alone.row["attacks_iraq"] == row["attacks_iraq"][0]


def test_a_typical_world_is_that_of_the_tables() -> None:
    import pyarrow as pa

    scenario = load("forced_exit", changes={"days": 200})
    table = pd.DataFrame(simulate(scenario, worlds=range(60)).worlds)
    for outcome, rows in table.groupby("outcome"):
        expected = typical_worlds(pa.Table.from_pandas(rows, preserve_index=False))[0]
        assert typical_world(scenario, str(outcome), worlds=60) == expected
        assert typical_world(scenario, str(outcome), table=table) == expected
    assert typical_world(scenario, "lapsed", worlds=5) is None


def test_a_history_whose_acts_were_kept_is_the_one_that_is_lived_again() -> None:
    import sim

    result = sim.run(load("forced_exit", changes={"days": 150}), worlds=3, events="all", workers=1)
    for world in range(3):
        row = result.worlds.iloc[world].drop("scenario").to_dict()
        events = result.events[result.events["world"] == world].to_dict("records")
        again, told = lived(result.scenarios[0], worlds=[world])[0], kept(result.scenarios[0], 1, row, events)
        assert [plainly(act) for act in told.acts] == [plainly(act) for act in again.acts]
        assert told.weights == again.weights
        assert told.row["outcome"] == again.row["outcome"]


def plainly(act: dict[str, Any]) -> tuple[Any, ...]:
    """An act with its reasons."""
    causes = [int(cause) for cause in act["causes"]]
    return act["event"], act["day"], act["date"], act["actor"], act["act"], act["rung"], act["terms"], causes
