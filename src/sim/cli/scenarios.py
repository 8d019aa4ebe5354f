"""The commands around scenario files: `list`, `describe`, `new`, `check`, `diff`."""

from __future__ import annotations

import argparse
import json
import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.options import DOOR, Parser, Refused, engine_option, json_option, quoted, whole_number
from sim.cli.run import SEED, WORLDS, records
from sim.disk.paths import is_folder, place
from sim.disk.words import one_line

if TYPE_CHECKING:
    from sim.results.result import Result
    from sim.scenario.compare import Differences
    from sim.scenario.parameters import Parameter
    from sim.scenario.schema import Scenario

WIDTH = 100
MEANS = (
    "attacks_iraq",
    "us_killed",
    "us_strikes_iraq",
    "iraqi_civilians_killed",
    "threats",
    "committees",
    "sessions",
    "pressure_max",
    "troops_end",
)
"""Of a world's numbers, those whose means `diff --run` shows; --json has all."""


# --- list ---


def list_scenarios(chosen: argparse.Namespace) -> int:
    """The shipped scenarios, each with its title and whose view it is."""
    from sim.scenario.files import shipped
    from sim.scenario.load import every_shipped

    files = shipped()
    rows = [
        {"name": name, "title": scenario.title, "source": scenario.source, "file": str(files[name])}
        for name, scenario in every_shipped().items()
    ]
    if chosen.json:
        print(json.dumps({"scenarios": rows}))
        return 0
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        print(f"{row['name']:{width}}  {row['title']}".rstrip())
        if row["source"]:
            print(wrapped(f"({row['source']})", indent=width + 2))
    return 0


# --- describe ---


def describe_options(parser: Parser) -> None:
    """The options of `describe`."""
    parser.add_argument("name", metavar="NAME", help="a shipped name or a file")
    parser.add_argument("--all", action="store_true", help="every parameter with unit, meaning and source")
    json_option(parser)


def describe(chosen: argparse.Namespace) -> int:
    """What the conditions of a scenario are, what it changes of its parent, and what can be moved."""
    from sim.scenario.compare import differences
    from sim.scenario.load import load, parent
    from sim.scenario.parameters import levers, parameters
    from sim.scenario.said import said
    from sim.scenario.schema import Scenario
    from sim.show import conditions

    scenario, above = load(chosen.name), parent(chosen.name)
    changed = differences(above or Scenario(), scenario)
    sentences = list(conditions.sentences(scenario))
    usual = {name: value for name, value, _ in parameters(Scenario())}
    if chosen.json:
        about_it = {
            **{word: getattr(scenario, word) for word in ("name", "title", "summary", "source", "twin_of")},
            "extends": None if above is None else above.name,
            "conditions": sentences,
            "events": [{**plain(event), "words": said(event, scenario)} for event in scenario.events],
            "caps": conditions.caps(scenario),
            "changes": as_json(changed),
            "levers": [about(name, value, what, usual) for name, value, what in levers(scenario)],
        }
        if chosen.all:
            about_it["parameters"] = [about(name, value, what, usual) for name, value, what in parameters(scenario)]
        print(json.dumps(about_it))
        return 0
    print("\n".join(described(scenario, above, changed, sentences)))
    print("\n".join(lever_lines(scenario, usual)))
    if chosen.all:
        print("\n".join(parameter_lines(scenario, usual)))
    else:
        print(f"\nEvery other number, with its source: {DOOR} describe {quoted(chosen.name)} --all")
    return 0


def described(
    scenario: Scenario, above: Scenario | None, changed: Differences, sentences: Iterable[str]
) -> Iterator[str]:
    """The head, the conditions, the events, and what differs from the parent."""
    from sim.scenario.said import said
    from sim.show import phrases

    yield phrases.clean(f"{scenario.name}: {scenario.title}" if scenario.title else scenario.name)
    for text in (scenario.summary, f"View or source: {scenario.source}" if scenario.source else ""):
        if text:
            yield wrapped(text)
    yield from ("", "Conditions")
    yield from (wrapped(sentence, indent=2, bullet="- ") for sentence in sentences)
    if scenario.events:
        yield from ("", "Scripted")
        yield from (
            wrapped(said(event, scenario), indent=2, bullet="- ")
            for event in sorted(scenario.events, key=lambda event: event.date)
        )
    yield ""
    other = "the defaults" if above is None else above.name
    if not changed:
        yield f"All values are those of {other}"
        return
    yield f"What differs from {other}"
    yield from difference_lines(changed, other, scenario.name)


def lever_lines(scenario: Scenario, usual: dict[str, object]) -> Iterator[str]:
    """The levers: name, value, meaning with unit and plausible range; the default where it was moved."""
    from sim.scenario.parameters import levers

    yield from ("", "Levers: what a policy, or you, can move")
    yield from table(levers(scenario), usual, sources=False)


