"""The order of the day, and who knows what: read from model/day.py, where both are written.

A *step* is a call of a part's function that gives the part's new state; it is numbered. A step that is handed what
another part did today, or one of model/day.py itself, belongs to the step before it. What a step sees is the keywords
with which its ``Sees`` is filled; each is followed back through the names of the day to the parts it comes from.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeAlias

from sim.docs.markdown import code, sentence, table
from sim.docs.rows import Row, picture

PACKAGE = Path(__file__).parents[1]
DAY = PACKAGE / "model" / "day.py"
EVENING = "evening before"
SCENARIO, CALENDAR = "scenario", "calendar"
NAMES = {"militia": "Groups", "united_states": "United States"}
"""What people call a part, where its file is not called so."""
# Okabe and Ito's colours, which people tell apart whatever colours they see; the name stands beside each.
COLOURS = {
    "region": "#F0E442",
    "iran": "#009E73",
    "militia": "#D55E00",
    "united_states": "#0072B2",
    "public": "#CC79A7",
    "iraq": "#E69F00",
    "parliament": "#E69F00",
    "talks": "#56B4E9",
}
GREY = "#999999"

Origin: TypeAlias = "dict[str, tuple[str, ...]]"
"""Where a number comes from: the parts, each with the steps of the day that may have set it; or scenario, calendar."""


@dataclass(frozen=True)
class Record:
    """Several parts' states under one name: the origin of each field."""

    fields: dict[str, Origin]


Known: TypeAlias = "dict[str, Origin | Record]"
"""The names of the day so far, and where what they stand for comes from."""


@dataclass(frozen=True)
class Seen:
    """One thing that a step sees."""

    name: str
    meaning: str
    origin: Origin
    written: str  # as model/day.py has it


@dataclass(frozen=True)
class Step:
    """A step of the day, or what is handed on after one (``handed``: so it stands in model/day.py)."""

    number: int
    parts: tuple[str, ...]
    called: str
    what: str
    handed: tuple[str, ...] = ()
    belongs: bool = False  # to the numbered step before it
    sees: tuple[Seen, ...] = ()
    sees_class: str = ""
    sees_what: str = ""

    @property
    def who(self) -> str:
        """Whose step it is."""
        first, *others = self.parts
        return f"{people(first)} + {len(others)}" if others else people(first)

    @property
    def colour(self) -> str:
        """Its colour in the picture."""
        return COLOURS.get(self.parts[0], GREY) if len(self.parts) == 1 else GREY


def people(part: str) -> str:
    """What people call a part."""
    return NAMES.get(part, part.replace("_", " ").title() if part not in (SCENARIO, CALENDAR) else f"the {part}")


# ----------------------------------------------------------------------------------- reading a file
class File:
    """The source of a file: its functions, its classes, and the comment at the end of each line."""

    def __init__(self, source: str) -> None:
        self.tree = ast.parse(source)
        self.functions = {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}
        self.classes = {node.name: node for node in self.tree.body if isinstance(node, ast.ClassDef)}
        tokens = tokenize.generate_tokens(io.StringIO(source).readline)
        self.comments = {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}

    def fields(self, name: str) -> dict[str, tuple[str, str]]:
        """The fields of a class: the type and the trailing comment of each."""
        body = self.classes[name].body
        found = (node for node in body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name))
        return {ast.unparse(n.target): (ast.unparse(n.annotation), self.comments.get(n.lineno, "")) for n in found}


@cache
def file(path: Path) -> File:
    """A file of the model."""
    return File(path.read_text(encoding="utf-8"))


def parts_of(tree: ast.Module) -> dict[str, tuple[str, Path]]:
    """The parts that a file imports, by the name it gives them: what the part is called, and its file of steps."""
    found = {}
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("sim.model"):
            continue
        folder = PACKAGE.joinpath(*str(node.module).split(".")[1:])
        for alias in node.names:
            path = folder / f"{alias.name}.py"
            if path.exists() and "Remembers" in file(path).classes:
                found[alias.asname or alias.name] = (path.stem if path.parent == DAY.parent else folder.name, path)
    return found


