"""The few words that rules are written in: number in, number out; array in, array out; the same bits.

A quantity is a plain ``float`` (or ``int``, or ``bool``) when the model runs one world and a NumPy
array with one entry per world when it runs a block of them. Every word below gives, for each entry
of an array, exactly the number it would give for that entry alone. That holds because only
operations that IEEE 754 rounds exactly are used (+ - * / floor and comparisons); ``exact`` builds the
exponential and the logarithm from them, ``chance`` what is drawn.

Traps these words keep the rules out of: ``not`` and ``~`` mean different things for a bool and an
array (write :func:`not_`); ``and``/``or`` do not work on arrays (write ``&``/``|`` on conditions);
an ``if`` on an array is an error (write :func:`where`, or :func:`anywhere` to skip work).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar, overload

import numpy as np

from sim.language import symbol

Number: TypeAlias = "float | np.ndarray[Any, Any]"
"""A float or int (one world), or an array of them with one entry per world."""
Truth: TypeAlias = "bool | np.ndarray[Any, Any]"
"""Whether something holds: a bool (one world), or an array of them with one entry per world."""
State = TypeVar("State")
Symbol: Any = symbol.Symbol
Array = np.ndarray
"""Compared by `is`: the words are called hundreds of times a day, and a look at the very type is the cheapest."""


@overload
def where(condition: Truth, yes: Truth, otherwise: Truth) -> Truth: ...  # type: ignore[overload-overlap]  # by an array
@overload
def where(condition: Truth, yes: Number, otherwise: Number) -> Number: ...
def where(condition: Truth, yes: Number, otherwise: Number) -> Number:
    """``yes`` in the worlds where the condition holds, ``otherwise`` in the rest."""
    if condition is True:
        return yes
    if condition is False:
        return otherwise
    if type(condition) is Array:
        return np.where(condition, yes, otherwise)
    return symbol.select(condition, yes, otherwise) if type(condition) is Symbol else yes if condition else otherwise


def not_(condition: Truth) -> Truth:
    """Where the condition does not hold."""
    if type(condition) is Array:
        return np.logical_not(condition)
    return symbol.inverse(condition) if type(condition) is Symbol else not condition


def anywhere(condition: Truth) -> bool:
    """Whether the condition holds in at least one of the worlds (to skip work, never to decide)."""
    if condition is True or condition is False:
        return condition
    return bool(condition.any()) if type(condition) is Array else type(condition) is Symbol or bool(condition)


def least(a: Number, b: Number) -> Number:
    """The smaller of the two, world by world."""
    if type(a) is Array or type(b) is Array:
        return np.minimum(a, b)
    if type(a) is Symbol or type(b) is Symbol:
        return symbol.smaller(a, b)
    return b if b < a else a


def most(a: Number, b: Number) -> Number:
    """The larger of the two, world by world."""
    if type(a) is Array or type(b) is Array:
        return np.maximum(a, b)
    if type(a) is Symbol or type(b) is Symbol:
        return symbol.larger(a, b)
    return b if b > a else a


def apart(a: Number, b: Number) -> Number:
    """How far apart the two are, world by world."""
    far: Any = a - b
    found: Number = abs(far)
    return found


def clip(x: Number, low: float = 0.0, high: float = 1.0) -> Number:
    """``x`` kept between two plain numbers."""
    if type(x) is Array:
        return np.minimum(np.maximum(x, low), high)
    if type(x) is Symbol:
        return symbol.smaller(symbol.larger(x, low), high)
    return low if x < low else high if x > high else x


def floor(x: Number) -> Number:
    """The whole number at or below ``x``, still as a float."""
    if type(x) is Array:
        return np.floor(x)
    if type(x) is Symbol:
        return symbol.unary("floor", x)
    return float(math.floor(x))


def whole(x: Number) -> Number:
    """A float that is already whole, as an integer."""
    if type(x) is Array:
        return x.astype(np.int64)
    return symbol.cast(x, "i") if type(x) is Symbol else int(x)


def truth(condition: Truth) -> Number:
    """1 where the condition holds, 0 elsewhere (booleans are never added: True + True is True in NumPy)."""
    if condition is True:
        return 1
    if condition is False:
        return 0
    if type(condition) is Array:
        return condition.astype(np.int64)
    return symbol.cast(condition, "i") if type(condition) is Symbol else int(condition)


def pick(index: Number, values: Sequence[Number]) -> Number:
    """The entry of ``values`` that each world's index names, as one reads a table by its row."""
    found: Number
    if type(index) is Symbol:
        found = values[-1]
        for place in range(len(values) - 2, -1, -1):
            found = symbol.select(index == place, values[place], found)
    elif type(index) is not Array:
        found = values[index]  # type: ignore[call-overload]  # a whole number, where it is no array
    elif any(type(value) is Array for value in values):
        found = np.choose(index, [np.asarray(value) for value in values])
    else:
        found = np.asarray(values)[index]
    return found


