"""The points of a design: each checked as a scenario file would be, known by what it says, put with those like it.

A point is a scenario and what is changed in it. What is a number may differ from world to world, so that points which
differ in numbers alone are lived in one block (:class:`Group`); whatever else is changed (a choice, a date, a cap, a
field of an event) makes another scenario of it. A number that a point gives is kept in all its worlds, whatever they
draw for the others.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.disk.errors import InputError
from sim.scenario.errors import Fault, ScenarioError
from sim.scenario.idle import idle
from sim.scenario.load import fingerprint, replace
from sim.scenario.overrides import checked_overrides, name_of, numbers_by_name
from sim.scenario.past import before_the_start
from sim.scenario.schema import Scenario
from sim.scenario.toml import dotted, undotted
from sim.sweeps.design import Design
from sim.sweeps.names import changed, is_missing

if TYPE_CHECKING:
    import pandas as pd

Column = np.ndarray[Any, Any]
LOOKED_AT = 50
"""So many scenarios of a design at most are searched for names that nobody reads."""
ONE_BY_ONE = 16
"""So few points are checked each by itself where one of them is not sound."""


@dataclass(frozen=True)
class Point:
    """A point of a sweep: a base, and what is changed in it."""

    number: int
    id: str
    base: int
    values: tuple[tuple[str, Any], ...]
    """What it changes: dotted names as the design has them, and values; nothing for the base itself."""

    @property
    def said(self) -> str:
        """The point in a few words: ``united_states.restraint = 0.5``."""
        return ", ".join(f"{name} = {value:g}" if isinstance(value, float) else f"{name} = {value}"
                         for name, value in self.values) or "the base itself"  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Points that differ in numbers alone: one scenario, and of each number that any of them gives a value a point."""

    scenario: Scenario
    base: int
    points: tuple[Point, ...]
    numbers: Mapping[str, Column]
    """Values by the model's names; where a point does not give the number, that of the scenario stands."""
    given: Mapping[str, Column]
    """Whether each point gives the number."""

    @cached_property
    def has_one_past(self) -> bool:
        """Whether all points have the same past: none gives a number that holds before the first day."""
        return not before_the_start(self.scenario, dict(self.numbers))[1]


@dataclass(frozen=True)
class Refused:
    """A row of a design that no scenario could be, and why."""

    row: int
    said: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"row {self.row}: {'; '.join(self.reasons)}"


@dataclass(frozen=True)
class Points:
    """All points of a sweep: first each base itself, then those of the design in its order, each once."""

    bases: tuple[Scenario, ...]
    all: tuple[Point, ...]
    groups: tuple[Group, ...]
    rows: tuple[int, ...]
    """The point of each row of the design; -1 where it was refused."""
    refused: tuple[Refused, ...] = ()
    idle: tuple[tuple[str, str], ...] = ()
    """Names that no world reads, each with the reason."""
    columns: tuple[str, ...] = field(default=())
    """The names that the design changes, in its order."""

    def __len__(self) -> int:
        return len(self.all)

    @property
    def twice(self) -> int:
        """How many rows of the design say what an earlier one says, or what the base says."""
        kept = [row for row in self.rows if row >= 0]
        return len(kept) - (len(self.all) - len(self.bases)) if kept else 0

    @cached_property
    def number_of(self) -> dict[str, int]:
        """Number of each point by its id."""
        return {point.id: point.number for point in self.all}

    def frame(self) -> pd.DataFrame:
        """The table of points: ``point``, ``id``, ``scenario``, ``is_base``, then a column a name."""
        import pandas as pd

        found: dict[str, Any] = {
            "point": np.arange(len(self.all), dtype=np.int64),
            "id": [point.id for point in self.all],
            "scenario": [self.bases[point.base].name for point in self.all],
            "is_base": np.array([not point.values for point in self.all]),
        }
        given = [dict(point.values) for point in self.all]
        for name in self.columns:
            values = [one.get(name) for one in given]
            if all(value is None or isinstance(value, float) for value in values):
                found[name] = np.array([math.nan if value is None else value for value in values], np.float64)
            elif all(value is None or type(value) is int for value in values):
                found[name] = pd.array(values, "Int64")
            else:
                found[name] = pd.array([None if value is None else str(value) for value in values], "str")
        return pd.DataFrame(found)


