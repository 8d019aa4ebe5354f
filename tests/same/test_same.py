"""The model lives the histories that the record holds; and the comparison sees what moves, down to one bit."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from same.record import AGAIN, READABLE, SIZES, Case, differences, first_difference, hashes, moved, recorded, rows_of


@pytest.mark.parametrize(
    "case",
    [case if case.scenario == "forced_exit" else pytest.param(case, marks=pytest.mark.slow) for case in SIZES["small"]],
    ids=lambda case: case.name,
)
def test_the_main_scenarios_are_as_before(case: Case) -> None:
    """Of all three ``tests/model/test_baseline.py`` compares the first months every time."""
    assert case in READABLE
    found = differences("small", case)
    assert not found, "\n".join([*found, AGAIN])


@pytest.mark.parametrize("size", SIZES)
def test_the_record_holds_every_case_and_no_other(size: str) -> None:
    found = recorded(size)
    assert set(found) == {case.name for case in SIZES[size]}, AGAIN
    for case in SIZES[size]:
        assert len(found[case.name]["worlds"]) == case.worlds
        assert len(found[case.name].get("logs", ())) == case.worlds * case.log
    assert len({str(entry) for entry in found.values()}) == len(found)  # no two cases are alike


# ------------------------------------------------------------------------------------------------ what it sees
def block() -> Any:
    """Three made-up worlds. The second has three events."""
    row = {"world": 1, "day": 4, "actor": "Iran", "act": "order", "rung": "brake", "rule": "iran.go_ahead"}
    rows = [
        row | {"terms": '{"talks": 0.25, "fear": 0.0}'},
        row | {"actor": "Iraq", "terms": '{"pressure": 0.5}'},
        row | {"day": 12, "terms": "{}"},
    ]
    return SimpleNamespace(
        worlds={
            "world": np.arange(3),
            "outcome": np.array(["us_stays", "forced_exit", "us_stays"], object),
            "outcome_day": np.array([np.nan, 17.0, np.nan]),
            "attacks": np.array([4, 0, 9]),
            "pressure": np.array([0.1, 0.0, 0.3]),
        },
        weekly={"fear": np.array([[3, 0], [2, 1]]), "troops": np.array([[0, 3], [0, 3]])},
        events={name: [entry[name] for entry in rows] for name in rows[0]},
    )


def said_after(change: Callable[[Any], None]) -> list[str]:
    """What the comparison says when the made-up worlds are changed."""
    changed = block()
    change(changed)
    return moved(hashes(block()), hashes(changed))


def swapped(events: dict[str, list[Any]], one: int, other: int) -> None:
    for column in events.values():
        column[one], column[other] = column[other], column[one]


@pytest.mark.parametrize("name", ["attacks", "pressure", "outcome_day"])
def test_one_bit_of_one_world_names_the_column_and_the_world(name: str) -> None:
    for bit in range(63):

        def flip(changed: Any, bit: int = bit) -> None:
            changed.worlds[name].view(np.int64)[1] ^= 1 << bit

        assert said_after(flip) == [f"column {name} moved", "columns of world 1"]


def test_another_ending_names_the_column_and_the_world() -> None:
    def change(changed: Any) -> None:
        changed.worlds["outcome"][2] = "us_stay"

    assert said_after(change) == ["column outcome moved", "columns of world 2"]


def test_one_world_in_another_bin_names_the_weekly_quantity() -> None:
    def change(changed: Any) -> None:
        changed.weekly["fear"][1] += [1, -1]

    assert said_after(change) == ["weekly quantity fear moved"]


def test_a_column_that_comes_or_goes_is_named() -> None:
    def change(changed: Any) -> None:
        changed.weekly["anger"] = changed.weekly.pop("troops")

    assert said_after(change) == ["weekly quantity troops is gone", "weekly quantity anger is new"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("day", 5),
        ("actor", "US"),
        ("act", "hint"),
        ("rung", "truce"),
        ("rule", "iran.press"),
        ("terms", '{"talks": 0.250001, "fear": 0.0}'),
    ],
)
def test_a_changed_event_names_the_world(name: str, value: Any) -> None:
    def change(changed: Any) -> None:
        changed.events[name][0] = value

    assert said_after(change) == ["event log of world 1"]


def test_events_may_change_places_within_a_day_only() -> None:
    assert said_after(lambda changed: swapped(changed.events, 0, 1)) == []

    def on_another_day(changed: Any) -> None:
        swapped(changed.events, 1, 2)
        changed.events["day"] = [4, 4, 12]

    assert said_after(on_another_day) == ["event log of world 1"]


def test_the_sign_of_a_zero_is_no_difference() -> None:
    def change(changed: Any) -> None:
        changed.worlds["pressure"][1] = -0.0
        changed.events["terms"][0] = '{"talks": 0.25, "fear": -0.0}'

    assert said_after(change) == []


def test_the_first_day_that_differs_is_shown_with_its_rows() -> None:
    old = rows_of(block().events, range(3))[1]
    changed = block()
    changed.events["rung"][0] = "truce"
    changed.events["rung"][2] = "let run"
    new = rows_of(changed.events, range(3))[1]
    assert first_difference(old, old) == []
    assert first_difference(old, new) == [
        "first difference on day 4:",
        '- 4 | Iran | order | brake | iran.go_ahead | {"talks": 0.25, "fear": 0.0}',
        '+ 4 | Iran | order | truce | iran.go_ahead | {"talks": 0.25, "fear": 0.0}',
    ]
    assert first_difference(old, old[:-1]) == [
        "first difference on day 12:",
        "- 12 | Iran | order | brake | iran.go_ahead | {}",
    ]
