"""`whatif SCENARIO --at DATE --set …`: the same worlds, otherwise from a day on, and what that changes."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.computing import Hooks, computed
from sim.cli.options import (
    Parser,
    Refused,
    a_path,
    computing_options,
    json_option,
    seconds,
    span_options,
    uncertainty_option,
    whole_number,
)
from sim.cli.run import SEED, WORLDS, folder_of, records
from sim.disk import words

if TYPE_CHECKING:
    from sim.ask.forks import Change, Fork
    from sim.ask.whatif import WhatIf
    from sim.scenario.schema import Scenario

EXAMPLE = "--set united_states.restraint=0.2"


class Next(argparse.Action):
    """Keeps what alternatives are made of in the order in which it is typed: (option, word)."""

    def __call__(self, _parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        namespace.asked = [*namespace.asked, (option_string or "", values)]


def options(parser: Parser) -> None:
    """The options of `whatif`."""
    parser.set_defaults(asked=[])
    parser.add_argument(
        "scenario", metavar="SCENARIO", help="a shipped name, a file, or a results folder of one scenario"
    )
    parser.add_argument("--at", required=True, metavar="DATE", help="the day from which on it is otherwise, 2024-05-01")
    parts: dict[str, tuple[str, str]] = {
        "--set": (
            "NAME=VALUE",
            "what is otherwise from that day on, e.g. united_states.restraint=0.2; several make one alternative",
        ),
        "--event": (
            "WHAT",
            "a dated event to add, as a file has it, e.g. 'kind=truce, front=gaza, days=90'; without date=… on that "
            "day",
        ),
        "--to": ("SCENARIO", "the conditions of another scenario come in on that day"),
        "--vary": ("NAME=A,B,C", "an alternative for each value (or LOW..HIGH:N), apart from others by --or"),
        "--as": ("LABEL", "what the alternative is called (default: what it changes)"),
    }
    for name, (metavar, said) in parts.items():
        parser.add_argument(name, action=Next, metavar=metavar, help=said)
    parser.add_argument("--or", action=Next, nargs=0, help="what follows is another alternative")
    parser.add_argument(
        "--worlds", type=whole_number(1, "a number of worlds"), metavar="N", help=f"worlds of each (default {WORLDS})"
    )
    span_options(parser)
    uncertainty_option(parser)
    computing_options(parser)
    parser.add_argument(
        "--out", type=a_path, metavar="DIR", help="keep worlds, tables, figures and report here (default: nowhere)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace what --out holds if its inputs differ")
    parser.add_argument("--figures", choices=("all", "none"), default="all", help="draw figures (default all)")
    parser.add_argument("--stop-after", type=seconds, metavar="2h", help="end whole after this time, with exit 3")
    json_option(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


def whatif(chosen: argparse.Namespace) -> int:
    """Run the scenario and its alternatives, and say what each changes."""
    from sim.ask.forks import day_of
    from sim.jobs.whatif import compared
    from sim.runs.executors import cpus

    parts = alternatives(chosen.asked)
    base, given = what_is_forked(chosen)
    at = day_of(base, chosen.at, "--at")
    found = forked(base, at, parts)
    for fork in found:
        for remark in fork.remarks:
            print(words.one_line(f"{fork.label}: {remark}"), file=sys.stderr)
    folder: Path | None = chosen.out

    def compute(way: Hooks) -> WhatIf:
        return compared(
            base,
            at,
            found,
            **given,
            workers=chosen.workers or cpus(),
            engine=chosen.engine or "auto",
            out=folder,
            overwrite=chosen.overwrite,
            figures=chosen.figures == "all",
            stop=way.stop,
            stop_after=chosen.stop_after,
            progress=way.progress,
            step=way.step,
            command=way.command,
            say=way.say,
        )

    return computed(chosen, folder, compute, lambda answer: tell(answer, folder, chosen))


def tell(answer: WhatIf, folder: Path | None, chosen: argparse.Namespace) -> int:
    """Say what the alternatives change; the exit code."""
    failed: list[dict[str, Any]] = answer.result.manifest.get("failed") or []
    if chosen.json:
        print(json.dumps(as_json(answer, folder, failed)))
        return 1 if failed else 0
    print(answer.text())
    if folder is not None:
        print(f"\nReport, figures and data:\n{words.one_line(folder)}")
    return 1 if failed else 0


# --- what is compared ----------------------------------------------------------------------------------------


def what_is_forked(chosen: argparse.Namespace) -> tuple[Scenario, dict[str, Any]]:
    """The scenario as it is, with seed and worlds. A results folder brings its own.

    Raises:
        Refused, ScenarioError: a scenario or a results folder that cannot be used.
    """
    from sim.runs.data import asked
    from sim.scenario.load import Typed, load, told_apart

    folder = folder_of(chosen.scenario)
    if folder is not None:
        given = [f"--{name}" for name in ("days", "seed", "uncertainty") if getattr(chosen, name) is not None]
        if given:
            raise Refused(f"whatif: a results folder is forked as it was made; leave out {', '.join(given)}")
        recorded = asked(folder)
        if len(recorded["scenarios"]) > 1:
            raise Refused(
                f"whatif: {folder} holds several scenarios, made with --seed {recorded['seed']}: name a file of "
                f"{folder / 'scenarios'}"
            )
        worlds = chosen.worlds or recorded["worlds"]
        return recorded["scenarios"][0], {"worlds": worlds, "seed": recorded["seed"]}
    changes: dict[str, object] = {}
    if chosen.days is not None:
        changes["days"] = Typed("--days", chosen.days)
    if chosen.uncertainty is not None:
        changes["uncertainty"] = Typed("--uncertainty", chosen.uncertainty)
    base = told_apart(load(chosen.scenario, changes=changes), changes)
    return base, {"worlds": chosen.worlds or WORLDS, "seed": SEED if chosen.seed is None else chosen.seed}


@dataclass
class Part:
    """An alternative as it is typed: its label, if one is, and what it is made of."""

    label: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)


def alternatives(asked: Sequence[tuple[str, Any]]) -> list[Part]:
    """The alternatives that a command line asks for, those of --vary not yet told apart.

    Raises:
        Refused: there is none, or one is empty, or it is not clear which is meant.
    """
    parts = [Part()]
    for option, word in asked:
        if option == "--or":
            parts.append(Part())
        elif option != "--as":
            parts[-1].asked.append((option, word))
        elif parts[-1].label:
            raise Refused(f"whatif: --as names an alternative once: {parts[-1].label!r}, or {word!r}?")
        else:
            parts[-1].label = word
    if not any(part.asked for part in parts):
        raise Refused(f"whatif: what is otherwise from that day on? Say it with {EXAMPLE}, --event, --to or --vary")
    for part in parts:
        if not part.asked:
            raise Refused("whatif: an alternative is missing: --or stands between two, each with --set or the like")
        varies = [word for option, word in part.asked if option == "--vary"]
        if varies and (len(part.asked) > 1 or part.label):
            other = "--as" if part.label else next((one for one in part.asked if one[1] != varies[0]), ("--vary",))[0]
            raise Refused(
                f"whatif: --vary {varies[0]} makes alternatives of its own: does {other} belong to each of them, or "
                "not? Write --or before what is another, or each alternative by itself"
            )
    return parts


def forked(base: Scenario, at: Any, parts: Sequence[Part]) -> tuple[Fork, ...]:
    """The alternatives as scenarios. Raises ScenarioError or Refused."""
    from sim.ask.forks import check_label, forks, label_of
    from sim.scenario.errors import ScenarioError

    found: dict[str, list[Change]] = {}
    faults: list[Any] = []
    for part in parts:
        try:
            for label, changes in told(base, at, part):
                name = check_label(label or label_of(changes))
                if name in found:
                    raise Refused(f"whatif: two alternatives are called {name!r}: tell them apart with --as LABEL")
                found[name] = changes
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return forks(base, at, found)


def told(base: Scenario, at: Any, part: Part) -> Iterator[tuple[str, list[Change]]]:
    """The alternatives of a part, each with its label (or none) and its changes."""
    from sim.ask.forks import Change, label_of

    if part.asked[0][0] == "--vary":
        word = part.asked[0][1]
        for name, value in varied(word):
            change = Change(name, value, f"--vary {word}")
            yield label_of([change]), [change]
        return
    changes: list[Change] = []
    for option, word in part.asked:
        changes += READ[option](base, at, word)
    names = [change.name for change in changes if change.name != "events"]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Refused(f"whatif: {twice} is changed twice in one alternative: write --or between two")
    towards = [word for option, word in part.asked if option == "--to"]
    label = f"as {towards[0]}" if towards and len(part.asked) == 1 else ""
    yield part.label or label[:100], changes


def varied(word: str) -> list[tuple[str, object]]:
    """The values of `--vary NAME=A,B,C`, each with the name."""
    from sim.scenario.errors import Fault, ScenarioError
    from sim.scenario.parameters import Slot
    from sim.scenario.toml import undotted
    from sim.sweeps.values import Unfit, as_changed, even
    from sim.sweeps.values import spec as spec_of

    name, _, values = word.partition("=")
    name = name.strip()
    path = undotted(name)
    slot = Slot()
    for each in path or ():
        slot = slot.part(each)
    if not path or not values.strip():
        raise Refused(f"whatif: --vary {word}: write NAME=A,B,C, such as united_states.restraint=0.1,0.5,0.9")
    if slot.info is None:  # `run --set` says what may have been meant
        return [(name, values)]
    try:
        spec = spec_of(values, slot)
    except Unfit as why:
        raise ScenarioError([Fault(f"--vary {word}", None, "", str(why))]) from None
    found = spec.values or even(float(spec.low or 0.0), float(spec.high or 0.0), spec.steps or 5)
    return [(name, as_changed(value, slot)) for value in found]


def set_to(_base: Scenario, _at: Any, word: str) -> list[Change]:
    """`--set NAME=VALUE`, read as `run` reads it."""
    from sim.ask.forks import Change
    from sim.scenario.load import read_changes

    return [Change(name, value, f"--set {word}") for name, value in read_changes([word]).items()]


def happens(_base: Scenario, _at: Any, word: str) -> list[Change]:
    """`--event 'kind=truce, front=gaza, days=90'`: each value a TOML value, or else a text."""
    from sim.ask.forks import Change
    from sim.scenario.toml import read_value

    inside = word.strip().removeprefix("{").removesuffix("}")
    event: dict[str, Any] = {}
    for each in re.findall(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^,"'])+""", inside):
        name, equals, value = each.partition("=")
        if not equals or not name.strip() or name.strip() in event:
            raise Refused(
                f"whatif: --event {word}: write its fields as a file has them, apart by commas, such as "
                "'kind=truce, front=gaza, days=90'"
            )
        event[name.strip()] = read_value(value.strip())
    if not event:
        raise Refused(
            f"whatif: --event {word}: there is nothing in it; write such as 'kind=truce, front=gaza, days=90'"
        )
    return [Change("events", [event], f"--event {word}")]


