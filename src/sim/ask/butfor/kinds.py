"""The kinds of event that can be held back, and how: by other luck on the day, by a choice, by a state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from sim.engine.mesa import WithdrawalModel
from sim.language.luck import Luck
from sim.language.number import Array, Number, Truth, where
from sim.model.choice import Choice
from sim.model.iran import NAME as IRAN
from sim.model.iraq.day import NAME as GOVERNMENT
from sim.model.iraq.rules import COMMITTEE, SILENCE, TALKS, THREATEN, TIMETABLE
from sim.model.region import TRUCE, WAR
from sim.model.united_states.day import NAME as WASHINGTON
from sim.model.united_states.rules import ABSORB, CAMPAIGN, COMMANDER, IRAQ, SYRIA

NEVER = 1.0
"""A draw that no chance exceeds: what hangs on it does not happen."""
A_YEAR = 365.0
"""Days that a committee is given beyond its clock."""
YARDSTICK = "harmless attack"
"""How often a history ends otherwise for next to nothing: what other kinds are to be held against."""


class What(NamedTuple):
    """What one kind is held back in today: the worlds, whose events, and which of a group's attacks of the day."""

    worlds: Array
    who: str
    nth: int | None


Draws: TypeAlias = "dict[tuple[str, int | None], tuple[Array, float]]"
"""Draws by name and index (None: every index), each with the worlds in which it is another, and what it is there."""


@dataclass
class Today:
    """What a day is changed in: draws, by name and index, in some worlds; the choices of actors."""

    draws: Draws = field(default_factory=dict)
    gifts: dict[str, Any] = field(default_factory=dict)
    called_off: list[Array] = field(default_factory=list)
    """Where a strike was called off, once the day has been lived."""

    def never(self, name: str, worlds: Truth, index: int | None = None) -> None:
        """In these worlds nothing that hangs on this draw happens."""
        self.draw(name, worlds, NEVER, index)

    def draw(self, name: str, worlds: Truth, value: float, index: int | None = None) -> None:
        """In these worlds a draw is this number."""
        before, _ = self.draws.get((name, index), (False, value))
        self.draws[name, index] = np.asarray(worlds | before), value


class Changed:
    """The luck of a day, with some draws as they would have to be for something not to happen."""

    def __init__(self, luck: Luck, draws: Draws, index: int = 0) -> None:
        self._luck, self._draws, self._index = luck, draws, index
        self.keys, self.day, self.key = luck.keys, luck.day, luck.key

    def draw(self, name: str, index: int = 0) -> Number:
        """As :meth:`Luck.draw`."""
        found = self._luck.draw(name, index)
        for which in {None, self._index or index}:
            if (name, which) in self._draws:
                found = where(self._draws[name, which][0], self._draws[name, which][1], found)
        return found

    def turn(self, index: int) -> Changed:
        """As :meth:`Luck.turn`."""
        return Changed(self._luck.turn(index), self._draws, index)

    def cut(self, places: Array) -> Changed:
        """As :meth:`Luck.cut`."""
        draws = {key: (worlds[places], value) for key, (worlds, value) in self._draws.items()}
        return Changed(self._luck.cut(places), draws, self._index)


Hold = Callable[[WithdrawalModel, What, Today], None]
"""Says what of the day is changed so that a kind of event does not happen."""


class Kind(NamedTuple):
    """A kind of event: what one is called, and several; what is so without it, and how it is held back."""

    words: str
    several: str
    instead: str
    hold: Hold


def draws_never(*names: str) -> Hold:
    """Held back by luck alone; ``{who}`` in a name is the group or front that is meant, or each of them."""

    def hold(model: WithdrawalModel, what: What, today: Today) -> None:
        for name in names:
            for who in [what.who] if what.who or "{who}" not in name else model.scenario.groups:
                today.never(name.format(who=who), what.worlds, what.nth)

    return hold


