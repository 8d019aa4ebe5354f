"""Numbers that nobody knows well: written in the number's own place, kept in `Scenario.uncertain`, drawn per world."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from sim.engine.uncertain import drawn
from sim.language.luck import world_keys
from sim.language.tree import settings as settings_of
from sim.scenario.conditions import judgement_ranges, numbers
from sim.scenario.errors import ScenarioError
from sim.scenario.files import shipped
from sim.scenario.load import fingerprint, load, read_changes, replace
from sim.scenario.parameters import number_path, parameters
from sim.scenario.schema import Scenario
from sim.scenario.toml import plain_name, to_toml, undotted
from sim.scenario.uncertain import Distribution

RESTRAINT = "united_states.restraint"
UNIFORM = Distribution(uniform=(0.3, 0.7))


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are written into an empty folder."""
    monkeypatch.chdir(tmp_path)


def written(text: str, name: str = "x.toml") -> Scenario:
    """The scenario of a file with this text."""
    Path(name).write_text(text, encoding="utf-8")
    return load(name)


def faults(text: str) -> list[str]:
    """What is said of a file with this text."""
    with pytest.raises(ScenarioError) as caught:
        written(text)
    return [line.removeprefix("x.toml:") for line in str(caught.value).splitlines()]


# --- in the number's own place -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "distribution", "middle"),
    [
        ("{uniform = [0.3, 0.7]}", UNIFORM, 0.5),
        ("{uniform = [0, 1]}", Distribution(uniform=(0.0, 1.0)), 0.5),
        ("{triangular = [0.2, 0.3, 0.8]}", Distribution(triangular=(0.2, 0.3, 0.8)), 0.5),
        ("{normal = [0.4, 0.1], bounds = [0.2, 1.0]}", Distribution(normal=(0.4, 0.1), bounds=(0.2, 1.0)), 0.6),
        ("{choices = [0.1, 0.2, 0.9]}", Distribution(choices=(0.1, 0.2, 0.9)), 0.5),
    ],
)
def test_every_form_in_every_way_to_write_it(form: str, distribution: Distribution, middle: float) -> None:
    expected = Scenario(uncertain={RESTRAINT: distribution})
    inside = form.strip("{}").replace("], ", "]\n")
    for text in (
        f"[united_states]\nrestraint = {form}",
        f"united_states.restraint = {form}",
        f"united_states = {{restraint = {form}}}",
        f"[united_states.restraint]\n{inside}",
    ):
        scenario = written(text)
        assert scenario.uncertain == expected.uncertain
        assert scenario.united_states.restraint == pytest.approx(middle, abs=1e-15)
        assert fingerprint(scenario) == fingerprint(expected)
    set_by_name = load("status_quo", changes=read_changes([f"{RESTRAINT}={form}"]))
    assert set_by_name.uncertain == expected.uncertain
    for given_in_python in (distribution, tomllib.loads(f"x = {form}")["x"]):
        assert Scenario().replace(**{RESTRAINT: given_in_python}).uncertain == expected.uncertain


def test_names_with_spaces_dots_and_quotes_are_those_of_the_model() -> None:
    scenario = written(
        """
        groups."Badr Organization" = "removed"
        [groups."Kataib Hezbollah"]
        control = {uniform = [0.6, 0.9]}
        [groups."A.b \\"c\\" = 1"]
        share = {uniform = [0, 0.02]}
        closeness = {choices = [0.2, 0.4]}
        stake = 0.5
        [blocs."Framework: moderates"]
        lean = {uniform = [0.0, 2.0]}
        """
    )
    odd = 'groups.A.b "c" = 1'
    assert set(scenario.uncertain) == {
        "groups.Kataib Hezbollah.control", f"{odd}.share", f"{odd}.closeness", "blocs.Framework: moderates.lean"
    }  # fmt: skip
    assert number_path(f"{odd}.share") == ("groups", 'A.b "c" = 1', "share")
    assert scenario.groups['A.b "c" = 1'].share == 0.01  # has none that it could keep
    values = drawn(scenario, world_keys(1, np.arange(50)))
    found = settings_of(scenario, values)  # KeyError for a name that is no number
    assert np.all((found.groups["Kataib Hezbollah"].control >= 0.6) & (found.groups["Kataib Hezbollah"].control <= 0.9))
    assert set(np.unique(found.groups['A.b "c" = 1'].closeness)) == {0.2, 0.4}
    assert len(np.unique(found.blocs["Framework: moderates"].lean)) == 50


