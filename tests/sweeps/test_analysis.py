"""What a finished sweep says, against made-up sweeps whose shares are a known function of the numbers."""

from __future__ import annotations

import builtins
import math
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import made_up_sweeps as made
import numpy as np
import pandas as pd
import pytest
from made_up_sweeps import X, Y, Z, given

from sim.disk.errors import InputError
from sim.results.stats import paired_shares, wilson
from sim.scenario.load import load
from sim.sweeps.analysis import (
    all_tables,
    boxes,
    cautions,
    heat,
    morris,
    ranks,
    response,
    screen,
    sobol,
    surrogate,
    thresholds,
    to_latex,
    tree,
)
from sim.sweeps.analysis.boxes import Column, in_words, prim
from sim.sweeps.analysis.ends import Ends, designs, ends, pooled, with_own_values
from sim.sweeps.analysis.indices import CONVERGED, NOT_CONVERGED, verdict
from sim.sweeps.analysis.measures import MEASURES, measure


def block(point: Mapping[str, Any]) -> tuple[float, float]:
    """Forced exits in a corner of the design, and hardly any outside it."""
    return (0.8 if made.own(point, X) > 0.6 and made.own(point, Y) < 0.5 else 0.1), 0.0


@pytest.fixture(scope="module")
def grid() -> SimpleNamespace:
    return made.grid()


@pytest.fixture(scope="module")
def cube() -> SimpleNamespace:
    return made.sampled(250, shares=block, worlds=60)


# --- shares over points ---------------------------------------------------------------------------------------


def test_of_one_point_the_intervals_are_those_of_the_table_of_shares(grid: SimpleNamespace) -> None:
    found = ends(*given(grid)[:3], "forced_exit")
    for row in grid.shares[grid.shares["outcome"] == "forced_exit"].itertuples(index=False):
        if row.point != row.base:
            one = pooled(found, [row.point], row.base)
            assert one[1:] == pytest.approx(
                (row.worlds, row.share, row.low, row.high, row.difference, row.diff_low, row.diff_high)
            )
    assert pooled(found, [0], 0)[5:] == (0.0, 0.0, 0.0)


def test_points_with_one_luck_are_no_more_than_one_of_them() -> None:
    luck = np.random.default_rng(4).random(300) < 0.3
    same = Ends(np.tile(luck, (10, 1)).astype(np.int8), True)
    one = pooled(same, range(10), None)
    assert (one.low, one.high) == pytest.approx(wilson(int(luck.sum()), 300), abs=1e-3)  # but for n - 1
    own = Ends((np.random.default_rng(5).random((10, 300)) < 0.3).astype(np.int8), True)
    free = pooled(own, range(10), None)
    assert free.high - free.low == pytest.approx((one.high - one.low) / math.sqrt(10), rel=0.15)
    none = pooled(Ends(np.zeros((10, 300), np.int8), True), range(10), None)
    assert (none.low, none.high) == (0.0, wilson(0, 300)[1])


def test_intervals_of_averages_hold_the_truth_about_as_often_as_they_say() -> None:
    rng, held, gaps = np.random.default_rng(6), 0, 0
    shares = np.array([0.1, 0.2, 0.4, 0.25])  # the last is the base
    for _ in range(400):
        found = Ends((rng.random(150) < shares[:, None]).astype(np.int8), True)
        one = pooled(found, [0, 1, 2], 3)
        held += one.low <= shares[:3].mean() <= one.high
        gaps += one.diff_low <= shares[:3].mean() - 0.25 <= one.diff_high
    assert 0.92 <= held / 400 <= 0.985 and 0.93 <= gaps / 400 <= 0.995


def test_worlds_that_are_missing_are_left_out_of_differences() -> None:
    ended = np.array([[1, 1, 0, -1], [0, 1, -1, 1], [1, 0, 0, 0]], np.int8)
    one = pooled(Ends(ended, True), [0, 1], 2)
    assert one.worlds == 6 and one.share == pytest.approx(4 / 6)
    assert one.difference == pytest.approx(((0.5 - 1) + (1 - 0)) / 2)
    nobody = pooled(Ends(np.full((2, 3), -1, np.int8), True), [0], 1)
    assert nobody.worlds == 0 and math.isnan(nobody.share) and math.isnan(nobody.difference)


