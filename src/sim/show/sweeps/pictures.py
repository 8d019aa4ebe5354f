"""The pictures of a sweep as files: each drawn once, the same bytes every time."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from sim.disk.writing import put
from sim.runs.progress import Step, silent
from sim.show import phrases, style
from sim.show.pictures import DOTS_PER_INCH, drawing, element
from sim.show.sweeps.curves import heats, responses
from sim.show.sweeps.indices import boxes, ranks, sobols
from sim.show.sweeps.screens import morrises, screens
from sim.show.sweeps.shown import Picture, Shown, sort_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DRAWN: Mapping[str, Callable[[Shown, str], Iterator[Picture]]] = {
    "response": responses,
    "heat": heats,
    "screen": screens,
    "morris": morrises,
    "sobol": sobols,
    "surrogate_sobol": sobols,
    "rank_correlations": ranks,
    "boxes": boxes,
}
"""What is drawn of each table."""


def pictures(shown: Shown) -> list[Picture]:
    """All pictures of a sweep, by tables; each has a name of its own."""
    found: dict[str, Picture] = {}
    for key in shown.tables:
        if sort_of(key) == "response" and key.replace("response", "screen", 1) in shown.tables:
            continue  # three values each: the screen's picture has them all
        if sort_of(key) not in DRAWN:
            continue
        for picture in DRAWN[sort_of(key)](shown, key):
            number, name = 2, picture.name
            while name in found:
                name, number = f"{picture.name}_{number}", number + 1
            found[name] = replace(picture, name=name)
    return list(found.values())


def figure_of(picture: Picture) -> Figure:
    """The picture, drawn in the style of the package."""
    with style.looks():
        figure: Figure = picture.draw()
        return figure


def png(figure: Figure, shown: Shown, caption: str) -> bytes:
    """A picture as PNG; caption, making and citation are in its text fields (no date)."""
    out = io.BytesIO()
    said = {"Title": caption, "Description": phrases.NOT_A_FORECAST, "Source": shown.citation, "Comment": shown.command}
    with style.looks():
        figure.savefig(
            out,
            format="png",
            dpi=DOTS_PER_INCH,
            metadata={**said, "Software": "matplotlib"},
            pil_kwargs={"compress_level": 6},
        )
    return out.getvalue()


def alone(svg: str, shown: Shown) -> str:
    """An ``<svg>`` element as a file of its own: with a size in points and its making as metadata."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    size = f' width="{box.group(1)}pt" height="{box.group(2)}pt"' if box else ""
    about = f"<metadata>{escape(' '.join((phrases.NOT_A_FORECAST, shown.citation, shown.command)))}</metadata>"
    sized = svg.replace("<svg", f"<svg{size}", 1)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + sized.replace("</title>", f"</title>\n{about}", 1)


def write_pictures(shown: Shown, folder: str | Path, step: Step = silent) -> tuple[dict[str, str], list[Path]]:
    """Writes ``figures/<name>.png`` and ``.svg``; gives the ``<svg>`` elements for the report, and the files.

    ``step`` is told how many are drawn.
    """
    made: dict[str, str] = {}
    files: list[Path] = []
    found = pictures(shown)
    what = drawing(len(found))
    for number, picture in enumerate(found):
        step(what, number, len(found))
        figure = figure_of(picture)
        made[picture.name] = element(figure, f"s{number}", picture.caption, picture.description)
        at = Path(folder) / "figures" / picture.name
        files.append(put(at.with_name(f"{picture.name}.svg"), alone(made[picture.name], shown)))
        files.append(put(at.with_name(f"{picture.name}.png"), png(figure, shown, picture.caption)))
    step(what, len(found), len(found))
    return made, files
