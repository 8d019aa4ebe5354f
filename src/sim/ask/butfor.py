"""But for this event: one event of a history is kept from happening, and the world is lived again with the same luck.

The direct answer to “it just depends on the severity of events on the ground”: an event was necessary for an ending
where the same world, without it, ends otherwise. Each event is held back in the way its kind allows (``KINDS``) and on
its own days alone; all else follows by the rules, so that somebody may do later what was not done then. One block lives
the history itself and, beside it, one world for each event.

``python -m sim.ask.butfor`` asks the same of many worlds: which kinds of event are necessary how often.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from sim.ask.histories import Act, Lived, lived, plain
from sim.engine.mesa import WithdrawalModel, day_by_day, forget
from sim.engine.observe import Rows
from sim.language.luck import Luck
from sim.language.number import Array, Number, Truth, where
from sim.model.at import At
from sim.model.choice import Choice
from sim.model.iran import NAME as IRAN
from sim.model.iraq.day import ARRESTS, NO_PRODUCT
from sim.model.iraq.day import NAME as GOVERNMENT
from sim.model.iraq.rules import COMMITTEE, SILENCE, TALKS, THREATEN, TIMETABLE
from sim.model.ladders import LADDERS
from sim.model.region import TRUCE, WAR
from sim.model.united_states.day import NAME as WASHINGTON
from sim.model.united_states.rules import ABSORB, CAMPAIGN, COMMANDER, IRAQ, SYRIA
from sim.scenario.load import load
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

NEVER = 1.0
"""A draw that no chance exceeds: what hangs on it does not happen."""
A_YEAR = 365.0
"""Days that a committee is given beyond its clock."""
MOST = 40
"""So many events of one history are held back, those that carry most of its ending first."""
LEAST = 0.002
"""An event that carries less of the ending is not asked about."""


class Event(NamedTuple):
    """An event of a history that can be held back: its act, its kind, the days it is held for, and whose it is."""

    act: int
    kind: str
    first: int
    last: int
    who: str = ""  # the group or the front
    nth: int | None = None  # which of the group's attacks of the day, from 0; None: any


class Held(NamedTuple):
    """What is held back, in which worlds of a block: a kind, on some days, of somebody; nobody named: of everybody."""

    kind: str
    worlds: Array
    first: int = 0
    last: int = 2**31
    who: str = ""
    nth: int | None = None


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


# ---------------------------------------------------------------------------------------- kinds
Hold = Callable[["Without", What, Today], None]
"""Says what of the day is changed so that a kind of event does not happen."""


class Kind(NamedTuple):
    """A kind of event: what one is called, and several; what is so without it, and how it is held back."""

    words: str
    several: str
    instead: str
    hold: Hold


def draws_never(*names: str) -> Hold:
    """Held back by luck alone; ``{who}`` in a name is the group or front that is meant, or each of them."""

    def hold(model: Without, what: What, today: Today) -> None:
        for name in names:
            for who in [what.who] if what.who or "{who}" not in name else model.scenario.groups:
                today.never(name.format(who=who), what.worlds, what.nth)

    return hold


def strike_called_off(rung: int, _model: Without, what: What, today: Today) -> None:
    """A strike on this rung is decided and called off: the matter is settled, so what had built up is spent."""

    def chooses(_me: Any, _sees: Any, _p: Any, at: Any) -> Number:
        off = what.worlds & np.asarray(at.usual == rung)
        today.called_off.append(off)
        chosen: Number = where(off, ABSORB, at.usual)
        return chosen

    chain(today, "united_states/choice", "united_states", WASHINGTON, chooses)


def silence_kept(rungs: frozenset[int], _model: Without, what: What, today: Today) -> None:
    """The government keeps silent where it would have stepped on one of these rungs."""

    def chooses(_me: Any, _sees: Any, _p: Any, at: Any) -> Number:
        stepped = np.isin(at.usual, list(rungs))
        chosen: Number = where(what.worlds & stepped, SILENCE, at.usual)
        return chosen

    chain(today, "iraq/choice", "iraq", GOVERNMENT, chooses)


def order_kept(looser: bool, _model: Without, what: What, today: Today) -> None:
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


def no_attack(_model: Without, what: What, today: Today) -> None:
    """A group does not attack today."""
    today.draw(f"militia/{what.who}/attacks", what.worlds, 0.0)


def campaign_not_begun(model: Without, what: What, today: Today) -> None:
    """A group that is in no campaign begins none."""
    for place, name in enumerate(model.scenario.groups):
        if what.who in ("", name):
            calm = what.worlds & ~np.asarray(model.world.militia.groups[place].fights)
            today.never(f"militia/{name}/alone", calm)
            today.never(f"militia/{name}/turn", calm)


def front_not_turned(state: int, model: Without, what: What, today: Today) -> None:
    """A front does not turn to this state by chance."""
    fronts = [name for name, front in model.scenario.fronts.items() if not front.follows]
    for place, name in enumerate(fronts):
        if what.who in ("", name):
            here = what.worlds & np.asarray(model.world.region.states[place] != state)
            today.never(f"region/{name}", here)


def more_time(model: Without, what: What, _today: Today) -> None:
    """A committee whose clock runs out today is given a year more."""
    pm = model.world.iraq
    out = what.worlds & np.asarray(pm.clock == 1.0)
    if out.any():
        model.world = model.world._replace(iraq=pm._replace(clock=where(out, 1.0 + A_YEAR, pm.clock)))


def no_session(model: Without, what: What, today: Today) -> None:
    """Parliament is not called, and no second reading follows a first."""
    for name in ("parliament/crisis", "parliament/routine"):
        today.never(name, what.worlds)
    blocs = model.world.parliament
    if np.any(what.worlds & np.asarray(blocs.readings == 1)):
        readings = where(what.worlds, 0, blocs.readings)
        model.world = model.world._replace(parliament=blocs._replace(readings=readings))


def no_talks(model: Without, what: What, today: Today) -> None:
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

YARDSTICK = "harmless attack"
"""How often a history ends otherwise for next to nothing: what other kinds are to be held against."""
SCRIPT = "script"
"""Not held back but left out of the file: an event that the scenario gives by its date."""
YARDSTICKS = 5
"""So many of a history are held back, evenly over its days."""
STRIKES = {
    LADDERS["united_states"].names[rung]: kind
    for rung, kind in (
        (SYRIA, "strike in Syria"), (IRAQ, "strike in Iraq"), (COMMANDER, "killing"), (CAMPAIGN, "large campaign"),
    )
}  # fmt: skip
STEPS = {"special committee": "committee", "threaten expulsion": "threat", "demand a timetable": "timetable"}
TURNS = {"war": "war flares up", "truce": "truce"}
PLAIN = {
    "open": "talks open",
    "suspended": "talks suspended",
    "lapse": "talks lapse",
    "agreement": "agreement",
    "session": "session",
    ARRESTS: "arrests",
    NO_PRODUCT: "committee's end",
}
"""Kinds by the name of the act alone."""


# ------------------------------------------------------------------------------ events of a history
def events_of(history: Lived) -> list[Event]:
    """The events of a history that can be held back, from its first day to its ending, in their order.

    What a scenario or the record gives by its date is not among them: it is no event of this world alone.
    """
    last = history.scenario.days if history.ending is None else int(history.ending["day"])
    attacks: dict[tuple[int, str], int] = {}
    index_of: dict[int, int] = {}
    for act in history.counted:
        if act["act"] == "attack" and not act["scripted"]:
            key = int(act["day"]), str(act["actor"])
            index_of[int(act["event"])] = attacks[key] = attacks.get(key, -1) + 1
    found = [_event(act, history, index_of) for act in history.counted if act["day"] <= last and not act["scripted"]]
    return [event for event in found if event is not None]


def _event(act: Act, history: Lived, index_of: Mapping[int, int]) -> Event | None:
    """The event that an act is; None where it cannot be held back."""
    number, day, what, rung, actor = (act[name] for name in ("event", "day", "act", "rung", "actor"))
    on_the_day = partial(Event, number, first=day, last=day)
    lasting = partial(Event, number, first=day, last=_until(act, history) - 1)
    match what:
        case "attack" if act["terms"]["dead"]:
            return on_the_day(kind="deadly attack", who=actor, nth=index_of[number])
        case "attack" if act["terms"]["wounded"]:
            return on_the_day(kind="wounding attack", who=actor, nth=index_of[number])
        case "self-defence":
            met = history.by_number[act["causes"][-1]]
            return on_the_day(kind="self-defence", who=met["actor"], nth=index_of[met["event"]])
        case "decides to strike":
            return on_the_day(kind=STRIKES[rung])
        case "posture" if rung == "campaign":
            return lasting(kind="campaign", who=actor)
        case "sends a new order":
            return lasting(kind="looser order" if _is_looser(act, history) else "tighter order")
        case "turns" if rung in TURNS:
            return lasting(kind=TURNS[rung], who=actor.removeprefix("front "))
        case "act" if rung in STEPS:
            return on_the_day(kind=STEPS[rung])
        case "call" if all(line["act"] is None for line in act["accounts"]):  # after a strike it is the strike's
            return on_the_day(kind="call")
    return on_the_day(kind=PLAIN[what]) if what in PLAIN else None


def _is_looser(act: Act, history: Lived) -> bool:
    """Whether an order that Iran sends lets the groups do more than the one in force."""
    in_force = next(
        (
            other["terms"]["go_ahead"]
            for other in reversed(history.acts)
            if other["event"] < act["event"] and other["act"] == "order takes effect"
        ),
        0.5,
    )
    sent: float = next((line["level"] for line in act["accounts"]), 1.0)
    return bool(sent > in_force)


def _until(act: Act, history: Lived) -> int:
    """The day of the actor's next act of the same name; the scenario's end where there is none."""
    same = (act["actor"], act["act"])
    return next(
        (
            int(other["day"])
            for other in history.counted
            if other["event"] > act["event"] and (other["actor"], other["act"]) == same and other["day"] > act["day"]
        ),
        history.scenario.days,
    )


def yardsticks(history: Lived, most: int = YARDSTICKS) -> list[Event]:
    """A few attacks that hurt nobody and were not met, each its group's only one of the day, evenly over the days."""
    last = history.scenario.days if history.ending is None else int(history.ending["day"])
    by_day: dict[tuple[int, str], list[Act]] = {}
    met = {cause for act in history.counted if act["act"] == "self-defence" for cause in act["causes"]}
    for act in history.counted:
        if act["act"] == "attack" and act["day"] <= last:
            by_day.setdefault((act["day"], act["actor"]), []).append(act)
    alone = [acts[0] for acts in by_day.values() if len(acts) == 1]
    harmless = [act for act in alone if not (act["scripted"] or act["event"] in met or any(act["terms"].values()))]
    places = {round(place) for place in np.linspace(0, len(harmless) - 1, min(most, len(harmless)))}
    return [
        Event(act["event"], YARDSTICK, act["day"], act["day"], act["actor"])
        for act in (harmless[place] for place in sorted(places))
    ]


