"""The recorded past as events: the totals of the sources, each thing on its day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from sim.evidence import record as past
from sim.evidence.rows import FIRST_DAY, LAST_DAY, counted, day, rows


def test_the_totals_are_those_of_9_january() -> None:
    attacks = past.attacks()
    assert len(attacks) == 127
    assert Counter(attack.place for attack in attacks) == {"Iraq": 52, "Syria": 75}
    assert sum(attack.dead for attack in attacks) == 0


def test_every_count_of_the_sources_is_met_on_its_day() -> None:
    attacks = past.attacks()
    for row in counted("attacks_cumulative"):
        if row["series"] not in {"pentagon_cum_2023", "dated_attack"}:
            continue
        so_far = [attack.place for attack in attacks if attack.date <= day(row)]
        assert len(so_far) == int(row["total"]), row
        if row["iraq"]:
            assert so_far.count("Iraq") == int(row["iraq"]), row


def test_attacks_that_hurt_are_on_their_own_day_and_place() -> None:
    hurt = [(attack.date, attack.place, attack.wounded) for attack in past.attacks() if attack.wounded]
    assert hurt == [
        (date(2023, 10, 18), "Iraq", 13),
        (date(2023, 10, 18), "Syria", 32),
        (date(2023, 10, 26), "Iraq", 1),
        (date(2023, 11, 17), "Syria", 1),
        (date(2023, 11, 20), "Iraq", 8),
        (date(2023, 12, 25), "Iraq", 3),
    ]


def test_wounded_stay_below_the_pentagons_running_totals() -> None:
    attacks = past.attacks()
    for row in rows("us_casualties"):
        # The first totals came before most diagnoses of 18 October; from 9 November on they include them.
        if row["kind"] == "cumulative" and day(row) >= date(2023, 11, 9):
            so_far = sum(attack.wounded for attack in attacks if attack.date <= day(row))
            assert so_far <= int(row["wounded"]), row
            assert int(row["wounded"]) - so_far <= 15, row


def test_between_two_counts_attacks_are_spread_evenly() -> None:
    # 118 - 102 = 16 attacks in the 14 days to 4 January: one or two a day, with the one that hurt among them.
    per_day = Counter(attack.date for attack in past.attacks())
    days = [date(2023, 12, 22) + timedelta(days=k) for k in range(14)]
    assert sum(per_day[when] for when in days) == 16
    assert {per_day[when] for when in days} == {1, 2}
    # The one attack of the truce week has a day of its own.
    assert [attack.date for attack in past.attacks() if date(2023, 11, 24) <= attack.date <= date(2023, 11, 30)] == [
        date(2023, 11, 28)
    ]


def test_the_record_is_the_same_each_time_and_in_order() -> None:
    first, again = past.record(), past.record()
    assert first == again
    assert [event.date for event in first] == sorted(event.date for event in first)
    assert first[0].date >= FIRST_DAY
    assert first[-1].date <= LAST_DAY


def test_strikes_by_rung() -> None:
    deliberate = [(strike.date, strike.rung) for strike in past.strikes() if strike.deliberate]
    assert deliberate == [
        (date(2023, 10, 26), "strike in Syria"),
        (date(2023, 11, 8), "strike in Syria"),
        (date(2023, 11, 12), "strike in Syria"),
        (date(2023, 11, 22), "strike in Iraq"),
        (date(2023, 12, 26), "strike in Iraq"),
        (date(2024, 1, 4), "kill a commander in Baghdad"),
    ]
    met = [strike for strike in past.strikes() if not strike.deliberate]
    assert [strike.date for strike in met] == [date(2023, 11, 21), date(2023, 12, 3), date(2024, 1, 8)]
    assert {strike.rung for strike in met} == {"strike in Iraq"}
    assert [strike.killed for strike in met] == [1, 5, 0]


def test_groups_struck_are_groups_of_the_model_or_unknown() -> None:
    known = {row["group"] for row in rows("militias")}
    struck = [strike.group for strike in past.strikes()]
    assert set(struck) <= known | {""}
    assert struck.count("Kataib Hezbollah") == 3
    assert struck.count("Harakat al-Nujaba") == 2
    assert all(not strike.group for strike in past.strikes() if strike.rung == "strike in Syria")


def test_acts_in_baghdad() -> None:
    assert [(act.date, act.actor, act.rung) for act in past.acts()] == [
        (date(2023, 11, 22), "government", "condemn"),
        (date(2023, 11, 22), "politicians", "call for expulsion"),
        (date(2023, 12, 2), "government", "condemn"),
        (date(2023, 12, 26), "government", "condemn"),
        (date(2023, 12, 28), "government", "threaten expulsion"),
        (date(2024, 1, 4), "government", "condemn"),
        (date(2024, 1, 5), "government", "special committee"),
        (date(2024, 1, 9), "government", "threaten expulsion"),
    ]


def test_no_letter_law_or_agreement_is_in_the_record() -> None:
    rungs = {event.rung for event in past.record() if not isinstance(event, past.RecordedAttack)}
    assert not rungs & {"letter of expulsion", "binding law", "talks", "demand a timetable"}


def test_a_wound_that_the_counts_do_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="the counts have none"):
        past._put_on_its_day([], past.RecordedAttack(date(2023, 12, 25), "Iraq", wounded=3))
