"""Where finished pieces are kept: a results folder, or memory.

A piece's files are written aside and renamed, its worlds last: what is there under its name is whole. The name holds a
sum of the content, and the content names the job it belongs to, so that a damaged file, or one left over from another
job, is noticed and its worlds are done again.
"""

from __future__ import annotations

import json
import logging
import os
import re
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sim.runs.errors import InputError
from sim.runs.inputs import PROJECT, Inputs
from sim.runs.lock import LOCK, LOCK_BY_NAME
from sim.runs.pieces import EVENTS as ACTS
from sim.runs.pieces import Files, Piece, from_bytes, joined, sum_of, weekly_counts

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.runs.pieces import Counts

logger = logging.getLogger("sim.runs")

BLOCKS = "blocks"
# Arrow's readers of folders, and so those of pandas and R, leave out names that begin with "_" or ".".
WEEKLY = "_weekly"
EVENTS = "_events"
INPUTS = "_inputs.json"
MADE = "_made.json"
ASIDE = ".part"
MANIFEST = "manifest.json"
DATA = ("worlds.parquet", "worlds.csv", "weekly.parquet", "events.parquet")
PAGES = ("summary.md", "report.html")
NAME = re.compile(r"(\d{3,})-[\w.-]+\.(\d{8,})-(\d{8,})\.([0-9a-f]{16})\.parquet", re.ASCII)


@dataclass(frozen=True, order=True)
class Kept:
    """A finished piece in a store and the name of its files."""

    piece: Piece
    name: str


