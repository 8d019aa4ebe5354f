"""What a sweep lacks is computed: one long list of worlds, in blocks of one size across points, round by round.

A round is the next worlds of every point, so that a sweep that is stopped holds about as many of each. With a
half-width that is wanted (``until``) the list is made anew after each round, for the points that are still too wide:
the intervals that decide hold however often one looks (:mod:`sim.results.sequences`).
"""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import pairwise
from typing import Any

import numpy as np

from sim.engine.ways import Lives, check, chosen, program_of
from sim.model.outcomes import OUTCOMES
from sim.results import sequences
from sim.runs.errors import RunFailed, Stopped
from sim.runs.executors import Finished, done
from sim.runs.pieces import Failure
from sim.runs.work import HOPELESS, Way
from sim.sweeps.cells import Cells, Chunk, Task, seed_of_point
from sim.sweeps.points import Group
from sim.sweeps.store import NOBODY, Job, SweepFolder

logger = logging.getLogger("sim.sweeps")

BLOCK = 8_000
"""Worlds in a block at most: seconds of work, and more would be no quicker a world."""
SMALLEST = 500
"""Worlds in a block at least, if there are so many: with fewer the block itself costs more than its worlds."""
STEP = 50
"""A round is so many worlds of each point, or a multiple of it."""
NONE = np.full(0, NOBODY, np.uint8)
LOOKS = (100, 1.5)
"""With ``until``: worlds at the first look, and how many times as many at each later one."""


