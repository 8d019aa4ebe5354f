"""Every kind of event that a scenario can script; the parts of the model that they concern declare them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.model.given import ScriptedEvent
from sim.model.iran import OrderEvent
from sim.model.iraq.numbers import CommitteeEvent, GovernmentEvent, StatementEvent
from sim.model.militia.numbers import AttackEvent, CallEvent, SelfDefenceEvent
from sim.model.presence import LegalEvent, TroopsEvent
from sim.model.region import IslamicStateEvent, TruceEvent
from sim.model.united_states.numbers import CoordinatorEvent, OfferEvent, SanctionsEvent, StrikeEvent, ThreatEvent


class SetEvent(ScriptedEvent):
    """From this day on a number has another value, until it is set again."""

    kind: Literal["set"]
    name: str = Field(description="which number, such as united_states.restraint")
    value: float = Field(description="its value from this day on, whatever the file says or each world draws")


Event = Annotated[
    AttackEvent
    | StrikeEvent
    | SelfDefenceEvent
    | StatementEvent
    | CallEvent
    | CommitteeEvent
    | TruceEvent
    | OrderEvent
    | ThreatEvent
    | CoordinatorEvent
    | GovernmentEvent
    | IslamicStateEvent
    | SanctionsEvent
    | OfferEvent
    | TroopsEvent
    | LegalEvent
    | SetEvent,
    Field(discriminator="kind"),
]
