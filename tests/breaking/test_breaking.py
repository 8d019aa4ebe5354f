"""The program survives the attacks of the catalogue, and the page that says so is about this catalogue."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from .catalogue import KINDS, Attack, catalogue
from .ground import Workshop
from .making import opened_again
from .report import PAGE, Tried, counted, mark, page, said

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the attacks are made for POSIX systems")
ATTACKS = catalogue()
EVERY = 48
"""So many of the attacks that are not quick have one among the slow tests; the command tries all."""


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """One warm process for all attacks."""
    found = Workshop.at(tmp_path_factory.mktemp("breaking"))
    yield found
    found.end()


def attacked(workshop: Workshop, attack: Attack, briefly: bool) -> None:
    ground = workshop.ground(f"{ATTACKS.index(attack)}-{briefly}", briefly)
    attack.does(ground)
    opened_again(ground.root)
    shutil.rmtree(ground.root)


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(attack, marks=pytest.mark.slow if place % 2 == 0 else pytest.mark.nightly, id=str(attack))
        for place, attack in enumerate(attack for attack in ATTACKS if attack.quick)
    ],
)
def test_it_survives(workshop: Workshop, attack: Attack) -> None:
    attacked(workshop, attack, briefly=True)


@pytest.mark.slow
@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if not attack.quick][::EVERY], ids=str)
def test_it_survives_more(workshop: Workshop, attack: Attack) -> None:
    attacked(workshop, attack, briefly=True)


def test_the_page_is_about_this_catalogue_and_nothing_was_lost() -> None:
    told, numbers = said(PAGE.read_text(encoding="utf-8"))
    assert told == mark(ATTACKS), "run `python -m tests.breaking --report`"
    assert numbers == {kind: (count, count) for kind, count in counted(ATTACKS).items()}


def test_a_page_tells_what_was_not_survived() -> None:
    found = [Tried(attack, 1, "lost" if number == 3 else "") for number, attack in enumerate(ATTACKS)]
    told, numbers = said(page(found))
    first = next(iter(KINDS))
    assert told == mark(ATTACKS)
    assert numbers[first] == (counted(ATTACKS)[first], counted(ATTACKS)[first] - 1)
    assert "Not survived" in page(found)


def test_every_kind_has_quick_attacks_and_many() -> None:
    for kind in KINDS:
        mine = [attack for attack in ATTACKS if attack.kind == kind]
        assert len(mine) >= 20
        assert any(attack.quick for attack in mine)
