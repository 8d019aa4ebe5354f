"""Waiting for another process, however long a busy machine takes."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

PATIENCE = 600
"""Seconds after which something that is waited for will not come. No test is meant to come near it."""


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Waits until something holds; fails in words where it never does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"waited {PATIENCE} s in vain: {what}")
        time.sleep(0.02)
