"""Lists of points: a table with a row a point, from a CSV or Parquet file, or a DataFrame.

Its columns are dotted names (:mod:`sim.sweeps.names`); an empty cell leaves the base's own value, and a text in
quotation marks is that text, so that ``""`` is the empty one ("no cap"; in a CSV file, as that quotes it,
``\"\"\"\"\"\"``). A column ``scenario`` says of which base each point is: by the name of one that is given, of a
shipped scenario, or of a .toml file in the table's own folder. Without it every point is made of each base that is
given, base after base. The columns of a sweep's own points.parquet that say nothing of a point (``point``, ``id``,
``is_base``, ``name``) are passed over.

What a file may say at all, and what goes together, is seen later, point by point; here each cell has to be of the sort
of value that its column holds.
"""

from __future__ import annotations

import codecs
import csv
import io
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from sim.disk.errors import InputError
from sim.disk.paths import Given, place
from sim.scenario.arguments import refuse
from sim.scenario.errors import MOST_SAID, Fault, ScenarioError, closest_name, did_you_mean, shown
from sim.scenario.files import shipped
from sim.scenario.load import load
from sim.scenario.parameters import Slot
from sim.scenario.schema import Scenario
from sim.sweeps.design import SCENARIO, Bases, Columns, Design, bases_of, check_size, column, frame, missing, told_of
from sim.sweeps.names import Named, is_missing, named
from sim.sweeps.values import MOST_POINTS, Unfit, from_text, is_number, sort_of, taken

if TYPE_CHECKING:
    import pandas as pd

PASSED_OVER = ("point", "id", "is_base", "name")
"""Columns of a sweep's points.parquet that a point does not hang on."""
LARGEST_LIST = 256 * 1024 * 1024
"""Bytes of a file of points."""
Where: TypeAlias = Callable[[int | None], tuple[str, int | None]]
"""File and line of a row by its number; of None the line of the names."""


class Cell(NamedTuple):
    """The text of a cell of a file, which is read by what its column holds."""

    text: str


Cells: TypeAlias = Sequence[object] | np.ndarray[Any, Any]
"""What stands in a column: numbers as an array of float64, else anything, None for an empty cell."""


# --- Files ------------------------------------------------------------------------------------------------------


def read_points(path: Given, bases: Bases = (), *, changes: Mapping[str, object] | None = None) -> Design:
    """The points in a .csv or .parquet file. ``changes`` are made in bases that the file names, as ``load`` does.

    Raises ScenarioError, with file and line of every fault.
    """
    file = place(path)
    known = _some(bases)
    ending = file.suffix.lower()
    if ending not in (".csv", ".parquet"):
        raise ScenarioError(
            [Fault(shown_path(file), None, "", "is no list of points: they stand in a .csv or .parquet")]
        )
    content = content_of(file, LARGEST_LIST, "a list of points")
    if ending == ".csv":
        return _of_csv(content, file, known, changes)
    return _of_parquet(content, file, known, changes)


def from_frame(given: pd.DataFrame, bases: Bases = ()) -> Design:
    """The points in the rows of a DataFrame. Raises ScenarioError; rows are counted from 0."""
    import pandas as pd

    if not isinstance(given, pd.DataFrame):
        refuse("points", "a DataFrame with a row a point", given)
    return _of_table(given, _some(bases), Path(), None, "points")


def shown_path(path: Path) -> str:
    """The path as people know it: relative to the working directory if it lies below."""
    try:
        full, here = path.absolute(), Path.cwd()
        below = full.is_relative_to(here) and ".." not in full.parts
        return (full.relative_to(here) if below else path).as_posix()
    except (OSError, ValueError):
        return path.as_posix()


