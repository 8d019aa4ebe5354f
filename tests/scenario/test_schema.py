"""The schema says of every number what it is, and the shipped scenarios keep to it."""

from __future__ import annotations

import datetime
import json
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from sim.docs import DOCS
from sim.model.article import RECORD_ENDS
from sim.model.militia.numbers import SelfDefenceEvent
from sim.model.presence import TroopsEvent
from sim.model.region import TruceEvent
from sim.model.united_states.numbers import CoordinatorEvent, StrikeEvent
from sim.scenario.errors import ScenarioError
from sim.scenario.files import shipped
from sim.scenario.json_schema import json_schema
from sim.scenario.load import load, replace
from sim.scenario.parameters import Parameter, levers, parameters
from sim.scenario.schema import Scenario
from sim.scenario.toml import REMOVED, to_toml, undotted

OF_A_SCENARIO = ("start", "days", "uncertainty")  # the only values that are no condition
NUMBERS = [
    (name, value, said)
    for name, value, said in parameters(Scenario())
    if isinstance(value, int | float) and not isinstance(value, bool) and name not in OF_A_SCENARIO
]
SHIPPED = shipped()
TODAY = [name for name in SHIPPED if "/" not in name]
PATHS = ("status_quo", "negotiated_exit", "forced_exit", "gaza_ceasefire")  # run when nothing is named
ENTRIES = ("fronts", "groups", "blocs")
BEYOND = 'groups."Saraya al-Salam (Sadr)".control'
"""The one default outside its plausible range: the range is that of Iran's clients, and Sadr is none."""
STATES = {
    "iraq": (
        "pressure",
        "credibility",
        "rung",
        "shown",
        "mood",
        "committees",
        "clock",
        "letter_pending",
        "letter_stood",
    ),
    "iran": ("order", "go_ahead", "exposure", "press", "coordinator"),
    "united_states": ("stress", "pending", "recent_strikes", "step", "dollars", "sanctions"),
    "groups.Badr Organization": ("fear", "anger", "intent", "posture", "obeys", "recent"),
    "militias": ("calls",),
    "attacks": ("rate", "campaign"),
    "parliament": ("step", "readings"),
    "talks": ("on", "days", "suspended", "relabels"),
    "presence": ("open", "kept", "outcome", "kind"),
}


def kind(name: str) -> str:
    """The name with any group, bloc or front in place of this one."""
    path = undotted(name)
    assert path is not None
    return ".".join("*" if place == 1 and path[0] in ENTRIES else str(part) for place, part in enumerate(path))


# --- every number ------------------------------------------------------------------------------------------


def test_there_are_as_many_numbers_as_one_would_think() -> None:
    assert len(NUMBERS) > 250


@pytest.mark.parametrize(("name", "value", "said"), NUMBERS, ids=[name for name, _, _ in NUMBERS])
def test_a_number_says_what_it_is(name: str, value: float, said: Parameter) -> None:
    assert said.unit
    assert said.source
    assert said.role in ("lever", "uncertainty", "fixed")
    assert len(said.meaning) > 3
    assert said.range is not None
    low, high = said.range
    assert isinstance(said.low, int | float)
    assert isinstance(said.high, int | float)
    assert said.low <= low <= high <= said.high, "what is plausible is allowed"
    assert (low <= value <= high) == (name != BEYOND), "the default is plausible"
    assert all(math.isfinite(number) for number in (low, high, said.low, said.high, value))
    assert low < high or said.role == "fixed", "what is uncertain, or a lever, has room"


@pytest.mark.parametrize(("name", "value", "said"), NUMBERS, ids=[name for name, _, _ in NUMBERS])
def test_a_number_beyond_what_is_allowed_is_refused(name: str, value: float, said: Parameter) -> None:
    assert isinstance(said.low, int | float)
    assert isinstance(said.high, int | float)
    below, above = (type(value)(number) for number in (said.low - 1, said.high + 1))
    for wrong in (below, above):
        with pytest.raises(ScenarioError, match=re.escape(name.rpartition(".")[2])):
            replace(Scenario(), {name: wrong})


def test_levers_are_few() -> None:
    numeric = {kind(name) for name, value, _ in levers(Scenario()) if isinstance(value, int | float)}
    assert 12 <= len(numeric) <= 15
    others = {kind(name) for name, _, _ in levers(Scenario())} - numeric
    assert others == {"fronts.*.ends", "fronts.*.ends_for", "presence.legal_default", "presence.agreement_ends"}


