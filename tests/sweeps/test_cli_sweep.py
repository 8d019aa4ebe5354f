"""`sweep`, `join` and `analyze` on the command line: what they take, refuse and say, and with which exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli.commands import main
from sim.jobs import sweep as job
from sim.runs.errors import Stopped
from sim.sweeps.design import grid
from sim.sweeps.files import read_sweep, shipped_sweeps
from sim.sweeps.points import points_of

VARY = ["--vary", "united_states.restraint=0..1:3", "--days", "20", "--worlds", "24", "--engine", "numpy"]
Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Does a command; its exit code, what it prints and what it says beside."""

    def do(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        return (code, *capsys.readouterr())

    return do


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished sweep."""
    found = tmp_path_factory.mktemp("cli") / "x"
    assert main(["sweep", "status_quo", *VARY, "--out", str(found), "--quiet", "--workers", "1"]) == 0
    return found


def test_a_sweep_ends_with_its_folder_and_what_differs_most(said: Said, folder: Path) -> None:
    code, out, err = said("sweep", "status_quo", *VARY, "--out", folder, "--workers", "1")
    assert code == 0 and out.splitlines()[-1] == str(folder)
    assert "4 points × 24 worlds" in err and "Not a forecast" in out
    names = {path.name for path in folder.iterdir()}
    assert {"points.csv", "shares.csv", "worlds", "report.html", "summary.md", "figures", "tables"} <= names


def test_json_is_one_object_and_nothing_else(said: Said, folder: Path) -> None:
    code, out, err = said("sweep", "status_quo", *VARY, "--out", folder, "--json", "--quiet", "--workers", "1")
    assert code == 0 and err == ""
    found = json.loads(out)
    assert found["points"] == 4 and found["complete"] and found["failed"] == [] and len(found["bases"]) == 4


def test_the_same_from_python_is_the_same_folder(folder: Path, tmp_path: Path) -> None:
    base = sim.load("status_quo", changes={"days": 20})
    design = grid(base, {"united_states.restraint": {"low": 0.0, "high": 1.0, "steps": 3}})
    other = sim.sweep(base, design, worlds=24, seed=1, out=tmp_path / "y", engine="numpy")
    one: Any = sim.open(folder)
    assert one.manifest["files"] == other.manifest["files"]


def test_a_table_of_points_names_what_is_wrong_with_its_line(said: Said, tmp_path: Path) -> None:
    table = tmp_path / "points.csv"
    table.write_text("united_states.restraint,iran.permissivness\n0.5,0.2\n0.6,x\n", encoding="utf-8")
    code, out, err = said("sweep", table, "--base", "status_quo", "--out", tmp_path / "x")
    assert code == 2 and out == "" and "iran.permissiveness" in err and "points.csv" in err
    assert not (tmp_path / "x").exists()


def test_points_that_cannot_be_are_listed_and_the_rest_can_go_on(said: Said, tmp_path: Path) -> None:
    table = tmp_path / "points.csv"
    table.write_text("united_states.restraint\n0.5\n1.5\n", encoding="utf-8")
    words = ["sweep", table, "--base", "status_quo", "--days", "20", "--worlds", "4", "--out", tmp_path / "x"]
    code, _, err = said(*words, "--workers", "1")
    assert code == 2 and "row 1" in err and "--skip-refused" in err and not (tmp_path / "x").exists()
    code, out, _ = said(*words, "--workers", "1", "--skip-refused", "--figures", "none", "--json", "--engine", "numpy")
    assert code == 0 and len(json.loads(out)["refused"]) == 1


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["status_quo"], "say what varies"),
        (["no_such_sweep"], "no_such_sweep"),
        (["severity", "--vary", "united_states.restraint"], "leave one of them out"),
        (["severity", "--days", "20"], "leave out --base, --set, --days"),
        (["status_quo", "--vary", "united_states.restrain=0..1:3"], "united_states.restraint"),
        (["status_quo", "--vary", "united_states.restraint=0..1:x"], "united_states.restraint"),
        (["status_quo", *VARY, "--until", "2"], "half-width"),
        (["status_quo", *VARY, "--part", "3/2"], "3/16"),
        (["status_quo", *VARY, "--weekly", "presure"], "pressure"),
        (["status_quo", *VARY, "--luck", "bad"], "luck"),
    ],
)
def test_what_cannot_be_is_refused_in_lines(words: list[str], what: str, said: Said, tmp_path: Path) -> None:
    code, out, err = said("sweep", *words, "--out", tmp_path / "x")
    assert code == 2 and out == "" and what in err and "Traceback" not in err
    assert not (tmp_path / "x").exists()


def test_a_dry_run_measures_and_keeps_nothing(said: Said, tmp_path: Path) -> None:
    code, out, _ = said("sweep", "status_quo", *VARY, "--dry-run", "--json", "--quiet", "--out", tmp_path / "x")
    found = json.loads(out)
    assert code == 0 and found["points"] == 4 and found["worlds"] == 96
    assert found["seconds"] > 0 and found["disk"] > 0 and found["memory"] > 0
    assert not (tmp_path / "x").exists()


def test_a_sweep_that_is_stopped_ends_with_three_and_the_command_that_goes_on(
    said: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any, **__: Any) -> Any:
        raise Stopped(tmp_path / "x", 50, 96, "time is up")

    monkeypatch.setattr(job, "run_job", stopped)
    code, out, err = said("sweep", "status_quo", *VARY, "--out", tmp_path / "x", "--stop-after", "1s")
    assert code == 3 and out.strip() == str(tmp_path / "x")
    assert "50 of 96 worlds" in err and "run.py sweep status_quo --vary" in err


def test_analyze_makes_the_pages_again_and_verify_reads_them(said: Said, folder: Path) -> None:
    (folder / "report.html").unlink()
    code, out, _ = said("analyze", folder)
    assert code == 0 and out.splitlines()[-1] == str(folder) and (folder / "report.html").exists()
    code, out, _ = said("verify", folder)
    assert code == 0 and "each as the run wrote it" in out


def test_parts_are_joined(said: Said, folder: Path, tmp_path: Path) -> None:
    for part in ("1/2", "2/2"):
        out = tmp_path / part[0]
        assert said("sweep", "status_quo", *VARY, "--part", part, "--out", out, "--workers", "1", "--quiet")[0] == 0
    code, _, err = said("join", tmp_path / "less", tmp_path / "1")
    assert code == 2 and "part 2 of 2 is missing" in err
    assert said("join", tmp_path / "whole", tmp_path / "1", tmp_path / "2")[0] == 0
    whole, one = sim.open(tmp_path / "whole"), sim.open(folder)
    assert whole.manifest["files"] == one.manifest["files"]


def test_every_shipped_sweep_is_sound_and_says_what_it_is() -> None:
    assert sorted(shipped_sweeps()) == [
        "gaza_and_restraint", "permissiveness_and_leverage", "screen", "severity", "what_carries_it",
    ]  # fmt: skip
    for name in ("gaza_and_restraint", "severity"):
        asked = read_sweep(name)
        assert asked.title and asked.summary
        points = points_of(asked.design)
        assert not points.refused and not points.idle
