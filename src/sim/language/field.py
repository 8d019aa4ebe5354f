"""How a number of the model is declared: unit, meaning, ranges, source and role, once and beside its default.

Roles (XLRM; Lempert, Popper & Bankes 2003): a ``lever`` is what a policy or a student moves, an
``uncertainty`` is what nobody knows well, ``fixed`` is a definition or a recorded fact.
Each number has two ranges: ``allowed`` (a file beyond it is refused) and ``range`` (what sources or
judgement make plausible, from which uncertainty is drawn).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

JUDGEMENT = "judgement"
ACCEPTED = "accepted"


Role = Literal["lever", "uncertainty", "fixed"]


Item = TypeVar("Item")


Several = Annotated[tuple[Item, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]
"""A TOML array, kept as a tuple so that a scenario cannot be changed."""


def number(
    default: float | None,
    unit: str,
    meaning: str,
    source: str = JUDGEMENT,
    *,
    range: tuple[float, float],
    allowed: tuple[float, float] | None = None,
    role: Role = "uncertainty",
    fitted: bool = False,
) -> Any:
    """A field that is a number. ``default=None``: has to be given. ``fitted``: the default is the search's."""
    low, high = allowed or range
    if default is None:
        role = "fixed"  # what a group, a bloc or a front is, not what nobody knows about all of them
    settings: dict[str, Any] = {
        "ge": low,
        "le": high,
        "description": meaning,
        "json_schema_extra": {"unit": unit, "source": source, "role": role, "range": list(range), "fitted": fitted},
    }
    return Field(**settings) if default is None else Field(default=default, **settings)


def choice(default: Any, meaning: str, source: str = JUDGEMENT, *, role: Role = "fixed") -> Any:
    """A field that is a name, a date, a table: anything but a number."""
    extra: dict[str, Any] = {"unit": "-", "source": source, "role": role}
    if callable(default):
        return Field(default_factory=default, description=meaning, json_schema_extra=extra)
    return Field(default=default, description=meaning, json_schema_extra=extra)


class Section(BaseModel):
    """A table of a scenario file: strict, closed to unknown keys, frozen."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)
