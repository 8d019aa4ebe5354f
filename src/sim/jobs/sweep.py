"""A sweep from beginning to end: points checked, worlds computed, tables and pages made; parts of one joined."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sim.disk.errors import InputError
from sim.disk.paths import Given, place
from sim.disk.writing import flush_folder, put
from sim.engine.fingerprint import model_hash
from sim.engine.ways import ENGINES, Engine
from sim.jobs.analyze import PAGES_FAILED, is_page
from sim.jobs.run import finished_folder, written
from sim.runs import provenance
from sim.runs.data import noted, write_tables
from sim.runs.errors import RunFailed, Stopped
from sim.runs.folder import MANIFEST, OF_SWEEPS, PAGES, WORLDS, recorded_inputs, state
from sim.runs.lock import claimed
from sim.runs.manifest import MOST_SCENARIOS, SUM, changed, sums_of
from sim.runs.progress import Step, silent
from sim.runs.size import MEASURED, Size, check_room
from sim.runs.watched import Tells, teller
from sim.runs.work import Way, faults_of_writing, hands
from sim.scenario import arguments
from sim.sweeps import tables, work
from sim.sweeps.cells import Cells, Luck
from sim.sweeps.design import Design
from sim.sweeps.points import points_of
from sim.sweeps.store import Job, SweepFolder
from sim.sweeps.sweep import Sweep
from sim.version import __version__

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger("sim.sweeps")
LUCKS: tuple[Luck, ...] = ("common", "fresh")
WORLDS_A_POINT = 200
TRIED = 1_000
"""Worlds at most by which a dry run measures how long a sweep takes."""


def job_of(
    design: Design,
    *,
    worlds: int = WORLDS_A_POINT,
    seed: int | None = 1,
    luck: str = "common",
    weekly: str | Iterable[str] = (),
    until: float | str | None = None,
    part: tuple[int, int] = (1, 1),
    skip_refused: bool = False,
    title: str = "",
) -> Job:
    """The sweep that a call asks for, each point checked. Raises InputError or ScenarioError for what cannot be."""
    worlds, seed = arguments.whole("worlds", worlds, 1), arguments.seed_of(seed)
    names = tuple(dict.fromkeys(arguments.names_of("weekly", weekly)))
    wanted = "" if until is None else str(until)
    if wanted and not work.is_wish(wanted):
        raise InputError(f"until is a half-width between 0 and .5, such as 0.01 or difference:0.02; not {wanted!r}")
    if wanted and ":" not in wanted:
        wanted = f"share:{wanted}"
    number, of = part
    if not 1 <= number <= of:
        raise InputError(f"part is i/n, i from 1 to n; not {number}/{of}")
    if len(design.bases) > MOST_SCENARIOS:
        raise InputError(f"{len(design.bases):,} bases are more than the {MOST_SCENARIOS:,} that a sweep may have")
    check_weekly(design, names)
    points = points_of(design, skip_refused=arguments.flag("skip_refused", skip_refused))
    return Job(
        points, worlds, seed, arguments.word("luck", luck, LUCKS), names, wanted, model_hash(), __version__,
        design.about, title, part,
    )  # fmt: skip


def check_weekly(design: Design, names: Sequence[str]) -> None:
    """Raises InputError for a name of no weekly quantity."""
    from sim.engine.observe import quantities
    from sim.scenario.errors import closest_name, did_you_mean

    for base in design.bases if names else ():
        known = quantities(base)
        for name in names:
            if name not in known:
                hint = did_you_mean(closest_name(name, list(known)))
                raise InputError(f"weekly: no weekly quantity is called {name!r}{hint}")


def run_job(
    job: Job, out: Given, way: Way | None = None, *, overwrite: bool = False, figures: bool = True, dask: str = ""
) -> Sweep:
    """Computes what a sweep's folder lacks, then makes its tables and pages.

    Raises InputError before anything is computed, Stopped and RunFailed with whole parts in the folder.
    """
    way = way or Way()
    folder = place(out)
    store = SweepFolder(folder)
    with faults_of_writing(folder):
        store.refuse(job, overwrite)
        if not way.any_size:
            check_room(expected(job, way), folder)
    try:
        with faults_of_writing(folder), claimed(folder):
            store.prepare(job, overwrite)
            manifest = whole_manifest(folder, job, figures)
            if manifest is not None and is_complete(store, job):
                store.finished()
                way.tell(1, 1)
                return Sweep(folder, manifest)
            failed = work.fill(store, job, way, dask)
            if not store.held:
                raise RunFailed(f"no block could be done; the first: {failed[0]['error']}")
            return finish(store, job, failed, way, figures)
    except KeyboardInterrupt:
        kept = sum(store.count(point.id) for point in job.points.all)
        raise Stopped(folder, kept, len(job.mine) * job.worlds, "stopped") from None


def is_complete(store: SweepFolder, job: Job) -> bool:
    """Whether every world is there that is wanted of each point."""
    if job.until:
        ends = [end for _, end in work.rounds(job)]
        return all(
            any(work.narrow_at(store, job, number, end) for end in ends)
            or not store.missing(job.points.all[number].id, 0, job.worlds)
            for number in job.mine
        )
    return not any(store.missing(job.points.all[number].id, 0, job.worlds) for number in job.mine)


def whole_manifest(folder: Path, job: Job, figures: bool) -> dict[str, Any] | None:
    """The manifest of a folder in which this very sweep is finished, with nothing failed and every file there."""
    try:
        _, manifest = finished_folder(folder)
    except (InputError, FileNotFoundError):
        return None
    said = job.as_dict()
    same = {key: manifest.get(key) for key in said} == said and not manifest["failed"]
    drawn = not figures or any(name.startswith("figures/") for name in manifest["files"])
    return manifest if same and drawn and state(folder, manifest, summed=False).is_whole else None


def finish(store: SweepFolder, job: Job, failed: list[dict[str, Any]], way: Way, figures: bool) -> Sweep:
    """Puts the rows in order and makes the tables, the pages and, last, the manifest."""
    folder = store.path
    failed = list(failed)
    (folder / MANIFEST).unlink(missing_ok=True)
    flush_folder(folder)
    for name in (*OF_SWEEPS, *PAGES):
        (folder / name).unlink(missing_ok=True)
    shares = tables.shares(store, job, failed)
    names = store.ordered(job)
    if job.weekly:
        put_table(folder / "weekly.parquet", tables.weekly(store, job, names))
    frames = {"points": job.points.frame(), "shares": shares}
    for name, frame in frames.items():
        put_table(folder / f"{name}.parquet", pa.Table.from_pandas(frame, preserve_index=False))
        put(folder / f"{name}.csv", csv_of(frame))
    scenarios = [job.scenario_file(base) for base in range(len(job.points.bases))]
    weekly = [f"{WORLDS}/_weekly/{name.partition('/')[2]}" for name in names] if job.weekly else []
    files = sums_of(folder, [*OF_SWEEPS, *scenarios, *names, *weekly])
    manifest = {
        **job.as_dict(),
        "commit": provenance.commit(),
        "command": command_of(job),
        "failed": failed,
        "files": files,
        "made": made(folder, store, way),
    }
    pages: list[Path] = []
    if job.part == (1, 1):
        with noted(PAGES_FAILED, failed):
            pages = present(Sweep(folder, manifest), figures, way.making)
    files |= sums_of(folder, [page.relative_to(folder).as_posix() for page in pages])
    manifest = written(folder, {**manifest, "failed": failed, "files": files, "made": made(folder, store, way)})
    store.finished()
    return Sweep(folder, manifest)


def put_table(path: Path, table: pa.Table) -> None:
    """Writes a table as Parquet: the same bytes for the same rows."""
    about = {b"pandas": table.schema.metadata[b"pandas"]} if b"pandas" in (table.schema.metadata or {}) else {}
    write_tables(path.with_suffix(""), [table.replace_schema_metadata(without_versions(about))], {})


def without_versions(about: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """pandas' note of its columns, without the versions of whoever wrote it."""
    import json

    found = {}
    for key, value in about.items():
        said = json.loads(value)
        said.pop("creator", None)
        said.pop("pandas_version", None)
        found[key] = json.dumps(said).encode("utf-8")
    return found


