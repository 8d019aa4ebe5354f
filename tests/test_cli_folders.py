"""Results folders on the command line: which one is meant, `verify`, `analyze`, and what is said of others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim import cli
from sim.runs import provenance

SMALL = ["--worlds", "3", "--days", "5", "--workers", "1", "--figures", "none", "--quiet"]
Capture = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("short_past")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="there are no such names or files")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command is typed in an empty folder, by somebody whose home is another."""
    (tmp_path / "home").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


@pytest.fixture
def folder(elsewhere: Path) -> Path:
    """A finished results folder."""
    assert cli.main(["run", "status_quo", *SMALL, "--out", "r"]) == 0
    return Path("r")


def in_a_line(words: list[str], code: int, capsys: Capture) -> str:
    """What a command says on stderr, in one line, when it ends with this exit code."""
    capsys.readouterr()
    assert cli.main(words) == code, words
    said = capsys.readouterr().err
    assert said.count("\n") == 1, said
    return said


def test_a_tilde_after_an_equals_sign_is_the_home_folder(elsewhere: Path, capsys: Capture) -> None:
    assert cli.main(["run", "status_quo", *SMALL, "--seed", "5", "--out", str(elsewhere / "home" / "r")]) == 0
    said = in_a_line(["run", "status_quo", *SMALL, "--seed", "6", "--out=~/r"], 2, capsys)
    assert "the seed is 5 there, 6 here" in said
    assert cli.main(["verify", "~/r"]) == 0
    assert list(Path.cwd().iterdir()) == []


def test_a_shipped_name_is_the_scenario_also_where_a_folder_has_it(folder: Path, capsys: Capture) -> None:
    folder.rename("status_quo")
    capsys.readouterr()
    assert cli.main(["run", "status_quo", *SMALL, "--seed", "7", "--out", "x", "--json"]) == 0
    seen = capsys.readouterr()
    assert json.loads(seen.out)["seed"] == 7
    assert seen.err == "status_quo is the shipped scenario; the folder of that name is meant by ./status_quo\n"
    assert cli.main(["explain", "status_quo", "--world", "1", "--days", "4", "--json"]) == 0
    assert "is meant by ./status_quo" in capsys.readouterr().err
    assert cli.main(["run", "./status_quo", "--out", "y", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["repeats"] == {"same": True, "differing": []}


@POSIX
def test_out_that_is_a_link_to_nowhere(capsys: Capture) -> None:
    Path("out").symlink_to("/nowhere/at/all")
    assert "out/ cannot be used" in in_a_line(["run", "status_quo", "--worlds", "2"], 2, capsys)


@POSIX
@pytest.mark.parametrize("name", ["n" * 300, "caf\udce9", "a\0b", "/proc/x/y", "/dev/null/x"])
def test_a_folder_that_cannot_be(name: str, capsys: Capture) -> None:
    said = in_a_line(["run", "status_quo", *SMALL, "--out", name], 2, capsys)
    assert said.strip().isprintable()
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read and write everything")
def test_a_folder_that_this_user_may_not_read(capsys: Capture) -> None:
    Path("shut").mkdir(mode=0)
    assert "cannot be read" in in_a_line(["run", "status_quo", *SMALL, "--out", "shut"], 2, capsys)
    assert "cannot be" in in_a_line(["run", "status_quo", *SMALL, "--out", "shut/x"], 2, capsys)


def test_verify_reads_every_byte(folder: Path, capsys: Capture) -> None:
    assert cli.main(["verify", "r", "--json"]) == 0
    capsys.readouterr()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {*manifest["files"], "manifest.json"}
    for name in manifest["files"]:
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 1
        whole, _ = (folder / name).read_bytes(), (folder / name).write_bytes(bytes(content))
        assert in_a_line(["verify", "r"], 1, capsys) == f"{folder / name} is not as the run wrote it\n"
        (folder / name).unlink()
        assert in_a_line(["verify", "r"], 1, capsys) == f"{folder / name} is missing\n"
        (folder / name).write_bytes(whole)
    assert cli.main(["verify", "r"]) == 0
    assert "each as the run wrote it" in capsys.readouterr().out
    for none in ("nothing", "."):
        assert cli.main(["verify", none]) == 2


def test_analyze_makes_the_pages_again(folder: Path, capsys: Capture) -> None:
    pages = [folder / "report.html", folder / "summary.md", folder / "tables" / "outcome_shares.csv"]
    before = [page.read_bytes() for page in pages]
    for page in pages:
        page.write_bytes(b"")
    assert cli.main(["run", "status_quo", *SMALL, "--out", "r"]) == 1
    capsys.readouterr()
    assert cli.main(["analyze", "r", "--figures", "none"]) == 0
    assert "Share of worlds by how they end" in capsys.readouterr().out
    assert [page.read_bytes() for page in pages] == before
    assert cli.main(["verify", "r"]) == 0
    assert cli.main(["analyze", "r", "--json"]) == 0
    assert any((folder / "figures").glob("*.png"))
    assert cli.main(["verify", "r"]) == 0
    capsys.readouterr()
    (folder / "worlds.parquet").write_bytes(b"")
    assert "worlds.parquet is not as the run wrote it" in in_a_line(["analyze", "r"], 1, capsys)
    assert cli.main(["run", "status_quo", *SMALL, "--out", "r", "--overwrite"]) == 0
    assert cli.main(["verify", "r"]) == 0


def test_a_changed_folder_can_still_be_repeated(folder: Path, capsys: Capture) -> None:
    (folder / "worlds.csv").write_text("changed", encoding="utf-8")
    (folder / "desktop.ini").write_text("a system's own", encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["run", "r", "--out", "second", "--quiet", "--figures", "none"]) == 1
    assert "DIFFER from those of r in: worlds.csv\n" in capsys.readouterr().out


def test_the_commit_is_that_of_this_project(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = provenance.commit()
    for words in (["init", "-q", "other"], ["-C", "other", "commit", "-q", "--allow-empty", "-m", "x"]):
        name = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", *name, *words], cwd=elsewhere, check=True)
    monkeypatch.setenv("GIT_DIR", str(elsewhere / "other" / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(elsewhere / "other"))
    provenance.commit.cache_clear()
    assert provenance.commit() == mine
    provenance.commit.cache_clear()
