"""A model that was copied or pickled lives on to the same bits, by itself: before, during and after its days."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest

import sim
from model.histories import conditions, numbers, one_world, state_of
from sim.engine.fused import machine
from sim.engine.mesa import WithdrawalModel
from sim.engine.observe import Need, Series, Tally
from sim.language.number import where
from sim.scenario.load import load

NOISY = load("forced_exit", changes={"days": 16})
SETS = conditions(
    {"united_states.restraint": 0.2},
    days=16,
    events=[
        {"kind": "set", "name": "united_states.restraint", "value": 0.9, "day": 12},
        {"kind": "truce", "front": "gaza", "day": 5, "days": 10},
    ],
    uncertain={"iraq.base_pressure": {"uniform": (0.1, 0.3)}},
)


@pytest.fixture(autouse=True)
def short_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some days of spin-up instead of a year."""
    monkeypatch.setattr("sim.engine.almanac.SPIN_UP", 40)


@sim.choice(name="dove", version="1")
def dove(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """Words or talks."""
    return where(me.pressure > 0.25, "talks", "condemn")  # type: ignore[call-overload]


class Counts:
    """A choice that remembers how often it was asked, and condemns on every third day."""

    __name__, version = "counts", "1"

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, *_: Any) -> Any:
        self.asked += 1
        return "condemn" if self.asked % 3 == 0 else "silence"


class Diary:
    """An observer that a user brings."""

    needs: Mapping[str, Need] = {"pressure": Need("daily"), "attacks_iraq": Need("weekly", "sum")}

    def __init__(self) -> None:
        self.seen: list[tuple[int, dict[str, Any]]] = []

    def see(self, day: int, values: Mapping[str, Any]) -> None:
        self.seen.append((day, {name: numbers(value) for name, value in values.items()}))


def by_pickle(model: WithdrawalModel) -> WithdrawalModel:
    found: WithdrawalModel = pickle.loads(pickle.dumps(model))
    return found


def by_an_old_pickle(model: WithdrawalModel) -> WithdrawalModel:
    found: WithdrawalModel = pickle.loads(pickle.dumps(model, protocol=2))
    return found


WAYS: tuple[Callable[[WithdrawalModel], WithdrawalModel], ...] = (
    copy.deepcopy, copy.copy, by_pickle, by_an_old_pickle, lambda model: by_pickle(copy.deepcopy(by_pickle(model)))
)  # fmt: skip
KINDS: dict[str, dict[str, Any]] = {
    "alone": {"scenario": NOISY, "world": 3},
    "alone, all that is kept": {"scenario": NOISY, "world": 3, "events": True},
    "alone, drawn and set": {"scenario": SETS, "world": 2, "seed": 5, "events": True},
    "alone, with a choice": {"scenario": NOISY, "world": 3, "choices": {"iraq": dove}},
    "alone, with a choice that remembers": {"scenario": NOISY, "world": 3, "choices": {"iraq": Counts()}},
    "a block": {"scenario": NOISY, "worlds": range(5), "overrides": {"united_states.restraint": np.linspace(0, 1, 5)}},
    "a block, all that is kept": {"scenario": SETS, "worlds": range(3), "events": True},
    "a block, with a choice": {"scenario": NOISY, "worlds": range(3), "choices": {"iraq": dove}, "events": True},
}


def said_by(model: WithdrawalModel) -> dict[str, Any]:
    """All that can be seen of a model, to the last bit."""
    found: dict[str, Any] = {
        "state": numbers(state_of(model)),
        "numbers in force": numbers(vars(model.p.united_states)),
        "counts": numbers(model.counts),
        "collected": model.datacollector.get_model_vars_dataframe().to_dict() if model._collect else None,
        "days": (model.day, model.day_done, model.running, model.steps, model.seed, numbers(model.keys)),
        "agents": [(agent.unique_id, agent.name, repr(agent)) for agent in model.agents],
        "repr": repr(model),
    }
    if model.log is not None:
        found["log"] = model.log.table()
        found["accounts"] = [model.account("pressure", place) for place in range(np.size(model.worlds))]
    for watch in model.watches.all:
        if isinstance(watch._observer, Diary):
            found["diary"] = watch._observer.seen
    return found


def steps(model: WithdrawalModel, days: int) -> Iterator[dict[str, Any]]:
    """What can be seen after each of the next days."""
    for _ in range(days):
        model.step()
        yield said_by(model)


@pytest.mark.parametrize(
    ("kind", "way"),
    [*((kind, way) for kind in KINDS for way in (copy.deepcopy, by_pickle)), *(("alone", way) for way in WAYS[1:])],
)
def test_a_copy_lives_on_as_the_original_would_have(kind: str, way: Callable[[Any], WithdrawalModel]) -> None:
    how = copy.deepcopy(KINDS[kind])
    days = how["scenario"].days
    for before in (0, 7, days):
        model = WithdrawalModel(**how)
        model.watch(Diary())
        for _ in range(before):
            model.step()
        there = said_by(model)
        other = way(model)
        assert said_by(other) == there
        ahead = list(steps(other, days - before + 1))  # one more than there is: it changes nothing
        assert said_by(model) == there  # the copy's days are its own
        assert list(steps(model, days - before + 1)) == ahead


