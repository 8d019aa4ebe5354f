"""What is wrong with a scenario: every fault at once, each at the place where it was made.

pydantic checks the whole in one pass. Where that fails, its tables are looked at one by one, from the innermost out.
pydantic names every faulty field of a table; these are said, and their defaults (or a value that may always stand) take
their place, so that the table around can be built. So a check across fields, of a section or of the whole scenario
(the contradictions), sees values each of which may stand alone. What it says is kept back where it rests on a faulty
value, because nobody knows what will stand there.
"""

import datetime
import functools
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sim.model.article import RECORD_ENDS
from sim.scenario.changes import ONCE
from sim.scenario.conditions import numbers as every_number
from sim.scenario.consistent import Contradiction
from sim.scenario.draft import Draft
from sim.scenario.errors import (
    ScenarioError,
    closest,
    closest_name,
    did_you_mean,
    misfit,
    none_of,
    other_word,
    reason,
    shortened,
    shown,
)
from sim.scenario.files import ANY, IN_PLACE
from sim.scenario.parameters import BY_NAME, KIND, UNCERTAIN, Slot, number_path, numbers_of, value_at, within
from sim.scenario.schema import Scenario
from sim.scenario.toml import LARGEST, REMOVED, NamePath, dotted, plain_name, written
from sim.scenario.uncertain import Distribution

_ENDINGS = ("outcome", "outcomes", "ending", "result", "us_stays", "negotiated_exit", "forced_exit", "lapsed")
"""What somebody writes who would like to choose how it ends."""

_LOST: Any = object()
"""In the place of a table that cannot be built."""


def checked(draft: Draft, name: object) -> Scenario:
    """The scenario, if nothing is wrong with it. Raises ScenarioError with all that is."""
    draft.values["name"] = name
    check = _Check(draft)
    for path, why in _unusable(draft.values):
        check.refuse(path, why)
    values = draft.settled()
    try:
        scenario = Scenario.model_validate(values)
    except ValidationError:
        check.table(Scenario, values, ())
    else:
        if not draft.faults:
            return scenario
    raise ScenarioError(dict.fromkeys(sorted(draft.faults, key=draft.order)))


def _unusable(values: Mapping[str, Any]) -> Iterator[tuple[NamePath, str]]:
    """Numbers and texts that no file should hold, wherever they stand, and names that are blank."""
    for path, value in within((), values):
        if isinstance(value, float) and not math.isfinite(value):
            yield path, f"{shown(value)} is no number to reckon with"
        elif isinstance(value, int) and abs(value) > LARGEST:
            yield path, f"{shown(value)} is beyond the whole numbers of TOML (64 bits)"
        elif isinstance(value, str) and re.search("[\ud800-\udfff]", value):
            yield path, "holds characters that are no text"
        elif len(path) == 2 and path[0] in BY_NAME and not str(path[1]).strip():
            yield path, "has no name"


def _out_of_range(path: NamePath, distribution: Mapping[str, Any]) -> Iterator[tuple[NamePath, str]]:
    """Ends and choices of a distribution that its number may not take."""
    slot = Slot.of_number(path) or Slot(None)
    limits, allowed = slot.limits, slot.allowed
    for form, numbers in numbers_of(distribution):
        for index, number in enumerate(numbers):
            for kind, key, sign in (("greater_than_equal", "ge", 1), ("less_than_equal", "le", -1)):
                if key in limits and sign * number < sign * limits[key]:
                    yield (*path, form, index), reason(kind, number, limits, "", allowed)


def _in_place(path: NamePath) -> NamePath:
    """The place where a part of `uncertain` was written; any other place as it is."""
    number = number_path(str(path[1])) if path[:1] == (UNCERTAIN,) and len(path) > 1 else None
    return path if number is None else (*number, *path[2:])


