"""Fans: how a quantity runs over the weeks, as quantiles over worlds (Q1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.show import making, phrases, printed, style, tables
from sim.show.figures.plot import Plot
from sim.show.figures.sentences import reach
from sim.show.printed import Table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.result import Result
    from sim.scenario.schema import Scenario

READING = "Line: the median world of that week; darker band: the middle half of worlds; lighter band: nine in ten."
OF_COUNTS = "Line: the mean over all worlds; band: nine worlds in ten; both averaged over four weeks."
"""The median of a small count jumps between two of its values."""


SHORT = {"public_stance": "says", "private_wish": "wants", "attacks_iraq": "in Iraq", "attacks_syria": "in Syria"}


@dataclass(frozen=True)
class Fan:
    """One fan figure: its quantities, together in one panel a scenario."""

    title: str
    subtitle: str
    quantities: tuple[str, ...]
    whose: str
    """The actor whose state or acts they are, whose colour they have."""
    top: float | None = None
    """The upper end of the scale, for quantities with a fixed one."""
    counts: bool = False
    """Whether they are small counts: then their means are drawn."""


def band(axis: Axes, rows: pd.DataFrame, colour: str, dash: style.Dash = "-") -> None:
    """Draws one fan: two bands and the median, over days from the scenario's start."""
    day = rows["week"].to_numpy(dtype=float) * 7 + 3
    low, first, middle, third, high = (rows[name].to_numpy(dtype=float) for name in tables.QUANTILES)
    axis.fill_between(day, low, high, color=colour, alpha=0.16, linewidth=0)
    axis.fill_between(day, first, third, color=colour, alpha=0.34, linewidth=0)
    axis.plot(day, middle, color=colour, linestyle=dash, linewidth=1.3)


def course(axis: Axes, rows: pd.DataFrame, colour: str, dash: style.Dash) -> None:
    """Draws a count: its mean and one band."""
    day = rows["week"].to_numpy(dtype=float) * 7 + 3
    axis.fill_between(day, rows["q05"], rows["q95"], color=colour, alpha=0.12, linewidth=0)
    axis.plot(day, rows["mean"], color=colour, linestyle=dash, linewidth=1.5)


def smooth(rows: pd.DataFrame) -> pd.DataFrame:
    """Weekly numbers of a scenario as their means over the four weeks around each."""
    names = ["mean", *tables.QUANTILES]
    means = rows[names].astype(float).rolling(tables.WEEKS_A_PERIOD, min_periods=1, center=True).mean()
    return rows.assign(**{name: means[name] for name in names})


def shown(result: Result, fan: Fan) -> dict[str, dict[str, pd.DataFrame]]:
    """By scenario and quantity the weeks as they are drawn."""
    numbers = {name: tables.weekly(result, name) for name in fan.quantities}
    return {
        scenario.name: {
            name: smooth(of(table, scenario)) if fan.counts else of(table, scenario) for name, table in numbers.items()
        }
        for scenario in result.scenarios
    }


def scale(rows: list[pd.DataFrame], fan: Fan) -> float:
    """The upper end of the shared scale: the given one, else just above the 95th percentile of the busiest week."""
    if fan.top is not None:
        return fan.top
    tops = [float(np.nanmax(table["q95"].to_numpy(dtype=float))) for table in rows if len(table)]
    return max([1.0, *(1.08 * top for top in tops)])


