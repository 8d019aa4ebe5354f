"""The command line: what is answered, where, and with which exit code."""

from __future__ import annotations

import html
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim import cli
from sim.cli import commands as cli_commands
from sim.cli import run as cli_run
from sim.cli.computing import goes_on
from sim.show.telling import log

ROOT = Path(__file__).resolve().parents[1]
HEAVY = {"mesa", "numpy", "pandas", "scipy", "pyarrow", "pydantic", "matplotlib", "jinja2", "tqdm", "filelock"}
SMALL = ["--worlds", "6", "--days", "40", "--workers", "1", "--figures", "none"]
Capture = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("short_past")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command is typed in an empty folder: shipped names are found from anywhere."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """A command line typed for real."""
    command = [sys.executable, str(ROOT / "run.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, **more)


# --- help and faults in the command line ---


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--worlds", "none"], ["nonsense"]])
def test_help_and_faults_import_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import json, runpy, sys\n"
        "sys.argv = sys.argv[1:]\n"
        "try:\n"
        "    runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "except SystemExit:\n"
        "    print('\\n' + json.dumps(sorted(sys.modules)))\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(ROOT / "run.py"), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    loaded = {name.partition(".")[0] for name in json.loads(answer.stdout.splitlines()[-1])}
    assert "argparse" in loaded
    assert not loaded & HEAVY


def test_help_is_answered_with_little_work() -> None:
    program = (
        "import runpy, sys\n"
        "sys.argv = sys.argv[1:]\n"
        "calls = 0\n"
        "def called(frame, event, about):\n"
        "    global calls\n"
        "    calls += 1\n"
        "sys.setprofile(called)\n"
        "try:\n"
        "    runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "except SystemExit:\n"
        "    sys.setprofile(None)\n"
        "    print(calls, len(sys.modules))\n"
    )
    command = [sys.executable, "-c", program, str(ROOT / "run.py"), "--help"]
    answer = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    calls, modules = map(int, answer.stdout.splitlines()[-1].split())
    assert calls < 250_000
    assert modules < 250


def test_help_shows_every_command_in_its_group_and_the_options_of_a_run(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    places = [text.index(f"\n  {command.form}") for command in cli.COMMANDS.values()]
    assert places == sorted(places)
    for group in {command.group for command in cli.COMMANDS.values()}:
        assert text.count(f"\n{group}\n") == 1
    for option in ("worlds", "days", "seed", "workers", "set", "out", "overwrite", "events", "figures", "engine"):
        assert f"\n  --{option}" in text
    assert max(len(line) for line in text.splitlines()) <= 100


@pytest.mark.parametrize("name", list(cli.COMMANDS))
def test_every_command_explains_itself(name: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([name, "--help"])
    assert end.value.code == 0
    assert cli.COMMANDS[name].line.split(" (")[0] in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--worlds 0", "--worlds: '0' is not a number of worlds (a whole number, 1 or more)"),
        ("--worlds 2.5", "--worlds: '2.5' is not a number of worlds"),
        ("--worlds ١", "--worlds: '١' is not a number of worlds"),
        ("--seed x", "--seed: 'x' is not a seed"),
        ("--seed -1", "--seed: '-1' is not a seed"),
        ("--days 0", "--days: '0' is not a number of days"),
        ("--workers 0", "--workers: '0' is not a number of workers"),
        ("--stop-after banana", "--stop-after: 'banana' is not a length of time such as 2h"),
        ("--stop-after 0s", "--stop-after: '0s' is not"),
        ("--events some", "--events: invalid choice: 'some'"),
        ("--figures some", "--figures: invalid choice: 'some'"),
        ("--engine gpu", "--engine: invalid choice: 'gpu'"),
        ("run status_quo --engine fused --events all --out r", "the engine fused keeps no log of events"),
        ("--world 3", "unrecognized arguments: --world"),
        ("--set foo", "--set foo: write name=value"),
        ("--set nothing.such=1", "--set nothing.such=1: "),
        ("--set united_states.restraint=high", "--set united_states.restraint=high: "),
        ("run no_such_scenario", "no scenario 'no_such_scenario'"),
        ("run no_such_scenario.toml", "no_such_scenario.toml"),
        ("run .", "is not a results folder"),
        ("stauts_quo", "There is no command 'stauts_quo'"),
        ("lits", "Did you mean `list`?"),
        ("explain status_quo", "--world"),
        ("explain status_quo --world -1", "--world: '-1' is not the number of a world"),
        ("check", "name a FILE"),
        ("check no_such.toml", "no_such.toml"),
    ],
)
def test_wrong_input_is_one_line_and_exit_2(line: str, said: str, capsys: Capture, tmp_path: Path) -> None:
    assert cli.main(shlex.split(line)) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert len(shown.err.splitlines()) == 1
    assert shown.out == ""
    assert not list(tmp_path.iterdir()), "something was made"


def test_a_program_that_cannot_be_had_says_how_to_install_it(capsys: Capture, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("sim.engine.fused.machine.available", lambda: "llvmlite cannot be imported.")
    assert cli.main(["run", "status_quo", *SMALL, "--engine", "fused", "--out", "r"]) == 2
    said = capsys.readouterr().err
    assert said.splitlines() == [
        "the engine fused cannot be had here: llvmlite cannot be imported; it comes with `run.py setup --fast`, "
        "or with pip install 'iraq-withdrawal-sim[fast]', or take the engine auto or numpy"
    ]
    assert cli.main(["diff", "status_quo", "gaza_ceasefire", "--run", "--worlds", "3", "--engine", "fused"]) == 2
    assert capsys.readouterr().err == said
    for command in ("validate", "validate --ablate", "calibrate"):
        assert cli.main([*command.split(), "--engine", "fused"]) == 2
        assert capsys.readouterr().err == said
    assert not list(tmp_path.iterdir())


def test_the_engine_is_no_input_of_a_folder(ran: Callable[..., dict[str, Any]], monkeypatch: Any) -> None:
    monkeypatch.setattr("sim.engine.fused.machine.available", lambda: "llvmlite cannot be imported.")
    said = ran("run", "status_quo", *SMALL, "--engine", "numpy", "--out", "r")
    manifest = json.loads(Path("r/manifest.json").read_text(encoding="utf-8"))
    assert manifest["made"]["engine"] == "numpy"
    assert "engine" not in manifest["command"]
    again = ran("run", "status_quo", *SMALL, "--worlds", "9", "--engine", "auto", "--out", "r")
    assert (said["complete"], again["complete"]) == (True, True)
    assert ran("run", "r", "--engine", "numpy", "--out", "s")["repeats"]["same"]


def test_faults_are_one_json_object_too(capsys: Capture) -> None:
    assert cli.main(["--worlds", "0", "--json"]) == 2
    assert "--worlds" in json.loads(capsys.readouterr().out)["faults"][0]


@pytest.mark.parametrize(
    ("word", "seconds"), [("2h", 7200), ("90m", 5400), ("45s", 45), ("1h30m", 5400), ("1.5h", 5400), ("1d", 86400)]
)
def test_lengths_of_time(word: str, seconds: float) -> None:
    assert cli.parse(["--stop-after", word])[1].stop_after == seconds


def test_no_command_means_run() -> None:
    assert cli.needed([]) == ("run", "run")
    name, chosen = cli.parse(["--worlds", "50", "status_quo"])
    assert (name, chosen.worlds, chosen.scenarios) == ("run", 50, ["status_quo"])


@pytest.mark.parametrize(
    ("line", "level"),
    [("list", "run"), ("setup", "run"), ("setup --fast", "fast"), ("test -x", "test"), ("setup --dev", "dev")],
)
def test_a_command_needs_a_level_of_the_set_up(line: str, level: str) -> None:
    assert cli.needed(line.split()) == (line.split()[0], level)


def test_test_hands_its_arguments_on_as_they_are() -> None:
    assert cli.parse(["test", "-m", "slow", "-x"])[1].pytest == ["-m", "slow", "-x"]


@pytest.mark.parametrize(("of_pytest", "ours"), [(0, 0), (1, 1), (2, 1), (4, 2), (5, 1)])
def test_test_ends_with_our_exit_codes(of_pytest: int, ours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.cli.commands.relayed", lambda command, cwd: of_pytest)
    assert cli.main(["test"]) == ours


# --- list, check ---


def test_list_names_every_shipped_scenario(capsys: Capture) -> None:
    assert cli.main(["list"]) == 0
    text = capsys.readouterr().out
    assert cli.main(["list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["scenarios"]
    names = {row["name"] for row in rows}
    assert {"status_quo", "negotiated_exit", "forced_exit", "gaza_ceasefire"} <= names
    assert all(row["title"] and Path(row["file"]).is_file() for row in rows)
    assert re.findall(r"^(\S+)  ", text, re.MULTILINE) == [row["name"] for row in rows]


def test_check_tells_every_fault_of_every_file(capsys: Capture, tmp_path: Path) -> None:
    for name, text in {"one": "days = 0\nnothing = 1\n", "two": "summary = 3\n", "good": "days = 100\n"}.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    assert cli.main(["check", "good.toml", "status_quo"]) == 0
    assert capsys.readouterr().out.splitlines() == ["good.toml: fine", "status_quo: fine"]
    assert cli.main(["check", "one.toml", "good.toml", "two.toml"]) == 2
    faults = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in faults] == ["one.toml:1", "one.toml:2", "two.toml:1"]


def test_check_prints_the_schema(capsys: Capture) -> None:
    assert cli.main(["check", "--schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert {"days", "united_states", "events"} <= set(schema["properties"])


# --- run ---


@pytest.fixture
def ran(capsys: Capture) -> Callable[..., dict[str, Any]]:
    """Runs a command with --json that ends well; what it says."""

    def run(*words: str) -> dict[str, Any]:
        assert cli.main([*words, "--json", "--quiet"]) == 0
        shown = capsys.readouterr()
        assert shown.err == ""
        said: dict[str, Any] = json.loads(shown.out)
        return said

    return run


def test_the_main_job_shows_the_outcomes_and_then_its_folder(capsys: Capture, tmp_path: Path) -> None:
    assert cli.main([*SMALL, "--quiet"]) == 0
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    folder = Path(lines[-1])
    assert folder.parent == Path("out")
    assert re.fullmatch(r"\d{8}-\d{6}-status_quo-negotiated_exit-forced_exit", folder.name)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    names = [scenario["name"] for scenario in manifest["scenarios"]]
    assert names[:4] == ["status_quo", "negotiated_exit", "forced_exit", "gaza_ceasefire"]
    assert len(names) == 16
    told = [line.split()[0] for line in lines if line.split(" ")[0] in names]
    assert told == [*names[:3], *names[:3], "history/from_october", *names[1:3]]
    assert "chance alone, over the accepted set" in shown.out
    assert "Not a forecast" in shown.out
    heads = re.search(r"What the war in Gaza changes.*\n.*6 paired worlds.*\n\n +(.*)\n", shown.out)
    assert heads is not None
    assert re.split(r" {2,}", heads[1]) == ["by both paths", "by the groups and Iran", "by politics in Baghdad"]
    assert shown.err == ""


def test_a_pair_that_is_named_is_shown_and_compared(capsys: Capture) -> None:
    strict = 'extends = "status_quo"\ntitle = "strict"\ntwin_of = "status_quo"\n[united_states]\nrestraint = 0.9\n'
    Path("strict.toml").write_text(strict, encoding="utf-8")
    assert cli.main(["run", "status_quo", "gaza_ceasefire", "strict.toml", *SMALL, "--quiet"]) == 0
    text = capsys.readouterr().out
    assert [line.split()[0] for line in text.splitlines()[3:6]] == ["status_quo", "gaza_ceasefire", "strict"]
    said = " ".join(text.split())
    assert "by both paths status_quo" in said
    assert "status_quo less strict: united_states.restraint is 0.5 rather than 0.9." in said


def test_several_scenarios_are_compared_over_one_span(capsys: Capture) -> None:
    names = ["forced_exit", "status_quo", "us_restraint_lost"]
    assert cli.main(["run", *names, *SMALL, "--quiet"]) == 0
    text = capsys.readouterr().out
    table = text[text.index("What the conditions change") :].splitlines()
    assert "6 paired worlds" in table[1]
    assert re.split(r" {2,}", table[3].strip()) == ["US troops stay", "negotiated exit", "forced exit"]
    assert [line.split("  ")[0] for line in table[4:6]] == [f"{name} less forced_exit" for name in names[1:]]
    assert all(len(re.findall(r"\([+−][\d.]+ to [+−][\d.]+\)", line)) == 3 for line in table[4:6])


@pytest.mark.slow
def test_scenarios_of_another_span_are_said_not_to_be_compared(capsys: Capture) -> None:
    Path("longer.toml").write_text('extends = "status_quo"\ntitle = "longer"\ndays = 40\n', encoding="utf-8")
    assert cli.main(["run", "status_quo", "history/from_october", *SMALL, "--quiet"]) == 0
    text = capsys.readouterr().out
    assert "What the conditions change" not in text
    assert "Not compared, since start or length are no other's here: status_quo, history/from_october." in text
    assert cli.main(["diff", "status_quo", "longer.toml", "--run", "--worlds", "6", "--quiet"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "not compared world by world" in text
    assert "With --days both are as long." in text
    assert "points (" not in text
    assert cli.main(["diff", "status_quo", "longer.toml", "--run", "--worlds", "6", "--json", "--quiet"]) == 0
    rows = json.loads(capsys.readouterr().out)["outcomes"]
    assert all(row["difference"] is None and row["here"] is not None for row in rows if row["statistic"] == "share")


def test_json_is_all_there_is_on_stdout(ran: Callable[..., dict[str, Any]]) -> None:
    said = ran("run", "status_quo", *SMALL, "--seed", "3")
    assert said["complete"] is True
    assert said["seed"] == 3
    assert sum(row["count"] for row in said["shares"]) == 6
    assert (Path(said["folder"]) / "worlds.parquet").is_file()


def test_progress_goes_to_stderr(tmp_path: Path) -> None:
    answer = typed("run", "status_quo", *SMALL, "--events", "none", "--json", cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    json.loads(answer.stdout)


def test_set_and_days_reach_every_scenario(ran: Callable[..., dict[str, Any]]) -> None:
    said = ran("run", "status_quo", "forced_exit", *SMALL, "--set", "united_states.restraint=0.8", "--out", "r")
    import sim

    for scenario in sim.open(said["folder"]).scenarios:
        assert (scenario.days, scenario.united_states.restraint) == (40, 0.8)


def test_a_folder_is_finished_once_added_to_and_never_mixed(
    ran: Callable[..., dict[str, Any]], capsys: Capture, tmp_path: Path
) -> None:
    ran("run", "status_quo", *SMALL, "--out", "r")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    ran("run", "status_quo", *SMALL, "--out", "r")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before
    assert cli.main(["run", "status_quo", *SMALL, "--seed", "2", "--out", "r", "--quiet"]) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before
    said = ran("run", "status_quo", *SMALL, "--worlds", "9", "--out", "r")
    assert sum(row["count"] for row in said["shares"]) == 9
    said = ran("run", "status_quo", *SMALL, "--seed", "2", "--out", "r", "--overwrite")
    assert said["seed"] == 2


def test_a_results_folder_is_repeated_byte_for_byte(ran: Callable[..., dict[str, Any]], capsys: Capture) -> None:
    ran("run", "status_quo", *SMALL, "--seed", "5", "--set", "united_states.restraint=0.8", "--out", "first")
    said = ran("run", "first", "--out", "second")
    assert said["repeats"] == {"same": True, "differing": []}
    assert cli.main(["run", "first", "--worlds", "9"]) == 2
    assert "leave out --worlds" in capsys.readouterr().err
    assert cli.main(["run", "first", "status_quo"]) == 2
    assert cli.main(["run", "first", "--out", "first"]) == 2
    Path("first/worlds.csv").write_text("changed", encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["run", "first", "--out", "second", "--quiet"]) == 1
    assert "DIFFER" in capsys.readouterr().out


@pytest.mark.slow
def test_printed_commands_work_once_the_folder_is_named(
    ran: Callable[..., dict[str, Any]], capsys: Capture, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text('extends = "forced_exit"\ndays = 40\ntitle = "Mine"\n', encoding="utf-8")
    few = ["mine.toml", "--worlds", "6", "--seed", "3", "--workers", "1"]
    one, two = (ran("run", *few, "--figures", "none", "--out", out)["folder"] for out in ("a", "elsewhere/b"))
    for name in ("summary.md", "report.html"):
        assert (Path(one) / name).read_bytes() == (Path(two) / name).read_bytes()
    text = html.unescape((Path(one) / "report.html").read_text(encoding="utf-8"))
    commands = [line.replace("RESULTS", one) for line in re.findall(r"python3 run\.py .*?(?=</code>)", text)]
    assert [shlex.split(line)[2] for line in commands] == ["explain", "sweep", "run", "run"]
    assert cli.main([*shlex.split(commands.pop(1))[2:], "--worlds", "1", "--dry-run", "--quiet"]) == 0
    for place, line in enumerate(commands):
        again = ["--out", f"again{place}"] if place else []
        assert cli.main([*shlex.split(line)[2:], *again]) == 0, line
    first = (Path(one) / "worlds.csv").read_bytes()
    assert all((tmp_path / f"again{place}" / "worlds.csv").read_bytes() == first for place in (1, 2))
    assert "The bytes agree" in capsys.readouterr().out


def test_a_first_look_is_a_plain_set_of_options_that_give_way_to_what_is_typed(capsys: Capture) -> None:
    few = ["--days", "40", "--workers", "1", "--figures", "none"]
    assert cli.main(["run", "--quick", "--worlds", "6", *few, "--out", "look"]) == 0
    shown = capsys.readouterr()
    four = "status_quo negotiated_exit forced_exit gaza_ceasefire"
    assert shown.err.splitlines()[0] == f"A first look: --quick stands for {four} --events none"
    meant = f"run {four} --worlds 6 --events none"
    assert shown.err.splitlines()[1] == "4 scenarios × 6 worlds: three and one companion"
    more = next(line for line in shown.out.splitlines() if line.startswith("A first look"))
    assert more.endswith("run --quick --days 40 --workers 1 --figures none --out look --worlds 2000")
    assert shown.out.splitlines()[-1] == "look"
    assert cli.main([*shlex.split(meant), *few, "--out", "plain"]) == 0
    plain = capsys.readouterr()
    assert plain.err.splitlines() == shown.err.splitlines()[1:]
    for name in ("worlds.parquet", "summary.md", "report.html"):
        assert Path("look", name).read_bytes() == Path("plain", name).read_bytes(), name
    assert cli.main(["run", "--quick", "--worlds", "8", *few, "--out", "look"]) == 0
    assert "24 of 32 are there, 8 to do" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "scenarios", "worlds", "events"),
    [
        (["--quick"], 4, 200, "none"),
        (["run", "forced_exit", "--quick"], 1, 200, "none"),
        (["run", "--quick", "--worlds", "50", "--events", "all"], 4, 50, "all"),
    ],
)
def test_what_a_first_look_means(typed: list[str], scenarios: int, worlds: int, events: str, capsys: Capture) -> None:
    _, chosen = cli_commands.parse([*typed, "--quiet"])
    cli_run.look_quickly(chosen)
    job = cli_run.job_of(chosen)
    assert (len(job.scenarios), job.worlds, job.events, job.figures) == (scenarios, worlds, events, True)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("word", "why"), [(".", "leave out --quick"), ("nowhere.toml", "nowhere.toml")])
def test_what_cannot_be_looked_at_quickly_is_told_in_one_line(word: str, why: str, capsys: Capture) -> None:
    assert cli.main(["run", word, "--quick"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert why in line


@pytest.mark.parametrize("word", ["--quiet", "--json"])
def test_nothing_is_said_of_what_is_made_where_nobody_wants_to_read_it(word: str, capsys: Capture) -> None:
    assert cli.main(["run", "status_quo", *SMALL, "--out", "silent", word]) == 0
    assert capsys.readouterr().err == ""


def test_what_is_coming_and_what_is_made_is_said_in_its_order(capsys: Capture) -> None:
    assert cli.main(["run", "status_quo", *SMALL[:-1], "all", "--out", "told"]) == 0
    lines = capsys.readouterr().err.splitlines()
    count = len(list(Path("told", "figures").glob("*.png")))
    assert lines == [
        "1 scenario × 6 worlds: status_quo",
        "living a typical world of each outcome again, act by act",
        "making tables",
        f"drawing {count} figures",
    ]


def test_the_command_that_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["run.py"])
    python = "py" if os.name == "nt" else "python3"
    folder = Path("out", "a b")
    assert goes_on(["--worlds", "5"], folder) == f"{python} run.py --worlds 5 --out '{folder}'"
    kept = ["run", "x.toml", "--out=r", "--overwrite", "--set", "a.b=c d"]
    assert goes_on(kept, Path("r")) == f"{python} run.py run x.toml --out=r --set 'a.b=c d'"


def test_stop_after_ends_whole_with_exit_3_and_the_command_goes_on(tmp_path: Path, capsys: Capture) -> None:
    long = ["run", "status_quo", "--worlds", "3000", "--days", "400", "--figures", "none", "--workers", "1"]
    assert cli.main([*long, "--stop-after", "0.01s", "--json"]) == 3
    shown = capsys.readouterr()
    said = json.loads(shown.out)
    assert said["complete"] is False
    assert f"--out {said['folder']}" in said["continue"]
    assert f"To go on: {said['continue']}" in shown.err
    assert "Traceback" not in shown.err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM between processes")
@pytest.mark.parametrize("kind", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_signal_ends_it_whole_and_the_printed_command_finishes_it(kind: signal.Signals, tmp_path: Path) -> None:
    job = ["run", "status_quo", "forced_exit", "--events", "none", *SMALL]  # two blocks
    fault = {"under": "out", "ops": ["rename"], "at": 4, "act": kind.name}  # while it writes the first
    starter = [sys.executable, str(ROOT / "tests" / "breaking" / "injected.py"), json.dumps(fault)]
    command = [*starter, str(ROOT / "run.py"), *job]
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path, check=False)
    out, err = ended.stdout, ended.stderr
    assert ended.returncode == 3, out + err
    assert "Traceback" not in err
    folder = out.splitlines()[-1]
    on = shlex.split(re.search(r"To go on: (.*)", err)[1])  # type: ignore[index]
    assert on[-2:] == ["--out", folder]
    after = subprocess.run([sys.executable, *on[1:]], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert after.returncode == 0, after.stderr
    assert after.stdout.splitlines()[-1] == folder
    assert (tmp_path / folder / "manifest.json").is_file()


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
def test_a_reader_that_leaves_is_no_fault(tmp_path: Path) -> None:
    line = f"{shlex.quote(sys.executable)} {shlex.quote(str(ROOT / 'run.py'))} check --schema | head -n 1"
    answer = subprocess.run(["sh", "-c", line], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert answer.stdout == "{\n"
    assert answer.stderr == ""


def test_no_home_folder_is_needed(tmp_path: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in ("HOME", "MPLCONFIGDIR")}
    bare["HOME"] = str(tmp_path / "not there")
    answer = typed("run", "status_quo", *SMALL[:-2], "--events", "none", "--quiet", env=bare, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    assert not (tmp_path / "not there").exists()


# --- explain ---


def test_explain_lists_what_happened_in_the_order_of_days(capsys: Capture, tmp_path: Path) -> None:
    strike = '[[events]]\ndate = 2024-02-01\nkind = "strike"\nrung = "strike in Iraq"\ndead = 3\n'
    (tmp_path / "struck.toml").write_text(f'extends = "status_quo"\n{strike}', encoding="utf-8")
    assert cli.main(["explain", "struck.toml", "--world", "3", "--days", "120", "--log"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("World 3 of struck, seed 1: 120 days from 2024-01-10")
    dates = [found[1] for line in lines if (found := re.match(r"(\d{4}-\d\d-\d\d)  #\d+ ", line))]
    assert len(dates) > 20
    assert dates == sorted(dates)
    start = lines.index("From the start")
    given = {
        kind: [at for at, line in enumerate(lines) if line.endswith(f"[{kind}]")] for kind in ("record", "scenario")
    }
    assert given["record"] and max(given["record"]) < start
    assert [lines[at][:10] for at in given["scenario"]] == ["2024-02-01"]
    assert "strike in Iraq" in lines[given["scenario"][0]]
    assert all("why: given by date" in lines[at + 1] for found in given.values() for at in found)
    attacks = [at for at in given["record"] if "attack · in Iraq" in lines[at]]
    assert attacks and all("; wounded " in lines[at + 1] for at in attacks)
    assert not any("given by date" in lines[at + 1] for at in range(start, len(lines)) if "attack ·" in lines[at])
    assert any("why: " in line and "from #" in line for line in lines)
    assert not re.search(r"[ (]-0(\.0+)?([,;)]|$)", "\n".join(lines), re.MULTILINE)


def test_an_order_tells_what_was_in_force_and_what_becomes_of_it(capsys: Capture) -> None:
    assert cli.main(["explain", "forced_exit", "--world", "3", "--days", "200", "--log"]) == 0
    text = capsys.readouterr().out
    acts = re.findall(r"Iran: (sends a new order: |order takes effect · )(.+)", text)
    orders = [what for kind, what in acts if kind.startswith("sends")]
    assert len(orders) >= 4
    assert re.fullmatch(r"[a-z ]+ \(\d\.\d\d\)", orders[0])  # nothing was in force before the first
    assert all(re.fullmatch(r"[a-z ]+ \(\d\.\d\d\) → [a-z ]+ \(\d\.\d\d\)", order) for order in orders[1:])
    in_force = sent = ""
    for kind, what in acts:
        before, _, after = what.rpartition(" → ")
        if kind.startswith("sends"):
            assert before.partition(" (")[0] == in_force
            sent = after.partition(" (")[0]
        else:
            assert what == sent
            in_force = what
    assert in_force


def test_a_decision_is_told_in_words(capsys: Capture) -> None:
    event = {"date": "2024-07-29", "event": 9, "day": 201, "actor": "Iraq and the US", "act": "decision"}
    event |= {"rung": "letter", "scripted": False, "rule": "a", "terms": {"x": -0.0, "y": -0.25}, "causes": [3]}
    event |= {"accounts": []}
    first, second = log.lines(event, {})
    assert first == "2024-07-29  #9     Iraq and the US: decision: letter of expulsion delivered"
    assert second.strip() == "why: a; x 0, y -0.25; from #3"
    from sim.show import phrases

    assert set(phrases.KINDS_OF_EXIT) == set(log.DECIDED)
    assert "decision: fewer troops, no end date" in log.lines({**event, "rung": "reduced"}, {})[0]


def test_the_states_that_carry_an_act_are_told_by_their_sources(capsys: Capture, monkeypatch: Any) -> None:
    import sim.engine.blocks as blocks

    def account(share: float, source: str, act: int | None = None) -> dict[str, Any]:
        return {"state": "pressure", "level": 0.6, "source": source, "act": act, "share": share}

    pressure = [account(0.4, "act", 0), account(0.15, "front gaza"), account(0.05, "older")]
    strike, choice = ("strike in Iraq", "united_states.strike_rung"), ("iraq.choose", False)
    rows = [
        (3, 0, 4, "United States", "strike", *strike, False, [], '{"dead": 2.0}', []),
        (3, 1, 6, "the groups' politicians", "call", "call for expulsion", "militia.call_chance", False, [0], "{}", []),
        (3, 2, 7, "Iraqi government", "stands under pressure", "silence", "iraq.live", False, [0], "{}", pressure),
        (3, 3, 8, "Iraqi government", "act", "condemn", *choice, [0, 1], '{"pressure": 0.6, "mood": 0.5}', pressure),
        (3, 4, 9, "Iraqi government", "act", "condemn", "scripted", True, [0], '{"pressure": 0.6}', pressure),
    ]
    real = blocks.simulate

    def made_up(*given: Any, **more: Any) -> Any:
        block = real(*given, **more)
        columns = zip(block.events or {}, zip(*rows, strict=True), strict=True)
        return blocks.Block(block.worlds, block.weekly, {name: list(values) for name, values in columns})

    monkeypatch.setattr(blocks, "simulate", made_up)
    asked = ["explain", "status_quo", "--world", "3", "--days", "20"]
    assert cli.main([*asked, "--log"]) == 0
    assert capsys.readouterr().out.splitlines()[5:] == [
        "2024-01-14  #0     United States: strike · strike in Iraq",
        "                    why: united_states.strike_rung; dead 2",
        "2024-01-16  #1     the groups' politicians: call · call for expulsion",
        "                    why: militia.call_chance; from #0",
        "2024-01-18  #3     Iraqi government: act · condemn",
        "                    why: iraq.choose; pressure 0.60: 0.40 from the strike in Iraq of 14 January 2024 (#0), "
        "0.15 from Gaza, 0.05 older; mood 0.5; from #1",
        "2024-01-19  #4     Iraqi government: act · condemn  [scenario]",
        "                    why: given by date; from #0",
    ]
    assert cli.main(asked) == 0
    assert "stands under pressure" not in capsys.readouterr().out
    assert cli.main([*asked, "--json"]) == 0
    events = json.loads(capsys.readouterr().out)["events"]
    assert [event["accounts"] for event in events] == [[], [], pressure, pressure, pressure]


def test_explain_is_the_world_of_the_run(ran: Callable[..., dict[str, Any]], capsys: Capture) -> None:
    import sim

    folder = ran("run", "forced_exit", *SMALL, "--seed", "4")["folder"]
    world = sim.open(folder).worlds.set_index("world").loc[5]
    for named in (["forced_exit", "--seed", "4", "--days", "40"], [folder]):
        assert cli.main(["explain", *named, "--world", "5", "--json"]) == 0
        alone = json.loads(capsys.readouterr().out)
        for column in ("outcome", "kind", "attacks_iraq", "pressure_max", "troops_end"):
            assert alone[column] == world[column]
        ids = {event["event"] for event in alone["events"]}
        assert all(set(event["causes"]) <= ids for event in alone["events"])
