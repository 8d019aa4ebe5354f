"""Fans: how a quantity runs over the weeks, as quantiles over worlds (Q1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.show import making, phrases, printed, style, tables
from sim.show.figures.plot import Plot
from sim.show.figures.sentences import reach

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.result import Result
    from sim.scenario.schema import Scenario

READING = "Line: the median world of that week; darker band: the middle half of worlds; lighter band: nine in ten."


SHORT = {"public_stance": "says", "private_wish": "wants"}


@dataclass(frozen=True)
class Fan:
    """One fan figure: its quantities, side by side in columns or together in one panel."""

    title: str
    subtitle: str
    quantities: tuple[str, ...]
    together: bool = False
    top: float | None = None
    """The upper end of the scale, for quantities with a fixed one."""


def band(axis: Axes, rows: pd.DataFrame, colour: str, dash: style.Dash = "-") -> None:
    """Draws one fan: two bands and the median, over days from the scenario's start."""
    day = rows["week"].to_numpy(dtype=float) * 7 + 3
    low, first, middle, third, high = (rows[name].to_numpy(dtype=float) for name in tables.QUANTILES)
    axis.fill_between(day, low, high, color=colour, alpha=0.16, linewidth=0)
    axis.fill_between(day, first, third, color=colour, alpha=0.34, linewidth=0)
    axis.plot(day, middle, color=colour, linestyle=dash, linewidth=1.3)


def scale(numbers: pd.DataFrame, fan: Fan) -> float:
    """The upper end of the shared scale: the given one, else just above the 95th percentile of the busiest
    week.
    """
    if fan.top is not None:
        return fan.top
    values = numbers["q95"].to_numpy(dtype=float)
    return max(1.0, 1.08 * float(np.nanmax(values))) if len(values) else 1.0


def draw(result: Result, fan: Fan) -> Figure:
    """One panel per scenario; several quantities share it or stand side by side."""
    return draw_together(result, fan) if fan.together else draw_apart(result, fan)


def draw_apart(result: Result, fan: Fan) -> Figure:
    """One panel per scenario and quantity, all on one scale: two scenarios in a row, or one column per quantity."""
    numbers = {name: tables.weekly(result, name) for name in fan.quantities}
    names = phrases.labels(result)
    several = len(fan.quantities) > 1
    titles = {name: phrases.short(label, *((100, 1) if several else (44, 2))) for name, label in names.items()}
    columns = len(fan.quantities) if several else min(2, len(names))
    cells = [(scenario, quantity) for scenario in result.scenarios for quantity in fan.quantities]
    page = style.sheet(
        fan.title,
        f"{fan.subtitle} {READING}",
        making.foot(result),
        rows=-(-len(cells) // columns),
        columns=columns,
        row_height=1.0 if several else 1.4,
        left=0.45,
        right=0.15,
        gap_x=0.4,
        gap_y=0.66,
        head=0.16 if several else style.lines_above(list(titles.values())[:columns]),
        sharex=False,
    )
    top = max(scale(table, fan) for table in numbers.values())
    for number, axis in enumerate(axis for row in page.axes for axis in row):
        if number >= len(cells):
            axis.set_axis_off()
            continue
        scenario, quantity = cells[number]
        look = style.series(fan.quantities.index(quantity))
        band(axis, of(numbers[quantity], scenario), look.colour)
        axis.set_ylim(0, top)
        axis.grid(True, axis="y")
        style.dates(axis, scenario)
        if quantity == fan.quantities[0]:
            axis.set_title(titles[scenario.name])
        if several and number < columns:
            head = phrases.quantity(quantity)
            axis.text(0, 1.24, head, size=8, weight="bold", transform=axis.transAxes, va="bottom")
    return page.figure


def draw_together(result: Result, fan: Fan) -> Figure:
    """One panel per scenario with all quantities in it, each named at the end of its line."""
    numbers = {name: tables.weekly(result, name) for name in fan.quantities}
    names = phrases.labels(result)
    titles = {name: phrases.short(label, 42, 2) for name, label in names.items()}
    columns = min(2, len(names))
    page = style.sheet(
        fan.title,
        f"{fan.subtitle} {READING}",
        making.foot(result),
        rows=-(-len(names) // columns),
        columns=columns,
        row_height=1.4,
        left=0.45,
        right=0.72,
        gap_x=1.0,
        gap_y=0.66,
        head=style.lines_above(list(titles.values())[:columns]),
        sharex=False,
    )
    top = max(scale(table, fan) for table in numbers.values())
    for number, axis in enumerate(axis for row in page.axes for axis in row):
        if number >= len(names):
            axis.set_axis_off()
            continue
        scenario = result.scenarios[number]
        axis.set_ylim(0, top)
        axis.grid(True, axis="y")
        axis.set_title(titles[scenario.name])
        ends = {}
        for place, quantity in enumerate(fan.quantities):
            mine, look = of(numbers[quantity], scenario), style.series(place)
            band(axis, mine, look.colour, look.dash)
            if len(mine):
                ends[SHORT[quantity]] = (look.colour, SHORT[quantity], float(mine["q50"].iloc[-1]))
        style.dates(axis, scenario)
        style.end_labels(axis, scenario.days - 4, ends)
    return page.figure


def of(table: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """The rows of one scenario."""
    return table[table["scenario"] == scenario.name]


def describe(result: Result, fan: Fan) -> str:
    """Median and nine-in-ten range by half years."""
    numbers = tables.averages(result, fan.quantities)
    labels = phrases.labels(result)
    parts = []
    for (quantity, scenario), rows in numbers.groupby(["quantity", "scenario"], sort=False):
        each = [
            f"{row[3]} to {row[4]}: {phrases.amount(row[6])} ({phrases.amount(row[5])} to {phrases.amount(row[7])})"
            for row in tables.each(rows)
        ]
        parts.append(f"{phrases.quantity(str(quantity))}, {phrases.within(labels[str(scenario)])}: {'; '.join(each)}.")
    return "Median week of each half year, in brackets the 5th to 95th percentile of worlds. " + " ".join(parts)


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
        "Attacks a week by all groups together, in Iraq and in Syria, counted apart.",
        ("attacks_iraq", "attacks_syria"),
    ),
    "pressure": Fan(
        "Domestic pressure on the prime minister",
        "0: none; 0.6: a committee is announced or parliament convened; from 0.85 a letter no longer counts as "
        "overreach; 1: his survival is at stake.",
        ("pressure",),
        top=1.0,
    ),
    "stance": Fan(
        "What the government says and what it wants",
        "0: the troops stay; 1: they leave. What it says in public and what it wishes in private are two things.",
        ("public_stance", "private_wish"),
        together=True,
        top=1.0,
    ),
    "go_ahead": Fan(
        "How free a hand Iran gives the groups",
        "0: stop; 1: go. Below 0.1 brake hard, to 0.25 brake, to 0.5 let run, above it encourage.",
        ("go_ahead",),
        top=1.0,
    ),
}

CAPTIONS = {
    "attacks": "Attacks a week in Iraq and in Syria: the median world, and the range of nine in ten",
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
        lambda result: printed.course(result, fan.quantities),
        lambda result: say(result, fan.quantities),
        lambda result: missing(result, fan.quantities),
    )


PLOTS = tuple(plot(name, fan) for name, fan in FANS.items())
