"""The main job: the three conditions, and the companions beside them that answer the second question.

Do the tensions around Gaza make it more likely this time? Each companion is a twin (``twin_of``): the same conditions,
the same luck, and the war in Gaza over from the first day, for everybody or for one of the two whom it moves. The three
start on 10 January 2024; a fourth beginning, 7 October 2023, is run free, with the war and without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sim.runs.inputs import Events, Inputs
from sim.scenario.load import fingerprint, load, told_apart
from sim.scenario.schema import Scenario

CONDITIONS = ("status_quo", "negotiated_exit", "forced_exit")
CEASEFIRE = "gaza_ceasefire"
FROM_OCTOBER, NO_WAR = "history/from_october", "history/no_gaza"
PATHS = {"groups": "for the groups and Iran", "politics": "for politics in Baghdad"}
"""Whom the war moves, by the value of ``ends_for`` that takes it from them alone."""


def main_job(changes: Mapping[str, object] | None = None) -> list[Scenario]:
    """What runs when no scenario is named: the three, then their companions.

    ``changes`` (dotted names, as from ``--set``) are made in all of them, except in what makes a twin one. Raises
    ScenarioError.
    """
    changed: dict[str, Any] = dict(changes or {})
    three = [told_apart(load(name, changes=changed), changed) for name in CONDITIONS]
    beside: list[Scenario] = []
    for scenario in three:
        name = f"{scenario.name}_ceasefire"
        shipped = CEASEFIRE if scenario.name == CONDITIONS[0] else ""
        twin = without_war(scenario, name)
        if shipped:
            twin = told_apart(load(shipped, changes=changed | over(scenario)), changed)
        beside += [twin, *paths(twin, name)]
    october = told_apart(load(FROM_OCTOBER, changes=changed), changed)
    twin = told_apart(load(NO_WAR, changes=changed | over(october)), changed)
    return [*three, *beside, october, twin, *paths(twin, NO_WAR)]


def drawing(uncertainty: str, changes: Mapping[str, object] | None = None) -> list[Scenario]:
    """The three conditions with another ``uncertainty`` than they have: ``none``, or ``judgement``."""
    return [load(name, changes={**(changes or {}), "uncertainty": uncertainty}) for name in CONDITIONS]


def companions(scenarios: Sequence[Scenario]) -> set[str]:
    """The names of those that are there for the second question alone, beside the three of the main job."""
    names = {scenario.name for scenario in scenarios}
    if not names.issuperset(CONDITIONS):
        return set()
    twins = {scenario.name for scenario in scenarios if scenario.twin_of in names}
    return twins | ({FROM_OCTOBER} & names)


def inputs_of(
    scenarios: object = None,
    *,
    worlds: int = 500,
    seed: int | None = 1,
    events: Events = "typical",
    choices: Mapping[str, Callable[..., Any]] | None = None,
) -> Inputs:
    """The job that a call asks for: as :meth:`Inputs.of`, and no scenario means the main job.

    Raises InputError (or ScenarioError, for a fault in a file) for what cannot be run.
    """
    given = main_job() if scenarios is None else scenarios
    inputs = Inputs.of(given, worlds=worlds, seed=seed, events=events, choices=choices)
    beside = frozenset(companions(inputs.scenarios))
    return replace(inputs, beside=beside, is_main=scenarios is None or is_main(inputs))


def is_main(inputs: Inputs) -> bool:
    """Whether these are the scenarios of the main job, just as they are shipped."""
    if inputs.names[: len(CONDITIONS)] != CONDITIONS:
        return False
    shipped = [(scenario.name, fingerprint(scenario)) for scenario in main_job()]
    return list(zip(inputs.names, inputs.fingerprints, strict=True)) == shipped


def over(scenario: Scenario) -> dict[str, Any]:
    """The change that ends the war in Gaza on a scenario's first day, for everybody."""
    return {"fronts.gaza.ends": scenario.start, "fronts.gaza.ends_for": "both"}


def without_war(scenario: Scenario, name: str) -> Scenario:
    """The twin of a scenario in which the war in Gaza is over from its first day."""
    words = {
        "name": name,
        "title": f"{scenario.title or scenario.name}, with the war in Gaza over",
        "summary": f"As {scenario.name}, but the war in Gaza ends on {scenario.start}.",
        "source": "the question in the article's title; Schaer, DW, 10 January 2024",
        "twin_of": scenario.name,
    }
    return scenario.replace(**words, **over(scenario))


def paths(twin: Scenario, name: str) -> list[Scenario]:
    """A twin's two paths apart: the war over for the groups and Iran alone, and for politics in Baghdad alone."""
    return [
        twin.replace(
            **{
                "name": f"{name}_{path}",
                "title": f"{twin.title} {whom}",
                "summary": f"As {twin.name}, but only {whom}.",
                "fronts.gaza.ends_for": path,
            }
        )
        for path, whom in PATHS.items()
    ]