def test_a_world_draws_it_and_the_number_itself_changes_nothing() -> None:
    from sim.engine.blocks import simulate

    changes: dict[str, Any] = {"days": 60, "attacks.weekly": {"choices": [0.0, 40.0]}}
    scenario = Scenario().replace(**changes)
    moved = scenario.model_copy(update={"attacks": scenario.attacks.model_copy(update={"weekly": 1.0})})
    counts = simulate(scenario, worlds=range(12)).worlds["attacks_iraq"]
    assert min(counts) == 0 and 2 < sum(count > 10 for count in counts) < 10
    keys = world_keys(1, np.arange(12))
    one, other = (settings_of(each, drawn(each, keys)).attacks.weekly for each in (scenario, moved))
    assert list(one) == list(other)
    assert fingerprint(scenario) == fingerprint(moved)
    assert fingerprint(scenario) != fingerprint(scenario.replace(**{"attacks.weekly": {"choices": [0.0, 41.0]}}))


def test_every_number_of_a_section_may_be_uncertain_and_nothing_else() -> None:
    names = {name for name, _, _ in numbers(Scenario())}
    assert len(names) > 290
    of_the_schema = {
        plain_name(undotted(name) or ())
        for name, value, about in parameters(Scenario())
        if isinstance(value, float) and about.range is not None
    }
    assert names == of_the_schema
    for name, value, field in numbers(Scenario()):
        assert number_path(name) is not None
        low, high = limits(field)
        assert low <= value <= high
    for name in ("days", "iraq.decision_days", "blocs.Sunni.seats", "title", "x.y", "united_states", "events"):
        assert number_path(name) is None


# --- what is inherited -------------------------------------------------------------------------------------


def test_a_plain_number_takes_an_inherited_distribution_back() -> None:
    written("[united_states]\nrestraint = {uniform = [0.3, 0.7]}\nleverage = {uniform = [0, 1]}\n", "a.toml")
    for child in (
        'extends = "a.toml"\nunited_states.restraint = 0.4',
        'extends = "b.toml"\nunited_states = {restraint = 0.4}',
    ):
        Path("b.toml").write_text('extends = "a.toml"\ndays = 9\n', encoding="utf-8")
        scenario = written(child)
        assert scenario.united_states.restraint == 0.4
        assert set(scenario.uncertain) == {"united_states.leverage"}
    back = load("a.toml").replace(**{RESTRAINT: 0.2})
    assert set(back.uncertain) == {"united_states.leverage"}
    assert load("a.toml", changes=read_changes([f"{RESTRAINT}=0.2"])).uncertain == back.uncertain
    whole = load("a.toml").replace(united_states=Scenario().united_states)
    assert fingerprint(whole) == fingerprint(Scenario()) and whole.uncertain == {}


def test_a_distribution_takes_the_place_of_another_as_a_whole() -> None:
    written("united_states.restraint = {normal = [0.4, 0.1], bounds = [0.2, 0.9]}", "a.toml")
    scenario = written('extends = "a.toml"\nunited_states.restraint = {uniform = [0.3, 0.7]}')
    assert scenario.uncertain == {RESTRAINT: UNIFORM}
    assert load("x.toml", changes={RESTRAINT: {"choices": [0.1, 0.2]}}).uncertain[RESTRAINT].choices == (0.1, 0.2)


def test_what_is_inherited_stays_beside_what_is_new() -> None:
    written("united_states.restraint = {uniform = [0.3, 0.7]}", "a.toml")
    scenario = written('extends = "a.toml"\n[united_states]\nus_stake = {uniform = [0.5, 0.9]}\nleverage = 0.5')
    assert set(scenario.uncertain) == {RESTRAINT, "united_states.us_stake"}


def test_a_distribution_goes_with_the_entry_that_is_taken_out() -> None:
    written('groups."Badr Organization".control = {uniform = [0.3, 0.7]}', "a.toml")
    assert written('extends = "a.toml"\ngroups."Badr Organization" = "removed"').uncertain == {}
    again = 'extends = "x.toml"\n[groups."Badr Organization"]\nshare = 0\ncloseness = 0\nstake = 0'
    assert written(again, "y.toml").uncertain == {}


def test_judgement_leaves_a_distribution_of_its_own() -> None:
    scenario = written('uncertainty = "judgement"\niraq.survival = {choices = [2.5]}')
    values = drawn(scenario, world_keys(1, np.arange(9)))
    assert set(np.broadcast_to(values["iraq.survival"], 9)) == {2.5}
    assert len(np.unique(values["iraq.overreach"])) == 9