# --- curves and maps ------------------------------------------------------------------------------------------


def test_response_of_a_grid(grid: SimpleNamespace) -> None:
    found = response(*given(grid), [X, Y], "forced_exit")
    mine = found[found["dimension"] == X]
    assert mine["value"].tolist() == np.linspace(0, 1, 7).tolist()
    assert (mine["points"] == 5).all() and (mine["worlds"] == 1000).all() and mine["paired"].all()
    assert (np.diff(mine["share"]) > 0).all()
    assert ((mine["low"] < mine["share"]) & (mine["share"] < mine["high"])).all()
    assert ((mine["diff_low"] < mine["difference"]) & (mine["difference"] < mine["diff_high"])).all()
    total = grid.worlds[grid.worlds["point"] > 0]["outcome"].eq("forced_exit").mean()
    assert mine["share"].mean() == pytest.approx(total)


def test_response_of_several_bases_and_of_fresh_luck() -> None:
    two = made.grid(3, 3, bases=("status_quo", "forced_exit"), worlds=50, luck="fresh")
    found = response(*given(two), X, "forced_exit")
    assert found["scenario"].tolist() == ["status_quo"] * 3 + ["forced_exit"] * 3
    assert not found["paired"].any()
    assert found["worlds"].tolist() == [150] * 6


def test_response_over_words_and_own_values() -> None:
    rows = [{"iraq.highest_rung": word} for word in ("", "talks", None)]
    about = {"kind": "list", "dimensions": [made.dimension("iraq.highest_rung", values=["talks", ""])]}
    words = made.sweep(rows, about, worlds=20)
    found = response(*given(words), "iraq.highest_rung", "us_stays")
    assert found["value"].tolist() == ["its own", "talks", ""]  # as listed; the base first


def test_heat_of_a_grid(grid: SimpleNamespace) -> None:
    found = heat(*given(grid), X, Y, "forced_exit")
    assert len(found) == 35 and (found["points"] == 1).all()
    row = found[(found["x_value"] == 1.0) & (found["y_value"] == 0.9)].iloc[0]
    point = grid.points[(grid.points[X] == 1.0) & (grid.points[Y] == 0.9)]["point"].iloc[0]
    said = grid.shares[(grid.shares["point"] == point) & (grid.shares["outcome"] == "forced_exit")].iloc[0]
    assert row[["share", "low", "high", "difference", "diff_low", "diff_high"]].tolist() == pytest.approx(
        said[["share", "low", "high", "difference", "diff_low", "diff_high"]].tolist()
    )


def test_thresholds_rising_and_falling() -> None:
    x = np.arange(5.0)
    share = np.array([0.0, 0.2, 0.4, 0.6, 0.8])
    curve = pd.DataFrame({"scenario": "a", "dimension": X, "outcome": "forced_exit", "value": x, "share": share})
    curve = curve.assign(low=share - 0.05, high=share + 0.05)
    found = thresholds(pd.concat([curve, curve.assign(outcome="us_stays", share=1 - share, low=0.95 - share,
                                                      high=1.05 - share)]), [0.5, 0.99])  # fmt: skip
    assert found[["outcome", "level", "direction"]].values.tolist() == [
        ["forced_exit", 0.5, "rising"],
        ["us_stays", 0.5, "falling"],
        ["us_stays", 0.99, "falling"],
    ]
    assert found.loc[:1, ["at", "earliest", "latest"]].to_numpy().ravel() == pytest.approx([2.5, 2.25, 2.75] * 2)


# --- screens --------------------------------------------------------------------------------------------------


