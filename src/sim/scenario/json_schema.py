"""The JSON Schema of scenario files: what an editor completes and checks while one types.

It is made from the schema's own declarations. A file is not a whole scenario, only what differs, so that the
schema asks for less: nothing is required of an entry by name, which may change one value of a default group;
and a distribution may stand in a number's place. What it cannot know (whether a front that another follows
exists) is left to `check`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.scenario.schema import Scenario
from sim.scenario.toml import REMOVED
from sim.scenario.uncertain import Distribution

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_BY_NAME = ("properties", "$defs")
"""Keywords whose value holds schemas under names that are no keywords."""

_FORMS = {
    "uniform": (2, 2, "[low, high]: anything between, equally likely"),
    "triangular": (3, 3, "[low, mode, high]: likeliest at the mode"),
    "normal": (2, 2, "[mean, sd]: normal; needs bounds"),
    "bounds": (2, 2, "[low, high]: of a normal"),
    "choices": (1, None, "one of these, equally likely"),
}
"""What may stand in a distribution: how many numbers at least and at most, and what they mean."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema of scenario files, as a new dict each time."""
    schema = Scenario.model_json_schema()
    for node in _nodes(schema):
        _tidy(node)
    properties = schema.pop("properties")
    del properties["name"], properties["uncertain"]  # the file's own name; distributions stand in numbers' places
    for name, table in properties.items():
        if "additionalProperties" in table:
            _open_by_name(schema, name, table)
    properties["fronts"] = _also_listed(schema, "Front", properties["fronts"])
    events = properties["events"]
    events["description"] = "what happens on a date, beside what `extends` has; events = [] takes out all of that"
    schema["$defs"][Distribution.__name__]["properties"] = {name: _form(*form) for name, form in _FORMS.items()}
    extends = {"type": "string", "description": "the scenario that this one changes: a shipped name, or a path"}
    return {
        "$schema": DIALECT,
        "title": "A scenario: the conditions of a world",
        "description": "Only what differs from the scenario in `extends`, or from the defaults, is written.",
        **{key: schema[key] for key in ("type", "additionalProperties")},
        "properties": {"extends": extends, **properties},
        "$defs": schema["$defs"],
    }


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema within a schema, itself first."""
    if isinstance(node, list):
        for inner in node:
            yield from _nodes(inner)
    elif isinstance(node, dict):
        yield node
        for keyword, value in list(node.items()):
            if keyword in _BY_NAME:
                yield from _nodes(list(value.values()))
            elif keyword in ("anyOf", "oneOf", "items", "additionalProperties"):
                yield from _nodes(value)


def _tidy(node: dict[str, Any]) -> None:
    """What pydantic says is said as an editor can use it."""
    node.pop("title", None)  # the field's name again
    node.pop("discriminator", None)  # OpenAPI's word
    if isinstance(node.get("default"), dict) or node.get("default", "") is None:
        del node["default"]  # a section's defaults stand at its fields; TOML has no null
    if node.get("fitted") is False:
        del node["fitted"]
    kinds = node.get("anyOf")
    if kinds is not None and {"type": "null"} in kinds:
        node["anyOf"] = [{"const": REMOVED} if kind == {"type": "null"} else kind for kind in kinds]
    if "unit" in node and "range" in node:
        low, high = node["range"]
        unit = "" if node["unit"] == "-" else f"{node['unit']}; "
        node["description"] = f"{node['description']} ({unit}plausible {low:g} to {high:g})"
        plain = {key: node.pop(key) for key in ("type", "minimum", "maximum")}
        node["anyOf"] = [plain, {"$ref": f"#/$defs/{Distribution.__name__}"}]


def _form(least: int, most: int | None, meaning: str) -> dict[str, Any]:
    """A list of numbers in a distribution."""
    form = {"type": "array", "items": {"type": "number"}, "minItems": least, "description": meaning}
    return form if most is None else {**form, "maxItems": most}


def _open_by_name(schema: dict[str, Any], name: str, table: dict[str, Any]) -> None:
    """Entries by name: each may be changed in part, or taken out."""
    entry = table["additionalProperties"]
    schema["$defs"][entry["$ref"].rpartition("/")[2]].pop("required", None)
    table["additionalProperties"] = {"anyOf": [entry, {"const": REMOVED}]}
    table["description"] = f'{name} by name; "{REMOVED}" takes one out'


def _also_listed(schema: dict[str, Any], entry: str, table: dict[str, Any]) -> dict[str, Any]:
    """Tables by name, or else as a list in which each says its name: [[fronts]] with name = "gaza"."""
    plain = schema["$defs"][entry]
    name = {"type": "string", "minLength": 1, "description": "which one: [fronts.NAME] in another way"}
    listed = {**plain, "properties": {"name": name, **plain["properties"]}, "required": ["name"]}
    schema["$defs"][f"Named{entry}"] = listed
    description = table.pop("description")
    entries = {"type": "array", "items": {"$ref": f"#/$defs/Named{entry}"}}
    return {"anyOf": [table, entries], "description": description}
