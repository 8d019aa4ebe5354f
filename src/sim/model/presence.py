"""The presence itself: what it rests on, how many troops there are, and the decision that ends it."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from pydantic import Field, model_validator

from sim.language.field import Section, Several, choice, number
from sim.language.number import Number, Truth, anywhere, floor, least, most, not_, truth, where
from sim.language.promise import promises
from sim.model.article import ARTICLE
from sim.model.at import At
from sim.model.calendar import HALF_A_DAY, DatedLevel
from sim.model.given import PERSONS, ScriptedEvent
from sim.model.outcomes import FORCED, KINDS, OUTCOME_OF, REDUCED, RELABELLED, STAYS, UNCHANGED

MONTH = 30.4375  # days
ROUNDING = 1e-9
"""A share of troops so close to its goal has reached it."""
DRAWS = {"presence/term": "how long carrying out an exit is to take"}
Day: TypeAlias = date


# -------------------------------------------------------------------------------------- numbers
MOST_TROOPS = 200000
"""More than there ever were in Iraq."""


LegalDefault = Literal["invitation", "dated_agreement", "none"]


def need_end(default: LegalDefault, begins: date, ends: date | None) -> None:
    """A dated agreement needs a day on which it runs out, and that day comes after it begins."""
    if default == "dated_agreement" and (ends is None or ends <= begins):
        raise ValueError("ends: a dated agreement needs an end after the day it begins")


class LegalDate(Section):
    """From this date presence rests on this."""

    date: Day
    default: LegalDefault
    ends: Day | None = Field(default=None, description="end of a dated agreement")

    @model_validator(mode="after")
    def _has_end(self) -> LegalDate:
        need_end(self.default, self.date, self.ends)
        return self


class DatedTroops(DatedLevel):
    """From this date Washington authorises so many troops, until the next entry."""

    level: float = Field(ge=0.0, le=MOST_TROOPS, description="a ceiling; 0: none, as in 2012 and 2013")


def troops_by_date(*entries: tuple[str, float]) -> tuple[DatedTroops, ...]:
    return tuple(DatedTroops(date=date.fromisoformat(day), level=level) for day, level in entries)


class Presence(Section):
    """What the presence rests on, and how many there are."""

    legal_default: Literal["invitation", "dated_agreement"] = choice(
        "invitation",
        "what happens if nobody acts, from 10 January 2024: under an invitation they stay, under a dated "
        "agreement they leave",
        f"{ARTICLE}: presence by invitation since 2014",
        role="lever",
    )
    agreement_ends: date | None = choice(None, "end of the dated agreement", role="lever")
    legal_past: Several[LegalDate] = choice(
        lambda: (
            LegalDate(date=date(2011, 1, 1), default="dated_agreement", ends=date(2011, 12, 31)),
            LegalDate(date=date(2012, 1, 1), default="none"),
            LegalDate(date=date(2014, 6, 15), default="invitation"),
        ),
        "what it rested on by date, before 10 January 2024",
        "evidence/iraq_government_actions.csv",
    )
    troops: float = number(
        2500.0,
        "persons",
        "US troops in Iraq from 10 January 2024",
        f"{ARTICLE}",
        range=(2500.0, 2500.0),
        allowed=(1.0, float(MOST_TROOPS)),  # none at all is an exit, and no condition for one
        role="fixed",
    )
    troops_past: Several[DatedTroops] = choice(
        lambda: troops_by_date(
            ("2011-01-01", 47000.0),
            ("2011-11-30", 13000.0),
            ("2011-12-18", 0.0),
            ("2014-06-30", 800.0),
            ("2014-12-31", 3100.0),
            ("2016-07-11", 4650.0),
            ("2016-09-28", 5262.0),
            ("2018-03-01", 5200.0),
            ("2020-09-30", 3000.0),
            ("2021-02-16", 2500.0),
        ),
        "troops that Washington authorised, by date, before 10 January 2024 (a ceiling)",
        "evidence/troop_levels.csv",
    )

    help_by_numbers: float = number(
        0.5,
        "share",
        "of what the presence helps is lost as the troops fall from their usual number to none",
        range=(0.0, 1.0),
    )

    @model_validator(mode="after")
    def _dated_has_end(self) -> Presence:
        if self.legal_default == "dated_agreement" and self.agreement_ends is None:
            raise ValueError("agreement_ends: a dated agreement needs its end")
        return self


# --------------------------------------------------------------------------------------- events
class TroopsEvent(ScriptedEvent):
    """Washington authorises another number of troops: a ceiling, of which talks may have left a part.

    At least 1: that Washington leaves by itself, asked by nobody, is not an ending that this model knows, and a
    country without US troops would be counted as one where they stay.
    """

    kind: Literal["troops"]
    number: int = Field(
        ge=1,
        le=MOST_TROOPS,
        description="US troops in Iraq authorised from this day on (a ceiling)",
        json_schema_extra=PERSONS,
    )


class LegalEvent(ScriptedEvent):
    """What the presence rests on changes: under an invitation they stay unless somebody acts, under a dated
    agreement they leave."""

    kind: Literal["legal_default"]
    default: Literal["invitation", "dated_agreement"]
    ends: Day | None = Field(default=None, description="end of a dated agreement")

    @model_validator(mode="after")
    def _has_end(self) -> LegalEvent:
        need_end(self.default, self.date, self.ends)
        return self


# ---------------------------------------------------------------------------------------- rules
@promises(rises_with=("low", "high", "u"), low=(0, 12), high=(12, 48))
def days_to_leave(low: Number, high: Number, u: Number) -> Number:
    """Days from a decision to the last soldier's departure: a term in months, which is kept."""
    return floor((low + u * (high - low)) * MONTH)


