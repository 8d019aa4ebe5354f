"""What every rule promises is proved of it, and a promise that is not true is caught.

A new rule needs no test here: what it declares with ``@promises`` is taken from ``RULES`` and tried. What takes
a table or a tuple, and so cannot declare anything, has its own tests at the end.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import pkgutil
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import sim.model
from model.histories import proving
from sim.language.chance import pick_by_weight
from sim.language.luck import Luck, world_key, world_keys
from sim.language.number import total
from sim.language.promise import RULES, Promise
from sim.model.calendar import DatedLevel, dated
from sim.model.iraq.numbers import Iraq
from sim.model.iraq.rules import (
    CLOSED,
    COMMITTEE,
    CONDEMN,
    LETTER,
    NESTS,
    TALKS,
    THREATEN,
    chances,
    choose,
    grief,
    left,
    package_utility,
    reliefs,
    worth,
)
from sim.model.iraq.rules import shock as shock_rule
from sim.model.militia.day import harm
from sim.model.militia.rules import curve_of, relative_rate
from sim.model.region import FrontDate, dated_state
from sim.scenario.schema import Scenario

FILES = sorted(found.name for found in pkgutil.walk_packages(sim.model.__path__, "sim.model.") if not found.ispkg)
"""Every file of the model."""
WHOLE = {"rung", "before", "state"}
"""Inputs that name a rung or a state, and so are whole numbers."""
MODULES = {file: importlib.import_module(file) for file in FILES}


# ------------------------------------------------------------------------------------- how to prove
lightly = settings(proving, max_examples=25)
"""For what does not hang on the one odd input."""
at_a_glance = settings(proving, phases=[Phase.generate])
"""For what is known to be false: the first counterexample will do."""


def inputs_of(promise: Promise) -> dict[str, st.SearchStrategy[Any]]:
    """Where a rule's inputs lie: in 0..1 unless its promise says otherwise."""
    found: dict[str, st.SearchStrategy[Any]] = {}
    for name in inspect.signature(promise.rule).parameters:
        low, high = promise.domain.get(name, (0.0, 1.0))
        if name in WHOLE:
            found[name] = st.integers(int(low), int(high))
        else:
            found[name] = st.floats(float(low), float(high))
    return found


def prove_bounds(promise: Promise, how: settings = proving) -> None:
    """The result lies between its bounds, whatever the inputs."""
    assert promise.bounded is not None
    low, high = promise.bounded

    @how
    @given(st.fixed_dictionaries(inputs_of(promise)))
    def check(given_: dict[str, Any]) -> None:
        found = promise.rule(**given_)
        assert low - 1e-12 <= found <= high + 1e-12, (given_, found)

    check()


def prove_direction(promise: Promise, name: str, sign: int, how: settings = proving) -> None:
    """More of one input, all others the same, never gives less (``sign`` 1) or never more (-1)."""
    one = inputs_of(promise)[name]

    @how
    @given(st.fixed_dictionaries(inputs_of(promise)), one, one)
    def check(given_: dict[str, Any], a: Any, b: Any) -> None:
        low, high = sorted((a, b))
        before, after = promise.rule(**{**given_, name: low}), promise.rule(**{**given_, name: high})
        slack = 1e-12 * max(1.0, abs(before), abs(after))
        assert sign * (after - before) >= -slack, (given_, name, low, high, before, after)

    check()


def prove_no_memory(promise: Promise, how: settings = lightly) -> None:
    """The same inputs give the same bits, whatever the rule was asked in between."""
    inputs = st.fixed_dictionaries(inputs_of(promise))

    @how
    @given(inputs, st.lists(inputs, min_size=1, max_size=4))
    def check(given_: dict[str, Any], others: list[dict[str, Any]]) -> None:
        before = promise.rule(**given_)
        for other in others:
            promise.rule(**other)
        assert float(promise.rule(**given_)).hex() == float(before).hex()

    check()


