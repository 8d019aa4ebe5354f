"""What alternatives change, in words: two sentences, tables to read, and what a notebook shows."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from sim.ask.whatif import ALL, DAYS, DECIDED, OPEN, WhatIf, effects, labels, since_of, transitions
from sim.show import phrases, printed, tables
from sim.show.printed import Table

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.result import Result

SHOWN = (
    "us_stays",
    "negotiated_exit",
    "forced_exit",
    "lapsed",
    DECIDED,
    DAYS,
    "attacks",
    "us_killed",
    "us_wounded",
    "us_strikes",
    "iraqi_civilians_killed",
)
"""The measures that people are shown, in this order; the tables of a results folder have all."""
SIDE_BY_SIDE = 3
"""So many alternatives stand beside each other in a table of text."""
WIDTH = 100
HEAD = 30
"""Characters of a label before it is wrapped, where it heads a column."""


def measure(name: str) -> str:
    """The words for a measure."""
    if name == DAYS:
        return "days from the fork to a decision"
    return phrases.outcome(name) if name in (*phrases.OUTCOMES, DECIDED) else phrases.count(name)


def unit(row: Any) -> str:
    """What a difference is counted in."""
    return "points" if row.statistic == "share" else "days" if row.measure == DAYS else "a world"


def capital(text: str) -> str:
    """The text with a capital letter."""
    return text[:1].upper() + text[1:]


# --- two sentences -------------------------------------------------------------------------------------------


def sentences(found: WhatIf) -> list[str]:
    """What the alternatives change, and what they cannot: two short sentences."""
    return [*_first(found), _second(found)]


def _first(found: WhatIf) -> list[str]:
    """The alternative that changes most how it ends, with the outcome that it moves most."""
    changed, worlds = found.changed, int(found.result.manifest["worlds"])
    most = max(changed, key=lambda label: changed[label])
    others = f", most of {len(changed)} alternatives" if len(changed) > 1 else ""
    start = f"{_quoted(most)} from {phrases.spelled(found.since[found.alternatives[most].name])} on"
    if not changed[most]:
        who = (
            f"None of {len(changed)} alternatives changes how any" if len(changed) > 1 else f"{start} changes how none"
        )
        return [f"{who} of {worlds:,} worlds ends."]
    all_ = found.effects[(found.effects["among"] == ALL) & (found.effects["alternative"] == most)]
    ended = all_[all_["measure"].isin(phrases.EXITS)]
    row = tables.each(ended.loc[[ended["difference"].abs().idxmax()]])[0]
    doubt = ", which chance alone could do" if row.low <= 0.0 <= row.high else ""
    moved = f"{measure(row.measure)} {phrases.points(row.difference)} points"
    interval = f"{phrases.points(row.low)} to {phrases.points(row.high)}"
    return [f"{start} ends {changed[most]:,} of {worlds:,} worlds otherwise{others}: {moved} ({interval}{doubt})."]


def _second(found: WhatIf) -> str:
    """What is the same, and in how many worlds nothing was left to change."""
    before = found.decided_before
    most, least, worlds = max(before.values()), min(before.values()), int(found.result.manifest["worlds"])
    count = "all" if least == worlds else f"{most:,}" if most == least else f"{least:,} to {most:,}"
    said = "no world was" if not most else f"{count} {'world was' if most == 1 else 'worlds were'}"
    return f"Up to then they are the same worlds, bit for bit; {said} decided before."


def _quoted(label: str) -> str:
    return f"“{phrases.clean(label)}”"


# --- tables --------------------------------------------------------------------------------------------------


def shown(result: Result, among: str = ALL) -> pd.DataFrame:
    """The effects that people are shown, of all worlds or of those still open at the fork."""
    found = effects(result)
    kept = found[(found["among"] == among) & found["measure"].isin(SHOWN)]
    order = {name: place for place, name in enumerate(SHOWN)}
    names = {name: place for place, name in enumerate(since_of(result))}
    return kept.sort_values(
        ["scenario", "measure"], key=lambda column: column.map(names if column.name == "scenario" else order)
    ).reset_index(drop=True)


def table(result: Result, among: str = ALL) -> Table:
    """One row an alternative, one column a measure: the difference with its interval."""
    found = shown(result, among)
    measures = list(dict.fromkeys(found["measure"]))
    rows = []
    for label, mine in found.groupby("alternative", sort=False):
        cells = {row.measure: printed.gap(row) for row in tables.each(mine)}
        rows.append(
            (phrases.clean(label), *(cells.get(name, "") for name in measures), f"{int(mine['worlds'].max()):,}")
        )
    units = {row.measure: unit(row) for row in tables.each(found)}
    heads = ("alternative", *(f"{measure(name)}, {units[name]}" for name in measures), "paired worlds")
    return Table(caption(result, among), heads, rows, frozenset(range(1, len(heads))))


def caption(result: Result, among: str = ALL) -> str:
    """What a table of effects shows."""
    base = phrases.within(phrases.labels(result.whole)[result.whole.scenarios[0].name])
    held = phrases.chance(result.whole.scenarios)
    where = ", in the worlds still open at the fork" if among == OPEN else ""
    return f"What each alternative changes from the fork on, less {base}{where}; 95 % intervals ({held})"


def moves(result: Result) -> Table:
    """One row for each way from one ending to another that some world takes."""
    rows: list[tuple[str, ...]] = [
        (
            phrases.clean(row.alternative),
            phrases.outcome(row.without),
            phrases.outcome(row.to),
            f"{row.worlds:,}",
            phrases.percent(row.share),
            f"{row.decided_before:,}",
        )
        for row in tables.each(transitions(result).rename(columns={"from": "without"}))
    ]
    heads = ("alternative", "without it", "with it", "worlds", "share", "decided before the fork")
    return Table("How worlds end with each alternative, by how they end without it", heads, rows, frozenset({3, 4, 5}))


def text(found: WhatIf) -> str:
    """As :meth:`WhatIf.text` says."""
    lines = [textwrap.fill(" ".join(sentences(found)), WIDTH), ""]
    worlds, held = int(found.result.manifest["worlds"]), phrases.chance(found.result.scenarios)
    head = (
        f"What changes from the fork on, the same {worlds:,} worlds with each alternative less without it: shares in "
        f"percentage points, all else a world. 95 % intervals ({held}). Before the fork nothing differs, so these are "
        "also the differences of whole histories."
    )
    lines += [textwrap.fill(head, WIDTH), "", *_columns(shown(found.result))]
    still = shown(found.result, OPEN)
    still = still[still["statistic"] == "share"]
    if any(found.decided_before.values()) and len(still):
        counts = sorted({f"{count:,}" for count in still["worlds"]})
        head = f"The same among the {phrases.listed(counts)} worlds in which nothing was decided before the fork"
        lines += ["", head, "", *_columns(still)]
    lines += ["", "How worlds end without it → with it", "", *_moved(found.transitions)]
    lines += ["", textwrap.fill(f"Days to a decision: {ABOUT_DAYS} {phrases.NOT_A_FORECAST}", WIDTH)]
    return "\n".join(lines)


ABOUT_DAYS = "from the fork on, up to the last day where nothing is decided."


def _columns(rows: pd.DataFrame) -> list[str]:
    """Effects as lines: a measure a row, an alternative a column, a few beside each other."""
    called = list(dict.fromkeys(rows["alternative"]))
    found: list[str] = []
    for first in range(0, len(called), SIDE_BY_SIDE):
        some = called[first : first + SIDE_BY_SIDE]
        heads = [textwrap.wrap(phrases.clean(label), HEAD) for label in some]
        deep = max(map(len, heads))
        cells = [["", *(head[line] if line < len(head) else "" for head in heads)] for line in range(deep)]
        for name in dict.fromkeys(rows["measure"]):
            here = {row.alternative: printed.gap(row) for row in tables.each(rows[rows["measure"] == name])}
            cells.append([measure(str(name)), *(here.get(label, "") for label in some)])
        found += [*([""] if found else []), *_lines(cells)]
    return found


def _lines(rows: list[list[str]]) -> list[str]:
    """Rows of cells as lines, each column as wide as its widest cell."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _moved(found: pd.DataFrame) -> list[str]:
    """How many worlds go from which outcome to which, an alternative a paragraph."""
    lines = []
    for label, rows in found.groupby("alternative", sort=False):
        ways = tables.each(rows.rename(columns={"from": "without"}))
        same = sum(row.worlds for row in ways if row.without == row.to)
        parts = [
            f"{phrases.outcome(row.without)} → {phrases.outcome(row.to)} {row.worlds:,}"
            for row in ways
            if row.without != row.to
        ]
        said = f"{phrases.clean(label)}: {'; '.join([*parts, f'as without it {same:,}'])}"
        lines += textwrap.wrap(said, WIDTH, subsequent_indent="  ")
    return lines


# --- a notebook ----------------------------------------------------------------------------------------------


def html(found: WhatIf) -> str:
    """What a notebook shows: the sentences, the effects, the ways from one ending to another."""
    from sim.show import notebook

    title = f"What if, from {phrases.spelled(found.at)} on: {found.base.name or 'a scenario'} and its alternatives"
    remarks = [f"{label}: {line}" for label, lines in found.remarks.items() for line in lines]
    ways = moves(found.result)
    return notebook.page(
        title,
        sentences(found),
        notebook.table(table(found.result)),
        notebook.folded(ways.caption, notebook.table(ways)),
        notebook.bullets("Worth a word", remarks),
        notebook.text(phrases.NOT_A_FORECAST),
        then=("found.plot()", "found.effects", "found.transitions", "found.result"),
    )


# --- programs ------------------------------------------------------------------------------------------------


def named(result: Result) -> dict[str, str]:
    """The alternatives' labels as they stand in figures, by the names of their scenarios."""
    return {name: phrases.clean(label) for name, label in labels(result).items()}
