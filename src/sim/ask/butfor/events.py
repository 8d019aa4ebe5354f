"""The events of a history that can be held back, and those among them that carry most of its ending."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from sim.ask.butfor.kinds import YARDSTICK
from sim.ask.histories import Act, Lived
from sim.model.iraq.day import ARRESTS, NO_PRODUCT
from sim.model.ladders import LADDERS
from sim.model.united_states.rules import CAMPAIGN, COMMANDER, IRAQ, SYRIA

MOST = 40
"""So many events of one history are held back, those that carry most of its ending first."""
LEAST = 0.002
"""An event that carries less of the ending is not asked about."""
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


class Event(NamedTuple):
    """An event of a history that can be held back: its act, its kind, the days it is held for, and whose it is."""

    act: int
    kind: str
    first: int
    last: int
    who: str = ""  # the group or the front
    nth: int | None = None  # which of the group's attacks of the day, from 0; None: any


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

    def lasting(kind: str, who: str = "") -> Event:
        return Event(number, kind, day, _until(act, history) - 1, who)

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
