"""Scenario files: found, merged, checked, written out, and read without ever falling over."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import pickle
import subprocess
import sys
import tomllib
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from long_files import long_files

from sim.model.presence import Presence
from sim.scenario import files as loading
from sim.scenario.errors import ScenarioError
from sim.scenario.files import LARGEST_FILE, shipped, shipped_folder
from sim.scenario.load import fingerprint, load, read_changes, replace
from sim.scenario.parameters import levers, parameters
from sim.scenario.schema import Scenario
from sim.scenario.toml import LEVELS, Index, TooDeep, dotted, read, to_toml, undotted, written

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes files into a fresh working directory, where the shipped scenarios are one file, `base`."""
    home = tmp_path / "home"
    library = tmp_path / "library"
    (library / "history").mkdir(parents=True)
    home.mkdir()
    (library / "base.toml").write_text("days = 100\n[united_states]\nrestraint = 0.2\n", encoding="utf-8")
    (library / "history" / "old.toml").write_text('extends = "base"\ndays = 50\n', encoding="utf-8")
    (library / "sweeps").mkdir()
    (library / "sweeps" / "wide.toml").write_text("points = 3\n", encoding="utf-8")
    monkeypatch.setattr(loading, "shipped_folder", lambda: library)
    monkeypatch.chdir(home)

    def written_file(name: str, text: str | bytes = "") -> Path:
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    return written_file


def faults(name: str | Path, **options: Any) -> list[str]:
    """What is said of a scenario that cannot be loaded, line by line."""
    with pytest.raises(ScenarioError) as caught:
        load(name, **options)
    return str(caught.value).splitlines()


# --- Finding -----------------------------------------------------------------------------------------------


def test_an_empty_file_is_the_defaults(write: Write) -> None:
    write("mine.toml")
    scenario = load("mine.toml")
    assert scenario == Scenario(name="mine")
    assert fingerprint(scenario) == fingerprint(Scenario())


def test_shipped_scenarios_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "status_quo" in shipped()
    assert load("status_quo").name == "status_quo"
    assert shipped_folder() == Path(__file__).resolve().parents[2] / "scenarios"


def test_an_installed_package_has_its_own_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "sim"
    (package / "_scenarios" / "history").mkdir(parents=True)
    (tmp_path / "scenarios").mkdir()  # somebody else's folder that happens to lie there
    (package / "_scenarios" / "history" / "old.toml").write_text("days = 7", encoding="utf-8")
    monkeypatch.setattr(loading, "__file__", str(package / "scenario" / "files.py"))
    assert list(shipped()) == ["history/old"]
    assert load("history/old").days == 7


def test_names_of_shipped_scenarios(write: Write, tmp_path: Path) -> None:
    write("other.toml")
    assert list(shipped()) == ["base", "history/old"]  # no sweeps
    assert load("history/old").name == "history/old"
    assert load(tmp_path / "library" / "history" / "old.toml").name == "history/old"
    assert load(Path("history") / "old").days == 50
    assert load(Path("other.toml")).name == "other"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("bose", "no scenario 'bose'; did you mean 'base'?"),
        ("old", "no scenario 'old'; did you mean 'history/old'?"),
        ("hist", "no scenario 'hist'; did you mean 'history/old'?"),
        ("base.toml", "base.toml: there is no such file; did you mean 'base'?"),
        ("mine", "no scenario 'mine'; did you mean 'mine.toml'?"),
        ("", "no scenario ''"),
        ("zzz", "no scenario 'zzz'"),
        ("folder", "folder: is a folder, not a scenario file"),
        ("folder.toml", "folder.toml: is a folder, not a scenario file"),
        ("notes.txt", "notes.txt: is no .toml file"),
        ("mine.toml/x.toml", "mine.toml/x.toml: there is no such file"),
        ("bad\0name", "'bad\\x00name' is no path: there is a NUL character in it"),
        ("bad\0name.toml", "'bad\\x00name.toml' is no path: there is a NUL character in it"),
        ("bad\nname.toml", "bad\\nname.toml: there is no such file"),
    ],
)
def test_a_name_that_leads_nowhere_is_one_clear_line(write: Write, name: str, line: str) -> None:
    for file in ("mine.toml", "notes.txt", "folder/x", "folder.toml/x"):
        write(file)
    assert faults(name) == [line]


def test_a_name_that_is_far_too_long(write: Write) -> None:
    write("mine.toml")
    for name in ("x" * 10_000, "x" * 10_000 + ".toml"):
        (line,) = faults(name)
        assert len(line) < 1200


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders there")
def test_a_pipe_is_not_waited_for(write: Write) -> None:
    path = write("x.toml")
    path.unlink()
    os.mkfifo(path)
    assert faults("x.toml") == ["x.toml: is no ordinary file"]


def test_a_file_that_may_not_be_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("x.toml")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(loading, "_beginning", refuse)
    assert faults("x.toml") == ["x.toml: may not be read by this user"]


# --- The bytes of a file -----------------------------------------------------------------------------------


def test_files_over_256_kb_are_refused(write: Write) -> None:
    write("x.toml", b"#" * LARGEST_FILE)
    assert load("x.toml").days == Scenario().days
    write("x.toml", b"#" * (LARGEST_FILE + 1))
    assert faults("x.toml") == ["x.toml: is larger than 256 KB, the most that a scenario may take"]


