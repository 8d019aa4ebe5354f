"""From traced kinds of day to the text of a program in LLVM's language, for a number of lanes (worlds side by side).

Only operations that IEEE 754 rounds exactly are written, and no permission to contract or reorder any: what comes out
equals NumPy's numbers to the bit.

A program has one function, ``run``. It takes groups of as many worlds as there are lanes through days:

    run(groups, days, rows, state, numbers, their stride, made, its stride, keys, daily, shown)

``rows`` holds :class:`Columns` a day; ``state``, ``numbers`` and ``made`` one line of lanes a number and group;
``daily`` and ``shown`` one line of all worlds a day (a week) and quantity.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sim.engine.fused.plan import Branch, Plan, Statement, flat
from sim.engine.fused.trace import KEY, NUMBER, ORDINAL, STATE, TODAY, Trace, Traced, roots
from sim.engine.observe import How
from sim.language import exact, symbol
from sim.language.symbol import Graph, Loop, Symbol, Type, Value, type_of

LETS_GO = 10**9
"""No branch is worth so much work."""
KIND, SHOW, DAILY = "kind", "show", "daily"
HEAD = (KIND, SHOW, DAILY)
"""What a day's row begins with: its kind; whether a week is shown, -1 or its line; its line among the daily values."""
CALLED: dict[str, Callable[[Any], Any]] = {"exp": exact.exp, "log": exact.log}
_PREDICATES = {"lt": ("olt", "slt"), "le": ("ole", "sle"), "eq": ("oeq", "eq")}
_ARITHMETIC = {"add", "sub", "mul"}
_NO_WORK = {STATE, NUMBER, TODAY, KEY, symbol.ARGUMENT, "state", "after"}


def nothing(how: How, type_: Type) -> float:
    """What a sum, or the highest, of no days is."""
    return 0 if how == "sum" else -math.inf if type_ == "f" else -(1 << 62)


class Columns:
    """The columns of a day's row, 64 bits each: :data:`HEAD`, then the day's values."""

    def __init__(self, values: Iterable[str]) -> None:
        self.names = (*HEAD, *sorted(values))
        self.place = {name: place for place, name in enumerate(self.names)}