# --- written out -------------------------------------------------------------------------------------------


def loads_again(scenario: Scenario) -> None:
    text = to_toml(scenario)
    Path("again.toml").write_text(text, encoding="utf-8")
    again = load("again.toml")
    assert again.model_copy(update={"name": scenario.name}) == scenario
    assert fingerprint(again) == fingerprint(scenario)
    assert to_toml(again) == text
    assert "uncertain" not in tomllib.loads(text)


def test_a_distribution_is_written_out_in_its_numbers_place_with_unit_and_meaning() -> None:
    scenario = Scenario().replace(**{RESTRAINT: UNIFORM, "groups.Kataib Hezbollah.control": {"choices": [0.5, 0.9]}})
    text = to_toml(scenario)
    assert "\nrestraint = {uniform = [0.3, 0.7]}  # 0-1, how much Washington holds back\n" in text
    assert tomllib.loads(text)["groups"]["Kataib Hezbollah"]["control"] == {"choices": [0.5, 0.9]}
    loads_again(scenario)


def limits(field: FieldInfo) -> tuple[float, float]:
    """What a number may be at all."""
    low, high = (getattr(rule, key) for key in ("ge", "le") for rule in field.metadata if hasattr(rule, key))
    return low, high


FLOATS = [(name, *limits(field)) for name, _, field in numbers(Scenario())]


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_whatever_is_uncertain_survives_being_written_out(data: st.DataObject) -> None:
    changes: dict[str, Any] = {}
    for name, low, high in data.draw(st.lists(st.sampled_from(FLOATS), max_size=6)):
        ends = sorted(data.draw(st.lists(st.floats(low, high), min_size=3, max_size=3)))
        kind = data.draw(st.sampled_from(["uniform", "triangular", "choices", "normal", "plain"]))
        changes[name] = {
            "uniform": {"uniform": ends[::2]},
            "triangular": {"triangular": ends},
            "choices": {"choices": ends},
            "normal": {"normal": [ends[1], 0.1], "bounds": ends[::2]},
            "plain": ends[1],
        }[kind]
    try:
        scenario = replace(Scenario(), changes)
    except ScenarioError:  # spans that contradict each other, or of no width
        return
    assert set(scenario.uncertain) == {name for name, value in changes.items() if isinstance(value, dict)}
    loads_again(scenario)


# --- faults ------------------------------------------------------------------------------------------------


IN_PLACE = "a distribution stands in its number's own place, such as united_states.restraint = {uniform = [0.3, 0.7]}"
ONLY = "; only a number of a section can be uncertain, no whole number, date or entry of a list"


