"""The picture of the severity experiment (Q3): forced exits against the dead of one scripted event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.show import making, phrases, style, tables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.result import Result

CAPTION = "Forced exits, and any decided end, against the dead of one scripted strike or attack"
EVENTS = {
    "strike": ("One US strike in Baghdad", "Iraqi civilians and state forces killed in it"),
    "attack": ("One attack on US forces in Iraq", "US troops killed in it"),
}
LINEAR = 0.43
"""How many decades wide the scale is from 0 to 1 dead: with it ``MARKED`` are about evenly apart."""
MARKED = (0, 1, 3, 10, 30, 100)
SHORT = {"status_quo": "status quo", "forced_exit": "forced exit"}


def any_end(axis: Axes, rows: pd.DataFrame, look: style.Look) -> None:
    """The share of any decided end: dotted, with hollow points, in the colour of its conditions."""
    axis.plot(
        rows["dead"],
        rows["any_share"],
        color=look.colour,
        linestyle=":",
        linewidth=1.2,
        marker=look.marker,
        markersize=4,
        markerfacecolor="white",
        zorder=2.5,
        clip_on=False,
    )


def curve(axis: Axes, rows: pd.DataFrame, look: style.Look) -> None:
    """A line through the points, in its interval."""
    axis.fill_between(rows["dead"], rows["low"], rows["high"], color=look.colour, alpha=0.22, linewidth=0)
    axis.plot(
        rows["dead"],
        rows["share"],
        color=look.colour,
        linestyle=look.dash,
        marker=look.marker,
        markersize=4,
        zorder=3,
        clip_on=False,
    )


def draw(numbers: pd.DataFrame, result: Result) -> Figure:
    """One panel per event, one line per condition; ``numbers`` as ``sim.ask.severity.curves`` gives them."""
    with style.looks():
        days = result.scenarios[0].days
        page = style.sheet(
            "Does it depend on the severity of events on the ground?",
            f"Share of worlds that end in a forced exit within {days} days, if one scripted event three weeks after "
            "the start kills so many; all else by the rules, the same worlds at every point. A line for each set of "
            "conditions; dotted, with hollow points: any decided end, forced, negotiated or run out. "
            f"Bands: 95 % Wilson intervals ({phrases.chance(result.scenarios)}).",
            making.foot(result),
            columns=len(EVENTS),
            row_height=2.0,
            left=0.5,
            right=1.2,
            gap_x=1.5,
            tail=0.26,
            sharex=False,
        )
        most = max(int(numbers["dead"].max()), 1)
        marked = [number for number in MARKED if number <= most]
        for axis, (kind, (title, dead)) in zip(page.axes[0], EVENTS.items(), strict=True):
            mine = numbers[numbers["event"] == kind]
            axis.set_title(title)
            axis.set_xlabel(f"{dead}\n(scale not linear)")
            axis.set_xscale("symlog", linthresh=1, linscale=LINEAR, base=10)  # the same in both panels
            axis.set_xticks(marked, [str(number) for number in marked])
            axis.set_xticks([], minor=True)
            axis.set_xlim(0, most)
            axis.set_ylim(0, 1)
            style.percents(axis)
            ends = {}
            for place, (name, rows) in enumerate(mine.groupby("scenario", sort=False)):
                look = style.series(place)
                any_end(axis, rows, look)
                curve(axis, rows, look)
                short = SHORT.get(str(name), phrases.plain(str(name)))
                ends[f"{name} any"] = (look.colour, f"{short}: any end", float(rows["any_share"].iloc[-1]))
                ends[str(name)] = (look.colour, f"{short}: forced", float(rows["share"].iloc[-1]))
            style.end_labels(axis, most, ends)
        return page.figure


def describe(numbers: pd.DataFrame) -> str:
    """Every share, by the number of dead."""
    parts = []
    for (kind, name), rows in numbers.groupby(["event", "scenario"], sort=False):
        each = [
            f"{row.dead}: {phrases.percent(row.share)} (any end {phrases.percent(row.any_share)})"
            for row in tables.each(rows)
        ]
        title, dead = EVENTS[str(kind)]
        conditions = phrases.CONDITIONS.get(str(name), phrases.plain(str(name)))
        parts.append(f"{title}, {phrases.within(conditions)}, by {dead}: {', '.join(each)}.")
    return "Share of worlds forced out, and in brackets of any decided end. " + " ".join(parts)