def csv_of(frame: pd.DataFrame) -> str:
    """A table as CSV: numbers to the last bit, gaps empty."""
    return frame.to_csv(index=False, lineterminator="\n")


def made(folder: Path, store: SweepFolder, way: Way) -> dict[str, Any]:
    """What the manifest says under "made"."""
    return provenance.made(way.command, folder, way.workers, store.engines, way.began, way.seconds)


def present(sweep: Sweep, figures: bool, step: Step = silent) -> list[Path]:
    """Summary, report, tables and figures of a sweep, in its folder; returns the files."""
    from sim.show.sweeps import write_all

    return write_all(sweep, sweep.folder, figures=figures, step=step)


def command_of(job: Job) -> str:
    """The command that makes the same again from the folder's own points."""
    words = ["python3", "run.py", "sweep", "points.parquet"]
    bases = [word for place, _ in enumerate(job.points.bases) for word in ("--base", job.scenario_file(place))]
    words += [*bases, "--worlds", str(job.worlds), "--seed", str(job.seed)]
    words += ["--luck", job.luck] if job.luck != "common" else []
    words += ["--weekly", ",".join(job.weekly)] if job.weekly else []
    words += ["--until", job.until] if job.until else []
    return " ".join(words)


def sweep(
    base: object = None,
    design: Design | pd.DataFrame | Given | None = None,
    *,
    worlds: int | None = None,
    seed: int | None = 1,
    out: Given,
    workers: int | None = None,
    luck: str | None = None,
    weekly: str | Iterable[str] | None = None,
    until: float | str | None = None,
    part: tuple[int, int] = (1, 1),
    skip_refused: bool = False,
    overwrite: bool = False,
    figures: bool = True,
    stop: Callable[[], bool] | None = None,
    stop_after: float | None = None,
    progress: Tells | bool | None = None,
    step: Callable[[str, int, int], None] | None = None,
    engine: Engine = "auto",
    dask: str = "",
    block_size: int | None = None,
    any_size: bool = False,
) -> Sweep:
    """Lives ``worlds`` worlds of every point of a design, in the folder ``out``; gives the :class:`Sweep` in it.

    ``base`` is a scenario, or several, that the points change: a name, a path, a Scenario. ``design`` says which
    points: a table with a column a dotted name (and ``scenario``, where there are several bases), a file of such a
    table (.csv, .parquet), a sweep file (.toml, or the name of a shipped one; then ``base`` is left out), or what
    ``sim.sweeps.design`` makes (grid, latin_hypercube, sobol, saltelli, morris, screen …). Every point is checked as a
    scenario file would be before anything is computed.

    World w of every point has the same luck (``luck="common"``), or each point has its own (``"fresh"``). ``weekly``
    names quantities whose weekly course is kept; ``until`` stops a point when its shares are known to that half-width
    (``worlds`` is then the most). The same call goes on in the folder from what it holds, and adds points or worlds.
    Neither ``workers`` nor ``block_size``, ``engine``, ``dask`` nor ``part`` (then :func:`join`) change a byte;
    ``workers`` and ``progress`` are read as by ``sim.run``.

    Raises InputError or ScenarioError, before anything is computed; Stopped, RunFailed and Changed as ``sim.run``.
    """
    found, said = asked(base, design)
    job = job_of(
        found,
        worlds=worlds if worlds is not None else said.get("worlds") or WORLDS_A_POINT,
        seed=seed if seed != 1 or said.get("seed") is None else said["seed"],
        luck=luck or said.get("luck") or "common",
        weekly=weekly if weekly is not None else said.get("weekly") or (),
        until=until if until is not None else said.get("until"),
        part=part,
        skip_refused=skip_refused,
        title=said.get("title") or "",
    )
    told = None if isinstance(progress, bool) else progress
    way = Way(
        1 if workers is None else workers,
        stop,
        stop_after,
        told,
        step=step,
        block_size=block_size,
        engine=arguments.word("engine", engine, ENGINES),
        any_size=any_size,
    )
    alone = expected(job, replace(way, workers=1)).seconds
    if workers is None and not dask:
        way = replace(way, workers=hands(alone))
    way = replace(way, progress=teller(progress, alone / way.workers))
    return run_job(job, out, way, overwrite=overwrite, figures=figures, dask=dask)


