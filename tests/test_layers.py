"""Imports run one way, as CONTRIBUTING.md says: a lower layer never needs a higher one to be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[1] / "src" / "sim"
LAYERS = ("scenario", "model", "runs", "experiment", "show", "docs", "cli")
FILES = sorted(path for layer in LAYERS for path in [*SOURCES.glob(f"{layer}*.py"), *(SOURCES / layer).rglob("*.py")])


def layer_of(module: str) -> str:
    """``sim.cli_run`` → ``cli``; nothing for what stands beside the layers."""
    name = [*module.split("."), ""][1].split("_")[0]
    return name if name in LAYERS else ""


def imported(body: list[ast.stmt], lazily: bool) -> Iterator[str]:
    """The modules of the project that these statements import; ``lazily``, also those that functions do."""
    for statement in body:
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.dump(statement.test):
            continue
        if isinstance(statement, ast.Import):
            yield from (name.name for name in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module == "sim":
            yield from (f"sim.{name.name}" for name in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            yield statement.module or ""
        elif lazily or not isinstance(statement, ast.FunctionDef):
            inner = [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.stmt)]
            yield from imported(inner, lazily)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCES).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    here = layer_of(".".join(("sim", *path.relative_to(SOURCES).with_suffix("").parts)))
    lower = here in ("scenario", "model")  # what the model says must not hang on files, plots or processes at all
    found = list(imported(ast.parse(path.read_text(encoding="utf-8")).body, lazily=lower))
    upward = [name for name in found if layer_of(name) and LAYERS.index(layer_of(name)) > LAYERS.index(here)]
    assert not upward
    if here == "model":
        assert not {name.split(".")[0] for name in found} & {"matplotlib", "concurrent", "multiprocessing", "pyarrow"}


def test_what_is_imported_is_found() -> None:
    source = "import sim.show\nif TYPE_CHECKING:\n    import sim.docs\ndef f():\n    from sim.cli import main\n"
    assert list(imported(ast.parse(source).body, lazily=False)) == ["sim.show"]
    assert list(imported(ast.parse(source).body, lazily=True)) == ["sim.show", "sim.cli"]
    assert [layer_of(name) for name in ("sim.cli_run", "sim.model.iraq", "sim.stats")] == ["cli", "model", ""]
