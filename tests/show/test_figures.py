"""Every figure of the registry gets these tests for nothing: a new one is tested by being there."""

from __future__ import annotations

import re
from contextlib import nullcontext
from io import BytesIO
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import pandas as pd
import pytest
from made_up import GROUPS, made_up
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from sim.ask import severity
from sim.results.result import Result
from sim.scenario.schema import Scenario
from sim.show import curves, making, phrases, pictures, style
from sim.show.figures import FIGURES, ladders
from sim.show.figures.histories import typical

HOSTILE = "<script>alert(\"1\")</script> & $x_1$ \x00 ]]> --> 'q'"
NAMES = sorted(FIGURES)
GREYS = {style.INK, style.MUTED, style.GRID, style.REST, style.PAPER, style.FRONT}


class Noting(RendererAgg):
    """Draws, and notes where each text came to lie."""

    def __init__(self, figure: Figure) -> None:
        super().__init__(*(figure.get_size_inches() * 100), 100)
        self.boxes: list[tuple[str, Bbox]] = []

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):  # type: ignore[no-untyped-def]
        """Called for each line of a text that is to be seen."""
        width, height, descent = self.get_text_width_height_descent(s, prop, ismath)
        if s.strip():
            if angle == 90:  # it runs upward from its beginning
                self.boxes.append((s, Bbox.from_bounds(x - height + descent, self.height - y, height, width)))
            else:
                self.boxes.append((s, Bbox.from_bounds(x, self.height - y - descent, width, height)))
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


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_can_be_read_fits_a_page_and_leaves_matplotlib_as_it_was(result: Result, name: str) -> None:
    before = dict(mpl.rcParams)
    figure = FIGURES[name](result)
    assert dict(mpl.rcParams) == before
    assert overlaps(figure) == []
    width, height = figure.get_size_inches()
    assert width in (style.WIDTH, style.LARGE)
    assert width == style.LARGE or not FIGURES[name].main or name.startswith("pressure_")
    assert height < 10


