"""One made-up result for all tests of what people see."""

from __future__ import annotations

import pytest
from made_up import made_up

from sim.results.result import Result
from sim.show import pictures
from sim.show.tables import main_part


@pytest.fixture(scope="session")
def result() -> Result:
    """The three of the main job, 200 worlds each; its ``whole`` has companions beside them."""
    return main_part(made_up())


@pytest.fixture(scope="session")
def svgs(result: Result) -> dict[str, str]:
    """Its figures as SVG, drawn once."""
    return pictures.svgs(result)
