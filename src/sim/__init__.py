"""Will Iraq push the US troops out? A scenario simulation of one question from a news article.

>>> import sim
>>> scenario = sim.load("status_quo")
>>> result = sim.run(scenario, worlds=200)        # doctest: +SKIP
>>> result.shares()                               # doctest: +SKIP

It is an exploratory model (under what conditions, through which mechanism), not a forecast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.model import WithdrawalModel
    from sim.result import Result
    from sim.runs.job import open_folder as open
    from sim.runs.job import run
    from sim.scenario.errors import ScenarioError
    from sim.scenario.load import load
    from sim.scenario.schema import Scenario
    from sim.version import __version__

_WHERE = {
    "load": "sim.scenario.load",
    "Scenario": "sim.scenario.schema",
    "ScenarioError": "sim.scenario.errors",
    "WithdrawalModel": "sim.model",
    "run": "sim.runs.job",
    "open": "sim.runs.job",
    "Result": "sim.result",
    "__version__": "sim.version",
}
__all__ = ["Result", "Scenario", "ScenarioError", "WithdrawalModel", "__version__", "load", "open", "run"]


def __getattr__(name: str) -> Any:
    """Fetch a public name when it is first asked for, so that ``import sim`` stays quick."""
    if name not in _WHERE:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), "open_folder" if name == "open" else name)
