"""Talks between Baghdad and Washington: how they open, the packages on the table, and agreement."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sim.language.exact import exp, root
from sim.language.field import Section, number
from sim.language.number import Number, Truth, anywhere, apart, least, most, not_, power, truth, where, where_needed
from sim.language.promise import promises
from sim.language.tree import Settings
from sim.model.at import At
from sim.model.ledger import TODAY

NAME = "talks"
PACKAGES = ("relabel", "reduce", "phased end", "full end")
MEANINGS = (
    "the mission is renamed, the numbers stay",
    "fewer troops, no end date",
    "a signed end more than 12 months away",
    "a signed end within 12 months",
)
RELABEL, REDUCE, PHASED, FULL = range(4)
DRAWS = {
    "talks/routine": "whether talks open as routine this month",
    "talks/agree": "whether a round ends in agreement",
    "talks/suspend": "whether a crisis suspends talks",
}
OPENED = "talks open or agree"
RELABELLED = date(2021, 12, 31)
"""The day on which the record has the mission renamed."""


# -------------------------------------------------------------------------------------- numbers
class Talks(Section):
    """Talks over a short menu of packages, and carrying them out."""

    routine_chance: float = number(
        0.04,
        "per month",
        "talks open as routine, at full willingness",
        "evidence: August 2023; judgement",
        range=(0.01, 0.1),
        allowed=(0.0, 1.0),
    )
    round_days: float = number(30.0, "days", "between rounds", range=(14.0, 60.0), allowed=(1.0, 365.0), role="fixed")
    patience_days: float = number(
        540.0, "days", "talks without a product lapse", range=(365.0, 900.0), allowed=(30.0, 10000.0)
    )
    exit_relabel: float = number(
        0.1,
        "0-1",
        "how far out `relabel` is (each earlier use leaves `relabel_repeat` of it)",
        range=(0.05, 0.2),
        allowed=(0.0, 1.0),
    )
    exit_reduce: float = number(0.3, "0-1", "how far out `reduce` is", range=(0.2, 0.4), allowed=(0.0, 1.0))
    exit_phased: float = number(0.6, "0-1", "how far out a phased end is", range=(0.5, 0.75), allowed=(0.0, 1.0))
    us_relabel: float = number(
        0.95, "0-1", "worth of `relabel` to the US at full stake (staying 1)", range=(0.9, 1.0), allowed=(0.0, 1.0)
    )
    us_reduce: float = number(0.85, "0-1", "worth of `reduce`", range=(0.75, 0.95), allowed=(0.0, 1.0))
    us_phased: float = number(0.70, "0-1", "worth of a phased end", range=(0.5, 0.8), allowed=(0.0, 1.0))
    us_full: float = number(0.30, "0-1", "worth of a full end", range=(0.1, 0.5), allowed=(0.0, 1.0))
    risk_letter: float = number(
        3.0, "factor", "how the US reads the chance of a letter now", range=(1.0, 5.0), allowed=(0.0, 50.0)
    )
    risk_pressure: float = number(0.3, "per pressure", "and pressure above .4", range=(0.0, 0.6), allowed=(0.0, 5.0))
    cost_attacks: float = number(
        0.2, "0-1", "what ten attacks a week take off staying without agreement", range=(0.0, 0.4), allowed=(0.0, 1.0)
    )
    cost_step: float = number(
        0.6, "0-1", "what Baghdad's steps take off it, times credibility", range=(0.3, 0.9), allowed=(0.0, 2.0)
    )
    distance: float = number(
        1.2,
        "factor",
        "how fast Baghdad's private worth falls with the distance to its wish",
        range=(0.8, 1.6),
        allowed=(0.0, 5.0),
    )
    agree: float = number(
        1.5,
        "factor",
        "chance of agreement in a round, per root of the product of gains",
        range=(0.8, 2.5),
        allowed=(0.0, 10.0),
    )
    deadline: float = number(
        2.0,
        "factor",
        "in the last days of a committee's clock, up to this",
        "Roth, Murnighan & Schoumaker 1988",
        range=(1.0, 3.0),
        allowed=(1.0, 10.0),
    )
    deadline_days: float = number(90.0, "days", "the last days of the clock", range=(30.0, 120.0), allowed=(1.0, 365.0))
    under_fire: float = number(0.3, "per attack a week", "no deal under fire", range=(0.0, 0.6), allowed=(0.0, 5.0))
    suspend: float = number(0.3, "probability", "a crisis suspends talks", range=(0.0, 0.5), allowed=(0.0, 1.0))
    suspend_days: float = number(45.0, "days", "for so long", range=(14.0, 90.0), allowed=(1.0, 365.0))
    product_pressure: float = number(
        0.15, "0-1", "pressure let off by an agreement", range=(0.05, 0.3), allowed=(0.0, 1.0)
    )
    rest_days: float = number(
        180.0, "days", "no talks after `relabel` or `reduce`", range=(90.0, 365.0), allowed=(0.0, 3000.0)
    )
    phased_low: float = number(
        13.0,
        "months",
        "shortest term of a phased end",
        "2008: 37 months",
        range=(13.0, 13.0),
        allowed=(12.0, 120.0),
        role="fixed",
    )
    phased_high: float = number(
        48.0, "months", "longest term of a phased end", "2008: 37 months", range=(36.0, 60.0), allowed=(12.0, 120.0)
    )
    full_low: float = number(
        3.0,
        "months",
        "shortest term of a full end",
        "2021, combat mission only: 5 months",
        range=(2.0, 6.0),
        allowed=(0.0, 12.0),
    )
    full_high: float = number(
        12.0,
        "months",
        "longest term of a full end",
        "by definition",
        range=(12.0, 12.0),
        allowed=(1.0, 12.0),
        role="fixed",
    )
    forced_low: float = number(
        1.0, "months", "shortest time to leave after a letter or law", range=(1.0, 3.0), allowed=(0.0, 60.0)
    )
    forced_high: float = number(
        12.0, "months", "longest time to leave after a letter or law", range=(6.0, 24.0), allowed=(0.0, 60.0)
    )
    slip: float = number(
        0.8, "share", "carrying out slips by up to this share of the term", range=(0.0, 1.2), allowed=(0.0, 5.0)
    )
    reduce_to: float = number(
        0.5, "share", "troops left by `reduce`", "2020: 5,200 to 2,500", range=(0.4, 0.8), allowed=(0.0, 1.0)
    )
    reduce_months: float = number(
        9.0, "months", "time that takes", "2020: 13 months", range=(3.0, 13.0), allowed=(0.1, 60.0)
    )
    earlier_relabels: float = number(
        1.0,
        "uses",
        "`relabel` used before the start, from 2022 on",
        "evidence: 31 December 2021",
        range=(1.0, 1.0),
        allowed=(0.0, 20.0),
        role="fixed",
    )
    relabel_repeat: float = number(
        0.5,
        "factor",
        "each earlier use of `relabel` leaves so much of how far out it is",
        range=(0.5, 0.5),
        allowed=(0.0, 1.0),
        role="fixed",
    )
    risk_pressure_from: float = number(
        0.4,
        "0-1",
        "only pressure above this adds to the risk of expulsion that Washington sees",
        range=(0.4, 0.4),
        allowed=(0.0, 1.0),
        role="fixed",
    )
    cost_attacks_most: float = number(
        10.0,
        "attacks a week",
        "more attacks than this cost Washington no more",
        range=(10.0, 10.0),
        allowed=(0.1, 1000.0),
        role="fixed",
    )


# ---------------------------------------------------------------------------------------- rules
@promises(
    bounded=(0.0, 1.0), rises_with=("fresh", "stale"), falls_with=("days",), days=(0, 1000), stale_after=(30, 1000)
)
def relief(days: Number, fresh: Number, stale: Number, stale_after: Number) -> Number:
    """The relief of talks that have run so many days without a product: from fresh to stale."""
    low = least(fresh, stale)
    return fresh + (low - fresh) * least(days / stale_after, 1.0)


@promises(bounded=(0.0, 1.0), rises_with=("worth",), falls_with=("stake",))
def us_worth(worth: Number, stake: Number) -> Number:
    """What a package is worth to Washington (staying as now 1), the less its stake the nearer to 1."""
    return 1.0 - stake * (1.0 - worth)


@promises(
    falls_with=("letter", "pressure", "attacks", "step"),
    attacks=(0, 30),
    by_letter=(0, 5),
    by_pressure=(0, 1),
    by_attacks=(0, 0.4),
    by_step=(0, 1),
    most_attacks=(1, 30),
)
def us_without(
    letter: Number,
    pressure: Number,
    attacks: Number,
    step: Number,
    by_letter: Number,
    by_pressure: Number,
    by_attacks: Number,
    by_step: Number,
    pressure_from: Number,
    most_attacks: Number,
) -> Number:
    """What it expects without agreement under an invitation: staying, at risk of expulsion, under fire and pushed."""
    risk = least(by_letter * letter + by_pressure * most(pressure - pressure_from, 0.0), 1.0)
    return 1.0 - risk - by_attacks * least(attacks, most_attacks) / most_attacks - by_step * step


@promises(bounded=(-1.0, 1.0), distance=(0, 2))
def iraq_worth(out: Number, wish: Number, pressure: Number, distance: Number) -> Number:
    """What a package is worth to Baghdad: its two faces, weighted by pressure."""
    return (1.0 - pressure) * (1.0 - distance * apart(out, wish)) + pressure * out


@promises(rises_with=("relief",), distance=(0, 2))
def iraq_without(wish: Number, pressure: Number, relief: Number, distance: Number) -> Number:
    """What it expects without agreement under an invitation: they stay, and talks go on giving their relief."""
    return (1.0 - pressure) * (1.0 - distance * wish) + pressure * relief


@promises(
    bounded=(0.0, 1.0),
    rises_with=("product", "hurry"),
    falls_with=("attacks",),
    hurry=(1, 3),
    attacks=(0, 30),
    agree=(0, 3),
    under_fire=(0, 1),
)
def agreement_chance(product: Number, hurry: Number, attacks: Number, agree: Number, under_fire: Number) -> Number:
    """The chance that a round ends in agreement: the gains, a deadline's hurry, and no deal under fire."""
    return least(agree * root(product) * hurry, 1.0) * exp(-under_fire * attacks)


