"""Numbers that a scenario changes on a date: which can be changed so, and what holds from when on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel

from sim.model.aftermath import SECURITY
from sim.scenario.conditions import Conditions, numbers
from sim.scenario.errors import allowed_text, closest_name, did_you_mean, reason
from sim.scenario.events import SetEvent
from sim.scenario.toml import plain_name, undotted

ONCE = {
    "public.influence_us": "it is what every world begins with, and moves by itself from there",
    "public.influence_iran": "it is what every world begins with, and moves by itself from there",
    "strikes.spread": "each world draws from it once, before its first day",
    **{
        f"consequences.{name}_forced": "what the presence gives Baghdad is reckoned from it once, at the beginning"
        for name in SECURITY
    },
}
"""Numbers that hold for the whole of a history, each with the reason."""
OWN_KINDS = {"presence.legal_default": "legal_default", "presence.agreement_ends": "legal_default"}
"""What is no number, and what kind of event changes it."""


def in_force(scenario: Conditions) -> Iterator[tuple[date, dict[str, float]]]:
    """Each day on which numbers are set, in order, with all that has been set until then, by name."""
    so_far: dict[str, float] = {}
    events = sorted((event for event in scenario.events if isinstance(event, SetEvent)), key=lambda event: event.date)
    for place, event in enumerate(events):
        so_far[event.name] = event.value
        if place + 1 == len(events) or events[place + 1].date > event.date:
            yield event.date, dict(so_far)


def set_before(scenario: Conditions, event: SetEvent) -> float | None:
    """The value that an earlier event has set the same number to; None where there is none."""
    found = None
    for day, values in in_force(scenario):
        if day < event.date:
            found = values.get(event.name)
    return found


def why_not(scenario: Conditions, name: str) -> str:
    """Why this name cannot be set on a date; empty where it can."""
    if name in ONCE:
        return f"{name} cannot change on a date: {ONCE[name]}"
    known = {number: field for number, _, field in numbers(scenario)}
    if name in known:
        section, _, rest = name.partition(".")
        front = scenario.fronts.get(rest.rpartition(".")[0]) if section == "fronts" else None
        if front is not None and front.follows and not name.endswith(".weight"):
            own = f"set {name.replace(rest.rpartition('.')[0], front.follows)} instead"
            return f"{name} moves nothing: this front follows {front.follows}; {own}"
        return ""
    others = dict(_others(scenario))
    if name in others:
        instead = f'; kind = "{OWN_KINDS[name]}" changes it on a date' if name in OWN_KINDS else ""
        return f"{name} is {_kind(name, others[name])}, and only a number can be set on a date{instead}"
    path = undotted(name)
    plain = plain_name(path) if path else ""
    if plain in known:
        return f"{name}: here names stand without quotes{did_you_mean(plain)}"
    return f"{name} is no number of this scenario{did_you_mean(*_meant(name, list(known)))}"


def beyond(scenario: Conditions, event: SetEvent) -> str:
    """Why the number cannot have this value, as the file would be told; empty where it can."""
    field = next(field for name, _, field in numbers(scenario) if name == event.name)
    low = max(getattr(rule, "ge", -math.inf) for rule in field.metadata)
    high = min(getattr(rule, "le", math.inf) for rule in field.metadata)
    extra: Any = field.json_schema_extra
    allowed = allowed_text(extra["unit"].strip("-"), {"ge": low, "le": high})
    value = int(event.value) if event.value.is_integer() else event.value
    if value < low:
        return reason("greater_than_equal", value, {"ge": low}, "", allowed)
    return reason("less_than_equal", value, {"le": high}, "", allowed) if value > high else ""


def _meant(name: str, known: list[str]) -> list[str]:
    """The numbers that an unknown name may stand for: those of this last part, else one that is written nearly so."""
    last = name.rpartition(".")[2]
    same = [other for other in known if other.rpartition(".")[2] == last]
    near = closest_name(name, known)
    if near is None and not same:
        lasts = {other.rpartition(".")[2]: other for other in known}
        close = closest_name(last, lasts)
        near = lasts[close] if close else None
    if "." in name and near is not None:
        return [near]
    return same[:3] or ([near] if near is not None else [])


def _others(section: BaseModel, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Everything else that a scenario holds: sections, dates, words, lists, whole numbers."""
    for name, field in type(section).model_fields.items():
        value, full = getattr(section, name), f"{prefix}{name}"
        if isinstance(value, BaseModel | dict) or field.annotation is not float:
            yield full, value
        if isinstance(value, BaseModel):
            yield from _others(value, f"{full}.")
        elif isinstance(value, dict) and name != "uncertain":
            for key, entry in value.items():
                yield f"{full}.{key}", entry
                yield from _others(entry, f"{full}.{key}.")


def _kind(name: str, value: object) -> str:
    """What is no number of a section, in a few words."""
    if ".highest_" in name:
        return "a cap, which holds from the first day on"
    if isinstance(value, BaseModel | dict):
        return "a section"
    if isinstance(value, tuple):
        return "a list"
    if isinstance(value, int) and not isinstance(value, bool):
        return "a whole number that holds for the whole run"
    return "a word" if isinstance(value, str) else "a date"
