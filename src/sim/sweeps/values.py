"""Single values of a design: what may stand in a place, ranges and lists as they are written, even steps.

A *spec* says which values a dimension takes. It is written ``0..1:11`` (from 0 to 1 in 11 even steps), ``0..1`` (a
range), ``talks,silence`` (a list), or in a file as a list, or as a table ``{low = 0, high = 1, steps = 11}``.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, NamedTuple, TypeAlias, get_args, get_origin

from sim.scenario.errors import closest, closest_name, did_you_mean, kind_of, limit_text, misfit, none_of, reason, shown
from sim.scenario.parameters import Slot
from sim.scenario.toml import REMOVED, as_plain, read_value, written

MOST_POINTS = 1_000_000
"""Rows of a design; each is a point with worlds of its own."""
STEPS = 5
"""Even steps of a range where nobody says how many."""
SPEC_KEYS = ("low", "high", "steps", "values")

Sort: TypeAlias = Literal["number", "whole", "date", "choice", "truth", "text"]


class Unfit(ValueError):
    """A value or a spec cannot stand where it does. The text says why."""


class Spec(NamedTuple):
    """Which values a dimension takes: a range, with a number of steps or none, or a list. Empty: the schema's range."""

    low: float | None = None
    high: float | None = None
    steps: int | None = None
    values: tuple[Any, ...] = ()


def sort_of(slot: Slot) -> Sort:
    """What sort of value stands in a place."""
    if get_origin(slot.kind) is Literal:
        return "choice"
    sorts: dict[Any, Sort] = {float: "number", int: "whole", datetime.date: "date", bool: "truth"}
    return sorts.get(slot.kind, "text")


def is_number(slot: Slot) -> bool:
    """Whether a number stands in a place, with a decimal point or without."""
    return sort_of(slot) in ("number", "whole")


def choices_of(slot: Slot) -> tuple[str, ...]:
    """What may be chosen in a place, in the schema's order; nothing where there is no choice."""
    return get_args(slot.kind) if sort_of(slot) == "choice" else ()


_ERRORS = {
    "number": "float_type",
    "whole": "int_type",
    "date": "date_type",
    "truth": "bool_type",
    "text": "string_type",
}


def taken(value: object, slot: Slot, *, limits: bool = True) -> Any:
    """A value as a design's rows have it: numbers as floats. Raises Unfit for what cannot stand in this place.

    Without ``limits`` only the sort of value is looked at: what a file may say at all is seen with the whole point.
    """
    value = as_plain(value)
    if isinstance(value, str) and value == REMOVED and slot.is_optional:
        return value
    sort = sort_of(slot)
    if sort in ("number", "whole"):
        number = _number(value, slot)
        if limits:
            _within_limits(int(number) if number.is_integer() else number, slot)
        return number
    if sort == "choice":
        if not isinstance(value, str) or (limits and value not in choices_of(slot)):
            near = closest_name(value, [one for one in choices_of(slot) if one]) if isinstance(value, str) else None
            raise Unfit(none_of(value, choices_of(slot), f"; did you mean {written(near)}?" if near else ""))
        return value
    kinds: dict[str, type] = {"date": datetime.date, "truth": bool, "text": str}
    if not isinstance(value, kinds[sort]) or isinstance(value, datetime.datetime):
        raise Unfit(_misfit(value, slot))
    if limits and sort == "date":
        _within_limits(value, slot)
    return value


def _misfit(value: object, slot: Slot) -> str:
    instead = f'"{REMOVED}"' if slot.is_optional else ""
    return reason(_ERRORS[sort_of(slot)], value, {}, "", slot.allowed, instead=instead)


