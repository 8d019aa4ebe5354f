"""What people read of a run with a replaced choice says so first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli.run import report
from sim.show import making

pytestmark = pytest.mark.usefixtures("short_past")
SENTENCE = (
    "With replaced choices: the government by 'dove_of_peace' version 1 and Iran by 'hawk' version 3. These are not "
    "the model's own results."
)


@sim.choice(name="dove_of_peace", version="1")
def dove(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """Words."""
    return "condemn"


@sim.choice(name="hawk", version="3")
def hawk(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """Always goes ahead."""
    return 1.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run with every page and figure."""
    path = tmp_path_factory.mktemp("choices")
    sim.run(sim.load("status_quo").replace(days=15), worlds=4, out=path, choices={"iran": hawk, "iraq": dove})
    return path


def test_the_first_lines_of_every_page_say_so(folder: Path) -> None:
    result = sim.open(folder)
    assert making.replaced(result) == SENTENCE
    first = (folder / "summary.md").read_text(encoding="utf-8").splitlines()[:6]
    assert any("replaced choices: the government by" in line and "Iran by 'hawk' version 3" in line for line in first)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert 0 < page.index("These are not the model&#39;s own results") < page.index("The answer in two sentences")
    assert " ".join(report(result).split()).startswith(SENTENCE)


def test_figures_and_citation_say_so_and_no_command_makes_it_again(folder: Path) -> None:
    result = sim.open(folder)
    for figure in (folder / "figures").glob("*.svg"):
        assert "with replaced choices" in figure.read_text(encoding="utf-8"), figure.name
        assert b"with replaced choices" in figure.with_suffix(".png").read_bytes(), figure.name
    assert making.foot(result).startswith("With replaced choices: ")
    assert "with replaced choices" in making.citation(result)
    assert making.explanation(result, "status_quo", 3) == (
        "sim.WithdrawalModel('status_quo', seed=1, world=3, events=True, choices={'iraq': dove_of_peace, 'iran': hawk})"
    )
    for page in ("summary.md", "report.html"):
        assert "python3 run.py run" not in (folder / page).read_text(encoding="utf-8")
