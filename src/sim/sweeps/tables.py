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
from sim.runs.columns import Column
from sim.runs.tables import weekly_rows
from sim.sweeps.store import COUNTS, NOBODY, Job, SweepFolder

POINT_COLUMNS = (
    Column("point", pa.int64(), "number of the point: the bases first, then the design's in its order, each once"),
    Column("id", pa.string(), "a hash of what the point says: the base, and each name with its value to the last bit"),
    Column("scenario", pa.string(), "name of its base"),
    Column("is_base", pa.bool_(), "whether it is the base itself"),
)
"""The columns of ``points`` before those of the names that the design changes."""
SHARE_COLUMNS = (
    Column("scenario", pa.string(), "name of the point's base"),
    Column("point", pa.int64(), "number of the point"),
    Column("outcome", pa.string(), "how the presence ended"),
    Column("worlds", pa.int64(), "worlds that were lived", "worlds"),
    Column("count", pa.int64(), "in how many of them it ended so", "worlds"),
    Column("share", pa.float64(), "count / worlds", "share", gaps=True),
    Column("low", pa.float64(), "lower end of the level's own 95 % interval (Wilson)", "share"),
    Column("high", pa.float64(), "its upper end", "share"),
    Column("base", pa.int64(), "number of the point that is its base"),
    Column("difference", pa.float64(), "the share less the base's, over the worlds that both have", "share", gaps=True),
    Column("diff_low", pa.float64(), "lower end of the difference's 95 % interval", "share"),
    Column("diff_high", pa.float64(), "its upper end", "share"),
    Column("paired", pa.bool_(), "whether worlds were compared one by one: they share their luck"),
    Column("failed", pa.int64(), "worlds that could not be lived", "worlds"),
)
SHARES = tuple(column.name for column in SHARE_COLUMNS)


def shares(store: SweepFolder, job: Job, failed: list[dict[str, Any]]) -> pd.DataFrame:
    """A row a point and outcome: its share with Wilson's interval, and its difference to the base of its scenario.

    With common luck worlds of one number are compared one by one (Bonett and Price 2012), else as unrelated ones
    (Newcombe 1998). ``failed`` worlds could not be lived; a point without any has no share.
    """
    lost = dict.fromkeys(job.mine, 0)
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
        ids = described(store, name)
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


def described(store: SweepFolder, name: str) -> list[str]:
    """The points of a file, by id."""
    from sim.disk.reading import json_of

    about = json_of((parquet.described(store.read(name)).schema_arrow.metadata or {}).get(b"cells", b"")) or {}
    return list(about["ids"])
