"""The day of the model, run on symbols: what each kind of day does to the state, as a graph.

A *kind of day* is all of a day's calendar that decides which operations there are (what is dated, what is capped, …);
what only decides their values (the date, whether a week begins, a dated level) differs from day to day of a kind. It is
read off the frozen calendar and what the day is given, and from nothing else. A field that is not known here is an
error: it might decide something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.engine.almanac import BY_THE_RECORD, CAPS
from sim.engine.observe import Due, Evening, How, Quantity, When
from sim.language.luck import Luck, day_key
from sim.language.number import most, truth
from sim.language.symbol import Graph, Symbol, Type, Value, cast, leaves, rebuilt, type_of, wider
from sim.language.tree import Settings
from sim.model import day as order
from sim.model.at import At
from sim.model.calendar import Calendar, FrontToday
from sim.model.given import Given, Scripted
from sim.model.militia.numbers import AttackEvent
from sim.model.world import Numbers, World

STATE, NUMBER, TODAY, KEY = "state of the world", "number", "of the day", "key"
"""What a program is given from outside: the operations of its symbols without arguments."""
GIFTS = frozenset({*(name for _, _, name, _ in CAPS), "militia/highest rungs", *BY_THE_RECORD})
"""What a compiled day may be given, and is the same on all days of a kind: caps, and that the record rules."""
SETS_THE_KIND = ("calls_are_regular", "free", "legal_default", "recorded", "relabelled_before", "syria")
"""Fields of the calendar that are part of the kind, as they are."""
VALUES = {"day": "i", "weekly": "b", "monthly": "b"}
"""Fields whose values differ between the days of a kind, and their types."""
LEVELS = ("allies", "isis", "confrontation", "troops")
"""Dated levels: whether there is one is of the kind, its value is the day's."""
ORDINARY = {"agreement_left": -1, "legal_change": False, "invited_back": False, "changes": ()}
"""Days on which one of these fields says anything else are rare: they are left to NumPy."""
ORDINAL = "ordinal"
ATTACKS = AttackEvent.GIVES
RECORDED = 2
"""So many attacks whose group nobody knows a compiled day of the record enters; days with other acts are rare."""


class Unknown:
    """Stands where the tracer knows no number, so that a rule which reads it says so."""

    def __init__(self, what: str) -> None:
        self.__dict__["what"] = what

    def __getattr__(self, name: str) -> Any:
        raise TypeError(f"a rule reads {self.what}, which a compiled day does not know")

    def __reduce__(self) -> tuple[type[Unknown], tuple[str]]:
        return Unknown, (self.what,)

    def __deepcopy__(self, memo: dict[int, Any]) -> Unknown:
        return self

    def _read(self, *_: Any) -> Any:
        return self.read

    __call__ = __bool__ = __lt__ = __le__ = __gt__ = __ge__ = __add__ = __radd__ = __mul__ = __rmul__ = _read
    __iter__ = __len__ = __float__ = __int__ = _read


class Kind(NamedTuple):
    """A kind of day."""

    calendar: tuple[Any, ...]
    levels: tuple[bool, ...]
    fronts: int
    given: tuple[tuple[str, Any], ...]

    @property
    def free(self) -> bool:
        """Whether the scenario has begun."""
        return bool(self.calendar[SETS_THE_KIND.index("free")])

    @property
    def recorded(self) -> bool:
        """Whether the record gives what happened."""
        return bool(self.calendar[SETS_THE_KIND.index("recorded")])


