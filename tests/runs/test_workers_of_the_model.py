"""Worker processes live the model itself as this process does: whole pasts, for theirs is not cut short."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import my_choices
import pytest

from sim.jobs import run as job
from sim.scenario.load import load

Same = Callable[[Path, Path], None]


@pytest.mark.parametrize(
    "how", [{"events": "typical"}, {"events": "none", "choices": {"iraq": my_choices.dove}}], ids=["acts", "choice"]
)
def test_workers_change_no_byte(how: dict[str, Any], tmp_path: Path, same: Same) -> None:
    """Nor do blocks of another size, with the acts of typical worlds; and workers import a replaced choice."""
    short = load("forced_exit", changes={"days": 10})
    job.run(short, worlds=6, out=tmp_path / "one", **how)
    job.run(short, worlds=6, out=tmp_path / "two", workers=2, block_size=4, **how)
    same(tmp_path / "one", tmp_path / "two")
