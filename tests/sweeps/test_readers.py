"""A finished sweep is read by others in one line each: pandas, polars, DuckDB, Arrow, xarray. All see the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import sim
from sim.jobs import sweep as jobs
from sim.sweeps import store
from sim.sweeps.design import grid
from sim.sweeps.sweep import Sweep

WORLDS = 40
NUMBERS = ("point", "world", "seed", "outcome_day", "troops_end", "attacks_iraq", "pressure_max")


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory, short_past: None) -> Sweep:
    """A grid of two numbers, in several files."""
    base = sim.load("forced_exit").replace(days=40)
    design = grid(base, {"united_states.restraint": "0.2..0.8:3", "iran.permissiveness": [0.2, 0.5]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "present", lambda *_of: [])
        patch.setattr(store, "ROWS", 3 * WORLDS)
        return sim.sweep(None, design, worlds=WORLDS, weekly="pressure", out=tmp_path_factory.mktemp("s") / "a folder")


def compared(found: pd.DataFrame, sweep: Sweep) -> None:
    """Fails where a reader does not see the sweep's own worlds, row by row."""
    expected = sweep.worlds
    found = found.sort_values(["point", "world"], ignore_index=True)
    assert list(found.columns) == list(expected.columns)
    assert len(found) == len(sweep.points) * WORLDS
    assert found["outcome"].astype(str).tolist() == expected["outcome"].tolist()
    for name in NUMBERS:
        mine, theirs = (frame[name].to_numpy(float, na_value=np.nan) for frame in (found, expected))
        assert np.array_equal(mine, theirs, equal_nan=True), name


def test_there_are_several_files(sweep: Sweep) -> None:
    assert len(list((sweep.folder / "worlds").glob("*.parquet"))) == 3


def test_pandas(sweep: Sweep) -> None:
    compared(pd.read_parquet(sweep.folder / "worlds"), sweep)


def test_polars(sweep: Sweep) -> None:
    polars = pytest.importorskip("polars")
    found = polars.read_parquet(sweep.folder / "worlds" / "*.parquet")
    compared(pd.DataFrame(found.to_dict(as_series=False)), sweep)
    both = polars.read_parquet(sweep.folder / "points.parquet").join(found, on="point")
    assert both.height == found.height


def test_duckdb(sweep: Sweep) -> None:
    duckdb = pytest.importorskip("duckdb")
    compared(duckdb.sql(f"from '{sweep.folder}/worlds/*.parquet'").df(), sweep)
    shares = duckdb.sql(
        f"""select point, "united_states.restraint" as restraint, avg((outcome = 'negotiated_exit')::int) as share
        from '{sweep.folder}/worlds/*.parquet' join '{sweep.folder}/points.parquet' using (point) group by all
        order by point"""
    ).df()
    expected = sweep.shares[sweep.shares["outcome"] == "negotiated_exit"]
    assert np.allclose(shares["share"], expected["share"], rtol=0, atol=1e-15)
    assert np.array_equal(shares["restraint"], sweep.points["united_states.restraint"], equal_nan=True)


def test_arrow(sweep: Sweep) -> None:
    from pyarrow import dataset

    compared(dataset.dataset(sweep.folder / "worlds").to_table().to_pandas(), sweep)


def test_the_small_tables_are_read_alike(sweep: Sweep) -> None:
    pd.testing.assert_frame_equal(pd.read_parquet(sweep.folder / "points.parquet"), sweep.points)
    pd.testing.assert_frame_equal(pd.read_parquet(sweep.folder / "shares.parquet"), sweep.shares)
    pd.testing.assert_frame_equal(pd.read_parquet(sweep.folder / "weekly.parquet"), sweep.weekly)
    exact = pd.read_csv(sweep.folder / "points.csv")
    assert np.array_equal(exact["united_states.restraint"], sweep.points["united_states.restraint"], equal_nan=True)


def test_xarray(sweep: Sweep) -> None:
    pytest.importorskip("xarray")
    found = sweep.to_xarray()
    assert dict(found.sizes) == {
        "scenario": 1, "united_states.restraint": 3, "iran.permissiveness": 2, "outcome": 4,
    }  # fmt: skip
    points = sweep.points.set_index("point")
    for row in sweep.shares[~sweep.shares["point"].map(points["is_base"])].itertuples():
        point = points.loc[row.point]
        place = {name: point[name] for name in ("united_states.restraint", "iran.permissiveness")}
        assert found["share"].sel(scenario="forced_exit", outcome=row.outcome, **place).item() == row.share
