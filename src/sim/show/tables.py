"""The numbers behind every figure, as tables; and ``tables/*.csv``.

Each figure draws one of these tables, its text for the blind reads the same one out, and the report prints
it, so that picture, words and numbers cannot differ. All are pure functions of a ``Result``. Intervals are 95
% and hold chance (``phrases.chance``): they say how far the share would move with other random numbers, not how
sure the rules and parameters are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.ask import whatif
from sim.disk.words import cell
from sim.results.result import SHARES, over_vectors
from sim.results.stats import paired_means, paired_shares, wilson
from sim.show import carriers, phrases

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from sim.results.result import Result
    from sim.scenario.schema import Scenario

QUANTILES = ("q05", "q25", "q50", "q75", "q95")
WEEKS_A_PERIOD = 4


@dataclass(frozen=True)
class Contrast:
    """Two scenarios of a run that are compared world by world; ``first`` less ``second`` is what the condition does."""

    first: str
    second: str
    condition: str
    """The difference as a clause: "the war in Gaza goes on rather than ends on 10 January 2024"."""
    path: str = ""
    """Of the war in Gaza: whom the second takes it from, ``both``, ``groups`` or ``politics``. Else nothing."""
    is_twin: bool = True
    """Whether one names the other as its twin, so that the condition says all in which they differ."""


def each(table: pd.DataFrame) -> list[Any]:
    """The rows of a table, its columns as attributes."""
    return list(table.itertuples(index=False))


def main_part(result: Result) -> Result:
    """What is shown: a result without the companions that only answer the second question.

    A result without any is given back as it is.
    """
    from sim.ask.questions import companions

    beside = companions(result.scenarios)
    shown = [scenario.name for scenario in result.scenarios if scenario.name not in beside]
    return result.only(shown) if beside else result


def contrasts(result: Result) -> list[Contrast]:
    """The pairs that are compared, in the same worlds: each twin with its original, and all others with the first.

    Only scenarios of the same start and length are compared: what more days bring is no effect of a condition.
    """
    whole = result.whole
    have = {name: set(rows["world"]) for name, rows in whole.worlds.groupby("scenario", sort=False)}
    known = {scenario.name: scenario for scenario in whole.scenarios}
    order = {name: place for place, name in enumerate(known)}

    def comparable(one: str, other: str) -> bool:
        return span(known[one]) == span(known[other]) and bool(have.get(one, set()) & have.get(other, set()))

    pairs = [
        (known[twin.twin_of], twin)
        for twin in sorted(known.values(), key=lambda one: order.get(one.twin_of, -1))
        if twin.twin_of in known and comparable(twin.name, twin.twin_of)
    ]
    found = [contrast(*pair) for pair in pairs]
    paired = {frozenset((one.first, one.second)) for one in found}
    alone = [scenario.name for scenario in main_part(whole).scenarios if have.get(scenario.name)]
    for place, name in enumerate(alone):
        first = next((other for other in alone[:place] if span(known[other]) == span(known[name])), name)
        if first != name and frozenset((name, first)) not in paired and comparable(name, first):
            found.append(Contrast(name, first, f"its conditions rather than those of {first}", is_twin=False))
    return found


def span(scenario: Scenario) -> tuple[date, int]:
    """The first day and the number of days."""
    return scenario.start, scenario.days


def one_span(result: Result) -> bool:
    """Whether all scenarios start on the same day and last as long."""
    return len({span(scenario) for scenario in result.scenarios}) < 2


def of_gaza(result: Result) -> list[Contrast]:
    """The contrasts that differ in the war in Gaza only: those of the second question."""
    return [pair for pair in contrasts(result) if pair.path]


WAR = {"fronts.gaza.ends", "fronts.gaza.ends_for"}


def contrast(scenario: Scenario, twin: Scenario) -> Contrast:
    """How the two differ. Where it is in the war in Gaza, the one with the war comes first."""
    from sim.scenario.compare import differences
    from sim.scenario.said import all_said
    from sim.show.conditions import value

    found = differences(scenario, twin)
    named = {each.name for each in found.values}
    if "fronts.gaza.ends" in named and named <= WAR and not any(found.entries) and not any(found.events):
        first, second = scenario, twin
        if twin.fronts["gaza"].ends is None:
            first, second = twin, scenario
        front = second.fronts["gaza"]
        if first.fronts["gaza"].ends is None and front.ends is not None:
            whom = phrases.FOR_WHOM[front.ends_for]
            begins = next((entry.date for entry in front.dates if entry.state == "war"), None)
            if begins is not None and front.ends <= begins:
                clause = f"there is a war in Gaza{whom} rather than none"
            else:
                clause = f"the war in Gaza goes on{whom} rather than ends on {phrases.spelled(front.ends)}"
            return Contrast(first.name, second.name, clause, front.ends_for)
    clauses = [f"{each.name} is {value(each.first)} rather than {value(each.second)}" for each in found.values]
    clauses += ["there are other entries"] * any(found.entries)
    clauses += [all_said(found.events[0], scenario)] * bool(found.events[0])
    clauses += [f"it does not happen that {all_said(found.events[1], twin)}"] * bool(found.events[1])
    return Contrast(scenario.name, twin.name, phrases.listed(clauses) or "nothing differs")


def scenario_named(result: Result, name: str) -> Scenario:
    """The scenario of that name in the result; KeyError where there is none."""
    for scenario in result.scenarios:
        if scenario.name == name:
            return scenario
    raise KeyError(name)


def of(result: Result, name: str) -> pd.DataFrame:
    """The rows of ``worlds`` that belong to one scenario."""
    return result.worlds[result.worlds["scenario"] == name]


def outcomes_shown(result: Result) -> list[str]:
    """Outcomes in their order: the three paths always, "lapsed" and unknown ones where they occur."""
    seen = set(result.worlds["outcome"].astype(str))
    known = [name for name in phrases.OUTCOMES if name != "lapsed" or name in seen]
    return known + sorted(seen - set(phrases.OUTCOMES))


def outcome_shares(result: Result) -> pd.DataFrame:
    """``result.shares()`` without outcomes that nobody would expect and that did not come about."""
    shares = result.shares()
    return shares[shares["outcome"].isin(outcomes_shown(result))].reset_index(drop=True)


def any_end(result: Result) -> pd.DataFrame:
    """One row a scenario: the share of worlds in which any end is decided, as ``outcome_shares`` has each of them."""
    import pandas as pd

    rows = []
    for scenario in result.scenarios:
        mine = of(result, scenario.name)
        ends = sorted({*mine["outcome"].astype(str)} - {"us_stays"})
        count, worlds = int(mine["outcome"].isin(ends).sum()), len(mine)
        share = count / max(worlds, 1)
        over = over_vectors(mine, ends)
        rows.append((scenario.name, phrases.DECIDED, worlds, count, share, *wilson(count, worlds), *over))
    return pd.DataFrame(rows, columns=SHARES)


def has_ranges(table: pd.DataFrame) -> bool:
    """Whether of any share of a table it is known how far it moves over the accepted set."""
    return "set_low" in table.columns and bool(table["set_low"].notna().any())


def endings(result: Result) -> pd.DataFrame:
    """``outcome_shares``, and below those of each scenario ``any_end``: what people are shown."""
    import pandas as pd

    each, all_ = outcome_shares(result), any_end(result)
    parts = [table[table["scenario"] == scenario.name] for scenario in result.scenarios for table in (each, all_)]
    return pd.concat(parts, ignore_index=True) if parts else each


def kind_shares(result: Result) -> pd.DataFrame:
    """One row a scenario and kind of ending that occurs anywhere in the run, with outcome and interval."""
    import pandas as pd

    seen = set(result.worlds["kind"].astype(str))
    shown = [name for name in phrases.KINDS if name in seen] + sorted(seen - set(phrases.KINDS))
    belongs = dict(zip(result.worlds["kind"].astype(str), result.worlds["outcome"].astype(str), strict=True))
    rows = []
    for scenario in result.scenarios:
        ended = of(result, scenario.name)["kind"].astype(str)
        for name in shown:
            count = int((ended == name).sum())
            share = count / max(len(ended), 1)
            rows.append((scenario.name, belongs[name], name, len(ended), count, share, *wilson(count, len(ended))))
    return pd.DataFrame(rows, columns=["scenario", "outcome", "kind", "worlds", "count", "share", "low", "high"])


def incidence(result: Result, days: int = 30) -> pd.DataFrame:
    """Share of worlds that an exit has settled by the end of a day, every ``days`` days and on the last.

    No world is lost from sight before the horizon, so that the Aalen-Johansen estimator for competing risks
    is exactly this share, and its interval Wilson's.
    """
    import pandas as pd

    rows = []
    for scenario in result.scenarios:
        ended = of(result, scenario.name)
        outcome = ended["outcome"].astype(str).to_numpy()
        settled_on = ended["outcome_day"].to_numpy(dtype=float, na_value=math.nan)
        last = max(scenario.days - 1, 0)
        steps = sorted({*range(0, last + 1, days), last})
        for name in outcomes_shown(result):
            if name not in phrases.EXITS:
                continue
            settled = np.sort(settled_on[(outcome == name) & ~np.isnan(settled_on)])
            for number in steps:
                count = int(np.searchsorted(settled, number, side="right"))
                share = count / max(len(ended), 1)
                when = phrases.day(scenario, number).isoformat()
                interval = wilson(count, len(ended))
                rows.append((scenario.name, name, number, when, len(ended), count, share, *interval))
    return pd.DataFrame(rows, columns=["scenario", "outcome", "day", "date", "worlds", "count", "share", "low", "high"])


def whole_weeks(scenario: Scenario) -> int:
    """Weeks of seven days within the horizon, at least one: a last, shorter one shows too few attacks."""
    return max(scenario.days // 7, 1)


def weekly(result: Result, quantity: str) -> pd.DataFrame:
    """One quantity week by week over whole weeks: scenario, week, mean and quantiles over worlds."""
    table = result.weekly
    rows = table[table["quantity"] == quantity]
    keep = [
        rows[(rows["scenario"] == scenario.name) & (rows["week"] < whole_weeks(scenario))].sort_values("week")
        for scenario in result.scenarios
    ]
    import pandas as pd

    return pd.concat(keep, ignore_index=True) if keep else rows


def weekly_medians(result: Result) -> pd.DataFrame:
    """Every weekly quantity that is not a rung: scenario, week, the date it begins, quantity, mean,
    quantiles.
    """
    import pandas as pd

    table = result.weekly[~result.weekly["quantity"].astype(str).str.startswith("rung/")].copy()
    starts = {scenario.name: scenario for scenario in result.scenarios}
    table["date"] = [
        phrases.day(starts[name], 7 * int(week)).isoformat()
        for name, week in zip(table["scenario"], table["week"], strict=True)
    ]
    order = {scenario.name: number for number, scenario in enumerate(result.scenarios)}
    table["_order"] = table["scenario"].map(order)
    table = table.sort_values(["_order", "quantity", "week"])
    return pd.DataFrame(table[["scenario", "quantity", "week", "date", "mean", *QUANTILES]].reset_index(drop=True))


def start(result: Result) -> pd.DataFrame:
    """The state that the past has left before the first day, over the first worlds: scenario, quantity, quantiles.

    Nothing where the run was made by another version of the model, whose past this one cannot tell.
    """
    import pandas as pd

    rows = []
    for scenario in result.scenarios:
        rows += [
            (scenario.name, name, len(values), *(float(cut) for cut in np.quantile(values, (0.05, 0.5, 0.95))))
            for name, values in result.start_of(scenario.name).items()
        ]
    return pd.DataFrame(rows, columns=["scenario", "quantity", "worlds", "q05", "q50", "q95"])


def averages(result: Result, quantities: Sequence[str]) -> pd.DataFrame:
    """Weekly quantities in short: per scenario and half year the median week, and the 5th and 95th
    percentile.

    Each entry is the mean, over the weeks of that half year, of the weekly quantile over worlds.
    """
    import pandas as pd

    rows = []
    for quantity in quantities:
        table = weekly(result, quantity)
        for scenario in result.scenarios:
            mine = table[table["scenario"] == scenario.name]
            for half in range(math.ceil(whole_weeks(scenario) / 26)):
                part = mine[(mine["week"] >= 26 * half) & (mine["week"] < 26 * (half + 1))]
                if len(part) < 13 and half > 0:  # a rest of a few weeks says nothing of a half year
                    continue
                if len(part):
                    begins = phrases.day(scenario, 182 * half)
                    ends = phrases.day(scenario, min(182 * (half + 1), scenario.days) - 1)
                    means = [float(part[name].astype(float).mean()) for name in ("q05", "q50", "q95", "mean")]
                    rows.append((scenario.name, quantity, begins.isoformat(), ends.isoformat(), *means))
    return pd.DataFrame(rows, columns=["scenario", "quantity", "begins", "ends", "q05", "q50", "q95", "mean"])


def actors(result: Result) -> dict[str, list[str]]:
    """Actor -> its rungs from low to high, for every ladder found in the weekly table."""
    found: dict[str, list[str]] = {}
    for name in map(str, result.weekly["quantity"].unique()):
        if name.startswith("rung/"):
            actor, _, rung = name.removeprefix("rung/").rpartition("/")
            found.setdefault(actor, []).append(rung)
    return found


def rung_course(result: Result) -> pd.DataFrame:
    """Share of worlds on each rung, averaged over periods of four weeks: scenario, actor, rung, week, date,
    share.
    """
    import pandas as pd

    table = result.weekly[result.weekly["quantity"].astype(str).str.startswith("rung/")]
    rows = []
    ladders = actors(result)
    for scenario in result.scenarios:
        mine = table[(table["scenario"] == scenario.name) & (table["week"] < whole_weeks(scenario))]
        wide = mine.pivot_table(index="week", columns="quantity", values="mean", aggfunc="mean", observed=True)
        for actor, rungs in ladders.items():
            for rung in rungs:
                name = f"rung/{actor}/{rung}"
                if name not in wide.columns:
                    continue
                values = wide[name].to_numpy(dtype=float)
                weeks = wide.index.to_numpy(dtype=int)
                for begin in range(0, whole_weeks(scenario), WEEKS_A_PERIOD):
                    here = values[(weeks >= begin) & (weeks < begin + WEEKS_A_PERIOD)]
                    if len(here):
                        when = phrases.day(scenario, 7 * begin).isoformat()
                        rows.append((scenario.name, actor, rung, begin, when, float(here.mean())))
    return pd.DataFrame(rows, columns=["scenario", "actor", "rung", "week", "date", "share"])


def rung_use(result: Result) -> pd.DataFrame:
    """Share of all world-weeks that an actor spends on each rung: scenario, actor, rung, share."""
    import pandas as pd

    table = result.weekly[result.weekly["quantity"].astype(str).str.startswith("rung/")]
    ladders = actors(result)
    rows = []
    for scenario in result.scenarios:
        mine = table[(table["scenario"] == scenario.name) & (table["week"] < whole_weeks(scenario))]
        means = mine.groupby("quantity", observed=True)["mean"].mean()
        for actor, rungs in ladders.items():
            for rung in rungs:
                name = f"rung/{actor}/{rung}"
                if name in means.index:
                    rows.append((scenario.name, actor, rung, float(means[name])))
    return pd.DataFrame(rows, columns=["scenario", "actor", "rung", "share"])


def consequence_names(result: Result) -> list[str]:
    """The ``after_…`` columns, in the order of the model."""
    return [str(name) for name in result.worlds.columns if str(name).startswith("after_")]


def consequences(result: Result) -> pd.DataFrame:
    """Change from before to after an exit, per consequence and kind of exit, over all worlds that decided
    one.

    Worlds of all scenarios are taken together, because what an exit of a kind changes is the question here,
    not how often it comes.
    """
    import pandas as pd

    worlds = result.worlds
    kinds = worlds["kind"].astype(str)
    rows = []
    for name in consequence_names(result):
        for kind in phrases.KINDS_OF_EXIT:
            values = worlds.loc[kinds == kind, name].dropna().to_numpy(dtype=float)
            if len(values):
                cut = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95))
                rows.append((name.removeprefix("after_"), kind, len(values), float(values.mean()), *map(float, cut)))
    return pd.DataFrame(rows, columns=["consequence", "kind", "worlds", "mean", *QUANTILES])


SEVERITY = ("us_killed", "iraqi_civilians_killed")
BINS = ((0, 0, "none"), (1, 2, "1–2"), (3, 9, "3–9"), (10, 29, "10–29"), (30, None, "30 or more"))


def severity(result: Result) -> pd.DataFrame:
    """Share of worlds forced out, by how many died in that world: an association seen in this run, not a
    test.

    Deaths are counted over the whole horizon, also after an exit. Bins without worlds have no row.
    """
    import pandas as pd

    rows = []
    for column in SEVERITY:
        if column not in result.worlds.columns:
            continue
        for scenario in result.scenarios:
            ended = of(result, scenario.name)
            dead = ended[column].to_numpy(dtype=float)
            forced = (ended["outcome"].astype(str) == "forced_exit").to_numpy()
            for number, (low, high, name) in enumerate(BINS):
                inside = (dead >= low) & (dead <= (math.inf if high is None else high))
                worlds = int(inside.sum())
                if worlds:
                    count = int((inside & forced).sum())
                    rows.append(
                        (column, scenario.name, number, name, worlds, count, count / worlds, *wilson(count, worlds))
                    )
    return pd.DataFrame(rows, columns=["dead", "scenario", "bin", "range", "worlds", "count", "share", "low", "high"])


DIFFERENCES = ("attacks_iraq", "attacks_syria", "us_killed", "us_strikes", "commanders_killed", "threats", "committees")


def differences(result: Result) -> pd.DataFrame:
    """Paired differences of the contrasts: the same worlds with and without one condition.

    One row a contrast and measure, as ``result.between`` gives them: an outcome's share, or the mean of a
    column.
    """
    return between(result, contrasts(result))


def changes(result: Result) -> pd.DataFrame:
    """What conditions change in the shares of outcomes: ``differences`` without those in the war in Gaza."""
    table = between(result, [pair for pair in contrasts(result) if not pair.path])
    return table[table["statistic"] == "share"].reset_index(drop=True)


def between(result: Result, pairs: Sequence[Contrast]) -> pd.DataFrame:
    """The paired differences of these contrasts, for the measures that are shown."""
    import pandas as pd

    shown = {*outcomes_shown(result.whole), *DIFFERENCES}
    parts = []
    for pair in pairs:
        table = result.whole.between(pair.first, pair.second)
        parts.append(table[table["measure"].isin(shown)])
    if not parts:
        return pd.DataFrame(columns=["scenario", "other", "measure", "statistic", *LEVELS, "paired"])
    return pd.concat(parts, ignore_index=True)


LEVELS = ("worlds", "here", "there", "difference", "low", "high")
ATTACKS = "attacks"


def gaza(result: Result) -> pd.DataFrame:
    """What the war in Gaza changes, the same worlds with it and without, by whom it is taken from.

    Columns: scenario (with the war), other (without), path, measure (the share of an exit; ``attacks``: their mean
    number a world, Iraq and Syria together), statistic, worlds, here, there, difference, low, high.
    """
    import pandas as pd

    rows = []
    for pair in of_gaza(result):
        with_war, without = (of(result.whole, name).set_index("world") for name in (pair.first, pair.second))
        common = with_war.index.intersection(without.index)
        with_war, without = with_war.loc[common], without.loc[common]
        head = (pair.first, pair.second, pair.path)
        for outcome in ("forced_exit", "negotiated_exit"):
            a, b = ((table["outcome"] == outcome).to_numpy(bool) for table in (with_war, without))
            rows.append((*head, outcome, "share", len(a), a.mean(), b.mean(), *paired_shares(a, b)))
        x, y = ((table["attacks_iraq"] + table["attacks_syria"]).to_numpy(float) for table in (with_war, without))
        rows.append((*head, ATTACKS, "mean", len(x), x.mean(), y.mean(), *paired_means(x, y)))
    return pd.DataFrame(rows, columns=["scenario", "other", "path", "measure", "statistic", *LEVELS])


FILES: dict[str, Callable[[Result], pd.DataFrame]] = {
    "outcome_shares": outcome_shares,
    "decided": any_end,
    "kinds": kind_shares,
    "incidence": incidence,
    "changes": changes,
    "gaza": gaza,
    "differences": differences,
    "start": start,
    "weekly_medians": weekly_medians,
    "rung_use": rung_use,
    "consequences": consequences,
    "severity": severity,
    "rank_correlations": carriers.rank_correlations,
}


OF_FORKS: dict[str, Callable[[Result], pd.DataFrame]] = {
    "whatif_effects": whatif.effects,
    "whatif_transitions": whatif.transitions,
}
"""Written too where scenarios of a run are its first one, forked at a date."""


def as_csv(table: pd.DataFrame) -> str:
    """A table as CSV, the same on every machine: six significant digits, ``\\n`` at the end of lines.

    No text in it is a formula to a spreadsheet (:func:`sim.disk.words.cell`).
    """
    texts = {name: table[name].map(cell, na_action="ignore") for name in table.select_dtypes(exclude="number").columns}
    return table.assign(**texts).to_csv(index=False, lineterminator="\n", float_format="%.6g")


def write_tables(result: Result, folder: str | Path) -> list[Path]:
    """Writes ``tables/<name>.csv`` below ``folder``, each whole or not at all; returns the files."""
    from sim.disk.writing import put

    shown = main_part(result)
    files = {**FILES, **OF_FORKS} if whatif.has_forks(shown) else FILES
    return [put(Path(folder) / "tables" / f"{name}.csv", as_csv(make(shown))) for name, make in files.items()]
