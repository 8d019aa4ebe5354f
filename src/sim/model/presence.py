"""The presence itself: what it rests on, how many troops there are, and the decision that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.part import Part
from sim.model.region import dated
from sim.model.rules import promises
from sim.model.words import Number, anywhere, floor, most, no, truth, where
from sim.scenario.schema import RECORD_ENDS, LegalEvent

if TYPE_CHECKING:
    from sim.model.model import WithdrawalModel

OUTCOMES = ("us_stays", "negotiated_exit", "forced_exit", "lapsed")
KINDS = ("unchanged", "relabelled", "reduced", "phased", "full", "letter", "binding_law", "ran_out")
OUTCOME_OF = {
    "phased": "negotiated_exit",
    "full": "negotiated_exit",
    "letter": "forced_exit",
    "binding_law": "forced_exit",
    "ran_out": "lapsed",
}
MONTH = 30.4375  # days
DRAWS = {"presence/term": "how long carrying out an exit is to take", "presence/slip": "by how much it slips"}


@promises(rises_with=("low", "high", "u", "slip"), low=(0, 12), high=(12, 48))
def days_to_leave(low: Number, high: Number, u: Number, slip: Number, luck: Number) -> Number:
    """Days from a decision to the last soldier's departure: a term in months, and what it slips."""
    return floor((low + u * (high - low)) * (1.0 + slip * luck) * MONTH)


class Presence(Part):
    """``open`` while troops may stay and nothing is decided; ``kept`` the share of those authorised who are there."""

    def __init__(self, model: WithdrawalModel) -> None:
        super().__init__(model)
        self.open: Number = True
        self.kept: Number = 1.0
        self.goal: Number = 1.0
        self.step: Number = 0.0  # share a day on the way to the goal
        self.forced: Number = False  # an exit without agreement has been decided in this episode
        self.extended: Number = False  # a dated agreement was replaced by another
        self.kind: Number = 0  # of the first episode, an index of KINDS
        self.outcome: Number = 0
        self.outcome_day: Number = -1  # -1: nothing was decided
        self.completion_day: Number = -1.0
        self.settled: Number = -1  # events: the decision, what is being carried out, and that it is done
        self.under_way: Number = -1
        self.carried_out: Number = -1
        self.troops: Number = 0.0
        self.default = "invitation"

    def day(self) -> None:
        """What the presence rests on today; troops on their way out; a dated agreement that runs out."""
        model = self.model
        before = self.default
        ends, self.default = None, model.p.presence.legal_default
        if model.date < RECORD_ENDS:
            for entry in model.scenario.presence.legal_past:
                if entry.date <= model.date:
                    self.default, ends = entry.default, entry.ends
            authorised = dated(model.scenario.presence.troops_past, model.date, 0.0)
        else:
            ends = model.scenario.presence.agreement_ends
            authorised = model.p.presence.troops
        self.default, ends = model.changed.get("legal", (self.default, ends))
        if any(isinstance(event, LegalEvent) for event in model.script):
            self.extended = False  # what replaced an earlier agreement does not replace a new one
        authorised = model.changed.get("troops", authorised)
        if before == "none" and self.default != "none":  # invited back: a new episode
            self.open, self.kept, self.goal, self.step = True, 1.0, 1.0, 0.0
            self.forced, self.extended = False, False
        if self.default == "none":
            self.open = False
        self.ends_left = (ends - model.date).days if self.default == "dated_agreement" and ends is not None else -1
        if self.ends_left == 0:
            runs_out = self.open & no(self.extended)
            if anywhere(runs_out):
                self._settle(runs_out, "ran_out", 0.0, 0.0, -1)
        leaving = self.kept > self.goal
        lower = self.kept - self.step
        self.kept = where(leaving, where(lower < self.goal + 1e-9, self.goal, lower), self.kept)
        if model.log is not None:
            done = leaving & (self.kept == self.goal)
            names = ("the reduction is complete", "the last soldier leaves")
            self.carried_out = model.log.add(
                done,
                self.carried_out,
                "Iraq and the US",
                "carried out",
                (names, truth(self.goal == 0.0)),
                "presence.days_to_leave",
                causes=(self.under_way,),
            )
        self.troops = authorised * self.kept

    ends_left = -1

    @property
    def agreement_ends_left(self) -> Number:
        """Days until a dated agreement runs out; below 0 where none does."""
        return where(self.extended, -1.0, float(self.ends_left))

    def change(self, relabels: Number, reduces: Number) -> None:
        """The mission is renamed, or the troops are fewer: recorded, and nothing is settled."""
        model, p = self.model, self.model.p.talks
        goal = self.goal * p.reduce_to
        self.step = where(reduces, (self.kept - goal) / (p.reduce_months * MONTH), self.step)
        self.goal = where(reduces, goal, self.goal)
        self.under_way = where(reduces, model.talks.opened, self.under_way)
        if self.default == "dated_agreement":
            self.extended = self.extended | relabels | reduces
        undecided = self.outcome_day < 0
        self.kind = where(
            reduces & undecided, most(self.kind, 2), where(relabels & undecided, most(self.kind, 1), self.kind)
        )
        model.tally.add("relabelled", truth(relabels))
        model.tally.add("reduced", truth(reduces))

    def sign(self, signed: Number, kind: str, cause: Number) -> None:
        """An end is signed: phased, or full."""
        if anywhere(signed):
            p = self.model.p.talks
            low, high = (p.phased_low, p.phased_high) if kind == "phased" else (p.full_low, p.full_high)
            self._settle(signed, kind, low, high, cause)

    def expel(self, decided: Number, kind: str, cause: Number) -> None:
        """A letter is delivered, or a law passed."""
        p = self.model.p.talks
        decided = decided & self.open
        self.forced = self.forced | decided
        self._settle(decided, kind, p.forced_low, p.forced_high, cause)

    def _settle(self, decided: Number, kind: str, low: Number, high: Number, cause: Number) -> None:
        """The decision that ends the presence: the first one is the world's outcome."""
        model = self.model
        days = days_to_leave(low, high, model.draw("presence/term"), model.p.talks.slip, model.draw("presence/slip"))
        self.open = self.open & no(decided)
        self.goal = where(decided, 0.0, self.goal)
        self.step = where(decided, self.kept / most(days, 1.0), self.step)
        self.kept = where(decided & (days < 0.5), 0.0, self.kept)
        first = decided & (self.outcome_day < 0)
        model.tally.add(OUTCOME_OF[kind], truth(decided))
        if model.free:
            self.outcome = where(first, OUTCOMES.index(OUTCOME_OF[kind]), self.outcome)
            self.kind = where(first, KINDS.index(kind), self.kind)
            self.outcome_day = where(first, model.day, self.outcome_day)
            self.completion_day = where(first, model.day + days, self.completion_day)
            model.aftermath.settle(first, kind)
        if model.log is not None:
            self.settled = model.log.add(
                decided,
                self.settled,
                "Iraq and the US",
                "decision",
                kind,
                "presence.days_to_leave",
                causes=(cause,),
                terms={"days until the last soldier leaves": days},
            )
            self.under_way = where(decided, self.settled, self.under_way)

    @property
    def gone(self) -> Number:
        """Whether an exit has been carried out."""
        return (self.completion_day >= 0.0) & (self.completion_day <= self.model.day)
