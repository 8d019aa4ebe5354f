"""Quantiles from counts, and which worlds are typical."""

from __future__ import annotations

import fake_model
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.observe import Quantity, quantities
from sim.runs.tables import bins_of, quantile, typical_worlds, weekly_rows
from sim.scenario.schema import Scenario

LEVEL = Quantity("pressure", "0-1", "", tuple(i / 40 for i in range(41)))
COUNT = Quantity("attacks_iraq", "attacks a week", "", tuple(i - 0.5 for i in range(62)))
LADDER = Quantity("rung/iraq", "share of worlds", "", (-0.5, 0.5, 1.5, 2.5), ("silence", "condemn", "letter"))


def counts_of(values: np.ndarray, quantity: Quantity) -> np.ndarray:
    """The counts of one week, as the model makes them."""
    bins = np.searchsorted(quantity.edges[1:-1], values, side="right")
    return np.bincount(bins, minlength=len(quantity.edges) - 1)[None, :]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=300), st.sampled_from([0.05, 0.25, 0.5, 0.75, 0.95]))
def test_a_quantile_from_bins_is_within_one_bin_of_the_quantile(values: list[float], share: float) -> None:
    counts = counts_of(np.array(values), LEVEL)
    found = quantile(counts, *bins_of(LEVEL, 40), share)[0]
    exact = np.quantile(values, share, method="inverted_cdf")
    assert abs(found - exact) <= 1 / 40 + 1e-12


@given(st.lists(st.integers(0, 60), min_size=1, max_size=300), st.sampled_from([0.05, 0.25, 0.5, 0.75, 0.95]))
def test_of_whole_numbers_quantiles_and_means_are_exact(values: list[int], share: float) -> None:
    counts = counts_of(np.array(values, float), COUNT)
    assert quantile(counts, *bins_of(COUNT, 61), share)[0] == np.quantile(values, share, method="inverted_cdf")
    (table,) = weekly_rows("s", COUNT, counts)
    assert table.column("mean").to_pylist() == [pytest.approx(np.mean(values))]


def test_inside_a_bin_a_quantile_lies_on_a_straight_line() -> None:
    quantity = Quantity("x", "-", "", (0.0, 10.0, 20.0))
    low, high = bins_of(quantity, 2)
    counts = np.array([[4, 4]])
    assert [quantile(counts, low, high, share)[0] for share in (0.25, 0.5, 0.75, 0.95)] == [5.0, 10.0, 15.0, 19.0]


def test_a_rung_has_its_share_and_no_quantiles() -> None:
    rows = weekly_rows("s", LADDER, np.array([[6, 3, 1], [0, 0, 10], [0, 0, 0]]))
    assert [table.column("quantity")[0].as_py() for table in rows] == [f"rung/iraq/{r}" for r in LADDER.rungs]
    assert [table.column("mean").to_pylist() for table in rows] == [
        [0.6, 0.0, None],
        [0.3, 0.0, None],
        [0.1, 1.0, None],
    ]
    assert all(table.column("q50").null_count == 3 for table in rows)


def test_a_week_that_no_world_reached_is_empty() -> None:
    (table,) = weekly_rows("s", COUNT, np.zeros((2, 61), np.int64))
    assert table.column("mean").null_count == table.column("q05").null_count == 2


def test_counts_that_do_not_fit_the_bins_are_an_error() -> None:
    with pytest.raises(ValueError, match="pressure: 7 bins do not fit 41 edges"):
        weekly_rows("s", LEVEL, np.zeros((2, 7), np.int64))


def test_the_made_up_worlds_have_the_models_bins() -> None:
    known = quantities(Scenario())
    for name, bins in fake_model.BINS.items():
        assert len(known[name].edges) - 1 == bins
    assert bins_of(known["attacks_iraq"], 61)[0][:3].tolist() == [0, 1, 2]
    low, high = bins_of(known["pressure"], 41)
    assert (low[-1] + high[-1]) / 2 == pytest.approx(1.0)


def worlds_of(rows: list[tuple[int, str, int, int, float, int | None]]) -> pa.Table:
    names = ["world", "outcome", "attacks_iraq", "attacks_syria", "pressure_max", "outcome_day"]
    return pa.table({name: [row[place] for row in rows] for place, name in enumerate(names)})


def test_the_typical_world_is_the_one_nearest_the_medians_of_its_outcome() -> None:
    table = worlds_of(
        [
            (0, "us_stays", 10, 10, 0.1, None),
            (1, "us_stays", 30, 20, 0.5, None),  # 50 attacks and 0.5: the medians
            (2, "us_stays", 50, 90, 0.5, None),
            (3, "us_stays", 25, 25, 0.9, None),
            (4, "us_stays", 0, 60, 0.2, None),
            (5, "forced_exit", 100, 5, 0.9, 300),
            (6, "forced_exit", 100, 5, 0.9, 200),
            (7, "forced_exit", 100, 5, 0.9, 100),
        ]
    )
    assert typical_worlds(table) == [1, 6]


def test_of_worlds_equally_near_the_lowest_number_is_typical() -> None:
    rows = [(world, "us_stays", 10, 10, 0.5, None) for world in (7, 3, 5)]
    assert typical_worlds(worlds_of(rows)) == [3]
    two = [(4, "lapsed", 10, 0, 0.5, 10), (2, "lapsed", 20, 0, 0.5, 10)]
    assert typical_worlds(worlds_of(two)) == [2]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["us_stays", "forced_exit"]),
            st.integers(0, 300),
            st.floats(0, 1),
            st.none() | st.integers(0, 700),
        ),
        min_size=1,
        max_size=40,
    ),
    st.randoms(),
)
def test_which_world_is_typical_does_not_depend_on_the_order_of_rows(rows: list, random: object) -> None:
    table = worlds_of([(world, outcome, attacks, 3, p, day) for world, (outcome, attacks, p, day) in enumerate(rows)])
    found = typical_worlds(table)
    assert len(found) == len({row[0] for row in rows})
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert typical_worlds(table.take(order)) == found
