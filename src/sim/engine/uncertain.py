"""Numbers that are drawn once in each world: a scenario's distributions, judgement ranges, an accepted vector."""

from __future__ import annotations

import numpy as np

from sim.language.chance import pick_by_weight
from sim.language.exact import normal_quantile, root
from sim.language.field import ACCEPTED, JUDGEMENT
from sim.language.luck import Keys, uniform
from sim.language.number import Array, Number, Truth, not_, where
from sim.model.article import EARLIEST_START
from sim.scenario.accepted import accepted
from sim.scenario.conditions import drawn_spans
from sim.scenario.schema import Scenario
from sim.scenario.uncertain import Distribution

VECTOR = "accepted/vector"
DRAWS = {
    "uncertain/{number}": "an uncertain number, drawn once (index: which try, for a normal with bounds)",
    VECTOR: "which vector of the accepted set, drawn once",
}
TRIES = 40


def drawn(scenario: Scenario, keys: Keys) -> dict[str, Number]:
    """The uncertain numbers of each world, by dotted name."""
    found = dict(scenario.uncertain)
    spans = drawn_spans(scenario)
    if scenario.uncertainty == JUDGEMENT:
        found |= {name: Distribution(uniform=ends) for name, ends in spans.items()}
    numbers = {name: draw(distribution, name, keys) for name, distribution in sorted(found.items())}
    if scenario.uncertainty == ACCEPTED:
        which = vector(keys)
        chosen = {name: values[which] for name, values in accepted().columns.items() if name in spans}
        numbers |= chosen if isinstance(which, Array) else {name: float(value) for name, value in chosen.items()}
    return numbers


def vector(keys: Keys) -> int | Array:
    """Which vector of the accepted set each world draws: its place in the set, all equally likely."""
    place = uniform(keys, VECTOR, EARLIEST_START.toordinal()) * len(accepted())
    return place.astype(np.intp) if isinstance(place, Array) else int(place)


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