class _Table(NamedTuple):
    """A table that is looked at."""

    model: type[BaseModel]
    path: NamePath
    given: dict[str, Any]
    values: dict[str, Any]
    """What was given, with the tables in it built, and in place of what is faulty something that may stand there."""

    def validated(self) -> tuple[BaseModel, list[ErrorDetails]]:
        """The table, and what pydantic has against it."""
        try:
            return self.model.model_validate(self.values), []
        except ValidationError as error:
            return self.model.model_construct(**self.values), error.errors(include_url=False, include_input=False)

    def slot(self, key: str) -> Slot:
        return Slot(self.model).part(key)

    def replace(self, key: str) -> None:
        """Take a faulty field out, so that its default holds; where it has none, put in what may stand there."""
        self.values.pop(key, None)
        slot = self.slot(key)
        if slot.info is None or not slot.info.is_required():
            return
        if get_origin(slot.kind) is Literal:
            self.values[key] = get_args(slot.kind)[0]
        elif slot.kind in (int, float):
            self.values[key] = slot.kind(slot.limits.get("ge", slot.limits.get("gt", -1) + 1))
        else:
            self.values[key] = RECORD_ENDS if slot.kind is datetime.date else ""


class _Check:
    """Looks at the tables of a draft, from the innermost out, and says what is wrong with each."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.faulty: set[NamePath] = set()
        """Places with a fault of their own: nobody knows what will stand there."""
        self.around: set[NamePath] = set()
        """These places, and those around them."""
        for path in draft.broken:
            self.mark(path)

    def mark(self, path: NamePath) -> None:
        self.faulty.add(path)
        self.around.update(path[:end] for end in range(1, len(path) + 1))

    def is_faulty(self, path: NamePath) -> bool:
        """Whether this place, or one around it, is faulty."""
        return any(path[:end] in self.faulty for end in range(1, len(path) + 1))

    def rests_on_fault(self, path: NamePath) -> bool:
        """Whether this place, one around it or one in it is faulty."""
        return path in self.around or self.is_faulty(path)

    def refuse(self, path: NamePath, why: str) -> None:
        """Say a fault, unless the place is known to be faulty."""
        if not self.is_faulty(path):
            self.draft.say(path, why)
        self.mark(path)

    # --- Tables, from the innermost out ---

    def part(self, slot: Slot, value: Any, path: NamePath) -> Any:
        """A value with every table in it built; _LOST where it cannot be."""
        if slot.holds_tables and isinstance(value, dict):
            kind = slot.part("")
            entries = {key: self.part(kind, entry, _in_place((*path, key))) for key, entry in value.items()}
            return {key: entry for key, entry in entries.items() if entry is not _LOST}
        if get_origin(slot.kind) is tuple and isinstance(value, tuple):
            kind = slot.part(0)
            made = tuple(self.part(kind, entry, (*path, index)) for index, entry in enumerate(value))
            return _LOST if any(entry is _LOST for entry in made) else made
        if get_origin(slot.kind) in (Union, UnionType):
            return self.event(value, path)
        if not slot.is_table:
            return value
        if isinstance(value, dict):
            return self.table(slot.kind, value, path)
        may_go = path[0] in BY_NAME and len(path) == 2
        self.refuse(path, misfit(value, f'a table or "{REMOVED}"' if may_go else "a table"))
        return _LOST

    def event(self, value: Any, path: NamePath) -> Any:
        """A table of the kind that it names. Of no known kind it still has a date and a group, as an attack has."""
        kinds, given = _event_kinds(), value if isinstance(value, dict) else {}
        name = given.get(KIND)
        if isinstance(name, str) and name in kinds:
            return self.table(kinds[name], given, path)
        if not isinstance(value, dict):
            self.refuse(path, misfit(value, "a table"))
        elif KIND in given:
            self.draft.say((*path, KIND), none_of(name, kinds, _instead(name)))
        elif not self.is_faulty((*path, KIND)):
            self.draft.say(path, f"has no {KIND}: one of {_kinds_shown()}")
        self.mark((*path, KIND))
        known = {key: given[key] for key in ("date", "group", "note") if key in given}
        return self.table(kinds["attack"], {KIND: "attack", **known}, path)

    def table(self, model: type[BaseModel], given: dict[str, Any], path: NamePath) -> Any:
        """A table with its faults said and its faulty fields replaced; a distribution at fault is lost."""
        if model is Distribution and (why := _dated_number(path, given)):
            self.refuse(path, f"holds from the first day on{why}")
            return _LOST
        if model is Distribution and (far := list(_out_of_range(path, given))):
            for place, why in far:
                self.refuse(place, why)
            return _LOST
        parts = {key: self.part(Slot(model).part(key), value, (*path, key)) for key, value in given.items()}
        table = _Table(model, path, given, {key: part for key, part in parts.items() if part is not _LOST})
        made, errors = table.validated()
        # What a table within found across its own fields is said there.
        of_fields = [error for error in errors if error["loc"] and error["type"] != "value_error"]
        if of_fields:
            self.fields(table, of_fields)
            made, errors = table.validated()
        for error in errors:
            if error["type"] == "contradiction":
                self.contradictions(error["ctx"]["faults"])
            elif not error["loc"]:
                self.across_fields(table, str(error["ctx"]["error"]))
                made = model.model_construct(**table.values)
        return _LOST if model is Distribution and (errors or of_fields) else made

    def fields(self, table: _Table, errors: list[ErrorDetails]) -> None:
        """Say what is wrong with single fields of a table, and replace them.

        What a table lacks that is new by its name is said in one fault.
        """
        path = table.path
        missing: dict[NamePath, str] = {}
        for error in errors:
            loc = [key for key in error["loc"] if key != "[key]"]
            key, place = str(loc[0]), (*path, *loc)
            if error["type"] == "extra_forbidden":
                suggestion = _suggestion(table.model, place, table.given) if self.draft.hint() else ""
                self.draft.say(place, f"there is no such setting{suggestion}")
            elif error["type"] != "missing":
                self.refuse(place, _why(error, table, place, value_at(table.given, loc)))
            elif self.draft.whole and not self.is_faulty(place):
                missing[place] = table.slot(key).allowed
            self.mark(place)
            table.replace(key)
        if missing and len(path) == 2 and path[0] in BY_NAME:
            needed = ", ".join(f"{place[-1]} ({allowed})" for place, allowed in missing.items())
            self.draft.say(path, f"is new, so it needs {needed}{self.draft.meant(path)}")
        else:
            for place, allowed in missing.items():
                self.draft.say(place, reason("missing", None, {}, "", allowed), at=path)

    def across_fields(self, table: _Table, why: str) -> None:
        """Say what a table's own check found, and replace the field that it blames."""
        path = place = table.path
        blamed = re.fullmatch(r"(\w+): (.*)", why, re.DOTALL)
        if blamed is not None and blamed[1] in table.model.model_fields:
            place, why = (*path, blamed[1]), blamed[2]
            if why.startswith("["):  # the form that a distribution should have
                why = f"{shortened(written(table.given.get(blamed[1])))} is not {why}"
            table.replace(blamed[1])
            if table.slot(blamed[1]).kind is datetime.date:  # too early, or missing
                table.values[blamed[1]] = datetime.date.max
        is_known = self.rests_on_fault(place) or (len(path) > 1 and path in self.around)
        if self.draft.whole and not is_known:
            self.draft.say(place, why)
        self.mark(place)

    # --- Contradictions ---

    def contradictions(self, found: Iterable[Contradiction]) -> None:
        """Say what cannot hold together, but for what rests on a fault, or on what a lost ancestor may say."""
        for one in found if self.draft.whole else ():
            may_be_there = one.unknown is not None and self.is_faulty((one.unknown[0], ANY))
            if not may_be_there and not any(map(self.rests_on_fault, _rests_on(one))):
                self.blame(one)

    def blame(self, one: Contradiction) -> None:
        """A contradiction at the place of the value that a file further on, or a change, set last."""

        def layer(path: NamePath) -> int:
            place = self.draft.index.get(path) or (self.draft.index.get(path[:2]) if path[0] == "events" else None)
            return -1 if place is None else place.layer

        first = _in_place(one.path)
        path = max(_rests_on(one), key=layer)  # the first of those that were set last
        why = one.reason
        if one.unknown is not None and path == first and self.draft.hint():
            section, word = one.unknown
            why += did_you_mean(closest_name(word, self.draft.values[section]))
        if path != first:
            why = one.others[path] or f"does not go with {self.told_of(first, path)}: {why}"
        self.draft.say(path, why)

    def told_of(self, path: NamePath, other: NamePath) -> str:
        """The name of a value, and what a person needs to find it who looks at the place of another."""
        place = self.draft.place(path)
        is_elsewhere = place.line is not None and place.file != self.draft.place(other).file
        where = f"{place.file}:{place.line}" if is_elsewhere else ""
        aside = ", ".join(filter(None, [self.draft.event(path), where]))
        return dotted(path) + (f" ({aside})" if aside else "")