def test_bytes_that_are_not_utf_8_are_named_with_their_line(write: Write) -> None:
    write("x.toml", b"days = 3\n# caf\xe9\n")
    assert faults("x.toml") == ["x.toml:2: holds a byte (0xe9) that is not UTF-8; save the file as UTF-8"]
    write("x.toml", "days = 3\n".encode("utf-16"))
    assert faults("x.toml") == ["x.toml:1: is saved as UTF-16; save it as UTF-8"]


def test_what_windows_editors_add_does_no_harm(write: Write) -> None:
    write("x.toml", b"\xef\xbb\xbfdays = 3\r\ntitle = 'a'\r\nstart = 1\r\n")
    assert faults("x.toml") == [
        "x.toml:3: start: 1 is a whole number; a date such as 2024-01-10 is expected (from 2011-01-01 to 2040-01-01)"
    ]
    write("x.toml", b"\xef\xbb\xbfdays = 3\r\n")
    assert load("x.toml").days == 3


# --- Extending ---------------------------------------------------------------------------------------------


def test_only_differences_are_written(write: Write) -> None:
    write("x.toml", 'extends = "history/old"\n[united_states]\nus_stake = 0.1\n')
    scenario = load("x.toml")
    assert (scenario.days, scenario.united_states.restraint, scenario.united_states.us_stake) == (50, 0.2, 0.1)
    assert scenario.iran == Scenario().iran


def test_a_file_in_the_own_folder_can_be_extended_at_any_depth(write: Write) -> None:
    write("0.toml", "days = 77\n")
    for depth in range(1, 40):
        write(f"{depth}.toml", f'extends = "{depth - 1}.toml"\n')
    write("deep/in.toml", "days = 78\n")
    write("x.toml", 'extends = "deep/in.toml"\n')
    assert load("39.toml").days == 77
    assert load("x.toml").days == 78


def test_events_are_added_and_other_lists_replaced(write: Write) -> None:
    event = '[[events]]\nkind = "committee"\ndate = 2024-02-0{}\n'
    write("a.toml", event.format(1) + '[[fronts.gaza.dates]]\ndate = 2020-01-01\nstate = "none"\n')
    write("b.toml", 'extends = "a.toml"\n' + event.format(2))
    write("c.toml", 'extends = "b.toml"\nfronts.gaza.dates = []\n' + event.format(3))
    assert [event.date.day for event in load("c.toml").events] == [1, 2, 3]
    assert len(load("b.toml").fronts["gaza"].dates) == 1
    assert load("c.toml").fronts["gaza"].dates == ()


def test_an_entry_by_name_changes_is_added_or_is_removed(write: Write) -> None:
    write(
        "x.toml",
        """
        [groups]
        "Badr Organization" = "removed"
        "Kataib Hezbollah".share = 0.3
        [groups."Zulu"]
        share = 0.01
        closeness = 0.5
        stake = 0.5
        [groups.Alpha]
        share = 0.01
        closeness = 0.5
        stake = 0.5
        [blocs]
        "Kurdish" = "removed"
        """.replace('"Kurdish"', written(next(iter(Scenario().blocs)))),
    )
    before, after = Scenario().groups, load("x.toml").groups
    assert after["Kataib Hezbollah"] == before["Kataib Hezbollah"].model_copy(update={"share": 0.3})
    assert set(after) == (set(before) - {"Badr Organization"}) | {"Alpha", "Zulu"}
    assert list(after)[-2:] == ["Alpha", "Zulu"]  # the order of a file decides nothing
    assert list(load("x.toml").blocs) == list(Scenario().blocs)[1:]
    write("y.toml", 'extends = "x.toml"\n[groups."Badr Organization"]\nshare = 0.1\n')
    assert faults("y.toml")[0].startswith('y.toml:2: groups."Badr Organization": is new, so it needs closeness')


def test_what_is_not_there_cannot_be_removed(write: Write) -> None:
    write("x.toml", 'groups."Badr Organisation" = "removed"\n')
    assert faults("x.toml") == [
        'x.toml:1: groups."Badr Organisation": is not there to be removed; did you mean \'groups."Badr Organization"\'?'
    ]


def test_an_optional_value_can_be_taken_back(write: Write) -> None:
    write("a.toml", "fronts.gaza.ends = 2024-03-01\n")
    write("b.toml", 'extends = "a.toml"\nfronts.gaza.ends = "removed"\n')
    assert load("a.toml").fronts["gaza"].ends == datetime.date(2024, 3, 1)
    assert load("b.toml").fronts["gaza"].ends is None


def test_circles_are_refused_with_the_whole_chain(write: Write) -> None:
    write("a.toml", '\nextends = "b.toml"\n')
    write("b.toml", 'extends = "c.toml"\n')
    write("c.toml", 'extends = "./b.toml"\n')
    assert faults("a.toml") == ["c.toml:1: extends: goes round in a circle: b.toml extends c.toml extends b.toml"]
    write("a.toml", 'extends = "a.toml"\n')
    assert faults("a.toml") == ["a.toml:1: extends: goes round in a circle: a.toml extends a.toml"]


