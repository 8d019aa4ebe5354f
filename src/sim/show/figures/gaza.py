"""What the war in Gaza changes: paired differences between worlds with and without it, by its paths (Q2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.show import making, printed, style, tables, words
from sim.show.figures.plot import Plot

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.result import Result

MEASURES = {
    "forced_exit": "Forced exits, points",
    "negotiated_exit": "Negotiated exits, points",
    tables.ATTACKS: "Attacks a world",
}
LOOKS = {"both": style.series(5), "groups": style.series(1), "politics": style.series(0)}


def around(rows: pd.DataFrame) -> tuple[float, float]:
    """Limits that hold zero and all intervals, with a margin; at least a tenth of a point, or of an attack."""
    values = [*rows["low"].dropna(), *rows["high"].dropna(), *rows["difference"].dropna(), 0.0]
    low, high = float(min(values)), float(max(values))
    margin = max(0.06 * (high - low), 0.001 if (rows["statistic"] == "share").all() else 0.1)
    return low - margin, high + margin


def dots(axis: Axes, rows: pd.DataFrame) -> None:
    """A dot and an interval a path, zero marked, the number right of the panel."""
    axis.axvline(0, color=style.MUTED, linewidth=0.8)
    for y, row in enumerate(tables.each(rows)):
        look = LOOKS[str(row.path)]
        axis.plot([row.low, row.high], [y, y], color=look.colour, linewidth=1.6, solid_capstyle="butt")
        axis.plot([row.difference], [y], marker=look.marker, color=look.colour, markersize=5, linestyle="none")
        text = (words.points if row.statistic == "share" else words.signed)(row.difference)
        axis.text(1.03, y, text, size=7, va="center", ha="left", transform=axis.get_yaxis_transform())
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.spines["left"].set_visible(False)
    axis.grid(True, axis="x")


def draw(result: Result) -> Figure:
    """A row of panels a condition, a column a measure, in each a dot a path; a column has one scale."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    numbers = tables.gaza(result)
    names = list(dict.fromkeys(numbers["scenario"]))
    labels = words.labels(result.whole)
    sizes = [int((numbers[numbers["measure"] == tables.ATTACKS]["scenario"] == name).sum()) for name in names]
    page = style.sheet(
        "What the war in Gaza changes",
        "With the war less without it, the same worlds (same random numbers): right of zero, more of it with the war. "
        "By both paths, and by each alone, the war being taken from the groups and Iran, or from politics in Baghdad. "
        "Whiskers: paired 95 % intervals (chance only).",
        making.foot(result),
        heights=[0.19 * size for size in sizes],
        columns=len(MEASURES),
        left=1.4,
        right=0.45,
        gap_x=0.5,
        gap_y=0.36,
        head=0.3,
        sharex=False,
        sharey=False,
    )
    for column, (measure, title) in enumerate(MEASURES.items()):
        mine = numbers[numbers["measure"] == measure]
        factor = 1 if measure == tables.ATTACKS else 100
        for row, name in enumerate(names):
            axis, rows = page.axes[row][column], mine[mine["scenario"] == name]
            dots(axis, rows)
            axis.set_xlim(*around(mine))
            axis.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
            axis.xaxis.set_major_formatter(
                FuncFormatter(lambda value, _, factor=factor: f"{factor * value:.4g}".replace("-", "−"))
            )
            axis.tick_params(axis="x", labelbottom=row == len(names) - 1)
            axis.set_yticks(range(len(rows)), [words.PATHS[path] for path in rows["path"]])
            axis.tick_params(axis="y", length=0, labelleft=column == 0)
            _, height = style.inches(axis)
            if row == 0:
                axis.text(0, 1 + 0.24 / height, title, weight="bold", va="bottom", transform=axis.transAxes)
            if column == 0:
                width, _ = style.inches(axis)
                head = words.short(labels[str(name)], 100, 1)
                axis.text(-1.31 / width, 1 + 0.04 / height, head, va="bottom", transform=axis.transAxes)
    return page.figure


def describe(result: Result) -> str:
    """Every difference with its interval."""
    labels = words.labels(result.whole)
    numbers = tables.gaza(result)
    parts = []
    for (name, path), rows in numbers.groupby(["scenario", "path"], sort=False):
        each = [
            f"{MEASURES[str(row.measure)].lower()} {printed.gap(row)}, {row.worlds:,} worlds"
            for row in tables.each(rows)
        ]
        parts.append(f"{labels[str(name)]}, {words.PATHS[str(path)]}: {'; '.join(each)}.")
    return (
        "Paired differences, with the war in Gaza less without it, in brackets the 95 % interval (chance only). "
        + " ".join(parts)
    )


def missing(result: Result) -> str:
    """A sentence where no pair of scenarios of this run differs in the war only."""
    if tables.of_gaza(result):
        return ""
    return "No two scenarios of this run differ in the war in Gaza only (as status_quo and gaza_ceasefire)."


PLOTS = (
    Plot(
        "gaza",
        "Q2",
        "What the war in Gaza changes: paired differences between worlds with and without it, by its paths",
        draw,
        describe,
        tables.gaza,
        missing,
    ),
)
