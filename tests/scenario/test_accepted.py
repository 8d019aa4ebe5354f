"""Worlds that draw a vector of the accepted set: whole, by their key, and nothing that the scenario sets."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import sim
from sim import cli
from sim.engine.blocks import simulate
from sim.engine.uncertain import drawn, vector
from sim.language.luck import world_keys
from sim.scenario import load as module
from sim.scenario.accepted import Accepted, accepted, read
from sim.scenario.errors import ScenarioError
from sim.scenario.load import fingerprint, load

DRAWS = load("forced_exit", changes={"uncertainty": "accepted", "days": 10})


def test_a_world_draws_one_vector_whole() -> None:
    keys = world_keys(1, np.arange(300))
    values, which = drawn(DRAWS, keys), vector(keys)
    assert isinstance(which, np.ndarray)
    for world in (0, 17, 299):
        whole = accepted().vector(int(which[world]))
        assert {name: numbers[world] for name, numbers in values.items()} == whole
    many = np.bincount(which, minlength=len(accepted()))
    assert many.sum() == 300 and np.count_nonzero(many) > 0.9 * min(len(accepted()), 300) * (1 - np.exp(-1))


def test_alone_and_in_a_block_it_is_the_same_vector_and_the_same_world() -> None:
    block = simulate(DRAWS, worlds=range(5)).worlds
    for world in range(5):
        assert vector(world_keys(1, world)) == vector(world_keys(1, np.arange(5)))[world]
        alone = simulate(DRAWS, worlds=[world]).worlds
        assert all(repr(column[world]) == repr(alone[name][0]) for name, column in block.items())


def test_every_scenario_draws_the_same_vector_in_a_world() -> None:
    other = load("status_quo", changes={"uncertainty": "accepted"})
    keys = world_keys(1, 5)
    assert drawn(other, keys) == drawn(DRAWS, keys)


def test_what_the_scenario_sets_is_kept() -> None:
    name = "iraq.survival"
    usual = DRAWS.iraq.survival
    keys = world_keys(1, 5)
    assert name in drawn(DRAWS, keys)
    assert name not in drawn(DRAWS.replace(**{name: usual * 0.9}), keys)
    with_its_own = DRAWS.replace(**{name: {"choices": [usual]}})
    assert drawn(with_its_own, keys)[name] == usual


def test_the_central_values_draw_nothing() -> None:
    assert drawn(load("forced_exit", changes={"uncertainty": "none"}), world_keys(1, 5)) == {}


def test_the_answer_s_scenarios_draw_from_it_and_hindcasts_do_not() -> None:
    for name in ("status_quo", "negotiated_exit", "forced_exit", "gaza_ceasefire", "history/from_october"):
        assert load(name).uncertainty == "accepted"
    assert load("history/gaza_2023").uncertainty == "none"


def test_another_set_is_another_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    before, central = fingerprint(DRAWS), fingerprint(load("forced_exit", changes={"uncertainty": "none"}))
    found = accepted()
    other = Accepted(found.names, found.values[1:], found.found[1:], found.made, "another")
    monkeypatch.setattr(module, "accepted", lambda: other)
    assert fingerprint(DRAWS) != before
    assert fingerprint(load("forced_exit", changes={"uncertainty": "none"})) == central


def test_the_sum_is_of_names_and_values_alone() -> None:
    text = '{"seed": %d, "numbers": ["a"], "vectors": [{"batch": %d, "values": [%s]}]}'
    assert read(text % (1, 1, 0.5)).sum == read(text % (2, 2, 0.5)).sum != read(text % (1, 1, 0.25)).sum


def test_a_number_that_leaves_no_room_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    low = accepted().spans["united_states.cut_commander"][0]
    file.write_text(f'extends = "status_quo"\n[united_states]\ncut_iraq = {low + 0.1:.2f}\n', encoding="utf-8")
    with pytest.raises(ScenarioError) as fault:
        load(file)
    (said,) = fault.value.faults
    assert said.line == 3 and 'uncertainty = "accepted" draws united_states.cut_commander' in str(said)


@pytest.mark.parametrize(("word", "of"), [("none", 0), ("accepted", 1), ("judgement", 0)])
def test_the_table_of_worlds_says_which_vector(word: str, of: int) -> None:
    result = sim.run(DRAWS.replace(uncertainty=word), worlds=4, events="none")
    column = result.worlds["vector"]
    assert column.notna().all() if of else column.isna().all()
    if of:
        assert column.tolist() == vector(world_keys(1, np.arange(4))).tolist()


def test_the_option_says_what_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for word in ("none", "accepted", "judgement"):
        options = ["explain", "forced_exit", "--world", "1", "--days", "3", "--json", "--uncertainty", word]
        assert cli.main(options) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0] != told[1] != told[2] != told[0]
    assert cli.main(options[:-2]) == 0, "as the scenario says"
    assert json.loads(capsys.readouterr().out) == told[1]