def _rests_on(one: Contradiction) -> list[NamePath]:
    """The places of the values that cannot all hold; those of a sum, whose parts lie in its own place, alone."""
    is_sum = any(other[: len(one.path)] == one.path for other in one.others)
    return [*one.others] if is_sum else [_in_place(one.path), *one.others]


# --- What is said -------------------------------------------------------------------------------------------


def _why(error: ErrorDetails, table: _Table, place: NamePath, value: Any) -> str:
    """Why a value is refused."""
    instead, slot = "", table.slot(str(error["loc"][0]))
    if isinstance(value, tuple) and Slot.of_number(place) is not None:
        instead = "a distribution such as {uniform = [low, high]}"
    elif table.model is not Distribution and not isinstance(place[-1], int) and slot.is_optional:
        instead = f'"{REMOVED}"'
    why = reason(error["type"], value, error.get("ctx", {}), error["msg"], slot.allowed, instead=instead)
    why += _dated_number(place, value)
    if place == ("events",) and isinstance(value, dict):
        why += ": write [[events]], with two brackets on each side"
    if isinstance(value, dict) and value.keys() & Distribution.model_fields:
        why += "; only a number of a section can be uncertain, no whole number, date or entry of a list"
    return why


@functools.cache
def _event_kinds() -> dict[str, type[BaseModel]]:
    """The kinds of event by name, in the order of the schema."""
    union = Slot().part("events").part(0).kind
    return {name: kind for kind in get_args(union) for name in get_args(kind.model_fields[KIND].annotation)}


