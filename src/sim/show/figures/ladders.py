"""Rungs used: how many worlds stand on which step of an actor's ladder, over time (Q1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.show import making, phrases, printed, style, tables
from sim.show.figures.plot import Plot

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.result import Result
    from sim.scenario.schema import Scenario

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


ABSTAINS = "holds its fire by its own wish"
ABSTAINING = ("#FFFFFF", "")
"""The look of the lowest rung of a group that is there by its own wish: nobody holds it back."""


def abstains(scenario: Scenario, group: str) -> bool:
    """Whether a group wishes so little that it would hold its fire with all fronts at war and no order to it.

    By the numbers of the scenario; what a world draws may move it. Else its lowest rung is a truce: an order that it
    obeys, or a calm of the fronts.
    """
    from sim.model.militia import rules

    if group not in scenario.groups:
        return False
    own, all_ = scenario.groups[group], scenario.militias
    wish = rules.wish(
        1.0, own.closeness, own.stake, 0.0, 0.0, all_.wish_base, all_.wish_salience, all_.wish_stake, 0.0, 0.0
    )
    return bool(wish < all_.harass_from)


def stack(axis: Axes, rows: pd.DataFrame, looks: list[tuple[str, str]], rungs: list[str], end: int) -> None:
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


def hatching(colour: str) -> str:
    """White lines on dark colours, dark lines on light ones."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return style.PAPER if 0.3 * red + 0.6 * green + 0.1 * blue < 140 else style.INK


def key(axis: Axes, rungs: list[tuple[str, tuple[str, str]]]) -> None:
    """The ladder itself beside its row, highest rung on top, as boxes in the same looks."""
    from matplotlib.patches import Rectangle

    width, height = style.inches(axis)
    step = 0.125 / height
    box = 0.11 / width
    left = 1 + 0.08 / width
    for number, (name, (colour, hatch)) in enumerate(rungs):
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
        axis.text(left + 1.35 * box, y + 0.5 * step, name, size=6.2, va="center", transform=axis.transAxes)


READING = "Share of worlds by the highest rung of the week, averaged over four weeks."
AFTER_AN_EXIT = "After an exit Baghdad goes no higher than condemn, so that its top layers fade as exits are decided."
ABOUT_TRUCES = (
    "White: the group holds its fire by its own wish, by the numbers of its scenario: nobody has to hold it back. "
    "Grey: a truce, by an order that it obeys or while the fronts are calm."
)
NOT_HERE = "not in this scenario"


def looks_of(scenario: Scenario, actor: str, rungs: list[str]) -> list[tuple[str, str]]:
    """Colour and hatch of each rung of an actor in a scenario."""
    found = style.climb(len(rungs), style.actor(actor).colour)
    return [ABSTAINING, *found[1:]] if abstains(scenario, actor) else found


