"""What the sentences of figures have in common: from the least to the most, and under which conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sim.show import phrases

if TYPE_CHECKING:
    from sim.results.result import Result


def reach(result: Result, values: Mapping[Any, float], write: Callable[[float], str]) -> str:
    """From the least to the most over scenarios: ``from 5.0 % under A to 33.3 % under B``.

    Where there is one scenario it is the value only. ``values`` are by a scenario's name; what is no number is left
    out.
    """
    labels = phrases.labels(result.whole)
    known = {str(name): value for name, value in values.items() if value == value}
    if not known:
        return "not known"
    low, high = min(known, key=lambda name: known[name]), max(known, key=lambda name: known[name])
    first, last = write(known[low]), write(known[high])
    if len(labels) == 1:
        return first
    if len(known) == 1:
        return f"{first} under {phrases.within(labels[low])}"
    if first == last:
        return f"{first} under {'both' if len(known) == 2 else f'all {len(known)}'} sets of conditions"
    return f"from {first} under {phrases.within(labels[low])} to {last} under {phrases.within(labels[high])}"
