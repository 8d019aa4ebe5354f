"""What a person reads who made a mistake in a scenario file: every fault, its place, its name, what is allowed."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel, ValidationError

from sim.scenario.conditions import numbers
from sim.scenario.consistent import RISING
from sim.scenario.errors import Fault, ScenarioError, closest, did_you_mean, kind_of, none_of, reason, shown
from sim.scenario.events import Event
from sim.scenario.load import load
from sim.scenario.schema import Scenario

Said = Callable[[str], list[str]]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """What is said of a file with this text, line by line; nothing of a good one."""
    (tmp_path / "scenarios").mkdir()
    monkeypatch.chdir(tmp_path)

    def say(text: str) -> list[str]:
        file = Path("scenarios") / "x.toml"
        file.write_text(text, encoding="utf-8", newline="\n")
        try:
            load(file)
        except ScenarioError as error:
            return [str(fault) for fault in error.faults]
        return []

    return say


def test_every_fault_at_once_each_with_file_line_name_and_reason(said: Said) -> None:
    events = get_args(get_args(Event)[0])
    kinds = ", ".join(f'"{get_args(event.model_fields["kind"].annotation)[0]}"' for event in events)
    assert said(
        """\
name = "mine"
restraint = 0.3
days = 10.0

[united_states]
restraint = 1.7
us_steak = 0.4

[groups]
"Kataib Hezbollah".share = "high"
"Asaib Ahl al-Haq" = "gone"
[groups."Kataib Hizbollah"]
share = nan

[usa]
leverage = 0.7
[iran]
highest_rung = "breake"
permissiveness = 99999999999999999999

