"""A run from beginning to end, with or without a results folder, and a folder opened as a result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sim.ask.questions import inputs_of
from sim.disk.errors import InputError
from sim.disk.paths import Given, is_folder, place
from sim.disk.writing import flush_folder
from sim.engine.ways import Engine
from sim.results.memory import in_memory
from sim.results.result import Result
from sim.runs.data import InFolder, manifest_of, noted, write_data
from sim.runs.errors import RunFailed, Stopped
from sim.runs.folder import DATA, MANIFEST, OURS, Folder, guard, manifest_in, recorded_inputs, state, unreadable
from sim.runs.inputs import Events, Inputs, can_travel
from sim.runs.lock import claimed
from sim.runs.manifest import AGAIN, SUM, changed, sum_of_record, sums_of
from sim.runs.pieces import Simulate, missing
from sim.runs.progress import Step, silent
from sim.runs.store import piece_of, put_json
from sim.runs.tables import events_tables
from sim.runs.watched import Tells, teller
from sim.runs.work import Way, afford, faults_of_writing, fill, hands, seconds_alone, stays_here
from sim.scenario.arguments import flag

if TYPE_CHECKING:
    from sim.sweeps.sweep import Sweep


def run(
    scenarios: object = None,
    *,
    worlds: int = 500,
    seed: int | None = 1,
    workers: int | None = None,
    out: Given | None = None,
    events: Events = "typical",
    overwrite: bool = False,
    figures: bool = True,
    stop: Callable[[], bool] | None = None,
    stop_after: float | None = None,
    progress: Tells | bool | None = None,
    step: Callable[[str, int, int], None] | None = None,
    command: Sequence[str] | None = None,
    block_size: int | None = None,
    simulate: Simulate | None = None,
    choices: Mapping[str, Callable[..., Any]] | None = None,
    engine: Engine = "auto",
    say: Callable[[str], None] | None = None,
    any_size: bool = False,
) -> Result:
    """Runs ``worlds`` worlds of each scenario; the result depends on nothing but scenarios, seed and worlds.

    ``scenarios`` is a name, a path, a Scenario, or several of them in any order that repeats (a list, a column of a
    table, a generator; no set); None is the main job: the three of the article and the companions that answer its
    second question. With ``out`` the run is kept in that folder, piece by piece, and goes on from what the folder
    holds; without, it is in memory. ``events`` says whose dated acts are kept. ``stop()`` is asked between pieces (of
    ``block_size`` worlds at most), and ``stop_after`` is in seconds. ``step`` is told, once the worlds are there, what
    is made of them and how far that is ("drawing 6 figures", how many are done, of how many). ``command`` is what was
    typed, for the manifest; ``simulate`` stands in for the model in tests. ``choices`` puts functions in the place of
    actors' choices, such as ``{"iraq": dove}`` (docs/choices.md); whatever is made with them says so. ``engine`` says
    by what the days are lived, with the same bytes: ``fused`` is a compiled program, for which llvmlite is needed;
    ``auto`` takes it where it can be had and is worth its making; ``numpy`` never. ``seed=None`` draws a seed, which
    ``result.manifest["seed"]`` says: to go on in a folder, or to have the same again, it has to be given. Whole numbers
    may be NumPy's. Before the first block ``say`` is told in a line what is to come, and of a long run how long it
    takes and how much room it needs; where there is no room for it, it is refused, unless ``any_size``.

    ``workers`` is how many processes compute. None is, as on the command line, as many as this process may use CPUs,
    but one where the run is over before others are started, or where a replaced choice cannot go to them. A script
    needs no ``if __name__ == "__main__":`` for them. ``progress`` is a function that is told (worlds done, all worlds,
    seconds), True to show them, False not to; None shows them where somebody waits, in a notebook or at a prompt.

    Raises InputError or ScenarioError, both ValueErrors that name what cannot be taken, before anything is computed;
    Stopped when it was asked to stop, RunFailed when it could not go on: the folder then holds what was finished;
    Changed, a RunFailed, where files of a finished run are not as it wrote them, which ``overwrite`` makes again
    (missing ones are made again without it). A piece that fails in a run with a folder is named in
    ``result.manifest["failed"]``, the others are done.
    """
    overwrite, figures = flag("overwrite", overwrite), flag("figures", figures)
    told = None if isinstance(progress, bool) else progress
    way = Way(
        workers=1 if workers is None else workers,
        stop=stop,
        stop_after=stop_after,
        progress=told,
        step=step,
        command=command,
        block_size=block_size,
        simulate=simulate,
        engine=engine,
        say=say,
        any_size=flag("any_size", any_size),
    )
    inputs = inputs_of(scenarios, worlds=worlds, seed=seed, events=events, choices=choices)
    way.check(inputs)
    alone = seconds_alone(inputs, way)
    if workers is None and not stays_here(inputs, way):
        way = replace(way, workers=hands(alone))
    way = replace(way, progress=teller(progress, alone / way.workers))
    if way.workers > 1:
        can_travel(inputs.choices)
    if out is None:
        return in_memory(inputs, way)
    folder = place(out)
    store = Folder(folder)
    with faults_of_writing(folder):
        recorded = store.refuse(inputs, overwrite)  # before there is a lock in it, so that it is left as it is
        is_ours = recorded is not None and not inputs.differences(recorded)
        afford(inputs, way, folder, map(piece_of, store.names()) if is_ours else (), figures)
    try:
        with faults_of_writing(folder), claimed(folder):
            store.prepare(inputs, overwrite)
            if is_finished(store, inputs, figures):
                store.finished()  # a run that was killed at its very end has left what it noted
                way.tell(inputs.total, inputs.total)
                return Result(*of_folder(folder))
            failed = fill(store, inputs, way, folder)
            if not store.kept:
                raise RunFailed(f"no block could be done; the first: {failed[0]['error']}")
            acts = events_tables(store, inputs, simulate, way.making)
            return finish(store, inputs, acts, failed, lambda: way.made(folder, store), figures, way.making)
    except KeyboardInterrupt:
        kept = sum(kept.piece.count for kept in store.kept)
        raise Stopped(folder, kept, inputs.total, "stopped") from None


def finish(
    store: Folder,
    inputs: Inputs,
    events: Iterable[pa.Table],
    failed: list[dict[str, Any]],
    made: Callable[[], dict[str, Any]],
    figures: bool = True,
    step: Step = silent,
) -> Result:
    """Makes the tables, the pages and, last, the manifest of a folder whose pieces are there; ``step`` is told how far
    that is.
    """
    folder = store.path
    failed = list(failed)
    before = (manifest_in(folder) or {}).get("files", {})
    write_data(store, inputs, events, failed)
    scenarios = [inputs.scenario_file(index) for index in range(len(inputs.scenarios))]
    files = sums_of(folder, [*DATA, *scenarios, *store.files()])
    manifest = manifest_of(inputs, failed, files, made())
    pages: list[Path] = []
    with noted("figures and report", failed):
        pages = present(Result(manifest, InFolder(folder, manifest), folder), folder, figures, step)
    files |= sums_of(folder, [page.relative_to(folder).as_posix() for page in pages])
    for name in before.keys() - files.keys():  # of figures that have nothing to show any more
        (folder / name).unlink(missing_ok=True)
    result = vouch(folder, manifest | {"failed": failed, "files": files, "made": made()})
    store.finished()
    return result


def vouch(folder: Path, manifest: dict[str, Any]) -> Result:
    """Writes the manifest of a folder as :func:`written` does; returns the result in it."""
    manifest = written(folder, manifest)
    return Result(manifest, InFolder(folder, manifest), folder)


def written(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest with its sum, once the disk holds it and all that it speaks of."""
    for name in reversed(OURS):
        if (folder / name).is_dir():
            flush_folder(folder / name)
    manifest = {**manifest, "made": {**manifest["made"], SUM: sum_of_record(manifest)}}
    put_json(folder / MANIFEST, manifest)
    flush_folder(folder)
    return manifest