def _number(value: object, slot: Slot) -> float:
    """A number that can be reckoned with, whole where that is asked for."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit(_misfit(value, slot))
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Unfit(f"{shown(value)} is no number to reckon with")
    if sort_of(slot) == "whole" and not number.is_integer():
        raise Unfit(_misfit(number, slot))
    return number


def _within_limits(value: Any, slot: Slot) -> None:
    """Raises Unfit for what a file may not say."""
    rules = {"ge": "greater_than_equal", "gt": "greater_than", "le": "less_than_equal", "lt": "less_than"}
    for key, limit in slot.limits.items():
        fits = {"ge": value >= limit, "gt": value > limit, "le": value <= limit, "lt": value < limit}[key]
        if not fits:
            raise Unfit(reason(rules[key], value, slot.limits, "", slot.allowed))


def as_changed(value: object, slot: Slot) -> object:
    """A cell of a design as ``scenario.replace`` takes it: a whole number without a decimal point."""
    value = as_plain(value)
    if sort_of(slot) == "whole" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


# --- Text -----------------------------------------------------------------------------------------------------

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def from_text(text: str, slot: Slot, *, limits: bool = True) -> Any:
    """What a text means in a place: the value as a design's rows have it. Raises Unfit.

    A text in quotation marks is that text, so that ``""`` is the empty one.
    """
    text = text.strip()
    if is_number(slot) and _DECIMAL.fullmatch(text):
        return taken(
            float(text) if sort_of(slot) == "number" or not text.isdecimal() else int(text), slot, limits=limits
        )
    if is_number(slot):
        raise Unfit(_no_number(text, slot))
    sort = sort_of(slot)
    quoted = len(text) >= 2 and text[0] in "\"'" and text[-1] == text[0]
    value = read_value(text) if quoted or sort == "truth" else text
    if sort == "date" and isinstance(value, str) and _DAY.fullmatch(value):
        try:
            value = datetime.date.fromisoformat(value)
        except ValueError:
            raise Unfit(f"{value}: there is no such date") from None
    if sort == "date" and isinstance(value, str) and value != REMOVED:
        instead = f' or "{REMOVED}"' if slot.is_optional else ""
        raise Unfit(f"{shown(value)} is no date; one such as 2024-01-10{instead} is expected")
    return taken(value, slot, limits=limits)


def _no_number(text: str, slot: Slot) -> str:
    """Why a text is no number."""
    if _NO_NUMBER.fullmatch(text):
        return f"{text} is no number to reckon with"
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text):
        return f"{text} is no number: they are written {text.replace(',', '.')}"
    percent = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%", text)
    if percent is not None:
        return f"write {float(percent[1]) / 100.0:g} for {percent[1]} %"
    value = read_value(text) if text[:1] in ("'", '"') else text
    if isinstance(value, str):
        return _misfit(value, slot)
    return misfit(value, "a number")


# --- Specs ----------------------------------------------------------------------------------------------------

_RANGE = re.compile(r"(?P<low>[^:]*?)\.\.(?P<high>[^:]*?)(?::(?P<steps>[^:]*))?")
_ITEM = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^,]*?)\s*(?:,|\Z)""")


def spec(given: object, slot: Slot) -> Spec:
    """What is written for a dimension: a text, a list, a table or one value. Raises Unfit."""
    if isinstance(given, Mapping):
        return _of_a_table(given, slot)
    if isinstance(given, str):
        return _of_a_text(given, slot)
    if isinstance(given, Sequence) or hasattr(given, "tolist"):
        values = as_plain(given)
        return _listed(values if isinstance(values, tuple) else (values,), slot)
    return Spec(values=(taken(given, slot),))


def _of_a_text(text: str, slot: Slot) -> Spec:
    """``0..1:11``, ``0..1``, ``0,0.5,1`` or one value."""
    found = _RANGE.fullmatch(text.strip()) if sort_of(slot) in ("number", "whole", "date") else None
    if found is None:
        return _listed(_items(text), slot, from_text)
    ends = [found["low"].strip(), found["high"].strip()]
    if not all(ends):
        raise Unfit(f"{shown(text)} is no range; one such as 0..1 or 0..1:11 is expected")
    low, high = (from_text(end, slot) for end in ends)
    count = found["steps"]
    if count is not None and not re.fullmatch(r" *[0-9]{1,18} *", count):
        raise Unfit(f"{shown(count)} is no number of steps, as in 0..1:11")
    return _range(low, high, None if count is None else int(count), slot)


def _items(text: str) -> list[str]:
    """The parts of a list that commas set apart, also where a part in quotation marks has one in it."""
    items, at = list[str](), 0
    while at <= len(text):
        found = _ITEM.match(text, at)
        if found is None:  # something behind a closing quotation mark
            raise Unfit(f"{shown(text[at:].strip())} is no list of values; set them apart by commas")
        items.append(found[1])
        at = found.end()
        if not found[0].endswith(","):
            break
    return items