@pytest.mark.parametrize(
    ("given", "where", "why"),
    [
        ("{uniform = [0.3, 1.2]}", ".uniform[1]", "1.2 is above 1 (a number from 0 to 1)"),
        ("{normal = [0.5, 1], bounds = [-1, 1]}", ".bounds[0]", "-1 is below 0 (a number from 0 to 1)"),
        ("{uniform = [0.7, 0.3]}", ".uniform", "[0.7, 0.3] is not [low, high], rising"),
        ("{uniform = [0.5, 0.5]}", ".uniform", "[0.5, 0.5] is not [low, high], rising"),
        ("{triangular = [0.1, 0.2]}", ".triangular", "[0.1, 0.2] is not [low, mode, high], rising"),
        ("{normal = [0.5, 0], bounds = [0.1, 0.9]}", ".normal", "[0.5, 0] is not [mean, sd], sd above 0"),
        ("{normal = [0.5, 0.1], bounds = [0.6, 0.9]}", ".bounds", "must hold the mean, 0.5"),
        ("{normal = [0.5, 0.1]}", ".normal", "needs bounds = [low, high], and bounds belong to it alone"),
        (
            "{normal = [0.5, 100], bounds = [0.4, 0.6]}",
            ".bounds",
            "hold only 0.08 % of this normal, less than a fifth, so that its shape is lost; "
            "write {uniform = [0.4, 0.6]}, or a smaller sd",
        ),
        (
            "{normal = [0.5, 1e9], bounds = [0.4, 0.6]}",
            ".bounds",
            "hold hardly anything of this normal, less than a fifth, so that its shape is lost; "
            "write {uniform = [0.4, 0.6]}, or a smaller sd",
        ),
        ("{choices = []}", ".choices", "needs at least one number"),
        ("{}", "", "give one of uniform, triangular, normal, choices; not none"),
        (
            "{uniform = [0, 1], choices = [0, 1]}",
            "",
            "give one of uniform, triangular, normal, choices; not uniform and choices",
        ),
        (
            "{uniforms = [0.1, 0.2]}",
            ".uniforms",
            "there is no such setting; did you mean 'united_states.restraint.uniform'?",
        ),
        ("{uniform = 0.3}", ".uniform", "0.3 is a number with a decimal point; a list is expected"),
        ("{choices = [0.3, 'b']}", ".choices[1]", '"b" is a text; a number is expected'),
        ("{choices = [0.3, nan]}", ".choices[1]", "nan is no number to reckon with"),
        (
            "[0.3, 0.7]",
            "",
            "this is a list; a number or a distribution such as {uniform = [low, high]} is expected "
            "(a number from 0 to 1)",
        ),
    ],
)
def test_a_fault_in_a_distribution_has_its_line_name_unit_and_range(given: str, where: str, why: str) -> None:
    lines = [
        line for line in faults(f"\n[united_states]\nrestraint = {given}") if ": give one" not in line or not where
    ]
    assert lines == [f"3: {RESTRAINT}{where}: {why}"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "[iran.falling_lag]\nuniform = [\n0,\n20]",
            "3: iran.falling_lag.uniform[0]: 0 is below 1 (days from 1 to 120)",
        ),
        (
            'groups."Badr Organization".control.choices = [0.5, 7]',
            '1: groups."Badr Organization".control.choices[1]: 7 is above 1 (a probability from 0 to 1)',
        ),
        ("united_states.uniform = [0.3, 0.7]", f"1: united_states.uniform: there is no such setting; {IN_PLACE}"),
        (
            "days = {uniform = [1, 2]}",
            f"1: days: this is a table; a whole number is expected (days from 1 to 10000){ONLY}",
        ),
        (
            "blocs.Sunni.seats = {choices = [1, 2]}",
            f"1: blocs.Sunni.seats: this is a table; a whole number is expected (seats from 0 to 329){ONLY}",
        ),
        (
            "attacks.curve = [{intent = 0.0, rate = 1.0},\n{intent = 1.0, rate = {uniform = [1, 2]}}]",
            f"2: attacks.curve[1].rate: this is a table; a number is expected (above 0){ONLY}",
        ),
        ("[uncertain]\n'united_states.restraint' = {uniform = [0.3, 0.7]}", f"1: uncertain: {IN_PLACE}"),
        (
            "united_states.restrant = {uniform = [0.3, 0.7]}",
            "1: united_states.restrant: there is no such setting; did you mean 'united_states.restraint'?",
        ),
        (
            "groups.'Badr Organization' = 'removed'\ngroups.New.share = {uniform = [0, 0.02]}",
            "2: groups.New: is new, so it needs closeness (a number from 0 to 1), stake (a number from 0 to 1)",
        ),
        (
            "groups.'Badr Organization' = {uniform = [0, 1]}",
            f'1: groups."Badr Organization".uniform: there is no such setting; {IN_PLACE}',
        ),
    ],
)
def test_a_fault_around_a_distribution_says_what_to_do(text: str, line: str) -> None:
    assert faults(text) == [line]


def test_a_fault_in_a_parent_is_named_there_unless_it_is_mended() -> None:
    Path("a.toml").write_text("\nunited_states.restraint = {uniform = [0.3, 1.7]}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"\Aa\.toml:2: united_states\.restraint\.uniform\[1\]: 1\.7 is above 1"):
        written('extends = "a.toml"\n')
    assert written('extends = "a.toml"\nunited_states.restraint = {uniform = [0.3, 0.7]}').uncertain
    assert written('extends = "a.toml"\nunited_states.restraint = 0.3').uncertain == {}


def test_faults_of_the_command_line_and_of_python() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("status_quo", changes=read_changes([f"{RESTRAINT}={{uniform=[0.3,1.7]}}", "uncertain={}"]))
    assert str(caught.value).splitlines() == [
        f"--set uncertain={{}}: {IN_PLACE}",
        f"--set {RESTRAINT}={{uniform = [0.3, 1.7]}}: {RESTRAINT}.uniform[1]: 1.7 is above 1 (a number from 0 to 1)",
    ]
    with pytest.raises(ScenarioError, match="own place"):
        Scenario().replace(uncertain={RESTRAINT: UNIFORM})
    with pytest.raises(ScenarioError, match=r"\Aunited_states\.restraint\.uniform\[0\]: -1"):
        Scenario().replace(**{RESTRAINT: {"uniform": [-1, 0.5]}})


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("x.y", "is no number of this scenario that can be uncertain"),
        ("days", "is no number of this scenario that can be uncertain"),
        ("blocs.Sunni.seats", "is no number of this scenario that can be uncertain"),
        ("groups.Nobody.control", "is no number of this scenario that can be uncertain"),
        ('groups."Badr Organization".control', "is no number of this scenario that can be uncertain"),
        (RESTRAINT, "0.3 to 7 reaches beyond what is allowed, 0 to 1"),
    ],
)
def test_uncertain_made_in_python_is_checked_too(name: str, why: str) -> None:
    with pytest.raises(ValidationError, match=f"uncertain.{name.partition('.')[0]}.*{why}"):
        Scenario(uncertain={name: Distribution(uniform=(0.3, 7.0))})


