"""What conditions change: paired differences in the outcomes between the scenarios of a run (Q1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.show import making, phrases, printed, style, tables
from sim.show.figures.forest import dots, scale
from sim.show.figures.plot import Plot

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results.result import Result

WIDEST = 33
"""Characters of a label before it is wrapped."""


def draw(result: Result) -> Figure:
    """One panel per outcome, one dot per pair of scenarios; all panels have the same scale."""
    numbers = tables.changes(result)
    pairs = list(dict.fromkeys(zip(numbers["scenario"], numbers["other"], strict=True)))
    outcomes = list(dict.fromkeys(numbers["measure"]))
    labels, reference = phrases.labels(result.whole), printed.one_reference(numbers)
    heads, left = style.names_at_the_side([phrases.pair(labels, *pair, reference) for pair in pairs], WIDEST)
    row = max(0.24, *(0.13 * (head.count("\n") + 1) + 0.06 for head in heads))
    page = style.sheet(
        "What the conditions change",
        f"{printed.compared(result, numbers)} The same worlds (same random numbers) under both: right of zero, more "
        f"worlds end so. In percentage points. Whiskers: paired 95 % intervals ({printed.chance(result, numbers)}).",
        making.foot(result),
        width=style.LARGE,
        heights=[row * len(pairs)],
        columns=len(outcomes),
        left=left,
        right=0.4,
        gap_x=0.44,
        head=0.12,
        sharex=False,
        sharey=False,
    )
    for axis, outcome in zip(page.axes[0], outcomes, strict=True):
        rows = numbers[numbers["measure"] == outcome]
        dots(axis, rows, [style.outcome(str(outcome))] * len(rows))
        scale(axis, numbers)
        axis.set_yticks(range(len(rows)), heads)
        axis.tick_params(axis="y", labelleft=outcome == outcomes[0])
        axis.set_title(phrases.outcome(str(outcome)))
    return page.figure


def describe(result: Result) -> str:
    """Every difference with its interval."""
    labels = phrases.labels(result.whole)
    parts = []
    numbers = tables.changes(result)
    for (name, other), rows in numbers.groupby(["scenario", "other"], sort=False):
        each = [f"{phrases.outcome(str(row.measure))} {printed.gap(row)}" for row in tables.each(rows)]
        worlds = int(rows["worlds"].max())
        parts.append(f"{labels[str(name)]} less {labels[str(other)]}, {worlds:,} worlds: {'; '.join(each)}.")
    held = printed.chance(result, numbers)
    return f"Paired differences in percentage points, in brackets the 95 % interval ({held}). " + " ".join(parts)


def missing(result: Result) -> str:
    """A sentence where no two scenarios of this run can be compared."""
    return "" if len(tables.changes(result)) else "No two scenarios of this run can be compared."


def say(result: Result) -> str:
    """The largest difference, and how many intervals leave zero out."""
    numbers = tables.changes(result)
    labels = phrases.labels(result.whole)
    row = tables.each(numbers.loc[[numbers["difference"].abs().round(9).idxmax()]])[0]
    clear = int(((numbers["low"] > 0) | (numbers["high"] < 0)).sum())
    return (
        f"The largest difference is in worlds that end so: {phrases.outcome(str(row.measure))}, {printed.gap(row)} "
        f"percentage points under {phrases.within(labels[row.scenario])} compared with "
        f"{phrases.within(labels[row.other])}; of {len(numbers)} differences {clear} have an interval without zero."
    )


PLOTS = (
    Plot(
        "changes",
        "Q1",
        "What the conditions change: paired differences in the outcomes between scenarios",
        draw,
        describe,
        tables.changes,
        printed.changes,
        say,
        missing,
        expected=False,
        main=True,
    ),
)
