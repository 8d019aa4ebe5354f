"""The model through other libraries: the same worlds as by ``sim.sweep``, and every example runs."""

from __future__ import annotations

import math
import sys
import textwrap
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest

import sim
from sim.disk.errors import InputError
from sim.jobs import sweep as jobs
from sim.model.outcomes import OUTCOMES
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import Scenario
from sim.sweeps import adapters
from sim.sweeps.adapters import MEASURES, OutcomeModel, design_of, evaluate, in_blocks, measured, to_ema, to_salib

pytestmark = [pytest.mark.usefixtures("short_past"), pytest.mark.filterwarnings("ignore:ipyparallel not installed")]
RESTRAINT, PERMISSIVENESS = "united_states.restraint", "iran.permissiveness"


@pytest.fixture(scope="module")
def base(short_past: None) -> Scenario:
    """A scenario in which something is decided soon."""
    return sim.load("forced_exit").replace(days=60)


@pytest.mark.parametrize("name", ["to_salib", "to_ema", "OutcomeModel"])
def test_the_examples_run(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    if name != "OutcomeModel":
        pytest.importorskip("SALib" if name == "to_salib" else "ema_workbench")
    said = getattr(adapters, name).__doc__.partition("::\n\n")[2]
    example = textwrap.dedent("\n".join(line for line in said.splitlines() if not line or line.startswith(" " * 8)))
    assert len(example.splitlines()) > 4
    exec(compile(example, name, "exec"), {"__name__": "example"})
    assert capsys.readouterr().out


def test_what_is_measured_are_the_worlds_of_a_sweep(
    base: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "present", lambda *_of: [])
    rows = [[0.2, "talks"], [0.8, None], [math.nan, ""], [0.2, "talks"]]
    design = design_of(base, [RESTRAINT, "iraq.highest_rung"], rows)
    found = measured(design, worlds=30, seed=3)
    kept = sim.sweep(None, design, worlds=30, seed=3, out=tmp_path / "kept")
    for row, point in zip(found.itertuples(), kept.rows, strict=True):
        mine = kept.worlds[kept.worlds["point"] == point]
        shares = kept.shares[kept.shares["point"] == point].set_index("outcome")["share"]
        assert [getattr(row, name) for name in OUTCOMES] == [shares[name] for name in OUTCOMES]
        assert row.attacks_iraq == mine["attacks_iraq"].mean()
        assert row.pressure_max == pytest.approx(mine["pressure_max"].mean(), rel=1e-12)
        middle = mine["outcome_day"].dropna()
        assert row.outcome_day == middle.median() if len(middle) else math.isnan(row.outcome_day)
    assert found.iloc[0].equals(found.iloc[3])


def test_a_point_that_cannot_be_is_refused_or_empty(base: Scenario) -> None:
    design = design_of(base, [RESTRAINT], [[0.5], [1.5]])
    with pytest.raises(ScenarioError, match="row 1"):
        measured(design, worlds=5)
    found = measured(design, worlds=5, skip_refused=True)
    assert found.iloc[0, :4].sum() == 1.0 and found.iloc[1].isna().all()


# --- SALib ---


def test_a_problem_has_the_ranges_of_the_schema(base: Scenario) -> None:
    problem = to_salib(base, [RESTRAINT, PERMISSIVENESS])
    assert problem["num_vars"] == 2 and problem["names"] == [RESTRAINT, PERMISSIVENESS]
    assert all(low < high for low, high in problem["bounds"])
    assert to_salib(base, {RESTRAINT: "0.1..0.3"})["bounds"] == [[0.1, 0.3]]
    assert to_salib(base, "levers")["num_vars"] > 5
    with pytest.raises(InputError, match="over ranges"):
        to_salib(base, {"iraq.highest_rung": ["", "talks"]})
    with pytest.raises(ScenarioError, match="restraint"):
        to_salib(base, ["united_states.restrain"])


def test_salib_analyses_what_is_evaluated(base: Scenario) -> None:
    morris = pytest.importorskip("SALib.sample.morris")
    from SALib.analyze import morris as effects

    problem = to_salib(base, [RESTRAINT, PERMISSIVENESS])
    X = morris.sample(problem, 4, seed=1)
    Y = evaluate(base, problem, X, worlds=20)
    assert Y.shape == (len(X),)
    both = evaluate(base, problem, X, worlds=20, of=["pressure_max", "attacks_iraq"])
    assert both.shape == (len(X), 2) and np.array_equal(both[:, 0], Y)
    found = effects.analyze(problem, X, Y, seed=1)
    assert (np.asarray(found["mu_star"]) > 0).all()
    with pytest.raises(InputError, match="a column for each"):
        evaluate(base, problem, X[:, :1])
    with pytest.raises(InputError, match="no measure 'share'"):
        evaluate(base, problem, X, of="share")


# --- EMA Workbench ---


@pytest.fixture
def ema() -> Any:
    """EMA Workbench."""
    return pytest.importorskip("ema_workbench")


def test_ema_finds_the_same_by_blocks_as_one_by_one(base: Scenario, ema: Any) -> None:
    model = to_ema(
        base,
        {RESTRAINT: "0.2..0.8", 'groups."Kataib Hezbollah".control': {}},
        levers={"iraq.highest_rung": ["", "talks"]},
        worlds=20,
    )
    assert [one.name for one in model.uncertainties] == [
        "united_states__restraint",
        "groups__Kataib_Hezbollah__control",
    ]
    calls: list[int] = []
    lived = adapters.measured

    def counted(design: Any, **more: Any) -> Any:
        calls.append(len(design))
        return lived(design, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adapters, "measured", counted)
        experiments, outcomes = ema.perform_experiments(model, scenarios=4, policies=2, evaluator=in_blocks(model))
        assert calls == [8]
        given = [
            ema.Scenario(str(place), **{one.name: row[one.name] for one in model.uncertainties})
            for place, row in experiments.iterrows()
        ]
        policy = ema.Policy("given", iraq__highest_rung=experiments["iraq__highest_rung"][0])
        _, alone = ema.perform_experiments(model, scenarios=given, policies=policy)
        assert calls == [8, *[1] * 8]
    together = (experiments["iraq__highest_rung"] == policy["iraq__highest_rung"]).to_numpy()
    assert set(outcomes) == set(MEASURES)
    for name, values in outcomes.items():
        assert np.array_equal(values[together], alone[name][together], equal_nan=True), name
    assert np.allclose(sum(outcomes[name] for name in OUTCOMES), 1.0)


def test_prim_takes_what_ema_gives(base: Scenario, ema: Any) -> None:
    from ema_workbench.analysis import prim

    model = to_ema(base, [RESTRAINT, PERMISSIVENESS], worlds=10)
    experiments, outcomes = ema.perform_experiments(model, scenarios=30, evaluator=in_blocks(model))
    high = outcomes["pressure_max"] > np.median(outcomes["pressure_max"])
    box = prim.Prim(experiments[[one.name for one in model.uncertainties]], high, threshold=0.5).find_box()
    assert box.peeling_trajectory["density"].max() > 0.5


def test_ema_is_asked_for_in_words(base: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ema_workbench", None)
    with pytest.raises(InputError, match="setup --study"):
        to_ema(base, [RESTRAINT])


def test_in_blocks_takes_only_what_to_ema_made(base: Scenario, ema: Any) -> None:
    with pytest.raises(InputError, match="to_ema"):
        in_blocks(ema.Model("other", function=lambda: {}))
    with pytest.raises(InputError, match="both uncertainties and levers"):
        to_ema(base, [RESTRAINT], levers=[RESTRAINT])


# --- Mesa ---


def test_batch_run_returns_the_rows_of_the_worlds_table(base: Scenario) -> None:
    rows = mesa.batch_run(
        OutcomeModel,
        {"scenario": [base], "world": range(3), "seed": 5, RESTRAINT: [0.2, 0.8], "iraq.highest_rung": "talks"},
        number_processes=1,
        display_progress=False,
    )
    assert len(rows) == 6
    table = sim.run(base.replace(**{"iraq.highest_rung": "talks", RESTRAINT: 0.8}), worlds=3, seed=5).worlds
    mine = [row for row in rows if row[RESTRAINT] == 0.8]
    for name in ("outcome", "kind", "attacks_iraq", "us_killed", "pressure_max", "troops_end"):
        assert [row[name] for row in mine] == table[name].tolist(), name
    assert [row["outcome_day"] for row in mine] == pytest.approx(table["outcome_day"].to_numpy(float, na_value=np.nan),
                                                               nan_ok=True)  # fmt: skip
    assert all(row["day"] == base.days - 1 for row in rows)


def test_days_and_overrides_are_parameters_too(base: Scenario) -> None:
    model = OutcomeModel(base, days=5, overrides={RESTRAINT: 0.3}, **{PERMISSIVENESS: 0.4})
    assert model.row == {}
    model.run_model()
    assert model.scenario.days == 5 and model.row["outcome"] in OUTCOMES
    assert (model.p.united_states.restraint, model.p.iran.permissiveness) == (0.3, 0.4)
    assert len(model.datacollector.model_vars["outcome"]) == 5
    with pytest.raises(ScenarioError, match="restrain"):
        OutcomeModel(base, **{"united_states.restrain": 0.3})
