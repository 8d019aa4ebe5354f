"""All that people see of a sweep, written into its folder; each picture is drawn once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.disk.writing import put
from sim.runs.progress import Step, silent
from sim.scenario.errors import closest_name, did_you_mean
from sim.show.sweeps.pictures import figure_of, pictures, write_pictures
from sim.show.sweeps.printed import COLUMNS
from sim.show.sweeps.report import write_report
from sim.show.sweeps.shown import Picture, Shown, part_of, sort_of
from sim.show.sweeps.summary import write_summary
from sim.show.tables import as_csv
from sim.sweeps.analysis import slug, to_latex

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_IN_LATEX = 200
"""Rows of a table in LaTeX; of longer ones the first, and a line that says so. CSV has all."""


def write_all(sweep: Any, folder: str | Path, figures: bool = True, step: Step = silent) -> list[Path]:
    """Writes summary.md, report.html, figures/ and tables/ (CSV, LaTeX) of a sweep into ``folder``; returns the files.

    Without ``figures`` nothing is drawn: the report has tables only. ``step`` is told what is being made.
    """
    step("making tables", 0, 1)
    shown = Shown(sweep)
    files = [write_summary(shown, folder), *write_tables(shown, folder)]
    step("making tables", 1, 1)
    svgs, drawn = write_pictures(shown, folder, step) if figures else ({}, [])
    return [*files, write_report(shown, folder, svgs), *drawn]


def write_tables(shown: Shown, folder: str | Path) -> list[Path]:
    """Writes ``tables/<name>.csv`` and ``.tex``, each whole or not at all."""
    files = []
    for key, table in shown.tables.items():
        files.append(put(Path(folder) / "tables" / f"{key}.csv", as_csv(table)))
        many = len(table)
        cut = f"% the first {MOST_IN_LATEX} of {many} rows; {key}.csv has all\n" if many > MOST_IN_LATEX else ""
        caption = f"{COLUMNS[sort_of(key)][0]}{part_of(key)}. {shown.foot}."
        latex = to_latex(table.head(MOST_IN_LATEX), caption, f"tab:{slug(key)}")
        files.append(put(Path(folder) / "tables" / f"{key}.tex", cut + latex))
    return files


def draw(sweep: Any, name: str) -> Figure:
    """A picture of a sweep, as :func:`named` finds it."""
    return figure_of(named(sweep, name))


def named(sweep: Any, name: str) -> Picture:
    """A picture of a sweep by its name, as in ``figures/``, or the first of a table: ``response``, ``heat``, ``boxes``.

    ValueError lists the names where there is none of that name.
    """
    found = pictures(Shown(sweep))
    calls = (lambda one: one.name, lambda one: one.table, lambda one: sort_of(one.table))
    for called in calls:
        for picture in found:
            if called(picture) == name:
                return picture
    names = ", ".join(picture.name for picture in found) or "none for this design"
    known = dict.fromkeys(called(picture) for called in calls for picture in found)
    raise ValueError(f"there is no figure {name!r}; there are {names}{did_you_mean(closest_name(name, known))}")
