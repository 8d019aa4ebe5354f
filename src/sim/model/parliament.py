"""Parliament: five blocs, a quorum, votes without force and laws with it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field

from sim.language.exact import decay, logistic
from sim.language.field import JUDGEMENT, Section, choice, number
from sim.language.ladder import Ladder, Rung
from sim.language.number import Number, Truth, anywhere, clip, least, most, not_, where
from sim.language.promise import promises
from sim.language.tree import Settings
from sim.model.accounts import CALLS, PRESSURE
from sim.model.at import At
from sim.model.choice import NO_CHOICES

NAME = "parliament"
LADDER = Ladder(
    "parliament",
    Rung("no session", "does not meet on the matter"),
    Rung("session without quorum", "is called, but too few come"),
    Rung("non-binding vote", "calls on the government to end the presence"),
    Rung("binding law", "passes a law; final after two readings"),
)
NO_SESSION, WITHOUT_QUORUM, VOTE, LAW = range(len(LADDER))
MAJORITY = 0.5
"""More than this share of those present has to be for it."""
DRAWS = {
    "parliament/crisis": "whether a session is called today, while the news is hot",
    "parliament/routine": "whether a session is called this week without that",
    "parliament/occasion": "what else a session without hot news is about: whether the house fills",
    "parliament/{bloc}": "how a bloc's attendance differs from what its leaning says",
}


# -------------------------------------------------------------------------------------- numbers
class Bloc(Section):
    """A bloc of parliament."""

    seats: int = Field(
        ge=0,
        le=329,
        description="seats of 329",
        json_schema_extra={"unit": "seats", "source": "evidence/parliament.csv", "role": "fixed", "range": [0, 329]},
    )
    lean: float = number(
        None,
        "logit",
        "lean to attend, and to vote the US out (below 0: to stay away)",
        "evidence/parliament.csv; judgement",
        range=(-4.0, 4.0),
        allowed=(-20.0, 20.0),
    )
    closeness: float = number(None, "0-1", "how far Iran's press moves it", range=(0.0, 1.0))
    exposure: float = number(None, "0-1", "how far the expected price of an exit falls on it", range=(0.0, 1.0))


def default_blocs() -> dict[str, Bloc]:
    def bloc(seats: int, lean: float, closeness: float, exposure: float) -> Bloc:
        return Bloc(seats=seats, lean=lean, closeness=closeness, exposure=exposure)

    return {
        "Framework: armed wings": bloc(60, 2.2, 1.0, 0.1),
        "Framework: moderates": bloc(78, 0.6, 0.5, 0.4),
        "Sunni": bloc(65, -2.8, 0.0, 1.0),
        "Kurdish": bloc(60, -3.4, 0.0, 1.0),
        "independents": bloc(66, -0.2, 0.2, 0.5),
    }


class Parliament(Section):
    """Sessions, votes and laws."""

    quorum: float = number(
        165.0,
        "members",
        "members needed for a session",
        "half of 329 and one",
        range=(165.0, 165.0),
        allowed=(0.0, 329.0),
        role="fixed",
    )
    law_majority: float = number(
        165.0,
        "members",
        "members who must vote for a binding law: half the house and one, since a law against the "
        "absent would not be carried out",
        JUDGEMENT,
        range=(140.0, 165.0),
        allowed=(0.0, 330.0),
    )
    pressure_weight: float = number(4.0, "logit", "pressure brings members in", range=(2.0, 6.0), allowed=(0.0, 50.0))
    price_weight: float = number(
        0.5, "logit", "the expected price keeps the exposed away", range=(0.0, 1.5), allowed=(0.0, 50.0)
    )
    law_price_weight: float = number(
        3.0,
        "logit",
        "the expected price in the vote on a binding law",
        "there has been none; judgement",
        range=(1.0, 6.0),
        allowed=(0.0, 50.0),
    )
    law_caution: float = number(
        1.0,
        "logit",
        "how much more it takes to vote for a binding law than to attend",
        "there has been none; judgement",
        range=(0.0, 3.0),
        allowed=(-10.0, 50.0),
    )
    attendance_spread: float = number(
        0.1, "share", "a bloc's attendance differs by up to this, either way", range=(0.0, 0.2), allowed=(0.0, 1.0)
    )
    session_chance: float = number(
        0.4,
        "per day",
        "a session is called where the news is as hot as can be, times calls",
        "evidence/parliament.csv: two days after the killing of 3 January 2020; judgement",
        range=(0.15, 0.8),
        allowed=(0.0, 100.0),
    )
    hot_news: float = number(
        0.25,
        "0-1",
        "news above this calls a session",
        "after killings alone; judgement",
        range=(0.15, 0.35),
        allowed=(0.0, 0.99),
    )
    routine_chance: float = number(
        0.631,
        "per week",
        "a session on the presence is called without hot news, times calls",
        "evidence: about nine attempts from 2017 to 2023 that came to nothing; judgement",
        range=(0.15, 0.8),
        allowed=(0.0, 1.0),
        fitted=True,
    )
    occasion: float = number(
        1.5,
        "logit",
        "attendance of a session without hot news differs by up to this, either way: it hangs on what else is on",
        "evidence: March 2018, over the victory against IS; judgement",
        range=(0.5, 2.5),
        allowed=(0.0, 20.0),
    )
    attempt_rest: float = number(
        20.0,
        "days",
        "after a session without a vote none is called for so long, but for a bill",
        range=(14.0, 30.0),
        allowed=(0.0, 365.0),
    )
    vote_relief: float = number(
        0.1, "0-1", "pressure let off by a non-binding vote", range=(0.0, 0.2), allowed=(0.0, 1.0)
    )
    vote_step: float = number(
        0.5, "0-1", "how a vote counts as a step toward the US", range=(0.2, 0.7), allowed=(0.0, 1.0)
    )
    step_half_life: float = number(90.0, "days", "half-life of that", range=(30.0, 180.0), allowed=(1.0, 1000.0))
    reading_days: float = number(
        7.0, "days", "between the readings of a law", range=(2.0, 30.0), allowed=(1.0, 365.0), role="fixed"
    )
    vote_rest: float = number(
        90.0,
        "days",
        "after a non-binding vote none is called for so long, but for a bill",
        "evidence/iraq_government_actions.csv: one vote in 2018, one in 2020; judgement",
        range=(30.0, 365.0),
        allowed=(1.0, 3650.0),
    )
    highest_rung: Literal["", "no session", "session without quorum", "non-binding vote", "binding law"] = choice(
        "", "cap on parliament: an experiment on the ending, marked as such; empty: none"
    )


# ---------------------------------------------------------------------------------------- rules
@promises(
    bounded=(0.0, 1.0),
    rises_with=("lean", "pressure", "press", "closeness"),
    falls_with=("price", "exposure"),
    lean=(-4, 4),
    by_pressure=(0, 10),
    price=(0, 4),
    press=(0, 2),
    by_price=(0, 5),
    mark=(0, 1),
)
def attendance(
    lean: Number,
    pressure: Number,
    press: Number,
    closeness: Number,
    price: Number,
    exposure: Number,
    by_pressure: Number,
    mark: Number,
    by_price: Number,
) -> Number:
    """The share of a bloc that comes to a session on expulsion: leaning, pressure, Iran's press, less the price."""
    return logistic(lean + by_pressure * (pressure - mark) + press * closeness - by_price * price * exposure)


