"""The Iraqi government: the pressure on the prime minister, his two faces, and the rung he chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.ladder import Ladder, Rung
from sim.model.part import Actor
from sim.model.rules import promises
from sim.model.words import (
    Number,
    anywhere,
    clip,
    decay,
    exp,
    floor,
    least,
    most,
    no,
    only,
    pick,
    power,
    total,
    truth,
    where,
    which,
)
from sim.scenario.schema import CommitteeEvent, GovernmentEvent, StatementEvent

if TYPE_CHECKING:
    from sim.model.model import WithdrawalModel

LADDER = Ladder(
    "what the prime minister does in public",
    Rung("silence", "says nothing"),
    Rung("condemn", "condemns what happened"),
    Rung("protest note", "summons the ambassador, or writes to the Security Council"),
    Rung("threaten expulsion", "says that the troops will have to go"),
    Rung("special committee", "has a committee look into it"),
    Rung("talks", "negotiates about the presence"),
    Rung("demand a timetable", "asks for dates of a withdrawal"),
    Rung("letter of expulsion", "withdraws the invitation; final once it has stood"),
)
SILENCE, CONDEMN, NOTE, THREATEN, COMMITTEE, TALKS, TIMETABLE, LETTER = range(len(LADDER))
DRAWS = {
    "iraq/mood": "the mood a choice is met with; it holds for weeks and is drawn anew in a crisis",
    "iraq/mood start": "how far into its mood a world begins (drawn once)",
    "iraq/wish": "what a new prime minister privately wants",
    "iraq/clock": "how long a committee's clock runs",
}


@promises(bounded=(0.0, 1.0), rises_with=("base", "salience", "calls", "press"), falls_with=("isis",), press=(0, 2))
def warranted(
    base: Number,
    salience: Number,
    calls: Number,
    press: Number,
    isis: Number,
    by_salience: Number,
    by_calls: Number,
    by_press: Number,
    by_isis: Number,
) -> Number:
    """The pressure that the day warrants, toward which pressure drifts: Gaza, calls, Iran's press; less under IS."""
    return clip((base + by_salience * salience + by_calls * calls + by_press * press) * (1.0 - by_isis * isis))


@promises(bounded=(0.0, 1.0), rises_with=("pressure", "size"))
def jump(pressure: Number, size: Number) -> Number:
    """Pressure after a shock: closer to 1 by its share of what is left."""
    return pressure + size * (1.0 - pressure)


@promises(bounded=(0.0, 1.0), rises_with=("size", "dead"), dead=(0, 500), scale=(1, 200))
def shock(size: Number, dead: Number, scale: Number) -> Number:
    """What a strike takes of the room pressure has left: by its rung, and the civilians and state forces it killed."""
    return 1.0 - (1.0 - size) * exp(-dead / scale)


@promises(bounded=(0.0, 1.0), rises_with=("wish", "pressure"))
def public_stance(wish: Number, pressure: Number, gap: Number) -> Number:
    """What the prime minister says he wants: his wish, moved by pressure (Kuran 1995: preference falsification)."""
    return clip(wish + gap * pressure)


@promises(rises_with=("relief",), falls_with=("pressure",), weight=(0, 10))
def survival(pressure: Number, relief: Number, weight: Number) -> Number:
    """What pressure left unanswered costs the prime minister. Convex: the last tenth hurts most. [judgement]"""
    left = pressure * (1.0 - relief)
    return -weight * left * left


@promises(falls_with=("exit", "security", "economy"), security=(0, 5), economy=(0, 5))
def cost_of_leaving(exit: Number, security: Number, economy: Number) -> Number:
    """What a step toward the exit is expected to cost: security, and the economy."""
    return -exit * (security + economy)


@promises(rises_with=("exit", "wish", "weight"), weight=(0, 3))
def gain_of_leaving(exit: Number, wish: Number, weight: Number) -> Number:
    """What it gains: sovereignty, so far as he privately wants it."""
    return exit * wish * weight


@promises(rises_with=("pressure",), falls_with=("anchor",), weight=(0, 10))
def overreach(anchor: Number, pressure: Number, weight: Number) -> Number:
    """What it costs to go further than the moment warrants."""
    return -weight * most(anchor - pressure, 0.0)


