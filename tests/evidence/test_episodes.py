"""The rule of campaigns and calms: on the record's own dates, and on attacks made by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim.evidence import patterns
from sim.evidence.episodes import CALM, GAP, calms, campaigns, weekly_dispersion
from sim.evidence.hindcast import Daily

START = date(2018, 1, 1)
RECORD = (
    ("2018-09-06", "2018-09-28"),
    ("2019-05-19", "2019-06-19"),
    ("2019-10-28", "2020-03-26"),
    ("2020-06-08", "2020-10-10"),
    ("2021-02-15", "2021-07-29"),
    ("2022-01-01", "2022-01-14"),
    ("2023-10-17", "2023-11-23"),
    ("2023-12-01", "2024-01-09"),
)
STRAYS = ("2020-11-17", "2020-12-20", "2021-09-11", "2022-05-31")


def at(text: str) -> int:
    return (date.fromisoformat(text) - START).days


def record() -> Daily:
    """An attack a week in each campaign of the record, and the stray ones of its calms."""
    daily = np.zeros((2200, 1), np.int16)
    for first, last in RECORD:
        daily[at(first) : at(last) + 1 : 7] = 1
        daily[at(last)] = 1
    for stray in STRAYS:
        daily[at(stray)] = 1
    return daily


def test_the_records_campaigns_are_those_that_patterns_say_were_observed() -> None:
    found = campaigns(record())
    assert found.length[found.over].tolist() == [23, 32, 151, 125, 165, 14]
    assert found.length[~found.over].tolist() == [85], "the truce of a week is a pause"
    number, length = patterns.PATTERNS["campaigns"].parts
    assert number.observed == found.over.sum()
    assert length.observed == np.median(found.length[found.over])


def test_the_records_calms_hold_stray_attacks() -> None:
    _, days = calms(campaigns(record()), at("2019-06-20"))
    assert days.tolist()[:4] == [130, 73, 127, 155], "evidence has 157: bases alone, to 2 January 2022"
    assert len(days) == patterns.PATTERNS["calms"].parts[0].observed


def test_a_gap_of_thirty_days_is_within_and_one_more_is_not() -> None:
    daily = np.zeros((200, 2), int)
    daily[[0, GAP, 2 * GAP], 0] = 1
    daily[[0, GAP + 1, 2 * GAP + 2], 1] = 1
    found = campaigns(daily)
    assert (found.world.tolist(), found.length.tolist()) == ([0], [2 * GAP + 1])


def test_a_campaign_is_over_once_the_gap_has_passed() -> None:
    for days, over in ((40 + GAP, False), (41 + GAP, True)):
        daily = np.zeros((days, 1), int)
        daily[[20, 30, 40]] = 1
        assert campaigns(daily).over.tolist() == [over]


def test_calms_lie_between_campaigns_of_one_world() -> None:
    daily = np.zeros((400, 3), int)
    daily[[0, 100, 101 + CALM, 300], :] = 3
    daily[300, 1] = 0
    daily[:, 2] = 0
    world, days = calms(campaigns(daily))
    assert world.tolist() == [0, 0, 0, 1, 1]
    assert days.tolist() == [99, CALM, 138, 99, CALM]
    assert calms(campaigns(daily), 100)[1].tolist() == [CALM, 138, CALM]


def test_weeks_within_campaigns_are_poisson_where_attacks_are() -> None:
    luck = np.random.default_rng(3)
    daily = np.zeros((730, 200), int)
    daily[50:250] = luck.poisson(0.5, (200, 200))
    daily[400:600] = luck.poisson(1.5, (200, 200))
    assert np.mean(weekly_dispersion(daily, campaigns(daily))) == pytest.approx(1.0, abs=0.05)
    daily[50:250:14] += 10
    assert np.mean(weekly_dispersion(daily, campaigns(daily))) > 2.0
    assert np.isnan(weekly_dispersion(daily * 0, campaigns(daily * 0))).all()
