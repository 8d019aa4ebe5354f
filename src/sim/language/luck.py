"""Random numbers that are looked up, not streamed.

Every draw is a pure function of (seed, world, day, name of the decision, index), so a world's
history does not depend on which other worlds run beside it, on block size, order or machine, and two
scenarios meet the same luck wherever they ask the same question. docs/model.md#random-numbers gives
the recipe in full, for a second implementation.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np

from sim.language.number import Array, Number

_ALL = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15  # 2^64 / golden ratio: the step of splitmix64
_STEP = 0xD1B54A32D192ED03  # another odd constant, for the index within a day
_UNIT = 2.0**-53
Keys: TypeAlias = "int | np.ndarray[Any, Any]"
"""The key of one world, or a uint64 array with one entry per world."""


def mix(z: int) -> int:
    """The finaliser of splitmix64 (Steele, Lea & Flood 2014): 64 bits in, 64 well-mixed bits out."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _ALL
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _ALL
    return z ^ (z >> 31)


def _mix_array(z: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return z


def world_key(seed: int, world: int) -> int:
    """The key of one world of one seed."""
    return mix((mix((seed * _GOLDEN) & _ALL) + (world + 1) * _GOLDEN) & _ALL)


@lru_cache(maxsize=4096)
def name_key(name: str) -> int:
    """The key of a decision's name: eight bytes of BLAKE2b of its UTF-8, little end first."""
    return int.from_bytes(blake2b(name.encode("utf-8"), digest_size=8).digest(), "little")


def day_key(day: int, index: int = 0) -> int:
    """The key of a day (its ordinal, 1 = 1 January of year 1) and of an index within it."""
    return mix((day * _GOLDEN + index * _STEP) & _ALL)


def world_keys(seed: int, worlds: Keys) -> Keys:
    """The key of one world (an int), or of each of several (a uint64 array)."""
    if isinstance(worlds, int):
        return world_key(seed, worlds)
    return np.array([world_key(seed, int(world)) for world in worlds], np.uint64)


def uniform(keys: Keys, name: str, day: int, index: int = 0) -> Number:
    """A uniform number in [0, 1) for the decision ``name`` on a day, one for each world's key.

    ``day`` is the date's ordinal; ``index`` tells several draws of the same name on one day apart.
    """
    return spread(keys, (day_key(day, index) + name_key(name)) & _ALL)


def spread(keys: Keys, add: int) -> Number:
    """A uniform number in [0, 1) from each world's key and what names a decision of a day."""
    if type(keys) is Array:
        return (_mix_array(keys + np.uint64(add)) >> np.uint64(11)).astype(np.float64) * _UNIT
    z = (keys + add) & _ALL  # mix, in its place: a call costs more than what it does
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _ALL
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _ALL
    return ((z ^ (z >> 31)) >> 11) * _UNIT


class Draw(Protocol):
    """Looks up a number for a decision by its name; the index tells several of one day apart."""

    def __call__(self, name: str, index: int = 0) -> Number:
        """A uniform number in [0, 1), one per world."""


class Luck(NamedTuple):
    """The draws of one day: the worlds' keys, and the day (its date's ordinal) with its own key."""

    keys: Keys
    day: int
    key: int

    @classmethod
    def of(cls, keys: Keys, day: int) -> Luck:
        """The draws of a day."""
        return cls(keys, day, day_key(day))

    def draw(self, name: str, index: int = 0) -> Number:
        """A uniform number in [0, 1) for this decision today, one per world: :func:`uniform`."""
        key = self.key if type(index) is int and index == 0 else day_key(self.day, index)
        return spread(self.keys, (key + name_key(name)) & _ALL)

    def turn(self, index: int) -> Luck:
        """The draws of the day for one of several events of a kind: those with this index."""
        return self if type(index) is int and index == 0 else Luck(self.keys, self.day, day_key(self.day, index))

    def cut(self, places: np.ndarray[Any, Any]) -> Luck:
        """The draws of some of the worlds."""
        return Luck(self.keys[places], self.day, self.key) if isinstance(self.keys, np.ndarray) else self
