"""What raised the prime minister's pressure: the areas are the accounts, and an act counts from its day on."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import made_up
from test_figures import overlaps, said_in

from sim.ask.histories import COURSE
from sim.model.iraq.day import NAME
from sim.model.united_states.rules import CAMPAIGN, COMMANDER, IRAQ, RESPONSE
from sim.results.result import Result
from sim.show.figures import FIGURES, histories, pressure
from sim.show.figures.histories import TypicalWorld, typical
from sim.show.report import page

FORCED = "pressure_forced_exit"


@pytest.fixture(scope="module")
def history(result: Result) -> TypicalWorld:
    """The typical forced exit."""
    found = typical(result, "forced_exit")
    assert found is not None
    return found


def test_on_the_day_of_every_account_the_areas_add_up_to_its_pressure(history: TypicalWorld) -> None:
    found = pressure.sources(history)
    days, areas = pressure.stacked(found)
    tops = np.sum(list(areas.values()), axis=0)
    before = dict(zip(days[::2], tops[::2], strict=True))
    after = dict(zip(days[1::2], tops[1::2], strict=True))
    for (day, level), _ in found.groupby(["day", "pressure"]):
        assert min(abs(before[day] - level), abs(after[day] - level)) < 1e-9, day
    assert set(areas) == set(found["kind"])


def test_the_weekly_accounts_are_no_acts_of_the_timeline(history: TypicalWorld, result: Result) -> None:
    assert (history.events["act"] == COURSE[1]).any()
    assert not (histories.acts(result, "forced_exit")["act"] == COURSE[1]).any()


def test_an_act_counts_from_its_day_on_and_not_before() -> None:
    days, shares = np.array([0.0, 7.0, 14.0]), np.array([0.0, 0.3, 0.2])
    at = pressure.course(days, shares, began=4.0)
    when = np.array([3.0, 4.0, 7.0, 10.5])
    assert list(at(when, False)) == [0.0, 0.0, 0.3, 0.25]
    assert list(at(when, True)) == [0.0, 0.3, 0.3, 0.25]
    drifts = pressure.course(days, shares, began=math.nan)
    assert drifts(np.array([3.5]), True) == 0.15
    long_ago = pressure.course(days, np.array([0.4, 0.3, 0.2]), began=-30.0)
    assert long_ago(np.array([0.0]), False) == 0.4


def test_names_keep_their_order_and_distance_and_stay_near_their_days() -> None:
    assert pressure.beside({"a": 50.0}, 10.0, 100.0) == {"a": 50.0}
    assert pressure.beside({"b": 51.0, "a": 49.0}, 10.0, 100.0) == {"a": 45.0, "b": 55.0}
    assert pressure.beside({"a": 0.0, "b": 1.0, "c": 99.0}, 10.0, 100.0) == {"a": 5.0, "b": 15.0, "c": 95.0}


def world(accounts: list[tuple[int, list[tuple[str, int | None, float]]]], acts: list[tuple[Any, ...]]) -> Result:
    """One forced exit with these acts (event, day, actor, act, rung) and these accounts of the government by day."""
    made = made_up(["x"], worlds=1, days=120, mixes={"x": (0.0, 0.0, 1.0)})
    when = made.scenarios[0].start
    rows = [("x", 0, *act, []) for act in acts]
    for number, (day, parts) in enumerate(accounts, start=len(acts)):
        level = sum(share for _, _, share in parts)
        told = [{"state": "pressure", "level": level, "source": s, "act": a, "share": v} for s, a, v in parts]
        told.append({"state": "credibility", "level": 1.0, "source": "base", "act": None, "share": 1.0})
        rows.append(("x", 0, number, day, NAME, COURSE[1], "", told))
    columns = ["scenario", "world", "event", "day", "actor", "act", "rung", "accounts"]
    events = pd.DataFrame(rows, columns=columns).assign(scripted=False, terms="{}")
    events["date"] = [when + pd.Timedelta(days=day) for day in events["day"]]
    made.__dict__["events"] = events.sort_values(["day", "event"])
    return made


ACTS = [
    (0, 3, "United States", "strike", RESPONSE.names[COMMANDER]),
    (1, 20, "United States", "self-defence", RESPONSE.names[IRAQ]),
    (2, 21, "United States", "strike", RESPONSE.names[CAMPAIGN]),
    (3, 22, "the groups' politicians", "call", "call for expulsion"),
    (4, 23, NAME, pressure.NO_PRODUCT, "special committee"),
    (5, 24, "parliament", "session", "non-binding vote"),
]
ACCOUNTS: list[tuple[int, list[tuple[str, int | None, float]]]] = [
    (0, [("base", None, 0.15), ("front gaza", None, 0.1)]),
    (7, [("base", None, 0.15), ("front gaza", None, 0.1), ("act", 0, 0.3)]),
    (
        28,
        [("base", None, 0.15), ("front gaza", None, 0.1), ("front red_sea", None, 0.02), ("front lebanon", None, 0.03)]
        + [("act", number, 0.05 + number / 100) for number in range(6)]
        + [("older", None, 0.01), ("something new", None, 0.02)],
    ),
]


def test_every_source_has_its_area() -> None:
    found = pressure.by_kind(world(ACCOUNTS, ACTS), "forced_exit")
    last = found[found["day"] == 28]
    kinds = dict(zip(last["source"], last["kind"], strict=True))
    assert kinds == {
        "base": "base",
        "Gaza": "gaza",
        "the Red Sea": "fronts",
        "Lebanon": "fronts",
        "killing": "killings",
        "self-defence": "strikes",
        "large campaign": "killings",
        "call for expulsion": "calls",
        "committee ends without a product": "committees",
        "session": "others",
        "older": "older",
        "something new": "others",
    }
    assert set(kinds.values()) == set(pressure.KINDS)
    assert pressure.words("fronts", last) == "other fronts (Lebanon and the Red Sea)"


def test_the_largest_acts_are_named_with_date_and_share_in_picture_and_words() -> None:
    made = world(ACCOUNTS, ACTS)
    figure = FIGURES[FORCED](made)
    said = said_in(figure)
    assert "killing +0.30 on 13 Jan 2024" in said
    assert "session +0.10 on 3 Feb 2024" in said
    assert "self-defence +" not in said, "more acts are named than the picture has room for"
    assert overlaps(figure) == []
    told = FIGURES[FORCED].describe(made)
    assert "killing of 13 January 2024, 0.30" in told
    assert "Highest: 0.78 on 7 February 2024 (always there 0.15; the war in Gaza 0.10;" in told


def test_what_is_left_of_an_act_before_the_first_day_is_named_at_the_edge() -> None:
    acts = [(0, -6, "United States", "strike", RESPONSE.names[COMMANDER])]
    made = world([(0, [("base", None, 0.15), ("act", 0, 0.21)]), (7, [("base", None, 0.15), ("act", 0, 0.19)])], acts)
    figure = FIGURES[FORCED](made)
    assert "killing 0.21 left of 4 Jan 2024" in said_in(figure)
    assert overlaps(figure) == []
    assert "killing of 4 January 2024, 0.21" in FIGURES[FORCED].describe(made)


def test_the_table_has_the_last_account_of_each_month() -> None:
    table = FIGURES[FORCED].table(world(ACCOUNTS, ACTS))
    assert table.heads[:4] == ("date", "pressure", "always there", "the war in Gaza")
    assert [row[:3] for row in table.rows] == [("2024-01-17", "0.55", "0.15"), ("2024-02-07", "0.78", "0.15")]


@pytest.mark.parametrize("empty", [False, True])
def test_acts_without_accounts_are_said_to_be_of_an_older_version_once(empty: bool) -> None:
    made = made_up(["status_quo", "forced_exit"], worlds=20, days=60, accounts=empty)
    if empty:
        made.__dict__["events"] = made.events.assign(accounts=[[]] * len(made.events))
    assert FIGURES[FORCED].missing(made) == FIGURES[FORCED].describe(made) == pressure.NO_ACCOUNTS
    assert page(made, {}).count(pressure.NO_ACCOUNTS) == 1
    assert len(FIGURES[FORCED].numbers(made)) == 0


def test_the_names_by_which_acts_are_told_apart_are_the_model_s() -> None:
    assert pressure.GOVERNMENT == NAME
    assert RESPONSE.names[COMMANDER].startswith(pressure.KILLING)
    assert RESPONSE.names[CAMPAIGN].startswith(pressure.CAMPAIGN)
