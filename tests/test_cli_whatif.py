"""`whatif`: what is typed, what is refused, what is printed and kept."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import sim
from sim import cli
from sim.ask.whatif import EFFECTS, TRANSITIONS, WhatIf
from sim.cli.options import Refused
from sim.cli.whatif import Part, alternatives, forked, happens, varied
from sim.docs import data
from sim.scenario.load import load
from sim.show.tables import OF_FORKS

ROOT = Path(__file__).resolve().parents[1]
SMALL = ["--worlds", "4", "--days", "60", "--workers", "1", "--quiet"]
AT = ["--at", "2024-02-10"]
Capture = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("short_past")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command is typed in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(*words: str) -> list[Any]:
    """The alternatives that are typed, as scenarios."""
    base = load("status_quo", changes={"days": 60})
    chosen = cli.parse(["whatif", "status_quo", *AT, *words])[1]
    from datetime import date

    return list(forked(base, date(2024, 2, 10), alternatives(chosen.asked)))


# --- what is typed ------------------------------------------------------------------------------------------


def test_several_changes_are_one_alternative_and_or_begins_another() -> None:
    one, other = asked(
        "--set", "united_states.restraint=0.2", "--set", "iran.permissiveness=0.1", "--or", "--as", "a cap",
        "--set", "united_states.highest_rung=warn",
    )  # fmt: skip
    assert one.label == "united states restraint 0.2, iran permissiveness 0.1"
    assert [event.value for event in one.scenario.events] == [0.2, 0.1]
    assert other.label == "a cap" and other.is_lived_on and not one.is_lived_on


def test_vary_makes_an_alternative_of_each_value() -> None:
    found = asked("--vary", "united_states.restraint=0.1,0.9", "--or", "--vary", "iran.permissiveness=0..0.4:3")
    assert [fork.label for fork in found] == [
        "united states restraint 0.1",
        "united states restraint 0.9",
        "iran permissiveness 0",
        "iran permissiveness 0.2",
        "iran permissiveness 0.4",
    ]
    caps = asked("--vary", "united_states.highest_rung=warn,strike in Syria")
    assert [fork.scenario.united_states.highest_rung for fork in caps] == ["warn", "strike in Syria"]


def test_an_event_is_typed_as_a_file_has_it() -> None:
    (fork,) = asked("--event", "kind=truce, front=gaza, days=30, note='a, b'")
    assert [(event.kind, str(event.date), event.note) for event in fork.scenario.events] == [
        ("truce", "2024-02-10", "a, b")
    ]
    (fork,) = asked(
        "--event", '{date = 2024-03-01, kind = "strike", rung = "strike in Iraq", dead = 40, civilians = 40}'
    )
    assert (str(fork.since), fork.scenario.events[0].dead) == ("2024-03-01", 40)
    assert fork.label == "strike on 2024-03-01 (rung strike in Iraq, dead 40, civilians 40)"
    with pytest.raises(Refused, match="write its fields as a file has them"):
        happens(None, None, "kind=truce, kind=truce")  # type: ignore[arg-type]


def test_another_scenario_comes_in() -> None:
    (fork,) = asked("--to", "forced_exit")
    assert fork.label == "as forced_exit"
    assert {event.name for event in fork.scenario.events} >= {"united_states.restraint", "iran.permissiveness"}


def test_a_range_needs_a_name() -> None:
    assert varied("united_states.restraint=0..1:3") == [("united_states.restraint", value) for value in (0.0, 0.5, 1.0)]
    with pytest.raises(Refused, match="write NAME=A,B,C"):
        varied("=1,2")
    assert alternatives([("--set", "a=1")]) == [Part("", [("--set", "a=1")])]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "whatif: what is otherwise from that day on?"),
        (["--or"], "whatif: what is otherwise from that day on?"),
        (["--as", "x"], "whatif: what is otherwise from that day on?"),
        (["--set", "united_states.restraint=0.2", "--or"], "whatif: an alternative is missing"),
        (["--set", "united_states.restraint"], "--set united_states.restraint: write name=value"),
        (
            ["--set", "united_states.restrant=0.2"],
            "--set united_states.restrant=0.2: there is no such setting; did you",
        ),
        (
            ["--set", "united_states.restraint=3"],
            "--set united_states.restraint=3: 3 is above 1 (a number from 0 to 1)",
        ),
        (["--set", "public.influence_us=0.3"], "--set public.influence_us=0.3: public.influence_us cannot change on"),
        (["--set", "days=20"], "--set days=20: days is a whole number that holds for the whole run"),
        (
            ["--set", "iran.permissiveness=0.2", "--set", "iran.permissiveness=0.3"],
            "whatif: iran.permissiveness is changed twice in one alternative: write --or between two",
        ),
        (
            ["--set", "iran.permissiveness=0.2", "--or", "--set", "iran.permissiveness=0.2"],
            "whatif: two alternatives are",
        ),
        (["--as", "a", "--as", "b", "--set", "iran.permissiveness=0.2"], "whatif: --as names an alternative once"),
        (["--vary", "iran.permissiveness=0.1,0.2", "--set", "isis.level=0.2"], "does --set belong to each of them, or"),
        (["--vary", "iran.permissiveness=0.1,0.2", "--as", "x"], "does --as belong to each of them, or"),
        (["--vary", "iran.permissiveness=0.1,7"], "--vary iran.permissiveness=0.1,7: 7 is above 1"),
        (["--vary", "iran.permissivness=0.1,0.2"], "did you mean 'iran.permissiveness'?"),
        (["--event", "kind=truce"], "--event kind=truce: days: is missing"),
        (["--event", "truce"], "whatif: --event truce: write its fields as a file has them"),
        (["--event", ""], "whatif: --event : there is nothing in it"),
        (["--event", "kind=truce, front=gazo, days=3"], "there is no front 'gazo'; did you mean 'gaza'?"),
        (["--event", "date=2024-01-20, kind=us_threat"], "2024-01-20 lies before the fork, 2024-02-10"),
        (["--to", "nowhere"], "nowhere"),
        (["--to", "status_quo"], "--to status_quo: has no other conditions"),
        (["--set", "iraq.highest_rung=talks", "--out", "kept"], "no scenario file says a cap from a date on"),
        (["--as", "x" * 101, "--set", "iran.permissiveness=0.2"], "a label of an alternative is a text of one line"),
    ],
)
def test_what_cannot_be_typed(words: list[str], said: str, capsys: Capture, elsewhere: Path) -> None:
    assert cli.main(["whatif", "status_quo", *AT, *SMALL, *words]) == 2
    answer = capsys.readouterr()
    assert said in answer.err
    assert answer.out == "" and "Traceback" not in answer.err
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("day", ["2024-01-09", "2024-03-10", "tomorrow", "2024-02-30", "20240210", "٢٠٢٤-٠٢-١٠"])
def test_a_date_outside_the_scenario_is_told_its_days(day: str, capsys: Capture) -> None:
    assert cli.main(["whatif", "status_quo", "--at", day, *SMALL, "--set", "united_states.restraint=0.2"]) == 2
    assert "--at is a day of status_quo, from 2024-01-10 to 2024-03-09; not " in capsys.readouterr().err


def test_faults_are_told_to_programs_too(capsys: Capture) -> None:
    words = ["--set", "united_states.restrant=0.2", "--or", "--set", "iran.permissiveness=7", "--json"]
    assert cli.main(["whatif", "status_quo", *AT, *SMALL, *words]) == 2
    assert len(json.loads(capsys.readouterr().out)["faults"]) == 2


# --- what is said -------------------------------------------------------------------------------------------


def test_it_begins_with_two_sentences_and_keeps_nothing(capsys: Capture, elsewhere: Path) -> None:
    words = ["--set", "united_states.restraint=0.1", "--or", "--set", "united_states.restraint=0.5"]
    assert cli.main(["whatif", "status_quo", *AT, *SMALL, *words]) == 0
    answer = capsys.readouterr()
    assert "on" in answer.out.splitlines()[0] and "4 worlds" in answer.out
    assert "united states restraint 0.5: united_states.restraint is 0.5 already: that changes nothing" in answer.err
    assert "Not a forecast" in answer.out
    assert list(elsewhere.iterdir()) == []


def test_programs_get_one_object(capsys: Capture) -> None:
    words = ["--as", "<less>", "--set", "united_states.restraint=0.1", "--json"]
    assert cli.main(["whatif", "status_quo", *AT, *SMALL, *words]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["folder"] is None and said["complete"] and said["at"] == "2024-02-10"
    (one,) = said["alternatives"]
    assert (one["label"], one["scenario"], one["since"]) == ("<less>", "if_less", "2024-02-10")
    assert {row["among"] for row in said["effects"]} == {"all", "open"}
    assert sum(row["worlds"] for row in said["transitions"]) == 4
    assert len(said["sentences"]) == 2


def test_the_same_from_python(capsys: Capture) -> None:
    assert (
        cli.main(["whatif", "status_quo", *AT, *SMALL, "--as", "a", "--set", "iran.permissiveness=0.1", "--json"]) == 0
    )
    said = json.loads(capsys.readouterr().out)
    scenario = sim.load("status_quo").replace(days=60)
    found = sim.whatif(scenario, at="2024-02-10", alternatives={"a": {"iran.permissiveness": 0.1}}, worlds=4)
    assert [row["difference"] for row in said["effects"]] == pytest.approx(list(found.effects["difference"]))


# --- what is kept -------------------------------------------------------------------------------------------


@pytest.fixture
def kept(elsewhere: Path) -> Path:
    words = ["--as", "less", "--set", "united_states.restraint=0.1", "--or", "--event", "kind=us_threat"]
    assert cli.main(["whatif", "status_quo", *AT, *SMALL, *words, "--out", "kept", "--figures", "none"]) == 0
    return elsewhere / "kept"


def test_a_folder_is_verified_made_again_and_repeated(kept: Path, capsys: Capture) -> None:
    assert cli.main(["verify", str(kept)]) == 0
    assert cli.main(["analyze", str(kept), "--figures", "none"]) == 0
    assert cli.main(["run", str(kept), "--out", "again", "--workers", "1", "--quiet"]) == 0
    assert "The bytes agree" in capsys.readouterr().out
    assert cli.main(["explain", str(kept / "scenarios" / "if_less.toml"), "--world", "1"]) == 0
    assert "if_less" in capsys.readouterr().out
    for name, columns in {"whatif_effects": EFFECTS, "whatif_transitions": TRANSITIONS}.items():
        head = (kept / "tables" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
        assert tuple(head.split(",")) == columns == data.TABLE_COLUMNS[name]
    assert set(OF_FORKS) <= set(data.TABLE_COLUMNS)
    assert list(WhatIf(sim.open(kept)).alternatives) == ["less", "us threat"]


def test_the_same_again_computes_nothing_and_another_is_refused(kept: Path, capsys: Capture) -> None:
    same = ["--as", "less", "--set", "united_states.restraint=0.1", "--or", "--event", "kind=us_threat"]
    again = ["whatif", "status_quo", *AT, *SMALL, "--out", "kept", "--figures", "none"]
    before = (kept / "manifest.json").read_bytes()
    assert cli.main([*again, *same]) == 0
    assert (kept / "manifest.json").read_bytes() == before
    assert cli.main([*again, "--set", "united_states.restraint=0.3"]) == 2
    assert "kept" in capsys.readouterr().err
    assert (kept / "manifest.json").read_bytes() == before


def test_a_results_folder_of_one_scenario_is_forked_as_it_was_made(
    elsewhere: Path, capsys: Capture, kept: Path
) -> None:
    run = ["run", "forced_exit", "--worlds", "3", "--days", "60", "--seed", "9", "--workers", "1", "--quiet"]
    assert cli.main([*run, "--out", "one", "--figures", "none"]) == 0
    capsys.readouterr()
    words = [*AT, "--set", "united_states.restraint=0.9", "--quiet", "--workers", "1"]
    assert cli.main(["whatif", "one", *words, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["scenario"], said["seed"], said["worlds"]) == ("forced_exit", 9, 3)
    assert cli.main(["whatif", "one", *words, "--seed", "1"]) == 2
    assert "leave out --seed" in capsys.readouterr().err
    assert cli.main(["whatif", str(kept), *words]) == 2
    assert "holds several scenarios" in capsys.readouterr().err
    assert sorted(path.name for path in elsewhere.iterdir()) == ["kept", "one"]


def test_stopped_in_time_it_says_how_to_go_on(elsewhere: Path, capsys: Capture) -> None:
    words = ["--set", "united_states.restraint=0.1", "--stop-after", "0.000001s"]
    assert cli.main(["whatif", "status_quo", *AT, *SMALL, *words, "--out", "kept", "--figures", "none"]) == 3
    answer = capsys.readouterr()
    assert "To go on: " in answer.err and "whatif status_quo --at 2024-02-10" in answer.err
    assert (elsewhere / "kept" / "blocks").is_dir()
    assert cli.main(["whatif", "status_quo", *AT, *SMALL, *words[:2], "--out", "kept", "--figures", "none"]) == 0
    assert cli.main(["verify", "kept"]) == 0
    assert cli.main(["whatif", "status_quo", *AT, *SMALL, *words, "--json"]) == 3
    answer = capsys.readouterr()
    assert "Nothing is kept without --out." in answer.err
    assert json.loads(answer.out.splitlines()[-1])["complete"] is False


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_is_clean(elsewhere: Path) -> None:
    """Without a folder nothing is left, and no traceback is shown."""
    words = ["whatif", "status_quo", *AT, "--worlds", "400000", "--workers", "1", "--engine", "numpy"]
    command = [sys.executable, str(ROOT / "run.py"), *words, "--set", "united_states.restraint=0.1"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if "world" in line or "%" in line:
                break
        for _ in range(2):
            running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=600)
    assert running.returncode == 3
    assert "Traceback" not in err and out == ""
    assert list(elsewhere.iterdir()) == []


# --- the page -----------------------------------------------------------------------------------------------

PAGE = ROOT / "docs" / "whatif.md"


def fenced(language: str) -> list[str]:
    """The blocks of a language on the page."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_what_the_page_names_can_be_typed() -> None:
    cells = re.findall(r"^\| `(--[^`]*)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(cells) == 6
    for cell in cells:
        assert asked(*shlex.split(cell))


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sh blocks are for sh")
def test_the_commands_of_the_page_run(capsys: Capture) -> None:
    """Each as it stands, with fewer worlds."""
    lines = [line for block in fenced("sh") for line in block.replace("\\\n", " ").splitlines()]
    assert len(lines) >= 7
    for line in lines:
        words = shlex.split(line)
        assert words[:2] == ["python3", "run.py"]
        few = ["--worlds", "3", "--workers", "1", "--figures", "none", "--quiet"] if words[2] == "whatif" else []
        assert cli.main([*words[2:], *few]) == 0, line
    assert "restraint" in capsys.readouterr().out


@pytest.mark.slow
def test_the_programs_of_the_page_run(capsys: Capture) -> None:
    names: dict[str, Any] = {}
    for block in fenced("python"):
        exec(compile(block.replace("worlds=50", "worlds=3"), str(PAGE), "exec"), names)
    assert "forced exit" in capsys.readouterr().out
