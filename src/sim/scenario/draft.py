"""A scenario on its way: files and changes laid over each other, and where each value was set.

Tables merge name by name; a list takes the place of the other list, except `events`, which are added to the parent's,
unless `events = []` takes those out; an entry of `groups`, `blocs` or `fronts` set to "removed" is taken out, and so is
an optional value.

In the place of a number may stand a distribution. It becomes an entry of `Scenario.uncertain`, and the number
itself the middle of its span, until a file or change further on says a plain number again.
"""

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from sim.scenario.errors import Fault, ScenarioError, closest_name, did_you_mean, shortened
from sim.scenario.faults import Faulty, all_faults, in_place, nameless, out_of_range, unusable
from sim.scenario.files import IN_PLACE, Layer
from sim.scenario.parameters import (
    KIND,
    OF_ITSELF,
    UNCERTAIN,
    bare,
    holds_tables,
    is_model,
    is_optional,
    is_union,
    limits_of,
    number_at,
    number_path,
    numbers_in,
    part_of,
    value_at,
)
from sim.scenario.schema import Scenario
from sim.scenario.toml import REMOVED, NamePath, dotted, plain_name, undotted

_HINTS = 100
"""So many unknown names get a suggestion: comparing words is slow, and nobody reads on."""


class _Place(NamedTuple):
    """Where a value was set."""

    file: str
    line: int | None


