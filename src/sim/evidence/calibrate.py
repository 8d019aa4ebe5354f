"""A search for parameters with which the free hindcasts look like the record.

Latin-hypercube points over the numbers in ``FITTED``, each inside its plausible range; then narrower boxes round
the best so far. The distance of a point to the patterns is 0 where every part lies in the inner half of its band.
A small part of it is how far the numbers are from the middles of their ranges, so that what the record does not
tell apart stays where judgement puts it. The search is a pure function of its seed and budget, and knows nothing
of the scenarios' outcomes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from pydantic import BaseModel
from scipy.stats import qmc  # type: ignore[import-untyped]

from sim.engine.mesa import Drive
from sim.engine.ways import Engine
from sim.evidence.hindcast import History, drive_by, hindcast
from sim.evidence.patterns import PATTERNS, Part, Pattern, Values
from sim.scenario.load import load
from sim.scenario.schema import Scenario

FITTED = (
    "iran.opportunity",
    "militias.wish_salience",
    "militias.wish_stake",
    "attacks.weekly",
    "united_states.threshold",
    "united_states.slope",
    "united_states.rung_strikes",
    "united_states.rung_place",
    "united_states.cut_iraq",
    "united_states.cut_commander",
    "iraq.base_pressure",
    "iraq.jump_iraq",
    "iraq.jump_commander",
    "iraq.pressure_half_life",
    "iraq.anchor_threat",
    "iraq.anchor_committee",
    "iraq.overreach",
    "iraq.precision",
)
"""The numbers that the patterns can tell apart, and that no source gives: those the schema marks as fitted.

Their order is that of the design's columns: another order is another search.
"""

SEARCHED = tuple(pattern for pattern in PATTERNS.values() if pattern.counted and pattern.searched)
PRIOR = 2.0
"""Weight of a point's mean squared distance from the middles of its plausible ranges (1 at their ends)."""
OUTSIDE = 4.0
"""What a part outside its band adds to the distance, beside how far."""
BLOCK = 3200
"""Worlds that are run in one block, of as many points as that makes."""


@dataclass(frozen=True)
class Point:
    """One set of parameters, how far it is from the patterns, and which of them it shows."""

    values: dict[str, float]
    distance: float
    inside: tuple[str, ...]


def calibrate(
    *,
    points: int = 320,
    rounds: int = 3,
    worlds: int = 80,
    finalists: int = 12,
    final_worlds: int = 600,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
    engine: Engine = "auto",
) -> list[Point]:
    """Search: ``rounds`` designs of so many points, each half as wide and round the best before; best first.

    The ``finalists`` run again, with more worlds and other luck, and are put in order by that. ``engine`` changes
    nothing but the time it takes (see :mod:`sim.engine.ways`): NoEngine, a ValueError, where ``fused`` cannot be had.
    """
    lives = drives(engine, points * rounds * worlds + min(finalists, points * rounds) * final_worlds)
    ranges = {name: plausible(name) for name in FITTED}
    low = np.array([a for a, _ in ranges.values()])
    high = np.array([b for _, b in ranges.values()])
    found: list[Point] = []
    for turn in range(rounds):
        if found:
            centre = np.array([found[0].values[name] for name in FITTED])
            half = (np.array([b - a for a, b in ranges.values()])) * 0.5 ** (turn + 1)
            low = np.maximum(centre - half, [a for a, _ in ranges.values()])
            high = np.minimum(centre + half, [b for _, b in ranges.values()])
        design = qmc.scale(qmc.LatinHypercube(len(FITTED), rng=seed + turn).random(points), low, high)
        chosen = [dict(zip(FITTED, map(_short, row.tolist()), strict=True)) for row in design]
        for batch in _batches(chosen, worlds):
            found += evaluate(batch, worlds=worlds, seed=seed, lives=lives)
            if progress is not None:
                progress(len(found), rounds * points)
        found.sort(key=lambda point: point.distance)
    again: list[Point] = []
    for batch in _batches([point.values for point in found[:finalists]], final_worlds):
        again += evaluate(batch, worlds=final_worlds, seed=seed + 1, lives=lives)
    return sorted(again, key=lambda point: point.distance) + found[finalists:]