@pytest.mark.parametrize("name", [f"{section}.{state}" for section, states in STATES.items() for state in states])
def test_no_state_can_be_set(name: str) -> None:
    section, _, state = name.rpartition(".")
    first, _, key = section.partition(".")
    path = f'{first}."{key}".{state}' if key else name
    with pytest.raises(ScenarioError, match="there is no such setting"):
        replace(Scenario(), {path: 0.5})


def test_a_scenario_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Scenario().iraq.private_wish = 1.0  # type: ignore[misc]


# --- the JSON Schema ----------------------------------------------------------------------------------------

SCHEMA = json_schema()
SAYS_NOTHING = {"description", "default", "unit", "source", "role", "range", "fitted", "title", "$schema", "$defs"}


def faults(value: Any, node: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """Where a value breaks a JSON Schema, for the keywords that ours is made of. KeyError for any other keyword."""
    for keyword, said in node.items():
        yield from (
            f"{where}: {why}" if not why.startswith("/") else f"{where}{why}"
            for why in CHECK[keyword](value, said, node)
        )


def none(_value: Any, _said: Any, _node: Mapping[str, Any]) -> Iterator[str]:
    yield from ()


def of_type(value: Any, said: str, _node: Mapping[str, Any]) -> Iterator[str]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        "object": isinstance(value, dict),
        "array": isinstance(value, list),
        "string": isinstance(value, str | datetime.date),
        "number": is_number,
        "integer": is_number and value == int(value),
    }
    if not fits[said]:
        yield f"is no {said}"


def properties(value: Any, said: Mapping[str, Any], _node: Mapping[str, Any]) -> Iterator[str]:
    for name, inner in said.items():
        if isinstance(value, dict) and name in value:
            yield from (f"/{name}{_below(why)}" for why in faults(value[name], inner))


def _below(why: str) -> str:
    return why if why.startswith("/") else f"{why}" if why.startswith(":") else f": {why}"


def others(value: Any, said: Any, node: Mapping[str, Any]) -> Iterator[str]:
    for name in set(value) - set(node.get("properties", {})) if isinstance(value, dict) else ():
        if said is False:
            yield f"/{name}: is not there to be set"
        else:
            yield from (f"/{name}{_below(why)}" for why in faults(value[name], said))


def required(value: Any, said: list[str], _node: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"/{name}: is missing" for name in said if isinstance(value, dict) and name not in value)


def some(value: Any, said: list[Any], _node: Mapping[str, Any]) -> Iterator[str]:
    if not any(not list(faults(value, inner)) for inner in said):
        yield "fits none"


def one(value: Any, said: list[Any], _node: Mapping[str, Any]) -> Iterator[str]:
    if sum(not list(faults(value, inner)) for inner in said) != 1:
        yield "does not fit one"


def reference(value: Any, said: str, _node: Mapping[str, Any]) -> Iterator[str]:
    yield from faults(value, SCHEMA["$defs"][said.removeprefix("#/$defs/")])


def items(value: Any, said: Any, _node: Mapping[str, Any]) -> Iterator[str]:
    for place, inner in enumerate(value if isinstance(value, list) else ()):
        yield from (f"/{place}{_below(why)}" for why in faults(inner, said))


def compared(value: Any, said: float, sign: int, strict: bool = False) -> Iterator[str]:
    if isinstance(value, int | float) and (sign * (value - said) < 0 or (strict and value == said)):
        yield f"{value} is beyond {said}"


CHECK: dict[str, Any] = {
    **dict.fromkeys(SAYS_NOTHING, none),
    "type": of_type,
    "properties": properties,
    "additionalProperties": others,
    "required": required,
    "anyOf": some,
    "oneOf": one,
    "$ref": reference,
    "items": items,
    "enum": lambda value, said, _: [] if value in said else [f"{value!r} is none of {said}"],
    "const": lambda value, said, _: [] if value == said else [f"{value!r} is not {said!r}"],
    "format": lambda value, said, _: [] if said == "date" and isinstance(value, datetime.date) else ["is no date"],
    "minimum": lambda value, said, _: compared(value, said, 1),
    "maximum": lambda value, said, _: compared(value, said, -1),
    "minItems": lambda value, said, _: ["is too short"] if isinstance(value, list) and len(value) < said else [],
    "maxItems": lambda value, said, _: ["is too long"] if isinstance(value, list) and len(value) > said else [],
    "exclusiveMinimum": lambda value, said, _: compared(value, said, 1, strict=True),
}


