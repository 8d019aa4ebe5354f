"""How every picture looks: colours, hatches, lines, letters, sizes, axes of dates and percents.

Figures take their looks from here and nowhere else. Colours are those of Okabe and Ito (told apart by
colour-blind readers), and never stand alone: a bar or band also has a hatch, a line also a dash and a label
at its end. Hatches are lines only, since dots make SVG files several times larger.

One colour has one meaning in all figures of a run (:func:`registry`): four are the outcomes, four and a grey the
actors, in whose tints their ladders climb. Scenarios have none: they are told apart by marker, line and label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
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
SLIDE = 6.4  # inches: the width of the smallest slide, which has the largest letters
LARGE = 6.0  # inches of the figures that are shown first: on the same page or screen their letters are larger

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

DECIDED = Look(MUTED, "----", (0, (1, 1)), "v")
"""The look of any decided end, which is all outcomes but one together."""

KINDS = {
    "phased": Look(OKABE_ITO["bluish green"], "", "-", "s"),
    "full": Look(OKABE_ITO["bluish green"], "////", (0, (2, 1)), "D"),
    "letter": Look(OKABE_ITO["vermillion"], "", "-", "^"),
    "binding_law": Look(OKABE_ITO["vermillion"], "\\\\\\\\", (0, (2, 1)), "v"),
    "ran_out": Look(OKABE_ITO["reddish purple"], "", "-", "P"),
}
"""Kinds of exit have the colour of their outcome."""

OF_KINDS = {
    "phased": "negotiated_exit",
    "full": "negotiated_exit",
    "letter": "forced_exit",
    "binding_law": "forced_exit",
    "ran_out": "lapsed",
}
"""Which outcome a kind of exit is."""
FRONT = "#999999"


@dataclass(frozen=True)
class Hue:
    """The colour of an actor: of its areas, the darker one of its lines and letters, its marker."""

    colour: str
    line: str
    marker: str


ACTORS = {
    "Baghdad": Hue(OKABE_ITO["yellow"], "#7B7222", "o"),
    "Washington": Hue(OKABE_ITO["sky blue"], "#2B6A8F", "s"),
    "Tehran": Hue(OKABE_ITO["orange"], "#8A5F00", "D"),
    "the groups": Hue(OKABE_ITO["black"], OKABE_ITO["black"], "^"),
    "the fronts": Hue(FRONT, FRONT, "v"),
}
"""Whose act or state something is. The groups' politicians are the groups', parliament and government Baghdad's."""
OF_LADDERS = {
    "iraq": "Baghdad",
    "parliament": "Baghdad",
    "calls": "the groups",
    "united_states": "Washington",
    "leverage": "Washington",
    "iran": "Tehran",
    "iran in Baghdad": "Tehran",
}
"""Whose ladder it is, by its name in weekly.parquet; any other is a group's."""

MARKS = ("o", "^", "s", "D", "v", "P", "X", "<", ">", "p", "h", "d", "*", "8", "H", "|")
DASHES: tuple[Dash, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (1, 1)),
    (0, (4, 1.2, 1, 1.2)),
    (0, (8, 2)),
    (0, (3, 1, 1, 1, 1, 1)),
)
SERIES = tuple(
    Look(INK, hatch, dash, mark)
    for hatch, dash, mark in zip(
        ("", "////", "\\\\\\\\", "||||", "----", "xxxx"), DASHES, MARKS[: len(DASHES)], strict=True
    )
)
"""What has no colour of its own, as scenarios have none: told apart by line, marker and hatch."""

HATCHES = ("", "", "////", "", "\\\\\\\\", "", "////", "")
"""Of the rungs of a ladder, low to high."""


def outcome(name: str) -> Look:
    """The look of an outcome, the same in every figure."""
    return DECIDED if name == phrases.DECIDED else OUTCOMES.get(name, OTHER)


def kind(name: str) -> Look:
    """The look of a kind of exit."""
    return KINDS.get(name, OTHER)


def series(number: int) -> Look:
    """The look of the n-th thing that has no look of its own."""
    return SERIES[number % len(SERIES)]


