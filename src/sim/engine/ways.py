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
REPAYS = 100_000
"""World-days, the past not counted, that repay the seconds of processor time which compiling takes.

``benchmarks/fused.py`` measured 18,000 in scenarios of 730 days and 77,000 in those of 365; in 30 days 3,000 worlds do
not repay it. NumPy takes nearly as long for one world as for a hundred, and days of the past save time too. So this is
on the high side for long scenarios: every worker may have to compile. A program that was kept costs nothing.
"""
INSTALL = "it comes with `run.py setup --fast`, or with pip install 'iraq-withdrawal-sim[fast]'"


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
    """What a program is compiled for: scenarios that are alike in this share one, whatever their numbers.

    It is what there is in a world, and what decides of which kinds its days are: where they lie, and caps.
    """
    from sim.engine.almanac import CAPS

    return (
        (scenario.start, scenario.days, scenario.presence.legal_default),
        tuple((name, group.highest_rung) for name, group in scenario.groups.items()),
        tuple(scenario.blocs),
        tuple((name, front.follows) for name, front in scenario.fronts.items()),
        tuple(getattr(getattr(scenario, section), field) for section, field, _, _ in CAPS),
    )
