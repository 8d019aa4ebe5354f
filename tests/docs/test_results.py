"""docs/results.md: made by the model as it is, and made as it should be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.ask.severity import Passed
from sim.docs import results
from sim.engine.fingerprint import model_hash


def test_the_results_are_those_of_the_model_as_it_is() -> None:
    reason = results.stale()
    assert not reason, f"{reason} (about five minutes), and look at what it says"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page and its figures of a few worlds of a month."""
    path = tmp_path_factory.mktemp("docs")
    few = {"strike": (0, 70), "attack": (0, 30)}
    results.write(path, worlds=3, severity_worlds=2, pattern_worlds=10, days=30, tried=few)
    return path


@pytest.mark.nightly
def test_the_page_answers_the_questions_and_says_how_it_was_made(folder: Path) -> None:
    text = (folder / "results.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert [head[:2] for head in heads if head[0].isdigit()] == ["1.", "2.", "3.", "4."]
    for said in ("Not a forecast", "chance only", model_hash(), "3 worlds a scenario", "2 worlds a scenario"):
        assert said in text
    for name in re.findall(r"\]\((figures/[\w.]+)\)", text):
        assert (folder / name).stat().st_size < 300_000
    assert {file.name for file in (folder / "figures").iterdir()} == {
        "outcomes.png", "gaza.svg", "severity.svg", "consequences.svg",
    }  # fmt: skip
    assert "by politics in Baghdad" in text
    assert "`attack_rate`" in text
    assert "Days left to the committee" in text
    assert "\n\n\n" not in text


@pytest.mark.nightly
def test_figures_carry_no_commit(folder: Path) -> None:
    from sim.runs import provenance

    commit = (provenance.commit() or "no commit").removesuffix("-dirty").encode()
    for file in (folder / "figures").iterdir():
        assert commit not in file.read_bytes()


@pytest.mark.nightly
def test_what_is_written_by_hand_stays(folder: Path, tmp_path: Path) -> None:
    page = (folder / "results.md").read_text(encoding="utf-8")
    assert results.by_hand(folder / "results.md") == results.by_hand(tmp_path / "none.md")
    changed = page.replace(results.UNTIL_THEN.lstrip(), "My own words.\n\nIn two paragraphs.\n")
    (tmp_path / "results.md").write_text(changed, encoding="utf-8")
    assert results.by_hand(tmp_path / "results.md") == "My own words.\n\nIn two paragraphs.\n"


def test_a_page_of_another_model_or_other_scenarios_is_stale(tmp_path: Path) -> None:
    assert "there is no results.md" in results.stale(tmp_path)
    (tmp_path / "results.md").write_text(f"Made of: model {model_hash()}, histories cut short\n", encoding="utf-8")
    assert "made by another model" in results.stale(tmp_path)
    (tmp_path / "results.md").write_text(f"Made of: {results.made_of()} (version 1)\n", encoding="utf-8")
    assert results.stale(tmp_path) == ""


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (Passed(None, None, None), "not reached with 100"),
        (Passed(None, 40.0, None), "not reached with 100 (by the upper ends of the intervals: 40)"),
        (Passed(36.6, 20.2, 70.1), "about 37 dead (20 to 70)"),
        (Passed(36.6, 20.2, None), "about 37 dead (20 to not reached)"),
        (Passed(0.0, 0.0, 12.0), "passed with none dead (0 to 12)"),
        (Passed(0.0, 0.0, 0.0), "passed with none dead"),
    ],
)
def test_where_a_level_is_passed_in_words(passed: Passed, said: str) -> None:
    assert results.told(passed, 100) == said
