"""A scenario on its way: files and changes laid over each other, and where each value was set.

Tables merge name by name; a list takes the place of the other list, except `events`, which are added to the parent's,
unless `events = []` takes those out; an entry of `groups`, `blocs` or `fronts` set to "removed" is taken out, and so is
an optional value. In the place of a number may stand a distribution.

Each file and each change comes with an index of the places where its names stand. The draft lays values over values and
index over index, so that it knows of every value which line of which file, or which `--set`, made it.
"""

import datetime
import math
from collections.abc import Mapping
from typing import Any, NamedTuple, get_origin

from sim.scenario.errors import Fault, closest_name, did_you_mean, shortened
from sim.scenario.files import IN_PLACE, Layer
from sim.scenario.parameters import BY_NAME, KIND, OF_ITSELF, UNCERTAIN, Slot, number_path, numbers_of, value_at, within
from sim.scenario.schema import Scenario
from sim.scenario.toml import REMOVED, NamePath, as_plain, dotted, plain_name, undotted

_HINTS = 100
"""So many unknown names get a suggestion: comparing words is slow, and nobody reads on."""


class Place(NamedTuple):
    """Where a value was set."""

    file: str
    line: int | None
    layer: int = -1
    """The number of the file or change: those further on lie over those before."""
    inherited: int = 0
    """How many events came before those of this file."""


class Draft:
    """A scenario on its way: the values so far, the index of their places, and what is wrong with them."""

    def __init__(self, scenario: Scenario, origin: str, faults: list[Fault], whole: bool) -> None:
        self.values = scenario.model_dump()
        self.origin = Place(origin, None)
        self.faults = faults
        self.whole = whole
        """False where an ancestor could not be read, so that what is not there may well be."""
        self.index: dict[NamePath, Place] = {}
        self.broken: set[NamePath] = set()
        """Names whose value could not be read, so that nobody knows what stands there."""
        self._layers: dict[str, int] = {}
        self._hints = _HINTS
        self._began: dict[NamePath, tuple[object, object]] = {}
        for name, distribution in self.values.pop(UNCERTAIN).items():
            if path := number_path(name):
                table = value_at(self.values, path[:-1])
                self._began[path] = distribution, table[path[-1]]
                table[path[-1]] = distribution

    def lay(self, layer: Layer) -> None:
        """Lay a file's values over those so far; its events are added, but `events = []` takes out those so far.

        What a file says of itself to people is its own: an heir that says nothing has no title, and nobody's view.
        """
        values = {**dict.fromkeys(OF_ITSELF, ""), **layer.values}
        self._forget(*OF_ITSELF)
        before, events = self.values["events"], values.get("events")
        added = 0
        if events and isinstance(events, tuple) and isinstance(before, tuple):
            added = len(before)
            values["events"] = before + events
        elif "events" in values:
            self._forget("events")
        number = self._layer(layer.shown)
        index: dict[NamePath, Place] = {}
        for path, line in layer.lines.items():
            here = _counted_from(added, path)
            index[here] = Place(layer.shown, line, number, 0 if here == path else added)
        self._lay(values, index)
        self.broken.update(_counted_from(added, path) for path in layer.broken)

    def change(self, name: str, value: object, label: str) -> None:
        """Set one value by its dotted name."""
        path, value = undotted(name) if isinstance(name, str) else None, as_plain(value)
        if path is None or isinstance(path[0], int):
            why = "is no name of a setting, such as united_states.restraint"
        elif path in (("extends",), ("name",)):
            why = "cannot be set: it belongs to the file"
        elif path[0] == UNCERTAIN:
            why = IN_PLACE
        else:
            try:
                values = _said_in_full(Slot(), self.values, path, value)
            except LookupError as error:
                name, why = dotted(path), f"there is no {dotted(error.args[0])}"
            else:
                if path == ("events",):
                    self._forget("events")
                place = Place(label, None, self._layer(label))
                above = {path[:end]: self.index.get(path[:end], place) for end in range(1, len(path))}
                self._lay(values, above | {inner: place for inner, _ in within(path, value)})
                return
        self.faults.append(Fault(label, None, str(name), why))

    def _lay(self, values: dict[str, Any], index: Mapping[NamePath, Place]) -> None:
        """Lay values and their index over those so far, with a fault for each entry that is not there to be removed."""
        gone: list[NamePath] = []
        self.values = _merged(Slot(), self.values, values, (), gone)
        self.index |= index
        self.broken -= index.keys()
        for path in gone if self.whole else ():
            self.say(path, f"is not there to be removed{self.meant(path)}")

    def _layer(self, file: str) -> int:
        return self._layers.setdefault(file, len(self._layers))

    def _forget(self, *sections: str) -> None:
        self.index = {path: place for path, place in self.index.items() if path[0] not in sections}

    def settled(self) -> dict[str, Any]:
        """The values as the schema has them: each distribution in `uncertain`, and in its place the middle of its span.

        Entries by name come in one order, whatever that of the files: the defaults, then the others.
        """
        uncertain: dict[NamePath, Any] = {}
        for path, value in [*within((), self.values)]:
            slot = Slot.of_number(path) if isinstance(value, dict) else None
            if slot is not None:
                given, number = self._began.get(path, (None, None))
                table = value_at(self.values, path[:-1])
                table[path[-1]] = number if value is given else _middle(value, slot)
                uncertain[path] = value
        for section in BY_NAME:
            if isinstance(table := self.values.get(section), dict):
                first = [name for name in getattr(Scenario(), section) if name in table]
                self.values[section] = {name: table[name] for name in [*first, *sorted(table.keys() - set(first))]}
        as_said = sorted(uncertain, key=lambda path: (self.place(path).layer, self.place(path).line or 0))
        return {**self.values, UNCERTAIN: {plain_name(path): uncertain[path] for path in as_said}}

    # --- What is said, and where ---

    def say(self, path: NamePath, why: str, *, at: NamePath | None = None) -> None:
        """A fault of a value, at the place where it, or what stands `at` another path, was set."""
        place = self.place(path if at is None else at)
        self.faults.append(Fault(place.file, place.line, dotted(path), why + self._which(path)))

    def place(self, path: NamePath) -> Place:
        """Where a value, or else the nearest table around it, was set."""
        ends = range(len(path), 0, -1)
        return next((self.index[path[:end]] for end in ends if path[:end] in self.index), self.origin)

    def hint(self) -> bool:
        """Whether there is still time for a suggestion."""
        self._hints -= 1
        return self._hints >= 0

    def meant(self, path: NamePath) -> str:
        """A suggestion of another name beside this one, at the end of a reason."""
        name = str(path[-1])
        names = value_at(self.values, path[:-1])
        other = closest_name(name, [other for other in names if other != name]) if self.hint() else None
        return did_you_mean(dotted((*path[:-1], other)) if other else None)

    def _which(self, path: NamePath) -> str:
        """Of an event whose number is not that in its file: which one is meant, at the end of a reason."""
        before = self.place(path[:2]).inherited
        if not before:
            return ""
        inherited = "1 event before it is inherited" if before == 1 else f"{before} events before it are inherited"
        return f" ({', '.join(filter(None, [self.event(path), inherited]))})"

    def event(self, path: NamePath) -> str:
        """The event in a place, by its kind and date: "truce of 2024-03-01"; empty where the path leads to none."""
        event = value_at(self.values, path[:2]) if path[0] == "events" and len(path) > 1 else None
        if event is None:
            return ""
        kind, day = (event.get(KIND), event.get("date")) if isinstance(event, dict) else (None, None)
        word = shortened(kind) if isinstance(kind, str) else "event"
        return f"{word} of {day}" if type(day) is datetime.date else word

    def order(self, fault: Fault) -> tuple[bool, str, int]:
        """By file, the scenario's own first, then by line."""
        return fault.file != self.origin.file, fault.file, fault.line or 0


