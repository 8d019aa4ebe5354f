"""Every shipped scenario lives the histories that the record holds."""

from __future__ import annotations

import pytest

from same.record import AGAIN, SIZES, Case, differences


def of_size(size: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", SIZES[size], ids=lambda case: case.name)


AS_SHIPPED = [case for case in SIZES["slow"] if case.uncertainty != "judgement"]
JUDGED = [case for case in SIZES["slow"] if case.uncertainty == "judgement"]


def check(size: str, case: Case) -> None:
    found = differences(size, case)
    assert not found, "\n".join([*found, AGAIN])


@pytest.mark.slow
@pytest.mark.parametrize("case", AS_SHIPPED, ids=lambda case: case.name)
def test_twenty_worlds_and_their_event_logs_are_as_before(case: Case) -> None:
    check("slow", case)


@pytest.mark.nightly
@pytest.mark.parametrize("case", JUDGED, ids=lambda case: case.name)
def test_so_they_are_where_every_judgement_is_drawn(case: Case) -> None:
    """It adds whose event log alone moves with a number that the ranges of judgement move."""
    check("slow", case)


@pytest.mark.nightly
@of_size("nightly")
def test_three_hundred_worlds_are_as_before(case: Case) -> None:
    check("nightly", case)
