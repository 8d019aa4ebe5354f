"""The United States: its ladders, and the rules of whether and how it answers attacks, and of how it reads Baghdad."""

from __future__ import annotations

from sim.language.exact import log, logistic
from sim.language.ladder import Ladder, Rung
from sim.language.number import Number, Truth, least, most, pick, truth, where
from sim.language.promise import promises
from sim.model.article import EVEN

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
ABSORB, WARN, SYRIA, IRAQ, COMMANDER, CAMPAIGN = range(len(RESPONSE))
REASSURE, OFFER_TALKS, WARN_OF_CONSEQUENCES, RESTRICT_DOLLARS, SANCTIONS = range(len(LEVERAGE))


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
    return most(base + by_restraint * (restraint - EVEN), 0.0)


@promises(bounded=(0.0, 1.0), rises_with=("stress",), stress=(0, 50), threshold=(0, 5), slope=(0.1, 5))
def strike_chance(stress: Number, threshold: Number, slope: Number) -> Number:
    """The chance of deciding on a strike today: a logistic in stress, from exactly 0 where there is none."""
    floor = logistic(-slope * threshold)
    return most(logistic(slope * (stress - threshold)) - floor, 0.0) / (1.0 - floor)


@promises(
    rises_with=("stress", "strikes", "in_iraq", "dead"),
    falls_with=("restraint", "talks", "killings"),
    stress=(0, 50),
    strikes=(0, 10),
    killings=(0, 5),
    dead=(0, 500),
    most_stress=(4, 10),
)
def severity(
    stress: Number,
    strikes: Number,
    in_iraq: Number,
    dead: Number,
    restraint: Number,
    talks: Number,
    killings: Number,
    by_stress: Number,
    most_stress: Number,
    by_strikes: Number,
    by_place: Number,
    by_dead: Number,
    by_restraint: Number,
    by_talks: Number,
    by_killings: Number,
) -> Number:
    """How high an answer is called for (a logit): stress, strikes that did not help, blood in Iraq, the dead.

    Less restraint, talks, and commanders killed lately: that step is spent for a time.
    """
    return (
        by_stress * least(stress, most_stress)
        + by_strikes * strikes
        + by_place * in_iraq
        + by_dead * log(1.0 + dead)
        - by_restraint * (restraint - EVEN)
        - by_talks * talks
        - by_killings * killings
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
        SYRIA
        + truth(u >= 1.0 - logistic(severity - cut_iraq))
        + truth(u >= 1.0 - logistic(severity - cut_commander))
        + truth(u >= 1.0 - logistic(severity - cut_campaign))
    )


@promises(
    bounded=(0.0, 1.0),
    rises_with=("credibility", "voted", "committee_stands", "talks_stand"),
    falls_with=("gap",),
    rung=(0, 7),
    committee_stands=(0, 1),
    talks_stand=(0, 1),
)
def perceived_step(
    rung: Number,
    committee_stands: Truth,
    talks_stand: Truth,
    voted: Number,
    credibility: Number,
    gap: Number,
    threat: Number,
    committee: Number,
    talks: Number,
    timetable: Number,
    insight: Number,
) -> Number:
    """How Washington reads Baghdad: the largest step that stands, times credibility.

    Of what the prime minister says beyond his wish it knows that some is for the public at home; a vote is another's.
    """
    said = pick(rung, (0.0, 0.0, 0.0, threat, committee, talks, timetable, 1.0))
    said = most(said, most(where(committee_stands, committee, 0.0), where(talks_stand, talks, 0.0)))
    return most(said * (1.0 - insight * most(gap, 0.0)), voted) * credibility


@promises(
    rises_with=("leverage", "influence", "money_at_risk", "warned"),
    leverage=(0, 2),
    influence=(0, 2),
    money_at_risk=(0, 2),
    warned=(1, 1.5),
)
def price(leverage: Number, influence: Number, money_at_risk: Number, warned: Number) -> Number:
    """The price Baghdad expects of an exit without agreement: leverage, by influence, what is at risk, and warning."""
    return leverage * influence * money_at_risk * warned


@promises(rises_with=("stake", "iran"), falls_with=("us",))
def stake(stake: Number, us: Number, iran: Number, by_rivalry: Number) -> Number:
    """What Washington has at stake in an open-ended presence: more where Iran's influence stands above its own."""
    return stake * (1.0 + by_rivalry * most(iran - us, 0.0))
