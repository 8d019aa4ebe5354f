"""Numbers of a scenario that are given world by world, checked as `Scenario.replace` checks one scenario.

What a world may be given is what `replace` would take for it: so it is asked, for those worlds that are the first to
break a rule if any does. They are the ones with the least and the most of each number, and those in which numbers that
have to rise, or may not add up to more than 1, come closest to that. Each rule of the schema is a limit to one of these
(:mod:`sim.scenario.consistent`), so the others are sound where these are.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from pydantic import BaseModel

from sim.language.luck import Keys
from sim.language.number import Number
from sim.scenario.arguments import refuse, said
from sim.scenario.changes import in_force
from sim.scenario.consistent import RISING
from sim.scenario.errors import Fault, ScenarioError
from sim.scenario.idle import idle
from sim.scenario.load import replace
from sim.scenario.parameters import Slot
from sim.scenario.schema import Scenario
from sim.scenario.toml import NamePath, dotted, plain_name, undotted

Column = np.ndarray[Any, Any]
SUMS = ("public.camp_", "groups.", "fronts.", "blocs.")
"""What begins the names of numbers that may not add up to more than something: by their last part, of all entries."""


class Checked(dict[str, Number]):
    """Numbers that have been checked for the worlds they are given to, by the model's names: taken as they are."""


class IdleOverride(UserWarning):
    """A number that is given, though no world of the scenario reads it: every value comes to the same history."""


def checked_overrides(scenario: Scenario, overrides: object, worlds: Keys) -> dict[str, Number]:
    """The numbers given for these worlds, by the names that the model has them under: one number, or an array.

    Raises ScenarioError, with every fault of the first world that has one, as :meth:`Scenario.replace` does. Warns of
    a number that nobody reads (:class:`IdleOverride`).
    """
    if overrides is None or isinstance(overrides, Checked):
        return dict(overrides or {})
    if not isinstance(overrides, Mapping):
        hint = ' (mesa.batch_run takes a dict apart: give it in a list, {"overrides": [{…}, {…}]})'
        refuse("overrides", f"a dict of numbers by dotted name{hint if isinstance(overrides, str) else ''}", overrides)
    if not overrides:
        return {}
    known = numbers_by_name(scenario)
    found: dict[str, Column] = {}
    for name, given in overrides.items():
        plain = name_of(scenario, name, known)
        if plain in found:
            raise _fault(name, "is given twice")
        found[plain] = _column(plain, given, np.shape(worlds))
    paths = {name: known[name][0] for name in found}
    changed = scenario
    for place in sorted({0, *_first_to_break(scenario, found)}):
        one = {dotted(paths[name]): column[place if column.size > 1 else ...].item() for name, column in found.items()}
        try:
            changed = replace(scenario, one)
        except ScenarioError as error:
            of = "overrides" if isinstance(worlds, int) else f"overrides of world {worlds[place]}"
            raise _told(error, of) from None
    for said_of, why in idle(changed):
        about = undotted(said_of)
        for path in paths.values():
            if about is not None and path[: len(about)] == about:
                warnings.warn(f"overrides: {dotted(path)} {why}", IdleOverride, stacklevel=3)
    as_met: dict[str, Column] = {name: column.astype(known[name][1]) for name, column in found.items()}
    return {name: column if column.ndim else column.item() for name, column in as_met.items()}


def _fault(name: object, why: str) -> ScenarioError:
    return ScenarioError([Fault("overrides", None, str(name), why)])


def _told(error: ScenarioError, of: str) -> ScenarioError:
    """The same faults, of these overrides."""
    return ScenarioError(Fault(of, None, fault.name, fault.reason) for fault in error.faults)


def numbers_by_name(scenario: Scenario) -> dict[str, tuple[NamePath, type]]:
    """The numbers that may differ from world to world, by the names that the model has them under: place and type."""
    return {name: (path, kind) for name, path, kind in _numbers(scenario)}


def _numbers(section: BaseModel, path: NamePath = ()) -> Iterator[tuple[str, NamePath, type]]:
    """The numbers of a scenario's sections, float or int: plain name, path and type of each."""
    for name in type(section).model_fields:
        value, here = getattr(section, name), (*path, name)
        if isinstance(value, BaseModel):
            yield from _numbers(value, here)
        elif isinstance(value, dict) and here != ("uncertain",):
            for key, entry in value.items():
                yield from _numbers(entry, (*here, key))
        elif path and isinstance(value, int | float) and not isinstance(value, bool):
            yield plain_name(here), here, type(value)


def name_of(scenario: Scenario, name: object, known: Collection[str]) -> str:
    """The name of a number as the model has it, given with or without quotes. ScenarioError where there is none."""
    if isinstance(name, str) and name in known:
        return str(name)
    path = undotted(name) if isinstance(name, str) else None
    if path is None:
        raise _fault(name, "is no name of a number, such as united_states.restraint")
    if (plain := plain_name(path)) in known:
        return plain
    slot = functools.reduce(Slot.part, path, Slot())
    is_of_a_list = any(isinstance(part, int) for part in path)
    if not is_of_a_list and (slot.info is None or (slot.kind in (int, float) and len(path) > 1)):
        # There is no such name, or no such entry.
        try:
            replace(scenario, {dotted(path): 0.5})
        except ScenarioError as error:
            raise ScenarioError(_told(error, "overrides").faults[:1]) from None
    raise _fault(dotted(path), "is no number that can differ from world to world: scenario.replace sets it for all")


def _column(name: str, given: Any, shape: tuple[int, ...]) -> Column:
    """What is given for a number as an array: of one value alone, or of one for each world of a block."""
    try:
        column = np.asarray(given)
    except ValueError:  # rows of different lengths
        column = np.asarray(None)
    if column.dtype.kind not in "iuf":
        raise _fault(name, f"{said(given)} is neither a number nor an array of numbers, one for each world")
    if column.shape not in ((), shape):
        what = f"{column.size:,} values" if column.ndim == 1 else f"an array of the shape {column.shape}"
        worlds = f"{shape[0]:,} worlds" if shape and shape[0] != 1 else "one world"
        raise _fault(name, f"{what} for {worlds}; give one number, or one for each world of a block")
    return column.astype(np.float64 if column.dtype.kind == "f" else np.int64)


def _first_to_break(scenario: Scenario, found: Mapping[str, Column]) -> Iterator[int]:
    """The places of the worlds that break a rule if any does, by what the scenario's script has set by each day."""
    given = {name: column for name, column in found.items() if column.size > 1}
    for column in given.values():
        yield from (int(column.argmin()), int(column.argmax()))  # of something that is no number the place of that
    for set_by_then in ({}, *(values for _, values in in_force(scenario))):
        own = {name: column for name, column in given.items() if name not in set_by_then}
        for rising in RISING:
            for lower, higher in pairwise(rising):
                if lower in own and higher in own:
                    yield int((own[lower] - own[higher]).argmax())
        together: dict[tuple[str, str], list[Column]] = {}
        for name, column in own.items():
            for begin in SUMS:
                if name.startswith(begin):
                    last = name.rpartition(".")[2] if begin.endswith(".") else ""
                    together.setdefault((begin, last), []).append(column)
        yield from (int(np.sum(columns, axis=0).argmax()) for columns in together.values())
