"""Talks, leverage, camps and consequences: each mechanism by what it changes, all else alike."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.language.number import total
from sim.model import aftermath, presence, public, talks
from sim.model.presence import MONTH
from sim.model.talks import FULL, PACKAGES, PHASED, REDUCE, RELABEL, Offered
from sim.model.united_states import rules as united_states
from sim.model.united_states.rules import LEVERAGE, WARN_OF_CONSEQUENCES
from sim.model.world import USUAL
from sim.scenario.schema import Scenario

from .histories import born, conditions, proving
from .test_ladders import PRESSED_HARD, PROVOKED

DEFAULTS = Scenario()
SHARES = st.floats(0.0, 1.0)
NEVER: Any = SimpleNamespace(calendar=SimpleNamespace(relabelled_before=False))
FORMER: Any = SimpleNamespace(calendar=SimpleNamespace(relabelled_before=True))
NO_DATE = -1.0


def numbers(**changes: Any) -> talks.Numbers:
    i = DEFAULTS.iraq
    own: Any = DEFAULTS.talks.model_copy(update=changes)
    return talks.Numbers(own, 0.4, i.precision, i.relief_talks, i.relief_talks_stale, i.relief_talks_days)


def on_the_table(
    me: talks.Remembers | None = None, few: float = 0.0, left: float = NO_DATE, at: Any = NEVER, **changes: Any
) -> Offered:
    return talks.offered(me or talks.Remembers(on=True), few, left, numbers(**changes), at)


def step(rung: int = 0, committee: bool = False, talks_: bool = False, voted: float = 0.0, gap: float = 0.0) -> float:
    p = DEFAULTS.united_states
    named = (p.step_threat, p.step_committee, p.step_talks, p.step_timetable, p.insight)
    return float(united_states.perceived_step(rung, committee, talks_, voted, 1.0, gap, *named))


# ------------------------------------------------------------------------- what Washington sees
def test_standing_talks_and_a_standing_committee_are_steps_whatever_is_said_that_day() -> None:
    p = DEFAULTS.united_states
    assert step() == 0.0
    assert step(talks_=True) == p.step_talks
    assert step(committee=True) == p.step_committee
    assert step(rung=7, committee=True, talks_=True) == 1.0


def test_washington_discounts_what_is_said_beyond_the_wish_but_not_a_vote() -> None:
    assert step(rung=6, gap=0.4) == pytest.approx(step(rung=6) * (1.0 - 0.4 * DEFAULTS.united_states.insight))
    assert step(voted=0.5, gap=1.0) == step(voted=0.5)
    assert step(rung=6, gap=-0.4) == step(rung=6)


def test_no_defaults_that_are_compared_are_alike() -> None:
    p, vote = DEFAULTS.united_states, DEFAULTS.parliament.vote_step
    steps = [p.step_threat, p.step_committee, p.step_talks, p.step_timetable, vote, 1.0]
    assert len({*steps, p.notice_from, p.warn_from}) == len(steps) + 2
    reduced = DEFAULTS.presence.troops
    while reduced > 1.0:
        reduced *= DEFAULTS.talks.reduce_to
        assert reduced != DEFAULTS.talks.least_troops


def test_a_warning_raises_the_price_and_a_rival_s_influence_the_stake() -> None:
    assert united_states.price(1.0, 1.0, 1.0, DEFAULTS.united_states.warned_price) > 1.0
    by = DEFAULTS.united_states.stake_rivalry
    assert united_states.stake(0.8, 0.5, 0.7, by) > united_states.stake(0.8, 0.5, 0.5, by) == 0.8
    assert united_states.stake(0.8, 0.7, 0.5, by) == 0.8


def test_a_letter_is_answered_at_once_with_a_warning_while_the_troops_leave() -> None:
    changes = {**PRESSED_HARD, "united_states.restrict_chance": 0.0, "united_states.leverage": 1.0}
    seen = 0
    with born(conditions(changes, events=PROVOKED, days=200), worlds=[*range(30)]) as model:
        while model.running:
            model.step()
            leaving = np.asarray(model.presence.forced) & np.asarray(model.presence.troops > 0.0)
            warned = np.asarray(model.united_states.leverage == WARN_OF_CONSEQUENCES)
            assert (warned | ~leaving).all()
            seen += int(leaving.sum())
    assert seen > 100
    assert LEVERAGE.names[WARN_OF_CONSEQUENCES] == "warn of consequences"


# ------------------------------------------------------------------------------------- the table
@proving
@given(st.tuples(*[st.floats(-5.0, 1.0)] * 5), st.booleans(), st.floats(0.0, 20.0), SHARES)
def test_what_is_worth_more_is_asked_for_more_often_and_too_small_a_reduction_never(
    worths: tuple[float, ...], enough: bool, precision: float, u: float
) -> None:
    weights = talks.weights(worths, enough, precision)
    can = [place for place in range(5) if enough or place != 1 + REDUCE]
    for one in can:
        for two in can:
            assert weights[one] >= weights[two] or worths[one] < worths[two]
    assert max(weights[place] for place in can) == 1.0
    assert enough or weights[1 + REDUCE] == 0.0
    assert talks.ask(min(u, 0.999), worths, enough, precision) in can


def test_the_chance_of_an_ask_is_its_weight() -> None:
    worths = (-0.3, -0.4, -0.5, -0.6, -0.9)
    weights = talks.weights(worths, True, 5.0)
    asked = [talks.ask((n + 0.5) / 20000, worths, True, 5.0) for n in range(20000)]
    for place, weight in enumerate(weights):
        assert asked.count(place) / 20000 == pytest.approx(weight / float(total(weights)), abs=1e-3)


def test_to_repeat_a_package_brings_less_and_goes_less_far() -> None:
    first = on_the_table()
    renamed, reduced = (on_the_table(talks.Remembers(on=True, **{what: 2})) for what in ("relabels", "reduces"))
    again = DEFAULTS.talks.repeat**2
    for place, other in ((1 + RELABEL, renamed), (1 + REDUCE, reduced)):
        assert other.outs[place] == pytest.approx(again * first.outs[place])
        assert other.reliefs[place] == pytest.approx(again * first.reliefs[place])
    assert renamed.outs[1 + REDUCE] == first.outs[1 + REDUCE]
    assert on_the_table(at=FORMER).outs[1 + RELABEL] == DEFAULTS.talks.repeat * first.outs[1 + RELABEL]


def test_a_reduction_of_few_brings_less_and_a_deeper_one_more() -> None:
    many, some = on_the_table(), on_the_table(few=0.5)
    assert some.reliefs[1 + REDUCE] < many.reliefs[1 + REDUCE]
    assert on_the_table(few=0.5, few_relief=0.0) == many
    deeper = on_the_table(reduce_to=0.4)
    assert deeper.reliefs[1 + REDUCE] > many.reliefs[1 + REDUCE]
    assert deeper.outs[1 + REDUCE] > many.outs[1 + REDUCE]
    p: Any = DEFAULTS.talks
    assert talks.enough(2500.0, p)
    assert not talks.enough(600.0, p)


def test_packages_are_dearer_the_further_out_and_relieve_the_more() -> None:
    found = on_the_table()
    for values in (found.outs, found.reliefs[1:]):
        assert list(values) == sorted(values)
    assert found.outs[0] == 0.0
    assert found.outs[1 + FULL] == found.reliefs[1 + FULL] == 1.0
    assert found.reliefs[1 + PHASED] < 1.0
    assert set(found.consents) == {1.0 - DEFAULTS.talks.agreed_price}
    assert len(found.outs) == len(found.reliefs) == len(found.consents) == 1 + len(PACKAGES)


def test_without_agreement_they_stay_under_an_invitation_and_leave_under_a_dated_agreement() -> None:
    stays, leaves = on_the_table(), on_the_table(left=100.0)
    assert (stays.outs[0], leaves.outs[0]) == (0.0, 1.0)
    assert leaves.outs[1:] == stays.outs[1:]


def test_talks_that_grow_old_relieve_less_so_that_packages_gain() -> None:
    assert on_the_table(talks.Remembers(on=True, days=400.0)).reliefs[0] < on_the_table().reliefs[0]


# -------------------------------------------------------------------------------------- presence
@proving
@given(SHARES, st.floats(0.0, 12.0), st.floats(0.0, 48.0))
def test_a_date_is_kept(u: float, low: float, more: float) -> None:
    days = presence.days_to_leave(low, low + more, u)
    assert low * MONTH - 1.0 <= days <= (low + more) * MONTH


def test_fewer_troops_help_less_and_more_than_usual_no_more() -> None:
    weight = DEFAULTS.presence.help_by_numbers
    helps = [presence.help_of(troops, USUAL.troops, weight) for troops in (0.0, 1250.0, 2500.0, 47000.0)]
    assert helps == [1.0 - weight, 1.0 - weight / 2.0, 1.0, 1.0]
    assert presence.help_of(10.0, USUAL.troops, 0.0) == 1.0


# ---------------------------------------------------------------------------------------- public
def lived(me: public.Remembers, days: int = 100, **changes: Any) -> public.Remembers:
    p: Any = DEFAULTS.public.model_copy(update=changes)
    for _ in range(days):
        me = public.live(me, public.Sees(0.0, 0.0, False, False), p)
    return me


def test_a_patron_whose_camp_shrinks_loses_influence() -> None:
    even = public.Remembers(0.5, 0.5)
    assert lived(even) == even
    us, iran = lived(even._replace(from_us=0.1)), lived(even._replace(to_iran=-0.1))
    assert us.influence_us < 0.5
    assert iran.influence_iran < 0.5
    assert lived(even._replace(from_us=0.1), camp_pull=0.0).influence_us == 0.5


def test_blocs_lean_to_expulsion_with_what_the_camp_for_the_us_has_lost() -> None:
    p: Any = DEFAULTS.public
    assert public.lean(public.Remembers(0.5, 0.5, from_us=0.1), p) > 0.0
    assert public.lean(public.Remembers(0.5, 0.5, to_iran=0.1), p) == 0.0


# ---------------------------------------------------------------------------------- consequences
def test_the_exit_s_own_effect_on_influence_is_told_apart_from_the_drift() -> None:
    p: Any = DEFAULTS.consequences
    at: Any = SimpleNamespace(draw=lambda name: 0.75)
    before = aftermath.Sees(0.2, 0.5, 0.5, False, False, 0.5)
    me, does = aftermath.settle(aftermath.begin(p, USUAL.benefits), True, False, before, USUAL.incapability, p, at)
    then = before._replace(influence_us=0.5 + does.influence_us, influence_iran=0.5 + does.influence_iran)
    later = then._replace(influence_us=then.influence_us + 0.1, influence_iran=then.influence_iran - 0.2)
    first, found = aftermath.after(me, then, p), aftermath.after(me, later, p)
    for who, drift in (("us", 0.1), ("iran", -0.2)):
        assert found[f"influence_{who}"] == first[f"influence_{who}"] != 0.0
        assert first[f"influence_{who}_drift"] == pytest.approx(0.0)
        assert found[f"influence_{who}_drift"] == pytest.approx(drift)
