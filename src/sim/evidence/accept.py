"""The accepted set: every point of a design over all uncertain numbers that shows the record, confirmed by other luck.

Rejection (Pritchard et al. 1999; Williamson et al. 2013 call what is left "not ruled out yet"): points of a Latin
hypercube over the whole plausible ranges, fitted and unfitted numbers alike, each judged by the patterns as the search
judges them. What stays is the design itself less what does not show the record, so it lies in no region that somebody
looked for, and nothing about the endings of scenarios is known here.

A pattern counts as shown where it lies in its band, a new one (:data:`NEW`) where the record's value is in the central
90 % of what one world gives. Most points fail on the autumn of 2023 alone, which is the shortest hindcast, so it comes
first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import norm, qmc, rankdata  # type: ignore[import-untyped]

from sim.disk.errors import InputError
from sim.disk.writing import put
from sim.engine.fingerprint import model_hash
from sim.engine.ways import Engine
from sim.evidence.calibrate import APART, FITTED, SEARCHED, Judged, drives, judged
from sim.evidence.processes import mapped
from sim.scenario.conditions import judgement_ranges
from sim.scenario.schema import Scenario

COUNTED = tuple(pattern.id for pattern in SEARCHED if pattern.kind == "counted")
NEW = tuple(pattern.id for pattern in SEARCHED if pattern.kind == "new")
LEAST_COUNTED = 13
LEAST_NEW = 5
FIRST = "history/gaza_2023"
"""The hindcast that most points fail on, and the quickest to live."""
BATCHES = 8
AT_ONCE = 50
"""Points that one process judges at most between two words of progress."""
DESIGN = 14
"""Tells the design's random numbers from those of any other search with the same seed."""


@dataclass(frozen=True)
class Budget:
    """How a set is searched for; two searches of the same budget give the same vectors, batch by batch."""

    seed: int = 1
    points: int = 2000
    """Points of one batch, a Latin hypercube of its own."""
    worlds: int = 80
    """Worlds of each hindcast by which a point is judged (fewer of the long ones)."""
    confirm_worlds: int = 240
    """Worlds of other luck by which it is confirmed."""


Progress = Callable[[str], None]


def accept(
    file: Path,
    budget: Budget | None = None,
    *,
    batches: int = BATCHES,
    workers: int = 1,
    engine: Engine = "auto",
    say: Progress | None = None,
) -> dict[str, Any]:
    """The set of so many batches, in a file that is whole after each of them; what the file holds.

    Goes on from what the file has; InputError where that is of another budget or another version of the model. Which
    vectors are found does not depend on ``workers`` or ``engine``.
    """
    budget, say = budget or Budget(), say or (lambda _: None)
    found = _begun(file, budget)
    with mapped(workers) as each:
        for batch in range(found["batches"], batches):
            add(found, budget, batch, partial(_everywhere, each, workers, engine), say)
            put(file, as_json(found))
            say(f"batch {batch + 1} of {batches}: {len(found['vectors'])} vectors in {file.name}")
    return found


def again(file: Path, *, workers: int = 1, engine: Engine = "auto") -> bool:
    """Whether this version of the model judges every vector of a file as it was judged; if so, the file says it.

    The vectors alone are run, with the luck that confirmed them: minutes, where a search takes longer. What a rewrite
    that moves no history calls for.
    """
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if found["numbers"] != list(ranges()):
        return False
    hindcasts = tuple(sorted({pattern.hindcast for pattern in SEARCHED}))
    with mapped(workers) as each:
        for batch in range(found["batches"]):
            kept = [vector for vector in found["vectors"] if vector["batch"] == batch]
            points = [dict(zip(found["numbers"], vector["values"], strict=True)) for vector in kept]
            luck = luck_of(found["seed"], batch) + 1
            judge = partial(_everywhere, each, workers, engine)
            now = judge(points, hindcasts, found["confirm_worlds"], luck, lambda _: None)
            if [misses(one) for one in now] != [vector["misses"] for vector in kept]:
                return False
    put(file, as_json({**found, "model": model_hash()}))
    return True


def luck_of(seed: int, batch: int) -> int:
    """The seed of the worlds in which a batch is judged; the next one is that of the worlds that confirm it."""
    return 2 * (seed * 1_000_003 + batch)


def ranges() -> dict[str, tuple[float, float]]:
    """The numbers that are drawn and their plausible ranges: all of role `uncertainty`."""
    return dict(judgement_ranges(Scenario()))


