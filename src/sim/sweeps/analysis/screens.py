"""Which of many numbers move the answer at all: one at a time, and by Morris's trajectories."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.disk.errors import InputError
from sim.sweeps.analysis.curves import apart
from sim.sweeps.analysis.ends import Floats, Whole, base_of, designs, ends, listed_values, numbers, pooled
from sim.sweeps.analysis.measures import measure as measured

if TYPE_CHECKING:
    import pandas as pd

KNIFE_EDGE = 0.2
"""From this share of worlds on a change of a default by the last bit is a knife-edge."""
DIGITS = 9
"""Digits behind the point to which levels are compared."""
NOT_COUNTED = ("scenario", "point", "world", "seed", "vector")
"""The columns of ``worlds`` that say which world it is, and not what came of it."""
SCREEN = [
    "scenario",
    "name",
    "outcome",
    "default",
    "low_value",
    "high_value",
    "worlds",
    "share_low",
    "share_default",
    "share_high",
    "effect",
    "effect_low",
    "effect_high",
    "from_low",
    "from_low_low",
    "from_low_high",
    "from_high",
    "from_high_low",
    "from_high_high",
    "moved",
    "dead",
    "moved_down",
    "moved_up",
    "knife_edge",
    "paired",
]
MORRIS = [
    "scenario",
    "outcome",
    "measure",
    "name",
    "mu_star",
    "mu_star_low",
    "mu_star_high",
    "mu",
    "sigma",
    "trajectories",
]
INSTALL = "pip install 'iraq-withdrawal-sim[study]', in a checkout: python3 run.py setup --study"
"""What brings SALib and scikit-learn."""


def screen(
    points: pd.DataFrame,
    worlds: pd.DataFrame,
    shares: pd.DataFrame,
    about: Mapping[str, Any],
    rows: Iterable[int],
    outcome: str,
    level: float = 0.95,
) -> pd.DataFrame:
    """What each number moves, alone, from the low to the high end of its range, all others at their defaults.

    One row a base and number. ``share_low``, ``share_default`` and ``share_high`` are the shares of the outcome;
    ``effect`` is high less low, ``from_low`` and ``from_high`` the ends less the default, each with its interval over
    the same worlds (Bonett and Price 2012), ``effect_low`` … ``effect_high``.

    Of all that is counted of a world (every column but which world it is) ``moved`` is the share of worlds in which
    anything differs between low and high, ``moved_down`` and ``moved_up`` between the default and the next number
    below and above it (``math.nextafter``). ``dead``: nothing differs in any world, neither at low, at the default nor
    at high. ``knife_edge``: the last bit of the default changes ``KNIFE_EDGE`` of the worlds or more, so that two
    numbers are compared that are equal by default. Where worlds share no luck, or a point was refused, these are not
    known: not a number, and not flagged.
    """
    import pandas as pd

    found, rows = ends(points, worlds, shares, outcome), list(rows)
    marks = _marks(points, worlds) if found.paired else None
    at = points.set_index("point")
    lines = []
    for scenario, part in designs(points, about, rows):
        for entry in about["screen"]:
            low, here, high, down, up = (_point(part, entry.get(key)) for key in ("low", "at", "high", "down", "up"))
            here = base_of(points, scenario) if here is None else here
            default = (entry.get("defaults") or {}).get(scenario, entry["default"])
            ends_of = [default if point is None else at.loc[point, entry["name"]] for point in (low, high)]
            of = [None if point is None else pooled(found, [point], None, level) for point in (low, here, high)]
            gaps: list[float] = []
            for first, second in ((high, low), (low, here), (high, here)):
                known = first is not None and second is not None
                gaps += apart(found, first, second, level) if known else [math.nan] * 3  # type: ignore[arg-type]
            moved, from_low, from_high, moved_down, moved_up = (
                _moved(marks, *pair) for pair in ((low, high), (low, here), (high, here), (down, here), (up, here))
            )
            lines.append(
                (
                    scenario,
                    entry["name"],
                    outcome,
                    default,
                    *ends_of,
                    min((one.worlds for one in of if one is not None), default=0),
                    *(math.nan if one is None else one.share for one in of),
                    *gaps,
                    moved,
                    max(moved, from_low, from_high) == 0.0,
                    moved_down,
                    moved_up,
                    max(moved_down, moved_up, key=lambda share: -1.0 if share != share else share) >= KNIFE_EDGE,
                    found.paired,
                )
            )
    return pd.DataFrame(lines, columns=SCREEN)


def _point(part: Whole, row: object) -> int | None:
    """The point of a row of the design; None where there is none, or it was refused."""
    found = -1 if row is None else int(part[int(row)])  # type: ignore[call-overload]
    return found if found >= 0 else None


def _marks(points: pd.DataFrame, worlds: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """A mark of all that is counted of each world, a row a point and a column a world: equal where all is equal.

    Numbers with a point are equal to ``DIGITS`` digits behind it: the last bit of a level moves with that of a default
    without anything else coming of it. Zero where the world was not lived.
    """
    from pandas.util import hash_pandas_object

    counted = worlds[[name for name in worlds.columns if name not in NOT_COUNTED]].copy()
    for name in counted.columns:
        if counted[name].dtype.kind == "f":
            counted[name] = counted[name].round(DIGITS)
    column = np.unique(worlds["world"].to_numpy(), return_inverse=True)[1]
    shape = int(points["point"].max()) + 1, int(column.max()) + 1 if len(column) else 0
    found = np.zeros(shape, np.uint64)
    found[worlds["point"].to_numpy(np.intp), column] = hash_pandas_object(counted, index=False).to_numpy() | np.uint64(
        1
    )
    return found


def _moved(marks: np.ndarray[Any, Any] | None, first: int | None, second: int | None) -> float:
    """The share of the worlds of two points in which anything differs; not a number where that is not known."""
    if marks is None or first is None or second is None:
        return math.nan
    both = (marks[first] != 0) & (marks[second] != 0)
    return float((marks[first] != marks[second])[both].mean()) if both.any() else math.nan


def morris(
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
    resamples: int = 500,
    seed: int = 1,
) -> pd.DataFrame:
    """Morris's elementary effects of each number on a measure of the outcome (see ``measures.MEASURES``).

    One row a base and number, the most moving first: ``mu_star``, the mean size of its effects, with a bootstrap
    interval; ``mu``, their mean with signs; ``sigma``, how much they differ, by interactions or curves. An effect is
    the change of the measure as if the number went through its whole range. Trajectories with a refused or failed
    point are left out; ``trajectories`` is how many are left.

    Morris (1991), Technometrics 33, 161-174; Campolongo, Cariboni and Saltelli (2007), Environmental Modelling and
    Software 22, 1509-1518. Computed by SALib. Raises InputError where it is not installed.
    """
    import pandas as pd

    lines = []
    y = measured(points, worlds, outcome, measure, days=days)
    names = [str(name) for name in about["problem"]["names"]]
    for scenario, part in designs(points, about, rows):
        kept = _trajectories(points, about, names, part, y)
        many = len(kept) // (len(names) + 1)
        if many < 2:
            lines += [(scenario, outcome, measure, name, *([math.nan] * 5), many) for name in names]
            continue
        x = np.column_stack([_column(points, about, name)[kept] for name in names])
        found = _elementary(about, x, y[kept], level, resamples, seed)
        star, half = np.asarray(found["mu_star"], float), np.asarray(found["mu_star_conf"], float)
        for place in np.argsort(-star, kind="stable"):
            about_it = star[place], max(0.0, star[place] - half[place]), star[place] + half[place]
            signed = float(found["mu"][place]), float(found["sigma"][place])
            lines.append((scenario, outcome, measure, names[place], *about_it, *signed, many))
    return pd.DataFrame(lines, columns=MORRIS)


def _elementary(
    about: Mapping[str, Any], x: Floats, y: Floats, level: float, resamples: int, seed: int
) -> Mapping[str, Any]:
    """SALib's analysis."""
    try:
        from SALib.analyze import morris as analysis
    except ImportError:
        raise InputError(f"Morris's effects need SALib, which is not installed: {INSTALL}") from None
    problem = {key: about["problem"][key] for key in ("num_vars", "names", "bounds")}
    given: Mapping[str, Any] = analysis.analyze(
        problem, x, y, num_resamples=resamples, conf_level=level, num_levels=int(about["levels"]), seed=seed
    )
    return given


def _column(points: pd.DataFrame, about: Mapping[str, Any], name: str) -> Floats:
    """The values of a dimension by point number, as numbers."""
    found = np.full(int(points["point"].max()) + 1, math.nan)
    found[points["point"].to_numpy(np.intp)] = numbers(points[name], listed_values(about, name))
    return found


def _trajectories(points: pd.DataFrame, about: Mapping[str, Any], names: list[str], part: Whole, y: Floats) -> Whole:
    """The points of the trajectories that are whole: every point there with worlds, each step in one number."""
    size = len(names) + 1
    x = np.column_stack([_column(points, about, name) for name in names])
    kept = []
    for start in range(0, len(part) - size + 1, size):
        each = part[start : start + size]
        if (each < 0).any() or np.isnan(y[each]).any():
            continue
        if (np.diff(x[each], axis=0) != 0).sum(axis=1).tolist() == [1] * (size - 1):
            kept.append(each)
    return np.concatenate(kept) if kept else np.zeros(0, np.intp)
