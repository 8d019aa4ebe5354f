"""Pictures of what carries an outcome over a whole design: Sobol' indices, rank correlations, boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.show import phrases, style
from sim.show.sweeps.curves import slug_of
from sim.show.sweeps.drawn import LABELS, ROW, dot, legend, line_of, name_in, patch_of, rows, span
from sim.show.sweeps.screens import measure_of, moving, of_scenario, widest
from sim.show.sweeps.shown import MOST, Picture, Shown, part_of, some
from sim.show.tables import each
from sim.sweeps.analysis.indices import CONVERGED

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

FIRST, TOTAL = (style.OKABE_ITO["blue"], ""), (style.OKABE_ITO["orange"], "////")
HALVES = {"even": style.Look(style.INK, "", "-", "<"), "odd": style.Look(style.INK, "", "-", ">")}
MOST_BOXES = 6


def sobols(shown: Shown, key: str) -> Iterator[Picture]:
    """A picture a base: first and total order of the numbers that carry most, a panel an outcome."""
    for scenario, table in shown.tables[key].groupby("scenario", sort=False):
        table = table[table["order"] != "second"]
        by = " of a surrogate" if "r2" in table else ""
        yield Picture(
            f"{key.partition('-')[0]}{of_scenario(shown, scenario)}{slug_of(key)}",
            f"Sobol’ indices{by}: what part of the variance each number carries{shown.under(str(scenario))}"
            f"{part_of(key)}",
            f"{measure_of(table)}. " + " ".join(
                f"{phrases.outcome(row.outcome)}, {row.order} order of {row.name}: {row.value:.2f} ({row.low:.2f} to "
                f"{row.high:.2f}), {row.verdict}." for row in each(table.head(4 * MOST))
            ),
            key,
            lambda table=table, scenario=scenario: sobol(shown, table, str(scenario), part_of(key)),  # type: ignore[misc]
        )  # fmt: skip


def sobol(shown: Shown, table: pd.DataFrame, scenario: str, part: str = "") -> Figure:
    """Bars of both orders with their intervals; triangles: the two blocks of seeds."""
    total = table[table["order"] == "total"]
    names, outcomes = moving(total, "value"), widest(total, "value")
    kept, halves = names[:MOST], "even" in table
    unsure = int((table["verdict"] != CONVERGED).sum())
    page = style.sheet(
        f"What part of the variance each number carries{shown.under(scenario, ': ')}{part}",
        f"Sobol’ indices. {measure_of(table)}. First order: alone; total: with its interactions. Whiskers: bootstrap "
        f"95 % intervals over the points. {blocks(table, halves)} * Has not converged: {unsure:,} of {len(table):,} "
        f"indices (tables/ says why of each).{some(len(names))}",
        shown.foot,
        heights=[1.45 * ROW * len(kept)],
        columns=len(outcomes),
        left=LABELS,
        right=0.2,
        gap_x=0.3,
        head=0.12,
        tail=0.14,
        sharex=False,
        sharey=False,
    )
    for axis, outcome in zip(page.axes[0], outcomes, strict=True):
        mine = table[table["outcome"] == outcome].set_index(["order", "name"])
        for y, name in enumerate(kept):
            for place, order, (colour, hatch) in ((y - 0.19, "first", FIRST), (y + 0.19, "total", TOTAL)):
                if (order, name) in mine.index:
                    row: Any = mine.loc[(order, name)]
                    bar(axis, row, place, colour, hatch, halves)
        axis.axvline(0, color=style.MUTED, linewidth=0.8)
        rows(axis, [name_in(42, name) for name in kept], named=outcome == outcomes[0])
        axis.set_title(phrases.outcome(outcome))
        axis.set_xlim(max(min(-0.04, axis.get_xlim()[0]), -0.25), 1.2)
        axis.set_xticks([0, 0.5, 1.0], ["0", "0.5", "1"])
    page.axes[0][len(outcomes) // 2].set_xlabel("part of the variance")
    marks = [patch_of(*FIRST, "first order"), patch_of(*TOTAL, "total")]
    legend(page.axes[0][-1], marks, at=0.2)
    return page.figure


def blocks(table: pd.DataFrame, halves: bool) -> str:
    """What stands behind the bars: two blocks of seeds, or a surrogate."""
    if halves:
        return "Triangles: the same of the worlds of even and of odd number, two blocks of seeds."
    r2 = table["r2"].dropna()
    return f"By a surrogate (gradient-boosted trees), which explains {r2.min():.2f} or more of points it has not seen."


def bar(axis: Any, row: pd.Series[Any], y: float, colour: str, hatch: str, halves: bool) -> None:
    """One index."""
    if row["value"] != row["value"]:
        axis.text(0.02, y, "not known", size=5.5, color=style.MUTED, va="center")
        return
    axis.barh(y, row["value"], 0.32, color=colour, hatch=hatch, edgecolor=style.PAPER, linewidth=0)
    span(axis, row["low"], row["high"], y, style.INK, 0.7)
    for half, look in HALVES.items() if halves else ():
        axis.plot([row[half]], [y], marker=look.marker, color=look.colour, markersize=2.4, linestyle="none", zorder=5)
    if row["verdict"] != CONVERGED:
        axis.text(min(max(row["high"], row["value"], 0.0), 1.12) + 0.02, y + 0.08, "*", size=7, va="center", ha="left")


# --- rank correlations ----------------------------------------------------------------------------------------


def ranks(shown: Shown, key: str) -> Iterator[Picture]:
    """A picture a base: the numbers that go most with each outcome."""
    for scenario, table in shown.tables[key].groupby("scenario", sort=False):
        yield Picture(
            f"rank_correlations{of_scenario(shown, scenario)}{slug_of(key)}",
            f"Which numbers go with the endings: rank correlations{shown.under(str(scenario))}{part_of(key)}",
            " ".join(
                f"{phrases.outcome(row.outcome)}, {row.name}: {row.rho:+.2f} ({row.low:+.2f} to {row.high:+.2f})."
                for row in each(table.groupby("outcome", sort=False).head(MOST))
            ),
            key,
            lambda table=table, scenario=scenario: forest(shown, table, str(scenario), part_of(key)),  # type: ignore[misc]
        )


def forest(shown: Shown, table: pd.DataFrame, scenario: str, part: str = "") -> Figure:
    """Correlations with their intervals, an outcome beside the other."""
    names, outcomes = moving(table, "rho"), list(dict.fromkeys(map(str, table["outcome"])))
    kept = names[:MOST]
    first = each(table)[0]
    page = style.sheet(
        f"Which numbers go with the endings{shown.under(scenario, ': ')}{part}",
        f"Spearman’s rank correlation over {first.worlds:,} worlds of {first.points:,} points. Whiskers: 95 % "
        "intervals over the points. Filled: stands out when so many are looked at (Benjamini and Yekutieli 2001). It "
        "sees one "
        f"number at a time: no interaction, no curve that rises and falls.{some(len(names))}",
        shown.foot,
        heights=[max(0.2, 0.07 + 0.075 * len(outcomes)) * len(kept)],
        left=LABELS + 0.3,
        right=0.2,
        head=0.14,
        tail=0.16,
    )
    axis = page.axes[0][0]
    axis.axvline(0, color=style.MUTED, linewidth=0.8)
    for row in each(table[table["name"].isin(kept)]):
        y = kept.index(row.name) + (outcomes.index(row.outcome) - (len(outcomes) - 1) / 2) * 0.75 / len(outcomes)
        look = style.outcome(row.outcome)
        span(axis, row.low, row.high, y, look.colour, 1.0)
        dot(axis, row.rho, y, look, hollow=not row.stands_out)
    rows(axis, [name_in(46, name) for name in kept])
    axis.set_xlabel("rank correlation with the ending")
    legend(axis, [line_of(style.outcome(one), phrases.outcome(one)) for one in outcomes], at=0.04)
    return page.figure


# --- boxes ----------------------------------------------------------------------------------------------------


def boxes(shown: Shown, key: str) -> Iterator[Picture]:
    """A picture a base: the limits of each box over the range of each number."""
    for scenario, table in shown.tables[key].groupby("scenario", sort=False):
        yield Picture(
            f"boxes{of_scenario(shown, scenario)}{slug_of(key)}",
            f"Under which conditions each outcome comes about: boxes{shown.under(str(scenario))}{part_of(key)}",
            " ".join(
                f"{phrases.outcome(row.outcome)}, box {row.box}: {row.words}; density {phrases.percent(row.density)}, "
                f"coverage {phrases.percent(row.coverage)}, mass {phrases.percent(row.mass)}."
                for row in each(table.drop_duplicates(["outcome", "box"]))
            ),
            key,
            lambda table=table, scenario=scenario: limits(shown, table, str(scenario), part_of(key)),  # type: ignore[misc]
        )


def limits(shown: Shown, table: pd.DataFrame, scenario: str, part: str = "") -> Figure:
    """A panel a box, a row a limited number: what the box lets in, as a bar in the number's range."""
    groups = list(table.groupby(["outcome", "box"], sort=False))
    found = groups[:MOST_BOXES]
    cut = f" Of {len(groups)} boxes the first {len(found)} are shown." if len(found) < len(groups) else ""
    page = style.sheet(
        f"Under which conditions each outcome comes about{shown.under(scenario, ': ')}{part}",
        "Boxes by PRIM (Friedman and Fisher 1999): the bar is what the box lets in of the range of a number. Density: "
        "how many worlds in the box end so; coverage: how many of all that end so it holds; mass: how much of the "
        f"design it is. Counted in {table['counted_in'].iloc[0]}.{cut}",
        shown.foot,
        heights=[0.24 * min(len(mine), MOST) for _, mine in found],
        left=LABELS + 0.2,
        right=0.35,
        gap_y=0.36,
        head=0.16,
        tail=0.1,
        sharey=False,
    )
    for (axis,), ((outcome, number), mine) in zip(page.axes, found, strict=True):
        look, first = style.outcome(str(outcome)), each(mine)[0]
        for y, row in enumerate(each(mine.head(MOST))):
            axis.barh(y, 1, 0.5, color=style.REST)
            within(axis, row, y, look)
        rows(axis, [name_in(44, row.name) for row in each(mine.head(MOST))])
        axis.grid(False)
        axis.set_xlim(0, 1)
        second = f", box {number}" if first.box > 1 else ""
        axis.set_title(
            f"{phrases.outcome(str(outcome))}{second}: density {phrases.percent(first.density)} (all: "
            f"{phrases.percent(first.share)}), coverage {phrases.percent(first.coverage)}, mass "
            f"{phrases.percent(first.mass)}",
            x=-(LABELS + 0.1) / style.inches(axis)[0],
        )
        axis.set_xticks([0, 1], ["least", "greatest"])
        axis.tick_params(axis="x", labelbottom=axis is page.axes[-1][0])
    page.axes[-1][0].set_xlabel("place in the range of each number", labelpad=-4)
    return page.figure


