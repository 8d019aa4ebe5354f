"""A block of worlds, run from its inputs to its tables: the unit of work and of storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.engine.mesa import Drive, WithdrawalModel, day_by_day, forget
from sim.engine.observe import Rows, Tally, Weekly
from sim.engine.pasts import Pasts, key_of
from sim.engine.ways import FAILS_HERE, Engine, chosen
from sim.model.choice import Chooses
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Block:
    """What some worlds of a scenario came to.

    ``worlds``: a column each, one entry per world (see ``WORLD_COLUMNS``). ``weekly``: for each quantity the
    number of worlds by week and bin, so that blocks add up. ``events``: the event log in columns, or None.
    """

    worlds: dict[str, np.ndarray[Any, Any]]
    weekly: dict[str, np.ndarray[Any, Any]]
    events: dict[str, list[Any]] | None


def simulate(
    scenario: Scenario,
    *,
    seed: int = 1,
    worlds: Sequence[int],
    overrides: Mapping[str, np.ndarray[Any, Any]] | None = None,
    events: bool = False,
    pasts: Pasts | None = None,
    choices: Mapping[str, Chooses] | None = None,
    engine: Engine = "numpy",
) -> Block:
    """Run these worlds of a scenario to its horizon. A pure function of its inputs.

    ``overrides`` maps dotted names of numbers to arrays with one value per world, checked in each of them; ``choices``
    replaces actors' choices, from the first day on. ``pasts`` are lived once by all who share them, which changes
    nothing but the time it takes; with the event log each lives its own, to have its acts. ``engine`` changes nothing
    but the time either (see :mod:`sim.engine.ways`): NoEngine, a ValueError, where ``fused`` cannot be had.
    """
    alike = (scenario, seed, worlds, overrides, events, None if events else pasts, choices)
    if chosen(engine, worlds=len(worlds), days=scenario.days, events=events, choices=bool(choices)) == "fused":
        try:
            from sim.engine.fused.live import Fused

            return _simulated(Fused((Tally.needs, Weekly(scenario, 1).needs, Rows.needs)).live, *alike)
        except FAILS_HERE:
            if engine == "fused":
                raise
    return _simulated(day_by_day, *alike)


def _simulated(
    drive: Drive,
    scenario: Scenario,
    seed: int,
    worlds: Sequence[int],
    overrides: Mapping[str, np.ndarray[Any, Any]] | None,
    events: bool,
    pasts: Pasts | None,
    choices: Mapping[str, Chooses] | None,
) -> Block:
    """The block, its days lived by ``drive``."""
    key = "" if pasts is None else key_of(scenario, seed, worlds, overrides)
    lived = None if pasts is None else pasts.get(key)
    model = WithdrawalModel(
        scenario,
        seed=seed,
        worlds=worlds,
        overrides=overrides,
        events=events,
        choices=choices,
        lived=lived,
        drive=drive,
    )
    weekly, rows = Weekly(scenario, len(worlds)), Rows(model.worlds, scenario.days, model.tally)
    model.watch(weekly)
    model.watch(rows)
    try:
        if pasts is not None and lived is None:
            pasts.keep(key, model.keep())
        drive(model, scenario.days)
        return Block(rows.columns, weekly.counts, model.log.table() if model.log is not None else None)
    finally:
        forget(model)
