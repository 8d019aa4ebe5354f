"""A scenario: its conditions, checked one by one and together. Every number of the model stands in it.

The parts of the model declare their numbers (``sim.model``), with unit, meaning, range, source and role. A scenario
file may set any of them; what it does not set keeps the default. The docs' parameter tables, the JSON Schema for
editors and ``describe`` are made from these declarations.
"""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, field_validator, model_validator
from pydantic_core import PydanticCustomError

from sim.language.door import Door
from sim.scenario.conditions import Conditions
from sim.scenario.consistent import contradictions
from sim.scenario.english import clean
from sim.scenario.errors import shown
from sim.scenario.names import no_name


class Scenario(Conditions):
    """The conditions of a world: what a scenario file says, every value checked."""

    model_config = ConfigDict(ignored_types=(Door,))

    @Door
    def replace(self, /, **changes: Any) -> Scenario:
        """The same scenario with some values changed, by dotted name, checked as a file would be.

        ``scenario.replace(**{"united_states.restraint": 0.9})``. Its title and summary say so, unless they are given
        too. Raises ScenarioError.
        """
        raise NotImplementedError

    def __repr__(self) -> str:
        """One line; ``scenario.model_dump()`` has every value."""
        title = f" ({clean(self.title)})" if self.title else ""
        happens = f", {len(self.events)} scripted" if self.events else ""
        name = clean(self.name) or "without a name"
        return f"<Scenario: {name}{title}, {self.days:,} days from {self.start}{happens}>"

    __str__ = __repr__

    @Door
    def _repr_html_(self) -> str:
        """What a notebook shows: title, summary, dates, what differs from the scenario nearest to it, its events."""
        raise NotImplementedError

    @field_validator("name")
    @classmethod
    def _name(cls, name: str) -> str:
        if name and (why := no_name(name)):
            said = f"{shown(name)} is no name for a scenario: {why}"
            raise PydanticCustomError("no_name", "{said}", {"said": said})
        return name

    @model_validator(mode="after")
    def _consistent(self) -> Scenario:
        found = list(contradictions(self))
        if found:
            said = "; ".join(f"{'.'.join(map(str, one.path))}: {one.reason}" for one in found)
            raise PydanticCustomError("contradiction", "{said}", {"said": said, "faults": found})
        return self
