"""A run from beginning to end: what is missing is computed, kept block by block, and made into a result."""

from __future__ import annotations

import errno
import json
import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from sim.runs import provenance
from sim.runs.blocks import EVENTS, Fault, Files, Piece, Simulate, Task, missing
from sim.runs.errors import InputError, RunFailed, Stopped
from sim.runs.executors import done
from sim.runs.inputs import PROJECT, Events, Inputs
from sim.runs.store import (
    DATA,
    MANIFEST,
    PAGES,
    Folder,
    Memory,
    Store,
    aside,
    claimed,
    files_of,
    put_json,
    read_json,
    recorded_inputs,
)
from sim.runs.tables import events_tables, weekly_table, worlds_tables

if TYPE_CHECKING:
    from sim.result import Result
    from sim.scenario.schema import Scenario

log = logging.getLogger("sim.runs")


def run(
    scenarios: object = None,
    *,
    worlds: int = 2000,
    seed: int = 1,
    workers: int = 1,
    out: str | Path | None = None,
    events: Events = "typical",
    overwrite: bool = False,
    figures: bool = True,
    stop: Callable[[], bool] | None = None,
    stop_after: float | None = None,
    progress: Callable[[int, int, float], None] | None = None,
    command: Sequence[str] | None = None,
    block_size: int | None = None,
    simulate: Simulate | None = None,
) -> Result:
    """Runs ``worlds`` worlds of each scenario; the result depends on nothing but scenarios, seed and worlds.

    ``scenarios`` is a name, a path, a Scenario, or several of them; None is the main job: the three of the article and
    the companions that answer its second question. With ``out`` the run is kept in that folder, block by block, and
    goes on from what the folder holds; without, it is in memory. ``events`` says whose dated acts are kept. ``stop()``
    is asked between blocks, and ``stop_after`` is in seconds. ``progress`` is told (worlds done, all worlds, seconds).
    ``command`` is what was typed, for the manifest; ``simulate`` stands in for the model in tests.

    Raises InputError or ScenarioError before anything is computed; Stopped when it was asked to stop, RunFailed when
    it could not go on: the folder then holds what was finished. A block that fails in a run with a folder is named in
    ``result.manifest["failed"]``, the others are done.
    """
    clock, began = time.monotonic(), datetime.now(UTC)
    if isinstance(workers, bool) or workers < 1:
        raise InputError(f"workers is 1 or more; not {workers!r}")
    if block_size is not None and block_size < 1:
        raise InputError(f"block_size is 1 or more; not {block_size!r}")
    inputs = Inputs.of(scenarios, worlds=worlds, seed=seed, events=events)

    def ended() -> str:
        if stop is not None and stop():
            return "stopped"
        return "time is up" if stop_after is not None and time.monotonic() - clock >= stop_after else ""

    def told(count: int) -> None:
        if progress is not None:
            progress(count, inputs.total, time.monotonic() - clock)

    def made() -> dict[str, Any]:
        return provenance.made(command, out, workers, began, time.monotonic() - clock)

    def fill(store: Store) -> list[dict[str, Any]]:
        pieces = missing(inputs, [kept.piece for kept in store.kept], workers, block_size)
        tasks = [task_of(inputs, piece, simulate) for piece in pieces]
        faults = carry_out(store, inputs, tasks, workers, ended, told, folder)
        store.join(inputs)
        return [failure(inputs, fault) for fault in faults]

    folder = None if out is None else Path(out)
    if folder is None:
        memory = Memory()
        fill(memory)
        return in_memory(memory, inputs, events_tables(memory, inputs, simulate), made())
    store = Folder(folder)
    try:
        with faults_of_writing(folder), claimed(folder):
            store.prepare(inputs, overwrite)
            if is_finished(store, inputs, figures):
                told(inputs.total)
                return open_folder(folder)
            failed = fill(store)
            if not store.kept:
                raise RunFailed(f"no block could be done; the first: {failed[0]['error']}")
            return finish(store, inputs, events_tables(store, inputs, simulate), failed, made, figures)
    except KeyboardInterrupt:
        kept = sum(kept.piece.count for kept in store.kept)
        raise Stopped(folder, kept, inputs.total, "stopped") from None


