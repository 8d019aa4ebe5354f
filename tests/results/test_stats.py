"""Intervals against published values, and against how often they hold the truth."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from sim.results.stats import MIDDLE, over_a_set, paired_means, paired_shares, unpaired_means, unpaired_shares, wilson


@pytest.mark.parametrize(
    ("count", "worlds", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_in_newcombe_1998(count: int, worlds: int, low: float, high: float) -> None:
    assert wilson(count, worlds) == pytest.approx((low, high), abs=5e-5)


@settings(deadline=None)  # the first use imports scipy
@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_wilson_as_in_scipy(counts: tuple[int, int], level: float) -> None:
    from scipy.stats import binomtest

    count, worlds = counts
    expected = binomtest(count, worlds).proportion_ci(level, method="wilson")
    assert wilson(count, worlds, level) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_nothing_is_known_of_no_worlds() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert unpaired_shares(0, 0, 3, 9)[1:] == (-1.0, 1.0)
    with pytest.raises(ValueError, match="a level is between 0 and 1"):
        wilson(1, 2, 95)


def pairs(both: int, first: int, second: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    """Worlds in which something happened in both, only in the first, only in the second, in neither."""
    cells = (both, first, second, neither)
    return np.repeat([True, True, False, False], cells), np.repeat([True, False, True, False], cells)


def test_paired_shares_as_in_fagerland_lydersen_and_laake_2014() -> None:
    difference, low, high = paired_shares(*pairs(1, 1, 7, 12))
    assert difference == pytest.approx(-6 / 21)
    assert (low, high) == pytest.approx((-0.508, -0.013), abs=5e-4)


def test_unpaired_shares_as_in_newcombe_1998() -> None:
    assert unpaired_shares(56, 70, 48, 80) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert unpaired_shares(9, 10, 3, 10) == pytest.approx((0.6, 0.1705, 0.8090), abs=5e-5)


def test_equal_worlds_differ_by_nothing_but_chance_stays() -> None:
    outcome = np.arange(1000) < 300
    difference, low, high = paired_shares(outcome, outcome)
    assert difference == 0
    assert low == -high < 0
    unpaired = unpaired_shares(300, 1000, 300, 1000)
    assert high < unpaired[2] / 5  # what pairing is for


@pytest.mark.parametrize("cells", [(0.30, 0.04, 0.01, 0.65), (0.02, 0.02, 0.02, 0.94), (0.4, 0.2, 0.1, 0.3)])
@pytest.mark.parametrize("worlds", [100, 2000])
def test_paired_intervals_hold_the_truth_about_as_often_as_they_say(cells: tuple[float, ...], worlds: int) -> None:
    rng = np.random.default_rng(11)
    truth = cells[1] - cells[2]
    held = unpaired_held = width = unpaired_width = 0.0
    for both, first, second, neither in rng.multinomial(worlds, cells, size=1000):
        _, low, high = paired_shares(*pairs(both, first, second, neither))
        held += low <= truth <= high
        width += high - low
        _, low, high = unpaired_shares(both + first, worlds, both + second, worlds)
        unpaired_held += low <= truth <= high
        unpaired_width += high - low
    assert 0.93 <= held / 1000 <= (0.975 if worlds == 2000 else 1.0)  # few worlds: wider than need be
    if cells[0] > 0.2:
        assert unpaired_held > held  # too wide: it does not know that the worlds are the same
        assert unpaired_width > 1.15 * width


def test_means() -> None:
    rng = np.random.default_rng(3)
    first = rng.normal(5, 2, 500)
    second = first - 1 + rng.normal(0, 0.1, 500)
    difference, low, high = paired_means(first, second)
    assert difference == pytest.approx((first - second).mean())
    half = 1.959964 * (first - second).std(ddof=1) / math.sqrt(500)
    assert (low, high) == pytest.approx((difference - half, difference + half))
    other = unpaired_means(first, second)
    assert other[0] == pytest.approx(difference)
    assert other[2] - other[1] > 10 * (high - low)
    assert paired_means(first[:1], second[:1])[0] == pytest.approx(first[0] - second[0])
    assert math.isnan(paired_means(first[:1], second[:1])[1])


def test_pairs_need_the_same_worlds() -> None:
    with pytest.raises(ValueError, match="3 against 2"):
        paired_shares(np.ones(3, bool), np.ones(2, bool))


# --- over a set of parameters -------------------------------------------------------------------------------


@pytest.mark.parametrize(("mean", "size"), [(0.2, 2.0), (0.05, 5.0), (0.3, 50.0), (0.9, 1.0)])
@pytest.mark.parametrize("worlds", [4, 15])
def test_the_range_over_a_set_is_that_of_the_share_itself(mean: float, size: float, worlds: int) -> None:
    """Whether a vector has four worlds or fifteen: the chance of few worlds is not in it."""
    luck = np.random.default_rng(5)
    ends = beta.ppf(MIDDLE, mean * size, (1.0 - mean) * size)
    found = []
    for _ in range(60):
        shares = luck.beta(mean * size, (1.0 - mean) * size, 150)
        each = luck.multinomial(150 * worlds, [1 / 150] * 150)
        spread = over_a_set(luck.binomial(each, shares), each)
        found += [] if spread is None else [spread[:2]]
    assert len(found) > 50
    assert np.mean(found, axis=0) == pytest.approx(ends, abs=0.02)


def test_where_vectors_do_not_differ_the_range_is_next_to_nothing() -> None:
    luck = np.random.default_rng(6)
    worlds = np.full(150, 15)
    widths = [spread.high - spread.low for _ in range(40) if (spread := over_a_set(luck.binomial(worlds, 0.3), worlds))]
    assert len(widths) == 40 and np.median(widths) < 0.06 < luck.binomial(15, 0.3, 150).std() / 15


def test_all_or_nothing_is_the_widest_range() -> None:
    counts, worlds = np.array([10, 0] * 30), np.full(60, 10)
    low, high, alike = over_a_set(counts, worlds)
    assert (low, high) == pytest.approx((0.0, 1.0), abs=1e-6) and alike > 0.99


@pytest.mark.parametrize(
    ("counts", "worlds"),
    [
        (np.full(100, 1), np.full(100, 1)),  # no two worlds of one vector
        (np.full(100, 10), np.full(100, 10)),  # none ended otherwise
        (np.array([9] + [0] * 99), np.full(100, 10)),  # too few ended so
        (np.array([], np.int64), np.array([], np.int64)),
    ],
)
def test_what_cannot_be_told_is_not_told(counts: Any, worlds: Any) -> None:
    assert over_a_set(counts, worlds) is None


def test_a_vector_without_a_world_says_nothing() -> None:
    counts, worlds = np.array([5, 0, 8, 3] * 20), np.array([10, 0, 10, 10] * 20)
    some = worlds > 0
    assert over_a_set(counts, worlds) == over_a_set(counts[some], worlds[some])
