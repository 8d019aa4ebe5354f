"""Every fault at once, each at the line that made it, whatever else is wrong; and never at the price of the machine."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import cli
from sim.scenario import files
from sim.scenario.errors import ScenarioError
from sim.scenario.files import LARGEST_CHAIN, LARGEST_FILE
from sim.scenario.load import Typed, load, read_changes, replace
from sim.scenario.schema import Scenario
from sim.scenario.toml import read

Says = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str | bytes) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return name


def said(text: str | bytes, name: str = "x.toml", **options: Any) -> list[str]:
    """What is said of a file with this text, line by line; nothing of a good one."""
    try:
        load(write(name, text), **options)
    except ScenarioError as error:
        return [str(fault) for fault in error.faults]
    return []


COMMANDER = Scenario().united_states.cut_commander


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """What a command says that cannot do what it is asked to."""
    assert cli.main(list(words)) == 2
    return capsys.readouterr().err.splitlines()


# --- No fault hides another ---------------------------------------------------------------------------------


def test_a_faulty_event_hides_no_other() -> None:
    lines = said(
        "[[events]]\nkind = 'commitee'\ndate = 2024-02-01\n"
        "[[events]]\nkind = 'truce'\ndate = 2029-02-01\nfront = 'gazza'\ndays = 0\n"
        "[[events]]\nkind = 'attack'\ndate = '2024-02-01'\ngroup = 'Kataib Hizbollah'\n"
        "[[events]]\nkind = 'troops'\ndate = 2031-01-01\n"
        "[[events]]\nkind = 'legal_default'\ndefault = 'dated_agreement'\ndate = 2032-01-01\n"
    )
    assert lines[0].startswith('x.toml:2: events[0].kind: "commitee" is none of ')
    assert lines[0].endswith('; did you mean "committee"?')
    assert lines[1:] == [
        "x.toml:6: events[1].date: 2029-02-01 lies outside 2024-01-10 to 2026-01-08",
        "x.toml:7: events[1].front: there is no front 'gazza'; did you mean 'gaza'?",
        "x.toml:8: events[1].days: 0 is below 1 (days from 1 to 10000)",
        'x.toml:11: events[2].date: "2024-02-01" is a text; a date such as 2024-01-10, without quotes, is expected',
        "x.toml:12: events[2].group: there is no group 'Kataib Hizbollah'; did you mean 'Kataib Hezbollah'?",
        "x.toml:13: events[3].number: is missing (persons from 1 to 200000)",
        "x.toml:15: events[3].date: 2031-01-01 lies outside 2024-01-10 to 2026-01-08",
        "x.toml:16: events[4].ends: a dated agreement needs an end after the day it begins",
        "x.toml:19: events[4].date: 2032-01-01 lies outside 2024-01-10 to 2026-01-08",
    ]


def test_an_event_of_no_known_kind_still_has_a_date_and_a_group() -> None:
    lines = said("[[events]]\nkind = 'raid'\ndate = 2031-01-01\ngroup = 'Nobody'\n[[events]]\ndate = 2031-01-01\n")
    assert [line.split(": ")[:2] for line in lines] == [
        ["x.toml:2", "events[0].kind"],
        ["x.toml:3", "events[0].date"],
        ["x.toml:4", "events[0].group"],
        ["x.toml:5", "events[1]"],
        ["x.toml:6", "events[1].date"],
    ]


def test_a_kind_that_is_no_text_is_shown_as_it_stands() -> None:
    (line,) = said("[[events]]\nkind = 3\ndate = 2024-02-01\n")
    assert line.startswith('x.toml:2: events[0].kind: 3 is none of "attack", ')


def test_each_table_says_its_own_faults_and_those_around_it_are_still_looked_at() -> None:
    assert said(
        "days = 60\n[presence]\nlegal_default = 'dated_agreement'\nlegal_past = [\n"
        "{date = 2012-01-01, default = 'dated_agreement'},\n{date = 2011-01-01, default = 'none'}]\n"
        "[[events]]\nkind = 'legal_default'\ndefault = 'dated_agreement'\ndate = 2024-02-01\n"
        "[[events]]\nkind = 'committee'\ndate = 2031-01-01\n"
    ) == [
        "x.toml:2: presence.agreement_ends: a dated agreement needs its end",
        "x.toml:5: presence.legal_past[0].ends: a dated agreement needs an end after the day it begins",
        "x.toml:6: presence.legal_past[1].date: 2011-01-01 does not come after 2012-01-01, the entry before it",
        "x.toml:7: events[0].ends: a dated agreement needs an end after the day it begins",
        "x.toml:13: events[1].date: 2031-01-01 lies outside 2024-01-10 to 2024-03-09",
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "[iraq]\nprivate_wish = 2\npressure_floor = 0.8\npressure_ceiling = 0.2\n",
            [
                "x.toml:2: iraq.private_wish: 2 is above 1 (a number from 0 to 1)",
                "x.toml:4: iraq.pressure_ceiling: 0.2 is below iraq.pressure_floor, 0.8",
            ],
        ),
        (
            "[united_states]\ncut_iraq = 9.0\nrestraint = 3\n",
            [
                f"x.toml:2: united_states.cut_iraq: 9 is above united_states.cut_commander, {COMMANDER:g}",
                "x.toml:3: united_states.restraint: 3 is above 1 (a number from 0 to 1)",
            ],
        ),
        (
            "[presence]\nlegal_default = 'dated_agreement'\ntroops = -4\n",
            [
                "x.toml:1: presence.agreement_ends: a dated agreement needs its end",
                "x.toml:3: presence.troops: -4 is below 1 (persons from 1 to 200000)",
            ],
        ),
        (
            "[attacks]\nshare_in_iraq = 'x'\ncurve = [{intent = 0.5, rate = 1}, {intent = 0.4, rate = 2}]\n",
            [
                'x.toml:2: attacks.share_in_iraq: "x" is a text; a number is expected (a share from 0 to 1)',
                "x.toml:3: attacks.curve: the point at intent 0.4 must lie right of and not below the one before",
            ],
        ),
        (
            "[fronts.gaza]\ndates = [\n{date = 2011-01-01, state = 'war'},\n{date = 2010-01-01, state = 'wr'},\n"
            "{date = 2009-01-01, state = 'war'},\n{date = 2008-01-01, state = 'war'}]\n",
            [
                "x.toml:4: fronts.gaza.dates[1].date: 2010-01-01 does not come after 2011-01-01, the entry before it",
                'x.toml:4: fronts.gaza.dates[1].state: "wr" is none of "none", "truce", "war"; did you mean "war"?',
                "x.toml:5: fronts.gaza.dates[2].date: 2009-01-01 does not come after 2010-01-01, the entry before it",
                "x.toml:6: fronts.gaza.dates[3].date: 2008-01-01 does not come after 2009-01-01, the entry before it",
            ],
        ),
    ],
)
def test_no_value_hides_what_does_not_go_together_in_its_section(text: str, lines: list[str]) -> None:
    assert sorted(said(text)) == lines


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # What rests on a value that is at fault itself is not guessed at.
        ("[iraq]\npressure_floor = 'x'\npressure_ceiling = 0.0\n", ["iraq.pressure_floor"]),
        ("days = 0\n[[events]]\nkind = 'committee'\ndate = 2031-01-01\n", ["days"]),
        ("[groups]\nX = 3\n[[events]]\nkind = 'attack'\ndate = 2024-02-01\ngroup = 'X'\n", ["groups.X"]),
        ("[fronts.gaza]\nends = 3\n[[events]]\nkind='truce'\ndays=3\ndate=2025-01-01\n", ["fronts.gaza.ends"]),
        ("[presence]\nlegal_default = 'dated_agreement'\nagreement_ends = 3\n", ["presence.agreement_ends"]),
        ("public.camp_us = {uniform = [0.5, 'x']}\npublic.camp_iran = 0.9\n", ["public.camp_us.uniform[1]"]),
        ("[[events]]\nkind='truce'\ndays=0\ndate=2024-02-01\n[[events]]\nkind='truce'\ndays=3\ndate=2024-02-01\n",
         ["events[0].days"]),
        ("[[events]]\nkind='legal_default'\ndefault='dated_agreement'\ndate=3\nends=2024-02-01\n", ["events[0].date"]),
    ],
)  # fmt: skip
def test_what_rests_on_a_fault_is_not_said(text: str, names: list[str]) -> None:
    assert [line.split(": ")[1] for line in said(text)] == names


# --- Who is to blame ----------------------------------------------------------------------------------------

PARENT = """\
days = 700
[fronts.syria]
weight = 0.0
dates = [{date = 2024-01-01, state = "war"}]
[groups.New]
share = 0.0
closeness = 0.5
stake = 0.5
[[events]]
kind = "truce"
date = 2024-03-01
front = "syria"
days = 30
[[events]]
kind = "attack"
date = 2024-04-01
group = "New"
"""
TRUCE, ATTACK = "events[0].{} (truce of 2024-03-01, p.toml:{})", "events[1].{} (attack of 2024-04-01, p.toml:{})"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "days = 60",
            [
                f"2: days: does not go with {ATTACK.format('date', 16)}: "
                "2024-04-01 lies outside 2024-01-10 to 2024-03-09"
            ],
        ),
        (
            "start = 2024-03-15",
            [
                f"2: start: does not go with {TRUCE.format('date', 11)}: "
                "2024-03-01 lies outside 2024-03-15 to 2026-02-12"
            ],
        ),
        (
            "groups.New = 'removed'",
            [f"2: groups.New: does not go with {ATTACK.format('group', 17)}: there is no group 'New'"],
        ),
        (
            "fronts.syria = 'removed'",
            [f"2: fronts.syria: does not go with {TRUCE.format('front', 12)}: there is no front 'syria'"],
        ),
        (
            "fronts.syria.ends = 2024-02-01",
            [
                f"2: fronts.syria.ends: does not go with {TRUCE.format('date', 11)}: the war on syria is over for good "
                "from 2024-02-01 on"
            ],
        ),
        (
            "fronts.syria = {follows = 'gaza', dates = []}",
            [
                f"2: fronts.syria.follows: does not go with {TRUCE.format('front', 12)}: syria follows gaza, so it has "
                "no course of its own: script the truce on gaza"
            ],
        ),
        (
            "[[events]]\nkind = 'truce'\ndate = 2024-02-20\ndays = 20\nfront = 'syria'",
            [
                f"5: events[2].days: does not go with {TRUCE.format('date', 11)}: 2024-03-01 is too early: the truce "
                "of 2024-02-20 on syria lasts 20 days, until 2024-03-11 (truce of 2024-02-20, 2 events before it are "
                "inherited)"
            ],
        ),
        (
            "[[events]]\nkind = 'committee'\ndate = 2031-03-01",
            [
                "4: events[2].date: 2031-03-01 lies outside 2024-01-10 to 2025-12-09 (committee of 2031-03-01, "
                "2 events before it are inherited)"
            ],
        ),
    ],
)
def test_what_a_child_makes_impossible_is_named_where_the_child_says_it(text: str, lines: list[str]) -> None:
    write("p.toml", PARENT)
    assert said(f'extends = "p.toml"\n{text}\n') == [f"x.toml:{line}" for line in lines]
    assert said(f'extends = "p.toml"\nevents = []\n{text}\n') == [] or "[[events]]" in text


def test_a_shipped_file_is_not_blamed_for_what_a_child_or_an_option_says(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said('extends = "history/threats_2011_2023"\ndays = 2000\n')
    assert lines and all(line.startswith("x.toml:2: days: does not go with events[") for line in lines)
    assert all("history/threats_2011_2023.toml:" in line for line in lines)
    lines = refused(capsys, "run", "history/soleimani_2020", "--days", "60")
    assert lines[0].startswith("--days 60: does not go with events[0].date (coordinator_killed of 2020-01-03, ")
    assert refused(capsys, "run", "--days", "10001", "status_quo") == [
        "--days 10001: 10001 is above 10000 (days from 1 to 10000)"
    ]
    assert refused(capsys, "diff", "status_quo", "forced_exit", "--run", "--days", "10001") == [
        "--days 10001: 10001 is above 10000 (days from 1 to 10000)"
    ]
    assert load("status_quo", changes={"days": Typed("--days", 30)}).days == 30


def test_the_name_is_that_of_the_value_in_the_line() -> None:
    assert said("[public]\n\ncamp_us = 0.9\n") == [
        "x.toml:3: public.camp_us: the camps for the US and for Iran add up to 1.05, more than 1"
    ]
    assert said("[talks]\nforced_low = 20.0\n") == ["x.toml:2: talks.forced_low: 20 is above talks.forced_high, 12"]
    assert said("[blocs.Sunni]\nseats = 300\n")[0].startswith("x.toml:2: blocs.Sunni.seats: the blocs have ")


def test_no_events_at_all_takes_out_those_inherited() -> None:
    write("p.toml", PARENT)
    write("c.toml", 'extends = "p.toml"\nevents = []\ndays = 60\n')
    assert load("c.toml").events == ()
    assert len(load(write("d.toml", 'extends = "p.toml"\n')).events) == 2
    lines = said('extends = "c.toml"\n[[events]]\nkind = "committee"\ndate = 2031-01-01\n')
    assert lines == ["x.toml:4: events[0].date: 2031-01-01 lies outside 2024-01-10 to 2024-03-09"]


# --- Fronts in the other way to write them ------------------------------------------------------------------

LISTED = """\
[[fronts]]
name = "syria"
weight = 0.0
[[fronts.dates]]
date = 2024-02-01
state = "war"
[[fronts]]
name = "gaza"
weight = 0.6
"""
BY_NAME = """\
[fronts.syria]
weight = 0.0
[[fronts.syria.dates]]
date = 2024-02-01
state = "war"
[fronts.gaza]
weight = 0.6
"""


def test_fronts_may_be_written_as_a_list() -> None:
    assert load(write("x.toml", LISTED)) == load(write("x.toml", BY_NAME))
    write("p.toml", LISTED)
    child = load(write("x.toml", 'extends = "p.toml"\n[fronts.syria]\nweight = 0.05\n'))
    assert (child.fronts["syria"].weight, len(child.fronts["syria"].dates)) == (0.05, 1)


def test_faults_of_a_list_of_fronts() -> None:
    assert said(
        LISTED.replace("0.6", "6").replace('"war"', '"wra"')
        + "[[fronts]]\nweight = 0.1\n[[fronts]]\nname = 'gaza'\n[[fronts]]\nname = 3\n"
    ) == [
        'x.toml:6: fronts.syria.dates[0].state: "wra" is none of "none", "truce", "war"; did you mean "war"?',
        "x.toml:9: fronts.gaza.weight: 6 is above 1 (a share from 0 to 1)",
        'x.toml:10: fronts[2]: has no name, such as name = "gaza"',
        "x.toml:13: fronts[3].name: gaza stands here a second time (first in line 7)",
        'x.toml:15: fronts[4].name: 3 is no name, such as name = "gaza"',
    ]
    truce = "[[events]]\nkind = 'truce'\ndays = 3\ndate = 2024-02-01\nfront = 'yemen'\n"
    assert len(said("[[fronts]]\nname = yemen\nweight = 0.0\n" + truce)) == 1  # nobody knows which front that is


# --- A line that is no TOML ---------------------------------------------------------------------------------


def test_a_line_that_is_no_toml_hides_nothing() -> None:
    assert said(
        "start = 2024-3-1\ndays = 3,5\ntitle = hello\n[united_states]\nrestraint = 80%\nleverage = 'x'\n"
        "restrant = 0.3\n[public]\ncamp_us = 0.9\n[groups.New]\nshare = ,1\n"
        "[iran]\norder_step = 0.1\norder_step = 0.2\n"
    ) == [
        "x.toml:1:13: a date is written 2024-03-01, without quotes: year, month, day",
        'x.toml:2:9: the line should have ended here: numbers are written 0.5, not 0,5 or .5; text needs "quotes"',
        'x.toml:3:9: this is no value: text needs "quotes", dates are written 2024-01-10, true and false small, '
        "numbers begin with a digit (0.5)",
        "x.toml:5:15: write 0.8 for 80 %",
        'x.toml:6: united_states.leverage: "x" is a text; a number is expected (a factor from 0 to 2)',
        "x.toml:7: united_states.restrant: there is no such setting; did you mean 'united_states.restraint'?",
        "x.toml:9: public.camp_us: the camps for the US and for Iran add up to 1.05, more than 1",
        "x.toml:10: groups.New: is new, so it needs closeness (a number from 0 to 1), stake (a number from 0 to 1)",
        'x.toml:11:9: this is no value: text needs "quotes", dates are written 2024-01-10, true and false small, '
        "numbers begin with a digit (0.5)",
        "x.toml:14:1: iran.order_step stands here a second time (first in line 13)",
    ]


@pytest.mark.parametrize("damage", ["[iran\n", "x = [1, 2\n", "x = {a = 1\n", 'x = """a\n', "[a]\n[a]\n"])
def test_damage_to_a_header_or_a_bracket_is_the_end_but_lines_before_it_are_said(damage: str) -> None:
    found = read(f"a = .5\n{damage}\nb = 1\n")
    assert found.values is None
    assert found.faults[0].line == 1 and len(found.faults) == 2


