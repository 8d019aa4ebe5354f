"""Designs: which points a sweep has. Makers of the kinds that there are, and designs put together of others.

A point is a base scenario and what is changed in it; a row of a design is a point. A dimension is a name that varies,
over a range (the schema's plausible one where none is given) or a list of values. Where a design has several bases, all
its points are made of each, base after base.

Makers take ``bases`` (a scenario or several) and ``dimensions``: a dict of name to spec (see :mod:`sim.sweeps.values`;
None for the schema's range), or names and :class:`Dimension` objects. Among names, ``levers`` and ``uncertainty``
stand for all numbers of that role. They raise ScenarioError, with every fault found, or InputError.

==================== ===========================================================================================
grid                 every combination; of a range ``steps`` even values
latin_hypercube      each range cut into as many parts as there are samples, one sample in each (McKay et al. 1979)
sobol                Sobol's sequence, scrambled (Owen 1998): evener than chance
saltelli             what Sobol' indices are computed from (Saltelli 2002; Saltelli et al. 2010), made by SALib
morris               trajectories for elementary effects (Morris 1991), made by SALib
screen               one number at a time, from its default to both ends of its range, and to the numbers next to it
accepted             vectors of the accepted set: numbers together, with their correlations (docs/accepted.md)
product, zipped      every combination of the points of several designs; their points side by side
joined               several designs, one after another
==================== ===========================================================================================

Lists of points are read in :mod:`sim.sweeps.listed`, sweep files in :mod:`sim.sweeps.files`.
"""

from __future__ import annotations

import datetime
import importlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from sim.disk.errors import InputError
from sim.scenario.accepted import accepted as accepted_set
from sim.scenario.arguments import refuse, whole
from sim.scenario.conditions import drawn_spans, judgement_ranges
from sim.scenario.errors import Fault, ScenarioError, limit_text
from sim.scenario.parameters import number_path
from sim.scenario.schema import Scenario
from sim.scenario.toml import dotted, plain_name
from sim.sweeps.names import GROUPS, Named, group, named
from sim.sweeps.values import MOST_POINTS, STEPS, Spec, Unfit, choices_of, is_number, sort_of, spec, taken, whole_steps

if TYPE_CHECKING:
    import pandas as pd

Column: TypeAlias = np.ndarray[Any, Any]
Columns: TypeAlias = dict[str, Column]
"""Values by name, one a row: float64 for numbers with NaN for the base's own value, else objects with None for it."""
Bases: TypeAlias = Scenario | Iterable[Scenario]
SCENARIO = "scenario"
"""The column of a design's rows that names each point's base."""


@dataclass(frozen=True)
class Dimension:
    """A name that varies: from ``low`` to ``high``, or over ``values``; by neither, over the schema's range.

    ``name`` is dotted as in a file: ``united_states.restraint``, ``groups."Kataib Hezbollah".control``, ``days``,
    ``iraq.highest_rung``, ``events.strike.civilians``. ``steps`` is for grids: how many even values of the range.
    """

    name: str
    low: float | None = None
    high: float | None = None
    values: tuple[object, ...] = ()
    steps: int | None = None


Dimensions: TypeAlias = Mapping[str, object] | Iterable[str | Dimension] | str


