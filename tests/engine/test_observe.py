"""Observers say what they need of the days, and the model adds it up as they would have done by hand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

import numpy as np
import pytest

from model.histories import born, numbers
from sim.engine.observe import (
    COUNTED,
    Due,
    Need,
    Quantity,
    Rows,
    Tally,
    Watch,
    Watches,
    Weekly,
    bins,
    quantities,
    table,
)
from sim.language.number import Number, most
from sim.scenario.load import load
from sim.scenario.schema import Scenario

SCENARIO = load("history/from_october", changes={"days": 33})  # four weeks and five days, with many attacks
FORMS = pytest.mark.parametrize("form", [{"world": 5}, {"worlds": range(4)}], ids=["alone", "block"])
EDGES = (-0.5, 0.5, 2.5, 9.5)


class Diary:
    """Keeps what it is shown."""

    def __init__(self, **needs: Need) -> None:
        self.needs: Mapping[str, Need] = needs
        self.seen: dict[int, Mapping[str, Number]] = {}

    def see(self, day: int, values: Mapping[str, Number]) -> None:
        """Keep the day."""
        self.seen[day] = values

    def of(self, key: str) -> dict[int, Number]:
        """What it was shown under one name, by day."""
        return {day: values[key] for day, values in self.seen.items() if key in values}


def lived(scenario: Scenario, form: dict[str, Any], *observers: Any) -> None:
    with born(scenario, collect=False, **form) as model:
        for observer in observers:
            model.watch(observer)
        model.run_model()


def by_week(daily: Mapping[int, Number]) -> dict[int, list[Number]]:
    """The days of each week, by its last day."""
    ends = [*range(6, SCENARIO.days, 7), SCENARIO.days - 1]
    return {end: [daily[day] for day in range(end - end % 7, end + 1)] for end in ends}


@FORMS
def test_the_sum_the_highest_and_the_level_of_a_week_are_those_of_its_days(form: dict[str, Any]) -> None:
    daily = Diary(attacks_iraq=Need("daily"), pressure=Need("daily"))
    weekly = Diary(
        attacks_iraq=Need("weekly", "sum"),
        most_attacks=Need("weekly", "highest", of="attacks_iraq"),
        attacks_of_the_day=Need("weekly", of="attacks_iraq"),
        pressure=Need("weekly", "highest"),
    )
    lived(SCENARIO, form, daily, weekly)
    weeks = by_week(daily.of("attacks_iraq"))
    assert np.sum([np.sum(sum(days)) for days in weeks.values()]) > 0
    assert list(weekly.seen) == [6, 13, 20, 27, 32]
    for end, days in weeks.items():
        assert numbers(weekly.of("attacks_iraq")[end]) == numbers(sum(days))
        assert np.array_equal(weekly.of("most_attacks")[end], reduce(most, days))
        assert numbers(weekly.of("attacks_of_the_day")[end]) == numbers(days[-1])
    for end, days in by_week(daily.of("pressure")).items():
        assert np.array_equal(weekly.of("pressure")[end], reduce(most, days))


@FORMS
def test_at_the_end_all_days_are_added_up(form: dict[str, Any]) -> None:
    daily = Diary(attacks_iraq=Need("daily"))
    end = Diary(attacks_iraq=Need("end", "sum"), highest=Need("end", "highest", of="attacks_iraq"), troops=Need("end"))
    lived(SCENARIO, form, daily, end)
    days = list(daily.of("attacks_iraq").values())
    assert list(end.seen) == [32]
    assert numbers(end.of("attacks_iraq")[32]) == numbers(sum(days))
    assert np.array_equal(end.of("highest")[32], reduce(most, days))


@FORMS
@pytest.mark.parametrize("how", ["level", "sum", "highest"])
def test_with_edges_the_bins_are_shown(form: dict[str, Any], how: Any) -> None:
    plain, binned = Diary(attacks_iraq=Need("weekly", how)), Diary(attacks_iraq=Need("weekly", how, EDGES))
    lived(SCENARIO, form, plain, binned)
    for day, value in plain.of("attacks_iraq").items():
        shown: Any = binned.of("attacks_iraq")[day]
        assert shown.dtype == np.int64
        assert shown.tolist() == [int(one > 0.5) + int(one > 2.5) for one in np.ravel(value)]


def test_a_bin_begins_with_its_lower_edge_and_the_outer_ones_are_open() -> None:
    assert bins(np.array([-7.0, 0.0, 0.5, 2.5, 9.5, 700.0]), EDGES).tolist() == [0, 0, 1, 2, 2, 2]
    assert bins(3, EDGES).tolist() == [2]


def test_the_highest_of_what_is_below_zero_is_not_zero() -> None:
    watch = Watch(diary := Diary(pressure=Need("end", "highest")), table(SCENARIO), 3)
    for day, value in enumerate((-3.0, -1.0, -2.0)):
        watch.look(day, {"pressure": value})
    assert diary.seen == {2: {"pressure": -1.0}}


@FORMS
def test_weekly_counts_are_those_made_by_hand(form: dict[str, Any]) -> None:
    daily = Diary(**dict.fromkeys(quantities(SCENARIO), Need("daily")))
    worlds = np.size(form.get("worlds", 0))
    weekly = Weekly(SCENARIO, worlds)
    lived(SCENARIO, form, daily, weekly)
    for name, quantity in quantities(SCENARIO).items():
        fold: Any = {"level": lambda days: days[-1], "sum": np.sum, "highest": np.max}[quantity.over_a_week]
        for end, days in by_week(daily.of(name)).items():
            spread = [np.broadcast_to(day, (worlds,)) for day in days]
            values = [fold([day[world] for day in spread]) for world in range(worlds)]
            counted = np.histogram(values, [-np.inf, *quantity.edges[1:-1], np.inf])[0]
            assert weekly.counts[name][end // 7].tolist() == counted.tolist(), (name, end)


@FORMS
def test_the_counts_of_a_model_run_along(form: dict[str, Any]) -> None:
    """They are the sums of all days on every evening, and plain numbers in a world alone."""
    with born(SCENARIO, collect=False, **form) as model:
        assert model.counts == {**dict.fromkeys(COUNTED, 0), "pressure_max": 0.0}
        by_hand = model.counts
        while model.running:
            model.step()
            highest = np.maximum(by_hand["pressure_max"], model.value("pressure"))
            by_hand = {name: by_hand[name] + model.value(name) for name in COUNTED}
            by_hand["pressure_max"] = highest
            assert list(model.counts) == list(by_hand)
            assert all(np.array_equal(model.counts[name], by_hand[name]) for name in by_hand), model.day
            if "world" in form:
                assert {type(count) for count in model.counts.values()} <= {int, float}


def by_somebody_else(due: Due, day: int, days: list[dict[str, Number]]) -> Number:
    """What is due on a day, from the days' quantities, as the need says it."""
    since = {"daily": day, "weekly": day - day % 7, "end": 0}[due.need.when]
    span = [values[due.quantity] for values in days[since : day + 1]]
    value = {"level": lambda: span[-1], "sum": lambda: sum(span), "highest": lambda: reduce(most, span)}[due.need.how]()
    return bins(value, due.need.edges) if due.need.edges else value