def asked(base: object, design: Any) -> tuple[Design, dict[str, Any]]:
    """The design that a call asks for, and what a sweep file says beside."""
    import pandas as pd

    from sim.sweeps.files import from_frame, read_points, read_sweep

    if design is None and isinstance(base, str | Path):
        base, design = None, base
    if isinstance(design, Design):
        return design, {}
    bases = arguments.scenarios_of(base) if base is not None else []
    if isinstance(design, pd.DataFrame):
        return from_frame(design, bases), {}
    if not isinstance(design, str | Path):
        arguments.refuse("design", "a table of points, a file, or what sim.sweeps.design makes", design)
    if Path(design).suffix.lower() in (".csv", ".parquet"):
        return read_points(Path(design), bases), {}
    if base is not None:
        raise InputError("a sweep file says its base itself: leave base out")
    said = read_sweep(design)
    beside = ("worlds", "seed", "luck", "weekly", "until", "title")
    return said.design, {name: getattr(said, name) for name in beside}


def join(out: Given, folders: Sequence[Given], *, figures: bool = True) -> Sweep:
    """Puts the parts of a sweep, each done by itself (``part``), into one folder: the bytes of one that was whole.

    Raises InputError where a folder is no part of the same sweep, or one is missing.
    """
    parts: list[tuple[Path, dict[str, Any]]] = []
    for given in folders:
        path, manifest = finished_folder(given)
        if manifest.get("kind") != "sweep":
            raise InputError(f"{path} holds a run, not a part of a sweep")
        parts.append((path, manifest))
    if not parts:
        raise InputError("nothing to join: name the folders of the parts")
    first = parts[0][1]
    apart = ("part", "made", "files", "failed", "commit", "command", SUM)
    for path, manifest in parts[1:]:
        unlike = [key for key in first if key not in apart and manifest.get(key) != first[key]]
        if unlike:
            raise InputError(f"{path} is no part of the sweep in {parts[0][0]}: {', '.join(unlike)} differ")
    number = first["part"][1]
    lacking = sorted(set(range(1, number + 1)) - {manifest["part"][0] for _, manifest in parts})
    if lacking or any(manifest["part"][1] != number for _, manifest in parts):
        raise InputError(f"part {', '.join(map(str, lacking)) or '?'} of {number} is missing: name its folder too")
    for path, manifest in parts:
        found = state(path, manifest)
        others = [*found.changed, *found.missing]
        if others:
            raise changed(path, others, "run that part again")
    job = job_again(Sweep(parts[0][0], first))
    folder = place(out)
    store = SweepFolder(folder)
    with faults_of_writing(folder), claimed(folder):
        store.prepare(job, False)
        for path, _ in parts:
            other = SweepFolder(path)
            other.find(job)
            for name in other.names(WORLDS):
                stem = name.partition("/")[2].rpartition(".")[0].rpartition(".")[0]
                weekly = other.read(name, weekly=True) if job.weekly else None
                store.write("blocks", f"{int(stem.rpartition('-')[2]):08d}", other.read(name), weekly)
        store.find(job)
        failed = [one for _, manifest in parts for one in manifest["failed"] if one.get("what") == "block"]
        return finish(store, job, failed, Way(), figures)


