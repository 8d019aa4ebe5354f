"""The place of the record's one value among the model's many, on numbers made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.evidence.scores import cases, highest_by, less, median_by, place, runs_of


def test_a_value_in_the_middle_is_likely_and_one_at_the_end_is_not() -> None:
    draws = np.arange(100.0)
    middle, end, beyond = (place(draws, value) for value in (50.0, 1.0, 150.0))
    assert middle.tail == pytest.approx(1.0)
    assert middle.in_90
    assert (middle.low, middle.high, middle.width) == (4.0, 95.0, 91.0)
    assert end.tail == pytest.approx(0.04)
    assert not end.in_90
    assert beyond.tail == 0.0
    assert not beyond.in_90


def test_a_count_is_not_unlikely_for_being_whole() -> None:
    assert place(np.array([0.0, 1.0, 1.0, 1.0]), 1.0).tail == 1.0


def test_draws_that_cannot_tell_are_left_out_and_said() -> None:
    found = place(np.array([np.nan, 1.0, 3.0, np.nan]), 2.0)
    assert (found.tail, found.in_90, found.told) == (1.0, True, 0.5)
    none = place(np.full(3, np.nan), 2.0)
    assert (none.tail, none.in_90, none.told) == (0.0, False, 0.0)
    assert np.isnan(none.width)


def test_what_never_happened_lies_beyond_every_day() -> None:
    found = place(np.array([10.0, 20.0, np.inf, np.inf]), 20.0)
    assert found.in_90
    assert found.high == np.inf
    assert found.width == np.inf


def test_cases_are_in_the_order_of_worlds_and_days() -> None:
    what, by = np.zeros((10, 2), int), np.zeros((10, 2), int)
    what[[1, 5, 9], 0] = 1
    what[3, 1] = 1
    by[[2, 8], 0] = by[3, 1] = 1
    assert cases(what, by, 2).tolist() == [True, False, True], "the last day has too few after it"
    unless = np.zeros((10, 2), int)
    unless[2, 0] = 1
    assert cases(what, by, 2, unless).tolist() == [False, True]


def test_runs_go_round_and_too_few_cases_tell_nothing() -> None:
    assert runs_of(np.array([True, False, True]), 2).tolist() == [1.0, 1.0, 2.0]
    assert np.isnan(runs_of(np.array([True]), 2)).all()


def test_differences_of_two_counts_are_those_of_independent_draws() -> None:
    found = less(np.array([0.0, 2.0]), np.array([0.0, 0.0, 0.0, 6.0]))
    values, many = np.unique(found, return_counts=True)
    assert values.tolist() == [-6.0, -4.0, 0.0, 2.0]
    assert (many / many.sum()).tolist() == pytest.approx([0.125, 0.125, 0.375, 0.375])
    assert np.isnan(less(np.array([np.nan]), np.array([1.0]))).all()


def test_medians_and_highest_values_by_world() -> None:
    world, values = np.array([2, 0, 0, 2, 2]), np.array([5.0, 1.0, 4.0, 9.0, 6.0])
    assert median_by(world, values, 4) == pytest.approx([2.5, np.nan, 6.0, np.nan], nan_ok=True)
    assert highest_by(world, values, 4) == pytest.approx([4.0, np.nan, 9.0, np.nan], nan_ok=True)
    assert np.isnan(median_by(world[:0], values[:0], 2)).all()