[[events]]
kind = "trice"
date = 2024-02-01
[[events]]
kind = "truce"
dayes = 3
days = 0
date = "2024-02-01"
[[events]]
date = 2024-02-01
[[fronts.gaza.dates]]
date = 2024-01-01T00:00:00
state = "wra"
level = 0.3
"""
    ) == [
        "scenarios/x.toml:1: name: a file cannot set its name: it is the file's own ('x')",
        "scenarios/x.toml:2: restraint: there is no such setting; did you mean 'united_states.restraint'?",
        "scenarios/x.toml:3: days: 10.0 is a number with a decimal point; a whole number is expected "
        "(days from 1 to 10000)",
        "scenarios/x.toml:6: united_states.restraint: 1.7 is above 1 (a number from 0 to 1)",
        "scenarios/x.toml:7: united_states.us_steak: there is no such setting; did you mean 'united_states.us_stake'?",
        'scenarios/x.toml:10: groups."Kataib Hezbollah".share: "high" is a text; a number is expected '
        "(a share from 0 to 1)",
        'scenarios/x.toml:11: groups."Asaib Ahl al-Haq": "gone" is a text; a table or "removed" is expected',
        'scenarios/x.toml:12: groups."Kataib Hizbollah": is new, so it needs closeness (a number from 0 to 1), '
        "stake (a number from 0 to 1); did you mean 'groups.\"Kataib Hezbollah\"'?",
        'scenarios/x.toml:13: groups."Kataib Hizbollah".share: nan is no number to reckon with',
        "scenarios/x.toml:15: usa: there is no such setting; did you mean 'united_states'?",
        'scenarios/x.toml:18: iran.highest_rung: "breake" is none of "", "brake hard", "brake", "let run", '
        '"encourage"; did you mean "brake"?',
        "scenarios/x.toml:19: iran.permissiveness: 99999999999999999999 is beyond the whole numbers of TOML (64 bits)",
        f'scenarios/x.toml:22: events[0].kind: "trice" is none of {kinds}; did you mean "truce"?',
        "scenarios/x.toml:26: events[1].dayes: there is no such setting; did you mean 'events[1].days'?",
        "scenarios/x.toml:27: events[1].days: 0 is below 1 (days from 1 to 10000)",
        'scenarios/x.toml:28: events[1].date: "2024-02-01" is a text; a date such as 2024-01-10, without quotes, '
        "is expected",
        f"scenarios/x.toml:29: events[2]: has no kind: one of {kinds}",
        "scenarios/x.toml:32: fronts.gaza.dates[0].date: 2024-01-01T00:00:00 is a date with a time; "
        "a date such as 2024-01-10 is expected",
        'scenarios/x.toml:33: fronts.gaza.dates[0].state: "wra" is none of "none", "truce", "war"; did you mean "war"?',
        "scenarios/x.toml:34: fronts.gaza.dates[0].level: there is no such setting; here can stand date, state",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("united_states = 3", "1: united_states: 3 is a whole number; a table is expected"),
        ("groups = true", "1: groups: true is a yes or no; a table is expected"),
        ("events = 3", "1: events: 3 is a whole number; a list is expected"),
        ("events = [\n3]", "2: events[0]: 3 is a whole number; a table is expected"),
        (
            "[events]\nkind = 'truce'",
            "1: events: this is a table; a list is expected: write [[events]], with two brackets on each side",
        ),
        ("title = ['a']", "1: title: this is a list; a text is expected"),
        ("title = true", "1: title: true is a yes or no; a text is expected"),
        ("iran.order_step = -inf", "1: iran.order_step: -inf is no number to reckon with"),
        ("start = 2001-01-01", "1: start: 2001-01-01 is before 2011-01-01 (from 2011-01-01 to 2040-01-01)"),
        (
            "events = [{date = 12:00:00, kind = 'committee'}]",
            "1: events[0].date: 12:00:00 is a time; a date such as 2024-01-10 is expected",
        ),
        ("\n[[events]]\nkind = 'committee'", "2: events[0].date: is missing"),
        ("events = [\n\n{kind = 'committee'}]", "3: events[0].date: is missing"),
        ("extend = 'a'", "1: extend: there is no such setting; did you mean 'extends'?"),
        ("United-States.restraint = 0.3", "1: United-States: there is no such setting; did you mean 'united_states'?"),
        (
            "iran.restraint = 0.3",
            "1: iran.restraint: there is no such setting; did you mean 'united_states.restraint'?",
        ),
        (
            "iran.willing_to_talks = 0.3",
            "1: iran.willing_to_talks: there is no such setting; did you mean 'united_states.willing_to_talk'?",
        ),
        ("xyzzy = 0.3", "1: xyzzy: there is no such setting"),
        ('"x\\n\\u001b" = 0.3', '1: "x\\n\\u001b": there is no such setting'),
        (
            "groups.A.control = 1",
            "1: groups.A: is new, so it needs share (a share from 0 to 1), closeness (a number from 0 to 1), "
            "stake (a number from 0 to 1)",
        ),
        (
            "attacks.curve = [\n{intent = 0, rate = 1},\n{intent = 1, rate = 0}]",
            "3: attacks.curve[1].rate: 0 is not above 0 (above 0)",
        ),
    ],
)
def test_one_fault_one_line(said: Said, text: str, line: str) -> None:
    assert said(text) == [f"scenarios/x.toml:{line}"]


def test_contradictions_are_named_at_the_lines_that_make_them(said: Said) -> None:
    late = said("days = 30\n\n[[events]]\nkind = 'committee'\ndate = 2024-03-01\n")
    assert late == ["scenarios/x.toml:5: events[0].date: 2024-03-01 lies outside 2024-01-10 to 2024-02-08"]
    shares = said("\n[groups.New]\nstake = 0\ncloseness = 0\nshare = 0.9\n")
    assert shares == ["scenarios/x.toml:5: groups.New.share: the groups' shares add up to 1.9, more than 1"]
    (dates,) = said(
        "[fronts.gaza]\nwar_days = 3\n"
        "dates = [\n{date = 2024-01-02, state = 'war'},\n{date = 2024-01-02, state = 'war'}]"
    )
    assert dates.startswith("scenarios/x.toml:5: fronts.gaza.dates[1].date: 2024-01-02 ")
    (unknown,) = said("fronts.lebanon.weight = 0.1\nfronts.red_sea.follows = 'gazza'\n")
    assert unknown.startswith("scenarios/x.toml:2: fronts.red_sea.follows: ")


def test_every_contradiction_at_once(said: Said) -> None:
    assert said(
        """\