def test_spans_that_can_contradict_each_other_are_refused() -> None:
    assert faults(
        "[public]\ncamp_us = {uniform = [0.1, 0.9]}\n"
        "[united_states]\ncut_commander = 5.0\ncut_iraq = {uniform = [2.0, 5.5]}\n"
        "[groups.'Kataib Hezbollah']\nshare = {uniform = [0.3, 0.5]}\n"
    ) == [
        "2: public.camp_us: the camps for the US and for Iran can, as they are drawn, add up to 1.05, more than 1",
        "4: united_states.cut_commander: can be drawn below united_states.cut_iraq",
        '7: groups."Kataib Hezbollah".share: the groups\' shares can, as they are drawn, add up to 1.1, more than 1',
    ]
    assert written("[public]\ncamp_us = {uniform = [0.1, 0.8]}\n[united_states]\ncut_iraq = {uniform = [2.0, 4.0]}")


JUDGED = 'uncertainty = "judgement" draws'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[public]\ncamp_us = 0.8",
            "3: public.camp_us: the camps for the US and for Iran can, as they are drawn, add up to 1.1, more than 1"
            f"; {JUDGED} public.camp_iran from 0.05 to 0.3",
        ),
        (
            "[militias]\nharass_from = 0.8",
            "3: militias.harass_from: can be drawn above militias.war_from; "
            f"{JUDGED} militias.war_from from 0.7 to 0.95",
        ),
        (
            "[iraq]\ncommittee_clock_low = 500.0",
            "3: iraq.committee_clock_low: can be drawn above iraq.committee_clock_high; "
            f"{JUDGED} iraq.committee_clock_high from 400 to 720",
        ),
        (
            "[talks]\nforced_low = 11.0",
            f"3: talks.forced_low: can be drawn above talks.forced_high; {JUDGED} talks.forced_high from 6 to 24",
        ),
        (
            "[united_states]\ncut_iraq = {uniform = [2, 4.1]}",
            "3: united_states.cut_iraq: can be drawn above united_states.cut_commander; "
            f"{JUDGED} united_states.cut_commander from 4 to 6",
        ),
    ],
)
def test_judgement_ranges_that_can_contradict_what_a_file_sets_are_refused(text: str, said: str) -> None:
    assert faults(f'uncertainty = "judgement"\n{text}') == [said]
    assert Scenario() != written(text)  # without the ranges it holds together


def test_who_switches_the_ranges_on_is_to_blame() -> None:
    Path("a.toml").write_text("public.camp_us = 0.9\npublic.camp_iran = 0.1\n", encoding="utf-8")
    assert written('extends = "a.toml"\nuncertainty = "judgement"').public.camp_us == 0.9  # both are set, and kept
    Path("a.toml").write_text("public.camp_us = 0.9\npublic.camp_iran = 0.15\n", encoding="utf-8")
    (fault,) = faults('extends = "a.toml"\nuncertainty = "judgement"')
    assert fault.startswith("2: ") and "can, as they are drawn, add up to 1.2, more than 1" in fault


def test_two_values_that_a_file_sets_are_kept_and_fit() -> None:
    scenario = written('uncertainty = "judgement"\n[united_states]\ncut_iraq = 5.0\ncut_commander = 5.5')
    names = dict(judgement_ranges(scenario))
    assert not {"united_states.cut_iraq", "united_states.cut_commander"} & set(names)
    assert "united_states.cut_campaign" in names


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_may_be_drawn_from_the_judgement_ranges(name: str) -> None:
    assert load(name, changes={"uncertainty": "judgement"}).uncertainty == "judgement"
