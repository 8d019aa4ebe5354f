"""The few words that rules are written in: number in, number out; array in, array out; the same bits.

A quantity is a plain ``float`` (or ``int``, or ``bool``) when the model runs one world and a NumPy
array with one entry per world when it runs a block of them. Every word below gives, for each entry
of an array, exactly the number it would give for that entry alone. That holds because only
operations that IEEE 754 rounds exactly are used (+ - * / floor and comparisons); ``numpy.exp`` and
its relatives differ between processors and from ``math``, so the exponential and the logarithm here
are built from exact operations too.

Traps these words keep the rules out of: ``not`` and ``~`` mean different things for a bool and an
array (write :func:`no`); ``and``/``or`` do not work on arrays (write ``&``/``|`` on conditions);
an ``if`` on an array is an error (write :func:`where`, or :func:`anywhere` to skip work).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

Number: TypeAlias = Any
"""A float, int or bool (one world), or an array of them with one entry per world."""

LN2 = 0.6931471805599453
_LOG2E = 1.4426950408889634
_LN2_HIGH = 6.93145751953125e-1  # ln 2 in two parts, so that x - k ln 2 loses nothing
_LN2_LOW = 1.42860682030941723212e-6
_SQRT_HALF = 0.7071067811865476


def where(condition: Number, yes: Number, otherwise: Number) -> Number:
    """``yes`` in the worlds where the condition holds, ``otherwise`` in the rest."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, yes, otherwise)
    return yes if condition else otherwise


def no(condition: Number) -> Number:
    """Where the condition does not hold."""
    if isinstance(condition, np.ndarray):
        return np.logical_not(condition)
    return not condition


def anywhere(condition: Number) -> bool:
    """Whether the condition holds in at least one of the worlds (to skip work, never to decide)."""
    if isinstance(condition, np.ndarray):
        return bool(condition.any())
    return bool(condition)


def least(a: Number, b: Number) -> Number:
    """The smaller of the two, world by world."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.minimum(a, b)
    return b if b < a else a


def most(a: Number, b: Number) -> Number:
    """The larger of the two, world by world."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.maximum(a, b)
    return b if b > a else a


def clip(x: Number, low: float = 0.0, high: float = 1.0) -> Number:
    """``x`` kept between two plain numbers."""
    if isinstance(x, np.ndarray):
        return np.minimum(np.maximum(x, low), high)
    return low if x < low else high if x > high else x


def floor(x: Number) -> Number:
    """The whole number at or below ``x``, still as a float."""
    if isinstance(x, np.ndarray):
        return np.floor(x)
    return float(math.floor(x))


def whole(x: Number) -> Number:
    """A float that is already whole, as an integer."""
    if isinstance(x, np.ndarray):
        return x.astype(np.int64)
    return int(x)


def truth(condition: Number) -> Number:
    """1 where the condition holds, 0 elsewhere (booleans are never added: True + True is True in NumPy)."""
    if isinstance(condition, np.ndarray):
        return condition.astype(np.int64)
    return 1 if condition else 0


def pick(index: Number, values: Sequence[Number]) -> Number:
    """The entry of ``values`` that each world's index names, as one reads a table by its row."""
    if isinstance(index, np.ndarray):
        if any(isinstance(value, np.ndarray) for value in values):
            return np.choose(index, values)
        return np.asarray(values)[index]
    return values[index]


def exp(x: Number) -> Number:
    """The exponential, from exact operations only, so that every machine gives the same bits.

    Range reduction to ±½ ln 2 and the rational form of the Cephes library (Moshier 1989); within
    1e-13 of ``math.exp``. Arguments beyond ±700 are taken as ±700.
    """
    if isinstance(x, np.ndarray):
        x = np.minimum(np.maximum(x, -700.0), 700.0)
        k = np.floor(x * _LOG2E + 0.5)
        scale = ((k.astype(np.int64) + 1023) << 52).view(np.float64)
    else:
        x = -700.0 if x < -700.0 else 700.0 if x > 700.0 else x
        k = math.floor(x * _LOG2E + 0.5)
        scale = math.ldexp(1.0, k)
    r = x - k * _LN2_HIGH - k * _LN2_LOW
    rr = r * r
    p = r * ((1.26177193074810590878e-4 * rr + 3.02994407707441961300e-2) * rr + 0.999999999999999999910)
    q = ((3.00198505138664455042e-6 * rr + 2.52448340349684104192e-3) * rr + 2.27265548208155028766e-1) * rr + 2.0
    return (1.0 + 2.0 * (p / (q - p))) * scale


