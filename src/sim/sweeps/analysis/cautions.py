"""What has to be said beside the numbers of a sweep, as sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.sweeps.analysis.ends import is_paired

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 20
"""Worlds behind a share; with fewer its interval is too wide to say anything."""


def cautions(points: pd.DataFrame, shares: pd.DataFrame, rows: Iterable[int]) -> list[str]:
    """Sentences on few worlds, uneven worlds, common luck, failed and refused points; none where there is nothing."""
    each = shares.drop_duplicates("point")
    lived, failed, refused = each["worlds"].to_numpy(int), int(each["failed"].sum()), sum(1 for row in rows if row < 0)
    said = []
    few, none = int(((lived < FEWEST) & (lived > 0)).sum()), int((lived == 0).sum())
    if few:
        said.append(
            f"{few:,} of {len(each):,} points {'has' if few == 1 else 'have'} fewer than {FEWEST} worlds: a share of "
            "so few says next to nothing alone."
        )
    if none:
        said.append(f"{none:,} of {len(each):,} points {'has' if none == 1 else 'have'} no world at all.")
    if len(lived) and lived.max() != lived[lived > 0].min(initial=np.iinfo(int).max) and lived.max() > 0:
        said.append(f"Points have from {lived[lived > 0].min():,} to {lived.max():,} worlds.")
    if is_paired(shares) and len(points) > 1:
        said.append(
            "Worlds share their luck over the points. That makes differences sharp; but with other luck the levels of "
            "all points would move together, by about as much as their intervals say. Neighbours with the same level "
            "do not confirm each other: the interval of a level and that of a difference are two things."
        )
    elif len(points) > 1:
        said.append("Each point has luck of its own, so that differences are of unrelated worlds.")
    if failed:
        said.append(f"{failed:,} worlds failed and are counted nowhere.")
    if refused:
        said.append(f"{refused:,} rows of the design were refused, since what they say contradicts itself.")
    return said