# ------------------------------------------------------------------------------ following the names
class Reader:
    """Reads the steps of one day from the source of model/day.py."""

    def __init__(self, source: str) -> None:
        self.day = File(source)
        self.parts = parts_of(self.day.tree)
        self.steps: list[Step] = []
        self.number = 0

    def read(self) -> tuple[Step, ...]:
        """The steps in their order."""
        known: Known = {}
        for statement in self.day.functions["day"].body:
            self.live(statement, known)
        return tuple(self.steps)

    # ------------------------------------------------------------------------------ which call is what
    def part_function(self, call: ast.Call) -> tuple[str, ast.FunctionDef] | None:
        """The part and the function of it that is called; None where the call is of anything else."""
        called = call.func
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id in self.parts:
            part, path = self.parts[called.value.id]
            function = file(path).functions.get(called.attr)
            return None if function is None else (part, function)
        return None

    def own_function(self, call: ast.Call) -> ast.FunctionDef | None:
        """The function of model/day.py itself that is called."""
        return self.day.functions.get(call.func.id) if isinstance(call.func, ast.Name) else None

    def is_step(self, call: ast.Call) -> bool:
        """Whether a call gives a part's new state, or those of several."""
        found, own = self.part_function(call), self.own_function(call)
        if found is not None:
            return "Remembers" in ast.unparse(found[1].returns or ast.Constant(None))
        return own is not None and any(self.is_step(inner) for inner in calls(own))

    # -------------------------------------------------------------------------------------- a statement
    def live(self, statement: ast.stmt, known: Known) -> None:
        """Take in a statement of the day: the steps in it, and the names it gives."""
        steps = [call for call in calls(statement) if self.is_step(call)]
        for call in steps:
            self.take(call, known)
        if not isinstance(statement, ast.Assign):
            return
        value, names = statement.value, names_of(statement.targets[0])
        if steps and steps[0] is value:
            known.update(self.given_by(steps[0], names, known))
        elif isinstance(value, ast.Tuple):
            for name, item in zip(names, value.elts, strict=True):
                known[name] = self.value_of(item, known)
        else:
            known.update(dict.fromkeys(names, self.value_of(value, known)))

    def take(self, call: ast.Call, known: Known) -> None:
        """Enter a step; one that goes on with the last is joined to it."""
        found, own = self.part_function(call), self.own_function(call)
        handed = self.handed(call, known)
        belongs = own is not None or bool(handed)
        self.number += not belongs
        if found is not None:
            part, function = found
            sees = self.seen(call, known)
            step = Step(self.number, (part,), f"{part}.{function.name}", docstring(function), handed, belongs, *sees)
        else:
            assert own is not None
            within = [self.part_function(inner) for inner in calls(own) if self.is_step(inner)]
            parts = tuple(dict.fromkeys(found[0] for found in within if found is not None))
            step = Step(self.number, parts, own.name, docstring(own), handed, belongs, *self.seen_within(own))
        last = self.steps[-1] if self.steps else None
        if last is not None and belongs and last.called == step.called:
            self.steps[-1] = replace(last, handed=(*last.handed, *handed))
        else:
            self.steps.append(step)

    def handed(self, call: ast.Call, known: Known) -> tuple[str, ...]:
        """What a step is handed of what others did today: names and fields, as they stand there."""
        mine = self.part_function(call)
        found = []
        for node in call.args[1:]:
            chain = chain_of(node)
            if chain and chain[0] in known and chain[0] not in self.states():
                origin = self.origin(node, known)
                others = {part for part, steps in origin.items() if steps and (mine is None or part != mine[0])}
                found += [ast.unparse(node)] if others else []
        return tuple(found)

    def states(self) -> set[str]:
        """The names that the day gives to states."""
        found = set()
        for node in ast.walk(self.day.functions["day"]):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and self.is_step(node.value):
                found.add(names_of(node.targets[0])[0])
        return found

    def given_by(self, call: ast.Call, names: list[str], known: Known) -> Known:
        """What a step gives its names: first the new state, then what it did."""
        found, step = self.part_function(call), str(self.number)
        if found is None:
            before = self.value_of(call.args[0], known)
            assert isinstance(before, Record), "a function of model/day.py that takes steps gives back what it is given"
            fields = {field: joined(origin, dict.fromkeys(origin, (step,))) for field, origin in before.fields.items()}
            return {name: Record(fields) for name in names}
        part = found[0]
        now: Origin = {part: (step,)}
        state = joined(self.origin(call.args[0], known), now) if self.steps[-1].belongs else now
        return {name: now if place else state for place, name in enumerate(names)}

    def record(self, name: str) -> dict[str, str]:
        """The fields of a record of states that model/day.py declares, each with its part; empty for any other name."""
        if name not in self.day.classes:
            return {}
        fields = self.day.fields(name)
        return {field: self.parts[kind.split(".")[0]][0] for field, (kind, _) in fields.items()}

    # ------------------------------------------------------------------------------------- an expression
    def value_of(self, node: ast.expr, known: Known) -> Origin | Record:
        """The origin of what an expression gives, field by field where it gives the states of several."""
        if isinstance(node, ast.Name) and node.id in known:
            return known[node.id]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            record = self.record(node.func.id)
            if record:
                return Record({field: self.origin(item, known) for field, item in zip(record, node.args, strict=True)})
        return self.origin(node, known)

    def origin(self, node: ast.AST, known: Known) -> Origin:
        """Where what stands in an expression comes from."""
        chain = chain_of(node)
        if chain:
            return self.of_chain(chain, known)
        found: Origin = {}
        if isinstance(node, ast.Call):
            own, of_part = self.own_function(node), self.part_function(node)
            if own is not None:
                return self.within(own, node, known)
            if of_part is not None and "at.calendar" in ast.unparse(of_part[1]):
                found = {CALENDAR: ()}
            inner: list[ast.AST] = [*node.args, *(keyword.value for keyword in node.keywords)]
        else:
            inner = list(ast.iter_child_nodes(node))
        for child in inner:
            found = joined(found, self.origin(child, known))
        return found

    def of_chain(self, chain: list[str], known: Known) -> Origin:
        """The origin of a name with its fields."""
        first, *rest = chain
        if first == "w":
            return {rest[0]: (EVENING,)} if rest else {}
        if first == "p":
            return {SCENARIO: ()} if self.is_number(rest) else {}
        if first == "at":
            return {CALENDAR: ()} if rest[:1] == ["calendar"] else {}
        value = known.get(first, {})
        if not isinstance(value, Record):
            return value
        found: Origin = {}
        for field, origin in value.fields.items():
            found = joined(found, origin) if not rest or rest[0] == field else found
        return found

    def is_number(self, names: list[str]) -> bool:
        """Whether a name below ``p`` is a number; a section of them is what a reader of others' state reads with."""
        if len(names) < 2:
            return False
        path = next((path for part, path in self.parts.values() if part == names[0]), None)
        held = file(path).fields("Numbers") if path is not None and "Numbers" in file(path).classes else {}
        return len(names) > 2 or "Settings" not in held.get(names[1], ("", ""))[0]

    def within(self, function: ast.FunctionDef, call: ast.Call, known: Known) -> Origin:
        """The origin of what a function of model/day.py gives, called with these."""
        inner: Known = {
            parameter.arg: self.value_of(argument, known)
            for parameter, argument in zip(function.args.args, call.args, strict=False)
        }
        found: Origin = {}
        for statement in function.body:
            if isinstance(statement, ast.Assign):
                inner.update(dict.fromkeys(names_of(statement.targets[0]), self.value_of(statement.value, inner)))
            elif isinstance(statement, ast.Return) and statement.value is not None:
                found = joined(found, self.origin(statement.value, inner))
        return found

    # --------------------------------------------------------------------------------- what a step sees
    def seen(self, call: ast.Call, known: Known) -> tuple[tuple[Seen, ...], str, str]:
        """What a step sees, the class of it, and what that is; all empty where it sees nothing of others."""
        for node in call.args:
            if isinstance(node, ast.Call) and node.keywords and isinstance(node.func, ast.Attribute):
                _, path = self.parts[ast.unparse(node.func.value)]
                name, source = node.func.attr, file(path)
                fields = source.fields(name)
                found = tuple(
                    Seen(
                        str(keyword.arg),
                        fields.get(str(keyword.arg), ("", ""))[1],
                        self.origin(keyword.value, known),
                        ast.unparse(keyword.value),
                    )
                    for keyword in node.keywords
                )
                return found, name, sentence(ast.get_docstring(source.classes[name]) or "")
        return (), "", ""

    def seen_within(self, function: ast.FunctionDef) -> tuple[tuple[Seen, ...], str, str]:
        """What is seen in a function of model/day.py, whenever it is called."""
        known: Known = {}
        for parameter in function.args.args:
            kind = ast.unparse(parameter.annotation) if parameter.annotation else ""
            alias = kind.split(".")[0]
            if kind in self.day.classes:
                known[parameter.arg] = Record({field: {part: ()} for field, part in self.record(kind).items()})
            elif alias in self.parts:
                known[parameter.arg] = {self.parts[alias][0]: ()}
        for call in calls(function):
            sees = self.seen(call, known) if self.is_step(call) else ((), "", "")
            if sees[0]:
                return sees
        return (), "", ""


