"""The one command that makes anew what quotes results: it finds what changed, mends it, and has nothing left to do."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.docs import DOCS, programs, remake, values
from sim.docs.remake import ROOT, Thing, check, chosen, known_by_sums, quoted, things


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what quotes results."""
    shutil.copytree(DOCS, tmp_path / "docs")
    shutil.copytree(ROOT / "evidence", tmp_path / "evidence")
    shutil.copy(ROOT / "README.md", tmp_path / "README.md")
    return tmp_path


def thing(project: Path, name: str) -> Thing:
    (found,) = chosen(things(project), [name])
    return found


def test_what_is_compared_for_real_is_up_to_date() -> None:
    for name in ("record", "regularities", "pages", "calibration", "values"):
        assert thing(ROOT, name).stale() == "", f"python -m sim.docs.remake {name}"


def test_the_order_is_that_in_which_one_rests_on_another() -> None:
    order = [one.name for one in things()]
    assert len(set(order)) == len(order)
    for before, after in (
        ("record", "pages"), ("calibration", "same/small"), ("pages", "results"), ("results", "values"),
        ("ablations", "values"), ("programs/mesa", "values"),
    ):  # fmt: skip
        assert order.index(before) < order.index(after)
    pages = [name for name in order if name.startswith("tutorial/")]
    assert pages == [f"tutorial/{page.stem}" for page in sorted((DOCS / "tutorial").glob("*.md"))]


def test_every_file_that_is_known_to_quote_results_is_on_the_list() -> None:
    files = " ".join(one.files for one in things())
    for name in (
        "docs/results.md", "docs/figures", "docs/ablations.json", "docs/mesa.md", "docs/choices.md", "README.md",
        "docs/tutorial/4-how-sure-can-i-be.md", "tests/same/small.json", "tests/same/slow.json", "nightly.json",
        "tests/model/baseline.json", "docs/calibration.json", "evidence/README.md", "record.toml",
    ):  # fmt: skip
        assert name in files, name


