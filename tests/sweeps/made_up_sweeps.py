"""Made-up sweeps: the tables of a real one, with shares that are a known function of the numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from sim.results.stats import paired_shares, unpaired_shares, wilson
from sim.scenario.load import load

X, Y, Z = "united_states.restraint", "iran.permissiveness", 'groups."Kataib Hezbollah".control'
OWN = {X: 0.35, Y: 0.45, Z: 0.8}
"""What forced_exit.toml says of them."""
OUTCOMES = ("us_stays", "negotiated_exit", "forced_exit", "lapsed")
Shares = Callable[[Mapping[str, Any]], tuple[float, float]]
"""The share of forced and of negotiated exits at a point; values that it does not set are the base's own."""


def by_two(point: Mapping[str, Any]) -> tuple[float, float]:
    """Forced exits rise with the first number where the second is high; negotiated ones fall with the first."""
    x, y = own(point, X), own(point, Y)
    return 1 / (1 + math.exp(-(6 * x + 4 * y - 6))), 0.1 * (1 - x)


def own(point: Mapping[str, Any], name: str) -> float:
    """A point's value, or the base's own."""
    value = point.get(name)
    return OWN[name] if value is None or value != value else float(value)


def dimension(
    name: str, low: float | None = None, high: float | None = None, values: Iterable[Any] = ()
) -> dict[str, Any]:
    """A dimension as ``about`` has it."""
    return {"name": name, "low": low, "high": high, "values": list(values)}


def sweep(
    rows: list[dict[str, Any]],
    about: dict[str, Any],
    *,
    shares: Shares = by_two,
    worlds: int = 200,
    bases: Iterable[str] = ("forced_exit",),
    luck: str = "common",
    seed: int = 1,
    refused: Iterable[int] = (),
    knife: Mapping[int, float] | None = None,
) -> SimpleNamespace:
    """A finished sweep of these rows for each base; ``knife``: the share of worlds of a row that differ in something.

    Points are numbered in the order in which they come up, the base's own before its rows.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    points, of_row = [], []
    bases = list(bases)
    for base in bases:
        seen = {"base": len(points)}
        points.append({"scenario": base, "is_base": True})
        for place, row in enumerate(rows):
            if place in set(refused):
                of_row.append(-1)
                continue
            key = repr(sorted((name, value) for name, value in row.items() if value is not None)) if row else "base"
            key = "base" if key == "[]" else key
            if key not in seen:
                seen[key] = len(points)
                points.append({"scenario": base, "is_base": False, **row})
            of_row.append(seen[key])
    frame = pd.DataFrame(points)
    for name in names:
        if name not in frame:
            frame[name] = np.nan
    frame.insert(0, "point", range(len(frame)))
    frame.insert(1, "id", [f"{number:016x}" for number in range(len(frame))])
    lived = pd.concat(
        [_worlds(point, shares, worlds, luck, seed) for point in frame.to_dict("records")], ignore_index=True
    )
    for row, part in (knife or {}).items():
        here = (lived["point"] == of_row[row]) & (lived["world"] < part * worlds)
        lived.loc[here, "attacks_iraq"] += 1
    return SimpleNamespace(
        folder=None,
        manifest={
            "version": "0.1.0",
            "model": "abcdef123456",
            "seed": seed,
            "worlds": worlds,
            "luck": luck,
            "command": "python3 run.py sweep made_up.toml --worlds 200",
            "failed": [],
        },
        bases=[load(base) for base in bases],
        about={"bases": bases, "each": len(rows), **about},
        rows=np.array(of_row),
        points=frame,
        worlds=lived,
        shares=table_of_shares(frame, lived, luck),
        weekly=pd.DataFrame(),
    )


def _worlds(point: Mapping[str, Any], shares: Shares, worlds: int, luck: str, seed: int) -> pd.DataFrame:
    number = int(point["point"])
    rng = np.random.default_rng([seed, number if luck == "fresh" else 0])
    forced, negotiated = shares(point)
    luck_of, noise = rng.random(worlds), rng.random(worlds)
    outcome = np.where(
        luck_of < forced,
        "forced_exit",
        np.where(luck_of > 1 - negotiated * (1 - forced), "negotiated_exit", "us_stays"),
    )
    decided = outcome != "us_stays"
    day = pd.array(np.where(decided, (luck_of * 600).astype(int), 0), dtype="Int64")
    day[~decided] = pd.NA
    return pd.DataFrame(
        {
            "scenario": point["scenario"],
            "point": number,
            "world": np.arange(worlds),
            "seed": seed,
            "vector": pd.array([pd.NA] * worlds, dtype="Int64"),
            "outcome": outcome,
            "kind": np.where(outcome == "forced_exit", "letter", np.where(decided, "phased", "unchanged")),
            "outcome_day": day,
            "attacks_iraq": (luck_of * 100).astype(int),
            "pressure_max": np.clip(0.3 + 0.5 * forced + 0.1 * noise, 0, 1),
        }
    )


def table_of_shares(points: pd.DataFrame, worlds: pd.DataFrame, luck: str) -> pd.DataFrame:
    """``shares`` of these worlds."""
    base_of = points[points["is_base"]].set_index("scenario")["point"]
    by_point = {number: rows["outcome"].to_numpy() for number, rows in worlds.groupby("point")}
    lines = []
    for point in points.itertuples(index=False):
        base = int(base_of[point.scenario])
        mine, other = by_point[point.point], by_point[base]
        for outcome in OUTCOMES:
            here, there = mine == outcome, other == outcome
            count, many = int(here.sum()), len(here)
            gap = (
                paired_shares(here, there)
                if luck == "common"
                else unpaired_shares(count, many, int(there.sum()), len(there))
            )
            ends = (count / many, *wilson(count, many))
            lines.append((point.scenario, point.point, outcome, many, count, *ends, base, *gap, luck == "common", 0))
    heads = "scenario point outcome worlds count share low high base difference diff_low diff_high paired failed"
    return pd.DataFrame(lines, columns=heads.split())


def grid(across: int = 7, up: int = 5, **choices: Any) -> SimpleNamespace:
    """A grid of two numbers."""
    xs, ys = np.linspace(0, 1, across), np.linspace(0.1, 0.9, up)
    rows = [{X: float(x), Y: float(y)} for x in xs for y in ys]
    about = {"kind": "grid", "dimensions": [dimension(X, values=xs.tolist()), dimension(Y, values=ys.tolist())]}
    return sweep(rows, about, **choices)


def sampled(many: int = 200, names: Iterable[str] = (X, Y, Z), **choices: Any) -> SimpleNamespace:
    """A Latin hypercube."""
    from scipy.stats import qmc

    names = list(names)
    drawn = qmc.LatinHypercube(len(names), rng=np.random.default_rng(3)).random(many)
    rows = [dict(zip(names, map(float, row), strict=True)) for row in drawn]
    about = {"kind": "latin hypercube", "dimensions": [dimension(name, 0.0, 1.0) for name in names]}
    return sweep(rows, about, **choices)


def problem(names: Iterable[str]) -> dict[str, Any]:
    """A problem of SALib's, all from 0 to 1."""
    names = list(names)
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def saltelli(
    blocks: int = 128, names: Iterable[str] = (X, Y, Z), second: bool = False, **choices: Any
) -> SimpleNamespace:
    """Saltelli's design."""
    from SALib.sample import sobol

    of = problem(names)
    drawn = sobol.sample(dict(of), blocks, calc_second_order=second, seed=5)
    rows = [dict(zip(of["names"], map(float, row), strict=True)) for row in drawn]
    about = {"kind": "saltelli", "problem": of, "second_order": second}
    about["dimensions"] = [dimension(name, 0.0, 1.0) for name in of["names"]]
    return sweep(rows, about, **choices)


