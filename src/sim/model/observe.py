"""What is recorded of a run: one row a world, and weekly distributions over worlds in fixed bins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.model import iran, iraq, militia, parliament, united_states
from sim.model.aftermath import BENEFITS, MEASURES
from sim.model.model import WithdrawalModel
from sim.model.presence import KINDS, OUTCOMES
from sim.model.words import Number, most, total
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Column:
    """A column of the `worlds` table."""

    name: str
    dtype: str  # "int", "float" (empty where undefined) or "str"
    unit: str
    meaning: str


@dataclass(frozen=True)
class Quantity:
    """A weekly series over worlds: fixed bins, open at both ends; for a rung quantity the bins are its rungs."""

    name: str
    unit: str
    meaning: str
    edges: tuple[float, ...]
    rungs: tuple[str, ...] = ()


_AFTER = {
    **{name: ("share", f"change of {meaning}") for name, meaning in BENEFITS.items()},
    "reserves": ("share", "change of the reserves held in the US that Iraq can use"),
    "dollars": ("share", "change of the access to oil dollars"),
    "sanctions": ("0 or 1", "sanctions imposed since the decision"),
    "isis": ("0-1", "change of the strength of IS"),
    "influence_us": ("0-1", "change of US influence"),
    "influence_iran": ("0-1", "change of Iran's influence"),
}
WORLD_COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("world", "int", "-", "number of the world, from 0"),
        Column("outcome", "str", "-", f"how the presence ended, if it did: {', '.join(OUTCOMES)}"),
        Column("kind", "str", "-", f"the kind of it: {', '.join(KINDS)}"),
        Column(
            "outcome_day",
            "float",
            "days since the start",
            "day of the decision that ended the presence; empty where nothing was decided",
        ),
        Column(
            "completion_day",
            "float",
            "days since the start",
            "day the last soldier left; empty where nothing was decided or it lies beyond the horizon",
        ),
        Column("troops_end", "float", "persons", "US troops in Iraq on the last day"),
        Column("attacks_iraq", "int", "attacks", "attacks on US forces in Iraq"),
        Column("attacks_syria", "int", "attacks", "attacks on US forces in Syria"),
        Column("us_killed", "int", "persons", "US dead by attacks"),
        Column("us_wounded", "int", "persons", "US wounded by attacks"),
        Column("us_strikes", "int", "strikes", "deliberate US strikes, in Iraq and Syria"),
        Column("us_strikes_iraq", "int", "strikes", "of them in Iraq"),
        Column("commanders_killed", "int", "strikes", "commanders killed in Baghdad"),
        Column("iraqi_civilians_killed", "int", "persons", "Iraqi civilians and state forces killed by US strikes"),
        Column("threats", "int", "threats", "days on which the executive newly threatened to expel the troops"),
        Column(
            "threats_by_anybody",
            "int",
            "threats",
            "the same, with calls by the groups' politicians and votes of parliament",
        ),
        Column("committees", "int", "committees", "special committees set up or renewed"),
        Column("talks_rounds", "int", "rounds", "rounds of talks"),
        Column("sessions", "int", "sessions", "sessions of parliament called on the presence"),
        Column("pressure_max", "float", "0-1", "highest pressure on the prime minister"),
        *(
            Column(
                f"after_{name}",
                "float",
                unit,
                f"{meaning}, from before the decision to the last day; empty where nothing was decided",
            )
            for name, (unit, meaning) in _AFTER.items()
        ),
    )
}

_SHARE = tuple((i - 0.5) / 40 for i in range(42))  # 41 bins round 0, .025 … 1, so that a point mass reads as itself
_COUNTS = tuple(i - 0.5 for i in range(62))


def _level(name: str, unit: str, meaning: str, top: float = 1.0) -> Quantity:
    return Quantity(name, unit, meaning, tuple(edge * top for edge in _SHARE))


def _count(name: str, unit: str, meaning: str) -> Quantity:
    return Quantity(name, unit, meaning, _COUNTS)


_STRIKES = united_states.RESPONSE.names[2:]
_PLAIN = (
    _level("salience", "0-1", "salience of the fronts to the groups, on the week's last day"),
    _level("go_ahead", "0-1", "Iran's order in force"),
    _level("exposure", "exposure", "Iran's exposure to US action", 4.0),
    _level("stress", "stress", "US stress from attacks", 10.0),
    _level("fear", "0-1", "the groups' fear, mean by their shares"),
    _level("anger", "0-1", "the groups' anger, mean by their shares"),
    _level("pressure", "0-1", "pressure on the prime minister"),
    _level("public_stance", "0-1", "what the prime minister says he wants (0 they stay, 1 they leave)"),
    _level("private_wish", "0-1", "what he privately wants"),
    _level("credibility", "0-1", "what a threat of the government counts"),
    _level("influence_us", "0-1", "influence of the US in Iraq"),
    _level("influence_iran", "0-1", "influence of Iran in Iraq"),
    _level("camp_us", "share", "camp for the US"),
    _level("camp_iran", "share", "camp for Iran"),
    _level("camp_independence", "share", "camp for independence from both"),
    Quantity("troops", "persons", "US troops in Iraq", tuple(125.0 * (i - 0.5) for i in range(42))),
    _count("attacks_iraq", "attacks a week", "attacks on US forces in Iraq"),
    _count("attacks_syria", "attacks a week", "attacks on US forces in Syria"),
    _count("us_killed", "persons a week", "US dead"),
    _count("us_wounded", "persons a week", "US wounded"),
    *(
        _count(f"us_strikes/{name}", "strikes a week", f"deliberate US strikes on the rung `{name}`")
        for name in _STRIKES
    ),
)
_RUNGS = {
    "iraq": iraq.LADDER,
    "iran": iran.ORDER,
    "iran in Baghdad": iran.PRESS,
    "united_states": united_states.RESPONSE,
    "leverage": united_states.LEVERAGE,
    "calls": militia.CALLS,
    "parliament": parliament.LADDER,
}


def quantities(scenario: Scenario) -> dict[str, Quantity]:
    """The weekly quantities of a scenario, by name, in order."""
    found = list(_PLAIN)
    ladders = {**_RUNGS, **dict.fromkeys(scenario.groups, militia.POSTURE)}
    for actor, ladder in ladders.items():
        edges = tuple(float(i) - 0.5 for i in range(len(ladder) + 1))
        found.append(
            Quantity(
                f"rung/{actor}", "share of worlds", f"{ladder.title}: highest rung in the week", edges, ladder.names
            )
        )
    return {quantity.name: quantity for quantity in found}


class Weekly:
    """Counts worlds by bin, week by week. Feed it every day; it reads levels on a week's last day."""

    def __init__(self, scenario: Scenario) -> None:
        self.quantities = quantities(scenario)
        weeks = -(-scenario.days // 7)
        self.counts = {name: np.zeros((weeks, len(q.edges) - 1), np.int64) for name, q in self.quantities.items()}
        self._last = scenario.days - 1
        self._sums: dict[str, Number] = {}
        self._highest: dict[str, Number] = {}

    def observe(self, model: WithdrawalModel) -> None:
        """Take in the day the model has just lived."""
        for name, amount in _amounts(model).items():
            self._sums[name] = self._sums.get(name, 0) + amount
        for name, rung in _rungs(model).items():
            self._highest[name] = np.maximum(self._highest.get(name, 0), rung)
        day = model.day_done
        if day % 7 == 6 or day == self._last:
            values = {**levels(model), **self._sums, **self._highest}
            for name, quantity in self.quantities.items():
                self._enter(day // 7, name, quantity, values[name], np.size(model.worlds))
            self._sums, self._highest = {}, {}

    def _enter(self, week: int, name: str, quantity: Quantity, value: Number, worlds: int) -> None:
        bins = np.searchsorted(
            quantity.edges[1:-1], np.broadcast_to(np.asarray(value, float).ravel(), (worlds,)), side="right"
        )
        self.counts[name][week] = np.bincount(bins, minlength=len(quantity.edges) - 1)


def levels(model: WithdrawalModel) -> dict[str, Number]:
    shares = most(total([group.me.share for group in model.groups]), 1e-9)
    fear = total([group.fear * group.me.share for group in model.groups]) / shares
    anger = total([group.anger * group.me.share for group in model.groups]) / shares
    public = model.public
    return {
        "salience": model.region.groups,
        "go_ahead": model.iran.order,
        "exposure": model.iran.exposure,
        "stress": model.united_states.stress,
        "fear": fear,
        "anger": anger,
        "pressure": model.iraq.pressure,
        "public_stance": model.iraq.stance,
        "private_wish": model.iraq.wish,
        "credibility": model.iraq.credibility,
        "influence_us": public.influence_us,
        "influence_iran": public.influence_iran,
        "camp_us": public.camp_us,
        "camp_iran": public.camp_iran,
        "camp_independence": public.camp_independence,
        "troops": model.presence.troops,
    }


def _amounts(model: WithdrawalModel) -> dict[str, Number]:
    today = model.today
    return {
        "attacks_iraq": today.attacks_iraq,
        "attacks_syria": today.attacks_syria,
        "us_killed": today.us_killed,
        "us_wounded": today.us_wounded,
        **{f"us_strikes/{name}": today.by_rung[rung + 2] for rung, name in enumerate(_STRIKES)},
    }


def _rungs(model: WithdrawalModel) -> dict[str, Number]:
    us = model.united_states
    found = {
        "iraq": model.iraq.rung,
        "iran": model.iran.rung,
        "iran in Baghdad": model.iran.press_rung,
        "united_states": us.response,
        "leverage": us.leverage,
        "calls": model.militias.rung,
        "parliament": model.parliament.rung,
        **{group.name: group.posture for group in model.groups},
    }
    return {f"rung/{name}": rung for name, rung in found.items()}


def world_rows(model: WithdrawalModel) -> dict[str, np.ndarray]:
    """The `worlds` table of a model that has run to its end: a column each, one entry per world."""
    size = np.size(model.worlds)

    def column(value: Number, dtype: Any = float) -> np.ndarray:
        return np.broadcast_to(np.asarray(value).ravel(), (size,)).astype(dtype)

    presence, counts = model.presence, model.tally.counts
    decided = column(presence.outcome_day) >= 0
    done = decided & (column(presence.completion_day) < model.scenario.days)
    rows = {
        "world": column(model.worlds, np.int64),
        "outcome": np.array(OUTCOMES, object)[column(presence.outcome, np.int64)],
        "kind": np.array(KINDS, object)[column(presence.kind, np.int64)],
        "outcome_day": np.where(decided, column(presence.outcome_day), np.nan),
        "completion_day": np.where(done, column(presence.completion_day), np.nan),
        "troops_end": np.round(column(presence.troops)),
        **{name: column(counts[name], np.int64) for name in WORLD_COLUMNS if name in counts},
        "pressure_max": column(model.tally.pressure_max),
    }
    after = model.aftermath.after()
    for measure in MEASURES:
        rows[f"after_{measure}"] = np.where(decided, column(after[measure]), np.nan)
    return {name: rows[name] for name in WORLD_COLUMNS}
