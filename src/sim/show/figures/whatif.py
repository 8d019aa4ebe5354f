"""What alternatives from a day on change: paired effects on the endings, on attacks and on deaths (Q1)."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from sim.ask.whatif import DECIDED, WhatIf, has_forks, since_of
from sim.show import making, phrases, printed, style, tables, whatif
from sim.show.figures.forest import dots, scale
from sim.show.figures.plot import Plot

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results.result import Result

LEFT = 1.85
"""Inches for the labels."""
WIDEST = 32
"""Characters of a label before it is wrapped, or fewer where they are wide; none is cut."""
ENDINGS = ("us_stays", "negotiated_exit", "forced_exit", DECIDED)
COUNTS = ("attacks", "us_killed", "us_strikes", "iraqi_civilians_killed")
HEADS = {"iraqi_civilians_killed": "Iraqis killed by US strikes", "us_killed": "US troops killed", "attacks": "attacks"}


def draw(result: Result) -> Figure:
    """An alternative a row; above the endings, in points and on one scale, below what is counted, each on its own."""
    from matplotlib.ticker import MaxNLocator

    found = whatif.shown(result)
    labels = [lines(label) for label in whatif.named(result).values()]
    deepest = max(map(len, labels))
    height = max(0.3, 0.13 * deepest + 0.08) * len(labels) + 0.1
    base = phrases.within(phrases.labels(result.whole)[result.whole.scenarios[0].name])
    worlds = int(found["worlds"].max())
    page = style.sheet(
        f"What changes from {dates(result)}",
        f"Each alternative less {base}, in the same {worlds:,} worlds, which share their past bit for bit: right of "
        "zero, more. Above: how it ends, in percentage points. Below: what is counted, a world. Whiskers: paired 95 % "
        f"intervals ({phrases.chance(result.whole.scenarios)}).",
        making.foot(result),
        heights=[height, height],
        columns=len(ENDINGS),
        left=LEFT,
        right=0.5,
        gap_x=0.55,
        gap_y=0.6,
        head=0.05,
        sharex=False,
        sharey=False,
    )
    shares = found[found["statistic"] == "share"]
    for axes, measures in zip(page.axes, (ENDINGS, COUNTS), strict=True):
        for axis, measure in zip(axes, measures, strict=True):
            rows = found[found["measure"] == measure].reset_index(drop=True)
            dots(axis, rows, [style.outcome(measure)] * len(rows))
            scale(axis, shares if measure in ENDINGS else rows)
            axis.xaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 2, 5, 10]))
            axis.set_yticks(range(len(labels)), ["\n".join(label) for label in labels])
            axis.tick_params(axis="y", labelleft=measure == measures[0])
            axis.set_title(textwrap.fill(HEADS.get(measure, whatif.measure(measure)), 18))
    return page.figure


def lines(label: str) -> list[str]:
    """A label in as many lines as it takes beside the rows."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    letters = FontProperties(family=style.LETTERS["font.family"])

    def width(line: str) -> float:
        return float(TextPath((0, 0), line, size=style.LETTERS["ytick.labelsize"], prop=letters).get_extents().width)

    for most in range(WIDEST, 1, -2):
        found = textwrap.wrap(label, most) or [""]
        if max(map(width, found)) < 72 * (LEFT - 0.15):
            break
    return found


def dates(result: Result) -> str:
    """The day of the fork, or the first of several."""
    days = set(since_of(result).values())
    return f"{phrases.spelled(min(days))} on{', some of it from later on' if len(days) > 1 else ''}"


def describe(result: Result) -> str:
    """Every effect with its interval."""
    if reason := missing(result):
        return reason
    found = whatif.shown(result)
    parts = []
    for label, rows in found.groupby("alternative", sort=False):
        each = [f"{whatif.measure(row.measure)} {printed.gap(row)} {whatif.unit(row)}" for row in tables.each(rows)]
        parts.append(f"{phrases.clean(label)}, {int(rows['worlds'].max()):,} worlds: {'; '.join(each)}.")
    held = phrases.chance(result.whole.scenarios)
    return f"Effects from {dates(result)}, in brackets the 95 % interval ({held}). " + " ".join(parts)


def say(result: Result) -> str:
    """The alternative that changes most how it ends."""
    return whatif.sentences(WhatIf(result))[0]


def missing(result: Result) -> str:
    """A sentence where no scenario of this run is a fork of its first."""
    return "" if has_forks(result) else "No scenario of this run is the first one, forked at a date."


PLOTS = (
    Plot(
        "whatif",
        "Q1",
        "What alternatives change from a day on: paired effects on endings, attacks and deaths",
        draw,
        describe,
        whatif.shown,
        whatif.table,
        say,
        missing,
        expected=False,
    ),
)
