"""Which assumptions carry the answer: the numbers drawn by worlds that go most with the endings (Q6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.language.field import ACCEPTED
from sim.scenario.parameters import number_path
from sim.scenario.toml import dotted
from sim.show import carriers, making, phrases, style, tables
from sim.show.figures.plot import Plot
from sim.show.printed import Table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.result import Result

MOST = 8
"""Numbers in the table for each scenario and outcome."""
ROWS = {1: 8, 2: 6, 3: 6, 4: 4}
"""Numbers in a panel, by how many panels there are: one a scenario."""
DRAWN = (phrases.DECIDED, "forced_exit")
"""The outcomes that the figure has, where they are no rarity."""
LOOKS = {phrases.DECIDED: style.series(0), **style.OUTCOMES}
LABELS = 3.05  # inches beside the panels, for names and meanings
ROW, OFFSET = 0.335, 0.16  # inches a row; how far apart the two outcomes lie, in rows

ABOUT = (
    "It runs from −1 to +1: above zero, worlds with more of the number end so more often. It says how steadily, not by "
    "how much."
)
NO_CAUSE = (
    "That a number goes with an ending does not say that it brings it about. Where many are looked at, some go with "
    "any ending by chance{together}. What a number does by itself is seen when it alone is set: write a scenario that "
    "differs in it (python3 run.py new MINE --from SCENARIO) and compare the two in the same worlds, with the same "
    "random numbers (python3 run.py diff SCENARIO MINE.toml --run); or, for a look, python3 run.py run SCENARIO --set "
    "NAME=VALUE."
)
TOGETHER = (
    "; and the vectors of the accepted set were kept because their numbers show the record together, so that one "
    "number may stand for others that come with it"
)


def shown(result: Result) -> dict[str, pd.DataFrame]:
    """By scenario, of at most four, the rows of the outcomes that are drawn, for the numbers that go most with one."""
    numbers = carriers.rank_correlations(result)
    names = list(dict.fromkeys(numbers["scenario"]))[: max(ROWS)]
    found = {}
    for name in names:
        mine = numbers[numbers["scenario"] == name]
        there = list(dict.fromkeys(mine["outcome"]))
        mine = mine[mine["outcome"].isin([outcome for outcome in DRAWN if outcome in there] or there[:2])]
        size = mine["rho"].abs().round(9)
        chosen = list(dict.fromkeys(mine.loc[size.sort_values(ascending=False, kind="stable").index, "number"]))
        found[str(name)] = mine[mine["number"].isin(chosen[: ROWS[len(names)]])]
    return found


def draw(result: Result) -> Figure:
    """One panel a scenario, one line a number with its meaning, one dot in its interval an outcome."""
    panels = shown(result)
    labels, scenarios = phrases.labels(result), set(carriers.rank_correlations(result)["scenario"])
    more = f" The first {len(panels)} of {len(scenarios)} conditions; the table has all." * (
        len(scenarios) > len(panels)
    )
    page = style.sheet(
        "Which assumptions go with the answer",
        "Rank correlation, over the worlds, of an ending with the numbers that each world drew: right of zero, more "
        "worlds end so where the number is higher. The largest of all numbers drawn; no proof of a cause. Whiskers: "
        "95 % intervals, over the draws. Filled: stays away from zero though so many are looked at; hollow: not so."
        + more,
        making.foot(result),
        heights=[ROW * rows["number"].nunique() for rows in panels.values()],
        left=LABELS,
        right=0.12,
        gap_y=0.36,
        head=0.12,
        tail=0.16,
        sharey=False,
    )
    for (name, rows), axes in zip(panels.items(), page.axes, strict=True):
        panel(axes[0], rows, phrases.short(labels[name], 56, 1))
    limits(page.axes[0][0], panels)
    for axes in page.axes[:-1]:
        axes[0].tick_params(axis="x", labelbottom=False)
    page.axes[-1][0].set_xlabel("rank correlation with the ending")
    legend(page, panels)
    return page.figure


def panel(axis: Axes, rows: pd.DataFrame, title: str) -> None:
    """The numbers of one scenario, from the one that goes most with an outcome down."""
    names = order(rows)
    outcomes = list(dict.fromkeys(rows["outcome"]))
    axis.axvline(0, color=style.MUTED, linewidth=0.8)
    for row in tables.each(rows):
        look = LOOKS[row.outcome]
        y = names.index(row.number) + OFFSET * (2 * outcomes.index(row.outcome) - (len(outcomes) - 1))
        axis.plot([row.low, row.high], [y, y], color=look.colour, linewidth=1.3, solid_capstyle="butt")
        face = look.colour if row.stands else style.PAPER
        axis.plot([row.rho], [y], marker=look.marker, color=look.colour, markerfacecolor=face, markersize=4.5)
    width, height = style.inches(axis)
    left = -(LABELS - 0.1) / width
    axis.text(left, 1 + 0.07 / height, title, weight="bold", va="bottom", transform=axis.transAxes)
    for place, name in enumerate(names):
        label = lines(name).splitlines()
        for number, line in enumerate(label):
            y = place + 0.105 / ROW * (number - (len(label) - 1) / 2)
            size, colour = (6.5, style.INK) if number == 0 else (5.5, style.MUTED)
            axis.text(left, y, line, size=size, color=colour, va="center", transform=axis.get_yaxis_transform())
        if place:
            axis.axhline(place - 0.5, xmin=left, color=style.GRID, linewidth=0.5, clip_on=False)
    axis.set_ylim(len(names) - 0.5, -0.5)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    axis.grid(True, axis="x")


def order(rows: pd.DataFrame) -> list[str]:
    """The numbers of a panel, the one that goes most with an outcome first."""
    size = rows["rho"].abs().round(9).groupby(rows["number"], sort=False).max()
    return [str(name) for name in size.sort_values(ascending=False, kind="stable").index]


def limits(axis: Axes, panels: dict[str, pd.DataFrame]) -> None:
    """One scale for all panels, with zero in it."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    values = [0.0]
    for rows in panels.values():
        values += [float(value) for column in ("rho", "low", "high") for value in rows[column].dropna()]
    low, high = min(values), max(values)
    margin = max(0.05 * (high - low), 0.01)
    axis.set_xlim(low - margin, high + margin)
    axis.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(round(value, 9))))