def drives(engine: Engine, worlds: int) -> dict[str, Drive]:
    """What lives the days of each hindcast that is searched along, of so many worlds in all blocks together."""
    names = sorted({pattern.hindcast for pattern in SEARCHED})
    return {name: drive_by(engine, load(name), worlds) for name in names}


def evaluate(
    points: list[dict[str, float]], *, worlds: int, seed: int, lives: Mapping[str, Drive] | None = None
) -> list[Point]:
    """Run every point's hindcasts, all in one block: the same worlds, so the same luck, for each.

    ``lives`` are :func:`drives`; NumPy's where there are none.
    """
    lives = lives or drives("numpy", worlds)
    copies = np.tile(np.arange(worlds), len(points))
    overrides = {name: np.repeat([point[name] for point in points], worlds) for name in FITTED}
    histories = {
        name: hindcast(load(name), worlds=copies.tolist(), seed=seed, overrides=overrides, drive=drive)
        for name, drive in lives.items()
    }
    return [
        _scored(point, {name: history.of(range(at * worlds, (at + 1) * worlds)) for name, history in histories.items()})
        for at, point in enumerate(points)
    ]


def _scored(point: dict[str, float], histories: dict[str, History]) -> Point:
    off = [
        (2.0 * value - low - high) / (high - low)
        for value, (low, high) in ((v, plausible(n)) for n, v in point.items())
    ]
    distance, inside = PRIOR * float(np.mean(np.square(off))), []
    for pattern in SEARCHED:
        found = [part.measure(histories[pattern.hindcast]) for part in pattern.parts]
        distance += sum(apart(pattern, part, values) for part, values in zip(pattern.parts, found, strict=True))
        if all(is_inside(pattern, part, values) for part, values in zip(pattern.parts, found, strict=True)):
            inside.append(pattern.id)
    return Point(point, distance, tuple(inside))


def is_inside(pattern: Pattern, part: Part, values: Values) -> bool:
    """Whether this part of a pattern lies in its band."""
    if pattern.holds_day is not None:
        low, high = spread(values)
        return low <= pattern.holds_day <= high
    value = part.over_worlds(values)
    return bool(part.band[0] <= value <= part.band[1])


def spread(values: Values) -> tuple[float, float]:
    """The 10th and 90th percentile over worlds, those that cannot tell left out."""
    told = np.sort(values[~np.isnan(values)])
    if not told.size:
        return float("nan"), float("nan")
    return float(told[int(0.1 * (told.size - 1))]), float(told[int(np.ceil(0.9 * (told.size - 1)))])


def apart(pattern: Pattern, part: Part, values: Values) -> float:
    """0 from the aim half-way to the edge of the band; 1 at the edge; beyond it more, and ``OUTSIDE``."""
    if pattern.holds_day is not None:
        return 0.0 if is_inside(pattern, part, values) else OUTSIDE
    value = part.over_worlds(values)
    if np.isnan(value):
        return 2.0 * OUTSIDE
    edge = part.band[0] if value < part.aim else part.band[1]
    room = abs(edge - part.aim)
    if np.isinf(room) or (room == 0.0 and part.band[0] <= value <= part.band[1]):
        return 0.0
    off = max(abs(value - part.aim) / max(room, 0.05) - 0.5, 0.0) * 2.0
    return off * off + (0.0 if part.band[0] <= value <= part.band[1] else OUTSIDE)


@cache
def plausible(dotted: str) -> tuple[float, float]:
    """The plausible range of a number of the schema."""
    section: Any = Scenario()
    *path, name = dotted.split(".")
    for step in path:
        section = getattr(section, step)
    assert isinstance(section, BaseModel)
    extra = type(section).model_fields[name].json_schema_extra
    assert isinstance(extra, dict)
    plain: Any = extra["range"]
    return float(plain[0]), float(plain[1])


def _short(value: float) -> float:
    """Three significant digits, so that what was searched is what is written down."""
    return float(f"{value:.3g}")


def _batches(items: list[dict[str, float]], worlds: int) -> Iterator[list[dict[str, float]]]:
    size = max(BLOCK // worlds, 1)
    for at in range(0, len(items), size):
        yield items[at : at + size]
