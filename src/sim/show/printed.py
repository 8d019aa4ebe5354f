"""Tables for people: the numbers of ``tables.py`` with words for names and as many digits as can be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any

from sim.show import phrases, tables

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.result import Result
    from sim.scenario.schema import Scenario

RANGE = ("5th percentile", "median", "95th percentile")
OVER_THE_SET = "range over the accepted set (10–90 %, without chance)"
"""The head of a column of ranges: how far a share moves with the parameters."""
Named = tuple[str, str, Callable[[str], str]]
"""A column that names rows: its name, its head, the function that writes its cells."""


@dataclass(frozen=True)
class Table:
    """A caption, heads, and rows of finished text; ``numeric`` are the columns that are set right."""

    caption: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    numeric: frozenset[int] = frozenset()


def interval(scenarios: Sequence[Scenario]) -> str:
    """The head of a column of intervals: what they hold."""
    return f"95 % interval ({phrases.chance(scenarios)})"


def parties(result: Result, numbers: pd.DataFrame) -> list[Scenario]:
    """The scenarios that a table of differences compares, by its columns ``scenario`` and ``other``."""
    named = {*numbers["scenario"], *numbers["other"]}
    return [scenario for scenario in result.whole.scenarios if scenario.name in named]


def chance(result: Result, numbers: pd.DataFrame) -> str:
    """What the intervals of a table of differences hold."""
    return phrases.chance(parties(result, numbers))


def of_scenarios(result: Result) -> Named:
    """The column that names scenarios, in their labels."""
    labels = phrases.labels(result)
    return "scenario", "conditions", lambda name: labels.get(name, name)


def with_shares(result: Result, table: pd.DataFrame, named: list[Named], caption: str) -> Table:
    """The naming columns, then worlds, share, its range over the accepted set where it is known, and interval."""
    over = tables.has_ranges(table)
    rows = [
        (
            *(write(str(getattr(row, column))) for column, _, write in named),
            f"{row.count:,} of {row.worlds:,}",
            phrases.percent(row.share),
            *([phrases.over_the_set(row)] if over else []),
            phrases.interval(row.low, row.high),
        )
        for row in tables.each(table)
    ]
    heads = (
        *(head for _, head, _ in named),
        "worlds",
        "share",
        *([OVER_THE_SET] if over else []),
        interval(result.scenarios),
    )
    return Table(caption, heads, rows, frozenset(range(len(named), len(heads))))


def outcomes(result: Result) -> Table:
    """Shares of outcomes, and of any decided end beside them."""
    named: list[Named] = [of_scenarios(result), ("outcome", "outcome", phrases.outcome)]
    return with_shares(result, tables.endings(result), named, "Outcomes")


def doubt(result: Result) -> Table:
    """How unsure the shares of forced exits are: a row a scenario, of many the two where it is least and most.

    Beside the share its range over the accepted parameters, where it is known, and what chance does; and what the war
    in Gaza adds to it, where the run has a twin without.
    """
    shares = tables.outcome_shares(result)
    rows = tables.each(shares[(shares["outcome"] == "forced_exit") & (shares["worlds"] > 0)])
    names = phrases.brief_labels(result)
    over = tables.has_ranges(tables.endings(result))
    war = {row.scenario: row for row in tables.each(of_war(result))}
    kept = rows
    if len(rows) > MOST_ROWS:
        most, least = max(rows, key=lambda row: row.share), min(rows, key=lambda row: row.share)
        kept = [most, least] if most.share > least.share else [most]
    cells = [
        (
            names[row.scenario],
            phrases.rough(row.share),
            *([phrases.over_the_set_as(row, phrases.rough_interval)] if over else []),
            phrases.rough_interval(row.low, row.high),
            *([rough_gap(war.get(row.scenario))] if war else []),
        )
        for row in kept
    ]
    heads = (
        "conditions",
        "Iraq pushes them out",
        *(["over the accepted parameters"] if over else []),
        "by chance",
        *(["the war in Gaza adds (points)"] if war else []),
    )
    which = "the most and the least" if len(kept) > 1 else "the first; all are alike"
    cut = f" Of {len(rows)} sets of conditions {which}" if len(kept) < len(rows) else ""
    return Table(f"How sure is that?{cut}", heads, cells, frozenset(range(1, len(heads))))


MOST_ROWS = 3
"""In the table beside the answer."""


def of_war(result: Result) -> pd.DataFrame:
    """What the war in Gaza changes in forced exits by both of its paths, a row a pair."""
    numbers = tables.gaza(result)
    return numbers[(numbers["path"] == "both") & (numbers["measure"] == "forced_exit")]


def rough_gap(row: Any) -> str:
    """A difference of shares with its interval in whole points; nothing where there is none."""
    if row is None:
        return "–"
    low, high = phrases.rough_points(row.low), phrases.rough_points(row.high)
    return f"{phrases.rough_points(row.difference)} ({low} to {high})"


def kinds(result: Result) -> Table:
    """Shares of kinds of ending."""
    named: list[Named] = [of_scenarios(result), ("outcome", "outcome", phrases.outcome), ("kind", "kind", phrases.kind)]
    return with_shares(result, tables.kind_shares(result), named, "Kinds of ending")


def incidence(result: Result) -> Table:
    """Shares decided by a date."""
    named: list[Named] = [of_scenarios(result), ("outcome", "exit", phrases.outcome), ("date", "by", str)]
    return with_shares(result, tables.incidence(result, days=90), named, "Exits decided by a date, every 90 days")


def severity(result: Result) -> Table:
    """Shares forced out, by the dead."""
    named: list[Named] = [("dead", "dead", phrases.count), of_scenarios(result), ("range", "number", str)]
    caption = "Share of worlds forced out, by the dead in the world (an association)"
    return with_shares(result, tables.severity(result), named, caption)


def course(result: Result, quantities: tuple[str, ...]) -> Table:
    """A weekly quantity by half years."""
    _, head, label = of_scenarios(result)
    rows = [
        (
            phrases.quantity(row.quantity),
            label(row.scenario),
            row.begins,
            row.ends,
            *(phrases.amount(value) for value in (row.q05, row.q50, row.q95)),
        )
        for row in tables.each(tables.averages(result, quantities))
    ]
    caption = "The median week of each half year, and the range of nine in ten worlds"
    return Table(caption, ("what", head, "from", "to", *RANGE), rows, frozenset(range(2, 7)))


def start(result: Result) -> Table:
    """The state that the past has left; once, where it is the same in every scenario."""
    found: dict[str, list[tuple[str, ...]]] = {}
    numbers = tables.start(result)
    for row in tables.each(numbers):
        cells = (phrases.quantity(row.quantity), *(phrases.amount(value) for value in (row.q05, row.q50, row.q95)))
        found.setdefault(row.scenario, []).append(cells)
    shared = len(found) > 1 and all(rows == next(iter(found.values())) for rows in found.values())
    if shared:
        found = {"": next(iter(found.values()))}
    _, head, label = of_scenarios(result)
    rows = [
        (cells[0], "all" if shared else label(name), *cells[1:]) for name, lines in found.items() for cells in lines
    ]
    worlds = int(numbers["worlds"].max()) if len(numbers) else 0
    caption = f"The state before the first day, as the past has left it (the first {worlds:,} worlds)"
    return Table(caption, ("what", head, *RANGE), rows, frozenset({2, 3, 4}))


def rungs(result: Result, numbers: pd.DataFrame) -> Table:
    """One row per rung, one column per scenario: the share of all weeks of all worlds spent on it."""
    labels = phrases.labels(result)
    shares: dict[tuple[str, str], dict[str, float]] = {}
    for row in tables.each(numbers):
        shares.setdefault((row.actor, row.rung), {})[row.scenario] = row.share
    rows: list[tuple[str, ...]] = [
        (
            phrases.actor(actor),
            phrases.plain(rung),
            *(phrases.percent(by[name]) if name in by else "none" for name in labels),
        )
        for (actor, rung), by in shares.items()
    ]
    heads = ("actor", "rung", *labels.values())
    caption = "Share of all weeks of all worlds on each rung"
    return Table(caption, heads, rows, frozenset(range(2, len(heads))))


def gap(row: Any) -> str:
    """A difference with its interval: ``+1.2 (+0.3 to +2.0)``; a share's in percentage points."""
    write = phrases.points if row.statistic == "share" else phrases.signed
    return f"{write(row.difference)} ({write(row.low)} to {write(row.high)})"