def morris(trajectories: int = 12, names: Iterable[str] = (X, Y, Z), **choices: Any) -> SimpleNamespace:
    """Morris's trajectories."""
    from SALib.sample import morris as sample

    of = problem(names)
    drawn = sample.sample(dict(of), trajectories, num_levels=4, seed=5)
    rows = [dict(zip(of["names"], map(float, row), strict=True)) for row in drawn]
    about = {"kind": "morris", "problem": of, "levels": 4, "trajectories": trajectories}
    about["dimensions"] = [dimension(name, 0.0, 1.0) for name in of["names"]]
    return sweep(rows, about, **choices)


def screen(names: Iterable[str] = (X, Y, Z), edges: Iterable[str] = (Z,), **choices: Any) -> SimpleNamespace:
    """One number at a time; the numbers of ``edges`` stand on a knife-edge."""
    rows: list[dict[str, Any]] = [{}]
    entries, knife = [], {}
    for name in names:
        default = OWN.get(name, 0.5)
        entry = {"name": name, "default": default, "at": 0}
        tried = {"low": 0.0, "high": 1.0, "down": math.nextafter(default, 0), "up": math.nextafter(default, 1)}
        for key, value in tried.items():
            entry[key] = len(rows)
            rows.append({name: value})
        if name in set(edges):
            knife[entry["up"]] = 0.3
        entries.append(entry)
    about = {"kind": "screen", "screen": entries, "dimensions": [dimension(name, 0.0, 1.0) for name in names]}
    return sweep(rows, about, knife=knife, **choices)


def given(made: SimpleNamespace) -> tuple[Any, ...]:
    """What every analysis takes first."""
    return made.points, made.worlds, made.shares, made.about, made.rows
