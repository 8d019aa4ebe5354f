"""Figures as files: PNG with their making inside, and small SVG that can be read aloud. The same bytes every
time.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from sim.disk.writing import put
from sim.runs.progress import Step, silent
from sim.show import making, phrases, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results.result import Result
    from sim.show.figures.plot import Plot

DOTS_PER_INCH = 300
SLIDE = (1920, 1080)
"""The dots of a slide, across and down."""


def png(figure: Figure, result: Result, caption: str, dots: float = DOTS_PER_INCH) -> bytes:
    """A figure as PNG; caption, making and citation are in its text fields (no date)."""
    out = io.BytesIO()
    with style.looks():
        figure.savefig(
            out,
            format="png",
            dpi=dots,
            metadata={
                "Title": caption,
                "Description": phrases.NOT_A_FORECAST,
                "Source": making.citation(result),
                "Comment": making.command(result),
                "Software": "matplotlib",
            },
            pil_kwargs={"compress_level": 6},
        )
    return out.getvalue()


def slide(plot: Plot, result: Result) -> bytes:
    """A figure as PNG of a screen's size, with its sentence under the title; its making is inside as in any other."""
    with style.slides(plot.sentence(result)):
        figure = plot(result)
    dots = SLIDE[0] / figure.get_size_inches()[0] + 1e-6  # a dot that is not whole would be cut off
    return png(figure, result, making.caption(result, plot.caption), dots)


def svg(figure: Figure, result: Result, name: str, description: str) -> str:
    """A figure of the registry as one ``<svg>`` element; ids inside differ from figure to figure."""
    from sim.show.figures import FIGURES

    return element(figure, f"f{list(FIGURES).index(name)}", making.caption(result, FIGURES[name].caption), description)


def element(figure: Figure, mark: str, caption: str, description: str) -> str:
    """A figure as one ``<svg>`` element with title and description for screen readers. Text stays text.

    Ids inside begin with ``mark``, so that several can stand in one page.
    """
    from sim.show.svg import small

    out = io.StringIO()
    with style.looks():
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return small(out.getvalue(), mark, caption, description)


def alone(element: str, result: Result) -> str:
    """An ``<svg>`` element as a file of its own: with a size in points and its making as metadata."""
    return standing(element, phrases.NOT_A_FORECAST, making.citation(result), making.command(result))


def standing(element: str, *said: str) -> str:
    """An ``<svg>`` element as a file of its own, with a size in points and these sentences as metadata."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', element)
    size = f' width="{box.group(1)}pt" height="{box.group(2)}pt"' if box else ""
    about = f"<metadata>{escape(' '.join(said))}</metadata>"
    sized = element.replace("<svg", f"<svg{size}", 1)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + sized.replace("</title>", f"</title>\n{about}", 1)


def drawn(result: Result) -> list[str]:
    """The names of the figures that have something to show in this result, in the order of the report."""
    from sim.show.figures import FIGURES

    return [name for name, plot in FIGURES.items() if not plot.missing(result)]


def files(names: Collection[str]) -> list[str]:
    """The files in ``figures/`` of the figures of these names."""
    from sim.show.figures import FIGURES

    slides = [f"slides/{name}.png" for name in names if FIGURES[name].main]
    return [*(f"{name}.{kind}" for name in names for kind in ("png", "svg")), *slides]


def svgs(result: Result) -> dict[str, str]:
    """Each figure of this result as an ``<svg>`` element, by name."""
    from sim.show.figures import FIGURES
    from sim.show.tables import main_part

    result = main_part(result)
    return {name: svg(FIGURES[name](result), result, name, FIGURES[name].describe(result)) for name in drawn(result)}


def drawing(count: int) -> str:
    """What is said while figures are drawn."""
    return f"drawing {count:,} figure{'' if count == 1 else 's'}"


def write_figures(result: Result, folder: str | Path, step: Step = silent) -> Mapping[str, str]:
    """Writes ``figures/<name>.png`` and ``.svg`` below ``folder``, and of the main ones ``figures/slides/<name>.png``.

    Returns the ``<svg>`` elements for the report. ``step`` is told how many are drawn.
    """
    from sim.show.figures import FIGURES
    from sim.show.tables import main_part

    result = main_part(result)
    made: dict[str, str] = {}
    names = drawn(result)
    what = drawing(len(names))
    for place, name in enumerate(names):
        step(what, place, len(names))
        plot = FIGURES[name]
        figure = plot(result)
        made[name] = svg(figure, result, name, plot.describe(result))
        put(Path(folder) / "figures" / f"{name}.svg", alone(made[name], result))
        put(Path(folder) / "figures" / f"{name}.png", png(figure, result, making.caption(result, plot.caption)))
        if plot.main:
            put(Path(folder) / "figures" / "slides" / f"{name}.png", slide(plot, result))
    step(what, len(names), len(names))
    return made