@dataclass(frozen=True)
class Design:
    """The points of a sweep.

    ``rows`` has a row a point: the column ``scenario`` (name of its base), then a column a dotted name. Numbers are
    float64; a missing cell (NaN, or None in a column of objects) leaves the base's own value. ``about`` says how the
    rows were made, as JSON can: ``kind``, ``dimensions`` (``name``, ``low``, ``high``, ``values``), ``bases`` and,
    where there are equally many rows for each base, ``each`` (how many); and what an analysis of its kind needs.
    """

    bases: tuple[Scenario, ...]
    rows: pd.DataFrame
    about: dict[str, Any] = field(repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def names(self) -> list[str]:
        """The names that vary, in order."""
        return [str(name) for name in self.rows.columns if name != SCENARIO]


# --- Bases and dimensions -------------------------------------------------------------------------------------


def bases_of(given: Bases) -> tuple[Scenario, ...]:
    """The bases of a design, each by its own name. Raises InputError."""
    bases = (given,) if isinstance(given, Scenario) else tuple(given) if isinstance(given, Iterable) else ()
    if not bases or not all(isinstance(base, Scenario) for base in bases):
        refuse("bases", "a scenario or several, as sim.load gives them", given)
    names = [base.name for base in bases]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise InputError(f"two bases have the name {twice!r}; scenario.replace(name=…) gives one another")
    return bases


def dimensions_of(bases: Sequence[Scenario], given: Dimensions) -> list[Dimension]:
    """What varies, each name once, ranges filled in from the schema. Raises ScenarioError with every fault.

    Where a name is given and stands for itself in a group too, what is given holds, in the group's place.
    """
    if isinstance(given, str | Dimension):
        given = [given]
    if not isinstance(given, Mapping | Iterable):
        refuse("dimensions", "names that vary, with what they vary over", given)
    found: dict[str, Dimension] = {}
    of_groups: set[str] = set()
    faults: list[Fault] = []
    for one, said in given.items() if isinstance(given, Mapping) else ((one, None) for one in given):
        is_group = one in GROUPS and said is None
        for name in group(bases, str(one))[0] if is_group else (one,):
            try:
                made = name if isinstance(name, Dimension) else dimension(bases, name, said)
                made = settled(bases, made)
            except ScenarioError as error:
                faults += error.faults
                continue
            if made.name not in found or (made.name in of_groups and not is_group):
                found[made.name] = made
            elif not is_group:
                faults.append(Fault("", None, made.name, "is given twice"))
            (of_groups.add if is_group else of_groups.discard)(made.name)
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    if not found:
        raise InputError("a design needs something that varies: dimensions is empty")
    return list(found.values())


def dimension(bases: Sequence[Scenario], name: object, given: object = None) -> Dimension:
    """A dimension by its name and what is written for it; None: the schema's. Raises ScenarioError."""
    slot = in_all(bases, name)[0].slot
    try:
        made = Spec() if given is None else spec(given, slot)
    except Unfit as why:
        raise _fault(name, str(why)) from None
    return Dimension(str(name), made.low, made.high, made.values, made.steps)


def settled(bases: Sequence[Scenario], given: Dimension) -> Dimension:
    """The dimension with its name as a column has it and with the schema's range where it has none of its own.

    Raises ScenarioError where a base has no such value, where one of its values cannot stand there, or where the
    schema has no range.
    """
    places = in_all(bases, given.name)
    name, slot = places[0].name, places[0].slot
    try:
        if len(given.values):
            return replace(given, name=name, values=tuple(taken(value, slot) for value in given.values))
        if given.low is None and given.high is None:
            return _of_the_schema(replace(given, name=name), places[0])
        given_range = {"low": given.low, "high": given.high, "steps": given.steps}
        made = spec({key: value for key, value in given_range.items() if value is not None}, slot)
    except Unfit as why:
        raise _fault(given.name, str(why)) from None
    return Dimension(name, made.low, made.high, made.values, made.steps)


def in_all(bases: Sequence[Scenario], name: object) -> list[Named]:
    """What a name means in each base. Raises ScenarioError where one of them has no such value."""
    found: list[Named] = []
    faults: dict[Fault, None] = {}
    for base in bases:
        try:
            found.append(named(base, name))
        except ScenarioError as error:
            faults.update(dict.fromkeys(error.faults))
    if len({sort_of(place.slot) for place in found}) > 1:
        faults[Fault("", None, str(name), "is a value of another sort in one base than in another")] = None
    if faults:
        raise ScenarioError(faults)
    return found


def _fault(name: object, why: str) -> ScenarioError:
    return ScenarioError([Fault("", None, str(name), why)])


def _of_the_schema(given: Dimension, place: Named) -> Dimension:
    """A dimension over what the schema says: a range, or all that may be chosen."""
    plausible = place.slot.about.range
    if plausible is not None and plausible[0] < plausible[1]:
        low, high = map(float, plausible)
        if given.steps is not None:
            whole_steps(low, high, given.steps, place.slot)
        return replace(given, low=low, high=high)
    if choices := choices_of(place.slot):
        return replace(given, values=choices)
    if plausible is not None:
        raise Unfit(f"has no plausible range in the schema, where it is {limit_text(plausible[0])}; give low and high")
    how = "low and high, or values" if is_number(place.slot) else "its values"
    raise Unfit(f"has no plausible range in the schema; give {how}")


def _told(made: Dimension) -> dict[str, Any]:
    """A dimension as JSON can say it."""
    values = [value.isoformat() if isinstance(value, datetime.date) else value for value in made.values]
    return {"name": made.name, "low": made.low, "high": made.high, "values": values}


# --- Rows -------------------------------------------------------------------------------------------------------


def column(values: Sequence[object], is_of_numbers: bool) -> Column:
    """A column of a design: None stands for the base's own value."""
    if is_of_numbers:
        return np.array([math.nan if value is None else value for value in values], np.float64)
    found = np.empty(len(values), object)
    found[:] = values
    return found


def missing(rows: int, is_of_numbers: bool) -> Column:
    """A column that leaves the base's own value everywhere."""
    return np.full(rows, math.nan) if is_of_numbers else np.full(rows, None, object)


def _rows_of(columns: Columns) -> int:
    return len(next(iter(columns.values()))) if columns else 0


def frame(names: Column, columns: Columns) -> pd.DataFrame:
    """The rows of a design: each point's base, and its values."""
    import pandas as pd

    table = {SCENARIO: pd.Series(names, dtype=object)}
    for name, values in columns.items():
        table[name] = pd.Series(values, dtype=values.dtype)
    return pd.DataFrame(table)


def made(
    bases: Sequence[Scenario],
    kind: str,
    varied: Sequence[Dimension],
    columns: Columns | Callable[[Scenario], Columns],
    **more: Any,
) -> Design:
    """A design of the same number of points for each base, base after base: the same columns, or those made for it."""
    per_base = [columns(base) if callable(columns) else columns for base in bases]
    each = _rows_of(per_base[0])
    check_size(each * len(bases))
    joined = {name: np.concatenate([one[name] for one in per_base]) for name in per_base[0]}
    rows = frame(np.repeat(column([base.name for base in bases], False), each), joined)
    about = {"kind": kind, "dimensions": [_told(one) for one in varied], "bases": [base.name for base in bases]}
    return Design(tuple(bases), rows, {**about, "each": each, **more})


def check_size(rows: int, what: str = "the design") -> None:
    """Raises InputError for more points than a sweep may have."""
    if rows > MOST_POINTS:
        raise InputError(f"{what} would have {float(rows):,.7g} points, and {MOST_POINTS:,} are the most")


# --- Grids ------------------------------------------------------------------------------------------------------


def grid(bases: Bases, dimensions: Dimensions, *, steps: int = STEPS) -> Design:
    """Every combination of the values of the dimensions; the last one changes fastest.

    A range without steps of its own is cut into ``steps`` even values, its ends among them.
    """
    found = bases_of(bases)
    varied = [_listed(found, one, steps) for one in dimensions_of(found, dimensions)]
    check_size(len(found) * math.prod(len(one.values) for one in varied), "the grid")
    places = np.indices([len(one.values) for one in varied]).reshape(len(varied), -1)
    columns = {one.name: _values(found, one)[place] for one, place in zip(varied, places, strict=True)}
    return made(found, "grid", varied, columns)


def _listed(bases: Sequence[Scenario], one: Dimension, steps: int) -> Dimension:
    """A dimension with its values: those of the steps of its range, where it has no list."""
    if one.values or one.low is None or one.high is None:
        return one
    many = whole("steps", steps if one.steps is None else one.steps, 2, MOST_POINTS)
    try:
        return replace(one, values=whole_steps(one.low, one.high, many, named(bases[0], one.name).slot))
    except Unfit as why:
        raise _fault(one.name, str(why)) from None


def _values(bases: Sequence[Scenario], one: Dimension) -> Column:
    return column(one.values, is_number(named(bases[0], one.name).slot))


def side_by_side(bases: Bases, dimensions: Dimensions) -> Design:
    """A point for each place in the lists of values: the first of each dimension together, then the second (a zip)."""
    found = bases_of(bases)
    varied = [_listed(found, one, STEPS) for one in dimensions_of(found, dimensions)]
    lengths = {one.name: len(one.values) for one in varied}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {count:,}" for name, count in lengths.items())
        raise InputError(f"values side by side have to be equally many: {told}")
    return made(found, "zip", varied, {one.name: _values(found, one) for one in varied})


# --- Samples ----------------------------------------------------------------------------------------------------


def latin_hypercube(bases: Bases, dimensions: Dimensions, *, samples: int, seed: int = 1) -> Design:
    """Points that lie evenly over each dimension: one in each of ``samples`` equal parts of its range.

    Of a list of values each is taken equally often, as near as can be; a whole number is rounded.
    """
    return _sampled("latin hypercube", "LatinHypercube", bases, dimensions, samples, seed)


def sobol(bases: Bases, dimensions: Dimensions, *, samples: int, seed: int = 1) -> Design:
    """Points of Sobol's sequence, scrambled by the seed; ``samples`` is a power of 2, for which it is even."""
    power_of_two("samples", samples)
    return _sampled("sobol", "Sobol", bases, dimensions, samples, seed)


def power_of_two(name: str, given: object) -> int:
    """A number of samples that keeps Sobol's sequence even. Raises InputError."""
    number = whole(name, given, 2, MOST_POINTS)
    if number & (number - 1):
        below = 1 << (number.bit_length() - 1)
        raise InputError(f"{name} is a power of 2, for which Sobol's sequence is even: {below} or {2 * below}")
    return number


def _sampled(kind: str, sampler: str, bases: Bases, dimensions: Dimensions, samples: int, seed: int) -> Design:
    from scipy.stats import qmc  # type: ignore[import-untyped]

    found = bases_of(bases)
    samples, seed = whole("samples", samples, 1, MOST_POINTS), whole("seed", seed)
    varied = [_without_steps(kind, one) for one in dimensions_of(found, dimensions)]
    check_size(len(found) * samples)
    try:
        unit = getattr(qmc, sampler)(len(varied), seed=np.random.default_rng(seed)).random(samples)
    except ValueError as why:  # more dimensions than the sequence has
        raise InputError(f"{kind}: {why}") from None
    columns = {one.name: _scaled(found, one, unit[:, place]) for place, one in enumerate(varied)}
    return made(found, kind, varied, columns, samples=samples, seed=seed)


def _without_steps(kind: str, one: Dimension) -> Dimension:
    if one.steps is not None:
        raise _fault(one.name, f"has steps, which are a grid's: {kind} takes any number between low and high")
    return one


def _scaled(bases: Sequence[Scenario], one: Dimension, unit: Column) -> Column:
    """Numbers from 0 to 1 as values of a dimension: of its range, or of its list, each value equally often."""
    if one.low is None or one.high is None:
        places = np.minimum((unit * len(one.values)).astype(np.int64), len(one.values) - 1)
        return _values(bases, one)[places]
    return _in_place(bases, one, np.minimum(unit * (one.high - one.low) + one.low, one.high))


def _in_place(bases: Sequence[Scenario], one: Dimension, values: Column) -> Column:
    """Numbers as they may stand in a dimension's place: rounded where a whole number does."""
    return np.rint(values) if sort_of(named(bases[0], one.name).slot) == "whole" else np.array(values, np.float64)


def saltelli(bases: Bases, dimensions: Dimensions, *, samples: int, seed: int = 1, second_order: bool = True) -> Design:
    """The points that Sobol' indices are computed from, as SALib makes them: samples × (2 × dimensions + 2).

    Without ``second_order`` samples × (dimensions + 2). ``samples`` is a power of 2.
    """
    found, varied, problem = _problem("saltelli", bases, dimensions)
    samples, seed = power_of_two("samples", samples), whole("seed", seed)
    if not isinstance(second_order, bool):
        refuse("second_order", "True or False", second_order)
    check_size(len(found) * samples * ((2 if second_order else 1) * len(varied) + 2))
    matrix = _salib("sobol").sample(problem, samples, calc_second_order=second_order, seed=seed)
    columns = {one.name: _in_place(found, one, matrix[:, place]) for place, one in enumerate(varied)}
    more = {"problem": problem, "second_order": second_order, "samples": samples, "seed": seed}
    return made(found, "saltelli", varied, columns, **more)


def morris(bases: Bases, dimensions: Dimensions, *, trajectories: int, levels: int = 4, seed: int = 1) -> Design:
    """Trajectories through a grid of ``levels``, one step in each dimension: trajectories × (dimensions + 1) points.

    ``levels`` is even, as Morris advises: then all levels are equally likely.
    """
    found, varied, problem = _problem("morris", bases, dimensions)
    trajectories, seed = whole("trajectories", trajectories, 2, MOST_POINTS), whole("seed", seed, 0, 2**32 - 1)
    levels = whole("levels", levels, 2, 1000)
    if levels % 2:
        raise InputError(f"levels is an even number, such as {levels + 1}; not {levels}")
    check_size(len(found) * trajectories * (len(varied) + 1))
    matrix = _salib("morris").sample(problem, trajectories, num_levels=levels, seed=seed)
    columns = {one.name: _in_place(found, one, matrix[:, place]) for place, one in enumerate(varied)}
    more = {"problem": problem, "levels": levels, "trajectories": trajectories, "seed": seed}
    return made(found, "morris", varied, columns, **more)


def _problem(kind: str, bases: Bases, dimensions: Dimensions) -> tuple[tuple[Scenario, ...], list[Dimension], Any]:
    """The bases, what varies, and the same as SALib has it. Raises ScenarioError for what has no range."""
    found = bases_of(bases)
    varied = [_without_steps(kind, one) for one in dimensions_of(found, dimensions)]
    listed = [one.name for one in varied if one.low is None]
    if listed:
        why = f"has a list of values, and {kind} needs a range, low and high"
        raise ScenarioError(Fault("", None, name, why) for name in listed)
    names, bounds = [one.name for one in varied], [[one.low, one.high] for one in varied]
    return found, varied, {"num_vars": len(varied), "names": names, "bounds": bounds}


def _salib(sampler: str) -> Any:
    """One of SALib's samplers. Raises InputError where it is not installed."""
    try:
        return importlib.import_module(f"SALib.sample.{sampler}")
    except ImportError:
        how = "pip install 'iraq-withdrawal-sim[study]', in a checkout: python3 run.py setup --study"
        raise InputError(f"this design is made by SALib, which is not installed: {how}") from None


# --- One at a time, and the accepted set ------------------------------------------------------------------------


def screen(bases: Bases, dimensions: Dimensions = GROUPS) -> Design:
    """One number at a time: at both ends of its range and, where a file may say so, at the numbers next to its default.

    The first row is the base itself, with which all others are compared; a number that the base draws in each world is
    compared with a row in which it stands at its default in all. ``about["screen"]`` has the rows of each number, of
    the first base; those of another lie ``each`` rows further on. Sources: Saltelli et al. 2008 on local screening.
    """
    found = bases_of(bases)
    varied = [_without_steps("screen", one) for one in dimensions_of(found, dimensions)]
    places = {one.name: in_all(found, one.name) for one in varied}
    unfit = [one.name for one in varied if one.low is None or not is_number(places[one.name][0].slot)]
    if unfit:
        raise ScenarioError(Fault("", None, name, "has no range: only numbers are screened") for name in unfit)
    drawn = {*(name for base in found for name in (*drawn_spans(base), *base.uncertain))}
    plan: list[dict[str, Any]] = []
    cells: list[tuple[Dimension, str]] = []  # what stands in each row after the first
    for one in varied:
        here = places[one.name]
        defaults = [float(place.value) for place in here]
        entry: dict[str, Any] = {"name": one.name, "default": defaults[0]}
        if len(found) > 1:
            entry["defaults"] = {base.name: default for base, default in zip(found, defaults, strict=True)}
        needed = {
            "low": True,
            "high": True,
            **{to: all(_may_be(_value_of(one, to, own), here[0]) for own in defaults) for to in ("down", "up")},
            "at": any(plain_name(place.path) in drawn for place in here),
        }
        for to, is_needed in needed.items():
            cells += [(one, to)] if is_needed else []
            entry[to] = len(cells) if is_needed else None
        entry["at"] = entry["at"] or 0
        plan.append(entry)
    rows = len(cells) + 1
    check_size(len(found) * rows)

    def of(base: Scenario) -> Columns:
        columns = {one.name: missing(rows, True) for one in varied}
        own = {one.name: float(named(base, one.name).value) for one in varied}
        for row, (one, to) in enumerate(cells, start=1):
            columns[one.name][row] = _value_of(one, to, own[one.name])
        return columns

    return made(found, "screen", varied, of, screen=plan)


def _value_of(one: Dimension, to: str, own: float) -> float:
    """What a number is set to, by the key of its row in a screen's plan."""
    assert one.low is not None and one.high is not None
    ways = {"low": one.low, "high": one.high, "at": own}
    return ways[to] if to in ways else math.nextafter(own, -math.inf if to == "down" else math.inf)


def _may_be(value: float, place: Named) -> bool:
    """Whether a file may say this number."""
    try:
        taken(value, place.slot)
    except Unfit:
        return False
    return True


def accepted(bases: Bases, *, samples: int | None = None, seed: int = 1) -> Design:
    """Vectors of the accepted set as points: all of them, or so many drawn without replacement by the seed.

    Numbers that a base itself sets, or draws from a distribution of its own, are left as they are there.
    """
    found, kept = bases_of(bases), accepted_set()
    places = np.arange(len(kept))
    if samples is not None:
        many = whole("samples", samples, 1)
        if many > len(kept):
            raise InputError(f"samples: the accepted set has {len(kept)} vectors; not {many:,}")
        places = np.sort(np.random.default_rng(whole("seed", seed)).choice(len(kept), many, replace=False))
    may_vary = {base.name: dict(judgement_ranges(base)) for base in found}
    names = [name for name in kept.names if any(name in mine for mine in may_vary.values())]
    dotted_names = {name: dotted(number_path(name) or ()) for name in names}

    def of(base: Scenario) -> Columns:
        mine = may_vary[base.name]
        return {
            dotted_names[name]: kept.columns[name][places].copy() if name in mine else missing(len(places), True)
            for name in names
        }

    varied = [Dimension(dotted_names[name], *kept.spans[name]) for name in names]
    more: dict[str, Any] = {"vectors": [int(place) for place in places], "set": kept.sum}
    return made(found, "accepted", varied, of, **more)


# --- Designs of designs -----------------------------------------------------------------------------------------


def product(designs: Iterable[Design]) -> Design:
    """Every combination of the points of several designs over the same bases; the last design's change fastest."""
    parts = _parts(designs)

    def combined(blocks: Sequence[Columns], lengths: Sequence[int]) -> Columns:
        places = np.indices(lengths).reshape(len(lengths), -1)
        return {name: values[at] for block, at in zip(blocks, places, strict=True) for name, values in block.items()}

    return _combined("product", parts, combined, math.prod)


def zipped(designs: Iterable[Design]) -> Design:
    """The points of several designs of equal length over the same bases side by side: the first of each together."""

    def combined(blocks: Sequence[Columns], lengths: Sequence[int]) -> Columns:
        if len(set(lengths)) > 1:
            told = ", ".join(f"{length:,}" for length in lengths)
            raise InputError(f"designs side by side have to have equally many points a base: {told}")
        return {name: values for block in blocks for name, values in block.items()}

    return _combined("zip", _parts(designs), combined, max)


def joined(designs: Iterable[Design], labels: Sequence[str] = ()) -> Design:
    """Several designs, one after another: a list of points. Each may have bases of its own.

    What varies in one part alone is the base's own value in the others. ``about["parts"]`` says of each what it is,
    its ``first`` row and its number of ``rows``, and its label.
    """
    import pandas as pd

    parts = _all_designs(designs)
    bases: dict[str, Scenario] = {}
    for base in (base for part in parts for base in part.bases):
        if bases.setdefault(base.name, base) != base:
            raise InputError(f"two bases have the name {base.name!r}; give one of them another")
    check_size(sum(map(len, parts)))
    kinds = {name: part.rows[name].dtype == np.float64 for part in parts for name in part.names}
    columns: Columns = {}
    for name, is_of_numbers in kinds.items():
        of_parts = [
            part.rows[name].to_numpy() if name in part.names else missing(len(part), is_of_numbers) for part in parts
        ]
        if any(values.dtype != of_parts[0].dtype for values in of_parts):
            raise InputError(f"{name} is a number in one part of the design and none in another")
        columns[name] = np.concatenate(of_parts)
    names = pd.concat([part.rows[SCENARIO] for part in parts]).to_numpy()
    firsts = np.cumsum([0, *map(len, parts)])
    told = []
    for place, part in enumerate(parts):
        label = {"label": labels[place]} if place < len(labels) else {}
        told.append({**label, **part.about, "first": int(firsts[place]), "rows": len(part)})
    rows = frame(names, columns)
    about = {"kind": "list", "dimensions": told_of(rows), "bases": list(bases), "parts": told}
    return Design(tuple(bases.values()), rows, about)


def told_of(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The dimensions of a list of points, by what stands in its columns."""
    found: list[dict[str, Any]] = []
    for name in (str(name) for name in rows.columns if name != SCENARIO):
        values = rows[name].dropna()
        if rows[name].dtype == np.float64:
            ends = (float(values.min()), float(values.max())) if len(values) else (None, None)
            found.append({"name": name, "low": ends[0], "high": ends[1], "values": []})
        else:
            found.append(_told(Dimension(name, values=tuple(dict.fromkeys(values)))))
    return found


def _all_designs(designs: Iterable[Design]) -> list[Design]:
    parts = list(designs) if isinstance(designs, Iterable) else []
    if not parts or not all(isinstance(part, Design) for part in parts):
        refuse("designs", "designs, as the makers of sim.sweeps.design give them", designs)
    return parts


def _parts(designs: Iterable[Design]) -> list[Design]:
    """Designs that can be put together: over the same bases, and no name in two of them."""
    parts = _all_designs(designs)
    if any(part.bases != parts[0].bases for part in parts):
        raise InputError("designs that are put together have to have the same bases, in the same order")
    of: dict[str, int] = {}
    for place, part in enumerate(parts):
        for name in part.names:
            if of.setdefault(name, place) != place:
                raise InputError(f"{name} varies in two parts of the design")
    return parts


def _combined(
    kind: str,
    parts: Sequence[Design],
    combine: Callable[[Sequence[Columns], Sequence[int]], Columns],
    rows_of: Callable[[Sequence[int]], int],
) -> Design:
    """Parts put together base by base."""
    bases = parts[0].bases
    blocks = [[_block(part, base.name) for part in parts] for base in bases]
    lengths = [[length for _, length in of_base] for of_base in blocks]
    check_size(sum(map(rows_of, lengths)))
    per_base = [combine([one for one, _ in of_base], many) for of_base, many in zip(blocks, lengths, strict=True)]
    counts = [_rows_of(columns) for columns in per_base]
    names = np.repeat(column([base.name for base in bases], False), counts)
    rows = frame(names, {name: np.concatenate([one[name] for one in per_base]) for name in per_base[0]})
    varied = [one for part in parts for one in part.about["dimensions"]]
    about = {"kind": kind, "dimensions": varied, "bases": [base.name for base in bases]}
    each = {"each": counts[0]} if len(set(counts)) == 1 else {}
    return Design(bases, rows, {**about, **each, "parts": [part.about for part in parts]})


def _block(part: Design, base: str) -> tuple[Columns, int]:
    """The points that a part has of a base, and how many."""
    mine = part.rows[part.rows[SCENARIO] == base]
    return {name: mine[name].to_numpy() for name in part.names}, len(mine)
