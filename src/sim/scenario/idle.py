"""What a scenario says that changes none of its worlds, and why: no fault, but nearly always a slip."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import get_args

from sim.model.article import RECORD_ENDS
from sim.model.militia.numbers import AttackEvent, SelfDefenceEvent
from sim.model.presence import LegalEvent, TroopsEvent
from sim.model.region import Front, TruceEvent
from sim.scenario.conditions import drawn_spans
from sim.scenario.events import Event, SetEvent
from sim.scenario.schema import Scenario
from sim.scenario.toml import dotted, plain_name, undotted

_OF_THE_PAST = {
    "isis.level": "isis.past",
    "confrontation.level": "confrontation.past",
    "iraq.allies_in_government": "iraq.governments",
    "presence.legal_default": "presence.legal_past",
    "presence.agreement_ends": "presence.legal_past",
    "presence.troops": "presence.troops_past",
}
"""What holds from 10 January 2024 on, and the dated list that holds before."""

_BY_CHANCE = ("war_days", "pause_days")
_FOR_GOOD = ("ends", "ends_for")

_UNDER_A_CAP = {
    "strike": ("rung", "", "united_states.highest_rung"),
    "coordinator_killed": ("kind", "kill a commander in Baghdad", "united_states.highest_rung"),
    "sanctions": ("step", "restrict dollars", "united_states.highest_leverage"),
    "statement": ("rung", "", "iraq.highest_rung"),
    "committee": ("kind", "special committee", "iraq.highest_rung"),
    "offer_talks": ("kind", "offer talks", "united_states.highest_leverage"),
}
"""Events that are a rung of a ladder: the field that says which, the lowest at which something happens (empty: the
field's own), and the cap on it."""


def idle(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Dotted names of values and events that change no world of this scenario as it stands, each with the reason.

    With them what changes the course of the past: allowed, and not always meant.
    """
    cannot = dict(dead(scenario))
    presence = scenario.presence
    is_invited = presence.legal_default == "invitation" and presence.agreement_ends is not None
    if is_invited and "presence.agreement_ends" not in cannot:
        yield "presence.agreement_ends", "changes nothing under an invitation (presence.legal_default)"
    for name, front in scenario.fronts.items():
        here = dotted(("fronts", name))
        if front.follows:
            continue
        if all(entry.state == "none" for entry in front.dates):
            yield here, "changes nothing: a front has its wars by its `dates`, and they hold none"
            cannot = {one: why for one, why in cannot.items() if not one.startswith(f"{here}.")}
        elif f"{here}.ends" not in cannot:
            yield from _end(scenario, here, front)
    yield from cannot.items()
    troops = sorted((one for one in scenario.events if isinstance(one, TroopsEvent)), key=lambda one: one.date)
    for place, event in enumerate(scenario.events):
        yield from ((dotted(("events", place, field)), why) for field, why in _event(scenario, event, troops))
    yield from _changes(scenario, {**dict(dead(scenario)), **cannot})


def dead(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Dotted names of values that would change no world of this scenario whatever they were, each with the reason."""
    last = scenario.end - timedelta(days=1)
    if scenario.end <= RECORD_ENDS:
        # Before the first entry of its dated list it is the legal default that holds.
        is_covered = any(entry.date <= scenario.start for entry in scenario.presence.legal_past)
        for name, before in _OF_THE_PAST.items():
            if name != "presence.legal_default" or is_covered:
                why = f"it holds from {RECORD_ENDS} on, and the last day is {last}; before, {before} does"
                yield name, f"changes nothing: {why}"
    led_by = [scenario.fronts[front.follows] for front in scenario.fronts.values() if front.follows]
    if not any(_burns(front, scenario.start, last, ("war", "truce")) for front in led_by):
        none = f"no front that another follows is at war from {scenario.start} to {last}"
        yield "region.coordination", f"changes nothing: {none}"
    for name, front in scenario.fronts.items():
        if front.follows:
            continue  # has no course of its own: a fault where one is set
        fields: tuple[str, ...] = ()
        why = ""
        if not _burns(front, scenario.start, last, ("war", "truce")):
            fields = (*_BY_CHANCE, *_FOR_GOOD)
            why = f"there is no war on {name} from {scenario.start} to {last} (its `dates`)"
        elif last <= front.dates[-1].date:
            fields = _BY_CHANCE
            why = f"{name} is dated up to {front.dates[-1].date}, and the last day is {last}"
        yield from ((dotted(("fronts", name, field)), f"changes nothing: {why}") for field in fields)


def _burns(front: Front, first: date, last: date, states: tuple[str, ...]) -> bool:
    """Whether a front with a course of its own can be in one of these states on one of these days.

    Beyond the last dated entry war and truce follow each other by chance; where there is neither, it stays so.
    """
    if not front.dates:
        return False
    if last > front.dates[-1].date and front.dates[-1].state != "none":
        return True
    untils = [*(entry.date for entry in front.dates[1:]), date.max]
    return any(
        entry.state in states and entry.date <= last and until > first
        for entry, until in zip(front.dates, untils, strict=True)
    )


def _end(scenario: Scenario, here: str, front: Front) -> Iterator[tuple[str, str]]:
    """Remarks on the day on which the war on a front ends for good."""
    name, dated_to = f"{here}.ends", front.dates[-1].date
    if front.ends is None:
        if front.ends_for != "both":
            yield f"{here}.ends_for", "changes nothing without `ends`"
        return
    begins = next((entry.date for entry in front.dates if entry.state == "war"), None)
    if front.ends >= scenario.end:
        yield name, f"changes nothing: {front.ends} lies after the last day, {scenario.end - timedelta(days=1)}"
    elif front.ends < scenario.start:
        yield name, f"{front.ends} lies before the first day: up to then all is as dated, and it ends {scenario.start}"
    elif front.ends in (scenario.start, begins):
        return  # a history without this war, or without the rest of it: nobody says that by a slip
    elif front.ends <= dated_to and _burns(front, front.ends, dated_to, ("war",)):
        yield name, f"{front.ends} lies within the war that {here}.dates has: from then on it is another history"


def _event(scenario: Scenario, event: Event, troops: Sequence[TroopsEvent]) -> Iterator[tuple[str, str]]:
    """Fields of an event that changes nothing, or more than it seems to, each with the reason."""
    day, syria_since = event.date, scenario.attacks.syria_since
    match event:
        case AttackEvent() | SelfDefenceEvent() if not scenario.groups:
            yield "kind", "changes nothing: there is no group that could attack"
        case AttackEvent(place="Iraq") if not _troops(scenario, day, troops):
            yield "kind", f"changes nothing: on {day} there are no US troops in Iraq (presence.troops_past)"
        case AttackEvent(place="Syria") if day < syria_since:
            since = f"though US forces are in Syria only since {syria_since} (attacks.syria_since)"
            yield "place", f"counts as an attack on US forces, {since}"
        case SelfDefenceEvent() if day < syria_since and not _troops(scenario, day, troops):
            yield "kind", f"changes nothing: on {day} there are no US troops to defend themselves"
        case TruceEvent():
            last = min(event.until, scenario.end) - timedelta(days=1)
            if not _burns(scenario.fronts[event.front], day, last, ("war",)):
                yield "date", f"changes nothing: on {event.front} there is no war from {day} to {last} to pause"
        case LegalEvent(default="invitation") if event.ends is not None:
            yield "ends", "changes nothing under an invitation"
        case _ if event.kind in _UNDER_A_CAP:
            field, least, name = _UNDER_A_CAP[event.kind]
            section, _, key = name.partition(".")
            actor = getattr(scenario, section)
            cap, ladder = getattr(actor, key), get_args(type(actor).model_fields[key].annotation)  # first: no cap
            said = least if field == "kind" else getattr(event, field)
            if cap and ladder.index(least or said) > ladder.index(cap):
                yield field, f'changes nothing: "{said}" lies above the cap, "{cap}" ({name})'


_FOR_GOOD_BY = {"isis.level": "isis", "presence.troops": "troops", "iraq.allies_in_government": "government"}
"""Numbers in whose place a kind of event puts a level of its own, for good."""


def _changes(scenario: Scenario, cannot: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Remarks on numbers that are set on a date, though nothing reads them then, or though they are drawn."""
    plain = {plain_name(undotted(name) or ()): why for name, why in cannot.items()}
    judged = drawn_spans(scenario)
    for place, event in enumerate(scenario.events):
        if not isinstance(event, SetEvent):
            continue
        here, name, day = dotted(("events", place, "name")), event.name, event.date
        value = dotted(("events", place, "value"))
        earlier = [
            other
            for other in scenario.events
            if other.kind == _FOR_GOOD_BY.get(name) and other.date <= day and getattr(other, "allies", 0.0) is not None
        ]
        if (why := plain.get(name)) is not None:
            yield here, f"{name} {why}"
        elif earlier:
            yield here, f'changes nothing: the event "{earlier[-1].kind}" of {earlier[-1].date} holds for good'
        elif name == "iraq.private_wish" and any(e.kind == "government" and e.date <= day for e in scenario.events):
            yield here, 'changes nothing: the prime minister of then has a wish of his own (the event "government")'
        elif day < RECORD_ENDS and name in _OF_THE_PAST:
            yield here, f"changes nothing before {RECORD_ENDS}: up to then {_OF_THE_PAST[name]} holds"
        elif name in scenario.uncertain or name in judged:
            yield value, f"each world draws its own {name} until {day}; from then on it is {event.value:g} in all"


def _troops(scenario: Scenario, day: date, events: Sequence[TroopsEvent]) -> float:
    """The troops that Washington authorises on a day: by the last of these events, else as the scenario has them."""
    sent = bisect_right(events, day, key=lambda event: event.date)
    if sent:
        return events[sent - 1].number
    if day >= RECORD_ENDS:
        return scenario.presence.troops
    return next((entry.level for entry in reversed(scenario.presence.troops_past) if entry.date <= day), 0.0)
