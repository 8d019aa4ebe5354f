"""Methods that are declared low and done higher up."""

from __future__ import annotations

import inspect
import pickle
import pydoc
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

import sim
from sim.language.door import Door
from sim.results.result import Result


class House:
    def __init__(self, rooms: int) -> None:
        self.rooms = rooms

    @Door
    def count(self, more: int = 0) -> int:
        """How many rooms there are, and some more."""
        raise NotImplementedError


class Wing(House):
    """It has the doors of the house."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, ignored_types=(Door,))
    rooms: int = 2

    @Door
    def count(self) -> int:
        """How many rooms."""
        raise NotImplementedError


@pytest.fixture
def _opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Door, "opened", {**Door.opened})
    Door.opens("House.count", lambda house, more=0: house.rooms + more)
    Door.opens("Frozen.count", lambda house: house.rooms)


@pytest.mark.usefixtures("_opened")
def test_an_opened_door_is_a_method() -> None:
    assert House(3).count() == 3
    assert Wing(3).count(more=1) == House.count(House(3), 1) == 4
    assert Frozen().count() == 2


def test_a_door_that_nobody_opened_says_so() -> None:
    with pytest.raises(RuntimeError, match=r"nothing stands behind House\.count yet"):
        House(3).count()


def test_help_shows_the_declaration() -> None:
    assert str(inspect.signature(House.count)) == "(self, more: 'int' = 0) -> 'int'"
    assert str(inspect.signature(House(1).count)) == "(more: 'int' = 0) -> 'int'"
    assert House(1).count.__doc__ == "How many rooms there are, and some more."
    shown = pydoc.plain(pydoc.render_doc(House))
    assert "count(self, more: 'int' = 0) -> 'int'" in shown
    assert "How many rooms there are" in shown


@pytest.mark.usefixtures("_opened")
def test_a_door_and_what_has_one_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(House.count)) is House.count
    assert pickle.loads(pickle.dumps(House(5))).count() == 5
    assert pickle.loads(pickle.dumps(House(5).count))(1) == 6
    assert pickle.loads(pickle.dumps(Frozen())) == Frozen()


def declared() -> dict[str, Door[Any, ..., Any]]:
    """Every door of the classes that people get hold of."""
    return {
        door.__qualname__: door
        for owner in (Result, sim.Scenario, sim.Sweep, sim.WhatIf)
        for door in vars(owner).values()
        if isinstance(door, Door)
    }


def test_every_door_is_opened_with_the_signature_it_declares() -> None:
    assert set(Door.opened) == set(declared())
    for name, door in declared().items():
        here, there = inspect.signature(door), inspect.signature(Door.opened[name])
        assert [(one.name, one.kind, one.default) for one in list(here.parameters.values())[1:]] == [
            (one.name, one.kind, one.default) for one in list(there.parameters.values())[1:]
        ]


def test_opening_them_imports_nothing_heavy() -> None:
    code = (
        "import sys, sim; heavy = {'numpy', 'pandas', 'pyarrow', 'mesa', 'matplotlib', 'pydantic', 'filelock'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    source = str(Path(__file__).parents[2] / "src")
    subprocess.run([sys.executable, "-c", f"import sys; sys.path.insert(0, {source!r}); {code}"], check=True)
