"""Talks between Baghdad and Washington: how they open, the packages on the table, and agreement."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sim.language.chance import largest, pick_by_weight, quantal
from sim.language.exact import exp, logistic
from sim.language.field import Section, number
from sim.language.number import (
    Number,
    Truth,
    anywhere,
    floor,
    least,
    most,
    not_,
    pick,
    power,
    truth,
    where,
    where_needed,
)
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
HALF = 0.5
"""The part of the troops that leaves in the reduction to which its numbers refer."""
DRAWS = {
    "talks/routine": "whether talks open as routine this month",
    "talks/ask": "which package Baghdad asks for in a round, or none",
    "talks/agree": "whether Washington agrees to it",
    "talks/gap": "days to the next round",
    "talks/lapse": "whether talks without a product lapse today",
    "talks/suspend": "whether a blow suspends talks",
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
    prepare_days: float = number(
        60.0,
        "days",
        "mean time from the opening to the first round (half of it to one and a half)",
        "evidence/negotiations.csv: offered on 7 April 2020, first round on 11 June, 65 days later",
        range=(20.0, 120.0),
        allowed=(1.0, 365.0),
    )
    round_days: float = number(
        45.0,
        "days",
        "mean time between later rounds (half of it to one and a half)",
        "evidence/negotiations.csv: 69, 231 and 110 days in 2020-21; in 2008 nearly without a break; judgement",
        range=(14.0, 120.0),
        allowed=(1.0, 365.0),
    )
    patience_days: float = number(
        540.0,
        "days",
        "mean time after which talks without a product lapse",
        range=(365.0, 900.0),
        allowed=(30.0, 10000.0),
    )
    exit_relabel: float = number(
        0.1,
        "0-1",
        "how far out `relabel` is (each earlier use leaves `repeat` of it)",
        range=(0.05, 0.2),
        allowed=(0.0, 1.0),
    )
    exit_reduce: float = number(
        0.3,
        "0-1",
        "how far out `reduce` by half is (each earlier use leaves `repeat` of it)",
        range=(0.2, 0.4),
        allowed=(0.0, 1.0),
    )
    exit_phased: float = number(0.6, "0-1", "how far out a phased end is", range=(0.5, 0.75), allowed=(0.0, 1.0))
    relief_relabel: float = number(
        0.2,
        "0-1",
        "relief of `relabel` from pressure (each earlier use leaves `repeat` of it)",
        range=(0.05, 0.35),
        allowed=(0.0, 1.0),
    )
    relief_reduce: float = number(
        0.4,
        "0-1",
        "relief of `reduce` by half (each earlier use leaves `repeat` of it)",
        range=(0.2, 0.6),
        allowed=(0.0, 1.0),
    )
    relief_phased: float = number(
        0.7, "0-1", "relief of a phased end (of a full end: 1)", range=(0.5, 0.9), allowed=(0.0, 1.0)
    )
    repeat: float = number(
        0.5,
        "factor",
        "each earlier use of `relabel` or `reduce` leaves so much of how far out it is, and of its relief",
        range=(0.25, 0.9),
        allowed=(0.0, 1.0),
    )
    few_relief: float = number(
        0.5,
        "share",
        "of its relief `reduce` loses as those who are left of the usual troops fall to none",
        range=(0.0, 1.0),
        allowed=(0.0, 1.0),
    )
    few_cost: float = number(
        1.0,
        "factor",
        "so many times more `reduce` costs the US as they fall to none",
        range=(0.0, 3.0),
        allowed=(0.0, 20.0),
    )
    least_troops: float = number(
        500.0, "persons", "a reduction to fewer is no package", range=(200.0, 1000.0), allowed=(0.0, 200000.0)
    )
    agreed_price: float = number(
        0.2,
        "share",
        "of the price of an exit without agreement that an agreed one still carries",
        range=(0.0, 0.5),
        allowed=(0.0, 1.0),
    )
    us_relabel: float = number(
        0.95, "0-1", "worth of `relabel` to the US at full stake (staying 1)", range=(0.9, 1.0), allowed=(0.0, 1.0)
    )
    us_reduce: float = number(0.85, "0-1", "worth of `reduce` by half", range=(0.75, 0.95), allowed=(0.0, 1.0))
    us_phased: float = number(0.70, "0-1", "worth of a phased end", range=(0.5, 0.8), allowed=(0.0, 1.0))
    us_full: float = number(0.30, "0-1", "worth of a full end", range=(0.1, 0.5), allowed=(0.0, 1.0))
    precision_us: float = number(
        10.0,
        "per worth",
        "how sharply Washington tells what it is asked for from going on without",
        "McKelvey & Palfrey 1995; judgement",
        range=(4.0, 20.0),
        allowed=(0.0, 200.0),
    )
    risk_letter: float = number(
        3.0, "factor", "how the US reads the chance of a letter now", range=(1.0, 5.0), allowed=(0.0, 50.0)
    )
    risk_pressure: float = number(
        0.3, "per pressure", "and pressure above `risk_pressure_from`", range=(0.0, 0.6), allowed=(0.0, 5.0)
    )
    cost_attacks: float = number(
        0.2, "0-1", "what many attacks take off staying without agreement", range=(0.0, 0.4), allowed=(0.0, 1.0)
    )
    cost_step: float = number(
        0.6, "0-1", "what Baghdad's steps take off it, times credibility", range=(0.3, 0.9), allowed=(0.0, 2.0)
    )
    under_fire: float = number(0.3, "per attack a week", "no deal under fire", range=(0.0, 0.6), allowed=(0.0, 5.0))
    suspend: float = number(
        0.3, "probability", "a deadly strike in Iraq suspends talks", range=(0.0, 0.5), allowed=(0.0, 1.0)
    )
    suspend_killing: float = number(
        0.8, "probability", "a commander killed suspends talks", range=(0.4, 1.0), allowed=(0.0, 1.0)
    )
    suspend_days: float = number(45.0, "days", "for so long", range=(14.0, 90.0), allowed=(1.0, 365.0))
    product_pressure: float = number(
        0.4, "0-1", "pressure let off by an agreement, times its relief", range=(0.15, 0.75), allowed=(0.0, 1.0)
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
    risk_pressure_from: float = number(
        0.4,
        "0-1",
        "only pressure above this adds to the risk of expulsion that Washington sees",
        range=(0.2, 0.6),
        allowed=(0.0, 1.0),
    )
    cost_attacks_most: float = number(
        10.0,
        "attacks a week",
        "more attacks than this cost Washington no more",
        range=(5.0, 20.0),
        allowed=(0.1, 1000.0),
    )


# ---------------------------------------------------------------------------------------- rules
@promises(
    bounded=(0.0, 1.0), rises_with=("fresh", "stale"), falls_with=("days",), days=(0, 1000), stale_after=(30, 1000)
)
def relief(days: Number, fresh: Number, stale: Number, stale_after: Number) -> Number:
    """The relief of talks that have run so many days without a product: from fresh to stale."""
    low = least(fresh, stale)
    return fresh + (low - fresh) * least(days / stale_after, 1.0)


@promises(bounded=(0.0, 1.0), falls_with=("troops",), troops=(0, 200000), usual=(100, 10000))
def fewer(troops: Number, usual: Number) -> Number:
    """How far so many troops are fewer than usual: 1 none, 0 as many or more."""
    return 1.0 - least(troops / usual, 1.0)


@promises(bounded=(-1.5, 1.0), rises_with=("worth",), falls_with=("stake",), stake=(0, 2.5))
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


def ask(u: Number, worths: tuple[Number, ...], enough: Truth, precision: Number) -> Number:
    """What Baghdad asks for, 0 for no agreement, else one more than the package: the weights met with one draw."""
    return pick_by_weight(u, weights(worths, enough, precision))


def weights(worths: tuple[Number, ...], enough: Truth, precision: Number) -> tuple[Number, ...]:
    """Quantal response: how likely no agreement and each package is asked for; a reduction to too few never."""
    possible = [enough if place == 1 + REDUCE else True for place in range(len(worths))]
    best = largest([where(can, worth, worths[0]) for can, worth in zip(possible, worths, strict=True)])
    return tuple(quantal(worths, possible, best, precision))


@promises(
    bounded=(0.0, 1.0),
    rises_with=("gain",),
    falls_with=("attacks",),
    gain=(-2, 2),
    attacks=(0, 30),
    precision=(0, 20),
    under_fire=(0, 1),
)
def acceptance(gain: Number, attacks: Number, precision: Number, under_fire: Number) -> Number:
    """The chance that Washington agrees: by what it gains; and no deal under fire."""
    return logistic(precision * gain) * exp(-under_fire * attacks)


# ------------------------------------------------------------------------------------------ day
class Numbers(NamedTuple):
    """What the rules of talks are given: their own numbers, and those of the two sides that count at the table."""

    own: Settings
    willing: Number  # Washington, to talk
    precision: Number  # of the prime minister's choice
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
    relabels: Number = 0  # agreed
    reduces: Number = 0


class Sees(NamedTuple):
    """What the two sides go by at the table."""

    blow: Truth  # a deadly US strike in Iraq, a killing, or Iraqi dead, today
    killings: Number  # commanders killed, and large campaigns, today
    open: Truth  # the presence can still be ended
    worths: tuple[Number, ...]  # to the prime minister: of no agreement, then of each of PACKAGES
    reliefs: tuple[Number, ...]  # likewise
    stake: Number  # Washington's, in an open-ended presence
    few: Number  # how far the troops there are fewer than usual, 0-1
    enough: Truth  # they can be reduced once more
    step: Number  # Baghdad's, as Washington reads it
    pressure: Number  # on the prime minister
    chance_of_letter: Number  # as he last weighed it
    attacks: Number  # a week
    agreement_left: Number  # days until a dated agreement runs out; below 0: none does


class Does(NamedTuple):
    """What the day's talks bring for others."""

    opened: Truth = False  # as routine
    rounds: Truth = False  # a round was held
    agreed: Truth = False
    relief: Number = 0.0  # of the package, where agreed
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
        on=me.on | opens,
        days=where(opens, 0.0, me.days),
        next_round=where(opens, about(n.prepare_days, at), me.next_round),
    ), opens