@contextmanager
def faults_of_writing(folder: Path) -> Iterator[None]:
    """Turns the operating system's faults into one line that says what is left: RunFailed."""
    try:
        yield
    except OSError as fault:
        full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
        what = f"the disk of {folder} is full" if full else f"{folder} cannot be written to or read ({fault})"
        raise RunFailed(f"{what}; the blocks in it are whole, and the same command goes on from them") from fault


def task_of(inputs: Inputs, piece: Piece, simulate: Simulate | None) -> Task:
    """What a worker is told to do for a piece."""
    index = piece.scenario
    every, key = inputs.events == "all", inputs.key(index)
    return Task(piece, inputs.scenarios[index], inputs.seed, every, key, inputs.model, simulate)


def carry_out(
    store: Store,
    inputs: Inputs,
    tasks: Sequence[Task],
    workers: int,
    ended: Callable[[], str],
    told: Callable[[int], None],
    folder: Path | None,
) -> list[Fault]:
    """Does the tasks and keeps what is finished; those that failed. Raises Stopped when ``ended()`` says why.

    Without a folder there is nothing to keep for later, so the first block that fails ends the run: RunFailed.
    """
    left = {task.piece for task in tasks}
    faults: list[Fault] = []
    count = inputs.total - sum(piece.count for piece in left)
    told(count)
    with closing(done(tasks, workers, lambda: bool(ended()))) as results:
        for result in results:
            left.discard(result.piece)
            if isinstance(result, Files):
                store.keep(result, inputs)
                count += result.piece.count
                told(count)
                continue
            name = inputs.names[result.piece.scenario]
            said = f"worlds {result.piece.first} to {result.piece.end - 1} of {name} failed: {result.error}"
            if folder is None:
                end = RunFailed(said)
                end.add_note(result.trace)
                raise end
            log.error(said)
            log.debug(result.trace)
            faults.append(result)
    if left:
        raise Stopped(folder, count, inputs.total, ended() or "stopped")
    return sorted(faults, key=lambda fault: fault.piece)


def failure(inputs: Inputs, fault: Fault) -> dict[str, Any]:
    """A block that failed, as the manifest says it."""
    piece = fault.piece
    name = inputs.names[piece.scenario]
    return {"what": "block", "scenario": name, "first": piece.first, "worlds": piece.count, "error": fault.error}


def manifest_of(
    inputs: Inputs, failed: list[dict[str, Any]], files: dict[str, str], made: dict[str, Any]
) -> dict[str, Any]:
    """What manifest.json says. ``made`` is all that may differ between two runs of the same inputs."""
    return {
        **inputs.as_dict(),
        "commit": provenance.commit(),
        "command": provenance.command(inputs),
        "failed": failed,
        "files": files,
        "made": made,
    }


def in_memory(store: Memory, inputs: Inputs, events: Iterable[pa.Table], made: dict[str, Any]) -> Result:
    """The result of a run without a folder."""
    from sim.result import Result

    tables = {
        "worlds": pa.concat_tables(worlds_tables(store)).combine_chunks(),
        "weekly": weekly_table(store, inputs),
        "events": pa.concat_tables([EVENTS.empty_table(), *events]).combine_chunks(),
    }
    return Result(manifest_of(inputs, [], {}, made), tables=tables, kept=(store, inputs))


def finish(
    store: Folder,
    inputs: Inputs,
    events: Iterable[pa.Table],
    failed: list[dict[str, Any]],
    made: Callable[[], dict[str, Any]],
    figures: bool = True,
) -> Result:
    """Makes the tables, the pages and, last, the manifest of a folder whose blocks are there."""
    from sim.result import Result

    folder = store.path
    failed = list(failed)
    for name in (MANIFEST, *DATA, *PAGES):  # the manifest first: what it vouches for changes now
        (folder / name).unlink(missing_ok=True)
    about = {"sim": json.dumps({"version": inputs.version, "model": inputs.model, "seed": inputs.seed})}
    bare = all(re.fullmatch(r"[\w./ -]+", name) for name in inputs.names)
    write_tables(folder / "worlds", worlds_tables(store), about, quoting="none" if bare else "needed")
    write_tables(folder / "weekly", [weekly_table(store, inputs)], about)
    if inputs.events != "none":
        with noted("events", failed):
            write_tables(folder / "events", events, about)
    scenarios = [inputs.scenario_file(index) for index in range(len(inputs.scenarios))]
    manifest = manifest_of(inputs, failed, files_of(folder, (*DATA, *scenarios)), made())
    result = Result(manifest, folder=folder)
    with noted("figures and report", failed):
        present(result, folder, figures)
    manifest |= {"failed": failed, "made": made()}
    put_json(folder / MANIFEST, manifest)
    return result


