"""The public's three camps, and the two patrons whose influence is in balance."""

from __future__ import annotations

from typing import NamedTuple

from sim.language.exact import decay
from sim.language.field import JUDGEMENT, Section, number
from sim.language.number import Number, Truth, anywhere, clip, least, truth, where
from sim.language.promise import promises
from sim.language.tree import Settings
from sim.model.article import ARTICLE, EVEN
from sim.model.calendar import WEEK

MONTH = 30.0  # days, as balancing counts them


# -------------------------------------------------------------------------------------- numbers
class Public(Section):
    """The public's three camps, and the influence of the two patrons."""

    camp_us: float = number(
        0.25,
        "share",
        "camp for the US, at the start",
        f"{ARTICLE}; evidence/public_opinion.csv",
        range=(0.1, 0.4),
        allowed=(0.0, 1.0),
    )
    camp_iran: float = number(
        0.15,
        "share",
        "camp for Iran, at the start; the rest wants independence from both",
        f"{ARTICLE}; evidence/public_opinion.csv",
        range=(0.05, 0.3),
        allowed=(0.0, 1.0),
    )
    strike_shift: float = number(
        0.02, "share", "moved out of the first camp by a strike in Iraq", range=(0.0, 0.05), allowed=(0.0, 1.0)
    )
    killing_shift: float = number(0.04, "share", "the same by a killing", range=(0.0, 0.1), allowed=(0.0, 1.0))
    shift_to_independence: float = number(
        0.75,
        "share",
        "of these go to the camp of independence, the rest to Iran's",
        range=(0.4, 1.0),
        allowed=(0.0, 1.0),
    )
    campaign_shift: float = number(
        0.002,
        "share",
        "moved from Iran's camp to independence by a week of campaign in Iraq",
        range=(0.0, 0.01),
        allowed=(0.0, 1.0),
    )
    shift_half_life: float = number(
        365.0, "days", "half-life of a shift", range=(180.0, 1000.0), allowed=(1.0, 10000.0)
    )
    bloc_weight: float = number(
        2.0,
        "logit",
        "a bloc's lean moves with what the camp for the US has lost",
        range=(0.0, 4.0),
        allowed=(0.0, 50.0),
    )
    camp_pull: float = number(
        0.05,
        "per month",
        "each patron's influence follows what its camp has gained or lost",
        range=(0.0, 0.2),
        allowed=(0.0, 1.0),
    )
    influence_us: float = number(
        0.5, "0-1", "influence of the US, at the start", f"{ARTICLE}: in balance", range=(0.3, 0.7), allowed=(0.0, 1.0)
    )
    influence_iran: float = number(
        0.5, "0-1", "influence of Iran, at the start", f"{ARTICLE}: in balance", range=(0.3, 0.7), allowed=(0.0, 1.0)
    )
    demand_met: float = number(
        0.03, "0-1", "Iran's influence gains by a demand it pressed that is met", range=(0.0, 0.1), allowed=(0.0, 1.0)
    )
    talks_gain: float = number(0.02, "0-1", "US influence gains when talks open", range=(0.0, 0.1), allowed=(0.0, 1.0))
    package_gain: float = number(
        0.04, "0-1", "US influence gains by a package agreed", range=(0.0, 0.1), allowed=(0.0, 1.0)
    )
    strike_overreach: float = number(
        0.01,
        "0-1",
        "US influence loses by a strike in Iraq (by a killing or a large campaign `killing_overreach` times as much)",
        range=(0.0, 0.05),
        allowed=(0.0, 1.0),
    )
    campaign_overreach: float = number(
        0.002, "0-1", "Iran's influence loses by a week of campaign in Iraq", range=(0.0, 0.01), allowed=(0.0, 1.0)
    )
    balancing: float = number(
        0.1,
        "per month",
        "of the gap between the two is pulled back",
        f"{ARTICLE}: balancing each other; {JUDGEMENT}",
        range=(0.0, 0.3),
        allowed=(0.0, 1.0),
    )
    killing_overreach: float = number(
        2.0,
        "factor",
        "a killing costs the US so many times the influence that another strike in Iraq costs it",
        range=(1.0, 4.0),
        allowed=(0.0, 100.0),
    )


