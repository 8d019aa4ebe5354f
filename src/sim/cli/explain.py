"""`explain SCENARIO --world N`: one world, simulated again with its event log, as a plain dated list.

With ``--short`` it is a telling to read aloud: acts without their reasons, and no attack that hurt nobody.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from sim.cli.options import Parser, Refused, json_option, whole_number, world_options
from sim.cli.run import SEED, folder_of, loaded

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

MAIN_TERMS = 6  # so many of the numbers that decided an act are shown
UTILITY = "utility of "  # of a rung the prime minister could choose: the best few are shown, best first
BEST = 3
HURT = ("wounded", "dead")
WHAT_CAME = (*HURT, "civilians and state forces", "go_ahead")  # what came of an act, not why it was chosen
ORDERED, IN_FORCE = ("Iran", "sends a new order"), ("Iran", "order takes effect")
DECIDED = {
    "letter": "letter of expulsion delivered",
    "binding_law": "binding law passed",
    "phased": "signed end, phased",
    "full": "signed end within a year",
    "ran_out": "the dated agreement runs out",
}
STRUCK = "group struck"  # the log says by its number which group a strike hit


def options(parser: Parser) -> None:
    """The options of `explain`."""
    parser.add_argument("scenario", metavar="SCENARIO", help="a shipped name, a file, or a results folder")
    parser.add_argument(
        "--world", type=whole_number(0, "the number of a world"), required=True, metavar="N", help="which world"
    )
    parser.add_argument(
        "--point", type=whole_number(0, "the number of a point"), metavar="N", help="of a sweep's folder: which point"
    )
    world_options(parser)
    parser.add_argument(
        "--short", action="store_true", help="to read aloud: without the reasons, and the attacks that hurt nobody"
    )
    json_option(parser)


def explain(chosen: argparse.Namespace) -> int:
    """Simulate one world alone, as it also is in a block of thousands, and list what happened in it."""
    import numpy as np

    from sim.engine.blocks import simulate
    from sim.show import accounts, phrases

    if chosen.short and chosen.json:
        raise Refused("explain: --short is for reading, --json for programs: leave one of them out")
    scenario, seed, numbers = what_is_told(chosen)
    given = {name: np.array([value]) for name, value in numbers.items()}
    block = simulate(scenario, seed=seed, worlds=[chosen.world], overrides=given or None, events=True)
    world = {name: plain(values[0]) for name, values in block.worlds.items()}
    columns = block.events or {}
    events = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for event in events:
        del event["world"]
        event["date"] = phrases.day(scenario, event["day"])
        event["terms"] = dict(accounts.read(event["terms"]))
        struck = event["terms"].pop(STRUCK, -1)
        if struck >= 0:
            event["struck"] = list(scenario.groups)[int(struck)]
    if chosen.json:
        print(json.dumps({"scenario": scenario.name, "seed": seed, **world, "events": events}, default=date.isoformat))
    else:
        acts = [event for event in events if not accounts.is_course(event)]
        so_far(acts)
        kept = [f"With {name} = {value:g}" for name, value in numbers.items()]
        shown = [[*heading(scenario, seed, world), *kept], *parts(acts, short=chosen.short)]
        print("\n".join(line for part in shown for line in part))
    return 0


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


def plain(value: Any) -> Any:
    """A number of NumPy as one of Python; NaN as None."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value


def heading(scenario: Scenario, seed: int, world: dict[str, Any]) -> list[str]:
    """Which world this is and how it ends."""
    from sim.show import phrases

    day = world.get("outcome_day")
    when = "" if day is None else f", decided on {phrases.day(scenario, day)} (day {int(day)})"
    return [
        f"World {world['world']} of {scenario.name}, seed {seed}: {scenario.days} days from {scenario.start}",
        f"It ends in: {phrases.outcome(world['outcome'])} ({phrases.kind(world['kind'])}){when}",
        phrases.NOT_A_FORECAST,
    ]


def so_far(events: list[dict[str, Any]]) -> None:
    """Adds to each order that Iran sends the one in force until then (``from``) and what took effect of it (``to``)."""
    sent = {event["event"] for event in events if about(event) == ORDERED}
    in_effect = [event for event in events if about(event) == IN_FORCE]
    taken = {max(orders): event for event in in_effect if (orders := sent.intersection(event["causes"]))}
    in_force = None
    for event in events:
        if about(event) == IN_FORCE:
            in_force = event
        elif about(event) == ORDERED:
            event["from"], event["to"] = in_force, taken.get(event["event"])