def test_a_copy_is_whole() -> None:
    model = WithdrawalModel(NOISY, world=3, events=True)
    for way in WAYS:
        other = way(model)
        assert all(agent.model is other for agent in other.agents)
        assert [type(agent) for agent in other.agents] == [type(agent) for agent in model.agents]
        assert (other.iraq, *other.groups) == tuple(
            agent for agent in other.agents if agent.name in ("Iraqi government", *NOISY.groups)
        )
        assert other.region.model is other
        assert (other.step.__self__, other._user_step.__self__) == (other, other)
        assert other.quantities.keys() == model.quantities.keys()
        assert other.value("pressure") == model.value("pressure")
        assert other.at.ledger is other.log
        assert other.log is not model.log


def test_a_copy_of_an_actor_is_one_of_a_copied_model() -> None:
    model = WithdrawalModel(NOISY, world=3)
    for actor in (copy.deepcopy(model.iraq), pickle.loads(pickle.dumps(model.iraq))):
        assert actor.model is not model
        assert actor.model.iraq is actor
        actor.model.step()
        assert actor.pressure != model.iraq.pressure or actor.model.day == model.day + 1


def test_agents_of_one_s_own_go_on_being_counted_in_a_copy() -> None:
    model = WithdrawalModel(NOISY, world=3)
    mine = mesa.Agent(model)
    assert mine.unique_id == 11
    for way in WAYS:
        other = way(model)
        assert mesa.Agent(other).unique_id == 12
        assert len({agent.unique_id for agent in other.agents}) == 12
    assert mesa.Agent(model).unique_id == 12
    assert [agent.unique_id for agent in mesa.Agent.create_agents(model, 2)] == [13, 14]


def test_mesa_keeps_no_model_of_this_kind() -> None:
    before = len(mesa.Agent._ids)
    model = WithdrawalModel(NOISY, world=3)
    copies = [way(model) for way in WAYS]
    mesa.Agent(model)
    assert len(mesa.Agent._ids) == before
    assert len(copies) == len(WAYS)


def test_a_pickled_model_lives_on_in_another_process(tmp_path: Path) -> None:
    model = WithdrawalModel(NOISY, seed=7, world=3)
    for _ in range(10):
        model.step()
    (tmp_path / "model").write_bytes(pickle.dumps(model))
    code = (
        "import pickle, sys; model = pickle.loads(open(sys.argv[1], 'rb').read()); model.run_model();"
        "print(model.seed, model.day_done, model.iraq.pressure.hex(), model.counts['attacks_iraq'])"
    )
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}", str(tmp_path / "model")]
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    model.run_model()
    counted = model.counts["attacks_iraq"]
    assert said.split() == ["7", "15", model.iraq.pressure.hex(), str(counted)]


def test_a_choice_that_pickle_cannot_write_is_said_in_words() -> None:
    def local(me: Any, sees: Any, p: Any, at: Any) -> Any:
        return at.usual

    for function, why in ((local, "it is defined inside another function"), (lambda *_: "silence", "it is a lambda")):
        model = WithdrawalModel(NOISY, world=3, choices={"iraq": function})
        with pytest.raises(pickle.PicklingError, match=rf"for the government cannot be pickled: {why}\. Put it into a"):
            pickle.dumps(model)
        other = copy.deepcopy(model)  # which need not leave this process
        other.step()
        model.step()
        assert said_by(other) == said_by(model)


def test_the_fresh_seed_of_a_model_gives_the_same_again() -> None:
    one, two = WithdrawalModel(NOISY, seed=None, world=3), WithdrawalModel(NOISY, seed=None, world=3)
    assert one.seed != two.seed
    assert type(one.seed) is int
    again = WithdrawalModel(NOISY, seed=one.seed, world=3)
    for model in (one, again):
        model.run_model()
    assert said_by(one) == said_by(again)
    assert (one.random.random(), one.rng.random()) == (again.random.random(), again.rng.random())


def test_mesa_s_own_random_numbers_begin_anew_from_the_seed() -> None:
    """As with other models of Mesa: `reset_randomizer` without a seed takes the model's."""
    model = WithdrawalModel(conditions(days=1), seed=4)
    first = model.random.random()
    model.reset_randomizer()
    assert model.random.random() == first


@pytest.mark.skipif(bool(machine.available()), reason=machine.available() or "there are programs")
def test_a_block_that_a_program_lives_can_be_copied_between_its_days(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.engine.fused.live import Fused

    monkeypatch.setenv("IRAQ_WITHDRAWAL_SIM_CACHE", str(tmp_path))
    scenario = load("forced_exit", changes={"days": 60})
    series = Series(["pressure"], scenario.days, 4)
    drive = Fused((Tally.needs, series.needs)).live
    model = WithdrawalModel(scenario, worlds=range(4), drive=drive)
    model.watch(series)
    drive(model, 30)
    assert drive.__self__.by_program > 0
    copies = [way(model) for way in WAYS]
    drive(model, scenario.days)
    by_numpy = WithdrawalModel(scenario, worlds=range(4))
    by_numpy.run_model()
    for number, other in enumerate(copies):
        if number % 2:
            other.run_model()  # by NumPy from here on
        else:
            drive(other, scenario.days)
        for place in range(4):
            here, there, plain = (
                numbers(one_world((each.counts, each.world.iraq), place)) for each in (other, model, by_numpy)
            )
            assert here == there == plain
