"""How far a run is, for people: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


Step: TypeAlias = "Callable[[str, int, int], None]"
"""Told what is made of worlds that are there: (what, how many of it are done, how many there are)."""


def silent(_what: str, _done: int, _total: int) -> None:
    """A step that nobody is told of."""


def spoken(seconds: float) -> str:
    """A length of time as a person says it: ``45 s``, ``3 min``, ``2 h 05 min``, ``5 days``, ``3 years``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes, days = round(seconds / 60), round(seconds / 86_400)
    if minutes < 90:
        return f"{minutes} min"
    if minutes < 2 * 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{days:,} days" if days < 730 else f"{round(days / 365.25):,} years"


def bar(**how: Any) -> Any:
    """A bar of tqdm that goes away when it is closed, drawn whenever something was done and by no thread."""
    from tqdm import tqdm

    tqdm.monitor_interval = 0
    return tqdm(leave=False, **how)


class Progress:
    """Tells on stderr how many worlds are done and how long the rest will take.

    Call it as ``progress(done, total, seconds)``, the first time before anything is done: what was there already (a
    run that goes on) is not counted as speed. In a log a line is written at most every ``every`` seconds, and one at
    the end if there was any before.
    """

    def __init__(self, stream: TextIO | None = None, every: float = 30.0) -> None:
        self.stream = sys.stderr if stream is None else stream
        self.every = every
        self._bar: Any = None
        self._began: tuple[int, float] | None = None
        self._spoke = 0.0
        self._lines = 0
        self._step = ""

    def __call__(self, done: int, total: int, seconds: float) -> None:
        """Show that ``done`` of ``total`` worlds are done, ``seconds`` after the run began."""
        if self._began is None:
            self._began = (done, seconds)
            self._spoke = seconds
        if self.stream.isatty():
            self._draw(done, total)
            if done == total:
                self.close()
            return
        if seconds - self._spoke >= self.every or (done == total and self._lines):
            self._spoke = seconds
            self._lines += 1
            print(self._line(done, total, seconds), file=self.stream, flush=True)

    def step(self, what: str, done: int, total: int) -> None:
        """Show what is made of the worlds once they are there: ``what``, of which ``done`` of ``total`` are done.

        On a terminal one line moves on; in a log each ``what`` is told once, when it begins.
        """
        if not self.stream.isatty():
            if what != self._step:
                self._step = what
                print(what, file=self.stream, flush=True)
            return
        if self._bar is None or what != self._step:
            self.close()
            self._step = what
            self._bar = bar(total=total, desc=what, file=self.stream, bar_format="{desc}: {n_fmt} of {total_fmt}")
        self._bar.n = done
        self._bar.refresh()
        if done == total:
            self.close()

    def _draw(self, done: int, total: int) -> None:
        if self._bar is None:
            self._bar = bar(total=total, initial=done, unit=" worlds", file=self.stream)
        self._bar.n = done
        self._bar.refresh()

    def _line(self, done: int, total: int, seconds: float) -> str:
        before, when = self._began or (0, 0.0)
        line = f"{done:,} of {total:,} worlds after {spoken(seconds)}"
        if before < done < total:
            line += f", about {spoken((seconds - when) * (total - done) / (done - before))} left"
        return line

    def close(self) -> None:
        """Takes the bar off the terminal."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
