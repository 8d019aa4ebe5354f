"""The life of a worker process: it loads what it needs, says so, and does one piece after another as they come.

It is told of a piece and answers through one pipe, so it needs no lock and no memory shared between processes. The
pipe ends with the process that started it. Only the standard library is imported before the worker can say what is
wrong with the rest.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import connection, parent_process
from typing import TYPE_CHECKING

from sim.runs.limits import named

if TYPE_CHECKING:
    from sim.runs.pieces import Answer, Work

LEFT_ALONE = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM") if hasattr(signal, name))


@dataclass(frozen=True)
class Ready:
    """What a worker says when it has loaded what it needs."""


@dataclass(frozen=True)
class Unable:
    """What a worker says that cannot begin, and why."""

    why: str
    trace: str = ""


@dataclass(frozen=True)
class Broken:
    """What a worker says of a piece that it could not take or hand back, and why."""

    error: str
    trace: str = ""


def work(door: connection.Connection, modules: Sequence[str]) -> None:
    """All that a worker does: it loads ``modules``, then does what comes through ``door`` until that is closed."""
    begin()
    try:
        with muted():
            for name in modules:
                import_module(name)
            from sim.runs.pieces import attempt
    except BaseException as fault:
        with suppress(OSError):
            door.send(Unable(named(fault) or f"{type(fault).__name__}: {fault}", traceback.format_exc()))
        return
    with suppress(EOFError, OSError):  # the process that started this one has closed the door
        door.send(Ready())
        while True:
            answer: Answer | Broken
            try:
                task: Work = door.recv()
                answer = attempt(task)
                door.send(answer)
            except (EOFError, OSError):
                raise
            except Exception as fault:  # a function that cannot be found here; too little memory to hand it back
                error = named(fault) or f"{type(fault).__name__}: {fault}"
                door.send(Broken(error, traceback.format_exc()))
                if isinstance(fault, MemoryError):  # half a task may still be in the pipe
                    return


def begin() -> None:
    """The first thing in a worker: leave Ctrl-C and SIGTERM to the parent, and don't outlive it."""
    for kind in LEFT_ALONE:
        signal.signal(kind, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, LEFT_ALONE)
    parent = parent_process()
    if parent is not None:
        with suppress(RuntimeError):  # no thread to be had: it ends when it next asks for work
            threading.Thread(target=end_with, args=(parent.sentinel,), daemon=True).start()


def end_with(sentinel: int) -> None:
    """Ends this process when another has ended, however it ended."""
    connection.wait([sentinel])
    os._exit(1)


@contextmanager
def muted() -> Iterator[None]:
    """Nothing is written to stderr meanwhile: libraries that find no room say so at length, each in its own way."""
    try:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
