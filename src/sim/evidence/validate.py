"""Hold the free hindcasts against the record: every pattern with its interval, in its band or not, likely or not."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from sim.engine.ways import Engine
from sim.evidence.calibrate import is_inside, spread
from sim.evidence.hindcast import History, drive_by, hindcast
from sim.evidence.patterns import PATTERNS, Part, Pattern, predicted
from sim.evidence.scores import Values, place
from sim.scenario.load import load

SLICES = 10
"""A number that only many worlds together can tell is measured in so many parts of them, for its interval."""


def validate(
    *, worlds: int = 600, seed: int = 1, engine: Engine = "auto", changes: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    """A row a pattern: id, says, counted, new and the fields of its part; and a row a part where it has several.

    ``median`` is over worlds (or the share of worlds, or of events, where the pattern is one); ``low`` and ``high``
    are the 10th and 90th percentile of worlds, or of ten parts of them; ``inside`` is whether it lies in its ``band``.
    ``scored`` (in words ``scored_as``) lies between ``predicted_low`` and ``predicted_high``, ``width`` apart, if it is
    ``in_90``; ``tail`` is how likely something as far out is, ``told`` the share of draws that could tell (see
    :mod:`sim.evidence.scores`). Of a pattern of several parts ``tail`` is the smallest, and all have to be ``in_90``.
    ``engine`` changes nothing but the time it takes (see :mod:`sim.engine.ways`): NoEngine, a ValueError, where
    ``fused`` cannot be had. ``changes`` are numbers by dotted name in place of the defaults, in every hindcast.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in sorted({pattern.hindcast for pattern in PATTERNS.values()}):  # one at a time: they are large
        scenario = load(name, changes=changes)
        history = hindcast(scenario, worlds=range(worlds), seed=seed, drive=drive_by(engine, scenario, worlds))
        found |= {pattern.id: _row(pattern, history) for pattern in PATTERNS.values() if pattern.hindcast == name}
    return [found[name] for name in PATTERNS]


def _row(pattern: Pattern, history: History) -> dict[str, Any]:
    parts = [_part(pattern, part, history) for part in pattern.parts]
    inside = all(part["inside"] for part in parts)
    said = {"id": pattern.id, "says": pattern.says, "hindcast": pattern.hindcast}
    row = {**said, **parts[0], "inside": inside, "counted": pattern.counted, "new": pattern.new}
    if len(parts) > 1:
        row |= {"tail": min(part["tail"] for part in parts), "in_90": all(part["in_90"] for part in parts)}
        row["parts"] = parts
    return row


def _part(pattern: Pattern, part: Part, history: History) -> dict[str, Any]:
    values = part.measure(history)
    low, high = spread(values) if values.size > 1 and not part.is_share else spread(_in_slices(part, history))
    draws, scored = predicted(part, history)
    found = place(draws, scored)
    return {
        "part": part.says,
        "observed": _plain(part.observed),
        "median": _plain(part.over_worlds(values)),
        "low": _plain(low),
        "high": _plain(high),
        "band": [_plain(edge) for edge in part.band],
        "inside": is_inside(pattern, part, values),
        "scored": _plain(scored),
        "scored_as": part.score.says if part.score is not None else "",
        "tail": _plain(found.tail),
        "in_90": found.in_90,
        "predicted_low": _plain(found.low),
        "predicted_high": _plain(found.high),
        "width": _plain(found.width),
        "told": _plain(found.told),
    }


def _in_slices(part: Part, history: History) -> Values:
    worlds = history.attacks.shape[1]
    edges = np.linspace(0, worlds, min(SLICES, worlds) + 1).astype(int)
    slices = [history.of(range(a, b)) for a, b in pairwise(edges)]
    return np.array([part.over_worlds(part.measure(piece)) for piece in slices])


def _plain(value: float) -> float | None:
    """A number for JSON: six digits, and nothing for infinity or what cannot be told."""
    return float(f"{value:.6g}") if np.isfinite(value) else None
