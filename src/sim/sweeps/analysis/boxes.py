"""Under which conditions an outcome comes about: boxes by PRIM, and a small tree by CART.

Both look for parts of the design in which the share of worlds that end so is high, and say them in words a reader can
check: “united_states.restraint above 0.42 and iran.permissiveness below 0.5”. They are told three things of each part:
``coverage``, how much of all worlds that end so it holds; ``density``, how many of its worlds end so; ``mass``, how
much of the design it is (Bryant and Lempert 2010, Technological Forecasting and Social Change 77, 34-49).

A search among so many parts finds some that are there by chance. It looks, therefore, at the worlds of even number
alone, and what is told is counted in those of odd number, wherever both are there.

Friedman, J. H. and Fisher, N. I. (1999): Bump hunting in high-dimensional data. Statistics and Computing 9, 123-143.
Breiman, L., Friedman, J., Olshen, R. and Stone, C. (1984): Classification and Regression Trees.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.disk.errors import InputError
from sim.sweeps.analysis.ends import OWN, Floats, designs, dimensions, ended_so, in_order, is_number, listed_values
from sim.sweeps.analysis.screens import INSTALL
from sim.sweeps.names import is_missing

if TYPE_CHECKING:
    import pandas as pd

PEEL = 0.05
"""The part of the points in a box that a step takes off."""
LEAST_MASS = 0.05
"""The least part of the design that a box holds, and ``LEAST_POINTS`` of it."""
LEAST_POINTS = 8
MOST_BOXES = 2
NEXT_DENSER = 1.2
"""How much denser than the whole design a box after the first has to be."""
SPARE = 0.05
"""A limit is left out where the box gets no worse than by this part without it, so that few are left."""
EVEN_AND_ODD = "the worlds of odd number; found in those of even number"
MOST_LIMITS = 4
"""Of a box: more say nothing to a reader, and are there by chance the sooner."""
ALL_WORLDS = "the worlds it was found in"
OF_BOX = ["box", "coverage", "density", "mass", "share", "points", "worlds", "words", "counted_in"]
BOXES = ["scenario", "outcome", *OF_BOX, "name", "low", "high", "values", "range_low", "range_high"]
TREE = [
    "scenario",
    "outcome",
    "leaf",
    "density",
    "coverage",
    "mass",
    "share",
    "points",
    "worlds",
    "words",
    "counted_in",
]


@dataclass(frozen=True)
class Column:
    """A dimension over points: numbers, or the places of words in ``labels``."""

    name: str
    values: Floats
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Looked:
    """Points with how many of their worlds ended so: to search in, and to tell of."""

    scenario: str
    columns: tuple[Column, ...]
    count: Floats
    worlds: Floats
    told_count: Floats
    told_worlds: Floats
    counted_in: str


@dataclass(frozen=True)
class Limits:
    """A box: the least and greatest value of each number, infinite where there is no limit; the words let in."""

    low: tuple[float, ...]
    high: tuple[float, ...]
    words: tuple[frozenset[int] | None, ...]

    def holds(self, columns: Sequence[Column]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which points lie in the box."""
        inside = np.ones(len(columns[0].values), bool)
        for column, low, high, words in zip(columns, self.low, self.high, self.words, strict=True):
            if words is not None:
                inside &= np.isin(column.values, list(words))
            else:
                inside &= (column.values >= low) & (column.values <= high)
        return inside

    def change(self, place: int, *, low: float | None = None, high: float | None = None) -> Limits:
        """Another limit of one number."""
        return replace(
            self,
            low=self.low if low is None else (*self.low[:place], low, *self.low[place + 1 :]),
            high=self.high if high is None else (*self.high[:place], high, *self.high[place + 1 :]),
        )

    def let_in(self, place: int, words: frozenset[int] | None) -> Limits:
        """Other words of one dimension."""
        return replace(self, words=(*self.words[:place], words, *self.words[place + 1 :]))

    def free(self, place: int) -> Limits:
        """The same without a limit in one dimension."""
        return self.change(place, low=-math.inf, high=math.inf).let_in(place, None)

    def limited(self) -> list[int]:
        """The dimensions with a limit."""
        each = enumerate(zip(self.low, self.high, self.words, strict=True))
        return [place for place, (low, high, words) in each if low > -math.inf or high < math.inf or words is not None]