def within(axis: Any, row: Any, y: int, look: style.Look) -> None:
    """The bar of one limit, with its ends written; of words the words."""
    if row.values:
        axis.text(0.01, y, phrases.short(row.values, 70, 1), size=6.5, va="center")
        return
    size = row.range_high - row.range_low
    ends = [(row.low - row.range_low) / size if row.low == row.low else 0.0]
    ends.append((row.high - row.range_low) / size if row.high == row.high else 1.0)
    axis.barh(y, ends[1] - ends[0], 0.5, left=ends[0], color=look.colour, alpha=0.75, hatch=look.hatch,
              edgecolor=style.PAPER, linewidth=0)  # fmt: skip
    if row.low == row.low:
        at = (ends[0] - 0.008, "right") if ends[0] > 0.1 else (ends[0] + 0.008, "left")
        axis.text(at[0], y, phrases.number(row.low), size=6.5, va="center", ha=at[1], bbox=PAPER)
    if row.high == row.high:
        at = (ends[1] + 0.008, "left") if ends[1] < 0.9 else (ends[1] - 0.008, "right")
        axis.text(at[0], y, phrases.number(row.high), size=6.5, va="center", ha=at[1], bbox=PAPER)


PAPER = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.6, "alpha": 0.85}
"""Behind a number that may stand on a bar."""
