"""The militias: the ladders, and the rules of what each group wishes, sets out to do, and feels."""

from __future__ import annotations

from typing import TypeAlias

from sim.language.exact import exp, log, logistic
from sim.language.ladder import Ladder, Rung
from sim.language.number import Number, Truth, clip, least, not_, truth, where
from sim.language.promise import promises
from sim.model.calendar import WEEK

POSTURE = Ladder(
    "a militia's posture",
    Rung("truce", "holds its fire"),
    Rung("harass", "an attack now and then"),
    Rung("campaign", "attacks in series"),
    Rung("war footing", "everything it has"),
)
CALLS = Ladder(
    "the groups' politicians",
    Rung("none", "no call of note"),
    Rung("call for expulsion", "they ask for the US to leave"),
    Rung("bill in parliament", "they bring a bill"),
)
TRUCE, HARASS, CAMPAIGN, WAR_FOOTING = range(len(POSTURE))
NO_CALL, CALL, BILL = range(len(CALLS))
CHOSEN_CAMPAIGN = 0.345
"""A replaced choice that sets out to do so much, or more, is in a campaign."""
Curve: TypeAlias = "tuple[float, tuple[tuple[float, float, float], ...]]"
"""A curve from intent to rate: its first height (a logarithm) and its pieces: from, length, slope."""


@promises(
    bounded=(0.0, 1.0),
    rises_with=("salience",),
    falls_with=("isis", "decided"),
    decided=(0, 1),
    base=(-5, 5),
    by_salience=(0, 10),
    by_stake=(0, 5),
    by_isis=(0, 5),
    by_decided=(0, 5),
)
def wish(
    salience: Number,
    closeness: Number,
    stake: Number,
    isis: Number,
    decided: Number,
    base: Number,
    by_salience: Number,
    by_stake: Number,
    by_isis: Number,
    by_decided: Number,
) -> Number:
    """How much a group wants to fight, whatever Iran says.

    The fronts move the close and unattached; a stake in the state holds back; a common enemy, IS, unites; a decided
    exit gives what was fought for. [article: motives; weights are judgement]
    """
    return logistic(
        base
        + by_salience * salience * closeness * (1.0 - stake)
        - by_stake * stake
        - by_isis * isis
        - by_decided * decided
    )


@promises(bounded=(0.0, 1.0), rises_with=("order",), obeys=(0, 1))
def intent(wish: Number, order: Number, obeys: Truth, closeness: Number, stake: Number) -> Number:
    """What a group sets out to do: its wish, held down by an order it obeys, or pushed by one it shares.

    Iran's push moves only the close and the unattached (Abbott, Genschel, Snidal & Zangl 2020).
    """
    pushed = wish + closeness * (1.0 - stake) * (order - wish)
    return where(not_(obeys), wish, where(order < wish, order, pushed))


@promises(
    bounded=(0, 3), rises_with=("intent", "fights"), fights=(0, 1), harass=(0.15, 0.25), war=(0.7, 0.95), intent=(0, 1)
)
def posture(fights: Number, intent: Number, harass: Number, war: Number) -> Number:
    """The named rung: `campaign` or `war footing` in a campaign, `truce` or `harass` in a calm, by the intent."""
    return where(fights > 0, CAMPAIGN + truth(intent >= war), TRUCE + truth(intent >= harass))


@promises(
    bounded=(0.0, 1.0),
    rises_with=("readiness", "provoked"),
    falls_with=("weary", "waits"),
    level=(0, 0.1),
    by_reason=(0, 1),
    provoked=(0, 5),
    waits=(0, 1),
)
def begin_chance(
    readiness: Number,
    weary: Number,
    provoked: Number,
    waits: Number,
    level: Number,
    by_reason: Number,
    by_grace: Number,
) -> Number:
    """The chance that a group begins a campaign today: by how ready and rested it is, and by fresh reasons to."""
    hazard = readiness * (1.0 - weary) * (level + by_reason * provoked) * (1.0 - by_grace * waits)
    return 1.0 - exp(-hazard)


