"""Every figure by name: ``FIGURES["outcomes"](result)`` is a ``matplotlib.figure.Figure``.

A new figure is one more ``Plot`` in one of these files; the report, the folder of figures, ``result.plot``
and the generic tests take it from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.errors import closest_name, did_you_mean
from sim.show.figures import (
    carriers,
    changes,
    consequences,
    courses,
    endings,
    gaza,
    histories,
    influence,
    ladders,
    pressure,
    whatif,
)
from sim.show.figures.plot import Plot
from sim.show.tables import main_part

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results.result import Result

HISTORIES = tuple(plot for pair in zip(histories.PLOTS, pressure.PLOTS, strict=True) for plot in pair)
"""Of each outcome the timeline, then what pressed in it."""
_ALL = [
    plot
    for plots in (
        *(part.PLOTS for part in (endings, whatif, changes, courses, ladders, gaza, consequences, influence)),
        HISTORIES,
        carriers.PLOTS,
    )
    for plot in plots
]
FIGURES: dict[str, Plot] = {plot.name: plot for plot in sorted(_ALL, key=lambda plot: not plot.main)}
"""The few that are shown first, then those of the appendix."""


def draw(result: Result, name: str) -> Figure:
    """Draws a figure as :meth:`Result.plot` says."""
    if name not in FIGURES:
        hint = did_you_mean(closest_name(name, FIGURES))
        raise ValueError(f"there is no figure {name!r}; there are {', '.join(FIGURES)}{hint}")
    return FIGURES[name](main_part(result))
