"""Pieces done one after another in this process, or by several worker processes.

Results come back as they are finished, in no order. A piece that raises is reported and the others go on. A worker
that dies (out of memory, a crash in a library) is replaced, and the piece that was under way in it is tried once more
when all others are done, alone, so that only a piece that kills its worker is given up. Each worker has a pipe of its
own and nothing else: no lock, no shared memory and no thread that could end unseen.
"""

from __future__ import annotations

import logging
import math
import multiprocessing
import os
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from multiprocessing import connection, resource_tracker
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

from sim.runs import limits, worker
from sim.runs.errors import RunFailed
from sim.runs.limits import THREADS
from sim.runs.pieces import Answer, Failure, Work, attempt
from sim.runs.worker import Broken, Ready, Unable

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

logger = logging.getLogger("sim.runs")

TRIES = 2  # of a piece that was under way when its worker died; the last one alone
DEATHS_IN_A_ROW = 8  # for each worker, without any piece finished: then it is not the pieces' fault
PATIENCE = 300.0  # seconds until a worker has loaded what it needs: a file system on a network may be slow
LEAVE = 5.0  # seconds in which a worker ends by itself
MODEL = ("sim.runs.pieces", "sim.engine.blocks")
Finished: TypeAlias = Generator[Answer, None, None]


def cpus() -> int:
    """The CPUs this process may use: its affinity, the job's share under Slurm, a container's quota; at least 1."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    share = os.environ.get("SLURM_CPUS_PER_TASK", "")
    if share.isdecimal() and int(share) > 0:
        allowed = min(allowed, int(share))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        allowed = min(allowed, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError):  # no such file, or "max"
        pass
    if sys.platform == "win32":
        allowed = min(allowed, 61)  # ProcessPoolExecutor takes no more there
    return max(1, allowed)


def done(tasks: Iterable[Work], workers: int, stop: Callable[[], bool]) -> Finished:
    """Does the tasks; yields each as it is finished. Starts no further one after ``stop()`` is true.

    A task is asked for when somebody is free to do it.
    """
    coming = iter(tasks)
    first = list(islice(coming, workers))
    workers = min(workers, len(first))
    every = chain(first, coming)
    if workers <= 1:
        return in_process(every, stop)
    modules = MODEL if any(task.simulate is None for task in first) else MODEL[:1]
    return in_processes(every, workers, stop, modules)


def in_process(tasks: Iterable[Work], stop: Callable[[], bool]) -> Finished:
    """One after another, here."""
    for task in tasks:
        if stop():
            return
        yield attempt(task)


def in_processes(
    tasks: Iterable[Work], workers: int, stop: Callable[[], bool], modules: Sequence[str] = MODEL
) -> Finished:
    """By ``workers`` processes, each started afresh (spawn).

    Raises RunFailed, in a line that names the limit it ran into, where they cannot be started or all die.
    """
    queue = Queue(iter(tasks))
    crew = Crew(workers, modules)
    results: list[Answer] = []
    try:
        crew.hire_all()
        while True:
            ended = stop()
            if not ended:
                crew.hand_out(queue)
            yield from results  # they are kept while the workers go on
            if not crew.busy() and (ended or queue.is_empty):
                return
            results = crew.heard(queue)
    finally:
        crew.end()


class Queue:
    """The tasks still to be given out: those that come, and behind them those of which a worker died."""

    def __init__(self, tasks: Iterator[Work]) -> None:
        self._coming = tasks
        self._again: deque[Work] = deque()
        self._is_over = False
        self._deaths: Counter[Any] = Counter()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to give out, as far as has been asked."""
        return self._is_over and not self._again

    def next(self, alone: bool) -> Work | None:
        """The next one, if there is any; one of which a worker died only where nothing else is under way."""
        task = None if self._is_over else next(self._coming, None)
        if task is None:
            self._is_over = True
            return self._again.popleft() if alone and self._again else None
        return task

    def put_back(self, task: Work) -> None:
        """Takes a task back that was not begun."""
        self._again.append(task)

    def died(self, task: Work, how: str) -> Failure | None:
        """Takes a task back of which a worker died; it is given up when that was not the first."""
        self._deaths[task.piece] += 1
        if self._deaths[task.piece] < TRIES:
            self._again.append(task)
            return None
        return Failure(task.piece, f"its worker process died, twice ({how})")


@dataclass(eq=False)
class Member:
    """A worker process, as its parent sees it."""

    process: BaseProcess
    door: connection.Connection
    since: float = field(default_factory=time.monotonic)
    is_new: bool = True
    """Whether it is one of those that the run began with, and takes nobody's place."""
    is_ready: bool = False
    task: Work | None = None

    def give(self, task: Work) -> bool:
        """Gives it a piece to do; whether it could be given. Whatever cannot be sent at all raises."""
        try:
            self.door.send(task)
        except OSError:  # it died while it waited
            return False
        self.task = task
        return True

    def says(self) -> Any:
        """What it says; None where it died instead."""
        try:
            return self.door.recv()
        except (EOFError, OSError):
            return None

    def how_it_ended(self) -> str:
        """How the process ended, in words."""
        self.end(at_once=False)
        code = self.process.exitcode
        if code is None or code >= 0:
            return f"exit code {code}"
        if -code == getattr(signal, "SIGKILL", 9):
            return "it was killed: out of memory?"
        return f"signal {-code}"

    def end(self, at_once: bool) -> None:
        """Ends the process, and waits until it has ended."""
        self.door.close()
        if at_once:
            self.process.kill()  # workers ignore what terminate() sends
        self.process.join(LEAVE)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join(LEAVE)