def kind_of(calendar: Calendar, given: Given) -> Kind | None:
    """The kind of a day; None where it is left to NumPy: what the record, the script or a choice gives is rare."""
    if not GIFTS.issuperset(given) and not (calendar.recorded and GIFTS.issuperset(given.keys() - {ATTACKS})):
        return None
    attacks = given.get(ATTACKS, ())
    if len(attacks) > RECORDED or any(
        not isinstance(one.event, AttackEvent) or one.group is not None for one in attacks
    ):
        return None
    if any(getattr(calendar, field) != usual for field, usual in ORDINARY.items()):
        return None
    return Kind(
        calendar=tuple(getattr(calendar, field) for field in SETS_THE_KIND),
        levels=tuple(getattr(calendar, field) is not None for field in LEVELS),
        fronts=len(calendar.fronts),
        given=tuple(sorted((name, gift) for name, gift in given.items() if name != ATTACKS)),
    )


class RecordedAttack(NamedTuple):
    """A scripted attack as a compiled day is given it: numbers, where other days have the event itself."""

    count: Any  # 0: none
    in_iraq: Any
    wounded: Any
    dead: Any


OF_A_FRONT = {"dated": "b", "state": "i", "truce": "b", "over_for_groups": "b", "over_for_politics": "b"}
"""The fields of a front, all of them values of the day, and their types."""
OF_AN_ATTACK = {"count": "i", "in_iraq": "b", "wounded": "f", "dead": "f"}
"""The fields of a recorded attack, and their types."""


def values_of(calendar: Calendar, given: Given) -> dict[str, float]:
    """What differs between the days of a kind, by name."""
    found: dict[str, float] = {ORDINAL: calendar.date.toordinal()}
    for one in given.get(ATTACKS, ()):
        for field, type_ in OF_AN_ATTACK.items():
            value = getattr(one.event, field, 0)
            found[f"attack {one.number} {field}"] = float(value) if type_ == "f" else value
    found |= {field: getattr(calendar, field) for field in VALUES}
    found |= {field: getattr(calendar, field) for field in LEVELS if getattr(calendar, field) is not None}
    for place, front in enumerate(calendar.fronts):
        found |= {f"front {place} {field}": getattr(front, field) for field in OF_A_FRONT}
    return found


def _value(graph: Graph, type_: Type, name: str) -> Any:
    """A value of the day."""
    return graph.given(TODAY, type_, name)


def _calendar(kind: Kind, graph: Graph) -> Calendar:
    """The calendar of a kind of day, its values as symbols."""
    known: dict[str, Any] = {**ORDINARY, **dict(zip(SETS_THE_KIND, kind.calendar, strict=True))}
    known |= {field: graph.given(TODAY, type_, field) for field, type_ in VALUES.items()}
    for field, dated in zip(LEVELS, kind.levels, strict=True):
        known[field] = graph.given(TODAY, "f", field) if dated else None
    known["date"] = Unknown("the date")
    known["fronts"] = tuple(
        FrontToday(**{field: _value(graph, type_, f"front {place} {field}") for field, type_ in OF_A_FRONT.items()})
        for place in range(kind.fronts)
    )
    missing = set(Calendar._fields) ^ set(known)
    if missing:
        raise TypeError(
            f"the calendar's {', '.join(sorted(missing))}: say in {__name__} whether it sets the kind of day, or is a "
            "value of it"
        )
    return Calendar(**known)


# ---------------------------------------------------------------------------------------------- the numbers
def numbers(tree: Any, found: list[tuple[str, Any]], name: str = "") -> list[tuple[str, Any]]:
    """The numbers of a tree of settings with their dotted names, in order; and what else decides, as text."""
    if isinstance(tree, Settings):
        for key, value in vars(tree).items():
            if key != "_arrays":
                numbers(value, found, f"{name}.{key}")
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            numbers(value, found, f"{name}.{key}")
    elif isinstance(tree, tuple):
        for place, value in zip(getattr(tree, "_fields", range(len(tree))), tree, strict=True):
            numbers(value, found, f"{name}.{place}")
    else:
        found.append((name, tree))
    return found


def is_number(value: Any) -> bool:
    """Whether a leaf of the settings is a number that may differ by world."""
    return isinstance(value, int | float | np.ndarray | np.generic) and not isinstance(value, bool | np.bool_)


