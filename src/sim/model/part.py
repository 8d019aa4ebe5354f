"""What every part of the world has: the model it belongs to, and state that is replaced, never written into.

State is kept as plain attributes. Because a rule's result replaces an attribute and no array is ever
changed in place, a copy of the attributes is a copy of the state: a world can be forked at any day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa

if TYPE_CHECKING:
    from sim.model.model import WithdrawalModel


class Part:
    """A part of the world that is no actor: the region, the public, parliament, talks."""

    def __init__(self, model: WithdrawalModel) -> None:
        self.model = model


class Actor(mesa.Agent):  # type: ignore[misc,unused-ignore]
    """An actor with a ladder: a Mesa agent whose day is called by the model in the order of docs/model.md."""

    model: WithdrawalModel
    name: str

    def __init__(self, model: WithdrawalModel, name: str) -> None:
        super().__init__(model)
        self.name = name


def state_of(part: Part | Actor) -> dict[str, Any]:
    """The state of a part: its attributes but for the links to the model."""
    links = ("model", "unique_id", "random", "rng", "pos", "_rng")
    return {name: value for name, value in vars(part).items() if name not in links}
