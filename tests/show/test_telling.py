"""A history told: its length and order, its figures, what the record gave, words from strangers, two side by side."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import sim
from sim import cli
from sim.ask.butfor.kinds import KINDS as KINDS_OF_EVENT
from sim.ask.histories import Lived, lived
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.show.telling import story, tree
from sim.show.telling.history import History, explain
from sim.show.telling.sentences import TELLS, sentence, this_year, victims

Capture = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("short_past")
SCENARIOS = ("status_quo", "forced_exit", "negotiated_exit", "regional_war")


@pytest.fixture(scope="module")
def told(short_past: None) -> list[History]:
    """Two years under several conditions, a few worlds of each."""
    return [History(one) for name in SCENARIOS for one in lived(load(name), worlds=range(3))]


@pytest.fixture(scope="module")
def one(told: list[History]) -> History:
    """One of them, in which an exit is decided."""
    return next(history for history in told if history.row["outcome"] == "forced_exit")


def test_a_history_has_fifteen_to_twenty_five_sentences_in_the_order_of_days(told: list[History]) -> None:
    for history in told:
        assert 15 <= len(history.sentences) <= story.MOST
        dates = [sentence.date for sentence in history.sentences]
        known = [when for when in dates if when is not None]
        assert known == sorted(known)
        assert None not in dates[: len(known)]
        assert known[0] < history.scenario.start


def test_sentences_are_sentences(told: list[History]) -> None:
    for history in told:
        for one in history.sentences:
            assert one.text.endswith(".") and one.text[0].isupper(), one.text
            assert not re.search(r"nan|None|  |\(\)|,,|\.\.|: \.|-0\.00|“”| 0 from|kills 0|\{|\}", one.text), one.text


def test_every_act_of_the_model_has_words_of_its_own(told: list[History]) -> None:
    left_to_the_log = {"decides to strike", "order takes effect", "stands under pressure"}  # told with other acts
    for history in told:
        for act in history.lived.counted:
            if act["act"] not in left_to_the_log:
                assert act["act"] in TELLS, act["act"]
                plainly = f"{act['actor'][:1].upper()}{act['actor'][1:]}: {act['act']}, {act['rung']}."
                assert sentence(act, history.lived) != plainly, plainly


def test_what_the_record_gave_and_what_the_scenario_gives_is_told_apart(told: list[History]) -> None:
    for history in told:
        for one in history.sentences:
            acts = [history.lived.by_number[number] for number in one.acts]
            if one.origin == "record":
                assert one.date is not None and one.date < history.scenario.start
                assert all(act["scripted"] and act["day"] < 0 for act in acts)
            elif one.origin == "scenario":
                assert all(act["scripted"] and act["day"] >= 0 for act in acts)
            elif one.origin == "drawn":
                assert not any(act["scripted"] for act in acts)
        assert "record" in history.text() and "drawn" in history.text()


def test_what_the_file_gives_is_always_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    strike = '[[events]]\ndate = 2024-02-{:02}\nkind = "strike"\nrung = "strike in Syria"\ndead = 1\n'
    path.write_text('extends = "status_quo"\ndays = 200\n' + "".join(map(strike.format, (1, 5, 9))), encoding="utf-8")
    history = explain(path, world=1)
    given = [one for one in history.sentences if one.origin == "scenario"]
    assert [one.date for one in given] == [date(2024, 2, day) for day in (1, 5, 9)]
    assert all("in Syria; 1 person dies" in one.text for one in given)


def test_the_decision_and_what_is_left_are_told(told: list[History]) -> None:
    for history in told:
        text = " ".join(one.text for one in history.sentences)
        decided = history.row["outcome_day"]
        if decided is None:
            assert "Nobody has decided on an exit" in text
            assert f"{history.row['troops_end']:,.0f} US troops stay" in text
        else:
            day = (next(act for act in history.lived.counted if act["act"] == "decision"))["date"]
            assert day in [one.date for one in history.sentences]
            gone = "The last US soldier leaves Iraq" in text
            assert gone == (history.row["completion_day"] is not None)


def test_figures_are_those_of_the_account(one: History) -> None:
    seen = 0
    for told in one.sentences:
        for number in told.acts:
            act = one.lived.by_number[number]
            level = next((line["level"] for line in act["accounts"] if line["state"] == "pressure"), None)
            if level is None or "pressure on the prime minister is" not in told.text:
                continue
            assert f"pressure on the prime minister is {level:.2f}" in told.text
            shares = [float(share) for share in re.findall(r"(\d\.\d\d) from ", told.text)]
            assert sum(shares) <= level + 0.03
            seen += 1
    assert seen > 3


def test_meanwhile_counts_what_happened_meanwhile(told: list[History]) -> None:
    seen = 0
    for history in told:
        for one in history.sentences:
            found = re.match(r"Meanwhile, until (.+?): (\d+|no) attacks?", one.text)
            if found is None:
                continue
            seen += 1
            days = [act for act in history.lived.counted if act["act"] == "attack" and one.date <= act["date"]]
            until = [act for act in days if f"{act['date']:%Y%m%d}" <= until_of(found[1])]
            assert len(until) == (0 if found[2] == "no" else int(found[2]))
    assert seen > 5


def until_of(spelled: str) -> str:
    """A spelled date as digits."""
    from sim.scenario.english import LONG_MONTHS

    day, month, year = spelled.split()
    return f"{year}{LONG_MONTHS.index(month) + 1:02}{int(day):02}"


def test_a_short_history_is_told_without_padding() -> None:
    history = explain(load("status_quo", changes={"days": 5}), world=0)
    assert 4 <= len(history.sentences) <= story.MOST
    acts = [number for one in history.sentences if one.origin for number in one.acts]
    assert len(acts) == len(set(acts))  # nothing is told twice


def test_the_tree_begins_with_the_ending_and_gives_no_more_than_it_has(told: list[History]) -> None:
    def nodes(node: tree.Node) -> Iterator[tree.Node]:
        yield node
        for cause in node.causes:
            yield from nodes(cause)

    for history in told:
        assert history.causes is not None and history.lived.ending is not None
        assert history.causes.act == history.lived.ending["event"]
        for node in nodes(history.causes):
            assert sum(cause.weight for cause in node.causes) <= node.weight + 1e-9
            assert node.act is None or all(cause.act is None or cause.act < node.act for cause in node.causes)
        lines = list(tree.lines(history.causes))
        assert lines[0].startswith("100 %")
        assert len(lines) == len(list(nodes(history.causes)))


def test_a_history_is_the_same_whoever_asks(one: History) -> None:
    again = explain(one.scenario, one.world)
    assert again.text() == one.text()
    assert again.to_dict() == one.to_dict()
    assert json.loads(json.dumps(one.to_dict()))["outcome"] == one.row["outcome"]
    assert list(one.events["event"]) == sorted(one.events["event"])
    assert repr(one) == f"<History: World {one.world} of {one.scenario.name}, seed 1, forced exit>"


def test_words_from_strangers_stay_words() -> None:
    name = "<script>alert(1)</script> & \u202eevil"
    scenario = hostile(name)
    history = explain(scenario, world=0)
    assert name in " ".join(act["actor"] for act in history.lived.acts)
    for page in (history._repr_html_(), history.html(), history.compare(explain(scenario, world=1)).html()):
        assert "<script>alert" not in page
        assert "\u202e" not in page
    assert "default-src 'none'" in history.html()
    assert "<script" not in history.html()


def hostile(name: str) -> Scenario:
    """The status quo with a group of this name that does all the attacks."""
    scenario = load("status_quo", changes={"days": 120})
    groups = dict(scenario.groups)
    first = next(iter(groups))
    return scenario.model_copy(update={"groups": {name: groups.pop(first), **groups}})


def test_two_worlds_side_by_side(told: list[History]) -> None:
    first, second = told[0], told[1]
    comparison = first.compare(second)
    text = comparison.text()
    for history in (first, second):
        assert f"world {history.world} of {history.scenario.name}" in text
        for one in history.sentences:
            assert one.text.split()[0] in text
    assert comparison.parted is not None
    assert f"── they part on {comparison.parted} " in text
    assert max(map(len, text.splitlines())) <= 124
    assert first.compare(first).parted is None


def test_one_world_under_two_conditions_parts_with_the_first_act_that_differs() -> None:
    calm = load("status_quo", changes={"days": 120})
    turn = {"date": date(2024, 2, 20), "kind": "set", "name": "attacks.weekly", "value": 60.0}
    other = calm.replace(events=[turn])
    one, two = explain(calm, 3), explain(other, 3)
    parted = one.compare(two).parted
    assert parted is not None and parted >= date(2024, 2, 20)
    before = [[act for act in each.lived.counted if act["date"] < parted] for each in (one, two)]
    assert [plain(act) for act in before[0]] == [plain(act) for act in before[1]]
    assert two.compare(one).parted == parted


def plain(act: dict[str, Any]) -> tuple[Any, ...]:
    """What was done by whom."""
    return act["day"], act["actor"], act["act"], act["rung"]


def test_but_for_says_each_event_and_what_comes_without_it(one: History) -> None:
    found = one.but_for()
    assert found is one.but_for()  # lived once
    assert len(found.table) == len(found.single) + len(found.whole)
    assert list(found.table["necessary"]) == [verdict.necessary for verdict in (*found.single, *found.whole)]
    ended = {verdict.outcome for verdict in (*found.single, *found.whole) if not verdict.necessary}
    assert ended <= {one.row["outcome"]}
    text = found.text()
    for verdict in found.necessary:
        assert found.words(verdict.event) in text
    assert "necessary" in found.summary or "did not hang on a single event" in found.summary
    assert {one.event.kind for one in found.whole} <= set(KINDS_OF_EVENT)
    assert "<table" in found._repr_html_()
    assert json.dumps(found.to_dict())


def test_victims_are_counted_in_words() -> None:
    assert victims({"dead": 0.0, "wounded": 0.0}) == "hurts nobody"
    assert victims({"dead": 1.0, "wounded": 0.0}) == "kills 1 US soldier"
    assert victims({"dead": 2.0, "wounded": 1.0}) == "kills 2 and wounds 1 US soldier"
    assert this_year("the strike of 4 March 2024 and of 5 May 2023", 2024) == "the strike of 4 March and of 5 May 2023"


# --- from Python and from the command line ---


def test_what_explain_cannot_take_is_said() -> None:
    for wrong, says in (
        ({}, "either world="),
        ({"world": 1, "typical": "forced_exit"}, "either world="),
        ({"world": -1}, "world is a whole number"),
        ({"typical": "forced"}, "typical is"),
        ({"typical": "lapsed", "worlds": 2}, "none of the first 2 worlds"),
    ):
        with pytest.raises(ValueError, match=says):
            explain(load("status_quo", changes={"days": 10}), **wrong)  # type: ignore[arg-type]
    assert sim.explain is explain


def test_a_typical_history_ends_so(capsys: Capture) -> None:
    asked = ["explain", "forced_exit", "--days", "200", "--typical", "forced_exit", "--worlds", "60"]
    assert cli.main([*asked, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["outcome"] == "forced_exit"
    assert found["sentences"] and found["causes"]["share"] == 1.0
    first = explain(load("forced_exit", changes={"days": 200}), 0).row["outcome"]
    assert cli.main([*asked[:-2], "--worlds", "1"]) == (0 if first == "forced_exit" else 2)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("explain status_quo", "one of the arguments --world --typical --compare is required"),
        ("explain status_quo --world 1 --compare 1 2", "not allowed with argument"),
        ("explain status_quo --compare 1 1", "takes two worlds, and both are 1"),
        ("explain status_quo --compare 1 2 --but-for", "--but-for asks of one history"),
        ("explain status_quo --world 1 --log --json", "--json holds every act anyway"),
        ("explain status_quo --world 1 --log --but-for", "--log is the list of acts alone"),
        ("explain status_quo --world 1 --worlds 9", "--worlds is for --typical"),
        ("explain status_quo --typical expelled", "invalid choice: 'expelled'"),
        ("explain status_quo --days 3 --typical lapsed --worlds 2", "none of 2 worlds of status_quo ends in"),
    ],
)
def test_mixtures_are_refused_in_a_line(words: str, says: str, capsys: Capture) -> None:
    assert cli.main(words.split()) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert said.out == "" or "--json" in words  # which gives the faults there
    assert len(said.err.strip().splitlines()) == 1


def test_the_command_line_tells_compares_and_writes_a_page(tmp_path: Path, capsys: Capture) -> None:
    asked = ["explain", "forced_exit", "--days", "100"]
    assert cli.main([*asked, "--world", "2", "--html", str(tmp_path / "told.html"), "--but-for"]) == 0
    out, err = capsys.readouterr()
    assert "What it came from" in out and "But for this event" in out
    assert "told.html" in err
    assert (tmp_path / "told.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert cli.main([*asked, "--compare", "2", "3"]) == 0
    assert "world 3 of forced_exit" in capsys.readouterr().out
    assert cli.main([*asked, "--compare", "2", "3", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["worlds"]) == 2
    assert cli.main([*asked, "--compare", "2", "3", "--log"]) == 0
    assert capsys.readouterr().out.count("From the start") == 2


def test_lived_histories_carry_the_numbers_of_a_point() -> None:
    scenario = load("status_quo", changes={"days": 30, "uncertainty": "none"})
    numbers = {"united_states.restraint": 0.9}
    history = explain(scenario, world=0, numbers=numbers)
    assert "With united_states.restraint = 0.9" in history.text()
    found: list[Lived] = lived(scenario.replace(**numbers), worlds=[0])
    assert found[0].row == history.row
