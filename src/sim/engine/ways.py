"""Two ways to live the same days: by NumPy, or by the day compiled into one program. Which one a job takes.

The histories are the same, to the last bit, so this decides nothing but how long they take. The program needs the
extra ``fast``, costs some seconds to compile, and knows neither the log of events nor replaced choices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

Engine: TypeAlias = Literal["auto", "numpy", "fused"]
"""What one asks for; ``auto`` is the program where it can be had and repays its making, else NumPy."""
Lives: TypeAlias = Literal["numpy", "fused"]
"""By what a block is lived."""

ENGINES: tuple[Engine, ...] = get_args(Engine)
REPAYS = 300_000
"""World-days that NumPy needs as long for as the program takes to be compiled: 300 worlds of a thousand days."""
INSTALL = "it comes with pip install 'iraq-withdrawal-sim[fast]'"


class NoEngine(ValueError):
    """The engine that is asked for cannot be had, or not for this."""


FAILS_HERE = (NoEngine, ImportError, OSError)
"""What the program raises where llvmlite is missing or broken: NumPy lives the same worlds."""


def chosen(engine: Engine, *, worlds: int, days: int, events: bool, choices: bool) -> Lives:
    """By what so many worlds of so many days are lived: all those of a job that one program is compiled for.

    ``events`` says whether their log is kept, ``choices`` whether one is replaced. NoEngine as :func:`check` says.
    """
    check(engine, events=events, choices=choices)
    if engine != "auto":
        return engine
    return "numpy" if events or choices or worlds * days < REPAYS or lacking() else "fused"


def check(engine: Engine, *, events: bool, choices: bool) -> None:
    """Raises NoEngine, with what to do, for an engine that is none, or for the program where it cannot be taken."""
    if engine not in ENGINES:
        raise NoEngine(f"engine is auto, numpy or fused; not {engine!r}")
    if engine != "fused":
        return
    instead = "take the engine auto or numpy"
    if events:
        raise NoEngine(f"the engine fused keeps no log of events: {instead}, or ask for fewer than all events")
    if choices:
        raise NoEngine(f"the engine fused knows the model's own choices only: {instead}")
    reason = lacking()
    if reason:
        raise NoEngine(f"the engine fused cannot be had here: {reason.rstrip('.')}; {INSTALL}, or {instead}")


def lacking() -> str:
    """Why there can be no program here; empty where there can."""
    from sim.engine.fused.machine import available

    return available()


def program_of(scenario: Scenario) -> tuple[object, ...]:
    """What a program is compiled for: scenarios that are alike in this share one, whatever their numbers."""
    return scenario.days, tuple(scenario.groups), tuple(scenario.blocs), tuple(scenario.fronts)
