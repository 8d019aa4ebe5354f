"""Hindcasts by NumPy and by the compiled program: the same histories, however many days are lived at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.mesa import day_by_day
from sim.engine.ways import lacking
from sim.evidence import hindcast as module
from sim.evidence.calibrate import FITTED, plausible
from sim.evidence.hindcast import History, drive_by, hindcast
from sim.evidence.patterns import GAZA, LAST
from sim.scenario.load import load

WORLDS = range(11)


@pytest.fixture(autouse=True, scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Programs are kept for these tests alone: none of an earlier day is taken."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IRAQ_WITHDRAWAL_SIM_CACHE", str(tmp_path_factory.mktemp("programs")))
        yield


def differing(a: History, b: History) -> list[str]:
    """The series that are not the same in every world on every day."""
    series = {name: (daily, getattr(b, name)) for name, daily in vars(a).items() if name not in ("start", "posture")}
    series |= {group: (daily, b.posture[group]) for group, daily in a.posture.items()}
    return [name for name, (one, other) in series.items() if one.dtype != other.dtype or (one != other).any()]


@pytest.mark.skipif(bool(lacking()), reason=lacking() or "there are programs")
@pytest.mark.parametrize(
    ("name", "days"),
    [
        (LAST, 5),
        pytest.param(GAZA, 85, marks=pytest.mark.slow),
        pytest.param("history/soleimani_2020", 230, marks=pytest.mark.nightly),
    ],
)
def test_a_hindcast_is_the_same_by_either_engine(name: str, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With numbers that differ by world, as the search has them; the others have days that are left to NumPy."""
    scenario = load(name, changes={"days": days})
    overrides = {number: np.linspace(*plausible(number), len(WORLDS)) for number in FITTED}
    by_numpy = hindcast(scenario, worlds=WORLDS, overrides=overrides)
    assert by_numpy.attacks.sum() > 0
    drive = drive_by("fused", scenario, len(WORLDS))
    assert drive is not day_by_day
    assert differing(by_numpy, hindcast(scenario, worlds=WORLDS, overrides=overrides, drive=drive)) == []
    monkeypatch.setattr(module, "AT_ONCE", 17 * len(WORLDS))
    again = hindcast(scenario, worlds=WORLDS, overrides=overrides, drive=drive)
    assert differing(by_numpy, again) == [], "one program lives many blocks, seventeen days at once"
    some = hindcast(scenario, worlds=WORLDS[:3], drive=drive)
    assert differing(hindcast(scenario, worlds=WORLDS[:3]), some) == []


def test_few_worlds_are_left_to_numpy() -> None:
    assert drive_by("auto", load(GAZA), 80) is day_by_day
    assert drive_by("numpy", load(GAZA), 10**6) is day_by_day
