"""The vocabulary means the same for one world and for many, and the exponential is the exponential."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.histories import proving
from sim.language import chance, exact, number
from sim.language.chance import (
    geometric,
    largest,
    long_tail,
    pick_by_weight,
    poisson,
    power_law,
    quantal,
    whole_between,
)
from sim.language.exact import decay, exp, fade, log, logistic, root
from sim.language.number import (
    anywhere,
    apart,
    clip,
    floor,
    least,
    most,
    not_,
    pick,
    power,
    total,
    truth,
    where,
    where_needed,
    whole,
)
from sim.language.tree import Settings

level = st.floats(0.0, 1.0)
luck = st.floats(0.0, 1.0, exclude_max=True)
ordinary = st.floats(-1e6, 1e6)
positive = st.floats(1e-300, 1e300)

# Each word with what it is asked for: the arguments are drawn per world.
ASKED: dict[str, tuple[Callable[..., Any], tuple[st.SearchStrategy[Any], ...]]] = {
    "where": (where, (st.booleans(), ordinary, ordinary)),
    "not_": (not_, (st.booleans(),)),
    "least": (least, (ordinary, ordinary)),
    "most": (most, (ordinary, ordinary)),
    "apart": (apart, (ordinary, ordinary)),
    "clip": (clip, (ordinary,)),
    "clip to a range": (lambda x: clip(x, -2.5, 7.0), (ordinary,)),
    "floor": (floor, (ordinary,)),
    "whole": (lambda x: whole(floor(x)), (ordinary,)),
    "truth": (truth, (st.booleans(),)),
    "pick a number": (lambda i: pick(i, (0.5, -1.0, 7.0)), (st.integers(0, 2),)),
    "pick of each world's": (lambda i, a, b: pick(i, (a, 0.5, b)), (st.integers(0, 2), ordinary, ordinary)),
    "exp": (exp, (st.floats(-800.0, 800.0),)),
    "log": (log, (positive,)),
    "root": (root, (st.floats(0.0, 1e300),)),
    "power": (power, (level, st.integers(0, 14))),
    "logistic": (logistic, (st.floats(-800.0, 800.0),)),
    "fade": (fade, (st.floats(0.5, 1e4),)),
    "decay": (decay, (st.floats(0.5, 1e4),)),
    "poisson": (poisson, (st.floats(0.0, 60.0), luck)),
    "poisson at one rate": (lambda u: poisson(0.7, u), (luck,)),
    "poisson at one luck": (lambda rate: poisson(rate, 0.83), (st.floats(0.0, 60.0),)),
    "whole_between": (whole_between, (st.floats(0.0, 3.0), st.floats(3.0, 60.0), luck)),
    "long_tail": (long_tail, (luck, st.floats(0.1, 200.0), st.floats(1.2, 10.0))),
    "power_law": (lambda u, exponent: power_law(u, exponent, 300.0), (luck, st.floats(1.5, 6.0))),
    "geometric": (geometric, (luck, st.floats(0.5, 500.0))),
    "total": (lambda a, b, c: total((a, b, c)), (ordinary, ordinary, ordinary)),
    "largest": (lambda a, b, c: largest((a, b, c)), (level, level, level)),
    "quantal": (lambda a, b, p: quantal((a, b), (a > 0.2, True), largest((a, b)), 20.0 * p)[0], (level, level, level)),
    "pick_by_weight": (lambda u, a, b, c: pick_by_weight(u, (a, b, c)), (luck, level, level, st.floats(1e-3, 1.0))),
    "pick_by_weight of fixed": (lambda u: pick_by_weight(u, (0.2, 0.0, 0.5, 0.3)), (luck,)),
}


def same_bits(a: Any, b: Any) -> bool:
    """Whether two numbers are one and the same to the last bit (but for the sign of a zero, which no rule sees)."""
    return (float(a) + 0.0).hex() == (float(b) + 0.0).hex()


def test_every_word_is_asked() -> None:
    apart = {"anywhere", "where_needed", "repeat", "whilst", "normal_quantile"}  # with tests of their own
    public = {
        name
        for file in (number, exact, chance)
        for name, word in vars(file).items()
        if callable(word) and getattr(word, "__module__", "") == file.__name__ and not name.startswith("_")
    }
    assert public - {name.split()[0] for name in ASKED} == apart


@pytest.mark.parametrize("name", ASKED)
def test_a_word_says_of_a_world_in_an_array_what_it_says_of_it_alone(name: str) -> None:
    word, asked = ASKED[name]

    @proving
    @given(st.lists(st.tuples(*asked), min_size=1, max_size=40))
    def check(worlds: list[tuple[Any, ...]]) -> None:
        together = word(*(np.array(column) for column in zip(*worlds, strict=True)))
        assert isinstance(together, np.ndarray)
        assert together.shape == (len(worlds),)
        for place, arguments in enumerate(worlds):
            alone = word(*arguments)
            assert not isinstance(alone, np.ndarray | np.generic)
            assert same_bits(alone, together[place]), (arguments, alone, together[place])

    check()


@pytest.mark.parametrize("name", ["least", "most", "where", "whole_between", "poisson"])
def test_a_number_beside_an_array_counts_for_every_world(name: str) -> None:
    arguments: tuple[Any, ...]
    for arguments in ((1.5, np.array([0.25, 0.9])), (np.array([0.25, 2.0]), 0.9)):
        if name == "where":
            arguments = (np.array([True, False]), *arguments)
        if name == "whole_between":
            arguments = (0.0, *arguments)
        word = getattr(number, name, None) or getattr(chance, name)
        found = word(*arguments)
        for place in range(2):
            alone = [x[place].item() if isinstance(x, np.ndarray) else x for x in arguments]
            assert same_bits(word(*alone), found[place])


# ------------------------------------------------------------------------------ against the library's
@proving
@given(st.floats(-700.0, 700.0))
def test_exp_is_the_exponential(x: float) -> None:
    assert exp(x) == pytest.approx(math.exp(x), rel=1e-13)


def test_exp_on_a_fine_grid_and_at_its_ends() -> None:
    x = np.linspace(-700.0, 700.0, 200_001)
    assert np.max(np.abs(exp(x) / np.array([math.exp(v) for v in x]) - 1.0)) < 1e-13
    assert exp(0.0) == 1.0
    assert exp(-1e9) == exp(-700.0) > 0.0
    assert exp(1e9) == exp(700.0) < math.inf
    near = np.linspace(-2.0, 2.0, 100_001)
    assert np.all(np.diff(exp(near)) > 0)


@proving
@given(positive)
def test_log_is_the_logarithm(x: float) -> None:
    assert log(x) == pytest.approx(math.log(x), rel=1e-13, abs=1e-13)


def test_log_near_one_and_on_a_fine_grid() -> None:
    assert log(1.0) == 0.0
    near = 1.0 + np.linspace(-0.5, 0.5, 100_001)
    assert np.max(np.abs(log(near) - np.array([math.log(v) for v in near]))) < 1e-13
    wide = 10.0 ** np.linspace(-300, 300, 60_001)
    assert (
        np.max(np.abs(log(wide) / np.array([math.log(v) if v != 1.0 else 1.0 for v in wide]) - 1.0)[wide != 1.0])
        < 1e-13
    )


@proving
@given(st.floats(1.0, 1e4))
def test_memories_fade_as_they_say(days: float) -> None:
    assert decay(days) ** days == pytest.approx(0.5, rel=1e-9)
    assert fade(days) ** days == pytest.approx(math.exp(-1.0), rel=1e-9)


def test_logistic_is_a_half_at_zero_and_symmetric() -> None:
    assert logistic(0.0) == 0.5
    x = np.linspace(-30.0, 30.0, 1001)
    assert np.max(np.abs(logistic(x) + logistic(-x) - 1.0)) < 1e-15
    assert np.all(np.diff(logistic(x)) >= 0)


@proving
@given(level, st.integers(0, 12))
def test_power_multiplies(base: float, times: int) -> None:
    assert power(base, times) == pytest.approx(base**times, rel=1e-13)


def test_power_of_half_is_exact() -> None:
    assert [power(0.5, times) for times in (0, 1, 2, 3.0)] == [1.0, 0.5, 0.25, 0.125]


# ------------------------------------------------------------------------------------------- luck
def even(n: int = 200_000) -> np.ndarray:
    """Uniform numbers in equal steps: a sum over them is an integral over luck."""
    return (np.arange(n) + 0.5) / n


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.3, 1.5, 8.0, 30.0])
def test_poisson_has_its_mean_its_variance_and_its_chances(rate: float) -> None:
    count = poisson(np.full(200_000, rate), even())
    assert count.dtype == np.int64
    assert count.mean() == pytest.approx(rate, abs=2e-3 * (1 + rate))
    assert count.var() == pytest.approx(rate, rel=5e-3, abs=1e-4)
    for k in range(6):
        chance = math.exp(-rate) * rate**k / math.factorial(k)
        assert np.mean(count == k) == pytest.approx(chance, abs=2e-5)


@proving
@given(luck, st.floats(0.0, 60.0), st.floats(0.0, 60.0))
def test_poisson_at_equal_luck_a_higher_rate_never_gives_fewer(u: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert poisson(low, u) <= poisson(high, u)


@proving
@given(st.floats(0.0, 60.0), luck, luck)
def test_poisson_at_equal_rate_more_luck_never_gives_fewer(rate: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert poisson(rate, low) <= poisson(rate, high)


def test_poisson_at_no_rate_gives_nothing_and_ends_at_the_last_luck() -> None:
    assert poisson(0.0, 1.0 - 2.0**-53) == 0
    assert poisson(2.0, 1.0 - 2.0**-53) < 60


def test_whole_between_gives_each_whole_number_as_often() -> None:
    counts = np.bincount(whole_between(0.0, 10.0, even()).astype(int))
    assert len(counts) == 11
    assert np.ptp(counts) <= 2
    assert set(whole_between(1.0, 30.0, even())) == set(range(1, 31))
    assert whole_between(0.0, 0.0, 0.99) == 0.0
    assert whole_between(0.0, 3.0, 1.0 - 2.0**-53) == 3.0


def test_long_tail_starts_at_one_and_has_about_its_mean() -> None:
    wounded = long_tail(even(1_000_000), 10.0, 2.2)
    assert wounded.min() == 1.0
    assert np.all(wounded == np.floor(wounded))
    assert wounded.mean() == pytest.approx(0.5 + 10.0 / 1.2, rel=0.03)


def test_power_law_falls_as_it_says() -> None:
    dead = power_law(even(1_000_000), 2.4, 300.0)
    assert dead.min() == 1.0
    assert dead.max() == 300.0
    for n in (2, 4, 8):  # P(at least n) ~ (2n - 1)^-(exponent - 1), the rounding of Clauset, Shalizi & Newman
        assert np.mean(dead >= n) == pytest.approx((2 * n - 1) ** -1.4, rel=0.01)


@pytest.mark.parametrize("mean", [1.0, 1.5, 4.0, 30.0])
def test_geometric_starts_at_one_and_has_its_mean(mean: float) -> None:
    dead = geometric(even(1_000_000), np.full(1_000_000, mean))
    assert dead.min() == 1.0
    assert dead.mean() == pytest.approx(mean, rel=0.01)
    if mean > 1.0:
        assert np.mean(dead > 1.0) == pytest.approx(1.0 - 1.0 / mean, abs=1e-4)


# ----------------------------------------------------------------------------------- which and only
def test_which_falls_on_each_weight_by_its_share() -> None:
    weights = (1.0, 0.0, 2.5, 0.5)
    shares = np.bincount(pick_by_weight(even(), weights), minlength=4) / 200_000
    assert shares == pytest.approx(np.array(weights) / 4.0, abs=1e-5)


@proving
@given(luck, st.lists(level, min_size=1, max_size=8))
def test_which_never_names_what_has_no_weight(u: float, weights: list[float]) -> None:
    if sum(weights) > 1e-9:
        assert weights[pick_by_weight(u, weights)] > 0.0


@proving
@given(luck, st.lists(level, min_size=1, max_size=6), st.integers(0, 6))
def test_which_takes_no_notice_of_one_more_without_weight(u: float, weights: list[float], place: int) -> None:
    if sum(weights) > 1e-9:
        place = min(place, len(weights))
        more = [*weights[:place], 0.0, *weights[place:]]
        chosen = pick_by_weight(u, weights)
        assert pick_by_weight(u, more) == chosen + (chosen >= place)


@proving
@given(luck, luck, st.lists(st.floats(0.01, 1.0), min_size=2, max_size=8))
def test_which_lays_the_weights_end_to_end(one: float, other: float, weights: list[float]) -> None:
    low, high = sorted((one, other))
    assert pick_by_weight(low, weights) <= pick_by_weight(high, weights)


def test_total_adds_from_the_left() -> None:
    assert total((0.1, 0.2, 0.3)) == (0.1 + 0.2) + 0.3
    assert total((0.1, 0.2, 0.3)) != 0.1 + (0.2 + 0.3)


def test_only_works_the_rule_out_where_the_condition_holds() -> None:
    asked: list[np.ndarray] = []

    def halved(x: Any, y: Any) -> Any:
        asked.append(x)
        return x / 2.0 + y

    found = where_needed(np.array([True, False, True]), halved, -1.0, np.array([2.0, 4.0, 6.0]), 0.25)
    assert found.tolist() == [1.25, -1.0, 3.25]
    assert asked[0].tolist() == [2.0, 6.0]
    assert where_needed(False, halved, -1.0, 2.0, 0.25) == -1.0
    assert where_needed(True, halved, -1.0, 2.0, 0.25) == 1.25


def test_only_keeps_what_was_and_does_not_write_into_it() -> None:
    before = np.array([1.0, 2.0, 3.0])
    after = where_needed(np.array([False, True, False]), lambda x: x * 10.0, before, before)
    assert after.tolist() == [1.0, 20.0, 3.0]
    assert before.tolist() == [1.0, 2.0, 3.0]
    assert where_needed(np.zeros(3, bool), lambda x: x / 0.0, before, before) is before


def test_only_of_several_numbers_and_of_settings() -> None:
    def sizes(x: Any, weights: tuple[Any, ...], p: Settings) -> tuple[Any, Any]:
        return x * p.factor, weights[0] + p.plain

    p = Settings({"factor": np.array([1.0, 10.0, 100.0]), "plain": 0.5})
    happened = np.array([False, True, True])
    first, second = where_needed(
        happened, sizes, (0.0, -1.0), np.array([1.0, 2.0, 3.0]), (np.array([5.0, 6.0, 7.0]),), p
    )
    assert first.tolist() == [0.0, 20.0, 300.0]
    assert second.tolist() == [-1.0, 6.5, 7.5]


def test_only_widens_whole_numbers_to_fractions() -> None:
    assert where_needed(np.array([True, False]), lambda x: x, 0, np.array([0.5, 0.5])).tolist() == [0.5, 0.0]


def test_only_is_the_rule_itself_world_by_world() -> None:
    @proving
    @given(st.lists(st.tuples(st.booleans(), luck, level), min_size=1, max_size=30))
    def check(worlds: list[tuple[bool, float, float]]) -> None:
        condition, u, x = (np.array(column) for column in zip(*worlds, strict=True))
        together = np.broadcast_to(where_needed(condition, geometric, 0.0, u, 1.0 + 4.0 * x), (len(worlds),))
        for place, (happens, luck_, level_) in enumerate(worlds):
            assert same_bits(together[place], where_needed(happens, geometric, 0.0, luck_, 1.0 + 4.0 * level_))

    check()


def test_anywhere_and_no() -> None:
    assert anywhere(True)
    assert not anywhere(np.zeros(3, bool))
    assert anywhere(np.array([False, True]))
    assert not_(np.array([True, False])).tolist() == [False, True]
    assert not_(True) is False


def test_a_word_does_not_write_into_what_it_is_given() -> None:
    rate, u = np.array([0.2, 3.0, 8.0]), np.array([0.9, 0.9, 0.1])
    kept = rate.copy(), u.copy()
    for word in (exp, log, logistic, clip, floor, root):
        word(rate)
    poisson(rate, u)
    assert (rate == kept[0]).all()
    assert (u == kept[1]).all()
