"""Designs: names, values and ranges; every kind of design as small as it can be checked by hand."""

from __future__ import annotations

import datetime
import itertools
import json
import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import qmc

from sim.disk.errors import InputError
from sim.scenario.accepted import accepted as accepted_set
from sim.scenario.errors import ScenarioError
from sim.scenario.load import fingerprint, load, replace
from sim.scenario.parameters import parameters
from sim.scenario.schema import Scenario
from sim.sweeps import design as make
from sim.sweeps.design import Design, Dimension
from sim.sweeps.names import changed, group, named, resolved
from sim.sweeps.values import even

STRIKE = {"date": datetime.date(2024, 2, 1), "kind": "strike", "rung": "strike in Iraq"}
ATTACK = {"date": datetime.date(2024, 3, 1), "kind": "attack"}
RESTRAINT, LEVERAGE, PERMISSIVENESS = "united_states.restraint", "united_states.leverage", "iran.permissiveness"


@pytest.fixture(scope="module")
def calm() -> Scenario:
    return load("status_quo")


@pytest.fixture(scope="module")
def scripted(calm: Scenario) -> Scenario:
    return replace(calm, {"events": [ATTACK, STRIKE, {**ATTACK, "date": datetime.date(2024, 4, 1)}]})


def said(make_it: Callable[[], object]) -> list[str]:
    """What is said of something that cannot be made."""
    with pytest.raises((InputError, ScenarioError)) as caught:
        make_it()
    return str(caught.value).splitlines()


def values(design: Design, *names: str) -> list[tuple[Any, ...]]:
    """Rows of a design without its bases."""
    return list(zip(*(design.rows[name].tolist() for name in names or design.names), strict=True))


# --- Names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (RESTRAINT, RESTRAINT),
        ("groups.Kataib Hezbollah.control", 'groups."Kataib Hezbollah".control'),
        ("days", "days"),
        ("iraq.highest_rung", "iraq.highest_rung"),
        ("fronts.gaza.dates.0.date", "fronts.gaza.dates[0].date"),
        ("events.strike.civilians", "events[1].civilians"),
        ("events.bombing.civilians", "events[1].civilians"),
        ("events.1.civilians", "events[1].civilians"),
        ("events[0].dead", "events[0].dead"),
    ],
)
def test_a_name_is_what_replace_takes(scripted: Scenario, written: str, meant: str) -> None:
    assert resolved(scripted, written) == meant


def test_a_column_keeps_the_kind_by_which_an_event_is_named(scripted: Scenario) -> None:
    assert named(scripted, "events.strike.dead").name == "events.strike.dead"
    assert named(scripted, "events.1.dead").name == "events[1].dead"
    assert named(scripted, "groups.Kataib Hezbollah.control").name == 'groups."Kataib Hezbollah".control'


KINDS = (
    '"attack", "strike", "self_defence", "statement", "call", "committee", "truce", "order", "us_threat", '
    '"coordinator_killed", "government", "isis", "sanctions", "offer_talks", "troops", "legal_default", "set"'
)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("united_states.restrain", "there is no such setting; did you mean 'united_states.restraint'?"),
        ("restraint", "there is no such setting; did you mean 'united_states.restraint'?"),
        (
            'groups."Kataib Hizbollah".control',
            'there is no groups."Kataib Hizbollah" in status_quo; did you mean \'groups."Kataib Hezbollah"\'?',
        ),
        ("united_states", "is a table, and one value is expected, such as united_states.restraint"),
        ("fronts.gaza.dates", "is a list, and one value is expected"),
        ("fronts.gaza.dates[99].date", "there is no fronts.gaza.dates[99]"),
        ("title", "cannot vary: it is for people, and no rule reads it"),
        ("a..b", "is no name of a value, such as united_states.restraint"),
        ("events", "names no single value; a field of an event is events.strike.dead, or events[0].dead for the first"),
        (
            "events.attack.dead",
            "there are 2 events of the kind attack: events[0] of 2024-03-01, events[2] of 2024-04-01; "
            "name one by its place",
        ),
        (
            "events.truce.days",
            "there is no truce among the events of status_quo; events[0] is attack of 2024-03-01, "
            "events[1] is strike of 2024-02-01, events[2] is attack of 2024-04-01",
        ),
        ("events.bomb.dead", f'"bomb" is none of {KINDS}; an event is named by its kind or its place'),
        (
            "events[3].dead",
            "there is no events[3] in status_quo; events[0] is attack of 2024-03-01, "
            "events[1] is strike of 2024-02-01, events[2] is attack of 2024-04-01",
        ),
        ("events.strike.deed", "there is no such setting of the event strike; did you mean 'events.strike.dead'?"),
        ("events.strike.kind", "cannot vary: another kind is another event"),
    ],
)
def test_what_is_said_of_a_name_that_there_is_not(scripted: Scenario, name: str, why: str) -> None:
    assert said(lambda: named(scripted, name)) == [f"{name}: {why}"]


