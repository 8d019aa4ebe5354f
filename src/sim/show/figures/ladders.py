"""Rungs used: how many worlds stand on which step of an actor's ladder, over time (Q1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.show import making, phrases, printed, style, tables
from sim.show.figures.plot import Plot

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.result import Result

PANELS_A_ROW = 4
RARE = 0.005


def groups(result: Result) -> list[str]:
    """The militia groups: actors with a ladder in this run that a scenario names among its groups."""
    named = {name for scenario in result.scenarios for name in scenario.groups}
    return [name for name in tables.actors(result) if name in named]


def states(result: Result) -> list[str]:
    """Every other actor with a ladder, Baghdad first."""
    rest = [name for name in tables.actors(result) if name not in groups(result)]
    return sorted(
        rest, key=lambda name: list(phrases.ACTORS).index(name) if name in phrases.ACTORS else len(phrases.ACTORS)
    )


def stack(axis: Axes, rows: pd.DataFrame, rungs: list[str], end: int) -> None:
    """Stacked shares over time, the lowest rung at the bottom.

    Each rung is drawn from the ground up, the highest first, so that the lower ones cover it: half as many corners.
    """
    wide = rows.pivot_table(index="week", columns="rung", values="share", observed=True).reindex(columns=rungs)
    if not len(wide):
        return
    begins = wide.index.to_numpy(dtype=float) * 7
    day = np.append(begins, min(begins[-1] + 7 * tables.WEEKS_A_PERIOD, end))
    shares = wide.fillna(0.0).to_numpy(dtype=float)
    tops = np.minimum(np.cumsum(shares, axis=1), 1.0)
    looks = style.climb(len(rungs))
    for number in range(len(rungs) - 1, -1, -1):
        if shares[:, number].max() > 0:
            colour, hatch = looks[number]
            axis.fill_between(
                day,
                np.append(tops[:, number], tops[-1, number]),
                step="post",
                facecolor=colour,
                hatch=hatch,
                edgecolor=hatching(colour),
                linewidth=0.0,
            )


DARK = ("blue", "black", "vermillion", "bluish green")


def hatching(colour: str) -> str:
    """White lines on dark colours, dark lines on light ones."""
    return style.PAPER if colour in {style.OKABE_ITO[name] for name in DARK} else style.INK


def key(axis: Axes, rungs: list[str]) -> None:
    """The ladder itself beside its row, highest rung on top, as boxes in the same looks."""
    from matplotlib.patches import Rectangle

    width, height = style.inches(axis)
    step = 0.125 / height
    box = 0.11 / width
    left = 1 + 0.08 / width
    for number, (rung, (colour, hatch)) in enumerate(zip(rungs, style.climb(len(rungs)), strict=True)):
        y = number * step
        for face, lines, edge, stroke in ((colour, hatch, hatching(colour), 0.0), ("none", "", style.MUTED, 0.4)):
            axis.add_patch(
                Rectangle(
                    (left, y + 0.1 * step),
                    box,
                    0.8 * step,
                    facecolor=face,
                    hatch=lines,
                    edgecolor=edge,
                    linewidth=stroke,
                    transform=axis.transAxes,
                    clip_on=False,
                )
            )
        name = phrases.short(phrases.plain(rung), 30, 1)
        axis.text(left + 1.35 * box, y + 0.5 * step, name, size=6.2, va="center", transform=axis.transAxes)


READING = "Share of worlds by the highest rung of the week, averaged over four weeks. Ladders are named once."
AFTER_AN_EXIT = "After an exit Baghdad goes no higher than condemn, so that its top layers fade as exits are decided."
NOT_HERE = "not in this scenario"


def draw(result: Result, chosen: list[str], title: str, note: str = "") -> Figure:
    """One row per actor, one column per scenario; more than four go on below. ``note`` is added to the subtitle."""
    numbers = tables.rung_course(result)
    ladders = tables.actors(result)
    names = phrases.labels(result)
    scenarios = list(result.scenarios)
    columns = min(PANELS_A_ROW, len(scenarios))
    chunks = [scenarios[i : i + columns] for i in range(0, len(scenarios), columns)]
    plan = [(chunk, actor) for chunk in chunks for actor in chosen]
    page = style.sheet(
        title,
        f"{READING} {note}".strip(),
        making.foot(result),
        heights=[max(0.5, 0.125 * len(ladders[actor])) for _, actor in plan],
        columns=columns,
        left=0.44,
        right=1.66,
        gap_x=0.14,
        gap_y=[0.34 if (row + 1) % len(chosen) else 1.0 for row in range(len(plan) - 1)],
        head=0.4,
        sharex=False,
    )
    for row, (chunk, actor) in enumerate(plan):
        top, bottom = row % len(chosen) == 0, (row + 1) % len(chosen) == 0
        for column, axis in enumerate(page.axes[row]):
            if column >= len(chunk):
                axis.set_axis_off()
                continue
            scenario = chunk[column]
            mine = numbers[(numbers["scenario"] == scenario.name) & (numbers["actor"] == actor)]
            stack(axis, mine, ladders[actor], scenario.days - 1)
            if not len(mine):
                axis.text(
                    0.5, 0.5, NOT_HERE, size=7, color=style.MUTED, ha="center", va="center", transform=axis.transAxes
                )
            axis.set_ylim(0, 1)
            axis.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
            style.dates(axis, scenario, ticks=5 if columns > 2 else 8)
            axis.tick_params(axis="y", labelleft=column == 0)
            axis.tick_params(axis="x", labelbottom=bottom)
            if top:
                head = phrases.short(names[scenario.name], 24 if columns > 2 else 50, 3)
                axis.annotate(
                    head,
                    (0, 1),
                    xytext=(0, 17),
                    xycoords="axes fraction",
                    textcoords="offset points",
                    size=7,
                    va="bottom",
                    linespacing=1.05,
                )
        page.axes[row][0].set_title(phrases.short(phrases.actor(actor), 60, 1))
        if top or ladders[actor] != ladders[plan[row - 1][1]]:
            key(page.axes[row][len(chunk) - 1], ladders[actor])
    return page.figure


def describe(result: Result, chosen: list[str]) -> str:
    """The share of world-weeks on each rung that is used in at least one in two hundred."""
    numbers = tables.rung_use(result)
    labels = phrases.labels(result)
    parts = []
    for (actor, scenario), rows in numbers[numbers["actor"].isin(chosen)].groupby(["actor", "scenario"], sort=False):
        each = [
            f"{phrases.plain(row.rung)} {phrases.percent(row.share)}" for row in tables.each(rows) if row.share >= RARE
        ]
        parts.append(f"{phrases.actor(str(actor))}, {phrases.within(labels[str(scenario)])}: {', '.join(each)}.")
    return (
        f"Share of all weeks of all worlds on each rung; those below {phrases.percent(RARE)} are left out. "
        + " ".join(parts)
    )


def use(result: Result, chosen: list[str]) -> pd.DataFrame:
    """The rows of ``rung_use`` for these actors."""
    numbers = tables.rung_use(result)
    return numbers[numbers["actor"].isin(chosen)]


def say(result: Result, chosen: list[str]) -> str:
    """Of each actor the rung that it stands on most, with its share of the weeks, over all scenarios."""
    numbers = use(result, chosen)
    parts = []
    for actor, rows in numbers.groupby("actor", sort=False):
        means = rows.groupby("rung", sort=False)["share"].mean()
        parts.append(
            f"{phrases.actor(str(actor))} {phrases.plain(str(means.idxmax()))} ({phrases.percent(means.max())})"
        )
    return f"Where each stands most, and in what share of all weeks of all worlds: {'; '.join(parts)}."


def none(chosen: list[str]) -> str:
    """A sentence where the weekly table has no rungs for these actors."""
    return "" if chosen else "This run holds no weekly rungs of these actors."


PLOTS = (
    Plot(
        "rungs",
        "Q1",
        "Rungs used by Baghdad, Washington and Tehran: share of worlds on each, over time",
        lambda result: draw(result, states(result), "Rungs used in Baghdad, Washington and Tehran", AFTER_AN_EXIT),
        lambda result: describe(result, states(result)),
        lambda result: use(result, states(result)),
        lambda result: printed.rungs(result, use(result, states(result))),
        lambda result: say(result, states(result)),
        lambda result: none(states(result)),
    ),
    Plot(
        "rungs_groups",
        "Q1",
        "Posture of each militia group: share of worlds on each rung, over time",
        lambda result: draw(result, groups(result), "Posture of the militia groups"),
        lambda result: describe(result, groups(result)),
        lambda result: use(result, groups(result)),
        lambda result: printed.rungs(result, use(result, groups(result))),
        lambda result: say(result, groups(result)),
        lambda result: none(groups(result)),
    ),
)