def design(budget: Budget, batch: int) -> list[dict[str, float]]:
    """The points of one batch: three digits each, so that what was judged is what is written down."""
    names, ends = list(ranges()), np.array(list(ranges().values()))
    luck = np.random.default_rng([DESIGN, budget.seed, batch])
    unit = qmc.LatinHypercube(len(names), rng=luck).random(budget.points)
    short = [[float(f"{value:.3g}") for value in row] for row in qmc.scale(unit, ends[:, 0], ends[:, 1])]
    return [dict(zip(names, row, strict=True)) for row in np.clip(short, ends[:, 0], ends[:, 1]).tolist()]


def add(found: dict[str, Any], budget: Budget, batch: int, judge: Judge, say: Progress) -> None:
    """One batch more: designed, judged by the short hindcast, by the others, and by other luck."""
    points = design(budget, batch)
    luck = luck_of(budget.seed, batch)
    others = tuple(sorted({pattern.hindcast for pattern in SEARCHED} - {FIRST}))
    left: list[tuple[int, dict[str, Judged]]] = list(
        enumerate(judge(points, (FIRST,), budget.worlds, luck, lambda done: say(f"{done} of {len(points)} points")))
    )
    missing_later = sum(pattern.kind == "counted" and pattern.hindcast != FIRST for pattern in SEARCHED)
    left = [one for one in left if len(shown(one[1])[0]) >= LEAST_COUNTED - missing_later]
    more = judge([points[at] for at, _ in left], others, budget.worlds, luck, lambda _: None)
    left = [(at, {**one, **rest}) for (at, one), rest in zip(left, more, strict=True)]
    left = [one for one in left if is_accepted(one[1])]
    say(f"{len(left)} points show the record; they are run again with other luck")
    confirmed = judge([points[at] for at, _ in left], (FIRST, *others), budget.confirm_worlds, luck + 1, lambda _: None)
    kept = [(at, fresh) for (at, _), fresh in zip(left, confirmed, strict=True) if is_accepted(fresh)]
    for at, fresh in kept:
        counted, new = shown(fresh)
        found["vectors"].append(
            {
                "batch": batch,
                "point": at,
                "counted": len(counted),
                "new": len(new),
                "misses": misses(fresh),
                "values": list(points[at].values()),
            }
        )
    found["batches"] = batch + 1
    found["tried"] += len(points)
    found["shown"] += len(left)
    found |= described(found)


def shown(found: Mapping[str, Judged]) -> tuple[list[str], list[str]]:
    """The counted patterns that are shown, and the new ones."""
    counted = [name for name in COUNTED if name in found and found[name].inside]
    return counted, [name for name in NEW if name in found and found[name].in_90]


def misses(found: Mapping[str, Judged]) -> list[str]:
    """The patterns that are not shown."""
    counted, new = shown(found)
    return sorted({*COUNTED, *NEW} - {*counted, *new})


def is_accepted(found: Mapping[str, Judged]) -> bool:
    """Whether so many patterns are shown that a point stays."""
    counted, new = shown(found)
    return len(counted) >= LEAST_COUNTED and len(new) >= LEAST_NEW


# --- what is in the set -------------------------------------------------------------------------------------


def described(found: Mapping[str, Any]) -> dict[str, Any]:
    """How much narrower the set is than the ranges, what goes together in it, and how many of it lie far apart."""
    values = np.array([vector["values"] for vector in found["vectors"]], float)
    names = found["numbers"]
    if len(values) < 10:
        return {
            "narrower": {},
            "narrower_by_chance": None,
            "correlations": [],
            "correlated_by_chance": None,
            "apart": 0,
        }
    ends = np.array([ranges()[name] for name in names])
    unit = (values - ends[:, 0]) / (ends[:, 1] - ends[:, 0])
    narrower = dict(zip(names, narrowing(unit).round(3).tolist(), strict=True))
    beyond, pairs = correlations(unit)
    return {
        "narrower": narrower,
        "narrower_by_chance": round(by_chance(len(values)), 3),
        "correlations": [[names[a], names[b], round(rho, 3)] for a, b, rho in pairs],
        "correlated_by_chance": round(beyond, 3),
        "apart": apart(unit[:, [names.index(name) for name in FITTED]]),
    }


