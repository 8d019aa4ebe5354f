"""The command line: what is answered, where, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim import cli, cli_run

ROOT = Path(__file__).resolve().parents[1]
HEAVY = {"mesa", "numpy", "pandas", "scipy", "pyarrow", "pydantic", "matplotlib", "jinja2", "tqdm"}
SMALL = ["--worlds", "6", "--days", "40", "--workers", "1", "--figures", "none"]
Capture = pytest.CaptureFixture[str]


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


@pytest.mark.skipif(os.name == "nt", reason="CPU time of children is not told on Windows")
def test_help_takes_less_than_a_third_of_a_second_of_cpu() -> None:
    import resource

    def spent() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert typed("--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(spent() for _ in range(3)) < 0.3


def test_help_shows_every_command_in_its_group_and_the_options_of_a_run(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    places = [text.index(f"\n  {command.form}") for command in cli.COMMANDS.values()]
    assert places == sorted(places)
    for group in {command.group for command in cli.COMMANDS.values()}:
        assert text.count(f"\n{group}\n") == 1
    for option in ("worlds", "days", "seed", "workers", "set", "out", "overwrite", "events", "figures"):
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
        ("--seed x", "--seed: 'x' is not a seed"),
        ("--seed -1", "--seed: '-1' is not a seed"),
        ("--days 0", "--days: '0' is not a number of days"),
        ("--workers 0", "--workers: '0' is not a number of workers"),
        ("--stop-after banana", "--stop-after: 'banana' is not a length of time such as 2h"),
        ("--stop-after 0s", "--stop-after: '0s' is not"),
        ("--events some", "--events: invalid choice: 'some'"),
        ("--figures some", "--figures: invalid choice: 'some'"),
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


def test_faults_are_one_json_object_too(capsys: Capture) -> None:
    assert cli.main(["--worlds", "0", "--json"]) == 2
    assert "--worlds" in json.loads(capsys.readouterr().out)["faults"][0]


@pytest.mark.parametrize(
    ("word", "seconds"), [("2h", 7200), ("90m", 5400), ("45s", 45), ("1h30m", 5400), ("1.5h", 5400), ("1d", 86400)]
)
def test_lengths_of_time(word: str, seconds: float) -> None:
    assert cli.parse(["--stop-after", word])[1].stop_after == seconds


def test_no_command_means_run() -> None:
    assert cli.command_of([]) == "run"
    name, chosen = cli.parse(["--worlds", "50", "status_quo"])
    assert (name, chosen.worlds, chosen.scenarios) == ("run", 50, ["status_quo"])


def test_test_hands_its_arguments_on_as_they_are() -> None:
    assert cli.parse(["test", "-m", "slow", "-x"])[1].pytest == ["-m", "slow", "-x"]


@pytest.mark.parametrize(("of_pytest", "ours"), [(0, 0), (1, 1), (2, 1), (4, 2), (5, 1)])
def test_test_ends_with_our_exit_codes(of_pytest: int, ours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "call", lambda command, cwd: of_pytest)
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
    assert told == [*names[:3], *names[:3], "history/from_october"]
    assert "chance only" in shown.out
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
    assert "status_quo less strict (united_states.restraint is 0.5 rather than 0.9)" in said


def test_json_is_all_there_is_on_stdout(ran: Callable[..., dict[str, Any]]) -> None:
    said = ran("run", "status_quo", *SMALL, "--seed", "3")
    assert said["complete"] is True
    assert said["seed"] == 3
    assert sum(row["count"] for row in said["shares"]) == 6
    assert (Path(said["folder"]) / "worlds.parquet").is_file()


def test_progress_goes_to_stderr(tmp_path: Path) -> None:
    answer = typed("run", "status_quo", *SMALL, "--json", cwd=tmp_path)
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


def test_the_command_that_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["run.py"])
    python = "py" if os.name == "nt" else "python3"
    folder = Path("out", "a b")
    assert cli_run.goes_on(["--worlds", "5"], folder) == f"{python} run.py --worlds 5 --out '{folder}'"
    kept = ["run", "x.toml", "--out=r", "--overwrite", "--set", "a.b=c d"]
    assert cli_run.goes_on(kept, Path("r")) == f"{python} run.py run x.toml --out=r --set 'a.b=c d'"


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
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_whole_and_the_printed_command_finishes_it(kind: signal.Signals, tmp_path: Path) -> None:
    job = ["run", "status_quo", "forced_exit", "--worlds", "250", *SMALL[2:]]  # two blocks
    running = subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), *job],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
    )
    end = time.monotonic() + 30
    while not list(tmp_path.glob("out/*/blocks")):
        assert running.poll() is None and time.monotonic() < end
        time.sleep(0.02)
    running.send_signal(kind)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 3, out + err
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
    answer = typed("run", "status_quo", *SMALL[:-2], "--quiet", env=bare, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    assert not (tmp_path / "not there").exists()


# --- explain ---


def test_explain_lists_what_happened_in_the_order_of_days(capsys: Capture, tmp_path: Path) -> None:
    strike = '[[events]]\ndate = 2024-02-01\nkind = "strike"\nrung = "strike in Iraq"\ndead = 3\n'
    (tmp_path / "struck.toml").write_text(f'extends = "status_quo"\n{strike}', encoding="utf-8")
    assert cli.main(["explain", "struck.toml", "--world", "3", "--days", "120"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("World 3 of struck, seed 1: 120 days from 2024-01-10")
    dates = [found[1] for line in lines if (found := re.match(r"(\d{4}-\d\d-\d\d)  #\d+ ", line))]
    assert len(dates) > 20
    assert dates == sorted(dates)
    scripted = [line for line in lines if line.endswith("[scripted]")]
    assert any(line.startswith("2024-02-01") and "strike in Iraq" in line for line in scripted)
    assert lines.index("From the start") < lines.index(scripted[-1])
    assert any("why: " in line and "from #" in line for line in lines)


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