@functools.cache
def _kinds_shown() -> str:
    """The kinds of events in a fault: a file may have thousands of entries without one."""
    return ", ".join(map(shown, _event_kinds()))


_GENERAL = ("change", "changes", "condition", "lever", "number", "parameter", "set_number", "setting", "value")
"""What somebody calls the kind of event that sets a number."""
_OFFERS = ("negotiation", "negotiations", "offer", "offer of talks", "offers", "talk", "talks")
"""What somebody calls an offer of talks."""
_DATES = ("date", "day", "from", "on", "since", "start", "until", "when")
"""What somebody calls a date who writes it beside a number."""


def _to_set(name: str, number: object = 0.8) -> str:
    """The event that sets a number on a date, as an example."""
    return f'[[events]] with kind = "set", date = 2024-06-01, name = {written(name)}, value = {written(number)}'


def _example_of(name: str) -> str:
    """The same with a value that the number can have: the end of its plausible range further from its default."""
    known = {other: (value, field) for other, value, field in every_number(Scenario())}
    if name not in known:
        return _to_set(name)
    value, field = known[name]
    extra: Any = field.json_schema_extra
    low, high = extra["range"]
    return _to_set(name, high if high - value >= value - low else low)


def _instead(kind: object) -> str:
    """What to write in place of a kind of event that there is not; empty where nobody knows."""
    if not isinstance(kind, str):
        return ""
    word = " ".join(re.split(r"[\s_-]+", kind.strip().casefold()))
    if word in _OFFERS:
        return '; for an offer of talks write kind = "offer_talks" and a date, such as date = 2024-06-01'
    if word in _GENERAL:
        return f"; a number is changed on a date by {_to_set('united_states.restraint')}"
    names = [name for name, _, _ in every_number(Scenario()) if name not in ONCE]
    same = [name for name in names if kind.strip() in (name, name.rpartition(".")[2])]
    if not same and (other_word(kind) or closest(kind, _event_kinds())):
        return ""
    if not same and (near := closest(kind, [name.rpartition(".")[2] for name in names], at_least=0.85)):
        same = [name for name in names if name.rpartition(".")[2] == near]
    if not same:
        return ""
    others = f" ({' or '.join(same[1:3])} likewise)" if len(same) > 1 else ""
    return f"; a number is changed on a date by {_example_of(same[0])}{others}"


