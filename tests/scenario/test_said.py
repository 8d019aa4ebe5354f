"""What an event is, in a sentence: every kind, with singular and plural, and never a name of the code."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.compare import differences
from sim.scenario.english import in_words, many
from sim.scenario.events import Event
from sim.scenario.load import told_apart
from sim.scenario.said import all_said, kinds_said, said
from sim.scenario.schema import Scenario
from sim.show import phrases

KINDS = {get_args(kind.model_fields["kind"].annotation)[0]: kind for kind in get_args(get_args(Event)[0])}
DAY = date(2024, 3, 1)


def event(kind: str, day: date = DAY, **fields: Any) -> Any:
    return KINDS[kind].model_validate({"kind": kind, "date": day, **fields})


def test_every_kind_has_a_sentence() -> None:
    assert set(kinds_said()) == set(KINDS)


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (event("attack"), "on 1 March 2024 US forces in Iraq are attacked"),
        (event("attack", count=3, place="Syria"), "on 1 March 2024 US forces in Syria are attacked three times"),
        (event("attack", dead=12), "on 1 March 2024 twelve US soldiers die in an attack in Iraq"),
        (
            event("attack", dead=1, wounded=1, group="Badr Organization", note="x\ny"),
            "on 1 March 2024 one US soldier dies and one is wounded in an attack in Iraq by Badr Organization (x y)",
        ),
        (
            event("attack", wounded=13, count=2),
            "on 1 March 2024 13 US soldiers are wounded in the first of two attacks in Iraq",
        ),
        (
            event("strike", rung="kill a commander in Baghdad", dead=3, civilians=1, group="Badr Organization"),
            "on 1 March 2024 the United States kills a commander in Baghdad, against Badr Organization: three die, "
            "one of them a civilian or member of state forces",
        ),
        (
            event("strike", rung="strike in Syria", dead=4, civilians=2),
            "on 1 March 2024 the United States strikes in Syria: four die, two of them civilians or members of "
            "state forces",
        ),
        (
            event("self_defence", dead=1, group="Badr Organization"),
            "on 1 March 2024 US forces meet an attack by Badr Organization on the spot: one dies",
        ),
        (event("statement", rung="protest note"), "on 1 March 2024 the Iraqi government hands over a protest note"),
        (event("truce", days=1), "on 1 March 2024 a truce of one day begins on the front gaza"),
        (event("truce", days=90), "on 1 March 2024 a truce of 90 days begins on the front gaza"),
        (event("order", go_ahead=0.2), "from 1 March 2024 Iran's order gives the groups a go-ahead of 0.2"),
        (
            event("government", allies=0.2),
            "on 1 March 2024 another prime minister takes office, whose private wish lies between 0.1 and 0.6; "
            "the weight of the groups' allies in government is 0.2",
        ),
        (event("isis", level=0.5), "from 1 March 2024 the Islamic State group stands at 0.5 (1: holds territory)"),
        (event("sanctions", step="sanctions"), "on 1 March 2024 the United States imposes sanctions on Iraq"),
        (event("offer_talks"), "on 1 March 2024 Washington offers talks on the presence"),
        (event("troops", number=1), "from 1 March 2024 Washington authorises one US soldier in Iraq"),
        (event("troops", number=5000), "from 1 March 2024 Washington authorises 5,000 US soldiers in Iraq"),
        (
            event("legal_default", default="dated_agreement", ends=date(2025, 1, 1)),
            "from 1 March 2024 the presence rests on an agreement that ends on 1 January 2025",
        ),
        (
            event("set", name="united_states.restraint", value=0.8),
            "from 1 March 2024 united_states.restraint is 0.8 (before: 0.5)",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else one.kind,
)
def test_in_words(one: Any, sentence: str) -> None:
    assert said(one, Scenario()) == sentence


def test_before_a_number_is_set_stands_what_held_then() -> None:
    first, second = (
        event("set", day, name="united_states.restraint", value=value)
        for day, value in ((DAY, 0.8), (DAY + timedelta(days=1), 0.3))
    )
    twice = Scenario().replace(events=[first.model_dump(), second.model_dump()])
    assert said(second, twice) == "from 2 March 2024 united_states.restraint is 0.3 (before: 0.8)"
    drawn = Scenario().replace(**{"united_states.restraint": {"uniform": [0.3, 0.6]}})
    assert said(first, drawn).endswith("is 0.8 (before: anything from 0.3 to 0.6)")
    judged = Scenario().replace(uncertainty="judgement")
    threshold = event("set", name="united_states.threshold", value=2.5)
    assert said(threshold, judged).endswith("is 2.5 (before: anything from 2 to 3.5)")
    assert said(first) == "from 1 March 2024 united_states.restraint is 0.8"


def _values(kind: type[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The fields of an event with anything that they may hold."""
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in kind.model_fields.items():
        if name in ("kind", "date", "ends", "default"):
            continue
        rules = {key: getattr(rule, key) for rule in field.metadata for key in ("ge", "le") if hasattr(rule, key)}
        if get_origin(field.annotation) is Literal:
            fields[name] = st.sampled_from(get_args(field.annotation))
        elif field.annotation is int:
            fields[name] = st.integers(rules["ge"], rules["le"])
        elif field.annotation is str:
            empty = [""] if field.default == "" else []
            fields[name] = st.sampled_from([*empty, "gaza", "Kataib Hezbollah", "a\tb"])
        else:
            fields[name] = st.floats(rules.get("ge", 0.0), rules.get("le", 1.0))
    if "default" in kind.model_fields:
        fields |= {"default": st.just("dated_agreement"), "ends": st.just(date(2030, 1, 1))}
    return st.fixed_dictionaries(fields)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.data(), days=st.integers(0, 1000))
