"""docs/data.md: the dictionary of every file and column of a results folder."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from sim.docs.markdown import MADE, code, first_sentence, table
from sim.engine.observe import ALWAYS, WORLD_COLUMNS, Quantity, quantities
from sim.model.ladders import LADDERS
from sim.runs.pieces import DAYS, EVENTS
from sim.runs.tables import WEEKLY
from sim.scenario.schema import Scenario
from sim.show.figures import FIGURES
from sim.show.tables import FILES as TABLES

INTRODUCTION = """
    What a run writes into its results folder (`--out`), file by file and column by column. Files are written aside and
    renamed, so that what is there is whole. Two runs of the same inputs write the same bytes, by whichever engine and
    on however many workers, but for what stands under `made` in manifest.json. Days are counted from 0, the scenario's
    first day; what happened in the past that every world has lived before it has negative days. An empty cell means
    that there is nothing to say.
"""
NAMED = """
    The columns of worlds and the weekly series above are made of these. Each can be asked for on any day by its name:
    with `model.value("pressure")`, by an observer of one's own (`needs`), or in a `DataCollector`, as [one's own
    program](mesa.md) shows. A count is that of the day; a level that of its evening; a rung its height on its ladder.
"""
FILES = (
    ("summary.md", "the answer in two sentences with its uncertainty, a paragraph of methods to paste, how to cite"),
    ("report.html", "the figures with their tables, in the order of the questions; self-contained, without script"),
    ("worlds.parquet, worlds.csv", "one row a world, by scenario and world: [columns](#worlds)"),
    ("weekly.parquet", "quantiles over the worlds by scenario, quantity and week: [columns](#weekly)"),
    ("events.parquet", "dated acts with their reasons, by scenario, world and number: [columns](#events)"),
    ("tables/*.csv", "the numbers behind the figures: [columns](#tables)"),
    ("figures/*.png, figures/*.svg", "the figures that have something to show: [names](#figures)"),
    ("scenarios/*.toml", "each scenario with every value written out; it runs again as it is"),
    ("manifest.json", "how the folder was made: [keys](#manifestjson)"),
    ("blocks/*.parquet", "the worlds as they were finished, one file a block; a stopped run goes on from them"),
    ("blocks/_weekly/*.parquet", "numbers of worlds of a block: `quantity`, `week`, `bin`, `count`"),
    ("blocks/_events/*.parquet", "a block's events, where those of all worlds are kept"),
    ("blocks/_inputs.json", "what the blocks were made from: the head of manifest.json"),
)  # fmt: skip
WEEKLY_MEANING = {
    "scenario": "name of the scenario",
    "week": "number of the week from 0; week w holds the days 7w to 7w + 6",
    "quantity": "which quantity, as below; for a ladder one row a rung, such as `rung/iraq/silence`",
    "mean": "mean over worlds (from the middles of the bins); of a rung the share of worlds whose highest it was",
    "q05": "5 % of the worlds lie below this (on a straight line within its bin); empty for a rung",
    "q25": "25 % lie below",
    "q50": "the median world",
    "q75": "75 % lie below",
    "q95": "95 % lie below",
}
EVENTS_MEANING = {
    "scenario": "name of the scenario",
    "world": "number of the world",
    "event": "number of the event in its world, from 0 in the order they happened",
    "day": "day, from 0 at the scenario's start; negative in the past before it",
    "date": "the same as a date (ISO 8601)",
    "actor": "who acted",
    "act": "what they did; `stands under pressure` is no act: a row a week that says what the pressure on the "
    "government is made of, and on which rung it stands",
    "rung": "on which rung of their ladder, or how",
    "rule": "the rule that decided, `part.function` in src/sim/model/; `scripted` for what was given by date, "
    "`a replaced choice: …` for what somebody's function chose",
    "scripted": "whether it was given by date, by the scenario or the record, rather than drawn",
    "causes": "numbers of the earlier acts of this world that it came from: those in its `accounts`, and those that it "
    "follows directly",
    "terms": "the named numbers that decided, as JSON; of a choice of the government each term of its utility",
    "accounts": "the states that carry the act, by source: a list of {`state`, `level`, `source`, `act`, `share`}; the "
    "shares of one state add up to its level. `source` is `act` (then `act` is the number of an earlier event of this "
    "world), `base`, `front gaza` and the like, `older` (all sources below .01), or what else the model names; `act` "
    "is empty where the source is no event",
}
TABLE_MEANING = {
    "scenario": "name of the scenario",
    "other": "name of the scenario it is compared with",
    "path": "whom the war moves no longer under `other`: `both`, `groups` (and Iran), `politics` (in Baghdad)",
    "outcome": "how the presence ended",
    "kind": "the kind of ending",
    "worlds": "how many worlds",
    "count": "in how many of them",
    "share": "count / worlds; of a rung, the share of world-weeks on it",
    "low": "lower end of the 95 % interval (chance; where a scenario has uncertain numbers, over their ranges)",
    "high": "upper end",
    "day": "by the end of this day, from 0",
    "date": "the date of it, or on which the week begins",
    "measure": "an outcome, a column of worlds, or `attacks`: those in Iraq and in Syria together",
    "statistic": "`share` or `mean`",
    "here": "share or mean under `scenario`",
    "there": "share or mean under `other`",
    "difference": "here less there",
    "paired": "whether the worlds were compared one by one",
    "quantity": "a quantity of weekly; in start also `committee_clock`, the days left to a committee, 0 where none",
    "week": "number of the week, from 0",
    "actor": "whose ladder",
    "rung": "the rung",
    "consequence": "a column of worlds without its `after_`",
    "dead": "whose dead are counted: a column of worlds",
    "bin": "number of the bin, from 0",
    "range": "how many dead, in words",
    "mean": "mean over worlds",
    "q05": "5 % of the worlds lie below",
    "q25": "25 % lie below",
    "q50": "the median",
    "q75": "75 % lie below",
    "q95": "95 % lie below",
}
_QUANTILES = ("q05", "q25", "q50", "q75", "q95")
_INTERVAL = ("worlds", "count", "share", "low", "high")
TABLE_COLUMNS: dict[str, tuple[str, ...]] = {
    "outcome_shares": ("scenario", "outcome", *_INTERVAL),
    "kinds": ("scenario", "outcome", "kind", *_INTERVAL),
    "incidence": ("scenario", "outcome", "day", "date", *_INTERVAL),
    "changes": (
        "scenario", "other", "measure", "statistic", "worlds", "here", "there", "difference", "low", "high", "paired",
    ),
    "gaza": (
        "scenario", "other", "path", "measure", "statistic", "worlds", "here", "there", "difference", "low", "high",
    ),
    "start": ("scenario", "quantity", "worlds", "q05", "q50", "q95"),
    "differences": (
        "scenario", "other", "measure", "statistic", "worlds", "here", "there", "difference", "low", "high", "paired",
    ),
    "weekly_medians": ("scenario", "quantity", "week", "date", "mean", *_QUANTILES),
    "rung_use": ("scenario", "actor", "rung", "share"),
    "consequences": ("consequence", "kind", "worlds", "mean", *_QUANTILES),
    "severity": ("dead", "scenario", "bin", "range", *_INTERVAL),
}  # fmt: skip
MANIFEST = {
    "project": "iraq-withdrawal-sim",
    "schema": "version of this form of the manifest",
    "version": "version of the package",
    "model": "hash of the sources that decide a history",
    "seed": "the seed",
    "worlds": "worlds of each scenario",
    "events": "whose acts are kept: `none`, `typical` (one world per outcome), `all`",
    "choices": "of each replaced choice: `actor`, `who` (for people), `name`, `version`; empty as a rule",
    "scenarios": "of each: `name`, `fingerprint` (hash of what it says), `file`, `start`, `days`",
    "commit": "commit of the project, with `-dirty` where files differed; null outside git",
    "command": "a command that makes the same again",
    "failed": "what could not be done, and why; empty as a rule",
    "files": "SHA-256 of the data files",
    "made": "all that may differ between two runs of the same inputs: the keys below",
}
MADE_KEYS = {
    "command": "as it was typed; null from Python",
    "folder": "the results folder",
    "began": "when (UTC)",
    "ended": "when (UTC)",
    "seconds": "how long it took",
    "saved": "when it was saved, if it was run without a folder",
    "workers": "how many processes",
    "engine": "by what the worlds were lived: `numpy`, `fused` (a compiled program) or `both`; the bytes are the same",
    "cpu": "the processor",
    "cpus": "how many there are",
    "system": "the operating system",
    "versions": "of Python and of the packages that numbers and pictures pass through",
}


def page() -> str:
    """The page as it should be."""
    parts = (
        f"# The files of a results folder\n\n{MADE}\n\n{inspect.cleandoc(INTRODUCTION)}",
        table(("file", "what it holds"), ((code(name), what) for name, what in FILES)),
        f"## worlds\n\nRows are keyed by scenario and world.\n\n{worlds()}",
        f"## weekly\n\n{described(WEEKLY.names, WEEKLY_MEANING)}",
        f"### Quantities\n\nLevels are those of the week's last day; counts are sums over its days.\n\n{weekly()}",
        f"### Ladders\n\nA world is counted on the highest rung of the week.\n\n{rung_quantities()}",
        f"## Named quantities\n\n{inspect.cleandoc(NAMED)}\n\n{named()}",
        f"## events\n\n{described(EVENTS.names, EVENTS_MEANING)}",
        f"## tables\n\n{tables()}",
        described(list(TABLE_MEANING), TABLE_MEANING),
        f"## figures\n\n{figures()}",
        f"## manifest.json\n\n{described(list(MANIFEST), MANIFEST)}",
        f"Under `made`:\n\n{described(list(MADE_KEYS), MADE_KEYS)}",
    )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def described(names: list[str], meaning: Mapping[str, str]) -> str:
    """Columns or keys with their meanings. KeyError where one has none."""
    return table(("name", "meaning"), ((code(name), meaning[name]) for name in names))


def worlds() -> str:
    """The columns of worlds."""
    kinds = {"int": "whole number", "float": "number", "str": "text"}
    rows = [(code("scenario"), "text", "", "name of the scenario")]
    for column in WORLD_COLUMNS.values():
        kind = "whole number, or empty" if column.name in DAYS else kinds[column.dtype]
        rows.append((code(column.name), kind, column.unit.strip("-"), column.meaning))
    return table(("column", "type", "unit", "meaning"), rows)


def weekly() -> str:
    """The weekly quantities that are no rungs."""
    rows = [
        (code(quantity.name), quantity.unit, quantity.meaning, bins(quantity))
        for quantity in quantities(Scenario()).values()
        if not quantity.rungs
    ]
    return table(("quantity", "unit", "meaning", "bins"), rows)


def bins(quantity: Quantity) -> str:
    """The bins of a quantity in words; those at the ends are open."""
    edges = quantity.edges
    return f"{len(edges) - 1} from {edges[0]:g} to {edges[-1]:g}"


def named() -> str:
    """Everything that can be asked for by name, of one world on one day."""
    rows = [
        (code(quantity.name), "rung, from 0", LADDERS[quantity.name.removeprefix("rung/")].title)
        if quantity.rungs
        else (code(quantity.name), quantity.unit.removesuffix(" a week"), quantity.meaning)
        for quantity in ALWAYS.values()
    ]
    rows.append((code("rung/GROUP"), "rung, from 0", f"{LADDERS['militia'].title}, of the group of that name"))
    return table(("quantity", "unit", "meaning"), rows)


def rung_quantities() -> str:
    """The weekly quantities that are rungs."""
    rows = [
        (code(f"{quantity.name}/…"), quantity.meaning, ", ".join(map(code, quantity.rungs)))
        for quantity in quantities(Scenario()).values()
        if quantity.rungs and quantity.name.removeprefix("rung/") in LADDERS
    ]
    posture = ", ".join(map(code, LADDERS["militia"].names))
    rows.append((code("rung/GROUP/…"), "a group's posture: highest rung in the week", posture))
    return table(("quantity", "meaning", "rungs"), rows)


def tables() -> str:
    """The files in tables/ with their columns."""
    rows = [
        (code(f"tables/{name}.csv"), first_sentence(make), ", ".join(map(code, TABLE_COLUMNS[name])))
        for name, make in TABLES.items()
    ]
    return table(("file", "what it holds", "columns"), rows)


def figures() -> str:
    """The figures by name."""
    rows = [(code(name), plot.question, plot.caption) for name, plot in FIGURES.items()]
    return table(("figure", "question", "what it shows"), rows)
