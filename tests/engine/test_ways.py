"""By what worlds are lived: what ``auto`` takes, and what is said where the program cannot be had."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sim.cli import options
from sim.engine import ways
from sim.engine.blocks import simulate
from sim.engine.mesa import WithdrawalModel, day_by_day
from sim.engine.observe import Rows, Tally, Weekly
from sim.engine.ways import ENGINES, REPAYS, NoEngine, chosen, program_of
from sim.scenario.load import load

pytestmark = pytest.mark.usefixtures("short_past")
MISSING = "llvmlite cannot be imported (No module named 'llvmlite')."
JOB: dict[str, Any] = {"worlds": REPAYS // 1000, "days": 1000, "events": False, "choices": False}
"""A job that just repays the making of a program."""


def module(monkeypatch: pytest.MonkeyPatch, name: str, **content: Any) -> None:
    """Puts a made-up module in the place of one of the program's."""
    made = ModuleType(f"sim.engine.fused.{name}")
    vars(made).update(content)
    monkeypatch.setitem(sys.modules, made.__name__, made)


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """llvmlite is there, as far as is asked; the calls of a made-up program."""
    calls: list[dict[str, Any]] = []

    class Fused:
        def __init__(self, needs: Any) -> None:
            calls.append({"needs": list(needs), "until": []})

        def live(self, model: WithdrawalModel, until: int) -> None:
            calls[-1]["until"].append(until)
            day_by_day(model, until)

    module(monkeypatch, "machine", available=lambda: "")
    module(monkeypatch, "live", Fused=Fused)
    return calls


@pytest.fixture
def none(monkeypatch: pytest.MonkeyPatch) -> None:
    """llvmlite is missing."""
    module(monkeypatch, "machine", available=lambda: MISSING)


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ({}, "fused"),
        ({"worlds": REPAYS // 1000 - 1}, "numpy"),
        ({"days": 999}, "numpy"),
        ({"worlds": 1, "days": REPAYS}, "fused"),
        ({"worlds": 10**9}, "fused"),
        ({"worlds": 0}, "numpy"),
        ({"events": True}, "numpy"),
        ({"choices": True}, "numpy"),
    ],
)
def test_what_auto_takes(change: dict[str, Any], taken: str, program: list[Any]) -> None:
    assert chosen("auto", **{**JOB, **change}) == taken


def test_auto_takes_numpy_where_llvmlite_is_missing(none: None) -> None:
    assert chosen("auto", **JOB) == "numpy"


def test_auto_does_not_look_for_llvmlite_where_it_would_not_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "lacking", lambda: pytest.fail("looked"))
    for change in ({"worlds": 1}, {"events": True}, {"choices": True}):
        assert chosen("auto", **{**JOB, **change}) == "numpy"
    assert chosen("numpy", **JOB) == "numpy"


def test_what_is_asked_for_by_name_is_taken(program: list[Any]) -> None:
    assert chosen("fused", **{**JOB, "worlds": 1, "days": 1}) == "fused"
    assert chosen("numpy", **JOB) == "numpy"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {},
            "the engine fused cannot be had here: llvmlite cannot be imported (No module named 'llvmlite'); it comes "
            "with `run.py setup --fast`, or with pip install 'iraq-withdrawal-sim[fast]', or take the engine auto or "
            "numpy",
        ),
        (
            {"events": True},
            "the engine fused keeps no log of events: take the engine auto or numpy, or ask for fewer than all events",
        ),
        ({"choices": True}, "the engine fused knows the model's own choices only: take the engine auto or numpy"),
    ],
)
def test_what_cannot_be_had_says_what_to_do(change: dict[str, Any], said: str, none: None) -> None:
    with pytest.raises(ValueError) as refused:
        chosen("fused", **{**JOB, **change})
    assert str(refused.value) == said


def test_there_are_three_engines_and_the_command_line_knows_them(none: None) -> None:
    with pytest.raises(NoEngine, match="engine is auto, numpy or fused; not 'gpu'"):
        chosen("gpu", **JOB)  # type: ignore[arg-type]
    parser = options.Parser()
    options.engine_option(parser)
    for engine in ENGINES:
        assert parser.parse_args(["--engine", engine]).engine == engine
    assert parser.parse_args([]).engine is None
    with pytest.raises(options.Refused, match="invalid choice: 'gpu'"):
        parser.parse_args(["--engine", "gpu"])


def test_scenarios_that_differ_in_numbers_alone_share_a_program() -> None:
    calm = load("status_quo")
    assert program_of(calm) == program_of(calm.replace(**{"name": "other", "united_states.restraint": 0.9}))
    assert program_of(calm) != program_of(calm.replace(days=10))
    fewer = calm.model_copy(update={"groups": dict(list(calm.groups.items())[:-1])})
    assert program_of(calm) != program_of(fewer)


# --- a block ---


def test_a_block_s_days_are_lived_by_the_program_its_past_too(program: list[Any]) -> None:
    short = load("status_quo", changes={"days": 3})
    overrides = {"united_states.restraint": np.array([0.4, 0.6])}
    simulate(short, seed=7, worlds=[3, 4], overrides=overrides, engine="fused")
    assert program == [{"needs": [Tally.needs, Weekly(short, 2).needs, Rows.needs], "until": [0, 3]}]
    simulate(short, worlds=[0])
    simulate(short, worlds=[0], engine="auto")  # not worth a program
    assert len(program) == 1


def test_a_block_that_repays_it_goes_to_the_program_by_itself(
    program: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "REPAYS", 6)
    short = load("status_quo", changes={"days": 3})
    simulate(short, worlds=[0, 1], engine="auto")
    assert len(program) == 1
    simulate(short, worlds=[0, 1], engine="auto", events=True)
    simulate(short, worlds=[0, 1], engine="auto", choices={"iraq": choose_as_usual})
    assert len(program) == 1


def choose_as_usual(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """The rule's own choice."""
    return at.usual


@pytest.mark.parametrize("fault", [ImportError("made up"), OSError("made up")])
def test_a_program_that_fails_here_is_made_up_for_unless_it_was_asked_for(
    fault: Exception, program: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise fault

    module(monkeypatch, "live", Fused=broken)
    monkeypatch.setattr(ways, "REPAYS", 3)
    short = load("status_quo", changes={"days": 3})
    there, here = simulate(short, worlds=[5]), simulate(short, worlds=[5], engine="auto")
    assert list(here.worlds) == list(there.worlds)
    for name, values in there.worlds.items():
        np.testing.assert_array_equal(here.worlds[name], values)
    with pytest.raises(type(fault), match="made up"):
        simulate(short, worlds=[5], engine="fused")
