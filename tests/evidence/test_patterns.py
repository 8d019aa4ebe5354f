"""What the patterns measure, on histories made by hand: what each must see, and what it must not."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

import numpy as np
import pytest

from sim.evidence import patterns
from sim.evidence.calibrate import SEARCHED
from sim.evidence.hindcast import Daily, History, hindcast
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


def test_the_search_looks_at_short_pasts_only() -> None:
    left_out = {pattern.id for pattern in patterns.PATTERNS.values() if pattern not in SEARCHED}
    assert left_out == {"share_in_iraq", "yearly_threats", "no_expulsion"}
    assert {pattern.hindcast for pattern in SEARCHED} == {patterns.GAZA, patterns.QUIET}


def test_a_hindcast_counts_what_the_model_counts() -> None:
    scenario = load("history/soleimani_2020", changes={"days": 230})
    history = hindcast(scenario, worlds=range(30))
    day = history.day(date(2020, 1, 3))
    assert history.killings[day].min() >= 1
    assert history.committee_or_vote[day].mean() > 0.8, "parliament meets on it, as it did"
    assert history.forced.sum() == 0
    assert history.present.min() == 1
    assert (history.threats_by_anybody >= history.threats).all()
    assert set(np.flatnonzero(history.threats[:, 0])) <= set(np.flatnonzero(history.talk[:, 0]))
