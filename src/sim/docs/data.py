"""docs/data.md: the dictionary of every file and column of a results folder."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sim.ask.whatif import EFFECTS, TRANSITIONS
from sim.docs.markdown import MADE, code, first_sentence, table
from sim.engine.observe import ALWAYS, Quantity, quantities
from sim.model.ladders import LADDERS
from sim.runs.columns import EVENT_COLUMNS, WEEKLY_COLUMNS, Column, world_columns
from sim.scenario.schema import Scenario
from sim.show.figures import FIGURES
from sim.show.tables import FILES as TABLES
from sim.show.tables import OF_FORKS
from sim.sweeps.tables import POINT_COLUMNS, SHARE_COLUMNS

SWEEP = """
    What `sweep` writes (see [Sweeps](sweeps.md)). `worlds/` holds the rows of all points as Parquet files of much the
    same size, by point and world: one folder, which pandas, polars, DuckDB and R read in a line. Its columns are those
    of [worlds](#worlds), with `point` before `world`.
"""
SWEEP_FILES = (
    ("points.parquet, points.csv", "a row a point: the columns below, then one a name, empty for the base's own value"),
    ("worlds/part-*.parquet", "a row a world, by point and world"),
    ("shares.parquet, shares.csv", "a row a point and outcome: the columns below"),
    ("weekly.parquet", "with `--weekly`: as in a run, with `point` after `scenario`"),
    ("worlds/_weekly/*.parquet", "with `--weekly`: numbers of worlds in bins, by point, from which that is made"),
    ("tables/*.csv, tables/*.tex", "what the design allows: response, heat, screen, morris, sobol, boxes and the like"),
    ("figures/*.png, figures/*.svg", "a picture of each of these"),
    ("blocks/*.parquet", "as long as the sweep is not finished: the parts that are done"),
    ("manifest.json", "as in a run, and `kind` (`sweep`), `luck`, `weekly`, `until`, `part`, `points` (how many), "
     "`ids` (a hash of them all), `design`, `rows` (the point of each row of the design), `refused`"),
)  # fmt: skip


class Words(NamedTuple):
    """A column of a file in tables/: the files are text, and its type is what the text says."""

    name: str
    kind: str
    meaning: str
    unit: str = ""


INTRODUCTION = """
    What a run writes into its results folder (`--out`), file by file and column by column. Files are written aside and
    renamed, so that what is there is whole. Two runs of the same inputs write the same bytes, by whichever engine and
    on however many workers, but for what stands under `made` in manifest.json. Days are counted from 0, the scenario's
    first day; what happened in the past that every world has lived before it has negative days. An empty cell means
    that there is nothing to say.
"""
BATCH = """
    `python3 run.py --help` lists the commands, `python3 run.py COMMAND --help` the options of one. None asks anything.
    With `--json` a command prints one JSON object and nothing else to standard output; progress and faults go to
    standard error, a fault in a line. The same command with the same `--out` goes on with a run that was stopped.

    Before the first block standard error says what is coming (`16 scenarios × 500 worlds: three and thirteen
    companions`) and, where it takes more than a moment, about how long; then how many worlds are done and how long the
    rest takes; then what is made of them (`drawing 6 figures`). On a terminal that is one line that moves on, in a log
    a line now and then. With `--quiet` there is none of it.

    `python3 run.py --quick` is a first look. It stands for options that it prints, and that give way to those that are
    typed beside it: the three conditions, one twin without the war in Gaza, few worlds, no histories act by act. What
    it makes is a results folder as any other, with few worlds and so with wide intervals; the command that adds more
    worlds to it is printed at the end.
"""
EXIT_CODES = (
    ("0", "done"),
    ("1", "something failed"),
    ("2", "your input"),
    ("3", "stopped early, what is there is whole"),
)
BELIEVED = """
    A finished folder is believed only as far as it is checked. `manifest.json` has the size and the sum of every
    file, and of itself. What is read is summed first; of the rest the size is looked at, and `python3 run.py verify
    FOLDER` reads every byte. The same run again makes missing files anew. Where one is not as it was written, that is
    said, with exit code 1, and it is made again with `--overwrite` only. `python3 run.py analyze FOLDER` makes
    `summary.md`, `report.html`, `figures/` and `tables/` again, of the worlds as they are. What else lies in the
    folder is left alone, and so is what systems leave there; a link, a pipe or a device in the place of a file of a
    run is refused (exit code 2), and nothing outside the folder is read or written.
"""
TYPES = """
    Text is UTF-8 in every file. In Parquet a whole number has 64 bits (in events 32, but for `world`), a number is a
    double, a date is a date; each field carries its unit and what it means as metadata, `unit` and `meaning`, the same
    as here. Whole numbers that may be empty are read by plain pandas as such (`Int64`), but for `act` within
    `accounts`, which pandas reads with a point unless it is asked for Arrow's own types (`dtype_backend="pyarrow"`).

        import pyarrow.parquet as pq

        {field.name: (field.metadata or {}).get(b"unit") for field in pq.read_schema("worlds.parquet")}

    In CSV dates are written 2024-01-10, true or false `True` or `False`. A cell of text that a spreadsheet would take
    for a formula, because it begins with `=`, `+`, `-` or `@`, has an apostrophe before it, and what cannot be shown
    stands as an escape, a line break as `\\n`; names of scenarios cannot be such. Numbers are numbers, with their sign.
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
    ("figures/slides/*.png", "those of them that are shown first, 1920 by 1080 dots, with large letters"),
    ("scenarios/*.toml", "each scenario with every value written out; it runs again as it is"),
    ("manifest.json", "how the folder was made: [keys](#manifestjson)"),
    ("blocks/*.parquet", "the worlds as they were finished, one file a block; a stopped run goes on from them"),
    ("blocks/_weekly/*.parquet", "numbers of worlds of a block: `quantity`, `week`, `bin`, `count`"),
    ("blocks/_events/*.parquet", "a block's events, where those of all worlds are kept"),
    ("blocks/_inputs.json", "what the blocks were made from: the head of manifest.json"),
    ("blocks/_made.json", "as long as the run is not finished: by what its blocks were lived"),
)  # fmt: skip
TABLE_WORDS = (
    Words("scenario", "text", "name of the scenario"),
    Words("other", "text", "name of the scenario it is compared with"),
    Words(
        "path",
        "text",
        "whom the war moves no longer under `other`: `both`, `groups` (and Iran), `politics` (in Baghdad)",
    ),
    Words("outcome", "text", "how the presence ended"),
    Words("kind", "text", "the kind of ending"),
    Words("worlds", "whole number", "how many worlds", "worlds"),
    Words("count", "whole number", "in how many of them", "worlds"),
    Words("share", "number", "count / worlds; of a rung, the share of world-weeks on it", "share"),
    Words(
        "low",
        "number",
        "lower end of the 95 % interval (chance; where a scenario has uncertain numbers, over their ranges)",
        "that of the number before it",
    ),
    Words("high", "number", "upper end", "that of the number before it"),
    Words(
        "set_low",
        "number",
        "how far the share moves with the parameters: its 10th percentile over the accepted set, chance taken out of "
        "it; empty where a scenario draws none, or too few worlds tell",
        "share",
    ),
    Words("set_high", "number", "its 90th percentile", "share"),
    Words("day", "whole number", "by the end of this day, from 0", "days since the start"),
    Words("date", "date", "the date of it, or on which the week begins"),
    Words(
        "measure",
        "text",
        "an outcome, a column of worlds, or `attacks` (those in Iraq and in Syria together), `decided` (any decided "
        "end), `days_to_decision` (from a fork on, up to the last day where nothing is decided)",
    ),
    Words("statistic", "text", "`share` or `mean`"),
    Words("here", "number", "share or mean under `scenario`", "that of the measure; of an outcome share"),
    Words("there", "number", "share or mean under `other`", "that of the measure; of an outcome share"),
    Words("difference", "number", "here less there", "that of the measure; of an outcome share"),
    Words("paired", "true or false", "whether the worlds were compared one by one"),
    Words("alternative", "text", "label of an alternative that is otherwise from a day on"),
    Words("among", "text", "`all` worlds, or those `open`: nothing was decided before the fork"),
    Words("from", "text", "how worlds end without the alternative"),
    Words("to", "text", "how they end with it"),
    Words("decided_before", "whole number", "in how many of them something was decided before the fork", "worlds"),
    Words(
        "quantity",
        "text",
        "a quantity of weekly; in start also `committee_clock`, the days left to a committee, 0 where none",
    ),
    Words("week", "whole number", "number of the week, from 0", "weeks since the start"),
    Words("actor", "text", "whose ladder"),
    Words("rung", "text", "the rung"),
    Words("consequence", "text", "a column of worlds without its `after_`"),
    Words("dead", "text", "whose dead are counted: a column of worlds"),
    Words("bin", "whole number", "number of the bin, from 0"),
    Words("range", "text", "how many dead, in words"),
    Words("number", "text", "a number that each world drew once, by dotted name"),
    Words("rho", "number", "rank correlation (Spearman's), over worlds, of ending so with the number", "-1 to 1"),
    Words("vectors", "whole number", "how many different draws: vectors of the accepted set, or as many as worlds"),
    Words(
        "stands",
        "true or false",
        "whether it stays away from zero when so many numbers are looked at (Benjamini and Yekutieli 2001, at 5 %)",
    ),
    Words("mean", "number", "mean over worlds", "that of the quantity or consequence"),
    Words("q05", "number", "5 % of the worlds lie below", "that of the quantity or consequence"),
    Words("q25", "number", "25 % lie below", "that of the quantity or consequence"),
    Words("q50", "number", "the median", "that of the quantity or consequence"),
    Words("q75", "number", "75 % lie below", "that of the quantity or consequence"),
    Words("q95", "number", "95 % lie below", "that of the quantity or consequence"),
)
_QUANTILES = ("q05", "q25", "q50", "q75", "q95")
_INTERVAL = ("worlds", "count", "share", "low", "high")
_OVER_THE_SET = ("set_low", "set_high")
TABLE_COLUMNS: dict[str, tuple[str, ...]] = {
    "outcome_shares": ("scenario", "outcome", *_INTERVAL, *_OVER_THE_SET),
    "decided": ("scenario", "outcome", *_INTERVAL, *_OVER_THE_SET),
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
    "rank_correlations": (
        "scenario", "outcome", "number", "rho", "low", "high", "worlds", "vectors", "stands",
    ),
    "whatif_effects": EFFECTS,
    "whatif_transitions": TRANSITIONS,
}  # fmt: skip
MANIFEST = {
    "project": "iraq-withdrawal-sim",
    "schema": "version of the form of these files",
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
    "files": "every other file that the run wrote: `bytes`, its size, and `sha256`, its sum",
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
    "analyzed": "when the pages were made again by `analyze`, if they were; `analyzed_by` is the version that did",
    "sum": "SHA-256 of all else that the manifest says",
}


