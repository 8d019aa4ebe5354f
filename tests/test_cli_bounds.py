"""Commands that are asked for too much, and files with more faults than anybody reads."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sim import cli
from sim.evidence import accept as acceptance
from sim.evidence import calibrate as evidence
from sim.evidence.accept import Budget
from sim.evidence.calibrate import Point, Search
from sim.runs import size
from sim.runs.executors import Crew
from sim.scenario.errors import MOST_SAID, Fault, ScenarioError
from sim.scenario.load import load

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command is typed in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- many faults ---


def faulty(entries: int) -> str:
    """A file each entry of which has two faults; with 60,000 it has 240 KB."""
    file = Path("many.toml")
    file.write_text(f"events = [{', '.join(['{}'] * entries)}]", encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_hundred_faults_are_told_and_how_many_more_there_are(command: str, capsys: Capture) -> None:
    assert cli.main([command, many := faulty(6_000), "--json"]) == 2
    shown = capsys.readouterr()
    said = shown.err.splitlines()
    assert len(said) == MOST_SAID + 1
    assert said[0].startswith("many.toml:1: events[0]: has no kind: one of ")
    assert said[-1] == "… and 11,900 more faults"
    assert json.loads(shown.out) == {"faults": said}
    assert len(shown.err) < 50_000
    assert list(Path().iterdir()) == [Path(many)]


def test_in_python_every_fault_is_there() -> None:
    with pytest.raises(ScenarioError) as error:
        load(faulty(60_000))
    assert len(error.value.faults) == 120_000
    assert len(str(error.value).splitlines()) == MOST_SAID + 1


def test_the_faults_of_several_files_are_counted_together(capsys: Capture) -> None:
    for name in "abc":
        Path(f"{name}.toml").write_text("".join(f"no{n} = 1\n" for n in range(40)), encoding="utf-8")
    assert cli.main(["check", "a.toml", "b.toml", "c.toml"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == MOST_SAID + 1
    assert said[-1] == "… and 20 more faults"


def test_one_more_fault_is_one() -> None:
    faults = [Fault("x.toml", line, "days", "is wrong") for line in range(MOST_SAID + 1)]
    assert str(ScenarioError(faults)).splitlines()[-1] == "… and 1 more fault"
    assert len(str(ScenarioError(faults[:-1])).splitlines()) == MOST_SAID


def test_notes_are_told_as_faults_are(capsys: Capture) -> None:
    entry = '[[events]]\nkind = "set"\ndate = 2024-03-01\nname = "united_states.{}"\nvalue = {}\n'
    names = ["us_stake"] * 150
    text = "".join(
        entry.format(name, 0.001).replace("2024-03-01", f"2024-{3 + n // 28:02d}-{1 + n % 28:02d}")
        for n, name in enumerate(names)
    )
    Path("noted.toml").write_text(text, encoding="utf-8")
    assert cli.main(["check", "noted.toml"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "noted.toml: fine, with notes:"
    assert len(said) == MOST_SAID + 2
    assert said[-1].strip().startswith("… and ")


# --- too large ---


@pytest.mark.parametrize("more", [[], ["--json"], ["--out", "x"], ["--quiet"]])
def test_a_run_for_which_there_is_no_room_is_refused(
    more: list[str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size.shutil, "disk_usage", lambda _: SimpleNamespace(free=80_000_000_000))
    assert cli.main(["run", "status_quo", "--worlds", "3000000000", *more]) == 2
    shown = capsys.readouterr()
    (line,) = shown.err.splitlines()
    assert "80 GB left" in line and "--any-size" in line
    assert bool(shown.out) == ("--json" in more)
    assert [path for path in Path().rglob("*") if path.name != "out"] == []


@pytest.mark.parametrize("more", [[], ["--quiet"], ["--json"]])
def test_a_long_run_says_first_how_long_it_takes(
    more: list[str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "WORTH_SAYING", (0.001, 1e18))
    words = ["run", "status_quo", "--worlds", "6", "--days", "20", "--workers", "1", "--figures", "none"]
    assert cli.main([*words, "--engine", "numpy", *more]) == 0
    said = capsys.readouterr().err.splitlines()
    assert [line for line in said if line.startswith("About")] == ([] if more else said[1:2])
    if not more:
        assert said[0] == "1 scenario × 6 worlds: status_quo"
        assert " with 1 worker and about " in said[1] and " on disk, " in said[1]


# --- workers that cannot be started ---


@pytest.mark.parametrize("as_json", [False, True])
def test_diff_says_why_it_can_have_no_workers(as_json: bool, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(Crew, "hire", none)
    words = ["diff", "status_quo", "forced_exit", "--run", "--worlds", "600", "--days", "20", "--workers", "2"]
    assert cli.main([*words, "--quiet", *["--json"] * as_json]) == 1
    shown = capsys.readouterr()
    (line,) = shown.err.splitlines()
    assert line.startswith("worker 1 of 2 could not be started: no further process or thread can be started")
    if as_json:
        assert line in shown.out
        json.loads(shown.out)


# --- the record of a search ---


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often was searched, and nothing is."""
    calls: list[int] = []

    def search(**budget: Any) -> Search:
        calls.append(budget["points"])
        found = (Point({"iran.opportunity": 0.5}, 1.0, ("attacks",)),)
        return Search(found, found, found)

    monkeypatch.setattr(evidence, "calibrate", search)
    return calls


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("nodir/x", "there is no folder"),
        (".", "is a folder"),
        ("file/x", "there is no folder"),
        pytest.param("fifo", "is no ordinary file", marks=pytest.mark.skipif(os.name == "nt", reason="no FIFO")),
        pytest.param("/dev/null", "is no ordinary file", marks=pytest.mark.skipif(os.name == "nt", reason="no device")),
    ],
)
def test_where_the_record_cannot_be_written_nothing_is_searched(
    place: str, why: str, searched: list[int], capsys: Capture
) -> None:
    Path("file").touch()
    if place == "fifo":
        os.mkfifo("fifo")
    before = sorted(Path().iterdir())
    assert cli.main(["calibrate", "--out", place, "--quiet"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("calibrate: ") and why in line
    assert searched == []
    assert sorted(Path().iterdir()) == before


def test_the_record_is_written_and_shown(searched: list[int], capsys: Capture) -> None:
    Path("there.json").write_text("an older one", encoding="utf-8")
    for name in ("there.json", "new.json"):
        assert cli.main(["calibrate", "--out", name, "--quiet"]) == 0
        shown = capsys.readouterr().out
        assert Path(name).read_text(encoding="utf-8") == shown
        assert json.loads(shown)["values"] == {"iran.opportunity": 0.5}
    assert len(searched) == 2


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_looking_at_the_place_leaves_it_as_it_is(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def interrupted(**_: Any) -> Search:
        raise KeyboardInterrupt

    monkeypatch.setattr(evidence, "calibrate", interrupted)
    Path("there.json").write_text("an older one", encoding="utf-8")
    Path("link").symlink_to("nowhere.json")
    for name in ("there.json", "new.json", "link"):
        assert cli.main(["calibrate", "--out", name, "--quiet"]) == 3
    assert Path("there.json").read_text(encoding="utf-8") == "an older one"
    assert sorted(path.name for path in Path().iterdir()) == ["link", "there.json"]
    assert Path("link").is_symlink()
    assert "Traceback" not in capsys.readouterr().err


def test_an_accepted_set_is_searched_for_a_batch_at_a_time(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    asked: list[tuple[Any, ...]] = []

    def search(file: Path, budget: Budget, **more: Any) -> dict[str, Any]:
        asked.append((file.name, budget, more["batches"], more["workers"]))
        more["say"]("one batch")
        return {"model": "m", "seed": 1, "batches": 2, "tried": 20, "shown": 3, "apart": 1, "vectors": [{}]}

    monkeypatch.setattr(acceptance, "accept", search)
    budget = ["--points", "10", "--worlds", "12", "--batches", "2", "--workers", "1"]
    assert cli.main(["calibrate", "--accept", "set.json", *budget]) == 0
    shown = capsys.readouterr()
    assert asked == [("set.json", Budget(seed=1, points=10, worlds=12), 2, 1)]
    assert shown.out.startswith("20 points tried, 3 showed the record, 1 with other luck too: ")
    assert shown.err.endswith("s: one batch\n")
    assert cli.main(["calibrate", "--accept", "set.json", "--json", "--quiet"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["vectors"] == 1 and not shown.err


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ("--accept nodir/x", "there is no folder"),
        ("--accept x --rounds 2", "with --accept there is no --rounds"),
        ("--accept x --out y --regions 2", "with --accept there is no --regions and no --out"),
        ("--batches 2", "add --accept FILE"),
        ("--workers 2 --batches 2", "--batches and --workers say how to accept"),
    ],
)
def test_what_does_not_go_with_accepting_is_told(options: str, why: str, searched: list[int], capsys: Capture) -> None:
    assert cli.main(["calibrate", *options.split(), "--quiet"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("calibrate: ") and why in line
    assert searched == [] and not list(Path().iterdir())


@pytest.mark.parametrize(("fault", "code"), [(KeyboardInterrupt(), 3), (OSError(errno.ENOSPC, "No space left"), 1)])
def test_accepting_that_is_stopped_says_so(
    fault: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def stopped(*_: Any, **__: Any) -> Any:
        raise fault

    monkeypatch.setattr(acceptance, "accept", stopped)
    assert cli.main(["calibrate", "--accept", "x.json", "--quiet"]) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert ("goes on after the last whole batch" if code == 3 else "could not be written") in line


@pytest.mark.parametrize("as_json", [False, True])
def test_a_search_whose_record_cannot_be_written_in_the_end_is_not_lost(
    as_json: bool, monkeypatch: pytest.MonkeyPatch, searched: list[int], capsys: Capture
) -> None:
    def full(*_: Any, **__: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    assert cli.main(["calibrate", "--out", "x.json", "--quiet", *["--json"] * as_json]) == 1
    shown = capsys.readouterr()
    assert shown.err == "x.json could not be written (No space left on device): it stands on stdout alone\n"
    assert json.loads(shown.out)["values"] == {"iran.opportunity": 0.5}
    assert len(searched) == 1
