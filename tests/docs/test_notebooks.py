"""The notebooks of the docs: kept tidy, linked, and run from their first cell to their last, showing what they claim."""

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
    assert [path.stem for path in NOTEBOOKS] == [*of_tutorials, *sorted(PATHS)]
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
    assert text == json.dumps(said, indent=1, ensure_ascii=False) + "\n", "open and save it in Jupyter, or ruff format it"
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
    claims = CLAIMS.get(path.stem)
    if claims is not None:
        claims({cell.id.rpartition("-")[2]: Outputs(cell) for cell in code})


class Outputs:
    """What a cell shows."""

    def __init__(self, cell: Any) -> None:
        self.cell = cell
        data = [output["data"] for output in cell.outputs if "data" in output]
        self.html = "\n".join(one.get("text/html", "") for one in data)
        printed = "".join(output.get("text", "") for output in cell.outputs)
        self.text = printed + "\n".join(one.get("text/plain", "") for one in data)
