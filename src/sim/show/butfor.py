"""The picture of what was necessary (Q3): how often histories end otherwise without an event, by kinds of event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.ask.butfor.kinds import KINDS, YARDSTICK
from sim.ask.butfor.study import ANY, CONDITIONS, EXITS
from sim.show import phrases, style, tables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CAPTION = "How often histories that end in an exit end otherwise without an event, by kinds of event"
SUBTITLE = (
    "Of histories that end in an exit, the share that end otherwise with the same luck. Filled: without one event of "
    "the kind alone, for at least one of them. Hollow: without all events of the kind. Lines: 95 % Wilson intervals "
    "(chance alone). {counts}"
)
WORTH = 0.1
"""A kind that was necessary less often than this, under all conditions, stands in the table alone."""
SHORT = {"status_quo": "status quo", "negotiated_exit": "negotiated exit", "forced_exit": "forced exit"}
APART = 0.26  # of a row, between two sets of conditions
ROW = 0.36  # inches


def shown(rows: pd.DataFrame) -> list[str]:
    """The kinds that the picture has a row for, those most often necessary first, and the yardstick last."""
    kinds = rows[rows["kind"] != ANY]
    most = kinds.groupby("kind")[["alone_share", "all_share"]].max()
    order = most.sort_values(["alone_share", "all_share"], ascending=False, kind="stable").index
    found = [str(kind) for kind in order if kind != YARDSTICK and most.loc[kind].max() >= WORTH]
    return [*found, YARDSTICK]


def draw(rows: pd.DataFrame, foot: str) -> Figure:
    """One panel an exit, one row a kind, one marker a set of conditions; ``rows`` as ``sim.ask.butfor.table``."""
    with style.looks():
        kinds = shown(rows)
        page = style.sheet(
            "Which events were necessary?",
            SUBTITLE.format(counts=counts(rows)),
            foot,
            columns=len(EXITS),
            row_height=ROW * len(kinds),
            left=2.2,
            right=0.15,
            gap_x=0.5,
            head=0.2,
            tail=0.5,
            sharex=True,
        )
        for axis, outcome in zip(page.axes[0], EXITS, strict=True):
            axis.set_title(f"{phrases.outcome(outcome)[:1].upper()}{phrases.outcome(outcome)[1:]}s")
            axis.set_ylim(len(kinds) - 0.5, -0.5)
            axis.set_xlim(0, 1)
            style.percents(axis, "x")
            axis.set_xlabel("histories that end otherwise")
            for line in range(1, len(kinds)):
                axis.axhline(line - 0.5, color=style.GRID, linewidth=0.5, zorder=1)
            axis.set_yticks(range(len(kinds)), [KINDS[kind].several for kind in kinds])
            axis.tick_params(axis="y", length=0, labelleft=axis is page.axes[0][0])
            for place, scenario in enumerate(CONDITIONS):
                mine = rows[(rows["scenario"] == scenario) & (rows["outcome"] == outcome)].set_index("kind")
                marks(axis, mine, kinds, place)
        legend(page.axes[0][0])
        return page.figure


def marks(axis: Axes, mine: pd.DataFrame, kinds: list[str], place: int) -> None:
    """The two marks of one set of conditions in every row."""
    look = style.series(place)
    for line, kind in enumerate(kinds):
        if kind not in mine.index:
            continue
        row: Any = mine.loc[kind]
        y = line + (place - (len(CONDITIONS) - 1) / 2) * APART
        for what, hollow in (("all", True), ("alone", False)):
            if hollow and kind == YARDSTICK:
                continue
            share, low, high = (row[f"{what}_{name}"] for name in ("share", "low", "high"))
            axis.plot([low, high], [y, y], color=look.colour, linewidth=0.6, alpha=0.6, zorder=2, clip_on=False)
            axis.plot(
                [share],
                [y],
                linestyle="none",
                marker=look.marker,
                markersize=4,
                color=look.colour,
                markerfacecolor="white" if hollow else look.colour,
                markeredgewidth=0.8,
                zorder=3,
                clip_on=False,
            )


def legend(axis: Axes) -> None:
    """Which marker is which set of conditions."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], linestyle="none", marker=look.marker, color=look.colour, markersize=4, label=SHORT[name])
        for name, look in zip(CONDITIONS, map(style.series, range(len(CONDITIONS))), strict=True)
    ]
    axis.legend(
        handles=handles,
        title="Conditions for the",
        loc="lower right",
        frameon=True,
        framealpha=0.9,
        edgecolor=style.GRID,
    )


def counts(rows: pd.DataFrame) -> str:
    """How many histories each panel rests on."""
    some = rows[rows["kind"] == ANY]
    parts = []
    for outcome, mine in some.groupby("outcome", sort=False):
        each = [f"{row.histories} ({SHORT[row.scenario]})" for row in tables.each(mine)]
        parts.append(f"{phrases.outcome(str(outcome))}s: {phrases.listed(each)}")
    return f"Histories, {'; '.join(parts)}."


def describe(rows: pd.DataFrame) -> str:
    """Every share, for those who do not see the picture."""
    said = ["Share of histories that end otherwise without one event of a kind, and in brackets without all of them."]
    for (scenario, outcome), mine in rows.groupby(["scenario", "outcome"], sort=False):
        by = {row.kind: row for row in tables.each(mine)}
        each = [
            f"{KINDS[kind].several}: {phrases.percent(by[kind].alone_share)} ({phrases.percent(by[kind].all_share)})"
            for kind in shown(rows)
            if kind in by
        ]
        conditions = phrases.within(phrases.CONDITIONS[str(scenario)])
        said.append(f"{phrases.outcome(str(outcome))} under {conditions}: {', '.join(each)}.")
    return " ".join(said)
