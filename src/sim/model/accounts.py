"""Accounts: what each state is made of, by source. They are kept where a ledger is, and change no number.

A state that moves by kept shares and amounts (pressure, stress, exposure, calls, …) has an account: a share a source,
and the shares add up to its level. No share is ever a difference to the total. What decays, is scaled or is cut off
takes from every source in proportion; what is set anew replaces the account.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from sim.language.number import Number

Array: TypeAlias = "np.ndarray[Any, Any]"
BASE, OLDER, SCRIPT, CHOICE = "base", "older", "script", "choice"
"""Sources that are no dated act: what is there anyway; what is small or long past; what was given; what was chosen."""
ACT = "act"
PRESSURE, STRESS, CALLS = "pressure", "stress", "calls"
STEADY, NEWS, GRIEVANCE = "steady pressure", "news", "grievance"
SALIENCE, SALIENCE_IN_POLITICS = "salience", "salience in politics"
EXPOSURE, PRESS, ON_ITS_WAY, GO_AHEAD = "exposure", "press", "order on its way", "go-ahead"
PROVOCATION = "fresh reasons"
FEAR, ANGER = "fear of", "anger of"
"""The states that have accounts; fear and anger with the name of a group behind."""
SMALL = 0.01
"""Sources below this are told as one, ``older``."""
LATELY = 60
"""Days for which a source has a line of its own however small it is: it may be growing."""
MORE = 16


def sums(table: Array) -> Array:
    """The sum of each row, rounded once: whatever the order of the columns, which is not the same in every block."""
    return np.array([math.fsum(row) for row in table.tolist()])


class Act:
    """Dated acts as a source: in each world the number of one, below 0 where there is none."""

    def __init__(self, numbers: Array) -> None:
        self.numbers = numbers


class Of(NamedTuple):
    """A state as a source of another: what comes from it is split as its own account is."""

    state: str


Source: TypeAlias = "str | Act | Of"
By: TypeAlias = "Mapping[Source, Number]"


class Share(NamedTuple):
    """One source of a state in one world: its name, for an act its number, and how much of the level it carries."""

    source: str
    act: int | None
    share: float


class Accounts:
    """The accounts of all states, by source, in every world."""

    def __init__(self, worlds: int) -> None:
        self._day = 0
        self._shares: dict[str, Array] = {}  # by state, [world, column]
        self._lines: dict[str, int] = {}  # the column of each source that is no act
        self._acts = np.full((worlds, 0), -1, np.int64)  # the act that a column stands for in each world; -1: none
        self._since = np.zeros((worlds, 0), np.int64)
        self._places: list[dict[int, int]] = [{} for _ in range(worlds)]  # act -> column
        self._free: list[list[int]] = [[] for _ in range(worlds)]
        self._line(OLDER)

    # ------------------------------------------------------------------------------------ movements
    def opened(self, levels: Mapping[str, Number], source: str) -> None:
        """Accounts of states as they stand, all of it from one source."""
        self._shares.clear()
        for state, level in levels.items():
            self.moved(state, {source: level})

    def moved(self, state: str, by: By, kept: Number = 1.0) -> None:
        """The state becomes so much of what it was, and these amounts. What no act is found for counts as older."""
        account = self._of(state)
        account *= kept if np.ndim(kept) == 0 else np.asarray(kept)[:, None]
        for source, amount in by.items():
            if isinstance(source, Of):
                self._flows(state, source.state, amount)
            elif isinstance(source, Act):
                self._acted(state, source.numbers, amount)
            elif isinstance(amount, np.ndarray) or amount:
                column = self._line(source)
                self._of(state)[:, column] += amount

    def limited(self, state: str, before: Number, after: Number) -> None:
        """A limit took the level from ``before`` to ``after``: of every source its part. From nothing: the base."""
        rises = np.asarray((before <= 0.0) & (after > 0.0))
        safe = np.where(np.asarray(before) == 0.0, 1.0, before)
        kept = np.where(rises, 0.0, np.where(np.asarray(before) == after, 1.0, np.asarray(after) / safe))
        self.moved(state, {BASE: np.where(rises, after, 0.0)}, kept)

    def _flows(self, state: str, other: str, amount: Number) -> None:
        """Add an amount, split as the account of another state is."""
        theirs = self._of(other)
        level = sums(theirs)
        nothing = level == 0.0
        factor = np.where(nothing, 0.0, amount / np.where(nothing, 1.0, level))
        account = self._of(state)
        account += factor[:, None] * theirs
        if nothing.any():
            account[:, self._lines[OLDER]] += np.where(nothing, amount, 0.0)

    def _acted(self, state: str, numbers: Array, amount: Number) -> None:
        """Add an amount from an act."""
        amounts = np.broadcast_to(amount, numbers.shape)
        for world in np.flatnonzero(amounts != 0.0).tolist():
            act = int(numbers[world])
            column = self._lines[OLDER] if act < 0 else self._column(world, act)
            self._of(state)[world, column] += amounts[world]

    # -------------------------------------------------------------------------------------- columns
    def _of(self, state: str) -> Array:
        if state not in self._shares:
            self._shares[state] = np.zeros(self._acts.shape)
        return self._shares[state]

    def _grow(self, columns: int) -> range:
        """New columns."""
        worlds, before = self._acts.shape
        self._shares = {
            state: np.concatenate([account, np.zeros((worlds, columns))], axis=1)
            for state, account in self._shares.items()
        }
        self._acts = np.concatenate([self._acts, np.full((worlds, columns), -1, np.int64)], axis=1)
        self._since = np.concatenate([self._since, np.zeros((worlds, columns), np.int64)], axis=1)
        return range(before, before + columns)

    def _line(self, source: str) -> int:
        if source not in self._lines:
            self._lines[source] = self._grow(1)[0]
        return self._lines[source]

    def _column(self, world: int, act: int) -> int:
        places = self._places[world]
        if act not in places:
            if not self._free[world]:
                new = self._grow(MORE)
                for free in self._free:
                    free.extend(reversed(new))
            places[act] = self._free[world].pop()
            self._acts[world, places[act]] = act
            self._since[world, places[act]] = self._day
        return places[act]

    def begin(self, day: int) -> None:
        """A new day. Now and then, what is small and long past is put together, and its columns are free again."""
        self._day = day
        if day % LATELY:
            return
        past = (self._acts >= 0) & (self._since <= day - LATELY)
        used = np.zeros(past.shape, bool)
        for account in self._shares.values():
            small = past & (np.abs(account) < SMALL)
            account[:, self._lines[OLDER]] += sums(np.where(small, account, 0.0))
            account[small] = 0.0
            used |= account != 0.0
        for world, column in np.argwhere(past & ~used).tolist():
            del self._places[world][int(self._acts[world, column])]
            self._acts[world, column] = -1
            self._free[world].append(column)

    # -------------------------------------------------------------------------------------- to read
    @property
    def states(self) -> tuple[str, ...]:
        """The states that have accounts."""
        return tuple(self._shares)

    def total(self, state: str) -> Array:
        """What the shares of a state come to, in each world: its level."""
        found: Array = self._of(state).sum(axis=1)
        return found

    def of(self, state: str, world: int) -> list[Share]:
        """The sources of a state in the world at this place, those that carry most first and ``older`` last."""
        account, acts = self._of(state)[world], self._acts[world]
        every = [Share(source, None, float(account[column])) for source, column in self._lines.items()]
        for column in np.flatnonzero((acts >= 0) & (account != 0.0)).tolist():
            every.append(Share(ACT, int(acts[column]), float(account[column])))
        told: list[Share] = []
        small: list[Share] = []
        for one in every:
            has_a_line = abs(one.share) >= SMALL or (one.source == BASE and one.share != 0.0)
            (told if has_a_line and one.source != OLDER else small).append(one)
        older = math.fsum(one.share for one in small)
        told.sort(key=lambda one: (-abs(one.share), one.source, one.act))
        return [*told, Share(OLDER, None, older)] if older else told
