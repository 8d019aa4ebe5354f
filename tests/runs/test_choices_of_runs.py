"""Runs with a replaced choice: never taken for the model's own, and gone on with by the same version only."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import my_choices
import pytest

import sim
from sim.jobs import run as job
from sim.runs.data import asked
from sim.runs.errors import InputError
from sim.scenario.load import load

pytestmark = pytest.mark.usefixtures("short_past")
SAID = "with a replaced choice: the government by 'dove' version 1"


@pytest.fixture(scope="module")
def short() -> Any:
    """A shipped scenario, cut short."""
    return load("forced_exit", changes={"days": 12})


def run(scenario: Any, choice: Callable[..., Any] | None, **how: Any) -> sim.Result:
    """A few worlds under a government."""
    choices = None if choice is None else {"iraq": choice}
    return job.run(scenario, **{"worlds": 4, "events": "none", "choices": choices, **how})


def test_a_result_and_its_folder_say_whose_choice_was_replaced(short: Any, tmp_path: Path) -> None:
    record = [{"actor": "iraq", "who": "the government", "name": "dove", "version": "1"}]
    result = run(short, my_choices.dove, out=tmp_path / "x")
    for one in (result, sim.open(tmp_path / "x"), run(short, my_choices.dove)):
        assert one.choices == record
        assert one.replaced == SAID
        assert SAID in repr(one)
    manifest = json.loads((tmp_path / "x" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["choices"] == record
    assert manifest["command"] == (
        "sim.run(['scenarios/forced_exit.toml'], worlds=4, seed=1, events='none', choices={'iraq': dove})"
    )
    plain = run(short, None)
    assert (plain.choices, plain.replaced) == ([], "")
    assert "replaced" not in repr(plain)


def test_commands_do_not_repeat_it(short: Any, tmp_path: Path) -> None:
    run(short, my_choices.dove, out=tmp_path / "x")
    with pytest.raises(InputError) as caught:
        asked(tmp_path / "x")
    assert str(caught.value) == (
        f"{tmp_path / 'x'} was made {SAID}: commands know the model's own choices only. In Python, sim.run(…, "
        "choices=…) runs it again"
    )


def test_the_same_version_goes_on_and_nothing_else_does(
    short: Any, tmp_path: Path, same: Callable[[Path, Path], None]
) -> None:
    folder = tmp_path / "x"
    run(short, my_choices.dove, out=folder, worlds=2)
    run(short, my_choices.dove, out=folder)
    run(short, my_choices.dove, out=tmp_path / "at once")
    same(folder, tmp_path / "at once")
    for other, said in (
        (my_choices.later_dove, "you ask for it with a replaced choice: the government by 'dove' version 2"),
        (None, "you ask for it by the model's own choices"),
    ):
        with pytest.raises(InputError) as caught:
            run(short, other, out=folder, worlds=8)
        assert f"it was made {SAID}, {said}" in str(caught.value)
    run(short, None, out=tmp_path / "own")
    with pytest.raises(InputError, match=f"it was made by the model's own choices, you ask for it {SAID}"):
        run(short, my_choices.dove, out=tmp_path / "own")
    run(short, my_choices.dove, out=tmp_path / "own", overwrite=True)
    same(folder, tmp_path / "own")


def test_without_a_version_nothing_is_added_to(short: Any, tmp_path: Path) -> None:
    run(short, my_choices.nameless, out=tmp_path / "x")
    for worlds in (4, 8):
        with pytest.raises(InputError) as caught:
            run(short, my_choices.nameless, out=tmp_path / "x", worlds=worlds)
        assert (
            "the government by 'nameless' of no declared version cannot be told from another of that name, so nothing "
            'is added to what it made: declare one with @sim.choice(name="…", version="1")'
        ) in str(caught.value)
    run(short, my_choices.nameless, out=tmp_path / "x", worlds=8, overwrite=True)


def test_a_piece_of_one_choice_is_none_of_another(short: Any) -> None:
    keys = set()
    for choice in (None, my_choices.dove, my_choices.later_dove, my_choices.nameless):
        inputs = job.inputs_of(short, worlds=4, choices=None if choice is None else {"iraq": choice})
        keys.add(inputs.key(0))
    keys.add(job.inputs_of(short, worlds=4, choices={"iran": my_choices.dove}).key(0))
    assert len(keys) == 5


def test_a_saved_result_is_the_folder_of_a_run(short: Any, tmp_path: Path, same: Callable[[Path, Path], None]) -> None:
    run(short, my_choices.dove, events="all").save(tmp_path / "saved")
    run(short, my_choices.dove, events="all", out=tmp_path / "run")
    same(tmp_path / "saved", tmp_path / "run")


def test_typical_histories_are_lived_under_the_same_choice(short: Any) -> None:
    acts = run(short, my_choices.dove, events="typical").events
    mine = acts[(acts["actor"] == "Iraqi government") & (acts["act"] == "act") & (acts["day"] >= 0)]
    assert set(mine["rule"]) <= {"a replaced choice: dove"}
    assert len(mine)


def test_what_workers_cannot_import_is_refused_before_anything_is_computed(short: Any, tmp_path: Path) -> None:
    @sim.choice(name="inner", version="1")
    def inner(me: Any, sees: Any, p: Any, at: Any) -> int:
        return 0

    in_main = eval("lambda me, sees, p, at: 0")
    in_main.__qualname__ = in_main.__name__ = "typed"
    in_main.__module__ = "__main__"
    gone = eval("lambda me, sees, p, at: 0")
    gone.__qualname__ = gone.__name__ = "gone"
    for choice, name, reason in (
        (lambda me, sees, p, at: 0, "<lambda>", "it is a lambda"),
        (inner, "inner", "it is defined inside another function"),
        (in_main, "typed", "it is defined in the script or notebook itself"),
        (gone, "gone", "it cannot be pickled ("),
    ):
        with pytest.raises(InputError) as caught:
            run(short, choice, workers=2, out=tmp_path / "x")
        assert f"the choice '{name}' for the government cannot go to worker processes: {reason}" in str(caught.value)
        assert str(caught.value).endswith(
            "Put it into a file of its own and import it from there (from my_choices import …), or use workers=1"
        )
    assert not (tmp_path / "x").exists()
    assert len(run(short, inner).worlds) == 4


def test_a_person_is_asked_in_one_world_and_once(short: Any) -> None:
    with pytest.raises(InputError) as caught:
        run(short, my_choices.somebody)
    assert str(caught.value) == (
        "the choice 'somebody' for the government asks a person, who can live one world only: run one scenario with "
        "worlds=1, or sim.WithdrawalModel(scenario, world=…, choices=…)"
    )
    with pytest.raises(InputError, match="typical worlds are lived a second time for their acts"):
        run(short, my_choices.somebody, worlds=1, events="typical")
    assert len(run(short, my_choices.somebody, worlds=1, events="all").worlds) == 1


def test_an_actor_that_is_not_there_is_a_fault_of_input(short: Any) -> None:
    with pytest.raises(InputError, match="no choice is called 'irak'; did you mean 'iraq'"):
        job.run(short, worlds=2, choices={"irak": my_choices.dove})


def test_two_governments_are_compared_world_by_world(short: Any) -> None:
    one, two, own = (run(short, choice) for choice in (my_choices.dove, my_choices.later_dove, None))
    table = one.difference(two)
    assert table["paired"].all()
    assert set(table["scenario"]) == {f"forced_exit, {SAID}"}
    assert set(table["other"]) == {"forced_exit, with a replaced choice: the government by 'dove' version 2"}
    assert set(one.difference(own)["other"]) == {"forced_exit"}
    assert set(own.difference(one, "forced_exit")["scenario"]) == {"forced_exit"}
