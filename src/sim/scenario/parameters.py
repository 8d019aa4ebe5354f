"""What the schema says of a place in a scenario: its parameters, and what may stand where."""

import datetime
import functools
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.errors import limit_text
from sim.scenario.idle import dead
from sim.scenario.schema import Scenario
from sim.scenario.toml import LARGEST, NamePath, dotted, plain_name

OF_ITSELF = ("title", "summary", "source", "twin_of")
"""What a file says of itself to people: not inherited, since an heir sets other conditions."""
FOR_PEOPLE = ("name", *OF_ITSELF)
"""Fields that no rule reads, so that they are no part of what a scenario is."""

UNCERTAIN = "uncertain"
"""The field that keeps the distributions; nobody writes it, since they stand in their numbers' place."""

KIND = "kind"
"""The field that says which kind of event a table is."""


@dataclass(frozen=True)
class Parameter:
    """What the schema says of a value.

    `range` is what sources or judgement make plausible, `low` and `high` what a file may say at all; each is
    None where there is none. `role` is "lever", "uncertainty", "fixed", or empty for the start and the days.
    """

    unit: str
    meaning: str
    source: str
    role: str
    range: tuple[float, float] | None
    low: float | datetime.date | None
    high: float | datetime.date | None
    fitted: bool = False  # the default is the search's (docs/calibration.json)

    @property
    def status(self) -> str:
        """Where the default comes from."""
        return status(self.fitted, self.source)


def status(fitted: bool, source: str) -> str:
    """Where a default comes from: "fitted", "sourced", "judged", or "sourced and judged"."""
    if fitted:
        return "fitted"
    judged = "judgement" in source or "assumption" in source
    named = source.replace("judgement", "").replace("an assumption", "").strip(" ;,")
    return "sourced and judged" if judged and named else "judged" if judged or not named else "sourced"


def parameters(scenario: Scenario) -> Iterator[tuple[str, object, Parameter]]:
    """Every value that a file can set, but for events and texts for people: dotted name, value, meaning.

    The value of an uncertain number is its Distribution.
    """
    for path, value, info in _fields((), scenario):
        if path[0] not in (*FOR_PEOPLE, "events", UNCERTAIN):
            yield dotted(path), scenario.uncertain.get(plain_name(path), value), _parameter(info)


def levers(scenario: Scenario) -> Iterator[tuple[str, object, Parameter]]:
    """The parameters that a policy or a student moves, but those that move nothing here.

    Of a front that follows another there is none to move; nor, in a scenario of the past, what holds from 10 January
    2024 on.
    """
    followers = {dotted(("fronts", name)) for name, front in scenario.fronts.items() if front.follows}
    unmoving = dict(dead(scenario))
    for name, value, about in parameters(scenario):
        if about.role == "lever" and name.rpartition(".")[0] not in followers and name not in unmoving:
            yield name, value, about


def _fields(path: NamePath, value: object, info: FieldInfo | None = None) -> Iterator[tuple[NamePath, Any, FieldInfo]]:
    """Every value of a table and of the tables in it, with its field."""
    if isinstance(value, BaseModel):
        for key, field in type(value).model_fields.items():
            yield from _fields((*path, key), getattr(value, key), field)
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _fields((*path, key), entry, info)
    elif info is not None:
        yield path, value, info


def _parameter(info: FieldInfo) -> Parameter:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    plausible: Any = extra.get("range")
    limits = limits_of(info)
    return Parameter(
        unit=str(extra.get("unit", "-")).strip("-"),
        meaning=info.description or "",
        source=str(extra.get("source", "")),
        role=str(extra.get("role", "")),
        range=None if plausible is None else (plausible[0], plausible[1]),
        low=limits.get("ge", limits.get("gt")),
        high=limits.get("le", limits.get("lt")),
        fitted=bool(extra.get("fitted", False)),
    )


def limits_of(info: FieldInfo) -> dict[str, Any]:
    """The field's limits: "ge", "gt", "le", "lt", those that it has."""
    found = ((key, getattr(rule, key, None)) for rule in info.metadata for key in ("ge", "gt", "le", "lt"))
    return {key: limit for key, limit in found if limit is not None}


