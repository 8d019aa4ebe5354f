"""Intervals for shares, means and their differences over worlds.

The intervals hold chance only: they say how far a number would move with other random numbers, not how sure the rules
and parameters are. How far a share moves with the parameters is :func:`over_a_set`'s. Everything here is a short closed
form, so that a reader can check it against the paper it is from.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def z_of(level: float) -> float:
    """How many standard errors each side of the middle hold ``level`` of a normal distribution (1.96 for .95)."""
    if not 0 < level < 1:
        raise ValueError(f"a level is between 0 and 1, such as .95; not {level}")
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(count: int, worlds: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's (1927) score interval for a share of ``count`` in ``worlds``; (0, 1) where there are no worlds."""
    if worlds == 0:
        return 0.0, 1.0
    z = z_of(level)
    share = count / worlds
    middle = (share + z * z / (2 * worlds)) / (1 + z * z / worlds)
    half = z / (1 + z * z / worlds) * math.sqrt(share * (1 - share) / worlds + z * z / (4 * worlds * worlds))
    return (0.0 if count == 0 else middle - half), (1.0 if count == worlds else middle + half)


def paired_shares(
    first: NDArray[np.bool_], second: NDArray[np.bool_], level: float = 0.95
) -> tuple[float, float, float]:
    """Difference of two shares over the same worlds (first less second) and its interval: difference, low, high.

    Bonett and Price's (2012) adjusted interval, one of the two that Fagerland, Lydersen and Laake (2014) recommend:
    only worlds that come out differently count, one more of either sort is assumed. It never has width zero, also
    where no pair of worlds differs. ``first`` and ``second`` have one entry a world, in the same order.
    """
    worlds = len(first)
    if worlds != len(second):
        raise ValueError(f"paired shares need the same worlds: {worlds} against {len(second)}")
    return paired_counts(int((first & ~second).sum()), int((~first & second).sum()), worlds, level)


def paired_counts(up: int, down: int, worlds: int, level: float = 0.95) -> tuple[float, float, float]:
    """The same from the numbers of worlds that come out so in the first case only (``up``), or in the second only."""
    if worlds == 0:
        return math.nan, -1.0, 1.0
    a, b = (up + 1) / (worlds + 2), (down + 1) / (worlds + 2)
    half = z_of(level) * math.sqrt((a + b - (a - b) ** 2) / (worlds + 2))
    return (up - down) / worlds, max(-1.0, a - b - half), min(1.0, a - b + half)


def unpaired_shares(
    count: int, worlds: int, other_count: int, other_worlds: int, level: float = 0.95
) -> tuple[float, float, float]:
    """Difference of two shares over worlds that have nothing to do with each other: difference, low, high.

    Newcombe's (1998) method 10, which joins the two Wilson intervals.
    """
    if worlds == 0 or other_worlds == 0:
        return math.nan, -1.0, 1.0
    share, other = count / worlds, other_count / other_worlds
    low, high = wilson(count, worlds, level)
    other_low, other_high = wilson(other_count, other_worlds, level)
    gap = share - other
    return (gap, gap - math.hypot(share - low, other_high - other), gap + math.hypot(high - share, other - other_low))


def paired_means(
    first: NDArray[np.float64], second: NDArray[np.float64], level: float = 0.95
) -> tuple[float, float, float]:
    """Mean difference of a number over the same worlds with its normal interval (not a number for one world)."""
    gap = first.astype(float) - second.astype(float)
    if len(gap) < 2:
        return (float(gap[0]) if len(gap) else math.nan), math.nan, math.nan
    middle = float(gap.mean())
    half = z_of(level) * float(gap.std(ddof=1)) / math.sqrt(len(gap))
    return middle, middle - half, middle + half


def unpaired_means(
    first: NDArray[np.float64], second: NDArray[np.float64], level: float = 0.95
) -> tuple[float, float, float]:
    """Difference of two means over unrelated worlds with its normal interval, variances not taken as equal."""
    if not len(first) or not len(second):
        return math.nan, math.nan, math.nan
    middle = float(first.astype(float).mean()) - float(second.astype(float).mean())
    if len(first) < 2 or len(second) < 2:
        return middle, math.nan, math.nan
    error = math.sqrt(float(first.var(ddof=1)) / len(first) + float(second.var(ddof=1)) / len(second))
    half = z_of(level) * error
    return middle, middle - half, middle + half


LEAST_PAIRS = 200
"""So many pairs of worlds of one vector have to be there before a spread over vectors is told from chance."""
LEAST_OF_EITHER = 10
"""So many worlds have to have ended so, and so many otherwise."""
MIDDLE = (0.1, 0.9)
"""The part of the vectors that a range over the set holds."""


class Spread(NamedTuple):
    """How far the share itself differs between vectors of parameters, chance taken out of it."""

    low: float
    high: float
    alike: float
    """0: all vectors have one share; 1: each has all of its worlds end so, or none."""


def over_a_set(counts: NDArray[np.int64], worlds: NDArray[np.int64]) -> Spread | None:
    """The 10th and 90th percentile of a share over vectors; ``counts`` of ``worlds`` ended so, a pair a vector.

    A vector's share is taken as drawn from a beta distribution and its worlds as drawn from that share, so that what
    chance does to a few worlds of each is not taken for a difference between them. Mean and intraclass correlation are
    Kleinman's (1973, J. Am. Stat. Assoc. 68, 46-54) moment estimates, with the worlds of a vector as its weight. Where
    the vectors differ by no more than chance, both ends are the share. None where that cannot be told: fewer pairs of
    worlds of one vector than ``LEAST_PAIRS``, or fewer worlds that ended so, or otherwise, than ``LEAST_OF_EITHER``.
    """
    from scipy.stats import beta  # type: ignore[import-untyped]

    counts, worlds = counts[worlds > 0].astype(float), worlds[worlds > 0].astype(float)
    total, ended = float(worlds.sum()), float(counts.sum())
    pairs = float((worlds * (worlds - 1.0)).sum()) / 2.0
    if pairs < LEAST_PAIRS or min(ended, total - ended) < LEAST_OF_EITHER:
        return None
    share = ended / total
    chance = share * (1.0 - share)
    apart = float((worlds * (counts / worlds - share) ** 2).sum())
    by_chance = float((1.0 - worlds / total).sum())
    at_most = float((worlds * (1.0 - worlds / total)).sum())
    alike = (apart - chance * by_chance) / (chance * (at_most - by_chance))
    if alike <= 1e-9:
        return Spread(share, share, 0.0)
    alike = min(alike, 0.999)
    size = 1.0 / alike - 1.0
    low, high = (float(value) for value in beta.ppf(MIDDLE, share * size, (1.0 - share) * size))
    return Spread(low, high, alike)
