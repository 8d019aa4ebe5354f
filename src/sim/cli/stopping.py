"""Ctrl-C and SIGTERM (on Windows SIGBREAK too): a stop without a traceback, wherever it comes.

A KeyboardInterrupt is raised between any two steps of Python, also where it does harm: inside an import it becomes an
ImportError with a traceback in C's half of NumPy, or half a module; inside a finalizer it is printed and lost. So it
comes a moment later there. Before a command begins, and after it is done, there is nothing to finish, and a stop ends
the process at once.

Only the standard library is imported here.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
A_MOMENT = 0.01  # seconds


def interrupt(kind: int, frame: FrameType | None) -> None:
    """A handler of signals: raise KeyboardInterrupt, but once an import that is under way is done."""
    if importing(frame):
        # Not by `threading`, whose locks may be held by what this interrupts. Where no thread can be had that is a
        # RuntimeError, and the truth: OpenBLAS sends SIGINT when it cannot have its own.
        _thread.start_new_thread(again, (kind,))
        return
    raise KeyboardInterrupt


def importing(frame: FrameType | None) -> bool:
    """Whether a frame, or one that called it, belongs to an import."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def again(kind: int) -> None:
    """Have a signal come in a moment."""
    time.sleep(A_MOMENT)
    _thread.interrupt_main(signal.Signals(kind))


def lost(report: sys.UnraisableHookArgs, /) -> None:
    """What Python does with an exception that no caller can get: a KeyboardInterrupt comes again, others are shown."""
    if report.exc_type is KeyboardInterrupt:
        _thread.start_new_thread(again, (signal.SIGINT,))
    else:
        sys.__unraisablehook__(report)


@contextmanager
def as_interrupt() -> Iterator[None]:
    """Ctrl-C and SIGTERM raise KeyboardInterrupt meanwhile; what a parent has us ignore is left so.

    Only the main thread can say so; in another one nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Any] = {kind: signal.getsignal(kind) for kind in SIGNALS}
    hook = sys.unraisablehook
    heard = [kind for kind, handler in before.items() if handler is not signal.SIG_IGN]
    try:
        sys.unraisablehook = lost
        for kind in heard:
            signal.signal(kind, interrupt)
        yield
    finally:
        for kind in heard:
            signal.signal(kind, signal.SIG_DFL if before[kind] is None else before[kind])
        sys.unraisablehook = hook


def leave_at_once(code: int) -> None:
    """From now on Ctrl-C and SIGTERM end this process with an exit code, without a word."""

    def leave(_kind: int, _frame: FrameType | None) -> None:
        os._exit(code)

    for kind in SIGNALS:
        if signal.getsignal(kind) is not signal.SIG_IGN:
            signal.signal(kind, leave)