@promises(bounded=(0.0, 1.0), rises_with=("troops",), falls_with=("weight",), troops=(0, 200000), usual=(100, 10000))
def help_of(troops: Number, usual: Number, weight: Number) -> Number:
    """What the presence helps by its numbers: all from the usual number on, less where fewer are left."""
    return 1.0 - weight * (1.0 - least(troops / usual, 1.0))


# ------------------------------------------------------------------------------------------ day
class Remembers(NamedTuple):
    """``open`` while troops may stay and nothing is decided; ``kept`` the share of those authorised who are there."""

    open: Truth = True
    kept: Number = 1.0
    goal: Number = 1.0
    step: Number = 0.0  # share a day on the way to the goal
    troops: Number = 0.0
    forced: Truth = False  # an exit without agreement has been decided in this episode
    extended: Truth = False  # a dated agreement was replaced by another
    kind: Number = UNCHANGED  # of the first episode
    outcome: Number = STAYS
    outcome_day: Number = -1  # -1: nothing was decided
    completion_day: Number = -1.0


def stand(me: Remembers, at: At) -> tuple[Remembers, Truth]:
    """What it rests on today; also says where a dated agreement runs out."""
    calendar = at.calendar
    if calendar.legal_change:
        me = me._replace(extended=False)  # what replaced an earlier agreement does not replace a new one
    if calendar.invited_back:  # a new episode
        me = me._replace(open=True, kept=1.0, goal=1.0, step=0.0, forced=False, extended=False)
    if calendar.legal_default == "none":
        me = me._replace(open=False)
    runs_out = me.open & not_(me.extended) & (calendar.agreement_left == 0)
    return me, runs_out


def leave(me: Remembers, authorised: Number, at: At) -> Remembers:
    """Troops on their way out, so many a day."""
    leaving = me.kept > me.goal
    if not anywhere(leaving):
        return me._replace(troops=authorised * me.kept)
    lower = me.kept - me.step
    kept = where(leaving, where(lower < me.goal + ROUNDING, me.goal, lower), me.kept)
    at.note(
        leaving & (kept == me.goal),
        "Iraq and the US",
        "carried out",
        (("the reduction is complete", "the last soldier leaves"), truth(me.goal == 0.0)),
        "presence.days_to_leave",
        because=("under way",),
    )
    return me._replace(kept=kept, troops=authorised * kept)


def change(me: Remembers, relabels: Truth, reduces: Truth, reduce_to: Number, months: Number, at: At) -> Remembers:
    """The mission is renamed, or the troops are fewer: recorded, and nothing is settled."""
    if not anywhere(relabels | reduces):
        return me
    goal = me.goal * reduce_to
    undecided = me.outcome_day < 0
    kind = where(relabels & undecided, most(me.kind, RELABELLED), me.kind)
    return me._replace(
        step=where(reduces, (me.kept - goal) / (months * MONTH), me.step),
        goal=where(reduces, goal, me.goal),
        extended=me.extended | relabels | reduces if at.calendar.legal_default == "dated_agreement" else me.extended,
        kind=where(reduces & undecided, most(me.kind, REDUCED), kind),
    )


def settle(
    me: Remembers, decided: Truth, kind: int, low: Number, high: Number, because: str, at: At
) -> tuple[Remembers, Truth]:
    """The decision that ends the presence; also says where it is the first one, the world's outcome."""
    forced = me.forced | decided if OUTCOME_OF[kind] == FORCED else me.forced
    days = days_to_leave(low, high, at.draw("presence/term"))
    at.note(
        decided,
        "Iraq and the US",
        "decision",
        KINDS[kind],
        "presence.days_to_leave",
        because=(because,) if because else (),
        terms=lambda: {"days until the last soldier leaves": days},
        known_as={"under way": True},
    )
    first = decided & (me.outcome_day < 0) & at.free
    at_once = decided & (days < HALF_A_DAY)
    now = at.calendar.day
    me = me._replace(
        open=me.open & not_(decided),
        goal=where(decided, 0.0, me.goal),
        step=where(decided, me.kept / most(days, 1.0), me.step),
        kept=where(at_once, 0.0, me.kept),
        forced=forced,
        outcome=where(first, OUTCOME_OF[kind], me.outcome),
        kind=where(first, kind, me.kind),
        outcome_day=where(first, now, me.outcome_day),
        completion_day=where(first, now + days, me.completion_day),
    )
    return me, first


# ------------------------------------------------------------------------------ what others see
def agreement_left(me: Remembers, at: At) -> Number:
    """Days until a dated agreement runs out; below 0 where none does."""
    return where(me.extended, -1.0, float(at.calendar.agreement_left))


def to_stay(me: Remembers, authorised: Number) -> Number:
    """The troops who are to be there, once a reduction under way is carried out."""
    return authorised * me.goal


def leaving(me: Remembers) -> Truth:
    """Whether troops are still there after an exit without agreement was decided."""
    return me.forced & (me.troops > 0.0)


def gone(me: Remembers, at: At) -> Truth:
    """Whether an exit has been carried out."""
    return (me.completion_day >= 0.0) & (me.completion_day <= at.calendar.day)
