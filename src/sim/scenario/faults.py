"""What is wrong with a scenario on its way: every fault at once, each at the place where it was made."""

from __future__ import annotations

import datetime
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sim.model.article import RECORD_ENDS
from sim.scenario.consistent import Contradiction
from sim.scenario.errors import Fault, closest, closest_name, did_you_mean, reason, shortened, shown
from sim.scenario.files import ANY, IN_PLACE
from sim.scenario.parameters import (
    KIND,
    UNCERTAIN,
    all_names,
    allowed_at,
    bare,
    holds_tables,
    is_kind,
    is_model,
    is_optional,
    is_union,
    limits_of,
    names_at,
    number_at,
    number_path,
    numbers_in,
    part_of,
    value_at,
)
from sim.scenario.schema import Scenario
from sim.scenario.toml import LARGEST, REMOVED, NamePath, dotted, written
from sim.scenario.uncertain import Distribution

if TYPE_CHECKING:
    from sim.scenario.draft import Draft

_ENDINGS = ("outcome", "outcomes", "ending", "result", "us_stays", "negotiated_exit", "forced_exit", "lapsed")
"""What somebody writes who would like to choose how it ends."""


def unusable(path: NamePath, value: object) -> Iterator[tuple[NamePath, str]]:
    """Numbers and texts that no file should hold, wherever they stand."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from unusable((*path, key), inner)
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from unusable((*path, index), inner)
    elif isinstance(value, float) and not math.isfinite(value):
        yield path, f"{shown(value)} is no number to reckon with"
    elif isinstance(value, int) and abs(value) > LARGEST:
        yield path, f"{shown(value)} is beyond the whole numbers of TOML (64 bits)"
    elif isinstance(value, str) and re.search("[\ud800-\udfff]", value):
        yield path, "holds characters that are no text"


def nameless(values: Mapping[str, Any]) -> Iterator[NamePath]:
    """Entries by name whose name is blank."""
    for section, info in Scenario.model_fields.items():
        table = values.get(section)
        if holds_tables(info.annotation) and isinstance(table, dict):
            yield from ((section, name) for name in table if not name.strip())


def out_of_range(uncertain: Mapping[str, Any]) -> Iterator[tuple[NamePath, str]]:
    """Ends and choices of distributions that their number may not take."""
    for name, distribution in uncertain.items():
        path = number_path(name)
        info = number_at(path) if path is not None else None
        if path is None or info is None:
            continue
        limits = limits_of(info)
        for form in ("uniform", "triangular", "bounds", "choices"):
            for index, number in enumerate(numbers_in(distribution.get(form))):
                for kind, key, sign in (("greater_than_equal", "ge", 1), ("less_than_equal", "le", -1)):
                    if key in limits and sign * number < sign * limits[key]:
                        yield (*path, form, index), reason(kind, number, limits, "", allowed_at(info))


def in_place(path: NamePath) -> NamePath:
    """The place where a part of `uncertain` was written; any other place as it is."""
    number = number_path(str(path[1])) if path[:1] == (UNCERTAIN,) and len(path) > 1 else None
    return path if number is None else (*number, *path[2:])


class _Spot(NamedTuple):
    """The place that an error of pydantic means."""

    path: NamePath
    value: Any
    annotation: Any
    field: FieldInfo | None
    table: Any
    """The annotation of the table around it."""
    around: Any
    """The value of the table around it."""


def _spot(error: ErrorDetails, values: dict[str, Any]) -> _Spot:
    """Walk pydantic's `loc` down the values; it holds names of union members beside keys."""
    path: NamePath = ()
    value: Any = values
    annotation: Any = Scenario
    info: FieldInfo | None = None
    table, around = annotation, value
    for key in error["loc"]:
        annotation = bare(annotation)
        if key == "[key]":
            break
        if is_union(annotation):
            annotation = next((kind for kind in get_args(annotation) if _is_named(kind, key)), None)
            continue
        table, around = annotation, value
        annotation, found = part_of(annotation, key, value)
        info = info if found is None and get_origin(table) in (dict, tuple) else found
        path = (*path, key)
        if isinstance(value, dict):
            value = value.get(str(key))
        else:
            value = value[key] if isinstance(value, tuple) and isinstance(key, int) else None
    return _Spot(in_place(path), value, annotation, info, table, around)


