"""The model: the actors, the world around them, and the order of a day.

Read it in this order: ``words`` (the vocabulary), ``iraq`` (one actor: ladder, rules, agent), ``model`` (the
order of a day), then the other actors.
"""

from __future__ import annotations

from sim.model import iran, iraq, militia, parliament, united_states
from sim.model.block import Block, model_hash, simulate
from sim.model.ladder import Ladder, Rung
from sim.model.model import WithdrawalModel
from sim.model.observe import WORLD_COLUMNS, Column, Quantity, quantities
from sim.model.presence import KINDS, OUTCOMES

LADDERS: dict[str, Ladder] = {
    "militia": militia.POSTURE,
    "calls": militia.CALLS,
    "united_states": united_states.RESPONSE,
    "leverage": united_states.LEVERAGE,
    "iran": iran.ORDER,
    "iran in Baghdad": iran.PRESS,
    "iraq": iraq.LADDER,
    "parliament": parliament.LADDER,
}
"""Every declared ladder, by the actor it belongs to."""

__all__ = [
    "KINDS",
    "LADDERS",
    "OUTCOMES",
    "WORLD_COLUMNS",
    "Block",
    "Column",
    "Ladder",
    "Quantity",
    "Rung",
    "WithdrawalModel",
    "model_hash",
    "quantities",
    "simulate",
]