def about(days: Number, at: At) -> Number:
    """Whole days to the next round, half to one and a half times so many: no two calendars go together by the clock."""
    return floor(days * (HALF + at.draw("talks/gap")))


def day(me: Remembers, sees: Sees, p: Numbers, at: At) -> tuple[Remembers, Does]:
    """Suspension and lapse; monthly, a routine opening; rounds that are due."""
    n = p.own
    days, next_round = me.days + 1.0, most(me.next_round - 1.0, 0.0)
    suspended, rest = most(me.suspended - 1.0, 0.0), most(me.rest - 1.0, 0.0)
    if not at.free:
        return Remembers(me.on, days, next_round, suspended, rest, me.relabels, me.reduces), NOTHING
    hit = me.on & sees.blow & (suspended == 0.0) & (days > 1.0)
    if anywhere(hit):
        hit = hit & (at.draw("talks/suspend") < where(sees.killings > 0, n.suspend_killing, n.suspend))
        suspended = where(hit, n.suspend_days, suspended)
        at.note(hit, NAME, "suspended", "by a crisis", "talks.day", because=(TODAY,))
    tired = me.on & (days >= HALF * n.patience_days)
    lapses = tired
    if anywhere(tired):
        lapses = tired & (at.draw("talks/lapse") < 1.0 / (HALF * n.patience_days))
        at.note(lapses, NAME, "lapse", "no product", "talks.day", because=(OPENED,))
    me = Remembers(me.on & not_(lapses) & sees.open, days, next_round, suspended, rest, me.relabels, me.reduces)
    opened: Truth = False
    if anywhere(at.monthly):
        routine = at.monthly & (at.draw("talks/routine") < n.routine_chance * p.willing)
        me, opened = start(me, routine, sees.open, "routine", "", p, at)
    due = me.on & (me.suspended == 0.0) & (me.next_round == 0.0) & not_(sees.blow)
    if not anywhere(due):
        return me, NOTHING if opened is False else Does(opened=opened)
    me, does = meet(me, due, sees, p, at)
    return me, does._replace(opened=opened)


