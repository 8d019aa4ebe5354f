"""The model as other libraries take it: EMA Workbench, SALib, Mesa's ``batch_run``.

What they ask for point by point is lived in blocks where that can be had: all experiments of an EMA Workbench call, or
all rows of a SALib sample, are the points of one sweep in memory, and nothing is written. EMA Workbench is in the extra
``study``; the problem that SALib is given is a plain dict, and Mesa is there always.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim.disk.errors import InputError
from sim.engine.fingerprint import model_hash
from sim.engine.mesa import WithdrawalModel
from sim.engine.observe import WORLD_COLUMNS, Rows
from sim.engine.ways import Engine
from sim.model.outcomes import OUTCOMES
from sim.runs.errors import RunFailed
from sim.runs.work import Way
from sim.scenario.arguments import scenario_of, seed_of, whole
from sim.scenario.schema import Scenario
from sim.sweeps import work
from sim.sweeps.design import Design, Dimension, Dimensions, column, dimensions_of, frame
from sim.sweeps.names import changed, named
from sim.sweeps.points import Names, points_of
from sim.sweeps.store import NOBODY, Job, SweepFolder
from sim.sweeps.values import is_number, sort_of
from sim.version import __version__

if TYPE_CHECKING:
    import pandas as pd

MEASURES = {
    **{outcome: f"share of worlds that end in {outcome}" for outcome in OUTCOMES},
    "outcome_day": "median day of the decision in the worlds that have one; NaN where none has",
    "attacks_iraq": "mean number of attacks on US forces in Iraq",
    "pressure_max": "mean of the highest pressure on the prime minister",
}
"""What is said of a point: one number each."""
EXTRA = "it comes with `run.py setup --study`, or with pip install 'iraq-withdrawal-sim[study]'"


# --- many points at once, in memory -------------------------------------------------------------------------


class InMemory(SweepFolder):
    """The finished parts of a sweep that nobody keeps: as a folder has them, without one."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.files: dict[str, bytes] = {}

    def write(self, folder: str, stem: str, worlds: bytes, weekly: bytes | None) -> str:  # noqa: ARG002
        """Takes a part; returns its name."""
        name = f"{folder}/{len(self.files):08d}-{stem}"
        self.files[name] = worlds
        return name

    def read(self, name: str, weekly: bool = False) -> bytes:  # noqa: ARG002
        """The content of a part."""
        return self.files[name]


def measured(
    design: Design,
    *,
    worlds: int = 200,
    seed: int | None = 1,
    workers: int = 1,
    engine: Engine = "auto",
    skip_refused: bool = False,
) -> pd.DataFrame:
    """What comes of each row of a design, one number a measure (:data:`MEASURES`); nothing is written.

    The worlds are those of ``sim.sweep`` with the same seed: world w has the same luck at every point. A row that no
    scenario could be is refused before anything is lived (ScenarioError, InputError); with ``skip_refused`` all of it
    is NaN. RunFailed where worlds could not be lived.
    """
    import pandas as pd

    points = points_of(design, skip_refused=skip_refused)
    asked = {number for number in points.rows if number >= 0}
    job = Job(points, whole("worlds", worlds, 1), seed_of(seed), "common", (), "", model_hash(), __version__)
    # Bases are points of every sweep, and nobody asked for them here.
    groups = (replace(one, **_without(one, asked)) for one in points.groups)
    job = replace(job, points=replace(points, groups=tuple(one for one in groups if one.points)))
    store = InMemory()
    failed = work.fill(store, job, Way(workers, engine=engine)) if asked else []
    if failed:
        raise RunFailed(f"{len(failed)} blocks could not be done; the first: {failed[0]['error']}")
    found = {points.all[number].id: number for number in asked}
    table = np.full((len(points), len(MEASURES)), math.nan)
    for point, number in found.items():
        codes = store.outcomes[point]
        table[number, : len(OUTCOMES)] = np.bincount(codes[codes != NOBODY], minlength=len(OUTCOMES)) / job.worlds
    tables = {name: store.table(name) for name in store.files}
    for place, name in enumerate(MEASURES):
        if name in OUTCOMES:
            continue
        columns = {file: np.asarray(one.column(name).to_numpy(), float) for file, one in tables.items()}
        for point, number in found.items():
            parts = [columns[one.file][one.row : one.row + one.end - one.first] for one in store.held[point]]
            table[number, place] = _summed_up(name, np.concatenate(parts))
    rows = np.asarray(points.rows, np.intp)
    values = np.where((rows >= 0)[:, None], table[rows], math.nan) if len(rows) else table[:0]
    return pd.DataFrame(values, columns=list(MEASURES))