def test_a_parent_whose_name_cannot_be_read_may_say_anything() -> None:
    assert said("extends = forced_exit\n[[events]]\nkind='truce'\nfront='x'\ndays=3\ndate=2031-01-01\ndayes=3\n") == [
        'x.toml:1:11: this is no value: text needs "quotes", dates are written 2024-01-10, true and false small, '
        "numbers begin with a digit (0.5)",
        "x.toml:7: events[0].dayes: there is no such setting; did you mean 'events[0].days'?",
    ]


# --- What students write ------------------------------------------------------------------------------------

A_DATE = "a date is written 2024-03-01, without quotes: year, month, day"
OLD_MAC = "a line ends as on old Macs (with CR alone); save the file with ordinary line ends"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("start = 01.03.2024", f"1:10: {A_DATE}"),
        ("start = 2024-03", f"1:13: {A_DATE}"),
        ("start = 2024/03/01", f"1:13: {A_DATE}"),
        ("united_states.restraint = 80%", "1:29: write 0.8 for 80 %"),
        (
            "united_states.restraint = 80",
            "1: united_states.restraint: 80 is above 1 (a number from 0 to 1); did you mean 0.8?",
        ),
        ("[groups.Kataib Hezbollah]", '1:16: names with spaces need quotes: [groups."Kataib Hezbollah"]'),
        ("extends = “status_quo”", '1:11: use straight quotes, "text", not “curly” ones'),
        (
            "groups.Badr = 'removed'",
            "1: groups.Badr: is not there to be removed; did you mean 'groups.\"Badr Organization\"'?",
        ),
        (
            "outcome = 'forced_exit'",
            "1: outcome: there is no such setting; endings cannot be set: a scenario sets conditions",
        ),
        (
            "[[events]]\nkind='truce'\nfront='lebanon'\ndays=3\ndate=2024-02-01",
            "3: events[0].front: lebanon follows gaza, so it has no course of its own: script the truce on gaza",
        ),
        (
            "iran = {\n  permissiveness = 0.2\n}",
            "1:9: a { table } has to stand on one line; over several lines write a [section], or [[entries]], instead",
        ),
        ("days = 3\rtitle = 'x'\r", f"1: {OLD_MAC}"),
        ("days = 3\n# \0", "2: holds a NUL character, which no text has; save the file anew as plain text (UTF-8)"),
        ('groups."" = {share = 0, closeness = 0, stake = 0}', '1: groups."": has no name'),
        (
            "fronts.red_sea.follows = 'Gaza'",
            "1: fronts.red_sea.follows: there is no front 'Gaza'; did you mean 'gaza'?",
        ),
    ],
)
def test_a_slip_is_named_as_what_it_is(text: str, line: str) -> None:
    assert said(text) == [f"x.toml:{line}"]


