"""The file that `new` writes: every lever as a comment, so that a change is a `#` less and another number."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from sim.disk.words import one_line
from sim.model.article import RECORD_ENDS
from sim.scenario.errors import ScenarioError
from sim.scenario.files import shipped_folder
from sim.scenario.idle import idle
from sim.scenario.parameters import Parameter, levers
from sim.scenario.schema import Scenario
from sim.scenario.toml import dotted, undotted, written

WIDTH = 100
AGREEMENT = "presence.agreement_ends"


def starter(parent: Scenario, extends: str, file: Path, commands: Mapping[str, str]) -> str:
    """The text of a new scenario that changes nothing of its parent yet.

    `extends` is the parent as the new `file` has to name it; `commands` are those to be told of, with what they do.
    """
    lines = [
        schema_line(file),
        "# Whose view is this, or which question does it ask? Say it here, with the source.",
        "#",
        f"# Only what differs from {one_line(extends)} is written. "
        "To change something, take the # away and write another value.",
        *(f"#   {command:{max(map(len, commands))}}  {what}" for command, what in commands.items()),
        "",
        f"extends = {written(extends)}",
        f"title = {written(file.stem)}",
        'summary = ""  # the conditions in a sentence',
        'source = ""   # who says so',
        "",
        f"# how many days are simulated, from {parent.start} on",
        f"# days = {parent.days}",
        '# what nobody knows well: "accepted": each world draws one of the vectors of numbers that show the record;',
        '# "judgement": each number from its plausible range, shown or not; "none": the central values in every world',
        f"# uncertainty = {written(parent.uncertainty)}",
        *_levers(parent),
        "",
        "# ---- A number that nobody knows well: each world draws its own. In a number's place can stand",
        "#   {uniform = [0.3, 0.7]}   {triangular = [0.3, 0.5, 0.7]}   {choices = [0.3, 0.5]}",
        "#   {normal = [0.5, 0.1], bounds = [0.2, 0.8]}",
        "",
        "# ---- Something that happens on a day; as many of these as you like, one below the other.",
        "# [[events]]",
        *(f"# {key} = {written(value)}" for key, value in _event(parent).items()),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def schema_line(file: Path) -> str:
    """The comment by which an editor finds the JSON Schema from where the file lies, or how it could."""
    schema = shipped_folder().parent / "docs" / "scenario.schema.json"
    if not schema.is_file():  # an installed package, without docs
        return (
            "#:schema ./scenario.schema.json\n# (There is one for editors after: check --schema > scenario.schema.json)"
        )
    try:
        path = Path(os.path.relpath(schema.resolve(), file.resolve().parent)).as_posix()
    except ValueError:  # on another drive
        path = schema.resolve().as_posix()
    return f"#:schema {one_line(path if path.startswith('.') or Path(path).is_absolute() else './' + path)}"


def _levers(parent: Scenario) -> Iterator[str]:
    yield from ("", "# ---- The levers: what a policy, or you, can move. The values are the parent's.")
    table = ""
    for name, value, about in levers(parent):
        path = undotted(name) or (name,)
        if dotted(path[:-1]) != table:
            table = dotted(path[:-1])
            yield from ("", f"[{table}]")
        meaning, indent = about.meaning + said(about), ""
        if value is None:
            value, meaning = _some_day(parent, name), f"e.g.: {meaning}"
            if name == AGREEMENT and parent.presence.legal_default == "invitation":
                meaning, indent = f'{meaning}; only with legal_default = "dated_agreement"', "  "
        yield from (f"# {line}" for line in textwrap.wrap(meaning, WIDTH - 2, break_on_hyphens=False))
        yield f"# {indent}{path[-1]} = {written(value)}"


def _some_day(parent: Scenario, name: str) -> date:
    """A day for a date that the parent has not: one that changes something and is no slip, if there is such a day."""
    since = max(parent.start, RECORD_ENDS) if name == AGREEMENT else parent.start
    middle = since + max((parent.end - since) // 2, timedelta(days=1))
    others = {AGREEMENT: {"presence.legal_default": "dated_agreement"}}.get(name, {})
    wars = [entry.date for front in parent.fronts.values() for entry in front.dates if entry.state == "war"]
    days = (middle, *wars[:1], parent.start)
    return next((day for day in days if _is_taken(parent, {name: day, **others}, name)), middle)


def _is_taken(parent: Scenario, changes: Mapping[str, object], name: str) -> bool:
    """Whether the parent takes these changes without a fault, and without a word about what bears this name."""
    try:
        changed = parent.replace(**changes)
    except ScenarioError:
        return False
    return not any(said == name or said.startswith(f"{name}.") for said, _ in idle(changed))


def said(about: Parameter) -> str:
    """A number's unit and ranges, behind its meaning."""
    if about.range is None:
        return ""
    unit = "" if about.unit in ("", "0-1") else f"{about.unit}, "
    low, high = about.range
    return f" [{unit}plausible {low:g} to {high:g}, allowed {about.low:g} to {about.high:g}]"


def _event(parent: Scenario) -> Mapping[str, object]:
    """An event that the parent takes: a truce where there is a war to pause, else a committee, else a call.

    All lines of the file may be uncommented together, so that the ends of wars above stand beside it.
    """
    unset = (name for name, value, _ in levers(parent) if value is None and name != AGREEMENT)
    parent = parent.replace(**{name: _some_day(parent, name) for name in unset})
    day = parent.start + timedelta(days=min(60, parent.days - 1))
    truces = ({"kind": "truce", "date": day, "front": front, "days": 30} for front in parent.fronts)
    here = dotted(("events", len(parent.events)))
    for event in (*truces, {"kind": "committee", "date": day}):
        if _is_taken(parent, {"events": (*parent.events, event)}, here):
            return event
    return {"kind": "call", "date": day}
