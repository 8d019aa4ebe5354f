"""An exact record of how the model behaves: a few worlds, a handful of numbers each, to the last bit.

It changes only on purpose. After a change of rules or defaults that is meant to move results, write it anew with

    python -m sim.docs.remake baseline

from the top of the repository, look at what moved, and commit it with the change.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from sim.disk.writing import put
from sim.engine.blocks import forget
from sim.engine.mesa import WithdrawalModel
from sim.engine.pasts import Pasts, key_of
from sim.scenario.load import load

FILE = Path(__file__).with_name("baseline.json")
SCENARIOS = ("status_quo", "negotiated_exit", "forced_exit")
WORLDS = range(5)
DAYS = 120
SEED = 1


def histories() -> dict[str, dict[str, list[Any]]]:
    """The numbers of every scenario, a list over worlds each: what the record holds."""
    found, pasts = {}, Pasts()  # they have one past
    for name in SCENARIOS:
        scenario = load(name, changes={"days": DAYS})
        past = key_of(scenario, SEED, WORLDS)
        model = WithdrawalModel(scenario, seed=SEED, worlds=WORLDS, lived=pasts.get(past))
        pasts.keep(past, model.keep())
        while model.running:
            model.step()
        counts = model.counts
        found[name] = {
            "pressure": exact(model.iraq.pressure),
            "highest pressure": exact(model.counts["pressure_max"]),
            "credibility": exact(model.iraq.credibility),
            "mood": exact(model.iraq.mood),
            "go-ahead": exact(model.iran.order),
            "exposure": exact(model.iran.exposure),
            "stress": exact(model.united_states.stress),
            "fear of the first group": exact(model.groups[0].fear),
            "anger of the second": exact(model.groups[1].anger),
            "camp for the US": exact(model.public.camp_us),
            "influence of Iran": exact(model.public.influence_iran),
            "rung": exact(model.iraq.rung),
            "outcome": exact(model.presence.outcome),
            **{
                name: exact(counts[name])
                for name in ("attacks_iraq", "attacks_syria", "us_wounded", "us_strikes", "talks_rounds", "threats")
            },
        }
        forget(model)
    return found


def exact(value: Any) -> list[Any]:
    """A number of each world, so written that no bit is lost."""
    entries = np.broadcast_to(np.asarray(value), (len(WORLDS),)).tolist()
    return [(entry + 0.0).hex() if isinstance(entry, float) else int(entry) for entry in entries]


def readable(entry: Any) -> str:
    """A recorded number as people read it."""
    return f"{float.fromhex(entry):.12g}" if isinstance(entry, str) else str(entry)


def write() -> None:
    """Write the record anew."""
    text = json.dumps(histories(), indent=1, ensure_ascii=False)
    put(FILE, text + "\n")


if __name__ == "__main__":
    write()
    print(f"written: {FILE.name}")