def content_of(path: Path, most: int, what: str) -> bytes:
    """What a file of somebody's holds. Raises ScenarioError where it cannot be read, or is too large."""

    def refused(why: str) -> ScenarioError:
        return ScenarioError([Fault(shown_path(path), None, "", why)])

    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise refused(f"is a folder, not {what}")
        if not stat.S_ISREG(mode):
            raise refused("is no ordinary file")
        with path.open("rb") as file:
            content = file.read(most + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise refused(f"there is no such file{_meant_file(path)}") from None
    except PermissionError:
        raise refused("may not be read by this user") from None
    except OSError as error:
        raise refused(f"cannot be read: {error.strerror}") from None
    if len(content) > most:
        size = f"{most // 1024} KB" if most < 1024 * 1024 else f"{most // 1024 // 1024} MB"
        raise refused(f"is larger than {size}, the most that {what} may take")
    return content


def _meant_file(path: Path) -> str:
    """A suggestion of another file of this kind beside one that is not there."""
    try:
        beside = [one.name for one in path.parent.iterdir() if one.suffix == path.suffix][:500]
    except OSError:
        return ""
    near = closest_name(path.name, beside)
    return did_you_mean((path.parent / near).as_posix() if near else None)


def text_of(content: bytes, path: Path) -> str:
    """The text of a file in UTF-8, with a byte order mark or without. Raises ScenarioError with the line at fault."""

    def refused(why: str, at: int) -> ScenarioError:
        return ScenarioError([Fault(shown_path(path), content.count(b"\n", 0, at) + 1, "", why)])

    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refused("is saved as UTF-16; save it as UTF-8", 0)
    if b"\0" in content:
        why = "holds a NUL character, which no text has; save the file anew as plain text (UTF-8)"
        raise refused(why, content.find(b"\0"))
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        why = f"holds a byte (0x{content[error.start]:02x}) that is not UTF-8; save the file as UTF-8"
        raise refused(why, error.start) from None


def _of_csv(content: bytes, path: Path, bases: Sequence[Scenario], changes: Mapping[str, object] | None) -> Design:
    file = shown_path(path)
    faults: list[Fault] = []
    lines: list[int] = []
    rows: list[list[str]] = []
    header: list[str] | None = None
    begins, head_line = 1, 1
    reader = csv.reader(io.StringIO(text_of(content, path), newline=""), strict=True)
    try:
        for row in reader:
            line, begins = begins, reader.line_num + 1
            if not any(row) and len(row) < 2:
                continue
            if header is None:
                header, head_line = [name.strip() for name in row], line
                faults += _of_a_header(header, file, line)
                if faults and len(header) == 1:
                    break
            elif len(row) != len(header):
                many = "1 cell" if len(row) == 1 else f"{len(row)} cells"
                faults.append(Fault(file, line, "", f"has {many}, and the first line names {len(header)} columns"))
            elif len(rows) == MOST_POINTS:
                faults.append(Fault(file, line, "", f"{MOST_POINTS:,} points are the most"))
                break
            else:
                rows.append(row)
                lines.append(line)
    except csv.Error as error:
        faults.append(Fault(file, begins, "", f"is no CSV: {error}"))
    if header is None:
        raise ScenarioError(faults or [Fault(file, None, "", "is empty: the first line names the columns")])
    if faults and len(header) == 1 and not rows:  # nothing of it can be told apart
        raise ScenarioError(faults)
    columns: dict[str, Cells] = {}
    for number, name in enumerate(header):
        if name and name not in columns:
            columns[name] = [Cell(row[number]) if row[number].strip() else None for row in rows]

    def where(row: int | None) -> tuple[str, int | None]:
        return file, head_line if row is None else lines[row]

    return _listed(columns, len(rows), bases, path.parent, changes, where, faults)


def _of_a_header(header: Sequence[str], file: str, line: int) -> Iterator[Fault]:
    """What is wrong with the names of columns as such."""
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        mark = "semicolons" if ";" in header[0] else "tabs"
        yield Fault(file, line, "", f"columns are set apart by {mark}; save the file with commas, numbers as 0.5")
        return
    for number, name in enumerate(header):
        if not name:
            yield Fault(file, line, "", f"column {number + 1} has no name")
        elif name in header[:number]:
            yield Fault(file, line, name, "is the name of two columns")


def _of_parquet(content: bytes, path: Path, bases: Sequence[Scenario], changes: Mapping[str, object] | None) -> Design:
    from sim.runs import parquet

    file = shown_path(path)
    try:
        about = parquet.described(content)
        if about.metadata.num_rows > MOST_POINTS:
            raise ScenarioError([Fault(file, None, "", f"{MOST_POINTS:,} points are the most")])
        texts, most = parquet.texts_of(about), max(parquet.SMALL, parquet.TEXT_A_BYTE * len(content))
        parquet.measure(content, [name for name, _ in texts], most)
        table = about.read(use_threads=False).to_pandas(use_threads=False)
    except parquet.NotAsExpected as fault:
        raise ScenarioError([Fault(file, None, "", str(fault))]) from None
    except (OSError, ValueError, NotImplementedError, KeyError) as fault:  # Arrow's faults are among them
        if isinstance(fault, ScenarioError):
            raise
        why = f"cannot be read ({parquet.first_line(fault)})"
        raise ScenarioError([Fault(file, None, "", why)]) from None
    return _of_table(table, bases, path.parent, changes, file)


def _of_table(
    table: pd.DataFrame, bases: Sequence[Scenario], folder: Path, changes: Mapping[str, object] | None, label: str
) -> Design:
    """The points in a table of pandas."""
    if len(table) > MOST_POINTS:
        raise ScenarioError([Fault(label, None, "", f"{MOST_POINTS:,} points are the most")])
    names = [str(name) for name in table.columns]
    faults = [
        Fault(label, None, name, "is the name of two columns") for name in {n for n in names if names.count(n) > 1}
    ]
    columns = {name: _plain(table.iloc[:, number]) for number, name in enumerate(names)}

    def where(row: int | None) -> tuple[str, int | None]:
        return label if row is None else f"{label}, row {row}", None

    return _listed(columns, len(table), bases, folder, changes, where, faults)


def _plain(values: pd.Series[Any]) -> Cells:
    """A column of pandas: numbers as float64, anything else as Python's, None where there is nothing."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        try:
            return values.to_numpy(np.float64, na_value=np.nan)
        except (TypeError, ValueError):  # complex numbers
            return list(values)
    return [None if is_missing(value) else value for value in values]


# --- Points ------------------------------------------------------------------------------------------------------


def listed(
    columns: Mapping[str, Cells],
    rows: int,
    bases: Bases,
    where: Where,
    *,
    folder: Path = Path(),
    changes: Mapping[str, object] | None = None,
) -> Design:
    """The points in some columns of cells; ``where`` says where each row stands. Raises ScenarioError."""
    return _listed(columns, rows, _some(bases), folder, changes, where, [])


def _some(bases: Bases) -> tuple[Scenario, ...]:
    """Bases that are given, which may be none."""
    if isinstance(bases, Sequence) and not len(bases):
        return ()
    return bases_of(bases)


def _listed(
    columns: Mapping[str, Cells],
    rows: int,
    bases: Sequence[Scenario],
    folder: Path,
    changes: Mapping[str, object] | None,
    where: Where,
    faults: list[Fault],
) -> Design:
    """The design of a table's columns, or ScenarioError with these and all other faults of it."""
    cells = {name: values for name, values in columns.items() if name not in (SCENARIO, *PASSED_OVER)}
    if SCENARIO in columns:
        used, of_rows = _bases_of_rows(columns[SCENARIO], rows, bases, folder, changes, where, faults)
    else:
        used, of_rows = list(bases), None
        if not bases:
            why = "says of no point of which scenario it is: name one with --base, or in a column scenario"
            faults.append(Fault(*where(None), "", why))
    if not cells and not faults:
        faults.append(Fault(*where(None), "", "names nothing that varies"))
    if not rows and not faults:
        faults.append(Fault(where(None)[0], None, "", "holds no points"))
    made: Columns = {}
    for name, values in cells.items() if used else ():
        as_named, found = _column(name, values, used, of_rows, where, faults)
        if as_named in made:
            faults.append(Fault(*where(None), name, f"is the name of two columns: {as_named} is the same"))
        made[as_named] = found
    if faults:
        raise ScenarioError(dict.fromkeys(sorted(faults, key=lambda fault: fault.line or 0)))
    names = column([base.name for base in used], False)
    check_size(rows * (1 if of_rows is not None else len(used)))
    if of_rows is None:
        made = {name: np.concatenate([values] * len(used)) for name, values in made.items()}
    table = frame(np.repeat(names, rows) if of_rows is None else names[of_rows], made)
    about = {"kind": "list", "dimensions": told_of(table), "bases": [base.name for base in used]}
    return Design(tuple(used), table, about if of_rows is not None else {**about, "each": rows})


def _bases_of_rows(
    said: Cells,
    rows: int,
    bases: Sequence[Scenario],
    folder: Path,
    changes: Mapping[str, object] | None,
    where: Where,
    faults: list[Fault],
) -> tuple[list[Scenario], np.ndarray[Any, Any]]:
    """The bases that a column names, in the order in which they are met, and which each row has; -1 for none."""
    used: list[Scenario] = []
    places: dict[str, int] = {}
    found = np.full(rows, -1, np.int64)
    known = {base.name: base for base in bases}
    for row in range(rows):
        given = said[row]
        name = given.text.strip() if isinstance(given, Cell) else given
        if is_missing(name) or name == "":
            if len(bases) != 1:
                faults.append(Fault(*where(row), SCENARIO, "is empty, so that nobody knows of which base this is"))
                continue
            name = bases[0].name
        if not isinstance(name, str):
            faults.append(Fault(*where(row), SCENARIO, f"{shown(name)} is no name of a scenario"))
            continue
        if name not in places:
            base = known[name] if name in known else _loaded(name, folder, known, changes, where(row), faults)
            places[name] = -1 if base is None else len(used)
            if base is not None:
                if any(base.name == other.name for other in used):
                    faults.append(Fault(*where(row), SCENARIO, f"two scenarios have the name {base.name!r}"))
                used.append(base)
        found[row] = places[name]
    return used, found


def _loaded(
    name: str,
    folder: Path,
    known: Mapping[str, Scenario],
    changes: Mapping[str, object] | None,
    at: tuple[str, int | None],
    faults: list[Fault],
) -> Scenario | None:
    try:
        return load(base_file(name, folder, known), changes=changes)
    except InputError as why:
        faults.append(Fault(*at, SCENARIO, str(why)))
    except ScenarioError as error:
        faults += error.faults
    return None


def base_file(name: str, folder: Path, known: Iterable[str] = ()) -> str | Path:
    """What ``load`` takes for a base: a shipped name, or a file in this folder alone. Raises InputError."""
    names = shipped()
    if name in names:
        return name
    if not name.lower().endswith(".toml"):
        near = closest_name(name, [*known, *names])
        raise InputError(f"no scenario '{name}'{did_you_mean(near)}")
    path = folder / place(name)
    try:
        is_within = path.resolve().is_relative_to(folder.resolve())
        is_there = is_within and path.exists()
    except (OSError, RuntimeError, ValueError):
        is_within, is_there = True, False
    if not is_within:
        raise InputError(f"'{name}' lies outside this file's folder; a base is a shipped scenario, or a file beside it")
    if not is_there:
        raise InputError(f"there is no file '{name}'")
    return path


def _named(base: Scenario, name: str) -> Named | ScenarioError:
    try:
        return named(base, name)
    except ScenarioError as error:
        return error


def _column(
    name: str,
    values: Cells,
    used: Sequence[Scenario],
    of_rows: np.ndarray[Any, Any] | None,
    where: Where,
    faults: list[Fault],
) -> tuple[str, np.ndarray[Any, Any]]:
    """A column under the name that a design has for it, as numbers or objects; what is wrong with it in ``faults``."""
    places = [_named(base, name) for base in used]
    known = [one for one in places if isinstance(one, Named)]
    for number, one in enumerate(places):
        if isinstance(one, ScenarioError):
            row = None if of_rows is None or not known else _first_given(values, of_rows == number)
            if not known or of_rows is None or row is not None:
                faults += [Fault(*where(row), fault.name, fault.reason) for fault in one.faults]
    if not known:
        return name, missing(len(values), False)
    slot = known[0].slot
    if any(sort_of(one.slot) != sort_of(slot) for one in known):
        faults.append(Fault(*where(None), name, "is a value of another sort in one base than in another"))
    if isinstance(values, np.ndarray) and is_number(slot):
        for row in map(int, _no_numbers(values, slot)[:MOST_SAID]):
            faults.append(Fault(*where(row), name, _why_not(float(values[row]), slot)))
        return known[0].name, values
    made: list[object] = []
    wrong = 0
    for row, value in enumerate(values):
        try:
            made.append(None if is_missing(value) else _read(value, slot))
        except Unfit as why:
            made.append(None)
            faults.append(Fault(*where(row), name, str(why)))
            wrong += 1
            if wrong == MOST_SAID:
                return known[0].name, missing(len(values), is_number(slot))
    return known[0].name, column(made, is_number(slot))


def _first_given(values: Cells, mine: np.ndarray[Any, Any]) -> int | None:
    """The first of these rows that has a value in a column."""
    return next((row for row in np.flatnonzero(mine).tolist() if not is_missing(values[row])), None)


def _no_numbers(values: np.ndarray[Any, Any], slot: Slot) -> np.ndarray[Any, Any]:
    """The rows in which no number stands that could stand there."""
    wrong = np.isinf(values)
    if sort_of(slot) == "whole":
        wrong |= np.isfinite(values) & (values != np.rint(values))
    return np.flatnonzero(wrong)


def _why_not(value: float, slot: Slot) -> str:
    try:
        taken(value, slot, limits=False)
    except Unfit as why:
        return str(why)
    return ""


def _read(value: object, slot: Slot) -> object:
    """A cell as a design's rows have it. Raises Unfit."""
    if isinstance(value, Cell):
        return from_text(value.text, slot, limits=False)
    if isinstance(value, str) and sort_of(slot) == "date":
        return from_text(value, slot, limits=False)
    return taken(value, slot, limits=False)
