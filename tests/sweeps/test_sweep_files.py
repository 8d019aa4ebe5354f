"""Sweep files, files of points, and ``--vary``: what they ask for, and every fault with its line."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.disk.errors import InputError
from sim.scenario.errors import ScenarioError
from sim.scenario.files import LARGEST_FILE, shipped
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.sweeps.files import from_frame, read_points, read_sweep, shipped_sweeps, vary
from sim.sweeps.names import changed

RESTRAINT, PERMISSIVENESS = "united_states.restraint", "iran.permissiveness"
Said = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def calm() -> Scenario:
    return load("status_quo")


def write(text: str | bytes, name: str = "x.toml") -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return name


def faults(make_it: Callable[[], object]) -> list[str]:
    """What is said of something that cannot be made."""
    with pytest.raises((InputError, ScenarioError)) as caught:
        make_it()
    return str(caught.value).splitlines()


def said(text: str | bytes) -> list[str]:
    """What is said of a sweep file with this text."""
    write(text)
    return faults(lambda: read_sweep("x.toml"))


WITHIN = "a base is a shipped scenario, or a file beside it"
RUNGS = (
    '"", "silence", "condemn", "protest note", "threaten expulsion", "special committee", "talks", '
    '"demand a timetable", "letter of expulsion"'
)


def of_csv(text: str | bytes, *bases: Scenario) -> list[str]:
    """What is said of a file of points with this text."""
    write(text, "p.csv")
    return faults(lambda: read_points("p.csv", bases))


WHOLE = """\
title = "Restraint"
summary = "How much."
base = ["status_quo", "forced_exit"]
worlds = 50
seed = 7
luck = "fresh"
weekly = ["pressure", "attacks_iraq"]
until = 0.01

[set]
uncertainty = "none"
iraq.private_wish = 0.4
events = [{date = 2024-02-01, kind = "strike", rung = "strike in Iraq"}]

[design]
kind = "grid"

[design.dimensions]
united_states.restraint = "0..1:3"
iran.permissiveness = {low = 0.1, high = 0.6, steps = 2}
iraq.highest_rung = ["talks"]
groups."Kataib Hezbollah".control = {values = [0.5]}
events.strike.dead = [0]
"""


def test_a_file_says_what_is_asked_for() -> None:
    asked = read_sweep(write(WHOLE))
    assert (asked.title, asked.summary, asked.worlds, asked.seed, asked.luck) == (
        "Restraint",
        "How much.",
        50,
        7,
        "fresh",
    )
    assert (asked.weekly, asked.until, asked.path) == (("pressure", "attacks_iraq"), 0.01, Path("x.toml"))
    design = asked.design
    assert [base.name for base in design.bases] == ["status_quo", "forced_exit"]
    assert all(base.iraq.private_wish == 0.4 and base.uncertainty == "none" for base in design.bases)
    assert design.bases[1].united_states.restraint == 0.35
    assert design.bases[0].title == "conditions for the status quo, changed"
    assert design.names == [
        RESTRAINT, PERMISSIVENESS, "iraq.highest_rung", 'groups."Kataib Hezbollah".control', "events.strike.dead",
    ]  # fmt: skip
    assert design.rows[RESTRAINT].tolist() == [0.0, 0.0, 0.5, 0.5, 1.0, 1.0] * 2
    assert design.about["each"] == 6


def test_a_base_with_changes_is_the_scenario_with_set() -> None:
    asked = read_sweep(write(WHOLE))
    wanted = {"uncertainty": "none", "iraq.private_wish": 0.4, "events": [
        {"date": datetime.date(2024, 2, 1), "kind": "strike", "rung": "strike in Iraq"}]}  # fmt: skip
    assert sim.load("forced_exit").replace(**wanted).model_dump(exclude={"summary"}) == asked.design.bases[
        1
    ].model_dump(exclude={"summary"})


def test_events_given_stand_in_place_of_the_bases_own() -> None:
    write('[[events]]\nkind = "attack"\ndate = 2024-02-01\n', "mine.toml")
    text = 'base = "mine.toml"\n[set]\nevents = [{date = 2024-03-01, kind = "attack"}]\n' + GRID
    assert [event.date.month for event in read_sweep(write(text)).design.bases[0].events] == [3]


GRID = '[design]\nkind = "grid"\ndimensions = {united_states.restraint = [0.2]}\n'


def test_dotted_names_may_stand_in_quotes() -> None:
    text = 'base = "status_quo"\n[set]\n"iraq.private_wish" = 0.4\n[design]\nkind = "grid"\n[design.dimensions]\n'
    asked = read_sweep(write(text + '"united_states.restraint" = "0..1:2"\n"groups.Kataib Hezbollah.control" = {}\n'))
    assert asked.design.bases[0].iraq.private_wish == 0.4
    assert asked.design.names == [RESTRAINT, 'groups."Kataib Hezbollah".control']
    assert said(text.replace("0.4", "4") + f'"{RESTRAINT}" = "0..2:2"\n') == [
        "x.toml:3: iraq.private_wish: 4 is above 1 (a number from 0 to 1)",
        "x.toml:7: united_states.restraint: 2 is above 1 (a number from 0 to 1)",
    ]


def test_every_fault_at_once_each_with_its_line() -> None:
    assert said(
        """\
