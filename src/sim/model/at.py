"""``at``: what a step may ask besides its own state and what it sees. It reaches no state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, TypeVar

from sim.language.luck import Draw, Luck
from sim.language.number import Number, Truth
from sim.model.accounts import By
from sim.model.calendar import Calendar
from sim.model.given import Given
from sim.model.ledger import Because, CarriedBy, EventLog, Rung, Terms

Value = TypeVar("Value")
NOT_GIVEN: Any = object()


class Hook(Protocol):
    """The one way in for the record, the script and caps: ``at.given("iran/order", value)``."""

    def __call__(self, name: str, value: Value, /) -> Value:
        """What holds under this name today: what is given or, where nothing is, ``value``."""


class At(NamedTuple):
    """The day as every step meets it: the calendar, the draws, what is given, and the ledger if one is kept."""

    calendar: Calendar
    luck: Luck
    draw: Draw  # a uniform number in [0, 1) for this decision today, one per world: at.draw("iraq/mood")
    given: Hook
    ledger: EventLog | None = None

    @classmethod
    def on(cls, calendar: Calendar, luck: Luck, gifts: Given, ledger: EventLog | None = None) -> At:
        """The day of this calendar, with these draws and gifts."""
        return cls(calendar, luck, luck.draw, gifts.get, ledger)

    def is_given(self, name: str) -> bool:
        """Whether the record, the script or a cap gives something under this name today."""
        return self.given(name, NOT_GIVEN) is not NOT_GIVEN

    @property
    def free(self) -> bool:
        """Whether everything that can be decided is decided today; false before the scenario's first day."""
        return self.calendar.free

    @property
    def weekly(self) -> Truth:
        """Whether a week begins."""
        return self.calendar.weekly

    @property
    def monthly(self) -> Truth:
        """Whether a month begins."""
        return self.calendar.monthly

    def note(
        self,
        happened: Truth,
        actor: str,
        act: str,
        rung: Rung,
        rule: str,
        *,
        because: Because = (),
        terms: Terms | None = None,
        known_as: Mapping[str, Truth] | None = None,
        carried_by: CarriedBy | None = None,
        scripted: bool = False,
    ) -> None:
        """Tell the ledger of an act (see :meth:`~sim.model.ledger.EventLog.note`). Nothing where nobody listens."""
        if self.ledger is not None:
            self.ledger.note(
                happened,
                actor,
                act,
                rung,
                rule,
                because=because,
                terms=terms,
                known_as=known_as,
                carried_by=carried_by,
                scripted=scripted,
            )

    def moved(self, state: str, by: By, *, kept: Number = 1.0) -> None:
        """Tell the ledger by which sources a state moved (see :meth:`~sim.model.accounts.Accounts.moved`)."""
        if self.ledger is not None:
            self.ledger.accounts.moved(state, by, kept)

    def limited(self, state: str, before: Number, after: Number) -> None:
        """Tell the ledger that a limit took a state from one level to another."""
        if self.ledger is not None:
            self.ledger.accounts.limited(state, before, after)
