"""What is missing in a store is computed, piece by piece, and kept."""

from __future__ import annotations

import errno
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

from sim.engine.ways import ENGINES, Engine, Lives, NoEngine, check, chosen, program_of
from sim.runs import limits, provenance
from sim.runs.errors import InputError, RunFailed, Stopped
from sim.runs.executors import cpus, done
from sim.runs.inputs import Inputs
from sim.runs.pieces import Failure, Files, Piece, Simulate, Task, missing
from sim.runs.size import DRAWN_OF_A_WORLD_DAY, MEMORY_OF_A_WORLD_DAY, check_room, coming, said_of, size_of
from sim.runs.store import Store
from sim.scenario.arguments import function_or_none, seconds, whole, word

logger = logging.getLogger("sim.runs")

WORTH_WORKERS = 8.0
"""Seconds of one worker: a job of less is done sooner by this process alone, since several have to be started first."""
HOPELESS = 100  # blocks that fail, the first of a run and no other among them: then all would


@dataclass(frozen=True)
class Way:
    """How a job is done. Nothing here changes what comes of it."""

    workers: int = 1
    stop: Callable[[], bool] | None = None
    """Asked between pieces."""
    stop_after: float | None = None
    """In seconds; at least one piece is done."""
    progress: Callable[[int, int, float], None] | None = None
    """Told (worlds done, all worlds, seconds)."""
    step: Callable[[str, int, int], None] | None = None
    """Told what is made of the worlds once they are there: (what, how many of it are done, how many there are)."""
    command: Sequence[str] | None = None
    """What was typed, for the manifest."""
    block_size: int | None = None
    """At most so many worlds in a piece."""
    simulate: Simulate | None = None
    """Stands in for the model in tests."""
    engine: Engine = "auto"
    """By what worlds are lived."""
    say: Callable[[str], None] | None = None
    """Told in a line, before it begins, what is to come, and how long it takes and how much room it needs where that is
    not little."""
    any_size: bool = False
    """Whether it is begun where there is too little room for it."""
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        most = None if self.block_size is None else whole("block_size", self.block_size, 1)
        read: dict[str, object] = {"workers": whole("workers", self.workers, 1), "block_size": most}
        read |= {"stop_after": seconds("stop_after", self.stop_after), "engine": word("engine", self.engine, ENGINES)}
        for name in ("stop", "progress", "step", "simulate"):
            function_or_none(name, getattr(self, name))
        for name, value in read.items():  # NumPy's numbers as Python's
            object.__setattr__(self, name, value)

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.clock

    def ended(self, is_begun: bool = True) -> str:
        """Why no further piece is begun; empty as long as they are.

        Time is up only once a piece is done (``is_begun``), so that a run which is repeated comes to its end, however
        little time it is given.
        """
        if self.stop is not None and self.stop():
            return "stopped"
        return "time is up" if is_begun and self.stop_after is not None and self.seconds >= self.stop_after else ""

    def tell(self, count: int, total: int) -> None:
        """Says how many worlds are done."""
        if self.progress is not None:
            self.progress(count, total, self.seconds)

    def making(self, what: str, done: int, total: int) -> None:
        """Says what is made of the worlds, and how far that is."""
        if self.step is not None:
            self.step(what, done, total)

    def announce(self, line: str) -> None:
        """Says a line, if there is anything to say and somebody to say it to."""
        if line and self.say is not None:
            self.say(line)

    def check(self, inputs: Inputs) -> None:
        """Raises InputError where a job cannot be done by the engine that is asked for."""
        try:
            check(self.engine, events=inputs.events == "all", choices=bool(inputs.choices))
        except NoEngine as fault:
            raise InputError(str(fault)) from None

    def made(self, folder: str | Path | None, store: Store) -> dict[str, Any]:
        """What the manifest says under "made"."""
        return provenance.made(self.command, folder, self.workers, store.engines, self.began, self.seconds)


def fill(store: Store, inputs: Inputs, way: Way, folder: Path | None = None) -> list[dict[str, Any]]:
    """Computes what a store lacks of a job; returns the pieces that failed, as the manifest says them.

    Raises Stopped when the way says so. Without a folder there is nothing to keep for later, so the first piece that
    fails ends the run: RunFailed.
    """
    left = missing(inputs, [kept.piece for kept in store.kept], way.workers, way.block_size)
    engines = engines_of(inputs, left.worlds, way.engine)
    size = size_of(inputs, left.worlds, engines, way.workers, way.block_size)
    way.announce(coming(inputs, left.worlds, size))
    way.announce(said_of(size, way.workers, folder is not None, way.stop_after))
    tasks = (task_of(inputs, piece, way, engines[piece.scenario]) for piece in left)
    failures = carry_out(store, inputs, tasks, sum(left.worlds), way, folder)
    store.join(inputs)
    return [recorded(inputs, failure) for failure in failures]