[presence]
legal_default = "dated_agreement"
agreement_ends = 2024-01-10
[public]
camp_us = 0.9
[talks]
forced_low = 20.0
[fronts.gaza]
ends = 2023-10-06
weight = 0.9
[fronts.red_sea]
follows = "gazza"
[[events]]
kind = "coordinator_killed"
date = 2024-05-01
civilians = 2
[[events]]
kind = "coordinator_killed"
date = 2024-04-01
[[events]]
kind = "attack"
group = "Nobody"
date = 2020-01-01
[[events]]
kind = "government"
wish_low = 0.5
wish_high = 0.2
date = 2024-02-02
"""
    ) == [
        "scenarios/x.toml:3: presence.agreement_ends: 2024-01-10 is not after 2024-01-10, the first day that the "
        "agreement could hold",
        "scenarios/x.toml:5: public.camp_us: the camps for the US and for Iran add up to 1.05, more than 1",
        "scenarios/x.toml:7: talks.forced_low: 20 is above talks.forced_high, 12",
        "scenarios/x.toml:9: fronts.gaza.ends: 2023-10-06 lies before the war begins, 2023-10-07; that day as its end "
        "means a history without it",
        "scenarios/x.toml:10: fronts.gaza.weight: the fronts' weights add up to 1.2, more than 1",
        "scenarios/x.toml:12: fronts.red_sea.follows: there is no front 'gazza'; did you mean 'gaza'?",
        "scenarios/x.toml:14: events[0].kind: the coordinator was killed on 2024-04-01 already",
        "scenarios/x.toml:16: events[0].civilians: more civilians and state forces than dead in all",
        "scenarios/x.toml:22: events[2].group: there is no group 'Nobody'",
        "scenarios/x.toml:23: events[2].date: 2020-01-01 lies outside 2024-01-10 to 2026-01-08",
        "scenarios/x.toml:27: events[3].wish_high: 0.2 is below wish_low, 0.5",
    ]


def test_contradictions_are_found_beside_other_faults_but_not_guessed_at(said: Said) -> None:
    text = """\
