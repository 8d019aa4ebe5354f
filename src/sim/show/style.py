"""How every picture looks: colours, hatches, lines, letters, sizes, axes of dates and percents.

Figures take their looks from here and nowhere else. Colours are those of Okabe and Ito (told apart by
colour-blind readers), and never stand alone: a bar or band also has a hatch, a line also a dash and a label
at its end. Hatches are lines only, since dots make SVG files several times larger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from sim.show import phrases

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.scenario.schema import Scenario

OKABE_ITO = {
    "black": "#000000",
    "orange": "#E69F00",
    "sky blue": "#56B4E9",
    "bluish green": "#009E73",
    "yellow": "#F0E442",
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "reddish purple": "#CC79A7",
}
INK = "#222222"
MUTED = "#595959"
GRID = "#DDDDDD"
REST = "#EEEEEE"  # the lowest rung of every ladder: nothing is happening
PAPER = "#FFFFFF"
WIDTH = 7.2  # inches: the text width of a page

LETTERS: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 7.5,
    "axes.titlesize": 7.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 4.0,
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "legend.fontsize": 7.0,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.6,
    "axes.unicode_minus": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": GRID,
    "grid.linewidth": 0.5,
    "axes.axisbelow": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.3,
    "hatch.linewidth": 0.4,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.fonttype": "none",  # letters stay letters: small files, and the text can be read and searched
    "svg.hashsalt": "iraq-withdrawal-sim",  # else the ids inside an SVG differ from run to run
    "path.simplify": True,
}


Dash: TypeAlias = "str | tuple[float, tuple[float, ...]]"
"""A line style of matplotlib: a name, or where it begins and the lengths of lines and gaps."""


@dataclass(frozen=True)
class Look:
    """A colour, which never stands alone: a hatch for areas, a dash for lines, a marker for points go with
    it.
    """

    colour: str
    hatch: str
    dash: Dash
    marker: str


OUTCOMES = {
    "us_stays": Look(OKABE_ITO["blue"], "", "-", "o"),
    "negotiated_exit": Look(OKABE_ITO["bluish green"], "////", (0, (5, 1.5)), "s"),
    "forced_exit": Look(OKABE_ITO["vermillion"], "\\\\\\\\", (0, (4, 1.2, 1, 1.2)), "^"),
    "lapsed": Look(OKABE_ITO["reddish purple"], "||||", (0, (2, 1)), "D"),
}
OTHER = Look(OKABE_ITO["black"], "----", (0, (1, 1)), "v")

KINDS = {
    "phased": Look(OKABE_ITO["bluish green"], "", "-", "s"),
    "full": Look(OKABE_ITO["sky blue"], "", "-", "D"),
    "letter": Look(OKABE_ITO["vermillion"], "", "-", "^"),
    "binding_law": Look(OKABE_ITO["orange"], "", "-", "v"),
    "ran_out": Look(OKABE_ITO["reddish purple"], "", "-", "P"),
}

SERIES = (
    Look(OKABE_ITO["blue"], "", "-", "o"),
    Look(OKABE_ITO["vermillion"], "////", (0, (5, 1.5)), "^"),
    Look(OKABE_ITO["bluish green"], "\\\\\\\\", (0, (4, 1.2, 1, 1.2)), "s"),
    Look(OKABE_ITO["reddish purple"], "||||", (0, (2, 1)), "D"),
    Look(OKABE_ITO["orange"], "----", (0, (8, 2)), "v"),
    Look(OKABE_ITO["black"], "xxxx", (0, (3, 1, 1, 1, 1, 1)), "P"),
)

# From quiet to grave; a ladder of n rungs takes n of them, always with the first and the last.
CLIMB = (
    (REST, ""),
    (OKABE_ITO["sky blue"], ""),
    (OKABE_ITO["blue"], "////"),
    (OKABE_ITO["bluish green"], ""),
    (OKABE_ITO["yellow"], "\\\\\\\\"),
    (OKABE_ITO["orange"], ""),
    (OKABE_ITO["vermillion"], "////"),
    (OKABE_ITO["black"], ""),
)
CLIMBS = {
    1: (0,),
    2: (0, 6),
    3: (0, 4, 6),
    4: (0, 1, 5, 6),
    5: (0, 1, 4, 5, 6),
    6: (0, 1, 2, 4, 5, 6),
    7: (0, 1, 2, 3, 4, 5, 6),
    8: (0, 1, 2, 3, 4, 5, 6, 7),
}


def outcome(name: str) -> Look:
    """The look of an outcome, the same in every figure."""
    return OUTCOMES.get(name, OTHER)


def kind(name: str) -> Look:
    """The look of a kind of exit."""
    return KINDS.get(name, OTHER)


def series(number: int) -> Look:
    """The look of the n-th thing that has no look of its own."""
    return SERIES[number % len(SERIES)]


def climb(rungs: int) -> list[tuple[str, str]]:
    """Colour and hatch for each rung of a ladder, low to high. Beyond eight rungs the middle repeats."""
    if rungs in CLIMBS:
        return [CLIMB[i] for i in CLIMBS[rungs]]
    return [CLIMB[0], *(CLIMB[1 + i % 6] for i in range(rungs - 2)), CLIMB[7]]


@contextmanager
def looks() -> Iterator[None]:
    """Within it matplotlib draws in this style; afterwards its own settings are as before."""
    import matplotlib as mpl

    ours: Any = {name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith("backend")}
    ours |= LETTERS
    with mpl.rc_context():
        mpl.rcParams.update(ours)
        yield


@dataclass(frozen=True)
class Sheet:
    """A figure and its axes, ``axes[row][column]``, with room left above for title and below for the foot."""

    figure: Figure
    axes: list[list[Axes]]


def sheet(
    title: str,
    subtitle: str,
    foot: str,
    *,
    rows: int = 1,
    columns: int = 1,
    heights: Sequence[float] | None = None,
    row_height: float = 1.6,
    left: float = 0.5,
    right: float = 0.1,
    gap_x: float = 0.35,
    gap_y: float | Sequence[float] = 0.5,
    head: float = 0.0,
    tail: float = 0.0,
    sharex: bool = True,
    sharey: bool = True,
) -> Sheet:
    """A page-wide figure whose margins are given in inches, so that nothing depends on how many rows there
    are.

    ``head`` is room between the subtitle and the first row (for headings of columns), ``tail`` room below the
    last row beyond its tick labels (for axis labels). The title and subtitle are wrapped to the width.
    """
    from matplotlib.figure import Figure

    title_lines = phrases.short(title, 84, 3)
    subtitle_lines = phrases.short(subtitle, 118, 4) if subtitle else ""
    over = 0.12 + 0.17 * (title_lines.count("\n") + 1)
    over += 0.135 * (subtitle_lines.count("\n") + 1) + 0.04 if subtitle else 0.0
    top = over + 0.26 + head
    bottom = 0.54 + tail
    sizes = list(heights) if heights is not None else [row_height] * rows
    gaps = [gap_y] * (len(sizes) - 1) if isinstance(gap_y, float) else list(gap_y)
    height = top + bottom + sum(sizes) + sum(gaps)
    figure = Figure(figsize=(WIDTH, height))
    figure.text(0.012, 1 - 0.08 / height, title_lines, size=9.5, weight="bold", va="top", ha="left", linespacing=1.15)
    if subtitle:
        y = 1 - (0.12 + 0.17 * (title_lines.count("\n") + 1)) / height
        figure.text(0.012, y, subtitle_lines, size=7.5, color=MUTED, va="top", ha="left", linespacing=1.2)
    figure.text(0.012, 0.06 / height, foot, size=5.5, color=MUTED, va="bottom", ha="left")
    width = (WIDTH - left - right - gap_x * (columns - 1)) / columns
    grid: list[list[Axes]] = []
    y_top = height - top
    for row, size in enumerate(sizes):
        line: list[Axes] = []
        for column in range(columns):
            x = left + column * (width + gap_x)
            box = (x / WIDTH, (y_top - size) / height, width / WIDTH, size / height)
            first = grid[0][0] if grid else (line[0] if line else None)
            beside = line[0] if line else None
            line.append(
                figure.add_axes(
                    box, sharex=first if sharex else None, sharey=(first if sharey else beside), label=f"{row}/{column}"
                )
            )
        grid.append(line)
        y_top -= size + (gaps[row] if row < len(gaps) else 0.0)
    return Sheet(figure, grid)


def lines_above(titles: Sequence[str]) -> float:
    """Room for the titles of the first row of panels, in inches: what their lines beyond the first take."""
    return 0.13 * max((title.count("\n") for title in titles), default=0)


def note(title: str, foot: str, sentence: str) -> Figure:
    """A figure that says in words why there is nothing to draw."""
    page = sheet(title, "", foot, row_height=0.7)
    axis = page.axes[0][0]
    axis.set_axis_off()
    axis.text(
        0.5, 0.5, phrases.short(sentence, 95, 4), ha="center", va="center", size=8, color=INK, transform=axis.transAxes
    )
    return page.figure


def percents(axis: Axes, which: str = "y") -> None:
    """Ticks of an axis of shares as percents, with a quiet grid."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ruler = axis.yaxis if which == "y" else axis.xaxis
    ruler.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    ruler.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g} %"))
    axis.grid(True, axis="y" if which == "y" else "x")


