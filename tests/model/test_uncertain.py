"""Uncertain numbers: each is drawn once in a world, from where it says, whatever else is drawn or runs beside it."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.histories import born, conditions, numbers, one_world, proving, state_of
from sim.engine.blocks import simulate
from sim.engine.uncertain import TRIES, draw, drawn
from sim.language.exact import normal_quantile
from sim.language.luck import world_key, world_keys
from sim.language.tree import settings
from sim.scenario.conditions import judgement_ranges
from sim.scenario.schema import Scenario
from sim.scenario.uncertain import LEAST_WITHIN, Distribution, share_within

pytestmark = pytest.mark.usefixtures("short_past")

KEYS = world_keys(1, np.arange(50_000))
RESTRAINT = "united_states.restraint"
FORMS = {
    "uniform": Distribution(uniform=(0.2, 0.8)),
    "triangular": Distribution(triangular=(0.2, 0.3, 0.8)),
    "triangular to one side": Distribution(triangular=(0.2, 0.2, 0.8)),
    "normal": Distribution(normal=(0.4, 0.2), bounds=(0.2, 0.8)),
    "choices": Distribution(choices=(0.2, 0.5, 0.8)),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_number_lies_where_its_distribution_says(form: str) -> None:
    found = draw(FORMS[form], RESTRAINT, KEYS)
    assert found.shape == KEYS.shape
    assert found.min() >= 0.2
    assert found.max() <= 0.8
    low, high = np.quantile(found, (0.001, 0.999))
    assert low < 0.23
    assert high > 0.74


@pytest.mark.parametrize("form", FORMS)
def test_a_world_draws_alone_what_it_draws_in_a_block(form: str) -> None:
    together = draw(FORMS[form], RESTRAINT, KEYS[:300])
    for world in range(300):
        alone = draw(FORMS[form], RESTRAINT, world_key(1, world))
        assert not isinstance(alone, np.ndarray)
        assert float(alone).hex() == float(together[world]).hex()


def test_the_shapes_are_the_shapes() -> None:
    uniform, triangular = (draw(FORMS[form], RESTRAINT, KEYS) for form in ("uniform", "triangular"))
    assert uniform.mean() == pytest.approx(0.5, abs=0.004)
    assert uniform.std() == pytest.approx(0.6 / math.sqrt(12), rel=0.01)
    assert triangular.mean() == pytest.approx((0.2 + 0.3 + 0.8) / 3, abs=0.004)
    assert np.mean(triangular < 0.3) == pytest.approx(1 / 6, abs=0.01)
    choices, counts = np.unique(draw(FORMS["choices"], RESTRAINT, KEYS), return_counts=True)
    assert choices.tolist() == [0.2, 0.5, 0.8]
    assert counts / KEYS.size == pytest.approx(1 / 3, abs=0.01)
    normal = draw(FORMS["normal"], RESTRAINT, KEYS)
    law = NormalDist(0.4, 0.2)
    inside = law.cdf(0.8) - law.cdf(0.2)
    for x in (0.3, 0.4, 0.6):
        assert np.mean(normal < x) == pytest.approx((law.cdf(x) - law.cdf(0.2)) / inside, abs=0.01)


def test_a_normal_far_out_of_its_bounds_ends_at_its_mean() -> None:
    """After so many tries the mean stands, which is inside."""
    narrow = Distribution.model_construct(normal=(0.2, 1e9), bounds=(0.2, 0.2000001))  # a file may not say this
    assert (draw(narrow, RESTRAINT, KEYS[:50]) == 0.2).all()


def test_a_normal_that_a_file_may_say_is_hardly_ever_its_mean() -> None:
    assert (1.0 - LEAST_WITHIN) ** TRIES < 2e-4
    least = Distribution(normal=(0.5, 0.39), bounds=(0.4, 0.6))
    assert 0.2 < share_within(0.5, 0.39, (0.4, 0.6)) < 0.21
    found = draw(least, RESTRAINT, KEYS)
    assert np.mean(found == 0.5) < 1e-3
    assert len(np.unique(found)) > 0.99 * KEYS.size


@proving
@given(st.floats(1e-9, 1.0, exclude_max=True))
def test_the_normal_quantile_is_that(u: float) -> None:
    assert normal_quantile(u) == pytest.approx(NormalDist().inv_cdf(u), rel=2e-9, abs=1e-9)


def test_the_normal_quantile_rises_over_its_seams() -> None:
    for seam in (0.02425, 0.5, 1 - 0.02425):
        near = [normal_quantile(seam + step * 1e-6) for step in range(-20, 21)]
        assert all(a < b for a, b in pairwise(near))
    assert math.isfinite(normal_quantile(0.0))
    together = normal_quantile(np.array([0.01, 0.3, 0.99]))
    assert together.tolist() == [normal_quantile(u) for u in (0.01, 0.3, 0.99)]


def test_two_numbers_are_drawn_apart() -> None:
    one, other = (draw(FORMS["uniform"], name, KEYS) for name in ("iraq.survival", "iraq.sovereignty"))
    assert abs(np.corrcoef(one, other)[0, 1]) * math.sqrt(KEYS.size) < 4.5


def test_what_else_is_uncertain_does_not_matter() -> None:
    few = conditions({"uncertain": {"iraq.survival": {"uniform": (2.0, 4.0)}}})
    more = conditions({"uncertain": {"iraq.survival": {"uniform": (2.0, 4.0)}, RESTRAINT: {"uniform": (0.2, 0.8)}}})
    assert (drawn(few, KEYS)["iraq.survival"] == drawn(more, KEYS)["iraq.survival"]).all()


# ------------------------------------------------------------------------------------ in the worlds
JUDGEMENT = conditions({"uncertainty": "judgement"}, days=25)


def test_the_judgement_ranges_cover_what_nobody_knows_well_and_no_lever() -> None:
    ranges = dict(judgement_ranges(JUDGEMENT))
    assert len(ranges) > 150
    assert "iraq.survival" in ranges
    assert "groups.Kataib Hezbollah.control" in ranges
    assert RESTRAINT not in ranges
    assert "attacks.deaths_most" not in ranges
    assert "groups.Kataib Hezbollah.share" not in ranges  # shares would no longer add up to 1
    assert all(low < high for low, high in ranges.values())
    each = drawn(JUDGEMENT, KEYS[:2000])
    assert set(each) == set(ranges)
    for name, (low, high) in ranges.items():
        assert each[name].min() >= low
        assert each[name].max() <= high


KEPT = {"iraq.overreach": 6.0, "groups.Kataib Hezbollah.control": 0.7, "militias.harass_from": 0.21}
"""Values in their plausible ranges, each other than its default (for the group: than its own, not the schema's)."""


@pytest.mark.parametrize("name", KEPT)
def test_a_number_that_the_scenario_sets_is_kept(name: str) -> None:
    scenario = conditions({name: KEPT[name]}, days=5, uncertainty="judgement")
    assert name in dict(judgement_ranges(JUDGEMENT))
    assert dict(judgement_ranges(JUDGEMENT)) == {
        **dict(judgement_ranges(scenario)),
        name: dict(judgement_ranges(JUDGEMENT))[name],
    }
    values = drawn(scenario, KEYS[:20])
    assert name not in values
    section, *_, last = name.split(".")
    found = settings(scenario, values)
    here = found.groups["Kataib Hezbollah"] if section == "groups" else getattr(found, section)
    assert getattr(here, last) == KEPT[name]
    others = drawn(JUDGEMENT, KEYS[:20])
    assert all((others[other] == value).all() for other, value in values.items())  # nothing else moves


def test_a_group_of_the_students_own_is_drawn_unless_its_control_is_set() -> None:
    here = {"share": 0.0, "closeness": 0.5, "stake": 0.5}
    changes = {'groups."plain"': here, 'groups."set"': {**here, "control": 0.8}, "uncertainty": "judgement"}
    names = dict(judgement_ranges(Scenario().replace(**changes)))
    assert "groups.plain.control" in names
    assert "groups.set.control" not in names


@pytest.mark.parametrize("world", range(12))
def test_whatever_is_drawn_is_a_scenario_that_could_be_written_down(world: int) -> None:
    """The numbers of a world, put into a file, are a scenario that is accepted and gives that very world."""
    given_ = {name: float(value) for name, value in drawn(JUDGEMENT, world_key(1, world)).items()}
    written = conditions(given_, days=25)
    if world < 3:
        rows = [simulate(scenario, worlds=[world]).worlds for scenario in (JUDGEMENT, written)]
        for name, column in rows[0].items():
            assert column.tolist() == rows[1][name].tolist() or (column != column).all()


def test_a_world_alone_is_the_same_world_in_a_block_of_uncertain_ones() -> None:
    with born(JUDGEMENT, worlds=range(8)) as block:
        while block.running:
            block.step()
        for world in (0, 7):
            with born(JUDGEMENT, world=world) as alone:
                while alone.running:
                    alone.step()
                assert numbers(state_of(alone)) == numbers(one_world(state_of(block), world))


def test_an_uncertain_lever_leaves_the_past_alone_and_an_uncertain_number_does_not() -> None:
    def eve(changes: dict[str, Any]) -> Any:
        with born(conditions(changes, days=5), worlds=range(6)) as model:
            return [numbers(one_world(state_of(model), world)) for world in range(6)]

    plain = eve({})
    assert eve({"uncertain": {RESTRAINT: {"uniform": (0.0, 1.0)}}}) == plain
    assert eve({"uncertain": {"iraq.base_pressure": {"uniform": (0.05, 0.2)}}}) != plain


def test_a_value_given_for_each_world_goes_before_what_would_be_drawn() -> None:
    uncertain = conditions({"uncertain": {RESTRAINT: {"uniform": (0.0, 1.0)}}}, days=10)
    with born(uncertain, worlds=range(4), overrides={RESTRAINT: np.full(4, 0.3)}) as model:
        assert (model.p.united_states.restraint == 0.3).all()
    with born(uncertain, worlds=range(4)) as model:
        assert len(set(model.p.united_states.restraint.tolist())) == 4


def test_what_is_uncertain_stays_the_same_in_a_world_from_day_to_day() -> None:
    with born(JUDGEMENT, world=3) as model:
        before = model.p.iraq.survival
        while model.running:
            model.step()
            assert model.p.iraq.survival == before
    assert before != Scenario().iraq.survival
