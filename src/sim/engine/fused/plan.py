"""An order of work for a graph, with work that only some worlds need put behind the condition that needs it.

A value that is looked at only where a condition holds (an arm of a ``where``, the right side of an ``&``) is worked out
in a branch that is taken where the condition holds in at least one lane. What stands in the other lanes then is never
looked at.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from sim.language.symbol import Graph, Loop, Symbol, Value

Literal: TypeAlias = "tuple[int, bool]"
"""A condition by its number, and whether it has to hold or not to."""
COST = {"div": 4, "call": 14, "loop": 40, "sqrt": 5}
"""How much work an operation is, where it is not 1."""
WORTH_A_BRANCH = 24
FROM_OUTSIDE = frozenset({"state of the world", "number", "of the day", "key", "argument", "state"})
"""Operations that need no work: they are there."""


class Branch(NamedTuple):
    """Statements behind a condition."""

    condition: Literal
    body: list[Statement]


Statement: TypeAlias = "Symbol | Branch"


class Plan:
    """The statements that the roots need, of one region: of the day, or of the body of one loop.

    ``known`` are symbols that are worked out already; ``worth`` the work from which on a branch is worth its test.
    """

    def __init__(
        self,
        graph: Graph,
        roots: Iterable[Value],
        region: Loop | None = None,
        known: Iterable[int] = (),
        worth: int = WORTH_A_BRANCH,
    ) -> None:
        self._graph = graph
        self._region = region
        self._known = frozenset(known)
        mine = [root for root in roots if isinstance(root, Symbol) and self._is_mine(root)]
        self.symbols = self._needed(mine)
        self._inside = {one.number for one in self.symbols}
        self._paths = self._all_paths(mine, worth)
        self.statements = self._ordered()

    def _is_mine(self, one: Symbol) -> bool:
        return one.loop is self._region and one.number not in self._known and one.op not in FROM_OUTSIDE

    def _needed(self, roots: list[Symbol]) -> list[Symbol]:
        """All that the roots are made of, by number: what an operation needs stands before it."""
        found: dict[int, Symbol] = {}
        waiting = list(roots)
        while waiting:
            one = waiting.pop()
            if one.number not in found:
                found[one.number] = one
                waiting.extend(arg for arg in one.args if isinstance(arg, Symbol) and self._is_mine(arg))
        return [found[number] for number in sorted(found)]

    # ------------------------------------------------------------------------------------- conditions
    def _implied(self, condition: Value, holds: bool, known: dict[Literal, frozenset[Literal]]) -> frozenset[Literal]:
        """What else is so where a condition holds (or does not)."""
        if not isinstance(condition, Symbol):
            return frozenset()
        key = (condition.number, holds)
        if key not in known:
            found = frozenset({key})
            if condition.op == "not":
                found |= self._implied(condition.args[0], not holds, known)
            elif condition.op == ("and" if holds else "or") and condition.type == "b":
                for arg in condition.args:
                    found |= self._implied(arg, holds, known)
            known[key] = found
        return known[key]

    def _where_looked_at(self, roots: list[Symbol]) -> dict[int, frozenset[Literal]]:
        """For each symbol the conditions under which alone somebody looks at it."""
        found: dict[int, frozenset[Literal]] = {root.number: frozenset() for root in roots}
        known: dict[Literal, frozenset[Literal]] = {}

        def looks(at: Value, when: frozenset[Literal]) -> None:
            if isinstance(at, Symbol) and at.number in self._inside:
                found[at.number] = found[at.number] & when if at.number in found else when

        for one in reversed(self.symbols):
            when = found[one.number]
            if one.op == "select":
                condition, yes, otherwise = one.args
                looks(condition, when)
                looks(yes, when | self._implied(condition, True, known))
                looks(otherwise, when | self._implied(condition, False, known))
            elif one.op in ("and", "or") and one.type == "b":
                looks(one.args[0], when)
                looks(one.args[1], when | self._implied(one.args[0], one.op == "and", known))
            else:
                for arg in one.args:
                    looks(arg, when)
        return found

    def _all_paths(self, roots: list[Symbol], worth: int) -> dict[int, tuple[Literal, ...]]:
        """For each symbol the conditions behind which it stands, the outermost first."""
        when = self._where_looked_at(roots)
        usable = {literal for each in when.values() for literal in each if literal[0] in self._inside}
        while True:
            paths = self._paths_by({number: each & usable for number, each in when.items()})
            work: dict[Literal, int] = {}
            for one in self.symbols:
                for literal in paths[one.number]:
                    work[literal] = work.get(literal, 0) + COST.get(one.op, 1)
            small = {literal for literal, cost in work.items() if cost < worth}
            if not small:
                return paths
            usable -= small

    def _paths_by(self, when: dict[int, frozenset[Literal]]) -> dict[int, tuple[Literal, ...]]:
        """The paths, of these conditions: the one written down last is the closest."""
        paths: dict[int, tuple[Literal, ...]] = {}

        def path_of(number: int) -> tuple[Literal, ...]:
            if number not in paths:
                paths[number] = ()  # of a condition that would stand behind itself
                nearest = max((each for each in when[number] if each[0] != number), default=None)
                if nearest is not None:
                    outer = path_of(nearest[0])
                    paths[number] = outer if nearest in outer else (*outer, nearest)
            return paths[number]

        for one in self.symbols:
            path_of(one.number)
        return paths

    # ------------------------------------------------------------------------------------------ order
    def _ordered(self) -> list[Statement]:
        """Statements in an order in which everything is there when it is needed, with as few branches as may be."""
        symbols = {one.number: one for one in self.symbols}
        missing: dict[int, int] = {}
        users: dict[int, list[int]] = {}
        for one in self.symbols:
            needs = {arg.number for arg in one.args if isinstance(arg, Symbol) and arg.number in self._inside}
            needs |= {number for number, _ in self._paths[one.number]}
            missing[one.number] = len(needs)
            for number in needs:
                users.setdefault(number, []).append(one.number)
        ready: dict[tuple[Literal, ...], list[int]] = {}

        def is_ready(number: int) -> None:
            heapq.heappush(ready.setdefault(self._paths[number], []), number)

        for number, count in missing.items():
            if count == 0:
                is_ready(number)

        def block(path: tuple[Literal, ...]) -> list[Statement]:
            found: list[Statement] = []
            while True:
                while path in ready:
                    number = heapq.heappop(ready[path])
                    if not ready[path]:
                        del ready[path]
                    found.append(symbols[number])
                    for user in users.get(number, ()):
                        missing[user] -= 1
                        if missing[user] == 0:
                            is_ready(user)
                deeper = [other for other in ready if other[: len(path)] == path]
                if not deeper:
                    return found
                first = min(deeper, key=lambda other: ready[other][0])[: len(path) + 1]
                found.append(Branch(first[-1], block(first)))

        found = block(())
        if any(missing.values()):
            raise RuntimeError("a condition stands behind itself")
        return found


def flat(statements: Iterable[Statement]) -> Iterator[Symbol]:
    """The symbols of statements, those behind conditions too."""
    for one in statements:
        if isinstance(one, Branch):
            yield from flat(one.body)
        else:
            yield one
