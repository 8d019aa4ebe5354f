"""What if, from a day on, something were otherwise? Alternatives compared with the same worlds without them.

Worlds of one number share their luck and, up to the fork, their history. So what differs afterwards is the work of the
change by this model's rules, world by world; and since nothing differs before, differences of whole histories are
differences from the fork on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.ask.forks import forked_on
from sim.language.door import Door
from sim.model.outcomes import OUTCOMES
from sim.results.result import differences
from sim.results.stats import paired_shares

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

    from sim.results.result import Result
    from sim.scenario.schema import Scenario

FORKS = "forks"
"""Under it a manifest names alternatives that no scenario says, each with the date of its fork."""
NO_FILE = (
    "no scenario file says a cap from a date on, and a results folder holds what such files say: leave out the folder, "
    "or give the cap from the first day on (run --set)"
)
"""Why worlds that go on under a cap are not kept in a folder."""
STAYS = "us_stays"
DECIDED = "decided"
ATTACKS, DAYS = "attacks", "days_to_decision"
COUNTED = (
    ATTACKS,
    "attacks_iraq",
    "attacks_syria",
    "us_killed",
    "us_wounded",
    "us_strikes",
    "us_strikes_iraq",
    "commanders_killed",
    "iraqi_civilians_killed",
    "threats",
    "talks_rounds",
)
"""Of what is counted in a world, that which is compared; `attacks` are those in Iraq and in Syria together."""
ALL, OPEN = "all", "open"
"""Which worlds: every one, or those in which nothing was decided before the fork."""
EFFECTS = (
    "alternative", "scenario", "other", "among", "measure", "statistic", "worlds", "here", "there", "difference", "low",
    "high",
)  # fmt: skip
TRANSITIONS = ("alternative", "scenario", "from", "to", "worlds", "decided_before", "share")


def since_of(result: Result) -> dict[str, date]:
    """The alternatives among a result's scenarios, by name, each with the first day on which it is otherwise.

    They are those that differ from the first scenario in what has a date, and in nothing else; a declared twin is
    compared as such, and is none of them. Nothing where there are none.
    """
    base, *others = result.whole.scenarios
    kept: Mapping[str, str] = result.manifest.get(FORKS, {})
    found = {
        other.name: date.fromisoformat(kept[other.name]) if other.name in kept else forked_on(base, other)
        for other in others
        if not other.twin_of
    }
    return {name: since for name, since in found.items() if since is not None}


def has_forks(result: Result) -> bool:
    """Whether some of a result's scenarios are its first one, forked at a date."""
    return len(result.whole.scenarios) > 1 and bool(since_of(result))


def label_of(scenario: Scenario) -> str:
    """What an alternative is called: its title, which is its label."""
    return scenario.title or scenario.name


def labels(result: Result) -> dict[str, str]:
    """The labels of the alternatives by the names of their scenarios; two of one title have their names added."""
    found = {one.name: label_of(one) for one in result.whole.scenarios if one.name in since_of(result)}
    shown = list(found.values())
    return {name: label if shown.count(label) == 1 else f"{label} [{name}]" for name, label in found.items()}


def effects(result: Result, level: float = 0.95) -> pd.DataFrame:
    """What each alternative changes, in the same worlds: alternative less scenario, one row a measure.

    Columns: alternative (its label), scenario and other (names), among, measure, statistic ("share" or "mean"), worlds,
    here, there, difference, low, high. ``among`` is "all", or "open": the worlds in which nothing was decided before
    the fork, where there are any. Measures are the outcomes, ``decided`` (any of them that ends the presence),
    ``days_to_decision``, and counts; ``here`` and ``there`` are of whole histories, ``difference`` is what comes after
    the fork, since before it there is none. ``days_to_decision`` counts from the fork, and up to the last day where
    nothing is decided.

    Shares of the same worlds have Bonett and Price's (2012) interval, means a normal one. Both hold chance only.
    """
    import pandas as pd

    base = result.whole.scenarios[0]
    called, shown = labels(result), [*_outcomes(result), DECIDED, DAYS, *COUNTED]
    parts = []
    for name, since in since_of(result).items():
        both = {one: _measured(result, one, (since - base.start).days, base.days) for one in (name, base.name)}
        for among in (ALL, OPEN):
            kept = _open(both[base.name]) if among == OPEN else both[base.name].index
            mine, theirs = (both[one].loc[both[one].index.intersection(kept)] for one in (name, base.name))
            if not len(mine.index.intersection(theirs.index)):
                continue
            pair = (mine.reset_index(), name, theirs.reset_index(), base.name)
            found = differences([pair], True, None, level)
            rows = {str(row.measure): tuple(row) for row in found.itertuples(index=False)}
            common = mine.index.intersection(theirs.index)
            ended = [(table.loc[common, "outcome"] != STAYS).to_numpy(bool) for table in (mine, theirs)]
            gap = paired_shares(ended[0], ended[1], level)
            means = (float(one.mean()) for one in ended)
            rows[DECIDED] = (name, base.name, DECIDED, "share", len(common), *means, *gap, True)
            parts += [(called[name], *rows[what][:2], among, *rows[what][2:-1]) for what in shown if what in rows]
    return pd.DataFrame(parts, columns=list(EFFECTS))


def _outcomes(result: Result) -> list[str]:
    """Outcomes that are shown: all, but for an agreement that runs out only where that occurs."""
    seen = set(result.whole.worlds["outcome"].astype(str))
    return [name for name in OUTCOMES if name != "lapsed" or name in seen]


