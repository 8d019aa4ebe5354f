"""Sobol' indices: how much of what an outcome's measure varies over the design each number carries, and whether the
worlds were enough to say so.

First order (S1): the part of the variance that a number carries alone. Total (ST): with all its interactions. Chance in
few worlds a point is variance too; it counts as interaction, so that total orders come out too high and hardly ever
agree. Hence the measure is the logit by default, and each index is computed of two blocks of seeds as well.

Sobol' (2001), Mathematics and Computers in Simulation 55, 271-280; Saltelli, Annoni, Azzini, Campolongo, Ratto and
Tarantola (2010), Computer Physics Communications 181, 259-270. Computed by SALib.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.disk.errors import InputError
from sim.sweeps.analysis.ends import Floats, Whole, designs, dimensions, listed_values, numbers
from sim.sweeps.analysis.measures import measure as measured
from sim.sweeps.analysis.screens import INSTALL

if TYPE_CHECKING:
    import pandas as pd

WIDEST = 0.1
"""Half the width of an interval beyond which an index has not converged, and how far the two halves may be apart.
Sarrazin, Pianosi and Wagener (2016, Environmental Modelling and Software 79, 135-152) ask for half of that again."""
CONVERGED, NOT_CONVERGED = "converged", "has not converged"
SOBOL = [
    "scenario",
    "outcome",
    "measure",
    "order",
    "name",
    "with",
    "value",
    "low",
    "high",
    "even",
    "even_low",
    "even_high",
    "odd",
    "odd_low",
    "odd_high",
    "blocks",
    "verdict",
    "reason",
]
ENOUGH = 0.7
"""The cross-validated R2 below which a surrogate says too little; a judgement."""
SURROGATE = [
    "scenario",
    "outcome",
    "measure",
    "order",
    "name",
    "value",
    "low",
    "high",
    "surrogate",
    "r2",
    "points",
    "verdict",
    "reason",
]
BOOSTED = "gradient boosting"


def sobol(
    points: pd.DataFrame,
    worlds: pd.DataFrame,
    shares: pd.DataFrame,  # noqa: ARG001 - every analysis takes the same five
    about: Mapping[str, Any],
    rows: Iterable[int],
    outcome: str,
    measure: str = "logit",
    *,
    days: int | Mapping[str, int] | None = None,
    level: float = 0.95,
    widest: float = WIDEST,
    resamples: int = 200,
    seed: int = 1,
) -> pd.DataFrame:
    """Sobol' indices of a Saltelli design, with bootstrap intervals over its points, and of either half of the worlds.

    One row a base, order (``first``, ``total``, and ``second`` of two numbers where the design has it) and number:
    ``value`` with ``low`` and ``high``; the same of the worlds of even and of odd number, two blocks of seeds that
    share nothing; ``verdict``: ``has not converged`` where the two disagree (their intervals do not overlap, or they
    are more than ``widest`` apart) or the interval is wider than ``widest`` either way; ``reason`` says which. Blocks
    with a refused or failed point are left out; ``blocks`` is how many are left. Raises InputError without SALib.
    """
    import pandas as pd

    names = [str(name) for name in about["problem"]["names"]]
    second = bool(about.get("second_order"))
    size = (2 if second else 1) * len(names) + 2
    of_half = [measured(points, worlds, outcome, measure, days=days, half=half) for half in (None, 0, 1)]
    lines: list[tuple[Any, ...]] = []
    for scenario, part in designs(points, about, rows):
        kept = _blocks(part, size, of_half)
        many = len(kept) // size
        found = [_indices(about["problem"], y[kept], second, level, resamples, seed) for y in of_half]
        for key in [key for key in found[0] if second or key[0] != "second"]:
            values = [one[key] for one in found]
            lines.append((scenario, outcome, measure, *key, *sum(values, ()), many, *verdict(values, widest)))
    return pd.DataFrame(lines, columns=SOBOL)


Index = tuple[float, float, float]
Key = tuple[str, str, str]


def verdict(values: list[Index], widest: float = WIDEST) -> tuple[str, str]:
    """Whether an index has converged, and why not: of all worlds, of the even ones, of the odd ones."""
    whole, even, odd = values
    if math.isnan(whole[0]):
        return NOT_CONVERGED, "nothing varies, or no whole block of points is left"
    why = []
    if math.isnan(even[0] + odd[0]):
        why.append("one half of the worlds does not vary")
    elif even[1] > odd[2] or odd[1] > even[2] or abs(even[0] - odd[0]) > widest:
        why.append("two blocks of seeds disagree")
    if (whole[2] - whole[1]) / 2 > widest:
        why.append(f"the interval is wider than ±{widest:g}")
    return (NOT_CONVERGED if why else CONVERGED), "; ".join(why)


def _blocks(part: Whole, size: int, measures: list[Floats]) -> Whole:
    """The points of the blocks of a Saltelli design that are whole."""
    kept = []
    for start in range(0, len(part) - size + 1, size):
        each = part[start : start + size]
        if (each >= 0).all() and not any(np.isnan(y[each]).any() for y in measures):
            kept.append(each)
    return np.concatenate(kept) if kept else np.zeros(0, np.intp)


def _indices(
    problem: Mapping[str, Any], y: Floats, second: bool, level: float, resamples: int, seed: int
) -> dict[Key, Index]:
    """Each index with its interval, by order, number and other number."""
    names = [str(name) for name in problem["names"]]
    keys: list[Key] = [(order, name, "") for order in ("first", "total") for name in names]
    keys += [("second", one, other) for place, one in enumerate(names) for other in names[place + 1 :]] * second
    if len(y) == 0 or float(np.ptp(y)) <= 1e-12:
        return dict.fromkeys(keys, (math.nan,) * 3)
    try:
        from SALib.analyze import sobol as analysis
    except ImportError:
        raise InputError(f"Sobol' indices need SALib, which is not installed: {INSTALL}") from None
    given = {key: problem[key] for key in ("num_vars", "names", "bounds")}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = analysis.analyze(
            given, y, calc_second_order=second, num_resamples=resamples, conf_level=level, seed=seed
        )
    indices: dict[Key, Index] = {}
    for order, name, other in keys:
        letters = {"first": "S1", "total": "ST", "second": "S2"}[order]
        at: Any = names.index(name) if not other else (names.index(name), names.index(other))
        value, half = float(found[letters][at]), float(found[f"{letters}_conf"][at])
        indices[order, name, other] = (value, value - half, value + half)
    return indices


def surrogate(
    points: pd.DataFrame,
    worlds: pd.DataFrame,
    shares: pd.DataFrame,  # noqa: ARG001 - every analysis takes the same five
    about: Mapping[str, Any],
    rows: Iterable[int],
    outcome: str,
    measure: str = "logit",
    *,
    days: int | Mapping[str, int] | None = None,
    level: float = 0.95,
    sample: int = 1024,
    enough: float = ENOUGH,
    seed: int = 1,
) -> pd.DataFrame:
    """Sobol' indices by a surrogate, for designs that are not Saltelli's: Latin hypercubes, lists, the accepted set.

    Gradient-boosted trees (Friedman 2001, Annals of Statistics 29, 1189-1232; scikit-learn) are fitted to the measure
    of the points, and a Saltelli sample of the fitted function over the design's ranges is analysed. ``r2`` is what it
    explains of points it was not fitted to (five folds); below ``enough`` the verdict is ``has not converged``. The
    intervals are of the sample alone: that the surrogate is not the model is in ``r2``, not in them. Numbers are taken
    as independent and even over their ranges, whatever the design. Raises InputError without the extra.
    """
    import pandas as pd

    learn = learner()
    y, names, rows = measured(points, worlds, outcome, measure, days=days), dimensions(points, about), list(rows)
    lines: list[tuple[Any, ...]] = []
    for scenario, part in designs(points, about, rows):
        mine = points.set_index("point").loc[[p for p in dict.fromkeys(part.tolist()) if p >= 0 and not np.isnan(y[p])]]
        columns = {name: numbers(mine[name], listed_values(about, name)) for name in names}
        columns = {name: of for name, of in columns.items() if len(of) and not np.isnan(of).any() and np.ptp(of) > 0}
        target = y[mine.index.to_numpy(np.intp)]
        if not columns or len(target) < 20 or float(np.ptp(target)) <= 1e-12:
            continue
        problem = {
            "num_vars": len(columns),
            "names": list(columns),
            "bounds": [[float(of.min()), float(of.max())] for of in columns.values()],
        }
        r2, fitted = learn(np.column_stack(list(columns.values())), target)
        found = _indices(problem, fitted(_saltelli(problem, sample, seed)), False, level, 200, seed)
        why = (
            []
            if r2 >= enough
            else [f"the surrogate explains {max(r2, 0):.2f} of the variance of points it has not seen"]
        )
        for (order, name, _), (value, low, high) in found.items():
            wide = [f"the interval is wider than ±{WIDEST:g}"] if (high - low) / 2 > WIDEST else []
            said = (NOT_CONVERGED if why + wide else CONVERGED), "; ".join(why + wide)
            lines.append((scenario, outcome, measure, order, name, value, low, high, BOOSTED, r2, len(target), *said))
    return pd.DataFrame(lines, columns=SURROGATE)


def _saltelli(problem: Mapping[str, Any], sample: int, seed: int) -> Floats:
    """A Saltelli sample, by SALib."""
    try:
        from SALib.sample import sobol as sampling
    except ImportError:
        raise InputError(f"Sobol' indices need SALib, which is not installed: {INSTALL}") from None
    found: Floats = sampling.sample(dict(problem), sample, calc_second_order=False, seed=seed)
    return found


Fitted = Callable[[Floats], Floats]


def learner() -> Callable[[Floats, Floats], tuple[float, Fitted]]:
    """What fits trees to points: it gives the cross-validated R2, and the fitted function.

    Raises InputError where scikit-learn is not installed.
    """
    try:
        from sklearn.ensemble import GradientBoostingRegressor
        from sklearn.model_selection import KFold, cross_val_predict
    except ImportError:
        raise InputError(f"a surrogate needs scikit-learn, which is not installed: {INSTALL}") from None

    def fit(x: Floats, y: Floats) -> tuple[float, Fitted]:
        trees = GradientBoostingRegressor(
            n_estimators=200, max_depth=3, learning_rate=0.08, subsample=0.7, random_state=0
        )
        seen = cross_val_predict(trees, x, y, cv=KFold(5, shuffle=True, random_state=0))
        r2 = 1.0 - float(((y - seen) ** 2).sum() / ((y - y.mean()) ** 2).sum())
        trees.fit(x, y)
        return r2, trees.predict

    return fit
