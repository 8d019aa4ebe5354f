"""Dots with intervals beside a marked zero: how paired differences are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.show import phrases, style, tables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def around(rows: pd.DataFrame) -> tuple[float, float]:
    """Limits that hold zero and all intervals, with a margin; at least a tenth of a point, or of an attack."""
    values = [*rows["low"].dropna(), *rows["high"].dropna(), *rows["difference"].dropna(), 0.0]
    low, high = float(min(values)), float(max(values))
    margin = max(0.06 * (high - low), 0.001 if (rows["statistic"] == "share").all() else 0.1)
    return low - margin, high + margin


def dots(axis: Axes, rows: pd.DataFrame, looks: Sequence[style.Look]) -> None:
    """Draws each row as a dot in its interval, with its number at the right; zero is marked."""
    axis.axvline(0, color=style.MUTED, linewidth=0.8)
    beside = 1 + 0.05 / style.inches(axis)[0]
    for y, (row, look) in enumerate(zip(tables.each(rows), looks, strict=True)):
        axis.plot([row.low, row.high], [y, y], color=look.colour, linewidth=1.6, solid_capstyle="butt")
        axis.plot([row.difference], [y], marker=look.marker, color=look.colour, markersize=5, linestyle="none")
        text = (phrases.points if row.statistic == "share" else phrases.signed)(row.difference)
        axis.text(beside, y, text, size=7, va="center", ha="left", transform=axis.get_yaxis_transform())
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.spines["left"].set_visible(False)
    axis.tick_params(axis="y", length=0)
    axis.grid(True, axis="x")


def scale(axis: Axes, rows: pd.DataFrame) -> None:
    """One scale for these rows, shares in percentage points."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    factor = 100 if (rows["statistic"] == "share").all() else 1
    axis.set_xlim(*around(rows))
    axis.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{factor * value:.4g}".replace("-", "−")))
