"""Ladders: an actor's named steps of escalation, low to high (Kahn, On Escalation, 1965)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.language.number import Number, least


@dataclass(frozen=True)
class Rung:
    """One named step: what it is called and, in a line, what it means."""

    name: str
    meaning: str


@dataclass(frozen=True, init=False)
class Ladder:
    """An ordered list of rungs. ``ladder["letter"]`` is a rung's height, ``ladder.names[7]`` its name."""

    title: str
    rungs: tuple[Rung, ...]
    names: tuple[str, ...]  # the rungs', low to high

    def __init__(self, title: str, *rungs: Rung) -> None:
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "rungs", rungs)
        object.__setattr__(self, "names", tuple(rung.name for rung in rungs))

    def __getitem__(self, name: str) -> int:
        """The height of the rung of that name, 0 for the lowest; KeyError where there is none."""
        for height, rung in enumerate(self.rungs):
            if rung.name == name:
                return height
        raise KeyError(name)

    def __iter__(self) -> Iterator[Rung]:
        return iter(self.rungs)

    def __len__(self) -> int:
        return len(self.rungs)

    def cap(self, highest: str) -> int:
        """The height of ``highest``, or of the top where it is empty (no cap)."""
        return self[highest] if highest else len(self.rungs) - 1


def middles(ends: Sequence[Number]) -> tuple[Number, ...]:
    """The value in the middle of each rung's range; ``ends``: where the ranges begin and, last, where all ends."""
    return tuple(0.5 * (low + high) for low, high in pairwise(ends))


JUST_BELOW = 1e-9


def kept_below(value: Number, cap: int, *starts: Number) -> Number:
    """A value kept on the rung ``cap`` or below; ``starts``: the values from which each rung but the lowest begins."""
    return least(value, starts[cap] - JUST_BELOW) if cap < len(starts) else value
