"""A replaced choice: asked where the rule would be, the same alone and in a block, refused where it cannot be taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import sim
from model.histories import acts_of, born, conditions, history, lived, numbers, one_world, put, state_of
from sim.engine.choices import WHO
from sim.language.number import clip, not_, truth, where
from sim.model.choice import ChoiceError
from sim.model.iraq import rules as iraq
from sim.model.iraq.rules import COMMITTEE, LADDER, LETTER, TALKS
from sim.model.militia.rules import POSTURE
from sim.model.united_states.rules import ABSORB, CAMPAIGN, SYRIA
from sim.scenario.load import load

pytestmark = pytest.mark.usefixtures("short_past")
BLOCK = range(12)
NOISY = load("forced_exit", changes={"days": 60, "uncertainty": "none"})
"""Conditions in which all actors have something to choose."""


@sim.choice(name="dove", version="1")
def dove(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """Words, a committee or talks."""
    soft = where(me.pressure > 0.5, "talks", "special committee")  # type: ignore[call-overload]
    return where(me.pressure > 0.25, soft, "condemn")  # type: ignore[call-overload]


@sim.choice(name="counts the dead", version="1")
def counts_the_dead(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """A rung up with dead, a rung down without."""
    after = where(sees.blow, me.rung + 1, me.rung - 1)
    return where(me.rung == LETTER, LETTER, clip(after, 0, LETTER))


@sim.choice(name="coin", version="1")
def coin(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """Heads or tails."""
    return where(at.draw("my/coin") < 0.5, "letter of expulsion", "silence")  # type: ignore[call-overload]


def usual(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """What the model's own rule chooses."""
    return at.usual