[united_states]
restrant = 0.3
[public]
camp_us = 0.9
[[events]]
kind = "attack"
group = "Nobody"
date = 2029-02-01
"""
    lines = [line.split(": ")[:2] for line in said(text)]
    unknown, camps = ["scenarios/x.toml:2", "united_states.restrant"], ["scenarios/x.toml:4", "public.camp_us"]
    group, late = ["scenarios/x.toml:7", "events[0].group"], ["scenarios/x.toml:8", "events[0].date"]
    assert lines == [unknown, camps, group, late]
    # What rests on a value that is at fault itself is not said: nobody knows what will stand there.
    lines = [line.split(": ")[:2] for line in said("days = 9000.0\n" + text)]
    assert lines == [
        ["scenarios/x.toml:1", "days"],
        ["scenarios/x.toml:3", "united_states.restrant"],
        ["scenarios/x.toml:5", "public.camp_us"],
        ["scenarios/x.toml:8", "events[0].group"],
    ]
    lines = [line.split(": ")[1] for line in said(text + "[groups]\nNobody = 3\n")]
    assert lines == ["united_states.restrant", "public.camp_us", "events[0].date", "groups.Nobody"]


TRUCE = "[[events]]\nkind = 'truce'\ndate = 2024-{}\ndays = {}\n"


TOO_EARLY = "is too early: the truce of 2024-02-01 on gaza lasts 30 days, until 2024-03-02"


@pytest.mark.parametrize(
    ("truces", "line"),
    [
        (["02-01 30", "03-02 5"], None),
        (["03-02 5", "02-01 30"], None),
        (["02-01 30", "03-01 5"], f"7: events[1].date: 2024-03-01 {TOO_EARLY}"),
        (["03-01 5", "02-01 30"], f"3: events[0].date: 2024-03-01 {TOO_EARLY}"),
        (["02-01 30", "02-01 30"], f"7: events[1].date: 2024-02-01 {TOO_EARLY}"),
    ],
)
def test_a_truce_waits_for_the_end_of_another(said: Said, truces: list[str], line: str | None) -> None:
    text = "".join(TRUCE.format(*truce.split()) for truce in truces)
    assert said(text) == ([] if line is None else [f"scenarios/x.toml:{line}"])


def test_truces_on_several_fronts_and_after_a_wars_end(said: Said) -> None:
    both = (
        "fronts.lebanon.follows = ''\n" + TRUCE.format("02-01", 30) + TRUCE.format("02-02", 30) + "front = 'lebanon'\n"
    )
    assert said(both) == []
    over = said("fronts.gaza.ends = 2024-02-01\n" + TRUCE.format("02-01", 30))
    assert over == ["scenarios/x.toml:4: events[0].date: the war on gaza is over for good from 2024-02-01 on"]
    assert said("fronts.gaza = {ends = 2024-02-01, ends_for = 'groups'}\n" + TRUCE.format("02-01", 30)) == []
    assert said("fronts.gaza.ends = 2024-02-01\n" + TRUCE.format("01-20", 30)) == []


@pytest.mark.parametrize("rising", RISING)
def test_thresholds_have_to_rise(said: Said, rising: tuple[str, ...]) -> None:
    known = {name: (value, field) for name, value, field in numbers(Scenario())}
    assert all(known[low][0] <= known[high][0] for low, high in pairwise(rising))
    low, high = rising[:2]
    rule = next(rule for rule in known[low][1].metadata if hasattr(rule, "le"))
    low_first = said(f"{high} = {known[low][0]}\n{low} = {rule.le}\n")[0]
    assert low_first == f"scenarios/x.toml:1: {high}: {known[low][0]:g} is below {low}, {rule.le:g}"
    alone = f"scenarios/x.toml:1: {low}: {rule.le:g} is above {high}, {known[high][0]:g}"
    assert (alone in said(f"{low} = {rule.le}\n")) == (rule.le > known[high][0])


def test_an_agreement_counts_from_the_day_that_the_record_ends(said: Said) -> None:
    agreement = "presence = {legal_default = 'dated_agreement', agreement_ends = 2023-12-01}\n"
    assert said("start = 2023-01-01\ndays = 30\n" + agreement) == []  # before, it rests on what was recorded
    assert len(said("start = 2023-01-01\ndays = 600\n" + agreement)) == 1
    assert len(said("start = 2024-05-01\n" + agreement.replace("2023-12-01", "2024-04-30"))) == 1
    assert said("start = 2024-05-01\n" + agreement.replace("2023-12-01", "2024-05-02")) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("days == 3", "1:7: this is no value: text needs"),
        ("days = 3\ntitle = hello", "2:9: this is no value: text needs"),
        ("\n\n  days = .5", "3:10: this is no value: text needs"),
        ("x = 0,5", "1:6: the line should have ended here: numbers are written 0.5, not 0,5"),
        ("days 3", "1:6: a name must be followed by = and its value"),
        ("Kataib Hezbollah = 3", "1:8: a name must be followed by = and its value"),
        ("[groups.Kataib Hezbollah]", '1:16: names with spaces need quotes: [groups."Kataib Hezbollah"]'),
        ("[[events]", "1:9: an [[entry]] must end with ]]"),
        ("!", "1:1: a line is a [section] or name = value"),
        ("a. = 1", "1:4: a name should stand here"),
        ('title = "x\ndays = 3', "1:9: the text that begins here is not closed"),
        ("title = 'x\ndays = 'a'", "1:9: the text that begins here is not closed"),
        ("title = 'x\ndays = 3", "1:9: the text that begins here is not closed"),
        ('\ntitle = """x\ndays = 3', "2:9: the text that begins here is not closed"),
        ("x = 1\ntitle = [\n 1, '''x\ndays = 3\n", "3:5: the text that begins here is not closed"),
        ('title = "C:\\data"', '1:14: a \\ inside "text" has a meaning of its own'),
        ("x = [1, 2\ny = 3", "2:1: the list is not closed"),
        ("x = {a = 1", "1:11: the { table } is not closed"),
        ("start = 2024-02-30", "1:9: there is no such date"),
        ("days = 3\n\ndays = 4", "3:1: days stands here a second time (first in line 1)"),
        ("iran.x = 3\n[iran]\nx = 4", "2:6: this section or name was already written above, in another way"),
        ("[iran]\nx = 3\n[talks]\n[iran]\ny = 4", "4:1: iran stands here a second time (first in line 1)"),
        ("x = {a = 1, a = 2}", "1:1: x.a stands here a second time (first in line 1)"),
        ("a = 1\na.b = 2", "2:8: this section or name was already written above, in another way"),
        ("a = " + "9" * 5000, "1: a number with far too many digits"),
        ("\ndays = 0x" + "9" * 5000, "2: days: 0x9999"),
    ],
)
def test_what_is_no_toml_is_said_with_line_and_column(said: Said, text: str, line: str) -> None:
    found = said(text)
    assert found[0].startswith(f"scenarios/x.toml:{line}"), found


