"""The exponential and what is made of it, from exact operations only: the same bits on every machine.

``numpy.exp`` and its relatives differ between processors and from ``math``; these do not.
"""

from __future__ import annotations

import math
from functools import lru_cache
from math import floor, ldexp
from typing import Any

import numpy as np

from sim.language import symbol
from sim.language.number import Array, Number, Symbol, clip, where

LN2 = 0.6931471805599453
_LOG2E = 1.4426950408889634
_LN2_HIGH = 6.93145751953125e-1  # ln 2 in two parts, so that x - k ln 2 loses nothing
_LN2_LOW = 1.42860682030941723212e-6
_SQRT_HALF = 0.7071067811865476


def exp(x: Number) -> Number:
    """The exponential, from exact operations only, so that every machine gives the same bits.

    Range reduction to ±½ ln 2 and the rational form of the Cephes library (Moshier 1989); within
    1e-13 of ``math.exp``. Arguments beyond ±700 are taken as ±700.
    """
    k: Any
    if type(x) is Symbol:
        if not symbol.is_argument(x):  # written once in a program, by this text, and called
            return symbol.called("exp", x)
        x = clip(x, -700.0, 700.0)
        k = symbol.unary("floor", x * _LOG2E + 0.5)
    elif type(x) is Array:
        x = np.minimum(np.maximum(x, -700.0), 700.0)
        k = np.floor(x * _LOG2E + 0.5)
    else:
        if not -700.0 <= x <= 700.0:
            x = -700.0 if x < -700.0 else 700.0
        k = floor(x * _LOG2E + 0.5)
    r = x - k * _LN2_HIGH - k * _LN2_LOW
    rr = r * r
    p = r * ((1.26177193074810590878e-4 * rr + 3.02994407707441961300e-2) * rr + 0.999999999999999999910)
    q = ((3.00198505138664455042e-6 * rr + 2.52448340349684104192e-3) * rr + 2.27265548208155028766e-1) * rr + 2.0
    found: Any = 1.0 + 2.0 * (p / (q - p))
    if type(k) is Symbol:
        scaled_by: Number = found * symbol.unary("exp2i", k)
        return scaled_by
    scaled: Number = (
        found * ((k.astype(np.int64) + 1023) << 52).view(np.float64) if type(k) is Array else ldexp(found, k)
    )
    return scaled


def log(x: Number) -> Number:
    """The natural logarithm of a positive number, from exact operations only (within 1e-13)."""
    m: Number
    e: Number
    if type(x) is Symbol:
        if not symbol.is_argument(x):
            return symbol.called("log", x)
        m, e = symbol.unary("mantissa", x), symbol.unary("exponent", x)
        m, e = where(m < _SQRT_HALF, m + m, m), where(m < _SQRT_HALF, e - 1.0, e)
    elif type(x) is Array:
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
    if type(x) is Array:
        return np.sqrt(x)
    return symbol.unary("sqrt", x) if type(x) is Symbol else math.sqrt(x)


def logistic(x: Number) -> Number:
    """The logistic curve: 0 far below, ½ at 0, 1 far above."""
    return 1.0 / (1.0 + exp(-x))


def fade(days: Number) -> Number:
    """What is left after one day of a memory that reaches back ``days`` days on average."""
    if type(days) is Array or type(days) is Symbol:
        return exp(-1.0 / days)
    return _fade(days)  # type: ignore[arg-type]  # no array, as mypy cannot see


@lru_cache(maxsize=4096)
def _fade(days: float) -> float:
    return float(exp(-1.0 / days))


@lru_cache(maxsize=4096)
def _decay(half_life: float) -> float:
    return float(exp(-LN2 / half_life))


def decay(half_life: Number) -> Number:
    """What is left after one day of something that halves in ``half_life`` days."""
    if type(half_life) is Array or type(half_life) is Symbol:
        return exp(-LN2 / half_life)
    return _decay(half_life)  # type: ignore[arg-type]


def normal_quantile(u: Number) -> Number:
    """The standard normal quantile by Acklam's rational approximation (relative error below 1.2e-9)."""
    a = (
        -3.969683028665376e1,
        2.209460984245205e2,
        -2.759285104469687e2,
        1.383577518672690e2,
        -3.066479806614716e1,
        2.506628277459239,
    )
    b = (-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1)
    c = (
        -7.784894002430293e-3,
        -3.223964580411365e-1,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    )
    d = (7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416)
    u = where(u < 1e-12, 1e-12, u)
    tail = where(u < 0.5, u, 1.0 - u)
    q = root(-2.0 * log(tail))
    far = _polynomial(c, q) / (_polynomial(d, q) * q + 1.0)
    far = where(u < 0.5, far, -far)
    r = u - 0.5
    near = _polynomial(a, r * r) * r / (_polynomial(b, r * r) * (r * r) + 1.0)
    return where(tail < 0.02425, far, near)


def _polynomial(coefficients: tuple[float, ...], x: Number) -> Number:
    value: Number = 0.0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value
