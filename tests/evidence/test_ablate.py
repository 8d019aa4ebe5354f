"""Ablations: each mechanism is switched off by numbers that are there, and one that carries nothing is told as such."""

from __future__ import annotations

import pytest

from sim.docs import ablations as shown
from sim.evidence import ablate as module
from sim.evidence.ablate import ABLATIONS, CONDITIONS, DECIDED, Ablation, ablate
from sim.evidence.patterns import PATTERNS
from sim.scenario.load import load
from sim.scenario.parameters import parameters
from sim.scenario.schema import Scenario


@pytest.mark.parametrize("one", ABLATIONS, ids=lambda one: one.name)
def test_an_ablation_sets_numbers_that_there_are_to_what_is_allowed(one: Ablation) -> None:
    defaults = {name: value for name, value, _ in parameters(Scenario())}
    scenario = load("status_quo", changes=one.overrides)  # ScenarioError for an unknown name, or what is not allowed
    for hindcast in {pattern.hindcast for pattern in PATTERNS.values()}:
        load(hindcast, changes=one.overrides)
    given = {name.replace('"', ""): value for name, value, _ in parameters(scenario)}
    plain = {name.replace('"', ""): value for name, value in defaults.items()}
    for name, value in one.overrides.items():
        name = name.replace('"', "")
        assert given[name] == value != plain[name], name


def test_names_are_told_apart() -> None:
    assert len({one.name for one in ABLATIONS}) == len(ABLATIONS) >= 35
    assert len({tuple(sorted(one.overrides.items())) for one in ABLATIONS}) == len(ABLATIONS)


@pytest.mark.usefixtures("short_past_once")
def test_what_is_lost_and_moved_and_what_carries_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "validate", made_up)
    some = (
        Ablation("fronts", "fronts move nobody", {"region.motive": 0.0, "region.politics": 0.0}),
        Ablation("nothing", "all is as it was", {"region.motive": 1.0}),
    )
    told: list[tuple[int, int]] = []
    found = ablate(some, worlds=6, days=60, engine="numpy", progress=lambda *so_far: told.append(so_far))
    assert told == [(1, 3), (2, 3), (3, 3)]
    fronts, nothing = found["ablations"]
    assert (fronts["lost"], fronts["gained"]) == (["attack_rate"], [])
    assert not fronts["changes_nothing"]
    assert all(share == 1.0 for share in fronts["worlds_moved"].values())
    assert nothing["changes_nothing"]
    assert not any(nothing["worlds_moved"].values())
    for name in CONDITIONS:
        assert nothing["shares"][name][DECIDED]["difference"] == 0.0
    block = shown.block(found)
    assert "all is as it was; **this moves nothing at all**" in block
    assert block.count("moves nothing at all") == 1
    assert "| fronts | fronts move nobody | `attack_rate` | none |" in block
    assert "2 mechanisms" in block and "6 of each scenario" in block


def made_up(*, changes: dict[str, float], **_: object) -> list[dict[str, object]]:
    """Patterns of which one needs the fronts."""
    return [
        {"id": "attack_rate", "counted": True, "new": False, "inside": changes.get("region.motive") != 0.0},
        {"id": "quiet", "counted": False, "new": True, "inside": True},
        {"id": "share_in_iraq", "counted": False, "new": False, "inside": True},
    ]


def test_the_table_knows_of_what_it_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    before = module.made_of()
    assert before == module.made_of()
    assert before != module.made_of(worlds=10)
    monkeypatch.setattr(module, "ABLATIONS", ABLATIONS[:-1])
    assert module.made_of() != before