@promises(
    bounded=(0.0, 1.0),
    rises_with=("weary", "waits", "arrests"),
    falls_with=("readiness",),
    level=(0, 0.1),
    by_weary=(0, 0.1),
    by_grace=(0, 0.5),
    by_arrests=(0, 1),
    waits=(0, 1),
    arrests=(0, 1),
)
def end_chance(
    readiness: Number,
    weary: Number,
    waits: Number,
    arrests: Number,
    level: Number,
    by_weary: Number,
    by_grace: Number,
    by_arrests: Number,
    hold: Number,
) -> Number:
    """The chance that its campaign ends today: spent, waiting for what was agreed, its men arrested; less while hot."""
    hazard = level + by_weary * weary * weary + by_grace * waits + by_arrests * arrests
    return 1.0 - exp(-hazard * (1.0 - hold * readiness))


@promises(bounded=(0.0, 1.0), rises_with=("weary",), fights=(0, 1), days=(2, 1000), rest=(2, 1000))
def wearied(weary: Number, fights: Truth, days: Number, rest: Number) -> Number:
    """How spent a group is: a campaign wears it out, a calm rests it."""
    return where(fights, weary + (1.0 - weary) / days, weary - weary / rest)


def curve_of(points: tuple[tuple[float, float], ...]) -> Curve:
    """A curve of (intent, rate) as its first height (a logarithm) and pieces: from, length, slope."""
    heights = [float(log(rate)) for _, rate in points]
    pieces = tuple(
        (a[0], b[0] - a[0], (high - low) / (b[0] - a[0]))
        for a, b, low, high in zip(points, points[1:], heights, heights[1:], strict=False)
    )
    return heights[0], pieces


def relative_rate(intent: Number, curve: Curve) -> Number:
    """How fast a group attacks at an intent (1: its part in a campaign): log-linear pieces, flat beyond."""
    height, pieces = curve
    total: Number = height
    for start, length, slope in pieces:
        total = total + slope * clip(intent - start, 0.0, length)
    return exp(total)


@promises(
    rises_with=("weekly", "share", "relative", "anger"),
    falls_with=("fear",),
    weekly=(0, 20),
    relative=(0, 5),
    by_anger=(0, 5),
    by_fear=(0, 5),
)
def attack_rate(
    weekly: Number, share: Number, relative: Number, anger: Number, fear: Number, by_anger: Number, by_fear: Number
) -> Number:
    """Attacks a day: the group's part by what it sets out to do.

    Anger quickens and fear slows, in the same way, so that over time one can make up for the other.
    """
    return weekly / WEEK * share * relative * exp(by_anger * anger - by_fear * fear)


@promises(bounded=(0.0, 1.0), falls_with=("allies",), late=(0, 0.5), alone=(0.5, 1))
def share_late(allies: Number, late: Number, alone: Number) -> Number:
    """The share of attacks in Iraq late in a campaign: who has allies in Baghdad's government spares it."""
    return late + (1.0 - allies) * (alone - late)


@promises(bounded=(0.0, 1.0), falls_with=("days",), days=(0, 1000), late=(0, 1), first=(0, 0.6), scale=(1, 50))
def share_in_iraq(days: Number, late: Number, first: Number, scale: Number) -> Number:
    """The share of attacks in Iraq, by the days since a campaign began: a fitted clock, its cause unknown."""
    return least(late + first * exp(-days / scale), 1.0)


@promises(bounded=(0.0, 1.0), rises_with=("size", "coefficient"), coefficient=(0, 0.6))
def felt(level: Number, coefficient: Number, size: Number) -> Number:
    """Fear or anger after a strike of this size: closer to 1 by its share of what is left."""
    return level + least(coefficient * size, 1.0) * (1.0 - level)


@promises(
    bounded=(0.0, 1.0), rises_with=("salience",), falls_with=("isis", "by_isis"), base=(0, 0.2), by_salience=(0, 0.3)
)
def call_chance(salience: Number, isis: Number, base: Number, by_salience: Number, by_isis: Number) -> Number:
    """The chance in a week that the groups' politicians call for expulsion; less while IS holds territory."""
    return least(base + by_salience * salience, 1.0) * (1.0 - by_isis * isis)