@pytest.mark.parametrize("name", ["../x.toml", "sub/../../x.toml", "/etc/x.toml", "link.toml", "linked/x.toml"])
def test_paths_outside_the_own_folder_are_refused(write: Write, tmp_path: Path, name: str) -> None:
    (tmp_path / "x.toml").write_text("days = 9", encoding="utf-8")
    (tmp_path / "home" / "sub").mkdir()
    try:
        (tmp_path / "home" / "link.toml").symlink_to(tmp_path / "x.toml")
        (tmp_path / "home" / "linked").symlink_to(tmp_path)
    except OSError:
        pytest.skip("links are not allowed here")
    write("a.toml", f'extends = "{name}"\n')
    assert faults("a.toml") == [
        f"a.toml:1: extends: '{name}' lies outside this file's folder; a scenario extends a shipped one, "
        "or a file in its own folder"
    ]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ('"bass"', "no scenario 'bass'; did you mean 'base'?"),
        ('"a"', "no scenario 'a'; did you mean 'a.toml'?"),
        ('"nowhere.toml"', "there is no file 'nowhere.toml'"),
        ('"round.toml"', "there is no file 'round.toml'"),
        ("3", '3 is no name of a scenario, such as "status_quo"'),
        ('["base"]', 'this is no name of a scenario, such as "status_quo"'),
        ('"a\\u0000.toml"', "there is no file 'a\\x00.toml'"),
    ],
)
def test_what_cannot_be_extended(write: Write, tmp_path: Path, value: str, reason: str) -> None:
    with contextlib.suppress(OSError):  # where links are not allowed, there is no such file either
        (tmp_path / "home" / "round.toml").symlink_to(tmp_path / "home" / "round.toml")
    write("a.toml", f"\nextends = {value}\n")
    assert faults("a.toml") == [f"a.toml:2: extends: {reason}"]


def test_faults_of_the_file_itself_are_said_even_if_the_parent_is_lost(write: Write) -> None:
    write("a.toml", 'extends = "bass"\ndays = 0\n[groups.New]\nshare = 2\n[groups]\nOld = "removed"\n')
    lines = faults("a.toml")
    assert [line.split(": ")[:2] for line in lines] == [
        ["a.toml:1", "extends"],
        ["a.toml:2", "days"],
        ["a.toml:4", "groups.New.share"],
    ]


def test_what_a_lost_parent_may_have_said_is_not_called_a_contradiction(write: Write) -> None:
    write("a.toml", 'extends = "bass"\n[[events]]\nkind = "truce"\nfront = "yemen"\ndays = 3\ndate = 2024-02-01\n')
    assert faults("a.toml") == ["a.toml:1: extends: no scenario 'bass'; did you mean 'base'?"]


def test_a_fault_in_a_parent_is_named_where_it_was_made(write: Write) -> None:
    write("sub/a.toml", "days = 5\n\nunited_states.restraint = 1.7\n[[events]]\nkind = 'order'\n")
    write("b.toml", 'extends = "sub/a.toml"\n\n\n[united_states]\nus_stake = 7\n')
    lines = faults("b.toml")
    assert [line.split(": ")[:2] for line in lines] == [
        ["b.toml:5", "united_states.us_stake"],
        ["sub/a.toml:3", "united_states.restraint"],
        ["sub/a.toml:4", "events[0].date"],
        ["sub/a.toml:4", "events[0].go_ahead"],
    ]
    write("sub/a.toml", "days = = 5\n")
    assert faults("b.toml")[0].startswith("b.toml:5: united_states.us_stake")
    assert faults("b.toml")[1].startswith("sub/a.toml:1:8: ")
    write("c.toml", 'extends = "sub/a.toml"\n[united_states]\nus_stake = 0.5\n')
    write("sub/a.toml", "united_states.restraint = 1.7\n")
    write("d.toml", 'extends = "sub/a.toml"\nunited_states.restraint = 0.7\n')
    assert faults("c.toml")[0].startswith("sub/a.toml:1: united_states.restraint: 1.7 is above 1")
    assert load("d.toml").united_states.restraint == 0.7


def test_events_of_parent_and_child_keep_their_own_lines(write: Write) -> None:
    write("a.toml", '[[events]]\nkind = "committee"\ndate = 2024-02-01\n')
    write(
        "b.toml", 'extends = "a.toml"\nevents = [\n  {kind = "committee",\n  date = 3}]\n'.replace("\n  date", " date")
    )
    assert faults("b.toml")[0].startswith("b.toml:3: events[1].date: 3 is a whole number; a date")
    write("c.toml", 'extends = "a.toml"\ndays = 3\n')
    assert faults("c.toml")[0].startswith("c.toml:2: days: does not go with events[0].date (committee of 2024-02-01, ")


# --- Changes by name ---------------------------------------------------------------------------------------