title = 3
base = ["status_quo", "forced_exti", "../x.toml", "status_quo", "none.toml"]
worlds = 0
seed = "one"
luck = "comon"
weekly = ["presure"]
until = 2
wrlds = 3
united_states.restraint = 0.3

[set]
united_states.restrain = 0.2
iran.permissiveness = 7
events = [{date = 2024-02-01, kind = "strike", rung = "strik in Iraq"}]
extends = "x"

[design]
kind = "grid"
samples = 5
stepz = 3
names = ["lever", "iran.opportunty", 3]
[design.dimensions]
united_states.restraint = "0..1:1"
iran.permissiveness = {low = 0.1, hihg = 0.6}
groups."Kataib Hizbollah".control = {}
isis.level = [0.1, 2]
events.strike.dead = [0, 1]
"""
    ) == [
        "x.toml:1: title: 3 is a whole number; a text is expected",
        "x.toml:2: base: no scenario 'forced_exti'; did you mean 'forced_exit'?",
        f"x.toml:2: base: '../x.toml' lies outside this file's folder; {WITHIN}",
        "x.toml:2: base: a second scenario has the name 'status_quo'",
        "x.toml:2: base: there is no file 'none.toml'",
        "x.toml:3: worlds: 0 is below 1",
        'x.toml:4: seed: "one" is a text; a whole number is expected',
        'x.toml:5: luck: "comon" is none of "common", "fresh"; did you mean "common"?',
        "x.toml:6: weekly[0]: there is no weekly series \"presure\"; did you mean 'pressure'?",
        "x.toml:7: until: 2 is no half-width of a share's interval: a number between 0 and 0.5 is",
        "x.toml:8: wrlds: there is no such setting; did you mean 'worlds'?",
        "x.toml:9: united_states: there is no such setting; a change of every base stands under [set]: "
        "set.united_states",
        "x.toml:12: united_states.restrain: there is no such setting; did you mean 'united_states.restraint'?",
        "x.toml:13: iran.permissiveness: 7 is above 1 (a number from 0 to 1)",
        'x.toml:14: events[0].rung: "strik in Iraq" is none of "strike in Syria", "strike in Iraq", '
        '"kill a commander in Baghdad", "large campaign"; did you mean "strike in Iraq"?',
        "x.toml:15: set.extends: a base extends nothing here",
        "x.toml:19: design.samples: says nothing to the kind grid; it belongs to latin hypercube, sobol, saltelli, "
        "accepted",
        "x.toml:20: design.stepz: there is no such setting; did you mean 'design.steps'?",
        "x.toml:21: design.names[2]: 3 is a whole number; a name in quotes is expected",
        "x.toml:21: lever: there is no \"lever\"; did you mean 'levers'?",
        "x.toml:21: iran.opportunty: there is no such setting; did you mean 'iran.opportunity'?",
        "x.toml:23: united_states.restraint: 1 steps: a range has from 2 to 1,000,000, its ends among them",
        "x.toml:24: iran.permissiveness: there is no 'hihg' here; did you mean 'high'?",
        'x.toml:25: groups."Kataib Hizbollah".control: there is no groups."Kataib Hizbollah" in this scenario; '
        "did you mean 'groups.\"Kataib Hezbollah\"'?",
        "x.toml:26: isis.level: 2 is above 1 (a number from 0 to 1)",
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ["x.toml: base: is missing: the scenario that is varied, such as base = \"status_quo\"",
              "x.toml: design: is missing: [design] says which points there are, such as kind = \"grid\""]),
        ("base = 3\n" + GRID, ["x.toml:1: base: 3 is a whole number; a list of names is expected"]),
        ("base = []\n" + GRID, ["x.toml:1: base: names no scenario"]),
        ('base = "status_quo"\ndesign = 3', ["x.toml:2: design: 3 is a whole number; a table is expected"]),
        ('base = "status_quo"\nset = 3\n' + GRID, ["x.toml:2: set: 3 is a whole number; a table is expected"]),
        ('base = "status_quo"\n[design]\nkind = "grit"', [
            'x.toml:3: design.kind: "grit" is none of "grid", "zip", "list", "latin hypercube", "sobol", "saltelli", '
            '"morris", "screen", "accepted", "product", "join"; did you mean "grid"?']),
        ('base = "status_quo"\n[design]\n', [
            "x.toml:2: design.kind: is missing: one of grid, zip, list, latin hypercube, sobol, saltelli, morris, "
            "screen, accepted, product, join"]),
        ('base = "status_quo"\n[design]\nkind = "grid"', [
            'x.toml:2: design.dimensions: is missing: what varies, such as united_states.restraint = "0..1:11"']),
        ('base = "status_quo"\n[design]\nkind = "sobol"\nnames = ["levers"]', [
            "x.toml:2: design.samples: is missing: how many samples there are, such as samples = 64"]),
        ('base = "status_quo"\n[design]\nkind = "sobol"\nsamples = 100\nnames = ["levers"]', [
            "x.toml:4: design.samples: is a power of 2, for which Sobol's sequence is even: 64 or 128"]),
        ('base = "status_quo"\n[design]\nkind = "product"', [
            "x.toml:2: design.parts: is missing: [[design.parts]], each a design of its own"]),
        ('base = "status_quo"\n[design]\nkind = "join"\n[[design.parts]]\nkind = "accepted"\nset = {days = 10}', [
            'x.toml:4: design.parts[0].name: is missing: bases of its own need a name, such as name = "strike"']),
        ('base = "status_quo"\n[design]\nkind = "list"\npoints = [{united_states.restraint = "a"}, {isis.levle = 1}]', [
            'x.toml:4: united_states.restraint: "a" is a text; a number is expected (a number from 0 to 1)',
            "x.toml:4: isis.levle: there is no such setting; did you mean 'isis.level'?"]),
        ('base = "status_quo"\n[design]\nkind = "list"\npoints = "../p.csv"', [
            "x.toml:4: design.points: '../p.csv' lies outside this file's folder"]),
        ('extends = "status_quo"\ndays = 3', [
            "x.toml:1: has no [design], and extends as a scenario has: a scenario is swept with --vary"]),
        ('base = "status_quo"\nx = 3,4\n' + GRID, [
            "x.toml:2:6: the line should have ended here: numbers are written 0.5, not 0,5 or .5; "
            'text needs "quotes"']),
        ('[set]\ndays = 3\n[design]\nkind = "list"\npoints = [{days = 3}]', [
            "x.toml:1: set: changes the scenarios in base, and there are none: each point names its own",
            "x.toml:5: says of no point of which scenario it is: name one with --base, or in a column scenario"]),
        (b"\xff\xfea", ["x.toml:1: is saved as UTF-16; save it as UTF-8"]),
        (b"a = 1\nb = '\xff'", ["x.toml:2: holds a byte (0xff) that is not UTF-8; save the file as UTF-8"]),
        (b"#" * (LARGEST_FILE + 1), ["x.toml: is larger than 256 KB, the most that a sweep file may take"]),
    ],
)  # fmt: skip
def test_what_is_said_of_a_file(text: str | bytes, lines: list[str]) -> None:
    assert said(text) == lines


def test_faults_of_a_base_are_told_in_its_own_file() -> None:
    write("days = 0\n", "mine.toml")
    assert said('base = "mine.toml"\n' + GRID) == ["mine.toml:1: days: 0 is below 1 (days from 1 to 10000)"]


def test_a_sweep_is_found_by_name_or_path() -> None:
    assert faults(lambda: read_sweep("severty")) == [
        "no sweep 'severty'; did you mean 'severity'?; a file's name ends in .toml"
    ]
    assert faults(lambda: read_sweep("none.toml")) == ["none.toml: there is no such file"]
    Path("folder.toml").mkdir()
    assert faults(lambda: read_sweep("folder.toml")) == ["folder.toml: is a folder, not a sweep file"]


BASE = 'base = "status_quo"\n'


def test_each_kind_can_be_asked_for() -> None:
    pytest.importorskip("SALib")
    levers = 'names = ["levers"]\n'
    two = "[design.dimensions]\nunited_states.restraint = {}\niran.permissiveness = {low = 0.2, high = 0.4}\n"
    rows = {
        'kind = "Latin_Hypercube"\nsamples = 5\nseed = 3\n' + levers: 5,
        'kind = "sobol\'"\nsamples = 4\n' + two: 4,
        'kind = "saltelli"\nsamples = 4\nsecond_order = false\n' + two: 16,
        'kind = "morris"\ntrajectories = 3\nlevels = 6\n' + two: 9,
        'kind = "one at a time"\n' + two: 9,
        'kind = "accepted"\nsamples = 3\n': 3,
        'kind = "grid"\nsteps = 3\n' + two: 9,
        'kind = "list"\npoints = [{united_states.restraint = 0.3}, {iran.permissiveness = 0.2}]\n': 2,
    }
    for text, count in rows.items():
        design = read_sweep(write(f"{BASE}[design]\n{text}")).design
        assert len(design) == count, text
        assert json.loads(json.dumps(design.about, allow_nan=False)) == design.about
    lhs = read_sweep(write(f'{BASE}[design]\nkind = "lhs"\nsamples = 4\n{two}')).design
    assert [(one["low"], one["high"]) for one in lhs.about["dimensions"]] == [(0.2, 0.8), (0.2, 0.4)]


def test_what_dimensions_say_of_a_name_holds_against_its_group() -> None:
    text = '[design]\nkind = "latin hypercube"\nsamples = 3\nnames = ["levers"]\n[design.dimensions]\n'
    design = read_sweep(write(f"{BASE}{text}united_states.restraint = {{low = 0.4, high = 0.5}}\n")).design
    assert design.rows[RESTRAINT].between(0.4, 0.5).all()
    assert design.names.count(RESTRAINT) == 1


def test_parts_of_a_product() -> None:
    text = """\