def test_only_colours_of_the_palette_are_used(svgs: dict[str, str]) -> None:
    tints = {colour for kind in style.registry().values() for colours in kind.values() for colour in colours}
    allowed = {colour.lower() for colour in (*style.OKABE_ITO.values(), *GREYS, *tints)}
    for name, svg in svgs.items():
        used = {to_hex(found).lower() for found in re.findall(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b(?=[;}])", svg)}
        assert used <= allowed, f"{name} uses {used - allowed}"


def test_the_palette_is_that_of_okabe_and_ito() -> None:
    assert set(style.OKABE_ITO.values()) == {
        "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
    }  # fmt: skip


def test_no_look_is_told_apart_by_colour_alone() -> None:
    outcomes = list(style.OUTCOMES.values())
    for looks in (outcomes, list(style.SERIES)):
        for one, two in combinations(looks, 2):
            assert one.hatch != two.hatch
            assert one.dash != two.dash
            assert one.marker != two.marker
    for rungs in range(1, 12):
        looks = style.climb(rungs)
        assert len(looks) == rungs
        assert all(one != two for one, two in pairwise(looks))


def test_no_hatch_has_dots() -> None:
    hatches = [look.hatch for look in (*style.OUTCOMES.values(), *style.SERIES, *style.KINDS.values())]
    hatches += style.HATCHES
    assert not set("".join(hatches)) & set(".oO*")


def test_the_text_for_the_blind_has_the_numbers(result: Result, svgs: dict[str, str]) -> None:
    shares = result.shares().set_index(["scenario", "outcome"])
    said = svgs["outcomes"].partition("<desc")[2].partition("</desc>")[0]
    for share in shares.loc[("forced_exit", ["us_stays", "negotiated_exit", "forced_exit"]), "share"]:
        assert phrases.percent(share) in said
    history = typical(result, "forced_exit")
    assert history is not None
    assert f"World {history.world} " in FIGURES["history_forced_exit"].describe(result)
    for name in svgs:
        assert re.search(r"\d", FIGURES[name].describe(result)), f"{name} is described without a number"


def test_every_figure_says_that_it_is_no_forecast_and_how_it_was_made(result: Result, svgs: dict[str, str]) -> None:
    for svg in svgs.values():
        assert "Not a forecast" in svg
        assert "model 0123456789abcdef" in svg
        assert "seed 1" in svg
    assert "c0ffee" not in making.foot(result)


def test_svg_is_xml_with_title_and_description_and_ids_of_its_own(result: Result, svgs: dict[str, str]) -> None:
    seen: set[str] = set()
    for name, svg in svgs.items():
        root = ElementTree.fromstring(svg)
        space = "{http://www.w3.org/2000/svg}"
        labelled = root.get("aria-labelledby", "").split()
        title, description = root.find(f"{space}title"), root.find(f"{space}desc")
        assert title is not None
        assert description is not None
        assert [title.get("id"), description.get("id")] == labelled
        assert title.text == FIGURES[name].caption
        assert description.text == FIGURES[name].describe(result)
        ids = re.findall(r'\sid="([^"]+)"', svg)
        assert len(ids) == len(set(ids))
        assert not seen & set(ids), f"{name} shares ids with another figure"
        seen |= set(ids)
        for target in re.findall(r'url\(#([^)"]+)\)|href="#([^"]+)"', svg):
            assert "".join(target) in ids


def test_files_are_the_same_bytes_twice_and_carry_no_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = ["outcomes", "rungs_groups", "history_forced_exit"]
    monkeypatch.setattr(pictures, "drawn", lambda _: few)
    for folder in ("a", "b"):
        pictures.write_figures(made_up(["forced_exit"], worlds=30, days=90), tmp_path / folder)
    files = sorted(file for file in (tmp_path / "a" / "figures").rglob("*") if file.is_file())
    made = sorted([*(f"{name}.{kind}" for name in few for kind in ("png", "svg")), "slides/outcomes.png"])
    assert [file.relative_to(tmp_path / "a" / "figures").as_posix() for file in files] == made
    assert sorted(pictures.files(few)) == made
    for file in files:
        data = file.read_bytes()
        assert data == (tmp_path / "b" / file.relative_to(tmp_path / "a")).read_bytes(), f"{file.name} differs"
        for word in (b"c0ffee", b"secret", b"dc:date", b"tIME"):
            assert word not in data


def test_png_has_300_dots_an_inch_and_tells_its_making() -> None:
    from PIL import Image

    result = made_up(["status_quo"], worlds=5, days=30, events=False)
    data = pictures.png(FIGURES["outcomes"](result), result, "a caption")
    with Image.open(BytesIO(data)) as image:
        assert round(image.info["dpi"][0]) == 300
        assert "model 0123456789abcdef" in image.info["Source"]
        assert image.info["Comment"].startswith("python3 run.py run status_quo")
        assert image.info["Description"] == phrases.NOT_A_FORECAST


def test_an_svg_file_stands_alone(svgs: dict[str, str], result: Result) -> None:
    text = pictures.alone(svgs["outcomes"], result)
    root = ElementTree.fromstring(text)
    assert root.get("width", "").endswith("pt")
    assert "python3 run.py run" in text


ALIKE = {"go_ahead", "history_us_stays", "history_negotiated_exit"}  # drawn as others are: not twice at every edge
EDGES: dict[str, dict[str, Any]] = {
    "one world of one day": {"names": ["status_quo", "gaza_ceasefire"], "worlds": 1, "days": 1},
    "nothing decided, no events": {
        "names": ["status_quo", "gaza_ceasefire"],
        "worlds": 400,
        "days": 60,
        "mixes": {"status_quo": (1.0, 0.0, 0.0), "gaza_ceasefire": (1.0, 0.0, 0.0)},
        "events": False,
    },
    "always one outcome": {"names": ["x"], "worlds": 20, "days": 60, "mixes": {"x": (0.0, 0.0, 1.0)}},
    "a lapse, and a cap on the government": {
        "names": ["x"],
        "worlds": 20,
        "days": 60,
        "mixes": {"x": (0.4, 0.2, 0.2, 0.2)},
        "experiment": True,
    },
    "many scenarios": {"names": [f"case {number}" for number in range(5)], "worlds": 10, "days": 60, "groups": ["A"]},
    "long names": {
        "names": ["status_quo", "gaza_ceasefire"],
        "worlds": 10,
        "days": 60,
        "titles": {"status_quo": "Conditions " + "that nobody foresaw " * 12, "gaza_ceasefire": "unbroken" * 40},
        "groups": ["The Brigades of a Very Long and Venerable Name of Many Martyrs " * 3, "Short"],
    },
    "hostile names": {
        "names": [HOSTILE, "status_quo"],
        "worlds": 10,
        "days": 60,
        "titles": {"status_quo": HOSTILE},
        "groups": [HOSTILE],
    },
}


def found_in(name: str, result: Result, *, as_slide: bool = False) -> list[str]:
    """What is wrong with the texts of a figure: that they lie on one another, leave the page or are cut."""
    plot = FIGURES[name]
    with style.slides(plot.sentence(result)) if as_slide else nullcontext():
        figure = plot(result)
    cut = ["something is cut"] if "…" in said_in(figure) else []
    return [f"{name}{' as a slide' * as_slide}: {fault}" for fault in [*overlaps(figure), *cut]]


LONG = "Conditions in which everybody means what he says about sovereignty, the groups believe it, and nobody is paid"


@pytest.mark.parametrize("number", [1, 3, 7, 16])
def test_no_text_leaves_the_page_or_lies_on_another_however_many_scenarios_there_are(number: int) -> None:
    names = ["status_quo", "forced_exit", *(f"case {place}" for place in range(number))][:number]
    titles = {name: f"{LONG}, {name}" if place % 2 == 0 else "" for place, name in enumerate(names)}
    result = made_up(names, worlds=40, days=400, titles=titles)
    faults = []
    for name, plot in FIGURES.items():
        if name not in ALIKE and (number < 16 or name != "rungs"):  # whose panels are those of the groups, in more rows
            faults += found_in(name, result)
        if plot.main:
            faults += found_in(name, result, as_slide=True)
    assert faults == []


def test_texts_that_lie_on_one_another_or_leave_the_page_are_found() -> None:
    figure = Figure(figsize=(3, 2))
    figure.text(0.2, 0.5, "one text")
    figure.text(0.25, 0.5, "another")
    figure.text(0.9, 0.9, "too far to the right")
    assert overlaps(figure) == ["'too far to the right' leaves the page", "'one text' lies on 'another'"]


@pytest.mark.parametrize("case", EDGES)
def test_every_figure_can_be_drawn_and_read_at_the_edges(case: str) -> None:
    result = made_up(**EDGES[case])
    faults = []
    for name, plot in FIGURES.items():
        if name not in ALIKE:
            faults += found_in(name, result)
        assert plot.describe(result)
        assert plot.sentence(result)
    assert faults == []


def test_a_figure_with_nothing_to_show_says_why() -> None:
    result = made_up(**EDGES["nothing decided, no events"])
    figure = FIGURES["consequences"](result)
    said = " ".join(text.get_text() for text in figure.findobj(Text) if isinstance(text, Text))
    assert "no world of this run was an exit decided" in " ".join(said.split())
    assert "consequences" not in pictures.drawn(result)
    assert "No acts were recorded" in FIGURES["history_us_stays"].missing(result)


def said_in(figure: Figure) -> str:
    """All texts of a figure."""
    return " ".join(" ".join(text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)).split())


