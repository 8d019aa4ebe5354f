"""A stand-in for the model that takes no time: made-up histories, a pure function of scenario, seed and world.

The other functions here do harm on the way: they raise, end their process, or never come back.
Workers find them by name.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.engine.observe import WORLD_COLUMNS
from sim.model.ledger import COLUMNS
from sim.scenario.load import fingerprint
from sim.scenario.schema import Scenario

ENDINGS = [("us_stays", "unchanged"), ("us_stays", "reduced"), ("negotiated_exit", "phased"), ("forced_exit", "letter")]
BINS = {"pressure": 41, "attacks_iraq": 61, "rung/iraq": 8}  # as in sim.model.quantities
COUNTS = ("attacks_iraq", "attacks_syria", "us_killed", "us_strikes", "threats")


def draws(key: str, worlds: np.ndarray[Any, Any], name: str) -> np.ndarray[Any, Any]:
    """Uniform numbers, one a world."""
    found = [blake2b(f"{key} {world} {name}".encode(), digest_size=4).digest() for world in worlds]
    return np.array([int.from_bytes(number, "big") / 2**32 for number in found])


def simulate(scenario: Scenario, *, seed: int = 1, worlds: Iterable[int], events: bool = False) -> SimpleNamespace:
    """Made-up worlds."""
    key, number = f"{fingerprint(scenario)} {seed}", np.array(list(worlds), np.int64)
    ending = (4 * draws(key, number, "ending")).astype(int)
    decided = np.floor(scenario.days * draws(key, number, "day"))
    day = np.where(ending >= 2, decided, np.nan)
    columns: dict[str, Any] = {
        "world": number,
        "outcome": np.array([ENDINGS[i][0] for i in ending], object),
        "kind": np.array([ENDINGS[i][1] for i in ending], object),
        "outcome_day": day,
        "completion_day": np.where(day < scenario.days / 2, day + 100, np.nan),
        "troops_end": np.where(ending >= 2, 0.0, 2500.0),
    }
    for name in COUNTS:
        columns[name] = (90 * draws(key, number, name)).astype(np.int64)
    columns["pressure_max"] = draws(key, number, "pressure")
    columns["after_training"] = np.where(ending >= 2, -draws(key, number, "training"), np.nan)
    for name, about in WORLD_COLUMNS.items():  # nothing of the others
        empty = np.full(len(number), np.nan) if name.startswith("after_") else np.zeros(len(number), np.int64)
        columns.setdefault(name, empty.astype(float if about.dtype == "float" else np.int64))
    columns = {name: columns[name] for name in WORLD_COLUMNS}
    weekly = {}
    for name, bins in BINS.items():
        counts = np.zeros((-(-scenario.days // 7), bins), np.int64)
        for week in range(min(len(counts), 3)):  # the others stay without worlds
            np.add.at(counts[week], (bins * draws(key, number, f"{name} {week}")).astype(int), 1)
        weekly[name] = counts
    return SimpleNamespace(worlds=columns, weekly=weekly, events=acts(number, day) if events else None)


def acts(worlds: np.ndarray[Any, Any], day: np.ndarray[Any, Any]) -> dict[str, list[Any]]:
    """Two acts a world where something was decided, one in the others; and what pressure was made of in between."""
    rows = []
    for world, when in zip(worlds.tolist(), day.tolist(), strict=True):
        level = 0.5 + world / 10_000
        accounts = [
            {"state": "pressure", "level": level, "source": "act", "act": 0, "share": level - 0.3},
            {"state": "pressure", "level": level, "source": "front gaza", "act": None, "share": 0.4},
            {"state": "pressure", "level": level, "source": "older", "act": None, "share": -0.1},
        ]
        course = ("Iraq", "stands under pressure", "silence", "course", False, [0], "{}", accounts)
        rows.append((world, 0, -3, "United States", "strike", "strike in Iraq", "whether", True, [], "{}", []))
        rows.append((world, 1, -1, *course))
        if when == when:
            terms = '{"survival": -0.5}'
            rows.append((world, 2, int(when), "Iraq", "decide", "letter", "choice", False, [0], terms, accounts))
    return {name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)}


def fails_at_300(scenario: Scenario, *, seed: int, worlds: range, events: bool) -> SimpleNamespace:
    """Raises in the block that holds world 300."""
    if 300 in worlds:
        raise ZeroDivisionError("a made-up fault")
    return simulate(scenario, seed=seed, worlds=worlds, events=events)


def harms(scenario: Scenario, *, seed: int, worlds: range, events: bool) -> SimpleNamespace:
    """Raises in the block that holds world 100, and ends its process in the one that holds world 300."""
    if 100 in worlds:
        raise ZeroDivisionError("a made-up fault")
    if 300 in worlds:
        os._exit(9)
    return simulate(scenario, seed=seed, worlds=worlds, events=events)


def always_dies(scenario: Scenario, **_: Any) -> SimpleNamespace:
    """Ends its process."""
    os._exit(9)


def dies_once(scenario: Scenario, *, seed: int, worlds: range, events: bool) -> SimpleNamespace:
    """Ends its process at world 300, the first time; the file named in FAKE_DIED remembers."""
    if 300 in worlds:
        died = Path(os.environ["FAKE_DIED"])
        if not died.exists():
            died.touch()
            os._exit(9)
    return simulate(scenario, seed=seed, worlds=worlds, events=events)


def waits_at_300(scenario: Scenario, *, seed: int, worlds: range, events: bool) -> SimpleNamespace:
    """Never comes back from world 300 on: its process waits to be ended."""
    if worlds[-1] >= 300:
        threading.Event().wait()
    return simulate(scenario, seed=seed, worlds=worlds, events=events)


def by_either(
    scenario: Scenario, *, seed: int, worlds: Iterable[int], events: bool, engine: str = "numpy"
) -> SimpleNamespace:
    """Made-up worlds, the same by either engine."""
    assert not (events and engine == "fused")
    return simulate(scenario, seed=seed, worlds=worlds, events=events)


def no_program_at_300(
    scenario: Scenario, *, seed: int, worlds: range, events: bool, engine: str = "numpy"
) -> SimpleNamespace:
    """Made-up worlds; in the block that holds world 300 the program's library is broken."""
    if 300 in worlds and engine == "fused":
        raise OSError("a made-up library is broken")
    return simulate(scenario, seed=seed, worlds=worlds, events=events)


def no_room(scenario: Scenario, *, seed: int, worlds: range, events: bool) -> SimpleNamespace:
    """Finds too little memory in the block that holds world 300."""
    if 300 in worlds:
        raise MemoryError
    return simulate(scenario, seed=seed, worlds=worlds, events=events)


def never_ends(scenario: Scenario, **_: Any) -> SimpleNamespace:
    """A block that would take for ever. The file named in FAKE_BEGUN says that one was begun."""
    Path(os.environ["FAKE_BEGUN"]).touch()
    threading.Event().wait()
    raise AssertionError("nobody ends it")


def large(scenario: Scenario, *, seed: int, worlds: range, events: bool) -> SimpleNamespace:
    """A block that needs 100 MB on the way."""
    held = np.zeros(100_000_000, np.int8)
    held[::4096] = 1
    return simulate(scenario, seed=seed, worlds=worlds, events=events)