def prove_same_in_a_block(promise: Promise, how: settings = lightly) -> None:
    """Arrays give, entry by entry, the bits that numbers give; and nothing is written into the arrays."""

    @how
    @given(st.lists(st.fixed_dictionaries(inputs_of(promise)), min_size=1, max_size=12))
    def check(worlds: list[dict[str, Any]]) -> None:
        columns = {name: np.array([world[name] for world in worlds]) for name in worlds[0]}
        kept = {name: column.copy() for name, column in columns.items()}
        together = np.broadcast_to(promise.rule(**columns), (len(worlds),))
        for name, column in columns.items():
            assert (column == kept[name]).all(), name
        for world, found in zip(worlds, together.tolist(), strict=True):
            alone = promise.rule(**world)
            assert not isinstance(alone, np.ndarray)
            assert float(alone).hex() == float(found).hex(), (world, alone, found)

    check()


def directions() -> list[tuple[str, str, int]]:
    """Every promised direction: the rule, the input, 1 up or -1 down."""
    return [
        (name, moved, sign)
        for name, promise in RULES.items()
        for sign, moves in ((1, promise.rises_with), (-1, promise.falls_with))
        for moved in moves
    ]


# ------------------------------------------------------------------------------------ every promise
@pytest.mark.parametrize("name", [name for name, promise in RULES.items() if promise.bounded is not None])
def test_a_rule_stays_within_its_bounds(name: str) -> None:
    prove_bounds(RULES[name])


@pytest.mark.parametrize(("name", "moved", "sign"), directions(), ids=lambda x: {1: "up", -1: "down"}.get(x, x))
def test_a_rule_moves_as_it_says(name: str, moved: str, sign: int) -> None:
    prove_direction(RULES[name], moved, sign)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_no_memory(name: str) -> None:
    prove_no_memory(RULES[name])


@pytest.mark.parametrize("name", RULES)
def test_a_rule_gives_a_world_in_a_block_what_it_gives_it_alone(name: str) -> None:
    prove_same_in_a_block(RULES[name])


@pytest.mark.parametrize("name", RULES)
def test_a_promise_says_something_about_inputs_that_the_rule_has(name: str) -> None:
    promise = RULES[name]
    assert promise.bounded is not None or promise.rises_with or promise.falls_with
    named = {*promise.rises_with, *promise.falls_with, *promise.domain}
    assert named <= set(inspect.signature(promise.rule).parameters)
    assert not set(promise.rises_with) & set(promise.falls_with)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_in_words_what_it_means(name: str) -> None:
    text = inspect.getdoc(RULES[name].rule)
    assert text
    assert text.split("\n")[0].endswith((".", "]", ":"))


# -------------------------------------------------------------------------------- every rule is there
def part_of(file: str) -> str:
    """The part of the model that a file belongs to: its folder, or itself."""
    return file.removeprefix("sim.model.").split(".")[0]


def functions() -> dict[str, Callable[..., Any]]:
    """Every function without an underscore that a file of the model holds, by ``part.function``."""
    return {
        f"{part_of(file)}.{name}": item
        for file, module in MODULES.items()
        for name, item in vars(module).items()
        if inspect.isfunction(item) and item.__module__ == module.__name__ and not name.startswith("_")
    }


def of_numbers_alone(function: Callable[..., Any]) -> bool:
    """Whether a function takes numbers and truths and gives a number, and so is a rule."""
    signature = inspect.signature(function)
    taken = {parameter.annotation for parameter in signature.parameters.values()}
    return bool(taken) and taken <= {"Number", "Truth"} and signature.return_annotation in ("Number", "Truth")


def test_every_function_of_numbers_alone_is_a_rule_that_promises() -> None:
    assert {name for name, function in functions().items() if of_numbers_alone(function)} == set(RULES)


def test_every_function_of_the_model_that_the_docs_name_is_there() -> None:
    docs, parts = Path(__file__).parents[2] / "docs", {part_of(file) for file in FILES}
    named = {
        f"{part}.{name}"
        for page in docs.rglob("*.md")
        for part, name in re.findall(r"`(\w+)\.(\w+)(?:\(\))?`", page.read_text(encoding="utf-8"))
        if part in parts and name != "py" and name not in numbers_of(part)
    }
    assert named <= set(functions())
    assert len(named & set(RULES)) > 10