def test_captions_and_subtitles_have_no_jargon(result: Result) -> None:
    for name, plot in FIGURES.items():
        text = f"{said_in(plot(result))} {plot.caption} {plot.describe(result)}".lower()
        for word in ("aalen", "signature", "quantile", "incidence", "thinkable", "estimator"):
            assert word not in text, (name, word)


def test_the_scale_of_pressure_says_what_the_rule_does(result: Result) -> None:
    said = said_in(FIGURES["pressure"](result))
    assert "from 0.85 a letter no longer counts as overreach" in said
    assert Scenario().iraq.anchor_letter == 0.85


def test_the_rungs_say_why_the_top_layers_fade(result: Result) -> None:
    assert "After an exit Baghdad goes no higher than condemn" in said_in(FIGURES["rungs"](result))
    assert "After an exit" not in said_in(FIGURES["rungs_groups"](result))


def test_a_group_that_a_scenario_does_not_have_is_said_to_be_missing() -> None:
    made = made_up(["a", "b"], worlds=10, days=60, events=False)
    assert ladders.NOT_HERE not in said_in(FIGURES["rungs_groups"](made))
    weekly = made.weekly
    gone = (weekly["scenario"] == "b") & weekly["quantity"].str.startswith(f"rung/{GROUPS[1]}/")
    made.__dict__["weekly"] = weekly[~gone].reset_index(drop=True)
    figure = FIGURES["rungs_groups"](made)
    assert said_in(figure).count(ladders.NOT_HERE) == 1
    assert overlaps(figure) == []