def strike_called_off(rung: int, _model: WithdrawalModel, what: What, today: Today) -> None:
    """A strike on this rung is decided and called off: the matter is settled, so what had built up is spent."""

    def chooses(_me: Any, _sees: Any, _p: Any, at: Any) -> Number:
        off = what.worlds & np.asarray(at.usual == rung)
        today.called_off.append(off)
        chosen: Number = where(off, ABSORB, at.usual)
        return chosen

    chain(today, "united_states/choice", "united_states", WASHINGTON, chooses)


def silence_kept(rungs: frozenset[int], _model: WithdrawalModel, what: What, today: Today) -> None:
    """The government keeps silent where it would have stepped on one of these rungs."""

    def chooses(_me: Any, _sees: Any, _p: Any, at: Any) -> Number:
        stepped = np.isin(at.usual, list(rungs))
        chosen: Number = where(what.worlds & stepped, SILENCE, at.usual)
        return chosen

    chain(today, "iraq/choice", "iraq", GOVERNMENT, chooses)


def order_kept(looser: bool, _model: WithdrawalModel, what: What, today: Today) -> None:
    """Iran keeps the order in force where it would have wanted a looser one, or a tighter one."""

    def chooses(me: Any, _sees: Any, _p: Any, at: Any) -> Number:
        meant = at.usual > me.order if looser else at.usual < me.order
        chosen: Number = where(what.worlds & np.asarray(meant), me.order, at.usual)
        return chosen

    chain(today, "iran/choice", "iran", IRAN, chooses)


def chain(today: Today, gift: str, actor: str, who: str, chooses: Callable[..., Number]) -> None:
    """Put a choice into the day, behind another of the same actor that is there already."""
    first: Choice | None = today.gifts.get(gift)

    def after(me: Any, sees: Any, p: Any, at: Any) -> Number:
        if first is not None:
            at.usual = first.function(me, sees, p, at)
        return chooses(me, sees, p, at)

    today.gifts[gift] = Choice.of(actor, who, after)


def no_attack(_model: WithdrawalModel, what: What, today: Today) -> None:
    """A group does not attack today."""
    today.draw(f"militia/{what.who}/attacks", what.worlds, 0.0)


def campaign_not_begun(model: WithdrawalModel, what: What, today: Today) -> None:
    """A group that is in no campaign begins none."""
    for place, name in enumerate(model.scenario.groups):
        if what.who in ("", name):
            calm = what.worlds & ~np.asarray(model.world.militia.groups[place].fights)
            today.never(f"militia/{name}/alone", calm)
            today.never(f"militia/{name}/turn", calm)


def front_not_turned(state: int, model: WithdrawalModel, what: What, today: Today) -> None:
    """A front does not turn to this state by chance."""
    fronts = [name for name, front in model.scenario.fronts.items() if not front.follows]
    for place, name in enumerate(fronts):
        if what.who in ("", name):
            here = what.worlds & np.asarray(model.world.region.states[place] != state)
            today.never(f"region/{name}", here)


def more_time(model: WithdrawalModel, what: What, _today: Today) -> None:
    """A committee whose clock runs out today is given a year more."""
    pm = model.world.iraq
    out = what.worlds & np.asarray(pm.clock == 1.0)
    if out.any():
        model.world = model.world._replace(iraq=pm._replace(clock=where(out, 1.0 + A_YEAR, pm.clock)))


def no_session(model: WithdrawalModel, what: What, today: Today) -> None:
    """Parliament is not called, and no second reading follows a first."""
    for name in ("parliament/crisis", "parliament/routine"):
        today.never(name, what.worlds)
    blocs = model.world.parliament
    if np.any(what.worlds & np.asarray(blocs.readings == 1)):
        readings = where(what.worlds, 0, blocs.readings)
        model.world = model.world._replace(parliament=blocs._replace(readings=readings))


