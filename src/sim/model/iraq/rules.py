"""The Iraqi government: its ladder, and the rules of pressure, of the two faces, and of what each rung is worth."""

from __future__ import annotations

from typing import Any

from sim.language.chance import largest, pick_by_weight, quantal
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


@promises(bounded=(0.0, 1.0), rises_with=("steady", "news", "grievance"))
def pressure(steady: Number, news: Number, grievance: Number) -> Number:
    """Pressure of its three parts: each takes its share of the room that the others leave."""
    return 1.0 - (1.0 - steady) * (1.0 - news) * (1.0 - grievance)


@promises(bounded=(0.0, 1.0), rises_with=("level", "size"))
def jump(level: Number, size: Number) -> Number:
    """A part of pressure after a shock: closer to 1 by its share of what is left."""
    return level + size * (1.0 - level)


@promises(bounded=(0.0, 1.0), rises_with=("size", "dead"), dead=(0, 500), scale=(1, 200))
def shock(size: Number, dead: Number, scale: Number) -> Number:
    """What a strike takes of the room that news has left: by its rung, and the civilians and state forces it killed."""
    return 1.0 - (1.0 - size) * exp(-dead / scale)


@promises(
    bounded=(0.0, 1.0), rises_with=("civilians", "fighters", "weight"), civilians=(0, 500), fighters=(0, 500),
    scale=(1, 500),
)  # fmt: skip
def grief(civilians: Number, fighters: Number, weight: Number, scale: Number) -> Number:
    """What a strike in Iraq takes of the room that grievance has left: its dead, fighters at a weight."""
    return 1.0 - exp(-(civilians + weight * fighters) / scale)


@promises(bounded=(0.0, 1.0), rises_with=("answered", "before"), falls_with=("more",))
def still_answered(answered: Number, before: Number, more: Number) -> Number:
    """The share of what has shocked that an act has answered, after more of it came: the old part alone."""
    after = before + more
    return where(more > 0.0, answered * before / where(more > 0.0, after, 1.0), answered)


@promises(bounded=(0.0, 1.0), rises_with=("wish", "pressure"))
def public_stance(wish: Number, pressure: Number, gap: Number) -> Number:
    """What the prime minister says he wants: his wish, moved by pressure (Kuran 1995: preference falsification)."""
    return clip(wish + gap * pressure)


@promises(bounded=(0.0, 1.0), rises_with=("steady", "shock"), falls_with=("on_steady", "on_shock"))
def left(steady: Number, shock: Number, on_steady: Number, on_shock: Number) -> Number:
    """Pressure left unanswered: its steady part, and what has shocked and is not answered yet, less their reliefs."""
    return 1.0 - (1.0 - steady * (1.0 - on_steady)) * (1.0 - shock * (1.0 - on_shock))


@promises(falls_with=("left", "weight"), weight=(0, 10))
def survival(left: Number, weight: Number) -> Number:
    """What pressure left unanswered costs the prime minister. Convex: the last tenth hurts most. [judgement]"""
    return -weight * left * left


@promises(falls_with=("exit", "security", "economy"), rises_with=("consent",), security=(0, 5), economy=(0, 5))
def cost_of_leaving(exit: Number, security: Number, economy: Number, consent: Number) -> Number:
    """What a step toward the exit is expected to cost: security, and the economy but for an exit by consent."""
    return -exit * (security + economy * (1.0 - consent))


@promises(rises_with=("exit", "wish", "weight"), weight=(0, 3))
def gain_of_leaving(exit: Number, wish: Number, weight: Number) -> Number:
    """What it gains: sovereignty, so far as he privately wants it."""
    return exit * wish * weight


@promises(
    falls_with=("left", "security", "economy"), rises_with=("consent", "wish", "sovereignty"), security=(0, 5),
    economy=(0, 5), survived=(0, 10), sovereignty=(0, 3),
)  # fmt: skip
def package_utility(
    left: Number,
    exit: Number,
    consent: Number,
    security: Number,
    economy: Number,
    wish: Number,
    survived: Number,
    sovereignty: Number,
) -> Number:
    """What a step is worth to the prime minister, alone or by consent: what it leaves unanswered, costs and gains."""
    return (
        survival(left, survived)
        + cost_of_leaving(exit, security, economy, consent)
        + gain_of_leaving(exit, wish, sovereignty)
    )


@promises(rises_with=("pressure",), falls_with=("anchor",), weight=(0, 10))
def overreach(anchor: Number, pressure: Number, weight: Number) -> Number:
    """What it costs to go further than the moment warrants."""
    return -weight * most(anchor - pressure, 0.0)


@promises(falls_with=("shown",), shown=(0, 7), rung=(0, 7))
def audience(shown: Number, rung: Number, weight: Number) -> Number:
    """What it costs to stand lower than one has shown (Weeks 2008: small)."""
    return -weight * most(shown - rung, 0.0) / LETTER


@promises(falls_with=("weight",), weight=(0, 10))
def retreat(pending: Truth, weight: Number) -> Number:
    """What it costs to take a public letter back."""
    return where(pending, -weight, 0.0)


