"""A block of worlds, run from its inputs to its tables: the unit of work and of storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from sim.model.model import WithdrawalModel
from sim.model.observe import Weekly, world_rows
from sim.scenario.past import RECORD
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Block:
    """What some worlds of a scenario came to.

    ``worlds``: a column each, one entry per world (see ``WORLD_COLUMNS``). ``weekly``: for each quantity the
    number of worlds by week and bin, so that blocks add up. ``events``: the event log in columns, or None.
    """

    worlds: dict[str, np.ndarray]
    weekly: dict[str, np.ndarray]
    events: dict[str, list[Any]] | None


def simulate(
    scenario: Scenario,
    *,
    seed: int = 1,
    worlds: Sequence[int],
    overrides: Mapping[str, np.ndarray] | None = None,
    events: bool = False,
) -> Block:
    """Run these worlds of a scenario to its horizon. A pure function of its inputs.

    ``overrides`` maps dotted names of numbers to arrays with one value per world.
    """
    model = WithdrawalModel(scenario, seed=seed, worlds=worlds, overrides=overrides, events=events)
    weekly = Weekly(scenario)
    try:
        while model.running:
            model.step()
            weekly.observe(model)
        return Block(world_rows(model), weekly.counts, model.log.table() if model.log is not None else None)
    finally:
        forget(model)


def forget(model: WithdrawalModel) -> None:
    """Let Mesa drop a model that is done (its registry of agents would keep every model alive)."""
    mesa.Agent._ids.pop(model, None)


@lru_cache(maxsize=1)
def model_hash() -> str:
    """A hash of everything that decides a history: the sources of the model and of the schema it reads."""
    package = Path(__file__).parents[1]
    found = sha256()
    sources = [
        *sorted((package / "model").glob("*.py")),
        package / "scenario" / "schema.py",
        package / "scenario" / "past.py",
        RECORD,
    ]
    for source in sources:
        found.update(source.name.encode("utf-8") + b"\0" + source.read_text(encoding="utf-8").encode("utf-8") + b"\0")
    return found.hexdigest()[:16]
