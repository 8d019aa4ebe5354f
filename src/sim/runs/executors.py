"""Pieces done one after another in this process, or by several worker processes.

Results come back as they are finished, in no order. A piece that raises is reported and the others go on. A worker
that dies (out of memory, a crash in a library) breaks the whole pool: what is done is kept, a new pool is started, and
the pieces that were under way are tried one at a time, so that only a piece that kills its worker is given up.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection
from pathlib import Path
from typing import TypeAlias

from sim.runs.errors import RunFailed
from sim.runs.pieces import Failure, Files, Piece, Task, compute

TRIES_ALONE = 2  # of a piece that was under way when a worker died
HELD_BACK = (signal.SIGINT, signal.SIGTERM)
BREAKS_IN_A_ROW = 8  # without any piece finished: then it is not the pieces' fault
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


Finished: TypeAlias = Generator[Files | Failure, None, None]


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


def done(tasks: Sequence[Task], workers: int, stop: Callable[[], bool]) -> Finished:
    """Does the tasks; yields each as it is finished. Starts no further one after ``stop()`` is true."""
    workers = min(workers, len(tasks))
    return in_processes(tasks, workers, stop) if workers > 1 else in_process(tasks, stop)


def in_process(tasks: Sequence[Task], stop: Callable[[], bool]) -> Finished:
    """One after another, here."""
    for task in tasks:
        if stop():
            return
        yield attempt(task)


def attempt(task: Task) -> Files | Failure:
    """The files of a task, or what went wrong in it."""
    try:
        return compute(task)
    except Exception as fault:
        return Failure(task.piece, f"{type(fault).__name__}: {fault}", traceback.format_exc())


def in_processes(tasks: Sequence[Task], workers: int, stop: Callable[[], bool]) -> Finished:
    """By ``workers`` processes, each started afresh (spawn)."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise RunFailed(MAIN_GUARD)
    waiting = deque(tasks)
    suspects: deque[Task] = deque()
    deaths: Counter[Piece] = Counter()  # of a piece that was alone under way
    breaks = 0
    running: dict[Future[Files | Failure], Task] = {}
    with one_thread_each():
        pool = started(workers)
        try:
            while True:
                broken = False
                try:
                    while not stop() and (suspects or waiting):
                        if len(running) >= (1 if suspects else workers + 1):
                            break
                        queue = suspects or waiting
                        with unheard():
                            running[pool.submit(attempt, queue[0])] = queue[0]
                        queue.popleft()
                except BrokenProcessPool:
                    broken = True
                if not running and not broken:
                    return
                finished = wait(running, timeout=0.5, return_when=FIRST_COMPLETED).done
                died = []
                for future in finished:
                    task = running.pop(future)
                    try:
                        result = future.result()
                    except BrokenProcessPool:
                        died.append(task)
                        continue
                    breaks = 0
                    yield result
                if not died and not broken:
                    continue
                # The pool is of no use any more: every future of it ends, most of them broken.
                for future, task in running.items():
                    try:
                        result = future.result()
                    except BrokenProcessPool:
                        died.append(task)
                        continue
                    yield result
                running.clear()
                breaks += 1
                if breaks > BREAKS_IN_A_ROW:
                    raise RunFailed(f"worker processes die before they finish a block. {MAIN_GUARD}")
                if len(died) == 1:
                    deaths[died[0].piece] += 1
                for task in died:
                    if deaths[task.piece] >= TRIES_ALONE:
                        yield Failure(task.piece, "its worker process died, twice (out of memory?)")
                    else:
                        suspects.append(task)
                end(pool, at_once=True)
                pool = started(workers)
        finally:
            end(pool, at_once=bool(running))


MAIN_GUARD = (
    "A script that runs with workers needs its calls under `if __name__ == '__main__':`, since every worker "
    "reads the script; or use workers=1."
)


def started(workers: int) -> ProcessPoolExecutor:
    """A pool of fresh processes."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=begin)


def end(pool: ProcessPoolExecutor, at_once: bool) -> None:
    """Ends a pool; ``at_once`` with what is under way in it."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=not at_once, cancel_futures=True)
    if at_once:
        for process in processes:
            process.kill()  # workers ignore what terminate() sends
            process.join()


def begin() -> None:
    """The first thing in a worker: leave Ctrl-C and SIGTERM to the parent, and don't outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD_BACK)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=end_with, args=(parent.sentinel,), daemon=True).start()


@contextmanager
def unheard() -> Iterator[None]:
    """Processes started meanwhile hear no Ctrl-C or SIGTERM before `begin` ignores them: their imports are not cut.

    Windows has nothing of the kind. This process hears afterwards what came meanwhile.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HELD_BACK)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with(sentinel: int) -> None:
    """Ends this process when another has ended, however it ended: a worker would wait for work for ever."""
    connection.wait([sentinel])
    os._exit(1)


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
