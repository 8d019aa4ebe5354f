"""The README's table is what the rows say, and each regularity is what the sources were found to show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from sim.evidence import regularities as record
from sim.evidence.rows import folder


def readme() -> str:
    return (folder() / "README.md").read_text(encoding="utf-8")


def test_the_readme_holds_the_recomputed_table() -> None:
    _, table, _ = record.around_table(readme())
    assert table == record.table()
    assert table.count("\n") == 1 + len(record.REGULARITIES)


def test_writing_the_table_leaves_the_rest_of_the_readme_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "README.md"
    before, _, after = record.around_table(readme())
    path.write_text(f"{before}\nan old table\n{after}", encoding="utf-8")
    monkeypatch.setattr(record, "folder", lambda: tmp_path)
    record.main()
    assert path.read_text(encoding="utf-8") == readme()


def test_a_readme_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="substring not found"):
        record.around_table("no table here")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (record.campaign_rate, {"attacks": 127, "days": 85, "iraq": 52}),
        (record.base_rate, {"attacks": 78, "days": 811, "calm": 0, "calm_days": 183}),
        (record.gaza_truce, {"inside": 1, "days": 7, "first_week": 4}),
        (record.restraint, {"deliberate": 6, "self_defence": 3, "earlier_attacks": 83, "earlier_strikes": 4}),
        (
            record.first_strikes,
            {"met_day": 35, "chosen_day": 36, "attacks_low": 66, "attacks_high": 73, "attacks_at_killing": 118},
        ),
        (
            record.strike_lags,
            {"campaign": "8, 2, 1 and 10", "before": "2, 3, 2, 10, 9 and 0", "approximate": "7", "longest": 10},
        ),
        (record.answered_attacks, {"campaign": 3, "campaign_within_8": 3, "all": 8, "within_8": 6, "within_10": 7}),
        (record.losses, {"killed": 0, "fatal": 2, "pooled": 210, "wounded_dated": 58}),
        (
            record.after_deadly_strikes,
            {
                "clusters": 8,
                "condemned": 7,
                "killings": 2,
                "talk_after_killing": 2,
                "talk_after_other": 1,
                "body_after_killing": 2,
                "body_after_other": 0,
            },
        ),
        (record.threats_by_year, {"years": 13, "anybody": 10, "none_years": "2012–2014", "executive": 3, "orders": 0}),
        (record.negotiated_changes, {"reduction_year": 2018, "before": 5200, "after": 2500, "relabelled": 2021}),
        (record.isis_and_troops, {"y2018": 1470, "y2019": 1669, "y2020": 1884, "troops_after": 2500}),
        (record.campaigns_in_iraq, {"finished": 7, "shortest": 14, "longest": 165, "median": 38, "running": 41}),
        (record.calms_at_bases, {"calms": 5, "shortest": 73, "longest": 503, "median": 130}),
        (
            record.campaign_ends,
            {
                "ended": 11,
                "truce_or_agreement": 3,
                "government": 3,
                "us_step_or_strikes": 3,
                "unclear": 2,
                "within": 15,
                "at_bases": 7,
            },
        ),
        (record.first_half_of_2021, {"all": 114, "convoys": 95, "bases": 19, "agency": 44, "official": 78}),
        (record.commanders_killed, {"killings": 2, "years": 6}),
        (record.votes_and_attempts, {"votes": 2, "present": 168, "quorum": 165, "failed": 8, "open": 1}),
        (
            record.days_to_talks,
            {"treaty_talks": 106, "treaty_signed": 367, "talks": 160, "change": 250, "renaming": 570, "pending": 156},
        ),
        (record.fixed_dates, {"dates": 3, "kept": 3, "target_late": 119}),
        (record.after_the_killing_of_4_january, {"condemned": 0, "talk": 1, "committee": 1, "votes": 0}),
    ],
)
def test_counts(values: Callable[[], record.Values], expected: record.Values) -> None:
    found = values()
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (record.campaign_rate, {"per_day": 1.49, "iraq_per_day": 0.61}),
        (record.base_rate, {"per_day": 0.096}),
        (record.gaza_truce, {"before": 1.93, "after": 1.69, "ratio": 0.074, "first_week_per_day": 0.57}),
        (record.dispersion, {"raw": 2.8, "merged_4": 2.6, "merged_7": 1.4}),
        (record.share_in_iraq, {"oct_24": 0.77, "oct_31": 0.59, "nov_21": 0.48, "dec_21": 0.46, "jan_9": 0.41}),
        (record.restraint, {"per_deliberate": 21.2, "per_any": 14.1, "earlier_per_strike": 20.75}),
        (record.strike_effect, {"nov_8": 0.99, "nov_12": 0.91}),
        (record.losses, {"fatal_share": 0.0095, "wounded_low": 0.46, "wounded_high": 1.18}),
        (record.clustering, {"months_within": 1.52, "bases_within": 1.95, "weeks_across": 5.58, "weeks_after": 0.75}),
        (record.first_half_of_2021, {"share_low": 0.256, "share_high": 0.564}),
        (record.commanders_killed, {"ratio_2020": 2.58, "ratio_2020_longer": 0.92, "ratio_2024": 1.575}),
        (record.votes_and_attempts, {"votes_per_year": 0.33, "failed_per_year": 1.17}),
    ],
)
def test_rates(values: Callable[[], record.Values], expected: record.Values) -> None:
    found = values()
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=0.03)


def test_who_fought_are_the_four_of_the_list() -> None:
    fought = str(record.who_fought()["fought"]).split(", ")
    assert len(fought) == 4
    assert "Asaib" not in " ".join(fought)


def test_four_fatal_attacks_were_first_answered_where_the_record_says() -> None:
    assert record.answered_attacks()["fatal_answers"] == "Iraq and Syria, Iraq, Syria, Syria"


def test_dispersion_of_a_steady_series_is_nought_and_of_a_burst_is_large() -> None:
    days = [date(2023, 1, 1 + 3 * k) for k in range(9)]
    steady = [(when, 5 * k) for k, when in enumerate(days)]
    burst = [(when, 0 if k < 8 else 40) for k, when in enumerate(days)]
    assert record.dispersion_of(steady, 1) == 0
    assert record.dispersion_of(burst, 1) == pytest.approx(40)
    assert record.dispersion_of(burst, 9) < record.dispersion_of(burst, 1)


def test_scatter_of_equal_counts_is_nought_and_of_one_burst_is_large() -> None:
    assert record.variance_to_mean([4, 4, 4]) == 0
    assert record.variance_to_mean([0, 0, 0, 12]) == pytest.approx(12)


def test_lengths_are_of_finished_campaigns_and_of_calms_at_bases_in_iraq() -> None:
    assert record.campaign_lengths() == [14, 22, 32, 38, 125, 151, 165]
    assert record.calm_lengths() == [73, 127, 130, 157, 503]


def test_attacks_so_far_rise_along_the_counts() -> None:
    days = [date.fromordinal(date(2023, 10, 16).toordinal() + k) for k in range(86)]
    so_far = [record.attacks_until(when) for when in days]
    assert so_far[0] == 0
    assert so_far[-1] == 127
    assert all(later >= earlier for earlier, later in pairwise(so_far))
    assert record.attacks_between(days[1], days[-1]) == 127


def test_years_in_words() -> None:
    assert record.spans({2011, 2015, 2016, 2017}) == "2011, 2015–2017"
    assert record.in_words([8, 2, 1]) == "8, 2 and 1"
    assert record.in_words([8]) == "8"