@FORMS
def test_what_somebody_else_has_computed_is_shown_as_if_it_had_been_looked_at(form: dict[str, Any]) -> None:
    known = table(SCENARIO)

    def observers(worlds: Any) -> tuple[Tally, Weekly, Rows, Diary]:
        diary = Diary(pressure=Need("daily"), strikes=Need("weekly", "sum", of="us_strikes"))
        return (tally := Tally()), Weekly(SCENARIO, np.size(worlds)), Rows(worlds, SCENARIO.days, tally), diary

    def come_to(tally: Tally, weekly: Weekly, rows: Rows, diary: Diary) -> Any:
        columns = {name: [str(entry) for entry in column] for name, column in rows.columns.items()}
        return numbers([tally.counts, weekly.counts, diary.seen]), columns

    with born(SCENARIO, collect=False, **form) as model:
        looking, shown = observers(model.worlds), observers(model.worlds)
        watches = [Watch(observer, known, SCENARIO.days) for observer in shown]
        for observer in looking:
            model.watch(observer)
        days = []
        while model.running:
            model.step()
            days.append({name: model.value(name) for name in known})
            for watch in watches:
                if due := watch.due(model.day_done):
                    watch.show(model.day_done, {one.key: by_somebody_else(one, model.day_done, days) for one in due})
    assert come_to(*shown) == come_to(*looking)
    assert len(shown[2].columns["outcome"]) == np.size(model.worlds)


