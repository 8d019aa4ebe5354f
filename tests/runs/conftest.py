"""What the tests of runs share: two scenarios, plain pages in place of the report, and folders compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import fake_model
import pytest

from sim.disk.writing import put
from sim.engine import ways
from sim.jobs import run as job
from sim.results.result import Result
from sim.scenario.schema import Scenario


def plain_pages(result: Result, folder: Path, figures: bool = True, _step: object = None) -> list[Path]:
    """In place of the report, whose tests are elsewhere: two pages that hold what they may, and a figure."""
    files = [
        put(folder / "summary.md", json.dumps(result.provenance)),
        put(folder / "report.html", result.shares().to_html()),
    ]
    return [*files, put(folder / "figures" / "shares.svg", "<svg/>")] if figures else files


@pytest.fixture(autouse=True)
def _plain_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "present", plain_pages)


@pytest.fixture(autouse=True)
def _no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """No llvmlite, so that these tests are the same on every machine; test_engines.py has it."""
    monkeypatch.setattr(ways, "lacking", lambda: "There is none in these tests.")


@pytest.fixture
def two() -> list[Scenario]:
    """Two short scenarios."""
    return [Scenario(name="calm", days=30), Scenario(name="history/storm", title="A storm", days=40)]


@pytest.fixture
def run() -> Callable[..., Result]:
    """The run itself, over made-up worlds."""
    return partial(job.run, simulate=fake_model.simulate)


@pytest.fixture
def count_worlds() -> Callable[[Any], tuple[Any, list[int]]]:
    """A stand-in for the model that also notes how many worlds each call was for, and that list."""

    def counting(simulate: Any) -> tuple[Any, list[int]]:
        calls: list[int] = []

        def counted(scenario: Scenario, *, seed: int, worlds: Any, events: bool) -> Any:
            calls.append(len(worlds))
            return simulate(scenario, seed=seed, worlds=worlds, events=events)

        return counted, calls

    return counting
