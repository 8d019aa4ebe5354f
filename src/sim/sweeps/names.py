"""The names that a design may vary, as a base scenario has them, and a base with some of them changed.

A name is written as in a file or after ``--set``: ``united_states.restraint``, ``groups."Kataib Hezbollah".control``,
``days``, ``iraq.highest_rung``. A field of a scripted event is named by the event's place, ``events[0].civilians`` or
``events.0.civilians``, or by its kind where the base has one of it, ``events.strike.civilians``; what others call a
kind will do too (``events.bombing.civilians``).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from sim.scenario.conditions import judgement_ranges
from sim.scenario.errors import Fault, ScenarioError, closest, closest_name, did_you_mean, none_of, other_word
from sim.scenario.files import IN_PLACE
from sim.scenario.load import replace, told_apart
from sim.scenario.parameters import FOR_PEOPLE, KIND, UNCERTAIN, Slot, levers, number_path
from sim.scenario.schema import Scenario
from sim.scenario.toml import NamePath, Part, dotted, undotted
from sim.scenario.uncertain import Distribution
from sim.sweeps.values import as_changed

GROUPS = ("levers", "uncertainty")
"""Words that stand for many names at once."""
_EVENTS = "events"
_EXAMPLE = "events.strike.dead, or events[0].dead for the first"


class Named(NamedTuple):
    """A value that may vary: its name as a column of a design has it, and what the base has there."""

    name: str
    path: NamePath
    """Where it stands in the base: an event by its place."""
    slot: Slot
    value: Any
    """The base's own; of a number with a distribution the middle of its span."""

    @property
    def full(self) -> str:
        """The dotted name that ``scenario.replace`` takes."""
        return dotted(self.path)


def resolved(base: Scenario, name: str) -> str:
    """The dotted name that ``base.replace(**{name: value})`` takes, for a name as a person writes it.

    Raises ScenarioError, with the name as it was written, where the base has no such value.
    """
    return named(base, name).full


def named(base: Scenario, name: object) -> Named:
    """The value of a base that a name means. Raises ScenarioError where there is none that may vary."""
    path = undotted(name) if isinstance(name, str) else None
    if path is None or not isinstance(path[0], str):
        raise _fault(name, "is no name of a value, such as united_states.restraint")
    if path[0] in FOR_PEOPLE or path[0] == "extends":
        raise _fault(name, "cannot vary: it is for people, and no rule reads it")
    if path[0] == UNCERTAIN:
        raise _fault(name, f"cannot vary; {IN_PLACE}")
    if path[0] == _EVENTS:
        return _of_an_event(base, name, path)
    return _of_a_section(base, name, path)


def _fault(name: object, why: str) -> ScenarioError:
    return ScenarioError([Fault("", None, str(name), why)])


def _of_a_section(base: Scenario, name: object, path: NamePath) -> Named:
    """A value that is none of an event's."""
    value: Any = base
    slot, here = Slot(), list[Part]()
    for part in path:
        is_place = get_origin(slot.kind) is tuple and isinstance(part, str) and _is_place(part)
        key: Part = int(part) if is_place else part
        found = _within(value, key)
        if found is _NOTHING:
            raise _not_there(base, name, slot, value, (*here, key))
        value, slot, here = found, slot.part(key), [*here, key]
    if value is not None and isinstance(value, BaseModel | Mapping | tuple):
        kind = "a list" if isinstance(value, tuple) else "a table"
        raise _fault(name, f"is {kind}, and one value is expected{_example(base, here)}")
    return Named(dotted(tuple(here)), tuple(here), slot, value)


_NOTHING: Any = object()


def _within(value: Any, key: Part) -> Any:
    """What stands under a key of a table or list."""
    if isinstance(value, BaseModel):
        return getattr(value, key) if isinstance(key, str) and key in type(value).model_fields else _NOTHING
    if isinstance(value, Mapping):
        return value.get(key, _NOTHING)
    is_entry = isinstance(value, tuple) and isinstance(key, int) and key < len(value)
    return value[key] if is_entry else _NOTHING


def _is_place(part: str) -> bool:
    return part.isascii() and part.isdecimal() and len(part) <= 9


def _not_there(base: Scenario, name: object, slot: Slot, value: Any, path: NamePath) -> ScenarioError:
    """That there is nothing of this name, and what was probably meant, in the words of a scenario file."""
    if slot.holds_tables and isinstance(value, Mapping):
        near = closest_name(str(path[-1]), [str(key) for key in value])
        meant = did_you_mean(dotted((*path[:-1], near)) if near else None)
        return _fault(name, f"there is no {dotted(path)} in {base.name or 'this scenario'}{meant}")
    if isinstance(path[-1], int) or not (slot.is_table or get_origin(slot.kind) is dict):
        return _fault(name, f"there is no {dotted(path)}")
    try:
        replace(base, {dotted(path): 0.5})
    except ScenarioError as error:
        return _fault(name, error.faults[0].reason)
    return _fault(name, "there is no such setting")


def _example(base: Scenario, path: Sequence[Part]) -> str:
    """One of the values of a section, as an example at the end of a reason."""
    value = functools.reduce(_within, path, base)
    table = dict(value) if isinstance(value, BaseModel) else {}
    first = next((key for key, part in table.items() if isinstance(part, float)), None)
    return f", such as {dotted((*path, first))}" if first else ""


