"""What carried an act, as people read it."""

from __future__ import annotations

import json
from datetime import date
from itertools import chain
from typing import Any

import pytest

from sim.ask.histories import is_course
from sim.show import accounts

LETTER = "2024-05-10"


def an_act(number: int, day: str, actor: str, act: str, rung: str, **terms: float) -> dict[str, Any]:
    """A row of the log, with the columns that the telling reads."""
    found = {"event": number, "date": date.fromisoformat(day), "actor": actor, "act": act, "rung": rung}
    return {**found, "terms": terms, "causes": [], "accounts": []}


KILLING = an_act(812, "2024-03-04", "United States", "strike", "kill a commander in Baghdad", dead=2)
CALL = an_act(820, "2024-03-06", "the groups' politicians", "call", "call for expulsion")
ACTS = {act["event"]: act for act in (KILLING, CALL)}


def made_of(state: str, *sources: tuple[float, str | int], level: float | None = None) -> list[dict[str, Any]]:
    """The rows of a state: what each source gives, and its name or the number of an act."""
    level = sum(share for share, _ in sources) if level is None else level
    return [
        {
            "state": state,
            "level": level,
            "source": "act" if isinstance(source, int) else source,
            "act": source if isinstance(source, int) else None,
            "share": share,
        }
        for share, source in sources
    ]


def carried_by(*states: list[dict[str, Any]], actor: str = "Iraqi government", **terms: float) -> dict[str, Any]:
    """A letter that these states carry."""
    return {**an_act(900, LETTER, actor, "act", "letter of expulsion", **terms), "accounts": list(chain(*states))}


def told(*states: list[dict[str, Any]], actor: str = "Iraqi government") -> list[str]:
    return accounts.told(carried_by(*states, actor=actor), ACTS)


def test_a_state_is_told_by_what_it_is_made_of() -> None:
    pressure = made_of("pressure", (0.30, 812), (0.12, "front gaza"), (0.05, 820), (0.04, "base"), (0.20, "older"))
    assert told(pressure) == [
        "pressure 0.71: 0.30 from the killing in Baghdad of 4 March 2024 (#812), 0.12 from Gaza, "
        "0.05 from the politicians' call of 6 March 2024 (#820), 0.04 base, 0.20 older"
    ]


def test_of_many_sources_the_largest_are_named_and_the_others_added_up() -> None:
    eight = [(0.09 - 0.01 * n, n) for n in range(8)]
    assert told(made_of("pressure", *eight, (0.1, "older"))) == [
        "pressure 0.54: 0.09 from #0, 0.08 from #1, 0.07 from #2, 0.06 from #3, 0.05 from #4, 0.09 from 3 others, "
        "0.10 older"
    ]
    (six,) = told(made_of("pressure", *eight[:6]))
    assert six.endswith("0.05 from #4, 0.04 from #5")


def test_where_several_states_carry_an_act_each_is_told_more_shortly() -> None:
    many, calls = made_of("pressure", *((0.1, n) for n in range(5))), made_of("calls", (0.5, 820))
    assert told(many, calls)[0] == "pressure 0.50: 0.10 from #0, 0.10 from #1, 0.10 from #2, 0.20 from 2 others"


def test_what_holds_back_is_named_however_many_are_larger() -> None:
    order = made_of("go-ahead", *((0.2, n) for n in range(5)), (-0.15, 812), (0.1, 8), (0.1, 9))
    assert told(order, actor="Iran")[0].endswith(
        "0.20 from #4, -0.15 from the killing in Baghdad of 4 March 2024 (#812), 0.20 from 2 others"
    )


def test_fronts_keep_their_names_where_they_are_added_up() -> None:
    fronts = ((0.27, "front gaza"), (0.05, "front lebanon"), (0.05, "front red_sea"))
    order = made_of("go-ahead", (0.45, "base"), fronts[0], (-0.25, "allies in government"), *fronts[1:])
    assert told(order, made_of("calls", (0.5, 820)))[0] == (
        "Iran's go-ahead 0.57: 0.45 base, 0.27 from Gaza, -0.25 from allies in government, 0.10 from Lebanon and the "
        "Red Sea"
    )


def test_a_source_that_gives_next_to_nothing_is_not_named() -> None:
    stress = made_of("stress", (2.5, 812), (0.02, 7), (0.02, 8), (0.02, 9))
    assert told(stress) == [
        "US stress 2.56: 2.50 from the killing in Baghdad of 4 March 2024 (#812), 0.06 from 3 others"
    ]


def test_one_source_alone_gives_it_all() -> None:
    assert told(made_of("stress", (2.52, 812)), actor="United States") == [
        "stress 2.52: all from the killing in Baghdad of 4 March 2024 (#812)"
    ]
    assert told(made_of("pressure", (0.2, "base"))) == ["pressure 0.20: all base"]


