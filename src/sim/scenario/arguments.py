"""What a call from Python is given, read in one place: whole numbers, seeds, worlds, seconds, words, scenarios.

NumPy's whole numbers are taken wherever Python's are. Nothing is guessed: a text, a yes or no, or a number with a
decimal point is no whole number (3.0 neither: where it was reckoned, 2.9999999999999996 comes as easily). What cannot
be taken is an InputError, a ValueError, that names the argument and what it was given.

Importing this module is light: what it compares with is imported where it is asked for.
"""

from __future__ import annotations

import operator
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from numbers import Real
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from sim.disk.errors import InputError

if TYPE_CHECKING:
    from sim.language.luck import Keys
    from sim.scenario.schema import Scenario

LARGEST = 2**63 - 1
"""The largest whole number that the tables of a run can hold."""
DRAWN_BELOW = 2**53
"""A seed that nobody named lies below: every reader of a manifest takes such a number whole, and it can be typed."""

Word = TypeVar("Word", bound=str)


def said(given: object) -> str:
    """What was given, as a fault shows it: short, and in one line."""
    from sim.scenario.errors import shortened

    return shortened(" ".join(repr(given).split()))


def refuse(name: str, what: str, given: object) -> NoReturn:
    """Say that an argument is something else than what it was given."""
    raise InputError(f"{name} is {what}; not {said(given)}")


def whole_or_none(given: object) -> int | None:
    """A whole number as Python's; None for whatever is none."""
    if isinstance(given, bool):  # NumPy's yes or no is no index
        return None
    try:
        return operator.index(given)  # type: ignore[arg-type]
    except TypeError:
        return None


def whole(name: str, given: object, least: int = 0, most: int = LARGEST) -> int:
    """A whole number within limits, both included."""
    limits = f"{least} or more" if most == LARGEST else f"from {least} to {most}"
    number = whole_or_none(given)
    if number is None or not least <= number <= most:
        hint = ""
        if isinstance(given, float) and given.is_integer() and least <= given <= most:
            hint = f" (write {int(given)})"
        elif number is not None and number > LARGEST >= most:
            hint = " (at most 2**63 - 1)"
        raise InputError(f"{name} is a whole number, {limits}; not {said(given)}{hint}")
    return number


def seed_of(given: object) -> int:
    """A seed; where none is named, None, a fresh one is drawn, to be kept by whoever asks."""
    return secrets.randbelow(DRAWN_BELOW) if given is None else whole("seed", given)


def world_numbers(world: object, worlds: object) -> Keys:
    """The number of one world, or with ``worlds`` an array of those of several."""
    import numpy as np

    if worlds is None:
        return whole("world", world)
    what = "one or more numbers of worlds, such as range(100)"
    is_plain = isinstance(worlds, np.ndarray) and worlds.ndim == 1 and worlds.dtype.kind in "iu"
    if (isinstance(worlds, range) or is_plain) and len(worlds) > 0:  # type: ignore[arg-type]
        for end in (min(worlds), max(worlds)) if is_plain else (worlds[0], worlds[-1]):  # type: ignore[call-overload,index]
            whole("each of worlds", end)
        return np.array(worlds, np.int64)
    if whole_or_none(worlds) is not None:
        raise InputError(f"worlds is {what}; not {said(worlds)}. One world is asked for by world=")
    if isinstance(worlds, str | bytes | Mapping) or not isinstance(worlds, Iterable) or np.ndim(worlds) > 1:  # type: ignore[arg-type]
        refuse("worlds", what, worlds)
    found = [whole("each of worlds", number) for number in worlds]
    if not found:
        refuse("worlds", what, worlds)
    return np.array(found, np.int64)


def seconds(name: str, given: object) -> float | None:
    """A length of time in seconds; None where there is no limit."""
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, Real) or not float(given) >= 0.0:
        refuse(name, "a number of seconds, 0 or more (3600 for an hour)", given)
    return float(given)


def share(name: str, given: object) -> float:
    """A share between 0 and 1, such as the level of an interval."""
    if isinstance(given, bool) or not isinstance(given, Real) or not 0.0 < float(given) < 1.0:
        hint = f" (write {float(given) / 100:g})" if isinstance(given, Real) and 1 < float(given) < 100 else ""
        raise InputError(f"{name} is a number between 0 and 1, such as 0.95; not {said(given)}{hint}")
    return float(given)


def flag(name: str, given: object) -> bool:
    """A yes or no."""
    import numpy as np

    if not isinstance(given, bool | np.bool_):
        refuse(name, "True or False", given)
    return bool(given)


def word(name: str, given: object, known: Iterable[Word]) -> Word:
    """One of a few words."""
    words = tuple(known)
    for one in words:
        if isinstance(given, str) and given == one:
            return one
    refuse(name, f"{', '.join(words[:-1])} or {words[-1]}", given)


def function_or_none(name: str, given: Any) -> Any:
    """Something to be called, or None."""
    if given is not None and not callable(given):
        refuse(name, "a function, or None", given)
    return given


def functions_by_name(name: str, given: object) -> Mapping[str, Callable[..., Any]] | None:
    """Functions by name, or None."""
    if given is not None and not isinstance(given, Mapping):
        refuse(name, 'functions by the name of an actor, such as {"iraq": dove}', given)
    return given


def names_of(name: str, given: object) -> list[str]:
    """One name or several, in their order."""
    several = [given] if isinstance(given, str) else given
    if isinstance(several, bytes | Mapping) or not isinstance(several, Iterable):
        refuse(name, "a name, or several in a list", given)
    found = []
    for one in several:
        if not isinstance(one, str):
            refuse(f"each of {name}", "a name", one)
        found.append(str(one))
    return found


def known_name(given: object, known: Iterable[str]) -> str:
    """One of the names that there are."""
    from sim.scenario.errors import closest_name, did_you_mean

    names = list(known)
    if isinstance(given, str) and given in names:
        return str(given)
    hint = did_you_mean(closest_name(given, names) if isinstance(given, str) else None)
    raise InputError(
        f"there is no {given if isinstance(given, str) else said(given)} here, only {', '.join(names)}{hint}"
    )


def scenario_of(given: object) -> Scenario:
    """The scenario that is meant by a name, a path or an object. ScenarioError for a fault in a file."""
    from sim.scenario.load import load
    from sim.scenario.schema import Scenario

    if isinstance(given, Scenario):
        return given
    if isinstance(given, str | bytes | os.PathLike):
        return load(given)  # type: ignore[arg-type]
    hint = ""
    if isinstance(given, tuple) and len(given) == 2 and given[0] in Scenario.model_fields:
        hint = '. mesa.batch_run takes a Scenario apart that stands alone: give it in a list, {"scenario": [scenario]}'
    raise InputError(f"a scenario is a name, a path or a Scenario; not {type(given).__name__}{hint}")


def scenarios_of(given: object) -> list[Scenario]:
    """One scenario or several, in their order: from a list, a tuple, an array, a column of a table, a generator."""
    from sim.scenario.schema import Scenario

    if isinstance(given, Scenario | str | bytes | os.PathLike | Mapping) or not isinstance(given, Iterable):
        return [scenario_of(given)]
    if isinstance(given, AbstractSet):
        raise InputError(f"a {type(given).__name__} of scenarios has no order: give them in a list")
    found = [scenario_of(one) for one in given]
    if not found:
        raise InputError("no scenario to run")
    return found