def allowed_at(info: FieldInfo | None) -> str:
    """What a field allows, in words: "a share from 0 to 1"; empty where the schema says nothing."""
    if info is None:
        return ""
    unit = _parameter(info).unit
    limits = {key: limit_text(limit) for key, limit in limits_of(info).items()}
    if "ge" in limits and "le" in limits:
        words = f"from {limits['ge']} to {limits['le']}"
    else:
        phrases = (("ge", "at least"), ("gt", "above"), ("le", "at most"), ("lt", "below"))
        words = ", ".join(f"{phrase} {limits[key]}" for key, phrase in phrases if key in limits)
    if unit == "0-1":  # says no more than the limits do
        unit = "number"
    if unit in ("factor", "number", "probability", "share"):
        unit = f"a {unit}"
    return f"{unit} {words}".strip()


# --- What the schema says of a place ------------------------------------------------------------------------


def bare(annotation: Any) -> Any:
    """The annotation without Annotated and "or None"."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation):
            annotation = Union[tuple(kind for kind in get_args(annotation) if kind is not type(None))]  # noqa: UP007
        else:
            return annotation


def is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def holds_tables(annotation: Any) -> bool:
    """Whether these are tables by name, such as the groups."""
    annotation = bare(annotation)
    return get_origin(annotation) is dict and is_model(bare(get_args(annotation)[1]))


_HOLD_TABLES = (name for name, info in Scenario.model_fields.items() if holds_tables(info.annotation))
BY_NAME = tuple(name for name in _HOLD_TABLES if name != UNCERTAIN)
"""Sections whose entries go by name."""


@functools.cache
def event_kinds() -> dict[str, type[BaseModel]]:
    """The kinds of event by name, in the order of the schema."""
    union = bare(get_args(bare(Scenario.model_fields["events"].annotation))[0])
    return {name: kind for kind in get_args(union) for name in get_args(kind.model_fields[KIND].annotation)}


def part_of(annotation: Any, key: str | int) -> tuple[Any, FieldInfo | None]:
    """The annotation and the field of a part of a value; (None, None) where the schema knows no such part."""
    annotation = bare(annotation)
    if get_origin(annotation) is dict:
        return get_args(annotation)[1], None
    if get_origin(annotation) is tuple and isinstance(key, int):
        return get_args(annotation)[0], None
    info = annotation.model_fields.get(str(key)) if is_model(annotation) else None
    return (None, None) if info is None else (info.annotation, info)


def number_at(path: NamePath) -> FieldInfo | None:
    """The field of the number in this place, if it is one that may be uncertain."""
    annotation: Any = Scenario
    info: FieldInfo | None = None
    for part in path:
        if isinstance(part, int):  # a list is replaced as a whole
            return None
        annotation, info = part_of(annotation, part)
    return info if annotation is float else None


def number_path(name: str) -> NamePath | None:
    """The place of a number that may be uncertain, by its name in `Scenario.uncertain`; None where there is none."""
    section, _, rest = name.partition(".")
    entry, _, key = rest.rpartition(".")
    path = (section, entry, key) if section in BY_NAME else (section, rest)
    return path if number_at(path) is not None else None


def value_at(values: Any, path: Iterable[str | int]) -> Any:
    """What stands in a place of nested tables and lists; None where nothing does."""
    for part in path:
        if isinstance(values, dict):
            values = values.get(part)
        else:
            values = values[part] if isinstance(values, tuple) and isinstance(part, int) else None
    return values


def within(path: NamePath, value: object) -> Iterator[tuple[NamePath, Any]]:
    """A value and all that nested tables and lists hold, each with its path."""
    yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
    for key, part in inner:
        yield from within((*path, key), part)


@functools.cache
def all_names() -> dict[str, list[str]]:
    """Every setting of the schema by the last part of its name; NAME stands where any name will do."""
    found: dict[str, list[str]] = {}

    def note(path: NamePath, annotation: Any) -> None:
        annotation = bare(annotation)
        if holds_tables(annotation):
            note((*path, "NAME"), get_args(annotation)[1])
        elif is_model(annotation) and len(path) < 6:
            for name, info in annotation.model_fields.items():
                if path or name not in ("name", UNCERTAIN):
                    found.setdefault(name, []).append(dotted((*path, name)))
                    note((*path, name), info.annotation)

    note((), Scenario)
    return found


def numbers_of(distribution: Mapping[str, object]) -> Iterator[tuple[str, tuple[int | float, ...]]]:
    """The lists of a distribution that say where it lies, if they hold nothing but numbers that a file can say."""
    for form in ("uniform", "triangular", "bounds", "choices"):
        given = distribution.get(form)
        if isinstance(given, tuple) and all(
            isinstance(one, float) or (type(one) is int and abs(one) <= LARGEST) for one in given
        ):
            yield form, given


def is_optional(info: FieldInfo | None) -> bool:
    return info is not None and type(None) in get_args(info.annotation)