def actor(ladder: str) -> Hue:
    """The colour of the actor whose ladder it is."""
    return ACTORS[OF_LADDERS.get(ladder, "the groups")]


def climb(rungs: int, colour: str = ACTORS["the groups"].colour) -> list[tuple[str, str]]:
    """Colour and hatch for each rung of a ladder, low to high: nothing, then a colour's tints, then its shades."""
    found = [(REST, "")]
    for place in range(1, rungs):
        depth = place / max(rungs - 1, 1)
        hatch = HATCHES[place % len(HATCHES)] if rungs > 3 else ""
        found.append((mixed(colour, depth), hatch))
    return found


def mixed(colour: str, depth: float) -> str:
    """A colour's tint (toward 0, paper) or shade (toward 1, black); black itself is reached by tints alone."""
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    whole = 1.0 if sum(parts) < 150 else 0.4  # where the colour itself stands between paper and black
    if depth <= whole:
        share = 0.35 + 0.65 * depth / whole
        found = [255 - share * (255 - part) for part in parts]
    else:
        share = 1.0 - 0.7 * (depth - whole) / (1.0 - whole)
        found = [share * part for part in parts]
    return "#" + "".join(f"{round(part):02X}" for part in found)


def registry() -> dict[str, dict[str, set[str]]]:
    """What each colour means: the outcomes' and the actors', each with all its tints and shades."""
    outcomes = {name: {look.colour} for name, look in OUTCOMES.items()}
    for name, outcome_ in OF_KINDS.items():
        outcomes[outcome_].add(KINDS[name].colour)
    actors = {
        name: {hue.colour, hue.line, *(colour for rungs in range(2, 12) for colour, _ in climb(rungs, hue.colour)[1:])}
        for name, hue in ACTORS.items()
        if name != "the fronts"  # who have no ladder
    }
    actors["the fronts"] = {FRONT}
    return {"outcomes": outcomes, "actors": actors}


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


SCREEN = 16 / 9
"""Width by height of a slide."""
_slide: ContextVar[str | None] = ContextVar("slide", default=None)


@contextmanager
def slides(sentence: str) -> Iterator[None]:
    """Within it figures are drawn for a screen, with this sentence below the title and what is read how at the foot."""
    token = _slide.set(sentence)
    try:
        yield
    finally:
        _slide.reset(token)


def columns_of(panels: int) -> int:
    """Into how many columns panels of the same kind go: two on a page, on a slide as many as fill a screen."""
    if _slide.get() is None or panels < 3:
        return min(2, max(panels, 1))
    return 3 if panels in (3, 5, 6, 9) else 4 if panels > 4 else 2


def names_at_the_side(names: Sequence[str], least: int) -> tuple[list[str], float]:
    """Names of rows in lines, and the inches that they take; long ones get more room on a slide, which is wider."""
    long = max(map(len, names), default=0) > 2 * least and _slide.get() is not None
    most = 2 * least if long else least
    return [phrases.wrapped(name, most) for name in names], 0.12 + 0.0535 * most


@dataclass(frozen=True)
class Words:
    """The words around a figure, wrapped to a width in inches."""

    title: str
    below: str
    foot: str
    width: float

    @property
    def lines(self) -> tuple[str, str, str]:
        """Title, what stands below it, and foot, in lines."""
        title = phrases.wrapped(self.title, int(11.4 * self.width))
        below = phrases.wrapped(self.below, int(16.4 * self.width)) if self.below else ""
        foot = "\n".join(phrases.wrapped(line, int(20.5 * self.width)) for line in self.foot.splitlines() if line)
        return title, below, foot

    @property
    def over(self) -> float:
        """Inches that title and text below it take, with the room beneath."""
        title, below, _ = self.lines
        over = 0.12 + 0.17 * (title.count("\n") + 1) + 0.26
        return over + (0.135 * (below.count("\n") + 1) + 0.04 if below else 0.0)

    @property
    def under(self) -> float:
        """Inches of the foot and the tick labels above it."""
        return 0.54 + 0.09 * self.lines[2].count("\n")

    def write(self, figure: Figure) -> None:
        """Puts the words on a figure of this width."""
        title, below, foot = self.lines
        _, height = figure.get_size_inches()
        left = 0.086 / self.width
        figure.text(left, 1 - 0.08 / height, title, size=9.5, weight="bold", va="top", ha="left", linespacing=1.15)
        if below:
            y = 1 - (0.12 + 0.17 * (title.count("\n") + 1)) / height
            figure.text(left, y, below, size=7.5, color=MUTED, va="top", ha="left", linespacing=1.2)
        figure.text(left, 0.06 / height, foot, size=5.5, color=MUTED, va="bottom", ha="left", linespacing=1.2)