def pivotal(history: Lived, most: int = MOST) -> list[Event]:
    """The events that carry most of a history's ending, in the order they happened."""
    weights = history.weights.acts
    known = [event for event in events_of(history) if weights.get(event.act, 0.0) >= LEAST]
    known.sort(key=lambda event: (-weights[event.act], event.act))
    return sorted(known[:most], key=lambda event: event.act)


# ------------------------------------------------------------------------------------ lived without
class Without(WithdrawalModel):
    """Many worlds, in each of which some events are held back; nothing held back, they are as they always are."""

    def __init__(self, scenario: Scenario, held: Sequence[Held], **more: Any) -> None:
        self._held: list[Held] = []  # the past is lived as it was
        self._today = Today()
        super().__init__(scenario, collect=False, **more)
        self._held = list(held)

    def on(self, day: int) -> At:
        """The day as every step meets it, changed so that what is held back does not happen."""
        at = super().on(day)
        now: dict[tuple[str, str, int | None], Array] = {}
        for held in self._held:
            if held.first <= day <= held.last:
                key = held.kind, held.who, held.nth
                now[key] = held.worlds | now.get(key, False)
        if not now:
            return at
        today = self._today = Today()
        for (kind, who, index), worlds in now.items():
            KINDS[kind].hold(self, What(worlds, who, index), today)
        luck: Any = Changed(at.luck, today.draws)
        return at._replace(luck=luck, draw=luck.draw, given=partial(_given, at.given, today.gifts))

    def live(self) -> None:
        """The next day; where a strike was called off, what had built up to it is spent."""
        self._today = Today()
        super().live()
        for off in self._today.called_off:
            if off.any():
                washington = self.world.united_states
                kept = washington.stress * self.p.united_states.stress_kept
                spent = washington._replace(stress=where(off, kept, washington.stress))
                self.world = self.world._replace(united_states=spent)