def _without(group: Any, asked: set[int]) -> dict[str, Any]:
    """A group's points without those that nobody asked for, as changes of it."""
    keep = np.array([point.number in asked for point in group.points])
    return {
        "points": tuple(point for point, is_kept in zip(group.points, keep, strict=True) if is_kept),
        "numbers": {name: values[keep] for name, values in group.numbers.items()},
        "given": {name: values[keep] for name, values in group.given.items()},
    }


def _summed_up(name: str, values: np.ndarray[Any, Any]) -> float:
    """A measure of one point that is not a share, of its worlds."""
    if name != "outcome_day":
        return float(values.mean())
    decided = values[~np.isnan(values)]
    return float(np.median(decided)) if len(decided) else math.nan


def design_of(base: Scenario, names: Sequence[str], rows: Sequence[Sequence[object]] | np.ndarray[Any, Any]) -> Design:
    """A list of points of one base: a row each, a column a dotted name; NaN or None leaves the base's own value."""
    columns = {}
    for place, name in enumerate(names):
        one = named(base, name)
        columns[one.name] = column([row[place] for row in rows], is_number(one.slot))
    about = {"kind": "list", "dimensions": [], "bases": [base.name], "each": len(rows)}
    return Design((base,), frame(column([base.name] * len(rows), False), columns), about)


# --- SALib ----------------------------------------------------------------------------------------------------


def to_salib(base: Scenario | str | PathLike[str], names: Dimensions) -> dict[str, Any]:
    """What SALib calls a problem: ``num_vars``, ``names``, ``bounds``, with the schema's plausible ranges.

    ``names`` are dotted names, groups of them (``levers``, ``uncertainty``), or a dict of name to range. ScenarioError
    where there is no such number, InputError where something varies over a list::

        import sim
        from SALib.analyze import sobol as indices
        from SALib.sample import sobol
        from sim.sweeps.adapters import evaluate, to_salib

        base = sim.load("status_quo").replace(days=120)
        problem = to_salib(base, ["united_states.restraint", "iran.permissiveness"])
        X = sobol.sample(problem, 8, seed=1)
        Y = evaluate(base, problem, X, worlds=20, of="pressure_max")
        print(indices.analyze(problem, Y)["S1"])
    """
    found = dimensions_of([scenario_of(base)], names)
    listed = [one.name for one in found if one.low is None or one.high is None]
    if listed:
        raise InputError(f"SALib varies numbers over ranges; these have lists of values: {', '.join(listed)}")
    return {
        "num_vars": len(found),
        "names": [one.name for one in found],
        "bounds": [[one.low, one.high] for one in found],
    }


def evaluate(
    base: Scenario | str | PathLike[str],
    problem: Mapping[str, Any],
    X: np.ndarray[Any, Any] | Sequence[Sequence[float]],
    *,
    of: str | Sequence[str] = "pressure_max",
    worlds: int = 200,
    seed: int | None = 1,
    workers: int = 1,
    engine: Engine = "auto",
    skip_refused: bool = False,
) -> np.ndarray[Any, Any]:
    """What SALib's analyses take as ``Y``: a measure of each row of ``X``, its worlds lived in blocks.

    ``of`` is a name of :data:`MEASURES` (the result is [rows]), or several ([rows, names]). The share of a rare outcome
    is mostly the noise of its worlds: indices of ``pressure_max`` settle sooner. Whole numbers are rounded, as
    SALib's samples know none. InputError where X does not fit the problem; else as :func:`measured`.
    """
    scenario, names = scenario_of(base), list(problem["names"])
    values = np.asarray(X, np.float64)
    if values.ndim != 2 or values.shape[1] != len(names):
        raise InputError(f"X has to have a column for each of the {len(names)} names; its shape is {values.shape}")
    asked = [of] if isinstance(of, str) else list(of)
    unknown = [one for one in asked if one not in MEASURES]
    if unknown:
        raise InputError(f"of: there is no measure {unknown[0]!r}; there are {', '.join(MEASURES)}")
    is_whole = [sort_of(named(scenario, name).slot) == "whole" for name in names]
    values = np.where(is_whole, np.round(values), values)
    found = measured(
        design_of(scenario, names, values),
        worlds=worlds, seed=seed, workers=workers, engine=engine, skip_refused=skip_refused,
    )  # fmt: skip
    table: np.ndarray[Any, Any] = found[asked].to_numpy()
    return table[:, 0] if isinstance(of, str) else table


