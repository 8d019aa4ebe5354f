"""What an editor finds while one types, by the JSON Schema alone: tombi, the program behind the editors' extensions.

It is run without network. Each file of `bad/` says in a comment which of its lines are at fault; `check` has to name
the same ones.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim import cli
from sim.docs import DOCS
from sim.scenario.files import shipped
from sim.scenario.load import load, replace
from sim.scenario.schema import Scenario
from sim.scenario.toml import to_toml

BAD = sorted(Path(__file__).with_name("bad").glob("*.toml"))
TOMBI = shutil.which("tombi", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
needs_tombi = pytest.mark.skipif(TOMBI is None, reason="tombi is not installed: `run.py setup --test` does")


def lines_at_fault(*files: Path, folder: Path) -> set[tuple[str, int]]:
    """The files and lines that tombi complains of; a schema that is not found counts too."""
    assert TOMBI is not None
    found = folder / "diagnostics.json"
    command = [TOMBI, "lint", "--offline", "--quiet", "--error-on-warnings", *map(str, files)]
    report = ["--diagnostics-format", "json", "--diagnostics-file", str(found)]
    code = subprocess.run([*command, *report], cwd=folder, capture_output=True, timeout=600, check=False).returncode
    faults = json.loads(found.read_text(encoding="utf-8") or "[]") if found.exists() else []
    assert bool(faults) == bool(code)
    return {(Path(fault["path"]).name, fault["range"]["start"]["line"]) for fault in faults}


def marked(file: Path) -> set[tuple[str, int]]:
    """The lines that a bad file says are at fault."""
    rows = enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
    return {(file.name, number) for number, row in rows if row.endswith("# fault")}


@needs_tombi
def test_an_editor_has_nothing_against_the_shipped_files(tmp_path: Path) -> None:
    assert lines_at_fault(*shipped().values(), folder=tmp_path) == set()


@needs_tombi
def test_an_editor_has_nothing_against_new_files_and_resolved_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["new", "mine", "--from", "history/no_gaza", "--json"]) == 0
    every_line = re.sub(r"(?m)^# (?=[a-z_]+ = |\[\[)", "", Path("mine.toml").read_text(encoding="utf-8"))
    Path("uncommented.toml").write_text(every_line, encoding="utf-8")
    uncertain = {
        "united_states.restraint": {"uniform": [0.3, 0.7]},
        "groups.Badr Organization.control": {"normal": [0.5, 0.1], "bounds": [0.3, 0.7]},
        "iraq.survival": {"triangular": [2, 3, 4]},
        "blocs.Sunni.lean": {"choices": [-2.0, 0.5]},
        "groups.Asaib Ahl al-Haq": "removed",
    }
    schema = f"#:schema {(DOCS / 'scenario.schema.json').as_posix()}\n"
    Path("resolved.toml").write_text(schema + to_toml(replace(Scenario(), uncertain)), encoding="utf-8")
    files = [Path(f"{name}.toml") for name in ("mine", "uncommented", "resolved")]
    assert lines_at_fault(*files, folder=tmp_path) == set()
    assert load("uncommented.toml").events


@needs_tombi
@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_an_editor_finds_what_is_wrong_in_a_bad_file(file: Path, tmp_path: Path) -> None:
    found = lines_at_fault(file, folder=tmp_path)
    if file.stem == "events":  # an event of no known kind is held against each kind, and so found at its head too
        found.remove((file.name, 9))
    assert found == marked(file)


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_check_finds_the_same_lines(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(file)]) == 2
    found = re.findall(rf"{re.escape(file.name)}:(\d+):", capsys.readouterr().err)
    assert {(file.name, int(line)) for line in found} == marked(file)
    assert len(marked(file)) == len(found)


def test_there_are_bad_files() -> None:
    assert len(BAD) >= 6
    assert sum(len(marked(file)) for file in BAD) >= 20
