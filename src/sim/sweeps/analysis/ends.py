"""Which worlds of which points ended how, as arrays: what all the analysis of a sweep counts from.

With common luck world w of every point has the same random draws. Points are then compared world by world, and shares
that are averaged over points are averages over the same few worlds: that is what :func:`pooled` keeps apart.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from sim.model.outcomes import OUTCOMES
from sim.results.stats import unpaired_shares, z_of
from sim.sweeps.names import is_missing

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Scenario

Floats: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
Whole: TypeAlias = "np.ndarray[Any, np.dtype[np.intp]]"

DECIDED = "decided"
"""Not an outcome, but all of them together in which the presence ends."""
OF_POINTS = ("point", "id", "scenario", "is_base")
"""The columns of ``points`` that are no dimension."""
OWN = "its own"
"""What stands for a value that a point does not set, where its base is not at hand."""


@dataclass(frozen=True)
class Ends:
    """Which worlds ended so: a row a point, by its number; a column a world. -1 where that world was not lived."""

    ended: np.ndarray[Any, np.dtype[np.int8]]
    paired: bool
    """Whether worlds in one column share their luck."""


def ended_so(worlds: pd.DataFrame, outcome: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether each world ended so; ``decided`` is any end but that the troops stay."""
    found = worlds["outcome"] != OUTCOMES[0] if outcome == DECIDED else worlds["outcome"] == outcome
    return found.to_numpy(bool)


def is_paired(shares: pd.DataFrame) -> bool:
    """Whether worlds of one number share their luck over the points, as the table of shares says."""
    others = shares[shares["point"] != shares["base"]]
    return bool(others["paired"].any()) if len(others) else True


def ends(points: pd.DataFrame, worlds: pd.DataFrame, shares: pd.DataFrame, outcome: str) -> Ends:
    """Which worlds of each point ended so."""
    paired, place = is_paired(shares), worlds["point"].to_numpy(np.intp)
    column: np.ndarray[Any, Any]
    if paired:
        column = np.unique(worlds["world"].to_numpy(), return_inverse=True)[1].astype(np.intp)
    else:
        column = worlds.groupby("point", sort=False).cumcount().to_numpy(np.intp)
    many = int(points["point"].max()) + 1 if len(points) else 0
    ended = np.full((many, int(column.max()) + 1 if len(column) else 0), -1, np.int8)
    ended[place, column] = ended_so(worlds, outcome)
    return Ends(ended, paired)


class Pooled(NamedTuple):
    """A share over the worlds of some points, its interval, and its difference to another point's, with an interval."""

    points: int
    worlds: int
    share: float
    low: float
    high: float
    difference: float
    diff_low: float
    diff_high: float


def pooled(found: Ends, points: Sequence[int] | Whole, base: int | None, level: float = 0.95) -> Pooled:
    """The share over all worlds of some points together, and its difference to that of the base.

    The interval is Wilson's (1927). Where several points share their luck, it is that of as many worlds as would vary
    as much if each had luck of its own (Korn and Graubard 1998, Survey Methodology 24, 193-201): worlds of the same
    number count together, and never for less than one. It moves with all other levels of the sweep, since their luck
    is the same.

    The difference is over the worlds that all the points and the base have lived, and so need not be the difference of
    the two shares where worlds are missing: for each world the part of the points in which it ended so, less whether it
    did in the base. Its interval is Bonett and Price's (2012), which of one point is that of
    :func:`sim.results.stats.paired_shares`: one world more up, and one down. Of the base against itself it is zero.
    Without common luck it is Newcombe's (1998) for unrelated worlds.
    """
    z = z_of(level)
    block = found.ended[np.asarray(points, np.intp)]
    block = block[(block >= 0).any(axis=1)]
    lived = block >= 0
    worlds, count = int(lived.sum()), int((block == 1).sum())
    if not worlds:
        return Pooled(0, 0, *([math.nan] * 6))
    share = count / worlds
    low, high = _score(share, _alone(block, lived, share) if found.paired else float(worlds), z)
    beside = _beside(found, block, list(points), base, z, (count, worlds), level)
    return Pooled(len(block), worlds, share, low, high, *beside)


def _alone(block: np.ndarray[Any, Any], lived: np.ndarray[Any, Any], share: float) -> float:
    """As many worlds with luck of their own as would vary as much as these, of which those in a column share it."""
    of_world = lived.sum(axis=0)
    columns, worlds = int((of_world > 0).sum()), int(of_world.sum())
    apart = (block == 1).sum(axis=0) - share * of_world
    spread = float((apart * apart).sum()) * columns / max(columns - 1, 1) / worlds**2
    alone = share * (1 - share) / spread if spread > 0 else 0.0
    return float(min(max(alone, columns), worlds))


def _score(share: float, worlds: float, z: float) -> tuple[float, float]:
    """Wilson's interval, also of a number of worlds that is not whole."""
    middle = (share + z * z / (2 * worlds)) / (1 + z * z / worlds)
    half = z / (1 + z * z / worlds) * math.sqrt(share * (1 - share) / worlds + z * z / (4 * worlds * worlds))
    return (0.0 if share == 0 else middle - half), (1.0 if share == 1 else middle + half)


