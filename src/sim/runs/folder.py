"""The results folder: which files in it are the program's, when it is refused, and the pieces that it keeps.

Whatever the folder holds, nothing outside it is read or written, and of a folder that is refused no byte is touched.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sim.disk.errors import InputError
from sim.disk.reading import content_of, is_systems_own, json_of
from sim.disk.writing import flush_folder, is_aside, put
from sim.runs.errors import Changed
from sim.runs.inputs import Inputs
from sim.runs.lock import LOCK, LOCK_BY_NAME
from sim.runs.manifest import AGAIN, Compared, OfFinished, OfRun, changed, compared, read_record
from sim.runs.store import EVENTS, NAME, WEEKLY, Store, put_json

logger = logging.getLogger("sim.runs")

BLOCKS = "blocks"
INPUTS = "_inputs.json"
MADE = "_made.json"
MANIFEST = "manifest.json"
DATA = ("worlds.parquet", "worlds.csv", "weekly.parquet", "events.parquet")
PAGES = ("summary.md", "report.html")
WORLDS = "worlds"
OF_SWEEPS = ("points.parquet", "shares.parquet", "weekly.parquet", "points.csv", "shares.csv")
"""Tables of a sweep, whose worlds lie in a folder of that name."""
PART = re.compile(r"(\d{8}|part-\d{5})\.([0-9a-f]{16})\.parquet", re.ASCII)
"""A finished part of a sweep: of the worlds from a number on, or of some points."""
LARGEST_BLOCK = 1 << 28  # bytes; the acts of 250 worlds take a hundredth
OURS: dict[str, re.Pattern[str]] = {
    "": re.compile("|".join(map(re.escape, (MANIFEST, *DATA, *OF_SWEEPS, *PAGES)))),
    BLOCKS: re.compile(f"{re.escape(INPUTS)}|{re.escape(MADE)}|{NAME.pattern}|{PART.pattern}", re.ASCII),
    f"{BLOCKS}/{WEEKLY}": re.compile(f"{NAME.pattern}|{PART.pattern}", re.ASCII),
    WORLDS: PART,
    f"{WORLDS}/{WEEKLY}": PART,
    f"{BLOCKS}/{EVENTS}": NAME,
    "scenarios": re.compile(r"[\w.-]+\.toml", re.ASCII),
    "figures": re.compile(r".+\.(png|svg)"),
    "figures/slides": re.compile(r".+\.png"),
    "tables": re.compile(r".+\.(csv|tex)"),
}
"""The folders of a results folder, each with what the program calls its files in it."""


class Folder(Store):
    """The pieces in a results folder."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def place(self, folder: str = "") -> Path:
        """Where files of a kind lie."""
        return self.path / BLOCKS / folder if folder else self.path / BLOCKS

    def names(self, folder: str = "") -> list[str]:
        place = self.place(folder)
        return sorted(f.name for f in place.iterdir() if NAME.fullmatch(f.name)) if place.is_dir() else []

    def read(self, name: str, folder: str = "") -> bytes:
        return content_of(self.place(folder) / name, LARGEST_BLOCK)

    def write(self, name: str, content: bytes, folder: str = "") -> None:
        put(self.place(folder) / name, content)

    def remove(self, name: str, folder: str = "") -> None:
        (self.place(folder) / name).unlink(missing_ok=True)

    def note(self, engine: str) -> None:
        """Notes it in the folder too, for a run that goes on from what this one leaves."""
        file = self.place() / MADE
        if engine not in self.engines or not file.exists():
            super().note(engine)
            put_json(file, {"engines": sorted(self.engines)})

    def noted(self) -> set[str]:
        """What was noted of the pieces that are there: beside them while the run lasts, in the manifest afterwards."""
        with suppress(OSError):
            said = json_of(content_of(self.place() / MADE, 10_000)) or {}
            noted = said.get("engines")
            return {str(one) for one in noted} if isinstance(noted, list) else set()
        made = (manifest_in(self.path) or {}).get("made", {}).get("engine")
        return {"both": {"fused", "numpy"}, None: set()}.get(made, {str(made)})

    def finished(self) -> None:
        """What was noted for a run that goes on is no longer needed: the manifest says it."""
        (self.place() / MADE).unlink(missing_ok=True)

    def files(self) -> list[str]:
        """The files of the pieces that are kept, from the results folder on."""
        kept = [f"{BLOCKS}/{one.name}" for one in self.kept]
        weekly = [f"{BLOCKS}/{WEEKLY}/{one.name}" for one in self.kept]
        events = [f"{BLOCKS}/{EVENTS}/{name}" for name in self.names(EVENTS)]
        return [f"{BLOCKS}/{INPUTS}", *kept, *weekly, *events]

    def refuse(self, inputs: Inputs, overwrite: bool) -> dict[str, Any] | None:
        """Raises InputError, and touches nothing, where a job cannot be done in this folder.

        That is where the folder is another job's or nobody's, or where something in it leads out of it. Returns what
        the folder was made or begun with; None where it is new.
        """
        with unreadable(self.path):
            recorded = recorded_inputs(self.path)
            if recorded is None and not is_empty(self.path):
                what = "so it is not overwritten either" if overwrite else "give a new or an empty one"
                raise InputError(f"{self.path} is not empty and not a results folder: {what}")
        reasons = inputs.differences(recorded) if recorded is not None else []
        if reasons and not overwrite:
            raise InputError(
                f"{self.path} was made from other inputs ({'; '.join(reasons)}): "
                "give another folder, or --overwrite to replace what it holds"
            )
        return recorded

    def prepare(self, inputs: Inputs, overwrite: bool) -> None:
        """Makes the folder ready for a job, and finds which of its pieces are there.

        Raises InputError as :meth:`refuse` does, and Changed where files of a finished run are not as it wrote them,
        before anything is changed. With ``overwrite`` those are removed, to be made again, and so is another job.
        """
        recorded = self.refuse(inputs, overwrite)
        reasons = inputs.differences(recorded) if recorded is not None else []
        if recorded is not None and not reasons:
            self.believe(overwrite)
        clear_aside(self.path)
        if recorded is not None and (reasons or (overwrite and recorded["worlds"] > inputs.worlds)):
            self.begin(inputs)  # from here on, old pieces belong to no job
            clear(self.path, recorded)
        self.find(inputs)
        self.engines = self.noted() if self.kept else set()
        most = max((kept.piece.end for kept in self.kept), default=0)
        if most > inputs.worlds:
            raise InputError(
                f"{self.path} holds {most:,} worlds a scenario, {inputs.worlds:,} are asked for: "
                f"ask for {most:,} or more, give another folder, or --overwrite"
            )
        if recorded != inputs.as_dict() or not (self.place() / INPUTS).exists():
            self.begin(inputs)
        for index, text in enumerate(inputs.tomls):
            file = self.path / inputs.scenario_file(index)
            if not file.exists() or content_of(file, LARGEST_BLOCK) != text.encode("utf-8"):
                put(file, text)

    def begin(self, inputs: Inputs) -> None:
        """Says what the folder is for, and has the disk keep that: without it the folder is nobody's."""
        put_json(self.place() / INPUTS, inputs.as_dict())
        for place in (self.place(), self.path):
            flush_folder(place)

    def believe(self, overwrite: bool) -> None:
        """Compares every file of a finished run with its manifest. Raises Changed where one is not as it was written.

        With ``overwrite`` it is removed instead, so that it is made again.
        """
        try:
            manifest = manifest_in(self.path)
        except (InputError, Changed) as fault:
            if not overwrite:
                raise
            logger.warning("%s: it is made again", fault)
            manifest = None
        if manifest is None:
            if (self.path / MANIFEST).exists():
                if not overwrite:
                    raise changed(self.path, [MANIFEST], AGAIN)
                (self.path / MANIFEST).unlink()
            return
        others = state(self.path, manifest).changed
        if others and not overwrite:
            raise changed(self.path, others, AGAIN)
        for name in others:
            (self.path / name).unlink()


