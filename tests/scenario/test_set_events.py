"""Events that set a number: what is refused, what is remarked, and how one finds them from the wrong places."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.errors import ScenarioError
from sim.scenario.load import load, remarks

SET = '[[events]]\nkind = "set"\ndate = 2024-{}\nname = "{}"\nvalue = {}\n'


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are written into an empty folder."""
    monkeypatch.chdir(tmp_path)


def faults(text: str) -> list[str]:
    """The faults of a file with this text, each with its line."""
    Path("x.toml").write_text(text, encoding="utf-8")
    try:
        load("x.toml")
    except ScenarioError as error:
        return [line.removeprefix("x.toml:") for line in str(error).splitlines()]
    return []


def words(text: str) -> list[str]:
    """The remarks on a file with this text, each with its line."""
    Path("x.toml").write_text(text, encoding="utf-8")
    return [str(one).removeprefix("x.toml:") for one in remarks("x.toml")]


def example(name: str = "united_states.restraint", value: str = "0.8") -> str:
    return (
        f'a number is changed on a date by [[events]] with kind = "set", date = 2024-06-01, name = "{name}", '
        f"value = {value}"
    )


# --- what is refused ----------------------------------------------------------------------------------------

ONE = "events[0]"


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        (
            "united_states.restrant",
            "0.8",
            f"4: {ONE}.name: united_states.restrant is no number of this scenario; did you mean "
            "'united_states.restraint'?",
        ),
        (
            "restraint",
            "0.8",
            f"4: {ONE}.name: restraint is no number of this scenario; did you mean 'united_states.restraint'?",
        ),
        (
            "groups.Kataib Hisbollah.control",
            "0.8",
            f"4: {ONE}.name: groups.Kataib Hisbollah.control is no number of this scenario; did you mean "
            "'groups.Kataib Hezbollah.control'?",
        ),
        ("united_states.restraint", "80", f"5: {ONE}.value: 80 is above 1 (a number from 0 to 1); did you mean 0.8?"),
        ("united_states.restraint", "-0.5", f"5: {ONE}.value: -0.5 is below 0 (a number from 0 to 1)"),
        ("united_states.restraint", '"high"', f'5: {ONE}.value: "high" is a text; a number is expected'),
        ("iran.brake_hard_below", "0.9", f"5: {ONE}.value: from 2024-03-01 on, 0.9 is above iran.brake_below, 0.25"),
        ("iran.brake_below", "0.01", f"5: {ONE}.value: from 2024-03-01 on, 0.01 is below iran.brake_hard_below, 0.1"),
        (
            "groups.Badr Organization.share",
            "0.9",
            f"5: {ONE}.value: from 2024-03-01 on, the groups' shares add up to 1.88, more than 1",
        ),
        (
            "public.camp_us",
            "0.9",
            f"5: {ONE}.value: from 2024-03-01 on, the camps for the US and for Iran add up to 1.05, more than 1",
        ),
        (
            "public.influence_us",
            "0.5",
            f"4: {ONE}.name: public.influence_us cannot change on a date: it is what every world begins with, and "
            "moves by itself from there",
        ),
        (
            "strikes.spread",
            "0.5",
            f"4: {ONE}.name: strikes.spread cannot change on a date: each world draws from it once, before its "
            "first day",
        ),
        (
            "consequences.training_forced",
            "0.5",
            f"4: {ONE}.name: consequences.training_forced cannot change on a date: what the presence gives Baghdad "
            "is reckoned from it once, at the beginning",
        ),
        (
            "days",
            "20",
            f"4: {ONE}.name: days is a whole number that holds for the whole run, and only a number can be set on a "
            "date",
        ),
        ("start", "20", f"4: {ONE}.name: start is a date, and only a number can be set on a date"),
        (
            "presence.legal_default",
            "1",
            f"4: {ONE}.name: presence.legal_default is a word, and only a number can be set on a date; "
            'kind = "legal_default" changes it on a date',
        ),
        ("attacks.curve", "1", f"4: {ONE}.name: attacks.curve is a list, and only a number can be set on a date"),
        ("united_states", "1", f"4: {ONE}.name: united_states is a section, and only a number can be set on a date"),
        (
            "iraq.highest_rung",
            "1",
            f"4: {ONE}.name: iraq.highest_rung is a cap, which holds from the first day on, and only a number can "
            "be set on a date",
        ),
        (
            "fronts.lebanon.war_days",
            "90",
            f"4: {ONE}.name: fronts.lebanon.war_days moves nothing: this front follows gaza; set "
            "fronts.gaza.war_days instead",
        ),
    ],
)
def test_what_cannot_be_set(name: str, value: str, fault: str) -> None:
    assert faults(SET.format("03-01", name, value)) == [fault]


