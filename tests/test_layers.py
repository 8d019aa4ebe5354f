"""Imports run one way and in no circle, as CONTRIBUTING.md says; every file counts, and every import in it.

An import inside a function or for the type checker alone is an import: who reads the one file needs the other.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = (
    "version",
    "disk",
    "language",
    "model",
    "scenario",
    "engine",
    "runs",
    "results",
    "evidence",
    "ask",
    "sweeps",
    "show",
    "jobs",
    "cli",
    "docs",
    "top",
)
"""From the lowest to the highest: the folders of src/sim, ``version.py`` below them, and on top what joins all."""
TOP = ("sim", "run")  # sim/__init__.py, run.py
PARTS = (
    "iraq",
    "united_states",
    "iran",
    "militia",
    "parliament",
    "region",
    "presence",
    "public",
    "talks",
    "aftermath",
)  # fmt: skip
"""The parts of the world in ``sim.model``: model/day.py tells each what it sees of the others."""
FORBIDDEN = {"matplotlib", "concurrent", "multiprocessing", "subprocess", "pyarrow"}
"""Plots, files and processes, which rules and numbers have nothing to do with."""


def sources(root: Path) -> dict[str, str]:
    """Every module of the project with its text: ``sim.show.tables``; a package by its own name; ``run`` for run.py."""
    found = {"run": (root / "run.py").read_text(encoding="utf-8")}
    for path in sorted((root / "src" / "sim").rglob("*.py")):
        parts = path.relative_to(root / "src").with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = path.read_text(encoding="utf-8")
    return found


def imports(text: str, name: str, is_package: bool, known: Iterable[str]) -> set[str]:
    """What a module imports, wherever it does so.

    Of the project the modules: ``from sim.show import tables`` both ``sim.show`` and ``sim.show.tables``. Of others the
    name before the first dot.
    """
    modules = set(known)
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = name.split(".")[: len(name.split(".")) - node.level + is_package] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            found |= {
                module,
                *(f"{module}.{alias.name}" for alias in node.names if f"{module}.{alias.name}" in modules),
            }
    return {each if each in modules else each.partition(".")[0] for each in found}


def graph(texts: Mapping[str, str]) -> dict[str, set[str]]:
    """Each module with what it imports."""
    packages = {name.rpartition(".")[0] for name in texts} | {"sim"}
    return {name: imports(text, name, name in packages, texts) - {name} for name, text in texts.items()}


def layer_of(name: str) -> str:
    """The layer of a module, by its first folder; nothing where it lies in none."""
    if name in TOP:
        return "top"
    first = name.split(".")[1]
    return first if first in LAYERS[:-1] else ""


def without_layer(names: Iterable[str]) -> list[str]:
    """The modules that lie in no layer's folder."""
    return sorted(name for name in names if not layer_of(name))


def upward(found: Mapping[str, set[str]]) -> list[str]:
    """The imports of something higher, ``this → that``."""
    ranks = {name: LAYERS.index(layer_of(name)) for name in found if layer_of(name)}
    return sorted(
        f"{one} → {other}"
        for one, others in found.items()
        for other in others
        if one in ranks and other in ranks and ranks[other] > ranks[one]
    )