def _is_named(kind: Any, name: object) -> bool:
    """Whether pydantic calls this member of a union so: by the kind that it stands for, or by its type."""
    return (is_model(kind) and is_kind(kind, name)) or getattr(kind, "__name__", None) == name


class Faulty:
    """Places with a fault of their own: nobody knows what will stand there."""

    def __init__(self, paths: Iterable[NamePath]) -> None:
        self.paths: set[NamePath] = set()
        self.around: set[NamePath] = set()
        self.add(paths)

    def add(self, paths: Iterable[NamePath]) -> None:
        for path in paths:
            self.paths.add(path)
            self.around.update(path[:end] for end in range(1, len(path) + 1))

    def hold(self, path: NamePath) -> bool:
        """Whether this place, or one around it, is faulty."""
        return any(path[:end] in self.paths for end in range(1, len(path) + 1))

    def touch(self, path: NamePath) -> bool:
        """Whether this place, one around it or one in it is faulty."""
        return path in self.around or self.hold(path)


_ROUNDS = 5
"""So often values are mended: once for values, once or twice for tables, and contradictions come last."""


def all_faults(error: ValidationError, values: Mapping[str, Any], draft: Draft, faulty: Faulty) -> Iterator[Fault]:
    """Every fault, those too that pydantic looks for only where there is no other.

    What is at fault is mended, each value alone, and all is checked again. What then is found but rests on a `faulty`
    place is not said. Where an ancestor could not be read, no more is known than what a value alone tells.
    """
    mended = _thawed(values)
    usual = Scenario().model_dump()
    for _ in range(_ROUNDS):
        found = [(one, _spot(one, draft.values)) for one in error.errors(include_url=False, include_input=False)]
        yield from _faults(found, draft, faulty)
        if not draft.whole or not any(details["loc"] for details, _ in found):
            return
        faulty.add([_mend(details, spot, mended, usual) for details, spot in found if details["loc"]])
        try:
            Scenario.model_validate(mended)
        except ValidationError as again:
            error = again
        else:
            return


def _faults(found: Iterable[tuple[ErrorDetails, _Spot]], draft: Draft, faulty: Faulty) -> Iterator[Fault]:
    """What pydantic found, each as a fault; nothing of what is known to be faulty, or rests on it.

    Where an ancestor could not be read, what might come from it is not called missing or contradictory.
    """
    incomplete: dict[NamePath, list[_Spot]] = {}
    for details, spot in found:
        kind = details["type"]
        context = details.get("ctx", {})
        if kind == "contradiction":
            layers = draft.layers()
            for one in context["faults"] if draft.whole else ():
                is_there = one.unknown is not None and faulty.hold((one.unknown[0], ANY))  # it may be
                if not is_there and not any(map(faulty.touch, _rests_on(one))):
                    yield _blamed(one, draft, layers)
        elif kind in ("value_error", "assertion_error"):
            path, why = _said_of_table(details, spot)
            is_section = len(spot.path) == 1
            if draft.whole and not faulty.touch(path) and (is_section or spot.path not in faulty.around):
                yield draft.fault(path, why)
        elif kind == "extra_forbidden":
            yield draft.fault(spot.path, "there is no such setting" + (_suggestion(spot) if draft.hint() else ""))
        elif faulty.hold(spot.path):
            continue
        elif kind == "missing":
            incomplete.setdefault(spot.path[:-1], []).append(spot)
        elif kind == "union_tag_not_found":
            if not faulty.hold((*spot.path, KIND)):
                why = f"has no {KIND}: one of {', '.join(map(shown, _choices(spot.annotation, KIND)))}"
                yield draft.fault(spot.path, why)
        else:
            path = (*spot.path, KIND) if kind == "union_tag_invalid" else spot.path
            yield draft.fault(path, _why(details, spot))
    if draft.whole:
        for path, spots in incomplete.items():
            yield from _missing(path, spots, draft)


def _why(details: ErrorDetails, spot: _Spot) -> str:
    """Why a value is refused."""
    kind, context = details["type"], details.get("ctx", {})
    why = reason(kind, spot.value, context, details["msg"], allowed_at(spot.field), instead=_instead(spot))
    if spot.path == ("events",) and isinstance(spot.value, dict):
        why += ": write [[events]], with two brackets on each side"
    if isinstance(spot.value, dict) and spot.value.keys() & Distribution.model_fields:
        why += "; only a number of a section can be uncertain, no whole number, date or entry of a list"
    return why


