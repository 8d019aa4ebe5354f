"""A finished sweep: its points, worlds and shares as tables, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from sim.disk.errors import InputError
from sim.disk.reading import content_of, sum_of
from sim.language.door import Door
from sim.runs import parquet
from sim.runs.columns import world_columns
from sim.runs.data import scenarios_in
from sim.runs.folder import LARGEST_BLOCK, WORLDS
from sim.runs.manifest import AGAIN, changed
from sim.scenario.arguments import whole
from sim.sweeps.cells import seed_of_point

if TYPE_CHECKING:
    import pandas as pd

    from sim.engine.mesa import WithdrawalModel
    from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Sweep:
    """What a sweep's folder holds; ``sim.sweep`` and ``sim.open`` give one.

    ``points`` has a row a point with the values that it changes (empty: the base's own), ``worlds`` a row a world,
    ``shares`` a row a point and outcome with intervals. Tables are read when they are asked for, and believed as the
    manifest says.
    """

    folder: Path
    manifest: dict[str, Any]

    def __repr__(self) -> str:
        said = self.manifest
        return f"<Sweep: {said['points']:,} points, up to {said['worlds']:,} worlds each, in {self.folder}>"

    @property
    def about(self) -> dict[str, Any]:
        """What kind of design it was, and what its analysis has to know of it."""
        return dict(self.manifest["design"])

    @property
    def rows(self) -> np.ndarray[Any, Any]:
        """The point of each row of the design, -1 where it was refused."""
        return np.asarray(self.manifest["rows"], np.int64)

    @cached_property
    def bases(self) -> list[Scenario]:
        """The scenarios that were changed."""
        return scenarios_in(self.folder, self.manifest)

    @cached_property
    def points(self) -> pd.DataFrame:
        """A row a point: ``point``, ``id``, ``scenario``, ``is_base``, then a column a name that the design changes."""
        return self._table("points.parquet")

    @cached_property
    def shares(self) -> pd.DataFrame:
        """A row a point and outcome: share, Wilson's interval, difference to the base and its interval."""
        return self._table("shares.parquet")

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """A row a world, by point and world."""
        import pandas as pd

        names = sorted(name for name in self.manifest["files"] if name.startswith(f"{WORLDS}/part-"))
        table = pa.concat_tables([self._read(name) for name in names])
        about = world_columns()
        gaps = {name for name, one in about.items() if one.gaps and pa.types.is_integer(one.type)}
        columns: dict[str, Any] = {}
        for name in table.column_names:  # one after another, so that little stands in memory twice
            of_it = table.column(name)
            columns[name] = pd.array(of_it.to_pandas(), "Int64") if name in gaps else of_it.to_pandas()
            table = table.drop_columns([name])
        return pd.DataFrame(columns, copy=False)

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """Weekly mean and quantiles of each point, of the quantities that were asked for; no rows where none were."""
        import pandas as pd

        if "weekly.parquet" not in self.manifest["files"]:
            return pd.DataFrame(columns=["scenario", "point", "week", "quantity", "mean"])
        return self._table("weekly.parquet")

    def _table(self, name: str) -> pd.DataFrame:
        found: pd.DataFrame = self._read(name).to_pandas()
        return found

    def _read(self, name: str) -> pa.Table:
        """A table of the folder. Raises Changed where it is not as the sweep wrote it."""
        said = self.manifest["files"].get(name)
        try:
            content = content_of(self.folder / name, LARGEST_BLOCK) if said is not None else b""
        except OSError:
            content = b""
        if said is None or sum_of(content) != said["sha256"]:
            raise changed(self.folder, [name], AGAIN)
        return parquet.described(content).read(use_threads=False)

    # --- one point, one world
    def scenario(self, point: int) -> Scenario:
        """The base of a point, with all that is changed in it but for numbers that are kept in every world."""
        return self.told(point)[0]

    def changes(self, point: int) -> dict[str, Any]:
        """What a point changes: dotted names and values; nothing for the base itself."""
        from sim.sweeps.listed import from_frame
        from sim.sweeps.points import cells

        self._row(point)
        design = from_frame(self.points.iloc[[point]], self.bases)
        ((_, values),) = cells(design, [name for name in design.rows.columns if name != "scenario"])
        return dict(values)

    @Door
    def model(self, point: int, world: int, *, events: bool = False) -> WithdrawalModel:
        """A world of a point, lived alone: the history that the sweep counted, bit for bit."""
        raise NotImplementedError

    def seed_of(self, point: int) -> int:
        """The seed of a point's worlds: the sweep's; with fresh luck the point's own."""
        seed = int(self.manifest["seed"])
        return seed_of_point(seed, str(self._row(point)["id"])) if self.manifest["luck"] == "fresh" else seed

    def _row(self, point: int) -> pd.Series[Any]:
        number = whole("point", point)
        if number >= len(self.points):
            raise InputError(f"there is no point {number}: this sweep has {len(self.points):,}, from 0")
        return self.points.iloc[number]

    def told(self, point: int) -> tuple[Scenario, dict[str, Any]]:
        """The scenario of a point, and the numbers that it gives to every world."""
        from sim.sweeps.names import changed as with_changes
        from sim.sweeps.points import Names

        base = next(one for one in self.bases if one.name == self._row(point)["scenario"])
        changes = self.changes(point)
        names = Names(base, list(changes))
        others = {name: value for name, value in changes.items() if name not in names.numbers}
        scenario = with_changes(base, others) if others else base
        return scenario, {name: names.as_met(name, value) for name, value in changes.items() if name in names.numbers}

    # --- what the points say
    def tables(self, **asked: Any) -> Mapping[str, pd.DataFrame]:
        """The analysis that fits the design, by name: response, heat, screen, morris, sobol, correlations, boxes …"""
        from sim.sweeps.analysis import all_tables

        return all_tables(self, **asked)

    def to_xarray(self) -> Any:
        """Shares and intervals over a grid as an ``xarray.Dataset``: a dimension a name, and ``scenario``, ``outcome``.

        xarray is in the extra ``study``. ValueError where the points are no grid.
        """
        try:
            import xarray  # noqa: F401
        except ImportError:
            raise InputError(
                "to_xarray needs xarray: run.py setup --study, or pip install 'iraq-withdrawal-sim[study]'"
            ) from None
        names = [name for name in self.points.columns if name not in ("point", "id", "scenario", "is_base")]
        design = self.points[self.points["point"].isin(set(self.rows.tolist()))]
        sizes = [design[name].nunique(dropna=False) for name in ["scenario", *names]]
        if int(np.prod(sizes)) != len(design):
            raise ValueError(f"{len(design):,} points are no grid of {' × '.join(map(str, sizes))}")
        table = self.shares.merge(design[["point", *names]], on="point")
        keep = ["worlds", "count", "share", "low", "high", "difference", "diff_low", "diff_high"]
        return table.set_index(["scenario", *names, "outcome"])[keep].to_xarray()

    @Door
    def plot(self, name: str | None = None) -> Any:
        """A figure by its name, as in ``figures/``: a ``matplotlib.figure.Figure``, which a notebook shows by itself.

        Without a name: the names, each with what the figure shows. ValueError for a name that there is none of.
        """
        raise NotImplementedError

    @Door
    def _repr_html_(self) -> str:
        """What a notebook shows: the design, points, worlds, and what came of the first points."""
        raise NotImplementedError
