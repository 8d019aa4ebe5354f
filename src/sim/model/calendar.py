"""The calendar of a day: all that is fixed before the day begins, and the same for every world.

It is made by the engine from a scenario's dates, and it is the *kind of day*: whether the record gives the day,
whether a week or a month begins, what is dated, what is scripted. No rule asks a date for anything else.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from pydantic import Field

from sim.language.field import Section

WEEK = 7.0  # days
HALF_A_DAY = 0.5
"""Days are counted in whole numbers, but a span of some can be given in parts: below this none is left."""


class DatedLevel(Section):
    """From this date the level holds, until the next entry."""

    date: date
    level: float = Field(ge=0.0, le=1.0, description="1: holds territory")


def dated(entries: tuple[DatedLevel, ...], today: date, before: float) -> float:
    """The level of the last entry not after today; ``before`` where there is none."""
    level = before
    for entry in entries:
        if entry.date > today:
            break
        level = entry.level
    return level


class FrontToday(NamedTuple):
    """What is fixed today of a front that goes its own way."""

    dated: bool  # its state is recorded; else chance decides
    state: int  # the recorded one
    truce: bool  # a scripted truce is in force
    over_for_groups: bool  # the war has ended for good, as far as the groups and Iran are moved by it
    over_for_politics: bool  # the same for politics in Baghdad


class Calendar(NamedTuple):
    """One day, before it is lived."""

    day: int  # counted from 0 on the scenario's first day
    date: date  # the same as a date
    free: bool  # from the scenario's first day on: everything that can be decided is decided
    recorded: bool  # the record gives what happened, and nothing that it could hold is drawn
    weekly: bool  # a week begins
    monthly: bool  # a month begins
    allies: float | None  # the groups' allies in government; None: as the scenario's number says
    isis: float | None  # level of IS; None: as the scenario's number says
    confrontation: float | None  # tension between the US and Iran; None: as the scenario's number says
    troops: float | None  # US troops that Washington authorises; None: as the scenario's number says
    legal_default: str  # what the presence rests on
    agreement_left: int  # days until a dated agreement runs out; -1: none does
    legal_change: bool  # what it rests on is set anew by the script today
    invited_back: bool  # troops may stay again, after a time without any basis
    fronts: tuple[FrontToday, ...]  # those that follow no other, in the scenario's order
    syria: bool  # US forces are in Syria
    calls_are_regular: bool  # the groups' politicians call more often, as they have since 2020
    relabelled_before: bool  # the record before this past already holds a renaming of the mission
    changes: tuple[str, ...]  # scripted changes of the conditions: the kind of event, or `name = value`