def gaza(result: Result) -> Table:
    """One row for each path of each pair: the levels of forced exits, and the differences with their intervals."""
    labels = phrases.labels(result.whole)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    numbers = tables.gaza(result)
    for row in tables.each(numbers):
        found.setdefault((row.scenario, row.other), {})[row.measure] = row
    rows = []
    for (name, _), by in found.items():
        forced = by["forced_exit"]
        levels = (phrases.percent(forced.here), phrases.percent(forced.there))
        gaps = (gap(by[measure]) for measure in ("forced_exit", "negotiated_exit", tables.ATTACKS))
        rows.append((labels[name], phrases.PATHS[forced.path], *levels, *gaps, f"{forced.worlds:,}"))
    heads = (
        "conditions",
        "the war matters",
        "forced exits with the war",
        "without",
        "forced exits: difference, points",
        "negotiated exits: difference, points",
        "attacks a world: difference",
        "paired worlds",
    )
    held = chance(result, numbers)
    caption = f"What the war in Gaza changes: with the war less without it; 95 % intervals ({held})"
    return Table(caption, heads, rows, frozenset(range(2, len(heads))))


def one_reference(numbers: pd.DataFrame) -> str:
    """The scenario that all others in ``tables.changes`` are compared with, where it is one; else nothing."""
    names = set(numbers["other"])
    return str(names.pop()) if len(names) == 1 else ""


