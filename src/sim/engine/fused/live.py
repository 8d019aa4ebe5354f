"""Days of many worlds by a compiled program, and by NumPy the few that are of no common kind."""

from __future__ import annotations

import ctypes
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from weakref import ref

import numpy as np

from sim.engine.fingerprint import model_hash
from sim.engine.fused import machine
from sim.engine.fused.emit import DAILY, KIND, SHOW, Program, nothing
from sim.engine.fused.kept import fingerprint, kept
from sim.engine.fused.trace import (
    Kind,
    Sum,
    Trace,
    Unknown,
    Wanted,
    is_number,
    kind_of,
    numbers,
    values_of,
    without_today,
)
from sim.engine.observe import Due, Need
from sim.language.number import Number
from sim.language.symbol import Type, leaves, rebuilt
from sim.model.world import Numbers, World

if TYPE_CHECKING:
    from sim.engine.mesa import WithdrawalModel

Needs: TypeAlias = "Mapping[str, Need]"
Array: TypeAlias = "np.ndarray[Any, Any]"
COMMON = 20
"""Kinds of day that occur so often in a scenario are compiled."""
MOST_KINDS = 6
SHORTEST = 3
"""Fewer days in a row are left to NumPy: to hand the state over and back costs as much."""
_TYPES: Mapping[Type, Any] = {"f": np.float64, "i": np.int64, "b": np.bool_}


class Layout(NamedTuple):
    """Where in memory what stands, for a compiled program: kept with it."""

    by_world: bool  # the scenario's numbers differ by world

    types: list[Type]
    columns: list[str]
    made: int


class Compiled:
    """A program for some kinds of day, in memory and ready to be called. The same for all scenarios of one shape."""

    def __init__(self, kinds: Sequence[Kind], wanted: Wanted, layout: Layout, code: bytes, lanes: int) -> None:
        self.kinds = {kind: place for place, kind in enumerate(kinds)}
        self.wanted, self.layout, self.lanes = wanted, layout, lanes
        self._loaded = machine.Loaded(code)
        whole, pointer = ctypes.c_int64, ctypes.c_void_p
        run = ctypes.CFUNCTYPE(None, whole, whole, *[pointer] * 3, whole, pointer, whole, *[pointer] * 3)
        self.run = run(self._loaded.address("run"))
        self.ahead = ctypes.CFUNCTYPE(None, pointer, pointer)(self._loaded.address("ahead"))


_LOADED: dict[str, Compiled] = {}
MOST_LOADED = 16
"""Programs that this process has in memory, by key: those of its next blocks."""


@lru_cache(maxsize=1)
def emitter_hash() -> str:
    """A hash of what makes programs: these files. (What they make of a rule is said by the hash of the model.)"""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return fingerprint(*(source.read_text(encoding="utf-8") for source in sources))


def program_for(
    world: World,
    p: Numbers,
    kinds: Sequence[Kind],
    wanted: Wanted,
    table: Mapping[str, Any],
    target: machine.Target,
    by_world: bool = False,
    contraction: bool = False,
) -> Compiled:
    """A compiled program: one that was kept, or a new one."""
    found = numbers(p, [])
    names = [name for name, value in found if is_number(value)]
    others = [(name, value) for name, value in found if isinstance(value, str | bool)]
    types = [np.asarray(value).dtype.kind for value in leaves(without_today(world))]
    shape = repr((by_world, types, names, others, list(kinds), wanted))
    key = fingerprint(model_hash(), emitter_hash(), shape, machine.version(), repr(target), str(contraction))

    def make() -> bytes:
        trace = Trace(world, p, kinds, wanted, table)
        program = Program(trace, names, target.lanes, by_world)
        layout = Layout(by_world, trace.types, list(program.columns.names), program.made)
        code = machine.compiled(program.text, target, contraction=contraction)
        return json.dumps(layout).encode("utf-8") + b"\n" + code

    if key not in _LOADED:
        head, code = kept(key, make).split(b"\n", 1)
        while len(_LOADED) >= MOST_LOADED:
            _LOADED.pop(next(iter(_LOADED)))
        _LOADED[key] = Compiled(kinds, wanted, Layout(*json.loads(head)), code, target.lanes)
    return _LOADED[key]


def aligned(shape: tuple[int, ...], type_: Any = np.float64) -> Array:
    """An array of zeros that begins where the widest registers can read it."""
    size = int(np.prod(shape)) * np.dtype(type_).itemsize
    memory = np.zeros(size + 64, np.uint8)
    first = -memory.ctypes.data % 64
    found: Array = memory[first : first + size].view(type_).reshape(shape)
    return found


class Span(NamedTuple):
    """Days in a row that a program lives, with the same numbers in force."""

    first: int
    end: int
    kinds: list[int]
    days: list[dict[str, float]]