def test_severity_names_its_axis_and_shows_every_scenario() -> None:
    names = [f"case {number}" for number in range(8)]
    figure = FIGURES["severity"](made_up(names, worlds=30, days=60, events=False))
    assert figure.axes[0].get_ylabel() == "forced out"
    said = said_in(figure)
    assert all(name.capitalize() in said for name in names)
    assert "fewer than 50 worlds." in said
    assert overlaps(figure) == []


def test_lines_to_labels_run_through_no_label() -> None:
    figure = Figure(figsize=(4, 2), dpi=100)
    axis = figure.add_axes((0.1, 0.1, 0.5, 0.8))
    axis.set_xlim(0, 10)
    axis.set_ylim(0, 1)
    style.end_labels(axis, 10, {name: (style.INK, f"{name} none at all", 0.0) for name in "abcd"})
    figure.canvas.draw()
    begins = min(Text.get_window_extent(text).x0 for text in axis.texts)
    for text in axis.texts:
        line = text.arrow_patch.get_path().transformed(text.arrow_patch.get_transform())  # type: ignore[attr-defined]
        assert max(line.vertices[:, 0]) <= begins, text.get_text()


def test_titles_of_two_lines_have_room_below_the_subtitle() -> None:
    title = "Conditions that nobody foresaw in any of the many papers of that year"
    names = {name: f"{title}, {name}" for name in "abc"}
    made = made_up(list(names), worlds=20, days=90, titles=names, events=False)
    for name in ("incidence", "pressure", "stance", "go_ahead"):
        figure = FIGURES[name](made)
        renderer = Noting(figure)
        figure.dpi = 100
        figure.draw(renderer)
        subtitle = figure.texts[1].get_window_extent(renderer)
        first = figure.axes[0].title if figure.axes[0].title.get_text() else figure.axes[0]._left_title  # type: ignore[attr-defined]
        assert "\n" in first.get_text()
        assert subtitle.y0 - first.get_window_extent(renderer).y1 > 5, name


def test_a_typical_history_is_of_the_first_scenario_in_which_the_outcome_is_no_rarity() -> None:
    mixes = {"a": (1.0, 0.0, 0.0), "rare": (0.9, 0.0, 0.1), "b": (0.5, 0.0, 0.5), "c": (0.2, 0.0, 0.8)}
    for names, first in ((["a", "rare", "b", "c"], "b"), (["c", "b", "a"], "c"), (["a", "rare"], "rare")):
        history = typical(made_up(names, worlds=100, days=60, mixes=mixes), "forced_exit")
        assert history is not None
        assert history.scenario.name == first


