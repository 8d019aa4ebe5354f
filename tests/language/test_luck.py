"""Draws that are looked up: the recipe, how uniform and how unrelated they are, and the same bits without SIMD."""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.histories import proving
from sim.language.luck import day_key, mix, name_key, uniform, world_key, world_keys
from sim.model.article import RECORD_ENDS

TODAY = RECORD_ENDS.toordinal()
NAMES = (
    "iraq/mood", "iraq/clock", "iran/lag", "talks/agree", "parliament/Sunni", "united_states/strike",
    "militia/Badr Organization/attacks", "militia/Kataib Hezbollah/attacks", "militia/Kataib Hezbollah/place",
)  # fmt: skip
ENOUGH = 4.5
"""Standard errors: by chance alone a number lies further out once in 150,000 times."""


# -------------------------------------------------------------------------------------- the recipe
def by_the_recipe(seed: int, world: int, name: str, day: int, index: int = 0) -> float:
    """The recipe of docs/model.md written down again, in plain integers."""
    whole = 2**64
    golden, step = 0x9E3779B97F4A7C15, 0xD1B54A32D192ED03

    def mixed(z: int) -> int:
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % whole
        z = (z ^ z >> 27) * 0x94D049BB133111EB % whole
        return z ^ z >> 31

    key = mixed((mixed(seed * golden % whole) + (world + 1) * golden) % whole)
    when = mixed((day * golden + index * step) % whole)
    what = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")
    return (mixed((key + when + what) % whole) >> 11) / 2.0**53


@proving
@given(st.integers(0, 2**32), st.integers(0, 2**40), st.sampled_from(NAMES), st.integers(1, 10**6), st.integers(0, 200))
def test_draws_follow_the_recipe(seed: int, world: int, name: str, day: int, index: int) -> None:
    assert uniform(world_key(seed, world), name, day, index) == by_the_recipe(seed, world, name, day, index)


def test_known_values() -> None:
    """What a second implementation has to give, to the last bit."""
    assert f"{mix(1):016x}" == "5692161d100b05e5"
    assert f"{name_key('iraq/mood'):016x}" == "2dd18b5c18bdfebd"
    assert f"{day_key(738895):016x}" == "3de4a870b99739aa"
    assert f"{day_key(738895, 2):016x}" == "18d6c26b0d59a38f"
    assert f"{world_key(1, 0):016x}" == "a706dd2f4d197e6f"
    assert f"{world_key(7, 123456):016x}" == "908727c0aa3bb363"
    drawn = uniform(world_key(1, 0), "iraq/mood", 738895)
    assert drawn.hex() == "0x1.a4062acf0c138p-4"
    drawn = uniform(world_key(7, 123456), "militia/Badr Organization/attacks", 738895, 2)
    assert drawn.hex() == "0x1.0109335ba001cp-2"


@proving
@given(st.integers(0, 2**32), st.lists(st.integers(0, 2**40), min_size=1, max_size=30), st.integers(0, 9))
def test_a_world_draws_alone_what_it_draws_in_a_block(seed: int, worlds: list[int], index: int) -> None:
    together = uniform(world_keys(seed, np.array(worlds, np.int64)), "iraq/mood", TODAY, index)
    alone = [uniform(world_keys(seed, world), "iraq/mood", TODAY, index) for world in worlds]
    assert together.tolist() == alone


# -------------------------------------------------------------------------------------- uniformity
def many(
    n: int = 200_000, *, seed: int = 1, first: int = 0, name: str = NAMES[0], day: int = TODAY, index: int = 0
) -> np.ndarray:
    """One draw of each of many worlds."""
    found: np.ndarray = uniform(keys_of(n, seed, first), name, day, index)
    return found


def keys_of(n: int, seed: int, first: int) -> np.ndarray:
    """The keys of worlds, kept from test to test (they are what takes time)."""
    key = n, seed, first
    if key not in _KEYS:
        _KEYS[key] = world_keys(seed, np.arange(first, first + n))
    return _KEYS[key]


_KEYS: dict[tuple[int, int, int], np.ndarray] = {}


def assert_uniform(u: np.ndarray) -> None:
    """Kolmogorov and Smirnov's distance, a chi-square over 256 bins, and the ends."""
    n = u.size
    assert u.min() >= 0.0
    assert u.max() < 1.0
    ordered = np.sort(u.ravel())
    distance = np.max(np.abs(ordered - (np.arange(n) + 0.5) / n)) + 0.5 / n
    assert distance * math.sqrt(n) < 2.3  # once in 20,000 by chance
    found = np.bincount((u.ravel() * 256).astype(int), minlength=256)
    chi = float(((found - n / 256) ** 2).sum() / (n / 256))
    assert abs(chi - 255) / math.sqrt(2 * 255) < ENOUGH


def test_uniform_over_worlds() -> None:
    for name in NAMES:
        assert_uniform(many(name=name))


def test_uniform_over_days_and_indexes_and_names_of_one_world() -> None:
    key = world_key(1, 17)
    assert_uniform(np.array([uniform(key, "iraq/mood", day) for day in range(700_000, 740_000)]))
    assert_uniform(np.array([uniform(key, "iraq/mood", TODAY, index) for index in range(20_000)]))
    assert_uniform(np.array([uniform(key, f"militia/group {i}/attacks", TODAY) for i in range(20_000)]))


