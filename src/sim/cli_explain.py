"""`explain SCENARIO --world N`: one world, simulated again with its event log, as a plain dated list."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli_options import Parser, Refused, json_option, whole_number, world_options
from sim.cli_run import SEED, loaded

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

MAIN_TERMS = 6  # of the numbers that decided an act, so many are shown
UTILITY = "utility of "  # of a rung the prime minister could choose: the best few are shown, best first
BEST = 3
STRUCK = "group struck"  # the log keeps which group a strike hit by its place among the groups


def options(parser: Parser) -> None:
    """The options of `explain`."""
    parser.add_argument("scenario", metavar="SCENARIO", help="a shipped name, a file, or a results folder")
    parser.add_argument(
        "--world", type=whole_number(0, "the number of a world"), required=True, metavar="N", help="which world"
    )
    world_options(parser)
    json_option(parser)


def explain(chosen: argparse.Namespace) -> int:
    """Simulate one world alone, as it also is in a block of thousands, and list what happened in it."""
    from sim.model import simulate

    scenario, seed = scenario_and_seed(chosen)
    block = simulate(scenario, seed=seed, worlds=[chosen.world], events=True)
    world = {name: plain(values[0]) for name, values in block.worlds.items()}
    columns = block.events or {}
    events = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for event in events:
        del event["world"]
        event["date"] = dated(scenario, event["day"])
        event["terms"] = json.loads(event["terms"] or "{}")
        struck = event["terms"].pop(STRUCK, -1)
        if struck >= 0:
            event["struck"] = list(scenario.groups)[int(struck)]
    if chosen.json:
        print(json.dumps({"scenario": scenario.name, "seed": seed, **world, "events": events}))
    else:
        shown = [heading(scenario, seed, world), *parts(events)]
        print("\n".join(line for part in shown for line in part))
    return 0


def scenario_and_seed(chosen: argparse.Namespace) -> tuple[Scenario, int]:
    """What to simulate. A results folder brings its own scenario and seed."""
    from sim.runs import asked

    seed = SEED if chosen.seed is None else chosen.seed
    folder = Path(chosen.scenario)
    if not folder.is_dir():
        return loaded([chosen.scenario], chosen)[0], seed
    if chosen.set or chosen.days is not None or chosen.seed is not None:
        raise Refused("explain: a world of a results folder is as it was made; leave out --set, --days and --seed")
    recorded = asked(folder)
    if len(recorded["scenarios"]) > 1:
        raise Refused(
            f"explain: {folder} holds several scenarios, made with --seed {recorded['seed']}: "
            f"name a file of {folder / 'scenarios'}"
        )
    return recorded["scenarios"][0], recorded["seed"]


def plain(value: Any) -> Any:
    """A number of NumPy as Python's; not a number as None."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value


def dated(scenario: Scenario, day: float) -> str:
    """A day's number as an ISO date."""
    return (scenario.start + timedelta(days=int(day))).isoformat()


def heading(scenario: Scenario, seed: int, world: dict[str, Any]) -> list[str]:
    """Which world this is and how it ends."""
    from sim.show import words

    day = world.get("outcome_day")
    when = "" if day is None else f", decided on {dated(scenario, day)} (day {int(day)})"
    return [
        f"World {world['world']} of {scenario.name}, seed {seed}: {scenario.days} days from {scenario.start}",
        f"It ends in: {words.outcome(world['outcome'])} ({words.kind(world['kind'])}){when}",
        words.NOT_A_FORECAST,
    ]


def parts(events: list[dict[str, Any]]) -> Iterator[list[str]]:
    """The list in its two parts: what leads up to the start, then what this world is about."""
    before = [event for event in events if event["day"] < 0]
    if before:
        yield ["", "Before the start (the run-up, and the record where there is one; not counted in results)"]
        yield from map(lines, before)
    yield ["", "From the start"]
    yield from map(lines, events[len(before) :])


def lines(event: dict[str, Any]) -> list[str]:
    """An event as a dated line, and one that says why."""
    from sim.show import words

    scripted = "  [scripted]" if event["scripted"] else ""
    struck = f"on {event['struck']}" if event.get("struck") else ""
    act = " · ".join(words.plain(str(part)) for part in (event["act"], event["rung"], struck) if part)
    who = words.plain(event["actor"])
    why = [event["rule"], *reasons(event["terms"], event["rung"])]
    if event["causes"]:
        why.append("from " + " ".join(f"#{cause}" for cause in event["causes"]))
    return [f"{event['date']}  #{event['event']:<5} {who}: {act}{scripted}", f"{'':20}why: {'; '.join(why)}"]


def reasons(terms: dict[str, float], rung: str) -> Iterator[str]:
    """The main numbers that decided, in the log's order; of utilities the best few and that of `rung`."""
    from sim.show import words

    utilities = {name: value for name, value in terms.items() if name.startswith(UTILITY)}
    others = [name for name in terms if name not in utilities][:MAIN_TERMS]
    ranked = sorted(utilities, key=lambda name: -utilities[name])
    best = [name for place, name in enumerate(ranked) if place < BEST or name == UTILITY + rung]
    for names in (others, best):
        if names:
            yield ", ".join(f"{words.plain(name)} {terms[name]:.3g}" for name in names)
