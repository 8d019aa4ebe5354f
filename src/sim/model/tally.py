"""Counts of a world from its first day on: what the `worlds` table is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.words import Number, most, truth

if TYPE_CHECKING:
    from sim.model.model import WithdrawalModel

COUNTS = (
    "attacks_iraq",
    "attacks_syria",
    "us_killed",
    "us_wounded",
    "us_strikes",
    "us_strikes_iraq",
    "commanders_killed",
    "iraqi_civilians_killed",
    "threats",
    "threats_by_anybody",
    "committees",
    "talks_rounds",
    "sessions",
    "votes",
    "relabelled",
    "reduced",
    "negotiated_exit",
    "forced_exit",
    "lapsed",
)


class Tally:
    """Running counts; nothing is counted before the first day of the scenario."""

    def __init__(self, model: WithdrawalModel) -> None:
        self.model = model
        self.counts: dict[str, Number] = dict.fromkeys(COUNTS, 0)
        self.pressure_max: Number = 0.0

    def add(self, name: str, amount: Number) -> None:
        """Count ``amount`` more of something."""
        if self.model.free:
            self.counts = {**self.counts, name: self.counts[name] + amount}

    def day(self) -> None:
        """Count the day's attacks, casualties, strikes and threats."""
        model, today = self.model, self.model.today
        self.add("attacks_iraq", today.attacks_iraq)
        self.add("attacks_syria", today.attacks_syria)
        self.add("us_killed", today.us_killed)
        self.add("us_wounded", today.us_wounded)
        self.add("us_strikes", today.deliberate)
        self.add("us_strikes_iraq", today.deliberate_in_iraq)
        self.add("commanders_killed", today.commanders)
        self.add("iraqi_civilians_killed", today.civilians)
        threatens = model.iraq.threatens
        self.add("threats", truth(threatens))
        self.add(
            "threats_by_anybody", truth(threatens) + truth(model.militias.new_calls) + truth(model.parliament.rung >= 2)
        )
        if model.free:
            self.pressure_max = most(self.pressure_max, model.iraq.pressure)
