"""Points are checked as files would be, known by what they say, and put with those that differ in numbers alone."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_designs import PERMISSIVENESS, RESTRAINT, design_of, grid_of

from sim.disk.errors import InputError
from sim.scenario.consistent import RISING
from sim.scenario.errors import ScenarioError
from sim.scenario.overrides import numbers_by_name
from sim.scenario.parameters import value_at
from sim.scenario.schema import Scenario
from sim.sweeps.points import id_of, points_of

BASE = Scenario(name="calm", days=30)


def test_the_base_comes_first_and_every_point_once() -> None:
    points = points_of(grid_of(BASE))
    assert len(points) == 7 and points.all[0].values == () and points.rows == (1, 2, 3, 4, 5, 6)
    frame = points.frame()
    assert list(frame["is_base"]) == [True] + [False] * 6
    assert math.isnan(frame[RESTRAINT][0]) and frame[RESTRAINT][1] == 0.1
    assert len(points.groups) == 1 and points.groups[0].has_one_past


def test_the_same_point_twice_is_one_point() -> None:
    points = points_of(design_of(BASE, [{RESTRAINT: 0.5}, {RESTRAINT: 0.4}, {RESTRAINT: 0.5}, {}]))
    assert points.rows == (1, 2, 1, 0) and points.twice == 2 and len(points) == 3


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_an_id_says_a_number_to_the_last_bit(one: float, other: float) -> None:
    same = id_of("x", [("a", one), ("b", 1.0)]) == id_of("x", [("b", 1.0), ("a", other)])
    assert same == (one.hex() == other.hex())


def test_a_point_is_another_for_another_base() -> None:
    two = (BASE, Scenario(name="long", days=40))
    points = points_of(design_of(two, [{"scenario": name, RESTRAINT: 0.5} for name in ("calm", "long")]))
    assert [point.base for point in points.all] == [0, 1, 0, 1]
    assert len({point.id for point in points.all}) == 4


def test_what_no_file_may_say_is_refused_row_by_row() -> None:
    design = design_of(BASE, [{RESTRAINT: 0.5}, {RESTRAINT: 1.5}, {RESTRAINT: -0.1, PERMISSIVENESS: 0.4}])
    with pytest.raises(ScenarioError) as fault:
        points_of(design)
    lines = str(fault.value).splitlines()
    assert lines[0].startswith(f"row 1: {RESTRAINT}") and lines[1].startswith(f"row 2: {RESTRAINT}")
    assert "--skip-refused" in lines[-1]
    points = points_of(design, skip_refused=True)
    assert points.rows == (1, -1, -1) and [one.row for one in points.refused] == [1, 2]


def test_among_many_points_each_that_cannot_be_is_found() -> None:
    rows = [{RESTRAINT: value / 100} for value in range(100)]
    rows[17] = {RESTRAINT: 1.01}
    rows[80] = {RESTRAINT: -5.0}
    points = points_of(design_of(BASE, rows), skip_refused=True)
    assert [one.row for one in points.refused] == [17, 80] and len(points) == 99


def test_numbers_that_have_to_rise_are_looked_at_together() -> None:
    low, high = RISING[0][:2]
    known = numbers_by_name(BASE)
    values = [value_at(BASE.model_dump(), known[name][0]) for name in (low, high)]
    assert values[0] < values[1]
    points = points_of(design_of(BASE, [{low: values[1], high: values[0]}]), skip_refused=True)
    assert points.rows == (-1,)


def test_a_name_that_there_is_not_is_told_with_what_was_meant() -> None:
    with pytest.raises((InputError, ScenarioError), match=r"united_states\.restraint"):
        points_of(design_of(BASE, [{"united_states.restrain": 0.5}]))


def test_a_number_that_nobody_reads_is_refused_with_the_reason() -> None:
    past = Scenario(name="past", start=date(2021, 1, 1), days=30)
    design = design_of(past, [{"presence.troops": 1000.0}, {"presence.troops": 2000.0}])
    with pytest.raises(ScenarioError, match=r"presence\.troops: changes nothing"):
        points_of(design)
    assert points_of(design, skip_refused=True).idle


def test_a_choice_a_date_and_a_cap_make_other_scenarios() -> None:
    rows = [
        {"iraq.highest_rung": "talks", RESTRAINT: 0.5},
        {"days": 40},
        {"iraq.highest_rung": "talks", RESTRAINT: 0.6},
    ]
    points = points_of(design_of(BASE, rows))
    assert len(points.groups) == 3
    capped = next(group for group in points.groups if group.scenario.iraq.highest_rung == "talks")
    assert [point.number for point in capped.points] == [1, 3] and list(capped.numbers[RESTRAINT]) == [0.5, 0.6]


def test_a_number_of_role_uncertainty_has_a_past_of_its_own() -> None:
    group = points_of(design_of(BASE, [{"iraq.jump_iraq": 0.3}])).groups[0]
    assert not group.has_one_past
    assert list(group.given["iraq.jump_iraq"]) == [False, True]
