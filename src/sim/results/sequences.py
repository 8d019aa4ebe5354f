"""Intervals that may be looked at as often as one likes: after every world, and stopped whenever one has seen enough.

An interval such as Wilson's holds the truth as often as it says where the number of worlds was fixed beforehand. Who
adds worlds until the interval is short enough looks many times, and stops at a moment of the data's choosing. A
confidence sequence holds the truth at *all* looks together as often as it says, whatever the rule of stopping.

Robbins, H. (1970): Statistical methods related to the law of the iterated logarithm. Annals of Mathematical Statistics
41, 1397-1409.
Howard, S. R., Ramdas, A., McAuliffe, J. and Sekhon, J. (2021): Time-uniform, nonparametric, nonasymptotic confidence
sequences. Annals of Statistics 49, 1055-1080.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"

HALVINGS = 54
"""How often each end is bracketed anew: to the last bit of a share."""


def share(counts: ArrayLike, worlds: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """The confidence sequence of a share, ``counts`` of ``worlds`` each, element by element: low, high.

    Robbins's (1970) mixture with a uniform prior. Were the share p, the worlds so far would have had the probability
    p^k (1 - p)^(n - k); with p drawn evenly from 0 to 1 it is B(k + 1, n - k + 1). The ratio of the second to the
    first is a martingale of mean 1 under p, so that it ever reaches 1 / (1 - level) with probability 1 - level at
    most (Ville). The interval is all p at which it has not. Its logarithm is convex in p and least at k / n, so that
    either end is found by bisection. (0, 1) of no worlds. Raises ValueError for counts that are no counts.
    """
    found, of = np.broadcast_arrays(np.asarray(counts, float), np.asarray(worlds, float))
    limit = _limit(level)
    if not (np.isfinite(of).all() and ((found >= 0) & (found <= of)).all()):
        raise ValueError("each count is from 0 to its number of worlds")
    middle: Floats = np.divide(found, of, out=np.full(found.shape, 0.5), where=of > 0)
    low = _end(found, of, limit, np.zeros(found.shape), middle)
    high = _end(found, of, limit, np.ones(found.shape), middle)
    return np.where((found == 0) | (of == 0), 0.0, low), np.where((found == of) | (of == 0), 1.0, high)


def paired_difference(up: ArrayLike, down: ArrayLike, worlds: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """The confidence sequence of a difference of two shares over the same worlds: low, high.

    ``up`` worlds ended so in the first only, ``down`` in the second only, of ``worlds``. The difference is P(up) -
    P(down); each has its own sequence at half the error, and both hold at once by the union bound, so that the
    difference lies between low of the one less high of the other, and the reverse.
    """
    _limit(level)
    either = 1.0 - (1.0 - level) / 2
    up_low, up_high = share(up, worlds, either)
    down_low, down_high = share(down, worlds, either)
    return up_low - down_high, up_high - down_low


def _limit(level: float) -> float:
    """The logarithm that the mixture may not reach. Raises ValueError for a level that is none."""
    if not 0 < level < 1:
        raise ValueError(f"a level is between 0 and 1, such as .95; not {level}")
    return -float(np.log1p(-level))


def _end(counts: Floats, worlds: Floats, limit: float, outside: Floats, inside: Floats) -> Floats:
    """Where the mixture's logarithm reaches the limit between a share that it excludes and one that it holds."""
    from scipy.special import betaln, xlog1py, xlogy  # type: ignore[import-untyped]

    evenly = betaln(counts + 1, worlds - counts + 1)
    outside, inside = outside.copy(), inside.copy()
    for _ in range(HALVINGS):
        p = (outside + inside) / 2
        holds = evenly - xlogy(counts, p) - xlog1py(worlds - counts, -p) < limit
        inside, outside = np.where(holds, p, inside), np.where(holds, outside, p)
    return outside
