"""What is made of a uniform number: counts, sizes with a long tail, one of several."""

from __future__ import annotations

from collections.abc import Sequence

from sim.language.exact import exp, log
from sim.language.number import Number, Truth, floor, least, most, total, truth, where, whilst

MOST = 200
"""No count is higher."""


def poisson(rate: Number, u: Number) -> Number:
    """A Poisson count by inversion of one uniform number: at equal ``u`` a higher rate never gives fewer."""
    p = exp(-rate)
    count, _, _ = whilst(_above, _one_more, (0, p, p), rate, u)
    return count


def _above(count: Number, _: Number, total: Number, __: Number, u: Number) -> Truth:
    return (u > total) & (count < MOST)


def _one_more(count: Number, p: Number, total: Number, rate: Number, _: Number) -> tuple[Number, Number, Number]:
    count = count + 1
    p = p * rate / count
    return count, p, total + p


def whole_between(low: Number, high: Number, u: Number) -> Number:
    """A whole number from ``low`` to ``high``, both included, all equally likely."""
    return least(floor(low + u * (high - low + 1.0)), high)


def long_tail(u: Number, scale: Number, tail: Number) -> Number:
    """A whole number from 1 up with a heavy tail (a rounded Lomax): mean about ½ + scale / (tail - 1)."""
    return 1.0 + floor(scale * (exp(-log(1.0 - u) / tail) - 1.0))


def power_law(u: Number, exponent: Number, largest: float) -> Number:
    """A whole number from 1 up with P(n) falling as n^-exponent, at most ``largest``.

    The rounding of Clauset, Shalizi & Newman (2009), appendix D, with smallest value 1.
    """
    return least(floor(0.5 * exp(-log(1.0 - u) / (exponent - 1.0)) + 0.5), largest)


def geometric(u: Number, mean: Number) -> Number:
    """A whole number from 1 up with the given mean (at least 1) and no memory."""
    return where(mean > 1.0, 1.0 + floor(log(1.0 - u) / log(1.0 - 1.0 / most(mean, 1.000001))), 1.0)


def largest(values: Sequence[Number]) -> Number:
    """The largest of several."""
    found = values[0]
    for value in values[1:]:
        found = most(found, value)
    return found


def quantal(utilities: Sequence[Number], possible: Sequence[Truth], best: Number, precision: Number) -> list[Number]:
    """Weights of a quantal response: the ``best``'s 1, what is not possible 0 (McKelvey & Palfrey 1995)."""
    return [
        where(can, exp(precision * (utility - best)), 0.0) for utility, can in zip(utilities, possible, strict=True)
    ]


def pick_by_weight(u: Number, weights: Sequence[Number]) -> Number:
    """Where a uniform number falls when the weights are laid end to end: the index of one of them."""
    end = total(weights)
    edge: Number = 0.0
    index: Number = 0
    for weight in weights[:-1]:
        edge = edge + weight
        index = index + truth(u * end >= edge)
    return index