def meet(me: Remembers, due: Truth, sees: Sees, p: Numbers, at: At) -> tuple[Remembers, Does]:
    """A round: Baghdad asks for a package or for none, and Washington agrees to it or not."""
    n = p.own
    me = me._replace(next_round=where(due, about(n.round_days, at), me.next_round))
    # without agreement: staying under an invitation, leaving under a dated agreement
    stays = us_without(
        sees.chance_of_letter,
        sees.pressure,
        sees.attacks,
        sees.step,
        n.risk_letter,
        n.risk_pressure,
        n.cost_attacks,
        n.cost_step,
        n.risk_pressure_from,
        n.cost_attacks_most,
    )
    without = where(sees.agreement_left >= 0.0, us_worth(n.us_full, sees.stake), stays)
    reduce = 1.0 - (1.0 - n.us_reduce) * (1.0 - n.reduce_to) / HALF * (1.0 + n.few_cost * sees.few)
    worths = tuple(us_worth(worth, sees.stake) for worth in (n.us_relabel, reduce, n.us_phased, n.us_full))
    asked = where_needed(due, ask, 0, at.draw("talks/ask"), sees.worths, sees.enough, p.precision)
    gain = pick(asked, (without, *worths)) - without
    chance = where_needed(due, acceptance, 0.0, gain, sees.attacks, n.precision_us, n.under_fire)
    agreed = due & (asked > 0) & sees.open & (at.draw("talks/agree") < chance)
    names = ("nothing", *PACKAGES)
    at.note(
        agreed,
        NAME,
        "agreement",
        (names, asked),
        "talks.acceptance",
        because=(OPENED, "Iraq's last act"),
        terms=lambda: {
            "chance": chance,
            "gain to the US": gain,
            "worth to Baghdad": pick(asked, sees.worths) - sees.worths[0],
            "attacks a week": sees.attacks,
            "pressure": sees.pressure,
            "without agreement, US": without,
        },
        known_as={OPENED: True, "under way": asked == 1 + REDUCE},
    )
    at.note(
        due & not_(agreed),
        NAME,
        "round",
        (names, asked),
        "talks.acceptance",
        because=(OPENED,),
        terms=lambda: {"chance": chance, "gain to the US": gain, "attacks a week": sees.attacks},
    )
    small = agreed & (asked <= 1 + REDUCE)
    relabels, reduces = agreed & (asked == 1 + RELABEL), agreed & (asked == 1 + REDUCE)
    me = me._replace(
        on=me.on & not_(agreed),
        rest=where(small, n.rest_days, me.rest),
        relabels=me.relabels + truth(relabels),
        reduces=me.reduces + truth(reduces),
    )
    return me, Does(
        rounds=due,
        agreed=agreed,
        relief=pick(asked, sees.reliefs),
        relabels=relabels,
        reduces=reduces,
        phased=agreed & (asked == 1 + PHASED),
        full=agreed & (asked == 1 + FULL),
    )