@dataclass
class Draft:
    """A scenario on its way: the values so far, where each was set, and what is wrong with them."""

    values: dict[str, Any]
    origin: str
    faults: list[Fault]
    whole: bool
    """False where an ancestor could not be read, so that what is not there may well be."""
    places: dict[NamePath, _Place] = field(default_factory=dict)
    broken: set[NamePath] = field(default_factory=set)
    """Names whose value could not be read, so that nobody knows what stands there."""
    inherited: dict[str, int] = field(default_factory=dict)
    """How many events came before those of a file."""
    hints: int = _HINTS

    def lay(self, layer: Layer) -> None:
        """Lay a file's values over those so far; its events are added, but `events = []` takes out those so far.

        What a file says of itself to people is its own: an heir that says nothing has no title, and nobody's view.
        """
        self.values = {**self.values, **dict.fromkeys(OF_ITSELF, "")}
        for name in OF_ITSELF:
            self.places.pop((name,), None)
        values = dict(layer.values)
        before: Any = self.values["events"]
        added = 0
        if values.get("events") and isinstance(values["events"], tuple) and isinstance(before, tuple):
            added = len(before)
            values["events"] = before + values["events"]
        elif "events" in values:
            self.places = {path: place for path, place in self.places.items() if path[0] != "events"}
        self.inherited[layer.shown] = added

        def counted(path: NamePath) -> NamePath:
            is_event = path[0] == "events" and len(path) > 1 and isinstance(path[1], int)
            return ("events", int(path[1]) + added, *path[2:]) if is_event else path

        for path, line in layer.lines.items():
            self.put(counted(path), _Place(layer.shown, line))
        self.broken |= {counted(path) for path in layer.broken}
        gone: list[NamePath] = []
        old, self.values = self.values, _merged(Scenario, self.values, values, (), gone)
        self.lift(old, layer.lines)
        self.say_gone(gone)

    def change(self, name: str, value: object, label: str) -> None:
        """Set one value by its dotted name."""
        place = _Place(label, None)
        path = undotted(name)
        if path is None or isinstance(path[0], int):
            why = "is no name of a setting, such as united_states.restraint"
            self.faults.append(Fault(*place, name, why))
            return
        if path[0] == UNCERTAIN:
            self.faults.append(Fault(*place, name, IN_PLACE))
            return
        value = as_plain(value)
        gone: list[NamePath] = []
        old = self.values
        try:
            self.values = _changed(Scenario, old, path, value, (), gone)
        except _NoEntry as error:
            self.faults.append(Fault(*place, dotted(path), f"there is no {error}"))
            return
        for end in range(1, len(path)):
            self.places.setdefault(path[:end], place)
        inside = list(_paths(path, value))
        for inner in inside:
            self.put(inner, place)
        self.lift(old, [*(path[:end] for end in range(1, len(path))), *inside])
        self.say_gone(gone)

    def lift(self, old: dict[str, Any], said: Iterable[NamePath]) -> None:
        """Move distributions out of the places where a file or change `said` them; plain numbers end older ones.

        Every table on the way to such a place was made anew when the values were laid over the `old` ones.
        """
        uncertain = {
            name: table
            for name, table in self.values[UNCERTAIN].items()
            if isinstance(value_at(self.values, (number_path(name) or ())[:-1]), dict)  # not taken out since
        }
        for path in said:
            info = number_at(path)
            table = value_at(self.values, path[:-1]) if info is not None else None
            if info is None or not isinstance(table, dict) or path[-1] not in table:
                continue
            given = table[path[-1]]
            if isinstance(given, dict):
                uncertain[plain_name(path)] = given
                table[path[-1]] = _middle(given, info, value_at(old, path))
            else:
                uncertain.pop(plain_name(path), None)
        self.values = {**self.values, UNCERTAIN: uncertain}

    def put(self, path: NamePath, place: _Place) -> None:
        self.places.pop(path, None)  # so that the order of places is that of their setting
        self.places[path] = place
        self.broken.discard(path)

    def say_gone(self, gone: Iterable[NamePath]) -> None:
        """A fault for each entry that was to be taken out and is not there."""
        for path in gone if self.whole else ():
            table: Any = self.values
            for part in path[:-1]:
                table = table[part]
            self.faults.append(self.fault(path, f"is not there to be removed{self.meant(path, table)}"))

    def hint(self) -> bool:
        """Whether there is still time for a suggestion."""
        self.hints -= 1
        return self.hints >= 0

    def meant(self, path: NamePath, table: Iterable[str]) -> str:
        """A suggestion of another name in the table, at the end of a reason."""
        name = str(path[-1])
        other = closest_name(name, [other for other in table if other != name]) if self.hint() else None
        return did_you_mean(dotted((*path[:-1], other)) if other else None)

    def place(self, path: NamePath) -> _Place:
        """Where a value, or else the nearest table around it, was set."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.places:
                return self.places[path[:end]]
        return _Place(self.origin, None)

    def fault(self, path: NamePath, why: str) -> Fault:
        """A fault at the place where a value was set."""
        return Fault(*self.place(path), dotted(path), why + self.which(path))

    def which(self, path: NamePath) -> str:
        """Of an event whose number is not that in its file: which one is meant, at the end of a reason."""
        before = self.inherited.get(self.place(path[:2]).file, 0) if path[0] == "events" and len(path) > 1 else 0
        if not before:
            return ""
        inherited = "1 event before it is inherited" if before == 1 else f"{before} events before it are inherited"
        return f" ({', '.join(filter(None, [self.event(path), inherited]))})"

    def event(self, path: NamePath) -> str:
        """The event in a place, by its kind and date: "truce of 2024-03-01"; empty where the path leads to none."""
        events = self.values["events"]
        if path[0] != "events" or len(path) < 2 or not isinstance(events, tuple):
            return ""
        event = events[int(path[1])]
        kind, day = (event.get(KIND), event.get("date")) if isinstance(event, dict) else (None, None)
        words = [
            shortened(kind) if isinstance(kind, str) else "event",
            f"of {day}" if type(day) is datetime.date else "",
        ]
        return " ".join(filter(None, words))

    def layers(self) -> dict[str, int]:
        """The files and changes that set something, each with its number in the order in which they were laid."""
        return {file: number for number, file in enumerate(dict.fromkeys(place.file for place in self.places.values()))}

    def checked(self, name: object) -> Scenario:
        """The scenario, if nothing is wrong. Raises ScenarioError."""
        self.values = {**self.values, "name": name}
        bad = {in_place(path): why for path, why in unusable((), self.values)}
        bad |= dict.fromkeys(nameless(self.values), "has no name")
        far = {path: why for path, why in out_of_range(self.values[UNCERTAIN]) if path not in bad}
        self.faults += [self.fault(path, why) for path, why in (bad | far).items()]
        values = _ordered(self.values)
        too_far = {plain_name(path[:-2]) for path in far}
        values[UNCERTAIN] = {name: one for name, one in values[UNCERTAIN].items() if name not in too_far}
        try:
            scenario = Scenario.model_validate(values)
        except ValidationError as error:
            self.faults += all_faults(error, values, self, Faulty({*bad, *far, *self.broken}))
        else:
            if not self.faults:
                return scenario
        raise ScenarioError(dict.fromkeys(sorted(self.faults, key=self.order)))

    def order(self, fault: Fault) -> tuple[bool, str, int]:
        """By file, the scenario's own first, then by line."""
        return fault.file != self.origin, fault.file, fault.line or 0


