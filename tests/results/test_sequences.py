"""Intervals that may be looked at often: against the definition, and how often they ever leave the truth out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import betaln

from sim.results.sequences import paired_difference, share
from sim.results.stats import wilson

LOOKS = 500


def log_mixture(count: int, worlds: int, p: float) -> float:
    """The definition, written out."""
    return float(betaln(count + 1, worlds - count + 1) - count * math.log(p) - (worlds - count) * math.log(1 - p))


@pytest.mark.parametrize(("count", "worlds"), [(1, 3), (7, 20), (150, 2000), (1999, 2000), (3, 1_000_000)])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
def test_at_both_ends_the_mixture_reaches_the_limit(count: int, worlds: int, level: float) -> None:
    low, high = share(count, worlds, level)
    limit = -math.log(1 - level)
    assert 0 < low < count / worlds < high < 1
    assert log_mixture(count, worlds, float(low)) == pytest.approx(limit, abs=1e-6)
    assert log_mixture(count, worlds, float(high)) == pytest.approx(limit, abs=1e-6)


def test_of_none_and_of_all() -> None:
    low, high = share([0, 10, 0, 100], [0, 10, 10, 100])
    assert low.tolist()[0] == 0.0 and high.tolist()[0] == 1.0
    assert high[1] == high[3] == 1.0 and low[2] == 0.0
    assert low[1] == pytest.approx(1 - high[2])
    assert low[3] == pytest.approx((0.05 / 101) ** (1 / 100))  # (n + 1) p^n = .05


@pytest.fixture(scope="module")
def every_interval() -> tuple[np.ndarray, np.ndarray]:
    """The interval of each count (column) of each number of worlds (row) up to LOOKS."""
    worlds = np.arange(LOOKS + 1)[:, None]
    return share(np.minimum(np.arange(LOOKS + 1), worlds), worlds)


@pytest.mark.parametrize("truth", [0.05, 0.5])
def test_at_all_looks_together_the_truth_is_held(truth: float, every_interval: tuple[np.ndarray, np.ndarray]) -> None:
    luck = np.random.default_rng(7)
    counts = np.cumsum(luck.random((2000, LOOKS)) < truth, axis=1)
    worlds = np.arange(1, LOOKS + 1)
    low, high = every_interval
    ever_out = ((truth < low[worlds, counts]) | (truth > high[worlds, counts])).any(axis=1)
    assert 0.95 <= 1 - ever_out.mean() < 1.0
    fixed = np.array([[wilson(min(k, n), n) for k in range(LOOKS + 1)] for n in (50, 100, 200, 300, 400, 500)])
    looks = counts[:, [49, 99, 199, 299, 399, 499]]
    ends = fixed[np.arange(6), looks]
    assert ((truth < ends[..., 0]) | (truth > ends[..., 1])).any(
        axis=1
    ).mean() > 0.08  # what looking often costs Wilson


def test_the_difference_of_pairs_is_held_at_all_looks() -> None:
    luck = np.random.default_rng(8)
    drawn = luck.random((500, LOOKS))
    up, down = np.cumsum(drawn < 0.1, axis=1), np.cumsum(drawn > 0.96, axis=1)
    low, high = paired_difference(up, down, np.arange(1, LOOKS + 1))
    assert (((low <= 0.06) & (high >= 0.06)).all(axis=1)).mean() >= 0.95
    assert (low >= -1).all() and (high <= 1).all() and (low < high).all()


def test_wider_than_wilsons_and_shrinking() -> None:
    worlds = np.array([20, 100, 500, 2500, 12500])
    for part in (0.05, 0.2, 0.5):
        low, high = share(part * worlds, worlds)
        wilsons = np.array([wilson(round(part * n), int(n)) for n in worlds])
        assert (high - low > wilsons[:, 1] - wilsons[:, 0]).all()
        assert (np.diff(high - low) < 0).all()
    low, high = paired_difference(0.1 * worlds, 0.05 * worlds, worlds)
    assert (np.diff(high - low) < 0).all()


def test_as_many_counts_as_one_likes() -> None:
    low, high = share(np.arange(6).reshape(2, 3), 10)
    assert low.shape == high.shape == (2, 3)
    assert (low[1, 2], high[1, 2]) == share(5, 10)


def test_what_is_no_count() -> None:
    for count, worlds in ((3, 2), (-1, 2), (math.nan, 2), (1, math.nan)):
        with pytest.raises(ValueError, match="from 0 to its number of worlds"):
            share(count, worlds)
    with pytest.raises(ValueError, match="a level is between 0 and 1"):
        share(1, 2, 95)
    with pytest.raises(ValueError, match="a level is between 0 and 1"):
        paired_difference(1, 1, 2, 1.0)