def _symbolic(tree: Any, graph: Graph, name: str = "") -> Any:
    """The same tree with a symbol for each number; what is neither number nor text is unknown to a compiled day."""
    if isinstance(tree, Settings):
        return Settings({k: _symbolic(v, graph, f"{name}.{k}") for k, v in vars(tree).items() if k != "_arrays"})
    if isinstance(tree, Mapping):
        return {key: _symbolic(value, graph, f"{name}.{key}") for key, value in tree.items()}
    if isinstance(tree, tuple):
        places = getattr(tree, "_fields", range(len(tree)))
        items = [_symbolic(value, graph, f"{name}.{place}") for place, value in zip(places, tree, strict=True)]
        return type(tree)(*items) if hasattr(tree, "_fields") else tuple(items)
    if is_number(tree):
        return graph.given(NUMBER, "f", name)
    return tree if isinstance(tree, str | bool) or tree is None else Unknown(f"the number {name}")


# ------------------------------------------------------------------------------------------------- the trace
class Sum(NamedTuple):
    """What is carried from day to day for observers: the sum, or the highest, of the days since it was last shown."""

    quantity: str
    when: When
    how: How


class Wanted(NamedTuple):
    """What observers want of the days, each once: what is carried on, the day's values, and the bins of a week."""

    sums: tuple[Sum, ...]
    daily: tuple[str, ...]
    weekly: tuple[tuple[str, How, tuple[float, ...]], ...]  # quantity, how, edges

    @classmethod
    def by(cls, needs: Iterable[Due]) -> Wanted:
        """From the needs of observers. ValueError for one that a compiled program does not serve."""
        sums: dict[Sum, None] = {}
        daily: dict[str, None] = {}
        weekly: dict[tuple[str, How, tuple[float, ...]], None] = {}
        for key, quantity, need in needs:
            if need.how != "level":
                if need.when == "daily":
                    raise ValueError(f"{key}: the sum or the highest of one day is its level")
                sums[Sum(quantity, need.when, need.how)] = None
            if need.when == "daily":
                daily[quantity] = None
            elif need.when == "weekly":
                if not need.edges:
                    raise ValueError(f"{key}: of a week a compiled program shows bins alone")
                weekly[quantity, need.how, need.edges] = None
        return cls(tuple(sums), tuple(daily), tuple(weekly))


class Traced(NamedTuple):
    """What a kind of day does: the state after it, what is added up, the values of the day, and what a week shows."""

    state: tuple[Value, ...]
    sums: tuple[Value, ...]
    daily: tuple[Value, ...]
    shown: tuple[Value, ...]