def tick(value: float) -> str:
    """A number of the scale: ``−0.05``, ``0``, ``+0.2``."""
    return f"{value:+.4g}".replace("-", "−") if value else "0"


def legend(page: style.Sheet, panels: dict[str, pd.DataFrame]) -> None:
    """What the marks are, above the first panel."""
    from matplotlib.lines import Line2D

    outcomes = dict.fromkeys(outcome for rows in panels.values() for outcome in rows["outcome"])
    marks = [
        Line2D([], [], color=LOOKS[each].colour, marker=LOOKS[each].marker, markersize=4.5, label=phrases.outcome(each))
        for each in outcomes
    ]
    axis = page.axes[0][0]
    _, height = style.inches(axis)
    axis.legend(
        handles=marks,
        loc="lower right",
        bbox_to_anchor=(1.0, 1 + 0.02 / height),
        ncols=len(marks),
        frameon=False,
        borderpad=0.0,
        borderaxespad=0.0,
        columnspacing=1.2,
        handletextpad=0.5,
    )


def written(name: str) -> str:
    """A number's dotted name as a scenario file has it."""
    path = number_path(name)
    return phrases.clean(name if path is None else dotted(path))


def lines(name: str) -> str:
    """A number's name and, below it, what it is: in two lines at most."""
    meaning = carriers.meaning(name)
    return phrases.short(written(name), 56, 1) + (f"\n{phrases.short(meaning, 72, 2)}" if meaning else "")


def size(row: Any) -> str:
    """A correlation with its interval: ``+0.31 (+0.18 to +0.43)``."""
    return f"{phrases.signed(row.rho, 2)} ({phrases.signed(row.low, 2)} to {phrases.signed(row.high, 2)})"


def describe(result: Result) -> str:
    """Every number that is drawn, with its interval."""
    labels, parts = phrases.labels(result), []
    for name, rows in shown(result).items():
        each = []
        for number in order(rows):
            said = [
                f"{phrases.outcome(row.outcome)} {size(row)}{', stands out' if row.stands else ''}"
                for row in tables.each(rows[rows["number"] == number])
            ]
            each.append(f"{written(number)}: {'; '.join(said)}")
        first = tables.each(rows)[0]
        parts.append(f"{labels[name]}, {first.worlds:,} worlds: {'. '.join(each)}.")
    return (
        "Rank correlations of endings with the numbers that worlds drew, in brackets the 95 % interval over the draws. "
        + " ".join(parts or [carriers.nothing_drawn(result)])
    )