def come_in(base: Scenario, at: Any, word: str) -> list[Change]:
    """`--to SCENARIO`."""
    from sim.ask.forks import towards
    from sim.scenario.load import load

    return towards(base, at, load(word), f"--to {word}")


READ: dict[str, Callable[[Any, Any, str], list[Change]]] = {"--set": set_to, "--event": happens, "--to": come_in}


# --- for programs --------------------------------------------------------------------------------------------


def as_json(answer: WhatIf, folder: Path | None, failed: list[dict[str, Any]]) -> dict[str, Any]:
    """The same for programs."""
    from sim.show import phrases, whatif

    result = answer.result
    return {
        "folder": folder and str(folder),
        "complete": not failed,
        "failed": failed,
        "version": result.manifest["version"],
        "model": result.manifest["model"],
        "seed": result.manifest["seed"],
        "worlds": result.manifest["worlds"],
        "scenario": answer.base.name,
        "at": answer.at.isoformat(),
        "alternatives": [
            {
                "label": label,
                "scenario": scenario.name,
                "since": answer.since[scenario.name].isoformat(),
                "ends_otherwise": answer.changed[label],
                "decided_before": answer.decided_before[label],
                "remarks": list(answer.remarks.get(label, ())),
            }
            for label, scenario in answer.alternatives.items()
        ],
        "sentences": whatif.sentences(answer),
        "effects": records(answer.effects),
        "transitions": records(answer.transitions),
        "note": phrases.NOT_A_FORECAST,
    }
