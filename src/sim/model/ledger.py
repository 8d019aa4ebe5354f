"""The ledger: dated acts with their reasons, in columns. Nobody listening, it costs nothing; it changes no number."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from sim.language.number import Number, Truth
from sim.model.accounts import Accounts, Act, By

COLUMNS = ("world", "event", "day", "actor", "act", "rung", "rule", "scripted", "causes", "terms", "accounts")
Rung: TypeAlias = "str | tuple[Sequence[str], Number]"
"""The name of a rung; or the names of a ladder, and the height in each world."""
Terms: TypeAlias = "Mapping[str, Number] | Callable[[], Mapping[str, Number]]"
"""The named numbers that decided; or what works them out, called only where something happened."""
Because: TypeAlias = "Sequence[str | tuple[str, Truth]]"
"""Kinds of earlier acts, the last of each kind; with a truth: only in the worlds where it holds."""
CarriedBy: TypeAlias = "Mapping[str, Number | tuple[Number, Truth]]"
"""The states that carry an act, with their levels: their sources are its causes. With a truth: where it holds."""
TODAY = "today"
"""The kind of all acts of the day that others react to."""
FRONT_TURNS = "a front turns"
OVERNIGHT = (TODAY, FRONT_TURNS)
"""Kinds that are forgotten overnight: of these all of the day are meant, of the others the last."""


class Noted(NamedTuple):
    """Acts of one kind that were noted together: in each world the number of its own, -1 where there is none."""

    numbers: np.ndarray[Any, Any]
    terms: Mapping[str, Number]


class EventLog:
    """Acts as they happen. Each gets a number of its own in its world, counted from 0."""

    def __init__(self, worlds: int | np.ndarray[Any, Any]) -> None:
        self._worlds = np.atleast_1d(worlds)
        self._next = np.zeros(self._worlds.shape, np.int64)
        self._day = 0
        self._last: dict[str, np.ndarray[Any, Any]] = {}
        self._today: dict[str, list[Noted]] = {}
        self._columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
        self.accounts = Accounts(self._worlds.size)
        """What the states are made of, by source."""

    def begin(self, day: int) -> None:
        """A new day begins."""
        self._day, self._today = day, {}
        self.accounts.begin(day)

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
        """Note an act in the worlds where it happened.

        Later acts name it among their causes by its kind: ``actor/act``, and each name of ``known_as`` in the
        worlds where that holds. Its own causes are those of ``because``, and the acts that the states which carry it
        are made of.
        """
        mask = np.broadcast_to(np.asarray(happened, bool), self._worlds.shape)
        places = np.flatnonzero(mask)
        if places.size == 0:
            return
        found = terms() if callable(terms) else terms or {}
        causes = list(self._causes(because))
        carrying = [
            (state, *(level if isinstance(level, tuple) else (level, True)))
            for state, level in (carried_by or {}).items()
        ]

        def of(value: Any, place: int) -> Any:
            return value[place].item() if isinstance(value, np.ndarray) else value

        for place in places.tolist():
            accounts = [
                {"state": state, "level": float(of(level, place)), **share._asdict()}
                for state, level, holds in carrying
                if of(holds, place)
                for share in self.accounts.of(state, place)
            ]
            direct = {int(of(cause, place)) for cause in causes if of(cause, place) >= 0}
            row = (
                int(self._worlds[place]),
                int(self._next[place]),
                self._day,
                actor,
                act,
                rung if isinstance(rung, str) else rung[0][int(of(rung[1], place))],
                rule,
                scripted,
                sorted(direct | {line["act"] for line in accounts if line["act"] is not None}),
                json.dumps({key: round(float(of(value, place)), 6) for key, value in found.items()}),
                accounts,
            )
            for column, value in zip(self._columns.values(), row, strict=True):
                column.append(value)
        for kind, holds in {f"{actor}/{act}": True, **(known_as or {})}.items():
            here = mask & np.asarray(holds, bool)
            self._today.setdefault(kind, []).append(Noted(np.where(here, self._next, -1), found))
            if kind not in OVERNIGHT:
                self._last[kind] = np.where(here, self._next, self._last.get(kind, -1))
        self._next = self._next + mask

    def _causes(self, because: Because) -> Sequence[Any]:
        """The numbers of the acts that these kinds stand for, in each world; below 0: none."""
        found: list[Any] = []
        for entry in because:
            kind, holds = (entry, True) if isinstance(entry, str) else entry
            if kind in OVERNIGHT:
                numbers = [noted.numbers for noted in self._today.get(kind, [])]
            else:
                numbers = [self._last[kind]] if kind in self._last else []
            found += [np.where(np.asarray(holds, bool), number, -1) for number in numbers]
        return found

    # ------------------------------------------------------------------------- sources of a state
    def last(self, kind: str) -> Act:
        """The last act of a kind."""
        return Act(self._last.get(kind, np.full(self._worlds.shape, -1)))

    def today(self, kind: str) -> list[Act]:
        """Today's acts of a kind, those noted together as one."""
        return [Act(noted.numbers) for noted in self._today.get(kind, [])]

    def turn(self, kind: str, turn: int) -> Act:
        """In each world the first of today's acts of a kind (turn 0), the second, and so on."""
        found, seen = np.full(self._worlds.shape, -1), np.zeros(self._worlds.shape, np.int64)
        for noted in self._today.get(kind, []):
            here = noted.numbers >= 0
            found = np.where(here & (seen == turn), noted.numbers, found)
            seen = seen + here
        return Act(found)

    def each(self, kind: str, amount: Number, times: str = "") -> By:
        """From each of today's acts of a kind an amount; ``times``: so often as this one of its terms says."""
        return {
            Act(noted.numbers): np.where(noted.numbers >= 0, amount * (noted.terms[times] if times else 1.0), 0.0)
            for noted in self._today.get(kind, [])
        }

    def table(self) -> dict[str, list[Any]]:
        """The acts so far, a list a column, by world and then in the order they happened."""
        world, event = self._columns["world"], self._columns["event"]
        order = sorted(range(len(world)), key=lambda place: (world[place], event[place]))
        return {name: [column[place] for place in order] for name, column in self._columns.items()}
