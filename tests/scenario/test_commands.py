"""`list`, `describe`, `new`, `check` and `diff`, as a student types them."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim import cli
from sim.cli import scenarios as cli_scenarios
from sim.docs import DOCS
from sim.model.article import RECORD_ENDS
from sim.scenario import starter
from sim.scenario.compare import differences
from sim.scenario.files import shipped
from sim.scenario.load import fingerprint, load, parent, remarks, replace
from sim.scenario.parameters import levers, parameters
from sim.scenario.said import said
from sim.scenario.schema import Scenario
from sim.scenario.uncertain import Distribution
from sim.show import conditions

Capture = pytest.CaptureFixture[str]
Says = Callable[..., str]
SHIPPED = sorted(shipped())


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command is typed in an empty folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def says(capsys: Capture) -> Says:
    """What a command that ends well prints."""

    def say(*words: str) -> str:
        assert cli.main(list(words)) == 0
        shown = capsys.readouterr()
        assert shown.err == ""
        return shown.out

    return say


@pytest.fixture
def refuses(capsys: Capture) -> Says:
    """What a command says that is given something it cannot use."""

    def say(*words: str) -> str:
        assert cli.main(list(words)) == 2
        shown = capsys.readouterr()
        assert shown.out == ""
        return shown.err.rstrip("\n")

    return say


def write(name: str, text: str) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return name


STUDENT = """\
extends = "negotiated_exit"
title = "a student's"
summary = "What a student thinks."
days = 400
[united_states]
restraint = 0.95
leverage = {uniform = [0.3, 1.5]}
[iraq]
highest_rung = "special committee"
[groups]
"Badr Organization" = "removed"
[groups."New one"]
share = 0.01
closeness = 0.5
stake = 0.5
highest_rung = "truce"
[[events]]
kind = "truce"
date = 2024-03-01
days = 30
note = "made up"
"""


# --- list ---


def test_list_says_whose_view_each_is(says: Says) -> None:
    text = says("list")
    rows = json.loads(says("list", "--json"))["scenarios"]
    assert [row["name"] for row in rows] == SHIPPED
    assert re.findall(r"^(\S+)  ", text, re.MULTILINE) == SHIPPED
    flat = " ".join(text.split())
    for row in rows:
        assert row["title"] in flat
        assert f"({row['source']})" in flat
    assert max(map(len, text.splitlines())) <= 100


# --- describe ---


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_can_be_described(name: str, says: Says) -> None:
    text, scenario = says("describe", name), load(name)
    flat = " ".join(text.split())
    assert text.startswith(f"{name}: {scenario.title}\n")
    for words in (scenario.summary, scenario.source, *conditions.sentences(scenario)):
        assert " ".join(words.split()) in flat
    scripted = text.partition("\nScripted\n")[2].partition("\n\n")[0]
    assert len(re.findall(r"^  - \S", scripted, re.MULTILINE)) == len(scenario.events)
    places = [" ".join(scripted.split()).index(said(event, scenario)) for event in scenario.events]
    by_date = sorted(zip([event.date for event in scenario.events], places, strict=True))
    assert [place for _, place in by_date] == sorted(places)
    assert max(map(len, text.splitlines())) <= 100
    above = parent(name)
    differs = f"What differs from {above.name if above else 'the defaults'}\n"
    same = f"All values are those of {above.name if above else 'the defaults'}\n"
    assert (differs in text) != (same in text)
    assert text.index("Conditions\n") < text.index("Levers:")
    assert set(re.findall(r"^  (\w+) = ", text, re.MULTILINE)) == {n.rpartition(".")[2] for n, _, _ in levers(scenario)}


def test_a_students_scenario_described(says: Says) -> None:
    write("mine.toml", STUDENT)
    text = says("describe", "mine.toml")
    flat = " ".join(text.split())
    for words in (
        "mine: a student's What a student thinks.",
        "From 10 January 2024 to 12 February 2025 (400 days).",
        "Washington holds back a great deal when its forces are attacked (united_states.restraint 0.95).",
        "(united_states.leverage anything from 0.3 to 1.5)",
        "EXPERIMENT ON THE ENDING: the government may go no further than “special committee” (iraq.highest_rung).",
        "Experiment: New one may go no further than “truce”",
        "on 1 March 2024 a truce of 30 days begins on the front gaza (made up)",
        "What differs from negotiated_exit days: 730 → 400 (days) how many days are simulated",
        "united_states.restraint: 0.65 → 0.95 (0-1) how much Washington holds back",
        "united_states.leverage: 1 → anything from 0.3 to 1.5 (factor)",
        'Only in negotiated_exit: groups."Badr Organization" (share 0.02,',
        'Only in mine: groups."New one" (share 0.01, closeness 0.5, stake 0.5, control 0.7, highest_rung truce)',
        "Only in mine it happens that - on 1 March 2024 a truce",
        "restraint = 0.95 (0-1, default 0.5) how much Washington holds back; plausible 0.2 to 0.8",
    ):
        assert words in flat, words
    assert "[judgement]" not in text


def test_all_parameters_have_unit_meaning_and_source(says: Says) -> None:
    text = says("describe", "status_quo", "--all").partition("All parameters\n")[2]
    flat = " ".join(text.split())
    for name, value, about in parameters(load("status_quo")):
        unit = f" ({about.unit})" if about.unit else ""
        usual = " (default none)" if name == "uncertainty" else ""  # all others stand at their defaults
        words = f"{name.rpartition('.')[2]} = {conditions.value(value)}{unit}{usual} {about.meaning}"
        assert " ".join(words.split()) in flat
        assert f"[{about.source}]" in flat or not about.source
    assert len(re.findall(r"^  \S+ = ", text, re.MULTILINE)) == len(list(parameters(load("status_quo"))))


def test_describe_for_programs(says: Says) -> None:
    write("mine.toml", STUDENT)
    said = json.loads(says("describe", "mine.toml", "--all", "--json"))
    assert (said["name"], said["extends"], said["events"][0]["days"]) == ("mine", "negotiated_exit", 30)
    assert said["caps"] == {"iraq.highest_rung": "special committee", 'groups."New one".highest_rung': "truce"}
    found = {row["name"]: row for row in said["parameters"]}
    assert found["united_states.leverage"]["value"] == {"uniform": [0.3, 1.5]}
    restraint = found["united_states.restraint"]
    assert (restraint["value"], restraint["default"], restraint["unit"]) == (0.95, 0.5, "0-1")
    assert (restraint["plausible"], restraint["allowed"], restraint["role"]) == ([0.2, 0.8], [0.0, 1.0], "lever")
    assert {row["name"] for row in said["levers"]} <= set(found)
    assert "parameters" not in json.loads(says("describe", "status_quo", "--json"))
    assert json.loads(says("describe", "status_quo", "--json"))["extends"] is None


def test_what_cannot_be_described(refuses: Says) -> None:
    assert refuses("describe", "statusquo") == "no scenario 'statusquo'; did you mean 'status_quo'?"
    write("bad.toml", "days = 0\nx = 1\n")
    assert [line.partition(": ")[0] for line in refuses("describe", "bad.toml").splitlines()] == [
        "bad.toml:1",
        "bad.toml:2",
    ]


# --- the words ---


def test_every_numeric_lever_has_a_sentence_and_every_cap_words() -> None:
    numeric = {name for name, value, _ in levers(Scenario()) if isinstance(value, float)}
    assert {name for name in numeric if not name.startswith("fronts.")} == set(conditions.LEVERS)
    caps = {name for name, _, _ in parameters(Scenario()) if ".highest_" in name and not name.startswith("groups.")}
    assert caps == set(conditions.CAPS)


@pytest.mark.parametrize("name", conditions.LEVERS)
def test_more_of_a_lever_never_takes_the_words_for_less(name: str) -> None:
    about = {lever: about for lever, _, about in levers(Scenario())}[name]
    assert isinstance(about.low, float) and isinstance(about.high, float)
    said = []
    for step in range(21):
        number = about.low + (about.high - about.low) * step / 20
        (sentence,) = [s for s in conditions.sentences(replace(Scenario(), {name: number})) if f"({name} " in s]
        said.append(sentence.partition(" (")[0])
    assert len(set(said)) == 3
    assert [words for place, words in enumerate(said) if words != said[place - 1] or place == 0] == list(
        dict.fromkeys(said)
    )


def test_values_in_words() -> None:
    assert [conditions.value(given) for given in (None, "", (), 0.30000000000000004, 2500.0, 730, (1, 2), "a\nb")] == [
        "none", "none", "none", "0.3", "2,500", "730", "2 entries", "a b"
    ]  # fmt: skip
    assert conditions.value(Distribution(choices=(0.1, 2.0))) == "one of 0.1, 2"
    assert conditions.value(Distribution(triangular=(0.1, 0.2, 0.5))) == "from 0.1 to 0.5, likeliest 0.2"
    assert conditions.value(Distribution(normal=(0.3, 0.1), bounds=(0.0, 1.0))) == "about 0.3 (sd 0.1), within 0 to 1"


GAZA = "Front gaza (followed by lebanon and red_sea): "
MAY = datetime.date(2024, 5, 2)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, f"{GAZA}war; a war lasts 200 days on average, a pause 60, by chance."),
        ({"fronts.gaza.ends": RECORD_ENDS}, f"{GAZA}no war from 10 January 2024 on (its `ends`)."),
        ({"fronts.gaza.ends": MAY}, "by chance; over for good on 2 May 2024."),
        (
            {"fronts.gaza.ends": RECORD_ENDS, "fronts.gaza.ends_for": "groups"},
            "over for good on 10 January 2024, for the groups and Iran alone.",
        ),
        ({"fronts.gaza.war_days": {"uniform": [100, 300]}}, "a war lasts anything from 100 to 300 days on average"),
        ({"start": datetime.date(2021, 1, 1), "days": 30}, f"{GAZA}no war."),
        ({"start": datetime.date(2021, 1, 1), "days": 30}, "Up to 9 January 2024 troops, what the presence rests on"),
        ({"start": datetime.date(2023, 10, 8), "days": 60}, "war at the start, then as dated to 1 December 2023."),
        (
            {"presence.legal_default": "dated_agreement", "presence.agreement_ends": MAY},
            "under an agreement that ends on 2 May 2024: then they leave",
        ),
        ({"uncertainty": "judgement"}, "Each world draws every number of role `uncertainty`"),
        ({"iraq.survival": {"uniform": [2, 4]}}, "Each world draws iraq.survival: anything from 2 to 4."),
    ],
)
def test_sentences_follow_the_conditions(changes: dict[str, Any], said: str) -> None:
    assert any(said in sentence for sentence in conditions.sentences(replace(Scenario(), changes)))


# --- new ---


@pytest.mark.parametrize("name", SHIPPED)
def test_a_new_file_changes_nothing_until_a_line_is_uncommented(name: str, says: Says) -> None:
    says("new", "mine", "--from", name)
    made, above = load("mine.toml"), load(name)
    assert fingerprint(made) == fingerprint(above)
    assert parent("mine.toml") == above
    text = Path("mine.toml").read_text(encoding="utf-8")
    for lever, value, _ in levers(above):
        key = lever.rpartition(".")[2]
        assert re.search(rf"^# +{key} = \S", text, re.MULTILINE), lever
        if isinstance(value, float) and name in ("status_quo", "history/no_gaza"):
            one = re.sub(rf"(?m)^# {key} = .*$", f"{key} = {value + 0.01 if value < 0.9 else value - 0.01}", text)
            write("one.toml", one)
            assert {d.name.rpartition(".")[2] for d in differences(above, load("one.toml")).values} == {key}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_line_of_a_new_file_may_be_uncommented(name: str, says: Says) -> None:
    says("new", "mine", "--from", name)
    every_line = re.sub(r"(?m)^# (?=[a-z_]+ = |\[\[)", "", Path("mine.toml").read_text(encoding="utf-8"))
    write("all.toml", every_line)
    changed = differences(load(name), load("all.toml"))
    assert len(changed.events[1]) == 1
    assert changed.entries == ({}, {})
    optional = {"uncertainty"} | {f"fronts.{front}.ends" for front in load(name).fronts}
    assert {one.name for one in changed.values} <= optional
    assert says("check", "all.toml") == "all.toml: fine\n"


def test_the_end_of_an_agreement_is_shown_with_what_it_needs(says: Says) -> None:
    says("new", "mine")
    text = Path("mine.toml").read_text(encoding="utf-8")
    assert re.search(
        r"^# e\.g\.: end of the dated agreement; only with legal_default = \"dated_agreement\"\n"
        r"#   agreement_ends = 2025-01-09$",
        text,
        re.MULTILINE,
    )
    text = text.replace('# legal_default = "invitation"', 'legal_default = "dated_agreement"')
    write("mine.toml", text.replace("#   agreement_ends", "agreement_ends").replace("# [presence]", "[presence]"))
    assert says("check", "mine.toml") == "mine.toml: fine\n"
    says("new", "heir", "--from", "mine.toml")
    assert "\n# agreement_ends = 2025-01-09\n" in Path("heir.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("status_quo", '# kind = "truce"\n# date = 2024-03-10\n# front = "gaza"\n# days = 30\n'),
        ("history/from_october", '# kind = "truce"\n# date = 2023-12-06\n# front = "gaza"\n# days = 30\n'),
        ("history/quiet_2021_2023", '# kind = "committee"\n# date = 2021-03-02\n'),
        ("gaza_ceasefire", '# kind = "committee"\n# date = 2024-03-10\n'),
    ],
)
def test_the_example_of_an_event_does_something(name: str, event: str, says: Says) -> None:
    says("new", "mine", "--from", name)
    assert Path("mine.toml").read_text(encoding="utf-8").endswith(f"# [[events]]\n{event}")


def test_a_lever_that_moves_nothing_is_not_offered(says: Says) -> None:
    dead = {"level", "allies_in_government", "legal_default", "agreement_ends", "war_days", "pause_days", "ends"}
    for name in ("history/quiet_2021_2023", "history/soleimani_2020", "history/threats_2011_2023"):
        says("new", "mine", "--from", name)
        text = Path("mine.toml").read_text(encoding="utf-8")
        Path("mine.toml").unlink()
        offered = set(re.findall(r"^# +(\w+) = ", text.partition("# ---- The levers")[2], re.MULTILINE))
        described = {row["name"].rpartition(".")[2] for row in json.loads(says("describe", name, "--json"))["levers"]}
        # In the thirteen years the war of October 2023 may end sooner, and others follow it.
        missing = dead - {"ends"} if "threats" in name else dead | {"coordination"}
        assert described <= offered and "restraint" in described
        assert not described & missing, name
        assert not offered & missing, name


def test_a_new_file_is_for_people(says: Says) -> None:
    text = says("new", "mine.toml", "--from", "forced_exit")
    assert text.splitlines()[0] == "Written: mine.toml, which changes nothing of forced_exit yet."
    lines = Path("mine.toml").read_text(encoding="utf-8").splitlines()
    assert max(map(len, lines)) <= 120
    assert 'extends = "forced_exit"' in lines
    about = lines.index("# restraint = 0.35")
    assert lines[about - 1] == "# how much Washington holds back [plausible 0.2 to 0.8, allowed 0 to 1]"
    assert "[united_states]" in lines[:about]
    assert lines.index('extends = "forced_exit"') < about < lines.index("# [[events]]")
    for command in ("check mine.toml", "diff forced_exit mine.toml --run", "describe forced_exit --all"):
        assert any(f"run.py {command}" in line for line in lines[:10])


def test_commands_are_told_as_they_have_to_be_typed(says: Says) -> None:
    said = says("new", "my view", "--from", "forced_exit")
    assert said.splitlines()[-1].endswith('run.py check "my view.toml"')
    text = Path("my view.toml").read_text(encoding="utf-8")
    assert 'run.py diff forced_exit "my view.toml" --run ' in text
    assert says("describe", "my view.toml").splitlines()[-1].endswith('run.py describe "my view.toml" --all')
    Path("sub").mkdir()
    Path("my view.toml").rename(Path("sub", "forced_exit.toml"))
    assert says("diff", "forced_exit", "sub/forced_exit.toml") == (
        "forced_exit and sub/forced_exit.toml are the same conditions\n"
    )


def test_the_first_line_leads_to_the_schema_from_wherever_the_file_lies(
    says: Says, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("mine", "a/mine", str(tmp_path / "a" / "b" / "mine.toml")):
        says("new", name)
        file = Path(name).with_suffix(".toml")
        first = file.read_text(encoding="utf-8").splitlines()[0]
        schema = file.parent / first.removeprefix("#:schema ")
        assert schema.resolve() == DOCS / "scenario.schema.json"
    assert starter.schema_line(DOCS.parent / "mine.toml") == "#:schema ./docs/scenario.schema.json"
    assert starter.schema_line(DOCS.parent / "scenarios" / "x.toml") == "#:schema ../docs/scenario.schema.json"
    monkeypatch.setattr(starter, "shipped_folder", lambda: tmp_path / "installed" / "_scenarios")
    assert starter.schema_line(tmp_path / "mine.toml").startswith("#:schema ./scenario.schema.json")


def test_a_new_file_extends_a_file_of_its_own_folder(says: Says, refuses: Says) -> None:
    write("sub/above.toml", 'extends = "status_quo"\nunited_states.restraint = {uniform = [0.3, 0.4]}\n')
    assert json.loads(says("new", "sub/mine", "--from", "sub/above.toml", "--json"))["extends"] == "above.toml"
    assert load("sub/mine.toml").uncertain == load("sub/above.toml").uncertain
    assert "\n# restraint = {uniform = [0.3, 0.4]}\n" in Path("sub/mine.toml").read_text(encoding="utf-8")
    assert json.loads(says("new", "up", "--from", "sub/above.toml", "--json"))["extends"] == "sub/above.toml"
    assert json.loads(says("new", "d", "--from", str(shipped()["status_quo"]), "--json"))["extends"] == "status_quo"
    assert json.loads(says("new", "e", "--json"))["extends"] == "status_quo"
    write("above.toml", "days = 9\n")
    assert "extends a shipped one, or a file in its own folder" in refuses("new", "sub/other", "--from", "above.toml")
    assert not Path("sub/other.toml").exists()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["there"], "new: there.toml is there already, and is left as it is; choose another name"),
        (["there.toml"], "new: there.toml is there already, and is left as it is; choose another name"),
        (["no/such/folder"], "new: there is no folder no/such"),
        (["status_quo"], "new: status_quo is the name of a shipped scenario; choose another"),
        (["mine", "--from", "nothing"], "no scenario 'nothing'"),
        (["mine", "--from", "bad.toml"], "bad.toml:1: days: 0 is below 1 (days from 1 to 10000)"),
        ([""], "new: '' is no name for a scenario: there is nothing in it"),
        ([".toml"], "new: '.toml' is no name for a scenario: it begins with a dot"),
        # the backslash of an escape, as it is compared here
        (["a\nb"], "new: 'a/nb' is no name for a scenario: it has /n in it, which cannot be shown"),
        (["=1"], "new: '=1' is no name for a scenario: it begins with =, which spreadsheets take for a formula"),
    ],
)
def test_new_never_takes_the_place_of_anything(words: list[str], why: str, refuses: Says) -> None:
    write("there.toml", "days = 3\n")
    write("bad.toml", "days = 0\n")
    assert refuses("new", *words).replace("\\", "/") == why
    assert {path.name for path in Path().iterdir()} == {"there.toml", "bad.toml"}
    assert Path("there.toml").read_text(encoding="utf-8") == "days = 3\n"


# --- check ---


def test_check_says_what_is_allowed_and_yet_worth_a_word(says: Says) -> None:
    write(
        "mine.toml",
        'extends = "above.toml"\n[united_states]\nrestraint = 0.95\nleverage = {uniform = [0.3, 1.5]}\n'
        "us_stake = {uniform = [0.3, 0.5]}\n[fronts.gaza]\nends_for = 'groups'\n",
    )
    write("above.toml", "iraq.highest_rung = 'talks'\npresence.agreement_ends = 2025-01-01\n")
    lines = says("check", "mine.toml", "status_quo").splitlines()
    assert [line.partition(" ")[2] if line.startswith("  ") else line for line in lines] == [
        "mine.toml: fine, with notes:",
        " mine.toml:3: united_states.restraint: 0.95 is allowed, but outside what is plausible, 0.2 to 0.8 "
        "(Schaer (DW, 10 Jan 2024): 'mostly restrained'; judgement)",
        " mine.toml:5: united_states.us_stake: 0.3 to 0.5 is allowed, but outside what is plausible, 0.4 to 1 "
        "(Schaer (DW, 10 Jan 2024): own strategic purposes; judgement)",
        " mine.toml:7: fronts.gaza.ends_for: changes nothing without `ends`",
        " above.toml:1: iraq.highest_rung: a cap here is an experiment on the ending: tables, figures and reports "
        "say so",
        " above.toml:2: presence.agreement_ends: changes nothing under an invitation (presence.legal_default)",
        "status_quo: fine",
    ]
    said = json.loads(says("check", "mine.toml", "--json"))
    assert said["faults"] == [] and len(said["notes"]) == 5


def test_nothing_is_noted_of_shipped_scenarios() -> None:
    assert {name: remarks(name) for name in SHIPPED} == {name: [] for name in SHIPPED}


# --- diff ---


def test_order_and_spelling_are_no_difference(says: Says) -> None:
    event = '[[events]]\nkind = "{}"\ndate = 2024-02-0{}\n'
    one = write(
        "one.toml",
        "title = 'One'\n[iran]\norder_step = 0.2\n[isis]\nlevel = 0.3\n"
        + event.format("committee", 1)
        + event.format("call", 2),
    )
    two = write(
        "two.toml",
        event.format("call", 2)
        + 'note = "why"\n'
        + event.format("committee", 1)
        + "[isis]\nlevel = 0.30\n[iran]\norder_step = 2e-1\n",
    )
    assert says("diff", one, two) == "one and two are the same conditions\n"
    assert says("diff", "status_quo", "status_quo") == "status_quo and status_quo are the same conditions\n"
    three = write("three.toml", event.format("call", 2) * 2)
    lines = says("diff", three, two).splitlines()
    assert lines[-4:] == [
        "  Only in three it happens that",
        "    - on 2 February 2024 the groups' politicians call for expulsion",
        "  Only in two it happens that",
        "    - on 1 February 2024 the Iraqi government sets up a special committee",
    ]


def test_dated_fronts_are_compared_as_sets(says: Says) -> None:
    dates = "".join(
        f"[[fronts.gaza.dates]]\ndate = {entry.date}\nstate = '{entry.state}'\n"
        for entry in Scenario().fronts["gaza"].dates[:-1]
    )
    write(
        "mine.toml",
        'uncertainty = "accepted"\n' + dates + "[[fronts.gaza.dates]]\ndate = 2024-03-01\nstate = 'truce'\n",
    )
    assert says("diff", "status_quo", "mine.toml").splitlines() == [
        "status_quo → mine",
        "  fronts.gaza.dates",
        "    - 2024-01-09 war",
        "    + 2024-03-01 truce",
        "      the recorded course of the front",
    ]


def test_diff_for_programs_and_both_ways(says: Says) -> None:
    write("mine.toml", STUDENT)
    there, back = (
        json.loads(says("diff", *pair, "--json"))
        for pair in (("negotiated_exit", "mine.toml"), ("mine.toml", "negotiated_exit"))
    )
    assert {row["name"]: (row["first"], row["second"]) for row in there["values"]} == {
        "days": (730, 400),
        "united_states.restraint": (0.65, 0.95),
        "united_states.leverage": (1.0, {"uniform": [0.3, 1.5]}),
        "iraq.highest_rung": ("", "special committee"),
    }
    assert all(row["meaning"] for row in there["values"])
    assert there["only_second"]["entries"] == {
        'groups."New one"': {"share": 0.01, "closeness": 0.5, "stake": 0.5, "control": 0.7, "highest_rung": "truce"}
    }
    assert list(there["only_first"]["entries"]) == ['groups."Badr Organization"']
    assert [event["kind"] for event in there["only_second"]["events"]] == ["truce"]
    assert back["only_first"] == there["only_second"] and back["only_second"] == there["only_first"]
    assert [(row["second"], row["first"]) for row in back["values"]] == [
        (row["first"], row["second"]) for row in there["values"]
    ]


def test_a_difference_applied_is_the_other_scenario() -> None:
    for name in SHIPPED:
        first, second = load("status_quo"), load(name)
        changed = differences(first, second)
        changes: dict[str, object] = {one.name: one.second for one in changed.values}
        changes["events"] = [*(e for e in first.events if e not in changed.events[0]), *changed.events[1]]
        assert fingerprint(replace(first, changes)) == fingerprint(second)
        assert not differences(second, second)
        assert bool(changed) == (fingerprint(first) != fingerprint(second))


def test_outcomes_are_compared_world_by_world(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    import sim

    write("calm.toml", 'extends = "status_quo"\n[united_states]\nrestraint = 1.0\n[iraq]\nhighest_rung = "talks"\n')
    small = ["--run", "--worlds", "12", "--days", "30", "--seed", "3", "--workers", "1", "--quiet"]
    said = json.loads(says("diff", "status_quo", "calm.toml", *small, "--json"))
    scenarios = [load(name, changes={"days": 30}) for name in ("status_quo", "calm.toml")]
    result = sim.run(scenarios, worlds=12, seed=3, events="none")
    strikes = result.between("calm", "status_quo").set_index("measure").loc["us_strikes"]
    found = {row["measure"]: row for row in said["outcomes"]}
    for column in ("here", "there", "difference", "low", "high"):
        assert found["us_strikes"][column] == pytest.approx(strikes[column])
    assert found["us_strikes"]["paired"] and found["us_strikes"]["worlds"] == 12
    assert found["us_strikes"]["difference"] < 0
    assert (said["worlds"], said["seed"]) == (12, 3)
    monkeypatch.setattr(cli_scenarios, "both_run", lambda *_: result)
    text = says("diff", "status_quo", "calm.toml", *small)
    assert text.startswith("status_quo → calm\n  united_states.restraint: 0.5 → 1 (0-1)\n")
    flat = " ".join(text.split())
    assert "12 worlds of each, compared one by one" in flat and "they hold chance alone, over the accepted set" in flat
    assert "Not a forecast" in flat and "calm (capped)" in flat and "calm less status_quo" in flat
    assert re.search(r"\nUS troops stay +100 % +100 % +0\.0 points \(−\d+\.\d to \+\d+\.\d\)\n", text)
    assert "\nUS strikes in Iraq " in text
    assert not list(Path().glob("out*"))


def test_what_diff_refuses(refuses: Says) -> None:
    assert refuses("diff", "a", "b").splitlines() == ["no scenario 'a'", "no scenario 'b'"]
    assert (
        refuses("diff", "status_quo", "gaza_ceasefire", "--worlds", "3")
        == "diff: --worlds says how to simulate: add --run"
    )
    assert "--engine says how" in refuses("diff", "status_quo", "gaza_ceasefire", "--engine", "numpy")
    assert "--worlds" in refuses("diff", "status_quo", "gaza_ceasefire", "--run", "--worlds", "0")
    assert "B" in refuses("diff", "status_quo")


def test_a_title_cannot_steer_the_terminal(says: Says) -> None:
    write(
        "mine.toml",
        'title = "a\\u001b[31m b\\nc"\nsummary = "\\u202e"\n'
        'events = [{kind = "call", date = 2024-02-01, note = "\\u0007"}]\n',
    )
    for text in (says("describe", "mine.toml"), says("diff", "mine.toml", "status_quo")):
        assert all(char.isprintable() for line in text.splitlines() for char in line)


def test_the_commands_are_light_until_they_are_used() -> None:
    source = Path(cli_scenarios.__file__).read_text(encoding="utf-8")
    top = [line for line in source.splitlines() if re.match(r"(from|import) ", line)]
    assert not any(heavy in line for line in top for heavy in ("sim.scenario", "sim.show", "sim.runs", "pydantic"))