[design]
kind = "product"
[[design.parts]]
kind = "grid"
dimensions = {united_states.restraint = [0.2, 0.4]}
[[design.parts]]
kind = "zip"
[design.parts.dimensions]
iran.permissiveness = [0.2, 0.3, 0.4]
iraq.highest_rung = ["talks", "silence", ""]
"""
    design = read_sweep(write(BASE + text)).design
    assert (len(design), design.about["kind"]) == (6, "product")
    assert said(BASE + text.replace('"silence", ', "")) == [
        "x.toml:7: design.parts[1]: values side by side have to be equally many: iran.permissiveness has 3, "
        "iraq.highest_rung has 2"
    ]


def test_joined_parts_may_have_bases_of_their_own() -> None:
    design = read_sweep("severity").design
    assert [base.name for base in design.bases] == [
        f"{name}_{part}" for part in ("strike", "attack") for name in ("status_quo", "negotiated_exit", "forced_exit")
    ]
    assert {base.events[0].kind for base in design.bases[:3]} == {"strike"}
    strikes, attacks = design.about["parts"]
    assert (strikes["label"], strikes["first"], strikes["rows"]) == ("strike", 0, 33)
    assert (attacks["kind"], attacks["first"], attacks["rows"]) == ("grid", 33, 33)
    assert math.isnan(design.rows["events.attack.dead"][0])


def test_points_stand_in_the_file_or_beside_it() -> None:
    write(f"scenario,{RESTRAINT}\nforced_exit,0.3\nstatus_quo,0.4\n", "p.csv")
    beside = read_sweep(write('[design]\nkind = "list"\npoints = "p.csv"\n')).design
    within = read_sweep(
        write(
            '[design]\nkind = "list"\n[[design.points]]\nscenario = "forced_exit"\nunited_states.restraint = 0.3\n'
            '[[design.points]]\nscenario = "status_quo"\nunited_states.restraint = 0.4\n'
        )
    ).design
    assert beside.rows.equals(within.rows)
    assert [base.name for base in beside.bases] == ["forced_exit", "status_quo"]


# --- Shipped ----------------------------------------------------------------------------------------------------


def test_shipped_sweeps_are_read_and_are_no_scenarios() -> None:
    assert list(shipped_sweeps()) == [
        "gaza_and_restraint",
        "permissiveness_and_leverage",
        "screen",
        "severity",
        "what_carries_it",
    ]
    assert not any("sweeps" in name for name in shipped())
    for name in shipped_sweeps():
        asked = read_sweep(name)
        assert asked.title and asked.summary and asked.worlds
        assert len(asked.design) > 50
        json.dumps(asked.design.about, allow_nan=False)


@pytest.mark.parametrize("name", ["severity", "gaza_and_restraint", "permissiveness_and_leverage"])
def test_the_last_points_of_a_shipped_sweep_are_sound(name: str) -> None:
    design = read_sweep(name).design
    bases = {base.name: base for base in design.bases}
    for row in (0, len(design) // 2, len(design) - 1):
        cells = design.rows.iloc[row].to_dict()
        changed(bases[cells.pop("scenario")], cells)


# --- Points -----------------------------------------------------------------------------------------------------


def test_a_csv_of_points(calm: Scenario) -> None:
    head = f"\ufeff{RESTRAINT} ,days,start,iraq.highest_rung,name,point,is_base"
    text = "\r\n".join([head, "0.1,30,2024-02-01,talks,a,0,True", "", ',,,"""""",,,', ""])
    design = read_points(write(text, "p.csv"), [calm])
    assert design.names == [RESTRAINT, "days", "start", "iraq.highest_rung"]
    assert design.rows[RESTRAINT].tolist()[0] == 0.1
    assert math.isnan(design.rows["days"][1])
    assert design.rows["start"].tolist() == [datetime.date(2024, 2, 1), None]
    assert design.rows["iraq.highest_rung"].tolist() == ["talks", ""]
    assert design.about["kind"] == "list"
    assert (design.about["bases"], design.about["each"]) == (["status_quo"], 2)


def test_points_without_a_scenario_are_made_of_each_base(calm: Scenario) -> None:
    design = read_points(write(f"{RESTRAINT}\n0.1\n0.2\n", "p.csv"), [calm, load("forced_exit")])
    assert design.rows["scenario"].tolist() == ["status_quo"] * 2 + ["forced_exit"] * 2
    assert design.rows[RESTRAINT].tolist() == [0.1, 0.2, 0.1, 0.2]


def test_points_may_name_scenarios_beside_their_file(calm: Scenario) -> None:
    write("days = 30\n", "there/mine.toml")
    given = calm.replace(name="given")
    path = write(f"scenario,{RESTRAINT}\nmine.toml,0.1\ngiven,0.2\n,0.3\nforced_exit,0.3\n", "there/p.csv")
    design = read_points(path, [given])
    assert design.rows["scenario"].tolist() == ["mine", "given", "given", "forced_exit"]
    assert [base.days for base in design.bases] == [30, 730, 730]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ["p.csv: is empty: the first line names the columns"]),
        (f"{RESTRAINT}\n", ["p.csv: holds no points"]),
        ("scenario\nstatus_quo\n", ["p.csv:1: names nothing that varies"]),
        (f"{RESTRAINT};days\n0,1;3\n", ["p.csv:1: columns are set apart by semicolons; save the file with commas, "
                                        "numbers as 0.5"]),
        (f"{RESTRAINT},iran.permisiveness\n0.5\nx,1\n0.1,0.1,0.1\n", [
            "p.csv:1: iran.permisiveness: there is no such setting; did you mean 'iran.permissiveness'?",
            "p.csv:2: has 1 cell, and the first line names 2 columns",
            'p.csv:3: united_states.restraint: "x" is a text; a number is expected (a number from 0 to 1)',
            "p.csv:4: has 3 cells, and the first line names 2 columns"]),
        (f'{RESTRAINT},days\n"0.\n5",3\nNaN,1.5\n-inf,3\n"0,5",3\n50%,3\n1_0,2\n', [
            'p.csv:2: united_states.restraint: "0.\\n5" is a text; a number is expected (a number from 0 to 1)',
            "p.csv:4: united_states.restraint: NaN is no number to reckon with",
            "p.csv:4: days: 1.5 is a number with a decimal point; a whole number is expected (days from 1 to 10000)",
            "p.csv:5: united_states.restraint: -inf is no number to reckon with",
            "p.csv:6: united_states.restraint: 0,5 is no number: they are written 0.5",
            "p.csv:7: united_states.restraint: write 0.5 for 50 %",
            'p.csv:8: united_states.restraint: "1_0" is a text; a number is expected (a number from 0 to 1)']),
        (f"{RESTRAINT},{RESTRAINT},\n0,0,0\n", ["p.csv:1: united_states.restraint: is the name of two columns",
                                                "p.csv:1: column 3 has no name"]),
        ('groups.Kataib Hezbollah.control,"groups.""Kataib Hezbollah"".control"\n0.1,0.2\n', [
            'p.csv:1: groups."Kataib Hezbollah".control: is the name of two columns: '
            'groups."Kataib Hezbollah".control is the same']),
        (f"scenario,{RESTRAINT}\nforced,0\n../a.toml,0\n", [
            "p.csv:2: scenario: no scenario 'forced'; did you mean 'forced_exit'?",
            "p.csv:3: scenario: '../a.toml' lies outside this file's folder; a base is a shipped scenario, or a file "
            "beside it"]),
        ("start\n2024-2-1\n2024-02-31\n", [
            'p.csv:2: start: "2024-2-1" is no date; one such as 2024-01-10 is expected',
            "p.csv:3: start: 2024-02-31: there is no such date"]),
        (f'{RESTRAINT}\n0.1\n"0.2\n', ["p.csv:3: is no CSV: unexpected end of data"]),
        (f"{RESTRAINT}\n0.1\n".encode() + b"\xe9\n", [
            "p.csv:3: holds a byte (0xe9) that is not UTF-8; save the file as UTF-8"]),
        (b"a\0b\n", ["p.csv:1: holds a NUL character, which no text has; save the file anew as plain text (UTF-8)"]),
    ],
)  # fmt: skip
def test_what_is_said_of_a_csv(calm: Scenario, text: str | bytes, lines: list[str]) -> None:
    assert of_csv(text, calm) == lines


def test_points_need_a_base(calm: Scenario) -> None:
    why = "says of no point of which scenario it is: name one with --base, or in a column scenario"
    assert of_csv(f"{RESTRAINT}\n0.1\n") == [f"p.csv:1: {why}"]
    assert of_csv(f"scenario,{RESTRAINT}\n,0.1\n", calm, load("forced_exit")) == [
        "p.csv:2: scenario: is empty, so that nobody knows of which base this is"
    ]
    assert faults(lambda: read_points("p.txt", [calm])) == [
        "p.txt: is no list of points: they stand in a .csv or .parquet"
    ]


def test_a_name_that_one_of_the_bases_lacks(calm: Scenario) -> None:
    script = [{"date": datetime.date(2024, 2, 1), "kind": "attack"}]
    scripted = calm.replace(name="scripted", events=script)
    text = "scenario,events.attack.dead\nstatus_quo,\nscripted,3\n"
    design = read_points(write(text, "p.csv"), [calm, scripted])
    assert design.rows["events.attack.dead"].tolist()[1] == 3.0
    assert of_csv(text.replace("quo,", "quo,4"), calm, scripted) == [
        "p.csv:2: events.attack.dead: there is no attack among the events of status_quo, which scripts none"
    ]


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=20))
@settings(max_examples=25)
def test_no_number_is_changed_on_its_way_through_a_csv(numbers: list[float]) -> None:
    base = Scenario(name="plain")
    write("\n".join([RESTRAINT, *map(repr, numbers), ""]), "numbers.csv")
    found = read_points("numbers.csv", [base]).rows[RESTRAINT].to_numpy()
    assert found.tobytes() == np.array(numbers, np.float64).tobytes()


def test_a_design_comes_back_from_csv_parquet_and_a_frame(calm: Scenario) -> None:
    design = vary([f"{RESTRAINT}=0..1:4", "iraq.highest_rung=talks,silence", "start=2024-01-10,2024-02-01"], [calm])
    design.rows.to_csv("rows.csv", index=False)
    design.rows.to_parquet("rows.parquet")
    for found in (
        read_points("rows.csv"),
        read_points("rows.parquet"),
        from_frame(design.rows, [calm]),
        from_frame(design.rows.assign(start=pd.to_datetime(design.rows["start"])), [calm]),
    ):
        assert found.rows.equals(design.rows)


def test_what_is_said_of_a_frame(calm: Scenario) -> None:
    frame = pd.DataFrame(
        {RESTRAINT: [0.1, np.inf, np.nan], "days": [1.0, 2.5, 3.0], "iraq.highest_rung": [1, "", None]}
    )
    assert faults(lambda: from_frame(frame, [calm])) == [
        "points, row 1: united_states.restraint: inf is no number to reckon with",
        "points, row 1: days: 2.5 is a number with a decimal point; a whole number is expected (days from 1 to 10000)",
        f"points, row 0: iraq.highest_rung: 1 is none of {RUNGS}",
    ]
    assert faults(lambda: from_frame([1, 2], [calm]))[0].startswith("points is a DataFrame")  # type: ignore[arg-type]
    nullable = pd.DataFrame({"days": pd.array([3, None], "Int64"), RESTRAINT: pd.array([None, 0.25], "Float64")})
    assert from_frame(nullable, [calm]).rows["days"].tolist()[0] == 3.0


def test_a_file_that_is_no_parquet(calm: Scenario) -> None:
    write("no", "p.parquet")
    lines = faults(lambda: read_points("p.parquet", [calm]))
    assert len(lines) == 1 and lines[0].startswith("p.parquet: is no Parquet file")
    pd.DataFrame({RESTRAINT: [[0.1], [0.2]]}).to_parquet("p.parquet")
    assert "a number is expected" in faults(lambda: read_points("p.parquet", [calm]))[0]


# --- --vary -----------------------------------------------------------------------------------------------------


def test_several_words_of_vary_make_a_grid(calm: Scenario) -> None:
    design = vary([f"{RESTRAINT}=0..1:11", PERMISSIVENESS, "iraq.highest_rung=talks,silence"], [calm])
    assert (len(design), design.about["kind"]) == (110, "grid")
    assert [one["values"] for one in design.about["dimensions"]][1:] == [
        [0.1, 0.225, 0.35, 0.475, 0.6],
        ["talks", "silence"],
    ]
    assert vary(['groups."Kataib Hezbollah".control=0,1'], [calm]).names == ['groups."Kataib Hezbollah".control']


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("united_states.restrain=0..1", "there is no such setting; did you mean 'united_states.restraint'?"),
        (f"{RESTRAINT}=a", '"a" is a text; a number is expected (a number from 0 to 1)'),
        (f"{RESTRAINT}=0..1:0", "0 steps: a range has from 2 to 1,000,000, its ends among them"),
        ("=3", "write NAME=LOW..HIGH:STEPS, such as iran.permissiveness=0..1:11"),
        ("days=10..20", "5 even steps from 10 to 20 pass 12.5, which is no whole number; take another number of steps, "
         "or list the values"),
        ("iraq.highest_rung=letter", '"letter" is none of "", "silence", "condemn", "protest note", '
         '"threaten expulsion", "special committee", "talks", "demand a timetable", "letter of expulsion"; '
         'did you mean "letter of expulsion"?'),
    ],
)  # fmt: skip
def test_what_is_said_of_a_word_of_vary(calm: Scenario, word: str, why: str) -> None:
    assert faults(lambda: vary([word], [calm])) == [f"--vary {word}: {why}"]


def test_all_words_are_looked_at(calm: Scenario) -> None:
    words = [RESTRAINT, f"{RESTRAINT}=0.1", "x=1"]
    assert faults(lambda: vary(words, [calm])) == [
        f"--vary {RESTRAINT}=0.1: {RESTRAINT} varies already",
        "--vary x=1: there is no such setting",
    ]


def test_nothing_that_a_file_says_breaks_the_reader() -> None:
    odd: list[Any] = ["3", "true", '"x"', "[]", "[1]", "{}", "{a = 1}", "2024-01-10", "nan", "[[1]]", "[{a = 1}]"]
    keys = ("title", "base", "worlds", "seed", "luck", "weekly", "until", "set", "design")
    more = ("kind", "dimensions", "names", "parts", "points", "samples", "steps", "second_order")
    for value in odd:
        for key in keys:
            others = "".join(f"{other}\n" for other in (BASE, GRID) if not other.startswith((key, f"[{key}")))
            _tried(f"{key} = {value}\n{others}")
        for key in more:
            for kind in ("grid", "list", "saltelli", "product", "join", "accepted"):
                head = "" if key == "kind" else f'kind = "{kind}"\n'
                _tried(f"{BASE}[design]\n{head}{key} = {value}\n")
        _tried(f"{BASE}[set]\nevents = {value}\n{GRID}")
        _tried(f'{BASE}[design]\nkind = "grid"\n[design.dimensions]\nevents = {value}\nunited_states = {value}\n')


def _tried(text: str) -> None:
    write(text)
    try:
        read_sweep("x.toml")
    except (InputError, ScenarioError) as error:
        assert str(error)
