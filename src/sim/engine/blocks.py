"""A block of worlds, run from its inputs to its tables: the unit of work and of storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.engine.mesa import WithdrawalModel, forget
from sim.engine.observe import Rows, Weekly
from sim.engine.pasts import Pasts, key_of
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
) -> Block:
    """Run these worlds of a scenario to its horizon. A pure function of its inputs.

    ``overrides`` maps dotted names of numbers to arrays with one value per world; ``choices`` replaces actors' choices,
    from the first day on. ``pasts`` are lived once by all who share them, which changes nothing but the time it takes;
    with the event log each lives its own, to have its acts.
    """
    shared = None if events else pasts
    key = "" if shared is None else key_of(scenario, seed, worlds, overrides)
    lived = None if shared is None else shared.get(key)
    model = WithdrawalModel(
        scenario, seed=seed, worlds=worlds, overrides=overrides, events=events, choices=choices, lived=lived
    )
    weekly, rows = Weekly(scenario, len(worlds)), Rows(model.worlds, scenario.days, model.tally)
    model.watch(weekly)
    model.watch(rows)
    try:
        if shared is not None and lived is None:
            shared.keep(key, model.keep())
        while model.running:
            model.step()
        return Block(rows.columns, weekly.counts, model.log.table() if model.log is not None else None)
    finally:
        forget(model)
