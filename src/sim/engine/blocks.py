"""A block of worlds, run from its inputs to its tables: the unit of work and of storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from sim.engine.block import Block
from sim.engine.mesa import WithdrawalModel, forget
from sim.engine.observe import Rows, Weekly
from sim.engine.pasts import Pasts, key_of
from sim.engine.ways import FAILS_HERE, Engine, chosen
from sim.model.choice import Chooses
from sim.scenario.schema import Scenario


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

    ``overrides`` maps dotted names of numbers to arrays with one value per world; ``choices`` replaces actors' choices,
    from the first day on. ``pasts`` are lived once by all who share them, which changes nothing but the time it takes;
    with the event log each lives its own, to have its acts. ``engine`` changes nothing but the time either (see
    :mod:`sim.engine.ways`): NoEngine, a ValueError, where ``fused`` cannot be had.
    """
    if chosen(engine, worlds=len(worlds), days=scenario.days, events=events, choices=bool(choices)) == "fused":
        try:
            live = import_module("sim.engine.fused.live")
            block: Block = live.simulate_fused(scenario, seed=seed, worlds=worlds, overrides=overrides, pasts=pasts)
            return block
        except FAILS_HERE:
            if engine == "fused":
                raise
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