def test_any_event_is_one_clean_sentence_with_its_date(kind: str, data: Any, days: int) -> None:
    one = event(kind, DAY + timedelta(days=days), **data.draw(_values(KINDS[kind])))
    sentence = said(one, Scenario())
    assert re.match(rf"(on|from) {phrases.spelled(one.date)} \S", sentence)
    assert sentence == " ".join(sentence.split())
    assert sentence.isprintable()
    if kind != "set":
        assert "_" not in sentence
    assert not re.search(r"\b(one|1) (US soldiers|attacks|days|times)\b", sentence)
    assert not re.search(r"\bno (US soldier|die)", sentence)


def test_number_words_go_up_to_twelve() -> None:
    assert [in_words(count) for count in (0, 1, 12, 13, 2500)] == ["no", "one", "twelve", "13", "2,500"]
    assert [many(count, "day") for count in (1, 2)] == ["one day", "two days"]


def test_several_are_told_by_date_and_of_many_the_first_few() -> None:
    two = [event("call", DAY + timedelta(days=1)), event("committee")]
    assert all_said(two) == (
        "on 1 March 2024 the Iraqi government sets up a special committee; "
        "on 2 March 2024 the groups' politicians call for expulsion"
    )
    assert all_said([event("call")] * 7, most=5).endswith("; and two more events up to 1 March 2024")
    assert all_said([]) == ""


def test_a_scenario_changed_in_its_events_says_so() -> None:
    changed = Scenario().replace(events=[event("call").model_dump()])
    assert changed.summary == "Changed: on 1 March 2024 the groups' politicians call for expulsion."
    both = {"events": [event("call").model_dump()], "united_states.restraint": 0.4}
    assert Scenario().replace(**both).summary == (
        "Changed: united_states.restraint 0.4; on 1 March 2024 the groups' politicians call for expulsion."
    )
    assert told_apart(Scenario(), {"events": []}).summary == "Changed: no dated events."
    assert differences(Scenario(), changed).both == (Scenario(), changed)