def no_talks(model: WithdrawalModel, what: What, today: Today) -> None:
    """Talks open in none of the three ways: Washington offers none, no routine opens them, Baghdad asks for none."""
    for name in ("united_states/offer", "talks/routine"):
        today.never(name, what.worlds)
    silence_kept(frozenset({TALKS}), model, what, today)


KINDS: dict[str, Kind] = {
    "deadly attack": Kind(
        "an attack that killed US troops",
        "attacks that killed US troops",
        "it kills nobody",
        draws_never("militia/{who}/fatal"),
    ),
    "wounding attack": Kind(
        "an attack that wounded US troops",
        "attacks that wounded US troops",
        "it hurts nobody",
        draws_never("militia/{who}/hurt"),
    ),
    "self-defence": Kind(
        "a US strike on an attacker on the spot",
        "US strikes on attackers on the spot",
        "the attack is not met",
        draws_never("militia/{who}/met"),
    ),
    "strike in Syria": Kind(
        "a US strike in Syria", "US strikes in Syria", "it is called off", partial(strike_called_off, SYRIA)
    ),
    "strike in Iraq": Kind(
        "a US strike in Iraq", "US strikes in Iraq", "it is called off", partial(strike_called_off, IRAQ)
    ),
    "killing": Kind(
        "the killing of a commander in Baghdad",
        "killings of commanders in Baghdad",
        "it is called off",
        partial(strike_called_off, COMMANDER),
    ),
    "large campaign": Kind(
        "a large US campaign", "large US campaigns", "it is called off", partial(strike_called_off, CAMPAIGN)
    ),
    "campaign": Kind(
        "a group's turn to a campaign", "turns of a group to a campaign", "it begins none", campaign_not_begun
    ),
    "looser order": Kind(
        "a looser order of Iran's", "looser orders of Iran's", "the earlier one stays", partial(order_kept, True)
    ),
    "tighter order": Kind(
        "a tighter order of Iran's", "tighter orders of Iran's", "the earlier one stays", partial(order_kept, False)
    ),
    "war flares up": Kind(
        "war on a front after a truce",
        "flare-ups of war after a truce",
        "the truce holds",
        partial(front_not_turned, WAR),
    ),
    "truce": Kind("a truce on a front", "truces on a front", "the war goes on", partial(front_not_turned, TRUCE)),
    "call": Kind(
        "a call of the groups' politicians",
        "calls of the groups' politicians",
        "they are silent",
        draws_never("militias/call"),
    ),
    "session": Kind("a session of parliament", "sessions of parliament", "none is called", no_session),
    "committee": Kind(
        "a special committee",
        "special committees",
        "the government is silent",
        partial(silence_kept, frozenset({COMMITTEE})),
    ),
    "committee's end": Kind(
        "a committee that ends without a product",
        "committees that end without a product",
        "it is given a year more",
        more_time,
    ),
    "threat": Kind(
        "a threat to expel",
        "threats to expel",
        "the government is silent",
        partial(silence_kept, frozenset({THREATEN})),
    ),
    "timetable": Kind(
        "a demand for a timetable",
        "demands for a timetable",
        "the government is silent",
        partial(silence_kept, frozenset({TIMETABLE})),
    ),
    "talks open": Kind("the opening of talks", "openings of talks", "none open", no_talks),
    "talks suspended": Kind(
        "talks suspended by a crisis", "suspensions of talks", "they go on", draws_never("talks/suspend")
    ),
    "talks lapse": Kind("talks that lapse", "lapses of talks", "they go on", draws_never("talks/lapse")),
    "agreement": Kind(
        "an agreement in talks", "agreements in talks", "the round ends without one", draws_never("talks/agree")
    ),
    "arrests": Kind("arrests of suspects", "arrests of suspects", "nobody is arrested", draws_never("iraq/arrests")),
    "harmless attack": Kind(
        "a yardstick: the day's only attack of a group, which hurt nobody",
        "attacks that hurt nobody (a yardstick)",
        "there is none",
        no_attack,
    ),
}
"""The kinds of event that can be held back, in the order in which tables name them."""