def test_changes_of_the_command_line(write: Write) -> None:
    write("x.toml", '[[events]]\nkind = "truce"\ndate = 2024-02-01\ndays = 3\n')
    changes = read_changes(
        [
            "united_states.restraint=0.8",
            "days = 300",
            "title=a = b # c",
            "start=2024-01-15",
            "groups.Kataib Hezbollah.share=0.1",
            'groups."Harakat al-Nujaba".share=0.1',
            "groups.'Badr Organization'=removed",
            "iran={permissiveness = 0.25, press_strike = 0.5}",
            "events[0].days=9",
        ]
    )
    scenario = load("x.toml", changes=changes)
    assert scenario.united_states.restraint == 0.8
    assert (scenario.days, scenario.start, scenario.title) == (300, datetime.date(2024, 1, 15), "a = b # c")
    assert [scenario.groups[name].share for name in ("Kataib Hezbollah", "Harakat al-Nujaba")] == [0.1, 0.1]
    assert "Badr Organization" not in scenario.groups
    assert (scenario.iran.permissiveness, scenario.iran.press_strike) == (0.25, 0.5)
    assert scenario.iran.order_step == Scenario().iran.order_step
    assert json.loads(scenario.events[0].model_dump_json())["days"] == 9
    assert load("x.toml", changes=read_changes(["events=[]"])).events == ()


def test_faults_of_the_command_line_name_the_setting(write: Write) -> None:
    write("x.toml", "united_states.restraint = 0.3\n")
    settings = ["united_states.restraint=1.7", "restrain=1", "days=high", "events[3].days=1", "name=x", "a..b=1"]
    assert faults("x.toml", changes=read_changes(settings)) == [
        "--set a..b=1: is no name of a setting, such as united_states.restraint",
        '--set days=high: "high" is a text; a whole number is expected (days from 1 to 10000)',
        "--set events[3].days=1: there is no events[3]",
        "--set name=x: cannot be set: it belongs to the file",
        "--set restrain=1: there is no such setting; did you mean 'united_states.restraint'?",
        "--set united_states.restraint=1.7: 1.7 is above 1 (a number from 0 to 1)",
    ]
    (line,) = faults("x.toml", changes={"united_states": {"restraint": 1.7}})
    assert line.startswith("--set united_states={restraint = 1.7}: united_states.restraint: 1.7 is above 1")
    (line,) = faults("x.toml", changes={"groups.Kataib Hezbollah.share": 1.0})
    assert line.startswith("--set groups.Kataib Hezbollah.share=1.0: the groups' shares add up to 1.6")
    write("y.toml", 'groups."Kataib Hezbollah".share = 0.1\ngroups.New = {share = 0, closeness = 0, stake = 0}\n')
    (line,) = faults("y.toml", changes={"groups.Kataib Hezbollah.share": 1.0})
    assert line.startswith("--set groups.Kataib Hezbollah.share=1.0: the groups' shares add up to 1.6")
    (line,) = faults("y.toml", changes={"groups.Newer.share": 0.1})
    assert line.startswith("--set groups.Newer.share=0.1: groups.Newer: is new, so it needs closeness")
    assert read_changes(["title=1\nx = 2"]) == {"title": "1\nx = 2"}
    with pytest.raises(ScenarioError, match="--set days: write name=value"):
        read_changes(["days", "days=3"])


def test_replace_is_checked_as_a_file_would_be() -> None:
    scenario = Scenario(name="mine", title="a title")
    other = replace(scenario, {"united_states.restraint": 0.9, "days": np.int64(5)})
    assert (other.united_states.restraint, other.days, other.name) == (0.9, 5, "mine")
    assert scenario.united_states.restraint == Scenario().united_states.restraint
    assert replace(scenario, {"name": "other"}) == Scenario(name="other", title="a title")
    assert replace(other, {"groups": {"Kataib Hezbollah": {"share": 0.2}}}).groups["Kataib Hezbollah"].stake == 0.45
    assert replace(other, {"iran": Scenario().iran}) == other
    with pytest.raises(ScenarioError) as caught:
        replace(scenario, {"united_states.restraint": 1.7, "dais": 3, "start": None, "groups": {1: [2]}})
    assert sorted(map(str, caught.value.faults)) == [
        "dais: there is no such setting; did you mean 'days'?",
        'groups.1: this is a list; a table or "removed" is expected',
        "start: None is nothing that a file can say; a date such as 2024-01-10 is expected "
        "(from 2011-01-01 to 2040-01-01)",
        "united_states.restraint: 1.7 is above 1 (a number from 0 to 1)",
    ]


def test_an_error_can_be_sent_to_another_process() -> None:
    with pytest.raises(ScenarioError) as caught:
        replace(Scenario(), {"days": 0})
    assert isinstance(caught.value, ValueError)
    sent = pickle.loads(pickle.dumps(caught.value))
    assert (sent.faults, str(sent)) == (caught.value.faults, str(caught.value))


# --- Parameters, fingerprint, writing ----------------------------------------------------------------------


def test_every_parameter_can_be_set_by_its_name() -> None:
    scenario = Scenario()
    names = [name for name, _, _ in parameters(scenario)]
    assert len(names) == len(set(names)) > 200
    assert "start" in names and not {"title", "twin_of", "events"} & set(names)
    assert replace(scenario, {name: value for name, value, _ in parameters(scenario) if value is not None}) == scenario
    for name, value, about in parameters(scenario):
        assert about.meaning, name
        if isinstance(value, float) and about.range is not None:
            assert about.unit and about.source and about.role, name
            assert about.range[0] <= about.range[1], name
            assert about.low is not None and about.high is not None, name


