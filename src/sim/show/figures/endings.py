"""Figures of how worlds end: shares of outcomes, when they are settled, and what goes with them (Q1, Q3)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sim.show import making, phrases, printed, style, tables
from sim.show.figures.plot import Plot
from sim.show.figures.sentences import reach

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Transform

    from sim.results.result import Result

COLUMNS = (1.16, 1.44, 1.72)
"""Where the figures beside the bars end, right of the axis, in its widths."""
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


def draw_outcomes(result: Result) -> Figure:
    """Bars of outcome shares, one group per scenario, each with its interval and its number written beside it."""
    numbers = tables.outcome_shares(result)
    names = phrases.labels(result)
    shown = tables.outcomes_shown(result)
    ranges = tables.has_ranges(numbers)
    page = style.sheet(
        "How the worlds end",
        f"Share of worlds by outcome{horizon(result)}, {making.worlds_each(result)}. {about_whiskers(result, numbers)}",
        making.foot(result),
        heights=[0.19 * (len(shown) + 1.55) * len(names)],
        left=1.2,
        right=2.55 if ranges else 1.42,
        head=0.06 if ranges else -0.14,
    )
    axis = page.axes[0][0]
    across = axis.get_yaxis_transform()
    if ranges:
        for place, head in zip(COLUMNS, ("share", "over the\nset, 10–90 %", "by chance,\n95 %"), strict=True):
            axis.text(place, -1.05, head, va="bottom", ha="right", size=6.5, color=style.MUTED, transform=across)
        draw_key(axis, across)
    ticks: list[float] = []
    tick_names: list[str] = []
    for group, (scenario, title) in enumerate(names.items()):
        top = group * (len(shown) + 1.55)
        axis.text(-0.01, top, phrases.short(title, 78, 1), weight="bold", va="center", ha="left", transform=across)
        rows = {row.outcome: row for row in tables.each(numbers[numbers["scenario"] == scenario])}
        for number, name in enumerate(shown):
            look, y = style.outcome(name), top + 1 + number
            share, low, high = rows[name].share, rows[name].low, rows[name].high
            axis.barh(y, share, height=0.72, color=look.colour, hatch=look.hatch, edgecolor=style.INK, linewidth=0.4)
            if ranges:
                draw_range(axis, y, rows[name])
            axis.plot([low, high], [y, y], color=style.INK, linewidth=1.0, solid_capstyle="butt")
            axis.plot([low, high], [y, y], color=style.INK, linestyle="none", marker="|", markersize=5)
            if ranges:
                cells = (phrases.percent(share), phrases.over_the_set(rows[name]), phrases.interval(low, high))
                for place, cell in zip(COLUMNS, cells, strict=True):
                    axis.text(place, y, cell, va="center", ha="right", size=7, transform=across)
            else:
                said = f"{phrases.percent(share)}  ({phrases.interval(low, high)})"
                axis.text(max(high, share) + 0.012, y, said, va="center", size=7)
            ticks.append(y)
            tick_names.append(phrases.outcome(name))
    axis.set_yticks(ticks, tick_names)
    axis.tick_params(axis="y", length=0)
    axis.set_ylim(len(names) * (len(shown) + 1.55) - 0.9, -0.75)
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


def draw_key(axis: Axes, across: Transform) -> None:
    """A box and a whisker above the columns of figures that they show."""
    draw_box(axis, -0.8, COLUMNS[1] - 0.09, COLUMNS[1], across)
    ends = [COLUMNS[2] - 0.09, COLUMNS[2]]
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
    titles = {name: phrases.short(label, 44, 2) for name, label in names.items()}
    columns = 1 if len(names) == 1 else 2
    rows = -(-len(names) // columns)
    page = style.sheet(
        "When an exit is decided",
        "Share of worlds in which each exit has been decided by a date; in the rest the troops still stay. The first "
        "exit that is decided settles a world. "
        f"Bands: {whiskers(result)}.",
        making.foot(result),
        rows=rows,
        columns=columns,
        row_height=1.55,
        left=0.45,
        right=1.02,
        gap_x=1.42,
        gap_y=0.72,
        head=style.lines_above(list(titles.values())[:columns]),
        sharex=False,
    )
    top = max(0.05, 1.06 * float(numbers["high"].max()) if len(numbers) else 0.05)
    for number, scenario in enumerate(result.scenarios):
        axis = page.axes[number // columns][number % columns]
        axis.set_title(titles[scenario.name])
        ends: dict[str, float] = {}
        rows_here = numbers[numbers["scenario"] == scenario.name]
        for name, mine in rows_here.groupby("outcome", sort=False):
            look = style.outcome(str(name))
            axis.fill_between(mine["day"], mine["low"], mine["high"], color=look.colour, alpha=0.22, linewidth=0)
            axis.plot(mine["day"], mine["share"], color=look.colour, linestyle=look.dash)
            ends[str(name)] = float(mine["share"].iloc[-1])
        axis.set_ylim(0, min(top, 1.02))
        style.percents(axis)
        style.dates(axis, scenario)
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
    """Share of worlds forced out, by the dead in that world: one panel per measure, the scenarios side by
    side.
    """
    numbers = tables.severity(result)
    labels = phrases.labels(result)
    names = dict(list(labels.items())[: len(style.SERIES)])  # more would share their looks, and not be told apart
    left_out = f" The first {len(names)} of {len(labels)} scenarios; the table has all." * (len(names) < len(labels))
    measures = list(dict.fromkeys(numbers["dead"]))
    legend_rows = -(-len(names) // 2)
    page = style.sheet(
        "Forced exits in the worlds with few and with many dead",
        "Share of worlds that end in a forced exit, by how many died in that world over the whole horizon. "
        "What goes together "
        f"in this run, not what severity does: that takes scripted attacks and strikes. Whiskers: {whiskers(result)}; "
        f"hollow: fewer than {FEW} worlds.{left_out}",
        making.foot(result),
        columns=max(len(measures), 1),
        row_height=1.9,
        left=0.62,
        right=0.15,
        gap_x=0.25,
        head=0.17 * legend_rows,
        tail=0.14,
    )
    step = 0.8 / max(len(names), 1)
    handles: dict[str, Any] = {}
    for column, dead in enumerate(measures):
        axis = page.axes[0][column]
        for place, (scenario, title) in enumerate(names.items()):
            mine = numbers[(numbers["scenario"] == scenario) & (numbers["dead"] == dead)]
            look = style.series(place)
            x = mine["bin"].to_numpy(dtype=float) + (place - (len(names) - 1) / 2) * step
            axis.vlines(x, mine["low"], mine["high"], color=look.colour, linewidth=1.1)
            few = (mine["worlds"] < FEW).to_numpy()
            for inside, fill in ((~few, look.colour), (few, style.PAPER)):
                (drawn,) = axis.plot(
                    x[inside],
                    mine["share"].to_numpy()[inside],
                    marker=look.marker,
                    color=look.colour,
                    markerfacecolor=fill,
                    linestyle="none",
                    markersize=4.2,
                    clip_on=False,
                    zorder=3,
                )
                if fill != style.PAPER:
                    handles[phrases.short(title, 62, 1)] = drawn
        axis.set_xlim(-0.6, len(tables.BINS) - 0.4)
        axis.set_xticks(range(len(tables.BINS)), [name for _, _, name in tables.BINS])
        for edge in range(1, len(tables.BINS)):
            axis.axvline(edge - 0.5, color=style.GRID, linewidth=0.5)
        axis.set_ylim(0, 1)
        style.percents(axis)
        axis.tick_params(axis="x", length=0)
        if column:
            axis.tick_params(axis="y", labelleft=False)
        axis.set_xlabel(DEAD.get(dead, phrases.plain(dead)))
    axis = page.axes[0][0]
    axis.set_ylabel("Worlds forced out")
    axis.legend(
        handles.values(),
        handles.keys(),
        loc="lower left",
        bbox_to_anchor=(0, 1.03),
        ncols=2,
        frameon=False,
        borderaxespad=0,
        handletextpad=0.2,
        columnspacing=1.4,
    )
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
    where = phrases.within(phrases.labels(result)[most.scenario])
    first = "" if len(last) == 1 else ", where most are"
    return (
        f"Under {where}{first}, an exit has been decided in {phrases.percent(half.share)} of worlds by "
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
