"""The file that `new` writes: every lever as a comment, so that a change is a `#` less and another number."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from sim.scenario.errors import ScenarioError
from sim.scenario.load import Parameter, levers, shipped_folder
from sim.scenario.schema import RECORD_ENDS, Scenario
from sim.scenario.toml import dotted, undotted, written

WIDTH = 100


def starter(parent: Scenario, extends: str, file: Path, commands: Mapping[str, str]) -> str:
    """The text of a new scenario that changes nothing of its parent yet.

    `extends` is the parent as the new `file` has to name it; `commands` are those to be told of, with what they do.
    """
    lines = [
        schema_line(file),
        "# Whose view is this, or which question does it ask? Say it here, with the source.",
        "#",
        f"# Only what differs from {extends} is written. To change something, take the # away and write another value.",
        *(f"#   {command:{max(map(len, commands))}}  {what}" for command, what in commands.items()),
        "",
        f"extends = {written(extends)}",
        f"title = {written(file.stem)}",
        'summary = ""  # the conditions in a sentence',
        'source = ""   # who says so',
        "",
        f"# how many days are simulated, from {parent.start} on",
        f"# days = {parent.days}",
        '# "judgement": each world draws every number that nobody knows well from its plausible range',
        f"# uncertainty = {written(parent.uncertainty or 'judgement')}",
        *_levers(parent),
        *_more(parent),
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
    return f"#:schema {path if path.startswith('.') or Path(path).is_absolute() else './' + path}"


def _levers(parent: Scenario) -> Iterator[str]:
    yield from ("", "# ---- The levers: what a policy, or you, can move. The values are the parent's.")
    some_day = max(parent.start, RECORD_ENDS) + timedelta(parent.days // 2)
    table = ""
    for name, value, about in levers(parent):
        path = undotted(name) or (name,)
        if dotted(path[:-1]) != table:
            table = dotted(path[:-1])
            yield from ("", f"[{table}]")
        given, example = (value, "") if value is not None else (some_day, "e.g.: ")
        for line in textwrap.wrap(f"{example}{about.meaning}{said(about)}", WIDTH - 2, break_on_hyphens=False):
            yield f"# {line}"
        yield f"# {path[-1]} = {written(given)}"


def said(about: Parameter) -> str:
    """A number's unit and ranges, behind its meaning."""
    if about.range is None:
        return ""
    unit = "" if about.unit in ("", "0-1") else f"{about.unit}, "
    low, high = about.range
    return f" [{unit}plausible {low:g} to {high:g}, allowed {about.low:g} to {about.high:g}]"


def _more(parent: Scenario) -> Iterator[str]:
    yield from (
        "",
        "# ---- A number that nobody knows well: each world draws its own. In a number's place can stand",
        "#   {uniform = [0.3, 0.7]}   {triangular = [0.3, 0.5, 0.7]}   {choices = [0.3, 0.5]}",
        "#   {normal = [0.5, 0.1], bounds = [0.2, 0.8]}",
        "",
        "# ---- Something that happens on a day; as many of these as you like, one below the other.",
        *(f"# {line}" for line in _event(parent)),
    )


def _event(parent: Scenario) -> list[str]:
    """An event that the parent takes: a truce where there is room for one, else a committee."""
    day = parent.start + timedelta(days=min(60, parent.days - 1))
    for front in parent.fronts:
        truce: dict[str, str | int | date] = {"kind": "truce", "date": day, "front": front, "days": 30}
        try:
            parent.replace(events=(*parent.events, truce))
        except ScenarioError:
            continue
        return _lines(truce)
    return _lines({"kind": "committee", "date": day})


def _lines(event: dict[str, str | int | date]) -> list[str]:
    return ["[[events]]", *(f"{key} = {written(value)}" for key, value in event.items())]