# ---------------------------------------------------------------------------------------- rules
@promises(rises_with=("iran",), falls_with=("us",))
def pull(us: Number, iran: Number, balancing: Number) -> Number:
    """How much of the gap between the patrons is pulled back in a day: who rises above the other meets resistance."""
    return balancing / MONTH * (iran - us)


# ------------------------------------------------------------------------------------------ day
class Remembers(NamedTuple):
    """How far the camps have shifted, and the influence of both patrons."""

    influence_us: Number
    influence_iran: Number
    from_us: Number = 0.0  # what has moved out of the first camp, and has not yet come back
    to_iran: Number = 0.0  # net move into Iran's


class Sees(NamedTuple):
    """What moves the public."""

    strikes_in_iraq: Number  # US strikes in Iraq today, below a killing
    killings: Number  # commanders killed, and large campaigns, today
    campaign_in_iraq: Truth  # a group is in a campaign, and there are US forces in Iraq
    iran_is_heard: Truth  # the government newly stands on a threat or above, and Iran asks for it


def begin(p: Settings) -> Remembers:
    """The public before its first day."""
    return Remembers(p.influence_us, p.influence_iran)


def live(me: Remembers, sees: Sees, p: Settings) -> Remembers:
    """The three camps shift; the two patrons gain and lose influence."""
    kept = decay(p.shift_half_life)
    shift = p.strike_shift * sees.strikes_in_iraq + p.killing_shift * sees.killings
    leaves = least(shift, p.camp_us - me.from_us * kept)
    campaign = truth(sees.campaign_in_iraq)
    tires = least(campaign * p.campaign_shift / WEEK, p.camp_iran + me.to_iran * kept)
    from_us = me.from_us * kept + leaves
    to_iran = me.to_iran * kept + (1.0 - p.shift_to_independence) * leaves - tires
    strikes = sees.strikes_in_iraq + p.killing_overreach * sees.killings
    us = me.influence_us - p.strike_overreach * strikes - p.camp_pull / MONTH * from_us
    gains = p.demand_met * truth(sees.iran_is_heard) + p.camp_pull / MONTH * to_iran
    iran = me.influence_iran + gains - campaign * p.campaign_overreach / WEEK
    gap = pull(us, iran, p.balancing)
    return Remembers(
        influence_us=clip(us + EVEN * gap), influence_iran=clip(iran - EVEN * gap), from_us=from_us, to_iran=to_iran
    )


# ------------------------------------------------------------------------------ what others bring
def gain_us(me: Remembers, gains: Truth, size: Number) -> Remembers:
    """Talks that open, or a package agreed, raise the influence of the US."""
    if not anywhere(gains):
        return me
    return me._replace(influence_us=clip(me.influence_us + where(gains, size, 0.0)))


def after_an_exit(me: Remembers, decided: Truth, us: Number, iran: Number) -> Remembers:
    """A decided exit changes the influence of both patrons by so much."""
    return me._replace(
        influence_us=where(decided, clip(me.influence_us + us), me.influence_us),
        influence_iran=where(decided, clip(me.influence_iran + iran), me.influence_iran),
    )


# ------------------------------------------------------------------------------ what others see
def camp_us(me: Remembers, p: Settings) -> Number:
    """The camp for the US."""
    return p.camp_us - me.from_us


def camp_iran(me: Remembers, p: Settings) -> Number:
    """The camp for Iran."""
    return p.camp_iran + me.to_iran


def camp_independence(me: Remembers, p: Settings) -> Number:
    """The camp for independence from both."""
    return 1.0 - camp_us(me, p) - camp_iran(me, p)


def lean(me: Remembers, p: Settings) -> Number:
    """How far the blocs lean more toward expulsion, as the camp for the US has shrunk."""
    return p.bloc_weight * me.from_us
