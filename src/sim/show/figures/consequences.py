"""What each kind of exit changes (Q4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.show import making, phrases, printed, style, tables
from sim.show.figures.endings import nothing_decided
from sim.show.figures.plot import Plot

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results.result import Result

COLUMNS = 3


def draw(result: Result) -> Figure:
    """One small panel per consequence, all on one scale: a mark and two intervals for each kind of exit."""
    numbers = tables.consequences(result)
    names = list(dict.fromkeys(numbers["consequence"]))
    kinds = [kind for kind in phrases.KINDS_OF_EXIT if kind in set(numbers["kind"])]
    columns = min(COLUMNS, max(len(names), 1))
    rows = -(-len(names) // columns)
    page = style.sheet(
        "What changes after an exit, by its kind",
        "Change from the day of the decision to the last day; of the influence of both patrons, what the exit itself "
        "does, and apart from it the drift since; over the worlds of all scenarios that decided such an exit. Mark: "
        "median; thick line: middle half; thin: nine in ten worlds. Labelled assumptions with wide ranges that include "
        "no change, not findings.",
        making.foot(result),
        rows=rows,
        columns=columns,
        row_height=max(0.42, 0.155 * len(kinds)),
        left=1.95,
        right=0.15,
        gap_x=0.2,
        gap_y=0.34,
    )
    counts = numbers.groupby("kind", observed=True)["worlds"].max()
    for number, name in enumerate(names):
        axis = page.axes[number // columns][number % columns]
        axis.set_title(phrases.short(phrases.consequence(str(name)), 32, 1))
        axis.axvline(0, color=style.MUTED, linewidth=0.8)
        for row in tables.each(numbers[numbers["consequence"] == name]):
            y, look = kinds.index(str(row.kind)), style.kind(str(row.kind))
            axis.plot([row.q05, row.q95], [y, y], color=look.colour, linewidth=0.9)
            axis.plot([row.q25, row.q75], [y, y], color=look.colour, linewidth=3.0, solid_capstyle="butt")
            axis.plot(
                [row.q50],
                [y],
                marker=look.marker,
                color=look.colour,
                markeredgecolor=style.PAPER,
                markeredgewidth=0.6,
                markersize=5.5,
                linestyle="none",
                clip_on=False,
                zorder=3,
            )
        axis.set_yticks(range(len(kinds)), [f"{phrases.EXIT_KINDS[kind]} ({int(counts[kind]):,})" for kind in kinds])
        axis.tick_params(axis="y", length=0, labelleft=number % columns == 0, labelsize=6.5)
        axis.tick_params(axis="x", labelbottom=number + columns >= len(names))
        axis.set_ylim(len(kinds) - 0.5, -0.5)
        axis.grid(True, axis="x")
        axis.locator_params(axis="x", nbins=5)
    for number in range(len(names), rows * columns):
        page.axes[number // columns][number % columns].set_axis_off()
    return page.figure


def describe(result: Result) -> str:
    """Median and nine-in-ten range of each consequence by kind."""
    numbers = tables.consequences(result)
    parts = []
    for name, rows in numbers.groupby("consequence", sort=False):
        each = [
            f"{phrases.kind(str(row.kind))} {phrases.signed(row.q50, 2)} ({phrases.signed(row.q05, 2)} to "
            f"{phrases.signed(row.q95, 2)})"
            for row in tables.each(rows)
        ]
        parts.append(f"{phrases.consequence(str(name))}: {'; '.join(each)}.")
    return "Change after an exit: median world, in brackets the 5th to 95th percentile. " + " ".join(parts)


def say(result: Result) -> str:
    """The largest change after the kind of exit that is decided most."""
    numbers = tables.consequences(result)
    most = max(tables.each(numbers), key=lambda row: int(row.worlds)).kind
    mine = numbers[numbers["kind"] == most].reset_index(drop=True)
    row = tables.each(mine.loc[[mine["q50"].abs().round(9).idxmax()]])[0]
    return (
        f"After the kind of exit decided most ({phrases.kind(most)}, {row.worlds:,} worlds) the largest change is of "
        f"{phrases.consequence(str(row.consequence))}: {phrases.signed(row.q50, 2)} in the median world, "
        f"{phrases.signed(row.q05, 2)} to {phrases.signed(row.q95, 2)} in nine of ten; an assumption, not a finding."
    )


def missing(result: Result) -> str:
    """A sentence where nothing was decided, or the run has no consequences."""
    if not tables.consequence_names(result):
        return "This run holds no consequences."
    return nothing_decided(result) or ("" if len(tables.consequences(result)) else "No consequence was recorded.")


PLOTS = (
    Plot(
        "consequences",
        "Q4",
        "What changes from the day an exit is decided to the last day, by kind of exit (labelled assumptions)",
        draw,
        describe,
        tables.consequences,
        printed.consequences,
        say,
        missing,
    ),
)
