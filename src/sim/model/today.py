"""What happened today: the harm of attacks, the strikes, and the counts that steps and observers read."""

from __future__ import annotations

from typing import NamedTuple

from sim.language.number import Number, Truth, not_, truth, where

SELF_DEFENCE = "strike in Iraq"
"""The rung of the United States as which an attack that is met on the spot moves people."""
ATTACK, WOUNDED_FEW, WOUNDED_MANY = "attack", "attack that wounded few", "attack that wounded many"
FATAL_ATTACK, STRUCK_IN_IRAQ, KILLING = "fatal attack", "strike in Iraq below a killing", "killing"
WARNED = "warning"
DEFENDED, STRUCK = "United States/self-defence", "United States/strike"
"""How the ledger knows what others react to."""


class Toll(NamedTuple):
    """The day's attacks on US forces, and what they did."""

    attacks_iraq: Number = 0
    attacks_syria: Number = 0
    us_killed: Number = 0.0
    us_wounded: Number = 0.0
    hurt: Number = 0  # attacks that wounded few
    hurt_many: Number = 0  # that wounded many
    fatal: Number = 0
    met: Number = 0  # in Iraq, met on the spot: self-defence, and nobody's choice
    met_deadly: Number = 0  # of them those that killed attackers
    met_dead: Number = 0.0  # attackers killed by them


NO_TOLL = Toll()


class Strike(NamedTuple):
    """A deliberate US strike, in the worlds where it happened."""

    happened: Truth
    rung: Number  # of the United States' ladder
    in_iraq: Truth  # the rung is one of those in Iraq
    struck: Number  # place of the group among the groups
    dead: Number
    civilians: Number  # of them Iraqi civilians and state forces
    coordinator: bool = False  # it killed the coordinator of the groups


class Blows(NamedTuple):
    """The day's strikes, deliberate ones and self-defence, as others count them."""

    strikes_in_iraq: Number = 0  # below a killing, self-defence included
    killings: Number = 0  # commanders killed, and large campaigns
    commanders: Number = 0
    deliberate: Number = 0
    deliberate_in_iraq: Number = 0
    by_rung: tuple[Number, ...] = (0, 0, 0, 0, 0, 0)  # deliberate ones, by rung of the United States' ladder
    deadly_in_iraq: Number = 0
    civilians: Number = 0.0  # Iraqi civilians and state forces killed
    coordinator_killed: bool = False


NO_BLOWS = Blows()


def blows_of(toll: Toll, strikes: tuple[Strike, ...], commander: int) -> Blows:
    """Count the day's strikes; ``commander`` is the height of that rung on the United States' ladder."""
    if toll is NO_TOLL and not strikes:
        return NO_BLOWS
    found = Blows(strikes_in_iraq=toll.met, deadly_in_iraq=toll.met_deadly)
    for strike in strikes:
        iraq = strike.happened & strike.in_iraq
        killing = strike.happened & (strike.rung >= commander)
        found = Blows(
            strikes_in_iraq=found.strikes_in_iraq + truth(iraq & not_(killing)),
            killings=found.killings + truth(killing),
            commanders=found.commanders + truth(strike.happened & (strike.rung == commander)),
            deliberate=found.deliberate + truth(strike.happened),
            deliberate_in_iraq=found.deliberate_in_iraq + truth(iraq),
            by_rung=tuple(
                count + truth(strike.happened & (strike.rung == rung)) for rung, count in enumerate(found.by_rung)
            ),
            deadly_in_iraq=found.deadly_in_iraq + truth(iraq & (strike.dead > 0.0)),
            civilians=found.civilians + where(iraq, strike.civilians, 0.0),
            coordinator_killed=found.coordinator_killed or strike.coordinator,
        )
    return found


def is_blow(blows: Blows) -> Truth:
    """A deadly US strike in Iraq, a commander killed, or Iraqi civilians or state forces killed."""
    return (blows.deadly_in_iraq > 0) | (blows.killings > 0) | (blows.civilians > 0.0)


def is_crisis(toll: Toll, blows: Blows) -> Truth:
    """A blow of the US in Iraq, or a fatal attack on its forces."""
    return is_blow(blows) | (toll.fatal > 0)


class Today(NamedTuple):
    """The whole day, for whoever observes the world."""

    toll: Toll = Toll()
    blows: Blows = Blows()
    crisis: Truth = False
    calls: Truth = False  # the groups' politicians newly called for expulsion
    committees: Number = 0  # special committees set up or renewed
    sessions: Number = 0  # of parliament
    votes: Number = 0
    rounds: Number = 0  # of talks
    relabelled: Truth = False
    reduced: Truth = False
    negotiated_exit: Number = 0  # decisions of that outcome
    forced_exit: Number = 0
    lapsed: Number = 0
