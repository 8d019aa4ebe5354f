"""The CSV files: nothing later than the article, each row sourced or marked, each exclusion explained."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from sim.evidence import regularities as record
from sim.evidence import rows as evidence
from sim.evidence.rows import Row
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
        assert row["weak"] in {"no", "copy", "partisan", "inferred", "unsourced"}, row
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


# ------------------------------------------------------------------------- the files on 2018 to January 2024
NUMBERS = {
    "attacks_by_period": ("days", "total", "iraq", "syria", "convoys"),
    "episodes": ("days", "known_attacks", "days_to_end_event"),
    "negotiations": ("days_from_crisis", "days_from_talks", "slip_days"),
    "parliament_sessions": ("days_from_trigger", "signatures", "attendance", "seats", "quorum", "votes_for"),
    "commander_killings": ("attacks_before", "days_before", "attacks_after", "days_after"),
}
DATES = {
    "attacks_by_period": ("date", "period_start"),
    "episodes": ("start", "end", "end_event_date"),
    "negotiations": ("date", "crisis_date", "start_of_talks", "deadline"),
    "parliament_sessions": ("date", "trigger_date"),
    "us_iran": ("date",),
    "commander_killings": ("date", "before_first", "before_last", "after_first", "after_last"),
}
CHOICES = {
    "attacks_by_period": {"kind": {"bases", "convoys", "all"}, "precision": {"exact", "about", "at_least", "derived"}},
    "episodes": {
        "kind": {"campaign", "calm", "low_level"},
        "series": {"bases", "convoys"},
        "end_kind": {"truce_or_agreement", "government", "us_step_or_strikes", "unclear", "censored", ""},
    },
    "negotiations": {"deadline_of": {"presence", "talks", "groups", ""}},
    "parliament_sessions": {"held": {"yes", "no"}, "attempt": {"yes", "no"}, "failed": {"yes", "open", ""}},
    "us_iran": {"direction": {"up", "down"}, "outside": {"yes", "no"}},
    "commander_killings": {"deliberate_killing": {"yes", "no"}},
}


def days_between(row: Row, first: str, last: str) -> int:
    return (evidence.day(row, last) - evidence.day(row, first)).days


@pytest.mark.parametrize("name", NUMBERS)
def test_cells_of_numbers_hold_whole_numbers_or_nothing(name: str) -> None:
    for row in evidence.rows(name):
        for column in NUMBERS[name]:
            assert re.fullmatch(r"-?\d+|", row[column]), (column, row)


@pytest.mark.parametrize("name", DATES)
def test_cells_of_dates_hold_dates_or_nothing(name: str) -> None:
    for row in evidence.rows(name):
        for column in DATES[name]:
            assert not row[column] or date.fromisoformat(row[column]) <= ARTICLE, (column, row)


@pytest.mark.parametrize("name", CHOICES)
def test_cells_of_words_hold_known_words(name: str) -> None:
    for row in evidence.rows(name):
        for column, words in CHOICES[name].items():
            assert row[column] in words, (column, row)


def test_days_of_a_period_are_those_of_its_dates() -> None:
    for row in evidence.rows("attacks_by_period"):
        assert int(row["days"]) == days_between(row, "period_start", "date") + 1 > 0, row
    for row in evidence.rows("episodes"):
        assert int(row["days"]) == days_between(row, "start", "end") + 1 > 0, row
        if row["end_event_date"]:
            assert int(row["days_to_end_event"]) == days_between(row, "end", "end_event_date"), row


def test_a_series_of_counts_is_of_one_kind() -> None:
    kinds: dict[str, set[str]] = {}
    for row in evidence.rows("attacks_by_period"):
        kinds.setdefault(row["series"], set()).add(row["kind"])
    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}


def test_counts_of_one_start_never_fall() -> None:
    def start(row: Row) -> tuple[str, str]:
        return row["series"], row["period_start"]

    for _, periods in groupby(sorted(evidence.rows("attacks_by_period"), key=start), key=start):
        totals = [int(row["total"]) for row in sorted(periods, key=evidence.day)]
        assert totals == sorted(totals)


def test_countries_add_up_to_the_total_or_one_is_unknown() -> None:
    for row in evidence.rows("attacks_by_period"):
        if row["iraq"] and row["syria"]:
            assert int(row["iraq"]) + int(row["syria"]) == int(row["total"]), row
        else:
            assert all(int(row[place]) <= int(row["total"]) for place in ("iraq", "syria") if row[place]), row


def test_the_event_database_adds_up_month_by_month() -> None:
    everything, bases = record.series_of("gtd_all_iraq"), record.series_of("gtd_bases_diplomatic_iraq")
    assert [row["date"] for row in everything] == [row["date"] for row in bases]
    for whole_month, without in zip(everything, bases, strict=True):
        assert int(whole_month["total"]) == int(whole_month["convoys"]) + int(without["total"]), whole_month


def test_weeks_of_2022_add_up_to_their_months_but_for_one_attack_in_january() -> None:
    off = {}
    for month in record.series_of("musings_pro_iran_month")[:3]:
        weeks = [
            row
            for row in evidence.rows("attacks_by_period")
            if row["series"] == "musings_pro_iran_week" and row["date"][:7] == month["date"][:7]
        ]
        assert sum(int(week["days"]) for week in weeks) == int(month["days"])
        off[evidence.day(month).month] = int(month["total"]) - record.summed(weeks)
    assert off == {1: 1, 2: 0, 3: 0}


def test_counts_of_two_series_or_of_overlapping_periods_are_never_added_up() -> None:
    bases, everything = record.series_of("gtd_bases_diplomatic_iraq"), record.series_of("gtd_all_iraq")
    assert record.summed(bases) == 19
    with pytest.raises(ValueError, match="different series"):
        record.summed([*bases, everything[0]])
    with pytest.raises(ValueError, match="different series"):
        record.summed([bases[0], *record.series_of("afp_year_to_date")])
    with pytest.raises(ValueError, match="overlap"):
        record.summed([*bases, bases[0]])


def test_campaigns_and_calms_at_bases_in_iraq_follow_each_other() -> None:
    """Nothing is told of the time after the first campaign and the months after January 2022; one overlap is known."""
    in_order = sorted(
        (row for row in evidence.rows("episodes") if row["series"] == "bases" and "Iraq" in row["country"]),
        key=lambda row: row["start"],
    )
    gaps = {
        (before["id"], after["id"]): (evidence.day(after, "start") - evidence.day(before, "end")).days - 1
        for before, after in pairwise(in_order)
    }
    assert {pair: gap for pair, gap in gaps.items() if gap} == {("E1", "E2"): 232, ("C4", "E6"): -2, ("E6", "C5"): 137}


def test_attacks_of_the_two_last_campaigns_are_those_of_the_counts() -> None:
    known = {row["id"]: int(row["known_attacks"]) for row in evidence.rows("episodes") if row["known_attacks"]}
    first, pause, second = (
        (date(2023, 10, 17), date(2023, 11, 23)),
        (date(2023, 11, 24), date(2023, 11, 30)),
        (date(2023, 12, 1), date(2024, 1, 9)),
    )
    assert [known["E8"], known["C6"], known["E9"]] == [record.attacks_between(*span) for span in (first, pause, second)]


def test_days_of_the_talks_are_those_of_their_dates() -> None:
    for row in evidence.rows("negotiations"):
        for column, start in (("days_from_crisis", "crisis_date"), ("days_from_talks", "start_of_talks")):
            assert bool(row[column]) == bool(row[start])
            assert not row[start] or int(row[column]) == days_between(row, start, "date"), row
        if row["slip_days"]:
            assert int(row["slip_days"]) == days_between(row, "deadline", "date"), row


def test_a_vote_held_had_a_quorum_and_no_attempt_was_held() -> None:
    for row in evidence.rows("parliament_sessions"):
        assert int(row["quorum"]) == int(row["seats"]) // 2 + 1, row
        assert not (row["held"] == "yes" and row["attempt"] == "yes"), row
        assert bool(row["failed"]) == (row["attempt"] == "yes"), row
        if row["held"] == "yes" and row["attendance"]:
            assert int(row["attendance"]) >= int(row["quorum"]), row
        if row["trigger_date"]:
            assert int(row["days_from_trigger"]) == days_between(row, "trigger_date", "date"), row


def test_the_votes_held_are_those_of_the_acts_in_baghdad() -> None:
    votes = {row["date"] for row in evidence.counted("iraq_government_actions") if row["category"] == "parliament_vote"}
    assert votes == {row["date"] for row in evidence.counted("parliament_sessions") if row["held"] == "yes"}


def test_rates_round_a_killing_are_attacks_by_days() -> None:
    for row in evidence.rows("commander_killings"):
        for side in ("before", "after"):
            assert bool(row[f"attacks_{side}"]) == bool(row[f"rate_{side}"])
            if row[f"rate_{side}"]:
                days = days_between(row, f"{side}_first", f"{side}_last") + 1
                assert int(row[f"days_{side}"]) == days
                assert float(row[f"rate_{side}"]) == pytest.approx(int(row[f"attacks_{side}"]) / days, abs=0.006)
        if row["ratio"]:
            assert float(row["ratio"]) == pytest.approx(float(row["rate_after"]) / float(row["rate_before"]), abs=0.06)


def test_the_killings_are_those_of_the_strikes() -> None:
    killings = {row["date"] for row in evidence.counted("us_strikes") if row["type"] == "targeted_killing"}
    assert killings == {row["date"] for row in evidence.counted("commander_killings")}


def test_counts_round_the_killing_of_january_2024_are_those_of_the_pentagon() -> None:
    (row,) = (row for row in evidence.counted("commander_killings") if row["date"] == "2024-01-04")
    for side in ("before", "after"):
        span = evidence.day(row, f"{side}_first"), evidence.day(row, f"{side}_last")
        assert int(row[f"attacks_{side}"]) == record.attacks_between(*span)


def test_tension_is_between_0_and_1_and_only_outside_steps_count() -> None:
    for row in evidence.rows("us_iran"):
        assert 0.0 <= float(row["tension"]) <= 1.0, row
        assert row["counted"] == row["outside"], row
    levels = record.us_iran_levels()
    assert len(levels) == 28
    assert all(earlier < later for (earlier, _), (later, _) in pairwise(levels))
    assert levels[0] == (date(2018, 5, 8), 0.35)
    assert levels[-1] == (date(2023, 9, 18), 0.35)


def test_no_step_of_the_confrontation_is_an_act_that_the_model_makes() -> None:
    """Attacks, strikes, killings and the war in Gaza have days of their own, on which no outside step lies."""
    made = {row["date"] for name in ("us_strikes", "us_casualties", "exogenous_gaza") for row in evidence.rows(name)}
    assert not made & {when.isoformat() for when, _ in record.us_iran_levels()}


def assert_is_the_us_iran_front(dated: Iterable[tuple[date, float]]) -> None:
    """Hold the levels that a schema gives the front of the US and Iran equal to those of the rows."""
    assert list(dated) == record.us_iran_levels()


def test_the_confrontation_of_the_model_is_that_of_the_rows() -> None:
    first, *dated = ((entry.date, entry.level) for entry in Scenario().confrontation.past)
    assert first == (date(2011, 1, 1), 0.3)  # before the record of it begins
    assert_is_the_us_iran_front(dated)


def test_the_levels_of_the_us_iran_front_are_compared_one_by_one() -> None:
    levels = record.us_iran_levels()
    assert_is_the_us_iran_front(levels)
    (when, tension), *rest = levels
    for other in (rest, [(when, tension + 0.05), *rest], [(when + timedelta(days=1), tension), *rest]):
        with pytest.raises(AssertionError):
            assert_is_the_us_iran_front(other)
