"""Where the record's one value lies among the many that the model would have given in its place.

A predictive distribution is made of single worlds, since the record is one, or of as many cases as the record has: of
eight strikes, so many condemned. Nothing is drawn for it: every run of so many cases that follow one another, in the
order of worlds and days, is one draw, so that what clusters within a world stays together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from sim.evidence.hindcast import Daily, History

Values = np.ndarray[Any, Any]
OUTER = 0.05
"""What lies outside the central 90 % at either end."""


@dataclass(frozen=True)
class Score:
    """What of the model one observed value is held against, where that is not the measure in single worlds."""

    draws: Callable[[History], Values]
    observed: float
    says: str  # what is counted: "of 8 strikes"


class Place(NamedTuple):
    """The place of an observed value in a predictive distribution."""

    tail: float  # two-sided: twice the smaller of P(X <= observed) and P(X >= observed), 1 at most
    in_90: bool  # from the 5th to the 95th percentile, both included
    low: float  # the 5th percentile
    high: float  # the 95th
    told: float  # share of the draws that can tell

    @property
    def width(self) -> float:
        """From the 5th to the 95th percentile; infinite where the upper one is."""
        return self.high - self.low if np.isfinite(self.low) else float("nan")


def place(draws: Values, observed: float) -> Place:
    """The place of an observed value among draws; those that cannot tell (NaN) are left out, and counted in ``told``.

    The tail is the plain one: a draw equal to the observed value lies on both sides, so that a count is never called
    unlikely for being whole. Where no draw can tell it is 0, and nothing is inside.
    """
    told = np.sort(draws[~np.isnan(draws)])
    if not told.size:
        return Place(0.0, False, float("nan"), float("nan"), 0.0)
    below = np.searchsorted(told, observed, "right") / told.size
    above = 1.0 - np.searchsorted(told, observed, "left") / told.size
    low = float(told[int(OUTER * (told.size - 1))])
    high = float(told[int(np.ceil((1.0 - OUTER) * (told.size - 1)))])
    tail = min(2.0 * float(min(below, above)), 1.0)
    return Place(tail, bool(low <= observed <= high), low, high, told.size / draws.size)


# -------------------------------------------------------------------------------------------- cases
def cases(what: Daily, by: Daily, within: int, unless: Daily | None = None) -> Values:
    """For each day with one, by world and then by day, whether the other followed within so many days.

    Days too near the end to tell are left out, and those with ``unless`` within as many days.
    """
    days = len(what) - within
    happened, follows = what > 0, by > 0
    answered = np.zeros_like(happened[:days])
    spoiled = np.zeros_like(happened[:days])
    for lag in range(within + 1):
        answered |= follows[lag : days + lag]
        if unless is not None:
            spoiled |= unless[lag : days + lag] > 0
    at = happened[:days] & ~spoiled
    return np.asarray(answered.T[at.T])


def runs_of(values: Values, size: int) -> Values:
    """The sums of so many values that follow one another, from each on, the first following the last; NaN for fewer."""
    if len(values) < size:
        return np.full(1, np.nan)
    total = np.concatenate([[0.0], np.cumsum(np.concatenate([values, values[: size - 1]]), dtype=float)])
    return np.asarray(total[size:] - total[:-size])


def less(first: Values, second: Values) -> Values:
    """Differences of independent draws of two whole counts: each of the one less each of the other, evenly thinned."""
    if np.isnan(first).any() or np.isnan(second).any():
        return np.full(1, np.nan)
    quantiles = (np.arange(100) + 0.5) / 100
    a, b = (np.quantile(draws, quantiles, method="inverted_cdf") for draws in (first, second))
    return np.asarray(np.subtract.outer(a, b).ravel())


# ------------------------------------------------------------------------------------------ by world
def median_by(world: Values, values: Values, worlds: int) -> Values:
    """The median of the values of each world; NaN in one that has none."""
    order = np.lexsort((values, world))
    many = np.bincount(world, minlength=worlds)
    ends = np.cumsum(many)
    found = np.full(worlds, np.nan)
    has = many > 0
    low, high = (ends - many + (many - 1) // 2)[has], (ends - many + many // 2)[has]
    found[has] = (values[order][low] + values[order][high]) / 2.0
    return found


def highest_by(world: Values, values: Values, worlds: int) -> Values:
    """The highest value of each world; NaN in one that has none."""
    found = np.full(worlds, -np.inf)
    np.maximum.at(found, world, values)
    return np.where(np.isinf(found), np.nan, found)
