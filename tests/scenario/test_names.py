"""What a scenario may be called: one rule, wherever a name comes in, and before anything is computed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim import cli
from sim.jobs.run import run
from sim.runs.errors import InputError
from sim.runs.inputs import Inputs
from sim.scenario.errors import ScenarioError
from sim.scenario.files import shipped
from sim.scenario.load import load, remarks, replace
from sim.scenario.names import LONGEST, LONGEST_IN_BYTES, no_name, numbered
from sim.scenario.schema import Scenario

REFUSED = {
    "a" * 215: "it has 215 characters, and 100 are the most",
    "é" * 91: "it takes 182 bytes, and 180 are the most",
    "=1+1": "it begins with =, which spreadsheets take for a formula",
    "+1": "it begins with +, which spreadsheets take for a formula",
    "-1": "it begins with -, which spreadsheets take for a formula",
    "@x": "it begins with @, which spreadsheets take for a formula",
    "\uff1d1": "it begins with \uff1d, which spreadsheets take for a formula",
    " a": "it begins with a blank",
    "a ": "it ends with a blank",
    "a.": "it ends with a dot",
    "a\x1b[31mb": r"it has \x1b in it, which cannot be shown",
    "a\nb": r"it has \n in it, which cannot be shown",
    "a\u202eb": r"it has \u202e in it, which cannot be shown",
    "a\x9bb": r"it has \x9b in it, which cannot be shown",
    "a:b": "it has : in it, which no file's name has on Windows",
    "con": "con is a device on Windows",
    "lpt1.x": "lpt1.x is a device on Windows",
}


@pytest.mark.parametrize("name", [*shipped(), "a", "my view", "2024", "عراق", "a-b=c", "history/storm", "a" * LONGEST])
def test_what_a_scenario_may_be_called(name: str) -> None:
    assert no_name(name) == ""
    assert Scenario(name=name).name == name


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize(("name", "why"), REFUSED.items())
def test_a_file_of_another_name_is_refused_by_everything_that_reads_it(
    name: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path(f"{name}.toml")
    file.write_text("days = 5\n", encoding="utf-8")
    for read in (load, remarks):
        with pytest.raises(ScenarioError) as raised:
            read(file)
        assert len(raised.value.faults) == 1
        said = str(raised.value)
        assert said.isprintable()
        assert said.endswith(f"is no name for a scenario: {why}; give the file another name")
    for command in ("check", "describe", "run"):
        assert cli.main([command, f"./{file}", *(["--out", "results"] if command == "run" else [])]) == 2
        out, err = capsys.readouterr()
        assert (out, err) == ("", f"{said}\n")
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    heir = Path("heir.toml")
    heir.write_text(f"extends = {file.name!r}\n" if file.name.isprintable() else "days = 5\n", encoding="utf-8")
    if file.name.isprintable():
        with pytest.raises(ScenarioError, match="is no name for a scenario"):
            load(heir)
    file.rename("plain.toml")
    assert load("plain.toml").days == 5


@pytest.mark.parametrize(("name", "why"), REFUSED.items())
def test_a_name_given_in_python_is_refused(name: str, why: str) -> None:
    with pytest.raises(ValidationError, match="is no name for a scenario"):
        Scenario(name=name)
    with pytest.raises(ScenarioError) as raised:
        replace(Scenario(), {"name": name})
    assert str(raised.value).startswith("name: ") and str(raised.value).endswith(why)
    unchecked = Scenario(days=5).model_copy(update={"name": name})
    with pytest.raises(InputError, match="is no name for a scenario"):
        run(unchecked, worlds=1)


def test_a_fault_of_the_name_hides_no_other(tmp_path: Path) -> None:
    file = tmp_path / "=1.toml"
    file.write_text("days = 0\nname = 'x'\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        load(file)
    assert [fault.name for fault in raised.value.faults] == ["", "days", "name"]


LETTERS = st.text("abcAZ019 _.-()/%éعق漢😀", min_size=1, max_size=110)
NAMES = LETTERS.map(lambda text: text.strip(" .-/")).filter(lambda text: no_name(text) == "")


@given(st.lists(NAMES, min_size=1, max_size=3, unique=True))
def test_whatever_may_be_a_name_fits_into_the_names_of_all_files(names: list[str]) -> None:
    inputs = Inputs.of([Scenario(name=name, days=day + 1) for day, name in enumerate(names)])
    for index, name in enumerate(inputs.names):
        assert no_name(name) == ""
        piece = f"{index:03d}-{inputs.stem(index)}.{10**10}-{10**10}.{'0' * 16}.parquet"
        stem = inputs.scenario_file(index).removeprefix("scenarios/")
        assert no_name(stem.removesuffix(".toml")) == "", "what is written can be loaded"
        for file in (piece, stem, f"{name}.toml"):
            part = f".{file.rpartition('/')[2]}.4294967295.part"
            assert len(part.encode("utf-8")) <= 255


def test_names_that_are_alike_as_files_get_files_of_their_own() -> None:
    names = ["a b", "a_b", "A_B", "a_b-0", "a_b-2", "x"]
    inputs = Inputs.of([Scenario(name=name, days=day + 1) for day, name in enumerate(names)])
    files = [inputs.scenario_file(index) for index in range(len(names))]
    assert len({file.casefold() for file in files}) == len(names)
    assert files[3:] == ["scenarios/a_b-0.toml", "scenarios/a_b-2.toml", "scenarios/x.toml"]


def test_of_two_scenarios_of_one_long_name_the_second_is_cut() -> None:
    name = "a" * LONGEST
    inputs = Inputs.of([Scenario(name=name, days=3), Scenario(name=name, days=4)])
    assert inputs.names == (name, "a" * (LONGEST - 2) + "_2")
    assert len(numbered("é" * 90, 12).encode("utf-8")) <= LONGEST_IN_BYTES