def test_a_script_of_nothing_has_no_strike(calm: Scenario) -> None:
    assert said(lambda: named(calm, "events.strike.dead")) == [
        "events.strike.dead: there is no strike among the events of status_quo, which scripts none"
    ]


def test_changed_is_replace_with_names_as_people_write_them(scripted: Scenario) -> None:
    two = changed(scripted, {"events.strike.dead": 7.0, "events.1.civilians": np.float64(5.0), "days": 100.0})
    assert [event.date for event in two.events] == [event.date for event in scripted.events]
    assert (two.events[1].dead, two.events[1].civilians, two.days) == (7, 5, 100)  # type: ignore[union-attr]
    one = changed(scripted, {RESTRAINT: 0.7, PERMISSIVENESS: None, LEVERAGE: math.nan})
    assert fingerprint(one) == fingerprint(scripted.replace(**{RESTRAINT: 0.7}))
    assert changed(scripted, {RESTRAINT: None}) is scripted


def test_changed_speaks_of_names_as_they_were_given(scripted: Scenario) -> None:
    assert said(lambda: changed(scripted, {"events.strike.civilians": 5.0})) == [
        "events.strike.civilians: more civilians and state forces than dead in all"
    ]
    assert said(lambda: changed(scripted, {"events.strike.dead": 1.5, RESTRAINT: 2.0})) == [
        f"{RESTRAINT}: 2.0 is above 1 (a number from 0 to 1)",
        "events.strike.dead: 1.5 is a number with a decimal point; a whole number is expected (persons from 0 to 1000)",
    ]
    assert said(lambda: changed(scripted, {"events.strike.dead": 1.0, "events[1].dead": 2.0})) == [
        "events[1].dead: is given twice: events.strike.dead is the same"
    ]
    assert len(said(lambda: changed(scripted, {"a.b": 1.0, "events.x.dead": 2.0}))) == 2


def test_groups_are_all_numbers_of_a_role(calm: Scenario) -> None:
    about = {name: one for name, _, one in parameters(calm)}
    levers, uncertainty = group([calm], "levers")[0], group([calm], "uncertainty")[0]
    assert {RESTRAINT, LEVERAGE, PERMISSIVENESS, "fronts.gaza.war_days"} < set(levers)
    assert "fronts.lebanon.war_days" not in levers  # follows another front
    assert len(uncertainty) > 250
    assert {about[name].role for name in levers} == {"lever"}
    assert {about[name].role for name in uncertainty} == {"uncertainty"}
    assert all(about[name].range for name in (*levers, *uncertainty))


def test_a_group_of_several_bases_is_what_all_have(calm: Scenario) -> None:
    other = calm.replace(**{"name": "other", "iran.opportunity": 0.7})
    names, left = group([calm, other], "uncertainty")
    assert left == ["iran.opportunity"]
    assert "iran.opportunity" not in names


