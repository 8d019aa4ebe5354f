"""Scenarios from files and from changes: loaded, changed, told apart, and their fingerprint.

A file says only what differs: from the file that it `extends`, or from the schema's defaults (`sim.scenario.draft` has
the rules). `[[fronts]]` with `name = "gaza"` is another way to write `[fronts.gaza]`.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from sim.disk.errors import InputError
from sim.language.field import ACCEPTED
from sim.scenario.accepted import accepted
from sim.scenario.draft import Draft
from sim.scenario.english import plain_number
from sim.scenario.errors import Fault, ScenarioError, shortened
from sim.scenario.events import SetEvent
from sim.scenario.faults import checked
from sim.scenario.files import chain_of, found_file, name_of, parent_of, read_layer, shipped
from sim.scenario.idle import idle
from sim.scenario.parameters import FOR_PEOPLE, OF_ITSELF, Slot, number_path, parameters, value_at
from sim.scenario.said import all_said
from sim.scenario.schema import Scenario
from sim.scenario.toml import as_plain, dotted, read_value, undotted, written
from sim.scenario.uncertain import Distribution


class Typed(NamedTuple):
    """A change that a person typed as an option of its own, such as `--days 60`, and not after `--set`."""

    option: str
    value: object


def load(name_or_path: str | PathLike[str], *, changes: Mapping[str, object] | None = None) -> Scenario:
    """The scenario of a shipped name or of a path to a .toml file, with all that it extends, checked.

    `changes` are dotted names with values as `--set` gives them (see `read_changes`); a change of `events`
    replaces them. Raises ScenarioError with every fault found.
    """
    if not isinstance(name_or_path, str | Path):
        try:
            name_or_path = Path(os.fsdecode(os.fspath(name_or_path)))
        except TypeError:
            raise InputError(f"a scenario is loaded by a name or a path; not {type(name_or_path).__name__}") from None
    if changes is not None and not isinstance(changes, Mapping):
        raise InputError(f"changes are values by dotted name, in a dict; not {type(changes).__name__}")
    path = found_file(name_or_path)
    return checked(_drafted(path, changes or {}), name_of(path))


def load_all(names: Iterable[str], *, changes: Mapping[str, object] | None = None) -> list[Scenario]:
    """Several scenarios, each as :func:`load` gives it; ScenarioError with the faults of all, each once."""
    scenarios: list[Scenario] = []
    faults: dict[Fault, None] = {}
    for name in names:
        try:
            scenarios.append(load(name, changes=changes))
        except ScenarioError as error:
            faults.update(dict.fromkeys(error.faults))
    if faults:
        raise ScenarioError(faults)
    return scenarios


def every_shipped() -> dict[str, Scenario]:
    """The shipped scenarios by name, in the order of the names."""
    return {name: load(name) for name in shipped()}


def parent(name_or_path: str | Path) -> Scenario | None:
    """The scenario that a file extends, checked; None where it extends none. Raises ScenarioError."""
    layer = read_layer(found_file(name_or_path), [])
    return None if layer.extends is None else load(parent_of(layer))


def remarks(name_or_path: str | Path) -> list[Fault]:
    """What is allowed in a file, or in one that it extends, and yet worth a word: no faults, but told as faults are.

    Raises ScenarioError where there are faults.
    """
    path = found_file(name_or_path)
    draft = _drafted(path, {})
    said = []
    scenario = checked(draft, name_of(path))
    for name, why in (*_worth_a_word(scenario), *_set_twice(scenario, draft)):
        place = draft.index.get(undotted(name) or ())
        if place is not None:  # in a file, and not in the defaults
            said.append(Fault(place.file, place.line, name, why))
    return sorted(said, key=draft.order)


def _set_twice(scenario: Scenario, draft: Draft) -> Iterator[tuple[str, str]]:
    """Numbers that a file sets, and an event of the same file too: the event wins from its date on."""
    for place, event in enumerate(scenario.events):
        path = number_path(event.name) if isinstance(event, SetEvent) else None
        if path is None or path not in draft.index or not isinstance(event, SetEvent):
            continue
        there, here = draft.index[path], ("events", place, "value")
        if there.file == draft.place(here).file and event.name not in scenario.uncertain:
            said = f"{event.name}, set in line {there.line}, holds until {event.date}; from then on it is"
            yield dotted(here), f"{said} {plain_number(event.value)}"


def _worth_a_word(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Names of values, and what is to be said of them."""
    by_date = (
        (dotted(("events", place, "value")), event.value, slot.about)
        for place, event in enumerate(scenario.events)
        if isinstance(event, SetEvent) and (slot := Slot.of_number(number_path(event.name) or ()))
    )
    for name, value, about in (*parameters(scenario), *by_date):
        low, high = value.span if isinstance(value, Distribution) else (value, value)
        if about.range is not None and isinstance(low, int | float) and isinstance(high, int | float):
            least, most = about.range
            if low < least or high > most:
                said = f"{low:g}" if low == high else f"{low:g} to {high:g}"
                yield name, f"{said} is allowed, but outside what is plausible, {least:g} to {most:g} ({about.source})"
        if value and name in ("iraq.highest_rung", "parliament.highest_rung"):
            yield name, "a cap here is an experiment on the ending: tables, figures and reports say so"
    yield from idle(scenario)