def looked_at(
    points: pd.DataFrame, worlds: pd.DataFrame, about: Mapping[str, Any], rows: Iterable[int], outcome: str
) -> Iterator[Looked]:
    """The points of each base's design that have worlds, with the dimensions that vary in them."""
    many = int(points["point"].max()) + 1 if len(points) else 0
    place, ended = worlds["point"].to_numpy(np.intp), ended_so(worlds, outcome)
    even = worlds["world"].to_numpy() % 2 == 0
    counts = [np.bincount(place[of & ended], minlength=many).astype(float) for of in (even, ~even)]
    lived = [np.bincount(place[of], minlength=many).astype(float) for of in (even, ~even)]
    by_number, names = points.set_index("point"), dimensions(points, about)
    for scenario, part in designs(points, about, list(rows)):
        mine = [point for point in dict.fromkeys(part.tolist()) if point >= 0 and lived[0][point] + lived[1][point] > 0]
        columns = [_column(by_number.loc[mine, name], listed_values(about, name)) for name in names] if mine else []
        columns = [column for column in columns if np.ptp(column.values) > 0]
        if not columns:
            continue
        both = min(lived[0][mine].min(), lived[1][mine].min()) > 0
        count, many_worlds, told_count, told_worlds = (
            (of[half] if both else of[0] + of[1])[mine] for half in (0, 1) for of in (counts, lived)
        )
        said = EVEN_AND_ODD if both else ALL_WORLDS
        yield Looked(scenario, tuple(columns), count, many_worlds, told_count, told_worlds, said)


def _column(values: pd.Series[Any], listed: Sequence[object]) -> Column:
    """A dimension; words, dates and truths by their places."""
    name = str(values.name)
    if all(is_number(value) and not is_missing(value) for value in values):
        return Column(name, values.to_numpy(float))
    order = in_order(values, listed)
    found = np.array([order.index(None if is_missing(value) else value) for value in values], float)
    return Column(name, found, tuple(OWN if value is None else str(value) or "none" for value in order))


def boxes(
    points: pd.DataFrame,
    worlds: pd.DataFrame,
    shares: pd.DataFrame,  # noqa: ARG001 - every analysis takes the same five
    about: Mapping[str, Any],
    rows: Iterable[int],
    outcome: str,
    most: int = MOST_BOXES,
) -> pd.DataFrame:
    """The boxes of an outcome by PRIM (Friedman and Fisher 1999), each with a row a limit.

    Step by step ``PEEL`` of the points is peeled off the side of the box where the share of what is left rises most
    for what is given up, until ``LEAST_MASS`` of the design is left. Of the boxes on this way that one is taken in
    which the surplus of density over the whole design, times the root of the mass, is largest: the surplus in standard
    errors of a binomial test (Klösgen 1996, Explora, in Advances in Knowledge Discovery and Data Mining). Its sides are
    pasted out while that rises, and limits that bring next to nothing are left out, as are the weakest beyond four. A
    second box is sought in what the first leaves.

    ``low`` and ``high`` are limits between points (empty where the side is open), ``values`` the words let in,
    ``range_low`` and ``range_high`` the range of the design; ``share`` is the density of the whole design. No row where
    no box does better than the whole design in the worlds that it is counted in.
    """
    import pandas as pd

    lines: list[tuple[Any, ...]] = []
    for looked in looked_at(points, worlds, about, rows, outcome):
        left, number = np.ones(len(looked.count), bool), 0
        whole_worlds, whole_count = looked.told_worlds.sum(), looked.told_count.sum()
        if not 0 < whole_count < whole_worlds:
            continue
        share = whole_count / whole_worlds
        while number < most:
            box = prim(looked.columns, looked.count, looked.worlds, left)
            inside = box.holds(looked.columns) & left
            count, lived = looked.told_count[inside].sum(), looked.told_worlds[inside].sum()
            if not box.limited() or not lived or count / lived <= share * (NEXT_DENSER if number else 1.0):
                break
            number += 1
            words = in_words(looked.columns, box)
            told = count / whole_count, count / lived, lived / whole_worlds, share, int(inside.sum()), int(lived)
            for place in box.limited():
                lines.append(
                    (
                        looked.scenario,
                        outcome,
                        number,
                        *told,
                        words,
                        looked.counted_in,
                        *_limit(looked.columns, box, place),
                    )
                )
            left &= ~inside
            if left.sum() < 2 * LEAST_POINTS:
                break
    return pd.DataFrame(lines, columns=BOXES)