def test_uniform_over_seeds() -> None:
    assert_uniform(np.array([uniform(world_key(seed, 0), "iraq/mood", TODAY) for seed in range(20_000)]))


def test_every_bit_is_as_often_set_as_not() -> None:
    drawn = (many() * 2.0**53).astype(np.uint64)
    for bit in range(53):
        share = float(((drawn >> np.uint64(bit)) & np.uint64(1)).mean())
        assert abs(share - 0.5) * 2.0 * math.sqrt(drawn.size) < ENOUGH, bit


def test_no_draw_comes_twice() -> None:
    drawn = np.concatenate([many(day=TODAY + day) for day in range(3)])
    assert np.unique(drawn).size == drawn.size  # 600,000 of 2^53: a single pair once in 50,000 times


# ----------------------------------------------------------------------------------------- unrelated
def assert_unrelated(u: np.ndarray, v: np.ndarray) -> None:
    """Neither correlated, nor close, nor apart more often than chance, in the plain and in 16 × 16 boxes."""
    n = u.size
    assert abs(float(np.corrcoef(u, v)[0, 1])) * math.sqrt(n) < ENOUGH
    boxes = np.bincount((u * 16).astype(int) * 16 + (v * 16).astype(int), minlength=256)
    chi = float(((boxes - n / 256) ** 2).sum() / (n / 256))
    assert abs(chi - 255) / math.sqrt(2 * 255) < ENOUGH
    apart = np.abs(u - v)
    assert abs(float(np.minimum(apart, 1.0 - apart).mean()) - 0.25) * math.sqrt(n) / 0.1444 < ENOUGH


@pytest.mark.parametrize("lag", [1, 2, 7, 16, 1024])
def test_neighbouring_worlds_are_unrelated(lag: int) -> None:
    drawn = many()
    assert_unrelated(drawn[:-lag], drawn[lag:])


@pytest.mark.parametrize("lag", [1, 2, 7, 30, 365])
def test_a_world_s_days_are_unrelated(lag: int) -> None:
    assert_unrelated(many(), many(day=TODAY + lag))


def test_names_are_unrelated() -> None:
    for one, other in itertools.pairwise(NAMES):
        assert_unrelated(many(name=one), many(name=other))


@pytest.mark.parametrize("index", [1, 2, 3, 10])
def test_indexes_within_a_day_are_unrelated(index: int) -> None:
    assert_unrelated(many(), many(index=index))


def test_an_index_is_not_another_day() -> None:
    for day in range(1, 4):
        for index in range(1, 4):
            assert_unrelated(many(day=TODAY + day), many(index=index))


@pytest.mark.parametrize("seed", [2, 3, 1000])
def test_seeds_are_unrelated(seed: int) -> None:
    assert_unrelated(many(), many(seed=seed))


def test_a_seed_is_not_a_shift_of_worlds() -> None:
    for shift in (1, 2):
        assert_unrelated(many()[shift:], many(seed=2)[:-shift])


def test_the_same_question_gets_the_same_answer() -> None:
    assert (many() == uniform(world_keys(1, np.arange(200_000)), NAMES[0], TODAY)).all()
    assert (many(1000, first=500) == many()[500:1500]).all()


# --------------------------------------------------------------------------------------------- SIMD
SMALL_BLOCK = """
import sys
from hashlib import sha256
import numpy as np
from numpy._core._multiarray_umath import __cpu_features__ as has
left_on = [name for name in sys.argv[1].split() if has[name]]
from datetime import date
from sim.engine.blocks import simulate
from sim.scenario.schema import Scenario
found = simulate(Scenario(start=date(2025, 3, 3), days=90), worlds=range(12))
digest = sha256()
for name, column in found.worlds.items():
    digest.update(repr((name, [x.hex() if isinstance(x, float) else x for x in column.tolist()])).encode())
for name, counts in found.weekly.items():
    digest.update(name.encode() + counts.tobytes())
print(digest.hexdigest(), left_on)
"""


def simd_features() -> list[str]:
    """The paths that NumPy chooses between at run time and that this processor has."""
    from numpy._core import _multiarray_umath as umath

    return [name for name in umath.__cpu_dispatch__ if umath.__cpu_features__.get(name)]


def test_a_block_is_the_same_with_simd_paths_switched_off() -> None:
    features = " ".join(simd_features())
    if not features:
        pytest.skip("this NumPy has no paths to switch off on this processor")
    here = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2] / "src"), *sys.path])}
    here.pop("NPY_DISABLE_CPU_FEATURES", None)
    said = [
        subprocess.run(
            [sys.executable, "-c", SMALL_BLOCK, features], env=env, capture_output=True, text=True, check=True
        ).stdout
        for env in (here, {**here, "NPY_DISABLE_CPU_FEATURES": features})
    ]
    with_simd, without = (text.strip().split(" ", 1) for text in said)
    assert with_simd[1] != "[]"
    assert without[1] == "[]"
    assert with_simd[0] == without[0]