def _rests_on(one: Contradiction) -> list[NamePath]:
    """The places of the values that cannot all hold; those of a sum, whose parts lie in its own place, alone."""
    is_sum = any(other[: len(one.path)] == one.path for other in one.others)
    return [*one.others] if is_sum else [in_place(one.path), *one.others]


def _blamed(one: Contradiction, draft: Draft, layers: Mapping[str, int]) -> Fault:
    """A contradiction at the place of the value that a file further on, or a change, set last."""

    def laid(path: NamePath) -> int:
        place = draft.places.get(path) or (draft.places.get(path[:2]) if path[0] == "events" else None)
        return -1 if place is None else layers[place.file]

    first = in_place(one.path)
    path = max(_rests_on(one), key=laid)  # the first of those that were set last
    why = one.reason
    if one.unknown is not None and path == first and draft.hint():
        section, word = one.unknown
        why += did_you_mean(closest_name(word, draft.values[section]))
    if path != first:
        why = one.others[path] or f"does not go with {_told_of(first, path, draft)}: {why}"
    return draft.fault(path, why)


def _told_of(path: NamePath, other: NamePath, draft: Draft) -> str:
    """The name of a value, and what a person needs to find it who looks at the place of another."""
    place = draft.place(path)
    where = f"{place.file}:{place.line}" if place.line is not None and place.file != draft.place(other).file else ""
    aside = ", ".join(filter(None, [draft.event(path), where]))
    return dotted(path) + (f" ({aside})" if aside else "")


# --- Mending what is at fault, to find what else is ---------------------------------------------------------