@promises(
    bounded=(1.0, 10.0),
    falls_with=("clock",),
    rises_with=("most_hurry",),
    clock=(1, 600),
    days=(30, 120),
    most_hurry=(1, 10),
)
def deadline(clock: Number, days: Number, most_hurry: Number) -> Number:
    """The hurry of a deadline: from 1 at ``days`` before a committee's clock ends up to ``most_hurry`` at its end."""
    return 1.0 + (most_hurry - 1.0) * most(1.0 - clock / days, 0.0)


# ------------------------------------------------------------------------------------------ day
class Numbers(NamedTuple):
    """What the rules of talks are given: their own numbers, and those of the two sides that count at the table."""

    own: Settings
    willing: Number  # Washington, to talk
    stake: Number  # Washington's, in an open-ended presence
    relief_fresh: Number  # from the pressure on the prime minister, of new talks
    relief_stale: Number  # of old ones
    relief_days: Number  # after which they are old


class Remembers(NamedTuple):
    """``on`` while they stand (suspended or not), ``days`` since they opened or last had a product."""

    on: Truth = False
    days: Number = 0.0
    next_round: Number = 0.0  # days until it
    suspended: Number = 0.0  # days left
    rest: Number = 0.0  # days for which no talks can open, after `relabel` or `reduce`
    relabels: Number = 0