def test_screen_tells_what_moves_what_is_dead_and_what_stands_on_an_edge() -> None:
    swept = made.screen((X, Y, Z), edges=(Y,))
    found = screen(*given(swept), "forced_exit").set_index("name")
    assert found["dead"].to_dict() == {X: False, Y: False, Z: True}
    assert found["knife_edge"].to_dict() == {X: False, Y: True, Z: False}
    assert found.loc[Y, "moved_up"] == pytest.approx(0.3) and found.loc[Y, "moved_down"] == 0.0
    entry = next(one for one in swept.about["screen"] if one["name"] == X)
    low, high = (swept.worlds[swept.worlds["point"] == swept.rows[entry[end]]] for end in ("low", "high"))
    ended = [rows["outcome"].eq("forced_exit").to_numpy() for rows in (high, low)]
    assert found.loc[X, ["effect", "effect_low", "effect_high"]].tolist() == pytest.approx(paired_shares(*ended))
    assert found.loc[X, "from_high"] - found.loc[X, "from_low"] == pytest.approx(found.loc[X, "effect"])
    curve = response(*given(swept), X, "forced_exit")
    assert curve["value"].tolist() == [0.0, made.OWN[X], 1.0]
    assert curve["share"].tolist() == found.loc[X, ["share_low", "share_default", "share_high"]].tolist()


def test_screen_without_pairs_or_with_refused_points_flags_nothing() -> None:
    fresh = screen(*given(made.screen((X, Z), luck="fresh", worlds=30)), "forced_exit")
    assert not fresh["dead"].any() and not fresh["knife_edge"].any() and fresh["moved"].isna().all()
    swept = made.screen((X, Z), worlds=30, refused=(2,))  # the high end of the first
    found = screen(*given(swept), "forced_exit").set_index("name")
    assert math.isnan(found.loc[X, "effect"]) and not found.loc[X, "dead"] and found.loc[Z, "dead"]


def test_the_last_bit_of_a_level_is_no_knife_edge() -> None:
    swept = made.screen((X,), edges=(), worlds=30)
    up = swept.rows[swept.about["screen"][0]["up"]]
    here = swept.worlds["point"] == up
    swept.worlds.loc[here, "pressure_max"] = np.nextafter(swept.worlds.loc[here, "pressure_max"], 2)
    assert not screen(*given(swept), "forced_exit")["knife_edge"].any()


def test_morris_finds_what_moves_the_logit() -> None:
    swept = made.morris(refused=(1,))
    found = morris(*given(swept), "forced_exit")
    assert found["name"].tolist() == [X, Y, Z]
    assert (found["trajectories"] == 11).all()
    assert found["mu_star"].tolist() == pytest.approx([6, 4, 0], rel=0.15)
    assert ((found["mu_star_low"] <= found["mu_star"]) & (found["mu_star"] <= found["mu_star_high"])).all()
    assert found["measure"].unique().tolist() == ["logit"]


# --- indices --------------------------------------------------------------------------------------------------


def linear(point: Mapping[str, Any]) -> tuple[float, float]:
    """A logit that is linear in three numbers, so that the parts of its variance are known."""
    z = 2.4 * (made.own(point, X) - 0.5) + 1.2 * (made.own(point, Y) - 0.5)
    return 1 / (1 + math.exp(-z)), 0.0


def test_sobol_indices_of_a_linear_logit() -> None:
    found = sobol(*given(made.saltelli(256, shares=linear, worlds=800)), "forced_exit")
    index = found.set_index(["order", "name"])
    for order in ("first", "total"):
        assert index.loc[[(order, name) for name in (X, Y, Z)], "value"].tolist() == pytest.approx(
            [0.8, 0.2, 0], abs=0.08
        )
    assert (found["blocks"] == 256).all()
    assert index.loc[("total", Z), "verdict"] == CONVERGED
    assert set(found["verdict"]) <= {CONVERGED, NOT_CONVERGED}
    assert ((found["even"] - found["odd"]).abs() < 0.1).all()


def test_sobol_of_the_second_order_and_of_refused_points() -> None:
    found = sobol(*given(made.saltelli(16, second=True, worlds=20, refused=(3, 120))), "forced_exit", resamples=20)
    assert found["order"].value_counts().to_dict() == {"first": 3, "total": 3, "second": 3}
    assert (found["blocks"] == 14).all()
    assert found[found["order"] == "second"][["name", "with"]].values.tolist() == [[X, Y], [X, Z], [Y, Z]]


