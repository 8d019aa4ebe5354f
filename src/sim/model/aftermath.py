"""What an exit changes: level before, level after, by kind of exit. Assumptions, labelled as such.

Neither a resurgence of IS nor sanctions is the price of an exit by rule: IS attacks rose while troops fell
(2020) and fell while troops stayed (2022-23), and sanctions have been threatened and not executed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.part import Part
from sim.model.rules import promises
from sim.model.words import Number, clip, least, total, truth, where

if TYPE_CHECKING:
    from sim.model.model import WithdrawalModel

BENEFITS = {
    "training": "military training",
    "logistics": "logistics",
    "reconnaissance": "reconnaissance",
    "special_operations": "assistance to special forces' operations",
    "air_support": "air support",
    "intelligence": "intelligence sharing",
    "equipment": "access to high-end equipment (F-16)",
    "alliance": "standing as an ally",
}
SECURITY = tuple(BENEFITS)[:-1]
MEASURES = (*BENEFITS, "reserves", "dollars", "sanctions", "isis", "influence_us", "influence_iran")
DRAWS = {"aftermath/{measure}": "how much of an assumed consequence this world sees (drawn on the day of the decision)"}


@promises(bounded=(-1.0, 0.0), falls_with=("share", "luck"))
def loss(share: Number, luck: Number) -> Number:
    """The change of a benefit whose assumed loss is ``share``: from nothing to twice as much, at most all of it."""
    return -least(2.0 * share * luck, 1.0)


class Aftermath(Part):
    """The consequences; ``isis_change`` and ``benefits`` also feed back."""

    def __init__(self, model: WithdrawalModel) -> None:
        super().__init__(model)
        p, usual = model.p.consequences, model.defaults
        self.benefits: Number = total([getattr(p, f"{name}_forced") for name in SECURITY]) / usual.benefits
        self.usual_money = usual.money
        self.losses: dict[str, Number] = dict.fromkeys(BENEFITS, 0.0)
        self.before: dict[str, Number] = dict.fromkeys(
            ("isis", "influence_us", "influence_iran", "dollars", "sanctions"), 0.0
        )
        self.isis_goal: Number = 0.0
        self.isis_change: Number = 0.0

    @property
    def money_at_risk(self) -> Number:
        """What of Iraq's money an exit would still put at risk, 1 at the defaults: what is taken deters no more."""
        p, us = self.model.p.consequences, self.model.united_states
        reserves = where(us.sanctions, 0.0, p.reserves_at_risk)
        dollars = where(us.dollars, 0.0, p.dollars_at_risk)
        return (reserves + dollars) / self.usual_money

    def settle(self, decided: Number, kind: str) -> None:
        """On the day of the decision: what it will cost, by kind of exit."""
        model, p = self.model, self.model.p.consequences
        negotiated = kind in ("phased", "full")

        def luck(measure: str) -> Number:
            return model.draw(f"aftermath/{measure}")

        for name in BENEFITS:
            share = getattr(p, f"{name}_{'negotiated' if negotiated else 'forced'}")
            self.losses = {**self.losses, name: where(decided, loss(share, luck(name)), self.losses[name])}
        self.before = {
            "isis": where(decided, model.region.isis, self.before["isis"]),
            "influence_us": where(decided, model.public.influence_us, self.before["influence_us"]),
            "influence_iran": where(decided, model.public.influence_iran, self.before["influence_iran"]),
            "dollars": where(decided, truth(model.united_states.dollars), self.before["dollars"]),
            "sanctions": where(decided, truth(model.united_states.sanctions), self.before["sanctions"]),
        }
        weakness = (1.0 - model.p.iraq.capability) / model.defaults.incapability
        self.isis_goal = where(decided, p.isis_effect * weakness * (3.0 * luck("isis") - 1.0), self.isis_goal)
        times = 1.0 if negotiated else 2.0
        public = model.public
        us = public.influence_us - times * p.influence_us_loss * 2.0 * luck("influence_us")
        iran = public.influence_iran + times * p.influence_iran_gain * 2.0 * luck("influence_iran")
        public.influence_us = where(decided, clip(us), public.influence_us)
        public.influence_iran = where(decided, clip(iran), public.influence_iran)

    def day(self) -> None:
        """IS answers only once the troops are gone, over half a year."""
        gone = self.model.presence.gone
        self.isis_change = where(gone, self.isis_change + (self.isis_goal - self.isis_change) / 180.0, self.isis_change)

    def after(self) -> dict[str, Number]:
        """The change of each measure from before the decision to now."""
        model, p = self.model, self.model.p.consequences
        us = model.united_states
        found = {name: self.losses[name] for name in BENEFITS}
        restricted = truth(us.dollars) - self.before["dollars"]
        imposed = truth(us.sanctions) - self.before["sanctions"]
        found["reserves"] = where(imposed > 0.0, -p.reserves_at_risk, 0.0)
        found["dollars"] = where(restricted > 0.0, -p.dollars_at_risk, 0.0)
        found["sanctions"] = imposed
        found["isis"] = model.region.isis - self.before["isis"]
        found["influence_us"] = model.public.influence_us - self.before["influence_us"]
        found["influence_iran"] = model.public.influence_iran - self.before["influence_iran"]
        return found
