"""Where a scenario's worlds stand on the morning of its first day: what the past has left, before any step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.engine.mesa import WithdrawalModel, forget
from sim.scenario.schema import Scenario

LEVELS = ("pressure", "credibility", "go_ahead", "exposure", "stress", "fear", "anger", "troops")
"""Weekly quantities, here as they are before the first day."""
CLOCK = "committee_clock"
"""Days left to the committee to bring a product; 0 where no clock runs."""


def start_state(scenario: Scenario, *, seed: int = 1, worlds: Sequence[int]) -> dict[str, np.ndarray[Any, Any]]:
    """The state that the past has left in these worlds: each of ``LEVELS``, and ``CLOCK``; one entry per world.

    Scenario files cannot set it. On 10 January 2024 it comes of a year of spin-up and the recorded past, both lived by
    the ordinary rules; worlds differ by their luck in the spin-up and by what the record does not say.
    """
    model = WithdrawalModel(scenario, seed=seed, worlds=worlds)
    found = {name: model.value(name) for name in (*LEVELS, CLOCK)}
    forget(model)
    return {name: np.broadcast_to(np.asarray(found[name], float), (len(worlds),)).copy() for name in (*LEVELS, CLOCK)}
