"""A scenario and its alternatives from a day on, run and compared."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sim.ask.forks import Change, Fork, LivedOn, changes_of, check_label, day_of, forks
from sim.ask.questions import inputs_of
from sim.ask.whatif import FORKS, NO_FILE, WhatIf
from sim.disk.errors import InputError
from sim.engine.ways import Engine
from sim.jobs.run import run
from sim.results.memory import in_memory
from sim.runs.watched import Tells, teller
from sim.runs.work import Way, seconds_alone
from sim.scenario.arguments import refuse, scenario_of
from sim.scenario.errors import ScenarioError
from sim.scenario.overrides import IdleOverride

if TYPE_CHECKING:
    from datetime import date

    from sim.disk.paths import Given
    from sim.results.result import Result
    from sim.runs.inputs import Events
    from sim.scenario.schema import Scenario


def whatif(
    scenario: object,
    *,
    at: object,
    alternatives: Mapping[str, object],
    worlds: int = 500,
    seed: int | None = 1,
    workers: int | None = None,
    engine: Engine = "auto",
    out: Given | None = None,
    overwrite: bool = False,
    events: Events | None = None,
    figures: bool = True,
    progress: Tells | bool | None = None,
) -> WhatIf:
    """The same worlds with and without something that is otherwise from a day on: what does it change?

    ``scenario`` is a name, a path or a Scenario, ``at`` one of its days, a date or its text. ``alternatives`` gives
    what is otherwise by a label of your own: numbers by dotted name, caps (``united_states.highest_rung``), the day on
    which a war ends (``fronts.gaza.ends``), and ``events``, a list of dated events to add, as a file has them (without
    a date: on the day ``at``); or another scenario, whose conditions then come in. ::

        sim.whatif(
            "status_quo",
            at="2024-05-01",
            alternatives={
                "less restraint": {"united_states.restraint": 0.2},
                "a deadly strike": {"events": [{"kind": "strike", "rung": "strike in Iraq", "dead": 40}]},
                "as for a forced exit": "forced_exit",
            },
        )

    Up to ``at`` the past is the same, bit for bit. The other arguments are those of :func:`sim.run`; with ``out`` the
    worlds are kept in that folder, which goes on where it was stopped. ``events`` says whose dated acts are kept: those
    of one typical world per outcome where there is a folder for them, else nobody's.

    Raises InputError or ScenarioError, both ValueErrors, for what cannot be; a change that changes nothing is warned of
    (:class:`sim.scenario.overrides.IdleOverride`). Then as :func:`sim.run`.
    """
    base = scenario_of(scenario)
    day = day_of(base, at)
    found = forks(base, day, asked(base, day, alternatives))
    for fork in found:
        for remark in fork.remarks:
            warnings.warn(f"{fork.label}: {remark}", IdleOverride, stacklevel=2)
    return compared(
        base,
        day,
        found,
        out=out,
        worlds=worlds,
        seed=seed,
        workers=workers,
        engine=engine,
        overwrite=overwrite,
        events=events,
        figures=figures,
        progress=progress,
    )


def asked(base: Scenario, at: date, alternatives: object) -> dict[str, list[Change]]:
    """What a call's alternatives change, by label. Raises InputError or ScenarioError."""
    example = '{"less restraint": {"united_states.restraint": 0.2}}'
    if not isinstance(alternatives, Mapping):
        refuse("alternatives", f"a dict of changes by label, such as {example}", alternatives)
    if not alternatives:
        raise InputError(f"alternatives is empty: give one at least, such as {example}")
    found: dict[str, list[Change]] = {}
    faults: list[Any] = []
    for label, given in alternatives.items():
        try:
            found[check_label(label)] = changes_of(base, at, label, given)
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return found


def compared(
    base: Scenario,
    at: date,
    found: Sequence[Fork],
    *,
    out: Given | None = None,
    worlds: int = 500,
    seed: int | None = 1,
    events: Events | None = None,
    **how: Any,
) -> WhatIf:
    """The worlds of a scenario and of its forks, in memory or in a folder, compared. ``how`` is as in `run`."""
    scenarios = [base, *(fork.scenario for fork in found)]
    lived_on = {fork.scenario.name: fork for fork in found if fork.is_lived_on}
    remarks = {fork.label: fork.remarks for fork in found if fork.remarks}
    if not lived_on:
        kept = events or ("none" if out is None else "typical")
        result = run(scenarios, worlds=worlds, seed=seed, events=kept, out=out, **how)
        return WhatIf(result, at, remarks)
    if out is not None:
        raise InputError(f"{said_of(lived_on)}: {NO_FILE}")
    if events not in (None, "none"):
        raise InputError(f"{said_of(lived_on)}: no acts are kept of worlds that go on under a cap from a date on")
    for of_folders in ("overwrite", "figures"):
        how.pop(of_folders, None)
    asked, how["workers"] = how.pop("progress", None), how.get("workers") or 1
    days = {name: (fork.since - base.start).days for name, fork in lived_on.items()}
    inputs = inputs_of(scenarios, worlds=worlds, seed=seed, events="none")
    way = Way(simulate=LivedOn(inputs.scenarios[0], days), **how)
    way = replace(way, progress=teller(asked, seconds_alone(inputs, way) / way.workers))
    result = in_memory(inputs, way)
    return WhatIf(marked(result, lived_on), at, remarks)


def said_of(lived_on: Mapping[str, Fork]) -> str:
    """The alternatives with a cap from a date on, in a few words."""
    return ", ".join(f"“{fork.label}”" for fork in lived_on.values())


def marked(result: Result, lived_on: Mapping[str, Fork]) -> Result:
    """The result, which says which of its scenarios hold from a date on only."""
    result.manifest[FORKS] = {name: fork.since.isoformat() for name, fork in lived_on.items()}
    return result
