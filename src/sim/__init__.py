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

from sim.language.door import Door

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

    from sim.engine.mesa import WithdrawalModel
    from sim.jobs.run import open_folder as open
    from sim.jobs.run import run
    from sim.model.choice import choice
    from sim.results.result import Result
    from sim.scenario.errors import ScenarioError
    from sim.scenario.load import load
    from sim.scenario.schema import Scenario
    from sim.version import __version__

_WHERE = {
    "load": "sim.scenario.load",
    "Scenario": "sim.scenario.schema",
    "ScenarioError": "sim.scenario.errors",
    "WithdrawalModel": "sim.engine.mesa",
    "run": "sim.jobs.run",
    "choice": "sim.model.choice",
    "open": "sim.jobs.run",
    "Result": "sim.results.result",
    "__version__": "sim.version",
}
__all__ = ["Result", "Scenario", "ScenarioError", "WithdrawalModel", "__version__", "choice", "load", "open", "run"]


def __getattr__(name: str) -> Any:
    """Fetch a public name when it is first asked for, so that ``import sim`` stays quick."""
    if name not in _WHERE:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), "open_folder" if name == "open" else name)


# --- what stands behind the doors of lower layers ---


def _replace(scenario: Scenario, **changes: Any) -> Scenario:
    from sim.scenario.load import replace, told_apart

    return told_apart(replace(scenario, changes), changes)


def _plot(result: Result, name: str) -> Figure:
    from sim.show.figures import draw

    return draw(result, name)


def _plot_difference(result: Result, other: Result) -> Figure:
    from sim.show.versus import draw

    return draw(result, other)


def _save(result: Result, folder: str | Path, *, overwrite: bool = False, figures: bool = True) -> Path:
    from sim.jobs.save import save

    return save(result, folder, overwrite=overwrite, figures=figures)


Door.opens("Scenario.replace", _replace)
Door.opens("Result.plot", _plot)
Door.opens("Result.plot_difference", _plot_difference)
Door.opens("Result.save", _save)
