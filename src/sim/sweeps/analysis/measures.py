"""One number a point, of its worlds: what sensitivity indices are computed of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.sweeps.analysis.ends import Floats, ended_so
from sim.sweeps.names import is_missing

if TYPE_CHECKING:
    import pandas as pd

MEASURES = {
    "logit": "the logit of the smoothed share, (k + .5) / (n + 1) of k in n worlds",
    "share": "the share itself",
    "day": "the mean day of the decision, where none is decided the last day",
    "pressure": "the mean of the highest pressure on the prime minister",
}
"""What each measure is, in words. The logit is the default: of a rare outcome the share itself hardly ever converges,
since a few points have nearly all of its variance."""


def measure(
    points: pd.DataFrame,
    worlds: pd.DataFrame,
    outcome: str,
    kind: str = "logit",
    *,
    days: int | Mapping[str, int] | None = None,
    half: int | None = None,
) -> Floats:
    """The measure of each point, by its number; not a number where it has no world.

    ``logit`` is the empirical logit (Haldane 1956; Cox 1970, Analysis of Binary Data): log((k + .5) / (n - k + .5)),
    which is also finite where none or all end so. ``day`` needs ``days``, the length of the simulated time, for all or
    by scenario; a column ``days`` of the points goes before. ``half`` takes the worlds of even (0) or odd (1) number
    alone. ``pressure`` is that of all worlds, whatever the outcome.
    """
    if kind not in MEASURES:
        raise ValueError(f"there is no measure {kind!r}; there are {', '.join(MEASURES)}")
    if half is not None:
        worlds = worlds[worlds["world"] % 2 == half]
    many = int(points["point"].max()) + 1 if len(points) else 0
    place = worlds["point"].to_numpy(np.intp)
    lived = np.bincount(place, minlength=many).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "pressure":
            highest: Floats = np.bincount(place, worlds["pressure_max"].to_numpy(float), many) / lived
            return highest
        ended = ended_so(worlds, outcome)
        count = np.bincount(place[ended], minlength=many)
        if kind == "share":
            share: Floats = count / lived
            return share
        if kind == "logit":
            logit: Floats = np.log((count + 0.5) / (lived - count + 0.5))
            return np.where(lived > 0, logit, math.nan)
        last = _last_day(points, many, days)[place]
        day = np.where(ended, worlds["outcome_day"].to_numpy(float, na_value=math.nan), last)
        mean: Floats = np.bincount(place, day, many) / lived
        return mean


def _last_day(points: pd.DataFrame, many: int, days: int | Mapping[str, int] | None) -> Floats:
    """The length of each point's simulated time."""
    found = np.full(many, math.nan)
    by_name = days if isinstance(days, Mapping) else {}
    every = math.nan if days is None or isinstance(days, Mapping) else float(days)
    given = points["days"].tolist() if "days" in points.columns else [math.nan] * len(points)
    for point, scenario, length in zip(points["point"], points["scenario"], given, strict=True):
        own = float(by_name.get(str(scenario), every))
        found[int(point)] = own if is_missing(length) else float(length)
    if np.isnan(found[points["point"].to_numpy(np.intp)]).any():
        raise ValueError("the mean day of the decision needs the length of the simulated time: give days")
    return found
