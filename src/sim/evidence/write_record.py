"""Write the record as scripted events: ``python -m sim.evidence.write_record`` makes sim/scenario/record.toml.

The scenarios' common past is data of the scenario package, so that the model needs no evidence folder to run;
tests/evidence proves that the file is what the evidence gives.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from sim.evidence.record import Place, RecordedAct, RecordedAttack, RecordedStrike, record

FILE = Path(__file__).parents[1] / "scenario" / "record.toml"
_HEAD = """\
# The record of 7 October 2023 to 9 January 2024 as scripted events: the past that every scenario from
# 10 January 2024 shares. Made from evidence/ by `python -m sim.evidence.write_record`; not edited by hand.
"""


def record_toml() -> str:
    """The record in the form of a scenario file's ``[[events]]``."""
    quiet: Counter[tuple[date, Place]] = Counter()
    tables: list[tuple[date, int, dict[str, object]]] = []
    for event in record():
        if isinstance(event, RecordedAttack):
            if event.dead or event.wounded:
                tables.append(
                    (
                        event.date,
                        0,
                        {"kind": "attack", "place": event.place, "dead": event.dead, "wounded": event.wounded},
                    )
                )
            else:
                quiet[event.date, event.place] += 1
        elif isinstance(event, RecordedStrike):
            tables.append((event.date, 1, _strike(event)))
        else:
            tables.append((event.date, 2, _act(event)))
    for (day, place), count in quiet.items():
        tables.append((day, 0, {"kind": "attack", "place": place, "count": count}))
    tables.sort(
        key=lambda table: (table[0], table[1], str(table[2].get("place")), int(str(table[2].get("wounded", 0))))
    )
    return _HEAD + "".join(_table(day, values) for day, _, values in tables)


def _strike(event: RecordedStrike) -> dict[str, object]:
    if not event.deliberate:
        return {"kind": "self_defence", "group": event.group, "dead": event.killed}
    return {
        "kind": "strike",
        "rung": event.rung,
        "group": event.group,
        "dead": event.killed,
        "civilians": event.civilians_and_state_forces,
    }


def _act(event: RecordedAct) -> dict[str, object]:
    if event.actor == "politicians":
        return {"kind": "call", "note": event.summary}
    if event.rung == "special committee":
        return {"kind": "committee", "note": event.summary}
    return {"kind": "statement", "rung": event.rung, "note": event.summary}


def _table(day: date, values: dict[str, object]) -> str:
    lines = [
        f"{name} = {value}" if isinstance(value, int) else f'{name} = "{value}"'
        for name, value in values.items()
        if value != ""
    ]
    return "\n".join(["", "[[events]]", f"date = {day.isoformat()}", *lines, ""])


if __name__ == "__main__":
    FILE.write_text(record_toml(), encoding="utf-8", newline="\n")