class Store(ABC):
    """Finished pieces by name. What they hold is the same wherever they are."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []  # without overlaps, by scenario and world
        self.engines: set[str] = set()  # by which the worlds of all that is kept were lived, as far as is known

    @abstractmethod
    def names(self, folder: str = "") -> list[str]:
        """The files there are, of one of the folders "", WEEKLY, EVENTS."""

    @abstractmethod
    def read(self, name: str, folder: str = "") -> bytes:
        """The content of a file; OSError or KeyError where there is none."""

    @abstractmethod
    def write(self, name: str, content: bytes, folder: str = "") -> None:
        """Writes a file, whole or not at all."""

    @abstractmethod
    def remove(self, name: str, folder: str = "") -> None:
        """Removes a file, if it is there."""

    def keep(self, files: Files, inputs: Inputs) -> None:
        """Keeps a finished piece."""
        if files.engine is not None:
            self.note(files.engine)
        piece = files.piece
        stem = f"{piece.scenario:03d}-{inputs.stem(piece.scenario)}.{piece.first:08d}-{piece.end - 1:08d}"
        name = f"{stem}.{sum_of(files.worlds)}.parquet"
        self.write(name, files.weekly, WEEKLY)
        if files.events is not None:
            self.write(name, files.events, EVENTS)
        self.write(name, files.worlds)
        one = Kept(piece, name)
        place = bisect_left(self.kept, one)
        if self.kept[place : place + 1] != [one]:
            self.kept.insert(place, one)

    def note(self, engine: str) -> None:
        """Notes by which engine a piece that is kept was lived."""
        self.engines.add(engine)

    def find(self, inputs: Inputs) -> None:
        """Looks through what is there; what is damaged, or of another job, is removed."""
        found = []
        for name in self.names():
            fault = self.fault_of(name, inputs)
            if fault is None:
                found.append(Kept(piece_of(name), name))
                continue
            if fault:
                logger.warning("%s/%s %s: its worlds are computed again", BLOCKS, name, fault)
            self.discard(name)
        self.kept = []
        # Two hold the same worlds only where a run ended while it joined small pieces: take the larger.
        for one in sorted(found, key=lambda kept: (kept.piece.scenario, kept.piece.first, -kept.piece.end)):
            last = self.kept[-1].piece if self.kept else Piece(-1, 0, 0)
            if one.piece.scenario == last.scenario and one.piece.first < last.end:
                self.discard(one.name)
            else:
                self.kept.append(one)
        there = {kept.name for kept in self.kept}
        for folder in (WEEKLY, EVENTS):
            for name in self.names(folder):
                if name not in there:
                    self.remove(name, folder)

    def fault_of(self, name: str, inputs: Inputs) -> str | None:
        """What is wrong with a piece, for people; "" where it belongs to another job; None where it is good."""
        piece = piece_of(name)
        whole = inputs.piece_size(piece.scenario) if piece.scenario < len(inputs.scenarios) else 0
        if not whole or piece.first // whole != (piece.end - 1) // whole:
            return ""
        try:
            content = self.read(name)
            if sum_of(content) != NAME.fullmatch(name).group(4):  # type: ignore[union-attr]
                return "is damaged"
            about = json.loads(from_bytes(content).schema.metadata[b"block"])
            if about["key"] != inputs.key(piece.scenario):
                return ""
            if sum_of(self.read(name, WEEKLY)) != about["weekly"]:
                return "is damaged (its weekly counts)"
            if about["events"] is not None and sum_of(self.read(name, EVENTS)) != about["events"]:
                return "is damaged (its events)"
        except (OSError, KeyError, ValueError, TypeError) as fault:  # pyarrow's faults are among these
            return f"cannot be read ({type(fault).__name__})"
        return None

    def discard(self, name: str) -> None:
        """Removes a piece; its worlds first, which vouch for the rest."""
        for folder in ("", WEEKLY, EVENTS):
            self.remove(name, folder)
        self.kept = [kept for kept in self.kept if kept.name != name]

    def worlds(self, kept: Kept) -> pa.Table:
        """The worlds of a piece."""
        return from_bytes(self.read(kept.name))

    def weekly(self, kept: Kept) -> Counts:
        """The weekly counts of a piece."""
        return weekly_counts(from_bytes(self.read(kept.name, WEEKLY)))

    def events(self, kept: Kept) -> pa.Table:
        """The events of a piece; KeyError or OSError where they were not asked for."""
        return from_bytes(self.read(kept.name, EVENTS)).cast(ACTS)  # Parquet renames what is inside a list

    def join(self, inputs: Inputs) -> None:
        """Joins small pieces into those of a finished folder, so that the files do not tell how the job was cut."""
        wholes: dict[tuple[int, int], list[Kept]] = {}
        for kept in self.kept:
            size = inputs.piece_size(kept.piece.scenario)
            wholes.setdefault((kept.piece.scenario, kept.piece.first // size), []).append(kept)
        for (index, number), small in wholes.items():
            if len(small) == 1:
                continue
            size = inputs.piece_size(index)
            whole = Piece(index, number * size, min((number + 1) * size, inputs.worlds))
            if sum(kept.piece.count for kept in small) < whole.count:
                continue  # a piece failed
            every = inputs.events == "all"
            rows = ((self.worlds(k), self.weekly(k), self.events(k) if every else None) for k in small)
            self.keep(joined(whole, inputs.key(index), rows), inputs)
            for kept in small:
                self.discard(kept.name)


def piece_of(name: str) -> Piece:
    """Which worlds a file's name says it holds."""
    match = NAME.fullmatch(name)
    assert match is not None
    return Piece(int(match.group(1)), int(match.group(2)), int(match.group(3)) + 1)


