"""The notebooks of the docs: kept tidy, linked, and run from the first cell to the last, showing what they claim."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "show"))

from kernels import executed  # noqa: E402

FOLDER = ROOT / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
TUTORIALS = sorted((ROOT / "docs" / "tutorial").glob("*.md"))
PATHS = ("path-student", "path-lecturer", "path-lecturer-answers", "path-researcher")


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def markdown(path: Path) -> str:
    return "\n\n".join(source(cell) for cell in read(path)["cells"] if cell["cell_type"] == "markdown")


def test_each_tutorial_has_its_notebook_and_each_reader_a_path() -> None:
    of_tutorials = [f"0{path.stem}" for path in TUTORIALS]
    assert [path.stem for path in NOTEBOOKS] == sorted([*of_tutorials, *PATHS], key=lambda stem: f"{stem}.ipynb")
    for tutorial, notebook in zip(TUTORIALS, NOTEBOOKS, strict=False):
        title = tutorial.read_text(encoding="utf-8").splitlines()[0]
        text = markdown(notebook)
        assert text.startswith(f"{title}\n")
        assert f"(../tutorial/{tutorial.name})" in " ".join(text.replace("[tutorial\n", "[tutorial ").split("\n"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_what_came_of_it(path: Path) -> None:
    """No outputs, no counts, no folder of a machine; ids that stay; written as Jupyter writes it."""
    text = path.read_text(encoding="utf-8")
    said = json.loads(text)
    assert text == json.dumps(said, indent=1, ensure_ascii=False) + "\n", (
        "open and save it in Jupyter, or ruff format it"
    )
    assert (said["nbformat"], said["nbformat_minor"]) == (4, 5)
    assert said["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    ids = [cell["id"] for cell in said["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9-]+-\d\d", name) for name in ids)
    for cell in said["cells"]:
        assert cell["metadata"] == {}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None, f"jupyter nbconvert --clear-output {path}"
            assert not source(cell).lstrip().startswith(("!", "%")), "Python, no shell"
    assert not re.search(r"/(home|root|work|Users|tmp)/|[A-Z]:\\\\", text)


@pytest.mark.parametrize("path", [*NOTEBOOKS, FOLDER / "index.md"], ids=lambda path: path.stem)
def test_what_a_notebook_links_to_is_there(path: Path) -> None:
    text = markdown(path) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", " ".join(text.split())):
        assert (path.parent / target).is_file(), target


def test_the_index_names_every_notebook() -> None:
    text = (FOLDER / "index.md").read_text(encoding="utf-8")
    assert {Path(name).stem for name in re.findall(r"\(([\w-]+\.ipynb)\)", text)} == {path.stem for path in NOTEBOOKS}


def test_no_answer_stands_on_the_class_sheet() -> None:
    sheet, answers = (read(FOLDER / f"path-lecturer{end}.ipynb")["cells"] for end in ("", "-answers"))
    questions = re.findall(r"^(\d)\. ", markdown(FOLDER / "path-lecturer.ipynb"), re.MULTILINE)
    answered = re.findall(r"^\*\*(\d)\.\*\*", markdown(FOLDER / "path-lecturer-answers.ipynb"), re.MULTILINE)
    assert questions == answered
    texts = {source(cell) for cell in sheet}
    assert not [cell for cell in answers if source(cell) in texts and "sim.run" in source(cell)]


# --- run ---


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_what_it_claims(path: Path, tmp_path: Path) -> None:
    import nbformat

    done = executed(nbformat.read(path, as_version=4), tmp_path)
    code = [cell for cell in done.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        for output in cell.outputs:
            assert output.output_type != "stream" or output.name == "stdout", output.text
            assert "Traceback" not in output.get("text", "")
    CLAIMS[path.stem](Shown(code))


class Shown:
    """What the cells of a notebook show, each found by a piece of its text that stands in no other."""

    def __init__(self, cells: list[Any]) -> None:
        self.cells = cells

    def cell(self, piece: str) -> Any:
        (found,) = (cell for cell in self.cells if piece in cell.source)
        return found

    def text(self, piece: str) -> str:
        outputs = self.cell(piece).outputs
        return "\n".join(output.get("text", output.get("data", {}).get("text/plain", "")) for output in outputs)

    def html(self, piece: str) -> str:
        return "\n".join(output.get("data", {}).get("text/html", "") for output in self.cell(piece).outputs)

    def numbers(self, piece: str, row: str) -> list[float]:
        """The numbers of a printed row, which may have a number before its name."""
        lines = self.text(piece).splitlines()
        (line,) = [line for line in lines if line.startswith(f"{row} ")] or [
            line for line in lines if re.match(rf"\d+ +{re.escape(row)} ", line)
        ]
        return [float(word) for word in line.split()[1:] if re.fullmatch(r"-?\d+(\.\d+)?", word)]

    def pictures(self) -> int:
        return sum(
            '<img src="data:image/png' in output.get("data", {}).get("text/html", "")
            for cell in self.cells
            for output in cell.outputs
        )


def first_change(shown: Shown) -> None:
    """Two faults are named at once; one number differs; strikes and threats fall, and more than chance explains."""
    said = shown.text("except sim.ScenarioError")
    assert "did you mean 'united_states.restraint'" in said and "1.7 is above 1" in said
    changed = shown.html("calm = forced.replace")
    assert "What differs from forced_exit" in changed and changed.count("<tr>") == 2
    for row in ("us_strikes_iraq", "threats", "pressure_max"):
        *_, difference, low, high = shown.numbers("means = result", row)
        assert low < difference < high < 0
    assert shown.pictures() == 1 and "outcomes" in shown.html("result.plot()")


def first_event(shown: Shown) -> None:
    """An ending is refused; a truce has fewer attacks; a killing raises pressure; before its date nothing differs."""
    said = shown.text("for wrong in")
    assert '"letter" is none of' in said and "lies outside" in said
    *_, low, high = shown.numbers('result.between("truce"', "attacks_iraq")
    assert low < high < 0
    before, after = map(float, re.findall(r"[\d.]+\d", shown.text("model.account"))[:2])
    assert after > before
    assert "The evening of 3 June 2024" in shown.html("before = model.value")
    assert "the same on the evening before: True" in shown.text("one.value(")
    assert shown.pictures() == 1


def gaza(shown: Shown) -> None:
    """Most attacks come by the groups, and the worlds of a pair are the same."""
    means = {
        row: shown.numbers("paths.worlds.groupby", row) for row in ("status_quo", "not_for_groups", "not_for_politics")
    }
    assert means["not_for_groups"][0] < means["status_quo"][0] / 2 < means["not_for_politics"][0]
    assert means["not_for_politics"][3] < means["status_quo"][3]
    assert shown.pictures() == 1


def sure(shown: Shown) -> None:
    """Pairs are known better; four times the worlds, half the width; every judgement drawn spreads the worlds."""
    gaps = [
        tuple(map(float, re.findall(r"[+-][\d.]+", line)))
        for line in shown.text("for seed in (1, 2)").split("\n")
        if line
    ]
    (_, low, high), (_, other_low, other_high) = gaps
    assert high - low < other_high - other_low
    widths = [
        (float(high) - float(low)) for low, high in re.findall(r"([\d.]+) to ([\d.]+) %", shown.text("rows.append"))
    ]
    assert widths[2] / widths[0] < 0.6
    spread = {row: shown.numbers("quantile(", row) for row in ("forced_exit", "none", "all")}
    assert spread["all"][-1] - spread["all"][-3] > spread["none"][-1] - spread["none"][-3]
    assert "set " in shown.html("many = ") and "not told" not in shown.html("many = ")


def why(shown: Shown) -> None:
    """The chain of causes begins with the decision, and the parts of an account add up to no more than its level."""
    assert re.search(r"World \d+ ends by \w+, decided on day \d+", shown.text("forced = result"))
    assert "decision" in shown.text("end = history")
    assert shown.text("chain = [").count("202") > 3
    assert "Decided on" in shown.html("model = sim.WithdrawalModel")
    assert "drawn" in shown.html("told = sim.explain") and "record" in shown.html("told = sim.explain")
    assert "held back, one at a time" in shown.html("told.but_for()")
    assert re.search(r"^\d+ +\w+ +\w+$", shown.text("again.loc"), re.MULTILINE)
    assert "us_stays" in shown.text("pd.crosstab")


def two_pages(shown: Shown) -> None:
    """Three figures, a summary with its methods, and a run that gives the same worlds."""
    assert shown.pictures() == 3
    summary = shown.text("folder = paper.save")
    assert "We used iraq-withdrawal-sim" in summary and "How to cite" in summary
    assert shown.text("kept = sim.open").strip() == "the same worlds: True"


def exercises(shown: Shown) -> None:
    """Each exercise has a table of its scenarios; a group fewer attacks less, a dated agreement can run out."""
    assert sum("side_by_side(" in cell.source for cell in shown.cells) == 10
    for cell in shown.cells[1:-1]:
        assert "forced_exit" in cell.outputs[-1]["data"]["text/plain"]
    before, without = shown.numbers("fewer = ", "attacks_iraq")
    assert without < before
    undated, dated = shown.numbers("dated = ", "lapsed")
    assert undated == 0 < dated
    calm, severe = shown.numbers("severe = ", "forced_exit")
    assert severe > calm


def student(shown: Shown) -> None:
    """The guess stands beside what came out, with both ranges; the signs beside the signs."""
    assert shown.text("compared = ").startswith("You wrote: ")
    guess, share, low, high, *_ = shown.numbers("compared = ", "us_stays")
    assert guess == 33 and low < share < high
    for row in ("forced_exit", "us_strikes_iraq"):
        assert re.search(rf"^{row} .* - +0$", shown.text("changed["), re.MULTILINE)
    assert "What it came from" in shown.html("surprising = ")
    before = [
        place for place, cell in enumerate(shown.cells) if "my_guess = " in cell.source or "sim.run" in cell.source
    ]
    assert "my_guess = " in shown.cells[before[0]].source


def lecturer(shown: Shown) -> None:
    """Three scenarios to predict before anything is run, and a picture of the cause."""
    assert next(cell.source for cell in shown.cells if "sim.run" in cell.source).startswith("result = sim.run(three")
    assert shown.pictures() == 1


def answers(shown: Shown) -> None:
    """The seeds differ by chance alone; the difference of the twins is paired."""
    lows, highs = zip(*[shown.numbers("seeds = ", str(seed))[-2:] for seed in (1, 2, 3)], strict=True)
    assert max(lows) < min(highs)
    assert shown.text("gap = ").strip().endswith("True")
    assert "uncertainty" in shown.text("roles")


def researcher(shown: Shown) -> None:
    """A map, indices that say when they have not converged, rows with their meaning, and files as they were written."""
    assert shown.pictures() == 2
    assert "has not converged" in shown.text('indices.tables()["sobol"]')
    assert "highest pressure on the prime minister" in shown.text("rows = ds.dataset")
    assert "sweep of 10 points, 100 worlds a point" in shown.text("summary = ")
    files, of = re.findall(r"\d+", shown.text("hashlib"))
    assert files == of


CLAIMS = {
    "01-your-first-change": first_change,
    "02-your-first-event": first_event,
    "03-gaza-or-no-gaza": gaza,
    "04-how-sure-can-i-be": sure,
    "05-why-did-this-history-end-so": why,
    "06-from-a-question-to-two-pages": two_pages,
    "07-ten-exercises": exercises,
    "path-lecturer": lecturer,
    "path-lecturer-answers": answers,
    "path-researcher": researcher,
    "path-student": student,
}
"""What the text of each says that its cells show."""
