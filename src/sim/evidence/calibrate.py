"""A search for parameters with which the free hindcasts look like the record.

Latin-hypercube points over the numbers in ``FITTED``, each inside its plausible range; then, round the best few that
lie far apart, narrower boxes, each round the best of its own region so far. A point's distance to the patterns adds up
for each part how far it lies from the inner half of its band, and how unlikely the observed value is in the place of a
world's. A small part of it is how far the numbers are from the middles of their ranges, so that what the record does
not tell apart stays where judgement puts it. The search is a pure function of its seed and budget, and knows nothing
of the scenarios' outcomes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from pydantic import BaseModel
from scipy.stats import qmc  # type: ignore[import-untyped]

from sim.engine.mesa import Drive
from sim.engine.ways import Engine
from sim.evidence.hindcast import History, drive_by, hindcast
from sim.evidence.patterns import LONG, PATTERNS, TALKS, YEARS, Part, Pattern, predicted
from sim.evidence.scores import Place, Values, place
from sim.scenario.load import load
from sim.scenario.schema import Scenario

FITTED = (
    "region.confrontation",
    "iran.opportunity",
    "militias.wish_salience",
    "militias.wish_stake",
    "militias.begin_level",
    "militias.begin_reason",
    "militias.end_weary",
    "attacks.weekly",
    "attacks.calm",
    "united_states.threshold",
    "united_states.slope",
    "united_states.rung_strikes",
    "united_states.rung_place",
    "united_states.rung_killings",
    "united_states.cut_iraq",
    "united_states.cut_commander",
    "iraq.base_pressure",
    "iraq.jump_iraq",
    "iraq.jump_commander",
    "iraq.pressure_half_life",
    "iraq.news_half_life",
    "iraq.anchor_threat",
    "iraq.anchor_committee",
    "iraq.overreach",
    "iraq.precision",
    "parliament.routine_chance",
)
"""The numbers that the patterns can tell apart, and that no source gives: those the schema marks as fitted.

Their order is that of the design's columns: another order is another search.
"""

SEARCHED = tuple(pattern for pattern in PATTERNS.values() if pattern.kind != "input")
OF_THE_WORLDS = {LONG: 0.25, YEARS: 0.5, TALKS: 0.5}
"""The share of the worlds that is run of each long hindcast."""
FEWEST = 10
PRIOR = 2.0
"""Weight of a point's mean squared distance from the middles of its plausible ranges (1 at their ends)."""
OUTSIDE = 4.0
"""What a part outside its band adds to the distance, beside how far; and as much one outside the central 90 %."""
LIKELY = 0.3
"""A tail of this much adds nothing; each e-th part of it adds 1."""
RAREST = 0.01
"""Less than this is not told apart."""
FARTHEST = 5.0
"""Beyond this many half-bands it does not matter how far."""
APART = 0.3
"""Regions lie this far apart at least: the root mean square of distances, each as a share of its plausible range."""
BLOCK = 3_000_000
"""World-days of one hindcast that are run in one block, of as many points as that makes."""
CHUNK = 80
"""Points that are judged between two words of progress."""


@dataclass(frozen=True)
class Point:
    """One set of parameters, how far it is from the patterns, and which of them it shows."""

    values: dict[str, float]
    distance: float
    inside: tuple[str, ...]
    in_90: tuple[str, ...] = ()  # patterns whose every part lies in the central 90 %
    region: int = -1  # none: a point of the first design


@dataclass(frozen=True)
class Search:
    """What was found: the best of each region by luck that chose nothing, best first; and every point that was tried.

    ``chosen`` are the same points in the same order, with the distances by which they were chosen.
    """

    best: tuple[Point, ...]
    chosen: tuple[Point, ...]
    tried: tuple[Point, ...]