def about(event: dict[str, Any]) -> tuple[str, str]:
    """Who did what."""
    return event["actor"], event["act"]


def parts(events: list[dict[str, Any]], *, short: bool) -> Iterator[list[str]]:
    """The list in two parts: what came before the start, and what came after it."""
    acts = {event["event"]: event for event in events}
    told = [event for event in events if not (short and is_routine(event))]
    before = [event for event in told if event["day"] < 0]
    if before:
        yield ["", "Before the start (the run-up, and the record where there is one; not counted in results)"]
        yield from (lines(event, acts, short=short) for event in before)
    yield ["", "From the start"]
    yield from (lines(event, acts, short=short) for event in told[len(before) :])


def is_routine(event: dict[str, Any]) -> bool:
    """Whether it is an attack that hurt nobody."""
    return event["act"] == "attack" and not any(event["terms"].get(name, 0.0) for name in HURT)


def lines(event: dict[str, Any], acts: Mapping[int, dict[str, Any]], *, short: bool = False) -> list[str]:
    """An event as a dated line; in a long telling a second line says why, with others of ``acts`` that it came from."""
    from sim.show import phrases

    first = f"{event['date']}  #{event['event']:<5} {phrases.plain(event['actor'])}: {act(event)}"
    if event["scripted"]:
        first += "  [record]" if event["day"] < 0 else "  [scenario]"
    return [first.replace(f"#{event['event']:<5} ", "") if short else first] + ([] if short else [why(event, acts)])


def act(event: dict[str, Any]) -> str:
    """What was done, in words."""
    from sim.show import phrases

    if event["act"] == "decision":
        return f"decision: {DECIDED.get(event['rung'], phrases.kind(event['rung']))}"
    if about(event) == ORDERED:
        came = [order(each) for each in (event["from"], event["to"] or event) if each]
        return f"{event['act']}: {' → '.join(came)}"
    struck = f"on {event['struck']}" if event.get("struck") else ""
    return " · ".join(phrases.plain(str(part)) for part in (event["act"], event["rung"], struck) if part)


def order(event: dict[str, Any]) -> str:
    """An order of Iran's, with its go-ahead where that is known."""
    from sim.show import phrases

    known = event["terms"].get("go_ahead")
    return str(event["rung"]) if known is None else f"{event['rung']} ({phrases.number(known, 2)})"


def why(event: dict[str, Any], acts: Mapping[int, dict[str, Any]]) -> str:
    """The line of reasons: the rule, the states that carried the act by their sources, the numbers that decided.

    Where the scenario or the record gives an event by its date, no rule decided it, and no state carried it.
    """
    from sim.show import accounts

    terms = event["terms"]
    if event["scripted"]:
        came = {name: value for name, value in terms.items() if name in WHAT_CAME}
        said, named = ["given by date", *reasons(came, event["rung"])], set()
    else:
        others = {name: value for name, value in terms.items() if not accounts.repeats(event, name)}
        said = [event["rule"], *accounts.told(event, acts), *reasons(others, event["rung"])]
        named = accounts.named(event)
    causes = [cause for cause in event["causes"] if cause not in named]
    if causes:
        said.append("from " + " ".join(f"#{cause}" for cause in causes))
    return f"{'':20}why: {'; '.join(said)}"


def reasons(terms: dict[str, float], rung: str) -> Iterator[str]:
    """The main numbers that decided, in the order of the log; of the utilities only the best few and that of `rung`."""
    from sim.show import phrases

    utilities = {name: value for name, value in terms.items() if name.startswith(UTILITY)}
    others = [name for name in terms if name not in utilities][:MAIN_TERMS]
    ranked = sorted(utilities, key=lambda name: -utilities[name])
    best = [name for place, name in enumerate(ranked) if place < BEST or name == UTILITY + rung]
    for names in (others, best):
        if names:
            yield ", ".join(f"{phrases.plain(name)} {phrases.number(terms[name])}" for name in names)
