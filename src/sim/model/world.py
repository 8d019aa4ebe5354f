"""The state of all: one immutable record a part, and the numbers that the rules are given.

A world is whole: what it will do depends on this record, the numbers, the days to come and its luck, and on
nothing else. So to copy it is to keep it, and to live on from a copy is to fork it.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.language.number import total
from sim.language.tree import Settings
from sim.model import aftermath, iran, parliament, presence, public, region, talks
from sim.model.iraq import day as iraq
from sim.model.iraq.numbers import Iraq
from sim.model.militia import day as militia
from sim.model.today import Today
from sim.model.united_states import day as united_states


class Numbers(NamedTuple):
    """A scenario's numbers as the parts are given them: a plain number, or an array with one entry per world."""

    region: region.Numbers
    isis: Settings
    confrontation: Settings
    iran: Settings
    militia: militia.Numbers
    united_states: Settings
    strikes: Settings
    iraq: Settings
    parliament: parliament.Numbers
    public: Settings
    talks: talks.Numbers
    presence: Settings
    aftermath: Settings


class World(NamedTuple):
    """One world on the evening of a day, or many at once: then a number is an array with one entry per world."""

    region: region.Remembers
    iran: iran.Remembers
    militia: militia.Remembers
    united_states: united_states.Remembers
    public: public.Remembers
    iraq: iraq.Remembers
    parliament: parliament.Remembers
    presence: presence.Remembers
    talks: talks.Remembers
    aftermath: aftermath.Remembers
    today: Today = Today()


class Usual(NamedTuple):
    """What security and economy are scaled by, so that both are 1 at the defaults; and the usual number of troops."""

    isis_need: float  # how much more the help is needed with IS at its default level
    incapability: float  # what Iraq cannot do itself
    benefits: float  # what the presence gives
    money: float  # what an exit without agreement puts at risk
    troops: float  # who are there


def _usual() -> Usual:
    consequences, isis, government = aftermath.Consequences(), region.IslamicState(), Iraq()
    benefits = total([getattr(consequences, f"{name}_forced") for name in aftermath.SECURITY])
    return Usual(
        isis_need=1.0 + government.security_isis * isis.level,
        incapability=1.0 - government.capability,
        benefits=float(benefits),
        money=consequences.reserves_at_risk + consequences.dollars_at_risk,
        troops=presence.Presence().troops,
    )


USUAL = _usual()
