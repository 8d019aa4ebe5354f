"""Days lived by a compiled program: the same bytes as by NumPy, on every kind of processor and in every block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.language.test_words import ASKED, proving

from sim.engine import mesa
from sim.engine.blocks import Block, simulate
from sim.engine.fused import machine
from sim.engine.fused import trace as tracing
from sim.engine.fused.emit import Program
from sim.engine.fused.live import Compiled, Fused, Layout, aligned
from sim.engine.fused.trace import STATE, Trace, Traced, Wanted, kind_of
from sim.engine.mesa import Drive, WithdrawalModel, day_by_day, forget
from sim.engine.observe import Need, Rows, Series, Tally, Weekly
from sim.engine.pasts import Pasts
from sim.engine.ways import program_of
from sim.language.number import where
from sim.language.symbol import CannotBeTraced, Graph, cast
from sim.model.calendar import Calendar
from sim.model.iraq import rules
from sim.scenario.load import load
from sim.scenario.schema import Scenario

pytestmark = pytest.mark.skipif(bool(machine.available()), reason=machine.available() or "there are programs")
SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(
    file.relative_to(SCENARIOS).with_suffix("").as_posix()
    for file in [*SCENARIOS.glob("*.toml"), *SCENARIOS.glob("history/*.toml")]
)
TARGETS = machine.targets() if not machine.available() else []


@pytest.fixture(autouse=True, scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Programs are kept for these tests alone: none of an earlier day is taken."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IRAQ_WITHDRAWAL_SIM_CACHE", str(tmp_path_factory.mktemp("programs")))
        yield


def lived(
    drive: Drive, scenario: Scenario, worlds: Sequence[int], overrides: Mapping[str, Any] | None = None, seed: int = 1
) -> Block:
    """Some worlds to their horizon."""
    model = WithdrawalModel(scenario, seed=seed, worlds=worlds, overrides=overrides, drive=drive)
    weekly, rows = Weekly(scenario, len(worlds)), Rows(model.worlds, scenario.days, model.tally)
    model.watch(weekly)
    model.watch(rows)
    drive(model, scenario.days)
    forget(model)
    return Block(rows.columns, weekly.counts, None)


def program(scenario: Scenario, target: machine.Target | None = None, **how: Any) -> Fused:
    """What lives the days of a scenario by a program."""
    return Fused((Tally.needs, Weekly(scenario, 1).needs, Rows.needs), target, **how)


def differing(a: Block, b: Block) -> list[str]:
    """What is not the same to the last bit: columns, and weekly counts."""
    found = []
    for name, column in a.worlds.items():
        other = b.worlds[name]
        assert column.dtype == other.dtype, name
        equal = (column == other).all() if column.dtype == object else column.tobytes() == other.tobytes()
        found += [] if equal else [name]
    assert a.worlds.keys() == b.worlds.keys()
    assert a.weekly.keys() == b.weekly.keys()
    return found + [f"weekly {name}" for name in a.weekly if not np.array_equal(a.weekly[name], b.weekly[name])]


def check(scenario: Scenario, worlds: Sequence[int], target: machine.Target | None = None, **how: Any) -> Fused:
    """The same by a program and by NumPy; returns who lived the days."""
    fused = program(scenario, target)
    assert differing(lived(fused.live, scenario, worlds, **how), lived(day_by_day, scenario, worlds, **how)) == []
    return fused


# ------------------------------------------------------------------------------------------------ histories
@pytest.mark.parametrize("name", ["forced_exit"])
def test_a_history_is_the_same_to_the_last_bit(name: str) -> None:
    fused = check(load(name, changes={"days": 200}), range(24))
    assert fused.by_program > 450


@pytest.mark.usefixtures("short_past_once")
def test_numbers_that_differ_by_world() -> None:
    """Drawn from the ranges of judgement, and given from outside, in a block that fills no register."""
    scenario = load("negotiated_exit", changes={"days": 150, "uncertainty": "judgement"})
    overrides = {"united_states.restraint": np.linspace(0.0, 1.0, 13), "iran.permissiveness": np.linspace(0.1, 0.6, 13)}
    check(scenario, range(5, 18), overrides=overrides)


@pytest.mark.usefixtures("short_past_once")
def test_a_lever_that_differs_by_world_holds_from_the_first_day_on() -> None:
    """Before it is the same in all worlds: its past."""
    scenario = load("status_quo", changes={"days": 40})
    check(scenario, range(9), overrides={"united_states.restraint": np.linspace(0.0, 1.0, 9)})


@pytest.mark.slow
def test_caps_a_number_set_on_a_date_and_scripted_days_amid_a_week() -> None:
    """Rare days are left to NumPy wherever they lie, and sums of the week go on across them."""
    start = load("forced_exit").start
    script = [
        {"kind": "attack", "date": start + timedelta(days=17), "dead": 2, "place": "Iraq"},
        {"kind": "strike", "date": start + timedelta(days=18), "rung": "kill a commander in Baghdad", "dead": 3},
        {"kind": "set", "date": start + timedelta(days=40), "name": "united_states.restraint", "value": 0.9},
        {"kind": "truce", "date": start + timedelta(days=60), "front": "gaza", "days": 30},
        {"kind": "order", "date": start + timedelta(days=75), "go_ahead": 0.1},
        {"kind": "offer_talks", "date": start + timedelta(days=80)},
    ]
    for cap in (
        {"iraq": {"highest_rung": "special committee"}},
        {"united_states": {"highest_rung": "strike in Syria"}},
    ):
        scenario = load("forced_exit").replace(days=121, events=script, **cap)
        fused = check(scenario, range(12))
        assert 400 < fused.by_program < 365 + 95 + 121 - 5


@pytest.mark.parametrize("size", [1, 7, 8, 9])
@pytest.mark.usefixtures("short_past_once")
def test_a_block_of_any_size(size: int) -> None:
    check(load("status_quo", changes={"days": 60}), range(3, 3 + size))


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS[1:], ids=lambda target: target.cpu)
@pytest.mark.usefixtures("short_past_once")
def test_the_same_on_processors_with_narrower_registers(target: machine.Target) -> None:
    check(load("forced_exit", changes={"days": 100}), range(16), target)


@pytest.mark.usefixtures("short_past_once")
def test_the_comparison_would_notice_one_rounding_less() -> None:
    """A product and a sum that are rounded once instead of twice: worlds differ, and it is seen."""
    if len(TARGETS) < 2:
        pytest.skip("this processor cannot contract")
    scenario, worlds = load("status_quo", changes={"days": 365}), range(64)
    loose = lived(program(scenario, contraction=True).live, scenario, worlds)
    assert "pressure_max" in differing(loose, lived(day_by_day, scenario, worlds))


@pytest.mark.usefixtures("short_past_once")
def test_simulate_takes_either_engine_and_a_past_that_the_other_has_lived() -> None:
    scenario, pasts = load("forced_exit", changes={"days": 90}), Pasts()
    blocks = [
        simulate(scenario, worlds=range(10), engine=engine, pasts=shared)
        for engine in ("numpy", "fused")
        for shared in (None, pasts)
    ]
    assert pasts.lived == 1
    assert all(differing(blocks[0], other) == [] for other in blocks[1:])
    other_way = Pasts()
    simulate(scenario, worlds=range(10), engine="fused", pasts=other_way)
    assert differing(blocks[0], simulate(scenario, worlds=range(10), engine="numpy", pasts=other_way)) == []


@pytest.mark.usefixtures("short_past_once")
def test_an_observer_that_wants_every_day_is_shown_every_day() -> None:
    scenario, names = load("history/quiet_2021_2023", changes={"days": 60}), ("attacks_iraq", "threats", "rung/iraq")
    shown = []
    for drive in (day_by_day, Fused((Tally.needs, dict.fromkeys(names, Need("daily")))).live):
        kept = Series(names, scenario.days, 11)
        model = WithdrawalModel(scenario, worlds=range(11), drive=drive)
        model.watch(kept)
        drive(model, scenario.days)
        shown.append((kept.values, {name: np.broadcast_to(count, 11) for name, count in model.counts.items()}))
        forget(model)
    (by_numpy, counts), (by_program, as_counted) = shown
    assert all(np.array_equal(by_numpy[name], by_program[name]) for name in names)
    assert all(np.array_equal(counts[name], as_counted[name]) for name in counts)


def test_a_model_can_go_on_by_hand_where_a_program_has_stopped() -> None:
    scenario = load("status_quo", changes={"days": 80})
    fused = program(scenario)
    model = WithdrawalModel(scenario, worlds=range(9), drive=fused.live)
    weekly, rows = Weekly(scenario, 9), Rows(model.worlds, scenario.days, model.tally)
    model.watch(weekly)
    model.watch(rows)
    fused.live(model, 31)
    with pytest.raises(TypeError, match="a day that a program lived"):
        model.value("attacks_iraq")
    while model.running:
        model.step()
    forget(model)
    assert differing(Block(rows.columns, weekly.counts, None), lived(day_by_day, scenario, range(9))) == []


ONE_A_PROGRAM = {program_of(load(name)): name for name in reversed(SHIPPED)}.values()
"""Of the shipped scenarios that differ in numbers alone, and so share a program, the first."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.nightly if load(name).days > 1000 else pytest.mark.slow)
        for name in ONE_A_PROGRAM
    ],
)
def test_every_program_of_the_shipped_scenarios(name: str) -> None:
    check(load(name), range(8))