def calibrate(
    *,
    points: int = 320,
    rounds: int = 3,
    worlds: int = 80,
    regions: int = 3,
    finalists: int = 12,
    final_worlds: int = 400,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
    engine: Engine = "auto",
) -> Search:
    """Search: a design over the whole, then in each region designs of its share of so many points, each half as wide.

    The ``finalists``, as many of each region, run again with more worlds and other luck; of each region the best by
    that runs once more, with luck that chose nothing. ``engine`` changes nothing but the time it takes (see
    :mod:`sim.engine.ways`): NoEngine, a ValueError, where ``fused`` cannot be had.
    """
    of_each = max(points // regions, 1)
    lives = drives(engine, (points + (rounds - 1) * of_each * regions) * worlds + finalists * final_worlds)
    ranges = np.array([plausible(name) for name in FITTED])
    width = ranges[:, 1] - ranges[:, 0]
    total = points + (rounds - 1) * regions * of_each
    done = 0

    def designed(low: Values, high: Values, many: int, turn: int, region: int) -> list[Point]:
        """The points of one design."""
        nonlocal done
        luck = np.random.default_rng([seed, turn, region + 1])
        design = qmc.scale(qmc.LatinHypercube(len(FITTED), rng=luck).random(many), low, high)
        chosen = [dict(zip(FITTED, map(_short, row.tolist()), strict=True)) for row in design]
        found: list[Point] = []
        for batch in _batches(chosen, CHUNK):
            found += evaluate(batch, worlds=worlds, seed=seed, lives=lives)
            done += len(batch)
            if progress is not None:
                progress(done, total)
        return [replace(point, region=region) for point in found]

    tried = designed(ranges[:, 0], ranges[:, 1], points, 0, -1)
    of_region = [[replace(point, region=place_)] for place_, point in enumerate(far_apart(tried, regions))]
    for turn in range(1, rounds):
        half = width * 0.5 ** (turn + 1)
        for region, found in enumerate(of_region):
            centre = np.array([found[0].values[name] for name in FITTED])
            low, high = np.maximum(centre - half, ranges[:, 0]), np.minimum(centre + half, ranges[:, 1])
            more = designed(low, high, of_each, turn, region)
            tried += more
            found += more
            found.sort(key=_distance)
    last = [point for found in of_region for point in found[: max(finalists // len(of_region), 1)]]
    again = _again(last, final_worlds, seed + 1, lives)
    chosen = [min((point for point in again if point.region == at), key=_distance) for at in range(len(of_region))]
    fresh = _again(chosen, final_worlds, seed + 2, lives)
    pairs = sorted(zip(fresh, chosen, strict=True), key=lambda pair: pair[0].distance)
    return Search(tuple(best for best, _ in pairs), tuple(by for _, by in pairs), tuple(sorted(tried, key=_distance)))


def far_apart(points: Sequence[Point], many: int) -> list[Point]:
    """The best point, then the best of those that lie far from all taken so far; fewer where none does."""
    ranges = np.array([plausible(name) for name in FITTED])
    width = ranges[:, 1] - ranges[:, 0]
    taken: list[Point] = []
    for point in sorted(points, key=_distance):
        here = np.array([point.values[name] for name in FITTED])
        gaps = [(here - np.array([other.values[name] for name in FITTED])) / width for other in taken]
        if all(float(np.sqrt(np.mean(np.square(gap)))) >= APART for gap in gaps):
            taken.append(point)
        if len(taken) == many:
            break
    return taken


def drives(engine: Engine, worlds: int) -> dict[str, Drive]:
    """What lives the days of each hindcast that is searched along, of so many worlds in all blocks together."""
    names = sorted({pattern.hindcast for pattern in SEARCHED})
    return {name: drive_by(engine, load(name), worlds_of(name, worlds)) for name in names}


def worlds_of(name: str, worlds: int) -> int:
    """How many worlds are run of a hindcast: fewer of a long one."""
    return max(round(worlds * OF_THE_WORLDS.get(name, 1.0)), FEWEST)


def evaluate(
    points: list[dict[str, float]], *, worlds: int, seed: int, lives: Mapping[str, Drive] | None = None
) -> list[Point]:
    """Run every point's hindcasts, in blocks of many points: the same worlds, so the same luck, for each.

    ``lives`` are :func:`drives`; NumPy's where there are none.
    """
    found = judged(points, worlds=worlds, seed=seed, lives=lives or drives("numpy", worlds))
    return [_scored(point, each) for point, each in zip(points, found, strict=True)]


def judged(
    points: Sequence[Mapping[str, float]], *, worlds: int, seed: int, lives: Mapping[str, Drive]
) -> list[dict[str, Judged]]:
    """What each point shows of the patterns of these hindcasts, by pattern; a point names the same numbers as all."""
    found: list[dict[str, Judged]] = [{} for _ in points]
    for name, drive in lives.items():
        scenario, many = load(name), worlds_of(name, worlds)
        patterns = [pattern for pattern in SEARCHED if pattern.hindcast == name]
        size = max(BLOCK // (many * scenario.days), 1)
        for first in range(0, len(points), size):
            block = points[first : first + size]
            history = hindcast(
                scenario,
                worlds=np.tile(np.arange(many), len(block)).tolist(),
                seed=seed,
                overrides={number: np.repeat([point[number] for point in block], many) for number in block[0]},
                drive=drive,
            )
            for at in range(len(block)):
                of_point = history.of(range(at * many, (at + 1) * many))
                found[first + at] |= {pattern.id: _judge(pattern, of_point) for pattern in patterns}
    return found


@dataclass(frozen=True)
class Judged:
    """What one pattern adds to a point's distance, and whether all its parts are inside, and in the central 90 %."""

    distance: float
    inside: bool
    in_90: bool


def _judge(pattern: Pattern, history: History) -> Judged:
    distance, inside, in_90 = 0.0, True, True
    for part in pattern.parts:
        values = part.measure(history)
        draws, observed = (values, part.observed) if part.score is None else predicted(part, history)
        at = place(draws, observed)
        distance += apart(pattern, part, values) + unlikely(at, draws.size)
        inside &= is_inside(pattern, part, values)
        in_90 &= at.in_90
    return Judged(distance, inside, in_90)


def _scored(point: dict[str, float], found: dict[str, Judged]) -> Point:
    off = [
        (2.0 * value - low - high) / (high - low)
        for value, (low, high) in ((v, plausible(n)) for n, v in point.items())
    ]
    distance = PRIOR * float(np.mean(np.square(off))) + sum(found[pattern.id].distance for pattern in SEARCHED)
    inside = tuple(pattern.id for pattern in SEARCHED if found[pattern.id].inside)
    in_90 = tuple(pattern.id for pattern in SEARCHED if found[pattern.id].in_90)
    return Point(point, distance, inside, in_90)


def _again(points: list[Point], worlds: int, seed: int, lives: Mapping[str, Drive]) -> list[Point]:
    """The same points in other worlds."""
    found = evaluate([point.values for point in points], worlds=worlds, seed=seed, lives=lives)
    return [replace(new, region=old.region) for new, old in zip(found, points, strict=True)]


def _distance(point: Point) -> float:
    return point.distance


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
    off = min(max(abs(value - part.aim) / max(room, 0.05) - 0.5, 0.0) * 2.0, FARTHEST)
    return off * off + (0.0 if part.band[0] <= value <= part.band[1] else OUTSIDE)


def unlikely(found: Place, draws: int) -> float:
    """0 where a value as far out as the observed one is likely; more the rarer it is, and ``OUTSIDE`` beyond 90 %."""
    tail = max(found.tail, 1.0 / (draws + 1), RAREST)
    return max(float(np.log(LIKELY / tail)), 0.0) + (0.0 if found.in_90 else OUTSIDE)


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


def _batches(items: list[dict[str, float]], size: int) -> Iterator[list[dict[str, float]]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
