"""Symbols: numbers that are written down instead of worked out, so that a rule's text can be compiled.

A rule that is given symbols runs as it does for floats and arrays, and leaves behind the graph of the operations it
asked for. A symbol stands for one number a world, of type ``b`` (truth), ``i`` (whole, 64 bits), ``u`` (64 bits without
a sign, for the draws) or ``f`` (float of 64 bits). Operations on plain numbers alone are worked out at once.

The words of the vocabulary (``number``, ``exact``, ``chance``) know what to do with a symbol. Where a rule asks Python
for a decision (an ``if``, ``and``, ``int(…)`` on a symbol), :class:`CannotBeTraced` names the line and the word to use.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

Value: TypeAlias = Any
"""A symbol or a plain number. (Rules are typed for floats and arrays: to a type checker they never meet a symbol.)"""
Type: TypeAlias = str
_RANK = {"b": 0, "i": 1, "u": 2, "f": 3}
_SIGN = 1 << 63
_ALL = (1 << 64) - 1
_WORDS = Path(__file__).parent
ARGUMENT = "argument"
"""The operation of the symbol that a function called in a program is traced with."""


class CannotBeTraced(TypeError):
    """A rule asks Python for something that no graph of operations can say. Names the file, the line and the word."""

    @classmethod
    def here(cls, what: str, instead: str) -> CannotBeTraced:
        """At the line of the rule that is running: the innermost one outside the vocabulary."""
        frame = sys._getframe(1)
        while frame.f_back is not None and Path(frame.f_code.co_filename).parent == _WORDS:
            frame = frame.f_back
        return cls(f"{frame.f_code.co_filename}, line {frame.f_lineno}: {what}; {instead}")


class Loop:
    """The body of a loop: while ``more`` holds, the states become ``nexts``, from ``begins`` on, world by world."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.states: list[Symbol] = []
        self.begins: list[Value] = []
        self.nexts: list[Value] = []
        self.more: Value = False


class Graph:
    """The operations of a trace, each written down once."""

    def __init__(self) -> None:
        self.symbols: list[Symbol] = []
        self.depth = 0
        self._known: dict[Any, Symbol] = {}

    def symbol(self, op: str, args: Sequence[Value], type_: Type, data: Any = None) -> Symbol:
        """The symbol of this operation: a new one, or the one that says the same."""
        key = (op, type_, data, *map(_identity, args))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Symbol(self, op, tuple(args), type_, data)
        return found

    def given(self, kind: str, type_: Type, name: Any) -> Symbol:
        """A number that comes from outside, by its kind and name."""
        return self.symbol(kind, (), type_, name)