def test_a_history_marks_the_departure_of_the_last_soldier() -> None:
    made = made_up(["x"], worlds=1, days=900, mixes={"x": (0.0, 0.0, 1.0)})
    history = typical(made, "forced_exit")
    assert history is not None
    assert history.left_day == history.outcome_day + 200
    figure = FIGURES["history_forced_exit"](made)
    when = phrases.briefly(phrases.day(history.scenario, history.left_day))
    assert f"dotted: last soldier leaves {when}" in said_in(figure)
    for axis in figure.axes:
        assert any(set(line.get_xdata()) == {history.left_day} for line in axis.lines)
    assert overlaps(figure) == []
    assert "The last soldier leaves on " in FIGURES["history_forced_exit"].describe(made)


def test_both_panels_of_the_severity_curves_have_one_scale() -> None:
    rows = [
        (kind, name, dead, 100, dead, dead / 100, 0.0, 1.0, 0.2 + dead / 125)
        for kind, tried in severity.DEAD.items()
        for name in severity.CONDITIONS
        for dead in tried
    ]
    columns = ["event", "scenario", "dead", "worlds", "count", "share", "low", "high", "any_share"]
    numbers = pd.DataFrame(rows, columns=columns)
    figure = curves.draw(numbers, made_up(["status_quo"], worlds=5, days=30, events=False))
    left, right = figure.axes
    assert list(left.get_xticks()) == list(right.get_xticks()) == [0, 1, 3, 10, 30, 100]
    assert left.get_xlim() == right.get_xlim()
    steps = [b - a for a, b in pairwise(left.transData.transform([(x, 0) for x in left.get_xticks()])[:, 0])]
    assert max(steps) < 1.15 * min(steps)
    assert "not linear" in left.get_xlabel()
    dotted = [line for axis in (left, right) for line in axis.get_lines() if line.get_linestyle() == ":"]
    assert [max(line.get_ydata()) for line in dotted] == [1.0] * len(severity.DEAD) * len(severity.CONDITIONS)
    assert overlaps(figure) == []


def test_no_subtitle_is_cut_short_where_some_conditions_draw_parameters() -> None:
    names = [f"case {number}" for number in range(8)]
    drawn = {"case 1": {"uncertainty": "judgement"}}
    made = made_up(names, worlds=30, days=60, drawn=drawn)
    for name in ("outcomes", "changes", "incidence", "severity", "consequences"):
        subtitle = " ".join(FIGURES[name](made).texts[1].get_text().split())
        assert "…" not in subtitle, name
        assert ("in some conditions" in subtitle) is (name != "consequences"), name


def test_the_figure_of_consequences_says_from_when_to_when(result: Result) -> None:
    assert "Change from the day of the decision to the last day" in said_in(FIGURES["consequences"](result))


def test_hostile_names_stay_text_in_svg() -> None:
    result = made_up(**EDGES["hostile names"])
    for name in ("outcomes", "rungs_groups"):
        svg = pictures.svg(FIGURES[name](result), result, name, FIGURES[name].describe(result))
        root = ElementTree.fromstring(svg)
        assert not [element for element in root.iter() if element.tag.endswith("script")]
        assert "<script" not in svg
        drawn = svg.partition("</desc>")[2]
        assert "&lt;script&gt;" in drawn
        assert "$x_1$" in drawn, "a formula was set"


def test_a_cap_on_the_government_is_marked_in_the_figure() -> None:
    result = made_up(["status_quo"], worlds=5, days=30, experiment=True, events=False)
    assert "experiment on the ending" in said_in(FIGURES["outcomes"](result))


def test_plot_by_name(result: Result) -> None:
    assert isinstance(result.plot("outcomes"), Figure)
    with pytest.raises(ValueError, match="outcomes"):
        result.plot("nothing of that name")
