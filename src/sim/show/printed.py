"""Tables for people: the numbers of ``tables.py`` with words for names and as many digits as can be used.

``made()`` gives, for the name of a figure, the table that stands under it in the report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.show import tables, words

if TYPE_CHECKING:
    import pandas as pd

    from sim.result import Result
    from sim.scenario.schema import Scenario

RANGE = ("5th percentile", "median", "95th percentile")
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
    return f"95 % interval ({words.chance(scenarios)})"


def parties(result: Result, numbers: pd.DataFrame) -> list[Scenario]:
    """The scenarios that a table of differences compares, by its columns ``scenario`` and ``other``."""
    named = {*numbers["scenario"], *numbers["other"]}
    return [scenario for scenario in result.whole.scenarios if scenario.name in named]


def chance(result: Result, numbers: pd.DataFrame) -> str:
    """What the intervals of a table of differences hold."""
    return words.chance(parties(result, numbers))


def of_scenarios(result: Result) -> Named:
    """The column that names scenarios, in their labels."""
    labels = words.labels(result)
    return "scenario", "conditions", lambda name: labels.get(name, name)


def with_shares(result: Result, table: pd.DataFrame, named: list[Named], caption: str) -> Table:
    """The naming columns, then worlds, share and interval."""
    rows = [
        (
            *(write(str(getattr(row, column))) for column, _, write in named),
            f"{row.count:,} of {row.worlds:,}",
            words.percent(row.share),
            words.interval(row.low, row.high),
        )
        for row in tables.each(table)
    ]
    heads = (*(head for _, head, _ in named), "worlds", "share", interval(result.scenarios))
    return Table(caption, heads, rows, frozenset(range(len(named), len(heads))))


def outcomes(result: Result) -> Table:
    """Shares of outcomes."""
    named: list[Named] = [of_scenarios(result), ("outcome", "outcome", words.outcome)]
    return with_shares(result, tables.outcome_shares(result), named, "Outcomes")


def kinds(result: Result) -> Table:
    """Shares of kinds of ending."""
    named: list[Named] = [of_scenarios(result), ("outcome", "outcome", words.outcome), ("kind", "kind", words.kind)]
    return with_shares(result, tables.kind_shares(result), named, "Kinds of ending")


def incidence(result: Result) -> Table:
    """Shares decided by a date."""
    named: list[Named] = [of_scenarios(result), ("outcome", "exit", words.outcome), ("date", "by", str)]
    return with_shares(result, tables.incidence(result, days=90), named, "Exits decided by a date, every 90 days")


def severity(result: Result) -> Table:
    """Shares forced out, by the dead."""
    named: list[Named] = [("dead", "dead", words.count), of_scenarios(result), ("range", "number", str)]
    caption = "Share of worlds forced out, by the dead in the world (an association)"
    return with_shares(result, tables.severity(result), named, caption)


def course(quantities: tuple[str, ...], result: Result) -> Table:
    """A weekly quantity by half years."""
    _, head, label = of_scenarios(result)
    rows = [
        (
            words.quantity(row.quantity),
            label(row.scenario),
            row.begins,
            row.ends,
            *(words.amount(value) for value in (row.q05, row.q50, row.q95)),
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
        cells = (words.quantity(row.quantity), *(words.amount(value) for value in (row.q05, row.q50, row.q95)))
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


def rungs(of: Callable[[Result], pd.DataFrame], result: Result) -> Table:
    """A row a rung, a column a scenario: the share of all weeks of all worlds spent on it."""
    labels = words.labels(result)
    shares: dict[tuple[str, str], dict[str, float]] = {}
    for row in tables.each(of(result)):
        shares.setdefault((row.actor, row.rung), {})[row.scenario] = row.share
    rows: list[tuple[str, ...]] = [
        (words.actor(actor), words.plain(rung), *(words.percent(by[name]) if name in by else "none" for name in labels))
        for (actor, rung), by in shares.items()
    ]
    heads = ("actor", "rung", *labels.values())
    caption = "Share of all weeks of all worlds on each rung"
    return Table(caption, heads, rows, frozenset(range(2, len(heads))))


def gap(row: Any) -> str:
    """A difference with its interval: ``+1.2 (+0.3 to +2.0)``; a share's in percentage points."""
    write = words.points if row.statistic == "share" else words.signed
    return f"{write(row.difference)} ({write(row.low)} to {write(row.high)})"


def gaza(result: Result) -> Table:
    """A row a path of each pair: the levels of forced exits, and the differences with their intervals."""
    labels = words.labels(result.whole)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    numbers = tables.gaza(result)
    for row in tables.each(numbers):
        found.setdefault((row.scenario, row.other), {})[row.measure] = row
    rows = []
    for (name, _), by in found.items():
        forced = by["forced_exit"]
        levels = (words.percent(forced.here), words.percent(forced.there))
        gaps = (gap(by[measure]) for measure in ("forced_exit", "negotiated_exit", tables.ATTACKS))
        rows.append((labels[name], words.PATHS[forced.path], *levels, *gaps, f"{forced.worlds:,}"))
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
        f"Each less {words.within(words.labels(result.whole)[name])}." if name else "The first named less the second."
    )