def parameter_lines(scenario: Scenario, usual: dict[str, object]) -> Iterator[str]:
    """Every parameter, by section."""
    from sim.scenario.parameters import parameters

    yield from ("", "All parameters")
    yield from table(parameters(scenario), usual, sources=True)


def table(rows: Iterable[tuple[str, object, Parameter]], usual: dict[str, object], *, sources: bool) -> Iterator[str]:
    """Parameters under the name of their section, each with a line of value and a line or two of meaning."""
    from sim.show import conditions

    section = ""
    for name, value, what in rows:
        above, _, last = name.rpartition(".")
        if above != section:
            section = above
            yield f"  [{section}]"
        moved = name in usual and value != usual[name]
        aside = [what.unit] if what.unit else []
        aside += [f"default {conditions.value(usual[name])}"] if moved else []
        plausible = "" if what.range is None else f"; plausible {what.range[0]:g} to {what.range[1]:g}"
        yield f"  {last} = {conditions.value(value)}" + (f" ({', '.join(aside)})" if aside else "")
        source = f" [{what.source}]" if sources and what.source else ""
        yield wrapped(f"{what.meaning}{plausible}{source}", indent=6)
        if isinstance(value, tuple):
            yield from (f"        {conditions.entry(entry)}" for entry in value)


# --- new ---


def new_options(parser: Parser) -> None:
    """The options of `new`."""
    parser.add_argument("name", metavar="NAME", help="of the scenario, or the path of its file")
    parser.add_argument(
        "--from",
        dest="parent",
        default="status_quo",
        metavar="PARENT",
        help="the scenario that it changes: a shipped name, or a file in its own folder (default status_quo)",
    )
    json_option(parser)


def new(chosen: argparse.Namespace) -> int:
    """Write a file that changes nothing yet, with every lever in a comment."""
    from sim.scenario.files import shipped
    from sim.scenario.load import load
    from sim.scenario.names import no_name
    from sim.scenario.starter import starter

    file = place(chosen.name if chosen.name.lower().endswith(".toml") else f"{chosen.name}.toml")
    if why := no_name(file.stem if chosen.name else ""):
        raise Refused(f"new: {chosen.name!r} is no name for a scenario: {why}")
    if file.with_suffix("").as_posix() in shipped():
        raise Refused(f"new: {file.with_suffix('').as_posix()} is the name of a shipped scenario; choose another")
    if not is_folder(file.parent):
        raise Refused(f"new: there is no folder {file.parent}")
    above = load(chosen.parent)
    extends = named_from(file, chosen.parent)
    name, known = quoted(str(file)), quoted(chosen.parent)
    commands = {
        f"{DOOR} check {name}": "finds mistakes",
        f"{DOOR} diff {known} {name} --run": "shows what your changes change",
        f"{DOOR} describe {known} --all": "lists every other number that can stand here",
    }
    text = starter(above, extends, file, commands)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as made:
            made.write(text)
    except FileExistsError:
        raise Refused(f"new: {file} is there already, and is left as it is; choose another name") from None
    except OSError as fault:
        raise Refused(f"new: {file} cannot be written ({fault.strerror or fault})") from None
    if chosen.json:
        print(json.dumps({"file": str(file), "extends": extends}))
    else:
        print(f"Written: {one_line(file)}, which changes nothing of {one_line(extends)} yet.")
        print(f"Open it in an editor, change a lever, then: {DOOR} check {name}")
    return 0


def named_from(file: Path, parent: str) -> str:
    """The parent as `extends` has to say it in the new file."""
    from sim.scenario.files import shipped

    if parent in shipped():
        return parent
    above = place(parent).resolve()
    shipped_as = next((name for name, path in shipped().items() if path.resolve() == above), None)
    if shipped_as is not None:
        return shipped_as
    folder = file.resolve().parent
    if not above.is_relative_to(folder):
        raise Refused(
            f"new: {parent} does not lie in the folder of {file}; a scenario extends a shipped one, or a file in its "
            f"own folder: write it there, `{DOOR} new {Path(parent).parent / file.name} --from {parent}`"
        )
    return above.relative_to(folder).as_posix()


# --- check ---