def screen(words: Words, rest: float, least: float) -> tuple[float, Words, float]:
    """The smallest page of a screen's shape, as wide as ``least``, that has room for words and ``rest``; that room."""
    width = max(SLIDE, round(least + 0.05, 1))
    while True:
        words = replace(words, width=width)
        needed = rest + words.over + words.under
        if needed <= width / SCREEN:
            return width, words, needed
        width = round(width + 0.1, 1)


def sheet(
    title: str,
    subtitle: str,
    foot: str,
    *,
    rows: int = 1,
    columns: int = 1,
    width: float = WIDTH,
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
    narrowest: float = 0.0,
) -> Sheet:
    """A figure whose margins are given in inches, so that nothing depends on how many rows there are.

    ``head`` is room between the subtitle and the first row (for headings of columns), ``tail`` room below the
    last row beyond its tick labels (for axis labels). Title and subtitle are wrapped to the width, and never cut.
    As a slide (:func:`slides`) it is as wide and high as a screen: the panels take the room there is, and where
    there is too little the page grows, so that letters get smaller and nothing is lost. No panel of a slide is
    narrower than ``narrowest``.
    """
    from matplotlib.figure import Figure

    sizes = list(heights) if heights is not None else [row_height] * rows
    gaps = [gap_y] * (len(sizes) - 1) if isinstance(gap_y, float) else list(gap_y)
    said = _slide.get()
    words = Words(title, subtitle, foot, width) if said is None else Words(title, said, f"{subtitle}\n{foot}", width)
    needed = words.over + head + tail + words.under + sum(sizes) + sum(gaps)
    if said is not None:
        least = left + right + gap_x * (columns - 1) + narrowest * columns
        width, words, needed = screen(words, needed - words.over - words.under, least)
        stretch = (width / SCREEN - needed + sum(sizes)) / sum(sizes)
        sizes = [size * stretch for size in sizes]
    top = words.over + head
    height = words.over + head + tail + words.under + sum(sizes) + sum(gaps)
    figure = Figure(figsize=(width, height))
    words.write(figure)
    panel = (width - left - right - gap_x * (columns - 1)) / columns
    grid: list[list[Axes]] = []
    y_top = height - top
    for row, size in enumerate(sizes):
        line: list[Axes] = []
        for column in range(columns):
            x = left + column * (panel + gap_x)
            box = (x / width, (y_top - size) / height, panel / width, size / height)
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
    """Room for the titles of a row of panels, in inches: what their lines beyond the first take."""
    return 0.13 * max((title.count("\n") for title in titles), default=0)


def gaps_below(titles: Sequence[str], columns: int, gap: float) -> list[float]:
    """The gaps between rows of panels with these titles, which may have several lines."""
    return [gap + lines_above(titles[first : first + columns]) for first in range(columns, len(titles), columns)]


def note(title: str, foot: str, sentence: str) -> Figure:
    """A figure that says in words why there is nothing to draw."""
    page = sheet(title, "", foot, row_height=0.16 * (1 + phrases.wrapped(sentence, 95).count("\n")) + 0.5)
    axis = page.axes[0][0]
    axis.set_axis_off()
    axis.text(
        0.5, 0.5, phrases.wrapped(sentence, 95), ha="center", va="center", size=8, color=INK, transform=axis.transAxes
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
