"""The generated blocks of docs/model.md: ladders, the calendar, what is given, who knows what, draws …"""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterable

import sim.engine
import sim.model
from sim.docs.day import DAY, file, who_knows_what
from sim.docs.feeds import listed
from sim.docs.markdown import code, first_sentence, plain, table
from sim.language.promise import RULES
from sim.model.ladders import LADDERS
from sim.model.talks import MEANINGS, PACKAGES
from sim.scenario.parameters import status
from sim.scenario.schema import Scenario


def ladders() -> str:
    """Every declared ladder as a table, low to high."""
    parts = []
    for key, ladder in LADDERS.items():
        rows = [(height, code(rung.name), rung.meaning) for height, rung in enumerate(ladder)]
        title = f"**{ladder.title[0].upper()}{ladder.title[1:]}** ({code(key)})"
        parts.append(f"{title}\n\n{table(('height', 'rung', 'meaning'), rows)}")
    return "\n".join(parts)


def draw_names() -> dict[str, dict[str, str]]:
    """What luck decides, as each file of the model and the engine declares it: file -> name of the draw -> decision."""
    found = {}
    for package in (sim.model, sim.engine):
        for name in sorted(info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")):
            declared = getattr(importlib.import_module(name), "DRAWS", None)
            if declared:
                found[f"{name.removeprefix('sim.').replace('.', '/')}.py"] = dict(declared)
    return found


def draws() -> str:
    """Every draw by its name."""
    rows = [
        (code(draw), what, code(file)) for file, declared in draw_names().items() for draw, what in declared.items()
    ]
    return table(("name of the draw", "what it decides", "file"), rows)


def calendar() -> str:
    """What is fixed of a day before it begins."""
    fields = file(DAY.with_name("calendar.py")).fields("Calendar")
    return table(("name", "what it says"), ((code(name), meaning) for name, (_, meaning) in fields.items()))


def given_names() -> dict[str, list[str]]:
    """Each name under which something can be given, with the functions that ask for it."""
    found: dict[str, list[str]] = {}
    for path in sorted(DAY.parent.rglob("*.py")):
        part = path.stem if path.parent == DAY.parent else path.parent.name
        for function in file(path).functions.values():
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and ast.unparse(call.func) in ("at.given", "at.is_given"):
                    name = ast.unparse(call.args[0]).lstrip("f").strip("'\"")
                    asked = found.setdefault(name, [])
                    asked += [f"{part}.{function.name}"] * (f"{part}.{function.name}" not in asked)
    return dict(sorted(found.items()))


def given() -> str:
    """What can be given rather than decided, by name."""
    rows = ((code(name), ", ".join(map(code, asked))) for name, asked in given_names().items())
    return table(("name", "asked for in"), rows)


def packages() -> str:
    """The packages that talks are about."""
    rows = [(number, code(name), what) for number, (name, what) in enumerate(zip(PACKAGES, MEANINGS, strict=True))]
    return table(("number", "package", "what it is"), rows)


def rules() -> str:
    """Every rule that promises something, with its promises."""

    def named(inputs: Iterable[str]) -> str:
        return ", ".join(map(code, inputs)) or "–"

    rows = []
    for name, promise in sorted(RULES.items()):
        bounds = "–" if promise.bounded is None else " to ".join(plain(end) for end in promise.bounded)
        rises, falls = named(promise.rises_with), named(promise.falls_with)
        rows.append((code(name), first_sentence(promise.rule), bounds, rises, falls))
    return table(("rule", "what it says", "within", "never falls with", "never rises with"), rows)


def sources() -> str:
    """How many of the numbers rest on what, by role; of entries by name once for all."""
    kinds = ("fitted", "sourced", "sourced and judged", "judged")
    counts = {role: dict.fromkeys(kinds, 0) for role in ("lever", "uncertainty", "fixed")}
    for part in Scenario.model_json_schema()["$defs"].values():
        for node in part["properties"].values():
            if "range" in node:
                counts[node["role"]][status(bool(node.get("fitted")), node["source"])] += 1
    return table(("role", *kinds), ((role, *found.values()) for role, found in counts.items()))


BLOCKS: dict[str, Callable[[], str]] = {
    "ladders": ladders,
    "who knows what": who_knows_what,
    "what feeds whom": listed,
    "draws": draws,
    "calendar": calendar,
    "given": given,
    "packages": packages,
    "rules": rules,
    "sources": sources,
}
"""The blocks by the name in their marker."""
