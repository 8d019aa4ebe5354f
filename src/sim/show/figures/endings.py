"""Figures of how worlds end: shares of outcomes, when they are settled, and what goes with them (Q1, Q3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sim.show import making, phrases, printed, style, tables
from sim.show.figures.plot import Plot
from sim.show.figures.sentences import reach, under

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Transform

    from sim.results.result import Result

COLUMNS = (0.5, 1.42, 2.36)
"""Where the figures beside the bars end, in inches right of the axis."""
SHORT = {"negotiated_exit": "negotiated", "forced_exit": "forced", "lapsed": "ran out"}


def whiskers(result: Result) -> str:
    """What whiskers and bands are."""
    return f"95 % Wilson interval ({phrases.chance(result.scenarios)})"


def about_whiskers(result: Result, numbers: pd.DataFrame) -> str:
    """What is drawn over the bars of outcomes."""
    if not tables.has_ranges(numbers):
        return f"Whiskers: {whiskers(result)}; {phrases.wider(result.scenarios)}."
    return (
        "Box: how far the share itself moves with the parameters, from the 10th to the 90th percentile over the "
        "accepted set, chance taken out of it. Whisker: how far it moves by chance, 95 % Wilson interval. What is not "
        "known about rules is in neither."
    )


def horizon(result: Result) -> str:
    """``by 8 January 2026``, or nothing where scenarios end on different days."""
    ends = {phrases.last_day(scenario) for scenario in result.scenarios}
    return f" by {phrases.spelled(ends.pop())}" if len(ends) == 1 else " by the horizon"


GROUP = 1.55
"""What the name of a scenario and the room above it take of a group of bars, in bars."""
SIDE_BY_SIDE = 3
"""With more scenarios than these each outcome has its own column, so that they can be compared down it."""


def draw_outcomes(result: Result) -> Figure:
    """Bars of outcome shares with intervals and numbers: by scenario, or, where there are many, by outcome."""
    many = len(result.scenarios) > SIDE_BY_SIDE
    return draw_columns(result) if many else draw_groups(result)


def about_outcomes(result: Result, numbers: pd.DataFrame) -> str:
    """What the bars of outcomes are."""
    return (
        f"Share of worlds by outcome{horizon(result)}, {making.worlds_each(result)}. {about_whiskers(result, numbers)}"
    )


def draw_columns(result: Result) -> Figure:
    """A row a scenario, a column an outcome."""
    numbers = tables.outcome_shares(result)
    shown = tables.outcomes_shown(result)
    names, left = style.names_at_the_side(list(phrases.labels(result).values()), 33)
    row = max(0.27, *(0.13 * (name.count("\n") + 1) + 0.08 for name in names))
    page = style.sheet(
        "How the worlds end",
        about_outcomes(result, numbers),
        making.foot(result),
        width=style.LARGE,
        heights=[row * len(names)],
        columns=len(shown),
        left=left,
        right=0.52,
        gap_x=0.56,
        head=0.06,
    )
    for axis, name in zip(page.axes[0], shown, strict=True):
        mine = {each.scenario: each for each in tables.each(numbers[numbers["outcome"] == name])}
        for y, scenario in enumerate(result.scenarios):
            draw_bar(axis, y, mine[scenario.name], style.outcome(name), 0.6)
            said = phrases.percent(mine[scenario.name].share)
            axis.text(
                1 + 0.06 / style.inches(axis)[0], y, said, va="center", size=7, transform=axis.get_yaxis_transform()
            )
        axis.set_yticks(range(len(names)), names)
        axis.tick_params(axis="y", length=0, labelleft=name == shown[0])
        axis.set_ylim(len(names) - 0.5, -0.5)
        axis.set_xlim(0, 1)
        axis.set_title(phrases.outcome(name))
        style.percents(axis, "x")
        axis.set_xticks([0, 0.5, 1])
    return page.figure


def draw_bar(axis: Axes, y: float, row: Any, look: style.Look, height: float) -> None:
    """A share as a bar, with its range over the accepted set where it is known, and its interval."""
    axis.barh(y, row.share, height=height, color=look.colour, hatch=look.hatch, edgecolor=style.INK, linewidth=0.4)
    draw_range(axis, y, row)
    axis.plot([row.low, row.high], [y, y], color=style.INK, linewidth=1.0, solid_capstyle="butt")
    axis.plot([row.low, row.high], [y, y], color=style.INK, linestyle="none", marker="|", markersize=5)


def draw_groups(result: Result) -> Figure:
    """One group of bars per scenario, the numbers beside them."""
    numbers = tables.outcome_shares(result)
    names = {name: phrases.wrapped(words, 72) for name, words in phrases.labels(result).items()}
    shown = tables.outcomes_shown(result)
    ranges = tables.has_ranges(numbers)
    more = {name: 0.7 * words.count("\n") for name, words in names.items()}
    page = style.sheet(
        "How the worlds end",
        about_outcomes(result, numbers),
        making.foot(result),
        width=style.LARGE,
        heights=[0.19 * ((len(shown) + GROUP) * len(names) + sum(more.values()))],
        left=1.05,
        right=2.45 if ranges else 1.42,
        head=0.06 if ranges else -0.14,
    )
    axis = page.axes[0][0]
    across = axis.get_yaxis_transform()
    width, _ = style.inches(axis)
    places = [1 + inches / width for inches in COLUMNS]
    if ranges:
        for place, head in zip(places, ("share", "over the\nset, 10–90 %", "by chance,\n95 %"), strict=True):
            axis.text(place, -1.05, head, va="bottom", ha="right", size=6.5, color=style.MUTED, transform=across)
        draw_key(axis, across, places)
    ticks: list[float] = []
    tick_names: list[str] = []
    top = 0.0
    for scenario, title in names.items():
        axis.text(-0.01, top, title, weight="bold", va="top", ha="left", transform=across, linespacing=1.1)
        top += 1 + more[scenario] + 0.25
        rows = {row.outcome: row for row in tables.each(numbers[numbers["scenario"] == scenario])}
        for name in shown:
            row, look = rows[name], style.outcome(name)
            draw_bar(axis, top, row, look, 0.72)
            if ranges:
                cells = (phrases.percent(row.share), phrases.over_the_set(row), phrases.interval(row.low, row.high))
                for place, cell in zip(places, cells, strict=True):
                    axis.text(place, top, cell, va="center", ha="right", size=7, transform=across)
            else:
                said = f"{phrases.percent(row.share)}  ({phrases.interval(row.low, row.high)})"
                axis.text(max(row.high, row.share) + 0.012, top, said, va="center", size=7)
            ticks.append(top)
            tick_names.append(phrases.outcome(name))
            top += 1
        top += GROUP - 1.25
    axis.set_yticks(ticks, tick_names)
    axis.tick_params(axis="y", length=0)
    axis.set_ylim(top - GROUP + 0.65, -0.75)
    axis.set_xlim(0, 1)
    axis.spines["left"].set_visible(False)
    style.percents(axis, "x")
    return page.figure


def draw_range(axis: Axes, y: float, row: Any) -> None:
    """How far a share moves over the accepted set: a box, behind the whisker of chance."""
    if row.set_low == row.set_low:
        draw_box(axis, y, row.set_low, max(row.set_high, row.set_low + 0.002), axis.transData)


def draw_box(axis: Axes, y: float, low: float, high: float, where: Transform) -> None:
    """A box of a range."""
    look: dict[str, Any] = {"facecolor": (1, 1, 1, 0.55), "edgecolor": style.INK, "linewidth": 0.8}
    axis.barh(y, high - low, height=0.36, left=low, transform=where, clip_on=False, **look)


def draw_key(axis: Axes, across: Transform, places: Sequence[float]) -> None:
    """A box and a whisker above the columns of figures that they show."""
    draw_box(axis, -0.8, places[1] - 0.09, places[1], across)
    ends = [places[2] - 0.09, places[2]]
    look: dict[str, Any] = {"color": style.INK, "transform": across, "clip_on": False}
    axis.plot(ends, [-0.8, -0.8], linewidth=1.0, **look)
    axis.plot(ends, [-0.8, -0.8], linestyle="none", marker="|", markersize=5, **look)


def describe_outcomes(result: Result) -> str:
    """Every share with its interval."""
    numbers = tables.outcome_shares(result)
    parts = []
    for scenario, title in phrases.labels(result).items():
        rows = numbers[numbers["scenario"] == scenario]
        each = [
            f"{phrases.outcome(row.outcome)} {phrases.percent(row.share)} ({read_out(row)}95 % interval "
            f"{phrases.interval(row.low, row.high)})"
            for row in tables.each(rows)
        ]
        parts.append(f"{title}: {', '.join(each)}.")
    held = phrases.chance(result.scenarios)
    return f"Bars of outcome shares{horizon(result)}; intervals hold {held}. " + " ".join(parts)


def read_out(row: Any) -> str:
    """A range over the accepted set, read out before the interval."""
    return f"{phrases.over_the_set(row)} over the accepted set, " if row.set_low == row.set_low else ""


def draw_incidence(result: Result) -> Figure:
    """Curves of the share of worlds settled by each date, one panel per scenario, with bands and labels at
    their ends.
    """
    numbers = tables.incidence(result)
    names = phrases.labels(result)
    columns = style.columns_of(len(names))
    titles = [phrases.wrapped(words, 80 // columns) for words in names.values()]
    rows = -(-len(names) // columns)
    page = style.sheet(
        "When an exit is decided",
        "Share of worlds in which each exit has been decided by a date; in the rest the troops still stay. The first "
        "exit that is decided settles a world. "
        f"Bands: {whiskers(result)}.",
        making.foot(result),
        width=style.LARGE,
        rows=rows,
        columns=columns,
        row_height=1.2,
        narrowest=1.15,
        left=0.45,
        right=1.06,
        gap_x=1.5,
        gap_y=style.gaps_below(titles, columns, 0.66),
        head=style.lines_above(titles[:columns]),
        sharex=False,
    )
    top = max(0.05, 1.06 * float(numbers["high"].max()) if len(numbers) else 0.05)
    for number, scenario in enumerate(result.scenarios):
        axis = page.axes[number // columns][number % columns]
        axis.set_title(titles[number])
        ends: dict[str, float] = {}
        rows_here = numbers[numbers["scenario"] == scenario.name]
        for name, mine in rows_here.groupby("outcome", sort=False):
            look = style.outcome(str(name))
            axis.fill_between(mine["day"], mine["low"], mine["high"], color=look.colour, alpha=0.22, linewidth=0)
            axis.plot(mine["day"], mine["share"], color=look.colour, linestyle=look.dash)
            ends[str(name)] = float(mine["share"].iloc[-1])
        axis.set_ylim(0, min(top, 1.02))
        style.percents(axis)
        style.dates(axis, scenario, ticks=3 if columns > 2 else 5)
        labels = {
            name: (
                style.outcome(name).colour,
                f"{SHORT.get(name, phrases.outcome(name))} {phrases.percent(share)}",
                share,
            )
            for name, share in ends.items()
        }
        style.end_labels(axis, scenario.days - 1, labels)
    for number in range(len(names), rows * columns):
        page.axes[number // columns][number % columns].set_axis_off()
    return page.figure


def describe_incidence(result: Result) -> str:
    """The share settled after each half year, per scenario and exit."""
    numbers = tables.incidence(result)
    parts = []
    for scenario in result.scenarios:
        mine = numbers[numbers["scenario"] == scenario.name]
        each = []
        for name, rows in mine.groupby("outcome", sort=False):
            marks = [
                int(abs(rows["day"] - day).argmin())
                for day in (*range(180, scenario.days - 60, 180), scenario.days - 1)
            ]
            shares = [f"{phrases.percent(float(rows['share'].iloc[i]))} by {rows['date'].iloc[i]}" for i in marks]
            each.append(f"{phrases.outcome(str(name))} {', '.join(shares)}")
        parts.append(f"{phrases.label(scenario)}: {'; '.join(each)}.")
    return "Share of worlds in which each exit has been decided by a date. " + " ".join(parts)


def nothing_decided(result: Result) -> str:
    """A sentence where no world of the run decided an exit."""
    if result.worlds["outcome"].astype(str).isin(phrases.EXITS).any():
        return ""
    return "In no world of this run was an exit decided."


DEAD = {
    "us_killed": "US troops killed in the world",
    "iraqi_civilians_killed": "Iraqi civilians and state forces killed in the world",
}


FEW = 50


def draw_severity(result: Result) -> Figure:
    """Share of worlds forced out, by the dead in that world: a row a scenario, a column a measure, all on one scale."""
    numbers = tables.severity(result)
    names = {name: phrases.wrapped(words, 88) for name, words in phrases.labels(result).items()}
    heads = list(names.values())
    measures = list(dict.fromkeys(numbers["dead"]))
    look = style.outcome("forced_exit")
    page = style.sheet(
        "Forced exits in the worlds with few and with many dead",
        "Share of worlds that end in a forced exit, by how many died in that world over the whole horizon. "
        "What goes together in this run, not what severity does: that takes scripted attacks and strikes. Whiskers: "
        f"{whiskers(result)}; hollow: fewer than {FEW} worlds.",
        making.foot(result),
        rows=len(names),
        columns=max(len(measures), 1),
        row_height=0.85,
        left=0.62,
        right=0.15,
        gap_x=0.25,
        gap_y=style.gaps_below(heads, 1, 0.32),
        head=0.05 + style.lines_above(heads[:1]),
        tail=0.14,
    )
    for axes, (scenario, head) in zip(page.axes, names.items(), strict=True):
        axes[0].set_title(head)
        axes[0].set_ylabel("forced out")
        for axis, dead in zip(axes, measures, strict=True):
            mine = numbers[(numbers["scenario"] == scenario) & (numbers["dead"] == dead)]
            x = mine["bin"].to_numpy(dtype=float)
            axis.vlines(x, mine["low"], mine["high"], color=look.colour, linewidth=1.1)
            few = (mine["worlds"] < FEW).to_numpy()
            for inside, fill in ((~few, look.colour), (few, style.PAPER)):
                axis.plot(
                    x[inside],
                    mine["share"].to_numpy()[inside],
                    marker=look.marker,
                    color=look.colour,
                    markerfacecolor=fill,
                    linestyle="none",
                    markersize=4.8,
                    clip_on=False,
                    zorder=3,
                )
            axis.set_xlim(-0.6, len(tables.BINS) - 0.4)
            axis.set_xticks(range(len(tables.BINS)), [name for _, _, name in tables.BINS])
            for edge in range(1, len(tables.BINS)):
                axis.axvline(edge - 0.5, color=style.GRID, linewidth=0.5)
            axis.set_ylim(0, 1)
            style.percents(axis)
            axis.set_yticks([0, 0.5, 1])
            axis.tick_params(axis="x", length=0, labelbottom=axes is page.axes[-1])
            axis.tick_params(axis="y", labelleft=dead == measures[0])
            if axes is page.axes[-1]:
                axis.set_xlabel(DEAD.get(dead, phrases.plain(dead)))
    return page.figure


def describe_severity(result: Result) -> str:
    """Every share with the number of worlds behind it."""
    numbers = tables.severity(result)
    parts = []
    for (scenario, dead), rows in numbers.groupby(["scenario", "dead"], sort=False):
        each = [f"{row.range}: {phrases.percent(row.share)} of {row.worlds:,} worlds" for row in tables.each(rows)]
        parts.append(
            f"{phrases.labels(result)[str(scenario)]}, {phrases.COUNTS.get(str(dead), phrases.plain(str(dead)))}: "
            f"{', '.join(each)}."
        )
    return "Share of worlds forced out by the number of dead in the world (an association). " + " ".join(parts)


def say_outcomes(result: Result) -> str:
    """In how many worlds the troops stay, and in how many a forced exit is decided."""
    numbers = tables.outcome_shares(result)
    stays, forced = (
        reach(result, dict(zip(rows["scenario"], rows["share"], strict=True)), phrases.percent)
        for rows in (numbers[numbers["outcome"] == name] for name in ("us_stays", "forced_exit"))
    )
    return f"Worlds in which US troops stay{horizon(result)}: {stays}; worlds with a forced exit: {forced}."


def say_incidence(result: Result) -> str:
    """Under the conditions with the most exits, how many are decided in the first half of the time."""
    numbers = tables.incidence(result).groupby(["scenario", "day", "date"], sort=False)["share"].sum().reset_index()
    last = numbers.groupby("scenario", sort=False).tail(1)
    most = tables.each(last.sort_values("share", ascending=False, kind="stable"))[0]
    mine = numbers[numbers["scenario"] == most.scenario]
    half = tables.each(mine[mine["day"] <= most.day / 2])[-1]
    where = under(result, most.scenario)
    first = f"U{where[2:]}{', where most are' * (len(last) > 1)}, an" if where else "An"
    return (
        f"{first} exit has been decided in {phrases.percent(half.share)} of worlds by "
        f"{phrases.spelled(date.fromisoformat(half.date))} and in {phrases.percent(most.share)} by "
        f"{phrases.spelled(date.fromisoformat(most.date))}."
    )


def say_severity(result: Result) -> str:
    """How many worlds are forced out where fewest and where most US troops died, over all conditions."""
    numbers = tables.severity(result)
    dead = str(numbers["dead"].iloc[0])
    sums = numbers[numbers["dead"] == dead].groupby(["bin", "range"])[["count", "worlds"]].sum().reset_index()
    rows = tables.each(sums.assign(share=sums["count"] / sums["worlds"]))
    said = [
        f"{phrases.percent(row.share)} of the {row.worlds:,} with {row.range}"
        for row in dict.fromkeys((rows[0], rows[-1]))
    ]
    return (
        f"Worlds forced out, by {phrases.count(dead)}: {phrases.listed(said)}; what goes together, not what causes it."
    )


PLOTS = (
    Plot(
        "outcomes",
        "Q1",
        "Shares of worlds by outcome, per scenario, with their intervals",
        draw_outcomes,
        describe_outcomes,
        tables.outcome_shares,
        printed.outcomes,
        say_outcomes,
        main=True,
    ),
    Plot(
        "incidence",
        "Q1",
        "When exits are decided: the share of worlds in which each exit has been decided by a date",
        draw_incidence,
        describe_incidence,
        tables.incidence,
        printed.incidence,
        say_incidence,
        nothing_decided,
        main=True,
    ),
    Plot(
        "severity",
        "Q3",
        "Forced exits in the worlds with few and with many dead",
        draw_severity,
        describe_severity,
        tables.severity,
        printed.severity,
        say_severity,
    ),
)
