"""What is shown speaks of the model by its own names: a name changed there is found here."""

from __future__ import annotations

import pytest
from made_up import STATE

from sim.ask.histories import COURSE, is_course
from sim.ask.questions import CEASEFIRE, CONDITIONS, FROM_OCTOBER, NO_WAR
from sim.engine.blocks import simulate
from sim.engine.observe import WORLD_COLUMNS, quantities
from sim.engine.start import CLOCK, LEVELS
from sim.jobs.run import run
from sim.model.aftermath import MEASURES
from sim.model.article import RECORD_ENDS
from sim.model.iraq.day import NAME, STANDS
from sim.model.ladders import LADDERS
from sim.model.outcomes import KINDS, OUTCOMES
from sim.results.result import Result
from sim.scenario.files import shipped
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.show import accounts, phrases, style, tables
from sim.show.figures import courses, histories, pressure

pytestmark = pytest.mark.usefixtures("short_past")


def test_outcomes_kinds_and_consequences_have_words() -> None:
    assert set(phrases.OUTCOMES) == set(OUTCOMES)
    assert set(phrases.KINDS) == set(KINDS)
    assert set(phrases.KINDS_OF_EXIT) == set(style.KINDS) == set(style.OF_KINDS) <= set(KINDS)
    assert set(phrases.CONSEQUENCES) == set(MEASURES)


def test_every_ladder_has_words() -> None:
    assert set(phrases.ACTORS) == set(LADDERS) - {"militia"}


def test_columns_and_quantities_that_are_shown_exist() -> None:
    assert {*tables.DIFFERENCES, *tables.SEVERITY} <= set(WORLD_COLUMNS) & set(phrases.COUNTS)
    known = quantities(Scenario())
    assert {name for fan in courses.FANS.values() for name in fan.quantities} <= set(known)
    assert set(phrases.QUANTITIES) <= {*known, CLOCK}
    assert {*LEVELS, CLOCK} <= set(phrases.QUANTITIES)
    assert {*LEVELS, CLOCK} == set(STATE)


def test_the_scenarios_that_are_compared_and_labelled_are_shipped() -> None:
    names = set(shipped())
    assert {CEASEFIRE, FROM_OCTOBER, NO_WAR, *CONDITIONS} <= names
    assert set(phrases.CONDITIONS) <= names


@pytest.mark.parametrize("name", ["forced_exit"])
def test_the_lanes_of_a_timeline_find_their_acts(name: str) -> None:
    import pandas as pd

    block = simulate(load(name, changes={"days": 200}), worlds=range(6), events=True)
    events = pd.DataFrame(block.events)
    known = set(zip(events["actor"], events["act"], strict=True))
    for lane in histories.LANES:
        steps = lane.steps or LADDERS[lane.ladder].names
        assert len(histories.of_lane(events, lane, steps)), f"no act of {lane.actor} on {steps}"
        for act in lane.acts:
            assert (lane.actor, act) in known, f"{lane.actor} does nothing that is called {act}"
    attacks = events[events["act"] == "attack"]
    assert set(attacks["rung"]) == {"in Iraq", "in Syria"}
    assert all('"dead"' in terms for terms in attacks["terms"])


def test_every_act_has_a_name_for_those_that_come_from_it() -> None:
    conditions = load("forced_exit", changes={"days": 300})
    log = simulate(conditions, worlds=range(6), events=True).events or {}
    found = set(zip(log["actor"], log["act"], log["rung"], strict=True))
    acts = [{"actor": who, "act": what, "rung": rung, "terms": {}, "date": RECORD_ENDS} for who, what, rung in found]
    assert not [act for act in acts if not is_course(act) and accounts.noun(act).startswith("“")]
    assert set(accounts.NOUNS["act"]) == set(LADDERS["iraq"].names)  # type: ignore[arg-type]
    assert set(accounts.NOUNS["session"]) == set(LADDERS["parliament"].names)  # type: ignore[arg-type]
    assert set(accounts.NOUNS["leverage"]) == set(LADDERS["leverage"].names)  # type: ignore[arg-type]
    assert set(accounts.NOUNS["sends a new order"]) == set(LADDERS["iran"].names)  # type: ignore[arg-type]
    assert set(accounts.NOUNS["strike"]) <= set(LADDERS["united_states"].names)  # type: ignore[arg-type]
    assert set(accounts.FRONTS) == set(Scenario().fronts)


def test_the_sources_of_a_real_world_s_pressure_have_areas_that_add_up(forced: Result) -> None:
    outcome = str(forced.worlds["outcome"].iloc[0])
    found = pressure.by_kind(forced, outcome)
    sums = found.groupby(["day", "pressure"])["share"].sum().reset_index()
    assert len(sums) > 20, "an account a week"
    assert max(abs(sums["share"] - sums["pressure"])) < 1e-9
    assert (found["share"] >= 0).all(), "an area below nothing cannot be drawn"
    assert {"base", "gaza", "older", "strikes", "killings"} <= set(found["kind"])
    assert not (found.loc[found["act"] < 0, "kind"] == "others").any(), "a source without an area of its own"


@pytest.fixture(scope="module")
def forced() -> Result:
    """One world with its acts."""
    return run(load("forced_exit", changes={"days": 200}), worlds=1)


def test_the_rows_that_follow_pressure_are_known_by_the_models_name() -> None:
    assert COURSE == (NAME, STANDS)