def id_of(mark: str, values: Sequence[tuple[str, Any]]) -> str:
    """What a point says, as a hash: the base's fingerprint, and each name with its value to the last bit."""
    said = sorted((name, value.hex() if isinstance(value, float) else str(value)) for name, value in values)
    return sha256(json.dumps([mark, said], ensure_ascii=False).encode("utf-8")).hexdigest()[:16]


def points_of(design: Design, *, skip_refused: bool = False) -> Points:
    """The points of a design, each checked. Raises ScenarioError or InputError where one cannot be.

    With ``skip_refused`` such a point is left out, and said (:attr:`Points.refused`); a name that there is not is a
    fault all the same. A name that no world reads is refused as well: all its points would be one.
    """
    bases = design.bases
    columns = tuple(str(name) for name in design.rows.columns if name != "scenario")
    places = {base.name: place for place, base in enumerate(bases)}
    marks = [fingerprint(base) for base in bases]
    kinds = [Names(base, columns) for base in bases]
    found: list[tuple[int, int, tuple[tuple[str, Any], ...]]] = []
    for row, (name, cell) in enumerate(cells(design, columns)):
        if name not in places:
            raise InputError(f"row {row} is of {name!r}, which is none of the bases ({', '.join(places)})")
        found.append((row, places[name], tuple((one, kinds[places[name]].as_met(one, value)) for one, value in cell)))
    ids: dict[str, int] = {id_of(mark, ()): place for place, mark in enumerate(marks)}
    drafts = [Point(place, one, place, ()) for one, place in ids.items()]
    rows: list[int] = []
    for _, base, values in found:
        mark = id_of(marks[base], values)
        if mark not in ids:
            ids[mark] = len(drafts)
            drafts.append(Point(len(drafts), mark, base, values))
        rows.append(ids[mark])
    groups, wrong = grouped(bases, kinds, drafts)
    first_row = {draft: row for row, draft in reversed(list(enumerate(rows)))}
    refused = [Refused(first_row[number], drafts[number].said, reasons) for number, reasons in sorted(wrong.items())]
    if refused and not skip_refused:
        raise ScenarioError(told(refused))
    without = idle_names(groups)
    if without and not skip_refused:
        raise ScenarioError(
            Fault("", None, name, f"{why}: every value comes to the same worlds") for name, why in without
        )
    kept = [draft for draft in drafts if draft.number not in wrong]
    numbers = {draft.number: place for place, draft in enumerate(kept)}
    named = {
        draft.number: Point(numbers[draft.number], draft.id, draft.base, draft.values) for draft in kept
    }  # fmt: skip
    groups = [
        Group(one.scenario, one.base, tuple(named[point.number] for point in one.points), one.numbers, one.given)
        for one in groups
    ]
    return Points(
        bases, tuple(named.values()), tuple(groups), tuple(numbers.get(row, -1) for row in rows), tuple(refused),
        tuple(without), columns,
    )  # fmt: skip


def told(refused: Sequence[Refused], most: int = 20) -> list[Fault]:
    """Refused points as faults, the first of many, and what can be done."""
    faults = [Fault(f"row {one.row}", None, "", reason) for one in refused[:most] for reason in one.reasons]
    more = f"{len(refused) - most:,} more points are refused. " if len(refused) > most else ""
    what = "mend these points, or leave them out with --skip-refused (skip_refused=True)"
    return [*faults, Fault("", None, "", f"{more}Nothing was computed: {what}")]


def cells(design: Design, columns: Sequence[str]) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Each row of a design: its base, and what it changes."""
    rows = design.rows
    lists = [rows[name].tolist() for name in columns]
    for scenario, *values in zip(rows["scenario"].tolist(), *lists, strict=True):
        yield scenario, [(name, value) for name, value in zip(columns, values, strict=True) if not is_missing(value)]


class Names:
    """What the columns of a design mean in one base: numbers that may differ by world, or changes of the scenario."""

    def __init__(self, base: Scenario, columns: Sequence[str]) -> None:
        self.known = numbers_by_name(base)
        self.numbers: dict[str, str] = {}
        """Of a column that is a number, the model's name."""
        for name in columns:
            path = undotted(name)
            if path is not None and len(path) > 1 and path[0] != "events":
                try:
                    self.numbers[name] = name_of(base, name, self.known)
                except ScenarioError:
                    continue  # no number: a choice, a date, a cap; or nothing at all, which is told when it is changed

    def as_met(self, name: str, value: Any) -> Any:
        """A value in the type in which the model meets it."""
        plain = self.numbers.get(name)
        if plain is not None and isinstance(value, int | float | np.integer | np.floating):
            return float(value) if self.known[plain][1] is float else whole_of(value)
        return value.item() if isinstance(value, np.generic) else value


