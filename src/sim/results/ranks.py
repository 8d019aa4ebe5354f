"""Rank correlations of outcomes with the numbers that worlds drew, and how sure they are.

Spearman's rank correlation of an outcome that is or is not with a number is, but for its scale, how often the number is
larger in a world with the outcome than in one without. Its error is that of Obuchowski (1997) for such a share when
observations come in clusters: what each world contributes to the correlation, also by being ranked against, is summed
over the worlds of a cluster, and the sums are what varies. The contributions are those of Croux and Dehon (2010), with
half a rank for ties. Worlds that drew the same vector are a cluster.

Obuchowski, N. A. (1997): Nonparametric analysis of clustered ROC curve data. Biometrics 53, 567-578.
Croux, C. and Dehon, C. (2010): Influence functions of the Spearman and Kendall correlation measures. Statistical
Methods and Applications 19, 497-515.
Benjamini, Y. and Yekutieli, D. (2001): The control of the false discovery rate in multiple testing under dependency.
Annals of Statistics 29, 1165-1188.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

Floats: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
Truths: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"
Whole: TypeAlias = "np.ndarray[Any, np.dtype[np.intp]]"

FEWEST_CLUSTERS = 10
"""With fewer, how much clusters differ is not known well enough for an interval."""


@dataclass(frozen=True)
class Correlations:
    """Rank correlations, a row a number and a column an outcome: with interval and p-value, not a number where none."""

    rho: Floats
    low: Floats
    high: Floats
    p: Floats
    """How often as large a correlation, either way, would come by chance if there were none."""


def correlations(numbers: Floats, outcomes: Truths, clusters: Whole, level: float = 0.95) -> Correlations:
    """The rank correlation of each outcome with each number; a row of both, and a cluster, is a world's.

    The interval is Fisher's, symmetrical in atanh(rho), with Student's quantile for one cluster less than there are.
    """
    from scipy.special import stdtr, stdtrit  # type: ignore[import-untyped]

    by_cluster = np.argsort(clusters, kind="stable")
    numbers, ended = numbers[by_cluster], outcomes[by_cluster].astype(float)
    begins = np.unique(clusters[by_cluster], return_index=True)[1]
    shape = numbers.shape[1], outcomes.shape[1]
    rho, error = np.empty(shape), np.empty(shape)
    for place, column in enumerate(np.ascontiguousarray(numbers.T)):
        rho[place], error[place] = spearman(column, ended, begins)
    freedom = len(begins) - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        middle, spread = np.arctanh(rho), error / (1 - rho * rho)
        if len(begins) < FEWEST_CLUSTERS:
            spread = np.full(shape, np.nan)
        half = spread * float(stdtrit(freedom, 0.5 + level / 2))
        p: Floats = 2 * stdtr(freedom, -np.abs(middle / spread))
        return Correlations(rho, np.tanh(middle - half), np.tanh(middle + half), p)


def spearman(number: Floats, ended: Floats, begins: Whole) -> tuple[Floats, Floats]:
    """The rank correlation of a number with each outcome (columns of 0 and 1), and its standard error.

    Worlds stand in the order of their clusters, and ``begins`` says where each begins. Not a number where the number,
    or the outcome, is the same in every world.
    """
    worlds = len(number)
    order = np.argsort(number, kind="stable")
    below, up_to = (np.searchsorted(number[order], number, side) for side in ("left", "right"))
    rank = (below + up_to) / (2 * worlds)  # the share of worlds with a smaller number, and half of those with the same

    def above(values: Floats) -> Floats:
        """The sum of what worlds with a larger number have, and half of those with the same, over all worlds."""
        sums = np.concatenate((np.zeros((1, values.shape[1])), np.cumsum(values[order], axis=0)))
        found: Floats = (sums[-1] - (sums[below] + sums[up_to]) / 2) / worlds
        return found

    share, ranks = ended.mean(axis=0), rank[:, None]
    both, squares = (ranks * ended).mean(axis=0), (ranks * ranks).mean(axis=0)
    covariance, of_rank, of_end = both - share / 2, squares - 0.25, share * (1 - share)
    seen = above(np.hstack((ranks, ended)))
    to_covariance = ranks * ended + seen[:, 1:] - 2 * both - (ended - share) / 2
    to_rank = ranks * ranks + 2 * seen[:, :1] - 3 * squares
    to_end = (1 - 2 * share) * (ended - share)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.sqrt(of_rank * of_end)
        rho: Floats = covariance / scale
        moves = to_covariance / scale - rho / 2 * (to_rank / of_rank + to_end / of_end)
        sums = np.add.reduceat(moves, begins, axis=0)
        several = len(begins) / (len(begins) - 1) if len(begins) > 1 else np.nan
        error: Floats = np.sqrt(several * (sums * sums).sum(axis=0)) / worlds
        return rho, error


def stand_out(p: Floats, level: float = 0.05) -> Truths:
    """Which of many p-values stand when so many were looked at: of those, ``level`` at most are expected to be false.

    Benjamini and Yekutieli's (2001), which holds however the numbers depend on one another.
    """
    many = len(p)
    order = np.argsort(np.where(np.isnan(p), 1.0, p), kind="stable")
    places = np.arange(1, many + 1)
    passed = p[order] <= level * places / (many * (1 / places).sum()) if many else np.zeros(0, bool)
    found = np.zeros(many, bool)
    found[order[: int(places[passed].max(initial=0))]] = True
    return found