def _beside(
    found: Ends,
    block: np.ndarray[Any, Any],
    points: list[int],
    base: int | None,
    z: float,
    counted: tuple[int, int],
    level: float,
) -> tuple[float, float, float]:
    """The difference to the base: difference, low, high."""
    if base is None:
        return math.nan, math.nan, math.nan
    if points == [base]:
        return 0.0, 0.0, 0.0
    other = found.ended[base]
    if not found.paired:
        return unpaired_shares(*counted, int((other == 1).sum()), int((other >= 0).sum()), level)
    both = (block >= 0).all(axis=0) & (other >= 0)
    worlds = int(both.sum())
    if not worlds:
        return math.nan, -1.0, 1.0
    gap = (block[:, both] == 1).mean(axis=0) - (other[both] == 1)
    middle = float(gap.sum()) / (worlds + 2)
    half = z * math.sqrt((((gap * gap).sum() + 2) / (worlds + 2) - middle**2) / (worlds + 2))
    return float(gap.mean()), max(-1.0, middle - half), min(1.0, middle + half)


def base_of(points: pd.DataFrame, scenario: str) -> int | None:
    """The number of the point that is this base itself; None where it is not among them."""
    found = points.loc[points["is_base"].astype(bool) & (points["scenario"] == scenario), "point"]
    return int(found.iloc[0]) if len(found) else None


def dimensions(points: pd.DataFrame, about: Mapping[str, Any]) -> list[str]:
    """The names of what the design moves, in its order, as far as the points have them."""
    said = [str(one["name"]) for one in about.get("dimensions", ())]
    columns = [str(name) for name in points.columns if name not in OF_POINTS]
    return [name for name in said if name in columns] or columns


def designs(points: pd.DataFrame, about: Mapping[str, Any], rows: Iterable[int]) -> Iterator[tuple[str, Whole]]:
    """Each base with the points of its part of the design, row by row; -1 where a point was refused.

    A design is repeated for each base; one that names a base in each row (a list) is parted by it, without its refused
    rows.
    """
    found = np.asarray(list(rows), np.intp)
    scenario = dict(zip(points["point"].tolist(), points["scenario"].astype(str), strict=True))
    bases, each = about.get("bases"), about.get("each")
    if bases and each and len(found) == len(bases) * int(each):
        for place, name in enumerate(bases):
            yield str(name), found[place * int(each) : (place + 1) * int(each)]
        return
    names = list(dict.fromkeys(scenario[point] for point in found.tolist() if point >= 0))
    if len(names) == 1:
        yield names[0], found
        return
    for name in names:
        yield name, np.array([point for point in found.tolist() if point >= 0 and scenario[point] == name], np.intp)


def with_own_values(points: pd.DataFrame, bases: Iterable[Scenario]) -> pd.DataFrame:
    """The points with each base's own value where they say none, as far as it is a plain one."""
    from sim.scenario.parameters import parameters

    found = points.copy()
    names = [str(name) for name in points.columns if name not in OF_POINTS]
    for base in bases:
        own = {name: value for name, value, _ in parameters(base)}
        mine = found["scenario"] == base.name
        for name in names:
            value, empty = own.get(name), mine & found[name].isna()
            if not empty.any() or not isinstance(value, bool | int | float | str | datetime.date):
                continue
            plain = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
            if found[name].dtype.kind != "f" or not isinstance(plain, float):
                found[name] = found[name].astype(object)
            found.loc[empty, name] = plain
    return found


def is_number(value: object) -> bool:
    """Whether a value is a number, and no truth."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool | np.bool_)


def numbers(values: pd.Series[Any], listed: Sequence[object] = ()) -> Floats:
    """Values as numbers: themselves, days of dates, else their place in ``listed`` (or in order of appearance)."""
    found = values.tolist()
    known = [value for value in found if not is_missing(value)]
    if all(map(is_number, known)):
        return np.array([math.nan if is_missing(value) else float(value) for value in found])
    if all(isinstance(value, datetime.date) for value in known):
        return np.array([math.nan if is_missing(value) else float(value.toordinal()) for value in found])
    order = list(dict.fromkeys([*_as_in(known, listed), *known]))
    return np.array([math.nan if is_missing(value) else float(order.index(value)) for value in found])


def in_order(values: Iterable[object], listed: Sequence[object] = ()) -> list[Any]:
    """Each value once: numbers and dates from low to high, words as they are listed; what says nothing comes first."""
    found = list(dict.fromkeys(None if is_missing(value) else value for value in values))
    known: list[Any] = [value for value in found if value is not None]
    if all(map(is_number, known)) or all(isinstance(value, datetime.date) for value in known):
        known.sort()
    else:
        listed = _as_in(known, listed)
        order = [*listed, *(value for value in known if value not in listed)]
        known.sort(key=order.index)
    return [None] * (None in found) + known


def _as_in(known: Sequence[object], listed: Sequence[object]) -> Sequence[object]:
    """Listed values as they stand in a column: one that is none of numbers has texts."""
    return [str(value) for value in listed] if any(isinstance(value, str) for value in known) else listed


def listed_values(about: Mapping[str, Any], name: str) -> list[object]:
    """The values that a dimension lists."""
    return next((list(one.get("values") or ()) for one in about.get("dimensions", ()) if one["name"] == name), [])


def outcomes_of(shares: pd.DataFrame) -> list[str]:
    """The outcomes that came about in any world, in their order."""
    came = shares.groupby("outcome", observed=True)["count"].sum()
    return [outcome for outcome in OUTCOMES if came.get(outcome, 0) > 0]