class Symbol:
    """One number of every world, as the operation that gives it."""

    __slots__ = ("args", "data", "graph", "loop", "number", "op", "type")
    loop: Loop | None

    def __init__(
        self, graph: Graph, op: str, args: tuple[Value, ...], type_: Type, data: Any, loop: Loop | None = None
    ) -> None:
        self.graph, self.op, self.args, self.type, self.data = graph, op, args, type_, data
        self.number = len(graph.symbols)
        graph.symbols.append(self)
        self.loop = loop
        """The loop in whose body it is worked out, the innermost of its arguments'; None: once a day."""
        for arg in args:
            if (
                isinstance(arg, Symbol)
                and arg.loop is not None
                and (self.loop is None or arg.loop.depth > self.loop.depth)
            ):
                self.loop = arg.loop

    def __repr__(self) -> str:
        return f"<{self.type} {self.number}: {self.op}{'' if self.data is None else f' {self.data}'}>"

    # ------------------------------------------------------------------------------ what Python asks
    def __bool__(self) -> bool:
        raise CannotBeTraced.here(
            "Python is asked to decide (`if`, `while`, `and`, `or`, `not`, a chained comparison) on a number that "
            "differs by world",
            "write where(…), `&`, `|` or not_(…), and anywhere(…) to skip work",
        )

    def _no_number(self) -> Any:
        raise CannotBeTraced.here(
            "a plain number is wanted (`int`, `float`, `round`, an index, `math`) where it differs by world",
            "write floor(…), whole(…), truth(…) or pick(…)",
        )

    __int__ = __float__ = __index__ = __round__ = __floor__ = __ceil__ = __trunc__ = _no_number

    def _by_numpy(self, *_: Any, **__: Any) -> Any:
        raise CannotBeTraced.here("NumPy is called in a rule", "write the words of sim.language")

    __array__ = __array_ufunc__ = __array_function__ = _by_numpy

    def __iter__(self) -> Iterator[Any]:
        raise CannotBeTraced.here("a number is taken for a sequence", "loop over what the scenario names")

    # ------------------------------------------------------------------------------------ arithmetic
    __hash__ = object.__hash__

    def __add__(self, other: Value) -> Any:
        return _arithmetic("add", self, other)

    def __radd__(self, other: Value) -> Any:
        return _arithmetic("add", other, self)

    def __sub__(self, other: Value) -> Any:
        return _arithmetic("sub", self, other)

    def __rsub__(self, other: Value) -> Any:
        return _arithmetic("sub", other, self)

    def __mul__(self, other: Value) -> Any:
        return _arithmetic("mul", self, other)

    def __rmul__(self, other: Value) -> Any:
        return _arithmetic("mul", other, self)

    def __truediv__(self, other: Value) -> Any:
        return self.graph.symbol("div", (cast(self, "f"), cast(other, "f")), "f")

    def __rtruediv__(self, other: Value) -> Any:
        return self.graph.symbol("div", (cast(other, "f"), cast(self, "f")), "f")

    def __neg__(self) -> Any:
        whole = cast(self, "i") if self.type == "b" else self
        return _arithmetic("sub", 0, whole) if whole.type != "f" else self.graph.symbol("neg", (whole,), "f")

    def __abs__(self) -> Any:
        if self.type != "f":
            raise CannotBeTraced.here("abs() of a whole number", "write most(a - b, b - a)")
        return self.graph.symbol("abs", (self,), "f")

    # --------------------------------------------------------------------- truths, and bits of draws
    def __and__(self, other: Value) -> Any:
        if self.type == "u":
            return self if other == _ALL else self.graph.symbol("and", (self, cast(other, "u")), "u")
        return both(self, other)

    def __rand__(self, other: Value) -> Any:
        return self & other

    def __or__(self, other: Value) -> Any:
        return either(self, other)

    def __ror__(self, other: Value) -> Any:
        return either(other, self)

    def __xor__(self, other: Value) -> Any:
        return self.graph.symbol("xor", (cast(self, "u"), cast(other, "u")), "u")

    def __rshift__(self, bits: int) -> Any:
        return self.graph.symbol("shift", (cast(self, "u"),), "u", bits)

    # ----------------------------------------------------------------------------------- comparisons
    def __lt__(self, other: Value) -> Any:
        return _compared("lt", self, other)

    def __le__(self, other: Value) -> Any:
        return _compared("le", self, other)

    def __gt__(self, other: Value) -> Any:
        return _compared("lt", other, self)

    def __ge__(self, other: Value) -> Any:
        return _compared("le", other, self)

    def __eq__(self, other: object) -> Any:
        return _compared("eq", self, other)

    def __ne__(self, other: object) -> Any:
        return inverse(self == other)


def _identity(value: Value) -> Any:
    """Tells values apart that are not the same to the last bit and type (0.0 and -0.0, 1 and True)."""
    if isinstance(value, Symbol):
        return value.number
    return (type(value).__name__, struct.pack("<d", value) if isinstance(value, float) else value)


def same(a: Value, b: Value) -> bool:
    """Whether two values are the same, as far as the graph knows."""
    return bool(_identity(a) == _identity(b))


def type_of(value: Value) -> Type:
    """The type of a symbol or a plain number."""
    if isinstance(value, Symbol):
        return value.type
    if isinstance(value, bool):
        return "b"
    if isinstance(value, int):
        return "i" if -_SIGN <= value < _SIGN else "u"
    if isinstance(value, float):
        return "f"
    raise CannotBeTraced.here(f"{value!r} is no number", "rules take numbers and truths")


def wider(a: Type, b: Type) -> Type:
    """The type that holds both."""
    return a if _RANK[a] >= _RANK[b] else b


def cast(value: Any, type_: Type) -> Any:
    """A value as another type: truths as 0 and 1, whole numbers as floats."""
    if not isinstance(value, Symbol):
        return (
            float(value)
            if type_ == "f"
            else bool(value)
            if type_ == "b"
            else int(value) & (_ALL if type_ == "u" else -1)
        )
    if value.type == type_:
        return value
    return value.graph.symbol("cast", (value,), type_)


def _graph(*values: Value) -> Graph:
    return next(value.graph for value in values if isinstance(value, Symbol))