@promises(falls_with=("shown",), shown=(0, 7), rung=(0, 7))
def audience(shown: Number, rung: Number, weight: Number) -> Number:
    """What it costs to stand lower than one has shown (Weeks 2008: small)."""
    return -weight * most(shown - rung, 0.0) / 7.0


@promises(bounded=(0.0, 1.0), rises_with=("fresh", "stale"), falls_with=("days",), days=(0, 1000))
def talks_relief(days: Number, fresh: Number, stale: Number) -> Number:
    """The relief of talks that have run so many days without a product: from fresh to stale within a year."""
    low = least(fresh, stale)
    return fresh + (low - fresh) * least(days / 365.0, 1.0)


CLOSED = -1000.0
"""The utility of a rung that cannot be taken."""


def chances(utilities: tuple[Number, ...], precision: Number) -> tuple[Number, ...]:
    """Quantal response: the rungs' weights, the best one's 1, a closed one's 0 (McKelvey & Palfrey 1995)."""
    best = utilities[0]
    for utility in utilities[1:]:
        best = most(best, utility)
    return tuple(where(utility < 0.5 * CLOSED, 0.0, exp(precision * (utility - best))) for utility in utilities)


def reliefs(
    credibility: Number, committee: Number, committee_stands: Number, talks: Number, talks_stand: Number, p: Number
) -> tuple[Number, ...]:
    """Each rung's relief from pressure. A standing committee, or standing talks, lend theirs to every lower rung."""
    own = (
        0.0,
        p.relief_condemn,
        p.relief_note,
        p.relief_threat * credibility,
        committee,
        talks,
        p.relief_timetable * credibility,
        1.0,
    )
    lent_committee, lent_talks = where(committee_stands, committee, 0.0), where(talks_stand, talks, 0.0)
    return tuple(
        most(most(relief, lent_committee if rung < COMMITTEE else 0.0), lent_talks if rung < TALKS else 0.0)
        for rung, relief in enumerate(own)
    )


def worth(
    pressure: Number,
    credibility: Number,
    committee: Number,
    committee_stands: Number,
    talks: Number,
    talks_stand: Number,
    talks_possible: Number,
    shown: Number,
    security: Number,
    economy: Number,
    wish: Number,
    top: int,
    p: Number,
) -> tuple[tuple[Number, ...], ...]:
    """Each rung's utility as its terms: survival, cost and gain of leaving, overreach, audience.

    A rung that cannot be taken (above the cap, or talks that are closed) is ``CLOSED`` in its first term.
    """
    exits = (0.0, 0.0, p.exit_note, p.exit_threat, p.exit_committee, p.exit_talks, p.exit_timetable, 1.0)
    anchors = (
        0.0,
        p.anchor_condemn,
        p.anchor_note,
        p.anchor_threat,
        where(committee_stands, 0.0, p.anchor_committee),
        where(talks_stand, 0.0, p.anchor_talks),
        p.anchor_timetable,
        p.anchor_letter,
    )
    found = []
    for rung, relief in enumerate(reliefs(credibility, committee, committee_stands, talks, talks_stand, p)):
        kept = survival(pressure, relief, p.survival)
        if rung > top:
            kept = CLOSED + 0.0 * kept
        elif rung == TALKS:
            kept = where(talks_possible | talks_stand, kept, CLOSED)
        found.append(
            (
                kept,
                cost_of_leaving(exits[rung], security, economy),
                gain_of_leaving(exits[rung], wish, p.sovereignty),
                overreach(anchors[rung], pressure, p.overreach),
                audience(shown, rung, p.audience),
            )
        )
    return tuple(found)


TERMS = ("survival", "cost of leaving", "gain of leaving", "overreach", "audience")


def choose(mood: Number, *inputs: Number) -> tuple[Number, Number]:
    """The rung that a mood meets, and the chance of the letter over all moods. ``inputs`` as for :func:`worth`.

    The chances are laid end to end in the order of the ladder and met with one uniform number, so that at
    the same mood more pressure does not give a lower rung where the utilities order the rungs.
    """
    weights = chances(tuple(total(terms) for terms in worth(*inputs)), inputs[-1].precision)
    return which(mood, weights), weights[LETTER] / total(weights)


