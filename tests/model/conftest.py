"""A short past for the tests of mechanisms: they hang on what a test sets, not on what a year of spin-up leaves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def short_past() -> Iterator[None]:
    """Forty days of spin-up instead of a year, for a whole file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.engine.almanac.SPIN_UP", 40)
        yield