# ------------------------------------------------------------------------------ what others see
def relief_now(me: Remembers, p: Numbers) -> Number:
    """The relief from pressure of talks: of those that stand, or of new ones."""
    return relief(where(me.on, me.days, 0.0), p.relief_fresh, p.relief_stale, p.relief_days)


class Offered(NamedTuple):
    """What lies on the table: no agreement first, then each of PACKAGES."""

    outs: tuple[Number, ...]  # how far out
    reliefs: tuple[Number, ...]  # from pressure
    consents: tuple[Number, ...]  # how far the price of an exit without agreement is spared


def offered(me: Remembers, few: Number, agreement_left: Number, p: Numbers, at: At) -> Offered:
    """No agreement (they stay and talks go on; under a dated agreement they leave), and the packages."""
    n = p.own
    renamed = power(n.repeat, me.relabels + where(at.calendar.relabelled_before, n.earlier_relabels, 0))
    fewer_again = power(n.repeat, me.reduces) * (1.0 - n.reduce_to) / HALF
    leaves = agreement_left >= 0.0
    consent = 1.0 - n.agreed_price
    return Offered(
        (
            where(leaves, 1.0, 0.0),
            n.exit_relabel * renamed,
            least(n.exit_reduce * fewer_again, 1.0),
            n.exit_phased,
            1.0,
        ),
        (
            where(leaves, 1.0, relief_now(me, p)),
            n.relief_relabel * renamed,
            least(n.relief_reduce * fewer_again * (1.0 - n.few_relief * few), 1.0),
            n.relief_phased,
            1.0,
        ),
        (consent,) * (1 + len(PACKAGES)),
    )


def enough(troops: Number, p: Settings) -> Truth:
    """Whether a reduction leaves enough of so many troops to be one."""
    return troops * p.reduce_to >= p.least_troops