class Iraq(Actor):
    """The prime minister: the ``pressure`` he is under, his ``rung``, and what a threat counts (``credibility``)."""

    def __init__(self, model: WithdrawalModel) -> None:
        super().__init__(model, "Iraqi government")
        p = model.p.iraq
        self.pressure: Number = p.base_pressure
        self.credibility: Number = 1.0
        self.rung: Number = SILENCE
        self.shown: Number = 0.0  # the highest rung shown, fading
        self.mood: Number = 0.5
        self.mood_left: Number = floor(model.draw("iraq/mood start") * p.mood_days)
        self.chance_of_letter: Number = 0.0
        self.committees: Number = 0
        self.committee_relief: Number = 0.0
        self.committee_left: Number = 0.0  # days for which a committee still gives relief
        self.clock: Number = 0.0  # days left for it to bring a product; 0: no clock runs
        self.new_wish: Number = -1.0  # of a prime minister who came in by a scripted event; below 0: none
        self.demand_open: Number = False  # a demand that no act has followed
        self.letter_stood: Number = 0.0  # days
        self.letter_pending: Number = False
        self.since_look: Number = 0
        self.acts: Number = False  # a new act of rung `act` today
        self.peak: Number = 0.0
        self.acted: Number = -1  # events
        self.alarmed: Number = -1
        self.set_up: Number = -1

    @property
    def wish(self) -> Number:
        """What the prime minister privately wants: as the scenario says, or as a successor's was drawn."""
        return where(self.new_wish >= 0.0, self.new_wish, self.model.p.iraq.private_wish)

    @property
    def stance(self) -> Number:
        """The public stance."""
        p = self.model.p.iraq
        return public_stance(self.wish, self.pressure, p.public_gap)

    @property
    def security(self) -> Number:
        """What leaving is expected to cost in security, 1 at the defaults."""
        model, p = self.model, self.model.p.iraq
        needed = (1.0 + p.security_isis * model.region.isis) / model.defaults.isis_need
        return (
            p.security_cost * model.aftermath.benefits * needed * ((1.0 - p.capability) / model.defaults.incapability)
        )

    @property
    def economy(self) -> Number:
        """What leaving without agreement is expected to cost in money: the price that is expected of it."""
        return self.model.p.iraq.economy_cost * self.model.united_states.price

    @property
    def threatens(self) -> Number:
        """Whether he threatened to expel today: a threat, or a rung above it that says as much (all but talks)."""
        return self.acts & (self.rung >= THREATEN) & no(self.rung == TALKS)

    def _succeed(self) -> None:
        """A new prime minister, by a scripted event: a wish of his own, credibility whole, committees forgotten."""
        model = self.model
        for event in model.script:
            if isinstance(event, GovernmentEvent):
                self.new_wish = event.wish_low + (event.wish_high - event.wish_low) * model.draw("iraq/wish")
                self.credibility, self.committees, self.demand_open = 1.0, 0, False
                self.clock, self.committee_left = 0.0, 0.0
                self.rung, self.shown, self.letter_pending = SILENCE, 0.0, False
                self.mood_left = -1.0
                if model.log is not None:
                    self.acted = model.log.add(
                        model.everywhere,
                        -1,
                        self.name,
                        "a new prime minister",
                        "silence",
                        "scripted",
                        terms={"private wish": self.new_wish},
                        scripted=True,
                    )

    def live(self) -> None:
        """Pressure after the day; the committee's clock; credibility."""
        model, p, today = self.model, self.model.p.iraq, self.model.today
        self._succeed()
        target = warranted(
            p.base_pressure,
            model.region.politics,
            model.militias.calls,
            model.iran.heard,
            model.region.isis,
            p.pressure_salience,
            p.pressure_calls,
            p.pressure_press,
            p.pressure_isis,
        )
        kept = decay(p.pressure_half_life)
        pressure = target + (self.pressure - target) * kept
        for strike in today.strikes:
            killed = p.jump_coordinator if strike.coordinator else p.jump_commander
            sizes = (0.0, 0.0, p.jump_syria, p.jump_iraq, killed, p.jump_campaign)
            size = shock(pick(strike.rung, sizes), where(strike.rung >= 3, strike.civilians, 0.0), p.jump_dead)
            pressure = only(strike.happened, jump, pressure, pressure, size)
        self.committee_left = most(self.committee_left - 1.0, 0.0)
        ends = self.clock == 1.0
        self.clock = most(self.clock - 1.0, 0.0)
        pressure = where(ends, pressure + p.no_product_pressure, pressure)
        self.committee_left = where(ends, 0.0, self.committee_left)
        self.credibility = 1.0 - (1.0 - self.credibility) * decay(p.credibility_half_life)
        self.credibility = where(ends, self.credibility * p.no_product_credibility, self.credibility)
        self.pressure = most(least(clip(pressure), p.pressure_ceiling), p.pressure_floor)
        if model.log is not None:
            self.alarmed = model.log.add(
                ends,
                self.alarmed,
                self.name,
                "committee ends without a product",
                (LADDER.names, self.rung),
                "iraq.live",
                causes=(self.set_up,),
            )
            for strike in today.strikes:
                self.alarmed = where(strike.happened & (strike.rung >= 3), strike.event, self.alarmed)

    def decide(self) -> None:
        """Weekly, in a crisis or a new mood, and daily while a letter is pending: choose a rung, and act on it."""
        model, p = self.model, self.model.p.iraq
        crisis = model.today.crisis
        self.since_look = self.since_look + 1
        self.mood_left = self.mood_left - 1.0
        # while a letter is pending the mood holds: a further crisis is no reason to think of something milder
        fresh = ((self.mood_left < 0.0) | crisis) & no(self.letter_pending)
        if anywhere(fresh):
            self.mood = where(fresh, model.draw("iraq/mood"), self.mood)
            self.mood_left = where(fresh, p.mood_days - 1.0, self.mood_left)
        looks = (self.since_look >= p.decision_days) | crisis | fresh | self.letter_pending
        self.shown = self.shown * (1.0 - p.audience_fade / 7.0)
        self.acts = False
        if model.recorded:
            self._scripted()
            return
        looks = looks & model.presence.open
        self.since_look = where(looks, 0, self.since_look)
        top = LADDER.cap(model.p.iraq.highest_rung)
        if not model.free:
            top = min(top, THREATEN)  # what stands on the first day is known: no committee, no talks, no letter
        committee_stands, talks_stand = self.committee_left > 0.0, model.talks.on
        committee = where(
            committee_stands, self.committee_relief, p.relief_committee * power(p.relief_repeat, self.committees)
        )
        inputs = (
            self.pressure,
            self.credibility,
            committee,
            committee_stands,
            self.talks_relief,
            talks_stand,
            model.talks.possible,
            self.shown,
            self.security,
            self.economy,
            self.wish,
            top,
            p,
        )
        before = self.rung = least(self.rung, top)
        rung, self.chance_of_letter = only(looks, choose, (self.rung, self.chance_of_letter), self.mood, *inputs)
        self.rung = where(model.presence.open, rung, least(rung, CONDEMN))
        sets_up = looks & (self.rung == COMMITTEE) & no(committee_stands)
        news = looks & (no(self.rung == before) | crisis | sets_up) & (self.rung > SILENCE)
        self._do(news, sets_up, committee)
        if model.log is not None:
            self._report(news, inputs)
        talks = looks & (self.rung == TALKS) & no(model.talks.on)
        if anywhere(talks):
            model.talks.start(talks, "choice", self.acted)
        self._letter()
        self._scripted()

    @property
    def talks_relief(self) -> Number:
        """The relief of talks: of those that stand, or of new ones."""
        p, talks = self.model.p.iraq, self.model.talks
        return talks_relief(where(talks.on, talks.days, 0.0), p.relief_talks, p.relief_talks_stale)

    def _do(self, news: Number, sets_up: Number, committee: Number) -> None:
        """What the chosen rung brings with it: a committee set up, a demand noted."""
        if anywhere(sets_up):
            self._committee(sets_up, committee)
        demands = news & ((self.rung == THREATEN) | (self.rung == TIMETABLE))
        self._demand(demands)
        self.acts = news
        self.shown = where(news, most(self.shown, self.rung * 1.0), self.shown)

    def _committee(self, sets_up: Number, relief: Number) -> None:
        model, p = self.model, self.model.p.iraq
        length = floor(
            p.committee_clock_low + model.draw("iraq/clock") * (p.committee_clock_high - p.committee_clock_low)
        )
        self.committee_relief = where(sets_up, relief, self.committee_relief)
        self.committee_left = where(sets_up, p.committee_days, self.committee_left)
        self.clock = where(sets_up & (self.clock == 0.0), length, self.clock)
        self.committees = self.committees + truth(sets_up)
        model.tally.add("committees", truth(sets_up))

    def _demand(self, demands: Number) -> None:
        """A demand that follows another without an act costs credibility."""
        worn = demands & self.demand_open
        self.credibility = where(worn, self.credibility * self.model.p.iraq.credibility_loss, self.credibility)
        self.demand_open = self.demand_open | demands

    def _letter(self) -> None:
        """The letter is delivered once it has stood as the choice for its days without a break."""
        model, p = self.model, self.model.p.iraq
        was = self.letter_pending
        self.letter_pending = (self.rung == LETTER) & model.presence.open
        self.letter_stood = where(self.letter_pending & was, self.letter_stood + 1.0, 0.0)
        delivered = self.letter_pending & (self.letter_stood >= p.letter_days)
        if model.log is not None:
            self.acted = model.log.add(
                was & no(self.letter_pending) & model.presence.open,
                self.acted,
                self.name,
                "gives the letter up again",
                (LADDER.names, self.rung),
                "iraq.choose",
                causes=(self.acted,),
            )
        if anywhere(delivered):
            self.letter_pending = self.letter_pending & no(delivered)
            model.presence.expel(delivered, "letter", self.acted)

    def _scripted(self) -> None:
        """Statements and committees that the scenario gives by date."""
        for event in self.model.script:
            if isinstance(event, StatementEvent | CommitteeEvent):
                model = self.model
                rung = COMMITTEE if isinstance(event, CommitteeEvent) else LADDER[event.rung]
                here = model.presence.open & (rung <= LADDER.cap(model.p.iraq.highest_rung))
                self.rung = where(here, rung, self.rung)
                if rung == COMMITTEE:
                    p = model.p.iraq
                    self._committee(here, p.relief_committee * power(p.relief_repeat, self.committees))
                self._demand(here & (rung == THREATEN))
                self.acts = self.acts | here
                self.shown = where(here, most(self.shown, float(rung)), self.shown)
                if model.log is not None:
                    self.acted = model.log.add(
                        here,
                        self.acted,
                        self.name,
                        "act",
                        LADDER.names[rung],
                        "scripted",
                        causes=(self.alarmed,),
                        scripted=True,
                    )
                    self.set_up = where(here & (rung == COMMITTEE), self.acted, self.set_up)

    def product(self, agreed: Number) -> None:
        """An agreement is a product: it lets off pressure, stops the committee's clock and backs a demand."""
        self.pressure = where(
            agreed,
            most(self.pressure - self.model.p.talks.product_pressure, self.model.p.iraq.pressure_floor),
            self.pressure,
        )
        self.clock = where(agreed, 0.0, self.clock)
        self.demand_open = self.demand_open & no(agreed)

    def _report(self, news: Number, inputs: tuple[Number, ...]) -> None:
        log = self.model.log
        assert log is not None

        def terms() -> dict[str, Number]:
            each = worth(*inputs)
            found: dict[str, Number] = {"pressure": self.pressure, "mood": self.mood}
            for index, name in enumerate(TERMS):
                found[name] = pick(self.rung, [terms[index] for terms in each])
            for rung, name in enumerate(LADDER.names):
                found[f"utility of {name}"] = total(each[rung])
            return found

        self.acted = log.add(
            news,
            self.acted,
            self.name,
            "act",
            (LADDER.names, self.rung),
            "iraq.choose",
            causes=(self.alarmed, self.model.militias.called, self.model.region.turned),
            terms=terms,
        )
        self.set_up = where(news & (self.rung == COMMITTEE), self.acted, self.set_up)