def _given(given: Any, gifts: Mapping[str, Any], name: str, value: Any) -> Any:
    """What holds under a name today: what is put into the day before what the day gives."""
    return gifts[name] if name in gifts else given(name, value)


def outcomes(
    scenario: Scenario,
    held: Sequence[Held],
    *,
    seed: int,
    worlds: Sequence[int] | Array,
    numbers: Mapping[str, float] | None = None,
) -> dict[str, Array]:
    """The ``worlds`` table of a block in which some events are held back, in columns."""
    given = {name: np.full(len(worlds), value) for name, value in (numbers or {}).items()}
    model = Without(scenario, held, seed=seed, worlds=worlds, overrides=given or None)
    rows = Rows(model.worlds, scenario.days, model.tally)
    model.watch(rows)
    try:
        day_by_day(model, scenario.days)
        return rows.columns
    finally:
        forget(model)


# ------------------------------------------------------------------------------------- what it says
class Verdict(NamedTuple):
    """A history without one of its events, or without all of a kind: how it ends then, and whether otherwise."""

    event: Event
    outcome: str
    kind: str
    outcome_day: float | None
    necessary: bool


def verdicts(history: Lived, events: Sequence[Event] | None = None) -> list[Verdict]:
    """Each of these events of a history held back in turn (of none named the pivotal ones), all in one block.

    An event is necessary where the world ends in another outcome without it. RuntimeError should the history itself,
    lived in the same block, not come out as it was.
    """
    return judged([history], [list(pivotal(history) if events is None else events)])[0]