def _arithmetic(op: str, a: Value, b: Value) -> Value:
    type_ = wider(wider(type_of(a), type_of(b)), "i")
    a, b = cast(a, type_), cast(b, type_)
    if op == "mul" and not isinstance(a, Symbol) and a == 1:  # exact for floats, too
        return b
    if op == "mul" and not isinstance(b, Symbol) and b == 1:
        return a
    if type_ == "i":
        nothing = [not isinstance(value, Symbol) and value == 0 for value in (a, b)]
        if op == "mul" and any(nothing):
            return 0
        if op == "add" and nothing[0]:
            return b
        if op in ("add", "sub") and nothing[1]:
            return a
    return _graph(a, b).symbol(op, (a, b), type_)


def _compared(op: str, a: Value, b: Value) -> Value:
    type_ = wider(wider(type_of(a), type_of(b)), "i")
    a, b = cast(a, type_), cast(b, type_)
    if same(a, b) and type_ == "i":
        return op != "lt"
    return _graph(a, b).symbol(op, (a, b), "b")


# ----------------------------------------------------------------------------- what the words are made of
def inverse(a: Value) -> Value:
    """Where a truth does not hold."""
    if not isinstance(a, Symbol):
        return not a
    return a.args[0] if a.op == "not" else a.graph.symbol("not", (a,), "b")


def both(a: Value, b: Value) -> Value:
    """Where two truths hold."""
    if not isinstance(a, Symbol) or not isinstance(b, Symbol):
        plain, other = (b, a) if isinstance(a, Symbol) else (a, b)
        return _truth(other) if plain else False
    if same(a, b):
        return _truth(a)
    if same(inverse(_truth(a)), b):
        return False
    return a.graph.symbol("and", (_truth(a), _truth(b)), "b")


def either(a: Value, b: Value) -> Value:
    """Where one of two truths holds."""
    if not isinstance(a, Symbol) or not isinstance(b, Symbol):
        plain, other = (b, a) if isinstance(a, Symbol) else (a, b)
        return True if plain else _truth(other)
    if same(a, b):
        return _truth(a)
    return a.graph.symbol("or", (_truth(a), _truth(b)), "b")


def _truth(a: Value) -> Value:
    if type_of(a) != "b":
        raise CannotBeTraced.here("`&` or `|` on a number that is no truth", "compare it first, as in `x > 0`")
    return a


def select(condition: Value, yes: Any, otherwise: Any) -> Any:
    """``yes`` where the condition holds, ``otherwise`` elsewhere."""
    if not isinstance(condition, Symbol):
        return yes if condition else otherwise
    type_ = wider(type_of(yes), type_of(otherwise))
    yes, otherwise = cast(yes, type_), cast(otherwise, type_)
    if condition.op == "not":
        condition, yes, otherwise = condition.args[0], otherwise, yes
    if isinstance(yes, Symbol) and yes.op == "select" and same(yes.args[0], condition):
        yes = yes.args[1]
    if isinstance(otherwise, Symbol) and otherwise.op == "select" and same(otherwise.args[0], condition):
        otherwise = otherwise.args[2]
    if same(yes, otherwise):
        return yes
    if type_ == "b":
        if not isinstance(yes, Symbol):
            return either(condition, otherwise) if yes else both(inverse(condition), otherwise)
        if not isinstance(otherwise, Symbol):
            return either(inverse(condition), yes) if otherwise else both(condition, yes)
    return condition.graph.symbol("select", (condition, yes, otherwise), type_)


def _as_number(found: Any) -> float:
    """As rules are typed, a symbol is a number like others."""
    number: float = found
    return number


def smaller(a: Value, b: Value) -> float:
    """The smaller of two: ``b`` where ``b < a``, else ``a``."""
    type_ = wider(wider(type_of(a), type_of(b)), "i")
    return _as_number(_graph(a, b).symbol("min", (cast(a, type_), cast(b, type_)), type_))


def larger(a: Value, b: Value) -> float:
    """The larger of two: ``b`` where ``b > a``, else ``a``."""
    type_ = wider(wider(type_of(a), type_of(b)), "i")
    return _as_number(_graph(a, b).symbol("max", (cast(a, type_), cast(b, type_)), type_))


def unary(op: str, x: Value) -> float:
    """An operation of hardware on one float: floor, sqrt, exp2i (2 to a whole power), mantissa, exponent."""
    return _as_number(x.graph.symbol(op, (cast(x, "f"),), "f"))


