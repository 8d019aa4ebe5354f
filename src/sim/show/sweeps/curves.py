"""Pictures of a grid: response curves with the two kinds of interval apart, and maps of two dimensions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.show import phrases, style
from sim.show.sweeps.drawn import each_alone, legend, line_of, points_axis
from sim.show.sweeps.shown import MOST, Picture, Shown, part_of, value_in_words
from sim.show.tables import each
from sim.sweeps.analysis import slug
from sim.sweeps.analysis.ends import in_order, is_number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS = 8
LEVELS = 10
"""Shades of a map."""
MOST_LINED = 30
"""Values of a dimension between whose cells there are lines."""


def responses(shown: Shown, key: str) -> Iterator[Picture]:
    """A picture a dimension: the level at the left, the difference to the base at the right."""
    table = shown.tables[key]
    names = list(dict.fromkeys(table["dimension"]))
    for name in names[:MOST]:
        rows = table[table["dimension"] == name]
        cut = f"; the first {MOST} of {len(names)} numbers have pictures" if len(names) > MOST else ""
        yield Picture(
            f"response_{slug(name)}{slug_of(key)}",
            f"Outcomes by {phrases.clean(name)}{part_of(key)}: shares, and differences to the base{cut}",
            told(shown, rows),
            key,
            lambda rows=rows, name=name: response(shown, rows, name, part_of(key)),  # type: ignore[misc]
        )


def slug_of(key: str) -> str:
    """The end of the name of a file for a part of a design."""
    part = key.partition("-")[2]
    return f"_{part}" if part else ""


def told(shown: Shown, rows: pd.DataFrame) -> str:
    """The numbers of a curve in words."""
    parts = []
    for (scenario, outcome), mine in rows.groupby(["scenario", "outcome"], sort=False):
        said = [
            f"{value_in_words(row.value)}: {phrases.percent(row.share)} ({phrases.interval(row.low, row.high)}), "
            f"{phrases.points(row.difference)} ({phrases.points(row.diff_low)} to {phrases.points(row.diff_high)})"
            for row in each(mine)
        ]
        parts.append(f"{shown.labels[str(scenario)]}, {phrases.outcome(str(outcome))}: {'; '.join(said)}.")
    return "By value the share with its 95 % interval, and the difference to the base in points. " + " ".join(parts)


def response(shown: Shown, table: pd.DataFrame, name: str, part: str = "") -> Figure:
    """The curves of one dimension: a row of panels a base, a line an outcome."""
    bases = list(dict.fromkeys(table["scenario"]))[:MOST_PANELS]
    outcomes = list(dict.fromkeys(table["outcome"]))
    table = table[table["scenario"].isin(bases)]
    one = table["points"].max() == 1
    others = "at their defaults" if one else "averaged over the points"
    page = style.sheet(
        f"Outcomes by {phrases.clean(name)}{part}",
        f"All other numbers {others}. Left: the share of worlds that end so; the band is the 95 % interval of the "
        f"level, which with common luck moves all points together. Right: the same less the base’s ({paired(table)}), "
        f"with the interval of the difference. Intervals hold {shown.chance}.{dotted(table)}",
        shown.foot,
        rows=len(bases),
        columns=2,
        row_height=1.5 if len(bases) < 4 else 1.15 if len(bases) < 6 else 0.8,
        left=0.6,
        right=0.15,
        gap_x=0.65,
        gap_y=0.42 if len(bases) < 6 else 0.3,
        head=0.24 if len(bases) > 1 else 0.06,
        tail=0.34,
        sharey=False,
    )
    panels = each_alone(page)
    ticks, marks = places(table["value"].tolist())
    for row, base in enumerate(bases):
        level, gap = panels[row]
        for outcome in outcomes:
            mine = table[(table["scenario"] == base) & (table["outcome"] == outcome)]
            beside = 0.07 * (outcomes.index(outcome) - (len(outcomes) - 1) / 2) if marks else 0.0
            x = [ticks[value] + beside for value in mine["value"]]
            look = style.outcome(str(outcome))
            curve(level, x, mine["share"], mine["low"], mine["high"], look, bool(marks))
            curve(gap, x, mine["difference"], mine["diff_low"], mine["diff_high"], look, bool(marks))
        gap.axhline(0, color=style.MUTED, linewidth=0.7, zorder=1)
        own = shown.own(str(base), name)
        for axis in (level, gap):
            at: Any = None if marks else own
            if is_number(at) and axis.dataLim.x0 <= at <= axis.dataLim.x1:
                axis.axvline(float(at), color=style.INK, linewidth=0.8, linestyle=(0, (1, 1.5)), zorder=1)
            if marks:
                axis.set_xticks(list(range(len(marks))), marks)
                axis.set_xlim(-0.5, len(marks) - 0.5)
            axis.tick_params(axis="x", labelbottom=row == len(bases) - 1)
        if len(bases) > 1:
            level.set_title(phrases.short(shown.labels[str(base)], 56, 1))
    scale(panels, table)
    for axis in panels[-1]:
        axis.set_xlabel(axis_label(shown, name), size=7)
    for level, gap in panels:
        level.set_ylabel("share of worlds", size=6.5)
        gap.set_ylabel("difference, points", size=6.5)
    legend(panels[0][1], [line_of(style.outcome(o), phrases.outcome(o)) for o in map(str, outcomes)],
           at=0.24 if len(bases) > 1 else 0.1)  # fmt: skip
    return page.figure


def dotted(table: pd.DataFrame) -> str:
    """A sentence on the dotted line, where values are numbers."""
    return " Dotted: the base’s own value." if all(map(is_number, table["value"])) else ""


def axis_label(shown: Shown, name: str) -> str:
    """A dimension below half a page: name with unit, and what it is, cut to the width."""
    about = shown.parameter(name)
    first = phrases.short(phrases.clean(name), 44, 1) + (f" ({about.unit})" if about.unit else "")
    return first + (f"\n{phrases.short(about.meaning, 54, 1)}" if about.meaning else "")


def paired(table: pd.DataFrame) -> str:
    """How differences are taken."""
    return "the same worlds, paired" if bool(table["paired"].all()) else "unrelated worlds"


def places(values: list[Any]) -> tuple[dict[Any, float], list[str]]:
    """Where each value stands on an axis, and the words of its ticks; no words where values are numbers."""
    order = in_order(values)
    if all(is_number(value) for value in order):
        return {value: float(value) for value in order}, []
    step = math.ceil(len(order) / 8)
    words = [phrases.short(value_in_words(value), 12, 3) if not n % step else "" for n, value in enumerate(order)]
    return {value: float(place) for place, value in enumerate(order)}, words


def curve(axis: Axes, x: list[float], y: Any, low: Any, high: Any, look: style.Look, words: bool) -> None:
    """A line in its band; over words, marks with whiskers."""
    if words or len(x) < 2:
        axis.vlines(x, low, high, color=look.colour, linewidth=1.1, zorder=3)
    else:
        axis.fill_between(
            x, np.asarray(low, float), np.asarray(high, float), color=look.colour, alpha=0.18, linewidth=0
        )
    size = 3.2 if len(x) < 25 else 1.5
    line = "none" if words else look.dash
    axis.plot(x, y, color=look.colour, linestyle=line, marker=look.marker, markersize=size, zorder=3, clip_on=False)


def scale(panels: list[list[Axes]], table: pd.DataFrame) -> None:
    """One scale for all levels, one for all differences."""
    top = min(1.0, max(0.05, 1.06 * float(table["high"].max())))
    ends = [float(table[name].min()) for name in ("diff_low", "difference")] + [0.0]
    tops = [float(table[name].max()) for name in ("diff_high", "difference")] + [0.0]
    low, high = min(v for v in ends if v == v), max(v for v in tops if v == v)
    margin = max(0.05 * (high - low), 0.002)
    for level, gap in panels:
        level.set_ylim(0, top)
        style.percents(level)
        gap.set_ylim(low - margin, high + margin)
        points_axis(gap, "y")
        gap.grid(True, axis="y")


# --- maps -----------------------------------------------------------------------------------------------------


def heats(shown: Shown, key: str) -> Iterator[Picture]:
    """A picture a pair of dimensions and base: a map an outcome."""
    table = shown.tables[key]
    pairs = table.groupby(["x", "y", "scenario"], sort=False)
    for (x, y, scenario), rows in list(pairs)[:MOST]:
        under = shown.under(str(scenario))
        yield Picture(
            f"heat_{slug(x)}_{slug(y)}"[:90]
            + (f"_{slug(scenario)}" if len(shown.scenarios) > 1 else "")
            + slug_of(key),
            f"Outcomes by {phrases.clean(str(x))} and {phrases.clean(str(y))}{under}{part_of(key)}",
            told_of_map(rows),
            key,
            lambda rows=rows, x=x, y=y, scenario=scenario: heat(  # type: ignore[misc]
                shown, rows, str(x), str(y), str(scenario), part_of(key)
            ),
        )


def told_of_map(rows: pd.DataFrame) -> str:
    """The ends of a map in words, and where they are."""
    parts = []
    for outcome, mine in rows.groupby("outcome", sort=False):
        ends = [each(mine.sort_values("share", kind="stable"))[place] for place in (0, -1)]
        said = [
            f"{phrases.percent(row.share)} ({phrases.interval(row.low, row.high)}) at {value_in_words(row.x_value)} "
            f"and {value_in_words(row.y_value)}"
            for row in ends
        ]
        parts.append(f"{phrases.outcome(str(outcome))}: from {said[0]} to {said[1]}.")
    return "Share of worlds at each pair of values. " + " ".join(parts)


def heat(shown: Shown, table: pd.DataFrame, x: str, y: str, scenario: str, part: str = "") -> Figure:
    """A map an outcome; the number in each cell where it can be read."""
    import matplotlib as mpl
    from matplotlib.colors import BoundaryNorm

    outcomes = list(dict.fromkeys(table["outcome"]))
    across, up = in_order(table["x_value"]), in_order(table["y_value"])
    columns = 1 if len(outcomes) == 1 else 2
    count = math.ceil(len(outcomes) / columns)
    left, right, gap = 0.62, 0.62, 1.02
    width = (style.WIDTH - left - right - gap * (columns - 1)) / columns
    height = min(max(0.22 * len(up), 1.1), 3.4 if columns == 2 else 4.5)
    half = float(((table["high"] - table["low"]) / 2).max())
    page = style.sheet(
        f"Outcomes by {phrases.clean(x)} and {phrases.clean(y)}{shown.under(scenario)}{part}",
        f"Share of worlds that end so, in percent, at each pair of values{over(table)}; cells are drawn evenly, each "
        f"map has shades of its own. The widest 95 % interval of a cell is ±{100 * half:.1f} points ({shown.chance}); "
        "with common luck all cells move together, and the difference of two is surer than that."
        f"{framed(shown, scenario, x, y, across, up)}",
        shown.foot,
        heights=[height] * count,
        columns=columns,
        left=left,
        right=right,
        gap_x=gap,
        gap_y=0.62,
        head=0.1,
        tail=0.34,
        sharex=False,
        sharey=False,
    )
    colours = mpl.colormaps["Blues"].resampled(LEVELS)
    for number, outcome in enumerate(outcomes):
        axis = page.axes[number // columns][number % columns]
        mine = table[table["outcome"] == outcome]
        most = nice(float(mine["share"].max()))
        edges = np.linspace(0, most, LEVELS + 1)
        norm = BoundaryNorm(edges.tolist(), LEVELS)
        cells = np.full((len(up), len(across)), np.nan)
        for row in each(mine):
            cells[up.index(row.y_value), across.index(row.x_value)] = row.share
        lines = 0.6 if max(cells.shape) <= MOST_LINED else 0.0  # lines between so many cells would wash them out
        axis.pcolormesh(cells, cmap=colours, norm=norm, edgecolors=style.PAPER, linewidth=lines)
        written(axis, cells, (width, height), most)
        bar(page, axis, colours, edges)
        frame(axis, shown, scenario, x, y, across, up)
        ticks(axis.xaxis, across, width / len(across))
        ticks(axis.yaxis, up, height / len(up) * 2.2)
        axis.tick_params(length=0)
        for side in axis.spines.values():
            side.set_visible(False)
        axis.set_title(phrases.outcome(str(outcome)))
        is_last = number + columns >= len(outcomes)
        axis.set_xlabel(axis_label(shown, x) if is_last else "", size=6.5)
        if number % columns == 0:
            axis.set_ylabel(phrases.short(phrases.clean(y), 40 if height > 2 else 26, 2), size=6.5)
    for axis in page.axes[-1][len(outcomes) - columns * (count - 1) :]:
        axis.set_axis_off()
    return page.figure


def nice(most: float) -> float:
    """The end of the scale: a round share that holds the greatest."""
    return next((end for end in (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8) if most <= end), 1.0)


def over(table: pd.DataFrame) -> str:
    """Whether cells are averages."""
    most = int(table["points"].max())
    return f", over {most} points each" if most > 1 else ""


def written(axis: Axes, cells: np.ndarray[Any, Any], size: tuple[float, float], most: float) -> None:
    """The number in each cell, dark on light and light on dark; none where cells are too small to read."""
    up, across = cells.shape
    room = min(size[0] / across / 0.2, size[1] / up / 0.11)
    if room < 1:
        return
    digits = 1 if most <= 0.1 else 0
    letters = min(7.0, 5.0 * min(room, 1.5) * (0.85 if digits else 1))
    for (row, column), share in np.ndenumerate(cells):
        if share == share:
            ink = style.PAPER if share > 0.55 * most else style.INK
            text = f"{100 * share:.{digits}f}"
            axis.text(column + 0.5, row + 0.5, text, size=letters, color=ink, ha="center", va="center")


def framed(shown: Shown, scenario: str, x: str, y: str, across: list[Any], up: list[Any]) -> str:
    """A sentence on the frame, where there is one."""
    return " Framed: the base’s own values." if own_cell(shown, scenario, x, y, across, up) else ""


def own_cell(shown: Shown, scenario: str, x: str, y: str, across: list[Any], up: list[Any]) -> tuple[int, int] | None:
    """The cell of the base's own values, where they are among those tried."""
    own = shown.own(scenario, x), shown.own(scenario, y)
    return (across.index(own[0]), up.index(own[1])) if own[0] in across and own[1] in up else None