# --- Values -----------------------------------------------------------------------------------------------------


def test_even_steps_are_the_numbers_that_one_reckons_by_hand() -> None:
    assert even(0.0, 1.0, 11) == (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    assert even(0.1, 0.6, 6) == (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)


@given(
    st.floats(-1e6, 1e6).flatmap(lambda low: st.tuples(st.just(low), st.floats(low, 1e6, exclude_min=low < 1e6))),
    st.integers(2, 50),
)
@settings(max_examples=50)
def test_even_steps_rise_from_end_to_end(ends: tuple[float, float], steps: int) -> None:
    low, high = ends
    found = even(low, high, steps)
    assert (found[0], found[-1], len(found)) == (low, high, steps)
    assert all(one <= two for one, two in itertools.pairwise(found))
    assert np.allclose(found, np.linspace(low, high, steps), rtol=1e-12, atol=1e-9)


SPECS: list[tuple[str, object, tuple[object, ...]]] = [
    (RESTRAINT, "0..1:3", (0.0, 0.5, 1.0)),
    (RESTRAINT, {"low": 0, "high": 1, "steps": 3}, (0.0, 0.5, 1.0)),
    (RESTRAINT, "0,.5, 1", (0.0, 0.5, 1.0)),
    (RESTRAINT, [0, 0.5], (0.0, 0.5)),
    (RESTRAINT, np.array([0.25, 0.5]), (0.25, 0.5)),
    (RESTRAINT, 0.5, (0.5,)),
    (RESTRAINT, {"values": [0.5]}, (0.5,)),
    (RESTRAINT, {"steps": 3}, (0.2, 0.5, 0.8)),
    (RESTRAINT, None, (0.2, 0.35, 0.5, 0.65, 0.8)),
    ("days", "10..20:3", (10.0, 15.0, 20.0)),
    ("start", "2024-01-10..2024-01-14:3", tuple(datetime.date(2024, 1, day) for day in (10, 12, 14))),
    ("start", [datetime.date(2024, 1, 10)], (datetime.date(2024, 1, 10),)),
    ("iraq.highest_rung", "talks,\"\",'silence'", ("talks", "", "silence")),
    ("presence.legal_default", None, ("invitation", "dated_agreement")),
    ("fronts.gaza.ends", "removed,2024-05-01", ("removed", datetime.date(2024, 5, 1))),
    ("events.strike.dead", "0..10:3", (0.0, 5.0, 10.0)),
]


@pytest.mark.parametrize(("name", "spec", "expected"), SPECS)
def test_a_dimension_is_a_range_or_a_list(scripted: Scenario, name: str, spec: object, expected: object) -> None:
    found = make.grid(scripted, {name: spec})
    assert tuple(found.rows[name]) == expected
    assert found.rows[name].dtype == (np.float64 if isinstance(expected[0], float) else object)  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "spec", "why"),
    [
        (RESTRAINT, "1..0:3", "low is 1, high 0: low has to lie below high"),
        (RESTRAINT, "0..1:1", "1 steps: a range has from 2 to 1,000,000, its ends among them"),
        (RESTRAINT, "0..1:x", '"x" is no number of steps, as in 0..1:11'),
        (RESTRAINT, "..1", '"..1" is no range; one such as 0..1 or 0..1:11 is expected'),
        (RESTRAINT, "0..1.5", "1.5 is above 1 (a number from 0 to 1)"),
        (RESTRAINT, "0.5,0.5", "has 0.5 twice"),
        (RESTRAINT, [], "is an empty list; a dimension has one value at least"),
        (RESTRAINT, "high", '"high" is a text; a number is expected (a number from 0 to 1)'),
        (RESTRAINT, "50 %", "write 0.5 for 50 %"),
        (RESTRAINT, [True], "true is a yes or no; a number is expected (a number from 0 to 1)"),
        (RESTRAINT, [math.nan], "nan is no number to reckon with"),
        (RESTRAINT, {"low": 0.0}, "has no high; a range has both, low and high"),
        (RESTRAINT, {"lo": 0.0, "high": 1.0}, "there is no 'lo' here; did you mean 'low'?"),
        (RESTRAINT, {"values": [0.1], "low": 0.1}, "has values, which are all there is to say, and low too"),
        (RESTRAINT, {"low": 0.1, "high": 0.2, "steps": 2.0}, "steps: 2.0 is a number with a decimal point; "
         "a whole number, 2 or more, is expected"),
        ("days", "10..20:4", "4 even steps from 10 to 20 pass 13.3333333333, which is no whole number; "
         "take another number of steps, or list the values"),
        ("days", None, "has no plausible range in the schema; give low and high, or values"),
        ("presence.troops", None, "has no plausible range in the schema, where it is 2500; give low and high"),
        ("start", "2024-02-30", "2024-02-30: there is no such date"),
        ("start", "10.1.2024", '"10.1.2024" is no date; one such as 2024-01-10 is expected'),
        ("events.strike.dead", "0,1001", "1001 is above 1000 (persons from 0 to 1000)"),
        ("iran.highest_rung", "brak", '"brak" is none of "", "brake hard", "brake", "let run", "encourage"; '
         'did you mean "brake"?'),
    ],
)  # fmt: skip
def test_what_is_said_of_a_spec_that_cannot_be(scripted: Scenario, name: str, spec: object, why: str) -> None:
    assert said(lambda: make.grid(scripted, {name: spec})) == [f"{name}: {why}"]


