"""One past for all: what held before a scenario's first day, whatever the scenario says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from sim.language.field import Several
from sim.model.article import RECORD_ENDS
from sim.scenario.events import Event
from sim.scenario.schema import Scenario

RECORD = Path(__file__).with_name("record.toml")
_EVENTS: TypeAdapter[tuple[Event, ...]] = TypeAdapter(Several[Event])


def before_the_start(scenario: Scenario, overrides: Mapping[str, Any]) -> tuple[Scenario, dict[str, Any]]:
    """The scenario as it was before its first day, and the overrides that held then.

    Levers are conditions from the first day on, and caps are experiments from the first day on: before, both
    are at their defaults. What nobody knows well (the other numbers) is the same before and after.
    """
    past, levers = _reset(scenario, "")
    return past, {name: values for name, values in overrides.items() if name not in levers}


def _reset(section: Any, prefix: str) -> tuple[Any, set[str]]:
    changed: dict[str, Any] = {}
    levers: set[str] = set()
    for name, field in type(section).model_fields.items():
        value, dotted = getattr(section, name), f"{prefix}{name}"
        if isinstance(value, BaseModel):
            changed[name], found = _reset(value, f"{dotted}.")
            levers |= found
        elif isinstance(value, dict):
            items = {key: _reset(item, f"{dotted}.{key}.") for key, item in value.items()}
            changed[name] = {key: item for key, (item, _) in items.items()}
            levers = levers.union(*(found for _, found in items.values()))
        else:
            extra = field.json_schema_extra
            if (isinstance(extra, dict) and extra.get("role") == "lever") or name.startswith("highest_"):
                changed[name] = field.get_default(call_default_factory=True)
                levers.add(dotted)
    return section.model_copy(update=changed), levers


@lru_cache(maxsize=1)
def recorded_events() -> tuple[Event, ...]:
    """The record of 7 October 2023 to 9 January 2024 as scripted events, made from evidence/."""
    text = RECORD.read_text(encoding="utf-8")
    return _EVENTS.validate_python(tomllib.loads(text)["events"])


def recorded_before(start: date) -> tuple[Event, ...]:
    """What the record gives before a start within it, to its eve; nothing for a start that is not within it."""
    return tuple(event for event in recorded_events() if event.date < start) if start <= RECORD_ENDS else ()