def log(x: Number) -> Number:
    """The natural logarithm of a positive number, from exact operations only (within 1e-13)."""
    m: Number
    e: Number
    if isinstance(x, np.ndarray):
        m, e = np.frexp(x)
        small = m < _SQRT_HALF
        m = np.where(small, m + m, m)
        e = np.where(small, e - 1.0, e + 0.0)
    else:
        m, whole_e = math.frexp(x)
        e = float(whole_e)
        if m < _SQRT_HALF:
            m, e = m + m, e - 1.0
    s = (m - 1.0) / (m + 1.0)
    ss = s * s
    series: Number = 0.0
    for odd in (21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1):
        series = series * ss + 1.0 / odd
    return e * LN2 + 2.0 * (s * series)


def root(x: Number) -> Number:
    """The square root (exact to the last bit everywhere, which a power of ½ is not)."""
    return np.sqrt(x) if isinstance(x, np.ndarray) else math.sqrt(x)


def power(base: Number, times: Number) -> Number:
    """``base`` multiplied with itself a whole number of times (0 to 12; more leave no more)."""
    found: Number = 1.0
    for step in range(12):
        found = found * where(times > step, base, 1.0)
    return found


def logistic(x: Number) -> Number:
    """The logistic curve: 0 far below, ½ at 0, 1 far above."""
    return 1.0 / (1.0 + exp(-x))


def fade(days: Number) -> Number:
    """What is left after one day of a memory that reaches back ``days`` days on average."""
    if isinstance(days, np.ndarray):
        return exp(-1.0 / days)
    return _fade(float(days))


@lru_cache(maxsize=4096)
def _fade(days: float) -> float:
    return float(exp(-1.0 / days))


@lru_cache(maxsize=4096)
def _decay(half_life: float) -> float:
    return float(exp(-LN2 / half_life))


def decay(half_life: Number) -> Number:
    """What is left after one day of something that halves in ``half_life`` days."""
    if isinstance(half_life, np.ndarray):
        return exp(-LN2 / half_life)
    return _decay(float(half_life))


def poisson(rate: Number, u: Number) -> Number:
    """A Poisson count by inversion of one uniform number: at equal ``u`` a higher rate never gives fewer."""
    p = exp(-rate)
    if isinstance(u, np.ndarray) and not isinstance(p, np.ndarray):
        p, rate = np.full(u.shape, p), np.full(u.shape, rate)
    if not isinstance(p, np.ndarray):
        count, total = 0, p
        while u > total and count < 200:
            count += 1
            p = p * rate / count
            total = total + p
        return count
    counts = np.zeros(p.shape, np.int64)
    above = np.flatnonzero(u > p)
    rate = rate[above] if isinstance(rate, np.ndarray) else rate
    p = p[above]
    u = u[above] if isinstance(u, np.ndarray) else u
    total, k = p, 0
    while above.size and k < 200:
        k += 1
        counts[above] = k
        p = p * rate / k
        total = total + p
        still = u > total
        above, p, total = above[still], p[still], total[still]
        u = u[still] if isinstance(u, np.ndarray) else u
        rate = rate[still] if isinstance(rate, np.ndarray) else rate
    return counts


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


def which(u: Number, weights: Sequence[Number]) -> Number:
    """Where a uniform number falls when the weights are laid end to end: the index of one of them."""
    end = total(weights)
    edge: Number = 0.0
    index: Number = 0
    for weight in weights[:-1]:
        edge = edge + weight
        index = index + truth(u * end >= edge)
    return index


def total(terms: Sequence[Number]) -> Number:
    """The sum, from the left (the order decides the last bit, and the built-in ``sum`` changed in Python 3.12)."""
    found: Number = 0.0
    for term in terms:
        found = found + term
    return found


def only(condition: Number, rule: Callable[..., Any], otherwise: Any, *inputs: Number) -> Any:
    """What ``rule(*inputs)`` gives where the condition holds, ``otherwise`` in the other worlds.

    The rule is worked out for those worlds alone, which is what makes rare events cheap. With a rule
    that gives several numbers, ``otherwise`` is a tuple of as many. An input with an ``at`` method
    (:class:`~sim.model.settings.Settings`) is cut down to those worlds by it.
    """
    if not isinstance(condition, np.ndarray):
        return rule(*inputs) if condition else otherwise
    at = np.flatnonzero(condition)
    if at.size == 0:
        return otherwise
    found = rule(*[_part(x, at) for x in inputs])
    if isinstance(otherwise, tuple):
        return tuple(_put(old, new, at, condition.size) for old, new in zip(otherwise, found, strict=True))
    return _put(otherwise, found, at, condition.size)


def _part(x: Any, at: np.ndarray) -> Any:
    if isinstance(x, np.ndarray):
        return x[at]
    if isinstance(x, tuple):
        return tuple(_part(item, at) for item in x)
    return x.at(at) if hasattr(x, "at") else x


def _put(old: Number, new: Number, at: np.ndarray, size: int) -> np.ndarray:
    kind = np.result_type(old, new)
    full = old.astype(kind) if isinstance(old, np.ndarray) else np.full(size, old, kind)
    full[at] = new
    return full