class _NoEntry(LookupError):
    """A list is not as long as a name says."""


def _merged(annotation: Any, old: object, new: object, path: NamePath, gone: list[NamePath]) -> Any:
    """The new value laid over the old: tables by name, as the schema has them; anything else is replaced.

    The path of an entry that is to be removed and is not there is added to `gone`.
    """
    annotation = bare(annotation)
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    if get_origin(annotation) is not dict and not is_model(annotation):
        return new
    result = dict(old)
    for key, value in new.items():
        inner, info = part_of(annotation, key, new)
        here = (*path, key)
        is_removed = isinstance(value, str) and value == REMOVED
        if is_removed and holds_tables(annotation):
            if key in result:
                del result[key]
            else:
                gone.append(here)
        elif is_removed and is_optional(info):
            result[key] = None
        else:
            result[key] = _merged(inner, result.get(key, {}), value, here, gone)
    return result


def _middle(distribution: Mapping[str, object], info: FieldInfo, old: object) -> object:
    """The middle of a distribution's span; where it has none that is allowed, a number that raises no further fault."""
    limits = limits_of(info)
    for form in ("uniform", "triangular", "bounds", "choices"):
        given = [number for number in numbers_in(distribution.get(form)) if math.isfinite(number)]
        if given:
            middle = (float(min(given)) + float(max(given))) / 2.0
            if limits.get("ge", middle) <= middle <= limits.get("le", middle):
                return middle
    return old if isinstance(old, float) else limits.get("ge", 0.0)


def _changed(annotation: Any, old: Any, path: NamePath, value: object, above: NamePath, gone: list[NamePath]) -> Any:
    """The old value with the part at `path` changed. Raises _NoEntry."""
    if not path:
        return _merged(annotation, old, value, above, gone)
    key, rest = path[0], path[1:]
    inner, _ = part_of(annotation, key, old)
    here = (*above, key)
    if isinstance(key, int):
        if not isinstance(old, tuple) or key >= len(old):
            raise _NoEntry(dotted(here))
        return (*old[:key], _changed(inner, old[key], rest, value, here, gone), *old[key + 1 :])
    table = old if isinstance(old, dict) else {}
    if rest or is_union(bare(annotation)):
        return {**table, key: _changed(inner, table.get(key, {}), rest, value, here, gone)}
    return _merged(annotation, table, {key: value}, above, gone)


def _paths(path: NamePath, value: object) -> Iterator[NamePath]:
    """The path of a value and of everything in it."""
    yield path
    parts: Iterable[tuple[Any, object]] = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, tuple):
        parts = enumerate(value)
    for key, inner in parts:
        yield from _paths((*path, key), inner)


def as_plain(value: Any) -> Any:
    """A value given in Python as a file would give it: no models, no lists, NumPy's numbers as Python's."""
    if isinstance(value, BaseModel):
        return as_plain(value.model_dump())
    if isinstance(value, Mapping):
        return {str(key): as_plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return tuple(as_plain(inner) for inner in value)
    if hasattr(value, "ndim") and hasattr(value, "tolist"):
        return as_plain(value.tolist())
    if isinstance(value, float):
        return float(value) + 0.0  # no negative zero: it equals the other and would be another fingerprint
    return value


def _ordered(values: dict[str, Any]) -> dict[str, Any]:
    """The values with entries by name in one order, however they came: the defaults, then the others."""
    result = dict(values)
    for key, info in Scenario.model_fields.items():
        table = result.get(key)
        if holds_tables(info.annotation) and isinstance(table, dict):
            first = [name for name in getattr(Scenario(), key) if name in table]
            result[key] = {name: table[name] for name in [*first, *sorted(set(table) - set(first))]}
    return result