def _thawed(value: Any) -> Any:
    """A copy that can be changed: lists for tuples."""
    if isinstance(value, dict):
        return {key: _thawed(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_thawed(inner) for inner in value]
    return value


def _mend(details: ErrorDetails, spot: _Spot, values: dict[str, Any], usual: dict[str, Any]) -> NamePath:
    """Put something harmless in the place of what is at fault in the values; the place that is faulty."""
    kind, path, annotation, info = details["type"], spot.path, spot.annotation, spot.field
    if details["loc"][0] == UNCERTAIN:
        name = str(details["loc"][1])
        values[UNCERTAIN].pop(name, None)
        return number_path(name) or (UNCERTAIN, name)
    if kind in ("value_error", "assertion_error"):
        path, _ = _said_of_table(details, spot)
        annotation, info = part_of(annotation, path[-1], spot.value)
        if bare(annotation) is datetime.date:  # too early, or missing
            return _put(values, path, datetime.date.max)
    if path[0] == "events" and len(path) == 2:
        given = spot.value if isinstance(spot.value, dict) else {}
        event = {KIND: "attack", **{key: _thawed(given[key]) for key in ("date", "group", "note") if key in given}}
        _put(values, path, event)
        return (*path, KIND) if isinstance(spot.value, dict) else path
    default = value_at(usual, path)
    if kind == "extra_forbidden":
        return _taken_out(values, path)
    if default is not None:
        return _put(values, path, _thawed(default))
    if info is not None and not info.is_required() and isinstance(path[-1], str):
        return _taken_out(values, path)
    stand_in = _stand_in(annotation, info)
    return _taken_out(values, path) if stand_in is None else _put(values, path, stand_in)


def _stand_in(annotation: Any, info: FieldInfo | None) -> object:
    """A value that may stand in a place; None where there is none at hand."""
    annotation = bare(annotation)
    limits = {} if info is None else limits_of(info)
    if get_origin(annotation) is Literal:
        return get_args(annotation)[0]
    if annotation in (int, float):
        return annotation(limits.get("ge", limits.get("gt", -1) + 1))
    return {datetime.date: RECORD_ENDS, str: ""}.get(annotation)


def _put(values: Any, path: NamePath, value: object) -> NamePath:
    """Set a value in its place, if the tables and lists around it are there; the place."""
    around, last = _inside(values, path[:-1]), path[-1]
    if isinstance(around, dict):
        around[str(last)] = value
    elif isinstance(around, list) and isinstance(last, int) and last < len(around):
        around[last] = value
    return path


def _taken_out(values: Any, path: NamePath) -> NamePath:
    """Take a value out, of a list the whole list, since others would move up; the place that is no longer there."""
    around = _inside(values, path[:-1])
    if isinstance(around, list):
        return _taken_out(values, path[:-1])
    if isinstance(around, dict):
        around.pop(str(path[-1]), None)
    return path


def _inside(values: Any, path: NamePath) -> Any:
    """What stands in a place of tables and lists; None where nothing does."""
    for part in path:
        if isinstance(values, dict):
            values = values.get(str(part))
        else:
            values = values[part] if isinstance(values, list) and isinstance(part, int) and part < len(values) else None
    return values


# --- What is said -------------------------------------------------------------------------------------------


def _instead(spot: _Spot) -> str:
    """What else than a value of its kind may stand in a place."""
    if number_at(spot.path) is not None and isinstance(spot.value, tuple):
        return "a distribution such as {uniform = [low, high]}"
    if spot.table is Distribution or any(isinstance(part, int) for part in spot.path[-1:]):
        return ""
    return f'"{REMOVED}"' if holds_tables(spot.table) or is_optional(spot.field) else ""


def _said_of_table(details: ErrorDetails, spot: _Spot) -> tuple[NamePath, str]:
    """What a table's own check across its fields found: the field that it names, if it names one, and why."""
    words = str(details.get("ctx", {}).get("error", details["msg"]))
    blamed = re.fullmatch(r"(\w+): (.*)", words, re.DOTALL)
    if blamed is None or part_of(spot.annotation, blamed[1], spot.value) == (None, None):
        return spot.path, words
    why = blamed[2]
    if why.startswith("[") and isinstance(spot.value, dict):  # the form that a distribution should have
        why = f"{shortened(written(spot.value.get(blamed[1])))} is not {why}"
    return (*spot.path, blamed[1]), why


def _missing(path: NamePath, spots: list[_Spot], draft: Draft) -> Iterator[Fault]:
    """The required fields that a table lacks: one fault each, but one for all of a new entry by name."""
    table: Any = draft.values
    annotation: Any = Scenario
    for part in path[:-1]:
        annotation, _ = part_of(annotation, part, table)
        table = table[part]
    if path and holds_tables(annotation):
        needed = ", ".join(f"{spot.path[-1]} ({allowed_at(spot.field)})" for spot in spots)
        yield draft.fault(path, f"is new, so it needs {needed}{draft.meant(path, table)}")
        return
    for spot in spots:
        why = reason("missing", None, {}, "", allowed_at(spot.field)) + draft.which(spot.path)
        yield Fault(*draft.place(path), dotted(spot.path), why)


def _choices(annotation: Any, tag: str) -> list[str]:
    """What the field that tells the members of a union apart may say."""
    members = [member for member in get_args(bare(annotation)) if is_model(member)]
    return [str(word) for member in members for word in get_args(member.model_fields[tag].annotation)]


def _suggestion(spot: _Spot) -> str:
    """What an unknown name was probably meant to be: a name beside it, or one of another section."""
    key, above = str(spot.path[-1]), spot.path[:-1]
    beside = names_at(spot.table, spot.around)
    if not above:
        beside = [*(name for name in beside if name not in ("name", UNCERTAIN)), "extends"]
    if not above and key in _ENDINGS:
        return "; endings cannot be set: a scenario sets conditions"
    if key in Distribution.model_fields and above and spot.table is not Distribution:
        return f"; {IN_PLACE}"
    within_list = any(isinstance(part, int) for part in above)
    elsewhere = {} if within_list else all_names()
    near = closest(key, beside, at_least=0.85 if key in elsewhere else 0.6)
    if near is not None:
        return did_you_mean(dotted((*above, near)))
    other = key if key in elsewhere else closest(key, elsewhere, at_least=0.75)
    if other is not None:
        return did_you_mean(*elsewhere[other][:3])
    if isinstance(spot.value, dict):
        inner = Counter(name.rpartition(".")[0] for part in spot.value for name in elsewhere.get(part, []))
        if inner:
            return did_you_mean(inner.most_common(1)[0][0])
    return f"; here can stand {', '.join(beside)}" if len(beside) <= 12 else ""