def test_every_fault_of_a_design_is_told_at_once(calm: Scenario) -> None:
    assert len(said(lambda: make.grid(calm, {RESTRAINT: "2..3", "x.y": None, LEVERAGE: "a"}))) == 3
    assert said(lambda: make.grid(calm, [RESTRAINT, Dimension(RESTRAINT, 0.1, 0.2)])) == [
        f"{RESTRAINT}: is given twice"
    ]
    assert said(lambda: make.grid(calm, {})) == ["a design needs something that varies: dimensions is empty"]


# --- Kinds ------------------------------------------------------------------------------------------------------


def test_a_grid_has_every_combination_the_last_name_fastest(calm: Scenario) -> None:
    found = make.grid(calm, {RESTRAINT: [0.2, 0.4], "iraq.highest_rung": ["talks", ""], "days": [10]})
    assert list(found.rows.columns) == ["scenario", RESTRAINT, "iraq.highest_rung", "days"]
    assert values(found) == [(0.2, "talks", 10.0), (0.2, "", 10.0), (0.4, "talks", 10.0), (0.4, "", 10.0)]
    assert found.about == {
        "kind": "grid",
        "dimensions": [
            {"name": RESTRAINT, "low": None, "high": None, "values": [0.2, 0.4]},
            {"name": "iraq.highest_rung", "low": None, "high": None, "values": ["talks", ""]},
            {"name": "days", "low": None, "high": None, "values": [10.0]},
        ],
        "bases": ["status_quo"],
        "each": 4,
    }


def test_a_design_is_repeated_for_each_base(calm: Scenario) -> None:
    forced = load("forced_exit")
    found = make.grid([calm, forced], {RESTRAINT: [0.2, 0.4]})
    assert found.rows["scenario"].tolist() == ["status_quo"] * 2 + ["forced_exit"] * 2
    assert values(found) == [(0.2,), (0.4,)] * 2
    assert (found.about["bases"], found.about["each"]) == (["status_quo", "forced_exit"], 2)
    assert said(lambda: make.grid([calm, calm], {RESTRAINT: [0.2]}))[0].startswith("two bases have the name")


def test_a_grid_has_an_end(calm: Scenario) -> None:
    assert said(lambda: make.grid(calm, "uncertainty"))[0].endswith("1,000,000 are the most")


