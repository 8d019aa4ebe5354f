"""The Iraqi government: its ladder, and the rules of pressure, of the two faces, and of what each rung is worth."""

from __future__ import annotations

from typing import Any

from sim.language.chance import pick_by_weight
from sim.language.exact import exp
from sim.language.ladder import Ladder, Rung
from sim.language.number import Number, Truth, clip, most, total, where
from sim.language.promise import promises
from sim.language.tree import Settings

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
    return -weight * most(shown - rung, 0.0) / LETTER


CLOSED = -1000.0
"""The utility of a rung that cannot be taken."""
HALF_CLOSED = 0.5 * CLOSED
"""Below this, whatever its other terms, a rung is closed."""


def chances(utilities: tuple[Number, ...], precision: Number) -> tuple[Number, ...]:
    """Quantal response: the rungs' weights, the best one's 1, a closed one's 0 (McKelvey & Palfrey 1995)."""
    best = utilities[0]
    for utility in utilities[1:]:
        best = most(best, utility)
    return tuple(where(utility < HALF_CLOSED, 0.0, exp(precision * (utility - best))) for utility in utilities)


def reliefs(
    credibility: Number, committee: Number, committee_stands: Truth, talks: Number, talks_stand: Truth, p: Settings
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
    committee_stands: Truth,
    talks: Number,
    talks_stand: Truth,
    talks_possible: Truth,
    shown: Number,
    security: Number,
    economy: Number,
    wish: Number,
    top: int,
    p: Settings,
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


def choose(mood: Number, *inputs: Any) -> tuple[Number, Number]:
    """The rung that a mood meets, and the chance of the letter over all moods. ``inputs`` as for :func:`worth`.

    The chances are laid end to end in the order of the ladder and met with one uniform number, so that at
    the same mood more pressure does not give a lower rung where the utilities order the rungs.
    """
    weights = chances(tuple(total(terms) for terms in worth(*inputs)), inputs[-1].precision)
    return pick_by_weight(mood, weights), weights[LETTER] / total(weights)
