"""Every shipped scenario lives the histories that the record holds."""

from __future__ import annotations

import pytest

from same.record import AGAIN, SIZES, Case, differences


def of_size(size: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", SIZES[size], ids=lambda case: case.name)


def check(size: str, case: Case) -> None:
    found = differences(size, case)
    assert not found, "\n".join([*found, AGAIN])


@pytest.mark.slow
@of_size("slow")
def test_twenty_worlds_and_their_event_logs_are_as_before(case: Case) -> None:
    check("slow", case)


@pytest.mark.nightly
@of_size("nightly")
def test_three_hundred_worlds_are_as_before(case: Case) -> None:
    check("nightly", case)
