"""What a finished sweep says: curves, maps, screens, indices, boxes, thresholds.

Every function takes the tables of a sweep, ``(points, worlds, shares, about, rows, …)``, and gives a DataFrame;
:func:`all_tables` picks what fits the design.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import combinations
from typing import TYPE_CHECKING, Any, Protocol

from sim.disk.errors import InputError
from sim.sweeps.analysis import boxes as boxes_
from sim.sweeps.analysis import curves, indices, screens
from sim.sweeps.analysis.cautions import cautions as cautions
from sim.sweeps.analysis.ends import dimensions, in_order, outcomes_of, with_own_values
from sim.sweeps.analysis.latex import to_latex as to_latex
from sim.sweeps.analysis.measures import MEASURES as MEASURES
from sim.sweeps.analysis.ranks import ranks as ranks

if TYPE_CHECKING:
    import pandas as pd

response, heat, thresholds = curves.response, curves.heat, curves.thresholds
screen, morris = screens.screen, screens.morris
sobol, surrogate = indices.sobol, indices.surrogate
boxes, tree = boxes_.boxes, boxes_.tree

GRIDS = ("grid", "product", "zip", "list")
"""Designs that may hold curves: few values of each dimension."""
SAMPLED = ("latin hypercube", "sobol", "list", "accepted", "product", "zip")
"""Designs of scattered points."""
MOST_PAIRS = 6
MOST_VALUES = 200
OF_PART = "-"
"""Between the name of a table and the part of the design that it is of."""
LEAST_SAMPLED = 30
"""Points from which on correlations and boxes say anything."""


class SweepLike(Protocol):
    """What the analysis reads of a sweep."""

    @property
    def points(self) -> Any: ...

    @property
    def worlds(self) -> Any: ...

    @property
    def shares(self) -> Any: ...

    @property
    def about(self) -> Any: ...

    @property
    def rows(self) -> Any: ...

    @property
    def bases(self) -> Any: ...


def all_tables(sweep: SweepLike, *, measure: str = "logit", surrogate: bool = False) -> dict[str, pd.DataFrame]:
    """Every table that fits the kind of a sweep's design, by name; one that would be empty is left out.

    A grid gives ``response``, ``thresholds`` and, of two dimensions or more, ``heat``; a screen ``screen`` and
    ``response``; Morris's trajectories ``morris``; Saltelli's design ``sobol``; scattered points (Latin hypercube,
    Sobol' points, list, the accepted set) ``rank_correlations``, ``boxes`` and, with scikit-learn, ``tree``. With
    ``surrogate`` these have ``surrogate_sobol`` too. Of lists, products and zips what their values allow; of designs
    one after another the tables of each, ``response-strike``. All are of the outcomes that came about in any world.
    """
    days = {base.name: base.days for base in sweep.bases}
    given = with_own_values(sweep.points, sweep.bases), sweep.worlds, sweep.shares
    return _tables(*given, sweep.about, [int(row) for row in sweep.rows], {"measure": measure, "days": days}, surrogate)


def _tables(
    points: pd.DataFrame,
    worlds: pd.DataFrame,
    shares: pd.DataFrame,
    about: Mapping[str, Any],
    rows: list[int],
    measured: dict[str, Any],
    surrogate: bool,
) -> dict[str, pd.DataFrame]:
    """The tables of a design; of one that is several, one after another, those of each."""
    found: dict[str, pd.DataFrame] = {}
    kind, outcomes = str(about.get("kind")), outcomes_of(shares)
    if kind == "list" and about.get("parts"):
        for number, part in enumerate(about["parts"], 1):
            mine = rows[int(part["first"]) : int(part["first"]) + int(part["rows"])]
            of_part = _tables(points, worlds, shares, part, mine, measured, surrogate)
            found |= {f"{name}{OF_PART}{slug(part.get('label') or number)}": table for name, table in of_part.items()}
        return found
    given = points, worlds, shares, about, rows

    def each(function: Any, **choices: Any) -> pd.DataFrame:
        return joined([function(*given, outcome=outcome, **choices) for outcome in outcomes])

    if kind == "screen":
        names = list(dict.fromkeys(str(one["name"]) for one in about["screen"]))
        found["screen"] = each(screens.screen)
        found["response"] = each(curves.response, names=names)
    elif kind == "morris":
        found["morris"] = each(screens.morris, **measured)
    elif kind == "saltelli":
        found["sobol"] = each(indices.sobol, **measured)
    names = of_few_values(points, about, rows) if kind in GRIDS else []
    if names:
        found["response"] = each(curves.response, names=names)
        found["thresholds"] = curves.thresholds(found["response"]) if len(found["response"]) else joined([])
        drawn = [name for name in names if points[name].nunique() <= MOST_VALUES]
        pairs = [] if kind == "list" else list(combinations(drawn, 2))[:MOST_PAIRS]
        found["heat"] = joined([each(curves.heat, x=x, y=y) for x, y in pairs])
    if kind in SAMPLED and len(set(rows) - {-1}) >= LEAST_SAMPLED and outcomes:
        found["rank_correlations"] = ranks(*given, outcomes)
        found["boxes"] = each(boxes_.boxes)
        with suppress(InputError):  # without scikit-learn
            found["tree"] = each(boxes_.tree)
    if surrogate and kind not in ("screen", "morris"):
        found["surrogate_sobol"] = each(indices.surrogate, **measured)
    return {name: table for name, table in found.items() if len(table)}


def slug(text: object) -> str:
    """A text as a part of a file's name: small letters, digits and ``_``."""
    return re.sub(r"[^a-z0-9]+", "_", str(text).lower()).strip("_")[:60] or "part"


def of_few_values(points: pd.DataFrame, about: Mapping[str, Any], rows: Sequence[int]) -> list[str]:
    """The dimensions over which there is a curve: at least two values, and each at several points or alone to vary."""
    mine = points[points["point"].isin(set(rows))]
    many = {name: len(in_order(mine[name])) for name in dimensions(points, about)}
    varied = [name for name, values in many.items() if values > 1]
    if str(about.get("kind")) == "grid":
        return varied
    few = [name for name in varied if many[name] <= MOST_VALUES]
    if len(varied) == 1:
        return few
    return [name for name in few if many[name] * 2 <= len(mine)]


def joined(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Tables one below the other; none is an empty table."""
    import pandas as pd

    found = [table for table in tables if len(table)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()
