"""Response curves and maps: how the share of an outcome goes with one dimension of a design, or with two.

Over the other dimensions it is averaged, each point alike; in a screen they stand at their defaults. The interval of
a *level* and that of a *difference* to the base are two things: with common luck all levels of a sweep move together,
by far more than the differences between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.ask.severity import passes
from sim.sweeps.analysis.ends import OWN, Ends, base_of, designs, ends, in_order, is_number, listed_values, pooled
from sim.sweeps.names import is_missing

if TYPE_CHECKING:
    import pandas as pd

COUNTED = ["points", "worlds", "share", "low", "high", "difference", "diff_low", "diff_high"]
RESPONSE = ["scenario", "dimension", "value", "outcome", *COUNTED, "paired"]
HEAT = ["scenario", "x", "x_value", "y", "y_value", "outcome", *COUNTED, "paired"]
THRESHOLDS = ["scenario", "dimension", "outcome", "level", "direction", "at", "earliest", "latest"]
LEVELS = (0.1, 0.5)
"""The levels whose passing is told."""


def response(
    points: pd.DataFrame,
    worlds: pd.DataFrame,
    shares: pd.DataFrame,
    about: Mapping[str, Any],
    rows: Iterable[int],
    names: str | Sequence[str],
    outcome: str,
    level: float = 0.95,
) -> pd.DataFrame:
    """The share of an outcome at each value of one dimension, or of several, one after the other.

    One row a base, dimension and value: how many points and worlds it is over; share with its interval (``low``,
    ``high``); ``difference`` to the base with its own (``diff_low``, ``diff_high``), paired where worlds share their
    luck; both as :func:`sim.sweeps.analysis.ends.pooled` has them. What a point does not set is ``its own``.
    """
    import pandas as pd

    found, rows = ends(points, worlds, shares, outcome), list(rows)
    wanted = [names] if isinstance(names, str) else list(names)
    lines = []
    for scenario, part in designs(points, about, rows):
        base = base_of(points, scenario)
        for name in wanted:
            for value, group in _by_value(points, about, scenario, part, name):
                counted = pooled(found, group, base, level)
                lines.append((scenario, name, value, outcome, *counted, found.paired))
    return pd.DataFrame(lines, columns=RESPONSE)


def _by_value(
    points: pd.DataFrame, about: Mapping[str, Any], scenario: str, part: Sequence[int] | np.ndarray[Any, Any], name: str
) -> list[tuple[Any, list[int]]]:
    """The values of a dimension in their order, each with its points; of a screen those of the one number alone."""
    if about.get("kind") == "screen":
        entry = next((one for one in about["screen"] if one["name"] == name), None)
        if entry is None:
            return []
        at = points.set_index("point")[name]
        tried, default = {}, (entry.get("defaults") or {}).get(scenario, entry["default"])
        for key in ("low", "at", "high"):
            point = -1 if entry.get(key) is None else int(part[int(entry[key])])
            if point >= 0:
                value = at.loc[point]
                tried[default if is_missing(value) else value] = [point]
        return [(value, tried[value]) for value in in_order(tried)]
    mine = points[points["point"].isin([point for point in dict.fromkeys(part) if point >= 0])]
    groups: dict[Any, list[int]] = {}
    for value, point in zip(mine[name].tolist(), mine["point"].tolist(), strict=True):
        groups.setdefault(None if is_missing(value) else value, []).append(int(point))
    order = in_order(groups, listed_values(about, name))
    return [(OWN if value is None else value, groups[value]) for value in order]


def heat(
    points: pd.DataFrame,
    worlds: pd.DataFrame,
    shares: pd.DataFrame,
    about: Mapping[str, Any],
    rows: Iterable[int],
    x: str,
    y: str,
    outcome: str,
    level: float = 0.95,
) -> pd.DataFrame:
    """The share of an outcome at each pair of values of two dimensions; columns as in :func:`response`."""
    import pandas as pd

    found, rows = ends(points, worlds, shares, outcome), list(rows)
    lines = []
    for scenario, part in designs(points, about, rows):
        base = base_of(points, scenario)
        across = _by_value(points, about, scenario, part, x)
        for y_value, of_y in _by_value(points, about, scenario, part, y):
            here = set(of_y)
            for x_value, of_x in across:
                group = [point for point in of_x if point in here]
                if group:
                    counted = pooled(found, group, base, level)
                    lines.append((scenario, x, x_value, y, y_value, outcome, *counted, found.paired))
    return pd.DataFrame(lines, columns=HEAT)


def thresholds(curves: pd.DataFrame, levels: Sequence[float] = LEVELS) -> pd.DataFrame:
    """Where response curves pass a level, on straight lines between the values (question 3).

    ``curves`` are rows of :func:`response`; those over numbers are looked at. A curve that begins below the level
    passes it rising, one that begins at or above it falling; the first passing counts. ``at`` is that of the share,
    ``earliest`` and ``latest`` those of the ends of its intervals; empty where the level is not passed within the
    values tried, and no row where none of the three passes it. Levels share their luck, so that the passings of several
    curves move together.
    """
    import pandas as pd

    lines = []
    for (scenario, name, outcome), curve in curves.groupby(["scenario", "dimension", "outcome"], sort=False):
        curve = curve[curve["share"].notna()]
        if len(curve) < 2 or not all(map(is_number, curve["value"])):
            continue
        frame = pd.DataFrame({"dead": curve["value"].astype(float), **{k: curve[k] for k in ("share", "low", "high")}})
        for limit in levels:
            rising = bool(frame["share"].iloc[0] < limit)
            mirrored = frame.assign(share=1 - frame["share"], low=1 - frame["high"], high=1 - frame["low"])
            passed = passes(frame, limit) if rising else passes(mirrored, 1 - limit)
            lines.append((scenario, name, outcome, limit, "rising" if rising else "falling", *passed))
    frame = pd.DataFrame(lines, columns=THRESHOLDS)
    frame = frame.dropna(subset=["at", "earliest", "latest"], how="all").reset_index(drop=True)
    return frame.astype(dict.fromkeys(("at", "earliest", "latest"), "float64"))


def apart(found: Ends, first: int, second: int, level: float = 0.95) -> tuple[float, float, float]:
    """The share at one point less that at another: difference, low, high."""
    return pooled(found, [first], second, level)[5:]