def by_the_rule(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """The government's own rule, called by hand."""
    stands = me.committee_left > 0.0
    relief = where(stands, me.committee_relief, p.relief_committee * p.relief_repeat**me.committees)
    wish = where(me.new_wish >= 0.0, me.new_wish, p.private_wish)
    return iraq.choose(
        me.mood,
        me.pressure,
        me.steady,
        me.shocked * (1.0 - me.answered),
        me.since_shock,
        me.credibility,
        relief,
        stands,
        sees.talks_relief,
        sees.talks,
        sees.talks_possible,
        me.shown,
        me.letter_pending & sees.open,
        not_(sees.open),
        sees.security,
        sees.economy,
        wish,
        at.highest,
        p,
    )[0]


def end_of(choices: dict[str, Any] | None, **how: Any) -> Any:
    """The last state and the counts of a history."""
    with born(how.pop("scenario", NOISY), seed=2, choices=choices, **how) as model:
        model.run_model()
        return numbers(state_of(model)), numbers(model.counts)


# ----------------------------------------------------------------------------------- the same
@pytest.mark.parametrize("how", [{"world": 5}, {"worlds": BLOCK}], ids=["alone", "block"])
def test_what_the_rules_would_choose_changes_no_bit(how: dict[str, Any]) -> None:
    assert end_of(dict.fromkeys(WHO, usual), **how) == end_of(None, **how)


@pytest.mark.parametrize("how", [{"world": 5}, {"worlds": BLOCK}], ids=["alone", "block"])
def test_the_rule_called_by_hand_changes_no_bit(how: dict[str, Any]) -> None:
    capped = NOISY.replace(**{"iraq.highest_rung": "demand a timetable"})
    for scenario in (NOISY, capped):
        assert end_of({"iraq": by_the_rule}, scenario=scenario, **how) == end_of(None, scenario=scenario, **how)


def bold(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """A high rung or level, by luck."""
    return at.draw("my/whim")


def strikes(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """A strike on any rung after any attack."""
    return where(sees.attacks > 0, SYRIA + truth(at.draw("my/rung") < 0.5), ABSORB)


SEVERAL = {
    "dove": {"iraq": dove},
    "dead": {"iraq": counts_the_dead},
    "coin": {"iraq": coin},
    "others": {"united_states": strikes, "iran": bold, "militia": bold, "parliament": bold},
}


@pytest.mark.parametrize("name", SEVERAL)
def test_a_world_of_a_block_is_the_world_alone(name: str) -> None:
    with born(NOISY, seed=2, worlds=BLOCK, choices=SEVERAL[name]) as block:
        block.run_model()
        for world in (0, 5, 11):
            with born(NOISY, seed=2, world=world, choices=SEVERAL[name]) as alone:
                alone.run_model()
                assert numbers(state_of(alone)) == numbers(one_world(state_of(block), world))
                assert numbers(alone.counts) == numbers(one_world(block.counts, world))


def test_the_past_is_lived_by_the_models_own_rules() -> None:
    with born(NOISY, seed=2, worlds=BLOCK, choices=SEVERAL["others"]) as one, born(NOISY, seed=2, worlds=BLOCK) as two:
        assert numbers(state_of(one)) == numbers(state_of(two))


# ------------------------------------------------------------------------------ all else goes on
def test_the_dove_writes_no_letter_while_pressure_and_the_committees_clock_move() -> None:
    pressures, clocks, committees = [], [], 0
    for model in lived(load("forced_exit", changes={"days": 150}), worlds=BLOCK, choices={"iraq": dove}):
        assert set(np.unique(model.iraq.rung)) <= {LADDER["condemn"], COMMITTEE, TALKS}
        assert not np.any(model.iraq.letter_pending)
        pressures.append(np.array(model.iraq.pressure))
        clocks.append(np.array(model.iraq.clock))
        committees = max(committees, int(np.max(model.iraq.committees)))
    assert (np.ptp(pressures, axis=0) > 0.05).all()
    assert any((earlier - later == 1.0).any() for earlier, later in pairwise(clocks))
    assert committees > 0
    assert "forced_exit" not in {str(act.act) for act in acts_of(model)}


def test_a_letter_has_to_stand_for_its_days() -> None:
    scenario = conditions({"iraq.letter_days": 5.0}, days=20)
    ends = [
        act
        for act in history(scenario, world=0, choices={"iraq": lambda *_: LETTER})
        if "exit" in act.rung or act.act == "decision"
    ]
    assert ends
    assert ends[0].day >= 5


def test_asked_when_the_rule_would_look() -> None:
    days: list[int] = []

    def silent(me: Any, sees: Any, p: Any, at: Any) -> int:
        days.append(at.day)
        assert at.date == date(2024, 2, 12).fromordinal(date(2024, 2, 12).toordinal() + at.day)
        return 0

    calm = conditions({"attacks.weekly": 0.0, "iraq.mood_days": 365.0}, days=30)
    with born(calm, world=0, choices={"iraq": silent}) as model:
        model.run_model()
    assert 4 <= len(days) <= 7  # every seven days, and once in a new mood
    assert len(set(days)) == len(days)


def test_the_log_says_whose_choice_it_was() -> None:
    acts = history(NOISY, world=3, choices={"iraq": dove})
    mine = [act for act in acts if act.actor == "Iraqi government" and act.act == "act"]
    assert {act.rule for act in mine} == {"a replaced choice: dove"}


# ------------------------------------------------------------------------------ caps, and others
def test_a_rung_above_the_cap_is_lowered_to_it() -> None:
    capped = conditions({"iraq.highest_rung": "protest note"}, days=20)
    for model in lived(capped, world=0, choices={"iraq": lambda *_: "letter of expulsion"}):
        assert model.iraq.rung <= LADDER["protest note"]


def test_where_talks_cannot_be_had_the_committee_is_chosen() -> None:
    with born(conditions(days=20), world=0, choices={"iraq": lambda *_: "talks"}) as model:
        put(model, "talks", on=False, rest=15.0)
        rungs = []
        while model.running:
            model.step()
            rungs.append(model.iraq.rung)
    assert COMMITTEE in rungs[:10]
    assert TALKS not in rungs[:10]
    assert TALKS in rungs[14:]


def test_washington_strikes_on_the_rung_it_chooses_or_not_at_all() -> None:
    def last(choice: Callable[..., Any]) -> Any:
        with born(NOISY, worlds=BLOCK, choices={"united_states": choice}) as model:
            model.run_model()
            return model.counts

    assert not np.any(last(lambda *_: "absorb")["us_strikes"])
    assert not np.any(last(lambda *_: "warn")["us_strikes"])
    campaigns = last(lambda *_: CAMPAIGN)
    assert np.all(campaigns["us_strikes"] > 5)
    assert np.all(campaigns["us_strikes"] == campaigns["us_strikes_iraq"])


def test_iran_wants_what_it_chooses_and_its_order_follows_with_a_lag() -> None:
    with born(NOISY, worlds=BLOCK, choices={"iran": lambda *_: "brake hard"}) as model:
        model.step()
        assert np.any(model.iran.order > 0.1)
        model.run_model()
        assert np.all(model.iran.order == 0.05)


def test_one_group_goes_before_all_and_each_is_given_its_own() -> None:
    first, second = list(NOISY.groups)[:2]
    names = set()

    def quiet(me: Any, sees: Any, p: Any, at: Any) -> float:
        names.add(me.name)
        assert p.groups[me.name].share >= 0.0
        return 0.0

    choices = {"militia": quiet, f"militia/{first}": lambda *_: "war footing"}
    assert "war footing" in POSTURE.names
    with born(NOISY, worlds=BLOCK, choices=choices) as model:
        model.run_model()
        assert np.all(model.groups[0].posture == POSTURE["war footing"])
        assert np.all(model.groups[1].intent == 0.0)
    assert second in names
    assert first not in names


def test_a_bloc_that_stays_away_leaves_parliament_without_a_quorum() -> None:
    for model in lived(
        load("forced_exit", changes={"days": 120}), worlds=BLOCK, choices={"parliament": lambda *_: 0.0}
    ):
        assert np.all(model.parliament.rung <= 1)


def test_each_actor_has_draws_of_its_own() -> None:
    drawn: dict[str, Any] = {}

    def note(me: Any, sees: Any, p: Any, at: Any) -> float:
        drawn[me.name] = at.draw("my/whim")
        return 0.0

    with born(NOISY, world=0, choices={"militia": note}) as model:
        model.step()
    assert len(set(drawn.values())) == len(NOISY.groups)


# ----------------------------------------------------------------------------- what is refused
def fault(actor: str, choice: Callable[..., Any], **how: Any) -> str:
    """What is said of a choice that cannot be taken."""
    with born(NOISY, **(how or {"worlds": BLOCK}), choices={actor: choice}) as model:
        with pytest.raises(ChoiceError) as caught:
            model.run_model()
        return str(caught.value)


RUNG = "a rung is a name or a whole number from 0 (silence) to 7 (letter of expulsion)"
LEVEL = "a go-ahead is a number from 0 to 1, or one of brake hard, brake, let run, encourage"


def wrong() -> Iterator[tuple[str, Any, str]]:
    """An actor, what is answered for it, and what is said then."""
    yield "iraq", "leter of expulsion", "'leter of expulsion' is no rung; did you mean 'letter of expulsion'?"
    yield "iraq", "xyz", f"'xyz' is no rung; {RUNG}"
    yield "iraq", 8, f"8 is no rung; {RUNG}"
    yield "iraq", -1, f"-1 is no rung; {RUNG}"
    yield "iraq", 2.5, f"2.5 is no rung; {RUNG}"
    yield "iraq", float("nan"), f"nan is no rung; {RUNG}"
    yield "iraq", None, f"it gave None; {RUNG}"
    yield "iraq", True, f"it gave True; {RUNG}"
    yield "iraq", np.zeros(3), f"it gave an array of the shape (3,), but the block has 12 worlds; {RUNG}"
    yield "iraq", np.full(12, 9.0), f"9 (in 12 of 12 worlds) is no rung; {RUNG}"
    yield "iraq", np.ones(12, bool), f"it gave an array of bool; {RUNG}"
    yield (
        "iraq",
        np.where(np.ones(12, bool), "3", "4"),
        ("'3' is no rung; names and numbers do not go into one where(): numpy makes texts of both"),
    )
    yield "iran", 1.5, f"1.5 is no go-ahead; {LEVEL}"
    yield "iran", "brakes", "'brakes' is no rung; did you mean 'brake'?"


@pytest.mark.parametrize(("actor", "answer", "said"), list(wrong()))
def test_a_wrong_answer_is_told_with_choice_day_and_value(actor: str, answer: Any, said: str) -> None:
    who = WHO[actor]

    @sim.choice(name="odd", version="1")
    def odd(me: Any, sees: Any, p: Any, at: Any) -> Any:
        return answer

    assert fault(actor, odd) == f"the choice 'odd' for {who} on 2024-01-10 (day 0): {said}"


def test_an_array_in_one_world_is_refused() -> None:
    assert "an array of the shape (2,), but there is one world" in fault("iraq", lambda *_: np.zeros(2), world=0)


WORDS = (
    "a block lives many worlds at once, and an array of worlds has no single truth. Write where(condition, a, b) "
    "instead of if, & instead of and (a < x < b holds an and), | instead of or, not_(x) instead of not, least(a, b) "
    "and most(a, b) instead of min and max; all are in sim.language.number"
)


def test_an_if_on_a_block_is_told_with_file_line_and_the_words_to_use() -> None:
    def hasty(me: Any, sees: Any, p: Any, at: Any) -> int:
        return 1 if me.pressure > 0.5 else 0

    line = hasty.__code__.co_firstlineno + 1
    source = "return 1 if me.pressure > 0.5 else 0"
    assert fault("iraq", hasty) == (
        f"the choice 'hasty' for the government on 2024-01-10 (day 0): {__file__}, line {line} ({source}): {WORDS}"
    )
    assert WORDS in fault("iraq", lambda me, sees, p, at: 1 if 0.1 < me.pressure < 0.2 else 0)
    assert WORDS in fault("iraq", lambda me, sees, p, at: int(not me.pressure > 0.2))
    assert WORDS in fault("iran", lambda me, sees, p, at: max(me.exposure, 0.5))


def test_a_draw_has_to_be_ones_own() -> None:
    said = fault("iraq", lambda me, sees, p, at: 7 * at.draw("iraq/mood"))
    assert 'the name of a draw begins with "my/" here, as in at.draw("my/coin"); not \'iraq/mood\'' in said
    assert f"{__file__}, line " in said


def test_another_fault_of_the_function_stays_what_it_is() -> None:
    slip = {"iraq": lambda me, sees, p, at: me.presure}
    with born(NOISY, world=0, choices=slip) as model, pytest.raises(AttributeError, match="presure") as caught:
        model.run_model()
    assert caught.value.__notes__ == ["in the choice '<lambda>' for the government on 2024-01-10 (day 0)"]


def test_an_actor_that_is_not_there_is_told() -> None:
    for asked, said in {
        "irak": "no choice is called 'irak'; did you mean 'iraq'?",
        "militia/Kataib Hisbollah": (
            "no choice is called 'militia/Kataib Hisbollah'; did you mean 'militia/Kataib Hezbollah'?"
        ),
        "xyz": (
            "no choice is called 'xyz'; there are iraq, united_states, iran, militia, parliament, militia/<group>, "
            "parliament/<bloc>"
        ),
    }.items():
        with pytest.raises(ValueError) as caught:
            sim.WithdrawalModel(NOISY, choices={asked: usual})
        assert str(caught.value) == said
    with pytest.raises(ValueError, match="the choice for the government is a function"):
        sim.WithdrawalModel(NOISY, choices={"iraq": "talks"})  # type: ignore[dict-item]


def test_a_declaration_needs_a_name_and_a_version() -> None:
    with pytest.raises(ValueError, match="the version of a choice is a short text; not 1"):
        sim.choice(name="dove", version=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="the name of a choice is a short text; not ''"):
        sim.choice(name="", version="1")


def test_a_choice_that_asks_a_person_lives_one_world() -> None:
    @sim.choice(name="somebody", version="1", asks_person=True)
    def somebody(me: Any, sees: Any, p: Any, at: Any) -> Any:
        return 0

    with born(conditions(days=10), world=0, choices={"iraq": somebody}) as model:
        model.run_model()
    with pytest.raises(ValueError, match="the choice 'somebody' for the government asks a person") as caught:
        sim.WithdrawalModel(conditions(days=10), worlds=BLOCK, choices={"iraq": somebody})
    assert str(caught.value).endswith("who can live one world only: give world=, not 12 worlds")
