"""What all tests share: no property hangs on the speed of the machine, and waiting has an end."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

# Hypothesis else fails a property whose example took a fifth of a second, or whose examples are made slowly.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")

PATIENCE = 600
"""Seconds after which something that is waited for will not come. No test is meant to come near it."""


@pytest.fixture
def wait_until() -> Callable[[Callable[[], object], str], None]:
    """Waits until something holds, however long a busy machine takes; fails in words where it never does."""

    def wait(holds: Callable[[], object], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > end:
                pytest.fail(f"waited {PATIENCE} s in vain: {what}")
            time.sleep(0.02)

    return wait