def compared(result: Result, numbers: pd.DataFrame) -> str:
    """Who is compared with whom, as a sentence."""
    name = one_reference(numbers)
    return (
        f"Each less {phrases.within(phrases.labels(result.whole)[name])}."
        if name
        else "The first named less the second."
    )


def changes(result: Result) -> Table:
    """One row per pair of scenarios, one column per outcome: the difference in points, and its interval."""
    labels = phrases.labels(result.whole)
    numbers = tables.changes(result)
    outcomes = list(dict.fromkeys(numbers["measure"]))
    rows = []
    for (name, other), mine in numbers.groupby(["scenario", "other"], sort=False):
        cells = {row.measure: gap(row) for row in tables.each(mine)}
        said = phrases.pair(labels, str(name), str(other), "")
        rows.append((said, *(cells[outcome] for outcome in outcomes), f"{int(mine['worlds'].max()):,}"))
    heads = ("conditions", *(phrases.outcome(str(outcome)) for outcome in outcomes), "paired worlds")
    held = chance(result, numbers)
    caption = f"What the conditions change: paired differences in percentage points; 95 % intervals ({held})"
    return Table(caption, heads, rows, frozenset(range(1, len(heads))))


def twins(result: Result) -> Table:
    """One row per pair of scenarios that differ in something other than the war in Gaza, or not only in it."""
    labels = phrases.labels(result.whole)
    others = {(pair.first, pair.second): pair for pair in tables.contrasts(result) if not pair.path}
    rows: list[tuple[str, ...]] = []
    for row in tables.each(tables.differences(result)):
        if (row.scenario, row.other) in others:
            pair = others[row.scenario, row.other]
            share = row.statistic == "share"
            name = phrases.outcome(row.measure) if share else phrases.count(row.measure)
            rows.append((labels[row.scenario], phrases.clean(pair.condition), name, gap(row)))
    held = interval(result.whole.scenarios)
    heads = ("conditions", "what differs", "what", f"difference (points, or a world), {held}")
    return Table("The same worlds under two sets of conditions", heads, rows, frozenset({3}))


def consequences(result: Result) -> Table:
    """Changes after an exit."""
    rows = [
        (
            phrases.consequence(row.consequence),
            phrases.kind(row.kind),
            f"{row.worlds:,}",
            *(phrases.signed(value, 2) for value in (row.q05, row.q50, row.q95)),
        )
        for row in tables.each(tables.consequences(result))
    ]
    heads = ("consequence", "kind of exit", "worlds", *RANGE)
    return Table("Change from the day an exit is decided to the last day", heads, rows, frozenset({2, 3, 4, 5}))


def setting(value: Any) -> str:
    """A scenario's value as text."""
    if value is None or value == "" or value == ():
        return "none"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"
    return phrases.clean(value)


def conditions(result: Result) -> Table:
    """The values in which the scenarios of this run differ, one column a scenario."""
    from sim.scenario.parameters import parameters
    from sim.scenario.said import all_said

    meanings: dict[str, str] = {}
    values: list[dict[str, object]] = []
    for scenario in result.scenarios:
        found = list(parameters(scenario))
        meanings |= {name: about.meaning for name, _, about in found} | {"events": "dated events"}
        values.append({name: value for name, value, _ in found} | {"events": scenario.events})

    def cell(scenario: Scenario, name: str, value: object) -> str:
        return all_said(scenario.events, scenario) or "none" if name == "events" else setting(value)

    rows: list[tuple[str, ...]] = []
    for name, meaning in meanings.items():
        cells = [each.get(name) for each in values]
        if any(one != cells[0] for one in cells):
            told = (cell(*each) for each in zip(result.scenarios, repeat(name), cells, strict=False))
            rows.append((name, phrases.clean(meaning), *told))
    heads = ("parameter", "what it is", *phrases.labels(result).values())
    caption = "Where the conditions differ; all else is the same in every scenario"
    return Table(caption, heads, rows, frozenset(range(2, len(heads))))
