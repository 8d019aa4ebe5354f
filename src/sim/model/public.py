"""The public's three camps, and the two patrons whose influence is in balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.iraq import THREATEN
from sim.model.militia import POSTURE
from sim.model.part import Part
from sim.model.rules import promises
from sim.model.words import Number, clip, decay, least, truth, where

if TYPE_CHECKING:
    from sim.model.model import WithdrawalModel


@promises(rises_with=("iran",), falls_with=("us",))
def pull(us: Number, iran: Number, balancing: Number) -> Number:
    """How much of the gap between the patrons is pulled back in a day: who rises above the other meets resistance."""
    return balancing / 30.0 * (iran - us)


class Public(Part):
    """Shares of the camps (they sum to 1) and influence of both patrons."""

    def __init__(self, model: WithdrawalModel) -> None:
        super().__init__(model)
        p = model.p.public
        self.from_us: Number = 0.0  # what has moved out of the first camp, and has not yet come back
        self.to_iran: Number = 0.0  # net move into Iran's
        self.influence_us: Number = p.influence_us
        self.influence_iran: Number = p.influence_iran

    @property
    def camp_us(self) -> Number:
        """For the US."""
        return self.model.p.public.camp_us - self.from_us

    @property
    def camp_iran(self) -> Number:
        """For Iran."""
        return self.model.p.public.camp_iran + self.to_iran

    @property
    def camp_independence(self) -> Number:
        """For independence from both."""
        return 1.0 - self.camp_us - self.camp_iran

    @property
    def lean(self) -> Number:
        """How far the blocs lean more toward expulsion, as the camps that want the US out have grown."""
        return self.model.p.public.bloc_weight * self.from_us

    def live(self) -> None:
        """The day's shifts between the camps, and the patrons' gains and losses."""
        model, p, today = self.model, self.model.p.public, self.model.today
        kept = decay(p.shift_half_life)
        leaves = least(
            p.strike_shift * today.strikes_in_iraq + p.killing_shift * today.killings, p.camp_us - self.from_us * kept
        )
        campaign = model.campaign_in_iraq
        tires = least(campaign * p.campaign_shift / 7.0, p.camp_iran + self.to_iran * kept)
        self.from_us = self.from_us * kept + leaves
        self.to_iran = self.to_iran * kept + (1.0 - p.shift_to_independence) * leaves - tires
        met = model.iraq.acts & (model.iraq.rung >= THREATEN) & (model.iran.press_rung > 0)
        us = self.influence_us - p.strike_overreach * (today.strikes_in_iraq + 2.0 * today.killings)
        iran = self.influence_iran + p.demand_met * truth(met) - campaign * p.campaign_overreach / 7.0
        gap = pull(us, iran, p.balancing)
        self.influence_us = clip(us + 0.5 * gap)
        self.influence_iran = clip(iran - 0.5 * gap)

    def gain_us(self, where_: Number, size: Number) -> None:
        """Talks that open, or a package agreed, raise the US's influence."""
        self.influence_us = clip(self.influence_us + where(where_, size, 0.0))


CAMPAIGN = POSTURE["campaign"]