def draw(result: Result, fan: Fan) -> Figure:
    """One panel per scenario, all on one scale; of several quantities each is named at the end of its line."""
    rows = shown(result, fan)
    several = len(fan.quantities) > 1
    columns = style.columns_of(len(rows))
    titles = [phrases.wrapped(words, 76 // columns) for words in phrases.labels(result).values()]
    page = style.sheet(
        fan.title,
        f"{fan.subtitle} {OF_COUNTS if fan.counts else READING}",
        making.foot(result),
        width=style.LARGE,
        rows=-(-len(rows) // columns),
        columns=columns,
        row_height=1.2,
        left=0.38,
        right=0.62 if several else 0.2,
        gap_x=0.9 if several else 0.45,
        gap_y=style.gaps_below(titles, columns, 0.62),
        head=style.lines_above(titles[:columns]),
        sharex=False,
    )
    top = scale([table for by in rows.values() for table in by.values()], fan)
    hue = style.ACTORS[fan.whose]
    for number, axis in enumerate(axis for row in page.axes for axis in row):
        if number >= len(rows):
            axis.set_axis_off()
            continue
        scenario = result.scenarios[number]
        axis.set_ylim(0, top)
        axis.grid(True, axis="y")
        axis.set_title(titles[number])
        ends = {}
        for place, (quantity, mine) in enumerate(rows[scenario.name].items()):
            (course if fan.counts else band)(axis, mine, hue.line, style.DASHES[place])
            if several and len(mine):
                last = float(mine["mean" if fan.counts else "q50"].iloc[-1])
                ends[quantity] = (hue.line, SHORT[quantity], last)
        style.dates(axis, scenario, ticks=3 if columns > 2 else 5)
        style.end_labels(axis, scenario.days - 4, ends)
    return page.figure


def of(table: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """The rows of one scenario."""
    return table[table["scenario"] == scenario.name]


def describe(result: Result, fan: Fan) -> str:
    """Median, of counts the mean, and nine-in-ten range by half years."""
    numbers = tables.averages(result, fan.quantities)
    labels = phrases.labels(result)
    column, parts = "mean" if fan.counts else "q50", []
    for (quantity, scenario), rows in numbers.groupby(["quantity", "scenario"], sort=False):
        each = [
            f"{row.begins} to {row.ends}: {phrases.amount(getattr(row, column))} "
            f"({phrases.amount(row.q05)} to {phrases.amount(row.q95)})"
            for row in tables.each(rows)
        ]
        parts.append(f"{phrases.quantity(str(quantity))}, {phrases.within(labels[str(scenario)])}: {'; '.join(each)}.")
    middle = "Mean" if fan.counts else "Median"
    about = f"{middle} week of each half year, in brackets the 5th to 95th percentile of worlds. "
    return about + " ".join(parts)


def table(result: Result, fan: Fan) -> Table:
    """The quantities by half years; of counts the mean in the place of the median."""
    found = printed.course(result, fan.quantities)
    if not fan.counts:
        return found
    means = tables.averages(result, fan.quantities)["mean"]
    rows = [
        (*cells[:5], phrases.amount(float(mean)), *cells[6:]) for cells, mean in zip(found.rows, means, strict=True)
    ]
    heads = tuple("mean" if head == "median" else head for head in found.heads)
    caption = "The mean week of each half year, and the range of nine in ten worlds"
    return Table(caption, heads, rows, found.numeric)


def say(result: Result, quantities: Sequence[str]) -> str:
    """The mean over all weeks and worlds of each quantity, from the least to the most."""
    parts = []
    for quantity in quantities:
        means = tables.weekly(result, quantity).groupby("scenario", sort=False)["mean"].mean().to_dict()
        parts.append(f"{phrases.quantity(quantity)}: {reach(result, means, phrases.amount)}")
    return f"On average over all weeks and worlds. {'. '.join(parts)}."


def missing(result: Result, quantities: Sequence[str]) -> str:
    """A sentence where the weekly table has none of this."""
    have = set(result.weekly["quantity"].astype(str))
    lost = [phrases.quantity(name) for name in quantities if name not in have]
    return f"This run holds no weekly series of: {', '.join(lost)}." if lost else ""


FANS = {
    "attacks": Fan(
        "Attacks on US forces, week by week",
        "Attacks a week by all groups together.",
        ("attacks_iraq", "attacks_syria"),
        "the groups",
        counts=True,
    ),
    "pressure": Fan(
        "Domestic pressure on the prime minister",
        "0: none; 0.6: a committee is announced or parliament convened; from 0.85 a letter no longer counts as "
        "overreach; 1: his survival is at stake.",
        ("pressure",),
        "Baghdad",
        top=1.0,
    ),
    "stance": Fan(
        "What the government says and what it wants",
        "0: the troops stay; 1: they leave. What it says in public and what it wishes in private are two things.",
        ("public_stance", "private_wish"),
        "Baghdad",
        top=1.0,
    ),
    "go_ahead": Fan(
        "How free a hand Iran gives the groups",
        "0: stop; 1: go. Below 0.1 brake hard, to 0.25 brake, to 0.5 let run, above it encourage.",
        ("go_ahead",),
        "Tehran",
        top=1.0,
    ),
}

CAPTIONS = {
    "attacks": "Attacks a week in Iraq and in Syria: the mean over worlds, and the range of nine in ten",
    "pressure": "Domestic pressure on the prime minister: the median world, and the range of nine in ten",
    "stance": "What the government says (public stance) and what it wants (private wish)",
    "go_ahead": "How free a hand Iran gives the groups: the median world, and the range of nine in ten",
}


def plot(name: str, fan: Fan) -> Plot:
    """The figure of one fan."""
    return Plot(
        name,
        "Q1",
        CAPTIONS[name],
        lambda result: draw(result, fan),
        lambda result: describe(result, fan),
        lambda result: tables.averages(result, fan.quantities),
        lambda result: table(result, fan),
        lambda result: say(result, fan.quantities),
        lambda result: missing(result, fan.quantities),
    )


PLOTS = tuple(plot(name, fan) for name, fan in FANS.items())
