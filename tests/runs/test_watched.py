"""Who is told how far a run from Python is, and by how many processes it is done where nobody says."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fake_model
import my_choices
import pytest

import sim
from sim.jobs import run as job
from sim.runs import work
from sim.runs.progress import Progress
from sim.runs.watched import InCell, teller
from sim.runs.work import WORTH_WORKERS, hands
from sim.scenario.schema import Scenario

Run = Callable[..., Any]


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """As if this were the kernel of a notebook: what a cell shows, as it is changed."""
    shown: list[dict[str, str]] = []

    class Handle:
        def update(self, data: dict[str, str], *, raw: bool) -> None:
            assert raw
            shown[-1] = data

    def display(data: dict[str, str], *, raw: bool, display_id: bool) -> Handle:
        assert raw and display_id
        shown.append(data)
        return Handle()

    shell = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", shell)
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    return shown


def test_a_function_stays_who_is_told() -> None:
    def told(done: int, total: int, seconds: float) -> None: ...

    assert teller(told, 1000.0) is told


def test_a_script_is_told_nothing_unless_it_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sys, "ps1", raising=False)
    assert teller(None, 1000.0) is None
    assert teller(False, 1000.0) is None
    assert type(teller(True, 1000.0)) is Progress


def test_a_person_at_a_prompt_is_told_unless_they_do_not_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    assert type(teller(None, 1000.0)) is Progress
    assert teller(False, 1000.0) is None


def test_a_notebook_shows_one_line_that_changes_and_goes(kernel: list[dict[str, str]]) -> None:
    tell = teller(None, 20.0)
    assert type(tell) is InCell
    tell(0, 400, 0.0)
    assert [one["text/plain"] for one in kernel] == ["0 of 400 worlds, about 20 s left"]
    for done in range(1, 400):
        tell(done, 400, done / 10)
        assert len(kernel) == 1
    assert re.fullmatch(r"39\d of 400 worlds after 40 s, about 0 s left", kernel[0]["text/plain"])
    assert re.fullmatch(r'<progress value="\d+" max="400" style="[^"]*"></progress> .*left', kernel[0]["text/html"])
    tell(400, 400, 40.0)
    assert kernel == [{"text/plain": "", "text/html": ""}]


def test_of_a_short_run_a_notebook_shows_nothing(kernel: list[dict[str, str]]) -> None:
    tell = InCell(0.5)
    for done in range(5):
        tell(done, 4, done / 10)
    assert kernel == []


def test_a_run_that_takes_longer_than_expected_is_shown_when_it_does(kernel: list[dict[str, str]]) -> None:
    tell = InCell(0.5)
    tell(100, 400, 0.0)
    assert kernel == []
    tell(200, 400, 5.0)
    assert kernel[0]["text/plain"] == "200 of 400 worlds after 5 s, about 10 s left"


def test_an_interrupted_run_leaves_how_far_it_was(kernel: list[dict[str, str]]) -> None:
    tell = InCell(9.0)
    tell(0, 400, 0.0)
    tell(100, 400, 3.0)
    assert kernel[0]["text/plain"] == "100 of 400 worlds after 3 s, about 9 s left"


def test_run_and_sweep_tell_whom_they_are_asked_to_tell(two: list[Scenario], run: Run, kernel: list[Any]) -> None:
    told: list[tuple[int, int]] = []
    run(two, worlds=6, progress=lambda done, total, _: told.append((done, total)))
    assert told[0] == (0, 12) and told[-1] == (12, 12)
    run(two, worlds=6, progress=False)
    run(two, worlds=6)
    assert kernel == []
    with pytest.raises(ValueError, match=r"^progress is a function, or None; not 'loud'"):
        run(two, worlds=6, progress="loud")


# --- how many processes ---


def test_a_job_has_the_cpus_where_that_is_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "cpus", lambda: 7)
    assert hands(WORTH_WORKERS) == 7
    assert hands(WORTH_WORKERS / 2) == 1
    monkeypatch.setattr(work, "parent_process", object)  # one of several that somebody has started
    assert hands(1000.0) == 1


def workers_of(monkeypatch: pytest.MonkeyPatch, seconds: float, **asked: Any) -> int:
    """With how many workers a run is begun that takes one so many seconds."""
    begun: list[int] = []

    def begin(inputs: Any, way: Any) -> None:
        begun.append(way.workers)

    monkeypatch.setattr(work, "cpus", lambda: 5)
    monkeypatch.setattr(job, "seconds_alone", lambda inputs, way: seconds)
    monkeypatch.setattr(job, "in_memory", begin)
    job.run("status_quo", worlds=3, events="none", **asked)
    return begun[0]


def test_none_is_as_many_as_are_of_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert workers_of(monkeypatch, 100.0) == 5
    assert workers_of(monkeypatch, 1.0) == 1
    assert workers_of(monkeypatch, 1.0, workers=2) == 2
    assert workers_of(monkeypatch, 100.0, workers=1) == 1


def test_a_choice_that_cannot_go_to_workers_stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one that is defined in a notebook: without a number of workers that is no fault."""
    here = {"iraq": lambda me, sees, p, at: 0}
    assert workers_of(monkeypatch, 100.0, choices=here) == 1
    assert workers_of(monkeypatch, 100.0, choices={"iraq": my_choices.dove}) == 5
    with pytest.raises(ValueError, match="cannot go to worker processes: it is a lambda"):
        job.run("status_quo", worlds=3, choices=here, workers=2)


def test_what_stands_in_for_the_model_stays_here(two: list[Scenario], run: Run) -> None:
    assert run(two, worlds=900, simulate=fake_model.simulate).manifest["made"]["workers"] == 1


def test_a_script_without_a_guard_can_have_workers(tmp_path: Path) -> None:
    """Its lines are run once, and its results are those of one process."""
    script = tmp_path / "script.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(Path(sim.__file__).parents[1])!r})\n"
        "import sim\n"
        "print('once')\n"
        "short = sim.load('status_quo').replace(days=2)\n"
        "one, two = (sim.run(short, worlds=1002, workers=n, events='none', engine='numpy') for n in (1, 2))\n"
        "print(two.manifest['made']['workers'], one.worlds.equals(two.worlds))\n",
        encoding="utf-8",
    )
    answer = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, encoding="utf-8", check=False, timeout=300
    )
    assert (answer.stderr, answer.stdout) == ("", "once\n2 True\n")


def test_typical_histories_are_lived_when_they_are_asked_for(two: list[Scenario], run: Run) -> None:
    result = run(two, worlds=6)
    assert "events" not in result.source.tables
    acts = result.events
    assert len(acts) and result.events is acts
    assert "events" in result.source.tables
    assert not len(run(two, worlds=6, events="none").events)