def check_options(parser: Parser) -> None:
    """The options of `check`."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="scenario files or shipped names")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of scenario files")
    json_option(parser)


def check(chosen: argparse.Namespace) -> int:
    """Find the faults in scenario files: a line for each, and exit 2 if there is one.

    What is allowed but worth a word (a value that nobody thinks plausible) is said too, and is no fault.
    """
    from sim.scenario.errors import MOST_SAID, Fault, ScenarioError, and_more
    from sim.scenario.load import remarks

    if chosen.schema:
        from sim.scenario.json_schema import json_schema

        print(json.dumps(json_schema(), indent=2))
        return 0
    if not chosen.files:
        raise Refused("check: name a FILE, or use --schema")
    faults: list[Fault] = []
    noted: list[str] = []
    for name in chosen.files:
        try:
            every = remarks(name)
            found = [*map(str, every[:MOST_SAID]), *and_more(len(every), "note")]
        except ScenarioError as error:
            faults += error.faults
            continue
        noted += found
        if not chosen.json:
            notes = ", with a note:" if len(found) == 1 else ", with notes:" if found else ""
            print(f"{one_line(name)}: fine{notes}")
            for remark in found:
                print(f"  {remark}")
    if faults:
        raise ScenarioError(faults)
    if chosen.json:
        print(json.dumps({"checked": chosen.files, "faults": [], "notes": noted}))
    return 0


# --- diff ---


def diff_options(parser: Parser) -> None:
    """The options of `diff`."""
    parser.add_argument("first", metavar="A", help="a shipped name or a file")
    parser.add_argument("second", metavar="B", help="a shipped name or a file")
    parser.add_argument("--run", action="store_true", help="simulate both: how do the outcomes differ, world by world?")
    parser.add_argument(
        "--worlds", type=whole_number(1, "a number of worlds"), metavar="N", help="with --run (default 500)"
    )
    parser.add_argument("--days", type=whole_number(1, "a number of days"), metavar="N", help="with --run")
    parser.add_argument("--seed", type=whole_number(0, "a seed"), metavar="N", help="with --run (default 1)")
    parser.add_argument("--workers", type=whole_number(1, "a number of workers"), metavar="N", help="with --run")
    engine_option(parser)
    json_option(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


def diff(chosen: argparse.Namespace) -> int:
    """How two scenarios differ by meaning; with --run also in their outcomes."""
    from sim.scenario.compare import differences
    from sim.scenario.load import Typed, load_all

    given = [
        f"--{name}" for name in ("worlds", "days", "seed", "workers", "engine") if getattr(chosen, name) is not None
    ]
    if given and not chosen.run:
        raise Refused(f"diff: {', '.join(given)} says how to simulate: add --run")
    changes = {} if chosen.days is None else {"days": Typed("--days", chosen.days)}
    first, second = load_all((chosen.first, chosen.second), changes=changes)
    changed = differences(first, second)
    result = both_run(first, second, chosen) if chosen.run else None
    if chosen.json:
        said: dict[str, Any] = {"first": first.name, "second": second.name, **as_json(changed)}
        if result is not None:
            said |= outcomes_as_json(result)
        print(json.dumps(said))
        return 0
    one, other = (first.name, second.name)
    if one == other:
        one, other = one_line(chosen.first), one_line(chosen.second)
    if changed:
        print(f"{one} → {other}")
        print("\n".join(difference_lines(changed, one, other)))
    else:
        print(f"{one} and {other} are the same conditions")
    if result is not None:
        print("\n".join(outcome_lines(result)))
    return 0


def both_run(first: Scenario, second: Scenario, chosen: argparse.Namespace) -> Result:
    """The worlds of both, in memory, with the same draws."""
    from sim.jobs.run import run as run_worlds
    from sim.runs.executors import cpus
    from sim.runs.progress import Progress

    with nullcontext(None) if chosen.quiet else Progress() as progress:
        return run_worlds(
            [first, second],
            worlds=chosen.worlds or WORLDS,
            seed=SEED if chosen.seed is None else chosen.seed,
            workers=chosen.workers or cpus(),
            engine=chosen.engine or "auto",
            events="none",
            progress=progress,
        )


def outcome_lines(result: Result) -> Iterator[str]:
    """The shares of outcomes and the means of some numbers in both, and their paired differences."""
    from sim.show import phrases, summary, tables

    first, second = (scenario["name"] for scenario in result.manifest["scenarios"])
    capped = {scenario.name: " (capped)" if phrases.capped(scenario) else "" for scenario in result.scenarios}
    alike = tables.one_span(result)
    gaps = tables.each(result.between(second, first))
    rows = [["Share of worlds", first + capped[first], second + capped[second]]]
    rows[0] += [f"{second} less {first}"] * alike
    for row in gaps:
        if row.statistic == "share" and (row.here > 0 or row.there > 0):
            span = f"{phrases.points(row.low)} to {phrases.points(row.high)}"
            gap = f"{phrases.points(row.difference)} points ({span})"
            rows.append([phrases.outcome(row.measure), phrases.percent(row.there), phrases.percent(row.here)])
            rows[-1] += [gap] * alike
    rows += [[""] * len(rows[0]), ["Mean of a world", *[""] * (len(rows[0]) - 1)]]
    for row in gaps:
        if row.statistic == "mean" and row.measure in MEANS:
            span = f"{phrases.signed(row.low)} to {phrases.signed(row.high)}" if row.worlds > 1 else "one world"
            gap = f"{phrases.signed(row.difference)} ({span})"
            rows.append([phrases.count(row.measure), phrases.amount(row.there), phrases.amount(row.here)])
            rows[-1] += [gap] * alike
    worlds, seed = result.manifest["worlds"], result.manifest["seed"]
    of_each = f"{worlds:,} {'world' if worlds == 1 else 'worlds'} of each"
    same_start = len({scenario.start for scenario in result.scenarios}) == 1
    yield ""
    yield wrapped(
        f"{of_each}, compared one by one: a world of one number has the same luck in both (seed {seed}). In brackets "
        f"are 95 % intervals; they hold {phrases.chance(result.scenarios)}, and {phrases.wider(result.scenarios)}."
        if alike
        else f"{of_each} (seed {seed}). Their histories do not start on the same day or are not of the same length, so "
        "they are not compared world by world: what more days bring is no effect of a condition."
        + (" With --days both are as long." if same_start else "")
    )
    yield ""
    yield from columns(rows)
    yield ""
    yield from (wrapped(sentence) for sentence in summary.experiments(result))
    yield phrases.NOT_A_FORECAST


def outcomes_as_json(result: Result) -> dict[str, Any]:
    """The same for programs: every measure. No differences (null) between scenarios of another start or length."""
    from sim.show import phrases, tables

    first, second = (scenario["name"] for scenario in result.manifest["scenarios"])
    gaps = result.between(second, first)
    if not tables.one_span(result):
        gaps[["difference", "low", "high"]] = math.nan
    return {
        "worlds": result.manifest["worlds"],
        "seed": result.manifest["seed"],
        "shares": records(result.shares()),
        "outcomes": records(gaps),
        "note": phrases.NOT_A_FORECAST,
    }


# --- what is shown ---


def difference_lines(changed: Differences, first: str, second: str) -> Iterator[str]:
    """What differs: each value before and after with unit and meaning, then entries and events of one alone."""
    from sim.scenario.said import said
    from sim.show import conditions

    for one in changed.values:
        unit = f" ({one.about.unit})" if one.about.unit else ""
        if isinstance(one.first, tuple) and isinstance(one.second, tuple):
            yield f"  {one.name}"
            for sign, these, others in (("-", one.first, one.second), ("+", one.second, one.first)):
                yield from (f"    {sign} {conditions.entry(entry)}" for entry in these if entry not in others)
        else:
            yield f"  {one.name}: {conditions.value(one.first)} → {conditions.value(one.second)}{unit}"
        yield wrapped(one.about.meaning, indent=6)
    for name, entries, events, scenario in zip(
        (first, second), changed.entries, changed.events, changed.both, strict=True
    ):
        for entry, fields in entries.items():
            values = ", ".join(f"{field} {conditions.value(value)}" for field, value in fields.items())
            yield wrapped(f"Only in {name}: {entry} ({values})", indent=2, hang=4)
        if events:
            yield f"  Only in {name} it happens that"
            yield from (wrapped(said(event, scenario), indent=4, bullet="- ") for event in events)


def about(name: str, value: object, what: Parameter, usual: dict[str, object]) -> dict[str, Any]:
    """A parameter for programs."""
    return {
        "name": name,
        "value": plain(value),
        "default": plain(usual.get(name)),
        "unit": what.unit,
        "meaning": what.meaning,
        "source": what.source,
        "role": what.role,
        "plausible": plain(what.range),
        "allowed": None if what.low is None else [plain(what.low), plain(what.high)],
    }


def as_json(changed: Differences) -> dict[str, Any]:
    """What differs, for programs."""
    values = [
        {
            "name": one.name,
            "first": plain(one.first),
            "second": plain(one.second),
            "unit": one.about.unit,
            "meaning": one.about.meaning,
        }
        for one in changed.values
    ]
    return {
        "values": values,
        "only_first": {"entries": plain(changed.entries[0]), "events": plain(changed.events[0])},
        "only_second": {"entries": plain(changed.entries[1]), "events": plain(changed.events[1])},
    }


def plain(value: object) -> Any:
    """A value as JSON has it: dates as text, a distribution as in a file."""
    from pydantic_core import to_jsonable_python

    return to_jsonable_python(value, exclude_none=True)


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of cells in columns."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def wrapped(text: str, *, indent: int = 0, bullet: str = "", hang: int | None = None) -> str:
    """A text in lines of at most WIDTH, indented; further lines stand under the first, or `hang` further in."""
    from sim.show import phrases

    first = " " * indent + bullet
    after = " " * (indent + (len(bullet) if hang is None else hang))
    return textwrap.fill(
        phrases.clean(text) if hang is None else text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=after,
        break_on_hyphens=False,
        break_long_words=False,
    )
