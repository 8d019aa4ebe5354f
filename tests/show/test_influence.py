"""Who pushed whom: shares by the actor of the source act, each account with a weight of one."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import combinations
from typing import Any

import pandas as pd
import pytest
from made_up import GROUPS, made_up
from matplotlib.patches import FancyArrowPatch
from test_figures import overlaps, said_in

from sim.ask.histories import COURSE
from sim.results.result import Result
from sim.show import phrases, style
from sim.show.figures import FIGURES, influence

PLOT = FIGURES["influence"]
Part = tuple[str, str, int | None, float]


def world(acts: list[tuple[int, int, str, str, list[Part]]]) -> Result:
    """One forced exit with these acts: event, day, actor, act, and of its accounts state, source, act, share."""
    made = made_up(["x"], worlds=1, days=120, mixes={"x": (0.0, 0.0, 1.0)})
    rows = []
    for event, day, actor, act, parts in acts:
        levels: dict[str, float] = {}
        for state, _, _, share in parts:
            levels[state] = levels.get(state, 0.0) + share
        told = [{"state": s, "level": levels[s], "source": n, "act": a, "share": v} for s, n, a, v in parts]
        rows.append(("x", 0, event, day, actor, act, "", told))
    columns = ["scenario", "world", "event", "day", "actor", "act", "rung", "accounts"]
    events = pd.DataFrame(rows, columns=columns).assign(scripted=False, terms="{}")
    events["date"] = [made.scenarios[0].start + pd.Timedelta(days=day) for day in events["day"]]
    made.__dict__["events"] = events.sort_values(["day", "event"])
    return made


GOVERNMENT, WEEKLY = COURSE
ACTS: list[tuple[int, int, str, str, list[Part]]] = [
    (0, -20, "United States", "strike", []),
    (1, 1, GROUPS[0], "attack", []),
    (2, 2, "United States", "response", [("stress", "act", 1, 3.0), ("stress", "older", None, 1.0)]),
    (3, 3, GOVERNMENT, WEEKLY, [("pressure", "base", None, 0.1), ("pressure", "act", 0, 0.3)]),
    (4, 10, GOVERNMENT, WEEKLY, [("pressure", "front gaza", None, 0.2), ("pressure", "act", 0, 0.2)]),
    (5, 11, GOVERNMENT, "act", [("pressure", "act", 0, 0.9)]),  # between the weeks: not read again
    (
        6,
        12,
        "Iran",
        "sends a new order",
        [("order on its way", "front red_sea", None, 0.3), ("order on its way", "allies in government", None, -0.1)],
    ),
    (7, 13, GROUPS[0], "posture", [("go-ahead", "front red_sea", None, 0.3), ("go-ahead", "base", None, 0.1)]),
    (8, 13, GROUPS[1], "posture", [("fresh reasons", "act", 0, 0.5), ("fresh reasons", "something new", None, 0.5)]),
    (9, 14, "the groups' politicians", "call", [("calls", "act", 0, 1e-9)]),  # zero with two digits: not read
    (10, 15, "somebody new", "posture", [("mood", "base", None, 1.0)]),
]


def shares(made: Result) -> dict[tuple[str, str], tuple[float, float]]:
    """What pushes and what holds, by target and source."""
    return {(row.target, row.source): (row.pushes, row.holds) for row in PLOT.numbers(made).itertuples()}  # type: ignore[misc]


def test_sources_are_added_up_by_whose_act_or_which_front_they_are() -> None:
    found = shares(world(ACTS))
    assert found == {
        ("Iran", "the fronts"): pytest.approx((0.75, 0.0)),
        ("Iran", GOVERNMENT): pytest.approx((0.0, 0.25)),
        ("the groups", "Iran"): pytest.approx((0.5, 0.0)),  # the go-ahead is Iran's, whatever it is made of
        ("the groups", "United States"): pytest.approx((0.25, 0.0)),
        ("the groups", influence.OTHER): pytest.approx((0.25, 0.0)),
        ("United States", "the groups"): pytest.approx((0.75, 0.0)),
        ("United States", influence.ALWAYS): pytest.approx((0.25, 0.0)),
        (GOVERNMENT, "United States"): pytest.approx((0.625, 0.0)),
        (GOVERNMENT, "the fronts"): pytest.approx((0.25, 0.0)),
        (GOVERNMENT, influence.ALWAYS): pytest.approx((0.125, 0.0)),
    }


def test_the_shares_of_an_actor_add_up_to_one(result: Result) -> None:
    numbers = PLOT.numbers(result)
    assert len(numbers)
    sums = (numbers["pushes"] + numbers["holds"]).groupby(numbers["target"]).sum()
    assert list(sums) == pytest.approx([1.0] * len(sums))
    assert (numbers[["pushes", "holds"]] >= 0).all().all()


def test_arrows_have_the_colour_of_their_source_and_the_thickness_of_the_share() -> None:
    figure = PLOT(world(ACTS))
    arrows = [patch for patch in figure.axes[0].patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == 7, "nothing that is no actor has an arrow"
    widths: dict[Any, list[float]] = {}
    for arrow in arrows:
        widths.setdefault(arrow.get_edgecolor(), []).append(arrow.get_linewidth())
    assert len(widths) == 5, "five actors push"
    assert max(width for found in widths.values() for width in found) == pytest.approx(0.5 + 0.75 * influence.THICKEST)
    assert sum(arrow.get_linestyle() != "-" and arrow.get_linestyle() != "solid" for arrow in arrows) == 1
    said = said_in(figure)
    assert "held by Iraqi government 25 %" in said
    assert "(world 0), since only their acts were kept in full" in said
    assert overlaps(figure) == []


def test_no_box_lies_on_another(result: Result) -> None:
    for made in (result, world(ACTS), made_up(["x"], worlds=30, days=300, mixes={"x": (0.4, 0.3, 0.3)})):
        for slide in (False, True):
            with style.slides(PLOT.sentence(made)) if slide else nullcontext():
                figure = PLOT(made)
            found = [patch for patch in figure.axes[0].patches if patch.get_zorder() == 3]
            assert len(found) == len(influence.NODES)
            for one, two in combinations([patch.get_window_extent() for patch in found], 2):
                assert not one.overlaps(two)


def test_words_table_and_sentence_have_the_same_numbers() -> None:
    made = world(ACTS)
    told = PLOT.describe(made)
    assert "Iraqi government (pressure, week by week, 2 accounts): United States 62.5 %, the fronts 25.0 %" in told
    assert ("Iraqi government", "pressure, week by week", "United States", "62.5 %", "0 %", "2") in PLOT.table(
        made
    ).rows
    assert PLOT.sentence(made) == (
        "Who was moved most by whom in the typical history of this run: Iraqi government by United States (62.5 %); "
        "Iran by the fronts (75.0 %); the groups by Iran (50.0 %); United States by the groups (75.0 %)."
    )


def test_without_acts_or_accounts_it_says_why() -> None:
    assert "No acts were recorded" in PLOT.missing(made_up(["x"], worlds=5, days=30, events=False))
    assert PLOT.missing(made_up(["x"], worlds=5, days=30, accounts=False)) == influence.NO_ACCOUNTS


def test_every_actor_of_the_scheme_has_a_place_of_its_own_and_a_colour() -> None:
    places = {(node.x, node.y) for node in influence.NODES.values()}
    assert len(places) == len(influence.NODES)
    assert {node.whose for node in influence.NODES.values()} == set(style.ACTORS)
    assert all(phrases.actor(name) for name in influence.NODES)
