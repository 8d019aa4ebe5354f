"""Every command in README.md and the docs can be typed as it stands, and those of README.md do what they say.

A block marked ```sh holds commands for the project's folder, one marked ```python a program; both are run
for real in a copy of the project, with `python3` meaning the Python that runs the tests.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.cli import parse

ROOT = Path(__file__).resolve().parents[1]
DOORS = ("python3 run.py", "py run.py", "uv run run.py")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@dataclass(frozen=True)
class Fenced:
    """A fenced block of a page: where it begins, its language and its text."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def fenced(page: Path) -> list[Fenced]:
    """The fenced blocks of a page."""
    found: list[Fenced] = []
    lines = page.read_text(encoding="utf-8").splitlines()
    opened: tuple[int, str] | None = None
    for number, line in enumerate(lines, 1):
        fence = re.match(r"\s*```\s*(\S*)", line)
        if fence and opened is None:
            opened = (number, fence.group(1))
        elif fence and opened:
            text = "\n".join(lines[opened[0] : number - 1])
            found.append(Fenced(page, *opened, text))
            opened = None
    assert opened is None, f"{page.name}:{opened} is never closed"
    return found


def commands(block: Fenced) -> list[str]:
    """The commands of a block, one a line, without comments."""
    joined = block.text.replace("\\\n", " ")
    bare = [shlex.join(shlex.split(line, comments=True)) for line in joined.splitlines()]
    return [command for command in bare if command]


BLOCKS = [block for page in PAGES if page.exists() for block in fenced(page)]
SHELL = [block for block in BLOCKS if block.language in ("sh", "bat", "powershell")]
README = [block for block in BLOCKS if block.page.name == "README.md" and block.page.parent == ROOT]


def test_readme_has_the_two_commands() -> None:
    typed = [command for block in README if block.language == "sh" for command in commands(block)]
    assert "python3 run.py" in typed
    assert "python3 run.py test" in typed


@pytest.mark.parametrize("block", SHELL, ids=str)
def test_every_command_shown_is_understood(block: Fenced) -> None:
    for command in commands(block):
        for door in DOORS:
            if command == door or command.startswith(door + " "):
                words = shlex.split(command.removeprefix(door))
                if "--help" not in words:
                    parse(words)  # Refused, or an exit, is a fault of the page


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, without what is made in it."""
    folder = tmp_path_factory.mktemp("readme") / "project"
    left_out = shutil.ignore_patterns(".venv*", ".git", "out", "site", ".cache", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, folder, ignore=left_out)
    return folder


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sh blocks are for sh")
@pytest.mark.parametrize("block", [b for b in README if b.language in ("sh", "python")], ids=str)
def test_every_block_of_the_readme_runs(block: Fenced, project: Path, tmp_path: Path) -> None:
    names = tmp_path / "names"
    names.mkdir()
    (names / "python3").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
    (names / "python3").chmod(0o755)
    environment = os.environ | {
        "PATH": os.pathsep.join([str(names), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(project / "src"),
        "UV_PROJECT_ENVIRONMENT": str(tmp_path / "of uv"),  # else it would change the one that runs this test
        "UV_PYTHON": sys.executable,
    }
    if block.language == "python":
        script = [sys.executable, "-c", block.text]
    else:
        # The tests are not run within the tests: this run is that command. What it would run is looked up.
        text = re.sub(r"(run\.py test\b[^\n#]*)", r"\1 --collect-only -q", block.text)
        script = ["sh", "-e", "-c", text]
    answer = subprocess.run(
        script, cwd=project, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=600, check=False
    )
    assert answer.returncode == 0, f"{block}\n{answer.stdout}\n{answer.stderr}"
