"""The numbers behind the figures."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from made_up import made_up

from sim.results.result import Result
from sim.results.stats import paired_shares, wilson
from sim.show import printed, report, summary, tables


def test_shares_add_up_and_carry_wilson_intervals(result: Result) -> None:
    shares = tables.outcome_shares(result)
    assert np.allclose(shares.groupby("scenario")["share"].sum(), 1.0)
    for row in tables.each(shares):
        assert (row.low, row.high) == wilson(row.count, row.worlds)
        assert row.low <= row.share <= row.high


def test_any_decided_end_is_all_but_that_the_troops_stay_and_stands_below_each_scenario(result: Result) -> None:
    ends = {row.scenario: row for row in tables.each(tables.any_end(result))}
    shares = tables.outcome_shares(result)
    for scenario, row in ends.items():
        mine = shares[(shares["scenario"] == scenario) & (shares["outcome"] != "us_stays")]
        assert row.count == mine["count"].sum()
        assert (row.low, row.high) == wilson(row.count, row.worlds)
    assert [cells[1] for cells in printed.outcomes(result).rows][3::4] == ["any decided end"] * 3
    assert set(tables.outcome_shares(result)["outcome"]) == {"us_stays", "negotiated_exit", "forced_exit"}
    lapses = made_up(["status_quo"], worlds=50, days=100, mixes={"status_quo": (0.0, 0.0, 0.0, 1.0)})
    assert tables.any_end(lapses)["share"].tolist() == [1.0]


def test_an_outcome_that_never_comes_has_a_row_of_nothing_and_a_lapse_only_where_there_is_one() -> None:
    never = made_up(["status_quo"], worlds=50, days=100, mixes={"status_quo": (1.0, 0.0, 0.0)})
    shares = {row.outcome: row for row in tables.each(tables.outcome_shares(never))}
    assert list(shares) == ["us_stays", "negotiated_exit", "forced_exit"]
    assert shares["forced_exit"].count == 0
    assert 0 < shares["forced_exit"].high < 0.1
    lapses = made_up(["status_quo"], worlds=50, days=100, mixes={"status_quo": (0.0, 0.0, 0.0, 1.0)})
    assert "lapsed" in set(tables.outcome_shares(lapses)["outcome"])


def test_incidence_is_the_share_decided_by_the_day_never_falls_and_ends_at_the_outcome(result: Result) -> None:
    incidence = tables.incidence(result)
    worlds = tables.of(result, "forced_exit")
    days = worlds.loc[worlds["outcome"] == "forced_exit", "outcome_day"].to_numpy(dtype=float)
    mine = incidence[(incidence["scenario"] == "forced_exit") & (incidence["outcome"] == "forced_exit")]
    for row in tables.each(mine):
        assert row.count == int((days <= row.day).sum())
    assert mine["share"].is_monotonic_increasing
    assert mine["day"].iloc[-1] == 729
    assert mine["count"].iloc[-1] == len(days)


def test_the_exits_compete(result: Result) -> None:
    last = tables.incidence(result).groupby(["scenario", "outcome"]).last()["share"]
    stays = tables.outcome_shares(result).set_index(["scenario", "outcome"])["share"].xs("us_stays", level=1)
    assert np.allclose(last.groupby("scenario").sum() + stays, 1.0)


def test_a_last_week_that_is_not_whole_is_left_out_of_what_is_drawn() -> None:
    ten_days = made_up(["status_quo"], worlds=5, days=10, events=False)
    assert set(tables.weekly(ten_days, "attacks_iraq")["week"]) == {0}
    assert set(ten_days.weekly["week"]) == {0, 1}


def test_rungs_over_time_add_up_to_all_worlds(result: Result) -> None:
    shares = tables.rung_course(result).groupby(["scenario", "actor", "week"])["share"].sum()
    assert np.allclose(shares, 1.0)
    assert np.allclose(tables.rung_use(result).groupby(["scenario", "actor"])["share"].sum(), 1.0)


def test_differences_are_paired_world_by_world(result: Result) -> None:
    found = tables.differences(result)
    rows = {row.measure: row for row in tables.each(found[found["other"] == "gaza_ceasefire"])}
    one, two = tables.of(result.whole, "status_quo"), tables.of(result.whole, "gaza_ceasefire")
    gap = (one["outcome"] == "forced_exit").mean() - (two["outcome"] == "forced_exit").mean()
    assert rows["forced_exit"].difference == pytest.approx(gap)
    assert rows["forced_exit"].low < rows["forced_exit"].high
    assert {"attacks_iraq", "attacks_syria"} <= set(rows)


def test_scenarios_without_a_twin_are_compared_with_the_first() -> None:
    both = made_up(["status_quo", "forced_exit"], worlds=10, days=60, events=False)
    (pair,) = tables.contrasts(both)
    assert (pair.first, pair.second, pair.path) == ("forced_exit", "status_quo", "")
    assert set(tables.differences(both)["scenario"]) == {"forced_exit"}
    assert printed.twins(both).rows


def test_other_spans_are_not_compared() -> None:
    made = made_up(["status_quo", "mine", "other", "later"], worlds=10, days=60, events=False)
    made.scenarios[1] = made.scenarios[1].replace(days=50)
    made.scenarios[2] = made.scenarios[2].replace(days=50)
    made.scenarios[3] = made.scenarios[3].replace(start=date(2024, 1, 11))
    assert not tables.one_span(made)
    assert [(pair.first, pair.second) for pair in tables.contrasts(made)] == [("other", "mine")]
    made.scenarios[2] = made.scenarios[2].replace(days=60, twin_of="mine")
    assert [(pair.first, pair.second) for pair in tables.contrasts(made)] == [("other", "status_quo")]


def test_alone_there_is_nothing_to_compare() -> None:
    alone = made_up(["status_quo"], worlds=10, days=60, events=False)
    assert not tables.contrasts(alone)
    assert not len(tables.differences(alone))


def test_what_is_shown_leaves_out_companions(result: Result) -> None:
    whole = result.whole
    three = ["status_quo", "negotiated_exit", "forced_exit"]
    assert [scenario.name for scenario in whole.scenarios] == [*three, *names_of(whole)[3:]]
    assert names_of(result) == three == list(dict.fromkeys(tables.outcome_shares(result)["scenario"]))
    assert tables.main_part(result) is result
    pair = made_up(["status_quo", "gaza_ceasefire"], worlds=5, days=20, events=False)
    assert names_of(tables.main_part(pair)) == ["status_quo", "gaza_ceasefire"], "what was asked for by name is shown"


def names_of(result: Result) -> list[str]:
    return [scenario.name for scenario in result.scenarios]


def test_contrasts_are_read_from_what_differs(result: Result) -> None:
    found = {(pair.first, pair.second): pair for pair in tables.contrasts(result)}
    assert list(found) == [
        ("status_quo", "gaza_ceasefire"),
        ("status_quo", "status_quo_ceasefire_groups"),
        ("forced_exit", "forced_exit_ceasefire"),
        ("history/from_october", "history/no_gaza"),
        ("negotiated_exit", "status_quo"),
        ("forced_exit", "status_quo"),
    ]
    assert [pair.path for pair in found.values()] == ["both", "groups", "both", "both", "", ""]
    clauses = [pair.condition for pair in found.values()]
    assert clauses[0] == "the war in Gaza goes on rather than ends on 10 January 2024"
    assert clauses[1] == "the war in Gaza goes on for the groups and Iran rather than ends on 10 January 2024"
    assert clauses[3] == "there is a war in Gaza rather than none"


def test_an_event_of_one_of_two_twins_is_told_in_words_everywhere() -> None:
    result = made_up(["mine", "other"], worlds=20, days=30, events=False)
    sets = {"kind": "set", "date": date(2024, 1, 20), "name": "united_states.restraint", "value": 0.8}
    said = "from 20 January 2024 united_states.restraint is 0.8 (before: 0.5)"
    result.scenarios[1] = result.scenarios[1].replace(events=[sets], twin_of="mine", title="Other")
    (pair,) = tables.contrasts(result)
    assert pair.condition == f"it does not happen that {said}"
    (row,) = [row for row in printed.conditions(result).rows if row[0] == "events"]
    assert row[2:] == ("none", said)
    assert summary.scripted(result) == [f"By date, “Other”: {said}."]
    assert [scenario["events"] for scenario in report.conditions(result)] == ["", said]


def test_a_twin_that_differs_in_something_else_is_compared_too_but_not_under_gaza() -> None:
    result = made_up(["mine", "other"], worlds=20, days=30, events=False)
    changed = {"twin_of": "mine", "united_states.restraint": 0.9}
    result.scenarios[1] = result.scenarios[1].replace(**changed)
    (pair,) = tables.contrasts(result)
    assert (pair.first, pair.second, pair.path) == ("mine", "other", "")
    assert pair.condition == "united_states.restraint is 0.5 rather than 0.9"
    assert not tables.of_gaza(result)
    assert len(tables.differences(result)) > 3
    rows = printed.twins(result).rows
    assert rows[0][:3] == ("Mine", pair.condition, "US troops stay")


def test_a_twin_with_the_war_comes_first() -> None:
    result = made_up(["status_quo", "gaza_ceasefire"], worlds=5, days=20, events=False)
    result.scenarios[0] = result.scenarios[0].model_copy(update={"twin_of": "gaza_ceasefire"})
    result.scenarios[1] = result.scenarios[1].model_copy(update={"twin_of": ""})
    (pair,) = tables.contrasts(result)
    assert (pair.first, pair.second, pair.path) == ("status_quo", "gaza_ceasefire", "both")


def test_what_the_war_changes_is_paired_and_counts_all_attacks(result: Result) -> None:
    found = tables.gaza(result)
    assert list(found["measure"].unique()) == ["forced_exit", "negotiated_exit", "attacks"]
    one, two = (tables.of(result.whole, name) for name in ("forced_exit", "forced_exit_ceasefire"))
    mine = found[found["other"] == "forced_exit_ceasefire"].set_index("measure")
    forced = [(rows["outcome"] == "forced_exit").to_numpy() for rows in (one, two)]
    assert tuple(mine.loc["forced_exit", ["difference", "low", "high"]]) == paired_shares(*forced)
    assert mine.loc["attacks", "here"] == (one["attacks_iraq"] + one["attacks_syria"]).mean()
    assert mine.loc["attacks", "worlds"] == 200
    labels = [row[:2] for row in printed.gaza(result).rows]
    assert labels[1] == ("Conditions for the status quo", "by the groups and Iran")


def test_the_state_at_the_start_is_told_once_where_all_share_it(result: Result) -> None:
    found = tables.start(result)
    assert list(dict.fromkeys(found["scenario"])) == ["status_quo", "negotiated_exit", "forced_exit"]
    rows = printed.start(result).rows
    assert [row[1] for row in rows] == ["all"] * 9
    assert rows[0][0] == "Domestic pressure on the prime minister"
    alone = made_up(["status_quo"], worlds=5, days=20, events=False)
    assert printed.start(alone).rows[0][1] == "Conditions for the status quo"
    alone._starts.clear()  # the hash in it is not that of the model
    assert not len(tables.start(alone))


def test_consequences_leave_out_worlds_without_an_exit(result: Result) -> None:
    found = tables.consequences(result)
    worlds = result.worlds
    for row in tables.each(found[found["consequence"] == "training"]):
        assert row.worlds == int((worlds["kind"] == row.kind).sum())
        assert row.q05 <= row.q25 <= row.q50 <= row.q75 <= row.q95


def test_severity_counts_every_world_once(result: Result) -> None:
    found = tables.severity(result)
    assert (found.groupby(["dead", "scenario"])["worlds"].sum() == 200).all()


def test_csv_files_have_a_fixed_form(result: Result, tmp_path: Path) -> None:
    files = tables.write_tables(result, tmp_path)
    assert {file.name for file in files} == {f"{name}.csv" for name in tables.FILES}
    for file in files:
        data = file.read_bytes()
        assert b"\r" not in data
        rows = list(csv.reader(data.decode("utf-8").splitlines()))
        assert len(rows) > 1
        assert {len(row) for row in rows} == {len(rows[0])}
        assert all(
            len(cell.lstrip("-").replace(".", "")) <= 12 for row in rows[1:] for cell in row if cell[:1].isdigit()
        )
    assert not list(tmp_path.rglob("*.part"))


def test_csv_is_the_same_twice(result: Result, tmp_path: Path) -> None:
    first = [file.read_bytes() for file in tables.write_tables(result, tmp_path / "a")]
    assert first == [file.read_bytes() for file in tables.write_tables(made_up(), tmp_path / "b")]
