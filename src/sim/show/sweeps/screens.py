"""Pictures of screens: what each number moves alone, and Morris's effects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.show import phrases, style
from sim.show.sweeps.curves import slug_of
from sim.show.sweeps.drawn import LABELS, ROW, dot, each_alone, legend, name_in, patch_of, points_axis, rows, span
from sim.show.sweeps.shown import MOST, Picture, Shown, part_of, some, value_in_words
from sim.show.tables import each
from sim.sweeps.analysis import MEASURES, slug

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

MOST_OUTCOMES = 3
LOW, HIGH = (style.OKABE_ITO["sky blue"], "////"), (style.OKABE_ITO["vermillion"], "")


def screens(shown: Shown, key: str) -> Iterator[Picture]:
    """A picture a base: bars from the default to both ends of each number's range."""
    for scenario, table in shown.tables[key].groupby("scenario", sort=False):
        yield Picture(
            f"screen{of_scenario(shown, scenario)}{slug_of(key)}",
            f"What each number moves alone, from its default to both ends of its range{shown.under(str(scenario))}",
            told(table),
            key,
            lambda table=table, scenario=scenario: tornado(shown, table, str(scenario), part_of(key)),  # type: ignore[misc]
        )


def of_scenario(shown: Shown, scenario: object) -> str:
    """The end of the name of a file for a base, where there are several."""
    return f"_{slug(scenario)}" if len(shown.scenarios) > 1 else ""


def told(table: pd.DataFrame) -> str:
    """The effects in words, the largest first."""
    parts = []
    for outcome, mine in table.groupby("outcome", sort=False):
        mine = mine.reindex(mine["effect"].abs().sort_values(ascending=False, kind="stable").index)
        said = [
            f"{row.name} {phrases.points(row.effect)} ({phrases.points(row.effect_low)} to "
            f"{phrases.points(row.effect_high)})"
            for row in each(mine.head(MOST))
        ]
        parts.append(f"{phrases.outcome(str(outcome))}: {'; '.join(said)}.")
    return "From the low to the high end of each number, in points with the paired 95 % interval. " + " ".join(parts)


def moving(table: pd.DataFrame, by: str, name: str = "name") -> list[str]:
    """The names, the one that moves any outcome most first."""
    size = table[by].abs().fillna(-1.0).round(9).groupby(table[name], sort=False).max()
    return [str(one) for one in size.sort_values(ascending=False, kind="stable").index]


def widest(table: pd.DataFrame, by: str) -> list[str]:
    """The outcomes that move most, at most three, in the table's order."""
    size = table[by].abs().fillna(-1.0).groupby(table["outcome"], sort=False).max()
    kept = set(size.sort_values(ascending=False, kind="stable").index[:MOST_OUTCOMES])
    return [str(outcome) for outcome in dict.fromkeys(table["outcome"]) if outcome in kept]