@contextmanager
def noted(what: str, failed: list[dict[str, Any]]) -> Iterator[None]:
    """A step whose failure does not spoil the rest: it is said, and noted for the manifest. Not so a full disk."""
    try:
        yield
    except OSError:
        raise
    except Exception as fault:
        error = f"{type(fault).__name__}: {fault}"
        log.error("%s failed: %s", what, error)
        log.debug("the trace of it:", exc_info=True)
        failed.append({"what": what, "error": error})


def present(result: Result, folder: Path, figures: bool = True) -> None:
    """Summary, report, tables and figures of a result, in its folder."""
    from sim.show import write_all

    write_all(result, folder, figures=figures)


def write_tables(stem: Path, tables: Iterable[pa.Table], about: dict[str, str], quoting: str = "") -> None:
    """Writes tables of one kind, one after the other, to ``stem``.parquet.

    With ``quoting`` (Arrow's word for which texts get quotation marks) to ``stem``.csv too.
    """
    with ExitStack() as files:
        parquet: pq.ParquetWriter | None = None
        lines: pc.CSVWriter | None = None
        for table in tables:
            if parquet is None:
                sink = files.enter_context(aside(stem.with_suffix(".parquet")))
                schema = table.schema.with_metadata(about)
                parquet = files.enter_context(pq.ParquetWriter(sink, schema, compression="zstd"))
                if quoting:
                    sink = files.enter_context(aside(stem.with_suffix(".csv")))
                    sink.write((",".join(table.column_names) + "\n").encode("utf-8"))
                    plain = pc.WriteOptions(include_header=False, quoting_style=quoting)
                    lines = files.enter_context(pc.CSVWriter(sink, table.schema, write_options=plain))
            parquet.write_table(table.replace_schema_metadata(about))
            if lines is not None:
                lines.write_table(table)


def is_finished(store: Folder, inputs: Inputs, figures: bool) -> bool:
    """Whether a folder has all its blocks, and everything else whole and made of them."""
    folder = store.path
    manifest = read_json(folder / MANIFEST) or {}
    said = inputs.as_dict()
    files: dict[str, str] = manifest.get("files", {})
    return (
        not missing(inputs, [kept.piece for kept in store.kept])
        and {key: manifest.get(key) for key in said} == said
        and not manifest.get("failed")
        and all((folder / page).is_file() for page in PAGES)
        and (not figures or (folder / "figures").is_dir())
        and len(files) > 0
        and files_of(folder, files) == files
    )


def open_folder(folder: str | Path) -> Result:
    """The Result in a results folder.

    Raises FileNotFoundError where there is no such folder, InputError where it is none or its run is not finished.
    """
    from sim.result import Result

    path = Path(folder)
    if not path.is_dir():
        raise FileNotFoundError(f"there is no folder {path}")
    manifest = read_json(path / MANIFEST)
    if manifest is not None and manifest.get("project") == PROJECT:
        return Result(manifest, folder=path)
    if recorded_inputs(path) is None:
        raise InputError(f"{path} is not a results folder")
    raise InputError(f"the run in {path} is not finished: run the same again with --out {path} and it goes on")


def asked(folder: str | Path) -> dict[str, Any]:
    """What was run in a results folder, finished or not: scenarios, worlds, seed, events, to give to :func:`run`.

    The scenarios are as they were resolved then, whatever has become of their files since.
    """
    path = Path(folder)
    said = recorded_inputs(path)
    if said is None:
        raise InputError(f"{path} is not a results folder")
    scenarios = scenarios_in(path, said)
    return {"scenarios": scenarios, "worlds": said["worlds"], "seed": said["seed"], "events": said["events"]}


def scenarios_in(folder: Path, said: dict[str, Any]) -> list[Scenario]:
    """The scenarios of a results folder, under their names there. Raises InputError where one was changed since."""
    from sim.scenario.load import fingerprint, load

    found = []
    for entry in said["scenarios"]:
        scenario = load(folder / entry["file"]).model_copy(update={"name": entry["name"]})
        if fingerprint(scenario) != entry["fingerprint"]:
            raise InputError(f"{folder / entry['file']} is not what was run: it was changed, or the version differs")
        found.append(scenario)
    return found