class Trace:
    """Some kinds of day of a world, traced.

    ``world`` and ``p`` give the shape alone: which numbers there are. ``types`` are those of the state's numbers, in
    the order of :func:`~sim.language.symbol.leaves`, and of the sums behind them.
    """

    def __init__(
        self, world: World, p: Numbers, kinds: Sequence[Kind], wanted: Wanted, table: Mapping[str, Quantity]
    ) -> None:
        self.wanted = wanted
        self._shape = without_today(world)
        self._table = table
        self.types: list[Type] = [_type(value) for value in leaves(self._shape)] + ["i"] * len(wanted.sums)
        self.size = len(leaves(self._shape))
        self.kinds: dict[Kind, Traced] = {}
        while True:
            self.graph = Graph()
            self._p = _symbolic(p, self.graph)
            self.kinds = {kind: self._day(kind) for kind in kinds}
            if not self._widened():
                break
        self.kinds = {kind: self._stored(traced) for kind, traced in self.kinds.items()}

    def _widened(self) -> bool:
        """Whether a kind of day gives a state a type that holds more than the one assumed; then all begins again."""
        before = list(self.types)
        for traced in self.kinds.values():
            found = [type_of(value) for value in (*traced.state, *traced.sums)]
            self.types = [wider(old, new) for old, new in zip(self.types, found, strict=True)]
        return self.types != before

    def _stored(self, traced: Traced) -> Traced:
        """Values as they are stored: the state and sums in their types, those of the day as floats, bins whole."""
        size = len(traced.state)

        def all_as(values: Sequence[Value], types: Iterable[Type]) -> tuple[Value, ...]:
            return tuple(cast(value, type_) for value, type_ in zip(values, types, strict=False))

        return Traced(
            all_as(traced.state, self.types),
            all_as(traced.sums, self.types[size:]),
            all_as(traced.daily, "f" * len(traced.daily)),
            all_as(traced.shown, "i" * len(traced.shown)),
        )

    def _before(self) -> list[Symbol]:
        return [self.graph.given(STATE, type_, place) for place, type_ in enumerate(self.types)]

    def _at(self, kind: Kind) -> At:
        day = self.graph.given(TODAY, "u", ORDINAL)
        luck = Luck(self.graph.given(KEY, "u", None), day, day_key(day))  # type: ignore[arg-type]  # all symbols
        return At.on(_calendar(kind, self.graph), luck, {**dict(kind.given), **self._recorded(kind)})

    def _recorded(self, kind: Kind) -> dict[str, Any]:
        """What the record gives on a day, its values as symbols."""
        if not kind.recorded:
            return {}
        found = []
        for number in range(RECORDED):
            values = {
                field: _value(self.graph, type_, f"attack {number} {field}") for field, type_ in OF_AN_ATTACK.items()
            }
            found.append(Scripted(number, RecordedAttack(**values)))
        return {ATTACKS: tuple(found)}

    def _day(self, kind: Kind) -> Traced:
        before, at = self._before(), self._at(kind)
        world = rebuilt(self._shape, iter(before[: self.size]))._replace(today=Unknown("what yesterday was like"))
        after = order.day(world, self._p, at)
        state = leaves(without_today(after))
        if not kind.free:
            return Traced(tuple(state), tuple(before[self.size :]), (), ())
        evening = Evening(after, self._p, at)

        later = Evening(world._replace(today=Unknown("the day, at a week's end")), self._p, at)

        def read(quantity: str, evening: Evening = evening) -> Any:
            return self._table[quantity].read(evening)

        sums = []
        so_far: Any
        for (quantity, _, how), so_far in zip(self.wanted.sums, before[self.size :], strict=True):
            sums.append(so_far + read(quantity) if how == "sum" else most(so_far, read(quantity)))
        shown = []
        for quantity, how, edges in self.wanted.weekly:
            at_last: Any = read(quantity, later) if how == "level" else self._sum(before, Sum(quantity, "weekly", how))
            shown.append(_bin(at_last, edges))
        return Traced(tuple(state), tuple(sums), tuple(map(read, self.wanted.daily)), tuple(shown))

    def _sum(self, before: Sequence[Symbol], one: Sum) -> Symbol:
        return before[self.size + self.wanted.sums.index(one)]


def _bin(value: Any, edges: Sequence[float]) -> Value:
    """Which bin a value falls in, as ``numpy.searchsorted(edges[1:-1], value, side="right")`` says."""
    found: Any = 0
    for edge in edges[1:-1]:
        found = found + truth(value >= edge)
    return found


def without_today(world: World) -> World:
    """A world's state without what happened on its day, which the next one begins anew."""
    nothing: Any = ()
    return world._replace(today=nothing)


def _type(value: Any) -> Type:
    """The type of a number of a world in NumPy."""
    kind = np.asarray(value).dtype.kind
    if kind not in "bif":
        raise TypeError(f"the state holds {value!r}, which a compiled day does not know")
    return kind


def roots(traced: Traced) -> Iterable[Value]:
    """All that a kind of day is asked for."""
    return (*traced.state, *traced.sums, *traced.daily, *traced.shown)
