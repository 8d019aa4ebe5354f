"""What the war in Gaza changes: paired differences between worlds with and without it, by its paths (Q2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.show import making, phrases, printed, style, tables
from sim.show.figures.forest import dots, scale
from sim.show.figures.plot import Plot
from sim.show.figures.sentences import reach

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results.result import Result

MEASURES = {
    "forced_exit": "Forced exits, points",
    "negotiated_exit": "Negotiated exits, points",
    tables.ATTACKS: "Attacks a world",
}
LOOKS = {"both": style.series(5), "groups": style.series(1), "politics": style.series(0)}


def draw(result: Result) -> Figure:
    """One row of panels per condition, one column per measure, one dot per path; a column has one scale."""
    numbers = tables.gaza(result)
    names = list(dict.fromkeys(numbers["scenario"]))
    labels = phrases.labels(result.whole)
    sizes = [int((numbers[numbers["measure"] == tables.ATTACKS]["scenario"] == name).sum()) for name in names]
    page = style.sheet(
        "What the war in Gaza changes",
        "With the war less without it, the same worlds (same random numbers): right of zero, more of it with the war. "
        "By both paths, and by each alone, the war being taken from the groups and Iran, or from politics in Baghdad. "
        f"Whiskers: paired 95 % intervals ({printed.chance(result, numbers)}).",
        making.foot(result),
        heights=[0.19 * size for size in sizes],
        columns=len(MEASURES),
        left=1.4,
        right=0.45,
        gap_x=0.5,
        gap_y=0.36,
        head=0.3,
        sharex=False,
        sharey=False,
    )
    for column, (measure, title) in enumerate(MEASURES.items()):
        mine = numbers[numbers["measure"] == measure]
        for row, name in enumerate(names):
            axis, rows = page.axes[row][column], mine[mine["scenario"] == name]
            dots(axis, rows, [LOOKS[path] for path in rows["path"]])
            scale(axis, mine)
            axis.tick_params(axis="x", labelbottom=row == len(names) - 1)
            axis.set_yticks(range(len(rows)), [phrases.PATHS[path] for path in rows["path"]])
            axis.tick_params(axis="y", labelleft=column == 0)
            _, height = style.inches(axis)
            if row == 0:
                axis.text(0, 1 + 0.24 / height, title, weight="bold", va="bottom", transform=axis.transAxes)
            if column == 0:
                width, _ = style.inches(axis)
                head = phrases.short(labels[str(name)], 100, 1)
                axis.text(-1.31 / width, 1 + 0.04 / height, head, va="bottom", transform=axis.transAxes)
    return page.figure


def describe(result: Result) -> str:
    """Every difference with its interval."""
    labels = phrases.labels(result.whole)
    numbers = tables.gaza(result)
    parts = []
    for (name, path), rows in numbers.groupby(["scenario", "path"], sort=False):
        each = [
            f"{MEASURES[str(row.measure)].lower()} {printed.gap(row)}, {row.worlds:,} worlds"
            for row in tables.each(rows)
        ]
        parts.append(f"{labels[str(name)]}, {phrases.PATHS[str(path)]}: {'; '.join(each)}.")
    return (
        "Paired differences, with the war in Gaza less without it, in brackets the 95 % interval "
        f"({printed.chance(result, numbers)}). " + " ".join(parts)
    )


def missing(result: Result) -> str:
    """A sentence where no pair of scenarios of this run differs in the war only."""
    if tables.of_gaza(result):
        return ""
    return "No two scenarios of this run differ in the war in Gaza only (as status_quo and gaza_ceasefire)."


def say(result: Result) -> str:
    """What the war does to forced exits, from the least to the most."""
    numbers = tables.gaza(result)
    whole = numbers[(numbers["measure"] == "forced_exit") & (numbers["path"] == "both")]
    rows = whole if len(whole) else numbers[numbers["measure"] == "forced_exit"]
    how = "" if len(whole) else f" ({phrases.listed(sorted({phrases.PATHS[path] for path in rows['path']}))})"
    differences = rows.groupby("scenario", sort=False)["difference"].max().to_dict()
    clear = int(((rows["low"] > 0) | (rows["high"] < 0)).sum())
    return (
        f"With the war in Gaza less without it{how}, worlds with a forced exit, in percentage points: "
        f"{reach(result, differences, phrases.points)}; intervals without zero: {clear} of {len(rows)}."
    )


PLOTS = (
    Plot(
        "gaza",
        "Q2",
        "What the war in Gaza changes: paired differences between worlds with and without it, by its paths",
        draw,
        describe,
        tables.gaza,
        printed.gaza,
        say,
        missing,
        main=True,
    ),
)
