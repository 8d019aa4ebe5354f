"""Every declared ladder, by the actor it belongs to."""

from __future__ import annotations

from sim.language.ladder import Ladder
from sim.model import iran, parliament
from sim.model.iraq import rules as iraq
from sim.model.militia import rules as militia
from sim.model.united_states import rules as united_states

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
