"""A path means one thing, whoever gives it and however it was typed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.disk.errors import InputError
from sim.disk.paths import place
from sim.scenario.errors import ScenarioError

pytestmark = pytest.mark.usefixtures("short_past")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder, and another folder to be in."""
    for name in ("home", "here"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "home"


def test_the_home_folder_is_meant_as_shells_mean_it(home: Path) -> None:
    assert place("~/r") == home / "r"
    assert place(b"~/r") == home / "r"
    assert place(Path("~/r")) == home / "r"
    assert place("./~/r") == place(place("./~/r")) == home.parent / "here" / "~" / "r"
    assert place("a/~") == Path("a/~")


def test_everything_that_takes_a_path_reads_it_so(home: Path) -> None:
    text = 'extends = "status_quo"\ndays = 5\n'
    (home / "mine.toml").write_text(text, encoding="utf-8")
    scenario = sim.load("~/mine.toml")
    result = sim.run("~/mine.toml", worlds=2, out="~/r", figures=False)
    assert scenario.days == sim.open("~/r").scenarios[0].days == 5
    assert result.folder == home / "r"
    assert result.save("~/copy") == home / "copy"
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "an empty path"),
        ("a\0b", "there is a NUL character in it"),
        ("caf\udce9", "is not written in this system's encoding"),
        ("n" * 256, "is longer than a path may be"),
        ("a/" * 3000, "is longer than a path may be"),
        ("~nobody_of_this_name/r", "no home folder of that name is known"),
        (3, "is no path"),
        (None, "is no path"),
    ],
)
def test_what_can_be_no_path_is_told_in_a_line(given: Any, said: str) -> None:
    with pytest.raises(InputError, match=said) as told:
        place(given)
    assert "\n" not in str(told.value)
    assert str(told.value).isprintable()


@pytest.mark.parametrize("name", ["caf\udce9", "n" * 300, "a\0b", "~nobody_of_this_name/x"])
def test_a_scenario_that_can_be_no_path_is_a_fault_of_the_scenario(name: str) -> None:
    for each in (name, f"{name}.toml"):
        with pytest.raises(ScenarioError):
            sim.load(each)


@pytest.mark.skipif(sys.platform == "win32", reason="names there are Unicode")
def test_letters_that_the_system_cannot_write_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsencode", lambda text: text.encode("ascii"))
    with pytest.raises(InputError, match="set PYTHONUTF8=1"):
        place("café")