def test_raw_shares_of_a_rare_outcome_do_not_converge_and_nothing_that_never_comes() -> None:
    def rare(point: Mapping[str, Any]) -> tuple[float, float]:
        return 0.004 + 0.01 * made.own(point, X), 0.0

    swept = made.saltelli(32, shares=rare, worlds=40, luck="fresh")
    found = sobol(*given(swept), "forced_exit", "share")
    assert (found["verdict"] == NOT_CONVERGED).mean() > 0.5
    assert "disagree" in " ".join(found["reason"]) and "wider than ±0.1" in " ".join(found["reason"])
    never = sobol(*given(swept), "lapsed")
    assert never["value"].isna().all() and (never["verdict"] == NOT_CONVERGED).all()


def test_verdicts() -> None:
    good = [(0.5, 0.45, 0.55), (0.52, 0.45, 0.59), (0.48, 0.41, 0.55)]
    assert verdict(good) == (CONVERGED, "")
    assert verdict([good[0], (0.6, 0.55, 0.65), (0.4, 0.35, 0.45)]) == (NOT_CONVERGED, "two blocks of seeds disagree")
    assert verdict([(0.5, 0.2, 0.8), *good[1:]]) == (NOT_CONVERGED, "the interval is wider than ±0.1")


def test_a_surrogate_says_how_good_it_is(cube: SimpleNamespace) -> None:
    found = surrogate(*given(cube), "forced_exit", sample=256)
    index = found.set_index(["order", "name"])
    assert index.loc[("total", X), "value"] > 0.3 and index.loc[("total", Z), "value"] < 0.05
    assert found["r2"].iloc[0] > 0.7 and (found["points"] == 250).all()
    noise = made.sampled(60, shares=lambda _: (0.3, 0.0), worlds=30, luck="fresh")
    poor = surrogate(*given(noise), "forced_exit", sample=64)
    assert (poor["verdict"] == NOT_CONVERGED).all() and "explains" in poor["reason"].iloc[0]


def test_measures() -> None:
    swept = made.grid(2, 2, worlds=40)
    points, worlds = swept.points, swept.worlds
    mine = worlds[worlds["point"] == 3]
    count = int(mine["outcome"].eq("forced_exit").sum())
    assert measure(points, worlds, "forced_exit", "share")[3] == count / 40
    assert measure(points, worlds, "forced_exit")[3] == pytest.approx(math.log((count + 0.5) / (40 - count + 0.5)))
    day = mine["outcome_day"].where(mine["outcome"].eq("forced_exit"), 730).astype(float).mean()
    assert measure(points, worlds, "forced_exit", "day", days={"forced_exit": 730})[3] == pytest.approx(day)
    assert measure(points.assign(days=100.0), worlds, "lapsed", "day")[3] == 100.0
    assert measure(points, worlds, "forced_exit", "pressure")[3] == pytest.approx(mine["pressure_max"].mean())
    half = measure(points, worlds, "forced_exit", "share", half=1)[3]
    assert half == mine[mine["world"] % 2 == 1]["outcome"].eq("forced_exit").mean()
    assert math.isnan(measure(points, worlds[worlds["point"] != 3], "forced_exit")[3])
    with pytest.raises(ValueError, match="give days"):
        measure(points, worlds, "forced_exit", "day")
    with pytest.raises(ValueError, match=f"there are {', '.join(MEASURES)}"):
        measure(points, worlds, "forced_exit", "odds")


# --- what goes with an outcome --------------------------------------------------------------------------------


def test_rank_correlations(cube: SimpleNamespace) -> None:
    found = ranks(*given(cube), ["forced_exit", "us_stays"])
    forced = found[found["outcome"] == "forced_exit"].set_index("name")
    assert forced.loc[X, "rho"] > 0.2 > -0.2 > forced.loc[Y, "rho"]
    assert forced.loc[[X, Y], "stands_out"].all() and not forced.loc[Z, "stands_out"]
    assert forced.loc[Z, "low"] < 0 < forced.loc[Z, "high"]
    assert (found["points"] == 250).all() and (found["worlds"] == 250 * 60).all()


