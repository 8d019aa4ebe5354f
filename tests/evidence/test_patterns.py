"""What the patterns measure, on histories made by hand: what each must see, and what it must not."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

import numpy as np
import pytest

from sim.evidence import patterns
from sim.evidence.calibrate import SEARCHED
from sim.evidence.hindcast import Daily, History, hindcast
from sim.evidence.regularities import campaign_counts, dispersion_of
from sim.evidence.rows import FIRST_DAY, day
from sim.scenario.load import load

START = date(2011, 1, 1)
YEARS = 13
DAYS = (date(2024, 1, 1) - START).days


def blank(worlds: int = 2, start: date = START, days: int = DAYS) -> History:
    """Nothing ever happens, and the troops are there."""
    names = [field.name for field in fields(History) if field.name not in ("start", "posture")]
    series: dict[str, Daily] = {name: np.zeros((days, worlds), np.int16) for name in names}
    series["present"][:] = 1
    return History(start, **series, posture={})


def put(daily: Daily, history: History, *dates: str, world: int = 0) -> None:
    for when in dates:
        daily[history.day(date.fromisoformat(when)), world] += 1


def test_years_are_counted_once_and_to_their_last_day() -> None:
    history = blank()
    put(history.threats, history, "2011-01-01", "2011-12-31", "2012-12-31", "2023-12-31")
    put(history.threats_by_anybody, history, "2020-02-29", world=1)
    assert patterns.years_executive_threatens(history).tolist() == [3.0, 0.0]
    assert patterns.years_with_a_threat(history).tolist() == [0.0, 1.0]


def test_fewer_threats_under_is_is_below_zero() -> None:
    history = blank()
    put(history.threats_by_anybody, history, "2015-06-01", "2018-01-01", "2019-01-01", "2020-01-01")
    put(history.threats_by_anybody, history, "2013-12-31", "2014-01-01", "2017-12-31", world=1)
    assert patterns.fewer_under_is(history) == pytest.approx([1 / 4 - 3 / 6, 2 / 4])


def test_expulsions_are_counted_by_the_years_in_which_there_was_somebody_to_expel() -> None:
    history = blank()
    put(history.forced, history, "2020-06-01")
    history.present[: DAYS // 2] = 0
    (a_year,) = patterns.expulsions_a_year(history)
    assert a_year == pytest.approx(1 / (2 * (DAYS - DAYS // 2) / 365.25))
    history.present[:] = 0
    history.forced[:] = 0
    assert patterns.expulsions_a_year(history) == [0.0]


def test_a_world_changed_by_talks_counts_once() -> None:
    history = blank(worlds=3)
    put(history.changes, history, "2018-06-01", "2020-06-01", world=1)
    assert patterns.negotiated_change(history).tolist() == [0.0, 1.0, 0.0]


def test_a_truce_and_the_weeks_around_it() -> None:
    first, last = patterns.TRUCE
    history = blank(start=first - timedelta(days=20), days=50, worlds=1)
    history.attacks_iraq[:20] = 2
    history.attacks_syria[history.day(last) + 8 :] = 1
    assert patterns.gaza_truce(history) == [1.0]
    assert patterns.after_truce(history) == [0.5]


def test_an_answer_counts_within_its_days_only() -> None:
    history = blank(worlds=1, days=60)
    for attack, answer in ((5, 15), (30, 41)):
        history.hard[attack] = 1
        history.deliberate[answer] = 1
    assert patterns.answered(history) == [0.5]


def test_talk_after_a_killing_is_no_talk_after_another_strike() -> None:
    history = blank(worlds=1, days=100)
    history.killings[10], history.talk[12] = 1, 1
    history.deadly[14] = 1
    history.deadly[50] = 1
    assert patterns.talk_after_killing(history) == [1.0]
    assert np.isnan(patterns.talk_after_others(history)[0]) or patterns.talk_after_others(history) == [0.0]
    history.talk[55] = 1
    assert patterns.talk_after_others(history) == [0.5]


def test_the_search_looks_at_all_patterns_but_a_given_input() -> None:
    left_out = {pattern.id for pattern in patterns.PATTERNS.values() if pattern not in SEARCHED}
    assert left_out == {"share_in_iraq"}
    assert sum(pattern.counted for pattern in patterns.PATTERNS.values()) == 15
    assert sum(pattern.new for pattern in patterns.PATTERNS.values()) == 9


def test_dispersion_is_that_of_the_record_in_every_world() -> None:
    history = blank(worlds=40, start=FIRST_DAY, days=85)
    history.attacks_iraq[:] = np.random.default_rng(1).poisson(1.5, history.attacks_iraq.shape)
    history.attacks_iraq[:, 3] = 0
    total = np.cumsum(history.attacks, axis=0)
    start = (FIRST_DAY - timedelta(days=1), 0)
    days = [day(row) for row in campaign_counts()]
    found = patterns.dispersion(history)
    for world in range(40):
        counts = [start, *((when, int(total[history.day(when), world])) for when in days)]
        if world == 3:
            assert np.isnan(found[world])
        else:
            assert found[world] == pytest.approx(dispersion_of(counts, 7))


def test_strikes_are_counted_over_as_many_attacks_as_the_record_has() -> None:
    history = blank(worlds=3, days=10)
    history.attacks_iraq[:] = np.array([2, 1, 4])
    history.deliberate[4] = 1
    assert patterns.strikes_for(28)(history).tolist() == [2.0, 2.0, 1.0]
    assert np.isnan(patterns.strikes_for(71)(history)).all()


def test_the_effect_of_strikes_is_scored_on_the_counts_round_two_of_them() -> None:
    history = blank(worlds=1, days=100)
    history.attacks_iraq[:50] = 1
    history.ordinary[[20, 30, 49]] = 1
    assert patterns.strike_effect(history) == pytest.approx([14 / 21])
    assert patterns.two_strikes(history) == pytest.approx([1.0, 0.5, 0.5])


def test_days_run_from_the_killing_and_never_end_where_nothing_came() -> None:
    history = blank(worlds=2, start=date(2019, 12, 1), days=762)
    put(history.rounds, history, "2019-12-20", "2020-06-11")
    assert patterns.days_to_talks(history).tolist() == [160.0, np.inf]
    put(history.relabelled, history, "2021-07-26", world=1)
    put(history.changes, history, "2020-09-09", "2021-07-26", world=1)
    assert patterns.days_to_change(history).tolist() == [np.inf, 250.0]
    assert patterns.days_to_renaming(history).tolist() == [np.inf, 570.0]


def test_a_session_that_passes_nothing_is_an_attempt_that_failed() -> None:
    history = blank(worlds=1)
    put(history.sessions, history, "2019-01-15", "2019-02-19", "2020-01-05")
    put(history.votes, history, "2020-01-05")
    assert patterns.votes_held(history) == [1.0]
    assert patterns.votes_failed(history) == [2.0]


def test_months_are_whole_ones() -> None:
    history = blank(worlds=2, start=date(2021, 1, 1), days=811)
    history.attacks_syria[history.day(date(2023, 3, 1)) :] = 9
    put(history.attacks_iraq, history, "2021-01-31", "2021-02-01", world=1)
    by_month = [1, 1, *[0] * 24]
    found = patterns.across_months(history)
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(np.var(by_month, ddof=1) / np.mean(by_month))


def test_every_part_is_held_against_draws_of_the_record_size() -> None:
    for pattern in patterns.PATTERNS.values():
        start, days = load(pattern.hindcast).start, load(pattern.hindcast).days
        history = blank(worlds=5, start=start, days=days)
        groups = dict.fromkeys((*patterns.FIGHTERS, *patterns.ABSTAINERS), np.zeros((days, 5), np.int8))
        history.posture.update(groups)
        for part in pattern.parts:
            draws, observed = patterns.predicted(part, history)
            assert draws.ndim == 1
            assert np.isfinite(observed)
            assert (np.isnan(draws) | (draws >= -6)).all(), "a world in which nothing happens can be measured"


def test_a_hindcast_counts_what_the_model_counts() -> None:
    scenario = load("history/soleimani_2020", changes={"days": 230})
    history = hindcast(scenario, worlds=range(30))
    killed = history.day(date(2020, 1, 3))
    assert history.killings[killed].min() >= 1
    within_a_week = history.committee_or_vote[killed : killed + 8].max(0)
    assert within_a_week.mean() > 0.7, "a committee, or parliament meets on it, as it did"
    assert history.forced.sum() == 0
    assert history.present.min() == 1
    assert (history.threats_by_anybody >= history.threats).all()
    assert set(np.flatnonzero(history.threats[:, 0])) <= set(np.flatnonzero(history.talk[:, 0]))
