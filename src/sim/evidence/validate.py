"""Hold the free hindcasts against the record: every pattern with its interval, in its band or not."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from sim.engine.ways import Engine
from sim.evidence.calibrate import is_inside, spread
from sim.evidence.hindcast import History, drive_by, hindcast
from sim.evidence.patterns import PATTERNS, Part, Pattern, Values
from sim.scenario.load import load

SLICES = 10
"""A number that only many worlds together can tell is measured in so many parts of them, for its interval."""


def validate(
    *, worlds: int = 600, seed: int = 1, engine: Engine = "auto", changes: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    """A row a pattern: id, says, observed, median, low, high, band, inside, counted; and a row a part where it has two.

    ``median`` is over worlds (or the share of worlds, or of events, where the pattern is one); ``low`` and ``high``
    are the 10th and 90th percentile of worlds, or of ten parts of them. ``engine`` changes nothing but the time it
    takes (see :mod:`sim.engine.ways`): NoEngine, a ValueError, where ``fused`` cannot be had.
    ``changes`` are numbers by dotted name in place of the defaults, in every hindcast.
    """
    names = sorted({pattern.hindcast for pattern in PATTERNS.values()})
    scenarios = {name: load(name, changes=changes) for name in names}
    histories = {
        name: hindcast(scenario, worlds=range(worlds), seed=seed, drive=drive_by(engine, scenario, worlds))
        for name, scenario in scenarios.items()
    }
    return [_row(pattern, histories[pattern.hindcast]) for pattern in PATTERNS.values()]


def _row(pattern: Pattern, history: History) -> dict[str, Any]:
    parts = [_part(pattern, part, history) for part in pattern.parts]
    inside = all(part["inside"] for part in parts)
    row = {"id": pattern.id, "says": pattern.says, **parts[0], "inside": inside, "counted": pattern.counted}
    if len(parts) > 1:
        row["parts"] = parts
    return row


def _part(pattern: Pattern, part: Part, history: History) -> dict[str, Any]:
    values = part.measure(history)
    low, high = spread(values) if values.size > 1 and not part.is_share else spread(_in_slices(part, history))
    return {
        "observed": _plain(part.observed),
        "median": _plain(part.over_worlds(values)),
        "low": _plain(low),
        "high": _plain(high),
        "band": [_plain(edge) for edge in part.band],
        "inside": is_inside(pattern, part, values),
    }


def _in_slices(part: Part, history: History) -> Values:
    worlds = history.attacks.shape[1]
    edges = np.linspace(0, worlds, min(SLICES, worlds) + 1).astype(int)
    slices = [history.of(range(a, b)) for a, b in pairwise(edges)]
    return np.array([part.over_worlds(part.measure(piece)) for piece in slices])


def _plain(value: float) -> float | None:
    """A number for JSON: six digits, and nothing for infinity or what cannot be told."""
    return float(f"{value:.6g}") if np.isfinite(value) else None
