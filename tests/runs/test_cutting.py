"""Cutting a run into pieces, and what a piece is written down as."""

from __future__ import annotations

from datetime import date

import fake_model
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.ledger import COLUMNS
from sim.runs import parquet
from sim.runs.columns import EVENTS
from sim.runs.inputs import LARGEST_PIECE, Inputs
from sim.runs.pieces import Piece, add, events_table, missing, to_bytes, weekly_counts, weekly_table
from sim.runs.pieces import worlds_table as table_of
from sim.runs.store import COUNTS
from sim.scenario.schema import Scenario


def inputs_of(days: list[int], worlds: int, events: str = "typical") -> Inputs:
    scenarios = tuple(Scenario(name=f"s{place}", days=length) for place, length in enumerate(days))
    return Inputs(scenarios, 1, worlds, events, "model", "0")  # type: ignore[arg-type]


@given(
    days=st.lists(st.integers(1, 10_000), min_size=1, max_size=4),
    worlds=st.integers(1, 9_000),
    workers=st.integers(1, 40),
    block_size=st.none() | st.integers(50, 3_000),
    held=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40), st.integers(1, 250)), max_size=12),
)
def test_what_is_held_and_what_is_missing_make_every_world_once(
    days: list[int], worlds: int, workers: int, block_size: int | None, held: list[tuple[int, int, int]]
) -> None:
    inputs = inputs_of(days, worlds)
    kept = {
        (scenario, place): Piece(scenario, place * 250, min(place * 250 + count, worlds))
        for scenario, place, count in held
        if scenario < len(days) and place * 250 < worlds
    }
    pieces = list(missing(inputs, kept.values(), workers, block_size))
    for scenario in range(len(days)):
        seen = sorted(
            world
            for piece in [*pieces, *kept.values()]
            if piece.scenario == scenario
            for world in range(piece.first, piece.end)
        )
        assert seen == list(range(worlds))
    for piece in pieces:
        whole = inputs.piece_size(piece.scenario)
        assert 0 < piece.count <= min(whole, block_size or whole, LARGEST_PIECE)
        assert piece.first // whole == (piece.end - 1) // whole


@pytest.mark.parametrize(("worlds", "workers"), [(2000, 2), (1900, 3), (1000, 2), (5000, 3), (20_000, 7)])
def test_every_worker_of_a_small_run_has_work(worlds: int, workers: int) -> None:
    pieces = list(missing(inputs_of([730], worlds), [], workers))
    assert len(pieces) >= workers
    assert max(piece.count for piece in pieces) - min(piece.count for piece in pieces) <= 500


def test_a_tiny_run_is_not_cut() -> None:
    assert len(list(missing(inputs_of([730], 500), [], 8))) == 1


def test_long_horizons_and_every_worlds_events_make_smaller_blocks() -> None:
    assert inputs_of([730], 1).piece_size(0) == 2000
    assert inputs_of([4745], 1).piece_size(0) < 400
    assert inputs_of([730], 1, "all").piece_size(0) == 256


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=9),
        st.tuples(st.integers(1, 4), st.integers(1, 5)).flatmap(
            lambda shape: st.lists(
                st.lists(st.integers(0, 2**40), min_size=shape[1], max_size=shape[1]),
                min_size=shape[0],
                max_size=shape[0],
            )
        ),
        max_size=4,
    )
)
def test_weekly_counts_come_back_as_they_were(counts: dict[str, list[list[int]]]) -> None:
    tables = {name: np.array(rows, np.int64) for name, rows in counts.items()}
    back = weekly_counts(parquet.read(to_bytes(weekly_table(tables)), COUNTS))
    assert list(back) == list(tables)
    for name, table in tables.items():
        assert back[name].dtype == np.int64
        np.testing.assert_array_equal(back[name], table)


def test_weekly_counts_add_up() -> None:
    into: dict[str, np.ndarray] = {}
    first = np.array([[1, 2]])
    add(into, {"a": first})
    add(into, {"a": np.array([[3, 4]]), "b": np.array([[5]])})
    assert into["a"].tolist() == [[4, 6]]
    assert into["b"].tolist() == [[5]]
    assert first.tolist() == [[1, 2]]


def test_what_is_not_a_number_is_empty() -> None:
    scenario = Scenario(name="calm", days=50)
    block = fake_model.simulate(scenario, worlds=range(200), events=True)
    table = table_of(block, scenario, 2**63 - 1)
    assert set(table.column("seed").to_pylist()) == {2**63 - 1}
    assert table.schema.field("outcome_day").type == pa.int64()
    for name in ("outcome_day", "after_training"):
        assert table.column(name).null_count == int(np.isnan(block.worlds[name]).sum()) > 0
    assert table.schema.field("scenario").type == pa.string()
    block.worlds["outcome_day"][:] = 3.5
    with pytest.raises(ValueError, match="outcome_day: not a whole number"):
        table_of(block, scenario, 1)


def test_events_carry_dates_also_from_before_the_start() -> None:
    scenario = Scenario(name="calm", days=50)
    table = events_table(fake_model.simulate(scenario, worlds=[8, 3, 5], events=True), scenario)
    assert table.column("world").to_pylist() == sorted(table.column("world").to_pylist())
    first = table.slice(0, 1).to_pylist()[0]
    assert (first["world"], first["day"], first["date"], first["scenario"]) == (3, -3, date(2024, 1, 7), "calm")
    block = fake_model.simulate(scenario, worlds=[8])
    block.events = {name: [] for name in COLUMNS}
    assert events_table(block, scenario).num_rows == 0


def test_accounts_come_back_from_a_file_as_they_were() -> None:
    scenario = Scenario(name="calm", days=50)
    block = fake_model.simulate(scenario, worlds=range(40), events=True)
    table = events_table(block, scenario)
    assert table.schema == EVENTS
    assert table.column("accounts").to_pylist() == block.events["accounts"]
    again = parquet.read(to_bytes(table), EVENTS)
    assert again.equals(table)
    row = next(row for row in again.to_pylist() if row["accounts"])
    assert [entry["act"] for entry in row["accounts"]] == [0, None, None]
    assert sum(entry["share"] for entry in row["accounts"]) == pytest.approx(row["accounts"][0]["level"], abs=1e-9)
