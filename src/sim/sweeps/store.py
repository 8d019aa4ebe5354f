"""The folder of a sweep: finished parts as they come, the tables that are made of them, and what is missing.

A part's files are written aside and renamed, its worlds last: what is there under its name is whole. The name holds a
sum of the content, and the content names the sweep it belongs to and, by id, the points and worlds in it, so that a
damaged file, or one of another sweep, is noticed and its worlds are done again. When all is done the rows are put in
order (by point, then world) into files of a size that follows from the inputs alone: neither blocks nor workers show in
them, and they are what a sweep that grows goes on from.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sim.disk.errors import InputError
from sim.disk.reading import content_of, json_of
from sim.disk.writing import flush_folder, put
from sim.runs import parquet
from sim.runs.columns import world_schema
from sim.runs.folder import (
    BLOCKS,
    INPUTS,
    LARGEST_BLOCK,
    PART,
    WORLDS,
    clear,
    clear_aside,
    is_empty,
    recorded_inputs,
    state,
    unreadable,
)
from sim.runs.limits import named
from sim.runs.manifest import AGAIN, FORM, PROJECT, changed
from sim.runs.parquet import NotAsExpected
from sim.runs.pieces import sum_of, to_bytes
from sim.runs.store import WEEKLY, columns_of_worlds, put_json
from sim.scenario.load import fingerprint
from sim.scenario.toml import to_toml
from sim.sweeps.cells import Cells, Luck, codes_of
from sim.sweeps.points import Points

logger = logging.getLogger("sim.sweeps")

NOBODY = 255
"""In the place of an outcome: that world has not been lived."""
ROWS = 200_000
"""About so many rows has a file of worlds."""
COUNTS = pa.schema(
    [("place", pa.int64()), ("quantity", pa.string()), ("week", pa.int64()), ("bin", pa.int64()), ("count", pa.int64())]
)
"""The columns of a part's weekly counts; ``place`` is that of the point among the ids of the part."""
Range = tuple[int, int]


