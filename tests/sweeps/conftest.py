"""What the tests of sweeps share: a base, designs, sweeps of made-up worlds, and folders compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import fake_lived
import pytest

from sim.jobs import sweep as job
from sim.runs.work import Way
from sim.scenario.schema import Scenario
from sim.sweeps.design import Design
from sim.sweeps.sweep import Sweep


@pytest.fixture
def base() -> Scenario:
    """A short scenario."""
    return Scenario(name="calm", days=30)


@pytest.fixture
def made() -> Callable[..., Sweep]:
    """A sweep of made-up worlds in a folder: of a design, with options of the job and of the way."""

    def make(design: Design, out: Path, *, way: Mapping[str, Any] | None = None, **asked: Any) -> Sweep:
        way = {"simulate": fake_lived.lived, **(way or {})}
        return job.run_job(job.job_of(design, **{"worlds": 120, **asked}), out, Way(**way), figures=False)

    return make


@pytest.fixture
def plain_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pages: their tests are elsewhere."""
    monkeypatch.setattr(job, "present", lambda *_of: [])