def test_names_stand_without_quotes() -> None:
    quoted = SET.replace('name = "{}"', "name = '{}'").format("03-01", 'groups."Badr Organization".share', 0.01)
    assert faults(quoted) == [
        '4: events[0].name: groups."Badr Organization".share: here names stand without quotes; did you mean '
        "'groups.Badr Organization.share'?"
    ]


def test_twice_on_one_day_is_a_contradiction_and_on_two_is_none() -> None:
    first = SET.format("03-01", "united_states.restraint", 0.8)
    assert faults(first + SET.format("03-01", "united_states.restraint", 0.3)) == [
        "7: events[1].kind: united_states.restraint is set a second time on 2024-03-01: two events of one day "
        "contradict each other"
    ]
    assert faults(first + SET.format("03-02", "united_states.restraint", 0.3)) == []
    assert faults(first + SET.format("03-01", "united_states.leverage", 0.3)) == []


def test_what_goes_together_is_looked_at_on_every_day() -> None:
    """Two numbers that rise together, one after the other: only the order that crosses them is refused."""
    low, high = ("iran.brake_hard_below", 0.4), ("iran.brake_below", 0.45)
    assert faults(SET.format("03-01", *high) + SET.format("03-02", *low)) == []
    assert faults(SET.format("03-01", *high) + SET.format("03-01", *low)) == []
    assert faults(SET.format("03-01", *low) + SET.format("03-02", *high)) == [
        "5: events[0].value: from 2024-03-01 on, 0.4 is above iran.brake_below, 0.25"
    ]
    assert faults("iran.brake_below = 0.42\n" + SET.format("03-01", *low)) == []


def test_two_offers_of_one_day_contradict_each_other() -> None:
    offer = '[[events]]\nkind = "offer_talks"\ndate = 2024-03-01\n'
    assert faults(offer * 2) == [
        "5: events[1].kind: talks are offered a second time on 2024-03-01: two events of one day contradict each other"
    ]


def test_a_number_that_is_set_is_not_drawn_any_more() -> None:
    """A drawn number may cross another; from the date on it does not, and what crossed is told of the file alone."""
    drawn = "iran.brake_below = {uniform = [0.2, 0.3]}\n"
    assert faults(drawn + SET.format("03-01", "iran.brake_hard_below", 0.25)) == [
        "6: events[0].value: from 2024-03-01 on, 0.25 can be above iran.brake_below"
    ]
    both = SET.format("03-01", "iran.brake_hard_below", 0.25) + SET.format("03-01", "iran.brake_below", 0.3)
    assert faults(drawn + both) == []


# --- what is remarked ---------------------------------------------------------------------------------------


def test_it_wins_over_the_file_and_over_what_is_drawn_and_check_says_so() -> None:
    assert words("united_states.restraint = 0.4\n" + SET.format("03-01", "united_states.restraint", 0.7)) == [
        "6: events[0].value: united_states.restraint, set in line 1, holds until 2024-03-01; from then on it is 0.7"
    ]
    drawn = "united_states.restraint = {uniform = [0.4, 0.6]}\n"
    assert words(drawn + SET.format("03-01", "united_states.restraint", 0.7)) == [
        "6: events[0].value: each world draws its own united_states.restraint until 2024-03-01; from then on it is "
        "0.7 in all"
    ]
    judged = 'uncertainty = "judgement"\n'
    assert words(judged + SET.format("03-01", "united_states.threshold", 2.5)) == [
        "6: events[0].value: each world draws its own united_states.threshold until 2024-03-01; from then on it is "
        "2.5 in all"
    ]
    assert words(SET.format("03-01", "united_states.restraint", 0.7)) == []