def test_many_faults_are_all_there_though_not_all_with_a_suggestion(said: Said) -> None:
    lines = said("[united_states]\n" + "".join(f"restraint_{n} = 1\n" for n in range(300)))
    assert len(lines) == 300
    assert lines[0].endswith("there is no such setting; did you mean 'united_states.restraint'?")
    assert lines[-1] == "scenarios/x.toml:301: united_states.restraint_299: there is no such setting"


def test_where_a_file_lies_is_said_as_people_know_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "x.toml").write_text("days = 0", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    for name in (tmp_path / "x.toml", Path("..") / "x.toml"):
        with pytest.raises(ScenarioError) as caught:
            load(name)
        assert str(caught.value).startswith(f"{(tmp_path / 'x.toml').resolve().as_posix()}:1: days: ")
    monkeypatch.chdir(tmp_path)
    for name in (tmp_path / "x.toml", Path("here") / ".." / "x.toml"):
        with pytest.raises(ScenarioError, match=r"\Ax\.toml:1: days: "):
            load(name)
    with contextlib.suppress(OSError):  # links may not be allowed
        (tmp_path / "link").symlink_to(tmp_path / "here")
        (tmp_path / "here" / "y.toml").write_text("days = 0", encoding="utf-8")
        with pytest.raises(ScenarioError, match=r"\Alink/y\.toml:1: days: "):
            load("link/y.toml")


# --- The pieces --------------------------------------------------------------------------------------------


def test_a_fault_as_a_line() -> None:
    assert str(Fault("x.toml", 3, "a.b", "is wrong", 7)) == "x.toml:3:7: a.b: is wrong"
    assert str(Fault("x.toml", None, "", "is a folder")) == "x.toml: is a folder"
    assert str(Fault("", None, "days", "is wrong")) == "days: is wrong"
    assert str(Fault("--set a.b=1", None, "a.b", "is wrong")) == "--set a.b=1: is wrong"
    assert str(Fault("--set a={b=1}", None, "a.b", "is wrong")) == "--set a={b=1}: a.b: is wrong"
    assert str(Fault("a\nb\x1b[0m", 1, "\u202e", "c\ud800")) == "a\\nb\\x1b[0m:1: \\u202e: c\\ud800"
    error = ScenarioError([Fault("a", 1, "b", "c"), Fault("a", 2, "b", "c")])
    assert str(error) == "a:1: b: c\na:2: b: c"
    assert [fault.line for fault in error.faults] == [1, 2]


def test_the_closest_word() -> None:
    assert closest("Kataib_hezbolah", ["Badr", "Kataib Hezbollah"]) == "Kataib Hezbollah"
    assert closest("restrain", ["restraint", "restrained"]) == "restraint"
    assert closest("xyz", ["restraint"]) is None
    assert closest("restr", ["restraint"], at_least=0.9) is None
    assert closest("r" * 1000, ["r" * 1000]) is None  # nobody meant that
    assert did_you_mean("a", None, "b") == "; did you mean 'a' or 'b'?"
    assert did_you_mean(None) == ""
    assert none_of("wra", ["", "war"]) == '"wra" is none of "", "war"; did you mean "war"?'
    assert none_of(3, ["war"]) == '3 is none of "war"'


def test_values_are_shown_short() -> None:
    assert shown("x" * 1000) == '"' + "x" * 58 + "…"
    assert shown(10**5000).endswith("…") and len(shown(10**5000)) == 60
    assert shown({"a": 1}) == shown((1, 2)) == "this"
    assert shown(datetime.date(2024, 1, 10)) == "2024-01-10"
    assert [kind_of(value) for value in (True, 1, 1.0, "", {}, ())] == [
        "a yes or no", "a whole number", "a number with a decimal point", "a text", "a table", "a list"
    ]  # fmt: skip


def test_kinds_of_error_that_nobody_thought_of_keep_their_own_words() -> None:
    class Made(BaseModel):
        pair: tuple[int, int]

    with pytest.raises(ValidationError) as caught:
        Made.model_validate({"pair": (1, 2, 3)})
    (found,) = caught.value.errors()
    said = reason(found["type"], (1, 2, 3), found["ctx"], found["msg"], "two of them")
    assert said == "tuple should have at most 2 items after validation, not 3 (two of them)"