def is_argument(x: Any) -> bool:
    """Whether a symbol is what a function called in a program is traced with."""
    return bool(x.op == ARGUMENT)


def called(name: str, x: Value) -> float:
    """A function of one float, written once in the program by its own text and called: ``exp``, ``log``."""
    return _as_number(x.graph.symbol("call", (cast(x, "f"),), "f", name))


# ------------------------------------------------------------------------------------------------- trees
def leaves(tree: Any) -> list[Any]:
    """The numbers in a record, in order: in tuples, named ones too."""
    if isinstance(tree, tuple):
        return [leaf for item in tree for leaf in leaves(item)]
    return [tree]


def rebuilt(tree: Any, values: Iterator[Any]) -> Any:
    """A record like another, with other numbers in it, in order."""
    if isinstance(tree, tuple):
        items = [rebuilt(item, values) for item in tree]
        return type(tree)(*items) if hasattr(tree, "_fields") else tuple(items)
    return next(values)


def _begin(graph: Graph, types: Sequence[Type], begins: Sequence[Value]) -> Loop:
    graph.depth += 1
    loop = Loop(graph.depth)
    loop.states = [Symbol(graph, "state", (), type_, place, loop) for place, type_ in enumerate(types)]
    loop.begins = [cast(value, type_) for value, type_ in zip(begins, types, strict=True)]
    return loop


def _finished(graph: Graph, loop: Loop, more: Value, nexts: Sequence[Value]) -> list[Symbol]:
    """What the states are when a loop is over. What its body reads from outside comes before it, as its arguments."""
    loop.more = more
    loop.nexts = [cast(value, state.type) for value, state in zip(nexts, loop.states, strict=True)]
    outside: dict[int, Symbol] = {}
    seen: set[int] = set()
    waiting = [value for value in (*loop.nexts, more) if isinstance(value, Symbol)]
    while waiting:
        one = waiting.pop()
        if one.number in seen:
            continue
        seen.add(one.number)
        if one.loop is None or one.loop.depth < loop.depth:
            outside[one.number] = one
        else:
            waiting.extend(arg for arg in one.args if isinstance(arg, Symbol))
            if one.op == "loop":
                waiting.extend(arg for arg in one.data.begins if isinstance(arg, Symbol))
    node = Symbol(graph, "loop", (*loop.begins, *outside.values()), "", loop)
    return [graph.symbol("after", (node,), state.type, place) for place, state in enumerate(loop.states)]


def whilst(more: Callable[..., Value], step: Callable[..., Any], state: tuple[Value, ...], inputs: Any) -> Any:
    """The loop of :func:`sim.language.number.whilst`, with symbols."""
    graph = _graph(*leaves(state), *[leaf for leaf in leaves(inputs) if isinstance(leaf, Symbol)])
    types = [wider(type_of(value), "i") if type_of(value) != "b" else "b" for value in state]
    while True:
        loop = _begin(graph, types, state)
        goes_on, nexts = more(*loop.states, *inputs), step(*loop.states, *inputs)
        graph.depth -= 1
        found = [wider(old, type_of(new)) for old, new in zip(types, nexts, strict=True)]
        if found == types:
            return tuple(_finished(graph, loop, goes_on, nexts))
        types = found


def repeat(count: Value, body: Callable[..., Any], state: Any, inputs: tuple[Any, ...]) -> Any:
    """The loop of :func:`sim.language.number.repeat`, with symbols: only what the body changes is a state of it."""
    graph, before = count.graph, leaves(state)
    types: dict[int, Type] = {}  # of the leaves that change
    while True:
        changing = list(types)
        loop = _begin(graph, ["i", *types.values()], [0, *[before[place] for place in changing]])
        inside = dict(zip(changing, loop.states[1:], strict=True))
        start = rebuilt(state, iter([inside.get(place, leaf) for place, leaf in enumerate(before)]))
        turn = loop.states[0]
        happens = count > turn
        after = leaves(body(turn, happens, start, *inputs))
        graph.depth -= 1
        found = dict(types)
        for place, (old, new) in enumerate(zip(before, after, strict=True)):
            if place in types or not same(old, new):
                found[place] = wider(types.get(place, type_of(old)), type_of(new))
        if found == types:
            ends = _finished(graph, loop, happens, [turn + 1, *[after[place] for place in changing]])
            at_last = dict(zip(changing, ends[1:], strict=True))
            return rebuilt(state, iter([at_last.get(place, leaf) for place, leaf in enumerate(before)]))
        types = dict(sorted(found.items()))