def test_prim_finds_the_corner(cube: SimpleNamespace) -> None:
    found = boxes(*given(cube), "forced_exit")
    first = found[found["box"] == 1].set_index("name")
    assert set(first.index) == {X, Y}
    assert first.loc[X, "low"] == pytest.approx(0.6, abs=0.03) and math.isnan(first.loc[X, "high"])
    assert first.loc[Y, "high"] == pytest.approx(0.5, abs=0.03) and math.isnan(first.loc[Y, "low"])
    row = first.iloc[0]
    assert row["density"] == pytest.approx(0.8, abs=0.12) and row["mass"] == pytest.approx(0.2, abs=0.05)
    assert row["coverage"] == pytest.approx(row["density"] * row["mass"] / row["share"])
    assert row["words"].startswith(f"{X} above 0.") and f" and {Y} below 0." in row["words"]
    assert row["counted_in"].startswith("the worlds of odd number")


def test_prim_over_words_levels_and_nothing() -> None:
    rng = np.random.default_rng(9)
    word, level = rng.integers(0, 3, 400).astype(float), rng.integers(0, 5, 400) / 4
    count = np.where((word == 1) & (level >= 0.5), 9.0, 1.0)
    columns = [Column("kind", word, ("a", "b", "c")), Column("level", level), Column("idle", rng.random(400))]
    box = prim(columns, count, np.full(400, 10.0))
    assert in_words(columns, box) == "kind b and level above 0.375"
    flat = prim(columns, np.full(400, 3.0), np.full(400, 10.0))
    assert flat.limited() == [] and in_words(columns, flat) == "everywhere"


def test_no_box_where_there_is_none() -> None:
    noise = made.sampled(100, shares=lambda _: (0.3, 0.0), worlds=40)
    assert not len(boxes(*given(noise), "forced_exit")) and not len(boxes(*given(noise), "lapsed"))


def test_a_tree_says_its_leaves(cube: SimpleNamespace) -> None:
    found = tree(*given(cube), "forced_exit")
    assert X in found["words"].iloc[0] and Y in found["words"].iloc[0] and found["density"].iloc[0] > 0.6
    assert found["mass"].sum() == pytest.approx(1) and found["coverage"].sum() == pytest.approx(1)
    assert found["density"].is_monotonic_decreasing and len(found) <= 8


@pytest.mark.parametrize(
    ("gone", "analysis", "swept"),
    [
        ("sklearn", surrogate, "cube"),
        ("sklearn", tree, "cube"),
        ("SALib", sobol, "saltelli"),
        ("SALib", morris, "morris"),
    ],
)
def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, gone: str, analysis: Any, swept: str
) -> None:
    made_up = request.getfixturevalue("cube") if swept == "cube" else getattr(made, swept)(8, worlds=10)
    found = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == gone:
            raise ImportError(name)
        return found(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"pip install 'iraq-withdrawal-sim\[study\]'"):
        analysis(*given(made_up), "forced_exit")


# --- all of it ------------------------------------------------------------------------------------------------


def test_a_grid_of_many_values_has_its_curves_and_its_map() -> None:
    found = all_tables(made.grid(71, 3, worlds=4))
    assert len(found["response"]["value"].unique()) >= 71 and len(found["heat"]) >= 71 * 3


def test_each_design_has_the_tables_that_fit_it(grid: SimpleNamespace) -> None:
    assert set(all_tables(grid)) == {"response", "heat", "thresholds"}
    assert set(all_tables(made.screen(worlds=30))) == {"screen", "response"}
    assert set(all_tables(made.morris(6, worlds=30))) == {"morris"}
    assert set(all_tables(made.saltelli(16, worlds=30))) == {"sobol"}
    assert set(all_tables(made.sampled(60, shares=block, worlds=30))) == {"rank_correlations", "boxes", "tree"}
    assert set(all_tables(grid)["response"]["outcome"]) == {"us_stays", "negotiated_exit", "forced_exit"}


