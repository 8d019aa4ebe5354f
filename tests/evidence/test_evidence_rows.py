"""The CSV files: nothing later than the article, each row sourced or marked, each exclusion explained."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from sim.evidence import rows as evidence
from sim.scenario.schema import Scenario

FILES = sorted(path.stem for path in evidence.folder().glob("*.csv"))
ARTICLE = date(2024, 1, 10)


@pytest.mark.parametrize("name", FILES)
def test_no_row_is_later_than_the_article(name: str) -> None:
    for row in evidence.rows(name):
        for cell in row.values():
            for text in re.findall(r"20\d\d-\d\d-\d\d", cell):
                assert date.fromisoformat(text) <= ARTICLE, row
            # A page's address often carries the day it was published.
            for year, month in re.findall(r"/(20\d\d)/(\d\d)/", cell):
                assert (int(year), int(month)) <= (2024, 1), row


@pytest.mark.parametrize("name", FILES)
def test_every_row_has_a_confidence_and_a_source_or_a_mark(name: str) -> None:
    for row in evidence.rows(name):
        assert row["confidence"] in {"high", "medium", "low", "unsourced", "judgement"}, row
        if name == "parliament":
            continue
        assert row["weak"] in {"no", "copy", "unsourced"}, row
        assert row["source_title"] or row["weak"] == "unsourced", row
        assert (row["weak"] == "unsourced") == (row["confidence"] == "unsourced"), row


@pytest.mark.parametrize("name", FILES)
def test_what_is_not_counted_says_why_not(name: str) -> None:
    rows = evidence.rows(name)
    if "counted" not in rows[0]:
        return
    for row in rows:
        assert row["counted"] in {"yes", "no"}, row
        assert bool(row["why_not"]) == (row["counted"] == "no"), row


def test_heart_failure_and_irans_own_missiles_are_not_counted() -> None:
    reasons = [row["why_not"] for row in evidence.rows("us_casualties") if row["counted"] == "no"]
    assert sum("heart failure" in reason for reason in reasons) == 2
    assert sum("Iran's own missiles" in reason for reason in reasons) == 1


@pytest.mark.parametrize("name", FILES)
def test_no_row_has_cells_too_many_or_missing(name: str) -> None:
    for row in evidence.rows(name):
        assert None not in row
        assert None not in row.values()


def test_the_readme_names_every_file_with_its_number_of_rows() -> None:
    readme = (evidence.folder() / "README.md").read_text(encoding="utf-8")
    told: dict[str, int] = {}
    for names, numbers in re.findall(r"^\| (`[^|]*`) \| ([\d, ]+) \|", readme, flags=re.MULTILINE):
        told.update(zip(re.findall(r"`(\w+)\.csv`", names), map(int, numbers.split(",")), strict=True))
    assert told == {name: len(evidence.rows(name)) for name in FILES}


def test_counts_never_fall_and_splits_add_up() -> None:
    counts = [row for row in evidence.counted("attacks_cumulative") if row["series"] == "pentagon_cum_2023"]
    totals = [int(row["total"]) for row in counts]
    assert totals == sorted(totals)
    for place in ("iraq", "syria"):
        split = [int(row[place]) for row in counts if row[place]]
        assert split == sorted(split)
    for row in counts:
        assert not row["iraq"] or int(row["iraq"]) + int(row["syria"]) == int(row["total"]), row


def test_parliament_has_329_seats() -> None:
    assert sum(int(row["seats_2022_2024"]) for row in evidence.rows("parliament")) == 329


def test_the_files_are_found_inside_a_package_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "sim" / "evidence" / "rows.py"
    monkeypatch.setattr(evidence, "__file__", str(module))
    with pytest.raises(FileNotFoundError, match="evidence"):
        evidence.folder()
    inside = tmp_path / "sim" / "_evidence"
    inside.mkdir(parents=True)
    (inside / "attacks_cumulative.csv").write_text("date\n", encoding="utf-8")
    assert evidence.folder() == inside


def test_the_model_starts_from_the_groups_and_seats_of_these_rows() -> None:
    scenario = Scenario()
    assert {name: (group.closeness, group.stake) for name, group in scenario.groups.items()} == {
        row["group"]: (float(row["closeness_to_iran"]), float(row["embedded_in_state"]))
        for row in evidence.rows("militias")
    }
    assert [bloc.seats for bloc in scenario.blocs.values()] == [
        int(row["seats_2022_2024"]) for row in evidence.rows("parliament")
    ]


def test_the_model_has_the_dates_of_the_war_in_gaza() -> None:
    dated = {entry.date: entry.state for entry in Scenario().fronts["gaza"].dates}
    for event, state in (("truce begins", "truce"), ("truce ends", "war")):
        (when,) = (evidence.day(row) for row in evidence.rows("exogenous_gaza") if row["event"] == event)
        assert dated[when] == state
    assert dated[date(2023, 10, 7)] == "war"
