"""Numbers that are drawn once in each world: a scenario's distributions, and the judgement ranges as a whole."""

from __future__ import annotations

from sim.model.draws import uniform
from sim.model.words import Number, log, no, root, where, which
from sim.scenario.schema import EARLIEST_START, JUDGEMENT, Distribution, Scenario
from sim.scenario.schema import judgement_ranges as judgement_ranges

DRAWS = {"uncertain/{number}": "an uncertain number, drawn once (index: which try, for a normal with bounds)"}
TRIES = 40


def drawn(scenario: Scenario, keys: Number) -> dict[str, Number]:
    """The uncertain numbers of each world, by dotted name."""
    found = dict(scenario.uncertain)
    if scenario.uncertainty == JUDGEMENT:
        found |= {name: Distribution(uniform=ends) for name, ends in judgement_ranges(scenario)}
    return {name: draw(distribution, name, keys) for name, distribution in sorted(found.items())}


def draw(distribution: Distribution, name: str, keys: Number) -> Number:
    """One number from a distribution for each world."""

    def u(index: int = 0) -> Number:
        return uniform(keys, f"uncertain/{name}", EARLIEST_START.toordinal(), index)

    if distribution.uniform:
        low, high = distribution.uniform
        return low + u() * (high - low)
    if distribution.triangular:
        low, mode, high = distribution.triangular
        share = u()
        turn = (mode - low) / (high - low)
        rising = low + root(share * (high - low) * (mode - low))
        return where(share < turn, rising, high - root((1.0 - share) * (high - low) * (high - mode)))
    if distribution.choices:
        value: Number = distribution.choices[0]
        chosen = which(u(), (1.0,) * len(distribution.choices))
        for index, choice in enumerate(distribution.choices):
            value = where(chosen == index, choice, value)
        return value
    assert distribution.normal is not None and distribution.bounds is not None
    (mean, sd), (low, high) = distribution.normal, distribution.bounds
    value = mean
    found: Number = False
    for index in range(TRIES):  # drawn again until inside; after so many tries the mean
        tried = mean + sd * normal_quantile(u(index))
        inside = (tried >= low) & (tried <= high) & no(found)
        value = where(inside, tried, value)
        found = found | inside
    return value


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
