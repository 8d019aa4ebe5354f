"""Rank correlations: against SciPy, against leaving out one cluster at a time, and how often they hold the truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import false_discovery_control, spearmanr

from sim.results.ranks import FEWEST_CLUSTERS, correlations, spearman, stand_out


def some(seed: int = 0, worlds: int = 300, clusters: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers with ties and two outcomes, of which the first goes with the first number; and a cluster a world."""
    rng = np.random.default_rng(seed)
    numbers = rng.random((worlds, 3)).round(1)
    outcomes = np.column_stack((rng.random(worlds) < numbers[:, 0], rng.random(worlds) < 0.1))
    return numbers, outcomes, rng.integers(0, clusters, worlds)


def test_the_correlation_is_spearmans_also_with_ties() -> None:
    numbers, outcomes, clusters = some()
    found = correlations(numbers, outcomes, clusters).rho
    for number, row in zip(numbers.T, found, strict=True):
        assert row == pytest.approx([spearmanr(number, outcome).statistic for outcome in outcomes.T], abs=1e-12)


def test_the_error_is_that_of_leaving_out_one_cluster_at_a_time() -> None:
    numbers, outcomes, clusters = some()
    order = np.argsort(clusters, kind="stable")
    names, begins = np.unique(clusters[order], return_index=True)
    for number in numbers.T:
        _, error = spearman(number[order], outcomes[order].astype(float), begins)
        for outcome, found in zip(outcomes.T, error, strict=True):
            left = [spearmanr(number[clusters != one], outcome[clusters != one]).statistic for one in names]
            assert found == pytest.approx(np.sqrt(len(left) - 1) * np.std(left), rel=0.02)


def test_intervals_hold_the_truth_as_often_as_they_say_where_worlds_of_a_vector_are_alike() -> None:
    rng = np.random.default_rng(1)
    inside, naive = [], []
    for _ in range(60):
        vectors, vector = rng.random((60, 20)), rng.integers(0, 60, 600)
        likely = 1 / (1 + np.exp(1.0 - 2.0 * rng.standard_normal(60)))  # of each vector; no number in it matters
        outcome = (rng.random(600) < likely[vector])[:, None]
        for clusters, held in ((vector, inside), (np.arange(600), naive)):
            found = correlations(vectors[vector], outcome, clusters)
            held += ((found.low < 0) & (found.high > 0)).ravel().tolist()
    assert 0.92 < np.mean(inside) < 0.975
    assert np.mean(naive) < 0.8, "as if each world were one of its own"


def test_an_interval_holds_a_truth_that_is_not_zero() -> None:
    rng = np.random.default_rng(2)
    whole = rng.random(200_000)
    truth = spearmanr(whole, rng.random(len(whole)) < 0.2 + 0.4 * whole).statistic
    held = []
    for _ in range(200):
        vectors, vector = rng.random(80), rng.integers(0, 80, 400)
        number = vectors[vector]
        found = correlations(number[:, None], (rng.random(400) < 0.2 + 0.4 * number)[:, None], vector)
        held.append(found.low[0, 0] < truth < found.high[0, 0])
    assert 0.9 < np.mean(held) < 0.99


def test_with_few_clusters_there_is_no_interval() -> None:
    numbers, outcomes, clusters = some(clusters=FEWEST_CLUSTERS - 1)
    found = correlations(numbers, outcomes, clusters)
    assert not np.isnan(found.rho).any()
    assert np.isnan(found.low).all()
    assert not stand_out(found.p[:, 0]).any()


def test_what_stands_out_is_as_scipy_has_it() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        p = rng.random(50) ** 6
        assert stand_out(p).tolist() == (false_discovery_control(p, method="by") <= 0.05).tolist()
    assert stand_out(np.zeros(0)).tolist() == []
