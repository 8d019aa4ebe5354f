"""All that people see of a result, written into its folder; each figure is drawn once."""

from __future__ import annotations

from pathlib import Path

from sim.results.result import Result
from sim.runs.progress import Step, silent
from sim.show.pictures import files as files_of
from sim.show.pictures import write_figures
from sim.show.report import write_report
from sim.show.summary import write_summary
from sim.show.tables import main_part, write_tables


def write_all(result: Result, folder: str | Path, *, figures: bool = True, step: Step = silent) -> list[Path]:
    """Writes summary.md, report.html, figures/ and tables/ into ``folder``; returns the files.

    Without ``figures`` nothing is drawn: the report has tables only. ``step`` is told what is being made.
    """
    result = main_part(result)  # once, so that what it has read and simulated is shared
    step("making tables", 0, 1)
    files = [write_summary(result, folder), *write_tables(result, folder)]
    step("making tables", 1, 1)
    drawn = write_figures(result, folder, step) if figures else {}
    figure_files = [Path(folder) / "figures" / name for name in files_of(drawn)]
    return [*files, write_report(result, folder, drawn), *figure_files]