def test_what_has_been_added_up_can_be_read_and_set() -> None:
    """Half a week by one watch, the rest by another: the week's sum is that of all its days, and it begins anew."""
    known, values = table(SCENARIO), {"attacks_iraq": 2, "pressure": 0.5}
    needs = {
        "attacks_iraq": Need("weekly", "sum"),
        "all": Need("end", "sum", of="attacks_iraq"),
        "pressure": Need("weekly", "highest"),
        "today": Need("weekly", of="pressure"),
    }
    first = Watch(Diary(**needs), known, 9)
    assert first.needs[1] == ("all", "attacks_iraq", Need("end", "sum", of="attacks_iraq"))
    assert first.so_far == {}
    for day in range(4):
        first.look(day, values)
    assert first.so_far == {"attacks_iraq": 8, "all": 8, "pressure": 0.5}
    second = Watch(diary := Diary(**needs), known, 9)
    second.so_far = first.so_far
    for day in range(4, 7):
        second.look(day, {"attacks_iraq": 1, "pressure": 0.25})
    assert second.so_far == {"all": 11}
    second.show(8, {"attacks_iraq": 3, "all": 14, "pressure": 0.3, "today": 0.3})
    assert second.so_far == {}
    assert diary.seen == {
        6: {"attacks_iraq": 11, "pressure": 0.5, "today": 0.25},
        8: {"attacks_iraq": 3, "all": 14, "pressure": 0.3, "today": 0.3},
    }


def test_nothing_is_shown_on_a_day_on_which_nothing_is_due() -> None:
    weekly, end = Diary(pressure=Need("weekly")), Diary(pressure=Need("end"))
    lived(SCENARIO, {"world": 5}, weekly, end)
    assert (list(weekly.seen), list(end.seen)) == ([6, 13, 20, 27, 32], [32])


def test_a_quantity_is_read_once_an_evening_by_all_who_need_it_and_not_where_nobody_does() -> None:
    read: list[str] = []

    def counted(name: str) -> Quantity:
        return Quantity(name, "-", "a number", read=lambda _: read.append(name) or 1)

    watches = Watches({name: counted(name) for name in ("pressure", "troops", "fear")}, 9)
    watches.add(Diary(pressure=Need("daily"), highest=Need("weekly", "highest", of="pressure")))
    watches.add(Diary(pressure=Need("end", "sum"), troops=Need("weekly"), fear=Need("end")))
    evening: Any = None
    for day in range(9):
        watches.look(day, evening)
        read.append("|")
    assert "".join(name[0] for name in read) == "p|p|p|p|p|p|pt|p|ptf|"


def test_a_need_that_cannot_be_met_is_an_error_at_once() -> None:
    known = table(SCENARIO)
    with pytest.raises(KeyError, match="no quantity is called 'presure'"):
        Watch(Diary(mine=Need("daily", of="presure")), known, 9)
    wrong: Any = ("dayly", "total")
    for need in (Need(wrong[0]), Need("daily", wrong[1])):
        with pytest.raises(ValueError, match=r"pressure: .*(dayly|total).* is none of"):
            Watch(Diary(pressure=need), known, 9)
