"""What a notebook shows: every object as HTML that stands by itself, and as a line where there is no HTML."""

from __future__ import annotations

import copy
import pickle
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import made_up

import sim
from sim.results.result import Result
from sim.show import notebook, objects, phrases
from sim.show.displayed import Displayed, displayed
from sim.show.printed import Table

HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a" * 300, "مرحبا\u202eabc", "a&b;\n\t\x07c")
ALONE = {"img", "br", "progress"}


class Page(HTMLParser):
    """Reads HTML strictly: what is opened is closed, in order. Gathers tags and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def read(html: str) -> Page:
    """A page that brings no script, no style sheet, no colour of its own and nothing from elsewhere."""
    page = Page(html)
    assert not {"script", "style", "link", "iframe", "object", "svg"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    for name, value in page.attributes:
        assert name not in ("id", "class"), "it might meet another page's"
        assert name != "src" or str(value).startswith("data:image/png;base64,")
        if name == "style":
            assert "color:" not in str(value) and "background" not in str(value)
    return page


# --- the helpers ---


@given(st.text(), st.text(), st.lists(st.text(), max_size=4))
def test_whatever_is_said_is_text(title: str, lead: str, lines: list[str]) -> None:
    table = Table(lead, (title, "n"), [(line, lead) for line in lines])
    parts = (notebook.table(table), notebook.bullets(title, lines), notebook.line(lead))
    page = read(notebook.page(title, (lead, *lines), *parts, then=[title]))
    for said in (title, lead, *lines):
        assert phrases.clean(said) in page.text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_word_is_only_a_word(name: str) -> None:
    page = read(notebook.page(name, name, notebook.table(Table(name, (name,), [(name,)])), then=(name,)))
    assert page.text.count(phrases.clean(name)) == 6
    assert "script" not in page.tags and "img" not in page.tags


def test_a_long_table_shows_its_first_rows_and_folds_the_others() -> None:
    page = read(notebook.table(Table("", ("n",), [(str(n),) for n in range(20)]), most=3))
    assert page.tags.count("details") == 1
    assert "17 more rows" in page.text
    assert page.text.index("2") < page.text.index("17 more rows")
    short = read(notebook.table(Table("", ("n",), [("1",), ("2",), ("3",)]), most=3))
    assert "details" not in short.tags


def test_a_frame_is_a_table_without_gaps_in_words() -> None:
    frame = pd.DataFrame({"name": ["a", None], "share": [1 / 3, float("nan")], "count": pd.array([1, None], "Int64")})
    shown = notebook.of_frame(frame, "what it is")
    assert shown.rows == [("a", "0.333", "1"), ("", "", "")]
    assert shown.numeric == {1, 2}
    assert read(notebook.table(frame, "what it is")).text.startswith("what it is name share count")


# --- a scenario ---


def test_a_scenario_shows_what_differs_from_the_one_it_extends() -> None:
    page = read(sim.load("forced_exit")._repr_html_())
    assert page.text.startswith("Conditions for a forced exit (forced_exit)")
    assert "What differs from status_quo" in page.text
    for said in ("united_states.restraint", "iran.permissiveness", "From 10 January 2024 to 8 January 2026", "Sajad"):
        assert said in page.text


def test_a_change_shows_itself_alone_beside_the_nearest_shipped_scenario() -> None:
    forced = sim.load("forced_exit")
    calm = forced.replace(**{"name": "calm", "united_states.restraint": 0.7})
    page = read(calm._repr_html_())
    assert "What differs from forced_exit" in page.text
    assert page.text.count("united_states.restraint 0.35 0.7") == 1
    assert "iran.permissiveness" not in page.text.partition("next:")[0].partition("What differs")[2]
    renamed = read(forced.replace(name="other")._repr_html_())
    assert "All values are those of forced_exit." in renamed.text


def test_a_scenario_shows_its_events_and_whom_it_leaves_out() -> None:
    quo = sim.load("status_quo")
    changed = quo.replace(
        **{
            "name": "changed",
            "groups": {"Harakat al-Nujaba": "removed"},
            "events": [{"date": date(2024, 3, 1), "kind": "truce", "front": "gaza", "days": 90}],
        }
    )
    page = read(changed._repr_html_())
    assert "What is scripted" in page.text and "truce" in page.text.partition("What is scripted")[2]
    assert "Harakat al-Nujaba" in page.text and "none" in page.text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_title_stays_a_title(name: str) -> None:
    scenario = sim.load("status_quo").replace(title=name, summary=name, source=name)
    page = read(scenario._repr_html_())
    assert phrases.clean(name)[1:] in page.text
    assert len(repr(scenario).splitlines()) == 1


def test_a_scenario_is_one_line_elsewhere() -> None:
    scenario = sim.load("status_quo")
    said = "<Scenario: status_quo (conditions for the status quo), 730 days from 2024-01-10>"
    assert repr(scenario) == str(scenario) == said
    events = [{"date": date(2024, 3, 1), "kind": "truce", "front": "gaza", "days": 9}]
    assert repr(scenario.replace(name="x", events=events)).endswith("from 2024-01-10, 1 scripted>")
    assert copy.deepcopy(scenario) == pickle.loads(pickle.dumps(scenario)) == scenario


# --- a result ---


def test_a_result_shows_shares_with_both_intervals_and_what_to_do_next(result: Result) -> None:
    page = read(result._repr_html_())
    assert "200 worlds a scenario" in page.text
    assert "Seed 1" in page.text
    for row in result.shares().itertuples():
        if row.count:
            assert phrases.percent(row.share) in page.text
            assert phrases.interval(row.low, row.high) in page.text
    assert 'result.plot("outcomes")' in page.text and "result.between(" in page.text
    assert phrases.NOT_A_FORECAST in page.text
    assert len(repr(result).splitlines()) == 1


def test_the_range_over_the_set_is_shown_where_it_is_known() -> None:
    shown = made_up()
    shares = objects.shares_of(shown)
    known = shown.shares()["set_low"].notna().any()
    assert ("set: how far" in shares.caption) == known
    assert any("set " in cell for row in shares.rows for cell in row) == known


def test_sixteen_scenarios_are_no_wall() -> None:
    whole = made_up()
    few, many = whole.only(["status_quo"]), whole
    assert read(few._repr_html_()).tags.count("details") == 0
    rows = objects.shares_of(many).rows
    page = read(many._repr_html_())
    assert len(rows) <= notebook.MOST_ROWS or page.tags.count("details") == 1


def test_a_result_whose_folder_is_gone_says_so(tmp_path: Path) -> None:
    kept = sim.run(sim.load("status_quo").replace(days=3), worlds=2, events="none", out=tmp_path / "x", figures=False)
    (tmp_path / "x" / "worlds.parquet").unlink()
    page = read(kept._repr_html_())
    assert "worlds.parquet" in page.text
    assert "Traceback" not in page.text


# --- figures, and the names of figures ---


def test_a_figure_shows_itself_with_its_words(result: Result) -> None:
    figure = result.plot("outcomes")
    assert isinstance(figure, Displayed)
    bundle = figure._repr_mimebundle_()
    page = read(bundle["text/html"])
    assert page.tags == ["img"]
    words = dict(page.attributes)["alt"]
    assert words == figure.alt and "Conditions for a forced exit" in words
    assert bundle["image/png"] in bundle["text/html"] == figure._repr_html_()
    assert repr(figure) == "<Figure: Shares of worlds by outcome, per scenario, with their intervals>"


def test_a_figure_of_two_results_has_words_too(result: Result) -> None:
    one, other = result.only("status_quo"), result.only("forced_exit")
    words = one.plot_difference(other).alt
    for row in one.difference(other).query("statistic == 'share' and here > 0").itertuples():
        assert phrases.points(row.difference) in words


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_stay_words_in_a_figure(name: str) -> None:
    from matplotlib.figure import Figure

    page = read(displayed(Figure(), name)._repr_html_())
    assert page.tags == ["img"]
    assert dict(page.attributes)["alt"] == name


def test_a_figure_that_shows_itself_is_a_figure_as_any_other(result: Result, tmp_path: Path) -> None:
    from matplotlib.figure import Figure

    figure = result.plot("outcomes")
    assert isinstance(figure, Figure) and len(figure.axes) > 0
    figure.savefig(tmp_path / "outcomes.svg")
    assert (tmp_path / "outcomes.svg").stat().st_size > 1000
    assert figure.png() == figure.png()


def test_without_a_name_the_names_are_listed(result: Result) -> None:
    names = result.plot()
    from sim.show.figures import FIGURES

    assert sorted(names) == sorted(FIGURES)
    assert [FIGURES[name].main for name in names] == sorted((plot.main for plot in FIGURES.values()), reverse=True)
    assert all(FIGURES[name].caption in read(names._repr_html_()).text for name in names)
    assert "outcomes" in repr(names).splitlines()[0] and FIGURES["outcomes"].caption in repr(names)
    assert max(map(len, repr(names).splitlines())) <= objects.WIDTH


@pytest.mark.parametrize(("typed", "meant"), [("outcoms", "outcomes"), ("Pressure", "pressure"), ("rung", "rungs")])
def test_a_name_that_is_nearly_right_is_told(result: Result, typed: str, meant: str) -> None:
    with pytest.raises(ValueError, match=f"there is no figure '{typed}'.*; did you mean '{meant}'"):
        result.plot(typed)


# --- the list of scenarios ---


def test_the_shipped_scenarios_are_names_and_a_table() -> None:
    from sim.scenario.files import shipped

    found = sim.scenarios()
    assert list(found) == list(shipped())
    assert len(found) == len(shipped()) and "status_quo" in found and found[0] in shipped() and found[:2] == found[0:2]
    assert list(found.frame().columns) == ["name", "title", "conditions", "view or source"]
    page = read(found._repr_html_())
    for name in found:
        assert name in page.text and name in repr(found)
    assert sim.load("status_quo").title in repr(found)
    assert sim.load("status_quo").summary in page.text


def test_the_command_line_lists_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    from sim.cli.scenarios import list_scenarios

    list_scenarios(SimpleNamespace(json=False))  # type: ignore[arg-type]
    said = capsys.readouterr().out
    for row in sim.scenarios().frame().itertuples():
        assert f"{row.name} " in said and row.title in said


# --- a sweep ---


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Any:
    base = sim.load("forced_exit").replace(days=10)
    points = pd.DataFrame({"united_states.restraint": [0.1, 0.5, 0.9]})
    return sim.sweep(base, points, worlds=5, out=tmp_path_factory.mktemp("sweep") / "x", figures=False)


def test_a_sweep_shows_its_points_and_what_came_of_them(sweep: Any) -> None:
    page = read(sweep._repr_html_())
    assert page.text.startswith("A sweep of forced_exit: 4 points, 5 worlds a point")
    for said in ("a list", "united_states.restraint", "Seed 1", "sweep.plot()", "100 %"):
        assert said in page.text
    assert len(repr(sweep).splitlines()) == 1


def test_the_figures_of_a_sweep_are_listed_and_show_themselves(sweep: Any) -> None:
    names = sweep.plot()
    assert len(names) > 0 and all("response" in name for name in names)
    assert all(name in read(names._repr_html_()).text for name in names)
    figure = sweep.plot(names[0])
    assert figure.alt and read(figure._repr_html_()).tags == ["img"]
    with pytest.raises(ValueError, match=r"there is no figure 'respons'.*did you mean 'response'"):
        sweep.plot("respons")


def test_a_world_of_a_sweep_shows_itself(sweep: Any) -> None:
    assert "World 3 of forced_exit" in read(sweep.model(1, 3)._repr_html_()).text


# --- a model ---


def test_a_model_shows_the_date_every_actor_and_what_is_decided() -> None:
    model = sim.WithdrawalModel(sim.load("forced_exit").replace(days=70), world=0)
    page = read(model._repr_html_())
    assert "Before its first day, 10 January 2024" in page.text
    model.step()
    page = read(model._repr_html_())
    assert "The evening of 10 January 2024 (day 0 of 0 to 69)" in page.text
    assert "Nothing has been decided" in page.text
    assert f"Pressure on the prime minister {model.value('pressure'):.2f}" in page.text
    for group in model.groups:
        assert f"{group.name} {group.ladder.names[group.posture]}" in page.text
    government = model.iraq.ladder.names[model.iraq.rung]
    assert f"Iraqi government {government}" in page.text
    model.run_model()
    last = read(model._repr_html_()).text
    assert ("Decided on" in last) == (model.value("outcome_day") >= 0)


def test_many_worlds_are_shown_by_where_most_stand() -> None:
    model = sim.WithdrawalModel(sim.load("forced_exit").replace(days=5), worlds=range(7))
    model.step()
    page = read(model._repr_html_())
    assert page.text.startswith("7 worlds of forced_exit") and "rung of most" in page.text
    assert "In 0 of 7 worlds an end has been decided." in page.text


def test_a_hostile_group_is_only_a_name() -> None:
    scenario = sim.load("status_quo").replace(
        **{"days": 2, "groups": {"<b>x</b>": {"share": 0.0, "closeness": 0.5, "stake": 0.5}}}
    )
    assert "<b>x</b>" in read(sim.WithdrawalModel(scenario)._repr_html_()).text