def job_again(sweep: Sweep) -> Job:
    """The whole job of a sweep's folder, from what it says of itself: the points are those that were checked."""
    from sim.sweeps.files import from_frame

    said = sweep.manifest
    design = from_frame(sweep.points[~sweep.points["is_base"]], sweep.bases)
    points = points_of(Design(tuple(sweep.bases), design.rows, said["design"]), skip_refused=True)
    if [point.id for point in points.all] != list(sweep.points["id"]):
        raise InputError(f"the points of {sweep.folder} are not what they were: the version differs")
    points = replace(points, rows=tuple(said["rows"]))
    return Job(points, said["worlds"], said["seed"], said["luck"], tuple(said["weekly"]), said["until"], said["model"],
               said["version"], said["design"], said["title"])  # fmt: skip


def analyze(folder: Given, *, figures: bool = True, step: Step = silent) -> Sweep:
    """Makes tables, figures, summary and report of a sweep again; nothing is simulated. ``step`` as for ``sim.run``."""
    path, manifest = finished_folder(folder)
    with faults_of_writing(path), claimed(path):
        found = state(path, manifest)
        others = [name for name in (*found.changed, *found.missing) if not is_page(name)]
        if others:
            raise changed(path, others, "the same sweep again says what can be done")
        failed = [one for one in manifest["failed"] if one.get("what") != PAGES_FAILED]
        pages: list[Path] = []
        with noted(PAGES_FAILED, failed):
            pages = present(Sweep(path, manifest), figures, step)
        files = {name: said for name, said in manifest["files"].items() if not is_page(name)}
        files |= sums_of(path, [page.relative_to(path).as_posix() for page in pages])
        for name in manifest["files"].keys() - files.keys():
            (path / name).unlink(missing_ok=True)
        return Sweep(path, written(path, {**manifest, "failed": failed, "files": files}))


