"""docs/but-for.md: which kinds of event were necessary for an exit; made of docs/but-for.json.

``python -m sim.docs.remake but-for`` makes both: about twelve minutes on two cores. What the page says is put together
from the numbers, so that no sentence outlives them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.ask.butfor import study
from sim.ask.butfor.kinds import KINDS, YARDSTICK
from sim.ask.butfor.study import ANY, CONDITIONS, EXITS
from sim.disk.writing import put
from sim.docs import DOCS, numbers
from sim.docs.markdown import prose, table
from sim.engine.fingerprint import model_hash
from sim.show import butfor as picture
from sim.show import phrases, pictures

if TYPE_CHECKING:
    import pandas as pd

FILE, PAGE, FIGURE = "but-for.json", "but-for.md", "figures/but_for.svg"
SMALL_CHANGE = 4  # so many times as often has an event to be necessary as the yardstick
HEAVIEST = 3
"""So many kinds are named in a sentence."""
INTRODUCTION = """\
“It just depends on the severity of events on the ground”, says one of the article's experts. On which events? A history
is lived again without one of its events, with the same luck in everything else, and either it ends as it did or it does
not. Where it does not, the event was *necessary* for its ending. That is a statement about one world by this model's
rules; how often it holds over many worlds says what kinds of event endings hang on.
"""
HOW = """\
Of the first worlds of each condition that end in an exit, the events that carry most of the ending (by the accounts of
their logs, at most forty a history) are held back one by one; then all events of each kind at once, from the first day
on. An event is held back on its own days in the way the table says. Nobody is told that something was held back: what
would have led to it still stands, so that somebody may do a week later what was not done then, and an event that merely
comes later was not necessary. The *yardstick* is an attack that hurt nobody: were endings the play of any small change,
it would be necessary as often as the others.
"""


def kept(folder: Path = DOCS) -> dict[str, Any]:
    """What docs/but-for.json holds; nothing where there is none."""
    return numbers.kept(folder / FILE)


def stale(folder: Path = DOCS) -> str:
    """Why the page is not that of the model as it is; nothing where it is."""
    found = kept(folder)
    if not found:
        return f"there is no docs/{FILE}"
    if found["of"] != study.made_of():
        return "it was made by another model, of other scenarios or of other kinds of event"
    for name, text in files(found).items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            return f"docs/{name} is not what docs/{FILE} gives"
    return ""


def write(
    folder: Path = DOCS,
    workers: int = 1,
    worlds: int = study.WORLDS,
    histories: int = study.HISTORIES,
    rows: pd.DataFrame | None = None,
) -> None:
    """Writes numbers, page and figure; ``rows`` are those of ``sim.ask.butfor.table``, which else are computed.

    Where the numbers that are kept are those of today, only the page and the figure are written.
    """
    found = kept(folder)
    if rows is not None or found.get("of") != study.made_of():
        rows = study.table(worlds=worlds, histories=histories, workers=workers) if rows is None else rows
        kept_rows = json.loads(rows.to_json(orient="records", double_precision=6))
        found = {"of": study.made_of(), "model": model_hash(), "worlds": worlds, "rows": kept_rows}
    put(folder / FILE, json.dumps(found, indent=1) + "\n")
    for name, text in files(found).items():
        put(folder / name, text)


def files(found: dict[str, Any]) -> dict[str, str]:
    """The page and the figure that the numbers give, by their names in docs/."""
    rows = frame(found)
    foot = (
        f"Not a forecast · iraq-withdrawal-sim · model {found['model']} · seed 1 · the first histories of "
        f"{found['worlds']:,} worlds a scenario"
    )
    element = pictures.element(picture.draw(rows, foot), "b", picture.CAPTION, picture.describe(rows))
    return {PAGE: page(found, rows), FIGURE: pictures.standing(element, foot)}


def frame(found: dict[str, Any]) -> pd.DataFrame:
    """The rows as a table."""
    import pandas as pd

    return pd.DataFrame(found["rows"])


def page(found: dict[str, Any], rows: pd.DataFrame) -> str:
    """The text of docs/but-for.md."""
    command = f"python -m sim.ask.butfor --worlds {found['worlds']}"
    parts = [
        f"# Which events were necessary?\n\n<!-- Made by `python -m sim.docs.remake but-for` from {FILE}; changes are "
        "lost. -->",
        f"**{phrases.NOT_A_FORECAST}**",
        INTRODUCTION,
        f"![{picture.CAPTION}]({FIGURE})",
        *sentences(rows),
        "For one history of your own it takes seconds:",
        "```sh\npython3 run.py explain forced_exit --world 17 --but-for\n```",
        f"## How it is asked\n\n{HOW}",
        table(("kind of event", "what is so instead"), [(one.words, one.instead) for one in KINDS.values()]),
        *(part for outcome in EXITS for part in numbers_of(rows, outcome)),
        f"Made by model {found['model']}, from the first {found['worlds']:,} worlds of each scenario (seed 1); again, "
        f"with the Python of `.venv`: `{command}`.",
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def section(folder: Path = DOCS) -> str:
    """What docs/results.md says of it; nothing where there are no numbers."""
    found = kept(folder)
    if not found:
        return ""
    parts = [
        "### Which events were necessary",
        prose(
            "The same question from the other end: a history that ended in an exit is lived again without one of its "
            f"events, with the same luck. [How it is asked, and all numbers]({PAGE})."
        ),
        f"![{picture.CAPTION}]({FIGURE})",
        *sentences(frame(found)),
    ]
    return "\n\n".join(part.strip() for part in parts)


def sentences(rows: pd.DataFrame) -> list[str]:
    """What the numbers come to: a line for each exit under each set of conditions, and a paragraph on the yardstick."""
    found = []
    for outcome in EXITS:
        lines = [line for scenario in CONDITIONS if (line := of_one(rows, scenario, outcome))]
        title = phrases.outcome(outcome)
        found += [f"{title[:1].upper()}{title[1:]}s:\n\n" + "\n".join(map(bullet, lines))] if lines else []
    return [*found, prose(of_the_yardstick(rows))]


def bullet(said: str) -> str:
    """An item of a list, wrapped."""
    return prose(f"- {said}").replace("\n", "\n  ")


def of_one(rows: pd.DataFrame, scenario: str, outcome: str) -> str:
    """What one kind of exit hangs on under one set of conditions; nothing where no history ends so."""
    mine = rows[(rows["scenario"] == scenario) & (rows["outcome"] == outcome)].set_index("kind")
    whole: Any = mine.loc[ANY] if len(mine) else None
    if whole is None or not whole["histories"]:
        return ""
    kinds = mine.drop([ANY, YARDSTICK])
    return (
        f"Under {phrases.within(phrases.CONDITIONS[scenario])}, {share(whole, 'alone')} of "
        f"{int(whole['histories'])} histories hang on at least one single event, most often on one of "
        f"these kinds: {heaviest(kinds, 'alone')}. Of whole kinds, most often necessary: {heaviest(kinds, 'all')}."
    )


def of_the_yardstick(rows: pd.DataFrame) -> str:
    """How often next to nothing was necessary, beside the events that carried an ending."""
    of_nothing, others = rows[rows["kind"] == YARDSTICK], rows[~rows["kind"].isin([ANY, YARDSTICK])]
    tried, hit = int(of_nothing["events"].sum()), int(of_nothing["events_necessary"].sum())
    each, necessary = int(others["events"].sum()), int(others["events_necessary"].sum())
    by_nothing, by_events = (hits / many if many else 0.0 for hits, many in ((hit, tried), (necessary, each)))
    said = (
        f"The yardstick: of {tried:,} attacks that hurt nobody, {hit:,} {'was' if hit == 1 else 'were'} necessary "
        f"({phrases.percent(by_nothing)}); of the {each:,} events that carried most of an ending, {necessary:,} "
        f"({phrases.percent(by_events)})."
    )
    if by_nothing < by_events / SMALL_CHANGE:
        said += " An ending does not turn on just anything."
    if by_events < 0.5:
        said += " Nor is most of what carries an ending what it hangs on: without it, others do the same."
    return said


def heaviest(kinds: pd.DataFrame, what: str) -> str:
    """The kinds that were necessary most often, with their shares."""
    order = kinds[f"{what}_share"].sort_values(ascending=False, kind="stable")[:HEAVIEST]
    return phrases.listed([f"{KINDS[str(kind)].several} ({phrases.percent(part)})" for kind, part in order.items()])


def share(row: Any, what: str) -> str:
    """A share with its interval."""
    return f"{phrases.percent(row[f'{what}_share'])} ({phrases.interval(row[f'{what}_low'], row[f'{what}_high'])})"


def numbers_of(rows: pd.DataFrame, outcome: str) -> Sequence[str]:
    """The table of one exit: a row a kind, and under each set of conditions what was necessary how often."""
    lines = []
    mine = rows[rows["outcome"] == outcome].set_index(["kind", "scenario"])
    for kind in (ANY, *KINDS):
        cells = []
        for scenario in CONDITIONS:
            row: Any = mine.loc[(kind, scenario)]
            cells += [share(row, "alone"), "" if kind in (ANY, YARDSTICK) else share(row, "all")]
            cells.append(f"{int(row['events_necessary']):,} of {int(row['events']):,}")
        lines.append((ANY if kind == ANY else KINDS[kind].several, *cells))
    heads = ["kind"]
    for scenario in CONDITIONS:
        short = picture.SHORT[scenario]
        heads += [f"{short}: one alone", f"{short}: all of the kind", f"{short}: events"]
    title = phrases.outcome(outcome)
    return (
        f"## {title[:1].upper()}{title[1:]}s in numbers",
        "*Share of histories in which one event of the kind was necessary by itself, and that end otherwise without "
        "all of the kind, with 95 % Wilson intervals (chance alone); and how many single events were.*",
        table(tuple(heads), lines),
    )
