"""The accepted set: vectors of the uncertain numbers with which the model shows the record, all alike in weight.

``calibrate --accept`` makes it (:mod:`sim.evidence.accept`), and docs/accepted.md tells what is in it. A world that
draws from it takes one vector whole, since what the record tells apart is numbers together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_name("accepted.json")


@dataclass(frozen=True)
class Accepted:
    """The set as it stands in its file; ``found`` tells of each vector where it is from, and what it shows and misses.

    ``made`` says how the search was made: seed, budget, model, how many were tried.
    """

    names: tuple[str, ...]
    values: np.ndarray[Any, Any]  # a row a vector, a column a number
    found: tuple[Mapping[str, Any], ...]
    made: Mapping[str, Any]
    sum: str  # of the names and values, which are all that a history depends on

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def columns(self) -> dict[str, np.ndarray[Any, Any]]:
        """The values of each number, one a vector."""
        return dict(zip(self.names, np.ascontiguousarray(self.values.T), strict=True))

    @cached_property
    def spans(self) -> dict[str, tuple[float, float]]:
        """The lowest and the highest value of each number."""
        return {name: (float(values.min()), float(values.max())) for name, values in self.columns.items()}

    def vector(self, place: int) -> dict[str, float]:
        """The numbers of one vector, by dotted name."""
        return dict(zip(self.names, map(float, self.values[place]), strict=True))


@lru_cache(maxsize=1)
def accepted() -> Accepted:
    """The set that the model is shipped with."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Accepted:
    """The set that a file holds."""
    said = json.loads(text)
    vectors = said.pop("vectors")
    names, values = tuple(said.pop("numbers")), [one.pop("values") for one in vectors]
    told = json.dumps([names, values]).encode("ascii")
    return Accepted(
        names, np.array(values, float).reshape(-1, len(names)), tuple(vectors), said, sha256(told).hexdigest()[:16]
    )
