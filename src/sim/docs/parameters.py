"""docs/parameters.md: every value that a scenario file can set, and every kind of event."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from sim.docs.markdown import MADE, code, plain, table
from sim.model.article import EARLIEST_START
from sim.scenario.parameters import status
from sim.scenario.schema import Scenario

HEAD = ("name", "default", "from", "unit", "plausible", "allowed", "role", "meaning; source")
ENTRY = {"fronts": "front", "groups": "group", "blocs": "bloc"}
"""Sections whose entries go by name, and what one of them is called; ``groups.GROUP.share`` is any group's."""
INTRODUCTION = """
    Every value that a scenario file can set: what it means, its unit, its default, what a file may say (`allowed`;
    beyond it the file is refused), what sources or judgement make plausible, and where it comes from. `judgement`
    means that nobody measured it. `from` says of each number whether its default was `fitted` by the search
    ([its record](validation.md)), `sourced`, or `judged`. The [rules](model.md#submodels) name these values as they
    stand here.

    | role | what it is | before the first day |
    | --- | --- | --- |
    | lever | what a policy, or a student, moves | at its default |
    | uncertainty | what nobody knows well | as the scenario says |
    | fixed | a definition, a recorded fact, or a switch for experiments | as the scenario says |

    A cap (`highest_…`) is an experiment and holds, like a lever, from the first day on.
"""


def page() -> str:
    """The page as it should be."""
    schema, scenario = Scenario.model_json_schema(), Scenario()
    own, sections = [], []
    for name, node in schema["properties"].items():
        target = node.get("$ref") or node.get("additionalProperties", {}).get("$ref")
        if name == "uncertain":  # a file writes a distribution in its number's own place
            continue
        if target is not None:
            sections.append(section(name, definition(schema, target), schema, getattr(scenario, name)))
        elif name not in ("name", "events"):  # the name comes from the file
            own.append(row(name, node, required=False))
    return "\n".join(
        [
            f"# Parameters\n\n{MADE}\n\n{inspect.cleandoc(INTRODUCTION)}\n",
            f"## A scenario\n\nA scenario starts on {EARLIEST_START} at the earliest.\n\n{table(HEAD, own)}",
            *sections,
            f"## Uncertain numbers\n\n{uncertain()}",
            events(schema),
        ]
    )


def definition(schema: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    """The part of a JSON Schema that a reference means."""
    found: Mapping[str, Any] = schema["$defs"][reference.rpartition("/")[2]]
    return found


def section(name: str, table_of: Mapping[str, Any], schema: Mapping[str, Any], defaults: Any) -> str:
    """One section of a scenario file."""
    prefix = f"{name}.{ENTRY[name].upper()}." if name in ENTRY else f"{name}."
    parts = [f"## {name}\n\n{table_of['description']}\n", table(HEAD, rows(schema, table_of, prefix))]
    if name in ENTRY:
        parts.append(f"The {name} by default:\n\n{entries(ENTRY[name], defaults)}")
    else:
        for field in type(defaults).model_fields:
            value = getattr(defaults, field)
            if isinstance(value, tuple):
                parts.append(f"`{name}.{field}` by default: {plain(value)}.\n")
    return "\n".join(parts)


def rows(schema: Mapping[str, Any], table_of: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, ...]]:
    """The values of a section, and those of the tables in its lists."""
    for name, node in table_of["properties"].items():
        yield row(f"{prefix}{name}", node, required=name in table_of.get("required", ()))
        reference = node.get("items", {}).get("$ref")
        if reference:
            yield from rows(schema, definition(schema, reference), f"{prefix}{name}[].")


def row(name: str, node: Mapping[str, Any], *, required: bool) -> tuple[str, ...]:
    """One value, by its JSON Schema."""
    default = "to be given" if required else plain(node["default"]) if "default" in node else "see below"
    source = node.get("source", "")
    return (
        code(name),
        default,
        status(bool(node.get("fitted")), str(source)) if "range" in node else "",
        str(node.get("unit", "")).strip("-"),
        "–".join(f"{end:g}" for end in node.get("range", ())),
        allowed(node),
        str(node.get("role", "")),
        str(node.get("description", "")) + (f"; *{source}*" if source else ""),
    )


def allowed(node: Mapping[str, Any]) -> str:
    """What a file may say."""
    kind = next(kind for kind in node.get("anyOf", [node]) if kind.get("type") != "null")
    if "enum" in kind:
        return ", ".join(code(name) for name in kind["enum"] if name)
    if "minimum" in kind and "maximum" in kind:
        return f"{kind['minimum']:g}–{kind['maximum']:g}"
    bounds = (("minimum", "at least"), ("exclusiveMinimum", "above"), ("maximum", "at most"))
    said = [f"{phrase} {kind[key]:g}" for key, phrase in bounds if key in kind]
    other = "a date" if kind.get("format") == "date" else {"string": "a text", "array": "a list"}.get(kind["type"], "")
    return ", ".join(said) or other


def entries(what: str, by_name: Mapping[str, BaseModel]) -> str:
    """The default entries of a section by name, with the values that a new one would have to think of."""
    some = next(iter(by_name.values()))
    fields = [
        name
        for name, info in type(some).model_fields.items()
        if any(getattr(entry, name) != info.default for entry in by_name.values())
    ]
    shown = [(name, *(plain(getattr(entry, field)) for field in fields)) for name, entry in by_name.items()]
    return table((what, *map(code, fields)), shown)


def uncertain() -> str:
    """The distributions that may stand in a number's place."""
    return (
        inspect.cleandoc("""
        In the place of any number a file may put a distribution, from which each world draws once
        ([how](model.md#uncertain-numbers)). Results then carry this uncertainty beside chance.

        | distribution | what is drawn |
        | --- | --- |
        | `{uniform = [low, high]}` | anything between, equally likely |
        | `{triangular = [low, mode, high]}` | likeliest at the mode |
        | `{normal = [mean, sd], bounds = [low, high]}` | normal, within bounds |
        | `{choices = [a, b, c]}` | one of these, equally likely |

        `uncertainty = "judgement"` draws every number of role `uncertainty` from its plausible range, but those that
        a scenario itself sets, to a distribution or to another value than the default.
    """)
        + "\n"
    )


def events(schema: Mapping[str, Any]) -> str:
    """The kinds of ``[[events]]``."""
    parts = ["## events\n\nTables `[[events]]`, each of one kind. [What they do](model.md#scripted-events).\n"]
    columns = ("name", "default", "allowed", "meaning; source")
    for kind in schema["properties"]["events"]["items"]["oneOf"]:
        table_of = definition(schema, kind["$ref"])
        cells = [dict(zip(HEAD, cells, strict=True)) for cells in rows(schema, table_of, "")]
        shown = [[cell[column] for column in columns] for cell in cells if cell["name"] != code("kind")]
        title = f"### {table_of['properties']['kind']['const']}\n\n{table_of['description']}\n"
        parts.append(f"{title}\n{table(columns, shown)}")
    return "\n".join(parts)