@promises(bounded=(0.0, 1.0), rises_with=("news",), falls_with=("mark",), mark=(0, 0.99))
def heat(news: Number, mark: Number) -> Number:
    """How hot the news is: from 0 at the mark to 1."""
    return most(news - mark, 0.0) / (1.0 - mark)


@promises(bounded=(0.0, 1.0), falls_with=("standing",), rises_with=("relief",))
def vote_relief(standing: Number, relief: Number, step: Number) -> Number:
    """The pressure a non-binding vote lets off: less where it only repeats one that is still fresh."""
    return relief * (1.0 - least(standing / most(step, 1e-9), 1.0))


# ------------------------------------------------------------------------------------------ day
class Numbers(NamedTuple):
    """What parliament's rules are given."""

    parliament: Settings
    blocs: dict[str, Settings]
    mark: Number  # the pressure from which on it brings members in, the government's number


class Remembers(NamedTuple):
    """``rung`` is what it did today, ``step`` how its last vote still counts toward Washington."""

    rung: Number = NO_SESSION
    step: Number = 0.0
    since: Number = 1000.0  # days since its last session
    rest: Number = 0.0  # days after it in which none is called, but for a bill
    readings: Number = 0  # of a law, that passed


class Sees(NamedTuple):
    """What the blocs go by."""

    pressure: Number  # on the prime minister
    news: Number  # of strikes: a part of that
    calls: Number  # of the groups' politicians
    politicians_call: Truth  # they stand on a call for expulsion, or above it
    bill: Truth  # they bring a bill
    government_backs: Truth  # the government demands a timetable, or more
    letter: Truth  # it stands on a letter of expulsion
    open: Truth  # the presence can still be ended
    press: Number  # of Iran, as it is heard
    price: Number  # that is expected of an exit without agreement
    lean: Number  # toward expulsion, as the public's camps have shifted


