"""The picture of two results side by side: their outcomes, and one less the other, world by world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.show import making, phrases, style, tables
from sim.show.figures.forest import dots, scale

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.result import Result

WIDEST = 112
"""Characters of a line of a heading."""


def draw(here: Result, there: Result) -> Figure:
    """As :meth:`Result.plot_difference` says: per pair of scenarios the shares of both, and their differences."""
    with style.looks():
        numbers = outcomes(here, there)
        names = list(dict.fromkeys(numbers["scenario"]))
        parts = [numbers[numbers["scenario"] == name] for name in names]
        heads = [heading(here, there, part) for part in parts]
        page = style.sheet(
            "Two runs, and what differs in how they end",
            f"{matched(numbers)} Left: how often each ending came about. Right: the first less the second, in "
            "percentage points; right of zero, more worlds of the first end so. Whiskers: 95 % intervals "
            f"({phrases.chance([*here.scenarios, *there.scenarios])}).",
            feet(here, there),
            heights=[0.24 * len(part) for part in parts],
            columns=2,
            left=1.2,
            right=0.5,
            gap_x=0.35,
            gap_y=style.gaps_below(heads, 1, 0.42),
            head=0.07 + style.lines_above(heads[:1]),
            tail=0.3,
            sharex=False,
            sharey=False,
        )
        for place, part in enumerate(parts):
            shares, change = page.axes[place]
            draw_shares(shares, part)
            dots(change, part, [style.outcome(str(outcome)) for outcome in part["measure"]])
            scale(change, numbers)
            change.tick_params(axis="y", labelleft=False)
            width, height = style.inches(shares)
            shares.text(-1.1 / width, 1 + 0.06 / height, heads[place], va="bottom", transform=shares.transAxes)
            last = place == len(parts) - 1
            for axis, what in ((shares, "share of worlds"), (change, "difference in percentage points")):
                axis.tick_params(axis="x", labelbottom=last)
                axis.set_xlabel(what if last else "")
        return page.figure


def heading(here: Result, there: Result, rows: pd.DataFrame) -> str:
    """Which of the two is drawn how, in lines."""
    both = zip(("filled", "hollow"), sides(here, there, rows), strict=True)
    return "\n".join(phrases.wrapped(f"{look}: {side}", WIDEST) for look, side in both)


def describe(here: Result, there: Result) -> str:
    """Its numbers in words: the text for those who do not see the picture."""
    numbers = outcomes(here, there)
    said = [f"Two runs, and what differs in how they end. {matched(numbers)}"]
    for _, part in numbers.groupby("scenario", sort=False):
        one, other = sides(here, there, part)
        gaps = (
            f"{phrases.outcome(row.measure)} {phrases.percent(row.here)} and {phrases.percent(row.there)}, "
            f"{phrases.points(row.difference)} points ({phrases.points(row.low)} to {phrases.points(row.high)})"
            for row in tables.each(part)
        )
        said.append(f"{one}, and {other}: {'; '.join(gaps)}.")
    return " ".join(said)


def draw_shares(axis: Axes, rows: pd.DataFrame) -> None:
    """A filled dot for the first and a hollow one for the second, an outcome a row."""
    for y, row in enumerate(tables.each(rows)):
        look = style.outcome(str(row.measure))
        axis.plot([row.here, row.there], [y, y], color=look.colour, linewidth=0.8)
        for value, fill in ((row.there, style.PAPER), (row.here, look.colour)):
            axis.plot(
                [value],
                [y],
                marker=look.marker,
                color=look.colour,
                markerfacecolor=fill,
                markersize=5.5,
                linestyle="none",
            )
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.set_yticks(range(len(rows)), [phrases.outcome(str(outcome)) for outcome in rows["measure"]])
    axis.tick_params(axis="y", length=0)
    style.percents(axis, "x")
    axis.set_xlim(-0.03, 1.03)


def outcomes(here: Result, there: Result) -> pd.DataFrame:
    """The rows of :meth:`Result.difference` that are shares, without outcomes that nobody expects and none had."""
    found = here.difference(there)
    wanted = {*tables.outcomes_shown(here), *tables.outcomes_shown(there)}
    return found[(found["statistic"] == "share") & found["measure"].isin(wanted)].reset_index(drop=True)


def sides(here: Result, there: Result, rows: pd.DataFrame) -> tuple[str, str]:
    """Who is compared with whom: conditions, and whose choices hold or which seed, where the two differ in it."""
    first, second = (str(rows[column].iloc[0]).partition(", with a replaced")[0] for column in ("scenario", "other"))
    one, other = phrases.labels(here)[first], phrases.labels(there)[second]
    if here.choices != there.choices:
        return f"{one}, {ruled(here)}", f"{other}, {ruled(there)}"
    if here.manifest["seed"] != there.manifest["seed"]:
        return f"{one}, seed {here.manifest['seed']}", f"{other}, seed {there.manifest['seed']}"
    return one, other


def ruled(result: Result) -> str:
    """Whose choices hold in a result."""
    from sim.model.choice import said_of

    return phrases.listed([said_of(one) for one in result.choices]) or "every choice by the model's own rules"


def matched(rows: pd.DataFrame) -> str:
    """Whether the worlds share their random numbers, as a sentence."""
    count = f"{int(rows['worlds'].max()):,}"
    if rows["paired"].all():
        return f"The same {count} worlds (same random numbers) in both."
    return f"{count} worlds, with other random numbers in the two."


def feet(here: Result, there: Result) -> str:
    """The small lines below: how each of the two was made."""
    one, other = making.foot(here), making.foot(there)
    return one if one == other else f"{one}\n{other}"