def frame(axis: Axes, shown: Shown, scenario: str, x: str, y: str, across: list[Any], up: list[Any]) -> None:
    """A frame around the cell of the base's own values."""
    from matplotlib.patches import Rectangle

    cell = own_cell(shown, scenario, x, y, across, up)
    if cell is not None:
        axis.add_patch(
            Rectangle(cell, 1, 1, fill=False, edgecolor=style.OKABE_ITO["vermillion"], linewidth=1.4, zorder=5)
        )


def ticks(ruler: Any, values: list[Any], room: float) -> None:
    """Values in the middle of their cells, as many as there is room for."""
    words = [value_in_words(value) for value in values]
    wide = 0.062 * max(map(len, words)) + 0.06
    step = max(1, math.ceil(wide / room))
    ruler.set_ticks([place + 0.5 for place in range(0, len(values), step)], words[::step])


def bar(page: style.Sheet, beside: Axes, colours: Any, edges: np.ndarray[Any, Any]) -> None:
    """What the shades are, right of a map."""
    place = beside.get_position()
    width = page.figure.get_size_inches()[0]
    axis = page.figure.add_axes((place.x1 + 0.1 / width, place.y0, 0.1 / width, place.height), label="shades")
    shades = np.arange(len(edges) - 1)[:, None]
    axis.pcolormesh([0, 1], edges, shades, cmap=colours, edgecolors=style.PAPER, linewidth=0.3)
    axis.set_xticks([])
    axis.yaxis.tick_right()
    axis.set_yticks(edges[::2], [f"{100 * edge:g} %" for edge in edges[::2]])
    axis.tick_params(length=0, labelsize=6)
    for side in axis.spines.values():
        side.set_visible(False)