# --- Events -------------------------------------------------------------------------------------------------


@functools.cache
def _kinds() -> tuple[str, ...]:
    """The kinds of event, in the order of the schema."""
    union = Slot().part(_EVENTS).part(0).kind
    return tuple(name for kind in get_args(union) for name in get_args(kind.model_fields[KIND].annotation))


def _of_an_event(base: Scenario, name: object, path: NamePath) -> Named:
    """A field of a scripted event, named by its place or by its kind."""
    if len(path) < 3:
        raise _fault(name, f"names no single value; a field of an event is {_EXAMPLE}")
    which, field = path[1], path[2]
    which = int(which) if isinstance(which, str) and _is_place(which) else which
    place = which if isinstance(which, int) else _the_only(base, name, which)
    if place >= len(base.events):
        raise _fault(name, f"there is no events[{place}] in {base.name or 'this scenario'}{_events_of(base)}")
    event = base.events[place]
    slot = Slot(type(event)).part(field)
    if slot.kind is None or len(path) > 3:
        fields = [one for one in type(event).model_fields if one not in (KIND, "note")]
        near = closest(str(field), fields)
        meant = did_you_mean(dotted((_EVENTS, which, near))) if near else f"; here can stand {', '.join(fields)}"
        raise _fault(name, f"there is no such setting of the event {event.kind}{meant}")
    if field in (KIND, "note"):
        why = "another kind is another event" if field == KIND else "it is for people, and no rule reads it"
        raise _fault(name, f"cannot vary: {why}")
    return Named(dotted((_EVENTS, which, field)), (_EVENTS, place, field), slot, getattr(event, str(field)))


def _the_only(base: Scenario, name: object, word: str) -> int:
    """The place of the only event of a kind. Raises ScenarioError where there is none, or where there are several."""
    kind = word if word in _kinds() else other_word(word) or ""
    if kind not in _kinds():
        raise _fault(name, f"{none_of(word, _kinds())}; an event is named by its kind or its place")
    places = [place for place, event in enumerate(base.events) if event.kind == kind]
    if not places:
        raise _fault(name, f"there is no {kind} among the events of {base.name or 'this scenario'}{_events_of(base)}")
    if len(places) > 1:
        found = ", ".join(f"events[{place}] of {base.events[place].date}" for place in places[:5])
        more = f" and {len(places) - 5} more" if len(places) > 5 else ""
        raise _fault(name, f"there are {len(places)} events of the kind {kind}: {found}{more}; name one by its place")
    return places[0]


def _events_of(base: Scenario) -> str:
    """The events of a base, at the end of a reason."""
    if not base.events:
        return ", which scripts none"
    found = ", ".join(f"events[{place}] is {one.kind} of {one.date}" for place, one in enumerate(base.events[:5]))
    return f"; {found}" + (" …" if len(base.events) > 5 else "")


# --- Changed, and many at once ------------------------------------------------------------------------------


def changed(base: Scenario, values: Mapping[str, object]) -> Scenario:
    """The base with some values changed, checked as a file would be; as ``base.replace``, but for what names mean.

    Fields of events are named as in a design. A whole number may come as 5.0, as it stands in a design's rows, and
    None or NaN leaves the base's own value. Raises ScenarioError with each name as it was given.
    """
    changes: dict[str, object] = {}
    said: dict[str, str] = {}
    faults: list[Fault] = []
    for name, value in values.items():
        if is_missing(value):
            continue
        try:
            one = named(base, name)
        except ScenarioError as error:
            faults += error.faults
            continue
        if one.full in changes:
            faults.append(Fault("", None, name, f"is given twice: {said[one.full]} is the same"))
        changes[one.full], said[one.full] = as_changed(value, one.slot), name
    if faults:
        raise ScenarioError(faults)
    if not changes:
        return base
    try:
        scenario = replace(base, changes)
    except ScenarioError as error:
        raise ScenarioError(
            Fault(fault.file, fault.line, said.get(fault.name, fault.name), fault.reason) for fault in error.faults
        ) from None
    return told_apart(scenario, changes)


def is_missing(value: object) -> bool:
    """Whether a cell is empty, so that the base's own value holds: None, NaN, or what pandas has for them."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    return type(value).__name__ in ("NAType", "NaTType")


def group(bases: Iterable[Scenario], word: str) -> tuple[list[str], list[str]]:
    """The names that a word stands for in all bases, and those that it stands for in some alone.

    ``levers``: every number that a policy or a student moves; ``uncertainty``: every number that nobody knows well and
    that the base leaves at its default (a number that somebody set is meant, and kept). Both have a plausible range.
    What is drawn from a distribution of its own is left out.
    """
    found = [list(_names_in(base, word)) for base in bases]
    everywhere = set.intersection(*map(set, found)) if found else set()
    names = dict.fromkeys(name for one in found for name in one)
    return [name for name in names if name in everywhere], [name for name in names if name not in everywhere]


def _names_in(base: Scenario, word: str) -> Iterable[str]:
    if word == "levers":
        for name, value, about in levers(base):
            if about.range is not None and about.range[0] < about.range[1] and not isinstance(value, Distribution):
                yield name
    else:
        for plain, _ in judgement_ranges(base):
            yield dotted(number_path(plain) or ())