def page() -> str:
    """The page as it should be."""
    parts = (
        f"# The files of a results folder\n\n{MADE}\n\n{inspect.cleandoc(INTRODUCTION)}",
        table(("file", "what it holds"), ((code(name), what) for name, what in FILES)),
        f"## Commands and exit codes\n\n{inspect.cleandoc(BATCH)}\n\n{table(('exit code', 'meaning'), EXIT_CODES)}",
        f"## When a folder is believed\n\n{inspect.cleandoc(BELIEVED)}",
        f"## Types and units\n\n{inspect.cleandoc(TYPES)}",
        f"## worlds\n\nRows are keyed by scenario and world.\n\n{columns(world_columns().values())}",
        f"## weekly\n\nRows are keyed by scenario, quantity and week.\n\n{columns(WEEKLY_COLUMNS)}",
        f"### Quantities\n\nLevels are those of the week's last day; counts are sums over its days.\n\n{weekly()}",
        f"### Ladders\n\nA world is counted on the highest rung of the week.\n\n{rung_quantities()}",
        f"## Named quantities\n\n{inspect.cleandoc(NAMED)}\n\n{named()}",
        f"## events\n\nRows are keyed by scenario, world and event.\n\n{columns(EVENT_COLUMNS)}",
        f"## tables\n\n{tables()}",
        columns(TABLE_WORDS),
        f"## figures\n\n{figures()}",
        f"## A sweep's folder\n\n{inspect.cleandoc(SWEEP)}",
        table(("file", "what it holds"), ((code(name), what) for name, what in SWEEP_FILES)),
        f"### points\n\n{columns(POINT_COLUMNS)}",
        f"### shares\n\n{columns(SHARE_COLUMNS)}",
        f"## manifest.json\n\n{described(MANIFEST)}",
        f"Under `made`:\n\n{described(MADE_KEYS)}",
    )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def described(meaning: Mapping[str, str]) -> str:
    """Keys with their meanings."""
    return table(("name", "meaning"), ((code(name), said) for name, said in meaning.items()))


def columns(found: Iterable[Column | Words]) -> str:
    """Columns with type, unit and meaning."""
    rows = ((code(column.name), column.kind, column.unit, column.meaning) for column in found)
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
        for name, make in (TABLES | OF_FORKS).items()
    ]
    return table(("file", "what it holds", "columns"), rows)


def figures() -> str:
    """The figures by name."""
    rows = [(code(name), plot.question, "yes" if plot.main else "", plot.caption) for name, plot in FIGURES.items()]
    return table(("figure", "question", "shown first", "what it shows"), rows)