def dates(axis: Axes, scenario: Scenario, *, ticks: int = 5) -> None:
    """Turns an axis counted in days from the scenario's start into dates: at most ``ticks`` first days of
    months.

    The month's name stands under every tick, the year under the first and wherever it changes; names are
    English on every machine.
    """
    first, last = scenario.start, phrases.last_day(scenario)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60, 120, 240) if months / s <= ticks), 480)
    places: list[int] = []
    names: list[str] = []
    shown = 0
    for index in range(months + 1):
        year, month = divmod(first.month - 1 + index, 12)
        when = date(first.year + year, month + 1, 1)
        if (when.month - 1) % min(step, 12) or (step > 12 and (when.year % (step // 12))):
            continue
        if not first <= when <= last:
            continue
        places.append((when - first).days)
        name = phrases.MONTHS[when.month - 1]
        names.append(f"{name}\n{when.year}" if when.year != shown else name)
        shown = when.year
    if not places:
        places, names = [0], [f"{first.day} {phrases.MONTHS[first.month - 1]}\n{first.year}"]
    axis.set_xticks(places, names)
    axis.set_xlim(0, max(scenario.days - 1, 1))


def spread(places: Mapping[str, float], gap: float, low: float, high: float) -> dict[str, float]:
    """Moves labels apart along an axis until none is nearer than ``gap`` to the next, keeping their order.

    All stay within ``low`` … ``high`` where that many gaps fit into it.
    """
    order = sorted(places, key=lambda name: places[name])
    moved: dict[str, float] = {}
    floor = low
    for name in order:
        moved[name] = max(places[name], floor)
        floor = moved[name] + gap
    ceiling = high
    for name in reversed(order):
        moved[name] = min(moved[name], ceiling)
        ceiling = moved[name] - gap
    return moved


def end_labels(axis: Axes, end: float, lines: Mapping[str, tuple[str, str, float]]) -> None:
    """Writes a text right of the end of each line, tied to it in its colour, apart where texts would touch.

    ``lines`` are colour, text and last value by name; the limits of the axis have to be set before.
    """
    low, high = axis.get_ylim()
    width, height = inches(axis)
    gap = (high - low) * 0.14 / height
    values = {name: value for name, (_, _, value) in lines.items()}
    places = spread(values, gap, low + 0.3 * gap, high)
    for name, (colour, text, value) in lines.items():
        axis.annotate(
            text,
            (end, value),
            xytext=(1 + 0.1 / width, places[name]),
            textcoords=("axes fraction", "data"),
            size=7,
            va="center",
            ha="left",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "linewidth": 1.0,
                "shrinkA": 0,
                "shrinkB": 0,
                "relpos": (0.0, 0.5),  # from the left edge of its text, so that it crosses no other
            },
        )


def inches(axis: Axes) -> tuple[float, float]:
    """Width and height of a panel."""
    place, (width, height) = axis.get_position(), axis.get_figure(root=True).get_size_inches()  # type: ignore[union-attr]
    return place.width * float(width), place.height * float(height)