def prim(columns: Sequence[Column], count: Floats, worlds: Floats, among: np.ndarray[Any, Any] | None = None) -> Limits:
    """The best box of points with ``count`` of ``worlds`` each (only those ``among`` them)."""
    among = np.ones(len(count), bool) if among is None else among
    columns = [replace(column, values=column.values[among]) for column in columns]
    count, worlds = count[among], worlds[among]
    total, share = worlds.sum(), count.sum() / worlds.sum()
    dims = len(columns)
    box = Limits((-math.inf,) * dims, (math.inf,) * dims, (None,) * dims)

    def worth(one: Limits) -> float:
        inside = one.holds(columns)
        lived = worlds[inside].sum()
        return float((count[inside].sum() - share * lived) / math.sqrt(lived * total)) if lived else -math.inf

    best, best_worth = box, 0.0
    while True:
        box_or_none = _peeled(columns, count, worlds, box, total)
        if box_or_none is None:
            break
        box = box_or_none
        now = worth(box)
        if now > best_worth * (1 + 1e-9) + 1e-12:
            best, best_worth = box, now
    return _simple(_pasted(columns, best, worth), worth)


def _peeled(columns: Sequence[Column], count: Floats, worlds: Floats, box: Limits, total: float) -> Limits | None:
    """The box after one more step: the side whose peeling brings most for what it gives up; None at the end."""
    inside = box.holds(columns)
    now_worlds, now_count = worlds[inside].sum(), count[inside].sum()
    best, best_gain = None, -math.inf
    for place, column in enumerate(columns):
        values = column.values[inside]
        for candidate, left in _sides(column, place, values, box):
            lived, points = worlds[inside][left].sum(), int(left.sum())
            if points < LEAST_POINTS or lived < LEAST_MASS * total or lived == now_worlds:
                continue
            rises = count[inside][left].sum() / lived - now_count / now_worlds
            gain = rises / (now_worlds - lived)
            if gain > best_gain * (1 + 1e-9 * np.sign(best_gain)):
                best, best_gain = candidate, gain
    return best


def _sides(
    column: Column, place: int, values: Floats, box: Limits
) -> Iterator[tuple[Limits, np.ndarray[Any, np.dtype[np.bool_]]]]:
    """What may be peeled off in one dimension: its low side, its high side, or one word; with what is left."""
    if column.labels:
        there = frozenset(int(value) for value in np.unique(values))
        if len(there) > 1:
            for word in sorted(there):
                yield box.let_in(place, there - {word}), values != word
        return
    levels = np.unique(values)
    if len(levels) < 2:
        return
    low, high = np.quantile(values, (PEEL, 1 - PEEL))
    at_low = max(int(np.searchsorted(levels, low, "left")), 1)
    at_high = min(int(np.searchsorted(levels, high, "right")), len(levels) - 1)
    yield box.change(place, low=_between(levels, at_low)), values >= levels[at_low]
    yield box.change(place, high=_between(levels, at_high)), values < levels[at_high]


def _between(levels: Floats, place: int) -> float:
    """The middle between a level and the one below it."""
    return float((levels[place - 1] + levels[place]) / 2)


def _pasted(columns: Sequence[Column], box: Limits, worth: Any) -> Limits:
    """The box with its sides pasted out, step by step, while that makes it better."""
    while True:
        now, best = worth(box), None
        for place in box.limited():
            for wider in _wider(columns, box, place):
                if worth(wider) > now + 1e-12:
                    now, best = worth(wider), wider
        if best is None:
            return box
        box = best


def _wider(columns: Sequence[Column], box: Limits, place: int) -> Iterator[Limits]:
    """The box with one side of a dimension further out, or one more word in."""
    column, words = columns[place], box.words[place]
    if words is not None:
        for word in range(len(column.labels)):
            if word not in words:
                yield box.let_in(place, words | {word})
        return
    beside = column.values[box.free(place).holds(columns)]
    step = max(1, round(PEEL * int(box.holds(columns).sum())))
    below, above = np.unique(beside[beside < box.low[place]]), np.unique(beside[beside > box.high[place]])
    if len(below):
        further = len(below) - step
        yield box.change(place, low=-math.inf if further <= 0 else _between(below, further))
    if len(above):
        yield box.change(place, high=math.inf if step >= len(above) else _between(above, step))


def _simple(box: Limits, worth: Any) -> Limits:
    """The box without the limits that bring next to nothing, the least first; with ``MOST_LIMITS`` at most."""
    while box.limited():
        found = max((box.free(place) for place in box.limited()), key=worth)
        if worth(found) < worth(box) * (1 - SPARE) and len(box.limited()) <= MOST_LIMITS:
            return box
        box = found
    return box


def _limit(columns: Sequence[Column], box: Limits, place: int) -> tuple[Any, ...]:
    """The row of one limit: name, low, high, values, range."""
    column, words = columns[place], box.words[place]
    least, greatest = float(column.values.min()), float(column.values.max())
    if words is not None:
        return (
            column.name,
            math.nan,
            math.nan,
            ", ".join(column.labels[word] for word in sorted(words)),
            math.nan,
            math.nan,
        )
    low, high = (value if math.isfinite(value) else math.nan for value in (box.low[place], box.high[place]))
    return column.name, low, high, "", least, greatest


