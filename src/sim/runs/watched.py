"""Whether somebody waits for a run that was called from Python, and how it is told them: in a notebook, at a prompt.

A script is told nothing unless it asks: its output is its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from html import escape
from typing import Any, TypeAlias

from sim.runs.progress import Progress, spoken

Tells: TypeAlias = Callable[[int, int, float], None]
"""Told (worlds done, all worlds, seconds)."""

SHORT = 2.0
"""Seconds that nobody needs to be told about."""
OFTEN = 0.25
"""Seconds between two changes of what a notebook shows."""


def teller(asked: Tells | bool | None, expected: float) -> Tells | None:
    """Who is told how far a run is that is ``expected`` to take so many seconds.

    A function is told itself; True shows it, False does not; None shows it where a person waits, in a notebook or at a
    prompt.
    """
    if asked is None:
        asked = in_notebook() or at_prompt()
    if not isinstance(asked, bool):
        return asked
    if not asked:
        return None
    return InCell(expected) if in_notebook() else Progress()


def in_notebook() -> bool:
    """Whether this is the kernel of a notebook."""
    interactive = sys.modules.get("IPython")
    shell: Any = None if interactive is None else interactive.get_ipython()
    return getattr(shell, "kernel", None) is not None


def at_prompt() -> bool:
    """Whether somebody types line by line."""
    return hasattr(sys, "ps1") or bool(sys.flags.interactive)


class InCell(Progress):
    """One line below a cell, with a bar and the time left, that changes in place and is gone when the run is done.

    It needs no widgets. Of a short run nothing is seen; one that is interrupted leaves how far it was.
    """

    def __init__(self, expected: float = 0.0) -> None:
        super().__init__()
        self.expected = expected
        self._shown: Any = None

    def __call__(self, done: int, total: int, seconds: float) -> None:
        """Show that ``done`` of ``total`` worlds are done, ``seconds`` after the run began."""
        if self._began is None:
            self._began = (done, seconds)
        if done >= total:
            self.close()
        elif self._shown is None and max(self.expected, seconds) >= SHORT:
            from IPython.display import display

            show: Callable[..., Any] = display
            self._shown = show(self._seen(done, total, seconds), raw=True, display_id=True)
            self._spoke = seconds
        elif self._shown is not None and seconds - self._spoke >= OFTEN:
            self._shown.update(self._seen(done, total, seconds), raw=True)
            self._spoke = seconds

    def _seen(self, done: int, total: int, seconds: float) -> dict[str, str]:
        before, _ = self._began or (0, 0.0)
        line = self._line(done, total, seconds)
        if done <= before and self.expected >= SHORT:
            line = f"{done:,} of {total:,} worlds, about {spoken(self.expected)} left"
        bar = f'<progress value="{done}" max="{total}" style="vertical-align:middle"></progress>'
        return {"text/plain": line, "text/html": f"{bar} {escape(line)}"}

    def close(self) -> None:
        """Takes the line away."""
        if self._shown is not None:
            self._shown.update({"text/plain": "", "text/html": ""}, raw=True)
            self._shown = None