class Sees(NamedTuple):
    """What the two sides go by at the table."""

    crisis: Truth  # a killing, Iraqi dead, or a fatal attack, today
    open: Truth  # the presence can still be ended
    step: Number  # Baghdad's, as Washington reads it
    pressure: Number  # on the prime minister
    wish: Number  # what he privately wants
    chance_of_letter: Number  # as he last weighed it
    clock: Number  # days left to a committee to bring a product
    attacks: Number  # a week
    agreement_left: Number  # days until a dated agreement runs out; below 0: none does


class Does(NamedTuple):
    """What the day's talks bring for others."""

    opened: Truth = False  # as routine
    rounds: Truth = False  # a round was held
    agreed: Truth = False
    relabels: Truth = False
    reduces: Truth = False
    phased: Truth = False
    full: Truth = False


NOTHING = Does()


def possible(me: Remembers, open_: Truth) -> Truth:
    """Whether talks could open now."""
    return not_(me.on) & (me.rest == 0.0) & (me.suspended == 0.0) & open_


def start(
    me: Remembers, opens: Truth, open_: Truth, why: str, because: str, p: Numbers, at: At
) -> tuple[Remembers, Truth]:
    """Talks open where they are possible; also says where."""
    if not anywhere(opens):
        return me, False
    n = p.own
    opens = opens & possible(me, open_)
    at.note(opens, NAME, "open", why, "talks.start", because=(because,) if because else (), known_as={OPENED: True})
    return me._replace(
        on=me.on | opens, days=where(opens, 0.0, me.days), next_round=where(opens, n.round_days, me.next_round)
    ), opens


