"""Names, numbers and dates as people read them."""

from __future__ import annotations

from datetime import date
from math import nan

import pytest

from sim.scenario.schema import Scenario
from sim.show import phrases


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.043, "4.3 %"), (0.5049, "50.5 %"), (0.9234, "92.3 %"), (nan, "not known")],
)
def test_shares_have_one_decimal_but_none_and_all(share: float, text: str) -> None:
    assert phrases.percent(share) == text


def test_both_ends_of_an_interval_have_the_same_decimals() -> None:
    assert phrases.interval(0.091, 0.134) == "9.1 to 13.4 %"
    assert phrases.interval(0.41, 0.46) == "41.0 to 46.0 %"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.00"), (0.001, "0.00"), (-0.5, "−0.50"), (12.34, "+12.3"), (-1234.5, "−1,234"), (nan, "not known")],
)
def test_signed_numbers_have_a_true_minus_and_zero_has_no_sign(value: float, text: str) -> None:
    assert phrases.signed(value) == text


def test_a_difference_is_told_in_percentage_points() -> None:
    assert phrases.points(0.0149) == "+1.5"
    assert phrases.points(-0.0149) == "−1.5"


FIXED = Scenario(name="fixed")
RANGES = Scenario(name="ranges", uncertainty="judgement")
NAMED = Scenario.model_validate({"name": "named", "uncertain": {"united_states.restraint": {"uniform": [0.3, 0.7]}}})


def test_intervals_hold_chance_only_where_no_world_draws_a_parameter() -> None:
    assert phrases.chance([FIXED, FIXED]) == "chance only"
    assert phrases.chance([RANGES, NAMED]) == "chance, over the ranges of uncertain parameters"
    assert phrases.chance([FIXED, NAMED]) == "chance, in some conditions over the ranges of uncertain parameters"
    assert phrases.wider([FIXED]) == "what is not known about rules and parameters is wider"
    assert phrases.wider([FIXED, RANGES]) == "what is not known about rules and other parameters is wider"


def test_a_short_date() -> None:
    assert phrases.briefly(date(2025, 5, 9)) == "9 May 2025"


def test_control_characters_are_gone_from_names() -> None:
    assert phrases.clean("a\x00b\x1b[31m\n c") == "a b [31m c"


def test_a_title_comes_before_a_name_and_begins_large() -> None:
    assert phrases.label(Scenario(name="x", title="conditions for something")) == "Conditions for something"
    assert phrases.label(Scenario(name="status_quo")) == "Conditions for the status quo"
    assert phrases.label(Scenario(name="my_own_case")) == "My own case"


def test_a_label_inside_a_sentence_begins_small_or_is_quoted() -> None:
    assert phrases.within("Conditions for a forced exit") == "conditions for a forced exit"
    assert phrases.within("My own case") == "“My own case”"


def test_a_cap_on_baghdad_is_part_of_the_label() -> None:
    capped = Scenario.model_validate({"name": "x", "parliament": {"highest_rung": "no session"}})
    assert "parliament capped: an experiment on the ending" in phrases.label(capped)
    assert "experiment" not in phrases.label(Scenario(name="x"))


def test_the_last_day_is_inside_the_horizon() -> None:
    assert phrases.last_day(Scenario(name="x", days=730)) == date(2026, 1, 8)
    assert phrases.spelled(date(2024, 1, 10)) == "10 January 2024"


def test_a_label_that_is_too_long_ends_in_an_ellipsis() -> None:
    text = phrases.short("word " * 50, 20, 2)
    assert text.count("\n") == 1
    assert text.endswith("…")
    assert max(map(len, text.splitlines())) <= 20
