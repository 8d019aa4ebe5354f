"""In a real, fresh kernel: figures show themselves, once, whatever was chosen before; a run leaves no lines behind."""

from __future__ import annotations

from typing import Any

import pytest
from kernels import shown

pytestmark = pytest.mark.slow

SHORT = """import sim
short = sim.load("status_quo").replace(days=5)
result = sim.run([short, short.replace(name="other", **{"united_states.restraint": 0.9})], worlds=4, events="none")"""
PLOT = 'result.plot("outcomes")'


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What cells show, by their text with how often it had stood before: the first figure before any backend."""
    cells = [
        SHORT, PLOT, "result", "short", 'sim.WithdrawalModel(short, world=2)', "result.plot()", "sim.scenarios()",
        f"figure = {PLOT}", "import matplotlib.pyplot as plt", f"{PLOT}  # 1", "%matplotlib inline", f"{PLOT}  # 2",
        f"{PLOT}; None",
        "long = sim.run(short.replace(days=60), worlds=30, engine='numpy', block_size=2, workers=1)",
        "print(sim.run(short, worlds=2, workers=None, choices={'iraq': lambda me, sees, p, at: 0}))",
    ]  # fmt: skip
    found = shown(cells, tmp_path_factory.mktemp("kernel"))
    return dict(zip(cells, found, strict=True))


def gone(outputs: list[Any]) -> bool:
    """Whether nothing is left to see: a line that said how far a run was is there, and empty."""
    return all(one["output_type"] == "display_data" and not one["data"]["text/plain"] for one in outputs)


def test_importing_and_running_is_quiet(outputs: dict[str, list[Any]]) -> None:
    assert gone(outputs[SHORT])


@pytest.mark.parametrize("cell", [PLOT, f"{PLOT}  # 1", f"{PLOT}  # 2"])
def test_a_figure_is_shown_once_with_and_without_a_backend(outputs: dict[str, list[Any]], cell: str) -> None:
    (only,) = outputs[cell]
    assert only["output_type"] == "execute_result"
    assert only["data"]["text/html"].startswith('<img src="data:image/png;base64,')
    assert ' alt="Shares of worlds by outcome' in only["data"]["text/html"]
    assert only["data"]["image/png"].strip()
    assert only["data"]["text/plain"].startswith("<Figure: Shares of worlds")


def test_a_figure_that_nobody_asked_to_see_is_not_shown(outputs: dict[str, list[Any]]) -> None:
    assert outputs[f"figure = {PLOT}"] == outputs[f"{PLOT}; None"] == []


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("result", "4 worlds a scenario"),
        ("short", "Conditions for the status quo"),
        ("sim.WithdrawalModel(short, world=2)", "World 2 of status_quo"),
        ("result.plot()", "The figures of a result"),
        ("sim.scenarios()", "The shipped scenarios"),
    ],
)
def test_every_object_shows_itself_and_is_text_elsewhere(outputs: dict[str, list[Any]], cell: str, words: str) -> None:
    (only,) = outputs[cell]
    assert words in only["data"]["text/html"]
    assert 0 < len(only["data"]["text/plain"]) < 5_000 and "<div" not in only["data"]["text/plain"]


def test_a_run_leaves_nothing_behind(outputs: dict[str, list[Any]]) -> None:
    (cell,) = (cell for cell in outputs if cell.startswith("long = "))
    assert gone(outputs[cell])


def test_a_choice_of_the_notebook_runs_without_a_word_of_workers(outputs: dict[str, list[Any]]) -> None:
    (cell,) = (cell for cell in outputs if cell.startswith("print("))
    (only,) = (one for one in outputs[cell] if one["output_type"] == "stream")
    assert only["text"].startswith("<Result: 2 worlds of status_quo")
