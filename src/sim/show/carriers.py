"""Which numbers carry the answer: how outcomes go with the numbers that the worlds of a run drew (Q6).

Where a scenario has its worlds draw numbers, one run already holds many sets of assumptions beside one another. Each
number is correlated with each outcome over them (:mod:`sim.results.ranks`). All of it is worked out from the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from sim.results.ranks import correlations, stand_out
from sim.show import phrases

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.result import Result

FEWEST = 10
"""An outcome is looked at where it came about in so many worlds, and did not in so many."""
MOST_WORLDS = 10_000
"""The first so many worlds of a scenario are looked at: more make it no surer, since the draws are what is few."""
BY_CHANCE = 0.05
"""The share of 95 % intervals that leave zero out where there is nothing."""
COLUMNS = ("scenario", "outcome", "number", "rho", "low", "high", "worlds", "vectors", "stands")

_known: WeakKeyDictionary[Result, dict[str, pd.DataFrame]] = WeakKeyDictionary()
"""By result what was worked out, since table, figure, text and page ask for the same."""


def rank_correlations(result: Result) -> pd.DataFrame:
    """Spearman's rank correlation of each outcome with each number that the worlds drew, the largest first.

    By scenario and outcome that came about in at least 10 worlds and did not in at least 10; that the troops stay is
    left out, since it has the signs of any end turned. Columns: scenario, outcome, number, rho, low, high, worlds,
    vectors (how many different draws), stands (whether it stays away from zero when so many numbers were looked at).
    """
    import pandas as pd

    known = _known.setdefault(result.whole, {})
    for scenario in result.scenarios:
        if scenario.name not in known:
            known[scenario.name] = of_scenario(result, scenario.name)
    parts = [known[scenario.name] for scenario in result.scenarios]
    found = [part for part in parts if len(part)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)


def of_scenario(result: Result, name: str) -> pd.DataFrame:
    """The rows of one scenario."""
    import pandas as pd

    draws = result.drawn(name, MOST_WORLDS)
    numbers = draws.drop(columns=["world", "vector"], errors="ignore")
    numbers = numbers.loc[:, numbers.nunique() > 1]
    ended = ends(result, name, len(draws))
    if numbers.empty or not ended:
        return pd.DataFrame(columns=COLUMNS)
    clusters = draws["vector" if "vector" in draws else "world"].to_numpy(np.intp)
    found = correlations(numbers.to_numpy(float), np.column_stack(list(ended.values())), clusters)
    parts = []
    for place, outcome in enumerate(ended):
        columns = {field: getattr(found, field)[:, place] for field in ("rho", "low", "high")}
        about = {"worlds": len(draws), "vectors": len(np.unique(clusters)), "stands": stand_out(found.p[:, place])}
        table = pd.DataFrame({"scenario": name, "outcome": outcome, "number": numbers.columns, **columns, **about})
        size = table["rho"].abs().round(9)  # no more digits: which is first is the same on every machine
        parts.append(table.iloc[np.argsort(-size.to_numpy(), kind="stable")])
    return pd.concat(parts, ignore_index=True)


def ends(result: Result, name: str, worlds: int) -> dict[str, np.ndarray[Any, np.dtype[np.bool_]]]:
    """In which of the first worlds of a scenario each outcome came about: any end, then each that is no rarity."""
    outcome = result.worlds.loc[result.worlds["scenario"] == name, "outcome"].astype(str).to_numpy()[:worlds]
    found = {phrases.DECIDED: outcome != "us_stays", **{each: outcome == each for each in phrases.EXITS}}
    return {each: came for each, came in found.items() if FEWEST <= came.sum() <= worlds - FEWEST}


def largest(numbers: pd.DataFrame, most: int) -> pd.DataFrame:
    """Of each scenario and outcome the so many largest correlations, either way."""
    return numbers.groupby(["scenario", "outcome"], sort=False).head(most)


def away(numbers: pd.DataFrame) -> pd.Series[bool]:
    """Which intervals leave zero out."""
    return (numbers["low"] > 0) | (numbers["high"] < 0)


def meaning(name: str) -> str:
    """What a number is, in the words of the schema; nothing for a name that it does not have."""
    from sim.scenario.parameters import Slot, number_path

    path = number_path(name)
    slot = None if path is None else Slot.of_number(path)
    return "" if slot is None else phrases.clean(slot.about.meaning)


def nothing_drawn(result: Result) -> str:
    """Why there are no correlations, as a sentence, and what to do; nothing where there are."""
    if len(rank_correlations(result)):
        return ""
    if all(len(result.drawn(scenario.name, 1).columns) == 1 for scenario in result.scenarios):
        if any(map(phrases.draws_parameters, result.scenarios)):
            return "Another version of the model made this run, and what its worlds drew cannot be told by this one."
        return (
            "How outcomes go with the numbers that worlds draw: no scenario of this run has them draw any. With "
            'uncertainty = "accepted" in its file, or --set uncertainty=accepted, each world draws one of the vectors '
            "of numbers that show the record."
        )
    return (
        "How outcomes go with the numbers that worlds drew: under no conditions of this run did an outcome come about "
        f"in at least {FEWEST} worlds and not in at least {FEWEST}."
    )