def present(result: Result, folder: Path, figures: bool = True, step: Step = silent) -> list[Path]:
    """Summary, report, tables and figures of a result, in its folder; returns the files."""
    from sim.show.folder import write_all

    return write_all(result, folder, figures=figures, step=step)


def is_finished(store: Folder, inputs: Inputs, figures: bool) -> bool:
    """Whether a folder has all its pieces, and everything else as its run wrote it.

    Call it on a folder that is prepared: files that differ from what the manifest says have been refused or removed.
    """
    manifest = manifest_in(store.path)
    said = inputs.as_dict()
    return (
        manifest is not None
        and not missing(inputs, [kept.piece for kept in store.kept])
        and {key: manifest.get(key) for key in said} == said
        and not manifest["failed"]
        and (not figures or any(name.startswith("figures/") for name in manifest["files"]))
        and state(store.path, manifest, summed=False).is_whole
    )


def open_folder(folder: Given) -> Result | Sweep:
    """The Result in a results folder, or the Sweep in a sweep's.

    Raises FileNotFoundError where there is no such folder, InputError where it is none or its run is not finished, and
    Changed where files are not of the size that the run gave them. What is read later is summed as it is read:
    ``run.py verify`` reads all.
    """
    path, manifest = finished_folder(folder)
    others = state(path, manifest, summed=False).changed
    if others:
        raise changed(path, others, AGAIN)
    if manifest.get("kind") == "sweep":
        from sim.sweeps.sweep import Sweep

        return Sweep(path, manifest)
    return Result(manifest, InFolder(path, manifest), path)


def of_folder(folder: Path) -> tuple[dict[str, Any], InFolder, Path]:
    """What a Result in a folder is made of."""
    manifest = finished_folder(folder)[1]
    return manifest, InFolder(folder, manifest), folder


def finished_folder(folder: Given) -> tuple[Path, dict[str, Any]]:
    """A results folder whose run is finished, and its manifest; its files are not looked at. Raises as open_folder."""
    path = place(folder)
    if not is_folder(path):
        raise FileNotFoundError(f"there is no folder {path}")
    with unreadable(path):
        guard(path)
        manifest = manifest_in(path)
        if manifest is None and recorded_inputs(path) is None:
            raise InputError(f"{path} is not a results folder")
    if manifest is None:
        raise InputError(f"the run in {path} is not finished: run the same again with --out {path} and it goes on")
    return path, manifest