@pytest.mark.parametrize(
    ("kind", "meant"),
    [("ceasefire", "truce"), ("Election", "government"), ("assassination", "strike"), ("isil", "isis")],
)
def test_other_words_for_a_kind_of_event(kind: str, meant: str) -> None:
    (line,) = said(f"[[events]]\nkind = '{kind}'\ndate = 2024-02-01\n")
    assert line.endswith(f'; did you mean "{meant}"?')


def test_the_words_of_a_group_are_enough_to_find_it() -> None:
    (line,) = said("[[events]]\nkind = 'attack'\ndate = 2024-02-01\ngroup = 'kataib hezbollah'\n")
    assert line == "x.toml:4: events[0].group: there is no group 'kataib hezbollah'; did you mean 'Kataib Hezbollah'?"


def test_files_of_windows_editors() -> None:
    assert said("days = 3\n".encode("utf-16-le")) == ["x.toml:1: is saved as UTF-16; save it as UTF-8"]
    write("calm2.toml.txt", "days = 3\n")
    for name in ("calm2", "calm2.toml"):
        with pytest.raises(ScenarioError, match=r"; calm2\.toml\.txt is there: its name has to end in \.toml, without"):
            load(name)


def test_a_results_folder_says_where_its_scenarios_are(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b", "c", "d"):
        write(f"out/run/scenarios/{name}.toml", "")
    files = ", ".join(f"out/run/scenarios/{name}.toml" for name in "abc")
    line = f"out/run: is a folder, not a scenario file; the scenarios in it are {files} and 1 more"
    assert refused(capsys, "check", "out/run") == [line]
    assert refused(capsys, "describe", "out/run") == [line]


def test_a_number_without_its_zero_is_one_on_the_command_line() -> None:
    assert read_changes(["a=.4", "b=-.5", "c=.", "d=.4x"]) == {"a": 0.4, "b": -0.5, "c": ".", "d": ".4x"}


@pytest.mark.parametrize("name", [".", "..", "con?*", "CON", "nul.x", "a:b", "a.", "a ", "con.toml", ".toml"])
def test_a_new_file_has_a_name_that_every_system_takes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is no name for a scenario" in refused(capsys, "new", name)[0]
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"name": 3}, "name: 3 is a whole number; a text is expected"),
        ({"extends": "status_quo"}, "extends: cannot be set: it belongs to the file"),
        ({"title": np.array(["a"])}, "title: this is a list; a text is expected"),
        (
            {"groups": {"Badr Organization": np.array([1.0, 2.0])}},
            'groups."Badr Organization": this is a list; a table or "removed" is expected',
        ),
    ],
)
def test_what_python_cannot_set(changes: dict[str, object], line: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        replace(Scenario(), changes)
    assert str(caught.value) == line


def test_arrays_of_numpy_are_lists() -> None:
    curve = [{"intent": np.float64(0.1), "rate": np.float64(1.0)}, {"intent": 0.5, "rate": 2.0}]
    assert len(replace(Scenario(), {"attacks.curve": np.array(curve)}).attacks.curve) == 2


def test_lists_are_described_entry_by_entry(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["describe", "status_quo", "--all"]) == 0
    text = capsys.readouterr().out
    assert "2023-11-24 truce\n" in text and "2014-06-15 invitation\n" in text


# --- Time and memory ----------------------------------------------------------------------------------------

MEMORY = 150_000_000
"""Bytes; the worst file found takes 90 MB of them, all of it for its faults."""


def peak(load_it: Callable[[], object]) -> int:
    """The most memory that was taken meanwhile."""
    tracemalloc.start()
    try:
        load_it()
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return most


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("".join(f"[a{i}.b.c.d.e.f.g.h]\n" for i in range(LARGEST_FILE // 24)), marks=pytest.mark.slow),
        "".join(
            f"[[events]]\nkind='truce'\ndate=2034-02-01\nfront='g{i}'\ndays=0\n" for i in range(LARGEST_FILE // 64)
        ),
        pytest.param("a = .5\n" * (LARGEST_FILE // 7), marks=pytest.mark.slow),
        pytest.param("events=[" + "{kind='truce'}," * (LARGEST_FILE // 16) + "]", marks=pytest.mark.slow),
    ],
    ids=["sections", "events", "no toml", "in one line"],
)
def test_the_worst_file_takes_modest_memory(text: str) -> None:
    content = text.encode()[:LARGEST_FILE]
    assert len(content) > LARGEST_FILE * 0.9
    lines: list[str] = []
    assert peak(lambda: lines.extend(said(content))) < MEMORY
    assert len(lines) > 1000


def test_a_chain_of_files_is_limited_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    size = 200_000
    for number in range(20):
        above = f'extends = "{number - 1}.toml"\n' if number else ""
        groups = "".join(f"[groups.k{number}x{i}]\nshare=0.0\nstake=0.0\ncloseness=0.0\n" for i in range(400))
        write(f"{number}.toml", above + f'summary = "{"x" * (size - len(groups))}"\n' + groups)
    lines: list[str] = []

    def load_it() -> None:
        with pytest.raises(ScenarioError) as caught:
            load("19.toml")
        lines.extend(map(str, caught.value.faults))

    texts = []
    monkeypatch.setattr(files, "read", lambda text: texts.append(text) or read(text))
    assert peak(load_it) < MEMORY
    within = LARGEST_CHAIN // size
    assert len(texts) == within + 1  # what is over the limit is not even looked into
    assert lines == [
        f"{19 - within}.toml:1: extends: with all that they extend, these files are larger than 1024 KB, "
        "the most that is read"
    ]


def test_a_chain_of_small_files_may_be_long() -> None:
    write("0.toml", "days = 7\n")
    for number in range(1, 300):
        write(f"{number}.toml", f'extends = "{number - 1}.toml"\n')
    assert load("299.toml").days == 7