class Crew:
    """The workers of a run."""

    def __init__(self, number: int, modules: Sequence[str]) -> None:
        self.number = number
        self.members: list[Member] = []
        self._modules = tuple(modules)
        self._context = multiprocessing.get_context("spawn")
        self._in_a_row = 0  # deaths since a piece was last finished

    def busy(self) -> bool:
        """Whether any piece is under way."""
        return any(member.task is not None for member in self.members)

    def hand_out(self, queue: Queue) -> None:
        """Gives work to all who wait for it."""
        for member in self.members:
            if member.is_ready and member.task is None:
                task = queue.next(alone=not self.busy())
                if task is None:
                    return
                if not member.give(task):
                    queue.put_back(task)

    def hire_all(self) -> None:
        """Starts the workers. Raises RunFailed, with the limit that is reached, where one cannot be started."""
        for place in range(self.number):
            try:
                self.hire()
            except (OSError, RuntimeError, MemoryError) as fault:
                why = limits.named(fault) or f"{type(fault).__name__}: {fault}"
                raise RunFailed(f"worker {place + 1} of {self.number} could not be started: {why}") from fault

    def hire(self, is_new: bool = True) -> None:
        """Starts a worker."""
        if os.name == "posix":
            resource_tracker.ensure_running()  # it lets signals through again, so not while they are held back
        mine, theirs = self._context.Pipe()
        try:
            process = self._context.Process(target=worker.work, args=(theirs, self._modules))
            with one_thread_each(), script_left_out(), signals_held_back():
                process.start()
                self.members.append(Member(process, mine, is_new=is_new))
        except BaseException:
            mine.close()
            raise
        finally:
            theirs.close()

    def heard(self, queue: Queue) -> list[Answer]:
        """Waits a moment for what the workers say; the pieces that were finished or given up."""
        doors = {member.door: member for member in self.members}
        speaking = connection.wait(list(doors), timeout=0.5)
        found: list[Answer | None] = []
        for door, member in doors.items():
            if door in speaking:
                found.append(self.answered(member, member.says(), queue))
            elif member.process.exitcode is not None and not door.poll():
                found.append(self.answered(member, None, queue))
            elif not member.is_ready and time.monotonic() - member.since > PATIENCE:
                member.end(at_once=True)
                self.lost(member, f"it did not answer within {PATIENCE:.0f} s", queue)
        return [one for one in found if one is not None]

    def answered(self, member: Member, said: object, queue: Queue) -> Answer | None:
        """Goes by what a worker said, or by its death where it said nothing; a piece that was finished or given up."""
        if isinstance(said, Ready):
            member.is_ready = True
            return None
        if isinstance(said, Unable):
            logger.debug(said.trace)
            member.end(at_once=False)
            self.lost(member, said.why, queue)
            return None
        task, member.task = member.task, None
        if isinstance(said, Answer):
            self._in_a_row = 0
            return said
        if isinstance(said, Broken) and task is not None:
            return Failure(task.piece, said.error, said.trace)
        how = member.how_it_ended()
        if not member.is_ready:
            room = limits.listed(limits.memory())
            hint = f" Too little memory{room}?" if room else ""
            self.lost(member, f"its process ended before it was ready ({how}).{hint}", queue)
            return None
        self.members.remove(member)
        self._in_a_row += 1
        if self._in_a_row > DEATHS_IN_A_ROW * self.number:
            about = "; ".join([how, *limits.memory()])
            raise RunFailed(f"worker processes die before they finish a block ({about}): fewer workers need less")
        given_up = None if task is None else queue.died(task, how)
        self.replace(queue)
        return given_up

    def replace(self, queue: Queue) -> None:
        """Starts a worker in the place of one that died, if there is work for it."""
        if queue.is_empty:
            return
        try:
            self.hire(is_new=False)
        except (OSError, RuntimeError, MemoryError) as fault:
            self.fewer(limits.named(fault) or f"{type(fault).__name__}: {fault}")

    def lost(self, member: Member, why: str, queue: Queue) -> None:
        """Does without a worker that could not begin. RunFailed where the run began with it: it asks for too much."""
        self.members.remove(member)
        if member.is_new:
            raise RunFailed(f"a worker could not be started: {why}")
        if not queue.is_empty:
            self.fewer(why)

    def fewer(self, why: str) -> None:
        """Goes on with the workers that are left. Raises RunFailed where none is."""
        if not self.members:
            raise RunFailed(f"no worker is left, and no other could be started: {why}")
        self.number = len(self.members)
        logger.warning("a worker that died could not be replaced (%s): going on with %d", why, self.number)

    def end(self) -> None:
        """Ends all workers, with what is under way in them."""
        with signals_held_back():  # one that is left out would be waited for at the end of this process
            for member in self.members:
                member.door.close()
                if member.task is not None or not member.is_ready:
                    member.process.kill()  # workers ignore what terminate() sends
        for member in self.members:
            member.end(at_once=False)
        self.members.clear()


@contextmanager
def signals_held_back() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait meanwhile; a process that is started inherits that, until it knows what to do."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, worker.LEFT_ALONE)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Processes started meanwhile use one thread for linear algebra: the workers are the parallel part."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def script_left_out() -> Iterator[None]:
    """A process started meanwhile does not run this one's script again.

    A process that is started afresh reads the script of the one that starts it, for the functions in it, and would do
    all that stands there outside ``if __name__ == "__main__":`` once more. A worker needs none of them: what it is
    given comes from modules. So a script needs no such line, and may come from standard input or a notebook.
    """
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script