def faults_in(text: str) -> list[str]:
    """The faults of a scenario file by the JSON Schema."""
    return sorted(faults(tomllib.loads(text), SCHEMA))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_fits_the_schema(name: str) -> None:
    text = SHIPPED[name].read_text(encoding="utf-8")
    assert faults_in(text) == []


def test_a_scenario_with_every_value_written_out_fits_the_schema() -> None:
    assert faults_in(to_toml(load("status_quo"))) == []


def test_a_file_may_change_a_part_and_take_out_an_entry() -> None:
    assert not faults_in(f"""
        extends = "status_quo"
        groups."Badr Organization" = "{REMOVED}"
        groups."Kataib Hezbollah".control = 0.5
        blocs.Kurdish = "{REMOVED}"
        blocs.Sunni.lean = -1.0
        fronts.red_sea = "{REMOVED}"
        fronts.gaza.ends = "{REMOVED}"
        presence.agreement_ends = 2025-01-01
        united_states.restraint = {{triangular = [0.2, 0.5, 0.8]}}
        iraq.survival = {{normal = [3.0, 0.5], bounds = [1.5, 5.0]}}
        [[events]]
        date = 2024-02-01
        kind = "attack"
        dead = 3
    """)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('name = "mine"', "/name: is not there to be set"),
        ("united_states.restrant = 0.5", "/united_states/restrant: is not there to be set"),
        ("united_states.restraint = 1.7", "/united_states/restraint: fits none"),
        ('united_states.restraint = "high"', "/united_states/restraint: fits none"),
        ("united_states.restraint = {uniforms = [0.1, 0.2]}", "/united_states/restraint: fits none"),
        ("united_states.restraint = {uniform = [0.1, 0.2, 0.3]}", "/united_states/restraint: fits none"),
        ("united_states.restraint = {triangular = [0.1, 0.2]}", "/united_states/restraint: fits none"),
        ("united_states.restraint = {choices = []}", "/united_states/restraint: fits none"),
        ('united_states.restraint = {uniform = "removed"}', "/united_states/restraint: fits none"),
        ("days = {uniform = [1, 2]}", "/days: is no integer"),
        ("uncertain = {}", "/uncertain: is not there to be set"),
        ("days = 0", "/days: 0 is beyond 1"),
        ('groups."Badr Organization" = "gone"', "/groups/Badr Organization: fits none"),
        ('groups."Badr Organization".shares = 0.5', "/groups/Badr Organization: fits none"),
        ("extends = 3", "/extends: is no string"),
        ('start = "soon"', "/start: is no date"),
        ('iraq.highest_rung = "leter"', "/iraq/highest_rung: 'leter' is none of"),
        ('[[events]]\ndate = 2024-02-01\nkind = "letter"', "/events/0: does not fit one"),
        ('[[events]]\nkind = "attack"', "/events/0: does not fit one"),
        ("iraq.pressure = 0.5", "/iraq/pressure: is not there to be set"),
    ],
)
def test_a_fault_is_found_by_the_schema(text: str, fault: str) -> None:
    found = faults_in(text)
    assert len(found) == 1
    assert found[0].startswith(fault)


def test_the_schema_is_made_anew_each_time() -> None:
    first = json_schema()
    first["properties"].clear()
    assert json_schema() == SCHEMA
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


# --- the shipped scenarios ----------------------------------------------------------------------------------


