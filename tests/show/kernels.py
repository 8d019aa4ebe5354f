"""Notebooks run in a fresh kernel, as a person runs them: what each cell shows."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

import sim

GUARD = 600
"""Seconds until a cell is taken for one that hangs."""


def executed(notebook: Any, folder: Path) -> Any:
    """A notebook with its outputs, run by this Python in a folder of its own. A cell that raises is raised here."""
    pytest.importorskip("ipykernel")
    client_of = pytest.importorskip("nbclient").NotebookClient
    source = str(Path(sim.__file__).parents[1])
    path = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH", "")]))
    settings = {"PYTHONPATH": path, "JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter")}
    with patch.dict(os.environ, settings):
        for name in ("MPLBACKEND", "IPYTHONDIR"):
            os.environ.pop(name, None)
        client = client_of(
            notebook, timeout=GUARD, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
        )
        client.execute()
    return notebook


def shown(cells: Sequence[str], folder: Path) -> list[list[Any]]:
    """The outputs of each cell of a new notebook."""
    v4 = pytest.importorskip("nbformat").v4
    done = executed(v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells]), folder)
    return [cell.outputs for cell in done.cells]
