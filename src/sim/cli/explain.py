"""`explain SCENARIO --world N`: one world, simulated again, told in plain sentences; or two of them side by side."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from sim.cli.options import Parser, Refused, a_path, json_option, whole_number, world_options
from sim.cli.run import SEED, folder_of, loaded

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

NARROW, WIDE = 60, 160  # columns of text, at least and at most
A_WORLD = whole_number(0, "the number of a world")


def options(parser: Parser) -> None:
    """The options of `explain`."""
    parser.add_argument("scenario", metavar="SCENARIO", help="a shipped name, a file, or a results folder")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--world", type=A_WORLD, metavar="N", help="which world")
    which.add_argument(
        "--typical",
        metavar="OUTCOME",
        choices=("us_stays", "negotiated_exit", "forced_exit", "lapsed"),
        help="the world nearest the medians of those that end so: us_stays, negotiated_exit, forced_exit, lapsed",
    )
    which.add_argument(
        "--compare", type=A_WORLD, nargs=2, metavar=("N", "M"), help="two worlds side by side, and where they part"
    )
    parser.add_argument(
        "--point", type=whole_number(0, "the number of a point"), metavar="N", help="of a sweep's folder: which point"
    )
    parser.add_argument(
        "--worlds",
        type=whole_number(1, "a number of worlds"),
        metavar="N",
        help="among so many a typical one is looked for (default 500; a results folder has its own)",
    )
    world_options(parser)
    parser.add_argument("--log", action="store_true", help="every act with its rule and its reasons, instead")
    parser.add_argument(
        "--but-for",
        action="store_true",
        help="also without each event that carried the ending, with the same luck: which were necessary",
    )
    parser.add_argument("--html", type=a_path, metavar="FILE", help="write it as a page of its own")
    json_option(parser)


def explain(chosen: argparse.Namespace) -> int:
    """Simulate worlds alone, as they also are in a block of thousands, and tell what happened in them."""
    from sim.ask.histories import lived
    from sim.disk.writing import put
    from sim.show.telling.history import History

    refuse_mixtures(chosen)
    scenario, seed, numbers = what_is_told(chosen)
    worlds = chosen.compare or [chosen.world if chosen.typical is None else typical(chosen, scenario, seed)]
    told = [History(one) for one in lived(scenario, seed=seed, worlds=worlds, numbers=numbers)]
    shown: Any = told[0].compare(told[1]) if chosen.compare else told[0]
    if chosen.html is not None:
        put(chosen.html, shown.html())
        print(f"written: {chosen.html}", file=sys.stderr)
    if chosen.json:
        said = shown.to_dict()
        if chosen.but_for:
            said["but_for"] = told[0].but_for().to_dict()
        print(json.dumps(said, default=date.isoformat))
    elif chosen.log:
        print("\n\n".join(one.log() for one in told))
    else:
        print(shown.text(*columns()))
        if chosen.but_for:
            print(f"\n{told[0].but_for().text(*columns())}")
    return 0


def refuse_mixtures(chosen: argparse.Namespace) -> None:
    """Options that do not go together, each said in a line."""
    if chosen.log and chosen.json:
        raise Refused("explain: --log is for reading, and --json holds every act anyway: leave one of them out")
    if chosen.log and (chosen.but_for or chosen.html):
        raise Refused("explain: --log is the list of acts alone: leave out --but-for and --html, or --log")
    if chosen.compare and chosen.but_for:
        raise Refused("explain: --but-for asks of one history: name it by --world")
    if chosen.compare and chosen.compare[0] == chosen.compare[1]:
        raise Refused(f"explain: --compare takes two worlds, and both are {chosen.compare[0]}")
    if chosen.worlds is not None and chosen.typical is None:
        raise Refused("explain: --worlds is for --typical: among so many worlds the typical one is looked for")


def columns() -> tuple[int, ...]:
    """How wide the text is: as the terminal; elsewhere as each kind of text has it."""
    if not sys.stdout.isatty():
        return ()
    return (min(max(shutil.get_terminal_size().columns, NARROW), WIDE),)


def typical(chosen: argparse.Namespace, scenario: Scenario, seed: int) -> int:
    """The number of the world that is nearest the medians of an outcome."""
    from sim.ask.histories import typical_world
    from sim.jobs.run import open_folder
    from sim.show import phrases

    folder = folder_of(chosen.scenario)
    table: Any = None
    worlds = chosen.worlds or 500
    if folder is not None:
        if chosen.point is not None or chosen.worlds is not None:
            raise Refused(
                "explain: --typical looks among the worlds that the folder holds: leave out --point and --worlds"
            )
        result: Any = open_folder(folder)
        table = result.worlds
        worlds = len(table)
    found = typical_world(scenario, chosen.typical, seed=seed, worlds=worlds, table=table)
    if found is None:
        none = f"explain: none of {worlds:,} worlds of {scenario.name} ends in: {phrases.outcome(chosen.typical)}"
        raise Refused(none if folder is not None else f"{none} (--worlds looks among more of them)")
    return found


def what_is_told(chosen: argparse.Namespace) -> tuple[Scenario, int, dict[str, float]]:
    """What to simulate: scenario, seed, and the numbers that a point of a sweep gives to every world."""
    from sim.jobs.run import open_folder
    from sim.jobs.sweep import is_sweep

    folder = folder_of(chosen.scenario)
    is_of_sweep = folder is not None and is_sweep(folder)
    if chosen.point is None or folder is None or not is_of_sweep:
        if chosen.point is not None:
            raise Refused("explain: --point is a point of a sweep: name the folder of one")
        if is_of_sweep:
            raise Refused(f"explain: {folder} holds a sweep: say which point with --point (its points.csv lists them)")
        return (*scenario_and_seed(chosen), {})
    refuse_changes(chosen)
    sweep: Any = open_folder(folder)
    scenario, numbers = sweep.told(chosen.point)
    return scenario, sweep.seed_of(chosen.point), numbers


def refuse_changes(chosen: argparse.Namespace) -> None:
    """A results folder is as it was made: options that would change its worlds are refused."""
    given = [f"--{name}" for name in ("days", "seed", "uncertainty") if getattr(chosen, name) is not None]
    if chosen.set or given:
        taken = ", ".join(["--set"] * bool(chosen.set) + given)
        raise Refused(f"explain: a world of a results folder is as it was made; leave out {taken}")


def scenario_and_seed(chosen: argparse.Namespace) -> tuple[Scenario, int]:
    """What to simulate. A results folder brings its own scenario and seed."""
    from sim.runs.data import asked

    seed = SEED if chosen.seed is None else chosen.seed
    folder = folder_of(chosen.scenario)
    if folder is None:
        return loaded([chosen.scenario], chosen)[0], seed
    refuse_changes(chosen)
    recorded = asked(folder)
    if len(recorded["scenarios"]) > 1:
        raise Refused(
            f"explain: {folder} holds several scenarios, made with --seed {recorded['seed']}: "
            f"name a file of {folder / 'scenarios'}"
        )
    return recorded["scenarios"][0], recorded["seed"]