def test_what_a_parameter_is() -> None:
    found = {name: (value, about) for name, value, about in parameters(load("status_quo"))}
    value, about = found['groups."Kataib Hezbollah".share']
    assert value == 0.4
    assert (about.unit, about.role, about.range, about.low, about.high) == ("share", "fixed", (0.0, 1.0), 0, 1)
    assert found["united_states.restraint"][1].role == "lever"
    assert "united_states.restraint" in [name for name, _, _ in levers(Scenario())]
    assert all(about.role == "lever" for _, _, about in levers(Scenario()))


def test_a_fingerprint_is_of_the_conditions_alone(write: Write) -> None:
    write(
        "a.toml",
        'title = "A"\nunited_states.restraint = 0.5\n[groups.B]\nshare=0\ncloseness=0\nstake=0\n'
        "[groups.A]\nshare=0.0\ncloseness=-0.0\nstake=0\n",
    )
    write(
        "b.toml",
        'summary = "B"\nsource = "C"\ntwin_of = "a"\n[groups.A]\nshare=0\ncloseness=0\nstake=0\n'
        "[groups.B]\nshare=0\ncloseness=0.0\nstake=0\n[united_states]\nrestraint = 0.5\n",
    )
    a, b = load("a.toml"), load("b.toml")
    assert fingerprint(a) == fingerprint(b)
    assert list(a.groups) == list(b.groups)
    assert len(fingerprint(a)) == 16
    everything = [
        replace(a, {name: value + 1e-9 if about.high != value else value - 1e-9})
        for name, value, about in parameters(a)
        if isinstance(value, float) and name in ("united_states.restraint", "groups.A.share", "iran.order_step")
    ]
    assert len({fingerprint(one) for one in [a, *everything]}) == 4
    assert fingerprint(replace(a, {"days": a.days + 1})) != fingerprint(a)
    assert fingerprint(a.model_copy(update={"groups": dict(reversed(a.groups.items()))})) == fingerprint(a)


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    code = "from sim.scenario.load import *; print(fingerprint(load('status_quo')))"
    source = str(Path(loading.__file__).parents[2])
    for seed in ("1", "2"):
        made = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONPATH": source, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert made.stdout.strip() == fingerprint(load("status_quo"))


def loads_again(scenario: Scenario, folder: Path) -> None:
    """Everything that has to hold of a scenario that is written out."""
    text = to_toml(scenario)
    file = folder / "again.toml"
    file.write_text(text, encoding="utf-8", newline="\n")
    again = load(file)
    assert again.model_copy(update={"name": scenario.name}) == scenario
    assert fingerprint(again) == fingerprint(scenario)
    assert to_toml(again) == text
    assert "extends" not in tomllib.loads(text)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_scenario_loads_and_loads_again_when_written_out(name: str, tmp_path: Path) -> None:
    scenario = load(name)
    assert scenario.name == name
    assert scenario.title and scenario.summary and scenario.source
    loads_again(scenario, tmp_path)


def test_what_was_removed_stays_removed(write: Write, tmp_path: Path) -> None:
    write(
        "x.toml",
        'title = "a \\"quoted\\"\\ttitle\\u0007\\u007f \\\\ of\\nlines"\n'
        'groups."Badr Organization" = "removed"\n'
        "groups.'odd \"name\".with ] # marks' = {share = 0.01, closeness = 1, stake = 1e-7}\n"
        "fronts.gaza.ends = 2024-05-01\n"
        '[[events]]\nkind = "truce"\nfront = "gaza"\ndays = 3\ndate = 2024-02-03\nnote = "é … \\u0000"\n',
    )
    scenario = load("x.toml")
    assert 'groups."odd \\"name\\".with ] # marks".share' in [name for name, _, _ in parameters(scenario)]
    loads_again(scenario, tmp_path)


def test_everything_can_be_removed_and_stays_so(tmp_path: Path) -> None:
    changes = {dotted(("groups", name)): "removed" for name in Scenario().groups}
    scenario = replace(Scenario(), changes | {"isis.past": ()})
    assert scenario.groups == {} and scenario.isis.past == ()
    loads_again(scenario, tmp_path)


def test_a_default_that_is_taken_back_stays_so() -> None:
    class Leaving(Scenario):
        presence: Presence = Presence(legal_default="dated_agreement", agreement_ends=datetime.date(2025, 9, 30))

    assert tomllib.loads(to_toml(Leaving(presence=Presence())))["presence"]["agreement_ends"] == "removed"
    assert "agreement_ends" not in tomllib.loads(to_toml(Scenario()))["presence"]


def test_a_written_value_says_its_unit_and_meaning() -> None:
    text = to_toml(Scenario())
    about = {name: about for name, _, about in parameters(Scenario())}["iran.rising_lag"]
    assert f"rising_lag = {Scenario().iran.rising_lag}  # days, {about.meaning}\n" in text
    assert text.count("=") > len(list(parameters(Scenario())))