# --- EMA Workbench ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OnePoint:
    """The model as a function of what varies: what EMA Workbench calls for each experiment, one at a time."""

    base: Scenario
    names: Mapping[str, str]
    """Of each name as EMA Workbench has it, the dotted one."""
    worlds: int
    seed: int
    engine: Engine = "auto"
    skip_refused: bool = False

    def __call__(self, **values: object) -> dict[str, float]:
        """The measures of a point."""
        return self.all([values])[0]

    def all(self, experiments: Sequence[Mapping[str, object]], workers: int = 1) -> list[dict[str, float]]:
        """The measures of many points, lived in blocks."""
        rows = [[one.get(name) for name in self.names] for one in experiments]
        found = measured(
            design_of(self.base, list(self.names.values()), rows),
            worlds=self.worlds, seed=self.seed, workers=workers, engine=self.engine, skip_refused=self.skip_refused,
        )  # fmt: skip
        return [{str(name): float(value) for name, value in row.items()} for row in found.to_dict("records")]


def to_ema(
    base: Scenario | str | PathLike[str],
    dimensions: Dimensions,
    *,
    levers: Dimensions = (),
    worlds: int = 200,
    seed: int | None = 1,
    engine: Engine = "auto",
    skip_refused: bool = False,
) -> Any:
    """An ``ema_workbench.Model`` of a scenario: ``dimensions`` are its uncertainties, ``levers`` its levers.

    Its outcomes are :data:`MEASURES`: the share of each outcome, the median day of the decision and the means of
    ``attacks_iraq`` and ``pressure_max`` over ``worlds`` worlds. EMA Workbench wants Python's names: a dot is two
    underscores there (``united_states__restraint``). With :func:`in_blocks` all experiments are lived at once; any
    other evaluator lives them one by one, with the same results (and ``engine="fused"`` is then much quicker than
    ``auto``, which sees a few worlds at a time)::

        import sim
        from ema_workbench import perform_experiments
        from sim.sweeps.adapters import in_blocks, to_ema

        base = sim.load("status_quo").replace(days=120)
        model = to_ema(base, {"united_states.restraint": "0.2..0.8", "iraq.highest_rung": ["", "talks"]}, worlds=20)
        experiments, outcomes = perform_experiments(model, scenarios=8, evaluator=in_blocks(model))
        print(outcomes["forced_exit"])

    InputError where EMA Workbench is missing; ScenarioError for what cannot vary.
    """
    ema = _ema()
    scenario = scenario_of(base)
    found = dimensions_of([scenario], dimensions)
    moved = dimensions_of([scenario], levers) if levers else []
    twice = {one.name for one in found} & {one.name for one in moved}
    if twice:
        raise InputError(f"these are both uncertainties and levers: {', '.join(sorted(twice))}")
    names = {_python_name(one.name): one.name for one in (*found, *moved)}
    model = ema.Model(
        re.sub(r"[^A-Za-z0-9]", "", scenario.name) or "model",
        function=OnePoint(scenario, names, whole("worlds", worlds, 1), seed_of(seed), engine, skip_refused),
    )
    model.uncertainties = [_parameter(ema, scenario, one) for one in found]
    model.levers = [_parameter(ema, scenario, one) for one in moved]
    model.outcomes = [ema.ScalarOutcome(name) for name in MEASURES]
    return model


def in_blocks(model: Any, *, workers: int = 1) -> Any:
    """An evaluator of EMA Workbench that lives all experiments of a call at once, in blocks of worlds.

    ``model`` is one or several that :func:`to_ema` made. ``perform_experiments(model, …, evaluator=in_blocks(model))``,
    or ``with in_blocks(model) as evaluator: evaluator.optimize(…)``, where each generation is a call.
    """
    _ema()
    from ema_workbench.em_framework.evaluators import BaseEvaluator
    from ema_workbench.em_framework.points import ExperimentReplication, experiment_generator

    class InBlocks(BaseEvaluator):  # type: ignore[misc, unused-ignore]
        """Lives the experiments of a call as the points of one sweep."""

        def initialize(self) -> None:
            """Nothing is to be made ready."""

        def finalize(self) -> None:
            """Nothing is left behind."""

        def evaluate_experiments(
            self, scenarios: Any, policies: Any, callback: Any, combine: str = "factorial", **_: Any
        ) -> None:
            """Live them and hand each to EMA Workbench, in its order."""
            models = {one.name: one for one in self._msis}
            experiments = list(experiment_generator(scenarios, self._msis, policies, combine=combine))
            points: dict[str, list[Any]] = {name: [] for name in models}
            for experiment in experiments:
                one = models[experiment.model_name]
                scenario, policy = experiment.scenario.copy(), experiment.policy.copy()
                one._transform(scenario, one.uncertainties)
                one._transform(policy, one.levers)
                constants = {constant.name: constant.value for constant in one.constants}
                points[one.name].append(ExperimentReplication(scenario, policy, constants))
            answers = {name: iter(models[name].function.all(mine, workers)) for name, mine in points.items()}
            for experiment in experiments:
                one = models[experiment.model_name]
                answer = next(answers[one.name])
                one.outcomes_output = {name: answer[name] for name in one.output_variables}
                callback(experiment, one.outcomes_output)
                one.reset_model()

    given = [model] if hasattr(model, "uncertainties") else list(model)
    if not all(isinstance(getattr(one, "function", None), OnePoint) for one in given):
        raise InputError("in_blocks takes models that to_ema made")
    return InBlocks(given)


