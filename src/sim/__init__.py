"""Will Iraq push the US troops out? A scenario simulation of one question from a news article.

>>> import sim
>>> scenario = sim.load("status_quo")
>>> result = sim.run(scenario, worlds=200)        # doctest: +SKIP
>>> result.shares()                               # doctest: +SKIP

It is an exploratory model (under what conditions, through which mechanism), not a forecast.

What there is:

- ``scenarios()``: the shipped scenarios, by name
- ``load(name_or_path)``: a scenario, of a shipped name or a .toml file; ``scenario.replace(…)`` changes it
- ``run(scenarios, worlds=…, seed=…, out=…)``: many worlds of each, as a ``Result``
- ``sweep(base, design, worlds=…, out=…)``: many points of a design, as a ``Sweep``
- ``whatif(scenario, at=…, alternatives=…, worlds=…)``: the same worlds, otherwise from a day on, as a ``WhatIf``
- ``open(folder)``: the ``Result`` (or ``Sweep``) that a results folder holds
- ``explain(scenario, world=…)``: the history of one world, told, with the tree of its causes, as a ``History``
- ``WithdrawalModel(scenario, seed=…, world=…)``: one world as a model of Mesa, day by day
- ``choice(name=…, version=…)``: declares a function that chooses in an actor's place
- ``Scenario``, ``Result``, ``Sweep``, ``History``, ``WhatIf``, ``ScenarioError``: what these give and raise

``help(sim.run)`` says more of each. What a call cannot take is a ValueError that names the argument. In a notebook
each of these shows itself: put it, or ``result.plot("outcomes")``, at the end of a cell.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.language.door import Door

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

    from sim.ask.whatif import WhatIf
    from sim.engine.mesa import WithdrawalModel
    from sim.jobs.run import open_folder as open
    from sim.jobs.run import run
    from sim.jobs.sweep import sweep
    from sim.jobs.whatif import whatif
    from sim.model.choice import choice
    from sim.results.result import Result
    from sim.scenario.errors import ScenarioError
    from sim.scenario.load import load
    from sim.scenario.schema import Scenario
    from sim.show.objects import Listing
    from sim.show.telling.history import History, explain
    from sim.sweeps.sweep import Sweep
    from sim.version import __version__

_WHERE = {
    "load": "sim.scenario.load",
    "Scenario": "sim.scenario.schema",
    "ScenarioError": "sim.scenario.errors",
    "run": "sim.jobs.run",
    "choice": "sim.model.choice",
    "open": "sim.jobs.run",
    "sweep": "sim.jobs.sweep",
    "explain": "sim.show.telling.history",
    "History": "sim.show.telling.history",
    "Sweep": "sim.sweeps.sweep",
    "whatif": "sim.jobs.whatif",
    "WhatIf": "sim.ask.whatif",
    "Result": "sim.results.result",
    "__version__": "sim.version",
}
__all__ = [
    "History", "Result", "Scenario", "ScenarioError", "Sweep", "WhatIf", "WithdrawalModel", "__version__", "choice",
    "explain", "load", "open", "run", "scenarios", "sweep", "whatif",
]  # fmt: skip

# In a notebook Mesa's import asks for widgets, in red below the first cell; nothing here needs any.
warnings.filterwarnings("ignore", "IProgress not found")


def __getattr__(name: str) -> Any:
    """Fetch a public name when it is first asked for, so that ``import sim`` stays quick."""
    if name == "WithdrawalModel":
        return _model()
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), "open_folder" if name == "open" else name)
    said = f"module 'sim' has no attribute {name!r}"
    if not name.startswith("_"):  # whoever looks for these asks what a module can do, and reads no words
        said += _meant(name)
    raise AttributeError(said, name=name)


def __dir__() -> list[str]:
    """What there is: the public names, whether they have been fetched or not, and what every module has."""
    about = (name for name, value in globals().items() if name.startswith("__") and not callable(value))
    return sorted({*__all__, *about})


def _meant(name: str) -> str:
    """What a name that is not there was probably meant to be, at the end of a sentence."""
    from difflib import get_close_matches
    from pathlib import Path

    if any(Path(__file__).with_name(part).exists() for part in (name, f"{name}.py")):
        return f"; it is a part of the package: import sim.{name}"
    plain = {one.casefold().replace("_", ""): one for one in __all__}
    near = get_close_matches(name.casefold().replace("_", ""), plain, 1)
    known = [one for one in __all__ if not one.startswith("_")]
    return f"; did you mean {plain[near[0]]!r}?" if near else f"; there is {', '.join(known)}"


# --- what stands behind the doors of lower layers ---


def scenarios() -> Listing:
    """The shipped scenarios: name, title, what conditions they are, and whose view.

    A table in a notebook, lines elsewhere; it goes through the names one by one, and ``.frame()`` is a DataFrame.
    """
    from sim.show.objects import scenario_list

    return scenario_list()


def _model() -> type[WithdrawalModel]:
    """The model, which learns here what a notebook shows of it: the files that decide a history know nothing of it."""
    from sim.engine.mesa import WithdrawalModel
    from sim.show.objects import model_page

    WithdrawalModel._repr_html_ = model_page
    return WithdrawalModel


def _model_of_sweep(sweep: Sweep, point: int, world: int, *, events: bool = False) -> WithdrawalModel:
    scenario, numbers = sweep.told(point)
    return _model()(scenario, seed=sweep.seed_of(point), world=world, overrides=numbers, events=events)


def _replace(scenario: Scenario, **changes: Any) -> Scenario:
    from sim.scenario.load import replace, told_apart

    return told_apart(replace(scenario, changes), changes)


def _scenario_page(scenario: Scenario) -> str:
    from sim.show.objects import scenario_page

    return scenario_page(scenario)


def _plot(result: Result, name: str | None = None) -> Figure | Listing:
    from sim.scenario.arguments import refuse

    if name is None:
        from sim.show.objects import figure_list

        return figure_list()
    if not isinstance(name, str):
        refuse("name", "the name of a figure, such as 'outcomes'", name)
    from sim.show.displayed import figure_named

    return figure_named(result, name)


def _plot_difference(result: Result, other: Result) -> Figure:
    from sim.scenario.arguments import refuse
    from sim.show.displayed import of_two

    if not isinstance(other, type(result)):
        refuse("other", "another Result", other)
    return of_two(result, other)


def _save(result: Result, folder: str | Path, *, overwrite: bool = False, figures: bool = True) -> Path:
    from sim.jobs.save import save

    return save(result, folder, overwrite=overwrite, figures=figures)


def _result_page(result: Result) -> str:
    from sim.show.objects import result_page

    return result_page(result)


def _plot_sweep(sweep: Sweep, name: str | None = None) -> Figure | Listing:
    from sim.scenario.arguments import refuse

    if name is None:
        from sim.show.objects import sweep_figure_list

        return sweep_figure_list(sweep)
    if not isinstance(name, str):
        refuse("name", "the name of a figure, such as 'response'", name)
    from sim.show.displayed import of_sweep

    return of_sweep(sweep, name)


def _text_of_whatif(found: WhatIf) -> str:
    from sim.show.whatif import text

    return text(found)


def _plot_whatif(found: WhatIf) -> Figure:
    from sim.show.figures import draw

    return draw(found.result, "whatif")


def _html_of_whatif(found: WhatIf) -> str:
    from sim.show.whatif import html

    return html(found)


def _sweep_page(sweep: Sweep) -> str:
    from sim.show.objects import sweep_page

    return sweep_page(sweep)


Door.opens("Scenario.replace", _replace)
Door.opens("Scenario._repr_html_", _scenario_page)
Door.opens("WhatIf.text", _text_of_whatif)
Door.opens("WhatIf.plot", _plot_whatif)
Door.opens("WhatIf._repr_html_", _html_of_whatif)
Door.opens("Result.plot", _plot)
Door.opens("Result.plot_difference", _plot_difference)
Door.opens("Result.save", _save)
Door.opens("Result._repr_html_", _result_page)
Door.opens("Sweep.plot", _plot_sweep)
Door.opens("Sweep.model", _model_of_sweep)
Door.opens("Sweep._repr_html_", _sweep_page)