def tornado(shown: Shown, table: pd.DataFrame, scenario: str, part: str = "") -> Figure:
    """The numbers that move most, a row each; a panel an outcome."""
    names, outcomes = moving(table, "effect"), widest(table, "effect")
    numbers = table.drop_duplicates("name").set_index("name")
    dead, edges = int(numbers["dead"].sum()), int(numbers["knife_edge"].sum())
    kept = names[:MOST]
    page = style.sheet(
        f"What each number moves alone{shown.under(scenario, ': ')}{part}",
        "The share of worlds with each end of a number’s range less that with its default, all others at their "
        f"defaults, in percentage points, the same worlds. Whiskers: paired 95 % intervals ({shown.chance}). Numbers "
        f"that move nothing in any world: {dead:,} of {len(names):,}. ‡ On a knife-edge, where the last bit of the "
        f"default changes a fifth of the worlds or more: {edges:,}.{some(len(names))}",
        shown.foot,
        heights=[1.45 * ROW * len(kept)],
        columns=len(outcomes),
        left=LABELS,
        right=0.12,
        gap_x=0.25,
        head=0.12,
        tail=0.14,
        sharex=False,
        sharey=False,
    )
    for axis, outcome in zip(page.axes[0], outcomes, strict=True):
        mine = table[table["outcome"] == outcome].set_index("name")
        axis.axvline(0, color=style.MUTED, linewidth=0.8)
        for y, name in enumerate(kept):
            row: Any = mine.loc[name]
            for place, end, (colour, hatch) in ((y - 0.19, "low", LOW), (y + 0.19, "high", HIGH)):
                gap = float(row[f"from_{end}"])
                if gap == gap:
                    axis.barh(place, gap, 0.32, color=colour, hatch=hatch, edgecolor=style.PAPER, linewidth=0)
                    span(axis, float(row[f"from_{end}_low"]), float(row[f"from_{end}_high"]), place, style.INK, 0.7)
        rows(axis, [label(numbers, name) for name in kept], named=outcome == outcomes[0])
        axis.set_title(phrases.outcome(outcome))
        points_axis(axis)
    page.axes[0][len(outcomes) // 2].set_xlabel("difference to the default, percentage points")
    legend(page.axes[0][-1], [patch_of(*LOW, "low end"), patch_of(*HIGH, "high end")], at=0.2)
    return page.figure


def label(numbers: pd.DataFrame, name: str) -> str:
    """A number's name with its mark, and below it what was tried."""
    row = numbers.loc[name]
    tried = (
        f"{value_in_words(row['low_value'])} · {value_in_words(row['default'])} · {value_in_words(row['high_value'])}"
    )
    return f"{name_in(40, name)}{' ‡' if row['knife_edge'] else ''}\n{tried}"


# --- Morris ---------------------------------------------------------------------------------------------------


def morrises(shown: Shown, key: str) -> Iterator[Picture]:
    """A picture a base and outcome: μ* with its interval, and μ* against σ."""
    groups = shown.tables[key].groupby(["scenario", "outcome"], sort=False)
    for (scenario, outcome), table in list(groups)[:MOST]:
        yield Picture(
            f"morris_{slug(outcome)}{of_scenario(shown, scenario)}{slug_of(key)}",
            f"Morris’s effects: {phrases.outcome(str(outcome))}{shown.under(str(scenario))}{part_of(key)}",
            f"{measure_of(table)}. " + "; ".join(
                f"{row.name}: μ* {phrases.amount(row.mu_star)} ({phrases.amount(row.mu_star_low)} to "
                f"{phrases.amount(row.mu_star_high)}), σ {phrases.amount(row.sigma)}" for row in each(table.head(MOST))
            ),
            key,
            lambda table=table, scenario=scenario, outcome=outcome: morris(  # type: ignore[misc]
                shown, table, str(scenario), str(outcome), part_of(key)
            ),
        )  # fmt: skip


def measure_of(table: pd.DataFrame) -> str:
    """What the indices are of, in words."""
    return f"Measure: {MEASURES[str(table['measure'].iloc[0])]}"


def morris(shown: Shown, table: pd.DataFrame, scenario: str, outcome: str, part: str = "") -> Figure:
    """At the left the mean size of each number's effects, at the right how much they differ from place to place."""
    kept = each(table.head(MOST))
    page = style.sheet(
        f"Morris’s effects: {phrases.outcome(outcome)}{shown.under(scenario)}{part}",
        f"{measure_of(table)}. μ*: the mean size of a number’s effects, each as if it went through its whole range, "
        f"with bootstrap 95 % intervals over {int(table['trajectories'].iloc[0]):,} trajectories. σ: how much they "
        "differ, by interactions or curves; above the dashed line more than they are large. The numbers at the right "
        f"are those of the rows.{some(len(table))}",
        shown.foot,
        heights=[max(1.6, ROW * len(kept))],
        columns=2,
        left=LABELS,
        right=0.2,
        gap_x=0.55,
        head=0.1,
        tail=0.16,
        sharex=False,
        sharey=False,
    )
    bars, cloud = each_alone(page)[0]
    look = style.outcome(outcome)
    for y, row in enumerate(kept):
        span(bars, row.mu_star_low, row.mu_star_high, y, look.colour)
        dot(bars, row.mu_star, y, look)
        cloud.plot([row.mu_star], [row.sigma], marker=look.marker, color=look.colour, markersize=4, linestyle="none")
    rows(bars, [f"{name_in(38, row.name)}  {place}" for place, row in enumerate(kept, 1)])
    bars.set_xlim(left=0)
    bars.set_xlabel("μ*")
    right = max([row.mu_star for row in kept if row.mu_star == row.mu_star], default=1.0) * 1.12 or 1.0
    top = max([row.sigma for row in kept if row.sigma == row.sigma], default=1.0) * 1.15 or 1.0
    cloud.set_xlim(-0.03 * right, right)
    cloud.set_ylim(-0.04 * top, top)
    cloud.plot([0, min(right, top)], [0, min(right, top)], color=style.MUTED, linewidth=0.7, linestyle=(0, (3, 2)))
    apart(cloud, [(row.mu_star, row.sigma) for row in kept])
    cloud.set_xlabel("μ*")
    cloud.set_ylabel("σ")
    cloud.grid(True)
    return page.figure


def apart(axis: Any, places: list[tuple[float, float]]) -> None:
    """The rank of each point beside it; where one would cover another it is left out (the lowest ranks go first)."""
    width, height = style.inches(axis)
    (left, right), (bottom, top) = axis.get_xlim(), axis.get_ylim()
    taken: list[tuple[float, float]] = []
    for rank, (x, y) in enumerate(places, 1):
        at = np.array([(x - left) / (right - left) * width, (y - bottom) / (top - bottom) * height])
        here = (float(at[0]) + 0.06, float(at[1]) + 0.02)
        if x != x or y != y or any(abs(here[0] - a) < 0.13 and abs(here[1] - b) < 0.1 for a, b in taken):
            continue
        taken.append(here)
        axis.annotate(str(rank), (x, y), xytext=(4, 1), textcoords="offset points", size=6.5, annotation_clip=False)