class Program:
    """The text of a program, and where in memory what stands.

    ``by_world`` says whether the scenario's numbers differ by world: then each has a place a lane, else one.
    ``made``: how many numbers are made of the scenario's numbers once, ahead of the days.
    """

    def __init__(self, trace: Trace, names: Sequence[str], lanes: int, by_world: bool = False) -> None:
        self.trace, self.lanes, self.by_world = trace, lanes, by_world
        self.numbers = {name: place for place, name in enumerate(names)}
        days = {one.data for one in trace.graph.symbols if one.op == TODAY}
        self.columns = Columns({*days, ORDINAL})
        self._made: dict[int, int] = {}
        parts = [self._called(name, text) for name, text in CALLED.items()]
        kinds = list(trace.kinds.values())
        self._made = self._made_ahead(kinds)
        self.made = len(self._made)
        for number, traced in enumerate(kinds):
            live = Function(self, f"day_{number}")
            state = [*traced.state, *traced.sums]
            live.takes_place(state, list(traced.daily))
            parts.append(live.text())
            show = Function(self, f"show_{number}")
            show.shows(list(traced.shown))
            parts.append(show.text())
        ahead = Function(self, "ahead")
        ahead.makes(self._made)
        parts += [ahead.text(), self._run(len(kinds))]
        floats = self.type("f")
        suffix = "f64" if lanes == 1 else f"v{lanes}f64"
        declared = [f"declare {floats} @llvm.{name}.{suffix}({floats})" for name in ("floor", "sqrt", "fabs")]
        self.text = "\n".join([*declared, *parts, ""])

    def type(self, type_: Type) -> str:
        """The type of LLVM."""
        one = {"f": "double", "i": "i64", "u": "i64", "b": "i1"}[type_]
        return one if self.lanes == 1 else f"<{self.lanes} x {one}>"

    def _made_ahead(self, kinds: Sequence[Traced]) -> dict[int, int]:
        """What depends on the scenario's numbers alone: where each of it stands. Worked out once, not every day."""
        graph, plain = self.trace.graph, set()
        for one in graph.symbols:
            if one.op == NUMBER or (
                one.args
                and one.loop is None
                and one.op not in ("loop", "after")
                and all(not isinstance(arg, Symbol) or arg.number in plain for arg in one.args)
            ):
                plain.add(one.number)
        found: dict[int, int] = {}
        seen: set[int] = set()
        waiting = [value for traced in kinds for value in roots(traced)]
        while waiting:
            one = waiting.pop()
            if not isinstance(one, Symbol) or one.number in seen:
                continue
            seen.add(one.number)
            if one.number in plain:
                if one.op != NUMBER:
                    found[one.number] = 0
                continue
            waiting.extend(one.args)
            if one.op == "loop":
                loop: Loop = one.data
                waiting.extend([*loop.nexts, loop.more])
        return {number: place for place, number in enumerate(sorted(found))}

    @property
    def ready(self) -> Iterable[int]:
        """The numbers of the symbols that are made ahead."""
        return self._made

    def made_at(self, one: Symbol) -> int | None:
        """Where a value that was made ahead stands."""
        return self._made.get(one.number)

    def _called(self, name: str, text: Callable[[Any], Any]) -> str:
        """A function of one float, by its own text in the vocabulary."""
        graph = Graph()
        argument = graph.given(symbol.ARGUMENT, "f", name)
        function = Function(self, f"{name}_", graph)
        return function.of_one(argument, text(argument))

    def _run(self, kinds: int) -> str:
        """The loops over groups and days."""
        trace, width, columns = self.trace, self.lanes, len(self.columns.names)
        size = (trace.size + len(trace.wanted.sums)) * width
        arms = " ".join(f"i64 {k}, label %kind{k}" for k in range(kinds))
        shows = " ".join(f"i64 {k}, label %show{k}" for k in range(kinds))
        calls, shown = [], []
        given = "ptr %s, ptr %n, ptr %m, ptr %k, ptr %row"
        for k in range(kinds):
            calls += [f"kind{k}:", f"call void @day_{k}({given}, ptr %out, i64 %line)", "br label %lived"]
            shown += [f"show{k}:", f"call void @show_{k}({given}, ptr %week, i64 %line)", "br label %next"]
        return "\n".join(
            [
                "define void @run(i64 %groups, i64 %days, ptr %rows, ptr %state, ptr %numbers, i64 %nstep, ptr %made, "
                "i64 %mstep, ptr %keys, ptr %daily, ptr %weekly) {",
                "entry:",
                f"%line = mul i64 %groups, {width}",
                "br label %group",
                "group:",
                "%g = phi i64 [0, %entry], [%g1, %over]",
                f"%so = mul i64 %g, {size}",
                "%s = getelementptr double, ptr %state, i64 %so",
                "%no = mul i64 %g, %nstep",
                "%n = getelementptr double, ptr %numbers, i64 %no",
                "%mo = mul i64 %g, %mstep",
                "%m = getelementptr double, ptr %made, i64 %mo",
                f"%first = mul i64 %g, {width}",
                "%k = getelementptr i64, ptr %keys, i64 %first",
                "br label %day",
                "day:",
                "%d = phi i64 [0, %group], [%d1, %next]",
                f"%ro = mul i64 %d, {columns}",
                "%row = getelementptr i64, ptr %rows, i64 %ro",
                "%kind = load i64, ptr %row",
                f"%dp = getelementptr i64, ptr %row, i64 {self.columns.place[DAILY]}",
                "%dl = load i64, ptr %dp",
                f"%dn = mul i64 %dl, {len(trace.wanted.daily)}",
                "%do = mul i64 %dn, %line",
                "%da = add i64 %do, %first",
                "%out = getelementptr double, ptr %daily, i64 %da",
                f"switch i64 %kind, label %lived [{arms}]",
                *calls,
                "lived:",
                f"%wp = getelementptr i64, ptr %row, i64 {self.columns.place[SHOW]}",
                "%wl = load i64, ptr %wp",
                "%due = icmp sge i64 %wl, 0",
                "br i1 %due, label %shows, label %next",
                "shows:",
                f"%wn = mul i64 %wl, {len(trace.wanted.weekly)}",
                "%wo = mul i64 %wn, %line",
                "%wa = add i64 %wo, %first",
                "%week = getelementptr i16, ptr %weekly, i64 %wa",
                f"switch i64 %kind, label %next [{shows}]",
                *shown,
                "next:",
                "%d1 = add i64 %d, 1",
                "%more = icmp slt i64 %d1, %days",
                "br i1 %more, label %day, label %over",
                "over:",
                "%g1 = add i64 %g, 1",
                "%others = icmp slt i64 %g1, %groups",
                "br i1 %others, label %group, label %done",
                "done:",
                "ret void",
                "}",
            ]
        )