NUMBERS = {
    name: (about.low, about.high)
    for name, value, about in parameters(Scenario())
    if isinstance(value, float) and about.role and not name.startswith(("groups", "fronts", "public", "blocs"))
}


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_values_survive_being_written_out(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    changes: dict[str, object] = {}
    for name in data.draw(st.lists(st.sampled_from(sorted(NUMBERS)), max_size=5, unique=True)):
        low, high = NUMBERS[name]
        changes[name] = data.draw(st.floats(low, high))  # type: ignore[arg-type]
    changes["title"] = data.draw(st.text(max_size=20))
    try:
        scenario = replace(Scenario(), changes)
    except ScenarioError:  # values that contradict each other
        return
    loads_again(scenario, tmp_path_factory.mktemp("again"))


# --- Where each value stands -------------------------------------------------------------------------------


def test_lines_of_every_way_to_write_a_value() -> None:
    text = '''\
a.b . "c d" = 1 # [no]
[t.'u]']
x = """
[not.a.table]
y = 1 \\""" ""
"""
z = [ # list
  1, [2,
  3], {k = 4,
  "l" = 5}, \'\'\'
]\'\'\',
]
[[e]]
k = 1
[[e]]
[e.s]
k.l = {m = [{n = 1}]}
[[e.f]]
'''
    lines = Index(text.replace("{k = 4,\n  ", "{k = 4, ")).lines
    assert lines == {
        ("a",): 1, ("a", "b"): 1, ("a", "b", "c d"): 1,
        ("t",): 2, ("t", "u]"): 2, ("t", "u]", "x"): 3,
        ("t", "u]", "z"): 7, ("t", "u]", "z", 0): 8, ("t", "u]", "z", 1): 8,
        ("t", "u]", "z", 1, 0): 8, ("t", "u]", "z", 1, 1): 9,
        ("t", "u]", "z", 2): 9, ("t", "u]", "z", 2, "k"): 9, ("t", "u]", "z", 2, "l"): 9,
        ("t", "u]", "z", 3): 9,
        ("e",): 12, ("e", 0): 12, ("e", 0, "k"): 13, ("e", 1): 14, ("e", 1, "s"): 15,
        ("e", 1, "s", "k"): 16, ("e", 1, "s", "k", "l"): 16, ("e", 1, "s", "k", "l", "m"): 16,
        ("e", 1, "s", "k", "l", "m", 0): 16, ("e", 1, "s", "k", "l", "m", 0, "n"): 16,
        ("e", 1, "f"): 17, ("e", 1, "f", 0): 17,
    }  # fmt: skip


def test_a_table_stands_at_its_own_header_wherever_it_was_named_before() -> None:
    assert Index("[a.b]\nc = 1\n[a]\nd = 1\n").lines[("a",)] == 3


class Author:
    """Writes the same values in any of the ways that TOML has; every name and value holds a number of its own."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw
        self.count = 100

    def one_of(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def number(self) -> int:
        self.count += 1
        return self.count

    def key(self) -> str:
        n = self.number()
        return str(self.one_of(f"k{n}", f"k-{n}", f"{n}", f'"k {n}"', f"'k.{n}#'", f'"\\u006b]{n}\\""', f'"=[{n}"'))

    def dots(self) -> str:
        return str(self.one_of(".", " . ", ".\t"))

    def leaf(self) -> str:
        n = self.number()
        return str(
            self.one_of(
                f"{n}", f"+{n}", f"{n}.5e3", f'"{n} # ] }} \\" = ["', f"'{n} \" # ]'", "2024-01-01 00:00:00" + f".{n}",
                f'"""{n}\n[x]\n# \\""" a = ["" \n"""', f"'''{n} ''\n]]\n''''", f'"""{n}"""""', f"0x{n}",
            )
        )  # fmt: skip

    def gap(self) -> str:
        return str(self.one_of("", " ", "\n", ' # ] } "\n\t', "\n\n"))

    def value(self, depth: int) -> str:
        kind = self.one_of("leaf", "leaf", "list", "table") if depth < 3 else "leaf"
        if kind == "leaf":
            return self.leaf()
        size = self.draw(st.integers(0, 3))
        if kind == "list":
            entries = [self.gap() + self.value(depth + 1) + self.gap() for _ in range(size)]
            return "[" + ",".join(entries) + (self.one_of("", ",") if entries else "") + self.gap() + "]"
        pairs = [self.pair(depth + 1) for _ in range(size)]
        return "{ " + ", ".join(pairs) + " }"

    def pair(self, depth: int) -> str:
        key = self.dots().join(self.key() for _ in range(self.one_of(1, 1, 2, 3)))
        return f"{key}{self.one_of('=', ' = ')}{self.value(depth)}"

    def lines(self, depth: int) -> str:
        pairs = [self.pair(depth) for _ in range(self.draw(st.integers(0, 3)))]
        return "".join(f"{self.one_of('', '  ')}{pair}{self.one_of('', ' # [x] = 1')}\n" for pair in pairs)

    def table(self, above: str, depth: int) -> str:
        name = (above + self.dots() if above else "") + self.key()
        if self.one_of(True, False):
            text = f"[ {name} ]\n" + self.lines(1)
            below = (
                "".join(self.table(name, depth + 1) for _ in range(self.draw(st.integers(0, 2)))) if depth < 2 else ""
            )
            return text + below
        return "".join(
            f"[[{name}]]  # entry\n" + self.lines(1) + (self.table(name, depth + 1) if depth < 2 else "")
            for _ in range(self.draw(st.integers(1, 3)))
        )

    def document(self) -> str:
        return self.gap() + self.lines(0) + "".join(self.table("", 0) for _ in range(self.draw(st.integers(0, 3))))