def power(base: Number, times: Number) -> Number:
    """``base`` multiplied with itself a whole number of times (0 to 12; more leave no more)."""
    found = where(times > 0, base, 1.0)
    for step in range(1, 12):
        more = times > step
        if not anywhere(more):
            break
        found = found * where(more, base, 1.0)
    return found


def total(terms: Sequence[Number]) -> Number:
    """The sum, from the left (the order decides the last bit, and the built-in ``sum`` changed in Python 3.12)."""
    found: Number = 0.0
    for term in terms:
        found = found + term
    return found


def where_needed(condition: Truth, rule: Callable[..., Any], otherwise: Any, *inputs: Any) -> Any:
    """What ``rule(*inputs)`` gives where the condition holds, ``otherwise`` in the other worlds.

    The rule is worked out for those worlds alone, which is what makes rare events cheap. With a rule
    that gives several numbers, ``otherwise`` is a tuple of as many. An input with a ``cut`` method
    (:class:`~sim.language.tree.Settings`) is cut down to those worlds by it.
    """
    if type(condition) is Symbol:
        found = rule(*inputs)
        if isinstance(otherwise, tuple):
            return tuple(symbol.select(condition, new, old) for old, new in zip(otherwise, found, strict=True))
        return symbol.select(condition, found, otherwise)
    if type(condition) is not Array:
        return rule(*inputs) if condition else otherwise
    at = np.flatnonzero(condition)
    if at.size == 0:
        return otherwise
    found = rule(*[_part(x, at) for x in inputs])
    if isinstance(otherwise, tuple):
        return tuple(_put(old, new, at, condition.size) for old, new in zip(otherwise, found, strict=True))
    return _put(otherwise, found, at, condition.size)


def _part(x: Any, at: np.ndarray) -> Any:
    if type(x) is Array:
        return x[at]
    if hasattr(x, "cut"):
        return x.cut(at)
    return tuple(_part(item, at) for item in x) if isinstance(x, tuple) else x


def _put(old: Number, new: Number, at: np.ndarray, size: int) -> np.ndarray:
    kind = np.result_type(old, new)
    full = old.astype(kind) if type(old) is Array else np.full(size, old, kind)
    full[at] = new
    return full


def repeat(count: Number, body: Callable[..., State], state: State, *inputs: Any) -> State:
    """``state`` after ``body(0, happens, state, *inputs)``, ``body(1, …)`` … as long as any world has so many.

    ``happens`` says in which worlds that turn is one of the ``count``; the body itself looks at it.
    """
    if type(count) is Symbol:
        found: State = symbol.repeat(count, body, state, inputs)
        return found
    turn = 0
    while anywhere(happens := count > turn):
        state = body(turn, happens, state, *inputs)
        turn += 1
    return state


def whilst(
    more: Callable[..., Truth], step: Callable[..., tuple[Number, ...]], state: tuple[Number, ...], *inputs: Number
) -> tuple[Number, ...]:
    """``state`` after ``step(*state, *inputs)`` again and again, in each world while ``more`` of the same holds."""
    given = (*state, *inputs)
    if any(type(value) is Symbol for value in given):
        found: tuple[Number, ...] = symbol.whilst(more, step, state, inputs)
        return found
    size = next((value.size for value in given if type(value) is Array), None)
    if size is None:
        while more(*state, *inputs):
            state = step(*state, *inputs)
        return state
    full = [np.full(size, value) if type(value) is not Array else value.copy() for value in state]
    goes_on = more(*full, *inputs)
    while True:
        at = np.flatnonzero(goes_on)
        if at.size == 0:
            return tuple(full)
        here = [value[at] for value in full]
        there = [value[at] if type(value) is Array else value for value in inputs]
        for value, new in zip(full, step(*here, *there), strict=True):
            value[at] = new
        goes_on = np.zeros(size, bool)
        goes_on[at] = more(*[value[at] for value in full], *there)