class Memory(Store):
    """The pieces of a run without a folder."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[tuple[str, str], bytes] = {}

    def names(self, folder: str = "") -> list[str]:
        return sorted(name for where, name in self.files if where == folder)

    def read(self, name: str, folder: str = "") -> bytes:
        return self.files[folder, name]

    def write(self, name: str, content: bytes, folder: str = "") -> None:
        self.files[folder, name] = content

    def remove(self, name: str, folder: str = "") -> None:
        self.files.pop((folder, name), None)


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
        return (self.place(folder) / name).read_bytes()

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
        said = read_json(self.place() / MADE)
        if said is not None:
            return {str(one) for one in said.get("engines", [])}
        made = (read_json(self.path / MANIFEST) or {}).get("made", {}).get("engine")
        return {"both": {"fused", "numpy"}, None: set()}.get(made, {str(made)})

    def finished(self) -> None:
        """What was noted for a run that goes on is no longer needed: the manifest says it."""
        (self.place() / MADE).unlink(missing_ok=True)

    def prepare(self, inputs: Inputs, overwrite: bool) -> None:
        """Makes the folder ready for a job, and finds which of its pieces are there.

        Raises InputError, before anything is changed, where the folder is another job's or nobody's.
        """
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
        clear_aside(self.path)
        if overwrite and recorded is not None:
            put_json(self.place() / INPUTS, inputs.as_dict())  # from here on, old pieces belong to no job
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
            put_json(self.place() / INPUTS, inputs.as_dict())
        for index, text in enumerate(inputs.tomls):
            file = self.path / inputs.scenario_file(index)
            if not file.exists() or file.read_bytes() != text.encode("utf-8"):
                put(file, text.encode("utf-8"))


def put(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all, also when the power fails; nothing is left over when the disk is full."""
    with aside(path) as file:
        file.write(content)


@contextmanager
def aside(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to that takes the place of ``path`` when the ``with`` ends well, and is removed otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}{ASIDE}")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def put_json(path: Path, content: dict[str, Any]) -> None:
    """Writes a JSON file, the same text for the same content."""
    put(path, (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8"))


def read_json(path: Path) -> dict[str, Any] | None:
    """A JSON object from a file; None where there is no such file or it holds something else."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def recorded_inputs(folder: Path) -> dict[str, Any] | None:
    """The inputs that a results folder was made or begun with; None where it is no results folder of this project."""
    for path in (folder / BLOCKS / INPUTS, folder / MANIFEST):
        content = read_json(path)
        if content is not None and content.get("project") == PROJECT and isinstance(content.get("scenarios"), list):
            return content
    return None


def is_empty(folder: Path) -> bool:
    """Whether a folder holds nothing, or only what is left of a run that ended at once."""
    locks = (folder / LOCK, folder / LOCK_BY_NAME)
    return all(is_aside(path) or path in locks for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())


def is_aside(path: Path) -> bool:
    """Whether a file is one that was being written."""
    return path.name.startswith(".") and path.name.endswith(ASIDE)


def clear_aside(folder: Path) -> None:
    """Removes what was being written when an earlier run ended. Call with the lock held."""
    for name in ("", BLOCKS, f"{BLOCKS}/{WEEKLY}", f"{BLOCKS}/{EVENTS}", "scenarios", "figures", "tables"):
        for path in (folder / name).glob(f".*{ASIDE}"):
            path.unlink(missing_ok=True)


def clear(folder: Path, recorded: dict[str, Any]) -> None:
    """Removes the results of a job from its folder, and nothing that somebody else may have put there."""
    for path in (folder / MANIFEST, folder / BLOCKS / MADE):
        path.unlink(missing_ok=True)
    scenarios = [str(said.get("file")) for said in recorded["scenarios"] if isinstance(said, dict)]
    for name in (*DATA, *PAGES, *(name for name in scenarios if re.fullmatch(r"scenarios/[\w.-]+\.toml", name))):
        (folder / name).unlink(missing_ok=True)
    ours = {
        f"{BLOCKS}/{WEEKLY}": NAME,
        f"{BLOCKS}/{EVENTS}": NAME,
        BLOCKS: NAME,
        "figures": re.compile(r".+\.(png|svg)"),
        "tables": re.compile(r".+\.csv"),
    }
    for name, kind in ours.items():
        place = folder / name
        for path in [path for path in place.glob("*") if kind.fullmatch(path.name)]:
            path.unlink()
    for name in (*ours, "scenarios"):
        with suppress(OSError):  # not there, or somebody keeps something of their own in it
            (folder / name).rmdir()


def files_of(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The sha256 of each of these files that exists, by name."""
    import hashlib

    sums = {}
    for name in names:
        path = folder / name
        if path.is_file():
            with path.open("rb") as file:
                sums[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return sums
