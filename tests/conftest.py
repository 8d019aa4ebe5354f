"""What all tests share: no property hangs on the speed of the machine. (Their folder is on the path by this file.)"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from folders import bytes_of

# Hypothesis else fails a property whose example took a fifth of a second, or whose examples are made slowly.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")


@pytest.fixture(scope="module")
def short_past() -> Iterator[None]:
    """Twelve days of spin-up instead of a year, for a file that claims nothing of the past. No process sees it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.engine.almanac.SPIN_UP", 12)
        yield


@pytest.fixture
def short_past_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for one test."""
    monkeypatch.setattr("sim.engine.almanac.SPIN_UP", 12)


@pytest.fixture
def same() -> Callable[[Path, Path], None]:
    """Asserts that two results folders hold the same files with the same bytes."""

    def check(one: Path, other: Path) -> None:
        first, second = bytes_of(one), bytes_of(other)
        assert list(first) == list(second)
        assert [name for name in first if first[name] != second[name]] == []

    return check
