"""A made-up result: random numbers in the columns of a real one, so that what is shown can be tested in no
time.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.results.result import Result
from sim.runs.columns import DAYS
from sim.scenario.schema import Scenario

LADDERS = {
    "iraq": ["silence", "condemn", "note", "threaten", "committee", "talks", "timetable", "letter"],
    "parliament": ["no session", "session without quorum", "non-binding vote", "binding law"],
    "calls": ["none", "call for expulsion", "bill in parliament"],
    "united_states": ["absorb", "warn", "strike in Syria", "strike in Iraq", "kill a commander", "large campaign"],
    "leverage": ["reassure", "offer talks", "warn of consequences", "restrict dollars", "sanctions"],
    "iran": ["brake hard", "brake", "let run", "encourage"],
    "iran in Baghdad": ["quiet", "press through the blocs", "demand expulsion"],
}
POSTURE = ["truce", "harass", "campaign", "war footing"]
GROUPS = ("Kataib Hezbollah", "Saraya al-Salam (Sadr)")
LEVELS = ("pressure", "public_stance", "private_wish", "go_ahead", "credibility", "exposure", "stress", "fear", "anger")
COUNTS = ("attacks_iraq", "attacks_syria")
KINDS = {
    "us_stays": ["unchanged", "relabelled", "reduced"],
    "negotiated_exit": ["phased", "full"],
    "forced_exit": ["letter", "binding_law"],
    "lapsed": ["ran_out"],
}
MIXES = {
    "status_quo": (0.92, 0.05, 0.03),
    "negotiated_exit": (0.50, 0.44, 0.06),
    "forced_exit": (0.33, 0.05, 0.62),
    "gaza_ceasefire": (0.94, 0.05, 0.01),
    "status_quo_ceasefire_groups": (0.93, 0.05, 0.02),
    "forced_exit_ceasefire": (0.60, 0.05, 0.35),
    "history/from_october": (0.90, 0.05, 0.05),
    "history/no_gaza": (0.96, 0.04, 0.00),
}
TWINS = {
    "gaza_ceasefire": ("status_quo", "both"),
    "status_quo_ceasefire_groups": ("status_quo", "groups"),
    "forced_exit_ceasefire": ("forced_exit", "both"),
    "history/no_gaza": ("history/from_october", "both"),
}
"""The companions: whose twin each is, and for whom the war is over in it."""
DRAWN = (
    "groups.Kataib Hezbollah.control",
    "consequences.influence_iran_gain",
    "consequences.special_operations_forced",
    "iraq.security_cost",
    "iraq.sovereignty",
    "iraq.survival",
    "militias.wish_salience",
    "public.strike_overreach",
    "strikes.dead_campaign",
    "united_states.cut_campaign",
    "united_states.rung_killings",
    "iran.truce_lag",
)
"""Numbers that each world drew, as it were."""


class MadeUp(Result):
    """A result whose worlds drew vectors that nothing made, whatever their scenario says."""

    vectors = 40
    drawn_names: tuple[str, ...] = DRAWN

    def drawn(self, name: str, worlds: int | None = None) -> pd.DataFrame:
        """Of a fixed set one vector a world."""
        numbers = self.worlds.loc[self.worlds["scenario"] == name, "world"].to_numpy()[:worlds]
        rng = np.random.default_rng(11)
        vector = rng.integers(0, self.vectors, self.manifest["worlds"])[numbers]
        values = {each: rng.random(self.vectors)[vector] for each in self.drawn_names}
        return pd.DataFrame({"world": numbers, "vector": vector, **values} if values else {"world": numbers})


STATE = ("pressure", "credibility", "go_ahead", "exposure", "stress", "fear", "anger", "troops", "committee_clock")
AFTER = (
    "training",
    "logistics",
    "reconnaissance",
    "special_operations",
    "air_support",
    "intelligence",
    "equipment",
    "alliance",
    "reserves",
    "dollars",
    "isis",
    "influence_us",
    "influence_iran",
    "influence_us_drift",
    "influence_iran_drift",
)


def made_up(
    names: list[str] | None = None,
    *,
    worlds: int = 200,
    days: int = 730,
    mixes: dict[str, tuple[float, ...]] | None = None,
    titles: dict[str, str] | None = None,
    groups: Sequence[str] = GROUPS,
    events: bool = True,
    accounts: bool = True,
    experiment: bool = False,
    drawn: dict[str, dict[str, Any]] | None = None,
) -> Result:
    """Random worlds in the columns of interface.md; ``mixes`` gives the shares of stays, negotiated, forced, lapsed;
    ``drawn`` by scenario the fields that say which parameters each world draws. Without ``accounts`` the acts are
    those of an older version.
    """
    names = list(MIXES) if names is None else names
    chosen = mixes or {}
    fields: dict[str, Any] = {
        "days": days,
        "groups": {name: {"share": 0.1, "closeness": 0.5, "stake": 0.5} for name in groups},
        **({"iraq": {"highest_rung": "talks"}} if experiment else {}),
    }
    scenarios = [
        Scenario.model_validate(
            {"title": (titles or {}).get(name, ""), **fields, **beginning(name), **(drawn or {}).get(name, {})}
        ).model_copy(update={"name": name})  # also one that no scenario may have
        for name in names
    ]
    ladders = {**LADDERS, **dict.fromkeys(groups, POSTURE)}
    parts, weeks, acts = [], [], []
    for scenario in scenarios:
        rng = np.random.default_rng(7)  # the same in all: the scenarios' worlds are paired
        parts.append(
            some_worlds(
                rng, scenario, worlds, chosen.get(scenario.name) or MIXES.get(scenario.name, MIXES["status_quo"])
            )
        )
        weeks.append(some_weeks(rng, scenario, ladders))
        if events:
            acts += some_acts(rng, scenario, parts[-1])
    columns = [
        "scenario",
        "world",
        "event",
        "day",
        "date",
        "actor",
        "act",
        "rung",
        "rule",
        "scripted",
        "causes",
        "terms",
        *(["accounts"] if accounts else []),
    ]
    rows = pd.concat(parts, ignore_index=True)
    for name in DAYS:
        rows[name] = rows[name].astype("Int64")
    tables = {
        "worlds": pa.Table.from_pandas(rows, preserve_index=False),
        "weekly": pa.Table.from_pandas(pd.concat(weeks, ignore_index=True), preserve_index=False),
        "events": pa.Table.from_pandas(
            pd.DataFrame([row[: len(columns)] for row in acts], columns=columns), preserve_index=False
        ),
    }
    manifest = {
        "version": "0.1.0",
        "model": "0123456789abcdef",
        "seed": 1,
        "worlds": worlds,
        "command": shlex.join(["python3", "run.py", "run", *names, "--worlds", str(worlds), "--seed", "1"]),
        "scenarios": [{"name": name, "fingerprint": "f" * 16} for name in names],
        "commit": "c0ffee0ddc0ffee",
        "made": {"command": "run.py --out /somewhere/secret --workers 7", "cpu": "a certain processor"},
    }
    source = SimpleNamespace(table=tables.__getitem__, scenarios=lambda: scenarios)
    result = MadeUp(manifest, source)
    state = np.random.default_rng(3).random((len(STATE), worlds))
    result._starts |= {name: dict(zip(STATE, state, strict=True)) for name in names}
    return result


def beginning(name: str) -> dict[str, Any]:
    """Where a scenario begins, and of a companion whose twin it is."""
    start = "2023-10-07" if name.startswith("history/") else "2024-01-10"
    found: dict[str, Any] = {"start": date.fromisoformat(start)}
    if name in TWINS:
        of, path = TWINS[name]
        gaza = Scenario().fronts["gaza"].model_copy(update={"ends": found["start"], "ends_for": path})
        found |= {"twin_of": of, "fronts": Scenario().fronts | {"gaza": gaza}}
    return found


def some_worlds(rng: np.random.Generator, scenario: Scenario, worlds: int, mix: tuple[float, ...]) -> pd.DataFrame:
    """One row a world."""
    luck = rng.random(worlds)
    edges = np.cumsum([*mix, *[0.0] * (4 - len(mix))])
    outcome = np.array(list(KINDS))[np.minimum(np.searchsorted(edges, luck * edges[-1]), 3)]
    kind = np.array(
        [KINDS[name][int(pick * len(KINDS[name]))] for name, pick in zip(outcome, rng.random(worlds), strict=True)]
    )
    decided = outcome != "us_stays"
    day = np.where(decided, np.floor(rng.beta(1.5, 1.5, worlds) * scenario.days), np.nan)
    table = {
        "scenario": scenario.name,
        "world": np.arange(worlds),
        "seed": 1,
        "outcome": outcome,
        "kind": kind,
        "outcome_day": day,
        "completion_day": np.where(day + 200 < scenario.days, day + 200, np.nan),
        "troops_end": np.where(decided, 0.0, 2500.0),
        "attacks_iraq": rng.poisson(200, worlds),
        "attacks_syria": rng.poisson(250, worlds),
        "us_killed": rng.poisson(2, worlds) * rng.integers(0, 6, worlds),
        "us_wounded": rng.poisson(200, worlds),
        "us_strikes": rng.poisson(20, worlds),
        "us_strikes_iraq": rng.poisson(8, worlds),
        "commanders_killed": rng.poisson(1, worlds),
        "iraqi_civilians_killed": rng.poisson(3, worlds) * rng.integers(0, 15, worlds),
        "threats": rng.poisson(2, worlds),
        "threats_by_anybody": rng.poisson(6, worlds),
        "committees": rng.poisson(1, worlds),
        "talks_rounds": rng.poisson(4, worlds),
        "sessions": rng.poisson(1, worlds),
        "pressure_max": rng.random(worlds),
    }
    for number, name in enumerate(AFTER):
        size = -0.2 if number < 10 else 0.05
        table[f"after_{name}"] = np.where(decided, size * rng.random(worlds) * (2 if number % 3 else 1), np.nan)
    return pd.DataFrame(table)


def some_weeks(rng: np.random.Generator, scenario: Scenario, ladders: dict[str, list[str]]) -> pd.DataFrame:
    """Quantiles a week, as the store writes them."""
    weeks = -(-scenario.days // 7)
    time = np.arange(weeks)
    rows = []
    for name in (*LEVELS, *COUNTS):
        top = 12.0 if name in COUNTS else 0.8
        middle = top * (0.35 + 0.15 * np.sin(time / 12 + len(name)) + 0.02 * rng.standard_normal(weeks))
        cuts = {"q05": 0.2, "q25": 0.7, "q50": 1.0, "q75": 1.3, "q95": 1.9}
        values = {cut: np.clip(middle * factor, 0, 60 if name in COUNTS else 1) for cut, factor in cuts.items()}
        rows.append(pd.DataFrame({"scenario": scenario.name, "week": time, "quantity": name, "mean": middle, **values}))
    for actor, rungs in ladders.items():
        weight = (
            np.abs(np.cumsum(rng.standard_normal((len(rungs), weeks)), axis=1))
            * (0.5 ** np.arange(len(rungs)))[:, None]
            + 0.02
        )
        shares = weight / weight.sum(axis=0)
        for rung, share in zip(rungs, shares, strict=True):
            gone = dict.fromkeys(("q05", "q25", "q50", "q75", "q95"), np.nan)
            rows.append(
                pd.DataFrame(
                    {"scenario": scenario.name, "week": time, "quantity": f"rung/{actor}/{rung}", "mean": share, **gone}
                )
            )
    return pd.concat(rows, ignore_index=True)


SAYS = {
    "iraq": ("Iraqi government", "act"),
    "parliament": ("parliament", "session"),
    "calls": ("the groups' politicians", "call"),
    "united_states": ("United States", "strike"),
    "leverage": ("United States", "leverage"),
    "iran": ("Iran", "order takes effect"),
}


def some_acts(rng: np.random.Generator, scenario: Scenario, worlds: pd.DataFrame) -> list[tuple[Any, ...]]:
    """The acts of one world per outcome, under the names that the model's log has for actors and acts."""
    rows: list[tuple[Any, ...]] = []
    for _, first in worlds.drop_duplicates("outcome").iterrows():
        rows += some_acts_of(rng, scenario, first)
    return rows