def draw(result: Result, chosen: list[str], title: str, note: str = "") -> Figure:
    """One row per actor, one column per scenario; more than four go on below. ``note`` is added to the subtitle."""
    numbers = tables.rung_course(result)
    ladders = tables.actors(result)
    scenarios = list(result.scenarios)
    columns = min(PANELS_A_ROW, len(scenarios))
    chunks = [scenarios[i : i + columns] for i in range(0, len(scenarios), columns)]
    plan = [(chunk, actor) for chunk in chunks for actor in chosen]
    names = {name: phrases.wrapped(words, 66 // columns) for name, words in phrases.labels(result).items()}
    heads = [0.11 * max(names[one.name].count("\n") for one in chunk) for chunk in chunks]
    titles = {actor: phrases.wrapped(phrases.actor(actor), 84) for actor in chosen}
    above = [0.34 + style.lines_above([titles[actor]]) for _, actor in plan]
    for place, head in enumerate(heads):
        above[place * len(chosen)] += 0.66 + head
    page = style.sheet(
        title,
        f"{READING} {note}".strip(),
        making.foot(result),
        heights=[max(0.5, 0.125 * len(ladders[actor])) for _, actor in plan],
        columns=columns,
        left=0.44,
        right=1.78,
        gap_x=0.14,
        gap_y=above[1:],
        head=0.2 + heads[0] + style.lines_above([titles[plan[0][1]]]),
        sharex=False,
    )
    for row, (chunk, actor) in enumerate(plan):
        bottom = (row + 1) % len(chosen) == 0
        for column, axis in enumerate(page.axes[row]):
            if column >= len(chunk):
                axis.set_axis_off()
                continue
            scenario = chunk[column]
            panel(axis, numbers, scenario, actor, ladders[actor])
            style.dates(axis, scenario, ticks=5 if columns > 2 else 8)
            axis.tick_params(axis="y", labelleft=column == 0)
            axis.tick_params(axis="x", labelbottom=bottom)
            if row % len(chosen) == 0:
                axis.annotate(
                    names[scenario.name],
                    (0, 1),
                    xytext=(0, 17 + 72 * style.lines_above([titles[actor]])),
                    xycoords="axes fraction",
                    textcoords="offset points",
                    size=7,
                    va="bottom",
                    linespacing=1.05,
                )
        page.axes[row][0].set_title(titles[actor])
        key(page.axes[row][len(chunk) - 1], named(chunk, actor, ladders[actor]))
    return page.figure


def panel(axis: Axes, numbers: pd.DataFrame, scenario: Scenario, actor: str, rungs: list[str]) -> None:
    """The rungs of one actor in one scenario."""
    mine = numbers[(numbers["scenario"] == scenario.name) & (numbers["actor"] == actor)]
    stack(axis, mine, looks_of(scenario, actor, rungs), rungs, scenario.days - 1)
    if not len(mine):
        axis.text(0.5, 0.5, NOT_HERE, size=7, color=style.MUTED, ha="center", va="center", transform=axis.transAxes)
    axis.set_ylim(0, 1)
    axis.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])


def named(scenarios: Sequence[Scenario], actor: str, rungs: list[str]) -> list[tuple[str, tuple[str, str]]]:
    """The words and looks of the rungs that an actor has in these scenarios, low to high."""
    held = [abstains(scenario, actor) for scenario in scenarios if actor in scenario.groups]
    found = [
        (phrases.plain(rung), look)
        for rung, look in zip(rungs, style.climb(len(rungs), style.actor(actor).colour), strict=True)
    ]
    if any(held):
        found = [(ABSTAINS, ABSTAINING), *(found if not all(held) else found[1:])]
    return found


def describe(result: Result, chosen: list[str]) -> str:
    """The share of world-weeks on each rung that is used in at least one in two hundred."""
    numbers = tables.rung_use(result)
    labels = phrases.labels(result)
    parts = []
    for (actor, name), rows in numbers[numbers["actor"].isin(chosen)].groupby(["actor", "scenario"], sort=False):
        lowest = str(rows["rung"].iloc[0])
        own = abstains(tables.scenario_named(result, str(name)), str(actor))
        each = [
            f"{ABSTAINS if own and row.rung == lowest else phrases.plain(row.rung)} {phrases.percent(row.share)}"
            for row in tables.each(rows)
            if row.share >= RARE
        ]
        parts.append(f"{phrases.actor(str(actor))}, {phrases.within(labels[str(name)])}: {', '.join(each)}.")
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
    parts, own = [], []
    for actor, rows in numbers.groupby("actor", sort=False):
        means = rows.groupby("rung", sort=False)["share"].mean()
        if all(abstains(scenario, str(actor)) for scenario in result.scenarios if actor in scenario.groups) and (
            str(actor) in groups(result) and means.idxmax() == rows["rung"].iloc[0]
        ):
            own.append(phrases.actor(str(actor)))
            continue
        parts.append(
            f"{phrases.actor(str(actor))} {phrases.plain(str(means.idxmax()))} ({phrases.percent(means.max())})"
        )
    held = f" By their own wish hold their fire: {phrases.listed(own)}." if own else ""
    where = (
        f"Where each stands most, and in what share of all weeks of all worlds: {'; '.join(parts)}." if parts else ""
    )
    return f"{where}{held}".strip()


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
        lambda result: draw(result, groups(result), "Posture of the militia groups", ABOUT_TRUCES),
        lambda result: describe(result, groups(result)),
        lambda result: use(result, groups(result)),
        lambda result: printed.rungs(result, use(result, groups(result))),
        lambda result: say(result, groups(result)),
        lambda result: none(groups(result)),
    ),
)