@pytest.mark.nightly
@pytest.mark.parametrize("name", [name for name in SHIPPED if name not in ONE_A_PROGRAM])
def test_every_other_shipped_scenario(name: str) -> None:
    """It adds other numbers in a program that has been compared."""
    check(load(name), range(8))


@pytest.mark.nightly
@pytest.mark.parametrize("uncertainty", ["none", "accepted", "judgement"])
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_on_every_processor(name: str, uncertainty: str) -> None:
    """In blocks that fill registers and in some that do not."""
    scenario = load(name, changes={"uncertainty": uncertainty})
    by_numpy = {worlds: lived(day_by_day, scenario, worlds) for worlds in (range(250), range(7, 8), range(100, 117))}
    for target in TARGETS:
        for worlds, expected in by_numpy.items():
            assert differing(lived(program(scenario, target).live, scenario, worlds), expected) == [], (target, worlds)


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["status_quo", "negotiated_exit", "forced_exit"])
def test_a_large_block(name: str) -> None:
    check(load(name), range(8000))


# ------------------------------------------------------------------------------------------------ words
class Kind(NamedTuple):
    """A kind of day of which nothing is known but that it is one."""

    name: str
    free: bool = False


@dataclass
class OneRule:
    """A trace of a single rule: the first numbers of the state go in, the last one is what comes out."""

    graph: Graph
    size: int
    types: list[str]
    kinds: dict[Any, Traced]
    wanted: Wanted = field(default_factory=lambda: Wanted((), (), ()))


