"""What the schema says of a place in a scenario: its parameters, and what may stand where."""

from __future__ import annotations

import datetime
import functools
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.errors import allowed_text
from sim.scenario.idle import dead
from sim.scenario.schema import Scenario
from sim.scenario.toml import LARGEST, NamePath, Part, dotted, plain_name

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
    for path, value, slot in _fields((), scenario, Slot()):
        if path[0] not in (*FOR_PEOPLE, "events", UNCERTAIN):
            yield dotted(path), scenario.uncertain.get(plain_name(path), value), slot.about


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


def _fields(path: NamePath, value: Any, slot: Slot) -> Iterator[tuple[NamePath, Any, Slot]]:
    """Every value of a table and of the tables in it, with its slot."""
    if isinstance(value, BaseModel | Mapping):
        for key, inner in dict(value).items():
            yield from _fields((*path, key), inner, slot.part(key))
    else:
        yield path, value, slot


# --- What the schema says of a place ------------------------------------------------------------------------


@dataclass(frozen=True)
class Slot:
    """What the schema says of a place in a scenario; `Slot()` is the scenario as a whole.

    `kind` is its annotation without Annotated and "or None", or None where nothing may stand. Entries have no field.
    """

    kind: Any = Scenario
    info: FieldInfo | None = None

    @classmethod
    def of_number(cls, path: NamePath) -> Slot | None:
        """The slot of a number that may be uncertain; None of any other value, and in a list, which is one value."""
        slot = functools.reduce(cls.part, path, cls())
        is_number = slot.info is not None and slot.info.annotation is float
        return slot if is_number and not any(isinstance(part, int) for part in path) else None

    def part(self, key: Part) -> Slot:
        """The slot of a part of this one."""
        if self.is_table:
            return _slots(self.kind).get(str(key), Slot(None))
        entry = {dict: 1, tuple: 0}.get(get_origin(self.kind))  # which of the kind's arguments
        return Slot(None if entry is None else _bare(get_args(self.kind)[entry]))

    @property
    def is_table(self) -> bool:
        return isinstance(self.kind, type) and issubclass(self.kind, BaseModel)

    @property
    def holds_tables(self) -> bool:
        """Whether these are tables by name, such as the groups."""
        return get_origin(self.kind) is dict and self.part("").is_table

    @property
    def is_optional(self) -> bool:
        return self.info is not None and type(None) in get_args(self.info.annotation)

    @functools.cached_property
    def limits(self) -> dict[str, Any]:
        """The limits of what may stand here: "ge", "gt", "le", "lt", those that there are."""
        rules = self.info.metadata if self.info else ()
        found = ((key, getattr(rule, key, None)) for rule in rules for key in ("ge", "gt", "le", "lt"))
        return {key: limit for key, limit in found if limit is not None}

    @functools.cached_property
    def about(self) -> Parameter:
        extra: Any = (self.info.json_schema_extra if self.info else None) or {}
        limits = self.limits
        return Parameter(
            unit=str(extra.get("unit", "-")).strip("-"),
            meaning=(self.info.description if self.info else None) or "",
            source=str(extra.get("source", "")),
            role=str(extra.get("role", "")),
            range=tuple(extra["range"]) if "range" in extra else None,
            low=limits.get("ge", limits.get("gt")),
            high=limits.get("le", limits.get("lt")),
            fitted=bool(extra.get("fitted", False)),
        )

    @functools.cached_property
    def allowed(self) -> str:
        """What may stand here, in words: "a share from 0 to 1"; empty where the schema says nothing."""
        return allowed_text(self.about.unit, self.limits)


@functools.cache
def _slots(table: type[BaseModel]) -> dict[str, Slot]:
    """The slots of a table's fields."""
    return {name: Slot(_bare(info.annotation), info) for name, info in table.model_fields.items()}


def _bare(annotation: Any) -> Any:
    """The annotation without Annotated and "or None"."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation):
        return _bare(Union[tuple(kind for kind in get_args(annotation) if kind is not type(None))])  # noqa: UP007
    return annotation


BY_NAME = tuple(name for name in Scenario.model_fields if name != UNCERTAIN and Slot().part(name).holds_tables)
"""Sections whose entries go by name."""


def number_path(name: str) -> NamePath | None:
    """The place of a number that may be uncertain, by its name in `Scenario.uncertain`; None where there is none."""
    section, _, rest = name.partition(".")
    entry, _, key = rest.rpartition(".")
    path = (section, entry, key) if section in BY_NAME else (section, rest)
    return path if Slot.of_number(path) is not None else None


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


def numbers_of(distribution: Mapping[str, object]) -> Iterator[tuple[str, tuple[int | float, ...]]]:
    """The lists of a distribution that say where it lies, if they hold nothing but numbers that a file can say."""
    for form in ("uniform", "triangular", "bounds", "choices"):
        given = distribution.get(form)
        if isinstance(given, tuple) and all(
            isinstance(one, float) or (type(one) is int and abs(one) <= LARGEST) for one in given
        ):
            yield form, given
