"""Every shipped scenario lives the histories that the record holds."""

from __future__ import annotations

import pytest

from same.record import AGAIN, SIZES, Case, differences
from sim.scenario.load import load


def of_size(size: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", SIZES[size], ids=lambda case: case.name)


def check(size: str, case: Case) -> None:
    found = differences(size, case)
    assert not found, "\n".join([*found, AGAIN])


SOON = ("status_quo", "negotiated_exit", "forced_exit", "no_leverage", "is_resurgence", "history/gaza_2023")
"""Scenarios that are among the slow tests as they are shipped: between them they have every kind of condition."""


def soon(case: Case) -> bool:
    """Whether a case is among the slow tests."""
    return case.scenario in SOON and case.uncertainty == load(case.scenario).uncertainty


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=pytest.mark.slow if soon(case) else pytest.mark.nightly) for case in SIZES["slow"]],
    ids=lambda case: case.name,
)
def test_twenty_worlds_and_their_event_logs_are_as_before(case: Case) -> None:
    """The nightly ones add the other scenarios, and numbers drawn otherwise than the scenario says."""
    check("slow", case)


@pytest.mark.nightly
@of_size("nightly")
def test_three_hundred_worlds_are_as_before(case: Case) -> None:
    check("nightly", case)
