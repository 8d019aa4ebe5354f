"""The event log: dated acts with their reasons, in columns. Off it costs nothing; on it changes no number."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.words import Number, where

if TYPE_CHECKING:
    from sim.model.model import WithdrawalModel

COLUMNS = ("world", "event", "day", "actor", "act", "rung", "rule", "scripted", "causes", "terms")
RungOf = tuple[Sequence[str], Number]
"""The names of a ladder, and which of them it is in each world."""


class EventLog:
    """Events as they happen. Each gets a number of its own in its world, counted from 0."""

    def __init__(self, model: WithdrawalModel) -> None:
        self._model = model
        self._next: Number = 0 * model.worlds
        self._columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}

    def add(
        self,
        happened: Number,
        keep: Number,
        actor: str,
        act: str,
        rung: str | RungOf,
        rule: str,
        *,
        causes: Sequence[Number] = (),
        terms: Mapping[str, Number] | Callable[[], Mapping[str, Number]] | None = None,
        scripted: bool = False,
    ) -> Number:
        """Note an event in the worlds where it happened; its number there, ``keep`` in the others.

        ``causes`` are numbers of earlier events (below 0: none); ``terms`` are the named numbers that
        decided, or a function that works them out, called only where something happened.
        """
        at = np.flatnonzero(np.broadcast_to(np.asarray(happened, bool), np.shape(self._model.worlds) or (1,)))
        if at.size == 0:
            return keep
        found = terms() if callable(terms) else terms or {}
        worlds, ids = np.atleast_1d(self._model.worlds), np.atleast_1d(self._next)

        def of(value: Number, place: int) -> Any:
            return value[place].item() if isinstance(value, np.ndarray) else value

        for place in at.tolist():
            name = rung if isinstance(rung, str) else rung[0][int(of(rung[1], place))]
            row = (
                int(worlds[place]),
                int(ids[place]),
                self._model.day,
                actor,
                act,
                name,
                rule,
                scripted,
                sorted({int(of(cause, place)) for cause in causes if of(cause, place) >= 0}),
                json.dumps({key: round(float(of(value, place)), 6) for key, value in found.items()}),
            )
            for column, value in zip(self._columns.values(), row, strict=True):
                column.append(value)
        here = where(happened, self._next, keep)
        self._next = self._next + where(happened, 1, 0)
        return here

    def table(self) -> dict[str, list[Any]]:
        """The events so far, a list a column, by world and then in the order they happened."""
        order = sorted(
            range(len(self._columns["world"])), key=lambda i: (self._columns["world"][i], self._columns["event"][i])
        )
        return {name: [column[i] for i in order] for name, column in self._columns.items()}
