"""Which of a scenario's conditions do it: each put into the calm scenario alone, and each taken out of the other.

The conditions for a forced exit are several at once. One at a time from both ends (Saltelli et al. 2008 call it a local
screening) shows which of them move the shares by themselves, and which are needed beside the others. All share their
luck, world by world, and each world's vector of the accepted set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.ask.questions import inputs_of
from sim.engine.ways import Engine
from sim.results.stats import paired_shares
from sim.scenario.load import load
from sim.scenario.parameters import parameters
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.result import Result

ENDS = CALM, OTHER = "status_quo", "forced_exit"
WITH, WITHOUT = "alone", "left out"
COLUMNS = ("number", "meaning", "value", "how", "outcome", "worlds", "here", "there", "difference", "low", "high")


def conditions(changes: Mapping[str, object] | None = None) -> dict[str, tuple[object, object]]:
    """The numbers in which the two scenarios differ: the calm one's value, the other's."""
    calm, other = ({name: value for name, value, _ in parameters(load(end, changes=changes))} for end in ENDS)
    return {name: (calm[name], value) for name, value in other.items() if calm[name] != value}


def scenarios(changes: Mapping[str, object] | None = None) -> dict[tuple[str, str], Scenario]:
    """The two, and beside them each condition alone, and the other without it, by condition and how."""
    calm, other = (load(name, changes=changes) for name in ENDS)
    found = {("", WITH): calm, ("", WITHOUT): other}
    for place, (name, (usual, value)) in enumerate(conditions(changes).items()):
        found[name, WITH] = calm.replace(**{"name": f"with_{place}", name: value})
        found[name, WITHOUT] = other.replace(**{"name": f"without_{place}", name: usual})
    return found


def run(
    *,
    worlds: int = 1000,
    seed: int = 1,
    workers: int = 1,
    changes: Mapping[str, object] | None = None,
    engine: Engine = "auto",
) -> Result:
    """All of them, in memory."""
    from sim.results.memory import in_memory
    from sim.runs.work import Way

    found = list(scenarios(changes).values())
    return in_memory(inputs_of(found, worlds=worlds, seed=seed, events="none"), Way(workers, engine=engine))


def moved(result: Result, changes: Mapping[str, object] | None = None) -> pd.DataFrame:
    """What each condition does to forced exits and to any decided end: with it less without it, in the same worlds."""
    import pandas as pd

    meanings = {name: about.meaning for name, _, about in parameters(load(OTHER, changes=changes))}
    ended = {str(name): rows.sort_values("world")["outcome"] for name, rows in result.worlds.groupby("scenario")}
    rows = []
    for place, (name, (_, value)) in enumerate(conditions(changes).items()):
        for how, here, there in ((WITH, f"with_{place}", CALM), (WITHOUT, OTHER, f"without_{place}")):
            for outcome in ("forced_exit", "decided"):
                one, two = (
                    (ended[end] == outcome if outcome == "forced_exit" else ended[end] != "us_stays").to_numpy(bool)
                    for end in (here, there)
                )
                gap = paired_shares(one, two)
                head = (name, meanings[name], value, how, outcome, len(one))
                rows.append((*head, float(one.mean()), float(two.mean()), *gap))
    return pd.DataFrame(rows, columns=list(COLUMNS))
