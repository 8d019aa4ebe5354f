"""In which conditions two scenarios differ: by meaning, whatever their files look like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.scenario.events import Event
from sim.scenario.parameters import BY_NAME, Parameter, parameters
from sim.scenario.schema import Scenario
from sim.scenario.toml import dotted


@dataclass(frozen=True)
class Difference:
    """A value that is not the same in both; what the schema says of it."""

    name: str
    first: object
    second: object
    about: Parameter


@dataclass(frozen=True)
class Differences:
    """All that differs. Nobody's order counts: neither that of names in a file, nor that of events."""

    values: tuple[Difference, ...]
    entries: tuple[dict[str, dict[str, object]], dict[str, dict[str, object]]]
    """Groups, blocs and fronts that only the first, and only the second, has, with the values that they have."""
    events: tuple[tuple[Event, ...], tuple[Event, ...]]
    """Scripted events of the first alone, and of the second alone, by date."""
    both: tuple[Scenario, Scenario]
    """The two that were compared."""

    def __bool__(self) -> bool:
        return bool(self.values or any(self.entries) or any(self.events))


def differences(first: Scenario, second: Scenario) -> Differences:
    """What one has to change in the first to get the second. Titles and other words for people do not count."""
    two = {name: value for name, value, _ in parameters(second)}
    changed = (
        Difference(name, value, two[name], about)
        for name, value, about in parameters(first)
        if name in two and value != two[name]
    )
    return Differences(
        values=tuple(changed),
        entries=(_entries(first, second), _entries(second, first)),
        events=(only(first.events, second.events), only(second.events, first.events)),
        both=(first, second),
    )


def _entries(one: Scenario, other: Scenario) -> dict[str, dict[str, object]]:
    """The entries by name that only one scenario has: dotted name to fields and values."""
    names = ((section, name) for section in BY_NAME for name in getattr(one, section))
    found: dict[str, dict[str, object]] = {dotted(at): {} for at in names if at[1] not in getattr(other, at[0])}
    for name, value, _ in parameters(one):
        entry, _, field = name.rpartition(".")
        if entry in found and value not in (None, "", ()):
            found[entry][field] = value
    return found


def only(these: Sequence[Event], others: Iterable[Event]) -> tuple[Event, ...]:
    """Those events that are not among the others, by date; of events that stand there twice, the second counts too."""
    left = Counter(map(_said, others))
    found = []
    for event in these:
        left[_said(event)] -= 1
        if left[_said(event)] < 0:
            found.append(event)
    return tuple(sorted(found, key=lambda event: event.date))


def _said(event: Event) -> str:
    return event.model_dump_json(exclude={"note"})
