"""The rows of the record, read from the CSV files of ``evidence/``."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path

Row = dict[str, str]

FIRST_DAY = date(2023, 10, 17)
"""First day of the campaign against US forces in Iraq and Syria."""
LAST_DAY = date(2024, 1, 9)
"""Last day of the record: the day before the article."""


def folder() -> Path:
    """Where the CSV files are: inside an installed package, else at the top of the repository.

    FileNotFoundError where there is neither.
    """
    package = Path(__file__).resolve().parents[1]
    for place in (package / "_evidence", package.parents[1] / "evidence"):
        if (place / "attacks_cumulative.csv").is_file():
            return place
    raise FileNotFoundError("evidence/ is not beside the package: reinstall it, or run from the repository")


@cache
def rows(name: str) -> tuple[Row, ...]:
    """All rows of one file, such as ``rows("us_strikes")``, in the file's order. Do not change them."""
    with (folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def counted(name: str) -> list[Row]:
    """The rows of one file that count, by its column ``counted``."""
    return [row for row in rows(name) if row["counted"] == "yes"]


def sound(row: Row) -> bool:
    """Whether a row may carry a pattern alone: sourced, from no copy or outlet of one side, not read by us."""
    return row["weak"] == "no"


def day(row: Row, column: str = "date") -> date:
    """A row's date; ValueError where the cell is empty."""
    return date.fromisoformat(row[column])


def whole(text: str) -> int:
    """A count of a cell, 0 where nothing is known."""
    return int(text) if text else 0
