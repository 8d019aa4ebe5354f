"""What is given and not decided: the record, scripted events and caps. One hook for all: ``at.given``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, NamedTuple, TypeAlias

from pydantic import Field

from sim.language.field import Section

DEAD = "dead in all; those in Iraq feed the grievance over US strikes"
PERSONS: dict[str, Any] = {"unit": "persons"}
LEVEL: dict[str, Any] = {"unit": "0-1"}


class ScriptedEvent(Section):
    """A dated event that the file scripts. It goes through the same rules as a drawn one.

    ``GIVES`` is the name by which the day asks for it, empty where the calendar holds it. Where one day can hold
    ``SEVERAL``, the day is given a tuple of :class:`Scripted`.
    """

    GIVES: ClassVar[str] = ""
    SEVERAL: ClassVar[bool] = False

    date: date
    note: str = Field(default="", description="a reason or source, for people")

    @property
    def gift(self) -> Any:
        """What the day is given under the name ``GIVES``."""
        return self


class Scripted(NamedTuple):
    """One of the events that a day can hold several of."""

    number: int  # its place in the day's script
    event: Any
    group: int | None = None  # the place of the group it names; -1: one that this world does not have; None: no name


NO_EVENTS: tuple[Scripted, ...] = ()


Given: TypeAlias = "Mapping[str, Any]"
"""What is given today, by name, such as ``iran/order``: everything else is decided by the rules."""
