"""The same of many worlds: which kinds of event are necessary for an exit, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from sim.ask.butfor.events import LEAST, MOST, YARDSTICKS, pivotal, yardsticks
from sim.ask.butfor.kinds import KINDS, YARDSTICK
from sim.ask.butfor.verdicts import Verdict, all_of, judged
from sim.ask.histories import Lived, lived
from sim.engine.fingerprint import model_hash
from sim.scenario.load import fingerprint, load
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

CONDITIONS = ("status_quo", "negotiated_exit", "forced_exit")
EXITS = ("forced_exit", "negotiated_exit")
WORLDS = 3000
HISTORIES = 150
AT_ONCE = 40
"""So many histories are lived with their logs in one block, and then their variants in another."""
COLUMNS = (
    "scenario", "outcome", "kind", "histories", "with_it",
    "alone", "alone_share", "alone_low", "alone_high",
    "all", "all_share", "all_low", "all_high",
    "events", "events_necessary", "events_share",
)  # fmt: skip
ANY = "any event"


def study(
    scenario: Scenario, outcome: str, *, worlds: int = WORLDS, histories: int = HISTORIES, seed: int = 1
) -> tuple[list[Lived], list[list[Verdict]]]:
    """The first so many of a scenario's worlds that end so, with the verdicts on their events and on whole kinds."""
    from sim.engine.blocks import simulate

    ended = simulate(scenario, seed=seed, worlds=range(worlds), engine="auto").worlds
    chosen = [int(world) for world in ended["world"][ended["outcome"] == outcome][:histories]]
    found: list[Lived] = []
    said: list[list[Verdict]] = []
    for first in range(0, len(chosen), AT_ONCE):
        some = lived(scenario, seed=seed, worlds=chosen[first : first + AT_ONCE])
        kinds = [kind for kind in KINDS if kind != YARDSTICK]
        asked = [[*pivotal(one), *yardsticks(one), *(all_of(kind, one) for kind in kinds)] for one in some]
        said += judged(some, asked)
        found += [replace(one, acts=(), course=()) for one in some]  # their logs are large
    return found, said


def by_kind(scenario: str, outcome: str, said: Sequence[Sequence[Verdict]]) -> pd.DataFrame:
    """How often events of each kind were necessary, over histories that end so; Wilson's 95 % intervals.

    ``with_it``: histories with a pivotal event of the kind; ``alone``: those in which at least one such event was
    necessary by itself; ``all``: those that end otherwise without any event of the kind. ``events`` are all of the kind
    that were held back one by one, in all histories together. The first row is of events of any kind, the yardstick
    left out.
    """
    import pandas as pd

    from sim.results.stats import wilson

    rows = []
    for kind in (ANY, *KINDS):
        mine = [
            [one for one in each if one.event.kind == kind or (kind == ANY and one.event.kind != YARDSTICK)]
            for each in said
        ]
        single = [[one for one in each if one.event.act >= 0] for each in mine]
        whole = [[one for one in each if one.event.act < 0] for each in mine]
        alone = sum(any(one.necessary for one in each) for each in single)
        together = sum(any(one.necessary for one in each) for each in whole)
        count = len(said)
        parts = [
            part
            for hits in (alone, together)
            for part in (hits, hits / count if count else float("nan"), *wilson(hits, count))
        ]
        events = [one.necessary for each in single for one in each]
        of_events = (len(events), sum(events), sum(events) / len(events) if events else float("nan"))
        rows.append((scenario, outcome, kind, count, sum(map(bool, single)), *parts, *of_events))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def table(*, worlds: int = WORLDS, histories: int = HISTORIES, seed: int = 1, workers: int = 1) -> pd.DataFrame:
    """The three conditions and both exits, one after the other, or as many at once as there are workers."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    import pandas as pd

    jobs = [(name, outcome, worlds, histories, seed) for name in CONDITIONS for outcome in EXITS]
    if workers == 1:
        parts = [_rows(*job) for job in jobs]
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            parts = list(pool.map(_rows, *zip(*jobs, strict=True)))
    return pd.concat(parts, ignore_index=True)


def _rows(name: str, outcome: str, worlds: int, histories: int, seed: int) -> pd.DataFrame:
    """The rows of one condition and one exit."""
    _, said = study(load(name), outcome, worlds=worlds, histories=histories, seed=seed)
    return by_kind(name, outcome, said)


def made_of() -> str:
    """What the table rests on beside its numbers of worlds: model, scenarios, kinds, and how many events are tried."""
    said = [model_hash(), *(fingerprint(load(name)) for name in CONDITIONS), *KINDS, repr((MOST, LEAST, YARDSTICKS))]
    return sha256(" ".join(said).encode("utf-8")).hexdigest()[:16]
