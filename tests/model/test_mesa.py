"""The model among Mesa's: stepping, agents, collectors, batch runs, and nothing kept that is done with."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Mapping
from typing import Any

import mesa
import pytest

from model.histories import born, conditions
from sim.engine.blocks import forget, simulate
from sim.engine.mesa import WithdrawalModel
from sim.engine.observe import Need, Weekly
from sim.model.ladders import LADDERS
from sim.scenario.schema import Scenario

SHORT = conditions({"fronts.gaza.war_days": 600.0}, days=10)


def test_it_is_a_mesa_model_that_steps_a_day_at_a_time() -> None:
    with born(SHORT, world=17) as model:
        assert isinstance(model, mesa.Model)
        assert model.running
        assert (model.day, model.steps) == (0, 0)
        for day in range(10):
            assert model.running
            model.step()
            assert model.day_done == day
            assert model.steps == day + 1
        assert not model.running


def test_a_step_after_the_last_day_changes_nothing() -> None:
    with born(SHORT, world=17) as model:
        while model.running:
            model.step()
        before, pressure = model.day_done, model.iraq.pressure
        model.step()
        assert (model.day_done, model.iraq.pressure) == (before, pressure)
        assert len(model.datacollector.get_model_vars_dataframe()) == 10


def test_run_model_runs_to_the_end() -> None:
    with born(SHORT, world=17) as model:
        model.run_model()
        assert model.day_done == 9


def test_agents_are_the_actors() -> None:
    with born(SHORT, world=17) as model:
        assert len(model.agents) == 10
        assert all(isinstance(agent, mesa.Agent) for agent in model.agents)
        assert {agent.name for agent in model.agents} == {"Iran", "United States", "Iraqi government", *SHORT.groups}
        assert len(model.agents_by_type[type(model.groups[0])]) == 7
        assert {agent.unique_id for agent in model.agents} == set(range(1, 11))
        assert all(agent.model is model for agent in model.agents)
        assert model.agents.select(lambda agent: agent.name == "Iran").get("order") == [model.iran.order]


def test_an_actor_says_who_it_is_and_what_it_does() -> None:
    with born(SHORT, world=17) as model:
        model.step()
        rung = LADDERS["iraq"].names[model.iraq.rung]
        assert repr(model.iraq) == f"<Iraqi government: {rung}>"
        assert repr(model.groups[0]) == f"<Kataib Hezbollah: {LADDERS['militia'].names[model.groups[0].posture]}>"
        assert {repr(agent).split(":")[0] for agent in model.agents} >= {"<Iran", "<United States"}
        assert repr(model) == "<WithdrawalModel: world 17 of a scenario without a name, seed 1, before day 1>"
    with born(SHORT, worlds=range(6)) as model:
        assert repr(model.united_states) == "<United States, in 6 worlds>"
        assert "6 worlds" in repr(model)


@pytest.mark.parametrize(
    ("of", "name"),
    [
        ("iraq", "pressure"), ("iraq", "stance"), ("iran", "order"), ("iran", "press_rung"),
        ("united_states", "stress"),
        ("presence", "troops"), ("public", "camp_us"), ("militia", "calls"), ("talks", "possible"), ("region", "isis"),
    ],
)  # fmt: skip
def test_what_an_actor_remembers_is_read_and_not_set(of: str, name: str) -> None:
    with born(SHORT, world=17) as model:
        before = getattr(getattr(model, of), name)
        with pytest.raises(AttributeError, match=f"{of}.{name} is read, not set: .*script an event.*model.world"):
            setattr(getattr(model, of), name, 0.5)
        assert getattr(getattr(model, of), name) == before
        with pytest.raises(AttributeError, match=f"{of} has no no_such_number; there is .*{name}"):
            getattr(getattr(model, of), "no_such_number")  # noqa: B009


def test_a_group_s_numbers_are_read_and_not_set() -> None:
    with born(SHORT, world=17) as model:
        group = model.groups[2]
        assert (group.fear, group.posture) == (model.world.militia.fear[2], model.world.militia.groups[2].posture)
        for name in ("fear", "posture"):
            with pytest.raises(AttributeError, match="is read, not set"):
                setattr(group, name, 1)
        group.remark = "an attribute of one's own may be put beside them"
        assert group.remark.startswith("an attribute")


def test_a_world_that_somebody_puts_in_is_the_one_that_is_read_and_lived() -> None:
    with born(SHORT, world=17) as model:
        model.step()
        model.world = model.world._replace(iraq=model.world.iraq._replace(steady=0.9, news=0.0))
        assert model.iraq.pressure == model.value("pressure") >= 0.9
        model.step()
        assert model.iraq.pressure > 0.85


def test_an_observer_is_shown_what_it_declares_and_when() -> None:
    class Diary:
        needs: Mapping[str, Need] = {"pressure": Need("daily"), "rung/iraq": Need("weekly"), "outcome": Need("end")}

        def __init__(self) -> None:
            self.seen: list[tuple[int, set[str]]] = []

        def see(self, day: int, values: Mapping[str, Any]) -> None:
            assert values["pressure"] == model.iraq.pressure
            self.seen.append((day, set(values)))

    diary = Diary()
    with born(SHORT, world=17) as model:
        model.watch(diary)
        model.run_model()
    daily, weekly = {"pressure"}, {"pressure", "rung/iraq"}
    ordinary = [(day, weekly if day == 6 else daily) for day in range(9)]
    assert diary.seen == [*ordinary, (9, {"pressure", "rung/iraq", "outcome"})]


def test_a_quantity_that_is_not_there_is_an_error_at_once() -> None:
    class Wrong:
        needs: Mapping[str, Need] = {"presure": Need("daily")}

        def see(self, _: int, __: Mapping[str, Any]) -> None:
            raise AssertionError

    with born(SHORT, world=17) as model, pytest.raises(KeyError, match="presure"):
        model.watch(Wrong())


def test_the_scenario_may_be_named() -> None:
    model = WithdrawalModel("status_quo", seed=3, world=5)
    try:
        assert model.scenario.name == "status_quo"
        assert model.seed == 3
        model.step()
    finally:
        forget(model)


def test_what_a_world_collects_day_by_day() -> None:
    with born(SHORT, world=17) as model:
        pressure = []
        while model.running:
            model.step()
            pressure.append(model.iraq.pressure)
        table = model.datacollector.get_model_vars_dataframe()
        assert table["day"].tolist() == list(range(10))
        assert table["pressure"].tolist() == pressure
        assert {"public_stance", "private_wish", "go_ahead", "attacks_iraq", "us_strikes", "troops"} <= set(table)
        row = simulate(SHORT, worlds=[17]).worlds
        assert table["attacks_iraq"].sum() == row["attacks_iraq"][0]
        assert table["pressure"].max() == row["pressure_max"][0]


def test_nothing_is_collected_where_it_is_not_wanted() -> None:
    with born(SHORT, world=1, collect=False) as model:
        model.step()
        assert model.datacollector.model_vars == {}


def test_a_user_s_own_collector_sees_the_model_and_its_agents() -> None:
    collector = mesa.DataCollector(
        model_reporters={"mood": lambda model: model.iraq.mood, "day": "day_done"},
        agent_reporters={"name": "name", "posture": lambda agent: getattr(agent, "posture", None)},
        agenttype_reporters={},
    )
    with born(SHORT, world=17, collect=False) as model:
        moods = []
        while model.running:
            model.step()
            collector.collect(model)
            moods.append(model.iraq.mood)
        of_model, of_agents = collector.get_model_vars_dataframe(), collector.get_agent_vars_dataframe()
        assert of_model["mood"].tolist() == moods
        assert of_model["day"].tolist() == list(range(10))
        assert len(of_agents) == 10 * 10
        last = of_agents.xs(10, level="Step").set_index("name")["posture"]
        assert {name: last[name] for name in SHORT.groups} == {group.name: group.posture for group in model.groups}


def run_batch(parameters: dict[str, Any], **how: Any) -> list[dict[str, Any]]:
    """mesa.batch_run, which keeps no model."""
    before = set(mesa.Agent._ids)
    rows: list[dict[str, Any]] = mesa.batch_run(
        WithdrawalModel, parameters, number_processes=1, display_progress=False, **how
    )
    assert set(mesa.Agent._ids) <= before
    return rows


def test_batch_run_over_worlds_gives_each_its_own_history() -> None:
    worlds = [0, 3, 17]
    rows = run_batch({"scenario": [SHORT], "seed": 1, "world": worlds})
    assert [row["world"] for row in rows] == worlds
    assert [row["day"] for row in rows] == [9, 9, 9]
    expected = []
    for world in worlds:
        with born(SHORT, world=world) as model:
            while model.running:
                model.step()
            expected.append(model.iraq.pressure)
    assert [row["pressure"] for row in rows] == expected


def test_batch_run_day_by_day() -> None:
    rows = run_batch({"scenario": [SHORT], "world": [4, 5]}, data_collection_period=1)
    for world in (4, 5):
        days = [row["day"] for row in rows if row["world"] == world]
        assert days == list(range(10))


def test_batch_run_stops_at_its_own_limit() -> None:
    """Mesa's max_steps=4 lives five days; the days that are given are right."""
    rows = run_batch({"scenario": [SHORT], "world": [4]}, max_steps=4, data_collection_period=1)
    assert [row["day"] for row in rows] == list(range(5))


