"""What the war in Gaza changes: paired differences between worlds with and without it (Q2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.show import making, style, tables, words
from sim.show.figures.plot import Plot

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.result import Result


def dots(axis: Axes, rows: pd.DataFrame, names: list[str], texts: list[str]) -> None:
    """A dot and interval a row, zero marked, the number written at the right edge of the panel."""
    axis.axvline(0, color=style.MUTED, linewidth=0.8)
    for y, (row, text) in enumerate(zip(tables.each(rows), texts, strict=True)):
        look = style.OUTCOMES.get(str(row.measure), style.Look(style.INK, "", "-", "o"))
        axis.plot([row.low, row.high], [y, y], color=look.colour, linewidth=1.6, solid_capstyle="butt")
        axis.plot([row.difference], [y], marker=look.marker, color=look.colour, markersize=5, linestyle="none")
        axis.text(1.02, y, text, size=7, va="center", ha="left", transform=axis.get_yaxis_transform())
    axis.set_yticks(range(len(names)), names)
    axis.tick_params(axis="y", length=0)
    axis.set_ylim(len(names) - 0.5, -0.5)
    axis.spines["left"].set_visible(False)
    axis.grid(True, axis="x")


def around(rows: pd.DataFrame, least: float) -> tuple[float, float]:
    """Limits that hold zero and all intervals, with a margin."""
    values = [*rows["low"].dropna(), *rows["high"].dropna(), *rows["difference"], 0.0]
    low, high = float(min(values)), float(max(values))
    margin = max(0.08 * (high - low), least)
    return low - margin, high + margin


def draw(result: Result) -> Figure:
    """Three panels a contrast: shares of outcomes in percentage points, attacks, other counts a world."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    blocks: list[tuple[tables.Contrast, pd.DataFrame, str]] = []
    for pair in tables.contrasts(result):
        mine = tables.differences_of(result, pair)
        attacks = mine["measure"].isin(ATTACKS)
        counted = mine["statistic"] == "mean"
        parts = {
            "share of worlds, in percentage points": mine[~counted],
            "attacks a world": mine[attacks],
            "number a world": mine[counted & ~attacks],
        }
        blocks += [(pair, rows, unit) for unit, rows in parts.items() if len(rows)]
    page = style.sheet(
        "What the war in Gaza changes",
        "The same worlds (same random numbers) under two conditions: the difference that the one condition "
        "makes, with its paired "
        "95 % interval (chance only). Right of zero: more of it with the war.",
        making.foot(result),
        heights=[max(0.3, 0.19 * len(rows)) for _, rows, _ in blocks],
        left=2.0,
        right=1.75,
        gap_y=0.62,
        head=0.05,
        tail=0.12,
        sharex=False,
        sharey=False,
    )
    labels = words.labels(result)
    before: tables.Contrast | None = None
    for row, (pair, rows, unit) in enumerate(blocks):
        axis = page.axes[row][0]
        share = unit.startswith("share")
        if share:
            names = [words.outcome(str(name)) for name in rows["measure"]]
            texts = [
                f"{words.points(r.difference)} points ({words.points(r.low)} to {words.points(r.high)})"
                for r in tables.each(rows)
            ]
        else:
            names = [words.COUNTS.get(str(name), words.plain(str(name))) for name in rows["measure"]]
            texts = [
                f"{words.signed(r.difference)} ({words.signed(r.low)} to {words.signed(r.high)})"
                for r in tables.each(rows)
            ]
        axis.set_xlim(*around(rows, 0.004 if share else 0.02))
        axis.set_xlabel(f"difference: {unit}", labelpad=1.5, color=style.MUTED)
        factor = 100 if share else 1
        axis.xaxis.set_major_formatter(
            FuncFormatter(lambda value, _, factor=factor: f"{factor * value:g}".replace("-", "−"))
        )
        axis.xaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 2.5, 5, 10]))
        if pair is not before:
            title = words.short(f"{labels[pair.first]}: {pair.condition}", 100, 2)
            _, height = style.inches(axis)
            axis.text(
                -1.9 / (style.WIDTH - 3.75),
                1 + 0.08 / height,
                title,
                weight="bold",
                va="bottom",
                transform=axis.transAxes,
            )
        before = pair
        dots(axis, rows, names, texts)
    return page.figure


ATTACKS = ("attacks_iraq", "attacks_syria")


def describe(result: Result) -> str:
    """Every difference with its interval."""
    labels = words.labels(result)
    parts = []
    for pair in tables.contrasts(result):
        mine = tables.differences_of(result, pair)
        each = []
        for row in tables.each(mine):
            if row.statistic == "share":
                each.append(
                    f"{words.outcome(str(row.measure))} {words.percent(row.here)} against "
                    f"{words.percent(row.there)}, difference "
                    f"{words.points(row.difference)} percentage points (95 % interval "
                    f"{words.points(row.low)} to {words.points(row.high)})"
                )
            else:
                each.append(
                    f"{words.COUNTS.get(str(row.measure), words.plain(str(row.measure)))} "
                    f"{words.amount(row.here)} against "
                    f"{words.amount(row.there)} a world, difference {words.signed(row.difference)} "
                    f"({words.signed(row.low)} to {words.signed(row.high)})"
                )
        parts.append(f"{labels[pair.first]}: {pair.condition}: {'; '.join(each)}.")
    return "Paired differences, the same worlds under two conditions. " + " ".join(parts)


def missing(result: Result) -> str:
    """A sentence where no pair of scenarios of this run differs in the war only."""
    if tables.contrasts(result):
        return ""
    return "No two scenarios of this run differ in the war in Gaza only (as status_quo and gaza_ceasefire)."


PLOTS = (
    Plot(
        "gaza",
        "Q2",
        "What the war in Gaza changes: paired differences between worlds with and without it",
        draw,
        describe,
        tables.differences,
        missing,
    ),
)
