"""Each condition for a forced exit alone, and left out: minimally different worlds."""

from __future__ import annotations

import pytest

from sim.ask.conditions import CALM, OTHER, WITH, WITHOUT, conditions, moved, run, scenarios
from sim.results.result import Result
from sim.scenario.load import load
from sim.scenario.parameters import parameters

SHORT = {"days": 30}


@pytest.fixture(scope="module")
def short() -> Result:
    return run(worlds=8, changes=SHORT)


def test_they_are_those_in_which_the_two_differ() -> None:
    calm, other = ({name: value for name, value, _ in parameters(load(name))} for name in (CALM, OTHER))
    found = conditions()
    assert set(found) == {name for name in other if calm[name] != other[name]}
    assert all(found[name] == (calm[name], other[name]) for name in found)


def test_each_differs_from_its_neighbour_in_one_number() -> None:
    found = scenarios()
    assert len(found) == 2 + 2 * len(conditions())
    values = {key: {name: value for name, value, _ in parameters(scenario)} for key, scenario in found.items()}
    for name in conditions():
        for how in (WITH, WITHOUT):
            here, there = values[name, how], values["", how]
            assert [each for each in here if here[each] != there[each]] == [name]


def test_the_difference_is_with_less_without(short: Result) -> None:
    rows = moved(short, SHORT)
    assert len(rows) == 4 * len(conditions())
    worlds = {name: mine.sort_values("world") for name, mine in short.worlds.groupby("scenario")}
    for place, name in enumerate(conditions()):
        row = rows[(rows["number"] == name) & (rows["how"] == WITHOUT) & (rows["outcome"] == "decided")].iloc[0]
        with_it, without = (worlds[each]["outcome"] != "us_stays" for each in (OTHER, f"without_{place}"))
        assert (row.here, row.there) == (with_it.mean(), without.mean())
        assert row.difference == pytest.approx(with_it.mean() - without.mean())
        assert row.low < row.high
        assert row.meaning and row.worlds == 8