def recorded_inputs(folder: Path) -> dict[str, Any] | None:
    """The inputs that a results folder was made or begun with; None where it is no results folder of this project.

    Raises InputError where it says that it is one, and cannot be used.
    """
    guard(folder)
    try:
        begun = read_record(folder / BLOCKS / INPUTS, OfRun)
    except InputError:  # the manifest vouches for it, and is believed first
        begun = manifest_in(folder)
        if begun is None:
            raise
    return begun if begun is not None else manifest_in(folder)


def manifest_in(folder: Path) -> dict[str, Any] | None:
    """The manifest of a finished folder; None where there is none. Raises InputError where it cannot be used."""
    return read_record(folder / MANIFEST, OfFinished)


def state(folder: Path, manifest: dict[str, Any], *, summed: bool = True) -> Compared:
    """The files of a finished folder against its manifest: their sizes, and (``summed``) every byte.

    ``_inputs.json`` is ahead of the manifest where a run that adds worlds was stopped, and says the same but for that.
    """
    begun = f"{BLOCKS}/{INPUTS}"
    found = compared(folder, manifest["files"], summed=summed)
    with suppress(InputError):
        ahead = read_record(folder / begun, OfRun) if begun in found.changed else None
        same = ahead is not None and all(manifest.get(key) == ahead[key] for key in ahead if key != "worlds")
        if ahead is not None and same and ahead["worlds"] > manifest["worlds"]:
            found.changed.remove(begun)
    return found