class Function:
    """The text of one function, statement by statement."""

    def __init__(self, program: Program, name: str, graph: Graph | None = None) -> None:
        self.program, self.name = program, name
        self.graph = graph or program.trace.graph
        self.lines: list[str] = []
        self._cells: list[str] = []  # what stands ahead of all: room for values that live beyond their branch
        self._in_cell: set[int] = set()
        self._named: dict[int, str] = {}
        self._count = 0
        self._plain = graph is not None  # nothing of it was made ahead
        self._signature = ""
        self._afters: dict[int, dict[int, Symbol]] = {}

    # -------------------------------------------------------------------------------------- whole functions
    def takes_place(self, state: list[Value], daily: list[Value]) -> None:
        """A day: what it leaves of the state, and its values for observers."""
        self._begin("ptr noalias %out, i64 %line")
        types = self.program.trace.types
        self._work([*state, *daily])
        stores = []
        for place, (value, type_) in enumerate(zip(state, types, strict=True)):
            unchanged = isinstance(value, Symbol) and value.op == STATE and value.data == place
            if not unchanged:
                stores.append((place, type_, self.ref(value, type_)))
        values = [self.ref(value, "f") for value in daily]
        for place, type_, found in stores:  # once all that stood there has been read
            self._store(f"%s, i64 {place * self.program.lanes}", type_, found)
        for place, found in enumerate(values):
            offset = self.do(f"mul i64 %line, {place}")
            self._store(f"%out, i64 {offset}", "f", found)

    def shows(self, shown: list[Value]) -> None:
        """What observers are shown of a week, and their sums begin anew."""
        self._begin("ptr noalias %week, i64 %line")
        trace, lanes = self.program.trace, self.program.lanes
        self._work(shown)
        if shown:
            short = "i16" if lanes == 1 else f"<{lanes} x i16>"
            for place, value in enumerate(shown):
                small = self.do(f"trunc {self.type('i')} {self.ref(value, 'i')} to {short}")
                offset = self.do(f"mul i64 %line, {place}")
                pointer = self.do(f"getelementptr i16, ptr %week, i64 {offset}")
                self.lines.append(f"store {short} {small}, ptr {pointer}, align 2")
            for place, one in enumerate(trace.wanted.sums, trace.size):
                if one.when == "weekly":
                    type_ = trace.types[place]
                    self._store(f"%s, i64 {place * lanes}", type_, self.constant(nothing(one.how, type_), type_))

    def makes(self, made: dict[int, int]) -> None:
        """What is made of the scenario's numbers, ahead of all days."""
        self._plain = True
        self.lines, self._signature = [], "ptr noalias %n, ptr noalias %m"
        symbols = [self.graph.symbols[number] for number in made]
        self._statements(Plan(self.graph, symbols, worth=LETS_GO).statements, None)
        lanes = self.program.lanes
        for one in symbols:
            value, place = self.ref(one), made[one.number]
            if self.program.by_world or lanes == 1:
                self._store(f"%m, i64 {place * lanes}", one.type, value)
                continue
            held = "double" if one.type == "f" else "i64"
            if one.type == "b":
                value = self.do(f"zext {self.type('b')} {value} to {self.type('i')}")
            first = self.do(f"extractelement <{lanes} x {held}> {value}, i32 0")
            pointer = self.do(f"getelementptr double, ptr %m, i64 {place}")
            self.lines.append(f"store {held} {first}, ptr {pointer}")

    def of_one(self, argument: Symbol, value: object) -> str:
        """A function of one float."""
        assert isinstance(value, Symbol)
        self._named[argument.number] = "%x"
        self._statements(Plan(self.graph, [value], worth=LETS_GO).statements, None)
        floats = self.type("f")
        head = f"define internal {floats} @{self.name}({floats} %x) alwaysinline {{"
        return "\n".join([head, "entry:", *self._cells, *self.lines, f"ret {floats} {self.ref(value)}", "}"])

    def text(self) -> str:
        """The whole function."""
        visible = "" if self.name == "ahead" else "internal "
        head = f"define {visible}void @{self.name}({self._signature}) noinline {{"
        return "\n".join([head, "entry:", *self._cells, *self.lines, "ret void", "}"])

    def _begin(self, more: str) -> None:
        given = "ptr noalias %s, ptr noalias %n, ptr noalias %m, ptr noalias %k, ptr noalias %row"
        self.lines, self._signature = [], f"{given}, {more}"

    def _work(self, values: list[Value]) -> None:
        plan = Plan(self.graph, values, known=self._ready())
        self._find_afters(plan.symbols)
        self._statements(plan.statements, None)

    def _ready(self) -> Iterable[int]:
        """What was made ahead."""
        return () if self._plain else self.program.ready

    def _find_afters(self, symbols: Iterable[Symbol]) -> None:
        """What of a loop is looked at once it is over."""
        for one in symbols:
            if one.op == "after":
                loop = one.args[0]
                assert isinstance(loop, Symbol)
                self._afters.setdefault(loop.number, {})[one.data] = one

    # ------------------------------------------------------------------------------------------ words
    def type(self, type_: Type) -> str:
        """The type of LLVM."""
        return self.program.type(type_)

    def constant(self, value: object, type_: Type) -> str:
        """A plain number in all lanes."""
        assert isinstance(value, int | float)
        if type_ == "f":
            one = "double " + "0x{:016X}".format(struct.unpack("<Q", struct.pack("<d", float(value)))[0])
        elif type_ == "b":
            one = f"i1 {'true' if value else 'false'}"
        else:
            whole = int(value)
            one = f"i64 {whole - (1 << 64) if whole >= 1 << 63 else whole}"
        lanes = self.program.lanes
        return one.split(" ", 1)[1] if lanes == 1 else f"<{', '.join([one] * lanes)}>"

    def new(self) -> str:
        """A name for a value."""
        self._count += 1
        return f"%t{self._count}"

    def do(self, operation: str) -> str:
        """Write an operation; returns the name of what it gives."""
        name = self.new()
        self.lines.append(f"{name} = {operation}")
        return name

    def _aligned(self) -> int:
        return 8 * self.program.lanes

    def _load(self, base: str, type_: Type) -> str:
        pointer = self.do(f"getelementptr double, ptr {base}")
        held = "i" if type_ == "b" else type_
        value = self.do(f"load {self.type(held)}, ptr {pointer}, align {self._aligned()}")
        return self.do(f"trunc {self.type('i')} {value} to {self.type('b')}") if type_ == "b" else value

    def _store(self, base: str, type_: Type, value: str) -> None:
        if type_ == "b":
            value, type_ = self.do(f"zext {self.type('b')} {value} to {self.type('i')}"), "i"
        pointer = self.do(f"getelementptr double, ptr {base}")
        self.lines.append(f"store {self.type(type_)} {value}, ptr {pointer}, align {self._aligned()}")

    def _number(self, base: str, place: int, type_: Type) -> str:
        """A number of the scenario, or one that was made of them."""
        if self.program.by_world or self.program.lanes == 1:
            return self._load(f"{base}, i64 {place * self.program.lanes}", type_)
        held = "double" if type_ == "f" else "i64"
        pointer = self.do(f"getelementptr double, ptr {base}, i64 {place}")
        found = self._everywhere(self.do(f"load {held}, ptr {pointer}"), held)
        return self.do(f"trunc {self.type('i')} {found} to {self.type('b')}") if type_ == "b" else found

    def _everywhere(self, value: str, one: str) -> str:
        """The same number in all lanes."""
        lanes = self.program.lanes
        if lanes == 1:
            return value
        first = self.do(f"insertelement <{lanes} x {one}> poison, {one} {value}, i32 0")
        zeros = f"<{lanes} x i32> zeroinitializer"
        return self.do(f"shufflevector <{lanes} x {one}> {first}, <{lanes} x {one}> poison, {zeros}")

    def ref(self, value: Value, type_: Type | None = None) -> str:
        """What a value is called here: loads what stands in memory."""
        if not isinstance(value, Symbol):
            return self.constant(value, type_ or type_of(value))
        lanes = self.program.lanes
        if value.number in self._named:
            return self._named[value.number]
        if value.number in self._in_cell:
            return self.do(f"load {self.type(value.type)}, ptr %c{value.number}")
        if value.op == STATE:
            return self._load(f"%s, i64 {value.data * lanes}", value.type)
        if value.op == NUMBER:
            return self._number("%n", self.program.numbers[value.data], "f")
        if value.op == KEY:
            return self._load("%k, i64 0", "u")
        if value.op == TODAY:
            held = "double" if value.type == "f" else "i64"
            pointer = self.do(f"getelementptr i64, ptr %row, i64 {self.program.columns.place[value.data]}")
            found = self._everywhere(self.do(f"load {held}, ptr {pointer}"), held)
            return self.do(f"icmp ne {self.type('i')} {found}, {self.constant(0, 'i')}") if value.type == "b" else found
        made = None if self._plain else self.program.made_at(value)
        if made is not None:
            return self._number("%m", made, value.type)
        raise KeyError(f"{value!r} is not there yet in {self.name}")

    def any(self, truth: str) -> str:
        """Whether a truth holds in at least one lane."""
        lanes = self.program.lanes
        certain = self.do(f"freeze {self.type('b')} {truth}")  # lanes that nobody looks at may hold anything
        if lanes == 1:
            return certain
        bits = self.do(f"bitcast {self.type('b')} {certain} to i{lanes}")
        return self.do(f"icmp ne i{lanes} {bits}, 0")

    # ------------------------------------------------------------------------------------- statements
    def _statements(self, statements: list[Statement], guard: str | None, inside: bool = False) -> None:
        """Write statements; ``guard``: the lanes for which they are worked out, ``inside`` a branch."""
        for number in self._beyond(statements) if not inside else ():
            self._cell(self.graph.symbols[number])
        for one in statements:
            if isinstance(one, Branch):
                self._branch(one, guard)
            elif one.op == "loop":
                self._loop(one, guard)
            elif one.op not in _NO_WORK:
                self._put(one, self.value(one))

    def _beyond(self, statements: list[Statement]) -> Iterator[int]:
        """Values that are looked at beyond the branch they are worked out in."""
        home: dict[int, tuple[int, ...]] = {}
        uses: list[tuple[int, tuple[int, ...]]] = []
        counter = iter(range(10**9))

        def visit(statements: list[Statement], path: tuple[int, ...]) -> None:
            for one in statements:
                if isinstance(one, Branch):
                    uses.append((one.condition[0], path))
                    visit(one.body, (*path, next(counter)))
                    continue
                home[one.number] = path
                uses.extend((arg.number, path) for arg in one.args if isinstance(arg, Symbol))

        visit(statements, ())
        within = {number for number, path in home.items() if path}
        seen: set[int] = set()
        for number, path in uses:
            if number in within and path[: len(home[number])] != home[number]:
                seen.add(number)
        looked_at = {number for number, _ in uses}
        seen |= {number for number in within if number not in looked_at}  # looked at after all
        yield from sorted(seen)

    def _cell(self, one: Symbol) -> None:
        if one.number not in self._in_cell and one.op not in ("loop",):
            self._in_cell.add(one.number)
            held = self.type(one.type)
            self._cells.append(f"%c{one.number} = alloca {held}, align {self._aligned()}")
            self._cells.append(f"store {held} {self.constant(0, one.type)}, ptr %c{one.number}")

    def _put(self, one: Symbol, value: str) -> None:
        if one.number in self._in_cell:
            self.lines.append(f"store {self.type(one.type)} {value}, ptr %c{one.number}")
        else:
            self._named[one.number] = value

    def _label(self) -> str:
        self._count += 1
        return f"l{self._count}"

    def _branch(self, branch: Branch, guard: str | None) -> None:
        number, holds = branch.condition
        truth = self.ref(self.graph.symbols[number])
        if not holds:
            truth = self.do(f"xor {self.type('b')} {truth}, {self.constant(True, 'b')}")
        yes, on = self._label(), self._label()
        self.lines += [f"br i1 {self.any(truth)}, label %{yes}, label %{on}", f"{yes}:"]
        both = truth if guard is None else self.do(f"and {self.type('b')} {guard}, {truth}")
        self._statements(branch.body, both, inside=True)
        self.lines += [f"br label %{on}", f"{on}:"]

    def _loop(self, one: Symbol, guard: str | None) -> None:
        loop: Loop = one.data
        afters = self._afters.get(one.number, {})
        for state in (*loop.states, *afters.values()):
            self._cell(state)
        for state, begin in zip(loop.states, loop.begins, strict=True):
            self._put(state, self.ref(begin, state.type))
        top, body, end = self._label(), self._label(), self._label()
        self.lines += [f"br label %{top}", f"{top}:"]
        made = self._ready()
        test = Plan(self.graph, [loop.more], loop, known=made, worth=LETS_GO)
        self._find_afters(test.symbols)
        self._statements(test.statements, guard)
        more = self.ref(loop.more)
        if guard is not None:
            more = self.do(f"and {self.type('b')} {more}, {guard}")
        self.lines += [f"br i1 {self.any(more)}, label %{body}, label %{end}", f"{body}:"]
        known = {*made, *(each.number for each in flat(test.statements))}
        turn = Plan(self.graph, loop.nexts, loop, known=known)
        self._find_afters(turn.symbols)
        self._statements(turn.statements, more)
        news = []
        for state, value in zip(loop.states, loop.nexts, strict=True):
            held = self.type(state.type)
            new, old = self.ref(value, state.type), self.ref(state)
            news.append(self.do(f"select {self.type('b')} {more}, {held} {new}, {held} {old}"))
        for state, new in zip(loop.states, news, strict=True):
            self._put(state, new)
        self.lines += [f"br label %{top}", f"{end}:"]
        for place, after in afters.items():
            self._put(after, self.ref(loop.states[place]))

    # ------------------------------------------------------------------------------------- operations
    def value(self, one: Symbol) -> str:
        """Write an operation."""
        op, floats, wholes, truths = one.op, self.type("f"), self.type("i"), self.type("b")
        known = next((arg.type for arg in one.args[op == "select" :] if isinstance(arg, Symbol)), one.type)
        if op == "select":
            condition, held = self.ref(one.args[0]), self.type(one.type)
            yes, otherwise = (self.ref(arg, one.type) for arg in one.args[1:])
            return self.do(f"select {truths} {condition}, {held} {yes}, {held} {otherwise}")
        args = [self.ref(arg, known) for arg in one.args]
        held, is_float = self.type(known), known == "f"
        if op in _ARITHMETIC:
            return self.do(f"{'f' if is_float else ''}{op} {held} {args[0]}, {args[1]}")
        if op == "div":
            return self.do(f"fdiv {floats} {args[0]}, {args[1]}")
        if op == "neg":
            return self.do(f"fneg {floats} {args[0]}")
        if op in _PREDICATES:
            compare = "fcmp" if is_float else "icmp"
            return self.do(f"{compare} {_PREDICATES[op][not is_float]} {held} {args[0]}, {args[1]}")
        if op in ("and", "or", "xor"):
            return self.do(f"{op} {held} {args[0]}, {args[1]}")
        if op == "not":
            return self.do(f"xor {truths} {args[0]}, {self.constant(True, 'b')}")
        if op == "shift":
            return self.do(f"lshr {wholes} {args[0]}, {self.constant(one.data, 'u')}")
        if op in ("min", "max"):
            first, second = (args[1], args[0]) if op == "min" else (args[0], args[1])
            takes = self.do(f"{'fcmp olt' if is_float else 'icmp slt'} {held} {first}, {second}")
            return self.do(f"select {truths} {takes}, {held} {args[1]}, {held} {args[0]}")
        if op == "cast":
            return self._cast(args[0], known, one.type)
        if op in ("floor", "sqrt", "abs"):
            suffix = "f64" if self.program.lanes == 1 else f"v{self.program.lanes}f64"
            name = "fabs" if op == "abs" else op
            return self.do(f"call {floats} @llvm.{name}.{suffix}({floats} {args[0]})")
        if op == "call":
            return self.do(f"call {floats} @{one.data}_({floats} {args[0]})")
        return self._bits(op, args[0])

    def _cast(self, value: str, old: Type, new: Type) -> str:
        how = {"bi": "zext", "bu": "zext", "bf": "uitofp", "if": "sitofp", "uf": "sitofp", "fi": "fptosi"}
        if {old, new} == {"i", "u"}:
            return value
        return self.do(f"{how[old + new]} {self.type(old)} {value} to {self.type(new)}")

    def _bits(self, op: str, x: str) -> str:
        """2 to a whole power, and the parts of a float."""
        floats, wholes = self.type("f"), self.type("i")

        def number(value: int) -> str:
            return self.constant(value, "i")

        if op == "exp2i":
            power = self.do(f"fptosi {floats} {x} to {wholes}")
            power = self.do(f"add {wholes} {power}, {number(1023)}")
            power = self.do(f"shl {wholes} {power}, {number(52)}")
            return self.do(f"bitcast {wholes} {power} to {floats}")
        bits = self.do(f"bitcast {floats} {x} to {wholes}")
        if op == "mantissa":
            bits = self.do(f"and {wholes} {bits}, {number((1 << 52) - 1)}")
            bits = self.do(f"or {wholes} {bits}, {number(1022 << 52)}")
            return self.do(f"bitcast {wholes} {bits} to {floats}")
        if op == "exponent":
            bits = self.do(f"lshr {wholes} {bits}, {number(52)}")
            bits = self.do(f"and {wholes} {bits}, {number((1 << 11) - 1)}")
            bits = self.do(f"sub {wholes} {bits}, {number(1022)}")
            return self.do(f"sitofp {wholes} {bits} to {floats}")
        raise KeyError(f"no operation is called {op}")
