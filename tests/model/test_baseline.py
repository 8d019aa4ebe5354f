"""The model behaves to the bit as recorded in baseline.json; what is meant to change it writes that anew."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from model.baseline import DAYS, FILE, SCENARIOS, WORLDS, exact, histories, readable


def test_the_model_behaves_as_recorded() -> None:
    recorded: dict[str, dict[str, list[Any]]] = json.loads(FILE.read_text(encoding="utf-8"))
    found = histories()
    moved = [
        f"{scenario}, world {world}, {name}: {readable(old)} -> {readable(new)}"
        for scenario in found
        for name, entries in found[scenario].items()
        for world, (old, new) in enumerate(
            zip(recorded.get(scenario, {}).get(name, ["0x0p+0"] * len(WORLDS)), entries, strict=True)
        )
        if old != new
    ]
    again = "If this was meant: python -m sim.docs.remake, and say `results change` in the changelog."
    assert not moved, "\n".join([f"{len(moved)} numbers moved.", *moved[:20], again])
    assert recorded == found, again


def test_the_record_says_something() -> None:
    recorded = json.loads(FILE.read_text(encoding="utf-8"))
    assert tuple(recorded) == SCENARIOS
    assert DAYS >= 120
    for numbers in recorded.values():
        assert all(len(entries) == len(WORLDS) for entries in numbers.values())
        assert len(set(numbers["pressure"])) > 1
        assert sum(numbers["attacks_iraq"]) > 20
    assert len({json.dumps(numbers) for numbers in recorded.values()}) == len(SCENARIOS)


def test_a_number_is_recorded_to_its_last_bit() -> None:
    one, next_ = np.full(5, 0.1), np.full(5, np.nextafter(0.1, 1.0))
    assert exact(one) != exact(next_)
    assert [float.fromhex(entry) for entry in exact(one)] == one.tolist()
