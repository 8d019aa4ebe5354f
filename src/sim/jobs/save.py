"""A result in memory, or in another folder, written as a results folder."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sim.ask.whatif import FORKS, NO_FILE
from sim.disk.errors import InputError
from sim.disk.paths import Given, place
from sim.disk.reading import opened
from sim.disk.writing import aside
from sim.jobs.run import finish, vouch
from sim.results.result import Result
from sim.runs.data import InMemory
from sim.runs.folder import Folder, guard, is_empty, state, unreadable
from sim.runs.lock import claimed
from sim.runs.manifest import changed
from sim.runs.pieces import Files
from sim.runs.store import EVENTS, WEEKLY
from sim.runs.tables import events_tables
from sim.runs.work import faults_of_writing
from sim.scenario.arguments import flag


def save(result: Result, folder: Given, *, overwrite: bool = False, figures: bool = True) -> Path:
    """Writes a result as :meth:`Result.save` says."""
    path, overwrite, figures = place(folder), flag("overwrite", overwrite), flag("figures", figures)
    if result.whole is not result:
        raise ValueError("a part of a result is not saved by itself: save the whole")
    if result.folder is not None:
        return copied(result, result.folder, path)
    if forked := result.manifest.get(FORKS):
        raise InputError(f"{', '.join(forked)}: {NO_FILE}")
    source = result.source
    assert isinstance(source, InMemory)
    store, inputs = source.store, source.inputs
    there = Folder(path)
    there.refuse(inputs, overwrite)
    with faults_of_writing(path), claimed(path):
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


def copied(result: Result, folder: Path, path: Path) -> Path:
    """Copies a results folder, file by file as its manifest has them, the manifest last; returns the new folder.

    Raises Changed where a file is not as it was written.
    """
    if path.resolve() == folder.resolve():
        return path
    files = result.manifest["files"]
    with unreadable(path):
        guard(path)
        if not is_empty(path):
            raise InputError(f"{path} is not empty")
    with unreadable(folder):
        guard(folder)
    with faults_of_writing(path), claimed(path):
        found = state(folder, result.manifest)
        others = [*found.changed, *found.missing]
        if others:
            raise changed(folder, others, "nothing was copied")
        for name in files:
            with opened(folder / name) as source, aside(path / name) as copy:
                shutil.copyfileobj(source, copy)
        vouch(path, result.manifest)
    return path