def is_sweep(folder: Given) -> bool:
    """Whether a folder holds a sweep, finished or not."""
    said = recorded_inputs(place(folder))
    return said is not None and said.get("kind") == "sweep"


# --- before it begins ---


def expected(job: Job, way: Way) -> Size:
    """What a sweep needs, by the rates that runs are estimated with."""
    from sim.runs.size import BEFORE, OF_A_JOB, OF_A_WORLD, RATES

    engines = work.engines_of(job, way)
    seconds = 0.0
    for group, engine in zip(job.points.groups, engines, strict=True):
        days = group.scenario.days + (BEFORE if not group.has_one_past else 0)
        seconds += len(group.points) * job.worlds * days * RATES[engine].world + days * RATES[engine].day
    worlds = len(job.mine) * job.worlds
    return Size(seconds / way.workers, worlds * OF_A_WORLD * 1.5 + OF_A_JOB, worlds * 600.0)


def dry_run(job: Job, way: Way) -> dict[str, Any]:
    """What a sweep comes to, measured by living a few of its worlds: points, worlds, seconds, bytes."""
    engines = work.engines_of(job, way)
    store = SweepFolder(Path())
    chunks = list(work.missing(store, job, work.rounds(job)[:1], set(job.mine), way))
    chunk = max(chunks, key=lambda one: one.count)
    each = chunk.end - chunk.first
    small = replace(chunk, places=chunk.places[: max(1, TRIED // each)], end=chunk.first + min(each, TRIED))
    spent: list[float] = []
    cells: Cells | None = None
    for _ in range(2):  # the first compiles, or reads what was compiled
        began = time.perf_counter()
        cells = work.task_of(job, small, way, engines).done()
        spent.append(time.perf_counter() - began)
    assert cells is not None
    total = len(job.mine) * job.worlds
    a_row = len(cells.worlds) / small.count
    return {
        "points": len(job.points),
        "twice": job.points.twice,
        "refused": [str(one) for one in job.points.refused],
        "worlds": total,
        "blocks": len(list(work.missing(store, job, work.rounds(job), set(job.mine), way))),
        "engine": sorted(set(engines)),
        "seconds": round(spent[1] / small.count * total / way.workers + spent[0] - spent[1], 1),
        "measured": f"{small.count:,} worlds lived here in {spent[1]:.2f} s, {way.workers} workers",
        "disk": int(total * a_row * 1.1 + 2_000_000),
        "memory": int(total * 600 + way.workers * 250e6),
        "as": MEASURED,
    }