def test_what_holds_back_is_below_zero() -> None:
    order = made_of("go-ahead", (0.3, "base"), (0.21, "front gaza"), (-0.1, "allies in government"), (0.0, "older"))
    assert told(order, actor="Iran") == ["go-ahead 0.41: 0.30 base, 0.21 from Gaza, -0.10 from allies in government"]


def test_what_is_nothing_with_two_digits_is_not_told() -> None:
    nothing = made_of("calls", (0.001, 820), (-0.002, "older"))
    assert told(nothing, made_of("pressure", (0.2, "base"), (0.004, "older"))) == ["pressure 0.20: all base"]
    assert told() == []
    assert told(made_of("pressure", *((0.004, n) for n in range(5)))) == ["pressure 0.02"]


def test_a_group_feels_its_own_fear_and_reads_of_anothers() -> None:
    fear = made_of("fear of Kataib Hezbollah", (0.5, 812))
    assert told(fear, actor="Kataib Hezbollah")[0].startswith("fear 0.50: all from the killing")
    assert told(fear)[0].startswith("fear among Kataib Hezbollah 0.50: ")


def test_an_act_that_is_not_among_those_given_keeps_its_number() -> None:
    assert told(made_of("pressure", (0.4, 7))) == ["pressure 0.40: all from #7"]


def test_a_term_that_is_the_level_of_a_state_is_known() -> None:
    states = (made_of("pressure", (0.4, "base")), made_of("go-ahead", (0.3, "base")), made_of("fear of X", (0.2, 812)))
    act = carried_by(*states, actor="X", pressure=0.4, go_ahead=0.3, fear=0.2, anger=0.2, order=0.1)
    assert [term for term in act["terms"] if accounts.repeats(act, term)] == ["pressure", "go_ahead", "fear"]
    assert accounts.named(act) == {812}


def test_a_term_that_is_a_part_of_a_state_is_known() -> None:
    fronts = ((0.27, "front gaza"), (0.05, "front lebanon"), (0.05, "front red_sea"))
    order = made_of("order on its way", (0.45, "base"), (-0.25, "allies in government"), *fronts)
    terms = {"permissiveness": 0.45, "opportunity": 0.37, "allies": -0.25, "talks": 0.0, "exposure": 0.856}
    act = carried_by(order, actor="Iran", **terms)
    assert [term for term in terms if not accounts.repeats(act, term)] == ["talks", "exposure"]
    cut = carried_by(made_of("order on its way", (0.4, "base")), actor="Iran", permissiveness=0.45)
    assert not accounts.repeats(cut, "permissiveness")


def test_the_rows_that_follow_pressure_are_no_acts() -> None:
    row = an_act(3, LETTER, "Iraqi government", "stands under pressure", "condemn")
    assert is_course(row)
    assert not is_course(KILLING) and not is_course(carried_by())


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (("Kataib Hezbollah", "attack", "in Iraq", 0, 3), "the attack of 10 May 2024 that killed 3"),
        (("Kataib Hezbollah", "attack", "in Iraq", 4, 0), "the attack of 10 May 2024 that wounded 4"),
        (("Kataib Hezbollah", "attack", "in Iraq", 0, 0), "the attack of 10 May 2024"),
        (("United States", "self-defence", "strike in Iraq", 0, 1), "the self-defence strike of 10 May 2024"),
        (("United States", "strike", "strike in Iraq", 0, 1), "the strike in Iraq of 10 May 2024"),
        (
            ("Iraqi government", "committee ends without a product", "silence", 0, 0),
            "the committee that ended without a product on 10 May 2024",
        ),
        (("talks", "round", "reduce", 0, 0), "the round of talks of 10 May 2024"),
        (("Iran", "sends a new order", "let run", 0, 0), "Iran's order to let run of 10 May 2024"),
        (("front gaza", "turns", "truce", 0, 0), "the truce in Gaza of 10 May 2024"),
        (("front gaza", "turns", "none", 0, 0), "the end of the war in Gaza of 10 May 2024"),
        (("front north_east", "turns", "war", 0, 0), "the war on the front north east of 10 May 2024"),
        (("A group", "posture", "war footing", 0, 0), "A group's turn to war footing of 10 May 2024"),
        (("somebody", "does", "so", 0, 0), "“does: so” (somebody) of 10 May 2024"),
    ],
)
def test_an_earlier_act_has_a_name_with_its_date(act: tuple[str, str, str, int, int], words: str) -> None:
    actor, what, rung, wounded, dead = act
    row = an_act(1, LETTER, actor, what, rung, wounded=float(wounded), dead=float(dead))
    assert accounts.noun(row) == words
    assert accounts.noun({**row, "terms": json.dumps(row["terms"])}) == words