class Fused:
    """Lives the days of a model: those of common kinds by a compiled program, the others by NumPy.

    One may live any number of models, one after the other. ``needs`` are those of each observer that they have.
    ``target`` is the kind of processor, the best that this machine has if none is named. ImportError where there is no
    llvmlite.
    """

    def __init__(
        self, needs: Iterable[Needs], target: machine.Target | None = None, *, contraction: bool = False
    ) -> None:
        self._wanted = Wanted.by(Due(key, need.of or key, need) for each in needs for key, need in each.items())
        self._target = target or machine.best()
        self._contraction = contraction
        self._model: ref[WithdrawalModel] | None = None  # the one whose days have been looked at
        self._compiled: Compiled | None = None
        self._plan: list[Kind | None] = []
        self._values: list[dict[str, float]] = []
        self._counted: tuple[Numbers, Array, Array] | None = None  # the numbers in force, as the program has them
        self.by_program = 0
        """How many days were lived by the program."""

    def live(self, model: WithdrawalModel, until: int) -> None:
        """Live the days of the model up to one, without it."""
        if model.choices or model.log is not None:
            raise ValueError("a compiled program keeps no log of events and knows the model's own choices only")
        if self._model is None or self._model() is not model:
            self._prepare(model)
        while model.day < until:
            span = self._span(model, until)
            if span.end - span.first < SHORTEST:
                for _ in range(max(span.end - span.first, 1)):
                    model.live()
            else:
                self._by_program(model, span)
                self.by_program += span.end - span.first

    def _prepare(self, model: WithdrawalModel) -> None:
        """Look at all days that there will be, and have a program for the common kinds."""
        self._model, self._counted = ref(model), None
        self._first = model.almanac.first_day  # those of a past that was kept, too: one program for all blocks
        days = [model.almanac.day(number) for number in range(self._first, model.scenario.days)]
        self._plan = [kind_of(*day) for day in days]
        self._values = [values_of(*day) for day in days]
        often = Counter(kind for kind in self._plan if kind is not None)
        kinds = sorted((kind for kind, days in often.most_common(MOST_KINDS) if days >= COMMON), key=repr)
        in_force = [value for p in (model.p, *model.turns.values()) for _, value in numbers(p, [])]
        by_world = any(isinstance(value, np.ndarray) and value.ndim for value in in_force)
        self._compiled = program_for(
            model.world, model.p, kinds, self._wanted, model.quantities, self._target, by_world, self._contraction
        )

    def _span(self, model: WithdrawalModel, until: int) -> Span:
        """The days from the next one on that the program can live; none where that one is of no common kind."""
        assert self._compiled is not None
        kinds: list[int] = []
        days: list[dict[str, float]] = []
        for number in range(model.day, until):
            if kinds and number in model.turns:
                break
            kind = self._plan[number - self._first]
            if kind is None or kind not in self._compiled.kinds:
                break
            kinds.append(self._compiled.kinds[kind])
            days.append(self._values[number - self._first])
        return Span(model.day, model.day + len(kinds), kinds, days)

    def _by_program(self, model: WithdrawalModel, span: Span) -> None:
        """Hand the state over, have the days lived, take it back, and show observers what they need."""
        compiled = self._compiled
        assert compiled is not None
        wanted, lanes, size = compiled.wanted, compiled.lanes, int(np.size(model.worlds))
        groups = -(-size // lanes)
        memory = Memory(compiled, groups, size)
        memory.enter(leaves(without_today(model.world)), self._so_far(model))
        if self._counted is None or self._counted[0] is not model.p:
            self._counted = (model.p, *memory.numbers(model.p))
        _, counted, made = self._counted
        last = model.scenario.days - 1
        rows = np.zeros((len(span.days), len(compiled.layout.columns)), np.int64)
        weeks = [day for day in range(max(span.first, 0), span.end) if day % 7 == 6 or day == last]
        place = {name: column for column, name in enumerate(compiled.layout.columns)}
        line = {day: number for number, day in enumerate(weeks)}
        keeps = bool(wanted.daily) and span.end > 0
        for number, (kind, values) in enumerate(zip(span.kinds, span.days, strict=True)):
            day = span.first + number
            rows[number, place[KIND]] = kind
            rows[number, place[SHOW]] = line.get(day, -1)
            rows[number, place[DAILY]] = max(day - max(span.first, 0), 0) if keeps else 0
            for name, value in values.items():  # what is not given today is 0
                if name in place:
                    cell: Any = rows[number, place[name] : place[name] + 1]
                    if isinstance(value, float):
                        cell = cell.view(np.float64)
                    cell[0] = value
        every = max(span.end - max(span.first, 0), 1) if keeps else 1
        daily = aligned((every, max(len(wanted.daily), 1), groups * lanes))
        shown = aligned((max(len(weeks), 1), max(len(wanted.weekly), 1), groups * lanes), np.int16)
        keys = aligned((groups * lanes,), np.uint64)
        keys[:] = memory.padded(np.asarray(model.keys))
        compiled.run(
            groups,
            len(rows),
            rows.ctypes.data,
            memory.state.ctypes.data,
            counted.ctypes.data,
            counted[0].size if len(counted) > 1 else 0,
            made.ctypes.data,
            made[0].size if len(made) > 1 else 0,
            keys.ctypes.data,
            daily.ctypes.data,
            shown.ctypes.data,
        )
        self._back(model, span, memory)
        self._show(model, span, memory, daily, shown, line)

    def _so_far(self, model: WithdrawalModel) -> list[Number | None]:
        """What has been added up by now for observers, None where that begins anew."""
        known = {
            Sum(due.quantity, due.need.when, due.need.how): watch.so_far[due.key]
            for watch in model.watches.all
            for due in watch.needs
            if due.key in watch.so_far
        }
        return [known.get(one) for one in self._wanted.sums]

    def _back(self, model: WithdrawalModel, span: Span, memory: Memory) -> None:
        """The model stands on the evening of the span's last day."""
        shape = without_today(model.world)
        world = rebuilt(shape, iter(memory.leave(len(leaves(shape)))))
        today: Any = Unknown("a day that a program lived: it keeps what observers need")
        model.lived_by_another(span.end - 1, world._replace(today=today))

    def _show(
        self, model: WithdrawalModel, span: Span, memory: Memory, daily: Array, shown: Array, line: Mapping[int, int]
    ) -> None:
        """Hand observers what is due, day by day or week by week, and what has been added up since."""
        wanted, size, last = self._wanted, int(np.size(model.worlds)), model.scenario.days - 1
        if span.end <= 0:
            return
        sums = dict(zip(wanted.sums, memory.sums(), strict=True))
        first = max(span.first, 0)
        for watch in model.watches.all:
            carried = {
                due.key: Sum(due.quantity, due.need.when, due.need.how)
                for due in watch.needs
                if due.need.how != "level"
            }
            days: Iterable[int] = range(first, span.end) if any(d.need.when == "daily" for d in watch.needs) else line
            for day in days:
                values: dict[str, Number] = {}
                for key, quantity, need in watch.due(day):
                    if need.when == "daily":
                        values[key] = daily[day - first, wanted.daily.index(quantity), :size]
                    elif need.when == "weekly":
                        place = wanted.weekly.index((quantity, need.how, need.edges))
                        values[key] = shown[line[day], place, :size]
                    elif key in carried:
                        values[key] = sums[carried[key]]
                    else:
                        values[key] = model.value(quantity)
                if values:
                    watch.show(day, values)
            since = max((day for day in line), default=first - 1)  # when a week was shown last
            watch.so_far = {
                key: sums[one]
                for key, one in carried.items()
                if span.end <= last and (one.when == "end" or since < span.end - 1)
            }


class Memory:
    """A program's memory for worlds, in groups of as many as it has lanes; the last world fills the last group up."""

    def __init__(self, compiled: Compiled, groups: int, size: int) -> None:
        self._compiled, self._groups, self._size = compiled, groups, size
        self.state = aligned((groups, len(compiled.layout.types), compiled.lanes))
        self._as = {"f": self.state, "i": self.state.view(np.int64), "b": self.state.view(np.int64)}

    def padded(self, values: Array) -> Array:
        """One entry a lane."""
        full = np.broadcast_to(values, (self._size,))
        return np.concatenate([full, np.repeat(full[-1:], self._groups * self._compiled.lanes - self._size)])

    def enter(self, state: Sequence[Number], sums: Sequence[Number | None]) -> None:
        """Put a state in, and what has been added up."""
        types = self._compiled.layout.types
        begun = [
            nothing(one.how, type_) if value is None else value
            for value, one, type_ in zip(sums, self._compiled.wanted.sums, types[len(state) :], strict=True)
        ]
        for place, (number, type_) in enumerate(zip([*state, *begun], types, strict=True)):
            value = np.asarray(number)
            if value.dtype.kind == "f" and type_ != "f" and not (value == np.trunc(value)).all():
                raise TypeError(f"the state holds parts of a number where a program knows whole ones: {value}")
            self._as[type_][:, place, :] = self.padded(value).reshape(self._groups, -1)

    def _taken(self, place: int) -> Array:
        type_ = self._compiled.layout.types[place]
        return self._as[type_][:, place, :].reshape(-1)[: self._size].astype(_TYPES[type_])

    def leave(self, size: int) -> Iterator[Array]:
        """Take the state out."""
        return (self._taken(place) for place in range(size))

    def sums(self) -> list[Array]:
        """Take out what has been added up."""
        types, sums = self._compiled.layout.types, self._compiled.wanted.sums
        return [self._taken(place) for place in range(len(types) - len(sums), len(types))]

    def numbers(self, p: Numbers) -> tuple[Array, Array]:
        """The scenario's numbers, and what is made of them: one group for all where they are the same in all worlds."""
        found = [value for _, value in numbers(p, []) if is_number(value)]
        by_world = self._compiled.layout.by_world
        groups, lanes = (self._groups, self._compiled.lanes) if by_world else (1, 1)
        counted, made = (
            aligned((groups, len(found), lanes)),
            aligned((groups, max(self._compiled.layout.made, 1), lanes)),
        )
        for place, value in enumerate(found):
            counted[:, place, :] = self.padded(value).reshape(groups, lanes) if np.ndim(value) else value
        for group in range(groups):
            self._compiled.ahead(counted[group].ctypes.data, made[group].ctypes.data)
        return counted, made
