"""One past, lived once: worlds with the same past are forked from its last evening instead of living it again.

What the days before a scenario's first one come to depends on what they are given and on nothing else: the numbers in
force then, each day's calendar and gifts, and the worlds' luck. The key of a past is a hash of all that, so it asks no
scenario for its name, its levers or its script from the first day on: these reach no day of the past.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import blake2b
from types import NoneType
from typing import Any

import numpy as np
from pydantic import BaseModel

from sim.engine.almanac import Almanac
from sim.engine.mesa import Lived
from sim.engine.numbers import numbers_of
from sim.engine.uncertain import drawn
from sim.language.luck import world_keys
from sim.language.tree import Settings
from sim.scenario.arguments import whole, world_numbers
from sim.scenario.overrides import checked_overrides
from sim.scenario.past import before_the_start
from sim.scenario.schema import Scenario

MOST = 64_000_000
"""Bytes of arrays that are kept: the pasts of some 80,000 worlds."""
PLAIN = frozenset({bool, int, float, str, NoneType, date})
"""Types whose ``repr`` says all of a value, to the last bit, and the same of no other."""
_UNLIKE_ANY = itertools.count()


class Pasts:
    """The pasts that have been lived lately, by key. Beyond ``most`` bytes, the one not used for longest is dropped."""

    def __init__(self, most: int = MOST) -> None:
        self.lived = 0
        """How many had to be lived, since there was none to go on from."""
        self.size = 0
        """Bytes of the arrays that are kept."""
        self._most = most
        self._kept: dict[str, tuple[Lived, int]] = {}  # the one used last stands last
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: str) -> Lived | None:
        """The worlds on the eve of their first day, if this past is kept."""
        with self._lock:
            found = self._kept.pop(key, None)
            if found is None:
                return None
            self._kept[key] = found
            return found[0]

    def keep(self, key: str, lived: Lived) -> None:
        """Keep a past that has just been lived: a copy that nobody can write into, if it is not too large."""
        arrays: list[np.ndarray[Any, Any]] = []
        copy = frozen(lived, arrays)
        size = sum(array.nbytes for array in arrays)
        with self._lock:
            self.lived += 1
            self.size -= self._kept.pop(key, (lived, 0))[1]
            if size <= self._most:
                self._kept[key] = (copy, size)
                self.size += size
            while self.size > self._most:
                self.size -= self._kept.pop(next(iter(self._kept)))[1]


OF_THIS_PROCESS = Pasts()
"""What the runs of this process share. Its code must not change meanwhile: a patched rule is not seen in a key."""


def key_of(scenario: Scenario, seed: int, worlds: Sequence[int], overrides: Mapping[str, Any] | None = None) -> str:
    """What decides the past of these worlds, as a hash. The same key means the same past, bit for bit.

    It may differ where the past is the same after all: a number that no rule reads before the first day is in it.
    """
    numbers = world_numbers(0, worlds)
    luck, given = world_keys(whole("seed", seed), numbers), checked_overrides(scenario, overrides, numbers)
    past, lasting = before_the_start(scenario, {**drawn(scenario, luck), **given})
    almanac = Almanac(scenario, past)
    days = [almanac.day(number) for number in range(almanac.first_day, 0)]
    said: list[str] = []
    tell((luck, numbers_of(past, lasting), almanac.states_before(), days), said)
    return blake2b("\n".join(said).encode("utf-8"), digest_size=16).hexdigest()


def tell(value: Any, said: list[str]) -> None:
    """Add what a value says, in lines: the same lines only for the same value, of the same types.

    Something of a kind not known here is like nothing else, not even like itself: its past is lived anew.
    """
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if kind in PLAIN:
        said.append(f"{name} {value!r}")
    elif isinstance(value, np.ndarray | np.generic) and not value.dtype.hasobject:
        content = blake2b(value.tobytes(), digest_size=16).hexdigest()
        said.append(f"{name} {value.dtype.str} {value.shape} {content}")
    elif isinstance(value, list | tuple):
        said.append(f"{name} of {len(value)}")
        for item in value:
            tell(item, said)
    elif isinstance(value, Mapping | Settings | BaseModel):
        items = dict(value) if isinstance(value, Mapping | BaseModel) else vars(value)
        said.append(f"{name} of {len(items)}")
        for of, item in items.items():
            tell(of, said)
            tell(item, said)
    else:
        said.append(f"{name}, the {next(_UNLIKE_ANY)}th of its kind")


def frozen(value: Any, arrays: list[np.ndarray[Any, Any]]) -> Any:
    """A copy in which every array is read only, so that writing into it is a ValueError; lists the arrays too."""
    if isinstance(value, np.ndarray):
        copy = value.copy()
        copy.flags.writeable = False
        arrays.append(copy)
        return copy
    if isinstance(value, dict):
        return {name: frozen(item, arrays) for name, item in value.items()}
    if isinstance(value, tuple):
        items = [frozen(item, arrays) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    return value