def _drafted(path: Path, changes: Mapping[str, object]) -> Draft:
    """All that a file and those that it extends say, and then the changes, not yet checked."""
    faults: list[Fault] = []
    layers, whole = chain_of(path, faults)
    if not layers:
        raise ScenarioError(faults)
    draft = Draft(Scenario(), layers[0].shown, faults, whole)
    for layer in reversed(layers):
        draft.lay(layer)
    for name, value in changes.items():
        label = f"--set {name}={value if isinstance(value, str) else shortened(written(value))}"
        if isinstance(value, Typed):
            label, value = f"{value.option} {value.value}", value.value
        draft.change(name, value, label)
    return draft


def replace(scenario: Scenario, changes: Mapping[str, object]) -> Scenario:
    """The scenario with values changed by dotted name, checked as a file would be.

    Tables merge, as in a file; `events` and other lists are replaced. Beside what a file can set, `name` can
    be changed. Raises ScenarioError with every fault found.
    """
    draft = Draft(scenario, "", [], True)
    name = changes.get("name", scenario.name)
    for dotted_name, value in changes.items():
        if dotted_name != "name":
            draft.change(dotted_name, value, "")
    return checked(draft, name)


def told_apart(scenario: Scenario, changes: Mapping[str, object]) -> Scenario:
    """The scenario with words that are true of it once these changes are in it: it is nobody's view any more.

    How long it runs, and which numbers are drawn, leaves the conditions what they are; words that the changes give
    stay.
    """
    moved = [name for name in changes if name not in ("name", "days", "uncertainty", *OF_ITSELF)]
    if not moved or "title" in changes:
        return scenario
    values = ", ".join(f"{name} {shortened(written(as_plain(changes[name])))}" for name in moved if name != "events")
    if "events" in moved:
        happens = all_said(scenario.events, scenario) or "no dated events"
        values = "; ".join(filter(None, [values, happens]))
    before = scenario.title or scenario.name
    summary = f"As {before}, changed: {values}." if before else f"Changed: {values}."
    words = {"title": f"{before}, changed".removeprefix(", "), "summary": summary, "source": ""}
    return scenario.model_copy(update={name: said for name, said in words.items() if name not in changes})


def read_changes(settings: Iterable[str]) -> dict[str, object]:
    """The changes that `--set name=value` asks for, each setting as it was typed after `--set`.

    The value is a TOML value, or else a text. Where a name comes twice, the last counts. Raises
    ScenarioError.
    """
    changes: dict[str, object] = {}
    faults = []
    for setting in settings:
        parts = re.fullmatch(r"""((?:"(?:[^"\\]|\\.)*+"|'[^']*+'|[^="'])++)=(.*)""", setting, re.DOTALL)
        if parts is None:
            why = "write name=value, such as united_states.restraint=0.8"
            faults.append(Fault(f"--set {setting}", None, "", why))
        else:
            changes[parts[1].strip()] = read_value(parts[2].strip())
    if faults:
        raise ScenarioError(faults)
    return changes


def fingerprint(scenario: Scenario) -> str:
    """16 hex digits that are the same for two scenarios exactly if they are the same conditions.

    Name, title, summary, source and twin_of are for people and do not count; nor does the order of names, nor a
    number in whose place each world draws one.
    """
    content = as_plain(scenario.model_dump(exclude=set(FOR_PEOPLE)))
    for name in scenario.uncertain:
        path = number_path(name)
        if path is not None:
            del value_at(content, path[:-1])[path[-1]]
    if scenario.uncertainty == ACCEPTED:
        content["accepted"] = accepted().sum
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False, default=str)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]