def test_samples_are_scipys_over_the_range(calm: Scenario) -> None:
    low, high = [0.2, 0.0], [0.8, 2.0]
    for maker, sampler in ((make.latin_hypercube, qmc.LatinHypercube), (make.sobol, qmc.Sobol)):
        found = maker(calm, [RESTRAINT, LEVERAGE], samples=8, seed=3)
        unit = sampler(2, seed=np.random.default_rng(3)).random(8)
        assert (found.rows[[RESTRAINT, LEVERAGE]].to_numpy() == qmc.scale(unit, low, high)).all()
        assert (found.about["samples"], found.about["seed"]) == (8, 3)
        again = maker(calm, [RESTRAINT, LEVERAGE], samples=8, seed=4)
        assert not found.rows.equals(again.rows)


def test_samples_of_a_list_take_each_value_equally_often_and_whole_numbers_are_whole(calm: Scenario) -> None:
    found = make.latin_hypercube(
        calm, {"iraq.highest_rung": ["talks", ""], "days": "10..20", RESTRAINT: None}, samples=8
    )
    assert sorted(found.rows["iraq.highest_rung"]) == [""] * 4 + ["talks"] * 4
    assert all(value.is_integer() and 10 <= value <= 20 for value in found.rows["days"])
    assert len(set(np.floor((found.rows[RESTRAINT] - 0.2) / 0.6 * 8))) == 8


@pytest.mark.parametrize("second_order", [True, False])
def test_saltellis_points_are_salibs(calm: Scenario, second_order: bool) -> None:
    sampler = pytest.importorskip("SALib.sample.sobol")
    found = make.saltelli(calm, [RESTRAINT, LEVERAGE], samples=8, seed=5, second_order=second_order)
    problem = {"num_vars": 2, "names": [RESTRAINT, LEVERAGE], "bounds": [[0.2, 0.8], [0.0, 2.0]]}
    matrix = sampler.sample(problem, 8, calc_second_order=second_order, seed=5)
    assert (found.rows[[RESTRAINT, LEVERAGE]].to_numpy() == matrix).all()
    assert len(found) == 8 * (6 if second_order else 4)
    assert found.about["problem"] == problem
    assert found.about["second_order"] is second_order


def test_morris_points_are_salibs(calm: Scenario) -> None:
    sampler = pytest.importorskip("SALib.sample.morris")
    found = make.morris(calm, [RESTRAINT, LEVERAGE, PERMISSIVENESS], trajectories=4, levels=6, seed=5)
    matrix = sampler.sample(found.about["problem"], 4, num_levels=6, seed=5)
    assert (found.rows[[RESTRAINT, LEVERAGE, PERMISSIVENESS]].to_numpy() == matrix).all()
    assert (len(found), found.about["levels"], found.about["trajectories"]) == (16, 6, 4)