def _dated_number(path: NamePath, value: object) -> str:
    """What to write in place of a number that has a date within it; empty where it has none."""
    keys = set(value) if isinstance(value, dict) else set()
    has_date = keys & set(_DATES) or any(isinstance(part, datetime.date) for _, part in within(path, value))
    if not has_date or Slot.of_number(path) is None:
        return ""
    return f"; a number is changed on a date by {_example_of(plain_name(path))}"


def _number_of_a_date(key: str, above: NamePath, given: Mapping[str, Any]) -> str:
    """The number that a date beside it is probably meant for: the one that its name begins with, or one set there."""
    table = functools.reduce(Slot.part, above, Slot())
    beside = [name for name in (table.kind.model_fields if table.is_table else ()) if Slot.of_number((*above, name))]
    named = [name for name in beside if key.startswith(f"{name}_")]
    if not named and key in _DATES:
        named = [name for name in beside if name in given]
    return plain_name((*above, named[0])) if named else ""


@functools.cache
def _all_names() -> dict[str, list[str]]:
    """Every setting of the schema by the last part of its name; NAME stands where any name will do."""
    found: dict[str, list[str]] = {}

    def note(path: NamePath, slot: Slot) -> None:
        if slot.holds_tables:
            note((*path, "NAME"), slot.part("NAME"))
        elif slot.is_table and len(path) < 6:
            for name in slot.kind.model_fields:
                if path or name not in ("name", UNCERTAIN):
                    found.setdefault(name, []).append(dotted((*path, name)))
                    note((*path, name), slot.part(name))

    note((), Slot())
    return found


def _suggestion(model: type[BaseModel], path: NamePath, given: Mapping[str, Any]) -> str:
    """What an unknown name was probably meant to be: a name beside it, or one of another section."""
    key, above = str(path[-1]), path[:-1]
    value = given[key]
    beside = sorted(model.model_fields)
    if not above:
        beside = [*(name for name in beside if name not in ("name", UNCERTAIN)), "extends"]
    if not above and key in _ENDINGS:
        return "; endings cannot be set: a scenario sets conditions"
    if key in Distribution.model_fields and above and model is not Distribution:
        return f"; {IN_PLACE}"
    if isinstance(value, datetime.date) and (dated := _number_of_a_date(key, above, given)):
        return f"; a number is changed on a date by {_example_of(dated)}"
    elsewhere = {} if any(isinstance(part, int) for part in above) else _all_names()
    near = closest(key, beside, at_least=0.85 if key in elsewhere else 0.6)
    if near is not None:
        return did_you_mean(dotted((*above, near)))
    other = key if key in elsewhere else closest(key, elsewhere, at_least=0.75)
    if other is not None:
        return did_you_mean(*elsewhere[other][:3])
    if isinstance(value, dict):
        inner = Counter(name.rpartition(".")[0] for part in value for name in elsewhere.get(part, []))
        if inner:
            return did_you_mean(inner.most_common(1)[0][0])
    return f"; here can stand {', '.join(beside)}" if len(beside) <= 12 else ""