@dataclass(frozen=True)
class Job:
    """A sweep: what its folder is a function of."""

    points: Points
    worlds: int
    """Of each point; with ``until`` at most."""
    seed: int
    luck: Luck
    weekly: tuple[str, ...]
    until: str
    """``share:0.01`` or ``difference:0.01``: the half-width that is wanted; empty: all worlds are lived."""
    model: str
    version: str
    about: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    part: tuple[int, int] = (1, 1)
    """Which of how many parts of the points this is: a share of the work that a machine does by itself."""

    @property
    def key(self) -> str:
        """What the worlds of a point depend on, beside what the point says."""
        said = [FORM, "sweep", self.seed, self.model, self.luck, list(self.weekly)]
        return sha256(json.dumps(said).encode("utf-8")).hexdigest()[:16]

    @property
    def mine(self) -> list[int]:
        """The numbers of the points that this part does: each n-th, so that parts take about as long."""
        place, number = self.part
        return [point.number for point in self.points.all if point.number % number == place - 1]

    @property
    def each(self) -> int:
        """Points in a file of worlds."""
        return max(1, ROWS // self.worlds)

    def scenario_file(self, base: int) -> str:
        """Where a base as it was resolved lies in the folder."""
        stem = re.sub(r"[^\w.-]", "_", self.points.bases[base].name, flags=re.ASCII)
        same = [place for place, one in enumerate(self.points.bases) if re.sub(r"[^\w.-]", "_", one.name,
                                                                              flags=re.ASCII) == stem]  # fmt: skip
        return f"scenarios/{stem}.toml" if same == [base] else f"scenarios/{stem}-{base}.toml"

    def as_dict(self) -> dict[str, Any]:
        """What the folder says while the sweep lasts, and the head of its manifest."""
        return {
            "project": PROJECT,
            "schema": FORM,
            "kind": "sweep",
            "version": self.version,
            "model": self.model,
            "seed": self.seed,
            "worlds": self.worlds,
            "events": "none",
            "choices": [],
            "luck": self.luck,
            "weekly": list(self.weekly),
            "until": self.until,
            "title": self.title,
            "part": list(self.part),
            "points": len(self.points),
            "ids": sha256("".join(point.id for point in self.points.all).encode("ascii")).hexdigest()[:16],
            "design": self.about,
            "rows": list(self.points.rows),
            "refused": [str(one) for one in self.points.refused],
            "scenarios": [
                {
                    "name": base.name,
                    "fingerprint": fingerprint(base),
                    "file": self.scenario_file(place),
                    "start": base.start.isoformat(),
                    "days": base.days,
                }
                for place, base in enumerate(self.points.bases)
            ],
        }

    def differences(self, recorded: dict[str, Any]) -> list[str]:
        """Why this sweep cannot go on in a folder that was made from ``recorded``; more worlds or points may be."""
        if recorded.get("kind") != "sweep":
            return ["it holds a run, and this is a sweep"]
        words = {"model": "the model's hash", "version": "the version", "seed": "the seed", "luck": "--luck",
                 "weekly": "--weekly", "part": "--part"}  # fmt: skip
        mine = self.as_dict()
        return [
            f"{word} is {shown(recorded.get(key))} there, {shown(mine[key])} here"
            for key, word in words.items()
            if recorded.get(key) != mine[key]
        ]


def shown(value: Any) -> str:
    """A value in a sentence."""
    return (", ".join(map(str, value)) if isinstance(value, list) else str(value)) or "nothing"


@dataclass(frozen=True)
class Segment:
    """Worlds of one point in a file: ``first`` to ``end`` (not included), from row ``row`` on."""

    first: int
    end: int
    row: int
    file: str
    place: int
    """The point's place in the file."""


class SweepFolder:
    """The finished parts of a sweep in its folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.held: dict[str, list[Segment]] = {}
        """Of each point, by id, what there is: without overlaps, by world."""
        self.outcomes: dict[str, np.ndarray[Any, Any]] = {}
        """Of each point, each world's outcome as its place in OUTCOMES, or NOBODY."""
        self.engines: set[str] = set()

    # --- files
    def names(self, folder: str) -> list[str]:
        """The files of finished parts in one of the folders BLOCKS and WORLDS."""
        place = self.path / folder
        return [f"{folder}/{name}" for name in sorted(p.name for p in place.iterdir() if PART.fullmatch(p.name))] if (
            place.is_dir()
        ) else []  # fmt: skip

    def read(self, name: str, weekly: bool = False) -> bytes:
        """The content of a part's file."""
        folder, _, file = name.partition("/")
        return content_of(self.path / folder / (f"{WEEKLY}/{file}" if weekly else file), LARGEST_BLOCK)

    def remove(self, name: str) -> None:
        """Removes a part; its worlds first, which vouch for the rest."""
        folder, _, file = name.partition("/")
        (self.path / name).unlink(missing_ok=True)
        (self.path / folder / WEEKLY / file).unlink(missing_ok=True)

    def write(self, folder: str, stem: str, worlds: bytes, weekly: bytes | None) -> str:
        """Writes a part; returns its name."""
        file = f"{stem}.{sum_of(worlds)}.parquet"
        if weekly is not None:
            put(self.path / folder / WEEKLY / file, weekly)
        put(self.path / folder / file, worlds)
        return f"{folder}/{file}"

    # --- beginning
    def refuse(self, job: Job, overwrite: bool) -> dict[str, Any] | None:
        """Raises InputError, and touches nothing, where a sweep cannot be done in this folder; what it was made of."""
        with unreadable(self.path):
            recorded = recorded_inputs(self.path)
            if recorded is None and not is_empty(self.path):
                what = "so it is not overwritten either" if overwrite else "give a new or an empty one"
                raise InputError(f"{self.path} is not empty and not a results folder: {what}")
        reasons = job.differences(recorded) if recorded is not None else []
        if reasons and not overwrite:
            raise InputError(
                f"{self.path} was made from other inputs ({'; '.join(reasons)}): "
                "give another folder, or --overwrite to replace what it holds"
            )
        return recorded

    def prepare(self, job: Job, overwrite: bool) -> None:
        """Makes the folder ready for a sweep and finds what of it is there. Call with the lock held.

        Raises InputError as :meth:`refuse`, or where the folder holds points or worlds that are not asked for, and
        Changed where files of a finished sweep are not as it wrote them.
        """
        recorded = self.refuse(job, overwrite)
        reasons = job.differences(recorded) if recorded is not None else []
        clear_aside(self.path)
        if recorded is not None and reasons:
            put_json(self.path / BLOCKS / INPUTS, job.as_dict())  # from here on, old parts belong to no sweep
            clear(self.path, recorded)
            recorded = None
        if recorded is not None and "files" in recorded and not overwrite:
            others = [name for name in state(self.path, recorded).changed if name != f"{BLOCKS}/{INPUTS}"]
            if others:
                raise changed(self.path, others, AGAIN)
        self.find(job)
        lost = [point for point in self.held if point not in job.points.number_of]
        most = max((segment.end for mine in self.held.values() for segment in mine), default=0)
        if (lost or most > job.worlds) and not overwrite:
            what = f"{len(lost):,} points that are not in this design" if lost else f"{most:,} worlds a point"
            raise InputError(f"{self.path} holds {what}: ask for those too, give another folder, or --overwrite")
        for point in lost:
            del self.held[point], self.outcomes[point]
        if most > job.worlds:
            self.held, self.outcomes = {}, {}
        put_json(self.path / BLOCKS / INPUTS, job.as_dict())
        for place in (self.path / BLOCKS, self.path):
            flush_folder(place)
        for number, base in enumerate(job.points.bases):
            file, text = self.path / job.scenario_file(number), to_toml(base)
            if not file.exists() or content_of(file, LARGEST_BLOCK) != text.encode("utf-8"):
                put(file, text)

    def find(self, job: Job) -> None:
        """Looks through the parts that are there; what is damaged, or of another sweep, is removed."""
        found: dict[str, list[Segment]] = {}
        codes: dict[str, np.ndarray[Any, Any]] = {}
        for name in [*self.names(WORLDS), *self.names(BLOCKS)]:
            try:
                ids, ranges, outcomes = self.looked_at(name, job)
            except NotAsExpected as fault:
                if str(fault):
                    logger.warning("%s %s: its worlds are computed again", name, fault)
                self.remove(name)
                continue
            except (OSError, KeyError) as fault:
                if named(fault):
                    raise
                logger.warning("%s cannot be read (%s): its worlds are computed again", name, type(fault).__name__)
                self.remove(name)
                continue
            row = 0
            for place, (point, (first, end)) in enumerate(zip(ids, ranges, strict=True)):
                found.setdefault(point, []).append(Segment(first, end, row, name, place))
                mine = codes.setdefault(point, np.full(0, NOBODY, np.uint8))
                codes[point] = entered(mine, first, outcomes[row : row + end - first])
                row += end - first
        self.held = {point: without_overlaps(segments) for point, segments in found.items()}
        self.outcomes = codes

    def looked_at(self, name: str, job: Job) -> tuple[list[str], list[Range], np.ndarray[Any, Any]]:
        """Points, worlds and outcomes of a part. Raises NotAsExpected: without words where it is another sweep's."""
        content = self.read(name)
        match = PART.fullmatch(name.partition("/")[2])
        if match is None or sum_of(content) != match.group(2):
            raise NotAsExpected("is damaged")
        about = json_of((parquet.described(content).schema_arrow.metadata or {}).get(b"cells", b"")) or {}
        if about.get("key") != job.key:
            raise NotAsExpected("")
        ids, ranges = list(about["ids"]), [(int(first), int(end)) for first, end in about["worlds"]]
        table = parquet.read(content, columns_of_worlds(), rows=sum(end - first for first, end in ranges))
        expected = np.concatenate([np.arange(first, end) for first, end in ranges])
        if not np.array_equal(table.column("world").to_numpy(), expected):
            raise NotAsExpected("holds other worlds than it says")
        if about.get("weekly") is not None:
            if sum_of(self.read(name, weekly=True)) != about["weekly"]:
                raise NotAsExpected("is damaged (its weekly counts)")
        elif job.weekly:
            raise NotAsExpected("has no weekly counts")
        return ids, ranges, codes_of(table)

    # --- going on
    def keep(self, cells: Cells) -> None:
        """Keeps a finished part."""
        self.engines.add(cells.engine)
        name = self.write(BLOCKS, f"{cells.piece.first:08d}", cells.worlds, cells.weekly)
        first, end = cells.piece.first, cells.piece.end
        for place, point in enumerate(cells.ids):
            segment = Segment(first, end, place * (end - first), name, place)
            self.held[point] = sorted([*self.held.get(point, []), segment], key=lambda one: one.first)
            mine = self.outcomes.get(point, np.full(0, NOBODY, np.uint8))
            self.outcomes[point] = entered(mine, first, cells.outcomes[place])

    def missing(self, point: str, first: int, end: int) -> list[Range]:
        """The worlds of a point that are not there, between two."""
        at, found = first, []
        for segment in self.held.get(point, []):
            if at < min(segment.first, end):
                found.append((at, min(segment.first, end)))
            at = max(at, segment.end)
        return [*found, (at, end)] if at < end else found

    def count(self, point: str) -> int:
        """How many worlds of a point there are."""
        return sum(segment.end - segment.first for segment in self.held.get(point, []))

    # --- ending
    def ordered(self, job: Job) -> list[str]:
        """Puts all rows in order into the files of a finished sweep; returns their names. Earlier ones are removed."""
        made: list[str] = []
        numbers = [number for number in job.mine if self.count(job.points.all[number].id)]
        for at in range(0, len(numbers), job.each):
            part = [job.points.all[number] for number in numbers[at : at + job.each]]
            made.append(self.joined(f"part-{at // job.each:05d}", part, job))
        keep = set(made)
        for name in [*self.names(WORLDS), *self.names(BLOCKS)]:
            if name not in keep:
                self.remove(name)
        for folder in (f"{BLOCKS}/{WEEKLY}", f"{WORLDS}/{WEEKLY}"):
            place = self.path / folder
            for file in place.iterdir() if place.is_dir() else ():
                if PART.fullmatch(file.name) and f"{folder.partition('/')[0]}/{file.name}" not in keep:
                    file.unlink()
            with suppress(OSError):
                place.rmdir()
        return made

    def joined(self, stem: str, part: Sequence[Any], job: Job) -> str:
        """One file of a finished sweep: the rows of some points, by point and world."""
        segments = [(point, segment) for point in part for segment in self.held[point.id]]
        tables = {name: self.table(name) for name in dict.fromkeys(segment.file for _, segment in segments)}
        rows = pa.concat_tables(
            tables[one.file].slice(one.row, one.end - one.first) for _, one in segments
        ).combine_chunks()
        number = np.concatenate([np.full(one.end - one.first, point.number, np.int64) for point, one in segments])
        place = rows.column_names.index("world")
        rows = rows.add_column(place, "point", pa.array(number))
        runs: list[tuple[str, list[int]]] = []
        places = []
        for point, one in segments:  # what follows on is one range, however it was lived
            if runs and runs[-1][0] == point.id and runs[-1][1][1] == one.first:
                runs[-1][1][1] = one.end
            else:
                runs.append((point.id, [one.first, one.end]))
            places.append(len(runs) - 1)
        content = to_bytes(self.weekly_of([one for _, one in segments], places)) if job.weekly else None
        about = {
            "key": job.key,
            "ids": [point for point, _ in runs],
            "worlds": [worlds for _, worlds in runs],
            "weekly": None if content is None else sum_of(content),
        }
        schema = world_schema((one.name, one.type) for one in rows.schema)
        noted = pa.Table.from_arrays(rows.columns, schema=schema).replace_schema_metadata(
            {**(schema.metadata or {}), b"cells": json.dumps(about)}
        )
        return self.write(WORLDS, stem, to_bytes(noted), content)

    def table(self, name: str) -> pa.Table:
        """The rows of a part, without the point's number, which may have been another."""
        table = parquet.read(self.read(name), columns_of_worlds())
        return table.drop_columns(["point"]) if "point" in table.column_names else table

    def weekly_of(self, segments: Sequence[Segment], places: Sequence[int]) -> pa.Table:
        """The weekly counts of some segments, added up for each of the ``places`` they have in the file to be made."""
        tables = []
        read: dict[str, pa.Table] = {}
        for one, place in zip(segments, places, strict=True):
            if one.file not in read:
                read[one.file] = parquet.read(self.read(one.file, weekly=True), COUNTS)
            mine = read[one.file]
            mine = mine.filter(pc.equal(mine.column("place"), one.place))
            tables.append(mine.set_column(0, "place", pa.array(np.full(len(mine), place, np.int64))))
        together = pa.concat_tables([COUNTS.empty_table(), *tables])
        keys = ["place", "quantity", "week", "bin"]
        added = together.group_by(keys, use_threads=False).aggregate([("count", "sum")])
        added = added.rename_columns([*keys, "count"]).select(COUNTS.names)
        return added.sort_by([(key, "ascending") for key in keys]).combine_chunks()

    def finished(self) -> None:
        """What was noted for a sweep that goes on is no longer needed: the manifest says it."""
        (self.path / BLOCKS / INPUTS).unlink(missing_ok=True)
        with suppress(OSError):
            (self.path / BLOCKS).rmdir()


def entered(into: np.ndarray[Any, Any], first: int, codes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Outcomes with those of some more worlds."""
    end = first + len(codes)
    if end > len(into):
        into = np.concatenate([into, np.full(end - len(into), NOBODY, np.uint8)])
    into[first:end] = codes
    return into


def without_overlaps(segments: Sequence[Segment]) -> list[Segment]:
    """Of segments that hold the same worlds the largest: two do where a sweep ended while it put its rows in order."""
    kept: list[Segment] = []
    for one in sorted(segments, key=lambda one: (one.first - one.end, one.first, one.file)):
        if all(one.end <= other.first or other.end <= one.first for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.first)