def rounds(job: Job) -> list[tuple[int, int]]:
    """The worlds of each round, first and end: a function of the inputs alone."""
    if job.until:
        ends, end = [], float(LOOKS[0])
        while end < job.worlds:
            ends.append(round(end / STEP) * STEP)
            end *= LOOKS[1]
        edges = sorted({0, *ends, job.worlds})
    else:
        groups = max(1, sum(1 for _ in job.points.groups))
        each = max(STEP, BLOCK // max(1, len(job.points)), SMALLEST * groups // max(1, len(job.points)))
        if job.luck == "fresh":
            each = max(each, SMALLEST)
        edges = [*range(0, job.worlds, each // STEP * STEP), job.worlds]
    return list(pairwise(edges))


def fill(store: SweepFolder, job: Job, way: Way, dask: str = "") -> list[dict[str, Any]]:
    """Computes what a store lacks of a sweep; returns the parts that failed, as the manifest says them.

    ``dask`` is the address of a scheduler whose workers do it; without, processes of this machine do.

    Raises Stopped when the way says so, RunFailed where nothing can be done.
    """
    engines = engines_of(job, way)
    failures: list[Failure] = []
    total = len(job.mine) * job.worlds
    held = sum(store.count(job.points.all[number].id) for number in job.mine)
    way.tell(held, total)
    progress = Progress(way, held, total)
    spans = rounds(job)
    batches = [[span] for span in spans] if job.until else [spans]
    for batch in batches:
        active = set(job.mine)
        if job.until:
            active = {number for number in active if not is_narrow(store, job, number, batch[0][0])}
            if not active:
                break
        chunks = list(missing(store, job, batch, active, way))
        if not chunks:
            continue
        tasks = [task_of(job, chunk, way, engines) for chunk in chunks]
        failures += carry_out(store, tasks, way, progress, dask)
    return [recorded(job, failure) for failure in sorted(failures, key=lambda one: one.piece)]


class Progress:
    """How many worlds are done, told as they are."""

    def __init__(self, way: Way, held: int, total: int) -> None:
        self.way, self.count, self.total = way, held, total

    def more(self, worlds: int) -> None:
        """So many more."""
        self.count += worlds
        self.way.tell(min(self.count, self.total), self.total)


def engines_of(job: Job, way: Way) -> list[Lives]:
    """By what the worlds of each group are lived: a program repays itself by all that is done with it."""
    check(way.engine, events=False, choices=False)
    programs = [program_of(group.scenario) for group in job.points.groups]
    counts = Counter[object]()
    for program, group in zip(programs, job.points.groups, strict=True):
        counts[program] += len(group.points) * job.worlds
    return [
        chosen(way.engine, worlds=counts[program], days=group.scenario.days, events=False, choices=False)
        for program, group in zip(programs, job.points.groups, strict=True)
    ]


def missing(
    store: SweepFolder, job: Job, spans: Iterable[tuple[int, int]], active: set[int], way: Way
) -> Iterator[Chunk]:
    """The parts still to do of some rounds, each of a group's points that lack the same worlds."""
    most = size_of_block(job, way)
    for first, end in spans:
        for number, group in enumerate(job.points.groups):
            alike: dict[tuple[int, int], list[int]] = {}
            for place, point in enumerate(group.points):
                if point.number in active:
                    for span in store.missing(point.id, first, end):
                        alike.setdefault(span, []).append(place)
            for (low, high), places in sorted(alike.items()):
                yield from cut(number, places, low, high, 1 if job.luck == "fresh" else len(places), most)


def size_of_block(job: Job, way: Way) -> int:
    """Worlds in a block at most: so many that every worker has some, and never so many that one takes long."""
    days = max(group.scenario.days for group in job.points.groups)
    largest = max(SMALLEST, min(BLOCK, BLOCK * 730 // max(730, days)))
    share = -(-len(job.mine) * job.worlds // (2 * way.workers))
    return way.block_size or max(min(SMALLEST, largest), min(largest, share))


def cut(group: int, places: list[int], first: int, end: int, together: int, most: int) -> Iterator[Chunk]:
    """Chunks of ``together`` points at most and about ``most`` worlds, of much the same size."""
    worlds = min(end - first, most)
    together = max(1, min(together, most // worlds))
    for low in range(first, end, worlds):
        high = min(low + worlds, end)
        number = -(-len(places) // together)
        for part in range(number):
            mine = places[len(places) * part // number : len(places) * (part + 1) // number]
            yield Chunk(group, tuple(mine), low, high)


def task_of(job: Job, chunk: Chunk, way: Way, engines: list[Lives]) -> Task:
    """What a worker is told to do for a chunk."""
    group: Group = job.points.groups[chunk.group]
    places = list(chunk.places)
    ids = tuple(group.points[place].id for place in places)
    seed = seed_of_point(job.seed, ids[0]) if job.luck == "fresh" else job.seed
    return Task(
        chunk,
        group.scenario,
        job.points.bases[group.base].name,
        ids,
        seed,
        job.key,
        job.model,
        {name: values[places] for name, values in group.numbers.items()},
        {name: values[places] for name, values in group.given.items()},
        group.has_one_past,
        job.weekly,
        engines[chunk.group],
        way.engine == "auto",
        way.simulate,
    )


def carry_out(store: SweepFolder, tasks: list[Task], way: Way, progress: Progress, dask: str) -> list[Failure]:
    """Does the tasks and keeps what is finished; returns the parts that failed."""
    failures: list[Failure] = []
    left = sum(task.piece.count for task in tasks)
    all_ = left
    kept = 0

    def stop() -> bool:
        return bool(way.ended(left < all_))

    with closing(executor(tasks, way, stop, dask)) as results:
        for result in results:
            left -= result.piece.count
            if isinstance(result, Cells):
                store.keep(result)
                kept += 1
                progress.more(result.piece.count)
                continue
            assert isinstance(result, Failure)
            logger.error("worlds %d to %d of %d points failed: %s", result.piece.first, result.piece.end - 1,
                         len(result.piece.places), result.error)  # fmt: skip
            logger.debug(result.trace)
            failures.append(result)
            if len(failures) >= HOPELESS and not kept:
                raise RunFailed(f"none of {len(failures)} blocks could be done; the first: {failures[0].error}")
    if left:
        raise Stopped(store.path, progress.count, progress.total, way.ended() or "stopped")
    return failures


def executor(tasks: list[Task], way: Way, stop: Any, dask: str) -> Finished:
    """Whatever does the tasks: this process, several of this machine, or a cluster's."""
    if dask:
        from sim.sweeps.cluster import on_dask

        return on_dask(tasks, dask, stop)
    return done(tasks, way.workers, stop)


def recorded(job: Job, failure: Failure) -> dict[str, Any]:
    """A part that failed, as the manifest says it."""
    chunk: Chunk = failure.piece
    points = [job.points.groups[chunk.group].points[place].number for place in chunk.places]
    return {
        "what": "block",
        "points": points,
        "first": chunk.first,
        "worlds": chunk.count,
        "stage": "worlds",
        "error": failure.error[:2000],
        "trace": failure.trace[-8000:],
    }


def is_narrow(store: SweepFolder, job: Job, number: int, looked: int) -> bool:
    """Whether a point needs no worlds beyond the first ``looked``: at that look, or an earlier one, it was narrow."""
    if wish(job.until)[0] == "difference" and number < len(job.points.bases):
        return False  # whatever is compared with it needs its worlds
    return any(narrow_at(store, job, number, end) for _, end in rounds(job) if end <= looked)


def narrow_at(store: SweepFolder, job: Job, number: int, end: int) -> bool:
    """Whether each outcome's interval, by the first ``end`` worlds of a point, is as narrow as was wanted."""
    kind, wanted = wish(job.until)
    point = job.points.all[number]
    mine = store.outcomes.get(point.id, NONE)[:end]
    other = mine if kind == "share" else store.outcomes.get(job.points.all[point.base].id, NONE)[:end]
    if min(len(mine), len(other)) < end or (mine == NOBODY).any() or (other == NOBODY).any():
        return False
    worlds = np.full(len(OUTCOMES), end)
    codes = np.arange(len(OUTCOMES))[:, None]
    if kind == "share":
        low, high = sequences.share((mine == codes).sum(axis=1), worlds)
    else:
        up = ((mine == codes) & (other != codes)).sum(axis=1)
        down = ((mine != codes) & (other == codes)).sum(axis=1)
        low, high = sequences.paired_difference(up, down, worlds)
    return bool(((np.asarray(high) - np.asarray(low)) / 2 <= wanted).all())


def wish(until: str) -> tuple[str, float]:
    """What ``until`` wants: of a share or of a difference, and which half-width."""
    kind, _, number = until.rpartition(":")
    return kind or "share", float(number)


def is_wish(until: str) -> bool:
    """Whether a text is such a wish: ``0.01``, ``share:0.01`` or ``difference:0.01``."""
    kind, _, number = until.rpartition(":")
    try:
        value = float(number)
    except ValueError:
        return False
    return kind in ("", "share", "difference") and math.isfinite(value) and 0.0 < value < 0.5
