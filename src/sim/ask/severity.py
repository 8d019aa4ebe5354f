"""“It just depends on the severity of events on the ground”: forced exits against the dead of one scripted event (Q3).

One US strike in Baghdad that kills Iraqi civilians and state forces, or one attack that kills US troops, on one day, in
worlds that share their luck and everything else. Which event decides, and how many die, is scripted; what follows is
not. ``python -m sim.ask.severity`` prints the curves.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.ask.questions import inputs_of
from sim.engine.ways import ENGINES, Engine
from sim.results.stats import paired_shares, wilson
from sim.scenario.load import load
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.result import Result

CONDITIONS = ("status_quo", "forced_exit")
AFTER = timedelta(days=22)
"""From the first day to the event: 1 February 2024."""
STRIKE, ATTACK = "strike", "attack"
DEAD = {STRIKE: (0, 5, 10, 20, 40, 70, 100), ATTACK: (0, 1, 3, 10, 30, 100)}
"""How many die: Iraqi civilians and state forces in the strike, US troops in the attack."""
LEVELS = (0.1, 0.5)
WORLDS = 1000


def event(kind: str, dead: int, when: date) -> dict[str, Any]:
    """The scripted event, as a scenario file would have it."""
    if kind == STRIKE:
        return {"date": when, "kind": "strike", "rung": "strike in Iraq", "dead": dead, "civilians": dead}
    return {"date": when, "kind": "attack", "place": "Iraq", "dead": dead}


def scenarios(
    changes: Mapping[str, object] | None = None, tried: Mapping[str, Sequence[int]] = DEAD
) -> dict[tuple[str, str, int], Scenario]:
    """A scenario for each kind of event, condition and number of dead that is tried; these three are its key."""
    found = {}
    for name in CONDITIONS:
        calm = load(name, changes=changes)
        for kind, numbers in tried.items():
            for dead in numbers:
                script = [event(kind, dead, calm.start + AFTER)]
                named = {"name": f"{name}-{kind}-{dead}", "title": f"{calm.title}, {kind} with {dead} dead"}
                found[kind, name, dead] = calm.replace(**named, events=script)
    return found


def run(
    *,
    worlds: int = WORLDS,
    seed: int = 1,
    workers: int = 1,
    changes: Mapping[str, object] | None = None,
    tried: Mapping[str, Sequence[int]] = DEAD,
    engine: Engine = "auto",
) -> Result:
    """All of them, in memory: worlds of the same number share their draws."""
    from sim.results.memory import in_memory
    from sim.runs.work import Way

    found = list(scenarios(changes, tried).values())
    result = in_memory(inputs_of(found, worlds=worlds, seed=seed, events="none"), Way(workers, engine=engine))
    result.manifest["command"] = f"python -m sim.ask.severity --worlds {worlds} --seed {seed}"
    return result


def curves(result: Result) -> pd.DataFrame:
    """One row for each event, condition and number of dead: the share forced out, and its difference to none dead.

    ``low`` and ``high`` are Wilson's; ``gap_low`` and ``gap_high``, around ``difference``, Bonett and Price's for the
    same worlds. ``any_share``, with ``any_low`` and ``any_high``, is the share in which any end is decided.
    """
    import pandas as pd

    outcomes = {
        str(name): rows.sort_values("world")["outcome"] for name, rows in result.worlds.groupby("scenario", sort=False)
    }
    forced = {name: (ended == "forced_exit").to_numpy(bool) for name, ended in outcomes.items()}
    decided = {name: int((ended != "us_stays").sum()) for name, ended in outcomes.items()}
    rows = []
    for kind in DEAD:
        for name in CONDITIONS:
            head = f"{name}-{kind}-"
            tried = sorted(int(each.removeprefix(head)) for each in forced if each.startswith(head))
            for dead in tried:
                ours = forced[f"{head}{dead}"]
                count, worlds = int(ours.sum()), len(ours)
                gap = paired_shares(ours, forced[f"{head}{tried[0]}"])
                ends = decided[f"{head}{dead}"]
                any_end = (ends / worlds, *wilson(ends, worlds))
                rows.append((kind, name, dead, worlds, count, count / worlds, *wilson(count, worlds), *gap, *any_end))
    columns = (
        "event",
        "scenario",
        "dead",
        "worlds",
        "count",
        "share",
        "low",
        "high",
        "difference",
        "gap_low",
        "gap_high",
        "any_share",
        "any_low",
        "any_high",
    )
    return pd.DataFrame(rows, columns=list(columns))


class Passed(NamedTuple):
    """The number of dead at which a curve passes a level: of the share itself, and of the ends of its intervals.

    None where it is not reached within the numbers tried; 0 where it is passed with none dead.
    """

    at: float | None
    earliest: float | None
    latest: float | None


def passes(rows: pd.DataFrame, level: float) -> Passed:
    """Where one curve (rows of one event and condition, by number of dead) passes a level, on straight lines."""
    dead = [float(number) for number in rows["dead"]]
    return Passed(*(crossing(dead, [float(y) for y in rows[name]], level) for name in ("share", "high", "low")))


def crossing(x: Sequence[float], y: Sequence[float], level: float) -> float | None:
    """The first x at which y, joined by straight lines, is as high as the level; None where it never is."""
    if y[0] >= level:
        return x[0]
    for (x0, y0), (x1, y1) in pairwise(zip(x, y, strict=True)):
        if y1 >= level:
            return x0 + (x1 - x0) * (level - y0) / (y1 - y0)
    return None


def main() -> int:
    """Prints the curves as CSV."""
    from sim.runs.executors import cpus

    parser = argparse.ArgumentParser(prog="python -m sim.ask.severity", description=__doc__.partition("\n")[0])
    parser.add_argument("--worlds", type=int, default=WORLDS, help=f"worlds a point (default {WORLDS:,})")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=cpus())
    parser.add_argument("--engine", choices=ENGINES, default="auto", help="by what worlds are lived (default auto)")
    chosen = parser.parse_args()
    found = run(worlds=chosen.worlds, seed=chosen.seed, workers=chosen.workers, engine=chosen.engine)
    curves(found).to_csv(sys.stdout, index=False, lineterminator="\n", float_format="%.6g")
    return 0


if __name__ == "__main__":
    sys.exit(main())