def day(me: Remembers, sees: Sees, p: Numbers, at: At) -> tuple[Remembers, Does]:
    """Suspension and lapse; monthly, a routine opening; rounds that are due."""
    n = p.own
    days, next_round = me.days + 1.0, most(me.next_round - 1.0, 0.0)
    suspended, rest = most(me.suspended - 1.0, 0.0), most(me.rest - 1.0, 0.0)
    if not at.free:
        return Remembers(me.on, days, next_round, suspended, rest, me.relabels), NOTHING
    hit = me.on & sees.crisis & (suspended == 0.0)
    if anywhere(hit):
        hit = hit & (at.draw("talks/suspend") < n.suspend)
        suspended = where(hit, n.suspend_days, suspended)
        at.note(hit, NAME, "suspended", "by a crisis", "talks.day", because=(TODAY,))
    lapses = me.on & (days >= n.patience_days)
    if anywhere(lapses):
        at.note(lapses, NAME, "lapse", "no product", "talks.day", because=(OPENED,))
    me = Remembers(me.on & not_(lapses) & sees.open, days, next_round, suspended, rest, me.relabels)
    opened: Truth = False
    if anywhere(at.monthly):
        routine = at.monthly & (at.draw("talks/routine") < n.routine_chance * p.willing)
        me, opened = start(me, routine, sees.open, "routine", "", p, at)
    due = me.on & (me.suspended == 0.0) & (me.next_round == 0.0)
    if not anywhere(due):
        return me, NOTHING if opened is False else Does(opened=opened)
    me, does = meet(me, due, sees, p, at)
    return me, does._replace(opened=opened)


def meet(me: Remembers, due: Truth, sees: Sees, p: Numbers, at: At) -> tuple[Remembers, Does]:
    """A round: the package with the largest product of gains, and whether they agree on it."""
    n = p.own
    me = me._replace(next_round=where(due, n.round_days, me.next_round))
    before = where(at.calendar.relabelled_before, n.earlier_relabels, 0)
    outs = (n.exit_relabel * power(n.relabel_repeat, me.relabels + before), n.exit_reduce, n.exit_phased, 1.0)
    worths = (n.us_relabel, n.us_reduce, n.us_phased, n.us_full)
    pressure, wish, stake = sees.pressure, sees.wish, p.stake
    # without agreement: staying under an invitation, leaving under a dated agreement
    stays_us = us_without(
        sees.chance_of_letter,
        pressure,
        sees.attacks,
        sees.step,
        n.risk_letter,
        n.risk_pressure,
        n.cost_attacks,
        n.cost_step,
        n.risk_pressure_from,
        n.cost_attacks_most,
    )
    now = relief_now(me, p)
    stays_iraq = iraq_without(wish, pressure, now, n.distance)
    leaves = sees.agreement_left >= 0.0
    without_us = where(leaves, us_worth(n.us_full, stake), stays_us)
    without_iraq = where(leaves, iraq_worth(1.0, wish, pressure, n.distance), stays_iraq)
    best: Number = 0.0
    package: Number = -1
    for place in range(len(PACKAGES)):
        us_gains = most(us_worth(worths[place], stake) - without_us, 0.0)
        iraq_gains = most(iraq_worth(outs[place], wish, pressure, n.distance) - without_iraq, 0.0)
        product = us_gains * iraq_gains
        package = where(product > best, place, package)
        best = most(product, best)
    hurry = where(sees.clock > 0.0, deadline(sees.clock, n.deadline_days, n.deadline), 1.0)
    chance = where_needed(due, agreement_chance, 0.0, best, hurry, sees.attacks, n.agree, n.under_fire)
    agreed = due & (package >= 0) & sees.open & (at.draw("talks/agree") < chance)
    names = ("nothing", *PACKAGES)
    at.note(
        agreed,
        NAME,
        "agreement",
        (names, package + 1),
        "talks.agreement_chance",
        because=(OPENED, "Iraq's last act"),
        terms=lambda: {
            "chance": chance,
            "product of gains": best,
            "hurry": hurry,
            "attacks a week": sees.attacks,
            "pressure": pressure,
            "without agreement, US": without_us,
            "without agreement, Iraq": without_iraq,
        },
        known_as={OPENED: True, "under way": package == REDUCE},
    )
    at.note(
        due & not_(agreed),
        NAME,
        "round",
        (names, package + 1),
        "talks.agreement_chance",
        because=(OPENED,),
        terms=lambda: {"chance": chance, "hurry": hurry, "attacks a week": sees.attacks},
    )
    small = agreed & (package <= REDUCE)
    relabels = agreed & (package == RELABEL)
    me = me._replace(
        on=me.on & not_(agreed), rest=where(small, n.rest_days, me.rest), relabels=me.relabels + truth(relabels)
    )
    return me, Does(
        rounds=due,
        agreed=agreed,
        relabels=relabels,
        reduces=agreed & (package == REDUCE),
        phased=agreed & (package == PHASED),
        full=agreed & (package == FULL),
    )


# ------------------------------------------------------------------------------ what others see
def relief_now(me: Remembers, p: Numbers) -> Number:
    """The relief from pressure of talks: of those that stand, or of new ones."""
    return relief(where(me.on, me.days, 0.0), p.relief_fresh, p.relief_stale, p.relief_days)