def test_no_sentence_of_the_readme_quotes_a_share_by_hand() -> None:
    bare = re.sub(r"<!-- value: .*?<!-- end -->", "", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.findall(r"\d(?:\.\d)? ?%", bare)


@pytest.mark.parametrize(
    ("file", "before", "after", "name"),
    [
        ("README.md", r"decided -->[\d.]+ %", "decided -->12.3 %", "values"),
        ("docs/validation.md", r"\n\| leverage \|", "\n| leverages |", "values"),
        ("docs/parameters.md", r"`iraq.capability`", "`iraq.abilities`", "pages"),
        ("evidence/README.md", r"\| 5 \| share in Iraq, cumulative", "| 5 | share in Syria", "regularities"),
    ],
)
def test_what_was_changed_is_found_mended_and_then_there_is_nothing_to_do(
    project: Path, file: str, before: str, after: str, name: str
) -> None:
    path = project / file
    right = path.read_text(encoding="utf-8")
    wrong = re.sub(before, after, right, count=1)
    assert wrong != right
    path.write_text(wrong, encoding="utf-8")
    lines: list[str] = []
    one = thing(project, name)
    assert check([one], lines.append) == 1
    assert lines[0].endswith(f"run `python -m sim.docs.remake {name}`")
    assert file in lines[0]
    assert remake.remake([one], lines.append) == 0
    assert path.read_text(encoding="utf-8") == right
    assert check([one], lines.append) == 0
    assert remake.remake([one], lines.append, anyway=True) == 0
    assert path.read_text(encoding="utf-8") == right
    assert not list(project.rglob("*.part"))


def test_results_changed_by_hand_are_found_and_what_is_by_hand_is_nobodys_business(project: Path) -> None:
    page = project / "docs" / "results.md"
    text = page.read_text(encoding="utf-8")
    before = remake.results.touched(project / "docs")
    page.write_text(text.replace("<!-- by hand -->\n", "<!-- by hand -->\nA word more.\n"), encoding="utf-8")
    assert remake.results.touched(project / "docs") == before == ""
    page.write_text(text.replace("## 1. ", "## 1a. "), encoding="utf-8")
    assert "results.md was changed" in remake.results.touched(project / "docs")
    page.write_text(text, encoding="utf-8")
    (project / "docs" / "figures" / "gaza.svg").unlink()
    assert "gaza.svg is gone" in remake.results.touched(project / "docs")


def test_what_takes_long_is_known_by_sums(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    file, of = tmp_path / "record.json", ["model 1"]
    made: list[int] = []

    def make(workers: int) -> None:
        made.append(workers)
        file.write_text(of[0], encoding="utf-8")

    one = known_by_sums(tmp_path, "record", [file], lambda: of[0], lambda: file.read_text(encoding="utf-8"), make)
    assert one.stale() == "there is no record.json"
    lines: list[str] = []
    assert remake.remake([one], lines.append, workers=3) == 0
    assert (made, one.stale()) == ([3], "")
    assert remake.remake([one], lines.append) == 0
    assert made == [3], "there was nothing to do"
    of[0] = "model 2"
    assert "another model" in one.stale()
    of[0] = "model 1"
    file.write_text("by hand", encoding="utf-8")
    assert one.stale() == "it was changed since it was made"
    assert json.loads((tmp_path / "docs" / "made.json").read_text(encoding="utf-8")).keys() == {"record"}


def test_a_page_is_stale_by_its_commands_and_outputs_not_by_its_prose(tmp_path: Path) -> None:
    page = tmp_path / "page.md"

    def of(text: str) -> tuple[str, str]:
        page.write_text(text, encoding="utf-8")
        return quoted(page)

    text = "Some 12 words.\n\n```sh\npython3 run.py --world 3\n```\n\n<!-- shows 1-2 -->\n```text\nout\n```\n"
    done, shown = of(text)
    assert of(text.replace("12 words", "13 words")) == (done, shown)
    assert of(text.replace("--world 3", "--world 4")) == (done, shown)  # found by what comes out
    assert of(text.replace("1-2", "1-3"))[0] != done
    assert of(text.replace("run.py", "run.py list"))[0] != done
    assert of(text.replace("out\n", "other\n")) == (done, "other")
    assert any('"name":"history/soleimani_2020"' in one for one in remake.scenarios("run history/soleimani_2020"))
    assert not any('"name":"history/soleimani_2020"' in one for one in remake.scenarios("run forced_exit"))


@pytest.mark.parametrize("fails", [True, False])
def test_what_cannot_be_made_is_told_and_the_others_are_made(fails: bool) -> None:
    stale = {"first": "old", "second": "old"}

    def make(name: str) -> Callable[[int], None]:
        def made(_: int) -> None:
            if name == "first" and fails:
                raise AssertionError("no world ends so")
            stale[name] = ""

        return made

    found = [Thing(name, name, lambda name=name: stale[name], make(name)) for name in stale]  # type: ignore[misc]
    lines: list[str] = []
    assert remake.remake(found, lines.append) == int(fails)
    assert stale["second"] == ""
    assert any("NOT made: AssertionError: no world ends so" in line for line in lines) is fails
    assert any("still out of date" in line for line in lines) is False


def test_nothing_is_made_on_top_of_defaults_that_are_not_the_searchs(project: Path) -> None:
    path = project / "docs" / "calibration.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["values"]["attacks.weekly"] += 1.0
    path.write_text(json.dumps(record), encoding="utf-8")
    made: list[str] = []
    later = Thing("later", "later", lambda: "old", lambda _: made.append("later"))
    lines: list[str] = []
    assert remake.remake([thing(project, "calibration"), later], lines.append) == 1
    assert not made
    assert "attacks.weekly" in lines[0]


def test_a_name_that_is_none_is_refused_and_a_group_is_meant_whole() -> None:
    found = things()
    assert [one.name for one in chosen(found, ["same"])] == ["same/small", "same/slow", "same/nightly"]
    assert [one.name for one in chosen(found, ["tutorial/3"])] == ["tutorial/3-gaza-or-no-gaza"]
    with pytest.raises(ValueError, match="there is no 'tutorials'"):
        chosen(found, ["tutorials"])


def test_a_program_s_page_shows_what_it_prints_and_an_unknown_value_is_refused(tmp_path: Path) -> None:
    page = "```python\na = 3\nprint(a)\n```\n\n```text\n2\n```\n\n```python\nprint(a + 1)\n```\n\n```text\n4\n```\n"
    assert programs.played(page, "page.md") == page.replace("\n2\n", "\n3\n")
    assert programs.played(page.replace("\n2\n", "\n3\n"), "page.md") == page.replace("\n2\n", "\n3\n")
    with pytest.raises(KeyError, match="share nowhere"):
        values.filled("<!-- value: share nowhere us_stays -->1 %<!-- end -->")


def test_values_are_those_of_the_results() -> None:
    found = values.values()
    page = (DOCS / "results.md").read_text(encoding="utf-8")
    rows = {(cells[0], cells[1]): cells[3] for cells in shares_of(page.partition("### Which of the conditions")[0])}
    for label, name in (
        ("Conditions for the status quo", "status_quo"),
        ("Conditions for a forced exit", "forced_exit"),
    ):
        for outcome in ("us_stays", "forced_exit", "negotiated_exit"):
            said = "US troops stay" if outcome == "us_stays" else outcome.replace("_", " ")
            assert found[f"share {name} {outcome}"] == rows[label, said]
    assert found["worlds"] in page


def shares_of(text: str) -> list[list[str]]:
    """The cells of the rows of a table of outcomes."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| Conditions for")]
    return [cells for cells in rows if len(cells) in (5, 6) and re.match(r"[\d,]+ of ", cells[2])]
