"""Names of files and groups that steer terminals, break lines, turn the reading or are formulas: told, not obeyed.

Every command is given them; nothing that it prints or writes for people has a character that cannot be shown.
"""

from __future__ import annotations

import csv
import json
import os
import shlex
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sim import cli
from sim.jobs.run import open_folder
from sim.show.figures import FIGURES
from sim.show.pictures import svg

FOLDER = "d\x1b[31m\nx\u202ey\x9b"
GROUP = "=cmd|' /C calc'!A0\x1b[31m\n\u202e"
FILE = f"""\
title = "a\\u001b[31m\\n\\u202eb"
summary = "-1+1\\u009b"
days = 14
[groups.{json.dumps(GROUP)}]
share = 0.0
closeness = 0.5
stake = 0.5
[[events]]
kind = "attack"
date = 2024-01-12
place = "Iraq"
group = {json.dumps(GROUP)}
dead = 2
note = "\\u001b]0;x\\u0007"
"""

Say = Callable[..., tuple[int, str]]

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="Windows has no such files"),
    pytest.mark.usefixtures("short_past"),
]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """The exit code of a command and all that it printed, which can be shown; run beside the hostile folder."""
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "mine.toml").write_text(FILE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def commanded(*words: str) -> tuple[int, str]:
        code = cli.main(list(words))
        said = "".join(capsys.readouterr())
        assert "x" in said, "it says something of what it was given"
        for line in said.split("\n"):
            assert line.isprintable(), line
        return code, said

    return commanded


MINE = f"{FOLDER}/mine.toml"
SHOWN = r"d\x1b[31m\nx\u202ey\x9b"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["check", MINE], 0),
        (["check", f"{FOLDER}/none.toml"], 2),
        (["check", FOLDER], 2),
        (["describe", MINE], 0),
        (["describe", MINE, "--all"], 0),
        (["describe", FOLDER], 2),
        (["diff", "status_quo", MINE], 0),
        (["diff", MINE, MINE], 0),
        (["new", f"{FOLDER}/other"], 0),
        (["new", f"{FOLDER}/other", "--from", MINE], 0),
        (["new", f"{FOLDER}/a\nb"], 2),
        (["new", MINE], 2),
        (["new", f"{FOLDER}x/y"], 2),
        (["new", "here", "--from", MINE], 0),
        (["run", FOLDER], 2),
        (["run", MINE, "--out", MINE], 2),
        (["run", MINE, "--out", FOLDER], 2),
        (["run", MINE, "--set", "\x1b[31mx\n=3"], 2),
        (["run", "x\x1b[31m\n"], 2),
        (["explain", MINE, "--world", "0"], 0),
        (["explain", MINE, "--world", "0", "--log"], 0),
        (["explain", FOLDER, "--world", "0"], 2),
        (["calibrate", "--x\x1b[31m\n"], 2),
        (["x\x1b[31m\n"], 2),
    ],
)
def test_nothing_that_a_command_says_breaks_a_line_or_steers_a_terminal(words: list[str], code: int, say: Say) -> None:
    found, said = say(*words)
    assert found == code, said
    if code == 2:
        assert len(said.splitlines()) == 1, "a fault is one line"
        if FOLDER in words[-1] and "run" not in words:
            assert SHOWN in said or SHOWN in said.replace("\\\\", "\\")


def test_a_file_written_into_such_a_folder_can_be_checked(say: Say) -> None:
    say("new", f"{FOLDER}/other", "--from", MINE)
    text = Path(FOLDER, "other.toml").read_text(encoding="utf-8")
    assert all(line.isprintable() for line in text.split("\n"))
    command = next(line for line in text.splitlines() if " check " in line)
    assert f"$'{SHOWN}/other.toml'" in command
    assert say("check", f"{FOLDER}/other.toml")[0] == 0


class Words(HTMLParser):
    """All that a page says, attributes included."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.found += data.split("\n")


def test_nothing_that_a_run_writes_does(say: Say) -> None:
    out = f"{FOLDER}/out"
    words = ("--worlds", "3", "--workers", "1", "--quiet", "--engine", "numpy", "--figures", "none")
    code, said = say("run", MINE, "status_quo", "--days", "14", *words, "--out", out)
    assert code == 0
    assert said.splitlines()[-1] == f"{SHOWN}/out"
    code, said = say("run", MINE, "--days", "14", *words, "--out", out)
    assert code == 2
    assert said.startswith(f"{SHOWN}/out was made from other inputs")
    assert say("verify", out)[0] == 0
    assert say("verify", FOLDER)[0] == 2
    assert say("verify", f"{FOLDER}/none")[0] == 2
    code, said = say("analyze", out, "--figures", "none")
    assert code == 0 and f"{SHOWN}/out" in said.splitlines()
    assert say("analyze", FOLDER)[0] == 2
    for file in Path(out).rglob("*"):
        assert str(file.relative_to(out)).isprintable()
        if file.suffix in (".md", ".toml", ".csv"):
            lines = file.read_text(encoding="utf-8").split("\n")
            assert all(line.isprintable() for line in lines), file.name
    page = Words(Path(out, "report.html").read_text(encoding="utf-8"))
    assert all(line.replace("\u00a0", " ").isprintable() for line in page.found)
    cells = [
        cell for file in Path(out).rglob("*.csv") for row in csv.reader(file.open(encoding="utf-8")) for cell in row
    ]
    assert any(cell.startswith("'=cmd|") for cell in cells), "the group is there, and no formula"
    for cell in cells:
        begins = cell[:1] in "=+-@" and cell != ""
        assert not begins or float(cell) < 0, cell
    result = open_folder(out)
    assert repr(result).isprintable()
    for name in ("outcomes", "rungs_groups"):
        plot = FIGURES[name]
        drawn = svg(plot(result), result, name, f"{plot.describe(result)} {GROUP} {FOLDER}")
        for element in ElementTree.fromstring(drawn).iter():
            for words_in in (element.text or "", *element.attrib.values()):
                assert all(line.isprintable() for line in words_in.split("\n")), name


def test_a_run_that_stops_says_how_to_go_on(say: Say) -> None:
    out = f"{FOLDER}/out"
    words = ("--worlds", "3", "--days", "9", "--workers", "1", "--quiet", "--engine", "numpy", "--figures", "none")
    code, said = say("run", MINE, "status_quo", *words, "--out", out, "--stop-after", "0.000001s")
    assert code == 3
    command = next(line for line in said.splitlines() if line.startswith("To go on: "))
    assert f"$'{SHOWN}/mine.toml'" in command and f"$'{SHOWN}/out'" in command
    code, said = say("run", MINE, "status_quo", *words, "--out", out)
    assert code == 0
    Path(out, "worlds.csv").write_text("", encoding="utf-8")
    code, said = say("verify", out)
    assert code == 1 and f"{SHOWN}/out/worlds.csv is not as the run wrote it" in said.splitlines()
    manifest = json.loads(Path(out, "manifest.json").read_text(encoding="utf-8"))
    assert f"{FOLDER}/mine.toml" in shlex.split(manifest["made"]["command"])
