"""What a results folder says of itself: read through a model with bounds, and compared with the files in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from sim.disk.errors import InputError
from sim.disk.reading import Unfit, content_of, json_of, sum_of, sum_of_file
from sim.runs.errors import Changed
from sim.scenario.names import no_name

PROJECT = "iraq-withdrawal-sim"
FORM = 2
"""The form of the record. 2: every file with its size and sum."""
SUM = "sum"
AGAIN = "--overwrite makes that again, or give another folder"
LARGEST_RECORD = 64 << 20
"""Bytes of a manifest: that of 4 * 10^8 worlds, each of its blocks with its sum."""
MOST_WORLDS = 10**10
MOST_SCENARIOS = 2_000

Line = Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
Mark = Annotated[str, Field(pattern=r"^[0-9a-zA-Z_-]{1,64}$")]
FILE = re.compile(r"(?:[\w-][\w.+ ()-]*/){0,2}[\w-][\w.+ ()-]*")
"""What a file of a results folder may be called, from the folder on: nothing that leads out of it."""


LONGEST_NAME = 500
SHA256 = re.compile(r"[0-9a-f]{64}")


def a_name(name: str) -> str:
    """The name of a scenario, where it may be one. Raises ValueError."""
    if why := no_name(name):
        raise ValueError(f"no name for a scenario: {why}")
    return name


class Record(BaseModel):
    """A part of what a folder says; fields that a later version adds are passed over."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class OfScenario(Record):
    """A scenario that was run."""

    name: Annotated[str, Field(max_length=300), AfterValidator(a_name)]
    fingerprint: Mark
    file: Annotated[str, Field(max_length=250, pattern=r"^scenarios/[A-Za-z0-9_-][A-Za-z0-9_.-]*\.toml$")]
    start: Annotated[date, Field(strict=False)]
    days: Annotated[int, Field(ge=1, le=100_000)]


class OfChoice(Record):
    """A choice that was replaced."""

    actor: Line
    who: Line
    name: Line
    version: Line


class OfFailure(Record):
    """Something that did not work: a block with its worlds, the events, the pages."""

    what: Line
    error: Annotated[str, Field(max_length=100_000)]
    worlds: Annotated[int, Field(ge=0, le=MOST_WORLDS)] = 0


class OfRun(Record):
    """What a run is a function of: ``blocks/_inputs.json``, and the head of manifest.json."""

    project: Literal["iraq-withdrawal-sim"]
    form: Annotated[Literal[2], Field(alias="schema")]
    version: Line
    model: Mark
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    worlds: Annotated[int, Field(ge=1, le=MOST_WORLDS)]
    events: Literal["none", "typical", "all"]
    choices: Annotated[list[OfChoice], Field(max_length=100)] = []
    scenarios: Annotated[list[OfScenario], Field(min_length=1, max_length=MOST_SCENARIOS)]


class OfFinished(OfRun):
    """What manifest.json says when a run has ended."""

    commit: Line | None
    command: Annotated[str, Field(max_length=10_000_000)]
    failed: Annotated[list[OfFailure], Field(max_length=1_000_000)]
    files: dict[str, Any]
    """Each is looked at by :func:`file_fault`: of millions the first that is wrong is enough."""
    made: dict[str, Any]


def read_record(path: Path, form: type[OfRun]) -> dict[str, Any] | None:
    """What a record says, as a dict that holds what ``form`` asks for; None where there is none of this project.

    Raises InputError where a record of this project cannot be used: it is of another version, or hostile; Changed where
    a manifest was changed since.
    """
    try:
        content = content_of(path, LARGEST_RECORD)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except Unfit as fault:
        raise InputError(f"{path} {fault.strerror}: nothing of this folder is read") from None
    except OSError as fault:
        raise InputError(f"{path} cannot be read ({fault.strerror or fault})") from None
    said = json_of(content)
    if said is None or said.get("project") != PROJECT:
        return None
    if said.get("schema") != FORM:
        raise InputError(f"{path} is of another version of this program, which wrote it in another form")
    try:
        found = form.model_validate(said)
    except ValidationError as faults:
        first = faults.errors()[0]
        where = ".".join(str(part) for part in first["loc"][:4])
        raise InputError(f"{path} is not as this program writes it: {where[:100]!r}: {first['msg'][:100]}") from None
    if isinstance(found, OfFinished):
        why = next(filter(None, (file_fault(name, about) for name, about in found.files.items())), "")
        if why:
            raise InputError(f"{path} is not as this program writes it: {why}")
        if said["made"].get(SUM) != sum_of_record(said):
            raise changed(path.parent, [path.name], AGAIN)
    return said


def sum_of_record(said: Mapping[str, Any]) -> str:
    """The sum of all that a manifest says but for the sum itself, which stands under "made"."""
    made = {key: value for key, value in said["made"].items() if key != SUM}
    return sum_of(json.dumps({**said, "made": made}, sort_keys=True).encode("ascii"))


def file_fault(name: str, about: object) -> str:
    """What is wrong with what a manifest says of a file, in words; empty where it is a file inside the folder."""
    if len(name) > LONGEST_NAME or FILE.fullmatch(name) is None or ".." in name.split("/"):
        return f"{name[:100]!r} is no file of a run"
    size, mark = (about.get("bytes"), about.get("sha256")) if isinstance(about, dict) else (None, None)
    if type(size) is not int or size < 0 or not isinstance(mark, str) or not SHA256.fullmatch(mark):
        return f"{name[:100]!r} has no size and sum"
    return ""


@dataclass(frozen=True)
class Compared:
    """The files of a finished folder against its manifest."""

    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    """Each is there, and is not as it was written."""

    @property
    def is_whole(self) -> bool:
        """Whether each file is there as it was written."""
        return not self.missing and not self.changed


def compared(folder: Path, files: Mapping[str, Mapping[str, Any]], *, summed: bool = True) -> Compared:
    """Compares the files in a folder with what its manifest says: their sizes, and (``summed``) every byte."""
    missing, changed = [], []
    for name, said in files.items():
        path = folder / name
        try:
            status = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            missing.append(name)
            continue
        except OSError:
            changed.append(name)
            continue
        is_so = status.st_size == said["bytes"]
        if is_so and summed:
            try:
                is_so = sum_of_file(path, said["bytes"]) == (said["bytes"], said["sha256"])
            except OSError:
                is_so = False
        if not is_so:
            changed.append(name)
    return Compared(missing, changed)


def sums_of(folder: Path, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Size and sum of each of these files that is there, by name, as the manifest says them."""
    found = {}
    for name in names:
        try:
            size, mark = sum_of_file(folder / name)
        except FileNotFoundError:
            continue
        found[name] = {"bytes": size, "sha256": mark}
    return found


def changed(folder: Path, names: list[str], what: str) -> Changed:
    """That files of a finished folder are not as they were written, and ``what`` to do."""
    some = ", ".join(names[:4]) + (f" and {len(names) - 4:,} more" if len(names) > 4 else "")
    verb = "is" if len(names) == 1 else "are"
    return Changed(f"in {folder} {some} {verb} not as the run wrote {'it' if len(names) == 1 else 'them'}: {what}")
