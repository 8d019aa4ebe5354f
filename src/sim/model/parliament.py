"""Parliament: five blocs, a quorum, votes without force and laws with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.iraq import LETTER, TIMETABLE
from sim.model.ladder import Ladder, Rung
from sim.model.militia import CALLS
from sim.model.part import Part
from sim.model.rules import promises
from sim.model.words import Number, anywhere, clip, decay, least, logistic, most, no, truth, where

if TYPE_CHECKING:
    from sim.model.model import WithdrawalModel

LADDER = Ladder(
    "parliament",
    Rung("no session", "does not meet on the matter"),
    Rung("session without quorum", "is called, but too few come"),
    Rung("non-binding vote", "calls on the government to end the presence"),
    Rung("binding law", "passes a law; final after two readings"),
)
BILL = CALLS["bill in parliament"]
DRAWS = {
    "parliament/routine": "whether a session is called this week without a crisis",
    "parliament/{bloc}": "how a bloc's attendance differs from what its leaning says",
}


@promises(
    bounded=(0.0, 1.0),
    rises_with=("lean", "pressure", "press", "closeness"),
    falls_with=("price", "exposure"),
    lean=(-4, 4),
    by_pressure=(0, 10),
    price=(0, 4),
    press=(0, 2),
    by_price=(0, 5),
    mark=(0, 1),
)
def attendance(
    lean: Number,
    pressure: Number,
    press: Number,
    closeness: Number,
    price: Number,
    exposure: Number,
    by_pressure: Number,
    mark: Number,
    by_price: Number,
) -> Number:
    """The share of a bloc that comes to a session on expulsion: leaning, pressure, Iran's press, less the price."""
    return logistic(lean + by_pressure * (pressure - mark) + press * closeness - by_price * price * exposure)


@promises(bounded=(0.0, 1.0), falls_with=("standing",), rises_with=("relief",))
def vote_relief(standing: Number, relief: Number, step: Number) -> Number:
    """The pressure a non-binding vote lets off: less where it only repeats one that is still fresh."""
    return relief * (1.0 - least(standing / most(step, 1e-9), 1.0))


class Parliament(Part):
    """``rung`` is what it did today, ``step`` how its last vote still counts toward Washington."""

    def __init__(self, model: WithdrawalModel) -> None:
        super().__init__(model)
        self.rung: Number = 0
        self.step: Number = 0.0
        self.rest: Number = 0.0  # days until it can meet on the matter again
        self.readings: Number = 0  # of a law, that passed
        self.until_reading: Number = 0.0
        self.sat: Number = -1

    def meet(self) -> None:
        """A session on a crisis, or rarely without one; the next reading of a law."""
        model, p = self.model, self.model.p.parliament
        self.step = self.step * decay(p.step_half_life)
        self.rest = most(self.rest - 1.0, 0.0)
        self.until_reading = most(self.until_reading - 1.0, 0.0)
        self.rung = 0
        cap = LADDER.cap(model.p.parliament.highest_rung)
        if not model.free or cap == 0:
            return
        called = model.today.crisis & (model.iraq.pressure > model.p.iraq.crisis_pressure)
        if model.weekly:
            routine = model.draw("parliament/routine") < p.routine_chance * where(
                model.militias.rung > 0, model.militias.calls, 0.0
            )
            called = called | routine
        backed = (model.iraq.rung >= TIMETABLE) & model.presence.open
        self.readings = where(backed, self.readings, 0)
        brought = (model.militias.rung == BILL) | (model.iraq.rung == LETTER) | (self.readings > 0)
        bill = backed & brought
        reading = (self.readings == 1) & (self.until_reading == 0.0)
        # a bill need not wait as long as another vote, but a week after any session
        may_hurry = (self.rest > p.reading_days) & (self.rest <= p.vote_rest - p.reading_days)
        rested = (self.rest == 0.0) | (bill & may_hurry)
        called = (called | reading) & model.presence.open & rested
        if anywhere(called):
            self._sit(called, bill, cap)

    def _sit(self, called: Number, bill: Number, cap: int) -> None:
        """Who comes, whether it is enough, and what passes."""
        model, p = self.model, self.model.p.parliament
        pressure, press = model.iraq.pressure, model.iran.heard
        price = model.united_states.price
        present: Number = 0.0
        voting: Number = 0.0
        binding: Number = 0.0
        for name, bloc in model.p.blocs.items():
            lean = bloc.lean + model.public.lean
            mark = model.p.iraq.crisis_pressure
            share = attendance(
                lean, pressure, press, bloc.closeness, price, bloc.exposure, p.pressure_weight, mark, p.price_weight
            )
            spread = p.attendance_spread * (2.0 * model.draw(f"parliament/{name}") - 1.0)
            comes = bloc.seats * clip(share + spread)
            law = attendance(
                lean - p.law_caution,
                pressure,
                press,
                bloc.closeness,
                price,
                bloc.exposure,
                p.pressure_weight,
                mark,
                p.law_price_weight,
            )
            present = present + comes
            voting = voting + comes * logistic(lean)
            binding = binding + comes * law
        quorate = called & (present >= p.quorum)
        passes = quorate & (voting > 0.5 * present) & (cap >= 2)
        reads = quorate & bill & (binding >= p.law_majority) & (cap >= 3)
        first, second = reads & (self.readings == 0), reads & (self.readings == 1)
        self.readings = where(called & bill, where(first, 1, where(second, 2, 0)), self.readings)
        self.until_reading = where(first, p.reading_days, self.until_reading)
        self.rung = where(called, 1, self.rung)
        self.rung = where(passes, 2, self.rung)
        self.rung = where(second, 3, self.rung)
        self.rest = where(called, where(passes, p.vote_rest, p.reading_days), self.rest)
        steam = vote_relief(self.step, p.vote_relief, p.vote_step)
        self.step = where(passes, most(self.step, p.vote_step), self.step)
        model.iraq.pressure = where(passes & no(second), most(pressure - steam, model.p.iraq.pressure_floor), pressure)
        model.tally.add("sessions", truth(called))
        model.tally.add("votes", truth(passes))
        if model.log is not None:
            self.sat = model.log.add(
                called,
                self.sat,
                "parliament",
                "session",
                (LADDER.names, self.rung),
                "parliament.attendance",
                causes=(model.iraq.alarmed, where(bill, model.iraq.acted, -1), model.militias.called),
                terms={
                    "present": present,
                    "for": voting,
                    "for a law": binding,
                    "pressure": pressure,
                    "press": press,
                    "price": price,
                },
            )
        if anywhere(second):
            model.presence.expel(second, "binding_law", self.sat)