def _ema() -> Any:
    """EMA Workbench. Raises InputError where it is not installed."""
    try:
        import ema_workbench
    except ImportError:
        raise InputError(f"this needs EMA Workbench: {EXTRA}") from None
    return ema_workbench


def _python_name(name: str) -> str:
    """A dotted name as Python could have it: ``groups__Kataib_Hezbollah__control``."""
    parts = re.findall(r'"[^"]*"|[^."]+', name)
    return "__".join(re.sub(r"\W+", "_", part.strip('"')) for part in parts)


def _parameter(ema: Any, base: Scenario, one: Dimension) -> Any:
    """A dimension as a parameter of EMA Workbench."""
    name = _python_name(one.name)
    if one.low is None or one.high is None:
        return ema.CategoricalParameter(name, list(one.values))
    if sort_of(named(base, one.name).slot) == "whole":
        return ema.IntegerParameter(name, int(one.low), int(one.high))
    return ema.RealParameter(name, one.low, one.high)


# --- Mesa -----------------------------------------------------------------------------------------------------


class OutcomeModel(WithdrawalModel):
    """A world that ``mesa.batch_run`` can report the outcome of, and whose numbers are parameters of their own.

    Instead of what a :class:`~sim.engine.mesa.WithdrawalModel` collects day by day, its collector has the columns of
    the worlds table (``outcome``, ``kind``, ``outcome_day``, ``attacks_iraq`` …; docs/data.md) as the last day leaves
    them; on the days before they are None. Dotted names are parameters: numbers, and whatever else a point of a sweep
    may change; so are ``days``, ``start`` and their like::

        import mesa
        import sim
        from sim.sweeps.adapters import OutcomeModel

        rows = mesa.batch_run(
            OutcomeModel,
            {"scenario": "status_quo", "days": 120, "world": range(2), "united_states.restraint": [0.2, 0.8]},
            number_processes=1,
            display_progress=False,
        )
        print([row["outcome"] for row in rows])

    It lives one world at a time, as Mesa does; ``sim.sweep`` lives thousands in that time.
    """

    def __init__(self, scenario: Scenario | str | PathLike[str] = "status_quo", **given: Any) -> None:
        base = scenario_of(scenario)
        changes = {name: given.pop(name) for name in list(given) if "." in name or name in Scenario.model_fields}
        names = Names(base, list(changes))
        others = {name: value for name, value in changes.items() if name not in names.numbers}
        numbers = {name: names.as_met(name, value) for name, value in changes.items() if name in names.numbers}
        self._table: Rows | None = None
        overrides = {**(given.pop("overrides", None) or {}), **numbers}
        super().__init__(changed(base, others) if others else base, overrides=overrides, **given)
        self._table = Rows(self.worlds, self.scenario.days, self.tally)
        self.watch(self._table)
        if self._collect:
            self.datacollector = mesa.DataCollector(model_reporters={"day": "day_done", **_OF_THE_END})

    @property
    def row(self) -> dict[str, Any]:
        """This world's row of the worlds table; empty before the last day has been lived."""
        columns = self._table.columns if self._table is not None else {}
        return {name: values.tolist()[0] for name, values in columns.items()}


def _at_the_end(name: str, model: OutcomeModel) -> Any:
    """A column of a world's row, once there is one."""
    return model.row.get(name)


_OF_THE_END = {name: partial(_at_the_end, name) for name in WORLD_COLUMNS if name != "world"}
"""What Mesa's collector asks a model for, so that pickle can write it."""
