"""Every figure by name: ``FIGURES["outcomes"](result)`` is a ``matplotlib.figure.Figure``.

A new figure is one more ``Plot`` in one of these files; the report, the folder of figures, ``result.plot``
and the generic tests take it from here.
"""

from __future__ import annotations

from sim.show.figures import changes, consequences, courses, endings, gaza, histories, ladders
from sim.show.figures.plot import Plot

FIGURES: dict[str, Plot] = {
    plot.name: plot
    for part in (endings, changes, courses, ladders, gaza, consequences, histories)
    for plot in part.PLOTS
}

__all__ = ["FIGURES", "Plot"]