def _counted_from(added: int, path: NamePath) -> NamePath:
    """The place of an event of a file, once so many others stand before it; any other place as it is."""
    match path:
        case ("events", int(number), *rest):
            return ("events", number + added, *rest)
    return path


def _merged(slot: Slot, old: object, new: object, path: NamePath, gone: list[NamePath]) -> Any:
    """The new value laid over the old: tables by name, as the schema has them; anything else is replaced.

    The path of an entry that is to be removed and is not there is added to `gone`.
    """
    is_table = slot.is_table or get_origin(slot.kind) is dict
    if not is_table or not isinstance(old, dict) or not isinstance(new, dict):
        return new
    result = dict(old)
    for key, value in new.items():
        inner, here = slot.part(key), (*path, key)
        is_removed = isinstance(value, str) and value == REMOVED
        if is_removed and slot.holds_tables:
            if key in result:
                del result[key]
            else:
                gone.append(here)
        elif is_removed and inner.is_optional:
            result[key] = None
        else:
            result[key] = _merged(inner, result.get(key, {}), value, here, gone)
    return result


def _said_in_full(slot: Slot, old: Any, path: NamePath, value: object, above: NamePath = ()) -> Any:
    """What a file would say to set the part at `path`: tables with this part alone, but lists as a whole.

    Raises LookupError with the path of an entry of a list that is not there.
    """
    if not path:
        return value
    key, rest = path[0], path[1:]
    here, inner = (*above, key), slot.part(key)
    if isinstance(key, str):
        said = _said_in_full(inner, old.get(key) if isinstance(old, dict) else None, rest, value, here)
        return {key: said}
    if not isinstance(old, tuple) or key >= len(old):
        raise LookupError(here)
    entry = _said_in_full(inner, old[key], rest, value, here)
    if isinstance(old[key], dict) and (rest or inner.is_table):
        entry = {**old[key], **entry} if isinstance(entry, dict) else entry
    return (*old[:key], entry, *old[key + 1 :])


def _middle(distribution: Mapping[str, object], slot: Slot) -> float:
    """The middle of a distribution's span; where it has none that is allowed, a number that raises no further fault."""
    limits = slot.limits
    for _, given in numbers_of(distribution):
        if finite := [float(number) for number in given if math.isfinite(number)]:
            middle = (min(finite) + max(finite)) / 2.0
            if limits.get("ge", middle) <= middle <= limits.get("le", middle):
                return middle
    return float(limits.get("ge", 0.0))
