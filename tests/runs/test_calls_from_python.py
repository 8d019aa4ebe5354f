"""What `sim.run`, a Result and `sim.load` take from Python, NumPy's numbers and paths too, and what they refuse."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import fake_model
import my_choices
import numpy as np
import pandas as pd
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

import sim
from folders import bytes_of
from sim.results.result import Result
from sim.runs.errors import InputError, Stopped
from sim.scenario import arguments
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import Scenario

Run = Callable[..., Result]
CALM = Scenario(name="calm", days=30)


class Somewhere:
    """A path that is neither a text nor one of pathlib's."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __fspath__(self) -> str:
        return str(self.path)

    def __repr__(self) -> str:
        raise AssertionError("a path is what it leads to, not how it is shown")


# ------------------------------------------------------------------------------------ whole numbers
INTEGERS = (int, np.int8, np.uint8, np.int32, np.int64, np.uint64, lambda value: np.array(value))


@settings(max_examples=50, derandomize=True, deadline=None)
@drawn(st.integers(0, 120), st.sampled_from(INTEGERS))
def test_every_whole_number_is_read_as_python_s(value: int, kind: Callable[[int], Any]) -> None:
    found = arguments.whole("n", kind(value))
    assert (type(found), found) == (int, value)


NOTHING_WHOLE = (
    None, True, False, np.True_, 2.0, 2.5, np.float64(2.0), math.nan, "2", b"2", [2], (2,), np.array([2, 3]),
    np.array(2.0), Decimal(2), Fraction(2), 2j, object(), pd.NA, date(2024, 1, 1), {"n": 2},
)  # fmt: skip


@pytest.mark.parametrize("given", NOTHING_WHOLE, ids=lambda given: type(given).__name__)
@pytest.mark.parametrize("name", ["worlds", "workers", "block_size", "seed"])
def test_what_is_no_whole_number_is_refused_by_name(run: Run, name: str, given: Any) -> None:
    if given is None and name in ("seed", "block_size", "workers"):
        return  # a fresh one; no limit; as many as are of use
    with pytest.raises(ValueError, match=rf"^{name} is a whole number, [01] or more; not ") as caught:
        run(CALM, **{"worlds": 2, name: given})
    assert isinstance(caught.value, InputError)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"worlds": 0}, "worlds is a whole number, 1 or more; not 0"),
        ({"worlds": 3.0}, r"worlds is a whole number, 1 or more; not 3\.0 \(write 3\)"),
        ({"worlds": 2**63}, r"worlds is .*; not 9223372036854775808 \(at most 2\*\*63 - 1\)"),
        ({"seed": -1}, "seed is a whole number, 0 or more; not -1"),
        ({"seed": 2**80}, r"seed is .*; not 1208925819614629174706176 \(at most 2\*\*63 - 1\)"),
        ({"workers": "2"}, "workers is a whole number, 1 or more; not '2'"),
        ({"workers": 0}, "workers is .*; not 0"),
        ({"block_size": 0}, "block_size is a whole number, 1 or more; not 0"),
        ({"stop_after": "1h"}, r"stop_after is a number of seconds, 0 or more \(3600 for an hour\); not '1h'"),
        ({"stop_after": -1}, "stop_after is a number of seconds.*; not -1"),
        ({"stop_after": math.nan}, "stop_after is .*; not nan"),
        ({"stop_after": True}, "stop_after is .*; not True"),
        ({"events": True}, "events is none, typical or all; not True"),
        ({"events": "some"}, "events is none, typical or all; not 'some'"),
        ({"events": np.array(["all"])}, r"events is none, typical or all; not array\(\['all'\]"),
        ({"engine": "fast"}, "engine is auto, numpy or fused; not 'fast'"),
        ({"engine": None}, "engine is auto, numpy or fused; not None"),
        ({"stop": True}, "stop is a function, or None; not True"),
        ({"progress": "bar"}, "progress is a function, or None; not 'bar'"),
        ({"overwrite": "no"}, "overwrite is True or False; not 'no'"),
        ({"figures": "none"}, "figures is True or False; not 'none'"),
        ({"choices": [my_choices.dove]}, 'choices is functions by the name of an actor, such as {"iraq": dove}; not'),
        ({"choices": {"iraq": "dove"}}, "the choice for the government is a function .*; not 'dove'"),
        ({"choices": {3: my_choices.dove}}, "no choice is called 3; there are iraq"),
    ],
)
def test_what_cannot_be_taken_is_said_before_anything_is_done(
    run: Run, tmp_path: Path, how: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=f"^{said}"):
        run(CALM, out=tmp_path / "run", **{"worlds": 2, **how})
    assert not (tmp_path / "run").exists()


