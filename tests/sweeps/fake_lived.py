"""In place of the model: made-up worlds of a part of a sweep, a pure function of seed, world and what the point gives.

Workers find these functions by name.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.observe import WORLD_COLUMNS
from sim.model.outcomes import OUTCOMES
from sim.scenario.load import fingerprint
from sim.sweeps.cells import ByPoint, Task

KINDS = ("unchanged", "phased", "letter", "ran_out")


def uniform(*parts: Any) -> np.ndarray[Any, Any]:
    """Uniform numbers from arrays of whole numbers, one an entry."""
    z = np.zeros(np.broadcast_shapes(*(np.shape(part) for part in parts)), np.uint64)
    for part in parts:
        z = (z ^ np.asarray(part, np.uint64)) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0xD1B54A32D192ED03)
        z ^= z >> np.uint64(29)
    return (z >> np.uint64(11)).astype(float) * 2.0**-53


def lived(task: Task) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Made-up worlds: the sum of the numbers of a point moves the outcome, and the luck of a world is its own."""
    piece = task.piece
    worlds = np.tile(np.arange(piece.first, piece.end), len(piece.places))
    each = piece.end - piece.first
    moved = sum((np.asarray(values, float) for values in task.numbers.values()), np.zeros(len(piece.places)))
    mark = int(fingerprint(task.scenario), 16) % 1000
    level = np.repeat(moved, each) + mark / 1e4
    luck = uniform(np.full(len(worlds), task.seed), worlds, 1)
    code = np.clip((luck + 1.2 * level) * 1.3, 0, 3).astype(int)
    columns: dict[str, Any] = {
        "world": worlds,
        "outcome": np.array(OUTCOMES, object)[code],
        "kind": np.array(KINDS, object)[code],
        "outcome_day": np.where(code > 0, np.floor(300 * luck), np.nan),
        "attacks_iraq": (90 * uniform(task.seed, worlds, 2)).astype(np.int64),
        "pressure_max": uniform(task.seed, worlds, 3),
    }
    for name, about in WORLD_COLUMNS.items():
        empty = np.full(len(worlds), np.nan) if name.startswith("after_") or name == "completion_day" else 0
        columns.setdefault(name, np.broadcast_to(np.asarray(empty), worlds.shape).astype(
            float if about.dtype == "float" else np.int64))  # fmt: skip
    weekly = ByPoint(task.scenario, task.weekly, len(piece.places), each)
    for week in range(-(-task.scenario.days // 7)):
        weekly.see(7 * week, {name: (3 * uniform(task.seed, worlds, week)).astype(int) for name in task.weekly})
    return {name: columns[name] for name in WORLD_COLUMNS}, weekly.counts, "numpy"


def fails(task: Task) -> Any:
    """Raises in every part that holds world 60 of a point whose number is above .7."""
    values = next(iter(task.numbers.values()), np.zeros(1))
    if task.piece.first <= 60 < task.piece.end and (np.asarray(values) > 0.7).any():
        raise ZeroDivisionError("a made-up fault")
    return lived(task)


def dies(task: Task) -> Any:
    """Ends its process once, in a part that holds world 60; the file named in FAKE_DIED remembers."""
    died = Path(os.environ["FAKE_DIED"])
    if task.piece.first <= 60 < task.piece.end and not died.exists():
        died.touch()
        os._exit(9)
    return lived(task)


def never_ends(task: Task) -> Any:
    """Never comes back from world 50 on. The file named in FAKE_BEGUN says that it came so far."""
    if task.piece.first >= 50:
        Path(os.environ["FAKE_BEGUN"]).touch()
        threading.Event().wait()
    return lived(task)
