"""The columns of a run's tables: of each its type, its unit and what it means.

The Parquet files carry unit and meaning with every field, and docs/data.md is made from what stands here, so that page
and files cannot differ. Plain pandas reads whole numbers that may be missing as whole numbers (Int64), by the note that
it leaves in files of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa

DAYS = ("outcome_day", "completion_day")
"""Columns of ``worlds`` that only the worlds have in which something was decided."""
NO_MEASURES = (*DAYS, "seed", "vector")
"""Numbers in ``worlds`` of which a mean over all worlds says nothing."""
WHOLE = (*DAYS, "troops_end", "after_sanctions")
"""Columns of ``worlds`` that hold whole numbers, though the model reckons with fractions."""


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str
    type: pa.DataType
    meaning: str
    """In Markdown."""
    unit: str = ""
    gaps: bool = False
    """Whether it may be empty."""

    @property
    def field(self) -> pa.Field:
        """The column as Arrow and Parquet have it, with ``unit`` (where it has one) and ``meaning``."""
        about = {"unit": self.unit, "meaning": self.meaning}
        return pa.field(self.name, self.type, metadata={key: said for key, said in about.items() if said})

    @property
    def kind(self) -> str:
        """Its type in words."""
        return f"{_said(self.type)}{', or empty' if self.gaps else ''}"


_KINDS: tuple[tuple[Any, str, str], ...] = (
    (pa.types.is_string, "text", "texts"),
    (pa.types.is_integer, "whole number", "whole numbers"),
    (pa.types.is_floating, "number", "numbers"),
    (pa.types.is_boolean, "true or false", "true or false"),
    (pa.types.is_date, "date", "dates"),
    (pa.types.is_struct, "record", "records"),
)


def _said(kind: pa.DataType, several: bool = False) -> str:
    """A type in words."""
    if pa.types.is_list(kind):
        return f"list of {_said(kind.value_type, several=True)}"
    return next(many if several else one for is_so, one, many in _KINDS if is_so(kind))


SHARES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
"""Quantiles of a weekly quantity, by the name of their column."""
_OF_QUANTITY = "that of the quantity"

WEEKLY_COLUMNS = (
    Column("scenario", pa.string(), "name of the scenario"),
    Column(
        "week", pa.int64(), "number of the week from 0; week w holds the days 7w to 7w + 6", "weeks since the start"
    ),
    Column(
        "quantity", pa.string(), "which quantity, as below; for a ladder one row a rung, such as `rung/iraq/silence`"
    ),
    Column(
        "mean",
        pa.float64(),
        "mean over worlds (from the middles of the bins); of a rung the share of worlds whose highest it was",
        _OF_QUANTITY,
        gaps=True,
    ),
    *(
        Column(name, pa.float64(), meaning, _OF_QUANTITY, gaps=True)
        for name, meaning in (
            ("q05", "5 % of the worlds lie below this (on a straight line within its bin); empty for a rung"),
            ("q25", "25 % lie below"),
            ("q50", "the median world"),
            ("q75", "75 % lie below"),
            ("q95", "95 % lie below"),
        )
    ),
)

ACCOUNT = pa.struct(
    [
        ("state", pa.string()),
        ("level", pa.float64()),
        ("source", pa.string()),
        ("act", pa.int32()),
        ("share", pa.float64()),
    ]
)
"""A source of the level of a state. The shares of a state's sources add up to its level."""

EVENT_COLUMNS = (
    Column("scenario", pa.string(), "name of the scenario"),
    Column("world", pa.int64(), "number of the world"),
    Column("event", pa.int32(), "number of the event in its world, from 0 in the order they happened"),
    Column(
        "day", pa.int32(), "day, from 0 at the scenario's start; negative in the past before it", "days since the start"
    ),
    Column("date", pa.date32(), "the same as a date"),
    Column("actor", pa.string(), "who acted"),
    Column(
        "act",
        pa.string(),
        "what they did; `stands under pressure` is no act: a row a week that says what the pressure on the "
        "government is made of, and on which rung it stands",
    ),
    Column("rung", pa.string(), "on which rung of their ladder, or how"),
    Column(
        "rule",
        pa.string(),
        "the rule that decided, `part.function` in src/sim/model/; `scripted` for what was given by date, "
        "`a replaced choice: …` for what somebody's function chose",
    ),
    Column("scripted", pa.bool_(), "whether it was given by date, by the scenario or the record, rather than drawn"),
    Column(
        "causes",
        pa.list_(pa.int32()),
        "numbers of the earlier acts of this world that it came from: those in its `accounts`, and those that it "
        "follows directly",
    ),
    Column(
        "terms",
        pa.string(),
        "the named numbers that decided, as JSON; of a choice of the government each term of its utility",
    ),
    Column(
        "accounts",
        pa.list_(ACCOUNT),
        "the states that carry the act, by source: a list of {`state`, `level`, `source`, `act`, `share`}; the "
        "shares of one state add up to its level. `source` is `act` (then `act` is the number of an earlier event of "
        "this world), `base`, `front gaza` and the like, `older` (all sources below .01), or what else the model "
        "names; `act` is empty where the source is no event",
    ),
)

WEEKLY = pa.schema([column.field for column in WEEKLY_COLUMNS])
EVENTS = pa.schema([column.field for column in EVENT_COLUMNS])


_SEED = "the seed: by scenario, seed and number a world is the same history again"
_VECTOR = "which vector of the accepted set the world drew, from 0; empty where the scenario draws none"


@cache
def world_columns() -> dict[str, Column]:
    """The columns of ``worlds`` by name, in their order: the model's own, and before them what they are rows of."""
    from sim.engine.observe import WORLD_COLUMNS

    types = {"int": pa.int64(), "float": pa.float64(), "str": pa.string()}
    found = [Column("scenario", pa.string(), "name of the scenario")]
    for model in WORLD_COLUMNS.values():
        kind = pa.int64() if model.name in WHOLE else types[model.dtype]
        gaps = model.name in DAYS or model.name.startswith("after_")
        found.append(Column(model.name, kind, model.meaning, model.unit.strip("-"), gaps))
        if model.name == "world":
            found += [Column("seed", pa.int64(), _SEED), Column("vector", pa.int64(), _VECTOR, gaps=True)]
    return {column.name: column for column in found}


def world_schema(fields: Iterable[tuple[str, pa.DataType]]) -> pa.Schema:
    """The schema of a ``worlds`` table of these columns, with what plain pandas has to know of them."""
    known = world_columns()
    made = [
        pa.field(name, kind, metadata=known[name].field.metadata if name in known else None) for name, kind in fields
    ]
    return pa.schema(made, metadata={"pandas": _for_pandas(made)})


def _for_pandas(fields: Iterable[pa.Field]) -> str:
    """What pandas notes of its columns in a Parquet file: the same for the same columns, whatever pandas reads it."""
    names = {pa.string(): ("unicode", "str"), pa.float64(): ("float64", "float64")}
    known = world_columns()
    columns = []
    for field in fields:
        gaps = field.name in known and known[field.name].gaps
        kind, numpy = names.get(field.type) or ("int64", "Int64" if gaps else "int64")
        columns.append(
            {"name": field.name, "field_name": field.name, "pandas_type": kind, "numpy_type": numpy, "metadata": None}
        )
    return json.dumps({"index_columns": [], "column_indexes": [], "columns": columns})