def moved(name: str) -> dict[str, tuple[object, object, Parameter]]:
    """What a scenario changes: dotted name -> default, value, what the schema says."""
    usual = {dotted: value for dotted, value, _ in parameters(Scenario())}
    return {
        dotted: (usual.get(dotted), value, said)
        for dotted, value, said in parameters(load(name))
        if dotted not in OF_A_SCENARIO and value != usual.get(dotted)
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_opens_with_whose_view_it_is(name: str) -> None:
    first, *rest = SHIPPED[name].read_text(encoding="utf-8").splitlines()
    assert first.startswith("#:schema ")
    assert (SHIPPED[name].parent / first.removeprefix("#:schema ")).resolve() == DOCS / "scenario.schema.json"
    assert rest[0].startswith("# ")
    opening = " ".join(line.removeprefix("#").strip() for line in rest[: rest.index("")])
    named = r"view|question" if "/" not in name else r"hindcast|view|question|record"
    assert re.search(named, opening), "whose view, or which question, is in the first comment"
    scenario = load(name)
    assert scenario.title
    assert scenario.summary.endswith(".")
    assert scenario.source


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_stays_in_the_plausible_ranges(name: str) -> None:
    for dotted, value, said in parameters(load(name)):
        if said.range is not None:
            assert isinstance(value, int | float)
            assert (said.range[0] <= value <= said.range[1]) == (dotted != BEYOND), dotted


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_sets_conditions_and_no_ending(name: str) -> None:
    for dotted in moved(name):
        assert not dotted.rpartition(".")[2].startswith("highest_"), "a cap is an experiment"
        assert dotted not in ("iraq.pressure_floor", "iraq.pressure_ceiling"), "pressure is a state"
    words = set(re.findall(r"\w+", SHIPPED[name].read_text(encoding="utf-8").partition("\n\n")[2]))
    assert not {"pressure_floor", "pressure_ceiling"} & words


@pytest.mark.parametrize("name", TODAY)
def test_a_scenario_of_10_january_2024_changes_little(name: str) -> None:
    changes = moved(name)
    assert load(name).start == RECORD_ENDS
    assert sum(said.role == "lever" for _, _, said in changes.values()) <= 6
    assert len(changes) <= 8


@pytest.mark.parametrize("name", PATHS)
def test_a_path_is_made_of_levers_none_at_an_end_of_its_range(name: str) -> None:
    for dotted, (_, value, said) in moved(name).items():
        assert said.role == "lever", dotted
        assert said.range is None or value not in said.range, dotted


@pytest.mark.parametrize("name", PATHS)
def test_the_paths_differ_in_conditions_alone(name: str) -> None:
    scenario = load(name)
    assert scenario.events == ()
    assert scenario.days == Scenario().days
    assert bool(moved(name)) == (name != "status_quo")
    assert name not in ("status_quo", "gaza_ceasefire") or len(moved(name)) <= 1


@pytest.mark.parametrize("name", ["negotiated_exit", "forced_exit"])
def test_each_condition_has_its_reason_beside_it(name: str) -> None:
    lines = SHIPPED[name].read_text(encoding="utf-8").splitlines()
    set_here = [line for line in lines if re.match(r"\w+ = [\d.]+", line)]
    assert len(set_here) == len(moved(name))
    assert all("  # " in line for line in set_here)


def test_shipped_files_are_where_the_project_has_them() -> None:
    assert Path(SHIPPED["status_quo"]).parent == DOCS.parent / "scenarios"


# --- what cannot hold together ------------------------------------------------------------------------------


def said(changes: dict[str, Any]) -> list[str]:
    """What is said of the defaults with these changes."""
    with pytest.raises(ScenarioError) as caught:
        replace(Scenario(), changes)
    return str(caught.value).splitlines()


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


COURSES = {
    "confrontation.past": {"level": 0.5},
    "isis.past": {"level": 0.5},
    "iraq.governments": {"allies": 0.5},
    "presence.legal_past": {"default": "invitation"},
    "presence.troops_past": {"level": 2500.0},
    "fronts.gaza.dates": {"state": "war"},
}


@pytest.mark.parametrize("name", COURSES)
def test_a_dated_list_rises_and_every_entry_that_does_not_is_named(name: str) -> None:
    days = ("2021-06-01", "2016-01-01", "2017-01-01", "2017-01-01")
    entries = [{"date": day(text), **COURSES[name]} for text in days]
    assert said({name: entries}) == [
        f"{name}[1].date: 2016-01-01 does not come after 2021-06-01, the entry before it",
        f"{name}[3].date: 2017-01-01 does not come after 2017-01-01, the entry before it",
    ]
    assert replace(Scenario(), {name: sorted(entries[:3], key=lambda entry: entry["date"])})


def test_every_list_with_dates_is_checked_for_order() -> None:
    dated = {
        name
        for name, value, _ in parameters(Scenario())
        if isinstance(value, tuple) and value and "date" in type(value[0]).model_fields
    }
    assert {kind(name) for name in dated} == {kind(name).replace("gaza", "*") for name in COURSES}


@pytest.mark.parametrize(
    ("name", "entry", "fault"),
    [
        ("isis.past", {"level": 99.0}, "isis.past[0].level: 99 is above 1 (from 0 to 1)"),
        ("presence.troops_past", {"level": 1e9}, "presence.troops_past[0].level: 1000000000.0 is above 200000 (from 0"),
        (
            "presence.legal_past",
            {"default": "dated_agreement"},
            "presence.legal_past[0].ends: a dated agreement needs an end after the day it begins",
        ),
        (
            "presence.legal_past",
            {"default": "dated_agreement", "ends": day("2015-01-01")},
            "presence.legal_past[0].ends: a dated agreement needs an end after the day it begins",
        ),
    ],
)
def test_an_entry_of_the_past_is_checked_as_an_event_is(name: str, entry: dict[str, Any], fault: str) -> None:
    (line,) = said({name: [{"date": day("2015-01-01"), **entry}]})
    assert line.startswith(fault.replace("99 ", "99.0 "))


ONE_A_DAY = {
    "government": {},
    "troops": {"number": 3000},
    "isis": {"level": 0.2},
    "order": {"go_ahead": 0.5},
    "legal_default": {"default": "invitation"},
    "committee": {},
}


@pytest.mark.parametrize("kind_of", ONE_A_DAY)
def test_what_can_happen_once_a_day_is_scripted_once_a_day(kind_of: str) -> None:
    event = {"kind": kind_of, "date": day("2024-03-01"), **ONE_A_DAY[kind_of]}
    other = {"kind": "call", "date": day("2024-03-01")}
    (line,) = said({"events": [event, other, event]})
    assert line.startswith("events[2].kind: ")
    assert line.endswith(" a second time on 2024-03-01: two events of one day contradict each other")
    assert replace(Scenario(), {"events": [event, {**event, "date": day("2024-03-02")}, other, other]})


def test_washington_does_not_leave_by_an_event_or_before_the_first_day() -> None:
    troops = {"kind": "troops", "date": day("2024-03-01"), "number": 0}
    (line,) = said({"events": [troops]})
    assert "events[0].number: 0 is below 1" in line
    (line,) = said({"presence.troops": 0.0})
    assert line.startswith("presence.troops: 0.0 is below 1")
    assert replace(Scenario(), {"events": [{**troops, "number": 1}], "presence.troops": 1.0})
    assert "not an ending that this model knows" in str(TroopsEvent.__doc__)


def test_the_dead_of_a_strike_in_syria_are_told_alone_and_those_in_iraq_count() -> None:
    told = {"strikes.dead_syria", "strikes.none_dead_syria"}
    count = {f"strikes.{name}" for name in ("dead_iraq", "dead_commander", "dead_campaign")}
    of_these = {name: about for name, _, about in NUMBERS if name in told | count}
    assert len(of_these) == 5
    for name, about in of_these.items():
        assert (about.role == "fixed" and "in the log alone" in about.meaning) == (name in told)
    for model in (StrikeEvent, CoordinatorEvent, SelfDefenceEvent):
        assert "grievance" in str(model.model_fields["dead"].description)
    assert "at least so many days; longer" in str(TruceEvent.model_fields["days"].description)


# --- written out by the program -----------------------------------------------------------------------------


def test_what_an_events_fields_mean_is_said_once() -> None:
    events = [{"kind": kind_of, "date": day("2024-02-01")} for kind_of in ("attack", "call") for _ in range(500)]
    text = to_toml(replace(Scenario(), {"events": events}))
    assert text.count("[[events]]") == 1000
    assert text.count("US dead, all by the first of the attacks") == 1
    assert text.count("\nkind = ") == 1000
    per_event = (len(text) - len(to_toml(Scenario()))) / 1000
    assert per_event < 120


def test_what_the_program_writes_into_a_results_folder_loads_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many events a file has: 8,000 calls are 250 KB as a student writes them, and more with every value."""
    monkeypatch.chdir(tmp_path)
    many = "events = [\n" + '{kind="call",date=2024-02-01},\n' * 8000 + "]\n"
    Path("many.toml").write_text(many, encoding="utf-8")
    scenario = load("many.toml")
    file = tmp_path / "out" / "scenarios" / "many.toml"
    file.parent.mkdir(parents=True)
    file.write_text(to_toml(scenario), encoding="utf-8")
    with pytest.raises(ScenarioError, match="is larger than 256 KB"):
        load(file)  # a folder that no run made
    for made in ("blocks/_inputs.json", "manifest.json"):
        there = tmp_path / "out" / made
        there.parent.mkdir(exist_ok=True)
        there.write_text("{}", encoding="utf-8")
        assert load(file) == scenario
        there.unlink()
