"""The table of ablations: docs/ablations.json, and what docs/validation.md shows of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.docs import DOCS
from sim.docs.markdown import code, table
from sim.evidence.ablate import CONDITIONS, DECIDED, made_of
from sim.show import phrases

FILE = "ablations.json"
PAGE = "validation.md"


def kept(folder: Path = DOCS) -> dict[str, Any] | None:
    """What docs/ablations.json holds; None where there is none."""
    path = folder / FILE
    found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    return found


def stale(folder: Path = DOCS) -> str:
    """Why the table is not that of the model as it is; nothing where it is."""
    found = kept(folder)
    if found is None:
        return f"there is no docs/{FILE}"
    return "" if found["made_of"] == made_of() else f"docs/{FILE} was made by another model, or of other ablations"


def as_json(found: Mapping[str, Any]) -> str:
    """The text of docs/ablations.json."""
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def gap(told: Mapping[str, float]) -> str:
    """A paired difference in points with its interval; ``0`` where as many worlds end so as by default."""
    if told["difference"] == 0.0:
        return "0"
    return f"{phrases.points(told['difference'])} ({phrases.points(told['low'])} to {phrases.points(told['high'])})"


def block(found: Mapping[str, Any]) -> str:
    """Both tables in Markdown: patterns and any decided end, then forced and negotiated exits."""
    labels = [phrases.within(phrases.CONDITIONS[name]) for name in CONDITIONS]
    rows, endings = [], []
    for one in found["ablations"]:
        gaps = {
            measure: [gap(one["shares"][name][measure]) for name in CONDITIONS]
            for measure in ("forced_exit", "negotiated_exit", DECIDED)
        }
        lost, gained = (", ".join(map(code, one[part])) for part in ("lost", "gained"))
        says = f"{one['says']}; **this moves nothing at all**" if one["changes_nothing"] else one["says"]
        moved = " / ".join(phrases.percent(one["worlds_moved"][name]) for name in CONDITIONS)
        rows.append((one["name"], says, lost or "none", gained or "none", *gaps[DECIDED], moved))
        endings.append((one["name"], *gaps["forced_exit"], *gaps["negotiated_exit"]))
    ends = (f"any decided end, {label}" for label in labels)
    heads = ("switched off", "so that", "patterns lost", "gained", *ends, "worlds in which anything differs")
    more = ("switched off", *(f"{what}, {label}" for what in ("forced", "negotiated") for label in labels))
    default = found["default"]
    shares = phrases.listed(
        [
            f"{phrases.percent(default['shares'][name][DECIDED]['share'])} under {label}"
            for name, label in zip(CONDITIONS, labels, strict=True)
        ]
    )
    said = (
        f"{len(rows)} mechanisms, each switched off alone by numbers of the schema (`src/sim/evidence/ablate.py`), "
        f"in {found['hindcast_worlds']:,} worlds of each hindcast and {found['worlds']:,} of each scenario, the same "
        f"worlds with and without. With all of them {len(default['inside'])} of the patterns above lie in their bands, "
        f"and an end is decided in {shares}. Differences are in percentage points, paired, with 95 % intervals "
        "(chance only); 0 where as many worlds end so with the mechanism as without, most often the same ones. "
        "A pattern that lies close to the edge of its band is lost easily. "
        "The effect on endings is no reason to keep or cut a mechanism."
    )
    return f"{said}\n\n{table(heads, rows)}\nForced and negotiated exits apart:\n\n{table(more, endings)}"