class Does(NamedTuple):
    """What a session brings for others."""

    sessions: Truth = False  # one was called
    votes: Truth = False  # one passed
    lets_off: Truth = False  # a vote, not a law, lets off steam
    steam: Number = 0.0  # so much pressure
    expels: Truth = False  # a law passed its second reading


NOTHING = Does()


class Called(NamedTuple):
    """A bloc that is called to a session: what a replaced choice is given of it."""

    name: str
    seats: Number
    lean: Number  # toward expulsion, with the public's
    closeness: Number  # to Iran
    exposure: Number  # to the price of an exit
    step: Number  # how parliament's last vote still counts
    readings: Number  # of a law, that passed


def meet(me: Remembers, sees: Sees, p: Numbers, at: At) -> tuple[Remembers, Does]:
    """A session that somebody calls, in hot news or without; readings of a law."""
    n = p.parliament
    me = me._replace(rung=NO_SESSION, step=me.step * decay(n.step_half_life), since=me.since + 1.0)
    top = at.given("parliament/highest rung", LAW)
    if not at.free or top == NO_SESSION:
        return me, NOTHING
    calls = where(sees.politicians_call, sees.calls, 0.0)
    hot = at.draw("parliament/crisis") < n.session_chance * calls * heat(sees.news, n.hot_news)
    called = hot
    if anywhere(at.weekly):
        called = called | (at.weekly & (at.draw("parliament/routine") < n.routine_chance * calls))
    backed = sees.government_backs & sees.open
    me = me._replace(readings=where(backed, me.readings, 0))
    bill = backed & (sees.bill | sees.letter | (me.readings > 0))
    reading = me.readings == 1
    # a bill need not wait as long as another session, but for some days after any
    rested = (me.since >= me.rest) | bill
    called = (called | reading) & sees.open & rested & (me.since >= n.reading_days)
    return sit(me, called, bill, hot | reading, top, sees, p, at) if anywhere(called) else (me, NOTHING)


def sit(
    me: Remembers, called: Truth, bill: Truth, sure: Truth, top: int, sees: Sees, p: Numbers, at: At
) -> tuple[Remembers, Does]:
    """Who comes, whether it is enough, and what passes. ``sure``: it is about nothing else."""
    n = p.parliament
    present: Number = 0.0
    voting: Number = 0.0
    binding: Number = 0.0
    replaced = at.given("parliament/choice", NO_CHOICES)
    occasion = where(sure, 0.0, n.occasion * (2.0 * at.draw("parliament/occasion") - 1.0))
    for name, bloc in p.blocs.items():
        lean = bloc.lean + sees.lean

        def share(lean: Number, by_price: Number, bloc: Settings = bloc) -> Number:
            return attendance(
                lean,
                sees.pressure,
                sees.press,
                bloc.closeness,
                sees.price,
                bloc.exposure,
                n.pressure_weight,
                p.mark,
                by_price,
            )

        spread = n.attendance_spread * (2.0 * at.draw(f"parliament/{name}") - 1.0)
        attends = clip(share(lean + occasion, n.price_weight) + spread)
        if name in replaced:
            one = Called(name, bloc.seats, lean, bloc.closeness, bloc.exposure, me.step, me.readings)
            attends = replaced[name].level(called, "a share that comes", (), (), one, sees, p, at, usual=attends)
        comes = bloc.seats * attends
        present = present + comes
        voting = voting + comes * logistic(lean)
        binding = binding + comes * share(lean - n.law_caution, n.law_price_weight)
    quorate = called & (present >= n.quorum)
    passes = quorate & (voting > MAJORITY * present) & (top >= VOTE)
    reads = quorate & bill & (binding >= n.law_majority) & (top >= LAW)
    first, second = reads & (me.readings == 0), reads & (me.readings == 1)
    rung = where(called, WITHOUT_QUORUM, me.rung)
    rung = where(passes, VOTE, rung)
    rung = where(second, LAW, rung)
    at.note(
        called,
        NAME,
        "session",
        (LADDER.names, rung),
        "parliament.attendance",
        because=(("Iraq's last act", bill),),
        carried_by={PRESSURE: sees.pressure, CALLS: sees.calls},
        terms=lambda: {
            "present": present,
            "for": voting,
            "for a law": binding,
            "pressure": sees.pressure,
            "press": sees.press,
            "price": sees.price,
        },
    )
    steam = vote_relief(me.step, n.vote_relief, n.vote_step)
    me = Remembers(
        rung=rung,
        step=where(passes, most(me.step, n.vote_step), me.step),
        since=where(called, 0.0, me.since),
        rest=where(called, where(passes, n.vote_rest, n.attempt_rest), me.rest),
        readings=where(called & bill, where(first, 1, where(second, 2, 0)), me.readings),
    )
    return me, Does(called, passes, passes & not_(second), steam, second)