def test_what_is_outside_of_the_plausible_is_remarked() -> None:
    (said,) = words(SET.format("03-01", "united_states.restraint", 0.95))
    assert said.startswith("5: events[0].value: 0.95 is allowed, but outside what is plausible, 0.2 to 0.8 (")


def test_what_nothing_reads_is_remarked_as_it_is_in_a_file() -> None:
    quiet = "start = 2021-06-01\ndays = 40\n"
    early = SET.replace("2024", "2021")
    assert words(quiet + early.format("06-05", "isis.level", 0.3)) == [
        "6: events[0].name: isis.level changes nothing: it holds from 2024-01-10 on, and the last day is 2021-07-10; "
        "before, isis.past does"
    ]
    isis = '[[events]]\nkind = "isis"\ndate = 2024-03-01\nlevel = 0.4\n'
    assert words(isis + SET.format("03-05", "isis.level", 0.3)) == [
        '8: events[1].name: changes nothing: the event "isis" of 2024-03-01 holds for good'
    ]
    capped = 'united_states.highest_leverage = "reassure"\n'
    offer = '[[events]]\nkind = "offer_talks"\ndate = 2024-03-01\n'
    assert words(capped + offer) == [
        '3: events[0].kind: changes nothing: "offer talks" lies above the cap, "reassure" '
        "(united_states.highest_leverage)"
    ]


# --- from the wrong places ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "instead"),
    [
        ("restraint", example()),
        ("united_states.restraint", example()),
        ("restrant", example()),
        ("leverage", example("united_states.leverage", "2.0")),
        ("permissiveness", example("iran.permissiveness", "0.6")),
        (
            "control",
            example("groups.Kataib Hezbollah.control", "0.4")
            + " (groups.Harakat al-Nujaba.control or groups.Kataib Sayyid al-Shuhada.control likewise)",
        ),
        *((kind, example()) for kind in ("lever", "change", "parameter", "Condition")),
        *(
            (kind, 'for an offer of talks write kind = "offer_talks" and a date, such as date = 2024-06-01')
            for kind in ("talks", "offer", "Offer of talks")
        ),
    ],
)
def test_a_wrong_kind_leads_to_the_right_one(kind: str, instead: str) -> None:
    (fault,) = faults(f'[[events]]\nkind = "{kind}"\ndate = 2024-06-01\n')
    assert fault.startswith(f'2: events[0].kind: "{kind}" is none of "attack", ')
    assert fault.endswith(f'"legal_default", "set"; {instead}')


def test_an_ending_is_not_led_anywhere() -> None:
    (fault,) = faults('[[events]]\nkind = "letter"\ndate = 2024-06-01\n')
    assert fault.endswith('"legal_default", "set"')


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "united_states.restraint = {value = 0.8, date = 2024-06-01}",
            f"1: united_states.restraint: holds from the first day on; {example()}",
        ),
        (
            "united_states.restraint = {from = 2024-06-01, uniform = [0.2, 0.4]}",
            f"1: united_states.restraint: holds from the first day on; {example()}",
        ),
        (
            "united_states.restraint = [0.8, 2024-06-01]",
            "1: united_states.restraint: this is a list; a number or a distribution such as {uniform = [low, high]} "
            f"is expected (a number from 0 to 1); {example()}",
        ),
        (
            "united_states.restraint = 2024-06-01",
            "1: united_states.restraint: 2024-06-01 is a date; a number is expected (a number from 0 to 1); "
            f"{example()}",
        ),
        (
            "[united_states]\nrestraint = 0.7\ndate = 2024-06-01",
            f"3: united_states.date: there is no such setting; {example()}",
        ),
        (
            "[united_states]\nrestraint_from = 2024-06-01",
            f"2: united_states.restraint_from: there is no such setting; {example()}",
        ),
    ],
)
def test_a_date_beside_a_number_leads_to_the_event(text: str, fault: str) -> None:
    assert faults(text) == [fault]


def test_the_example_that_is_given_is_fine() -> None:
    assert faults(SET.format("06-01", "united_states.restraint", 0.8)) == []
    assert faults('[[events]]\nkind = "offer_talks"\ndate = 2024-06-01') == []
