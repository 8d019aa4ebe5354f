"""One made-up result for all tests of what people see."""

from __future__ import annotations

import pytest
from made_up import made_up

from sim.result import Result
from sim.show import pictures


@pytest.fixture(scope="session")
def result() -> Result:
    """The four scenarios of the default job, 200 worlds each."""
    return made_up()


@pytest.fixture(scope="session")
def svgs(result: Result) -> dict[str, str]:
    """Its figures as SVG, drawn once."""
    return pictures.svgs(result)