def test_numpy_s_numbers_make_the_same_folder(run: Run, tmp_path: Path) -> None:
    run(CALM, worlds=60, seed=3, block_size=25, out=tmp_path / "plain")
    how = {"worlds": np.int16(60), "seed": np.uint64(3), "block_size": np.int8(25), "workers": np.int64(1)}
    result = run(
        CALM, **how, stop_after=np.float32(1e6), figures=np.True_, events=np.str_("typical"), out=tmp_path / "np"
    )
    assert (type(result.manifest["seed"]), type(result.manifest["worlds"])) == (int, int)
    assert bytes_of(tmp_path / "plain") == bytes_of(tmp_path / "np")


def test_a_run_without_a_seed_says_which_was_drawn(run: Run, tmp_path: Path) -> None:
    result = run(CALM, worlds=5, seed=None)
    seed = result.manifest["seed"]
    assert type(seed) is int
    assert 0 <= seed < 2**53
    assert seed != run(CALM, worlds=5, seed=None).manifest["seed"]
    pd.testing.assert_frame_equal(result.worlds, run(CALM, worlds=5, seed=seed).worlds)
    kept = run(CALM, worlds=5, seed=None, out=tmp_path / "run").manifest["seed"]
    with pytest.raises(InputError, match=rf"the seed is {kept} there"):
        run(CALM, worlds=5, seed=None, out=tmp_path / "run")
    assert run(CALM, worlds=5, seed=kept, out=tmp_path / "run").manifest["seed"] == kept


# ------------------------------------------------------------------------------- several scenarios
@pytest.mark.parametrize(
    "several",
    [
        lambda two: tuple(two),
        lambda two: (one for one in two),
        lambda two: pd.Series(two, index=["a", "b"]),
        lambda two: {one.name: one for one in two}.values(),
        lambda two: np.array(two, object),
    ],
)
def test_several_scenarios_come_in_anything_that_has_an_order(run: Run, two: list[Scenario], several: Any) -> None:
    assert run(several(two), worlds=3).manifest["scenarios"] == run(two, worlds=3).manifest["scenarios"]