def changes(result: Result) -> Table:
    """A row a pair of scenarios, a column an outcome: how many points more worlds end so, and the interval."""
    labels = words.labels(result.whole)
    numbers = tables.changes(result)
    outcomes = list(dict.fromkeys(numbers["measure"]))
    rows = []
    for (name, other), mine in numbers.groupby(["scenario", "other"], sort=False):
        cells = {row.measure: gap(row) for row in tables.each(mine)}
        said = words.pair(labels, str(name), str(other), "")
        rows.append((said, *(cells[outcome] for outcome in outcomes), f"{int(mine['worlds'].max()):,}"))
    heads = ("conditions", *(words.outcome(str(outcome)) for outcome in outcomes), "paired worlds")
    held = chance(result, numbers)
    caption = f"What the conditions change: paired differences in percentage points; 95 % intervals ({held})"
    return Table(caption, heads, rows, frozenset(range(1, len(heads))))


def twins(result: Result) -> Table:
    """A row a pair of scenarios that differ in something else than the war in Gaza, or not only in it."""
    labels = words.labels(result.whole)
    others = {(pair.first, pair.second): pair for pair in tables.contrasts(result) if not pair.path}
    rows: list[tuple[str, ...]] = []
    for row in tables.each(tables.differences(result)):
        if (row.scenario, row.other) in others:
            pair = others[row.scenario, row.other]
            share = row.statistic == "share"
            name = words.outcome(row.measure) if share else words.count(row.measure)
            rows.append((labels[row.scenario], words.clean(pair.condition), name, gap(row)))
    held = interval(result.whole.scenarios)
    heads = ("conditions", "what differs", "what", f"difference (points, or a world), {held}")
    return Table("The same worlds under two sets of conditions", heads, rows, frozenset({3}))


def consequences(result: Result) -> Table:
    """Changes after an exit."""
    rows = [
        (
            words.consequence(row.consequence),
            words.kind(row.kind),
            f"{row.worlds:,}",
            *(words.signed(value, 2) for value in (row.q05, row.q50, row.q95)),
        )
        for row in tables.each(tables.consequences(result))
    ]
    heads = ("consequence", "kind of exit", "worlds", *RANGE)
    return Table("Change from the day an exit is decided to the last day", heads, rows, frozenset({2, 3, 4, 5}))


MOST_ACTS = 60


def acts(outcome: str, result: Result) -> Table:
    """The dated acts of the typical world."""
    from sim.show.figures.histories import acts as of_world

    found = of_world(result, outcome)
    rows: list[tuple[str, ...]] = [
        (str(row.date), words.plain(row.actor), words.plain(row.act), words.plain(row.rung))
        for row in tables.each(found.head(MOST_ACTS))
    ]
    caption = "Dated acts of this world"
    if len(found) > MOST_ACTS:
        caption += f" (the first {MOST_ACTS} of {len(found):,})"
    return Table(caption, ("date", "actor", "act", "rung"), rows)


def setting(value: Any) -> str:
    """A scenario's value as text."""
    if value is None or value == "" or value == ():
        return "none"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"
    return words.clean(value)


def conditions(result: Result) -> Table:
    """The values in which the scenarios of this run differ, one column a scenario."""
    from sim.scenario.parameters import parameters

    meanings: dict[str, str] = {}
    values: list[dict[str, object]] = []
    for scenario in result.scenarios:
        found = list(parameters(scenario))
        meanings |= {name: about.meaning for name, _, about in found} | {"events": "dated events"}
        values.append({name: value for name, value, _ in found} | {"events": scenario.events})
    rows: list[tuple[str, ...]] = []
    for name, meaning in meanings.items():
        cells = [each.get(name) for each in values]
        if any(cell != cells[0] for cell in cells):
            rows.append((name, words.clean(meaning), *(setting(cell) for cell in cells)))
    heads = ("parameter", "what it is", *words.labels(result).values())
    caption = "Where the conditions differ; all else is the same in every scenario"
    return Table(caption, heads, rows, frozenset(range(2, len(heads))))


def made() -> dict[str, Callable[[Result], Table]]:
    """The table of each figure, by the figure's name."""
    from sim.show.figures import courses, histories, ladders

    found: dict[str, Callable[[Result], Table]] = {
        "outcomes": outcomes,
        "changes": changes,
        "incidence": incidence,
        "severity": severity,
        "gaza": gaza,
        "consequences": consequences,
    }
    found |= {name: partial(course, fan.quantities) for name, fan in courses.FANS.items()}
    found |= {plot.name: partial(rungs, plot.numbers) for plot in ladders.PLOTS}
    found |= {plot.name: partial(acts, plot.name.removeprefix("history_")) for plot in histories.PLOTS}
    return found
