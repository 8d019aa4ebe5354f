"""A result in memory, or in another folder, written as a results folder."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sim.jobs.run import finish
from sim.results.result import Result
from sim.runs.data import InMemory
from sim.runs.errors import InputError
from sim.runs.lock import claimed
from sim.runs.pieces import Files
from sim.runs.store import EVENTS, MANIFEST, WEEKLY, Folder, is_aside, is_empty
from sim.runs.tables import events_tables
from sim.runs.work import faults_of_writing
from sim.scenario.arguments import flag


def save(result: Result, folder: str | Path, *, overwrite: bool = False, figures: bool = True) -> Path:
    """Writes a result as :meth:`Result.save` says."""
    path, overwrite, figures = Path(folder), flag("overwrite", overwrite), flag("figures", figures)
    if result.whole is not result:
        raise ValueError("a part of a result is not saved by itself: save the whole")
    if result.folder is not None:
        return copied(result.folder, path)
    source = result.source
    assert isinstance(source, InMemory)
    store, inputs = source.store, source.inputs
    with faults_of_writing(path), claimed(path):
        there = Folder(path)
        there.prepare(inputs, overwrite)
        for kept in store.kept:
            weekly = store.read(kept.name, WEEKLY)
            acts = store.read(kept.name, EVENTS) if inputs.events == "all" else None
            there.keep(Files(kept.piece, store.read(kept.name), weekly, acts), inputs)
        made = {
            **result.manifest["made"],
            "folder": str(path),
            "saved": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        every = inputs.events == "all"
        events = events_tables(store, inputs, None) if every else [source.table("events")]
        finish(there, inputs, events, [], lambda: made, figures)
    return path


def copied(folder: Path, path: Path) -> Path:
    """Copies a results folder, the manifest last; returns the new folder."""
    if path.resolve() == folder.resolve():
        return path
    if not is_empty(path):
        raise InputError(f"{path} is not empty")
    shutil.copytree(
        folder,
        path,
        dirs_exist_ok=True,
        ignore=lambda _, names: [n for n in names if n.startswith(".lock") or n == MANIFEST or is_aside(Path(n))],
    )
    shutil.copy2(folder / MANIFEST, path / MANIFEST)
    return path
