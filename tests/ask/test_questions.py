"""Which worlds are compared with which, for the second question."""

from __future__ import annotations

import pytest

from sim.ask.questions import CONDITIONS, companions, main_job
from sim.scenario.compare import differences
from sim.scenario.errors import ScenarioError
from sim.scenario.load import fingerprint, load
from sim.scenario.schema import Scenario


@pytest.fixture(scope="module")
def job() -> dict[str, Scenario]:
    """The scenarios of the main job, by name."""
    return {scenario.name: scenario for scenario in main_job()}


def test_every_beginning_has_a_twin_for_both_paths_and_for_each_alone(job: dict[str, Scenario]) -> None:
    beginnings = [*CONDITIONS, "history/from_october"]
    assert [name for name, scenario in job.items() if not scenario.twin_of] == beginnings
    for name in beginnings:
        twins = [scenario for scenario in job.values() if scenario.twin_of == name]
        assert [twin.fronts["gaza"].ends_for for twin in twins] == ["both", "groups", "politics"]
    assert len(job) == 16


def test_a_twin_differs_in_the_war_alone_which_is_over_from_the_first_day(job: dict[str, Scenario]) -> None:
    for twin in job.values():
        if twin.twin_of:
            found = differences(job[twin.twin_of], twin)
            assert {value.name for value in found.values} <= {"fronts.gaza.ends", "fronts.gaza.ends_for"}
            assert not any(found.entries) and not any(found.events)
            assert twin.fronts["gaza"].ends == twin.start
            assert twin.title and twin.summary and twin.source


def test_titles_and_contents_are_all_different(job: dict[str, Scenario]) -> None:
    assert len({scenario.title for scenario in job.values()}) == len(job)
    assert len({fingerprint(scenario) for scenario in job.values()}) == len(job)


def test_shipped_companions_are_those_of_their_files(job: dict[str, Scenario]) -> None:
    for name in ("gaza_ceasefire", "history/from_october", "history/no_gaza"):
        assert job[name] == load(name)


def test_changes_reach_all_but_what_a_twin_is_made_for() -> None:
    changes = {"days": 40, "united_states.restraint": 0.8, "fronts.gaza.ends_for": "groups"}
    for scenario in main_job(changes):
        assert (scenario.days, scenario.united_states.restraint) == (40, 0.8)
        if scenario.name in ("gaza_ceasefire", "history/no_gaza"):
            assert scenario.fronts["gaza"].ends_for == "both"
    with pytest.raises(ScenarioError, match="restraint"):
        main_job({"united_states.restraint": 7})


def test_companions_are_those_beside_the_three(job: dict[str, Scenario]) -> None:
    everything = list(job.values())
    assert companions(everything) == set(job) - set(CONDITIONS)
    assert companions([job["status_quo"], job["gaza_ceasefire"]]) == set()
    mine = Scenario(name="mine", twin_of="not_here")
    assert companions([*everything[:3], mine]) == set()
