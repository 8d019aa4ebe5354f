"""The generated block of docs/validation.md: every pattern with its parts, as src/sim/evidence/patterns.py has them."""

from __future__ import annotations

import math

from sim.docs.markdown import code, table
from sim.evidence.patterns import PATTERNS, Part, Pattern

KINDS = {"counted": "", "new": "new", "input": "given, not counted"}


def patterns() -> str:
    """One row a part: what is measured, what was observed, the band, and what the one value is counted as."""
    heads = ("id", "what is measured", "hindcast", "part", "observed", "band for the model", "scored as", "")
    return table(
        heads, [_row(pattern, part, at) for pattern in PATTERNS.values() for at, part in enumerate(pattern.parts)]
    )


def _row(pattern: Pattern, part: Part, at: int) -> tuple[str, ...]:
    first = at == 0
    low, high = part.band
    band = f"{short(low)} or more" if math.isinf(high) else f"{short(low)} to {short(high)}"
    if pattern.holds_day is not None:
        band = "within the 10th to 90th percentile of worlds"
    scored = "one world" if part.score is None else f"{short(part.score.observed)}: {part.score.says}"
    return (
        code(pattern.id) if first else "",
        pattern.says if first else "",
        code(pattern.hindcast.removeprefix("history/")) if first else "",
        part.says,
        "only there" if math.isinf(part.observed) else short(part.observed),
        band,
        scored,
        KINDS[pattern.kind] if first else "",
    )


def short(value: float) -> str:
    """Three digits."""
    return f"{value:.3g}".replace("-", "−")


BLOCKS = {"patterns": patterns}
