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
Curve: TypeAlias = "tuple[float, tuple[tuple[float, float, float], ...]]"
"""A curve from intent to rate: its first height (a logarithm) and its pieces: from, length, slope."""


@promises(
    bounded=(0.0, 1.0),
    rises_with=("salience", "anger", "outbid"),
    falls_with=("fear", "isis"),
    outbid=(-1, 1),
    base=(-5, 5),
    by_salience=(0, 10),
    by_stake=(0, 5),
    by_anger=(0, 5),
    by_fear=(0, 5),
    by_outbid=(0, 3),
    by_isis=(0, 5),
)
def wish(
    salience: Number,
    closeness: Number,
    stake: Number,
    anger: Number,
    fear: Number,
    outbid: Number,
    isis: Number,
    base: Number,
    by_salience: Number,
    by_stake: Number,
    by_anger: Number,
    by_fear: Number,
    by_outbid: Number,
    by_isis: Number,
) -> Number:
    """How much a group wants to fight, whatever Iran says.

    Gaza moves the close and unattached; a stake in the state and fear hold back; the dead anger; rivals
    who do more goad; a common enemy, IS, unites. [article: motives; weights are judgement]
    """
    return logistic(
        base
        + by_salience * salience * closeness * (1.0 - stake)
        - by_stake * stake
        + by_anger * anger
        - by_fear * fear
        + by_outbid * outbid
        - by_isis * isis
    )


@promises(bounded=(0.0, 1.0), rises_with=("order",), obeys=(0, 1))
def intent(wish: Number, order: Number, obeys: Truth, closeness: Number, stake: Number) -> Number:
    """What a group sets out to do: its wish, held down by an order it obeys, or pushed by one it shares.

    Iran's push moves only the close and the unattached (Abbott, Genschel, Snidal & Zangl 2020).
    """
    pushed = wish + closeness * (1.0 - stake) * (order - wish)
    return where(not_(obeys), wish, where(order < wish, order, pushed))


@promises(
    bounded=(0, 3),
    rises_with=("intent",),
    before=(0, 3),
    hysteresis=(0, 0.05),
    harass=(0.15, 0.25),
    campaign=(0.3, 0.45),
    war=(0.7, 0.95),
)
def posture(
    before: Number, intent: Number, harass: Number, campaign: Number, war: Number, hysteresis: Number
) -> Number:
    """The named rung of an intent; a step down takes a little more than a step up."""
    up = truth(intent >= harass) + truth(intent >= campaign) + truth(intent >= war)
    down = (
        truth(intent >= harass - hysteresis)
        + truth(intent >= campaign - hysteresis)
        + truth(intent >= war - hysteresis)
    )
    return where(up >= before, up, least(before, down))


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
    rises_with=("weekly", "share", "relative", "excited"),
    falls_with=("fear",),
    weekly=(0, 20),
    relative=(0, 5),
    excited=(0, 10),
    excitation=(0, 0.6),
)
def attack_rate(
    weekly: Number, share: Number, relative: Number, fear: Number, excitation: Number, excited: Number
) -> Number:
    """Attacks a day: the group's part, held down by fear, and what its own last attacks excite.

    Λ counts self-excitation in, hence (1 - n). Excitation is scaled by the relative rate, at most 1: a
    group that stopped does not go on by itself (Lewis, Mohler, Brantingham & Bertozzi 2012).
    """
    return (1.0 - excitation) * weekly / WEEK * share * relative * (1.0 - fear) + excitation * least(
        relative, 1.0
    ) * excited


@promises(bounded=(0.0, 1.0), falls_with=("days",), days=(0, 1000), late=(0, 0.4), first=(0, 0.6), scale=(1, 50))
def share_in_iraq(days: Number, late: Number, first: Number, scale: Number) -> Number:
    """The share of attacks in Iraq, by the days since a campaign began: a fitted clock, its cause unknown."""
    return late + first * exp(-days / scale)


@promises(bounded=(0.0, 1.0), rises_with=("size", "coefficient"), coefficient=(0, 0.6))
def felt(level: Number, coefficient: Number, size: Number) -> Number:
    """Fear or anger after a strike of this size: closer to 1 by its share of what is left."""
    return level + least(coefficient * size, 1.0) * (1.0 - level)


@promises(bounded=(0.0, 1.0), rises_with=("salience",), falls_with=("isis",), base=(0, 0.2), by_salience=(0, 0.3))
def call_chance(salience: Number, isis: Number, base: Number, by_salience: Number) -> Number:
    """The chance in a week that the groups' politicians call for expulsion; silent while IS holds territory."""
    return least(base + by_salience * salience, 1.0) * (1.0 - isis)
