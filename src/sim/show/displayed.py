"""Figures that show themselves at the end of a cell: once, in every notebook, with words for who does not see them.

A ``Figure`` of Matplotlib's that pyplot did not make is text in a notebook, unless somebody has chosen an inline
backend; with one it is a picture without words. These bring the picture and the words along, whatever was chosen.
"""

from __future__ import annotations

import io
from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from sim.show import style

if TYPE_CHECKING:
    from sim.results.result import Result
    from sim.sweeps.sweep import Sweep

DOTS_PER_INCH = 144
"""Twice those of a page, so that letters are sharp on a dense screen."""
ON_A_PAGE = 96


class Displayed(Figure):
    """A figure as any other, with its words (``alt``), that a notebook shows by itself."""

    alt: str = ""

    def __repr__(self) -> str:
        return f"<Figure: {self.alt.partition('. ')[0]}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002
        """Both forms of one drawing; what a notebook is given here it asks of nobody else."""
        png = b64encode(self.png()).decode("ascii")
        return {"text/plain": repr(self), "text/html": self._image(png), "image/png": png}

    def _repr_html_(self) -> str:
        return self._image(b64encode(self.png()).decode("ascii"))

    def png(self) -> bytes:
        """The figure as a notebook shows it; ``savefig`` writes it as one wants it."""
        out = io.BytesIO()
        with style.looks():
            self.savefig(out, format="png", dpi=DOTS_PER_INCH)
        return out.getvalue()

    def _image(self, png: str) -> str:
        width = round(float(self.get_figwidth()) * ON_A_PAGE)
        look = "max-width:100%;height:auto"
        return f'<img src="data:image/png;base64,{png}" alt="{escape(self.alt)}" width="{width}" style="{look}">'


def displayed(figure: Figure, alt: str) -> Displayed:
    """The same figure, which now shows itself."""
    figure.__class__ = Displayed
    assert isinstance(figure, Displayed)
    figure.alt = alt
    return figure


def figure_named(result: Result, name: str) -> Displayed:
    """A figure of a result, with its numbers in words."""
    from sim.show.figures import FIGURES, draw
    from sim.show.tables import main_part

    figure = draw(result, name)
    plot, shown = FIGURES[name], main_part(result)
    return displayed(figure, f"{plot.caption}. {plot.missing(shown) or plot.describe(shown)}")


def of_two(here: Result, there: Result) -> Displayed:
    """The picture of two results, with its numbers in words."""
    from sim.show import versus

    return displayed(versus.draw(here, there), versus.describe(here, there))


def of_sweep(sweep: Sweep, name: str) -> Displayed:
    """A figure of a sweep, with its numbers in words."""
    from sim.show.sweeps.folder import named
    from sim.show.sweeps.pictures import figure_of

    picture = named(sweep, name)
    return displayed(figure_of(picture), f"{picture.caption}. {picture.description}")
