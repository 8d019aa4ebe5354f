"""Parquet from folders that anybody may have made: its schema and size are compared before its content is read.

A file of a few kilobytes can say that it holds 10^12 rows, or the same long text a million times. What is read here
takes memory in proportion to the file: at most :data:`ROWS_A_BYTE` and :data:`TEXT_A_BYTE` of it.

It is read without threads: Arrow waits for ever where the system lets it start none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROWS_A_BYTE = 8
"""At most so many rows for each byte of a file. Worlds and acts are numbered, and take more than a byte a row."""
TEXT_A_BYTE = 400
"""At most so many bytes of text, written out, for each byte of a file. The acts of a thousand worlds have about 30."""
SMALL = 1 << 20  # bytes of text, or rows, that any file may hold


class NotAsExpected(ValueError):
    """A Parquet file does not hold what stands in files of its kind. The text says what is wrong."""


def described(content: bytes) -> pq.ParquetFile:
    """The file in some bytes, of which only the description at its end has been read. Raises NotAsExpected."""
    try:
        return pq.ParquetFile(pa.BufferReader(content))
    except MemoryError:  # of Arrow's faults too: it is not the file that is at fault
        raise
    except (pa.ArrowException, OSError, ValueError, RecursionError) as fault:
        raise NotAsExpected(f"is no Parquet file ({first_line(fault)})") from None


def read(content: bytes, needed: Mapping[str, pa.DataType] | pa.Schema, *, rows: int | None = None) -> pa.Table:
    """The table in the bytes of a Parquet file.

    ``needed`` are columns that have to be there, each of its type: a schema means just these, in its order (the table
    then has that very schema), a mapping these and maybe others, of numbers or text. ``rows`` is how many there have to
    be. Raises NotAsExpected.
    """
    file = described(content)
    schema, number = file.schema_arrow, file.metadata.num_rows
    check(schema, needed)
    if rows is not None and number != rows:
        raise NotAsExpected(f"holds {number:,} rows where {rows:,} are expected")
    if number > max(SMALL, ROWS_A_BYTE * len(content)):
        raise NotAsExpected(f"says that it holds {number:,} rows, more than there can be")
    try:
        texts, most = texts_of(file), max(SMALL, TEXT_A_BYTE * len(content))
        if sum(size for _, size in texts) > most:  # each text once, as the file has them
            raise NotAsExpected(f"says that its texts take more than {most:,} bytes, out of {len(content):,}")
        if number * sum(size for _, size in texts) > SMALL:
            measure(content, [name for name, _ in texts], most)
        table = file.read(use_threads=False)
        return table.cast(needed.with_metadata(table.schema.metadata)) if isinstance(needed, pa.Schema) else table
    except (NotAsExpected, MemoryError):
        raise
    except (pa.ArrowException, OSError, ValueError) as fault:
        raise NotAsExpected(f"cannot be read ({first_line(fault)})") from None


def check(schema: pa.Schema, needed: Mapping[str, pa.DataType] | pa.Schema) -> None:
    """Raises NotAsExpected where columns are missing, or are of another type."""
    exact = isinstance(needed, pa.Schema)
    wanted = dict(zip(needed.names, needed.types, strict=True)) if isinstance(needed, pa.Schema) else dict(needed)
    names = schema.names
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise NotAsExpected(f"has the column {min(twice)!r} twice")
    lacking = [name for name in wanted if name not in names]
    if lacking:
        raise NotAsExpected(f"lacks the column {', '.join(lacking[:3])}")
    if exact and names != list(wanted):
        raise NotAsExpected("has other columns than are expected, or in another order")
    for field in schema:
        expected = wanted.get(field.name)
        if expected is None:
            kinds = (pa.types.is_integer, pa.types.is_floating, pa.types.is_string, pa.types.is_boolean)
            if not any(kind(field.type) for kind in kinds):
                raise NotAsExpected(f"has a column {field.name!r} of {field.type}")
        elif not alike(field.type, expected):
            raise NotAsExpected(f"has {field.type} in the column {field.name!r} where {expected} is expected")


def alike(one: Any, other: Any) -> bool:
    """Whether two types are the same but for what Parquet calls the entries of a list."""
    if pa.types.is_list(one) and pa.types.is_list(other):
        return alike(one.value_type, other.value_type)
    if pa.types.is_struct(one) and pa.types.is_struct(other):
        mine, theirs = list(one), list(other)
        return len(mine) == len(theirs) and all(
            a.name == b.name and alike(a.type, b.type) for a, b in zip(mine, theirs, strict=True)
        )
    return bool(one == other)


def texts_of(file: pq.ParquetFile) -> list[tuple[str, int]]:
    """Each column of text, also inside lists, with the bytes that its pages say they take."""
    about = file.metadata
    found: dict[str, int] = {}
    for place in range(about.num_columns):
        column = file.schema.column(place)
        if column.physical_type in ("BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"):
            sizes = (
                about.row_group(group).column(place).total_uncompressed_size for group in range(about.num_row_groups)
            )
            found[column.path] = sum(sizes)
    return list(found.items())


def measure(content: bytes, names: list[str], most: int) -> None:
    """Raises NotAsExpected where texts would be longer than ``most`` bytes if each were written out.

    They are read as dictionaries, in which a text stands once however often it occurs.
    """
    file, size = pq.ParquetFile(pa.BufferReader(content), read_dictionary=names), 0
    for group in range(file.num_row_groups):  # each has dictionaries of its own
        for column in file.read_row_group(group, columns=names, use_threads=False).columns:
            size += sum(length_of(leaf) for chunk in column.chunks for leaf in leaves(chunk))
    if size > most:
        raise NotAsExpected(f"would take {size:,} bytes, out of {len(content):,}")


def leaves(array: pa.Array) -> Iterator[pa.Array]:
    """The arrays of text of which an array, maybe of lists of records, is made."""
    if pa.types.is_list(array.type):
        yield from leaves(array.flatten())
    elif pa.types.is_struct(array.type):
        for place in range(array.type.num_fields):
            yield from leaves(array.field(place))
    else:
        yield array


def length_of(texts: pa.Array) -> int:
    """How many bytes the texts of an array take, each written out."""
    if pa.types.is_dictionary(texts.type):
        lengths = pc.take(pc.binary_length(texts.dictionary), texts.indices)
    else:
        lengths = pc.binary_length(texts)
    return pc.sum(lengths.cast(pa.int64())).as_py() or 0


def first_line(fault: BaseException) -> str:
    """What a library says of a fault, in a line."""
    lines = str(fault).strip().splitlines()
    return lines[0][:200] if lines else type(fault).__name__
