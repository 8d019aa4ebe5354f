"""What an event is, in a sentence: one function for all kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sim.scenario.changes import set_before
from sim.scenario.conditions import Conditions, drawn_spans, numbers
from sim.scenario.english import clean, in_words, many, plain_number, spelled
from sim.scenario.events import Event, SetEvent
from sim.scenario.uncertain import Distribution

MOST = 5
"""So many events are told one by one where several are told in a line."""


def distribution(given: Distribution) -> str:
    """What each world draws."""
    if given.uniform is not None:
        return f"anything from {given.uniform[0]:g} to {given.uniform[1]:g}"
    if given.triangular is not None:
        low, mode, high = given.triangular
        return f"from {low:g} to {high:g}, likeliest {mode:g}"
    if given.normal is not None:
        (mean, sd), (low, high) = given.normal, given.span
        return f"about {mean:g} (sd {sd:g}), within {low:g} to {high:g}"
    return f"one of {', '.join(f'{number:g}' for number in given.choices or ())}"


# --- the sentence -------------------------------------------------------------------------------------------


def said(event: Event, scenario: Conditions | None = None) -> str:
    """What happens, and when: ``on 1 March 2024 twelve US soldiers die in an attack in Iraq``.

    Of a number that is set it is also said what it was before, where the ``scenario`` is given. A note stands behind,
    in brackets.
    """
    what = _KINDS[event.kind](event)
    begins = "from" if event.kind in _FROM_THEN_ON else "on"
    if isinstance(event, SetEvent) and scenario is not None and (before := _before(scenario, event)):
        what += f" (before: {before})"
    note = f" ({clean(event.note)})" if event.note else ""
    return f"{begins} {spelled(event.date)} {what}{note}"


def all_said(events: Iterable[Event], scenario: Conditions | None = None, most: int = MOST) -> str:
    """Several events by date, with semicolons; those beyond the first few are only counted."""
    in_order = sorted(events, key=lambda event: event.date)
    told = [said(event, scenario) for event in in_order[:most]]
    if left := len(in_order) - len(told):
        told.append(f"and {many(left, 'more event')} up to {spelled(in_order[-1].date)}")
    return "; ".join(told)


def _before(scenario: Conditions, event: SetEvent) -> str:
    """The value that holds until an event sets another, or what each world draws; empty for no number."""
    if (earlier := set_before(scenario, event)) is not None:
        return plain_number(earlier)
    if event.name in scenario.uncertain:
        return distribution(scenario.uncertain[event.name])
    if span := drawn_spans(scenario).get(event.name):
        return f"anything from {span[0]:g} to {span[1]:g}"
    return next((plain_number(value) for name, value, _ in numbers(scenario) if name == event.name), "")


def _attack(event: Any) -> str:
    where, by = f"in {event.place}", f" by {clean(event.group)}" if event.group else ""
    attacks = "an attack" if event.count == 1 else f"the first of {many(event.count, 'attack')}"
    dead, wounded = event.dead, event.wounded
    if not dead and not wounded:
        times = "" if event.count == 1 else f" {many(event.count, 'time')}"
        return f"US forces {where} are attacked{times}{by}"
    if not dead:
        return f"{many(wounded, 'US soldier is', 'US soldiers are')} wounded in {attacks} {where}{by}"
    hurt = f" and {in_words(wounded)} {'is' if wounded == 1 else 'are'} wounded" if wounded else ""
    return f"{many(dead, 'US soldier dies', 'US soldiers die')}{hurt} in {attacks} {where}{by}"


def _toll(event: Any) -> str:
    """The dead of a strike, behind what it was."""
    if not event.dead:
        return ""
    of_them = getattr(event, "civilians", 0)
    others = ""
    if of_them:
        who = "civilian or member of state forces" if of_them == 1 else "civilians or members of state forces"
        others = f", {in_words(of_them)} of them {'a ' if of_them == 1 else ''}{who}"
    return f": {in_words(event.dead)} {'dies' if event.dead == 1 else 'die'}{others}"


def _group(event: Any, word: str) -> str:
    return f"{word}{clean(event.group)}" if event.group else ""


_STRIKES = {
    "strike in Syria": "the United States strikes in Syria",
    "strike in Iraq": "the United States strikes in Iraq",
    "kill a commander in Baghdad": "the United States kills a commander in Baghdad",
    "large campaign": "the United States begins a large campaign",
}
_SAYS = {
    "condemn": "the Iraqi government condemns the US presence",
    "protest note": "the Iraqi government hands over a protest note",
    "threaten expulsion": "the Iraqi government threatens expulsion",
}
_STEPS = {
    "restrict dollars": "the United States restricts Iraq's dollars",
    "sanctions": "the United States imposes sanctions on Iraq",
}


def _government(event: Any) -> str:
    wish = f"between {event.wish_low:g} and {event.wish_high:g}"
    allies = "" if event.allies is None else f"; the weight of the groups' allies in government is {event.allies:g}"
    return f"another prime minister takes office, whose private wish lies {wish}{allies}"


def _legal(event: Any) -> str:
    if event.default == "invitation":
        return "the presence rests on an invitation"
    return f"the presence rests on an agreement that ends on {spelled(event.ends)}"


_FROM_THEN_ON = ("isis", "troops", "legal_default", "order", "set")
"""Kinds of event that hold from their day on."""
_KINDS: Mapping[str, Callable[[Any], str]] = {
    "attack": _attack,
    "strike": lambda event: _STRIKES[event.rung] + _group(event, ", against ") + _toll(event),
    "self_defence": lambda event: f"US forces meet an attack{_group(event, ' by ')} on the spot{_toll(event)}",
    "statement": lambda event: _SAYS[event.rung],
    "call": lambda _: "the groups' politicians call for expulsion",
    "committee": lambda _: "the Iraqi government sets up a special committee",
    "truce": lambda event: f"a truce of {many(event.days, 'day')} begins on the front {clean(event.front)}",
    "order": lambda event: f"Iran's order gives the groups a go-ahead of {event.go_ahead:g}",
    "us_threat": lambda _: "the United States threatens a last step in public",
    "coordinator_killed": lambda event: (
        f"the coordinator of the groups is killed by a US strike{_group(event, ' on ')}{_toll(event)}"
    ),
    "government": _government,
    "isis": lambda event: f"the Islamic State group stands at {event.level:g} (1: holds territory)",
    "sanctions": lambda event: _STEPS[event.step],
    "offer_talks": lambda _: "Washington offers talks on the presence",
    "troops": lambda event: f"Washington authorises {many(event.number, 'US soldier')} in Iraq",
    "legal_default": _legal,
    "set": lambda event: f"{clean(event.name)} is {plain_number(event.value)}",
}
"""An event of each kind, without its date."""


def kinds_said() -> Sequence[str]:
    """The kinds of event that have a sentence."""
    return tuple(_KINDS)
