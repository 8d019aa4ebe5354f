"""What a block of worlds came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Block:
    """What some worlds of a scenario came to.

    ``worlds``: a column each, one entry per world (see ``WORLD_COLUMNS``). ``weekly``: for each quantity the
    number of worlds by week and bin, so that blocks add up. ``events``: the event log in columns, or None.
    """

    worlds: dict[str, np.ndarray[Any, Any]]
    weekly: dict[str, np.ndarray[Any, Any]]
    events: dict[str, list[Any]] | None