def test_batch_run_takes_a_scenario_by_name() -> None:
    rows = run_batch({"scenario": "status_quo", "world": [1, 2]}, max_steps=5)
    assert [(row["scenario"], row["world"]) for row in rows] == [("status_quo", 1), ("status_quo", 2)]


def test_batch_run_over_scenarios_is_paired() -> None:
    other = conditions({"fronts.gaza.war_days": 600.0, "united_states.restraint": 0.1}, days=10)
    rows = run_batch({"scenario": [SHORT, other], "world": [1]})
    assert len(rows) == 2
    assert rows[0]["salience"] == rows[1]["salience"]


def test_a_block_in_one_model_is_a_mesa_model_too() -> None:
    with born(SHORT, worlds=range(6)) as model:
        model.run_model()
        assert model.iraq.pressure.shape == (6,)
        assert len(model.agents) == 10
        assert model.datacollector.model_vars == {}


@pytest.mark.parametrize("lets_go", [lambda model: None, forget])
def test_a_model_that_is_done_with_is_let_go(lets_go: Callable[[WithdrawalModel], None]) -> None:
    before = len(mesa.Agent._ids)
    model = WithdrawalModel(SHORT, world=1)
    assert len(mesa.Agent._ids) == before  # of other models Mesa would keep each
    watched = weakref.ref(model)
    lets_go(model)
    del model
    gc.collect()
    assert watched() is None


def test_simulate_leaves_no_model_behind() -> None:
    before = len(mesa.Agent._ids)
    simulate(SHORT, worlds=range(3))
    assert len(mesa.Agent._ids) == before


def test_a_simulation_that_fails_leaves_no_model_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(self: Weekly, day: int, values: Any) -> None:
        raise RuntimeError("a full disk, say")

    monkeypatch.setattr(Weekly, "see", breaks)
    before = len(mesa.Agent._ids)
    with pytest.raises(RuntimeError):
        simulate(SHORT, worlds=range(3))
    assert len(mesa.Agent._ids) == before


def test_a_model_does_not_draw_from_mesa_s_own_random_numbers() -> None:
    """Nor does whoever uses them change a history."""
    with born(SHORT, world=2) as one, born(SHORT, world=2) as other:
        while one.running:
            one.random.random()
            one.rng.random()
            one.step()
            other.step()
        assert one.iraq.pressure == other.iraq.pressure
        assert one.iraq.mood == other.iraq.mood


def test_the_default_scenario_is_the_status_quo() -> None:
    model = WithdrawalModel()
    try:
        assert model.scenario.name == "status_quo"
        assert isinstance(model.scenario, Scenario)
    finally:
        forget(model)