def whole_of(value: Any) -> Any:
    """A number as Python's whole number, if it is one: tables hold them as numbers with a point."""
    plain = value.item() if isinstance(value, np.generic) else value
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain


def grouped(
    bases: Sequence[Scenario], kinds: Sequence[Names], drafts: Sequence[Point]
) -> tuple[list[Group], dict[int, tuple[str, ...]]]:
    """Points put with those that differ from them in numbers alone; and the reasons why others cannot be, by number."""
    together: dict[tuple[int, tuple[tuple[str, Any], ...]], list[Point]] = {}
    for draft in drafts:
        numbers = kinds[draft.base].numbers
        other = tuple((name, value) for name, value in draft.values if name not in numbers)
        together.setdefault((draft.base, other), []).append(draft)
    groups: list[Group] = []
    wrong: dict[int, tuple[str, ...]] = {}
    for (base, other), mine in together.items():
        try:
            scenario = changed(bases[base], dict(other)) if other else bases[base]
        except ScenarioError as error:
            wrong |= {draft.number: lines_of(error) for draft in mine}
            continue
        group = group_of(scenario, base, kinds[base], mine)
        bad = faults(group, kinds[base])
        if bad:
            wrong |= bad
            left = [draft for draft in mine if draft.number not in bad]
            if not left:
                continue
            group = group_of(scenario, base, kinds[base], left)
        groups.append(group)
    return groups, wrong


def group_of(scenario: Scenario, base: int, names: Names, points: Sequence[Point]) -> Group:
    """A group of points of one scenario."""
    values = [{names.numbers[name]: value for name, value in point.values if name in names.numbers} for point in points]
    columns: dict[str, Column] = {}
    given: dict[str, Column] = {}
    for name in dict.fromkeys(name for one in values for name in one):
        path, kind = names.known[name]
        own: Any = scenario
        for part in path:
            own = own[part] if isinstance(own, Mapping) else getattr(own, str(part))
        given[name] = np.array([name in one for one in values])
        try:
            columns[name] = np.array([one.get(name, own) for one in values], kind)
        except (TypeError, ValueError, OverflowError):  # a text; told when it is checked
            columns[name] = np.array([one.get(name, own) for one in values], object)
    return Group(scenario, base, tuple(points), columns, given)


def faults(group: Group, names: Names) -> dict[int, tuple[str, ...]]:
    """The points of a group that a scenario file could not say, by number, each with the reasons."""
    if len(group.points) > ONE_BY_ONE and is_sound(group):
        return {}
    if len(group.points) <= ONE_BY_ONE:
        found = {}
        for point in group.points:
            try:
                replace(group.scenario, {name: value for name, value in point.values if name in names.numbers})
            except ScenarioError as error:
                found[point.number] = lines_of(error)
        return found
    middle = len(group.points) // 2
    halves = (group.points[:middle], group.points[middle:])
    parts = (faults(group_of(group.scenario, group.base, names, half), names) for half in halves)
    return {number: reasons for part in parts for number, reasons in part.items()}


def is_sound(group: Group) -> bool:
    """Whether every point of a group could be said by a file: asked of those that are the first to break a rule."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            checked_overrides(group.scenario, dict(group.numbers), np.arange(len(group.points)))
    except ScenarioError:
        return False
    return True


def lines_of(error: ScenarioError) -> tuple[str, ...]:
    """The faults of a point, without the file that there is none of."""
    return tuple(f"{fault.name}: {fault.reason}" if fault.name else fault.reason for fault in error.faults)


def idle_names(groups: Sequence[Group]) -> list[tuple[str, str]]:
    """Numbers that are given and that no world of any of these scenarios reads, each with the reason."""
    reasons: dict[str, str] = {}
    read: set[str] = set()
    for group in groups[:LOOKED_AT]:
        given = {name for point in group.points for name, _ in point.values}
        said = [(undotted(name), why) for name, why in idle(group.scenario) if why.startswith("changes nothing")]
        for name in given:
            path = undotted(name) or ()
            why = next((why for about, why in said if about is not None and path[: len(about)] == about), "")
            if why:
                reasons.setdefault(dotted(path), why)
            else:
                read.add(dotted(path))
    return [(name, why) for name, why in reasons.items() if name not in read]
