"""Tables, figures, summary and report of a finished results folder, made again from its worlds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sim.disk.paths import Given
from sim.jobs.run import finished_folder, present, vouch
from sim.results.result import Result
from sim.runs.data import InFolder, noted
from sim.runs.folder import PAGES, state
from sim.runs.lock import claimed
from sim.runs.manifest import changed, sums_of
from sim.runs.progress import Step, silent
from sim.runs.work import faults_of_writing
from sim.version import __version__

IN_FOLDERS = ("figures/", "tables/")


def is_page(name: str) -> bool:
    """Whether a file of a results folder is one that is made of its data for people."""
    return name in PAGES or name.startswith(IN_FOLDERS)


def analyze(folder: Given, *, figures: bool = True, step: Step = silent) -> Result:
    """Makes the pages of a finished results folder again, whatever has become of them; nothing is simulated anew.

    ``step`` is told what is being made, as ``sim.run`` tells it.

    They are as this version of the program makes them, of the worlds as they are; the manifest says so under "made".

    Raises FileNotFoundError or InputError as :func:`sim.open` does, and Changed where the data are not as the run
    wrote them: of those no page is made.
    """
    path, manifest = finished_folder(folder)
    with faults_of_writing(path), claimed(path):
        found = state(path, manifest)
        others = [name for name in (*found.changed, *found.missing) if not is_page(name)]
        if others:
            raise changed(path, others, "the same run again says what can be done")
        failed = [one for one in manifest["failed"] if one.get("what") != PAGES_FAILED]
        pages: list[Path] = []
        with noted(PAGES_FAILED, failed):
            pages = present(Result(manifest, InFolder(path, manifest), path), path, figures, step)
        files = {name: said for name, said in manifest["files"].items() if not is_page(name)}
        files |= sums_of(path, [page.relative_to(path).as_posix() for page in pages])
        for name in manifest["files"].keys() - files.keys():
            (path / name).unlink(missing_ok=True)
        said = {"analyzed": datetime.now(UTC).isoformat(timespec="seconds"), "analyzed_by": __version__}
        return vouch(path, {**manifest, "failed": failed, "files": files, "made": {**manifest["made"], **said}})


PAGES_FAILED = "figures and report"