def some_acts_of(rng: np.random.Generator, scenario: Scenario, first: Any) -> list[tuple[Any, ...]]:
    """The acts of one world."""
    rows: list[tuple[Any, ...]] = []
    shares: dict[str | int, float] = {"base": 0.2}

    def note(day: int, actor: str, act: str, rung: str, terms: str = "{}") -> None:
        when = scenario.start + timedelta(days=day)
        told = account(shares) if actor == "Iraqi government" else []
        row = (first["world"], len(rows), day, when, actor, act, rung, "a rule", False, [], terms, told)
        size = JUMPS.get(rung, 0.0) if act in ("strike", "call") else 0.0
        if size:
            shares[len(rows)] = size * (1.0 - sum(shares.values()))
        rows.append((scenario.name, *row))

    note(-9, "United States", "strike", "strike in Iraq")
    note(-3, "Iraqi government", "act", "condemn")
    for day in range(scenario.days):
        drift(shares, day)
        if day % 7 == 0:
            note(day, "Iraqi government", "stands under pressure", "silence", '{"pressure": 0.4}')
        for _ in range(rng.poisson(0.7)):
            terms = json.dumps({"wounded": 0.0, "dead": float(rng.random() < 0.01)})
            note(day, "Kataib Hezbollah", "attack", "in Iraq" if rng.random() < 0.4 else "in Syria", terms)
        for ladder, (actor, act) in SAYS.items():
            if rng.random() < 0.012:
                rungs = LADDERS[ladder]
                note(day, actor, act, rungs[min(int(rng.exponential(1.3)), len(rungs) - 1)])
        if day == first["outcome_day"]:
            note(day, "Iraq and the US", "decision", str(first["kind"]))
        if day == first["completion_day"]:
            note(day, "Iraq and the US", "carried out", "the last soldier leaves")
    return rows


JUMPS = {
    "strike in Syria": 0.02,
    "strike in Iraq": 0.08,
    "kill a commander": 0.3,
    "large campaign": 0.4,
    "call for expulsion": 0.05,
}
"""What an act takes of the room that pressure has left."""
WARRANTED = {"base": 0.15, "front gaza": 0.2, "front lebanon": 0.05}


def drift(shares: dict[str | int, float], day: int) -> None:
    """A day's way of every share toward what is warranted; the war ends after a year."""
    for source in {**shares, **WARRANTED}:
        to = WARRANTED.get(str(source), 0.0) if day < 365 or source == "base" else 0.0
        shares[source] = to + (shares.get(source, 0.0) - to) * 0.985


def account(shares: dict[str | int, float]) -> list[dict[str, Any]]:
    """The shares as the acts carry them: what is small is merged."""
    kept = {source: share for source, share in shares.items() if share >= 0.01}
    kept["older"] = sum(share for source, share in shares.items() if share < 0.01)
    level = sum(kept.values())
    return [
        {
            "state": "pressure",
            "level": level,
            "source": source if isinstance(source, str) else "act",
            "act": None if isinstance(source, str) else source,
            "share": share,
        }
        for source, share in kept.items()
    ]
