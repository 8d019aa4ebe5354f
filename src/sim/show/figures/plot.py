"""What every figure of the package has: a name, a drawing, its words, its numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.show import making, style
from sim.show.printed import Table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.results.result import Result


def nothing_missing(_result: Result) -> str:
    """For figures that every result has."""
    return ""


@dataclass(frozen=True)
class Plot:
    """A figure as a function of a ``Result``, with the words that go with it.

    ``plot(result)`` gives a ``matplotlib.figure.Figure``; where ``missing`` names a reason why there is
    nothing to draw, the figure says that reason instead.
    """

    name: str
    question: str
    """The question of the report it belongs to: ``Q1`` … ``Q6``."""
    caption: str
    """One line: what is shown."""
    draw: Callable[[Result], Figure]
    describe: Callable[[Result], str]
    """Its numbers in words: the text for those who do not see the picture."""
    numbers: Callable[[Result], pd.DataFrame]
    """The table it draws."""
    table: Callable[[Result], Table]
    """The table for people that stands under it in the report."""
    says: Callable[[Result], str]
    """What its numbers come to, as one sentence; asked only where there is something to draw."""
    missing: Callable[[Result], str] = nothing_missing
    """Why there is nothing to draw, as a sentence; empty where there is something."""
    expected: bool = True
    """Whether the report says so where there is nothing to draw."""
    main: bool = False
    """Whether it is one of the few that are shown first; the others are the appendix."""

    def sentence(self, result: Result) -> str:
        """What its numbers come to, as one sentence; where there is nothing to draw, why."""
        return self.missing(result) or self.says(result)

    def __call__(self, result: Result) -> Figure:
        """Draws the figure in the style of the package."""
        with style.looks():
            reason = self.missing(result)
            return style.note(self.caption, making.foot(result), reason) if reason else self.draw(result)