def _measured(result: Result, name: str, fork: int, days: int) -> pd.DataFrame:
    """The worlds of a scenario by number, with what is reckoned of them; ``fork`` is the day of it."""
    worlds = result.whole.worlds
    table = worlds[worlds["scenario"] == name].set_index("world")
    day = table["outcome_day"].astype("float64").fillna(float(days))
    new: dict[str, Any] = {"before": day < fork, DAYS: (day - fork).clip(lower=0.0)}
    if {"attacks_iraq", "attacks_syria"} <= set(table.columns):
        new[ATTACKS] = table["attacks_iraq"] + table["attacks_syria"]
    return table.assign(**new)


def _open(table: pd.DataFrame) -> Any:
    """The numbers of worlds in which nothing was decided before the fork."""
    return table.index[~table["before"].to_numpy(bool)]


def transitions(result: Result) -> pd.DataFrame:
    """How many worlds end how under each alternative, by how they end without it.

    Columns: alternative, scenario, from (without it), to (with it), worlds, decided_before (of them, before the fork:
    they have no future to fork), share of all worlds. One row for each pair that occurs.
    """
    import pandas as pd

    base = result.whole.scenarios[0]
    called = labels(result)
    rows = []
    for name, since in since_of(result).items():
        mine, theirs = (
            _measured(result, one, (since - base.start).days, base.days).sort_index() for one in (name, base.name)
        )
        common = mine.index.intersection(theirs.index)
        pairs = pd.DataFrame(
            {
                "from": theirs.loc[common, "outcome"].astype(str),
                "to": mine.loc[common, "outcome"].astype(str),
                "before": theirs.loc[common, "before"],
            }
        )
        ways = {(str(one), str(other)): which for (one, other), which in pairs.groupby(["from", "to"])}
        for one, other in sorted(ways, key=lambda way: tuple(map(_place, way))):
            count, before = len(ways[one, other]), int(ways[one, other]["before"].sum())
            rows.append((called[name], name, one, other, count, before, count / len(common)))
    return pd.DataFrame(rows, columns=list(TRANSITIONS))


def _place(outcome: str) -> int:
    """The order of outcomes, unknown ones last."""
    return OUTCOMES.index(outcome) if outcome in OUTCOMES else len(OUTCOMES)


class WhatIf:
    """Alternatives to a scenario from a day on, and what they change.

    ``WhatIf(result)`` takes any result whose further scenarios are forks of its first one, such as that of a results
    folder (``sim.open``). ValueError where none is.
    """

    def __init__(self, result: Result, at: date | None = None, remarks: Mapping[str, tuple[str, ...]] | None = None):
        self.result = result
        """The worlds of the scenario and of its alternatives."""
        self.since = since_of(result)
        """The first day on which each alternative is otherwise, by the name of its scenario."""
        if not self.since:
            raise ValueError("no scenario of this result is a fork of its first: they differ in more than has a date")
        self.at = min(self.since.values()) if at is None else at
        """The date of the fork."""
        self.remarks = dict(remarks or {})
        """By label, what is worth a word about an alternative: it changes nothing, or not what one may think."""

    @property
    def base(self) -> Scenario:
        """The scenario as it is."""
        return self.result.scenarios[0]

    @property
    def alternatives(self) -> dict[str, Scenario]:
        """The alternatives by label, each as a scenario (one with a cap has it there from the first day on)."""
        known = {scenario.name: scenario for scenario in self.result.scenarios}
        return {label: known[name] for name, label in labels(self.result).items()}

    @cached_property
    def effects(self) -> pd.DataFrame:
        """What each alternative changes, in the same worlds, with 95 % intervals: as :func:`effects`."""
        return effects(self.result)

    @cached_property
    def transitions(self) -> pd.DataFrame:
        """From which outcome to which worlds go: as :func:`transitions`."""
        return transitions(self.result)

    @property
    def changed(self) -> dict[str, int]:
        """How many worlds end otherwise, by label."""
        moved = self.transitions[self.transitions["from"] != self.transitions["to"]]
        counts = moved.groupby("alternative")["worlds"].sum()
        return {label: int(counts.get(label, 0)) for label in self.alternatives}

    @property
    def decided_before(self) -> dict[str, int]:
        """In how many worlds something was decided before the fork, by label: they have no future to fork."""
        counts = self.transitions.groupby("alternative")["decided_before"].sum()
        return {label: int(counts.get(label, 0)) for label in self.alternatives}

    @Door
    def text(self) -> str:
        """Two sentences, and the effects as tables to read."""
        raise NotImplementedError

    @Door
    def plot(self) -> Figure:
        """The effects with their intervals, an alternative a row: a ``matplotlib.figure.Figure``."""
        raise NotImplementedError

    def save(self, folder: str | Path, *, overwrite: bool = False, figures: bool = True) -> Path:
        """Writes the worlds with all tables and figures as a results folder: as :meth:`Result.save`."""
        return self.result.save(folder, overwrite=overwrite, figures=figures)

    def __repr__(self) -> str:
        names = ", ".join(map(repr, self.alternatives))
        many, seed = f"{self.result.manifest['worlds']:,} worlds", f"seed {self.result.manifest['seed']}"
        return f"<WhatIf: {self.base.name} from {self.at} on with {names}; {many}, {seed}>"

    @Door
    def _repr_html_(self) -> str:
        """What a notebook shows."""
        raise NotImplementedError
