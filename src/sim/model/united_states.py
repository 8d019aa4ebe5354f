"""The United States: whether it answers attacks, on which rung, what its strikes do, and its leverage on Baghdad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.draws import uniform
from sim.model.ladder import Ladder, Rung
from sim.model.militia import Militia
from sim.model.part import Actor
from sim.model.rules import promises
from sim.model.today import Strike
from sim.model.words import (
    Number,
    anywhere,
    decay,
    exp,
    fade,
    geometric,
    least,
    logistic,
    most,
    no,
    only,
    pick,
    truth,
    where,
    which,
    whole_between,
)
from sim.scenario.schema import CoordinatorEvent, SanctionsEvent, StrikeEvent

if TYPE_CHECKING:
    from sim.model.model import WithdrawalModel

RESPONSE = Ladder(
    "the United States' response to attacks",
    Rung("absorb", "does nothing in public"),
    Rung("warn", "says that it will answer"),
    Rung("strike in Syria", "strikes the groups or their patrons in Syria"),
    Rung("strike in Iraq", "strikes the groups in Iraq"),
    Rung("kill a commander in Baghdad", "kills a leader in the capital"),
    Rung("large campaign", "strikes at scale, for days"),
)
LEVERAGE = Ladder(
    "the United States' leverage on Baghdad",
    Rung("reassure", "business as usual"),
    Rung("offer talks", "offers to talk about the presence"),
    Rung("warn of consequences", "says what an exit would cost"),
    Rung("restrict dollars", "holds back shipments of dollars"),
    Rung("sanctions", "sanctions, and reserves withheld"),
)
DRAWS = {
    "united_states/strike": "whether it decides to strike today",
    "united_states/rung": "on which rung",
    "united_states/lag": "days until the strike",
    "united_states/struck": "which group is struck, by its recent attacks",
    "united_states/deadly": "whether a strike kills anybody",
    "united_states/dead": "how many",
    "united_states/bystanders": "whether civilians or state forces are among them",
    "united_states/bystander dead": "how many of them",
    "united_states/offer": "whether talks are offered this week",
    "united_states/dollars": "whether dollars are restricted, in the first week after an exit without agreement",
    "united_states/sanctions": "whether sanctions follow",
    "strikes/fear": "how strongly strikes frighten in this world (drawn once)",
    "strikes/anger": "how strongly strikes anger in this world (drawn once)",
}
SYRIA, IRAQ, COMMANDER, CAMPAIGN = (RESPONSE[name] for name in RESPONSE.names[2:])


@promises(
    rises_with=("stress", "attacks", "hurt", "hurt_many", "fatal", "dead"),
    stress=(0, 50),
    attacks=(0, 20),
    hurt=(0, 5),
    hurt_many=(0, 5),
    fatal=(0, 3),
    dead=(0, 300),
)
def stressed(
    stress: Number,
    kept: Number,
    attacks: Number,
    hurt: Number,
    hurt_many: Number,
    fatal: Number,
    dead: Number,
    per_attack: Number,
    per_hurt: Number,
    per_many: Number,
    per_fatal: Number,
) -> Number:
    """Stress: what is left of yesterday's, and the day's attacks by what they did.

    Casualties, not attacks, are the threshold (Lin-Greenberg 2022).
    """
    return stress * kept + per_attack * attacks + per_hurt * hurt + per_many * hurt_many + per_fatal * fatal + dead


@promises(rises_with=("restraint",), base=(0, 5), by_restraint=(0, 5))
def threshold(restraint: Number, base: Number, by_restraint: Number) -> Number:
    """The stress at which a strike is as likely as not in a day."""
    return most(base + by_restraint * (restraint - 0.5), 0.0)


@promises(bounded=(0.0, 1.0), rises_with=("stress",), stress=(0, 50), threshold=(0, 5), slope=(0.1, 5))
def strike_chance(stress: Number, threshold: Number, slope: Number) -> Number:
    """The chance of deciding on a strike today: a logistic in stress, from exactly 0 where there is none."""
    floor = logistic(-slope * threshold)
    return most(logistic(slope * (stress - threshold)) - floor, 0.0) / (1.0 - floor)


@promises(
    rises_with=("stress", "strikes", "in_iraq"),
    falls_with=("restraint", "talks"),
    stress=(0, 50),
    strikes=(0, 10),
    most_stress=(4, 10),
)
def severity(
    stress: Number,
    strikes: Number,
    in_iraq: Number,
    restraint: Number,
    talks: Number,
    by_stress: Number,
    most_stress: Number,
    by_strikes: Number,
    by_place: Number,
    by_restraint: Number,
    by_talks: Number,
) -> Number:
    """How high an answer is called for (a logit): stress, strikes that did not help, blood in Iraq; less restraint."""
    return (
        by_stress * least(stress, most_stress)
        + by_strikes * strikes
        + by_place * in_iraq
        - by_restraint * (restraint - 0.5)
        - by_talks * talks
    )


@promises(
    bounded=(2, 5),
    rises_with=("severity", "u"),
    severity=(-10, 20),
    cut_iraq=(2, 3.4),
    cut_commander=(4, 6),
    cut_campaign=(6.2, 9),
)
def strike_rung(severity: Number, u: Number, cut_iraq: Number, cut_commander: Number, cut_campaign: Number) -> Number:
    """The rung of the answer: an ordered logit met with one uniform number."""
    return (
        2
        + truth(u >= 1.0 - logistic(severity - cut_iraq))
        + truth(u >= 1.0 - logistic(severity - cut_commander))
        + truth(u >= 1.0 - logistic(severity - cut_campaign))
    )


@promises(bounded=(0.0, 1.0), rises_with=("credibility",), rung=(0, 7), voted=(0, 1))
def perceived_step(
    rung: Number, voted: Number, credibility: Number, threat: Number, committee: Number, timetable: Number
) -> Number:
    """How Washington reads Baghdad: the step of the standing rung, or of a vote, times credibility."""
    step = pick(rung, (0.0, 0.0, 0.0, threat, committee, committee, timetable, 1.0))
    return most(step, voted) * credibility


class UnitedStates(Actor):
    """``stress`` is what attacks have built up, ``response`` the rung of the day, ``leverage`` that on Baghdad."""

    def __init__(self, model: WithdrawalModel) -> None:
        super().__init__(model, "United States")
        self.stress: Number = 0.0
        self.pending: Number = 0  # the rung of a strike that has been decided, 0 none
        self.days_left: Number = 0.0
        self.recent_strikes: Number = 0.0
        self.warned: Number = False
        self.response: Number = 0
        self.leverage: Number = 0
        self.step: Number = 0.0  # Baghdad's step as Washington reads it
        self.dollars: Number = False  # restricted
        self.sanctions: Number = False
        self.decided_on_money: Number = False  # an exit without agreement is no news any more
        self.decided: Number = -1  # events
        self.moved: Number = -1

    def respond(self) -> None:
        """Stress after the day's attacks; perhaps a decision to strike; a strike that is due."""
        model, p, today = self.model, self.model.p.united_states, self.model.today
        attacks = today.attacks_iraq + today.attacks_syria
        self.stress = stressed(
            self.stress,
            decay(p.stress_half_life),
            attacks,
            today.hurt,
            today.hurt_many,
            today.fatal,
            today.us_killed,
            p.stress_attack,
            p.stress_hurt,
            p.stress_hurt_many,
            p.stress_fatal,
        )
        limit = threshold(p.restraint, p.threshold, p.threshold_restraint)
        warns = self.stress > p.warn_share * limit
        self.response = truth(warns)
        newly = warns & no(self.warned)
        self.warned = warns
        top = RESPONSE.cap(model.p.united_states.highest_rung)
        if top == 0:
            self.response = 0 * self.response
        self.recent_strikes = self.recent_strikes * fade(p.memory)
        if model.log is not None and top > 0:
            model.log.add(
                newly,
                -1,
                self.name,
                "response",
                "warn",
                "united_states.stressed",
                causes=(model.attacks.last,),
                terms={"stress": self.stress},
            )
        if top >= SYRIA and not model.recorded:
            chance = strike_chance(self.stress, limit, p.slope)
            constant = 1.0 - exp(-p.constant_rate * attacks)
            chance = where(p.constant_rate > 0.0, constant, chance)
            decides = (self.pending == 0) & (model.draw("united_states/strike") < chance)
            if anywhere(decides):
                self._decide(decides, top)
        if model.recorded:
            self.pending = 0
        due = (self.pending > 0) & (self.days_left < 0.5)
        self.days_left = self.days_left - 1.0
        if anywhere(due):
            due = due & (top >= SYRIA)
            rung = where(due, least(self.pending, top), 0)
            self.pending = where(due, 0, self.pending) if top >= SYRIA else 0
            struck, dead, civilians = only(
                due, _strike, (0, 0.0, 0.0), model.keys, model.ordinal, rung, model.attacks.lately, model.p.strikes
            )
            self._land(Strike(due, rung, struck, dead, civilians), "united_states.strike_rung", (self.decided,), False)
        for place, event in enumerate(model.script):
            if isinstance(event, StrikeEvent | CoordinatorEvent):
                killed = isinstance(event, CoordinatorEvent)
                rung = COMMANDER if isinstance(event, CoordinatorEvent) else RESPONSE[event.rung]
                if rung > top:
                    continue
                names = [group.name for group in model.groups]
                if event.group in names:
                    whose = names.index(event.group)
                else:
                    whose = which(model.draw("militias/scripted", place), model.attacks.lately)
                self.stress = self.stress * p.stress_kept
                strike = Strike(
                    model.everywhere, rung, whose, float(event.dead), float(event.civilians), coordinator=killed
                )
                self._land(strike, "scripted", (model.attacks.last,), True)

    def _decide(self, decides: Number, top: int) -> None:
        model, p = self.model, self.model.p.united_states
        called_for = severity(
            self.stress,
            self.recent_strikes,
            truth(model.attacks.wound_in_iraq),
            p.restraint,
            truth(model.talks.on),
            p.rung_stress,
            p.rung_stress_most,
            p.rung_strikes,
            p.rung_place,
            p.rung_restraint,
            p.rung_talks,
        )
        rung = only(
            decides,
            strike_rung,
            0,
            called_for,
            model.draw("united_states/rung"),
            p.cut_iraq,
            p.cut_commander,
            p.cut_campaign,
        )
        self.pending = where(decides, least(rung, top), self.pending)
        self.days_left = where(decides, whole_between(0.0, p.lag, model.draw("united_states/lag")), self.days_left)
        if model.log is not None:
            self.decided = model.log.add(
                decides,
                self.decided,
                self.name,
                "decides to strike",
                (RESPONSE.names, self.pending),
                "united_states.strike_chance",
                causes=(model.attacks.last, model.attacks.any),
                terms={
                    "stress": self.stress,
                    "restraint": p.restraint,
                    "recent strikes": self.recent_strikes,
                    "last wound in Iraq": truth(model.attacks.wound_in_iraq),
                    "talks": truth(model.talks.on),
                    "severity": called_for,
                },
            )
        self.stress = where(decides, self.stress * p.stress_kept, self.stress)

    def _land(self, strike: Strike, rule: str, causes: tuple[Number, ...], scripted: bool) -> None:
        """A strike takes place: fear and anger at once; the rest reads it from the day's list."""
        model = self.model
        self.response = where(strike.happened, most(strike.rung, self.response), self.response)
        if strike.deliberate:
            self.recent_strikes = self.recent_strikes + truth(strike.happened)
        if model.log is not None:
            strike.event = model.log.add(
                strike.happened,
                -1,
                self.name,
                "strike" if strike.deliberate else "self-defence",
                (RESPONSE.names, strike.rung),
                rule,
                causes=causes,
                terms={
                    "dead": strike.dead,
                    "civilians and state forces": strike.civilians,
                    "group struck": strike.struck,
                },
                scripted=scripted,
            )
            model.today.causes = (*model.today.causes, where(strike.rung >= IRAQ, strike.event, -1))
        model.today.enter(strike)
        p = model.p.strikes
        sizes = (0.0, 0.0, p.size_syria, p.size_iraq, p.size_commander, p.size_campaign)
        size = where(strike.happened, pick(strike.rung, sizes), 0.0)
        for index, group in enumerate(model.groups):
            group.suffer(size, strike.struck == index)

    def defend(self, happens: Number, group: Militia | None, dead: Number, cause: Number, scripted: bool) -> None:
        """An attack in Iraq is met on the spot: it moves people as a strike in Iraq does, but is nobody's choice."""
        index = self.model.groups.index(group) if group else -1
        strike = Strike(happens, where(happens, IRAQ, 0), index, where(happens, dead, 0.0), 0.0, deliberate=False)
        before = self.response
        self._land(strike, "militia.attack", (cause,), scripted)
        self.response = before

    @property
    def price(self) -> Number:
        """The price Baghdad expects of an exit without agreement: leverage, by influence and what is still at risk."""
        model = self.model
        return model.p.united_states.leverage * (model.public.influence_us / 0.5) * model.aftermath.money_at_risk

    def punish(self) -> None:
        """Scripted steps against Iraq's money."""
        for event in self.model.script:
            if not isinstance(event, SanctionsEvent):
                continue
            step = min(LEVERAGE[event.step], LEVERAGE.cap(self.model.p.united_states.highest_leverage))
            if step < LEVERAGE["restrict dollars"]:
                continue
            self.dollars = self.dollars | self.model.everywhere
            if step == LEVERAGE["sanctions"]:
                self.sanctions = self.sanctions | self.model.everywhere
            self.leverage = most(self.leverage, step)
            if self.model.log is not None:
                self.moved = self.model.log.add(
                    self.model.everywhere,
                    self.moved,
                    self.name,
                    "leverage",
                    LEVERAGE.names[step],
                    "scripted",
                    scripted=True,
                )

    def lean(self) -> None:
        """Weekly: how Washington reads Baghdad, and what it does about it."""
        model, p = self.model, self.model.p.united_states
        self.step = perceived_step(
            model.iraq.rung,
            model.parliament.step,
            model.iraq.credibility,
            p.step_threat,
            p.step_committee,
            p.step_timetable,
        )
        top = LEVERAGE.cap(model.p.united_states.highest_leverage)
        can = (
            model.presence.open
            & no(model.talks.on)
            & model.talks.possible
            & model.free
            & (top >= LEVERAGE["offer talks"])
        )
        offers = (
            can
            & (self.step >= p.notice_from)
            & (model.draw("united_states/offer") < p.willing_to_talk * p.offer_chance)
        )
        warns = model.presence.open & (self.step >= p.warn_from)
        forced = model.presence.forced
        restricts: Number = False
        sanctions: Number = False
        if anywhere(forced) and top >= LEVERAGE["restrict dollars"]:
            chance = least(p.restrict_chance * p.leverage, 1.0)
            # once an exit: what is asked every week is done in the end, and a threat is not an act
            asked = forced & no(self.decided_on_money)
            restricts = asked & no(self.dollars) & (model.draw("united_states/dollars") < chance)
            restricted = restricts | (asked & self.dollars)  # by a step of before, too
            self.dollars = self.dollars | restricts
            if top >= LEVERAGE["sanctions"]:
                chance = least(p.sanction_chance * p.leverage, 1.0)
                sanctions = restricted & no(self.sanctions) & (model.draw("united_states/sanctions") < chance)
                self.sanctions = self.sanctions | sanctions
        self.decided_on_money = forced
        before = self.leverage
        rung = where(warns, 2, where(offers, 1, 0))
        rung = where(self.sanctions, 4, where(self.dollars, 3, rung))
        self.leverage = least(rung, top)
        if model.log is not None:
            self.moved = model.log.add(
                no(self.leverage == before) | offers,
                self.moved,
                self.name,
                "leverage",
                (LEVERAGE.names, self.leverage),
                "united_states.perceived_step",
                causes=(model.iraq.acted, model.parliament.sat, model.presence.settled),
                terms={"step": self.step, "credibility": model.iraq.credibility},
            )
        if anywhere(offers):
            model.talks.start(offers, "offer", self.moved)


def _strike(
    keys: Number, day: int, rung: Number, weights: tuple[Number, ...], p: Number
) -> tuple[Number, Number, Number]:
    """Luck of a strike: the group struck, the dead, and the civilians and state forces among them."""

    def luck(what: str) -> Number:
        return uniform(keys, f"united_states/{what}", day)

    none = pick(rung, (1.0, 1.0, p.none_dead_syria, p.none_dead_iraq, 0.0, 0.0))
    mean = pick(rung, (1.0, 1.0, p.dead_syria, p.dead_iraq, p.dead_commander, p.dead_campaign))
    dead = where(luck("deadly") < none, 0.0, geometric(luck("dead"), mean))
    chance = pick(rung, (0.0, 0.0, 0.0, p.bystander_deaths, p.bystander_deaths, p.bystander_deaths_campaign))
    civilians = where(luck("bystanders") < chance, geometric(luck("bystander dead"), p.bystander_dead), 0.0)
    return which(luck("struck"), weights), dead + civilians, civilians
