"""Forced exits against the dead of one scripted event: what is scripted, and where a curve passes a level."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from sim.ask import severity
from sim.results.result import Result
from sim.results.stats import paired_shares, wilson
from sim.show import curves, pictures


@pytest.fixture(scope="module")
def result() -> Result:
    """A few worlds that end a week after the event, and a few numbers of dead."""
    return severity.run(worlds=5, changes={"days": 30}, tried={"strike": (0, 70), "attack": (0, 30)})


@pytest.fixture(scope="module")
def numbers(result: Result) -> pd.DataFrame:
    """Their curves."""
    return severity.curves(result)


def test_scenarios_differ_in_the_one_event_alone() -> None:
    found = severity.scenarios()
    assert len(found) == len(severity.CONDITIONS) * sum(map(len, severity.DEAD.values()))
    for (kind, name, dead), scenario in found.items():
        (event,) = scenario.events
        assert (event.kind, event.date) == (kind, date(2024, 2, 1))
        assert event.dead == dead
        if event.kind == "strike":
            assert (event.rung, event.civilians) == ("strike in Iraq", dead)
        calm = found[kind, name, severity.DEAD[kind][0]]
        assert scenario.model_dump(exclude={"name", "title", "events"}) == calm.model_dump(
            exclude={"name", "title", "events"}
        )


def test_the_dead_are_counted_in_the_worlds(result: Result) -> None:
    dead = result.worlds.groupby("scenario")[["iraqi_civilians_killed", "us_killed"]].min()
    assert dead.loc["forced_exit-strike-70", "iraqi_civilians_killed"] >= 70
    assert dead.loc["status_quo-attack-30", "us_killed"] >= 30


def test_a_row_an_event_condition_and_number_of_dead(numbers: pd.DataFrame, result: Result) -> None:
    assert len(numbers) == len(result.scenarios)
    for row in numbers.itertuples():
        assert (row.low, row.high) == wilson(row.count, row.worlds)
        if row.dead == 0:
            assert row.difference == 0
    ours, none = (
        (result.worlds.loc[result.worlds["scenario"] == f"forced_exit-strike-{dead}", "outcome"] == "forced_exit")
        for dead in (70, 0)
    )
    assert (numbers["any_share"] >= numbers["share"]).all()
    assert ((numbers["any_low"] <= numbers["any_share"]) & (numbers["any_share"] <= numbers["any_high"])).all()
    last = numbers[(numbers["event"] == "strike") & (numbers["scenario"] == "forced_exit")].iloc[-1]
    expected = paired_shares(ours.to_numpy(bool), none.to_numpy(bool))
    assert (last["difference"], last["gap_low"], last["gap_high"]) == expected


@pytest.mark.parametrize(
    ("shares", "at"),
    [
        ((0.0, 0.0, 0.05), None),
        ((0.0, 0.2, 0.4), 5.0),
        ((0.0, 0.05, 0.3), 12.0),
        ((0.3, 0.0, 0.3), 0.0),
        ((0.0, 0.0, 0.1), 20.0),
    ],
)
def test_where_a_curve_passes_a_level(shares: tuple[float, ...], at: float | None) -> None:
    assert severity.crossing([0, 10, 20], shares, 0.1) == (None if at is None else pytest.approx(at))


def test_the_ends_of_the_intervals_pass_before_and_after() -> None:
    rows = pd.DataFrame(
        {"dead": [0, 10, 20], "share": [0.0, 0.2, 0.4], "low": [0.0, 0.1, 0.3], "high": [0.1, 0.3, 0.5]}
    )
    passed = severity.passes(rows, 0.2)
    assert (passed.at, passed.earliest, passed.latest) == (10.0, pytest.approx(5.0), pytest.approx(15.0))
    assert severity.passes(rows, 0.45) == (None, pytest.approx(17.5), None)


def test_the_picture_is_drawn_and_described(numbers: pd.DataFrame, result: Result) -> None:
    figure = curves.draw(numbers, result)
    said = curves.describe(numbers)
    assert said.count(";") == 0
    assert "(any end " in said
    texts = [text.get_text() for axis in figure.axes for text in axis.texts]
    assert [text for text in texts if text.endswith(": any end")] == ["status quo: any end", "forced exit: any end"] * 2
    assert "One US strike in Baghdad, conditions for a forced exit, by Iraqi civilians" in said
    svg = pictures.alone(pictures.element(figure, "s", curves.CAPTION, said), result)
    assert "python -m sim.ask.severity --worlds 5 --seed 1" in svg
    assert "Not a forecast" in svg
