"""docs/layers.svg: the folders of the code, each above what it imports, as the imports themselves say."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from sim.docs.markdown import sentence
from sim.docs.rows import Row, picture

PACKAGE = Path(__file__).parents[1]
TOP = "top"
JOINS = "sim/__init__.py, the names of `import sim`; and run.py, the one door"
COLOURS = {"language": "#F0E442", "model": "#E69F00", "scenario": "#009E73", "engine": "#0072B2"}
"""Okabe and Ito's, for what decides a history; what is made of histories is grey."""
GREY = "#999999"


def layers(root: Path = PACKAGE) -> dict[str, set[str]]:
    """Each folder of the package, and ``version``, with the others that its files import, wherever in a file."""
    found: dict[str, set[str]] = {}
    for path in sorted([*root.rglob("*.py"), *root.parents[1].glob("run.py")]):
        inside = path.relative_to(root).parts if path.is_relative_to(root) else ()
        mine = TOP if not inside or inside == ("__init__.py",) else inside[0].removesuffix(".py")
        others = found.setdefault(mine, set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
                names = [node.module] if node.module != "sim" else [f"sim.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            others |= {name.split(".")[1] for name in names if name.startswith("sim.")}
    return {name: others - {name} for name, others in found.items()}


def heights(found: Mapping[str, set[str]]) -> dict[str, int]:
    """How high each lies: 0 where it imports nothing, else 1 above the highest that it imports.

    RecursionError where imports run in a circle, which tests/test_layers.py forbids.
    """

    def height(name: str) -> int:
        return 1 + max((height(other) for other in found[name]), default=-1)

    return {name: len(found) if name == TOP else height(name) for name in found}


def drawn(root: Path = PACKAGE) -> str:
    """One row a folder, the highest on top; those with one number in their rings do not know each other."""
    found = layers(root)
    high = heights(found)
    names = sorted(found, key=lambda name: (-high[name], name))
    levels = sorted(set(high.values()))
    rows = []
    for name in names:
        below = ", ".join(sorted(found[name], key=names[::-1].index))
        mark = str(levels.index(high[name]))
        says = f"imports {below}" if below else "imports nothing of the project"
        rows.append(Row(mark, name, meaning(name, root), COLOURS.get(name, GREY), says))
    return picture("What lies above what: a folder imports lower ones only", rows, "who may import whom")


def meaning(name: str, root: Path = PACKAGE) -> str:
    """What a folder says of itself, in its first sentence."""
    if name == TOP:
        return JOINS
    path = root / f"{name}.py"
    source = path if path.exists() else root / name / "__init__.py"
    return sentence(ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or "")
