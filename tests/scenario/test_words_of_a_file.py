"""What a file says of itself to people is true of it: no heir and no changed scenario speaks in another's name."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim import cli
from sim.ask.questions import main_job
from sim.scenario.load import fingerprint, load, told_apart

pytestmark = pytest.mark.usefixtures("short_past")


@pytest.fixture
def heir(tmp_path: Path) -> Path:
    path = tmp_path / "calm.toml"
    path.write_text('extends = "forced_exit"\n[united_states]\nrestraint = 0.9\n', encoding="utf-8")
    return path


def test_an_heir_has_no_words_but_its_own(heir: Path) -> None:
    scenario = load(heir)
    assert (scenario.title, scenario.summary, scenario.source, scenario.twin_of) == ("", "", "", "")
    heir.write_text('title = "calm"\n' + heir.read_text(encoding="utf-8"), encoding="utf-8")
    assert (load(heir).title, load(heir).source) == ("calm", "")
    assert load(heir).united_states.leverage == load("forced_exit").united_states.leverage


def test_a_heir_of_a_twin_is_no_twin(tmp_path: Path) -> None:
    assert load("gaza_ceasefire").twin_of == "status_quo"
    (tmp_path / "mine.toml").write_text('extends = "gaza_ceasefire"\n', encoding="utf-8")
    assert load(tmp_path / "mine.toml").twin_of == ""


def test_describing_an_heir_names_no_expert(heir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["describe", str(heir)]) == 0
    text = capsys.readouterr().out
    assert "Sajad Jiyad" not in text
    assert "hits back sooner" not in text
    assert "restraint: 0.35 → 0.9" in text


def test_changed_conditions_are_no_expert_s_view() -> None:
    before = load("status_quo")
    after = before.replace(**{"united_states.restraint": 0.1, "iraq.private_wish": 1})
    assert after.title == "conditions for the status quo, changed"
    said = "As conditions for the status quo, changed: united_states.restraint 0.1, iraq.private_wish 1."
    assert (after.summary, after.source) == (said, "")
    assert before.title == "conditions for the status quo"
    own = before.replace(**{"united_states.restraint": 0.1, "title": "mine", "source": "me"})
    assert (own.title, own.source) == ("mine", "me")


@pytest.mark.parametrize("change", [{"days": 90}, {"uncertainty": "judgement"}, {"name": "other"}, {"twin_of": "x"}])
def test_what_is_no_condition_leaves_the_words(change: dict[str, object]) -> None:
    scenario = load("forced_exit")
    assert scenario.replace(**change).title == scenario.title
    assert scenario.replace(**change).source == scenario.source


def test_words_do_not_count_in_the_fingerprint() -> None:
    changes = {"united_states.restraint": 0.1}
    scenario = load("status_quo", changes=changes)
    assert fingerprint(told_apart(scenario, changes)) == fingerprint(scenario)


def test_a_changed_main_job_says_so_in_every_scenario() -> None:
    for scenario in main_job({"united_states.restraint": 0.2}):
        assert "changed" in scenario.title
        assert not scenario.source.startswith(("Sajad", "Abu"))
    assert not any("changed" in scenario.title for scenario in main_job({"days": 30}))


def test_the_report_of_a_changed_run_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = ["--worlds", "3", "--days", "20", "--workers", "1", "--figures", "none", "--quiet"]
    out = tmp_path / "r"
    assert cli.main(["run", "status_quo", "--set", "iraq.private_wish=1.0", *small, "--out", str(out)]) == 0
    text = (out / "summary.md").read_text(encoding="utf-8")
    assert "conditions for the status quo, changed" in text.casefold()
    assert sim.open(out).scenarios[0].source == ""