def circles(found: Mapping[str, set[str]]) -> list[list[str]]:
    """The sets of modules that import one another, directly or by way of others (Tarjan's strong components)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    circles: list[list[str]] = []

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        path.append(name)
        for other in sorted(found[name] & found.keys()):
            if other not in number:
                visit(other)
                lowest[name] = min(lowest[name], lowest[other])
            elif other in path:
                lowest[name] = min(lowest[name], number[other])
        if lowest[name] == number[name]:
            place = path.index(name)
            if len(path) - place > 1:
                circles.append(sorted(path[place:]))
            del path[place:]

    for name in found:
        if name not in number:
            visit(name)
    return sorted(circles)


def part_of(name: str) -> str:
    """The part of the world that a module belongs to, a file or a folder of ``sim.model``; nothing for others."""
    words = [*name.split("."), "", ""]
    return words[2] if words[:2] == ["sim", "model"] and words[2] in PARTS else ""


def between_parts(found: Mapping[str, set[str]]) -> list[str]:
    """The imports of one part by another."""
    return sorted(
        f"{one} → {other}"
        for one, others in found.items()
        for other in others
        if part_of(one) and part_of(other) and part_of(one) != part_of(other)
    )


@pytest.fixture(scope="module")
def found() -> dict[str, set[str]]:
    """What every module of the project imports."""
    return graph(sources(ROOT))


def test_every_file_lies_in_a_layer(found: dict[str, set[str]]) -> None:
    assert not without_layer(found)


def test_imports_run_one_way(found: dict[str, set[str]]) -> None:
    assert not upward(found)


def test_no_module_needs_itself(found: dict[str, set[str]]) -> None:
    assert not circles(found)


def test_no_part_of_the_world_imports_another(found: dict[str, set[str]]) -> None:
    assert not between_parts(found)


def test_rules_know_no_plots_files_or_processes(found: dict[str, set[str]]) -> None:
    low = {name: others for name, others in found.items() if layer_of(name) in ("language", "model")}
    assert not {name: others & FORBIDDEN for name, others in low.items() if others & FORBIDDEN}


def test_run_py_needs_the_standard_library_alone(found: dict[str, set[str]]) -> None:
    assert not {name.split(".")[0] for name in found["run"]} - {*sys.stdlib_module_names, "sim", "run"}


# --- that the tests above would find what they are for ---


def graph_of(**texts: str) -> dict[str, set[str]]:
    """The graph of made-up modules; ``sim__show__tables`` is ``sim.show.tables``."""
    return graph({"sim": "", **{name.replace("__", "."): text for name, text in texts.items()}})


def test_a_lazy_import_is_found() -> None:
    made = graph_of(
        sim__runs="", sim__runs__job="def f():\n    from sim.show import tables\n", sim__show="", sim__show__tables=""
    )
    assert made["sim.runs.job"] == {"sim.show", "sim.show.tables"}
    assert upward(made) == ["sim.runs.job → sim.show", "sim.runs.job → sim.show.tables"]


def test_an_import_for_types_is_found() -> None:
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from sim.jobs.run import run\n"
    made = graph_of(sim__results="", sim__results__result=text, sim__jobs="", sim__jobs__run="")
    assert made["sim.results.result"] == {"typing", "sim.jobs.run"}
    assert upward(made) == ["sim.results.result → sim.jobs.run"]


def test_a_relative_import_is_found() -> None:
    made = graph_of(
        sim__show="from .tables import f",
        sim__show__tables="from . import words\nfrom ..cli import x",
        sim__show__words="",
        sim__cli="",
    )
    assert made["sim.show"] == {"sim.show.tables"}
    assert made["sim.show.tables"] == {"sim.show", "sim.show.words", "sim.cli"}


def test_a_circle_is_found_within_a_layer_too() -> None:
    made = graph_of(
        sim__show="",
        sim__show__a="from sim.show.b import x",
        sim__show__b="import sim.show.c",
        sim__show__c="def f():\n    from sim.show.a import y\n",
    )
    assert not upward(made)
    assert circles(made) == [["sim.show.a", "sim.show.b", "sim.show.c"]]


def test_a_package_that_hands_on_its_modules_is_a_circle_with_one_that_asks_it() -> None:
    made = graph_of(sim__show="from sim.show.a import x", sim__show__a="", sim__show__b="from sim.show import x")
    assert circles(made) == []
    made = graph_of(sim__show="from sim.show.a import x", sim__show__a="from sim.show import b", sim__show__b="")
    assert circles(made) == [["sim.show", "sim.show.a"]]


def test_a_file_without_a_layer_is_found() -> None:
    names = ["sim", "run", "sim.version", "sim.model", "sim.model.iraq", "sim.helpers", "sim.utils.text", "sim.cli"]
    assert without_layer(names) == ["sim.helpers", "sim.utils.text"]


def test_what_joins_all_is_on_top() -> None:
    assert upward(graph_of(sim__show="import sim")) == ["sim.show → sim"]
    assert upward({"run": {"sim.cli"}, "sim.cli": set()}) == []


def test_an_import_between_parts_is_found() -> None:
    rules = "from sim.model.iran.numbers import x\nfrom sim.model.iraq.numbers import y"
    made = graph_of(
        sim__model__day="from sim.model.iraq import rules",
        sim__model__iraq="",
        sim__model__iraq__numbers="",
        sim__model__iraq__rules=rules,
        sim__model__iran="",
        sim__model__iran__numbers="",
    )
    assert between_parts(made) == ["sim.model.iraq.rules → sim.model.iran.numbers"]
