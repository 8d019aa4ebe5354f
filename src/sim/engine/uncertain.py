"""Numbers that are drawn once in each world: a scenario's distributions, and the judgement ranges as a whole."""

from __future__ import annotations

from sim.language.chance import pick_by_weight
from sim.language.exact import normal_quantile, root
from sim.language.field import JUDGEMENT
from sim.language.luck import Keys, uniform
from sim.language.number import Number, Truth, not_, where
from sim.model.article import EARLIEST_START
from sim.scenario.conditions import judgement_ranges
from sim.scenario.schema import Scenario
from sim.scenario.uncertain import Distribution

DRAWS = {"uncertain/{number}": "an uncertain number, drawn once (index: which try, for a normal with bounds)"}
TRIES = 40


def drawn(scenario: Scenario, keys: Keys) -> dict[str, Number]:
    """The uncertain numbers of each world, by dotted name."""
    found = dict(scenario.uncertain)
    if scenario.uncertainty == JUDGEMENT:
        found |= {name: Distribution(uniform=ends) for name, ends in judgement_ranges(scenario)}
    return {name: draw(distribution, name, keys) for name, distribution in sorted(found.items())}


def draw(distribution: Distribution, name: str, keys: Keys) -> Number:
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
        chosen = pick_by_weight(u(), (1.0,) * len(distribution.choices))
        for index, choice in enumerate(distribution.choices):
            value = where(chosen == index, choice, value)
        return value
    assert distribution.normal is not None and distribution.bounds is not None
    (mean, sd), (low, high) = distribution.normal, distribution.bounds
    value = mean
    found: Truth = False
    for index in range(TRIES):  # drawn again until inside; after so many tries the mean
        tried = mean + sd * normal_quantile(u(index))
        inside = (tried >= low) & (tried <= high) & not_(found)
        value = where(inside, tried, value)
        found = found | inside
    return value