def guard(folder: Path) -> None:
    """Raises InputError where something in a folder has one of the program's names and leads out of it, or is no file.

    A link in such a place would be read or written through; a pipe or a device would be waited for.
    """
    for name, ours in OURS.items():
        place = folder / name
        if name and place.is_symlink():
            raise InputError(f"{place} is a link: nothing is read or written through one in a results folder")
        try:
            entries = list(os.scandir(place))
        except FileNotFoundError:
            continue
        except NotADirectoryError:
            what = "a results folder cannot be there" if not name else "it should be a folder"
            raise InputError(f"{place} is a file or lies in one: {what}") from None
        for entry in entries:
            if not ours.fullmatch(entry.name) or entry.is_file(follow_symlinks=False):
                continue
            if entry.is_symlink():
                raise InputError(f"{place / entry.name} is a link: nothing is read or written through one there")
            raise InputError(f"{place / entry.name} is no ordinary file, as it should be in a results folder")


@contextmanager
def unreadable(folder: Path) -> Iterator[None]:
    """Turns the operating system's faults at looking into a folder into a line."""
    try:
        yield
    except OSError as fault:
        where = fault.filename if isinstance(fault.filename, str) else folder
        raise InputError(f"{where} cannot be read ({fault.strerror or fault})") from None


def is_empty(folder: Path) -> bool:
    """Whether a folder holds nothing, or only what is left of a run that ended at once, and what systems leave."""
    folders = {name.partition("/")[0] for name in OURS if name}
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return True
    for entry in entries:
        if entry.name in folders and entry.is_dir(follow_symlinks=False):
            parts = [name.rpartition("/")[2] for name in OURS if name.startswith(f"{entry.name}/")]
            below = [Path(entry.path), *(Path(entry.path) / part for part in parts)]
            rest = (file.name for place in below if place.is_dir() for file in place.iterdir())
            if not all(is_aside(name) or is_systems_own(name) or name in parts for name in rest):
                return False
        elif not (is_aside(entry.name) or is_systems_own(entry.name) or entry.name in (LOCK, LOCK_BY_NAME)):
            return False
    return True


def clear_aside(folder: Path) -> None:
    """Removes what was being written when an earlier run ended. Call with the lock held."""
    for name in OURS:
        for path in (folder / name).glob(".*"):
            if is_aside(path.name):
                path.unlink(missing_ok=True)


def clear(folder: Path, recorded: dict[str, Any]) -> None:
    """Removes the results of a job from its folder, and nothing that somebody else may have put there."""
    for path in (folder / MANIFEST, folder / BLOCKS / MADE):
        path.unlink(missing_ok=True)
    for name in (*DATA, *OF_SWEEPS, *PAGES, *(said["file"] for said in recorded["scenarios"])):
        (folder / name).unlink(missing_ok=True)
    for name, ours in OURS.items():
        place = folder / name
        if name in ("", "scenarios"):
            continue
        ours = re.compile(f"{NAME.pattern}|{PART.pattern}", re.ASCII) if name == BLOCKS else ours
        for path in [path for path in place.glob("*") if ours.fullmatch(path.name)]:
            path.unlink()
    for name in sorted(OURS, reverse=True):
        with suppress(OSError):  # not there, or somebody keeps something of their own in it
            if name:
                (folder / name).rmdir()
