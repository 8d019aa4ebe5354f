"""What an exit changes: level before, level after, by kind of exit. Assumptions, labelled as such.

Neither a resurgence of IS nor sanctions is the price of an exit by rule: IS attacks rose while troops fell
(2020) and fell while troops stayed (2022-23), and sanctions have been threatened and not executed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.language.field import Section, number
from sim.language.number import Number, Truth, anywhere, clip, least, total, truth, where
from sim.language.promise import promises
from sim.language.tree import Settings
from sim.model.article import ARTICLE
from sim.model.at import At

BENEFITS = {
    "training": "military training",
    "logistics": "logistics",
    "reconnaissance": "reconnaissance",
    "special_operations": "assistance to special forces' operations",
    "air_support": "air support",
    "intelligence": "intelligence sharing",
    "equipment": "access to high-end equipment (F-16)",
    "alliance": "standing as an ally",
}
SECURITY = tuple(BENEFITS)[:-1]
MEASURES = (
    *BENEFITS, "reserves", "dollars", "sanctions", "isis",
    "influence_us", "influence_iran", "influence_us_drift", "influence_iran_drift",
)  # fmt: skip
DRAWS = {"aftermath/{measure}": "how much of an assumed consequence this world sees (drawn on the day of the decision)"}


# -------------------------------------------------------------------------------------- numbers
def lost(share: float, benefit: str, how: str) -> Any:
    """A field: the share of a benefit of the presence that an exit of this kind takes."""
    return number(
        share,
        "share",
        f"{benefit}: share lost by {how} (each world: 0 to `most_loss` times this)",
        f"{ARTICLE}; an assumption",
        range=(0.0, min(1.0, 2 * share)),
        allowed=(0.0, 1.0),
    )


_NEGOTIATED = "a negotiated end"


_FORCED = "a forced end, or one that lapsed"


class Consequences(Section):
    """What an exit changes: labelled assumptions whose ranges include 'nothing changes'."""

    training_negotiated: float = lost(0.25, "military training", _NEGOTIATED)
    training_forced: float = lost(0.5, "military training", _FORCED)
    logistics_negotiated: float = lost(0.25, "logistics", _NEGOTIATED)
    logistics_forced: float = lost(0.5, "logistics", _FORCED)
    reconnaissance_negotiated: float = lost(0.25, "reconnaissance", _NEGOTIATED)
    reconnaissance_forced: float = lost(0.5, "reconnaissance", _FORCED)
    special_operations_negotiated: float = lost(0.25, "assistance to special forces' operations", _NEGOTIATED)
    special_operations_forced: float = lost(0.5, "assistance to special forces' operations", _FORCED)
    air_support_negotiated: float = lost(0.3, "air support", _NEGOTIATED)
    air_support_forced: float = lost(0.5, "air support", _FORCED)
    intelligence_negotiated: float = lost(0.2, "intelligence sharing", _NEGOTIATED)
    intelligence_forced: float = lost(0.5, "intelligence sharing", _FORCED)
    equipment_negotiated: float = lost(0.1, "high-end equipment (F-16)", _NEGOTIATED)
    equipment_forced: float = lost(0.4, "high-end equipment (F-16)", _FORCED)
    alliance_negotiated: float = lost(0.15, "standing as an ally", _NEGOTIATED)
    alliance_forced: float = lost(0.5, "standing as an ally", _FORCED)
    reserves_at_risk: float = number(
        0.3,
        "share",
        "of the reserves held in the US withheld if sanctions come",
        "evidence/economic_leverage.csv: threatened, never done; an assumption",
        range=(0.0, 0.9),
        allowed=(0.0, 1.0),
    )
    dollars_at_risk: float = number(
        0.4,
        "share",
        "of the access to oil dollars lost if dollars are restricted",
        "evidence/economic_leverage.csv; an assumption",
        range=(0.0, 0.9),
        allowed=(0.0, 1.0),
    )
    isis_effect: float = number(
        0.05,
        "0-1",
        "change of IS after a completed exit, at Iraq's default capability (each world: `isis_least` to `isis_most` "
        "times this)",
        "evidence/isis.csv: neither moves with the other; an assumption",
        range=(0.0, 0.3),
        allowed=(0.0, 1.0),
    )
    influence_us_loss: float = number(
        0.1,
        "0-1",
        "US influence lost by a negotiated end; by a forced one `forced_weight` times as much (each world: 0 to "
        "`most_loss` times this)",
        "an assumption",
        range=(0.0, 0.3),
        allowed=(0.0, 1.0),
    )
    influence_iran_gain: float = number(
        0.05,
        "0-1",
        "Iran's influence gained by a negotiated end; by a forced one `forced_weight` times as much (each world: 0 to "
        "`most_loss` times this)",
        "an assumption",
        range=(0.0, 0.2),
        allowed=(0.0, 1.0),
    )
    most_loss: float = number(
        2.0,
        "factor",
        "a world sees from nothing to so many times the assumed loss or gain",
        range=(1.0, 3.0),
        allowed=(0.0, 10.0),
    )
    forced_weight: float = number(
        2.0,
        "factor",
        "influence moves so many times as far by a forced end as by a negotiated one",
        range=(1.0, 4.0),
        allowed=(0.0, 10.0),
    )
    isis_least: float = number(
        -1.0,
        "factor",
        "the least that a world sees of the assumed effect on IS: below 0, IS weakens",
        range=(-2.0, 0.0),
        allowed=(-10.0, 10.0),
    )
    isis_most: float = number(
        2.0, "factor", "the most that a world sees of it", range=(1.0, 3.0), allowed=(-10.0, 10.0)
    )
    isis_days: float = number(
        180.0,
        "days",
        "mean time in which IS answers once the troops are gone",
        range=(60.0, 540.0),
        allowed=(1.0, 10000.0),
    )


# ---------------------------------------------------------------------------------------- rules
@promises(bounded=(-1.0, 0.0), falls_with=("share", "luck"), most_loss=(0, 2))
def loss(share: Number, luck: Number, most_loss: Number) -> Number:
    """The change of a benefit whose assumed loss is ``share``: from nothing to a multiple, at most all of it."""
    return -least(most_loss * share * luck, 1.0)


# ------------------------------------------------------------------------------------------ day
class Remembers(NamedTuple):
    """The consequences of the first exit that was decided; ``isis_change`` and ``benefits`` also feed back."""

    benefits: Number  # what the presence gives, 1 at the defaults
    losses: tuple[Number, ...]  # of each of BENEFITS
    isis_before: Number = 0.0  # levels on the day of the decision
    influence_us_before: Number = 0.0
    influence_iran_before: Number = 0.0
    influence_us_effect: Number = 0.0  # of the exit itself, on that day
    influence_iran_effect: Number = 0.0
    dollars_before: Number = 0.0
    sanctions_before: Number = 0.0
    isis_goal: Number = 0.0  # the change of IS that the exit brings in the end
    isis_change: Number = 0.0  # so far


class Sees(NamedTuple):
    """The world on the day of a decision."""

    isis: Number  # level
    influence_us: Number  # in Iraq
    influence_iran: Number  # in Iraq
    dollars: Truth  # restricted
    sanctions: Truth  # imposed
    capability: Number  # Iraq's own


class Does(NamedTuple):
    """How a decided exit moves the influence of both patrons."""

    influence_us: Number
    influence_iran: Number


def begin(p: Settings, usual_benefits: float) -> Remembers:
    """No exit has been decided."""
    given = total([getattr(p, f"{name}_forced") for name in SECURITY])
    return Remembers(benefits=given / usual_benefits, losses=(0.0,) * len(BENEFITS))


def settle(
    me: Remembers, decided: Truth, negotiated: bool, sees: Sees, usual_incapability: float, p: Settings, at: At
) -> tuple[Remembers, Does]:
    """On the day of the decision: what it will cost, by kind of exit."""

    def luck(measure: str) -> Number:
        return at.draw(f"aftermath/{measure}")

    how = "negotiated" if negotiated else "forced"
    losses = tuple(
        where(decided, loss(getattr(p, f"{name}_{how}"), luck(name), p.most_loss), before)
        for name, before in zip(BENEFITS, me.losses, strict=True)
    )
    weakness = (1.0 - sees.capability) / usual_incapability
    on_isis = p.isis_least + (p.isis_most - p.isis_least) * luck("isis")
    times = 1.0 if negotiated else p.forced_weight
    us = -times * p.influence_us_loss * p.most_loss * luck("influence_us")
    iran = times * p.influence_iran_gain * p.most_loss * luck("influence_iran")
    us_effect = clip(sees.influence_us + us) - sees.influence_us
    iran_effect = clip(sees.influence_iran + iran) - sees.influence_iran
    me = Remembers(
        benefits=me.benefits,
        losses=losses,
        isis_before=where(decided, sees.isis, me.isis_before),
        influence_us_before=where(decided, sees.influence_us, me.influence_us_before),
        influence_iran_before=where(decided, sees.influence_iran, me.influence_iran_before),
        influence_us_effect=where(decided, us_effect, me.influence_us_effect),
        influence_iran_effect=where(decided, iran_effect, me.influence_iran_effect),
        dollars_before=where(decided, truth(sees.dollars), me.dollars_before),
        sanctions_before=where(decided, truth(sees.sanctions), me.sanctions_before),
        isis_goal=where(decided, p.isis_effect * weakness * on_isis, me.isis_goal),
        isis_change=me.isis_change,
    )
    return me, Does(us, iran)


def day(me: Remembers, gone: Truth, p: Settings) -> Remembers:
    """IS answers only once the troops are gone, and then slowly."""
    if not anywhere(gone):
        return me
    answers = me.isis_change + (me.isis_goal - me.isis_change) / p.isis_days
    return me._replace(isis_change=where(gone, answers, me.isis_change))


# ------------------------------------------------------------------------------ what others see
def money_at_risk(dollars: Truth, sanctions: Truth, usual_money: float, p: Settings) -> Number:
    """What of Iraq's money an exit would still put at risk, 1 at the defaults: what is taken deters no more."""
    reserves = where(sanctions, 0.0, p.reserves_at_risk)
    access = where(dollars, 0.0, p.dollars_at_risk)
    return (reserves + access) / usual_money


def after(me: Remembers, sees: Sees, p: Settings) -> dict[str, Number]:
    """The change of each measure from before the decision to now; the exit's own effect on influence apart."""
    found: dict[str, Number] = dict(zip(BENEFITS, me.losses, strict=True))
    restricted = truth(sees.dollars) - me.dollars_before
    imposed = truth(sees.sanctions) - me.sanctions_before
    found["reserves"] = where(imposed > 0.0, -p.reserves_at_risk, 0.0)
    found["dollars"] = where(restricted > 0.0, -p.dollars_at_risk, 0.0)
    found["sanctions"] = imposed
    found["isis"] = sees.isis - me.isis_before
    found["influence_us"] = me.influence_us_effect
    found["influence_iran"] = me.influence_iran_effect
    found["influence_us_drift"] = sees.influence_us - me.influence_us_before - me.influence_us_effect
    found["influence_iran_drift"] = sees.influence_iran - me.influence_iran_before - me.influence_iran_effect
    return found