def judged(histories: Sequence[Lived], events: Sequence[Sequence[Event]]) -> list[list[Verdict]]:
    """The same for several histories of one scenario and seed, each with its own events."""
    if not histories:
        return []
    scenario, seed, numbers = histories[0].scenario, histories[0].seed, histories[0].numbers
    worlds: list[int] = []
    held: list[tuple[int, Event]] = []
    firsts: list[int] = []
    for history, mine in zip(histories, events, strict=True):
        firsts.append(len(worlds))
        held += [(len(worlds) + place, event) for place, event in enumerate(mine, 1)]
        worlds += [history.world] * (1 + len(mine))
    places = np.arange(len(worlds))
    back = [Held(one.kind, places == place, one.first, one.last, one.who, one.nth) for place, one in held]
    found = outcomes(scenario, back, seed=seed, worlds=worlds, numbers=numbers)
    for first, history in zip(firsts, histories, strict=True):
        if any(plain(found[name][first]) != value for name, value in history.row.items()):
            raise RuntimeError(f"world {history.world} of {scenario.name} came out otherwise beside its own variants")
    return [
        [_verdict(event, found, first + place, first) for place, event in enumerate(mine, 1)]
        for first, mine in zip(firsts, events, strict=True)
    ]


def _verdict(event: Event, found: Mapping[str, Array], place: int, first: int) -> Verdict:
    """What became of the world at a place of the block, beside its own history at another."""
    outcome, kind = str(found["outcome"][place]), str(found["kind"][place])
    return Verdict(event, outcome, kind, plain(found["outcome_day"][place]), outcome != str(found["outcome"][first]))


def scripted(history: Lived) -> list[Verdict]:
    """A history without each of the events that its scenario gives by their dates from the first day on, in turn.

    The events' acts are counted down from -2, in the order of the file.
    """
    from sim.engine.blocks import simulate

    scenario, found = history.scenario, []
    given = {name: np.array([value]) for name, value in history.numbers.items()}
    for place, event in enumerate(scenario.events):
        day = (event.date - scenario.start).days
        if day < 0:
            continue
        others = scenario.replace(events=[*scenario.events[:place], *scenario.events[place + 1 :]])
        row = simulate(others, seed=history.seed, worlds=[history.world], overrides=given or None).worlds
        outcome, kind, decided = (plain(row[name][0]) for name in ("outcome", "kind", "outcome_day"))
        which = Event(-2 - place, SCRIPT, day, day)
        found.append(Verdict(which, str(outcome), str(kind), decided, outcome != history.row["outcome"]))
    return found


def all_of(kind: str, history: Lived) -> Event:
    """All events of a kind, from a scenario's first day on."""
    return Event(-1, kind, 0, history.scenario.days)


# -------------------------------------------------------------------------------- over many worlds
CONDITIONS = ("status_quo", "negotiated_exit", "forced_exit")
EXITS = ("forced_exit", "negotiated_exit")
WORLDS = 2000
HISTORIES = 200
AT_ONCE = 40
"""So many histories are lived with their logs in one block, and then their variants in another."""
COLUMNS = (
    "scenario", "outcome", "kind", "histories", "with_it",
    "alone", "alone_share", "alone_low", "alone_high",
    "all", "all_share", "all_low", "all_high",
    "events", "events_necessary", "events_share",
)  # fmt: skip
ANY = "any event"