def numbers_of(part: str) -> set[str]:
    """The names of the numbers in a scenario's section of this name, and of its other names."""
    section = getattr(Scenario(), part, None)
    return set(type(section).model_fields) if isinstance(section, BaseModel) else set()


# ------------------------------------------------------------------------- a false promise is caught
def promise_of(rule: Callable[..., Any], **said: Any) -> Promise:
    """A promise made here, not entered in RULES."""
    return Promise(
        rule, said.pop("bounded", None), said.pop("rises_with", ()), said.pop("falls_with", ()), said.pop("domain", {})
    )


@pytest.mark.parametrize(
    "wrong",
    [
        promise_of(lambda x: 1.001 * x, bounded=(0.0, 1.0)),
        promise_of(lambda x: x - 1e-6, bounded=(0.0, 1.0)),
        promise_of(lambda x: 1.0 if x == 1.0 else 0.0, bounded=(0.0, 0.5)),
        promise_of(lambda x: 2.0 if 0.4 < x < 0.6 else 0.5, bounded=(0.0, 1.0)),
    ],
)
def test_a_bound_that_does_not_hold_is_caught(wrong: Promise) -> None:
    with pytest.raises(AssertionError):
        prove_bounds(wrong, at_a_glance)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    "rule",
    [
        lambda x, y: x * (1.0 - x),
        lambda x, y: (x - 0.5) * y - (y - 0.5) * x + x * x * (1 - 2 * y),
        lambda x, y: np.floor(4.0 * x) * (1.0 if y > 0.5 else -1.0),
    ],
)
def test_a_direction_that_does_not_hold_is_caught(rule: Callable[..., Any], sign: int) -> None:
    with pytest.raises(AssertionError):
        prove_direction(promise_of(rule), "x", sign, at_a_glance)


def test_a_real_rule_with_its_promise_turned_round_is_caught() -> None:
    for name, moved, sign in (
        ("militia.attack_rate", "fear", 1), ("iraq.jump", "size", -1), ("united_states.strike_chance", "stress", -1),
        ("talks.acceptance", "attacks", 1), ("iran.go_ahead", "allies", 1),
    ):  # fmt: skip
        with pytest.raises(AssertionError):
            prove_direction(RULES[name], moved, sign, at_a_glance)


def test_a_memory_is_caught() -> None:
    asked: list[float] = []

    def remembers(x: float) -> float:
        asked.append(x)
        return x + len(asked) * 1e-15

    with pytest.raises(AssertionError):
        prove_no_memory(promise_of(remembers), at_a_glance)


@pytest.mark.parametrize(
    "rule",
    [
        lambda x, y: np.exp(x) if isinstance(x, np.ndarray) else x + 1.0,
        lambda x, y: x * y + 1e-16 if isinstance(x, np.ndarray) else x * y,
        lambda x, y: x.cumsum() if isinstance(x, np.ndarray) else x,
        lambda x, y: (x.sum() if isinstance(x, np.ndarray) else x) + y,
    ],
)
def test_a_rule_that_treats_a_block_otherwise_is_caught(rule: Callable[..., Any]) -> None:
    with pytest.raises(AssertionError):
        prove_same_in_a_block(promise_of(rule), at_a_glance)


def test_a_rule_that_writes_into_its_input_is_caught() -> None:
    def writes(x: Any) -> Any:
        if isinstance(x, np.ndarray):
            x *= 0.5
            return x
        return 0.5 * x

    with pytest.raises(AssertionError):
        prove_same_in_a_block(promise_of(writes), at_a_glance)


# ------------------------------------------------------------- rules that take tables: one by one
level = st.floats(0.0, 1.0)
luck = st.floats(0.0, 1.0, exclude_max=True)
CURVE = curve_of(tuple((point.intent, point.rate) for point in Scenario().attacks.curve))


