"""Designs of a few points, as the tests of sweeps use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.scenario.schema import Scenario
from sim.sweeps.design import Design

RESTRAINT, PERMISSIVENESS = "united_states.restraint", "iran.permissiveness"


def design_of(base: Scenario | Sequence[Scenario], rows: Sequence[Mapping[str, Any]], **about: Any) -> Design:
    """A list of points: what each changes, by dotted name."""
    bases = (base,) if isinstance(base, Scenario) else tuple(base)
    names = list(dict.fromkeys(name for row in rows for name in row if name != "scenario"))
    columns: dict[str, Any] = {"scenario": [row.get("scenario", bases[0].name) for row in rows]}
    for name in names:
        values = [row.get(name) for row in rows]
        numbers = all(value is None or isinstance(value, float) for value in values)
        columns[name] = pd.Series(values, dtype="float64" if numbers else object)
    return Design(bases, pd.DataFrame(columns), {"kind": "list", "dimensions": [], **about})


def grid_of(base: Scenario) -> Design:
    """Six points of two numbers."""
    return design_of(base, [{RESTRAINT: x, PERMISSIVENESS: y} for x in (0.1, 0.5, 0.9) for y in (0.2, 0.6)])