def test_without_salib_the_way_to_it_is_told(calm: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample.sobol", None)
    assert said(lambda: make.saltelli(calm, RESTRAINT, samples=8)) == [
        "this design is made by SALib, which is not installed: pip install 'iraq-withdrawal-sim[study]', "
        "in a checkout: python3 run.py setup --study"
    ]


def test_what_is_said_of_samples_that_cannot_be(calm: Scenario) -> None:
    rung = {"iraq.highest_rung": ["talks", ""]}
    assert said(lambda: make.sobol(calm, RESTRAINT, samples=100)) == [
        "samples is a power of 2, for which Sobol's sequence is even: 64 or 128"
    ]
    assert said(lambda: make.morris(calm, RESTRAINT, trajectories=4, levels=5)) == [
        "levels is an even number, such as 6; not 5"
    ]
    assert said(lambda: make.morris(calm, rung, trajectories=4)) == [
        "iraq.highest_rung: has a list of values, and morris needs a range, low and high"
    ]
    assert said(lambda: make.sobol(calm, {RESTRAINT: "0..1:3"}, samples=4)) == [
        f"{RESTRAINT}: has steps, which are a grid's: sobol takes any number between low and high"
    ]
    assert said(lambda: make.latin_hypercube(calm, RESTRAINT, samples=2.0))[0].startswith("samples is a whole number")  # type: ignore[arg-type]


def test_a_screen_moves_one_number_at_a_time(calm: Scenario) -> None:
    base = calm.replace(uncertainty="none")
    found = make.screen(base, [RESTRAINT, "united_states.us_stake", LEVERAGE])
    assert found.about["screen"][:2] == [
        {"name": RESTRAINT, "default": 0.5, "low": 1, "high": 2, "down": 3, "up": 4, "at": 0},
        {"name": "united_states.us_stake", "default": 0.8, "low": 5, "high": 6, "down": 7, "up": 8, "at": 0},
    ]
    expected = [0.2, 0.8, math.nextafter(0.5, -1), math.nextafter(0.5, 1)]
    assert found.rows[RESTRAINT].tolist()[1:5] == expected
    assert found.rows.iloc[0, 1:].isna().all()
    assert (found.rows.iloc[1:, 1:].notna().sum(axis=1) == 1).all()
    assert json.loads(json.dumps(found.about)) == found.about


def test_a_screen_stays_within_what_a_file_may_say(calm: Scenario) -> None:
    top = calm.replace(**{"uncertainty": "none", "name": "top", LEVERAGE: 2.0})
    found = make.screen([calm.replace(uncertainty="none"), top], [LEVERAGE])
    assert found.about["screen"] == [
        {
            "name": LEVERAGE,
            "default": 1.0,
            "defaults": {"status_quo": 1.0, "top": 2.0},
            "low": 1,
            "high": 2,
            "down": 3,
            "up": None,
            "at": 0,
        }
    ]
    assert found.about["each"] == 4
    assert found.rows[LEVERAGE].tolist()[3::4] == [math.nextafter(1.0, 0), math.nextafter(2.0, 0)]


def test_what_a_base_draws_is_screened_against_its_default(calm: Scenario) -> None:
    found = make.screen(calm, [RESTRAINT, "iran.opportunity"])
    lever, drawn = found.about["screen"]
    assert (lever["at"], drawn["at"]) == (0, 9)
    assert found.rows["iran.opportunity"][9] == calm.iran.opportunity
    assert said(lambda: make.screen(calm, ["iraq.highest_rung"])) == [
        "iraq.highest_rung: has no range: only numbers are screened"
    ]


def test_the_accepted_set_is_taken_whole_with_its_correlations(calm: Scenario) -> None:
    kept = accepted_set()
    found = make.accepted(calm)
    assert len(found) == len(kept)
    assert (found.rows["iran.opportunity"] == kept.columns["iran.opportunity"]).all()
    assert (found.rows['groups."Kataib Hezbollah".control'] == kept.columns["groups.Kataib Hezbollah.control"]).all()
    some = make.accepted(calm, samples=5, seed=2)
    assert len(set(some.about["vectors"])) == 5
    assert (some.rows["iran.opportunity"] == kept.columns["iran.opportunity"][some.about["vectors"]]).all()
    own = make.accepted([calm, calm.replace(**{"name": "own", "iran.opportunity": 0.7})], samples=2)
    assert own.rows["iran.opportunity"].isna().tolist() == [False, False, True, True]
    assert said(lambda: make.accepted(calm, samples=1000))[0].startswith("samples: the accepted set has")
    vector = {name: float(own.rows[name][0]) for name in own.names}
    assert changed(calm, vector).iran.opportunity == vector["iran.opportunity"]


def test_a_product_and_a_zip_of_designs(calm: Scenario) -> None:
    both = [calm, load("forced_exit")]
    grid = make.grid(both, {RESTRAINT: [0.2, 0.4]})
    side = make.side_by_side(both, {LEVERAGE: [1.0, 2.0], "iraq.highest_rung": ["talks", ""]})
    found = make.product([grid, side])
    assert values(found)[:4] == [(0.2, 1.0, "talks"), (0.2, 2.0, ""), (0.4, 1.0, "talks"), (0.4, 2.0, "")]
    assert (len(found), found.about["each"], found.about["kind"]) == (8, 4, "product")
    assert [part["kind"] for part in found.about["parts"]] == ["grid", "zip"]
    assert [one["name"] for one in found.about["dimensions"]] == [RESTRAINT, LEVERAGE, "iraq.highest_rung"]
    zipped = make.zipped([grid, side])
    assert values(zipped)[:2] == [(0.2, 1.0, "talks"), (0.4, 2.0, "")]
    assert (len(zipped), zipped.about["kind"]) == (4, "zip")


def test_what_cannot_be_put_together(calm: Scenario) -> None:
    one = make.grid(calm, {RESTRAINT: [0.2, 0.4]})
    three = make.grid(calm, {LEVERAGE: [0.0, 1.0, 2.0]})
    other = make.grid(load("forced_exit"), {LEVERAGE: [0.0]})
    assert said(lambda: make.product([one, one])) == [f"{RESTRAINT} varies in two parts of the design"]
    assert said(lambda: make.zipped([one, three])) == [
        "designs side by side have to have equally many points a base: 2, 3"
    ]
    assert said(lambda: make.product([one, other])) == [
        "designs that are put together have to have the same bases, in the same order"
    ]
    assert said(lambda: make.side_by_side(calm, {RESTRAINT: [0.2], LEVERAGE: [1.0, 2.0]})) == [
        f"values side by side have to be equally many: {RESTRAINT} has 1, {LEVERAGE} has 2"
    ]
    assert said(lambda: make.product([]))[0].startswith("designs is designs, as the makers")


def test_designs_one_after_another_are_a_list(calm: Scenario) -> None:
    other = calm.replace(name="other")
    first = make.grid(calm, {RESTRAINT: [0.2, 0.4]})
    found = make.joined([first, make.grid(other, {"iraq.highest_rung": ["talks"]})], ["a", "b"])
    assert found.rows["scenario"].tolist() == ["status_quo", "status_quo", "other"]
    assert found.rows[RESTRAINT].tolist()[:2] == [0.2, 0.4]
    assert math.isnan(found.rows[RESTRAINT][2])
    assert found.rows["iraq.highest_rung"].tolist() == [None, None, "talks"]
    assert found.about["kind"] == "list"
    assert [(part["label"], part["first"], part["rows"]) for part in found.about["parts"]] == [("a", 0, 2), ("b", 2, 1)]
    clash = make.grid(calm.replace(days=10), {RESTRAINT: [0.2]})
    assert said(lambda: make.joined([first, clash])) == [
        "two bases have the name 'status_quo'; give one of them another"
    ]


def test_all_that_is_said_of_a_design_can_be_json(scripted: Scenario) -> None:
    makers: list[Design] = [
        make.grid(scripted, {"start": "2024-01-10..2024-02-10:2", "events.strike.dead": [0, 1]}),
        make.accepted(scripted, samples=2),
        make.joined([make.grid(scripted, {"start": [datetime.date(2024, 1, 10)]})]),
    ]
    for found in makers:
        assert json.loads(json.dumps(found.about, allow_nan=False)) == found.about
        assert isinstance(found.rows, pd.DataFrame)


def test_bases_are_scenarios(calm: Scenario) -> None:
    assert said(lambda: make.grid("status_quo", {RESTRAINT: [0.2]}))[0].startswith("bases is a scenario or several")  # type: ignore[arg-type]
    assert said(lambda: make.grid([], {RESTRAINT: [0.2]}))[0].startswith("bases is a scenario or several")
