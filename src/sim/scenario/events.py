"""Every kind of event that a scenario can script; the parts of the model that they concern declare them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.model.iran import OrderEvent
from sim.model.iraq.numbers import CommitteeEvent, GovernmentEvent, StatementEvent
from sim.model.militia.numbers import AttackEvent, CallEvent, SelfDefenceEvent
from sim.model.presence import LegalEvent, TroopsEvent
from sim.model.region import IslamicStateEvent, TruceEvent
from sim.model.united_states.numbers import CoordinatorEvent, SanctionsEvent, StrikeEvent, ThreatEvent

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
    | TroopsEvent
    | LegalEvent,
    Field(discriminator="kind"),
]