def calls(node: ast.AST) -> list[ast.Call]:
    """The calls in a piece of source, as they stand there."""
    found = [inner for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def names_of(target: ast.expr) -> list[str]:
    """The names that an assignment gives."""
    return [ast.unparse(item) for item in target.elts] if isinstance(target, ast.Tuple) else [ast.unparse(target)]


def chain_of(node: ast.AST) -> list[str]:
    """``ends.stay.open`` as its names; empty for anything but a name with its fields."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return [node.id, *names] if isinstance(node, ast.Name) else []


def joined(one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]) -> Origin:
    """Both origins as one."""
    found = dict(one)
    for part, steps in other.items():
        found[part] = tuple(dict.fromkeys((*found.get(part, ()), *steps)))
    return found


def docstring(function: ast.FunctionDef) -> str:
    """The first sentence of what a function says of itself."""
    return sentence(ast.get_docstring(function) or "")


# ------------------------------------------------------------------------------------ what is made of it
def source_of_the_day() -> str:
    """What model/day.py says."""
    return DAY.read_text(encoding="utf-8")


def steps(source: str | None = None) -> tuple[Step, ...]:
    """The steps of a day; ``source`` in place of model/day.py."""
    return Reader(source_of_the_day() if source is None else source).read()


def drawn(source: str | None = None) -> str:
    """The order of the day as a picture."""
    rows = [Row("" if step.belongs else str(step.number), step.who, step.what, step.colour) for step in steps(source)]
    return picture("The order of a day", rows, "the next day")


def order(page: str, source: str | None = None) -> str:
    """The order of the day as a list; each step leads to the section of the page that names it."""
    lines = []
    for step in steps(source):
        anchor = section_of(step.called, page)
        name = f"[{code(step.called)}](#{anchor})" if anchor else code(step.called)
        if step.belongs:
            handed, to = ", ".join(map(code, step.handed)), ", ".join(map(people, step.parts))
            lines.append(f"    - {handed} → **{to}**, {name}: {step.what}")
        else:
            lines.append(f"{step.number}. **{step.who}**, {name}: {step.what}")
    return "\n".join(lines)


def section_of(called: str, page: str) -> str:
    """The anchor of the first submodel on the page that names a step; empty where none does."""
    submodels = page.partition("\n## Submodels\n")[2].partition("\n## ")[0]
    for section in re.split(r"^### ", submodels, flags=re.MULTILINE)[1:]:
        if code(called) in section:
            heading = re.sub(r"[^\w\s-]", "", section.partition("\n")[0]).strip().lower()
            return re.sub(r"[\s-]+", "-", heading)
    return ""


def who_knows_what(source: str | None = None) -> str:
    """What each step sees of others: one table a step, those that belong to several steps last."""
    found: dict[str, list[Step]] = {}
    for step in steps(source):
        if step.sees:
            found.setdefault(step.called, []).append(step)
    parts: list[str] = []
    for same in sorted(found.values(), key=lambda same: same[0].belongs):
        step, numbers = same[0], ", ".join(str(step.number) for step in same)
        rows = [(code(seen.name), seen.meaning, said(seen.origin), code(seen.written)) for seen in step.sees]
        where = f"{'After steps' if step.belongs else 'Step'} {numbers}: {', '.join(map(people, step.parts))}"
        head = f"**{where}**, {code(step.called)}, {code(step.sees_class)}: {step.sees_what}"
        parts.append(f"{head}\n\n{table(('sees', 'what it is', 'from', 'in model/day.py'), rows)}")
    return "\n".join(parts)


def said(origin: Mapping[str, tuple[str, ...]]) -> str:
    """Where something comes from, in words: ``Public: 8, 11``."""
    return "; ".join(people(part) + (f": {', '.join(steps)}" if steps else "") for part, steps in origin.items())