def test_the_rate_goes_through_its_points_and_is_flat_beyond() -> None:
    points = [(point.intent, point.rate) for point in Scenario().attacks.curve]
    for intent, rate in points:
        assert relative_rate(intent, CURVE) == pytest.approx(rate, rel=1e-12)
    assert relative_rate(0.0, CURVE) == relative_rate(points[0][0], CURVE)
    assert relative_rate(1.0, CURVE) == relative_rate(points[-1][0], CURVE)
    for a, b in itertools.pairwise(points):  # log-linear in between: the geometric mean half-way
        half = relative_rate((a[0] + b[0]) / 2.0, CURVE)
        assert half == pytest.approx((a[1] * b[1]) ** 0.5, rel=1e-12)


@proving
@given(level, level)
def test_the_rate_rises_with_intent(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert relative_rate(low, CURVE) <= relative_rate(high, CURVE) * (1 + 1e-12)
    together = relative_rate(np.array([low, high]), CURVE)
    assert together.tolist() == [relative_rate(low, CURVE), relative_rate(high, CURVE)]


utilities = st.lists(st.floats(-5.0, 5.0), min_size=8, max_size=8)
between = st.floats(0.0, 1.0)


@proving
@given(utilities, st.floats(0.0, 9.0), between)
def test_the_best_rung_s_nest_weighs_most_and_in_a_nest_the_better_the_more(
    each: list[float], precision: float, less: float
) -> None:
    weights = chances(tuple(each), precision, less)
    assert min(weights) > 0.0
    shares = [sum(weights[rung] for rung in nest) for nest in NESTS]
    values = [max(each[rung] for rung in nest) for nest in NESTS]
    assert max(shares) == pytest.approx(1.0)
    for (value, share), (other, more) in itertools.pairwise(sorted(zip(values, shares, strict=True))):
        assert value == other or share <= more * (1 + 1e-9)
    for nest in NESTS:
        for (u, w), (v, x) in itertools.pairwise(sorted((each[rung], weights[rung]) for rung in nest)):
            assert u == v or w <= x * (1 + 1e-12)


def test_the_nests_are_the_ladder_in_its_order() -> None:
    assert [rung for nest in NESTS for rung in nest] == list(range(LETTER + 1))


@proving
@given(utilities, st.floats(0.0, 9.0), between, st.sampled_from(NESTS), st.floats(0.0, 3.0))
def test_a_rung_that_opens_takes_weight_from_its_own_nest(
    each: list[float], precision: float, less: float, nest: tuple[int, ...], worse: float
) -> None:
    """A rung no better than the best of its nest leaves every other nest what it had, to the letter."""
    opens = nest[0]
    rest = max(each[rung] for rung in nest[1:])
    closed, opened = list(each), list(each)
    closed[opens], opened[opens] = CLOSED, rest - worse
    before, after = (chances(tuple(utilities_), precision, less) for utilities_ in (closed, opened))
    before, after = ([weight / total(weights) for weight in weights] for weights in (before, after))
    for rung in range(LETTER + 1):
        if rung not in nest:
            assert after[rung] == pytest.approx(before[rung], abs=1e-12)
    assert after[opens] >= 0.0 == before[opens]


@proving
@given(utilities, st.lists(st.floats(0.0, 0.5), min_size=8, max_size=8), between, luck)
def test_at_the_same_mood_what_favours_higher_rungs_never_gives_a_lower_one(
    each: list[float], more: list[float], less: float, mood: float
) -> None:
    """Where each rung gains at least as much as the one below it, the rung that a mood meets does not fall."""
    raised = [u + gain for u, gain in zip(each, itertools.accumulate(more), strict=True)]
    weights = chances(tuple(each), 6.0, less)
    before, after = pick_by_weight(mood, weights), pick_by_weight(mood, chances(tuple(raised), 6.0, less))
    edge = sum(weights[:before]) / sum(weights)
    assume(mood - edge > 1e-12)
    assert after >= before


GOVERNMENT = Scenario().iraq


@proving
@given(level, level, st.booleans(), level, st.booleans())
def test_what_stands_lends_its_relief_to_every_lower_rung_but_silence(
    credibility: float, committee: float, committee_stands: bool, talks: float, talks_stand: bool
) -> None:
    """On the steady part of pressure. No new shock is answered by what stood before it."""
    alone = reliefs(credibility, committee, False, talks, False, GOVERNMENT)
    lent = reliefs(credibility, committee, committee_stands, talks, talks_stand, GOVERNMENT)
    assert len(lent) == LETTER + 1
    for rung, ((before, on_shock), (after, still)) in enumerate(zip(alone, lent, strict=True)):
        lenders = [committee] * (committee_stands and 0 < rung < COMMITTEE)
        lenders += [talks] * (talks_stand and 0 < rung < TALKS)
        assert before == on_shock
        assert after == max([before, *lenders])
        assert still == on_shock
    assert lent[0] == (0.0, 0.0)
    assert lent[LETTER] == (1.0, 1.0)


def test_the_rungs_relieve_in_their_order_where_credibility_is_whole() -> None:
    p = GOVERNMENT
    own = reliefs(1.0, p.relief_committee, False, p.relief_talks, False, p)
    assert list(own) == sorted(own)


situations = st.fixed_dictionaries(
    {
        "pressure": level,
        "steady": level,
        "shock": level,
        "since_shock": st.floats(0.0, 30.0),
        "credibility": level,
        "committee": level,
        "committee_stands": st.booleans(),
        "talks": level,
        "talks_stand": st.booleans(),
        "talks_possible": st.booleans(),
        "shown": st.floats(0.0, 7.0),
        "pending": st.booleans(),
        "decided": st.booleans(),
        "security": st.floats(0.0, 3.0),
        "economy": st.floats(0.0, 3.0),
        "wish": level,
        "top": st.integers(0, LETTER),
    }
)
"""What the government looks at, by the names of `worth`'s inputs."""


def ordered(given_: dict[str, Any]) -> list[Any]:
    """A situation as `worth` takes it, but for the settings."""
    return [given_[name] for name in inspect.signature(worth).parameters if name != "p"]


@proving
@given(situations)
def test_worth_is_nothing_but_its_six_terms(given_: dict[str, Any]) -> None:
    each = worth(*ordered(given_), GOVERNMENT)
    assert len(each) == LETTER + 1
    relieved = reliefs(*(given_[name] for name in inspect.signature(reliefs).parameters if name != "p"), GOVERNMENT)
    for rung, (survival, cost, gain, overreach, audience, retreat) in enumerate(each):
        assert total(each[rung]) == ((((survival + cost) + gain) + overreach) + audience) + retreat
        possible = given_["talks_possible"] or given_["talks_stand"]
        stale = CONDEMN <= rung <= THREATEN and given_["since_shock"] > GOVERNMENT.occasion_days
        closed = rung > given_["top"] or (rung == TALKS and not possible) or (rung > THREATEN and given_["decided"])
        closed = closed or stale
        assert (survival <= -999.0) == closed
        unanswered = left(given_["steady"], given_["shock"], *relieved[rung])
        assert closed or survival == -GOVERNMENT.survival * unanswered * unanswered
        assert cost <= 0.0 <= gain
        assert overreach <= 0.0
        assert audience <= 0.0
        assert retreat == (-GOVERNMENT.retreat if given_["pending"] and rung < LETTER else 0.0)
        if given_["decided"]:
            assert (cost, gain) == (0.0, 0.0)
    assert each[0][1:3] == (0.0, 0.0)
    if not given_["decided"]:
        assert each[LETTER][1] == -(given_["security"] + given_["economy"])
        if given_["top"] == LETTER:  # one man, one objective: what the table weighs is what he weighs alone
            prices = (given_["security"], given_["economy"], given_["wish"], GOVERNMENT.survival)
            alone = package_utility(0.0, 1.0, 0.0, *prices, GOVERNMENT.sovereignty)
            assert alone == total(each[LETTER][:3])
            assert alone <= package_utility(0.0, 1.0, 0.5, *prices, GOVERNMENT.sovereignty)


CAPABLE = {
    "since_shock": 0.0, "credibility": 1.0, "committee": 0.35, "committee_stands": False, "talks": 0.45,
    "talks_stand": False, "talks_possible": True, "shown": 0.0, "pending": False, "decided": False,
    "security": 0.4, "economy": 0.8,
    "wish": 0.4, "top": LETTER,
}  # fmt: skip
"""A government that could do without the troops, before anything shocked it."""


def after_a_strike(dead: float, committee_stands: bool, before: float = 0.3, **more: Any) -> dict[str, Any]:
    """What the government looks at after a strike in Baghdad that killed so many civilians, nothing of it answered."""
    p = GOVERNMENT
    news, grievance = shock_rule(p.jump_iraq, dead, p.jump_dead), grief(dead, 0.0, 0.0, p.grievance_dead)
    shocked = 1.0 - (1.0 - news) * (1.0 - grievance)
    situation = {**CAPABLE, "committee_stands": committee_stands, **more}
    return {**situation, "steady": before, "shock": shocked, "pressure": 1.0 - (1.0 - before) * (1.0 - shocked)}


def utilities_of(situation: dict[str, Any]) -> list[float]:
    """What each rung is worth."""
    return [total(terms) for terms in worth(*ordered(situation), GOVERNMENT)]


@pytest.mark.parametrize("stands", [False, True])
def test_a_hundred_dead_make_a_letter_better_than_silence_whatever_stood_before(stands: bool) -> None:
    silence, *_, letter = utilities_of(after_a_strike(100.0, stands))
    assert letter > silence
    silence, *_, letter = utilities_of(after_a_strike(0.0, stands))
    assert letter < silence


@proving
@given(situations, st.lists(st.floats(0.0, 200.0), min_size=2, max_size=5), level)
def test_the_letter_s_advantage_over_silence_never_falls_with_the_dead(
    given_: dict[str, Any], dead: list[float], before: float
) -> None:
    stands = given_.pop("committee_stands")
    states = [after_a_strike(n, stands, before, **{**given_, "top": LETTER, "decided": False}) for n in sorted(dead)]
    gains = [each[LETTER] - each[0] for each in map(utilities_of, states)]
    assert all(b >= a - 1e-12 for a, b in itertools.pairwise(gains))


def in_order() -> Iraq:
    """The defaults, their anchors put in the ladder's order: what warrants a higher rung warrants the lower ones."""
    names = [f"anchor_{rung}" for rung in ("condemn", "note", "threat", "committee", "talks", "timetable", "letter")]
    anchors = sorted(getattr(GOVERNMENT, name) for name in names)
    return GOVERNMENT.model_copy(update=dict(zip(names, anchors, strict=True)))


@pytest.mark.parametrize("stands", [False, True])
@pytest.mark.parametrize("before", [0.15, 0.3, 0.45, 0.6])
def test_at_the_same_mood_more_dead_never_give_a_lower_rung(stands: bool, before: float) -> None:
    """Nor, with the anchors as they are, do they lead back from acting to delay, or from delay to endurance."""
    moods, ladder = (np.arange(400) + 0.5) / 400, in_order()
    nest = np.array([place for place, nest in enumerate(NESTS) for _ in nest])
    last = last_nest = np.zeros(400)
    for dead in (0.0, 1.0, 3.0, 6.0, 10.0, 20.0, 40.0, 70.0, 100.0, 200.0):
        inputs = ordered(after_a_strike(dead, stands, before))
        rungs = np.array([choose(mood, *inputs, ladder)[0] for mood in moods])
        assert (rungs >= last).all(), dead
        nests = nest[[choose(mood, *inputs, GOVERNMENT)[0] for mood in moods]]
        assert (nests >= last_nest).all(), dead
        last, last_nest = rungs, nests


@proving
@given(luck, luck, situations, st.sampled_from([0.0, 0.5, 6.0, 100.0]))
def test_a_choice_keeps_under_the_cap_and_rises_with_the_mood(
    one: float, other: float, given_: dict[str, Any], precision: float
) -> None:
    low, high = sorted((one, other))
    p = GOVERNMENT.model_copy(update={"precision": precision})
    first, letter = choose(low, *ordered(given_), p)
    second, again = choose(high, *ordered(given_), p)
    assert first <= second <= given_["top"]
    assert letter == again
    assert 0.0 <= letter <= 1.0
    if given_["top"] < LETTER or given_["decided"]:
        assert letter < 1e-100


@proving
@given(st.lists(st.tuples(luck, situations), min_size=2, max_size=8))
def test_a_world_chooses_alone_what_it_chooses_in_a_block(worlds: list[tuple[float, dict[str, Any]]]) -> None:
    top = worlds[0][1]["top"]
    each = [(mood, *ordered({**given_, "top": top})) for mood, given_ in worlds]
    columns = [np.array(column) for column in zip(*each, strict=True)]
    at = 1 + list(inspect.signature(worth).parameters).index("top")
    rungs, letters = choose(*[top if place == at else column for place, column in enumerate(columns)], GOVERNMENT)
    for place, inputs in enumerate(each):
        rung, letter = choose(*inputs, GOVERNMENT)
        assert (rung, letter.hex()) == (rungs[place], float(letters[place]).hex())


HARM = SimpleNamespace(
    fatal=0.2,
    wounds=0.4,
    met=0.3,
    wounded_scale=10.0,
    wounded_tail=2.2,
    deaths_exponent=2.4,
    deaths_most=300.0,
    met_dead=2.0,
)


@pytest.mark.parametrize(("can_iraq", "can_syria"), [(True, True), (True, False), (False, True)])
def test_an_attack_goes_where_there_are_us_forces_and_harms_as_it_says(can_iraq: bool, can_syria: bool) -> None:
    keys = world_keys(3, np.arange(20_000))
    iraq, wounded, dead, met, attackers = harm(Luck.of(keys, 738_900), "A", 0.4, can_iraq, can_syria, HARM)
    share = iraq.mean()
    assert share == pytest.approx(0.4, abs=0.02) if can_iraq and can_syria else share == float(can_iraq)
    assert (dead > 0).mean() == pytest.approx(HARM.fatal, abs=0.015)
    assert (wounded > 0).mean() == pytest.approx(1 - 0.8 * 0.6, abs=0.015)
    assert (wounded[dead > 0] > 0).all()
    assert dead.max() <= HARM.deaths_most
    assert (iraq[met == 1] == 1).all()
    assert (attackers[met == 0] == 0).all()
    assert (attackers >= 0).all()
    if can_iraq:
        assert met[iraq == 1].mean() == pytest.approx(HARM.met, abs=0.02)
        assert attackers[met == 1].mean() == pytest.approx(HARM.met_dead, rel=0.1)
    for world in range(0, 20_000, 997):
        alone = harm(Luck.of(world_key(3, world), 738_900), "A", 0.4, can_iraq, can_syria, HARM)
        block = (iraq[world], wounded[world], dead[world], met[world], attackers[world])
        assert [float(x) for x in alone] == [float(x) for x in block]


def test_a_dated_level_holds_from_its_date_until_the_next() -> None:
    entries = (DatedLevel(date=date(2014, 6, 10), level=1.0), DatedLevel(date=date(2017, 12, 9), level=0.3))
    assert dated(entries, date(2014, 6, 9), 0.2) == 0.2
    assert dated(entries, date(2014, 6, 10), 0.2) == 1.0
    assert dated(entries, date(2017, 12, 8), 0.2) == 1.0
    assert dated(entries, date(2017, 12, 9), 0.2) == 0.3
    assert dated(entries, date(2030, 1, 1), 0.2) == 0.3
    assert dated((), date(2030, 1, 1), 0.7) == 0.7


def test_a_front_is_in_the_state_of_its_last_dated_entry() -> None:
    entries = (FrontDate(date=date(2023, 10, 7), state="war"), FrontDate(date=date(2023, 11, 24), state="truce"))
    days = (date(2023, 10, 6), date(2023, 10, 7), date(2023, 11, 23), date(2023, 11, 24), date(2030, 1, 1))
    assert [dated_state(entries, day) for day in days] == [0, 2, 2, 1, 1]
    assert dated_state((), days[-1]) == 0