def narrowing(unit: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """For each number, how much narrower its central 80 % are than those of its range: 0 as wide, 1 one value."""
    low, high = np.quantile(unit, (0.1, 0.9), axis=0)
    return np.asarray(1.0 - (high - low) / 0.8)


def by_chance(many: int) -> float:
    """So much narrower looks one number in forty that the record says nothing about."""
    plain = np.random.default_rng(0).random((many, 4000))
    return float(np.quantile(narrowing(plain), 0.975))


def correlations(unit: np.ndarray[Any, Any]) -> tuple[float, list[tuple[int, int, float]]]:
    """Spearman's of all pairs that are larger than any would be by chance (at 5 %), largest first."""
    many, numbers = unit.shape
    rho = np.corrcoef(rankdata(unit, axis=0), rowvar=False)
    pairs = numbers * (numbers - 1) // 2
    beyond = float(np.tanh(norm.ppf(1.0 - 0.025 / pairs) / np.sqrt(many - 3)))
    found = [(int(a), int(b), float(rho[a, b])) for a, b in np.argwhere(np.triu(np.abs(rho), 1) > beyond)]
    return beyond, sorted(found, key=lambda pair: -abs(pair[2]))


def apart(unit: np.ndarray[Any, Any]) -> int:
    """How many of the vectors lie so far from one another, in the fitted numbers, as the search's regions do."""
    taken: list[np.ndarray[Any, Any]] = []
    for here in unit:
        if all(float(np.sqrt(np.mean(np.square(here - there)))) >= APART for there in taken):
            taken.append(here)
    return len(taken)


# --- the file -----------------------------------------------------------------------------------------------


def _begun(file: Path, budget: Budget) -> dict[str, Any]:
    """What a file holds, or a set without a batch."""
    of_patterns = {"least_counted": LEAST_COUNTED, "least_new": LEAST_NEW, "counted": len(COUNTED), "new": len(NEW)}
    head = {"model": model_hash(), **vars(budget), **of_patterns}
    plain = {**head, "numbers": list(ranges()), "batches": 0, "tried": 0, "shown": 0, "vectors": []}
    if not file.exists():
        return plain
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        whole = {name: type(found[name]) for name in ("batches", "tried", "shown", "vectors")}
    except (ValueError, KeyError, TypeError):  # UnicodeDecodeError is a ValueError
        whole = {}
    if whole != {"batches": int, "tried": int, "shown": int, "vectors": list}:
        raise InputError(f"{file} is no file of an accepted set: name another, or delete this one")
    for name in (*head, "numbers"):
        if found.get(name) != plain[name]:
            said = "the numbers drawn" if name == "numbers" else f"{name} {found.get(name)}, not {plain[name]}"
            raise InputError(f"{file} holds a set of another search ({said}): name another file, or delete this one")
    return found


def as_json(found: Mapping[str, Any]) -> str:
    """A set as its file has it: a vector a line."""
    rest = {name: value for name, value in found.items() if name != "vectors"}
    head = json.dumps(rest, indent=1).removesuffix("\n}")
    vectors = ",\n".join(f"  {json.dumps(vector)}" for vector in found["vectors"])
    return f'{head},\n "vectors": [\n{vectors}\n ]\n}}\n'


# --- many processes -----------------------------------------------------------------------------------------

Judge = Callable[
    [Sequence[Mapping[str, float]], Sequence[str], int, int, Callable[[int], None]], list[dict[str, Judged]]
]
"""Points, hindcasts, worlds, seed, and what is told how many are done; what each point shows."""


def _everywhere(
    each: Callable[..., Iterable[list[dict[str, Judged]]]],
    workers: int,
    engine: Engine,
    points: Sequence[Mapping[str, float]],
    hindcasts: Sequence[str],
    worlds: int,
    seed: int,
    told: Callable[[int], None],
) -> list[dict[str, Judged]]:
    """What each point shows, by all processes there are."""
    size = max(1, min(AT_ONCE, -(-len(points) // (4 * workers))))
    parts = [points[at : at + size] for at in range(0, len(points), size)]
    one = partial(_of_part, tuple(hindcasts), worlds, seed, engine)
    found: list[list[dict[str, Judged]]] = []
    for done in each(one, parts):
        found.append(done)
        told(sum(map(len, found)))
    return list(chain.from_iterable(found))


def _of_part(
    hindcasts: tuple[str, ...], worlds: int, seed: int, engine: Engine, points: Sequence[Mapping[str, float]]
) -> list[dict[str, Judged]]:
    lives = _lives(engine)
    return judged(points, worlds=worlds, seed=seed, lives={name: lives[name] for name in hindcasts})


@cache
def _lives(engine: Engine) -> dict[str, Any]:
    """What lives the days, made once in a process: a set is worth compiling for."""
    return drives(engine, 100_000)
