"""The tables of a finished sweep: its points, the shares of each with intervals, and the weekly series asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.engine.observe import quantities
from sim.model.outcomes import OUTCOMES
from sim.results.stats import paired_counts, unpaired_shares, wilson
from sim.runs import parquet
from sim.runs.tables import weekly_rows
from sim.sweeps.store import COUNTS, NOBODY, Job, SweepFolder

SHARES = (
    "scenario", "point", "outcome", "worlds", "count", "share", "low", "high", "base", "difference", "diff_low",
    "diff_high", "paired", "failed",
)  # fmt: skip


def shares(store: SweepFolder, job: Job, failed: list[dict[str, Any]]) -> pd.DataFrame:
    """A row a point and outcome: its share with Wilson's interval, and its difference to the base of its scenario.

    With common luck worlds of one number are compared one by one (Bonett and Price 2012), else as unrelated ones
    (Newcombe 1998). ``failed`` worlds could not be lived; a point without any has no share.
    """
    lost = {number: 0 for number in job.mine}
    for one in failed:
        if one.get("what") == "block":
            for number in one["points"]:
                lost[number] = lost.get(number, 0) + one["worlds"] // max(1, len(one["points"]))
    nothing = np.full(0, NOBODY, np.uint8)
    rows: list[tuple[Any, ...]] = []
    for number in job.mine:
        point = job.points.all[number]
        mine = store.outcomes.get(point.id, nothing)
        base = store.outcomes.get(job.points.all[point.base].id, nothing)
        some, other = mine[mine != NOBODY], base[base != NOBODY]
        common = min(len(mine), len(base))
        both = (mine[:common] != NOBODY) & (base[:common] != NOBODY)
        one, two = mine[:common][both], base[:common][both]
        paired = job.luck == "common" and len(one) > 0
        for code, outcome in enumerate(OUTCOMES):
            count = int((some == code).sum())
            share = count / len(some) if len(some) else float("nan")
            if paired:
                up, down = int(((one == code) & (two != code)).sum()), int(((one != code) & (two == code)).sum())
                gap = paired_counts(up, down, len(one))
            else:
                gap = unpaired_shares(count, len(some), int((other == code).sum()), len(other))
            rows.append(
                (job.points.bases[point.base].name, number, outcome, len(some), count, share,
                 *wilson(count, len(some)), point.base, *gap, paired, lost.get(number, 0))
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(SHARES))


def weekly(store: SweepFolder, job: Job, names: list[str]) -> pa.Table:
    """Per point, week and quantity: mean and quantiles over its worlds, made of counts in fixed bins."""
    numbers = job.points.number_of
    parts: list[pa.Table] = []
    for name in names:
        ids, ranges = described(store, name)
        table = parquet.read(store.read(name, weekly=True), COUNTS).to_pandas()
        table["number"] = np.array([numbers[one] for one in ids])[table["place"].to_numpy()]
        for number, mine in table.groupby("number", sort=True):
            point = job.points.all[int(str(number))]
            scenario = next(g.scenario for g in job.points.groups if point in g.points)
            known = quantities(scenario)
            weeks = -(-scenario.days // 7)
            for quantity in job.weekly:
                of_it = mine[mine["quantity"] == quantity]
                counts = np.zeros((weeks, len(known[quantity].edges) - 1), np.int64)
                np.add.at(counts, (of_it["week"].to_numpy(), of_it["bin"].to_numpy()), of_it["count"].to_numpy())
                base = job.points.bases[point.base].name
                for one in weekly_rows(base, known[quantity], counts):
                    parts.append(one.add_column(1, "point", pa.array(np.full(len(one), point.number, np.int64))))
    return pa.concat_tables(parts).combine_chunks() if parts else pa.table({})


def described(store: SweepFolder, name: str) -> tuple[list[str], list[list[int]]]:
    """The points of a file, by id, and the worlds of each."""
    from sim.disk.reading import json_of

    about = json_of((parquet.described(store.read(name)).schema_arrow.metadata or {}).get(b"cells", b"")) or {}
    return list(about["ids"]), list(about["worlds"])