def afford(
    inputs: Inputs, way: Way, folder: Path | None = None, held: Iterable[Piece] = (), figures: bool = True
) -> None:
    """Raises InputError where there is too little room for what is not ``held`` of a job, unless the way allows it."""
    worlds = missing(inputs, held).worlds
    if any(worlds) and not way.any_size:
        engines = engines_of(inputs, worlds, way.engine)
        acts = MEMORY_OF_A_WORLD_DAY if folder is None else DRAWN_OF_A_WORLD_DAY if figures else 0.0
        size = size_of(inputs, worlds, engines, way.workers, way.block_size, acts)
        check_room(size.within(way.stop_after), folder)


def hands(seconds: float) -> int:
    """How many workers a job is given that asks for no number: the CPUs this process may use, where that is sooner.

    ``seconds`` is what it would take one. A process that was itself started as a worker, by whomever, has one.
    """
    return cpus() if seconds >= WORTH_WORKERS and parent_process() is None else 1


def seconds_alone(inputs: Inputs, way: Way) -> float:
    """How long a job takes one worker, as estimated."""
    worlds = [inputs.worlds] * len(inputs.scenarios)
    return size_of(inputs, worlds, engines_of(inputs, worlds, way.engine), 1, way.block_size).seconds


def stays_here(inputs: Inputs, way: Way) -> bool:
    """Whether only this process can do a job: with a choice that is defined in a notebook, say."""
    return way.simulate is not None or any(one.cannot_travel() for one in inputs.choices)


def engines_of(inputs: Inputs, worlds: Sequence[int], engine: Engine) -> list[Lives]:
    """By what the worlds of each scenario are lived: a program repays itself by all that the job does with it.

    ``worlds`` are those still to do, for each scenario.
    """
    programs = [program_of(scenario) for scenario in inputs.scenarios]
    counts = Counter[object]()
    for program, count in zip(programs, worlds, strict=True):
        counts[program] += count
    every, replaced = inputs.events == "all", bool(inputs.choices)
    return [
        chosen(engine, worlds=counts[program], days=scenario.days, events=every, choices=replaced)
        for program, scenario in zip(programs, inputs.scenarios, strict=True)
    ]


def task_of(inputs: Inputs, piece: Piece, way: Way, engine: Lives) -> Task:
    """What a worker is told to do for a piece."""
    return Task(
        piece,
        inputs.scenarios[piece.scenario],
        inputs.seed,
        events=inputs.events == "all",
        key=inputs.key(piece.scenario),
        model=inputs.model,
        simulate=way.simulate,
        choices=inputs.replaced,
        engine=engine,
        or_numpy=way.engine == "auto",
    )


def carry_out(
    store: Store, inputs: Inputs, tasks: Iterable[Task], left: int, way: Way, folder: Path | None
) -> list[Failure]:
    """Does the tasks, of ``left`` worlds in all, and keeps what is finished; returns the pieces that failed."""
    failures: list[Failure] = []
    total, kept = left, 0
    count = inputs.total - left
    way.tell(count, inputs.total)
    with closing(done(tasks, way.workers, lambda: bool(way.ended(left < total)))) as results:
        for result in results:
            left -= result.piece.count
            if isinstance(result, Files):
                store.keep(result, inputs)
                kept += 1
                count += result.piece.count
                way.tell(count, inputs.total)
                continue
            assert isinstance(result, Failure)
            name = inputs.names[result.piece.scenario]
            said = f"worlds {result.piece.first} to {result.piece.end - 1} of {name} failed: {result.error}"
            if folder is None:
                end = RunFailed(said)
                end.add_note(result.trace)
                raise end
            logger.error(said)
            logger.debug(result.trace)
            failures.append(result)
            if len(failures) >= HOPELESS and not kept:
                raise RunFailed(f"none of {len(failures)} blocks could be done; the first: {failures[0].error}")
    if left:
        raise Stopped(folder, count, inputs.total, way.ended() or "stopped")
    return sorted(failures, key=lambda failure: failure.piece)


def recorded(inputs: Inputs, failure: Failure) -> dict[str, Any]:
    """A piece that failed, as the manifest says it."""
    piece = failure.piece
    name = inputs.names[piece.scenario]
    return {"what": "block", "scenario": name, "first": piece.first, "worlds": piece.count, "error": failure.error}


@contextmanager
def faults_of_limits() -> Iterator[None]:
    """Turns what the system does not let this process have into one line that names the limit: RunFailed."""
    try:
        yield
    except Exception as fault:
        said = limits.named(fault)
        if not said:
            raise
        raise RunFailed(said) from fault


@contextmanager
def faults_of_writing(folder: Path) -> Iterator[None]:
    """Turns the operating system's faults into one line that says what is left: RunFailed."""
    try:
        with faults_of_limits():
            yield
    except RunFailed as fault:
        if fault.__cause__ is None or not limits.named(fault.__cause__):
            raise
        raise RunFailed(
            f"{fault}. The blocks that are done are whole, and the same command goes on from them"
        ) from fault
    except OSError as fault:
        full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
        what = f"the disk of {folder} is full" if full else f"{folder} cannot be written to or read ({fault})"
        raise RunFailed(f"{what}; the blocks in it are whole, and the same command goes on from them") from fault