@st.composite
def documents(draw: Callable[[st.SearchStrategy[Any]], Any]) -> str:
    return Author(draw).document()


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in parts:
        yield (*path, key), inner
        yield from places(inner, (*path, key))


def digits(text: object) -> str:
    return "".join(char for char in str(text).split("\n")[0] if char.isdigit())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(text=documents(), ends=st.sampled_from(["\n", "\r\n"]))
def test_every_key_that_tomllib_reads_is_found_on_its_line(text: str, ends: str) -> None:
    values = tomllib.loads(text)
    found = Index(text).lines
    assert set(found) == {path for path, _ in places(values)}
    assert read(text.replace("\n", ends)).lines == found
    rows = text.split("\n")
    for path, value in places(values):
        row = rows[found[path] - 1]
        if isinstance(path[-1], str):
            assert digits(path[-1]) in row
        elif isinstance(value, int):
            assert str(value) in row or hex(value)[2:] in row
        elif isinstance(value, str):
            assert digits(value)[:3] in row
        elif isinstance(value, float):
            assert str(value)[:3] in row
    assert Index(text).again == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(text=documents(), where=st.integers(0, 99), bad=st.sampled_from(["x = .5", "x y = 1", "x = 'a", "x = 1 # \0"]))
def test_a_row_that_is_no_toml_takes_nothing_else_with_it(text: str, where: int, bad: str) -> None:
    whole = read(text)
    row = where % (text.count("\n") + 1)
    rows = text.split("\n")
    try:
        tomllib.loads("\n".join(rows[:row]))  # else the row would stand within a list or a text
    except tomllib.TOMLDecodeError:
        return
    found = read("\n".join([*rows[:row], bad, *rows[row:]]))
    assert found.values == whole.values
    assert [fault.line for fault in found.faults] == [row + 1]
    assert found.lines == {path: line + (line > row) for path, line in whole.lines.items()}


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.sampled_from("abk1 .=[]{}\"'\\\n#,\tu00"), max_size=60))
def test_any_text_is_scanned_and_what_is_toml_is_found_whole(text: str) -> None:
    found = Index(text).lines
    try:
        values = tomllib.loads(text)
    except ValueError:
        return
    assert set(found) == {path for path, _ in places(values)}