def table(result: Result) -> Table:
    """The largest correlations of each scenario and outcome, with what the numbers are."""
    labels = phrases.labels(result)
    rows: list[tuple[str, ...]] = [
        (
            labels[row.scenario],
            phrases.outcome(row.outcome),
            written(row.number),
            carriers.meaning(row.number),
            phrases.signed(row.rho, 2),
            f"{phrases.signed(row.low, 2)} to {phrases.signed(row.high, 2)}",
            "yes" if row.stands else "no",
        )
        for row in tables.each(carriers.largest(carriers.rank_correlations(result), MOST))
    ]
    heads = (
        "conditions",
        "outcome",
        "number",
        "what it is",
        "rank correlation",
        "95 % interval (over the draws)",
        "stands out of so many",
    )
    caption = f"The {MOST} numbers that go most with each outcome; tables/rank_correlations.csv has all"
    return Table(caption, heads, rows, frozenset({4, 5}))


def counts(result: Result) -> Table:
    """How many numbers go with each outcome, and how many would by chance."""
    labels = phrases.labels(result)
    numbers, rows = carriers.rank_correlations(result), []
    for (name, outcome), mine in numbers.groupby(["scenario", "outcome"], sort=False):
        first, away = tables.each(mine)[0], int(carriers.away(mine).sum())
        worlds = f"{first.worlds:,}"
        cells = (len(mine), away, round(carriers.BY_CHANCE * len(mine)), int(mine["stands"].sum()))
        draws = f"{first.vectors:,}"
        rows.append((labels[str(name)], phrases.outcome(str(outcome)), worlds, draws, *(f"{cell:,}" for cell in cells)))
    heads = (
        "conditions",
        "outcome",
        "worlds",
        "different draws",
        "numbers looked at",
        "intervals without zero",
        "so many by chance alone",
        "stand out of so many",
    )
    return Table("How many numbers go with each outcome", heads, rows, frozenset(range(2, len(heads))))


def said(result: Result) -> list[str]:
    """What the table and the figure show, and what they do not, in sentences; nothing where no world drew numbers."""
    numbers = carriers.rank_correlations(result)
    if not len(numbers):
        return []
    chosen = any(scenario.uncertainty == ACCEPTED for scenario in result.scenarios)
    return [
        "Each world drew numbers of its own, so that this run holds many sets of assumptions, and it is seen which of "
        f"them go with the endings: by rank correlation. {ABOUT} Intervals are over the draws: worlds with the same "
        "draw count together (Obuchowski 1997). That the troops stay is any end with the signs turned.",
        f"{by_chance(numbers)} “Stands out” is what is left when so many are looked at (Benjamini and Yekutieli 2001: "
        "at most one in twenty of those is expected to be there by chance).",
        NO_CAUSE.format(together=TOGETHER if chosen else ""),
    ]


def by_chance(numbers: pd.DataFrame) -> str:
    """How many of so many intervals would leave zero out by chance, and how many do."""
    each = numbers.groupby(["scenario", "outcome"], sort=False)
    many = each.size()
    expected = round(carriers.BY_CHANCE * int(many.max()))
    away = carriers.away(numbers).groupby([numbers["scenario"], numbers["outcome"]]).sum()
    low, high = int(away.min()), int(away.max())
    do = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    under = "" if len(many) == 1 else ", by conditions and outcome"
    return (
        f"Of {int(many.max()):,} numbers that go with nothing, about {expected:,} would have an interval that leaves "
        f"zero out; {do} do{under}."
    )


def say(result: Result) -> str:
    """The number that goes most with an ending, and how many stand out."""
    numbers = carriers.rank_correlations(result)
    row = tables.each(numbers.loc[[numbers["rho"].abs().round(9).idxmax()]])[0]
    where = phrases.within(phrases.labels(result)[row.scenario])
    what = carriers.meaning(row.number)
    return (
        f"Most of all goes {written(row.number)}{f' ({what})' if what else ''} with {phrases.outcome(row.outcome)} "
        f"under {where}: rank correlation {size(row)}; of {len(numbers):,} correlations "
        f"{int(numbers['stands'].sum()):,} stand out of so many."
    )


PLOTS = (
    Plot(
        "carriers",
        "Q6",
        "Which assumptions go with the answer: rank correlations of endings with the numbers that worlds drew",
        draw,
        describe,
        carriers.rank_correlations,
        table,
        say,
        carriers.nothing_drawn,
    ),
)