def in_words(columns: Sequence[Column], box: Limits) -> str:
    """The box in words: ``united_states.restraint above 0.42 and iran.permissiveness below 0.5``."""
    said = []
    for place in box.limited():
        name, low, high, values, _, _ = _limit(columns, box, place)
        said.append(f"{name} {values.replace(', ', ' or ')}" if values else f"{name} {limits_in_words(low, high)}")
    return " and ".join(said) or "everywhere"


def limits_in_words(low: float, high: float) -> str:
    """Limits of a number: ``above 0.42``, ``below 0.5``, ``between 0.1 and 0.5``."""
    if math.isnan(low):
        return f"below {high:.3g}"
    return f"above {low:.3g}" if math.isnan(high) else f"between {low:.3g} and {high:.3g}"


def tree(
    points: pd.DataFrame,
    worlds: pd.DataFrame,
    shares: pd.DataFrame,  # noqa: ARG001 - every analysis takes the same five
    about: Mapping[str, Any],
    rows: Iterable[int],
    outcome: str,
    depth: int = 3,
) -> pd.DataFrame:
    """The leaves of a classification tree of an outcome (CART, scikit-learn), the densest first.

    Points are split where the shares on both sides differ most, weighted by worlds (of outcomes that are or are not,
    least squares are Gini's index), at most ``depth`` times one below the other; a leaf holds ``LEAST_MASS`` of the
    worlds or more. One row a leaf: its words, density, coverage and mass, counted as in :func:`boxes`. Raises
    InputError where scikit-learn is not installed.
    """
    import pandas as pd

    try:
        from sklearn.tree import DecisionTreeRegressor
    except ImportError:
        raise InputError(f"a tree needs scikit-learn, which is not installed: {INSTALL}") from None
    lines: list[tuple[Any, ...]] = []
    for looked in looked_at(points, worlds, about, rows, outcome):
        whole_worlds, whole_count = looked.told_worlds.sum(), looked.told_count.sum()
        if not whole_count > 0 or len(looked.count) < 2 * LEAST_POINTS:
            continue
        features = [feature for column in looked.columns for feature in _features(column)]
        x = np.column_stack([values for _, _, values in features])
        grown = DecisionTreeRegressor(max_depth=depth, min_weight_fraction_leaf=LEAST_MASS, random_state=0)
        grown.fit(x, looked.count / looked.worlds, sample_weight=looked.worlds)
        leaf_of = grown.apply(x)
        found = []
        for leaf, words in _paths(grown.tree_, features):
            inside = leaf_of == leaf
            count, lived = looked.told_count[inside].sum(), looked.told_worlds[inside].sum()
            density = count / lived if lived else math.nan
            told = density, count / whole_count, lived / whole_worlds, whole_count / whole_worlds
            found.append((*told, int(inside.sum()), int(lived), words, looked.counted_in))
        found.sort(key=lambda row: (-row[0], row[6]))
        lines += [(looked.scenario, outcome, number, *row) for number, row in enumerate(found, 1)]
    return pd.DataFrame(lines, columns=TREE)


Feature = tuple[str, str, Floats]


def _features(column: Column) -> Iterator[Feature]:
    """A number as it is; of words, for each whether it is the one."""
    if not column.labels:
        yield column.name, "", column.values
        return
    for place, label in enumerate(column.labels):
        yield column.name, label, (column.values == place).astype(float)


def _paths(grown: Any, features: Sequence[Feature]) -> Iterator[tuple[int, str]]:
    """Each leaf of a tree, with what leads there in words; limits of one number joined."""

    def walk(node: int, limits: dict[str, tuple[float, float]], words: dict[str, str]) -> Iterator[tuple[int, str]]:
        if grown.children_left[node] == grown.children_right[node]:
            said = [f"{name} {limits_in_words(low, high)}" for name, (low, high) in limits.items()]
            yield node, " and ".join([*said, *(f"{name} {word}" for name, word in words.items())]) or "everywhere"
            return
        name, label, _ = features[grown.feature[node]]
        at = float(grown.threshold[node])
        low, high = limits.get(name, (math.nan, math.nan))
        for child, is_left in ((grown.children_left[node], True), (grown.children_right[node], False)):
            if label:
                before = f"{words[name]} and " if name in words and is_left else ""
                yield from walk(child, limits, {**words, name: f"{before}not {label}" if is_left else label})
            else:
                yield from walk(child, {**limits, name: (low, at) if is_left else (at, high)}, words)

    yield from walk(0, {}, {})