def _of_a_table(given: Mapping[str, object], slot: Slot) -> Spec:
    for key in given:
        if key not in SPEC_KEYS:
            near = closest(str(key), SPEC_KEYS)
            raise Unfit(f"there is no {key!r} here{did_you_mean(near) if near else '; ' + ', '.join(SPEC_KEYS)}")
    if "values" in given:
        if others := [key for key in given if key != "values"]:
            raise Unfit(f"has values, which are all there is to say, and {others[0]} too")
        values = given["values"]
        if isinstance(values, str):
            return _listed(_items(values), slot, from_text)
        if not isinstance(values, Sequence):
            raise Unfit(f"values: {misfit(values, 'a list')}")
        return _listed(values, slot)
    steps = given.get("steps")
    if steps is not None and (isinstance(steps, bool) or not isinstance(steps, int)):
        raise Unfit(f"steps: {misfit(steps, 'a whole number, 2 or more,')}")
    ends = [given.get(key) for key in ("low", "high")]
    if ends == [None, None]:
        if steps is not None:
            _check_steps(steps)
        return Spec(steps=steps)
    for key, end in zip(("low", "high"), ends, strict=True):
        if end is None:
            raise Unfit(f"has no {key}; a range has both, low and high")
    low, high = (_part(key, end, slot) for key, end in zip(("low", "high"), ends, strict=True))
    return _range(low, high, steps, slot)


def _part(key: str, value: object, slot: Slot) -> Any:
    try:
        return taken(value, slot)
    except Unfit as why:
        raise Unfit(f"{key}: {why}") from None


def _listed(values: Sequence[Any], slot: Slot, read: Any = taken) -> Spec:
    if not values:
        raise Unfit("is an empty list; a dimension has one value at least")
    if len(values) > MOST_POINTS:
        raise Unfit(f"has {len(values):,} values, and {MOST_POINTS:,} are the most")
    found = tuple(read(value, slot) for value in values)
    twice = next((value for value in found if found.count(value) > 1), None) if len(found) <= 10_000 else None
    if twice is not None:
        raise Unfit(f"has {_as_text(twice)} twice")
    return Spec(values=found)


def _as_text(value: object) -> str:
    return limit_text(value) if isinstance(value, float) else shown(value)


def _check_steps(steps: int) -> None:
    if not 2 <= steps <= MOST_POINTS:
        raise Unfit(f"{steps} steps: a range has from 2 to {MOST_POINTS:,}, its ends among them")


def _range(low: Any, high: Any, steps: int | None, slot: Slot) -> Spec:
    """A range from its ends. Days are told apart at once: a range of dates is the list of its steps."""
    if sort_of(slot) not in ("number", "whole", "date"):
        raise Unfit(f"{kind_of(low)} has no range; list its values")
    if not low < high:
        raise Unfit(f"low is {_as_text(low)}, high {_as_text(high)}: low has to lie below high")
    if steps is not None:
        _check_steps(steps)
    if sort_of(slot) == "date":
        days = even(float(low.toordinal()), float(high.toordinal()), STEPS if steps is None else steps)
        return Spec(values=tuple(dict.fromkeys(datetime.date.fromordinal(round(day)) for day in days)))
    if steps is not None:
        whole_steps(low, high, steps, slot)
    return Spec(low, high, steps)


def whole_steps(low: float, high: float, steps: int, slot: Slot) -> tuple[float, ...]:
    """The even steps of a range. Raises Unfit where a whole number is asked for and one of them is none."""
    found = even(low, high, steps)
    if sort_of(slot) == "whole" and not all(value.is_integer() for value in found):
        broken = next(value for value in found if not value.is_integer())
        text = f"{steps} even steps from {limit_text(low)} to {limit_text(high)} pass {limit_text(broken)}"
        raise Unfit(f"{text}, which is no whole number; take another number of steps, or list the values")
    return found


def even(low: float, high: float, steps: int) -> tuple[float, ...]:
    """So many numbers from low to high, evenly apart: each the nearest to what one reckons by hand from the ends.

    From 0 to 1 in 11 steps the fourth is 0.3, and not 0.30000000000000004, which would be another point than 0.3.
    """
    first, last = (Fraction(repr(float(end))) for end in (low, high))
    return tuple(float(first + (last - first) * step / (steps - 1)) for step in range(steps))