def compiled_rule(rule: Any, count: int, target: machine.Target) -> Any:
    """A rule of so many numbers, compiled: from columns of its inputs to what it gives."""
    graph = Graph()
    inputs = [graph.given(STATE, "f", place) for place in range(count)]
    kind, found = Kind("a rule"), cast(rule(*inputs), "f")
    trace = OneRule(graph, count + 1, ["f"] * (count + 1), {kind: Traced((*inputs, found), (), (), ())})
    text = Program(trace, [], target.lanes)  # type: ignore[arg-type]  # as much of a trace as it needs
    layout = Layout(False, trace.types, list(text.columns.names), text.made)
    compiled = Compiled([kind], trace.wanted, layout, machine.compiled(text.text, target), target.lanes)  # type: ignore[list-item]
    rows, room = np.array([[0, -1, 0, 0]], np.int64), aligned((64,))

    def run(columns: Sequence[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
        size = len(columns[0])
        groups = -(-size // target.lanes)
        state = aligned((groups, count + 1, target.lanes))
        for place, column in enumerate(columns):
            state[:, place, :] = np.resize(column, groups * target.lanes).reshape(groups, -1)
        numbers = [room.ctypes.data, 0] * 2
        compiled.run(groups, 1, rows.ctypes.data, state.ctypes.data, *numbers, *[room.ctypes.data] * 3)
        return state[:, count, :].reshape(-1)[:size]

    return run


OF_FLOATS = [name for name, (_, asked) in ASKED.items() if all("floats(" in repr(each) for each in asked)]


@pytest.mark.parametrize("name", OF_FLOATS)
def test_a_word_means_the_same_in_a_program(name: str) -> None:
    word, asked = ASKED[name]
    programs = [compiled_rule(word, len(asked), target) for target in TARGETS]

    @proving
    @given(st.lists(st.tuples(*asked), min_size=1, max_size=40))
    def check(worlds: list[tuple[float, ...]]) -> None:
        columns = [np.array(column) for column in zip(*worlds, strict=True)]
        expected = np.asarray(word(*columns), float) + 0.0
        for by_program in programs:
            assert (by_program(columns) + 0.0).tobytes() == expected.tobytes()

    check()


def test_the_words_asked_in_programs_are_most_of_them() -> None:
    assert len(OF_FLOATS) > 20
    assert {"exp", "log", "poisson", "geometric", "pick_by_weight"} <= set(OF_FLOATS)


# --------------------------------------------------------------------------------- what cannot be traced
def first_kinds(scenario: Scenario) -> tuple[WithdrawalModel, list[Any]]:
    model = WithdrawalModel(scenario, worlds=range(2))
    days = [model.almanac.day(number) for number in range(model.almanac.first_day, scenario.days)]
    often = Counter(kind_of(*day) for day in days)
    return model, [kind for kind, _ in often.most_common(2) if kind is not None]


def trace_of(scenario: Scenario) -> Trace:
    model, kinds = first_kinds(scenario)
    forget(model)
    return Trace(model.world, model.p, kinds, Wanted((), (), ()), model.quantities)


def test_a_rule_that_decides_in_python_is_named_with_its_line_and_the_word_to_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scenario = load("status_quo", changes={"days": 30})
    model, kinds = first_kinds(scenario)
    forget(model)

    def audience(shown: Any, rung: Any, weight: Any) -> Any:
        return 0.0 if shown > rung else weight

    monkeypatch.setattr(rules, "audience", audience)
    line = audience.__code__.co_firstlineno + 1
    with pytest.raises(CannotBeTraced) as raised:
        Trace(model.world, model.p, kinds, Wanted((), (), ()), model.quantities)
    said = str(raised.value)
    assert f"{__file__}, line {line}: " in said
    assert "where(…)" in said


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        (lambda x: int(x), "floor"),
        (lambda x: [1.0, 2.0][x], "pick"),
        (lambda x: np.exp(x), "sim.language"),
        (lambda x: x & 3, "compare"),
        (lambda x: max(x, 0.5), "where"),
        (lambda x: sum(x), "loop over"),
        (lambda x: where(x, 1.0, 2.0) if x > 0.5 and x < 0.7 else x, "not_"),
    ],
)
def test_what_no_program_can_say_is_an_error_that_says_what_to_write(rule: Any, word: str) -> None:
    graph = Graph()
    with pytest.raises(CannotBeTraced, match=word):
        rule(graph.given(STATE, "f", 0))


def test_a_field_of_the_calendar_that_the_tracer_does_not_know_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = load("status_quo", changes={"days": 30})
    model, kinds = first_kinds(scenario)
    forget(model)

    class Longer(NamedTuple):
        holiday: bool

    monkeypatch.setattr(Longer, "_fields", (*Calendar._fields, "holiday"))
    monkeypatch.setattr(tracing, "Calendar", Longer)
    with pytest.raises(TypeError, match="holiday"):
        Trace(model.world, model.p, kinds, Wanted((), (), ()), model.quantities)


def test_a_date_that_a_rule_reads_is_no_silent_constant(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = load("status_quo", changes={"days": 30})
    model, kinds = first_kinds(scenario)
    forget(model)
    reads = mesa.order.day

    def day(w: Any, p: Any, at: Any) -> Any:
        assert at.calendar.date.month != 13
        return reads(w, p, at)

    monkeypatch.setattr(mesa.order, "day", day)
    with pytest.raises(TypeError, match="the date"):
        Trace(model.world, model.p, kinds, Wanted((), (), ()), model.quantities)


def test_a_state_of_another_kind_is_an_error() -> None:
    scenario = load("status_quo", changes={"days": 30})
    model, kinds = first_kinds(scenario)
    forget(model)
    odd: Any = "afraid"
    world = model.world._replace(iraq=model.world.iraq._replace(steady=odd))
    with pytest.raises(TypeError, match="afraid"):
        Trace(world, model.p, kinds, Wanted((), (), ()), model.quantities)


@pytest.mark.usefixtures("short_past_once")
def test_scenarios_that_differ_in_numbers_share_a_program() -> None:
    texts = set()
    for name in ("status_quo", "forced_exit", "negotiated_exit"):
        scenario = load(name, changes={"days": 30})
        trace = trace_of(scenario)
        model, _ = first_kinds(scenario)
        names = [name for name, value in tracing.numbers(model.p, []) if tracing.is_number(value)]
        texts.add(Program(trace, names, 4).text)
        forget(model)
    assert len(texts) == 1


def test_a_need_that_no_program_serves_is_refused() -> None:
    with pytest.raises(ValueError, match="bins"):
        Fused(({"pressure": Need("weekly")},))
