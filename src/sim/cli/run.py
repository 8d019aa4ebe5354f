"""`run`: worlds of scenarios, their results folder, and the table of outcomes."""

from __future__ import annotations

import argparse
import json
import re
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.computing import Hooks, computed, goes_on
from sim.cli.options import (
    Parser,
    Refused,
    a_path,
    computing_options,
    json_option,
    seconds,
    whole_number,
    world_options,
)
from sim.disk import words
from sim.disk.paths import is_folder, place
from sim.disk.reading import same_content

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.result import Result
    from sim.runs.inputs import Events
    from sim.scenario.schema import Scenario

WORLDS = 500
SEED = 1
QUICK = {"worlds": 200, "events": "none"}
QUICK_SCENARIOS = ("status_quo", "negotiated_exit", "forced_exit", "gaza_ceasefire")
"""What `--quick` runs where nothing else is asked for: the three of the article, and one twin without the war in Gaza,
for its second question. What takes long in the usual job are the histories, act by act, and three pasts by NumPy."""
MORE = 2_000
"""Worlds, to which the command that goes on from a first look adds."""
LONGEST_NAME = 60  # of a folder under out/


def options(parser: Parser) -> None:
    """The options of `run`."""
    parser.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", help="a shipped name, a file, or a results folder to repeat"
    )
    parser.add_argument(
        "--worlds", type=whole_number(1, "a number of worlds"), metavar="N", help="worlds a scenario (default 500)"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"a first look, in well under a minute; unless you say otherwise it is: {' '.join(QUICK_SCENARIOS)} "
        f"--worlds {QUICK['worlds']} --events {QUICK['events']}",
    )
    world_options(parser)
    computing_options(parser)
    parser.add_argument("--out", type=a_path, metavar="DIR", help="results folder (default: a new one under out/)")
    parser.add_argument("--overwrite", action="store_true", help="replace what --out holds if its inputs differ")
    parser.add_argument(
        "--events",
        choices=("none", "typical", "all"),
        help="whose acts to keep (default typical: one world per outcome)",
    )
    parser.add_argument("--figures", choices=("all", "none"), default="all", help="draw figures (default all)")
    parser.add_argument("--stop-after", type=seconds, metavar="2h", help="end whole after this time, with exit 3")
    parser.add_argument("--any-size", action="store_true", help="begin even if disk or memory will not hold it")
    json_option(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


@dataclass(frozen=True)
class Job:
    """What is to be run; `repeats` is the results folder that this is to make again, if any."""

    scenarios: list[Scenario]
    worlds: int
    seed: int
    events: Events
    figures: bool
    repeats: Path | None = None


def run(chosen: argparse.Namespace) -> int:
    """Run the worlds, write the results folder, show the outcomes."""
    from sim.ask.questions import companions
    from sim.jobs.run import run as run_worlds
    from sim.runs.executors import cpus

    meant = look_quickly(chosen) if chosen.quick else ""
    job = job_of(chosen)
    beside = companions(job.scenarios)
    folder: Path = chosen.out or new_folder([one.name for one in job.scenarios if one.name not in beside])

    def compute(way: Hooks) -> Result:
        return run_worlds(
            job.scenarios,
            worlds=job.worlds,
            seed=job.seed,
            workers=chosen.workers or cpus(),
            engine=chosen.engine or "auto",
            out=folder,
            events=job.events,
            overwrite=chosen.overwrite,
            figures=job.figures,
            stop=way.stop,
            stop_after=chosen.stop_after,
            progress=way.progress,
            step=way.step,
            command=way.command,
            say=after(meant, way.say),
            any_size=chosen.any_size,
        )

    return computed(chosen, folder, compute, lambda result: tell(result, folder, job, chosen))


def tell(result: Result, folder: Path, job: Job, chosen: argparse.Namespace) -> int:
    """Say what came of a run; the exit code."""
    failed: list[dict[str, Any]] = result.manifest.get("failed") or []  # each was said when it happened
    unlike = differing(job.repeats, folder) if job.repeats is not None else None
    if chosen.json:
        print(json.dumps(as_json(result, folder, failed, unlike)))
    else:
        print(report(result))
        if unlike is not None:
            print(f"\n{said_of_repetition(unlike, job.repeats)}")
        if chosen.quick:
            print(f"\nA first look, in few worlds. More of the same, added to these: {more_of_it(chosen, folder)}")
        print(f"\nReport, figures and data:\n{words.one_line(folder)}")
    return 1 if failed or unlike else 0


# --- what is to be run ---


def look_quickly(chosen: argparse.Namespace) -> str:
    """Have `--quick` mean the options that it stands for, where no others are given; the line that says which."""
    if any(folder_of(word) is not None for word in chosen.scenarios):
        raise Refused("run: a results folder is repeated as it was made; leave out --quick")
    meant: list[str] = []
    if not chosen.scenarios:
        chosen.scenarios = list(QUICK_SCENARIOS)
        meant += QUICK_SCENARIOS
    for name, value in QUICK.items():
        if getattr(chosen, name) is None:
            setattr(chosen, name, value)
            meant += [f"--{name}", str(value)]
    return f"A first look: --quick stands for {words.typed(meant)}" if meant else ""


def after(first: str, say: Callable[[str], None] | None) -> Callable[[str], None] | None:
    """A way to say lines that says another before the first of them: what is refused before is told in one line."""
    if not first or say is None:
        return say
    lines = iter([first])

    def told(line: str) -> None:
        for before in lines:
            say(before)
        say(line)

    return told


def more_of_it(chosen: argparse.Namespace, folder: Path) -> str:
    """The command that adds worlds to a first look."""
    kept, skip = [], False
    for word in chosen.typed:
        if not skip and not word.startswith("--worlds"):
            kept.append(word)
        skip = word == "--worlds"
    return goes_on([*kept, "--worlds", str(max(MORE, 10 * chosen.worlds))], folder)


def job_of(chosen: argparse.Namespace) -> Job:
    """The job that the command line asks for.

    Raises:
        Refused, ScenarioError: a scenario, a change or a results folder that cannot be used.
    """
    folders = [folder for folder in map(folder_of, chosen.scenarios) if folder is not None]
    if folders:
        return repetition(folders[0], chosen)
    return Job(
        scenarios=loaded(chosen.scenarios, chosen),
        worlds=chosen.worlds or WORLDS,
        seed=SEED if chosen.seed is None else chosen.seed,
        events=chosen.events or "typical",
        figures=chosen.figures == "all",
    )


def loaded(names: Sequence[str], chosen: argparse.Namespace) -> list[Scenario]:
    """The scenarios with `--set`, `--days` and `--uncertainty` in them; no name means the main job.

    Raises:
        ScenarioError: with every fault, each once.
    """
    from sim.ask.questions import main_job
    from sim.scenario.load import Typed, load_all, read_changes, told_apart

    changes = read_changes(chosen.set)
    if chosen.days is not None:
        changes["days"] = Typed("--days", chosen.days)
    if chosen.uncertainty is not None:
        changes["uncertainty"] = Typed("--uncertainty", chosen.uncertainty)
    if not names:
        return main_job(changes)
    return [told_apart(scenario, changes) for scenario in load_all(names, changes=changes)]


def folder_of(word: str) -> Path | None:
    """The results folder that a word means; None where it means a scenario, as a shipped name always does.

    Raises InputError for what can be no path.
    """
    from sim.scenario.files import shipped

    if word in shipped():
        if is_folder(Path(word)):
            print(f"{word} is the shipped scenario; the folder of that name is meant by ./{word}", file=sys.stderr)
        return None
    path = place(word)
    return path if is_folder(path) else None


def repetition(folder: Path, chosen: argparse.Namespace) -> Job:
    """The job of a results folder, from its manifest and the scenarios in it."""
    from sim.jobs.run import finished_folder
    from sim.runs.data import asked

    given = ("worlds", "seed", "days", "events", "uncertainty")
    taken = [f"--{name}" for name in given if getattr(chosen, name) is not None] + ["--set"] * bool(chosen.set)
    if len(chosen.scenarios) > 1:
        raise Refused("run: a results folder is repeated alone, without other scenarios")
    if taken:
        raise Refused(f"run: a results folder is repeated as it was made; leave out {', '.join(taken)}")
    if chosen.out is not None and chosen.out.resolve() == folder.resolve():
        raise Refused(f"run: {folder} is to be repeated: give another folder than itself as --out")
    finished_folder(folder)  # raises where it is not finished: there is nothing to compare with yet
    return Job(**asked(folder), figures=chosen.figures == "all" and (folder / "figures").is_dir(), repeats=folder)


def new_folder(names: Sequence[str]) -> Path:
    """A new, empty folder under out/, named by the moment and the scenarios."""
    from sim.scenario.names import LONGEST_IN_BYTES

    plain = [re.sub(r"[^\w-]+", "_", name) for name in names]
    joined = "-".join(plain)
    if len(joined) > LONGEST_NAME:
        joined = plain[0][:LONGEST_NAME] + (f"-and-{len(plain) - 1}-more" if len(plain) > 1 else "")
    fits = joined.encode("utf-8")[:LONGEST_IN_BYTES].decode("utf-8", "ignore")
    stem = f"{datetime.now():%Y%m%d-%H%M%S}-{fits}"
    number = 1
    try:
        Path("out").mkdir(exist_ok=True)
        while True:
            folder = Path("out") / (stem if number == 1 else f"{stem}-{number}")
            try:
                folder.mkdir()
                return folder
            except FileExistsError:  # another run began in this second
                number += 1
    except OSError as fault:
        raise Refused(f"out/ cannot be used ({fault.strerror or fault}): give a folder with --out") from fault


# --- repeating a results folder ---


def differing(first: Path, second: Path) -> list[str]:
    """The files that two runs wrote which are not the same, other than manifest.json, which tells times.

    What else lies in the folders, by somebody's or some system's hand, is passed over.
    """
    from sim.runs.folder import manifest_in

    files = {name for folder in (first, second) for name in (manifest_in(folder) or {}).get("files", {})}
    return sorted(name for name in files if not same_content(first / name, second / name))


def said_of_repetition(unlike: list[str], folder: Path | None) -> str:
    """Whether the bytes agree, in a sentence."""
    if not unlike:
        return words.one_line(f"The bytes agree with those of {folder} in every file but manifest.json.")
    return words.one_line(f"The bytes DIFFER from those of {folder} in: {', '.join(unlike)}")


# --- what is shown ---


def report(result: Result) -> str:
    """The table of outcomes, what the war changes where twins were run, the answer in words, and what this is not."""
    from sim.show import making, phrases, summary, tables

    result = tables.main_part(result)
    shares = tables.endings(result)
    outcomes = list(dict.fromkeys(shares["outcome"]))
    over = tables.has_ranges(shares)
    rows = [["", *(phrases.outcome(name) for name in outcomes)]]
    for scenario in result.scenarios:
        mine = shares[shares["scenario"] == scenario.name]
        capped = " (capped)" if phrases.capped(scenario) else ""
        rows.append([scenario.name + capped])
        if not over:
            rows[-1] += [
                f"{phrases.percent(row.share)} ({phrases.interval(row.low, row.high)})" for row in tables.each(mine)
            ]
            continue
        rows[-1] += [phrases.percent(row.share) for row in tables.each(mine)]
        rows.append(["  over the set", *(phrases.over_the_set(row) for row in tables.each(mine))])
        rows.append(["  by chance", *(phrases.interval(row.low, row.high) for row in tables.each(mine))])
    held = phrases.chance(result.scenarios)
    heads = [f"Share of worlds by how they end, with 95 % Wilson intervals ({held})"]
    if over:
        heads = textwrap.wrap(
            "Share of worlds by how they end. Over the set: how far the share itself moves with the parameters, from "
            "the 10th to the 90th percentile over the accepted vectors, chance taken out (not told: too few worlds). "
            "By chance: how far it would move with other random numbers, 95 % Wilson interval.",
            100,
        )
    lines = [*heads, "", *in_columns(rows)]
    lines += what_changes(result)
    said = [" ".join(summary.answer(result)), *summary.experiments(result), phrases.NOT_A_FORECAST]
    if result.choices:
        lines = [textwrap.fill(making.replaced(result), 100), "", *lines]
    return "\n".join([*lines, "", *(textwrap.fill(sentence, 100) for sentence in said)])


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines, each column as wide as its widest cell."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def what_changes(result: Result) -> list[str]:
    """What conditions change in the same worlds: a table for the war in Gaza, by its paths, and one for all else."""
    from sim.show import phrases, printed, tables

    lines: list[str] = []
    numbers = tables.gaza(result)
    forced = tables.each(numbers[numbers["measure"] == "forced_exit"])
    if forced:
        paths = list(dict.fromkeys(row.path for row in forced))
        cells: dict[str, dict[str, str]] = {}
        for row in forced:
            again = row.path in cells.get(row.scenario, {})
            name = f"{row.scenario} less {row.other}" if again else row.scenario
            cells.setdefault(name, {})[row.path] = printed.gap(row)
        rows = [["", *(phrases.PATHS[path] for path in paths)]]
        rows += [[name, *(by.get(path, "") for path in paths)] for name, by in cells.items()]
        counts = sorted({row.worlds for row in forced})
        lines += ["", "What the war in Gaza changes: forced exits with the war less without it, in percentage points"]
        held = printed.chance(result, numbers)
        lines += [f"(95 % intervals, {held}; {counts[0]:,} paired worlds)", "", *in_columns(rows)]
    pairs, numbers = tables.contrasts(result), tables.changes(result)
    if len(numbers):
        outcomes = list(dict.fromkeys(numbers["measure"]))
        rows = [["", *map(phrases.outcome, outcomes)]]
        for names, mine in numbers.groupby(["scenario", "other"], sort=False):
            rows.append([" less ".join(map(str, names)), *map(printed.gap, tables.each(mine))])
        lines += ["", "What the conditions change: the same worlds under both, in percentage points"]
        held = printed.chance(result, numbers)
        lines += [f"(95 % intervals, {held}; {numbers['worlds'].max():,} paired worlds)", "", *in_columns(rows)]
        lines += [
            textwrap.fill(f"{pair.first} less {pair.second}: {pair.condition}.", 100)
            for pair in pairs
            if not pair.path and pair.is_twin
        ]
    compared = {name for pair in pairs for name in (pair.first, pair.second)}
    alone = [scenario.name for scenario in result.scenarios if scenario.name not in compared]
    if len(result.scenarios) > 1 and alone:
        said = f"Not compared, since start or length are no other's here: {', '.join(alone)}."
        lines += ["", textwrap.fill(said, 100)]
    return lines


def as_json(result: Result, folder: Path, failed: list[dict[str, Any]], unlike: list[str] | None) -> dict[str, Any]:
    """The same for programs."""
    from sim.show import phrases, tables

    said: dict[str, Any] = {
        "folder": str(folder),
        "complete": not failed,
        "failed": failed,
        "version": result.manifest["version"],
        "model": result.manifest["model"],
        "seed": result.manifest["seed"],
        "shares": records(tables.outcome_shares(result)),
        "decided": records(tables.any_end(result)),
        "differences": records(tables.differences(result), statistic="share"),
        "note": phrases.NOT_A_FORECAST,
    }
    if unlike is not None:
        said["repeats"] = {"same": not unlike, "differing": unlike}
    return said


def records(table: pd.DataFrame, **wanted: str) -> list[dict[str, Any]]:
    """The rows in which columns hold the wanted values, as plain Python."""
    for column, value in wanted.items():
        table = table[table[column] == value]
    found: list[dict[str, Any]] = json.loads(table.to_json(orient="records", double_precision=15))
    return found