CLOSED = -1000.0
"""The utility of a rung that cannot be taken."""
HALF_CLOSED = 0.5 * CLOSED
"""Below this, whatever its other terms, a rung is closed."""


NESTS = ((SILENCE, CONDEMN, NOTE), (THREATEN, COMMITTEE, TALKS), (TIMETABLE, LETTER))
"""The rungs that stand for one another: to endure, to delay, to act. They are neighbours on the ladder."""


def chances(utilities: tuple[Number, ...], precision: Number, between: Number) -> tuple[Number, ...]:
    """Nested quantal response: the rungs' weights, a closed one's 0 (McKelvey & Palfrey 1995; McFadden 1978).

    A nest is worth what its best rung is, and is met with the precision times ``between``; within a nest a rung is met
    with the precision. So what is added to a nest takes weight from its own rungs, and from others only where it is
    the best.
    """
    values = [largest([utilities[rung] for rung in nest]) for nest in NESTS]
    best = largest(values)
    found: list[Number] = []
    for nest, value in zip(NESTS, values, strict=True):
        rungs = [utilities[rung] for rung in nest]
        within = quantal(rungs, [utility >= HALF_CLOSED for utility in rungs], value, precision)
        (of_nest,) = quantal([value], [value >= HALF_CLOSED], best, precision * between)
        shared = of_nest / most(total(within), 1.0)
        found += [shared * weight for weight in within]
    return tuple(found)


def reliefs(
    credibility: Number, committee: Number, committee_stands: Truth, talks: Number, talks_stand: Truth, p: Settings
) -> tuple[tuple[Number, Number], ...]:
    """Each rung's relief, on the steady part of pressure and on what has shocked.

    A standing committee, or standing talks, lend theirs to every lower rung but silence, and on the steady part alone:
    no new shock is answered by what stands, but by what is said or done.
    """
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
    found = []
    for rung, relief in enumerate(own):
        steady = most(relief, lent_committee if SILENCE < rung < COMMITTEE else 0.0)
        steady = most(steady, lent_talks if SILENCE < rung < TALKS else 0.0)
        found.append((steady, relief))
    return tuple(found)


def worth(
    pressure: Number,
    steady: Number,
    shock: Number,
    since_shock: Number,
    credibility: Number,
    committee: Number,
    committee_stands: Truth,
    talks: Number,
    talks_stand: Truth,
    talks_possible: Truth,
    shown: Number,
    pending: Truth,
    decided: Truth,
    security: Number,
    economy: Number,
    wish: Number,
    top: int,
    p: Settings,
) -> tuple[tuple[Number, ...], ...]:
    """Each rung's utility as its terms: survival, cost and gain of leaving, overreach, audience, retreat.

    ``shock`` is what has shocked and is not answered yet. A rung that cannot be taken is ``CLOSED`` in its first term:
    above the cap, talks that are closed, a condemnation, note or threat long after what it would answer, and above a
    threat (to insist on the date) where an exit is decided. Nothing that is said then brings the exit nearer.
    """
    exits = (0.0, 0.0, p.exit_note, p.exit_threat, p.exit_committee, p.exit_talks, p.exit_timetable, 1.0)
    anchors = (
        0.0,
        p.anchor_condemn,
        p.anchor_note,
        p.anchor_threat,
        p.anchor_committee,
        p.anchor_talks,
        p.anchor_timetable,
        where(pending, p.anchor_pending, p.anchor_letter),
    )
    found = []
    for rung, relief in enumerate(reliefs(credibility, committee, committee_stands, talks, talks_stand, p)):
        kept = survival(left(steady, shock, *relief), p.survival)
        if rung > top:
            kept = CLOSED + 0.0 * kept
        elif rung == TALKS:
            kept = where(talks_possible | talks_stand, kept, CLOSED)
        elif rung in (CONDEMN, NOTE, THREATEN):
            kept = where(since_shock <= p.occasion_days, kept, CLOSED)
        if rung > THREATEN:
            kept = where(decided, CLOSED, kept)
        toward = where(decided, 0.0, exits[rung])
        found.append(
            (
                kept,
                cost_of_leaving(toward, security, economy, 0.0),
                gain_of_leaving(toward, wish, p.sovereignty),
                overreach(anchors[rung], pressure, p.overreach),
                audience(shown, rung, p.audience),
                retreat(pending, p.retreat) if rung < LETTER else 0.0,
            )
        )
    return tuple(found)


TERMS = ("survival", "cost of leaving", "gain of leaving", "overreach", "audience", "retreat")


def choose(mood: Number, *inputs: Any) -> tuple[Number, Number]:
    """The rung that a mood meets, and the chance of the letter over all moods. ``inputs`` as for :func:`worth`.

    The chances are laid end to end in the order of the ladder and met with one uniform number, so that at
    the same mood more pressure does not give a lower rung where the utilities order the rungs.
    """
    p = inputs[-1]
    weights = chances(tuple(total(terms) for terms in worth(*inputs)), p.precision, p.nest_precision)
    return pick_by_weight(mood, weights), weights[LETTER] / total(weights)