def test_names_and_paths_of_every_kind(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("days = 3\n", encoding="utf-8")
    for given in (str(file), file, Somewhere(file), bytes(file), np.str_(file)):
        assert sim.load(given).days == 3
        assert sim.run(given, worlds=1, simulate=fake_model.simulate).manifest["scenarios"][0]["name"] == "mine"
        assert sim.WithdrawalModel(given).scenario.name == "mine"
    names = pd.DataFrame({"name": ["status_quo", "forced_exit"]})["name"]
    found = sim.run(names, worlds=1, simulate=fake_model.simulate)
    assert [one["name"] for one in found.manifest["scenarios"]] == list(names)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"status_quo", "forced_exit"}, "a set of scenarios has no order: give them in a list"),
        (frozenset(["status_quo"]), "a frozenset of scenarios has no order"),
        ({"a": "status_quo"}, "a scenario is a name, a path or a Scenario; not dict"),
        (3, "not int"),
        ([None], "not NoneType"),
        ([[CALM]], "not list"),
        ([], "no scenario to run"),
        (iter([]), "no scenario to run"),
    ],
)
def test_what_is_no_scenario_is_refused(run: Run, given: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        run(given, worlds=1)


@pytest.mark.parametrize("given", [3, None, CALM, ["status_quo"]])
def test_what_cannot_be_loaded_is_refused(given: Any) -> None:
    with pytest.raises(InputError, match=f"a scenario is loaded by a name or a path; not {type(given).__name__}"):
        sim.load(given)


def test_a_run_goes_where_a_path_leads_and_says_so(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    result = run(CALM, worlds=5, out=Somewhere(folder))
    assert result.folder == folder
    assert result.manifest["made"]["folder"] == str(folder)
    assert sim.open(Somewhere(folder)).manifest == result.manifest
    saved = run(CALM, worlds=5).save(Somewhere(tmp_path / "saved"))
    assert bytes_of(saved) == bytes_of(folder)


# --------------------------------------------------------------------- functions that are called back
def test_stop_may_answer_by_numpy(run: Run) -> None:
    assert len(run(CALM, worlds=5, stop=lambda: np.False_).worlds) == 5
    with pytest.raises(Stopped):
        run(CALM, worlds=5, stop=lambda: np.True_)


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_that_fails_ends_the_run_and_loses_nothing(run: Run, tmp_path: Path, workers: int) -> None:
    def fails(done: int, total: int, seconds: float) -> None:
        if done >= 50:
            raise ZeroDivisionError("a bar of zero width")

    folder = tmp_path / "run"
    with pytest.raises(ZeroDivisionError, match="zero width"):
        run(CALM, worlds=100, block_size=25, workers=workers, out=folder, progress=fails)
    assert list(folder.glob("blocks/*.parquet"))
    assert not (folder / "manifest.json").exists()
    run(CALM, worlds=100, out=folder)
    run(CALM, worlds=100, out=tmp_path / "at once")
    assert bytes_of(folder) == bytes_of(tmp_path / "at once")


# ---------------------------------------------------------------------------------- what a Result takes
def test_a_level_is_a_share(run: Run) -> None:
    result = run(CALM, worlds=20)
    pd.testing.assert_frame_equal(result.shares(np.float64(0.9)), result.shares(0.9))
    for ask in (result.shares, lambda level: result.difference(result, level=level)):
        for given, said in ((95, r"not 95 \(write 0\.95\)"), ("0.9", "not '0.9'"), (0, "not 0"), (True, "not True")):
            with pytest.raises(InputError, match=f"level is a number between 0 and 1, such as 0.95; {said}"):
                ask(given)


def test_names_of_a_result_s_scenarios(run: Run, two: list[Scenario]) -> None:
    result = run(two, worlds=5)
    for given in ("calm", ["calm"], ("calm",), np.array(["calm"]), pd.Series(["calm"]), iter(["calm"])):
        assert [one.name for one in result.only(given).scenarios] == ["calm"]
    with pytest.raises(InputError, match=r"there is no clam here, only calm, history/storm; did you mean 'calm'\?"):
        result.only(["clam"])
    with pytest.raises(InputError, match="there is no clam here"):
        result.between("clam", "calm")
    with pytest.raises(InputError, match="there is no clam here"):
        result.start_of("clam")
    for given, said in ((3, "names is a name, or several in a list; not 3"), ([3], "each of names is a name; not 3")):
        with pytest.raises(InputError, match=said):
            result.only(given)


def test_a_result_is_compared_with_a_result(run: Run) -> None:
    result = run(CALM, worlds=5)
    for ask in (result.difference, result.plot_difference):
        with pytest.raises(InputError, match="other is another Result; not 'calm'"):
            ask("calm")
    with pytest.raises(InputError, match="name is the name of a figure, such as 'outcomes'; not 3"):
        result.plot(3)


# ---------------------------------------------------------------------------- results copied and pickled
def by_pickle(result: Result) -> Result:
    found: Result = pickle.loads(pickle.dumps(result))
    return found


@pytest.mark.parametrize("way", [by_pickle, copy.deepcopy, copy.copy])
@pytest.mark.parametrize("has_been_read", [False, True])
def test_a_copied_result_says_the_same(
    run: Run, two: list[Scenario], tmp_path: Path, way: Callable[[Result], Result], has_been_read: bool
) -> None:
    memory = run(two, worlds=40, events="all")
    run(two, worlds=40, events="all", out=tmp_path / "run")
    for number, whole in enumerate((memory, sim.open(tmp_path / "run"))):
        for result in (whole, whole.only("calm")):
            if has_been_read:
                assert len(result.worlds)
            other = way(result)
            assert other is not result
            assert (repr(other), other.manifest, other.folder) == (repr(result), result.manifest, result.folder)
            for table in ("worlds", "weekly", "events"):
                pd.testing.assert_frame_equal(getattr(other, table), getattr(result, table))
            assert [repr(one) for one in other.scenarios] == [repr(one) for one in result.scenarios]
            pd.testing.assert_frame_equal(other.shares(), result.shares())
            pd.testing.assert_frame_equal(other.difference(result), result.difference(result))
            assert (other.whole is other) == (result.whole is result)
            if other.whole is other:
                assert bytes_of(other.save(tmp_path / f"saved {number}")) == bytes_of(tmp_path / "run")


def test_a_deep_copy_is_another_s_own(run: Run) -> None:
    result = run(CALM, worlds=5)
    other = copy.deepcopy(result)
    other.worlds.loc[0, "outcome"] = "nonsense"
    other.manifest["seed"] = 99
    assert (result.worlds.loc[0, "outcome"], result.manifest["seed"]) != ("nonsense", 99)


def test_a_result_of_replaced_choices_travels_where_they_can() -> None:
    result = sim.run(CALM.replace(days=2), worlds=3, choices={"iraq": my_choices.dove})
    assert by_pickle(result).replaced == result.replaced != ""
    local = sim.run(CALM.replace(days=2), worlds=3, choices={"iraq": lambda *_: "silence"})
    with pytest.raises(pickle.PicklingError, match="for the government cannot be pickled: it is a lambda"):
        pickle.dumps(local)
    with pytest.raises(pickle.PicklingError, match="it is a lambda"):
        pickle.dumps(local.only("calm"))
    assert copy.deepcopy(local).replaced == local.replaced


# ---------------------------------------------------------------------------------- Scenario.replace
@pytest.mark.parametrize(
    "value", [0.5, np.float64(0.5), np.float32(0.5), np.float16(0.5), np.longdouble(0.5), np.array(0.5), Fraction(1, 2)]
)
def test_replace_takes_every_number(value: Any) -> None:
    changed = CALM.replace(**{"united_states.restraint": value})
    assert type(changed.united_states.restraint) is float
    assert changed == CALM.replace(**{"united_states.restraint": 0.5})


@pytest.mark.parametrize("value", [np.int64(20), np.uint8(20), np.array(20)])
def test_replace_takes_every_whole_number(value: Any) -> None:
    assert CALM.replace(days=value) == CALM.replace(days=20)
    assert type(CALM.replace(days=value).days) is int


@pytest.mark.parametrize("value", [20.0, np.float64(20.0), "20", True, np.True_, np.timedelta64(20, "D"), None])
def test_replace_refuses_what_is_no_whole_number(value: Any) -> None:
    with pytest.raises(ScenarioError, match=r"^days: .*; a whole number is expected"):
        CALM.replace(days=value)


@pytest.mark.parametrize(
    "day",
    [
        date(2024, 2, 12),
        pd.Timestamp("2024-02-12"),
        np.datetime64("2024-02-12"),
        np.datetime64("2024-02-12T00:00:00.000000000"),
        pd.Series(pd.to_datetime(["2024-02-12"]))[0],
        pd.Series(pd.to_datetime(["2024-02-12"])).to_numpy()[0],
    ],
)
def test_replace_takes_the_dates_of_numpy_and_pandas(day: Any) -> None:
    truce = {"kind": "truce", "front": "gaza", "date": day, "days": np.int64(3)}
    changed = CALM.replace(start=day, events=[truce])
    assert (type(changed.start), changed.start, changed.events[0].date) == (date, date(2024, 2, 12), date(2024, 2, 12))


@pytest.mark.parametrize(
    "day",
    [
        "2024-02-12",
        datetime(2024, 2, 12),
        pd.Timestamp("2024-02-12 10:00"),
        pd.Timestamp("2024-02-12", tz="Asia/Baghdad"),
        np.datetime64("2024-02-12T10:00"),
        pd.NaT,
        np.datetime64("NaT"),
        np.datetime64("NaT", "ns"),
        20240212,
    ],
)
def test_replace_refuses_what_is_no_day(day: Any) -> None:
    with pytest.raises(ScenarioError, match=r"^start: .*; a date such as 2024-01-10.* is expected"):
        CALM.replace(start=day)


def test_lists_of_replace_may_be_arrays_and_columns() -> None:
    plain = CALM.replace(**{"united_states.restraint": {"uniform": [0.2, 0.4]}})
    for several in (np.array([0.2, 0.4]), pd.Series([0.2, 0.4]), (0.2, np.float64(0.4))):
        assert CALM.replace(**{"united_states.restraint": {"uniform": several}}) == plain


def test_changes_of_load_are_a_dict_by_name() -> None:
    for given in (["days"], "days=3", 3):
        with pytest.raises(InputError, match="changes are values by dotted name, in a dict; not"):
            sim.load("status_quo", changes=given)  # type: ignore[arg-type]
    with pytest.raises(ScenarioError, match="--set 3=4: is no name of a setting"):
        sim.load("status_quo", changes={3: 4})  # type: ignore[dict-item]
