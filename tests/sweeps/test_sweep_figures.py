"""What people see of a sweep: every file is there, the same bytes twice, nothing collides, nothing is markup."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import made_up_sweeps as made
import pytest
from made_up_sweeps import X, Y
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from sim.scenario.load import load
from sim.scenario.parameters import parameters
from sim.show.sweeps import draw, write_all
from sim.show.sweeps.pictures import figure_of, pictures
from sim.show.sweeps.shown import Shown
from sim.show.sweeps.summary import answer

SEVEN = ("status_quo", "negotiated_exit", "forced_exit", "gaza_ceasefire", "iran_holds_back", "regional_war",
         "us_restraint_lost")  # fmt: skip


def forty() -> list[str]:
    """The forty numbers with the longest names."""
    named = [name for name, value, about in parameters(load("forced_exit")) if about.range and isinstance(value, float)]
    return sorted(named, key=lambda name: (-len(name), name))[:40]


class Noting(RendererAgg):
    """Draws, and notes where each text came to lie."""

    def __init__(self, figure: Figure) -> None:
        super().__init__(*(figure.get_size_inches() * 100), 100)
        self.boxes: list[tuple[str, Bbox]] = []

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):  # type: ignore[no-untyped-def]
        """Called for each line of a text that is to be seen."""
        size = self.get_text_width_height_descent(s, prop, ismath)
        width, height = (size[1], size[0]) if angle == 90 else size[:2]
        left = x - width if angle == 90 else x
        if s.strip():
            self.boxes.append((s, Bbox.from_bounds(left, self.height - y - size[2] * (angle != 90), width, height)))
        super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)


def overlaps(figure: Figure) -> list[str]:
    """Pairs of texts that lie on each other, and texts that leave the page."""
    figure.dpi = 100
    renderer = Noting(figure)
    figure.draw(renderer)
    page = Bbox.from_bounds(-1, -1, renderer.width + 2, renderer.height + 2)
    faults = [
        f"{s!r} leaves the page"
        for s, box in renderer.boxes
        if not (page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1)
    ]
    for (one, a), (two, b) in combinations(renderer.boxes, 2):
        across, down = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        if across > 1 and down > 2.5:  # the boxes have some room below the letters
            faults.append(f"{one!r} lies on {two!r}")
    return faults


MADE: dict[str, Callable[[], SimpleNamespace]] = {
    "grid": lambda: made.grid(11, 11, worlds=40),
    "seven": lambda: made.grid(3, 3, bases=SEVEN, worlds=30),
    "screen of forty": lambda: made.screen(forty(), edges=forty()[:2], worlds=30),
    "morris of forty": lambda: made.morris(4, forty(), worlds=30),
    "saltelli": lambda: made.saltelli(16, worlds=30),
    "sampled": lambda: made.sampled(80, [X, Y, *forty()[:20]], worlds=30),
}


@pytest.mark.parametrize("name", MADE)
def test_nothing_collides(name: str) -> None:
    found = pictures(Shown(MADE[name]()))
    assert found
    for picture in [*found[:1], *found[-1:]]:
        figure = figure_of(picture)
        assert overlaps(figure) == [], picture.name
        assert figure.get_size_inches()[1] < 10
        assert picture.description and picture.caption


def test_of_many_numbers_the_first_are_shown_and_it_says_so() -> None:
    (picture,) = pictures(Shown(MADE["screen of forty"]()))
    said = " ".join(text.get_text() for text in figure_of(picture).texts).replace("\n", " ")
    assert "Of 40 numbers the first 15 are shown; the table has all." in said
    assert "On a knife-edge" in said


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sweep")
    files = write_all(made.grid(5, 4, worlds=60), folder)
    assert {path.relative_to(folder).as_posix() for path in files} == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    }
    return folder


def test_every_file_is_there(written: Path) -> None:
    assert {path.relative_to(written).as_posix() for path in written.rglob("*") if path.is_file()} == {
        "summary.md",
        "report.html",
        *(f"tables/{name}.{kind}" for name in ("response", "heat", "thresholds") for kind in ("csv", "tex")),
        *(
            f"figures/{name}.{kind}"
            for name in (
                "response_united_states_restraint",
                "response_iran_permissiveness",
                "heat_united_states_restraint_iran_permissiveness",
            )
            for kind in ("png", "svg")
        ),
    }


def test_the_same_bytes_twice(written: Path, tmp_path: Path) -> None:
    for path in write_all(made.grid(5, 4, worlds=60), tmp_path):
        assert path.read_bytes() == (written / path.relative_to(tmp_path)).read_bytes(), path.name


def test_pictures_say_how_they_were_made(written: Path) -> None:
    from PIL import Image

    name = "heat_united_states_restraint_iran_permissiveness"
    with Image.open(written / "figures" / f"{name}.png") as picture:
        said = picture.info
    assert "Not a forecast" in said["Description"] and "sweep made_up.toml" in said["Comment"]
    assert "21 points, 60 worlds a point" in said["Source"] and "Date" not in said
    drawing = ET.fromstring((written / "figures" / f"{name}.svg").read_text(encoding="utf-8"))
    texts = {"".join(one.itertext()).strip() for one in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {"forced exit", "US troops stay", "united_states.restraint (0-1)"} <= texts


def test_the_report_has_no_script_and_loads_nothing(written: Path) -> None:
    page = (written / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "default-src 'none'" in page
    assert not re.findall(r'(?:src|href)="(?!#)[^"]*"', page)
    assert page.count("<svg") == 3 and len(re.findall(r'id="([^"]+)"', page)) == len(
        set(re.findall(r'id="([^"]+)"', page))
    )
    for said in ("The answer in two sentences", "share their luck", "How to cite", "Not a forecast", "tables/heat.csv"):
        assert said in page


def test_summary(written: Path) -> None:
    said = (written / "summary.md").read_text(encoding="utf-8")
    assert "Iraq decides to push the US troops out in " in said and "95 % interval" in said
    assert "21 points, 60 worlds a point" in said and "Luck: shared by all points" in said
    assert "python3 run.py sweep made_up.toml" in said and "How to cite" in said and "Not a forecast" in said
    assert "Failed: nothing" in said and "Refused: none" in said


def test_without_figures_there_are_tables_only(tmp_path: Path) -> None:
    write_all(made.grid(3, 3, worlds=20), tmp_path, figures=False)
    assert not (tmp_path / "figures").exists()
    assert "<svg" not in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert (tmp_path / "tables" / "heat.tex").exists()


def test_names_are_text_and_no_markup(tmp_path: Path) -> None:
    rows = [{X: float(x), "iraq.highest_rung": word} for x in (0, 1) for word in ("<script>alert(1)</script>", "=1+1")]
    about = {"kind": "grid", "dimensions": [made.dimension(X), made.dimension("iraq.highest_rung")]}
    write_all(made.sweep(rows, about, worlds=20), tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page
    assert ",'=1+1," in (tmp_path / "tables" / "response.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("swept", "said"),
    [
        (
            lambda: made.screen(worlds=60),
            r"moves that share most, alone .* 1 move nothing in any world, and 1 stand on",
        ),
        (lambda: made.morris(6, worlds=60), r"has the largest effects, μ\* "),
        (lambda: made.saltelli(16, worlds=60), r"carries most, .* of 6 indices have not converged"),
        (lambda: made.sampled(80, worlds=60), r"comes about most with united_states.restraint above"),
        (lambda: made.grid(3, 3, worlds=60), r"moves that share furthest, on average: against the base by "),
    ],
)
def test_the_second_sentence(swept: Callable[[], SimpleNamespace], said: str) -> None:
    assert re.search(said, answer(Shown(swept()))[1])


def test_one_picture_by_its_name() -> None:
    swept = made.grid(3, 3, worlds=20)
    assert isinstance(draw(swept, "heat"), Figure) and isinstance(draw(swept, "response_iran_permissiveness"), Figure)
    with pytest.raises(ValueError, match="there is no figure 'outcomes'; there are response_"):
        draw(swept, "outcomes")