def test_designs_one_after_another_have_the_tables_of_each(grid: SimpleNamespace) -> None:
    half = made.screen(worlds=200)
    rows = [{name: value for name, value in row.items() if value == value} for row in
            grid.points.loc[1:, [X, Y]].to_dict("records")]  # fmt: skip
    more = [{}, *({one["name"]: 0.0} for one in half.about["screen"])]
    parts = [
        {**grid.about, "label": "Two numbers", "first": 0, "rows": len(rows)},
        {"kind": "list", "dimensions": [made.dimension(X)], "bases": ["forced_exit"], "first": len(rows), "rows": 4},
    ]
    both = made.sweep(rows + more, {"kind": "list", "parts": parts, "each": None, "dimensions": []})
    found = all_tables(both)
    assert {"response-two_numbers", "heat-two_numbers", "response-2"} <= set(found)
    alone = all_tables(grid)["heat"]
    pd.testing.assert_frame_equal(found["heat-two_numbers"], alone)


def test_a_sweep_in_which_points_failed_is_analysed_all_the_same() -> None:
    swept = made.grid(4, 4, worlds=40)
    swept.worlds = swept.worlds[~swept.worlds["point"].isin([3, 4])]
    lost = swept.shares["point"].isin([3, 4])
    swept.shares.loc[lost, ["worlds", "count", "failed"]] = [0, 0, 40]
    swept.shares.loc[lost, ["share", "difference"]] = math.nan
    assert all_tables(swept)["heat"]["share"].isna().sum() == 2 * 3
    said = " ".join(cautions(swept.points, swept.shares, swept.rows))
    assert "2 of 17 points have no world" in said and "80 worlds failed" in said


def test_cautions() -> None:
    few = made.grid(2, 2, worlds=12, refused=(1,))
    said = cautions(few.points, few.shares, few.rows)
    assert any("have fewer than 20 worlds" in one for one in said)
    assert any("share their luck" in one for one in said)
    assert any("1 rows of the design were refused" in one for one in said)
    fresh = made.grid(2, 2, worlds=40, luck="fresh")
    assert cautions(fresh.points, fresh.shares, fresh.rows) == [
        "Each point has luck of its own, so that differences are of unrelated worlds."
    ]


def test_designs_are_parted_by_base() -> None:
    two = made.grid(2, 2, bases=("status_quo", "forced_exit"), worlds=5, refused=(3,))
    assert {name: part.tolist() for name, part in designs(two.points, two.about, two.rows)} == {
        "status_quo": [1, 2, 3, -1],
        "forced_exit": [5, 6, 7, -1],
    }
    listed = {**two.about, "each": None}
    assert {name: len(part) for name, part in designs(two.points, listed, two.rows)} == {
        "status_quo": 3,
        "forced_exit": 3,
    }


def test_own_values_are_filled_in() -> None:
    points = pd.DataFrame(
        {"point": [0, 1], "scenario": "forced_exit", X: [np.nan, 0.9], "days": pd.array([None, 3], "Int64")}
    )
    found = with_own_values(points, [load("forced_exit")])
    assert found[X].tolist() == [made.OWN[X], 0.9] and found["days"].tolist() == [730.0, 3]
    assert points[X].isna().sum() == 1


def test_latex() -> None:
    table = pd.DataFrame(
        {
            "a_name": ["x_1 & 50 % of $3 {#}", "~^\\<>"],
            "share": [0.12345, -0.5],
            "low": [math.nan, 1e-7],
            "n": [1200, 3],
            "dead": [True, False],
        }
    )
    assert to_latex(table, "Less & more", "tab:x").splitlines() == [
        r"\begin{table}",
        r"\centering",
        r"\caption{Less \& more}",
        r"\label{tab:x}",
        r"\begin{tabular}{lrrrl}",
        r"\toprule",
        r"a name & share & low & n & dead \\",
        r"\midrule",
        r"x\_1 \& 50 \% of \$3 \{\#\} & 0.123 & -- & 1200 & yes \\",
        r"\textasciitilde{}\textasciicircum{}\textbackslash{}\textless{}\textgreater{} & $-$0.500 & "
        r"1.00\,$\cdot$\,10$^{-7}$ & 3 & no \\",
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