@pytest.mark.parametrize(
    "text",
    ["a" + ".a" * 20_000 + " = 1", "[" + "a." * 20_000 + "a]", "[[" + "a." * 20_000 + "a]]", "a = " + "[" * 50_000,
     "a = " + "{a = " * 20_000, "a = " + "{a.a.a.a.a.a.a = " * 4, "[[a.b]]\n[a.b.c.d.e.f]\ng = [" + "[" * 14,
     "".join(f"[[{'.'.join('a' * depth)}]]\n" for depth in range(1, 12))],
)  # fmt: skip
def test_nesting_is_limited_before_it_costs_anything(text: str, write: Write) -> None:
    tracemalloc.start()
    with pytest.raises(TooDeep):
        Index(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000
    write("x.toml", "\n" + text)
    (line,) = faults("x.toml")
    assert line.endswith(f"nested too deeply: at most {LEVELS} levels can be read")


def test_what_is_just_not_too_deep_is_read() -> None:
    text = "a" + ".a" * (LEVELS - 1) + " = 1\nb = " + "[" * (LEVELS - 1) + "]" * (LEVELS - 1)
    assert len(Index(text).lines) == LEVELS + LEVELS - 1
    with pytest.raises(TooDeep):
        Index("a" + ".a" * LEVELS + " = 1")


@given(path=st.lists(st.text(min_size=1, max_size=8) | st.integers(0, 99), min_size=1, max_size=6))
def test_a_dotted_name_means_the_place_it_was_made_from(path: list[str | int]) -> None:
    whole: tuple[str | int, ...] = ("section", *path)
    assert undotted(dotted(whole)) == whole


@pytest.mark.parametrize("name", ["", ".", "a.", ".a", "a..b", "a[", "a[x]", "a]", 'a."b', "a=b", "a[0]b", '""', "[0]"])
def test_what_is_no_name(name: str) -> None:
    assert undotted(name) is None


# --- Any input ---------------------------------------------------------------------------------------------

FULL = to_toml(Scenario())
SMALL = """\
title = "x"
days = 100
[united_states]
restraint = 0.5 # a comment
leverage = {uniform = [0.5, 1.5]}
[groups]
"Badr Organization" = "removed"
"Kataib Hezbollah" = {share = 0.3}
[fronts.gaza]
dates = [{date = 2011-01-01, state = "none"},
  {date = 2023-01-01, state = "war"}]
[[events]]
kind = "truce"
date = 2024-02-01
days = 10
[[events]]
kind = "strike"
rung = "strike in Iraq"
date = 2024-02-02
dead = 3
"""
WORDS = [
    *"=.,[]{}\"'\\#\n\n\n -+_1e",
    '"""',
    "'''",
    "[[",
    "]]",
    "nan",
    "-inf",
    "true",
    "1979-05-27",
    "07:32:00",
    "0x",
    "1e999",
    "9" * 30,
    "\r",
    "\t",
    "é",
    "\0",
    "events",
    "groups",
    "kind",
    "truce",
    "removed",
    "uniform",
    "{choices = [0.1, 2]}",
    "uncertain",
    "extends",
    "name",
    "days",
    "fronts.gaza",
    "dates",
    "united_states",
    "restraint",
    "share",
    " = ",
    "\n[[events]]\n",
    "\n[groups.x]\n",
    '"base"',
    "title",
    "iran",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def loads_or_says_why(folder: Path, content: bytes, changes: dict[str, object] | None = None) -> None:
    """The only two things that may happen to a file: a scenario, or faults of one line each."""
    file = folder / "x.toml"
    file.write_bytes(content)
    try:
        scenario = load(file, changes=changes)
    except ScenarioError as error:
        assert error.faults
        assert len(str(error).split("\n")) == len(error.faults)
        for fault in error.faults:
            assert str(fault).isprintable() and fault.reason and len(str(fault)) < 2000
            assert fault.line is None or 1 <= fault.line <= content.count(b"\n") + 1
    else:
        assert load(file, changes=changes) == scenario


quick = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(content=st.binary(max_size=300))
def test_any_bytes(folder: Path, content: bytes) -> None:
    loads_or_says_why(folder, content)


@quick
@given(words=st.lists(st.sampled_from(WORDS), max_size=30))
def test_any_words(folder: Path, words: list[str]) -> None:
    loads_or_says_why(folder, "".join(words).encode())


@quick
@given(data=st.data())
def test_any_slip_of_the_pen(folder: Path, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([SMALL, SMALL, FULL]))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(st.sampled_from(["", *WORDS]) | st.text(max_size=3)) + text[end:]
    loads_or_says_why(folder, text.encode("utf-8", "surrogatepass"))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates() | st.datetimes()
    | st.sampled_from([{"uniform": [0, 1]}, {"normal": [0.5, 0.1], "bounds": [0.1, 10**400]}, {"choices": (0.5,)}])
    | st.sampled_from(["removed", "truce", 10**400, -(10**400), 1e308, "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["share", "kind", "date", "days", "x", "uniform", "choices", "control"]) | st.text(max_size=3),
        inner,
        max_size=3,
    ),
    max_leaves=8,
)  # fmt: skip
PLACES = [
    *NUMBERS,
    "start",
    "days",
    "title",
    "events",
    "events[0]",
    "events[1].rung",
    "groups",
    "fronts",
    "groups.x",
    'groups."Badr Organization"',
    "fronts.gaza.dates",
    "fronts.gaza.ends",
    "fronts.gaza.dates[0].state",
    "iran",
    "uncertain",
    "united_states.restraint.uniform",
    "groups.x.share",
    "groups.Kataib Hezbollah.control",
]


@quick
@given(changes=st.dictionaries(st.sampled_from(PLACES) | st.text(max_size=8), VALUES, max_size=4))
def test_any_changes(folder: Path, changes: dict[str, object]) -> None:
    loads_or_says_why(folder, SMALL.encode(), changes)


@quick
@given(setting=st.text(max_size=12) | st.builds("{}={}".format, st.sampled_from(PLACES), st.text(max_size=12)))
def test_any_setting(folder: Path, setting: str) -> None:
    try:
        changes = read_changes([setting])
    except ScenarioError as error:
        assert str(error).isprintable()
    else:
        loads_or_says_why(folder, SMALL.encode(), changes)


def calls_to_load(folder: Path, content: bytes) -> int:
    """How many functions are called to read a file: the reader's work, the same on a fast and on a slow machine."""
    file = folder / "x.toml"
    file.write_bytes(content)
    assert len(content) <= LARGEST_FILE
    calls = 0

    def called(_frame: object, event: str, _about: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        load(file)
    except ScenarioError as error:
        assert str(error)
    finally:
        sys.setprofile(before)
    return calls


CALLS_A_BYTE = 600
"""The dearest of these files takes half of it; the seconds are in benchmarks/long_files.py."""


@pytest.mark.parametrize("what", long_files(0))
def test_a_file_twice_as_long_is_at_most_twice_the_work(folder: Path, what: str) -> None:
    # Comparing all names with all names would be four times the work.
    load("status_quo")  # what is done once in a process is not counted
    half, whole = (calls_to_load(folder, long_files(size)[what].encode()) for size in (8_000, 16_000))
    assert half < CALLS_A_BYTE * 8_000
    assert whole < 2.2 * half


@pytest.mark.nightly
@pytest.mark.parametrize("what", long_files(0))
def test_no_file_of_the_largest_size_is_more_work_a_byte(folder: Path, what: str) -> None:
    assert calls_to_load(folder, long_files(250_000)[what].encode()) < CALLS_A_BYTE * 250_000
