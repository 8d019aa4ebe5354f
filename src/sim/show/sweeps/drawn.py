"""What several pictures of a sweep draw alike: bars and dots in their intervals, names of numbers, legends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sim.show import phrases, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABELS = 2.35
"""Inches for names of numbers at the left of a picture."""
ROW = 0.2
"""Inches of a row."""


def each_alone(page: style.Sheet) -> list[list[Axes]]:
    """The panels of a sheet with a scale of their own each, also beside one another."""
    found: list[list[Axes]] = []
    for line in page.axes:
        others = []
        for axis in line[1:]:
            box, label = axis.get_position(), axis.get_label()
            axis.remove()
            others.append(page.figure.add_axes((box.x0, box.y0, box.width, box.height), label=str(label)))
        found.append([line[0], *others])
    return found


def span(axis: Axes, low: float, high: float, y: float, colour: str, width: float = 1.2) -> None:
    """An interval as a line across."""
    if low == low and high == high:
        axis.plot([low, high], [y, y], color=colour, linewidth=width, solid_capstyle="butt", zorder=3)


def dot(axis: Axes, x: float, y: float, look: style.Look, *, hollow: bool = False) -> None:
    """A value as a mark."""
    face = style.PAPER if hollow else look.colour
    axis.plot(
        [x],
        [y],
        marker=look.marker,
        color=look.colour,
        markerfacecolor=face,
        markersize=4.2,
        linestyle="none",
        zorder=4,
    )


def rows(axis: Axes, labels: Sequence[str], *, named: bool = True) -> None:
    """The rows of a panel from top to bottom, with their names at the left; a second line stands small and quiet."""
    axis.set_ylim(len(labels) - 0.5, -0.5)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    axis.grid(True, axis="x")
    width, _ = style.inches(axis)
    for place, label in enumerate(labels):
        if place:
            axis.axhline(place - 0.5, color=style.GRID, linewidth=0.4)
        first, _, second = label.partition("\n")
        if named:
            axis.text(
                -0.08 / width, place - (0.17 if second else 0), first, size=6.5, va="center", ha="right",
                transform=axis.get_yaxis_transform(),
            )  # fmt: skip
            if second:
                axis.text(
                    -0.08 / width, place + 0.27, second, size=5.3, color=style.MUTED, va="center", ha="right",
                    transform=axis.get_yaxis_transform(),
                )  # fmt: skip


def name_in(width: int, name: str) -> str:
    """A dotted name that fits: its last part whole, the first cut where it must be."""
    name = phrases.clean(name)
    if len(name) <= width:
        return name
    first, _, last = name.rpartition(".")
    room = width - len(last) - 2
    return f"{first[:room]}….{last}" if room > 3 else f"…{name[-(width - 1) :]}"


def legend(axis: Axes, handles: Iterable[Any], *, across: int = 6, at: float = 0.1) -> None:
    """What the marks are, above a panel at its right end, ``at`` inches up."""
    handles = list(handles)
    _, height = style.inches(axis)
    axis.legend(
        handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1 + at / height), ncols=min(len(handles), across),
        frameon=False, borderpad=0.0, borderaxespad=0.0, columnspacing=1.2, handletextpad=0.5,
    )  # fmt: skip


def line_of(look: style.Look, label: str) -> Any:
    """A mark of a legend: a line with its marker."""
    from matplotlib.lines import Line2D

    dash: Any = look.dash
    return Line2D([], [], color=look.colour, linestyle=dash, marker=look.marker, markersize=4, label=label)


def patch_of(colour: str, hatch: str, label: str) -> Any:
    """A mark of a legend: an area."""
    from matplotlib.patches import Patch

    return Patch(facecolor=colour, hatch=hatch, edgecolor=style.PAPER if hatch else colour, linewidth=0.0, label=label)


def points_axis(axis: Axes, which: str = "x") -> None:
    """Ticks of an axis of differences of shares, in percentage points with a true minus sign."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ruler = axis.xaxis if which == "x" else axis.yaxis
    ruler.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    ruler.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:+.4g}".replace("-", "−") if value else "0"))
