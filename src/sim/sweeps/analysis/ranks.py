"""Rank correlations of outcomes with the numbers of a sampled design."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.results.ranks import correlations, stand_out
from sim.sweeps.analysis.ends import designs, dimensions, ended_so, listed_values, numbers

if TYPE_CHECKING:
    import pandas as pd

RANKS = ["scenario", "outcome", "name", "points", "worlds", "rho", "low", "high", "p", "stands_out"]
AT_ONCE = 8
"""Numbers looked at together, so that a million worlds take little memory."""


def ranks(
    points: pd.DataFrame,
    worlds: pd.DataFrame,
    shares: pd.DataFrame,  # noqa: ARG001 - every analysis takes the same five
    about: Mapping[str, Any],
    rows: Iterable[int],
    outcomes: Sequence[str],
    level: float = 0.95,
) -> pd.DataFrame:
    """Spearman's rank correlation of each outcome with each number, over the worlds of all points of the design.

    One row a base, outcome and number, the largest first: ``rho`` with Fisher's interval over the *points*, since
    worlds of one point have one value (clusters, Obuchowski 1997: :mod:`sim.results.ranks`); ``p``, and whether it
    ``stands_out`` when so many are looked at (Benjamini and Yekutieli 2001). A correlation is of one number with the
    others as the design has them: it sees no curve that rises and falls, and no interaction.
    """
    import pandas as pd

    names, rows = dimensions(points, about), list(rows)
    place = worlds["point"].to_numpy(np.intp)
    lines: list[tuple[Any, ...]] = []
    for scenario, part in designs(points, about, rows):
        chosen = points[points["point"].isin([point for point in set(part.tolist()) if point >= 0])]
        values = {name: numbers(chosen[name], listed_values(about, name)) for name in names}
        values = {name: of for name, of in values.items() if len(of) and not np.isnan(of).any() and np.ptp(of) > 0}
        where = np.full(int(points["point"].max()) + 1, -1, np.intp)
        where[chosen["point"].to_numpy(np.intp)] = np.arange(len(chosen))
        mine = where[place]
        lived = mine >= 0
        ended = np.column_stack([ended_so(worlds, outcome)[lived] for outcome in outcomes])
        cluster = mine[lived]
        if not values or not len(cluster):
            continue
        many, found = len(np.unique(cluster)), []
        for start in range(0, len(values), AT_ONCE):
            some = np.column_stack(list(values.values())[start : start + AT_ONCE])
            found.append(correlations(some[cluster], ended, cluster, level))
        rho, low, high, p = (np.vstack([getattr(one, name) for one in found]) for name in ("rho", "low", "high", "p"))
        for column, outcome in enumerate(outcomes):
            stands = stand_out(p[:, column])
            order = np.argsort(-np.nan_to_num(np.abs(rho[:, column])).round(9), kind="stable")
            for number in order:
                size = rho[number, column], low[number, column], high[number, column], p[number, column]
                name = list(values)[number]
                lines.append((scenario, outcome, name, many, len(cluster), *map(float, size), bool(stands[number])))
    return pd.DataFrame(lines, columns=RANKS)