def study(
    scenario: Scenario, outcome: str, *, worlds: int = WORLDS, histories: int = HISTORIES, seed: int = 1
) -> tuple[list[Lived], list[list[Verdict]]]:
    """The first so many of a scenario's worlds that end so, with the verdicts on their events and on whole kinds."""
    from sim.engine.blocks import simulate

    ended = simulate(scenario, seed=seed, worlds=range(worlds), engine="auto").worlds
    chosen = [int(world) for world in ended["world"][ended["outcome"] == outcome][:histories]]
    found: list[Lived] = []
    said: list[list[Verdict]] = []
    for first in range(0, len(chosen), AT_ONCE):
        some = lived(scenario, seed=seed, worlds=chosen[first : first + AT_ONCE])
        kinds = [kind for kind in KINDS if kind != YARDSTICK]
        asked = [[*pivotal(one), *yardsticks(one), *(all_of(kind, one) for kind in kinds)] for one in some]
        said += judged(some, asked)
        found += [replace(one, acts=(), course=()) for one in some]  # their logs are large
    return found, said


def by_kind(scenario: str, outcome: str, said: Sequence[Sequence[Verdict]]) -> pd.DataFrame:
    """How often events of each kind were necessary, over histories that end so; Wilson's 95 % intervals.

    ``with_it``: histories with a pivotal event of the kind; ``alone``: those in which at least one such event was
    necessary by itself; ``all``: those that end otherwise without any event of the kind. ``events`` are all of the kind
    that were held back one by one, in all histories together. The first row is of events of any kind, the yardstick
    left out.
    """
    import pandas as pd

    from sim.results.stats import wilson

    rows = []
    for kind in (ANY, *KINDS):
        mine = [
            [one for one in each if one.event.kind == kind or (kind == ANY and one.event.kind != YARDSTICK)]
            for each in said
        ]
        single = [[one for one in each if one.event.act >= 0] for each in mine]
        whole = [[one for one in each if one.event.act < 0] for each in mine]
        alone = sum(any(one.necessary for one in each) for each in single)
        together = sum(any(one.necessary for one in each) for each in whole)
        count = len(said)
        parts = [
            part
            for hits in (alone, together)
            for part in (hits, hits / count if count else float("nan"), *wilson(hits, count))
        ]
        events = [one.necessary for each in single for one in each]
        of_events = (len(events), sum(events), sum(events) / len(events) if events else float("nan"))
        rows.append((scenario, outcome, kind, count, sum(map(bool, single)), *parts, *of_events))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def table(*, worlds: int = WORLDS, histories: int = HISTORIES, seed: int = 1, workers: int = 1) -> pd.DataFrame:
    """The three conditions and both exits, one after the other, or as many at once as there are workers."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    import pandas as pd

    jobs = [(name, outcome, worlds, histories, seed) for name in CONDITIONS for outcome in EXITS]
    if workers == 1:
        parts = [_rows(*job) for job in jobs]
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            parts = list(pool.map(_rows, *zip(*jobs, strict=True)))
    return pd.concat(parts, ignore_index=True)


def _rows(name: str, outcome: str, worlds: int, histories: int, seed: int) -> pd.DataFrame:
    """The rows of one condition and one exit."""
    _, said = study(load(name), outcome, worlds=worlds, histories=histories, seed=seed)
    return by_kind(name, outcome, said)


def main() -> int:
    """Prints the table as CSV."""
    from sim.runs.executors import cpus

    parser = argparse.ArgumentParser(prog="python -m sim.ask.butfor", description=__doc__.partition("\n")[0])
    parser.add_argument("--worlds", type=int, default=WORLDS, help=f"worlds a scenario (default {WORLDS:,})")
    parser.add_argument(
        "--histories", type=int, default=HISTORIES, help=f"of each exit at most so many (default {HISTORIES})"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=cpus())
    chosen = parser.parse_args()
    found = table(worlds=chosen.worlds, histories=chosen.histories, seed=chosen.seed, workers=chosen.workers)
    found.to_csv(sys.stdout, index=False, lineterminator="\n", float_format="%.6g")
    return 0


if __name__ == "__main__":
    sys.exit(main())
